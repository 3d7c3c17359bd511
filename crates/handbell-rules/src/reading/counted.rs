//! Counted: how many of whom or of what.
//!
//! A number counts what stands behind it; what became of these people, said in the same breath, makes it a
//! number of arrests, of injured or of dead. "A" and "many" are no numbers; "one" is one only of these three.

use super::number::{self, Amount};
use super::word::{Kind, Words};
use super::{Field, Finding, Page, Rule, Value};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// People said to be arrested or held.
    Arrests,
    /// People said to be hurt.
    Injured,
    /// People said to be dead.
    Dead,
    /// Police and enforcement officers.
    Officers,
    /// Vehicles.
    Vehicles,
    /// Shops and other premises.
    Premises,
    /// Other people.
    People,
    /// Anything else.
    Other,
}

impl Counted {
    /// Everything with its stable name, and the fact of a playbook that it is a number of.
    pub const ALL: [(Counted, &'static str, &'static str); 8] = [
        (Counted::Arrests, "arrests", "count.arrests"),
        (Counted::Injured, "injured", "count.injured"),
        (Counted::Dead, "dead", ""),
        (Counted::Officers, "officers", "count.officers"),
        (Counted::Vehicles, "vehicles", "count.vehicles"),
        (Counted::Premises, "premises", "premises"),
        (Counted::People, "people", "count.people"),
        (Counted::Other, "other", ""),
    ];
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, name, _)| name)
    }
    /// The fact it is a number of; empty where there is none.
    #[must_use]
    pub fn predicate(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(.., predicate)| predicate)
    }
}

/// Words between a number and what it counts at most.
const BETWEEN_MAX: usize = 5;
/// Words looked at for what became of them.
const BECAME_MAX: usize = 22;

const PEOPLE: [&str; 62] = [
    "people",
    "persons",
    "men",
    "women",
    "youths",
    "boys",
    "girls",
    "children",
    "students",
    "protesters",
    "protestors",
    "demonstrators",
    "marchers",
    "residents",
    "neighbours",
    "neighbors",
    "activists",
    "members",
    "delegates",
    "citizens",
    "workers",
    "miners",
    "negroes",
    "whites",
    "voters",
    "spectators",
    "participants",
    "attendees",
    "supporters",
    "soldiers",
    "prisoners",
    "passengers",
    "families",
    "crowd",
    "men",
    "teenagers",
    "adults",
    "individuals",
    "suspects",
    "rioters",
    "strikers",
    "employees",
    "pupils",
    "teachers",
    "ministers",
    "preachers",
    "pastors",
    "leaders",
    "speakers",
    "volunteers",
    "guests",
    "visitors",
    "bystanders",
    "passers-by",
    "locals",
    "farmers",
    "tenants",
    "migrants",
    "refugees",
    "man",
    "woman",
    "jurors",
];
const OFFICERS: [&str; 13] = [
    "officers",
    "policemen",
    "police",
    "deputies",
    "troopers",
    "agents",
    "constables",
    "bailiffs",
    "guardsmen",
    "cops",
    "detectives",
    "marshals",
    "officer",
];
const VEHICLES: [&str; 14] = [
    "vans",
    "cars",
    "vehicles",
    "buses",
    "trucks",
    "lorries",
    "motorcycles",
    "van",
    "car",
    "vehicle",
    "cruisers",
    "automobiles",
    "ambulances",
    "bikes",
];
const PREMISES: [&str; 9] = ["shops", "premises", "stores", "restaurants", "homes", "houses", "flats", "addresses", "buildings"];
const ARRESTS: [&str; 2] = ["arrests", "arrest"];
const INJURIES: [&str; 3] = ["injuries", "casualties", "injury"];
const DEATHS: [&str; 4] = ["deaths", "fatalities", "killings", "death"];
/// What numbers of are not wanted: lengths, times, money, shares.
const UNITS: [&str; 62] = [
    "year",
    "years",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "hour",
    "hours",
    "minute",
    "minutes",
    "second",
    "seconds",
    "mile",
    "miles",
    "mi",
    "km",
    "kilometres",
    "kilometers",
    "feet",
    "foot",
    "yards",
    "metres",
    "meters",
    "inches",
    "degrees",
    "acres",
    "pounds",
    "dollars",
    "cents",
    "pence",
    "percent",
    "cent",
    "o'clock",
    "pages",
    "page",
    "times",
    "am",
    "pm",
    "a",
    "p",
    "th",
    "nights",
    "decades",
    "centuries",
    "blocks",
    "tons",
    "bushels",
    "bales",
    "million",
    "billion",
    "points",
    "volumes",
    "chapters",
    "sections",
    "articles",
    "inch",
    "ft",
    "lbs",
    "dollar",
    "census",
];
/// What ends the words that may stand between a number and its noun.
const STOPS: [&str; 62] = [
    "and", "or", "but", "the", "was", "were", "is", "are", "had", "have", "has", "who", "which", "that", "in", "on", "at", "to", "from",
    "by", "with", "for", "as", "when", "while", "after", "before", "during", "until", "into", "onto", "through", "it", "he", "she", "they",
    "we", "his", "her", "their", "its", "this", "will", "would", "could", "be", "been", "not", "than", "if", "so", "because", "since",
    "about", "over", "under", "near", "around", "against", "between", "also", "did",
];
const HELD: [&str; 16] = [
    "arrested",
    "detained",
    "held",
    "jailed",
    "apprehended",
    "custody",
    "imprisoned",
    "arraigned",
    "arresting",
    "detaining",
    "arrest",
    "arrests",
    "handcuffed",
    "cited",
    "charged",
    "booked",
];
const HURT: [&str; 9] = ["injured", "hurt", "wounded", "hospitalized", "hospitalised", "injuring", "wounding", "injuries", "trampled"];
const KILLED: [&str; 13] = [
    "killed",
    "dead",
    "died",
    "lynched",
    "slain",
    "murdered",
    "killing",
    "shot dead",
    "executed",
    "burned alive",
    "drowned",
    "hanged",
    "death",
];
const CROWD: [&str; 24] = [
    "gathered",
    "marched",
    "protested",
    "rallied",
    "demonstrated",
    "attended",
    "turned",
    "assembled",
    "joined",
    "participated",
    "showed",
    "walked",
    "came",
    "took",
    "filled",
    "chanted",
    "peacefully",
    "met",
    "converged",
    "congregated",
    "were",
    "lined",
    "knelt",
    "listened",
];

fn became(words: Words<'_>, from: usize) -> Option<Counted> {
    let mut passive = false;
    for at in from..(from + BECAME_MAX).min(words.len()) {
        let word = words.low(at);
        if matches!(word, ";" | ":") || (at > from && word == "while") {
            return None;
        }
        if matches!(word, "was" | "were" | "been" | "and" | "be" | "got" | "are") {
            passive = true;
        }
        // Another number begins another count.
        if at > from + 1 && words.get(at).is_some_and(|word| word.kind != Kind::Sign) && number::amount(words, at).is_some() && word != "no"
        {
            return None;
        }
        let died = matches!(word, "died");
        if (passive || died) && HELD[..10].contains(&word) && !matches!(word, "arresting" | "detaining")
            || (passive && matches!(word, "cited" | "charged" | "booked"))
        {
            return Some(Counted::Arrests);
        }
        if passive && HURT.contains(&word) {
            return Some(Counted::Injured);
        }
        if (passive || died) && KILLED.contains(&word) && !matches!(word, "killing" | "death") {
            return Some(Counted::Dead);
        }
    }
    None
}

/// A verb right before the number: "arrested 12 people", "killing two".
fn done_to(words: Words<'_>, first: usize) -> Option<Counted> {
    for back in 1..=2 {
        let at = first.checked_sub(back)?;
        let word = words.low(at);
        let by_them = at > 0 && matches!(words.low(at - 1), "was" | "were" | "been" | "be");
        if by_them {
            return None;
        }
        if matches!(word, "arrested" | "detained" | "arresting" | "detaining" | "jailed" | "charged" | "apprehended") {
            return Some(Counted::Arrests);
        }
        if matches!(word, "injured" | "injuring" | "wounded" | "wounding") {
            return Some(Counted::Injured);
        }
        if matches!(word, "killed" | "killing" | "lynched" | "lynching" | "murdered") {
            return Some(Counted::Dead);
        }
        if !matches!(word, "the" | "another" | "and") {
            return None;
        }
    }
    None
}

fn noun(words: Words<'_>, amount: &Amount) -> Option<(Counted, usize)> {
    let mut at = amount.end;
    if words.is(at, &["of"]) {
        at += 1;
        if matches!(words.low(at), "which" | "whom" | "them") {
            return Some((if words.low(at) == "which" { Counted::Other } else { Counted::People }, at));
        }
        if matches!(words.low(at), "the" | "these" | "those" | "his" | "her" | "their" | "our" | "its") {
            at += 1;
        }
    }
    let mut plural = None;
    for at in at..(at + BETWEEN_MAX).min(words.len()) {
        let word = words.get(at)?;
        let low = word.bare();
        if word.kind == Kind::Sign || UNITS.contains(&low) || low.contains("year-old") {
            break;
        }
        if word.kind == Kind::Digits || STOPS.contains(&low) || number::number(words, at).is_some() {
            break;
        }
        let known = [
            (&ARRESTS[..], Counted::Arrests),
            (&INJURIES[..], Counted::Injured),
            (&DEATHS[..], Counted::Dead),
            (&OFFICERS[..], Counted::Officers),
            (&VEHICLES[..], Counted::Vehicles),
            (&PREMISES[..], Counted::Premises),
            (&PEOPLE[..], Counted::People),
        ];
        if let Some((_, of)) = known.iter().find(|(list, _)| list.contains(&low)) {
            // "Police officers", "Home Office immigration officers": the last noun is the one.
            if low == "police" && OFFICERS.contains(&words.low(at + 1)) {
                continue;
            }
            return Some((*of, at));
        }
        if low.ends_with('s') && low.len() > 3 && !low.ends_with("ss") && !low.ends_with("ous") && !word.low.ends_with("'s") {
            plural = Some(at);
        }
    }
    plural.filter(|last| at <= *last).map(|last| (Counted::Other, last))
}

/// Whether the number is part of a date, a clock time, a year, an address or a reference.
fn is_something_else(words: Words<'_>, amount: &Amount) -> bool {
    let number = words.low(amount.number);
    let single = amount.end == amount.number + 1;
    let month = |at: usize| super::day::month(words, at).is_some();
    let before = amount.number.checked_sub(1);
    let by_a_month = before.is_some_and(|at| month(at) || (words.low(at) == "." || words.low(at) == ",") && at > 0 && month(at - 1))
        || month(amount.end);
    let year = single
        && number.len() == 4
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(number.parse::<u32>(), Ok(1_500..=2_099));
    let years = amount
        .low
        .zip(amount.high)
        .is_some_and(|(low, high)| low < high && (1_500..=2_099).contains(&low) && (1_500..=2_099).contains(&high));
    let year_said = years || year && noun(words, amount).is_none_or(|(of, at)| of == Counted::Other || at > amount.end + 1);
    let reference = words.low(amount.end) == "]"
        || words.low(amount.end) == ":" && words.get(amount.end + 1).is_some_and(|next| next.kind == Kind::Digits);
    let clock = matches!(words.low(amount.end), "a" | "p") && words.low(amount.end + 1) == "."
        || matches!(words.low(amount.end), "am" | "pm" | "a.m" | "p.m" | "o'clock");
    by_a_month || year_said || reference || clock
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let mut at = 0;
        while at < words.len() {
            let Some(amount) = number::amount(words, at).filter(|amount| !is_something_else(words, amount)) else {
                at += 1;
                continue;
            };
            let (found, next) = counted(words, &amount);
            if let Some((of, last, rule)) = found
                && let Some(bytes) = words.bytes(amount.first, last)
            {
                let said = page.says(&bytes);
                findings.push(Finding {
                    field: Field::Count,
                    sentence,
                    value: Value::Count { of, low: amount.low, high: amount.high, near: number::is_near(words, &amount), words: said },
                    bytes,
                    rule,
                });
            }
            at = next.max(at + 1);
        }
    }
    findings
}

fn counted(words: Words<'_>, amount: &Amount) -> (Option<(Counted, usize, Rule)>, usize) {
    let number = words.low(amount.number);
    let (one, none) = (number == "one" && amount.low == Some(1) && amount.high == Some(1), number == "no");
    let three = |of: Counted| matches!(of, Counted::Arrests | Counted::Injured | Counted::Dead);
    if let Some((of, last)) = noun(words, amount) {
        let plain = matches!(of, Counted::People | Counted::Officers | Counted::Other);
        let what = if plain && of != Counted::Other { done_to(words, amount.first).or_else(|| became(words, last + 1)) } else { None };
        let rule = if what.is_some() { Rule::NumberAndVerb } else { Rule::NumberOfSomething };
        let of = what.unwrap_or(of);
        let good = (!one && !none) || three(of) && (!none || !plain);
        return (good.then_some((of, last, rule)), last + 1);
    }
    let last = amount.end - 1;
    if let Some(of) = done_to(words, amount.first).filter(|_| !none) {
        return (Some((of, last, Rule::NumberAndVerb)), amount.end);
    }
    let verb = words.low(amount.end);
    if matches!(verb, "was" | "were" | "had" | "have" | "others")
        && !none
        && let Some(of) = became(words, amount.end)
    {
        return (Some((of, last, Rule::NumberAndVerb)), amount.end);
    }
    // "Thousands gathered", "10,000 marched".
    let many = amount.low.is_none_or(|low| low >= 10) || amount.high.is_none();
    let signs = usize::from(words.get(amount.end).is_some_and(|word| matches!(word.low.as_str(), "\"" | "\u{201d}")));
    if many && CROWD.contains(&words.low(amount.end + signs)) {
        return (Some((Counted::People, last, Rule::NumberAndVerb)), amount.end);
    }
    (None, amount.end)
}
