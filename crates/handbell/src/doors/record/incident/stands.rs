//! Stands: where each publisher stands, and the times that are given, in their order.
//!
//! A publisher is a source's name up to its first comma, so that an update and its first version stand together. It
//! is shown for the facts on which accounts part or were changed, whoever it is, in the order of recording. Who says
//! nothing about these is named too: silence is no agreement.

use super::{about, name, said, sentence, short_name};
use handbell_rules::record::claim::{Polarity, Value};
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord};
use handbell_rules::span::Span;
use handbell_site::{StandRow, TimeRow};
use std::collections::BTreeMap;

fn is_struck(claim: &ClaimLine) -> bool {
    !claim.live || claim.set_aside.is_some()
}

/// Whether accounts of a fact part, in values or in words, or were changed.
fn is_contested(fact: &FactLine) -> bool {
    let parts = |claim: &ClaimLine| !claim.contradicted_by.is_empty() || !claim.worded_otherwise.is_empty() || is_struck(claim);
    fact.claims.len() > 1 && fact.claims.iter().any(parts)
}

/// Each publisher's version of each contested fact, and who has none.
pub(super) fn stands(record: &IncidentRecord) -> (Vec<StandRow>, Option<String>) {
    let contested: Vec<&FactLine> = record.facts.iter().filter(|fact| is_contested(fact)).collect();
    if contested.is_empty() {
        return (Vec::new(), None);
    }
    let publisher = |claim: &ClaimLine| short_name(&name(record, claim.source)).to_owned();
    let mut publishers: Vec<String> = Vec::new();
    for line in record.sources.iter().filter(|line| line.source.is_some()) {
        let label = name(record, line.number);
        if !publishers.iter().any(|known| known == short_name(&label)) {
            publishers.push(short_name(&label).to_owned());
        }
    }
    let (mut rows, mut silent) = (Vec::new(), Vec::new());
    for who in publishers {
        let before = rows.len();
        for fact in &contested {
            for claim in fact.claims.iter().filter(|claim| publisher(claim) == who) {
                rows.push(StandRow {
                    who: who.clone(),
                    sub: rows.len() > before,
                    about: about(fact),
                    says: said(claim),
                    struck: is_struck(claim),
                    source: claim.source.to_string(),
                });
            }
        }
        if rows.len() == before {
            silent.push(who);
        }
    }
    let silent = (!silent.is_empty()).then(|| format!("On these facts nothing is recorded from: {}", sentence(&silent.join(", "))));
    (rows, silent)
}

/// The dates that speak and are not set aside, in the order of time; nothing where there is only one.
pub(super) fn times(record: &IncidentRecord) -> Vec<TimeRow> {
    let mut rows: BTreeMap<(Option<i64>, Option<i64>, String), TimeRow> = BTreeMap::new();
    for fact in &record.facts {
        for claim in fact.claims.iter().filter(|claim| !is_struck(claim) && claim.polarity == Polarity::Asserts) {
            let Value::Span { edtf: Some(edtf), .. } = &claim.value else { continue };
            let Ok(span) = Span::parse(edtf) else { continue };
            let bounds = span.bounds();
            let place = (bounds.from.map(|moment| moment.0), bounds.before.map(|moment| moment.0), format!("{edtf} {}", about(fact)));
            let row = rows.entry(place).or_insert_with(|| TimeRow { when: span.words(), what: about(fact), sources: Vec::new() });
            let source = claim.source.to_string();
            if !row.sources.contains(&source) {
                row.sources.push(source);
            }
        }
    }
    if rows.len() < 2 { Vec::new() } else { rows.into_values().collect() }
}
