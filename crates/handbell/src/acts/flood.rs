//! Acts of a flood: show what waits by turns, ask and check puzzles, mute a pattern, agree, lift.
//!
//! What waits is sorted in memory and checked against the store before it is shown: a line whose report
//! somebody has begun, or whose witness took it back, is not shown. A mute is a change like any other and
//! stands in the journal.

use super::ActError;
use super::desk::QUEUE_LENGTH_MAX;
use crate::flood::{Reading, arrival};
use crate::world::World;
use handbell_rules::id::{MuteId, ReportId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::flood::mute::{self, Mute, NewMute};
use handbell_rules::street::flood::puzzle::{Answer, Puzzle};
use handbell_rules::street::report::{Report, ReportState};
use handbell_rules::time::Timestamp;
use std::collections::BTreeMap;

/// Reports read from the store in one go while the line-up is made.
const PAGE: u32 = 2_000;
/// Such readings one look at the queue waits for; the rest is read by the next looks and by the worker.
const PAGES_AT_ONCE: usize = 10;
/// What the keyed hash of a puzzle is made for.
const PURPOSE: &str = "flood-puzzle";

/// One line of the queue: a report, or the first of a pile.
#[derive(Debug)]
pub struct Line {
    /// The report, or the oldest of the pile.
    pub report: Report,
    /// Others of the pile as samples.
    pub samples: Vec<Report>,
    /// How many reports the line stands for.
    pub reports: usize,
    /// Whether it is the pile of those that are like nothing else.
    pub odd: bool,
}

/// What a standing mute folds away.
#[derive(Debug)]
pub struct Muted {
    /// The mute.
    pub mute: Mute,
    /// How many reports wait under it.
    pub reports: usize,
    /// The newest of them.
    pub samples: Vec<Report>,
}

/// Everything that nobody has begun to read.
#[derive(Debug)]
pub struct Waiting {
    /// Lines, in the order in which people see them.
    pub lines: Vec<Line>,
    /// What is folded away, newest mute first.
    pub muted: Vec<Muted>,
    /// How many reports wait, whatever line they stand in.
    pub reports: usize,
    /// Whether some that wait have not been read from the store yet.
    pub sorting: bool,
}

/// Reads a bounded part of what waits into the line-up. Says whether all of it is there.
pub async fn sort(world: &World) -> Result<bool, ActError> {
    for _ in 0..PAGES_AT_ONCE {
        let Reading::After(filed_at, id) = world.flood.sorted().1 else { return Ok(true) };
        let page = world.store.received_reports((filed_at, id), PAGE).await?;
        let mut lineup = world.flood.sorted();
        for report in &page {
            lineup.0.add(&arrival(&world.group.areas, report));
        }
        // Somebody who doubts in between begins anew, and this page is read again.
        if lineup.1 == Reading::After(filed_at, id) {
            lineup.1 = match page.last() {
                Some(last) if page.len() >= PAGE as usize => Reading::After(last.filed_at, last.id),
                _ => Reading::Whole,
            };
        }
    }
    Ok(world.flood.sorted().1 == Reading::Whole)
}

/// The mutes that stand, newest first.
pub async fn standing(world: &World) -> Result<Vec<Mute>, ActError> {
    let now = world.now();
    let mut mutes: Vec<Mute> = world.store.mutes().await?.into_iter().filter(|mute| mute.stands(now)).collect();
    mutes.sort_by_key(|mute| std::cmp::Reverse((mute.at, mute.id)));
    Ok(mutes)
}

/// Kinds whose reports may tell of a danger to life.
pub fn dangers(world: &World) -> Vec<&str> {
    world.group.playbook.kinds().iter().filter(|kind| kind.hazard.is_some()).map(|kind| kind.id.as_str()).collect()
}

/// Reads what waits, by turns.
pub async fn waiting(world: &World) -> Result<Waiting, ActError> {
    let sorting = !sort(world).await?;
    let mutes = standing(world).await?;
    // The oldest are read in any case: what another program wrote into the store is found by it.
    let oldest = world.store.received_reports((Timestamp::from_milliseconds(i64::MIN), ReportId([0; 16])), QUEUE_LENGTH_MAX).await?;
    let (lines, folded) = {
        let mut lineup = world.flood.sorted();
        lineup.0.mute(mutes.clone(), &dangers(world));
        for report in &oldest {
            lineup.0.add(&arrival(&world.group.areas, report));
        }
        (lineup.0.lines(QUEUE_LENGTH_MAX as usize), lineup.0.folded())
    };
    let mut known: BTreeMap<ReportId, Report> = oldest.into_iter().map(|report| (report.id, report)).collect();
    let mut shown = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(report) = unread(world, &mut known, line.first).await? else { continue };
        let samples = samples(world, &mut known, &line.samples).await?;
        shown.push(Line { report, samples, reports: line.reports, odd: line.odd });
    }
    let mut muted = Vec::new();
    for mute in mutes {
        let Some(folded) = folded.get(&mute.id) else { continue };
        let samples = samples(world, &mut known, &folded.samples).await?;
        muted.push(Muted { mute, reports: folded.reports, samples });
    }
    let reports = world.flood.sorted().0.len();
    Ok(Waiting { lines: shown, muted, reports, sorting })
}

/// A report of the line-up as it stands now; whatever is unread no more leaves it.
async fn unread(world: &World, known: &mut BTreeMap<ReportId, Report>, id: ReportId) -> Result<Option<Report>, ActError> {
    if let Some(report) = known.get(&id) {
        return Ok(Some(report.clone()));
    }
    let report = world.store.report(id).await?.filter(|report| report.state == ReportState::Received);
    match &report {
        Some(report) => drop(known.insert(id, report.clone())),
        None => world.flood.sorted().0.leave(id),
    }
    Ok(report)
}

async fn samples(world: &World, known: &mut BTreeMap<ReportId, Report>, ids: &[ReportId]) -> Result<Vec<Report>, ActError> {
    let mut samples = Vec::with_capacity(ids.len());
    for id in ids {
        samples.extend(unread(world, known, *id).await?);
    }
    Ok(samples)
}

/// The puzzle that a page gets for an area now; none in calm hours.
pub fn puzzle(world: &World, area: Option<&str>) -> Option<(String, u8)> {
    let now = world.now();
    let puzzle = Puzzle::ask(area, world.flood.bits(area, now), now)?;
    Some((puzzle.text(&world.mark(PURPOSE, puzzle.claims().as_bytes())), puzzle.bits))
}

/// The lane of a report from the street, and that it has come. `crowded` when more came from its sender's
/// address prefix than a bucket holds.
pub fn lane(world: &World, area: Option<&str>, answer: Option<&str>, crowded: bool) -> Lane {
    let answer = answer.and_then(Answer::read);
    let marked = answer.as_ref().map(|answer| (answer, world.mark(PURPOSE, answer.puzzle.claims().as_bytes())));
    world.flood.lane(area, marked, crowded, world.now())
}

/// The mutes that stand with what each folds away, for the desk.
pub async fn muted(world: &World, caller: &DeskCaller) -> Result<Vec<Muted>, ActError> {
    caller.at_the_desk()?;
    Ok(waiting(world).await?.muted)
}

/// Mutes a pattern.
pub async fn put(world: &World, caller: &DeskCaller, new: NewMute) -> Result<(), ActError> {
    let areas: Vec<&str> = world.group.areas.areas().iter().map(|area| area.id.as_str()).collect();
    let standing = standing(world).await?.len();
    let change = mute::put(world.private_id(), caller, world.private_id(), new, &areas, standing, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

async fn mute_of(world: &World, id: MuteId) -> Result<Mute, ActError> {
    world.store.mutes().await?.into_iter().find(|mute| mute.id == id).ok_or(ActError::NotFound)
}

/// Agrees that a mute covers reports of a danger to life too.
pub async fn agree(world: &World, caller: &DeskCaller, id: MuteId) -> Result<(), ActError> {
    let change = mute::agree(world.private_id(), caller, &mute_of(world, id).await?, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Lifts a mute before its end.
pub async fn lift(world: &World, caller: &DeskCaller, id: MuteId) -> Result<(), ActError> {
    let change = mute::lift(world.private_id(), caller, &mute_of(world, id).await?, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}
