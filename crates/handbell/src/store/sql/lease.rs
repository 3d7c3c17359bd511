//! Lease: handing deliveries to a ringer for a while.
//!
//! PROMISE nothing-goes-stale: what has expired, or whose alert has ended, is marked here and never handed
//! out. Nobody is handed a second message of an alert while a first one is open. The lease is on the disk
//! before the ringer has it, so that after a crash it is known that this message may have been sent.

use handbell_rules::bell::alert::{AlertState, RingKind};
use handbell_rules::bell::delivery::Leased;
use handbell_rules::id::DeliveryId;
use handbell_rules::time::Timestamp;

use super::apply::{Trouble, Work};
use super::db::{Row, Value};
use super::shape::{subscription_id, time, timestamp};
use super::texts;
use crate::store::StoreError;

impl Work<'_> {
    /// See [`crate::store::Store::lease`].
    pub async fn lease(&mut self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, Trouble> {
        self.line.execute(texts::LEASES_RUN_OUT, &[time(now)]).await?;
        self.line.execute(texts::EXPIRE, &[time(now)]).await?;
        self.line.execute(texts::WITHHOLD_CORRECTIONS, &[]).await?;
        loop {
            let rows = self.line.rows(texts::TURN, &[time(now), Value::Number(batch.into())]).await?;
            let mut leased = Vec::with_capacity(rows.len());
            let mut over: Vec<DeliveryId> = Vec::new();
            for row in &rows {
                let (one, alert_lives) = read(row)?;
                if one.kind.is_live() && !alert_lives {
                    over.push(one.delivery);
                } else {
                    leased.push(one);
                }
            }
            // Every way an alert can end has superseded what waited, so there is nothing to find here. If
            // there is, it goes out of the way and the batch is taken again.
            if !over.is_empty() {
                self.each_key(texts::SUPERSEDE, &[], &over).await?;
                continue;
            }
            let keys: Vec<DeliveryId> = leased.iter().map(|one| one.delivery).collect();
            self.each_key(texts::LEASE, &[time(now.plus(lease_milliseconds))], &keys).await?;
            return Ok(leased);
        }
    }
}

/// A row of [`texts::TURN`], and whether its alert is live.
fn read(row: &Row) -> Result<(Leased, bool), StoreError> {
    let leased = Leased {
        delivery: row.exactly(0)?.into(),
        ring: row.exactly(1)?.into(),
        kind: ring_kind(row, 2)?,
        alert: row.exactly(3)?.into(),
        words_of: row.exactly(4)?.into(),
        subscription: subscription_id(row, 5)?,
        attempts: u32::try_from(row.count(6)?).unwrap_or(u32::MAX),
        expires_at: timestamp(row, 7)?,
    };
    Ok((leased, row.maybe_text(8)?.and_then(AlertState::parse) == Some(AlertState::Live)))
}

/// A ring's kind at `place`.
pub fn ring_kind(row: &Row, place: usize) -> Result<RingKind, StoreError> {
    RingKind::parse(row.text(place)?).ok_or_else(|| StoreError::Broken("a ring is of no known kind".into()))
}
