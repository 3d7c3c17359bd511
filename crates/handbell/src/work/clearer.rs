//! The clearer: takes footage away whose time is over, and files that were given up on their way.
//!
//! Objects leave the vault first and the row after them, so that no row speaks of bytes that are not there and whatever
//! stops in between is done again. Footage of a report that the witness took back goes in the next round, and what was
//! on its way to it. Objects of which no row speaks (a server stopped between the vault and the store) go once a day
//! and after a start, when they are two days old.
//! A vault that does not answer keeps nobody from anything else: the round goes on and comes again. Reports take turns, and
//! what the vault does not let go stands behind what was tried less often.

use crate::acts;
use crate::store::StoreError;
use crate::vault::VaultFault;
use crate::world::World;
use handbell_rules::change::Actor;
use handbell_rules::evidence::custody::Doer;
use handbell_rules::evidence::footage::{self, Footage, ReportFate};
use handbell_rules::evidence::upload::{self, Upload};
use handbell_rules::id::{FootageId, ReportId};
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{DAY, MINUTE, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Time between two rounds.
pub const ROUND: i64 = 5 * MINUTE;
/// How long after its time a file on its way is given up: a part that was sent in time may still be being kept.
pub const UPLOAD_GRACE: i64 = 10 * MINUTE;
/// Files given up and footage taken away in one round.
const AT_ONCE: usize = 100;
/// Files whose time is over among which a round looks for those whose turn it is.
const LOOKED_AT: u32 = 5_000;
/// Files that are read at once to be brought into line with their reports; a round goes on to the last.
const FOLLOWED: u32 = 1_000;
/// How old objects are that nobody speaks of when they go: their row may not be written yet.
const STRAY: i64 = 2 * DAY;
/// So many strays go whatever else lies there.
const STRAYS_ALWAYS: usize = 8;
/// The words of the custody line.
const WHY: &str = "its time was over";

/// The clearer, with what it remembers between two rounds. After a start everything was tried equally often.
#[derive(Debug, Default)]
pub struct Clearer {
    /// Files on their way.
    uploads: Tried,
    /// Files that came whole.
    footage: Tried,
    /// When the vault was last looked through. After a start nobody knows.
    swept_at: Option<Timestamp>,
}

/// How often each file that is due was tried in vain.
#[derive(Debug, Default)]
struct Tried(BTreeMap<FootageId, u32>);

impl Tried {
    /// Those whose turn it is: what was tried least often first, and in the order they came. What is not due is forgotten.
    fn turns<T>(&mut self, mut due: Vec<T>, id: impl Fn(&T) -> FootageId) -> Vec<T> {
        let known: BTreeSet<FootageId> = due.iter().map(&id).collect();
        self.0.retain(|id, _| known.contains(id));
        due.sort_by_key(|one| self.0.get(&id(one)).copied().unwrap_or_default());
        due.truncate(AT_ONCE);
        due
    }

    /// It was tried in vain.
    fn add(&mut self, id: FootageId) {
        let tries = self.0.entry(id).or_default();
        *tries = tries.saturating_add(1);
    }
}

impl Clearer {
    /// Clears what is due and says when to come again.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn step(&mut self, world: &World) -> Result<Timestamp, StoreError> {
        let now = world.now();
        follow_reports(world, now, FOLLOWED).await?;
        finish_shutting(world, now).await?;
        self.give_up(world, now).await?;
        self.take_away(world, now).await?;
        if let Err(error) = acts::packs::clear(world).await {
            tracing::warn!(%error, "packs whose time is over could not be cleared yet");
        }
        // Whatever the time of day: a machine may sleep every night. A vault that did not answer is asked again.
        if self.swept_at.is_none_or(|swept| now.since(swept).abs() >= DAY) && strays(world, now).await? {
            self.swept_at = Some(now);
        }
        Ok(now.plus(ROUND))
    }

    async fn give_up(&mut self, world: &World, now: Timestamp) -> Result<(), StoreError> {
        let due = world.store.evidence().uploads_due(LOOKED_AT, now.plus(-UPLOAD_GRACE)).await?;
        for upload in self.uploads.turns(due, |upload| upload.footage) {
            if cleared(world, upload.footage).await {
                settle(world, upload::give_up(world.private_id(), &upload, Actor::Worker, now)).await?;
            } else {
                self.uploads.add(upload.footage);
            }
        }
        Ok(())
    }

    async fn take_away(&mut self, world: &World, now: Timestamp) -> Result<(), StoreError> {
        let due = world.store.evidence().footage_due(LOOKED_AT, now).await?;
        for footage in self.footage.turns(due, |footage| footage.id) {
            if cleared(world, footage.id).await {
                // What a member remembered of it stays past its usual time, and never against whoever gave it.
                if fate(world, footage.report).await? == ReportFate::Withdrawn {
                    acts::known::forget_of(world, footage.id, Actor::Worker).await?;
                }
                let change = footage::gone(world.private_id(), &footage, &Doer::handbell(world.bytes()), WHY, now);
                settle(world, change).await?;
            } else {
                self.footage.add(footage.id);
            }
        }
        Ok(())
    }
}

/// The first round after a start.
#[cfg(test)]
pub async fn step(world: &World) -> Result<Timestamp, StoreError> {
    Clearer::default().step(world).await
}

async fn settle(world: &World, change: handbell_rules::change::Change) -> Result<(), StoreError> {
    match world.commit(change).await {
        // Somebody was faster; the next round reads again.
        Ok(_) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Brings files into line with their reports: what was taken back first, then what is on its way to it, then everything
/// else. Each is read to its end, because files that are held and files that cannot be taken away yet are read again in
/// every round and must not stand before others.
async fn follow_reports(world: &World, now: Timestamp, at_once: u32) -> Result<(), StoreError> {
    let evidence = world.store.evidence();
    let mut after = FootageId([0; 16]);
    loop {
        let some = evidence.footage_of_withdrawn(after, at_once, now).await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        follow(world, &some, now).await?;
    }
    let mut after = ReportId([0; 16]);
    loop {
        let some = evidence.withdrawn_with_uploads(after, at_once).await?;
        let Some(last) = some.last() else { break };
        after = *last;
        for report in some {
            give_up_of_gone(world, report).await?;
        }
    }
    let mut after = FootageId([0; 16]);
    loop {
        let some = evidence.footage_to_follow(after, at_once, now).await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        follow(world, &some, now).await?;
    }
    Ok(())
}

async fn follow(world: &World, some: &[Footage], now: Timestamp) -> Result<(), StoreError> {
    for footage in some {
        let fate = fate(world, footage.report).await?;
        // Before it is said that it was taken back: whatever stops in between, this is done again.
        if fate == ReportFate::Withdrawn && !footage.is_taken_back() {
            acts::known::forget_of(world, footage.id, Actor::Worker).await?;
        }
        if let Some(change) = footage::follow(world.private_id(), footage, fate, world.bytes(), now) {
            settle(world, change).await?;
        }
        if fate == ReportFate::Withdrawn {
            shut(world, footage, "whoever gave it took the report back").await?;
        }
    }
    Ok(())
}

/// What was taken back and is kept by order alone, and what a member shut, has no drawing that waits, no public copy and
/// nothing to look at. This is done in each round, so that what a vault did not let go goes later.
async fn shut(world: &World, footage: &Footage, why: &str) -> Result<(), StoreError> {
    match acts::shut::undraw(world, footage, why, || Doer::handbell(world.bytes())).await {
        // The next round comes by again.
        Ok(()) | Err(StoreError::Conflict) => {}
        Err(error) => return Err(error),
    }
    if let Err(error) = acts::hiding::remove_copies(world, footage.id).await {
        tracing::warn!(%error, "working copies of what nobody looks at any more could not be taken away yet");
    }
    Ok(())
}

/// Goes on where a vault or a server that stopped left a file half shut, of those that came lately; copies of older ones go
/// with the daily look through the vault.
async fn finish_shutting(world: &World, now: Timestamp) -> Result<(), StoreError> {
    for footage in world.store.evidence().footage_since(now.plus(-2 * STRAY), FOLLOWED).await? {
        if footage.is_shut() {
            shut(world, &footage, "a member shut the file").await?;
        }
    }
    Ok(())
}

/// Takes away what a withdrawn report has on its way, and the rows of what came whole.
async fn give_up_of_gone(world: &World, report: ReportId) -> Result<(), StoreError> {
    for upload in world.store.evidence().uploads_of(report).await? {
        if let Err(error) = acts::footage::give_up_of_gone(world, &upload).await {
            tracing::warn!(%error, "a file of a withdrawn report could not be given up yet");
        }
    }
    Ok(())
}

/// Every file on its way: each is over at some time.
async fn under_way(world: &World) -> Result<Vec<Upload>, StoreError> {
    world.store.evidence().uploads_due(u32::MAX, Timestamp::from_milliseconds(i64::MAX)).await
}

/// What became of a report, as the store's questions have it: one set aside that waits again is being read.
async fn fate(world: &World, report: ReportId) -> Result<ReportFate, StoreError> {
    Ok(match world.store.report(report).await? {
        Some(report) if report.state == ReportState::Withdrawn => ReportFate::Withdrawn,
        Some(report) if report.state == ReportState::SetAside && !report.waits() => ReportFate::SetAside,
        _ => ReportFate::Kept,
    })
}

/// Whether nothing of it is left in the vault.
async fn cleared(world: &World, footage: FootageId) -> bool {
    let gone = async {
        for name in world.vault.list(Some(footage)).await? {
            world.vault.remove(&name).await?;
        }
        Ok::<(), VaultFault>(())
    };
    gone.await.inspect_err(|error| tracing::warn!(%error, "footage whose time is over could not be taken away yet")).is_ok()
}

/// Takes away what no row speaks of. False when the vault did not say what lies there.
async fn strays(world: &World, now: Timestamp) -> Result<bool, StoreError> {
    let names = match world.vault.list(None).await {
        Ok(names) => names,
        Err(error) => {
            tracing::warn!(%error, "the vault could not be looked through");
            return Ok(false);
        }
    };
    let old = |id: &FootageId| begun_at(*id).plus(STRAY) < now;
    let mut strays: BTreeSet<FootageId> = names.iter().map(crate::vault::ObjectName::footage).filter(old).collect();
    if strays.is_empty() {
        return Ok(true);
    }
    for upload in under_way(world).await? {
        strays.remove(&upload.footage);
    }
    let (mut unknown, mut known) = (Vec::new(), 0usize);
    for id in strays {
        match world.store.evidence().footage(id).await? {
            None => unknown.push(id),
            Some(footage) => {
                known += 1;
                if footage.is_shut() {
                    shut(world, &footage, "a member shut the file").await?;
                }
            }
        }
    }
    // A store that is older than its vault, or another group's vault, knows nearly nothing of what lies there.
    if unknown.len() > STRAYS_ALWAYS && unknown.len() > known {
        tracing::error!(
            unknown = unknown.len(),
            known,
            "the vault holds more footage that no row speaks of than footage that is known: nothing of it was cleared"
        );
        return Ok(true);
    }
    for id in unknown {
        if cleared(world, id).await {
            tracing::warn!("objects of which no row spoke were taken out of the vault");
        }
    }
    Ok(true)
}

/// When an id was made: its first six bytes are milliseconds (UUID version 7).
fn begun_at(id: FootageId) -> Timestamp {
    let milliseconds = id.bytes()[..6].iter().fold(0i64, |sum, byte| sum << 8 | i64::from(*byte));
    Timestamp::from_milliseconds(milliseconds)
}

#[cfg(test)]
mod tests;
