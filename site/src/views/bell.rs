//! The bell's public pages: alerts, one alert, subscribing, and the exercise phones of the demo.
//!
//! An alert page says the same to everybody and always carries its conduct lines. The list shows the
//! public reach only; a neighbours' alert is reached through its capability and stands in no list.
//! Nothing here knows who was told. The words around an alert come with its frame, in the page's language.

use askama::Template;
use handbell_rules::playbook::filled;

use super::{Choice, Fact, Frame, Link, Moment, OtherLanguage, RedBand, Tag, english};

/// What an alert page says about the language it is in.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// The same page in other languages that may be told here.
    pub others: Vec<OtherLanguage>,
    /// The mark of a translation that no person has checked, in the page's language; in a drill only.
    pub mark: Option<String>,
    /// Why the page is not in the language that was asked for.
    pub passed_over: Option<String>,
}

impl Speech {
    /// Whether there is anything to say.
    pub fn says_something(&self) -> bool {
        !self.others.is_empty() || self.mark.is_some() || self.passed_over.is_some()
    }

    /// The mark for whoever reads English.
    pub fn mark_in_english(&self) -> &'static str {
        english().unchecked
    }
}

/// One alert in a list.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// Path of the alert.
    pub href: String,
    /// Its headline.
    pub headline: String,
    /// The headline's language where it is not the page's.
    pub lang: Option<String>,
    /// Times and area in words, for example `Since 21:42 · Peckham North`.
    pub times: String,
    /// Its state.
    pub tag: Tag,
}

/// `/alerts`: what is live and what has ended, public reach only.
#[derive(Clone, Debug, Template)]
#[template(path = "alerts.html")]
pub struct AlertsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What it says about its language.
    pub speech: Speech,
    /// Live alerts.
    pub live: Vec<AlertRow>,
    /// Alerts that have ended or were cancelled.
    pub ended: Vec<AlertRow>,
    /// What the resting bell says when nothing is live.
    pub rest_words: String,
}

/// Which band stands on an alert page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertBand {
    /// Solid: live now.
    Live,
    /// Level lines: over.
    Over,
    /// Level lines and a struck sentence: it was wrong.
    Cancelled,
}

/// `/alerts/{id}`: one alert behind its capability.
#[derive(Clone, Debug, Template)]
#[template(path = "alert.html")]
pub struct AlertPage {
    /// What stands around the page; `exercise` makes it the exercise variant.
    pub frame: Frame,
    /// What it says about its language.
    pub speech: Speech,
    /// The alert's public id, used for `/alerts/{id}/events`.
    pub id: String,
    /// Which band.
    pub band: AlertBand,
    /// The headline as it was sent. In the over and cancelled bands it stands below, struck when
    /// cancelled.
    pub headline: String,
    /// What the end says, for example `This alert is over. It was wrong. They were council wardens.
    /// We are sorry for the fright.` `None` while live.
    pub ended_words: Option<String>,
    /// When it ended, for example `22:31`. `None` while live.
    pub ended_at: Option<String>,
    /// The newest update, shown in the band of a live alert.
    pub update: Option<Moment>,
    /// The sentence that says what the alert is for.
    pub purpose: String,
    /// The area in words, as coarse as the reach allows.
    pub area: String,
    /// When it began, for example `21:42`.
    pub since: String,
    /// When it ends by itself, for example `23:42`.
    pub expires: String,
    /// Its state.
    pub tag: Tag,
    /// The conduct lines, in order. Never empty: conduct travels with every alert.
    pub conduct: Vec<String>,
    /// What was said so far, newest first.
    pub said: Vec<Moment>,
    /// How we know.
    pub how_we_know: Vec<Fact>,
    /// Rights cards that a lawyer has signed off; in a drill also others, under the band. Empty shows
    /// `plain_lines` instead.
    pub cards: Vec<Link>,
    /// The language of the cards' titles and of the band over them.
    pub cards_lang: String,
    /// The red band over cards that must not be relied on; in a drill only.
    pub cards_band: Option<RedBand>,
    /// The two lines that are not legal advice.
    pub plain_lines: Vec<String>,
    /// Where this alert stands in the public log, in words; `None` before it may be there.
    pub log_words: Option<String>,
    /// Path of the CAP file; public reach only.
    pub cap_href: Option<String>,
    /// Where whoever was asked answers; for a dispatch.
    pub answer_href: Option<String>,
}

impl AlertPage {
    /// Since when it is live and until when.
    pub fn since_until(&self) -> String {
        filled(self.frame.words.since_until, &[("since", &self.since), ("until", &self.expires)])
    }

    /// What stands before an update of this time.
    pub fn updated(&self, at: &str) -> String {
        filled(self.frame.words.updated, &[("time", at)])
    }

    /// Over or cancelled, and when.
    pub fn ended_when(&self) -> String {
        let words = self.frame.words;
        let text = if self.band == AlertBand::Cancelled { words.cancelled_at } else { words.over_at };
        filled(text, &[("time", self.ended_at.as_deref().unwrap_or_default())])
    }

    /// That the same people are sent the end.
    pub fn sent_too(&self) -> String {
        filled(self.frame.words.sent_too, &[("time", &self.since)])
    }

    /// The heading of an ended alert; the words of the end may begin with it.
    pub fn ended_heading(&self) -> &'static str {
        match self.band {
            AlertBand::Cancelled => self.frame.words.was_wrong,
            AlertBand::Over | AlertBand::Live => self.frame.words.is_over,
        }
    }

    /// What the words of the end say beyond the heading.
    pub fn ended_rest(&self) -> Option<&str> {
        let words = self.ended_words.as_deref()?;
        let rest = words.strip_prefix(self.ended_heading()).unwrap_or(words).trim();
        (!rest.is_empty()).then_some(rest)
    }
}

/// A named area that can be ticked. The cells travel, the reader sees the name.
#[derive(Clone, Debug)]
pub struct AreaChoice {
    /// Id of the area, unique on the page.
    pub id: String,
    /// H3 cells as text, read by the script only.
    pub cells: Vec<String>,
    /// The area's name.
    pub label: String,
    /// Landmarks or streets that help to recognise it.
    pub hint: Option<String>,
}

/// `/subscribe`: tick areas, choose a language, be told, see and change what was asked for. The script sends
/// `POST /api/v1/subscriptions` with the browser's subscription, areas, kinds, language and wishes, `DELETE` with
/// `{"endpoint": "…"}`, and asks `POST /api/v1/subscriptions/mine` what this browser asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "subscribe.html")]
pub struct SubscribePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Named areas.
    pub areas: Vec<AreaChoice>,
    /// Kinds from the playbook; all are usually chosen.
    pub kinds: Vec<Choice>,
    /// Languages in which alerts can be told, each by its own name.
    pub languages: Vec<Choice>,
    /// What a choice of one means here.
    pub language_hint: String,
    /// None, then the hours of a day as a clock shows them, `0` for `00:00`.
    pub hours: Vec<Choice>,
    /// None, then how many alerts a day can be chosen.
    pub caps: Vec<Choice>,
    /// What we know, what we do not, who else could know: one sentence each.
    pub promises: Vec<String>,
    /// Whether the group also sends by other channels.
    pub elsewhere: bool,
    /// Ways that can be used when this browser was not reached, `none` among them; empty where there is no other way.
    pub seconds: Vec<Choice>,
    /// After how many minutes.
    pub minutes: Vec<Choice>,
    /// The server's VAPID public key, base64url without padding (RFC 8292 section 3.2).
    pub vapid_key: String,
}

/// One message as an exercise phone decrypted it.
#[derive(Clone, Debug)]
pub struct PhoneMessage {
    /// Title as on the lock screen.
    pub title: String,
    /// Text as on the lock screen.
    pub body: String,
    /// When it arrived, with seconds, for example `21:42:07`.
    pub at: String,
    /// Path it opens.
    pub url: String,
    /// State it announces, if any.
    pub tag: Option<Tag>,
}

/// An exercise phone: a receiver inside the demo that decrypts what a real phone would get.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Made-up name, for example `Phone 3`.
    pub name: String,
    /// The area it asked for.
    pub area: String,
    /// Messages, newest first.
    pub messages: Vec<PhoneMessage>,
}

/// `/demo/phones`: every exercise phone at once. `/demo/phones/events` makes it live.
#[derive(Clone, Debug, Template)]
#[template(path = "demo-phones.html")]
pub struct DemoPhonesPage {
    /// What stands around the page; `exercise` is always true here.
    pub frame: Frame,
    /// What the reader is looking at, in words.
    pub words: String,
    /// The phones.
    pub phones: Vec<Phone>,
}
