//! Alike: places that lie upon one another are one find.

use super::Find;

/// How far edges may lie apart, in parts of a place's size.
const APART: f64 = 0.2;

/// Whether two places show the same.
fn same(one: &Find, other: &Find) -> bool {
    let most = APART * (f64::from(one.width.min(other.width)) + f64::from(one.height.min(other.height))) * 0.5;
    let near = |one: u32, other: u32| f64::from(one.abs_diff(other)) <= most;
    near(one.x, other.x)
        && near(one.y, other.y)
        && near(one.x + one.width, other.x + other.width)
        && near(one.y + one.height, other.y + other.height)
}

/// The first of the places with which one belongs together, by way of others too.
fn root(roots: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

/// Finds that more than `least` places agree on, each in the middle of its places; one that lies in a larger one with more
/// places goes.
pub fn together(places: &[Find], least: usize) -> Vec<Find> {
    let mut roots: Vec<usize> = (0..places.len()).collect();
    for (one, first) in places.iter().enumerate() {
        for (other, second) in places.iter().enumerate().skip(one + 1) {
            if same(first, second) {
                let (one, other) = (root(&mut roots, one), root(&mut roots, other));
                roots[one.max(other)] = one.min(other);
            }
        }
    }
    let mut sums = vec![[0u64; 5]; places.len()];
    for (number, place) in places.iter().enumerate() {
        let sum = &mut sums[root(&mut roots, number)];
        let parts = [place.x, place.y, place.width, place.height, 1].map(u64::from);
        sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
    }
    let middle = |sum: &[u64; 5]| {
        let of = |part: u64| (part as f64 / sum[4] as f64).round_ties_even() as u32;
        Find { x: of(sum[0]), y: of(sum[1]), width: of(sum[2]), height: of(sum[3]), places: sum[4] as u32 }
    };
    let finds: Vec<Find> = sums.iter().filter(|sum| sum[4] > least as u64).map(middle).collect();
    let alone = |(number, find): &(usize, &Find)| {
        let others = finds.iter().enumerate().filter(|(other, _)| other != number);
        !others.into_iter().any(|(_, other)| inside(find, other) && (other.places > find.places.max(3) || find.places < 3))
    };
    finds.iter().enumerate().filter(alone).map(|(_, find)| *find).collect()
}

/// Whether one lies in another that is grown by a fifth on each side.
fn inside(one: &Find, other: &Find) -> bool {
    let grow = |side: u32| (f64::from(side) * APART).round_ties_even() as i64;
    let (across, down) = (grow(other.width), grow(other.height));
    let edges = |find: &Find| {
        [i64::from(find.x), i64::from(find.y), i64::from(find.x) + i64::from(find.width), i64::from(find.y) + i64::from(find.height)]
    };
    let (is, in_) = (edges(one), edges(other));
    is[0] >= in_[0] - across && is[1] >= in_[1] - down && is[2] <= in_[2] + across && is[3] <= in_[3] + down
}
