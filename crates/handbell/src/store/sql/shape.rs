//! Shape: a row as its table wants it, and the way back.
//!
//! Most rows are kept whole as JSON in `body`; the columns beside it are only what a statement looks for.
//! Rows that hold secrets or hashes have real columns and no body, so nothing secret is written twice.
//! The version stands in a column of its own and wins over the one inside the body.

use handbell_rules::bell::alert::{Alert, RingKind};
use handbell_rules::bell::dispatch::Dispatch;
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::joining::Joining;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey};
use handbell_rules::bell::reach::MonthReach;
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::escalation::Escalation;
use handbell_rules::desk::hold::Hold;
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::Look;
use handbell_rules::desk::posting::Posting;
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::evidence::keys::CustodyKeys;
use handbell_rules::evidence::known::{Known, Lead};
use handbell_rules::evidence::link::FootageLink;
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::evidence::upload::Upload;
use handbell_rules::id::{IncidentId, MemberId, SubscriptionId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::{Device, Invitation, Member, Session};
use handbell_rules::people::nudge::Nudge;
use handbell_rules::people::passkey::Passkey;
use handbell_rules::people::trail::{NewOpening, Opening, OpeningAsk, Subject, Why};
use handbell_rules::record::letter::{Letter, LetterContact};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::street::flood::mute::Mute;
use handbell_rules::street::report::{RepeatGuard, Report, ReportState, SealedContact};
use handbell_rules::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::db::{Row, Value};
use crate::store::effects::{self, told_until};
use crate::store::{JournalLine, LogRow, StoreError};

/// One row on its way into a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The table.
    pub table: &'static str,
    /// Its key.
    pub key: Vec<u8>,
    /// The version that was read, for rows that are compared; 0 when there was none.
    pub version: Option<u32>,
    /// Every other column with its value.
    pub columns: Vec<(&'static str, Value)>,
}

impl Shape {
    /// All columns in order: key, version if there is one, the rest.
    pub fn names(&self) -> Vec<&'static str> {
        let versioned = self.version.map(|_| "version");
        ["key"].into_iter().chain(versioned).chain(self.columns.iter().map(|(name, _)| *name)).collect()
    }

    /// The values for [`Shape::names`]; the version is the one the row has once it is kept.
    pub fn values(self) -> Vec<Value> {
        let next = self.version.map(|version| Value::Number(i64::from(version) + 1));
        [Value::Bytes(self.key)].into_iter().chain(next).chain(self.columns.into_iter().map(|(_, value)| value)).collect()
    }
}

/// A row as JSON.
pub fn body(row: &impl Serialize) -> Result<(&'static str, Value), StoreError> {
    serde_json::to_string(row)
        .map(|text| ("body", Value::Text(text)))
        .map_err(|error| StoreError::Broken(format!("a row that cannot be written: {error}")))
}

/// Sixteen bytes of an id.
pub fn id(bytes: &[u8; 16]) -> Value {
    Value::Bytes(bytes.to_vec())
}
/// Sixteen bytes of an id that may be missing.
pub fn maybe_id(bytes: Option<&[u8; 16]>) -> Value {
    bytes.map_or(Value::NoBytes, id)
}
/// A time.
pub fn time(at: Timestamp) -> Value {
    Value::Number(at.milliseconds())
}
/// A time that may be missing.
pub fn maybe_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::NoNumber, time)
}
/// A truth value.
pub fn truth(yes: bool) -> Value {
    Value::Number(i64::from(yes))
}
/// A count or a place. Sizes past 2^63 do not exist on any disk.
pub fn count(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn member_value(member: Option<MemberId>) -> Value {
    maybe_id(member.as_ref().map(MemberId::bytes))
}

/// The table's form of a row.
pub fn shape(row: &effects::Row) -> Result<Shape, StoreError> {
    use effects::Row as R;
    let plain = |table, key: &[u8], columns| Shape { table, key: key.to_vec(), version: None, columns };
    let versioned = |table, key: &[u8], version, columns| Shape { table, key: key.to_vec(), version: Some(version), columns };
    let report = |r: &Report| -> Result<Vec<(&'static str, Value)>, StoreError> {
        // The column is what the queue looks for: a joined or set-aside report that waits again is one being read.
        let state = if r.waits() && r.state != ReportState::Received { ReportState::BeingRead } else { r.state };
        Ok(vec![("state", Value::Word(state.word())), ("filed_at", time(r.filed_at)), body(r)?])
    };
    Ok(match row {
        R::NewReport(r, mark) => {
            let mut columns = report(r)?;
            columns.insert(0, ("receipt", Value::Bytes(mark.0.to_vec())));
            versioned("report", r.id.bytes(), r.version, columns)
        }
        R::Report(r) => versioned("report", r.id.bytes(), r.version, report(r)?),
        R::Contact(c) => {
            plain("contact", c.report.bytes(), vec![("sealed", Value::Bytes(c.sealed.clone())), ("forget_at", time(c.forget_at))])
        }
        R::Repeat(guard, report) => plain(
            "repeat",
            &guard.key,
            vec![
                ("body_hash", Value::Bytes(guard.body.to_vec())),
                ("seed", Value::Bytes(guard.seed.to_vec())),
                ("report", id(report.bytes())),
                ("forget_at", time(guard.forget_at)),
            ],
        ),
        R::Answers(kept) => plain("answer", kept.report.bytes(), vec![("at", time(kept.at)), body(&kept.answers)?]),
        R::Note(n) => plain("note", n.id.bytes(), vec![("report", id(n.report.bytes())), ("at", time(n.at)), body(n)?]),
        R::Incident(i) => versioned(
            "incident",
            i.id.bytes(),
            i.version,
            vec![("opened_at", time(i.opened_at)), ("open", truth(i.ended.is_none())), body(i)?],
        ),
        R::Claim(c) => {
            plain("claim", c.id.bytes(), vec![("incident", id(c.incident.bytes())), ("recorded_at", time(c.recorded_at)), body(c)?])
        }
        R::Independence(j) => {
            plain("independence", j.id.bytes(), vec![("incident", id(j.incident.bytes())), ("recorded_at", time(j.recorded_at)), body(j)?])
        }
        R::Alert(a) => versioned("alert", a.id.bytes(), a.version, alert_columns(a)?),
        R::Approval(a) => plain(
            "approval",
            &[*a.alert.bytes(), *a.member.bytes()].concat(),
            vec![("alert", id(a.alert.bytes())), ("at", time(a.at)), body(a)?],
        ),
        R::Ring(r) => plain(
            "ring",
            r.id.bytes(),
            vec![("alert", id(r.alert.bytes())), ("kind", Value::Word(r.kind.word())), ("at", time(r.at)), body(r)?],
        ),
        R::Follower(f) => versioned(
            "follower",
            &[*f.subscription.bytes(), *f.incident.bytes()].concat(),
            f.version,
            vec![
                ("subscription", id(f.subscription.bytes())),
                ("incident", id(f.incident.bytes())),
                ("due_at", maybe_time(f.due_at)),
                ("tries", count(f.tries.into())),
                ("until", time(f.until)),
            ],
        ),
        R::Subscription(s) | R::NewSubscription(s) => plain(
            "subscription",
            s.id.bytes(),
            vec![
                ("member", member_value(s.member)),
                ("since", time(s.since)),
                ("until", time(s.until)),
                ("further", maybe_id(s.further.as_ref().and_then(|further| further.person.as_ref()).map(SubscriptionId::bytes))),
                body(s)?,
            ],
        ),
        R::Member(m) => {
            versioned("member", m.id.bytes(), m.version, vec![("since", time(m.since)), ("revoked_at", maybe_time(m.revoked_at)), body(m)?])
        }
        R::Invitation(i) => versioned(
            "invitation",
            i.id.bytes(),
            i.version,
            vec![
                ("member", id(i.member.bytes())),
                ("secret", Value::Bytes(i.secret.to_vec())),
                ("expires_at", time(i.expires_at)),
                ("redeemed_at", maybe_time(i.redeemed_at)),
            ],
        ),
        R::Device(d) => plain(
            "device",
            d.id.bytes(),
            vec![("member", id(d.member.bytes())), ("secret", Value::Bytes(d.secret.to_vec())), ("since", time(d.since))],
        ),
        R::Passkey(p) => versioned(
            "passkey",
            p.id.bytes(),
            p.version,
            vec![("member", id(p.member.bytes())), ("credential", Value::Bytes(p.credential.clone())), ("since", time(p.since)), body(p)?],
        ),
        R::Session(s) => versioned(
            "session",
            s.id.bytes(),
            s.version,
            vec![
                ("member", id(s.member.bytes())),
                ("device", id(s.device.bytes())),
                ("secret", Value::Bytes(s.secret.to_vec())),
                ("expires_at", time(s.expires_at)),
                ("closed_at", maybe_time(s.closed_at)),
                ("locks", truth(s.locks)),
            ],
        ),
        R::Duty(d) => versioned(
            "duty",
            d.member.bytes(),
            d.version,
            vec![
                ("starts_at", time(d.from)),
                ("until", time(d.until)),
                ("observing", truth(d.observing)),
                ("on_since", time(d.on_since)),
                ("reminded_at", maybe_time(d.reminded_at)),
            ],
        ),
        R::OpeningAsk(a) => versioned("opening_ask", a.id.bytes(), a.version, vec![("at", time(a.at)), body(a)?]),
        R::Look(l) => versioned(
            "look",
            l.id.bytes(),
            l.version,
            vec![("incident", id(l.incident.bytes())), ("open", truth(l.state.open())), ("forget_at", time(l.forget_at())), body(l)?],
        ),
        R::Nudge(n) => versioned(
            "nudge",
            n.id.bytes(),
            n.version,
            vec![("member", id(n.to.bytes())), ("due_at", maybe_time(n.due_at)), ("forget_at", time(n.forget_at)), body(n)?],
        ),
        R::SigningKey(k) => versioned("signing_key", k.id.bytes(), k.version, vec![("since", time(k.since)), body(k)?]),
        R::Manifest(m) => versioned("manifest", &manifest_key(m.number), m.version, vec![body(m)?]),
        R::Escalation(e) => versioned("escalation", e.report.bytes(), e.version, vec![("forget_at", time(e.forget_at())), body(e)?]),
        R::Hold(h) => versioned("hold", h.on.bytes(), h.version, vec![("forget_at", time(h.forget_at())), body(h)?]),
        R::Difference(d) => versioned(
            "difference",
            &[*d.report.bytes(), *d.incident.bytes()].concat(),
            d.version,
            vec![("report", id(d.report.bytes())), ("incident", id(d.incident.bytes())), ("forget_at", time(d.forget_at())), body(d)?],
        ),
        R::Posting(p) => versioned("posting", p.id.bytes(), p.version, vec![("forget_at", time(p.forget_at())), body(p)?]),
        R::Joining(j) => versioned("joining", j.id.bytes(), j.version, vec![("forget_at", time(j.forget_at())), body(j)?]),
        R::Reach(r) => {
            versioned("reach", &r.key(), r.version, vec![("since", time(r.since)), ("forget_at", time(r.forget_at())), body(r)?])
        }
        R::Mute(m) => versioned("mute", m.id.bytes(), m.version, vec![("forget_at", time(m.forget_at())), body(m)?]),
        R::Handover(h) => plain("handover", h.id.bytes(), vec![("forget_at", time(h.forget_at())), body(h)?]),
        R::Dispatch(d) => versioned(
            "dispatch",
            d.alert.bytes(),
            d.version,
            vec![("open", truth(d.open())), ("planned_at", time(d.planned_at)), ("forget_at", time(d.forget_at())), body(d)?],
        ),
        R::Ready(r) => plain("ready", r.member.bytes(), vec![("forget_at", time(r.until)), body(r)?]),
        R::NewLetter(l, mark) => {
            let mut columns = letter_columns(l)?;
            columns.insert(0, ("receipt", Value::Bytes(mark.0.to_vec())));
            versioned("letter", l.id.bytes(), l.version, columns)
        }
        R::Evidence(row) => super::evidence::shape(row)?,
        R::Letter(l) => versioned("letter", l.id.bytes(), l.version, letter_columns(l)?),
        R::LetterContact(c) => {
            plain("letter_contact", c.letter.bytes(), vec![("sealed", Value::Bytes(c.sealed.clone())), ("forget_at", time(c.forget_at))])
        }
        R::Proposal(p) => versioned(
            "proposal",
            p.id.bytes(),
            p.version,
            vec![
                ("incident", id(p.incident.bytes())),
                ("at", time(p.at)),
                ("published_at", maybe_time(p.published_at)),
                ("alone", truth(p.is_alone())),
                body(p)?,
            ],
        ),
    })
}

/// A list's number as the bytes of a key, in the order of the numbers.
fn manifest_key(number: u32) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

fn letter_columns(l: &Letter) -> Result<Vec<(&'static str, Value)>, StoreError> {
    Ok(vec![
        ("incident", id(l.incident.bytes())),
        ("open", truth(l.closed.is_none())),
        ("received_at", time(l.received_at)),
        ("forget_at", time(l.forget_at())),
        body(l)?,
    ])
}

fn alert_columns(a: &Alert) -> Result<Vec<(&'static str, Value)>, StoreError> {
    Ok(vec![
        ("incident", id(a.incident.bytes())),
        ("follows", maybe_id(a.follows.as_ref().map(handbell_rules::id::AlertId::bytes))),
        ("state", Value::Word(a.state.word())),
        ("reach", Value::Word(a.reach.name())),
        ("drafted_at", time(a.drafted_at)),
        ("rung_at", maybe_time(a.rung_at)),
        ("told_until", maybe_time(told_until(a))),
        body(a)?,
    ])
}

/// Rows whose version stands in a column.
pub trait Versioned: DeserializeOwned {
    /// Takes over the stored version.
    fn at_version(self, version: u32) -> Self;
}

macro_rules! versioned {
    ($($row:ty)*) => {$(
        impl Versioned for $row {
            fn at_version(self, version: u32) -> Self { Self { version, ..self } }
        }
    )*};
}
versioned! { Report Incident Alert Member Passkey Proposal OpeningAsk }
versioned! { Joining MonthReach Look Nudge Escalation Hold Posting Mute Difference Dispatch SigningKey KeptManifest Letter }
versioned! { CustodyKeys FootageLink Upload Footage Hiding Known Lead Stamp }

/// A row kept as JSON in the column at `place`.
pub fn whole<T: DeserializeOwned>(row: &Row, place: usize) -> Result<T, StoreError> {
    serde_json::from_str(row.text(place)?).map_err(|error| StoreError::Broken(format!("a stored row cannot be read: {error}")))
}

/// A row kept as JSON at `place`, with its version in the next column.
pub fn compared<T: Versioned>(row: &Row, place: usize) -> Result<T, StoreError> {
    Ok(whole::<T>(row, place)?.at_version(version(row, place + 1)?))
}

fn version(row: &Row, place: usize) -> Result<u32, StoreError> {
    u32::try_from(row.number(place)?).map_err(|_| StoreError::Broken("a stored version is out of range".into()))
}

/// A time at `place`.
pub fn timestamp(row: &Row, place: usize) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_milliseconds(row.number(place)?))
}
/// A time at `place` that may be missing.
pub fn maybe_timestamp(row: &Row, place: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.maybe_number(place)?.map(Timestamp::from_milliseconds))
}

/// A ring's kind at `place`.
pub fn ring_kind(row: &Row, place: usize) -> Result<RingKind, StoreError> {
    RingKind::parse(row.text(place)?).ok_or_else(|| StoreError::Broken("a ring is of no known kind".into()))
}

/// A subscription's id at `place`.
pub fn subscription_id(row: &Row, place: usize) -> Result<SubscriptionId, StoreError> {
    row.exactly(place).map(SubscriptionId)
}

/// `key, sealed, forget_at`.
pub fn contact(row: &Row) -> Result<SealedContact, StoreError> {
    Ok(SealedContact { report: row.exactly(0)?.into(), sealed: row.bytes(1)?.to_vec(), forget_at: timestamp(row, 2)? })
}
/// `key, sealed, forget_at`.
pub fn letter_contact(row: &Row) -> Result<LetterContact, StoreError> {
    Ok(LetterContact { letter: row.exactly(0)?.into(), sealed: row.bytes(1)?.to_vec(), forget_at: timestamp(row, 2)? })
}
/// `key, body_hash, seed, forget_at, report`.
pub fn repeat(row: &Row) -> Result<(RepeatGuard, handbell_rules::id::ReportId), StoreError> {
    let guard = RepeatGuard { key: row.exactly(0)?, body: row.exactly(1)?, seed: row.exactly(2)?, forget_at: timestamp(row, 3)? };
    Ok((guard, row.exactly(4)?.into()))
}
/// `key, version, member, secret, expires_at, redeemed_at`.
pub fn invitation(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.exactly(0)?.into(),
        version: version(row, 1)?,
        member: row.exactly(2)?.into(),
        secret: row.exactly(3)?,
        expires_at: timestamp(row, 4)?,
        redeemed_at: maybe_timestamp(row, 5)?,
    })
}
/// `key, member, secret, since`.
pub fn device(row: &Row) -> Result<Device, StoreError> {
    Ok(Device { id: row.exactly(0)?.into(), member: row.exactly(1)?.into(), secret: row.exactly(2)?, since: timestamp(row, 3)? })
}
/// `key, version, member, device, secret, expires_at, closed_at, locks`.
pub fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.exactly(0)?.into(),
        version: version(row, 1)?,
        member: row.exactly(2)?.into(),
        device: row.exactly(3)?.into(),
        secret: row.exactly(4)?,
        expires_at: timestamp(row, 5)?,
        closed_at: maybe_timestamp(row, 6)?,
        locks: row.number(7)? != 0,
    })
}
/// `key, version, starts_at, until, observing, on_since, reminded_at`.
pub fn duty(row: &Row) -> Result<Duty, StoreError> {
    Ok(Duty {
        member: row.exactly(0)?.into(),
        version: version(row, 1)?,
        from: timestamp(row, 2)?,
        until: timestamp(row, 3)?,
        observing: row.number(4)? != 0,
        on_since: timestamp(row, 5)?,
        reminded_at: maybe_timestamp(row, 6)?,
    })
}
/// A line of the trail, as [`super::texts::OPENING_COLUMNS`].
pub fn opening_row(opening: &Opening) -> Vec<Value> {
    let line = &opening.line;
    vec![
        count(opening.number),
        time(line.at),
        id(line.member.bytes()),
        Value::Bytes(line.subject.bytes().to_vec()),
        Value::Word(line.why.word()),
        Value::Text(line.reason.clone()),
        member_value(line.second),
        Value::Bytes(opening.previous.to_vec()),
        Value::Bytes(opening.hash.to_vec()),
    ]
}
/// Reads [`opening_row`]. What cannot be read any more is said, never skipped: a gap would look like a forgery.
pub fn opening(row: &Row) -> Result<Opening, StoreError> {
    let broken = || StoreError::Broken("a line of the trail cannot be read".into());
    let second = match row.maybe_bytes(6)? {
        None => None,
        Some(bytes) => Some(MemberId(bytes.try_into().map_err(|_| broken())?)),
    };
    let line = NewOpening {
        at: timestamp(row, 1)?,
        member: row.exactly(2)?.into(),
        subject: Subject::from_bytes(row.bytes(3)?).ok_or_else(broken)?,
        why: Why::parse(row.text(4)?).ok_or_else(broken)?,
        reason: row.text(5)?.to_owned(),
        second,
    };
    Ok(Opening { number: row.count(0)?, previous: row.exactly(7)?, line, hash: row.exactly(8)? })
}
/// `leaf_index, stream, kind, leaf, content`.
pub fn log_row(row: &Row) -> Result<LogRow, StoreError> {
    let kind = u8::try_from(row.number(2)?).map_err(|_| StoreError::Broken("a log entry's kind is out of range".into()))?;
    Ok(LogRow {
        index: row.count(0)?,
        stream: row.exactly(1)?.into(),
        kind,
        leaf: row.bytes(3)?.to_vec(),
        content: row.maybe_bytes(4)?.map(<[u8]>::to_vec),
    })
}
/// `number, change, at, member, what, subject`.
pub fn journal_line(row: &Row) -> Result<JournalLine, StoreError> {
    let maybe_id = |column| -> Result<Option<[u8; 16]>, StoreError> {
        let bytes = row.maybe_bytes(column)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| StoreError::Broken("a stored id is not 16 bytes long".into()))).transpose()
    };
    Ok(JournalLine {
        number: row.count(0)?,
        change: row.exactly(1)?.into(),
        at: timestamp(row, 2)?,
        member: maybe_id(3)?.map(MemberId),
        what: row.text(4)?.to_owned(),
        subject: maybe_id(5)?,
    })
}
/// Reads a follower: subscription, incident, version, due_at, tries, until.
pub fn follower(row: &Row) -> Result<Follower, StoreError> {
    Ok(Follower {
        subscription: SubscriptionId(row.exactly(0)?),
        incident: IncidentId(row.exactly(1)?),
        version: u32::try_from(row.count(2)?).unwrap_or(u32::MAX),
        due_at: maybe_timestamp(row, 3)?,
        tries: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
        until: timestamp(row, 5)?,
    })
}
