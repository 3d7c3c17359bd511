//! What stays when words go: numbers, what was taken back, what was corrected, and who counts as whom.

use crate::made_up::*;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{NewAssessment, SetAsideReason, Standing};
use handbell_rules::record::claim::ClaimEventKind;
use handbell_rules::record::projection::{FactLine, IncidentRecord};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::Record;
use serde_json::json;

fn when(page: &IncidentRecord) -> &FactLine {
    page.facts.iter().find(|fact| fact.predicate == "when").expect("it was claimed")
}

/// Two sources, the second a copy of the first, a date from each, and two assessments of it.
fn corrected() -> Log {
    let mut log = Log::opened();
    let copy = NewSource { copies: Some(Ref::New(0)), ..source(SourceKind::Official, "A copy") };
    log.state(&[
        Statement::Source(source(SourceKind::Official, "An office")),
        Statement::Source(copy),
        Statement::Claim(dated(Ref::New(0), "2017-05-13", "")),
        Statement::Claim(dated(Ref::New(1), "2017-05-13", "")),
        Statement::Assessment(assessment("when", "Said first.", &[Ref::New(0)], "")),
    ])
    .unwrap();
    log.state(&[Statement::Assessment(assessment("when", "Said second.", &[Ref::Known(2)], "It was the second."))]).unwrap();
    log
}

#[test]
fn what_follows_a_withdrawn_assessment_still_corrects_it() {
    let mut log = Log::opened();
    log.state(&[
        Statement::Source(source(SourceKind::Official, "An office")),
        Statement::Claim(dated(Ref::New(0), "2017-05-13", "")),
        Statement::Assessment(assessment("when", "Said first.", &[Ref::New(0)], "")),
    ])
    .unwrap();
    let written = log.redact(log.nth(12, 0)).unwrap();
    assert!(written.corrects, "who was told hears that it was taken back");
    let page = log.page();
    assert_eq!((when(&page).standing, page.corrections.len()), (Some(Standing::Withdrawn), 1));
    assert_eq!((page.corrections[0].label.as_str(), page.corrections[0].before.as_str()), ("When", ""));
    assert!(page.corrections[0].note.starts_with("We took back what we said here."));
    let stood: Vec<_> = when(&page).assessments.iter().map(|one| (one.number, one.standing, one.corrected_by)).collect();
    assert_eq!(stood, [(1, None, Some(1)), (2, Some(Standing::Withdrawn), None)], "its place stays");
    let again = Statement::Assessment(assessment("when", "Said again.", &[Ref::Known(1)], ""));
    assert_eq!(log.work_out(&[again]).err(), Some(Record::CorrectionNoteMissing.into()), "it is no first word");
    assert_eq!(log.redact(log.nth(12, 1)), Err(Record::EntryNotRedactable.into()), "a mark has no words");
}

#[test]
fn an_earlier_assessment_loses_its_words_and_stays_corrected() {
    let mut log = corrected();
    let written = log.redact(log.nth(12, 0)).unwrap();
    assert!(!written.corrects && written.entries.is_empty(), "what stands now stands");
    let page = log.page();
    assert_eq!(page.corrections.len(), 1);
    assert_eq!((page.corrections[0].before.as_str(), page.corrections[0].after.as_str()), ("", "Said second."));
    assert_eq!(when(&page).assessments.iter().map(|one| one.corrected_by).collect::<Vec<_>>(), [Some(1), None]);
}

#[test]
fn a_correction_without_words_is_still_the_correction_of_what_it_corrected() {
    let mut log = corrected();
    log.redact(log.nth(3, 0)).unwrap();
    let page = log.page();
    let one = &page.corrections[0];
    assert_eq!((one.number, one.kind, one.note.as_str()), (1, None, ""));
    assert_eq!((one.label.as_str(), one.before.as_str(), one.after.as_str()), ("When", "Said first.", "Said second."));
    assert_eq!(when(&page).assessments.iter().map(|one| one.corrected_by).collect::<Vec<_>>(), [Some(1), None]);
    log.state(&[Statement::Assessment(assessment("when", "Said third.", &[Ref::Known(1)], "It was the third."))]).unwrap();
    assert_eq!(log.page().corrections.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_claim_that_was_taken_back_does_not_speak_again_when_the_reason_goes() {
    let mut log = corrected();
    let back = Statement::Event { claim: 1, event: ClaimEventKind::WithdrawnBySource, by_claim: None, reason: "Zqbbbbqz said so.".into() };
    log.state(&[back]).unwrap();
    log.redact(log.nth(13, 0)).unwrap();
    let page = log.page();
    let claim = &when(&page).claims[0];
    assert_eq!((claim.live, claim.events.len(), claim.events[0].event), (false, 1, ClaimEventKind::WithdrawnBySource));
    assert!(markers(&bytes(&page)).is_empty());
}

#[test]
fn a_copy_does_not_become_a_second_voice_when_its_words_go() {
    let mut log = corrected();
    assert_eq!((log.page().independent_sources, log.page().official), (1, 1));
    for source in [1, 0] {
        log.redact(log.nth(11, source)).unwrap();
        let page = log.page();
        assert_eq!(page.independent_sources, 1);
        assert!(when(&page).claims.iter().all(|claim| claim.independent == 1));
        assert_eq!(page.sources.len(), 2, "its number stays");
    }
}

#[test]
fn an_assessment_outlives_the_words_of_every_claim_it_rests_on() {
    let mut log = corrected();
    for claim in [0, 1] {
        log.redact(log.nth(2, claim)).unwrap();
    }
    let page = log.page();
    assert!(when(&page).claims.is_empty());
    assert_eq!(when(&page).assessments[1].sentences[0].claims, [2], "the number stays where the words were");
    assert_eq!((page.when.words.as_str(), page.corrections.len()), ("14 November 2023", 1));
    let told = |number: u32| page.lines.iter().any(|line| line.says.starts_with(&format!("Claim {number}: Its words were taken")));
    assert!(told(1) && told(2));
}

#[test]
fn nothing_new_rests_on_what_is_taken_away_in_the_same_batch() {
    let log = corrected();
    let taken = |entry| Statement::Redaction { entry, reason: handbell_rules::record::statement::RedactionReason::Safety };
    let leans = Statement::Assessment(assessment("outcome", "It was.", &[Ref::Known(1)], ""));
    assert_eq!(log.work_out(&[taken(log.nth(2, 0)), leans]).err(), Some(Record::ClaimMissing.into()));
    let speaks = Statement::Claim(claim(Ref::Known(2), "what_happened", "Water came"));
    assert_eq!(log.work_out(&[taken(log.nth(11, 1)), speaks]).err(), Some(Record::SourceMissing.into()));
    let twice = [taken(log.nth(2, 0)), taken(log.nth(2, 0))];
    assert_eq!(log.work_out(&twice).err(), Some(Record::EntryNotRedactable.into()));
    let both = log.work_out(&[taken(log.nth(12, 0)), taken(log.nth(12, 1))]).unwrap();
    assert_eq!(both.entries.len(), 2, "only what stands now is taken back with a correction");
}

#[test]
fn an_outcome_whose_words_went_does_not_bring_an_earlier_one_back() {
    let mut log = Log::opened();
    for said in ["It dried.", "It came again."] {
        let fields = serde_json::json!({ "type": "outcome", "at": "2023-11-15T00:00Z", "outcome": said, "says": "The council" });
        log.push(9, fields.as_object().unwrap().clone());
    }
    assert_eq!(log.page().outcome.unwrap().text, "It came again.");
    log.redact(log.nth(9, 1)).unwrap();
    assert_eq!(log.page().outcome, None);
}

#[test]
fn when_it_happened_falls_back_to_who_still_speaks() {
    let mut log = Log::opened();
    log.state(&[
        Statement::Source(source(SourceKind::Press, "A paper")),
        Statement::Source(source(SourceKind::Official, "An office")),
        Statement::Claim(dated(Ref::New(0), "2017-05", "")),
        Statement::Claim(dated(Ref::New(1), "2017-05-13", "13 May")),
    ])
    .unwrap();
    assert_eq!(log.page().when.words, "May 2017 or 13 May 2017");
    let settled = NewAssessment {
        standing: Standing::Settled,
        sets_aside: vec![(Ref::Known(1), SetAsideReason::SupersededBySource)],
        ..assessment("when", "It was 13 May 2017.", &[Ref::Known(2)], "")
    };
    log.state(&[Statement::Assessment(NewAssessment { sets_aside: Vec::new(), ..settled.clone() })]).unwrap();
    assert_eq!(log.page().when.edtf, ["2017-05-13"]);
    let back = |claim| Statement::Event { claim, event: ClaimEventKind::WithdrawnBySource, by_claim: None, reason: "It said so.".into() };
    log.state(&[back(2)]).unwrap();
    assert_eq!(log.page().when.edtf, ["2017-05"], "what settled it is silent, the other speaks");
    log.state(&[back(1)]).unwrap();
    assert_eq!(log.page().when.words, "14 November 2023", "nobody says when: the day the desk opened it");
}

/// A record that a file brought, with words over it that stand nowhere else.
fn imported() -> Log {
    let mut log = Log::opened();
    let opening = json!({ "kind": "flood", "kind_label": "Flood", "title": "Zqbbbbqz at Zqbbbcqz", "district": "Peckham",
        "place": { "words": "Zqbbbcqz", "lat": 51_470_000, "lon": -69_000, "radius_metres": 100 }, "zone": "Europe/London", "ended": true,
        "status": "actual", "approved_by": "import", "type": "incident.opened", "at": "2023-11-14T22:13Z" });
    log.entries[0].payload = opening.as_object().cloned();
    log
}

#[test]
fn the_heading_and_the_place_that_a_file_gave_go_and_its_kind_and_district_stay() {
    let mut log = imported();
    log.state(&[Statement::Source(source(SourceKind::Official, "An office"))]).unwrap();
    let before = log.page();
    assert!(before.title.starts_with("Zq") && before.place.is_some());
    let opening = log.nth(1, 0);
    let written = log.redact(opening).unwrap();
    assert_eq!((written.entries.len(), written.withdrawals.len()), (1, 1), "its mark, and the words");
    let page = log.page();
    assert!(markers(&bytes(&page)).is_empty(), "{page:?}");
    assert_eq!((page.title.as_str(), page.kind.as_str(), page.district.as_str()), ("Flood, Peckham", "flood", "Peckham"));
    assert_eq!((page.place.as_ref(), page.lines[0].type_name.as_str()), (None, "withdrawn"));
    let same = |page: &IncidentRecord| (page.status.clone(), page.state.clone(), page.approved_by.clone(), page.when.clone());
    assert_eq!(same(&page), same(&before), "it is still over, real and from a file");
    assert_eq!(log.redact(opening), Err(Record::EntryNotRedactable.into()), "once is enough");
}
