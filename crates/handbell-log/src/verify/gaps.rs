//! Gaps: contents that are missing and that nothing withdraws.
//!
//! A log whose keeper lost contents that nobody else held goes on with their leaves alone and says so: the file `missing`
//! below its prefix names each such entry (docs/formats/content.md). That excuses nothing. Whoever checks such a log
//! cannot tell what those entries said, and says that instead of yes; a missing content that is not named stays wrong.

use std::collections::BTreeSet;

use crate::decimal;

/// Where a log names its gaps, below its prefix.
pub const GAPS: &str = "missing";

/// Which contents may be missing although nothing withdraws them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Gaps {
    /// None of them.
    #[default]
    None,
    /// Those of these entries.
    Of(BTreeSet<u64>),
    /// Any: for whoever brings back what is left of a log.
    Any,
}

/// Why a list of gaps is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not the place of an entry after the one before it")]
pub struct GapsError {
    /// The line, from 1.
    pub line: usize,
}

impl Gaps {
    /// Whether an entry's content may be missing.
    pub fn may_lack(&self, index: u64) -> bool {
        match self {
            Self::None => false,
            Self::Of(entries) => entries.contains(&index),
            Self::Any => true,
        }
    }

    /// Reads a list: the entries' places in ascending order, each on a line of its own with its line end.
    ///
    /// # Errors
    /// [`GapsError`] for another spelling.
    pub fn parse(bytes: &[u8]) -> Result<Gaps, GapsError> {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_empty() || text.ends_with('\n'));
        let text = text.ok_or(GapsError { line: lines.max(1) })?;
        let mut entries = BTreeSet::new();
        for (line, place) in (1..).zip(text.split_terminator('\n')) {
            let place = decimal::parse(place).filter(|place| entries.last().is_none_or(|last| last < place));
            entries.insert(place.ok_or(GapsError { line })?);
        }
        Ok(Gaps::Of(entries))
    }

    /// Writes a list as [`Gaps::parse`] reads it.
    pub fn encode(entries: &BTreeSet<u64>) -> String {
        entries.iter().map(|place| format!("{place}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_of_gaps_has_one_spelling() {
        for entries in [BTreeSet::new(), BTreeSet::from([0]), BTreeSet::from([3, 7, 1_234_067])] {
            let text = Gaps::encode(&entries);
            assert_eq!(Gaps::parse(text.as_bytes()), Ok(Gaps::Of(entries)), "{text:?}");
        }
        for (text, line) in [("3", 1), ("03\n", 1), ("3\n3\n", 2), ("7\n3\n", 2), ("3\n\n", 2), ("3\r\n", 1), ("-1\n", 1), ("3\nx", 2)] {
            assert_eq!(Gaps::parse(text.as_bytes()), Err(GapsError { line }), "{text:?}");
        }
        assert!(Gaps::parse(b"\xff\n").is_err());
        assert!(Gaps::Any.may_lack(5) && !Gaps::None.may_lack(5) && Gaps::Of([5].into()).may_lack(5) && !Gaps::Of([5].into()).may_lack(6));
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_list_of_gaps_is_written_so(lines in proptest::collection::vec("[0-9]{0,3}|[ +-]?[0-9]\\r?|18446744073709551615", 0..5), end in any::<bool>()) {
            let text = lines.join("\n") + if end { "\n" } else { "" };
            if let Ok(Gaps::Of(entries)) = Gaps::parse(text.as_bytes()) {
                prop_assert_eq!(Gaps::encode(&entries), text);
            }
        }
    }
}
