//! The floor: what no playbook can loosen.
//!
//! Ceilings on precision, delays, approvals, quotas and lives, compiled in. A playbook may ask for less
//! precision, more delay, more approvals, fewer observers and shorter lives; anything else is refused when
//! it is loaded, with the key and the reason. Nothing here knows a kind by its name except the hazards,
//! whose official warnings are useless when they are late or vague.

use serde::{Deserialize, Serialize};

use crate::place::Precision;

/// The least minutes between the first ring and a public page, for everything that is not a hazard.
pub const PUBLIC_DELAY_MINUTES_MIN: u32 = 30;
/// The longest delay a playbook may ask for (a week); a longer one would be a public reach in name only.
pub const PUBLIC_DELAY_MINUTES_MAX: u32 = 7 * 24 * 60;
/// The most people of one role a dispatch may want: a few witnesses, never a crowd.
pub const ROLE_WANTED_MAX: u8 = 8;
/// How many observers a dispatch wants when the playbook does not say.
pub const OBSERVERS_WANTED_DEFAULT: u8 = 4;
/// How often whoever is on the scene checks in when the playbook does not say, in minutes.
pub const CHECK_IN_MINUTES_DEFAULT: u8 = 15;
/// The longest anybody may be out there unheard of, in minutes.
pub const CHECK_IN_MINUTES_MAX: u8 = 30;
/// More often than this nobody could watch anything else, in minutes.
pub const CHECK_IN_MINUTES_MIN: u8 = 5;
/// The longest an alert may live without being rung again, in minutes (a day).
pub const EXPIRY_MINUTES_MAX: u32 = 24 * 60;
/// The shortest life that still lets a phone that was off hear of it, in minutes.
pub const EXPIRY_MINUTES_MIN: u32 = 10;
/// The most approvals a playbook may ask for; more could never be gathered at night.
pub const APPROVALS_MAX: u8 = 4;

/// The most months a rights card lives after its review: law changes, and nobody tells the paper.
pub const CARD_MONTHS_MAX: i32 = 6;

/// How far an alert goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// A few trained observers on duty.
    Dispatch,
    /// Everybody subscribed in the alert's areas.
    Neighbours,
    /// The public page, feeds and the log's contents.
    Public,
}

impl Reach {
    /// Every reach, from the narrowest to the widest.
    pub const ALL: [Self; 3] = [Self::Dispatch, Self::Neighbours, Self::Public];

    /// The word used in TOML, JSON and template names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Neighbours => "neighbours",
            Self::Public => "public",
        }
    }

    /// How many members must approve at least. The bell asks this.
    #[must_use]
    pub const fn approvals_min(self) -> u8 {
        match self {
            Self::Dispatch => 1,
            Self::Neighbours | Self::Public => 2,
        }
    }
}

/// What sort of dangerous nature a kind is about. Only these may be exact in public and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hazard {
    /// Water where it should not be.
    Flood,
    /// Fire or smoke.
    Fire,
    /// No electricity, gas or water.
    Outage,
    /// Heat, cold, wind or snow.
    Weather,
}

/// The finest precision a reach may have.
///
/// `home`: the incident is at somebody's home or small workplace.
#[must_use]
pub const fn precision_max(reach: Reach, hazard: bool, home: bool) -> Precision {
    match (reach, hazard, home) {
        (Reach::Neighbours, _, _) => Precision::Area,
        (Reach::Dispatch | Reach::Public, true, false) => Precision::Exact,
        (Reach::Public, _, true) => Precision::District,
        (Reach::Dispatch, _, _) | (Reach::Public, false, false) => Precision::Street,
    }
}
