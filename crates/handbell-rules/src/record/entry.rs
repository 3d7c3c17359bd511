//! Entry: one fact of the public record, before the log gives it a place.
//!
//! What an entry says is decided here: no sooner and no finer than the playbook's public reach allows.
//! Neither members nor phones nor times finer than a minute stand in one. The store adds `seq` and
//! `prev`, makes the bytes canonical and commits them with the fact.

use super::outcome::Slot;
use super::value::AREA_METRES_MIN;
use super::words;
use crate::bell::alert::{Alert, AlertState};
use crate::bell::mode::Status;
use crate::desk::incident::Incident;
use crate::id::IncidentId;
use crate::place::{Point, Precision};
use crate::playbook::{Playbook, PublicFrom, Reach, ReachRule};
use crate::refusal::{Record, Refusal};
use crate::time::{MINUTE, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The kinds this version writes; the numbers are the log's (docs/formats/leaf.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum EntryKind {
    /// An incident is opened to the public record.
    IncidentOpened = 1,
    /// An alert was sent.
    Alert = 5,
    /// An update was sent.
    Update = 6,
    /// An alert was cancelled: it was wrong.
    Cancel = 7,
    /// An alert was stood down: it is over.
    StandDown = 8,
    /// How it ended, and who says so.
    Outcome = 9,
    /// One checkable statement by one source.
    Claim = 2,
    /// What was wrong or missing, and what stands instead.
    Correction = 3,
    /// Who says things.
    Source = 11,
    /// The desk's own position on one fact.
    Assessment = 12,
    /// What happened to a claim.
    ClaimEvent = 13,
    /// What is taken for this event and is not, or is similar.
    LookAlike = 16,
    /// What somebody concerned answers.
    Reply = 14,
    /// A body's own words, that it was asked for them, and what came.
    Statement = 15,
    /// A decision about what may be shown.
    Moderation = 17,
    /// How many entries every stream has; in the operator's stream.
    Snapshot = 10,
    /// The salted mark of a file that is kept, in a stream of its own; or the head of a day's custody chain, in the
    /// operator's stream.
    Evidence = 4,
}

impl EntryKind {
    /// The number in the leaf.
    pub const fn code(self) -> u8 {
        self as u8
    }
    /// Whether it says how something ended, or mends what was said: what followers are told of.
    pub const fn is_news(self) -> bool {
        matches!(self, Self::Outcome | Self::Correction | Self::Cancel | Self::StandDown)
    }
    /// The `type` in the payload.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::IncidentOpened => "incident.opened",
            Self::Alert => "alert.issued",
            Self::Update => "alert.updated",
            Self::Cancel => "alert.cancelled",
            Self::StandDown => "alert.stood-down",
            Self::Outcome => "outcome",
            Self::Claim => "claim.recorded",
            Self::Correction => "correction.published",
            Self::Source => "source.added",
            Self::Assessment => "assessment.made",
            Self::ClaimEvent => "claim.event",
            Self::LookAlike => "lookalike.noted",
            Self::Reply => "reply.published",
            Self::Statement => "statement.published",
            Self::Moderation => "moderation.noted",
            Self::Snapshot => "snapshot",
            Self::Evidence => "evidence.committed",
        }
    }
}

/// The operator's own stream of the log: snapshots (kind 10), lists of signing devices (kind 33) and hashes of the
/// service worker (kind 34). No incident has it, because an incident's is random.
pub const OPERATORS_STREAM: IncidentId = IncidentId([0; 16]);

/// What the operator's stream says, in 32 public bytes each (docs/formats/leaf.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The SHA-256 of a list of signing devices.
    Keys([u8; 32]),
    /// The SHA-256 of the service worker that browsers are given.
    Worker([u8; 32]),
}

/// The `type` of a look-alike entry that tells of a similar event elsewhere.
pub const SIMILAR_TYPE: &str = "similar.noted";

/// Who let an entry into the record, as the entry says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetIn {
    /// One member proposed, another approved.
    TwoMembers,
    /// One member, urgently: only marks of words that were taken ([`super::alone`]).
    OneMember,
    /// Whoever runs the server entered it from a file.
    Import,
}

impl LetIn {
    /// The words in the payload.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TwoMembers => "two members",
            Self::OneMember => "one member",
            Self::Import => "import",
        }
    }
}

/// A place as the record may hold it: rounded to its precision, never a home's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPlace {
    /// In words.
    pub words: String,
    /// Latitude in micro-degrees, rounded to a thousandth of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<i32>,
    /// Longitude in micro-degrees, rounded to a thousandth of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<i32>,
    /// How far from there it may have been, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_metres: Option<u32>,
}

impl PublicPlace {
    /// The same place, told no finer than this: of a district only its name, of an area a point rounded to one, and no
    /// street's name.
    #[must_use]
    pub fn no_finer_than(self, finest: Precision, district: &str) -> Self {
        match finest {
            Precision::Street | Precision::Exact => self,
            Precision::District => Self { words: district.to_owned(), lat: None, lon: None, radius_metres: None },
            Precision::Area => {
                let point = self.lat.zip(self.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok()).map(Point::rounded_to_an_area);
                Self {
                    words: if words::names_a_street(&self.words) { district.to_owned() } else { self.words },
                    lat: point.map(Point::lat_microdegrees),
                    lon: point.map(Point::lon_microdegrees),
                    radius_metres: point.map(|_| self.radius_metres.unwrap_or_default().max(AREA_METRES_MIN)),
                }
            }
        }
    }
}

/// An entry waiting for its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEntry {
    /// The incident, which is the stream.
    pub stream: IncidentId,
    /// The kind.
    pub kind: EntryKind,
    /// The payload's own fields, with `type` and `at`; `seq` and `prev` come with the place.
    pub fields: Map<String, Value>,
    /// Fresh randomness for the commitment; never derived from anything (docs/formats/content.md).
    pub salt: [u8; 32],
}

fn entry(stream: IncidentId, kind: EntryKind, at: Timestamp, salt: [u8; 32], fields: Value) -> NewEntry {
    let mut map = match fields {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.entry("type").or_insert_with(|| kind.type_name().into());
    map.insert("at".into(), at.utc_minute().into());
    NewEntry { stream, kind, fields: map, salt }
}

/// Whether the public reach is open for something rung at `rung_at` and perhaps ended at `ended_at`.
pub fn public_reach_is_open(reach: &ReachRule, rung_at: Option<Timestamp>, ended_at: Option<Timestamp>, now: Timestamp) -> bool {
    let over = ended_at.is_some();
    match reach.from {
        PublicFrom::AtOnce => true,
        PublicFrom::StandDown => over,
        PublicFrom::Delay { minutes } => over || rung_at.is_some_and(|at| now.since(at) >= i64::from(minutes) * MINUTE),
    }
}

/// The words for the place that the public reach allows.
pub(crate) fn public_place(incident: &Incident, reach: &ReachRule, area: &str) -> String {
    if incident.home || reach.precision <= Precision::District { incident.district.clone() } else { area.to_owned() }
}

/// The entry that opens an incident to the public record.
pub fn opening(incident: &Incident, kind_label: &str, status: Status, salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(
        incident.id,
        EntryKind::IncidentOpened,
        now,
        salt,
        json!({
            "kind": incident.kind,
            "kind_label": kind_label,
            "district": incident.district,
            "happened": incident.opened_at.utc_minute(),
            "status": status.word(),
            "approved_by": "two members",
        }),
    )
}

impl NewEntry {
    /// The same opening with the zone of the group's days, so that its day is the one on the clocks of the street.
    #[must_use]
    pub fn in_zone(mut self, zone: &str) -> Self {
        self.fields.insert("zone".into(), zone.into());
        self
    }

    /// The same opening with the slots in which the desk follows what becomes of the incident, so that anybody can
    /// work out from the log what is asked again, and when.
    #[must_use]
    pub fn following(mut self, slots: &[Slot]) -> Self {
        if !slots.is_empty() {
            self.fields.insert("outcomes".into(), slots.iter().map(|slot| slot.name()).collect());
        }
        self
    }
}

/// What the opening of an imported incident says beside what the incident itself knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The heading of the page.
    pub title: String,
    /// What people call the kind.
    pub kind_label: String,
    /// The IANA zone of its days.
    pub zone: String,
    /// Whether a court or tribunal is still dealing with it.
    pub proceedings_active: Option<bool>,
    /// Where, as fine as the record may be.
    pub place: PublicPlace,
}

/// The entry that opens an incident which was entered from a file: over, with a heading of its own, and
/// without a time at which a desk opened it.
pub fn imported(incident: &Incident, opening: &Imported, status: Status, salt: [u8; 32], now: Timestamp) -> NewEntry {
    let mut fields = json!({
        "kind": incident.kind,
        "kind_label": opening.kind_label,
        "title": opening.title,
        "district": incident.district,
        "place": opening.place,
        "zone": opening.zone,
        "ended": true,
        "status": status.word(),
        "approved_by": LetIn::Import.words(),
    });
    if let (Some(active), Some(fields)) = (opening.proceedings_active, fields.as_object_mut()) {
        fields.insert("proceedings_active".into(), active.into());
    }
    entry(incident.id, EntryKind::IncidentOpened, now, salt, fields)
}

/// An entry that follows from a statement.
pub fn stated(stream: IncidentId, drafted: &super::statement::Drafted, let_in: LetIn, salt: [u8; 32], now: Timestamp) -> NewEntry {
    let mut fields = drafted.fields.clone();
    fields.insert("approved_by".into(), let_in.words().into());
    entry(stream, drafted.kind, now, salt, Value::Object(fields))
}

/// The entry of an outcome.
pub fn outcome(incident: &Incident, text: &str, says: &str, salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(incident.id, EntryKind::Outcome, now, salt, json!({ "outcome": text, "says": says, "approved_by": "two members" }))
}

/// The entry of a decision about what may be shown.
pub fn moderated(stream: IncidentId, what: &super::moderation::Moderation, salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(stream, EntryKind::Moderation, now, salt, serde_json::to_value(what).unwrap_or_default())
}

/// The entry of a snapshot. How many entries there are, the store adds with the place: it alone knows what stands
/// before it.
pub fn snapshot(salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(OPERATORS_STREAM, EntryKind::Snapshot, now, salt, json!({}))
}

/// The `type` of the entry that says where the custody chain stood at the end of a day.
pub const CUSTODY_HEAD_TYPE: &str = "custody.head";

/// The entry of footage that the group holds, in a stream of its own: a salted mark that says neither which nor of what
/// (docs/formats/custody.md).
pub fn evidence(stream: IncidentId, commitment: &str, salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(stream, EntryKind::Evidence, now, salt, json!({ "commitment": commitment }))
}

/// The entry that says where the custody chain stood at the end of a day, in the operator's stream.
pub fn custody_head(lines: u64, head: &str, salt: [u8; 32], now: Timestamp) -> NewEntry {
    entry(OPERATORS_STREAM, EntryKind::Evidence, now, salt, json!({ "type": CUSTODY_HEAD_TYPE, "lines": lines, "head": head }))
}

/// The entries an alert owes to the log at `now`: none while its incident is not public or the reach is
/// not open; the alert, its updates and its end, each once, when it is.
///
/// `logged` says whether the alert itself stands in the log already, `ending` whether this very change
/// ends it. A dispatch stays out until it has ended, whatever the kind.
pub fn owed(
    incident: &Incident,
    alert: &Alert,
    updates: &[Alert],
    reach: &ReachRule,
    ending: bool,
    mut salt: impl FnMut() -> [u8; 32],
    now: Timestamp,
) -> Vec<NewEntry> {
    if !incident.public {
        return Vec::new();
    }
    let open =
        public_reach_is_open(reach, alert.rung_at, alert.ended_at, now) && (alert.reach != Reach::Dispatch || alert.ended_at.is_some());
    if !open {
        return Vec::new();
    }
    let mut entries = Vec::new();
    let (Some(rung_at), place) = (alert.rung_at, public_place(incident, reach, &alert.words.area)) else {
        return entries;
    };
    if !alert.logged {
        let fields = json!({
            "reach": alert.reach.name(),
            "place": place,
            "rung": rung_at.utc_minute(),
            "status": alert.status.word(),
            "approved_by": if alert.reach == Reach::Dispatch { "one member" } else { "two members" },
        });
        entries.push(entry(incident.id, EntryKind::Alert, now, salt(), fields));
        for update in updates.iter().filter(|update| update.rung_at.is_some()) {
            entries.push(update_entry(incident, alert, update, salt(), now));
        }
    }
    if ending || !alert.logged {
        let kind = match alert.state {
            AlertState::Cancelled => Some(EntryKind::Cancel),
            AlertState::StoodDown => Some(EntryKind::StandDown),
            AlertState::Draft | AlertState::Live => None,
        };
        if let (Some(kind), Some(ended_at)) = (kind, alert.ended_at) {
            let fields = json!({ "rung": rung_at.utc_minute(), "ended": ended_at.utc_minute(), "reach": alert.reach.name(), "told": "everyone who was told of the alert" });
            entries.push(entry(incident.id, kind, now, salt(), fields));
        }
    }
    entries
}

/// The entry of an update to an alert that stands in the log.
pub fn update_entry(incident: &Incident, alert: &Alert, update: &Alert, salt: [u8; 32], now: Timestamp) -> NewEntry {
    let rung = alert.rung_at.map(Timestamp::utc_minute);
    let updated = update.rung_at.unwrap_or(now).utc_minute();
    entry(incident.id, EntryKind::Update, now, salt, json!({ "rung": rung, "updated": updated, "reach": alert.reach.name() }))
}

/// How fine a file may bring an incident of this kind into the record; a home's is the district, whatever is written.
///
/// # Errors
/// When the playbook has no such kind, or one that is never public: what is entered under it could not be corrected
/// later. When it is public only with the word of the people it happened to, which no file can bring.
pub fn finest_brought(playbook: &Playbook, kind: &str, home: bool) -> Result<Precision, Refusal> {
    let kind = playbook.kind(kind).ok_or(Record::TooEarly)?;
    let rule = kind.reach(Reach::Public, home).ok_or(Record::TooEarly)?;
    if rule.consent {
        return Err(Record::ConsentMissing.into());
    }
    Ok(if home || kind.always_home { Precision::District } else { rule.precision })
}

/// Whether an incident of this kind that a file brings is one at a home: the file says so, or every one of the kind is.
pub fn at_a_home(playbook: &Playbook, kind: &str, said: bool) -> bool {
    said || playbook.kind(kind).is_some_and(|kind| kind.always_home)
}

/// Refuses to open an incident before its public reach does.
pub fn may_open(incident: &Incident, reach: &ReachRule, now: Timestamp) -> Result<(), Refusal> {
    if incident.public {
        return Err(Record::AlreadyPublic.into());
    }
    if reach.consent {
        return Err(Record::ConsentMissing.into());
    }
    // Nothing found, cannot be verified and mistaken are ends of their own, public where the playbook says so.
    if incident.ended.is_some_and(|(ending, _)| !reach.publishes(ending, incident.rung_at.is_some())) {
        return Err(Record::EndNotPublic.into());
    }
    let ended_at = incident.ended.map(|(_, at)| at).filter(|_| incident.live_alerts == 0);
    if public_reach_is_open(reach, incident.rung_at, ended_at, now) { Ok(()) } else { Err(Record::TooEarly.into()) }
}
