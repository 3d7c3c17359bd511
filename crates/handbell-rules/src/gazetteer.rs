//! The gazetteer: the group's own list of places, and the search through it.
//!
//! A witness types what they call a place; this finds the postcodes, streets, stops and landmarks that are
//! meant, through accents, capitals, abbreviations and one wrong letter in a word, the nearest to the group
//! first. The list lives in memory and comes from files of the operator: no place is ever looked up anywhere
//! else, and nothing that was searched for is kept.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::place::{Point, distance_metres};
use crate::spelling::{one_edit_apart, words};

/// Places one gazetteer may hold: all of a large city with room to spare.
pub const PLACES_MAX: usize = 400_000;
/// Letters of a place's name, or of the words that tell it from others.
pub const PLACE_NAME_LETTERS_MAX: usize = 80;
/// Letters of a search that are looked at.
pub const SEARCH_LETTERS_MAX: usize = 80;
/// Words of a search that are looked at.
const SEARCH_WORDS_MAX: usize = 8;
/// Letters a word needs before one wrong letter is forgiven in it: in a shorter one nearly everything would fit.
const FORGIVEN_LETTERS_MIN: usize = 4;
/// Places looked at closely for one search; a search for half the alphabet finds what is nearest among these.
const LOOKED_AT_MAX: usize = 20_000;
/// Places of as many words, one of them shared, that are compared letter by letter for a name.
const NAMESAKES_MAX: usize = 200;
/// The file's header, and so its columns.
pub const COLUMNS: [&str; 5] = ["name", "kind", "lat", "lon", "near"];

/// What sort of place it is, in the order in which equals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A junction, a stop, a shop that everybody knows, a park, a station.
    Landmark,
    /// A street.
    Street,
    /// A postcode.
    Postcode,
    /// A quarter or district.
    District,
}

impl PlaceKind {
    /// The four words, as files and answers write them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Landmark, "landmark"), (Self::Street, "street"), (Self::Postcode, "postcode"), (Self::District, "district")];
    /// Reads one of the words.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("landmark", |(_, word)| word)
    }
}

/// One place of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPlace {
    /// What people call it.
    pub name: String,
    /// What sort of place.
    pub kind: PlaceKind,
    /// Where.
    pub point: Point,
    /// Words that tell it from others of its name, such as its quarter; may be empty.
    pub near: String,
}

impl NamedPlace {
    /// The id a form carries: the first 64 bits of a hash of the whole place, so that a list that was changed
    /// in between never turns one choice into another.
    #[must_use]
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        let at = format!("{} {}", self.point.lat_microdegrees(), self.point.lon_microdegrees());
        for part in [self.name.as_str(), self.kind.word(), &at, &self.near] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name with the words that tell it apart.
    #[must_use]
    pub fn words(&self) -> String {
        if self.near.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.near) }
    }
}

/// Why a list of places was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GazetteerRefusal {
    /// The first line is not the columns' names.
    #[error("{file}: the first line must be `name,kind,lat,lon,near`")]
    Header {
        /// The file.
        file: String,
    },
    /// A line that cannot be taken.
    #[error("{file}: line {line}: {why}")]
    Line {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, in words.
        why: String,
    },
    /// More than [`PLACES_MAX`].
    #[error("{file}: at most {PLACES_MAX} places can be held")]
    TooMany {
        /// The file.
        file: String,
    },
}

/// Reads a list of places: comma-separated with quotes (RFC 4180), the columns of [`COLUMNS`].
///
/// # Errors
/// For the first line that cannot be taken, with its number.
pub fn parse(file: &str, text: &str) -> Result<Vec<NamedPlace>, GazetteerRefusal> {
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    if lines.next().map(|(_, line)| line.trim_end()) != Some(&COLUMNS.join(",")) {
        return Err(GazetteerRefusal::Header { file: file.to_owned() });
    }
    let mut places = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |why: String| GazetteerRefusal::Line { file: file.to_owned(), line: number + 1, why };
        places.push(place(line).map_err(wrong)?);
        if places.len() > PLACES_MAX {
            return Err(GazetteerRefusal::TooMany { file: file.to_owned() });
        }
    }
    Ok(places)
}

/// The cells of one line; a quote inside quotes stands twice, and no cell holds a line break.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => cells.push(String::new()),
            letter => cell.push(letter),
        }
    }
    if quoted { Err("a quote is not closed".into()) } else { Ok(cells) }
}

fn place(line: &str) -> Result<NamedPlace, String> {
    let cells = cells(line)?;
    let [name, kind, lat, lon, near] = cells.as_slice() else {
        return Err(format!("it has {} cells; {} are wanted", cells.len(), COLUMNS.len()));
    };
    for (column, text) in [("name", name), ("near", near)] {
        if text.chars().count() > PLACE_NAME_LETTERS_MAX || text.chars().any(char::is_control) {
            return Err(format!("`{column}` is at most {PLACE_NAME_LETTERS_MAX} plain letters"));
        }
    }
    if words(name).is_empty() {
        return Err("the name has no letters".into());
    }
    let kind = PlaceKind::parse(kind).ok_or_else(|| {
        let near = crate::playbook::strict_toml::nearest(kind, PlaceKind::ALL.iter().map(|(_, word)| *word));
        format!("there is no kind `{kind}`{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())
    })?;
    let point = Point::parse(lat, lon).map_err(|why| why.to_string())?;
    Ok(NamedPlace { name: name.trim().to_owned(), kind, point, near: near.trim().to_owned() })
}

/// Words that are written in more than one way, each with the one it is compared by. Saint and street share
/// theirs on purpose: `st` can be either, and the words around it decide.
const SHORT: [(&str, &str); 50] = [
    ("road", "rd"),
    ("street", "st"),
    ("saint", "st"),
    ("saints", "st"),
    ("str", "st"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("lane", "ln"),
    ("close", "cl"),
    ("clo", "cl"),
    ("square", "sq"),
    ("place", "pl"),
    ("court", "ct"),
    ("crescent", "cres"),
    ("cresc", "cres"),
    ("gardens", "gdns"),
    ("garden", "gdns"),
    ("gdn", "gdns"),
    ("grove", "gr"),
    ("gro", "gr"),
    ("terrace", "terr"),
    ("ter", "terr"),
    ("drive", "dr"),
    ("hill", "hl"),
    ("park", "pk"),
    ("parade", "pde"),
    ("station", "stn"),
    ("sta", "stn"),
    ("church", "ch"),
    ("hospital", "hosp"),
    ("school", "sch"),
    ("schools", "sch"),
    ("estate", "est"),
    ("bridge", "br"),
    ("bdge", "br"),
    ("green", "grn"),
    ("common", "cmn"),
    ("mount", "mt"),
    ("north", "n"),
    ("nth", "n"),
    ("south", "s"),
    ("sth", "s"),
    ("east", "e"),
    ("west", "w"),
    ("library", "lib"),
    ("market", "mkt"),
    ("high", "hi"),
    ("junction", "jn"),
    ("junc", "jn"),
    ("underground", "tube"),
];

/// The words of a name or a search as they are compared.
fn compared(text: &str) -> Vec<String> {
    let mut all = words(text);
    // "and" says nothing that the words around it do not say; so do "the" and "of".
    if all.iter().any(|word| !FILLING.contains(&word.as_str())) {
        all.retain(|word| !FILLING.contains(&word.as_str()));
    }
    all.into_iter().map(|word| SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| (*short).to_owned())).collect()
}

const FILLING: [&str; 6] = ["and", "the", "of", "at", "by", "near"];

/// Whether a text is an inward code such as `4QJ`: a digit and two letters (BS 7666).
fn is_inward(text: &str) -> bool {
    text.len() == 3 && text.as_bytes()[0].is_ascii_digit() && text.as_bytes()[1..].iter().all(u8::is_ascii_alphabetic)
}

/// Whether a text is an outward code such as `SE15`: one or two letters and then digits, perhaps a letter.
fn is_outward(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &text.as_bytes()[letters.min(text.len())..];
    (1..=2).contains(&letters) && (1..=2).contains(&rest.len()) && rest[0].is_ascii_digit() && rest.iter().all(u8::is_ascii_alphanumeric)
}

/// Joins what belongs together: a postcode written with a blank is compared as one word, whole or begun.
fn joined_postcodes(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(last) if is_outward(last) && (is_inward(&word) || word.len() < 3 && word.as_bytes()[0].is_ascii_digit()) => {
                last.push_str(&word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// How well a word of the search fits a word of the list: fewer is better.
const EXACT: u32 = 0;
const BEGUN: u32 = 2;
const ONE_EDIT: u32 = 5;
/// What a word of the search costs that nothing in the place fits.
const MISSING: u32 = 12;

/// A search's answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// The place.
    pub place: &'a NamedPlace,
    /// Metres from where the search stood.
    pub metres: f64,
}

/// The places with their index: every word of the list, in order, with the places that have it.
#[derive(Debug, Default)]
pub struct Gazetteer {
    places: Vec<NamedPlace>,
    /// How many words each place has, to prefer what is named whole.
    lengths: Vec<u8>,
    /// The list's words in order, each with its places.
    vocabulary: Vec<(Box<str>, Vec<u32>)>,
    /// What is left of each word when one of its letters is taken away, with the words it is left of: two words
    /// that are one edit apart share at least one of these. Keyed by a hash, checked against the word itself.
    left_over: HashMap<u64, Vec<u32>>,
    by_id: HashMap<String, u32>,
}

fn hash_of(letters: &[char], without: Option<usize>) -> u64 {
    // FNV-1a: the same on every machine; a collision costs one comparison.
    let kept = letters.iter().enumerate().filter(|(place, _)| Some(*place) != without);
    kept.fold(0xcbf2_9ce4_8422_2325, |hash, (_, letter)| (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3))
}

fn left_overs(letters: &[char]) -> impl Iterator<Item = u64> {
    std::iter::once(hash_of(letters, None)).chain((0..letters.len()).map(move |place| hash_of(letters, Some(place))))
}

impl Gazetteer {
    /// Builds the index. Places that are the same in every letter are one.
    #[must_use]
    pub fn new(places: impl IntoIterator<Item = NamedPlace>) -> Self {
        let mut built = Self::default();
        let mut by_word: HashMap<String, Vec<u32>> = HashMap::new();
        for place in places {
            let number = u32::try_from(built.places.len()).unwrap_or(u32::MAX);
            if built.by_id.insert(place.id(), number).is_some() {
                built.by_id.insert(place.id(), number - 1);
                continue;
            }
            let name = joined_postcodes(compared(&place.name));
            built.lengths.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
            let mut all: Vec<String> = name.windows(2).map(|pair| pair.concat()).chain(compared(&place.near)).chain(name.clone()).collect();
            // As written too, and every long form of what is short: a wrong letter is made in the long one.
            let written = words(&place.name);
            all.extend(written.windows(2).map(|pair| pair.concat()));
            let long = SHORT.iter().filter(|(_, short)| name.iter().any(|word| word == short)).map(|(long, _)| (*long).to_owned());
            all.extend(long.filter(|long| long.len() >= FORGIVEN_LETTERS_MIN));
            all.extend(written);
            all.sort_unstable();
            all.dedup();
            for word in all {
                by_word.entry(word).or_default().push(number);
            }
            built.places.push(place);
        }
        built.vocabulary = by_word.into_iter().map(|(word, places)| (word.into_boxed_str(), places)).collect();
        built.vocabulary.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (number, (word, _)) in built.vocabulary.iter().enumerate() {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() + 1 < FORGIVEN_LETTERS_MIN {
                continue;
            }
            for hash in left_overs(&letters) {
                let words = built.left_over.entry(hash).or_default();
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                if words.last() != Some(&number) {
                    words.push(number);
                }
            }
        }
        built
    }

    /// How many places.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Every place, in the order of the list.
    #[must_use]
    pub fn places(&self) -> &[NamedPlace] {
        &self.places
    }

    /// The place with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&NamedPlace> {
        self.by_id.get(id).and_then(|number| self.places.get(*number as usize))
    }

    /// A place of exactly this name, however its words are shortened; of several the first in the list. Nothing is
    /// forgiven here, as in a search: a text that is read means the names it writes.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&NamedPlace> {
        let cut: String = name.chars().take(SEARCH_LETTERS_MAX).collect();
        let wanted = joined_postcodes(compared(&cut));
        let having = |word: &String| {
            let at = self.vocabulary.binary_search_by(|(known, _)| known.as_ref().cmp(word.as_str())).ok()?;
            Some(self.vocabulary[at].1.as_slice())
        };
        let lists: Vec<&[u32]> = wanted.iter().map(having).collect::<Option<_>>()?;
        let rarest = lists.into_iter().min_by_key(|places| places.len())?;
        let whole = |number: &&u32| self.lengths.get(**number as usize).is_some_and(|length| usize::from(*length) == wanted.len());
        let place = |number: &u32| self.places.get(*number as usize);
        rarest.iter().filter(whole).take(NAMESAKES_MAX).filter_map(place).find(|place| joined_postcodes(compared(&place.name)) == wanted)
    }

    /// The nearest place of one of these kinds within so many metres.
    #[must_use]
    pub fn nearest(&self, point: Point, kinds: &[PlaceKind], metres_max: f64) -> Option<&NamedPlace> {
        let of_kind = self.places.iter().filter(|place| kinds.contains(&place.kind));
        of_kind
            .map(|place| (distance_metres(place.point, point), place))
            .filter(|(metres, _)| *metres <= metres_max)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, place)| place)
    }

    /// The places that are most likely meant, the best first; among equals the nearest to `near`.
    #[must_use]
    pub fn search(&self, text: &str, near: Point, at_most: usize) -> Vec<Found<'_>> {
        let cut: String = text.chars().take(SEARCH_LETTERS_MAX).collect();
        let mut wanted = joined_postcodes(compared(&cut));
        wanted.truncate(SEARCH_WORDS_MAX);
        let found = self.find(&wanted, near, at_most);
        if found.is_empty() && wanted.len() > 1 {
            // A blank inside a word: "pec kham".
            return (0..wanted.len() - 1)
                .map(|place| {
                    let mut joined = wanted.clone();
                    let next = joined.remove(place + 1);
                    joined[place].push_str(&next);
                    self.find(&joined, near, at_most)
                })
                .find(|found| !found.is_empty())
                .unwrap_or_default();
        }
        found
    }

    /// The words of the list that a word of a search fits, with how well.
    fn fitting(&self, word: &str) -> Vec<(usize, u32)> {
        let mut fitting: Vec<(usize, u32)> = Vec::new();
        let start = self.vocabulary.partition_point(|(known, _)| known.as_ref() < word);
        for (place, (known, _)) in self.vocabulary.iter().enumerate().skip(start).take_while(|(_, (known, _))| known.starts_with(word)) {
            fitting.push((place, if known.len() == word.len() { EXACT } else { BEGUN }));
        }
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < FORGIVEN_LETTERS_MIN {
            return fitting;
        }
        let mut near: Vec<u32> = left_overs(&letters).filter_map(|hash| self.left_over.get(&hash)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        for number in near {
            let known = &self.vocabulary[number as usize].0;
            let apart: Vec<char> = known.chars().collect();
            if !known.starts_with(word) && one_edit_apart(&letters, &apart) {
                fitting.push((number as usize, ONE_EDIT));
            }
        }
        fitting
    }

    fn find(&self, wanted: &[String], near: Point, at_most: usize) -> Vec<Found<'_>> {
        if wanted.is_empty() || at_most == 0 {
            return Vec::new();
        }
        // For each place: what the words cost, and which of them fitted.
        let mut costs: HashMap<u32, (u32, u32)> = HashMap::new();
        for (turn, word) in wanted.iter().enumerate() {
            let mut best: HashMap<u32, u32> = HashMap::new();
            for (known, cost) in self.fitting(word) {
                for place in &self.vocabulary[known].1 {
                    let held = best.entry(*place).or_insert(cost);
                    *held = (*held).min(cost);
                }
                if best.len() > LOOKED_AT_MAX {
                    break;
                }
            }
            for (place, cost) in best {
                let held = costs.entry(place).or_insert((0, 0));
                held.0 += cost;
                held.1 |= 1 << turn;
            }
        }
        // One word of several may be unknown to the list; of two or fewer none may.
        let spare = u32::from(wanted.len() >= 3);
        let all = wanted.len() as u32;
        let mut found: Vec<(u32, f64, u32)> = costs
            .into_iter()
            .filter(|(_, (_, fitted))| fitted.count_ones() + spare >= all)
            .map(|(place, (cost, fitted))| {
                let unsaid = u32::from(self.lengths[place as usize]).saturating_sub(all).min(4);
                let cost = cost + (all - fitted.count_ones()) * MISSING + unsaid;
                (cost, distance_metres(self.places[place as usize].point, near), place)
            })
            .collect();
        // Half a point for each doubling of the distance beyond 500 m: a wrong letter nearby beats a right one
        // on the other side of the city, and a street called as the next one is still found.
        let rank = |(cost, metres, _): &(u32, f64, u32)| f64::from(*cost) + (metres / 500.0).max(1.0).log2();
        found.sort_unstable_by(|a, b| rank(a).total_cmp(&rank(b)).then_with(|| self.order(a.2, b.2)));
        let shown = found.into_iter().take(at_most);
        shown.map(|(_, metres, place)| Found { place: &self.places[place as usize], metres }).collect()
    }

    fn order(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let (a, b) = (&self.places[a as usize], &self.places[b as usize]);
        (a.kind, &a.name, &a.near, a.point).cmp(&(b.kind, &b.name, &b.near, b.point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Gazetteer {
        let text = "name,kind,lat,lon,near\n\
            Rye Lane,street,51.4690,-0.0690,Peckham\n\
            \"Peckham Library, square\",landmark,51.4737,-0.0690,\n\
            St John's Road,street,51.4600,-0.1650,Battersea\n\
            Saint Mary's Road,street,51.4720,-0.0560,Nunhead\n\
            SE15 4QJ,postcode,51.4680,-0.0670,Peckham\n\
            SE15 5EB,postcode,51.4700,-0.0650,Peckham\n\
            High Street,street,51.5900,-0.1000,Hornsey\n\
            High Street,street,51.4740,-0.0700,Peckham\n\
            Café Élan,landmark,51.4710,-0.0680,Bellenden Road\n\
            Nunhead,district,51.4650,-0.0560,\n";
        Gazetteer::new(parse("places.csv", text).unwrap())
    }

    fn first(text: &str) -> String {
        let near = Point::from_degrees(51.470, -0.069).unwrap();
        list().search(text, near, 5).first().map_or_else(String::new, |found| found.place.words())
    }

    #[test]
    fn a_place_is_found_however_it_is_written() {
        for (text, place) in [
            ("rye lane", "Rye Lane, Peckham"),
            ("RYE LN.", "Rye Lane, Peckham"),
            ("ryelane", "Rye Lane, Peckham"),
            ("Rey Lane", "Rye Lane, Peckham"),
            ("rye lnae", "Rye Lane, Peckham"),
            ("peckam library", "Peckham Library, square"),
            ("peck lib", "Peckham Library, square"),
            ("st johns rd", "St John's Road, Battersea"),
            ("Saint Johns road", "St John's Road, Battersea"),
            ("st marys road", "Saint Mary's Road, Nunhead"),
            ("se154qj", "SE15 4QJ, Peckham"),
            ("SE15 4QJ", "SE15 4QJ, Peckham"),
            ("se15 4", "SE15 4QJ, Peckham"),
            ("cafe elan", "Café Élan, Bellenden Road"),
            ("nunhaed", "Nunhead"),
            ("nun head", "Nunhead"),
            ("high st", "High Street, Peckham"),
            ("high street hornsey", "High Street, Hornsey"),
            ("qqqq", ""),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(first(text), place, "{text:?}");
        }
    }

    #[test]
    fn a_list_is_refused_with_the_line_and_the_nearest_word() {
        let refused = |text: &str| parse("places.csv", text).unwrap_err().to_string();
        assert!(refused("").contains("first line"));
        assert!(refused("name;kind\n").contains("first line"));
        let line = |line: &str| refused(&format!("name,kind,lat,lon,near\nRye Lane,street,51,0,\n{line}\n"));
        assert!(line("x,stret,51,0,").contains("line 3") && line("x,stret,51,0,").contains("did you mean `street`"));
        for wrong in ["x,street,51,0", "x,street,91,0,", "x,street,51,0,a,b", "…,street,51,0,", "\"x,street,51,0,", "x,street,5e1,0,"] {
            assert!(line(wrong).contains("line 3"), "{wrong}");
        }
        assert_eq!(
            parse("p", "\u{feff}name,kind,lat,lon,near\r\n\"a \"\"b\"\", c\",landmark,1,2,d\r\n\r\n").unwrap()[0].name,
            "a \"b\", c"
        );
    }

    #[test]
    fn an_id_names_one_place_for_as_long_as_nothing_about_it_changes() {
        let list = list();
        for place in &list.places {
            assert_eq!(list.by_id(&place.id()), Some(place));
            let moved = NamedPlace { point: Point::new(place.point.lat_microdegrees() + 1, 0).unwrap(), ..place.clone() };
            assert_eq!(list.by_id(&moved.id()), None);
        }
        assert_eq!(Gazetteer::new(list.places.iter().chain(&list.places).cloned()).len(), list.len(), "twice is once");
    }

    #[test]
    fn the_nearest_street_is_found_within_its_bound() {
        let here = Point::from_degrees(51.4681, -0.0671).unwrap();
        let list = list();
        let streets = [PlaceKind::Street, PlaceKind::Landmark];
        assert_eq!(list.nearest(here, &streets, 500.0).unwrap().name, "Rye Lane");
        assert!(list.nearest(here, &streets, 10.0).is_none());
    }
}
