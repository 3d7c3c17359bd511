//! Apart: paragraphs that are no part of what a text tells: what the site says on every page, a paragraph
//! that stands there twice, the words under a picture.
//!
//! Nothing is found in them. They are shown all the same, marked, so that whoever reads can disagree.

use super::word::is_one_of;
use super::{Page, subject};
use crate::spelling;
use std::collections::HashSet;
use std::ops::Range;

/// Why a paragraph is set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Apart {
    /// The site says it to everybody: subscribe, share, comment.
    Boilerplate,
    /// It stood there before, word for word.
    Doubled,
    /// The words of a picture.
    Caption,
}

impl Apart {
    /// Every reason with its stable name and what people read.
    pub const ALL: [(Apart, &'static str, &'static str); 3] = [
        (Apart::Boilerplate, "boilerplate", "The site says this on every page"),
        (Apart::Doubled, "doubled", "This stands in the text twice"),
        (Apart::Caption, "caption", "Words of a picture"),
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

/// Words a doubled paragraph has at least: "He did not reply." may well stand there twice.
const DOUBLED_WORDS_MIN: usize = 6;
/// Words of a site's own paragraph at most.
const BOILERPLATE_WORDS_MAX: usize = 45;
/// Words of a caption at most.
const CAPTION_WORDS_MAX: usize = 30;
/// Words of a caption that is only known by where it stands.
const BARE_CAPTION_WORDS_MAX: usize = 9;
/// Words of a last line that ends with a day at most.
const DATED_CAPTION_WORDS_MAX: usize = 12;
/// Words of a paragraph that tells something.
const TELLING_WORDS_MIN: usize = 14;

/// What a site's own paragraph begins with.
const BEGINS: [&str; 69] = [
    "subscribe",
    "sign up",
    "sign in",
    "log in",
    "share this",
    "share on",
    "share via",
    "follow us",
    "read more",
    "read also",
    "see also",
    "related",
    "advertisement",
    "advertising",
    "copyright",
    "all rights reserved",
    "cookie",
    "cookies",
    "we use cookies",
    "donate",
    "support us",
    "support our",
    "leave a comment",
    "comments",
    "please let us know",
    "join our",
    "join us on",
    "download our",
    "click here",
    "more from",
    "most read",
    "newsletter",
    "print this",
    "email this",
    "most viewed",
    "most popular",
    "you may also like",
    "you might also like",
    "recommended",
    "recommended reading",
    "trending",
    "topics",
    "tags",
    "filed under",
    "more on this",
    "more on this story",
    "explore more",
    "read next",
    "up next",
    "get in touch",
    "contact us",
    "listen to",
    "continue reading",
    "continued from",
    "continued on",
    "story continues below",
    "article continues",
    "back to top",
    "skip to",
    "reuse this content",
    "share article",
    "share",
    "follow",
    "published by",
    "about the author",
    "our standards",
    "support independent",
    "help us",
    "make a donation",
];
/// What only a site's own paragraph says.
const SAYS: [&str; 30] = [
    "issues with commenting",
    "all rights reserved",
    "terms and conditions",
    "privacy policy",
    "sign up to our newsletter",
    "subscribe to our",
    "follow us on",
    "like us on facebook",
    "become a member today",
    "this site uses cookies",
    "enable javascript",
    "comments are closed",
    "to receive notifications",
    "view comments",
    "republished with permission",
    "continued on page",
    "continued from page",
    "second class matter",
    "second class mail",
    "published every",
    "published weekly",
    "subscription rates",
    "please consider supporting",
    "our journalism",
    "sign up for",
    "cookie policy",
    "unsubscribe at any time",
    "opens in a new tab",
    "image source",
    "entered as second",
];
/// What a caption begins with.
const PICTURES: [&str; 25] = [
    "image",
    "photo",
    "photograph",
    "picture",
    "pictured",
    "caption",
    "credit",
    "photo by",
    "image by",
    "video",
    "file photo",
    "above",
    "below",
    "screenshot",
    "photos",
    "watch",
    "image source",
    "image credit",
    "photo credit",
    "picture by",
    "photos by",
    "video caption",
    "image caption",
    "illustration",
    "still from",
];
/// What a caption ends with.
const CREDITS: [&str; 24] = [
    "getty images",
    "pa wire",
    "pa images",
    "shutterstock",
    "afp",
    "alamy",
    "file photo",
    "ap photo",
    "reuters photo",
    "pictured",
    "wikimedia commons",
    "flickr",
    "press association",
    "getty",
    "pa media",
    "epa",
    "rex features",
    "reuters",
    "associated press",
    "all rights reserved",
    "afp via getty images",
    "via getty images",
    "photo by staff",
    "courtesy photo",
];

/// Paragraphs at the top of a text among which the head of its page stands.
const MASTHEAD_LINES_MAX: usize = 6;
/// Words of a caption that ran into the end of a paragraph at most.
const CLOSING_WORDS_MAX: usize = 14;
/// Words of a line at the head of a printed page at most.
const MASTHEAD_WORDS_MAX: usize = 10;
/// Words of a line beside one at most.
const BESIDE_A_MASTHEAD_WORDS_MAX: usize = 5;
/// Paragraphs looked back for the first setting of a torn one.
const TORN_PARAGRAPHS_BACK: usize = 40;
/// Letters of a torn second setting at least.
const TORN_LETTERS_MIN: usize = 12;
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// The head of a printed page: its number, its year, its day, its pages.
fn is_masthead(part: &str, words: &[String]) -> bool {
    if words.is_empty() || words.len() > MASTHEAD_WORDS_MAX {
        return false;
    }
    let digits = |word: &String| word.chars().all(|letter| letter.is_ascii_digit());
    let roman = |word: &String| word.chars().all(|letter| matches!(letter, 'i' | 'v' | 'x' | 'l' | 'c'));
    let shouts = !part.chars().any(char::is_lowercase);
    let counted = |at: usize| words.get(at).is_some_and(|word| digits(word) || roman(word));
    let volume = matches!(words[0].as_str(), "vol" | "volume") && counted(1) && (words.len() <= 5 || shouts);
    let numbered = volume || matches!(words[0].as_str(), "no" | "number") && counted(1) && (words.len() <= 2 || shouts);
    let pages = words.len() <= 3 && shouts && counted(0) && words.get(1).is_some_and(|word| word == "pages");
    let edition = words.len() <= 6 && words.iter().any(|word| word == "established" || word == "estab") && words.last().is_some_and(digits);
    let year = words.len() <= 6 && words.iter().any(|word| word == "year") && words.iter().any(|word| word == "number" || word == "no");
    // A line that only says where and on which day the page was printed.
    let dated = shouts
        && words.last().is_some_and(|word| word.len() == 4 && digits(word))
        && words.iter().any(|word| MONTHS.contains(&word.as_str()));
    numbered || pages || edition || year || dated && words.len() >= 3
}

/// The torn second setting of a heading: the beginning of one that stood there before.
fn is_torn(part: &str, words: &[String], before: &[Vec<String>]) -> bool {
    let letters: String = words.concat();
    let ends = part.ends_with(['.', '?', '!', ':', '\"', '\u{201d}']);
    let lines = part.lines().filter(|line| !line.trim().is_empty()).count();
    let begins = |other: &Vec<String>| {
        let whole = other.concat();
        whole.len() > letters.len() && whole.starts_with(&letters) && lines == 1
    };
    !ends && letters.len() >= TORN_LETTERS_MIN && words.len() >= 2 && before.iter().rev().take(TORN_PARAGRAPHS_BACK).any(begins)
}

/// For each paragraph why it is set apart, if it is.
pub(super) fn apart(text: &str, paragraphs: &[Range<usize>]) -> Vec<Option<Apart>> {
    let all: Vec<Vec<String>> = paragraphs.iter().map(|bytes| spelling::words(&text[bytes.clone()])).collect();
    let mut seen: HashSet<&[String]> = HashSet::new();
    let mut found = Vec::with_capacity(all.len());
    for (place, words) in all.iter().enumerate() {
        let part = &text[paragraphs[place].clone()];
        let doubled = words.len() >= DOUBLED_WORDS_MIN && !seen.insert(words);
        found.push(if doubled {
            Some(Apart::Doubled)
        } else if is_boilerplate(part, words) || is_masthead(part, words) {
            Some(Apart::Boilerplate)
        } else if is_torn(part, words, &all[..place]) {
            Some(Apart::Doubled)
        } else if is_caption(part, words, place, &all) {
            Some(Apart::Caption)
        } else {
            None
        });
    }
    beside_mastheads(text, paragraphs, &all, &mut found);
    found
}

/// Short lines at the top of a text, beside the head of the printed page, belong to it.
fn beside_mastheads(text: &str, paragraphs: &[Range<usize>], all: &[Vec<String>], found: &mut [Option<Apart>]) {
    let head = |place: usize| is_masthead(&text[paragraphs[place].clone()], &all[place]);
    let Some(last) = (0..all.len().min(MASTHEAD_LINES_MAX)).rev().find(|place| head(*place)) else { return };
    let few = |place: usize| {
        let part = &text[paragraphs[place].clone()];
        all[place].len() <= BESIDE_A_MASTHEAD_WORDS_MAX && !part.ends_with(['.', '?', '!', ':'])
    };
    let mut place = last;
    while place > 0 && (few(place - 1) || head(place - 1)) {
        place -= 1;
        found[place] = found[place].or(Some(Apart::Boilerplate));
    }
}

/// Words of a picture that ran into the end of a paragraph: a last sentence without a verb and without an end.
pub(super) fn captions_at_the_end(page: &mut Page<'_>) {
    for at in 1..page.lines.len() {
        let (line, before) = (&page.lines[at], &page.lines[at - 1]);
        let last = page.lines.get(at + 1).is_none_or(|next| next.paragraph != line.paragraph);
        let words = page.of(line);
        let part = &page.text[line.bytes.clone()];
        let bare = part.ends_with(|letter: char| letter.is_alphanumeric()) && words.is_name(0);
        let placed = (1..words.len()).any(|at| words.is(at, &["in", "on", "at", "outside", "near"]) && words.is_name(at + 1));
        let whole =
            before.apart.is_none() && before.paragraph == line.paragraph && page.text[before.bytes.clone()].ends_with(['.', ']', '!', '?']);
        let tells = (1..words.len()).any(|at| subject::is_verb(words, at));
        if line.apart.is_none() && last && bare && placed && whole && !tells && (3..=CLOSING_WORDS_MAX).contains(&words.len()) {
            page.lines[at].apart = Some(Apart::Caption);
        }
    }
}

fn begins(words: &[String], phrase: &str) -> bool {
    let mut at = words.iter();
    phrase.split(' ').all(|part| at.next().is_some_and(|word| is_one_of(part, word)))
}

fn is_boilerplate(part: &str, words: &[String]) -> bool {
    if words.is_empty() || words.len() > BOILERPLATE_WORDS_MAX {
        return false;
    }
    let joined = format!(" {} ", words.join(" "));
    let short = words.len() <= 12;
    let shouts = !part.chars().any(char::is_lowercase);
    // The head of a printed page: its price, its volume.
    let price = shouts && words.iter().any(|word| matches!(word.as_str(), "cents" | "copy" | "price"));
    if short && price {
        return true;
    }
    (short && BEGINS.iter().any(|phrase| begins(words, phrase))) || SAYS.iter().any(|phrase| joined.contains(&format!(" {phrase} ")))
}

fn is_caption(part: &str, words: &[String], place: usize, all: &[Vec<String>]) -> bool {
    if words.is_empty() || words.len() > CAPTION_WORDS_MAX {
        return false;
    }
    let joined = words.join(" ");
    let named = PICTURES.iter().any(|phrase| begins(words, phrase)) && part.find(':').is_some_and(|colon| colon < 16);
    // A headline is no caption, whatever it invites to.
    if (named && place > 0) || CREDITS.iter().any(|phrase| joined.ends_with(phrase)) {
        return true;
    }
    // A few words without an end between two paragraphs that tell something.
    let tells = |other: Option<&Vec<String>>| other.is_some_and(|words| words.len() >= TELLING_WORDS_MIN);
    let ends = part.ends_with(['.', '?', '!', ':', '"', '\u{201d}', '\u{2019}']);
    let capitals = part.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
    let headline = capitals * 2 > words.len() || part.starts_with('(');
    let between = place > 1 && tells(all.get(place - 1)) && tells(all.get(place + 1));
    // The last line under a text, with the day of its picture at the end.
    let dated = place > 0
        && place + 1 == all.len()
        && part.ends_with(|letter: char| letter.is_ascii_digit())
        && part.contains(' ')
        && !part.ends_with("00");
    !ends && ((between && !headline && words.len() <= BARE_CAPTION_WORDS_MAX) || (dated && words.len() <= DATED_CAPTION_WORDS_MAX))
}
