//! Spelling: words as they compare, whatever accents, capitals and signs they were written with.
//!
//! Used where people type what they hear: the search for a place, and the floor that reads a playbook's
//! questions. It folds Latin letters only and translates nothing; the guard has a stricter reading of its own.

/// One letter without its accent, in lower case; letters of other scripts stay as they are.
fn plain(letter: char, into: &mut String) {
    let folded = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // Combining marks: the letter before them was already taken.
        '\u{300}'..='\u{36f}' => "",
        other => return into.push(other),
    };
    into.push_str(folded);
}

/// The words of a text: lower case, without accents, without the signs between them. An apostrophe inside a
/// word is dropped, because half of all people leave it out.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '\'' | '’' | '‘' | '`' => {}
            letter if letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter) => plain(letter, &mut word),
            _ if word.is_empty() => {}
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether two words differ by at most one edit: a letter more, less, another, or two neighbours changed over.
#[must_use]
pub fn one_edit_apart(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short_rest, long_rest) = (&short[same..], &long[same..]);
    if short.len() != long.len() {
        return short_rest == &long_rest[1..];
    }
    short_rest.is_empty()
        || short_rest[1..] == long_rest[1..]
        || (short_rest.len() >= 2 && short_rest[0] == long_rest[1] && short_rest[1] == long_rest[0] && short_rest[2..] == long_rest[2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_capitals_and_signs_do_not_count() {
        assert_eq!(words("  St. John's   CAFÉ–Bar, Ñuñoa/2 "), ["st", "johns", "cafe", "bar", "nunoa", "2"]);
        assert_eq!(words("Cafe\u{301}"), ["cafe"]);
        assert!(words("–—…").is_empty());
    }

    #[test]
    fn one_edit_is_one_letter_more_less_another_or_two_changed_over() {
        let near = |a: &str, b: &str| one_edit_apart(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b) in [("rye", "rye"), ("rye", "rey"), ("rye", "ryes"), ("rye", "re"), ("rye", "rya"), ("", "a"), ("ab", "ba")] {
            assert!(near(a, b) && near(b, a), "{a} {b}");
        }
        for (a, b) in [("rye", "r"), ("rye", "yre2"), ("abcd", "badc"), ("rye", "eyr"), ("ab", "cd")] {
            assert!(!near(a, b) && !near(b, a), "{a} {b}");
        }
    }
}
