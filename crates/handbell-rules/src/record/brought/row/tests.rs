use super::*;
use crate::playbook::Playbook;

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
