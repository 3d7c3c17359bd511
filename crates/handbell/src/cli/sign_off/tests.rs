//! Entering and listing sign-offs in a group's folder.

use super::*;
use crate::config::Settings;
use crate::world::MachineChance;
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::SIGN_OFFS_FILE;
use handbell_rules::time::Timestamp;
use std::path::PathBuf;

struct Still(i64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.0)
    }
}

/// 1 December 2026, noon.
const TODAY: Still = Still(1_796_126_400_000);
/// 1 June 2027, noon.
const NEXT_YEAR: Still = Still(1_811_851_200_000);

fn group() -> (tempfile::TempDir, PathBuf) {
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join("group");
    let settings = Settings { listen: "127.0.0.1:0".into(), ..Settings::of("Eastgate", "https://bell.example", Status::Actual) };
    folder::make(&dir, &settings, &MachineChance).unwrap();
    (above, dir)
}

fn new(card: &str, on: Option<&str>) -> Option<New> {
    Some(New { what: What::Card(card.into()), role: "solicitor".into(), firm: "Lantern Law Centre".into(), on: on.map(str::to_owned) })
}

fn standing(dir: &Path, card: &str) -> &'static str {
    let playbook = folder::playbook(dir, "uk-street").unwrap();
    let today = Day::at(TODAY.now(), playbook.zone());
    folder::sign_offs(dir).unwrap().standing(playbook.card(card).unwrap(), today).name()
}

#[test]
fn a_sign_off_is_written_apart_from_the_playbook_and_read_again() {
    let (_above, dir) = group();
    assert_eq!((standing(&dir, "street"), dir.join(SIGN_OFFS_FILE).exists()), ("unsigned", false));
    assert_eq!(run(&dir, new("street", None), &TODAY).unwrap(), Answer::Good);
    assert_eq!((standing(&dir, "street"), standing(&dir, "home")), ("signed-off", "unsigned"));
    assert_eq!(run(&dir, new("home", Some("2026-11-30")), &TODAY).unwrap(), Answer::Good);
    assert_eq!((standing(&dir, "street"), standing(&dir, "home")), ("signed-off", "signed-off"));
    assert_eq!(run(&dir, None, &TODAY).unwrap(), Answer::Good);
    let text = std::fs::read_to_string(dir.join(SIGN_OFFS_FILE)).unwrap();
    assert!(text.contains("2026-11-30") && text.contains("2026-12-01") && !text.contains("name"), "{text}");
    let left: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{left:?}");
}

#[test]
fn what_cannot_be_signed_is_refused_and_changes_nothing() {
    let (_above, dir) = group();
    let refused = |new, clock: &Still| {
        let error = run(&dir, new, clock).unwrap_err();
        assert!(!dir.join(SIGN_OFFS_FILE).exists(), "{error}");
        error.downcast_ref::<Stopped>().map_or(Answer::No, |stopped| stopped.0)
    };
    assert_eq!(refused(new("attic", None), &TODAY), Answer::No);
    assert_eq!(refused(new("street", Some("2026-12-02")), &TODAY), Answer::No, "a day that has not come");
    assert_eq!(refused(new("street", Some("2026-11-20")), &TODAY), Answer::No, "before the review");
    assert_eq!(refused(new("street", Some("tomorrow")), &TODAY), Answer::Usage);
    assert_eq!(refused(new("street", None), &NEXT_YEAR), Answer::No, "an expired card");
    let words = Some(New { what: What::Card("street".into()), role: "solicitor".into(), firm: "ring 07700 900123".into(), on: None });
    assert_eq!(refused(words, &TODAY), Answer::No);
    assert!(run(&dir.join("nowhere"), None, &TODAY).is_err());
}

#[test]
fn a_broken_file_of_sign_offs_is_said_and_not_ignored() {
    let (_above, dir) = group();
    for text in ["[[sign_off]]\nlawyer = 'A. Name'\n", "sign_off = 3", &"#".repeat(70_000)] {
        std::fs::write(dir.join(SIGN_OFFS_FILE), text).unwrap();
        assert!(folder::sign_offs(&dir).is_err());
        assert!(run(&dir, None, &TODAY).is_err());
    }
}

fn checks(language: &str, on: Option<&str>) -> Option<New> {
    let what = What::Language(language.into());
    Some(New { what, role: "translator".into(), firm: "Harbour Language Centre".into(), on: on.map(str::to_owned) })
}

#[test]
fn a_language_is_checked_word_for_word_beside_the_cards() {
    let (_above, dir) = group();
    let may_be_live = |language: &str| {
        let playbook = folder::playbook(&dir, "uk-street").unwrap();
        let today = Day::at(TODAY.now(), playbook.zone());
        let tongues = folder::sign_offs(&dir).unwrap().tongues(&playbook, Status::Actual, today);
        tongues.iter().any(|tongue| tongue.language == language && tongue.checked)
    };
    assert_eq!((may_be_live("en"), may_be_live("es")), (true, false));
    run(&dir, new("street", None), &TODAY).unwrap();
    assert_eq!(run(&dir, checks("es", Some("2026-11-30")), &TODAY).unwrap(), Answer::Good);
    assert_eq!((may_be_live("en"), may_be_live("es")), (true, true));
    assert_eq!(standing(&dir, "street"), "signed-off", "the cards stay signed");
    run(&dir, new("home", None), &TODAY).unwrap();
    assert!(may_be_live("es"), "and the language stays checked");
    let text = std::fs::read_to_string(dir.join(SIGN_OFFS_FILE)).unwrap();
    assert!(text.contains("Harbour Language Centre") && !text.contains("name"), "{text}");
    assert_eq!(run(&dir, None, &TODAY).unwrap(), Answer::Good);
}

#[test]
fn a_check_that_cannot_be_is_refused_and_changes_nothing() {
    let (_above, dir) = group();
    for new in [checks("tlh", None), checks("en", None), checks("es", Some("2026-12-02")), checks("es", Some("soon"))] {
        run(&dir, new, &TODAY).unwrap_err();
        assert!(!dir.join(SIGN_OFFS_FILE).exists());
    }
    let known = Some(New { what: What::Language("es".into()), role: "translator".into(), firm: "ring 07700 900123".into(), on: None });
    run(&dir, known, &TODAY).unwrap_err();
    assert!(!dir.join(SIGN_OFFS_FILE).exists());
}
