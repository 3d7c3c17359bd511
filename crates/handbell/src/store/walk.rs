//! Walk: the whole record read back, every incident with all its entries, the newest opened first.
//!
//! The log is read once, in stretches from its end to its beginning. Going backwards, an incident is whole when its opening
//! is met: what was added to it stands behind and was read before. So nobody is asked where else it has entries,
//! which cost more than reading them. Entries whose opening is still to come are held; where these become too
//! many, only their streams are remembered and each of those is asked for when its opening is met.

use handbell_log::leaf::SALT_BYTES;
use handbell_rules::id::IncidentId;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

use super::{LogRow, Store, StoreError, WholeIncident};

/// Entries held for openings that are still to come: some 10 MB.
pub const HELD_MAX: usize = 16_384;

/// Where somebody who walks over the whole record stands. What is added to the log after the first step is not seen.
#[derive(Debug)]
pub struct Walk {
    held_max: usize,
    /// The entry behind the next stretch; none before the first.
    below: Option<u64>,
    /// Entries of streams whose opening was not met yet, newest first.
    held: HashMap<IncidentId, Vec<LogRow>>,
    holding: usize,
    /// Streams that have entries which are no longer held.
    let_go: HashSet<IncidentId>,
    /// Entries that the log had at the first step.
    top: u64,
}

impl Default for Walk {
    fn default() -> Self {
        Self::holding(HELD_MAX)
    }
}

/// Whether a stream begins with this entry, as its chain says. The log's own word, held against the tree by whoever verifies it.
fn begins(row: &LogRow) -> bool {
    #[derive(Deserialize)]
    struct Chained {
        seq: u64,
    }
    let payload = row.content.as_deref().and_then(|content| content.get(SALT_BYTES..));
    payload.and_then(|payload| serde_json::from_slice(payload).ok()).is_some_and(|Chained { seq }| seq == 0)
}

impl Walk {
    /// A walk from the end of the log that holds at most so many entries between two steps.
    pub fn holding(held_max: usize) -> Self {
        Self { held_max, below: None, held: HashMap::new(), holding: 0, let_go: HashSet::new(), top: 0 }
    }

    /// The next incidents: those that are opened in the next stretch of so many entries, or in the first after it in which
    /// any are. None when the beginning of the log is reached.
    ///
    /// # Errors
    /// As the store; [`StoreError::Broken`] where the log is shorter than its checkpoint.
    pub async fn step(&mut self, store: &dyn Store, entries: u32) -> Result<Vec<WholeIncident>, StoreError> {
        let mut below = match self.below {
            Some(below) => below,
            None => store.checkpoint().await?.map_or(0, |checkpoint| checkpoint.size),
        };
        self.top = self.top.max(below);
        let mut whole = Vec::new();
        while below > 0 && whole.is_empty() {
            let from = below.saturating_sub(entries.max(1).into());
            let rows = store.log_rows(from, u32::try_from(below - from).unwrap_or(u32::MAX)).await?;
            if rows.len() as u64 != below - from {
                return Err(StoreError::Broken("the log is shorter than its checkpoint".to_owned()));
            }
            for row in rows.into_iter().rev() {
                whole.extend(self.met(store, row).await?);
            }
            below = from;
            if self.holding > self.held_max {
                self.let_go.extend(self.held.drain().map(|(stream, _)| stream));
                self.holding = 0;
            }
        }
        self.below = Some(below);
        Ok(whole)
    }

    /// Takes the next entry; gives the incident that it opens.
    async fn met(&mut self, store: &dyn Store, row: LogRow) -> Result<Option<WholeIncident>, StoreError> {
        let (opening, incident) = ((row.kind == 1).then_some(row.index), row.stream);
        let first = opening.is_some() && begins(&row);
        self.holding += 1;
        self.held.entry(incident).or_default().push(row);
        let Some(opening) = opening else { return Ok(None) };
        let rows = if first && !self.let_go.contains(&incident) {
            let mut rows = self.held.remove(&incident).unwrap_or_default();
            self.holding = self.holding.saturating_sub(rows.len());
            rows.reverse();
            rows
        } else {
            // Something of it stands where nobody looks any more, or before its opening, as a stranger's log may have it.
            let mut rows = store.stream(incident).await?;
            rows.retain(|row| row.index < self.top);
            if rows.iter().find(|row| row.kind == 1).is_none_or(|first| first.index != opening) {
                return Ok(None);
            }
            let held = self.held.remove(&incident).map_or(0, |rows| rows.len());
            self.holding = self.holding.saturating_sub(held);
            rows
        };
        Ok(Some(WholeIncident { incident, rows }))
    }
}
