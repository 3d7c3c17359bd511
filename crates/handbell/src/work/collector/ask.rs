//! Ask: the two questions a log puts to a cosigner over HTTP (C2SP tlog-witness).
//!
//! What they show of us, by GET; and `add-checkpoint`, by POST. Answers are read as [`crate::asked`] does, and nothing of the
//! group goes out but what is public: its checkpoint, a proof, its origin's hash. Nothing an answer says is believed here.

use crate::asked;
use crate::cosigners::Cosigner;
use async_trait::async_trait;
use handbell_log::cosigner::{SIZE_MEDIA_TYPE, Shown, monitoring_path};
use handbell_log::note::VerifierKey;
use std::sync::Arc;
use std::time::Duration;

/// Bytes read of an answer: sixteen lines of the longest kind, and room.
const ANSWER_BYTES_MAX: u64 = 200_000;

/// How an answer to `add-checkpoint` begins to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// 200, with lines that nobody has verified yet.
    Lines(Vec<u8>),
    /// 409: the size they have.
    OtherSize(u64),
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The HTTP status.
    pub status: u16,
    /// The media type, empty where none is said.
    pub kind: String,
    /// The body, whole.
    pub bytes: Vec<u8>,
}

/// How a question gets to a cosigner, and the answer back. Real ones go over HTTP ([`Asker::new`]).
#[async_trait]
pub trait Wire: Send + Sync {
    /// GET. The body only of a 200.
    ///
    /// # Errors
    /// In words, where no whole answer comes.
    async fn get(&self, address: &str) -> Result<Heard, String>;
    /// POST of a text.
    ///
    /// # Errors
    /// As [`Wire::get`].
    async fn post(&self, address: &str, body: String) -> Result<Heard, String>;
}

struct Http {
    client: reqwest::Client,
    within: Duration,
}

async fn whole(answer: reqwest::Response) -> Result<Vec<u8>, String> {
    asked::whole(answer, ANSWER_BYTES_MAX).await.map_err(|error| error.to_string())
}

fn unreachable(error: reqwest::Error) -> String {
    let why = if error.is_timeout() { "it does not answer in time".to_owned() } else { error.without_url().to_string() };
    format!("it cannot be reached: {why}")
}

fn kind_of(answer: &reqwest::Response) -> String {
    answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned()
}

#[async_trait]
impl Wire for Http {
    async fn get(&self, address: &str) -> Result<Heard, String> {
        let answer = self.client.get(address).timeout(self.within).send().await.map_err(unreachable)?;
        let (status, kind) = (answer.status().as_u16(), kind_of(&answer));
        let bytes = if status == 200 { whole(answer).await? } else { Vec::new() };
        Ok(Heard { status, kind, bytes })
    }

    async fn post(&self, address: &str, body: String) -> Result<Heard, String> {
        let request = self.client.post(address).timeout(self.within);
        let answer = request.header("content-type", "text/plain; charset=utf-8").body(body).send().await.map_err(unreachable)?;
        let (status, kind) = (answer.status().as_u16(), kind_of(&answer));
        Ok(Heard { status, kind, bytes: whole(answer).await? })
    }
}

/// Asks. One for all cosigners.
#[derive(Clone)]
pub struct Asker {
    wire: Arc<dyn Wire>,
}

impl Asker {
    /// Who waits so long for a whole answer.
    ///
    /// # Errors
    /// When there is no client to be had.
    pub fn new(within: Duration) -> anyhow::Result<Self> {
        Ok(Self::over(Arc::new(Http { client: asked::client(within)?, within })))
    }

    /// Who asks over this wire.
    pub fn over(wire: Arc<dyn Wire>) -> Self {
        Self { wire }
    }

    /// What a cosigner shows of this log; none where it never saw it.
    ///
    /// # Errors
    /// In words, where it cannot be reached or shows what this log did not sign.
    pub async fn shown(&self, cosigner: &Cosigner, log: &VerifierKey) -> Result<Option<Shown>, String> {
        let heard = self.wire.get(&format!("{}/{}", cosigner.monitoring, monitoring_path(log.name()))).await?;
        match heard.status {
            200 => {}
            404 => return Ok(None),
            status => return Err(format!("it answers {status} where it shows checkpoints")),
        }
        Shown::read(&heard.bytes, log).map(Some).map_err(|error| format!("it shows what this log did not sign: {error}"))
    }

    /// Hands a checkpoint over. Of what comes back nothing is verified yet.
    ///
    /// # Errors
    /// In words, where it cannot be reached or answers no.
    pub async fn submit(&self, address: &str, body: String) -> Result<Answered, String> {
        let heard = self.wire.post(&format!("{address}/add-checkpoint"), body).await?;
        match heard.status {
            200 => Ok(Answered::Lines(heard.bytes)),
            409 if heard.kind == SIZE_MEDIA_TYPE => {
                read_size(&heard.bytes).map(Answered::OtherSize).ok_or_else(|| "it answers 409 without a size".to_owned())
            }
            409 => Err("it answers 409 and not as the standard says".to_owned()),
            404 => Err("it does not know this log; ask them to add its key".to_owned()),
            403 => Err("it does not know the key that signs this log".to_owned()),
            status => Err(format!("it answers {status} to a checkpoint")),
        }
    }
}

/// A size and a line end, in their one spelling.
fn read_size(bytes: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    text.parse::<u64>().ok().filter(|size| size.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_one_spelling() {
        assert_eq!((read_size(b"0\n"), read_size(b"120\n")), (Some(0), Some(120)));
        for bad in [b"".as_slice(), b"120", b"+5\n", b"05\n", b"5\r\n", b"-1\n", b"5\n\n", b" 5\n", b"18446744073709551616\n", b"\xff\n"] {
            assert_eq!(read_size(bad), None, "{bad:?}");
        }
    }
}
