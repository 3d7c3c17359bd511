//! Sweep: rids the file of copies of what was erased.
//!
//! SQLite overwrites what it erases (`secure_delete`). But wherever rows were moved between pages before, a page
//! may keep a copy of one in the space between its rows, where nobody looks and nothing is overwritten. Writing
//! the whole file anew leaves no such copy. It costs seconds for a large store, and many on a machine that is busy, so it
//! waits for a moment in which nobody wants anything written, gives way to whoever comes meanwhile, and what only ran out
//! of time waits for the hour (decision 0061).

use super::db::{Line, Value};
use super::plan::Plan;
use super::texts;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::time::Instant;

/// How long nobody must have asked for anything.
pub const QUIET: Duration = Duration::from_secs(2);
/// The longest that what somebody took back waits for such a moment.
const LATEST: Duration = Duration::from_secs(600);
/// How often what ran out of time is swept at most.
const EVERY: Duration = Duration::from_secs(3_600);
/// Files larger than this are not swept: the new file is made in memory, as a temporary file might lie on a disk that
/// is not the group's.
pub const BYTES_MAX: u64 = 512 * 1024 * 1024;
/// The row of `meta` that says that a file is not swept; it is written with the erasure.
const DUE: &str = "sweep";

/// Whether the file may hold copies, and when it is written anew.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Since when something is gone that somebody took back.
    taken_back: Option<Instant>,
    /// Whether something ran out of time.
    ran_out: bool,
    swept: Option<Instant>,
}

impl Sweep {
    /// As a start finds the file.
    pub fn at_start(unswept: bool, now: Instant) -> Self {
        Self { taken_back: unswept.then_some(now), ..Self::default() }
    }

    /// Takes note of a change that was committed.
    pub fn note(&mut self, plan: &Plan, now: Instant) {
        if plan.erases && !plan.runs_out {
            self.taken_back.get_or_insert(now);
        }
        self.ran_out |= plan.prunes || plan.runs_out;
    }

    /// When the file is written anew if nobody asks for anything from `now` on.
    pub fn at(&self, now: Instant) -> Option<Instant> {
        let quiet = now + QUIET;
        match (self.taken_back, self.ran_out) {
            (Some(_), _) => Some(quiet),
            (None, true) => Some(self.swept.map_or(quiet, |swept| quiet.max(swept + EVERY))),
            (None, false) => None,
        }
    }

    /// Whether it has waited too long for a quiet moment.
    pub fn is_late(&self, now: Instant) -> bool {
        self.taken_back.is_some_and(|since| now.duration_since(since) >= LATEST)
    }

    /// Takes note that the file was written anew, or is too large to be.
    pub fn done(&mut self, now: Instant) {
        *self = Self { swept: Some(now), ..Self::default() };
    }

    /// Takes note that it did not work. It is tried again within the hour, whatever had been erased.
    pub fn failed(&mut self, now: Instant) {
        *self = Self { taken_back: None, ran_out: true, swept: Some(now) };
    }
}

/// Marks in a transaction that erases something that the file is not swept.
pub async fn due(line: &mut Line) -> Result<(), sqlx::Error> {
    line.execute(texts::META_KEEP, &[Value::Word(DUE), Value::Word("due")]).await.map(drop)
}

/// Whether the file was left unswept.
pub async fn is_due(line: &mut Line) -> Result<bool, sqlx::Error> {
    Ok(!line.rows(texts::META_READ, &[Value::Word(DUE)]).await?.is_empty())
}

/// How a sweep ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// The file was written anew.
    Anew,
    /// It is too large for that, and is as it was.
    TooLarge,
    /// Somebody wanted something written, and it is as it was.
    GaveWay,
}

/// Writes the file anew, outside of any transaction, unless `give_way` comes true before the new file is made in memory. From
/// then on it is put in place without a stop: half of it would be nobody's file.
pub async fn sweep(line: &mut Line, give_way: &Arc<AtomicBool>) -> Result<Swept, sqlx::Error> {
    let steps = super::db::sql!(line, sqlite: ["pragma temp_store = memory", "vacuum"]);
    let rows =
        line.rows(super::db::sql!(line, sqlite: "select page_count * page_size from pragma_page_count, pragma_page_size"), &[]).await?;
    let bytes = rows.first().and_then(|row| row.count(0).ok());
    if bytes.is_none_or(|bytes| bytes > BYTES_MAX) {
        return Ok(Swept::TooLarge);
    }
    for step in steps {
        if line.rows_unless(step, give_way).await?.is_none() {
            return Ok(Swept::GaveWay);
        }
    }
    line.execute(texts::META_GOES, &[Value::Word(DUE)]).await?;
    Ok(Swept::Anew)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn words_go_in_the_first_quiet_moment_and_the_rest_within_the_hour() {
        let now = Instant::now();
        let after = |seconds| now + Duration::from_secs(seconds);
        let mut sweep = Sweep::at_start(false, now);
        assert_eq!(sweep.at(now), None);
        sweep.ran_out = true;
        assert_eq!(sweep.at(now), Some(after(2)));
        sweep.done(after(2));
        sweep.ran_out = true;
        assert_eq!(sweep.at(after(60)), Some(after(3_602)), "not every minute");
        sweep.taken_back = Some(after(60));
        assert_eq!(sweep.at(after(61)), Some(after(63)), "words do not wait for the hour");
        assert!(!sweep.is_late(after(659)) && sweep.is_late(after(660)), "nor for a quiet moment for ever");
        sweep.failed(after(660));
        assert_eq!(sweep.at(after(661)), Some(after(4_260)), "what did not work is tried again without a new erasure");
        assert_eq!(Sweep::at_start(true, now).at(now), Some(after(2)), "a start goes on with what was left");
    }
}
