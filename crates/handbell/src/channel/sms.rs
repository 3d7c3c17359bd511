//! SMS: one text message of one segment through the operator's HTTP gateway.
//!
//! Gateways differ in address, method, headers, body and how they say yes, so all of that is a template. What
//! is filled in is written for the place where it stands and can never add a parameter, a header or a line.
//! It holds no link and knows no name.

use super::gateway::{Gateway, Heard, answer_of};
use super::{Channel, Parcel};
use crate::push::{Live, Outcome};
use async_trait::async_trait;
use handbell_rules::bell::address::PhoneNumber;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::dispatch::called;
use handbell_rules::bell::segment::{fits, one_segment};
use handbell_rules::time::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Url};
use serde_json::Value;

/// How a gateway is spoken to.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// `POST` or `GET`.
    pub method: Method,
    /// Headers with their secrets.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Body,
    /// What an answer's body must hold to be a yes, beside a status of success.
    pub success_contains: Option<String>,
}

/// The body of a request, with slots.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// None: everything stands in the address.
    None,
    /// Fields of a form.
    Form(Vec<(String, String)>),
    /// A JSON value.
    Json(Value),
}

/// The slots of a template: the number with its `+`, without it, and the text.
pub const SLOTS: [&str; 3] = ["{to}", "{to_digits}", "{text}"];

fn fill(template: &str, to: &PhoneNumber, text: &str) -> String {
    // The text comes last: nothing that stands in it is read as a slot.
    template.replace("{to}", to.as_str()).replace("{to_digits}", to.as_str().trim_start_matches('+')).replace("{text}", text)
}

fn fill_value(value: &Value, to: &PhoneNumber, text: &str) -> Value {
    match value {
        Value::String(template) => Value::String(fill(template, to, text)),
        Value::Array(parts) => parts.iter().map(|part| fill_value(part, to, text)).collect(),
        Value::Object(parts) => parts.iter().map(|(name, part)| (name.clone(), fill_value(part, to, text))).collect(),
        other => other.clone(),
    }
}

fn fill_question(url: &Url, to: &PhoneNumber, text: &str) -> Url {
    if url.query().is_none() {
        return url.clone();
    }
    let pairs: Vec<(String, String)> = url.query_pairs().map(|(name, value)| (name.into_owned(), fill(&value, to, text))).collect();
    let mut filled = url.clone();
    filled.query_pairs_mut().clear().extend_pairs(pairs);
    filled
}

/// See the module.
pub struct Sms {
    gateway: Gateway,
    template: Template,
    group: String,
}

impl Sms {
    /// Sends in a group's name.
    pub fn new(gateway: Gateway, template: Template, group: String) -> Self {
        Self { gateway, template, group }
    }

    /// Sends one text that fits in one segment; a longer one is refused.
    pub async fn send(&self, to: &PhoneNumber, text: &str, now: Timestamp) -> Answer {
        if !fits(text) {
            return Answer::Refused;
        }
        let request = self.gateway.request(self.template.method.clone(), fill_question(self.gateway.base(), to, text));
        let request = request.headers(self.template.headers.clone());
        let request = match &self.template.body {
            Body::None => request,
            Body::Form(fields) => {
                let mut written = Url::parse("form:").expect("a constant that is a URL");
                written.query_pairs_mut().extend_pairs(fields.iter().map(|(name, value)| (name, fill(value, to, text))));
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(written.query().unwrap_or_default().to_owned())
            }
            Body::Json(value) => request.header(CONTENT_TYPE, "application/json").body(fill_value(value, to, text).to_string()),
        };
        let wanted = self.template.success_contains.as_deref();
        match self.gateway.ask(request, wanted.is_some(), now.milliseconds()).await {
            Heard::Said { outcome: Outcome::Accepted, body, .. } => match (wanted, body) {
                (None, _) => Answer::Accepted,
                // It began to say yes and never finished: it may have taken the text.
                (Some(_), None) => Answer::Hung,
                (Some(wanted), Some(body)) if String::from_utf8_lossy(&body).contains(wanted) => Answer::Accepted,
                (Some(_), Some(_)) => {
                    tracing::warn!(channel = "sms", "a gateway answered with success and without the words that mean yes");
                    Answer::Refused
                }
            },
            Heard::Said { outcome, .. } => answer_of(outcome, "sms"),
            Heard::NotReached => Answer::Later,
            Heard::Silence => Answer::Hung,
        }
    }
}

#[async_trait]
impl Channel<Live> for Sms {
    type To = PhoneNumber;

    async fn carry(&self, to: &PhoneNumber, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
        let text = if parcel.asks {
            called::ask(parcel.message(), &self.group)
        } else {
            one_segment(parcel.message(), &parcel.language, &self.group)
        };
        self.send(to, &text, now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_stays_where_it_stands() {
        let to = PhoneNumber::parse("+447700900123").unwrap();
        let text = "a & b=c\r\nX: \"{to}\" ; #";
        let url = fill_question(&Url::parse("https://g.example/send?to={to_digits}&text={text}&key=1").unwrap(), &to, text);
        let read: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        assert_eq!(read, [("to".into(), "447700900123".into()), ("text".into(), text.to_owned()), ("key".into(), "1".into())]);
        let value = serde_json::json!({"messages": [{"to": "{to}", "body": "{text}", "n": 1}]});
        assert_eq!(fill_value(&value, &to, text), serde_json::json!({"messages": [{"to": "+447700900123", "body": text, "n": 1}]}));
    }
}
