//! Flood: what the running server remembers of how many reports come, and the line-up of those that wait.
//!
//! All of it lives in memory: budgets, answers to puzzles that were used, and the order in which people see
//! what waits. What waits is in the store; after a start the line-up is read from it again, and every commit
//! tells it what came and what left. A commit whose fate nobody knows makes it read again. Nothing here knows
//! an address, and nothing here refuses.

use handbell_rules::area::AreaFile;
use handbell_rules::change::What;
use handbell_rules::id::ReportId;
use handbell_rules::street::flood::area_of;
use handbell_rules::street::flood::budget::{AREA, Budget, DESK};
use handbell_rules::street::flood::lane::{Lane, lane};
use handbell_rules::street::flood::lineup::{Arrival, Lineup};
use handbell_rules::street::flood::puzzle::{self, Answer, MINUTES_GOOD};
use handbell_rules::street::report::{Report, ReportState};
use handbell_rules::time::{MINUTE, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Answers that are remembered as used; beyond it no answer opens the lane until older ones are forgotten.
const USED_MAX: usize = 200_000;
/// What came and left, waiting to be sorted by whoever looks next; beyond it the commit sorts it itself.
const INBOX_MAX: usize = 1_000;

#[derive(Default)]
struct Gate {
    areas: BTreeMap<Option<String>, Budget>,
    desk: Option<Budget>,
    /// Used answers by the minute of their puzzle.
    used: BTreeMap<i64, std::collections::BTreeSet<[u8; 16]>>,
}

/// How far the line-up was read from the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// After the report that was filed then with this id.
    After(Timestamp, ReportId),
    /// All of it.
    Whole,
}

enum Moved {
    Came(Box<Arrival>),
    Left(ReportId),
}

/// See the module.
pub struct Flood {
    gate: Mutex<Gate>,
    inbox: Mutex<Vec<Moved>>,
    lineup: Mutex<(Lineup, Reading)>,
}

impl Default for Flood {
    fn default() -> Self {
        Self { gate: Mutex::default(), inbox: Mutex::default(), lineup: Mutex::new((Lineup::default(), BEGINNING)) }
    }
}

/// Before every report.
const BEGINNING: Reading = Reading::After(Timestamp::from_milliseconds(i64::MIN), ReportId([0; 16]));

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("no holder of this lock panics")
}

/// What the line-up is told of a report.
pub fn arrival(areas: &AreaFile, report: &Report) -> Arrival {
    Arrival {
        id: report.id,
        filed_at: report.filed_at,
        lane: report.lane,
        area: area_of(areas, &report.told.place, report.told.point),
        kind: report.told.kind.clone(),
        text: report.told.text.clone(),
        place: report.told.place.clone(),
        known: report.observer.is_some() || report.recorder.is_some(),
    }
}

impl Flood {
    /// The bits a puzzle for an area has now; none in calm hours.
    pub fn bits(&self, area: Option<&str>, now: Timestamp) -> u8 {
        let gate = held(&self.gate);
        let area = gate.areas.get(&area.map(str::to_owned)).map_or(0, |budget| puzzle::bits(&budget.at(&AREA, now), &AREA));
        let desk = gate.desk.as_ref().map_or(0, |budget| puzzle::bits(&budget.at(&DESK, now), &DESK));
        area.max(desk)
    }

    /// Whether more comes than the desk's budget, and how many a minute.
    pub fn storm(&self, now: Timestamp) -> Option<u32> {
        let gate = held(&self.gate);
        let areas = gate.areas.values().map(|budget| budget.at(&AREA, now)).filter(Budget::storm).map(|budget| budget.rate());
        let desk = gate.desk.as_ref().map(|budget| budget.at(&DESK, now));
        let of_the_desk = desk.as_ref().filter(|budget| budget.storm()).map(Budget::rate);
        areas.chain(of_the_desk).max().map(|rate| rate.max(desk.map_or(0, |budget| budget.rate())))
    }

    /// One report from the street has come: the lane it waits in. `answer` was taken apart, and `mark` is the
    /// keyed hash over what it claims. `crowded` counts as over the budget.
    pub fn lane(&self, area: Option<&str>, answer: Option<(&Answer, [u8; 32])>, crowded: bool, now: Timestamp) -> Lane {
        let bits = self.bits(area, now);
        let mut gate = held(&self.gate);
        let key = area.map(str::to_owned);
        let (of_area, within) = gate.areas.get(&key).cloned().unwrap_or_else(|| Budget::new(&AREA, now)).arrive(&AREA, now);
        gate.areas.insert(key, of_area);
        let (of_desk, desk_within) = gate.desk.clone().unwrap_or_else(|| Budget::new(&DESK, now)).arrive(&DESK, now);
        gate.desk = Some(of_desk);
        let good = answer.is_some_and(|(answer, mark)| answer.is_good(&mark, area, bits, now)) && {
            let minute = now.milliseconds().div_euclid(MINUTE);
            gate.used.retain(|asked, _| (0..=MINUTES_GOOD).contains(&(minute - asked)));
            let room = gate.used.values().map(std::collections::BTreeSet::len).sum::<usize>() < USED_MAX;
            let answer = answer.map(|(answer, _)| answer);
            room && answer.is_some_and(|answer| {
                let hash: [u8; 16] = std::array::from_fn(|place| answer.hash[16 + place]);
                gate.used.entry(answer.puzzle.minute).or_default().insert(hash)
            })
        };
        lane(within && desk_within && !crowded, good)
    }

    /// What a commit that was written did to those that wait.
    pub fn written(&self, areas: &AreaFile, what: &What) {
        let report = match what {
            What::ReportFiled { report, .. }
            | What::ReportNoted { report, .. }
            | What::ReportWithdrawn { report }
            | What::ReportTaken { report, .. }
            | What::ReportSetAside { report, .. }
            | What::IncidentOpened { report, .. }
            | What::ReportJoined { report, .. }
            | What::ReportTakenOut { report, .. } => report,
            What::LookReported { filed: Some(filed), .. } => &filed.0,
            _ => return,
        };
        let moved = match report.state {
            ReportState::Received => Moved::Came(Box::new(arrival(areas, report))),
            _ => Moved::Left(report.id),
        };
        let many = {
            let mut inbox = held(&self.inbox);
            inbox.push(moved);
            inbox.len() >= INBOX_MAX
        };
        if many {
            drop(self.sorted());
        }
    }

    /// Nobody knows what was written: everything that waits is read again.
    pub fn doubt(&self) {
        held(&self.lineup).1 = BEGINNING;
    }

    /// The line-up with everything sorted in that came and left, and how far it was read from the store.
    pub fn sorted(&self) -> MutexGuard<'_, (Lineup, Reading)> {
        let mut lineup = held(&self.lineup);
        let moved = std::mem::take(&mut *held(&self.inbox));
        for moved in moved {
            match moved {
                Moved::Came(arrival) => lineup.0.add(&arrival),
                Moved::Left(report) => lineup.0.leave(report),
            }
        }
        lineup
    }
}
