//! Subscription: somebody who asked to hear, by one channel, with coarse areas and nothing else.
//!
//! It holds a random id, where a message is handed in (a push service's address with the browser's key, or the
//! sealed address of another channel), a few cells, kinds and a
//! language, and when it wants peace ([`super::wishes`]). It knows no name and no home. A subscription that cannot be reached any more is pruned.

use super::address::By;
use super::mode::Status;
use super::wishes::Wishes;
use crate::area::Cell;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId, SubscriptionId};
use crate::people::member::DeskCaller;
use crate::refusal::{Bell, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// Cells one subscription can hold.
pub const SUBSCRIPTION_CELLS_MAX: usize = 12;
/// Days until it ends unless renewed.
pub const SUBSCRIPTION_LIVES: i64 = 180 * DAY;

/// A subscription as kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Random; known to its own browser only.
    pub id: SubscriptionId,
    /// Live or exercise; the store holds one sort only.
    pub status: Status,
    /// By which channel.
    #[serde(default)]
    pub by: By,
    /// Where the push service takes messages for it, checked at the door and again at connect; for every other
    /// channel the address, sealed under a key outside the database.
    pub endpoint: String,
    /// The browser's public key: an uncompressed P-256 point (RFC 8291 section 2). Empty for other channels.
    pub key: Vec<u8>,
    /// The browser's authentication secret, 16 bytes (RFC 8291 section 3.2). Empty for other channels.
    pub secret: Vec<u8>,
    /// A channel that is used when the first has not taken a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<Further>,
    /// Coarse areas, sorted, each once.
    pub cells: Vec<Cell>,
    /// Kinds wanted; empty means all.
    pub kinds: Vec<String>,
    /// Language.
    pub language: String,
    /// Neutral titles, no sound.
    pub discreet: bool,
    /// Quiet hours, cap, snooze and level.
    #[serde(default)]
    pub wishes: Wishes,
    /// The member whose duty phone this is; none for neighbours.
    pub member: Option<MemberId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

/// A further channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Further {
    /// By which channel.
    pub by: By,
    /// The address, sealed as [`Subscription::endpoint`].
    pub address: String,
    /// After how many minutes ([`super::fallback::MINUTES`]).
    pub after_minutes: u8,
    /// For a telephone: the keyed hash of its number, the id it would have by itself, so that a STOP finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<SubscriptionId>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({})", self.id)
    }
}

/// Takes in a subscription. Areas come from the group's list; endpoint and keys were checked at the door.
pub fn subscribe(
    change: ChangeId,
    mut subscription: Subscription,
    known_cells: &[Cell],
    known_kinds: &[&str],
    now: Timestamp,
) -> Result<Change, Refusal> {
    // PROMISE a-drill-cannot-ring-live: a drill's store holds no address but its own phones'.
    let elsewhere = subscription.by != By::Push || subscription.further.is_some();
    if elsewhere && subscription.status == Status::Exercise {
        return Err(Bell::ChannelOff.into());
    }
    // A duty phone is a browser or a telephone: it is called at once, and answers.
    let answers = matches!(subscription.by, By::Push | By::Sms) && subscription.further.is_none();
    if subscription.member.is_some() && !answers {
        return Err(Bell::ChannelOff.into());
    }
    if subscription.further.as_ref().is_some_and(|further| further.by == By::Push || further.by == subscription.by) {
        return Err(Bell::ChannelOff.into());
    }
    if subscription.member.is_none() {
        if subscription.cells.is_empty() {
            return Err(Bell::AreaMissing.into());
        }
        if subscription.cells.iter().any(|cell| !known_cells.contains(cell)) {
            return Err(Bell::CellTooFine.into());
        }
    }
    subscription.cells.sort_unstable();
    subscription.cells.dedup();
    if subscription.cells.len() > SUBSCRIPTION_CELLS_MAX {
        return Err(Bell::TooManyCells.into());
    }
    if subscription.kinds.iter().any(|kind| !known_kinds.contains(&kind.as_str())) {
        return Err(Bell::KindUnknown.into());
    }
    subscription.kinds.sort_unstable();
    subscription.kinds.dedup();
    subscription.since = now;
    subscription.until = now.plus(SUBSCRIPTION_LIVES);
    Ok(Change { id: change, at: now, by: Actor::Street, what: What::Subscribed { subscription } })
}

/// Takes the further channel away and changes nothing else, whatever has changed around it: an end is never refused.
pub fn without_further(change: ChangeId, subscription: Subscription, now: Timestamp) -> Change {
    let subscription = Subscription { further: None, ..subscription };
    Change { id: change, at: now, by: Actor::Street, what: What::Subscribed { subscription } }
}

/// The group's own browser that gets test messages. It has no area, so no alert is ever for it.
///
/// # Errors
/// `role-needed`; `channel-off` in a drill, which has no test messages, and for anything but a browser.
pub fn test_browser(change: ChangeId, caller: &DeskCaller, subscription: Subscription, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if subscription.status == Status::Exercise || subscription.by != By::Push {
        return Err(Bell::ChannelOff.into());
    }
    let subscription = Subscription {
        further: None,
        cells: Vec::new(),
        kinds: Vec::new(),
        wishes: Wishes::default(),
        member: None,
        since: now,
        until: now.plus(SUBSCRIPTION_LIVES),
        ..subscription
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::Subscribed { subscription } })
}

/// Ends a subscription at once.
pub fn unsubscribe(change: ChangeId, id: SubscriptionId, now: Timestamp) -> Change {
    Change { id: change, at: now, by: Actor::Street, what: What::Unsubscribed { subscription: id } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, SessionId};
    use crate::people::member::Role;

    const NOW: Timestamp = Timestamp::from_milliseconds(0);

    fn asked(by: By, status: Status, further: Option<By>, member: bool) -> Result<Change, Refusal> {
        let cell: Cell = "87194ad30ffffff".parse().unwrap();
        let now = NOW;
        let further = further.map(|by| Further { by, address: "sealed".into(), after_minutes: 5, person: None });
        let subscription = Subscription {
            id: SubscriptionId([1; 16]),
            status,
            by,
            endpoint: "sealed".into(),
            key: vec![],
            secret: vec![],
            further,
            cells: vec![cell],
            kinds: vec![],
            language: "en".into(),
            discreet: false,
            wishes: Wishes::default(),
            member: member.then_some(MemberId([2; 16])),
            since: now,
            until: now,
        };
        subscribe(ChangeId([3; 16]), subscription, &[cell], &[], now)
    }

    #[test]
    fn no_alert_is_ever_for_the_test_browser_and_a_drill_has_none() {
        let caller = |role| DeskCaller {
            member: MemberId([4; 16]),
            device: DeviceId([5; 16]),
            session: SessionId([6; 16]),
            name: "Wren".into(),
            roles: vec![role],
        };
        let of = |by, status| match asked(by, Status::Actual, None, false).unwrap().what {
            What::Subscribed { subscription } => Subscription { by, status, member: Some(MemberId([2; 16])), ..subscription },
            other => panic!("{other:?}"),
        };
        let begins = |role, by, status| test_browser(ChangeId([3; 16]), &caller(role), of(by, status), NOW);
        let What::Subscribed { subscription } = begins(Role::Triager, By::Push, Status::Actual).unwrap().what else {
            panic!("another change")
        };
        assert!(subscription.cells.is_empty() && subscription.member.is_none() && subscription.until == NOW.plus(SUBSCRIPTION_LIVES));
        assert!(begins(Role::Observer, By::Push, Status::Actual).is_err(), "whoever does not work the desk opts nothing in");
        assert!(begins(Role::Triager, By::Push, Status::Exercise).is_err() && begins(Role::Triager, By::Sms, Status::Actual).is_err());
    }

    #[test]
    fn a_further_channel_ends_and_nothing_else_does() {
        let What::Subscribed { subscription } = asked(By::Push, Status::Actual, Some(By::Sms), false).unwrap().what else { panic!() };
        let later = NOW.plus(DAY);
        let What::Subscribed { subscription: after } = without_further(ChangeId([3; 16]), subscription.clone(), later).what else {
            panic!()
        };
        assert_eq!(after, Subscription { further: None, ..subscription });
    }

    /// PROMISE a-drill-cannot-ring-live
    #[test]
    fn a_drill_holds_no_address_but_its_phones() {
        for (by, _) in By::ALL {
            assert_eq!(asked(by, Status::Exercise, None, false).is_ok(), by == By::Push);
            assert!(asked(by, Status::Actual, None, false).is_ok());
            let answers = matches!(by, By::Push | By::Sms);
            assert_eq!(asked(by, Status::Actual, None, true).is_ok(), answers, "a duty phone is a browser or a telephone");
            assert!(asked(by, Status::Exercise, None, true).is_err() || by == By::Push);
            assert!(asked(by, Status::Actual, Some(By::Ntfy), true).is_err(), "a duty phone has no second channel");
            assert!(asked(By::Push, Status::Exercise, Some(by), false).is_err());
            for (further, _) in By::ALL {
                let two = asked(by, Status::Actual, Some(further), false);
                assert_eq!(two.is_ok(), further != By::Push && further != by);
            }
        }
    }
}
