//! Near-copies: a flood of almost the same text becomes one line with samples.
//!
//! Texts are compared by signatures of their shingles (Broder's resemblance, estimated by smallest hashes),
//! found through an index of bands, so that ten thousand open reports need no comparison of all with all.
//! A text that falls into a full pile is compared with the pile's first few only: whoever crafts texts to
//! make this slow makes it less sharp instead. Nothing is hidden or set aside: a fold is a way to show.

use super::words::folded;
use std::collections::{BTreeMap, BTreeSet};

/// Letters in a shingle.
const SHINGLE_LETTERS: usize = 5;
/// Bands of the index.
pub const BANDS: usize = 16;
/// Hashes in a band; two texts share a band when all of these agree.
pub const ROWS: usize = 4;
/// Hashes in a signature.
pub const HASHES: usize = BANDS * ROWS;
/// Hashes of 64 that must agree: about three quarters of all shingles in common.
pub const AGREE_MIN: usize = 48;
/// Leaders in one pile of the index that a text is compared with.
pub const PILE_MAX: usize = 4;
/// Texts shorter than this are near-copies only when they are the same.
pub const SHORT_LETTERS: usize = 20;

/// Reports that fold into one line at least; fewer stay as they are.
pub const FOLD_MIN: usize = 5;
/// Samples shown beside the first.
pub const SAMPLES: usize = 3;

/// One group of near-copies, by places in the list that was given; the first is the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// All that belong together, in the order given.
    pub members: Vec<usize>,
}

impl Fold {
    /// The first and up to three samples, spread over the rest so that a change of the text is seen.
    pub fn samples(&self) -> Vec<usize> {
        let rest = self.members.len().saturating_sub(1);
        let shown = rest.min(SAMPLES);
        let spread = (1..=shown).map(|sample| self.members[sample * rest / shown]);
        self.members.first().copied().into_iter().chain(spread).collect()
    }
}

/// All groups with more than one member, and how many pairs were compared to find them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// Groups, by their first member.
    pub folds: Vec<Fold>,
    /// Pairs of signatures that were held against each other.
    pub comparisons: usize,
}

/// Groups texts that are almost the same; an empty text is like nothing.
pub fn near_copies<'a>(texts: impl Iterator<Item = &'a str>) -> Folds {
    let mut found = Folds { folds: Vec::new(), comparisons: 0 };
    let mut leaders: Vec<Signature> = Vec::new();
    let mut whole: BTreeMap<String, usize> = BTreeMap::new();
    let mut piles: BTreeMap<(usize, [u32; ROWS]), Vec<usize>> = BTreeMap::new();
    for (place, text) in texts.enumerate() {
        let text = normal(text);
        if text.is_empty() {
            continue;
        }
        if let Some(fold) = whole.get(&text) {
            found.folds[*fold].members.push(place);
            continue;
        }
        let new = found.folds.len();
        let Some(signature) = signature(&text) else {
            whole.insert(text, new);
            found.folds.push(Fold { members: vec![place] });
            leaders.push([u32::MAX; HASHES]);
            continue;
        };
        let mut seen = BTreeSet::new();
        let mut home = None;
        for (band, rows) in signature.as_chunks::<ROWS>().0.iter().enumerate() {
            for leader in piles.get(&(band, *rows)).into_iter().flatten().copied() {
                if home.is_none() && seen.insert(leader) {
                    found.comparisons += 1;
                    home = agrees(&leaders[leader], &signature).then_some(leader);
                }
            }
        }
        let fold = home.unwrap_or(new);
        whole.insert(text, fold);
        if home.is_some() {
            found.folds[fold].members.push(place);
            continue;
        }
        found.folds.push(Fold { members: vec![place] });
        for (band, rows) in signature.as_chunks::<ROWS>().0.iter().enumerate() {
            let pile = piles.entry((band, *rows)).or_default();
            if pile.len() < PILE_MAX {
                pile.push(new);
            }
        }
        leaders.push(signature);
    }
    found.folds.retain(|fold| fold.members.len() > 1);
    found
}

/// A text as it is compared: in one case, without accents, its words apart by one space each.
pub fn normal(text: &str) -> String {
    folded(text).split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What is compared of a text: see [`signature`].
pub type Signature = [u32; HASHES];

/// Hashes of 64 that agree; their share estimates the share of shingles in common.
pub fn agreement(one: &Signature, other: &Signature) -> usize {
    one.iter().zip(other).filter(|(a, b)| a == b).count()
}

fn agrees(one: &Signature, other: &Signature) -> bool {
    agreement(one, other) >= AGREE_MIN
}

/// One smallest hash in each of 64 parts of the hash's range; none for a short text.
///
/// One hashing instead of 64 (one-permutation hashing); a part that no shingle fell into borrows from the
/// next that has one, marked with the distance, because two empty parts are no agreement.
pub fn signature(text: &str) -> Option<Signature> {
    let signs: Vec<char> = text.chars().collect();
    if signs.len() < SHORT_LETTERS {
        return None;
    }
    let mut least: [Option<u32>; HASHES] = [None; HASHES];
    for shingle in signs.windows(SHINGLE_LETTERS) {
        let hash = shingle.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, sign| mixed(hash ^ u64::from(u32::from(*sign))));
        let slot = &mut least[(hash >> 58) as usize];
        let low = hash as u32;
        *slot = Some(slot.map_or(low, |old| old.min(low)));
    }
    let mut whole = [u32::MAX; HASHES];
    for (part, slot) in whole.iter_mut().enumerate() {
        let borrowed = (0_u32..).zip((part..HASHES).chain(0..part)).find_map(|(steps, from)| Some((steps, least[from]?)));
        let (steps, hash) = borrowed.expect("a text of twenty letters has a shingle");
        *slot = hash.wrapping_add(steps.wrapping_mul(0x9e37_79b9));
    }
    Some(whole)
}

/// A 64-bit mixing (the finaliser published with SplitMix64).
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(texts: &[String]) -> Folds {
        near_copies(texts.iter().map(String::as_str))
    }

    #[test]
    fn a_flood_of_near_copies_is_one_line_and_the_real_one_stands_apart() {
        let mut texts: Vec<String> =
            (0..214).map(|n| format!("There are six vans and many officers at the corner by the old market hall, come now {n}")).collect();
        texts.insert(100, "A man is being held in the doorway of the bakery, two officers, one van with a blue stripe".to_owned());
        let found = folds(&texts);
        assert_eq!(found.folds.len(), 1);
        assert_eq!(found.folds[0].members.len(), 214);
        assert!(!found.folds[0].members.contains(&100));
        let samples = found.folds[0].samples();
        assert_eq!((samples.len(), samples[0], samples[3]), (4, 0, 214));
    }

    #[test]
    fn ten_thousand_open_reports_need_no_comparison_of_all_with_all() {
        // Different words for each, and a flood inside: both must stay far below n times n.
        let word = |n: u64| format!("{:x}", mixed(n));
        let mut texts: Vec<String> = (0..8_000).map(|n| (0..6).map(|k| word(n * 7 + k)).collect::<Vec<_>>().join(" ")).collect();
        texts.extend((0..4_000).map(|n| format!("everybody come to the square now there are forty vans and dogs and horses {n}")));
        let found = folds(&texts);
        assert!(found.folds.iter().any(|fold| fold.members.len() >= 3_900), "the flood is found");
        assert!(found.comparisons <= texts.len() * 2, "{} comparisons of {} texts", found.comparisons, texts.len());
    }

    #[test]
    fn texts_crafted_to_fill_one_pile_cost_a_bounded_number_of_comparisons() {
        // All share a long beginning and differ after it, so that bands agree and signatures do not.
        let start = "there are vans at the corner of the street by the market hall and the school ".to_owned();
        let texts: Vec<String> =
            (0..2_000_u64).map(|n| format!("{start}{:x}{:x}{:x}", mixed(n), mixed(n + 1_000_000), mixed(n + 9_000_000))).collect();
        assert!(folds(&texts).comparisons <= texts.len() * BANDS * PILE_MAX);
    }

    #[test]
    fn short_texts_are_copies_only_when_they_are_the_same() {
        let texts = ["Van here", "van HERE!", "van there", "", ""].map(str::to_owned);
        assert_eq!(folds(&texts).folds, [Fold { members: vec![0, 1] }]);
    }
}
