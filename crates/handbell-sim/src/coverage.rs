//! Coverage: how often each kind of thing happened, so that the script cannot quietly go blind.
//!
//! A simulator that never cancels finds no fault in cancelling. The counts are printed at the end of a run
//! over many seeds, and such a run fails when one of [`MUST_HAPPEN`] never did.

use crate::deed::Outcome;
use std::collections::BTreeMap;

/// What a run over some hundred seeds must have seen at least once.
pub const MUST_HAPPEN: &[&str] = &[
    "a dispatch rang",
    "a neighbours' bell rang",
    "a public bell rang",
    "an update rang",
    "somebody was left in peace",
    "danger to life passed a rest",
    "a language was checked",
    "a check of a language was taken back",
    "somebody was told in a checked language",
    "somebody was told in English for want of a check",
    "somebody was told in a language whose check was lost meanwhile",
    "a drill's message was marked as unchecked",
    "a cancel",
    "a stand-down",
    "an end with a start in flight",
    "an end before somebody's first try",
    "a start was taken",
    "an update was taken",
    "an end was taken",
    "a hung start, then its end",
    "a push service was down",
    "a push service asked to come back later",
    "a push service took and hung",
    "a push service hung without taking",
    "a push service took a message twice",
    "a message went in an envelope made ahead",
    "a message found no envelope",
    "a subscription was gone",
    "a message was refused for good",
    "a ringer crashed",
    "a ringer crashed with a message in flight",
    "somebody went away unanswered",
    "a commit failed",
    "a commit was written and said that it failed",
    "a read found no answer",
    "answered: conflict",
    "answered: unavailable",
    "answered: unavailable, and it was written",
    "answered: another body",
    "answered: a repeated request",
    "member-revoked",
    "unsubscribed",
    "duty-ended",
    "report-withdrawn",
    "report-taken-out",
    "a report was joined to a second incident",
    "a report was taken out of one of several",
    "a witness heard of several things",
    "an incident was suggested",
    "difference-said",
    "difference-taken-back",
    "no: difference-stands",
    "a witness answered the desk",
    "a witness corrected",
    "a wish was decided",
    "an incident was opened to the record",
    "an outcome was published",
    "marked words were published",
    "log: alert",
    "log: update",
    "log: cancel",
    "log: stand-down",
    "contact details were due to be forgotten",
    "a told list was due to be forgotten",
    "a revoked member was turned away",
    "the clock went back",
    "the clock went forward",
    "days passed",
    "everybody was asked whether they heard",
    "a town that drills",
    "no: second-approver-needed",
    "no: checker-may-not-approve",
    "no: not-confirmed",
    "no: draft-stale",
    "no: already-ended",
    "no: already-approved",
    "no: witness-unanswered",
    "no: too-early",
    "no: marks-unexplained",
    "no: marks-unread",
    "no: second-member-needed",
    "no: session-over",
    "no: nobody-to-tell",
];

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What happened, with how often.
    pub counts: BTreeMap<String, u64>,
}

impl Coverage {
    /// One more.
    pub fn add(&mut self, what: &str) {
        match self.counts.get_mut(what) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(what.to_owned(), 1);
            }
        }
    }

    /// A deed's answer.
    pub fn answered(&mut self, outcome: &Outcome, written: bool, again: bool) {
        if again {
            self.add("answered: a repeated request");
        }
        match outcome {
            Outcome::Unavailable if written => self.add("answered: unavailable, and it was written"),
            Outcome::Done => self.add("answered: done"),
            Outcome::Refused(name) => self.add(&format!("no: {name}")),
            Outcome::Conflict => self.add("answered: conflict"),
            Outcome::NotFound => self.add("answered: not found"),
            Outcome::Unavailable => self.add("answered: unavailable"),
            Outcome::OtherBody => self.add("answered: another body"),
            Outcome::Broken(_) => self.add("answered: broken"),
        }
    }

    /// Adds another run's counts.
    pub fn join(&mut self, other: &Coverage) {
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_insert(0) += count;
        }
    }

    /// What never happened although it must.
    pub fn missing(&self) -> Vec<&'static str> {
        MUST_HAPPEN.iter().copied().filter(|what| !self.counts.contains_key(*what)).collect()
    }
}
