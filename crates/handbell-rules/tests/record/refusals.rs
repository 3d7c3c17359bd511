//! What statements are refused, one test for each way, and that a refused batch leaves nothing.

use crate::made_up::*;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{NewAssessment, SetAsideReason};
use handbell_rules::record::claim::{ClaimEventKind, NewPublicClaim};
use handbell_rules::record::lookalike::{NewLookAlike, Similar};
use handbell_rules::record::marks::find;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{SENTENCES_MAX, STATEMENTS_MAX, Statement};
use handbell_rules::refusal::Record;

/// Two sources, claims 1 (a date) and 2 (what happened), and an assessment of the date.
fn log() -> Log {
    let mut log = Log::opened();
    log.state(&[
        Statement::Source(source(SourceKind::Witness, "Witness A")),
        Statement::Source(source(SourceKind::Witness, "Witness B")),
        Statement::Claim(dated(Ref::New(0), "2017-05-13", "")),
        Statement::Claim(claim(Ref::New(1), "what_happened", "Water came")),
        Statement::Assessment(assessment("when", "It was that day.", &[Ref::New(0)], "")),
    ])
    .unwrap();
    log
}

fn refused(log: &Log, statements: &[Statement]) -> Record {
    match log.work_out(statements) {
        Err(handbell_rules::refusal::Refusal::Record(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn why(statement: Statement) -> Record {
    refused(&log(), &[statement])
}

fn at_home(statement: Statement) -> Record {
    refused(&Log { home: true, ..log() }, &[statement])
}

fn assess(made: NewAssessment) -> Statement {
    Statement::Assessment(made)
}

#[test]
fn an_empty_or_endless_batch() {
    assert_eq!(refused(&log(), &[]), Record::NothingToAdd);
    let many = vec![Statement::Claim(claim(Ref::Known(1), "what_happened", "Water came")); STATEMENTS_MAX + 1];
    assert_eq!(refused(&log(), &many), Record::NothingToAdd);
    assert_eq!(log().work_out(&many[1..]).unwrap().entries.len(), STATEMENTS_MAX);
}

#[test]
fn words_that_are_missing_too_long_or_unreadable() {
    assert_eq!(why(Statement::Source(source(SourceKind::Witness, " "))), Record::WordsMissing);
    assert_eq!(why(Statement::Claim(claim(Ref::Known(1), "what_happened", ""))), Record::WordsMissing);
    let lookalike =
        |place: &str, note: &str| Statement::LookAlike(NewLookAlike { place: place.into(), year: 2013, note: note.into(), claims: vec![] });
    assert_eq!(why(lookalike("", "Other shops")), Record::WordsMissing);
    assert_eq!(why(lookalike("Southall", " ")), Record::WordsMissing);
    assert_eq!(why(Statement::Similar(Similar { place: " ".into(), edtf: "2013".into() })), Record::WordsMissing);
    let event =
        |reason: &str| Statement::Event { claim: 1, event: ClaimEventKind::WithdrawnBySource, by_claim: None, reason: reason.into() };
    assert_eq!(why(event("")), Record::WordsMissing);
    assert_eq!(why(Statement::Claim(claim(Ref::Known(1), "what_happened", &"a".repeat(601)))), Record::WordsTooLong);
    assert_eq!(why(Statement::Claim(claim(Ref::Known(1), "what_happened", "a\u{0}b"))), Record::WordsUnreadable);
    assert_eq!(why(Statement::Claim(claim(Ref::Known(1), "what_happened", "a\u{202e}b"))), Record::WordsUnreadable);
}

/// One text field after the other, of every statement that has any: the guard gets to read each.
#[test]
fn words_that_lead_to_a_person_wherever_they_stand() {
    let plate = "AB12 CDE";
    let witness = source(SourceKind::Witness, "Witness C");
    let first = [Ref::Known(1)];
    let flagged = [
        Statement::Source(NewSource { label: plate.into(), ..witness.clone() }),
        Statement::Source(NewSource { standing: plate.into(), ..witness.clone() }),
        Statement::Source(NewSource { said: plate.into(), ..witness.clone() }),
        Statement::Source(NewSource { asked: plate.into(), ..witness.clone() }),
        Statement::Source(NewSource { replied: plate.into(), ..witness }),
        Statement::Claim(claim(Ref::Known(1), "what_happened", plate)),
        Statement::Claim(dated(Ref::Known(1), "", plate)),
        Statement::Claim(NewPublicClaim { low: Some(1), ..claim(Ref::Known(1), "count.people", plate) }),
        Statement::Claim(NewPublicClaim { about: plate.into(), ..claim(Ref::Known(1), "what_happened", "Water came") }),
        Statement::Event { claim: 1, event: ClaimEventKind::WithdrawnBySource, by_claim: None, reason: plate.into() },
        assess(assessment("outcome", plate, &first, "")),
        assess(assessment("when", "Another day.", &first, plate)),
        assess(NewAssessment { about: plate.into(), ..assessment("when", "Another day.", &first, "") }),
        Statement::LookAlike(NewLookAlike { place: plate.into(), year: 2013, note: "Other shops".into(), claims: vec![] }),
        Statement::LookAlike(NewLookAlike { place: "Southall".into(), year: 2013, note: plate.into(), claims: vec![] }),
        Statement::Similar(Similar { place: plate.into(), edtf: "2013".into() }),
    ];
    for statement in flagged {
        let written = log().work_out(std::slice::from_ref(&statement)).unwrap();
        assert_eq!(written.texts.iter().filter(|text| *text == plate).count(), 1, "{statement:?}");
        assert_eq!(find(&written.texts).len(), 1, "{statement:?}");
    }
}

#[test]
fn a_street_of_a_home_in_words_and_in_an_address() {
    assert_eq!(at_home(Statement::Claim(claim(Ref::Known(1), "what_happened", "A van in Practice Close"))), Record::StreetOfAHome);
    let linked = NewSource { url: "https://news.example/practice-close-van".into(), ..source(SourceKind::Press, "A paper") };
    assert_eq!(at_home(Statement::Source(linked.clone())), Record::StreetOfAHome);
    assert!(log().work_out(&[Statement::Source(linked)]).is_ok(), "where nobody lives the street may be named");
}

#[test]
fn a_source_without_standing_with_a_wrong_address_or_that_leads_nowhere() {
    for kind in [SourceKind::Press, SourceKind::Official, SourceKind::Organisation] {
        let silent = NewSource { standing: String::new(), ..source(kind, "A paper") };
        assert_eq!(why(Statement::Source(silent)), Record::StandingMissing);
    }
    let http = NewSource { url: "http://news.example/".into(), ..source(SourceKind::Witness, "Witness C") };
    assert_eq!(why(Statement::Source(http)), Record::AddressWrong);
    for lost in [Ref::Known(0), Ref::Known(3), Ref::Known(u32::MAX), Ref::New(0), Ref::New(u32::MAX)] {
        let copy = NewSource { copies: Some(lost), ..source(SourceKind::Witness, "Witness C") };
        assert_eq!(why(Statement::Source(copy)), Record::SourceMissing);
        let carried = NewSource { via: Some(lost), ..source(SourceKind::Witness, "Witness C") };
        assert_eq!(why(Statement::Source(carried)), Record::SourceMissing);
        assert_eq!(why(Statement::Claim(claim(lost, "what_happened", "Water came"))), Record::SourceMissing);
    }
}

#[test]
fn a_claim_whose_value_is_not_of_its_fact() {
    let said = |predicate: &str, words: &str| claim(Ref::Known(1), predicate, words);
    assert_eq!(why(Statement::Claim(said("weather", "wet"))), Record::FactUnknown);
    assert_eq!(why(assess(assessment("weather", "It was wet.", &[Ref::Known(1)], ""))), Record::FactUnknown);
    assert_eq!(why(Statement::Claim(dated(Ref::Known(1), "2017-02-29", ""))), Record::DateUnreadable);
    assert_eq!(why(Statement::Similar(Similar { place: "Glasgow".into(), edtf: "last year".into() })), Record::DateUnreadable);
    let counted = NewPublicClaim { low: Some(3), high: Some(2), ..said("count.people", "") };
    assert_eq!(why(Statement::Claim(counted)), Record::NumbersReversed);
    for wrong in [
        said("when", ""),
        said("count.people", ""),
        said("agency", "the baker"),
        said("agency", ""),
        NewPublicClaim { low: Some(1), ..said("when", "Saturday") },
        NewPublicClaim { low: Some(1), ..said("what_happened", "Water came") },
        NewPublicClaim { edtf: "2017".into(), ..said("what_happened", "Water came") },
        NewPublicClaim { edtf: "2017".into(), low: Some(1), ..said("count.people", "") },
        NewPublicClaim { low: Some(1), ..said("agency", "police") },
    ] {
        assert_eq!(why(Statement::Claim(wrong.clone())), Record::ValueWrong, "{wrong:?}");
    }
}

#[test]
fn an_event_that_names_too_little_or_too_much() {
    let event = |claim, event, by_claim| Statement::Event { claim, event, by_claim, reason: "Because.".into() };
    assert_eq!(why(event(1, ClaimEventKind::Redacted, None)), Record::EventWrong, "redactions have a statement of their own");
    assert_eq!(why(event(1, ClaimEventKind::SourceUpdated, None)), Record::EventWrong);
    assert_eq!(why(event(1, ClaimEventKind::RecordingError, None)), Record::EventWrong);
    assert_eq!(why(event(1, ClaimEventKind::WithdrawnBySource, Some(Ref::Known(2)))), Record::EventWrong);
    assert_eq!(why(event(1, ClaimEventKind::RecordingError, Some(Ref::Known(1)))), Record::EventWrong, "no claim stands for itself");
    for lost in [0, 3, u32::MAX] {
        assert_eq!(why(event(lost, ClaimEventKind::WithdrawnBySource, None)), Record::ClaimMissing);
        assert_eq!(why(event(1, ClaimEventKind::RecordingError, Some(Ref::Known(lost)))), Record::ClaimMissing);
    }
}

#[test]
fn a_sentence_that_is_missing_or_rests_on_nothing() {
    let first = [Ref::Known(1)];
    let of = |sentences: Vec<(String, Vec<Ref>)>| assess(NewAssessment { sentences, ..assessment("outcome", "", &first, "") });
    assert_eq!(why(of(Vec::new())), Record::SentenceMissing);
    assert_eq!(why(of(vec![(" ".into(), first.to_vec())])), Record::SentenceMissing);
    assert_eq!(why(of(vec![("It was.".into(), first.to_vec()); SENTENCES_MAX + 1])), Record::SentenceMissing);
    assert_eq!(why(of(vec![("It was.".into(), first.to_vec()), ("So.".into(), Vec::new())])), Record::SentenceUnsourced);
    for lost in [Ref::Known(0), Ref::Known(3), Ref::New(0), Ref::New(u32::MAX)] {
        assert_eq!(why(of(vec![("It was.".into(), vec![lost])])), Record::ClaimMissing);
        assert_eq!(
            why(assess(NewAssessment { relies_on: vec![lost], ..assessment("outcome", "It was.", &first, "") })),
            Record::ClaimMissing
        );
        let aside = vec![(lost, SetAsideReason::Copied)];
        assert_eq!(why(assess(NewAssessment { sets_aside: aside, ..assessment("outcome", "It was.", &first, "") })), Record::ClaimMissing);
    }
}

#[test]
fn an_assessment_that_relies_on_what_it_sets_aside_or_corrects_without_a_word() {
    let aside = vec![(Ref::Known(1), SetAsideReason::Implausible)];
    let both = NewAssessment { sets_aside: aside, ..assessment("outcome", "It was.", &[Ref::Known(1)], "") };
    assert_eq!(why(assess(both)), Record::ReliesOnWhatItSetsAside);
    assert_eq!(why(assess(assessment("when", "Another day.", &[Ref::Known(1)], " "))), Record::CorrectionNoteMissing);
    let twice = [
        assess(assessment("outcome", "It was.", &[Ref::Known(1)], "")),
        assess(assessment("outcome", "It was not.", &[Ref::Known(1)], "")),
    ];
    assert_eq!(refused(&log(), &twice), Record::CorrectionNoteMissing, "in one batch too");
}

#[test]
fn an_entry_that_has_no_words_to_take() {
    let mut log = log();
    for nowhere in [log.nth(1, 0), 999, u64::MAX] {
        assert_eq!(log.redact(nowhere), Err(Record::EntryNotRedactable.into()));
    }
    let claim = log.nth(2, 1);
    log.redact(claim).unwrap();
    assert_eq!(log.redact(claim), Err(Record::EntryNotRedactable.into()), "once is enough");
    let mark = log.nth(13, 0);
    assert_eq!(log.redact(mark), Err(Record::EntryNotRedactable.into()), "a mark stays");
}

/// A number of this batch leads to this batch only, and a known number to what stood before it.
#[test]
fn no_number_reaches_the_nouns_of_another_batch() {
    let mut log = log();
    let written = log
        .state(&[
            Statement::Source(source(SourceKind::Witness, "Witness C")),
            Statement::Claim(claim(Ref::New(0), "what_happened", "It rose")),
            Statement::Claim(claim(Ref::Known(1), "what_happened", "It fell")),
            Statement::Assessment(assessment("outcome", "It fell.", &[Ref::New(1), Ref::Known(1)], "")),
        ])
        .unwrap();
    let field = |entry: usize, key: &str| written.entries[entry].fields[key].clone();
    assert_eq!((field(1, "source"), field(2, "source")), (3.into(), 1.into()));
    assert_eq!(field(3, "relies_on"), serde_json::json!([4, 1]));
    let own =
        [Statement::Source(source(SourceKind::Witness, "Witness D")), Statement::Claim(claim(Ref::Known(4), "what_happened", "It rose"))];
    assert_eq!(refused(&log, &own), Record::SourceMissing, "what a batch adds is not known before it");
    let early =
        [Statement::Claim(claim(Ref::New(0), "what_happened", "It rose")), Statement::Source(source(SourceKind::Witness, "Witness D"))];
    assert_eq!(refused(&log, &early), Record::SourceMissing, "what comes later is not there yet");
}

#[test]
fn a_refused_batch_writes_nothing() {
    let mut log = log();
    let before = bytes(&log.page());
    let half =
        [Statement::Claim(claim(Ref::Known(1), "what_happened", "It rose")), Statement::Claim(claim(Ref::Known(1), "weather", "wet"))];
    assert!(log.state(&half).is_err());
    assert_eq!(bytes(&log.page()), before);
}

#[test]
fn a_part_of_the_incident_is_one_part_however_it_is_written() {
    let mut log = log();
    let of = |about: &str| NewPublicClaim { about: about.into(), low: Some(1), ..claim(Ref::Known(1), "count.people", "") };
    log.state(&[
        Statement::Claim(of("First shop")),
        Statement::Claim(NewPublicClaim { low: Some(2), high: Some(2), ..of(" first  SHOP ") }),
    ])
    .unwrap();
    log.state(&[Statement::Claim(of("")), Statement::Claim(of("second shop"))]).unwrap();
    let page = log.page();
    let parts: Vec<Option<&str>> =
        page.facts.iter().filter(|fact| fact.predicate == "count.people").map(|fact| fact.about.as_deref()).collect();
    assert_eq!(parts, [Some("First shop"), None, Some("second shop")]);
}
