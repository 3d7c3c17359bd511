//! Sentences: where one ends and the next begins, so that each can name what it rests on.
//!
//! A sentence ends with a full stop, a question or an exclamation mark before a space and a new beginning. A dot
//! behind a title or a shortened word ends none. In doubt there is an end: then a sentence is cut in two
//! pieces that both name their claims, and nothing stands without.

/// Words whose dot does not end a sentence.
const SHORTENED: [&str; 16] =
    ["mr", "mrs", "ms", "dr", "st", "rd", "ave", "vs", "etc", "approx", "prof", "gen", "sgt", "dept", "inc", "ltd"];
/// Words whose dot does not end one before a number.
const COUNTED: [&str; 2] = ["no", "nos"];

fn ends_a_sentence(before: &str, sign: char, after: &str) -> bool {
    let rest = after.trim_start_matches(['"', '”', '’', '\'', ')', ']']);
    let Some(next) = rest.strip_prefix(char::is_whitespace).map(str::trim_start) else { return false };
    let begins = next.chars().find(|letter| letter.is_alphanumeric()).is_some_and(|letter| !letter.is_lowercase());
    let word = before.rsplit(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or_default().to_lowercase();
    let counted = COUNTED.contains(&word.as_str()) && next.starts_with(|letter: char| letter.is_ascii_digit());
    let shortened = sign == '.' && (SHORTENED.contains(&word.as_str()) || word.contains('.') || counted);
    begins && !shortened
}

/// A text's sentences, in order, without the space between them. Nothing but space is lost.
pub fn sentences(text: &str) -> Vec<&str> {
    let (mut all, mut rest) = (Vec::new(), text.trim());
    loop {
        let end = rest.char_indices().filter(|(_, sign)| matches!(sign, '.' | '?' | '!' | '…')).find_map(|(at, sign)| {
            let after = &rest[at + sign.len_utf8()..];
            ends_a_sentence(&rest[..at], sign, after).then(|| {
                let closing = after.len() - after.trim_start_matches(['"', '”', '’', '\'', ')', ']']).len();
                at + sign.len_utf8() + closing
            })
        });
        match end {
            Some(end) => {
                all.push(&rest[..end]);
                rest = rest[end..].trim_start();
            }
            None => {
                all.extend((!rest.is_empty()).then_some(rest));
                return all;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_where_a_sentence_ends_and_nowhere_else() {
        for (text, parts) in [
            ("They left.", vec!["They left."]),
            ("They left. Nobody was held.", vec!["They left.", "Nobody was held."]),
            ("Who called? Nobody knows! 12 people say so", vec!["Who called?", "Nobody knows!", "12 people say so"]),
            ("He said “go.” Then they went.", vec!["He said “go.”", "Then they went."]),
            ("It was at 5 p.m. Monday, near St. Mary and No. 10.", vec!["It was at 5 p.m. Monday, near St. Mary and No. 10."]),
            ("About 3.5 hours, they say. and more", vec!["About 3.5 hours, they say. and more"]),
            ("So says witness A. They said no. Nobody left.", vec!["So says witness A.", "They said no.", "Nobody left."]),
            ("  ", vec![]),
            ("", vec![]),
            ("…", vec!["…"]),
        ] {
            assert_eq!(sentences(text), parts, "{text}");
        }
    }
}
