//! Message: what a phone shows and what travels inside it.
//!
//! A locked screen says little; the page says the rest. PROMISE conduct-travels-with-every-alert: the
//! conduct text lies inside every message that says something is going on, so it is there with no network.
//! The only address in a message is a path on the group's own site. It is in a language that the alert may be
//! told in (`spoken`).

use super::alert::{Alert, RingKind};
use super::mode::Status;
use crate::id::AlertId;
use crate::playbook::{Direction, FixedTexts, Hazard, SOURCE_LANGUAGE, fixed_texts};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The word every message of a drill begins with, in every language.
pub const EXERCISE: &str = "EXERCISE";

/// Most bytes of a message as JSON, of the texts that ship: the rest of the one padded body is for the signatures.
pub const MESSAGE_BYTES_MAX: usize = 1_650;

/// What is sealed for one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// `alert`, `update`, `cancel`, `stand-down` or `correction`.
    pub kind: RingKind,
    /// `actual` or `exercise`.
    pub status: Status,
    /// The title on the screen.
    pub title: String,
    /// The line on the screen.
    pub body: String,
    /// Messages with the same tag replace each other on the screen.
    pub tag: String,
    /// Path of the alert's page on the group's own site, in the message's language; of the record's for a correction.
    pub url: String,
    /// The conduct text; empty when nothing is going on any more.
    pub conduct: Vec<String>,
    /// Whether the phone is asked to make no sound (discreet mode).
    pub silent: bool,
    /// The language of the title and the line.
    pub lang: String,
    /// Which way it is written.
    pub dir: Direction,
}

/// Makes the message of a ring in a language, or in English where the alert may not be told in it. `words_of`
/// is the alert or the update whose words are said.
pub fn message(kind: RingKind, alert: &Alert, words_of: &Alert, language: &str, discreet: bool) -> Message {
    let told = words_of.words.told_in(language, alert.status);
    let texts = told.fixed;
    let (title, body) = match kind {
        RingKind::Alert | RingKind::Update => (told.push_title.to_owned(), told.push_body.to_owned()),
        RingKind::Cancel => (texts.cancel_title.to_owned(), texts.cancel_body.to_owned()),
        RingKind::StandDown => (texts.stand_down_title.to_owned(), texts.stand_down_body.to_owned()),
        RingKind::Correction => (texts.correction_title.to_owned(), texts.correction_body.to_owned()),
    };
    let title = if discreet { texts.discreet_title.to_owned() } else { title };
    // A drill says so first, whatever else is chosen.
    let title = match alert.status {
        Status::Exercise => format!("{EXERCISE} · {title}"),
        Status::Actual => title,
    };
    // Words that no person has checked say so, whatever else is left out.
    let body = [if discreet { String::new() } else { body }, told.mark().unwrap_or_default()];
    let body = body.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Message {
        kind,
        status: alert.status,
        title,
        body,
        // A correction stands beside the alert on the screen; it never takes its place.
        tag: if kind == RingKind::Correction { format!("{}-correction", alert.id) } else { alert.id.to_string() },
        url: if kind == RingKind::Correction { format!("/record/{}", alert.incident) } else { page_of(alert.id, told.language) },
        conduct: if kind.is_live() { told.conduct.to_vec() } else { Vec::new() },
        silent: discreet,
        lang: told.language.to_owned(),
        dir: told.direction,
    }
}

/// The path of an alert's page in a language. English needs no saying: who is told in it because the language
/// they asked for may not be told finds there, by their browser's wish, why.
pub fn page_of(alert: AlertId, language: &str) -> String {
    if language == SOURCE_LANGUAGE { format!("/alerts/{alert}") } else { format!("/alerts/{alert}?lang={language}") }
}

/// The fixed texts of a language, or English.
pub fn texts(language: &str) -> &'static FixedTexts {
    fixed_texts(language).or_else(|| fixed_texts("en")).expect("the fixed texts hold English")
}

/// The conduct text for a kind.
pub fn conduct(hazard: Option<Hazard>, language: &str) -> &'static [&'static str] {
    let texts = texts(language);
    if hazard.is_some() { &texts.conduct_hazard } else { &texts.conduct }
}

/// Seconds a push service may keep a message: never past its end (PROMISE nothing-goes-stale).
pub fn time_to_live_seconds(expires_at: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(expires_at.since(now) / crate::time::SECOND).unwrap_or(0)
}
