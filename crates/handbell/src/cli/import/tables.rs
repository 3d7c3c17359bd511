//! Tables: rows of a CSV into the record (`--as events-csv`), or into the desk of a test group
//! (`--as reports-csv`).
//!
//! Two passes: the first keeps sixteen bytes and a place for each row, the second reads the rows of one
//! incident after another and commits some hundred incidents at once, which the store writes in one
//! transaction. Interrupted anywhere, the same command goes on where it was: what stands there already is
//! passed over.

use super::super::{Answer, Stopped, say, town};
use super::{Counts, Progress};
use crate::acts::bring::{bring, file_from_a_row, incident_of};
use crate::acts::{ActError, RefusalError};
use crate::bring::csv::{Place, Table};
use crate::bring::rejects::{self, Rejects, because};
use crate::world::World;
use anyhow::Context;
use futures::future::join_all;
use handbell_rules::bell::mode::Status;
use handbell_rules::id::IncidentId;
use handbell_rules::place::Point;
use handbell_rules::record::brought::Piece;
use handbell_rules::record::brought::mapping::{Mapping, NoMapping, PLAIN, Template};
use handbell_rules::record::brought::row::{LeftOut, Marked, Named, Row, read};
use handbell_rules::refusal::{Record, Refusal, Street};
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::Timestamp;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Incidents, or reports, that go to the store at once.
const AT_ONCE: usize = 128;

/// The rows of each incident, in the order in which it is first met.
struct Sorted {
    incidents: Vec<(IncidentId, Vec<Place>)>,
    /// Rows that are none: the line and why.
    odd: Vec<(Place, String)>,
    rows: u64,
}

/// A table without the columns of an earlier run's rejects.
fn columns(table: &Table<File>) -> Vec<String> {
    table.columns.iter().filter(|name| !rejects::COLUMNS.contains(&name.as_str())).cloned().collect()
}

/// Whether a row of an earlier run's rejects only says which words were left out: the row itself was entered.
fn only_words(row: &Row, table: &Table<File>) -> bool {
    Named::new(&table.columns, row).cell(rejects::COLUMNS[1]) == "words"
}

fn trimmed(mut row: Row, table: &Table<File>) -> Row {
    let keep: Vec<bool> = table.columns.iter().map(|name| !rejects::COLUMNS.contains(&name.as_str())).collect();
    let mut at = keep.iter();
    row.cells.retain(|_| *at.next().unwrap_or(&true));
    row
}

fn sort(world: &World, table: &mut Table<File>, mapping: &Mapping, columns: &[String]) -> anyhow::Result<Sorted> {
    let mut sorted = Sorted { incidents: Vec::new(), odd: Vec::new(), rows: 0 };
    let (mut known, mut keys): (HashMap<IncidentId, usize>, HashSet<[u8; 16]>) = Default::default();
    while let Some((place, row)) = table.row()? {
        if row.as_ref().is_ok_and(|row| only_words(row, table)) {
            continue;
        }
        sorted.rows += 1;
        let row = match row {
            Ok(row) => trimmed(row, table),
            Err(why) => {
                sorted.odd.push((place, why));
                continue;
            }
        };
        let named = Named::new(columns, &row);
        let (key, incident) = (named.says(&mapping.key), named.says(&mapping.incident));
        // A row without an incident's key is an incident of its own.
        let incident = if incident.is_empty() { format!("row {key}") } else { incident };
        if !keys.insert(*incident_of(world, "row", &key).bytes()) {
            sorted.odd.push((place, format!("an earlier row has the key `{key}` too; give each row its own")));
            continue;
        }
        let id = incident_of(world, &mapping.set, &incident);
        let at = *known.entry(id).or_insert_with(|| {
            sorted.incidents.push((id, Vec::new()));
            sorted.incidents.len() - 1
        });
        sorted.incidents[at].1.push(place);
    }
    Ok(sorted)
}

struct Out<'a> {
    rejects: Rejects,
    counts: Counts,
    columns: &'a [String],
}

impl Out<'_> {
    /// A row of which nothing was entered, with everything in it so that it can be mended.
    fn row(&mut self, row: &Row, why: Refusal, words: &str) -> std::io::Result<()> {
        self.rejects.count(true, why.name());
        self.counts.refused += 1;
        let (line, because) = (row.line.to_string(), because(why));
        self.rejects.cells(row.cells.iter().map(String::as_str).chain([line.as_str(), "row", because.as_str(), words]))
    }

    /// Words left out of a row that was entered, with the row's key and nothing else of it: what stands in the
    /// record must not stand here too, or a withdrawal would leave it behind.
    fn words(&mut self, row: &Row, key: &Template, left: &LeftOut) -> std::io::Result<()> {
        self.rejects.count(false, left.why.name());
        self.counts.left_out += 1;
        let (line, because) = (row.line.to_string(), because(left.why));
        let words = format!("{}: {}", left.field, left.words);
        let is_key = |column: &String| key.columns().any(|of| of == column);
        let cells = self.columns.iter().zip(&row.cells).map(|(column, cell)| if is_key(column) { cell.as_str() } else { "" });
        self.rejects.cells(cells.chain([line.as_str(), "words", because.as_str(), words.as_str()]))
    }

    fn odd(&mut self, place: Place, why: &str) -> std::io::Result<()> {
        self.rejects.count(true, "row-unreadable");
        let (line, none) = (place.line.to_string(), self.columns.iter().map(|_| ""));
        self.rejects.cells(none.chain([line.as_str(), "row", why, ""]))
    }
}

/// `handbell import DIR FILE --as events-csv`.
pub async fn events(dir: &Path, file: &Path, map: Option<&Path>, marked: Marked) -> anyhow::Result<Answer> {
    let text = match map {
        None => PLAIN.to_owned(),
        Some(map) => std::fs::read_to_string(map).with_context(|| format!("reading {}", map.display()))?,
    };
    let mapping = Mapping::read(&text).map_err(|why| Stopped(Answer::No, why.to_string()))?;
    let mut table = open(file)?;
    let columns = columns(&table);
    mapping.fits(&columns).map_err(|why| Stopped(Answer::No, why.to_string()))?;
    let town = town::open(dir, &town::Staging::default()).await?;
    let done = taken_in(&town.world, dir, file, &mut table, &mapping, &columns, marked).await;
    if done.is_ok() {
        town.publish().await?;
    }
    town.close().await;
    let (counts, rejects) = done?;
    counts.say(rejects.as_deref(), "rows");
    say("Every page of it says that it was entered from a file and not approved by two members.");
    Ok(Answer::Good)
}

fn open(file: &Path) -> anyhow::Result<Table<File>> {
    let opened = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(Table::open(opened).map_err(|why| Stopped(Answer::No, format!("{}, {why}", file.display())))?)
}

fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned())
}

async fn taken_in(
    world: &World,
    dir: &Path,
    file: &Path,
    table: &mut Table<File>,
    mapping: &Mapping,
    columns: &[String],
    marked: Marked,
) -> anyhow::Result<(Counts, Option<PathBuf>)> {
    let sorted = sort(world, table, mapping, columns)?;
    let mut out = Out { rejects: Rejects::begin(dir, &name_of(file))?, counts: Counts::of(sorted.rows), columns };
    out.rejects.cells(columns.iter().map(String::as_str).chain(rejects::COLUMNS))?;
    for (place, why) in &sorted.odd {
        out.odd(*place, why)?;
    }
    out.counts.refused = sorted.odd.len() as u64;
    let mut progress = Progress::of(sorted.rows, "rows");
    for some in sorted.incidents.chunks(AT_ONCE) {
        let mut batch = Vec::with_capacity(some.len());
        for (id, places) in some {
            let rows: Vec<Row> = places.iter().map(|place| Ok(trimmed(table.row_at(*place)?, table))).collect::<anyhow::Result<_>>()?;
            let ready = read(mapping, &world.group.playbook, marked, columns, &rows);
            batch.push((*id, rows, ready));
        }
        let brought = join_all(batch.iter().map(async |(id, _, ready)| match ready {
            Err(why) => Err(ActError::from(*why)),
            Ok((frame, ready)) => {
                let pieces: Vec<Piece<'_>> = ready.iter().filter(|one| one.refused.is_none()).map(|one| one.piece()).collect();
                bring(world, *id, frame, &pieces).await
            }
        }))
        .await;
        for ((_, rows, ready), brought) in batch.iter().zip(brought) {
            progress.step(rows.len() as u64);
            let (brought, ready) = match (brought, ready) {
                (Ok(brought), Ok((_, ready))) => (brought, ready),
                (Err(ActError::Refused(RefusalError(why))), _) | (_, &Err(why)) => {
                    for row in rows {
                        out.row(row, why, "")?;
                    }
                    continue;
                }
                (Err(error), _) => return Err(error).context("the store does not take it; run the same command again to go on"),
            };
            out.counts.incidents += u64::from(!brought.entered.is_empty() || !brought.already.is_empty());
            out.counts.entered += brought.entered.len() as u64;
            out.counts.already += brought.already.len() as u64;
            for (row, ready) in rows.iter().zip(ready) {
                let why = ready.refused.or(brought.refused.iter().find(|(key, _)| *key == ready.row).map(|(_, why)| *why));
                if let Some(why) = why {
                    let words = ready.left_out.iter().find(|left| left.why == why);
                    let words = words.map(|left| format!("{}: {}", left.field, left.words)).unwrap_or_default();
                    out.row(row, why, &words)?;
                    continue;
                }
                for left in &ready.left_out {
                    out.words(row, &mapping.key, left)?;
                }
            }
        }
    }
    progress.end();
    let Out { rejects, mut counts, .. } = out;
    counts.because(&rejects);
    Ok((counts, rejects.end()?))
}

/// Which column of a table holds what of a report; docs/formats/reports-csv.md.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportMapping {
    set: String,
    key: Template,
    kind: Template,
    #[serde(default)]
    basis: Template,
    #[serde(default)]
    happening: Template,
    #[serde(default)]
    place: Template,
    #[serde(default)]
    lat: Template,
    #[serde(default)]
    lon: Template,
    #[serde(default)]
    words: Template,
    #[serde(default)]
    leave_out: Vec<String>,
}

/// The mapping of the documented column names.
const PLAIN_REPORTS: &str = r#"
set = "reports"
key = "{key}"
kind = "{kind}"
basis = "{basis}"
happening = "{happening}"
place = "{place}"
lat = "{lat}"
lon = "{lon}"
words = "{words}"
"#;

impl ReportMapping {
    fn told(&self, named: Named<'_>, now: Timestamp) -> Result<NewReport, Refusal> {
        let or = |text: String, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text };
        let (lat, lon) = (named.says(&self.lat), named.says(&self.lon));
        let point =
            if lat.is_empty() && lon.is_empty() { None } else { Some(Point::parse(&lat, &lon).map_err(|_| Record::PlaceUnreadable)?) };
        Ok(NewReport {
            kind: named.says(&self.kind),
            basis: Basis::parse(&or(named.says(&self.basis), "saw")).ok_or(Street::BasisMissing)?,
            happening: Happening::parse(&or(named.says(&self.happening), "over")).ok_or(Street::HappeningMissing)?,
            // A test group's desk works on what comes in now; the row's own time stands in its words.
            observed: Observed { from: now, to: now },
            place: named.says(&self.place),
            point,
            text: named.says(&self.words),
            officers: None,
            vehicles: None,
            people: None,
            route: Route::Api,
            language: "en".to_owned(),
        })
    }

    fn fits(&self, columns: &[String]) -> Result<(), NoMapping> {
        let all = [&self.key, &self.kind, &self.basis, &self.happening, &self.place, &self.lat, &self.lon, &self.words];
        let used: Vec<&str> = all.into_iter().flat_map(Template::columns).collect();
        let unsaid = columns.iter().find(|column| !used.contains(&column.as_str()) && !self.leave_out.contains(column));
        unsaid.map_or(Ok(()), |unsaid| Err(NoMapping::Unsaid(unsaid.clone())))
    }
}

/// `handbell import DIR FILE --as reports-csv`.
pub async fn reports(dir: &Path, file: &Path, map: Option<&Path>) -> anyhow::Result<Answer> {
    let text = match map {
        None => PLAIN_REPORTS.to_owned(),
        Some(map) => std::fs::read_to_string(map).with_context(|| format!("reading {}", map.display()))?,
    };
    let mapping: ReportMapping = toml::from_str(&text).map_err(|why| Stopped(Answer::No, format!("the mapping cannot be read: {why}")))?;
    let mut table = open(file)?;
    let columns = columns(&table);
    mapping.fits(&columns).map_err(|why| Stopped(Answer::No, why.to_string()))?;
    let town = town::open(dir, &town::Staging::default()).await?;
    let done = match town.world.group.status {
        // A live desk hears from people. A file of thousands would stand before whoever reports now.
        Status::Actual => Err(Stopped(
            Answer::No,
            "only a group for exercises takes reports from a file; make one with `handbell init --exercise`".into(),
        )
        .into()),
        Status::Exercise => filed(&town.world, dir, file, &mut table, &mapping, &columns).await,
    };
    town.close().await;
    let (counts, rejects) = done?;
    counts.say(rejects.as_deref(), "reports");
    Ok(Answer::Good)
}

async fn filed(
    world: &World,
    dir: &Path,
    file: &Path,
    table: &mut Table<File>,
    mapping: &ReportMapping,
    columns: &[String],
) -> anyhow::Result<(Counts, Option<PathBuf>)> {
    let mut out = Out { rejects: Rejects::begin(dir, &name_of(file))?, counts: Counts::of(0), columns };
    out.rejects.cells(columns.iter().map(String::as_str).chain(rejects::COLUMNS))?;
    let mut progress = Progress::of(0, "reports");
    let mut ended = false;
    while !ended {
        let mut batch: Vec<(Row, String, Result<NewReport, Refusal>)> = Vec::with_capacity(AT_ONCE);
        while batch.len() < AT_ONCE {
            let Some((place, row)) = table.row()? else {
                ended = true;
                break;
            };
            out.counts.rows += 1;
            match row {
                Err(why) => {
                    out.odd(place, &why)?;
                    out.counts.refused += 1;
                }
                Ok(row) => {
                    let row = trimmed(row, table);
                    let named = Named::new(columns, &row);
                    let (key, told) = (named.says(&mapping.key), mapping.told(named, world.now()));
                    let told = if key.is_empty() { Err(Record::WordsMissing.into()) } else { told };
                    batch.push((row, key, told));
                }
            }
        }
        let new = join_all(batch.iter().map(async |(_, key, told)| match told {
            Err(why) => Err(ActError::from(*why)),
            Ok(told) => file_from_a_row(world, &mapping.set, key, told.clone()).await,
        }))
        .await;
        for ((row, ..), new) in batch.iter().zip(new) {
            match new {
                Ok(true) => out.counts.entered += 1,
                Ok(false) => out.counts.already += 1,
                Err(ActError::Refused(RefusalError(why))) => out.row(row, why, "")?,
                Err(error) => return Err(error).context("the store does not take it; run the same command again to go on"),
            }
        }
        progress.step(batch.len() as u64);
    }
    progress.end();
    let Out { rejects, mut counts, .. } = out;
    counts.because(&rejects);
    Ok((counts, rejects.end()?))
}
