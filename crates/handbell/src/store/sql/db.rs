//! Db: the seam between Handbell's statements and a database engine.
//!
//! Everything above speaks in texts with `$1` placeholders, [`Value`]s and [`Row`]s; only this file knows
//! sqlx's types. A second engine is one more arm in each enum here, found by the compiler, and a second
//! text wherever [`sql!`] stands. Values are text, whole numbers and bytes, nothing an engine could disagree
//! about. Nothing here decides anything.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ColumnIndex, ConnectOptions, Decode, Row as _, Sqlite, Type};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::store::StoreError;
use crate::store::halt::Halt;

/// How long a statement waits for somebody else's lock.
pub const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How long a page waits for one of the read connections.
const READ_WAIT: Duration = Duration::from_secs(10);
/// Connections that read.
const READERS: u32 = 4;
/// Bytes the write-ahead log is cut back to after a checkpoint.
const WAL_BYTES_KEPT: &str = "16777216";
/// Pages the write-ahead log grows to before they move into the file: 16 MiB. A page that many reports touch
/// then moves once and not again and again, and a restart still reads the log in well under a second.
const WAL_PAGES_KEPT: &str = "4096";
/// Memory for the writer's pages: 32 MiB, so that indexes of random marks are seldom read again from the file.
const WRITER_CACHE: &str = "-32768";
/// Steps of SQLite's machine between two looks at whether a statement is to be given up: some tens of microseconds.
const STEPS_BETWEEN: i32 = 10_000;
/// SQLite's code for a statement that was given up.
const INTERRUPTED: &str = "9";
/// Prepared statements one connection remembers; all of ours fit.
const STATEMENTS_KEPT: usize = 400;

/// The tables of SQLite, step by step.
static SQLITE_TABLES: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Writes `expr` once and type-checks it once per engine.
macro_rules! on {
    ($kind:ident, $of:expr, $c:ident => $e:expr) => {
        match $of {
            $kind::Sqlite($c) => $e,
        }
    };
}

/// A statement whose text differs between engines, the texts side by side.
macro_rules! sql {
    ($of:expr, sqlite: $sqlite:expr $(,)?) => {
        match $of.engine() {
            $crate::store::sql::db::Engine::Sqlite => $sqlite,
        }
    };
}
pub(super) use sql;

/// The engines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, one file.
    Sqlite,
}

/// A database: connections that read and the one that writes.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite: readers that cannot write, and exactly one writer.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// One connection, which the writer keeps.
        write: SqlitePool,
    },
}

/// One connection in the writer's hands.
#[derive(Debug)]
pub enum Line {
    /// SQLite's.
    Sqlite(PoolConnection<Sqlite>),
}

/// One row of an answer; columns are read by place, in the order the statement names them.
pub enum Row {
    /// SQLite's.
    Sqlite(SqliteRow),
}

/// One value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Bytes: ids, hashes, sealed things.
    Bytes(Vec<u8>),
    /// Bytes that are not there.
    NoBytes,
    /// Text.
    Text(String),
    /// A word of the program.
    Word(&'static str),
    /// A whole number, a time or a truth value.
    Number(i64),
    /// A number that is not there.
    NoNumber,
}

/// A statement's text: written down here, or put together from written-down pieces.
#[derive(Debug, Clone)]
pub enum Text {
    /// As written.
    Fixed(&'static str),
    /// Put together once from fixed pieces, then remembered.
    Made(Arc<str>),
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self::Made(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Made(text.into())
    }
}

/// Whether a file begins as SQLite's files do (file format, section 1.3). An empty file would be taken for
/// an empty database and made into one, so it is asked before SQLite sees it.
pub fn looks_like_sqlite(path: &Path) -> io::Result<bool> {
    let mut first = Vec::with_capacity(16);
    File::open(path)?.take(16).read_to_end(&mut first)?;
    Ok(first == b"SQLite format 3\0")
}

fn sqlite_arguments(values: &[Value]) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Bytes(bytes) => arguments.add(bytes.as_slice()),
            Value::Text(text) => arguments.add(text.as_str()),
            Value::Word(word) => arguments.add(*word),
            Value::Number(number) => arguments.add(*number),
            Value::NoBytes => arguments.add(None::<Vec<u8>>),
            Value::NoNumber => arguments.add(None::<i64>),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// Runs a statement on whatever sqlx can run it on. The texts are ours alone: fixed, or put together from
/// fixed pieces; values only ever travel as arguments.
macro_rules! run {
    ($text:expr, $values:expr, $how:ident, $on:expr) => {{
        let arguments = sqlite_arguments($values)?;
        match $text {
            Text::Fixed(text) => sqlx::query_with(text, arguments).$how($on).await,
            Text::Made(text) => sqlx::query_with(AssertSqlSafe(text), arguments).$how($on).await,
        }
    }};
}

impl Db {
    /// Opens a SQLite file that exists; never makes one.
    pub async fn sqlite(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .busy_timeout(BUSY_WAIT)
            .statement_cache_capacity(STATEMENTS_KEPT)
            .disable_statement_logging();
        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is erased is overwritten, not only forgotten.
            .pragma("secure_delete", "on")
            .pragma("journal_size_limit", WAL_BYTES_KEPT)
            .pragma("wal_autocheckpoint", WAL_PAGES_KEPT)
            .pragma("cache_size", WRITER_CACHE);
        let endless = |pool: SqlitePoolOptions| pool.max_lifetime(None).idle_timeout(None).test_before_acquire(false);
        let write = endless(SqlitePoolOptions::new()).max_connections(1).acquire_timeout(BUSY_WAIT).connect_with(writing).await?;
        let read = endless(SqlitePoolOptions::new())
            .max_connections(READERS)
            .acquire_timeout(READ_WAIT)
            .connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite { read, write })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// The write connection; the writer is the only one who asks.
    pub async fn line(&self) -> Result<Line, sqlx::Error> {
        match self {
            Self::Sqlite { write, .. } => write.acquire().await.map(Line::Sqlite),
        }
    }

    /// Reads. One statement sees one moment.
    pub async fn rows(&self, text: impl Into<Text>, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let answer: Result<Vec<Row>, sqlx::Error> = async {
            match self {
                Self::Sqlite { read, .. } => {
                    run!(text.into(), values, fetch_all, read).map(|rows| rows.into_iter().map(Row::Sqlite).collect())
                }
            }
        }
        .await;
        answer.map_err(|error| match classify(&error) {
            Failure::Doubt => StoreError::Broken(error.to_string()),
            _ => StoreError::Unavailable(error.to_string()),
        })
    }

    /// Closes the connections that read and waits for it.
    pub async fn close_readers(&self) {
        match self {
            Self::Sqlite { read, .. } => read.close().await,
        }
    }

    /// Closes every connection that is not in the writer's hands and waits for it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

impl Line {
    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn execute(&mut self, text: impl Into<Text>, values: &[Value]) -> Result<u64, sqlx::Error> {
        on!(Line, self, line => run!(text.into(), values, execute, &mut **line).map(|done| done.rows_affected()))
    }

    /// Runs a statement that may be given up on the way; none when it was, and then it has done nothing.
    pub async fn rows_unless(&mut self, text: &'static str, give_up: &Arc<AtomicBool>) -> Result<Option<Vec<Row>>, sqlx::Error> {
        match self {
            Self::Sqlite(line) => {
                let asked = give_up.clone();
                line.lock_handle().await?.set_progress_handler(STEPS_BETWEEN, move || !asked.load(Ordering::Relaxed));
            }
        }
        let rows = self.rows(text, &[]).await;
        match self {
            Self::Sqlite(line) => line.lock_handle().await?.remove_progress_handler(),
        }
        match rows {
            Err(sqlx::Error::Database(told)) if told.code().is_some_and(|code| code == INTERRUPTED) => Ok(None),
            rows => rows.map(Some),
        }
    }

    /// Runs a statement and gives its rows.
    pub async fn rows(&mut self, text: impl Into<Text>, values: &[Value]) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Self::Sqlite(line) => run!(text.into(), values, fetch_all, &mut **line).map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
        }
    }

    /// Starts a transaction that may write.
    pub async fn begin(&mut self) -> Result<(), sqlx::Error> {
        let text = sql!(self, sqlite: "begin immediate");
        self.execute(text, &[]).await.map(drop)
    }

    /// Brings tables to this program's shape. `run_direct` and not `run`, because the compiler cannot see
    /// through the `Acquire` of the latter that any task may wait for this.
    pub async fn migrate(&mut self) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite(line) => SQLITE_TABLES.run_direct(None, &mut **line, false).await,
        }
    }

    /// Closes the connection for good, whatever it was doing; an open transaction is rolled back by that.
    pub async fn hang_up(self) {
        match self {
            // Nothing is lost when closing fails: the connection is gone either way.
            Self::Sqlite(line) => drop(line.close().await),
        }
    }
}

impl Row {
    fn read<'row, T>(&'row self, place: usize) -> Result<T, StoreError>
    where
        T: Decode<'row, Sqlite> + Type<Sqlite>,
        usize: ColumnIndex<SqliteRow>,
    {
        on!(Row, self, row => row.try_get(place)).map_err(|error| StoreError::Broken(format!("a stored value cannot be read: {error}")))
    }

    /// Bytes.
    pub fn bytes(&self, place: usize) -> Result<&[u8], StoreError> {
        self.read(place)
    }
    /// Bytes that may be missing.
    pub fn maybe_bytes(&self, place: usize) -> Result<Option<&[u8]>, StoreError> {
        self.read(place)
    }
    /// Exactly so many bytes.
    pub fn exactly<const N: usize>(&self, place: usize) -> Result<[u8; N], StoreError> {
        self.bytes(place)?.try_into().map_err(|_| StoreError::Broken(format!("a stored value is not {N} bytes long")))
    }
    /// Text.
    pub fn text(&self, place: usize) -> Result<&str, StoreError> {
        self.read(place)
    }
    /// Text that may be missing.
    pub fn maybe_text(&self, place: usize) -> Result<Option<&str>, StoreError> {
        self.read(place)
    }
    /// A whole number.
    pub fn number(&self, place: usize) -> Result<i64, StoreError> {
        self.read(place)
    }
    /// A whole number that may be missing.
    pub fn maybe_number(&self, place: usize) -> Result<Option<i64>, StoreError> {
        self.read(place)
    }
    /// A count or a place, which is never negative.
    pub fn count(&self, place: usize) -> Result<u64, StoreError> {
        u64::try_from(self.number(place)?).map_err(|_| StoreError::Broken("a stored count is negative".into()))
    }
}

/// What a database error means for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Something like it is there already.
    Taken,
    /// This one row can never be kept; others can.
    Unfit,
    /// Nobody knows what was written.
    Lost,
    /// The disk did not do as asked.
    Halt(Halt),
    /// The file is not what it was.
    Doubt,
}

/// Sorts SQLite's extended result codes.
const fn of_code(code: i32) -> Failure {
    match (code, code & 0xff) {
        // IOERR_FSYNC and IOERR_DIR_FSYNC.
        (1_034 | 1_290, _) => Failure::Halt(Halt::SyncFailed),
        // CORRUPT and NOTADB.
        (_, 11 | 26) => Failure::Doubt,
        // TOOBIG, CONSTRAINT and MISMATCH.
        (_, 18..=20) => Failure::Unfit,
        // FULL.
        (_, 13) => Failure::Halt(Halt::NoRoom),
        // READONLY, as a file system becomes that met an error, and IOERR.
        (_, 8 | 10) => Failure::Halt(Halt::WriteFailed),
        _ => Failure::Lost,
    }
}

/// Sorts a database error.
pub fn classify(error: &sqlx::Error) -> Failure {
    use sqlx::error::ErrorKind;
    match error {
        sqlx::Error::Encode(_) => Failure::Unfit,
        sqlx::Error::Database(told) => match told.kind() {
            ErrorKind::UniqueViolation => Failure::Taken,
            ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation => Failure::Unfit,
            _ => of_code(told.code().and_then(|code| code.parse().ok()).unwrap_or_default()),
        },
        _ => Failure::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite's extended result codes, by the numbers of its documentation.
    #[test]
    fn what_a_disk_does_is_told_from_what_a_file_is() {
        for (code, failure) in [
            (13, Failure::Halt(Halt::NoRoom)),
            (10, Failure::Halt(Halt::WriteFailed)),
            (778, Failure::Halt(Halt::WriteFailed)),
            (8, Failure::Halt(Halt::WriteFailed)),
            (1_034, Failure::Halt(Halt::SyncFailed)),
            (1_290, Failure::Halt(Halt::SyncFailed)),
            (11, Failure::Doubt),
            (267, Failure::Doubt),
            (26, Failure::Doubt),
            (18, Failure::Unfit),
            (5, Failure::Lost),
            (1, Failure::Lost),
        ] {
            assert_eq!(of_code(code), failure, "{code}");
        }
        assert!(!Halt::SyncFailed.passes() && !Halt::InDoubt.passes());
    }
}
