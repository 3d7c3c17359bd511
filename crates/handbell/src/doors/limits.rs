//! Limits: how often one caller may knock, without knowing who they are.
//!
//! PROMISE no-address-is-kept: an address is hashed under a salt that lives in memory for ten minutes and
//! is used for nothing but a token bucket beside it. Neither is written anywhere. With the salt gone the
//! buckets are gone. Whoever holds one of few seats is marked under another salt, and the mark goes with their request.

use crate::acts::seats::Household;
use handbell_rules::time::{MINUTE, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, OnceLock};

/// How long a salt and its buckets live.
pub const SALT_LIVES: i64 = 10 * MINUTE;
/// Buckets held at most; beyond that new callers share one.
const BUCKETS_MAX: usize = 100_000;

/// What a caller wants to do; each has a bucket of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Knock {
    /// File a report. Beyond it a report waits in the slow lane.
    Report,
    /// File a report while [`Knock::Report`] is dry: one provider's customers can share a prefix, one program
    /// fills a disk. Beyond it the door is shut for a while.
    Crowd,
    /// Try the words of a receipt, or a sign-in link.
    Secret,
    /// Subscribe or unsubscribe.
    Subscribe,
    /// Search the list of places.
    Places,
    /// Ask for a cosignature.
    Cosign,
    /// Begin to give a file.
    Give,
    /// Send bytes of a file that was begun.
    Append,
    /// Take a file that is shown.
    Take,
    /// Ask for the proof of a page, which is made and verified for each caller.
    Proof,
    /// Ask for a pack of contents, which is made for each caller.
    Pack,
}

impl Knock {
    /// Tokens a full bucket holds, and how many come back each minute.
    const fn allows(self) -> (f64, f64) {
        match self {
            Self::Report => (30.0, 12.0),
            Self::Crowd => (300.0, 120.0),
            Self::Secret => (20.0, 10.0),
            Self::Subscribe => (20.0, 10.0),
            // A letter each, while somebody types.
            Self::Places => (120.0, 60.0),
            // A log asks once for each checkpoint, and each answer waits for the disk.
            Self::Cosign => (60.0, 30.0),
            // As many files as two links take.
            Self::Give => (40.0, 20.0),
            // A piece is a mebibyte where a page's script sends it; whoever cuts finer still gets through.
            Self::Append => (1_200.0, 1_200.0),
            // A film is read whole for each stretch of it that is asked for.
            Self::Take => (60.0, 30.0),
            // Whoever checks every page waits for the bucket to fill, and is done in the end.
            Self::Proof => (600.0, 600.0),
            // A log of 300,000 entries at once.
            Self::Pack => (1_200.0, 1_200.0),
        }
    }
}

struct Buckets {
    salt: [u8; 32],
    since: Timestamp,
    tokens: HashMap<[u8; 16], (f64, Timestamp)>,
}

/// See the module.
pub struct Limits {
    buckets: Mutex<Option<Buckets>>,
    /// The salt of households: for as long as this process runs, because a mark lives no longer than a request.
    households: OnceLock<[u8; 32]>,
    /// Off for load tests and benches on this machine only.
    off: bool,
}

impl Limits {
    /// Empty buckets; `off` lets everything through.
    pub fn new(off: bool) -> Self {
        Self { buckets: Mutex::new(None), households: OnceLock::new(), off }
    }

    /// The mark of the caller's household, for as long as their request lasts; none where limits are off.
    pub fn household(&self, address: Option<IpAddr>, fresh_salt: impl FnOnce() -> [u8; 32]) -> Option<Household> {
        (!self.off).then(|| Household(mark(self.households.get_or_init(fresh_salt), Knock::Append, address)))
    }

    /// Takes one token of the caller's bucket. False when it is empty.
    pub fn let_in(&self, knock: Knock, address: Option<IpAddr>, fresh_salt: impl FnOnce() -> [u8; 32], now: Timestamp) -> bool {
        if self.off {
            return true;
        }
        let mut held = self.buckets.lock().expect("no holder of this lock panics");
        let old = held.as_ref().is_none_or(|buckets| now.since(buckets.since).unsigned_abs() >= SALT_LIVES.unsigned_abs());
        if old {
            *held = Some(Buckets { salt: fresh_salt(), since: now, tokens: HashMap::new() });
        }
        let Some(buckets) = held.as_mut() else { return true };
        let mut key = mark(&buckets.salt, knock, address);
        if buckets.tokens.len() >= BUCKETS_MAX && !buckets.tokens.contains_key(&key) {
            key = [0; 16];
        }
        let (full, per_minute) = knock.allows();
        let (tokens, last) = buckets.tokens.entry(key).or_insert((full, now));
        *tokens = (*tokens + now.since(*last).max(0) as f64 / MINUTE as f64 * per_minute).min(full);
        *last = now;
        if *tokens < 1.0 {
            return false;
        }
        *tokens -= 1.0;
        true
    }
}

/// The prefix of an address: what one household or one provider's customer usually has.
fn mark(salt: &[u8; 32], knock: Knock, address: Option<IpAddr>) -> [u8; 16] {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, salt);
    let prefix = match address {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
        None => Vec::new(),
    };
    let mut context = aws_lc_rs::hmac::Context::with_key(&key);
    context.update(&[knock as u8]);
    context.update(&prefix);
    let mut mark = [0u8; 16];
    mark.copy_from_slice(&context.sign().as_ref()[..16]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_checks_a_record_at_once_is_let_in_and_whoever_never_stops_is_slowed_down() {
        let (limits, one, at) = (Limits::new(false), Some(IpAddr::from([192, 0, 2, 1])), Timestamp::from_milliseconds);
        for (knock, at_once) in [(Knock::Proof, 600), (Knock::Pack, 1_200)] {
            assert_eq!((0..10_000).take_while(|_| limits.let_in(knock, one, || [1; 32], at(0))).count(), at_once, "{knock:?}");
            assert_eq!((0..10_000).take_while(|_| limits.let_in(knock, one, || [1; 32], at(1_000))).count(), at_once / 60, "{knock:?}");
        }
    }

    #[test]
    fn one_caller_runs_dry_and_fills_up_again_and_another_is_not_touched() {
        let limits = Limits::new(false);
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        let other = Some(IpAddr::from([192, 0, 2, 2]));
        let at = Timestamp::from_milliseconds;
        let in_a_row = (0..100).take_while(|_| limits.let_in(Knock::Secret, one, || [1; 32], at(0))).count();
        assert_eq!(in_a_row, 20);
        assert!(limits.let_in(Knock::Secret, other, || [1; 32], at(0)));
        assert!(limits.let_in(Knock::Report, one, || [1; 32], at(0)), "each door has its own bucket");
        assert!(limits.let_in(Knock::Secret, one, || [1; 32], at(MINUTE)));
    }

    #[test]
    fn a_household_is_the_same_for_as_long_as_the_server_runs_and_another_is_another() {
        let (limits, one) = (Limits::new(false), |last: u8| Some(IpAddr::from([192, 0, 2, last])));
        let first = limits.household(one(1), || [1; 32]);
        assert!(first.is_some());
        assert_eq!(limits.household(one(1), || [2; 32]), first);
        assert_ne!(limits.household(one(2), || [1; 32]), first);
        assert_eq!(Limits::new(true).household(one(1), || [1; 32]), None);
    }

    #[test]
    fn after_ten_minutes_nothing_is_left_of_a_caller() {
        let limits = Limits::new(false);
        limits.let_in(Knock::Report, None, || [1; 32], Timestamp::from_milliseconds(0));
        limits.let_in(Knock::Report, None, || [2; 32], Timestamp::from_milliseconds(SALT_LIVES));
        let held = limits.buckets.lock().unwrap();
        assert_eq!(held.as_ref().map(|b| (b.salt, b.tokens.len())), Some(([2; 32], 1)));
    }
}
