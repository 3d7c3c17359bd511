//! ntfy: one message published to one person's own topic.
//!
//! The topic is a random secret of ours; whoever knows it reads along, so it is shown to its owner only. The
//! thread goes along as a sequence, so that what follows replaces what stood there (ntfy 2.16 and later; an
//! older server shows both). ntfy has no life of a message: the operator sets `cache-duration` (see
//! docs/operating/channels.md).

use super::gateway::{Gateway, Heard, answer_of};
use super::{Channel, Parcel};
use crate::push::Live;
use async_trait::async_trait;
use handbell_rules::bell::address::Topic;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::time::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

/// ntfy's "max": sound and vibration.
const LOUD: u8 = 5;
/// ntfy's "default".
const ORDINARY: u8 = 3;
/// ntfy's "low": neither sound nor vibration.
const SILENT: u8 = 2;

/// See the module.
pub struct Ntfy {
    gateway: Gateway,
    token: Option<Zeroizing<String>>,
}

impl Ntfy {
    /// Publishes to a server, with its access token if it wants one.
    pub fn new(gateway: Gateway, token: Option<Zeroizing<String>>) -> Self {
        Self { gateway, token }
    }

    /// The address that a subscriber puts into the app.
    pub fn topic_address(&self, topic: &Topic) -> String {
        self.gateway.below(&[topic.as_str()]).to_string()
    }

    fn with_token(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token.as_str()),
            None => request,
        }
    }

    /// Publishes a few words, quietly.
    pub async fn publish(&self, topic: &Topic, words: &str, now: Timestamp) -> Answer {
        let content = json!({"topic": topic.as_str(), "message": words, "priority": SILENT});
        self.post(&content, now).await
    }

    async fn post(&self, content: &serde_json::Value, now: Timestamp) -> Answer {
        let asked = self.with_token(self.gateway.request(reqwest::Method::POST, self.gateway.base().clone()).body(content.to_string()));
        match self.gateway.ask(asked, false, now.milliseconds()).await {
            Heard::Said { outcome, .. } => answer_of(outcome, "ntfy"),
            Heard::NotReached => Answer::Later,
            Heard::Silence => Answer::Hung,
        }
    }

    /// The messages that the server holds of a topic since a moment, as their texts. `None` when it cannot be
    /// asked or its answer cannot be read.
    pub async fn held(&self, topic: &Topic, since: Timestamp) -> Option<Vec<String>> {
        let mut url = self.gateway.below(&[topic.as_str(), "json"]);
        url.query_pairs_mut().append_pair("poll", "1").append_pair("since", &(since.milliseconds() / 1_000).to_string());
        let asked = self.with_token(self.gateway.request(reqwest::Method::GET, url));
        let Heard::Said { status: 200, body: Some(body), .. } = self.gateway.ask(asked, true, since.milliseconds()).await else {
            return None;
        };
        let line = |line: &[u8]| -> Option<String> {
            let read: serde_json::Value = serde_json::from_slice(line).ok()?;
            Some(read.get("message")?.as_str()?.to_owned())
        };
        Some(body.split(|byte| *byte == b'\n').filter_map(line).collect())
    }
}

#[async_trait]
impl Channel<Live> for Ntfy {
    type To = Topic;

    async fn carry(&self, to: &Topic, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
        let message = parcel.message();
        let priority = match message.kind {
            _ if message.silent => SILENT,
            RingKind::Alert => LOUD,
            RingKind::Update | RingKind::Cancel | RingKind::StandDown | RingKind::Correction => ORDINARY,
        };
        // What is sent stands on the screen, locked or not: a discreet one is the one word.
        let lines = if message.silent { String::new() } else { parcel.lines().join("\n") };
        let content = json!({
            "topic": to.as_str(),
            "title": message.title,
            // An empty message would be shown as the word "triggered".
            "message": if lines.is_empty() { &message.title } else { &lines },
            "priority": priority,
            "tags": [if parcel.is_live() { "bell" } else { "white_check_mark" }],
            "click": parcel.page,
            "sequence_id": parcel.thread,
        });
        self.post(&content, now).await
    }
}
