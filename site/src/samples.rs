//! Sample data for every page, in every state a page can be in.
//!
//! The render tests, the accessibility journey and `handbell pages --samples` all read this list, so
//! a page that is not here is not tested. Places, people and times are invented. With
//! [`Ink::Hostile`] every string that comes from outside carries markup, to see that it stays text.

mod article;
mod bell;
mod custodians;
mod desk;
mod drill;
mod editor;
mod footage;
mod give;
mod neighbours;
mod record;
mod rights;
mod sides;
mod street;
mod watch;

use crate::{ApprovalRow, Choice, DeskBar, Duty, Fact, FieldError, Frame, Link, Moment, Page, State, Tab, Tag};

/// What the sample strings are written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As people write.
    Plain,
    /// With markup in every string that may come from outside.
    Hostile,
}

/// What hostile ink appends to every string.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";

/// One page with sample data.
pub struct Sample {
    /// File name without ending, for example `alert-cancelled`.
    pub name: String,
    /// The page.
    pub page: Box<dyn Page>,
}

/// Every page with sample data, written with the given ink.
pub fn all(ink: Ink) -> Vec<Sample> {
    let pen = Pen { ink };
    let mut samples = Vec::new();
    street::add(&pen, &mut samples);
    give::add(&pen, &mut samples);
    footage::add(&pen, &mut samples);
    custodians::add(&pen, &mut samples);
    bell::add(&pen, &mut samples);
    record::add(&pen, &mut samples);
    neighbours::add(&pen, &mut samples);
    rights::add(&pen, &mut samples);
    sides::add(&pen, &mut samples);
    desk::add(&pen, &mut samples);
    drill::add(&pen, &mut samples);
    editor::add(&pen, &mut samples);
    article::add(&pen, &mut samples);
    watch::add(&pen, &mut samples);
    samples
}

/// Writes sample strings with one ink.
struct Pen {
    ink: Ink,
}

impl Pen {
    fn say(&self, words: &str) -> String {
        match self.ink {
            Ink::Plain => words.to_owned(),
            Ink::Hostile => format!("{words}{HOSTILE}"),
        }
    }

    fn some(&self, words: &str) -> Option<String> {
        Some(self.say(words))
    }

    fn all(&self, lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| self.say(line)).collect()
    }

    /// Choices as `value|label` or `value|label|hint`; a leading `*` marks the chosen one.
    fn choices(&self, lines: &[&str]) -> Vec<Choice> {
        lines
            .iter()
            .map(|line| {
                let (chosen, line) = match line.strip_prefix('*') {
                    Some(rest) => (true, rest),
                    None => (false, *line),
                };
                let mut parts = line.split('|');
                let mut next = || parts.next().unwrap_or_default();
                let (value, label, hint) = (next(), next(), next());
                let value = if value.is_empty() { String::new() } else { self.say(value) };
                Choice { value, label: self.say(label), hint: (!hint.is_empty()).then(|| self.say(hint)), chosen }
            })
            .collect()
    }

    fn fact(&self, term: &str, value: &str, note: &str) -> Fact {
        let fact = Fact::new(self.say(term), self.say(value));
        if note.is_empty() { fact } else { fact.with_note(self.say(note)) }
    }

    fn moment(&self, at: &str, words: &str) -> Moment {
        Moment::new(self.say(at), format!("2026-11-20T{at}Z"), self.say(words))
    }

    fn link(&self, href: &str, words: &str) -> Link {
        Link { href: href.to_owned(), words: self.say(words) }
    }

    fn tag(&self, state: State) -> Tag {
        Tag::with_words(state, self.say(state.words()))
    }

    fn error(&self, field: &str, words: &str) -> FieldError {
        FieldError::new(field, self.say(words))
    }

    fn frame(&self, tab: Tab, path: &str) -> Frame {
        Frame::public(self.say("Eastgate neighbours"), tab, path)
    }

    fn desk_frame(&self, tab: Tab, path: &str, title: &str) -> Frame {
        Frame::desk(self.say("Eastgate neighbours"), tab, path, self.say(title))
    }

    fn desk(&self) -> DeskBar {
        DeskBar {
            locks: false,
            member: self.say("Heron"),
            roles: self.say("triager and approver"),
            works: true,
            observes: false,
            custodian: false,
            on_duty: true,
            duty_ends: self.some("04:00"),
            also_on: self.all(&["Wren", "Plover"]),
            csrf: self.say("c5f1"),
        }
    }

    fn duty(&self) -> Duty {
        Duty { staffed: true, words: self.say("Three people are at the desk until 04:00.") }
    }

    fn nobody(&self) -> Duty {
        Duty {
            staffed: false,
            words: self.say(
                "Nobody is at the desk until 07:00. Your report is kept and will be read then. \
                 In danger: 999.",
            ),
        }
    }

    fn conduct(&self) -> Vec<String> {
        self.all(&[
            "Stay back, about two metres, or where officers ask.",
            "Film what officials do, not the face of the person stopped.",
            "Do not touch, block, chase, threaten or insult anyone.",
            "Do not post live. Do not give false names.",
            "If told to move, say “I am moving back and still filming”, and do.",
            "In danger: 999.",
        ])
    }

    fn plain_lines(&self) -> Vec<String> {
        self.all(&["You may stand where you are allowed to stand, and watch.", "Somebody who is stopped may ask: am I free to leave?"])
    }

    fn approvals(&self) -> Vec<ApprovalRow> {
        vec![
            ApprovalRow { given: true, who: self.say("Wren, approver"), words: self.say("21:40, on another device") },
            ApprovalRow {
                given: false,
                who: self.say("You, Heron, or another approver"),
                words: self.say("on a device that has not approved yet"),
            },
        ]
    }
}
