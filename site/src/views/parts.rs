//! Small typed parts that many pages share: choices, facts, moments, states and errors.
//!
//! They own words and nothing else. A state always has a word beside its glyph and edge, because a
//! colour alone tells nothing to many readers and nothing at all on grey paper.

use askama::Template;

/// The state of a report, incident, claim or entry. Glyph, word and edge come first, colour last.
/// "Live" is not among them: live is the band, never a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Being checked.
    Checking,
    /// Confirmed.
    Confirmed,
    /// Over.
    Over,
    /// Checked, and nothing was found.
    NothingFound,
    /// Cannot be verified.
    Unverifiable,
    /// It was a mistake.
    Mistaken,
    /// Part of an exercise.
    Exercise,
    /// Accounts differ.
    Disputed,
    /// Corrected.
    Corrected,
}

impl State {
    /// Every state, in the order of the look page; used by samples and tests.
    pub const ALL: [State; 9] = [
        State::Checking,
        State::Confirmed,
        State::Over,
        State::NothingFound,
        State::Unverifiable,
        State::Mistaken,
        State::Exercise,
        State::Disputed,
        State::Corrected,
    ];

    /// The state's own word in English.
    pub fn words(self) -> &'static str {
        match self {
            State::Checking => "Being checked",
            State::Confirmed => "Confirmed",
            State::Over => "Over",
            State::NothingFound => "Nothing found",
            State::Unverifiable => "Cannot be verified",
            State::Mistaken => "Mistaken",
            State::Exercise => "Exercise",
            State::Disputed => "Accounts differ",
            State::Corrected => "Corrected",
        }
    }

    /// The class that gives the tag its edge and colours.
    pub fn class(self) -> &'static str {
        match self {
            State::Checking => "is-checking",
            State::Confirmed => "is-confirmed",
            State::Over => "is-over",
            State::NothingFound => "is-nothing",
            State::Unverifiable => "is-unsure",
            State::Mistaken => "is-mistaken",
            State::Exercise => "is-exercise",
            State::Disputed => "is-disputed",
            State::Corrected => "is-corrected",
        }
    }
}

/// A state as it is shown: glyph, word and edge.
#[derive(Clone, Debug, Template)]
#[template(path = "state/piece.html")]
pub struct Tag {
    /// Which state.
    pub state: State,
    /// The word beside the glyph; usually [`State::words`].
    pub words: String,
}

// A tag is a template of its own, so its output is already escaped.
impl askama::filters::HtmlSafe for Tag {}

impl Tag {
    /// The state with its own word.
    pub fn of(state: State) -> Self {
        Tag { state, words: state.words().to_owned() }
    }

    /// The state with another word, for example `Saved at 21:58` on a confirmed edge.
    pub fn with_words(state: State, words: impl Into<String>) -> Self {
        Tag { state, words: words.into() }
    }
}

/// One way to answer a question: a radio, a tick box or a line of a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// A second line in smaller letters. Lists drop it.
    pub hint: Option<String>,
    /// True when it was chosen before.
    pub chosen: bool,
}

impl Choice {
    /// A choice that is not chosen yet.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), hint: None, chosen: false }
    }
}

/// An earlier answer that travels along as a hidden field: the public gets no cookie and no storage.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Field name.
    pub name: String,
    /// The earlier answer.
    pub value: String,
}

/// An answer that could not be taken, in words beside its field and in the summary on top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field as in [`crate::forms`]; the summary links to it.
    /// Empty for an error that belongs to no single field.
    pub field: String,
    /// What to do, in words.
    pub words: String,
}

impl FieldError {
    /// An error at `field`, saying what to do.
    pub fn new(field: impl Into<String>, words: impl Into<String>) -> Self {
        FieldError { field: field.into(), words: words.into() }
    }
}

/// The words of the first error at `field`, if there is one. Templates ask this beside each field.
pub fn error_at<'errors>(errors: &'errors [FieldError], field: &str) -> Option<&'errors str> {
    errors.iter().find(|error| error.field == field).map(|error| error.words.as_str())
}

/// A link inside this site. `href` starts with `/` or `#`.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it goes: a path of this site.
    pub href: String,
    /// What it says.
    pub words: String,
}

/// One line of a list of facts.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about.
    pub term: String,
    /// What is known.
    pub value: String,
    /// A second line in smaller letters.
    pub note: Option<String>,
}

impl Fact {
    /// A fact without a note.
    pub fn new(term: impl Into<String>, value: impl Into<String>) -> Self {
        Fact { term: term.into(), value: value.into(), note: None }
    }

    /// The same fact with a second line.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// Something that happened, with its time.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The time as people read it, for example `21:42`.
    pub at: String,
    /// The same for programs, RFC 3339, for example `2026-11-20T21:42Z`.
    pub datetime: String,
    /// What happened or was said.
    pub words: String,
}

impl Moment {
    /// A moment with its two spellings of time.
    pub fn new(at: impl Into<String>, datetime: impl Into<String>, words: impl Into<String>) -> Self {
        Moment { at: at.into(), datetime: datetime.into(), words: words.into() }
    }
}

/// Whether somebody is at the desk, said honestly.
#[derive(Clone, Debug)]
pub struct Duty {
    /// True while at least one member is on duty.
    pub staffed: bool,
    /// The sentence, for example `Nobody is at the desk until 07:00. Your report is kept and will
    /// be read then. In danger: 999.`
    pub words: String,
}

/// One step of what happens with a report.
#[derive(Clone, Debug)]
pub struct Step {
    /// True when it is behind us.
    pub done: bool,
    /// True when it is happening now.
    pub current: bool,
    /// The step in words.
    pub words: String,
    /// When it happened, for steps that are done.
    pub at: Option<String>,
}

/// What sort of field a question of the intake script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedSort {
    /// One of its choices.
    One,
    /// Some of its choices.
    Several,
    /// A range from a list.
    Range,
    /// A few words.
    Text,
}

/// One question of the intake script, as a field of a form.
#[derive(Clone, Debug)]
pub struct AskedQuestion {
    /// The field, `answer-` and the question's id.
    pub field: String,
    /// The question, in writing or as it is said on the phone.
    pub words: String,
    /// What sort of field it is.
    pub sort: AskedSort,
    /// Its choices; empty for words.
    pub choices: Vec<Choice>,
    /// What was typed, of words.
    pub value: String,
    /// Whether it is answered.
    pub answered: bool,
}

/// The places that a search found, to choose from. Without any, the search found none.
#[derive(Clone, Debug)]
pub struct PlacesFound {
    /// The places, each with the words that tell it from others, and last the witness's own words. Field `spot`.
    pub choices: Vec<Choice>,
}

/// Work that a page does by itself while many reports come, so that its report need not wait behind a flood.
#[derive(Clone, Debug)]
pub struct Puzzle {
    /// What the number is looked for.
    pub text: String,
    /// How many zero bits the hash must begin with.
    pub bits: u8,
}
