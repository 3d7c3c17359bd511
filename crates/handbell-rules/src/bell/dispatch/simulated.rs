//! Rings beside a fixed radius, in a simulation: how many people are disturbed for how many places filled.
//!
//! A simulation, not a measurement of people: the shares of those who say yes, no or nothing, and how long
//! they take, are made up and written here. The same seeded people answer under every policy. The table that
//! the last test prints (`--nocapture`) stands in `docs/performance.md`.

use super::tests::{NOW, able, alert, member, middle, quota};
use super::*;
use crate::area::Cell;
use crate::bell::alert::Alert;
use crate::change::What;
use crate::desk::look::DeskNow;
use crate::id::{ChangeId, DeviceId, RingId, SessionId};
use crate::people::member::{DeskCaller, Role};
use crate::time::SECOND;
use std::collections::BTreeSet;

const TOWNS: u64 = 300;
const RADIUS_MAX: u32 = 6;
const WANTED: u8 = 4;
/// Nobody is waited for longer than this.
const LASTS: i64 = 30 * MINUTE;

/// A small generator of its own, so that the table can be made again anywhere (xorshift64*, Vigna 2016).
struct Luck(u64);

impl Luck {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % most
    }
}

/// What somebody does when they are asked: after so long a yes or a no, or nothing at all.
#[derive(Clone, Copy)]
enum Does {
    Yes(i64),
    No(i64),
    Nothing,
}

struct Town {
    alert: Alert,
    people: Vec<Able>,
    does: Vec<Does>,
}

/// Cells within so many steps of the middle.
fn ground() -> Vec<Cell> {
    let mut cells = BTreeSet::from([middle()]);
    for _ in 0..RADIUS_MAX {
        let more: Vec<Cell> = cells.iter().flat_map(|cell| cell.neighbours()).collect();
        cells.extend(more);
    }
    cells.into_iter().collect()
}

impl Town {
    /// From 12 to 119 observers on duty, anywhere within six steps; 35 of 100 say yes, 25 no, 40 nothing.
    fn new(seed: u64, ground: &[Cell]) -> Self {
        let mut luck = Luck::new(seed + 1);
        let count = 12 + luck.below(108) as usize;
        let mut people: Vec<Able> =
            (0..count).map(|number| able(number, &[FieldRole::Observer], Some(ground[luck.below(ground.len() as u64) as usize]))).collect();
        for place in (1..people.len()).rev() {
            people.swap(place, luck.below(place as u64 + 1) as usize);
        }
        let mut does = vec![Does::Nothing; count];
        for one in &mut does {
            let after = (10 + luck.below(170) as i64) * SECOND;
            *one = match luck.below(100) {
                0..35 => Does::Yes(after),
                35..60 => Does::No(after),
                _ => Does::Nothing,
            };
        }
        Self { alert: alert(), people, does }
    }

    fn of(&self, id: MemberId) -> Does {
        let number = (0..self.does.len()).find(|number| member(*number) == id).expect("somebody of this town");
        self.does[number]
    }

    /// Everybody within a radius at once: people disturbed, places filled, and when the last of them was.
    fn fixed(&self, radius: u32) -> (usize, usize, Option<i64>) {
        let near = |one: &&Able| one.ready.as_ref().is_some_and(|ready| ready.cells[0].steps_to(middle()) <= radius);
        let told: Vec<MemberId> = self.people.iter().filter(near).map(|one| one.member).collect();
        let mut yes: Vec<i64> = told.iter().filter_map(|id| if let Does::Yes(after) = self.of(*id) { Some(after) } else { None }).collect();
        yes.sort_unstable();
        yes.truncate(usize::from(WANTED));
        (told.len(), yes.len(), (yes.len() == usize::from(WANTED)).then(|| yes[usize::from(WANTED) - 1]))
    }

    /// The real rules, second by second.
    fn rings(&self) -> (usize, usize, Option<i64>) {
        let planned = Dispatch::new(self.alert.id, self.alert.incident, vec![quota(FieldRole::Observer, WANTED)], 15, NOW);
        let (mut dispatch, _) = begin(planned, MemberId([1; 16]), &self.people, &self.alert.area, NOW);
        let desk = DeskNow::default();
        let (mut now, mut filled_after) = (NOW, None);
        while now.since(NOW) < LASTS && filled_after.is_none() {
            now = now.plus(SECOND);
            let due: Vec<(MemberId, Press)> = dispatch
                .asked
                .iter()
                .filter(|asked| asked.answer == Answer::Asked)
                .filter_map(|asked| match self.of(asked.member) {
                    Does::Yes(after) if now.since(asked.at) >= after => Some((asked.member, Press::Going { minutes: 10 })),
                    Does::No(after) if now.since(asked.at) >= after => Some((asked.member, Press::Cannot)),
                    _ => None,
                })
                .collect();
            for (id, pressed) in due {
                let (device, session) = (DeviceId([2; 16]), SessionId([3; 16]));
                let caller = DeskCaller { member: id, device, session, name: "Wren".into(), roles: vec![Role::Observer] };
                if let Ok(change) = press(ChangeId([1; 16]), &caller, &dispatch, &self.alert, &desk, pressed, now)
                    && let What::DispatchAnswered { dispatch: next, .. } = change.what
                {
                    dispatch = next;
                }
            }
            let around = Around { alert: &self.alert, able: &self.people, desk: &desk, ring: RingId([4; 16]) };
            if let Some(change) = tick(ChangeId([1; 16]), &dispatch, &around, now)
                && let What::DispatchWidened { dispatch: next, .. } | What::DispatchMoved { dispatch: next, .. } = change.what
            {
                dispatch = next;
            }
            if dispatch.enough() {
                filled_after = Some(now.since(NOW));
            }
        }
        (dispatch.asked.len(), dispatch.filled(0), filled_after)
    }
}

/// Means over all towns: people disturbed, share of places filled, minutes until all four were taken where they were.
struct Row {
    disturbed: f64,
    filled: f64,
    minutes: f64,
}

fn row(outcomes: &[(usize, usize, Option<i64>)]) -> Row {
    let count = outcomes.len() as f64;
    let done: Vec<f64> = outcomes.iter().filter_map(|(_, _, after)| after.map(|after| after as f64 / MINUTE as f64)).collect();
    Row {
        disturbed: outcomes.iter().map(|(disturbed, _, _)| *disturbed as f64).sum::<f64>() / count,
        filled: outcomes.iter().map(|(_, filled, _)| *filled as f64).sum::<f64>() / count / f64::from(WANTED),
        minutes: done.iter().sum::<f64>() / done.len().max(1) as f64,
    }
}

#[test]
fn rings_disturb_fewer_people_than_a_fixed_radius_that_fills_as_many_places() {
    let ground = ground();
    let towns: Vec<Town> = (0..TOWNS).map(|seed| Town::new(seed, &ground)).collect();
    let rings = row(&towns.iter().map(Town::rings).collect::<Vec<_>>());
    println!("rings: {:.1} disturbed, {:.1} % filled, {:.1} minutes", rings.disturbed, 100.0 * rings.filled, rings.minutes);
    let mut equal: Option<(u32, Row)> = None;
    for radius in 1..=RADIUS_MAX {
        let fixed = row(&towns.iter().map(|town| town.fixed(radius)).collect::<Vec<_>>());
        println!("{radius} steps: {:.1} disturbed, {:.1} % filled, {:.1} minutes", fixed.disturbed, 100.0 * fixed.filled, fixed.minutes);
        if equal.is_none() && fixed.filled >= rings.filled - 0.005 {
            equal = Some((radius, fixed));
        }
    }
    let (radius, fixed) = equal.expect("the widest radius reaches everybody");
    assert!(rings.disturbed < fixed.disturbed / 2.0, "{:.1} beside {:.1} within {radius} steps", rings.disturbed, fixed.disturbed);
    assert!(rings.filled > 0.9, "and places are filled: {:.2}", rings.filled);
}
