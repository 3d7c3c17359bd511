//! Compare: contradiction and corroboration, always computed and never kept.
//!
//! The rules are those of the record's model: two live claims of one fact that say it is so contradict each
//! other when no value fits both, and corroboration counts roots of sources, so that copies count once. Two
//! copies of one original that differ contradict each other even where several values could be true: one
//! original cannot say both. Words are never compared by a rule: two times of one day that say different
//! hours neither agree nor contradict here, and a reader is told to compare them. A source whose words were
//! withdrawn may have been anybody's copy, so it is never counted beside another. Spans are held against each other
//! by the moments they may be, places by their centres and both radii, ranges by their ends; a place in words, a
//! number such as "dozens" and a span that says nothing are words.

use super::claim::{Polarity, PublicClaim, Value};
use super::source::{Source, original, root};
use super::value::RADIUS_METRES_MIN;
use crate::place::may_be_one;
use crate::span::Span;
use std::collections::BTreeSet;

/// Whether some value fits both; nothing when no rule can tell.
pub fn overlap(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Span { edtf: Some(first), words: a }, Value::Span { edtf: Some(second), words: b }) => {
            let (first, second) = (Span::parse(first).ok()?, Span::parse(second).ok()?);
            if first.says_nothing() || second.says_nothing() {
                return None;
            }
            let overlap = first.meets(&second);
            let finer = more_words(a, &first).zip(more_words(b, &second)).is_some_and(|(a, b)| a != b);
            (!overlap || !finer).then_some(overlap)
        }
        (Value::Range { low: a, high: b, .. }, Value::Range { low: c, high: d, .. }) => {
            if (a, b) == (&None, &None) || (c, d) == (&None, &None) {
                return None;
            }
            Some(a.unwrap_or(0) <= d.unwrap_or(u32::MAX) && c.unwrap_or(0) <= b.unwrap_or(u32::MAX))
        }
        (Value::Place { radius_metres: a, .. }, Value::Place { radius_metres: b, .. }) => {
            let metres = |radius: &Option<u32>| radius.unwrap_or(RADIUS_METRES_MIN);
            Some(may_be_one(first.point()?, second.point()?, metres(a).saturating_add(metres(b))))
        }
        (Value::Choice { choice: first, .. }, Value::Choice { choice: second, .. }) => Some(first == second),
        _ => None,
    }
}

/// The words of a time that say more than its date.
fn more_words(words: &Option<String>, span: &Span) -> Option<String> {
    words.as_deref().map(str::to_lowercase).filter(|words| !span.words().to_lowercase().contains(words.as_str()))
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
        let fits = both_assert(claim, other) && overlap(&claim.value, &other.value) == Some(true);
        let says_the_same = claim.polarity == other.polarity && claim.value == other.value;
        claim.number == other.number || (same_fact(claim, other) && (fits || says_the_same))
    };
    voices(live.iter().filter(agrees).map(|other| other.source), sources)
}

/// How many independent voices speak with these sources. A chain that ends where words were withdrawn may lead
/// on to anybody: all of those are one voice where nobody else speaks, and none beside another.
pub fn voices(numbers: impl Iterator<Item = u32>, sources: &[Option<Source>]) -> u32 {
    counted(numbers.map(|number| root(sources, number)), sources)
}

/// How many originals stand behind these sources, carriers not followed; withdrawn words as in [`voices`].
pub fn originals(numbers: impl Iterator<Item = u32>, sources: &[Option<Source>]) -> u32 {
    counted(numbers.map(|number| original(sources, number)), sources)
}

fn counted(ends: impl Iterator<Item = u32>, sources: &[Option<Source>]) -> u32 {
    let has_words = |end: &u32| usize::try_from(*end).ok().and_then(|end| sources.get(end.checked_sub(1)?)).is_some_and(Option::is_some);
    let (known, unknown): (BTreeSet<u32>, BTreeSet<u32>) = ends.partition(has_words);
    u32::try_from(known.len()).unwrap_or(u32::MAX).max(u32::from(!unknown.is_empty()))
}
