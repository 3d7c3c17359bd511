//! Mode: live or exercise, as types that cannot be mixed.
//!
//! PROMISE a-drill-cannot-ring-live: a drill and a live bell are different types. A store is made for one
//! mode and keeps it; what sends takes the mode as a type parameter; nothing converts one into the other.

use serde::{Deserialize, Serialize};

/// The mode as a value, for tables and pages. CAP 1.2 calls these Actual and Exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Real.
    Actual,
    /// A drill or a demo.
    Exercise,
}

impl Status {
    /// The word kept in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Actual => "actual",
            Self::Exercise => "exercise",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Actual, Self::Exercise].into_iter().find(|status| status.word() == text)
    }
}
