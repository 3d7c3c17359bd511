//! Evidence in memory.

use super::{MemoryStore, StoreError, Town, sorted};
use crate::store::Held;
use crate::store::evidence::{Erased, EvidenceReads, EvidenceRow};
use async_trait::async_trait;
use handbell_rules::evidence::custody::{Head, Line, STATEMENTS_KEPT, Statement, said};
use handbell_rules::evidence::footage::{FOOTAGE_KEPT, FOOTAGE_KEPT_REJECTED, Footage};
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::evidence::keys::CustodyKeys;
use handbell_rules::evidence::known::{Known, Lead};
use handbell_rules::evidence::link::FootageLink;
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::evidence::upload::{HeldFootage, IN_A_DAY, Upload};
use handbell_rules::id::{FootageId, FootageLinkId, HidingId, KnownId, LeadId, ReportId, UploadId};
use handbell_rules::street::report::ReportState;
use handbell_rules::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of the evidence room.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    keys: BTreeMap<(), CustodyKeys>,
    links: BTreeMap<FootageLinkId, FootageLink>,
    uploads: BTreeMap<UploadId, Upload>,
    footage: BTreeMap<FootageId, Footage>,
    custody: Vec<KeptLine>,
    hidings: BTreeMap<HidingId, Hiding>,
    known: BTreeMap<KnownId, Known>,
    leads: BTreeMap<LeadId, Lead>,
    stamps: BTreeMap<u32, Stamp>,
}

/// A line with what it is found by.
#[derive(Debug, Clone)]
struct KeptLine {
    at: Timestamp,
    footage: Option<FootageId>,
    line: Line,
    head: Head,
}

/// Puts a row whose version must be the stored one.
macro_rules! put {
    ($map:expr, $key:expr, $row:expr) => {{
        let stored = $map.get(&$key).map_or(0, |old| old.version);
        if stored != $row.version {
            return Err(StoreError::Conflict);
        }
        let mut row = $row.to_owned();
        row.version += 1;
        $map.insert($key, row);
    }};
}

impl Room {
    pub(super) fn put(&mut self, row: &EvidenceRow) -> Result<(), StoreError> {
        match row {
            EvidenceRow::Keys(keys) => put!(self.keys, (), keys),
            EvidenceRow::Link(link) => put!(self.links, link.id, link),
            EvidenceRow::Upload(upload) => put!(self.uploads, upload.id, upload.as_ref()),
            EvidenceRow::Footage(footage) => put!(self.footage, footage.id, footage.as_ref()),
            EvidenceRow::Hiding(hiding) => {
                let address = hiding.public.as_ref().map(|public| public.address);
                let taken = |one: &Hiding| one.id != hiding.id && one.public.as_ref().map(|public| public.address) == address;
                if address.is_some() && self.hidings.values().any(taken) {
                    return Err(StoreError::Conflict);
                }
                put!(self.hidings, hiding.id, hiding.as_ref());
            }
            EvidenceRow::Known(known) => put!(self.known, known.id, known.as_ref()),
            EvidenceRow::Lead(lead) => put!(self.leads, lead.id, lead),
            EvidenceRow::Stamp(stamp) => put!(self.stamps, stamp.day, stamp),
        }
        Ok(())
    }

    pub(super) fn add(&mut self, statement: &Statement) {
        let before = self.custody.last().map_or(Head::EMPTY, |kept| kept.head.clone());
        let text = statement.text();
        let said = said(&text);
        let head = before.after(&said);
        let line = Line { number: before.lines, statement: Some(text), said };
        self.custody.push(KeptLine { at: statement.at, footage: statement.footage, line, head });
    }

    /// An erased upload must be there: of two who end it, one comes too late.
    pub(super) fn erase(&mut self, erased: Erased) -> Result<(), StoreError> {
        let was = match erased {
            Erased::Upload(upload) => self.uploads.remove(&upload).is_some(),
            Erased::Footage(footage) => {
                self.hidings.retain(|_, hiding| hiding.footage != footage);
                self.leads.retain(|_, lead| lead.footage != footage);
                self.footage.remove(&footage).is_some()
            }
            Erased::Known(known) => self.known.remove(&known).is_some(),
        };
        if was { Ok(()) } else { Err(StoreError::Conflict) }
    }

    pub(super) fn forget(&mut self, now: Timestamp) {
        self.links.retain(|_, link| link.until > now);
        self.uploads.retain(|_, upload| upload.received.is_none() || upload.expires_at > now);
        for old in self.custody.iter_mut().filter(|kept| now.since(kept.at) >= STATEMENTS_KEPT) {
            (old.line.statement, old.footage) = (None, None);
        }
    }

    pub(super) fn held(&self) -> Vec<Held> {
        let held = |table, rows: usize, oldest| Held { table, rows: rows as u64, oldest };
        vec![
            held("custody_keys", self.keys.len(), None),
            held("footage_link", self.links.len(), None),
            held("upload", self.uploads.len(), None),
            held("footage", self.footage.len(), self.footage.values().map(|one| one.received_at).min()),
            held("custody", self.custody.len(), self.custody.first().map(|kept| kept.at)),
            held("hiding", self.hidings.len(), None),
            held("known", self.known.len(), self.known.values().map(|one| one.at).min()),
            held("lead", self.leads.len(), self.leads.values().map(|one| one.at).min()),
            held("stamp", self.stamps.len(), None),
        ]
    }
}

impl MemoryStore {
    fn room<T>(&self, of: impl FnOnce(&Room) -> T) -> Result<T, StoreError> {
        self.read(|town: &Town| of(&town.evidence))
    }
}

fn first<T, K: Ord>(items: impl Iterator<Item = T>, at_most: u32, key: impl FnMut(&T) -> K) -> Vec<T> {
    sorted(items, key).into_iter().take(at_most as usize).collect()
}

/// The first of each report by a key, then the second of each, and so on.
fn in_turns<T, K: Ord + Copy>(items: impl Iterator<Item = T>, at_most: u32, of: impl Fn(&T) -> ReportId, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut of_report: BTreeMap<ReportId, usize> = BTreeMap::new();
    let mut turn = |one: &T| {
        let turn = of_report.entry(of(one)).or_default();
        *turn += 1;
        *turn
    };
    let turns: Vec<(usize, T)> = sorted(items, &key).into_iter().map(|one| (turn(&one), one)).collect();
    first(turns.into_iter(), at_most, |(turn, one)| (*turn, key(one))).into_iter().map(|(_, one)| one).collect()
}

#[async_trait]
impl EvidenceReads for MemoryStore {
    async fn custody_keys(&self) -> Result<CustodyKeys, StoreError> {
        self.room(|room| room.keys.get(&()).cloned().unwrap_or_default())
    }
    async fn footage_link(&self, id: FootageLinkId) -> Result<Option<FootageLink>, StoreError> {
        self.room(|room| room.links.get(&id).cloned())
    }
    async fn upload(&self, id: UploadId) -> Result<Option<Upload>, StoreError> {
        self.room(|room| room.uploads.get(&id).cloned())
    }
    async fn uploads_of(&self, report: ReportId) -> Result<Vec<Upload>, StoreError> {
        self.room(|room| room.uploads.values().filter(|one| one.report == report).cloned().collect())
    }
    async fn uploads_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Upload>, StoreError> {
        self.room(|room| {
            let due = room.uploads.values().filter(|one| one.received.is_none() && one.expires_at <= now).cloned();
            in_turns(due, at_most, |one| one.report, |one| (one.expires_at, one.id))
        })
    }
    async fn held_footage(&self, report: ReportId, now: Timestamp) -> Result<HeldFootage, StoreError> {
        self.room(|room| {
            let own = room.uploads.values().filter(|one| one.received.is_none()).map(|one| (one.report, one.length, one.offset));
            let all: Vec<_> = own.chain(room.footage.values().map(|one| (one.report, one.length, one.length))).collect();
            let of_report = all.iter().filter(|(of, ..)| *of == report);
            let on_their_way: u64 = room.uploads.values().filter(|one| one.received.is_none()).map(|one| one.offset).sum();
            let today = room.footage.values().filter(|one| one.received_at > now.plus(-IN_A_DAY)).map(|one| one.length);
            HeldFootage {
                day_bytes: on_their_way + today.sum::<u64>(),
                report_files: of_report.clone().count() as u32,
                report_bytes: of_report.map(|(_, bytes, _)| bytes).sum(),
                all_bytes: all.iter().map(|(.., came)| came).sum(),
            }
        })
    }
    async fn footage(&self, id: FootageId) -> Result<Option<Footage>, StoreError> {
        self.room(|room| room.footage.get(&id).cloned())
    }
    async fn footage_of(&self, report: ReportId) -> Result<Vec<Footage>, StoreError> {
        self.room(|room| sorted(room.footage.values().filter(|one| one.report == report).cloned(), |one| (one.received_at, one.id)))
    }
    async fn footage_since(&self, since: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        let newest = |one: &Footage| std::cmp::Reverse((one.received_at, one.id));
        self.room(|room| first(room.footage.values().filter(|one| one.received_at >= since).cloned(), at_most, newest))
    }
    async fn footage_waiting(&self, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        self.room(|room| first(room.footage.values().filter(|one| one.waits()).cloned(), at_most, |one| (one.received_at, one.id)))
    }
    async fn footage_of_withdrawn(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        self.read(|town: &Town| {
            let withdrawn = |one: &Footage| town.reports.get(&one.report).is_some_and(|report| report.state == ReportState::Withdrawn);
            let due = |one: &&Footage| one.forget_at > now && one.id > after && withdrawn(one);
            town.evidence.footage.values().filter(due).take(at_most as usize).cloned().collect()
        })
    }
    async fn footage_to_follow(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        self.read(|town: &Town| {
            // One that waits again is being read, as the other store's queue has it.
            let state = |one: &Footage| town.reports.get(&one.report).filter(|report| !report.waits()).map(|report| report.state);
            let differs = |one: &&Footage| match state(one) {
                _ if one.forget_at <= now || one.id <= after => false,
                Some(ReportState::Withdrawn) => false,
                Some(ReportState::SetAside) => one.forget_at > now.plus(FOOTAGE_KEPT_REJECTED),
                _ => one.forget_at < one.received_at.plus(FOOTAGE_KEPT),
            };
            town.evidence.footage.values().filter(differs).take(at_most as usize).cloned().collect()
        })
    }
    async fn withdrawn_with_uploads(&self, after: ReportId, at_most: u32) -> Result<Vec<ReportId>, StoreError> {
        self.read(|town: &Town| {
            let withdrawn =
                |id: &ReportId| *id > after && town.reports.get(id).is_some_and(|report| report.state == ReportState::Withdrawn);
            let reports: BTreeSet<ReportId> = town.evidence.uploads.values().map(|one| one.report).filter(withdrawn).collect();
            reports.into_iter().take(at_most as usize).collect()
        })
    }
    async fn footage_in_turn(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError> {
        self.room(|room| {
            let turns = |slow: bool| {
                let waiting = room.footage.values().filter(|one| one.waits() && one.is_slow() == slow).cloned();
                in_turns(waiting, at_most, |one| one.report, |one| (one.received_at, one.id))
            };
            turns(false).into_iter().chain(turns(true)).take(at_most as usize).map(|one| one.id).collect()
        })
    }
    async fn footage_unasked(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError> {
        let unasked =
            |room: &Room| first(room.footage.values().filter(|one| one.unasked).cloned(), at_most, |one| (one.received_at, one.id));
        self.room(|room| unasked(room).into_iter().map(|one| one.id).collect())
    }
    async fn footage_unnoted(&self, before: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        let unnoted = |one: &&Footage| one.noted.is_none() && one.received_at < before;
        self.room(|room| first(room.footage.values().filter(unnoted).cloned(), at_most, |one| (one.received_at, one.id)))
    }
    async fn footage_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        self.room(|room| {
            let due = room.footage.values().filter(|one| one.forget_at <= now).cloned();
            in_turns(due, at_most, |one| one.report, |one| (one.forget_at, one.id))
        })
    }
    async fn custody(&self, from: u64, at_most: u32) -> Result<Vec<Line>, StoreError> {
        let kept = |room: &Room| room.custody.iter().skip(from as usize).take(at_most as usize).map(|kept| kept.line.clone()).collect();
        self.room(kept)
    }
    async fn custody_of(&self, footage: FootageId) -> Result<Vec<Line>, StoreError> {
        let own = |kept: &&KeptLine| kept.footage == Some(footage);
        self.room(|room| room.custody.iter().filter(own).map(|kept| kept.line.clone()).collect())
    }
    async fn own_copy(&self, of: &Footage) -> Result<Option<FootageId>, StoreError> {
        let own = |room: &Room| {
            let file = room.footage.values().find(|one| one.made_before(of)).map(|one| one.id);
            let drawn = || room.hidings.values().find(|one| one.made_before(of)).map(|one| one.footage);
            let said = |kept: &KeptLine| Statement::parse(kept.line.statement.as_deref()?).ok()?.published_as(of);
            file.or_else(drawn).or_else(|| room.custody.iter().find_map(said))
        };
        self.room(own)
    }
    async fn custody_head(&self, before: Timestamp) -> Result<Head, StoreError> {
        let head = |room: &Room| room.custody.iter().rev().find(|kept| kept.at < before).map_or(Head::EMPTY, |kept| kept.head.clone());
        self.room(head)
    }
    async fn hiding(&self, id: HidingId) -> Result<Option<Hiding>, StoreError> {
        self.room(|room| room.hidings.get(&id).cloned())
    }
    async fn hidings_of(&self, footage: FootageId) -> Result<Vec<Hiding>, StoreError> {
        self.room(|room| room.hidings.values().filter(|one| one.footage == footage).cloned().collect())
    }
    async fn open_hidings(&self) -> Result<Vec<Hiding>, StoreError> {
        self.room(|room| room.hidings.values().filter(|one| one.open()).cloned().collect())
    }
    async fn public_hidings(&self) -> Result<Vec<Hiding>, StoreError> {
        self.room(|room| room.hidings.values().filter(|one| one.public.is_some()).cloned().collect())
    }
    async fn hiding_at(&self, address: [u8; 16]) -> Result<Option<Hiding>, StoreError> {
        let at = |one: &&Hiding| one.public.as_ref().is_some_and(|public| public.address == address);
        self.room(|room| room.hidings.values().find(at).cloned())
    }
    async fn known_after(&self, after: KnownId, at_most: u32) -> Result<Vec<Known>, StoreError> {
        self.room(|room| room.known.values().filter(|one| one.id > after).take(at_most as usize).cloned().collect())
    }
    async fn known_count(&self) -> Result<u64, StoreError> {
        self.room(|room| room.known.len() as u64)
    }
    async fn known(&self, id: KnownId) -> Result<Option<Known>, StoreError> {
        self.room(|room| room.known.get(&id).cloned())
    }
    async fn lead(&self, id: LeadId) -> Result<Option<Lead>, StoreError> {
        self.room(|room| room.leads.get(&id).cloned())
    }
    async fn leads_of(&self, footage: FootageId) -> Result<Vec<Lead>, StoreError> {
        self.room(|room| sorted(room.leads.values().filter(|one| one.footage == footage).cloned(), |one| (one.at, one.id)))
    }
    async fn stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.room(|room| room.stamps.values().cloned().collect())
    }
    async fn open_stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.room(|room| room.stamps.values().filter(|one| one.answer.is_none()).cloned().collect())
    }
}
