//! The shaky store: the real in-memory store as seen over a bad disk and a busy machine.
//!
//! It gives others a turn before and after every call, loses reads, plants faults at commits (also several
//! in a row, also after the change was written), and tells the truth-keeper what went through: that a
//! commit was written, which leases were handed out, what was settled, how the log grew. It changes no
//! content and no order.

use crate::stage::Stage;
use crate::through::{through, windows};
use crate::twisted::Twisted;
use handbell::store::memory::Fault;
use std::collections::VecDeque;
use std::sync::Arc;

windows!();

/// See the module.
pub struct ShakyStore {
    inner: Arc<Twisted>,
    stage: Arc<Stage>,
}

impl ShakyStore {
    /// Stands in front of a store.
    pub fn new(inner: Arc<Twisted>, stage: Arc<Stage>) -> Self {
        Self { inner, stage }
    }

    async fn before(&self) -> Result<(), StoreError> {
        self.stage.pause().await;
        let one_in = self.stage.weather().read_faults;
        if self.stage.luck.one_in(one_in) {
            self.stage.truth().counts.add("a read found no answer");
            return Err(StoreError::Unavailable("a planted fault at a read".into()));
        }
        Ok(())
    }

    async fn after(&self) {
        self.stage.pause().await;
    }

    /// What befalls this try of a change. A change keeps its plan over all its tries.
    fn fault(&self, change: &Change) -> Option<Fault> {
        let luck = &self.stage.luck;
        let mut weather = self.stage.weather();
        let one_in = weather.commit_faults;
        let plan = weather.planned.entry(change.id).or_insert_with(|| {
            if !luck.one_in(one_in) {
                return VecDeque::new();
            }
            let (fails, persists) = (Some(Fault::Fails), Some(Fault::FailsButPersists));
            let plan: &[Option<Fault>] = match luck.below(8) {
                0 | 1 => &[fails],
                2 | 3 => &[persists],
                4 => &[fails, persists],
                5 => &[fails, fails, fails],
                6 => &[fails, fails, persists],
                _ => &[persists, persists, persists],
            };
            plan.iter().copied().collect()
        });
        plan.pop_front().flatten()
    }

    /// Shows the truth-keeper how the log stands after a commit.
    async fn show_the_log(&self) -> Result<(), StoreError> {
        let known = self.stage.truth().log_size();
        let rows = self.inner.log_rows(known, u32::MAX).await?;
        let checkpoint = self.inner.checkpoint().await?;
        self.stage.truth().log_seen(self.stage.playing(), &rows, checkpoint.as_ref());
        Ok(())
    }
}

through!(ShakyStore {
    async fn subscriptions(&self, ids: &[SubscriptionId]) -> Result<Vec<Subscription>, StoreError> {
        self.before().await?;
        let answer = self.inner.subscriptions(ids).await;
        self.after().await;
        answer
    }

    async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError> {
        self.stage.pause().await;
        let fault = self.fault(&change);
        let what = change.what.name();
        let settled = match &change.what {
            What::DeliveriesSettled { settled } => settled.clone(),
            _ => Vec::new(),
        };
        self.inner.plant(fault);
        let answer = self.inner.commit_on(change, footing).await;
        let written = match (&answer, fault) {
            (Ok(committed), _) => !committed.again,
            (Err(StoreError::Unavailable(_)), Some(Fault::FailsButPersists)) => true,
            (Err(_), _) => false,
        };
        {
            let mut truth = self.stage.truth();
            match (fault, written) {
                (Some(Fault::Fails), _) => truth.counts.add("a commit failed"),
                (Some(Fault::FailsButPersists), true) => truth.counts.add("a commit was written and said that it failed"),
                _ => {}
            }
            if written {
                truth.written(self.stage.playing(), what);
                truth.settled(&settled);
            }
        }
        if written {
            self.show_the_log().await?;
        }
        self.stage.pause().await;
        match (answer, fault) {
            // It stands written from an earlier try, and this answer is lost as well.
            (Ok(committed), Some(Fault::FailsButPersists)) if committed.again => {
                Err(StoreError::Unavailable("a planted fault: the answer was lost again".into()))
            }
            (answer, _) => answer,
        }
    }

    async fn lease(&self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, StoreError> {
        self.before().await?;
        let leased = self.inner.lease(batch, lease_milliseconds, now).await?;
        self.stage.truth().leased(&leased);
        // The leases can be lost on the way to the ringer too.
        self.before().await?;
        Ok(leased)
    }

    fn has_ended(&self, alert: &AlertId) -> bool {
        self.inner.has_ended(alert)
    }

    async fn repeat(&self, key: [u8; 32]) -> Result<Option<(RepeatGuard, ReportId)>, StoreError> {
        self.before().await?;
        let answer = self.inner.repeat(key).await;
        self.after().await;
        answer
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.before().await?;
        let answer = self.inner.alert(id).await;
        self.after().await;
        answer
    }

    async fn approvals(&self, of: AlertId) -> Result<Vec<Approval>, StoreError> {
        self.before().await?;
        let answer = self.inner.approvals(of).await;
        self.after().await;
        answer
    }

    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.before().await?;
        let answer = self.inner.subscription(id).await;
        self.after().await;
        answer
    }

    async fn checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        self.before().await?;
        let answer = self.inner.checkpoint().await;
        self.after().await;
        answer
    }
});
