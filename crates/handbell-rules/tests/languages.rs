//! Languages: every alert, update and end that the shipped playbook can make, in every language, and which of
//! them may be told.
//!
//! The property that counts: whatever is said with status Actual is English or stands in a language that a
//! person has checked, word for word. It is asked of every kind, message, language and slot value.

mod shipped;

use handbell_rules::bell::alert::{Alert, RingKind, Words};
use handbell_rules::bell::message::{MESSAGE_BYTES_MAX, Message, message};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::spoken::update_words;
use handbell_rules::playbook::{Day, Playbook, Reach, SOURCE_LANGUAGE, SignOffs, UpdateText, WordsStanding, fixed_texts};
use shipped::{PLAYBOOK, alert, check, checked, every_wording, shipped, today, updates, words};
use std::collections::BTreeSet;

/// Every message of one alert in a language: its own, those of its updates, and its ends.
fn messages(first: &Alert, language: &str, discreet: bool) -> Vec<Message> {
    let mut all: Vec<Message> = [RingKind::Alert, RingKind::Cancel, RingKind::StandDown, RingKind::Correction]
        .into_iter()
        .map(|kind| message(kind, first, first, language, discreet))
        .collect();
    for update in updates() {
        let second = alert(update_words(&first.words, update), first.status, first.reach);
        all.push(message(RingKind::Update, first, &second, language, discreet));
    }
    all
}

/// Whatever is shown of a message.
fn shown(message: &Message) -> Vec<String> {
    [vec![message.title.clone(), message.body.clone()], message.conduct.clone()].concat()
}

// PROMISE only-checked-words-go-live
#[test]
fn no_live_message_is_in_words_that_nobody_checked() {
    let languages = PLAYBOOK.alert_languages();
    for of_them in [vec![], vec!["es"]] {
        let sign_offs = checked(&of_them);
        let tongues = sign_offs.tongues(&PLAYBOOK, Status::Actual, today());
        let may: BTreeSet<&str> = of_them.iter().copied().chain([SOURCE_LANGUAGE]).collect();
        assert!(tongues.iter().all(|tongue| tongue.checked && may.contains(tongue.language.as_str())), "{tongues:?}");
        for wording in every_wording() {
            let told = words(&wording, &tongues);
            // Even if a drill's list had been taken by mistake, nothing of it is told.
            let mistaken = words(&wording, &sign_offs.tongues(&PLAYBOOK, Status::Exercise, today()));
            for words in [told, mistaken] {
                let first = alert(words, Status::Actual, wording.reach);
                let english = messages(&first, SOURCE_LANGUAGE, false);
                for language in languages {
                    let there = messages(&first, language, false);
                    if may.contains(language.as_str()) {
                        assert!(there.iter().all(|one| one.lang == *language && !one.body.contains("not checked")), "{wording:?}");
                    } else {
                        assert_eq!(there, english, "{language} {wording:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_drill_speaks_every_language_and_marks_what_nobody_checked() {
    let sign_offs = SignOffs::default();
    let tongues = sign_offs.tongues(&PLAYBOOK, Status::Exercise, today());
    assert_eq!(tongues.len(), PLAYBOOK.alert_languages().len());
    for wording in every_wording() {
        let first = alert(words(&wording, &tongues), Status::Exercise, wording.reach);
        for tongue in &tongues {
            let fixed = fixed_texts(&tongue.language).expect("fixed texts");
            for discreet in [false, true] {
                for one in messages(&first, &tongue.language, discreet) {
                    assert_eq!((one.lang.as_str(), one.dir), (tongue.language.as_str(), fixed.direction));
                    let marked = one.body.contains(fixed.unchecked) && one.body.contains("Translation not checked by a person.");
                    assert_eq!(marked, tongue.language != SOURCE_LANGUAGE, "{one:?}");
                    assert!(one.title.starts_with("EXERCISE"));
                }
            }
        }
    }
}

#[test]
fn every_message_has_other_words_in_every_language_and_leaves_no_slot_open() {
    let tongues = SignOffs::default().tongues(&PLAYBOOK, Status::Exercise, today());
    for wording in every_wording() {
        let first = alert(words(&wording, &tongues), Status::Exercise, wording.reach);
        let english = messages(&first, SOURCE_LANGUAGE, false);
        for tongue in tongues.iter().filter(|tongue| tongue.language != SOURCE_LANGUAGE) {
            for (one, source) in messages(&first, &tongue.language, false).iter().zip(&english) {
                assert!(one.title != source.title && one.body != source.body, "{one:?}");
                assert_eq!((one.kind, &one.tag, one.conduct.len()), (source.kind, &source.tag, source.conduct.len()));
                // It leads to the page in its own language; the record is in English.
                let page = if one.kind == RingKind::Correction { String::new() } else { format!("?lang={}", tongue.language) };
                assert_eq!(one.url, format!("{}{page}", source.url));
                for text in shown(one) {
                    assert!(!text.contains(['{', '}', '$']), "{text}");
                    assert!(!text.contains("http") && !text.contains("www."), "{text}");
                }
            }
        }
    }
}

#[test]
fn a_check_is_of_these_very_words_and_one_changed_letter_undoes_it() {
    let sign_offs = checked(&["es"]);
    assert!(matches!(sign_offs.words_standing(&PLAYBOOK, "es", today()), WordsStanding::Checked(_)));
    assert!(matches!(sign_offs.words_standing(&PLAYBOOK, "en", today()), WordsStanding::Source));
    assert!(matches!(sign_offs.words_standing(&PLAYBOOK, "tlh", today()), WordsStanding::Unchecked));
    let before = Day::parse("2026-11-29").expect("a day");
    assert!(matches!(sign_offs.words_standing(&PLAYBOOK, "es", before), WordsStanding::Unchecked), "a day that has not come");
    for (file, from, to, undone) in [
        ("words/es.ftl", "flood-public-title = Inundación en", "flood-public-title = Inundaciones en", true),
        ("words/en.ftl", "flood-public-title = Flood in", "flood-public-title = Floods in", true),
        ("words/es.ftl", "agency-police = policía", "agency-police = la policía", true),
        ("words/es.ftl", "choice-drains = El alcantarillado", "choice-drains = Las alcantarillas", false),
    ] {
        let mut texts = shipped();
        let text = texts.get_mut(file).expect("the file");
        assert!(text.contains(from), "{file} does not hold {from}");
        *text = text.replacen(from, to, 1);
        let changed = Playbook::load(&texts).expect("it still loads");
        let standing = sign_offs.words_standing(&changed, "es", today());
        assert_eq!(matches!(standing, WordsStanding::Changed(_)), undone, "{to}: {standing:?}");
        assert_eq!(sign_offs.tongues(&changed, Status::Actual, today()).len(), if undone { 1 } else { 2 }, "{to}");
    }
}

#[test]
fn a_check_that_comes_with_the_playbook_counts_like_one_of_the_group() {
    let mut texts = shipped();
    let by = check(&PLAYBOOK, "es", "2026-11-30");
    let head = texts.get_mut("playbook.toml").expect("the head");
    let row = format!(
        "\n[[words_check]]\nlanguage = \"es\"\nsha256 = \"{}\"\nrole = \"translator\"\nfirm = \"Harbour Language Centre\"\non = \"{}\"\n",
        by.sha256, by.on
    );
    head.push_str(&row);
    let playbook = Playbook::load(&texts).expect("it loads");
    assert_eq!(SignOffs::default().words_standing(&playbook, "es", today()), WordsStanding::Checked(&by));
    for wrong in ["Harbour Language Centre\"\nname = \"somebody", "ring 07700 900123"] {
        let mut texts = texts.clone();
        let head = texts.get_mut("playbook.toml").expect("the head");
        *head = head.replace("Harbour Language Centre", wrong);
        assert!(Playbook::load(&texts).is_err(), "{wrong}");
    }
}

#[test]
fn what_was_checked_when_an_alert_was_written_is_not_said_in_fixed_texts_that_changed_since() {
    let tongues = checked(&["es"]).tongues(&PLAYBOOK, Status::Actual, today());
    let mut first = alert(words(&every_wording()[0], &tongues), Status::Actual, Reach::Dispatch);
    assert_eq!(message(RingKind::StandDown, &first, &first, "es", false).title, "Ha terminado");
    first.words.others[0].fixed = "0".repeat(64);
    for kind in [RingKind::Alert, RingKind::StandDown, RingKind::Cancel] {
        assert_eq!(message(kind, &first, &first, "es", false).lang, "en");
    }
}

#[test]
fn an_update_speaks_the_languages_of_its_first_alert_and_no_others() {
    let tongues = checked(&["es", "ar"]).tongues(&PLAYBOOK, Status::Actual, today());
    let first = words(&every_wording()[0], &tongues);
    for update in updates() {
        let spoken = update_words(&first, update);
        assert_eq!(spoken.languages(Status::Actual).collect::<Vec<_>>(), ["en", "es", "ar"]);
    }
    // Texts that the program has changed since it was written are said in neither.
    let mut older = first;
    older.others[0].fixed = "0".repeat(64);
    let spoken = update_words(&older, UpdateText::EnoughObservers);
    for words in [&older, &spoken] {
        assert_eq!(words.languages(Status::Actual).collect::<Vec<_>>(), ["en", "ar"]);
    }
}

#[test]
fn an_alert_of_an_older_store_is_told_in_english() {
    let kept =
        alert(words(&every_wording()[0], &checked(&["es"]).tongues(&PLAYBOOK, Status::Actual, today())), Status::Actual, Reach::Dispatch);
    let mut older = serde_json::to_value(&kept.words).expect("words are JSON");
    older.as_object_mut().expect("an object").remove("others");
    let read: Words = serde_json::from_value(older).expect("it is read");
    assert!(read.others.is_empty());
    assert_eq!(read.told_in("es", Status::Actual).language, "en");
}

#[test]
fn the_longest_message_of_every_language_leaves_room_for_its_signatures() {
    let languages: Vec<&str> = PLAYBOOK.alert_languages().iter().map(String::as_str).collect();
    let tongues = checked(&languages[1..]).tongues(&PLAYBOOK, Status::Exercise, today());
    assert_eq!(tongues.len(), languages.len());
    for wording in every_wording().iter().step_by(11) {
        let first = alert(words(wording, &tongues), Status::Exercise, wording.reach);
        for language in &languages {
            for message in messages(&first, language, false) {
                let bytes = serde_json::to_vec(&message).expect("a message is JSON").len();
                assert!(bytes <= MESSAGE_BYTES_MAX, "{bytes} bytes in {language}: {wording:?}");
            }
        }
    }
}
