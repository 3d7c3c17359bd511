//! Acts: one thing a person can do. Each loads, asks a rule, commits.
//!
//! An act takes its caller first, so that none can forget to ask who. It adds nothing to a rule's answer
//! but what the world can do to us: somebody was faster, nothing there, the disk does not answer.

pub mod alone;
pub mod bell;
pub mod bring;
pub mod channels;
pub mod custody;
pub mod custody_file;
pub mod desk;
pub mod dispatch;
pub mod drill;
pub mod flood;
pub mod follow;
pub mod footage;
pub mod hand_over;
pub mod hiding;
pub mod keys;
pub mod known;
pub mod letters;
pub mod longer;
pub mod look;
pub mod opening;
pub mod packs;
pub mod passkey;
pub mod people;
pub mod prove;
pub mod record;
pub mod seats;
pub mod second;
pub mod showing;
pub mod shut;
pub mod street;
pub mod take_over;
pub mod telephone;
pub mod test_browser;
pub mod vouch;
pub mod watch;

use crate::store::StoreError;
use handbell_rules::refusal::Refusal;

/// Somebody on the street. Nothing is known about them.
#[derive(Debug, Clone, Copy)]
pub struct StreetCaller;

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] RefusalError),
    /// Somebody was faster; read again.
    #[error("somebody was faster")]
    Conflict,
    /// There is no such thing, or it may not be seen.
    #[error("not found")]
    NotFound,
    /// The store does not answer; nothing is acknowledged.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Nothing is written at the moment, and nothing of this was.
    #[error("writing has stopped: {0}")]
    Stopped(String),
    /// Our own promise is in doubt.
    #[error("broken: {0}")]
    Broken(String),
    /// The log is in doubt, and this would be signed.
    #[error("the log is in doubt: {0}")]
    LogInDoubt(String),
}

/// A refusal as an error value: what to do, and the stable name to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} ({})", .0.advice(), .0.name())]
pub struct RefusalError(pub Refusal);

impl From<Refusal> for ActError {
    fn from(no: Refusal) -> Self {
        Self::Refused(RefusalError(no))
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Unavailable(why) => Self::Unavailable(why),
            StoreError::Stopped(why) => Self::Stopped(why),
            StoreError::Broken(why) => Self::Broken(why),
            StoreError::LogInDoubt(why) => Self::LogInDoubt(why),
        }
    }
}

/// How often an act that nobody else can answer for reads again after a conflict.
pub(crate) const CONFLICT_TRIES: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::refusal::People;

    #[test]
    fn a_refusal_on_the_command_line_says_what_to_do_once() {
        let no = Refusal::from(People::DutyTooLong);
        let said = format!("{:#}", anyhow::Error::new(ActError::from(no)));
        assert_eq!(said, format!("{} (duty-too-long)", no.advice()));
    }
}
