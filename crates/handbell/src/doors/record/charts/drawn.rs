//! Drawn: numbers as shapes on a sheet 288 units wide, with words that say the same.
//!
//! The sheet is as wide as the narrowest phone shows it, so that its letters of 13 units are 13 pixels there. Every
//! drawing tells in its description what it shows. It decides no number: what is drawn was counted elsewhere and stands
//! in the table.

use super::{minutes_in_words, short};
use handbell_rules::record::figures::Quarter;
use handbell_site::{Bar, Drawing, Drawn};

const WIDTH: i32 = 288;
/// From the sheet's edge to the shapes.
const EDGE: i32 = 10;
/// Height of the columns of a chart over time.
const COLUMNS_HIGH: i32 = 140;
/// Height of one row of a chart of names.
const ROW_HIGH: i32 = 34;
/// Letters that fit over a bar.
const NAME_LETTERS: usize = 34;

fn words(x: i32, y: i32, anchor: &'static str, words: impl Into<String>) -> Drawn {
    Drawn { x, y, anchor, words: words.into() }
}

/// A number as a length, so that the greatest fills it and nothing but zero vanishes.
fn length(number: u32, greatest: u32, whole: i32) -> i32 {
    let scaled = i64::from(number) * i64::from(whole) / i64::from(greatest.max(1));
    let scaled = i32::try_from(scaled).unwrap_or(whole);
    if number > 0 { scaled.max(2) } else { 0 }
}

/// The next number that is easy to read: 1, 2 or 5 and noughts.
fn round_above(number: u32) -> u32 {
    let mut step = 1u32;
    loop {
        for times in [1, 2, 5] {
            if let Some(round) = step.checked_mul(times).filter(|round| *round >= number) {
                return round;
            }
        }
        match step.checked_mul(10) {
            Some(next) => step = next,
            None => return number,
        }
    }
}

/// Columns over time, each with a part of it where `part` names one.
pub(super) fn columns(title: &str, quarters: &[(Quarter, u32, u32)], part: Option<&str>) -> Option<Drawing> {
    let greatest = quarters.iter().map(|(_, whole, _)| *whole).max().filter(|greatest| *greatest > 0)?;
    let top = round_above(greatest);
    let (left, floor) = (EDGE + 8 * i32::try_from(top.to_string().len()).unwrap_or(1) + 6, EDGE + 12 + COLUMNS_HIGH);
    let count = i32::try_from(quarters.len()).unwrap_or(i32::MAX).max(1);
    let each = ((WIDTH - EDGE - left) / count).min(40);
    let mut drawing = Drawing {
        width: WIDTH,
        height: floor + 26,
        title: title.to_owned(),
        tells: String::new(),
        lines: Vec::new(),
        bars: Vec::new(),
        strokes: Vec::new(),
        words: Vec::new(),
    };
    let marks: &[u32] = if top >= 2 { &[0, top / 2, top] } else { &[0, 1] };
    for mark in marks {
        let y = floor - length(*mark, top, COLUMNS_HIGH);
        drawing.lines.push(format!("M{left} {y}H{}", WIDTH - EDGE));
        drawing.words.push(words(left - 6, y + 4, "end", mark.to_string()));
    }
    let mut written_to = left;
    for (place, (quarter, whole, some)) in (0..).zip(quarters) {
        let x = left + place * each + 2;
        let high = length(*whole, top, COLUMNS_HIGH);
        let (bar, wide) = (|high: i32, part| Bar { x, y: floor - high, width: (each - 4).max(3), height: high, part }, 34);
        drawing.bars.push(bar(high, false));
        if part.is_some() {
            drawing.bars.push(bar(length(*some, top, COLUMNS_HIGH), true));
        }
        // A year's name stands under its first quarter that is drawn, where it has room.
        let next = x + (5 - i32::from(quarter.number())) * each;
        let begins = quarter.number() == 1 || (place == 0 && (next >= x + wide + 4 || next + wide > WIDTH));
        if begins && x >= written_to && x + wide <= WIDTH {
            drawing.words.push(words(x, floor + 18, "start", quarter.year().to_string()));
            written_to = x + wide + 4;
        }
    }
    let (first, last) = (quarters.first()?.0, quarters.last()?.0);
    let told: Vec<String> = quarters
        .iter()
        .filter(|(_, whole, _)| *whole > 0)
        .map(|(quarter, whole, some)| match part {
            Some(name) => format!("{}: {whole}, {some} {name}", short(*quarter)),
            None => format!("{}: {whole}", short(*quarter)),
        })
        .collect();
    drawing.tells = format!("From {first} to {last}. {}. Every other quarter: none.", told.join("; "));
    Some(drawing)
}

/// One bar for each name, the name over it and the number after it.
pub(super) fn bars(title: &str, counts: &[(String, u32)]) -> Option<Drawing> {
    let greatest = counts.iter().map(|(_, count)| *count).max().filter(|greatest| *greatest > 0)?;
    let room = WIDTH - 2 * EDGE - 8 * i32::try_from(greatest.to_string().len()).unwrap_or(1) - 6;
    let (mut bars, mut written) = (Vec::new(), Vec::new());
    for (place, (name, count)) in (0..).zip(counts) {
        let top = EDGE + place * ROW_HIGH;
        let width = length(*count, greatest, room);
        bars.push(Bar { x: EDGE, y: top + 16, width, height: 12, part: false });
        written.push(words(EDGE, top + 12, "start", cut(name)));
        written.push(words(EDGE + width + 5, top + 26, "start", count.to_string()));
    }
    let told: Vec<String> = counts.iter().map(|(name, count)| format!("{name}: {count}")).collect();
    Some(Drawing {
        width: WIDTH,
        height: 2 * EDGE + ROW_HIGH * i32::try_from(counts.len()).unwrap_or(1),
        title: title.to_owned(),
        tells: format!("{}.", told.join("; ")),
        lines: Vec::new(),
        bars,
        strokes: Vec::new(),
        words: written,
    })
}

/// A name that would run off the sheet ends in dots; the table has it whole.
fn cut(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS { name.to_owned() } else { name.chars().take(NAME_LETTERS - 1).chain(['…']).collect() }
}

/// Marks of a scale of minutes on which each is about as far from the next as people feel it.
const MARKS: [(u32, &str); 9] = [
    (1, "1 min"),
    (10, "10 min"),
    (60, "1 h"),
    (360, "6 h"),
    (1_440, "1 day"),
    (10_080, "1 week"),
    (43_200, "30 days"),
    (525_600, "1 year"),
    (5_256_000, "10 years"),
];

/// Where a number of minutes lies between two marks, by its size and not by its difference: waits reach from
/// minutes to years.
fn along(minutes: u32, from: u32, to: u32, room: i32) -> i32 {
    let size = |minutes: u32| f64::from(minutes.max(1)).ln();
    let part = (size(minutes) - size(from)) / (size(to) - size(from)).max(f64::EPSILON);
    (part.clamp(0.0, 1.0) * f64::from(room)).round() as i32
}

/// The middle half of each wait as a bar, its median as a stroke.
pub(super) fn spreads(title: &str, waits: &[(&str, [u32; 3])]) -> Option<Drawing> {
    let shortest = waits.iter().map(|(_, three)| three[0]).min()?;
    let longest = waits.iter().map(|(_, three)| three[2]).max()?;
    let from = MARKS.iter().rev().map(|(minutes, _)| *minutes).find(|minutes| *minutes <= shortest).unwrap_or(1);
    let to =
        MARKS.iter().map(|(minutes, _)| *minutes).find(|minutes| *minutes >= longest && *minutes > from).unwrap_or(longest.max(from + 1));
    let (left, room) = (EDGE + 14, WIDTH - 2 * EDGE - 34);
    let floor = EDGE + ROW_HIGH * i32::try_from(waits.len()).unwrap_or(1) + 4;
    let x_of = |minutes: u32| left + along(minutes, from, to, room);
    let mut drawing = Drawing {
        width: WIDTH,
        height: floor + 26,
        title: title.to_owned(),
        tells: String::new(),
        lines: Vec::new(),
        bars: Vec::new(),
        strokes: Vec::new(),
        words: Vec::new(),
    };
    let mut written_to = 0;
    for (minutes, name) in MARKS.iter().filter(|(minutes, _)| (from..=to).contains(minutes)) {
        let x = x_of(*minutes);
        drawing.lines.push(format!("M{x} {EDGE}V{floor}"));
        if x - 23 >= written_to {
            drawing.words.push(words(x, floor + 16, "middle", *name));
            written_to = x + 24;
        }
    }
    let mut told = Vec::new();
    for (place, (name, [lower, median, upper])) in (0..).zip(waits) {
        let top = EDGE + place * ROW_HIGH;
        let (x, end, middle) = (x_of(*lower), x_of(*upper), x_of(*median));
        drawing.bars.push(Bar { x, y: top + 17, width: (end - x).max(2), height: 12, part: false });
        drawing.strokes.push(format!("M{middle} {}v18", top + 14));
        drawing.words.push(words(EDGE, top + 12, "start", *name));
        let three = [lower, median, upper].map(|minutes| minutes_in_words(*minutes));
        told.push(format!("{name}: a quarter within {}, half within {}, three quarters within {}", three[0], three[1], three[2]));
    }
    drawing.tells = format!("{}.", told.join("; "));
    Some(drawing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(drawing: &Drawing) {
        for bar in &drawing.bars {
            assert!(bar.x >= 0 && bar.y >= 0 && bar.x + bar.width <= drawing.width && bar.y + bar.height <= drawing.height, "{bar:?}");
        }
        for drawn in &drawing.words {
            assert!((0..drawing.width).contains(&drawn.x) && (0..drawing.height).contains(&drawn.y), "{drawn:?}");
        }
    }

    #[test]
    fn columns_stay_on_the_sheet_and_their_parts_inside_them() {
        let first = Quarter::new(2019, 2).unwrap();
        for (count, most) in [(1, 1), (3, 2), (7, 9), (20, 250_000)] {
            let quarters: Vec<(Quarter, u32, u32)> =
                (0..count).map(|place| (first.later(place), most - u32::try_from(place % 2).unwrap(), 1)).collect();
            let drawing = columns("Title", &quarters, Some("corrected")).unwrap();
            inside(&drawing);
            for pair in drawing.bars.chunks(2) {
                assert!(pair[0].x == pair[1].x && !pair[0].part && pair[1].part);
                assert!(pair[1].height <= pair[0].height.max(2), "a part is no higher than its whole");
            }
            assert!(drawing.tells.contains(&short(first)) && drawing.tells.contains("corrected"));
        }
        assert!(columns("Title", &[(first, 0, 0)], None).is_none(), "nothing is no drawing");
        assert!(columns("Title", &[], None).is_none());
    }

    #[test]
    fn bars_are_as_long_as_their_numbers_and_long_names_are_cut() {
        let counts = vec![("Peckham".to_owned(), 200), ("N".repeat(90), 100), ("Leith".to_owned(), 1)];
        let drawing = bars("Title", &counts).unwrap();
        inside(&drawing);
        assert!(drawing.bars[0].width >= drawing.bars[1].width * 2 - 2 && drawing.bars[2].width >= 2);
        assert!(drawing.words.iter().any(|drawn| drawn.words.ends_with('…')) && drawing.tells.contains(&"N".repeat(90)));
    }

    #[test]
    fn a_median_lies_in_its_middle_half_from_minutes_to_years() {
        for three in [[0, 0, 0], [3, 30, 300], [1, 60, 4_000_000], [500, 501, 502]] {
            let drawing = spreads("Title", &[("Wait", three)]).unwrap();
            inside(&drawing);
            let stroke: i32 = drawing.strokes[0][1..].split(' ').next().unwrap().parse().unwrap();
            let bar = &drawing.bars[0];
            assert!((bar.x..=bar.x + bar.width).contains(&stroke), "{three:?}");
        }
        assert!(spreads("Title", &[]).is_none());
    }

    #[test]
    fn a_scale_ends_at_a_number_that_is_easy_to_read() {
        for (number, above) in [(1, 1), (2, 2), (3, 5), (6, 10), (13, 20), (4_205, 5_000), (u32::MAX, u32::MAX)] {
            assert_eq!(round_above(number), above);
        }
    }
}
