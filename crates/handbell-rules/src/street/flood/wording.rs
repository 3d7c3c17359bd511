//! Wording: what is compared of a report, and an index that finds a like one at a thousand a second.
//!
//! A wording is the normal form of the words, within one area and kind. All numbers are one sign, because a
//! flood made by a program counts upwards; few words are taken with their place. A report without words is
//! like nothing, unless it waits in the slow lane, where its place stands for it. The index holds a bounded number of wordings and compares a new one with a bounded number
//! of them (the signatures of [`crate::desk::likeness::copies`]); what it forgets makes it less sharp, never
//! wrong: a report that is found like nothing stands alone.

use super::lane::Lane;
use crate::desk::likeness::copies::{AGREE_MIN, BANDS, PILE_MAX, ROWS, SHORT_LETTERS, Signature, agreement, normal, signature};
use std::collections::{BTreeMap, VecDeque};

/// Letters of a report's words that are compared.
pub const WORDING_LETTERS_MAX: usize = 400;
/// Wordings that the index holds at most.
pub const WORDINGS_MAX: usize = 20_000;
/// Hashes of 64 that must agree in the slow lane, where less likeness is enough to share a turn.
const SLOW_AGREE_MIN: usize = 32;

/// Between few words and their place; no normal form holds this sign.
const AT: &str = " @ ";

/// In which area and kind wordings are compared with each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The area, or none.
    pub area: Option<String>,
    /// The kind.
    pub kind: String,
}

/// What is compared of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The normal form; empty when there is nothing to compare.
    pub normal: String,
    /// Its signature, when it is long enough for one.
    pub signature: Option<Signature>,
}

fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign.is_numeric() {
            true if plain.ends_with('#') => {}
            true => plain.push('#'),
            false => plain.push(sign),
        }
    }
    plain
}

impl Wording {
    /// Reads the words, and the place where words are few.
    pub fn of(lane: Lane, text: &str, place: &str) -> Self {
        Self::plain(lane, text, place).signed()
    }

    /// The normal form alone: enough to find the very same words again, and much cheaper.
    pub fn plain(lane: Lane, text: &str, place: &str) -> Self {
        let cut = |text: &str| without_numbers(&normal(&text.chars().take(WORDING_LETTERS_MAX).collect::<String>()));
        let mut words = cut(text);
        let compared = !words.is_empty() || lane == Lane::Slow;
        if compared && words.chars().count() < SHORT_LETTERS {
            words = format!("{words}{AT}{}", cut(place));
        }
        Self { normal: words, signature: None }
    }

    /// The same with its signature. Few words and their place have none: they are like the very same only.
    pub fn signed(self) -> Self {
        let signature = if self.normal.contains(AT) { None } else { signature(&self.normal) };
        Self { signature, ..self }
    }

    /// Whether it holds every one of these words.
    pub fn holds(&self, words: &[String]) -> bool {
        !words.is_empty() && words.iter().all(|wanted| self.normal.split(' ').any(|word| word == wanted))
    }

    /// Whether it is few words, the same as the other's, at whatever place.
    pub fn few_like(&self, other: &Self) -> bool {
        let few = |wording: &Self| wording.normal.split(AT).next().unwrap_or_default().to_owned();
        self.signature.is_none() && other.signature.is_none() && !few(self).is_empty() && few(self) == few(other)
    }

    /// Whether two wordings are near-copies of each other.
    pub fn like(&self, other: &Self, lane: Lane) -> bool {
        let least = if lane == Lane::Slow { SLOW_AGREE_MIN } else { AGREE_MIN };
        match (&self.signature, &other.signature) {
            (Some(one), Some(two)) => agreement(one, two) >= least,
            _ => !self.normal.is_empty() && self.normal == other.normal,
        }
    }
}

#[derive(Debug, Clone)]
struct Known {
    scope: Scope,
    wording: Wording,
}

/// The index: which group a wording belongs to.
#[derive(Debug, Clone, Default)]
pub struct Wordings {
    known: BTreeMap<u64, Known>,
    order: VecDeque<u64>,
    whole: BTreeMap<(Scope, String), u64>,
    bands: BTreeMap<(u32, [u32; ROWS]), Vec<u64>>,
}

impl Wordings {
    /// The group that holds the very same words.
    pub fn same(&self, scope: &Scope, wording: &Wording) -> Option<u64> {
        self.whole.get(&(scope.clone(), wording.normal.clone())).copied()
    }

    /// The group of near-copies, if one is known; `wording` has its signature.
    pub fn find(&self, scope: &Scope, wording: &Wording, lane: Lane) -> Option<u64> {
        if let Some(group) = self.same(scope, wording) {
            return Some(group);
        }
        let signature = wording.signature.as_ref()?;
        let mut seen: Vec<u64> = Vec::with_capacity(BANDS);
        for (band, rows) in (0_u32..).zip(signature.as_chunks::<ROWS>().0) {
            for group in self.bands.get(&(band, *rows)).into_iter().flatten() {
                if seen.contains(group) {
                    continue;
                }
                seen.push(*group);
                let same = self.known.get(group).is_some_and(|known| known.scope == *scope && known.wording.like(wording, lane));
                if same {
                    return Some(*group);
                }
            }
        }
        None
    }

    /// Remembers the first wording of a group; the oldest goes when there are too many, unless `keep` wants it.
    pub fn learn(&mut self, group: u64, scope: &Scope, wording: &Wording, keep: impl Fn(u64) -> bool) {
        if wording.normal.is_empty() {
            return;
        }
        while self.known.len() >= WORDINGS_MAX {
            // Half a turn at most: when everything is worth keeping, the oldest goes all the same.
            let kept = (0..WORDINGS_MAX / 2).find_map(|_| {
                let oldest = self.order.pop_front()?;
                if keep(oldest) {
                    self.order.push_back(oldest);
                    return None;
                }
                Some(oldest)
            });
            let Some(oldest) = kept.or_else(|| self.order.pop_front()) else { break };
            self.forget(oldest);
        }
        self.whole.insert((scope.clone(), wording.normal.clone()), group);
        for (band, rows) in (0_u32..).zip(wording.signature.iter().flat_map(|signature| signature.as_chunks::<ROWS>().0)) {
            let pile = self.bands.entry((band, *rows)).or_default();
            if pile.len() < PILE_MAX {
                pile.push(group);
            }
        }
        self.known.insert(group, Known { scope: scope.clone(), wording: wording.clone() });
        self.order.push_back(group);
    }

    /// Forgets a group.
    pub fn forget(&mut self, group: u64) {
        let Some(known) = self.known.remove(&group) else { return };
        self.whole.remove(&(known.scope, known.wording.normal));
        for (band, rows) in (0_u32..).zip(known.wording.signature.iter().flat_map(|signature| signature.as_chunks::<ROWS>().0)) {
            if let Some(pile) = self.bands.get_mut(&(band, *rows)) {
                pile.retain(|one| *one != group);
                if pile.is_empty() {
                    self.bands.remove(&(band, *rows));
                }
            }
        }
        if self.order.len() > 2 * WORDINGS_MAX {
            let known = &self.known;
            self.order.retain(|group| known.contains_key(group));
        }
    }

    /// Wordings held.
    pub fn len(&self) -> usize {
        self.known.len()
    }
    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(area: &str) -> Scope {
        Scope { area: Some(area.into()), kind: "visit".into() }
    }

    #[test]
    fn a_flood_that_counts_upwards_is_one_wording_and_few_words_go_with_their_place() {
        let of = |number: u32, place: &str| Wording::of(Lane::Fast, &format!("van at {number}"), place);
        assert_eq!(of(12, "Rye Lane"), of(98_765, "rye lane!"));
        assert_ne!(of(12, "Rye Lane"), of(12, "Choumert Road"));
        assert!(of(12, "Rye Lane").few_like(&of(3, "Choumert Road")));
    }

    #[test]
    fn a_report_without_words_is_like_nothing_and_in_the_slow_lane_like_its_place() {
        let nothing = Wording::of(Lane::Fast, "", "Rye Lane");
        assert!(!nothing.like(&nothing, Lane::Fast));
        assert_eq!(Wordings::default().find(&scope("a"), &nothing, Lane::Fast), None);
        let slow = |place| Wording::of(Lane::Slow, "", place);
        assert!(slow("Rye Lane 1").like(&slow("Rye Lane 2"), Lane::Slow) && !slow("Rye Lane").like(&slow("Hill"), Lane::Slow));
    }

    #[test]
    fn a_wording_is_found_in_its_own_area_only() {
        let mut index = Wordings::default();
        let text = "there are forty vans at the corner by the market hall";
        let one = Wording::of(Lane::Slow, &format!("{text} now"), "");
        index.learn(7, &scope("a"), &one, |_| false);
        let other = Wording::of(Lane::Slow, &format!("{text} come"), "");
        assert_eq!(index.find(&scope("a"), &other, Lane::Slow), Some(7));
        assert_eq!(index.find(&scope("b"), &other, Lane::Slow), None);
        index.forget(7);
        assert_eq!(index.find(&scope("a"), &one, Lane::Slow), None);
        assert!(index.is_empty());
    }

    #[test]
    fn the_index_is_bounded_and_keeps_what_is_worth_keeping() {
        let mut index = Wordings::default();
        for group in 0..WORDINGS_MAX as u64 + 500 {
            index.learn(group, &scope("a"), &Wording { normal: format!("w{group}"), signature: None }, |one| one == 3);
        }
        assert_eq!(index.len(), WORDINGS_MAX);
        let find = |group: u64| index.same(&scope("a"), &Wording { normal: format!("w{group}"), signature: None });
        assert_eq!((find(0), find(3)), (None, Some(3)));
    }
}
