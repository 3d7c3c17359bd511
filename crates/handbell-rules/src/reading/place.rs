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
const WIDE: [&str; 102] = [
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
    "government",
    "northern",
    "southern",
    "western",
    "eastern",
    "federal",
    "states",
    "court",
    "parliament",
    "arabic",
    "polish",
    "french",
    "internet",
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

/// Before "of", these say that a place follows and not where somebody is from.
const OF_A_PLACE: [&str; 34] = [
    "streets",
    "street",
    "town",
    "city",
    "cities",
    "suburb",
    "suburbs",
    "area",
    "areas",
    "part",
    "parts",
    "side",
    "centre",
    "center",
    "district",
    "districts",
    "borough",
    "village",
    "outskirts",
    "neighbourhood",
    "neighborhood",
    "quarter",
    "corner",
    "north",
    "south",
    "east",
    "west",
    "miles",
    "downtown",
    "heart",
    "middle",
    "edge",
    "intersection",
    "estate",
];
/// Schools, at which people are without anything happening there.
const SCHOOLS: [&str; 5] = ["university", "college", "school", "institute", "hospital"];
const OF_A_SCHOOL: [&str; 16] = [
    "student",
    "students",
    "professor",
    "professors",
    "president",
    "pastor",
    "trustee",
    "trustees",
    "graduate",
    "graduates",
    "principal",
    "dean",
    "alumni",
    "faculty",
    "teacher",
    "studied",
];
/// Small words behind a name that make it a place.
const QUARTERS: [&str; 6] = ["neighborhood", "neighbourhood", "district", "quarter", "area", "suburb"];
/// Roads that are named by a number.
const NUMBERED: [&str; 4] = ["interstate", "route", "highway", "motorway"];

/// Whether a name only says where somebody is from, or is at.
fn is_from(words: Words<'_>, first: usize, last: usize) -> bool {
    let back = first.checked_sub(1).map_or("", |at| words.low(at));
    let from = match back {
        "of" => !(first > 1 && words.is(first - 2, &OF_A_PLACE)),
        "from" => words.low(last + 1) != "to",
        "in" => first > 1 && words.is(first - 2, &["born", "raised", "educated", "living", "lives", "lived"]),
        _ => false,
    };
    let school = words.get(last).is_some_and(|word| SCHOOLS.contains(&word.bare()));
    from && !is_shape(words, last) || school && (from || (first.saturating_sub(4)..first).any(|at| words.is(at, &OF_A_SCHOOL)))
}

/// "Interstate 277", "Route 66".
fn numbered(words: Words<'_>, first: usize) -> Option<usize> {
    let digits = |at: usize| words.get(at).is_some_and(|word| word.kind == Kind::Digits);
    let behind = first + 1 + usize::from(words.low(first + 1) == "-");
    (words.is(first, &NUMBERED) && digits(behind)).then_some(behind)
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
        // An initial: "Mother Bethel A. M. E. Church".
        "." => {
            matches!(words.low(at - 1), "st" | "mt" | "ft")
                || at > 2 && words.low(at - 1).len() == 1 && words.get(at - 1).is_some_and(|word| word.capital)
        }
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
    // "The Negro's Place": a place in a list is none on a map.
    let owned = matches!(words.low(last), "place" | "way" | "close" | "row" | "common") && words.low(last - 1).ends_with("'s");
    if owned {
        return None;
    }
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
    if let Some(last) = numbered(words, first) {
        let second = words.is(last + 1, &["and", "&"]).then(|| shaped(words, last + 2)).flatten();
        return Some(Found { first, last: second.unwrap_or(last), rule: Rule::PlaceShape, point: None });
    }
    if let Some(mut last) = shaped(words, first).filter(|last| !is_from(words, first, *last)) {
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
        let tells = first == 0 && words.is(last + 1, &["saw", "had", "held", "experienced", "witnessed"]);
        if !initial
            && !is_from(words, first, last)
            && (placed || tells || alone || last > first && !words.is_name(last + 1) && !(first > 0 && words.is_name(first - 1)))
        {
            return Some(Found { first, last: with_town(last), rule: Rule::KnownPlace, point: Some(place.point) });
        }
    }
    let end = run(words, first);
    let wide = |upto: usize| {
        let name: Vec<&str> = (first..upto).map(|at| words.low(at)).collect();
        WIDE.contains(&name.join(" ").as_str())
    };
    if end > first
        && end - first <= 3
        && !wide(end)
        && let Some(end) = state(words, end)
    {
        return Some(Found { first, last: end - 1, rule: Rule::PlaceShape, point: None });
    }
    let few = end > first && end - first <= 3;
    if few && words.is(end, &QUARTERS) && !wide(end) && !NOT_NAMES.contains(&words.low(first)) {
        return Some(Found { first, last: end - 1, rule: Rule::PlaceShape, point: None });
    }
    // "Outside the Department of Health": a body's building.
    let outside =
        back == "the" && first > 1 && (words.is(first - 2, &["outside"]) || first > 3 && words.phrase(first - 4, "in front of").is_some());
    if outside && end > first + 1 {
        return Some(Found { first, last: end - 1, rule: Rule::PlaceByItsWord, point: None });
    }
    if is_from(words, first, end.saturating_sub(1)) {
        return None;
    }
    if few && BEHIND_ALONE.contains(&back) && day::month(words, first).is_none() && day::weekday(words, first).is_none() {
        let name: Vec<&str> = (first..end).map(|at| words.low(at)).collect();
        if WIDE.contains(&name.join(" ").as_str()) || TITLES.contains(&name[0]) || NOT_NAMES.contains(&name[0]) {
            return None;
        }
        return Some(Found { first, last: end - 1, rule: Rule::PlaceByItsWord, point: None });
    }
    None
}

/// A line in which nearly every word has a capital, and that ends without a point.
fn is_heading(words: Words<'_>) -> bool {
    let letters = || words.0.iter().filter(|word| word.kind == Kind::Letters && word.low.len() > 3);
    let (all, capitals) = (letters().count(), letters().filter(|word| word.capital).count());
    all > 2 && capitals * 10 >= all * 8 && !matches!(words.low(words.len() - 1), "." | "?" | "!")
}

pub(super) fn find(page: &Page<'_>, places: Option<&Gazetteer>, bodies: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut next = 0;
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let letters = page.text[line.bytes.clone()].chars().filter(|letter| letter.is_alphabetic());
        let (all, loud) = letters.fold((0_usize, 0_usize), |(all, loud), letter| (all + 1, loud + usize::from(letter.is_uppercase())));
        let shouts = all > 0 && loud * 10 > all * 8;
        let heading = is_heading(words);
        let mut first = 0;
        while first < words.len() {
            // In a heading every word has a capital: only a town before its state is a name there.
            let found = at(page, words, first, places).filter(|found| {
                let by_word = heading && found.rule == Rule::PlaceByItsWord;
                !by_word && !shouts || found.rule == Rule::PlaceShape && words.low(found.last) == "." || found.rule == Rule::KnownPlace
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
