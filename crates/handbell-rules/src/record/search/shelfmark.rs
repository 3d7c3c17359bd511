//! Shelfmark: where an incident stands by place, kind and time, as a word of an index.
//!
//! An index of words finds pages that hold two words by walking along both lists. Lists of everything of one kind, or of one
//! year, are long. So a sheet gets a mark for every *combination* of a place (its district, the squares of six sizes
//! around its points, or anywhere), a kind (its own or any) and a time (stretches of days, or any), and a question
//! asks for few marks whose lists are short. A mark never decides: whatever it brings is judged by
//! [`Question::falls`]. It must only never leave out what that would take.

use super::question::{Corners, Question, plain};
use super::sheet::Sheet;
use crate::span::{Bounds, Moment, Span, Window};
use std::collections::BTreeSet;

/// Sides of the squares, in micro-degrees: a hundredth of a degree is about a kilometre.
const SIDES: [i64; 6] = [10_000, 40_000, 160_000, 640_000, 2_560_000, 10_240_000];
/// Squares a question names at most; a larger box takes larger squares.
const SQUARES_MAX: i64 = 12;
/// Marks a question names at most for one place, kind and time.
const MARKS_MAX: usize = 48;
/// Points of one incident that get squares; with more it stands in every box.
const POINTS_MAX: usize = 16;
/// Days of the two lengths of stretches.
const SHORT: i64 = 32;
const LONG: i64 = 512;
/// Stretches one date, or one window, takes at most.
const SHORT_MAX: i64 = 24;
const LONG_MAX: i64 = 12;
const DAY_SECONDS: i64 = 86_400;
/// No word of a text holds it, so no text can pretend to stand anywhere.
const SIGN: char = '¤';

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Anywhere,
    District(String),
    Square(usize, i64, i64),
    /// Of more points than get squares.
    ManyPlaces,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Any,
    /// A long stretch; every date that is not too long for it has some.
    Long(i64),
    /// A short stretch.
    Short(i64),
    /// A long stretch of a date that is too long for short ones.
    LongOnly(i64),
    /// Too long for either, or open.
    Wide,
}

/// A stretch of time as its first and last day; an end that is open is the first or the last day there is.
pub(super) fn days(stretch: Bounds) -> (i64, i64) {
    let first = stretch.from.map_or(i64::MIN, |Moment(second)| second.div_euclid(DAY_SECONDS));
    (first, stretch.before.map_or(i64::MAX, |Moment(second)| (second - 1).div_euclid(DAY_SECONDS)))
}

/// The stretches of some length between two days, if they are not too many.
fn stretches((first, last): (i64, i64), length: i64, at_most: i64) -> Option<std::ops::RangeInclusive<i64>> {
    let (first, last) = (first.div_euclid(length), last.div_euclid(length));
    (last.checked_sub(first)? < at_most).then_some(first..=last)
}

fn times_of(dates: &[Span]) -> BTreeSet<Time> {
    let mut times = BTreeSet::from([Time::Any]);
    for days in dates.iter().flat_map(Span::stretches).map(days) {
        let long = stretches(days, LONG, LONG_MAX);
        match (stretches(days, SHORT, SHORT_MAX), &long) {
            (Some(short), _) => times.extend(short.map(Time::Short)),
            (None, Some(long)) => times.extend(long.clone().map(Time::LongOnly)),
            (None, None) => {}
        }
        match long {
            Some(long) => times.extend(long.map(Time::Long)),
            None => drop(times.insert(Time::Wide)),
        }
    }
    times
}

/// The times a window asks for: short stretches where it may, long ones or any.
fn times_in(window: Window, short: bool) -> Vec<Time> {
    let bounds = window.bounds();
    if bounds == Bounds::ALL || bounds.is_before(bounds) {
        return vec![Time::Any];
    }
    let days = days(bounds);
    let Some(long) = stretches(days, LONG, LONG_MAX) else { return vec![Time::Any] };
    match stretches(days, SHORT, SHORT_MAX).filter(|_| short) {
        Some(short) => short.map(Time::Short).chain(long.map(Time::LongOnly)).chain([Time::Wide]).collect(),
        None => long.map(Time::Long).chain([Time::Wide]).collect(),
    }
}

fn square([lat, lon]: [i32; 2], size: usize) -> (i64, i64) {
    (i64::from(lat).div_euclid(SIDES[size]), i64::from(lon).div_euclid(SIDES[size]))
}

fn places_of(sheet: &Sheet) -> BTreeSet<Place> {
    let mut places = BTreeSet::from([Place::Anywhere, Place::District(plain(&sheet.district))]);
    if sheet.points.len() > POINTS_MAX {
        places.insert(Place::ManyPlaces);
        return places;
    }
    for point in &sheet.points {
        places.extend((0..SIDES.len()).map(|size| {
            let (row, column) = square(*point, size);
            Place::Square(size, row, column)
        }));
    }
    places
}

/// The squares that cover a box, the smallest of which few enough do.
fn squares(corners: Corners) -> Option<Vec<Place>> {
    (0..SIDES.len()).find_map(|size| {
        let ((south, west), (north, east)) = (square([corners.south, corners.west], size), square([corners.north, corners.east], size));
        ((north - south + 1) * (east - west + 1) <= SQUARES_MAX).then(|| {
            let rows = (south..=north).flat_map(|row| (west..=east).map(move |column| Place::Square(size, row, column)));
            rows.chain([Place::ManyPlaces]).collect()
        })
    })
}

/// A short word for what is told by a text; two that share one are only looked at in vain.
fn mark(text: &str) -> String {
    // FNV-1a, 64 bits, folded to 40: eight letters.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let folded = (hash ^ (hash >> 40)) & 0xff_ffff_ffff;
    let letters = (0..8).map(|at| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(folded >> (5 * at)) as usize & 31]));
    std::iter::once(SIGN).chain(letters).collect()
}

fn combined(place: &Place, kind: &str, time: Time) -> String {
    mark(&format!("{place:?} {kind} {time:?}"))
}

fn state(state: &str) -> String {
    mark(&format!("state {state}"))
}

fn source(name: &str) -> String {
    mark(&format!("source {name}"))
}

/// Every mark of a sheet, each once.
pub fn of_sheet(sheet: &Sheet) -> Vec<String> {
    let times = times_of(&sheet.spans());
    let kinds: BTreeSet<&str> = ["", &sheet.kind].into();
    let mut marks = Vec::new();
    for place in places_of(sheet) {
        for kind in &kinds {
            // Short stretches only where the place does not narrow: elsewhere a year's list is short already.
            let told = |time: &&Time| place == Place::Anywhere || !matches!(time, Time::Short(_) | Time::LongOnly(_));
            let everything = place == Place::Anywhere && kind.is_empty();
            let times = times.iter().filter(told).filter(|time| !everything || **time != Time::Any);
            marks.extend(times.map(|time| combined(&place, kind, *time)));
        }
    }
    marks.push(state(&sheet.state));
    let sorts: BTreeSet<&str> = sheet.sources.iter().map(|(kind, _)| kind.name()).collect();
    marks.extend(sorts.into_iter().map(source));
    marks
}

/// What a question asks for: of each group at least one mark must be there. No group when it asks for nothing that has
/// marks.
pub fn of_question(question: &Question) -> Vec<Vec<String>> {
    let mut groups = Vec::new();
    let places = match question.corners.and_then(squares) {
        Some(squares) => squares,
        None if question.district.is_empty() => vec![Place::Anywhere],
        None => vec![Place::District(plain(&question.district))],
    };
    let anywhere = places == [Place::Anywhere];
    let mut times = times_in(question.window, anywhere);
    if places.len() * times.len() > MARKS_MAX {
        times = vec![Time::Any];
    }
    if !anywhere || !question.kind.is_empty() || times != [Time::Any] {
        let each = |place: &Place| times.iter().map(|time| combined(place, &question.kind, *time)).collect::<Vec<_>>();
        groups.push(places.iter().flat_map(each).collect());
    }
    if !question.level.is_empty() {
        groups.push(vec![state(&question.level)]);
    }
    groups.extend(question.source_kind().map(|kind| vec![source(kind.name())]));
    groups
}
