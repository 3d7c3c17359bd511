//! Comparing two spans: what is certain about their order, and whether both can be true.
//!
//! Both spans are of one event, so a season is read for both as one half of the earth has it. Whether two
//! spans share a moment decides whether accounts contradict each other, and doubt does not change that: it is
//! said beside the date. Order is another matter: nothing doubtful is certainly before anything.

use super::Span;
use super::bounds::{Bounds, Half};

/// How one span stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It was over when the other began.
    Before,
    /// It began when the other was over.
    After,
    /// Both are the very same moments.
    Same,
    /// Every moment of it is one of the other's: it says more, and agrees.
    Within,
    /// Every moment of the other is one of its: it says less, and agrees.
    Around,
    /// Some moments are in both.
    Overlapping,
    /// No moment is in both, and which came first is not known.
    Apart,
    /// Nothing is certain: one of them says nothing, or is doubtful and shares no moment with the other.
    CannotSay,
}

impl Relation {
    /// The same, seen from the other span.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
            Self::Within => Self::Around,
            Self::Around => Self::Within,
            same => same,
        }
    }
}

fn all_within(these: &[Bounds], those: &[Bounds]) -> bool {
    these.iter().all(|one| those.iter().any(|other| one.is_within(*other)))
}

fn meet(these: &[Bounds], those: &[Bounds]) -> bool {
    these.iter().any(|one| those.iter().any(|other| one.meets(*other)))
}

fn all_before(these: &[Bounds], those: &[Bounds]) -> bool {
    these.iter().all(|one| those.iter().all(|other| one.is_before(*other)))
}

fn related(these: &[Bounds], those: &[Bounds]) -> Relation {
    match (all_within(these, those), all_within(those, these)) {
        (true, true) => Relation::Same,
        (true, false) => Relation::Within,
        (false, true) => Relation::Around,
        (false, false) if meet(these, those) => Relation::Overlapping,
        (false, false) if all_before(these, those) => Relation::Before,
        (false, false) if all_before(those, these) => Relation::After,
        (false, false) => Relation::Apart,
    }
}

impl Span {
    /// Whether some moment fits both. Two spans of one event that share none cannot both be true.
    pub fn meets(&self, other: &Self) -> bool {
        Half::BOTH.iter().any(|half| meet(&self.stretches_of(*half), &other.stretches_of(*half)))
    }

    /// What is certain about this span and another of the same event.
    pub fn compared(&self, other: &Self) -> Relation {
        if self.says_nothing() || other.says_nothing() {
            return Relation::CannotSay;
        }
        let on = |half: Half| related(&self.stretches_of(half), &other.stretches_of(half));
        let relation = if self.has_a_season() || other.has_a_season() {
            match (on(Half::North), on(Half::South)) {
                (north, south) if north == south => north,
                // Apart on both halves, and only the order differs.
                _ if !self.meets(other) => Relation::Apart,
                _ => Relation::CannotSay,
            }
        } else {
            on(Half::North)
        };
        let doubtful = self.is_doubtful() || other.is_doubtful();
        match relation {
            Relation::Before | Relation::After | Relation::Apart if doubtful => Relation::CannotSay,
            Relation::Same if doubtful => Relation::Overlapping,
            certain => certain,
        }
    }
}
