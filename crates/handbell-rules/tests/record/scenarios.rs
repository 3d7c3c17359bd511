//! Both shipped scenarios as the page they become.

use crate::made_up::{bytes, playbook};
use handbell_rules::bell::mode::Status;
use handbell_rules::change::What;
use handbell_rules::id::{ChangeId, IncidentId};
use handbell_rules::record::assessment::SetAsideReason;
use handbell_rules::record::claim::ClaimEventKind;
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord, LoggedEntry, project};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::scenario::Scenario;
use handbell_rules::time::Timestamp;

pub const RYE_LANE: &str = include_str!("../../../../scenarios/rye-lane-2017.toml");
const EVAN_COOK: &str = include_str!("../../../../scenarios/evan-cook-close-2022.toml");
/// 2026-11-21T06:00Z.
const ENTERED: Timestamp = Timestamp::from_milliseconds(1_795_240_800_000);

pub fn entered(text: &str) -> Result<(bool, Vec<LoggedEntry>), Refusal> {
    let scenario = Scenario::parse("scenario.toml", text).unwrap();
    scenario.check(playbook()).unwrap();
    let id = IncidentId([0x11; 16]);
    let change = scenario.entered(ChangeId([1; 16]), playbook(), Status::Exercise, id, || [0; 32], ENTERED)?;
    let What::RecordImported { incident, entries } = change.what else { panic!("{:?}", change.what) };
    let entries = (0..).zip(entries).map(|(index, entry)| LoggedEntry {
        index,
        kind: entry.kind.code(),
        payload: Some(entry.fields),
        missing: false,
    });
    Ok((incident.public, entries.collect()))
}

pub fn page(text: &str) -> IncidentRecord {
    let (public, entries) = entered(text).unwrap();
    assert!(public);
    project(IncidentId([0x11; 16]), &entries).unwrap()
}

fn fact<'a>(page: &'a IncidentRecord, predicate: &str, about: Option<&str>) -> &'a FactLine {
    page.facts.iter().find(|fact| fact.predicate == predicate && fact.about.as_deref() == about).expect("it is claimed")
}

fn says(fact: &FactLine) -> Vec<&str> {
    fact.claims.iter().map(|claim: &ClaimLine| claim.says.as_str()).collect()
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says whether the kept pages are drawn anew")]
fn golden(name: &str, page: &IncidentRecord) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let drawn = format!("{}\n", serde_json::to_string_pretty(page).unwrap());
    if std::env::var_os("HANDBELL_RENEW_GOLDEN").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(drawn.lines()).position(|(kept, drawn)| kept != drawn).map_or(0, |line| line + 1);
    assert!(kept == drawn, "{name} differs, first in line {differs}; renew it with HANDBELL_RENEW_GOLDEN=1 and look at the difference");
}

#[test]
fn rye_lane_is_the_page_its_file_tells() {
    let page = page(RYE_LANE);
    let when = fact(&page, "when", None);
    assert_eq!(says(when), ["believed to have been shot on Saturday afternoon (date not given)", "13 May 2017"]);
    assert_eq!(when.claims[0].set_aside, Some(SetAsideReason::SupersededBySource));
    assert!(when.claims.iter().all(|claim| claim.live && claim.worded_otherwise.len() == 1));
    assert_eq!((page.when.words.as_str(), page.when.edtf.as_slice()), ("13 May 2017", &["2017-05-13".to_owned()][..]));
    assert_eq!(page.corrections.len(), 1);
    let correction = &page.corrections[0];
    assert_eq!((correction.number, correction.label.as_str()), (1, "When"));
    assert_eq!(correction.before, "Believed to have happened on a Saturday; the footage first appeared on a Saturday evening.");
    assert_eq!(correction.after, "Happened on 13 May 2017, according to the Home Office.");
    assert!(correction.note.starts_with("We had said only that it was believed to be a Saturday, date not given."));
    assert_eq!(when.assessments.iter().map(|one| one.corrected_by).collect::<Vec<_>>(), [Some(1), None]);
    assert_eq!((page.lookalikes.len(), page.sources.len()), (2, 6));
    assert_eq!(page.sources.iter().map(|source| source.counts_as).collect::<Vec<_>>(), [1, 1, 3, 4, 5, 5]);
    assert_eq!((page.independent_sources, page.official), (4, 1));
    for source in page.sources.iter().map(|line| line.source.as_ref().unwrap()) {
        assert!(!source.kind.needs_standing() || source.standing.is_some(), "{}", source.label);
    }
    let home_office = page.sources[5].source.as_ref().unwrap();
    assert_eq!((home_office.asked.as_deref(), home_office.replied.as_deref()), (Some("before the first version"), Some("update")));
    // The statement of the office and that of the network stand in one fact, one beside the other.
    assert_eq!(fact(&page, "statement", None).claims.iter().map(|claim| claim.source).collect::<Vec<_>>(), [6, 3]);
    assert_eq!(
        says(fact(&page, "outcome", Some("the three men arrested"))),
        ["released, must report regularly while their cases progress"]
    );
    for (about, number) in
        [("first business", "three men"), ("second business", "no arrests"), ("confrontation with members of the public", "no arrests")]
    {
        assert_eq!(says(fact(&page, "count.arrests", Some(about))), [number]);
    }
    assert!(page.facts.iter().all(|fact| !fact.accounts_differ), "parts differ from each other and contradict nobody");
    let place = page.place.as_ref().unwrap();
    assert_eq!(
        (place.words.as_str(), place.lat, place.lon, place.radius_metres),
        ("Rye Lane, Peckham, London", Some(51_470_000), Some(-69_000), Some(300))
    );
    assert_eq!(
        (page.state.as_str(), page.status.as_str(), page.approved_by.as_str(), page.happened.as_str()),
        ("over", "exercise", "import", "")
    );
    golden("rye-lane-2017.json", &page);
}

#[test]
fn evan_cook_close_shows_every_disagreement_and_no_street() {
    let page = page(EVAN_COOK);
    let vehicles = fact(&page, "count.vehicles", None);
    assert_eq!(says(vehicles), ["two vans", "a van"]);
    assert!(vehicles.accounts_differ && vehicles.claims.iter().all(|claim| claim.contradicted_by.len() == 1));
    let agency = fact(&page, "agency", None);
    assert_eq!((agency.claims.len(), agency.accounts_differ), (2, true), "two copies of one statement differ");
    assert_eq!((page.sources[7].counts_as, agency.claims[0].source, agency.claims[1].source), (7, 7, 8));
    let first_seen = fact(&page, "when.first_seen", None);
    assert_eq!(says(first_seen), ["11 June 2022, 11:00", "11 June 2022, 12:08"]);
    assert!(first_seen.claims.iter().all(|claim| claim.independent == 1 && claim.worded_otherwise.len() == 1));
    let people = fact(&page, "count.people", None);
    assert_eq!(says(people), ["around two hundred (150 to 250)", "over 100", "more than 100", "200"]);
    assert!(!people.accounts_differ && people.claims.iter().all(|claim| claim.independent == 4), "they all fit");
    let duration = fact(&page, "duration", None);
    assert_eq!(says(duration), ["4 hours", "five-hour"]);
    assert!(!duration.accounts_differ && duration.claims.iter().all(|claim| claim.worded_otherwise.len() == 1));
    assert_eq!(fact(&page, "outcome", Some("the man detained")).claims.len(), 3);
    assert_eq!(fact(&page, "what_happened", None).claims.len(), 5);
    assert_eq!((page.similar.len(), page.sources.len(), page.corrections.len()), (3, 12, 0));
    assert!(page.facts.iter().all(|fact| fact.standing.is_none()), "nothing was assessed");
    assert_eq!(page.when.words, "11 June 2022");
    assert_eq!((page.district.as_str(), page.state.as_str()), ("Peckham, London", "over"));
    let place = page.place.as_ref().unwrap();
    assert_eq!((place.words.as_str(), place.lat, place.lon, place.radius_metres), ("Peckham, London", None, None, None));
    let written = bytes(&page);
    for never in ["Evan", "Cook", "Close", "close", "\"lat\"", "\"lon\"", "51.", "PRACTICE", "Practice", "Old Kent", "Southall"] {
        assert!(!written.contains(never), "{never} is on the page");
    }
    golden("evan-cook-close-2022.json", &page);
}

#[test]
fn what_an_import_takes_from_the_file_stays_within_the_rules() {
    let changed = |from: &str, to: &str| {
        assert!(EVAN_COOK.contains(from));
        entered(&EVAN_COOK.replacen(from, to, 1)).err()
    };
    let street = Some(Record::StreetOfAHome.into());
    assert_eq!(changed("text = \"Peckham, London\"", "text = \"Practice Close, Peckham\""), street);
    assert_eq!(changed("title = \"Man released", "title = \"Man of Practice Close released"), street);
    assert_eq!(changed("seen being returned to his home", "seen being returned to Practice Close"), street);
    // Nobody is there to say why marked words may stand.
    assert_eq!(changed("seen being returned to his home", "seen in a van AB12 CDE"), Some(Record::TextFlagged.into()));
    assert_eq!(changed("title = \"Man released", "title = \"Man of van AB12 CDE released"), Some(Record::TextFlagged.into()));
    assert_eq!(changed("label = \"LBC\"\nnote = \"Commercial news radio.\"", "label = \"LBC\""), Some(Record::StandingMissing.into()));
}

#[test]
fn a_point_is_rounded_and_says_how_far_off_it_may_be() {
    let near = RYE_LANE.replacen("radius_metres = 300", "radius_metres = 5", 1);
    let place = page(&near).place.unwrap();
    assert_eq!((place.lat, place.lon, place.radius_metres), (Some(51_470_000), Some(-69_000), Some(100)));
    let coarse = page(&RYE_LANE.replacen("public_precision = \"street\"", "public_precision = \"district\"", 1)).place.unwrap();
    assert_eq!((coarse.lat, coarse.lon, coarse.radius_metres), (None, None, None));
}

#[test]
fn the_page_tells_the_same_story_when_a_word_of_it_is_taken() {
    let (_, mut entries) = entered(RYE_LANE).unwrap();
    let all = project(IncidentId([0x11; 16]), &entries).unwrap();
    for place in 1..entries.len() {
        let kept = entries[place].payload.take();
        let page = project(IncidentId([0x11; 16]), &entries).unwrap();
        assert_eq!(page.lines[place].type_name, "withdrawn");
        assert_eq!(
            (page.corrections.len(), page.lines.len(), page.sources.len()),
            (all.corrections.len(), all.lines.len(), all.sources.len())
        );
        assert!(
            page.facts
                .iter()
                .flat_map(|fact| &fact.claims)
                .all(|claim| claim.events.iter().all(|event| event.event != ClaimEventKind::Redacted))
        );
        entries[place].payload = kept;
    }
}

/// A scenario of another kind with one source that names no place, and this place.
fn of_kind(kind: &str, place: &str, home: bool) -> Result<IncidentRecord, Refusal> {
    let text = format!(
        "claim = []\n[incident]\nplaybook = \"uk-street\"\nkind = \"{kind}\"\ntitle = \"Something happened\"\nhome = {home}\nplace = {{ {place} }}\n\
         [[source]]\nid = \"one\"\nkind = \"witness\"\nlabel = \"Witness A\"\n"
    );
    let (_, entries) = entered(&text)?;
    Ok(project(IncidentId([0x11; 16]), &entries).unwrap())
}

#[test]
fn a_scenario_is_told_no_finer_than_the_playbook_and_not_without_a_word_it_asks_for() {
    let street = "text = \"Chestnut Street, Eastgate\", lat = 51.4697, lon = -0.0692, public_precision = \"street\"";
    // Every eviction is at a home, whatever the file says of it.
    for kind in ["eviction", "hate-incident"] {
        assert_eq!(of_kind(kind, street, false).unwrap_err(), Refusal::from(Record::ConsentMissing), "{kind}");
    }
    assert_eq!(of_kind("something-else", street, false).unwrap_err(), Refusal::from(Record::TooEarly));
    let place = of_kind("immigration-visit", street, false).unwrap().place.unwrap();
    assert_eq!((place.words.as_str(), place.lat, place.radius_metres), ("Chestnut Street, Eastgate", Some(51_470_000), Some(100)));
    let area = street.replace("\"street\"", "\"area\"");
    let place = of_kind("immigration-visit", &area, false).unwrap().place.unwrap();
    assert_eq!(
        (place.words.as_str(), place.lat, place.lon, place.radius_metres),
        ("Eastgate", Some(51_470_000), Some(-70_000), Some(1_000))
    );
    let home = of_kind("immigration-visit", "text = \"Eastgate\", public_precision = \"district\"", true).unwrap().place.unwrap();
    assert_eq!((home.words.as_str(), home.lat), ("Eastgate", None));
}
