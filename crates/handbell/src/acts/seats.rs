//! Seats: so many may do one thing at the same moment, and nobody holds more than a share of them.
//!
//! A seat is held by whoever does it, and counts for everything that it is a share of: their report, their household.
//! When it is dropped nothing of them is left. In memory only, because a request lives in one process.

use handbell_rules::id::ReportId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

/// The mark of an address's prefix under a salt that only this process knows; see `doors/limits.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Household(pub [u8; 16]);

/// Of what nobody holds more than a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// Whatever is done for one report.
    Report(ReportId),
    /// Whatever is done from one household.
    Household(Household),
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Whoever asks holds their share already.
    Share,
    /// Others hold all of them.
    All,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    shares: HashMap<Share, usize>,
}

/// See the module.
#[derive(Debug)]
pub struct Seats {
    most: usize,
    share: usize,
    held: Mutex<Held>,
    freed: Notify,
    /// How many wait for one.
    waiting: watch::Sender<usize>,
}

/// One seat, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    shares: Vec<Share>,
}

/// Somebody who waits, until they do no more.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn among(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|all| *all += 1);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|all| *all -= 1);
    }
}

impl Seats {
    /// So many, and so many of them for one share.
    pub fn new(most: usize, share: usize) -> Arc<Self> {
        Arc::new(Self { most, share, held: Mutex::default(), freed: Notify::new(), waiting: watch::Sender::new(0) })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a seat that counts for each of these.
    ///
    /// # Errors
    ///
    /// [`Full`].
    pub fn take(self: &Arc<Self>, shares: Vec<Share>) -> Result<Seat, Full> {
        let mut held = self.held();
        if shares.iter().any(|share| held.shares.get(share).is_some_and(|held| *held >= self.share)) {
            return Err(Full::Share);
        }
        if held.all >= self.most {
            return Err(Full::All);
        }
        held.all += 1;
        for share in &shares {
            *held.shares.entry(*share).or_default() += 1;
        }
        drop(held);
        Ok(Seat { seats: Arc::clone(self), shares })
    }

    /// The same, and waits for so long where others hold all of them. Those who are slow hear that somebody waits
    /// ([`Seat::wanted`]).
    ///
    /// # Errors
    ///
    /// [`Full`].
    pub async fn wait(self: &Arc<Self>, shares: Vec<Share>, patience: Duration) -> Result<Seat, Full> {
        let until = Instant::now() + patience;
        let mut among = None;
        loop {
            // From here on no seat that is freed is missed.
            let freed = self.freed.notified();
            match self.take(shares.clone()) {
                Err(Full::All) => {}
                answer => return answer,
            }
            among.get_or_insert_with(|| Waiting::among(&self.waiting));
            timeout_at(until, freed).await.map_err(|_| Full::All)?;
        }
    }
}

impl Seat {
    /// Returns as soon as somebody waits for a seat.
    pub async fn wanted(&self) {
        let mut waiting = self.seats.waiting.subscribe();
        // The sender lives as long as the seats, and this holds them.
        if waiting.wait_for(|all| *all > 0).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.seats.held();
        held.all -= 1;
        for share in &self.shares {
            if let Some(count) = held.shares.get_mut(share) {
                *count -= 1;
                if *count == 0 {
                    held.shares.remove(share);
                }
            }
        }
        drop(held);
        self.seats.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    const SOON: Duration = Duration::from_secs(30);

    fn of(report: u8, household: u8) -> Vec<Share> {
        vec![Share::Report(ReportId([report; 16])), Share::Household(Household([household; 16]))]
    }

    #[test]
    fn nobody_holds_more_than_a_share_and_nothing_is_left_of_them() {
        let seats = Seats::new(4, 2);
        let held = [seats.take(of(1, 1)).unwrap(), seats.take(of(1, 2)).unwrap()];
        assert_eq!(seats.take(of(1, 3)).unwrap_err(), Full::Share, "of the report");
        let more = seats.take(of(2, 1)).unwrap();
        assert_eq!(seats.take(of(3, 1)).unwrap_err(), Full::Share, "of the household");
        let last = seats.take(Vec::new()).unwrap();
        assert_eq!(seats.take(Vec::new()).unwrap_err(), Full::All);
        drop((held, more, last));
        let left = seats.held();
        assert_eq!((left.all, left.shares.len()), (0, 0));
    }

    #[tokio::test]
    async fn whoever_waits_has_the_next_seat_and_those_who_sit_hear_of_it() {
        let seats = Seats::new(1, 1);
        let seat = seats.take(of(1, 1)).unwrap();
        assert!(seat.wanted().now_or_never().is_none());
        assert_eq!(seats.wait(of(1, 2), SOON).await.unwrap_err(), Full::Share, "who has their share does not wait");
        let mut next = Box::pin(seats.wait(of(2, 2), SOON));
        assert!(futures::poll!(&mut next).is_pending());
        seat.wanted().await;
        drop(seat);
        let seat = next.await.unwrap();
        assert!(seat.wanted().now_or_never().is_none(), "nobody waits any more");
        assert_eq!(seats.wait(of(3, 3), Duration::ZERO).await.unwrap_err(), Full::All);
        assert!(seat.wanted().now_or_never().is_none(), "nor whoever gave up");
    }
}
