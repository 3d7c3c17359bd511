//! Builders: small made-up values for checks of stores, and the steps that lead to them.
//!
//! Ids are numbers written into sixteen bytes, so a failing check reads well. Nothing here goes through the
//! rules: a store must keep whatever change it is given.

use handbell_log::note::SigningKey;
use handbell_rules::area::{Area, Cell};
use handbell_rules::bell::address::By;
use handbell_rules::bell::alert::{Alert, AlertState, Ring, RingKind, Words};
use handbell_rules::bell::delivery::{Answer, Leased, settle};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::hold::{self, InHand};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{
    AlertId, ChangeId, DeviceId, IncidentId, InvitationId, MemberId, NoteId, ProposalId, ReportId, RingId, SubscriptionId,
};
use handbell_rules::people::member::{Invitation, Member, Role};
use handbell_rules::place::{Point, Precision};
use handbell_rules::playbook::{Reach, Slots};
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::proposal::{Follows, Proposal, Proposed};
use handbell_rules::street::answers::{Answers, Given, KeptAnswers, TimePrecision};
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::note::{Note, NoteFrom};
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{
    Basis, Count, Happening, NewReport, Observed, RepeatGuard, Report, ReportState, Route, SealedContact,
};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::log::LogKey;
use crate::store::{Committed, Store, StoreError};

/// The mode the suite's stores are made in.
pub const STATUS: Status = Status::Exercise;
/// When the suite's stories begin.
pub const START: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
/// How long the suite leases.
pub const LEASE: i64 = MINUTE;

/// A log key that signs nothing real.
pub fn log_key() -> LogKey {
    Arc::new(SigningKey::from_seed("handbell.example/log", &[7; 32]).expect("the name is a key name"))
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Sixteen bytes nobody had before in this run.
pub fn fresh() -> [u8; 16] {
    number(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Sixteen bytes that end in a number.
pub fn number(number: u64) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// A hash nobody had before in this run.
pub fn fresh_hash() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[16..].copy_from_slice(&fresh());
    bytes
}

/// A change at [`START`].
pub fn change(what: What) -> Change {
    change_at(START, what)
}

/// A change by the street.
pub fn change_at(at: Timestamp, what: What) -> Change {
    Change { id: ChangeId(fresh()), at, by: Actor::Street, what }
}

/// Commits a change that must succeed, at [`START`].
pub async fn commit(store: &dyn Store, what: What) -> Committed {
    commit_at(store, START, what).await
}

/// Commits a change that must succeed.
pub async fn commit_at(store: &dyn Store, at: Timestamp, what: What) -> Committed {
    store.commit(change_at(at, what)).await.expect("this change is in nobody's way")
}

/// Commits a change that a rule made.
pub async fn commit_of(store: &dyn Store, change: Change) -> Committed {
    store.commit(change).await.expect("this change is in nobody's way")
}

/// Commits a change that must meet somebody faster.
pub async fn conflict(store: &dyn Store, what: What) {
    let answer = store.commit(change(what)).await;
    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
}

/// A report nobody has read.
pub fn report() -> Report {
    let told = NewReport {
        kind: "immigration-visit".into(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: START, to: START },
        place: "by the clock tower".into(),
        point: Some(Point::new(51_470_000, -70_000).expect("the point is on the earth")),
        text: "two vans, people in uniform".into(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Web,
        language: "en".into(),
    };
    Report {
        id: ReportId(fresh()),
        version: 0,
        filed_at: START,
        state: ReportState::Received,
        incidents: Vec::new(),
        reader: None,
        looked_at: None,
        observer: None,
        recorder: None,
        notes: 0,
        asked: false,
        answered: false,
        corrected_at: None,
        wishes: 0,
        news: false,
        aside: None,
        lane: Lane::Fast,
        told,
    }
}

/// The filing of a report, with nothing beside it.
pub fn filed(report: &Report) -> What {
    What::ReportFiled { report: report.clone(), receipt: ReceiptMark(fresh_hash()), contact: None, repeat: None, answers: None }
}

/// A member reads a report that nobody had.
pub fn read_by(report: &Report) -> What {
    let reader = report.reader.unwrap_or(MemberId([9; 16]));
    What::ReportTaken { report: report.clone(), hold: hold::taken(reader, InHand::Report(report.id), None, START) }
}

/// The filing of a report with everything that can hang on it.
pub fn filed_with_all(report: &Report, receipt: ReceiptMark, key: [u8; 32]) -> What {
    let contact = SealedContact { report: report.id, sealed: b"a sealed box".to_vec(), forget_at: report.filed_at.plus(72 * HOUR) };
    let repeat = RepeatGuard { key, body: [3; 32], seed: [4; 12], forget_at: report.filed_at.plus(DAY) };
    What::ReportFiled { report: report.clone(), receipt, contact: Some(contact), repeat: Some(repeat), answers: Some(answers(report)) }
}

/// Answers of every type, as they come with a report.
pub fn answers(report: &Report) -> KeptAnswers {
    let given = [
        ("went-in", Given::One("yes".into())),
        ("equipment", Given::Several(vec!["ram".into(), "dogs".into()])),
        ("led-away", Given::Range(Count { low: 1, high: None })),
        ("words-worn", Given::Words("words on a vest".into())),
    ];
    let answers = Answers {
        observed: Some(TimePrecision::About),
        place: Some(Precision::Street),
        given: given.into_iter().map(|(id, given)| (id.to_owned(), given)).collect(),
    };
    KeptAnswers { report: report.id, at: report.filed_at, answers }
}

/// A note on a report.
pub fn note(report: &Report, at: Timestamp, text: &str) -> Note {
    Note { id: NoteId(fresh()), report: report.id, at, from: NoteFrom::Witness, text: text.into() }
}

/// An incident that is open.
pub fn incident() -> Incident {
    Incident {
        id: IncidentId(fresh()),
        version: 0,
        kind: "immigration-visit".into(),
        home: false,
        district: "Peckham".into(),
        opened_at: START,
        ended: None,
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: false,
    }
}

/// Files a report, opens an incident from it, and gives both as stored.
pub async fn opened(store: &dyn Store) -> (Incident, Report) {
    let (incident, mut report) = (incident(), report());
    commit(store, filed(&report)).await;
    report.version = 1;
    report.state = ReportState::Joined;
    report.incidents = vec![incident.id];
    commit(store, What::IncidentOpened { incident: incident.clone(), report: report.clone() }).await;
    (store.incident(incident.id).await.unwrap().unwrap(), store.report(report.id).await.unwrap().unwrap())
}

/// A cell of the default resolution, so many steps north of Peckham.
pub fn cell(steps: i32) -> Cell {
    Cell::around(Point::new(51_470_000 + steps * 100_000, -70_000).expect("the point is on the earth"))
}

/// The area of a few cells.
pub fn area(cells: &[Cell]) -> Area {
    Area::new(cells.to_vec()).expect("the cells are coarse and few")
}

/// A draft of an alert for an incident.
pub fn draft(incident: &Incident, reach: Reach, follows: Option<&Alert>) -> Alert {
    let words = Words {
        headline: "Officers near the clock tower".into(),
        body: "Observers are on their way.".into(),
        push_title: "Handbell".into(),
        push_body: "Something near you.".into(),
        area: "central Peckham".into(),
        conduct: vec!["Keep a distance.".into()],
        purpose: "to witness".into(),
        others: Vec::new(),
    };
    Alert {
        id: AlertId(fresh()),
        version: 0,
        incident: incident.id,
        follows: follows.map(|first| first.id),
        status: STATUS,
        reach,
        area: area(&[cell(0)]),
        slots: Slots::default(),
        words,
        lives_minutes: 60,
        drafted_by: MemberId(number(1)),
        drafted_at: START,
        state: AlertState::Draft,
        rung_at: None,
        expires_at: None,
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    }
}

/// An entry for the log.
pub fn entry(stream: IncidentId, kind: EntryKind) -> NewEntry {
    let fields = serde_json::json!({ "type": kind.type_name(), "at": START.utc_minute() });
    let mut salt = [0; 32];
    salt[..16].copy_from_slice(&fresh());
    NewEntry { stream, kind, fields: fields.as_object().cloned().unwrap_or_default(), salt }
}

/// Everything a bell needs to ring, its alert and incident as read.
pub fn ringing(
    incident: &Incident,
    alert: &Alert,
    first: Option<&Alert>,
    people: &[SubscriptionId],
    at: Timestamp,
    entries: Vec<NewEntry>,
) -> (What, Ring) {
    let expires_at = first.and_then(|first| first.expires_at).unwrap_or(at.plus(HOUR));
    let alert = Alert { state: AlertState::Live, rung_at: Some(at), expires_at: Some(expires_at), ..alert.clone() };
    let mut incident = incident.clone();
    incident.live_alerts += u32::from(first.is_none());
    let kind = if first.is_some() { RingKind::Update } else { RingKind::Alert };
    let ring = Ring { id: RingId(fresh()), alert: first.map_or(alert.id, |first| first.id), words_of: alert.id, kind, at, expires_at };
    (What::BellRung { incident, alert, first: first.cloned(), ring: ring.clone(), told: people.to_vec(), entries, dispatch: None }, ring)
}

/// An alert with its incident, as stored.
#[derive(Debug, Clone)]
pub struct Rung {
    /// The incident.
    pub incident: IncidentId,
    /// The alert.
    pub alert: AlertId,
}

impl Rung {
    /// Opens an incident, drafts an alert and rings it for these people at [`START`].
    pub async fn for_people(store: &dyn Store, people: &[SubscriptionId]) -> Self {
        let (incident, _) = opened(store).await;
        let alert = draft(&incident, Reach::Neighbours, None);
        commit(store, What::AlertDrafted { alert: alert.clone() }).await;
        let alert = store.alert(alert.id).await.unwrap().unwrap();
        let (what, ring) = ringing(&incident, &alert, None, people, START, vec![]);
        commit(store, what).await;
        Self { incident: incident.id, alert: ring.alert }
    }

    /// Rings an update.
    pub async fn update(&self, store: &dyn Store, at: Timestamp) -> Ring {
        let incident = store.incident(self.incident).await.unwrap().unwrap();
        let first = store.alert(self.alert).await.unwrap().unwrap();
        let update = draft(&incident, Reach::Neighbours, Some(&first));
        commit_at(store, at, What::AlertDrafted { alert: update.clone() }).await;
        let update = store.alert(update.id).await.unwrap().unwrap();
        let (what, ring) = ringing(&incident, &update, Some(&first), &[], at, vec![]);
        commit_at(store, at, what).await;
        ring
    }

    /// The change that stands it down.
    pub async fn ending(&self, store: &dyn Store, at: Timestamp) -> What {
        let mut incident = store.incident(self.incident).await.unwrap().unwrap();
        let mut alert = store.alert(self.alert).await.unwrap().unwrap();
        alert.state = AlertState::StoodDown;
        alert.ended_at = Some(at);
        incident.live_alerts -= 1;
        incident.ended = Some((Ending::Over, at));
        let ring =
            Ring { id: RingId(fresh()), alert: alert.id, words_of: alert.id, kind: RingKind::StandDown, at, expires_at: at.plus(6 * HOUR) };
        What::AlertEnded { incident, alert, ring, entries: vec![] }
    }

    /// Stands it down.
    pub async fn end(&self, store: &dyn Store, at: Timestamp) {
        let what = self.ending(store, at).await;
        commit_at(store, at, what).await;
    }
}

/// A subscription of a neighbour.
pub fn subscription(cells: &[Cell], kinds: &[&str]) -> Subscription {
    Subscription {
        id: SubscriptionId(fresh()),
        status: STATUS,
        by: By::Push,
        endpoint: "https://push.example/send/secret-address".into(),
        key: vec![4; 65],
        secret: vec![5; 16],
        further: None,
        cells: cells.to_vec(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        language: "en".into(),
        discreet: false,
        wishes: Wishes::default(),
        member: None,
        since: START,
        until: START.plus(180 * DAY),
    }
}

/// So many neighbours, subscribed to one cell, in the order of their ids.
pub async fn neighbours(store: &dyn Store, count: usize) -> Vec<SubscriptionId> {
    let mut people = Vec::with_capacity(count);
    for _ in 0..count {
        let subscription = subscription(&[cell(0)], &[]);
        people.push(subscription.id);
        commit(store, What::Subscribed { subscription }).await;
    }
    people
}

/// A member with roles, invited, as stored.
pub async fn member(store: &dyn Store, name: &str, roles: &[Role]) -> Member {
    let member = Member {
        id: MemberId(fresh()),
        version: 0,
        name: name.into(),
        roles: roles.to_vec(),
        since: START,
        revoked_at: None,
        founding: true,
        vouches: Vec::new(),
        recovery: None,
    };
    let invitation = invitation(&member);
    commit(store, What::MemberInvited { member: member.clone(), invitation }).await;
    store.member(member.id).await.unwrap().unwrap()
}

/// A sign-in link for a member.
pub fn invitation(member: &Member) -> Invitation {
    Invitation {
        id: InvitationId(fresh()),
        version: 0,
        member: member.id,
        secret: fresh_hash(),
        expires_at: START.plus(15 * MINUTE),
        redeemed_at: None,
    }
}

/// A device nobody has used.
pub fn device() -> DeviceId {
    DeviceId(fresh())
}

/// What a member proposes for the record, and nobody has judged.
pub fn proposed(incident: IncidentId, proposed: Proposed) -> Proposal {
    Proposal {
        id: ProposalId(fresh()),
        version: 0,
        incident,
        proposed,
        proposed_by: MemberId(number(1)),
        device: device(),
        at: START,
        published_at: None,
        refused: None,
        explained: None,
        approved_by: None,
        letter: None,
        alone: None,
    }
}

/// Publishes whatever follows, for an incident as read: the shortest way into the log.
pub fn publishing(incident: &Incident, follows: Follows) -> What {
    let proposal = Proposal { published_at: Some(START), ..proposed(incident.id, Proposed::Opening) };
    What::EntryPublished { incident: incident.clone(), proposal, follows }
}

/// Appends entries to an incident as read.
pub fn appending(incident: &Incident, entries: Vec<NewEntry>) -> What {
    publishing(incident, Follows { entries, ..Follows::default() })
}

/// Leases everything that is due.
pub async fn lease(store: &dyn Store, now: Timestamp) -> Vec<Leased> {
    store.lease(1_000, LEASE, now).await.unwrap()
}

/// Settles one delivery with an answer.
pub async fn answered(store: &dyn Store, leased: &Leased, answer: Answer, now: Timestamp) {
    commit_at(store, now, What::DeliveriesSettled { settled: vec![settle(leased, answer, 0, now)] }).await;
}

/// Who is among those leased, in order of their ids, with what they are told.
pub fn who(leased: &[Leased]) -> Vec<(SubscriptionId, RingKind)> {
    let mut who: Vec<_> = leased.iter().map(|one| (one.subscription, one.kind)).collect();
    who.sort_by_key(|(subscription, kind)| (*subscription, kind.word()));
    who
}
