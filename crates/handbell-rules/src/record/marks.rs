//! Marks: words of a proposal that the guard marked, and why two members let them stand.
//!
//! A finding is answered from a closed list of reasons, each for the rules it can fit, with one sentence for
//! the desk. Nobody can say that a plate or an officer's number may stand; what can be said is that the words
//! are none ("false alarm", safety 2.3). Threats and calls may be told as what happened. At a home nothing that
//! looks like a door may stand. Words that were taken for plain by an older guard are looked at again when they
//! are approved.
//!
//! PROMISE no-marked-word-by-one-person: no text in which the guard marks words is published by two members
//! unless one gave a reason that fits each mark and, where the rule is strict, the other said that they read it.

use crate::guard::{Rule, check_in_every_language};
use crate::id::MemberId;
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;

/// Letters of the sentence that says how one knows.
pub const BECAUSE_LETTERS_MAX: usize = 500;
/// Bytes of a finding's sign.
const SIGN_BYTES: usize = 8;

/// Why marked words may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// They look like a person's name or number and are none.
    NotAPerson,
    /// They number a law, a judgment or an inquiry.
    PublishedNumber,
    /// They name a body or a public place as everybody may.
    PublicPlace,
    /// They count, date or measure something.
    PlainNumber,
    /// They tell what was said or done.
    ToldAsHappened,
}

impl Why {
    /// Every reason with its stable name and what the form says.
    pub const ALL: [(Why, &'static str, &'static str); 5] = [
        (Self::NotAPerson, "not-a-person", "It is no person’s name or number and leads to nobody"),
        (
            Self::PublishedNumber,
            "published-number",
            "It is the number of a law, or of a judgment or an inquiry that was published under it",
        ),
        (Self::PublicPlace, "public-place", "It is the public name, number or address of a body, or of a place where nobody lives"),
        (Self::PlainNumber, "plain-number", "It is a count, a sum, a date, a time or a size"),
        (Self::ToldAsHappened, "told-as-happened", "It is told or quoted as what happened, threatens nobody and asks nobody for anything"),
    ];

    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(why, ..)| *why)
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(_, name, _)| name)
    }

    /// What the form says.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(.., words)| words)
    }

    /// Whether this can be said of what a rule marked. The table is the whole answer to what two members may
    /// override: a reason that is not in a rule's line is refused, and at a home a door has no line.
    pub const fn fits(self, rule: Rule, home: bool) -> bool {
        let door = matches!(rule, Rule::Postcode | Rule::HouseNumber | Rule::Coordinates);
        if home && door {
            return false;
        }
        match self {
            Self::NotAPerson => matches!(rule, Rule::Name | Rule::OfficerNumber | Rule::Handle),
            Self::PublishedNumber => {
                matches!(rule, Rule::DocumentNumber | Rule::OfficerNumber | Rule::Plate | Rule::Phone | Rule::HouseNumber)
            }
            Self::PublicPlace => matches!(rule, Rule::Name | Rule::Handle | Rule::Phone | Rule::Email | Rule::Url) || door,
            Self::PlainNumber => matches!(rule, Rule::Plate | Rule::OfficerNumber | Rule::Phone | Rule::DocumentNumber) || door,
            Self::ToldAsHappened => matches!(rule, Rule::Obstruction | Rule::Threat | Rule::Overclaim),
        }
    }

    /// Every reason that can be given for what a rule marked.
    pub fn all_for(rule: Rule, home: bool) -> impl Iterator<Item = Why> {
        Self::ALL.into_iter().map(|(why, ..)| why).filter(move |why| why.fits(rule, home))
    }
}

/// Words that the guard marks in one text of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// The whole text.
    pub text: String,
    /// The marked bytes of it, on character boundaries.
    pub at: Range<usize>,
    /// Which text of the proposal; the first is 0.
    place: usize,
}

impl Finding {
    /// The marked words.
    pub fn words(&self) -> &str {
        self.text.get(self.at.clone()).unwrap_or_default()
    }

    /// The text before and after the marked words.
    pub fn around(&self) -> (&str, &str) {
        (self.text.get(..self.at.start).unwrap_or_default(), self.text.get(self.at.end..).unwrap_or_default())
    }

    /// A short sign of rule, words and the whole text around them, as lower-case hexadecimal digits. A reason is
    /// given to a sign, so that it never holds for other words or for another sentence.
    pub fn sign(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"handbell/finding\0")
            .chain_update(self.rule.name().as_bytes())
            .chain_update(b"\0")
            .chain_update((self.at.start as u64).to_be_bytes())
            .chain_update((self.at.end as u64).to_be_bytes())
            .chain_update(self.text.as_bytes())
            .finalize();
        digest.iter().take(SIGN_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }

    fn is(&self, mark: &Mark) -> bool {
        let place = |at: usize| u32::try_from(at).ok();
        mark.rule == self.rule
            && (Some(mark.text), Some(mark.start), Some(mark.end)) == (place(self.place), place(self.at.start), place(self.at.end))
    }
}

/// What the guard marks in texts, in every language it knows: a witness who is quoted may speak another than
/// the group's.
pub fn find(texts: &[String]) -> Vec<Finding> {
    let of = |(place, text): (usize, &String)| {
        let found = check_in_every_language(text);
        found.into_iter().map(move |flag| Finding { rule: flag.rule, text: text.clone(), at: flag.excerpt, place }).collect::<Vec<_>>()
    };
    texts.iter().enumerate().flat_map(of).collect()
}

/// Why marked words may stand, as a member says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// A reason by the sign of its finding.
    pub whys: BTreeMap<String, Why>,
    /// How they know; for the desk only.
    pub because: String,
}

impl Explanation {
    /// The reason given for a finding, if it can be said of that rule.
    pub fn why(&self, of: &Finding, home: bool) -> Option<Why> {
        self.whys.get(&of.sign()).copied().filter(|why| why.fits(of.rule, home))
    }

    /// The sentence, without white space around it.
    ///
    /// # Errors
    /// Empty, too long, or with signs that cannot be read.
    pub fn because(&self) -> Result<&str, Refusal> {
        let because = self.because.trim();
        let fits = !because.is_empty() && because.chars().count() <= BECAUSE_LETTERS_MAX;
        if fits && !because.chars().any(char::is_control) { Ok(because) } else { Err(Record::BecauseUnfit.into()) }
    }
}

/// A finding with its reason, as kept: where it stands, and not its words, which stand in the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The guard's rule.
    pub rule: Rule,
    /// Why it may stand.
    pub why: Why,
    /// Which text of the proposal; the first is 0.
    pub text: u32,
    /// The first byte of the marked words in that text.
    pub start: u32,
    /// The first byte behind them.
    pub end: u32,
}

/// Who approved marked words, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// The decision that marked words may stand, as kept with the proposal. Who gave the reason is who proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Every finding, at least one.
    pub marks: Vec<Mark>,
    /// How the proposer knows; empty once words of the incident were taken from the public.
    pub because: String,
    /// The other member, once it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Agreed>,
}

impl Explained {
    /// The reason that was given for a finding.
    pub fn why(&self, of: &Finding) -> Option<Why> {
        self.marks.iter().find(|mark| of.is(mark)).map(|mark| mark.why)
    }

    /// The decision with the member who approved it.
    #[must_use]
    pub fn agreed_by(&self, by: MemberId, at: Timestamp) -> Self {
        Self { agreed: Some(Agreed { by, at }), ..self.clone() }
    }

    /// The decision without the words in which it was explained.
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self { because: String::new(), ..self.clone() }
    }
}

/// Whether a proposal's texts may be proposed with this explanation; what to keep of it. Nothing is kept where
/// nothing is marked.
///
/// # Errors
/// A mark for which no reason fits, one without a fitting reason, or a sentence that is missing or cannot be read.
pub fn explain(texts: &[String], home: bool, explanation: &Explanation) -> Result<Option<Explained>, Refusal> {
    let findings = find(texts);
    if findings.is_empty() {
        return Ok(None);
    }
    if findings.iter().any(|finding| Why::all_for(finding.rule, home).next().is_none()) {
        return Err(Record::TextFlagged.into());
    }
    let place = |at: usize| u32::try_from(at).map_err(|_| Record::WordsTooLong);
    let mark = |finding: &Finding| {
        let why = explanation.why(finding, home).ok_or(Record::MarksUnexplained)?;
        let (text, start, end) = (place(finding.place)?, place(finding.at.start)?, place(finding.at.end)?);
        Ok(Mark { rule: finding.rule, why, text, start, end })
    };
    let marks = findings.iter().map(mark).collect::<Result<_, Refusal>>()?;
    Ok(Some(Explained { marks, because: explanation.because()?.to_owned(), agreed: None }))
}

/// Whether a proposal's texts may be published: every mark that the guard makes now has a reason that fits it,
/// and where a strict rule made any the approver said that they read them.
///
/// # Errors
/// A mark nobody gave a reason for, or no tick where one is asked for.
pub fn stands(texts: &[String], home: bool, explained: Option<&Explained>, ticked: bool) -> Result<(), Refusal> {
    let findings = find(texts);
    let given = explained.map_or(&[][..], |explained| explained.marks.as_slice());
    let has_reason = |finding: &Finding| given.iter().any(|mark| finding.is(mark) && mark.why.fits(mark.rule, home));
    if !findings.iter().all(has_reason) {
        return Err(Record::MarksChanged.into());
    }
    if !ticked && findings.iter().any(|finding| finding.rule.is_strict()) {
        return Err(Record::MarksUnread.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    /// Every finding answered with the first reason that fits.
    fn answered(all: &[String], home: bool) -> Explanation {
        let why = |finding: &Finding| Some((finding.sign(), Why::all_for(finding.rule, home).next()?));
        Explanation { whys: find(all).iter().filter_map(why).collect(), because: "It is a pub.".into() }
    }

    #[test]
    fn every_rule_can_be_a_false_alarm_except_doors_at_a_home() {
        for rule in Rule::ALL {
            assert!(Why::all_for(rule, false).next().is_some(), "{}", rule.name());
            let door = matches!(rule, Rule::Postcode | Rule::HouseNumber | Rule::Coordinates);
            assert_eq!(Why::all_for(rule, true).next().is_none(), door, "{}", rule.name());
        }
    }

    #[test]
    fn nobody_says_that_an_identity_may_stand_because_it_was_told() {
        for rule in Rule::ALL.into_iter().filter(|rule| rule.is_strict() && *rule != Rule::Overclaim) {
            assert!(!Why::ToldAsHappened.fits(rule, false), "{}", rule.name());
        }
        // A plate or an officer's number belongs to somebody, whatever place it was seen at.
        for rule in [Rule::Plate, Rule::OfficerNumber, Rule::DocumentNumber] {
            assert!(!Why::PublicPlace.fits(rule, false), "{}", rule.name());
        }
    }

    #[test]
    fn each_reason_and_each_rule_has_one_name_wherever_it_is_written() {
        for (why, name, _) in Why::ALL {
            assert_eq!((serde_json::to_value(why).unwrap(), Why::parse(name)), (name.into(), Some(why)));
        }
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
        }
    }

    #[test]
    fn plain_words_need_no_reason_and_keep_none() {
        let plain = texts(&["Both drains were cleared.", "The council"]);
        let said = Explanation { because: "I know.".into(), ..Explanation::default() };
        assert_eq!(explain(&plain, true, &said), Ok(None));
        assert_eq!(stands(&plain, true, None, false), Ok(()));
    }

    #[test]
    fn a_false_alarm_stands_with_a_reason_a_sentence_and_a_tick() {
        let marked = texts(&["The Lord Nelson stayed open.", "A shopkeeper"]);
        let said = answered(&marked, false);
        assert_eq!((find(&marked)[0].rule, find(&marked)[0].words()), (Rule::Name, "Lord Nelson"));
        assert_eq!(explain(&marked, false, &Explanation::default()), Err(Record::MarksUnexplained.into()));
        for because in ["", " ", "a\u{0}b", &"a".repeat(BECAUSE_LETTERS_MAX + 1)] {
            let silent = Explanation { because: because.into(), ..said.clone() };
            assert_eq!(explain(&marked, false, &silent), Err(Record::BecauseUnfit.into()), "{because:?}");
        }
        let explained = explain(&marked, false, &said).unwrap().unwrap();
        assert_eq!((explained.marks.len(), explained.agreed), (1, None));
        assert_eq!(stands(&marked, false, Some(&explained), false), Err(Record::MarksUnread.into()));
        assert_eq!(stands(&marked, false, Some(&explained), true), Ok(()));
        assert_eq!(stands(&marked, false, None, true), Err(Record::MarksChanged.into()), "a tick is no reason");
    }

    #[test]
    fn a_threat_is_told_as_what_happened_and_asks_for_no_tick() {
        let marked = texts(&["Somebody shouted: we will kill you."]);
        assert_eq!(find(&marked)[0].rule, Rule::Threat);
        assert_eq!(explain(&marked, false, &Explanation::default()), Err(Record::MarksUnexplained.into()));
        let explained = explain(&marked, false, &answered(&marked, false)).unwrap().unwrap();
        assert_eq!(explained.marks[0].why, Why::ToldAsHappened);
        assert_eq!(stands(&marked, false, Some(&explained), false), Ok(()));
    }

    #[test]
    fn a_reason_belongs_to_one_sentence_and_one_rule() {
        let marked = texts(&["The Lord Nelson stayed open."]);
        let said = answered(&marked, false);
        let other = texts(&["In 2019 the Lord Nelson stayed open."]);
        assert_eq!(explain(&other, false, &said), Err(Record::MarksUnexplained.into()));
        let wrong = Explanation { whys: said.whys.keys().map(|sign| (sign.clone(), Why::ToldAsHappened)).collect(), ..said.clone() };
        assert_eq!(explain(&marked, false, &wrong), Err(Record::MarksUnexplained.into()));
        let explained = explain(&marked, false, &said).unwrap();
        for moved in [texts(&["Then", "The Lord Nelson stayed open."]), texts(&["And the Lord Nelson stayed open."])] {
            assert_eq!(stands(&moved, false, explained.as_ref(), true), Err(Record::MarksChanged.into()), "{moved:?}");
        }
    }

    #[test]
    fn what_looks_like_a_door_never_stands_at_a_home() {
        let marked = texts(&["It was decided at SE1 9HS."]);
        assert_eq!(find(&marked)[0].rule, Rule::Postcode);
        let explained = explain(&marked, false, &answered(&marked, false)).unwrap();
        assert!(explained.is_some());
        assert_eq!(explain(&marked, true, &answered(&marked, false)), Err(Record::TextFlagged.into()));
        assert_eq!(stands(&marked, true, explained.as_ref(), true), Err(Record::MarksChanged.into()));
    }

    #[test]
    fn what_is_kept_holds_no_marked_word() {
        let marked = texts(&["The Lord Nelson stayed open."]);
        let explained = explain(&marked, false, &answered(&marked, false)).unwrap().unwrap();
        assert!(!serde_json::to_string(&explained).unwrap().contains("Lord Nelson"));
        assert_eq!(explained.without_words().because, "");
        assert_eq!(explained.without_words().marks, explained.marks);
    }
}
