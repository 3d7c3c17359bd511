//! The scripted desk: what three careful members do, one thing after the other.
//!
//! It reads the queue from its oldest report on, as the queue's page shows it, and decides by what a report
//! says: how the writer knows, where, how many. It never looks at what the script says a message really is.

use crate::Moved;
use anyhow::Context;
use handbell::acts::bell::Composed;
use handbell::acts::{ActError, bell, desk, people};
use handbell::cli::cast::Cast;
use handbell::cli::replay;
use handbell::stage::Stage;
use handbell::store::IncidentFile;
use handbell::work::ringer;
use handbell::world::{Clock, World};
use handbell_rules::bell::alert::AlertState;
use handbell_rules::desk::check::{Checked, Level};
use handbell_rules::desk::claim::{Certainty, NewClaim, Source};
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots, Spot};
use handbell_rules::street::report::{AsideWhy, Basis, Happening, Report};
use handbell_rules::time::{MINUTE, SECOND, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;

/// Reading one report and deciding what to do with it.
const READS: i64 = 12 * SECOND;
/// Writing a question, a claim or a judgement.
const WRITES: i64 = 20 * SECOND;
/// Filling in the composer.
const COMPOSES: i64 = 30 * SECOND;
/// Reading a draft and approving it.
const APPROVES: i64 = 15 * SECOND;
/// One press.
const PRESSES: i64 = 5 * SECOND;
/// Noticing that the desk is empty and coming back.
const COMES_BACK: i64 = 60 * SECOND;
/// More officers than one person can have seen and counted.
const TOO_MANY: u32 = 40;

/// The desk.
pub struct Desk {
    world: World,
    clock: Arc<Moved>,
    stage: Arc<Stage>,
    cast: Cast,
    began: Timestamp,
    sent: usize,
    emptied: bool,
    asked: HashSet<IncidentId>,
    judged: HashSet<IncidentId>,
}

impl Desk {
    pub fn new(world: World, clock: Arc<Moved>, stage: Arc<Stage>, cast: Cast) -> Self {
        let began = clock.now();
        Self { world, clock, stage, cast, began, sent: 0, emptied: false, asked: HashSet::new(), judged: HashSet::new() }
    }

    fn amina(&self) -> &DeskCaller {
        &self.cast.callers[0]
    }

    /// Plays until every message was sent and nothing is left to do.
    pub async fn play(&mut self) -> anyhow::Result<()> {
        for member in &self.cast.callers {
            people::start_duty(&self.world, member, 4).await?;
        }
        self.arrive(self.began).await?;
        loop {
            if self.one_thing().await? {
                continue;
            }
            let Some(next) = self.stage.drill.reports.get(self.sent) else { return Ok(()) };
            self.arrive(self.began.plus(i64::from(next.at_minutes) * MINUTE)).await?;
        }
    }

    /// Sends whatever comes until then, each at its own minute, and moves the clock there.
    async fn arrive(&mut self, until: Timestamp) -> anyhow::Result<()> {
        loop {
            let minute = |minutes: u32| self.began.plus(i64::from(minutes) * MINUTE);
            let empties = self.stage.drill.empties_desk_at_minutes.map(minute).filter(|at| !self.emptied && *at <= until);
            let next = self.stage.drill.reports.get(self.sent).filter(|report| minute(report.at_minutes) <= until);
            if let Some(at) = empties
                && next.is_none_or(|report| minute(report.at_minutes) > at)
            {
                self.clock.set(at);
                self.emptied = true;
                for member in &self.cast.callers {
                    people::end_duty(&self.world, member).await?;
                }
                self.stage.emptied(self.clock.now());
                self.clock.set(at.plus(COMES_BACK));
                for member in &self.cast.callers {
                    people::start_duty(&self.world, member, 4).await?;
                }
                continue;
            }
            let Some(report) = next else { break };
            self.clock.set(minute(report.at_minutes));
            let observer = &self.cast.observers[self.sent % self.cast.observers.len()];
            replay::send(&self.world, &self.stage.drill, &self.stage.kind, report, Some(observer)).await?;
            self.sent += 1;
            self.stage.sent();
        }
        self.clock.set(until);
        Ok(())
    }

    async fn spends(&mut self, milliseconds: i64) -> anyhow::Result<()> {
        self.arrive(self.clock.now().plus(milliseconds)).await
    }

    /// Does the next thing; false when there is none. What decides comes before what is only read.
    async fn one_thing(&mut self) -> anyhow::Result<bool> {
        let queue = desk::read_queue(&self.world, self.amina()).await?;
        for (incident, _) in queue.incidents.iter().rev().filter(|(incident, _)| incident.ended.is_none()) {
            let (file, checked) = desk::read_incident(&self.world, self.amina(), incident.id).await?;
            if self.works_on(&file, &checked).await? {
                return Ok(true);
            }
        }
        let Some(report) = queue.waiting.first().map(|line| line.report.clone()) else { return Ok(false) };
        self.reads(&report).await?;
        Ok(true)
    }

    async fn reads(&mut self, report: &Report) -> anyhow::Result<()> {
        desk::take(&self.world, self.amina(), report.id).await?;
        self.spends(READS).await?;
        let aside = |why| desk::set_aside(&self.world, self.amina(), report.id, why, "PRACTICE: by the scripted desk.");
        if report.told.basis == Basis::Online {
            let footage = ["video", "clip", "footage"].iter().any(|word| report.told.text.to_lowercase().contains(word));
            return Ok(aside(if footage { AsideWhy::Elsewhere } else { AsideWhy::CannotBeChecked }).await?);
        }
        if report.told.officers.is_some_and(|officers| officers.low > TOO_MANY) {
            return Ok(aside(AsideWhy::CannotBeChecked).await?);
        }
        for (incident, _) in desk::read_queue(&self.world, self.amina()).await?.incidents {
            let (file, _) = desk::read_incident(&self.world, self.amina(), incident.id).await?;
            let twice = |known: &Report| {
                known.told.point.is_some()
                    && known.told.point == report.told.point
                    && !report.from_observer()
                    && report.filed_at.since(known.filed_at) < 5 * MINUTE
                    && known.told.officers == report.told.officers
            };
            if file.reports.iter().any(twice) {
                return Ok(aside(AsideWhy::Duplicate).await?);
            }
            if incident.ended.is_none() && file.reports.iter().any(|known| known.told.place == report.told.place) {
                return Ok(desk::join(&self.world, self.amina(), incident.id, report.id).await?);
            }
        }
        desk::open_incident(&self.world, self.amina(), report.id, false).await?;
        Ok(())
    }

    /// Does the next thing for one incident.
    async fn works_on(&mut self, file: &IncidentFile, checked: &Checked) -> anyhow::Result<bool> {
        let id = file.incident.id;
        let seen: Vec<&Report> = file.reports.iter().filter(|report| report.first_hand()).collect();
        let claimed = |report: ReportId| {
            file.claims.iter().any(|claim| matches!(&claim.source, Source::Report(of) | Source::Observer(of) if *of == report))
        };
        let over = file.reports.iter().any(|report| report.told.happening == Happening::Over);
        let mistaken = file.reports.iter().any(|report| report.from_observer() && report.told.text.contains("wardens"));
        let live: Vec<_> = file.alerts.iter().filter(|alert| alert.state == AlertState::Live && alert.follows.is_none()).collect();
        if live.is_empty() && (mistaken || over) {
            self.spends(PRESSES).await?;
            let ending = if mistaken { Ending::Mistaken } else { Ending::CannotBeVerified };
            desk::end_incident(&self.world, self.amina(), id, ending).await?;
            return Ok(true);
        }
        if over {
            for alert in live {
                self.spends(PRESSES).await?;
                bell::end(&self.world, &self.cast.callers[2], alert.id, false).await?;
                self.deliver().await?;
            }
            return Ok(true);
        }
        if let Some(report) = seen.iter().find(|report| report.from_observer() && !claimed(report.id)) {
            return self.claims(id, report.id, Certainty::Observed).await;
        }
        if seen.len() >= 2 && !seen[1].from_observer() && self.asked.insert(id) {
            self.spends(WRITES).await?;
            desk::ask(&self.world, self.amina(), seen[1].id, "PRACTICE: Can you still see them, and how many are there?").await?;
            self.answered(seen[1].id).await?;
            return Ok(true);
        }
        if seen.len() >= 2 && seen[1].answered {
            if let Some(report) = seen[..2].iter().find(|report| !claimed(report.id)) {
                return self.claims(id, report.id, Certainty::Likely).await;
            }
            if self.judged.insert(id) {
                self.spends(WRITES).await?;
                let why = "They stand in different places and came in by different ways.";
                desk::judge_independence(&self.world, self.amina(), id, (seen[0].id, seen[1].id), true, why).await?;
                return Ok(true);
            }
        }
        let told = |reach: Reach| file.alerts.iter().any(|alert| alert.reach == reach && alert.rung_at.is_some());
        if checked.level == Level::Confirmed && !told(Reach::Dispatch) {
            self.rings(file, Reach::Dispatch).await?;
            return Ok(true);
        }
        let observed = file.claims.iter().any(|claim| matches!(claim.source, Source::Observer(_)));
        if checked.level == Level::Confirmed && observed && !told(Reach::Neighbours) {
            self.rings(file, Reach::Neighbours).await?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Waits until the witness's answer, which comes by itself, is written; it costs no time of the drill.
    async fn answered(&self, report: ReportId) -> anyhow::Result<()> {
        let answers =
            |report: &Report| self.stage.drill.reports.iter().any(|script| script.answers_the_desk && script.text == report.told.text);
        let mut journal = self.world.store.follow();
        loop {
            let known = self.world.store.report(report).await?.context("a report that was asked is missing")?;
            if known.answered || !answers(&known) {
                return Ok(());
            }
            journal.changed().await?;
        }
    }

    async fn claims(&mut self, incident: IncidentId, report: ReportId, certainty: Certainty) -> anyhow::Result<bool> {
        self.spends(WRITES).await?;
        let claim = NewClaim {
            predicate: "activity".to_owned(),
            value: "at-a-door".to_owned(),
            range: None,
            report: Some(report),
            official: String::new(),
            certainty,
        };
        desk::record_claim(&self.world, self.amina(), incident, claim).await?;
        Ok(true)
    }

    /// The ringer's rounds by the drill's clock: a message that is due leaves at once, as it does in a server.
    async fn deliver(&self) -> anyhow::Result<()> {
        while ringer::step(&self.world).await?.tried > 0 {}
        Ok(())
    }

    /// Ben drafts, Ben and Cleo approve, Cleo rings. Neither recorded the check.
    async fn rings(&mut self, file: &IncidentFile, reach: Reach) -> anyhow::Result<()> {
        self.spends(COMPOSES).await?;
        let areas = vec!["peckham".to_owned()];
        let time: Option<ClockTime> = ClockTime::try_from(self.clock.now().clock(self.world.group.playbook.zone())).ok();
        let slots = match reach {
            Reach::Dispatch => Slots {
                spot: Spot::new("Practice corner, by the entrance").ok(),
                activity: Some("at-a-door".to_owned()),
                agency: Some("immigration-enforcement".to_owned()),
                time,
                ..Slots::default()
            },
            Reach::Neighbours | Reach::Public => Slots { area: Some(AreaSlot::Named(areas.clone())), time, ..Slots::default() },
        };
        let composed = Composed { reach, areas, slots, lives_minutes: 240 };
        let alert = bell::draft(&self.world, &self.cast.callers[1], file.incident.id, composed).await?;
        for approver in [1, 2] {
            self.spends(APPROVES).await?;
            bell::approve(&self.world, &self.cast.callers[approver], alert).await?;
        }
        self.spends(PRESSES).await?;
        match bell::ring(&self.world, &self.cast.callers[2], alert).await {
            // The matter ended meanwhile: the draft lapses, which is right.
            Ok(()) | Err(ActError::Refused(_)) => self.deliver().await,
            Err(error) => Err(error.into()),
        }
    }
}
