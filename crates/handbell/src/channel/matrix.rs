//! Matrix: a message in a direct room, by the client-server API.
//!
//! Somebody subscribes by joining the room we invite them to; until they do nothing is written there, and once
//! they left they are forgotten. The transaction id is the delivery's, so a repeated try shows once. What ends
//! an alert is a message of its own, and the earlier one is edited where this program still knows which it was.
//! Rooms are not encrypted: whoever runs the servers can read them, and the page says so.

use super::gateway::{Gateway, Heard, answer_of};
use super::{Channel, Parcel};
use crate::push::{Live, Outcome};
use async_trait::async_trait;
use handbell_rules::bell::address::{MatrixRoom, MatrixUser};
use handbell_rules::bell::delivery::{Answer, RETRY_AFTER_MAX};
use handbell_rules::time::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Events remembered for later edits. Beyond it, ends stand as messages of their own only.
const EVENTS_MAX: usize = 50_000;
const CLIENT: [&str; 4] = ["_matrix", "client", "v3", "rooms"];

/// Somebody and the direct room we invited them to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectRoom {
    /// Who.
    pub user: MatrixUser,
    /// Where.
    pub room: MatrixRoom,
}

/// See the module.
pub struct Matrix {
    gateway: Gateway,
    token: Zeroizing<String>,
    events: Mutex<HashMap<String, String>>,
}

impl Matrix {
    /// Speaks to a home server with the access token of the group's own account.
    pub fn new(gateway: Gateway, token: Zeroizing<String>) -> Self {
        Self { gateway, token, events: Mutex::default() }
    }

    fn asked(&self, method: Method, parts: &[&str], content: Option<&Value>) -> reqwest::RequestBuilder {
        let request = self.gateway.request(method, self.gateway.below(parts)).bearer_auth(self.token.as_str());
        match content {
            Some(content) => request.header(reqwest::header::CONTENT_TYPE, "application/json").body(content.to_string()),
            None => request,
        }
    }

    /// Makes a direct room and invites somebody to it.
    ///
    /// # Errors
    /// What the server answered instead.
    pub async fn invite(&self, user: &MatrixUser, group: &str, now: Timestamp) -> Result<DirectRoom, Answer> {
        let content = json!({"preset": "private_chat", "is_direct": true, "invite": [user.as_str()], "name": group});
        let asked = self.asked(Method::POST, &["_matrix", "client", "v3", "createRoom"], Some(&content));
        match self.gateway.ask(asked, true, now.milliseconds()).await {
            Heard::Said { outcome: Outcome::Accepted, body, .. } => {
                let room = text_in(body.as_deref(), "room_id").ok_or(Answer::Hung)?;
                Ok(DirectRoom { user: user.clone(), room: MatrixRoom::parse(&room).map_err(|_| Answer::Refused)? })
            }
            heard => Err(answer(heard)),
        }
    }

    /// Whether somebody is in their room: `join`, `invite`, `leave`, `ban` or `knock`.
    async fn membership(&self, to: &DirectRoom, now: Timestamp) -> Result<String, Answer> {
        let parts = [CLIENT.as_slice(), &[to.room.as_str(), "state", "m.room.member", to.user.as_str()]].concat();
        match self.gateway.ask(self.asked(Method::GET, &parts, None), true, now.milliseconds()).await {
            Heard::Said { outcome: Outcome::Accepted, body, .. } => text_in(body.as_deref(), "membership").ok_or(Answer::Later),
            // We are in no such room any more, so nobody is reached there.
            Heard::Said { status: 403 | 404, .. } => Err(Answer::Gone),
            // Nothing was said to anybody yet: silence here is not the silence of a message on its way.
            Heard::Silence => Err(Answer::Later),
            heard => Err(answer(heard)),
        }
    }

    async fn put(&self, room: &MatrixRoom, once: &str, content: &Value, now: Timestamp) -> Result<Option<String>, Answer> {
        let parts = [CLIENT.as_slice(), &[room.as_str(), "send", "m.room.message", once]].concat();
        match self.gateway.ask(self.asked(Method::PUT, &parts, Some(content)), true, now.milliseconds()).await {
            Heard::Said { outcome: Outcome::Accepted, body, .. } => Ok(text_in(body.as_deref(), "event_id")),
            heard => Err(answer(heard)),
        }
    }

    fn remembered(&self, to: &DirectRoom, thread: &str) -> Option<String> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).get(&format!("{} {thread}", to.room.as_str())).cloned()
    }

    fn remember(&self, to: &DirectRoom, thread: &str, event: String) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= EVENTS_MAX {
            events.clear();
        }
        events.insert(format!("{} {thread}", to.room.as_str()), event);
    }

    /// Writes a few words into a room of ours, as a notice.
    pub async fn write(&self, room: &MatrixRoom, words: &str, once: &str, now: Timestamp) -> Answer {
        let content = json!({"msgtype": "m.notice", "body": words});
        self.put(room, once, &content, now).await.map_or_else(|answer| answer, |_| Answer::Accepted)
    }

    /// The texts of the last messages of a room, newest first. `None` when the server cannot be asked.
    pub async fn held(&self, room: &MatrixRoom, now: Timestamp) -> Option<Vec<String>> {
        let parts = [CLIENT.as_slice(), &[room.as_str(), "messages"]].concat();
        let mut url = self.gateway.below(&parts);
        url.query_pairs_mut().append_pair("dir", "b").append_pair("limit", "20");
        let asked = self.gateway.request(Method::GET, url).bearer_auth(self.token.as_str());
        let Heard::Said { status: 200, body: Some(body), .. } = self.gateway.ask(asked, true, now.milliseconds()).await else {
            return None;
        };
        let read: Value = serde_json::from_slice(&body).ok()?;
        let texts = read.get("chunk")?.as_array()?.iter().filter_map(|event| Some(event.get("content")?.get("body")?.as_str()?.to_owned()));
        Some(texts.collect())
    }
}

fn text_in(body: Option<&[u8]>, field: &str) -> Option<String> {
    let read: Value = serde_json::from_slice(body?).ok()?;
    Some(read.get(field)?.as_str()?.to_owned())
}

fn answer(heard: Heard) -> Answer {
    match heard {
        // Servers before Matrix 1.10 say how long to wait in the body only.
        Heard::Said { status: 429, outcome: Outcome::Later, body } => {
            let read: Option<Value> = body.and_then(|body| serde_json::from_slice(&body).ok());
            let after = read.and_then(|read| read.get("retry_after_ms")?.as_i64());
            after.map_or(Answer::Later, |after| Answer::RetryAfter(after.clamp(0, RETRY_AFTER_MAX)))
        }
        Heard::Said { outcome, .. } => answer_of(outcome, "matrix"),
        Heard::NotReached => Answer::Later,
        Heard::Silence => Answer::Hung,
    }
}

#[async_trait]
impl Channel<Live> for Matrix {
    type To = DirectRoom;

    async fn carry(&self, to: &DirectRoom, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
        match self.membership(to, now).await.as_deref() {
            Ok("join") => {}
            // They have not said yes, so nothing is written to them.
            Ok("invite" | "knock") => return Answer::Refused,
            Ok(_) => return Answer::Gone,
            Err(answer) => return *answer,
        }
        let message = parcel.message();
        let mut text = message.title.clone();
        for line in parcel.lines() {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        text.push_str(&parcel.page);
        if let Some(link) = &parcel.own_link {
            text.push_str(&format!("\nChange or end this: {link}"));
        }
        let earlier = self.remembered(to, &parcel.thread);
        let mut content = json!({"msgtype": "m.text", "body": text});
        if let Some(event) = &earlier
            && !parcel.begins()
        {
            content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": event}});
        }
        let sent = match self.put(&to.room, &parcel.once, &content, now).await {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        match (earlier, sent) {
            (None, Some(event)) if parcel.begins() => self.remember(to, &parcel.thread, event),
            (Some(event), _) if !parcel.is_live() => {
                let over = json!({
                    "msgtype": "m.text",
                    "body": format!("* {text}"),
                    "m.new_content": {"msgtype": "m.text", "body": text},
                    "m.relates_to": {"rel_type": "m.replace", "event_id": event},
                });
                // The message that says it is over has arrived; that the earlier one changes too is a kindness.
                if self.put(&to.room, &format!("{}-over", parcel.once), &over, now).await.is_err() {
                    tracing::debug!(channel = "matrix", "an earlier message could not be edited");
                }
            }
            _ => {}
        }
        Answer::Accepted
    }
}
