//! Pauses: files that were tried in vain are tried again after pauses that grow, and stand before nobody meanwhile.
//!
//! In memory only: after a restart everything is tried at once.

use handbell_rules::id::FootageId;
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use std::collections::BTreeMap;

/// The first pause; each is twice the one before.
const FIRST: i64 = 5 * MINUTE;
/// The longest.
const LONGEST: i64 = 6 * HOUR;

/// When each is tried again, and how often it was.
#[derive(Debug, Default)]
pub struct Pauses(BTreeMap<FootageId, (u32, Timestamp)>);

impl Pauses {
    /// It was tried in vain: it rests, twice as long as the last time.
    pub fn rest(&mut self, id: FootageId, now: Timestamp) {
        let (tries, until) = self.0.entry(id).or_insert((0, now));
        *until = now.plus((FIRST << (*tries).min(16)).min(LONGEST));
        *tries += 1;
    }

    /// Nothing more is to be tried.
    pub fn over(&mut self, id: FootageId) {
        self.0.remove(&id);
    }

    /// Forgets all but these.
    pub fn only(&mut self, ids: &[FootageId]) {
        let known: std::collections::BTreeSet<&FootageId> = ids.iter().collect();
        self.0.retain(|id, _| known.contains(id));
    }

    /// Whether it does not rest.
    pub fn is_due(&self, id: FootageId, now: Timestamp) -> bool {
        self.0.get(&id).is_none_or(|(_, until)| *until <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_twice_the_last_up_to_a_quarter_of_a_day() {
        let (mut pauses, id) = (Pauses::default(), FootageId([1; 16]));
        let mut now = Timestamp::default();
        for minutes in [5, 10, 20, 40, 80, 160, 320, 360, 360] {
            assert!(pauses.is_due(id, now));
            pauses.rest(id, now);
            assert!(!pauses.is_due(id, now.plus(minutes * MINUTE - 1)), "{minutes}");
            now = now.plus(minutes * MINUTE);
        }
        pauses.rest(id, now);
        pauses.only(&[FootageId([2; 16])]);
        assert!(pauses.is_due(id, now), "it is forgotten");
    }
}
