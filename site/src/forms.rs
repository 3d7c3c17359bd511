//! The forms of every page: where each one goes and which fields it sends.
//!
//! Doors read this list to know what arrives; a test compares it with every form of every rendered
//! page, so neither can drift. All forms but the search of the record use `post` and
//! `application/x-www-form-urlencoded`. It does
//! not say what is valid: that is decided by the doors and the rules.

/// One form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Where it goes; `{}` stands for one path segment.
    pub action: &'static str,
    /// The fields it may send, hidden ones and named buttons included. A name that ends in `*`
    /// stands for all names with that beginning.
    pub fields: &'static [&'static str],
    /// What it is for.
    pub purpose: &'static str,
}

/// Every form, public pages first.
pub const FORMS: &[Form] = &[
    Form {
        action: "/report",
        fields: &[
            "step", "go", "kind", "basis", "place", "area", "when", "ago", "text", "officers", "vehicles", "people", "contact", "once",
            "puzzle", "spot", "until", "sure", "exact", "chart", "press.x", "press.y", "answer-*",
        ],
        purpose: "All steps. `step` (`what`, `where`, `map`, `more`, `ask`) is the page the answers come \
                  from; `go` is `next`, `back`, `find`, `point`, `ask` or `send`, and on the chart `here`, `leave`, \
                  `closer`, `wider` or a wind; a press on the picture sends `press.x` and `press.y` in pixels. \
                  Answers of other steps come along hidden.",
    },
    Form {
        action: "/record",
        fields: &["q", "from", "to", "kind", "district", "bbox", "source", "level", "asof"],
        purpose: "Search the record; by `get`, so that an answer has an address.",
    },
    Form {
        action: "/record/map",
        fields: &["q", "from", "to", "kind", "district", "bbox", "source", "level", "asof"],
        purpose: "The same search, shown by district and on the map.",
    },
    Form { action: "/receipt", fields: &["words"], purpose: "Look up a report." },
    Form { action: "/receipt/answer", fields: &["words", "question", "answer"], purpose: "Answer the desk." },
    Form { action: "/receipt/add", fields: &["words", "text"], purpose: "Add to the report." },
    Form { action: "/receipt/correct", fields: &["words", "correction"], purpose: "Say what was told wrongly." },
    Form {
        action: "/receipt/wish",
        fields: &["words", "about", "wish"],
        purpose: "Wish that something be taken down, covered or not used; `about` is `my-words`, `picture`, \
                  `public-page` or `about-me`.",
    },
    Form {
        action: "/receipt/withdraw",
        fields: &["words", "sure"],
        purpose: "Withdraw. Without `sure` the page comes back with `withdraw_asked`; `sure=yes` \
                  withdraws, `sure=no` keeps.",
    },
    Form { action: "/receipt/footage", fields: &["words"], purpose: "Make a link for giving files." },
    Form {
        action: "/receipt/footage/wish",
        fields: &["words", "file", "wish"],
        purpose: "Say differently what may be done with a file: `desk-only`, `lawyer` or `public`.",
    },
    Form {
        action: "/receipt/footage/remove",
        fields: &["words", "file", "sure"],
        purpose: "Take a file away. Without `sure` the page comes back with `remove_asked`; `sure=yes` deletes, `sure=no` keeps.",
    },
    Form {
        action: "/footage/{}",
        fields: &["wish", "claimed", "file"],
        purpose: "Give files, 32 MiB together; `file` is repeated. The one form that is `multipart/form-data`. A script \
                  sends them in pieces instead.",
    },
    Form { action: "/footage/{}/wish", fields: &["file", "wish"], purpose: "The same as on the receipt, with the link." },
    Form {
        action: "/receipt/letter",
        fields: &["words", "go"],
        purpose: "A reply's or a complaint's sender: `go=agree` to shorter words, or `go=withdraw`.",
    },
    Form {
        action: "/record/{}/reply",
        fields: &["role", "body", "claim", "claims", "text", "contact", "once"],
        purpose: "Answer the record. `claim` is repeated; `once` is a key of this sending.",
    },
    Form {
        action: "/record/{}/complaint",
        fields: &["reason", "claim", "claims", "text", "contact", "once"],
        purpose: "Complain about the record.",
    },
    Form {
        action: "/channels",
        fields: &["by", "address", "area", "kind", "quiet_from", "quiet_to", "daily_cap", "language", "discreet", "go"],
        purpose: "Ask to be told by mail, ntfy or Matrix.",
    },
    Form { action: "/channels/confirm/{}", fields: &["go"], purpose: "Say so from one's own mailbox." },
    Form {
        action: "/channels/mine/{}",
        fields: &["area", "kind", "quiet_from", "quiet_to", "daily_cap", "language", "discreet", "minutes", "go"],
        purpose: "One's own: `go` is `save`, `further` (an address after `minutes`), `no-further` or `end`. A mail program's \
                  one press sends `List-Unsubscribe=One-Click` instead and ends it.",
    },
    Form { action: "/desk/sign-in", fields: &["token"], purpose: "Redeem a sign-in link." },
    Form { action: "/desk/sign-out", fields: &["csrf"], purpose: "Lock: end this session." },
    Form { action: "/desk/open", fields: &["csrf", "subject", "reason"], purpose: "Open a matter and say why." },
    Form {
        action: "/desk/open/ask",
        fields: &["csrf", "subject", "reason"],
        purpose: "Ask another member to agree that one opens a matter.",
    },
    Form { action: "/desk/open/agree", fields: &["csrf", "ask"], purpose: "Agree that another member opens a matter." },
    Form { action: "/desk/trail", fields: &["csrf", "sign"], purpose: "Look for a sign that an auditor wrote down." },
    Form {
        action: "/desk/keys",
        fields: &["csrf", "public", "proof"],
        purpose: "Add this browser as a signing device; the script fills both.",
    },
    Form { action: "/desk/keys/list", fields: &["csrf", "key", "signature"], purpose: "Sign the next list of signing devices." },
    Form { action: "/desk/keys/{}/take-back", fields: &["csrf"], purpose: "Take one's own signing device back." },
    Form { action: "/desk/people", fields: &["csrf", "name", "roles"], purpose: "Invite somebody new." },
    Form { action: "/desk/people/{}/vouch", fields: &["csrf"], purpose: "Vouch for somebody invited." },
    Form {
        action: "/desk/people/{}/recover",
        fields: &["csrf"],
        purpose: "Say that a member lost their passkey; the second who says so gets a link.",
    },
    Form { action: "/desk/people/{}/revoke", fields: &["csrf"], purpose: "Revoke a member." },
    Form { action: "/desk/drill/next", fields: &["csrf"], purpose: "A drill's next message now." },
    Form { action: "/desk/drill/end", fields: &["csrf"], purpose: "End the drill and score it." },
    Form {
        action: "/desk/duty",
        fields: &["csrf", "duty", "hours", "note"],
        purpose: "`duty=start`, for `hours`; or `duty=end`, with a `note` for the next shift.",
    },
    Form {
        action: "/desk/telephone",
        fields: &["csrf", "go"],
        purpose: "`go=code` shows what one's own telephone is to text to be asked by text message; `go=end` ends it.",
    },
    Form {
        action: "/desk/ready",
        fields: &["csrf", "area", "language"],
        purpose: "Say for this duty which areas one could go from, and what one could interpret.",
    },
    Form {
        action: "/desk/dispatches/{}",
        fields: &["csrf", "say", "minutes"],
        purpose: "Answer a dispatch: `say=going` with `minutes`, or `cannot`, `there`, `not-there`, `cannot-find`, \
                  `well`, `left`, `still-there`.",
    },
    Form {
        action: "/desk/alerts/{}/wanted",
        fields: &["csrf", "observer", "interpreter", "language", "first-aider", "legal-adviser"],
        purpose: "How many of each role a dispatch wants; the language is the interpreters'.",
    },
    Form { action: "/desk/alerts/{}/well", fields: &["csrf", "member"], purpose: "Somebody who has not checked in was found to be well." },
    Form {
        action: "/desk/incidents/{}/looks",
        fields: &["csrf", "version", "observer", "place", "approach", "look_for", "minutes"],
        purpose: "Ask an observer on duty to go and look.",
    },
    Form { action: "/desk/looks/{}/answer", fields: &["csrf", "version", "say"], purpose: "`say` is `accept`, `decline` or `arrive`." },
    Form {
        action: "/desk/looks/{}/report",
        fields: &["csrf", "version", "text", "found"],
        purpose: "Report back; `found` is `saw-it`, `nothing-found` or `cannot-tell`.",
    },
    Form {
        action: "/desk/looks/{}/desk",
        fields: &["csrf", "version", "say"],
        purpose: "The desk's word on a look: `well` for an overdue observer, or `call-off`.",
    },
    Form {
        action: "/desk/board",
        fields: &["csrf", "known", "area", "words", "begins", "lasts"],
        purpose: "Put a line on the known-activity board; `begins` and `lasts` are minutes.",
    },
    Form { action: "/desk/board/{}/take-down", fields: &["csrf"], purpose: "It is over: take the line down." },
    Form {
        action: "/desk/mutes",
        fields: &["csrf", "report", "words", "area", "hours", "reason"],
        purpose: "Mute near-copies of `report`, or reports that hold all `words`, for 1, 4, 12 or 24 `hours`.",
    },
    Form {
        action: "/desk/footage/{}/hide",
        fields: &["csrf", "go", "box-*"],
        purpose: "Cover parts of a picture or film: up to 24 boxes in hundredths of it, `box-1-left`, `-top`, `-width` and \
                  `-height`; in films `-from` and `-until` in seconds, and `-path`, a line for each later moment: second, left, \
                  top, width, height. `go=more` gives more rows, `go=take-3` puts suggestion 3 into the first empty one, \
                  `go=empty` empties all; none of them draws anything. `-since` is what the page's script keeps of a box's beginning.",
    },
    Form {
        action: "/desk/footage/{}/shut",
        fields: &["csrf", "reason"],
        purpose: "Shut a file: nobody looks at it any more. `reason` is `unlawful`, `child`, `mistake` or `other`.",
    },
    Form {
        action: "/desk/footage/{}/reopen",
        fields: &["csrf", "go"],
        purpose: "For a day after a file was shut by mistake or for another reason: `go=open` asks that the desk looks at it again, or \
                  agrees with another member who asked; `go=end` lets its copies go now.",
    },
    Form {
        action: "/desk/footage/{}/keep",
        fields: &["csrf", "until", "reason", "words"],
        purpose: "Ask that a file is kept longer, until the end of the day `until` (`2027-05-01`, a year on at most); `reason` is \
                  `wished`, `complaint`, `claim`, `trial` or `ordered`.",
    },
    Form {
        action: "/desk/footage/{}/keep/agree",
        fields: &["csrf", "asked"],
        purpose: "Another member agrees to the ask of that moment, in milliseconds.",
    },
    Form { action: "/desk/footage/{}/keep/lift", fields: &["csrf", "why"], purpose: "Keep it no longer, or say no to an ask." },
    Form {
        action: "/desk/custody/practised",
        fields: &["csrf", "word"],
        purpose: "Two custodians practised opening: one presses `word=say`, the other `confirm`.",
    },
    Form {
        action: "/desk/packs",
        fields: &["csrf", "footage", "for"],
        purpose: "A custodian makes a pack of files for somebody; `footage` is repeated.",
    },
    Form { action: "/desk/packs/{}/remove", fields: &["csrf"], purpose: "Take a pack off before its week is over." },
    Form {
        action: "/desk/hidings/{}/look",
        fields: &["csrf", "first", "last", "go"],
        purpose: "Another member looked at these frames, each of which was sent to them: `go=seen`, or `clear` when nobody can be \
                  recognised in any.",
    },
    Form {
        action: "/desk/hidings/{}/offer",
        fields: &["csrf", "incident", "maker", "shows", "first_appeared"],
        purpose: "Propose a covered copy that was found clear to the record.",
    },
    Form { action: "/desk/hidings/{}/take-back", fields: &["csrf", "why"], purpose: "Give it up, or take it back when it is public." },
    Form {
        action: "/desk/known",
        fields: &["csrf", "footage", "words", "date", "place"],
        purpose: "Keep the hashes of a file, to know it again; `date` is EDTF or empty.",
    },
    Form { action: "/desk/known/{}/forget", fields: &["csrf"], purpose: "Take a picture out of the bank." },
    Form {
        action: "/desk/leads/{}/answer",
        fields: &["csrf", "finding"],
        purpose: "What a likeness is: `not-here-not-now`, `same-event`, `unrelated` or `cannot-tell`.",
    },
    Form { action: "/desk/mutes/{}/agree", fields: &["csrf"], purpose: "Another member: cover dangers to life too." },
    Form { action: "/desk/mutes/{}/lift", fields: &["csrf"], purpose: "Show what it folds away again." },
    Form { action: "/desk/reports/{}/hold", fields: &["csrf", "say"], purpose: "`say=free` lets a report go." },
    Form { action: "/desk/incidents/{}/hold", fields: &["csrf", "say"], purpose: "Who works on it: `say=take` or `say=free`." },
    Form {
        action: "/desk/observe",
        fields: &["csrf", "kind", "place", "when", "text"],
        purpose: "A trained observer files from the scene; `when` is `now`, `moving` or `over`.",
    },
    Form {
        action: "/desk/call",
        fields: &[
            "csrf", "go", "lang", "kind", "basis", "place", "spot", "area", "when", "ago", "until", "sure", "exact", "text", "officers",
            "vehicles", "people", "contact", "once", "answer-*",
        ],
        purpose: "Write down a call; `go` is `on` (ask on), `find` (a place) or `file`.",
    },
    Form { action: "/desk/reports/{}/take", fields: &["csrf", "version"], purpose: "Take a report." },
    Form { action: "/desk/reports/{}/ask", fields: &["csrf", "version", "question"], purpose: "Ask the witness through the receipt." },
    Form { action: "/desk/reports/{}/join", fields: &["csrf", "version", "incident"], purpose: "Link the report to an open incident." },
    Form { action: "/desk/reports/{}/take-out", fields: &["csrf", "version", "incident"], purpose: "Take it out of an incident." },
    Form {
        action: "/desk/reports/{}/different",
        fields: &["csrf", "version", "incident", "page", "reason"],
        purpose: "Say that a report and an incident are not the same; `page` is `report` or `incident`, where the press \
                  was made; `reason` may be empty.",
    },
    Form { action: "/desk/reports/{}/same", fields: &["csrf", "version", "incident", "page"], purpose: "Take that back." },
    Form {
        action: "/desk/reports/{}/open",
        fields: &["csrf", "version", "home"],
        purpose: "Open a new incident from the report; `home=yes` when it is at somebody's home.",
    },
    Form { action: "/desk/reports/{}/footage", fields: &["csrf", "version"], purpose: "Make a link for giving files to the report." },
    Form {
        action: "/desk/reports/{}/set-aside",
        fields: &["csrf", "version", "reason", "more"],
        purpose: "Set the report aside; the witness is told the reason and never what is in `more`.",
    },
    Form {
        action: "/desk/reports/{}/decide",
        fields: &["csrf", "version", "wish", "because", "decision"],
        purpose: "Decide a wish of the witness; `decision` is `done` or `cannot`.",
    },
    Form { action: "/desk/incidents/{}/unlink", fields: &["csrf", "version", "report"], purpose: "Undo the link of a report." },
    Form {
        action: "/desk/incidents/{}/claims",
        fields: &["csrf", "version", "predicate", "value", "low", "high", "source", "source_note", "basis", "certainty"],
        purpose: "Record a claim.",
    },
    Form { action: "/desk/incidents/{}/claims/{}/dispute", fields: &["csrf", "version", "reason"], purpose: "Mark a claim disputed." },
    Form {
        action: "/desk/incidents/{}/independence",
        fields: &["csrf", "version", "first", "second", "independent", "reason"],
        purpose: "Record whether two reports are independent (`independent` is `yes` or `no`).",
    },
    Form { action: "/desk/incidents/{}/end", fields: &["csrf", "version", "end"], purpose: "End the incident." },
    Form { action: "/desk/incidents/{}/record", fields: &["csrf", "version"], purpose: "Propose to open the incident to the record." },
    Form {
        action: "/desk/incidents/{}/outcome",
        fields: &["csrf", "version", "outcome", "because", "why-*"],
        purpose: "Propose an outcome.",
    },
    Form {
        action: "/desk/incidents/{}/read",
        fields: &[
            "csrf",
            "version",
            "text",
            "published",
            "publisher",
            "kind",
            "label",
            "standing",
            "url",
            "go",
            "take-*",
            "kind-*",
            "standing-*",
            "because",
            "why-*",
        ],
        purpose: "Read a text. `go` is `read` or `propose`; `take-…` is `accept` or `refuse` for one finding. Nothing of the text is kept.",
    },
    Form {
        action: "/desk/incidents/{}/editor/source",
        fields: &["csrf", "version", "kind", "label", "standing", "said", "url", "copies", "via", "asked", "replied", "because", "why-*"],
        purpose: "Propose a source.",
    },
    Form {
        action: "/desk/incidents/{}/editor/claim",
        fields: &[
            "csrf",
            "version",
            "predicate",
            "about",
            "source",
            "kind",
            "label",
            "standing",
            "said",
            "url",
            "copies",
            "via",
            "asked",
            "replied",
            "polarity",
            "words",
            "choice",
            "edtf",
            "low",
            "high",
            "point",
            "radius",
            "look",
            "because",
            "why-*",
        ],
        purpose: "Propose a claim; `source` is a number, or `new` with the source's own fields. `look` shows how it reads and proposes nothing.",
    },
    Form {
        action: "/desk/incidents/{}/editor/assessment",
        fields: &[
            "csrf",
            "version",
            "predicate",
            "about",
            "standing",
            "sentence-*",
            "rests-*",
            "use-*",
            "correction",
            "note",
            "because",
            "why-*",
        ],
        purpose: "Propose what the desk says about a fact. `rests-N` holds claim numbers; `use-N` is what to do with claim N.",
    },
    Form {
        action: "/desk/incidents/{}/editor/event",
        fields: &["csrf", "version", "claim", "event", "by_claim", "reason", "because", "why-*"],
        purpose: "Propose what happened to a claim.",
    },
    Form {
        action: "/desk/incidents/{}/editor/look-alike",
        fields: &["csrf", "version", "place", "year", "note", "because", "why-*"],
        purpose: "Propose footage of another event.",
    },
    Form {
        action: "/desk/incidents/{}/editor/similar",
        fields: &["csrf", "version", "place", "edtf", "because", "why-*"],
        purpose: "Propose a similar event elsewhere.",
    },
    Form {
        action: "/desk/incidents/{}/editor/outcome",
        fields: &[
            "csrf", "version", "value", "about", "edtf", "words", "whom", "asked_on", "source", "kind", "label", "standing", "said", "url",
            "copies", "via", "asked", "replied", "because", "why-*",
        ],
        purpose: "Propose what came of it; `value` is a slot and its value, as `conduct/upheld`. `source` is as in a claim.",
    },
    Form {
        action: "/desk/follow-up/{}",
        fields: &["csrf", "version", "slot", "about", "whom", "asked_on"],
        purpose: "Propose that nobody could tell what came of a slot: whom the desk asked, and when.",
    },
    Form {
        action: "/desk/incidents/{}/editor/redaction",
        fields: &["csrf", "version", "entry", "reason", "alone"],
        purpose: "Propose to take an entry's words from the public; the other button sends it to `…/editor/alone`, which with `alone=yes` takes them at once.",
    },
    Form { action: "/desk/replies/{}/take", fields: &["csrf", "version"], purpose: "Take a reply or a complaint." },
    Form {
        action: "/desk/replies/{}/publish",
        fields: &["csrf", "version", "words", "out-*", "checked", "because", "why-*"],
        purpose: "Propose to publish a reply. `words` is `whole` or `shortened`; `out-N` says why passage N does not stand.",
    },
    Form { action: "/desk/replies/{}/shorten", fields: &["csrf", "version", "shorter"], purpose: "Offer the sender shorter words." },
    Form { action: "/desk/replies/{}/decide", fields: &["csrf", "version", "verdict"], purpose: "Decline a reply, or decide a complaint." },
    Form {
        action: "/desk/incidents/{}/sides/statement",
        fields: &["csrf", "version", "source", "said", "text", "because", "why-*"],
        purpose: "Propose a body's statement, word for word.",
    },
    Form {
        action: "/desk/incidents/{}/sides/asked",
        fields: &["csrf", "version", "body", "how", "asked_day", "asked_clock", "until_day", "until_clock", "about", "because", "why-*"],
        purpose: "Propose that a body was asked for comment.",
    },
    Form {
        action: "/desk/incidents/{}/sides/came",
        fields: &["csrf", "version", "request", "came", "came_day", "came_clock"],
        purpose: "Propose what came of a request for comment.",
    },
    Form {
        action: "/desk/record/{}/refuse",
        fields: &["csrf", "version", "reason"],
        purpose: "Refuse what waits, with a reason; or take one's own back.",
    },
    Form {
        action: "/desk/record/{}/approve",
        fields: &["csrf", "version", "marked"],
        purpose: "Approve what waits to be published; `marked=yes` says that the marked words were read.",
    },
    Form {
        action: "/desk/record/{}/second",
        fields: &["csrf", "version", "agreed"],
        purpose: "Say whether words that another member took alone had to go; `yes` or `no`.",
    },
    Form {
        action: "/desk/incidents/{}/alerts",
        fields: &["csrf", "version", "slot-*", "reach", "area", "expires"],
        purpose: "Make a draft alert. `area` is repeated.",
    },
    Form {
        action: "/desk/alerts/{}/approve",
        fields: &["csrf", "version", "key", "signature"],
        purpose: "Approve the draft as previewed. The script fills `key` and `signature`.",
    },
    Form {
        action: "/desk/alerts/{}/let-through",
        fields: &["csrf", "version", "reason"],
        purpose: "Let one more broad alert through today.",
    },
    Form { action: "/desk/alerts/{}/ring", fields: &["csrf", "version"], purpose: "Ring the bell." },
    Form { action: "/desk/alerts/{}/updates", fields: &["csrf", "version", "update"], purpose: "Draft an update from a fixed sentence." },
    Form { action: "/desk/alerts/{}/updates/{}/approve", fields: &["csrf", "version", "key", "signature"], purpose: "Approve an update." },
    Form { action: "/desk/alerts/{}/updates/{}/send", fields: &["csrf", "version"], purpose: "Send an update." },
    Form { action: "/desk/alerts/{}/renew", fields: &["csrf", "version"], purpose: "Say that it is still going on." },
    Form { action: "/desk/alerts/{}/cancel", fields: &["csrf", "version"], purpose: "Cancel: it was wrong." },
    Form { action: "/desk/alerts/{}/stand-down", fields: &["csrf", "version"], purpose: "Stand down: it is over." },
];
