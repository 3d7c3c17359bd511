//! Writer: the one task that writes, many changes to a sync.
//!
//! Whatever queued while the disk was busy becomes one transaction: each change in a savepoint of its own,
//! so that one conflict spoils nobody else's, and one commit, so that one sync serves them all. Nobody is
//! answered before that commit has returned (PROMISE receipt-means-durable).
//!
//! When a commit or the connection fails, nobody knows what was written: everybody in the group is told so,
//! the connection is opened anew and the log's edge is read from the leaves again. When the log or the file
//! cannot be what it must be, writing stops for good and reading goes on.
//!
//! When the disk is full or takes no bytes, writing stops and goes on by itself after a write that was proven: as many
//! bytes as a burst of reports needs, written, synced and taken away again. A sync that failed proves nothing
//! afterwards ([`Halt::SyncFailed`]), so that stops writing until a restart.

use handbell_rules::bell::delivery::Leased;
use handbell_rules::id::AlertId;
use handbell_rules::time::{DAY, Timestamp};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{RwLock, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::apply::{Lists, Trouble, Work, newest_checkpoint, told_lists};
use super::db::{Db, Failure, Line, Value, classify, sql};
use super::found;
use super::plan::Plan;
use super::shape::{log_row, time, timestamp};
use super::sweep::{self, Sweep, Swept};
use super::texts::{self, Texts};
use super::told::ToldLists;
use crate::store::halt::Halt;
use crate::store::log::{LogEdge, LogKey};
#[cfg(any(test, feature = "conformance"))]
use crate::store::memory::Fault;
use crate::store::moves::Listeners;
use crate::store::{Committed, StoreError};

/// Most changes one transaction carries.
pub const GROUP_MAX: usize = 256;
/// Most changes that wait for the writer; more wait at the door.
pub const QUEUE_MAX: usize = 4_096;
/// Leaves read at a time when the edge is rebuilt.
const LEAVES_READ: i64 = 10_000;
/// How often a stopped writer tries whether the disk takes bytes again.
const PROVES_EVERY: Duration = Duration::from_secs(1);
/// How much it writes to find out, so that it does not stop and start at every report.
const PROOF_BYTES: usize = 1 << 20;
/// The row of `meta` that it writes.
const PROOF: &str = "proof-of-writing";
/// How long what was pruned may still stand in the write-ahead log, and how soon an overwriting that readers
/// held up is tried again.
const SCRUB_WAIT: Duration = Duration::from_secs(1);

/// Something to do for somebody who waits.
pub enum Order {
    /// Write a change.
    Commit(Box<Plan>, oneshot::Sender<Result<Committed, StoreError>>),
    /// Hand out deliveries.
    Lease(LeaseOrder, oneshot::Sender<Result<Vec<Leased>, StoreError>>),
    /// Finish and close the connection.
    Close(oneshot::Sender<()>),
}

/// What [`crate::store::Store::lease`] was asked.
#[derive(Debug, Clone, Copy)]
pub struct LeaseOrder {
    /// Most to hand out.
    pub batch: u32,
    /// For how long.
    pub lease_milliseconds: i64,
    /// When.
    pub now: Timestamp,
}

enum Done {
    Committed(Result<Committed, Trouble>),
    Leased(Result<Vec<Leased>, Trouble>),
    Nothing,
}

/// What the writer and the store's doors both know.
#[derive(Debug, Default)]
pub struct Shared {
    ended: Mutex<HashSet<AlertId>>,
    /// The told lists, as far as they are written.
    pub told: Arc<RwLock<ToldLists>>,
    /// Whoever keeps a copy of subscriptions.
    pub listeners: Listeners,
    /// Transactions that were committed.
    pub transactions: AtomicU64,
    /// Whether the index of the record is whole.
    pub whole: watch::Sender<bool>,
    /// Whether somebody who searched found the index damaged.
    pub damaged: AtomicBool,
    /// Why nothing is written at the moment.
    pub halted: Mutex<Option<Halt>>,
    #[cfg(any(test, feature = "conformance"))]
    faults: Mutex<std::collections::VecDeque<Option<Fault>>>,
}

impl Shared {
    /// Alerts that have ended.
    pub fn ended(&self) -> MutexGuard<'_, HashSet<AlertId>> {
        self.ended.lock().expect("no holder of this lock panics")
    }

    /// Why nothing is written at the moment.
    pub fn halted(&self) -> Option<Halt> {
        *self.halted.lock().expect("no holder of this lock panics")
    }

    /// Says why nothing is written from now on, or that it goes on.
    pub fn halt(&self, halt: Option<Halt>) {
        *self.halted.lock().expect("no holder of this lock panics") = halt;
    }

    /// Plants what happens to the coming groups that write a change, one by one.
    #[cfg(any(test, feature = "conformance"))]
    pub fn plant(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.faults.lock().expect("no holder of this lock panics").extend(faults);
    }

    #[cfg(any(test, feature = "conformance"))]
    fn fault(&self) -> Option<Fault> {
        self.faults.lock().expect("no holder of this lock panics").pop_front().flatten()
    }
}

/// The write connection with what is known of the store behind it.
pub struct Open {
    pub(super) line: Line,
    pub(super) edge: LogEdge,
    journal: u64,
    /// Whether the index of the record is whole and in one part.
    whole: bool,
    /// Incidents filed one by one since it was.
    filed: u64,
    /// With how many of them to ask whether it is to be put together.
    asked_at: u64,
    /// Whether the file may hold copies of what was erased.
    unswept: bool,
}

impl Open {
    /// Takes the write connection and reads what the writer must know: the log's edge, which has to be what
    /// the newest checkpoint signs; the journal's end; alerts that ended within the last day of it.
    pub async fn load(db: &Db, key: &LogKey, shared: &Shared) -> Result<Self, StoreError> {
        let mut line = db.line().await.map_err(|error| told(error.into()))?;
        match Self::read(&mut line, key, shared).await {
            Ok((edge, journal, whole)) => {
                let unswept = sweep::is_due(&mut line).await.map_err(|error| told(error.into()))?;
                Ok(Self { line, edge, journal, whole, filed: 0, asked_at: found::APART_MIN, unswept })
            }
            Err(trouble) => {
                line.hang_up().await;
                Err(told(trouble))
            }
        }
    }

    async fn read(line: &mut Line, key: &LogKey, shared: &Shared) -> Result<(LogEdge, u64, bool), Trouble> {
        let doubt = |error: StoreError| Trouble::Doubt(error.to_string());
        let mut edge = LogEdge::default();
        loop {
            let from = super::shape::count(edge.size());
            let rows = line.rows(texts::LOG_FROM, &[from, Value::Number(LEAVES_READ)]).await?;
            if rows.is_empty() {
                break;
            }
            let rows: Vec<_> = rows.iter().map(log_row).collect::<Result<_, _>>().map_err(doubt)?;
            edge.extend_from(&rows).map_err(doubt)?;
        }
        edge.agrees_with(key, newest_checkpoint(line).await?.as_ref()).map_err(doubt)?;
        let (journal, at) = match line.rows(texts::JOURNAL_END, &[]).await?.first() {
            None => (0, Timestamp::default()),
            Some(row) => (row.count(0)?, timestamp(row, 1)?),
        };
        for row in line.rows(texts::ENDED_LATELY, &[time(at.plus(-DAY))]).await? {
            let alert = AlertId(row.exactly(0)?);
            shared.ended().insert(alert);
        }
        // A list that cannot be read is somebody's end that would never be sent: nothing is written over it.
        *shared.told.write().await = told_lists(line).await.map_err(|trouble| match trouble {
            Trouble::Unfit(why) => Trouble::Doubt(why),
            other => other,
        })?;
        Ok((edge, journal, found::is_whole(line).await?))
    }

    /// Empties the write-ahead log into the file.
    pub async fn settle(&mut self) -> Result<(), sqlx::Error> {
        settle(&mut self.line).await
    }

    /// Goes on making the index of the record. Whether it is whole now and in one part.
    pub async fn go_on(&mut self) -> Result<bool, Trouble> {
        if self.is_behind() {
            self.line.begin().await?;
            let whole =
                if self.whole { !found::is_put_together(&mut self.line, self.filed).await? } else { found::go_on(&mut self.line).await? };
            self.line.execute(texts::COMMIT, &[]).await?;
            let (went_on, began) = (self.whole && whole, self.whole && !whole);
            if began {
                self.filed = 0;
            }
            self.asked_at = if went_on { self.filed + found::APART_MIN } else { found::APART_MIN };
            self.whole = whole;
        }
        Ok(self.whole)
    }

    /// Whether something is to be done for the index of the record.
    fn is_behind(&self) -> bool {
        !self.whole || self.filed >= self.asked_at
    }

    /// Whether the file may hold copies of what was erased.
    pub fn unswept(&self) -> bool {
        self.unswept
    }

    /// The journal's newest number.
    pub fn journal(&self) -> u64 {
        self.journal
    }
}

/// What a trouble means to whoever asked.
pub fn told(trouble: Trouble) -> StoreError {
    match trouble {
        Trouble::Conflict => StoreError::Conflict,
        Trouble::Lost(why) | Trouble::Halt(_, why) => StoreError::Unavailable(why),
        Trouble::Unfit(why) | Trouble::Doubt(why) => StoreError::Broken(why),
    }
}

/// See the module.
pub struct Writer {
    pub db: Db,
    pub key: LogKey,
    pub shared: Arc<Shared>,
    /// The told lists for changes.
    pub lists: Lists,
    pub journal: watch::Sender<u64>,
    /// None after a failure, until it could be opened anew.
    pub open: Option<Open>,
    /// Why writing stopped.
    pub broken: Option<String>,
    /// Statements remembered.
    pub texts: Texts,
    /// When to overwrite erased bytes that may still stand in the write-ahead log.
    pub scrub_at: Option<Instant>,
    /// When to write the file anew.
    pub sweep: Sweep,
    /// When a stopped writer tries again.
    pub prove_at: Instant,
}

impl Writer {
    /// Works until the store is closed or dropped.
    pub async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut group = Vec::with_capacity(GROUP_MAX);
        loop {
            let wake = match self.shared.halted() {
                // What nobody asked for is not written either.
                Some(halt) => halt.passes().then_some(self.prove_at),
                None => self.scrub_at.into_iter().chain(self.sweep.at(Instant::now())).min(),
            };
            let some = match wake {
                // Between two groups, so that nobody waits long for it.
                _ if self.is_behind() => tokio::select! {
                    biased;
                    some = orders.recv_many(&mut group, GROUP_MAX) => some,
                    () = std::future::ready(()) => {
                        self.go_on().await;
                        continue;
                    }
                },
                None => orders.recv_many(&mut group, GROUP_MAX).await,
                Some(at) => match tokio::time::timeout_at(at, orders.recv_many(&mut group, GROUP_MAX)).await {
                    Ok(some) => some,
                    Err(_) => match self.clean(&mut orders, &mut group).await {
                        None => continue,
                        Some(some) => some,
                    },
                },
            };
            let closing = group.iter().position(|order| matches!(order, Order::Close(_)));
            let late = closing.map_or_else(Vec::new, |place| group.split_off(place));
            if !group.is_empty() {
                self.group(&mut group).await;
                group.clear();
            }
            if some == 0 || closing.is_some() {
                if let Some(open) = self.open.take() {
                    open.line.hang_up().await;
                }
                // Dropping the answers of what came too late tells their callers.
                if let Some(Order::Close(closed)) = late.into_iter().next() {
                    let _ = closed.send(());
                }
                return;
            }
        }
    }

    /// Tells everybody that writing has stopped. Nothing of what they asked for was tried.
    fn turn_away(orders: &mut Vec<Order>, halt: Halt) {
        for order in orders.drain(..) {
            let no = || StoreError::Stopped(halt.words().to_owned());
            match order {
                Order::Commit(_, answer) => drop(answer.send(Err(no()))),
                Order::Lease(_, answer) => drop(answer.send(Err(no()))),
                Order::Close(_) => {}
            }
        }
    }

    /// Stops writing. Whether nothing of the group can have been written: its transaction failed before its end, and
    /// the file, read anew, ends where it ended.
    async fn stop(&mut self, halt: Halt, why: &str) -> bool {
        tracing::error!(why, halt = halt.words(), "writing stops; reading goes on");
        self.shared.halt(Some(halt));
        self.prove_at = Instant::now() + PROVES_EVERY;
        let before = self.open.as_ref().map(Open::journal);
        if !halt.passes() {
            // The connection is left as it is: to close it would sync, and say that all is well.
            return false;
        }
        if let Some(open) = self.open.take() {
            open.line.hang_up().await;
        }
        self.reopen().await.is_ok() && before.is_some() && self.open.as_ref().map(Open::journal) == before
    }

    /// Tries whether the disk takes bytes and keeps them; then writing goes on.
    async fn prove(&mut self) {
        self.prove_at = Instant::now() + PROVES_EVERY;
        let proven = match self.reopen().await {
            Err(trouble) => Err(trouble),
            Ok(()) => match self.open.as_mut() {
                None => return,
                Some(open) => proven(&mut open.line).await.map_err(Trouble::from),
            },
        };
        match proven {
            Ok(()) => {
                tracing::warn!("the disk keeps what is written; writing goes on");
                self.shared.halt(None);
                self.scrub_at = Some(Instant::now());
                self.publish();
            }
            Err(trouble) => {
                tracing::debug!(?trouble, "the disk takes no bytes yet");
                if let Trouble::Halt(Halt::SyncFailed, why) = &trouble {
                    self.stop(Halt::SyncFailed, why).await;
                } else if let Trouble::Doubt(why) = &trouble {
                    tracing::error!(why, "the log or the file is in doubt; nothing is written until somebody has looked");
                    self.broken = Some(why.clone());
                    self.shared.halt(Some(Halt::InDoubt));
                } else if let (Trouble::Halt(..), Some(open)) = (&trouble, self.open.as_mut()) {
                    // Whether a transaction is still open depends on where it failed; without one this says so.
                    let _ = open.line.execute(texts::ROLLBACK, &[]).await;
                } else if let Some(open) = self.open.take() {
                    open.line.hang_up().await;
                }
            }
        }
    }

    async fn group(&mut self, orders: &mut Vec<Order>) {
        if self.broken.is_none()
            && let Some(halt) = self.shared.halted()
        {
            return Self::turn_away(orders, halt);
        }
        let outcome = match &self.broken {
            Some(why) => Err(Trouble::Doubt(why.clone())),
            None => self.transaction(orders).await,
        };
        match outcome {
            Ok(done) => {
                let mut ended = self.shared.ended();
                for (order, done) in orders.iter().zip(&done) {
                    if let (Order::Commit(plan, _), Done::Committed(Ok(committed))) = (order, done) {
                        // What stood there already may be older than what the listeners heard since.
                        if committed.again {
                            self.shared.listeners.tell_in_doubt(&plan.moves);
                        } else {
                            self.shared.listeners.tell(&plan.moves);
                        }
                        ended.extend(plan.ends);
                        if plan.erases || plan.prunes {
                            let wait = if plan.erases { Duration::ZERO } else { SCRUB_WAIT };
                            let at = Instant::now() + wait;
                            self.scrub_at = Some(self.scrub_at.map_or(at, |known| known.min(at)));
                        }
                        self.sweep.note(plan, Instant::now());
                    }
                }
                drop(ended);
                self.publish();
                for (order, done) in orders.drain(..).zip(done) {
                    // Whoever has stopped waiting finds out by asking again.
                    match (order, done) {
                        (Order::Commit(_, answer), Done::Committed(done)) => drop(answer.send(done.map_err(told))),
                        (Order::Lease(_, answer), Done::Leased(done)) => drop(answer.send(done.map_err(told))),
                        _ => {}
                    }
                }
            }
            Err(Trouble::Halt(halt, why)) => {
                self.lists.lose();
                if self.stop(halt, &why).await {
                    return Self::turn_away(orders, halt);
                }
                self.nobody_knows(orders, &Trouble::Lost(why));
            }
            Err(trouble) => {
                self.lists.lose();
                if let Some(open) = self.open.take() {
                    open.line.hang_up().await;
                }
                if let Trouble::Doubt(why) = &trouble
                    && self.broken.is_none()
                {
                    tracing::error!(why, "the store is in doubt; writing stops");
                    self.broken = Some(why.clone());
                    self.shared.halt(Some(Halt::InDoubt));
                }
                // What was written after all must be known before anybody asks whether an alert has ended.
                if self.broken.is_none() {
                    let _ = self.reopen().await;
                }
                self.nobody_knows(orders, &trouble);
            }
        }
        if self.shared.halted().is_some() {
            return;
        }
        if self.scrub_at.is_some_and(|at| at <= Instant::now()) {
            self.scrub().await;
        }
        if self.sweep.is_late(Instant::now()) {
            // It gave way for long enough.
            self.sweep(&Arc::default()).await;
        }
    }

    /// Tells everybody in a group whose fate is not known.
    fn nobody_knows(&self, orders: &mut Vec<Order>, trouble: &Trouble) {
        for order in orders.drain(..) {
            match order {
                Order::Commit(plan, answer) => {
                    self.shared.listeners.tell_in_doubt(&plan.moves);
                    drop(answer.send(Err(told(trouble.clone()))));
                }
                Order::Lease(_, answer) => drop(answer.send(Err(told(trouble.clone())))),
                Order::Close(_) => {}
            }
        }
    }

    /// What nobody asked for and is due: emptying the write-ahead log first, then the sweep. How many orders came during a
    /// sweep, if any did: it gives way to them.
    async fn clean(&mut self, orders: &mut mpsc::Receiver<Order>, group: &mut Vec<Order>) -> Option<usize> {
        if self.shared.halted().is_some() {
            self.prove().await;
            return None;
        }
        if self.scrub_at.is_some_and(|at| at <= Instant::now()) {
            self.scrub().await;
            return None;
        }
        let give_way = Arc::new(AtomicBool::new(false));
        let sweeping = self.sweep(&give_way);
        tokio::pin!(sweeping);
        let some = tokio::select! {
            biased;
            () = &mut sweeping => return None,
            some = orders.recv_many(group, GROUP_MAX) => some,
        };
        give_way.store(true, Ordering::Relaxed);
        sweeping.await;
        Some(some)
    }

    /// Writes the file anew, so that no page keeps a copy of what was erased.
    async fn sweep(&mut self, give_way: &Arc<AtomicBool>) {
        // A store in doubt is left as it is.
        let Some(open) = self.open.as_mut() else { return self.sweep.done(Instant::now()) };
        let since = Instant::now();
        let answer = sweep::sweep(&mut open.line, give_way).await;
        match &answer {
            Ok(Swept::Anew) => tracing::info!(milliseconds = since.elapsed().as_millis(), "the file was swept of copies"),
            Ok(Swept::GaveWay) => {
                return tracing::debug!(milliseconds = since.elapsed().as_millis(), "the sweep of the file gave way to whoever writes");
            }
            Ok(Swept::TooLarge) => tracing::warn!(bytes_max = sweep::BYTES_MAX, "the file is too large to be swept of copies"),
            Err(error) => tracing::warn!(%error, "the file could not be swept of copies; it is tried again within the hour"),
        }
        match answer {
            Ok(_) => self.sweep.done(Instant::now()),
            Err(_) => self.sweep.failed(Instant::now()),
        }
        // It needs as much room as the whole file; that there is not so much says nothing of a report.
        match answer.as_ref().err().map(classify) {
            Some(Failure::Halt(Halt::SyncFailed)) => drop(self.stop(Halt::SyncFailed, "the sweep of the file").await),
            _ => self.scrub().await,
        }
    }

    fn is_behind(&self) -> bool {
        self.broken.is_none() && self.shared.halted().is_none() && self.open.as_ref().is_some_and(Open::is_behind)
    }

    /// A step of making the index of the record. When it fails, the connection is opened anew with the next order.
    async fn go_on(&mut self) {
        let Some(open) = self.open.as_mut() else { return };
        match open.go_on().await {
            Ok(whole) => drop(self.shared.whole.send_replace(whole)),
            // A disk that failed here has failed for everybody.
            Err(Trouble::Halt(halt, why)) => drop(self.stop(halt, &why).await),
            Err(trouble) => {
                tracing::error!(?trouble, "the index of the record cannot be made");
                if let Some(open) = self.open.take() {
                    open.line.hang_up().await;
                }
            }
        }
        if self.scrub_at.is_some_and(|at| at <= Instant::now()) {
            self.scrub().await;
        }
    }

    /// The connection, opened anew after a failure.
    async fn reopen(&mut self) -> Result<(), Trouble> {
        if self.open.is_none() {
            let open = Open::load(&self.db, &self.key, &self.shared).await.map_err(|error| match error {
                StoreError::Broken(why) => Trouble::Doubt(why),
                other => Trouble::Lost(other.to_string()),
            })?;
            self.sweep = Sweep::at_start(open.unswept, Instant::now());
            self.open = Some(open);
            self.scrub_at = Some(Instant::now());
            self.publish();
        }
        Ok(())
    }

    fn publish(&self) {
        let newest = self.open.as_ref().map_or(0, Open::journal);
        self.journal.send_if_modified(|known| {
            let grown = newest > *known;
            *known = newest.max(*known);
            grown
        });
    }

    /// One transaction for all orders. An error concerns all of them.
    async fn transaction(&mut self, orders: &[Order]) -> Result<Vec<Done>, Trouble> {
        self.reopen().await?;
        let Some(open) = self.open.as_mut() else { return Err(Trouble::Lost("the connection is closed".into())) };
        let before = open.edge.size();
        open.line.begin().await?;
        let mut work = Work {
            line: &mut open.line,
            edge: &mut open.edge,
            journal: open.journal,
            texts: &mut self.texts,
            key: &self.key,
            compared: false,
            lists: &mut self.lists,
            touched: std::collections::BTreeMap::new(),
            filed: 0,
            behind: false,
        };
        let done = write(&mut work, orders).await?;
        if self.shared.damaged.swap(false, Ordering::Relaxed) {
            found::anew(work.line).await?;
            work.behind = true;
        }
        work.find_again().await?;
        work.sign(before).await?;
        let erases = |order: &Order| matches!(order, Order::Commit(plan, _) if plan.erases || plan.prunes);
        if orders.iter().any(erases) {
            sweep::due(work.line).await?;
        }
        let (journal, behind, filed) = (work.journal, work.behind, work.filed);
        #[cfg(any(test, feature = "conformance"))]
        let fault = if orders.iter().any(|order| matches!(order, Order::Commit(..))) { self.shared.fault() } else { None };
        #[cfg(any(test, feature = "conformance"))]
        if fault == Some(Fault::Fails) {
            open.line.execute(texts::ROLLBACK, &[]).await?;
            return Err(Trouble::Lost("a planted fault: nothing was written".into()));
        }
        open.line.execute(texts::COMMIT, &[]).await.map_err(|error| match Trouble::from(error) {
            Trouble::Doubt(why) => Trouble::Doubt(why),
            Trouble::Halt(halt, why) => Trouble::Halt(halt, why),
            Trouble::Lost(why) | Trouble::Unfit(why) => Trouble::Lost(why),
            Trouble::Conflict => Trouble::Lost("the commit met a conflict".into()),
        })?;
        self.shared.transactions.fetch_add(1, Ordering::Relaxed);
        #[cfg(any(test, feature = "conformance"))]
        if fault == Some(Fault::FailsButPersists) {
            return Err(Trouble::Lost("a planted fault: it was written".into()));
        }
        open.edge.keep();
        self.lists.keep();
        open.journal = journal;
        open.filed += filed;
        if behind {
            open.whole = false;
            self.shared.whole.send_replace(false);
        }
        Ok(done)
    }

    /// Empties the write-ahead log into the file, so that erased bytes stand in neither. Readers may hold it
    /// up; then it is tried again.
    async fn scrub(&mut self) {
        self.scrub_at = None;
        // A store in doubt is left as it is.
        let Some(open) = self.open.as_mut() else { return };
        let steps = sql!(open.line, sqlite: ["pragma busy_timeout = 50", "pragma wal_checkpoint(truncate)", "pragma busy_timeout = 5000"]);
        let (mut emptied, mut halt) = (false, None);
        for step in steps {
            match open.line.rows(step, &[]).await {
                Ok(rows) if step.contains("checkpoint") => emptied = rows.first().and_then(|row| row.number(0).ok()) == Some(0),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the write-ahead log could not be emptied yet");
                    if let Failure::Halt(failed) = classify(&error) {
                        halt = Some((failed, error.to_string()));
                    }
                }
            }
        }
        if let Some((halt, why)) = halt {
            self.stop(halt, &why).await;
        } else if !emptied {
            self.scrub_at = Some(Instant::now() + SCRUB_WAIT);
        }
    }
}

/// Empties the write-ahead log into the file, synced, so that nothing new stands behind a frame that may not be on the
/// disk. Readers may hold up its end; what they hold up was synced before.
pub async fn settle(line: &mut Line) -> Result<(), sqlx::Error> {
    let step = sql!(line, sqlite: "pragma wal_checkpoint(truncate)");
    line.rows(step, &[]).await.map(drop)
}

/// Writes as much as a burst of reports needs, synced, and takes it away again.
async fn proven(line: &mut Line) -> Result<(), sqlx::Error> {
    settle(line).await?;
    for (text, values) in
        [(texts::META_KEEP, vec![Value::Word(PROOF), Value::Text("0".repeat(PROOF_BYTES))]), (texts::META_GOES, vec![Value::Word(PROOF)])]
    {
        line.begin().await?;
        line.execute(text, &values).await?;
        line.execute(texts::COMMIT, &[]).await?;
    }
    Ok(())
}

async fn write(work: &mut Work<'_>, orders: &[Order]) -> Result<Vec<Done>, Trouble> {
    let mut done = Vec::with_capacity(orders.len());
    let mut rest = orders;
    while let Some(order) = rest.first() {
        let run: Vec<&Plan> = rest
            .iter()
            .map_while(|order| if let Order::Commit(plan, _) = order { Some(plan.as_ref()).filter(|plan| plan.only_adds()) } else { None })
            .collect();
        if run.len() > 1 {
            let start = work.start().await?;
            let outcome = work.additions(&run).await;
            if let Ok(all) = work.finish(start, outcome).await? {
                done.extend(all.into_iter().map(|one| Done::Committed(Ok(one))));
                rest = &rest[run.len()..];
                continue;
            }
            // Somebody in the run is in another's way: one by one, so that only they are told.
            for plan in &run {
                done.push(one(work, plan).await?);
            }
            rest = &rest[run.len()..];
            continue;
        }
        done.push(match order {
            Order::Commit(plan, _) => one(work, plan).await?,
            Order::Lease(asked, _) => {
                let start = work.start().await?;
                let outcome = work.lease(asked.batch, asked.lease_milliseconds, asked.now).await;
                Done::Leased(work.finish(start, outcome).await?)
            }
            Order::Close(_) => Done::Nothing,
        });
        rest = &rest[1..];
    }
    Ok(done)
}

async fn one(work: &mut Work<'_>, plan: &Plan) -> Result<Done, Trouble> {
    let start = work.start().await?;
    let outcome = work.change(plan).await;
    Ok(Done::Committed(work.finish(start, outcome).await?))
}
