//! The exam's texts: every class in every disguise it can wear, in both languages, each in a sentence a desk
//! could have written, with a label that says what is where. Deterministic: the seed is the exam.

use std::collections::BTreeSet;
use std::ops::Range;

use super::carriers;
use super::chance::Chance;
use super::disguise::Disguise;
use super::identifiers::{Class, make};

/// The languages of the shipped playbook.
pub const LANGUAGES: [&str; 2] = ["en", "es"];
/// How many texts each class × disguise × language has.
pub const CASES_PER_CELL: usize = 44;
/// The one seed; another seed is another exam.
pub const SEED: u64 = 0x0048_616E_6462_656C;

/// One text of the exam and its label.
#[derive(Debug)]
pub struct Case {
    pub index: usize,
    pub class: Class,
    /// The form inside the class, such as "irish" among the plates.
    pub form: &'static str,
    pub disguise: Disguise,
    pub language: &'static str,
    pub text: String,
    /// The bytes of the text that hold the identifier.
    pub span: Range<usize>,
}

/// Every case of the exam, in order.
pub fn cases() -> Vec<Case> {
    let mut chance = Chance::seeded(SEED);
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for class in Class::ALL {
        for disguise in Disguise::ALL {
            if !disguise.fits(class) {
                continue;
            }
            for language in LANGUAGES {
                let wanted = cases.len() + CASES_PER_CELL;
                while cases.len() < wanted {
                    let identifier = make(class, language, &mut chance);
                    let Some(dressed) = disguise.dress(&identifier.text, class, language, &mut chance) else { continue };
                    let carrier = chance.pick(carriers::of(class, language));
                    let (before, after) = carrier.split_once("{}").expect("every carrier has a place for the identifier");
                    let text = format!("{before}{dressed}{after}");
                    if !seen.insert(text.clone()) {
                        continue;
                    }
                    let span = before.len()..before.len() + dressed.len();
                    cases.push(Case { index: cases.len(), class, form: identifier.form, disguise, language, text, span });
                }
            }
        }
    }
    cases
}
