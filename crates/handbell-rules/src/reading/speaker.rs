//! Speaker: who does the saying, beside a verb of saying.
//!
//! Who speaks is taken as the text names them and only as far as it does: a few words back from the verb to
//! where the clause begins, or behind it to where the name ends. Nobody is looked up.

use super::word::{Kind, Words};

/// Words of a name and what it is described by at most.
const NAME_WORDS_MAX: usize = 11;

/// Verbs of saying.
pub(super) const SAYING: [&str; 149] = [
    "said",
    "says",
    "say",
    "saying",
    "told",
    "tells",
    "stated",
    "states",
    "added",
    "adds",
    "wrote",
    "writes",
    "tweeted",
    "posted",
    "shouted",
    "shouting",
    "asked",
    "asking",
    "asks",
    "explained",
    "concluded",
    "declared",
    "declares",
    "replied",
    "announced",
    "claimed",
    "claims",
    "argued",
    "insisted",
    "warned",
    "reported",
    "reports",
    "commented",
    "remarked",
    "exclaimed",
    "cried",
    "yelled",
    "chanted",
    "chanting",
    "chant",
    "demanded",
    "recalled",
    "noted",
    "testified",
    "continued",
    "confirmed",
    "responded",
    "shout",
    "sang",
    "screamed",
    "stating",
    "answered",
    "described",
    "called",
    "denounced",
    "vow",
    "vowed",
    "telling",
    "read",
    "urged",
    "promised",
    "quoted",
    "asserting",
    "asserted",
    "asserts",
    "announcing",
    "declaring",
    "claiming",
    "adding",
    "noting",
    "warning",
    "arguing",
    "insisting",
    "urging",
    "writing",
    "explaining",
    "calling",
    "demanding",
    "describing",
    "citing",
    "cited",
    "maintained",
    "maintains",
    "alleged",
    "alleging",
    "predicted",
    "pleaded",
    "cautioned",
    "lamented",
    "complained",
    "protested",
    "begged",
    "appealed",
    "advised",
    "wired",
    "telegraphed",
    "cabled",
    "contended",
    "contends",
    "observed",
    "shouts",
    "chants",
    "cry",
    "crying",
    "cries",
    "yell",
    "yelling",
    "scream",
    "screaming",
    "sing",
    "singing",
    "criticized",
    "criticised",
    "condemned",
    "condemning",
    "accused",
    "blamed",
    "praised",
    "thanked",
    "pledged",
    "labeled",
    "labelled",
    "dubbed",
    "termed",
    "branded",
    "characterized",
    "characterised",
    "referred",
    "reading",
    "tweeting",
    "posting",
    "replying",
    "thundered",
    "quipped",
    "joked",
    "retorted",
    "mused",
    "conceded",
    "acknowledged",
    "admitted",
    "reiterated",
    "emphasized",
    "emphasised",
    "stressed",
    "suggested",
    "repeated",
    "denied",
    "denies",
    "denying",
];
/// Verbs behind which indirect speech follows.
pub(super) const TELLING: [&str; 71] = [
    "said",
    "says",
    "stated",
    "states",
    "announced",
    "claimed",
    "claims",
    "reported",
    "reports",
    "confirmed",
    "declared",
    "told",
    "argued",
    "estimated",
    "added",
    "explained",
    "alleged",
    "testified",
    "warned",
    "contended",
    "insisted",
    "say",
    "indicated",
    "indicates",
    "asserted",
    "asserts",
    "maintained",
    "maintains",
    "noted",
    "notes",
    "revealed",
    "disclosed",
    "acknowledged",
    "admitted",
    "admits",
    "denied",
    "denies",
    "declares",
    "contends",
    "estimates",
    "predicted",
    "predicts",
    "suggested",
    "suggests",
    "wrote",
    "writes",
    "complained",
    "recalled",
    "remarked",
    "concluded",
    "alleges",
    "allege",
    "tells",
    "testifies",
    "warns",
    "insists",
    "argues",
    "observed",
    "pledged",
    "reiterated",
    "stressed",
    "emphasized",
    "emphasised",
    "advised",
    "found",
    "believes",
    "believed",
    "shows",
    "showed",
    "show",
    "claim",
];
/// Of those, the ones that tell only before "that".
pub(super) const TELLING_THAT: [&str; 24] = [
    "indicated",
    "indicates",
    "noted",
    "notes",
    "revealed",
    "disclosed",
    "suggested",
    "suggests",
    "wrote",
    "writes",
    "recalled",
    "remarked",
    "concluded",
    "observed",
    "pledged",
    "advised",
    "found",
    "believes",
    "believed",
    "shows",
    "showed",
    "show",
    "claim",
    "tells",
];
const PRONOUNS: [&str; 12] = ["he", "she", "they", "it", "we", "i", "you", "who", "which", "one", "this", "that"];
/// What a clause begins behind.
const CLAUSE: [&str; 33] = [
    "and",
    "but",
    "when",
    "while",
    "that",
    "which",
    "who",
    "then",
    "where",
    "because",
    "if",
    "or",
    "by",
    "before",
    "after",
    "although",
    "though",
    "until",
    "since",
    "as",
    "yet",
    "so",
    "meanwhile",
    "later",
    "to",
    "than",
    "thus",
    "whom",
    "whose",
    "what",
    "with",
    "upon",
    "hearing",
];
const HELPING: [&str; 23] = [
    "has",
    "had",
    "have",
    "is",
    "was",
    "are",
    "were",
    "been",
    "also",
    "further",
    "heard",
    "can",
    "could",
    "be",
    "then",
    "later",
    "further",
    "publicly",
    "recently",
    "bleakly",
    "simply",
    "repeatedly",
    "again",
];
const BEHIND_ENDS: [&str; 28] = [
    "who",
    "that",
    "in",
    "on",
    "as",
    "to",
    "when",
    "after",
    "while",
    "during",
    "and",
    "but",
    "yesterday",
    "today",
    "last",
    "this",
    "before",
    "because",
    "where",
    "with",
    "about",
    "until",
    "at",
    "by",
    "from",
    "following",
    "if",
    "regarding",
];

const DONE: [&str; 7] = ["made", "sent", "written", "given", "sung", "told", "read"];

/// Words, from the first to the last, both in it.
pub(super) type Stretch = (usize, usize);

pub(super) fn is_pronoun(words: Words<'_>, (first, last): Stretch) -> bool {
    first == last && PRONOUNS.contains(&words.low(first))
}

/// The stretch without what says nothing of a name at its ends.
fn trimmed(words: Words<'_>, stretch: Stretch) -> Option<Stretch> {
    let (mut first, mut last) = stretch;
    while first <= last {
        let word = words.get(first)?;
        if !word.is_sign() && !matches!(word.low.as_str(), "on" | "in" | "at" | "however" | "according") {
            break;
        }
        first += 1;
    }
    while last > first && (words.get(last)?.is_sign() || HELPING.contains(&words.low(last)) || words.low(last).ends_with("ly")) {
        last -= 1;
    }
    let letters = (first..=last).any(|at| words.get(at).is_some_and(|word| word.kind == Kind::Letters));
    (first <= last && letters).then_some((first, last))
}

/// Whether a verb of saying says something there: not in "said to have", "called upon", nor in a name.
pub(super) fn says(words: Words<'_>, at: usize) -> bool {
    words.is(at, &SAYING)
        && !(words.get(at).is_some_and(|word| word.capital) && at > 0 && !words.low(at).starts_with("sa"))
        && !(words.is(at, &["said", "reported", "claimed", "alleged", "believed"]) && words.is(at + 1, &["to"]))
        && !(words.is(at, &["read", "reads", "called", "calls"]) && words.is(at + 1, &["to", "in", "off", "out", "about"]))
}

/// Whether the verb is joined to one before it, so that its subject is the subject of the whole clause.
pub(super) fn is_joined(words: Words<'_>, verb: usize) -> bool {
    let mut back = verb;
    while back > 0 && (HELPING[8..].contains(&words.low(back - 1)) || words.low(back - 1).ends_with("ly")) {
        back -= 1;
    }
    let Some(back) = back.checked_sub(1) else { return false };
    words.is(back, &["and", "but", "then"])
        || words.low(verb).ends_with("ing") && !words.is(back, &["is", "was", "are", "were", "heard", "been"])
        || words.is(back, &["to", "in", "by", "of", "for", "after", "before", "while"])
        || words.is(back, &["which", "that"]) && words.is(back.wrapping_sub(1), &CARRIERS)
        || words.low(back) == "]"
}

/// What carries somebody's words, and speaks for whoever gave it out.
pub(super) const CARRIERS: [&str; 22] = [
    "statement",
    "statements",
    "letter",
    "letters",
    "report",
    "telegram",
    "message",
    "tweet",
    "post",
    "memo",
    "email",
    "resolution",
    "resolutions",
    "petition",
    "appeal",
    "release",
    "note",
    "article",
    "interview",
    "speech",
    "address",
    "announcement",
];

/// The words for somebody right before "who".
pub(super) fn noun_before(words: Words<'_>, who: usize) -> Option<Stretch> {
    let mut last = who.checked_sub(1)?;
    if words.low(last) == "," {
        last = last.checked_sub(1)?;
    }
    stretch_to(words, last)
}

/// Who stands before a verb, back to where the clause begins.
pub(super) fn before(words: Words<'_>, verb: usize) -> Option<Stretch> {
    let mut last = verb.checked_sub(1)?;
    // "The Network, which posted": who is meant stands before the comma.
    if words.is(last, &["who", "which"]) {
        return noun_before(words, last);
    }
    // Between who speaks and the verb: "is heard", "later", ", in his speech,".
    while last > 0 && (HELPING.contains(&words.low(last)) || words.low(last).ends_with("ly") || words.low(last) == ",") {
        last -= 1;
    }
    if words.is(last, &["who", "which"]) {
        return noun_before(words, last);
    }
    // ", in his annual address last night, ": what is set between commas says nothing of the name.
    if words.low(last + 1) == "," {
        let comma = (last.saturating_sub(NAME_WORDS_MAX)..last).rev().find(|at| words.low(*at) == ",");
        if let Some(comma) = comma.filter(|comma| {
            matches!(
                words.low(comma + 1),
                "in" | "at"
                    | "on"
                    | "of"
                    | "a"
                    | "an"
                    | "the"
                    | "who"
                    | "editor"
                    | "president"
                    | "former"
                    | "through"
                    | "speaking"
                    | "chairman"
                    | "chair"
                    | "secretary"
                    | "head"
                    | "director"
                    | "leader"
                    | "mayor"
                    | "pastor"
                    | "attorney"
                    | "one"
                    | "identified"
                    | "himself"
                    | "herself"
                    | "another"
                    | "his"
                    | "her"
                    | "also"
                    | "from"
                    | "with"
                    | "whose"
            )
        }) && comma > 0
        {
            last = comma - 1;
        }
    }
    if PRONOUNS[..6].contains(&words.low(last)) {
        return Some((last, last));
    }
    stretch_to(words, last).filter(|(_, last)| *last < verb)
}

/// The words for somebody that end there, back to where the clause begins.
fn stretch_to(words: Words<'_>, last: usize) -> Option<Stretch> {
    let mut first = last + 1;
    while first > 0 && last + 1 - first < NAME_WORDS_MAX {
        let word = words.get(first - 1)?;
        let point = word.low == "." && first >= 2 && words.get(first - 2).is_some_and(|one| one.low.len() <= 4 && one.capital);
        if (word.is_sign() && !point && !matches!(word.low.as_str(), "'" | "\u{2019}" | "&" | "-")) || CLAUSE.contains(&word.low.as_str()) {
            break;
        }
        first -= 1;
        // "To the governor the Association": an article begins a name, unless it goes on with "of the".
        let begins = matches!(word.low.as_str(), "the" | "a" | "an" | "another");
        if begins && !first.checked_sub(1).is_some_and(|at| words.is(at, &["of", "for", "in", "from"])) {
            break;
        }
    }
    trimmed(words, (first, last)).filter(|(first, last)| first <= last)
}

/// Who did it, behind "was voiced by" and its like.
pub(super) fn done_by(words: Words<'_>, from: usize, upto: usize) -> Option<Stretch> {
    let done = |at: &usize| words.low(*at) == "by" && *at > from && (words.low(at - 1).ends_with("ed") || words.is(at - 1, &DONE));
    let by = (from..upto.min(words.len())).find(done)?;
    behind(words, by)
}

/// Who stands behind a verb.
pub(super) fn behind(words: Words<'_>, verb: usize) -> Option<Stretch> {
    let first = verb + 1;
    let mut last = None;
    for at in first..(first + NAME_WORDS_MAX).min(words.len()) {
        let word = words.get(at)?;
        let point = word.low == "." && words.get(at - 1).is_some_and(|one| one.low.len() <= 4 && one.capital) && words.is_name(at + 1);
        if (word.is_sign() && !point && !matches!(word.low.as_str(), "&" | "-")) || (at > first && BEHIND_ENDS.contains(&word.low.as_str()))
        {
            break;
        }
        last = Some(at);
    }
    let stretch = trimmed(words, (first, last?))?;
    let first = words.get(stretch.0)?;
    let begins =
        first.is_name() || matches!(first.low.as_str(), "a" | "an" | "the" | "one" | "another") || PRONOUNS.contains(&first.low.as_str());
    begins.then_some(stretch)
}
