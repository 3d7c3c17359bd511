//! Words of a report as they are compared: folded, without the words that carry nothing, weighed by rarity.
//!
//! Folding is compatibility decomposition (Unicode Standard Annex 15, NFKD) without its marks, in one case,
//! so that `Café`, `CAFE` and full-width letters are one word. A word stands by its first letters, which
//! bears endings and many slips of the thumb; writing without spaces is cut into pairs of signs.
//! No list of places or people is kept here, and nothing is learnt from what was read.

use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count; what follows is taken for an ending.
const STEM_LETTERS: usize = 5;

/// Texts without any of the words, supposed beside those that are there: in a queue of two reports the words
/// that both hold would otherwise be the commonest of all, and say nothing.
const TEXTS_SUPPOSED: f64 = 20.0;

/// Words that stand in any report of their language; a language that is missing loses nothing but rarity.
const STOP: [(&str, &str); 2] = [
    (
        "en",
        "a an and are as at be been but by can could for from had has have here he her him his i if in into is it its \
         just me my near next no not of off on one or our out outside over please pls she so some still thanks thank that \
         the their them then there these they this to up us very was we were what when where which who will with would you \
         your again all many since",
    ),
    (
        "es",
        "a al ante aqui con como cuando de del desde donde el ella ellos en entre era es esta estan este esto favor fue \
         gracias ha hace han hay la las le les lo los mas me mi muy ni no nos o otra para pero por que se ser si sin sobre \
         su sus tambien todo todos un una unos y ya yo",
    ),
];

/// A text in one case, without accents and widths.
pub fn folded(text: &str) -> String {
    // Plain letters decompose into themselves; a flood brings a thousand texts a second.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Up and down again: the sharp s and its like become what people type instead of them.
    let bare: String = text.nfkd().filter(|sign| !is_combining_mark(*sign)).collect();
    bare.to_uppercase().to_lowercase().nfkd().filter(|sign| !is_combining_mark(*sign)).collect()
}

/// Signs of writing that puts no space between words.
pub(crate) fn unspaced(sign: char) -> bool {
    matches!(u32::from(sign), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0x20000..=0x3FFFF)
}

/// The words of one report: how each is compared, and how it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads a text; `languages` are those of the playbook, whose commonest words are left out.
    pub fn of(text: &str, languages: &[&str]) -> Self {
        let folded = folded(text);
        let stop: BTreeSet<&str> = STOP
            .iter()
            .filter(|(language, _)| languages.iter().any(|wanted| wanted.split('-').next() == Some(language)))
            .flat_map(|(_, words)| words.split_whitespace())
            .collect();
        let mut kept = BTreeMap::new();
        for word in folded.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty() && !stop.contains(word)) {
            let signs: Vec<char> = word.chars().collect();
            if signs.iter().copied().any(unspaced) && signs.len() > 1 {
                for pair in signs.windows(2) {
                    let pair: String = pair.iter().collect();
                    kept.entry(pair.clone()).or_insert(pair);
                }
            } else {
                // House numbers are compared whole: 12 is not 123.
                let number = signs.first().is_some_and(|sign| sign.is_numeric());
                let stem: String = if number { word.to_owned() } else { signs.iter().take(STEM_LETTERS).collect() };
                kept.entry(stem).or_insert_with(|| word.to_owned());
            }
        }
        Self(kept)
    }

    fn stems(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// How rare each word is over the open queue: what everybody writes says little.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    texts: u32,
    holding: BTreeMap<String, u32>,
}

impl Vocabulary {
    /// Counts, for every word, the texts that hold it.
    pub fn over<'a>(texts: impl Iterator<Item = &'a Words>) -> Self {
        let mut vocabulary = Self::default();
        for words in texts {
            vocabulary.texts += 1;
            for stem in words.stems() {
                *vocabulary.holding.entry(stem.to_owned()).or_default() += 1;
            }
        }
        vocabulary
    }

    /// The weight of a word: nothing when every text holds it, most when none other does.
    fn weight(&self, stem: &str) -> f64 {
        let texts = f64::from(self.texts) + TEXTS_SUPPOSED;
        (texts / (f64::from(self.holding.get(stem).copied().unwrap_or(0)) + 1.0)).ln().max(0.0)
    }

    fn weighed<'a>(&self, stems: impl Iterator<Item = &'a str>) -> f64 {
        stems.map(|stem| self.weight(stem)).sum()
    }

    /// What two texts share: the share of the lighter text's weight from 0 to 1, and the words, rarest first.
    pub fn shared(&self, one: &Words, other: &Words) -> (f64, Vec<String>) {
        let mut both: Vec<&str> = one.stems().filter(|stem| other.0.contains_key(*stem)).collect();
        let least = self.weighed(one.stems()).min(self.weighed(other.stems()));
        let share = if least > 0.0 { (self.weighed(both.iter().copied()) / least).min(1.0) } else { 0.0 };
        both.sort_by(|a, b| self.weight(b).total_cmp(&self.weight(a)).then(a.cmp(b)));
        (share, both.iter().filter_map(|stem| one.0.get(*stem).cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_widths_make_no_difference() {
        assert_eq!(folded("CAFÉ Straße ｖａｎ İstanbul"), "cafe strasse van istanbul");
        assert_eq!(Words::of("Furgón BLANCA en la calle", &["es"]), Words::of("furgon blanca, en la Calle!", &["es"]));
    }

    #[test]
    fn plain_letters_fold_as_all_others_do() {
        let plain: String = (0_u8..128).map(char::from).collect();
        // One accent more takes the longer way round.
        assert_eq!(format!("{}e", folded(&plain)), folded(&format!("{plain}é")));
    }

    #[test]
    fn endings_are_borne_and_house_numbers_are_not() {
        let all = Vocabulary::default();
        let share = |one: &str, other: &str| all.shared(&Words::of(one, &["en"]), &Words::of(other, &["en"])).0;
        assert!(share("officers knocking", "officer knocked") > 0.99);
        assert!(share("number 12", "number 123") < 0.9);
        assert!(share("警察在门口", "门口有警察") > 0.2, "writing without spaces is compared too");
    }

    #[test]
    fn a_word_that_everybody_writes_says_little() {
        let texts: Vec<Words> = ["van on the road", "van by the school", "van at Rye Lane", "van at rye lane market"]
            .map(|text| Words::of(text, &["en"]))
            .into();
        let others: Vec<Words> = (0..60).map(|n| Words::of(&format!("van near number {n}"), &["en"])).collect();
        let all = Vocabulary::over(texts.iter().chain(&others));
        let (far, _) = all.shared(&texts[0], &texts[1]);
        let (close, words) = all.shared(&texts[2], &texts[3]);
        assert!(far < 0.3 && close > 0.9, "{far} {close}");
        assert_eq!(words, ["lane", "rye", "van"]);
    }
}
