//! Samples of the record's pages and of the pages about Handbell itself.

use super::{Pen, Sample};
use crate::{
    AboutPage, Changed, CorrectionRow, CorrectionsPage, Differing, Elsewhere, ErrorPage, HeldClass, LogPage, Page, RecordEntry,
    RecordListPage, RecordPage, RecordRow, SaidRow, SourceRow, Sourced, State, Tab, Tag, Voice,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    let row = |state: State| RecordRow {
        href: "/record/mzqk".to_owned(),
        title: pen.say("Report of bailiffs at a home in Eastgate"),
        meta: pen.say("28 October 2026 · Eastgate"),
        tag: pen.tag(state),
    };
    let frame = |path: &str| pen.frame(Tab::Record, path);
    push(
        "record-list",
        Box::new(RecordListPage {
            frame: frame("/record"),
            incidents: State::ALL.map(row).to_vec(),
            next_href: Some("/record?after=mzqk".to_owned()),
        }),
    );
    push("record-list-empty", Box::new(RecordListPage { frame: frame("/record"), incidents: Vec::new(), next_href: None }));
    push("record", Box::new(incident(pen)));
    let mut open = bare(pen);
    open.frame.exercise = true;
    push("record-exercise", Box::new(open));
    push("corrections", Box::new(CorrectionsPage { frame: frame("/corrections"), corrections: vec![slip(pen)] }));
    push("corrections-empty", Box::new(CorrectionsPage { frame: frame("/corrections"), corrections: Vec::new() }));
    push("about", Box::new(about(pen)));
    push(
        "log",
        Box::new(LogPage {
            frame: frame("/log"),
            origin: pen.say("handbell.example/log"),
            key: pen.say("handbell.example/log+5c3f8a1b+AQNYb2p0c0pGQ1JqR2tLZ1ZzU3lhY1ZzZ1pXbQ"),
            size: pen.say("4 190"),
            root: pen.say("3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            signed_at: pen.say("20 November 2026, 22:31"),
            verify_command: pen.say("handbell verify https://handbell.example"),
            facts: vec![pen.fact("Cosigners", "None yet", "")],
        }),
    );
    push(
        "error",
        Box::new(ErrorPage {
            frame: pen.frame(Tab::Nowhere, "/nothing"),
            status: 503,
            heading: pen.say("We could not save it"),
            what_to_do: pen.all(&["What you wrote is below. Try once more.", "In danger: 999."]),
            code: pen.say("store-unavailable"),
            links: vec![pen.link("/report", "Try once more")],
            kept: pen.some("Four people in uniform going from shop to shop."),
        }),
    );
}

fn incident(pen: &Pen) -> RecordPage {
    let entry = |index: &str, kind: &str, at: &str, words: &str| RecordEntry {
        index: index.to_owned(),
        kind: pen.say(kind),
        at: pen.say(at),
        words: pen.say(words),
        tag: None,
        content_href: Some(format!("/log/content/{index}")),
    };
    let mut withdrawn = entry("4185", "Withdrawn", "21:55", "This entry was withdrawn by its author.");
    withdrawn.content_href = None;
    let mut ended = entry("4190", "Cancel", "22:31", "This alert is over. It was wrong.");
    ended.tag = Some(pen.tag(State::Mistaken));
    let sourced = |words: &str, sources: &[&str]| Sourced {
        words: pen.say(words),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
    };
    let differing = |about: &str| Differing {
        about: pen.say(about),
        said: vec![sourced("A resident: two vans.", &["1"]), sourced("A broadcaster: a van.", &["2"])],
    };
    let elsewhere = |when: &str, place: &str, note: &str| Elsewhere { when: pen.say(when), place: pen.say(place), note: pen.say(note) };
    RecordPage {
        frame: pen.frame(Tab::Record, "/record/mzqk"),
        id: pen.say("mzqk3f7a2xw5n4ch6y"),
        title: pen.say("Immigration officers leave Market Row after a confrontation"),
        as_of: pen.say("21 November 2026, 14:05"),
        earlier: pen.some("You are reading this page as the log's first 40 entries tell it."),
        tags: vec![
            Tag::of(State::Over),
            Tag::with_words(State::Confirmed, pen.say("Confirmed: one official statement")),
            Tag::of(State::Disputed),
            Tag::with_words(State::Corrected, pen.say("Corrected once")),
        ],
        entered: pen.some("Whoever runs this site entered this from a file."),
        slips: vec![slip(pen)],
        said: vec![sourced("It happened on 13 May 2017, according to the Home Office.", &["2", "3"])],
        facts: vec![pen.fact("Date", "13 May 2017", "as given by the Home Office"), pen.fact("Kind", "Immigration visit", "")],
        claims: vec![
            claim(pen, "When", false, "13 May 2017", Some(pen.tag(State::Confirmed))),
            SaidRow {
                struck: true,
                notes: vec![pen.say("Set aside: a later source replaced it.")],
                ..claim(pen, "When", true, "a Saturday", None)
            },
            claim(pen, "Vehicles", false, "two vans", Some(pen.tag(State::Disputed))),
        ],
        differ: vec![differing("Vehicles")],
        worded: vec![differing("How long it lasted")],
        voices: ["Home Office", "A newspaper", "A campaign", "Witness A"].map(|name| voice(pen, name)).to_vec(),
        lookalikes: vec![elsewhere("2013", "Another street", "Megaphones held close to two officers.")],
        similar: vec![elsewhere("13 May 2021", "Glasgow", "")],
        outcomes: vec![differing("Outcome: the three men")],
        outcome: pen.some("Nobody was arrested. The officers left at 22:20."),
        sources: ["1", "2", "3"].map(|number| source(pen, number)).to_vec(),
        sources_words: pen.say("3 sources. What reached us through another counts once: 3 counts as 2."),
        changes: vec![
            Changed {
                at: pen.say("21 November 2026, 14:05"),
                words: pen.say("Correction 1: When"),
                href: Some("/record/mzqk?asof=40".to_owned()),
            },
            Changed { at: pen.say("20 November 2026, 21:40"), words: pen.say("First version."), href: None },
        ],
        entries: vec![
            entry("4180", "Opened", "21:40", "Opened to the record: immigration visit, Eastgate."),
            entry("4182", "Alert", "21:42", "Neighbours in 2 areas were told."),
            withdrawn,
            ended,
        ],
        entries_words: pen.say("4180 to 4190"),
        verify_command: pen.say("handbell verify https://handbell.example"),
        data_href: "/api/v1/incidents/mzqk3f7a2xw5n4ch6y".to_owned(),
    }
}

/// A page of which nothing is known yet but that it was opened.
fn bare(pen: &Pen) -> RecordPage {
    let full = incident(pen);
    RecordPage {
        earlier: None,
        entered: None,
        slips: Vec::new(),
        said: Vec::new(),
        claims: Vec::new(),
        differ: Vec::new(),
        worded: Vec::new(),
        voices: Vec::new(),
        lookalikes: Vec::new(),
        similar: Vec::new(),
        outcomes: Vec::new(),
        outcome: None,
        sources: Vec::new(),
        ..full
    }
}

fn slip(pen: &Pen) -> CorrectionRow {
    CorrectionRow {
        name: pen.say("Correction 1"),
        anchor: "corr1".to_owned(),
        href: "/record/mzqk#corr1".to_owned(),
        title: pen.say("Immigration officers leave Market Row"),
        at: pen.say("21 November 2026, 14:05"),
        before: pen.say("Believed to have happened on a Saturday."),
        now: pen.say("Happened on 13 May 2017, according to the Home Office."),
        reason: pen.say("The Home Office has since given the date."),
        sources: vec!["2".to_owned()],
        told: pen.say("Whoever was still on the told list of an alert about this heard of it at once."),
    }
}

fn claim(pen: &Pen, about: &str, sub: bool, says: &str, tag: Option<Tag>) -> SaidRow {
    SaidRow {
        number: format!("{}{}", about.len(), u8::from(sub)),
        about: pen.say(about),
        sub,
        says: pen.say(says),
        struck: false,
        who: pen.say("Home Office, statement carried in an update"),
        source: "2".to_owned(),
        since: pen.say("Update"),
        recorded: pen.say("recorded 21 November 2026"),
        tag,
        notes: Vec::new(),
        links: vec![pen.link("#differ", "See 2")],
    }
}

fn voice(pen: &Pen, name: &str) -> Voice {
    Voice {
        name: pen.say(name),
        says: pen.all(&["When: 13 May 2017.", "Vehicles: two vans."]),
        kind: pen.say("Official. A party to the event. Replied: update."),
        source: "2".to_owned(),
    }
}

fn source(pen: &Pen, number: &str) -> SourceRow {
    SourceRow {
        number: number.to_owned(),
        label: pen.say("Home Office, statement carried in an update"),
        words: pen.say("Official. A party to the event. Carried by source 1."),
        url: Some("https://archive.example/2017/statement".to_owned()),
    }
}

fn about(pen: &Pen) -> AboutPage {
    let held = |class: &str, holds: &str, rows: &str, goes: &str| HeldClass {
        class: pen.say(class),
        holds: pen.say(holds),
        who_reads: pen.say("the desk on duty, and whoever controls the machine"),
        rows_now: pen.say(rows),
        oldest: pen.say("2 days"),
        goes: pen.say(goes),
    };
    AboutPage {
        frame: pen.frame(Tab::Nowhere, "/about"),
        as_of: pen.say("20 November 2026, 22:31"),
        classes: vec![
            held("Reports", "what, where, when, how they know", "14", "30 days after the end"),
            held("Contacts", "sealed on receipt", "3", "72 hours after the end"),
            held("Subscriptions", "push address, areas, kinds, language", "412", "after 180 days"),
        ],
        seizure: pen.all(&["14 open reports, 0 names.", "3 sealed contacts that end on Friday."]),
        limits: pen.all(&[
            "Whoever controls the running machine can read reports as they arrive.",
            "Signatures do not stop somebody who changes the files this server gives to browsers.",
        ]),
    }
}
