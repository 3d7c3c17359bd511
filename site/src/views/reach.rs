//! `/desk/reach`: how many messages each channel took, and whether its test messages arrive.

use askama::Template;

use super::{DeskBar, Frame};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/reach.html")]
pub struct ReachPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What is silent now, one sentence each.
    pub alarms: Vec<String>,
    /// Each channel's test messages.
    pub canaries: Vec<CanaryRow>,
    /// Whether there is a test browser, in one sentence.
    pub test_browser: String,
    /// The server's VAPID public key, base64url without padding.
    pub vapid_key: String,
    /// Figures, newest month first.
    pub months: Vec<ReachRow>,
}

/// One channel's test messages.
#[derive(Clone, Debug)]
pub struct CanaryRow {
    /// The channel.
    pub channel: String,
    /// What stands.
    pub words: String,
}

/// One channel's month. Counts below ten are bands.
#[derive(Clone, Debug)]
pub struct ReachRow {
    /// The month, for example `2026-11`.
    pub month: String,
    /// The channel.
    pub channel: String,
    /// Messages tried.
    pub begun: String,
    /// Taken.
    pub accepted: String,
    /// Addresses that are no more.
    pub gone: String,
    /// Refused for good.
    pub refused: String,
    /// Not taken in time.
    pub ran_out: String,
    /// Within how long half of the taken ones were taken.
    pub median: String,
    /// Test messages that did not arrive.
    pub missed: String,
}
