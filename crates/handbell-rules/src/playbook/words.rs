//! Words: one language's Fluent messages of a playbook.
//!
//! A message is found or refused; it never falls back to its own name, because a name on a phone at night is
//! no alert. Terms, attributes and functions are not offered to playbooks: a template is a sentence with slots.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The messages of one language.
pub(super) struct Words {
    bundle: FluentBundle<FluentResource>,
    texts: BTreeMap<String, String>,
}

impl fmt::Debug for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Words").field("ids", &self.texts.keys()).finish_non_exhaustive()
    }
}

impl Words {
    /// Reads a Fluent text. The error says what is wrong with it.
    pub(super) fn parse(language: &str, text: &str) -> Result<Self, String> {
        let tag: LanguageIdentifier = language.parse().map_err(|_| format!("`{language}` is no language tag"))?;
        let resource = FluentResource::try_new(text.to_owned())
            .map_err(|(_, errors)| errors.first().map_or_else(|| "broken".to_owned(), ToString::to_string))?;
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        let mut open: Option<String> = None;
        for (number, line) in text.lines().enumerate() {
            // In Fluent's grammar only messages, terms and comments begin in the first column.
            if line.starts_with('-') {
                return Err(format!("line {}: a playbook has no terms", number + 1));
            }
            if line.trim_start().starts_with('.') {
                return Err(format!("line {}: a playbook's messages have no attributes", number + 1));
            }
            if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let id = line.split_once('=').map_or(line, |(id, _)| id).trim();
                if texts.insert(id.to_owned(), line.to_owned()).is_some() {
                    return Err(format!("line {}: message `{id}` is there twice", number + 1));
                }
                open = Some(id.to_owned());
            } else if line.starts_with('#') {
                open = None;
            } else if let Some(text) = open.as_ref().and_then(|id| texts.get_mut(id)).filter(|_| !line.trim().is_empty()) {
                text.push('\n');
                text.push_str(line);
            }
        }
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.add_resource(resource).map_err(|errors| errors.first().map_or_else(|| "broken".to_owned(), ToString::to_string))?;
        Ok(Self { bundle, texts })
    }

    /// The names of all messages.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Whether there is such a message.
    pub(super) fn has(&self, id: &str) -> bool {
        self.texts.contains_key(id) && self.bundle.has_message(id)
    }

    /// A message as it is written, without the blank lines around it; empty where there is none.
    pub(super) fn text(&self, id: &str) -> &str {
        self.texts.get(id).map_or("", String::as_str)
    }

    /// The names of the slots a message shows, as it is written.
    pub(super) fn slots(&self, id: &str) -> BTreeSet<String> {
        let name = |rest: &str| rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
        self.text(id).split('$').skip(1).map(name).collect()
    }

    /// The message with its variables filled. The error says what is missing.
    pub(super) fn format(&self, id: &str, values: &[(&str, &str)]) -> Result<String, String> {
        let pattern =
            self.bundle.get_message(id).and_then(|message| message.value()).ok_or_else(|| format!("there is no message `{id}`"))?;
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, FluentValue::from(*value));
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(format!("message `{id}`: {error}")),
        }
    }
}
