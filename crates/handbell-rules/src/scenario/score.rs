//! Score: how a desk did in a drill, as a pure rule over what the drill's store holds.
//!
//! A false alarm is neighbours told of what did not happen, or before it was known; a miss is somebody who
//! should have been read, told or told of the end, and was not. Every expectation of the scenario is asked
//! as an item of its own, and a drill is as expected when every item that was asked is met and nobody was
//! falsely alarmed, missed or told wrongly. Nothing here names a member as better or worse than another.

use super::play::{DrillClock, DrillTime, Played, PlayedAlert, PlayedIncident, PlayedReport, words};
use super::truth::{Really, Tell};
use super::{Drill, DrillStatus};
use crate::bell::mode::Status;
use crate::desk::check::Level;
use crate::id::{AlertId, IncidentId, MemberId};
use crate::playbook::Reach;
use crate::street::report::AsideWhy;
use crate::time::MINUTE;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A finding: what happened, in words, and what to practise. Its kind is stable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which sort.
    pub kind: FindingKind,
    /// What it is about, in words.
    pub about: String,
}

/// The sorts of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Neighbours were told of something that did not happen.
    ToldOfNothing,
    /// Neighbours were told of something they should not hear of.
    ToldTooWidely,
    /// Neighbours were told before it was confirmed.
    ToldTooEarly,
    /// Nobody looked at a message.
    NeverRead,
    /// A message of a happening that was alerted about belongs to no incident.
    LeftOut,
    /// Old footage was taken for new.
    OldTakenForNew,
    /// Observers or neighbours should have been told and were not.
    NotTold,
    /// An alert was never ended.
    EndNotTold,
    /// An alert was ended while it went on.
    EndedTooEarly,
    /// The end reached fewer people than the alert.
    EndReachedFewer,
    /// The alert went to areas it should not have gone to, or missed the one it happened in.
    WrongArea,
    /// The alert named another agency.
    WrongAgency,
    /// The alert was in a mode that is no exercise.
    NotAnExercise,
    /// The rule of the reach was not kept by its approvals.
    ApprovalsLacking,
    /// A happening ended with another word than it should.
    WrongEnd,
}

impl FindingKind {
    /// What happened.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ToldOfNothing => "Neighbours were told of something that did not happen.",
            Self::ToldTooWidely => "Neighbours were told of something they should not hear of.",
            Self::ToldTooEarly => "Neighbours were told before it was confirmed.",
            Self::NeverRead => "Nobody looked at this message.",
            Self::LeftOut => "This true account belongs to no incident.",
            Self::OldTakenForNew => "Old footage was not set aside as another place or time.",
            Self::NotTold => "Nobody was told who should have been.",
            Self::EndNotTold => "The alert was never stood down or cancelled.",
            Self::EndedTooEarly => "The alert was ended while it went on.",
            Self::EndReachedFewer => "The end did not go to everybody who was told.",
            Self::WrongArea => "The alert went to the wrong areas.",
            Self::WrongAgency => "The alert named the wrong agency.",
            Self::NotAnExercise => "An alert of this drill was not marked as an exercise.",
            Self::ApprovalsLacking => "The approvals did not keep the rule of this reach.",
            Self::WrongEnd => "The incident was closed with the wrong word.",
        }
    }
    /// What to practise.
    pub const fn practise(self) -> &'static str {
        match self {
            Self::ToldOfNothing => "Ask one more question before a wide bell: who saw it, where, and now?",
            Self::ToldTooWidely => "Practise choosing the reach. Observers first; neighbours only when it is theirs to hear.",
            Self::ToldTooEarly => "Practise waiting for the second, independent account.",
            Self::NeverRead => "Practise reading to the end of the queue while a flood runs. Say aloud who reads.",
            Self::LeftOut => "Practise joining reports: place, time, and what differs.",
            Self::OldTakenForNew => "Practise dating footage: weather, shop fronts, who posted it first.",
            Self::NotTold => "Practise the way from confirmed to rung: who drafts, who approves, who is called third.",
            Self::EndNotTold => "Practise the stand-down. Agree who presses it before the bell rings.",
            Self::EndedTooEarly => "Practise asking the last observer before a stand-down.",
            Self::EndReachedFewer => "Ask the keeper to look at the deliveries of this alert.",
            Self::WrongArea => "Practise reading the area aloud before approving.",
            Self::WrongAgency => "Practise writing “not known” until somebody has read the badge or the van.",
            Self::NotAnExercise => "Stop, and tell the keeper.",
            Self::ApprovalsLacking => "Stop, and tell the keeper: the rules should not have let this through.",
            Self::WrongEnd => "Read the four ends again: over, nothing found, cannot be verified, mistaken.",
        }
    }
}

/// One expectation of the scenario and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its stable name: the key of the `expected` block.
    pub name: &'static str,
    /// What it asks, in words.
    pub asks: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was.
    pub got: String,
    /// Whether it was met; none when the drill was cut before its time.
    pub met: Option<bool>,
    /// What was expected and what was, when both are lengths of time, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_of: Option<(i64, i64)>,
}

/// Lengths of time of one sort, in milliseconds of the drill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// What each is of, and how long.
    pub each: Vec<(String, i64)>,
}

impl Spread {
    /// The middle one (nearest rank), if there is any.
    pub fn p50(&self) -> Option<i64> {
        let mut sorted: Vec<i64> = self.each.iter().map(|(_, length)| *length).collect();
        sorted.sort_unstable();
        sorted.len().checked_sub(1).and_then(|last| sorted.get(last / 2)).copied()
    }
}

/// One happening's way through the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is called.
    pub called: String,
    /// When its first message was filed.
    pub reported: Option<DrillTime>,
    /// When somebody first looked at one of its messages.
    pub seen: Option<DrillTime>,
    /// When it was confirmed.
    pub confirmed: Option<DrillTime>,
    /// When an alert of it first rang.
    pub rung: Option<DrillTime>,
    /// When it ended.
    pub ended: Option<DrillTime>,
}

/// Who approved an alert by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// The alert.
    pub alert: AlertId,
    /// Its happening, in words.
    pub about: String,
    /// How far it went.
    pub reach: Reach,
    /// When it rang.
    pub rung: DrillTime,
    /// Who approved.
    pub approvers: Vec<MemberId>,
    /// Those of them who had recorded what decided.
    pub had_recorded: Vec<MemberId>,
    /// The rule.
    pub rule: &'static str,
    /// Whether it was kept.
    pub kept: bool,
    /// People whose phone took it, or may still.
    pub told: u64,
    /// People told of its end.
    pub end_told: Option<u64>,
}

/// How a desk did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Neighbours told who should not have been.
    pub false_alarms: Vec<Finding>,
    /// Somebody not read, not told, or not told of the end.
    pub misses: Vec<Finding>,
    /// Alerts with wrong words, area, level or approvals.
    pub wrong: Vec<Finding>,
    /// The scenario's expectations, one by one.
    pub items: Vec<Item>,
    /// From each message to somebody's first look.
    pub report_to_look: Spread,
    /// From each confirmed happening's first message to its confirmation.
    pub report_to_confirmed: Spread,
    /// The happenings.
    pub lines: Vec<Line>,
    /// The alerts.
    pub approvals: Vec<Approved>,
    /// Near-copies that came, and the incidents made of them.
    pub copies: (u32, u32),
    /// Messages that were filed, of all.
    pub filed: (u32, u32),
}

impl Score {
    /// Whether the desk did as the scenario expects.
    pub fn as_expected(&self) -> bool {
        self.false_alarms.is_empty()
            && self.misses.is_empty()
            && self.wrong.is_empty()
            && self.items.iter().all(|item| item.met != Some(false))
            && self.items.iter().any(|item| item.met.is_some())
    }
    /// Findings of every sort with what to practise, each piece of advice once.
    pub fn practise(&self) -> Vec<&'static str> {
        let all: BTreeSet<FindingKind> = self.false_alarms.iter().chain(&self.misses).chain(&self.wrong).map(|one| one.kind).collect();
        all.into_iter().map(FindingKind::practise).collect()
    }
}

/// What the scoring looks things up in.
struct Ground<'a> {
    drill: &'a Drill,
    played: &'a Played,
    clock: DrillClock,
    /// The happening each incident is of, by what its reports really are.
    of: BTreeMap<IncidentId, Option<usize>>,
}

impl<'a> Ground<'a> {
    fn new(drill: &'a Drill, played: &'a Played) -> Self {
        let clock = DrillClock::of(drill, played.speed, &played.reports);
        let of = played.incidents.iter().map(|incident| (incident.id, happening_of(drill, played, incident.id))).collect();
        Self { drill, played, clock, of }
    }

    fn alerts_of(&self, happening: usize) -> impl Iterator<Item = &'a PlayedAlert> + '_ {
        self.played.alerts.iter().filter(move |alert| self.of.get(&alert.incident) == Some(&Some(happening)))
    }

    fn incidents_of(&self, happening: usize) -> impl Iterator<Item = &'a PlayedIncident> + '_ {
        self.played.incidents.iter().filter(move |incident| self.of.get(&incident.id) == Some(&Some(happening)))
    }

    fn reports_of(&self, happening: usize) -> impl Iterator<Item = &'a PlayedReport> + '_ {
        self.played
            .reports
            .iter()
            .filter(move |report| self.drill.reports.get(report.position).is_some_and(|script| script.of == Some(happening)))
    }

    fn really(&self, report: &PlayedReport) -> Really {
        self.drill.reports.get(report.position).map_or(Really::False, |script| script.really)
    }

    fn called(&self, alert: &PlayedAlert) -> String {
        match self.of.get(&alert.incident).copied().flatten() {
            Some(happening) => self.drill.happenings[happening].called.clone(),
            None => "nothing that happened".to_owned(),
        }
    }

    fn message(&self, report: &PlayedReport) -> String {
        self.drill.reports.get(report.position).map_or_else(String::new, |script| script.text.clone())
    }

    fn asked_by(&self, minute: u32) -> bool {
        self.played.until_minutes.is_none_or(|until| minute <= until)
    }
}

/// An incident is of the happening that most of its messages are of; the earlier listed one when even.
fn happening_of(drill: &Drill, played: &Played, incident: IncidentId) -> Option<usize> {
    let mut counts = BTreeMap::<usize, usize>::new();
    for report in played.reports.iter().filter(|report| report.incidents.contains(&incident)) {
        if let Some(of) = drill.reports.get(report.position).and_then(|script| script.of) {
            *counts.entry(of).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|(happening, count)| (*count, usize::MAX - happening)).map(|(happening, _)| happening)
}

/// Scores a drill.
pub fn score(drill: &Drill, played: &Played) -> Score {
    let ground = Ground::new(drill, played);
    let (mut false_alarms, mut misses, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for alert in &played.alerts {
        judge_alert(&ground, alert, &mut false_alarms, &mut misses, &mut wrong);
    }
    for report in &played.reports {
        misses.extend(judge_report(&ground, report));
    }
    for (place, happens) in drill.happenings.iter().enumerate() {
        let told = |wanted: Reach| ground.alerts_of(place).any(|alert| alert.reach >= wanted);
        let lacking = match happens.tell {
            Tell::Nobody => false,
            Tell::Observers => !told(Reach::Dispatch),
            Tell::Neighbours => !told(Reach::Neighbours),
        };
        // What a cut script leaves no time for is not asked.
        if lacking && played.until_minutes.is_none() && ground.reports_of(place).next().is_some() {
            misses.push(Finding { kind: FindingKind::NotTold, about: happens.called.clone() });
        }
        wrong.extend(
            ground
                .incidents_of(place)
                .filter(|incident| incident.ended.zip(happens.ends).is_some_and(|((ending, _), right)| ending != right))
                .map(|_| Finding { kind: FindingKind::WrongEnd, about: happens.called.clone() }),
        );
    }
    let copy = |report: &&PlayedReport| ground.really(report) == Really::Copy;
    let copied: Vec<&PlayedReport> = played.reports.iter().filter(copy).collect();
    let of_copies: BTreeSet<IncidentId> =
        copied.iter().flat_map(|report| report.incidents.clone()).filter(|incident| ground.of.get(incident) == Some(&None)).collect();
    let length = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Score {
        false_alarms,
        misses,
        wrong,
        items: items(&ground),
        report_to_look: Spread {
            each: played
                .reports
                .iter()
                .filter_map(|report| Some((ground.message(report), between(&ground, report.filed_at, report.looked_at?))))
                .collect(),
        },
        report_to_confirmed: Spread {
            each: lines(&ground).into_iter().filter_map(|line| Some((line.called, line.confirmed?.0 - line.reported?.0))).collect(),
        },
        lines: lines(&ground),
        approvals: played.alerts.iter().map(|alert| approved(&ground, alert)).collect(),
        copies: (length(copied.len()), length(of_copies.len())),
        filed: (length(played.reports.len()), length(drill.reports.len())),
    }
}

fn between(ground: &Ground<'_>, from: crate::time::Timestamp, to: crate::time::Timestamp) -> i64 {
    ground.clock.at(to).0.saturating_sub(ground.clock.at(from).0).max(0)
}

fn judge_alert(
    ground: &Ground<'_>,
    alert: &PlayedAlert,
    false_alarms: &mut Vec<Finding>,
    misses: &mut Vec<Finding>,
    wrong: &mut Vec<Finding>,
) {
    let find = |kind| Finding { kind, about: ground.called(alert) };
    let happening = ground.of.get(&alert.incident).copied().flatten();
    let happens = happening.and_then(|place| ground.drill.happenings.get(place));
    let wide = alert.reach != Reach::Dispatch;
    match happens.map(|happens| happens.tell) {
        None if wide => false_alarms.push(find(FindingKind::ToldOfNothing)),
        Some(Tell::Nobody | Tell::Observers) if wide => false_alarms.push(find(FindingKind::ToldTooWidely)),
        _ => {}
    }
    if wide && alert.level != Level::Confirmed {
        false_alarms.push(find(FindingKind::ToldTooEarly));
    }
    if alert.status != Status::Exercise {
        wrong.push(find(FindingKind::NotAnExercise));
    }
    if !rule_kept(alert) {
        wrong.push(find(FindingKind::ApprovalsLacking));
    }
    if let Some(happens) = happens {
        let strange = alert.areas.iter().any(|area| !happens.areas.contains(area));
        let lacks_its_own = happens.areas.first().is_some_and(|own| !alert.areas.contains(own));
        if wide && !happens.areas.is_empty() && (strange || lacks_its_own) {
            wrong.push(find(FindingKind::WrongArea));
        }
        if let (Some(right), Some(named)) = (&happens.agency, &alert.agency)
            && right != named
        {
            wrong.push(find(FindingKind::WrongAgency));
        }
    }
    match (alert.ended, alert.end_told) {
        (None, _) if ground.played.until_minutes.is_none() => misses.push(find(FindingKind::EndNotTold)),
        (Some(_), end_told) if end_told.unwrap_or(0) < alert.heard => misses.push(find(FindingKind::EndReachedFewer)),
        _ => {}
    }
    // Ending a wrong alert at once is right; ending a right one before anybody said that it is over is not.
    if let (Some((at, false)), Some(happening)) = (alert.ended, happening) {
        let over =
            |report: &&PlayedReport| ground.drill.reports.get(report.position).is_some_and(|script| script.status == DrillStatus::Over);
        if !ground.reports_of(happening).filter(over).any(|report| report.filed_at <= at) {
            wrong.push(find(FindingKind::EndedTooEarly));
        }
    }
}

/// PROMISE two-people-for-a-broad-bell, asked once more of what the store holds.
fn rule_kept(alert: &PlayedAlert) -> bool {
    let members: BTreeSet<MemberId> = alert.approvers.iter().copied().collect();
    let others = members.iter().filter(|member| !alert.recorders.contains(member)).count();
    let wanted = if alert.reach == Reach::Dispatch { 1 } else { 2 };
    others >= 1 && members.len() >= wanted
}

fn judge_report(ground: &Ground<'_>, report: &PlayedReport) -> Option<Finding> {
    let find = |kind| Some(Finding { kind, about: ground.message(report) });
    if report.looked_at.is_none() {
        return find(FindingKind::NeverRead);
    }
    let script = ground.drill.reports.get(report.position)?;
    match (script.really, script.of.and_then(|of| ground.drill.happenings.get(of))) {
        (Really::OldFootage, _) if report.aside != Some(AsideWhy::Elsewhere) => find(FindingKind::OldTakenForNew),
        (Really::Real | Really::WrongAgency, Some(happens)) if happens.tell != Tell::Nobody && report.incidents.is_empty() => {
            find(FindingKind::LeftOut)
        }
        _ => None,
    }
}

fn lines(ground: &Ground<'_>) -> Vec<Line> {
    let first = |moments: &mut dyn Iterator<Item = crate::time::Timestamp>| moments.min().map(|at| ground.clock.at(at));
    let line = |(place, happens): (usize, &super::truth::Happens)| Line {
        called: happens.called.clone(),
        reported: first(&mut ground.reports_of(place).map(|report| report.filed_at)),
        seen: first(&mut ground.reports_of(place).filter_map(|report| report.looked_at)),
        confirmed: first(&mut ground.incidents_of(place).filter_map(|incident| incident.confirmed_at)),
        rung: first(&mut ground.alerts_of(place).map(|alert| alert.rung_at)),
        ended: ground.incidents_of(place).filter_map(|incident| incident.ended).map(|(_, at)| at).max().map(|at| ground.clock.at(at)),
    };
    ground.drill.happenings.iter().enumerate().map(line).collect()
}

fn approved(ground: &Ground<'_>, alert: &PlayedAlert) -> Approved {
    Approved {
        alert: alert.id,
        about: ground.called(alert),
        reach: alert.reach,
        rung: ground.clock.at(alert.rung_at),
        approvers: alert.approvers.clone(),
        had_recorded: alert.approvers.iter().filter(|member| alert.recorders.contains(member)).copied().collect(),
        rule: match alert.reach {
            Reach::Dispatch => "One approver who did not record the deciding check.",
            Reach::Neighbours | Reach::Public => "Two members on two devices; whoever recorded the deciding check is at most one of them.",
        },
        kept: rule_kept(alert),
        told: alert.heard,
        end_told: alert.end_told,
    }
}

fn items(ground: &Ground<'_>) -> Vec<Item> {
    let Some(expected) = &ground.drill.expected else { return Vec::new() };
    let played = ground.played;
    let by = |name, asks, minutes: u32, got: Option<DrillTime>| {
        let limit = i64::from(minutes) * MINUTE;
        let met = got.is_some_and(|got| got.0 <= limit);
        Item {
            name,
            asks,
            expected: format!("by minute {minutes}"),
            got: got.map_or_else(|| "not done".to_owned(), |got| format!("after {}", got.words())),
            met: (met || ground.asked_by(minutes)).then_some(met),
            took_of: got.map(|got| (got.0, limit)),
        }
    };
    let count = |name, asks, expected: u32, got: usize| Item {
        name,
        asks,
        expected: expected.to_string(),
        got: got.to_string(),
        met: played.until_minutes.is_none().then_some(usize::try_from(expected) == Ok(got)),
        took_of: None,
    };
    let at = |moment: Option<crate::time::Timestamp>| moment.map(|moment| ground.clock.at(moment));
    let dispatched = ground.alerts_of(0).filter(|alert| alert.reach == Reach::Dispatch).map(|alert| alert.rung_at).min();
    let confirmed = ground.incidents_of(0).filter_map(|incident| incident.confirmed_at).min();
    let stood_down = match ground.alerts_of(0).map(|alert| alert.ended).collect::<Option<Vec<_>>>() {
        Some(ends) => ends.into_iter().map(|(at, _)| at).max(),
        None => None,
    };
    let flagged = played.reports.iter().filter(|report| ground.really(report) == Really::OldFootage);
    let flagged = flagged.filter(|report| report.aside == Some(AsideWhy::Elsewhere)).count();
    // An incident that lost all its messages again was a slip that somebody mended.
    let holds = |incident: &&PlayedIncident| played.reports.iter().any(|report| report.incidents.contains(&incident.id));
    let mut all = vec![
        by("dispatch_after_minutes", "Observers are sent", expected.dispatch_after_minutes, at(dispatched)),
        by("confirmed_after_minutes", "The main happening is confirmed", expected.confirmed_after_minutes, at(confirmed)),
        count("distinct_incidents", "Incidents are told apart", expected.distinct_incidents, played.incidents.iter().filter(holds).count()),
        count("lookalikes_flagged", "Old footage is set aside as elsewhere", expected.lookalikes_flagged, flagged),
        by("stand_down_after_minutes", "Everybody who was told hears the end", expected.stand_down_after_minutes, at(stood_down)),
    ];
    let within = |name, asks, minutes: u32, slowest: Option<i64>| {
        let limit = i64::from(minutes) * MINUTE;
        Item {
            name,
            asks,
            expected: format!("within {}", words(limit)),
            got: slowest.map_or_else(|| "not done".to_owned(), words),
            met: Some(slowest.is_some_and(|slowest| slowest <= limit)),
            took_of: slowest.map(|slowest| (slowest, limit)),
        }
    };
    if let Some(minutes) = expected.first_look_within_minutes {
        // Nobody can look while the script keeps the desk empty.
        let looked = |report: &PlayedReport| {
            let from = match (played.emptied_at, played.back_at) {
                (Some(emptied), Some(back)) if report.filed_at >= emptied => report.filed_at.max(back),
                _ => report.filed_at,
            };
            Some(between(ground, from, report.looked_at?.max(from)))
        };
        // One message that nobody read leaves no slowest look.
        let slowest = played.reports.iter().map(looked).collect::<Option<Vec<i64>>>().and_then(|each| each.into_iter().max());
        all.push(within("first_look_within_minutes", "Somebody looks at each message", minutes, slowest));
    }
    if let (Some(minutes), Some(emptied)) = (expected.back_at_the_desk_within_minutes, played.emptied_at) {
        let took = played.back_at.map(|back| between(ground, emptied, back));
        all.push(within("back_at_the_desk_within_minutes", "Somebody is back at the empty desk", minutes, took));
    }
    all
}

#[cfg(test)]
mod tests;
