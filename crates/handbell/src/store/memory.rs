//! The store in memory: for tests and the simulator, judged by the same suite as the others.
//!
//! It keeps typed maps behind one lock, so every commit is trivially whole. Faults can be planted at
//! `commit`: one that fails, and one that fails although it was written, because both happen to real
//! disks. Nothing here is durable; nobody is ever shown a receipt from it outside a test.

use async_trait::async_trait;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::{Alert, AlertState, Approval, Ring, RingKind};
use handbell_rules::bell::ceiling;
use handbell_rules::bell::delivery::{DeliveryState, Leased, Tally};
use handbell_rules::bell::dispatch::{Dispatch, Ready};
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::joining::Joining;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::reach::MonthReach;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Asked;
use handbell_rules::change::{Actor, Change};
use handbell_rules::desk::claim::{Claim, Independence};
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::escalation::Escalation;
use handbell_rules::desk::hold::{self, Hold};
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::Look;
use handbell_rules::desk::posting::Posting;
use handbell_rules::id::{
    AlertId, ChangeId, ClaimId, DeliveryId, DeviceId, HandoverId, IncidentId, IndependenceId, InvitationId, JoiningId, LetterId, LookId,
    MemberId, MuteId, NoteId, NudgeId, OpeningAskId, PasskeyId, PostingId, ProposalId, ReportId, RingId, SessionId, SigningKeyId,
    SubscriptionId,
};
use handbell_rules::people::access::ASK_WAITS;
use handbell_rules::people::duty::Duty;
use handbell_rules::people::handover::Handover;
use handbell_rules::people::member::{Device, Invitation, Member, Session};
use handbell_rules::people::nudge::Nudge;
use handbell_rules::people::passkey::Passkey;
use handbell_rules::people::trail::{OPENINGS_KEPT, Opening, OpeningAsk, Subject};
use handbell_rules::playbook::Reach;
use handbell_rules::record::letter::{Letter, LetterContact};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::record::search::Question;
use handbell_rules::street::answers::{Answers, KeptAnswers};
use handbell_rules::street::flood::mute::Mute;
use handbell_rules::street::note::Note;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{RepeatGuard, Report, ReportState, SealedContact};
use handbell_rules::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::watch;

mod deliveries;
mod evidence;
mod followers;
mod held;
mod logged;

use self::deliveries::Delivery;
use super::effects::{LOOKS, Row, Write, heard, id_of, subject, told_until, writes};
use super::evidence::EvidenceReads;
use super::footing::Footing;
use super::found::FoundStretch;
use super::log::{LogEdge, LogKey};
use super::moves::{Listener, Listeners, Moved};
use super::{AudienceQuestion, CheckpointRow, Committed, Held, IncidentFile, JournalLine, LogRow, Store, StoreError};

/// A fault planted at a coming commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written and the commit says so.
    Fails,
    /// Everything is written and the commit says that it failed.
    FailsButPersists,
}

#[derive(Debug, Clone, Default)]
struct Town {
    journal: Vec<JournalLine>,
    changes: HashMap<ChangeId, u64>,
    reports: BTreeMap<ReportId, Report>,
    receipts: BTreeMap<ReceiptMark, ReportId>,
    contacts: BTreeMap<ReportId, SealedContact>,
    repeats: BTreeMap<[u8; 32], (RepeatGuard, ReportId)>,
    answers: BTreeMap<ReportId, KeptAnswers>,
    notes: BTreeMap<NoteId, Note>,
    incidents: BTreeMap<IncidentId, Incident>,
    claims: BTreeMap<ClaimId, Claim>,
    judgements: BTreeMap<IndependenceId, Independence>,
    alerts: BTreeMap<AlertId, Alert>,
    approvals: BTreeMap<(AlertId, MemberId), Approval>,
    signing_keys: BTreeMap<SigningKeyId, SigningKey>,
    manifests: BTreeMap<u32, KeptManifest>,
    rings: BTreeMap<RingId, Ring>,
    deliveries: BTreeMap<DeliveryId, Delivery>,
    subscriptions: BTreeMap<SubscriptionId, Subscription>,
    followers: BTreeMap<(SubscriptionId, IncidentId), Follower>,
    members: BTreeMap<MemberId, Member>,
    invitations: BTreeMap<InvitationId, Invitation>,
    devices: BTreeMap<DeviceId, Device>,
    passkeys: BTreeMap<PasskeyId, Passkey>,
    sessions: BTreeMap<SessionId, Session>,
    duties: BTreeMap<MemberId, Duty>,
    proposals: BTreeMap<ProposalId, Proposal>,
    openings: Vec<Opening>,
    asks: BTreeMap<OpeningAskId, OpeningAsk>,
    looks: BTreeMap<LookId, Look>,
    nudges: BTreeMap<NudgeId, Nudge>,
    escalations: BTreeMap<ReportId, Escalation>,
    holds: BTreeMap<hold::InHand, Hold>,
    differences: BTreeMap<(ReportId, IncidentId), Difference>,
    postings: BTreeMap<PostingId, Posting>,
    joinings: BTreeMap<JoiningId, Joining>,
    reach: BTreeMap<Vec<u8>, MonthReach>,
    mutes: BTreeMap<MuteId, Mute>,
    handovers: BTreeMap<HandoverId, Handover>,
    dispatches: BTreeMap<AlertId, Dispatch>,
    ready: BTreeMap<MemberId, Ready>,
    letters: BTreeMap<LetterId, Letter>,
    letter_receipts: BTreeMap<ReceiptMark, LetterId>,
    letter_contacts: BTreeMap<LetterId, LetterContact>,
    evidence: evidence::Room,
    log: Vec<LogRow>,
    checkpoint: Option<CheckpointRow>,
    signed: BTreeMap<u64, CheckpointRow>,
    edge: LogEdge,
}

/// See the module.
pub struct MemoryStore {
    town: Mutex<Town>,
    listeners: Listeners,
    ended: Mutex<HashSet<AlertId>>,
    faults: Mutex<VecDeque<Option<Fault>>>,
    key: LogKey,
    status: Status,
    journal: watch::Sender<u64>,
}

/// Puts a compared row: version 0 must be new, any other must be the stored one.
macro_rules! put {
    ($map:expr, $key:expr, $row:expr) => {{
        let row = $row;
        let stored = $map.get(&$key).map_or(0, |old| old.version);
        if stored != row.version {
            return Err(StoreError::Conflict);
        }
        let mut row = row.clone();
        row.version += 1;
        $map.insert($key, row);
    }};
}

/// Inserts a row that must be new.
macro_rules! fresh {
    ($map:expr, $key:expr, $row:expr) => {
        if $map.insert($key, $row).is_some() {
            return Err(StoreError::Conflict);
        }
    };
}

impl MemoryStore {
    /// An empty store.
    pub fn new(key: LogKey, status: Status) -> Self {
        Self {
            town: Mutex::default(),
            listeners: Listeners::default(),
            ended: Mutex::default(),
            faults: Mutex::default(),
            key,
            status,
            journal: watch::Sender::new(0),
        }
    }

    /// Plants what happens to the coming commits, one by one; `None` lets one pass.
    pub fn plant(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.faults.lock().expect("no holder of this lock panics").extend(faults);
    }

    /// Takes every planted fault away again.
    pub fn heal(&self) {
        self.faults.lock().expect("no holder of this lock panics").clear();
    }

    fn town(&self) -> MutexGuard<'_, Town> {
        self.town.lock().expect("no holder of this lock panics")
    }

    fn read<T>(&self, of: impl FnOnce(&Town) -> T) -> Result<T, StoreError> {
        Ok(of(&self.town()))
    }
}

impl Town {
    fn put(&mut self, row: &Row) -> Result<(), StoreError> {
        match row {
            Row::NewReport(report, mark) => {
                if self.receipts.contains_key(mark) {
                    return Err(StoreError::Conflict);
                }
                put!(self.reports, report.id, report.as_ref());
                self.receipts.insert(*mark, report.id);
            }
            Row::Report(report) => put!(self.reports, report.id, report.as_ref()),
            Row::Contact(contact) => fresh!(self.contacts, contact.report, contact.clone()),
            Row::Repeat(guard, report) => fresh!(self.repeats, guard.key, (guard.clone(), *report)),
            Row::Answers(kept) => fresh!(self.answers, kept.report, kept.clone()),
            Row::Note(note) => fresh!(self.notes, note.id, note.clone()),
            Row::Incident(incident) => put!(self.incidents, incident.id, incident),
            Row::Claim(claim) => drop(self.claims.insert(claim.id, claim.clone())),
            Row::Independence(judgement) => fresh!(self.judgements, judgement.id, judgement.clone()),
            Row::Alert(alert) => put!(self.alerts, alert.id, alert.as_ref()),
            Row::Approval(approval) => fresh!(self.approvals, (approval.alert, approval.member), approval.clone()),
            Row::SigningKey(key) => put!(self.signing_keys, key.id, key),
            Row::Manifest(manifest) => put!(self.manifests, manifest.number, manifest),
            Row::Ring(ring) => fresh!(self.rings, ring.id, ring.clone()),
            Row::Subscription(subscription) => drop(self.subscriptions.insert(subscription.id, subscription.clone())),
            Row::NewSubscription(own) => fresh!(self.subscriptions, own.id, own.clone()),
            Row::Follower(follower) => self.put_follower(follower)?,
            Row::Member(member) => put!(self.members, member.id, member),
            Row::Invitation(invitation) => put!(self.invitations, invitation.id, invitation),
            Row::Device(device) => fresh!(self.devices, device.id, device.clone()),
            Row::Passkey(passkey) => {
                if self.passkeys.values().any(|one| one.id != passkey.id && one.credential == passkey.credential) {
                    return Err(StoreError::Conflict);
                }
                put!(self.passkeys, passkey.id, passkey);
            }
            Row::Session(session) => put!(self.sessions, session.id, session),
            Row::Duty(duty) => put!(self.duties, duty.member, duty),
            Row::Proposal(proposal) => put!(self.proposals, proposal.id, proposal.as_ref()),
            Row::OpeningAsk(ask) => put!(self.asks, ask.id, ask),
            Row::Look(look) => put!(self.looks, look.id, look.as_ref()),
            Row::Nudge(nudge) => put!(self.nudges, nudge.id, nudge),
            Row::Escalation(escalation) => put!(self.escalations, escalation.report, escalation),
            Row::Hold(hold) => put!(self.holds, hold.on, hold),
            Row::Difference(said) => put!(self.differences, (said.report, said.incident), said),
            Row::Posting(posting) => put!(self.postings, posting.id, posting),
            Row::Joining(joining) => put!(self.joinings, joining.id, joining),
            Row::Reach(month) => put!(self.reach, month.key(), month),
            Row::Mute(mute) => put!(self.mutes, mute.id, mute),
            Row::Handover(handover) => fresh!(self.handovers, handover.id, handover.clone()),
            Row::Dispatch(dispatch) => put!(self.dispatches, dispatch.alert, dispatch.as_ref()),
            Row::Ready(ready) => drop(self.ready.insert(ready.member, ready.clone())),
            Row::NewLetter(letter, mark) => {
                if self.letter_receipts.contains_key(mark) {
                    return Err(StoreError::Conflict);
                }
                put!(self.letters, letter.id, letter.as_ref());
                self.letter_receipts.insert(*mark, letter.id);
            }
            Row::Letter(letter) => put!(self.letters, letter.id, letter.as_ref()),
            Row::Evidence(row) => self.evidence.put(row)?,
            Row::LetterContact(contact) => fresh!(self.letter_contacts, contact.letter, contact.clone()),
        }
        Ok(())
    }

    fn forget(&mut self, now: Timestamp) {
        self.contacts.retain(|_, contact| contact.forget_at > now);
        self.repeats.retain(|_, (guard, _)| guard.forget_at > now);
        self.invitations.retain(|_, invitation| invitation.expires_at > now);
        self.sessions.retain(|_, session| session.expires_at > now);
        self.forget_followers(now);
        // The newest line stays whatever its age: the next one must follow it.
        let kept = self.openings.iter().take_while(|line| now.since(line.line.at) >= OPENINGS_KEPT).count();
        self.openings.drain(..kept.min(self.openings.len().saturating_sub(1)));
        self.asks.retain(|_, ask| now.since(ask.at) < ASK_WAITS);
        self.looks.retain(|_, look| look.forget_at() > now);
        self.dispatches.retain(|_, dispatch| dispatch.forget_at() > now);
        self.ready.retain(|_, ready| ready.until > now);
        self.nudges.retain(|_, nudge| nudge.forget_at > now);
        self.escalations.retain(|_, escalation| escalation.forget_at() > now);
        self.holds.retain(|_, hold| hold.forget_at() > now);
        self.differences.retain(|_, difference| difference.forget_at() > now);
        self.postings.retain(|_, posting| posting.forget_at() > now);
        self.joinings.retain(|_, joining| joining.forget_at() > now);
        self.reach.retain(|_, month| month.forget_at() > now);
        self.mutes.retain(|_, mute| mute.forget_at() > now);
        self.handovers.retain(|_, handover| handover.forget_at() > now);
        self.letters.retain(|_, letter| letter.forget_at() > now);
        let letters = &self.letters;
        self.letter_receipts.retain(|_, letter| letters.contains_key(letter));
        self.letter_contacts.retain(|_, contact| contact.forget_at > now);
        self.evidence.forget(now);
        let alerts = &self.alerts;
        self.deliveries.retain(|_, delivery| alerts.get(&delivery.alert).and_then(told_until).is_none_or(|until| until > now));
    }

    fn write(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Put(row) => self.put(row)?,
            // The report's own row says it already.
            Write::Belongs(..) => {}
            Write::EraseAround(report) => {
                self.notes.retain(|_, note| note.report != *report);
                self.contacts.remove(report);
                self.answers.remove(report);
                self.differences.retain(|(of, _), _| of != report);
                self.repeats.retain(|_, (_, of)| of != report);
            }
            Write::EraseSignIns(member) => {
                self.passkeys.retain(|_, passkey| passkey.member != *member);
                self.sessions.retain(|_, session| session.member != *member);
                self.invitations.retain(|_, invitation| invitation.member != *member);
            }
            Write::EraseReady(member) => drop(self.ready.remove(member)),
            Write::EraseSubscription(id) => self.erase_subscription(*id),
            Write::Follow(follower) => self.follow(follower)?,
            Write::Unfollow(subscription, incident, now) => self.unfollow(*subscription, *incident, *now),
            Write::Stir(incident, now) => self.stir(*incident, *now),
            Write::EraseLetterContact(letter) => drop(self.letter_contacts.remove(letter)),
            Write::Tell(ring, told) => self.tell(ring, told),
            Write::Settle(list) => list.iter().for_each(|settled| self.settle(settled)),
            Write::Append(entries) => {
                for entry in entries {
                    let row = self.edge.append(entry)?;
                    self.log.push(row);
                }
            }
            Write::Say(said) => {
                let row = self.edge.say(*said);
                self.log.push(row);
            }
            Write::AppendAsIs(entries) => {
                let rows = self.edge.take_over(entries)?;
                self.log.extend(rows);
            }
            Write::Withdraw(stream, index, reason) => {
                let row = self.log.iter_mut().find(|row| row.index == *index && row.stream == *stream && row.content.is_some());
                row.ok_or(StoreError::Conflict)?.content = None;
                let mark = self.edge.withdraw(*stream, *index, *reason)?;
                self.log.push(mark);
            }
            Write::HoldBack(stream, index) => {
                let row = self.log.iter_mut().find(|row| row.index == *index && row.stream == *stream && row.content.is_some());
                row.ok_or(StoreError::Conflict)?.content = None;
            }
            Write::MarkLate(stream, index, reason) => {
                let row = self.log.iter_mut().find(|row| row.index == *index && row.stream == *stream);
                row.ok_or(StoreError::Conflict)?.content = None;
                let mark = self.edge.withdraw(*stream, *index, *reason)?;
                self.log.push(mark);
            }
            Write::Open(line) => {
                let newest = self.openings.last().map(|line| (line.number, line.hash));
                self.openings.push(Opening::after(newest, line.clone()));
            }
            Write::Custody(line) => self.evidence.add(line),
            Write::EraseEvidence(erased) => self.evidence.erase(*erased)?,
            Write::Forget(now) => self.forget(*now),
        }
        Ok(())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError> {
        let fault = self.faults.lock().expect("no holder of this lock panics").pop_front().flatten();
        let mut town = self.town();
        if let Some(number) = town.changes.get(&change.id) {
            let moves: Vec<Moved> = writes(&change).iter().flat_map(Moved::by).collect();
            self.listeners.tell_in_doubt(&moves);
            return Ok(Committed { journal: *number, again: true });
        }
        if fault == Some(Fault::Fails) {
            return Err(StoreError::Unavailable("a planted fault: nothing was written".into()));
        }
        if let Some(footing) = footing {
            let mut later = town.journal.iter().rev().take_while(|line| line.number > footing.since);
            if later.any(|line| footing.is_moved_by(&line.what)) {
                return Err(StoreError::Conflict);
            }
        }
        let mut after = town.clone();
        let before = after.edge.size();
        let mut moves = Vec::new();
        for write in writes(&change) {
            after.write(&write)?;
            moves.extend(Moved::by(&write));
        }
        if after.edge.size() != before {
            town.edge.agrees_with(&self.key, town.checkpoint.as_ref())?;
            let signed = after.edge.sign(&self.key)?;
            after.signed.insert(signed.size, signed.clone());
            after.checkpoint = Some(signed);
            after.edge.keep();
        }
        let number = after.journal.len() as u64 + 1;
        let member = match change.by {
            Actor::Member(member) => Some(member),
            Actor::Street | Actor::Keeper | Actor::Worker => None,
        };
        after.journal.push(JournalLine {
            number,
            change: change.id,
            at: change.at,
            member,
            what: change.what.name().to_owned(),
            subject: subject(&change.what),
        });
        after.changes.insert(change.id, number);
        *town = after;
        if let handbell_rules::change::What::AlertEnded { alert, .. } = &change.what {
            self.ended.lock().expect("no holder of this lock panics").insert(alert.id);
        }
        // Told under the lock, so that everybody hears commits in their order.
        self.listeners.tell(&moves);
        // And so is the journal's number: it never goes back.
        self.journal.send_replace(number);
        drop(town);
        match fault {
            Some(Fault::FailsButPersists) => Err(StoreError::Unavailable("a planted fault: it was written".into())),
            _ => Ok(Committed { journal: number, again: false }),
        }
    }

    async fn lease(&self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, StoreError> {
        let mut town = self.town();
        let alerts = town.alerts.clone();
        let over = |d: &Delivery| d.kind.is_live() && alerts.get(&d.alert).is_none_or(|alert| alert.state != AlertState::Live);
        for delivery in town.deliveries.values_mut() {
            let held = delivery.state == DeliveryState::Leased && delivery.lease_until <= now;
            if held {
                // The ringer that held it is gone; whether it was sent is not known.
                delivery.state = DeliveryState::Waiting;
                delivery.perhaps = true;
                delivery.attempts += 1;
                delivery.due_at = now;
            }
            if delivery.state == DeliveryState::Waiting {
                if over(delivery) {
                    delivery.state = DeliveryState::Superseded;
                } else if delivery.expires_at <= now {
                    delivery.state = DeliveryState::Expired;
                }
            }
        }
        town.withhold_corrections();
        let mut due: Vec<&Delivery> = town.in_turn().filter(|d| d.due_at <= now).collect();
        due.sort_by_key(|d| (d.kind.is_live(), d.id));
        let ids: Vec<DeliveryId> = due.iter().take(batch as usize).map(|d| d.id).collect();
        let mut leased = Vec::with_capacity(ids.len());
        for id in ids {
            let d = town.deliveries.get_mut(&id).expect("the id was read under the same lock");
            d.state = DeliveryState::Leased;
            d.lease_until = now.plus(lease_milliseconds);
            leased.push(Leased {
                delivery: d.id,
                ring: d.ring,
                kind: d.kind,
                alert: d.alert,
                words_of: d.words_of,
                subscription: d.subscription,
                attempts: d.attempts,
                expires_at: d.expires_at,
            });
        }
        Ok(leased)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|town| {
            let waiting = town.in_turn().map(|d| d.due_at);
            let leased = town.deliveries.values().filter(|d| d.state == DeliveryState::Leased).map(|d| d.lease_until);
            waiting.chain(leased).min()
        })
    }

    fn has_ended(&self, alert: &AlertId) -> bool {
        self.ended.lock().expect("no holder of this lock panics").contains(alert)
    }

    fn listen(&self, listener: std::sync::Arc<dyn Listener>) {
        self.listeners.add(listener);
    }
    fn follow(&self) -> watch::Receiver<u64> {
        self.journal.subscribe()
    }

    fn evidence(&self) -> &dyn EvidenceReads {
        self
    }
    fn status(&self) -> Status {
        self.status
    }

    async fn report(&self, id: ReportId) -> Result<Option<Report>, StoreError> {
        self.read(|town| town.reports.get(&id).cloned())
    }
    async fn report_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Report>, StoreError> {
        self.read(|town| town.receipts.get(&mark).and_then(|id| town.reports.get(id)).cloned())
    }
    async fn notes(&self, report: ReportId) -> Result<Vec<Note>, StoreError> {
        self.read(|town| sorted(town.notes.values().filter(|note| note.report == report).cloned(), |note| (note.at, note.id)))
    }
    async fn answers(&self, report: ReportId) -> Result<Option<Answers>, StoreError> {
        self.read(|town| town.answers.get(&report).map(|kept| kept.answers.clone()))
    }
    async fn repeat(&self, key: [u8; 32]) -> Result<Option<(RepeatGuard, ReportId)>, StoreError> {
        self.read(|town| town.repeats.get(&key).cloned())
    }
    async fn contact(&self, report: ReportId) -> Result<Option<SealedContact>, StoreError> {
        self.read(|town| town.contacts.get(&report).cloned())
    }
    async fn waiting_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError> {
        self.read(|town| {
            let mut list = sorted(town.reports.values().filter(|report| report.waits()).cloned(), |report| (report.filed_at, report.id));
            list.truncate(at_most as usize);
            list
        })
    }
    async fn received_reports(&self, after: (Timestamp, ReportId), at_most: u32) -> Result<Vec<Report>, StoreError> {
        self.read(|town| {
            let unread = town.reports.values().filter(|report| report.state == ReportState::Received);
            let behind = unread.filter(|report| (report.filed_at, report.id) > after).cloned();
            let mut list = sorted(behind, |report| (report.filed_at, report.id));
            list.truncate(at_most as usize);
            list
        })
    }
    async fn begun_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError> {
        self.read(|town| {
            let begun = town.reports.values().filter(|report| report.waits() && report.state != ReportState::Received).cloned();
            let mut list = sorted(begun, |report| (report.filed_at, report.id));
            list.truncate(at_most as usize);
            list
        })
    }
    async fn incidents(&self, since: Timestamp, at_most: u32) -> Result<Vec<Incident>, StoreError> {
        self.read(|town| {
            let mut list = sorted(town.incidents.values().filter(|i| i.opened_at >= since).cloned(), |i| (i.opened_at, i.id));
            list.reverse();
            list.truncate(at_most as usize);
            list
        })
    }
    async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.read(|town| town.incidents.get(&id).cloned())
    }
    async fn incident_file(&self, id: IncidentId) -> Result<Option<IncidentFile>, StoreError> {
        self.read(|town| {
            let incident = town.incidents.get(&id)?.clone();
            Some(IncidentFile {
                incident,
                reports: sorted(town.reports.values().filter(|r| r.belongs_to(id)).cloned(), |r| (r.filed_at, r.id)),
                claims: sorted(town.claims.values().filter(|c| c.incident == id).cloned(), |c| (c.recorded_at, c.id)),
                judgements: sorted(town.judgements.values().filter(|j| j.incident == id).cloned(), |j| (j.recorded_at, j.id)),
                alerts: sorted(town.alerts.values().filter(|a| a.incident == id).cloned(), |a| (a.drafted_at, a.id)),
                proposals: sorted(town.proposals.values().filter(|p| p.incident == id).cloned(), |p| (p.at, p.id)),
            })
        })
    }
    async fn joined_reports(&self, since: Timestamp, at_most: u32) -> Result<Vec<(Incident, Report)>, StoreError> {
        self.read(|town| {
            let of = |id| town.incidents.get(id).filter(|incident| incident.ended.is_none());
            let joined = town.reports.values().filter(|r| r.filed_at >= since);
            let pairs = joined.flat_map(|r| r.incidents.iter().filter_map(of).map(|incident| (incident.clone(), r.clone())));
            let mut list = sorted(pairs, |(i, r)| (r.filed_at, r.id, i.id));
            list.reverse();
            list.truncate(at_most as usize);
            list
        })
    }
    async fn differences_of(&self, report: ReportId) -> Result<Vec<Difference>, StoreError> {
        self.read(|town| town.differences.values().filter(|said| said.report == report).cloned().collect())
    }
    async fn differences_from(&self, incident: IncidentId) -> Result<Vec<Difference>, StoreError> {
        self.read(|town| town.differences.values().filter(|said| said.incident == incident).cloned().collect())
    }
    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.read(|town| town.alerts.get(&id).cloned())
    }
    async fn updates(&self, of: AlertId) -> Result<Vec<Alert>, StoreError> {
        self.read(|town| sorted(town.alerts.values().filter(|a| a.follows == Some(of)).cloned(), |a| (a.drafted_at, a.id)))
    }
    async fn approvals(&self, of: AlertId) -> Result<Vec<Approval>, StoreError> {
        self.read(|town| sorted(town.approvals.values().filter(|a| a.alert == of).cloned(), |a| (a.at, a.member)))
    }
    async fn broad_rung(&self, since: Timestamp) -> Result<u32, StoreError> {
        let counted = |alert: &&Alert| ceiling::counts(alert) && alert.rung_at.is_some_and(|at| at > since);
        self.read(|town| u32::try_from(town.alerts.values().filter(counted).count()).unwrap_or(u32::MAX))
    }
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        self.read(|town| sorted(town.signing_keys.values().cloned(), |key| (key.since, key.id)))
    }
    async fn manifests(&self) -> Result<Vec<KeptManifest>, StoreError> {
        self.read(|town| town.manifests.values().cloned().collect())
    }
    async fn rings(&self, of: AlertId) -> Result<Vec<Ring>, StoreError> {
        self.read(|town| sorted(town.rings.values().filter(|r| r.alert == of).cloned(), |r| (r.at, r.id)))
    }
    async fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        self.read(|town| {
            sorted(town.alerts.values().filter(|a| matches!(a.state, AlertState::Draft | AlertState::Live)).cloned(), |a| {
                (a.drafted_at, a.id)
            })
        })
    }
    async fn public_alerts(&self, at_most: u32) -> Result<Vec<Alert>, StoreError> {
        self.read(|town| {
            let public = |a: &&Alert| a.reach == Reach::Public && a.follows.is_none() && a.rung_at.is_some();
            let mut list = sorted(town.alerts.values().filter(public).cloned(), |a| (a.rung_at, a.id));
            list.reverse();
            list.truncate(at_most as usize);
            list
        })
    }
    async fn audience(&self, question: &AudienceQuestion) -> Result<Vec<Asked>, StoreError> {
        self.read(|town| {
            let observing = |member: MemberId| {
                let on = town.duties.get(&member).is_some_and(|duty| duty.observing && duty.runs(question.now));
                on && town.members.get(&member).is_some_and(|member| member.revoked_at.is_none())
            };
            let wanted = |s: &&Subscription| {
                s.until > question.now
                    && match (question.reach, s.member) {
                        (Reach::Dispatch, Some(member)) => observing(member),
                        (Reach::Dispatch, None) | (_, Some(_)) => false,
                        (_, None) => {
                            let here = |cell: &Cell| question.area.overlaps(*cell);
                            (s.kinds.is_empty() || s.kinds.contains(&question.kind)) && s.cells.iter().any(here)
                        }
                    }
            };
            town.subscriptions.values().filter(wanted).map(|s| Asked { subscription: s.id, wishes: s.wishes.clone() }).collect()
        })
    }
    async fn told_often(&self, since: Timestamp, at_least: u32, now: Timestamp) -> Result<Vec<(SubscriptionId, u32)>, StoreError> {
        self.read(|town| {
            let today = |id: &AlertId| {
                let rung = town.alerts.get(id).filter(|alert| alert.rung_at.is_some_and(|at| at >= since));
                rung.and_then(told_until).is_some_and(|until| until > now)
            };
            let mut told: BTreeMap<SubscriptionId, u32> = BTreeMap::new();
            for delivery in town.deliveries.values().filter(|d| d.kind == RingKind::Alert && today(&d.alert)) {
                if delivery.state == DeliveryState::Waiting || heard(delivery.state, delivery.perhaps) {
                    *told.entry(delivery.subscription).or_default() += 1;
                }
            }
            told.into_iter().filter(|(_, alerts)| *alerts >= at_least).collect()
        })
    }
    async fn tally(&self, of: AlertId) -> Result<Vec<(RingKind, Tally)>, StoreError> {
        self.read(|town| {
            let rings = sorted(town.rings.values().filter(|r| r.alert == of), |r| (r.at, r.id));
            let count = |ring: &Ring| {
                let mut tally = Tally::default();
                for delivery in town.deliveries.values().filter(|d| d.ring == ring.id) {
                    tally.told_list += 1;
                    match delivery.state {
                        DeliveryState::Accepted => tally.accepted += 1,
                        DeliveryState::Waiting | DeliveryState::Leased => tally.waiting += 1,
                        _ => tally.unreachable += 1,
                    }
                }
                (ring.kind, tally)
            };
            rings.into_iter().map(count).collect()
        })
    }
    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.read(|town| town.subscriptions.get(&id).cloned())
    }
    async fn subscriptions(&self, ids: &[SubscriptionId]) -> Result<Vec<Subscription>, StoreError> {
        self.read(|town| ids.iter().filter_map(|id| town.subscriptions.get(id)).cloned().collect())
    }
    async fn followers_of(&self, subscription: SubscriptionId) -> Result<Vec<Follower>, StoreError> {
        self.read(|town| town.followed(subscription))
    }
    async fn followers_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Follower>, StoreError> {
        self.read(|town| town.followers_due(at_most, now))
    }
    async fn next_follower_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|town| town.followers.values().filter_map(|follower| follower.due_at).min())
    }
    async fn subscriptions_after(&self, after: SubscriptionId, at_most: u32, now: Timestamp) -> Result<Vec<Subscription>, StoreError> {
        let beyond = (std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded);
        self.read(|town| {
            town.subscriptions.range(beyond).map(|(_, s)| s).filter(|s| s.until > now).take(at_most as usize).cloned().collect()
        })
    }
    async fn member(&self, id: MemberId) -> Result<Option<Member>, StoreError> {
        self.read(|town| town.members.get(&id).cloned())
    }
    async fn members(&self) -> Result<Vec<Member>, StoreError> {
        self.read(|town| sorted(town.members.values().cloned(), |m| (m.name.clone(), m.id)))
    }
    async fn invitation_by_secret(&self, secret: [u8; 32]) -> Result<Option<Invitation>, StoreError> {
        self.read(|town| town.invitations.values().find(|i| i.secret == secret).cloned())
    }
    async fn device_by_secret(&self, secret: [u8; 32]) -> Result<Option<Device>, StoreError> {
        self.read(|town| town.devices.values().find(|d| d.secret == secret).cloned())
    }
    async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        self.read(|town| town.passkeys.values().find(|p| p.credential == credential).cloned())
    }
    async fn passkeys(&self, member: MemberId) -> Result<Vec<Passkey>, StoreError> {
        self.read(|town| town.passkeys.values().filter(|p| p.member == member).cloned().collect())
    }
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        self.read(|town| town.devices.get(&id).cloned())
    }
    async fn session_by_secret(&self, secret: [u8; 32]) -> Result<Option<Session>, StoreError> {
        self.read(|town| town.sessions.values().find(|s| s.secret == secret).cloned())
    }
    async fn duty(&self, member: MemberId) -> Result<Option<Duty>, StoreError> {
        self.read(|town| town.duties.get(&member).cloned())
    }
    async fn duties(&self, now: Timestamp) -> Result<Vec<Duty>, StoreError> {
        self.read(|town| town.duties.values().filter(|duty| now < duty.until).cloned().collect())
    }
    async fn worked_on(&self, member: MemberId, subject: Subject) -> Result<bool, StoreError> {
        let about = |of: &Option<[u8; 16]>| *of == Some(id_of(&subject));
        self.read(|town| {
            let did = |line: &JournalLine| line.member == Some(member) && about(&line.subject) && !LOOKS.contains(&line.what.as_str());
            town.journal.iter().any(did)
        })
    }
    async fn openings(&self, after: u64, at_most: u32) -> Result<Vec<Opening>, StoreError> {
        self.read(|town| town.openings.iter().filter(|line| line.number > after).take(at_most as usize).cloned().collect())
    }
    async fn last_opening(&self, member: MemberId, subject: Subject) -> Result<Option<Opening>, StoreError> {
        let of = |line: &&Opening| line.line.member == member && line.line.subject == subject;
        self.read(|town| town.openings.iter().rev().find(of).cloned())
    }
    async fn opening_ask(&self, id: OpeningAskId) -> Result<Option<OpeningAsk>, StoreError> {
        self.read(|town| town.asks.get(&id).cloned())
    }
    async fn opening_asks(&self, since: Timestamp) -> Result<Vec<OpeningAsk>, StoreError> {
        self.read(|town| sorted(town.asks.values().filter(|ask| ask.at >= since).cloned(), |ask| (ask.at, ask.id)))
    }
    async fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
        self.read(|town| town.proposals.get(&id).cloned())
    }
    async fn taken_alone(&self) -> Result<Vec<Proposal>, StoreError> {
        self.read(|town| sorted(town.proposals.values().filter(|p| p.is_alone()).cloned(), |p| (p.at, p.id)))
    }
    async fn open_proposals(&self) -> Result<Vec<Proposal>, StoreError> {
        self.read(|town| sorted(town.proposals.values().filter(|p| p.is_open()).cloned(), |p| (p.at, p.id)))
    }
    async fn letter(&self, id: LetterId) -> Result<Option<Letter>, StoreError> {
        self.read(|town| town.letters.get(&id).cloned())
    }
    async fn letter_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Letter>, StoreError> {
        self.read(|town| town.letter_receipts.get(&mark).and_then(|id| town.letters.get(id)).cloned())
    }
    async fn open_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError> {
        self.read(|town| {
            let open = town.letters.values().filter(|letter| letter.closed.is_none()).cloned();
            sorted(open, |letter| (letter.received_at, letter.id)).into_iter().take(at_most as usize).collect()
        })
    }
    async fn closed_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError> {
        self.read(|town| {
            let closed = town.letters.values().filter(|letter| letter.closed.is_some()).cloned();
            sorted(closed, |letter| std::cmp::Reverse((letter.received_at, letter.id))).into_iter().take(at_most as usize).collect()
        })
    }
    async fn letter_contact(&self, of: LetterId) -> Result<Option<LetterContact>, StoreError> {
        self.read(|town| town.letter_contacts.get(&of).cloned())
    }
    async fn look(&self, id: LookId) -> Result<Option<Look>, StoreError> {
        self.read(|town| town.looks.get(&id).cloned())
    }
    async fn open_looks(&self) -> Result<Vec<Look>, StoreError> {
        self.read(|town| town.looks.values().filter(|look| look.state.open()).cloned().collect())
    }
    async fn looks_of(&self, incident: IncidentId) -> Result<Vec<Look>, StoreError> {
        self.read(|town| town.looks.values().filter(|look| look.incident == incident).cloned().collect())
    }
    async fn nudges(&self) -> Result<Vec<Nudge>, StoreError> {
        self.read(|town| town.nudges.values().cloned().collect())
    }
    async fn nudges_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Nudge>, StoreError> {
        self.read(|town| {
            let due = town.nudges.values().filter(|nudge| nudge.due_at.is_some_and(|due| due <= now)).cloned();
            let mut list = sorted(due, |nudge| (nudge.due_at, nudge.id));
            list.truncate(at_most as usize);
            list
        })
    }
    async fn duty_phones(&self, member: MemberId, now: Timestamp) -> Result<Vec<Subscription>, StoreError> {
        self.read(|town| town.subscriptions.values().filter(|s| s.member == Some(member) && s.until > now).cloned().collect())
    }
    async fn further_of(&self, person: SubscriptionId) -> Result<Vec<Subscription>, StoreError> {
        let is = |s: &&Subscription| s.further.as_ref().is_some_and(|further| further.person == Some(person));
        self.read(|town| town.subscriptions.values().filter(is).cloned().collect())
    }
    async fn escalation(&self, report: ReportId) -> Result<Option<Escalation>, StoreError> {
        self.read(|town| town.escalations.get(&report).cloned())
    }
    async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        self.read(|town| sorted(town.holds.values().cloned(), |hold| *hold.on.bytes()))
    }
    async fn joining(&self, id: JoiningId) -> Result<Option<Joining>, StoreError> {
        self.read(|town| town.joinings.get(&id).cloned())
    }
    async fn reach(&self) -> Result<Vec<MonthReach>, StoreError> {
        self.read(|town| town.reach.values().cloned().collect())
    }
    async fn mutes(&self) -> Result<Vec<Mute>, StoreError> {
        self.read(|town| town.mutes.values().cloned().collect())
    }
    async fn postings(&self) -> Result<Vec<Posting>, StoreError> {
        self.read(|town| town.postings.values().cloned().collect())
    }
    async fn dispatch(&self, of: AlertId) -> Result<Option<Dispatch>, StoreError> {
        self.read(|town| town.dispatches.get(&of).cloned())
    }
    async fn dispatches(&self) -> Result<Vec<Dispatch>, StoreError> {
        self.read(|town| town.dispatches.values().cloned().collect())
    }
    async fn open_dispatches(&self) -> Result<Vec<Dispatch>, StoreError> {
        self.read(|town| town.dispatches.values().filter(|dispatch| dispatch.open()).cloned().collect())
    }
    async fn ready(&self, now: Timestamp) -> Result<Vec<Ready>, StoreError> {
        self.read(|town| town.ready.values().filter(|ready| now < ready.until).cloned().collect())
    }
    async fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        self.read(|town| town.handovers.values().cloned().collect())
    }
    async fn log_rows(&self, from: u64, at_most: u32) -> Result<Vec<LogRow>, StoreError> {
        self.read(|town| town.log.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)).take(at_most as usize).cloned().collect())
    }
    async fn newest_of_kind(&self, kind: u8, below: u64, at_most: u32) -> Result<Vec<(u64, IncidentId)>, StoreError> {
        self.read(|town| town.newest_of_kind(kind, below, at_most))
    }
    async fn stream(&self, of: IncidentId) -> Result<Vec<LogRow>, StoreError> {
        self.read(|town| town.whole(of).rows)
    }
    async fn public_incidents(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError> {
        self.read(|town| town.log.iter().rev().filter(|row| row.kind == 1).map(|row| row.stream).take(at_most as usize).collect())
    }
    async fn public_incidents_after(&self, after: Option<IncidentId>, at_most: u32) -> Result<Option<Vec<IncidentId>>, StoreError> {
        self.read(|town| town.incidents_after(after, at_most))
    }
    async fn search(&self, question: &Question, after: Option<IncidentId>, at_most: u32) -> Result<Option<FoundStretch>, StoreError> {
        self.read(|town| Some(town.search(question, town.opening_of(after)?, at_most as usize)))
    }
    async fn published_about(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError> {
        self.read(|town| {
            let published = town.proposals.values().filter(|one| one.published_at.is_some()).map(|one| one.incident);
            let incidents: std::collections::BTreeSet<IncidentId> = published.collect();
            incidents.into_iter().take(at_most as usize).collect()
        })
    }
    async fn checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        self.read(|town| town.checkpoint.clone())
    }
    async fn checkpoint_of(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError> {
        self.read(|town| town.signed.get(&size).cloned())
    }
    async fn journal(&self, after: u64, at_most: u32) -> Result<Vec<JournalLine>, StoreError> {
        self.read(|town| town.journal.iter().filter(|line| line.number > after).take(at_most as usize).cloned().collect())
    }
    async fn held(&self) -> Result<Vec<Held>, StoreError> {
        self.read(Town::held)
    }
}

fn sorted<T, K: Ord>(items: impl Iterator<Item = T>, key: impl FnMut(&T) -> K) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.sort_by_key(key);
    list
}
