//! Rest: who wished to be left in peace when a bell rang.
//!
//! Worked out here from what a subscriber is promised and not by the rule under judgement: hours are walked one
//! by one, days are compared as they are written, and only what a phone's service surely took counts as told.
//! Clocks jump here, so every answer is a pair: whether it may have rested, and whether it surely did.

use super::bell::{AlertTruth, PhoneTruth};
use super::{Running, Span, Truth};
use handbell_rules::playbook::{CapSeverity, Reach};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};

/// What a phone wished when it subscribed.
#[derive(Debug, Clone, Default)]
pub struct RestTruth {
    /// Quiet from one whole hour to another.
    pub quiet: Option<(u8, u8)>,
    /// Alerts a day.
    pub cap: Option<u8>,
    /// Hours of a snooze from when it subscribed.
    pub snooze: Option<u8>,
    /// Only what is confirmed, for a duty phone.
    pub confirmed_only: bool,
}

/// How a phone stood to a ring as far as its wishes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peace {
    /// It surely rested and is not told.
    Kept,
    /// It surely rested, and danger to life passes that.
    Passed,
    /// Nobody can tell.
    Perhaps,
    /// It surely did not rest.
    None,
}

fn hour_of(at: Timestamp, zone: &str) -> u8 {
    at.clock(zone).get(..2).and_then(|hour| hour.parse().ok()).expect("a clock begins with its hour")
}

/// Every hour that a wall clock may have shown.
fn hours(span: Span, zone: &str) -> Vec<u8> {
    let mut hours = vec![hour_of(span.high, zone)];
    let mut at = span.low;
    while at < span.high && hours.len() < 100 {
        hours.push(hour_of(at, zone));
        at = at.plus(30 * MINUTE);
    }
    hours
}

fn quiet(from: u8, to: u8, hour: u8) -> bool {
    std::iter::successors(Some(from), |hour| Some((hour + 1) % 24)).take_while(|hour| *hour != to).any(|quiet| quiet == hour)
}

impl Truth {
    /// How many alerts a phone was surely told of on this day, and how many it may have been told of.
    fn told_today(&self, place: usize, phone: &PhoneTruth, running: &Running) -> (usize, usize) {
        let zone = self.group.playbook.zone();
        let (low, high) = (running.span.low, running.span.high);
        let (mut surely, mut perhaps) = (0, 0);
        for (number, alert) in self.alerts.iter().enumerate() {
            let Some(rung) = alert.rung.as_ref().filter(|_| alert.follows.is_none()) else { continue };
            if rung.may.contains(&place) && rung.span.high > low.plus(-DAY) {
                perhaps += 1;
            }
            let day = rung.span.low.day(zone);
            let one_day = [rung.span.high, low, high].iter().all(|at| at.day(zone) == day);
            // A told list that a clock set forward has let go counts nobody any more.
            let kept = self.latest < rung.span.low.plus(DAY) && alert.ended.is_none_or(|ended| self.latest < ended.span.low.plus(DAY));
            let took = phone.id.is_some_and(|id| self.ears.get(&(number, id)).is_some_and(|ear| ear.accepted));
            // Whoever rang before this was written counts, also when it was in the same instant.
            if one_day && kept && took {
                surely += 1;
            }
        }
        (surely, perhaps)
    }

    /// How a phone that is meant by a ring stood to it.
    pub(super) fn peace(&self, place: usize, phone: &PhoneTruth, alert: &AlertTruth, running: &Running) -> Peace {
        let incident = &self.incidents[alert.incident];
        if alert.reach == Reach::Dispatch {
            let unsure = self.confirmations(alert.incident, running.since).is_empty();
            return if phone.rest.confirmed_only && unsure { Peace::Kept } else { Peace::None };
        }
        let (mut surely, mut perhaps) = (false, false);
        if let Some(hours) = phone.rest.snooze {
            let lasts = i64::from(hours) * HOUR;
            surely |= running.span.high < phone.since_span.low.plus(lasts);
            perhaps |= running.span.low < phone.since_span.high.plus(lasts);
        }
        if let Some((from, to)) = phone.rest.quiet {
            let hours = hours(running.span, self.group.playbook.zone());
            surely |= hours.iter().all(|hour| quiet(from, to, *hour));
            perhaps |= hours.iter().any(|hour| quiet(from, to, *hour));
        }
        if let Some(cap) = phone.rest.cap {
            let (told, may_be_told) = self.told_today(place, phone, running);
            surely |= told >= usize::from(cap);
            perhaps |= may_be_told >= usize::from(cap);
        }
        let kind = self.group.playbook.kind(&incident.kind);
        let danger = kind.is_some_and(|kind| kind.hazard.is_some() || kind.cap_severity == CapSeverity::Extreme);
        match (surely, perhaps, danger) {
            (true, _, true) => Peace::Passed,
            (_, _, true) | (false, false, false) => Peace::None,
            (true, _, false) => Peace::Kept,
            (false, true, false) => Peace::Perhaps,
        }
    }
}
