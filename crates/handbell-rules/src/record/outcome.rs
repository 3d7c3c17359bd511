//! Outcome: what became of one thing after an incident, in a slot of its own: the people held, a court, a complaint.
//!
//! Slots and their values are closed lists, the same for every group; the playbook says which slots its kinds are
//! asked about. "Nobody could tell us" is a value like any other and names whom we asked and when. An outcome may
//! be told again at any time: the newest of its chain stands, earlier ones stay as its history. Nothing here names
//! a person, and nothing here says which side a value favours.

use super::Ref;
use crate::refusal::{Record, Refusal};
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// Letters of each text of an outcome.
pub const OUTCOME_LETTERS_MAX: usize = 300;

/// What an outcome is about. The order of this list is the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// What became of people who were held or arrested.
    Held,
    /// What a court or tribunal decided.
    Proceedings,
    /// What became of people who were there.
    People,
    /// What became of homes and property.
    Property,
    /// A complaint about how officials behaved, or a review of it.
    Conduct,
    /// What an authority did about it.
    Official,
    /// Whether a publisher corrected what it had printed.
    Publisher,
    /// Repair and relief.
    Repair,
}

/// Every slot with its stable name and what people read.
const SLOTS: [(Slot, &str, &str); 8] = [
    (Slot::Held, "held", "People held"),
    (Slot::Proceedings, "proceedings", "Court or tribunal"),
    (Slot::People, "people", "People who were there"),
    (Slot::Property, "property", "Homes and property"),
    (Slot::Conduct, "conduct", "Complaint or review of conduct"),
    (Slot::Official, "official", "What an authority did"),
    (Slot::Publisher, "publisher", "Correction by a publisher"),
    (Slot::Repair, "repair", "Repair and relief"),
];

/// What came of it. Which values a slot takes is said by [`Slot::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is said in words in the table below")]
pub enum OutcomeValue {
    // In every slot.
    Unknown,
    Pending,
    NotApplicable,
    /// The mark of words that were taken from the public; nobody chooses it.
    Withdrawn,
    // Of one slot or several.
    NobodyHeld,
    StillHeld,
    Bailed,
    Released,
    Charged,
    NotCharged,
    Convicted,
    Acquitted,
    Dropped,
    FoundLawful,
    FoundUnlawful,
    AppealAllowed,
    AppealDismissed,
    Settled,
    Unhurt,
    Hurt,
    Died,
    Home,
    Moved,
    Removed,
    Evicted,
    Stopped,
    Undamaged,
    Damaged,
    Taken,
    Returned,
    NoComplaint,
    Made,
    Upheld,
    PartlyUpheld,
    NotUpheld,
    NoAction,
    Acted,
    Promised,
    Apologised,
    Refused,
    Corrected,
    Retracted,
    Stands,
    NotDone,
    Begun,
    Partly,
    Done,
}

/// A value as a slot takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotValue {
    /// The value.
    pub value: OutcomeValue,
    /// Its stable name.
    pub name: &'static str,
    /// What people read.
    pub words: &'static str,
    /// Whether more is to come, so that the desk asks again.
    pub open: bool,
}

const fn of(value: OutcomeValue, name: &'static str, words: &'static str, open: bool) -> SlotValue {
    SlotValue { value, name, words, open }
}

/// What stands in every slot beside its own values, and closes its list.
const EVERYWHERE: [SlotValue; 3] = [
    of(OutcomeValue::Pending, "pending", "Not decided yet", true),
    of(OutcomeValue::Unknown, "unknown", "Nobody could tell us", true),
    of(OutcomeValue::NotApplicable, "not-applicable", "Does not apply here", false),
];

const HELD: [SlotValue; 6] = [
    of(OutcomeValue::NobodyHeld, "nobody-held", "Nobody was held", false),
    of(OutcomeValue::StillHeld, "still-held", "Still held", true),
    of(OutcomeValue::Bailed, "bailed", "Released on bail or with conditions", true),
    of(OutcomeValue::Released, "released", "Released without conditions", false),
    of(OutcomeValue::Charged, "charged", "Charged", true),
    of(OutcomeValue::NotCharged, "not-charged", "Not charged", false),
];

const PROCEEDINGS: [SlotValue; 8] = [
    of(OutcomeValue::Convicted, "convicted", "Convicted", false),
    of(OutcomeValue::Acquitted, "acquitted", "Acquitted", false),
    of(OutcomeValue::FoundLawful, "found-lawful", "Found lawful", false),
    of(OutcomeValue::FoundUnlawful, "found-unlawful", "Found unlawful", false),
    of(OutcomeValue::AppealAllowed, "appeal-allowed", "Appeal allowed", false),
    of(OutcomeValue::AppealDismissed, "appeal-dismissed", "Appeal dismissed", false),
    of(OutcomeValue::Settled, "settled", "Settled without a judgment", false),
    of(OutcomeValue::Dropped, "dropped", "Dropped", false),
];

const PEOPLE: [SlotValue; 7] = [
    of(OutcomeValue::Unhurt, "unhurt", "Nobody was hurt", false),
    of(OutcomeValue::Hurt, "hurt", "Somebody was hurt", true),
    of(OutcomeValue::Died, "died", "Somebody died", false),
    of(OutcomeValue::Home, "home", "Back at home", false),
    of(OutcomeValue::Released, "released", "Released", false),
    of(OutcomeValue::Moved, "moved", "Living somewhere else", true),
    of(OutcomeValue::Removed, "removed", "Removed from the country", false),
];

const PROPERTY: [SlotValue; 6] = [
    of(OutcomeValue::Evicted, "evicted", "The household was put out", true),
    of(OutcomeValue::Stopped, "stopped", "The household stayed", false),
    of(OutcomeValue::Undamaged, "undamaged", "Nothing was damaged", false),
    of(OutcomeValue::Damaged, "damaged", "Something was damaged", true),
    of(OutcomeValue::Taken, "taken", "Something was taken", true),
    of(OutcomeValue::Returned, "returned", "Given back", false),
];

const CONDUCT: [SlotValue; 6] = [
    of(OutcomeValue::NoComplaint, "no-complaint", "No complaint was made", false),
    of(OutcomeValue::Made, "made", "A complaint or referral was made", true),
    of(OutcomeValue::Upheld, "upheld", "Upheld", false),
    of(OutcomeValue::PartlyUpheld, "partly-upheld", "Upheld in part", false),
    of(OutcomeValue::NotUpheld, "not-upheld", "Not upheld", false),
    of(OutcomeValue::Dropped, "dropped", "Withdrawn or not taken further", false),
];

const OFFICIAL: [SlotValue; 5] = [
    of(OutcomeValue::NoAction, "no-action", "Nothing was done", false),
    of(OutcomeValue::Promised, "promised", "Something was promised", true),
    of(OutcomeValue::Acted, "acted", "Something was done", false),
    of(OutcomeValue::Apologised, "apologised", "It apologised", false),
    of(OutcomeValue::Refused, "refused", "It refused", false),
];

const PUBLISHER: [SlotValue; 3] = [
    of(OutcomeValue::Corrected, "corrected", "Corrected", false),
    of(OutcomeValue::Retracted, "retracted", "Taken back", false),
    of(OutcomeValue::Stands, "stands", "The publisher stands by it", false),
];

const REPAIR: [SlotValue; 6] = [
    of(OutcomeValue::NotDone, "not-done", "Not done", true),
    of(OutcomeValue::Promised, "promised", "Promised", true),
    of(OutcomeValue::Begun, "begun", "Begun", true),
    of(OutcomeValue::Partly, "partly", "Done in part", true),
    of(OutcomeValue::Done, "done", "Done", false),
    of(OutcomeValue::Refused, "refused", "Refused", false),
];

impl Slot {
    /// Every slot, in the order of the page.
    pub fn all() -> impl Iterator<Item = Slot> {
        SLOTS.iter().map(|(slot, ..)| *slot)
    }
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        SLOTS.iter().find(|(_, name, _)| *name == text).map(|(slot, ..)| *slot)
    }
    /// The stable name.
    pub fn name(self) -> &'static str {
        SLOTS.iter().find(|(slot, ..)| *slot == self).map_or("", |(_, name, _)| name)
    }
    /// What people read.
    pub fn words(self) -> &'static str {
        SLOTS.iter().find(|(slot, ..)| *slot == self).map_or("", |(.., words)| words)
    }
    /// What the slot takes: its own values, then those of every slot.
    pub fn values(self) -> impl Iterator<Item = SlotValue> {
        let own: &'static [SlotValue] = match self {
            Self::Held => &HELD,
            Self::Proceedings => &PROCEEDINGS,
            Self::People => &PEOPLE,
            Self::Property => &PROPERTY,
            Self::Conduct => &CONDUCT,
            Self::Official => &OFFICIAL,
            Self::Publisher => &PUBLISHER,
            Self::Repair => &REPAIR,
        };
        own.iter().chain(&EVERYWHERE).copied()
    }
    /// A value by its stable name; none where this slot does not take it.
    pub fn value(self, name: &str) -> Option<SlotValue> {
        self.values().find(|one| one.name == name)
    }
    /// A value as this slot takes it.
    pub fn takes(self, value: OutcomeValue) -> Option<SlotValue> {
        self.values().find(|one| one.value == value)
    }
}

/// An outcome as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its number in the incident, counted over every entry of this kind.
    pub number: u32,
    /// The number of the first outcome of this slot and part: what is told again joins the same chain.
    pub chain: u32,
    /// What it is about.
    pub slot: Slot,
    /// The part of the incident, if not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What came of it.
    pub value: OutcomeValue,
    /// Since when, as EDTF; none where nobody could tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edtf: Option<String>,
    /// The source's number; none in the mark of a withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<u32>,
    /// Whom the desk asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// On which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_on: Option<String>,
    /// What else is known, in few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The outcome whose words were taken from the public; only in the mark of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<u32>,
    /// Whether what a mark took was about a part; which part is gone with its words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub part: bool,
}

impl Outcome {
    /// Whether this only says that another lost its words.
    pub fn is_mark(&self) -> bool {
        self.value == OutcomeValue::Withdrawn
    }
}

/// An outcome an editor wants to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOutcome {
    /// What it is about.
    pub slot: Slot,
    /// The part of the incident; empty for all of it.
    pub about: String,
    /// What came of it.
    pub value: OutcomeValue,
    /// Since when, as EDTF; empty for what nobody could tell.
    pub edtf: String,
    /// Who says so.
    pub source: Ref,
    /// Whom the desk asked; may be empty where the value is known.
    pub asked: String,
    /// On which day, `2026-11-21`; stands with `asked`.
    pub asked_on: String,
    /// What else is known; may be empty.
    pub words: String,
}

/// A day and nothing else: `2026-11-21`.
pub fn day(text: &str) -> Option<jiff::civil::Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

impl NewOutcome {
    /// Every text that somebody typed.
    pub fn texts(&self) -> [&str; 3] {
        [&self.about, &self.asked, &self.words]
    }

    /// Refuses what is no outcome of its slot, and one that does not say since when or whom we asked.
    ///
    /// # Errors
    /// A value of another slot; no day; an unknown that names nobody who was asked; too many words.
    pub fn check(&self) -> Result<(), Refusal> {
        self.slot.takes(self.value).ok_or(Record::OutcomeNotOfSlot)?;
        let unknown = self.value == OutcomeValue::Unknown;
        let (asked, asked_on) = (self.asked.trim(), self.asked_on.trim());
        if asked.is_empty() != asked_on.is_empty() || (unknown && asked.is_empty()) {
            return Err(Record::AskedMissing.into());
        }
        if !asked_on.is_empty() && day(asked_on).is_none() {
            return Err(Record::AskedMissing.into());
        }
        let edtf = self.edtf.trim();
        if unknown != edtf.is_empty() {
            return Err(Record::OutcomeDayMissing.into());
        }
        // As in claims: a date with a clock, and one that says nothing, are no dates of the record.
        if !unknown && !Span::parse(edtf).is_ok_and(|span| !span.has_a_clock() && !span.says_nothing()) {
            return Err(Record::DateUnreadable.into());
        }
        let long = |text: &&str| text.chars().count() > OUTCOME_LETTERS_MAX;
        if self.texts().iter().any(long) { Err(Record::OutcomeTooLong.into()) } else { Ok(()) }
    }

    /// Whether the day on which somebody was asked has come at `today`, anywhere on earth.
    pub fn was_asked_by(&self, today: jiff::civil::Date) -> bool {
        let latest = today.tomorrow().unwrap_or(today);
        day(self.asked_on.trim()).is_none_or(|on| on <= latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_slot_takes_its_own_values_and_the_three_of_every_slot() {
        for slot in Slot::all() {
            assert_eq!(Slot::parse(slot.name()), Some(slot));
            assert_eq!(serde_json::to_value(slot).unwrap(), slot.name());
            let values: Vec<SlotValue> = slot.values().collect();
            let names: BTreeSet<&str> = values.iter().map(|one| one.name).collect();
            let words: BTreeSet<&str> = values.iter().map(|one| one.words).collect();
            assert_eq!((names.len(), words.len()), (values.len(), values.len()), "{}", slot.name());
            assert!(["unknown", "pending", "not-applicable"].iter().all(|name| slot.value(name).is_some()));
            assert!(slot.takes(OutcomeValue::Withdrawn).is_none(), "nobody chooses the mark of a withdrawal");
            for one in values {
                assert_eq!(serde_json::to_value(one.value).unwrap(), one.name, "the payload says the stable name");
            }
        }
    }

    fn told(value: OutcomeValue) -> NewOutcome {
        let unknown = value == OutcomeValue::Unknown;
        let text = |text: &str| if unknown { text.to_owned() } else { String::new() };
        NewOutcome {
            slot: Slot::Conduct,
            about: String::new(),
            value,
            edtf: if unknown { String::new() } else { "2022-06".into() },
            source: Ref::New(0),
            asked: text("The police authority"),
            asked_on: text("2023-06-11"),
            words: String::new(),
        }
    }

    #[test]
    fn an_outcome_says_since_when_and_an_unknown_says_whom_we_asked_and_when() {
        for value in [OutcomeValue::Upheld, OutcomeValue::NotUpheld, OutcomeValue::Pending, OutcomeValue::Unknown] {
            assert_eq!(told(value).check(), Ok(()), "{value:?}");
        }
        let refused = |new: NewOutcome, no: Record| assert_eq!(new.check(), Err(no.into()), "{new:?}");
        refused(told(OutcomeValue::Bailed), Record::OutcomeNotOfSlot);
        refused(told(OutcomeValue::Withdrawn), Record::OutcomeNotOfSlot);
        refused(NewOutcome { asked: " ".into(), ..told(OutcomeValue::Unknown) }, Record::AskedMissing);
        refused(NewOutcome { asked_on: String::new(), ..told(OutcomeValue::Unknown) }, Record::AskedMissing);
        refused(NewOutcome { asked_on: "2023-06".into(), ..told(OutcomeValue::Unknown) }, Record::AskedMissing);
        refused(NewOutcome { asked: "The court".into(), ..told(OutcomeValue::Upheld) }, Record::AskedMissing);
        refused(NewOutcome { edtf: String::new(), ..told(OutcomeValue::Upheld) }, Record::OutcomeDayMissing);
        refused(NewOutcome { edtf: "2023".into(), ..told(OutcomeValue::Unknown) }, Record::OutcomeDayMissing);
        refused(NewOutcome { edtf: "last summer".into(), ..told(OutcomeValue::Upheld) }, Record::DateUnreadable);
        refused(NewOutcome { words: "a".repeat(OUTCOME_LETTERS_MAX + 1), ..told(OutcomeValue::Upheld) }, Record::OutcomeTooLong);
    }

    #[test]
    fn nobody_was_asked_on_a_day_that_has_not_come() {
        let today = day("2023-06-11").unwrap();
        let asked = |on: &str| NewOutcome { asked_on: on.into(), ..told(OutcomeValue::Unknown) }.was_asked_by(today);
        assert!(asked("2023-06-11") && asked("2023-06-12"), "it is tomorrow somewhere");
        assert!(!asked("2023-06-13"));
    }
}
