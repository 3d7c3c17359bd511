//! The snapshotter: has the log count its streams once a day, so that a page can be seen to be whole.
//!
//! When one is due is a rule ([`handbell_rules::record::snapshot`]); what it counts is worked out where the entry gets
//! its place. After a start the newest one is looked up in the log, so a crash neither loses nor doubles a day.

use crate::store::StoreError;
use crate::world::World;
use handbell_log::leaf::Content;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::snapshot::{Newest, take};
use handbell_rules::time::{MINUTE, Timestamp};
use serde_json::Value;

/// Time between two looks when nothing was written: a day begins without anybody writing.
pub const ROUND: i64 = 5 * MINUTE;

/// The snapshotter, with the newest snapshot it knows of.
#[derive(Debug, Default)]
pub struct Snapshotter {
    newest: Option<Newest>,
}

impl Snapshotter {
    /// Takes a snapshot if one is due, and says when to come again at the latest.
    ///
    /// # Errors
    /// When the store does not say or does not write; the next step begins anew.
    pub async fn step(&mut self, world: &World) -> Result<Timestamp, StoreError> {
        let (now, store) = (world.now(), &world.store);
        let again = now.plus(ROUND);
        let Some(checkpoint) = store.checkpoint().await? else { return Ok(again) };
        let zone = world.group.playbook.zone();
        let due = |newest, has_incidents| take(world.private_id(), newest, checkpoint.size, has_incidents, zone, world.bytes(), now);
        if self.newest.is_some() && due(self.newest, true).is_none() {
            return Ok(again);
        }
        // The log is asked, also when nobody knows whether the last commit stands.
        self.newest = newest(world).await?;
        let has_incidents = !store.newest_of_kind(EntryKind::IncidentOpened.code(), u64::MAX, 1).await?.is_empty();
        if let Some(change) = due(self.newest, has_incidents) {
            self.newest = None;
            world.commit(change).await?;
        }
        Ok(again)
    }
}

/// The newest snapshot of the log.
async fn newest(world: &World) -> Result<Option<Newest>, StoreError> {
    let Some((index, _)) = world.store.newest_of_kind(EntryKind::Snapshot.code(), u64::MAX, 1).await?.into_iter().next() else {
        return Ok(None);
    };
    let rows = world.store.log_rows(index, 1).await?;
    Ok(Some(told(index, rows.first().and_then(|row| row.content.as_deref()), world.now())))
}

/// What a snapshot in the log tells of itself. One without words tells no day, so that the next one waits for the log to
/// grow much.
pub fn told(index: u64, content: Option<&[u8]>, now: Timestamp) -> Newest {
    let at = content.and_then(|content| {
        let payload: Value = serde_json::from_slice(&Content::decode(content).ok()?.payload).ok()?;
        Timestamp::of_utc_minute(payload.get("at")?.as_str()?)
    });
    Newest { index, at: at.unwrap_or(now) }
}
