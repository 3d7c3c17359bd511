//! Suggestions: what a program proposes, as rows to take, and those that are taken as the beginning of the form.
//!
//! Nothing is taken by itself: a row that nobody takes goes nowhere, and a form that is begun covers nothing before
//! somebody sends it.

use super::super::Typed;
use crate::doors::fields::Fields;
use handbell_rules::evidence::suggestion::{SUGGESTIONS_MAX, Suggestion, missing_from};
use handbell_site::{Link, SuggestionLine};

/// Ten-thousandths as hundredths, without zeros at the end.
fn hundredths(part: u16) -> String {
    let (whole, rest) = (part / 100, part % 100);
    match (rest, rest % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}.{}", rest / 10),
        _ => format!("{whole}.{rest:02}"),
    }
}

/// Milliseconds as seconds, without zeros at the end.
fn seconds(milliseconds: u64) -> String {
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

/// A form that begins with the named suggestions, as many as it has boxes; numbers of none are nothing.
pub fn taken(all: &[Suggestion], asked: &[String], moves: bool, boxes: u8) -> Fields {
    let asked = asked.iter().filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1));
    let chosen = asked.filter_map(|at| all.get(at));
    Fields::begun((1..=boxes).zip(chosen).flat_map(|(number, suggestion)| fields(number, suggestion, moves)))
}

/// The rows; each leads to this page with its box in the form, beside the suggestions that are in it already.
pub fn lines(all: &[Suggestion], moves: bool, typed: &Typed, path: &str) -> Vec<SuggestionLine> {
    let within = |suggestion: &Suggestion| {
        let same = |row: u8| fields(row, suggestion, moves).iter().all(|(name, text)| typed.text(name) == *text);
        (1..=u8::MAX).any(same)
    };
    let taken: Vec<usize> = (1..).zip(all).filter(|(_, suggestion)| within(suggestion)).map(|(number, _)| number).collect();
    let line = |(number, suggestion): (usize, &Suggestion)| {
        let place = place(suggestion);
        let [left, top, width, height] = &place;
        let mut words = format!("{left} from the left, {top} from above, {width} wide, {height} high");
        if moves {
            words.push_str(&format!(", from second {} to second {}", seconds(suggestion.from), seconds(suggestion.until)));
        }
        let take = (!taken.contains(&number)).then(|| {
            let with: Vec<String> = taken.iter().chain([&number]).map(|number| format!("take={number}")).collect();
            Link { href: format!("{path}?{}#h-draw", with.join("&")), words: format!("Take suggestion {number} into the form") }
        });
        SuggestionLine { number, words, place, take }
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
    fn a_suggestion_is_taken_as_it_is_and_only_when_it_is_named() {
        let suggestion = |x: u16, from: u64| {
            let place = Rectangle::new(x, 2_000, 805, 1_010).unwrap();
            Suggestion { from, until: from + 1_000, place }
        };
        let all = [suggestion(1_250, 0), suggestion(6_000, 3_040)];
        assert_eq!(taken(&all, &[], true, 6).iter().count(), 0);
        let wrong = ["0", "3", "x", "", "18446744073709551615"].map(str::to_owned);
        assert_eq!(taken(&all, &wrong, true, 6).iter().count(), 0);
        let typed = Typed { fields: taken(&all, &["2".to_owned()], true, 6), errors: Vec::new() };
        let texts: Vec<(&str, &str)> = typed.fields.iter().collect();
        assert_eq!(
            texts,
            [
                ("box-1-left", "60"),
                ("box-1-top", "20"),
                ("box-1-width", "8.05"),
                ("box-1-height", "10.1"),
                ("box-1-from", "3.04"),
                ("box-1-until", "4.04"),
            ]
        );
        let lines = lines(&all, true, &typed, "/page");
        let links: Vec<Option<&str>> = lines.iter().map(|line| line.take.as_ref().map(|link| link.href.as_str())).collect();
        assert_eq!(links, [Some("/page?take=2&take=1#h-draw"), None]);
        assert_eq!(lines[1].words, "60 from the left, 20 from above, 8.05 wide, 10.1 high, from second 3.04 to second 4.04");
        let both = ["1", "2", "1"].map(str::to_owned);
        assert_eq!(taken(&all, &both, false, 1).iter().count(), 4, "no more than the form has boxes, and a picture has no times");
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
