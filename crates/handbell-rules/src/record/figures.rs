//! Figures: what the record as a whole says of itself, in numbers.
//!
//! One [`Figure`] is made of one incident's page and entries; [`Figures`] keeps one for each incident, so that a
//! page of charts never reads the whole record, and [`Figures::sums`] adds them up. Every number is a count of
//! incidents in the record: how often something was reported and let in, not how often it happened. Where there
//! are fewer than [`FEW`], no share and no median is made of them. Nothing here is finer than a quarter of a year
//! and a district.

mod beside;
mod quarter;
mod spread;

pub use beside::{Beside, Mention, MentionKind};
pub use quarter::Quarter;
pub use spread::Spread;

use super::assessment::{CorrectionKind, Standing};
use super::entry::LetIn;
use super::projection::{IncidentRecord, LoggedEntry};
use super::source::SourceKind;
use crate::id::IncidentId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Below this many incidents a share or a median says more than is known, and none is made.
pub const FEW: u32 = 10;

/// What became of the first account the record gave: an alert, or the desk's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FirstAccount {
    /// The desk has said nothing yet.
    NotGiven,
    /// It stands as it was given.
    Stands,
    /// More was added or made clear; nothing was wrong.
    AddedTo,
    /// It was wrong or not enough, was taken back, or the alert was a mistake.
    Corrected,
}

/// A time somebody had to wait for, since the desk opened the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// Until neighbours or everybody were alerted, which needs a confirmed incident.
    Confirmation,
    /// Until the first word of an official source stood in the record.
    OfficialWord,
    /// Until the desk called a fact settled.
    Settled,
}

impl Wait {
    /// Every wait, in the order of the page.
    pub const ALL: [Wait; 3] = [Wait::Confirmation, Wait::OfficialWord, Wait::Settled];
}

/// One incident, as the figures count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// When it happened, where every account of it lies in one quarter.
    pub quarter: Option<Quarter>,
    /// The district.
    pub district: String,
    /// What people call its kind.
    pub kind: String,
    /// What became of the first account.
    pub first: FirstAccount,
    /// Whether it was entered from a file.
    pub imported: bool,
    /// Minutes for each of [`Wait::ALL`]; none where it has not come, or where the record cannot know.
    pub waits: [Option<u32>; 3],
    /// What it says of events elsewhere.
    pub elsewhere: Vec<Mention>,
}

impl Figure {
    /// Reads the figure off an incident's page and the entries it was made of.
    pub fn of(record: &IncidentRecord, entries: &[LoggedEntry]) -> Self {
        Self {
            quarter: Quarter::of(&record.when.edtf),
            district: record.district.clone(),
            kind: record.kind_label.clone(),
            first: first_account(record),
            imported: record.approved_by == LetIn::Import.words(),
            waits: waits(record, entries),
            elsewhere: beside::mentions(record),
        }
    }
}

fn first_account(record: &IncidentRecord) -> FirstAccount {
    let alerted = record.lines.iter().any(|line| line.kind == 5);
    let assessed = record.facts.iter().any(|fact| !fact.assessments.is_empty());
    let wrong = |kind: Option<CorrectionKind>| !matches!(kind, Some(CorrectionKind::Update | CorrectionKind::Clarification));
    match () {
        // A correction whose words were withdrawn stood there: it counts as one.
        () if record.state == "mistaken" || record.corrections.iter().any(|one| wrong(one.kind)) => FirstAccount::Corrected,
        () if !record.corrections.is_empty() => FirstAccount::AddedTo,
        () if alerted || assessed => FirstAccount::Stands,
        () => FirstAccount::NotGiven,
    }
}

/// A UTC minute of the record as minutes since 1970.
fn minute(text: &str) -> Option<i64> {
    let instant: jiff::Timestamp = format!("{}:00Z", text.strip_suffix('Z')?).parse().ok()?;
    Some(instant.as_second().div_euclid(60))
}

fn waits(record: &IncidentRecord, entries: &[LoggedEntry]) -> [Option<u32>; 3] {
    // What was entered from a file says when it was entered, and not how long anybody waited.
    let Some(opened) = minute(&record.happened) else { return [None; 3] };
    let text =
        |entry: &LoggedEntry, key: &str| -> Option<String> { entry.payload.as_ref()?.get(key).and_then(Value::as_str).map(str::to_owned) };
    let from_a_file: BTreeSet<u64> = entries
        .iter()
        .filter(|entry| text(entry, "approved_by").is_some_and(|by| by == LetIn::Import.words()))
        .map(|entry| entry.index)
        .collect();
    let earliest = |minutes: &mut dyn Iterator<Item = i64>| minutes.min().and_then(|at| u32::try_from(at - opened).ok());
    let official: BTreeSet<u32> = record
        .sources
        .iter()
        .filter(|line| line.source.as_ref().is_some_and(|source| source.kind == SourceKind::Official))
        .map(|line| line.number)
        .collect();
    let alerts = entries.iter().filter(|entry| entry.kind == 5 && text(entry, "reach").is_some_and(|reach| reach != "dispatch"));
    let claims = record.facts.iter().flat_map(|fact| &fact.claims);
    let words = claims.filter(|claim| official.contains(&claim.source) && !from_a_file.contains(&claim.index));
    let assessments = record.facts.iter().flat_map(|fact| &fact.assessments);
    let settled = assessments.filter(|one| one.standing == Some(Standing::Settled) && !from_a_file.contains(&one.index));
    [
        earliest(&mut alerts.filter_map(|alert| minute(&text(alert, "rung")?))),
        earliest(&mut words.filter_map(|claim| minute(&claim.at))),
        earliest(&mut settled.filter_map(|one| minute(&one.at))),
    ]
}

/// A figure with its names as numbers, so that a quarter of a million stay small.
#[derive(Debug, Clone, Copy)]
struct Kept {
    quarter: Option<Quarter>,
    district: u32,
    kind: u32,
    first: FirstAccount,
    imported: bool,
    waits: [Option<u32>; 3],
}

/// One figure for each incident.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    kept: BTreeMap<IncidentId, Kept>,
    beside: beside::Places,
}

/// First accounts and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accounts {
    /// Incidents in which the record gave one.
    pub given: u32,
    /// Of these: corrected.
    pub corrected: u32,
    /// Of these: added to or made clear, and nothing else.
    pub added_to: u32,
}

/// Incidents of one quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InQuarter {
    /// How many.
    pub incidents: u32,
    /// Their first accounts.
    pub accounts: Accounts,
}

/// How long a wait took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waited {
    /// Over all incidents in which it ended.
    pub all: Spread,
    /// By year of the incident; those without one quarter are in `all` alone.
    pub years: BTreeMap<i32, Spread>,
}

/// The whole record in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Incidents.
    pub incidents: u32,
    /// Of these: entered from a file, so that no wait is known.
    pub imported: u32,
    /// First accounts of all of them.
    pub accounts: Accounts,
    /// By quarter; those that no one quarter holds stand under none, first.
    pub quarters: BTreeMap<Option<Quarter>, InQuarter>,
    /// By district, most first, then by name.
    pub districts: Vec<(String, u32)>,
    /// By kind, most first, then by name.
    pub kinds: Vec<(String, u32)>,
    /// For each of [`Wait::ALL`].
    pub waits: [Waited; 3],
}

impl Figures {
    /// Takes an incident's figure in place of the one before; none when the record holds no page of it.
    pub fn set(&mut self, incident: IncidentId, figure: Option<Figure>) {
        if let Some(before) = self.kept.remove(&incident) {
            self.beside.leave(incident, before.district, before.kind);
        }
        let Some(figure) = figure else { return };
        let (district, kind) = (self.number(figure.district), self.number(figure.kind));
        let Figure { quarter, first, imported, waits, elsewhere, .. } = figure;
        self.kept.insert(incident, Kept { quarter, district, kind, first, imported, waits });
        self.beside.enter(incident, district, kind, elsewhere);
    }

    /// What else the record holds of an incident's district, and who names an event there and then as similar or as
    /// what their footage really shows. Never finer than the district.
    pub fn beside(&self, incident: IncidentId, district: &str, dates: &[String]) -> Beside {
        let Some(kept) = self.kept.get(&incident) else { return Beside::default() };
        self.beside.of(incident, (kept.district, kept.kind), district, dates)
    }

    /// The district that a place in words means, as the record writes it, with its incidents; the one with most of
    /// them where several are called so.
    pub fn of_district(&self, name: &str) -> Option<(&str, u32)> {
        let wanted = beside::place_key(name);
        let same = self.numbers.iter().filter(|(known, _)| beside::place_key(known) == wanted);
        let counted = same.map(|(known, number)| (known.as_str(), self.beside.in_district(*number))).filter(|(_, count)| *count > 0);
        counted.max_by_key(|(known, count)| (*count, std::cmp::Reverse(*known)))
    }

    fn number(&mut self, name: String) -> u32 {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// Adds them up.
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        let (mut districts, mut kinds) = (vec![0_u32; self.names.len()], vec![0_u32; self.names.len()]);
        let mut minutes: [Vec<(Option<i32>, u32)>; 3] = Default::default();
        for kept in self.kept.values() {
            sums.incidents += 1;
            sums.imported += u32::from(kept.imported);
            let quarter = sums.quarters.entry(kept.quarter).or_default();
            quarter.incidents += 1;
            count(&mut quarter.accounts, kept.first);
            count(&mut sums.accounts, kept.first);
            districts[kept.district as usize] += 1;
            kinds[kept.kind as usize] += 1;
            for (wait, taken) in minutes.iter_mut().zip(kept.waits) {
                wait.extend(taken.map(|taken| (kept.quarter.map(Quarter::year), taken)));
            }
        }
        sums.districts = self.ranked(districts);
        sums.kinds = self.ranked(kinds);
        sums.waits = minutes.map(waited);
        sums
    }

    /// Incidents that are counted.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The names that were counted at all, by how often.
    fn ranked(&self, counts: Vec<u32>) -> Vec<(String, u32)> {
        let counted = self.names.iter().zip(counts).filter(|(_, count)| *count > 0);
        let mut ranked: Vec<(String, u32)> = counted.map(|(name, count)| (name.clone(), count)).collect();
        ranked.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        ranked
    }
}

fn count(accounts: &mut Accounts, first: FirstAccount) {
    accounts.given += u32::from(first != FirstAccount::NotGiven);
    accounts.corrected += u32::from(first == FirstAccount::Corrected);
    accounts.added_to += u32::from(first == FirstAccount::AddedTo);
}

fn waited(taken: Vec<(Option<i32>, u32)>) -> Waited {
    let mut years: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (year, minutes) in &taken {
        if let Some(year) = year {
            years.entry(*year).or_default().push(*minutes);
        }
    }
    Waited {
        all: Spread::of(taken.into_iter().map(|(_, minutes)| minutes).collect()),
        years: years.into_iter().map(|(year, minutes)| (year, Spread::of(minutes))).collect(),
    }
}

/// A share in whole per cent, rounded half up; none where the whole is too small to speak of shares.
pub fn per_cent(part: u32, whole: u32) -> Option<u32> {
    let (part, wide) = (u64::from(part), u64::from(whole));
    if whole < FEW { None } else { u32::try_from((part * 200 + wide) / (wide * 2)).ok() }
}
