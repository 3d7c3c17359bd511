//! Canaries of the carrier: where test words go out, and how one is seen.
//!
//! ntfy and Matrix are read back. The group's own browser says by its service worker that a word came. A letter carries a link whose button, or a program that posts to it, says that
//! it came; a text is sent back by the telephone that got it. What is remembered is gone after a restart, and
//! counting begins anew.

use super::carrier::{Carrier, locked};
use super::mail::Letter;
use handbell_rules::bell::address::By;
use handbell_rules::bell::canary::{Canary, EVERY, Judged};
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::nudged;
use handbell_rules::bell::segment::filled;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::time::Timestamp;

/// What a test text says; the word stands where an area would.
const TEST_TEXT: &str = "{group}: test CANARY {area}";

impl Carrier {
    fn has_canary(&self, by: By) -> bool {
        let canaries = &self.channels.canaries;
        self.is_on(by)
            && match by {
                By::Push => locked(&self.test_browser).is_some(),
                By::Mail => canaries.mail.is_some(),
                By::Sms => canaries.sms.is_some(),
                By::Ntfy => canaries.ntfy.is_some(),
                By::Matrix => canaries.matrix.is_some(),
            }
    }

    /// Says which browser gets test messages; without one there are none, and nothing is missed.
    pub fn watch(&self, browser: Option<Subscription>) {
        if browser.is_none() {
            locked(&self.canaries).remove(&By::Push);
        }
        *locked(&self.test_browser) = browser;
    }

    /// Channels whose next word is due.
    pub fn canaries_due(&self, now: Timestamp) -> Vec<By> {
        let held = locked(&self.canaries);
        let due = |by: &By| held.get(by).is_none_or(|canary| canary.due_at(now) <= now);
        By::ALL.into_iter().map(|(by, _)| by).filter(|by| self.has_canary(*by)).filter(due).collect()
    }

    /// When a word is next due, or figures are next written down.
    pub fn canary_next(&self, now: Timestamp) -> Timestamp {
        locked(&self.canaries).values().map(|canary| canary.due_at(now)).min().unwrap_or(now.plus(EVERY))
    }

    /// What stands of every channel that has a canary.
    pub fn canaries(&self) -> Vec<(By, Canary)> {
        locked(&self.canaries).iter().map(|(by, canary)| (*by, canary.clone())).collect()
    }

    /// Channels that are silent.
    pub fn silent(&self) -> Vec<By> {
        locked(&self.canaries).iter().filter(|(_, canary)| canary.alarmed()).map(|(by, _)| *by).collect()
    }

    /// A word was seen somewhere; whether it is one on its way.
    pub fn canary_seen(&self, word: &str) -> bool {
        // All of them look: none is spared because another one saw it.
        locked(&self.canaries).values_mut().map(|canary| u32::from(canary.see(word))).sum::<u32>() > 0
    }

    /// The word among those of a text, if one is on its way.
    pub fn canary_in(&self, text: &str) -> bool {
        text.split_whitespace().any(|word| self.canary_seen(word))
    }

    /// Judges the word on its way.
    pub fn judge_canary(&self, by: By, now: Timestamp) -> Option<Judged> {
        locked(&self.canaries).get_mut(&by)?.judge(now)
    }

    /// The alarm of a channel could not be written down.
    pub fn canary_unsaid(&self, by: By) {
        if let Some(canary) = locked(&self.canaries).get_mut(&by) {
            canary.unsaid();
        }
    }

    /// Looks whether a word arrived, where that can be read back.
    pub async fn look_for_canary(&self, by: By, now: Timestamp) {
        let Some((word, at)) = locked(&self.canaries).get(&by).and_then(|canary| canary.sent.clone()) else { return };
        let canaries = &self.channels.canaries;
        let held = match (by, &self.channels.ntfy, &self.channels.matrix, &canaries.ntfy, &canaries.matrix) {
            (By::Ntfy, Some(ntfy), _, Some(topic), _) => ntfy.held(topic, at.plus(-1_000)).await,
            (By::Matrix, _, Some(matrix), _, Some(room)) => matrix.held(room, now).await,
            _ => None,
        };
        if held.is_some_and(|texts| texts.iter().any(|text| text.split_whitespace().any(|one| one == word))) {
            self.canary_seen(&word);
        }
    }

    /// Sends a word. That it was taken is not enough to be seen.
    pub async fn send_canary(&self, by: By, word: String, group: &str, now: Timestamp) -> Answer {
        locked(&self.canaries).entry(by).or_default().leave(word.clone(), now);
        let (on, canaries) = (&self.channels, &self.channels.canaries);
        let words = format!("test {word}");
        match by {
            By::Mail => {
                let (Some(mail), Some(to)) = (&on.mail, &canaries.mail) else { return Answer::Refused };
                let text = format!("This is a test of {group}. To say that it came, post to:\n{}/channels/canary/{word}\n", self.origin);
                let letter = Letter { id: &format!("canary.{word}"), follows: None, subject: "Test", text: &text, unsubscribe: None };
                mail.send(to, &letter, now).await
            }
            By::Sms => match (&on.sms, &canaries.sms) {
                (Some(sms), Some(to)) => sms.send(to, &filled(TEST_TEXT, group, &word), now).await,
                _ => Answer::Refused,
            },
            By::Ntfy => match (&on.ntfy, &canaries.ntfy) {
                (Some(ntfy), Some(topic)) => ntfy.publish(topic, &words, now).await,
                _ => Answer::Refused,
            },
            By::Matrix => match (&on.matrix, &canaries.matrix) {
                (Some(matrix), Some(room)) => matrix.write(room, &words, &format!("canary-{word}"), now).await,
                _ => Answer::Refused,
            },
            By::Push => {
                let to = locked(&self.test_browser).clone();
                let Some(to) = to else { return Answer::Refused };
                // The same seal and service as every browser's; kept by the service no longer than it is waited for.
                self.browsers.nudge(&to, &nudged::canary(&word, to.status), now.plus(EVERY), now).await
            }
        }
    }
}
