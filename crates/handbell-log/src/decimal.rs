//! Decimal numbers as the log's formats write them.
//!
//! Promises that a number has exactly one spelling: ASCII digits, no sign, no leading zero.
//! The standard library's parser accepts `+5` and `05`, which would give one checkpoint two
//! texts, so nothing in this crate calls it on bytes from outside except through here.

/// Reads a decimal that is written the only way this crate would write it.
///
/// Answers `None` for a sign, a leading zero, spaces, an empty text and anything past `u64::MAX`.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("5"), Some(5));
        assert_eq!(parse("18446744073709551615"), Some(u64::MAX));
        let refused = ["", "+5", "05", "00", "-0", " 5", "5 ", "5\n", "0x5", "5.0", "٥", "18446744073709551616"];
        for text in refused {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
