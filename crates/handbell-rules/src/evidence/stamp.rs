//! Stamp: what an outside clock said of a day's custody chain (RFC 3161).

use serde::{Deserialize, Serialize};

/// One day's head and what became of asking for a stamp over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The day in UTC as days since 1970.
    pub day: u32,
    /// How often it was changed.
    pub version: u32,
    /// The custody chain's head at the end of that day.
    pub head: [u8; 32],
    /// Lines of the chain up to there.
    pub lines: u64,
    /// The authority's answer as it came, in base64; none while it is waited for or no authority is set.
    pub answer: Option<String>,
    /// When the authority says it was.
    pub said: Option<String>,
    /// How often it was asked.
    pub tries: u32,
}
