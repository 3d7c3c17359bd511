//! The announcer: tells one hub of others that the public feed has changed (WebSub, W3C, section 7 leaves the
//! way open; this is the form that hubs take: `hub.mode=publish`).
//!
//! The hub fetches the feed itself, so a word to it holds one public address and nothing of what changed. It
//! is told after the change is on disk, once for whatever gathered meanwhile, and again, later and later, until
//! it answers. Off unless `websub_hub` stands in the settings; an exercise has none.

use crate::store::StoreError;
use crate::world::World;
use anyhow::Context;
use std::time::Duration;

/// How long the hub has to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// Milliseconds until a hub that did not take it is told again, the first time; then twice as long each time.
pub const AGAIN_AFTER: u64 = 1_000;
/// The longest such wait, in milliseconds: an hour.
pub const AGAIN_AFTER_MAX: u64 = 60 * 60 * 1_000;

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// The hub knows all there is.
    Known,
    /// The hub was told.
    Told,
    /// It did not take it; wait so many milliseconds.
    Later(u64),
}

/// The hub and what it was told.
#[derive(Debug)]
pub struct Announcer {
    client: reqwest::Client,
    hub: String,
    topic: String,
    told: Option<u64>,
    failed: u32,
}

/// Whether an address may be a hub: `https`, or `http` on this very machine.
pub fn may_be_a_hub(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
    let here = url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "[::1]" | "localhost"));
    (url.scheme() == "https" || (url.scheme() == "http" && here)) && url.username().is_empty() && url.password().is_none()
}

/// Milliseconds until the next try, after so many that failed.
pub fn again_after(failed: u32) -> u64 {
    AGAIN_AFTER.saturating_mul(1 << failed.saturating_sub(1).min(12)).min(AGAIN_AFTER_MAX)
}

impl Announcer {
    /// Of a group's feed.
    ///
    /// # Errors
    /// When this cannot be a hub.
    pub fn new(hub: &str, origin: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(may_be_a_hub(hub), "`websub_hub` must be an https address, such as https://hub.example/");
        let builder =
            reqwest::Client::builder().timeout(ANSWERS_WITHIN).redirect(reqwest::redirect::Policy::none()).no_proxy().referer(false);
        let client = builder.build().context("a client for the hub")?;
        Ok(Self { client, hub: hub.to_owned(), topic: format!("{origin}/feed.atom"), told: None, failed: 0 })
    }

    /// Tells the hub, if it does not know yet. After a start it is told once, because nobody knows what it heard.
    ///
    /// # Errors
    /// When the store does not say what there is.
    pub async fn step(&mut self, world: &World) -> Result<Announced, StoreError> {
        let Some(size) = world.store.checkpoint().await?.map(|checkpoint| checkpoint.size) else { return Ok(Announced::Known) };
        if self.told == Some(size) {
            return Ok(Announced::Known);
        }
        let mut form = form_urlencoded(&[("hub.mode", "publish"), ("hub.url", &self.topic), ("hub.topic", &self.topic)]);
        form.shrink_to_fit();
        let asked = self.client.post(&self.hub).header("content-type", "application/x-www-form-urlencoded").body(form).send().await;
        match asked {
            Ok(answer) if answer.status().is_success() => {
                (self.told, self.failed) = (Some(size), 0);
                Ok(Announced::Told)
            }
            other => {
                self.failed = self.failed.saturating_add(1);
                let status = other.as_ref().map_or(0, |answer| answer.status().as_u16());
                tracing::warn!(status, failed = self.failed, "the hub did not take the word of a change; it is told again");
                Ok(Announced::Later(again_after(self.failed)))
            }
        }
    }
}

/// A form's body (URL Standard, section 5.2), for names and addresses.
fn form_urlencoded(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*');
        text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_reached_by_https_or_is_this_machine() {
        for good in ["https://hub.example/", "https://hub.example:8443/publish", "http://127.0.0.1:9000/"] {
            assert!(may_be_a_hub(good), "{good}");
        }
        for bad in ["http://hub.example/", "ftp://hub.example/", "hub.example", "https://user:word@hub.example/", ""] {
            assert!(!may_be_a_hub(bad), "{bad}");
        }
    }

    #[test]
    fn a_hub_that_does_not_answer_is_told_later_and_later_and_never_less_than_hourly() {
        let waits: Vec<u64> = (1..=14).map(again_after).collect();
        assert_eq!((waits[0], waits[1], waits[2]), (1_000, 2_000, 4_000));
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((again_after(13), again_after(u32::MAX)), (AGAIN_AFTER_MAX, AGAIN_AFTER_MAX));
    }

    #[test]
    fn a_form_escapes_what_it_must() {
        assert_eq!(
            form_urlencoded(&[("hub.mode", "publish"), ("hub.url", "https://a.example/feed.atom?x=1&y")]),
            "hub.mode=publish&hub.url=https%3A%2F%2Fa.example%2Ffeed.atom%3Fx%3D1%26y"
        );
    }
}
