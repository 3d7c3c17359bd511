//! JSON-LD: an incident's page as schema.org tells it (release 30.0), for machines that read nothing of ours.
//!
//! One `NewsArticle` for each incident, with each of its corrections as a `CorrectionComment`, its sources as
//! citations, and at most one `ClaimReview`: of a fact that the desk settled though accounts of it differ. That
//! vocabulary has no relation between two claims, so what contradicts what is in the page's own JSON only.
//! What stands here stands on the page too, every correction among it.

use super::{page_of, source};
use handbell_rules::record::assessment::Standing;
use handbell_rules::record::claim::Polarity;
use handbell_rules::record::projection::{CorrectionLine, FactLine, IncidentRecord};
use serde_json::{Map, Value, json};

/// The vocabulary.
pub const CONTEXT: &str = "https://schema.org";

fn filled(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    Value::Object(pairs.into_iter().filter(|(_, value)| !empty(value)).map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn comment(page: &str, one: &CorrectionLine) -> Value {
    // What a correction says is its note; words that were taken back are gone from here as from the page.
    let text = if one.note.is_empty() { "Its words were taken from the public." } else { &one.note };
    filled([
        ("@type", "CorrectionComment".into()),
        ("@id", format!("{page}#corr{}", one.number).into()),
        ("position", one.number.into()),
        ("name", one.kind.map_or("Correction", |kind| kind.word()).into()),
        ("datePublished", one.at.as_str().into()),
        ("text", text.into()),
    ])
}

fn citations(record: &IncidentRecord) -> Value {
    let cited = record.sources.iter().filter_map(|line| line.source.as_ref());
    cited
        .map(|source| {
            filled([
                ("@type", "CreativeWork".into()),
                ("name", source.label.as_str().into()),
                ("url", source.url.as_deref().unwrap_or_default().into()),
            ])
        })
        .collect()
}

/// The claim that a settled fact of differing accounts was about.
fn review(group: &str, page: &str, record: &IncidentRecord) -> Option<Value> {
    let settled = |fact: &&FactLine| fact.accounts_differ && fact.standing == Some(Standing::Settled);
    let fact = record.facts.iter().find(settled)?;
    let newest = fact.assessments.last()?;
    let against = fact.claims.iter().find(|claim| claim.live && claim.polarity == Polarity::Asserts && claim.set_aside.is_some())?;
    let who = source(record, against.source)?;
    let said: Vec<&str> = newest.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    Some(json!({
        "@type": "ClaimReview",
        "url": page,
        "claimReviewed": format!("{}: {}", fact.label, against.says),
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Organization", "name": who.label}},
        "author": {"@type": "Organization", "name": group},
        "datePublished": newest.at,
        "reviewRating": {"@type": "Rating", "alternateName": "Set aside", "ratingExplanation": said.join(" ")},
    }))
}

/// The article of one incident, without the vocabulary's name.
pub fn article(group: &str, origin: &str, record: &IncidentRecord) -> Value {
    let page = page_of(origin, record);
    let opened = record.lines.iter().find(|line| line.kind == 1).map(|line| line.at.clone()).unwrap_or_default();
    let place = record.place.as_ref().map_or(&record.district, |place| &place.words);
    // Rounded in the record already, to what its radius means.
    let degrees = |micro: i32| f64::from(micro) / 1e6;
    let geo = record
        .place
        .as_ref()
        .and_then(|place| place.lat.zip(place.lon))
        .map(|(lat, lon)| json!({"@type": "GeoCoordinates", "latitude": degrees(lat), "longitude": degrees(lon)}));
    let mark = if record.status == "exercise" { "EXERCISE: " } else { "" };
    filled([
        ("@type", "NewsArticle".into()),
        ("@id", page.as_str().into()),
        ("url", page.as_str().into()),
        ("headline", format!("{mark}{}", record.title).into()),
        ("datePublished", opened.into()),
        ("dateModified", record.changed.as_str().into()),
        ("version", record.lines.last().map_or(0, |line| line.index + 1).into()),
        ("temporalCoverage", record.when.edtf.join(" ").into()),
        ("contentLocation", filled([("@type", "Place".into()), ("name", place.as_str().into()), ("geo", geo.unwrap_or_default())])),
        (
            "publisher",
            json!({"@type": "NewsMediaOrganization", "name": group, "url": origin, "correctionsPolicy": format!("{origin}/corrections")}),
        ),
        ("correction", record.corrections.iter().map(|one| comment(&page, one)).collect()),
        ("citation", citations(record)),
        ("review", review(group, &page, record).unwrap_or_default()),
    ])
}

/// One incident as a document of its own.
pub fn document(group: &str, origin: &str, record: &IncidentRecord) -> String {
    let mut article = article(group, origin, record);
    if let Value::Object(fields) = &mut article {
        fields.insert("@context".into(), CONTEXT.into());
    }
    format!("{article}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::id::IncidentId;
    use handbell_rules::record::projection::{LoggedEntry, project};

    fn entry(index: u64, kind: u8, payload: Value) -> LoggedEntry {
        LoggedEntry { index, kind, payload: payload.as_object().cloned(), missing: false }
    }

    #[test]
    fn an_article_says_its_corrections_and_sources_and_reviews_one_claim_at_most() {
        let claim = |number: u32, low: u32| json!({"type": "claim.recorded", "at": "2026-01-02T03:05Z", "number": number, "source": number, "predicate": "count.arrests", "label": "Arrests", "single": true, "polarity": "asserts", "value": {"type": "range", "low": low, "high": low}});
        let source = |number: u32, label: &str| json!({"type": "source.added", "at": "2026-01-02T03:05Z", "number": number, "kind": "document", "label": label, "url": "https://a.example/1"});
        let said = |number: u32, standing: &str, relies: u32, aside: Value, supersedes: Value| json!({"type": "assessment.made", "at": "2026-01-02T03:06Z", "number": number, "predicate": "count.arrests", "label": "Arrests", "standing": standing, "relies_on": [relies], "sets_aside": aside, "sentences": [{"text": "Some were held.", "claims": [relies]}], "supersedes": supersedes});
        let entries = [
            entry(
                0,
                1,
                json!({"type": "incident.opened", "at": "2026-01-02T03:04Z", "kind_label": "Flood", "district": "Peckham", "status": "exercise"}),
            ),
            entry(1, 11, source(1, "Paper one")),
            entry(2, 11, source(2, "Paper two")),
            entry(3, 2, claim(1, 3)),
            entry(4, 2, claim(2, 5)),
            entry(5, 12, said(1, "disputed", 1, json!([]), Value::Null)),
            entry(6, 12, said(2, "settled", 2, json!([{"claim": 1, "reason": "contradicted_by_stronger"}]), 1.into())),
            entry(
                7,
                3,
                json!({"type": "correction.published", "at": "2026-01-02T03:06Z", "number": 1, "kind": "correction", "assessment": 2, "supersedes": 1, "note": "The second paper counted."}),
            ),
        ];
        let record = project(IncidentId([1; 16]), &entries).unwrap();
        let told: Value = serde_json::from_str(&document("Eastgate", "https://bell.example", &record)).unwrap();
        assert_eq!((told["@context"].as_str(), told["@type"].as_str()), (Some(CONTEXT), Some("NewsArticle")));
        assert_eq!(told["headline"], "EXERCISE: Flood, Peckham");
        assert_eq!(
            (&told["datePublished"], &told["dateModified"], &told["version"]),
            (&json!("2026-01-02T03:04Z"), &json!("2026-01-02T03:06Z"), &json!(8))
        );
        assert_eq!(told["correction"][0]["text"], "The second paper counted.");
        assert_eq!(told["citation"].as_array().map(Vec::len), Some(2));
        assert_eq!(told["review"]["claimReviewed"], "Arrests: 3");
        assert_eq!(told["review"]["itemReviewed"]["author"]["name"], "Paper one");
        // Where nothing is settled nobody is reviewed.
        let record = project(IncidentId([1; 16]), &entries[..6]).unwrap();
        let told: Value = serde_json::from_str(&document("Eastgate", "https://bell.example", &record)).unwrap();
        assert!(told.get("review").is_none() && told.get("correction").is_none());
    }
}
