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
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A value as it is held against others: its span read once, however many there are.
struct Read<'a> {
    value: &'a Value,
    span: Option<Span>,
    /// Words of a time that say more than its date.
    finer: Option<String>,
}

impl<'a> Read<'a> {
    fn of(value: &'a Value) -> Self {
        let span = match value {
            Value::Span { edtf: Some(edtf), .. } => Span::parse(edtf).ok(),
            _ => None,
        };
        let finer = match (value, &span) {
            (Value::Span { words, .. }, Some(span)) => more_words(words, span),
            _ => None,
        };
        Read { value, span, finer }
    }

    fn overlap(&self, other: &Read<'_>) -> Option<bool> {
        match (self.value, other.value) {
            (Value::Span { .. }, Value::Span { .. }) => {
                let (first, second) = (self.span.as_ref()?, other.span.as_ref()?);
                if first.says_nothing() || second.says_nothing() {
                    return None;
                }
                let overlap = first.meets(second);
                let finer = self.finer.as_ref().zip(other.finer.as_ref()).is_some_and(|(a, b)| a != b);
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
                Some(may_be_one(self.value.point()?, other.value.point()?, metres(a).saturating_add(metres(b))))
            }
            (Value::Choice { choice: first, .. }, Value::Choice { choice: second, .. }) => Some(first == second),
            _ => None,
        }
    }
}

/// Whether some value fits both; nothing when no rule can tell.
pub fn overlap(first: &Value, second: &Value) -> Option<bool> {
    Read::of(first).overlap(&Read::of(second))
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

/// A live claim beside the others of its fact.
struct Beside<'a> {
    claim: &'a PublicClaim,
    read: Read<'a>,
    /// The original of its source.
    original: u32,
}

impl<'a> Beside<'a> {
    fn of(claim: &'a PublicClaim, sources: &[Option<Source>]) -> Self {
        Beside { claim, read: Read::of(&claim.value), original: original(sources, claim.source) }
    }

    /// Both claims are of one fact, and `fit` says whether some value fits both.
    fn contradicts(&self, other: &Beside<'_>, fit: Option<bool>) -> bool {
        let copies = self.claim.source != other.claim.source && self.original == other.original;
        self.claim.number != other.claim.number
            && both_assert(self.claim, other.claim)
            && ((self.claim.single && other.claim.single) || copies)
            && fit == Some(false)
    }

    fn only_worded_otherwise(&self, other: &Beside<'_>, fit: Option<bool>) -> bool {
        both_assert(self.claim, other.claim) && self.claim.single && fit.is_none() && self.claim.value.says() != other.claim.value.says()
    }

    fn agrees(&self, other: &Beside<'_>, fit: Option<bool>) -> bool {
        let fits = both_assert(self.claim, other.claim) && fit == Some(true);
        let says_the_same = self.claim.polarity == other.claim.polarity && self.claim.value == other.claim.value;
        self.claim.number == other.claim.number || fits || says_the_same
    }
}

/// What holding a live claim against the others of its fact found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Claims that contradict it.
    pub contradicted_by: Vec<u32>,
    /// Claims in words that no rule compares with it.
    pub worded_otherwise: Vec<u32>,
    /// Independent sources that say something that fits it, its own included.
    pub independent: u32,
}

/// Holds every live claim against the others of its fact, by number: what [`contradict`], [`only_words`] and
/// [`corroboration`] say of each pair. A fact is gathered and a value read once, however many are held against it.
pub fn all<'a>(live: &[&'a PublicClaim], sources: &[Option<Source>]) -> HashMap<u32, Held> {
    let mut facts: HashMap<(&str, Option<&str>), Vec<Beside<'a>>> = HashMap::new();
    for claim in live {
        facts.entry((&claim.predicate, claim.about.as_deref())).or_default().push(Beside::of(claim, sources));
    }
    let mut found = HashMap::with_capacity(live.len());
    for fact in facts.values() {
        if let Some(said) = only_told(fact) {
            found.extend(said.into_iter().map(|(number, saying)| {
                let independent = voices(saying.iter().copied(), sources);
                (number, Held { independent, ..Held::default() })
            }));
            continue;
        }
        for one in fact {
            let (mut held, mut agreeing) = (Held::default(), BTreeSet::new());
            for other in fact {
                let fit = one.read.overlap(&other.read);
                if one.contradicts(other, fit) {
                    held.contradicted_by.push(other.claim.number);
                }
                if one.claim.number != other.claim.number && one.only_worded_otherwise(other, fit) {
                    held.worded_otherwise.push(other.claim.number);
                }
                if one.agrees(other, fit) {
                    agreeing.insert(other.claim.source);
                }
            }
            held.independent = voices(agreeing.into_iter(), sources);
            found.insert(one.claim.number, held);
        }
    }
    found
}

/// Of a fact that consists of texts of which many can be true: each claim and the sources that say its very words.
/// No rule holds one of those against another, so they need not be tried in pairs, of which an incident can have very many.
fn only_told(fact: &[Beside<'_>]) -> Option<Vec<(u32, Rc<BTreeSet<u32>>)>> {
    let mut saying: HashMap<(Polarity, &str), BTreeSet<u32>> = HashMap::new();
    for Beside { claim, .. } in fact {
        let Value::Text { text } = &claim.value else { return None };
        if claim.single {
            return None;
        }
        saying.entry((claim.polarity, text)).or_default().insert(claim.source);
    }
    let saying: HashMap<_, _> = saying.into_iter().map(|(said, sources)| (said, Rc::new(sources))).collect();
    let of = |claim: &PublicClaim| match &claim.value {
        Value::Text { text } => saying.get(&(claim.polarity, text.as_str())).map(|sources| (claim.number, sources.clone())),
        _ => None,
    };
    fact.iter().map(|one| of(one.claim)).collect()
}

/// Whether two live claims contradict each other.
pub fn contradict(first: &PublicClaim, second: &PublicClaim, sources: &[Option<Source>]) -> bool {
    same_fact(first, second) && Beside::of(first, sources).contradicts(&Beside::of(second, sources), overlap(&first.value, &second.value))
}

/// Whether two live claims of one fact are in words that no rule compares, so that a reader must.
pub fn only_words(first: &PublicClaim, second: &PublicClaim) -> bool {
    let (one, other) = (Beside::of(first, &[]), Beside::of(second, &[]));
    same_fact(first, second) && one.only_worded_otherwise(&other, one.read.overlap(&other.read))
}

/// How many independent sources say something that fits this claim, its own included.
pub fn corroboration(claim: &PublicClaim, live: &[&PublicClaim], sources: &[Option<Source>]) -> u32 {
    let one = Beside::of(claim, sources);
    let agrees = |other: &&&PublicClaim| {
        let other = Beside::of(other, sources);
        claim.number == other.claim.number || (same_fact(claim, other.claim) && one.agrees(&other, one.read.overlap(&other.read)))
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
