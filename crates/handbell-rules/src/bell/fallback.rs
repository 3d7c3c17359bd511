//! Fallback: when a person's further channel is used.
//!
//! The first channel is tried at once. The further one is used when the first says for good that it cannot, or
//! when it has not taken the message after the minutes the person chose. Of one thread a person is told by one
//! channel where that can be known; an end goes wherever the start was taken or may have been.

use super::delivery::Answer;
use crate::refusal::{Bell, Refusal};
use crate::time::{MINUTE, SECOND};

/// Minutes that can be chosen.
pub const MINUTES: [u8; 3] = [2, 5, 10];

/// Reads a choice.
///
/// # Errors
/// `channel-address-wrong` for any other number.
pub fn minutes(chosen: u8) -> Result<u8, Refusal> {
    if MINUTES.contains(&chosen) { Ok(chosen) } else { Err(Bell::ChannelAddressWrong.into()) }
}

/// How long a message has waited at the least, in milliseconds, when it was tried so often: the waits of
/// [`super::delivery::settle`] without their spread. It outlives a restart, which a clock in memory does not.
pub fn waited_at_least(attempts: u32) -> i64 {
    (0..attempts).map(|attempt| ((2 * SECOND) << attempt.min(5)).min(MINUTE) / 2).sum()
}

/// Whether the further channel is used now. `said` is what the first one answered just now.
pub fn due(said: Answer, waited: i64, after_minutes: u8) -> bool {
    match said {
        Answer::Accepted => false,
        Answer::Gone | Answer::Refused => true,
        Answer::Later | Answer::Hung | Answer::RetryAfter(_) | Answer::NotTried(_) => waited >= i64::from(after_minutes) * MINUTE,
    }
}

/// What both channels together answered. A person is gone only when both say so; while one may still take it,
/// it is tried again.
pub fn together(first: Answer, further: Answer) -> Answer {
    let again = |said: Answer| matches!(said, Answer::Later | Answer::Hung | Answer::RetryAfter(_) | Answer::NotTried(_));
    match (first, further) {
        (Answer::Accepted, _) | (_, Answer::Accepted) => Answer::Accepted,
        (said, _) if again(said) => said,
        (_, said) if again(said) => said,
        (Answer::Gone, Answer::Gone) => Answer::Gone,
        _ => Answer::Refused,
    }
}

/// What is known of a thread's start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// The first channel took it, or may have.
    pub first: bool,
    /// The further one did.
    pub further: bool,
}

impl Heard {
    /// Remembers what a channel answered to something live.
    pub fn of(said: Answer) -> bool {
        matches!(said, Answer::Accepted | Answer::Hung)
    }
    /// Where the end goes: where the start may have been heard. After a restart nothing is known, and it goes to
    /// both rather than to neither.
    pub fn end_goes(known: Option<Self>) -> Self {
        known.filter(|heard| heard.first || heard.further).unwrap_or(Self { first: true, further: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_further_channel_waits_its_minutes_and_not_for_a_definite_no() {
        for said in [Answer::Later, Answer::Hung, Answer::RetryAfter(1)] {
            assert!(!due(said, 5 * MINUTE - 1, 5) && due(said, 5 * MINUTE, 5));
        }
        assert!(due(Answer::Gone, 0, 5) && due(Answer::Refused, 0, 5) && !due(Answer::Accepted, 60 * MINUTE, 2));
        assert!(minutes(5).is_ok() && minutes(0).is_err() && minutes(60).is_err());
    }

    #[test]
    fn tries_tell_how_long_it_waited_at_the_least() {
        assert_eq!(waited_at_least(0), 0);
        assert_eq!(waited_at_least(3), 7 * SECOND);
        assert!(waited_at_least(14) >= 5 * MINUTE, "five minutes are over before the tries of a start are");
    }

    #[test]
    fn a_person_is_gone_only_when_both_channels_say_so() {
        let all = [Answer::Accepted, Answer::Gone, Answer::RetryAfter(1), Answer::Later, Answer::Hung, Answer::Refused];
        for first in all {
            for further in all {
                let said = together(first, further);
                assert_eq!(said == Answer::Gone, (first, further) == (Answer::Gone, Answer::Gone));
                assert_eq!(said == Answer::Accepted, first == Answer::Accepted || further == Answer::Accepted);
            }
        }
    }

    #[test]
    fn an_end_goes_wherever_the_start_may_have_been_heard() {
        let both = Heard { first: true, further: true };
        assert_eq!(Heard::end_goes(None), both);
        assert_eq!(Heard::end_goes(Some(Heard::default())), both);
        assert_eq!(Heard::end_goes(Some(Heard { first: false, further: true })), Heard { first: false, further: true });
        assert!(Heard::of(Answer::Hung) && !Heard::of(Answer::Later));
    }
}
