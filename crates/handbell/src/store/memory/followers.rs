//! Followers in memory: they go with their subscription, and a subscription that had its time stays while it follows.

use super::{StoreError, Town, sorted};
use handbell_rules::bell::follower::Follower;
use handbell_rules::id::{IncidentId, SubscriptionId};
use handbell_rules::time::Timestamp;

impl Town {
    /// Puts a changed one.
    pub(super) fn put_follower(&mut self, follower: &Follower) -> Result<(), StoreError> {
        let kept = self.followers.get_mut(&(follower.subscription, follower.incident));
        let kept = kept.filter(|kept| kept.version == follower.version).ok_or(StoreError::Conflict)?;
        *kept = Follower { version: follower.version + 1, ..follower.clone() };
        Ok(())
    }

    /// Puts a new one.
    pub(super) fn follow(&mut self, follower: &Follower) -> Result<(), StoreError> {
        let key = (follower.subscription, follower.incident);
        if !self.subscriptions.contains_key(&follower.subscription) || self.followers.contains_key(&key) {
            return Err(StoreError::Conflict);
        }
        self.followers.insert(key, Follower { version: 1, ..follower.clone() });
        Ok(())
    }

    /// Takes one back.
    pub(super) fn unfollow(&mut self, subscription: SubscriptionId, incident: IncidentId, now: Timestamp) {
        self.followers.remove(&(subscription, incident));
        let over = self.subscriptions.get(&subscription).is_some_and(|own| own.until <= now);
        if over && self.followed(subscription).is_empty() {
            self.subscriptions.remove(&subscription);
        }
    }

    /// Everybody who follows an incident is owed a message.
    pub(super) fn stir(&mut self, incident: IncidentId, now: Timestamp) {
        for follower in self.followers.values_mut().filter(|follower| follower.incident == incident) {
            follower.due_at = follower.due_at.or(Some(now));
            (follower.tries, follower.version) = (0, follower.version + 1);
        }
    }

    /// A subscription goes, and what it follows with it.
    pub(super) fn erase_subscription(&mut self, subscription: SubscriptionId) {
        self.subscriptions.remove(&subscription);
        self.followers.retain(|(of, _), _| *of != subscription);
    }

    /// What a browser follows.
    pub(super) fn followed(&self, subscription: SubscriptionId) -> Vec<Follower> {
        self.followers.values().filter(|follower| follower.subscription == subscription).cloned().collect()
    }

    /// Those whose turn it is.
    pub(super) fn followers_due(&self, at_most: u32, now: Timestamp) -> Vec<Follower> {
        let due = self.followers.values().filter(|follower| follower.due_at.is_some_and(|due| due <= now)).cloned();
        let mut list = sorted(due, |follower| (follower.due_at, follower.subscription, follower.incident));
        list.truncate(at_most as usize);
        list
    }

    /// Followers and subscriptions that had their time. A subscription that is followed on keeps no area.
    pub(super) fn forget_followers(&mut self, now: Timestamp) {
        self.followers.retain(|_, follower| follower.until > now);
        let followers = &self.followers;
        let follows = |id: &SubscriptionId| followers.keys().any(|(of, _)| of == id);
        self.subscriptions.retain(|id, subscription| subscription.until > now || follows(id));
        for subscription in self.subscriptions.values_mut().filter(|subscription| subscription.until <= now) {
            subscription.cells.clear();
            subscription.kinds.clear();
            subscription.further = None;
        }
    }
}
