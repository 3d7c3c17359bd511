//! Suggestions: what a program proposes, as rows to take, and how one that is taken comes into the form.
//!
//! Nothing is taken by itself: a row that nobody takes goes nowhere, and one that is taken covers nothing before somebody
//! sends the form.

use super::boxes;
use crate::doors::fields::Fields;
use handbell_rules::evidence::suggestion::{SUGGESTIONS_MAX, Suggestion, missing_from};
use handbell_site::SuggestionLine;

/// Ten-thousandths as hundredths, without zeros at the end.
pub fn hundredths(part: u16) -> String {
    let (whole, rest) = (part / 100, part % 100);
    match (rest, rest % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}.{}", rest / 10),
        _ => format!("{whole}.{rest:02}"),
    }
}

/// Milliseconds as seconds, without zeros at the end.
pub fn seconds(milliseconds: u64) -> String {
    let text = format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn place(suggestion: &Suggestion) -> [String; 4] {
    let place = suggestion.place;
    [place.x, place.y, place.width, place.height].map(hundredths)
}

/// The fields of one box.
fn fields(number: u8, suggestion: &Suggestion, moves: bool) -> Vec<(String, String)> {
    let parts = ["left", "top", "width", "height"].into_iter().zip(place(suggestion));
    let times = [("from", seconds(suggestion.from)), ("until", seconds(suggestion.until))];
    parts.chain(times.into_iter().filter(|_| moves)).map(|(part, text)| (format!("box-{number}-{part}"), text)).collect()
}

/// Whether a row of the form has this suggestion.
fn within(suggestion: &Suggestion, form: &Fields, moves: bool) -> bool {
    let same = |row: u8| fields(row, suggestion, moves).iter().all(|(name, text)| form.one(name).unwrap_or_default() == text);
    (1..=boxes::BOXES_MAX).any(same)
}

/// The suggestion that a button names (`take-3`); nothing for numbers of none.
pub fn named<'all>(all: &'all [Suggestion], button: &str) -> Option<&'all Suggestion> {
    let number: usize = button.strip_prefix("take-")?.parse().ok()?;
    all.get(number.checked_sub(1)?)
}

/// The form with a suggestion in its first empty row, and all that was typed as it was; nothing where no row is left.
pub fn take(suggestion: &Suggestion, form: &Fields, moves: bool) -> Option<Fields> {
    // Whoever presses twice means it once.
    if within(suggestion, form, moves) {
        return Some(form.clone());
    }
    let row = boxes::free(form)?;
    Some(boxes::with(form, row, fields(row, suggestion, moves)))
}

/// The rows; each can be taken as long as the form does not have it.
pub fn lines(all: &[Suggestion], moves: bool, form: &Fields) -> Vec<SuggestionLine> {
    let line = |(number, suggestion): (usize, &Suggestion)| {
        let place = place(suggestion);
        let [left, top, width, height] = &place;
        let mut words = format!("{left} from the left, {top} from above, {width} wide, {height} high");
        if moves {
            words.push_str(&format!(", from second {} to second {}", seconds(suggestion.from), seconds(suggestion.until)));
        }
        SuggestionLine { number, words, place, can_take: !within(suggestion, form, moves) }
    };
    (1..).zip(all).map(line).collect()
}

/// That there may be more faces than are suggested, in a sentence; empty where there are fewer than the most.
pub fn more(all: &[Suggestion], moves: bool) -> String {
    match missing_from(all) {
        Some(from) if moves => {
            let from = seconds(from);
            format!("No more than {SUGGESTIONS_MAX} boxes are suggested. From second {from} on look for yourself: there may be more faces.")
        }
        Some(_) => format!("No more than {SUGGESTIONS_MAX} boxes are suggested: there may be more faces."),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::evidence::hiding::Rectangle;

    #[test]
    fn a_suggestion_is_taken_as_it_is_and_what_was_typed_stays() {
        let suggestion = |x: u16, from: u64| {
            let place = Rectangle::new(x, 2_000, 805, 1_010).unwrap();
            Suggestion { from, until: from + 1_000, place }
        };
        let all = [suggestion(1_250, 0), suggestion(6_000, 3_040)];
        for wrong in ["", "take-", "take-0", "take-3", "take-x", "take-18446744073709551616", "2", "more"] {
            assert_eq!(named(&all, wrong), None, "{wrong}");
        }
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let typed = Fields::begun([pair("csrf", "c"), pair("box-1-path", "2 30"), pair("box-2-left", ""), pair("box-3-top", "5")]);
        let taken = take(named(&all, "take-2").unwrap(), &typed, true).unwrap();
        let texts: Vec<(&str, &str)> = taken.iter().collect();
        assert_eq!(
            texts,
            [
                ("csrf", "c"),
                ("box-1-path", "2 30"),
                ("box-3-top", "5"),
                ("box-2-left", "60"),
                ("box-2-top", "20"),
                ("box-2-width", "8.05"),
                ("box-2-height", "10.1"),
                ("box-2-from", "3.04"),
                ("box-2-until", "4.04"),
            ]
        );
        assert_eq!(take(&all[1], &taken, true).unwrap(), taken, "twice is once");
        let lines = lines(&all, true, &taken);
        assert_eq!(lines.iter().map(|line| line.can_take).collect::<Vec<_>>(), [true, false]);
        assert_eq!(lines[1].words, "60 from the left, 20 from above, 8.05 wide, 10.1 high, from second 3.04 to second 4.04");
        assert_eq!(take(&all[0], &Fields::default(), false).unwrap().iter().count(), 4, "a picture has no times");
        let full = Fields::begun((1..=boxes::BOXES_MAX).map(|number| (format!("box-{number}-left"), "1".to_owned())));
        assert_eq!(take(&all[0], &full, true), None);
    }

    #[test]
    fn where_there_are_as_many_as_there_may_be_it_is_said() {
        let suggestion = |number: u64| {
            let place = Rectangle::new(1_000, 2_000, 800, 1_000).unwrap();
            Suggestion { from: number * 1_500, until: number * 1_500 + 1_000, place }
        };
        let all: Vec<Suggestion> = (0..60).map(suggestion).collect();
        assert_eq!(
            more(&all, true),
            "No more than 60 boxes are suggested. From second 88.5 on look for yourself: there may be more faces."
        );
        assert_eq!(more(&all, false), "No more than 60 boxes are suggested: there may be more faces.");
        assert_eq!(more(&all[..59], true), "");
    }
}
