//! Why a playbook is refused, always with the file, the key and the reason.
//!
//! A playbook that loads is safe to ring with; one that does not says what to change. Nothing is mended
//! silently.

use super::strict_toml::TomlRefusal;

/// Why a playbook was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaybookRefusal {
    /// A file that must be there is not.
    #[error("{file}: this file is missing")]
    FileMissing {
        /// Its name inside the folder.
        file: String,
    },
    /// A file nobody knows.
    #[error("{file}: no playbook has such a file{}", nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownFile {
        /// Its name inside the folder.
        file: String,
        /// The known name nearest to it.
        nearest: Option<String>,
    },
    /// Broken TOML, or a key nobody knows.
    #[error(transparent)]
    Toml(#[from] TomlRefusal),
    /// A value that is wrong in itself.
    #[error("{file}: `{key}`: {why}")]
    BadValue {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// Why.
        why: String,
    },
    /// A value that loosens what is compiled in.
    #[error("{file}: `{key}` loosens what every playbook must keep: {why}")]
    Loosens {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// What the floor is.
        why: String,
    },
    /// A language the program has no conduct text and no guard for.
    #[error("playbook.toml: `languages`: there is no conduct text in `{language}`, so no alert can be sent in it")]
    LanguageWithoutConduct {
        /// The language.
        language: String,
    },
    /// A Fluent text that cannot be read.
    #[error("{file}: {why}")]
    BadWords {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A message that every language must have.
    #[error("{file}: the message `{message}` is missing")]
    MessageMissing {
        /// The file.
        file: String,
        /// The message.
        message: String,
    },
    /// A message nobody asks for; most often a mistyped name.
    #[error("{file}: nothing uses the message `{message}`{}", nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    MessageUnknown {
        /// The file.
        file: String,
        /// The message.
        message: String,
        /// The wanted name nearest to it.
        nearest: Option<String>,
    },
    /// A template that uses a slot it did not declare, or leaves a declared one out.
    #[error("{file}: message `{message}`: {why}")]
    BadTemplate {
        /// The file.
        file: String,
        /// The message.
        message: String,
        /// Why.
        why: String,
    },
    /// Words no alert may carry.
    #[error("{file}: `{key}` may not say `{excerpt}` ({rule})")]
    Guarded {
        /// The file.
        file: String,
        /// The key or message.
        key: String,
        /// The guard's rule.
        rule: &'static str,
        /// What was found.
        excerpt: String,
    },
}

/// Why an alert could not be put into words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderRefusal {
    /// The playbook has no such kind.
    #[error("the playbook has no such kind")]
    KindUnknown,
    /// The kind may not be told so far.
    #[error("this kind may not be told so far")]
    ReachNotAllowed,
    /// The playbook does not speak this language.
    #[error("the playbook does not speak this language")]
    LanguageUnknown,
    /// A slot the template has is empty.
    #[error("`{slot}` is missing")]
    SlotMissing {
        /// The slot's name.
        slot: &'static str,
    },
    /// A slot is filled that the template does not have.
    #[error("this sentence has no `{slot}`")]
    SlotNotWanted {
        /// The slot's name.
        slot: &'static str,
    },
    /// A slot's value is not on its list.
    #[error("`{slot}` is none of those offered")]
    ChoiceUnknown {
        /// The slot's name.
        slot: &'static str,
    },
    /// The place named is finer than this reach allows.
    #[error("this reach may name a district only")]
    TooFine,
    /// The finished words are flagged by the guard.
    #[error("the finished words may not be sent: {rule}")]
    Guarded {
        /// The guard's rule.
        rule: &'static str,
    },
    /// The playbook's words are broken in a way loading should have found.
    #[error("the playbook's words are broken: {why}")]
    Broken {
        /// Why.
        why: String,
    },
}

impl RenderRefusal {
    /// The stable short name doors and documents use.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::KindUnknown => "kind-unknown",
            Self::ReachNotAllowed => "reach-not-allowed",
            Self::LanguageUnknown => "language-unknown",
            Self::SlotMissing { .. } => "slot-missing",
            Self::SlotNotWanted { .. } => "slot-not-wanted",
            Self::ChoiceUnknown { .. } => "choice-unknown",
            Self::TooFine => "place-too-fine",
            Self::Guarded { .. } => "words-guarded",
            Self::Broken { .. } => "words-broken",
        }
    }
}
