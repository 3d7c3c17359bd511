//! Apart: paragraphs that are no part of what a text tells: what the site says on every page, a paragraph
//! that stands there twice, the words under a picture.
//!
//! Nothing is found in them. They are shown all the same, marked, so that whoever reads can disagree.

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
const BEGINS: [&str; 34] = [
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
];
/// What only a site's own paragraph says.
const SAYS: [&str; 15] = [
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
];
/// What a caption begins with.
const PICTURES: [&str; 16] = [
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
];
/// What a caption ends with.
const CREDITS: [&str; 12] = [
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
];

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
        } else if is_boilerplate(part, words) {
            Some(Apart::Boilerplate)
        } else if is_caption(part, words, place, &all) {
            Some(Apart::Caption)
        } else {
            None
        });
    }
    found
}

fn begins(words: &[String], phrase: &str) -> bool {
    let mut at = words.iter();
    phrase.split(' ').all(|part| at.next().is_some_and(|word| word == part))
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
    if short && (price || begins(words, "vol") && words.len() <= 5) {
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
