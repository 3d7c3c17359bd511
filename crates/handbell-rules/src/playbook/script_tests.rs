//! The intake script: the shipped one asks what the field's list asks; whatever would ask for a person, or
//! would never be asked, is refused with the nearest word.

use std::collections::BTreeMap;

use super::script::{Asks, SoFar};
use super::tests::{shipped, shipped_folder};
use super::*;
use crate::refusal::Street;
use crate::street::answers::Given;
use crate::street::report::{Basis, Count, Happening};

fn refused(file: &str, from: &str, to: &str) -> PlaybookRefusal {
    let mut folder = shipped_folder();
    let text = folder.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from:?}");
    *text = text.replacen(from, to, 1);
    Playbook::load(&folder).expect_err(&format!("{file}: {from:?} became {to:?} and was taken"))
}

fn open(kind: &str, basis: Basis, happening: Happening, given: &[(&str, &str)]) -> Vec<String> {
    let playbook = shipped();
    let given: BTreeMap<String, Given> = given.iter().map(|(id, choice)| ((*id).to_owned(), Given::One((*choice).to_owned()))).collect();
    let so_far = SoFar { basis: Some(basis), happening: Some(happening), given: &given };
    playbook.script().open(playbook.kind(kind).unwrap(), so_far).iter().map(|question| question.id.clone()).collect()
}

#[test]
fn the_shipped_script_asks_every_letter_of_salute_for_every_kind_where_it_makes_sense() {
    let playbook = shipped();
    assert_eq!(playbook.script().letters().len(), 6);
    for kind in ["immigration-visit", "eviction"] {
        let asked = open(kind, Basis::Saw, Happening::Now, &[]);
        for question in ["activity", "agency", "equipment", "words-worn", "went-in"] {
            assert!(asked.contains(&question.to_owned()), "{kind}: {question}");
        }
    }
    assert!(open("flood", Basis::Saw, Happening::Now, &[]).contains(&"depth".to_owned()));
    assert!(!open("flood", Basis::Saw, Happening::Now, &[]).contains(&"agency".to_owned()), "a flood has no agencies to choose from");
    assert!(open("hate-incident", Basis::Saw, Happening::Now, &[]).contains(&"why-hate".to_owned()));
}

#[test]
fn a_question_is_asked_only_after_the_answer_that_opens_it() {
    let asked = |given: &[(&str, &str)], question: &str| {
        open("immigration-visit", Basis::Saw, Happening::Now, given).contains(&question.to_owned())
    };
    assert!(!asked(&[], "how-in"));
    assert!(asked(&[("went-in", "yes")], "how-in"));
    assert!(!asked(&[("went-in", "no")], "how-in"));
    assert!(asked(&[("went-in", "yes"), ("how-in", "let-in")], "let-in-by"));
    assert!(!asked(&[("went-in", "no"), ("how-in", "let-in")], "let-in-by"), "below a closed question everything is closed");
    assert!(open("flood", Basis::Told, Happening::Now, &[]).contains(&"told-how".to_owned()));
    assert!(!open("flood", Basis::Saw, Happening::Now, &[]).contains(&"told-how".to_owned()));
    assert!(open("flood", Basis::Saw, Happening::Moving, &[]).contains(&"direction".to_owned()));
}

#[test]
fn an_answer_is_kept_only_when_it_is_asked_for_and_of_its_type() {
    let playbook = shipped();
    let kind = playbook.kind("immigration-visit").unwrap();
    let check = |given: &[(&str, Given)]| {
        let given: BTreeMap<String, Given> = given.iter().map(|(id, given)| ((*id).to_owned(), given.clone())).collect();
        playbook.script().check(kind, SoFar { basis: Some(Basis::Saw), happening: Some(Happening::Now), given: &given })
    };
    let one = |choice: &str| Given::One(choice.to_owned());
    let some = |choices: &[&str]| Given::Several(choices.iter().map(|choice| (*choice).to_owned()).collect());
    assert_eq!(check(&[("went-in", one("yes")), ("how-in", one("forced-in")), ("equipment", some(&["ram", "dogs"]))]), Ok(()));
    assert_eq!(check(&[("led-away", Given::Range(Count { low: 1, high: None }))]), Ok(()));
    assert_eq!(check(&[("officers", Given::Range(Count { low: 1, high: None }))]), Err(Street::AnswerUnknown.into()));
    assert_eq!(check(&[("no-such", one("yes"))]), Err(Street::AnswerUnknown.into()));
    assert_eq!(check(&[("how-in", one("forced-in"))]), Err(Street::AnswerNotAsked.into()));
    assert_eq!(check(&[("depth", one("deeper"))]), Err(Street::AnswerNotAsked.into()));
    for wrong in [one("perhaps"), some(&["yes"]), Given::Words("yes".into()), Given::Range(Count { low: 1, high: None })] {
        assert_eq!(check(&[("went-in", wrong)]), Err(Street::AnswerWrong.into()));
    }
    for wrong in [some(&[]), some(&["dogs", "ram"]), some(&["ram", "ram"]), some(&["tank"])] {
        assert_eq!(check(&[("equipment", wrong)]), Err(Street::AnswerWrong.into()));
    }
    for wrong in [String::new(), " x".into(), "x".repeat(201), "a\u{0}b".into()] {
        assert!(check(&[("words-worn", Given::Words(wrong.clone()))]).is_err(), "{wrong:?}");
    }
    assert_eq!(check(&[("led-away", Given::Range(Count { low: 3, high: Some(2) }))]), Err(Street::CountReversed.into()));
}

#[test]
fn answers_to_what_is_no_longer_asked_are_dropped_and_the_rest_passes() {
    let playbook = shipped();
    let kind = playbook.kind("immigration-visit").unwrap();
    let given = BTreeMap::from([
        ("went-in".to_owned(), Given::One("no".into())),
        ("how-in".to_owned(), Given::One("let-in".into())),
        ("let-in-by".to_owned(), Given::One("somebody-else".into())),
        ("depth".to_owned(), Given::One("deeper".into())),
    ]);
    let so_far = SoFar { basis: Some(Basis::Saw), happening: Some(Happening::Now), given: &given };
    let kept = playbook.script().still_asked(kind, so_far);
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["went-in"]);
    assert_eq!(playbook.script().check(kind, SoFar { given: &kept, ..so_far }), Ok(()));
}

#[test]
fn a_home_is_a_home_by_the_answer_that_says_so() {
    let playbook = shipped();
    let says = |choice: &str| playbook.script().says_home(&BTreeMap::from([("premises-kind".to_owned(), Given::One(choice.into()))]));
    assert!(says("somebodys-home") && says("small-workplace"));
    assert!(!says("open-street") && !playbook.script().says_home(&BTreeMap::new()));
}

#[test]
fn no_answer_type_and_no_id_holds_a_person() {
    for never in ["name", "plate", "badge", "face", "home-address", "passport", "shoulder-number"] {
        let asks = refused("intake.toml", "id = \"tie\"\nasks = \"choice\"", &format!("id = \"tie\"\nasks = \"{never}\""));
        assert!(matches!(&asks, PlaybookRefusal::Loosens { key, .. } if key == "tie"), "{asks}");
        let id = refused("intake.toml", "id = \"tie\"", &format!("id = \"the-{never}\""));
        assert!(matches!(&id, PlaybookRefusal::Loosens { .. }), "{id}");
        let choice = refused("intake.toml", "\"lives-nearby\"", &format!("\"{never}\""));
        assert!(matches!(&choice, PlaybookRefusal::Loosens { .. }), "{choice}");
    }
}

#[test]
fn no_question_asks_for_a_person_in_words() {
    for (file, asked) in [
        ("words/en.ftl", "What is their name?"),
        ("words/en.ftl", "Which number plate does the van have?"),
        ("words/en.ftl", "What is on the badge?"),
        ("words/en.ftl", "Can you read the shoulder number?"),
        ("words/en.ftl", "What do their FACES look like?"),
        ("words/en.ftl", "What is the home address?"),
        ("words/en.ftl", "Which nationality have they?"),
        ("words/es.ftl", "¿Cómo se llama?"),
        ("words/es.ftl", "¿Qué matrícula lleva?"),
        ("words/es.ftl", "¿Cuál es su número de agente?"),
        ("words/es.ftl", "¿Cómo es su cara?"),
        ("words/es.ftl", "¿En qué dirección vive?"),
    ] {
        for start in ["ask-tie = ", "say-tie = ", "choice-deeper = "] {
            let mut folder = shipped_folder();
            let text = folder.get_mut(file).unwrap();
            let at = text.find(start).unwrap();
            let end = at + text[at..].find('\n').unwrap();
            text.replace_range(at..end, &format!("{start}{asked}"));
            let refusal = Playbook::load(&folder).expect_err(asked);
            assert!(matches!(refusal, PlaybookRefusal::Loosens { .. } | PlaybookRefusal::Guarded { .. }), "{asked}: {refusal}");
        }
    }
    // The guard reads them too: what is no question for a person may still be no sentence for a page.
    let flagged = refused("words/en.ftl", "say-tie = ", "say-tie = Call 020 7946 0321 now. ");
    assert!(matches!(flagged, PlaybookRefusal::Guarded { .. }), "{flagged}");
}

#[test]
fn a_mistyped_word_names_the_nearest_known_one() {
    for (from, to, near) in [
        ("id = \"tie\"\nasks = \"choice\"", "id = \"tie\"\nasks = \"chocie\"", "choice"),
        ("question = \"warrant\"", "question = \"warant\"", "warrant"),
        ("is = [\"shown\", \"spoken-of\"]", "is = [\"shwon\"]", "shown"),
        ("kinds = [\"flood\"]", "kinds = [\"floods\"]", "flood"),
        ("predicate = \"count.arrests\"", "predicate = \"count.arrest\"", "count.arrests"),
        ("salute = \"location\"", "salute = \"locaton\"", "location"),
        ("home_when =", "home_wen =", "home_when"),
    ] {
        let refusal = refused("intake.toml", from, to).to_string();
        assert!(refusal.contains(&format!("did you mean `{near}`")), "{refusal}");
    }
    assert!(
        matches!(refused("words/en.ftl", "say-tie", "say-tye"), PlaybookRefusal::MessageUnknown { nearest: Some(near), .. } if near == "say-tie")
    );
}

#[test]
fn a_script_that_could_not_be_asked_is_refused() {
    for (from, to) in [
        // a field of the report that nobody asks for, or is asked for twice, or under another id
        ("[[question]]\nid = \"officers\"\nasks = \"officers\"\nsalute = \"size\"\n", ""),
        ("id = \"tie\"\nasks = \"choice\"", "id = \"officers\"\nasks = \"choice\""),
        ("id = \"officers\"\nasks = \"officers\"", "id = \"officers\"\nasks = \"vehicles\""),
        // a condition that looks forward, or at a number
        ("question = \"warrant\"", "question = \"tie\""),
        ("question = \"warrant\"", "question = \"officers\""),
        // choices that are none, or one, or twice
        ("choices = [\"marked\", \"unmarked\", \"some-marked\", \"not-seen\"]", "choices = [\"marked\"]"),
        ("choices = [\"marked\", \"unmarked\", \"some-marked\", \"not-seen\"]", "choices = [\"marked\", \"marked\"]"),
        ("choices = [\"marked\", \"unmarked\", \"some-marked\", \"not-seen\"]", ""),
        ("asks = \"range\"", "asks = \"range\"\nchoices = [\"one\", \"two\"]"),
        // a home that is no choice, a predicate of another type
        ("home_when = [\"somebodys-home\"", "home_when = [\"castle\""),
        ("predicate = \"count.arrests\"", "predicate = \"agency\""),
        ("predicate = \"agency\"", "predicate = \"media.shows_this\""),
        ("id = \"tie\"", "id = \"pictures\""),
    ] {
        let refusal = refused("intake.toml", from, to);
        assert!(matches!(refusal, PlaybookRefusal::BadValue { .. }), "{from:?} -> {to:?}: {refusal}");
    }
}

#[test]
fn every_question_and_every_choice_has_its_words_in_every_language() {
    let playbook = shipped();
    for language in playbook.languages() {
        for question in playbook.script().questions() {
            assert_ne!(playbook.ask_words(&question.id, language), question.id);
            assert_ne!(playbook.say_words(&question.id, language), question.id);
            for kind in playbook.kinds() {
                for choice in question.choices(kind) {
                    let words = playbook.choice_words(question, choice, language);
                    // "shouting" and "police" are their own best words.
                    assert!(question.from.is_some() || words != *choice, "{}: {choice}", question.id);
                }
            }
        }
    }
    assert!(playbook.script().questions().iter().filter(|question| question.asks == Asks::Range).count() >= 3, "numbers are ranges");
}
