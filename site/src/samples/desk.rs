//! Samples of the desk's pages: sign-in, queue, report, incident, composer, alert, record.

use super::{Pen, Sample};
use crate::{
    AlertPreview, AskedAnswer, AskedOwn, Basis, BasisCount, BelongsTo, CallPage, ClaimForm, ClaimOffer, ClaimRow, ClaimValue, ComposePage,
    CustodyPage, CustodyRow, Deliveries, DeskAlertPage, DeskAlertRow, DeskAlertsPage, DeskIncidentPage, DeskRecordPage, DeskReportPage,
    DeskWish, DifferentPair, DispatchDesk, DispatchPerson, DispatchRow, DispatchWanted, FieldError, FootageLine, IndependentPair, KeyRow,
    KeysPage, LinkedReport, MarkShown, MarksShown, MemberRow, ObservePage, OfferedReport, OpeningPage, OpeningWish, OpeningsPage,
    OutcomeDesk, Page, PendingUpdate, PeoplePage, PlacesFound, PublishDesk, QueueFold, QueueItem, QueuePage, RecordProposal, Renewal, Shut,
    SignInPage, SignInSpentPage, Slot, State, SuggestedIncident, Tab, TakenAlone, TrailPage, TrailRow,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    push(
        "desk-sign-in",
        Box::new(SignInPage {
            frame: pen.desk_frame(Tab::Nowhere, "/desk/sign-in", "Sign in"),
            token: pen.some("t0k3n"),
            by_link: true,
            passkeys: true,
            words: pen.say("This makes this browser Heron’s. Heron is triager and approver."),
        }),
    );
    push(
        "desk-sign-in-spent",
        Box::new(SignInSpentPage {
            frame: pen.desk_frame(Tab::Nowhere, "/desk/sign-in", "Sign in"),
            words: pen.say("Links live 15 minutes and work once. Ask for a new one."),
        }),
    );
    for (name, shut) in [("off-duty", Shut::OffDuty), ("reason", Shut::Reason), ("second", Shut::Second), ("asked", Shut::Asked)] {
        let errors = if shut == Shut::Reason { vec![pen.error("reason", "Write one sentence that says why.")] } else { Vec::new() };
        push(&format!("desk-opening-{name}"), Box::new(opening(pen, shut, errors)));
    }
    push("desk-openings", Box::new(openings(pen)));
    let mut quiet = openings(pen);
    quiet.wishes.clear();
    quiet.errors = vec![pen.error("", "Somebody agreed to this already.")];
    push("desk-openings-empty", Box::new(quiet));
    push("desk-custody", Box::new(custody(pen)));
    let mut bare = custody(pen);
    (bare.sha256, bare.stream, bare.holds) = (None, None, false);
    bare.holds_words = pen.say("The chain is broken at line 14. Tell the group, and keep the disk as it is.");
    bare.rows.clear();
    bare.days.clear();
    push("desk-custody-broken", Box::new(bare));
    push("desk-trail", Box::new(trail(pen)));
    let mut broken = trail(pen);
    broken.holds = false;
    broken.holds_words = pen.say("Line 14 was changed. Tell the group, and keep the disk as it is.");
    broken.rows.clear();
    broken.sign = None;
    broken.more = None;
    push("desk-trail-broken", Box::new(broken));
    push(
        "desk-sign-in-passkey",
        Box::new(SignInPage {
            frame: pen.desk_frame(Tab::Nowhere, "/desk/sign-in", "Sign in"),
            token: None,
            by_link: false,
            passkeys: true,
            words: pen.say("The desk opens with your passkey."),
        }),
    );
    push("desk-people", Box::new(people(pen)));
    push("desk-keys", Box::new(keys(pen, false)));
    push("desk-keys-first", Box::new(keys(pen, true)));
    push("desk-observe", Box::new(observe(pen)));
    push("desk-call", Box::new(call(pen)));
    push("desk-queue", Box::new(queue(pen)));
    let mut empty = queue(pen);
    empty.heading = pen.say("Nothing is waiting");
    empty.waiting.clear();
    empty.again.clear();
    empty.incidents.clear();
    empty.second.clear();
    empty.live.clear();
    empty.looks.clear();
    empty.handed_over = None;
    empty.frame.bell_live = false;
    empty.frame.exercise = true;
    empty.notice = pen.some("Set aside.");
    empty.desk.on_duty = false;
    empty.desk.duty_ends = None;
    empty.desk.also_on.clear();
    push("desk-queue-empty", Box::new(empty));
    let mut off = queue(pen);
    (off.shut, off.desk.on_duty, off.desk.duty_ends) = (true, false, None);
    off.waiting.clear();
    off.again.clear();
    off.incidents.clear();
    off.quiet_words = pen.say("4 to read. Start your duty to see them.");
    push("desk-queue-off-duty", Box::new(off));

    push("desk-report", Box::new(report(pen)));
    let mut joined = report(pen);
    joined.belongs = vec![belongs(pen, "i3", "Immigration visit, Market Row", "")];
    joined.different = vec![different(pen, "r1", "i4", "/desk/incidents/i4")];
    joined.can_take = true;
    joined.can_free = false;
    joined.beside.clear();
    joined.text = None;
    joined.news = pen.some("The witness wrote something that nobody here has read.");
    joined.doubt = pen.some("Its witness has since said that something in it was wrong.");
    joined.wishes = vec![DeskWish {
        id: "w1".to_owned(),
        field: "because-w1".to_owned(),
        about: pen.say("A picture or clip"),
        words: pen.say("My face is in the clip from the corner."),
        asked_at: pen.say("22:10"),
        because: pen.say(""),
    }];
    joined.errors = vec![
        pen.error("question", "Write a question."),
        pen.error("reason", "Say why."),
        pen.error("more", "Write one sentence that says why."),
        pen.error("because-w1", "Write one sentence that says why."),
    ];
    push("desk-report-joined", Box::new(joined));
    let mut several = report(pen);
    several.belongs = vec![
        belongs(pen, "i1", "Immigration visit, Market Row", ""),
        belongs(pen, "i2", "Flood, Mill Road", "Over"),
        belongs(pen, "i3", "Immigration visit, Eastgate", ""),
        belongs(pen, "i4", "Something else, Eastgate", ""),
    ];
    several.suggested.clear();
    (several.full, several.can_open) = (true, false);
    several.set_aside.clear();
    for answer in &mut several.answers {
        for claim in &mut answer.claims {
            claim.of = pen.say("Immigration visit, Market Row");
        }
    }
    push("desk-report-several", Box::new(several));
    let mut hard = report(pen);
    hard.hard = true;
    push("desk-report-hard", Box::new(hard));

    push("desk-incident", Box::new(incident(pen)));
    let mut proposed = incident(pen);
    proposed.looks.clear();
    proposed.taken_by = None;
    proposed.publish.proposal = Some(proposal(pen, false));
    proposed.publish.editor_href = Some("/desk/incidents/i1/editor".to_owned());
    proposed.outcome.proposal = Some(proposal(pen, true));
    proposed.errors =
        ["predicate", "value", "low", "high", "source", "source_note", "basis", "certainty", "first", "second", "reason", "end"]
            .map(|field| pen.error(field, "Say this in another way."))
            .to_vec();
    push("desk-incident-errors", Box::new(proposed));

    push("desk-compose", Box::new(compose(pen)));
    let mut wrong = compose(pen);
    wrong.errors = ["slot-what", "slot-where", "reach", "area", "expires"].map(|field| pen.error(field, "Choose one.")).to_vec();
    push("desk-compose-errors", Box::new(wrong));

    push("desk-alert-draft", Box::new(draft(pen)));
    push("desk-alert-live", Box::new(live(pen)));
    let rows = vec![alert_row(pen)];
    let lists = DeskAlertsPage {
        frame: pen.desk_frame(Tab::DeskAlerts, "/desk/alerts", "Alerts"),
        desk: pen.desk(),
        notice: None,
        drafts: rows.clone(),
        live: rows.clone(),
        ended: rows,
    };
    let mut none = lists.clone();
    none.drafts.clear();
    none.live.clear();
    none.ended.clear();
    push("desk-alerts", Box::new(lists));
    push("desk-alerts-empty", Box::new(none));
    let record = DeskRecordPage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/record", "Record"),
        desk: pen.desk(),
        notice: None,
        alone: vec![TakenAlone {
            id: "p4".to_owned(),
            version: "1".to_owned(),
            incident_headline: pen.say("Immigration visit, Eastgate"),
            record_href: "/record/i1".to_owned(),
            says: pen.say("The words of entries 7 and 9: It told something about a person."),
            by: pen.say("Heron, 21:40, 2 hours ago"),
            state: pen.say("By one person, urgent, not confirmed"),
            can_second: true,
        }],
        letters: pen.link("/desk/replies", "Replies and complaints: 2 wait"),
        waiting: vec![
            proposal(pen, false),
            RecordProposal { id: "p2".to_owned(), own: true, can_approve: false, strikes: Vec::new(), hears: None, ..proposal(pen, false) },
        ],
        incidents: vec![pen.link("/desk/incidents/i1/editor", "Immigration visit, Eastgate")],
        published: vec![proposal(pen, true)],
        refused: vec![RecordProposal {
            id: "p3".to_owned(),
            can_approve: false,
            can_refuse: false,
            refused: pen.some("Wren refused it, 21:58: The date is not in the statement."),
            ..proposal(pen, false)
        }],
        errors: Vec::new(),
    };
    let mut none = record.clone();
    none.waiting.clear();
    none.alone.clear();
    none.incidents.clear();
    none.published.clear();
    none.refused.clear();
    let mut wrong = record.clone();
    wrong.errors = vec![
        pen.error("reason-p1", "Write one sentence that says why."),
        pen.error("marked-p1", "Read the marked words and say that they may stand, or refuse them."),
    ];
    wrong.waiting[0].errors = wrong.errors.clone();
    push("desk-record-errors", Box::new(wrong));
    push("desk-record", Box::new(record));
    push("desk-record-empty", Box::new(none));
}

fn item(pen: &Pen, id: &str, age: &str, wick: u8) -> QueueItem {
    QueueItem {
        id: id.to_owned(),
        href: format!("/desk/reports/{id}"),
        age: pen.say(age),
        wick,
        late: wick == 5,
        soon: wick == 3,
        wait_words: pen.say(if wick == 5 { "waiting 19 min: late" } else { "waiting 6 min: look now" }),
        headline: pen.say("Immigration visit, Market Row by the bus stop"),
        tag: pen.tag(State::Checking),
        bases: vec![
            BasisCount { basis: Basis::Saw, words: pen.say("1 saw it") },
            BasisCount { basis: Basis::Told, words: pen.say("1 was told") },
            BasisCount { basis: Basis::Online, words: pen.say("3 saw it online") },
        ],
        excerpt: pen.some("Four people in uniform going from shop to shop. One has shut its door."),
        take_version: pen.some("3"),
        taken_by: None,
        fold: (wick == 3).then(|| QueueFold {
            words: pen.say("200 or more near-identical: the first, and three samples"),
            samples: (1..=3)
                .map(|n| pen.link(&format!("/desk/reports/copy{n}"), "Immigration visit, Market Row: come to the market now"))
                .collect(),
        }),
        beside: if wick == 3 { vec![pen.say("Filming: a crew with police cars. In the same area, at the same time.")] } else { Vec::new() },
    }
}

fn alert_row(pen: &Pen) -> DeskAlertRow {
    DeskAlertRow {
        href: "/desk/alerts/a1".to_owned(),
        headline: pen.say("Immigration visit, Eastgate"),
        words: pen.say("neighbours · ends 23:42"),
        tag: Some(pen.tag(State::Confirmed)),
    }
}

fn queue(pen: &Pen) -> QueuePage {
    let mut frame = pen.desk_frame(Tab::Queue, "/desk", "Queue");
    frame.bell_live = true;
    let mut open = item(pen, "i1", "22 min", 2);
    open.take_version = None;
    open.taken_by = pen.some("Wren has it");
    open.href = "/desk/incidents/i1".to_owned();
    open.excerpt = None;
    open.tag = pen.tag(State::Confirmed);
    let mut untagged = alert_row(pen);
    untagged.tag = None;
    let mut again = item(pen, "r9", "2 days", 0);
    again.take_version = None;
    again.wait_words = pen.say("Decide");
    again.excerpt = pen.some("Something about me: I was the only one on that balcony.");
    QueuePage {
        shut: false,
        frame,
        desk: pen.desk(),
        heading: pen.say("Three waiting"),
        can_call: true,
        rule_words: pen.say("Oldest first. At 10 minutes the next person on the list is called."),
        notice: None,

        muted: super::watch::muted(pen),
        again: vec![again],
        waiting: vec![item(pen, "r1", "19 min", 5), item(pen, "r2", "6 min", 3), item(pen, "r3", "40 s", 1)],
        incidents: vec![open],
        second: vec![pen.link("/desk/alerts/a2", "Alert for Mill Road, written by Plover")],
        live: vec![alert_row(pen), untagged],
        looks: vec![pen.link("/desk/incidents/i1/looks", "Overdue: Finch has not reported back from Market Row")],
        unwished: vec![pen.link("/desk/hidings/h1", "A witness took back the wish that a covered copy is public.")],
        announce: pen.say("Three waiting. One report: look now. An observer is overdue."),
        board_words: pen.say("One line stands now."),
        handed_over: Some(pen.link("/desk/duty", "Wren left a note at 19:58")),
        quiet_words: pen.say("Quiet since 02:14."),
    }
}

fn belongs(pen: &Pen, id: &str, headline: &str, ended: &str) -> BelongsTo {
    BelongsTo {
        id: id.to_owned(),
        href: format!("/desk/incidents/{id}"),
        headline: pen.say(headline),
        ended: if ended.is_empty() { String::new() } else { pen.say(ended) },
    }
}

fn different(pen: &Pen, report: &str, incident: &str, href: &str) -> DifferentPair {
    DifferentPair {
        report: report.to_owned(),
        version: pen.say("2"),
        incident: incident.to_owned(),
        href: href.to_owned(),
        headline: pen.say("Flood, Mill Road by the bridge"),
        by: pen.say("Heron, 21:50."),
        reason: pen.say("Another street, and water only."),
    }
}

fn report(pen: &Pen) -> DeskReportPage {
    DeskReportPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/reports/r1", "Report"),
        desk: pen.desk(),
        id: "r1".to_owned(),
        version: pen.say("3"),
        headline: pen.say("Immigration visit, Market Row by the bus stop"),
        tag: pen.tag(State::Checking),
        notice: pen.some("You took it."),
        facts: vec![
            pen.fact("How they know", "Saw it", ""),
            pen.fact("When", "21:40, happening now", "said at 21:42"),
            pen.fact("Where", "Market Row, by the bus stop", "area: Eastgate, around the market"),
            pen.fact("Officers", "3 to 5", ""),
            pen.fact("Contact", "One, sealed", ""),
        ],
        text: pen.some("Four people in uniform going from shop to shop.\nOne shop has shut its door."),
        hard: false,
        beside: vec![pen.say("Filming: a crew with police cars. In the same area, at the same time.")],
        can_free: true,
        answers: vec![
            AskedAnswer { question: pen.say("Did they go in?"), answer: pen.say("Yes"), claims: Vec::new() },
            AskedAnswer {
                question: pen.say("How many people were led away?"),
                answer: pen.say("1"),
                claims: vec![ClaimOffer {
                    of: String::new(),
                    action: "/desk/incidents/i1/claims".to_owned(),
                    version: pen.say("3"),
                    source: "r1".to_owned(),
                    predicate: "count.arrests".to_owned(),
                    label: pen.say("Arrests"),
                    values: vec![ClaimValue { words: pen.say("1"), value: String::new(), low: "1".to_owned(), high: "1".to_owned() }],
                }],
            },
        ],
        timeline: vec![pen.moment("21:42", "Saved."), pen.moment("21:44", "Heron took it.")],
        taken_by: pen.some("You have it"),
        can_take: false,
        news: None,
        doubt: None,
        wishes: Vec::new(),
        can_ask: true,
        ask_words: pen.some("One question at a time."),
        question: pen.say("Is it still happening?"),
        belongs: Vec::new(),
        suggested: vec![SuggestedIncident {
            id: "i1".to_owned(),
            href: "/desk/incidents/i1".to_owned(),
            headline: pen.say("Immigration visit, Market Row"),
            distance: pen.say("about 80 m away"),
            apart: pen.say("4 minutes apart"),
            reasons: pen.all(&["Same kind.", "Within 150 m and 30 minutes."]),
        }],
        different: Vec::new(),
        can_join: true,
        footage: vec![FootageLine {
            link: pen.link("/desk/footage/f1", "Video (MP4), 84 MB."),
            meta: pen.say("Came 21:40. Working copies are made."),
        }],
        can_give: true,
        full: false,
        can_open: true,
        set_aside: pen.choices(&["duplicate|We have it already", "elsewhere|Another place or time", "other|Something else"]),
        aside_more: pen.say(""),
        errors: Vec::new(),
    }
}

fn proposal(pen: &Pen, published: bool) -> RecordProposal {
    RecordProposal {
        id: "p1".to_owned(),
        version: pen.say("1"),
        kind: pen.say("Open to the record"),
        incident_headline: pen.say("Immigration visit, Market Row"),
        incident_href: "/desk/incidents/i1".to_owned(),
        will_say: vec![pen.fact("Title", "Immigration visit in Eastgate", ""), pen.fact("Place", "Eastgate", "district, no finer")],
        strikes: if published { Vec::new() } else { pen.all(&["It was believed to be a Saturday."]) },
        hears: (!published).then(|| pen.say("This is correction 1. People told of 1 alert will hear of it.")),
        marks: Some(MarksShown {
            heading: pen.say("Words the guard marked, and why they may stand"),
            lines: vec![MarkShown {
                before: if published { String::new() } else { pen.say("The ") },
                words: if published { String::new() } else { pen.say("Lord Nelson") },
                after: if published { String::new() } else { pen.say(" stayed open.") },
                looks_like: "the name of a person".to_owned(),
                why: pen.say("It is no person’s name or number and leads to nobody"),
            }],
            because: pen.say("It is the pub at the corner."),
            by: pen.all(&["Wren said so, 21:40."]),
            tick: (!published).then(|| pen.say("I have read the marked words and they may stand")),
        }),
        approvals: pen.approvals(),
        can_approve: !published,
        own: false,
        can_refuse: !published,
        refusal: pen.some("One more person must agree, on another device."),
        refused: None,
        errors: Vec::new(),
        published_href: published.then(|| "/record/mzqk".to_owned()),
    }
}

fn people(pen: &Pen) -> PeoplePage {
    let row = |id: &str, name: &str, roles: &str, standing: &str| MemberRow {
        id: id.to_owned(),
        name: pen.say(name),
        me: false,
        roles: pen.say(roles),
        standing: pen.say(standing),
        vouched_by: String::new(),
        recovery: None,
        may_vouch: false,
        may_recover: true,
        may_revoke: true,
    };
    let mut heron = row("m1", "Heron", "triager, approver", "Founded the group");
    heron.me = true;
    heron.may_recover = false;
    let mut wren = row("m2", "Wren", "triager", "Invited: 1 of 2 vouches");
    wren.vouched_by = pen.say("Plover");
    wren.may_vouch = true;
    let mut plover = row("m3", "Plover", "editor", "On probation until 3 January 2027");
    plover.recovery = pen.some("Heron says that the passkey is lost. A second member must say so too.");
    PeoplePage {
        frame: pen.desk_frame(Tab::People, "/desk/people", "People"),
        desk: crate::DeskBar { locks: true, ..pen.desk() },
        members: vec![heron, wren, plover],
        may_invite: true,
        name: pen.say("Sorrel"),
        roles: vec![crate::Choice::new("triager", pen.say("triager")), crate::Choice::new("approver", pen.say("approver"))],
        link: pen.some("https://bell.example/desk/sign-in/t0k3n"),
        errors: vec![crate::FieldError::new("name", pen.say("Somebody here has this name. Choose another."))],
    }
}

fn keys(pen: &Pen, first: bool) -> KeysPage {
    let row = |id: &str, member: &str, here: bool, state: &str| KeyRow {
        id: id.to_owned(),
        member: pen.say(member),
        here,
        state: pen.say(state),
        since: pen.say("Added 20 November 2026 at 21:40"),
        may_take_back: here,
    };
    KeysPage {
        frame: pen.desk_frame(Tab::People, "/desk/keys", "Signing devices"),
        desk: pen.desk(),
        state_words: pen.say(if first { "There is no list yet." } else { "List 3 stands, with 2 devices of 2 members." }),
        devices: if first {
            Vec::new()
        } else {
            vec![row("k1", "Heron", true, "On list 3"), row("k2", "Plover", false, "Waits for the next list")]
        },
        may_add: true,
        has_key: !first,
        origin: "https://bell.example".to_owned(),
        device: "d1".to_owned(),
        next: if first { None } else { pen.some("handbell signing devices v1\nversion 4\n") },
        next_words: pen.say("One member has signed it. One more must."),
        refusal: if first { None } else { pen.some("This browser is not on the group's list of signing devices.") },
        may_sign: !first,
        sign_text: pen.some("handbell signing devices v1\nversion 4\n"),
        bounds: pen.all(&["An end needs no key."]),
        errors: if first { Vec::new() } else { vec![crate::FieldError::new("", pen.say("The list is another one now."))] },
    }
}

fn call(pen: &Pen) -> CallPage {
    let say = |words: &str| pen.say(words);
    let bands = ["|I did not count", "1-2|1 or 2", "3-5|3 to 5"];
    CallPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/call", "Write down a call"),
        desk: pen.desk(),
        notice: pen.some("Saved. The desk has it."),
        receipt: pen.all(&["otter", "lantern", "maple", "quiet", "harbour", "thimble", "pepper"]),
        once: say("4f2c"),
        languages: pen.choices(&["*en|English", "es|Español"]),
        spoken: "en".to_owned(),
        asks: AskedOwn {
            kind: say("What is happening there?"),
            basis: say("Do you see it yourself, or how do you know of it?"),
            place: say("Where is it?"),
            happening: say("Is it still going on?"),
            observed: say("When did you first see it?"),
            until: say("And when did you last see it?"),
            sure: say("Did you look at a clock?"),
            exact: say("Is that the very spot?"),
            officers: say("About how many officers?"),
            vehicles: say("About how many vehicles?"),
            people: say("About how many other people?"),
            words: say("What else did you see?"),
            contact: say("How can we reach you?"),
        },
        progress: say("5 of 12 questions answered"),
        answered: 5,
        asked: 12,
        next: "answer-equipment".to_owned(),
        kinds: pen.choices(&["*immigration-visit|Immigration visit", "flood|Flood"]),
        bases: pen.choices(&["*saw|I see it or saw it", "told|Somebody told me"]),
        place: say("Market Row"),
        found: Some(PlacesFound { choices: pen.choices(&["a1|Market Row|Eastgate", "|None of these: use my own words"]) }),
        areas: pen.choices(&["|I am not sure", "east|Eastgate"]),
        when: pen.choices(&["now|It is happening now", "*over|It is over"]),
        ago: pen.choices(&["0|Just now", "*5|5 minutes ago"]),
        until: pen.choices(&["|I do not know", "0|Just now"]),
        sure: pen.choices(&["|I do not know", "exactly|To the minute"]),
        exact: pen.choices(&["|I do not know", "street|The street"]),
        officers: pen.choices(&bands),
        vehicles: pen.choices(&bands),
        people: pen.choices(&bands),
        questions: super::street::questions(pen),
        text: say("Two vans, doors open."),
        contact: say(""),
        contact_words: say("It is sealed at once."),
        errors: vec![pen.error("place", "Say where: a street and something nearby.")],
    }
}

fn observe(pen: &Pen) -> ObservePage {
    ObservePage {
        frame: pen.desk_frame(Tab::Scene, "/desk/observe", "From the scene"),
        desk: crate::DeskBar { works: false, observes: true, roles: pen.say("observer"), ..pen.desk() },
        notice: pen.some("The desk has it."),
        looks: vec![pen.link("/desk/looks/l1", "Market Row and Mill Road: answer by 21:44")],
        kinds: pen.choices(&["immigration-visit|Immigration visit", "*flood|Flood"]),
        place: pen.say("Market Row, corner of Mill Road"),
        when: pen.choices(&["*now|It goes on", "moving|It is moving", "over|It is over"]),
        text: pen.say("Two vans, doors open."),
        conduct: pen.conduct(),
        vapid_key: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg".to_owned(),
        errors: vec![pen.error("place", "Say where: a street and something nearby.")],
    }
}

fn incident(pen: &Pen) -> DeskIncidentPage {
    let claim = |id: &str, disputed: bool| ClaimRow {
        id: id.to_owned(),
        predicate: pen.say("Officers, how many"),
        value: pen.say("about five"),
        source: pen.say("Report of 21:42"),
        basis: pen.say("saw it"),
        range: if disputed { String::new() } else { pen.say("4 to 6") },
        certainty: pen.say("Likely"),
        doubt: disputed.then(|| pen.say("Its witness has since said that something in it was wrong.")),
        disputed,
        disputed_words: disputed.then(|| pen.say("The second report counts two.")),
    };
    let linked = |id: &str, time: &str| LinkedReport {
        id: id.to_owned(),
        href: format!("/desk/reports/{id}"),
        headline: pen.say(&format!("Immigration visit, reported {time}")),
        words: pen.say(&format!("Saw it · {time}")),
        lines: vec![
            pen.say("Came in by the form."),
            pen.say("Where: Market Row, by the bus stop."),
            pen.say("Saw it."),
            pen.say("Not independent of any other report: nobody has recorded a reason."),
        ],
        doubt: (id == "r2").then(|| pen.say("Its witness has since said that something in it was wrong.")),
        others: if id == "r2" { vec![pen.link("/desk/incidents/i2", "Flood, Mill Road")] } else { Vec::new() },
        can_unlink: true,
    };
    DeskIncidentPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/incidents/i1", "Incident"),
        desk: pen.desk(),
        id: "i1".to_owned(),
        version: pen.say("7"),
        headline: pen.say("Immigration visit, Market Row"),
        level: pen.tag(State::Checking),
        taken_by: pen.some("Wren has it"),
        can_hold: true,
        can_free: true,
        looks: pen.all(&["Market Row and Mill Road: on the way, report due by 22:04"]),
        looks_href: "/desk/incidents/i1/looks".to_owned(),
        because: pen.say("Two first-hand reports, and nobody has recorded that they are independent."),
        rule_words: pen.say(
            "confirmed needs a trained observer on the scene, or two independent first-hand \
             sources, or an official statement, and no disputed claim.",
        ),
        notice: None,
        reports: vec![linked("r1", "21:42"), linked("r2", "21:46")],
        offered: vec![OfferedReport {
            id: "r7".to_owned(),
            version: "1".to_owned(),
            headline: pen.say("Immigration visit, Market Row"),
            words: pen.say("about 40 m away, 6 minutes apart"),
            reasons: vec![pen.say("Likely the same: near, and the words agree."), pen.say("Words in common: bakery, van, white.")],
        }],
        different: vec![different(pen, "r9", "i1", "/desk/reports/r9")],
        can_join: true,
        claims: vec![claim("c1", false), claim("c2", true)],
        claim_form: Some(ClaimForm {
            predicates: pen.choices(&["place|Place", "agency|Agency", "count.officers|Officers, how many"]),
            sources: pen.choices(&["r1|Report of 21:42", "observer|Observer on the scene", "official|Official statement"]),
            bases: pen.choices(&["saw|Saw it", "told|Was told", "online|Online", "official|Official"]),
            certainties: pen.choices(&["observed|Observed", "likely|Likely", "possible|Possible"]),
            value: pen.say("about five"),
            low: pen.say("4"),
            high: pen.say("6"),
            source_note: pen.say(""),
        }),
        pairs: vec![IndependentPair {
            reports: pen.say("Report of 21:42 and report of 21:46"),
            independent: true,
            reason: pen.say("Opposite ends of the row; each answered what only they could see."),
            by: pen.say("Wren, 21:50"),
        }],
        pair_reports: pen.choices(&["r1|Report of 21:42", "r2|Report of 21:46"]),
        pair_reason: pen.say(""),
        alerts: vec![alert_row(pen)],
        compose_href: Some("/desk/incidents/i1/compose".to_owned()),
        compose_refusal: pen.some("Neighbours can be told once it is confirmed."),
        ends: pen.choices(&[
            "over|It is over",
            "nothing-found|Nothing was found",
            "cannot-be-verified|It cannot be verified",
            "mistaken|It was a mistake",
        ]),
        publish: PublishDesk {
            will_say: vec![pen.fact("Title", "Immigration visit in Eastgate", "")],
            can_propose: true,
            refusal: pen.some("Only after the stand-down."),
            proposal: None,
            editor_href: None,
        },
        outcome: OutcomeDesk {
            outcomes: pen.choices(&["left|They left without anyone", "arrests|Somebody was taken"]),
            can_propose: true,
            refusal: pen.some("Open it to the record first."),
            marks: Some(super::editor::marks(pen)),
            proposal: None,
        },
        errors: Vec::new(),
    }
}

fn compose(pen: &Pen) -> ComposePage {
    ComposePage {
        frame: pen.desk_frame(Tab::DeskAlerts, "/desk/incidents/i1/compose", "Write an alert"),
        desk: pen.desk(),
        incident: "i1".to_owned(),
        version: pen.say("7"),
        headline: pen.say("Immigration visit, Market Row"),
        level: pen.tag(State::Confirmed),
        slots: vec![
            Slot {
                name: "what".to_owned(),
                label: pen.say("Immigration officers are …"),
                choices: pen.choices(&["*shops|visiting shops", "street|in the street"]),
            },
            Slot {
                name: "where".to_owned(),
                label: pen.say("in … as neighbours see it"),
                choices: pen.choices(&["east|Eastgate, around the market"]),
            },
        ],
        reaches: pen.choices(&[
            "dispatch|Observers on duty|One approver. 4 observers, in pairs.",
            "*neighbours|Neighbours in the areas|Two approvers. Coarse area and rights.",
            "public|Everybody|Two approvers. District only, 2 hours later.",
        ]),
        areas: pen.choices(&["*east|Eastgate, around the market", "mill|Mill Road"]),
        expires: pen.choices(&["60|1 hour", "*120|2 hours"]),
        conduct: pen.conduct(),
        errors: Vec::new(),
    }
}

fn draft(pen: &Pen) -> DeskAlertPage {
    DeskAlertPage {
        dispatch: None,
        frame: pen.desk_frame(Tab::DeskAlerts, "/desk/alerts/a1", "Approve an alert"),
        desk: pen.desk(),
        id: "a1".to_owned(),
        version: pen.say("2"),
        heading: pen.say("Ring the bell for Market Row?"),
        state_words: pen.say("Written by Plover. It needs two people on two devices. One has agreed."),
        tag: None,
        notice: None,
        facts: vec![
            pen.fact("Incident", "Immigration visit, Market Row", ""),
            pen.fact("Reach", "Neighbours", "Eastgate, around the market"),
            pen.fact("Runs out", "15 minutes after it rings, unless it is renewed", "It can be renewed for 120 minutes."),
        ],
        preview: AlertPreview {
            push_title: pen.say("Confirmed activity in your area."),
            push_body: pen.say("Open for rights information."),
            headline: pen.say("Immigration officers are visiting shops in Eastgate, around the market."),
            purpose: pen.say("This alert is to witness, and so that people know their rights."),
            area: pen.say("Eastgate, around the market"),
            times: pen.say("21:42 to 23:42"),
            tag: pen.tag(State::Confirmed),
        },
        conduct: pen.conduct(),
        audience: pen.say("10–49 people"),
        resting: pen.all(&[
            "Fewer than 10 more asked for this and have quiet hours now. They are not told.",
            "10 to 49 more asked for this and were told as often today as they want. They are not told.",
        ]),
        approvals_words: pen.say("Two people must agree"),
        approvals: pen.approvals(),
        sign_text: pen.some("handbell alert v1\nkind alert\n"),
        held_back: true,
        reason: pen.say("A second river is over its bank."),
        can_approve: true,
        can_ring: true,
        refusal: pen.some("You recorded the deciding check. Another approver must agree."),
        rung: false,
        deliveries: None,
        said: Vec::new(),
        updates: Vec::new(),
        pending_update: None,
        renewal: None,
        cancel_words: None,
        stand_down_words: None,
        public_href: None,
        errors: Vec::new(),
    }
}

fn dispatch(pen: &Pen) -> DispatchDesk {
    let row = |role: &str, wanted: u8, filled: u8, words: &str| DispatchRow { role: pen.say(role), wanted, filled, words: pen.say(words) };
    let person = |member: &str, who: &str, words: &str, overdue: Option<String>| DispatchPerson {
        member: member.to_owned(),
        who: pen.say(who),
        words: pen.say(words),
        can_be_well: overdue.is_some(),
        overdue,
    };
    let numbers = |most: u8| (0..=most).map(|number| pen.choices(&[&format!("{number}|{number}")])).collect::<Vec<_>>().concat();
    DispatchDesk {
        words: pen.say("Two rings so far. Places are free; the next ring asks at 21:50."),
        rows: vec![row("Observers", 4, 2, "2 of 4 taken, 1 on the scene for 12 minutes"), row("Somali interpreters", 1, 0, "0 of 1 taken")],
        people: vec![
            person(
                "m1",
                "Wren",
                "on the scene since 21:42, goes with Heron",
                pen.some("No word since 21:57. Find out whether they are well."),
            ),
            person("m2", "Heron", "on the way, there by 21:50, goes with Wren", None),
            person("m3", "Plover", "asked at 21:42", None),
        ],
        people_words: None,
        wanted: vec![
            DispatchWanted { name: "observer", label: "Observers, in pairs", options: numbers(8) },
            DispatchWanted { name: "interpreter", label: "Interpreters", options: numbers(8) },
            DispatchWanted { name: "language", label: "Their language", options: pen.choices(&["|any", "*so|Somali"]) },
            DispatchWanted { name: "first-aider", label: "First aiders", options: numbers(8) },
            DispatchWanted { name: "legal-adviser", label: "Legal advisers", options: numbers(8) },
        ],
    }
}

fn live(pen: &Pen) -> DeskAlertPage {
    let mut page = draft(pen);
    page.frame.bell_live = true;
    page.heading = pen.say("Live: Market Row");
    page.state_words = pen.say("Rung at 21:42 by Heron.");
    page.tag = Some(pen.tag(State::Confirmed));
    page.approvals.iter_mut().for_each(|approval| approval.given = true);
    page.can_approve = false;
    page.can_ring = false;
    page.refusal = None;
    page.rung = true;
    page.deliveries = Some(Deliveries {
        told: pen.say("38"),
        waiting: pen.say("2"),
        unreachable: pen.say("1"),
        list_words: pen.say("Who was told is kept until 24 hours after the end."),
    });
    page.said = vec![pen.moment("21:42", "First told.")];
    page.updates = pen.choices(&["enough|Enough observers are there.", "on-way|Observers are on the way."]);
    page.pending_update = Some(PendingUpdate {
        id: "u1".to_owned(),
        words: pen.say("Enough observers are there. No more are needed."),
        sign_text: pen.some("handbell alert v1\nkind update\n"),
        approvals: pen.approvals(),
        can_approve: true,
        can_send: true,
        refusal: pen.some("One more must agree."),
    });
    page.renewal = Some(Renewal {
        words: pen.say("It runs out at 21:57 unless one of you renews it. It can be renewed until 23:42. Nobody is told anything new."),
        refusal: None,
    });
    page.cancel_words = pen.some("This alert is over. It was wrong. We are sorry for the fright.");
    page.stand_down_words = pen.some("This alert is over.");
    page.public_href = Some("/alerts/abc".to_owned());
    page.dispatch = Some(dispatch(pen));
    page.errors = vec![pen.error("update", "Choose an update.")];
    page
}

fn opening(pen: &Pen, shut: Shut, errors: Vec<FieldError>) -> OpeningPage {
    OpeningPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/reports/r1", "Opening"),
        desk: pen.desk(),
        shut,
        matter: pen.say("Report of 21:42"),
        subject: pen.say("reports/r1"),
        reason: pen.say(""),
        errors,
    }
}

fn openings(pen: &Pen) -> OpeningsPage {
    let wish = |id: &str, answer: Option<&str>, can_agree, href: Option<&str>| OpeningWish {
        id: id.to_owned(),
        words: pen.say("Wren wants to open the report of 12 March, 21:42"),
        reason: pen.say("The council asks when it ended."),
        at: pen.say("09:10"),
        answer: answer.and_then(|answer| pen.some(answer)),
        can_agree,
        href: href.map(str::to_owned),
    };
    OpeningsPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/open/asks", "Asked to open"),
        desk: pen.desk(),
        wishes: vec![wish("a1", None, true, None), wish("a2", Some("Heron agreed at 09:12"), false, Some("/desk/reports/r1"))],
        errors: Vec::new(),
    }
}

fn custody(pen: &Pen) -> CustodyPage {
    let row = |number: &str, who: &str, what: &str, words: Option<&str>| CustodyRow {
        number: number.to_owned(),
        at: pen.say("21:42"),
        who: pen.say(who),
        what: pen.say(what),
        words: words.and_then(|words| pen.some(words)),
    };
    CustodyPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/footage/f1/custody", "What was done with it"),
        desk: pen.desk(),
        footage: pen.say("aguq3ydvptwwtvfa7vqf2jnqiy"),
        sha256: pen.some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        stream: pen.some("mfzwizlgpbsxg43emfzwizlgpb"),
        holds: true,
        holds_words: pen.say("All 212 lines of the chain follow from each other."),
        rows: vec![
            row("17", "whoever gave it", "It was received, whole, and sealed.", Some("12,000,000 bytes, video/mp4")),
            row("18", "Wren, triager", "Somebody looked at a working copy.", None),
        ],
        days: vec![row("212", "856d0a0c40ec23d3c15f3f18922365ba480fd5d1dc26cedcfc6df88fe79ce3a2", "No authority was asked.", None)],
    }
}

fn trail(pen: &Pen) -> TrailPage {
    let row = |number: &str, why: &str, reason: Option<&str>| TrailRow {
        number: number.to_owned(),
        at: pen.say("21:42"),
        member: pen.say("Wren"),
        matter: pen.say("report mfzwizlgpbsxg43e"),
        why: pen.say(why),
        reason: reason.and_then(|reason| pen.some(reason)),
    };
    TrailPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/trail", "Who opened what"),
        desk: pen.desk(),
        holds: true,
        holds_words: pen.say("All 212 lines follow from each other."),
        sign: pen.some("3f1a-77c0-9b02-e4d1"),
        typed: pen.say("3f1a-77c0-9b02-e4d1"),
        found: pen.some("Line 12 bears it. Everything up to there is as it was."),
        rows: vec![row("212", "on duty, open", None), row("211", "a second member agreed: Heron", Some("The council asks when it ended."))],
        more: pen.some("12 older lines are not shown."),
    }
}
