//! Projection: the page of an incident as a pure function of its log entries.
//!
//! Anyone who holds the entries can compute the same page; `handbell verify` does. No clock, no locale,
//! no number that is not whole, keys in order. An entry of a kind this version does not know is shown as
//! such, and one whose content was withdrawn keeps its place.

use crate::id::IncidentId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of this function; a page says which one made it.
pub const PROJECTION_VERSION: u32 = 1;

/// One entry as the projection reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEntry {
    /// Place in the log.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload; none when it was withdrawn.
    pub payload: Option<Map<String, Value>>,
}

/// One line of the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLine {
    /// Place in the log; the number people cite.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload's type, `withdrawn` or `unknown`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// UTC minute.
    pub at: String,
    /// One plain sentence.
    pub says: String,
}

/// The page of one incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentRecord {
    /// Version of the projection.
    pub projection: u32,
    /// The incident's id and stream.
    pub incident: IncidentId,
    /// What it is and where, at the precision the record may have.
    pub title: String,
    /// The kind's id.
    pub kind: String,
    /// The district.
    pub district: String,
    /// When it was opened by the desk, UTC minute.
    pub happened: String,
    /// `actual` or `exercise`.
    pub status: String,
    /// `live`, `over`, `mistaken` or `recorded`.
    pub state: String,
    /// How it ended, as last told.
    pub outcome: Option<Outcome>,
    /// Every entry, oldest first.
    pub lines: Vec<RecordLine>,
}

/// How it ended and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What became of it.
    pub text: String,
    /// Who says so.
    pub says: String,
    /// The entry it stands in.
    pub index: u64,
}

/// Computes the page. None when the stream holds no opening entry.
pub fn project(incident: IncidentId, entries: &[LoggedEntry]) -> Option<IncidentRecord> {
    let text = |payload: &Map<String, Value>, key: &str| payload.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let opening = entries.iter().find(|entry| entry.kind == 1)?;
    let opened = opening.payload.clone().unwrap_or_default();
    let mut page = IncidentRecord {
        projection: PROJECTION_VERSION,
        incident,
        title: title(&text(&opened, "kind_label"), &text(&opened, "district")),
        kind: text(&opened, "kind"),
        district: text(&opened, "district"),
        happened: text(&opened, "happened"),
        status: text(&opened, "status"),
        state: "recorded".to_owned(),
        outcome: None,
        lines: Vec::with_capacity(entries.len()),
    };
    let mut live: u32 = 0;
    let mut mistaken = false;
    let mut ended = false;
    for entry in entries {
        let Some(payload) = &entry.payload else {
            page.lines.push(RecordLine {
                index: entry.index,
                kind: entry.kind,
                type_name: "withdrawn".into(),
                at: String::new(),
                says: "This entry was withdrawn. Its place stays.".into(),
            });
            continue;
        };
        let get = |key: &str| text(payload, key);
        let when = |key: &str| utc_words(&get(key));
        let says = match entry.kind {
            1 => format!("The desk opened this to the public record. It began on {}.", when("happened")),
            5 => {
                live += 1;
                format!(
                    "An alert went to {} on {}. It named no place finer than this: {}. Approved by {}.",
                    told(&get("reach")),
                    when("rung"),
                    get("place"),
                    get("approved_by")
                )
            }
            6 => format!("An update went to the same people on {}.", when("updated")),
            7 => {
                live = live.saturating_sub(1);
                (ended, mistaken) = (true, true);
                format!("The alert of {} was wrong. It was cancelled on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            8 => {
                live = live.saturating_sub(1);
                ended = true;
                format!("The alert of {} ended on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            9 => {
                page.outcome = Some(Outcome { text: get("outcome"), says: get("says"), index: entry.index });
                format!("How it ended: {} Source: {}.", sentence(&get("outcome")), get("says"))
            }
            _ => "An entry of a kind that this version does not know.".to_owned(),
        };
        page.lines.push(RecordLine { index: entry.index, kind: entry.kind, type_name: get("type"), at: get("at"), says });
    }
    page.state = match (live, mistaken, ended) {
        (1.., _, _) => "live",
        (0, true, _) => "mistaken",
        (0, false, true) => "over",
        (0, false, false) => "recorded",
    }
    .to_owned();
    Some(page)
}

/// A UTC minute as people read it: `2026-01-02T03:04Z` becomes `2 January 2026 at 03:04 UTC`. Whatever is
/// written otherwise stays as it is.
fn utc_words(minute: &str) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let read = || {
        let (day, clock) = minute.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day] = <[&str; 3]>::try_from(day.split('-').collect::<Vec<_>>()).ok()?;
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let clock = clock.get(..5)?;
        Some(format!("{} {month} {year} at {clock} UTC", day.parse::<u8>().ok()?))
    };
    read().unwrap_or_else(|| minute.to_owned())
}

/// Whom a reach tells, in words.
fn told(reach: &str) -> &str {
    match reach {
        "dispatch" => "trained observers on duty",
        "neighbours" => "neighbours who had asked for it",
        "public" => "everybody",
        other => other,
    }
}

fn title(kind: &str, district: &str) -> String {
    match (kind.is_empty(), district.is_empty()) {
        (true, _) => "Withdrawn".to_owned(),
        (false, true) => kind.to_owned(),
        (false, false) => format!("{kind}, {district}"),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_read_as_people_say_it_and_anything_else_is_left_alone() {
        assert_eq!(utc_words("2026-01-02T03:04Z"), "2 January 2026 at 03:04 UTC");
        assert_eq!(utc_words("2026-11-21T03:04:59Z"), "21 November 2026 at 03:04 UTC");
        for odd in ["", "yesterday", "2026-13-02T03:04Z", "2026-00-02T03:04Z", "2026-01-02"] {
            assert_eq!(utc_words(odd), odd);
        }
    }

    #[test]
    fn an_incident_that_was_not_opened_has_no_page_and_a_withdrawn_entry_keeps_its_place() {
        let payload = |text: &str| serde_json::from_str(text).ok();
        let alert = LoggedEntry {
            index: 1,
            kind: 5,
            payload: payload(r#"{"type":"alert.issued","at":"2026-01-02T03:04Z","rung":"2026-01-02T03:04Z"}"#),
        };
        let id = IncidentId([1; 16]);
        assert_eq!(project(id, std::slice::from_ref(&alert)), None);
        let opening =
            LoggedEntry { index: 0, kind: 1, payload: payload(r#"{"type":"incident.opened","kind_label":"Flood","district":"Peckham"}"#) };
        let page = project(id, &[opening.clone(), alert.clone()]).expect("it was opened");
        assert_eq!((page.title.as_str(), page.state.as_str(), page.lines.len()), ("Flood, Peckham", "live", 2));
        let withdrawn = project(id, &[opening, LoggedEntry { payload: None, ..alert }]).expect("it was opened");
        assert_eq!((withdrawn.lines[1].type_name.as_str(), withdrawn.lines[1].index), ("withdrawn", 1));
        let strange = LoggedEntry { index: 2, kind: 99, payload: payload("{}") };
        assert!(
            project(id, &[LoggedEntry { index: 0, kind: 1, payload: payload("{}") }, strange]).expect("opened").lines[1]
                .says
                .contains("does not know")
        );
    }
}
