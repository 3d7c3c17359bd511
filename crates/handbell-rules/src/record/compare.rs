//! Compare: contradiction and corroboration, always computed and never kept.
//!
//! The rules are those of the record's model: two live claims of one fact that say it is so contradict each
//! other when no value fits both, and corroboration counts roots of sources, so that copies count once. Two
//! copies of one original that differ contradict each other even where several values could be true: one
//! original cannot say both. Words are never compared by a rule.

use super::claim::{Polarity, PublicClaim, Value};
use super::source::{Source, original, root};
use crate::edtf::EdtfDate;
use std::collections::BTreeSet;

/// Whether some value fits both; nothing when no rule can tell.
pub fn overlap(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Span { edtf: Some(first), .. }, Value::Span { edtf: Some(second), .. }) => {
            Some(EdtfDate::parse(first)?.overlaps(&EdtfDate::parse(second)?))
        }
        (Value::Range { low: a, high: b, .. }, Value::Range { low: c, high: d, .. }) => {
            if (a, b) == (&None, &None) || (c, d) == (&None, &None) {
                return None;
            }
            Some(a.unwrap_or(0) <= d.unwrap_or(u32::MAX) && c.unwrap_or(0) <= b.unwrap_or(u32::MAX))
        }
        (Value::Choice { choice: first, .. }, Value::Choice { choice: second, .. }) => Some(first == second),
        _ => None,
    }
}

fn same_fact(first: &PublicClaim, second: &PublicClaim) -> bool {
    first.predicate == second.predicate && first.about == second.about
}

fn both_assert(first: &PublicClaim, second: &PublicClaim) -> bool {
    first.polarity == Polarity::Asserts && second.polarity == Polarity::Asserts
}

/// Whether two live claims contradict each other.
pub fn contradict(first: &PublicClaim, second: &PublicClaim, sources: &[Option<Source>]) -> bool {
    let copies = first.source != second.source && original(sources, first.source) == original(sources, second.source);
    first.number != second.number
        && same_fact(first, second)
        && both_assert(first, second)
        && ((first.single && second.single) || copies)
        && overlap(&first.value, &second.value) == Some(false)
}

/// Whether two live claims of one fact are in words that no rule compares, so that a reader must.
pub fn only_words(first: &PublicClaim, second: &PublicClaim) -> bool {
    same_fact(first, second)
        && both_assert(first, second)
        && first.single
        && overlap(&first.value, &second.value).is_none()
        && first.value.says() != second.value.says()
}

/// How many independent sources say something that fits this claim, its own included.
pub fn corroboration(claim: &PublicClaim, live: &[&PublicClaim], sources: &[Option<Source>]) -> u32 {
    let agrees = |other: &&&PublicClaim| {
        same_fact(claim, other)
            && both_assert(claim, other)
            && (claim.number == other.number || overlap(&claim.value, &other.value) == Some(true) || claim.value == other.value)
    };
    let roots: BTreeSet<u32> = live.iter().filter(agrees).map(|other| root(sources, other.source)).collect();
    u32::try_from(roots.len()).unwrap_or(u32::MAX)
}
