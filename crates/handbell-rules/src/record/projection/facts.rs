//! Facts: every claim with its source, fact by fact, what the desk says, and what was corrected.
//!
//! Contradiction, corroboration and the date are worked out here, each time anew. A claim that is set aside,
//! taken back or contradicted stays in its place; nothing here decides between two.

use super::{AssessmentLine, ClaimLine, CorrectionLine, EventLine, FactLine, SentenceLine, When};
use crate::record::assessment::{Correction, Standing};
use crate::record::claim::{Polarity, PublicClaim, Value as Said};
use crate::record::compare;
use crate::record::kept::instant;
use crate::record::ledger::Ledger;
use crate::record::source::Source;
use crate::span::Span;
use crate::span::day_of;
use std::collections::{BTreeSet, HashMap};

/// One line of claims for each fact, in the order in which it was first claimed or assessed.
pub(super) fn facts(ledger: &Ledger, sources: &[Option<Source>]) -> Vec<FactLine> {
    let live: Vec<&PublicClaim> =
        (1..).zip(&ledger.claims).filter(|(number, _)| ledger.is_live(*number)).filter_map(|(_, placed)| placed.body.as_ref()).collect();
    let mut held = compare::all(&live, sources);
    let mut known: HashMap<(String, Option<String>), usize> = HashMap::new();
    let mut facts: Vec<FactLine> = Vec::new();
    let mut place_of = |facts: &mut Vec<FactLine>, predicate: &str, about: &Option<String>, label: &str| {
        *known.entry((predicate.to_owned(), about.clone())).or_insert_with(|| {
            facts.push(FactLine {
                predicate: predicate.to_owned(),
                label: label.to_owned(),
                about: about.clone(),
                standing: None,
                accounts_differ: false,
                claims: Vec::new(),
                assessments: Vec::new(),
            });
            facts.len() - 1
        })
    };
    for placed in &ledger.claims {
        let Some(claim) = &placed.body else { continue };
        let place = place_of(&mut facts, &claim.predicate, &claim.about, &claim.label);
        let speaks = ledger.is_live(claim.number);
        let compare::Held { contradicted_by, worded_otherwise, independent } = held.remove(&claim.number).unwrap_or_default();
        facts[place].claims.push(ClaimLine {
            number: claim.number,
            index: placed.index,
            at: placed.at.clone(),
            source: claim.source,
            polarity: claim.polarity,
            value: claim.value.clone(),
            says: claim.value.says(),
            live: speaks,
            set_aside: None,
            contradicted_by,
            worded_otherwise,
            independent,
            events: ledger
                .events_of(claim.number)
                .filter_map(|event| {
                    let body = event.body.as_ref()?;
                    let (event_kind, by_claim, reason) = (body.event, body.by_claim, body.reason.clone());
                    Some(EventLine { index: event.index, at: event.at.clone(), event: event_kind, by_claim, reason })
                })
                .collect(),
        });
    }
    for ((number, placed), assessed) in (1..).zip(&ledger.assessments).zip(ledger.assessed()) {
        let Some(assessed) = assessed else { continue };
        let place = place_of(&mut facts, assessed.predicate, &assessed.about.map(str::to_owned), assessed.label);
        let body = placed.body.as_ref();
        let source_of = |claim: &u32| ledger.claim(*claim).and_then(|claim| claim.body.as_ref()).map(|claim| claim.source);
        let sentences = body.into_iter().flat_map(|body| &body.sentences).map(|sentence| {
            let sources: BTreeSet<u32> = sentence.claims.iter().filter_map(source_of).collect();
            SentenceLine { text: sentence.text.clone(), claims: sentence.claims.clone(), sources: sources.into_iter().collect() }
        });
        let corrections = (1..).zip(&ledger.corrections).map(|(correction, _)| correction);
        let corrected_by = { corrections }.find(|one| ledger.joins(*one).is_some_and(|(_, earlier)| earlier == Some(number)));
        let fact = &mut facts[place];
        fact.standing = body.map(|body| body.standing);
        for claim in &mut fact.claims {
            claim.set_aside = body.and_then(|body| body.sets_aside.iter().find(|one| one.claim == claim.number)).map(|one| one.reason);
        }
        fact.assessments.push(AssessmentLine {
            number,
            index: placed.index,
            at: placed.at.clone(),
            standing: body.map(|body| body.standing),
            sentences: sentences.collect(),
            relies_on: body.map(|body| body.relies_on.clone()).unwrap_or_default(),
            corrected_by,
        });
    }
    for fact in &mut facts {
        fact.accounts_differ = fact.claims.iter().any(|claim| !claim.contradicted_by.is_empty());
    }
    facts
}

pub(super) fn corrections(ledger: &Ledger, facts: &[FactLine]) -> Vec<CorrectionLine> {
    let assessed = |wanted: u32| {
        facts.iter().flat_map(|fact| fact.assessments.iter().map(move |one| (fact, one))).find(|(_, one)| one.number == wanted)
    };
    let said = |wanted: u32| assessed(wanted).map(|(_, one)| joined(&one.sentences)).unwrap_or_default();
    let line = |number: u32, index: u64, at: &str, body: Option<&Correction>| {
        let (later, earlier) = ledger.joins(number).unwrap_or_default();
        let now = assessed(later);
        CorrectionLine {
            number,
            index,
            at: at.to_owned(),
            kind: body.map(|body| body.kind),
            label: now.map(|(fact, _)| fact.label.clone()).unwrap_or_default(),
            before: earlier.map(said).unwrap_or_default(),
            after: said(later),
            note: body.map(|body| body.note.clone()).unwrap_or_default(),
            sources: now
                .map(|(_, one)| {
                    let all: BTreeSet<u32> = one.sentences.iter().flat_map(|sentence| sentence.sources.iter().copied()).collect();
                    all.into_iter().collect()
                })
                .unwrap_or_default(),
        }
    };
    (1..).zip(&ledger.corrections).map(|(number, placed)| line(number, placed.index, &placed.at, placed.body.as_ref())).collect()
}

pub(super) fn joined(sentences: &[SentenceLine]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The day of a UTC minute on the clocks of a zone; in UTC where an older entry names none.
fn day_opened(happened: &str, zone: &str) -> Option<String> {
    let in_utc = || happened.get(..10).filter(|day| Span::parse(day).is_ok()).map(str::to_owned);
    let here = instant(happened).filter(|_| !zone.is_empty()).and_then(|at| day_of(at, zone).ok());
    here.map_or_else(in_utc, |day| Some(day.to_string()))
}

/// When it happened: the dates claimed for `when` that speak and are not set aside; those the desk relies on
/// where it settled the matter and they still speak; the day the desk opened it, as
/// the clocks of its zone show it, where nothing is claimed.
pub(super) fn when(facts: &[FactLine], happened: &str, zone: &str) -> When {
    let fact = facts.iter().find(|fact| fact.predicate == "when" && fact.about.is_none());
    let fact = fact.or_else(|| facts.iter().find(|fact| fact.predicate.starts_with("when.") && fact.about.is_none()));
    let date = |claim: &ClaimLine| match &claim.value {
        Said::Span { edtf: Some(edtf), .. } => Some(edtf.clone()),
        _ => None,
    };
    let mut dates: Vec<String> = Vec::new();
    let mut claimed = false;
    if let Some(fact) = fact {
        let settled = fact.assessments.last().filter(|one| one.standing == Some(Standing::Settled)).map(|one| one.relies_on.as_slice());
        let speaking = || fact.claims.iter().filter(|claim| claim.live && claim.polarity == Polarity::Asserts);
        claimed = speaking().next().is_some();
        let mut told = |wanted: &dyn Fn(&ClaimLine) -> bool| {
            for claim in speaking().filter(|claim| claim.set_aside.is_none() && wanted(claim)) {
                dates.extend(date(claim).filter(|date| !dates.contains(date)));
            }
            !dates.is_empty()
        };
        // Where what settled it no longer speaks, the others do.
        let settles = settled.is_some_and(|relied_on| told(&|claim| relied_on.contains(&claim.number)));
        let _ = settles || told(&|_| true);
    }
    if dates.is_empty() && !claimed {
        dates.extend(day_opened(happened, zone));
    }
    let words: Vec<String> = dates.iter().filter_map(|date| Span::parse(date).ok()).map(|date| date.words()).collect();
    When { edtf: dates, words: if words.is_empty() { "Date not given".to_owned() } else { words.join(" or ") } }
}
