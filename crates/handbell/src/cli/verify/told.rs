//! Told: what `handbell verify` found, once for people and once for programs.
//!
//! The lines are the same in both. `--json` prints one object: `format`, `what`, `answer`, `says` (the lines), and what a
//! program would otherwise have to read out of them (docs/formats/verify.md).

use crate::cli::{Answer, Stopped};
use serde_json::{Map, Value, json};

/// What the object says it is.
const FORMAT: &str = "handbell-verify@v1";

/// See the module.
#[derive(Debug)]
pub struct Told {
    /// The answer.
    pub answer: Answer,
    /// What was checked: `log`, `light`, `page` or `split`.
    pub what: &'static str,
    /// One line each.
    pub lines: Vec<String>,
    /// Fields of the object beside those that every answer has.
    pub fields: Map<String, Value>,
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Good => "good",
        Answer::No => "no",
        Answer::Usage => "usage",
        Answer::CouldNotTell => "could-not-tell",
    }
}

impl Told {
    /// An answer with its lines and without fields of its own.
    pub fn of(what: &'static str, answer: Answer, lines: Vec<String>) -> Self {
        Self { answer, what, lines, fields: Map::new() }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// What is printed.
    pub fn text(&self, as_json: bool) -> String {
        if !as_json {
            return self.lines.join("\n");
        }
        let mut object = self.fields.clone();
        object.insert("format".into(), FORMAT.into());
        object.insert("what".into(), self.what.into());
        object.insert("answer".into(), word(self.answer).into());
        object.insert("says".into(), self.lines.clone().into());
        Value::Object(object).to_string()
    }

    /// An answer that ended a check before its end.
    pub fn stopped(what: &'static str, stopped: &Stopped) -> Self {
        Self::of(what, stopped.0, vec![stopped.1.clone()])
    }
}

/// One entry of a page, for programs.
pub fn entry(index: u64, kind: u8, state: &str, more: Value) -> Value {
    let mut entry = json!({"index": index, "kind": kind, "state": state});
    if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
        entry.extend(more);
    }
    entry
}
