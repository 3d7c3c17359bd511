//! Receipt: seven words that let a witness come back without an account.
//!
//! Seven words out of 7,776 hold a little more than 90 bits, and 90 random bits are what they carry.
//! The words exist on the witness's paper only; the desk keeps a keyed hash, so a stolen database opens
//! no report. Unknown and wrong words get the same answer. Spelling is forgiven only where it cannot
//! turn one receipt into another: letter case and the white space between words.

use diceware_wordlists::EFF_LONG_WORDLIST as WORDS;
use std::str::FromStr;

/// Random bytes a receipt is made from; the first six bits are dropped.
pub const RECEIPT_RANDOM_BYTES: usize = 12;
/// Words in a receipt.
pub const RECEIPT_WORDS: usize = 7;
const RECEIPT_BITS: u32 = 90;

/// The words of one receipt in their one spelling. It cannot be serialised and prints as dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt(String);

/// The text is not seven words of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a receipt is seven words from the list")]
pub struct NotAReceipt;

impl Receipt {
    /// Makes the words from random bytes. Equal bytes give equal words.
    pub fn from_chance(chance: [u8; RECEIPT_RANDOM_BYTES]) -> Self {
        let mut wide = [0u8; 16];
        wide[4..].copy_from_slice(&chance);
        let mut rest = u128::from_be_bytes(wide) & ((1 << RECEIPT_BITS) - 1);
        let count = WORDS.len() as u128;
        let words: Vec<&str> = (0..RECEIPT_WORDS)
            .map(|_| {
                let word = WORDS[(rest % count) as usize];
                rest /= count;
                word
            })
            .collect();
        Self(words.join(" "))
    }

    /// The seven words, one space between them. Only a page or an answer shows this, once.
    pub fn words(&self) -> &str {
        &self.0
    }
}

impl FromStr for Receipt {
    type Err = NotAReceipt;
    fn from_str(text: &str) -> Result<Self, NotAReceipt> {
        if text.len() > 200 {
            return Err(NotAReceipt);
        }
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let known = |word: &&str| WORDS.binary_search(word).is_ok() || WORDS.contains(word);
        if words.len() == RECEIPT_WORDS && words.iter().all(known) { Ok(Self(words.join(" "))) } else { Err(NotAReceipt) }
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt(…)")
    }
}

/// The keyed hash of a receipt (HMAC-SHA-256 under a key kept outside the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptMark(pub [u8; 32]);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_list_can_carry_ninety_bits() {
        let ways = (WORDS.len() as u128).pow(RECEIPT_WORDS as u32);
        assert!(ways >= 1u128 << RECEIPT_BITS);
        let mut sorted = WORDS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 7776, "no word stands twice");
    }

    proptest! {
        #[test]
        fn a_receipt_read_back_is_the_same(chance: [u8; 12]) {
            let receipt = Receipt::from_chance(chance);
            prop_assert_eq!(receipt.words().parse::<Receipt>(), Ok(receipt.clone()));
            let shouted = receipt.words().to_uppercase().replace(' ', "\n  ");
            prop_assert_eq!(shouted.parse::<Receipt>(), Ok(receipt));
        }
        #[test]
        fn different_chance_gives_different_words(a: [u8; 12], b: [u8; 12]) {
            let bits = |mut c: [u8; 12]| { c[0] &= 0b11; c };
            prop_assume!(bits(a) != bits(b));
            prop_assert_ne!(Receipt::from_chance(a), Receipt::from_chance(b));
        }
    }

    #[test]
    fn other_texts_are_no_receipts_and_the_words_never_print() {
        for bad in ["", "one two three", "zoom zoom zoom zoom zoom zoom qqqq"] {
            assert_eq!(bad.parse::<Receipt>(), Err(NotAReceipt));
        }
        let receipt = Receipt::from_chance([7; 12]);
        assert_eq!(format!("{receipt:?}"), "Receipt(…)");
    }
}
