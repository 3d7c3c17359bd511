//! Deliveries: a row for each person of each ring, as the store in memory keeps them.
//!
//! The store on a disk keeps snapshots instead (`store/sql/told.rs`); the suite and a comparison of long stories
//! judge the two by each other, so this one stays as plain as it can be.

use super::Town;
use crate::store::effects::{Told, delivery_id, heard};
use handbell_rules::bell::alert::{AlertState, Ring, RingKind};
use handbell_rules::bell::delivery::{Answer, DeliveryState, Settled};
use handbell_rules::id::{AlertId, DeliveryId, RingId, SubscriptionId};
use handbell_rules::time::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) id: DeliveryId,
    pub(super) ring: RingId,
    pub(super) alert: AlertId,
    pub(super) words_of: AlertId,
    pub(super) kind: RingKind,
    pub(super) subscription: SubscriptionId,
    pub(super) state: DeliveryState,
    pub(super) perhaps: bool,
    pub(super) attempts: u32,
    pub(super) due_at: Timestamp,
    pub(super) lease_until: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) order: u64,
}

impl Town {
    pub(super) fn tell(&mut self, ring: &Ring, told: &Told) {
        let order = self.rings.len() as u64;
        let told_so_far = |town: &Town| -> Vec<Delivery> {
            town.deliveries.values().filter(|d| d.alert == ring.alert && d.kind.is_live()).cloned().collect()
        };
        let people: BTreeSet<SubscriptionId> = match told {
            Told::These(people) => people.iter().copied().collect(),
            Told::SameAsFirst => told_so_far(self)
                .iter()
                .filter(|d| d.kind == RingKind::Alert)
                .filter(|d| {
                    matches!(d.state, DeliveryState::Waiting | DeliveryState::Leased | DeliveryState::Accepted)
                        || (d.state == DeliveryState::Expired && d.perhaps)
                })
                .map(|d| d.subscription)
                .collect(),
            Told::WhoeverHeardSoFar => told_so_far(self).iter().filter(|d| heard(d.state, d.perhaps)).map(|d| d.subscription).collect(),
            Told::WhoeverHeard => {
                let people = told_so_far(self).iter().filter(|d| heard(d.state, d.perhaps)).map(|d| d.subscription).collect();
                for delivery in
                    self.deliveries.values_mut().filter(|d| d.alert == ring.alert && d.kind.is_live() && d.state == DeliveryState::Waiting)
                {
                    delivery.state = DeliveryState::Superseded;
                }
                people
            }
        };
        for subscription in people {
            let id = delivery_id(ring.id, subscription);
            let epoch = Timestamp::from_milliseconds(0);
            let (state, perhaps, attempts, lease_until) = (DeliveryState::Waiting, false, 0, epoch);
            let (alert, words_of, kind) = (ring.alert, ring.words_of, ring.kind);
            let (due_at, expires_at, ring) = (ring.at, ring.expires_at, ring.id);
            self.deliveries.insert(
                id,
                Delivery {
                    id,
                    ring,
                    alert,
                    words_of,
                    kind,
                    subscription,
                    state,
                    perhaps,
                    attempts,
                    due_at,
                    lease_until,
                    expires_at,
                    order,
                },
            );
        }
    }

    pub(super) fn settle(&mut self, settled: &Settled) {
        let Some(mut delivery) = self.deliveries.get(&settled.delivery).cloned() else { return };
        if delivery.state != DeliveryState::Leased || delivery.attempts + u32::from(settled.answer.is_of_a_try()) != settled.attempts {
            return; // A late word about an earlier try.
        }
        delivery.state = settled.state;
        delivery.due_at = settled.due_at;
        delivery.attempts = settled.attempts;
        delivery.perhaps |= settled.answer == Answer::Hung;
        let over = self.alerts.get(&delivery.alert).is_some_and(|alert| alert.state != AlertState::Live);
        if over && delivery.kind.is_live() && delivery.state == DeliveryState::Waiting {
            delivery.state = DeliveryState::Superseded;
        }
        self.deliveries.insert(delivery.id, delivery.clone());
        let same_person = |d: &Delivery| d.alert == delivery.alert && d.subscription == delivery.subscription;
        let heard_nothing = over
            && delivery.kind.is_live()
            && !self.deliveries.values().any(|d| same_person(d) && d.kind.is_live() && heard(d.state, d.perhaps));
        if heard_nothing {
            for end in self.deliveries.values_mut().filter(|d| same_person(d) && !d.kind.is_live() && d.state == DeliveryState::Waiting) {
                end.state = DeliveryState::Superseded;
            }
        }
        if settled.state == DeliveryState::Gone {
            self.erase_subscription(delivery.subscription);
        }
    }

    /// Whoever turns out to have heard nothing of an alert, and will not hear of it any more, hears nothing of
    /// a correction.
    pub(super) fn withhold_corrections(&mut self) {
        let told = |d: &&Delivery| {
            let open = matches!(d.state, DeliveryState::Waiting | DeliveryState::Leased);
            d.kind.is_live() && (open || heard(d.state, d.perhaps))
        };
        let told: HashSet<(AlertId, SubscriptionId)> = self.deliveries.values().filter(told).map(|d| (d.alert, d.subscription)).collect();
        for delivery in self.deliveries.values_mut().filter(|d| d.kind == RingKind::Correction && d.state == DeliveryState::Waiting) {
            if !told.contains(&(delivery.alert, delivery.subscription)) {
                delivery.state = DeliveryState::Superseded;
            }
        }
    }

    /// Waiting deliveries whose turn it is: nothing earlier for the same person and alert is still open, so
    /// that nobody hears the end before the start.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &Delivery> {
        let mut first: HashMap<(AlertId, SubscriptionId), u64> = HashMap::new();
        for d in self.deliveries.values().filter(|d| matches!(d.state, DeliveryState::Waiting | DeliveryState::Leased)) {
            let order = first.entry((d.alert, d.subscription)).or_insert(d.order);
            *order = d.order.min(*order);
        }
        self.deliveries
            .values()
            .filter(move |d| d.state == DeliveryState::Waiting && first.get(&(d.alert, d.subscription)) == Some(&d.order))
    }
}
