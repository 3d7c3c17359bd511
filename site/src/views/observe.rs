//! The observer's own page at the desk: start a duty, choose the phone that is told, and write down what
//! is seen on the scene.
//!
//! An observer sees no queue and no report of anybody else. What is filed here counts as a trained
//! observer's account, so it asks only for what somebody standing there can know.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, Link};

/// `/desk/observe`: file from the scene. The script makes this browser a duty phone by
/// `POST /api/v1/desk/subscriptions` with the session's token in `X-Handbell-Token`, and ends it by
/// `DELETE`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/observe.html")]
pub struct ObservePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What just happened, for example `The desk has it.`
    pub notice: Option<String>,
    /// What the desk asks this observer to look at now.
    pub looks: Vec<Link>,
    /// Kinds from the playbook. Field `kind`.
    pub kinds: Vec<Choice>,
    /// What was typed. Field `place`.
    pub place: String,
    /// Whether it goes on. Field `when`.
    pub when: Vec<Choice>,
    /// What was typed. Field `text`.
    pub text: String,
    /// The conduct lines.
    pub conduct: Vec<String>,
    /// The server's VAPID public key, base64url without padding (RFC 8292 section 3.2).
    pub vapid_key: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
