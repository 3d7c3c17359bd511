//! Likeness: whether two reports may tell of one happening, and the reasons a member is shown.
//!
//! Likely is decided by two things alone: how far apart the places are given how fine they are, and how much
//! of the rarer words they share, within three days. Time, kind and words are told as reasons. What is only
//! near in place and time, of one kind, is told as near and no more. The figures were chosen on half of the
//! pairs in `tests/likeness/labels.csv` and measured on the other half.
//! Nothing is merged here: a member presses, and can undo it. Pure, and the same answer for ever.

pub mod copies;
pub mod words;

use crate::desk::difference::{self, Difference};
use crate::desk::incident::Incident;
use crate::id::{IncidentId, ReportId};
use crate::place::{Point, distance_metres};
use crate::street::report::{Observed, Report, ReportState};
use crate::time::{DAY, HOUR, MINUTE};
use serde::Serialize;
use std::collections::HashMap;
use words::{Vocabulary, Words};

/// Places so far apart, beyond what their precision explains, are not one place.
pub const SAME_PLACE_METRES: f64 = 60.0;
/// Reports further apart in time are never suggested.
pub const SAME_TIME: i64 = 3 * DAY;
/// Half nearness, half shared words: from here on it is likely.
pub const LIKELY_FROM: f64 = 0.55;
/// Of one kind, within this distance and [`NEAR_TIME`]: near, whatever the words.
pub const NEAR_METRES: f64 = 400.0;
/// See [`NEAR_METRES`].
pub const NEAR_TIME: i64 = 6 * HOUR;
/// Without a point on both sides, this share of the words must be the same.
const WORDS_ALONE_FROM: f64 = 0.6;
/// Without a point on both sides, so many words must be the same.
const WORDS_ALONE_MIN: usize = 3;
/// Words named as a reason at most.
const WORDS_SHOWN: usize = 6;

/// What is compared of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Facets {
    /// A kind of the playbook.
    pub kind: String,
    /// When it was seen; the moment of receipt when nobody said.
    pub observed: Observed,
    /// The point told, if one was.
    pub point: Option<Point>,
    /// How far the true place may be from the point.
    pub precision_metres: u32,
    /// The words of place and text.
    pub words: Words,
}

impl Facets {
    /// What is compared of a report as kept; its point is as fine as a phone's.
    pub fn of(report: &Report, languages: &[&str]) -> Self {
        Self {
            kind: report.told.kind.clone(),
            observed: report.told.observed,
            point: report.told.point,
            precision_metres: 0,
            words: Words::of(&format!("{} {}", report.told.place, report.told.text), languages),
        }
    }
}

/// How strongly two reports belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Near in place and time and of one kind; the words do not say more.
    Near,
    /// Near, and the words agree.
    Likely,
}

/// Why two reports may be one happening.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// How strongly.
    pub strength: Strength,
    /// From 0 to 100; what suggestions are ordered by.
    pub score: u8,
    /// Metres between the points, when both have one.
    pub metres: Option<u32>,
    /// Metres by which the places may be off together.
    pub off_metres: u32,
    /// Minutes between what was seen; 0 when the times overlap.
    pub minutes: u32,
    /// Whether the kind is the same.
    pub same_kind: bool,
    /// Words in common, rarest first, as they were written.
    pub words: Vec<String>,
}

impl Likeness {
    /// The reasons, one sentence each, for the page.
    pub fn reasons(&self) -> Vec<String> {
        let place = match (self.metres, self.off_metres) {
            (None, _) => "One of them has no point, so the distance is not known.".to_owned(),
            (Some(metres), 0) => format!("{metres} metres apart."),
            (Some(metres), off) => format!("{metres} metres apart; the places may be off by {off} metres."),
        };
        let time = match self.minutes {
            0 => "Seen at the same time.".to_owned(),
            1 => "Seen one minute apart.".to_owned(),
            minutes if minutes < 120 => format!("Seen {minutes} minutes apart."),
            minutes => format!("Seen about {} hours apart.", (minutes + 30) / 60),
        };
        let kind = if self.same_kind { "The same kind." } else { "Another kind." };
        let words = match self.words.as_slice() {
            [] => "No telling word in common.".to_owned(),
            words => format!("Words in common: {}.", words.iter().take(WORDS_SHOWN).cloned().collect::<Vec<_>>().join(", ")),
        };
        vec![place, time, kind.to_owned(), words]
    }
}

/// Milliseconds between two intervals; nothing when they overlap.
fn between(one: Observed, other: Observed) -> i64 {
    one.from.since(other.to).max(other.from.since(one.to)).max(0)
}

/// Holds two reports against each other; nothing when they are not alike enough to be shown.
pub fn compare(one: &Facets, other: &Facets, vocabulary: &Vocabulary) -> Option<Likeness> {
    let apart = between(one.observed, other.observed);
    if apart > SAME_TIME {
        return None;
    }
    let metres = one.point.zip(other.point).map(|(here, there)| distance_metres(here, there));
    let off_metres = one.precision_metres.saturating_add(other.precision_metres);
    let beyond = metres.map(|metres| (metres - f64::from(off_metres)).max(0.0));
    if beyond.is_some_and(|beyond| beyond > NEAR_METRES) {
        return None;
    }
    let same_kind = one.kind == other.kind;
    let (share, words) = vocabulary.shared(&one.words, &other.words);
    let (likely, score) = match beyond {
        Some(beyond) => {
            let score = ((1.0 - beyond / SAME_PLACE_METRES).max(0.0) + share) / 2.0;
            (beyond < SAME_PLACE_METRES && score >= LIKELY_FROM, score)
        }
        None => (same_kind && share >= WORDS_ALONE_FROM && words.len() >= WORDS_ALONE_MIN, share / 2.0),
    };
    let near = same_kind && apart <= NEAR_TIME;
    if !likely && !near {
        return None;
    }
    Some(Likeness {
        strength: if likely { Strength::Likely } else { Strength::Near },
        // Between 0 and 1, so it fits.
        score: (score * 100.0).round() as u8,
        metres: metres.map(|metres| metres.round() as u32),
        off_metres,
        minutes: u32::try_from(apart / MINUTE).unwrap_or(u32::MAX),
        same_kind,
        words,
    })
}

/// The reports that may tell of the same happening as `report`, likeliest first, `at_most` of them.
///
/// A report taken back is like nothing. Rarity of words is counted over everything given.
pub fn alike<'a>(report: &Report, others: &[&'a Report], languages: &[&str], at_most: usize) -> Vec<(&'a Report, Likeness)> {
    let here = Facets::of(report, languages);
    let standing: Vec<(&'a Report, Facets)> = others
        .iter()
        .filter(|other| other.id != report.id && other.state != ReportState::Withdrawn)
        .map(|other| (*other, Facets::of(other, languages)))
        .collect();
    let vocabulary = Vocabulary::over(standing.iter().map(|(_, facets)| &facets.words).chain([&here.words]));
    let mut found: Vec<(&Report, Likeness)> =
        standing.iter().filter_map(|(other, there)| Some((*other, compare(&here, there, &vocabulary)?))).collect();
    found.sort_by_key(|(other, likeness)| {
        (std::cmp::Reverse((likeness.strength, likeness.score)), likeness.metres.unwrap_or(u32::MAX), likeness.minutes, other.id)
    });
    found.truncate(at_most);
    found
}

/// Incidents suggested for one report at most.
const SUGGESTED_MAX: usize = 5;

/// An incident that a report may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The incident.
    pub incident: IncidentId,
    /// Why: the likeness to the most alike of its reports.
    pub likeness: Likeness,
}

/// Suggests open incidents a report may belong to, likeliest first; `joined` are reports with their incidents, a
/// report once for each of them. An incident it belongs to, or is said to be different from, is not suggested.
pub fn suggest(report: &Report, joined: &[(Incident, Report)], differences: &[Difference], languages: &[&str]) -> Vec<Suggestion> {
    // A report of two incidents is one text: its words count once.
    let mut standing: Vec<&Report> = Vec::with_capacity(joined.len());
    let mut of: HashMap<ReportId, Vec<IncidentId>> = HashMap::with_capacity(joined.len());
    for (incident, other) in joined.iter().filter(|(incident, _)| incident.ended.is_none()) {
        let incidents = of.entry(other.id).or_default();
        if incidents.is_empty() {
            standing.push(other);
        }
        incidents.push(incident.id);
    }
    let mut found: Vec<Suggestion> = Vec::new();
    for (other, likeness) in alike(report, &standing, languages, usize::MAX) {
        for incident in of.get(&other.id).into_iter().flatten().copied() {
            let out = report.belongs_to(incident) || difference::between(differences, report.id, incident).is_some();
            if !out && !found.iter().any(|known| known.incident == incident) {
                found.push(Suggestion { incident, likeness: likeness.clone() });
            }
        }
    }
    found.truncate(SUGGESTED_MAX);
    found
}

/// Waiting reports that an incident's page offers, with the reasons; none that is said to be different from it.
/// `joined` are the incident's own. A report of another incident is not offered here: its own page suggests.
pub fn offered<'a>(
    incident: IncidentId,
    joined: &[Report],
    waiting: &'a [Report],
    differences: &[Difference],
    languages: &[&str],
) -> Vec<(&'a Report, Likeness)> {
    let seen = |report: &Report| Facets::of(report, languages);
    let standing: Vec<Facets> = joined.iter().filter(|report| report.state != ReportState::Withdrawn).map(seen).collect();
    let out = |report: &Report| !report.incidents.is_empty() || difference::between(differences, report.id, incident).is_some();
    let waiting: Vec<(&Report, Facets)> = waiting.iter().filter(|report| !out(report)).map(|report| (report, seen(report))).collect();
    let vocabulary = Vocabulary::over(standing.iter().chain(waiting.iter().map(|(_, facets)| facets)).map(|facets| &facets.words));
    let nearest = |here: &Facets| {
        let all = standing.iter().filter_map(|there| compare(here, there, &vocabulary));
        all.max_by_key(|likeness| (likeness.strength, likeness.score))
    };
    let mut found: Vec<(&Report, Likeness)> = waiting.iter().filter_map(|(report, here)| Some((*report, nearest(here)?))).collect();
    found.sort_by_key(|(report, likeness)| (std::cmp::Reverse((likeness.strength, likeness.score)), report.id));
    found.truncate(SUGGESTED_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn facets(kind: &str, minute: i64, metres_north: i32, text: &str) -> Facets {
        let at = Timestamp::from_milliseconds(minute * MINUTE);
        Facets {
            kind: kind.to_owned(),
            observed: Observed { from: at, to: at },
            point: Some(Point::new(51_470_000 + metres_north * 9, -69_000).expect("a point of Peckham")),
            precision_metres: 0,
            words: Words::of(text, &["en"]),
        }
    }

    #[test]
    fn near_with_the_same_words_is_likely_and_the_reasons_are_told() {
        let one = facets("visit", 0, 0, "White van by the bakery on Rye Lane");
        let other = facets("visit", 7, 20, "a white van, four officers, bakery");
        let all = Vocabulary::over([&one.words, &other.words].into_iter());
        let likeness = compare(&one, &other, &all).expect("alike");
        assert_eq!(likeness.strength, Strength::Likely);
        assert_eq!(
            likeness.reasons(),
            ["20 metres apart.", "Seen 7 minutes apart.", "The same kind.", "Words in common: bakery, van, white."]
        );
        assert_eq!(compare(&other, &one, &all).map(|back| (back.score, back.metres)), Some((likeness.score, likeness.metres)));
    }

    #[test]
    fn a_coarse_place_is_not_held_against_a_report() {
        let one = facets("visit", 0, 0, "white van bakery");
        let mut other = facets("visit", 0, 300, "white van bakery");
        let all = Vocabulary::default();
        assert_eq!(compare(&one, &other, &all).map(|likeness| likeness.strength), Some(Strength::Near));
        other.precision_metres = 290;
        let likeness = compare(&one, &other, &all).expect("alike");
        assert_eq!(likeness.strength, Strength::Likely);
        assert_eq!(likeness.reasons()[0], "300 metres apart; the places may be off by 290 metres.");
    }

    #[test]
    fn far_late_or_of_another_kind_without_words_is_not_suggested() {
        let one = facets("visit", 0, 0, "white van bakery");
        let all = Vocabulary::default();
        assert_eq!(compare(&one, &facets("visit", 0, 500, "white van bakery"), &all), None);
        assert_eq!(compare(&one, &facets("visit", 3 * 24 * 60 + 1, 0, "white van bakery"), &all), None);
        assert_eq!(compare(&one, &facets("flood", 0, 100, "water in the cellar"), &all), None);
    }

    #[test]
    fn without_a_point_the_words_must_carry_it() {
        let one = facets("visit", 0, 0, "white van by the bakery on Rye Lane");
        let mut other = facets("visit", 30, 0, "Rye Lane bakery, white van");
        other.point = None;
        let all = Vocabulary::default();
        assert_eq!(compare(&one, &other, &all).map(|likeness| likeness.strength), Some(Strength::Likely));
        other.words = Words::of("come quickly", &["en"]);
        assert_eq!(compare(&one, &other, &all).map(|likeness| likeness.strength), Some(Strength::Near));
    }
}
