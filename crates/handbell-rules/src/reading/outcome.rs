//! Outcome: how something ended, or what became of somebody.
//!
//! A word for an ending in its clause: arrested, released, charged, convicted, dispersed, adopted. What is only
//! wished, called for or still to come is no outcome. The clause is shown, for a person to write what it says.

use super::word::Words;
use super::{Field, Finding, Page, Rule, Value};

/// In what way something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Arrested or held, or nobody was.
    Arrest,
    /// Let go.
    Release,
    /// Charged, tried, convicted, sentenced or cleared.
    Court,
    /// Hurt, or nobody was.
    Injury,
    /// Died.
    Death,
    /// Taken out of the country.
    Removal,
    /// Went apart or left.
    Dispersal,
    /// Adopted, elected, refused: a body decided.
    Decision,
}

impl Ending {
    /// Every way with its stable name and what people read.
    pub const ALL: [(Ending, &'static str, &'static str); 8] = [
        (Ending::Arrest, "arrest", "Arrests"),
        (Ending::Release, "release", "Release"),
        (Ending::Court, "court", "In court"),
        (Ending::Injury, "injury", "Injuries"),
        (Ending::Death, "death", "Deaths"),
        (Ending::Removal, "removal", "Removal from the country"),
        (Ending::Dispersal, "dispersal", "People went away"),
        (Ending::Decision, "decision", "A decision"),
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

/// Words of a clause at most; of a longer one its middle is shown.
const CLAUSE_WORDS_MAX: usize = 40;

/// Phrases that say by themselves how it ended.
const PHRASES: [(&str, Ending); 50] = [
    ("no arrests", Ending::Arrest),
    ("arrests were made", Ending::Arrest),
    ("arrest was made", Ending::Arrest),
    ("taken into custody", Ending::Arrest),
    ("sent to jail", Ending::Arrest),
    ("committed to jail", Ending::Arrest),
    ("held for the grand jury", Ending::Arrest),
    ("placed under arrest", Ending::Arrest),
    ("no one was arrested", Ending::Arrest),
    ("no injuries", Ending::Injury),
    ("no one was injured", Ending::Injury),
    ("nobody was hurt", Ending::Injury),
    ("no serious injuries", Ending::Injury),
    ("was injured", Ending::Injury),
    ("were injured", Ending::Injury),
    ("was hospitalized", Ending::Injury),
    ("were hospitalized", Ending::Injury),
    ("was recovering", Ending::Injury),
    ("on bail", Ending::Release),
    ("set free", Ending::Release),
    ("pulled to safety", Ending::Release),
    ("charged with", Ending::Court),
    ("found guilty", Ending::Court),
    ("pleaded guilty", Ending::Court),
    ("not guilty", Ending::Court),
    ("case was dismissed", Ending::Court),
    ("charges were dropped", Ending::Court),
    ("was awarded", Ending::Court),
    ("damages given", Ending::Court),
    ("sentenced to", Ending::Court),
    ("conviction for", Ending::Court),
    ("and died", Ending::Death),
    ("died of", Ending::Death),
    ("died from", Ending::Death),
    ("died at", Ending::Death),
    ("died in", Ending::Death),
    ("was killed", Ending::Death),
    ("were killed", Ending::Death),
    ("resulted in death", Ending::Death),
    ("resulted in the death", Ending::Death),
    ("pulling away", Ending::Dispersal),
    ("drove away", Ending::Dispersal),
    ("left the scene", Ending::Dispersal),
    ("left with", Ending::Dispersal),
    ("went home", Ending::Dispersal),
    ("called off", Ending::Dispersal),
    ("came to an end", Ending::Dispersal),
    ("was re-elected", Ending::Decision),
    ("were elected", Ending::Decision),
    ("more votes than", Ending::Decision),
];
/// Verbs that say it behind "was" or "were", or as what was done.
const VERBS: [(&str, Ending); 34] = [
    ("arrested", Ending::Arrest),
    ("detained", Ending::Arrest),
    ("jailed", Ending::Arrest),
    ("released", Ending::Release),
    ("freed", Ending::Release),
    ("bailed", Ending::Release),
    ("convicted", Ending::Court),
    ("acquitted", Ending::Court),
    ("indicted", Ending::Court),
    ("sentenced", Ending::Court),
    ("fined", Ending::Court),
    ("charged", Ending::Court),
    ("arraigned", Ending::Court),
    ("deported", Ending::Removal),
    ("dispersed", Ending::Dispersal),
    ("disbanded", Ending::Dispersal),
    ("retreated", Ending::Dispersal),
    ("apologised", Ending::Decision),
    ("apologized", Ending::Decision),
    ("resigned", Ending::Decision),
    ("suspended", Ending::Decision),
    ("dismissed", Ending::Decision),
    ("adopted", Ending::Decision),
    ("passed", Ending::Decision),
    ("defeated", Ending::Decision),
    ("rejected", Ending::Decision),
    ("vetoed", Ending::Decision),
    ("elected", Ending::Decision),
    ("died", Ending::Death),
    ("hospitalized", Ending::Injury),
    ("reinstated", Ending::Decision),
    ("repealed", Ending::Decision),
    ("disqualified", Ending::Decision),
    ("overruled", Ending::Court),
];
/// What a body decides about.
const DECIDED: [&str; 16] = [
    "resolution",
    "resolutions",
    "bill",
    "bills",
    "motion",
    "measure",
    "ordinance",
    "amendment",
    "address",
    "petition",
    "law",
    "act",
    "platform",
    "report",
    "appeal",
    "plan",
];
/// Words that say that it is wished, called for or to come.
const NOT_YET: [&str; 34] = [
    "will",
    "would",
    "should",
    "must",
    "shall",
    "may",
    "might",
    "could",
    "can",
    "if",
    "demand",
    "demanded",
    "demanding",
    "demands",
    "call",
    "called",
    "calling",
    "calls",
    "urge",
    "urged",
    "urging",
    "ask",
    "asked",
    "asking",
    "want",
    "wanted",
    "wants",
    "hope",
    "unless",
    "until",
    "cannot",
    "to",
    "attempting",
    "prevent",
];

fn ends_clause(words: Words<'_>, at: usize) -> bool {
    let word = words.low(at);
    matches!(word, ";" | ":")
        || (word == "," && words.is(at + 1, &["and", "but", "while", "when", "as", "with", "where", "although", "though", "after"]))
        || matches!(word, "but" | "while")
}

fn ending(words: Words<'_>, at: usize) -> Option<(Ending, usize)> {
    if let Some((_, ending, length)) =
        PHRASES.iter().filter_map(|(phrase, ending)| Some((phrase, *ending, words.phrase(at, phrase)?))).max_by_key(|(.., length)| *length)
    {
        return Some((ending, length));
    }
    let word = words.low(at);
    let (_, ending) = VERBS.iter().find(|(verb, _)| *verb == word)?;
    let back = |steps: usize| at.checked_sub(steps).map_or("", |at| words.low(at));
    let decided = || (at.saturating_sub(9)..(at + 6).min(words.len())).any(|at| words.is(at, &DECIDED));
    let passive = (1..=4).any(|steps| matches!(back(steps), "was" | "were" | "been" | "be" | "being" | "are" | "is" | "and"));
    let good = match word {
        "passed" | "adopted" | "defeated" | "rejected" => decided(),
        "elected" | "suspended" | "dismissed" | "disqualified" | "charged" | "detained" | "released" | "fined" | "jailed" | "freed" => {
            passive || words.is(at + 1, &["the", "his", "her", "him", "them", "on", "from", "without"])
        }
        _ => true,
    };
    // "The arrested men", "an elected council".
    let adjective = matches!(back(1), "the" | "an" | "a" | "newly" | "duly" | "recently");
    (good && !adjective).then_some((*ending, 1))
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let (mut at, mut begins) = (0, 0);
        while at < words.len() {
            if ends_clause(words, at) {
                begins = at + 1;
                at += 1;
                continue;
            }
            let Some((ending, length)) = ending(words, at) else {
                at += 1;
                continue;
            };
            let from = at.saturating_sub(CLAUSE_WORDS_MAX / 2).max(begins);
            let wished =
                (at.saturating_sub(6).max(begins)..at).any(|near| words.is(near, &NOT_YET) && (words.low(near) != "to" || near + 2 >= at));
            let mut end = at + length;
            while end < words.len() && end - at < CLAUSE_WORDS_MAX / 2 && !ends_clause(words, end) {
                end += 1;
            }
            let upto =
                (at + length..end).rev().find(|at| !words.get(*at).is_some_and(super::word::Word::is_sign)).unwrap_or(at + length - 1);
            let first = (from..=at)
                .find(|at| {
                    !words.get(*at).is_some_and(super::word::Word::is_sign)
                        && !words.is(*at, &["and", "but", "while", "when", "as", "with"])
                })
                .unwrap_or(at);
            if !wished && let Some(bytes) = words.bytes(first, upto) {
                let value = Value::Outcome { ending, words: page.says(&bytes) };
                findings.push(Finding { field: Field::Outcome, sentence, value, bytes, rule: Rule::WordOfAnEnding });
            }
            // One clause is one ending, and what it ends with.
            at = end;
            begins = end;
        }
    }
    findings
}
