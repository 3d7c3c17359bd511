//! Corrections' truth: when something public is corrected, whoever was told of an alert about it hears so.
//!
//! Owed to everybody who certainly took the start while the told list lives; allowed to whoever may have
//! heard; wrong for anybody else. A correction is owed once for each time something was corrected.

use super::Truth;
use super::bell::{Ear, Sent};
use super::{Span, bell::TOLD_LIST_MAX};
use handbell_rules::bell::alert::{ENDING_LIVES, TOLD_LIST_KEPT};
use handbell_rules::bell::message::Message;
use handbell_rules::bell::subscription::SUBSCRIPTION_LIVES;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::{HOUR, Timestamp};
use std::collections::BTreeSet;

/// One correction of an incident.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// The clocks seen when it was published.
    pub span: Span,
    /// Who is owed it: an alert by number, and a subscription.
    pub owed: BTreeSet<(usize, SubscriptionId)>,
    /// How many rings it surely and perhaps made: one for each alert whose told list stood.
    pub rings: (usize, usize),
}

const RULE: &str = "a-correction-goes-to-whoever-was-told";

impl Truth {
    /// Whether an alert's told list surely still stands at a moment.
    fn told_list_stands(&self, alert: usize, at: Timestamp) -> bool {
        let alert = &self.alerts[alert];
        let kept = alert.rung.as_ref().is_some_and(|rung| at.since(rung.span.low) < TOLD_LIST_MAX);
        kept && alert.ended.is_none_or(|ended| at.since(ended.span.low) < TOLD_LIST_KEPT)
    }

    /// Whether it perhaps does.
    fn told_list_may_stand(&self, alert: usize, at: Timestamp) -> bool {
        let alert = &self.alerts[alert];
        let kept = alert.rung.as_ref().is_some_and(|rung| at.since(rung.span.high) < TOLD_LIST_MAX);
        kept && alert.ended.is_none_or(|ended| at.since(ended.span.high) < TOLD_LIST_KEPT)
    }

    pub(super) fn corrected(&mut self, incident: usize, span: Span) {
        let owed: BTreeSet<(usize, SubscriptionId)> = self
            .ears
            .iter()
            .filter(|((alert, _), ear)| self.alerts[*alert].incident == incident && ear.accepted && ear.starts > 0)
            .filter(|((alert, _), _)| self.told_list_stands(*alert, span.high))
            .map(|(key, _)| *key)
            .collect();
        if !owed.is_empty() {
            self.counts.add("a correction somebody is owed");
        }
        let of_it = |number: &usize| self.alerts[*number].incident == incident && self.alerts[*number].follows.is_none();
        let surely = (0..self.alerts.len()).filter(of_it).filter(|number| self.told_list_stands(*number, span.high)).count();
        let perhaps = (0..self.alerts.len()).filter(of_it).filter(|number| self.told_list_may_stand(*number, span.low)).count();
        let rings = (surely, perhaps);
        self.incidents[incident].corrected.push(Corrected { span, owed, rings });
        self.counts.add("a correction was published");
    }

    pub(super) fn what_is_wrong_with_a_correction(&self, sent: &Sent, ear: &Ear, message: &Message) -> Option<(&'static str, String)> {
        let incident = &self.incidents[self.alerts[sent.alert].incident];
        if incident.corrected.is_empty() {
            return Some((RULE, "nothing was corrected".into()));
        }
        if !ear.perhaps_heard() {
            return Some((RULE, "it was never told of the alert".into()));
        }
        let page = incident.id.map(|id| format!("/record/{id}"));
        (Some(&message.url) != page.as_ref()).then(|| (RULE, format!("it opens {}", message.url)))
    }

    /// Somebody who took the start, could be reached and heard of fewer corrections than they are owed.
    pub(super) fn somebody_missed_a_correction(&self) -> Option<(&'static str, String)> {
        for incident in &self.incidents {
            let (logged, published) = (incident.corrections_logged, incident.corrected.len());
            if logged != published {
                return Some(("a-correction-never-erases", format!("{published} corrections were published and {logged} are in the log")));
            }
            let mut owed: std::collections::BTreeMap<(usize, SubscriptionId), u32> = std::collections::BTreeMap::new();
            for correction in &incident.corrected {
                let in_time = self.latest.plus(HOUR) < correction.span.low.plus(ENDING_LIVES);
                for key in correction.owed.iter().filter(|(alert, _)| in_time && self.told_list_stands(*alert, self.latest.plus(HOUR))) {
                    *owed.entry(*key).or_default() += 1;
                }
            }
            for ((alert, subscription), owed) in owed {
                let Some((place, phone)) = self.phones.iter().enumerate().find(|(_, phone)| phone.id == Some(subscription)) else {
                    continue;
                };
                let lapsed = self.latest >= phone.since_span.low.plus(SUBSCRIPTION_LIVES);
                let heard = self.ears.get(&(alert, subscription)).map_or(0, |ear| ear.corrections);
                if phone.left.is_none() && !phone.leaving && !phone.unreachable && !lapsed && heard < owed {
                    return Some((RULE, format!("phone {place} took alert {alert}, is owed {owed} corrections and heard {heard}")));
                }
            }
        }
        None
    }
}
