//! The guard: what no alert, template or public sentence may say.
//!
//! SKELETON: patterns follow within the hour; the interface below is final.

use std::ops::Range;

/// The languages whose obstruction words the guard knows.
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
    /// A full postcode.
    Postcode,
    /// A house, flat or unit number.
    HouseNumber,
    /// Coordinates, plus codes or three-word addresses finer than two decimals.
    Coordinates,
    /// The number of a document or a case.
    DocumentNumber,
    /// A promise nobody can keep: anonymity, certainty.
    Overclaim,
}

impl Rule {
    /// The stable short name doors and documents use.
    #[must_use]
    pub fn name(self) -> &'static str {
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
            Self::Overclaim => "overclaim",
        }
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

/// Looks at a text as it will be read, in its language.
#[must_use]
pub fn check(_text: &str, _language: &str) -> Vec<Flag> {
    Vec::new()
}
