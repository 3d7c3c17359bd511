//! Keys: the three public custody keys of a group, to which the key of each original is sealed in shares.
//!
//! Two of the three shares open an original and one alone tells nothing (decision 0070). The secret halves are with
//! three custodians and never on the server; a key that is changed counts for what comes after it only.

use super::custody::{Deed, Doer};
use super::practice::{PracticeSaid, Practised};
use crate::change::{Change, What};
use crate::id::ChangeId;
use crate::refusal::{Evidence, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The first.
    One,
    /// The second.
    Two,
    /// The third.
    Three,
}

impl Place {
    /// All three, in order, with their words.
    pub const ALL: [(Place, &'static str); 3] = [(Self::One, "one"), (Self::Two, "two"), (Self::Three, "three")];
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL[self.index()].1
    }
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(place, _)| *place)
    }
    /// 0, 1 or 2.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyKey {
    /// The recipient as age writes it: `age1…`. Whether it is one is checked before it comes here.
    pub recipient: String,
    /// Since when it counts.
    pub since: Timestamp,
}

/// The three keys of a group, as far as they are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyKeys {
    /// How often they were changed.
    pub version: u32,
    /// By [`Place::index`].
    pub keys: [Option<CustodyKey>; 3],
    /// When two custodians last practised opening.
    #[serde(default)]
    pub practised: Option<Practised>,
    /// One custodian says that they did; the other has not confirmed it.
    #[serde(default)]
    pub practice_said: Option<PracticeSaid>,
}

impl CustodyKeys {
    /// The three recipients, once all are set.
    pub fn all(&self) -> Option<[&str; 3]> {
        match &self.keys {
            [Some(one), Some(two), Some(three)] => Some([&one.recipient, &two.recipient, &three.recipient]),
            _ => None,
        }
    }
}

/// Sets one key.
///
/// # Errors
/// [`Evidence::CustodyKeyTwice`] when the same key stands at another place: then one custodian would hold two shares.
pub fn set(id: ChangeId, keys: &CustodyKeys, place: Place, recipient: String, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    let twice = |(at, key): (usize, &Option<CustodyKey>)| at != place.index() && key.as_ref().is_some_and(|key| key.recipient == recipient);
    if keys.keys.iter().enumerate().any(twice) {
        return Err(Evidence::CustodyKeyTwice.into());
    }
    let mut keys = keys.clone();
    let said = by.says(Deed::KeySet, None, now).with(format!("{} {recipient}", place.word()));
    keys.keys[place.index()] = Some(CustodyKey { recipient, since: now });
    Ok(Change { id, at: now, by: by.actor(), what: What::CustodyKeySet { keys, said } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_keys_stand_at_three_places_and_none_stands_twice() {
        let mut keys = CustodyKeys::default();
        for (place, recipient) in [(Place::One, "age1a"), (Place::Two, "age1b"), (Place::Three, "age1c")] {
            assert_eq!(keys.all(), None);
            let change = set(ChangeId([1; 16]), &keys, place, recipient.into(), &Doer::keeper([9; 16]), Timestamp::default()).unwrap();
            let What::CustodyKeySet { keys: set, .. } = change.what else { panic!("another change") };
            keys = set;
        }
        assert_eq!(keys.all(), Some(["age1a", "age1b", "age1c"]));
        let twice = set(ChangeId([1; 16]), &keys, Place::Two, "age1a".into(), &Doer::keeper([9; 16]), Timestamp::default());
        assert_eq!(twice.unwrap_err(), Evidence::CustodyKeyTwice.into());
        assert!(
            set(ChangeId([1; 16]), &keys, Place::One, "age1a".into(), &Doer::keeper([9; 16]), Timestamp::default()).is_ok(),
            "set again"
        );
    }
}
