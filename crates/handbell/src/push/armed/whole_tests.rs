//! What one subscription takes in memory, found and armed, beside its endpoint: the sum that the bell's issue sets.
//!
//! Counted by the structures' own books, with all room that is not used, because a counting allocator needs code
//! that this project forbids. People are made up as they are in a town: most ask for everything within three steps of
//! where they live (37 cells), one in five for three such places, some with hours and caps. Just past a doubling of
//! the table of envelopes is where an envelope takes most.

use super::*;
use handbell_rules::area::Cell;
use handbell_rules::bell::address::By;
use handbell_rules::bell::audience::Making;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::{DailyCap, LevelWanted, QuietHours, Wishes};
use handbell_rules::place::Point;
use std::collections::BTreeSet;

/// Bytes of one subscription in the index and its envelope together (speed reference, section 2).
const WHOLE_BYTES_MAX: usize = 300;
/// Steps around a home that somebody asks for.
const STEPS: usize = 3;

fn disc(middle: Cell, steps: usize) -> Vec<Cell> {
    let mut cells = BTreeSet::from([middle]);
    let mut edge = vec![middle];
    for _ in 0..steps {
        edge = edge.iter().flat_map(|cell| cell.neighbours()).filter(|cell| cells.insert(*cell)).collect();
    }
    cells.into_iter().collect()
}

fn somebody(number: u32, cells: Vec<Cell>) -> Subscription {
    let mut id = [0; 16];
    // As real ids are: in no order that follows where anybody lives.
    id[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b9).to_be_bytes());
    id[4..8].copy_from_slice(&number.to_be_bytes());
    let wishes = Wishes {
        quiet: number.is_multiple_of(3).then(|| QuietHours::new(22, 7).unwrap()),
        daily_cap: number.is_multiple_of(4).then(|| DailyCap::new(2).unwrap()),
        snoozed_until: None,
        level: LevelWanted::AlsoPossible,
    };
    Subscription {
        id: SubscriptionId(id),
        status: Status::Actual,
        by: By::Push,
        endpoint: String::new(),
        key: Vec::new(),
        secret: Vec::new(),
        further: None,
        cells,
        kinds: if number.is_multiple_of(7) { vec!["flood".to_owned()] } else { Vec::new() },
        language: if number.is_multiple_of(5) { "es" } else { "en" }.to_owned(),
        discreet: number.is_multiple_of(9),
        wishes,
        member: None,
        since: Timestamp::default(),
        until: Timestamp::from_milliseconds(1_800_000_000_000),
    }
}

#[test]
fn one_subscription_found_and_armed_takes_at_most_300_bytes_beside_its_endpoint() {
    let town = disc(Cell::around(Point::from_degrees(51.47, -0.07).unwrap()), 20);
    let around: Vec<Vec<Cell>> = town.iter().map(|cell| disc(*cell, STEPS)).collect();
    assert!(around.iter().all(|cells| cells.len() == 37));
    for count in [10_000_u32, 57_345, 100_000] {
        let (mut making, envelopes) = (Making::default(), Envelopes::new(ENVELOPES_MAX, Locking::NotLocked));
        for number in 0..count {
            let home = |salt: u32| &around[(number.wrapping_add(salt).wrapping_mul(0x85eb_ca6b) >> 7) as usize % around.len()];
            let mut cells = home(0).clone();
            if number.is_multiple_of(5) {
                cells.extend(home(1_000_003).iter().chain(home(2_000_003)));
                cells.sort_unstable();
                cells.dedup();
            }
            let one = somebody(number, cells);
            making.add(&one);
            envelopes.lay_down(one.id, 7, ([4; 65], zeroize::Zeroizing::new([9; 32])));
        }
        let index = making.finish();
        assert_eq!((index.people(), envelopes.readiness().armed), (count as usize, count as usize));
        let (found, armed) = (index.bytes_held() as f64 / f64::from(count), envelopes.bytes_held() as f64 / f64::from(count));
        println!("{count} people: {found:.1} bytes in the index, {armed:.1} of the envelope, {:.1} together", found + armed);
        assert!(found + armed <= WHOLE_BYTES_MAX as f64, "{found:.1} and {armed:.1} bytes each of {count}");
    }
}
