//! Window: the days somebody searches between, and whether a span falls into them.
//!
//! A pure question of days on the calendar of the incident. *Certain* means that it cannot have been outside;
//! *possible* that some day fits. A search shows both and says which.

use super::bounds::DAY_SECONDS;
use super::calendar::day_number;
use super::{Bounds, Moment, Span};
use jiff::civil::Date;

/// From one day to another, both in it; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Window {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// Whether something falls into a window; the surer, the later in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Falls {
    /// It cannot have been then.
    Outside,
    /// It may have been then.
    Possible,
    /// It was then, whatever day of its own it was.
    Certain,
}

fn number(day: Date) -> i64 {
    day_number(i64::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs())
}

impl Window {
    /// From the first moment of its first day to the moment at which its last is over.
    pub fn bounds(self) -> Bounds {
        let from = self.from.map(|day| Moment(number(day) * DAY_SECONDS));
        Bounds { from, before: self.to.map(|day| Moment((number(day) + 1) * DAY_SECONDS)) }
    }
}

impl Span {
    /// Whether it falls into a window. Marks of doubt take the certainty and leave the days.
    pub fn falls(&self, window: Window) -> Falls {
        let (window, stretches) = (window.bounds(), self.stretches());
        let certain = !self.is_doubtful() || window == Bounds::ALL;
        match () {
            // A window that ends before it begins holds nothing.
            () if window.is_before(window) => Falls::Outside,
            () if certain && stretches.iter().all(|one| one.is_within(window)) => Falls::Certain,
            () if stretches.iter().any(|one| one.meets(window)) => Falls::Possible,
            () => Falls::Outside,
        }
    }
}

/// Whether an incident with these dates falls into a window. Accounts that differ are all counted: certain only
/// where each of them is, possible where one is. Without a date it falls into no window but all of time.
pub fn falls(dates: &[Span], window: Window) -> Falls {
    if window == Window::default() {
        return Falls::Certain;
    }
    let each: Vec<Falls> = dates.iter().map(|date| date.falls(window)).collect();
    match (each.iter().min(), each.iter().max()) {
        (Some(Falls::Certain), _) => Falls::Certain,
        (_, Some(Falls::Outside) | None) => Falls::Outside,
        _ => Falls::Possible,
    }
}
