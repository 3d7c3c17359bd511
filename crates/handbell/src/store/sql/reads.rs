//! Reads: one statement for each thing a page asks for, named for it.
//!
//! Each statement sees one moment of the store, names its columns and rests on an index; none of them can
//! write. The order of every list is written down, so that two engines give the same page.

use crate::store::evidence::EvidenceReads;
use async_trait::async_trait;
use handbell_rules::bell::alert::{Alert, Approval, Ring, RingKind};
use handbell_rules::bell::delivery::{Leased, Tally};
use handbell_rules::bell::dispatch::{Dispatch, Ready};
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::joining::Joining;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::reach::MonthReach;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Asked;
use handbell_rules::change::Change;
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::escalation::Escalation;
use handbell_rules::desk::hold::Hold;
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::Look;
use handbell_rules::desk::posting::Posting;
use handbell_rules::id::{
    AlertId, DeviceId, IncidentId, JoiningId, LetterId, LookId, MemberId, OpeningAskId, ProposalId, ReportId, RingId, SubscriptionId,
};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::handover::Handover;
use handbell_rules::people::member::{Device, Invitation, Member, Session};
use handbell_rules::people::nudge::Nudge;
use handbell_rules::people::passkey::Passkey;
use handbell_rules::people::trail::{Opening, OpeningAsk, Subject};
use handbell_rules::playbook::Reach;
use handbell_rules::record::letter::{Letter, LetterContact};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::record::search::Question;
use handbell_rules::street::answers::Answers;
use handbell_rules::street::flood::mute::Mute;
use handbell_rules::street::note::Note;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{RepeatGuard, Report, SealedContact};
use handbell_rules::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

use super::SqlStore;
use super::cells::{as_json, asked_by};
use super::db::{Row, Value, sql};
use super::found;
use super::packed::{self, ENTRIES_MAX, Which};
use super::plan::Plan;
use super::shape::{self, compared, count, id, maybe_timestamp, ring_kind, subscription_id, time, whole};
use super::texts;
use super::writer::{LeaseOrder, Order};
use crate::store::effects::id_of;
use crate::store::footing::Footing;
use crate::store::found::FoundStretch;
use crate::store::halt::Halt;
use crate::store::moves::Listener;
use crate::store::{AudienceQuestion, CheckpointRow, Committed, Held, IncidentFile, JournalLine, LogRow, Store, StoreError};

fn checkpoint(row: &Row) -> Result<CheckpointRow, StoreError> {
    Ok(CheckpointRow { size: row.count(0)?, note: row.text(1)?.to_owned() })
}

pub(super) fn limit(at_most: u32) -> Value {
    Value::Number(at_most.into())
}

pub(super) fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}

pub(super) fn single<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    rows.first().map(read).transpose()
}

/// Everything of one incident in one statement, so that no part is newer than another.
pub const INCIDENT_FILE: &str = "
    select 0 as part, body, version, opened_at as at, key from incident where key = $1
    union all select 1, r.body, r.version, r.filed_at, r.key from belonging b join report r on r.key = b.report where b.incident = $1
    union all select 2, body, 0, recorded_at, key from claim where incident = $1
    union all select 3, body, 0, recorded_at, key from independence where incident = $1
    union all select 4, body, version, drafted_at, key from alert where incident = $1
    union all select 5, body, version, at, key from proposal where incident = $1
    order by 1, 4, 5";

pub const OBSERVERS: &str = "select s.key, s.body from subscription s join duty d on d.key = s.member join member m on m.key = s.member
    where s.until > $1 and d.observing = 1 and d.starts_at <= $1 and $1 < d.until and m.revoked_at is null
    order by s.key";

/// The alerts that were rung since the second time and whose told lists are still kept.
pub const RUNG_SINCE: &str = "select key from alert where told_until > $1 and rung_at >= $2 and follows is null";
/// Whose second channel a telephone is.
pub const FURTHER_OF: &str = "select body from subscription where further = $1 order by key";
/// The list holds keys in hexadecimal digits.
pub const SUBSCRIPTIONS_SQLITE: &str = "select s.body from json_each($1) j join subscription s on s.key = unhex(j.value)";

/// The first list holds the area's cells, the second the coarser cells around them.
pub const NEIGHBOURS_SQLITE: &str = "select s.key, s.body from subscription s where s.until > $1 and s.member is null and s.key in (
    select subscription from subscription_cell where cell in (select value from json_each($2))
    union select subscription from subscription_cell where own = 1 and cell in (select value from json_each($3)))
    order by s.key";

pub const RINGS_TOLD: &str = "select key, kind from ring where alert = $1 order by at, key";

pub const WAITING_REPORTS: &str =
    "select body, version from report where state in ('received', 'being-read') order by filed_at, key limit $1";

/// The first condition is that of the index.
pub const RECEIVED_REPORTS: &str = "select body, version from report
    where state in ('received', 'being-read') and (filed_at, key) > ($1, $2) and state = 'received' order by filed_at, key limit $3";
pub const BEGUN_REPORTS: &str = "select body, version from report where state = 'being-read' order by filed_at, key limit $1";

pub const JOINED_REPORTS: &str = "select i.body, i.version, r.body, r.version
    from belonging b join incident i on i.key = b.incident join report r on r.key = b.report
    where b.filed_at >= $1 and i.open = 1 order by b.filed_at desc, b.report desc, b.incident desc limit $2";

pub const DIFFERENCES_OF: &str = "select body, version from difference where report = $1 order by key";
pub const DIFFERENCES_FROM: &str = "select body, version from difference where incident = $1 order by key";

pub const OPEN_ALERTS: &str = "select body, version from alert where state in ('draft', 'live') order by drafted_at, key";

pub const PUBLIC_ALERTS: &str = "select body, version from alert where reach = 'public' and follows is null and rung_at is not null
    order by rung_at desc, key desc limit $1";

/// What members took from the public alone and nobody has agreed to.
pub const TAKEN_ALONE: &str = "select body, version from proposal where alone = 1 order by at, key";
/// Proposals that nobody has published.
pub const OPEN_PROPOSALS: &str = "select body, version from proposal where published_at is null order by at, key";

/// The columns of [`texts::OPENING_COLUMNS`].
const OPENINGS: &str = "select number, at, member, subject, why, reason, second, previous, hash from opening
    where number > $1 order by number limit $2";

/// Follows [`crate::store::effects::LOOKS`].
const WORKED_ON: &str = "select number from journal where subject = $1 and member = $2
    and what not in ('opened', 'opening-asked', 'opening-agreed') limit 1";

const LAST_OPENING: &str = "select number, at, member, subject, why, reason, second, previous, hash from opening
    where member = $1 and subject = $2 order by number desc limit 1";

pub const PUBLIC_INCIDENTS: &str = "select stream from log_entry where kind = 1 order by leaf_index desc limit $1";

/// Openings before a place in the log, newest first.
pub const INCIDENTS_BEFORE: &str = "select stream from log_entry where kind = 1 and leaf_index < $1 order by leaf_index desc limit $2";
/// Entries of one kind below a place, newest first.
pub const NEWEST_OF_KIND: &str =
    "select leaf_index, stream from log_entry where kind = $1 and leaf_index < $2 order by leaf_index desc limit $3";
/// The first opening of an incident. The sign keeps the kind out of the choice of an index: by kind, all openings would
/// be walked through.
pub const OPENING_OF: &str = "select leaf_index from log_entry where stream = $1 and +kind = 1 order by leaf_index limit 1";

/// Every table with its count and its oldest time, where it knows times.
const HELD: &[(&str, &str)] = &[
    ("report", "select count(*), min(filed_at) from report"),
    ("belonging", "select count(*), min(filed_at) from belonging"),
    ("difference", "select count(*), null from difference"),
    ("answer", "select count(*), min(at) from answer"),
    ("note", "select count(*), min(at) from note"),
    ("contact", "select count(*), null from contact"),
    ("repeat", "select count(*), null from repeat"),
    ("incident", "select count(*), min(opened_at) from incident"),
    ("claim", "select count(*), min(recorded_at) from claim"),
    ("independence", "select count(*), min(recorded_at) from independence"),
    ("alert", "select count(*), min(drafted_at) from alert"),
    ("approval", "select count(*), min(at) from approval"),
    ("signing_key", "select count(*), min(since) from signing_key"),
    ("manifest", "select count(*), null from manifest"),
    ("ring", "select count(*), min(at) from ring"),
    ("told_list", "select count(*), null from told_list"),
    ("told_state", "select count(*), null from told_state"),
    ("subscription", "select count(*), min(since) from subscription"),
    ("subscription_cell", "select count(*), null from subscription_cell"),
    ("follower", "select count(*), null from follower"),
    ("member", "select count(*), min(since) from member"),
    ("invitation", "select count(*), null from invitation"),
    ("device", "select count(*), min(since) from device"),
    ("passkey", "select count(*), min(since) from passkey"),
    ("session", "select count(*), null from session"),
    ("duty", "select count(*), min(starts_at) from duty"),
    ("proposal", "select count(*), min(at) from proposal"),
    ("opening", "select count(*), min(at) from opening"),
    ("opening_ask", "select count(*), min(at) from opening_ask"),
    ("look", "select count(*), null from look"),
    ("nudge", "select count(*), null from nudge"),
    ("escalation", "select count(*), null from escalation"),
    ("hold", "select count(*), null from hold"),
    ("posting", "select count(*), null from posting"),
    ("joining", "select count(*), null from joining"),
    ("reach", "select count(*), min(since) from reach"),
    ("mute", "select count(*), null from mute"),
    ("handover", "select count(*), null from handover"),
    ("dispatch", "select count(*), min(planned_at) from dispatch"),
    ("ready", "select count(*), null from ready"),
    ("letter", "select count(*), min(received_at) from letter"),
    ("letter_contact", "select count(*), null from letter_contact"),
    ("custody_keys", "select count(*), null from custody_keys"),
    ("footage_link", "select count(*), null from footage_link"),
    ("upload", "select count(*), null from upload"),
    ("footage", "select count(*), min(received_at) from footage"),
    ("custody", "select count(*), min(at) from custody"),
    ("hiding", "select count(*), null from hiding"),
    ("known", "select count(*), min(at) from known"),
    ("lead", "select count(*), min(at) from lead"),
    ("stamp", "select count(*), null from stamp"),
    ("log_entry", "select count(*), null from log_entry"),
    ("found", "select count(*), null from found"),
    // The index's own rows, as many as incidents and as its pages.
    ("found_words", "select count(*), null from found"),
    ("found_words_data", "select count(*), null from found_words_idx"),
    ("found_words_idx", "select count(*), null from found_words_idx"),
    ("found_words_config", "select count(*), null from found_words_config"),
    ("found_mark", "select count(*), null from found_mark"),
    ("checkpoint", "select count(*), null from checkpoint"),
    ("journal", "select count(*), min(at) from journal"),
    ("meta", "select count(*), null from meta"),
    ("_sqlx_migrations", "select count(*), null from _sqlx_migrations"),
];

impl SqlStore {
    /// Where the first opening of an incident stands: nothing when no incident is asked for, and no answer when it
    /// is not in the record.
    async fn opening_of(&self, incident: Option<IncidentId>) -> Result<Option<Option<u64>>, StoreError> {
        let Some(incident) = incident else { return Ok(Some(None)) };
        let rows = self.db.rows(OPENING_OF, &[id(incident.bytes())]).await?;
        Ok(single(&rows, |row| row.count(0))?.map(Some))
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError> {
        let plan = Box::new(Plan::of(&change, footing)?);
        self.ask(|answer| Order::Commit(plan, answer)).await
    }
    async fn lease(&self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, StoreError> {
        self.ask(|answer| Order::Lease(LeaseOrder { batch, lease_milliseconds, now }, answer)).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.shared.told.read().await.next_due())
    }
    fn halted(&self) -> Option<Halt> {
        self.shared.halted()
    }
    fn has_ended(&self, alert: &AlertId) -> bool {
        self.shared.ended().contains(alert)
    }
    fn listen(&self, listener: std::sync::Arc<dyn Listener>) {
        self.shared.listeners.add(listener);
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

    async fn report(&self, of: ReportId) -> Result<Option<Report>, StoreError> {
        single(&self.db.rows("select body, version from report where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn report_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Report>, StoreError> {
        single(&self.db.rows("select body, version from report where receipt = $1", &[Value::Bytes(mark.0.to_vec())]).await?, |row| {
            compared(row, 0)
        })
    }
    async fn notes(&self, report: ReportId) -> Result<Vec<Note>, StoreError> {
        each(&self.db.rows("select body from note where report = $1 order by at, key", &[id(report.bytes())]).await?, |row| whole(row, 0))
    }
    async fn answers(&self, report: ReportId) -> Result<Option<Answers>, StoreError> {
        single(&self.db.rows("select body from answer where key = $1", &[id(report.bytes())]).await?, |row| whole(row, 0))
    }
    async fn repeat(&self, key: [u8; 32]) -> Result<Option<(RepeatGuard, ReportId)>, StoreError> {
        single(
            &self
                .db
                .rows("select key, body_hash, seed, forget_at, report from repeat where key = $1", &[Value::Bytes(key.to_vec())])
                .await?,
            shape::repeat,
        )
    }
    async fn contact(&self, report: ReportId) -> Result<Option<SealedContact>, StoreError> {
        single(&self.db.rows("select key, sealed, forget_at from contact where key = $1", &[id(report.bytes())]).await?, shape::contact)
    }
    async fn waiting_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError> {
        each(&self.db.rows(WAITING_REPORTS, &[limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn received_reports(&self, after: (Timestamp, ReportId), at_most: u32) -> Result<Vec<Report>, StoreError> {
        let after = [time(after.0), id(after.1.bytes()), limit(at_most)];
        each(&self.db.rows(RECEIVED_REPORTS, &after).await?, |row| compared(row, 0))
    }
    async fn begun_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError> {
        each(&self.db.rows(BEGUN_REPORTS, &[limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn incidents(&self, since: Timestamp, at_most: u32) -> Result<Vec<Incident>, StoreError> {
        let text = "select body, version from incident where opened_at >= $1 order by opened_at desc, key desc limit $2";
        each(&self.db.rows(text, &[time(since), limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn incident(&self, of: IncidentId) -> Result<Option<Incident>, StoreError> {
        single(&self.db.rows("select body, version from incident where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn incident_file(&self, of: IncidentId) -> Result<Option<IncidentFile>, StoreError> {
        let rows = self.db.rows(INCIDENT_FILE, &[id(of.bytes())]).await?;
        let mut file: Option<IncidentFile> = None;
        for row in &rows {
            let part = row.number(0)?;
            let Some(file) = file.as_mut() else {
                if part != 0 {
                    return Ok(None);
                }
                let incident = compared(row, 1)?;
                file =
                    Some(IncidentFile { incident, reports: vec![], claims: vec![], judgements: vec![], alerts: vec![], proposals: vec![] });
                continue;
            };
            match part {
                1 => file.reports.push(compared(row, 1)?),
                2 => file.claims.push(whole(row, 1)?),
                3 => file.judgements.push(whole(row, 1)?),
                4 => file.alerts.push(compared(row, 1)?),
                _ => file.proposals.push(compared(row, 1)?),
            }
        }
        Ok(file)
    }
    async fn joined_reports(&self, since: Timestamp, at_most: u32) -> Result<Vec<(Incident, Report)>, StoreError> {
        each(&self.db.rows(JOINED_REPORTS, &[time(since), limit(at_most)]).await?, |row| Ok((compared(row, 0)?, compared(row, 2)?)))
    }
    async fn differences_of(&self, report: ReportId) -> Result<Vec<Difference>, StoreError> {
        each(&self.db.rows(DIFFERENCES_OF, &[id(report.bytes())]).await?, |row| compared(row, 0))
    }
    async fn differences_from(&self, incident: IncidentId) -> Result<Vec<Difference>, StoreError> {
        each(&self.db.rows(DIFFERENCES_FROM, &[id(incident.bytes())]).await?, |row| compared(row, 0))
    }
    async fn alert(&self, of: AlertId) -> Result<Option<Alert>, StoreError> {
        single(&self.db.rows("select body, version from alert where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn updates(&self, of: AlertId) -> Result<Vec<Alert>, StoreError> {
        each(
            &self.db.rows("select body, version from alert where follows = $1 order by drafted_at, key", &[id(of.bytes())]).await?,
            |row| compared(row, 0),
        )
    }
    async fn approvals(&self, of: AlertId) -> Result<Vec<Approval>, StoreError> {
        each(&self.db.rows("select body from approval where alert = $1 order by at, key", &[id(of.bytes())]).await?, |row| whole(row, 0))
    }
    async fn broad_rung(&self, since: Timestamp) -> Result<u32, StoreError> {
        let text = "select count(*) from alert where rung_at > $1 and follows is null and reach <> 'dispatch'";
        let rung = single(&self.db.rows(text, &[time(since)]).await?, |row| row.count(0))?;
        Ok(u32::try_from(rung.unwrap_or_default()).unwrap_or(u32::MAX))
    }
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        each(&self.db.rows("select body, version from signing_key order by since, key", &[]).await?, |row| compared(row, 0))
    }
    async fn manifests(&self) -> Result<Vec<KeptManifest>, StoreError> {
        each(&self.db.rows("select body, version from manifest order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn rings(&self, of: AlertId) -> Result<Vec<Ring>, StoreError> {
        each(&self.db.rows("select body from ring where alert = $1 order by at, key", &[id(of.bytes())]).await?, |row| whole(row, 0))
    }
    async fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        each(&self.db.rows(OPEN_ALERTS, &[]).await?, |row| compared(row, 0))
    }
    async fn public_alerts(&self, at_most: u32) -> Result<Vec<Alert>, StoreError> {
        each(&self.db.rows(PUBLIC_ALERTS, &[limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn audience(&self, question: &AudienceQuestion) -> Result<Vec<Asked>, StoreError> {
        let now = time(question.now);
        if question.reach == Reach::Dispatch {
            return each(&self.db.rows(OBSERVERS, &[now]).await?, |row| {
                Ok(Asked { subscription: subscription_id(row, 0)?, wishes: whole::<Subscription>(row, 1)?.wishes })
            });
        }
        let (everybody, owners) = asked_by(&question.area);
        let text = sql!(self.db, sqlite: NEIGHBOURS_SQLITE);
        let rows = self.db.rows(text, &[now, Value::Text(as_json(&everybody)), Value::Text(as_json(&owners))]).await?;
        let mut people = Vec::new();
        for row in &rows {
            let subscription: Subscription = whole(row, 1)?;
            let kind = subscription.kinds.is_empty() || subscription.kinds.contains(&question.kind);
            if kind && subscription.cells.iter().any(|cell| question.area.overlaps(*cell)) {
                people.push(Asked { subscription: subscription.id, wishes: subscription.wishes });
            }
        }
        Ok(people)
    }
    async fn told_often(&self, since: Timestamp, at_least: u32, now: Timestamp) -> Result<Vec<(SubscriptionId, u32)>, StoreError> {
        let rung = self.db.rows(RUNG_SINCE, &[time(now), time(since)]).await?;
        // Fewer alerts than anybody's cap wear nobody out, and that is nearly every day.
        if rung.len() < at_least as usize {
            return Ok(Vec::new());
        }
        let alerts = rung.iter().map(|row| Ok(AlertId(row.exactly(0)?))).collect::<Result<BTreeSet<_>, StoreError>>()?;
        Ok(self.shared.told.read().await.told_often(&alerts, at_least))
    }
    async fn tally(&self, of: AlertId) -> Result<Vec<(RingKind, Tally)>, StoreError> {
        let rings = self.db.rows(RINGS_TOLD, &[id(of.bytes())]).await?;
        let told = self.shared.told.read().await;
        each(&rings, |row| Ok((ring_kind(row, 1)?, told.tally(RingId(row.exactly(0)?)))))
    }
    async fn subscription(&self, of: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        single(&self.db.rows("select body from subscription where key = $1", &[id(of.bytes())]).await?, |row| whole(row, 0))
    }
    async fn subscriptions(&self, ids: &[SubscriptionId]) -> Result<Vec<Subscription>, StoreError> {
        let keys: Vec<String> = ids.iter().map(|of| of.bytes().iter().map(|byte| format!("{byte:02x}")).collect()).collect();
        let keys = serde_json::to_string(&keys).map_err(|error| StoreError::Broken(error.to_string()))?;
        let text = sql!(self.db, sqlite: SUBSCRIPTIONS_SQLITE);
        each(&self.db.rows(text, &[Value::Text(keys)]).await?, |row| whole(row, 0))
    }
    async fn followers_of(&self, subscription: SubscriptionId) -> Result<Vec<Follower>, StoreError> {
        let text = "select subscription, incident, version, due_at, tries, until from follower where subscription = $1 order by incident";
        each(&self.db.rows(text, &[id(subscription.bytes())]).await?, shape::follower)
    }
    async fn followers_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Follower>, StoreError> {
        let text =
            "select subscription, incident, version, due_at, tries, until from follower where due_at <= $1 order by due_at, key limit $2";
        each(&self.db.rows(text, &[time(now), limit(at_most)]).await?, shape::follower)
    }
    async fn next_follower_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(single(&self.db.rows("select min(due_at) from follower", &[]).await?, |row| maybe_timestamp(row, 0))?.flatten())
    }
    async fn subscriptions_after(&self, after: SubscriptionId, at_most: u32, now: Timestamp) -> Result<Vec<Subscription>, StoreError> {
        let text = "select body from subscription where key > $1 and until > $2 order by key limit $3";
        each(&self.db.rows(text, &[id(after.bytes()), time(now), limit(at_most)]).await?, |row| whole(row, 0))
    }
    async fn member(&self, of: MemberId) -> Result<Option<Member>, StoreError> {
        single(&self.db.rows("select body, version from member where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn members(&self) -> Result<Vec<Member>, StoreError> {
        let mut members: Vec<Member> =
            each(&self.db.rows("select body, version from member order by key", &[]).await?, |row| compared(row, 0))?;
        members.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(members)
    }
    async fn invitation_by_secret(&self, secret: [u8; 32]) -> Result<Option<Invitation>, StoreError> {
        let text = "select key, version, member, secret, expires_at, redeemed_at from invitation where secret = $1";
        single(&self.db.rows(text, &[Value::Bytes(secret.to_vec())]).await?, shape::invitation)
    }
    async fn device_by_secret(&self, secret: [u8; 32]) -> Result<Option<Device>, StoreError> {
        single(
            &self.db.rows("select key, member, secret, since from device where secret = $1", &[Value::Bytes(secret.to_vec())]).await?,
            shape::device,
        )
    }
    async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        let text = "select body, version from passkey where credential = $1";
        single(&self.db.rows(text, &[Value::Bytes(credential.to_vec())]).await?, |row| compared(row, 0))
    }
    async fn passkeys(&self, of: MemberId) -> Result<Vec<Passkey>, StoreError> {
        let text = "select body, version from passkey where member = $1 order by key";
        each(&self.db.rows(text, &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn device(&self, of: DeviceId) -> Result<Option<Device>, StoreError> {
        single(&self.db.rows("select key, member, secret, since from device where key = $1", &[id(of.bytes())]).await?, shape::device)
    }
    async fn session_by_secret(&self, secret: [u8; 32]) -> Result<Option<Session>, StoreError> {
        let text = "select key, version, member, device, secret, expires_at, closed_at, locks from session where secret = $1";
        single(&self.db.rows(text, &[Value::Bytes(secret.to_vec())]).await?, shape::session)
    }
    async fn duty(&self, member: MemberId) -> Result<Option<Duty>, StoreError> {
        single(
            &self
                .db
                .rows(
                    "select key, version, starts_at, until, observing, on_since, reminded_at from duty where key = $1",
                    &[id(member.bytes())],
                )
                .await?,
            shape::duty,
        )
    }
    async fn duties(&self, now: Timestamp) -> Result<Vec<Duty>, StoreError> {
        let text = "select key, version, starts_at, until, observing, on_since, reminded_at from duty where $1 < until order by key";
        each(&self.db.rows(text, &[time(now)]).await?, shape::duty)
    }
    async fn worked_on(&self, member: MemberId, subject: Subject) -> Result<bool, StoreError> {
        Ok(!self.db.rows(WORKED_ON, &[id(&id_of(&subject)), id(member.bytes())]).await?.is_empty())
    }
    async fn openings(&self, after: u64, at_most: u32) -> Result<Vec<Opening>, StoreError> {
        each(&self.db.rows(OPENINGS, &[count(after), limit(at_most)]).await?, shape::opening)
    }
    async fn last_opening(&self, member: MemberId, subject: Subject) -> Result<Option<Opening>, StoreError> {
        let asked = [id(member.bytes()), Value::Bytes(subject.bytes().to_vec())];
        single(&self.db.rows(LAST_OPENING, &asked).await?, shape::opening)
    }
    async fn opening_ask(&self, of: OpeningAskId) -> Result<Option<OpeningAsk>, StoreError> {
        single(&self.db.rows("select body, version from opening_ask where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn opening_asks(&self, since: Timestamp) -> Result<Vec<OpeningAsk>, StoreError> {
        let text = "select body, version from opening_ask where at >= $1 order by at, key";
        each(&self.db.rows(text, &[time(since)]).await?, |row| compared(row, 0))
    }
    async fn proposal(&self, of: ProposalId) -> Result<Option<Proposal>, StoreError> {
        single(&self.db.rows("select body, version from proposal where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn taken_alone(&self) -> Result<Vec<Proposal>, StoreError> {
        each(&self.db.rows(TAKEN_ALONE, &[]).await?, |row| compared(row, 0))
    }
    async fn open_proposals(&self) -> Result<Vec<Proposal>, StoreError> {
        // Refused ones are few and carry their refusal in the body; the index holds all that are not published.
        let unpublished: Vec<Proposal> = each(&self.db.rows(OPEN_PROPOSALS, &[]).await?, |row| compared(row, 0))?;
        Ok(unpublished.into_iter().filter(Proposal::is_open).collect())
    }
    async fn letter(&self, of: LetterId) -> Result<Option<Letter>, StoreError> {
        single(&self.db.rows("select body, version from letter where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn letter_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Letter>, StoreError> {
        single(&self.db.rows("select body, version from letter where receipt = $1", &[Value::Bytes(mark.0.to_vec())]).await?, |row| {
            compared(row, 0)
        })
    }
    async fn open_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError> {
        let text = "select body, version from letter where open = 1 order by received_at, key limit $1";
        each(&self.db.rows(text, &[limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn closed_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError> {
        let text = "select body, version from letter where open = 0 order by received_at desc, key desc limit $1";
        each(&self.db.rows(text, &[limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn letter_contact(&self, of: LetterId) -> Result<Option<LetterContact>, StoreError> {
        let text = "select key, sealed, forget_at from letter_contact where key = $1";
        single(&self.db.rows(text, &[id(of.bytes())]).await?, shape::letter_contact)
    }
    async fn look(&self, of: LookId) -> Result<Option<Look>, StoreError> {
        single(&self.db.rows("select body, version from look where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn open_looks(&self) -> Result<Vec<Look>, StoreError> {
        each(&self.db.rows("select body, version from look where open = 1 order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn looks_of(&self, incident: IncidentId) -> Result<Vec<Look>, StoreError> {
        let text = "select body, version from look where incident = $1 order by key";
        each(&self.db.rows(text, &[id(incident.bytes())]).await?, |row| compared(row, 0))
    }
    async fn nudges(&self) -> Result<Vec<Nudge>, StoreError> {
        each(&self.db.rows("select body, version from nudge order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn nudges_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Nudge>, StoreError> {
        let text = "select body, version from nudge where due_at <= $1 order by due_at, key limit $2";
        each(&self.db.rows(text, &[time(now), limit(at_most)]).await?, |row| compared(row, 0))
    }
    async fn duty_phones(&self, member: MemberId, now: Timestamp) -> Result<Vec<Subscription>, StoreError> {
        let text = "select body from subscription where member = $1 and until > $2 order by key";
        each(&self.db.rows(text, &[id(member.bytes()), time(now)]).await?, |row| whole(row, 0))
    }
    async fn further_of(&self, person: SubscriptionId) -> Result<Vec<Subscription>, StoreError> {
        each(&self.db.rows(FURTHER_OF, &[id(person.bytes())]).await?, |row| whole(row, 0))
    }
    async fn escalation(&self, report: ReportId) -> Result<Option<Escalation>, StoreError> {
        let text = "select body, version from escalation where key = $1";
        single(&self.db.rows(text, &[id(report.bytes())]).await?, |row| compared(row, 0))
    }
    async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        each(&self.db.rows("select body, version from hold order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn joining(&self, of: JoiningId) -> Result<Option<Joining>, StoreError> {
        single(&self.db.rows("select body, version from joining where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn reach(&self) -> Result<Vec<MonthReach>, StoreError> {
        each(&self.db.rows("select body, version from reach order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn mutes(&self) -> Result<Vec<Mute>, StoreError> {
        each(&self.db.rows("select body, version from mute order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn postings(&self) -> Result<Vec<Posting>, StoreError> {
        each(&self.db.rows("select body, version from posting order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn dispatch(&self, of: AlertId) -> Result<Option<Dispatch>, StoreError> {
        single(&self.db.rows("select body, version from dispatch where key = $1", &[id(of.bytes())]).await?, |row| compared(row, 0))
    }
    async fn dispatches(&self) -> Result<Vec<Dispatch>, StoreError> {
        each(&self.db.rows("select body, version from dispatch order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn open_dispatches(&self) -> Result<Vec<Dispatch>, StoreError> {
        each(&self.db.rows("select body, version from dispatch where open = 1 order by key", &[]).await?, |row| compared(row, 0))
    }
    async fn ready(&self, now: Timestamp) -> Result<Vec<Ready>, StoreError> {
        each(&self.db.rows("select body from ready where $1 < forget_at order by key", &[time(now)]).await?, |row| shape::whole(row, 0))
    }
    async fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        each(&self.db.rows("select body from handover order by key", &[]).await?, |row| whole(row, 0))
    }
    async fn log_rows(&self, from: u64, at_most: u32) -> Result<Vec<LogRow>, StoreError> {
        let (text, mut all) = (Which::From.text(self.db.engine()), Vec::new());
        loop {
            let read = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let wanted = at_most.saturating_sub(read).min(ENTRIES_MAX);
            let some = packed::entries(&self.db.rows(text, &[count(from.saturating_add(read.into())), limit(wanted)]).await?)?;
            let last = some.len() < ENTRIES_MAX as usize;
            all.extend(some);
            if last {
                return Ok(all);
            }
        }
    }
    async fn newest_of_kind(&self, kind: u8, below: u64, at_most: u32) -> Result<Vec<(u64, IncidentId)>, StoreError> {
        let below = i64::try_from(below).map_or(Value::Number(i64::MAX), Value::Number);
        let rows = self.db.rows(NEWEST_OF_KIND, &[Value::Number(kind.into()), below, limit(at_most)]).await?;
        each(&rows, |row| Ok((row.count(0)?, IncidentId(row.exactly(1)?))))
    }
    async fn stream(&self, of: IncidentId) -> Result<Vec<LogRow>, StoreError> {
        packed::entries(&self.db.rows(Which::Stream.text(self.db.engine()), &[id(of.bytes())]).await?)
    }
    async fn public_incidents(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError> {
        each(&self.db.rows(PUBLIC_INCIDENTS, &[limit(at_most)]).await?, |row| Ok(IncidentId(row.exactly(0)?)))
    }
    async fn public_incidents_after(&self, after: Option<IncidentId>, at_most: u32) -> Result<Option<Vec<IncidentId>>, StoreError> {
        let Some(before) = self.opening_of(after).await? else { return Ok(None) };
        let before = before.map_or(Value::Number(i64::MAX), count);
        each(&self.db.rows(INCIDENTS_BEFORE, &[before, limit(at_most)]).await?, |row| Ok(IncidentId(row.exactly(0)?))).map(Some)
    }
    async fn search(&self, question: &Question, after: Option<IncidentId>, at_most: u32) -> Result<Option<FoundStretch>, StoreError> {
        let Some(after) = self.opening_of(after).await? else { return Ok(None) };
        let answer = found::search(&self.db, question, after, at_most).await;
        if let Err(StoreError::Broken(why)) = &answer {
            // It is derived: the writer makes it anew, and nothing else stops.
            tracing::error!(why, "the index of the record is damaged");
            self.shared.damaged.store(true, Ordering::Relaxed);
            return Err(StoreError::Unavailable("the index of the record is made anew".into()));
        }
        answer.map(Some)
    }
    async fn published_about(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError> {
        let text = "select distinct incident from proposal where published_at is not null order by incident limit $1";
        each(&self.db.rows(text, &[limit(at_most)]).await?, |row| Ok(IncidentId(row.exactly(0)?)))
    }
    async fn checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        single(&self.db.rows(texts::CHECKPOINT_NEWEST, &[]).await?, checkpoint)
    }
    async fn checkpoint_of(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError> {
        single(&self.db.rows(texts::CHECKPOINT_OF, &[count(size)]).await?, checkpoint)
    }
    async fn journal(&self, after: u64, at_most: u32) -> Result<Vec<JournalLine>, StoreError> {
        let text = "select number, change, at, member, what, subject from journal where number > $1 order by number limit $2";
        each(&self.db.rows(text, &[count(after), limit(at_most)]).await?, shape::journal_line)
    }
    async fn held(&self) -> Result<Vec<Held>, StoreError> {
        let mut held = Vec::with_capacity(HELD.len());
        for (table, text) in HELD.iter().copied() {
            let rows = self.db.rows(text, &[]).await?;
            let row = rows.first().ok_or_else(|| StoreError::Broken("a count without a row".into()))?;
            held.push(Held { table, rows: row.count(0)?, oldest: maybe_timestamp(row, 1)? });
        }
        Ok(held)
    }
}
