//! Whether a claim's value fits its predicate, as the playbook types it.

use super::{ScenarioClaim, ScenarioRefusal};
use crate::playbook::{Playbook, ValueType};

pub(super) fn check_value(key: &str, claim: &ScenarioClaim, playbook: &Playbook) -> Result<(), ScenarioRefusal> {
    let Some(predicate) = playbook.predicate(&claim.predicate) else {
        return Err(ScenarioRefusal::PredicateUnknown { key: key.to_owned(), predicate: claim.predicate.clone() });
    };
    let (date, words) = (claim.edtf.is_some(), claim.words.is_some());
    let (count, value) = (claim.count.is_some(), claim.value.is_some());
    let fits = match predicate.value_type {
        ValueType::Span => (date || words) && !count && !value,
        ValueType::Range => count && !date && !value && !words,
        ValueType::Text | ValueType::Place => (value ^ words) && !count && !date,
        ValueType::Choice => {
            // A source says "Border Force"; the playbook's id for it is `border-force`.
            let chosen = claim.value.as_ref().map(|value| value.trim().to_lowercase().replace(' ', "-"));
            !words && !count && !date && chosen.is_some_and(|chosen| predicate.choices.contains(&chosen))
        }
    };
    if fits {
        return Ok(());
    }
    let why = match predicate.value_type {
        ValueType::Span => "it takes `edtf`, `words` or both".to_owned(),
        ValueType::Range => "it takes `count`".to_owned(),
        ValueType::Text | ValueType::Place => "it takes either `value` or `words`".to_owned(),
        ValueType::Choice => format!("it takes a `value` out of {}", predicate.choices.join(", ")),
    };
    Err(ScenarioRefusal::ValueMismatch { key: format!("{key}: {}", claim.predicate), why })
}
