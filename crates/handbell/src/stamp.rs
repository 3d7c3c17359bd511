//! Stamp: asks an authority by RFC 3161 to say that a hash was there now.
//!
//! The authority learns one hash a day and nothing else: no name, no footage, not how many. What it answers is read by
//! [`handbell_evidence::stamp`] only so far as to know what it is, and kept whole for `openssl`.

use anyhow::Context;
use handbell_evidence::stamp::{ANSWER_BYTES_MAX, ANSWER_TYPE, NoStamp, REQUEST_TYPE, Stamp, read_for, request};
use std::fmt;
use std::time::Duration;

/// How long an authority has to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// Who is asked.
#[derive(Debug)]
pub struct Authority {
    client: reqwest::Client,
    url: String,
}

/// Why there is no stamp this time.
#[derive(Debug)]
pub enum Missed {
    /// Nothing came back.
    Unreached(String),
    /// Something came back that no authority says.
    Odd(String),
    /// The authority's answer holds no stamp of this hash.
    No(NoStamp),
}

impl fmt::Display for Missed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreached(why) => write!(formatter, "the authority was not reached: {why}"),
            Self::Odd(why) => write!(formatter, "the authority answered oddly: {why}"),
            Self::No(no) => no.fmt(formatter),
        }
    }
}

/// Whether an address may be an authority's: `https`, or `http` on this very machine, which only drills and tests have.
pub fn may_be_asked(address: &str) -> bool {
    crate::asked::may_be(address)
}

/// Whether it is on this very machine.
pub fn is_here(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
    url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "[::1]" | "localhost"))
}

impl Authority {
    /// At an address.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(may_be_asked(url), "`stamp_url` must be an https address, such as https://stamps.example/");
        let builder =
            reqwest::Client::builder().timeout(ANSWERS_WITHIN).redirect(reqwest::redirect::Policy::none()).no_proxy().referer(false);
        Ok(Self { client: builder.build().context("a client for the authority")?, url: url.to_owned() })
    }

    /// Asks for a stamp of a hash: the answer as it came, and what it says.
    ///
    /// # Errors
    /// When there is none, with words for the desk.
    pub async fn ask(&self, hash: &[u8; 32]) -> Result<(Vec<u8>, Stamp), Missed> {
        let unreached = |error: reqwest::Error| Missed::Unreached(error.without_url().to_string());
        let asked = self.client.post(&self.url).header("content-type", REQUEST_TYPE).body(request(hash).to_vec());
        let mut answer = asked.send().await.map_err(unreached)?;
        if answer.status().as_u16() != 200 {
            return Err(Missed::Odd(format!("status {}", answer.status().as_u16())));
        }
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(ANSWER_TYPE) {
            return Err(Missed::Odd(format!("not {ANSWER_TYPE}")));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreached)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ANSWER_BYTES_MAX {
                return Err(Missed::Odd("the answer does not end".to_owned()));
            }
        }
        let stamp = read_for(hash, &bytes).map_err(Missed::No)?;
        Ok((bytes, stamp))
    }
}

#[cfg(test)]
pub(crate) mod tests;
