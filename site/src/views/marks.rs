//! Words that the guard marked: asked about in a form, and shown with their reasons to whoever approves.
//!
//! The words stand inside the text they belong to. What can be chosen comes from the rules; nothing here knows
//! which reason fits which mark. None of this is ever on a public page.

use super::{Carried, Choice};

/// One mark in a form. Field `why-` and a sign.
#[derive(Clone, Debug)]
pub struct MarkAsked {
    /// The text before the marked words.
    pub before: String,
    /// The marked words.
    pub words: String,
    /// The text behind them.
    pub after: String,
    /// What they look like, for example `the name of a person`.
    pub looks_like: String,
    /// The field's name.
    pub field: String,
    /// Reasons that fit, the first empty; none at all where nothing lets the words stand.
    pub whys: Vec<Choice>,
}

/// What a form asks about marked words. Fields `why-*` and `because`.
#[derive(Clone, Debug)]
pub struct MarksAsked {
    /// Each mark.
    pub lines: Vec<MarkAsked>,
    /// What was typed.
    pub because: String,
    /// What was answered before and has no place on the form now, sent along hidden.
    pub carried: Vec<Carried>,
}

/// One mark on a proposal's sheet.
#[derive(Clone, Debug)]
pub struct MarkShown {
    /// The text before the marked words; empty when only the rule is told.
    pub before: String,
    /// The marked words; empty when only the rule is told.
    pub words: String,
    /// The text behind them.
    pub after: String,
    /// What they look like.
    pub looks_like: String,
    /// Why they may stand, without a full stop.
    pub why: String,
}

/// Marked words on a proposal's sheet.
#[derive(Clone, Debug)]
pub struct MarksShown {
    /// What stands over them.
    pub heading: String,
    /// Each mark.
    pub lines: Vec<MarkShown>,
    /// How the proposer knows.
    pub because: String,
    /// Who said so and who agreed, in sentences.
    pub by: Vec<String>,
    /// What the approver must tick, where they must. Field `marked`.
    pub tick: Option<String>,
}
