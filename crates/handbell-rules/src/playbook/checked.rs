//! Checked: which languages' alert words a person has read, word for word, beside the English ones.
//!
//! English is the source. A translation is checked when somebody who speaks the language read every text of it
//! that an alert can say, the playbook's and the program's, beside the English ones. The check is bound to the
//! SHA-256 of all of these, so one changed letter on either side undoes it. It holds a role and a firm or body
//! and no person's name. What is not checked is told in drills only, with a mark; a live alert never carries it
//! (`docs/decisions/0040-a-language-is-checked-before-it-is-live.md`). Nothing here judges a translation.

use sha2::{Digest, Sha256};

use super::Playbook;
use super::day::Day;
use super::fixed::FixedTexts;
use super::sign_off::SignOffs;
use super::words::Words;
use crate::bell::mode::Status;

/// The language that every other one is checked against and falls back to.
pub const SOURCE_LANGUAGE: &str = "en";

/// That somebody read a language's alert words beside the English ones and found them right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsCheck {
    /// The language's tag.
    pub language: String,
    /// What was read: [`Playbook::words_hash`] on that day.
    pub sha256: String,
    /// In which role, for example `translator`.
    pub role: String,
    /// Of which firm or body.
    pub firm: String,
    /// On which day.
    pub on: Day,
}

/// Where a language's alert words stand on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsStanding<'a> {
    /// English: what the others are checked against.
    Source,
    /// A person read these very words.
    Checked(&'a WordsCheck),
    /// Nobody has read them.
    Unchecked,
    /// Somebody read them, and they or the English ones have changed since.
    Changed(&'a WordsCheck),
}

impl WordsStanding<'_> {
    /// Whether a live alert may be told in them.
    #[must_use]
    pub const fn may_be_live(self) -> bool {
        matches!(self, Self::Source | Self::Checked(_))
    }

    /// The stable short name that the command line prints.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Checked(_) => "checked",
            Self::Unchecked => "not-checked",
            Self::Changed(_) => "changed-since",
        }
    }
}

/// A language that an alert may be told in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tongue {
    /// The language's tag.
    pub language: String,
    /// Whether a person has checked it. In a list for live alerts it always is.
    pub checked: bool,
}

impl SignOffs {
    /// Where a language's alert words stand on a day. A check of a day that has not come counts for nothing.
    #[must_use]
    pub fn words_standing<'a>(&'a self, playbook: &'a Playbook, language: &str, today: Day) -> WordsStanding<'a> {
        if language == SOURCE_LANGUAGE {
            return WordsStanding::Source;
        }
        let all = playbook.words_checks().iter().chain(self.words_checks());
        let mut of_language = all.rev().filter(|one| one.language == language && one.on <= today);
        let newest = of_language.clone().next();
        let exact = of_language.find(|one| playbook.words_hash(language) == Some(one.sha256.as_str()));
        match (exact, newest) {
            (Some(exact), _) => WordsStanding::Checked(exact),
            (None, Some(newest)) => WordsStanding::Changed(newest),
            (None, None) => WordsStanding::Unchecked,
        }
    }

    /// The languages an alert of this status may be told in, English first: in a live one only those that a
    /// person has checked, in a drill all of the playbook's. Rendering takes this list and nothing else.
    #[must_use]
    pub fn tongues(&self, playbook: &Playbook, status: Status, today: Day) -> Vec<Tongue> {
        let all = playbook
            .alert_languages()
            .iter()
            .map(|language| Tongue { language: language.clone(), checked: self.words_standing(playbook, language, today).may_be_live() });
        all.filter(|tongue| tongue.checked || status == Status::Exercise).collect()
    }
}

/// SHA-256 over everything an alert can say in a language, beside what it says in English: a domain line, the
/// tag, and for every message its name and both texts, then the program's fixed texts in both languages. Each
/// part stands behind its length (eight bytes, big end first).
pub(super) fn words_hash(messages: &[&str], source: (&Words, &FixedTexts), translated: (&Words, &FixedTexts)) -> String {
    let mut hash = Sha256::new();
    hash.update(b"handbell words v1\n");
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(translated.1.language);
    for message in messages {
        part(message);
        part(source.0.text(message));
        part(translated.0.text(message));
    }
    source.1.lines().into_iter().chain(translated.1.lines()).for_each(&mut part);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
