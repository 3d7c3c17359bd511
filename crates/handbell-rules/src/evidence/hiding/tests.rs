use super::*;
use crate::evidence::custody::Office;
use crate::evidence::showing;
use proptest::prelude::*;

fn place(x: u16, y: u16, width: u16, height: u16) -> Rectangle {
    Rectangle::new(x, y, width, height).unwrap()
}

fn moving() -> Cover {
    let path =
        vec![KeyFrame { at: 1_000, place: place(0, 0, 1_000, 1_000) }, KeyFrame { at: 2_000, place: place(5_000, 3_000, 2_000, 1_000) }];
    Cover { path, from: 800, until: 3_000 }
}

fn member(number: u8) -> Doer {
    Doer::member(Office::Editor, MemberId::from([number; 16]), [9; 16])
}

fn now() -> Timestamp {
    Timestamp::from_milliseconds(1_700_000_000_000)
}

fn footage(wish: Wish) -> Footage {
    let copy = |name: &str| crate::evidence::footage::WorkingCopy {
        name: name.into(),
        media_type: "video/mp4".into(),
        length: 5,
        at: None,
        sha256: None,
    };
    Footage {
        id: FootageId::from([7; 16]),
        version: 1,
        report: crate::id::ReportId::from([8; 16]),
        received_at: now(),
        media_type: "video/mp4".into(),
        length: 10,
        sha256: [1; 32],
        parts: 1,
        wish,
        claimed: String::new(),
        recipient: String::new(),
        working: None,
        shares: [String::new(), String::new(), String::new()],
        inner_salt: [2; 32],
        noted: None,
        copies: Copies::Made {
            preview: Some(copy("preview")),
            clean: None,
            stills: Vec::new(),
            size: Some((640, 360)),
            lasts: Some(4_000),
            in_file: None,
            credentials: false,
        },
        forget_at: now(),
        held: None,
        hold_asked: None,
        unasked: false,
        shut_held: None,
    }
}

fn moved(change: Result<Change, Refusal>) -> Result<Hiding, Refusal> {
    change.map(|change| match change.what {
        What::HidingMoved { hiding, .. } => hiding,
        _ => unreachable!("hidings move"),
    })
}

fn drew() -> Hiding {
    moved(draw(ChangeId::from([1; 16]), &footage(Wish::Public), HidingId::from([3; 16]), vec![moving()], &member(1), now())).unwrap()
}

fn burnt() -> Hiding {
    let state = HidingState::Burnt { name: "copy".into(), media_type: "video/mp4".into(), length: 9, sha256: [5; 32], frames: 100 };
    moved(burn(ChangeId::from([2; 16]), &drew(), state, [0; 16], now())).unwrap()
}

fn looked(hiding: &Hiding, frames: (u32, u32), clear: bool, who: u8) -> Result<Hiding, Refusal> {
    moved(inspect(ChangeId::from([4; 16]), hiding, frames, clear, &[(0, 99)], &member(who), now()))
}

fn offered(hiding: &Hiding, wish: Wish) -> Result<Hiding, Refusal> {
    let incident = crate::id::IncidentId::from([6; 16]);
    let place = showing::Place { incident, shows: "A van.".into(), address: [1; 16] };
    moved(showing::offer(ChangeId::from([5; 16]), &footage(wish), hiding, place, &member(3), now()))
}

#[test]
fn a_box_lies_within_the_picture_and_has_a_size() {
    assert!(Rectangle::new(0, 0, WHOLE, WHOLE).is_ok());
    for (x, y, width, height) in [(0, 0, 0, 5), (0, 0, 5, 0), (9_999, 0, 2, 5), (0, 9_999, 5, 2), (u16::MAX, 0, 1, 1), (1, 1, u16::MAX, 1)]
    {
        assert_eq!(Rectangle::new(x, y, width, height), Err(Evidence::CoverOutside.into()), "{x} {y} {width} {height}");
    }
}

#[test]
fn a_cover_stands_from_its_first_to_its_last_moment_and_no_longer() {
    let cover = moving();
    assert_eq!(cover.at(799), None);
    assert_eq!(cover.at(800), Some(place(0, 0, 1_000, 1_000)), "it stands before its first key frame");
    assert_eq!(cover.at(1_500), Some(place(2_500, 1_500, 1_500, 1_000)));
    assert_eq!(cover.at(2_000), cover.at(3_000), "and after its last");
    assert_eq!(cover.at(3_001), None);
    assert_eq!(
        (places(std::slice::from_ref(&cover), 20).len(), places(std::slice::from_ref(&cover), 75).len(), places(&[cover], 76).len()),
        (1, 1, 0)
    );
}

#[test]
fn what_cannot_be_burnt_is_not_drawn() {
    let good = moving();
    assert_eq!(drawn(std::slice::from_ref(&good), 4_000), Ok(()));
    let no = |covers: &[Cover], lasts: u64| drawn(covers, lasts).unwrap_err();
    assert_eq!(no(std::slice::from_ref(&good), 1_999), Evidence::CoverTimes.into(), "a key frame beyond the film's end");
    assert_eq!(no(&[], 4_000), Evidence::CoversMissing.into());
    assert_eq!(no(&[Cover { path: Vec::new(), ..good.clone() }], 4_000), Evidence::CoversMissing.into());
    assert_eq!(no(&vec![good.clone(); COVERS_MAX + 1], 4_000), Evidence::CoversTooMany.into());
    let mut back = good.clone();
    back.path.reverse();
    assert_eq!(no(&[back], 4_000), Evidence::CoverTimes.into());
    assert_eq!(no(&[Cover { from: 3_001, ..good.clone() }], 4_000), Evidence::CoverTimes.into());
    let mut wild = good;
    wild.path[0].place = Rectangle { x: 9_000, y: 0, width: 2_000, height: 1 };
    assert_eq!(no(&[wild], 4_000), Evidence::CoverOutside.into(), "also when it came by another way than `new`");
}

#[test]
fn only_what_its_witness_wishes_public_is_drawn_on_and_published() {
    let no = |wish| moved(draw(ChangeId::from([1; 16]), &footage(wish), HidingId::from([3; 16]), vec![moving()], &member(1), now()));
    assert_eq!(no(Wish::DeskOnly), Err(Evidence::FootageNotWished.into()));
    assert_eq!(no(Wish::Lawyer), Err(Evidence::FootageNotWished.into()));
    let clear = looked(&burnt(), (0, 99), true, 2).unwrap();
    assert_eq!(offered(&clear, Wish::Lawyer), Err(Evidence::FootageNotWished.into()), "the wish was changed meanwhile");
    assert!(offered(&clear, Wish::Public).is_ok());
}

#[test]
fn a_check_is_one_other_persons_and_of_every_frame() {
    // PROMISE hidden-by-one-checked-by-another
    let hiding = burnt();
    assert_eq!(looked(&hiding, (0, 99), true, 1), Err(Evidence::HidingOwn.into()), "whoever drew checks nothing");
    assert_eq!(looked(&hiding, (0, 98), true, 2), Err(Evidence::FramesUnseen.into()));
    assert_eq!(looked(&hiding, (0, 100), false, 2), Err(Evidence::FramesWrong.into()), "a frame that it does not have");
    let half = looked(&hiding, (0, 49), false, 2).unwrap();
    assert_eq!(looked(&half, (50, 99), true, 4), Err(Evidence::FramesUnseen.into()), "halves of two people are nobody's whole");
    let gap = looked(&half, (51, 99), false, 2).unwrap();
    assert_eq!(looked(&gap, (51, 51), true, 2), Err(Evidence::FramesUnseen.into()), "one frame is enough to show a face");
    let whole = looked(&gap, (50, 50), true, 2).unwrap();
    assert_eq!(whole.inspection.clone().unwrap().frames, [(0, 99)]);
    assert_eq!(looked(&whole, (0, 0), false, 2), Err(Evidence::HidingOver.into()));
}

#[test]
fn nobody_looked_at_a_frame_that_was_not_sent_to_them() {
    // PROMISE hidden-by-one-checked-by-another
    let hiding = burnt();
    let looked = |hiding: &Hiding, frames, sent: &[(u32, u32)]| {
        moved(inspect(ChangeId::from([4; 16]), hiding, frames, false, sent, &member(2), now()))
    };
    let no = Err(Evidence::FramesUnsent.into());
    assert_eq!(looked(&hiding, (0, 11), &[]), no);
    assert_eq!(looked(&hiding, (0, 11), &[(0, 4), (6, 11)]), no, "one frame is enough to show a face");
    assert_eq!(looked(&hiding, (0, 11), &[(1, 99)]), no);
    assert_eq!(looked(&hiding, (0, 11), &[(0, 10)]), no);
    let first = looked(&hiding, (0, 11), &[(6, 20), (0, 5)]).unwrap();
    // What they said of frames before stays said, also when it is forgotten that those were sent.
    let more = looked(&first, (0, 23), &[(12, 23)]).unwrap();
    assert_eq!(more.inspection.clone().unwrap().frames, [(0, 23)]);
    let other = inspect(ChangeId::from([4; 16]), &more, (0, 23), false, &[(12, 23)], &member(3), now());
    assert_eq!(moved(other), no, "what somebody else looked at is nothing that was sent to them");
}

#[test]
fn nothing_becomes_public_past_the_second_person_and_nothing_comes_back() {
    let half = looked(&burnt(), (0, 99), false, 2).unwrap();
    for early in [drew(), burnt(), half.clone()] {
        assert_eq!(offered(&early, Wish::Public), Err(Evidence::HidingUnchecked.into()));
    }
    let gone = moved(give_up(ChangeId::from([6; 16]), &half, &member(1), now())).unwrap();
    assert!(!gone.open());
    assert_eq!(moved(give_up(ChangeId::from([6; 16]), &gone, &member(1), now())), Err(Evidence::HidingOver.into()));
    assert!(offered(&gone, Wish::Public).is_err() && looked(&gone, (0, 1), false, 2).is_err());
    assert!(burn(ChangeId::from([2; 16]), &gone, HidingState::Failed { why: "x".into() }, [0; 16], now()).is_err());
    let public = offered(&looked(&half, (0, 99), true, 2).unwrap(), Wish::Public).unwrap();
    assert_eq!(looked(&public, (0, 1), false, 2), Err(Evidence::HidingOver.into()));
    assert_eq!(moved(give_up(ChangeId::from([6; 16]), &public, &member(1), now())), Err(Evidence::HidingOver.into()));
}

proptest! {
    #[test]
    fn a_box_on_its_way_never_lags_behind_the_line(
        a in (0u16..5_000, 0u16..5_000, 1u16..5_000, 1u16..5_000), b in (0u16..5_000, 0u16..5_000, 1u16..5_000, 1u16..5_000),
        length in 1u64..50_000, at in 0u64..50_000, width in 1u32..5_000, height in 1u32..5_000,
    ) {
        let (first, last) = (place(a.0, a.1, a.2, a.3), place(b.0, b.1, b.2, b.3));
        let path = vec![KeyFrame { at: 0, place: first }, KeyFrame { at: length, place: last }];
        let at = at.min(length);
        let here = Cover { path, from: 0, until: length }.at(at).unwrap();
        let line = |from: u16, to: u16| (f64::from(from) * (length - at) as f64 + f64::from(to) * at as f64) / length as f64;
        prop_assert!(f64::from(here.x) <= line(first.x, last.x) + 1e-6);
        prop_assert!(f64::from(here.y) <= line(first.y, last.y) + 1e-6);
        prop_assert!(f64::from(here.x + here.width) >= line(first.x + first.width, last.x + last.width) - 1e-6);
        prop_assert!(f64::from(here.y + here.height) >= line(first.y + first.height, last.y + last.height) - 1e-6);
        prop_assert!(Rectangle::new(here.x, here.y, here.width, here.height).is_ok());
        let [left, top, right, bottom] = here.pixels(width, height);
        prop_assert!(left < right && right <= width && top < bottom && bottom <= height);
        prop_assert!(f64::from(left) <= f64::from(here.x) * f64::from(width) / 1e4 + 1e-6);
        prop_assert!(f64::from(right) >= f64::from(here.x + here.width) * f64::from(width) / 1e4 - 1e-6);
    }

    #[test]
    fn what_was_seen_is_what_was_looked_at(looks in proptest::collection::vec((0u32..200, 0u32..20), 0..40), frames in 1u32..220) {
        let mut seen = Vec::new();
        let mut plain = std::collections::BTreeSet::new();
        for (from, more) in looks {
            seen = with_frames(&seen, from, from + more).unwrap();
            plain.extend(from..=from + more);
        }
        prop_assert_eq!(seen.iter().map(|(from, until)| until - from + 1).sum::<u32>() as usize, plain.len());
        prop_assert_eq!(unseen(&seen, frames), (0..frames).find(|frame| !plain.contains(frame)));
    }
}

#[test]
fn nothing_is_drawn_over_a_recording_and_so_none_becomes_public() {
    let mut sound = footage(Wish::Public);
    if let Copies::Made { preview: Some(preview), .. } = &mut sound.copies {
        preview.media_type = "audio/mp4".into();
    }
    let no = draw(ChangeId::from([1; 16]), &sound, HidingId::from([3; 16]), vec![moving()], &member(1), now());
    assert_eq!(no, Err(Evidence::SoundNotShown.into()));
}

/// The list that the page's script is held to as well (`e2e/journeys/draw.mjs`), so that what is shown while somebody draws
/// is what is burnt in.
#[test]
fn a_box_is_where_the_list_says_that_the_page_is_held_to() {
    #[derive(serde::Deserialize)]
    struct Said {
        cover: Cover,
        places: Vec<(u64, Option<[u16; 4]>)>,
    }
    let list: Vec<Said> = serde_json::from_str(include_str!("places.json")).unwrap();
    assert!(list.len() >= 4);
    for Said { cover, places } in list {
        for (time, place) in places {
            let at = cover.at(time).map(|place| [place.x, place.y, place.width, place.height]);
            assert_eq!(at, place, "at {time} of {cover:?}");
        }
    }
}
