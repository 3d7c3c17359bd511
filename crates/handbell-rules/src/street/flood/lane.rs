//! Lane: in which line a report waits to be seen.
//!
//! In calm hours everybody is in the fast lane. While a budget is overdrawn, whoever's page solved the puzzle
//! has a lane of its own, and everybody else waits in the slow lane, which is shown by turns with the others.
//! Calls that a member wrote down and reports of signed-in observers are always fast. No lane refuses, and
//! no lane says anything about whether a report is true.

use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Within the budget, or by somebody the desk knows.
    #[default]
    Fast,
    /// Over the budget, with the page's puzzle solved.
    Solved,
    /// Over the budget, without it.
    Slow,
}

impl Lane {
    /// Whether it is the fast lane.
    pub fn is_fast(&self) -> bool {
        *self == Self::Fast
    }
    /// What the desk reads beside a report; nothing in calm hours.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fast => "",
            Self::Solved => "Many reports come: this one's page did the work that is asked for",
            Self::Slow => "Slow lane: many reports come, and this one came without the work that is asked for",
        }
    }
}

/// The lane of a report from the street. `within` says whether every budget it counts against had room;
/// `solved` whether its answer to the puzzle was good.
pub fn lane(within: bool, solved: bool) -> Lane {
    match (within, solved) {
        (_, true) => Lane::Solved,
        (true, false) => Lane::Fast,
        (false, false) => Lane::Slow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_lane_is_a_refusal_and_work_done_is_never_worse_than_none() {
        assert_eq!(lane(true, false), Lane::Fast);
        assert_eq!(lane(false, false), Lane::Slow);
        assert_eq!((lane(false, true), lane(true, true)), (Lane::Solved, Lane::Solved));
        assert!(Lane::Solved < Lane::Slow && Lane::Fast < Lane::Slow);
    }
}
