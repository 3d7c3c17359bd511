//! Figures kept: one small figure for each incident of the record, in memory, so that the charts answer at once.
//!
//! It follows the log by its size: each entry that came since the last look names a stream, and that stream's page
//! is projected again. So a quarter of a million incidents are read once, in stretches, and afterwards only what
//! changed. It is a cache of what anybody can compute: lost at a restart, written nowhere, and always able to say up
//! to which entry of the log it has counted. A withdrawal is an entry of its stream, so it is followed too.

use crate::acts::ActError;
use crate::acts::record::logged;
use crate::store::LogRow;
use crate::world::World;
use handbell_rules::id::IncidentId;
use handbell_rules::record::figures::{Beside, Figure, Figures, Sums};
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Log entries whose streams are read in one stretch.
const STRETCH_ENTRIES: u32 = 512;
/// Entries that whoever asks waits for; more are counted behind them.
pub const WAITED_FOR_ENTRIES: u64 = 8_192;

/// A district as the record writes it, with its incidents; none where it holds none.
pub type Known = Option<(String, u32)>;

/// What was counted.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The sums.
    pub sums: Arc<Sums>,
    /// Entries of the log that are counted.
    pub entries: u64,
    /// Entries that the log has.
    pub of: u64,
}

impl Counted {
    /// Whether nothing is left to count.
    pub fn is_whole(&self) -> bool {
        self.entries >= self.of
    }
}

#[derive(Default)]
struct State {
    entries: u64,
    figures: Figures,
    /// The sums of `entries` entries, once somebody asked for them.
    sums: Option<Arc<Sums>>,
}

/// Whether a stream begins with these entries, so that nothing of it stands before them. What comes after them is read when
/// the log is counted so far.
fn begins(entries: &[LoggedEntry]) -> bool {
    let first = entries.first().and_then(|entry| entry.payload.as_ref()?.get("seq")?.as_u64());
    first == Some(0)
}

/// See the module.
#[derive(Default)]
pub struct FiguresKept {
    state: Mutex<State>,
    /// Held by whoever counts the rest.
    behind: Mutex<()>,
}

impl FiguresKept {
    /// Counts on, at most so many entries, and says what is counted.
    ///
    /// # Errors
    /// As the store; [`ActError::Broken`] where an entry cannot be read.
    pub async fn counted(&self, world: &World, at_most: u64) -> Result<Counted, ActError> {
        let of = self.count_on(world, at_most).await?;
        let mut state = self.state.lock().await;
        let sums = state.sums.clone().unwrap_or_else(|| Arc::new(state.figures.sums()));
        state.sums = Some(sums.clone());
        Ok(Counted { sums, entries: state.entries, of: of.max(state.entries) })
    }

    /// What stands beside an incident, and for places in words the record's own district with its incidents; none
    /// while the counting is not finished.
    ///
    /// # Errors
    /// As [`FiguresKept::counted`].
    pub async fn beside(&self, world: &World, record: &IncidentRecord, places: &[&str]) -> Result<Option<(Beside, Vec<Known>)>, ActError> {
        let of = self.count_on(world, u64::from(STRETCH_ENTRIES)).await?;
        let state = self.state.lock().await;
        let whole = state.entries >= of;
        let figures = &state.figures;
        let read = || {
            let beside = figures.beside(record.incident, &record.district, &record.when.edtf);
            let districts = places.iter().map(|place| figures.of_district(place).map(|(name, count)| (name.to_owned(), count)));
            (beside, districts.collect())
        };
        Ok(whole.then(read))
    }

    /// Counts at most so many entries and answers how many the log has.
    async fn count_on(&self, world: &World, at_most: u64) -> Result<u64, ActError> {
        let mut left = at_most;
        loop {
            // The lock is given back after each stretch, so nobody waits for all of somebody else's.
            let mut state = self.state.lock().await;
            let of = world.store.checkpoint().await?.map_or(0, |checkpoint| checkpoint.size);
            if state.entries >= of || left == 0 {
                return Ok(of);
            }
            let wanted = u32::try_from(left.min(of - state.entries)).unwrap_or(u32::MAX).min(STRETCH_ENTRIES);
            let rows = world.store.log_rows(state.entries, wanted).await?;
            let read = rows.len() as u64;
            if read == 0 {
                return Err(ActError::Broken("the log is shorter than its checkpoint".to_owned()));
            }
            let mut streams: BTreeMap<IncidentId, Vec<LogRow>> = BTreeMap::new();
            for row in rows {
                streams.entry(row.stream).or_default().push(row);
            }
            for (stream, rows) in streams {
                let mut entries = logged(&rows)?;
                if !begins(&entries) {
                    entries = logged(&world.store.stream(stream).await?)?;
                }
                let figure = project(stream, &entries).map(|record| Figure::of(&record, &entries));
                state.figures.set(stream, figure);
            }
            state.entries += read;
            state.sums = None;
            left = left.saturating_sub(read);
        }
    }

    /// Counts everything that is left, unless somebody does already.
    pub async fn count_the_rest(&self, world: &World) {
        let Ok(_only) = self.behind.try_lock() else { return };
        if let Err(error) = self.count_on(world, u64::MAX).await {
            tracing::warn!(%error, "the record's figures could not be counted on");
        }
    }
}
