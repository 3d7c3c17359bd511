//! The canary: sends a word on every channel that has a canary's address, and looks whether it arrived.
//!
//! Where a channel can be read back (ntfy, Matrix) it reads; elsewhere whoever holds the mailbox or telephone
//! says so by a link or by texting the word back, so that nothing of ours vouches for itself. It writes the
//! figures of all channels down, and says an alarm in the log, on the desk's pages and on phones on duty.
//! Of browsers one of the group's own stands for all, once somebody opted it in.

use crate::acts::ActError;
use crate::acts::look::There;
use crate::acts::test_browser;
use crate::channel::carrier::Carrier;
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::join_all;
use handbell_rules::bell::address::By;
use handbell_rules::bell::canary::{Judged, silent_words};
use handbell_rules::bell::reach::{Counted, MonthReach};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::people::nudge::{About, Nudge};
use handbell_rules::time::Timestamp;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sung {
    /// Words sent.
    pub sent: usize,
    /// Alarms said.
    pub alarms: usize,
    /// When something is due again; none where nothing is carried.
    pub next: Option<Timestamp>,
}

/// Judges and sends what is due, and writes the figures down.
pub async fn step(world: &World) -> Result<Sung, ActError> {
    let Some(carrier) = world.push.carrier() else { return Ok(Sung::default()) };
    let now = world.now();
    carrier.watch(test_browser::read(world).await?);
    let due: Vec<By> = carrier.canaries_due(now);
    let judged = join_all(due.iter().map(|by| judge(carrier, *by, now))).await;
    let mut silent = Vec::new();
    let mut counts = carrier.take_counts();
    for (by, judged) in due.iter().zip(judged) {
        let Some(judged) = judged else { continue };
        let missed = matches!(judged, Judged::Missed | Judged::Alarm);
        counts.push((*by, Counted { canaries: 1, missed: u64::from(missed), ..Counted::default() }));
        match judged {
            Judged::Alarm => {
                tracing::error!(channel = by.word(), "two test messages in a row did not arrive");
                silent.push(*by);
            }
            Judged::WellAgain => tracing::warn!(channel = by.word(), "test messages arrive again"),
            Judged::Well | Judged::Missed => {}
        }
    }
    write_down(world, carrier, counts, &silent).await?;
    let sends = due.iter().map(|by| {
        let word = URL_SAFE_NO_PAD.encode(world.bytes::<9>()).replace(['-', '_'], "x");
        carrier.send_canary(*by, word, &world.group.name, now)
    });
    let sent = join_all(sends).await.len();
    Ok(Sung { sent, alarms: silent.len(), next: Some(carrier.canary_next(world.now())) })
}

async fn judge(carrier: &Carrier, by: By, now: Timestamp) -> Option<Judged> {
    carrier.look_for_canary(by, now).await;
    carrier.judge_canary(by, now)
}

/// Adds counts to their months and queues the alarm for whoever is on duty, in one commit. What cannot be
/// written now is not lost: counts are kept for the next step, and an alarm is said by the next miss.
async fn write_down(world: &World, carrier: &Carrier, counts: Vec<(By, Counted)>, silent: &[By]) -> Result<(), ActError> {
    if counts.is_empty() {
        return Ok(());
    }
    let written = match prepared(world, &counts, silent).await {
        Ok(change) => world.commit(change).await.map(drop).map_err(ActError::from),
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(()),
        Err(error) => {
            carrier.put_back(counts);
            silent.iter().for_each(|by| carrier.canary_unsaid(*by));
            if matches!(error, ActError::Conflict) { Ok(()) } else { Err(error) }
        }
    }
}

async fn prepared(world: &World, counts: &[(By, Counted)], silent: &[By]) -> Result<Change, ActError> {
    let now = world.now();
    let id = world.private_id();
    let kept = world.store.reach().await?;
    let mut months: Vec<MonthReach> = Vec::new();
    for (by, counted) in counts {
        let empty = MonthReach::begin(*by, now);
        let place = match months.iter().position(|month| month.by == *by) {
            Some(place) => place,
            None => {
                let known = kept.iter().find(|month| month.by == *by && month.month == empty.month);
                months.push(known.cloned().unwrap_or(empty));
                months.len() - 1
            }
        };
        months[place].counted.add(counted);
    }
    let mut nudges = Vec::new();
    if !silent.is_empty() {
        let there = There::read(world).await?;
        for by in silent {
            nudges.extend(Nudge::each(id, &there.desk.on_duty, &About::ChannelSilent(by.word().to_owned()), now));
        }
    }
    Ok(Change { id, at: now, by: Actor::Worker, what: What::ReachCounted { months, nudges } })
}

/// What stands on the desk's pages while a channel is silent.
pub fn alarms(world: &World) -> Vec<String> {
    let silent = world.push.carrier().map_or(Vec::new(), Carrier::silent);
    silent.into_iter().map(silent_words).collect()
}
