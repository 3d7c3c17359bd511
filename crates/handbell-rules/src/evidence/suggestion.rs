//! Suggestion: a box that a program proposes for something that looks like a face, and that nobody has taken.
//!
//! A suggestion covers nothing. It becomes a box when a person takes it into the form and sends that, and is checked like
//! every box ([`super::hiding`]). Where there is none, nothing follows: the program misses whoever looks aside, wears a
//! mask or is small, and knows nothing of plates, clothes and signs.

use super::hiding::{Rectangle, WHOLE};
use serde::{Deserialize, Serialize};

/// Most suggestions for one picture or film; those that come first in time.
pub const SUGGESTIONS_MAX: usize = 60;
/// By which part of its size a find is made larger on each side: programs see eyes and mouth, people hair and chin too.
const LARGER: u32 = 6;
/// How much larger than one find a suggestion may grow while what it follows moves.
const GROWN_MAX: u64 = 3;

/// A box that is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// From which millisecond of a film; 0 for a picture.
    pub from: u64,
    /// Until which.
    pub until: u64,
    /// Where.
    pub place: Rectangle,
}

/// What was found in a picture, or in one still of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Where in the film, in milliseconds; 0 for a picture.
    pub at: u64,
    /// Where in the picture.
    pub place: Rectangle,
}

/// A place that is larger on each side, within the picture.
fn larger(place: Rectangle) -> Rectangle {
    let side = |from: u16, size: u16| {
        let more = u32::from(size) / LARGER;
        let start = u32::from(from).saturating_sub(more);
        let end = (u32::from(from) + u32::from(size) + more).min(u32::from(WHOLE));
        (u16::try_from(start).unwrap_or_default(), u16::try_from(end - start).unwrap_or(WHOLE))
    };
    let ((x, width), (y, height)) = (side(place.x, place.width), side(place.y, place.height));
    Rectangle { x, y, width, height }
}

fn size(place: Rectangle) -> u64 {
    u64::from(place.width) * u64::from(place.height)
}

/// The part that two places share; nothing where they share none.
fn shared(one: Rectangle, other: Rectangle) -> u64 {
    let side = |one: (u16, u16), other: (u16, u16)| {
        let end = (one.0 + one.1).min(other.0 + other.1);
        u64::from(end.saturating_sub(one.0.max(other.0)))
    };
    side((one.x, one.width), (other.x, other.width)) * side((one.y, one.height), (other.y, other.height))
}

/// The smallest place around two.
fn around(one: Rectangle, other: Rectangle) -> Rectangle {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let (right, bottom) = ((one.x + one.width).max(other.x + other.width), (one.y + one.height).max(other.y + other.height));
    Rectangle { x, y, width: right - x, height: bottom - y }
}

/// Suggestions out of what was found, which comes in order of time. In a film whose stills are so many milliseconds apart,
/// one begins with the still before it was found, because nobody knows when between the two it came, and lasts until the
/// next: too much rather than too little. What lies upon what was found in the still before is the same suggestion, as
/// large as all of it.
pub fn suggestions(found: &[Found], apart: u64, lasts: u64) -> Vec<Suggestion> {
    let mut all: Vec<(Suggestion, Found)> = Vec::new();
    for found in found {
        let place = larger(found.place);
        let until = found.at.saturating_add(apart).min(lasts);
        let goes_on = |(suggestion, last): &&mut (Suggestion, Found)| {
            last.at < found.at
                && last.at.saturating_add(apart) >= found.at
                && shared(last.place, found.place) * 3 > size(last.place).min(size(found.place))
                && size(around(suggestion.place, place)) <= size(place) * GROWN_MAX
        };
        match all.iter_mut().find(goes_on) {
            Some((suggestion, last)) => {
                *suggestion = Suggestion { from: suggestion.from, until, place: around(suggestion.place, place) };
                *last = *found;
            }
            None => all.push((Suggestion { from: found.at.saturating_sub(apart), until: until.max(found.at), place }, *found)),
        }
    }
    all.truncate(SUGGESTIONS_MAX);
    all.into_iter().map(|(suggestion, _)| suggestion).collect()
}

/// From which millisecond on there may be more than is suggested, because there are as many suggestions as there may be.
pub fn missing_from(all: &[Suggestion]) -> Option<u64> {
    all.last().filter(|_| all.len() >= SUGGESTIONS_MAX).map(|last| last.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hiding::{Cover, KeyFrame, drawn};
    use proptest::prelude::*;

    fn found(at: u64, x: u16, y: u16, side: u16) -> Found {
        Found { at, place: Rectangle::new(x, y, side, side).unwrap() }
    }

    #[test]
    fn a_find_in_a_picture_is_one_larger_box() {
        let place = Rectangle::new(900, 0, 1_400, 1_300).unwrap();
        let all = suggestions(&[found(0, 1_100, 100, 1_200 - 174), found(0, 9_500, 9_500, 500)], 0, 0);
        assert_eq!(all.len(), 2);
        assert!(shared(all[0].place, place) > 0 && (all[0].from, all[0].until) == (0, 0));
        assert!(all[0].place.x < 1_100 && all[0].place.width > 1_026);
        assert_eq!(all[1].place, Rectangle::new(9_417, 9_417, 583, 583).unwrap(), "and never beyond the edge");
    }

    #[test]
    fn what_goes_on_from_still_to_still_is_one_suggestion_from_the_still_before_until_the_next() {
        let all = suggestions(
            &[found(0, 1_000, 1_000, 900), found(0, 7_000, 1_000, 900), found(1_000, 1_200, 1_000, 900), found(3_000, 1_200, 1_000, 900)],
            1_000,
            3_500,
        );
        let times: Vec<(u64, u64)> = all.iter().map(|one| (one.from, one.until)).collect();
        assert_eq!(times, [(0, 2_000), (0, 1_000), (2_000, 3_500)]);
        assert!(all[0].place.x <= 1_000 && all[0].place.x + all[0].place.width >= 2_100, "around both");
        // Whoever walks across the picture does not make it all one box.
        let walking: Vec<Found> = (0..10).map(|step| found(step * 1_000, step as u16 * 500, 0, 900)).collect();
        let all = suggestions(&walking, 1_000, 10_000);
        assert!(all.len() > 1 && all.iter().all(|one| size(one.place) <= size(larger(walking[5].place)) * GROWN_MAX));
    }

    #[test]
    fn that_there_may_be_more_is_known_from_the_last_that_is_suggested() {
        let all =
            |count: u64| suggestions(&(0..count).map(|at| found(at * 5_000, 1_000, 1_000, 900)).collect::<Vec<_>>(), 1_000, 1_000_000);
        assert_eq!((all(59).len(), missing_from(&all(59))), (59, None));
        assert_eq!((all(90).len(), missing_from(&all(90))), (SUGGESTIONS_MAX, Some(59 * 5_000 - 1_000)));
        assert_eq!(missing_from(&[]), None);
    }

    proptest! {
        #[test]
        fn every_suggestion_can_be_taken_as_it_is(
            mut all in proptest::collection::vec((0u64..60, 0u16..9_000, 0u16..9_000, 1u16..1_000), 0..80),
            apart in 1u64..10,
        ) {
            all.sort_unstable();
            let lasts = 60_000;
            let all: Vec<Found> = all.into_iter().map(|(second, x, y, side)| found(second * 1_000, x, y, side)).collect();
            let all = suggestions(&all, apart * 1_000, lasts);
            prop_assert!(all.len() <= SUGGESTIONS_MAX);
            for one in all {
                let cover = Cover { path: vec![KeyFrame { at: one.from, place: one.place }], from: one.from, until: one.until };
                prop_assert_eq!(drawn(&[cover], lasts), Ok(()));
            }
        }
    }
}
