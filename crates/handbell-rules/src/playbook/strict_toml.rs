//! Strict TOML: the one way a text written by an operator becomes a typed value.
//!
//! A key nobody knows is refused and the nearest known one is named, because a silently ignored setting is a
//! setting somebody believes in. This module does not read files and knows nothing of what the keys mean.

use serde::de::DeserializeOwned;

/// Why a TOML text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TomlRefusal {
    /// A key that does not exist, and the known key most like it.
    #[error("{file}: line {line}: there is no key `{key}`{}", nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownKey {
        /// The text's name as the caller gave it.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The key or value that is not known.
        key: String,
        /// The known one nearest to it, if any is near.
        nearest: Option<String>,
    },
    /// Anything else: broken TOML, a missing key, a value of the wrong type or out of range.
    #[error("{file}: line {line}: {why}")]
    Broken {
        /// The text's name as the caller gave it.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, in words.
        why: String,
    },
}

/// Reads a TOML text into a type whose structs deny unknown fields.
///
/// # Errors
/// When the text is not TOML, a key is unknown, missing or of the wrong type.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, TomlRefusal> {
    toml::from_str::<T>(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = error.message();
        // serde words both refusals as "unknown field `x`, expected one of `a`, `b`" (or variant).
        let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
        let mut quoted = message.split('`').skip(1).step_by(2);
        match quoted.next() {
            Some(key) if unknown => {
                TomlRefusal::UnknownKey { file: file.to_owned(), line, key: key.to_owned(), nearest: nearest(key, quoted) }
            }
            _ => TomlRefusal::Broken { file: file.to_owned(), line, why: message.to_owned() },
        }
    })
}

/// The known word nearest to a mistyped one, if it is near enough to be meant: at most half of the
/// longer word's letters differ.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|candidate| (edits_between(word, candidate), candidate))
        .filter(|(edits, candidate)| edits * 2 <= word.chars().count().max(candidate.chars().count()))
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}

/// The number of single-letter edits that turn one word into the other (Levenshtein distance).
fn edits_between(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Bell {
        #[allow(dead_code)]
        delay_minutes: u32,
        #[allow(dead_code)]
        #[serde(default)]
        tone: Option<Tone>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Tone {
        Low,
        High,
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one_and_its_line() {
        let refusal = parse::<Bell>("bell.toml", "\n\ndelay_minute = 3\n").unwrap_err();
        let TomlRefusal::UnknownKey { file, line, key, nearest } = refusal else { panic!("{refusal:?}") };
        assert_eq!((file.as_str(), line, key.as_str()), ("bell.toml", 3, "delay_minute"));
        assert_eq!(nearest.as_deref(), Some("delay_minutes"));
    }

    #[test]
    fn an_unknown_choice_names_the_nearest_known_one() {
        let refusal = parse::<Bell>("bell.toml", "delay_minutes = 3\ntone = \"hihg\"").unwrap_err();
        assert!(matches!(refusal, TomlRefusal::UnknownKey { nearest: Some(near), .. } if near == "high"));
    }

    #[test]
    fn nothing_near_is_not_guessed() {
        let refusal = parse::<Bell>("bell.toml", "zzz = 1").unwrap_err();
        assert!(matches!(refusal, TomlRefusal::UnknownKey { nearest: None, .. }));
    }

    #[test]
    fn broken_missing_and_mistyped_texts_are_refused() {
        for text in ["delay_minutes =", "", "delay_minutes = -1", "delay_minutes = \"3\"", "delay_minutes = 3\ndelay_minutes = 4"] {
            assert!(matches!(parse::<Bell>("bell.toml", text), Err(TomlRefusal::Broken { .. })), "{text:?}");
        }
    }
}
