//! The desk: incidents, claims and the checks that decide how far they carry.

pub mod ageing;
pub mod belonging;
pub mod check;
pub mod claim;
pub mod difference;
pub mod escalation;
pub mod hold;
pub mod incident;
pub mod likeness;
pub mod look;
pub mod posting;
pub mod sources;
