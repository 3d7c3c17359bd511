//! Earlier: the boxes of the last drawing over a file, as the rows that whoever draws it again begins with.
//!
//! They stand in the form like what somebody typed, marked as what they are: changed and taken away there, and drawn by
//! nobody before the form is sent. What an earlier drawing covered says nothing of what it missed.

use super::boxes::{self, BOXES_MAX};
use super::suggestions::{hundredths, seconds};
use crate::doors::fields::Fields;
use handbell_rules::evidence::hiding::{Cover, Hiding, KeyFrame, Rectangle};

/// The last drawing that has boxes, whatever became of it.
pub fn last(hidings: &[Hiding]) -> Option<&Hiding> {
    hidings.iter().filter(|hiding| !hiding.covers.is_empty()).max_by_key(|hiding| (hiding.at, hiding.id))
}

fn four(place: &Rectangle) -> [String; 4] {
    [place.x, place.y, place.width, place.height].map(hundredths)
}

/// The fields of one row; a picture's have no times.
fn row(number: u8, cover: &Cover, lasts: u64) -> Option<Vec<(String, String)>> {
    // Before its first key frame a box stands where that is; where it begins between two, there.
    let first = cover.at(cover.from).or_else(|| cover.path.first().map(|key| key.place))?;
    let mut fields: Vec<(&str, String)> = ["left", "top", "width", "height"].into_iter().zip(four(&first)).collect();
    if lasts > 0 {
        let line = |key: &KeyFrame| format!("{} {}", seconds(key.at), four(&key.place).join(" "));
        let later: Vec<String> = cover.path.iter().filter(|key| key.at > cover.from).map(line).collect();
        fields.push(("path", later.join("\n")));
        fields.extend((cover.from > 0).then(|| ("from", seconds(cover.from))));
        fields.extend((cover.until < lasts).then(|| ("until", seconds(cover.until))));
        let since = cover.path.first().filter(|key| key.at > cover.from);
        fields.extend(since.map(|key| ("since", seconds(key.at))));
    }
    let fields = fields.into_iter().filter(|(_, text)| !text.is_empty());
    Some(fields.map(|(part, text)| (format!("box-{number}-{part}"), text)).collect())
}

/// The form as a drawing fills it, as far as it has rows.
pub fn begun(covers: &[Cover], lasts: u64) -> Fields {
    Fields::begun((1..=BOXES_MAX).zip(covers).filter_map(|(number, cover)| row(number, cover, lasts)).flatten())
}

/// The rows of a form that are still as the earlier drawing filled them.
pub fn kept(earlier: &Fields, form: &Fields) -> Vec<u8> {
    (1..=BOXES_MAX).filter(|number| boxes::has(earlier, *number) && boxes::same(earlier, form, *number)).collect()
}

/// Whose boxes stand in the form and that nothing is covered by them yet, in sentences.
pub fn words(who: &str, when: &str, drawn: &Hiding, kept: &[u8]) -> String {
    let many = drawn.covers.len();
    let drew = if many == 1 { "1 box".to_owned() } else { format!("{many} boxes") };
    let stand = match kept.len() {
        0 => "None of them stands in the form below as it was; open this page anew to begin with them.".to_owned(),
        1 => "1 of them stands in the form below as it was; nothing is covered before you send it.".to_owned(),
        count => format!("{count} of them stand in the form below as they were; nothing is covered before you send it."),
    };
    let left = match many.saturating_sub(usize::from(BOXES_MAX)) {
        0 => String::new(),
        _ => format!(" The form has room for {BOXES_MAX} of them only: look where the others were."),
    };
    format!("{who} drew {drew} {when}. {stand}{left} Look at all of it again: a drawing does not say what it missed.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::evidence::hiding::{HidingState, KEY_FRAMES_MAX};
    use handbell_rules::id::{FootageId, HidingId, MemberId};
    use handbell_rules::time::Timestamp;

    fn key(at: u64, x: u16) -> KeyFrame {
        KeyFrame { at, place: Rectangle::new(x, 2_005, 1_500, 1_250).unwrap() }
    }

    fn hiding(id: u8, at: i64, covers: Vec<Cover>) -> Hiding {
        Hiding {
            id: HidingId([id; 16]),
            version: 1,
            footage: FootageId([1; 16]),
            by: MemberId([2; 16]),
            at: Timestamp::from_milliseconds(at),
            covers,
            state: HidingState::TakenBack,
            inspection: None,
            public: None,
        }
    }

    #[test]
    fn a_drawing_in_the_form_is_the_same_drawing_when_it_is_sent() {
        let film = vec![
            Cover { path: vec![key(0, 1)], from: 0, until: 5_000 },
            Cover { path: vec![key(40, 1_000), key(2_040, 3_000), key(4_999, 8_500)], from: 40, until: 4_960 },
            // Drawn first in the middle of it.
            Cover { path: vec![key(2_000, 10), key(3_000, 10)], from: 0, until: 5_000 },
            Cover { path: vec![key(2_000, 7_777)], from: 120, until: 5_000 },
        ];
        let long =
            Cover { path: (0..=u64::try_from(KEY_FRAMES_MAX).unwrap() - 1).map(|one| key(one * 40, 10)).collect(), from: 0, until: 40_000 };
        let picture = vec![Cover { path: vec![key(0, 1_234)], from: 0, until: 0 }];
        for (covers, lasts) in [(film, 5_000), (vec![long], 40_000), (picture, 0)] {
            let form = begun(&covers, lasts);
            let again = boxes::covers(&form, lasts).unwrap();
            assert_eq!(again.len(), covers.len());
            for (one, other) in again.iter().zip(&covers) {
                assert_eq!((one.from, one.until), (other.from, other.until));
                assert!((0..=lasts).step_by(40).all(|time| one.at(time) == other.at(time)), "{one:?} for {other:?}");
            }
            assert_eq!(begun(&again, lasts), form, "and so on, however often");
        }
    }

    #[test]
    fn a_box_that_begins_between_two_moments_begins_where_it_was_then() {
        let cover = Cover { path: vec![key(0, 1_000), key(2_000, 3_000)], from: 1_000, until: 5_000 };
        let form = begun(std::slice::from_ref(&cover), 5_000);
        assert_eq!((form.one("box-1-left").unwrap(), form.one("box-1-path").unwrap()), ("20", "2 30 20.05 15 12.5"));
        assert_eq!(form.one("box-1-since").unwrap(), "");
    }

    #[test]
    fn the_last_drawing_with_boxes_is_begun_with_as_far_as_there_are_rows() {
        let one = || vec![Cover { path: vec![key(0, 1)], from: 0, until: 0 }];
        let all = [hiding(9, 1, one()), hiding(1, 7, one()), hiding(3, 8, Vec::new()), hiding(2, 3, one())];
        assert_eq!(last(&all).unwrap().id, HidingId([1; 16]));
        assert!(last(&all[2..3]).is_none() && last(&[]).is_none());
        let many = hiding(1, 1, one().into_iter().cycle().take(30).collect());
        let form = begun(&many.covers, 0);
        assert_eq!(form.iter().count(), usize::from(BOXES_MAX) * 4);
        let words = words("Amina", "21:40", &many, &kept(&form, &form));
        assert_eq!(
            words,
            "Amina drew 30 boxes 21:40. 24 of them stand in the form below as they were; nothing is covered before you send it. The \
             form has room for 24 of them only: look where the others were. Look at all of it again: a drawing does not say what it missed."
        );
    }

    #[test]
    fn a_row_that_somebody_changed_is_theirs() {
        let covers: Vec<Cover> = [1, 2, 3].map(|x| Cover { path: vec![key(0, x * 1_000)], from: 0, until: 0 }).into();
        let form = begun(&covers, 0);
        assert_eq!(kept(&form, &form), [1, 2, 3]);
        let changed = boxes::with(&form, 2, vec![("box-2-left".to_owned(), "21".to_owned())]);
        assert_eq!(kept(&form, &changed), [1, 3]);
        assert_eq!(kept(&form, &Fields::default()), [0; 0]);
    }
}
