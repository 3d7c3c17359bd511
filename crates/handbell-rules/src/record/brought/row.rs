//! Row: one row of a table as a piece of its incident, by a mapping.
//!
//! A row's recorder is one source of the incident, however many rows it has there; a page that the row cites is
//! a source that the recorder carries. A cell that cannot stand in the record is left out by name or takes
//! its whole row with it, as whoever imports chose; either way it is told, with the cell, and never lost.
//! Where one recorder has several rows of one fact in an incident, each is about its own part: two gatherings
//! on one day are not two opinions about one.

use super::mapping::{KnownRecorder, MappedClaim, Mapping, Template};
use super::{Frame, Piece};
use crate::place::Point;
use crate::playbook::{Playbook, ValueType};
use crate::record::Ref;
use crate::record::claim::{NewPublicClaim, Polarity};
use crate::record::count;
use crate::record::entry::{self, PublicPlace};
use crate::record::ledger::Ledger;
use crate::record::source::{NewSource, Source, SourceKind};
use crate::record::statement::Statement;
use crate::record::value::{AREA_METRES_MIN, RADIUS_METRES_MIN};
use crate::record::words;
use crate::refusal::{Record, Refusal};
use std::collections::BTreeMap;

/// Letters of one claim's text; a longer one becomes several claims, cut where a sentence or an item ends.
pub const CUT_AT_LETTERS: usize = 560;

/// What becomes of a row that has a cell with words the guard marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marked {
    /// The whole row is refused.
    #[default]
    Row,
    /// Only these words are left out.
    Words,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its line in the file, counted from 1; where it spans several, the first.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// The cells of a row by their column's name.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    columns: &'a [String],
    cells: &'a [String],
}

impl<'a> Named<'a> {
    /// Of a table's columns and a row's cells.
    pub fn new(columns: &'a [String], row: &'a Row) -> Self {
        Self { columns, cells: &row.cells }
    }
    /// A cell; empty where there is no such column.
    pub fn cell(self, column: &str) -> &'a str {
        self.columns.iter().position(|name| name == column).and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }
    /// What a template says of the row.
    pub fn says(self, template: &Template) -> String {
        plain(&template.of(|column| self.cell(column)))
    }
}

/// One text of a row that is not in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The row's key.
    pub row: String,
    /// The fact, or the name of the field.
    pub field: String,
    /// The words.
    pub words: String,
    /// Why.
    pub why: Refusal,
}

/// A row, ready to be held against a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// Its key.
    pub row: String,
    recorder: NewSource,
    claims: Vec<NewPublicClaim>,
    cited: Vec<NewSource>,
    /// What is left out of it.
    pub left_out: Vec<LeftOut>,
    /// Why all of it is refused, if it is.
    pub refused: Option<Refusal>,
}

/// White space and controls as single spaces.
pub fn plain(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text in parts that one claim each can hold, cut where a sentence or an item ends.
pub fn parts(text: &str) -> Vec<String> {
    if text.chars().count() <= words::TEXT_LETTERS_MAX {
        return vec![text.to_owned()];
    }
    let (mut all, mut rest) = (Vec::new(), text);
    while rest.chars().count() > CUT_AT_LETTERS {
        let most = rest.char_indices().nth(CUT_AT_LETTERS).map_or(rest.len(), |(at, _)| at);
        let head = &rest[..most];
        let ends = ["; ", ". ", "! ", "? "].iter().filter_map(|end| head.rfind(end)).max().map(|at| at + 1);
        let end = ends.or_else(|| head.rfind(' ')).filter(|end| *end > 0).unwrap_or(most);
        all.push(rest[..end].trim().to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        all.push(rest.to_owned());
    }
    all
}

/// What a cell says in numbers: both ends, and whether the words must repeat it because the numbers do not.
fn number(text: &str) -> Option<(Option<u32>, Option<u32>, bool)> {
    if text.is_empty() {
        return None;
    }
    if let Ok(whole) = text.parse::<u32>() {
        return Some((Some(whole), Some(whole), false));
    }
    if let Some(decimal) = text.parse::<f64>().ok().filter(|number| (0.0..=f64::from(count::COUNT_MAX)).contains(number)) {
        // In range, so both fit.
        return Some((Some(decimal.floor() as u32), Some(decimal.ceil() as u32), decimal.fract() != 0.0));
    }
    Some(count::read(text).map_or((None, None, true), |count| (count.low, count.high, true)))
}

/// Whether a cell says yes. Whatever is neither empty nor a plain no counts as one: a word that nobody here knows must
/// not tell where somebody lives.
pub fn says_yes(text: &str) -> bool {
    !["", "no", "false", "0"].contains(&text.to_lowercase().as_str())
}

struct Reading<'a> {
    mapping: &'a Mapping,
    home: bool,
    playbook: &'a Playbook,
    marked: Marked,
    named: Named<'a>,
    ready: Ready,
}

impl Reading<'_> {
    /// Leaves words out, and the row with them where that was chosen.
    fn leave_out(&mut self, field: &str, words: &str, why: Refusal, takes_the_row: bool) {
        let (row, field, words) = (self.ready.row.clone(), field.to_owned(), words.to_owned());
        self.ready.left_out.push(LeftOut { row, field, words, why });
        if takes_the_row && self.ready.refused.is_none() {
            self.ready.refused = Some(why);
        }
    }

    fn may_stand(&mut self, field: &str, text: &str) -> bool {
        match words::fine(text, self.home) {
            Ok(()) => true,
            Err(why) => {
                self.leave_out(field, text, why, self.marked == Marked::Row);
                false
            }
        }
    }

    fn point(&mut self) -> Option<(Point, u32)> {
        let columns = self.mapping.point.as_ref()?;
        let (lat, lon) = (self.named.says(&columns.lat), self.named.says(&columns.lon));
        if lat.is_empty() && lon.is_empty() {
            return None;
        }
        let radius = self.named.says(&columns.radius_metres);
        let metres = if radius.is_empty() { Some(RADIUS_METRES_MIN) } else { radius.parse().ok() };
        match Point::parse(&lat, &lon).ok().zip(metres) {
            Some(point) => Some(point),
            None => {
                self.leave_out("point", &format!("{lat} {lon} {radius}"), Record::PlaceUnreadable.into(), false);
                None
            }
        }
    }

    fn claim(&mut self, mapped: &MappedClaim, part: &str, point: Option<(Point, u32)>) {
        let edtf = self.named.says(&mapped.edtf);
        let edtf = if mapped.unless.contains(&edtf) { String::new() } else { edtf };
        let (low, high) = (self.named.says(&mapped.low), self.named.says(&mapped.high));
        let mut said = self.named.says(&mapped.words);
        let (first, last) = (number(&low), number(&high));
        let inexact = [(&low, &first), (&high, &last)].into_iter().filter(|(_, read)| read.is_some_and(|(.., inexact)| inexact));
        let mut repeated: Vec<&String> = inexact.map(|(text, _)| text).collect();
        repeated.dedup();
        for text in repeated {
            if !said.contains(text.as_str()) {
                said = if said.is_empty() { text.clone() } else { format!("{said} (recorded as {text})") };
            }
        }
        let point = point.filter(|_| mapped.point && !said.is_empty());
        let (low, high) = (first.and_then(|(low, ..)| low), last.and_then(|(_, high, _)| high));
        if edtf.is_empty() && low.is_none() && high.is_none() && said.is_empty() {
            return;
        }
        let about = if part.is_empty() { self.named.says(&mapped.about) } else { part.to_owned() };
        if !self.may_stand(&format!("{} about", mapped.fact), &about) {
            return;
        }
        let is_text = self.playbook.predicate(&mapped.fact).is_some_and(|fact| fact.value_type == ValueType::Text);
        for said in if is_text { parts(&said) } else { vec![said] } {
            if self.may_stand(&mapped.fact, &said) {
                self.ready.claims.push(NewPublicClaim {
                    source: Ref::New(0),
                    predicate: mapped.fact.clone(),
                    about: about.clone(),
                    polarity: Polarity::Asserts,
                    edtf: edtf.clone(),
                    low,
                    high,
                    point: point.map(|(point, _)| point),
                    radius_metres: point.map(|(_, metres)| metres),
                    words: said,
                });
            }
        }
    }

    fn cited(&mut self) {
        let Some(links) = &self.mapping.links else { return };
        let cell = self.named.cell(&links.column).to_owned();
        for named in cell.split(links.separator.as_str()).map(str::trim).filter(|link| !link.is_empty()) {
            let url = if links.names { format!("https://{named}") } else { named.to_owned() };
            if words::web_address(&url) {
                let what = if links.names { "Site named by" } else { "Page cited by" };
                self.ready.cited.push(source(SourceKind::Document, &format!("{what} {}", self.ready.recorder.label), "", url));
            } else {
                // Whatever was chosen for marked words: an address nobody may follow says nothing about the row.
                self.leave_out(&links.column, named, Record::AddressWrong.into(), false);
            }
        }
    }
}

fn source(kind: SourceKind, label: &str, standing: &str, url: String) -> NewSource {
    let (label, standing) = (label.to_owned(), standing.to_owned());
    let none = String::new;
    NewSource { kind, label, standing, said: none(), url, copies: None, via: None, asked: none(), replied: none() }
}

fn recorder(mapping: &Mapping, named: Named<'_>) -> Result<NewSource, Refusal> {
    let label = named.says(&mapping.recorder.label);
    if let Some(KnownRecorder { label, kind, standing, .. }) = mapping.recorders.iter().find(|known| known.is == label) {
        return Ok(source(*kind, label, standing, String::new()));
    }
    let kind = named.says(&mapping.recorder.kind);
    let kind = if kind.is_empty() { Some(SourceKind::Document) } else { SourceKind::parse(&kind) };
    // What sort it is decides what must be said of it, so nobody guesses.
    let kind = kind.ok_or(Record::SourceMissing)?;
    if label.is_empty() {
        return Err(Record::SourceMissing.into());
    }
    Ok(source(kind, &label, &named.says(&mapping.recorder.standing), named.says(&mapping.recorder.url)))
}

/// Reads the rows of one incident: what it is, and each row ready for its ledger.
///
/// # Errors
/// When the frame cannot be told at all: no kind, no heading or no district.
pub fn read(
    mapping: &Mapping,
    playbook: &Playbook,
    marked: Marked,
    columns: &[String],
    rows: &[Row],
) -> Result<(Frame, Vec<Ready>), Refusal> {
    let first = rows.first().ok_or(Record::NothingToAdd)?;
    let named = Named::new(columns, first);
    // One row that says so is enough for all of its incident.
    let told_home = rows.iter().any(|row| says_yes(&Named::new(columns, row).says(&mapping.home)));
    let home = entry::at_a_home(playbook, &named.says(&mapping.kind), told_home);
    // How many rows of one recorder say something of a mapped fact: of several, each is about its own part.
    let mut several: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    for row in rows {
        let named = Named::new(columns, row);
        for (at, mapped) in (0..).zip(&mapping.claims).filter(|(_, mapped)| mapped.part != Template::default()) {
            let says =
                [&mapped.edtf, &mapped.low, &mapped.high, &mapped.words].into_iter().any(|template| !named.says(template).is_empty());
            if says {
                several.entry((named.says(&mapping.recorder.label), at)).or_default().push(named.says(&mapped.part));
            }
        }
    }
    let mut met: BTreeMap<(String, usize, String), usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let named = Named::new(columns, row);
        let key = named.says(&mapping.key);
        let mut refused = key.is_empty().then(|| Record::WordsMissing.into());
        let recorder = recorder(mapping, named).unwrap_or_else(|why| {
            refused.get_or_insert(why);
            source(SourceKind::Document, "", "", String::new())
        });
        let ready = Ready { row: key, recorder, claims: Vec::new(), cited: Vec::new(), left_out: Vec::new(), refused };
        let mut reading = Reading { mapping, home, playbook, marked, named, ready };
        let point = reading.point();
        let spoken = named.says(&mapping.recorder.label);
        for (at, mapped) in (0..).zip(&mapping.claims) {
            let parts = several.get(&(spoken.clone(), at)).filter(|parts| parts.len() > 1);
            let part = parts.map(|parts| {
                let part = named.says(&mapped.part);
                let says = [&mapped.edtf, &mapped.low, &mapped.high, &mapped.words].into_iter().any(|one| !named.says(one).is_empty());
                let of = met.entry((spoken.clone(), at, part.clone())).or_default();
                *of += usize::from(says);
                let alike = parts.iter().filter(|other| **other == part).count();
                let name = if part.is_empty() { "place not given".to_owned() } else { part };
                if alike > 1 { format!("{name} ({of} of {alike})") } else { name }
            });
            reading.claim(mapped, part.as_deref().unwrap_or_default(), point);
        }
        reading.cited();
        all.push(reading.ready);
    }
    let point = mapping.point.as_ref().and_then(|columns| {
        let point = Point::parse(&named.says(&columns.lat), &named.says(&columns.lon)).ok()?;
        Some((point, named.says(&columns.radius_metres).parse().unwrap_or(RADIUS_METRES_MIN)))
    });
    let frame = frame(mapping, named, point)?;
    Ok((Frame { home, ..frame }, all))
}

fn frame(mapping: &Mapping, named: Named<'_>, point: Option<(Point, u32)>) -> Result<Frame, Refusal> {
    let (kind, zone) = (named.says(&mapping.kind), named.says(&mapping.zone));
    let (title, district, place) = (named.says(&mapping.title), named.says(&mapping.district), named.says(&mapping.place));
    if title.is_empty() || kind.is_empty() || district.is_empty() {
        return Err(Record::WordsMissing.into());
    }
    let words = if place.is_empty() { district.clone() } else { place };
    Ok(Frame { kind, home: false, title, district, place: public_place(words, point), zone, said_at: None })
}

/// A place as the page names it: its point rounded to what its radius means.
pub fn public_place(words: String, point: Option<(Point, u32)>) -> PublicPlace {
    let rounded = point.map(|(point, metres)| {
        let metres = metres.max(RADIUS_METRES_MIN);
        (if metres < AREA_METRES_MIN { point.rounded() } else { point.rounded_to_an_area() }, metres)
    });
    PublicPlace {
        words,
        lat: rounded.map(|(point, _)| point.lat_microdegrees()),
        lon: rounded.map(|(point, _)| point.lon_microdegrees()),
        radius_metres: rounded.map(|(_, metres)| metres),
    }
}

/// The number of a source that says the same of itself.
pub(super) fn known_source(ledger: &Ledger, new: &NewSource) -> Option<u32> {
    let same = |source: &Source| {
        source.kind == new.kind && source.label == new.label.trim() && source.url.as_deref().unwrap_or_default() == new.url
    };
    ledger.sources.iter().filter_map(|placed| placed.body.as_ref()).find(|source| same(source)).map(|source| source.number)
}

impl Ready {
    /// The piece of a row that is not refused.
    pub fn piece(&self) -> Piece<'_> {
        Piece { row: self.row.clone(), said_at: None, says: Box::new(|ledger| self.statements(ledger)) }
    }

    fn statements(&self, ledger: &Ledger) -> Vec<Statement> {
        let known = known_source(ledger, &self.recorder).map(Ref::Known);
        let mut all = Vec::with_capacity(1 + self.claims.len() + self.cited.len());
        if known.is_none() {
            all.push(Statement::Source(self.recorder.clone()));
        }
        let recorder = known.unwrap_or(Ref::New(0));
        all.extend(self.cited.iter().map(|cited| Statement::Source(NewSource { via: Some(recorder), ..cited.clone() })));
        all.extend(self.claims.iter().map(|claim| Statement::Claim(NewPublicClaim { source: recorder, ..claim.clone() })));
        all
    }
}

#[cfg(test)]
mod tests;
