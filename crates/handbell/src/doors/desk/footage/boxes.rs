//! The boxes of the form that covers: what a member typed, or drew and a script typed, read into covers.
//!
//! One form and one reading, whoever fills it. A box has four numbers; in a film it may have times, and a line for each
//! later moment at which somebody says where it is. What is wrong is said at its box. Whether boxes fit the film is the
//! rule's to say ([`hiding::drawn`]).

use crate::doors::desk::Typed;
use crate::doors::fields::Fields;
use handbell_rules::evidence::hiding::{self, Cover, KeyFrame, Rectangle};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_site::{BoxFields, FieldError};

/// Rows at first, and how many more one press brings.
const ROWS: u8 = 6;
/// Most boxes of one form: with eight fields each they stay below what a form may send.
pub const BOXES_MAX: u8 = 24;
/// Seconds in a day; nothing later is a time in a film.
const SECONDS_MAX: f64 = 86_400.0;

/// The names of the fields of one box. The last is what a script left: nobody types it, and alone it is no box.
fn names(number: u8) -> [String; 8] {
    ["left", "top", "width", "height", "from", "until", "path", "since"].map(|part| format!("box-{number}-{part}"))
}

/// Whether nobody typed anything of these fields of one box.
fn nothing(texts: &[String; 8]) -> bool {
    texts[..7].iter().all(|text| text.trim().is_empty())
}

/// Every name that the form may send.
pub fn known() -> Vec<String> {
    let boxes = (1..=BOXES_MAX).flat_map(names);
    ["csrf", "go"].into_iter().map(str::to_owned).chain(boxes).collect()
}

/// The boxes of the form over something that lasts so many milliseconds; rows that are left empty are none.
///
/// # Errors
/// The first box that is wrong, and what is wrong with it in words.
pub fn covers(fields: &Fields, lasts: u64) -> Result<Vec<Cover>, FieldError> {
    let mut covers = Vec::new();
    for number in 1..=BOXES_MAX {
        let texts = names(number).map(|name| fields.one(&name).unwrap_or_default().trim().to_owned());
        if !nothing(&texts) {
            let read = cover(&texts, lasts).and_then(|cover| {
                // Alone first, so that the words name the box.
                hiding::drawn(std::slice::from_ref(&cover), lasts).map_err(words)?;
                Ok(cover)
            });
            covers.push(read.map_err(|wrong| FieldError::new(format!("box-{number}"), format!("Box {number}: {wrong}")))?);
        }
    }
    Ok(covers)
}

/// The first row in which nothing is typed; nothing where all are used.
pub fn free(fields: &Fields) -> Option<u8> {
    (1..=BOXES_MAX).find(|number| !has(fields, *number))
}

/// Whether something is typed in a row.
pub fn has(fields: &Fields, number: u8) -> bool {
    !nothing(&names(number).map(|name| fields.one(&name).unwrap_or_default().to_owned()))
}

/// Whether a row is the same in two forms.
pub fn same(one: &Fields, other: &Fields, number: u8) -> bool {
    names(number).iter().all(|name| one.one(name).unwrap_or_default() == other.one(name).unwrap_or_default())
}

/// The form with these fields in place of what one row has.
pub fn with(fields: &Fields, number: u8, row: Vec<(String, String)>) -> Fields {
    let of_row = names(number);
    let kept = fields.iter().filter(|(name, _)| !of_row.iter().any(|one| one == name));
    Fields::begun(kept.map(|(name, text)| (name.to_owned(), text.to_owned())).chain(row))
}

fn words(no: impl Into<Refusal>) -> String {
    let no: Refusal = no.into();
    no.advice().to_owned()
}

/// A number as people write it, in parts of a hundredth or a thousandth; nothing where it is none.
fn number(text: &str, parts: f64, most: f64) -> Option<u64> {
    let number: f64 = text.trim().replace(',', ".").parse().ok()?;
    (0.0..=most).contains(&number).then(|| (number * parts).round() as u64)
}

fn part(text: &str) -> Option<u16> {
    number(text, 100.0, 100.0).and_then(|part| u16::try_from(part).ok())
}

fn place(texts: [&str; 4]) -> Result<Rectangle, String> {
    let [left, top, width, height] = texts.map(part);
    match (left, top, width, height) {
        (Some(left), Some(top), Some(width), Some(height)) => Rectangle::new(left, top, width, height).map_err(words),
        _ => Err(words(Evidence::CoverOutside)),
    }
}

fn cover(texts: &[String; 8], lasts: u64) -> Result<Cover, String> {
    let time = |text: &str, without: u64| match text {
        "" => Ok(without),
        text => number(text, 1_000.0, SECONDS_MAX).ok_or_else(|| words(Evidence::CoverTimes)),
    };
    let [left, top, width, height, from, until, later, since] = texts.each_ref().map(String::as_str);
    let (from, until) = (time(from, 0)?, time(until, lasts)?.min(lasts));
    let first = place([left, top, width, height])?;
    let mut path = vec![KeyFrame { at: from, place: first }];
    for (line, text) in (1..).zip(later.lines().filter(|text| !text.trim().is_empty())) {
        path.push(moment(text, &first).map_err(|wrong| format!("moment {line}: {wrong}"))?);
    }
    // Nobody said where it is before the moment at which it was drawn. That it stands still until then says nothing by
    // itself: one may come back to where it began.
    let stands = path.get(1).is_some_and(|later| later.place == first && number(since, 1_000.0, SECONDS_MAX) == Some(later.at));
    if stands {
        path.remove(0);
    }
    Ok(Cover { path, from, until })
}

/// A line of a later moment: second, left, top and, where its size changes, width and height.
fn moment(line: &str, first: &Rectangle) -> Result<KeyFrame, String> {
    let texts: Vec<&str> = line.split(|letter: char| letter.is_whitespace() || letter == ';').filter(|text| !text.is_empty()).collect();
    let (second, place) = match texts[..] {
        [second, left, top] => {
            let (Some(left), Some(top)) = (part(left), part(top)) else { return Err(words(Evidence::CoverOutside)) };
            (second, Rectangle::new(left, top, first.width, first.height).map_err(words)?)
        }
        [second, left, top, width, height] => (second, place([left, top, width, height])?),
        _ => return Err("write five numbers: second, left, top, width, height. Three are enough where its size stays.".to_owned()),
    };
    let at = number(second, 1_000.0, SECONDS_MAX).ok_or_else(|| words(Evidence::CoverTimes))?;
    Ok(KeyFrame { at, place })
}

/// The rows of the form, as typed: as many as were sent, and with `more` some empty ones below.
pub fn rows(typed: &Typed, more: bool) -> Vec<BoxFields> {
    let sent = |number: &u8| typed.fields.iter().any(|(name, _)| name.starts_with(&format!("box-{number}-")));
    let shown = (1..=BOXES_MAX).rev().find(sent).unwrap_or_default().max(ROWS);
    let shown = if more { shown.saturating_add(ROWS).min(BOXES_MAX) } else { shown };
    (1..=shown)
        .map(|number| {
            let [left, top, width, height, from, until, path, since] = names(number).map(|name| typed.text(&name));
            BoxFields { number, left, top, width, height, from, until, path, since, earlier: false }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields::begun(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    /// A box with this path, over a film of five seconds.
    fn over_time(path: &str) -> Result<Vec<Cover>, FieldError> {
        let start = [("box-2-left", "10"), ("box-2-top", "20"), ("box-2-width", "15"), ("box-2-height", "12,5"), ("box-2-from", "1")];
        covers(&sent(&[&start[..], &[("box-2-path", path)]].concat()), 5_000)
    }

    #[test]
    fn a_box_may_be_at_more_than_two_places_over_time() {
        let covers = over_time("2 30 20\n2.5; 50 20 20 12,5\r\n\n 4.04 80 60 20 40 ").unwrap();
        let place = |x, y, width, height| Rectangle::new(x, y, width, height).unwrap();
        let path = [
            (1_000, place(1_000, 2_000, 1_500, 1_250)),
            (2_000, place(3_000, 2_000, 1_500, 1_250)),
            (2_500, place(5_000, 2_000, 2_000, 1_250)),
            (4_040, place(8_000, 6_000, 2_000, 4_000)),
        ];
        let path = path.map(|(at, place)| KeyFrame { at, place }).to_vec();
        assert_eq!(covers, [Cover { path, from: 1_000, until: 5_000 }]);
        assert_eq!(covers[0].at(1_500), Some(place(2_000, 2_000, 1_500, 1_250)), "it moves straight from moment to moment");
    }

    #[test]
    fn a_box_begun_late_is_burnt_in_the_same_and_its_beginning_is_known() {
        let row = |since: &str, path: &str| {
            let row = [("left", "10"), ("top", "20"), ("width", "15"), ("height", "12.5"), ("path", path), ("since", since)];
            let row = row.map(|(part, text)| (format!("box-1-{part}"), text.to_owned()));
            covers(&Fields::begun(row), 5_000).unwrap().pop().unwrap()
        };
        let (late, still) = (row("2", "2 10 20 15 12.5\n3 40 20"), row("", "2 10 20 15 12.5\n3 40 20"));
        assert_eq!((late.path[0].at, late.path.len(), still.path.len()), (2_000, 2, 3));
        for time in (0..=5_000).step_by(40) {
            assert_eq!(late.at(time), still.at(time), "at {time}");
        }
        // What a script left and somebody typed over since is nothing.
        for (since, path) in [("2", "2 11 20 15 12.5"), ("2.5", "2 10 20 15 12.5"), ("x", "2 10 20"), ("2", "3 10 20"), ("-1", "2 10 20")] {
            assert_eq!(row(since, path).path[0].at, 0, "{since} and {path}");
        }
        assert_eq!(row("2", "").path.len(), 1);
        let left = sent(&[("box-1-since", "2")]);
        assert_eq!((covers(&left, 5_000), free(&left)), (Ok(Vec::new()), Some(1)), "alone it is no box");
        assert_eq!(rows(&Typed { fields: left, errors: Vec::new() }, false)[0].since, "2");
    }

    #[test]
    fn a_box_that_is_wrong_is_named_with_the_moment_that_is() {
        for (path, words) in [
            ("2 30", "Box 2: moment 1: write five numbers"),
            ("2 30 20\n3 a b", "Box 2: moment 2: A box lies beyond the edge"),
            ("2 30 20\n3 90 20", "Box 2: moment 2: A box lies beyond the edge"),
            ("2 30 20 0 10", "Box 2: moment 1: A box lies beyond the edge"),
            ("x 30 20", "Box 2: moment 1: The times of a box"),
            ("-1 30 20", "Box 2: moment 1: The times of a box"),
            ("NaN 30 20", "Box 2: moment 1: The times of a box"),
            // The rule's own: backwards, twice, before it begins, beyond the end.
            ("3 30 20\n2 30 20", "Box 2: The times of a box"),
            ("3 30 20\n3 40 20", "Box 2: The times of a box"),
            ("0.5 30 20", "Box 2: The times of a box"),
            ("5.04 30 20", "Box 2: The times of a box"),
        ] {
            let wrong = over_time(path).unwrap_err();
            assert!(wrong.field == "box-2" && wrong.words.starts_with(words), "{path}: {wrong:?}");
        }
        let picture = covers(
            &sent(&[("box-1-left", "1"), ("box-1-top", "1"), ("box-1-width", "1"), ("box-1-height", "1"), ("box-1-path", "1 2 3")]),
            0,
        );
        assert!(picture.unwrap_err().words.contains("times"), "a picture has one moment");
        assert_eq!(covers(&sent(&[("box-1-left", " ")]), 0), Ok(Vec::new()));
        assert!(covers(&sent(&[("box-24-left", "1")]), 0).unwrap_err().words.starts_with("Box 24:"));
    }

    #[test]
    fn a_thousand_moments_are_read_and_one_more_is_refused() {
        let line = |number: usize| format!("{}.{:03} 30 20", 1 + number / 1_000, number % 1_000);
        let lines = |count: usize| (1..=count).map(line).collect::<Vec<_>>().join("\n");
        let most = hiding::KEY_FRAMES_MAX;
        assert_eq!(over_time(&lines(most - 1)).unwrap()[0].path.len(), most);
        assert!(over_time(&lines(most)).unwrap_err().words.contains("more boxes than can be burnt in"));
    }

    #[test]
    fn what_was_typed_stays_and_more_rows_come_below_it() {
        let typed = |pairs: &[(&str, &str)]| Typed { fields: sent(pairs), errors: Vec::new() };
        assert_eq!(rows(&Typed::default(), false).len(), 6);
        assert_eq!(rows(&Typed::default(), true).len(), 12);
        let kept = rows(&typed(&[("box-2-path", "2 30"), ("box-12-left", "")]), true);
        assert_eq!((kept.len(), kept[1].path.as_str()), (18, "2 30"));
        assert_eq!(rows(&typed(&[("box-24-left", "1")]), true).len(), 24);
    }

    #[test]
    fn the_first_empty_row_is_filled_and_no_other_is_touched() {
        let fields = sent(&[("csrf", "c"), ("box-1-path", "2 30"), ("box-2-left", " "), ("box-3-left", "1")]);
        assert_eq!(free(&fields), Some(2));
        let fields = with(&fields, 2, vec![("box-2-left".to_owned(), "7".to_owned())]);
        assert_eq!((fields.one("box-2-left").unwrap(), fields.one("box-1-path").unwrap()), ("7", "2 30"));
        assert_eq!(free(&fields), Some(4));
        let full = (1..=BOXES_MAX).map(|number| (format!("box-{number}-top"), "1".to_owned()));
        assert_eq!(free(&Fields::begun(full)), None);
    }

    /// The form of boxes as a browser sends it, damaged: what comes out is within the picture and the film.
    #[test]
    fn damage_to_the_form_of_boxes_is_refused() {
        let row = |number: u8, texts: [&str; 8]| {
            names(number).into_iter().zip(texts).map(|(name, text)| format!("{name}={text}&")).collect::<String>()
        };
        let one = row(1, ["12%2C5", "3.25", "40", "40", "1", "9.5", "2+20+30%0D%0A3%3B40%3B30%3B20%3B20", ""]);
        let two = row(1, ["0", "0", "100", "100", "", "", "", ""]) + &row(2, ["99.9", "99", "0.1", "1", "", "2", "1+0+1", "1"]);
        let late = row(1, ["10", "20", "30", "30", "", "", "2+10+20%0D%0A3+40+30", "2"]);
        crate::damage::show(&[one.into_bytes(), two.into_bytes(), late.into_bytes()], |bytes| {
            let Ok(fields) = Fields::parse(bytes) else { return false };
            let Ok(covers) = covers(&fields, 12_000) else { return false };
            assert!(covers.len() <= usize::from(BOXES_MAX));
            if hiding::drawn(&covers, 12_000).is_err() {
                return false;
            }
            for frame in [0, 1, 150, 299, 300, u32::MAX] {
                for place in hiding::places(&covers, frame) {
                    let [left, top, right, bottom] = place.pixels(640, 480);
                    assert!(left < right && right <= 640 && top < bottom && bottom <= 480, "{place:?}");
                }
            }
            true
        });
    }
}
