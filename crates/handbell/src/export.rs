//! Export: the public record in formats that other programs read.
//!
//! Everything here is a function of the log's entries and of the group's address: no clock, no locale, the
//! same bytes from the doors and from the command line (docs/formats/export.md). Nothing here opens a store,
//! decides what is public, or says more than the page of an incident does.

pub mod about;
pub mod atom;
pub mod csv;
pub mod geojson;
pub mod json_ld;
pub mod kept;
pub mod lines;
pub mod published;
mod sides;

use handbell_rules::record::claim::Polarity;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::source::Source;
use sides::sides;

/// The address of an incident's page.
pub fn page_of(origin: &str, record: &IncidentRecord) -> String {
    format!("{origin}/record/{}", record.incident)
}

/// A source of the incident by its number; none when its words were withdrawn.
fn source(record: &IncidentRecord, number: u32) -> Option<&Source> {
    record.sources.iter().find(|line| line.number == number)?.source.as_ref()
}

/// The stable name of a polarity, as entries spell it.
const fn polarity(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::Asserts => "asserts",
        Polarity::Denies => "denies",
        Polarity::SaysUnknown => "says-unknown",
    }
}

/// Numbers with spaces between them.
fn numbers(list: impl IntoIterator<Item = u32>) -> String {
    list.into_iter().map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

/// How many statements and how many replies stand.
fn counts(sides: &[sides::Side<'_>]) -> [usize; 2] {
    ["statement", "reply"].map(|name| sides.iter().filter(|side| side.name() == name).count())
}
