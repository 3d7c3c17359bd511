//! Plain: what a careful programmer would write first, SQLite with `synchronous=FULL` and one report a commit.
//!
//! Same tables, indexes and journal, by the same migration; rows copied from one that Handbell wrote, with
//! fresh keys; prepared statements, one connection, the whole transaction handed to it in one call. Without
//! `secure_delete` and without looking for a repeated key first: SQLite as it comes.

use super::Turn;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor, Row, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};

const TABLES: &str = include_str!("../../migrations/sqlite/0001_the_town.sql");
const ONE_REPORT: &str = "begin immediate;
    insert into report (key, version, receipt, state, incident, filed_at, body) values (?, ?, ?, ?, null, ?, ?);
    insert into repeat (key, body_hash, seed, report, forget_at) values (?, ?, ?, ?, ?);
    insert into journal (number, change, at, member, what, subject) values (?, ?, ?, null, ?, ?);
    commit";

/// A report's rows as Handbell wrote them.
struct Pattern {
    version: i64,
    state: String,
    filed_at: i64,
    body: String,
    forget_at: i64,
    what: String,
}

/// See the module.
pub struct Plain {
    line: SqliteConnection,
    pattern: Pattern,
    written: i64,
}

/// Sixteen bytes that grow with time and then with chance, as Handbell's private ids do.
fn id(number: i64, milliseconds: i64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![0u8; 16];
    fill(&mut bytes)?;
    bytes[..6].copy_from_slice(&(milliseconds + number / 4).to_be_bytes()[2..]);
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> anyhow::Result<()> {
    getrandom::fill(bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))
}

fn mark() -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![0u8; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

async fn window(store: &Path) -> anyhow::Result<SqliteConnection> {
    Ok(SqliteConnectOptions::new().filename(store).read_only(true).connect().await?)
}

/// How many reports a store holds.
pub async fn reports_in(store: &Path) -> anyhow::Result<u64> {
    let row = sqlx::query("select count(*) from report").fetch_one(&mut window(store).await?).await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?)?)
}

impl Plain {
    /// An empty database at `path`, to be filled with rows like those in `store`.
    pub async fn beside(store: &Path, path: &Path) -> anyhow::Result<Self> {
        let text = "select r.version, r.state, r.filed_at, r.body, k.forget_at, j.what
            from report r join repeat k on k.report = r.key join journal j on j.subject = r.key limit 1";
        let row = sqlx::query(text).fetch_one(&mut window(store).await?).await?;
        let pattern = Pattern {
            version: row.try_get(0)?,
            state: row.try_get(1)?,
            filed_at: row.try_get(2)?,
            body: row.try_get(3)?,
            forget_at: row.try_get(4)?,
            what: row.try_get(5)?,
        };
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let mut line = options.synchronous(SqliteSynchronous::Full).foreign_keys(true).disable_statement_logging().connect().await?;
        line.execute(sqlx::raw_sql(TABLES)).await?;
        Ok(Self { line, pattern, written: 0 })
    }

    /// Commits one report after another for so long.
    pub async fn commit_for(&mut self, time: Duration) -> anyhow::Result<Turn> {
        let since = Instant::now();
        let before = self.written;
        while since.elapsed() < time {
            self.written += 1;
            let (number, pattern) = (self.written, &self.pattern);
            let report = id(number, pattern.filed_at)?;
            let one = sqlx::query(ONE_REPORT)
                .bind(report.clone())
                .bind(pattern.version)
                .bind(mark()?)
                .bind(pattern.state.as_str())
                .bind(pattern.filed_at + number / 4)
                .bind(pattern.body.as_str())
                .bind(mark()?)
                .bind(mark()?)
                .bind(mark()?[..12].to_vec())
                .bind(report.clone())
                .bind(pattern.forget_at + number / 4)
                .bind(number)
                .bind(id(number, pattern.filed_at)?)
                .bind(pattern.filed_at + number / 4)
                .bind(pattern.what.as_str())
                .bind(report);
            one.execute(&mut self.line).await?;
        }
        let took = since.elapsed();
        let kept: i64 = sqlx::query("select count(*) from journal").fetch_one(&mut self.line).await?.try_get(0)?;
        anyhow::ensure!(kept == self.written, "{} reports were committed and {kept} are there", self.written);
        Ok(Turn { reports: u64::try_from(self.written - before)?, took })
    }
}
