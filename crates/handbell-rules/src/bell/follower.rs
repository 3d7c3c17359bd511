//! Follower: a browser that asked to be told how one incident ended.
//!
//! It pressed a button on the incident's public page, once, and takes it back with another. It is told that the record
//! says more whenever an outcome, a correction or the end of an alert is published, and not what: the page says that.
//! Nothing is urgent here, so it waits for the day and for the end of quiet hours and snoozes. Kept are the browser's
//! subscription, the incident, and whether a message is owed; nothing says who they are or what else they read. It goes
//! with its subscription, and by itself when the desk asks no more what came of the incident.

use super::delivery::{Answer, RETRY_AFTER_MAX};
use super::subscription::Subscription;
use super::wishes::{LocalTime, Wishes};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, IncidentId, SubscriptionId};
use crate::refusal::{Bell, Refusal};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// Incidents one browser can follow.
pub const FOLLOWED_MAX: usize = 40;
/// Hours of the group's day in which followers are told: the first, and the first that is too late.
pub const DAY_HOURS: (u8, u8) = (8, 21);
/// How long a push service may keep such a message for a browser that is away.
pub const NEWS_KEPT: i64 = 3 * DAY;
/// Tries until a message is given up; the next news begin anew.
pub const NEWS_TRIES_MAX: u32 = 12;
/// Wait before the second try; each further one waits twice as long.
const FIRST_WAIT: i64 = MINUTE;
/// Longest wait between two tries.
const WAIT_MAX: i64 = 6 * HOUR;
/// How finely the next hour that suits is looked for; no zone's clock is off by less.
const STEP: i64 = 15 * MINUTE;

/// A follower as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// The browser's subscription.
    pub subscription: SubscriptionId,
    /// The incident.
    pub incident: IncidentId,
    /// How often it was changed; each news counts, so that what is settled meanwhile is not taken for told.
    pub version: u32,
    /// When it is told next; none while nothing is owed.
    pub due_at: Option<Timestamp>,
    /// Tries of the message that is owed.
    pub tries: u32,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Who presses, and what is known of them.
#[derive(Debug, Clone)]
pub struct Pressing<'a> {
    /// The browser's row, for a server that knows none: it asks for no area.
    pub browser: Subscription,
    /// Whether the server knows one already, which then stays as it is.
    pub known: bool,
    /// What it follows so far.
    pub follows: &'a [Follower],
}

/// Takes in that a browser wants to be told how an incident ended; `until` is when the desk asks no more about it.
/// None when it follows it already.
///
/// # Errors
/// `follow-up-over` when nobody asks about it any more, `too-many-followed`.
pub fn follow(
    change: ChangeId,
    pressing: Pressing<'_>,
    incident: IncidentId,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<Change>, Refusal> {
    if pressing.follows.iter().any(|one| one.incident == incident) {
        return Ok(None);
    }
    if until <= now {
        return Err(Bell::FollowUpOver.into());
    }
    if pressing.follows.len() >= FOLLOWED_MAX {
        return Err(Bell::TooManyFollowed.into());
    }
    let follower = Follower { subscription: pressing.browser.id, incident, version: 0, due_at: None, tries: 0, until };
    // Its own time is over as it begins: it lives as long as something is followed and is told of no alert.
    let browser =
        Subscription { cells: Vec::new(), kinds: Vec::new(), member: None, further: None, since: now, until: now, ..pressing.browser };
    let browser = (!pressing.known).then_some(browser);
    Ok(Some(Change { id: change, at: now, by: Actor::Street, what: What::Followed { follower, browser } }))
}

/// Takes it back. Of a browser that asked for nothing else nothing stays.
pub fn unfollow(change: ChangeId, subscription: SubscriptionId, incident: IncidentId, now: Timestamp) -> Change {
    Change { id: change, at: now, by: Actor::Street, what: What::Unfollowed { subscription, incident } }
}

/// When a follower may be told, if not now: by day, and neither in quiet hours nor while snoozed. Where somebody is
/// quiet all day long, their own hours decide alone.
pub fn waits_until(wishes: &Wishes, now: Timestamp, zone: &str) -> Option<Timestamp> {
    let from = wishes.snoozed_until.filter(|until| *until > now).unwrap_or(now);
    let quiet = |hour: u8| wishes.quiet.as_ref().is_some_and(|quiet| quiet.hold(hour));
    let by_day = |hour: u8| (DAY_HOURS.0..DAY_HOURS.1).contains(&hour) && !quiet(hour);
    let hour_at = |at: Timestamp| LocalTime::at(at, zone).hour;
    let moments = || std::iter::once(from).chain((1..=26 * HOUR / STEP).map(|step| quarter_after(from, step)));
    let suits = { moments() }.find(|at| by_day(hour_at(*at))).or_else(|| moments().find(|at| !quiet(hour_at(*at))));
    suits.filter(|at| *at > now)
}

fn quarter_after(from: Timestamp, step: i64) -> Timestamp {
    Timestamp::from_milliseconds((from.milliseconds().div_euclid(STEP) + step) * STEP)
}

/// A follower that is told at another time.
pub fn postponed(follower: &Follower, to: Timestamp) -> Follower {
    Follower { due_at: Some(to), ..follower.clone() }
}

/// What becomes of a follower after a try. None when its browser is gone.
pub fn tried(follower: &Follower, answer: Answer, now: Timestamp) -> Option<Follower> {
    let done = Follower { due_at: None, tries: 0, ..follower.clone() };
    let again = |wait: i64| {
        let tries = follower.tries + 1;
        let later = Follower { due_at: Some(now.plus(wait)), tries, ..follower.clone() };
        if tries < NEWS_TRIES_MAX { later } else { done.clone() }
    };
    let longer = || FIRST_WAIT.saturating_mul(1 << follower.tries.min(20)).min(WAIT_MAX);
    match answer {
        Answer::Gone => None,
        Answer::Accepted | Answer::Refused => Some(done),
        // A message that may have arrived is said again under its own tag: the screen shows it once.
        Answer::Later | Answer::Hung => Some(again(longer())),
        Answer::RetryAfter(wait) => Some(again(wait.clamp(FIRST_WAIT, RETRY_AFTER_MAX))),
        Answer::NotTried(wait) => Some(postponed(follower, now.plus(wait.max(FIRST_WAIT)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bell::address::By;
    use crate::bell::mode::Status;
    use crate::bell::wishes::QuietHours;
    use proptest::prelude::*;

    const LONDON: &str = "Europe/London";
    /// 22 November 2026, 00:00 in London.
    const MIDNIGHT: Timestamp = Timestamp::from_milliseconds(1_795_305_600_000);

    fn at(hour: i64) -> Timestamp {
        MIDNIGHT.plus(hour * HOUR)
    }

    fn browser() -> Subscription {
        Subscription {
            id: SubscriptionId([1; 16]),
            status: Status::Actual,
            by: By::Push,
            endpoint: "https://push.example/1".into(),
            key: vec![],
            secret: vec![],
            further: None,
            cells: vec!["87194ad30ffffff".parse().unwrap()],
            kinds: vec!["flood".into()],
            language: "en".into(),
            discreet: false,
            wishes: Wishes::default(),
            member: None,
            since: MIDNIGHT,
            until: MIDNIGHT,
        }
    }

    fn follower(incident: u8) -> Follower {
        let incident = IncidentId([incident; 16]);
        Follower { subscription: SubscriptionId([1; 16]), incident, version: 0, due_at: None, tries: 0, until: at(24) }
    }

    fn pressed(known: bool, follows: &[Follower], until: Timestamp) -> Result<Option<Change>, Refusal> {
        follow(ChangeId([2; 16]), Pressing { browser: browser(), known, follows }, IncidentId([9; 16]), until, MIDNIGHT)
    }

    #[test]
    fn a_browser_follows_once_and_is_asked_for_no_area() {
        let What::Followed { follower, browser } = pressed(false, &[], at(24)).unwrap().unwrap().what else { panic!() };
        assert_eq!((follower.incident, follower.due_at, follower.until), (IncidentId([9; 16]), None, at(24)));
        let browser = browser.unwrap();
        assert!(browser.cells.is_empty() && browser.kinds.is_empty() && browser.until == MIDNIGHT, "no alert is for it");
        let What::Followed { browser, .. } = pressed(true, &[], at(24)).unwrap().unwrap().what else { panic!() };
        assert_eq!(browser, None, "what it asked for before stays as it is");
        assert_eq!(pressed(true, &[self::follower(9)], at(24)), Ok(None), "a second press changes nothing");
        assert_eq!(pressed(false, &[], MIDNIGHT), Err(Bell::FollowUpOver.into()));
        let many: Vec<Follower> = (0..40).map(|number| self::follower(100 + number)).collect();
        assert_eq!(pressed(true, &many, at(24)), Err(Bell::TooManyFollowed.into()));
        assert!(pressed(true, &many[1..], at(24)).is_ok());
    }

    #[test]
    fn the_record_wakes_nobody() {
        let plain = Wishes::default();
        for (now, then) in [(9, None), (20, None), (21, Some(32)), (23, Some(32)), (3, Some(8)), (8, None)] {
            assert_eq!(waits_until(&plain, at(now), LONDON), then.map(at), "at {now}");
        }
        let quiet = |from, to| Wishes { quiet: Some(QuietHours::new(from, to).unwrap()), ..Wishes::default() };
        assert_eq!(waits_until(&quiet(7, 12), at(9), LONDON), Some(at(12)));
        assert_eq!(waits_until(&quiet(20, 7), at(20), LONDON), Some(at(32)));
        assert_eq!(waits_until(&quiet(8, 21), at(10), LONDON), Some(at(21)), "who works at night is told when their own hours end");
        let snoozed = Wishes { snoozed_until: Some(at(11)), ..Wishes::default() };
        assert_eq!(waits_until(&snoozed, at(9), LONDON), Some(at(11)));
        assert_eq!(waits_until(&Wishes { snoozed_until: Some(at(22)), ..quiet(7, 9) }, at(9), LONDON), Some(at(33)));
    }

    #[test]
    fn a_try_is_told_repeated_given_up_or_the_end_of_it() {
        let owed = Follower { due_at: Some(at(9)), tries: 2, ..follower(9) };
        let done = Follower { due_at: None, tries: 0, ..owed.clone() };
        assert_eq!(tried(&owed, Answer::Accepted, at(9)), Some(done.clone()));
        assert_eq!(tried(&owed, Answer::Refused, at(9)), Some(done.clone()));
        assert_eq!(tried(&owed, Answer::Gone, at(9)), None);
        for answer in [Answer::Later, Answer::Hung] {
            assert_eq!(tried(&owed, answer, at(9)).unwrap().due_at, Some(at(9).plus(4 * MINUTE)));
        }
        assert_eq!(tried(&owed, Answer::RetryAfter(5 * MINUTE), at(9)).unwrap().due_at, Some(at(9).plus(5 * MINUTE)));
        let last = Follower { tries: NEWS_TRIES_MAX - 1, ..owed.clone() };
        assert_eq!(tried(&last, Answer::Later, at(9)), Some(done));
        assert_eq!(tried(&owed, Answer::NotTried(MINUTE), at(9)).unwrap().tries, 2, "that was no try");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nobody_is_told_in_hours_they_keep_quiet_and_nobody_waits_for_ever(
            from in 0u8..24, to in 0u8..24, minutes in 0i64..2_880, snoozed in prop::option::of(0i64..2_880),
        ) {
            prop_assume!(from != to);
            let now = MIDNIGHT.plus(minutes * MINUTE);
            let snoozed_until = snoozed.map(|minutes| MIDNIGHT.plus(minutes * MINUTE));
            let wishes = Wishes { quiet: Some(QuietHours::new(from, to).unwrap()), snoozed_until, ..Wishes::default() };
            let told = waits_until(&wishes, now, LONDON).unwrap_or(now);
            prop_assert!(!wishes.quiet.as_ref().unwrap().hold(LocalTime::at(told, LONDON).hour));
            prop_assert!(snoozed_until.is_none_or(|until| told >= until));
            prop_assert!(told.since(now.max(snoozed_until.unwrap_or(now))) <= 26 * HOUR);
            prop_assert_eq!(waits_until(&wishes, told, LONDON), None, "it is told when its time has come");
        }
    }
}
