//! Delivery: one subscriber, one ring, and what became of it.
//!
//! "Accepted by the push service" is what can be known and is what is written; nobody claims more. When
//! to try again is a rule, not a sleep. A message whose alert has expired or ended is never sent as live
//! (PROMISE nothing-goes-stale).

use crate::id::{AlertId, DeliveryId, RingId, SubscriptionId};
use crate::time::{MINUTE, SECOND, Timestamp};
use serde::{Deserialize, Serialize};

use super::alert::RingKind;

/// Longest wait between two tries.
pub const RETRY_WAIT_MAX: i64 = MINUTE;
/// Longest wait a push service may ask for.
pub const RETRY_AFTER_MAX: i64 = 15 * MINUTE;
/// Tries before a start or an update is given up, whatever the expiry says. An end has no such limit: a push
/// service may be down for longer than these tries take, and whoever heard the start waits for it. It is
/// tried until its own expiry ([`super::alert::ENDING_LIVES`]).
pub const ATTEMPTS_MAX: u32 = 24;
const FIRST_WAIT: i64 = 2 * SECOND;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// To be sent when due.
    Waiting,
    /// A ringer has it until the lease ends.
    Leased,
    /// The push service accepted it.
    Accepted,
    /// The push service says this subscription is gone; it was pruned.
    Gone,
    /// The push service refused it for good.
    Refused,
    /// The alert expired, or the tries ended, before it was accepted.
    Expired,
    /// The alert ended before the first try: this person hears neither start nor end.
    Superseded,
}

impl DeliveryState {
    /// Every state with its word.
    pub const ALL: [(DeliveryState, &'static str); 7] = [
        (DeliveryState::Waiting, "waiting"),
        (DeliveryState::Leased, "leased"),
        (DeliveryState::Accepted, "accepted"),
        (DeliveryState::Gone, "gone"),
        (DeliveryState::Refused, "refused"),
        (DeliveryState::Expired, "expired"),
        (DeliveryState::Superseded, "superseded"),
    ];
    /// The word kept in tables.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("waiting", |(_, word)| word)
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(state, _)| *state)
    }
}

/// What a push service said, or that it said nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// It took the message (RFC 8030 section 5: 201).
    Accepted,
    /// The subscription is no more (404, 410).
    Gone,
    /// It named a time to come back, in milliseconds.
    RetryAfter(i64),
    /// It said that it failed and did not take the message (5xx, 429 without a time), or it could not be reached.
    Later,
    /// It hung or broke off: it may have taken the message.
    Hung,
    /// It refused the message or our credentials for good.
    Refused,
    /// Nobody asked it: the ringer gives the delivery back for so many milliseconds, because its push service
    /// wants a pause or has too much before it already. This is no try, and nobody was told by it.
    NotTried(i64),
}

impl Answer {
    /// Whether the message was tried at all.
    pub fn is_of_a_try(self) -> bool {
        !matches!(self, Self::NotTried(_))
    }
}

/// A delivery a ringer holds for a while, with everything needed to send it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leased {
    /// Private id.
    pub delivery: DeliveryId,
    /// The ring.
    pub ring: RingId,
    /// What sort of message.
    pub kind: RingKind,
    /// The alert whose page it opens.
    pub alert: AlertId,
    /// The alert row whose words are said: the alert itself, or its update.
    pub words_of: AlertId,
    /// To whom.
    pub subscription: SubscriptionId,
    /// Tries before this one.
    pub attempts: u32,
    /// After this it is not sent.
    pub expires_at: Timestamp,
}

/// What is written down after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The delivery.
    pub delivery: DeliveryId,
    /// To whom it was.
    pub subscription: SubscriptionId,
    /// What was answered.
    pub answer: Answer,
    /// Where it stands now.
    pub state: DeliveryState,
    /// When to try again, while waiting.
    pub due_at: Timestamp,
    /// Tries so far, this one included if it was one.
    pub attempts: u32,
    /// When it was settled.
    pub at: Timestamp,
}

/// Decides what follows from an answer. `chance` spreads retries so that a provider that comes back is
/// not met by everybody in the same moment.
pub fn settle(leased: &Leased, answer: Answer, chance: u16, now: Timestamp) -> Settled {
    let attempts = leased.attempts + u32::from(answer.is_of_a_try());
    let doubled = FIRST_WAIT << leased.attempts.min(5);
    let spread = doubled.min(RETRY_WAIT_MAX) * i64::from(chance) / i64::from(u16::MAX) / 2;
    let wait = match answer {
        Answer::RetryAfter(asked) => asked.clamp(SECOND, RETRY_AFTER_MAX) + spread,
        Answer::NotTried(pause) => pause.clamp(SECOND, RETRY_AFTER_MAX) + i64::from(chance) * SECOND / i64::from(u16::MAX),
        _ => doubled.min(RETRY_WAIT_MAX) / 2 + spread,
    };
    let due_at = now.plus(wait);
    let given_up = (leased.kind.is_live() && attempts >= ATTEMPTS_MAX) || due_at >= leased.expires_at;
    let state = match answer {
        Answer::Accepted => DeliveryState::Accepted,
        Answer::Gone => DeliveryState::Gone,
        Answer::Refused => DeliveryState::Refused,
        Answer::RetryAfter(_) | Answer::Later | Answer::Hung | Answer::NotTried(_) if given_up => DeliveryState::Expired,
        Answer::RetryAfter(_) | Answer::Later | Answer::Hung | Answer::NotTried(_) => DeliveryState::Waiting,
    };
    Settled { delivery: leased.delivery, subscription: leased.subscription, answer, state, due_at, attempts, at: now }
}

/// How many were told, as the desk may see it: bands, never people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
pub struct Tally {
    /// Fixed by the ring.
    pub told_list: u64,
    /// Accepted by their push service.
    pub accepted: u64,
    /// Still to be tried.
    pub waiting: u64,
    /// Gone, refused, expired or superseded.
    pub unreachable: u64,
}

/// A count as the band people may see.
pub fn band(count: u64) -> &'static str {
    match count {
        0 => "nobody",
        1..=9 => "fewer than 10",
        10..=49 => "10 to 49",
        50..=99 => "50 to 99",
        100..=999 => "hundreds",
        1_000..=9_999 => "thousands",
        _ => "tens of thousands or more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leased(attempts: u32, expires_at: i64) -> Leased {
        Leased {
            delivery: DeliveryId([1; 16]),
            ring: RingId([2; 16]),
            kind: RingKind::Alert,
            alert: AlertId([3; 16]),
            words_of: AlertId([3; 16]),
            subscription: SubscriptionId([4; 16]),
            attempts,
            expires_at: Timestamp::from_milliseconds(expires_at),
        }
    }

    proptest! {
        #[test]
        fn a_retry_never_comes_early_never_late_and_never_after_expiry(attempts in 0u32..40, chance: u16, asked in 0i64..10_000_000, life in 1i64..100_000_000) {
            let now = Timestamp::from_milliseconds(0);
            for answer in [Answer::Later, Answer::Hung, Answer::RetryAfter(asked)] {
                let settled = settle(&leased(attempts, life), answer, chance, now);
                match settled.state {
                    DeliveryState::Waiting => {
                        prop_assert!(settled.due_at.milliseconds() < life);
                        prop_assert!(settled.due_at > now && settled.attempts < ATTEMPTS_MAX);
                        if let Answer::RetryAfter(asked) = answer { prop_assert!(settled.due_at.milliseconds() >= asked.clamp(SECOND, RETRY_AFTER_MAX)); }
                        else { prop_assert!(settled.due_at.milliseconds() <= RETRY_WAIT_MAX); }
                    }
                    state => prop_assert_eq!(state, DeliveryState::Expired),
                }
            }
        }
    }

    #[test]
    fn an_end_is_tried_for_as_long_as_it_lives_and_a_start_is_given_up() {
        let now = Timestamp::from_milliseconds(0);
        let end = Leased { kind: RingKind::StandDown, ..leased(400, 100_000_000) };
        assert_eq!(settle(&end, Answer::Later, 0, now).state, DeliveryState::Waiting);
        assert_eq!(settle(&leased(400, 100_000_000), Answer::Later, 0, now).state, DeliveryState::Expired);
        assert_eq!(settle(&Leased { expires_at: now, ..end }, Answer::Later, 0, now).state, DeliveryState::Expired);
    }

    #[test]
    fn what_was_given_back_counts_as_no_try_and_waits_its_pause() {
        let now = Timestamp::from_milliseconds(0);
        for chance in [0, u16::MAX] {
            let back = settle(&leased(3, 1_000_000), Answer::NotTried(30 * SECOND), chance, now);
            assert_eq!((back.state, back.attempts), (DeliveryState::Waiting, 3));
            assert!((30 * SECOND..=31 * SECOND).contains(&back.due_at.milliseconds()));
        }
        // A pause beyond the alert's life ends it: nobody hears old news as new.
        assert_eq!(settle(&leased(0, 20 * SECOND), Answer::NotTried(30 * SECOND), 0, now).state, DeliveryState::Expired);
    }

    #[test]
    fn a_definite_answer_is_final() {
        let now = Timestamp::from_milliseconds(0);
        for (answer, state) in
            [(Answer::Accepted, DeliveryState::Accepted), (Answer::Gone, DeliveryState::Gone), (Answer::Refused, DeliveryState::Refused)]
        {
            assert_eq!(settle(&leased(3, 1_000_000), answer, 0, now).state, state);
        }
    }

    #[test]
    fn small_counts_are_never_shown() {
        assert_eq!(
            (band(1), band(9), band(10), band(99), band(100)),
            ("fewer than 10", "fewer than 10", "10 to 49", "50 to 99", "hundreds")
        );
    }
}
