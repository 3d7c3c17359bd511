//! Marked words at the desk's doors: what a form asks about them, and what whoever approves is shown.
//!
//! Each mark has a field named by its sign, so that a reason never slides to other words when a text changes
//! between two presses. What was answered stays, also while something else on the form must be mended first.
//! Which reason fits which mark is the rules' alone.

use super::{Names, clock};
use crate::doors::App;
use crate::doors::fields::Fields;
use handbell_rules::id::ProposalId;
use handbell_rules::record::marks::{Explained, Explanation, Finding, Mark, Why};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::refusal::{Record, Refusal};
use handbell_site::{Carried, Choice, FieldError, MarkAsked, MarkShown, MarksAsked, MarksShown};

/// Fields of every form whose words the guard reads.
pub const FIELDS: [&str; 2] = [BECAUSE, "why-*"];
/// The approver's tick.
pub const TICK: &str = "marked";
/// The words beside the tick.
const TICK_WORDS: &str = "I have read the marked words and they may stand";
const BECAUSE: &str = "because";
const WHY: &str = "why-";

/// The name of a mark's field.
fn field(of: &Finding) -> String {
    format!("{WHY}{}", of.sign())
}

/// The name of a proposal's tick on a page that shows several.
pub fn tick_field(proposal: ProposalId) -> String {
    format!("{TICK}-{proposal}")
}

/// The reasons that a form brings. What is no reason is none.
pub fn explanation(fields: &Fields) -> Explanation {
    let why = |(name, value): (&str, &str)| Some((name.strip_prefix(WHY)?.to_owned(), Why::parse(value)?));
    Explanation { whys: fields.iter().filter_map(why).collect(), because: fields.one(BECAUSE).unwrap_or_default().to_owned() }
}

/// Whether a refusal is about marked words, so that [`errors`] says it at its place.
pub fn is_about_marks(no: Refusal) -> bool {
    [Record::MarksUnexplained, Record::BecauseUnfit, Record::TextFlagged].map(Refusal::from).contains(&no)
}

/// What is missing for marked words to be proposed, beside each field; nothing when nothing is.
pub fn errors(findings: &[Finding], explanation: &Explanation, home: bool) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> = Vec::new();
    for finding in findings {
        let error = if Why::all_for(finding.rule, home).next().is_none() {
            FieldError::new("", Record::TextFlagged.advice())
        } else if explanation.why(finding, home).is_none() {
            FieldError::new(field(finding), format!("The guard marked “{}”. Change it, or choose why it may stand.", finding.words()))
        } else {
            continue;
        };
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    if let (false, Err(no)) = (findings.is_empty(), explanation.because()) {
        errors.push(FieldError::new(BECAUSE, no.advice()));
    }
    errors
}

/// What a form asks about its marked words, filled with what was answered before.
pub fn asked(findings: &[Finding], fields: &Fields, home: bool) -> Option<MarksAsked> {
    let explanation = explanation(fields);
    let line = |finding: &Finding| {
        let given = explanation.why(finding, home);
        let choice = |why: Why| Choice { chosen: given == Some(why), ..Choice::new(why.name(), why.words()) };
        let whys: Vec<Choice> = Why::all_for(finding.rule, home).map(choice).collect();
        let (before, after) = finding.around();
        MarkAsked {
            before: before.to_owned(),
            words: finding.words().to_owned(),
            after: after.to_owned(),
            looks_like: finding.rule.looks_like().to_owned(),
            field: field(finding),
            whys: if whys.is_empty() { whys } else { [vec![Choice::new("", "Choose")], whys].concat() },
        }
    };
    let mut lines: Vec<MarkAsked> = Vec::with_capacity(findings.len());
    for line in findings.iter().map(line) {
        // The same sentence in two fields is one question.
        if !lines.iter().any(|other| other.field == line.field) {
            lines.push(line);
        }
    }
    let elsewhere = |name: &str| name.starts_with(WHY) && !lines.iter().any(|line| line.field == name);
    let hidden = |name: &str| elsewhere(name) || (name == BECAUSE && lines.is_empty());
    let carried = fields.iter().filter(|(name, value)| hidden(name) && !value.is_empty());
    let carried: Vec<Carried> = carried.map(|(name, value)| Carried { name: name.to_owned(), value: value.to_owned() }).collect();
    let something = !lines.is_empty() || !carried.is_empty();
    something.then_some(MarksAsked { lines, because: explanation.because, carried })
}

/// Marked words as whoever approves reads them: in their sentences while it waits, by the guard's rules afterwards.
pub fn shown(app: &App, one: &Proposal, findings: &[Finding], names: &Names) -> Option<MarksShown> {
    let explained = one.explained.as_ref();
    let lines: Vec<MarkShown> = if one.is_open() {
        findings.iter().map(|finding| in_its_sentence(finding, explained)).collect()
    } else {
        explained.map(|explained| explained.marks.iter().map(by_rule).collect()).unwrap_or_default()
    };
    if lines.is_empty() {
        return None;
    }
    let mut by = Vec::new();
    if explained.is_some() {
        by.push(format!("{} said why, {}.", names.of(one.proposed_by), clock(app, one.at)));
    }
    if let Some(agreed) = explained.and_then(|explained| explained.agreed) {
        by.push(format!("{} read it and agreed, {}.", names.of(agreed.by), clock(app, agreed.at)));
    }
    let strict = findings.iter().any(|finding| finding.rule.is_strict());
    Some(MarksShown {
        heading: "Words the guard marked, and why they may stand".to_owned(),
        lines,
        because: explained.map(|explained| explained.because.clone()).unwrap_or_default(),
        by,
        tick: (one.is_open() && strict).then(|| TICK_WORDS.to_owned()),
    })
}

/// Whether the guard marks something by now for which nobody gave a reason.
pub fn is_unexplained(one: &Proposal, findings: &[Finding], home: bool) -> bool {
    let why = |finding: &Finding| one.explained.as_ref().and_then(|explained| explained.why(finding));
    findings.iter().any(|finding| !why(finding).is_some_and(|why| why.fits(finding.rule, home)))
}

fn in_its_sentence(finding: &Finding, explained: Option<&Explained>) -> MarkShown {
    let (before, after) = finding.around();
    let why = explained.and_then(|explained| explained.why(finding));
    MarkShown {
        before: before.to_owned(),
        words: finding.words().to_owned(),
        after: after.to_owned(),
        looks_like: finding.rule.looks_like().to_owned(),
        why: why.map_or("Nobody gave a reason for this", Why::words).to_owned(),
    }
}

fn by_rule(mark: &Mark) -> MarkShown {
    MarkShown {
        before: String::new(),
        words: String::new(),
        after: String::new(),
        looks_like: mark.rule.looks_like().to_owned(),
        why: mark.why.words().to_owned(),
    }
}
