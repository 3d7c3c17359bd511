//! The guard: what no alert, template or public sentence may say.
//!
//! It looks at words exactly as they will be read and flags what summons, hides or obstructs, and whatever
//! leads to one person, door, vehicle or phone. It reads through invisible signs, look-alike letters and
//! spelled-out digits. It never changes a text and never decides: templates and names with a flag are
//! refused, a person looks at everything else. Fixed conduct texts ("do not block") are constants of the
//! program and are not brought here; nothing in here knows them.

mod calls;
mod contacts;
mod identifiers;
mod lexicon;
mod names;
mod numbers;
mod pattern;
mod places;
mod reading;
mod spanish;
mod stems;

#[cfg(test)]
mod tests;

use std::ops::Range;

use reading::Reading;
use serde::{Deserialize, Serialize};

/// The languages whose obstruction words the guard knows. The other rules work in every language.
pub const LANGUAGES: &[&str] = &["en", "es", "ar", "pt", "fr", "pl", "ro", "so", "bn", "ur"];

/// What a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Words that summon, warn off, hide or obstruct.
    Obstruction,
    /// Words that threaten or call for harm.
    Threat,
    /// A vehicle's number plate.
    Plate,
    /// A badge, collar, shoulder or warrant number.
    OfficerNumber,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A handle on a social network.
    Handle,
    /// An address on the web.
    Url,
    /// A full postcode; the outward half ("SE15") is fine.
    Postcode,
    /// A house, flat or unit number.
    HouseNumber,
    /// Coordinates finer than two decimals, plus codes and three-word addresses.
    Coordinates,
    /// The number of a document or a case.
    DocumentNumber,
    /// A name behind a rank or a title.
    Name,
    /// A promise nobody can keep: that nobody can be found, that something is certain.
    Overclaim,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 14] = [
        Self::Obstruction,
        Self::Threat,
        Self::Plate,
        Self::OfficerNumber,
        Self::Phone,
        Self::Email,
        Self::Handle,
        Self::Url,
        Self::Postcode,
        Self::HouseNumber,
        Self::Coordinates,
        Self::DocumentNumber,
        Self::Name,
        Self::Overclaim,
    ];

    /// The stable short name doors and documents use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Obstruction => "obstruction",
            Self::Threat => "threat",
            Self::Plate => "plate",
            Self::OfficerNumber => "officer-number",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Handle => "handle",
            Self::Url => "url",
            Self::Postcode => "postcode",
            Self::HouseNumber => "house-number",
            Self::Coordinates => "coordinates",
            Self::DocumentNumber => "document-number",
            Self::Name => "name",
            Self::Overclaim => "overclaim",
        }
    }

    /// What marked words look like, to stand behind "It looks like".
    #[must_use]
    pub const fn looks_like(self) -> &'static str {
        match self {
            Self::Obstruction => "a call to come, to hide, to warn or to get in the way",
            Self::Threat => "a threat or a call for harm",
            Self::Plate => "the number plate of a vehicle",
            Self::OfficerNumber => "the badge, shoulder or warrant number of an officer",
            Self::Phone => "a telephone number",
            Self::Email => "an e-mail address",
            Self::Handle => "a name on a social network",
            Self::Url => "an address on the web",
            Self::Postcode => "a full postcode",
            Self::HouseNumber => "the number of a house or a flat",
            Self::Coordinates => "a place to within a few metres",
            Self::DocumentNumber => "the number of a document or of somebody’s case",
            Self::Name => "the name of a person",
            Self::Overclaim => "a promise that nobody can keep",
        }
    }

    /// Whether the text must change before it can be published. The others are for a person to judge:
    /// a threat that was shouted may be quoted as what happened.
    #[must_use]
    pub const fn is_strict(self) -> bool {
        !matches!(self, Self::Obstruction | Self::Threat)
    }
}

/// One finding: which rule, and the bytes of the checked text it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The rule.
    pub rule: Rule,
    /// The bytes of the original text, on character boundaries.
    pub excerpt: Range<usize>,
}

/// A finding in positions of a reading.
type Found = (Rule, Range<usize>);

/// Looks at a text as it will be read, in its language. Flags stand in the order of the text; one rule's
/// overlapping findings are one flag.
#[must_use]
pub fn check(text: &str, language: &str) -> Vec<Flag> {
    look(text, Spoken::In(language))
}

/// Which languages' calls and threats are looked for; English always is, because people mix.
#[derive(Clone, Copy)]
enum Spoken<'a> {
    In(&'a str),
    Every,
}

impl Spoken<'_> {
    fn calls(self, reading: &Reading, tokens: &[reading::Token], found: &mut Vec<Found>) {
        match self {
            Self::In(language) => lexicon::orders_and_threats(reading, tokens, language, Some(language), found),
            // Spanish brings English with it.
            Self::Every => lexicon::orders_and_threats(reading, tokens, "es", None, found),
        }
    }
}

fn look(text: &str, spoken_in: Spoken<'_>) -> Vec<Flag> {
    let plain = Reading::of(text);
    let mut readings = vec![plain];
    // What was torn apart comes together; then what was masked shows.
    let together = |one: &Reading| {
        let lines = [one.on_one_line(true), one.on_one_line(false)];
        lines.into_iter().chain(PULLED_APART_BY.map(|by| one.together(by))).flatten().collect::<Vec<_>>()
    };
    readings.extend(together(&readings[0]));
    let masked = |one: &Reading| [one.unmasked(&lexicon::is_known, false), one.digits()].into_iter().flatten().collect::<Vec<_>>();
    let unmasked: Vec<Reading> = readings.iter().flat_map(masked).collect();
    // A number alone may be a word only where words are looked for: "10" is no rank.
    let words: Vec<Reading> = readings.iter().filter_map(|one| one.unmasked(&lexicon::is_known, true)).collect();
    readings.extend(unmasked);

    let mut flags = Vec::new();
    for reading in &readings {
        let tokens = reading.tokens();
        let mut found: Vec<Found> = Vec::new();
        identities(reading, &tokens, &mut found);
        places::coordinates(reading, &mut found);
        names::names(reading, &tokens, &mut found);
        names::called(reading, &tokens, &mut found);
        spoken_in.calls(reading, &tokens, &mut found);
        lexicon::overclaims(reading, &tokens, &mut found);
        flags.extend(self::flags(reading, found));

        // What only shows when "dot", "at" and spoken digits are read as signs.
        let spoken = reading.spoken();
        let tokens = spoken.tokens();
        let mut found: Vec<Found> = Vec::new();
        identities(&spoken, &tokens, &mut found);
        flags.extend(self::flags(&spoken, found));
    }
    for reading in &words {
        let mut found: Vec<Found> = Vec::new();
        spoken_in.calls(reading, &reading.tokens(), &mut found);
        flags.extend(self::flags(reading, found));
    }
    merged(flags)
}

/// Looks at a text in every language the guard knows, whatever language it says it is in: somebody who is
/// quoted may speak another. Only calls and threats differ between languages.
#[must_use]
pub fn check_in_every_language(text: &str) -> Vec<Flag> {
    look(text, Spoken::Every)
}

/// What one letter after another is pulled apart by.
const PULLED_APART_BY: [char; 9] = [' ', '-', '.', '_', '*', '/', '|', ',', '~'];

fn identities(reading: &Reading, tokens: &[reading::Token], found: &mut Vec<Found>) {
    contacts::numbers(reading, found);
    contacts::addresses(reading, found);
    identifiers::plates(reading, tokens, found);
    identifiers::officers(reading, tokens, found);
    identifiers::documents(reading, tokens, found);
    identifiers::foreign_plates(reading, tokens, found);
    numbers::behind_words(reading, tokens, found);
    numbers::accounts(reading, tokens, found);
    numbers::doors(reading, tokens, found);
    places::postcodes(reading, found);
    places::house_numbers(reading, tokens, found);
}

fn flags(reading: &Reading, found: Vec<Found>) -> Vec<Flag> {
    found.into_iter().map(|(rule, range)| Flag { rule, excerpt: reading.bytes(range) }).filter(|flag| !flag.excerpt.is_empty()).collect()
}

/// Sorts flags and makes one of those that overlap under the same rule.
fn merged(mut flags: Vec<Flag>) -> Vec<Flag> {
    flags.sort_by_key(|flag| (flag.rule, flag.excerpt.start, flag.excerpt.end));
    let mut kept: Vec<Flag> = Vec::with_capacity(flags.len());
    for flag in flags {
        match kept.last_mut() {
            Some(last) if last.rule == flag.rule && flag.excerpt.start <= last.excerpt.end => {
                last.excerpt.end = last.excerpt.end.max(flag.excerpt.end);
            }
            _ => kept.push(flag),
        }
    }
    // The host inside an e-mail address is the same finding.
    let mail: Vec<Range<usize>> = kept.iter().filter(|flag| flag.rule == Rule::Email).map(|flag| flag.excerpt.clone()).collect();
    kept.retain(|flag| flag.rule != Rule::Url || !mail.iter().any(|mail| mail.start <= flag.excerpt.start && flag.excerpt.end <= mail.end));
    kept.sort_by_key(|flag| (flag.excerpt.start, flag.excerpt.end, flag.rule));
    kept
}
