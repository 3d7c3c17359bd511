//! Sheet: what is kept of one incident so that lists and filters need not read its whole record.
//!
//! Made from the incident's page and from nothing else. It holds no more than the page says.

use crate::id::IncidentId;
use crate::record::claim::Polarity;
use crate::record::projection::IncidentRecord;
use crate::record::source::SourceKind;
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// The predicate whose claims say where it happened.
const PLACE: &str = "place";

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The incident.
    pub incident: IncidentId,
    /// Its page's heading.
    pub title: String,
    /// The kind's id.
    pub kind: String,
    /// What people call the kind.
    pub kind_label: String,
    /// The district.
    pub district: String,
    /// `live`, `over`, `mistaken` or `recorded`.
    pub state: String,
    /// When it happened, as EDTF; several where accounts differ.
    pub dates: Vec<String>,
    /// The same in words.
    pub when: String,
    /// Where it may be found on a map: latitude and longitude in micro-degrees, each once.
    pub points: Vec<[i32; 2]>,
    /// Who says things: sort and name, each once.
    pub sources: Vec<(SourceKind, String)>,
    /// How often it was corrected.
    pub corrections: usize,
}

impl Sheet {
    /// The sheet of a page. The points are that of the incident and those that live claims of its place have,
    /// which the desk does not set aside.
    pub fn of(record: &IncidentRecord) -> Self {
        let own = record.place.as_ref().and_then(|place| Some([place.lat?, place.lon?]));
        let mut points: Vec<[i32; 2]> = own.into_iter().collect();
        for claim in record.facts.iter().filter(|fact| fact.predicate == PLACE && fact.about.is_none()).flat_map(|fact| &fact.claims) {
            let speaks = claim.live && claim.set_aside.is_none() && claim.polarity == Polarity::Asserts;
            let point = claim.value.point().filter(|_| speaks).map(|point| [point.lat_microdegrees(), point.lon_microdegrees()]);
            points.extend(point.filter(|point| !points.contains(point)));
        }
        let mut sources: Vec<(SourceKind, String)> = Vec::new();
        for source in record.sources.iter().filter_map(|line| line.source.as_ref()) {
            let told = (source.kind, source.label.clone());
            if !sources.contains(&told) {
                sources.push(told);
            }
        }
        Self {
            incident: record.incident,
            title: record.title.clone(),
            kind: record.kind.clone(),
            kind_label: record.kind_label.clone(),
            district: record.district.clone(),
            state: record.state.clone(),
            dates: record.when.edtf.clone(),
            when: record.when.words.clone(),
            points,
            sources,
            corrections: record.corrections.len(),
        }
    }

    /// Its dates, as far as they can be read.
    pub fn spans(&self) -> Vec<Span> {
        self.dates.iter().filter_map(|date| Span::parse(date).ok()).collect()
    }

    /// The first and the last day it may have been, as days since the beginning of 1970; an open end is the first or
    /// the last there is. None without a date.
    pub fn days(&self) -> Option<(i64, i64)> {
        let stretches: Vec<_> = self.spans().iter().flat_map(Span::stretches).collect();
        let days: Vec<(i64, i64)> = stretches.into_iter().map(super::shelfmark::days).collect();
        Some((days.iter().map(|(first, _)| *first).min()?, days.iter().map(|(_, last)| *last).max()?))
    }
}

/// Everything the page says that can be searched, text by text: a phrase is found within one. Whatever a later kind of entry
/// says in its line is among it.
pub fn says(record: &IncidentRecord) -> Vec<&str> {
    let heading = [record.title.as_str(), &record.kind_label, &record.district];
    let place = record.place.as_ref().map(|place| place.words.as_str());
    heading.into_iter().chain(place).chain(record.lines.iter().map(|line| line.says.as_str())).collect()
}
