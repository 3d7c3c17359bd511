//! Ring: whom the next ring of a dispatch asks.
//!
//! The nearest first, by steps between coarse cells; among equally near ones whoever was asked least lately,
//! then in the order of chance in which they are given. As many as places are free times a small factor, so
//! that a few silent phones cost no second ring; never somebody twice, never a whole radius. Each widening is
//! a ring of the same alert with a told list of its own, so that whoever is asked late hears the end as well
//! (PROMISE the-same-people-hear-the-end).

use super::{Asked, Dispatch, Quota, Ready};
use crate::area::Area;
use crate::id::{MemberId, SubscriptionId};
use crate::playbook::FieldRole;
use crate::time::{MINUTE, Timestamp};
use std::collections::BTreeMap;

/// For each free place so many are asked.
pub const ASKED_FOR_EACH_PLACE: usize = 2;
/// After so long with free places the next ring asks.
pub const WIDEN_AFTER: i64 = 2 * MINUTE;

/// Somebody on duty who can be asked now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Able {
    /// Who.
    pub member: MemberId,
    /// What they are trained for.
    pub roles: Vec<FieldRole>,
    /// What they said for this duty.
    pub ready: Option<Ready>,
    /// Their duty phones; whoever has none cannot be asked.
    pub phones: Vec<SubscriptionId>,
    /// When they were last asked, as far as that is kept.
    pub asked_last: Option<Timestamp>,
}

impl Able {
    fn fits(&self, quota: &Quota) -> bool {
        let speaks = |language: &String| self.ready.as_ref().is_some_and(|ready| ready.languages.contains(language));
        self.roles.contains(&quota.role) && quota.language.as_ref().is_none_or(speaks)
    }
    /// Steps from the nearest cell they named to the area; the furthest when they named none.
    fn steps_to(&self, area: &Area) -> u32 {
        let cells = self.ready.iter().flat_map(|ready| &ready.cells);
        cells.flat_map(|own| area.cells().map(|cell| own.steps_to(cell))).min().unwrap_or(u32::MAX)
    }
}

/// When each member was last asked, from the dispatches that are kept.
pub fn asked_lately(kept: &[Dispatch]) -> BTreeMap<MemberId, Timestamp> {
    let mut lately = BTreeMap::new();
    for asked in kept.iter().flat_map(|dispatch| &dispatch.asked) {
        let at = lately.entry(asked.member).or_insert(asked.at);
        *at = asked.at.max(*at);
    }
    lately
}

/// Whom the next ring asks, with the place of their quota. `able` comes in an order of chance.
pub fn next<'a>(dispatch: &Dispatch, able: &'a [Able], area: &Area) -> Vec<(&'a Able, usize)> {
    let mut free: Vec<&Able> = able.iter().filter(|one| !one.phones.is_empty() && dispatch.of(one.member).is_none()).collect();
    free.sort_by_key(|one| (one.steps_to(area), one.asked_last));
    // Whoever can do something rarer is asked for that.
    let mut quotas: Vec<usize> = (0..dispatch.quotas.len()).collect();
    quotas.sort_by_key(|quota| {
        let quota = &dispatch.quotas[*quota];
        (quota.language.is_none(), std::cmp::Reverse(quota.role))
    });
    let mut picked: Vec<(&Able, usize)> = Vec::new();
    for quota in quotas {
        let at_most = dispatch.missing(quota) * ASKED_FOR_EACH_PLACE;
        let wanted = &dispatch.quotas[quota];
        let (now, later): (Vec<&Able>, Vec<&Able>) = free.iter().partition(|one| one.fits(wanted));
        let cut = at_most.min(now.len());
        picked.extend(now[..cut].iter().map(|one| (*one, quota)));
        free = now[cut..].iter().chain(&later).copied().collect();
        free.sort_by_key(|one| (one.steps_to(area), one.asked_last));
    }
    picked
}

/// Asks them: they stand in the dispatch from now on. Gives back their phones.
pub(super) fn ask(dispatch: &mut Dispatch, picked: &[(&Able, usize)], now: Timestamp) -> Vec<SubscriptionId> {
    dispatch.rings += 1;
    (dispatch.widened_at, dispatch.nobody_left) = (Some(now), None);
    let ring = dispatch.rings;
    dispatch.asked.extend(picked.iter().map(|(able, quota)| Asked::new(able.member, *quota, ring, now)));
    let mut phones: Vec<SubscriptionId> = picked.iter().flat_map(|(able, _)| &able.phones).copied().collect();
    phones.sort_unstable();
    phones.dedup();
    phones
}

/// How many phones a first ring would reach now.
pub fn first(planned: &Dispatch, able: &[Able], area: &Area) -> usize {
    next(planned, able, area).iter().map(|(able, _)| able.phones.len()).sum()
}

/// Begins a dispatch that a member rings: the first ring, and whose phones hear it.
pub fn begin(planned: Dispatch, rung_by: MemberId, able: &[Able], area: &Area, now: Timestamp) -> (Dispatch, Vec<SubscriptionId>) {
    let mut dispatch = Dispatch { rung_at: Some(now), rung_by: Some(rung_by), ..planned };
    let picked = next(&dispatch, able, area);
    let phones = ask(&mut dispatch, &picked, now);
    (dispatch, phones)
}
