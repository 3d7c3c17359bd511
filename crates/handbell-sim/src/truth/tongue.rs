//! The truth of tongues: in which language each message must be.
//!
//! What somebody had checked when an alert was written decides it for that alert, whatever is entered or taken back
//! later: the language that was asked for if it was among them, English otherwise. In a drill every language
//! speaks, with its mark. So all messages of one alert to one person are in one language. Words are known here by
//! the fixed texts that stand in them.

use super::{Sent, Truth};
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::message::Message;
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::{FixedTexts, fixed_texts};
use std::collections::BTreeSet;

const ENGLISH: &str = "en";

impl Truth {
    /// The keeper started the server again, with these languages checked.
    pub fn languages_checked(&mut self, languages: &[&str]) {
        let now: BTreeSet<String> = languages.iter().map(|language| (*language).to_owned()).collect();
        if !now.is_subset(&self.checked) {
            self.counts.add("a language was checked");
        }
        if !self.checked.is_subset(&now) {
            self.counts.add("a check of a language was taken back");
        }
        self.note(|| format!("checked: {now:?}"));
        self.checked = now;
    }

    fn first_of(&self, sent: &Sent) -> usize {
        self.alerts[sent.words_of].follows.unwrap_or(sent.words_of)
    }

    /// What is wrong with the language of a message, if anything is.
    pub(super) fn wrongly_spoken(&self, sent: &Sent, message: &Message) -> Option<(&'static str, String)> {
        let first = &self.alerts[self.first_of(sent)];
        let (asked, spoken) = (self.phones[sent.phone].language.as_str(), message.lang.as_str());
        let is_checked = |language: &str| language == ENGLISH || first.tongues.contains(language);
        if self.status == Status::Actual && !is_checked(spoken) {
            return Some(("only-checked-words-go-live", format!("it is in {spoken}, and {:?} were checked", first.tongues)));
        }
        let due = if self.status == Status::Exercise || is_checked(asked) { asked } else { ENGLISH };
        if spoken != due {
            return Some(("everybody-hears-their-language", format!("it is in {spoken}; {asked} was asked for, and {due} was due")));
        }
        let ear = self.ears.get(&(sent.alert, sent.subscription));
        if let Some(before) = ear.and_then(|ear| ear.language.as_deref()).filter(|before| *before != spoken) {
            return Some(("one-alert-one-language", format!("it is in {spoken}, and an earlier one was in {before}")));
        }
        let Some(fixed) = fixed_texts(spoken) else {
            return Some(("everybody-hears-their-language", format!("nobody speaks {spoken} here")));
        };
        if message.dir != fixed.direction || message.body.contains(fixed.unchecked) == is_checked(spoken) {
            return Some(("only-checked-words-go-live", format!("its mark or its direction is wrong: {} {}", message.title, message.body)));
        }
        let title = if message.silent { Some(fixed.discreet_title) } else { title_of(sent.kind, fixed) };
        if title.is_some_and(|title| !message.title.ends_with(title)) {
            return Some(("everybody-hears-their-language", format!("its title is \"{}\" in {spoken}", message.title)));
        }
        None
    }

    /// A message goes out in its language.
    pub(super) fn spoke(&mut self, sent: &Sent, message: &Message) {
        let spoken = message.lang.as_str();
        let asked = self.phones[sent.phone].language != ENGLISH;
        let written_in = self.alerts[self.first_of(sent)].tongues.contains(spoken);
        if self.status == Status::Exercise {
            if spoken != ENGLISH && !written_in {
                self.counts.add("a drill's message was marked as unchecked");
            }
        } else if spoken != ENGLISH {
            self.counts.add("somebody was told in a checked language");
            if !self.checked.contains(spoken) {
                self.counts.add("somebody was told in a language whose check was lost meanwhile");
            }
        } else if asked {
            self.counts.add("somebody was told in English for want of a check");
        }
        self.ears.entry((sent.alert, sent.subscription)).or_default().language = Some(spoken.to_owned());
    }
}

/// The title a message must end with; that of a beginning is the playbook's or generic.
fn title_of(kind: RingKind, fixed: &FixedTexts) -> Option<&'static str> {
    match kind {
        RingKind::Alert => None,
        RingKind::Update => Some(fixed.update_title),
        RingKind::Cancel => Some(fixed.cancel_title),
        RingKind::StandDown => Some(fixed.stand_down_title),
        RingKind::Correction => Some(fixed.correction_title),
    }
}
