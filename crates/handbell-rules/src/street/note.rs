//! Note: what is said about a report after it was filed, by its witness and by the desk.
//!
//! One list holds both sides: additions, the desk's questions and their answers, what the witness takes
//! back as wrong, what they wish to have taken down, and what the desk decided about each wish. A wish
//! keeps a place free for its decision, so that a full list can never leave one without an answer.
//! Nothing here acts by itself: a correction marks, a decision tells, and people do the rest.

use super::report::{REPORT_TEXT_LETTERS_MAX, Report, ReportState, check_text};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, NoteId, ReportId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Desk, Refusal, Street};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Notes one report can hold, both sides together.
pub const REPORT_NOTES_MAX: u32 = 60;

/// What a witness wishes to have taken down, covered or not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WishAbout {
    /// What the witness wrote.
    MyWords,
    /// A picture or a clip.
    Picture,
    /// Something that stands on a public page.
    PublicPage,
    /// Something that tells of the witness.
    AboutMe,
}

impl WishAbout {
    /// The four choices with their words, as forms and files write them.
    pub const ALL: [(WishAbout, &'static str); 4] = [
        (WishAbout::MyWords, "my-words"),
        (WishAbout::Picture, "picture"),
        (WishAbout::PublicPage, "public-page"),
        (WishAbout::AboutMe, "about-me"),
    ];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(about, _)| *about)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(about, _)| *about == self).map_or("my-words", |(_, word)| word)
    }
}

/// Who wrote a note, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteFrom {
    /// The witness added something.
    Witness,
    /// The desk asks.
    Desk,
    /// The witness answers the desk.
    Answer,
    /// The witness says that something they told was wrong.
    Correction,
    /// The witness wishes that something be taken down, covered or not used.
    Wish {
        /// What.
        about: WishAbout,
    },
    /// The desk decided a wish; the words are the reason.
    Decision {
        /// The note that holds the wish.
        wish: NoteId,
        /// Whether it was done.
        done: bool,
    },
}

impl NoteFrom {
    /// The stable word of the interface.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::Desk => "desk",
            Self::Answer => "answer",
            Self::Correction => "correction",
            Self::Wish { .. } => "wish",
            Self::Decision { .. } => "decision",
        }
    }
    /// Whether somebody at the desk wrote it.
    pub const fn by_the_desk(self) -> bool {
        matches!(self, Self::Desk | Self::Decision { .. })
    }
}

/// One note on a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Private id.
    pub id: NoteId,
    /// The report.
    pub report: ReportId,
    /// When.
    pub at: Timestamp,
    /// Who wrote it, and as what.
    pub from: NoteFrom,
    /// The words.
    pub text: String,
}

/// What the desk decided about a wish, if it has.
pub fn decision_on(notes: &[Note], wish: NoteId) -> Option<(&Note, bool)> {
    notes.iter().find_map(|note| match note.from {
        NoteFrom::Decision { wish: decided, done } if decided == wish => Some((note, done)),
        _ => None,
    })
}

/// Wishes that nobody has decided, oldest first.
pub fn open_wishes(notes: &[Note]) -> impl Iterator<Item = (&Note, WishAbout)> {
    notes.iter().filter_map(|note| match note.from {
        NoteFrom::Wish { about } if decision_on(notes, note.id).is_none() => Some((note, about)),
        _ => None,
    })
}

fn note_on(
    change: ChangeId,
    report: &Report,
    id: NoteId,
    from: NoteFrom,
    text: &str,
    by: Actor,
    now: Timestamp,
) -> Result<Change, Refusal> {
    if report.state == ReportState::Withdrawn {
        return Err(Street::ReportWithdrawn.into());
    }
    if text.trim().is_empty() {
        return Err(Street::NoteEmpty.into());
    }
    check_text(text, REPORT_TEXT_LETTERS_MAX, Street::TextTooLong)?;
    // Each open wish holds one place for its decision; a new wish needs two, a decision takes its own.
    let needs = match from {
        NoteFrom::Wish { .. } => 2,
        NoteFrom::Decision { .. } => 0,
        _ => 1,
    };
    if report.notes + report.wishes + needs > REPORT_NOTES_MAX {
        return Err(Street::NotesFull.into());
    }
    let mut report = report.clone();
    report.notes += 1;
    report.news = !from.by_the_desk();
    if from.by_the_desk() {
        report.looked_at = report.looked_at.or(Some(now));
    }
    match from {
        NoteFrom::Desk => report.asked = true,
        NoteFrom::Answer => (report.asked, report.answered) = (false, true),
        NoteFrom::Correction => report.corrected_at = Some(now),
        NoteFrom::Wish { .. } => report.wishes += 1,
        NoteFrom::Decision { .. } => report.wishes = report.wishes.saturating_sub(1),
        NoteFrom::Witness => {}
    }
    let note = Note { id, report: report.id, at: now, from, text: text.to_owned() };
    Ok(Change { id: change, at: now, by, what: What::ReportNoted { report, note } })
}

/// The witness adds to their report. While a question of the desk is open, this is the answer.
pub fn add(change: ChangeId, report: &Report, id: NoteId, text: &str, now: Timestamp) -> Result<Change, Refusal> {
    let from = if report.asked { NoteFrom::Answer } else { NoteFrom::Witness };
    note_on(change, report, id, from, text, Actor::Street, now)
}

/// The witness says what they told wrongly. The report stays as it was; from now on every claim that was
/// written down from it before carries a mark at the desk.
pub fn correct(change: ChangeId, report: &Report, id: NoteId, text: &str, now: Timestamp) -> Result<Change, Refusal> {
    note_on(change, report, id, NoteFrom::Correction, text, Actor::Street, now)
}

/// The witness wishes that something be taken down, covered or not used. Somebody at the desk decides.
pub fn wish(change: ChangeId, report: &Report, id: NoteId, about: WishAbout, text: &str, now: Timestamp) -> Result<Change, Refusal> {
    note_on(change, report, id, NoteFrom::Wish { about }, text, Actor::Street, now)
}

/// The desk asks the witness one question at a time.
pub fn ask(change: ChangeId, caller: &DeskCaller, report: &Report, id: NoteId, text: &str, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    if report.asked {
        return Err(Desk::QuestionOpen.into());
    }
    note_on(change, report, id, NoteFrom::Desk, text, Actor::Member(caller.member), now)
}

/// What somebody at the desk decides about a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided<'a> {
    /// The note that holds the wish.
    pub wish: NoteId,
    /// Whether it was done.
    pub done: bool,
    /// Why, in words that the witness reads.
    pub because: &'a str,
}

/// The desk decides a wish, once, with a reason that the witness reads. `notes` are all of the report's.
pub fn decide(
    change: ChangeId,
    caller: &DeskCaller,
    report: &Report,
    notes: &[Note],
    id: NoteId,
    decided: Decided<'_>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    if report.state == ReportState::Withdrawn {
        return Err(Street::ReportWithdrawn.into());
    }
    if !open_wishes(notes).any(|(wish, _)| wish.id == decided.wish && wish.report == report.id) {
        return Err(Desk::WishNotOpen.into());
    }
    let because = crate::desk::incident::reason(decided.because)?;
    let from = NoteFrom::Decision { wish: decided.wish, done: decided.done };
    note_on(change, report, id, from, &because, Actor::Member(caller.member), now)
}
