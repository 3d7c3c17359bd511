//! A playbook as written: the exact shape of its TOML files, before anything is held against the floor.
//!
//! Every struct denies unknown fields. Nothing outside loading sees these types.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::floor::Hazard;
use super::kind::{CapCategory, CapSeverity, FieldRole, SlotKind};
use super::predicate::{Cardinality, ValueType};
use super::sign_off::WrittenWordsCheck;
use crate::desk::incident::Ending;
use crate::place::Precision;

/// `playbook.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPlaybook {
    pub id: String,
    pub name: String,
    pub zone: String,
    pub languages: Vec<String>,
    #[serde(default)]
    pub alerts_also_in: Vec<String>,
    #[serde(default)]
    pub words_check: Vec<WrittenWordsCheck>,
    pub kinds: Vec<String>,
    #[serde(default)]
    pub cards: Vec<String>,
    #[serde(default)]
    pub queue: WrittenQueue,
}

impl WrittenPlaybook {
    /// Every language an alert can be told in, English first.
    pub(super) fn alert_languages(&self) -> impl Iterator<Item = &String> {
        self.languages.iter().chain(&self.alerts_also_in)
    }
}

/// From when a waiting report has which word.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenQueue {
    pub look_now_minutes: Option<u32>,
    pub late_minutes: Option<u32>,
}

/// `predicates.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPredicates {
    pub predicate: Vec<WrittenPredicate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPredicate {
    pub id: String,
    pub value: ValueType,
    pub cardinality: Cardinality,
    #[serde(default)]
    pub choices: Vec<String>,
}

/// `kinds/<id>.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenKind {
    pub hazard: Option<Hazard>,
    #[serde(default)]
    pub always_home: bool,
    #[serde(default)]
    pub hard_to_read: bool,
    pub activities: Vec<String>,
    #[serde(default)]
    pub agencies: Vec<String>,
    pub outcomes: Option<Vec<crate::record::outcome::Slot>>,
    pub cap_category: CapCategory,
    pub cap_severity: CapSeverity,
    pub expiry: WrittenExpiry,
    #[serde(default)]
    pub roles_wanted: BTreeMap<FieldRole, u8>,
    pub check_in_minutes: Option<u8>,
    #[serde(default)]
    pub slots: WrittenSlots,
    #[serde(default)]
    pub reach: WrittenReaches,
    #[serde(default)]
    pub home: WrittenReaches,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenExpiry {
    pub default_minutes: u32,
    pub max_minutes: u32,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSlots {
    pub dispatch: Option<Vec<SlotKind>>,
    pub neighbours: Option<Vec<SlotKind>>,
    pub public: Option<Vec<SlotKind>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenReaches {
    pub dispatch: Option<WrittenReach>,
    pub neighbours: Option<WrittenReach>,
    pub public: Option<WrittenReach>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenReach {
    pub precision: Precision,
    pub approvals: Option<u8>,
    pub delay_minutes: Option<u32>,
    #[serde(default)]
    pub at_once: bool,
    #[serde(default)]
    pub after_stand_down: bool,
    #[serde(default)]
    pub consent: bool,
    #[serde(default)]
    pub ends: Vec<Ending>,
}
