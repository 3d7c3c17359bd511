//! Agency: bodies by their names: forces, courts, councils, departments, associations.
//!
//! A name of several capitals with a word for a body in it, or a body that everybody knows by one name. Officers
//! whose force nobody names ("police") are shown once, where the text first speaks of them.

use super::word::{Kind, Words};
use super::{Field, Finding, Page, Rule, Value};
use std::collections::HashSet;

/// Words of a name at most.
const NAME_WORDS_MAX: usize = 14;

/// Words for a body, as the last of a name or before "of" and "for".
const HEADS: [&str; 82] = [
    "association",
    "league",
    "council",
    "committee",
    "commission",
    "department",
    "office",
    "bureau",
    "board",
    "union",
    "party",
    "club",
    "clubs",
    "society",
    "federation",
    "congress",
    "senate",
    "court",
    "guard",
    "force",
    "agency",
    "network",
    "ministry",
    "company",
    "corporation",
    "railroad",
    "railway",
    "bank",
    "coalition",
    "alliance",
    "movement",
    "lodge",
    "order",
    "unit",
    "authority",
    "tribunal",
    "legislature",
    "assembly",
    "parliament",
    "corps",
    "chamber",
    "klan",
    "convention",
    "service",
    "enforcement",
    "patrol",
    "organization",
    "organisation",
    "fellows",
    "foundation",
    "brotherhood",
    "conference",
    "institute",
    "trust",
    "fund",
    "group",
    "administration",
    "house of representatives",
    "cabinet",
    "constabulary",
    "sisters",
    "brigade",
    "line",
    "fire department",
    "governors",
    "lyceum",
    "caucus",
    "daughters",
    "sons",
    "knights",
    "veterans",
    "police",
    "collective",
    "sheriff",
    "sheriff's",
    "inspectorate",
    "ombudsman",
    "airways",
    "airlines",
    "auxiliary",
    "directorate",
    "prosecutors",
];
/// Words for a body that may be written small behind a name.
const SMALL_HEADS: [&str; 23] = [
    "police",
    "party",
    "lodge",
    "federation",
    "unit",
    "organization",
    "organisation",
    "railroad",
    "club",
    "league",
    "association",
    "council",
    "committee",
    "union",
    "force",
    "department",
    "line",
    "company",
    "board",
    "commission",
    "government",
    "authority",
    "sheriff's",
];
/// Bodies by one name.
const KNOWN: [(&str, &str); 63] = [
    ("home office immigration enforcement", "immigration-enforcement"),
    ("immigration enforcement", "immigration-enforcement"),
    ("home office", "other"),
    ("border force", "border-force"),
    ("uk border agency", "border-force"),
    ("border agency", "border-force"),
    ("enforcement agency", "other"),
    ("metropolitan police", "police"),
    ("met police", "police"),
    ("scotland yard", "police"),
    ("national guard", "other"),
    ("high court", "other"),
    ("crown court", "other"),
    ("supreme court", "other"),
    ("court of appeal", "other"),
    ("house of representatives", "other"),
    ("house of commons", "other"),
    ("state department", "other"),
    ("democratic party", "other"),
    ("republican party", "other"),
    ("labour party", "other"),
    ("naacp", "other"),
    ("fbi", "other"),
    ("ice", "other"),
    ("iopc", "other"),
    ("cps", "other"),
    ("congress", "other"),
    ("senate", "other"),
    ("parliament", "other"),
    ("odd fellows", "other"),
    ("state police", "police"),
    ("highway patrol", "police"),
    ("immigration compliance and enforcement", "immigration-enforcement"),
    ("immigration compliance", "immigration-enforcement"),
    ("uk border force", "border-force"),
    ("ukba", "border-force"),
    ("uk visas and immigration", "immigration-enforcement"),
    ("ukvi", "immigration-enforcement"),
    ("visas and immigration", "immigration-enforcement"),
    ("department of homeland security", "other"),
    ("immigration and customs enforcement", "immigration-enforcement"),
    ("british transport police", "police"),
    ("transport police", "police"),
    ("territorial support group", "police"),
    ("metropolitan police service", "police"),
    ("the met", "police"),
    ("independent office for police conduct", "other"),
    ("crown prosecution service", "other"),
    ("magistrates' court", "other"),
    ("immigration tribunal", "other"),
    ("upper tribunal", "other"),
    ("first-tier tribunal", "other"),
    ("acas", "other"),
    ("transport for london", "other"),
    ("national crime agency", "police"),
    ("ku klux", "other"),
    ("ku klux klan", "other"),
    ("legal observers", "other"),
    ("high court enforcement", "bailiffs"),
    ("county court bailiffs", "bailiffs"),
    ("civil nuclear constabulary", "police"),
    ("african methodist episcopal church", "other"),
    ("associated press", "other"),
];
/// Officers by their trade, with the playbook's agency.
const TRADES: [(&str, &str); 8] = [
    ("immigration officers", "immigration-enforcement"),
    ("immigration enforcement officers", "immigration-enforcement"),
    ("enforcement officers", "other"),
    ("border force officers", "border-force"),
    ("police officers", "police"),
    ("police", "police"),
    ("bailiffs", "bailiffs"),
    ("cops", "police"),
];
/// Of those that stand alone as a short name, behind "the".
const ALONE: [&str; 17] = [
    "association",
    "committee",
    "league",
    "council",
    "department",
    "court",
    "board",
    "union",
    "commission",
    "association's",
    "commission's",
    "society",
    "federation",
    "agency",
    "ministry",
    "tribunal",
    "bureau",
];
/// Bodies whose name ends there, whatever "and" joins to it.
const PARTED: [&str; 16] = [
    "department",
    "league",
    "police",
    "council",
    "committee",
    "association",
    "office",
    "guard",
    "union",
    "force",
    "society",
    "federation",
    "network",
    "club",
    "sheriff",
    "court",
];
/// Behind these a name is a building or a school.
const BUILDINGS: [&str; 12] = [
    "headquarters",
    "building",
    "station",
    "courthouse",
    "church",
    "hall",
    "school",
    "hospital",
    "university",
    "college",
    "house",
    "square",
];
const JOINS: [&str; 8] = ["of", "for", "the", "and", "&", "against", "on", "in"];

/// Letters in capitals that are no body.
const NO_BODY: [&str; 56] = [
    "am", "pm", "cdt", "cst", "est", "edt", "pst", "pdt", "mst", "mdt", "gmt", "bst", "utc", "usa", "uk", "us", "eu", "tv", "cd", "dvd",
    "id", "ids", "blm", "maga", "covid", "swat", "lgbt", "lgbtq", "lgbtqia", "dj", "ok", "suv", "gps", "cctv", "hiv", "aids", "ceo", "phd",
    "mp", "mps", "am", "faq", "pdf", "url", "html", "nyc", "dc", "la", "ii", "iii", "iv", "vi", "vii", "viii", "xi", "xii",
];
/// Letters of a body's short name.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=6;

/// Words that the text also writes small, or with one capital: in capitals they are only loud.
fn spoken<'p>(page: &'p Page<'_>) -> HashSet<&'p str> {
    let small = page.words.iter().filter(|word| page.text[word.bytes.clone()].chars().any(char::is_lowercase));
    small.map(|word| word.low.as_str()).collect()
}

/// A body by its letters: "NYPD". In a line that shouts every word looks so.
fn letters(page: &Page<'_>, words: Words<'_>, at: usize, spoken: &HashSet<&str>) -> Option<&'static str> {
    let word = words.get(at).filter(|word| word.kind == Kind::Letters && LETTERS.contains(&word.low.len()))?;
    let raw = &page.text[word.bytes.clone()];
    let alone = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_none_or(|word| {
            word.kind != Kind::Letters || word.low.len() < 2 || page.text[word.bytes.clone()].chars().any(char::is_lowercase)
        })
    };
    let stands = raw.chars().all(|letter| letter.is_ascii_uppercase()) && alone(at.checked_sub(1)) && alone(Some(at + 1));
    let police = word.low.ends_with("pd");
    let led = at.checked_sub(1).is_some_and(|back| words.is(back, &["the", "(", "by", "of", "from", "with", "an"]));
    if !stands
        || !(police || led)
        || NO_BODY.contains(&word.low.as_str())
        || spoken.contains(word.low.as_str())
        || words.is(at.wrapping_sub(1), &["$", "#"])
    {
        return None;
    }
    Some(if police { "police" } else { "other" })
}

/// "Outside the Department of Public Safety" a body is a building.
fn is_where(words: Words<'_>, first: usize) -> bool {
    let back = first.saturating_sub(usize::from(first > 0 && words.low(first - 1) == "the"));
    back.checked_sub(1).is_some_and(|at| words.is(at, &["outside", "near", "inside"]))
        || back.checked_sub(3).is_some_and(|at| words.phrase(at, "in front of").is_some())
}

/// The agency of a playbook that a name is.
fn choice(name: &str) -> &'static str {
    let low = name.to_lowercase();
    if let Some((_, choice)) = KNOWN.iter().find(|(known, _)| low == *known || low.ends_with(&format!(" {known}"))) {
        return choice;
    }
    if low.contains("immigration") {
        "immigration-enforcement"
    } else if low.contains("police") || low.contains("sheriff") || low.contains("constabulary") {
        "police"
    } else if low.ends_with(" council") || low.starts_with("council of") {
        "council"
    } else if low.contains("bailiff") {
        "bailiffs"
    } else {
        "other"
    }
}

/// A run of capitals from a word on, joined by small words between capitals: the word behind it.
fn run(words: Words<'_>, first: usize) -> usize {
    let mut end = first + 1;
    while end < words.len() && end - first < NAME_WORDS_MAX {
        // "The Police Department and National Guard" are two.
        if words.is(end, &["and", "&"]) && words.get(end - 1).is_some_and(|word| PARTED.contains(&word.bare())) {
            break;
        }
        if words.is_name(end) {
            end += 1;
        } else if words.is(end, &JOINS) && words.is_name(end + 1) && words.low(end) != "in" {
            end += 2;
        } else if words.is(end, &JOINS) && words.is(end + 1, &["the"]) && words.is_name(end + 2) {
            end += 3;
        } else if goes_on(words, end) && words.is_name(end + 1) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// A sign that ends no name: the apostrophe of a plural, the point of an initial.
fn goes_on(words: Words<'_>, sign: usize) -> bool {
    let before = words.low(sign - 1);
    match words.low(sign) {
        "'" | "\u{2019}" => before.ends_with('s'),
        "." => before.len() <= 2,
        _ => false,
    }
}

/// The part of a run of capitals that names a body.
fn body(words: Words<'_>, first: usize, end: usize) -> Option<(usize, usize)> {
    let mut first = first;
    if words.low(first) == "the" || words.is(first, &["a", "an", "in", "on", "at", "by", "former", "president", "secretary", "dr", "mr"]) {
        first += 1;
    }
    let head = (first..end).rev().find(|at| {
        let word = words.get(*at).map_or("", |word| word.bare());
        let closes = *at + 1 == end
            || words.is(*at + 1, &["of", "for", "against", "on"])
            || words.get(*at).is_some_and(|one| one.low.ends_with("'s"))
            || word == "police" && words.is(*at + 1, &["officer", "officers", "chief", "captain", "sergeant", "commissioner"]);
        // A chief is no force, and a party's convention is an occasion.
        let office = word == "police" && words.is(at.saturating_sub(2), &["chief"])
            || word == "convention" && words.is(at.saturating_sub(1), &["national"]);
        closes && !office && (HEADS.contains(&word) || word == "police")
    })?;
    let upto = if words.is(head + 1, &["of", "for", "against", "on"]) && head + 1 < end { end - 1 } else { head };
    (upto > first || HEADS[..3].contains(&words.low(head)) && first > 0).then_some((first, upto))
}

fn at(words: Words<'_>, first: usize) -> Option<((usize, usize), &'static str)> {
    let known = words.means(first, &KNOWN).map(|(choice, length)| (length, choice));
    if !words.is_name(first) {
        return None;
    }
    let end = run(words, first);
    if let Some((a, b)) = body(words, first, end) {
        let longer = known.is_none_or(|(length, _)| b + 1 - a > length);
        if longer {
            return Some(((a, b), ""));
        }
    }
    if let Some((length, choice)) = known {
        // "ice" and "congress" are also common words.
        let one = length == 1;
        let shouted = words.get(first).is_some_and(|word| word.kind == Kind::Letters) && (!one || words.low(first) != "ice");
        return shouted.then_some(((first, first + length - 1), choice));
    }
    // A small word for a body behind a name: "Davenport police".
    let begins = first + usize::from(words.low(first) == "the");
    if end > begins
        && words.is(end, &SMALL_HEADS)
        && !words.is(end - 1, &["the", "a", "mr", "this", "that", "his", "her", "when", "as", "if", "no"])
    {
        let common = end == begins + 1 && begins == 0 && words.low(begins).len() <= 4;
        let line = words.low(end) == "line" && end < begins + 2;
        let last = if words.is(end, &["police"]) && words.is(end + 1, &["department", "force"]) { end + 1 } else { end };
        return (!common && !line).then_some(((begins, last), ""));
    }
    // The branch of a union: "Transport Workers Local 100".
    if end < words.len()
        && words.low(end - 1) == "local"
        && end >= first + 2
        && words.get(end).is_some_and(|word| word.kind == Kind::Digits)
    {
        return Some(((first, end), "other"));
    }
    // A short name of a body named in full before.
    if first > 0 && words.low(first - 1) == "the" && words.is(first, &ALONE) && end == first + 1 {
        return Some(((first, first), "other"));
    }
    None
}

/// Newspaper headings shout: there every word has a capital and a run says nothing.
fn shouts(page: &Page<'_>, bytes: &std::ops::Range<usize>) -> bool {
    let text = &page.text[bytes.clone()];
    text.chars().filter(|letter| letter.is_alphabetic()).take(80).all(char::is_uppercase)
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut trades: HashSet<&str> = HashSet::new();
    // Short names of bodies that the text has named in full.
    let mut heads: HashSet<&str> = HashSet::new();
    let spoken = spoken(page);
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let loud = shouts(page, &line.bytes);
        let mut first = 0;
        while first < words.len() {
            let short = || letters(page, words, first, &spoken).filter(|_| !loud).map(|choice| ((first, first), choice));
            let again = || {
                let head = words.get(first).is_some_and(|word| word.capital && heads.contains(word.bare()));
                let head = head && first > 0 && words.low(first - 1) == "the";
                head.then_some(((first, first), "other"))
            };
            let found =
                at(words, first).or_else(short).or_else(again).filter(|((a, b), choice)| !(loud && choice.is_empty() && (*b - *a) > 9));
            if let Some(((_, b), _)) = found.filter(|((a, _), _)| is_where(words, *a)) {
                first = b + 1;
                continue;
            }
            if let Some(((a, b), known)) = found
                && !words.is(b + 1 + usize::from(words.is(b + 1, &["'", "\u{2019}"])), &BUILDINGS)
                && let Some(bytes) = words.bytes(a, b)
            {
                let name = page.says(&bytes);
                let choice = if known.is_empty() { choice(&name) } else { known };
                findings.push(Finding {
                    field: Field::Agency,
                    sentence,
                    value: Value::Agency { choice, words: name },
                    bytes,
                    rule: Rule::NameOfABody,
                });
                trades.insert(choice);
                heads.extend(ALONE.iter().filter(|head| words.get(b).is_some_and(|word| word.bare() == **head)));
                first = b + 1;
                continue;
            }
            let trade =
                TRADES.iter().filter_map(|(name, choice)| Some((words.phrase(first, name)?, *choice))).max_by_key(|(length, _)| *length);
            if let Some((length, choice)) = trade {
                if trades.insert(choice)
                    && let Some(bytes) = words.bytes(first, first + length - 1)
                {
                    let value = Value::Agency { choice, words: page.says(&bytes) };
                    findings.push(Finding { field: Field::Agency, sentence, value, bytes, rule: Rule::BodyByItsTrade });
                }
                first += length;
                continue;
            }
            // A run of capitals that names no body is passed over at once; shorter parts of it are no names either.
            first += 1;
        }
    }
    findings
}
