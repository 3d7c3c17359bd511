//! Inbound: what somebody wrote back by text message.
//!
//! A closed list: begin, end, or neither. The words that end are those that people and networks use, in every
//! language the bell is spoken in, at the beginning of the text and whatever stands behind them: an end is
//! never missed for a comma. It knows no area and no number; an act joins them.

/// Words that end everything. The English ones are those that gateways must know (CTIA, Messaging Principles
/// and Best Practices 2023, section 5.1.3).
const STOP: [&str; 27] = [
    "stop",
    "stopall",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "leave", // en
    "parar",
    "alto",
    "baja",
    "salir", // es
    "توقف",
    "قف",
    "إيقاف", // ar
    "sair",
    "cancelar", // pt
    "arret",
    "arrêt", // fr
    "koniec",
    "stój", // pl
    "oprire",
    "gata",  // ro
    "jooji", // so
    "বন্ধ",   // bn
    "بند",   // ur
];

/// What was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// Begin, for what is called so.
    Join(String),
    /// End everything.
    Stop,
    /// Anything else.
    Unknown,
}

/// Longest text that is read; longer ones are no command.
const SIGNS_MAX: usize = 480;

/// Reads a text.
pub fn read(text: &str) -> Inbound {
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || sign.is_ascii_punctuation() || "“”‘’«»".contains(sign));
    let mut words = text.split(|sign: char| sign.is_whitespace() || sign.is_ascii_punctuation()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_lowercase();
    if STOP.contains(&first.as_str()) || text.to_lowercase().starts_with("opt out") || text.to_lowercase().starts_with("opt-out") {
        return Inbound::Stop;
    }
    if text.chars().count() > SIGNS_MAX || first != "join" {
        return Inbound::Unknown;
    }
    let area = text["join".len()..].trim_matches(|sign: char| sign.is_whitespace() || sign.is_ascii_punctuation());
    Inbound::Join(area.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_end_is_heard_in_every_language_and_however_it_is_written() {
        for word in STOP {
            assert_eq!(read(word), Inbound::Stop, "{word}");
        }
        for text in ["STOP", " Stop. ", "stop please", "«STOP»", "Stop! Join peckham", "OPT OUT", "opt-out now", "ARRÊT", "Stop\nthank you"]
        {
            assert_eq!(read(text), Inbound::Stop, "{text}");
        }
    }

    #[test]
    fn join_names_an_area() {
        assert_eq!(read("JOIN Peckham"), Inbound::Join("peckham".into()));
        assert_eq!(read(" join:  Rye   Lane. "), Inbound::Join("rye lane".into()));
        assert_eq!(read("join"), Inbound::Join(String::new()));
    }

    #[test]
    fn everything_else_is_nothing() {
        for text in ["", "?", "hello", "please stop", "joining", "don't stop", &format!("join {}", "a".repeat(500))] {
            assert_eq!(read(text), Inbound::Unknown, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,600}") {
            let _ = read(&text);
        }
    }
}
