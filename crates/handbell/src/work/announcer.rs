//! The announcer: tells one hub of others that the public feed has changed (WebSub, W3C, section 7 leaves the
//! way open; this is the form that hubs take: `hub.mode=publish`).
//!
//! The hub fetches the feed itself, so a word to it holds one public address and nothing of what changed. It
//! is told after the change is on disk, once for whatever gathered meanwhile, and again, later and later, until
//! it answers. Off unless `websub_hub` stands in the settings; an exercise has none.

use crate::asked;
use crate::store::StoreError;
use crate::world::World;
use anyhow::Context;
use handbell_rules::record::entry::OPERATORS_STREAM;
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
        anyhow::ensure!(asked::may_be(hub), "`websub_hub` must be an https address, such as https://hub.example/");
        let client = asked::client(ANSWERS_WITHIN).context("a client for the hub")?;
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
        if let Some(told) = self.told
            && only_counts(world, told, size).await?
        {
            self.told = Some(size);
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

/// Whether nothing was added since but what the log says of itself, such as its snapshots: no feed shows it, and a hub that
/// was told of each change would be told twice.
async fn only_counts(world: &World, told: u64, size: u64) -> Result<bool, StoreError> {
    /// More than this is news without being looked through.
    const LOOKED_AT_MAX: u64 = 256;
    let grown = size.saturating_sub(told);
    if grown == 0 || grown > LOOKED_AT_MAX {
        return Ok(false);
    }
    let rows = world.store.log_rows(told, u32::try_from(grown).unwrap_or_default()).await?;
    Ok(rows.len() as u64 == grown && rows.iter().all(|row| row.stream == OPERATORS_STREAM))
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
