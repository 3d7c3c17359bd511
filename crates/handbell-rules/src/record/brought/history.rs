//! History: an incident of somebody's public list with every edit it had, as claims of that list, what the
//! desk says of them, and a numbered correction for each edit of something it had said.
//!
//! The file gives what stands now and what each edit changed; what stood first is worked back from that. Each
//! revision becomes one piece. A field whose value changed is a new claim of the list, an event on the one
//! before (the source has since said something else), and an assessment that takes the place of the earlier
//! one with its correction. A page that the list no longer cites is taken back by it. Words that the record
//! does not hold are replaced by a sentence that says so, so that no earlier words seem to stand on.

use super::row::{LeftOut, Marked, parts, plain, public_place};
use super::{Frame, Piece, row};
use crate::place::Point;
use crate::record::Ref;
use crate::record::assessment::{CorrectionKind, NewAssessment, SetAsideReason, Standing};
use crate::record::claim::{ClaimEventKind, NewPublicClaim, Polarity};
use crate::record::ledger::Ledger;
use crate::record::source::{NewSource, SourceKind};
use crate::record::statement::Statement;
use crate::record::words;
use crate::refusal::{Record, Refusal};
use crate::span::Span;
use crate::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What stands in the place of words that the record does not hold.
pub const NOT_TAKEN_IN: &str = "The list's own words for this are not taken into this record.";
/// The part of an incident that the list's heading is about.
pub const HEADING: &str = "the list's heading";
/// The part that its citations are about.
pub const CITED: &str = "what the list cites";

/// A page that an item cites.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its address.
    pub url: String,
    /// What the list calls it.
    #[serde(default)]
    pub text: String,
}

/// An item as it stands now; docs/formats/revisions-jsonl.md.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the file's")]
pub struct Item {
    pub id: String,
    pub title: String,
    pub date: String,
    /// The date in the list's own words; said where it says more than the date.
    #[serde(default)]
    pub date_text: String,
    pub city: String,
    pub state: String,
    #[serde(default)]
    pub lat: String,
    #[serde(default)]
    pub lon: String,
    pub description: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub links: Vec<Link>,
}

/// A value before and after; nothing where there was none.
pub type Pair = (Option<String>, Option<String>);

/// What came and what went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the file's")]
pub struct Moved {
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// What an edit changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "the fields are the file's")]
pub struct Changes {
    pub title: Option<Pair>,
    pub date: Option<Pair>,
    pub description: Option<Pair>,
    pub geolocation: Option<Pair>,
    pub city: Option<Pair>,
    pub state: Option<Pair>,
    pub links: Option<Moved>,
    pub tags: Option<Moved>,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// The item.
    pub id: String,
    /// Its number; 0 is the first appearance.
    pub rev: u32,
    /// When, RFC 3339.
    #[serde(deserialize_with = "instant")]
    pub at: Timestamp,
    /// `create` or `change`.
    pub op: String,
    /// What it changed.
    #[serde(default)]
    pub changes: Changes,
}

fn instant<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    let at: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
    Ok(Timestamp::from_milliseconds(at.as_millisecond()))
}

/// What an item said at one time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the fields are the file's")]
pub struct State {
    pub title: String,
    pub date: String,
    pub description: String,
    pub geolocation: String,
    pub city: String,
    pub state: String,
    pub tags: BTreeSet<String>,
    pub links: BTreeSet<String>,
}

impl State {
    fn now(item: &Item) -> Self {
        let geolocation = if item.lat.is_empty() && item.lon.is_empty() { String::new() } else { format!("{}, {}", item.lat, item.lon) };
        Self {
            title: item.title.clone(),
            date: item.date.clone(),
            description: item.description.clone(),
            geolocation,
            city: item.city.clone(),
            state: item.state.clone(),
            tags: item.tags.iter().cloned().collect(),
            links: item.links.iter().map(|link| link.url.clone()).collect(),
        }
    }

    fn pairs<'a>(&'a mut self, changes: &'a Changes) -> [(&'a mut String, &'a Option<Pair>); 6] {
        [
            (&mut self.title, &changes.title),
            (&mut self.date, &changes.date),
            (&mut self.description, &changes.description),
            (&mut self.geolocation, &changes.geolocation),
            (&mut self.city, &changes.city),
            (&mut self.state, &changes.state),
        ]
    }

    fn step(&mut self, changes: &Changes, back: bool) {
        for (value, pair) in self.pairs(changes) {
            if let Some((before, after)) = pair {
                *value = if back { before } else { after }.clone().unwrap_or_default();
            }
        }
        for (set, moved) in [(&mut self.tags, &changes.tags), (&mut self.links, &changes.links)] {
            let Some(moved) = moved else { continue };
            let (come, go) = if back { (&moved.removed, &moved.added) } else { (&moved.added, &moved.removed) };
            set.retain(|one| !go.contains(one));
            set.extend(come.iter().cloned());
        }
    }

    /// Where, in words.
    pub fn place(&self) -> String {
        let words: Vec<String> = [&self.city, &self.state].into_iter().map(|part| plain(part)).filter(|part| !part.is_empty()).collect();
        if words.is_empty() { "Place not given".to_owned() } else { words.join(", ") }
    }

    /// The point, as the record may hold it; nothing where there is none that can be read.
    pub fn point(&self) -> Option<Point> {
        let (lat, lon) = self.geolocation.split_once(',')?;
        Point::parse(lat.trim(), lon.trim()).ok().map(Point::rounded)
    }
}

/// Everything an item ever said, oldest first: what it said first, then after each edit.
pub fn walked(item: &Item, revisions: &[Revision]) -> Vec<State> {
    let mut state = State::now(item);
    for revision in revisions.iter().rev() {
        state.step(&revision.changes, true);
    }
    let mut all = Vec::with_capacity(revisions.len().max(1));
    for revision in revisions {
        state.step(&revision.changes, false);
        all.push(state.clone());
    }
    if all.is_empty() {
        all.push(state);
    }
    all
}

/// What a whole set has in common.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListOf {
    /// What the set is called; with an item's id it makes an incident's.
    pub set: String,
    /// The kind of every incident.
    pub kind: String,
    /// Whether each was at a home; then no street is named and no point told.
    #[serde(default)]
    pub home: bool,
    /// The zone of its days.
    pub zone: String,
    /// How far a point may be from where it was, in metres.
    pub radius_metres: u32,
    /// How the page names the list.
    pub label: String,
    /// Where it stands.
    pub standing: String,
}

/// One field of a state as the record tells it.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    fact: &'static str,
    about: &'static str,
    what: &'static str,
    edtf: String,
    point: Option<Point>,
    words: Vec<String>,
}

fn told(state: &State) -> [Told; 5] {
    let one = |fact, about, what, words: Vec<String>| Told { fact, about, what, edtf: String::new(), point: None, words };
    let given = |text: &str| Some(plain(text)).filter(|text| !text.is_empty());
    let date = plain(&state.date);
    let span = Span::parse(&date).ok();
    let said = match &span {
        _ if date.is_empty() => Vec::new(),
        Some(_) => vec![String::new()],
        None => vec![date],
    };
    let tags: Vec<String> = state.tags.iter().map(|tag| plain(tag)).filter(|tag| !tag.is_empty()).collect();
    [
        one("what_happened", HEADING, "its heading", given(&state.title).into_iter().collect()),
        Told { edtf: span.map(|span| span.to_string()).unwrap_or_default(), ..one("when", "", "the date", said) },
        Told { point: state.point(), ..one("place", "", "the place", vec![state.place()]) },
        one("what_happened", "", "what it says happened", given(&state.description).map(|text| parts(&text)).unwrap_or_default()),
        one("pattern", "", "its tags", if tags.is_empty() { Vec::new() } else { vec![format!("Tags: {}", tags.join(", "))] }),
    ]
}

/// One revision, ready to be held against a ledger.
#[derive(Debug, Clone)]
pub struct Ready<'a> {
    list: &'a ListOf,
    row: String,
    said_at: Option<Timestamp>,
    told: Vec<Told>,
    cites: Vec<(String, String)>,
    no_longer: Vec<String>,
}

/// An item with every edit: its frame, its pieces and what is left out of them.
#[derive(Debug)]
pub struct Read<'a> {
    /// What the incident is.
    pub frame: Frame,
    /// Its revisions, oldest first.
    pub ready: Vec<Ready<'a>>,
    /// What is not in the record.
    pub left_out: Vec<LeftOut>,
    /// Why none of it is entered.
    pub refused: Option<Refusal>,
}

/// Reads an item and its edits, which are its own and in order.
pub fn read<'a>(list: &'a ListOf, marked: Marked, item: &Item, revisions: &[Revision]) -> Read<'a> {
    let states = walked(item, revisions);
    let first = &states[0];
    let (mut left_out, mut refused, mut ready) = (Vec::new(), None, Vec::new());
    let mut before: Option<(&State, [Told; 5])> = None;
    for (place, state) in states.iter().enumerate() {
        let revision = revisions.get(place);
        let key = format!("{}#{}", item.id, revision.map_or(0, |revision| revision.rev));
        let mut leave = |field: &str, words: &str, why: Refusal| {
            left_out.push(LeftOut { row: key.clone(), field: field.to_owned(), words: words.to_owned(), why });
        };
        let now = told(state);
        let changed = |at: usize| before.as_ref().is_none_or(|(_, told)| told[at] != now[at]);
        let mut new: Vec<Told> = Vec::new();
        for (_, one) in now.iter().enumerate().filter(|(at, one)| changed(*at) && (!one.words.is_empty() || before.is_some())) {
            let mut one = one.clone();
            if one.words.is_empty() {
                one.words = vec!["Not given".to_owned()];
            }
            if let Some(why) = one.words.iter().find_map(|text| words::fine(text, list.home).err()) {
                leave(one.what, &one.words.join(" "), why);
                if marked == Marked::Row {
                    refused = Some(why);
                }
                (one.words, one.edtf, one.point) = (vec![NOT_TAKEN_IN.to_owned()], String::new(), None);
            }
            new.push(one);
        }
        let none = BTreeSet::new();
        let cited = before.as_ref().map_or(&none, |(state, _)| &state.links);
        let mut cites = Vec::new();
        for url in state.links.difference(cited) {
            if !words::web_address(url) {
                leave("link", url, Record::AddressWrong.into());
                continue;
            }
            let text = item.links.iter().find(|link| link.url == *url).map(|link| plain(&link.text)).unwrap_or_default();
            let fine = words::fine(&text, false);
            if let Err(why) = fine {
                leave("link text", &text, why);
            }
            cites.push((url.clone(), if fine.is_ok() { text } else { String::new() }));
        }
        let no_longer = cited.difference(&state.links).cloned().collect();
        let said_at = revision.map(|revision| revision.at);
        ready.push(Ready { list, row: key, said_at, told: new, cites, no_longer });
        before = Some((state, now));
    }
    // What the list says in words where its date says less; it has no revisions of its own.
    if !item.date_text.is_empty() && item.date_text != item.date {
        let last = ready.iter_mut().rev().find_map(|ready: &mut Ready<'_>| ready.told.iter_mut().find(|one| one.fact == "when"));
        let text = plain(&item.date_text);
        match last.filter(|_| words::fine(&text, false).is_ok()) {
            Some(when) => when.words = vec![text],
            None => left_out.push(LeftOut {
                row: item.id.clone(),
                field: "date_text".to_owned(),
                words: text,
                why: Record::DateUnreadable.into(),
            }),
        }
    }
    let place = first.place();
    // The list's own heading may change, so the page has one that stays; an id that looks like something the guard
    // looks for is left out of it.
    let titled = format!("Reported in {place} ({})", item.id);
    let frame = Frame {
        kind: list.kind.clone(),
        home: list.home,
        title: if words::fine(&titled, false).is_ok() { titled } else { format!("Reported in {place}") },
        district: place.clone(),
        place: public_place(place, first.point().map(|point| (point, list.radius_metres))),
        zone: list.zone.clone(),
        said_at: revisions.first().map(|revision| revision.at),
    };
    Read { frame, ready, left_out, refused }
}

impl Ready<'_> {
    /// Whether anything that is told here changed; a point may move by less than it is told.
    pub fn says_something(&self) -> bool {
        !self.told.is_empty() || !self.cites.is_empty() || !self.no_longer.is_empty()
    }

    /// The piece.
    pub fn piece(&self) -> Piece<'_> {
        Piece { row: self.row.clone(), said_at: self.said_at, says: Box::new(|ledger| self.statements(ledger)) }
    }

    fn when(&self) -> String {
        self.said_at.map_or_else(|| "At a time that the file does not say".to_owned(), |at| format!("On {}", at.day_and_clock("UTC")))
    }

    fn statements(&self, ledger: &Ledger) -> Vec<Statement> {
        let none = String::new;
        let source = |kind, label: &str, standing: &str, url: &str, via| NewSource {
            kind,
            label: label.to_owned(),
            standing: standing.to_owned(),
            said: none(),
            url: url.to_owned(),
            copies: None,
            via,
            asked: none(),
            replied: none(),
        };
        let list = source(SourceKind::Organisation, &self.list.label, &self.list.standing, "", None);
        let known = row::known_source(ledger, &list);
        let mut all = Vec::new();
        if known.is_none() {
            all.push(Statement::Source(list));
        }
        let speaker = known.map_or(Ref::New(0), Ref::Known);
        // A page that comes back is the source that it was.
        let source_of = |url: &str| {
            let bodies = || ledger.sources.iter().filter_map(|placed| placed.body.as_ref());
            bodies().find(|source| source.url.as_deref() == Some(url)).map(|source| source.number)
        };
        let mut sources = u32::try_from(ledger.sources.len()).unwrap_or(u32::MAX) + u32::from(known.is_none());
        let mut cited = Vec::with_capacity(self.cites.len());
        for (url, text) in &self.cites {
            let number = source_of(url).unwrap_or_else(|| {
                sources += 1;
                let label = if text.is_empty() { format!("Page cited by {}", self.list.label) } else { text.clone() };
                all.push(Statement::Source(source(SourceKind::Document, &label, "", url, Some(speaker))));
                sources
            });
            cited.push(number);
        }
        let mut claims = 0;
        let mut claim = |predicate: &str, about: &str, edtf: &str, point: Option<Point>, words: &str| {
            claims += 1;
            let claim = NewPublicClaim {
                source: speaker,
                predicate: predicate.to_owned(),
                about: about.to_owned(),
                polarity: Polarity::Asserts,
                edtf: edtf.to_owned(),
                low: None,
                high: None,
                point,
                radius_metres: point.map(|_| self.list.radius_metres),
                words: words.to_owned(),
            };
            (Ref::New(claims - 1), Statement::Claim(claim))
        };
        for number in cited {
            all.push(claim("statement", CITED, "", None, &cites(number)).1);
        }
        for number in self.no_longer.iter().filter_map(|url| source_of(url)) {
            let event = ClaimEventKind::WithdrawnBySource;
            let reason = format!("{} the list no longer cited it.", self.when());
            let of = |claim: &u32| says(ledger, *claim).as_deref() == Some(&cites(number));
            for claim in live(ledger, known, "statement", CITED).into_iter().filter(of) {
                all.push(Statement::Event { claim, event, by_claim: None, reason: reason.clone() });
            }
        }
        for one in &self.told {
            let before = live(ledger, known, one.fact, one.about);
            let new: Vec<(Ref, Statement)> =
                one.words.iter().map(|words| claim(one.fact, one.about, &one.edtf, one.point, words)).collect();
            let refs: Vec<Ref> = new.iter().map(|(at, _)| *at).collect();
            all.extend(new.into_iter().map(|(_, claim)| claim));
            let note = format!("{} the list changed {}.", self.when(), one.what);
            for claim in &before {
                let event = ClaimEventKind::SourceUpdated;
                all.push(Statement::Event { claim: *claim, event, by_claim: refs.first().copied(), reason: note.clone() });
            }
            // The claim that this one is, by its number; a point itself never stands in words.
            let place = if let Some(Ref::New(place)) = refs.first() { *place } else { 0 };
            let number = u32::try_from(ledger.claims.len()).unwrap_or(u32::MAX).saturating_add(place).saturating_add(1);
            let sentence = |(at, words): (Ref, &String)| (sentence(one, words, number), vec![at]);
            let more = before
                .iter()
                .all(|claim| ledger.claim(*claim).and_then(|one| one.body.as_ref()).is_some_and(|one| one.value.point().is_none()));
            all.push(Statement::Assessment(NewAssessment {
                predicate: one.fact.to_owned(),
                about: one.about.to_owned(),
                standing: Standing::Unconfirmed,
                relies_on: refs.clone(),
                sets_aside: before.iter().map(|claim| (Ref::Known(*claim), SetAsideReason::SupersededBySource)).collect(),
                sentences: refs.iter().copied().zip(&one.words).map(sentence).collect(),
                correction: if one.point.is_some() && more { CorrectionKind::Update } else { CorrectionKind::Correction },
                note,
            }));
        }
        all
    }
}

fn cites(source: u32) -> String {
    format!("Cites source {source}")
}

fn sentence(one: &Told, words: &str, number: u32) -> String {
    match (Span::parse(&one.edtf), one.point) {
        (Ok(span), _) if words.is_empty() => span.words(),
        (Ok(span), _) => format!("{}, {words}", span.words()),
        (_, Some(_)) => format!("{words}, at the point of claim {number}"),
        _ => words.to_owned(),
    }
}

/// What a claim of text says.
fn says(ledger: &Ledger, claim: u32) -> Option<String> {
    ledger.claim(claim)?.body.as_ref().map(|body| body.value.says())
}

/// The live claims of a source on one fact, by number.
fn live(ledger: &Ledger, source: Option<u32>, predicate: &str, about: &str) -> Vec<u32> {
    let about = Some(about).filter(|about| !about.is_empty());
    let bodies = ledger.claims.iter().filter_map(|placed| placed.body.as_ref());
    let of = bodies.filter(|body| Some(body.source) == source && body.predicate == predicate && body.about.as_deref() == about);
    of.map(|body| body.number).filter(|number| ledger.is_live(*number)).collect()
}

#[cfg(test)]
mod tests;
