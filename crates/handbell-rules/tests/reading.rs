//! How much of what a person labelled by hand is read, and how much of what is read a person labelled.
//!
//! The texts are read in place from `HANDBELL_TEST_DATA`; without it nothing is measured and the test says so.
//! The rules of labelling and of comparing stand in `reading/labels/README.md`, the figures in
//! `docs/formats/reading.md`. A floor a little under each figure fails when reading gets worse.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a check that meets the unexpected has failed, and a measurement is printed")]

use handbell_rules::gazetteer::{Gazetteer, NamedPlace, PlaceKind};
use handbell_rules::place::Point;
use handbell_rules::reading::{Field, Hints, Reading, Rule, Value, read};
use handbell_rules::record::source::SourceKind;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

const LEARNED: &str = include_str!("reading/labels/learned.tsv");
const MORE: &str = include_str!("reading/labels/more.tsv");
const UNSEEN: &str = include_str!("reading/labels/unseen.tsv");
const UNSEEN2: &str = include_str!("reading/labels/unseen2.tsv");

/// One label.
struct Label {
    text: String,
    hash: String,
    field: String,
    bytes: Range<usize>,
    value: String,
}

/// One thing found, said as a label says it.
struct Found {
    field: &'static str,
    bytes: Range<usize>,
    value: String,
    speaker: Option<Range<usize>>,
}

#[derive(Default, Clone, Copy)]
struct Figures {
    labelled: usize,
    found: usize,
    right: usize,
    proposed: usize,
}

impl Figures {
    fn share(part: usize, of: usize) -> f64 {
        if of == 0 { 1.0 } else { part as f64 / of as f64 }
    }
}

fn labels(text: &str) -> Vec<Label> {
    let line = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [text, hash, field, first, last, value] = cells.as_slice() else { panic!("a label has six columns: {line}") };
        let bytes = first.parse().expect("a byte")..last.parse().expect("a byte");
        Label { text: (*text).into(), hash: (*hash).into(), field: (*field).into(), bytes, value: (*value).into() }
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test finds its corpus by the environment; nothing that ships reads it")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the corpus is; none where it is missing and need not be there.
fn data() -> Option<PathBuf> {
    let folder = setting("HANDBELL_TEST_DATA").unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let there = PathBuf::from(folder);
    let found = there.join("texts").is_dir();
    assert!(found || setting("HANDBELL_REQUIRE_TEST_DATA").as_deref() != Some("1"), "reading needs the texts of the test corpus");
    found.then_some(there)
}

/// The labelled texts, each with the day or year of its publication as a person at the desk would give it.
fn texts(data: &Path, labels: &[Label]) -> BTreeMap<String, (String, Option<jiff::civil::Date>, Option<i16>)> {
    let wanted = |id: &str| labels.iter().any(|label| label.text == id);
    let mut texts = BTreeMap::new();
    for file in ["texts/george_floyd_protests_wikipedia.jsonl", "texts/newspapers_public_domain.jsonl"] {
        for line in std::fs::read_to_string(data.join(file)).expect("the corpus").lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("a row");
            let cell = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            if wanted(&cell("id")) {
                let year = (!cell("snapshot").is_empty()).then_some(2020);
                texts.insert(cell("id"), (cell("text"), cell("date").parse().ok(), year));
            }
        }
    }
    for article in ["evan-cook-close-2022", "rye-lane-2017"].into_iter().filter(|id| wanted(id)) {
        let text = std::fs::read_to_string(data.join("articles").join(format!("{article}.txt"))).expect("the article");
        texts.insert(article.to_owned(), (text, None, None));
    }
    texts
}

/// Towns and quarters of both countries, as a group's own list would hold its own.
fn places(data: &Path) -> Gazetteer {
    let mut places = Vec::new();
    for (file, name, lat, lon) in [("geo/us_place_aliases.csv", 2, 5, 6), ("geo/places_london.csv", 1, 4, 5)] {
        for line in std::fs::read_to_string(data.join(file)).expect("the list").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            if let Ok(point) = Point::parse(cell(lat), cell(lon)) {
                places.push(NamedPlace { name: cell(name).to_owned(), kind: PlaceKind::District, point, near: String::new() });
            }
        }
    }
    Gazetteer::new(places)
}

fn says(value: &Value) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    match value {
        Value::Source { kind, .. } => match kind {
            SourceKind::Press => "press",
            SourceKind::Official | SourceKind::Court => "official",
            SourceKind::Organisation => "organisation",
            SourceKind::MediaFile => "media",
            _ => "witness",
        }
        .to_owned(),
        Value::Day { edtf, .. } => edtf.clone().unwrap_or_else(|| "no-day".to_owned()),
        Value::Count { of, low, high, .. } => {
            let of = if of.name() == "premises" { "other" } else { of.name() };
            match (low, high) {
                (None, None) => format!("{of}=words"),
                (low, high) => format!("{of}={}..{}", number(*low), number(*high)),
            }
        }
        Value::Change(change) => change.name().to_owned(),
        Value::Quote { .. } | Value::Place { .. } | Value::Agency { .. } | Value::Outcome { .. } => String::new(),
    }
}

fn found(reading: &Reading) -> Vec<Found> {
    let speaker = |value: &Value| if let Value::Quote { speaker_bytes, .. } = value { speaker_bytes.clone() } else { None };
    // Officers whose force is not named are no label's body, by the rules of labelling; they are counted apart.
    let findings = reading.findings.iter().filter(|one| one.rule != Rule::BodyByItsTrade);
    let mut all: Vec<Found> = findings
        .map(|one| Found { field: one.field.name(), bytes: one.bytes.clone(), value: says(&one.value), speaker: speaker(&one.value) })
        .collect();
    // A stretch set apart is one finding, however many sentences and paragraphs it has.
    let mut stretch: Option<Found> = None;
    for sentence in &reading.sentences {
        match (&mut stretch, sentence.apart) {
            (Some(open), Some(apart)) if open.value == apart.name() => open.bytes.end = sentence.bytes.end,
            (_, Some(apart)) => {
                let next = Found { field: "apart", bytes: sentence.bytes.clone(), value: apart.name().to_owned(), speaker: None };
                all.extend(stretch.replace(next));
            }
            (_, None) => all.extend(stretch.take()),
        }
    }
    all.extend(stretch);
    all
}

/// Half of the shorter one lies in both.
fn same_stretch(a: &Range<usize>, b: &Range<usize>) -> bool {
    let both = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    both > 0 && both * 2 >= (a.len()).min(b.len())
}

/// Whether what was found says what the label says, where a value is compared.
fn same_value(label: &Label, found: &Found) -> bool {
    match label.field.as_str() {
        "quote" => match (label.value.split_once(".."), &found.speaker) {
            (None, speaker) => speaker.is_none(),
            (Some((first, last)), Some(speaker)) => {
                let named = first.parse().expect("a byte")..last.parse().expect("a byte");
                same_stretch(&named, speaker)
            }
            (Some(_), None) => false,
        },
        "day" | "count" | "change" | "apart" | "source" => label.value == found.value,
        _ => true,
    }
}

fn measure(data: &Path, labels: &[Label]) -> BTreeMap<&'static str, Figures> {
    let places = places(data);
    // Prints every difference. For texts that may be looked at.
    let shows = setting("HANDBELL_READING_SHOWS").is_some();
    let mut figures: BTreeMap<&'static str, Figures> = BTreeMap::new();
    for (id, (text, dateline, year)) in texts(data, labels) {
        let own: Vec<&Label> = labels.iter().filter(|label| label.text == id).collect();
        let mut hash = String::new();
        for byte in &Sha256::digest(&text)[..8] {
            write!(hash, "{byte:02x}").expect("a string takes every letter");
        }
        assert!(own.iter().all(|label| label.hash == hash), "{id} is no longer the text that was labelled");
        let reading = read(&text, &Hints { dateline, year, places: Some(&places) }).expect("a passage is read");
        let mut found = found(&reading);
        for one in &found {
            figures.entry(one.field).or_default().proposed += 1;
        }
        // First what fits whole, then what only stands at the same place: one finding answers one label.
        let mut open = own;
        for whole in [true, false] {
            open.retain(|label| {
                let fits =
                    |one: &Found| one.field == label.field && same_stretch(&one.bytes, &label.bytes) && (!whole || same_value(label, one));
                let Some(place) = found.iter().position(fits) else { return true };
                let one = found.swap_remove(place);
                if !whole && shows {
                    println!(
                        "{id}: wrong {} {:?}: {:?} is {} {:?}",
                        one.field,
                        &text[label.bytes.clone()],
                        label.value,
                        one.value,
                        one.speaker.clone().map(|speaker| &text[speaker])
                    );
                }
                let of = figures.entry(one.field).or_default();
                of.labelled += 1;
                of.found += 1;
                of.right += usize::from(whole);
                false
            });
        }
        for label in &open {
            let field = Field::ALL.iter().map(|(_, name, _)| *name).chain(["apart"]).find(|name| *name == label.field).expect("a field");
            figures.entry(field).or_default().labelled += 1;
        }
        if shows {
            for label in open {
                println!("{id}: missed {} {:?} ({})", label.field, &text[label.bytes.clone()], label.value);
            }
            for one in found {
                println!("{id}: not labelled {} {:?} ({})", one.field, &text[one.bytes], one.value);
            }
        }
    }
    figures
}

fn table(figures: &BTreeMap<&'static str, Figures>) -> String {
    let mut table = String::from(
        "| field | labelled | proposed | precision | recall | right value, of those found |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (field, of) in figures {
        let (precision, recall, right) =
            (Figures::share(of.found, of.proposed), Figures::share(of.found, of.labelled), Figures::share(of.right, of.found));
        writeln!(table, "| {field} | {} | {} | {precision:.2} | {recall:.2} | {right:.2} |", of.labelled, of.proposed)
            .expect("a string takes every letter");
    }
    table
}

/// Precision, recall and right values that a field must keep.
type Floor = (&'static str, f64, f64, f64);

fn holds(name: &str, labels_text: &str, floors: &[Floor]) {
    let Some(data) = data() else {
        eprintln!("skipped: {name} (no texts in HANDBELL_TEST_DATA)");
        return;
    };
    let figures = measure(&data, &labels(labels_text));
    println!("{name}\n{}", table(&figures));
    for (field, precision, recall, right) in floors {
        let of = figures.get(field).copied().unwrap_or_default();
        let measured = (Figures::share(of.found, of.proposed), Figures::share(of.found, of.labelled), Figures::share(of.right, of.found));
        assert!(measured.0 >= *precision, "{name}: precision of {field} is {:.3}", measured.0);
        assert!(measured.1 >= *recall, "{name}: recall of {field} is {:.3}", measured.1);
        assert!(measured.2 >= *right, "{name}: right values of {field} are {:.3}", measured.2);
    }
}

#[test]
fn what_was_labelled_for_learning_is_read_as_well_as_it_was() {
    holds(
        "learned",
        LEARNED,
        &[
            ("agency", 0.73, 0.81, 1.00),
            ("apart", 0.95, 0.70, 0.95),
            ("change", 0.95, 0.95, 0.95),
            ("count", 0.95, 0.91, 0.91),
            ("day", 0.94, 0.96, 0.96),
            ("outcome", 0.80, 0.86, 1.00),
            ("place", 0.78, 0.88, 1.00),
            ("quote", 0.89, 0.91, 0.84),
            ("source", 0.95, 0.77, 0.87),
        ],
    );
}

#[test]
fn what_was_labelled_later_for_learning_is_read_as_well_as_it_was() {
    holds(
        "more",
        MORE,
        &[
            ("agency", 0.71, 0.82, 1.00),
            ("apart", 0.95, 0.59, 0.95),
            ("count", 0.88, 0.85, 0.68),
            ("day", 0.90, 0.92, 0.85),
            ("outcome", 0.87, 0.92, 1.00),
            ("place", 0.53, 0.84, 1.00),
            ("quote", 0.87, 0.94, 0.71),
            ("source", 0.85, 0.89, 0.88),
        ],
    );
}

#[test]
fn what_was_kept_aside_later_is_read_as_well_as_when_it_was_measured() {
    holds(
        "unseen2",
        UNSEEN2,
        &[
            ("agency", 0.82, 0.58, 1.00),
            ("apart", 0.45, 0.22, 0.95),
            ("count", 0.73, 0.73, 0.95),
            ("day", 0.89, 0.95, 0.83),
            ("outcome", 0.90, 0.68, 1.00),
            ("place", 0.70, 0.88, 1.00),
            ("quote", 0.94, 0.95, 0.62),
            ("source", 0.59, 0.80, 0.95),
        ],
    );
}

#[test]
fn what_was_kept_unseen_is_read_as_well_as_when_it_was_measured() {
    holds(
        "unseen",
        UNSEEN,
        &[
            ("agency", 0.62, 0.56, 1.00),
            ("apart", 0.95, 0.27, 0.95),
            ("count", 0.88, 0.70, 0.82),
            ("day", 0.89, 0.95, 0.81),
            ("outcome", 0.47, 0.21, 1.00),
            ("place", 0.64, 0.73, 1.00),
            ("quote", 0.79, 0.75, 0.54),
            ("source", 0.48, 0.38, 0.60),
        ],
    );
}
