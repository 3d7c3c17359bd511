//! The intake script: which questions a report is asked, in which order and under which condition.
//!
//! It comes out of a playbook's `intake.toml` and drives the web form, the operator's call screen and the
//! JSON schema alike, so the same story told by any of the three is the same report. Questions with a name
//! of their own fill the report's own fields; the others are kept as typed answers. No answer type can hold
//! a person (PROMISE no-field-for-a-person, R-09). Nothing here reads a form or writes a report.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use crate::refusal::{Refusal, Street};
use crate::street::answers::{ANSWER_LETTERS_MAX, Given};
use crate::street::report::{Basis, Count, Happening, check_text};

/// What a question asks for: the type of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asks {
    /// One of the playbook's kinds.
    Kind,
    /// How the witness knows.
    Basis,
    /// Whether it goes on.
    Happening,
    /// When it was first seen.
    Observed,
    /// Where it is, in words, from the list of places or as a point.
    Place,
    /// When it was last seen.
    ObservedUntil,
    /// How exactly the time is known.
    ObservedPrecision,
    /// How exactly the place is known.
    PlacePrecision,
    /// How many officers, as a range.
    Officers,
    /// How many vehicles, as a range.
    Vehicles,
    /// How many other people, as a range.
    People,
    /// Anything else, in words.
    Words,
    /// A way to reach the witness, sealed.
    Contact,
    /// One of the question's choices.
    Choice,
    /// Some of the question's choices.
    Choices,
    /// A number as a range.
    Range,
    /// A few words.
    Text,
}

impl Asks {
    /// Every type with its word in TOML.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::Kind, "kind"),
        (Self::Basis, "basis"),
        (Self::Happening, "happening"),
        (Self::Observed, "observed"),
        (Self::Place, "place"),
        (Self::ObservedUntil, "observed-until"),
        (Self::ObservedPrecision, "observed-precision"),
        (Self::PlacePrecision, "place-precision"),
        (Self::Officers, "officers"),
        (Self::Vehicles, "vehicles"),
        (Self::People, "people"),
        (Self::Words, "words"),
        (Self::Contact, "contact"),
        (Self::Choice, "choice"),
        (Self::Choices, "choices"),
        (Self::Range, "range"),
        (Self::Text, "text"),
    ];

    /// The word used in TOML.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(asks, _)| *asks == self).map_or("text", |(_, name)| name)
    }

    /// Whether the answer fills a field of the report itself; every script asks each of these once.
    #[must_use]
    pub const fn of_the_report(self) -> bool {
        !matches!(self, Self::Choice | Self::Choices | Self::Range | Self::Text)
    }
}

/// The letters of SALUTE, by which a trained ear checks that nothing was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Salute {
    /// How many.
    Size,
    /// What they do.
    Activity,
    /// Where.
    Location,
    /// Whose people, as seen.
    Unit,
    /// When.
    Time,
    /// What they carry.
    Equipment,
}

/// A list of the kind whose entries are the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOf {
    /// The kind's activities.
    Activities,
    /// The kind's agencies.
    Agencies,
}

/// Ask only if an earlier question was answered with one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The earlier question.
    pub question: String,
    /// The choices that open this one.
    pub is: Vec<String>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id; of the report's own fields the word of [`Asks`].
    pub id: String,
    /// What it asks for.
    pub asks: Asks,
    /// Which letter of SALUTE it answers.
    pub salute: Option<Salute>,
    /// The kinds it is asked for; all when empty.
    pub kinds: Vec<String>,
    /// Its choices by id, unless they come from a list of the kind.
    pub choices: Vec<String>,
    /// The list of the kind that holds its choices.
    pub from: Option<ListOf>,
    /// Ask only if.
    pub when: Option<Condition>,
    /// The predicate whose claims its answer can be the value of.
    pub predicate: Option<String>,
    /// The choices that say that it is at somebody's home or small workplace.
    pub home_when: Vec<String>,
}

impl Question {
    /// The choices for a kind, by id.
    #[must_use]
    pub fn choices<'a>(&'a self, kind: &'a Kind) -> &'a [String] {
        match self.from {
            None => &self.choices,
            Some(ListOf::Activities) => &kind.activities,
            Some(ListOf::Agencies) => &kind.agencies,
        }
    }
}

/// What is known while questions are still asked.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    /// How the witness knows.
    pub basis: Option<Basis>,
    /// Whether it goes on.
    pub happening: Option<Happening>,
    /// Answers so far.
    pub given: &'a BTreeMap<String, Given>,
}

/// The script of a playbook. Every question of the report is there once; conditions look backwards only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub(super) questions: Vec<Question>,
}

impl Script {
    /// Every question in the order of asking.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question with this id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The questions to ask now beyond the report's own, in order: those of the kind whose condition holds.
    /// A question below a closed one is closed too, whatever was once answered there.
    #[must_use]
    pub fn open<'s>(&'s self, kind: &Kind, so_far: SoFar<'_>) -> Vec<&'s Question> {
        let mut open: Vec<&Question> = Vec::new();
        for question in self.questions.iter().filter(|question| !question.asks.of_the_report()) {
            let of_kind = question.kinds.is_empty() || question.kinds.contains(&kind.id);
            let choosable = !matches!(question.asks, Asks::Choice | Asks::Choices) || !question.choices(kind).is_empty();
            let asked = question.when.as_ref().is_none_or(|when| holds(when, so_far, &open));
            if of_kind && choosable && asked {
                open.push(question);
            }
        }
        open
    }

    /// Drops the answers to questions that are not asked (any more), as a form does when its witness went
    /// back and changed their mind.
    #[must_use]
    pub fn still_asked(&self, kind: &Kind, so_far: SoFar<'_>) -> BTreeMap<String, Given> {
        let open: BTreeSet<&str> = self.open(kind, so_far).iter().map(|question| question.id.as_str()).collect();
        so_far.given.iter().filter(|(id, _)| open.contains(id.as_str())).map(|(id, given)| (id.clone(), given.clone())).collect()
    }

    /// Decides whether answers may be kept with a report: every one belongs to a question that is asked, and
    /// is of its type.
    ///
    /// # Errors
    /// `answer-unknown`, `answer-not-asked`, `answer-wrong`, or what is wrong with a count or a text.
    pub fn check(&self, kind: &Kind, so_far: SoFar<'_>) -> Result<(), Refusal> {
        let open = self.open(kind, so_far);
        for (id, given) in so_far.given {
            let Some(question) = self.question(id).filter(|question| !question.asks.of_the_report()) else {
                return Err(Street::AnswerUnknown.into());
            };
            if !open.iter().any(|asked| asked.id == *id) {
                return Err(Street::AnswerNotAsked.into());
            }
            self.fits(question, kind, given)?;
        }
        Ok(())
    }

    /// Whether an answer is of its question's type. Choices given twice or out of the question's order are
    /// refused, so that one story is one set of bytes.
    ///
    /// # Errors
    /// `answer-wrong`, or what is wrong with a count or a text.
    pub fn fits(&self, question: &Question, kind: &Kind, given: &Given) -> Result<(), Refusal> {
        of_its_type(question, kind, given)
    }

    /// Whether the answers say that it is at somebody's home or small workplace.
    #[must_use]
    pub fn says_home(&self, given: &BTreeMap<String, Given>) -> bool {
        self.questions.iter().any(|question| match given.get(&question.id) {
            Some(Given::One(choice)) => question.home_when.contains(choice),
            _ => false,
        })
    }

    /// How many of the letters of SALUTE questions are asked for.
    #[must_use]
    pub fn letters(&self) -> BTreeSet<Salute> {
        self.questions.iter().filter_map(|question| question.salute).collect()
    }
}

fn holds(when: &Condition, so_far: SoFar<'_>, open: &[&Question]) -> bool {
    let is = |word: &str| when.is.iter().any(|wanted| wanted == word);
    if when.question == Asks::Basis.name() {
        return so_far.basis.is_some_and(|basis| is(basis.word()));
    }
    if when.question == Asks::Happening.name() {
        return so_far.happening.is_some_and(|happening| is(happening.word()));
    }
    open.iter().any(|question| question.id == when.question)
        && match so_far.given.get(&when.question) {
            Some(Given::One(choice)) => is(choice),
            Some(Given::Several(choices)) => choices.iter().any(|choice| is(choice)),
            _ => false,
        }
}

fn of_its_type(question: &Question, kind: &Kind, given: &Given) -> Result<(), Refusal> {
    let choices = question.choices(kind);
    let place = |choice: &String| choices.iter().position(|known| known == choice);
    let good = match (question.asks, given) {
        (Asks::Choice, Given::One(choice)) => place(choice).is_some(),
        (Asks::Choices, Given::Several(some)) => {
            let places: Option<Vec<usize>> = some.iter().map(place).collect();
            places.is_some_and(|places| !places.is_empty() && places.windows(2).all(|pair| pair[0] < pair[1]))
        }
        (Asks::Range, Given::Range(count)) => Count::new(count.low, count.high).map(|_| true)?,
        (Asks::Text, Given::Words(words)) => {
            check_text(words, ANSWER_LETTERS_MAX, Street::AnswerWrong)?;
            !words.trim().is_empty() && words.trim().len() == words.len()
        }
        _ => false,
    };
    if good { Ok(()) } else { Err(Street::AnswerWrong.into()) }
}
