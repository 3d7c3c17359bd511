//! SqlStore: everything a group keeps, in one SQLite file.
//!
//! Writes go to one task (`writer.rs`), which groups them; reads go to connections that cannot write
//! (`reads.rs`). Every statement is written so that a second engine joins by adding texts (`db.rs`).
//! Promises what [`super::Store`] promises. [`SqlStore::open`] never makes a store: a wrong path or a
//! missing disk must not quietly open an empty town.

mod apply;
mod cells;
mod db;
mod evidence;
mod found;
mod packed;
mod plan;
mod reads;
pub mod restored;
mod shape;
mod sweep;
mod texts;
mod told;
mod whole;
mod writer;

#[cfg(test)]
mod found_tests;
#[cfg(test)]
mod tests;

use handbell_rules::bell::mode::Status;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, oneshot, watch};

use self::apply::{Lists, Trouble};
use self::db::{Db, Value};
use self::sweep::Sweep;
use self::texts::Texts;
use self::writer::{Open, Order, QUEUE_MAX, Shared, Writer};
use super::StoreError;
use super::log::LogKey;

/// The shape of the tables' contents this program writes.
const FORMAT: &str = "1";

/// Steps of making the index of the record before the store is opened, a few hundred incidents each.
const FILED_AT_THE_START: usize = 4;

/// See the module.
pub struct SqlStore {
    db: Db,
    orders: mpsc::Sender<Order>,
    shared: Arc<Shared>,
    journal: watch::Sender<u64>,
    status: Status,
}

fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

impl SqlStore {
    /// Makes a new, empty store and opens it. The file is readable by its owner only.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when there is something at `path` already; [`StoreError::Unavailable`] when the
    /// disk does not do as asked, and then nothing is left behind.
    pub async fn create(path: &Path, key: LogKey, status: Status) -> Result<Self, StoreError> {
        make_file(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Broken("there is a store already; nothing was touched".into()),
            _ => unavailable(error),
        })?;
        let filled = fill(path, &key, status).await;
        if filled.is_err() {
            // Half a store would be refused by both doors; better none.
            let _ = std::fs::remove_file(path);
        }
        filled?;
        Self::open(path, key).await
    }

    /// Opens a store that exists, brings its tables to this program's shape and checks its log.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when there is none, when it belongs to another log key, or when its leaves are
    /// not what its newest checkpoint signs; [`StoreError::Unavailable`] when the disk does not answer.
    pub async fn open(path: &Path, key: LogKey) -> Result<Self, StoreError> {
        if !path.try_exists().map_err(unavailable)? {
            return Err(StoreError::Broken("there is no store here; `handbell init` makes one".into()));
        }
        if !db::looks_like_sqlite(path).map_err(unavailable)? {
            return Err(StoreError::Broken("this file is no store of Handbell; it was not touched".into()));
        }
        let db = Db::sqlite(path).await.map_err(|error| match db::classify(&error) {
            db::Failure::Doubt => StoreError::Broken(error.to_string()),
            _ => unavailable(error),
        })?;
        let opened = Self::start(db.clone(), key).await;
        if opened.is_err() {
            db.close().await;
        }
        opened
    }

    async fn start(db: Db, key: LogKey) -> Result<Self, StoreError> {
        let status = known_store(&db, &key).await?;
        let shared = Arc::new(Shared::default());
        let mut open = Open::load(&db, &key, &shared).await?;
        // Before the first change: what a sync that failed left behind must not stand before what comes.
        if let Err(error) = open.settle().await {
            match db::classify(&error) {
                db::Failure::Halt(halt) => {
                    tracing::error!(%error, halt = halt.words(), "nothing is written; reading goes on");
                    shared.halt(Some(halt));
                }
                _ => tracing::warn!(%error, "the write-ahead log could not be emptied at the start"),
            }
        }
        // A small record is searched whole from the start; a large one while it is served.
        let steps = if shared.halted().is_some() { 0 } else { FILED_AT_THE_START };
        for _ in 0..steps {
            let made = match open.go_on().await {
                Ok(made) => made,
                // A disk that takes nothing keeps nobody from reading.
                Err(Trouble::Halt(halt, why)) => {
                    tracing::error!(why, halt = halt.words(), "nothing is written; reading goes on");
                    let _ = open.line.execute(texts::ROLLBACK, &[]).await;
                    shared.halt(Some(halt));
                    break;
                }
                Err(trouble) => return Err(writer::told(trouble)),
            };
            shared.whole.send_replace(made);
            if made {
                break;
            }
        }
        let journal = watch::Sender::new(open.journal());
        let (orders, queue) = mpsc::channel(QUEUE_MAX);
        let now = tokio::time::Instant::now();
        let writer = Writer {
            db: db.clone(),
            key,
            shared: shared.clone(),
            lists: Lists::of(shared.told.clone()),
            journal: journal.clone(),
            sweep: Sweep::at_start(open.unswept(), now),
            open: Some(open),
            broken: None,
            texts: Texts::default(),
            // A store that was killed may have left erased bytes in its write-ahead log.
            scrub_at: Some(now),
            prove_at: now,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the writer lives as long as its store: `close` waits for it, and a panic in it drops every answer, which callers see"
        )]
        tokio::spawn(writer.run(queue));
        Ok(Self { db, orders, shared, journal, status })
    }

    /// Finishes what is queued, then closes every connection and leaves one file. Later commits are told that nobody is there.
    pub async fn close(&self) {
        // The writer must be the last to go: only it can empty the write-ahead log into the file.
        self.db.close_readers().await;
        let (closed, wait) = oneshot::channel();
        if self.orders.send(Order::Close(closed)).await.is_ok() {
            // When the answer is dropped the writer has stopped too, which is what was asked.
            let _ = wait.await;
        }
        self.db.close().await;
    }

    /// How many transactions were committed since the store was opened; far fewer than changes when many
    /// come at once.
    pub fn transactions(&self) -> u64 {
        self.shared.transactions.load(Ordering::Relaxed)
    }

    /// Waits until the index of the record is whole and in one part, which it is but for a while after it was begun anew or much
    /// was added.
    pub async fn searched_whole(&self) {
        // The sender lives as long as this.
        let _ = self.shared.whole.subscribe().wait_for(|whole| *whole).await;
    }

    /// Plants what happens to the coming transactions that write a change, one by one; `None` lets one pass.
    #[cfg(any(test, feature = "conformance"))]
    pub fn plant(&self, faults: impl IntoIterator<Item = Option<super::memory::Fault>>) {
        self.shared.plant(faults);
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Order) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let closed = || StoreError::Unavailable("the store is closed".into());
        self.orders.send(order(answer)).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())?
    }
}

fn make_file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.sync_all()?;
    match path.parent() {
        // The file's name is on the disk only when its folder is.
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::File::open(folder)?.sync_all(),
        _ => std::fs::File::open(".")?.sync_all(),
    }
}

async fn fill(path: &Path, key: &LogKey, status: Status) -> Result<(), StoreError> {
    let db = Db::sqlite(path).await.map_err(unavailable)?;
    let mut line = db.line().await.map_err(unavailable)?;
    line.migrate().await.map_err(unavailable)?;
    let facts = [("format", FORMAT.to_owned()), ("status", status.word().to_owned()), ("log_key", key.verifier().to_string())];
    for (name, value) in facts {
        line.execute(texts::META_ADD, &[Value::Word(name), Value::Text(value)]).await.map_err(unavailable)?;
    }
    found::begin(&mut line).await.map_err(unavailable)?;
    line.hang_up().await;
    db.close().await;
    Ok(())
}

/// Checks that this is a store, ours, and of a shape we know; then brings its tables up to date.
async fn known_store(db: &Db, key: &LogKey) -> Result<Status, StoreError> {
    let broken = |why: &str| StoreError::Broken(why.to_owned());
    let mut line = db.line().await.map_err(unavailable)?;
    let mut facts = Vec::new();
    for name in ["format", "status", "log_key"] {
        let rows = line.rows(texts::META_READ, &[Value::Word(name)]).await.map_err(|error| match db::classify(&error) {
            // SQLite says only "error" when a table is missing.
            db::Failure::Lost if error.as_database_error().is_some_and(|told| told.message().contains("no such table")) => {
                broken("this file is no store of Handbell")
            }
            db::Failure::Doubt => StoreError::Broken(error.to_string()),
            _ => unavailable(error),
        })?;
        let row = rows.first().ok_or_else(|| broken("the store does not say what it is"))?;
        facts.push(row.text(0)?.to_owned());
    }
    if facts[0] != FORMAT {
        return Err(broken("the store was written by a program of another format"));
    }
    let status = Status::parse(&facts[1]).ok_or_else(|| broken("the store is of no known mode"))?;
    if facts[2] != key.verifier().to_string() {
        return Err(broken("the store belongs to another log key; writing would sign a second tree"));
    }
    line.migrate().await.map_err(|error| StoreError::Broken(format!("the tables cannot be brought up to date: {error}")))?;
    Ok(status)
}
