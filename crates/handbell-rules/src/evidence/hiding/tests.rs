use super::*;
use proptest::prelude::*;

fn spot(x: u16, y: u16, w: u16, h: u16) -> Spot {
    Spot::new(x, y, w, h).unwrap()
}

fn moving() -> Path {
    let keys = vec![Key { frame: 10, spot: spot(0, 0, 1_000, 1_000) }, Key { frame: 20, spot: spot(5_000, 3_000, 2_000, 1_000) }];
    Path { keys, until: 30 }
}

#[test]
fn a_box_lies_within_the_picture_and_has_a_size() {
    assert!(Spot::new(0, 0, WHOLE, WHOLE).is_ok());
    for (x, y, w, h) in [(0, 0, 0, 5), (0, 0, 5, 0), (9_999, 0, 2, 5), (0, 9_999, 5, 2), (u16::MAX, 0, 1, 1), (1, 1, u16::MAX, 1)] {
        assert_eq!(Spot::new(x, y, w, h), Err(Misdrawn::Outside), "{x} {y} {w} {h}");
    }
}

#[test]
fn a_path_covers_its_frames_and_no_others() {
    let path = moving();
    assert_eq!(path.at(9), None);
    assert_eq!(path.at(10), Some(spot(0, 0, 1_000, 1_000)));
    assert_eq!(path.at(15), Some(spot(2_500, 1_500, 1_500, 1_000)));
    assert_eq!(path.at(20), path.at(30), "it stands after its last turning point");
    assert_eq!(path.at(31), None);
    assert_eq!(spots(&[path, Path::still(spot(1, 1, 1, 1), 30, 40)], 30).len(), 2);
}

#[test]
fn what_cannot_be_burnt_is_not_drawn() {
    let good = moving();
    assert_eq!(drawn(&[good.clone()], 31), Ok(()));
    assert_eq!(drawn(&[good.clone()], 30), Err(Misdrawn::Frames), "beyond the film's end");
    assert_eq!(drawn(&[], 31), Err(Misdrawn::Nothing));
    assert_eq!(drawn(&[Path { keys: Vec::new(), until: 3 }], 31), Err(Misdrawn::Nothing));
    assert_eq!(drawn(&vec![good.clone(); PATHS_MAX + 1], 31), Err(Misdrawn::TooMany));
    let mut back = good.clone();
    back.keys.reverse();
    assert_eq!(drawn(&[back], 31), Err(Misdrawn::Frames), "backwards");
    let mut wild = good.clone();
    wild.keys[0].spot = Spot { x: 9_000, y: 0, w: 2_000, h: 1 };
    assert_eq!(drawn(&[wild], 31), Err(Misdrawn::Outside), "also when it came by another way than `new`");
    assert_eq!(drawn(&[Path { until: 19, ..good }], 31), Err(Misdrawn::Frames), "ends before its last turning point");
}

#[test]
fn a_check_is_another_persons_and_of_every_frame() {
    let (one, two) = (MemberId::from([1; 16]), MemberId::from([2; 16]));
    let all = Seen::default().with(0, 99).unwrap();
    assert_eq!(checked(State::Burnt, one, two, &all, 100), Ok(State::Checked));
    assert_eq!(checked(State::Burnt, one, one, &all, 100), Err(Unchecked::SameMember));
    assert_eq!(checked(State::Burnt, one, two, &all, 101), Err(Unchecked::NotSeen(100)));
    assert_eq!(checked(State::Burnt, one, two, &Seen::default(), 1), Err(Unchecked::NotSeen(0)));
    let gap = Seen::default().with(0, 40).unwrap().with(42, 99).unwrap();
    assert_eq!(checked(State::Burnt, one, two, &gap, 100), Err(Unchecked::NotSeen(41)), "one frame is enough to show a face");
    for state in [State::Drawn, State::Checked, State::Public, State::Withdrawn] {
        assert_eq!(checked(state, one, two, &all, 100), Err(Unchecked::NotNow));
    }
}

#[test]
fn nothing_becomes_public_past_the_second_person_and_nothing_comes_back() {
    let states = [State::Drawn, State::Burnt, State::Checked, State::Public, State::Withdrawn];
    for state in states {
        assert_eq!(State::parse(state.word()), Some(state));
        assert_eq!(state.after(Move::Publish).is_some(), state == State::Checked);
        assert_eq!(state.after(Move::Withdraw).is_some(), state != State::Withdrawn);
    }
    for step in [Move::Burn, Move::Check, Move::Publish, Move::Withdraw] {
        assert_eq!(State::Withdrawn.after(step), None);
    }
}

proptest! {
    #[test]
    fn a_box_on_its_way_covers_both_neighbours_line(
        a in (0u16..5_000, 0u16..5_000, 1u16..5_000, 1u16..5_000), b in (0u16..5_000, 0u16..5_000, 1u16..5_000, 1u16..5_000),
        length in 1u32..500, at in 0u32..500, width in 1u32..5_000, height in 1u32..5_000,
    ) {
        let (from, to) = (spot(a.0, a.1, a.2, a.3), spot(b.0, b.1, b.2, b.3));
        let path = Path { keys: vec![Key { frame: 0, spot: from.clone() }, Key { frame: length, spot: to.clone() }], until: length };
        let at = at.min(length);
        let here = path.at(at).unwrap();
        // As exact as it gets: edges on the straight line, never inside of it.
        let line = |from: u16, to: u16| (f64::from(from) * f64::from(length - at) + f64::from(to) * f64::from(at)) / f64::from(length);
        prop_assert!(f64::from(here.x) <= line(from.x, to.x) + 1e-6);
        prop_assert!(f64::from(here.y) <= line(from.y, to.y) + 1e-6);
        prop_assert!(f64::from(here.x + here.w) >= line(from.x + from.w, to.x + to.w) - 1e-6);
        prop_assert!(f64::from(here.y + here.h) >= line(from.y + from.h, to.y + to.h) - 1e-6);
        prop_assert!(Spot::new(here.x, here.y, here.w, here.h).is_ok());
        let [left, top, right, bottom] = here.pixels(width, height);
        prop_assert!(left < right && right <= width && top < bottom && bottom <= height);
        prop_assert!(f64::from(left) <= f64::from(here.x) * f64::from(width) / 1e4 + 1e-6);
        prop_assert!(f64::from(right) >= f64::from(here.x + here.w) * f64::from(width) / 1e4 - 1e-6);
    }

    #[test]
    fn what_was_seen_is_what_was_looked_at(looks in proptest::collection::vec((0u32..200, 0u32..20), 0..40), frames in 1u32..220) {
        let mut seen = Seen::default();
        let mut plain = std::collections::BTreeSet::new();
        for (from, more) in looks {
            seen = seen.with(from, from + more).unwrap();
            plain.extend(from..=from + more);
        }
        prop_assert_eq!(seen.count() as usize, plain.len());
        prop_assert_eq!(seen.missing(frames), (0..frames).find(|frame| !plain.contains(frame)));
    }
}
