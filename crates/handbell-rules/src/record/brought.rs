//! Brought: what a file brings into the record, incident by incident and piece by piece.
//!
//! A piece is a row of a table or a revision of a history. It becomes statements that go through the same
//! rules as what an editor writes; a file gets no easier way, and a piece that is refused leaves the others
//! alone and writes nothing of itself. Each entry names the row it came from, so that bringing the same file
//! again adds only what is not there, and, where the file is a history, the moment at which it was said
//! elsewhere (`said_at`); its own time (`at`) is that of the import, because that is when this record said it.
//! Nothing here reads a file.

pub mod history;
pub mod mapping;
pub mod row;

use super::entry::{self, Imported, LetIn, NewEntry, PublicPlace};
use super::ledger::Ledger;
use super::projection::LoggedEntry;
use super::statement::{Ground, Statement, work_out};
use super::words;
use crate::bell::mode::Status;
use crate::change::{Actor, Change, What};
use crate::desk::incident::{Ending, Incident};
use crate::id::{ChangeId, IncidentId};
use crate::playbook::Playbook;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// The field of an entry that names the row of the file it came from.
pub const ROW: &str = "row";
/// The field of an entry that says when a history said it, RFC 3339 to the second in UTC.
pub const SAID_AT: &str = "said_at";

/// What an incident is, before anything is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// A kind of the playbook that may be public.
    pub kind: String,
    /// Whether it was at a home; then no street is named and no point told.
    pub home: bool,
    /// The heading of its page.
    pub title: String,
    /// The district.
    pub district: String,
    /// Where, as the page names it.
    pub place: PublicPlace,
    /// The IANA zone of its days.
    pub zone: String,
    /// When the history began, where the file is one.
    pub said_at: Option<Timestamp>,
}

/// Makes a piece's statements against what the record holds by then.
pub type Says<'a> = Box<dyn Fn(&Ledger) -> Vec<Statement> + Send + Sync + 'a>;

/// A row or a revision.
pub struct Piece<'a> {
    /// Its key: stable, so that the same row is known again.
    pub row: String,
    /// When the history said it.
    pub said_at: Option<Timestamp>,
    /// What it says.
    pub says: Says<'a>,
}

/// The incident it is about.
pub enum About<'a> {
    /// A new one with this id.
    New(IncidentId),
    /// One that stands there, with its entries.
    Known(&'a Incident, &'a [LoggedEntry]),
}

/// What bringing comes to.
#[derive(Debug, Default)]
pub struct Brought {
    /// The change; none when nothing is new or everything was refused.
    pub change: Option<Change>,
    /// Rows that are new.
    pub entered: Vec<String>,
    /// Rows that stand there already.
    pub already: Vec<String>,
    /// Rows of which nothing was written, and why.
    pub refused: Vec<(String, Refusal)>,
}

/// The rows of which entries stand in an incident.
pub fn rows(entries: &[LoggedEntry]) -> BTreeSet<&str> {
    entries.iter().filter_map(|entry| entry.payload.as_ref()?.get(ROW)?.as_str()).collect()
}

/// Works out what some pieces of one incident write.
///
/// # Errors
/// When the incident itself may not stand in the record as the frame tells it: its kind is never public, or only with
/// the word of the people it happened to.
pub fn brought(
    change: ChangeId,
    (playbook, status): (&Playbook, Status),
    about: &About<'_>,
    frame: &Frame,
    pieces: &[Piece<'_>],
    mut salt: impl FnMut() -> [u8; 32],
    now: Timestamp,
) -> Result<Brought, Refusal> {
    let stood_at_home = matches!(about, About::Known(incident, _) if incident.home);
    let home = entry::at_a_home(playbook, &frame.kind, frame.home || stood_at_home);
    let finest = entry::finest_brought(playbook, &frame.kind, home)?;
    let place = frame.place.clone().no_finer_than(finest, &frame.district);
    let (incident, mut entries) = match about {
        About::Known(incident, entries) => ((*incident).clone(), entries.to_vec()),
        About::New(id) => {
            for text in [&frame.title, &frame.district, &place.words] {
                words::fine(text, home)?;
            }
            (opened(*id, frame, home, now), Vec::new())
        }
    };
    let known: BTreeSet<String> = rows(&entries).into_iter().map(str::to_owned).collect();
    let ground = Ground { playbook, home, finest, entries: &[] };
    let mut outcome = Brought::default();
    let mut new: Vec<NewEntry> = Vec::new();
    for piece in pieces {
        if known.contains(&piece.row) {
            outcome.already.push(piece.row.clone());
            continue;
        }
        let ledger = Ledger::read(&entries);
        let written = work_out(&ledger, ground, &(piece.says)(&ledger))
            .and_then(|written| written.texts.iter().try_for_each(|text| words::fine(text, home)).map(|()| written));
        match written {
            Err(why) => outcome.refused.push((piece.row.clone(), why)),
            Ok(written) => {
                for drafted in &written.entries {
                    let mut stated = entry::stated(incident.id, drafted, LetIn::Import, salt(), now);
                    mark(&mut stated, Some(&piece.row), piece.said_at);
                    let index = entries.last().map_or(0, |last| last.index + 1);
                    entries.push(LoggedEntry { index, kind: stated.kind.code(), payload: Some(stated.fields.clone()), missing: false });
                    new.push(stated);
                }
                outcome.entered.push(piece.row.clone());
            }
        }
    }
    if !new.is_empty() {
        if matches!(about, About::New(_)) {
            let opening = Imported {
                title: frame.title.clone(),
                kind_label: playbook.kind_label(&frame.kind, &playbook.languages()[0]),
                zone: frame.zone.clone(),
                proceedings_active: None,
                place,
            };
            let mut opening = entry::imported(&incident, &opening, status, salt(), now);
            mark(&mut opening, None, frame.said_at);
            new.insert(0, opening);
        }
        let what = What::RecordImported { incident, entries: new };
        outcome.change = Some(Change { id: change, at: now, by: Actor::Keeper, what });
    }
    Ok(outcome)
}

fn mark(entry: &mut NewEntry, row: Option<&str>, said_at: Option<Timestamp>) {
    if let Some(row) = row {
        entry.fields.insert(ROW.into(), Value::from(row));
    }
    if let Some(said_at) = said_at {
        entry.fields.insert(SAID_AT.into(), Value::from(said_at.utc_second()));
    }
}

/// The private row of an incident that a file brings: over and public.
fn opened(id: IncidentId, frame: &Frame, home: bool, now: Timestamp) -> Incident {
    Incident {
        id,
        version: 0,
        kind: frame.kind.clone(),
        home,
        district: frame.district.clone(),
        opened_at: now,
        ended: Some((Ending::Over, now)),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: true,
    }
}
