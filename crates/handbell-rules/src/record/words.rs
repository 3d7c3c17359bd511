//! Words: what no text of the record may hold.
//!
//! Looser than an alert and stricter than a newspaper: threats and blocked roads are told as what happened,
//! while plates, badge numbers, telephones, doors and promises nobody can keep stay out. Of a home the record
//! names the district and no street, whoever printed it. What is said here holds for everybody; whether words
//! that the guard marked may stand is for two members ([`super::marks`]).

use crate::guard;
use crate::refusal::{Record, Refusal};

/// Letters of one text of the record.
pub const TEXT_LETTERS_MAX: usize = 600;
/// Bytes of an address on the web.
pub const ADDRESS_BYTES_MAX: usize = 400;

/// Words that end a street's name when they begin with a capital letter, and anywhere in an address on the web.
const STREET_ENDS: [&str; 28] = [
    "Rd",
    "St",
    "Ave",
    "Yard",
    "Road",
    "Street",
    "Lane",
    "Close",
    "Avenue",
    "Drive",
    "Place",
    "Square",
    "Terrace",
    "Gardens",
    "Grove",
    "Way",
    "Row",
    "Hill",
    "Rise",
    "Walk",
    "Mews",
    "Crescent",
    "Estate",
    "House",
    "Tower",
    "Mansions",
    "Buildings",
    "Court",
];
/// What stands before "Court" or "House" in the names of bodies.
const BODIES: [&str; 9] = ["High", "Crown", "County", "Supreme", "Magistrates", "Magistrates'", "Youth", "Upper", "White"];

/// Refuses a text the record never holds, whoever says that it may stand.
///
/// # Errors
/// Too long, unreadable, or at a home a street's name.
pub fn plain(text: &str, home: bool) -> Result<(), Refusal> {
    if text.chars().count() > TEXT_LETTERS_MAX {
        return Err(Record::WordsTooLong.into());
    }
    // Signs that turn the direction of reading can make a text look like another.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| c.is_control() || turns(c)) {
        return Err(Record::WordsUnreadable.into());
    }
    if home && names_a_street(text) {
        return Err(Record::StreetOfAHome.into());
    }
    Ok(())
}

/// Refuses a text of which nobody says that its marked words may stand, as what a file brings in.
///
/// # Errors
/// Like [`plain`], and flagged by a strict rule of the guard.
pub fn fine(text: &str, home: bool) -> Result<(), Refusal> {
    plain(text, home)?;
    if guard::check_in_every_language(text).iter().any(|flag| flag.rule.is_strict()) {
        return Err(Record::TextFlagged.into());
    }
    Ok(())
}

/// Whether a text names a street or a building: a capitalised word before a capitalised ending.
pub fn names_a_street(text: &str) -> bool {
    let text = text.replace('\u{2019}', "'");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| {
        let [name, end] = pair else { return false };
        let end = end.strip_suffix("'s").unwrap_or(end);
        let both = name.starts_with(char::is_uppercase) && end.starts_with(char::is_uppercase);
        both && ends_a_street(end) && !BODIES.contains(name)
    })
}

fn ends_a_street(word: &str) -> bool {
    STREET_ENDS.iter().any(|end| end.eq_ignore_ascii_case(word))
}

/// Whether the path of an address on the web names a street: there nothing begins with a capital letter, so
/// every such word counts that another word stands before.
pub fn address_names_a_street(url: &str) -> bool {
    let after_the_host = url.split_once("://").map_or(url, |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
    after_the_host.split('/').any(|part| {
        let words: Vec<&str> = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.windows(2).any(|pair| pair[0].chars().all(char::is_alphabetic) && ends_a_street(pair[1]))
    })
}

/// Whether this is an address a reader may follow: `https`, a host, no user, no white space.
pub fn web_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain =
        url.len() <= ADDRESS_BYTES_MAX && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
    plain && host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_may_be_told_and_what_leads_to_a_person_may_not() {
        for told in [
            "a person in the crowd shouted a threat of violence at an officer",
            "the crowd blocked the van for hours, surrounded police and linked arms",
            "the High Court decided on 4 July 2022",
        ] {
            assert_eq!(fine(told, true), Ok(()), "{told}");
        }
        assert_eq!(fine("the van had the plate AB12 CDE", false), Err(Record::TextFlagged.into()));
        assert_eq!(fine("call 020 7946 0000", false), Err(Record::TextFlagged.into()));
        assert_eq!(fine(&"a".repeat(TEXT_LETTERS_MAX + 1), false), Err(Record::WordsTooLong.into()));
    }

    #[test]
    fn a_street_is_named_only_where_nobody_lives() {
        for street in ["officers came to Practice Close", "seen on Old Kent Road.", "at Heron House, people said"] {
            assert_eq!(fine(street, true), Err(Record::StreetOfAHome.into()), "{street}");
            assert_eq!(fine(street, false), Ok(()), "{street}");
        }
        assert_eq!(fine("people sat down in the road close to the van", true), Ok(()));
        for street in ["PRACTICE CLOSE", "Practice-Close", "Practice Close\u{2019}s neighbours", "Old Kent Rd, people said", "(Kenmure St)"]
        {
            assert_eq!(fine(street, true), Err(Record::StreetOfAHome.into()), "{street}");
        }
    }

    #[test]
    fn no_sign_turns_the_reading_round() {
        assert_eq!(fine("released \u{202e}desaeler", false), Err(Record::WordsUnreadable.into()));
        assert_eq!(fine("\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}", false), Ok(()), "a joiner is part of a language");
    }

    #[test]
    fn an_address_on_the_web_names_no_street_of_a_home() {
        for street in [
            "https://news.example/practice-close-crowd",
            "https://a.example/2022/06/Old_Kent_Road.html",
            "https://a.example/x?at=practice+close",
        ] {
            assert!(address_names_a_street(street), "{street}");
        }
        for plain in ["https://road.close.example/", "https://a.example/2022/06/11/crowd-blocks-van", "https://a.example/close"] {
            assert!(!address_names_a_street(plain), "{plain}");
        }
    }

    #[test]
    fn an_address_leads_to_one_host_and_says_which() {
        assert!(web_address("https://archive.example/a/b?c=1#d"));
        for wrong in
            ["http://a.example", "https://", "https://user@a.example", "https://a.example/ b", "javascript:alert(1)", "https://localhost/"]
        {
            assert!(!web_address(wrong), "{wrong}");
        }
    }
}
