//! Kept: entries of a log as they stand there, to be written into an empty log word for word.
//!
//! For a group that moves, or takes over what another one published: the same leaves at the same places, so
//! that every page is the same. Promises nothing about who signed them; that was asked before. What the desk
//! needs to go on, one private row for each incident, is worked out from the entries and from nothing else.

use super::projection::{IncidentRecord, LoggedEntry, project};
use crate::bell::mode::Status;
use crate::change::{Actor, Change, What};
use crate::desk::incident::{Ending, Incident};
use crate::id::{ChangeId, IncidentId};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// An entry as it stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEntry {
    /// The stream.
    pub stream: IncidentId,
    /// The leaf's kind number.
    pub kind: u8,
    /// The leaf's bytes.
    pub leaf: Vec<u8>,
    /// Salt and payload; none for what was withdrawn or is missing, and for what has its fields in the leaf.
    pub content: Option<Vec<u8>>,
    /// Whether the content is missing although nothing withdraws it, as its group knows and says.
    pub missing: bool,
}

/// Why a log is not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Practice and what is real never stand in one record.
    #[error("incident {incident} is {theirs} and this group is {ours}; practice and what is real never stand in one record")]
    OtherStatus {
        /// The incident.
        incident: IncidentId,
        /// What it says of itself.
        theirs: String,
        /// What this group is.
        ours: &'static str,
    },
    /// There is nothing in it.
    #[error("there is no entry in it")]
    Empty,
}

/// A UTC minute as entries write it.
pub(super) fn instant(minute: &str) -> Option<Timestamp> {
    let whole = format!("{}:00Z", minute.get(..16)?);
    let instant: jiff::Timestamp = whole.parse().ok()?;
    Some(Timestamp::from_milliseconds(instant.as_millisecond()))
}

/// Whether the entries never name anything finer than the district. The log does not say what was a home, so
/// what might have been one goes on as one, which is the stricter way.
fn nothing_finer(record: &IncidentRecord, entries: &[LoggedEntry]) -> bool {
    let point = record.place.as_ref().is_some_and(|place| place.lat.is_some());
    let places = entries.iter().filter(|entry| entry.kind == 5).filter_map(|entry| entry.payload.as_ref()?.get("place")?.as_str());
    !point && places.into_iter().all(|place| place == record.district)
}

/// The private row of one incident.
fn incident(record: &IncidentRecord, entries: &[LoggedEntry], can_be_home: impl Fn(&str) -> bool, now: Timestamp) -> Incident {
    let text = |entry: &LoggedEntry, key: &str| entry.payload.as_ref()?.get(key).and_then(Value::as_str).and_then(instant);
    let opened = entries.iter().find(|entry| entry.kind == 1).and_then(|entry| text(entry, "at"));
    let began = instant(&record.happened).or(opened).unwrap_or(now);
    let stood_down_at = entries.iter().rev().find(|entry| matches!(entry.kind, 7 | 8)).and_then(|entry| text(entry, "ended"));
    let ended_at = stood_down_at.or(opened).unwrap_or(began);
    Incident {
        id: record.incident,
        version: 0,
        kind: record.kind.clone(),
        home: can_be_home(&record.kind) && nothing_finer(record, entries),
        district: record.district.clone(),
        opened_at: began,
        ended: match record.state.as_str() {
            "over" => Some((Ending::Over, ended_at)),
            "mistaken" => Some((Ending::Mistaken, ended_at)),
            _ if record.outcome.is_some() || record.outcomes.iter().any(|slot| !slot.told.is_empty()) => Some((Ending::Over, ended_at)),
            // An alert that was live where this comes from is not live here; the desk ends the incident itself.
            _ => None,
        },
        rung_at: entries.iter().find(|entry| entry.kind == 5).and_then(|entry| text(entry, "rung")),
        stood_down_at,
        live_alerts: 0,
        public: true,
    }
}

/// The change that writes a log's entries into an empty one. `streams` holds the same entries as the
/// projection reads them, `can_be_home` says whether the playbook lets a kind be public at a home.
///
/// # Errors
/// [`NotTaken`] when there is nothing in it, or practice would come to stand beside what is real.
pub fn taken_over(
    change: ChangeId,
    status: Status,
    entries: Vec<KeptEntry>,
    streams: &BTreeMap<IncidentId, Vec<LoggedEntry>>,
    can_be_home: impl Fn(&str) -> bool,
    now: Timestamp,
) -> Result<Change, NotTaken> {
    if entries.is_empty() {
        return Err(NotTaken::Empty);
    }
    let mut incidents = Vec::new();
    for (stream, logged) in streams {
        let Some(record) = project(*stream, logged) else { continue };
        // An opening whose words were withdrawn does not say; nothing else in it can be practice then either.
        if !record.status.is_empty() && record.status != status.word() {
            return Err(NotTaken::OtherStatus { incident: *stream, theirs: record.status, ours: status.word() });
        }
        incidents.push(incident(&record, logged, &can_be_home, now));
    }
    Ok(Change { id: change, at: now, by: Actor::Keeper, what: What::LogTakenOver { incidents, entries } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const STREAM: IncidentId = IncidentId([5; 16]);

    fn logged(payloads: &[(u8, Value)]) -> BTreeMap<IncidentId, Vec<LoggedEntry>> {
        let entry = |(index, (kind, payload)): (u64, &(u8, Value))| LoggedEntry {
            index,
            kind: *kind,
            payload: payload.as_object().cloned(),
            missing: false,
        };
        BTreeMap::from([(STREAM, (0..).zip(payloads).map(entry).collect())])
    }

    fn taken(status: Status, payloads: &[(u8, Value)]) -> Result<Incident, NotTaken> {
        let entries = vec![KeptEntry { stream: STREAM, kind: 1, leaf: Vec::new(), content: None, missing: false }];
        let now = Timestamp::from_milliseconds(0);
        let change = taken_over(ChangeId([1; 16]), status, entries, &logged(payloads), |kind| kind != "never-at-home", now)?;
        assert_eq!((change.by, change.what.name()), (Actor::Keeper, "log-taken-over"));
        match change.what {
            What::LogTakenOver { mut incidents, .. } => Ok(incidents.remove(0)),
            other => panic!("{other:?}"),
        }
    }

    fn opening(kind: &str) -> (u8, Value) {
        let payload = json!({"type": "incident.opened", "at": "2026-01-02T03:30Z", "happened": "2026-01-02T03:04Z", "kind": kind, "kind_label": "Flood", "district": "Peckham", "status": "actual"});
        (1, payload)
    }

    fn alert(place: &str) -> (u8, Value) {
        (5, json!({"type": "alert.issued", "at": "2026-01-02T03:30Z", "rung": "2026-01-02T03:10Z", "place": place, "reach": "neighbours"}))
    }

    #[test]
    fn the_private_row_says_what_the_entries_say_and_is_strict_where_they_do_not() {
        let end =
            (7, json!({"type": "alert.cancelled", "at": "2026-01-02T04:00Z", "rung": "2026-01-02T03:10Z", "ended": "2026-01-02T03:55Z"}));
        let told = taken(Status::Actual, &[opening("flood"), alert("Rye Lane"), end]).unwrap();
        assert_eq!(
            (told.opened_at.utc_minute(), told.rung_at.unwrap().utc_minute()),
            ("2026-01-02T03:04Z".into(), "2026-01-02T03:10Z".into())
        );
        assert_eq!(told.ended.map(|(ending, at)| (ending, at.utc_minute())), Some((Ending::Mistaken, "2026-01-02T03:55Z".to_owned())));
        assert!(told.public && !told.home && told.version == 0 && told.live_alerts == 0);
        // Never told finer than its district, so perhaps a home; but not of a kind that is never public there.
        assert!(taken(Status::Actual, &[opening("flood"), alert("Peckham")]).unwrap().home);
        assert!(!taken(Status::Actual, &[opening("never-at-home")]).unwrap().home);
        // What was live elsewhere is not live here, and nobody has said that it is over.
        let live = taken(Status::Actual, &[opening("flood"), alert("Rye Lane")]).unwrap();
        assert_eq!((live.ended, live.live_alerts), (None, 0));
    }

    #[test]
    fn practice_and_what_is_real_do_not_mix_and_nothing_is_nothing() {
        assert!(matches!(taken(Status::Exercise, &[opening("flood")]), Err(NotTaken::OtherStatus { .. })));
        let nothing = taken_over(ChangeId([1; 16]), Status::Actual, Vec::new(), &BTreeMap::new(), |_| true, Timestamp::default());
        assert_eq!(nothing.err(), Some(NotTaken::Empty));
    }
}
