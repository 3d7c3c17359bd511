//! A kind: one sort of thing that happens on a street, and how far and how finely it may be told.
//!
//! A kind comes out of a playbook's `kinds/<id>.toml` and has been held against the floor. Its reach rules
//! answer one question each: may this be told so far, how finely, and from when. The rule whether an alert
//! rings lives with the bell, not here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::floor::{Hazard, Reach};
use crate::desk::incident::Ending;
use crate::place::Precision;
use crate::record::outcome::Slot;

/// Somebody trained who may be dispatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldRole {
    /// Watches, films officials, writes down. Goes in pairs.
    Observer,
    /// Puts words from one language into another.
    Interpreter,
    /// Looks after the hurt.
    FirstAider,
    /// Knows the law and says only what the card says.
    LegalAdviser,
}

impl FieldRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Observer, Self::Interpreter, Self::FirstAider, Self::LegalAdviser];

    /// The word used in TOML and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::Interpreter => "interpreter",
            Self::FirstAider => "first-aider",
            Self::LegalAdviser => "legal-adviser",
        }
    }
}

/// One kind of incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The short lower-case word, the name of its file.
    pub id: String,
    /// What natural danger it is, if it is one.
    pub hazard: Option<Hazard>,
    /// Whether it is always at somebody's home (an eviction), so that only the home rules apply.
    pub always_home: bool,
    /// Whether its reports are hard to read, so that the desk opens their words on purpose only.
    pub hard_to_read: bool,
    /// What can be seen going on, by id.
    pub activities: Vec<String>,
    /// Whose people can be there, by id; empty when it makes no sense to ask.
    pub agencies: Vec<String>,
    /// The slots in which the desk follows what becomes of it, in the order of the page.
    pub outcomes: Vec<Slot>,
    /// How many of each role a dispatch asks for by default.
    pub roles_wanted: BTreeMap<FieldRole, u8>,
    /// How often whoever is on the scene of a dispatch checks in, in minutes.
    pub check_in_minutes: u8,
    /// How long an alert lives when nobody says otherwise, in minutes.
    pub expiry_default_minutes: u32,
    /// How long it may live at most, in minutes.
    pub expiry_max_minutes: u32,
    /// The category a CAP message carries (CAP 1.2, section 3.2.2).
    pub cap_category: CapCategory,
    /// The severity a CAP message carries (CAP 1.2, section 3.2.2).
    pub cap_severity: CapSeverity,
    pub(super) open: BTreeMap<Reach, ReachRule>,
    pub(super) home: BTreeMap<Reach, ReachRule>,
}

/// CAP 1.2 `category`, as far as kinds use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CapCategory {
    /// General emergency and public safety.
    Safety,
    /// Meteorological, floods included.
    Met,
    /// Fire suppression and rescue.
    Fire,
    /// Utility, telecommunication, transport.
    Infra,
    /// Anything else.
    Other,
}

impl CapCategory {
    /// The word CAP uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safety => "Safety",
            Self::Met => "Met",
            Self::Fire => "Fire",
            Self::Infra => "Infra",
            Self::Other => "Other",
        }
    }
}

/// CAP 1.2 `severity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CapSeverity {
    /// Extraordinary threat.
    Extreme,
    /// Significant threat.
    Severe,
    /// Possible threat.
    Moderate,
    /// Minimal threat.
    Minor,
    /// Not known.
    Unknown,
}

impl CapSeverity {
    /// The word CAP uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extreme => "Extreme",
            Self::Severe => "Severe",
            Self::Moderate => "Moderate",
            Self::Minor => "Minor",
            Self::Unknown => "Unknown",
        }
    }
}

/// When something may become public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicFrom {
    /// At once: hazards only.
    AtOnce,
    /// So many minutes after the first ring, or at stand-down if that comes first.
    Delay {
        /// The minutes.
        minutes: u32,
    },
    /// At stand-down, never before.
    StandDown,
}

/// What one reach of one kind allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachRule {
    /// The finest precision.
    pub precision: Precision,
    /// How many members must approve, never fewer than the floor.
    pub approvals: u8,
    /// From when; [`PublicFrom::AtOnce`] for dispatch and neighbours, whose messages are not public.
    pub from: PublicFrom,
    /// Whether the people it happened to must have agreed first.
    pub consent: bool,
    /// The ends other than *over* whose incidents may become public; for the public reach only.
    pub ends: BTreeSet<Ending>,
    /// The slots its template has, all of which must be filled.
    pub slots: BTreeSet<SlotKind>,
}

impl ReachRule {
    /// Whether an incident that ended like this may become public.
    ///
    /// What was told beyond observers is owed its end, so an incident that was `rung` may whatever its end.
    /// Otherwise *nothing found*, *cannot be verified* and *mistaken* are public only where the playbook names
    /// them.
    #[must_use]
    pub fn publishes(&self, ending: Ending, rung: bool) -> bool {
        ending == Ending::Over || rung || self.ends.contains(&ending)
    }
}

/// A typed slot of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotKind {
    /// Names of areas or of a district, from the area file.
    Area,
    /// A junction or public landmark; dispatch only.
    Spot,
    /// One of the kind's agencies.
    Agency,
    /// One of the kind's activities.
    Activity,
    /// A clock time in the playbook's zone.
    Time,
    /// A band of numbers.
    Count,
}

impl SlotKind {
    /// The variable's name inside templates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Spot => "spot",
            Self::Agency => "agency",
            Self::Activity => "activity",
            Self::Time => "time",
            Self::Count => "count",
        }
    }
}

/// What is known when somebody asks whether an incident may be public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicMoment {
    /// Whole minutes since the first ring; `None` when no bell was rung.
    pub minutes_since_first_ring: Option<u32>,
    /// Whether it was stood down or cancelled, or closed without a bell.
    pub stood_down: bool,
    /// Whether the desk recorded that the people it happened to agree.
    pub consent_recorded: bool,
}

/// Why an incident may not be public, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
    /// The kind has no public reach here.
    #[error("this kind has no public reach here")]
    Never,
    /// The delay has not passed.
    #[error("public after stand-down, or in {minutes_left} minutes")]
    BeforeDelay {
        /// Minutes still to wait; the whole delay when no bell was rung.
        minutes_left: u32,
    },
    /// It is not over.
    #[error("public after stand-down only")]
    BeforeStandDown,
    /// Nobody has recorded that the people it happened to agree.
    #[error("public only when the people it happened to agree")]
    ConsentMissing,
}

impl NotPublic {
    /// The stable short name doors and documents use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "public-never",
            Self::BeforeDelay { .. } => "public-before-delay",
            Self::BeforeStandDown => "public-before-stand-down",
            Self::ConsentMissing => "public-consent-missing",
        }
    }
}

impl Kind {
    /// What a reach allows, or `None` when this kind may not be told so far.
    ///
    /// `home` is the desk's word that the incident is at somebody's home or small workplace; an
    /// always-home kind is at home whatever it says.
    #[must_use]
    pub fn reach(&self, reach: Reach, home: bool) -> Option<&ReachRule> {
        if home || self.always_home { self.home.get(&reach) } else { self.open.get(&reach) }
    }

    /// The precision the public record may have now.
    ///
    /// # Errors
    /// When it may not be public, or not yet.
    pub fn public_precision(&self, home: bool, moment: PublicMoment) -> Result<Precision, NotPublic> {
        let rule = self.reach(Reach::Public, home).ok_or(NotPublic::Never)?;
        match rule.from {
            PublicFrom::AtOnce => {}
            PublicFrom::StandDown if !moment.stood_down => return Err(NotPublic::BeforeStandDown),
            PublicFrom::Delay { minutes } if !moment.stood_down => {
                let minutes_left = minutes.saturating_sub(moment.minutes_since_first_ring.unwrap_or(0));
                if minutes_left > 0 {
                    return Err(NotPublic::BeforeDelay { minutes_left });
                }
            }
            PublicFrom::StandDown | PublicFrom::Delay { .. } => {}
        }
        if rule.consent && !moment.consent_recorded {
            return Err(NotPublic::ConsentMissing);
        }
        Ok(rule.precision)
    }
}
