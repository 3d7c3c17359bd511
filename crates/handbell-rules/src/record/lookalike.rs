//! Look-alike: footage or an event that is taken for this one and is not.
//!
//! Both are told at the coarsest useful precision: a place in words and a year, or a day that is public
//! knowledge. Neither says anything about who shares the footage.

use serde::{Deserialize, Serialize};

/// Footage of another event that circulates with this one: "not this event".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAlike {
    /// Where it really was.
    pub place: String,
    /// When it really was.
    pub year: u32,
    /// What it shows.
    pub note: String,
}

/// A similar event elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    /// Where.
    pub place: String,
    /// When, as EDTF.
    pub edtf: String,
}
