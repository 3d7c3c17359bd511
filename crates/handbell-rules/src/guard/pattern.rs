//! Patterns: phrases with choices and gaps, and where in a sentence they must stand to be a call.
//!
//! A pattern is words parted by blanks. `a|b` is a choice, `~3` lets up to three words pass, `{name}` is a
//! set of words, and `{verb:name}` the same set as orders are given. A call is told from a report by its
//! place: at the start of a clause, or behind a word that makes the next one an order. What is denied
//! ("please do not block") is no call. Nothing here knows what is said; `calls.rs` does.

use std::collections::HashSet;
use std::sync::Arc;

use super::reading::{Reading, Token};

/// Where the first word of a pattern must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where an order stands.
    Call,
    /// In a sentence that asks for something before it comes to this word.
    Asked,
    /// Anywhere that is not denied.
    Anywhere,
}

/// What one step of a pattern takes.
#[derive(Debug, Clone)]
enum Step {
    Word(Arc<HashSet<String>>),
    Gap(usize),
}

/// One phrase.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub place: Place,
    steps: Vec<Step>,
}

/// The words of a named set, as `{name}` or `{verb:name}` asks for them.
pub(super) type Sets<'sets> = &'sets dyn Fn(&str) -> HashSet<String>;

impl Pattern {
    /// Reads a pattern. A leading `!` asks for the place of a call, a leading `?` for a sentence that asks.
    pub fn read(text: &str, sets: Sets<'_>) -> Self {
        let (place, text) = match (text.strip_prefix('!'), text.strip_prefix('?')) {
            (Some(rest), _) => (Place::Call, rest),
            (_, Some(rest)) => (Place::Asked, rest),
            _ => (Place::Anywhere, text),
        };
        let steps = text
            .split(' ')
            .map(|part| match part.strip_prefix('~') {
                Some(most) => Step::Gap(most.parse().unwrap_or(0)),
                None => {
                    let mut words = HashSet::new();
                    for choice in part.split('|') {
                        match choice.strip_prefix('{').and_then(|choice| choice.strip_suffix('}')) {
                            Some(name) => words.extend(sets(name)),
                            None => words.extend(both_ways(choice)),
                        }
                    }
                    Step::Word(Arc::new(words))
                }
            })
            .collect();
        Self { place, steps }
    }

    /// The words it may begin with.
    pub fn first_words(&self) -> impl Iterator<Item = &String> {
        self.steps.first().into_iter().flat_map(|step| match step {
            Step::Word(words) => words.iter().collect(),
            Step::Gap(_) => Vec::new(),
        })
    }

    /// Every word it takes.
    pub fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.steps.iter().flat_map(|step| match step {
            Step::Word(words) => words.iter().cloned().collect(),
            Step::Gap(_) => Vec::new(),
        })
    }

    /// The word behind the last one, when the pattern begins at a word.
    pub fn ends(&self, words: &[String], from: usize) -> Option<usize> {
        fits(&self.steps, words, from)
    }
}

fn fits(steps: &[Step], words: &[String], at: usize) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else { return Some(at) };
    match step {
        Step::Word(choices) => words.get(at).filter(|word| choices.contains(*word)).and_then(|_| fits(rest, words, at + 1)),
        // A "not" is never passed over: it would turn what is said round.
        Step::Gap(most) => (0..=*most)
            .take_while(|skipped| at + skipped <= words.len() && (*skipped == 0 || !turns_round(&words[at + skipped - 1])))
            .find_map(|skipped| fits(rest, words, at + skipped)),
    }
}

fn turns_round(word: &str) -> bool {
    matches!(word, "not" | "never" | "no" | "don't" | "dont" | "nunca" | "jamas" | "sin")
}

/// A word with its apostrophe, and without it where that is no other word: "dont", but not "well" for "we'll".
fn both_ways(word: &str) -> Vec<String> {
    const OTHER_WORDS: &[&str] = &["well", "were", "ill", "hell", "shell", "id", "wed", "its", "lets"];
    let bare = word.replace('\'', "");
    if bare == word || OTHER_WORDS.contains(&bare.as_str()) { vec![word.to_owned()] } else { vec![word.to_owned(), bare] }
}

/// How a language asks, denies and tells, as it is written down: words parted by blanks.
pub(super) struct Frame {
    /// Words that make the next one an order.
    pub leads: &'static str,
    /// Subjects that may stand between a modal and its verb.
    pub subjects: &'static str,
    /// The modals.
    pub modals: &'static str,
    /// Words before "to" (or "a", "que") that make the verb behind it an order or a threat.
    pub wants: &'static str,
    /// That small word.
    pub links: &'static str,
    /// Words before that small word that make the verb behind it a report: "tried to".
    pub reports: &'static str,
    /// Words that deny what follows.
    pub denials: &'static str,
    /// Words that carry a denial on through a list.
    pub joins: &'static str,
    /// Words that show that a sentence asks for something.
    pub cues: &'static str,
    /// Words that show that it tells of something.
    pub finite: &'static str,
    /// Words that make what they stand in harmless: sandbags are put against doors.
    pub spares: &'static str,
    /// How far a denial reaches, in words.
    pub reach: usize,
}

/// How far before "to" the word stands that says whether something is asked or told, in words.
const LINK_WORDS_MAX: usize = 6;

/// A frame made ready for looking up.
pub(super) struct Grammar {
    leads: HashSet<String>,
    subjects: HashSet<String>,
    modals: HashSet<String>,
    wants: HashSet<String>,
    links: HashSet<String>,
    reports: HashSet<String>,
    denials: HashSet<String>,
    joins: HashSet<String>,
    cues: HashSet<String>,
    finite: HashSet<String>,
    spares: HashSet<String>,
    reach: usize,
}

impl Grammar {
    /// Makes a frame ready.
    pub fn of(frame: &Frame) -> Self {
        let set = |words: &str| words.split_whitespace().flat_map(both_ways).collect();
        Self {
            leads: set(frame.leads),
            subjects: set(frame.subjects),
            modals: set(frame.modals),
            wants: set(frame.wants),
            links: set(frame.links),
            reports: set(frame.reports),
            denials: set(frame.denials),
            joins: set(frame.joins),
            cues: set(frame.cues),
            finite: set(frame.finite),
            spares: set(frame.spares),
            reach: frame.reach,
        }
    }

    /// Whether an order stands at a word.
    pub fn is_call(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        let Some(mut before) = at.checked_sub(1) else { return true };
        // "anyone nearby get …": a word that says where or when is passed over
        const LIGHT: &[&str] = &["nearby", "near", "else", "here", "there", "just", "really", "simply", "both", "definitely", "actually"];
        if before > 0 && LIGHT.contains(&words[before].as_str()) && !clause_begins(reading, tokens, before) {
            before -= 1;
        }
        if clause_begins(reading, tokens, at) || self.leads.contains(&words[before]) {
            return true;
        }
        let modal = || before > 0 && self.subjects.contains(&words[before]) && self.modals.contains(&words[before - 1]);
        // "if they drive off lie down": behind a condition the order needs no comma
        let condition = || {
            const ENDS: &[&str] = &[
                "off", "up", "out", "away", "in", "back", "down", "here", "there", "him", "her", "them", "it", "again", "through", "leave",
                "move", "moves", "comes",
            ];
            let start = (0..before).rev().find(|place| clause_begins(reading, tokens, *place)).unwrap_or(0);
            is_plain_order(&words[at])
                && ENDS.contains(&words[before].as_str())
                && matches!(words[start].as_str(), "if" | "when" | "once" | "and")
        };
        // "tell the lads block the gate"
        let passed_on = || {
            let start = (0..before).rev().find(|place| clause_begins(reading, tokens, *place)).unwrap_or(0);
            before > start && at - start <= 3 && words[start] == "tell"
        };
        modal()
            || passed_on()
            || condition()
            || (self.links.contains(&words[before]) && self.wanted(reading, tokens, words, before) == Some(true))
    }

    /// Whether the small word "to" follows a word that asks (`true`) or one that tells (`false`).
    fn wanted(&self, reading: &Reading, tokens: &[Token], words: &[String], link: usize) -> Option<bool> {
        let mut place = link;
        while place > 0 && link - place < LINK_WORDS_MAX && !clause_begins(reading, tokens, place) {
            place -= 1;
            if self.reports.contains(&words[place]) {
                return Some(false);
            }
            if self.wants.contains(&words[place]) {
                return Some(true);
            }
        }
        None
    }

    /// Whether what stands at a word is told of: "they tried to …".
    pub fn is_told(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        // "Cortar una calle puede ser delito": the infinitive is what is spoken of
        let spoken_of = words[at].ends_with('r')
            && clause_begins(reading, tokens, at)
            && words[at..].iter().take(9).any(|word| matches!(word.as_str(), "puede" | "es" | "supone" | "seria" | "implica"));
        // "some say they will block the road": what others are said to want
        let hearsay = at >= 3
            && matches!(words[at - 1].as_str(), "will" | "would")
            && matches!(words[at - 2].as_str(), "they" | "he" | "she" | "some" | "others")
            && words[at.saturating_sub(5)..at - 2]
                .iter()
                .any(|word| matches!(word.as_str(), "say" | "says" | "said" | "claim" | "claims" | "claimed" | "heard"));
        spoken_of
            || hearsay
            || at
                .checked_sub(1)
                .is_some_and(|before| self.links.contains(&words[before]) && self.wanted(reading, tokens, words, before) == Some(false))
    }

    /// Whether a sentence asks for something before it comes to a word, and tells of nothing that is.
    pub fn is_asked(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        let mut place = at;
        let mut cued = false;
        while place > 0 {
            if sentence_begins(reading, tokens, place) {
                break;
            }
            place -= 1;
            if self.finite.contains(&words[place]) {
                return false;
            }
            cued |= self.cues.contains(&words[place]) || (is_plain_order(&words[place]) && self.is_call(reading, tokens, words, place));
        }
        cued
    }

    /// Whether what stands at a word is denied in its own clause. A call that begins with its own "don't" is not.
    pub fn is_denied(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        if self.denials.contains(&words[at]) {
            return false;
        }
        let joins = |place: usize| self.joins.contains(&words[place]);
        // "do not run, push, or give": an "or" carries a denial on, through commas, to the last part of its list
        let or = |place: usize| joins(place) && !matches!(words[place].as_str(), "and" | "y");
        let listed = at.checked_sub(1).is_some_and(or) || (at + 1..words.len().min(at + 5)).any(or);
        let reach = if listed { 2 * self.reach } else { self.reach };
        let mut place = at;
        for _ in 0..reach {
            if place == 0 {
                return false;
            }
            let comma = reading.slice(tokens[place - 1].end..tokens[place].start) == ", ";
            if clause_begins(reading, tokens, place) && !(listed && comma) {
                return false;
            }
            place -= 1;
            // Behind "and" a new deed begins: "buzz nobody in and wedge the door".
            if !listed && joins(place) {
                return false;
            }
            if self.denials.contains(&words[place]) {
                return true;
            }
        }
        false
    }

    /// Whether a word stands in quotation marks of a sentence that says where the words were said or written.
    pub fn is_quoted(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        const SAYS: &[&str] = &[
            "chanted", "shouted", "appeared", "phrase", "words", "reads", "reading", "says", "said", "wrote", "written", "banner", "film",
            "song", "titled", "called", "calls", "slogan", "sign", "placard", "heard", "chant", "frase", "gritaron", "grito", "decia",
            "pancarta", "pelicula", "cancion", "lema", "leia", "cartel", "coreaban", "corearon",
        ];
        let marks = |range: std::ops::Range<usize>| {
            range.filter(|sign| matches!(reading.at(*sign), '"' | '\u{201c}' | '\u{201d}' | '«' | '»')).count()
        };
        let before = marks(0..tokens[at].start);
        before % 2 == 1
            && marks(tokens[at].start..reading.len()) > 0
            && words.iter().zip(tokens).any(|(word, token)| SAYS.contains(&word.as_str()) && marks(0..token.start).is_multiple_of(2))
    }

    /// Whether what was found holds a word that makes it harmless.
    pub fn is_spared(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.spares.contains(word))
    }
}

/// Verbs that begin an order of any sort; what is ordered, the rest of the sentence says.
fn is_plain_order(word: &str) -> bool {
    const ORDERS: &[&str] = &[
        "put", "pull", "push", "drag", "throw", "move", "park", "lean", "stack", "hold", "keep", "take", "grab", "make", "stand", "sit",
        "lie", "lock", "shut", "close", "jam", "pour", "spread", "roll", "wheel", "tie", "hang", "fill", "build", "cut", "smash", "turn",
        "switch", "open", "ring", "call", "use", "stall", "ask", "set", "leave", "stay", "cover", "drop", "distract", "talk", "tell",
        "spill", "glue", "occupy", "run", "send", "stick", "give", "buzz", "wedge", "block", "chain", "ride", "walk", "unplug", "hide",
        "crowd", "form",
    ];
    ORDERS.contains(&word)
}

/// Whether a clause begins at a word: at the start, or behind any sign but a blank, an apostrophe or a slash.
pub(super) fn clause_begins(reading: &Reading, tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    let gap = reading.slice(tokens[before].end..tokens[at].start);
    gap.contains(|sign: char| !matches!(sign, ' ' | '\'' | '/' | '-' | '(' | '.' | '"'))
        || gap.contains(". ")
        || gap.contains(".\n")
        || gap.contains(" - ")
        || gap.contains(" \"")
}

/// Whether a sentence begins at a word. A comma begins none.
fn sentence_begins(reading: &Reading, tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    let gap = reading.slice(tokens[before].end..tokens[at].start);
    gap.contains(['!', '?', ';', ':']) || gap.contains(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> (Reading, Vec<Token>, Vec<String>) {
        let reading = Reading::of(text);
        let tokens = reading.tokens();
        let words = tokens.iter().map(|token| token.word.clone()).collect();
        (reading, tokens, words)
    }

    #[test]
    fn a_pattern_takes_choices_gaps_and_sets() {
        let sets = |name: &str| if name == "thing" { HashSet::from(["van".to_owned(), "gate".to_owned()]) } else { HashSet::new() };
        let pattern = Pattern::read("!hold|keep ~2 {thing}", &sets);
        assert_eq!(pattern.place, Place::Call);
        for (text, end) in [("keep the white van here", Some(4)), ("hold gate", Some(2)), ("hold the big white van", None), ("hold", None)]
        {
            assert_eq!(pattern.ends(&reads(text).2, 0), end, "{text}");
        }
    }

    #[test]
    fn an_order_is_told_from_a_report_and_from_a_denial() {
        let frame = Grammar::of(&Frame {
            leads: "please",
            subjects: "people",
            modals: "can",
            wants: "need",
            links: "to",
            reports: "tried",
            denials: "not don't",
            joins: "or and",
            cues: "who",
            finite: "is",
            spares: "sandbags",
            reach: 3,
        });
        for (text, at, call) in [
            ("hold it", 0, true),
            ("they hold it", 1, false),
            ("please hold it", 1, true),
            ("Run, hold it", 1, true),
            ("we need to hold it", 3, true),
            ("we need three of you to hold it", 6, true),
            ("we tried to hold it", 3, false),
            ("can people hold it", 2, true),
            ("the people hold it", 2, false),
        ] {
            let (reading, tokens, words) = reads(text);
            assert_eq!(frame.is_call(&reading, &tokens, &words, at), call, "{text}");
        }
        for (text, at, denied) in [
            ("please do not hold it", 3, true),
            ("no, hold it. Not now", 1, false),
            ("do not wait. hold it", 3, false),
            ("do not push, hold or drag", 3, true),
            ("not now and hold it", 3, false),
        ] {
            let (reading, tokens, words) = reads(text);
            assert_eq!(frame.is_denied(&reading, &tokens, &words, at), denied, "{text}");
        }
    }
}
