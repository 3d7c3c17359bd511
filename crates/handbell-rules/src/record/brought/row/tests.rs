use super::*;
use crate::bell::mode::Status;
use crate::change::What;
use crate::desk::incident::Incident;
use crate::id::{ChangeId, IncidentId};
use crate::place::Precision;
use crate::playbook::Playbook;
use crate::record::brought::{About, brought};
use crate::time::Timestamp;

const MAP: &str = r#"
set = "two recorders"
kind = "flood"
zone = "Europe/London"
key = "{id}"
incident = "{day}|{town}"
title = "Gathering in {town}"
district = "{town}"
place = "{town}"
[recorder]
label = "{by}"
[[recorders]]
is = "A"
label = "Recorder A"
kind = "organisation"
standing = "Counts from press reports."
[point]
lat = "{lat}"
lon = "{lon}"
radius_metres = "20000"
[links]
column = "urls"
separator = " "
[[claims]]
fact = "when"
edtf = "{day}"
unless = ["1900-01-01"]
[[claims]]
fact = "count.people"
low = "{size}"
high = "{size}"
words = "{size_words}"
part = "{where}"
[[claims]]
fact = "what_happened"
words = "{notes}"
"#;

fn shipped() -> Playbook {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbooks/uk-street"));
    let mut folder = crate::playbook::Folder::new();
    let mut rooms = vec![root.to_path_buf()];
    while let Some(room) = rooms.pop() {
        for found in std::fs::read_dir(&room).unwrap() {
            let path = found.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() { rooms.push(path) } else { drop(folder.insert(name, std::fs::read_to_string(path).unwrap())) }
        }
    }
    Playbook::load(&folder).unwrap()
}

fn read_rows(marked: Marked, rows: &[[&str; 10]]) -> (Frame, Vec<Ready>) {
    let columns = ["id", "by", "day", "town", "lat", "lon", "where", "size", "size_words", "urls"].map(str::to_owned);
    let mapping = Mapping::read(&MAP.replace("{notes}", "{where}")).unwrap();
    mapping.fits(&columns).unwrap();
    let rows: Vec<Row> = (2..).zip(rows).map(|(line, cells)| Row { line, cells: cells.map(str::to_owned).to_vec() }).collect();
    read(&mapping, &shipped(), marked, &columns, &rows).unwrap()
}

const ONE: [&str; 10] = [
    "a-1",
    "A",
    "2020-05-28",
    "Louisville, KY",
    "38.25",
    "-85.75",
    "Downtown",
    "72.5",
    "50-60; more than 100",
    "https://a.example/1 http://b.example/2",
];

#[test]
fn a_row_is_claims_of_its_recorder_and_pages_that_it_cites() {
    let (frame, ready) = read_rows(Marked::Row, &[ONE]);
    assert_eq!(
        (frame.title.as_str(), frame.place.lat, frame.place.lon),
        ("Gathering in Louisville, KY", Some(38_250_000), Some(-85_750_000))
    );
    let [one] = ready.as_slice() else { panic!("{ready:?}") };
    assert_eq!((one.row.as_str(), one.refused), ("a-1", None));
    let facts: Vec<&str> = one.claims.iter().map(|claim| claim.predicate.as_str()).collect();
    assert_eq!(facts, ["when", "count.people", "what_happened"]);
    let size = &one.claims[1];
    assert_eq!((size.low, size.high, size.about.as_str()), (Some(72), Some(73), ""));
    assert_eq!(size.words, "50-60; more than 100 (recorded as 72.5)", "what the numbers do not say stands in words");
    assert_eq!(one.cited.len(), 1);
    let [left] = one.left_out.as_slice() else { panic!("{:?}", one.left_out) };
    assert_eq!((left.field.as_str(), left.words.as_str()), ("urls", "http://b.example/2"));
}

#[test]
fn two_rows_of_one_recorder_are_about_their_own_parts_and_one_row_is_about_the_whole() {
    let second = ["a-2", "A", "2020-05-28", "Louisville, KY", "", "", "City Hall", "1010", "", ""];
    let third = ["a-3", "A", "2020-05-28", "Louisville, KY", "", "", "City Hall", "10", "", ""];
    let other = ["b-1", "B", "2020-05-28", "Louisville, KY", "", "", "", "500", "", ""];
    let (_, ready) = read_rows(Marked::Row, &[ONE, second, third, other]);
    let abouts: Vec<&str> = ready
        .iter()
        .flat_map(|one| one.claims.iter().filter(|claim| claim.predicate == "count.people"))
        .map(|claim| claim.about.as_str())
        .collect();
    assert_eq!(abouts, ["Downtown", "City Hall (1 of 2)", "City Hall (2 of 2)", ""]);
}

#[test]
fn marked_words_take_their_row_with_them_or_are_left_out_alone() {
    let mut row = ONE;
    row[6] = "the van had the plate AB12 CDE";
    let (_, ready) = read_rows(Marked::Row, &[row]);
    assert_eq!(ready[0].refused, Some(Record::TextFlagged.into()));
    let (_, ready) = read_rows(Marked::Words, &[row]);
    assert_eq!(ready[0].refused, None);
    assert!(ready[0].claims.iter().all(|claim| claim.predicate != "what_happened"));
    assert!(ready[0].left_out.iter().any(|left| left.words == row[6] && left.why == Record::TextFlagged.into()));
}

#[test]
fn a_date_that_means_unknown_is_no_date_and_a_long_text_is_cut_where_an_item_ends() {
    let mut row = ONE;
    row[2] = "1900-01-01";
    let long = vec!["an item of a list"; 50].join("; ");
    row[6] = &long;
    let (_, ready) = read_rows(Marked::Row, &[row]);
    assert!(ready[0].claims.iter().all(|claim| claim.predicate != "when"));
    let texts: Vec<&str> =
        ready[0].claims.iter().filter(|claim| claim.predicate == "what_happened").map(|claim| claim.words.as_str()).collect();
    assert_eq!(texts.len(), 2);
    assert_eq!(texts.join(" "), long, "nothing of it is lost");
    assert!(texts[0].ends_with(';'));
}

/// What a row becomes under another kind: the opening's place, or why nothing is entered.
fn opening_of(kind: &str, home: &str, place: &str) -> Result<(Incident, PublicPlace), Refusal> {
    let columns = ["id", "by", "day", "town", "lat", "lon", "where", "size", "size_words", "urls", "home"].map(str::to_owned);
    let map = MAP.replace("kind = \"flood\"", &format!("kind = \"{kind}\"\nhome = \"{{home}}\""));
    let map = map.replace("place = \"{town}\"", &format!("place = \"{place}\"")).replace("\"20000\"", "\"100\"");
    let mapping = Mapping::read(&map.replace("{notes}", "{where}")).unwrap();
    mapping.fits(&columns).unwrap();
    let cells = ONE[..9].iter().chain(&["", home]).map(|cell| (*cell).to_owned()).collect();
    let playbook = shipped();
    let (frame, ready) = read(&mapping, &playbook, Marked::Row, &columns, &[Row { line: 2, cells }])?;
    let pieces: Vec<Piece<'_>> = ready.iter().map(Ready::piece).collect();
    let about = About::New(IncidentId([3; 16]));
    let done =
        brought(ChangeId([1; 16]), (&playbook, Status::Actual), &about, &frame, &pieces, || [0; 32], Timestamp::from_milliseconds(0))?;
    let Some(What::RecordImported { incident, entries }) = done.change.map(|change| change.what) else { panic!("{:?}", done.refused) };
    Ok((incident, serde_json::from_value(entries[0].fields["place"].clone()).unwrap()))
}

#[test]
fn a_file_passes_neither_the_public_precision_nor_the_word_of_those_it_happened_to() {
    // Both kinds wait for the word of whoever it happened to, and no file brings it; eviction is always a home.
    for kind in ["hate-incident", "eviction"] {
        assert_eq!(opening_of(kind, "", "{where}").unwrap_err(), Refusal::from(Record::ConsentMissing), "{kind}");
    }
    assert_eq!(opening_of("something-else", "", "{where}").unwrap_err(), Refusal::from(Record::TooEarly), "never public");
    let (incident, place) = opening_of("immigration-visit", "no", "{where}").unwrap();
    assert_eq!((incident.home, place.words.as_str(), place.lat), (false, "Downtown", Some(38_250_000)));
    for yes in ["yes", "Home", "1"] {
        let (incident, place) = opening_of("immigration-visit", yes, "Chestnut Street").unwrap();
        assert!(incident.home, "{yes}");
        let told = PublicPlace { words: "Louisville, KY".into(), lat: None, lon: None, radius_metres: None };
        assert_eq!(place, told, "a home is told as its district");
    }
}

#[test]
fn one_row_at_a_home_is_enough_for_its_whole_incident_and_takes_a_street_with_it() {
    let columns = ["id", "by", "day", "town", "lat", "lon", "where", "size", "size_words", "urls", "home"].map(str::to_owned);
    let map = MAP.replace("zone =", "home = \"{home}\"\nzone =").replace("{notes}", "{where}");
    let mapping = Mapping::read(&map).unwrap();
    let cells = |id: &str, spot: &str, home: &str| {
        let cells = [id, "A", "2020-05-28", "Louisville, KY", "", "", spot, "10", "", "", home];
        Row { line: 2, cells: cells.map(str::to_owned).to_vec() }
    };
    let rows = [cells("a-1", "Chestnut Street", ""), cells("a-2", "the town", "yes")];
    let (frame, ready) = read(&mapping, &shipped(), Marked::Row, &columns, &rows).unwrap();
    assert!(frame.home);
    assert_eq!(ready.iter().map(|one| one.refused).collect::<Vec<_>>(), [Some(Refusal::from(Record::StreetOfAHome)), None]);
}

#[test]
fn an_area_is_told_by_a_wide_point_and_no_street() {
    let place = public_place("Chestnut Street".into(), Some((Point::new(38_254_321, -85_751_234).unwrap(), 100)));
    let area = place.clone().no_finer_than(Precision::Area, "Louisville, KY");
    let told = PublicPlace { words: "Louisville, KY".into(), lat: Some(38_250_000), lon: Some(-85_750_000), radius_metres: Some(1_000) };
    assert_eq!(area, told);
    assert_eq!(place.clone().no_finer_than(Precision::Street, "Louisville, KY"), place);
}
