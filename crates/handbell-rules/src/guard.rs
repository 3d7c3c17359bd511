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
mod places;
mod reading;

#[cfg(test)]
mod tests;

use std::ops::Range;

use reading::Reading;

/// The languages whose obstruction words the guard knows. The other rules work in every language.
pub const LANGUAGES: &[&str] = &["en", "es"];

/// What a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A person's name after a rank or a title.
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
    let mut found: Vec<Flag> = Vec::new();
    for reading in readings(text) {
        let tokens = reading.tokens();
        let mut here: Vec<Found> = Vec::new();
        contacts::numbers(&reading, &mut here);
        contacts::addresses(&reading, &mut here);
        identifiers::plates(&reading, &tokens, &mut here);
        identifiers::officers(&reading, &tokens, &mut here);
        identifiers::documents(&reading, &tokens, &mut here);
        names::names(&reading, &tokens, &mut here);
        places::postcodes(&reading, &mut here);
        places::house_numbers(&reading, &tokens, &mut here);
        places::coordinates(&reading, &mut here);
        lexicon::orders_and_threats(&reading, &tokens, language, &mut here);
        calls::calls(&reading, &tokens, language, &mut here);
        lexicon::overclaims(&reading, &tokens, &mut here);
        found.extend(flags(&reading, here));
    }
    merged(found)
}

/// Every way a text is read: as it stands, with digits said or drawn as letters, with rows of single signs
/// joined, and with broken lines closed. Each rule looks at each; readings that come out the same count once.
fn readings(text: &str) -> Vec<Reading> {
    let plain = Reading::of(text);
    let mut first = vec![plain.on_one_line(), plain.without_breaks(), plain.joined().on_one_line()];
    first.insert(0, plain);
    let mut all: Vec<Reading> = Vec::new();
    for reading in first {
        let spoken = reading.spoken();
        let numbered = reading.numbered();
        all.extend([spoken.close(), spoken, numbered.close(), numbered, reading.lettered().spoken(), reading.lettered(), reading]);
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|reading| seen.insert(reading.text()));
    all
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
