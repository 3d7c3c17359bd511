//! Values: what becomes of what an editor types, what a reader sees, and that older entries read as they did.

use crate::made_up::*;
use handbell_rules::place::{Point, Precision};
use handbell_rules::record::Ref;
use handbell_rules::record::claim::{NewPublicClaim, Value};
use handbell_rules::refusal::{Record, Refusal};

fn of(new: &NewPublicClaim, finest: Precision) -> Result<Value, Refusal> {
    Value::of(new, playbook().predicate(&new.predicate).unwrap(), playbook(), finest)
}

fn says(new: NewPublicClaim) -> String {
    of(&new, Precision::Street).unwrap().says()
}

const ONE: Ref = Ref::Known(1);

/// Every value as the first version wrote it, byte for byte.
#[test]
fn a_value_of_an_older_entry_reads_and_writes_as_it_did() {
    for (written, said) in [
        (r#"{"type":"span","edtf":"2017-05-13","words":"13 May"}"#, "13 May 2017"),
        (r#"{"type":"span","edtf":"2022-06-11","words":"11:00"}"#, "11 June 2022, 11:00"),
        (r#"{"type":"span","words":"Saturday evening"}"#, "Saturday evening (date not given)"),
        (r#"{"type":"range","low":150,"high":250,"words":"around two hundred"}"#, "around two hundred (150 to 250)"),
        (r#"{"type":"range","low":100,"words":"over 100"}"#, "over 100"),
        (r#"{"type":"range","low":3,"high":3}"#, "3"),
        (r#"{"type":"choice","choice":"border-force","words":"Border Force"}"#, "Border Force"),
        (r#"{"type":"text","text":"the corner by the library"}"#, "the corner by the library"),
    ] {
        let value: Value = serde_json::from_str(written).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), written);
        assert_eq!(value.says(), said);
    }
}

#[test]
fn a_reader_sees_how_much_is_left_open() {
    for (claim, said) in [
        (dated(ONE, "[2022-05-14,2022-05-15]", ""), "on 14 or 15 May 2022"),
        (dated(ONE, "2022-05~", ""), "in or about May 2022"),
        (dated(ONE, "2022-05-14?", "a Saturday"), "perhaps on 14 May 2022, a Saturday"),
        (counted(ONE, (Some(20), Some(30)), ""), "between 20 and 30"),
        (counted(ONE, (Some(20), Some(30)), "about 20 to 30"), "about 20 to 30"),
        (counted(ONE, (Some(20), Some(30)), "a few dozen"), "a few dozen (20 to 30)"),
        (counted(ONE, (None, Some(9)), ""), "9 or fewer"),
        (counted(ONE, (None, None), "dozens"), "dozens"),
        (claim(ONE, "place", "outside the library"), "outside the library"),
        (placed(ONE, "outside the library", (51_469_712, -69_245), 300), "outside the library, to within about 300 metres"),
    ] {
        assert_eq!(says(claim.clone()), said, "{claim:?}");
    }
}

#[test]
fn a_date_is_kept_as_it_prints_and_says_days() {
    let refused = |edtf: &str| of(&dated(ONE, edtf, ""), Precision::Street);
    for wrong in ["13 May 2017", "2017-05-13T10:00:00", "2017-05-13T10:00:00Z", "../..", "/", "{2017,2018}"] {
        assert_eq!(refused(wrong), Err(Record::DateUnreadable.into()), "{wrong}");
    }
    let Ok(Value::Span { edtf, .. }) = refused(" 2017-05-13% ") else { panic!() };
    assert_eq!(edtf.as_deref(), Some("2017-05-13%"));
}

#[test]
fn a_point_is_rounded_to_its_radius_and_never_finer_than_the_reach() {
    let library = |radius| placed(ONE, "outside the library", (51_469_712, -69_545), radius);
    let written = |radius, finest| serde_json::to_string(&of(&library(radius), finest).unwrap()).unwrap();
    assert_eq!(
        written(300, Precision::Street),
        r#"{"type":"place","words":"outside the library","lat":51470000,"lon":-70000,"radius_metres":300,"precision":"street"}"#
    );
    assert_eq!(
        written(1_000, Precision::Area),
        r#"{"type":"place","words":"outside the library","lat":51470000,"lon":-70000,"radius_metres":1000,"precision":"area"}"#
    );
    let no = |claim: NewPublicClaim, finest| of(&claim, finest).unwrap_err();
    assert_eq!(no(library(300), Precision::Area), Record::PlaceTooFine.into());
    assert_eq!(no(library(50_000), Precision::District), Record::PlaceTooFine.into(), "a district has a name and no point");
    for radius in [0, 99, 50_001, u32::MAX] {
        assert_eq!(no(library(radius), Precision::Exact), Record::PlaceUnreadable.into());
    }
    let around_nothing = NewPublicClaim { radius_metres: Some(300), ..claim(ONE, "place", "outside the library") };
    assert_eq!(no(around_nothing, Precision::Exact), Record::PlaceUnreadable.into());
    assert_eq!(no(NewPublicClaim { words: String::new(), ..library(300) }, Precision::Exact), Record::WordsMissing.into());
    let elsewhere = NewPublicClaim { point: Some(Point::new(0, 0).unwrap()), ..claim(ONE, "what_happened", "Water came") };
    assert_eq!(no(elsewhere, Precision::Exact), Record::ValueWrong.into());
}

/// Whatever the playbook allows: the record names a home's district, and nothing of it is a point.
#[test]
fn a_home_has_no_point() {
    use handbell_rules::record::source::SourceKind;
    use handbell_rules::record::statement::Statement;
    let mut log = Log { home: true, ..Log::opened() };
    log.state(&[Statement::Source(source(SourceKind::Press, "First"))]).unwrap();
    let point = |radius| Statement::Claim(placed(ONE, "Peckham", (51_469_712, -69_245), radius));
    for radius in [100, 1_000, 50_000] {
        assert_eq!(log.work_out(&[point(radius)]), Err(Record::PlaceTooFine.into()));
    }
    log.home = false;
    assert!(log.work_out(&[point(100)]).is_ok());
}

#[test]
fn what_nobody_dated_happened_on_the_day_that_the_clocks_of_the_street_showed() {
    let mut log = Log::opened();
    let opening = log.entries[0].payload.as_mut().unwrap();
    opening.insert("happened".into(), "2026-06-30T23:30Z".into());
    assert_eq!(log.page().when.edtf, ["2026-06-30"], "an older entry names no zone, and is read in UTC");
    for (zone, day) in
        [("Europe/London", "2026-07-01"), ("America/New_York", "2026-06-30"), ("Pacific/Apia", "2026-07-01"), ("Nowhere", "2026-06-30")]
    {
        log.entries[0].payload.as_mut().unwrap().insert("zone".into(), zone.into());
        assert_eq!(log.page().when.edtf, [day], "{zone}");
    }
}
