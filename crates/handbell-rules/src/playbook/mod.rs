//! The playbook: what one sort of neighbourhood group knows about its street, parsed to closed types.
//!
//! The program knows nothing about immigration or floods; kinds, predicates, words and reaches come from a
//! folder of TOML and Fluent. Loading holds all of it against the [`floor`], runs the guard over every text
//! and every sentence the templates can make, and refuses the whole playbook for one wrong key.
//! A playbook never touches the fixed texts, and nothing here reads a disk: a folder is a map of texts.

use crate::desk::ageing::Ageing;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

mod card;
mod card_words;
mod checked;
mod day;
mod fixed;
pub mod floor;
mod kind;
mod load;
mod predicate;
mod refusal;
mod render;
pub mod script;
mod script_load;
#[cfg(test)]
mod script_tests;
mod sign_off;
mod slots;
pub mod strict_toml;
mod words;
mod written;

#[cfg(test)]
mod card_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use card::{CARD_LINES_MAX, Card, CardAbout, CardLine, CardSource, SourceDay, Spoken};
pub use card_words::{CARD_WORDS, CardWords, card_words};
pub use checked::{SOURCE_LANGUAGE, Tongue, WordsCheck, WordsStanding};
pub use day::Day;
pub use fixed::{Direction, FIXED, FixedTexts, PageWords, UpdateText, filled, fixed_hash, fixed_texts};
pub use floor::{
    CHECK_IN_MINUTES_DEFAULT, CHECK_IN_MINUTES_MAX, CHECK_IN_MINUTES_MIN, Hazard, OBSERVERS_WANTED_DEFAULT, ROLE_WANTED_MAX, Reach,
};
pub use kind::{CapCategory, CapSeverity, FieldRole, Kind, NotPublic, PublicFrom, PublicMoment, ReachRule, SlotKind};
pub use predicate::{Cardinality, Predicate, ValueType};
pub use refusal::{PlaybookRefusal, RenderRefusal};
pub use render::{Rendered, Wording};
pub use sign_off::{SIGN_OFFS_BYTES_MAX, SIGN_OFFS_FILE, SignOff, SignOffRefusal, SignOffs, Standing};
pub use slots::{AreaSlot, ClockTime, CountBand, NotAClockTime, Slots, Spot, SpotRefusal};

/// A folder as texts: each file's name inside the folder (with `/`) and its content.
pub type Folder = BTreeMap<String, String>;

/// A loaded playbook. Everything in it has passed the floor and the guard.
#[derive(Debug)]
pub struct Playbook {
    id: String,
    name: String,
    zone: String,
    ageing: Ageing,
    languages: Vec<String>,
    kinds: Vec<Kind>,
    predicates: Vec<Predicate>,
    script: script::Script,
    cards: Vec<Card>,
    words: BTreeMap<String, words::Words>,
    alert_languages: Vec<String>,
    words_checks: Vec<WordsCheck>,
    words_hashes: BTreeMap<String, String>,
    hash: String,
}

impl Playbook {
    /// Loads a playbook from a folder of texts.
    ///
    /// # Errors
    /// For the first thing found wrong, with file, key and reason.
    pub fn load(folder: &Folder) -> Result<Self, PlaybookRefusal> {
        load::load(folder)
    }

    /// The short lower-case word, such as `uk-street`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// From when a waiting report has which word.
    #[must_use]
    pub fn ageing(&self) -> Ageing {
        self.ageing
    }

    /// The IANA time zone incidents get by default.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The languages of everything, from the questions of a report to the rights cards; the first is English.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The languages an alert can be told in: those of everything, and others in which only its alerts speak.
    /// Whether it may be told so depends on who checked them ([`SignOffs::tongues`]).
    #[must_use]
    pub fn alert_languages(&self) -> &[String] {
        &self.alert_languages
    }

    /// SHA-256 of everything an alert can say in a language beside the English of it: what a check of the
    /// language is bound to. `None` for a language it does not speak.
    #[must_use]
    pub fn words_hash(&self, language: &str) -> Option<&str> {
        self.words_hashes.get(language).map(String::as_str)
    }

    /// The checks that came with the playbook; they count as those that the group entered do.
    pub(crate) fn words_checks(&self) -> &[WordsCheck] {
        &self.words_checks
    }

    /// The kinds, in the order people are offered them.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kind with this id.
    #[must_use]
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The predicates, in the playbook's order.
    #[must_use]
    pub fn predicates(&self) -> &[Predicate] {
        &self.predicates
    }

    /// The predicate with this id.
    #[must_use]
    pub fn predicate(&self, id: &str) -> Option<&Predicate> {
        self.predicates.iter().find(|predicate| predicate.id == id)
    }

    /// The intake script: what a report is asked.
    #[must_use]
    pub fn script(&self) -> &script::Script {
        &self.script
    }

    /// What a question says in writing.
    #[must_use]
    pub fn ask_words(&self, question: &str, language: &str) -> String {
        self.label(&format!("ask-{question}"), question, language)
    }

    /// What is said on the phone to ask a question.
    #[must_use]
    pub fn say_words(&self, question: &str, language: &str) -> String {
        self.label(&format!("say-{question}"), question, language)
    }

    /// What a choice of a question says.
    #[must_use]
    pub fn choice_words(&self, question: &script::Question, choice: &str, language: &str) -> String {
        match question.from {
            Some(script::ListOf::Activities) => self.activity_label(choice, language),
            Some(script::ListOf::Agencies) => self.agency_label(choice, language),
            None => self.label(&format!("choice-{choice}"), choice, language),
        }
    }

    /// The rights cards, in the playbook's order.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The rights card with this id.
    #[must_use]
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// SHA-256 of the folder in lower-case hexadecimal: the playbook's entry in the log.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What people call a kind; its id where the language or the kind is unknown.
    #[must_use]
    pub fn kind_label(&self, kind: &str, language: &str) -> String {
        self.label(&format!("kind-{kind}"), kind, language)
    }

    /// What people call an activity; its id where unknown.
    #[must_use]
    pub fn activity_label(&self, activity: &str, language: &str) -> String {
        self.label(&format!("activity-{activity}"), activity, language)
    }

    /// What people call an agency; its id where unknown.
    #[must_use]
    pub fn agency_label(&self, agency: &str, language: &str) -> String {
        self.label(&format!("agency-{agency}"), agency, language)
    }

    /// What people call a predicate; its id where unknown.
    #[must_use]
    pub fn predicate_label(&self, predicate: &str, language: &str) -> String {
        self.label(&predicate_message(predicate), predicate, language)
    }

    fn label(&self, message: &str, fallback: &str, language: &str) -> String {
        self.words
            .get(language)
            .or_else(|| self.words.get(&self.languages[0]))
            .and_then(|words| words.format(message, &[]).ok())
            .unwrap_or_else(|| fallback.to_owned())
    }
}

/// The Fluent message that names a predicate: Fluent's names have no dots and, by our custom, no underscores.
fn predicate_message(predicate: &str) -> String {
    format!("predicate-{}", predicate.replace(['.', '_'], "-"))
}

/// SHA-256 over the whole folder: a domain line, then for every file in the order of names the length of
/// its name, the name, the length of its text and the text (lengths as eight bytes, big end first).
#[must_use]
pub fn folder_hash(folder: &Folder) -> String {
    let mut hash = Sha256::new();
    hash.update(b"handbell playbook v1\n");
    for (name, text) in folder {
        for part in [name.as_bytes(), text.as_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
