//! What is read as a press, what never is, and which ask it is about.

use super::super::tests::{NOW, able, alert, member, middle, quota};
use super::super::{ARRIVE_MINUTES_MAX, begin};
use super::*;
use crate::bell::inbound::{self, Inbound};
use crate::id::AlertId;
use crate::playbook::FieldRole;
use crate::time::MINUTE;
use proptest::prelude::*;

#[test]
fn minutes_are_a_number_and_nothing_else() {
    for (text, minutes) in [
        ("12", 12),
        (" 12. ", 12),
        ("05", 5),
        ("1", 1),
        ("60", 60),
        ("12 min", 12),
        ("12MIN", 12),
        ("12 Minutes", 12),
        ("12\tmins", 12),
        ("12m", 12),
        ("١٢", 12),
        ("۲۰", 20),
        ("১৫", 15),
    ] {
        assert_eq!(read(text), Some(Press::Going { minutes }), "{text}");
    }
}

#[test]
fn nothing_else_is_an_acceptance() {
    let never = [
        "",
        "0",
        "00",
        "61",
        "99",
        "112",
        "999",
        "911",
        "012",
        "12 people hurt",
        "12 people",
        "12?",
        "12 or 15",
        "10-15",
        "10 15",
        "1 2",
        "12:30",
        "1.5",
        "-5",
        "+12",
        "12 no",
        "no 12",
        "no, 12",
        "no problem, 12",
        "no problem",
        "not 12",
        "in 12",
        "12 hours",
        "12h",
        "1٢",
        "yes",
        "ok",
        "going",
        "on my way",
        "twelve",
        "12\nsent from my telephone",
        "12min utes",
        "½",
        "①",
        "１２",
    ];
    for text in never {
        assert!(!matches!(read(text), Some(Press::Going { .. })), "{text:?}");
    }
}

#[test]
fn each_word_is_its_press_however_it_is_written() {
    for (words, press) in WORDS {
        for text in [words.to_owned(), words.to_uppercase(), format!(" {words}. "), format!("{words}!"), words.replace(' ', "  ")] {
            assert_eq!(read(&text), Some(press), "{text}");
        }
        for text in [format!("{words} 12"), format!("12 {words}"), format!("{words} people"), format!("not {words}"), format!("{words}?")] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
    for text in ["CAN'T FIND", "can’t find it", "Can`t find"] {
        assert_eq!(read(text), Some(Press::CannotFind), "{text}");
    }
    assert_eq!(read("I'm here"), Some(Press::OnScene));
    assert_eq!((read("NO"), read("Decline.")), (Some(Press::Cannot), Some(Press::Cannot)));
}

#[test]
fn no_word_of_a_reply_ends_everything_or_begins_anything() {
    for text in WORDS.iter().map(|(words, _)| (*words).to_owned()).chain((1..=ARRIVE_MINUTES_MAX).map(|minutes| minutes.to_string())) {
        assert_eq!(inbound::read(&text), Inbound::Unknown, "{text}");
    }
}

proptest! {
    /// Whatever was written around it: what is read as an acceptance is one or two digits, perhaps with a unit.
    #[test]
    fn an_acceptance_is_never_read_into_a_text(text in "\\PC{0,40}|[0-9 noNOyes'.,!?m-]{0,12}|[0-9]{1,3} ?[a-z]{0,8}") {
        if let Some(Press::Going { minutes }) = read(&text) {
            prop_assert!((1..=ARRIVE_MINUTES_MAX).contains(&minutes));
            let digits = text.chars().filter(|sign| digit(*sign).is_some()).count();
            prop_assert!((1..=2).contains(&digits), "{}", text);
            let letters: String = text.chars().filter(|sign| sign.is_alphabetic()).collect::<String>().to_lowercase();
            prop_assert!(letters.is_empty() || UNITS.contains(&letters.as_str()), "{}", text);
            prop_assert!(!text.contains(['?', '-', '+', ':', '/']), "{}", text);
        }
    }
    #[test]
    fn a_no_is_never_a_yes(before in "[ .,!]{0,3}", no in "no|NO|No|n|N|decline|DECLINE|cant|can't|cannot", after in "[ .,!]{0,3}|[ .,!]{1,2}[a-z0-9 ]{1,20}") {
        let pressed = read(&format!("{before}{no}{after}"));
        prop_assert!(!matches!(pressed, Some(Press::Going { .. } | Press::OnScene)), "{:?}", pressed);
    }
    #[test]
    fn every_number_of_minutes_reads_back(minutes in 1..=ARRIVE_MINUTES_MAX, before in "[ .]{0,2}", unit in "| min| minutes|m|MIN", after in "[ .!]{0,2}") {
        let pressed = read(&format!("{before}{minutes}{unit}{after}"));
        prop_assert_eq!(pressed, Some(Press::Going { minutes }));
    }
}

/// A dispatch of its own with one observer wanted, who was asked at a time and says this.
fn asked(number: u8, at: Timestamp, answer: Answer) -> (Dispatch, Alert) {
    let alert = Alert { id: AlertId([number; 16]), ..alert() };
    let planned = Dispatch::new(alert.id, alert.incident, vec![quota(FieldRole::Observer, 2)], 15, at);
    let (mut dispatch, _) = begin(planned, member(9), &[able(0, &[FieldRole::Observer], Some(middle()))], &alert.area, at);
    dispatch.asked[0].answer = answer;
    (dispatch, alert)
}

fn found(open: &[(Dispatch, Alert)], since: Timestamp) -> Result<u8, bool> {
    match meant(open, member(0), since, NOW) {
        Meant::One(dispatch, alert) => {
            assert_eq!(dispatch.alert, alert.id);
            Ok(alert.id.bytes()[0])
        }
        Meant::Nothing => Err(false),
        Meant::Several => Err(true),
    }
}

#[test]
fn a_reply_is_about_where_one_is_else_about_the_one_open_ask() {
    let one = |number, answer| asked(number, NOW, answer);
    assert_eq!(found(&[], NOW), Err(false));
    assert_eq!(found(&[one(1, Answer::Asked)], NOW), Ok(1));
    assert_eq!(found(&[one(1, Answer::Asked), one(2, Answer::Asked)], NOW), Err(true), "a number alone does not say which");
    assert_eq!(found(&[one(1, Answer::Asked), one(2, Answer::Going)], NOW), Ok(2), "who is out speaks of where they are");
    assert_eq!(found(&[one(1, Answer::Cannot), one(2, Answer::Asked)], NOW), Ok(2));
    assert_eq!(found(&[one(1, Answer::Cannot)], NOW), Ok(1), "a no can be taken back");
    assert_eq!(found(&[one(1, Answer::StoodBy), one(2, Answer::Cannot)], NOW), Err(true));
    let mut over = one(1, Answer::Asked);
    over.1.ended_at = Some(NOW);
    over.0.over_at = Some(NOW);
    assert_eq!(found(&[over.clone(), one(2, Answer::Cannot)], NOW), Ok(2), "what is over is asked of nobody");
    over.0.asked[0].answer = Answer::OnScene;
    assert_eq!(found(&[over, one(2, Answer::Asked)], NOW), Ok(1), "who is still there says that they leave");
}

#[test]
fn only_what_was_asked_of_this_member_by_this_telephone_is_answered() {
    let early = asked(1, NOW, Answer::Asked);
    assert_eq!(found(std::slice::from_ref(&early), NOW.plus(MINUTE)), Err(false), "it was asked before the telephone was theirs");
    assert_eq!(meant(&[early], member(1), NOW, NOW), Meant::Nothing, "somebody else was asked");
}
