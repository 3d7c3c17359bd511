//! Areas: every refusal, the ground a cell covers, and the shipped list.

use super::*;

const PECKHAM: &str = "87194ad06ffffff";

fn cell(text: &str) -> Cell {
    text.parse().unwrap()
}

/// The cell of a resolution around the middle of Peckham.
fn at_resolution(resolution: u8) -> Cell {
    let resolution = Resolution::try_from(resolution).unwrap();
    Cell::new(u64::from(LatLng::new(51.4697, -0.0692).unwrap().to_cell(resolution))).unwrap()
}

fn shipped() -> AreaFile {
    AreaFile::parse("areas/peckham.toml", include_str!("../../../../areas/peckham.toml")).unwrap()
}

#[test]
fn a_cell_has_one_spelling() {
    assert_eq!(cell(PECKHAM).to_string(), PECKHAM);
    assert_eq!(Cell::new(cell(PECKHAM).index()), Ok(cell(PECKHAM)));
    for text in ["", "87194AD06FFFFFF", "087194ad06ffffff", "0x87194ad06ffff", "87194ad06fffff", "zz194ad06ffffff", " 87194ad06ffffff"] {
        assert_eq!(text.parse::<Cell>(), Err(AreaRefusal::NotACell), "{text:?}");
    }
    assert_eq!(Cell::new(0), Err(AreaRefusal::NotACell));
    assert_eq!(Cell::new(u64::MAX), Err(AreaRefusal::NotACell));
    // an edge and a vertex are H3 indexes and no cells
    let edge = CellIndex::try_from(cell(PECKHAM).index()).unwrap().edges().next().unwrap();
    assert_eq!(Cell::new(u64::from(edge)), Err(AreaRefusal::NotACell));
}

#[test]
fn a_cell_of_a_house_is_refused_outright() {
    let house = LatLng::new(51.4697, -0.0692).unwrap().to_cell(Resolution::Ten);
    assert_eq!(Cell::new(u64::from(house)), Err(AreaRefusal::TooFine));
}

#[test]
fn a_missing_area_is_refused() {
    assert_eq!(Area::new(vec![]), Err(AreaRefusal::Missing));
    assert_eq!(shipped().area(vec![]), Err(AreaRefusal::Missing));
    assert!(serde_json::from_str::<Area>("[]").is_err());
    assert!(serde_json::from_str::<Area>("null").is_err());
    assert!(serde_json::from_str::<Area>("\"everywhere\"").is_err());
}

#[test]
fn a_huge_area_is_refused_whether_in_many_cells_or_in_one() {
    let middle = CellIndex::try_from(cell(PECKHAM).index()).unwrap();
    // a disk of 13 rings has 547 cells, one of 12 has 469
    let disk = |rings: u32| middle.grid_disk::<Vec<_>>(rings).into_iter().map(Cell).collect::<Vec<_>>();
    assert_eq!((disk(12).len(), disk(13).len()), (469, 547));
    assert!(Area::new(disk(12)).is_ok());
    assert_eq!(Area::new(disk(13)), Err(AreaRefusal::TooLarge));
    // one cell of resolution 4 is 343 of resolution 7; one of resolution 3 is 2,401
    assert!(Area::new(vec![at_resolution(4)]).is_ok());
    assert_eq!(Area::new(vec![at_resolution(3)]), Err(AreaRefusal::TooLarge));
    assert_eq!(Area::new(vec![at_resolution(0)]), Err(AreaRefusal::TooLarge));
}

#[test]
fn a_fine_cell_needs_an_area_file_that_lists_it() {
    let fine = at_resolution(8);
    assert_eq!(Area::new(vec![fine]), Err(AreaRefusal::TooFine));
    assert_eq!(shipped().area(vec![fine]), Err(AreaRefusal::TooFine));
    let text = format!("[[area]]\nid = \"lane\"\nname = \"The Lane\"\ndistrict = \"Peckham\"\ncells = [\"{fine}\"]\nresidents = 5000");
    let file = AreaFile::parse("a.toml", &text).unwrap();
    assert!(file.area(vec![fine]).is_ok());
    let fewer = text.replace("5000", "4999");
    assert_eq!(AreaFile::parse("a.toml", &fewer), Err(AreaFileRefusal::TooFewResidents { id: "lane".into() }));
    let unsaid = text.replace("residents = 5000", "");
    assert_eq!(AreaFile::parse("a.toml", &unsaid), Err(AreaFileRefusal::TooFewResidents { id: "lane".into() }));
}

#[test]
fn an_area_is_the_same_whatever_the_order_of_its_cells() {
    let (one, two) = (cell(PECKHAM), cell("87194ad02ffffff"));
    let area = Area::new(vec![two, one, one]).unwrap();
    assert_eq!(area, Area::new(vec![one, two]).unwrap());
    assert_eq!(area.cells().len(), 2);
    let text = serde_json::to_string(&area).unwrap();
    assert_eq!(text, r#"["87194ad02ffffff","87194ad06ffffff"]"#);
    assert_eq!(serde_json::from_str::<Area>(&text).unwrap(), area);
}

#[test]
fn a_point_lies_in_its_own_cell_and_no_other() {
    let point = Point::from_degrees(51.4697, -0.0692).unwrap();
    assert_eq!(Cell::around(point), cell(PECKHAM));
    let area = Area::new(vec![cell(PECKHAM)]).unwrap();
    assert!(area.contains(point));
    assert!(!area.contains(Point::from_degrees(51.4570, -0.0760).unwrap()));
    assert!(area.contains(cell(PECKHAM).centre()));
    assert_eq!(cell(PECKHAM).corners().len(), 6);
    let neighbours = cell(PECKHAM).neighbours();
    assert_eq!(neighbours.len(), 6);
    assert!(!neighbours.contains(&cell(PECKHAM)));
}

#[test]
fn cells_of_different_sizes_overlap_when_one_lies_in_the_other() {
    let (coarse, fine) = (at_resolution(6), at_resolution(9));
    assert!(coarse.overlaps(fine) && fine.overlaps(coarse) && fine.overlaps(fine));
    assert!(!cell("87194ad02ffffff").overlaps(fine));
    assert!(Area::new(vec![coarse]).unwrap().overlaps(fine));
}

#[test]
fn the_shipped_list_names_the_ground_it_says() {
    let file = shipped();
    assert_eq!(file.areas().len(), 9);
    for (id, latitude, longitude) in [
        ("peckham", 51.4697, -0.0692),
        ("peckham", 51.4737, -0.0573),
        ("peckham-rye", 51.4590, -0.0650),
        ("nunhead", 51.4639, -0.0525),
        ("nunhead", 51.4646, -0.0375),
        ("camberwell", 51.4741, -0.0935),
        ("new-cross", 51.4752, -0.0400),
        ("bermondsey", 51.4978, -0.0637),
        ("walworth", 51.4870, -0.0920),
        ("herne-hill", 51.4530, -0.1000),
        ("forest-hill", 51.4390, -0.0530),
    ] {
        let point = Point::from_degrees(latitude, longitude).unwrap();
        assert!(file.named(id).unwrap().area.contains(point), "{id} {latitude} {longitude}");
        assert_eq!(file.names(Cell::around(point)).map(|area| area.id.as_str()).collect::<Vec<_>>(), [id]);
    }
    // ground nobody named is near something named
    let dulwich = Point::from_degrees(51.4400, -0.0850).unwrap();
    assert_eq!(file.names(Cell::around(dulwich)).count(), 0);
    assert!(["peckham-rye", "forest-hill", "herne-hill"].contains(&file.nearest(dulwich).id.as_str()));
    assert!(file.named("nowhere").is_none());
}

const ONE: &str = "[[area]]\nid = \"lane\"\nname = \"The Lane\"\ndistrict = \"Peckham\"\ncells = [\"87194ad06ffffff\"]\n";

fn refused(text: &str) -> AreaFileRefusal {
    AreaFile::parse("a.toml", text).unwrap_err()
}

#[test]
fn an_area_file_is_strict() {
    assert!(AreaFile::parse("a.toml", ONE).is_ok());
    assert_eq!(refused(""), AreaFileRefusal::Empty);
    assert!(
        matches!(refused(&format!("{ONE}radius = 3\n")), AreaFileRefusal::Toml(TomlRefusal::UnknownKey { key, .. }) if key == "radius")
    );
    assert!(
        matches!(refused(&ONE.replace("district", "distrct")), AreaFileRefusal::Toml(TomlRefusal::UnknownKey { nearest: Some(near), .. }) if near == "district")
    );
    assert!(matches!(refused(&ONE.replace("[[area]]", "[[areas]]")), AreaFileRefusal::Toml(_)));
    assert!(matches!(refused("[[area]"), AreaFileRefusal::Toml(TomlRefusal::Broken { .. })));
    assert!(matches!(refused(&format!("{ONE}residents = -1\n")), AreaFileRefusal::Toml(_)));
}

#[test]
fn an_area_file_names_each_thing_once() {
    let other = ONE.replace("87194ad06ffffff", "87194ad02ffffff");
    let twice = |second: &str| refused(&format!("{ONE}{second}"));
    assert_eq!(twice(&other.replace("The Lane", "The Hill")), AreaFileRefusal::Twice { id: "lane".into(), what: "id" });
    assert_eq!(twice(&other.replace("\"lane\"", "\"hill\"")), AreaFileRefusal::Twice { id: "hill".into(), what: "name" });
    let same_ground = ONE.replace("\"lane\"", "\"hill\"").replace("The Lane", "The Hill");
    assert_eq!(twice(&same_ground), AreaFileRefusal::Twice { id: "hill".into(), what: "set of cells" });
}

#[test]
fn an_area_file_with_too_many_or_bad_areas_is_refused() {
    let many: String = (0..=NAMED_AREAS_MAX).map(|number| ONE.replace("\"lane\"", &format!("\"lane-{number}\""))).collect();
    assert_eq!(refused(&many), AreaFileRefusal::TooMany);
    let cells = |cells: &str| refused(&ONE.replace("[\"87194ad06ffffff\"]", cells));
    assert_eq!(cells("[]"), AreaFileRefusal::Cells { id: "lane".into(), why: AreaRefusal::Missing });
    assert_eq!(cells("[\"peckham\"]"), AreaFileRefusal::Cells { id: "lane".into(), why: AreaRefusal::NotACell });
    let huge = format!("[\"{}\"]", at_resolution(2));
    assert_eq!(cells(&huge), AreaFileRefusal::Cells { id: "lane".into(), why: AreaRefusal::TooLarge });
    for id in ["", "Lane", "the lane", "7-dials", "läne"] {
        assert_eq!(refused(&ONE.replace("\"lane\"", &format!("\"{id}\""))), AreaFileRefusal::BadId { id: id.into() });
    }
}

#[test]
fn no_name_of_an_area_may_carry_what_no_alert_may() {
    let long = "x".repeat(AREA_NAME_CHARACTERS_MAX + 1);
    for name in ["", " The Lane", "12 Rye Lane", "SE15 4QW", "avoid the Lane", "call 07700 900123", "lane\\u0007", long.as_str()] {
        let refusal = refused(&ONE.replace("The Lane", name));
        assert!(matches!(refusal, AreaFileRefusal::BadName { what: "name", .. }), "{name:?}: {refusal}");
    }
    assert!(matches!(refused(&ONE.replace("\"Peckham\"", "\"Flat 3\"")), AreaFileRefusal::BadName { what: "district", .. }));
}

#[test]
fn every_refusal_has_its_own_name() {
    let all = [AreaRefusal::Missing, AreaRefusal::TooLarge, AreaRefusal::NotACell, AreaRefusal::TooFine];
    let names: BTreeSet<_> = all.iter().map(AreaRefusal::name).collect();
    assert_eq!(names.len(), all.len());
}
