//! Sides: bodies' own words, replies, and who was asked for comment, as every format tells them.
//!
//! In the order of recording, whoever speaks, and each in the sentence that the projection makes of its entry. What
//! the page of the incident does not show in its boxes is not here either: words that were withdrawn, and the
//! statement of a source whose own words were.

use super::source;
use handbell_rules::record::projection::{IncidentRecord, RecordLine};
use handbell_rules::record::reply::Reply;
use handbell_rules::record::source::Source;

/// What one entry of a side is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Is<'a> {
    /// A body's own words, with the source whose they are.
    Statement(u32, &'a Source),
    /// A reply.
    Reply(&'a Reply),
    /// That a body was asked for comment, or what came of it.
    Asked,
}

/// One such entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Side<'a> {
    /// What it is.
    pub is: Is<'a>,
    /// Its line of the page.
    pub entry: &'a RecordLine,
}

impl Side<'_> {
    /// Its stable name.
    pub const fn name(&self) -> &'static str {
        match self.is {
            Is::Statement(..) => "statement",
            Is::Reply(_) => "reply",
            Is::Asked => "asked",
        }
    }
    /// Its sentence, with who says it in front where the sentence has a number only.
    pub fn line(&self) -> String {
        match self.is {
            Is::Statement(_, source) => format!("{}: {}", source.label, self.entry.says),
            Is::Reply(_) | Is::Asked => self.entry.says.clone(),
        }
    }
}

/// Every statement, reply and request that stands, in the order of recording.
pub fn sides(record: &IncidentRecord) -> Vec<Side<'_>> {
    let is = |entry: &RecordLine| {
        if let Some(line) = record.replies.iter().find(|line| line.index == entry.index) {
            return line.reply.as_ref().map(Is::Reply);
        }
        if let Some(line) = record.statements.iter().find(|line| line.index == entry.index) {
            let number = line.statement.source;
            return source(record, number).map(|source| Is::Statement(number, source));
        }
        let of = |asked: &handbell_rules::record::projection::AskedLine| {
            asked.index == entry.index || asked.came.iter().any(|came| came.index == entry.index)
        };
        record.asked.iter().any(of).then_some(Is::Asked)
    };
    let sided = record.lines.iter().filter(|entry| matches!(entry.kind, 14 | 15));
    sided.filter_map(|entry| is(entry).map(|is| Side { is, entry })).collect()
}
