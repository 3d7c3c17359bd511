//! The exam the guard sits: more than ten thousand seeded texts that must be stopped and a thousand hand-written
//! ones that must pass. It was made without reading the guard; see `guard_exam/README.md` for the method.
//!
//! `cargo test -p handbell-rules --test guard_exam -- --nocapture` prints the table and writes the
//! misses beneath the target directory. It does not say how the guard should find anything.

#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]

#[path = "guard_exam/calls.rs"]
mod calls;
#[path = "guard_exam/carriers.rs"]
mod carriers;
#[path = "guard_exam/chance.rs"]
mod chance;
#[path = "guard_exam/clean.rs"]
mod clean;
#[path = "guard_exam/composed.rs"]
mod composed;
#[path = "guard_exam/disguise.rs"]
mod disguise;
#[path = "guard_exam/fresh.rs"]
mod fresh;
#[path = "guard_exam/generator.rs"]
mod generator;
#[path = "guard_exam/identifiers.rs"]
mod identifiers;
#[path = "guard_exam/score.rs"]
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use disguise::Disguise;
use generator::{CASES_PER_CELL, LANGUAGES};
use identifiers::Class;

/// Caught of all, in hundredths of a percent (issue 4).
const RECALL_OVERALL_MIN: usize = 99_50;
/// Caught in each class, in hundredths of a percent: no class may hide behind the others.
const RECALL_CLASS_MIN: usize = 98_00;
/// Clean texts wrongly stopped, in hundredths of a percent of all of them (issue 4).
const FALSE_ALARMS_MAX: usize = 5_00;
/// The greatest share of clean texts that only another language's words flag, in hundredths of a percent.
const EVERY_LANGUAGE_MORE_MAX: usize = 50;
/// Texts the exam must have.
const CASES_MIN: usize = 10_000;
/// Carrier sentences each language must have.
const CARRIERS_MIN: usize = 150;
/// Kinds the fresh phrases have, and how many phrases there must be.
const FRESH_KINDS: usize = 10;
const FRESH_MIN: usize = 200;
/// Caught of the fresh phrases, overall and of each kind, in hundredths of a percent. The rules' author has seen
/// these phrases, so the floor stands at what was measured.
const FRESH_RECALL_MIN: usize = 99_00;
const FRESH_KIND_RECALL_MIN: usize = 98_00;
/// Clean fresh phrases wrongly stopped, in hundredths of a percent of all of them.
const FRESH_FALSE_ALARMS_MAX: usize = 2_00;
/// What was measured on the held half when the rules stood, once: caught of its 200, flagged of its 250 clean.
const HELD_CAUGHT_MIN: usize = 142;
const HELD_FLAGGED_MAX: usize = 13;
/// SHA-256 over every label and text: an exam that changed is another exam and says so here.
const EXAM_HASH: &str = "a70633f4be89cfd59348ce2a20907d69c38e3a19c7191b6b4bfedd484ac20dae";

fn exam_hash(cases: &[generator::Case]) -> String {
    let mut hash = Sha256::new();
    for case in cases {
        let (class, disguise) = (case.class.name(), case.disguise.name());
        hash.update(format!("{}|{class}|{}|{disguise}|{}|{:?}|{}\n", case.index, case.form, case.language, case.span, case.text));
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn the_exam_is_the_same_exam_everywhere() {
    assert_eq!(exam_hash(&generator::cases()), EXAM_HASH, "if the exam was meant to change, keep its new hash and say why");
}

#[test]
fn every_class_wears_every_disguise_that_fits_in_both_languages() {
    let cases = generator::cases();
    let mut cells: BTreeMap<_, usize> = BTreeMap::new();
    for case in &cases {
        *cells.entry((case.class, case.disguise, case.language)).or_default() += 1;
    }
    for class in Class::ALL {
        for disguise in Disguise::ALL {
            for language in LANGUAGES {
                let wanted = if disguise.fits(class) { CASES_PER_CELL } else { 0 };
                let found = cells.get(&(class, disguise, language)).copied().unwrap_or(0);
                assert_eq!(found, wanted, "{} × {} in {language}", class.name(), disguise.name());
            }
        }
    }
}

#[test]
fn no_two_texts_are_the_same_and_there_are_enough() {
    let cases = generator::cases();
    let distinct: BTreeSet<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    assert_eq!(distinct.len(), cases.len());
    assert!(distinct.len() >= CASES_MIN, "{} texts", distinct.len());
}

#[test]
fn every_label_lies_in_its_text_and_leaves_the_carrier_around_it() {
    for case in generator::cases() {
        let inside = case.text.get(case.span.clone()).expect("a label stands on character boundaries");
        assert!(!inside.is_empty(), "case {} has an empty label", case.index);
        let carrier = format!("{}{{}}{}", &case.text[..case.span.start], &case.text[case.span.end..]);
        assert!(carriers::of(case.class, case.language).contains(&carrier.as_str()), "case {}: {carrier}", case.index);
        if case.disguise == Disguise::Plain {
            assert!(inside.chars().all(|letter| !letter.is_control()), "case {} is not plain", case.index);
        }
    }
}

#[test]
fn each_language_has_enough_carriers_and_none_twice() {
    for language in LANGUAGES {
        let all: Vec<&str> = Class::ALL.iter().flat_map(|class| carriers::of(*class, language)).copied().collect();
        let distinct: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len(), "a carrier stands twice in {language}");
        assert!(distinct.len() >= CARRIERS_MIN, "{} carriers in {language}", distinct.len());
        assert!(all.iter().all(|carrier| carrier.matches("{}").count() == 1));
    }
}

#[test]
fn the_clean_texts_are_a_thousand_and_truly_different() {
    let texts = clean::texts();
    assert!(texts.len() >= clean::TEXTS_MIN, "{} clean texts", texts.len());
    let alike = clean::alike(&texts);
    assert!(alike.is_empty(), "too much alike:\n{}", alike.join("\n"));
}

#[test]
fn the_guard_passes_its_exam() {
    let marks = score::mark(&generator::cases());
    let texts = clean::texts();
    let alarms = score::false_alarms(&texts);
    let alarms_share = alarms.len() * 10_000 / texts.len();

    let disguises = Disguise::ALL.map(Disguise::name);
    println!("{}", score::table(&marks, &disguises));
    println!("false alarms: {} of {} clean texts ({}.{:02} %)", alarms.len(), texts.len(), alarms_share / 100, alarms_share % 100);

    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("guard-exam-misses.tsv"), marks.misses.join("\n")).unwrap();
    std::fs::write(folder.join("guard-exam-false-alarms.tsv"), alarms.join("\n")).unwrap();
    println!("{} misses and the false alarms are listed in {}", marks.misses.len(), folder.display());

    assert!(marks.overall.recall() >= RECALL_OVERALL_MIN, "recall overall");
    for (class, tally) in &marks.by_class {
        assert!(tally.recall() >= RECALL_CLASS_MIN, "recall of {class}: {} of {}", tally.caught, tally.asked);
    }
    assert!(alarms.len() * 10_000 <= FALSE_ALARMS_MAX * texts.len(), "{} false alarms", alarms.len());
}

/// The record is read in every language the guard knows, and that may not cost a desk many more questions.
#[test]
fn a_text_read_in_every_language_is_hardly_ever_flagged_for_another() {
    let texts = clean::texts();
    let own = score::false_alarms(&texts).len();
    let every = texts.iter().filter(|(_, text)| !handbell_rules::guard::check_in_every_language(text).is_empty()).count();
    println!("false alarms: {own} in a text's own language, {every} in every language, of {} clean texts", texts.len());
    assert!(every >= own && (every - own) * 10_000 <= EVERY_LANGUAGE_MORE_MAX * texts.len(), "{own} and {every}");
}

#[test]
fn phrases_of_a_third_hand_are_caught_too() {
    let fresh = fresh::sit(&fresh::LEARNED);
    let overall = fresh.by_kind.values().fold((0, 0), |(caught, asked), tally| (caught + tally.caught, asked + tally.asked));
    for (kind, tally) in &fresh.by_kind {
        println!("{kind:10} {:3} of {:3} caught", tally.caught, tally.asked);
    }
    println!("overall    {:3} of {:3} caught; {} of {} clean texts flagged", overall.0, overall.1, fresh.clean.caught, fresh.clean.asked);
    println!("missed:\n{}\nflagged:\n{}", fresh.misses.join("\n"), fresh.alarms.join("\n"));

    assert!(fresh.by_kind.len() == FRESH_KINDS && overall.1 >= FRESH_MIN, "{} phrases", overall.1);
    assert!(overall.0 * 10_000 >= FRESH_RECALL_MIN * overall.1, "{} of {}", overall.0, overall.1);
    for (kind, tally) in &fresh.by_kind {
        assert!(tally.recall() >= FRESH_KIND_RECALL_MIN, "recall of {kind}: {} of {}", tally.caught, tally.asked);
    }
    assert!(fresh.clean.caught * 10_000 <= FRESH_FALSE_ALARMS_MAX * fresh.clean.asked, "{} of {}", fresh.clean.caught, fresh.clean.asked);
}

#[test]
fn phrases_nobody_had_seen_are_caught_as_often_as_was_measured() {
    let held = fresh::sit(&fresh::HELD);
    let overall = held.by_kind.values().fold((0, 0), |(caught, asked), tally| (caught + tally.caught, asked + tally.asked));
    for (kind, tally) in &held.by_kind {
        println!("{kind:10} {:3} of {:3} caught", tally.caught, tally.asked);
    }
    println!("overall    {:3} of {:3} caught; {} of {} clean texts flagged", overall.0, overall.1, held.clean.caught, held.clean.asked);
    println!("missed:\n{}\nflagged:\n{}", held.misses.join("\n"), held.alarms.join("\n"));

    assert!(overall.1 == 200 && overall.0 >= HELD_CAUGHT_MIN, "{} of {}", overall.0, overall.1);
    assert!(held.clean.asked == 250 && held.clean.caught <= HELD_FLAGGED_MAX, "{} of {}", held.clean.caught, held.clean.asked);
}
