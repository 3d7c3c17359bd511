//! Writers: one request at a time writes to an upload.
//!
//! A telephone that lost its line asks again before the server has noticed that the first request is dead. The newer
//! request wins: the older one is told, keeps what it has, and lets go; then the newer one reads how far the upload
//! is. In memory only, because a request lives in one process.

use handbell_rules::id::UploadId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, watch};

/// How long the newer waits for the older to let go: longer than a part takes to reach a slow disk.
const LETS_GO_WITHIN: Duration = Duration::from_secs(30);

/// Whose turn it is at one upload.
struct Turn {
    newest: watch::Sender<u64>,
    pen: Arc<tokio::sync::Mutex<()>>,
}

type Turns = Arc<Mutex<HashMap<UploadId, Arc<Turn>>>>;

/// Every upload at which somebody writes.
#[derive(Default)]
pub struct Writers {
    turns: Turns,
}

/// The right to write to one upload, until it is dropped.
pub struct Writer {
    upload: UploadId,
    number: u64,
    newest: watch::Receiver<u64>,
    /// None only while this is dropped.
    turn: Option<Arc<Turn>>,
    pen: Option<OwnedMutexGuard<()>>,
    turns: Turns,
}

impl Writers {
    /// Takes over from whoever writes to an upload. None when they do not let go in time.
    pub async fn take_over(&self, upload: UploadId) -> Option<Writer> {
        let (turn, number) = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Turn { newest: watch::Sender::new(0), pen: Arc::default() });
            let turn = turns.entry(upload).or_insert_with(fresh).clone();
            turn.newest.send_modify(|newest| *newest += 1);
            let number = *turn.newest.borrow();
            (turn, number)
        };
        // From here on the entry is let go of by `drop`, also when this waits in vain.
        let pen = turn.pen.clone();
        let newest = turn.newest.subscribe();
        let mut writer = Writer { upload, number, newest, turn: Some(turn), pen: None, turns: self.turns.clone() };
        let pen = tokio::time::timeout(LETS_GO_WITHIN, pen.lock_owned()).await.ok()?;
        writer.pen = Some(pen);
        Some(writer)
    }

    #[cfg(test)]
    fn held(&self) -> usize {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Writer {
    /// Whether somebody newer wants to write.
    #[cfg(test)]
    fn is_overtaken(&self) -> bool {
        *self.newest.borrow() > self.number
    }

    /// Returns when somebody newer wants to write.
    pub async fn overtaken(&self) {
        let (mut newest, number) = (self.newest.clone(), self.number);
        // The sender lives as long as the turn, and this holds it.
        if newest.wait_for(|newest| *newest > number).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.pen = None;
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // The last who holds the turn takes it away: while somebody writes or waits, a newer one must find it. It is
        // let go of before the lock is, so that of two who leave together one sees that it is the last.
        if let Some(turn) = self.turn.take()
            && Arc::strong_count(&turn) == 2
        {
            turns.remove(&self.upload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    const UPLOAD: UploadId = UploadId([7; 16]);

    #[tokio::test]
    async fn the_newer_writer_waits_until_the_older_one_let_go() {
        let writers = Writers::default();
        let first = writers.take_over(UPLOAD).await.unwrap();
        assert!(!first.is_overtaken() && first.overtaken().now_or_never().is_none());
        let mut second = Box::pin(writers.take_over(UPLOAD));
        assert!(futures::poll!(&mut second).is_pending(), "two must never write at once");
        first.overtaken().now_or_never().expect("the older one is told");
        drop(first);
        let second = second.await.unwrap();
        assert!(!second.is_overtaken());
        assert!(writers.take_over(UploadId([8; 16])).now_or_never().flatten().is_some(), "another upload is not waited for");
        drop(second);
        assert_eq!(writers.held(), 0);
    }

    #[tokio::test]
    async fn of_three_the_one_between_gives_way_and_nothing_is_left() {
        let writers = Writers::default();
        let first = writers.take_over(UPLOAD).await.unwrap();
        let mut second = Box::pin(writers.take_over(UPLOAD));
        assert!(futures::poll!(&mut second).is_pending());
        let mut third = Box::pin(writers.take_over(UPLOAD));
        assert!(futures::poll!(&mut third).is_pending());
        drop(first);
        let second = second.await.unwrap();
        assert!(second.is_overtaken(), "it hears at once that it is not the newest");
        drop(second);
        drop(third.await.unwrap());
        // One that gives up waiting leaves nothing either.
        let first = writers.take_over(UPLOAD).await.unwrap();
        let mut waiting = Box::pin(writers.take_over(UPLOAD));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
        let mut later = Box::pin(writers.take_over(UPLOAD));
        assert!(futures::poll!(&mut later).is_pending(), "the first one still writes");
        drop(first);
        drop(later.await.unwrap());
        assert_eq!(writers.held(), 0);
    }
}
