//! The clean texts: a thousand sentences a desk may publish, written one by one in `clean.txt`, each line with
//! its language before a tab. It checks that they differ; whether each is truly clean was judged by hand.

use std::collections::BTreeSet;

/// How many clean texts the exam must have.
pub const TEXTS_MIN: usize = 1_000;
/// The greatest share of words two texts may have in common, in percent of the shorter one.
const ALIKE_MAX_PERCENT: usize = 70;

/// Language and text of every clean line.
pub fn texts() -> Vec<(&'static str, &'static str)> {
    include_str!("clean.txt").lines().map(|line| line.split_once('\t').expect("language, tab, text")).collect()
}

/// Pairs that share too many words.
pub fn alike(texts: &[(&str, &str)]) -> Vec<String> {
    let words: Vec<BTreeSet<String>> = texts
        .iter()
        .map(|(_, text)| {
            text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(String::from).collect()
        })
        .collect();
    let mut alike = Vec::new();
    for (at, first) in words.iter().enumerate() {
        for (other, second) in words.iter().enumerate().skip(at + 1) {
            let shared = first.intersection(second).count();
            if shared * 100 > ALIKE_MAX_PERCENT * first.len().min(second.len()) {
                alike.push(format!("{} | {}", texts[at].1, texts[other].1));
            }
        }
    }
    alike
}
