//! Sign-offs: which lawyer's office read which card, and who read a language's alert words, word for word.
//!
//! They stand apart from the playbook, in a file of the group. A sign-off is bound to the SHA-256 of the card's
//! file, so one changed letter loses it. It holds a role and a firm and no person's name: there is no key for
//! one. This module reads and writes the text and judges a card; it knows no disk and no clock.

use serde::{Deserialize, Serialize};

use super::card::Card;
use super::checked::WordsCheck;
use super::day::Day;
use super::strict_toml::{self, TomlRefusal};
use crate::area::is_id;
use crate::guard;

/// The name of the file in a group's folder.
pub const SIGN_OFFS_FILE: &str = "sign-offs.toml";
/// The most bytes of the file that are read.
pub const SIGN_OFFS_BYTES_MAX: usize = 64 * 1024;
/// The most characters of a role or a firm.
const WORDS_CHARACTERS_MAX: usize = 80;

/// That an office read a card and found it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// The card's id.
    pub card: String,
    /// SHA-256 of the card's file as it was read, lower-case hexadecimal.
    pub sha256: String,
    /// In which role, for example `solicitor`.
    pub role: String,
    /// Of which firm or law centre.
    pub firm: String,
    /// On which day.
    pub on: Day,
}

/// Why a sign-off or a file of them was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignOffRefusal {
    /// Broken TOML or an unknown key.
    #[error(transparent)]
    Toml(#[from] TomlRefusal),
    /// A value that is wrong in itself.
    #[error("{SIGN_OFFS_FILE}: sign-off {number}: `{key}`: {why}")]
    BadValue {
        /// Which one, counted from 1.
        number: usize,
        /// The key.
        key: &'static str,
        /// Why.
        why: &'static str,
    },
    /// A check of a language with a value that is wrong in itself.
    #[error("{SIGN_OFFS_FILE}: check of words {number}: `{key}`: {why}")]
    BadCheck {
        /// Which one, counted from 1.
        number: usize,
        /// The key.
        key: &'static str,
        /// Why.
        why: &'static str,
    },
    /// More than a group can have.
    #[error("{SIGN_OFFS_FILE}: larger than such a file can be")]
    TooLarge,
    /// The text could not be written.
    #[error("{SIGN_OFFS_FILE}: {0}")]
    Unwritable(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignOffs {
    #[serde(default)]
    sign_off: Vec<WrittenSignOff>,
    #[serde(default)]
    words_check: Vec<WrittenWordsCheck>,
}

/// A check of a language as written, here and in a playbook.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenWordsCheck {
    language: String,
    sha256: String,
    role: String,
    firm: String,
    on: String,
}

impl WrittenWordsCheck {
    /// Reads it: the key that is wrong and why, or the check.
    pub(super) fn read(self) -> Result<WordsCheck, (&'static str, &'static str)> {
        let on = Day::parse(&self.on).ok_or(("on", NO_DAY))?;
        let one = WordsCheck { language: self.language, sha256: self.sha256, role: self.role, firm: self.firm, on };
        check_words(&one).map(|()| one)
    }
}

const NO_DAY: &str = "this is no day such as 2026-11-21";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignOff {
    card: String,
    sha256: String,
    role: String,
    firm: String,
    on: String,
}

/// All sign-offs of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignOffs {
    cards: Vec<SignOff>,
    words: Vec<WordsCheck>,
}

/// Where a card stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Signed off word for word and not expired: the only one that a live alert carries.
    Good(&'a SignOff),
    /// Nobody has signed it.
    Unsigned,
    /// It was signed off, and its words have changed since.
    Changed(&'a SignOff),
    /// Its review ran out; the sign-off, if these words had one.
    Expired(Option<&'a SignOff>),
}

impl Standing<'_> {
    /// Whether a live alert may carry the card.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Good(_))
    }

    /// The stable short name that the command line prints.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good(_) => "signed-off",
            Self::Unsigned => "unsigned",
            Self::Changed(_) => "changed-since",
            Self::Expired(_) => "expired",
        }
    }
}

fn check(number: usize, one: &SignOff) -> Result<(), SignOffRefusal> {
    let bad = |(key, why)| SignOffRefusal::BadValue { number, key, why };
    if !is_id(&one.card) {
        return Err(bad(("card", "a card's id is lower-case letters, digits and hyphens")));
    }
    check_signed(&one.sha256, &one.role, &one.firm).map_err(bad)
}

fn check_words(one: &WordsCheck) -> Result<(), (&'static str, &'static str)> {
    if !is_id(&one.language) {
        return Err(("language", "a language's tag is lower-case letters, digits and hyphens"));
    }
    check_signed(&one.sha256, &one.role, &one.firm)
}

/// What was read, and by whom: a role and a firm, in which no number and no address hides.
fn check_signed(sha256: &str, role: &str, firm: &str) -> Result<(), (&'static str, &'static str)> {
    if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return Err(("sha256", "64 lower-case hexadecimal digits are needed"));
    }
    for (key, words) in [("role", role), ("firm", firm)] {
        let length = words.chars().count();
        if words.trim() != words || words.is_empty() || length > WORDS_CHARACTERS_MAX || words.chars().any(char::is_control) {
            return Err((key, "1 to 80 plain characters are needed, without blanks around them"));
        }
        if guard::check(words, "en").iter().any(|flag| flag.rule.is_strict()) {
            return Err((key, "no number, address or handle belongs here"));
        }
    }
    Ok(())
}

impl SignOffs {
    /// Reads the file's text.
    ///
    /// # Errors
    /// For the first thing found wrong: one wrong sign-off refuses the file.
    pub fn parse(text: &str) -> Result<Self, SignOffRefusal> {
        if text.len() > SIGN_OFFS_BYTES_MAX {
            return Err(SignOffRefusal::TooLarge);
        }
        let written: WrittenSignOffs = strict_toml::parse(SIGN_OFFS_FILE, text)?;
        let mut all = Vec::with_capacity(written.sign_off.len());
        for (place, one) in written.sign_off.into_iter().enumerate() {
            let number = place + 1;
            let on = Day::parse(&one.on).ok_or(SignOffRefusal::BadValue { number, key: "on", why: NO_DAY })?;
            let one = SignOff { card: one.card, sha256: one.sha256, role: one.role, firm: one.firm, on };
            check(number, &one)?;
            all.push(one);
        }
        let mut words = Vec::with_capacity(written.words_check.len());
        for (place, one) in written.words_check.into_iter().enumerate() {
            words.push(one.read().map_err(|(key, why)| SignOffRefusal::BadCheck { number: place + 1, key, why })?);
        }
        Ok(Self { cards: all, words })
    }

    /// The file's text.
    ///
    /// # Errors
    /// When it would be larger than what is read again.
    pub fn to_text(&self) -> Result<String, SignOffRefusal> {
        let sign_off = self.cards.iter().map(|one| WrittenSignOff {
            card: one.card.clone(),
            sha256: one.sha256.clone(),
            role: one.role.clone(),
            firm: one.firm.clone(),
            on: one.on.to_string(),
        });
        let words_check = self.words.iter().map(|one| WrittenWordsCheck {
            language: one.language.clone(),
            sha256: one.sha256.clone(),
            role: one.role.clone(),
            firm: one.firm.clone(),
            on: one.on.to_string(),
        });
        let written = WrittenSignOffs { sign_off: sign_off.collect(), words_check: words_check.collect() };
        let text = toml::to_string(&written).map_err(|error| SignOffRefusal::Unwritable(error.to_string()))?;
        if text.len() > SIGN_OFFS_BYTES_MAX { Err(SignOffRefusal::TooLarge) } else { Ok(text) }
    }

    /// Adds one. An earlier sign-off of the same card goes: the newest word of a lawyer is the one that counts.
    ///
    /// # Errors
    /// When it is wrong in itself.
    pub fn add(&mut self, new: SignOff) -> Result<(), SignOffRefusal> {
        check(self.cards.len() + 1, &new)?;
        self.cards.retain(|one| one.card != new.card);
        self.cards.push(new);
        Ok(())
    }

    /// Adds a check of a language. An earlier one of the same language goes.
    ///
    /// # Errors
    /// When it is wrong in itself.
    pub fn add_words_check(&mut self, new: WordsCheck) -> Result<(), SignOffRefusal> {
        check_words(&new).map_err(|(key, why)| SignOffRefusal::BadCheck { number: self.words.len() + 1, key, why })?;
        self.words.retain(|one| one.language != new.language);
        self.words.push(new);
        Ok(())
    }

    /// The checks of languages that the group entered.
    pub(super) fn words_checks(&self) -> std::slice::Iter<'_, WordsCheck> {
        self.words.iter()
    }

    /// Where a card stands on a day. A sign-off of a day that has not come counts for nothing.
    #[must_use]
    pub fn standing(&self, card: &Card, today: Day) -> Standing<'_> {
        let mut of_card = self.cards.iter().rev().filter(|one| one.card == card.id && one.on <= today);
        let newest = of_card.clone().next();
        let exact = of_card.find(|one| one.sha256 == card.text_hash);
        match (card.is_expired(today), exact, newest) {
            (true, exact, _) => Standing::Expired(exact),
            (false, Some(exact), _) => Standing::Good(exact),
            (false, None, Some(newest)) => Standing::Changed(newest),
            (false, None, None) => Standing::Unsigned,
        }
    }
}
