//! Predicates: what can be claimed about an incident, by name, value type and cardinality.
//!
//! A closed list per playbook, so that two claims about the same thing can be compared. Nothing here holds
//! a claim, and no predicate has a person, a plate or a face as its value.

use serde::{Deserialize, Serialize};

/// The type of a predicate's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// A span of time (EDTF), or words that resolve to none.
    Span,
    /// A place in words, with a point and a radius if known.
    Place,
    /// A low and a high number, either of which may be open, and words.
    Range,
    /// One of a closed list.
    Choice,
    /// A sentence.
    Text,
}

/// How many values may be true at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cardinality {
    /// Only one: two disjoint values contradict each other.
    One,
    /// Several may be true together.
    Many,
}

/// One predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Its name, such as `count.officers`.
    pub id: String,
    /// The type of its values.
    pub value_type: ValueType,
    /// How many values may be true at once.
    pub cardinality: Cardinality,
    /// The closed list of a [`ValueType::Choice`], by id; empty otherwise.
    pub choices: Vec<String>,
}
