//! Inventory: what is held, who can read it, when it goes and what a seizure would yield, table by table.
//!
//! `/about` and `handbell inventory` are made from this list, and a test compares it with the real schema,
//! so a column cannot be added without saying here what it holds. The words are for people who have never
//! seen a database. What the running machine's keeper could read is said plainly; nothing here is a promise
//! about a machine that somebody else controls.

/// One table and everything people should know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Its columns, all of them.
    pub columns: &'static [&'static str],
    /// What sort of thing it is, in plain words.
    pub class: &'static str,
    /// What stands in it.
    pub holds: &'static str,
    /// Who can read it through Handbell's pages.
    pub readable_by: &'static str,
    /// When it goes.
    pub life: &'static str,
    /// What somebody who took the disk, and could read it, would get.
    pub seizure: &'static str,
}

const DESK: &str = "the desk";
const NOBODY: &str = "nobody; only the program uses it";
const EVERYBODY: &str = "everybody";
/// Retention by a worker comes later; until then nothing but the person concerned removes it.
const UNTIL_RETENTION: &str = "kept until the group's retention rule for it exists; nothing removes it by itself yet";
/// Derived from the public record.
const FOLLOWS_THE_RECORD: &str = "as long as the page says it; what is taken from the public leaves it in the same commit";
const PUBLIC_FOR_GOOD: &str = "kept for good; it is the public record";

/// Everything the store holds. Each table once, each column once.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "report",
        columns: &["key", "version", "receipt", "state", "filed_at", "body"],
        class: "reports",
        holds: "what a witness told: how they know, when, where, what, in their words; the keyed hash of their receipt; where the report stands which member reads it, and in which lane it waits",
        readable_by: "the desk, and the witness with the receipt",
        life: "the words, place and point go at once when the witness withdraws; the rest is kept until the group's retention rule for it exists",
        seizure: "the words of reports that were not withdrawn, with their times and places; nothing that says who wrote them, and no receipt, because only keyed hashes are kept and the key lies in a file beside the store",
    },
    Holding {
        table: "belonging",
        columns: &["incident", "report", "filed_at"],
        class: "which reports belong to which incidents",
        holds: "for each report that the desk joined to an incident, both their ids and when the report was filed; no word of either",
        readable_by: DESK,
        life: "goes when a member takes the report out again; otherwise as long as the report",
        seizure: "which reports the desk took for one happening",
    },
    Holding {
        table: "difference",
        columns: &["key", "version", "report", "incident", "forget_at", "body"],
        class: "what is said not to be the same",
        holds: "that a member said a report and an incident are not one happening, when, and why if they wrote it; who took it back",
        readable_by: DESK,
        life: "90 days, 24 hours once it was taken back; at once when the witness withdraws the report",
        seizure: "which member held which report and incident apart, with their reasons",
    },
    Holding {
        table: "answer",
        columns: &["key", "at", "body"],
        class: "answers of the intake script",
        holds: "what a witness answered to the group's list of questions, as choices, ranges and few words, and how exactly they knew time and place; no answer is a name, a plate, a badge or a face",
        readable_by: "the desk",
        life: "goes at once when the witness withdraws the report; otherwise kept until the group's retention rule for it exists",
        seizure: "these answers, each with its report; nothing that says who gave them",
    },
    Holding {
        table: "note",
        columns: &["key", "report", "at", "body"],
        class: "notes on reports",
        holds: "what a witness added, answered, corrected or wished to have taken down, what the desk asked, and what it decided with its reason",
        readable_by: "the desk, and the witness with the receipt",
        life: "goes at once when the witness withdraws the report; otherwise kept until the group's retention rule for it exists",
        seizure: "the words of these notes",
    },
    Holding {
        table: "contact",
        columns: &["key", "sealed", "forget_at"],
        class: "contact details",
        holds: "how to reach a witness who chose to say so, sealed to the custodians' key before it was written",
        readable_by: "custodians, with their own key, outside the server",
        life: "72 hours, or at once when the witness withdraws",
        seizure: "sealed boxes and how many there are; the server holds no key that opens them",
    },
    Holding {
        table: "repeat",
        columns: &["key", "body_hash", "seed", "report", "forget_at"],
        class: "guards against filing twice",
        holds: "keyed hashes of a repeated request and the seed from which the same answer is made again",
        readable_by: NOBODY,
        life: "24 hours, or at once when the witness withdraws",
        seizure: "random numbers; together with the key file, the receipts of the last 24 hours' repeated requests",
    },
    Holding {
        table: "incident",
        columns: &["key", "version", "opened_at", "open", "body"],
        class: "incidents",
        holds: "kind, district, whether it is at a home, when it was opened and how it ended",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "which incidents the desk worked on and when",
    },
    Holding {
        table: "claim",
        columns: &["key", "incident", "recorded_at", "body"],
        class: "claims",
        holds: "one checkable statement each, with its source, basis, range, certainty and the member who recorded it",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "what the desk believed, why, and which member wrote it down",
    },
    Holding {
        table: "independence",
        columns: &["key", "incident", "recorded_at", "body"],
        class: "judgements on independence",
        holds: "whether a member judged two reports independent of each other, and the reason",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "these judgements with their reasons and the members who made them",
    },
    Holding {
        table: "alert",
        columns: &["key", "version", "incident", "follows", "state", "reach", "drafted_at", "rung_at", "told_until", "body"],
        class: "alerts and updates",
        holds: "the words, the area, how far it went, who drafted it, when it was rung and how it ended; the key is the address of its page",
        readable_by: "the desk, and whoever was told, at the alert's page",
        life: UNTIL_RETENTION,
        seizure: "every alert with its area and times, and the addresses of their pages",
    },
    Holding {
        table: "approval",
        columns: &["key", "alert", "at", "body"],
        class: "approvals",
        holds: "which member approved which alert, on which device, when, and what that device signed",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "which members approved what",
    },
    Holding {
        table: "signing_key",
        columns: &["key", "version", "since", "body"],
        class: "signing devices",
        holds: "the public halves of the keys that sign alerts, each with its member and browser, since when, and when it was taken back",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "which member's browser holds which key; no key that signs: those never leave their browsers",
    },
    Holding {
        table: "manifest",
        columns: &["key", "version", "body"],
        class: "lists of signing devices",
        holds: "every version of the list of keys that phones go by, with the signatures under it; members stand in it as handles",
        readable_by: EVERYBODY,
        life: PUBLIC_FOR_GOOD,
        seizure: "nothing that is not public: how many members approve alerts and on how many devices",
    },
    Holding {
        table: "ring",
        columns: &["key", "alert", "kind", "at", "body"],
        class: "rings",
        holds: "that an alert, update, cancel or stand-down was sent, and until when it was tried",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "when each alert was sent and ended",
    },
    Holding {
        table: "told_list",
        columns: &["ring", "alert", "words_of", "kind", "at", "expires_at", "ordering", "people"],
        class: "told lists",
        holds: "which subscriptions were told of which alert, by their random numbers",
        readable_by: "nobody; pages show counts in bands only",
        life: "24 hours after the alert's end, 7 days after its ring at the latest",
        seizure: "for the alerts of the last days, which browsers were told, by a random number that belongs to a push address while the subscription stands",
    },
    Holding {
        table: "told_state",
        columns: &["number", "ring", "states"],
        class: "what became of told lists",
        holds: "for each person on a told list, by place alone, whether their push service took the message, how often it was tried and when it is next",
        readable_by: "nobody; pages show counts in bands only",
        life: "goes with its told list",
        seizure: "with the told list, whose push service took which message",
    },
    Holding {
        table: "subscription",
        columns: &["key", "member", "since", "until", "body", "further"],
        class: "subscriptions",
        holds: "by which channel; a push service's address with its keys, or an address of mail, a telephone number, a topic or a Matrix room, sealed; a few coarse areas, kinds, a language, and when it wants peace: quiet hours in whole hours, alerts a day, the end of a snooze; a second way for when the first is not reached, sealed, of a telephone with a keyed hash of its number; for members on duty, whose duty phone it is",
        readable_by: NOBODY,
        life: "180 days unless renewed; at once when it is ended or its channel says that the address is gone",
        seizure: "push addresses with coarse areas and quiet hours; a push service can be asked which device and person an address belongs to. Other addresses open only with the key in the folder, which stands beside the database",
    },
    Holding {
        table: "subscription_cell",
        columns: &["cell", "subscription", "own"],
        class: "the index from areas to subscriptions",
        holds: "each subscription under its coarse cells and the coarser cells around them",
        readable_by: NOBODY,
        life: "goes with its subscription",
        seizure: "nothing beyond what subscriptions say",
    },
    Holding {
        table: "joining",
        columns: &["key", "version", "forget_at", "body"],
        class: "wishes to be told that wait for their owner",
        holds: "what somebody asked for by mail, sealed with the address; nothing of it once the link was used",
        readable_by: NOBODY,
        life: "one hour",
        seizure: "how many asked within the hour; what they asked opens only with the key in the folder",
    },
    Holding {
        table: "reach",
        columns: &["key", "version", "since", "forget_at", "body"],
        class: "figures of channels",
        holds: "for each channel and month how many messages were taken, gone and refused, how fast, and how many test messages were missed",
        readable_by: DESK,
        life: "13 months",
        seizure: "how busy the bell was; nothing about anybody",
    },
    Holding {
        table: "follower",
        columns: &["key", "version", "subscription", "incident", "due_at", "tries", "until"],
        class: "who is told how something ended",
        holds: "which subscription asked to be told when the page of which incident says more, and whether a message is owed to it",
        readable_by: NOBODY,
        life: "until its browser takes it back or ends its subscription, and for as long as the desk asks what came of the incident: ten years and two months",
        seizure: "which browser, by its push service's address, asked about which public incidents; no name",
    },
    Holding {
        table: "member",
        columns: &["key", "version", "since", "revoked_at", "body"],
        class: "members",
        holds: "a first or made-up name, roles, when the member joined and was revoked, who vouched and when, and who said last that the member lost a passkey",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "first or made-up names with their roles, and who vouched for whom",
    },
    Holding {
        table: "invitation",
        columns: &["key", "version", "member", "secret", "expires_at", "redeemed_at"],
        class: "sign-in links",
        holds: "the hash of a link, whose it is and whether it was used",
        readable_by: NOBODY,
        life: "15 minutes, then removed at the next cleaning; at once when the member is revoked or recovered",
        seizure: "hashes that open nothing",
    },
    Holding {
        table: "device",
        columns: &["key", "member", "secret", "since"],
        class: "members' browsers",
        holds: "the hash of a browser's credential and whose it is; not what sort of device it is",
        readable_by: NOBODY,
        life: UNTIL_RETENTION,
        seizure: "how many browsers each member uses, and hashes that open nothing",
    },
    Holding {
        table: "passkey",
        columns: &["key", "version", "member", "credential", "since", "body"],
        class: "passkeys",
        holds: "a passkey's public half, its counter, whose it is and since when; no time of use and no make of device",
        readable_by: NOBODY,
        life: "at once when the member is revoked or recovered; otherwise as long as the member",
        seizure: "how many passkeys each member has, and public keys that open nothing",
    },
    Holding {
        table: "session",
        columns: &["key", "version", "member", "device", "secret", "expires_at", "closed_at", "locks"],
        class: "signed-in stretches",
        holds: "the hash of a session's credential, whose it is, when it ends, whether it was closed and whether it locks when idle; not when it was last used",
        readable_by: NOBODY,
        life: "8 hours, then removed at the next cleaning; at once when the member is revoked or recovered",
        seizure: "who was signed in during the last working day, and hashes that open nothing",
    },
    Holding {
        table: "duty",
        columns: &["key", "version", "starts_at", "until", "observing", "on_since", "reminded_at"],
        class: "duties",
        holds: "from when to when a member's last duty ran, since when without a rest, whether they could be sent and were reminded of its end; no place and no last-seen",
        readable_by: DESK,
        life: "replaced by the member's next duty; otherwise kept until the group's retention rule for it exists",
        seizure: "each member's last duty",
    },
    Holding {
        table: "proposal",
        columns: &["key", "version", "incident", "at", "published_at", "body", "alone"],
        class: "proposals for the record",
        holds: "what a member proposed to publish, on which device, when it was published, who refused it and why, or what one took from the public alone and who agreed",
        readable_by: DESK,
        life: UNTIL_RETENTION,
        seizure: "who proposed which public entry",
    },
    Holding {
        table: "look",
        columns: &["key", "version", "incident", "open", "forget_at", "body"],
        class: "requests to go and look",
        holds: "which observer was asked by whom to look at which junction, how to come near and what to look for, who said no, when it was reported back and what came of it; no position of anybody",
        readable_by: "the desk, and the observer who is asked",
        life: "72 hours after it was closed; 7 days when nobody closed it",
        seizure: "for the last three days, which members the desk sent where and when, by first or made-up name",
    },
    Holding {
        table: "dispatch",
        columns: &["key", "version", "open", "planned_at", "forget_at", "body"],
        class: "who was asked to a dispatch",
        holds: "how many of each role a dispatch wants, which members were asked and what each said: going with minutes, cannot, on the scene, left; who goes with whom, and the last check-in; no position of anybody",
        readable_by: "the desk on duty, and each of those asked their own part",
        life: "24 hours after the dispatch was over; 7 days when nobody ended it",
        seizure: "for the last day, which members went to which alert, by first or made-up name",
    },
    Holding {
        table: "ready",
        columns: &["key", "forget_at", "body"],
        class: "where members on duty could go from",
        holds: "areas of the group's list that a member chose for this duty, and languages they speak",
        readable_by: "the member; the program, to ask the nearest first",
        life: "until the duty ends",
        seizure: "which coarse areas members on duty now named, and what they speak",
    },
    Holding {
        table: "nudge",
        columns: &["key", "version", "member", "due_at", "forget_at", "body"],
        class: "short messages to duty phones",
        holds: "that a member's duty phone was to be told of a look, a dispatch, a waiting report or the end of a duty, and whether a push service took it; a look's own words with it",
        readable_by: NOBODY,
        life: "an hour after it could last be sent",
        seizure: "what duty phones were told in the last hours",
    },
    Holding {
        table: "escalation",
        columns: &["key", "version", "forget_at", "body"],
        class: "calls for waiting reports",
        holds: "that nobody had opened a report for a minute or three, and that somebody on duty was called",
        readable_by: DESK,
        life: "24 hours",
        seizure: "how long reports of the last day waited",
    },
    Holding {
        table: "hold",
        columns: &["key", "version", "forget_at", "body"],
        class: "who works on what",
        holds: "which member has which report or incident, since when, and the last sign of work on it",
        readable_by: DESK,
        life: "24 hours after the last sign of work",
        seizure: "which member worked on what during the last day",
    },
    Holding {
        table: "posting",
        columns: &["key", "version", "forget_at", "body"],
        class: "the known-activity board",
        holds: "what the desk knows to go on (filming, a police operation, a drill), where roughly, from when until when, and who wrote it",
        readable_by: DESK,
        life: "24 hours after its own end, which is at most a week away",
        seizure: "these lines with the members who wrote them",
    },
    Holding {
        table: "mute",
        columns: &["key", "version", "forget_at", "body"],
        class: "muted patterns",
        holds: "which words the desk folded away during a flood, as a member chose them or as they stand in one report, in which area, until when, why, and which members muted, agreed and lifted",
        readable_by: DESK,
        life: "24 hours after its own end, which is at most a day away",
        seizure: "these patterns with the members who chose them",
    },
    Holding {
        table: "handover",
        columns: &["key", "forget_at", "body"],
        class: "hand-over notes",
        holds: "what a member wrote for the next shift",
        readable_by: DESK,
        life: "24 hours",
        seizure: "the words of these notes and who wrote them",
    },
    Holding {
        table: "letter",
        columns: &["key", "version", "receipt", "incident", "open", "received_at", "forget_at", "body"],
        class: "replies and complaints",
        holds: "what somebody concerned sent in about an incident of the record: in which role or for which reason, their words, which member has it, and what became of it; the keyed hash of their receipt",
        readable_by: "the desk, and the sender with the receipt",
        life: "30 days after it is decided, 180 days at most; the words go at once when they stand in the record or the sender takes them back",
        seizure: "the words of replies and complaints that wait or were declined lately; nothing that says who sent them, and no receipt",
    },
    Holding {
        table: "letter_contact",
        columns: &["key", "sealed", "forget_at"],
        class: "ways to reach who sent a reply or a complaint",
        holds: "how to reach a sender who chose to say so, sealed to the custodians' key before it was written",
        readable_by: "custodians, with their own key, outside the server",
        life: "14 days, or at once when the sender takes the letter back",
        seizure: "sealed boxes and how many there are; the server holds no key that opens them",
    },
    Holding {
        table: "custody_keys",
        columns: &["key", "version", "body"],
        class: "custody keys",
        holds: "the three public keys to which the key of each file is sealed in shares",
        readable_by: "everybody at the desk",
        life: "as long as the group",
        seizure: "three public keys; the secret halves are with three custodians and never here",
    },
    Holding {
        table: "footage_link",
        columns: &["key", "version", "report", "forget_at", "body"],
        class: "links for giving files",
        holds: "that files could be given to a report by a link, until when, how many were begun, and whether the witness or which member made it; a keyed hash of the link",
        readable_by: DESK,
        life: "24 hours",
        seizure: "to which reports links of the last day were made; no link that works",
    },
    Holding {
        table: "upload",
        columns: &["key", "version", "report", "length", "came", "forget_at", "body"],
        class: "files on their way",
        holds: "to which report a file is being given, its length and how much of it came, what the witness says may be done with it and when it was filmed, the working key and the sealed shares of its own key, at most the last 63 bytes that came (the state of its hash); a keyed hash of its address",
        readable_by: "whoever holds its address may go on with it; nobody reads it",
        life: "24 hours after its last byte; an hour when none came",
        seizure: "files on their way: the working key opens their parts until they are whole and copies are made",
    },
    Holding {
        table: "footage",
        columns: &["key", "version", "report", "received_at", "length", "waits", "noted", "forget_at", "body", "unasked"],
        class: "footage",
        holds: "to which report a file was given and when it came, its kind, length and SHA-256, what may be done with it, when it was filmed as the witness and the file say, the names and hashes of its working copies, who shut it by mistake and who asks to open it again, whether it is still to be held against the bank of known pictures, why and until when which two members keep it longer, and the sealed shares of its key",
        readable_by: "the desk, of working copies only; two of three custodians open an original, outside the server",
        life: "a year; 14 days when its report was rejected, minutes when it was withdrawn, at once when whoever gave it takes the file away; longer, a year at a time, where two members hold it with a reason that the witness reads",
        seizure: "what files there are and their hashes, working copies (for a day also of what was shut by mistake), sealed originals, and the working key of files whose copies are not made yet",
    },
    Holding {
        table: "custody",
        columns: &["number", "at", "footage", "said", "hash", "statement"],
        class: "custody of footage",
        holds: "what was done with which file, by the witness, which member, the keeper or the server, when; each line with the hash of the one before",
        readable_by: "auditors and custodians",
        life: "seven years; the hash of each line stays",
        seizure: "which member looked at, covered, exported or handed over which file, and when",
    },
    Holding {
        table: "hiding",
        columns: &["key", "version", "footage", "open", "address", "body"],
        class: "what is covered in footage",
        holds: "boxes over a working copy, who drew them, who looked at which frames, and what was made public with which words",
        readable_by: DESK,
        life: "as long as the file",
        seizure: "where in a picture somebody was covered, and which members drew and looked",
    },
    Holding {
        table: "known",
        columns: &["key", "version", "at", "body"],
        class: "known pictures",
        holds: "hashes of pictures and films that were seen before, with date, place and where from in a member's words, and which member or neighbouring group said so",
        readable_by: DESK,
        life: "until a member takes it out, or whoever gave the file takes it back",
        seizure: "these words, which file they are of, and hashes; a hash is a blurred sketch, and whoever has the picture finds it here",
    },
    Holding {
        table: "lead",
        columns: &["key", "version", "footage", "at", "body"],
        class: "likenesses of footage",
        holds: "that a file resembles a known picture, how nearly, and what which member said of it",
        readable_by: DESK,
        life: "as long as the file",
        seizure: "which files resemble what is known",
    },
    Holding {
        table: "stamp",
        columns: &["key", "version", "open", "body"],
        class: "stamps of days",
        holds: "the head of the custody chain at the end of a day, how many lines it had, and what an outside clock answered",
        readable_by: "auditors and custodians, and whoever is handed a pack",
        life: "as long as the group",
        seizure: "on which days footage was handled",
    },
    Holding {
        table: "log_entry",
        columns: &["leaf_index", "stream", "kind", "leaf", "content"],
        class: "the public log",
        holds: "57 bytes for each public entry and, until it is withdrawn, what opens them",
        readable_by: EVERYBODY,
        life: PUBLIC_FOR_GOOD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "checkpoint",
        columns: &["size", "note"],
        class: "signed checkpoints of the public log",
        holds: "the tree's size and root with the group's signature",
        readable_by: EVERYBODY,
        life: PUBLIC_FOR_GOOD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "opening",
        columns: &["number", "at", "member", "subject", "why", "reason", "second", "previous", "hash"],
        class: "who opened what",
        holds: "which member opened which report or incident at the desk, when, by what right, with their reason and whoever agreed; each line with the hash of the one before",
        readable_by: "auditors",
        life: "400 days; the newest line stays until another follows it",
        seizure: "which member looked at which report or incident, when and why; no word of what they saw",
    },
    Holding {
        table: "opening_ask",
        columns: &["key", "version", "at", "body"],
        class: "wishes to open something that is over",
        holds: "which member asked to open which report or incident, with their reason, and who agreed",
        readable_by: "the desk",
        life: "24 hours",
        seizure: "these wishes of the last day",
    },
    Holding {
        table: "found",
        columns: &["place", "incident", "first_day", "last_day", "west", "south", "east", "north", "kind", "state", "words", "body"],
        class: "the index of the record",
        holds: "for each incident of the record what its page says of title, kind, district, days, place, state and sources, and a checksum of its words; derived from the log, rebuilt from it at any time",
        readable_by: EVERYBODY,
        life: FOLLOWS_THE_RECORD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "found_words",
        columns: &["words"],
        class: "the words of the record, for searching",
        holds: "the words of each incident's page in one case and without accents; derived from the log, rebuilt from it at any time",
        readable_by: EVERYBODY,
        life: FOLLOWS_THE_RECORD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "found_words_data",
        columns: &["id", "block"],
        class: "the words of the record, word by word",
        holds: "for each word the incidents whose pages say it",
        readable_by: EVERYBODY,
        life: FOLLOWS_THE_RECORD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "found_words_idx",
        columns: &["segid", "term", "pgno"],
        class: "where the index holds which words",
        holds: "the first words of the index's pages",
        readable_by: EVERYBODY,
        life: FOLLOWS_THE_RECORD,
        seizure: "what everybody can read",
    },
    Holding {
        table: "found_words_config",
        columns: &["k", "v"],
        class: "how the index is kept",
        holds: "the index's settings: no word of anybody",
        readable_by: NOBODY,
        life: "as long as the store",
        seizure: "settings of the program",
    },
    Holding {
        table: "found_mark",
        columns: &["key", "version", "downto"],
        class: "how far the index goes",
        holds: "which version of the program made the index of the record, and whether it is whole",
        readable_by: NOBODY,
        life: "as long as the store",
        seizure: "two numbers",
    },
    Holding {
        table: "journal",
        columns: &["number", "change", "at", "member", "what", "subject"],
        class: "the journal",
        holds: "who did what to what and when, without a word of content; for witnesses and subscribers no who",
        readable_by: "nobody yet; auditors, once their page is built",
        life: UNTIL_RETENTION,
        seizure: "which member worked on which report, incident or alert, and when reports came in",
    },
    Holding {
        table: "meta",
        columns: &["name", "value"],
        class: "what the store is",
        holds: "whether it is live or an exercise, the format's number and the log's public key",
        readable_by: EVERYBODY,
        life: "as long as the store",
        seizure: "what everybody can read",
    },
    Holding {
        table: "_sqlx_migrations",
        columns: &["version", "description", "installed_on", "success", "checksum", "execution_time"],
        class: "the tables' own history",
        holds: "which shapes the tables went through and when this store took them on",
        readable_by: NOBODY,
        life: "as long as the store",
        seizure: "when the store was made and updated",
    },
];

/// What lies in folders beside the store and is not footage: its folder stands in the place of a table.
pub const BESIDE: &[Holding] = &[Holding {
    table: "packs",
    columns: &[],
    class: "packs that wait to be taken away",
    holds: "20 packs at most, made by custodians: for whom each is and which member made it, the lines of custody, hashes and public entries of the files in it, and no footage",
    readable_by: "custodians, and whoever they give a pack to",
    life: "a week; sooner when a custodian takes it off, or when something in it goes or may not leave any more",
    seizure: "to whom the group handed footage over in the last week, with the custody lines of those files: which members handled them and when; nothing that opens an original",
}];

/// What a table holds.
pub fn holding(table: &str) -> Option<&'static Holding> {
    HOLDINGS.iter().find(|holding| holding.table == table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::conformance::builders;
    use crate::store::sql::SqlStore;
    use handbell_rules::bell::mode::Status;
    use sqlx::{ConnectOptions, Row};
    use std::collections::{BTreeMap, BTreeSet};

    #[tokio::test]
    async fn every_table_and_every_column_is_in_the_inventory_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let store = SqlStore::create(&path, builders::log_key(), Status::Actual).await.unwrap();
        let counted: BTreeSet<&str> = store.held().await.unwrap().into_iter().map(|held| held.table).collect();
        store.close().await;

        let mut line = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).read_only(true).connect().await.unwrap();
        let mut real: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let text = "select t.name, c.name from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\' order by c.cid";
        for row in sqlx::query(text).fetch_all(&mut line).await.unwrap() {
            real.entry(row.get(0)).or_default().push(row.get(1));
        }
        let said: BTreeMap<String, Vec<String>> = HOLDINGS
            .iter()
            .map(|holding| (holding.table.to_owned(), holding.columns.iter().map(|name| (*name).to_owned()).collect()))
            .collect();
        assert_eq!(said.len(), HOLDINGS.len(), "a table stands twice");
        assert_eq!(said, real);
        assert_eq!(counted, HOLDINGS.iter().map(|holding| holding.table).collect::<BTreeSet<_>>(), "every table is counted");
    }

    #[test]
    fn every_table_says_what_it_is_in_words_we_can_keep() {
        for holding in HOLDINGS.iter().chain(BESIDE) {
            for words in [holding.class, holding.holds, holding.readable_by, holding.life, holding.seizure] {
                assert!(words.len() > 4, "{}", holding.table);
                for never in ["anonymous", "untraceable", "100 %"] {
                    assert!(!words.contains(never), "{}: {words}", holding.table);
                }
            }
        }
    }
}
