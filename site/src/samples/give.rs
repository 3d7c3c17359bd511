//! The page at which files are given.

use super::{Pen, Sample};
use crate::{GivePage, GivenRow, Tab};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: GivePage| samples.push(Sample { name: name.to_owned(), page: Box::new(page) });
    let page = give(pen);
    push("give", page.clone());
    let mut given = page.clone();
    given.notice = pen.some("Kept.");
    given.files = rows(pen);
    push("give-given", given);
    let mut wrong = page.clone();
    wrong.errors = vec![
        pen.error("wish", "Choose what may be done with it."),
        pen.error("claimed", "Write at most 200 letters."),
        pen.error("file", "This is a page or a drawing made of markup, not a photo, video or recording."),
    ];
    push("give-errors", wrong);
    let closed = pen.some("This group cannot keep footage yet.");
    push("give-closed", GivePage { closed, ..page });
}

/// Two files, one of them on its way.
pub(super) fn rows(pen: &Pen) -> Vec<GivenRow> {
    let row = |what: &str, meta: &str, state: &str, wishes| GivenRow {
        id: "aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        what: pen.say(what),
        meta: pen.say(meta),
        state: pen.say(state),
        wishes,
        can_remove: true,
    };
    vec![
        row("Video (MP4)", "84 MB · had come here at 21:58, by our clock", "Kept, sealed. The desk can look at a copy.", give(pen).wishes),
        row("A file", "3 MB of 120 MB · began to come at 22:03", "On its way. It waits until 22:03 tomorrow.", Vec::new()),
    ]
}

fn give(pen: &Pen) -> GivePage {
    GivePage {
        frame: pen.frame(Tab::Report, "/footage"),
        link: "aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        notice: None,
        closed: None,
        until_words: pen.say("This link works until 21:58 tomorrow, for twenty files."),
        largest: (pen.say("4 GB"), pen.say("32 MB")),
        wishes: pen.choices(&[
            "*desk-only|Only the desk may look",
            "lawyer|It may also go to a lawyer or a complaints body",
            "public|It may also be shown in public|Once people and plates are covered and a second person has checked it.",
        ]),
        claimed: String::new(),
        files: Vec::new(),
        errors: Vec::new(),
    }
}
