//! The notary: once a day the log says of new footage that it is held, and where the custody chain stands.
//!
//! Which day is due is a rule ([`handbell_rules::evidence::stamp`]): some hours after its end, so that the log never
//! shows that something was filmed while it goes on. Then an authority is asked to stamp the day's head, where one is
//! set, again and again for a week. After a crash the rows say how far it was.

use crate::pack::opening;
use crate::stamp::Authority;
use crate::store::StoreError;
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::evidence::custody::{Deed, Doer, Head, Line, hex};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::stamp::{AGAIN_AFTER, Stamp, closed, end_of, next_close, owes_a_head};
use handbell_rules::id::{ChangeId, IncidentId};
use handbell_rules::record::entry::{custody_head, evidence};
use handbell_rules::time::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Footage whose marks are written in one commit at most.
pub const MARKS_MAX: u32 = 256;
/// Lines of the chain read at once.
const LINES_AT_ONCE: u32 = 1_000;

/// The notary, with whom to ask for stamps, if anybody.
#[derive(Debug, Default)]
pub struct Notary {
    authority: Option<Authority>,
    /// When a day's stamp is asked for again.
    again: BTreeMap<u32, Timestamp>,
}

impl Notary {
    /// One that asks this authority.
    pub fn asking(authority: Option<Authority>) -> Self {
        Self { authority, again: BTreeMap::new() }
    }

    /// Does what is due, and says when to come again.
    ///
    /// # Errors
    /// When the store does not say or does not write; the next step begins anew.
    pub async fn step(&mut self, world: &World) -> Result<Timestamp, StoreError> {
        let now = world.now();
        let Some(day) = closed(now) else { return Ok(now.plus(AGAIN_AFTER)) };
        while close(world, day).await? {}
        let waits = self.stamp(world).await?;
        Ok(if waits { next_close(day).min(now.plus(AGAIN_AFTER)) } else { next_close(day) })
    }

    /// Asks for the stamps that are waited for. Says whether any still is.
    async fn stamp(&mut self, world: &World) -> Result<bool, StoreError> {
        let Some(authority) = &self.authority else { return Ok(false) };
        let mut waits = false;
        for stamp in world.store.evidence().open_stamps().await?.into_iter().filter(Stamp::waits) {
            if self.again.get(&stamp.day).is_some_and(|again| world.now() < *again) {
                waits = true;
                continue;
            }
            let asked = authority.ask(&stamp.head).await;
            let (id, now) = (world.private_id(), world.now());
            let change = match asked {
                Ok((answer, said)) => {
                    self.again.remove(&stamp.day);
                    stamp.stamped(id, STANDARD.encode(&answer), Sha256::digest(&answer).into(), said.at, world.bytes(), now)
                }
                Err(why) => {
                    tracing::warn!(day = stamp.day, tries = stamp.tries + 1, %why, "no stamp for the custody chain; it is asked for again");
                    waits = true;
                    self.again.insert(stamp.day, now.plus(AGAIN_AFTER));
                    stamp.missed(id, why.to_string(), now)
                }
            };
            world.commit(change).await?;
        }
        Ok(waits)
    }
}

/// Writes some of what a day owes to the log. False when it owes nothing more.
async fn close(world: &World, day: u32) -> Result<bool, StoreError> {
    let store = world.store.evidence();
    let before = end_of(day);
    let unnoted = store.footage_unnoted(before, MARKS_MAX).await?;
    let last = store.stamps().await?.pop();
    let head = if last.as_ref().is_some_and(|last| last.day >= day) { None } else { Some(store.custody_head(before).await?) };
    let head = match head {
        Some(head) if owed(world, last.map_or(0, |last| last.lines), &head).await? => Some(head),
        _ => None,
    };
    if unnoted.is_empty() && head.is_none() {
        return Ok(false);
    }
    world.commit(noted(world, day, unnoted, head.as_ref())).await?;
    if let Some(head) = head {
        // Should the program end between the two, the same change is said again at the next start and is the same change.
        world.commit(Stamp::of(day, head.hash, head.lines).begun(world.private_id(), world.now())).await?;
    }
    // Also after a last commit that looks whole: the same head said again after a crash writes none of the marks beside it.
    Ok(true)
}

/// Whether anything was done since the last head that the log should know of.
async fn owed(world: &World, mut from: u64, head: &Head) -> Result<bool, StoreError> {
    while from < head.lines {
        let lines: Vec<Line> = world.store.evidence().custody(from, LINES_AT_ONCE).await?;
        let Some(last) = lines.last().map(|line| line.number) else { return Ok(false) };
        let below: Vec<Line> = lines.into_iter().filter(|line| line.number < head.lines).collect();
        if owes_a_head(&below) {
            return Ok(true);
        }
        from = last + 1;
    }
    Ok(false)
}

/// The marks of some footage and the head of a day, with the line that says so.
fn noted(world: &World, day: u32, footage: Vec<Footage>, head: Option<&Head>) -> Change {
    let now = world.now();
    let mut entries = Vec::with_capacity(footage.len() + 1);
    let footage: Vec<Footage> = footage
        .into_iter()
        .map(|one| {
            let stream: IncidentId = world.public_id();
            let mark = opening::commitment(&one.inner_salt, &opening::text(&one.sha256, one.length, &one.media_type));
            entries.push(evidence(stream, &hex(&mark), world.bytes(), now));
            Footage { noted: Some(stream), ..one }
        })
        .collect();
    let mut words = format!("{} marks", footage.len());
    let mut id: ChangeId = world.private_id();
    if let Some(head) = head {
        entries.push(custody_head(head.lines, &hex(&head.hash), world.bytes(), now));
        words.push_str(&format!(", head of {} lines", head.lines));
        let mark = world.mark("custody-day", &day.to_be_bytes());
        id = ChangeId(std::array::from_fn(|place| mark[place]));
    }
    let said = Doer::handbell(world.bytes()).says(Deed::Noted, None, now).with(words);
    Change { id, at: now, by: Actor::Worker, what: What::FootageNoted { footage, entries, said } }
}

#[cfg(test)]
pub(crate) mod tests;
