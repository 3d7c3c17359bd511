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

/// Phrases that say by themselves how it ended; "|" parts words of which one stands there.
const PHRASES: [(&str, Ending); 112] = [
    ("was|were removed from the country|uk", Ending::Removal),
    ("removed from the country|uk", Ending::Removal),
    ("put on a plane", Ending::Removal),
    ("taken|moved to a|an detention|immigration", Ending::Removal),
    ("removal|flight was stopped|cancelled", Ending::Removal),
    ("was|were shot and killed", Ending::Death),
    ("was|were shot dead", Ending::Death),
    ("was|were shot to death", Ending::Death),
    ("shot and killed", Ending::Death),
    ("shot dead", Ending::Death),
    ("shot to death", Ending::Death),
    ("fatally shot", Ending::Death),
    ("resulted in death", Ending::Death),
    ("resulted in the death", Ending::Death),
    ("leading to the death", Ending::Death),
    ("beaten|put to death", Ending::Death),
    ("found|pronounced dead", Ending::Death),
    ("was|were lynched", Ending::Death),
    ("no arrests", Ending::Arrest),
    ("arrest|arrests was|were made", Ending::Arrest),
    ("taken into custody", Ending::Arrest),
    ("sent|committed|taken to jail", Ending::Arrest),
    ("held for the grand jury", Ending::Arrest),
    ("under arrest", Ending::Arrest),
    ("made an|no arrest", Ending::Arrest),
    ("led to the|his|her|their arrest", Ending::Arrest),
    ("in handcuffs", Ending::Arrest),
    ("remanded|remained|held in custody", Ending::Arrest),
    ("bound over", Ending::Arrest),
    ("taken away by police", Ending::Arrest),
    ("no injuries", Ending::Injury),
    ("no serious injuries", Ending::Injury),
    ("was|were hurt", Ending::Injury),
    ("was|were shot", Ending::Injury),
    ("was recovering", Ending::Injury),
    ("shot and injured|wounded", Ending::Injury),
    ("critically|seriously injured", Ending::Injury),
    ("suffered|sustained a|injuries|minor", Ending::Injury),
    ("taken to hospital", Ending::Injury),
    ("taken to the|a hospital", Ending::Injury),
    ("treated for", Ending::Injury),
    ("was|were hit by", Ending::Injury),
    ("was|were beaten", Ending::Injury),
    ("on bail|bond", Ending::Release),
    ("set free", Ending::Release),
    ("pulled to safety", Ending::Release),
    ("released under|pending|from", Ending::Release),
    ("no further action", Ending::Release),
    ("given|granted|posted bail", Ending::Release),
    ("let go", Ending::Release),
    ("walked free", Ending::Release),
    ("allowed to go|return", Ending::Release),
    ("returned home", Ending::Release),
    ("given|granted leave to remain", Ending::Release),
    ("granted asylum", Ending::Release),
    ("charged with", Ending::Court),
    ("found guilty", Ending::Court),
    ("pleaded|pled guilty", Ending::Court),
    ("not guilty", Ending::Court),
    ("case|cases|charges|appeal was|were dismissed|dropped|allowed|refused", Ending::Court),
    ("dropped the|all charges", Ending::Court),
    ("case|charges dismissed", Ending::Court),
    ("was awarded", Ending::Court),
    ("conviction for", Ending::Court),
    ("a|the green light", Ending::Court),
    ("damages given|awarded", Ending::Court),
    ("struck out", Ending::Court),
    ("ruled that", Ending::Court),
    ("summoned to appear", Ending::Court),
    ("was|were cautioned", Ending::Court),
    ("injunction was granted", Ending::Court),
    ("brought to trial", Ending::Court),
    ("pulling|pulled away", Ending::Dispersal),
    ("drove away|off", Ending::Dispersal),
    ("drive off", Ending::Dispersal),
    ("left the scene|area|building|street", Ending::Dispersal),
    ("left with|without|empty-handed", Ending::Dispersal),
    ("went home|away", Ending::Dispersal),
    ("called off", Ending::Dispersal),
    ("came to an end", Ending::Dispersal),
    ("walked|marched out", Ending::Dispersal),
    ("walked away", Ending::Dispersal),
    ("moved on", Ending::Dispersal),
    ("had|forced to leave|retreat", Ending::Dispersal),
    ("refused to leave", Ending::Dispersal),
    ("broke up", Ending::Dispersal),
    ("abandoned the raid", Ending::Dispersal),
    ("raid|eviction|visit was stopped|abandoned", Ending::Dispersal),
    ("was|were cancelled|canceled|postponed", Ending::Dispersal),
    ("ended at|around|by|peacefully|with|without", Ending::Dispersal),
    ("was over by", Ending::Dispersal),
    ("was re-elected", Ending::Decision),
    ("more votes than", Ending::Decision),
    ("received|obtained more votes", Ending::Decision),
    ("turned down", Ending::Decision),
    ("was|were refused|denied|granted|appointed", Ending::Decision),
    ("refused to permit|allow|grant", Ending::Decision),
    ("refused permission", Ending::Decision),
    ("refused the right", Ending::Decision),
    ("announced investigations", Ending::Decision),
    ("announced|opened|launched|ordered an investigation", Ending::Decision),
    ("investigation was launched|opened", Ending::Decision),
    ("lost his|her|their job|jobs", Ending::Decision),
    ("placed|put on leave", Ending::Decision),
    ("placed on administrative leave", Ending::Decision),
    ("was|were removed from", Ending::Decision),
    ("was relieved of", Ending::Decision),
    ("stepped down", Ending::Decision),
    ("has|have ordered", Ending::Decision),
    ("declared a curfew", Ending::Decision),
    ("carried by a vote", Ending::Decision),
    ("unanimously passed|adopted", Ending::Decision),
];
/// Verbs that say it behind "was" or "were", or as what was done.
const VERBS: [(&str, Ending); 53] = [
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
    ("fired", Ending::Decision),
    ("sacked", Ending::Decision),
    ("expelled", Ending::Decision),
    ("evicted", Ending::Removal),
    ("impeached", Ending::Decision),
    ("exonerated", Ending::Court),
    ("pardoned", Ending::Release),
    ("remanded", Ending::Arrest),
    ("imprisoned", Ending::Arrest),
    ("apprehended", Ending::Arrest),
    ("injured", Ending::Injury),
    ("hospitalised", Ending::Injury),
    ("wounded", Ending::Injury),
    ("withdrew", Ending::Dispersal),
    ("killed", Ending::Death),
    ("reelected", Ending::Decision),
    ("ratified", Ending::Decision),
    ("dissolved", Ending::Dispersal),
    ("cancelled", Ending::Dispersal),
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
        || (word == "," && words.is(at + 1, &["and", "but", "while", "when", "with", "where", "although", "though", "after"]))
        || matches!(word, "but" | "while")
        // The number of a note: "by rubber bullets,[14] and two were hurt".
        || word == "[" && words.low(at + 2) == "]"
        || word == "]" && words.low(at.saturating_sub(2)) == "["
        // A clause of its own without a comma: "was called off and officers left".
        || word == "and" && words.is(at + 1, &["was", "were", "has", "have", "had", "then", "later"])
}

/// What is let off and not let go: "fired tear gas", "fired at the crowd".
const SHOTS: [&str; 22] = [
    "tear",
    "rubber",
    "pepper",
    "paint",
    "shots",
    "rounds",
    "bullets",
    "into",
    "at",
    "upon",
    "on",
    "their",
    "projectiles",
    "fireworks",
    "canisters",
    "several",
    "gas",
    "less-lethal",
    "non-lethal",
    "munitions",
    "off",
    "back",
];

/// Whether a verb that also has other meanings says here what became of somebody.
fn has_object(words: Words<'_>, at: usize) -> bool {
    let next = at + 1;
    if words.low(at) == "fired" {
        return !words.is(next, &SHOTS)
            && !words.is(next + 1, &SHOTS)
            && (words.is_name(next) || words.is(next, &["the", "a", "an", "him", "her", "his", "two", "three", "four"]));
    }
    words.is(next, &["the", "his", "her", "him", "them", "on", "from", "without", "a", "an", "two", "three", "four"]) || words.is_name(next)
}

fn ending(words: Words<'_>, at: usize) -> Option<(Ending, usize)> {
    if let Some(found) = words.means(at, &PHRASES) {
        return Some(found);
    }
    let word = words.low(at);
    let (_, ending) = VERBS.iter().find(|(verb, _)| *verb == word)?;
    let back = |steps: usize| at.checked_sub(steps).map_or("", |at| words.low(at));
    let decided = || (at.saturating_sub(9)..(at + 6).min(words.len())).any(|at| words.is(at, &DECIDED));
    let passive = (1..=4).any(|steps| matches!(back(steps), "was" | "were" | "been" | "be" | "being" | "are" | "is")) || back(1) == "and";
    let good = match word {
        "passed" | "adopted" | "defeated" | "rejected" => decided(),
        // "They charged the line", "a released statement": only what was done to somebody.
        "charged" | "released" => passive || words.is(at + 1, &["him", "them", "on", "without"]) || released_somebody(words, at),
        "injured" | "wounded" | "killed" => passive,
        "elected" => passive || elects(words, at) || has_object(words, at),
        "fired" | "sacked" | "expelled" | "cancelled" | "suspended" | "dismissed" | "disqualified" | "detained" | "fined" | "jailed"
        | "freed" | "evicted" | "imprisoned" => {
            passive && !(at.saturating_sub(4)..=at + 1).any(|near| words.is(near, &SHOTS[..9])) || has_object(words, at)
        }
        _ => true,
    };
    // "The arrested men", "an elected council".
    let adjective = matches!(back(1), "the" | "an" | "a" | "newly" | "duly" | "recently");
    (good && !adjective).then_some((*ending, 1))
}

/// "Officers released the man", and not the statement.
fn released_somebody(words: Words<'_>, at: usize) -> bool {
    let papers =
        ["statement", "statements", "report", "video", "footage", "photo", "photos", "names", "details", "letter", "list", "tear", "gas"];
    words.is(at + 1, &["the", "his", "her", "two", "three"]) && !(at + 2..at + 6).any(|at| words.is(at, &papers))
}

/// "Has just elected", "have also elected".
fn elects(words: Words<'_>, at: usize) -> bool {
    (1..=2).any(|steps| at.checked_sub(steps).is_some_and(|at| words.is(at, &["has", "have", "had"])))
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
            let wished = (at.saturating_sub(6).max(begins)..at)
                .any(|near| words.is(near, &NOT_YET) && (words.low(near) != "to" || near + 2 >= at))
                || words.is(begins, &["if", "unless"]);
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
