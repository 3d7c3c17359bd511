//! Reading a scenario: the exact shape of its file, and everything that must hold before it is one.
//!
//! Every struct denies unknown fields. Whether a playbook knows its words is asked elsewhere.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::*;
use crate::playbook::strict_toml;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPlace {
    text: String,
    lat: Option<f64>,
    lon: Option<f64>,
    radius_metres: Option<u32>,
    public_precision: Option<Precision>,
}

impl TryFrom<WrittenPlace> for ScenarioPlace {
    type Error = String;
    fn try_from(written: WrittenPlace) -> Result<Self, String> {
        let point = match (written.lat, written.lon) {
            (None, None) => None,
            (Some(lat), Some(lon)) => Some(Point::from_degrees(lat, lon).map_err(|why| why.to_string())?),
            _ => return Err("a point needs both lat and lon".into()),
        };
        if written.radius_metres.is_some() && point.is_none() {
            return Err("a radius needs a point".into());
        }
        let (text, radius_metres) = (written.text, written.radius_metres);
        Ok(Self { text, point, radius_metres, public_precision: written.public_precision })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScenario {
    #[serde(default)]
    practice: bool,
    incident: ScenarioIncident,
    source: Vec<ScenarioSource>,
    claim: Vec<WrittenClaim>,
    #[serde(default)]
    similar_elsewhere: Vec<WrittenSimilar>,
    #[serde(default)]
    lookalike: Vec<Lookalike>,
    #[serde(default)]
    assessment: Vec<ScenarioAssessment>,
    #[serde(default)]
    outcome: Vec<ScenarioOutcome>,
    drill: Option<WrittenDrill>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClaim {
    source: String,
    predicate: String,
    about: Option<String>,
    edtf: Option<String>,
    words: Option<String>,
    count: Option<ScenarioCount>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSimilar {
    place: String,
    edtf: String,
}

/// A drill has one status and no other; the key must be there so that a reader of the file sees it.
#[derive(Deserialize)]
enum ExerciseOnly {
    Exercise,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDrill {
    /// Present so that only `Exercise` parses.
    status: ExerciseOnly,
    place: ScenarioPlace,
    starts: String,
    #[serde(default)]
    happenings: Vec<super::truth::Happens>,
    empties_desk_at: Option<String>,
    reports: Vec<WrittenReport>,
    expected: Option<DrillExpected>,
}

/// One message that comes many times, each time with another ending, as somebody who floods a desk writes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFlood {
    copies: u32,
    over_minutes: u32,
    endings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReport {
    at: String,
    basis: DrillBasis,
    status: DrillStatus,
    text: String,
    officers: Option<[u32; 2]>,
    vehicles: Option<[u32; 2]>,
    people: Option<[u32; 2]>,
    place_offset_metres: Option<u32>,
    place: Option<String>,
    lookalike: Option<String>,
    route: DrillRoute,
    #[serde(default)]
    answers_the_desk: bool,
    really: Option<super::truth::Really>,
    of: Option<String>,
    flood: Option<WrittenFlood>,
}

pub(super) fn scenario(file: &str, text: &str) -> Result<Scenario, ScenarioRefusal> {
    let written: WrittenScenario = strict_toml::parse(file, text)?;
    for (key, length) in [
        ("source", written.source.len()),
        ("claim", written.claim.len()),
        ("similar_elsewhere", written.similar_elsewhere.len()),
        ("lookalike", written.lookalike.len()),
        ("assessment", written.assessment.len()),
        ("outcome", written.outcome.len()),
    ] {
        if length > SCENARIO_ENTRIES_MAX {
            return Err(bad(key, format!("at most {SCENARIO_ENTRIES_MAX} are allowed")));
        }
    }
    check_incident(&written.incident)?;
    check_sources(&written.source)?;
    let ids: BTreeSet<&str> = written.source.iter().map(|source| source.id.as_str()).collect();
    let claims = written
        .claim
        .into_iter()
        .enumerate()
        .map(|(position, claim)| read_claim(&format!("claim {}", position + 1), claim, &ids))
        .collect::<Result<Vec<_>, _>>()?;
    let similar_elsewhere = written
        .similar_elsewhere
        .into_iter()
        .map(|one| {
            let edtf = read_date("similar_elsewhere: edtf", &one.edtf)?;
            Ok(SimilarElsewhere { place: bounded("similar_elsewhere: place", one.place)?, edtf })
        })
        .collect::<Result<Vec<_>, ScenarioRefusal>>()?;
    check_assessments(&written.assessment, &ids)?;
    check_outcomes(&written.outcome, &ids)?;
    let drill = written.drill.map(read_drill).transpose()?;
    Ok(Scenario {
        incident: written.incident,
        sources: written.source,
        claims,
        similar_elsewhere,
        lookalikes: written.lookalike,
        assessments: written.assessment,
        outcomes: written.outcome,
        practice: written.practice,
        drill,
    })
}

fn bad(key: impl Into<String>, why: impl Into<String>) -> ScenarioRefusal {
    ScenarioRefusal::BadValue { key: key.into(), why: why.into() }
}

fn bounded(key: &str, text: String) -> Result<String, ScenarioRefusal> {
    check_text(key, &text)?;
    Ok(text)
}

fn check_text(key: &str, text: &str) -> Result<(), ScenarioRefusal> {
    if text.trim().is_empty() || text.chars().count() > SCENARIO_TEXT_CHARACTERS_MAX || text.chars().any(char::is_control) {
        return Err(bad(key, format!("a text is 1 to {SCENARIO_TEXT_CHARACTERS_MAX} printable characters")));
    }
    Ok(())
}

fn check_incident(incident: &ScenarioIncident) -> Result<(), ScenarioRefusal> {
    check_text("incident: title", &incident.title)?;
    check_text("incident: place", &incident.place.text)?;
    let Some(precision) = incident.place.public_precision else {
        return Err(bad("incident: place", "`public_precision` is needed: a public page must know how fine it may be"));
    };
    if incident.home && precision > Precision::District {
        return Err(bad("incident: place", "a home is never told finer than its district"));
    }
    if incident.home && incident.place.point.is_some() {
        return Err(bad("incident: place", "a home's point has no place in a scenario"));
    }
    match &incident.zone {
        Some(zone) if jiff::tz::TimeZone::get(zone).is_err() => Err(bad("incident: zone", "this is no IANA time zone")),
        _ => Ok(()),
    }
}

fn check_sources(sources: &[ScenarioSource]) -> Result<(), ScenarioRefusal> {
    if sources.is_empty() {
        return Err(bad("source", "a scenario has at least one source"));
    }
    let mut ids = BTreeSet::new();
    for source in sources {
        if !crate::area::is_id(&source.id) {
            return Err(bad(format!("source {}", source.id), "an id is 1 to 40 lower-case letters, digits and hyphens"));
        }
        if !ids.insert(source.id.as_str()) {
            return Err(bad(format!("source {}", source.id), "this id is there twice"));
        }
        check_text(&format!("source {}: label", source.id), &source.label)?;
    }
    for source in sources {
        for (key, other) in [("copies", &source.copies), ("via", &source.via)] {
            let Some(other) = other else { continue };
            let key = format!("source {}: {key}", source.id);
            if !ids.contains(other.as_str()) {
                return Err(ScenarioRefusal::SourceUnknown { key, source_id: other.clone() });
            }
            if *other == source.id {
                return Err(bad(key, "a source cannot name itself"));
            }
        }
    }
    Ok(())
}

fn check_assessments(assessments: &[ScenarioAssessment], ids: &BTreeSet<&str>) -> Result<(), ScenarioRefusal> {
    for (position, assessment) in assessments.iter().enumerate() {
        let key = format!("assessment {}", position + 1);
        check_text(&key, &assessment.public_wording)?;
        let named = assessment.relies_on.iter().chain(assessment.sets_aside.iter().map(|one| &one.source));
        for source in named {
            if !ids.contains(source.as_str()) {
                return Err(ScenarioRefusal::SourceUnknown { key, source_id: source.clone() });
            }
        }
    }
    Ok(())
}

fn check_outcomes(outcomes: &[ScenarioOutcome], ids: &BTreeSet<&str>) -> Result<(), ScenarioRefusal> {
    for (position, outcome) in outcomes.iter().enumerate() {
        let key = format!("outcome {}", position + 1);
        if !ids.contains(outcome.source.as_str()) {
            return Err(ScenarioRefusal::SourceUnknown { key, source_id: outcome.source.clone() });
        }
        for text in [&outcome.about, &outcome.words, &outcome.asked].into_iter().flatten() {
            check_text(&key, text)?;
        }
        // The rule of the record itself; a file gets no easier way.
        outcome.told(crate::record::Ref::New(0)).check().map_err(|no| bad(key, no.advice()))?;
    }
    Ok(())
}

fn read_date(key: &str, text: &str) -> Result<Span, ScenarioRefusal> {
    Span::parse(text).map_err(|why| bad(key, why.to_string()))
}

fn read_claim(key: &str, written: WrittenClaim, ids: &BTreeSet<&str>) -> Result<ScenarioClaim, ScenarioRefusal> {
    if !ids.contains(written.source.as_str()) {
        return Err(ScenarioRefusal::SourceUnknown { key: key.to_owned(), source_id: written.source });
    }
    for text in [&written.about, &written.words, &written.value].into_iter().flatten() {
        check_text(key, text)?;
    }
    if let Some(count) = &written.count {
        check_count(key, count)?;
    }
    if written.words.is_none() && written.value.is_none() && written.count.is_none() && written.edtf.is_none() {
        return Err(bad(key, "a claim says something"));
    }
    let edtf = written.edtf.as_deref().map(|text| read_date(&format!("{key}: edtf"), text)).transpose()?;
    Ok(ScenarioClaim {
        source: written.source,
        predicate: written.predicate,
        about: written.about,
        edtf,
        words: written.words,
        count: written.count,
        value: written.value,
    })
}

fn check_count(key: &str, count: &ScenarioCount) -> Result<(), ScenarioRefusal> {
    if count.low.is_none() && count.high.is_none() {
        return Err(bad(key, "a count has at least one end"));
    }
    if count.low.zip(count.high).is_some_and(|(low, high)| low > high) {
        return Err(bad(key, "the low end of a count is above its high end"));
    }
    if count.low.max(count.high) > Some(COUNT_MAX) {
        return Err(bad(key, format!("a count is at most {COUNT_MAX}")));
    }
    count.words.as_deref().map_or(Ok(()), |words| check_text(key, words))
}

fn read_drill(written: WrittenDrill) -> Result<Drill, ScenarioRefusal> {
    let ExerciseOnly::Exercise = written.status;
    check_text("drill: place", &written.place.text)?;
    if written.place.point.is_none() {
        return Err(bad("drill: place", "a drill needs a point, so that its pins can be placed around it"));
    }
    let starts: jiff::Timestamp =
        written.starts.parse().map_err(|_| bad("drill: starts", "a time is written 2022-06-11T11:00:00+01:00"))?;
    if written.reports.is_empty() || written.reports.len() > SCENARIO_ENTRIES_MAX {
        return Err(bad("drill: reports", format!("1 to {SCENARIO_ENTRIES_MAX} are allowed")));
    }
    for (position, happens) in written.happenings.iter().enumerate() {
        let key = format!("drill: happening {}", position + 1);
        if !crate::area::is_id(&happens.id) || written.happenings[..position].iter().any(|other| other.id == happens.id) {
            return Err(bad(key, "an id is 1 to 40 lower-case letters, digits and hyphens, and there once"));
        }
        check_text(&key, &happens.called)?;
    }
    let empties_desk_at_minutes = match &written.empties_desk_at {
        Some(text) => Some(minutes(text).ok_or_else(|| bad("drill: empties_desk_at", "a moment is written +68m"))?),
        None => None,
    };
    let mut reports: Vec<DrillReport> = Vec::with_capacity(written.reports.len());
    let mut named: Vec<(Option<super::truth::Really>, Option<String>)> = Vec::new();
    let mut last = 0;
    for (position, mut report) in written.reports.into_iter().enumerate() {
        let key = format!("drill: report {}", position + 1);
        let (flood, of) = (report.flood.take(), report.of.take());
        if let Some(of) = &of
            && !written.happenings.iter().any(|happens| happens.id == *of)
        {
            return Err(bad(format!("{key}: of"), format!("there is no happening `{of}`")));
        }
        let really = report.really;
        let report = read_report(&key, report)?;
        if last > report.at_minutes {
            return Err(bad(key, "messages stand in order of time"));
        }
        last = report.at_minutes;
        for copy in flooded(&key, report, flood)? {
            reports.push(copy);
            named.push((really, of.clone()));
        }
    }
    if reports.len() > SCENARIO_ENTRIES_MAX {
        return Err(bad("drill: reports", format!("with its floods, at most {SCENARIO_ENTRIES_MAX} are allowed")));
    }
    let mut drill = Drill {
        place: written.place,
        starts,
        happenings: written.happenings,
        empties_desk_at_minutes,
        reports,
        expected: written.expected,
    };
    if drill.happenings.is_empty() {
        super::truth::supposed(&mut drill);
    } else {
        for (report, (really, of)) in drill.reports.iter_mut().zip(named) {
            report.really =
                really.ok_or_else(|| bad("drill: reports", "where happenings are listed, each message says what it `really` is"))?;
            report.of = of.and_then(|of| drill.happenings.iter().position(|happens| happens.id == of));
            if report.really.is_of_a_happening() != report.of.is_some() {
                return Err(bad("drill: reports", "a message that is of a happening names it with `of`, and no other does"));
            }
        }
    }
    // A copy that comes over a while arrives between the messages after it.
    drill.reports.sort_by_key(|report| report.at_minutes);
    Ok(drill)
}

/// The copies of a flood, evenly over its minutes; a message without one is itself.
fn flooded(key: &str, report: DrillReport, flood: Option<WrittenFlood>) -> Result<Vec<DrillReport>, ScenarioRefusal> {
    let Some(flood) = flood else { return Ok(vec![report]) };
    let key = format!("{key}: flood");
    if !(2..=500).contains(&flood.copies) || flood.over_minutes > DRILL_MINUTES_MAX || flood.endings.is_empty() {
        return Err(bad(key, "a flood has 2 to 500 copies over some minutes, and at least one ending"));
    }
    let mut copies = Vec::new();
    for (number, ending) in (0..flood.copies).zip(flood.endings.iter().cycle()) {
        let text = format!("{} {ending}", report.text);
        check_text(&key, &text)?;
        copies.push(DrillReport { at_minutes: report.at_minutes + flood.over_minutes * number / flood.copies, text, ..report.clone() });
    }
    Ok(copies)
}

fn read_report(key: &str, written: WrittenReport) -> Result<DrillReport, ScenarioRefusal> {
    check_text(key, &written.text)?;
    if !written.text.starts_with(PRACTICE_MARK) {
        return Err(bad(key, format!("a practice message begins with `{PRACTICE_MARK}`")));
    }
    for text in [&written.place, &written.lookalike].into_iter().flatten() {
        check_text(key, text)?;
    }
    let at_minutes = minutes(&written.at)
        .ok_or_else(|| bad(format!("{key}: at"), format!("an offset is written +68m and is at most {DRILL_MINUTES_MAX}")))?;
    if written.place_offset_metres.is_some_and(|metres| metres > 10_000) {
        return Err(bad(format!("{key}: place_offset_metres"), "a pin lies at most 10,000 metres off"));
    }
    Ok(DrillReport {
        at_minutes,
        basis: written.basis,
        status: written.status,
        officers: range(key, written.officers)?,
        vehicles: range(key, written.vehicles)?,
        people: range(key, written.people)?,
        text: written.text,
        place_offset_metres: written.place_offset_metres,
        place: written.place,
        lookalike: written.lookalike,
        route: written.route,
        answers_the_desk: written.answers_the_desk,
        really: written.really.unwrap_or(super::truth::Really::Real),
        of: None,
    })
}

/// Reads `+68m` as 68.
fn minutes(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+')?.strip_suffix('m')?;
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten().filter(|minutes| *minutes <= DRILL_MINUTES_MAX)
}

fn range(key: &str, ends: Option<[u32; 2]>) -> Result<Option<DrillRange>, ScenarioRefusal> {
    match ends {
        None => Ok(None),
        Some([low, high]) if low <= high && high <= COUNT_MAX => Ok(Some(DrillRange { low, high })),
        Some(_) => Err(bad(key, format!("a range is [low, high] with low ≤ high ≤ {COUNT_MAX}"))),
    }
}
