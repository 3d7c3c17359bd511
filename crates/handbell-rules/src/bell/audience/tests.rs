use super::*;
use crate::area::Cell;
use crate::bell::mode::Status;
use crate::bell::wishes::{DailyCap, LevelWanted, QuietHours, Wishes};
use crate::id::MemberId;
use crate::place::Point;
use crate::time::{DAY, HOUR};
use h3o::{LatLng, Resolution};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

const NOW: Timestamp = Timestamp::from_milliseconds(1_790_000_000_000);

fn id(number: u32) -> SubscriptionId {
    // Mixed, so that the order of ids is not the order in which they came.
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    SubscriptionId(bytes)
}

fn subscription(number: u32, cells: Vec<Cell>) -> Subscription {
    Subscription {
        id: id(number),
        status: Status::Exercise,
        by: crate::bell::address::By::Push,
        further: None,
        endpoint: String::new(),
        key: Vec::new(),
        secret: Vec::new(),
        cells,
        kinds: Vec::new(),
        language: "en".into(),
        discreet: false,
        wishes: Wishes::default(),
        member: None,
        since: NOW,
        until: NOW.plus(DAY),
    }
}

fn cell_at(latitude: f64, longitude: f64, resolution: u8) -> Cell {
    let at = LatLng::new(latitude, longitude).unwrap().to_cell(Resolution::try_from(resolution).unwrap());
    Cell::new(u64::from(at)).unwrap()
}

const fn asking(kind: &str) -> Asking<'_> {
    Asking { kind, language: None, whose: Whose::Neighbours, unconfirmed_too: false }
}

/// The same question, answered by looking at everybody.
fn by_looking(people: &BTreeMap<SubscriptionId, Subscription>, area: &Area, asking: &Asking<'_>, now: Timestamp) -> Vec<Asked> {
    let wanted = |s: &&Subscription| {
        s.until > now
            && (asking.whose == Whose::Members) == s.member.is_some()
            && (s.kinds.is_empty() || s.kinds.iter().any(|kind| kind == asking.kind))
            && asking.language.is_none_or(|language| s.language == language)
            && !(asking.unconfirmed_too && s.wishes.level == LevelWanted::Confirmed)
            && s.cells.iter().any(|cell| area.overlaps(*cell))
    };
    people.values().filter(wanted).map(|s| Asked { subscription: s.id, wishes: s.wishes.clone() }).collect()
}

fn sorted(mut asked: Vec<Asked>) -> Vec<Asked> {
    asked.sort_by_key(|one| one.subscription);
    asked
}

fn made_of<'a>(people: impl IntoIterator<Item = &'a Subscription>) -> Audience {
    let mut making = Making::default();
    people.into_iter().for_each(|one| making.add(one));
    making.finish()
}

/// Degrees around Peckham within which random cells of every resolution meet often.
fn some_cells(at_most: usize) -> impl Strategy<Value = Vec<Cell>> {
    let cell = (-0.09f64..0.09, -0.14f64..0.14, 4u8..10).prop_map(|(up, right, resolution)| cell_at(51.47 + up, -0.07 + right, resolution));
    prop::collection::vec(cell, 1..at_most)
}

fn some_wishes() -> impl Strategy<Value = Wishes> {
    let quiet = prop::option::of((0u8..24, 1u8..24).prop_map(|(from, hours)| QuietHours::new(from, (from + hours) % 24).unwrap()));
    let cap = prop::option::of((1u8..=10).prop_map(|alerts| DailyCap::new(alerts).unwrap()));
    let snooze = prop::option::of((0i64..9).prop_map(|hours| NOW.plus(hours * HOUR)));
    (quiet, cap, snooze, any::<bool>()).prop_map(|(quiet, daily_cap, snoozed_until, confirmed)| Wishes {
        quiet,
        daily_cap,
        snoozed_until,
        level: if confirmed { LevelWanted::Confirmed } else { LevelWanted::AlsoPossible },
    })
}

#[derive(Debug, Clone)]
enum Deed {
    Put(Box<Subscription>),
    Leave(SubscriptionId),
    Begin,
    End,
    Forget(i64),
}

fn some_subscription(people: u32) -> impl Strategy<Value = Subscription> {
    // More kinds and languages than have bits of their own.
    let kinds = prop::collection::btree_set(0u8..20, 0..4);
    let rest = (kinds, 0u8..13, prop::option::weighted(0.1, 0u8..3), -2i64..4, some_wishes());
    (0..people, some_cells(6), rest).prop_map(|(number, cells, (kinds, language, member, hours, wishes))| Subscription {
        kinds: kinds.iter().map(|kind| format!("kind-{kind}")).collect(),
        language: format!("l{language}"),
        member: member.map(|member| MemberId([member; 16])),
        until: NOW.plus(hours * HOUR),
        wishes,
        ..subscription(number, cells)
    })
}

fn some_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => some_subscription(40).prop_map(|one| Deed::Put(Box::new(one))),
        3 => (0u32..40).prop_map(|number| Deed::Leave(id(number))),
        2 => Just(Deed::Begin),
        2 => Just(Deed::End),
        1 => (-2i64..2).prop_map(Deed::Forget),
    ]
}

proptest! {
    #[test]
    fn nobody_is_missed_and_nobody_else_is_found(
        first in prop::collection::vec(some_subscription(40), 0..60),
        deeds in prop::collection::vec(some_deed(), 0..60),
        areas in prop::collection::vec(some_cells(12), 4),
        kind in 0u8..22,
        language in prop::option::of(0u8..14),
        members in any::<bool>(),
        unconfirmed_too in any::<bool>(),
        hours in -1i64..3,
    ) {
        // The store holds one subscription of an id: the last one.
        let mut people: BTreeMap<SubscriptionId, Subscription> = first.into_iter().map(|one| (one.id, one)).collect();
        let mut index = made_of(people.values());
        let mut making: Option<Remaking> = None;
        for deed in deeds {
            match deed {
                Deed::Put(one) => {
                    index.put(&one);
                    people.insert(one.id, *one);
                }
                Deed::Leave(id) => {
                    index.leave(id);
                    people.remove(&id);
                }
                Deed::Begin if making.is_none() => making = Some(index.remaking()),
                Deed::Begin => {}
                Deed::End => {
                    if let Some(making) = making.take() {
                        index.take_in(making.run());
                        prop_assert!(index.since.is_none());
                    }
                }
                Deed::Forget(hours) => {
                    let at = NOW.plus(hours * HOUR);
                    index.forget(at);
                    people.retain(|_, one| one.until > at);
                }
            }
        }
        let (kind, language) = (format!("kind-{kind}"), language.map(|language| format!("l{language}")));
        let whose = if members { Whose::Members } else { Whose::Neighbours };
        let asking = Asking { kind: &kind, language: language.as_deref(), whose, unconfirmed_too };
        // A moment before what was forgotten is not asked about: the store has nothing of it either.
        let now = NOW.plus(hours * HOUR).max(index.forgotten.unwrap_or(BEGINNING));
        for cells in areas {
            let Ok(area) = Area::try_from(cells) else { continue };
            prop_assert_eq!(sorted(index.asked(&area, &asking, now)), by_looking(&people, &area, &asking, now));
        }
    }

    #[test]
    fn ground_is_shared_exactly_when_cells_overlap(ours in some_cells(8), theirs in some_cells(8)) {
        let Ok(area) = Area::try_from(ours) else { return Ok(()) };
        let ground = Ground::of(&area);
        for cell in theirs {
            let key = ground::key_of(cell);
            prop_assert_eq!(ground.meets(key), area.overlaps(cell));
            prop_assert_eq!(ground::cell_of(key), Some(cell));
        }
    }
}

/// Random enough, and the same each time.
fn shares(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// People at points in and around London; each browser gives its own cell of resolution 7 and nothing finer.
fn at_points(people: u32) -> (Vec<Point>, Vec<Subscription>) {
    let mut share = shares(7);
    let points: Vec<Point> = (0..people).map(|_| Point::from_degrees(51.2 + 0.6 * share(), -0.6 + share()).unwrap()).collect();
    let subscriptions = points.iter().enumerate().map(|(number, point)| subscription(number as u32, vec![Cell::around(*point)])).collect();
    (points, subscriptions)
}

fn numbers(asked: &[Asked]) -> HashSet<usize> {
    asked.iter().map(|one| u32::from_be_bytes(one.subscription.0[12..].try_into().unwrap()) as usize).collect()
}

#[test]
fn of_200_000_points_exactly_those_in_the_cells_are_found_and_a_coarse_cell_reaches_one_ring_at_most() {
    let (points, subscriptions) = at_points(200_000);
    let mut index = made_of(&subscriptions[..180_000]);
    subscriptions[180_000..].iter().for_each(|one| index.put(one));
    let middle = Cell::around(Point::from_degrees(51.47, -0.07).unwrap());
    let mut areas = vec![vec![middle], middle.neighbours(), vec![cell_at(51.5, -0.1, 7), cell_at(51.4, -0.3, 7), cell_at(51.6, 0.1, 7)]];
    areas.push((0..300).map(|step| cell_at(51.25 + 0.0018 * f64::from(step), -0.4 + 0.002 * f64::from(step), 7)).collect());
    let own: Vec<Cell> = subscriptions.iter().map(|one| one.cells[0]).collect();
    for cells in areas {
        let wanted: HashSet<Cell> = cells.iter().copied().collect();
        let area = Area::new(cells).unwrap();
        let found = numbers(&index.asked(&area, &asking("any"), NOW));
        // Whoever stands in one of the area's cells, found by looking at everybody.
        let inside: HashSet<usize> = own.iter().enumerate().filter(|(_, own)| wanted.contains(own)).map(|(number, _)| number).collect();
        assert!(inside.iter().all(|number| area.contains(points[*number])));
        assert!(inside.len() > 100);
        assert_eq!(found, inside);
    }
    // A coarser cell stands for the cells of resolution 7 that H3 numbers inside it. Their outline is not quite
    // its own: whoever is found beyond it stands in a cell that touches it, and no further.
    let coarse = cell_at(51.47, -0.07, 5);
    let found = numbers(&index.asked(&Area::new(vec![coarse]).unwrap(), &asking("any"), NOW));
    let ring: HashSet<Cell> = coarse.neighbours().into_iter().chain([coarse]).collect();
    for number in &found {
        let stands = cell_at(points[*number].latitude(), points[*number].longitude(), 5);
        assert!(ring.contains(&stands), "{stands} is more than one ring away");
    }
    let numbered: HashSet<usize> = own.iter().enumerate().filter(|(_, own)| coarse.overlaps(**own)).map(|(number, _)| number).collect();
    assert_eq!(found, numbered);
    // The other way round, a finer cell stands for the whole coarse one around it: everybody who named that.
    let fine = cell_at(51.47, -0.07, 9);
    let found = numbers(&index.asked(&Area::try_from(vec![fine]).unwrap(), &asking("any"), NOW));
    let around: HashSet<usize> = own.iter().enumerate().filter(|(_, own)| own.overlaps(fine)).map(|(number, _)| number).collect();
    assert!(!around.is_empty());
    assert_eq!(found, around);
}

#[test]
fn an_index_is_made_anew_when_enough_came_and_answers_the_same() {
    let (_, subscriptions) = at_points(NEWCOMERS_MIN as u32 + 3_000);
    let people: BTreeMap<SubscriptionId, Subscription> = subscriptions.iter().map(|one| (one.id, one.clone())).collect();
    let mut index = made_of(&subscriptions[..3_000]);
    assert!(index.remake().is_none());
    subscriptions[3_000..].iter().for_each(|one| index.put(one));
    let making = index.remake().expect("enough came");
    assert!(index.remake().is_none(), "one at a time");
    let area = Area::new(vec![cell_at(51.47, -0.07, 5)]).unwrap();
    let expected = by_looking(&people, &area, &asking("any"), NOW);
    assert_eq!(sorted(index.asked(&area, &asking("any"), NOW)), expected);
    // Somebody leaves and somebody moves while it is made.
    let (gone, mut moved) = (expected[0].subscription, people[&expected[1].subscription].clone());
    moved.cells = vec![cell_at(53.4, -2.9, 7)];
    index.leave(gone);
    index.put(&moved);
    let (before, expected) = (index.people(), expected[2..].to_vec());
    assert_eq!(sorted(index.asked(&area, &asking("any"), NOW)), expected);
    index.take_in(making.run());
    assert_eq!(sorted(index.asked(&area, &asking("any"), NOW)), expected);
    let there = Area::new(vec![cell_at(53.4, -2.9, 7)]).unwrap();
    assert_eq!(index.asked(&there, &asking("any"), NOW), [Asked { subscription: moved.id, wishes: Wishes::default() }]);
    assert_eq!(index.people(), before);
    assert_eq!((index.newcomers.len(), index.settled.left()), (1, 2), "all others are numbered now");
    // When enough left, their room is given back too.
    let gone: BTreeSet<SubscriptionId> = people.keys().copied().collect();
    gone.iter().for_each(|one| index.leave(*one));
    assert_eq!(index.people(), 0);
    let making = index.remaking();
    index.take_in(making.run());
    assert_eq!((index.settled.len(), index.settled.left()), (0, 0));
}

#[test]
fn one_person_takes_few_bytes() {
    // Three cells side by side for each of 100,000 people at points of their own: nobody's list is anybody's.
    let (points, _) = at_points(100_000);
    let people: Vec<Subscription> = points
        .iter()
        .enumerate()
        .map(|(number, point)| {
            let own = Cell::around(*point);
            let beside = own.neighbours();
            subscription(number as u32, vec![own, beside[number % 3], beside[3 + number % 3]])
        })
        .collect();
    let index = made_of(&people);
    let each = index.bytes_held() / people.len();
    assert!(each <= PERSON_BYTES_MAX, "{each} bytes each");
    // Held to the sum that the bell's issue sets: 300 beside the endpoint, together with an envelope.
    assert_eq!(index.people(), people.len());
}

#[test]
fn whoever_has_no_ground_is_not_held() {
    let mut index = made_of(&[subscription(1, Vec::new())]);
    index.put(&subscription(2, Vec::new()));
    assert_eq!(index.people(), 0);
    index.put(&subscription(2, vec![cell_at(51.47, -0.07, 7)]));
    index.put(&subscription(2, Vec::new()));
    assert_eq!(index.people(), 0, "they took their ground back");
}
