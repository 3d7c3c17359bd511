//! The desk: incidents, claims and the checks that decide how far they carry.

pub mod check;
pub mod claim;
pub mod incident;
pub mod likeness;
pub mod sources;
