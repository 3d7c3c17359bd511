//! Change: the sentences by which a text updates, corrects or clarifies itself.
//!
//! A word at the beginning ("UPDATE:"), or the sentence that editors put under an article. An update that says
//! what "in fact" was so is a correction too. What changed is for a person to read.

use super::word::Words;
use super::{Field, Finding, Page, Rule, Value};

/// How a text changes what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeWord {
    /// More is known.
    Update,
    /// Something was wrong.
    Correction,
    /// Something could be read wrongly.
    Clarification,
    /// Something is taken back.
    Retraction,
}

impl ChangeWord {
    /// Every one with its stable name and what people read.
    pub const ALL: [(ChangeWord, &'static str, &'static str); 4] = [
        (ChangeWord::Update, "update", "It updates itself"),
        (ChangeWord::Correction, "correction", "It corrects itself"),
        (ChangeWord::Clarification, "clarification", "It clarifies itself"),
        (ChangeWord::Retraction, "retraction", "It takes something back"),
    ];
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, name, _)| name)
    }
    /// What people read.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(.., words)| words)
    }
}

const BEGINS: [(&str, ChangeWord); 13] = [
    ("update", ChangeWord::Update),
    ("updated", ChangeWord::Update),
    ("correction", ChangeWord::Correction),
    ("corrections", ChangeWord::Correction),
    ("corrected", ChangeWord::Correction),
    ("corrections and clarifications", ChangeWord::Correction),
    ("clarification", ChangeWord::Clarification),
    ("retraction", ChangeWord::Retraction),
    ("editor's note", ChangeWord::Clarification),
    ("erratum", ChangeWord::Correction),
    ("we regret the error", ChangeWord::Correction),
    ("for the record", ChangeWord::Correction),
    ("we apologise for", ChangeWord::Correction),
];
const SAYS: [(&str, ChangeWord); 8] = [
    ("an|a earlier|previous version of this", ChangeWord::Correction),
    ("earlier versions of this", ChangeWord::Correction),
    ("this article|story was amended|corrected", ChangeWord::Correction),
    ("this article|story has been amended|corrected", ChangeWord::Correction),
    ("this article|story was updated", ChangeWord::Update),
    ("this article|story has been updated", ChangeWord::Update),
    ("this article|story has been clarified", ChangeWord::Clarification),
    ("this article|story has been withdrawn", ChangeWord::Retraction),
];
const IN_FACT: [&str; 5] = ["in fact", "not as", "incorrectly", "wrongly", "as we first reported"];

fn stands_at_the_head(words: Words<'_>) -> Option<ChangeWord> {
    let (change, length) = words.means(0, &BEGINS)?;
    let marked = (length..length + 6).find(|at| matches!(words.low(*at), ":" | "\u{2014}" | "\u{2013}" | "-"));
    let whole = words.len() <= length + 1 || length > 1;
    (marked.is_some() || whole).then_some(change)
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let mut found: Vec<ChangeWord> = stands_at_the_head(words).into_iter().collect();
        let says = |phrase: &str| (0..words.len()).any(|at| words.phrase(at, phrase).is_some());
        if words.len() <= 80 {
            found.extend(SAYS.iter().filter(|(phrase, _)| says(phrase)).map(|(_, change)| *change));
        }
        if found.contains(&ChangeWord::Update) && IN_FACT.iter().any(|phrase| says(phrase)) {
            found.push(ChangeWord::Correction);
        }
        found.dedup();
        let one = |change| Finding {
            field: Field::Change,
            sentence,
            bytes: line.bytes.clone(),
            value: Value::Change(change),
            rule: Rule::WordOfAChange,
        };
        findings.extend(found.into_iter().map(one));
    }
    findings
}
