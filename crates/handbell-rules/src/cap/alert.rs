//! A CAP message as a value: `alert`, `info`, `resource` and `area`, with the schema's names.
//!
//! Each field holds what its element holds, an absent element is `None` and an empty one is an empty text.
//! Lists in one text (`references`, `polygon`, `circle`) are kept as written and parsed where they are asked
//! for, because the schema takes any text there and only the rules beyond it do not.

use super::time::CapTime;
use super::words::{CapStatus, Category, Certainty, MsgType, ResponseType, Scope, Severity, Urgency};

/// The language of an `info` that names none (schema, default of `language`).
pub const LANGUAGE_DEFAULT: &str = "en-US";

/// Which edition of the standard a file follows, by its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// CAP 1.1: read only.
    V11,
    /// CAP 1.2.
    V12,
}

impl Version {
    /// The namespace of its elements.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "urn:oasis:names:tc:emergency:cap:1.1",
            Self::V12 => "urn:oasis:names:tc:emergency:cap:1.2",
        }
    }
}

/// One message (section 3.2.1).
#[derive(Debug, Clone, PartialEq)]
pub struct CapAlert {
    /// The edition.
    pub version: Version,
    /// Names the message, unique for its sender.
    pub identifier: String,
    /// Names the sender, unique in the world.
    pub sender: String,
    /// When it was sent.
    pub sent: CapTime,
    /// Whether it is meant.
    pub status: CapStatus,
    /// What it does to earlier ones.
    pub msg_type: MsgType,
    /// Who or what it comes from.
    pub source: Option<String>,
    /// For whom.
    pub scope: Scope,
    /// Who may know, when the scope is Restricted.
    pub restriction: Option<String>,
    /// To whom, when the scope is Private.
    pub addresses: Option<String>,
    /// Codes that systems agreed on.
    pub codes: Vec<String>,
    /// For whoever handles the message.
    pub note: Option<String>,
    /// Earlier messages: `sender,identifier,sent`, separated by blanks.
    pub references: Option<String>,
    /// Names of incidents, separated by blanks.
    pub incidents: Option<String>,
    /// What is said, once for each language or part.
    pub infos: Vec<CapInfo>,
}

/// What is said (section 3.2.2).
#[derive(Debug, Clone, PartialEq)]
pub struct CapInfo {
    /// The language of its texts (RFC 3066).
    pub language: Option<String>,
    /// What sort of thing; at least one.
    pub categories: Vec<Category>,
    /// What happens, in words.
    pub event: String,
    /// What people are asked to do.
    pub response_types: Vec<ResponseType>,
    /// How soon.
    pub urgency: Urgency,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// For whom it is meant.
    pub audience: Option<String>,
    /// Codes for what happens.
    pub event_codes: Vec<NamedValue>,
    /// From when the words hold.
    pub effective: Option<CapTime>,
    /// When it begins.
    pub onset: Option<CapTime>,
    /// Until when the words hold.
    pub expires: Option<CapTime>,
    /// Who says so, for readers.
    pub sender_name: Option<String>,
    /// The headline.
    pub headline: Option<String>,
    /// The text.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// Where to read more.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Anything else.
    pub parameters: Vec<NamedValue>,
    /// Files.
    pub resources: Vec<CapResource>,
    /// Where.
    pub areas: Vec<CapArea>,
}

impl CapInfo {
    /// The language its texts are in, named or not.
    #[must_use]
    pub fn language(&self) -> &str {
        self.language.as_deref().unwrap_or(LANGUAGE_DEFAULT)
    }
}

/// A file that belongs to it (section 3.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapResource {
    /// What it is, in words.
    pub resource_desc: String,
    /// Its media type; CAP 1.1 may leave it out.
    pub mime_type: Option<String>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Where it is.
    pub uri: Option<String>,
    /// The file itself, base64.
    pub deref_uri: Option<String>,
    /// Its SHA-1.
    pub digest: Option<String>,
}

/// Where (section 3.2.4).
#[derive(Debug, Clone, PartialEq)]
pub struct CapArea {
    /// In words.
    pub area_desc: String,
    /// Outlines: `latitude,longitude` pairs.
    pub polygons: Vec<String>,
    /// Circles: `latitude,longitude radius`, the radius in kilometres.
    pub circles: Vec<String>,
    /// Codes of places.
    pub geocodes: Vec<NamedValue>,
    /// Lowest height in feet above mean sea level.
    pub altitude: Option<f64>,
    /// Greatest height in feet above mean sea level.
    pub ceiling: Option<f64>,
}

/// A name with a value: `eventCode`, `parameter`, `geocode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedValue {
    /// `valueName`.
    pub name: String,
    /// `value`.
    pub value: String,
}

/// One entry of `references`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The sender of the earlier message.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent.
    pub sent: CapTime,
}

impl Reference {
    /// The reference to a message.
    #[must_use]
    pub fn to(alert: &CapAlert) -> Self {
        Self { sender: alert.sender.clone(), identifier: alert.identifier.clone(), sent: alert.sent.clone() }
    }

    /// Reads `sender,identifier,sent`.
    #[must_use]
    pub fn parse(text: &str, version: Version) -> Option<Self> {
        let mut parts = text.split(',');
        let (sender, identifier, sent) = (parts.next()?, parts.next()?, parts.next()?);
        if sender.is_empty() || identifier.is_empty() || parts.next().is_some() {
            return None;
        }
        Some(Self { sender: sender.to_owned(), identifier: identifier.to_owned(), sent: CapTime::parse(sent, version)? })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{},{},{}", self.sender, self.identifier, self.sent)
    }
}
