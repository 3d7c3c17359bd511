//! What stands around every page: language, title, group, bands and tabs.
//!
//! The frame promises that a drill says EXERCISE before anything else and that a page played by the
//! program says so. It does not decide either: the caller knows whether this group is a drill. There
//! is no field here for a reader, because pages are the same for everybody who may open them.

use handbell_rules::playbook::{Direction, FixedTexts, PageWords, SOURCE_LANGUAGE, fixed_texts};

/// The tab that is marked as the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// No tab: home, about, errors, sign-in.
    Nowhere,
    /// Public: the report form and the receipt.
    Report,
    /// Public: alerts and subscribing.
    Alerts,
    /// Public: rights and conduct.
    Rights,
    /// Public: the record, corrections and the log.
    Record,
    /// Desk: the queue, reports and incidents.
    Queue,
    /// Desk: composing, approving and ending alerts.
    DeskAlerts,
    /// Desk: what waits to be published.
    DeskRecord,
    /// Desk: who belongs.
    People,
    /// Desk: what is known to go on.
    DeskBoard,
    /// Desk: the drill that runs here.
    Drill,
    /// An observer's own page.
    Scene,
    /// Custodians: their keys.
    Custody,
    /// Custodians: packs for somebody outside.
    Packs,
}

/// What every page carries besides its own words.
#[derive(Clone, Debug)]
pub struct Frame {
    /// BCP 47 language tag of the page, for example `en`.
    pub lang: String,
    /// Writing direction of that language.
    pub dir: Direction,
    /// The frame's own words in that language.
    pub words: &'static PageWords,
    /// The page's own title. Pages a witness sees say only `Local information`
    /// ([`Frame::NEUTRAL_TITLE`]): the window title is readable over a shoulder.
    pub title: String,
    /// The group's own name, shown under the mark.
    pub group_name: String,
    /// True in a drill and in the demo: hatched band, hatched edges, `EXERCISE ·` in the title.
    pub exercise: bool,
    /// True when `handbell demo --auto` plays the people; the page says so.
    pub played: bool,
    /// True while a drill runs here: the desk gets a tab for it.
    pub drill: bool,
    /// True while at least one alert that this reader may know of is live: the bell tilts.
    pub bell_live: bool,
    /// The tab marked as current.
    pub tab: Tab,
    /// The emergency number people ring where this group is, for example `999`.
    pub emergency: String,
    /// Path of this page, for reloading without scripts.
    pub path: String,
}

impl Frame {
    /// The title every page a witness sees carries.
    pub const NEUTRAL_TITLE: &'static str = "Local information";

    /// A public page's frame in English with the neutral title and nothing live.
    pub fn public(group_name: impl Into<String>, tab: Tab, path: impl Into<String>) -> Self {
        Frame {
            lang: "en".to_owned(),
            dir: Direction::Ltr,
            words: english().page,
            title: Self::NEUTRAL_TITLE.to_owned(),
            group_name: group_name.into(),
            exercise: false,
            played: false,
            drill: false,
            bell_live: false,
            tab,
            emergency: "999".to_owned(),
            path: path.into(),
        }
    }

    /// The same frame in another language.
    #[must_use]
    pub fn spoken(mut self, texts: &'static FixedTexts) -> Self {
        self.lang = texts.language.to_owned();
        self.dir = texts.direction;
        self.words = texts.page;
        self
    }

    /// A desk page's frame in English; `title` names the page, the rest of the title is added.
    pub fn desk(group_name: impl Into<String>, tab: Tab, path: impl Into<String>, title: impl Into<String>) -> Self {
        let mut frame = Self::public(group_name, tab, path);
        frame.title = format!("{} · Handbell desk", title.into());
        frame
    }

    /// The text of the `title` element: the exercise mark first, then `Error:` when the page
    /// answers with errors, then the page's own title.
    pub fn document_title(&self, errors: bool) -> String {
        let exercise = if self.exercise { "EXERCISE · " } else { "" };
        let error = if errors { "Error: " } else { "" };
        format!("{exercise}{error}{}", self.title)
    }

    /// What stands before and after the emergency number.
    pub fn call(&self) -> (&'static str, &'static str) {
        self.words.call.split_once("{number}").unwrap_or((self.words.call, ""))
    }

    /// True when `tab` is the one to mark.
    pub fn is_on(&self, tab: Tab) -> bool {
        self.tab == tab
    }
}

/// The texts that every other language is a translation of.
pub(crate) fn english() -> &'static FixedTexts {
    fixed_texts(SOURCE_LANGUAGE).expect("the fixed texts hold English")
}

/// The strip that tells a member they are on duty. Present on every desk page after sign-in.
#[derive(Clone, Debug)]
pub struct DeskBar {
    /// The name the member goes by at the desk.
    pub member: String,
    /// Roles in words, for example `approver and editor`.
    pub roles: String,
    /// Whether they work the desk, and so see its tabs.
    pub works: bool,
    /// Whether they are an observer, and so see the tab of their own page.
    pub observes: bool,
    /// Whether they open originals, with another custodian.
    pub custodian: bool,
    /// True while this member's duty runs.
    pub on_duty: bool,
    /// When duty ends by itself, for example `04:00`; `None` when off duty or open-ended.
    pub duty_ends: Option<String>,
    /// Names of the other members on duty.
    pub also_on: Vec<String>,
    /// Value of the hidden `csrf` field of every form on the page.
    pub csrf: String,
    /// Whether the page locks when nobody touches it: the script asks for the passkey again.
    pub locks: bool,
}
