//! Rests: a worker that cannot go on waits and tries again, and says why once.
//!
//! A full disk fails every worker every second. One line when it begins, one when the reason changes, and one when it comes
//! back after it had passed are what somebody can read at night.

use std::fmt::Display;
use std::time::Duration;
use tokio::time::Instant;

/// How long a worker waits before it tries again.
pub const TRY_AGAIN: Duration = Duration::from_secs(1);
/// What was said so long ago and not met since had passed.
const PASSED: Duration = Duration::from_secs(60);

/// The rests of one worker.
#[derive(Debug)]
pub struct Rests {
    worker: &'static str,
    /// What was last wrong, and when.
    last: Option<(String, Instant)>,
}

impl Rests {
    /// Of this worker.
    pub fn of(worker: &'static str) -> Self {
        Self { worker, last: None }
    }

    /// Whether this is worth a line.
    fn is_new(&mut self, why: &str, now: Instant) -> bool {
        let known = self.last.as_ref().is_some_and(|(last, at)| last == why && now.duration_since(*at) < PASSED);
        self.last = Some((why.to_owned(), now));
        !known
    }

    /// Waits, after saying why if that is new.
    pub async fn after(&mut self, error: &impl Display) {
        let worker = self.worker;
        if self.is_new(&error.to_string(), Instant::now()) {
            tracing::error!(worker, %error, "a worker could not go on and tries again every second; this is said once");
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_when_it_begins_when_it_changes_and_when_it_comes_back() {
        let (mut rests, begun) = (Rests::of("ringer"), Instant::now());
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert!(rests.is_new("the disk is full", at(0)));
        assert!((1..200).all(|second| !rests.is_new("the disk is full", at(second))), "not every second, however long it takes");
        assert!(rests.is_new("the disk is gone", at(200)) && !rests.is_new("the disk is gone", at(201)));
        assert!(rests.is_new("the disk is gone", at(261)), "it had passed");
    }
}
