//! The copier: pulls a neighbour's log again and again, and so cosigns it at least hourly.
//!
//! One for each neighbour, so that a slow one holds up nobody. It asks at the address of the settings and nowhere else.
//! An alarm is said at every try until somebody clears it; nothing else of this group depends on it.

use crate::mirror::MirrorError;
use crate::mirror::neighbours::{Kept, Neighbours};
use crate::world::World;
use handbell_rules::time::MINUTE;
use std::sync::Arc;

/// How long after a pull that went well the next one follows, in milliseconds.
pub const EVERY: i64 = 5 * MINUTE;
/// How long after one that came to nothing the next one follows, the first time; then twice as long each time.
pub const AGAIN_AFTER: i64 = MINUTE / 2;
/// The longest such wait. Within the hour in which a cosignature is to be refreshed.
pub const AGAIN_AFTER_MAX: i64 = 20 * MINUTE;

/// Milliseconds until the next try, after so many that failed.
pub fn again_after(failed: u32) -> i64 {
    AGAIN_AFTER.saturating_mul(1 << failed.saturating_sub(1).min(12)).min(AGAIN_AFTER_MAX)
}

/// Copies one neighbour.
pub struct Copier {
    neighbours: Arc<Neighbours>,
    kept: Arc<Kept>,
    failed: u32,
}

impl Copier {
    /// Of this neighbour.
    pub fn new(neighbours: Arc<Neighbours>, kept: Arc<Kept>) -> Self {
        Self { neighbours, kept, failed: 0 }
    }

    /// The neighbour.
    pub fn kept(&self) -> &Arc<Kept> {
        &self.kept
    }

    /// Pulls once; milliseconds until the next time.
    pub async fn step(&mut self, world: &World) -> i64 {
        let seconds = u64::try_from(world.now().milliseconds() / 1_000).unwrap_or_default();
        let (neighbours, kept) = (Arc::clone(&self.neighbours), Arc::clone(&self.kept));
        let pulled = tokio::task::spawn_blocking(move || neighbours.pull(&kept, seconds)).await;
        let origin = self.kept.neighbour.origin();
        match pulled {
            Ok(Ok(pulled)) => {
                self.failed = 0;
                if pulled.size > pulled.before || pulled.contents + pulled.taken_away > 0 {
                    let (size, contents, taken_away) = (pulled.size, pulled.contents, pulled.taken_away);
                    tracing::info!(origin, size, contents, taken_away, "a neighbour's log was copied and cosigned");
                }
                if !pulled.forged.is_empty() {
                    tracing::error!(origin, entries = ?pulled.forged, "a neighbour offers contents that its log did not commit to");
                }
                if pulled.not_taken > 0 {
                    let contents = pulled.not_taken;
                    tracing::warn!(origin, contents, "contents were not taken: as many bytes are held as are kept of one neighbour");
                }
                if pulled.lost > 0 {
                    tracing::warn!(origin, contents = pulled.lost, "a neighbour says that it has lost the words of entries");
                }
                // What could not be read is asked for soon; what is not there, at the ordinary pace.
                return if pulled.unread.is_some() { AGAIN_AFTER } else { EVERY };
            }
            Ok(Err(MirrorError::Overtaken)) => return 0,
            Ok(Err(error @ (MirrorError::Alarm(_) | MirrorError::NotTheLog(_) | MirrorError::NotWhatIsSigned { .. }))) => {
                tracing::error!(origin, %error, "a neighbour's log is not cosigned");
            }
            Ok(Err(error)) => tracing::warn!(origin, %error, "a neighbour's log could not be copied"),
            Err(error) => tracing::error!(origin, %error, "the copier could not run"),
        }
        self.failed = self.failed.saturating_add(1);
        again_after(self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_fails_a_neighbour_is_asked_again_within_the_hour() {
        let waits: Vec<i64> = (1..=10).map(again_after).collect();
        assert_eq!((waits[0], waits[1]), (MINUTE / 2, MINUTE));
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(again_after(u32::MAX) < 60 * MINUTE && EVERY < 60 * MINUTE);
    }
}
