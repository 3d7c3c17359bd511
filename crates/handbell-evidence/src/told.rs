//! Told hashes: a list of hashes as text, for neighbours who look for the same pictures.
//!
//! A list says that somebody looks for these pictures and nothing else: no name, no place, no day, no number of an
//! item; it is in order of the hashes, so that not even the order in which they came is told. It holds only hashes
//! good enough to be looked for. There is one spelling of a list; whatever is spelled otherwise is refused whole.
//!
//! ```text
//! handbell-pdq@v1
//! 2
//! 1049d96239e24d4dca2c55512b8bdb77425f4dbcf575a0a95555aaab5554aaaa 100
//! d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22 100
//! ```

use crate::pdq::{Hash, Hashed, QUALITY_MIN};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The first line.
const FORMAT: &str = "handbell-pdq@v1";
/// Most hashes of one list.
pub const TOLD_MAX: usize = 100_000;

/// Why a list is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// It is no list of this format, or its second line is no count.
    #[error("This is no list of picture hashes of the format {FORMAT}.")]
    Format,
    /// It has more lines than any list may have.
    #[error("The list has more than {TOLD_MAX} hashes.")]
    TooLong,
    /// It has fewer or more lines than it says.
    #[error("The list does not have as many hashes as it says.")]
    Count,
    /// A line is not a hash of 64 digits, a space and a quality from 50 to 100.
    #[error("Line {0} is not a hash with its quality.")]
    Line(usize),
    /// A hash stands twice or out of order.
    #[error("Line {0} is out of order.")]
    Order(usize),
}

/// The list of these; of a hash that comes several times the best quality, of too many the first in order.
pub fn written(hashes: impl IntoIterator<Item = Hashed>) -> String {
    let mut kept: BTreeMap<String, u8> = BTreeMap::new();
    for Hashed { hash, quality } in hashes.into_iter().filter(|hashed| hashed.quality >= QUALITY_MIN) {
        let best = kept.entry(hash.to_string()).or_default();
        *best = (*best).max(quality.min(100));
    }
    let mut text = format!("{FORMAT}\n{}\n", kept.len().min(TOLD_MAX));
    for (hash, quality) in kept.into_iter().take(TOLD_MAX) {
        let _ = writeln!(text, "{hash} {quality}");
    }
    text
}

/// What a list holds.
///
/// # Errors
///
/// Where one byte is not as [`written`] would have it.
pub fn read(text: &str) -> Result<Vec<Hashed>, Misread> {
    let mut lines = text.strip_suffix('\n').ok_or(Misread::Format)?.split('\n');
    if lines.next() != Some(FORMAT) {
        return Err(Misread::Format);
    }
    let count = lines.next().and_then(whole).ok_or(Misread::Format)?;
    if count > TOLD_MAX {
        return Err(Misread::TooLong);
    }
    let mut found: Vec<Hashed> = Vec::new();
    let mut before = "";
    for (number, line) in lines.enumerate().map(|(at, line)| (at + 3, line)) {
        if found.len() == count {
            return Err(Misread::Count);
        }
        let (digits, quality) = line.split_once(' ').ok_or(Misread::Line(number))?;
        let hash = Hash::from_hex(digits).ok_or(Misread::Line(number))?;
        let quality = whole(quality).filter(|quality| (usize::from(QUALITY_MIN)..=100).contains(quality)).ok_or(Misread::Line(number))?;
        if digits <= before {
            return Err(Misread::Order(number));
        }
        before = digits;
        found.push(Hashed { hash, quality: quality as u8 });
    }
    if found.len() == count { Ok(found) } else { Err(Misread::Count) }
}

/// A number in its one spelling.
fn whole(text: &str) -> Option<usize> {
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hashed(word: u64, quality: u8) -> Hashed {
        Hashed { hash: Hash([word, 2, 3, word]), quality }
    }

    #[test]
    fn a_list_is_in_order_each_hash_once_and_poor_ones_left_out() {
        let text = written([hashed(9, 70), hashed(1, 100), hashed(9, 80), hashed(3, 49)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[1], lines.len()), ("handbell-pdq@v1", "2", 4));
        assert!(lines[2].ends_with("0001 100") && lines[3].ends_with("0009 80"));
        assert_eq!(read(&text).unwrap(), [hashed(1, 100), hashed(9, 80)]);
        assert_eq!(read(&written([])).unwrap(), []);
    }

    #[test]
    fn another_spelling_is_refused_by_its_line() {
        let good = written([hashed(9, 70), hashed(1, 100)]);
        assert_eq!(read(""), Err(Misread::Format));
        assert_eq!(read(good.trim_end()), Err(Misread::Format), "without its last line's end");
        assert_eq!(read(&good.replace("@v1", "@v2")), Err(Misread::Format));
        assert_eq!(read(&good.replace("\n2\n", "\n02\n")), Err(Misread::Format));
        assert_eq!(read(&good.replace("\n2\n", "\n3\n")), Err(Misread::Count));
        assert_eq!(read(&good.replace("\n2\n", "\n1\n")), Err(Misread::Count));
        assert_eq!(read(&good.replace("\n2\n", "\n100001\n")), Err(Misread::TooLong));
        assert_eq!(read(&good.replace(" 70", " 49")), Err(Misread::Line(4)));
        assert_eq!(read(&good.replace(" 70", "  70")), Err(Misread::Line(4)));
        assert_eq!(read(&good.replace(" 70", " 70\r")), Err(Misread::Line(4)));
        let lines: Vec<&str> = good.lines().collect();
        assert_eq!(read(&[lines[0], lines[1], lines[3], lines[2], ""].join("\n")), Err(Misread::Order(4)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_nothing_else_is(words in proptest::collection::vec((any::<u64>(), 50u8..=100), 0..40), at in any::<usize>(), byte in 0u8..128) {
            let text = written(words.iter().map(|(word, quality)| hashed(*word, *quality)));
            prop_assert_eq!(&written(read(&text).unwrap()), &text);
            let mut changed = text.clone().into_bytes();
            let at = at % changed.len();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            if let Ok(other) = read(&changed) {
                prop_assert_eq!(written(other), changed, "one spelling only");
            }
        }
    }
}
