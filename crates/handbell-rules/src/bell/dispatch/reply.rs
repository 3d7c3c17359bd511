//! Reply: what somebody who was asked to go writes back by text message, and which ask it is about.
//!
//! A text is read as a press only when the whole of it is one of a few words, or a number of minutes and nothing
//! else. A text that only begins so ("12 people hurt", "no problem, 12") is read as nothing, because an
//! acceptance by mistake takes a place that nobody fills; whoever is not understood is answered within seconds
//! and writes again. "Yes" alone is no press either: nobody would know when to expect them. It knows no number.

use super::{Answer, Dispatch, Press};
use crate::bell::alert::Alert;
use crate::id::MemberId;
use crate::time::Timestamp;

/// Everything that is understood beside minutes, in lower case and without apostrophes. None of it is a word that
/// ends everything (`inbound`), which is read first.
pub const WORDS: [(&str, Press); 32] = [
    ("no", Press::Cannot),
    ("n", Press::Cannot),
    ("no sorry", Press::Cannot),
    ("sorry no", Press::Cannot),
    ("no thanks", Press::Cannot),
    ("decline", Press::Cannot),
    ("cant", Press::Cannot),
    ("cannot", Press::Cannot),
    ("i cant", Press::Cannot),
    ("i cannot", Press::Cannot),
    ("cant come", Press::Cannot),
    ("cannot come", Press::Cannot),
    ("i cant come", Press::Cannot),
    ("i cannot come", Press::Cannot),
    ("here", Press::OnScene),
    ("im here", Press::OnScene),
    ("i am here", Press::OnScene),
    ("on scene", Press::OnScene),
    ("on the scene", Press::OnScene),
    ("arrived", Press::OnScene),
    ("cant find", Press::CannotFind),
    ("cannot find", Press::CannotFind),
    ("cant find it", Press::CannotFind),
    ("cannot find it", Press::CannotFind),
    ("i cant find it", Press::CannotFind),
    ("i cannot find it", Press::CannotFind),
    ("well", Press::Well),
    ("im well", Press::Well),
    ("i am well", Press::Well),
    ("leaving", Press::Left),
    ("im leaving", Press::Left),
    ("i am leaving", Press::Left),
];

/// What may stand behind the number of minutes.
const UNITS: [&str; 5] = ["m", "min", "mins", "minute", "minutes"];
/// What people write for an apostrophe.
const APOSTROPHES: [char; 4] = ['\'', '’', '‘', '`'];

/// The digits that people write with, each row from zero: everybody's, Arabic, Urdu and Bengali ones.
const ZEROS: [char; 4] = ['0', '\u{660}', '\u{6f0}', '\u{9e6}'];

/// The value of a digit and the place of its row in [`ZEROS`].
fn digit(sign: char) -> Option<(usize, u32)> {
    ZEROS.iter().enumerate().find_map(|(row, zero)| {
        let value = u32::from(sign).checked_sub(u32::from(*zero))?;
        (value <= 9).then_some((row, value))
    })
}

/// Reads the minutes: one or two digits of one row, and perhaps a unit.
fn minutes(text: &str) -> Option<u8> {
    let digits: Vec<(usize, u32)> = text.chars().map_while(digit).collect();
    let (row, _) = *digits.first()?;
    let rest: String = text.chars().skip(digits.len()).collect();
    let plain = rest.is_empty() || UNITS.contains(&rest.strip_prefix(' ').unwrap_or(&rest));
    if digits.len() > 2 || digits.iter().any(|(other, _)| *other != row) || !plain {
        return None;
    }
    let number = digits.iter().fold(0, |number, (_, value)| number * 10 + value);
    u8::try_from(number).ok().filter(|minutes| (1..=super::ARRIVE_MINUTES_MAX).contains(minutes))
}

/// Reads a text. `None` for whatever is not understood.
pub fn read(text: &str) -> Option<Press> {
    // A question mark is left where it is: "12?" asks something.
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || ".,!\"“”".contains(sign));
    let plain: String = text.to_lowercase().chars().filter(|sign| !APOSTROPHES.contains(sign)).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match minutes(&plain) {
        Some(minutes) => Some(Press::Going { minutes }),
        None => WORDS.iter().find(|(words, _)| *words == plain).map(|(_, press)| *press),
    }
}

/// Which ask a reply is about.
#[derive(Debug, PartialEq)]
pub enum Meant<'a> {
    /// This one.
    One(&'a Dispatch, &'a Alert),
    /// Nobody asks this member anything by this telephone.
    Nothing,
    /// It could be one of several, so it is none.
    Several,
}

/// Finds the ask among open dispatches: where the member is out; else what they have not answered; else what they
/// can still answer in another way. Two that fit alike are told apart by nothing in the text, so neither is meant.
/// Asks from before the telephone was theirs (`since`) did not go to it.
pub fn meant(open: &[(Dispatch, Alert)], member: MemberId, since: Timestamp, now: Timestamp) -> Meant<'_> {
    let rank = |dispatch: &Dispatch, alert: &Alert| -> Option<u8> {
        let asked = dispatch.of(member).filter(|asked| asked.at >= since)?;
        let live = alert.is_live(now) && dispatch.over_at.is_none();
        Some(match asked.answer {
            answer if answer.out() => 0,
            Answer::Asked if live => 1,
            _ if live => 2,
            _ => 3,
        })
    };
    let ranked: Vec<(u8, &(Dispatch, Alert))> = open.iter().filter_map(|one| rank(&one.0, &one.1).map(|rank| (rank, one))).collect();
    let Some(first) = ranked.iter().map(|(rank, _)| *rank).min() else { return Meant::Nothing };
    let mut found = ranked.iter().filter(|(rank, _)| *rank == first).map(|(_, one)| *one);
    match (found.next(), found.next()) {
        (Some((dispatch, alert)), None) => Meant::One(dispatch, alert),
        _ => Meant::Several,
    }
}

#[cfg(test)]
mod tests;
