//! Place: streets, squares, parks and towns by their names.
//!
//! Known are the group's places, names of the shape that streets and buildings have, a town before its state, and
//! a name behind "in" or "at". Countries and states alone are too wide to be where something happened. A house
//! number is left out: the record never holds one.

use super::word::{Kind, Words};
use super::{Field, Finding, Page, Rule, Value, day};
use crate::gazetteer::Gazetteer;
use crate::place::Point;

/// Words of a name at most.
const NAME_WORDS_MAX: usize = 5;

/// Ends of names of streets, squares, parks and buildings.
const SHAPES: [&str; 73] = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "close",
    "square",
    "park",
    "bridge",
    "boulevard",
    "blvd",
    "plaza",
    "place",
    "courthouse",
    "church",
    "hall",
    "school",
    "university",
    "college",
    "hospital",
    "library",
    "building",
    "center",
    "centre",
    "station",
    "market",
    "highway",
    "drive",
    "green",
    "common",
    "hotel",
    "theater",
    "theatre",
    "stadium",
    "mall",
    "capitol",
    "pavilion",
    "prison",
    "jail",
    "memorial",
    "cemetery",
    "airport",
    "way",
    "gardens",
    "terrace",
    "estate",
    "campus",
    "headquarters",
    "beach",
    "pier",
    "auditorium",
    "temple",
    "mosque",
    "chapel",
    "cathedral",
    "fairgrounds",
    "museum",
    "arena",
    "fountain",
    "row",
    "crescent",
    "court house",
    "statehouse",
    "parkway",
    "expressway",
    "town hall",
    "city hall",
    "high school",
    "synagogue",
    "amphitheater",
    "butchers",
];
/// Shapes that are streets: two of them joined by "and" are one corner.
const STREETS: [&str; 10] = ["street", "st", "road", "rd", "avenue", "ave", "lane", "boulevard", "blvd", "drive"];
/// States, as they are shortened behind a town.
const STATES_SHORT: [&str; 52] = [
    "ala", "ark", "ariz", "cal", "calif", "colo", "conn", "del", "fla", "ga", "ill", "ind", "ia", "kan", "ky", "la", "mass", "md", "me",
    "mich", "minn", "miss", "mo", "mont", "neb", "nev", "okla", "o", "ore", "pa", "penn", "tenn", "tex", "vt", "va", "wash", "wis", "wyo",
    "n", "s", "d", "w", "r", "dc", "tx", "ny", "nj", "al", "il", "oh", "fl", "mn",
];
/// Too wide, or no place of an event.
const WIDE: [&str; 89] = [
    "alabama",
    "alaska",
    "arizona",
    "arkansas",
    "california",
    "colorado",
    "connecticut",
    "delaware",
    "florida",
    "georgia",
    "hawaii",
    "idaho",
    "illinois",
    "indiana",
    "iowa",
    "kansas",
    "kentucky",
    "louisiana",
    "maine",
    "maryland",
    "massachusetts",
    "michigan",
    "minnesota",
    "mississippi",
    "missouri",
    "montana",
    "nebraska",
    "nevada",
    "new hampshire",
    "new jersey",
    "new mexico",
    "north carolina",
    "north dakota",
    "ohio",
    "oklahoma",
    "oregon",
    "pennsylvania",
    "rhode island",
    "south carolina",
    "south dakota",
    "tennessee",
    "texas",
    "utah",
    "vermont",
    "virginia",
    "wisconsin",
    "wyoming",
    "west virginia",
    "america",
    "united states",
    "england",
    "scotland",
    "wales",
    "britain",
    "uk",
    "us",
    "usa",
    "france",
    "germany",
    "russia",
    "europe",
    "africa",
    "asia",
    "canada",
    "mexico",
    "cuba",
    "haiti",
    "liberia",
    "panama",
    "ireland",
    "rwanda",
    "south",
    "north",
    "east",
    "west",
    "the south",
    "congress",
    "god",
    "christ",
    "heaven",
    "facebook",
    "youtube",
    "twitter",
    "instagram",
    "english",
    "spanish",
    "black",
    "white",
    "negro",
];
const BEHIND: [&str; 12] = ["in", "at", "near", "outside", "across", "downtown", "from", "around", "through", "along", "into", "to"];
/// Of those, the ones behind which a name alone is a place.
const BEHIND_ALONE: [&str; 5] = ["in", "at", "near", "outside", "downtown"];
const TITLES: [&str; 24] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "rev",
    "hon",
    "president",
    "mayor",
    "governor",
    "gov",
    "senator",
    "judge",
    "col",
    "gen",
    "capt",
    "prof",
    "sir",
    "lord",
    "king",
    "queen",
    "st",
    "chief",
    "sergeant",
];
/// Words with a capital that begin no name of a place.
const NOT_NAMES: [&str; 27] = [
    "the", "a", "an", "this", "that", "his", "her", "their", "our", "its", "these", "those", "all", "no", "i", "it", "we", "he", "she",
    "they", "there", "and", "or", "if", "mr", "one", "some",
];

struct Found {
    first: usize,
    last: usize,
    rule: Rule,
    point: Option<Point>,
}

/// The capitals from a word on: the word behind the last.
fn run(words: Words<'_>, first: usize) -> usize {
    let mut end = first;
    while end < words.len() && end - first < NAME_WORDS_MAX + 3 {
        let dated = day::month(words, end).is_some()
            && end > first
            && words.get(end + 1).is_some_and(|next| next.kind == Kind::Digits || next.low == ".");
        if words.is_name(end) && !dated && day::weekday(words, end).is_none() {
            end += 1;
        } else if end > first && words.is_name(end + 1) && goes_on(words, end) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

fn goes_on(words: Words<'_>, at: usize) -> bool {
    match words.low(at) {
        "of" | "&" | "'" | "\u{2019}" => true,
        "." => matches!(words.low(at - 1), "st" | "mt" | "ft"),
        _ => false,
    }
}

fn is_shape(words: Words<'_>, at: usize) -> bool {
    words.get(at).is_some_and(|word| SHAPES.contains(&word.bare()))
}

/// A street, square, park or building that begins at a word.
fn shaped(words: Words<'_>, first: usize) -> Option<usize> {
    let end = run(words, first);
    // "University of Arizona", "Church of God".
    let of = (first..end).find(|at| is_shape(words, *at) && words.low(at + 1) == "of" && at + 2 < end && *at == first);
    if of.is_some() {
        return Some(end - 1);
    }
    let inside = (first + 1..end).rev().find(|at| is_shape(words, *at));
    if inside.is_some_and(|inside| (first..inside).any(|at| words.low(at) == "of")) {
        return None;
    }
    // Newspapers of old write the last word small: "Jefferson avenue".
    let small = (end > first && is_shape(words, end) && !NOT_NAMES.contains(&words.low(first))).then_some(end);
    let small = small.filter(|_| {
        words.low(end).len() > 3
            && !matches!(words.low(end), "place" | "way" | "close" | "green" | "common" | "market" | "school" | "row" | "drive" | "beach")
    });
    let last = small.or(inside)?;
    let lone = last == first + 1 && NOT_NAMES.contains(&words.low(first));
    if lone || TITLES.contains(&words.low(first)) && last == first + 1 && words.low(first) != "st" {
        return None;
    }
    let point = usize::from(words.low(last + 1) == "." && matches!(words.low(last), "st" | "ave" | "rd" | "blvd"));
    Some(last + point)
}

/// The word behind a state that stands behind a town, if one does: ", Ala.", ", D. C.", ", Ohio".
fn state(words: Words<'_>, comma: usize) -> Option<usize> {
    if words.low(comma) != "," {
        return None;
    }
    let wide = (1..=2_usize).rev().find(|length| {
        let name: Vec<&str> = (1..=*length).map(|step| words.low(comma + step)).collect();
        words.is_name(comma + 1) && WIDE[..48].contains(&name.join(" ").as_str())
    });
    if let Some(length) = wide {
        return Some(comma + 1 + length);
    }
    let word = words.get(comma + 1).filter(|word| word.capital)?;
    if !STATES_SHORT.contains(&word.low.as_str()) {
        return None;
    }
    let mut end = comma + 2;
    end += usize::from(words.low(end) == ".");
    if word.low.len() == 1 && words.get(end).is_some_and(|next| next.low.len() == 1 && next.capital) {
        end += 1;
        end += usize::from(words.low(end) == ".");
    }
    Some(end)
}

fn known<'g>(page: &Page<'_>, words: Words<'_>, first: usize, places: &'g Gazetteer) -> Option<(usize, &'g crate::gazetteer::NamedPlace)> {
    let end = run(words, first).min(first + NAME_WORDS_MAX);
    (first..end).rev().find_map(|last| {
        let bytes = words.bytes(first, last)?;
        let name = page.text[bytes].trim_end_matches("'s").trim_end_matches("\u{2019}s");
        let low = name.to_lowercase();
        if WIDE.contains(&low.as_str()) || name.chars().count() < 4 {
            return None;
        }
        places.named(name).map(|place| (last, place))
    })
}

fn at(page: &Page<'_>, words: Words<'_>, first: usize, places: Option<&Gazetteer>) -> Option<Found> {
    if !words.is_name(first) || NOT_NAMES.contains(&words.low(first)) && !is_shape(words, first + 1) {
        return None;
    }
    let back = first.checked_sub(1).map_or("", |at| words.low(at));
    let point_back = back == "." && first > 1 && TITLES.contains(&words.low(first - 2));
    if TITLES.contains(&back) && back != "st" || point_back {
        return None;
    }
    let with_town = |last: usize| {
        // The street's town behind it.
        if let Some(end) = state(words, last + 1) {
            return end - 1;
        }
        if words.low(last + 1) != "," {
            return last;
        }
        let town = places.and_then(|places| known(page, words, last + 2, places)).map(|(town, _)| town);
        // "Peckham, Hackney and Glasgow" are three places.
        let list = |town: &usize| words.is(town + 1, &[",", "and"]) && words.is_name(town + 2);
        town.filter(|town| !list(town)).unwrap_or(last)
    };
    if let Some(mut last) = shaped(words, first) {
        // A corner: "Jefferson avenue and Market street".
        if words.is(last, &STREETS)
            && words.is(last + 1, &["and", "&"])
            && let Some(second) = shaped(words, last + 2).filter(|second| words.is(*second, &STREETS))
        {
            last = second;
        }
        let point =
            places.and_then(|places| known(page, words, first, places)).filter(|(end, _)| *end == last).map(|(_, place)| place.point);
        return Some(Found {
            first,
            last: with_town(last),
            rule: if point.is_some() { Rule::KnownPlace } else { Rule::PlaceShape },
            point,
        });
    }
    if let Some((last, place)) = places.and_then(|places| known(page, words, first, places)) {
        // A person's first name may be a town's.
        let placed = BEHIND.contains(&back)
            || matches!(back, "of" | "and" | "," | "(" | "between" | "including" | "then" | "via") && !words.is_name(last + 1);
        let initial = back == "." && first > 1 && words.get(first - 2).is_some_and(|one| one.capital && one.low.len() == 1);
        // A person's name may be a town's: one word needs a word of place before it, or its own line.
        let alone = first == 0 && (words.len() == last + 1 || words.is(last + 1, &[",", ":"]));
        if !initial && (placed || alone || last > first && !words.is_name(last + 1) && !(first > 0 && words.is_name(first - 1))) {
            return Some(Found { first, last: with_town(last), rule: Rule::KnownPlace, point: Some(place.point) });
        }
    }
    let end = run(words, first);
    if end > first
        && end - first <= 3
        && let Some(end) = state(words, end)
    {
        return Some(Found { first, last: end - 1, rule: Rule::PlaceShape, point: None });
    }
    let few = end > first && end - first <= 3;
    if few && BEHIND_ALONE.contains(&back) && day::month(words, first).is_none() && day::weekday(words, first).is_none() {
        let name: Vec<&str> = (first..end).map(|at| words.low(at)).collect();
        if WIDE.contains(&name.join(" ").as_str()) || TITLES.contains(&name[0]) || NOT_NAMES.contains(&name[0]) {
            return None;
        }
        return Some(Found { first, last: end - 1, rule: Rule::PlaceByItsWord, point: None });
    }
    None
}

pub(super) fn find(page: &Page<'_>, places: Option<&Gazetteer>, bodies: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut next = 0;
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let letters = page.text[line.bytes.clone()].chars().filter(|letter| letter.is_alphabetic());
        let (all, loud) = letters.fold((0_usize, 0_usize), |(all, loud), letter| (all + 1, loud + usize::from(letter.is_uppercase())));
        let shouts = all > 0 && loud * 10 > all * 8;
        let mut first = 0;
        while first < words.len() {
            // In a heading every word has a capital: only a town before its state is a name there.
            let found = at(page, words, first, places).filter(|found| {
                !shouts || found.rule == Rule::PlaceShape && words.low(found.last) == "." || found.rule == Rule::KnownPlace
            });
            let Some(found) = found else {
                first += 1;
                continue;
            };
            let mut from = found.first;
            from -= usize::from(from > 0 && words.low(from - 1) == "downtown");
            let Some(bytes) = words.bytes(from, found.last) else { break };
            while bodies.get(next).is_some_and(|body| body.bytes.end <= bytes.start) {
                next += 1;
            }
            // A body named for its town is no place.
            let of_a_body = bodies[next..].iter().take(2).any(|body| body.bytes.start < bytes.end && bytes.start < body.bytes.end);
            if !of_a_body {
                findings.push(Finding {
                    field: Field::Place,
                    sentence,
                    value: Value::Place { name: page.says(&bytes), point: found.point },
                    bytes,
                    rule: found.rule,
                });
            }
            first = found.last + 1;
        }
    }
    findings
}
