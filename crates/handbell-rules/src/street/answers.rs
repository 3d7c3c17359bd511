//! Answers: what a witness said to the questions of the intake script, beside the report itself.
//!
//! Each answer has the type its question asks for; which questions there are and what they may be answered
//! with is the playbook's script. How exactly the time and the place were given stands here too, apart from
//! the time of filing. Nothing here can hold a name, a plate, a badge or a face as a value of its own.

use crate::id::ReportId;
use crate::place::Precision;
use crate::street::report::Count;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Letters of one answer in words.
pub const ANSWER_LETTERS_MAX: usize = 200;

/// How exactly the witness knows when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimePrecision {
    /// To the minute: they looked at a clock.
    Exactly,
    /// Give or take a quarter of an hour.
    About,
    /// Some time that morning, afternoon, evening or night.
    PartOfDay,
    /// Some time that day.
    Day,
}

impl TimePrecision {
    /// The four words, as forms and files write them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Exactly, "exactly"), (Self::About, "about"), (Self::PartOfDay, "part-of-day"), (Self::Day, "day")];
    /// Reads one of the words.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(precision, _)| *precision)
    }
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(precision, _)| *precision == self).map_or("about", |(_, word)| word)
    }
}

/// What a witness may declare about their own place, with the words of forms and files.
pub const PLACE_PRECISIONS: [(Precision, &str); 3] =
    [(Precision::Exact, "exact"), (Precision::Street, "street"), (Precision::Area, "area")];

/// Reads a declared precision of a place.
#[must_use]
pub fn parse_place_precision(text: &str) -> Option<Precision> {
    PLACE_PRECISIONS.iter().find(|(_, word)| *word == text).map(|(precision, _)| *precision)
}

/// One answer, of the type its question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// One of the question's choices, by id.
    One(String),
    /// Some of the question's choices, by id, in the question's order.
    Several(Vec<String>),
    /// A number as a range.
    Range(Count),
    /// Words.
    Words(String),
}

/// Everything a witness answered beyond the report's own fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// How exactly the time is known; none when the witness did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<TimePrecision>,
    /// How exactly the place is known; none when the witness did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Precision>,
    /// Answers by the id of their question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<String, Given>,
}

impl Answers {
    /// Whether nothing was answered, so that nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.observed.is_none() && self.place.is_none() && self.given.is_empty()
    }
}

/// Answers as they are kept, beside their report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswers {
    /// The report.
    pub report: ReportId,
    /// When it was filed.
    pub at: Timestamp,
    /// The answers.
    pub answers: Answers,
}
