//! Practice: two custodians opened an original to try their keys, and say so.
//!
//! A key that was never tried is a hope. One custodian says that they practised with another, the other confirms it, and
//! the custody chain has a line. Nothing here opens anything or knows what was opened.

use super::custody::{Deed, Doer};
use super::keys::CustodyKeys;
use crate::change::{Change, What};
use crate::id::{ChangeId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a custodian's word waits for the other's.
pub const PRACTICE_WAITS: i64 = 7 * DAY;
/// How often opening is to be practised.
pub const PRACTISED_EVERY: i64 = 366 * DAY;

/// One custodian's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeSaid {
    /// Whose.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Two custodians practised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practised {
    /// Who said so first.
    pub by: MemberId,
    /// Who confirmed it.
    pub with: MemberId,
    /// When it was confirmed.
    pub at: Timestamp,
}

impl CustodyKeys {
    /// A word that waits for another custodian.
    pub fn practice_waits(&self, now: Timestamp) -> Option<&PracticeSaid> {
        self.practice_said.as_ref().filter(|said| now.since(said.at) < PRACTICE_WAITS)
    }

    /// Whether it is time to practise: never done, a year ago, or a key was set since.
    pub fn practice_due(&self, now: Timestamp) -> bool {
        let Some(last) = &self.practised else { return true };
        now.since(last.at) >= PRACTISED_EVERY || self.keys.iter().flatten().any(|key| key.since > last.at)
    }
}

/// A custodian says that they practised opening with another.
pub fn say(id: ChangeId, keys: &CustodyKeys, by: &Doer, member: MemberId, now: Timestamp) -> Change {
    let said = by.says(Deed::Practised, None, now).with("said by one custodian; the other has not confirmed it");
    let keys = CustodyKeys { practice_said: Some(PracticeSaid { by: member, at: now }), ..keys.clone() };
    Change { id, at: now, by: by.actor(), what: What::CustodyKeySet { keys, said } }
}

/// The other custodian confirms it.
///
/// # Errors
/// [`Evidence::PractisedNot`] where nobody said so, [`Evidence::PractisedAlone`] for whoever did.
pub fn confirm(id: ChangeId, keys: &CustodyKeys, by: &Doer, member: MemberId, now: Timestamp) -> Result<Change, Refusal> {
    let first = *keys.practice_waits(now).ok_or(Refusal::from(Evidence::PractisedNot))?;
    if first.by == member {
        return Err(Evidence::PractisedAlone.into());
    }
    let said = by.says(Deed::Practised, None, now).with("two custodians practised opening");
    let practised = Some(Practised { by: first.by, with: member, at: now });
    let keys = CustodyKeys { practised, practice_said: None, ..keys.clone() };
    Ok(Change { id, at: now, by: by.actor(), what: What::CustodyKeySet { keys, said } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::custody::Office;
    use crate::evidence::keys::CustodyKey;
    use crate::time::MINUTE;

    const ONE: MemberId = MemberId([1; 16]);
    const TWO: MemberId = MemberId([2; 16]);

    fn custodian(member: MemberId) -> Doer {
        Doer::member(Office::Custodian, member, [9; 16])
    }

    fn kept(change: Change) -> CustodyKeys {
        let What::CustodyKeySet { keys, said } = change.what else { panic!("another change") };
        assert_eq!((said.deed, said.footage), (Deed::Practised, None));
        keys
    }

    #[test]
    fn two_custodians_say_that_they_practised_and_one_cannot() {
        let now = Timestamp::from_milliseconds(10 * DAY);
        let id = ChangeId([1; 16]);
        let keys = CustodyKeys::default();
        assert!(keys.practice_due(now));
        assert_eq!(confirm(id, &keys, &custodian(TWO), TWO, now).unwrap_err(), Evidence::PractisedNot.into());
        let said = kept(say(id, &keys, &custodian(ONE), ONE, now));
        assert!(said.practice_due(now), "one word is not two");
        assert_eq!(confirm(id, &said, &custodian(ONE), ONE, now).unwrap_err(), Evidence::PractisedAlone.into());
        let late = confirm(id, &said, &custodian(TWO), TWO, now.plus(PRACTICE_WAITS));
        assert_eq!(late.unwrap_err(), Evidence::PractisedNot.into());
        let later = now.plus(PRACTICE_WAITS - MINUTE);
        let done = kept(confirm(id, &said, &custodian(TWO), TWO, later).unwrap());
        assert_eq!(done.practised, Some(Practised { by: ONE, with: TWO, at: later }));
        assert!(!done.practice_due(later));
        assert!(done.practice_due(later.plus(PRACTISED_EVERY)), "once a year");
        let mut fresh = done;
        fresh.keys[0] = Some(CustodyKey { recipient: "age1a".into(), since: later.plus(MINUTE) });
        assert!(fresh.practice_due(later.plus(2 * MINUTE)), "a key was set since");
    }
}
