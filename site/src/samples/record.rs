//! Samples of the record's pages and of the pages about Handbell itself.

use super::{Pen, Sample};
use crate::{
    AboutPage, CorrectionRow, CorrectionsPage, ErrorPage, HeldClass, LogPage, Page, RecordEntry, RecordListPage, RecordPage, RecordRow,
    RightsPage, State, Tab, Tag,
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
    let mut open = incident(pen);
    open.outcome = None;
    open.frame.exercise = true;
    push("record-exercise", Box::new(open));
    push(
        "corrections",
        Box::new(CorrectionsPage {
            frame: frame("/corrections"),
            corrections: vec![CorrectionRow {
                href: "/record/mzqk".to_owned(),
                title: pen.say("Immigration officers leave Market Row"),
                at: pen.say("21 November 2026, 14:05"),
                before: pen.say("Believed to have happened on a Saturday."),
                now: pen.say("Happened on 13 May 2017, according to the Home Office."),
                reason: pen.say("The Home Office has since given the date."),
            }],
        }),
    );
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
        "rights",
        Box::new(RightsPage {
            frame: pen.frame(Tab::Rights, "/rights"),
            cards: Vec::new(),
            plain_lines: pen.plain_lines(),
            conduct: pen.conduct(),
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
    RecordPage {
        frame: pen.frame(Tab::Record, "/record/mzqk"),
        id: pen.say("mzqk3f7a2xw5n4ch6y"),
        title: pen.say("Immigration visit in Eastgate"),
        district: pen.say("Eastgate"),
        tags: vec![
            Tag::of(State::Over),
            Tag::with_words(State::Confirmed, pen.say("Confirmed: one official statement")),
            Tag::of(State::Corrected),
        ],
        facts: vec![pen.fact("Date", "20 November 2026", "as the desk saw it"), pen.fact("Kind", "Immigration visit", "")],
        entries: vec![
            entry("4180", "Opened", "21:40", "Opened to the record: immigration visit, Eastgate."),
            entry("4182", "Alert", "21:42", "Neighbours in 2 areas were told."),
            withdrawn,
            ended,
        ],
        outcome: pen.some("Nobody was arrested. The officers left at 22:20."),
        verify_command: pen.say("handbell verify https://handbell.example/record/mzqk3f7a2xw5n4ch6y"),
        as_of: pen.say("21 November 2026, 14:05"),
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
