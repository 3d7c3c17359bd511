//! Being told by other channels than a browser: asking, saying so, changing and ending it.
//!
//! Every page here works without scripts. None shows an address that is kept: what was typed is shown again
//! only while something has to be mended.

use askama::Template;

use super::{Choice, Fact, FieldError, Frame};

/// `/channels` and `/channels/mine/{token}`: what somebody wants to be told, and how.
#[derive(Clone, Debug, Template)]
#[template(path = "channels.html")]
pub struct ChannelsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// What has to be mended.
    pub errors: Vec<FieldError>,
    /// Channels to choose from; empty on one's own page, and where the group has none.
    pub ways: Vec<Choice>,
    /// The address as it was typed.
    pub address: String,
    /// Named areas.
    pub areas: Vec<Choice>,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// Languages.
    pub languages: Vec<Choice>,
    /// None, then the hours of a day.
    pub quiet_from: Vec<Choice>,
    /// The same for the end.
    pub quiet_to: Vec<Choice>,
    /// None, then how many alerts a day.
    pub caps: Vec<Choice>,
    /// Whether neutral titles are chosen.
    pub discreet: bool,
    /// How to begin by text message, if the group takes them.
    pub texts: Option<String>,
    /// One's own page: what stands, and what more can be done.
    pub own: Option<OwnChannel>,
    /// What we know of somebody told this way, one sentence each.
    pub promises: Vec<String>,
}

/// What stands for the holder of a link.
#[derive(Clone, Debug)]
pub struct OwnChannel {
    /// By which channel and until when.
    pub words: String,
    /// What the further channel does, where there is one.
    pub further: Option<String>,
    /// After how many minutes a further channel can be used; empty where none can be named.
    pub minutes: Vec<Choice>,
}

/// What was done, or one button that does it.
#[derive(Clone, Debug, Template)]
#[template(path = "channel-said.html")]
pub struct ChannelSaidPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The heading.
    pub heading: String,
    /// What it means, one paragraph each.
    pub lines: Vec<String>,
    /// What to keep: a topic's address, one's own link.
    pub facts: Vec<Fact>,
    /// Where the one button goes, if there is one.
    pub action: Option<String>,
    /// What it says.
    pub button: String,
}
