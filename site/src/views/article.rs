//! The page on which an article or a statement is read into what a proposal may say.
//!
//! The text stands in the form and is sent back with each press; nothing of it is kept. Each finding stands under
//! its sentence with the rule it was read by, and is accepted or refused by itself. Nothing is chosen beforehand.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, MarksAsked};

/// One thing that was found.
#[derive(Clone, Debug)]
pub struct ArticleFinding {
    /// The field of its answer: `take-` and the sign of the finding.
    pub field: String,
    /// What it is about: Day, Number.
    pub what: String,
    /// The words it was read from.
    pub words: String,
    /// How it was understood.
    pub says: String,
    /// By which rule.
    pub rule: String,
    /// Accept and refuse; none where no fact of the playbook takes it.
    pub answers: Vec<Choice>,
}

/// One sentence of the text.
#[derive(Clone, Debug)]
pub struct ArticleSentence {
    /// Its number.
    pub number: String,
    /// The sentence.
    pub text: String,
    /// Why it is no part of what the text tells; nothing where it is one.
    pub apart: Option<String>,
    /// What was found in it.
    pub findings: Vec<ArticleFinding>,
}

/// Somebody who is named as speaking.
#[derive(Clone, Debug)]
pub struct ArticleVoice {
    /// As the text names them.
    pub name: String,
    /// The field of the sort of source.
    pub kind_field: String,
    /// Sorts of sources.
    pub kinds: Vec<Choice>,
    /// The field of where they stand.
    pub standing_field: String,
    /// What was typed.
    pub standing: String,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct ArticleRead {
    /// Sentences and findings, counted, in words.
    pub counted: String,
    /// From which day relative days were counted, in words.
    pub counted_from: String,
    /// The sentences, in order.
    pub sentences: Vec<ArticleSentence>,
    /// Who speaks.
    pub voices: Vec<ArticleVoice>,
}

/// `/desk/incidents/{id}/read`: reading a text. Fields `text`, `published`, `publisher`, `kind`, `label`,
/// `standing`, `url`, `go`, `take-*`, `kind-*`, `standing-*`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/article.html")]
pub struct ArticlePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The desk's strip.
    pub desk: DeskBar,
    /// The incident's id.
    pub id: String,
    /// The version the page was made from.
    pub version: String,
    /// What the incident is.
    pub headline: String,
    /// Why nothing can be read into a proposal now; nothing when it can.
    pub refusal: Option<String>,
    /// What was pasted.
    pub text: String,
    /// What was typed.
    pub published: String,
    /// A new source first, then the known ones.
    pub publishers: Vec<Choice>,
    /// Sorts of sources for a new one.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub named: String,
    /// What was typed.
    pub standing: String,
    /// What was typed.
    pub url: String,
    /// What was read; nothing before.
    pub read: Option<ArticleRead>,
    /// Words that the guard marked.
    pub marks: Option<MarksAsked>,
    /// What must be mended.
    pub errors: Vec<FieldError>,
}
