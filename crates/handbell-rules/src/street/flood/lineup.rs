//! Line-up: in which order people see the reports that nobody has begun to read.
//!
//! Near-copies of one area and kind stand in one group; from five on a group is a pile with one line
//! . Lines come by turns: reports of the fast lane, reports whose page did the work, lone reports of the
//! slow lane, piles. So a lone report never waits behind a million of one wording, whichever lane it is in.
//! Within a lane the oldest comes first; piles take turns, the small and the unseen before the others.
//!
//! Nothing is dropped. Whatever is like nothing else, beyond [`LONES_MAX`] of a lane, stands in one pile of
//! odd ones: among thousands of different reports of one lane nobody can say which to look at first.

use super::lane::Lane;
use super::mute::{Mute, Prepared};
use super::wording::{Scope, Wording, Wordings};
use crate::desk::likeness::copies::{FOLD_MIN, SAMPLES};
use crate::id::{MuteId, ReportId};
use crate::time::Timestamp;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Reports of one lane that are like nothing else and have a line each; the oldest beyond it share one.
pub const LONES_MAX: usize = 5_000;

/// One round of turns.
const ROUND: [Row; 6] =
    [Row::Of(Lane::Fast), Row::Of(Lane::Solved), Row::Of(Lane::Fast), Row::Of(Lane::Solved), Row::Of(Lane::Slow), Row::Piles];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Of(Lane),
    Piles,
}

/// What the line-up is told of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The report.
    pub id: ReportId,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Its lane.
    pub lane: Lane,
    /// Its area, or none.
    pub area: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Its words.
    pub text: String,
    /// Its place in words.
    pub place: String,
    /// Whether a member or a signed-in observer wrote it; no mute covers it.
    pub known: bool,
}

/// One line as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The report that stands for it, the oldest.
    pub first: ReportId,
    /// When that was filed.
    pub filed_at: Timestamp,
    /// Others as samples, spread over the rest so that a change of the text is seen.
    pub samples: Vec<ReportId>,
    /// How many reports it stands for.
    pub reports: usize,
    /// Their lane.
    pub lane: Lane,
    /// Whether it is the pile of those that are like nothing else.
    pub odd: bool,
}

/// What one mute folds away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// How many reports.
    pub reports: usize,
    /// The newest, at most [`SAMPLES`].
    pub samples: Vec<ReportId>,
}

#[derive(Debug, Clone)]
struct Member {
    id: ReportId,
    filed_at: Timestamp,
    lane: Lane,
}

#[derive(Debug, Clone)]
struct Group {
    scope: Scope,
    /// Oldest first, as they came.
    members: VecDeque<Member>,
    wording: Wording,
    /// The turn at which somebody last looked into the pile; 0 for never.
    served: u64,
    odd: bool,
    /// Whether somebody the desk knows wrote it; no mute covers it.
    known: bool,
    muted: Option<MuteId>,
}

impl Group {
    fn is_pile(&self) -> bool {
        self.odd || self.members.len() >= FOLD_MIN
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Lineup {
    groups: BTreeMap<u64, Group>,
    home: HashMap<ReportId, u64>,
    wordings: Wordings,
    /// Groups of each lane that began as lone ones, oldest first; those that left or grew are passed over.
    lones: BTreeMap<Lane, VecDeque<u64>>,
    /// The odd pile of each lane.
    odd: BTreeMap<Lane, u64>,
    next: u64,
    turn: u64,
    mutes: Vec<Prepared>,
    dangers: Vec<String>,
}

impl Lineup {
    /// A report that nobody has begun to read. Twice is once.
    pub fn add(&mut self, arrival: &Arrival) {
        if self.home.contains_key(&arrival.id) {
            return;
        }
        let wording = Wording::plain(arrival.lane, &arrival.text, &arrival.place);
        let scope = Scope { area: arrival.area.clone(), kind: arrival.kind.clone() };
        let apart = arrival.known || wording.normal.is_empty();
        let same = if apart { None } else { self.wordings.same(&scope, &wording) };
        let group = match same {
            Some(group) => group,
            None => {
                let wording = wording.signed();
                let found = if apart { None } else { self.wordings.find(&scope, &wording, arrival.lane) };
                found.unwrap_or_else(|| self.begin(scope, wording, arrival))
            }
        };
        if let Some(known) = self.groups.get_mut(&group) {
            known.members.push_back(Member { id: arrival.id, filed_at: arrival.filed_at, lane: arrival.lane });
            self.home.insert(arrival.id, group);
        }
    }

    /// A new group; the oldest lone one of the lane makes room when there are too many.
    fn begin(&mut self, scope: Scope, wording: Wording, arrival: &Arrival) -> u64 {
        self.next += 1;
        let group = self.next;
        let known = arrival.known;
        let muted = if known { None } else { muting(&self.mutes, &self.dangers, &scope, &wording) };
        if !known {
            let groups = &self.groups;
            self.wordings.learn(group, &scope, &wording, |one| groups.get(&one).is_some_and(Group::is_pile));
            let lones = self.lones.entry(arrival.lane).or_default();
            lones.push_back(group);
            if lones.len() > LONES_MAX {
                self.set_one_apart(arrival.lane);
            }
        }
        self.groups.insert(group, Group { scope, members: VecDeque::new(), wording, served: 0, odd: false, known, muted });
        group
    }

    /// Moves the oldest lone group of a lane to the odd ones.
    fn set_one_apart(&mut self, lane: Lane) {
        let Some(oldest) = self.lones.get_mut(&lane).and_then(VecDeque::pop_front) else { return };
        if self.groups.get(&oldest).is_none_or(|group| group.is_pile() || group.muted.is_some()) {
            return; // It left, grew into a pile, or is folded away: no line of its own to take.
        }
        let Some(apart) = self.groups.remove(&oldest) else { return };
        self.wordings.forget(oldest);
        let odd = *self.odd.entry(lane).or_insert_with(|| {
            self.next += 1;
            self.next
        });
        let scope = Scope { area: None, kind: String::new() };
        let wording = Wording { normal: String::new(), signature: None };
        let pile = self.groups.entry(odd).or_insert_with(|| Group {
            scope,
            members: VecDeque::new(),
            wording,
            served: 0,
            odd: true,
            known: false,
            muted: None,
        });
        for member in apart.members {
            self.home.insert(member.id, odd);
            pile.members.push_back(member);
        }
    }

    /// Somebody began to read a report, or it was taken back: it leaves, and its pile has had its turn.
    pub fn leave(&mut self, report: ReportId) {
        let Some(home) = self.home.remove(&report) else { return };
        let Some(group) = self.groups.get_mut(&home) else { return };
        if let Some(place) = group.members.iter().position(|member| member.id == report) {
            group.members.remove(place);
        }
        self.turn += 1;
        group.served = self.turn;
        if group.members.is_empty() {
            self.groups.remove(&home);
            self.odd.retain(|_, odd| *odd != home);
            self.wordings.forget(home);
        }
    }

    /// The mutes that stand now; `dangers` are the kinds that are a danger to life.
    pub fn mute(&mut self, standing: Vec<Mute>, dangers: &[&str]) {
        let same =
            self.mutes.iter().map(|known| (known.mute.id, known.mute.version)).eq(standing.iter().map(|mute| (mute.id, mute.version)))
                && self.dangers.iter().map(String::as_str).eq(dangers.iter().copied());
        if same {
            return;
        }
        self.mutes = standing.into_iter().map(Prepared::new).collect();
        self.dangers = dangers.iter().map(|kind| (*kind).to_owned()).collect();
        let known: Vec<u64> = self.groups.iter().filter(|(_, group)| !group.odd && !group.known).map(|(number, _)| *number).collect();
        for number in known {
            let Some(group) = self.groups.get_mut(&number) else { continue };
            group.muted = muting(&self.mutes, &self.dangers, &group.scope, &group.wording);
        }
    }

    /// The lines in the order in which people see them.
    pub fn lines(&self, at_most: usize) -> Vec<Line> {
        let mut rows: BTreeMap<Lane, Vec<(Timestamp, ReportId)>> = BTreeMap::new();
        let mut piles: Vec<(u64, usize, Timestamp, &Group)> = Vec::new();
        for group in self.groups.values().filter(|group| group.muted.is_none()) {
            let Some(first) = group.members.front() else { continue };
            if group.is_pile() {
                piles.push((group.served, group.members.len(), first.filed_at, group));
            } else {
                for member in &group.members {
                    rows.entry(member.lane).or_default().push((member.filed_at, member.id));
                }
            }
        }
        for row in rows.values_mut() {
            row.sort_unstable();
        }
        piles.sort_by_key(|(served, reports, first_at, _)| (*served, *reports, *first_at));
        let mut rows: BTreeMap<Lane, _> = rows.into_iter().map(|(lane, row)| (lane, row.into_iter())).collect();
        let mut piles = piles.into_iter();
        let mut lines = Vec::new();
        loop {
            let before = lines.len();
            for row in ROUND {
                let line = match row {
                    Row::Piles => piles.next().map(|(_, _, _, group)| pile(group)),
                    Row::Of(lane) => rows.get_mut(&lane).and_then(Iterator::next).map(|(filed_at, first)| Line {
                        first,
                        filed_at,
                        samples: Vec::new(),
                        reports: 1,
                        lane,
                        odd: false,
                    }),
                };
                lines.extend(line);
                if lines.len() >= at_most {
                    lines.truncate(at_most);
                    return lines;
                }
            }
            if lines.len() == before {
                return lines;
            }
        }
    }

    /// What each mute folds away, those that fold away nothing among them.
    pub fn folded(&self) -> BTreeMap<MuteId, Folded> {
        let mut folded: BTreeMap<MuteId, (usize, Vec<(Timestamp, ReportId)>)> =
            self.mutes.iter().map(|known| (known.mute.id, (0, Vec::new()))).collect();
        for group in self.groups.values() {
            let Some((reports, samples)) = group.muted.and_then(|mute| folded.get_mut(&mute)) else { continue };
            *reports += group.members.len();
            samples.extend(group.members.iter().rev().take(SAMPLES).map(|member| (member.filed_at, member.id)));
            samples.sort_unstable_by(|one, other| other.cmp(one));
            samples.truncate(SAMPLES);
        }
        let folded = folded.into_iter();
        folded
            .map(|(mute, (reports, samples))| (mute, Folded { reports, samples: samples.into_iter().map(|(_, id)| id).collect() }))
            .collect()
    }

    /// Whether it knows a report.
    pub fn holds(&self, report: ReportId) -> bool {
        self.home.contains_key(&report)
    }
    /// Reports in it.
    pub fn len(&self) -> usize {
        self.home.len()
    }
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.home.is_empty()
    }
}

fn muting(mutes: &[Prepared], dangers: &[String], scope: &Scope, wording: &Wording) -> Option<MuteId> {
    let danger = dangers.contains(&scope.kind);
    mutes.iter().find(|known| known.covers(scope.area.as_deref(), wording, danger)).map(|known| known.mute.id)
}

fn pile(group: &Group) -> Line {
    let rest = group.members.len().saturating_sub(1);
    let shown = rest.min(SAMPLES);
    let first = &group.members[0];
    Line {
        first: first.id,
        filed_at: first.filed_at,
        samples: (1..=shown).map(|sample| group.members[sample * rest / shown].id).collect(),
        reports: group.members.len(),
        lane: first.lane,
        odd: group.odd,
    }
}

#[cfg(test)]
mod tests;
