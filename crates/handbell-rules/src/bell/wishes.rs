//! Wishes: when and how often a subscriber wants to be told, and whom of those who asked a ring leaves in
//! peace.
//!
//! Quiet hours, a daily cap and a snooze hold back the beginning of an alert and nothing else: an update, a
//! correction and an end take their people from the told list and never ask here (PROMISE
//! the-same-people-hear-the-end). An alert that is confirmed and about danger to life passes all three and
//! says so in its words. Whoever was left in peace is not told later. Nobody is counted but in bands.

use crate::id::SubscriptionId;
use crate::playbook::{CapSeverity, Kind};
use crate::refusal::{Bell, Refusal};
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest number of alerts a day that somebody can choose; more is no cap. Ten a day is the one figure
/// that tools of this field write down (field reference, 1.6).
pub const DAILY_CAP_MAX: u8 = 10;
/// Hours a snooze can last; it ends by itself.
pub const SNOOZE_HOURS: [u8; 3] = [1, 8, 24];

/// Hours of the day in which somebody is left in peace, in the group's zone; they may span midnight.
///
/// Whole hours: a finer time would say more about somebody's nights than the bell needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    from: u8,
    to: u8,
}

impl QuietHours {
    /// From the beginning of one hour to the beginning of another, each 0 to 23.
    ///
    /// # Errors
    /// `quiet-hours-wrong` for other numbers, and when both are the same: that is no time or all of it.
    pub fn new(from: u8, to: u8) -> Result<Self, Refusal> {
        if from > 23 || to > 23 || from == to { Err(Bell::QuietHoursWrong.into()) } else { Ok(Self { from, to }) }
    }
    /// The hour they begin with.
    pub fn from(&self) -> u8 {
        self.from
    }
    /// The first hour that is no longer quiet.
    pub fn to(&self) -> u8 {
        self.to
    }
    /// Whether an hour of the wall clock is quiet.
    pub fn hold(&self, hour: u8) -> bool {
        if self.from < self.to { (self.from..self.to).contains(&hour) } else { hour >= self.from || hour < self.to }
    }
}

/// How many alerts a day are enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DailyCap(u8);

impl DailyCap {
    /// One to [`DAILY_CAP_MAX`].
    ///
    /// # Errors
    /// `daily-cap-wrong` for any other number.
    pub fn new(alerts: u8) -> Result<Self, Refusal> {
        if (1..=DAILY_CAP_MAX).contains(&alerts) { Ok(Self(alerts)) } else { Err(Bell::DailyCapWrong.into()) }
    }
    /// The number.
    pub fn alerts(&self) -> u8 {
        self.0
    }
}

/// How sure an alert must be. Neighbours hear only what is confirmed, whatever they choose: the reach table
/// says so. An observer may be sent to what is still being checked, and can decline that here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LevelWanted {
    /// Also what is still being checked, as far as the reach allows.
    #[default]
    AlsoPossible,
    /// Only what is confirmed.
    Confirmed,
}

/// What one subscription wishes; by default nothing is held back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wishes {
    /// Hours in which it is left in peace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// Alerts a day that are enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_cap: Option<DailyCap>,
    /// Left in peace until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// How sure an alert must be.
    #[serde(default)]
    pub level: LevelWanted,
}

/// When a snooze of so many hours ends.
///
/// # Errors
/// `snooze-wrong` for a number that is not one of [`SNOOZE_HOURS`].
pub fn snooze(hours: u8, now: Timestamp) -> Result<Timestamp, Refusal> {
    if SNOOZE_HOURS.contains(&hours) { Ok(now.plus(i64::from(hours) * HOUR)) } else { Err(Bell::SnoozeWrong.into()) }
}

/// What the rule needs to know of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertFacts {
    /// Whether its incident is confirmed.
    pub confirmed: bool,
    /// Whether its kind is about danger to life ([`life_safety`]).
    pub life_safety: bool,
}

/// Whether a kind is about danger to life, as the playbook marks it: a natural hazard, or of extreme severity.
pub fn life_safety(kind: &Kind) -> bool {
    kind.hazard.is_some() || kind.cap_severity == CapSeverity::Extreme
}

/// A moment as the group's wall clock shows it, read once for everybody who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime {
    /// The moment.
    pub now: Timestamp,
    /// Its hour, 0 to 23.
    pub hour: u8,
    /// Since when alerts count as today's: the last midnight, or 24 hours ago in the last hour of a day of 25.
    /// No told list is surely kept for longer.
    pub day_began: Timestamp,
}

impl LocalTime {
    /// A moment in an IANA zone; in UTC where the zone is unknown.
    pub fn at(now: Timestamp, zone: &str) -> Self {
        let (hour, midnight) = now.hour_and_midnight(zone);
        Self { now, hour, day_began: midnight.max(now.plus(1 - DAY)) }
    }
}

/// Why somebody who asked is left in peace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rest {
    /// They want only what is confirmed.
    BelowLevel,
    /// They silenced everything for a while.
    Snoozed,
    /// It is one of their quiet hours.
    QuietHours,
    /// They were told as often today as is enough.
    Capped,
}

/// Whether somebody who asked to hear of such alerts is told of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Told.
    Yes,
    /// Told although they rest, because it is about danger to life.
    Passes(Rest),
    /// Left in peace.
    Not(Rest),
}

impl Wishes {
    /// Whether an alert is wanted now by somebody who was told of `told_today` alerts since the day began.
    ///
    /// Danger to life passes only when it is confirmed (field reference, section 5, point 9).
    pub fn wants(&self, alert: &AlertFacts, told_today: u32, local: &LocalTime) -> Wanted {
        if self.level == LevelWanted::Confirmed && !alert.confirmed {
            return Wanted::Not(Rest::BelowLevel);
        }
        let rest = if self.snoozed_until.is_some_and(|until| local.now < until) {
            Rest::Snoozed
        } else if self.quiet.as_ref().is_some_and(|quiet| quiet.hold(local.hour)) {
            Rest::QuietHours
        } else if self.daily_cap.as_ref().is_some_and(|cap| told_today >= u32::from(cap.alerts())) {
            Rest::Capped
        } else {
            return Wanted::Yes;
        };
        if alert.life_safety && alert.confirmed { Wanted::Passes(rest) } else { Wanted::Not(rest) }
    }
}

/// Somebody who asked to hear of alerts of this kind here, or an observer on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whose subscription.
    pub subscription: SubscriptionId,
    /// What it wishes.
    pub wishes: Wishes,
}

/// How many of those who asked rest, by why. Shown in bands only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resting {
    /// In quiet hours.
    pub quiet: u64,
    /// Snoozed.
    pub snoozed: u64,
    /// Told often enough today.
    pub capped: u64,
    /// Wanting only what is confirmed.
    pub below_level: u64,
    /// Told although they rest, because it is about danger to life.
    pub passed: u64,
}

impl Resting {
    /// How many are left in peace.
    pub fn left_in_peace(&self) -> u64 {
        self.quiet + self.snoozed + self.capped + self.below_level
    }
}

/// Whom a ring tells and whom it leaves in peace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Told, in the order in which they were asked.
    pub told: Vec<SubscriptionId>,
    /// The others, and those told although they rest.
    pub resting: Resting,
}

/// The least cap among those asked: whoever was told of fewer alerts today is capped by nothing.
pub fn least_cap(asked: &[Asked]) -> Option<u32> {
    asked.iter().filter_map(|one| one.wishes.daily_cap.as_ref()).map(|cap| u32::from(cap.alerts())).min()
}

/// Whom of those who asked a first ring tells, at most so many. `told_today` counts alerts since the day began;
/// whoever is not in it was told of none, or of fewer than anybody's cap.
pub fn choose(
    asked: &[Asked],
    told_today: &BTreeMap<SubscriptionId, u32>,
    alert: &AlertFacts,
    local: &LocalTime,
    at_most: usize,
) -> Chosen {
    let mut chosen = Chosen::default();
    for one in asked {
        let told = told_today.get(&one.subscription).copied().unwrap_or(0);
        match one.wishes.wants(alert, told, local) {
            Wanted::Yes | Wanted::Passes(_) if chosen.told.len() == at_most => {}
            Wanted::Yes => chosen.told.push(one.subscription),
            Wanted::Passes(_) => {
                chosen.told.push(one.subscription);
                chosen.resting.passed += 1;
            }
            Wanted::Not(Rest::BelowLevel) => chosen.resting.below_level += 1,
            Wanted::Not(Rest::Snoozed) => chosen.resting.snoozed += 1,
            Wanted::Not(Rest::QuietHours) => chosen.resting.quiet += 1,
            Wanted::Not(Rest::Capped) => chosen.resting.capped += 1,
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
