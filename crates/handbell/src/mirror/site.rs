//! Site: a published log read over HTTP, with a limit for everything a slow or hostile server could stretch.
//!
//! Requests go below the one address that was configured and nowhere else ([`crate::asked`]). A path has its own limit of bytes, an answer its own time, and all answers of one reader a time together.

use crate::asked;
use handbell_log::note::NOTE_BYTES_MAX;
use handbell_log::source::{RESOURCE_BYTES_MAX, Source, SourceError};
use handbell_log::verify::GAPS;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long one answer may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How long all answers of one pull may take. What is left over comes with the next.
pub const PULLS_WITHIN: Duration = Duration::from_secs(600);
/// How long all answers of others about one log may take, after a pull of it.
pub const COMPARES_WITHIN: Duration = Duration::from_secs(60);
/// How long all answers to a repair may take: nothing of it comes with the next, so it waits for the longest log that is
/// kept, one content at a time.
pub const REPAIRS_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);
/// The most bytes of one content: salt, and a payload far beyond what any desk can write.
const CONTENT_BYTES_MAX: u64 = 1024 * 1024;
/// The most bytes of the list of lost words: two million places. A longer one is not read, and excuses nothing.
const GAPS_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// See the module.
pub struct Site {
    prefix: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Handle,
    until: Instant,
    stop: watch::Receiver<bool>,
}

fn trouble(path: &str, problem: impl std::fmt::Display) -> SourceError {
    SourceError { path: path.to_owned(), problem: problem.to_string(), cause: None }
}

fn bytes_max(path: &str) -> u64 {
    match path.split('/').next() {
        Some("content") => CONTENT_BYTES_MAX,
        Some("tile") => RESOURCE_BYTES_MAX,
        Some(GAPS) => GAPS_BYTES_MAX,
        _ => NOTE_BYTES_MAX as u64,
    }
}

/// The prefix of the log at a site's address: `https://bell.example` and `https://bell.example/log` are the same.
pub fn log_prefix(address: &str) -> String {
    let address = address.trim_end_matches('/');
    format!("{}/log", address.strip_suffix("/log").unwrap_or(address))
}

impl Site {
    /// The log below a prefix, for a reader whose answers take no longer than `within` altogether, and end early once
    /// `stop` says so. Call it inside the runtime, and read where a thread may wait.
    ///
    /// # Errors
    /// For an address that is not `https`, or `http` on this very machine.
    pub fn new(prefix: &str, stop: watch::Receiver<bool>, within: Duration) -> Result<Site, SourceError> {
        if !asked::may_be(prefix) || prefix.contains(['?', '#']) {
            return Err(trouble(prefix, "it must be an https address, such as https://bell.example"));
        }
        let client = asked::client(ANSWERS_WITHIN).map_err(|error| trouble(prefix, error))?;
        let prefix = prefix.trim_end_matches('/').to_owned();
        Ok(Site { prefix, client, runtime: tokio::runtime::Handle::current(), until: Instant::now() + within, stop })
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let asked = self.client.get(format!("{}/{path}", self.prefix)).send();
        let answer = asked.await.map_err(|error| trouble(path, error.without_url()))?;
        match answer.status().as_u16() {
            200 => {}
            404 | 410 => return Ok(None),
            status => return Err(trouble(path, format!("the site answered {status}"))),
        }
        asked::whole(answer, bytes_max(path)).await.map(Some).map_err(|error| trouble(path, error))
    }
}

impl Source for Site {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let late = || trouble(path, "the site took too long over all its answers");
        // An answer that is there at once would be taken even after the time.
        if Instant::now() >= self.until {
            return Err(late());
        }
        let mut stop = self.stop.clone();
        self.runtime.block_on(async {
            tokio::select! {
                answer = timeout_at(self.until, self.get(path)) => answer.map_err(|_| late())?,
                Ok(_) = stop.wait_for(|stop| *stop) => Err(trouble(path, "this program was told to stop")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_asked() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let (_, stop) = watch::channel(false);
        for good in ["https://bell.example/log", "http://127.0.0.1:8480/log", "http://localhost:1/log/neighbours/00"] {
            assert!(Site::new(good, stop.clone(), PULLS_WITHIN).is_ok(), "{good}");
        }
        for bad in [
            "http://bell.example/log",
            "ftp://bell.example",
            "bell.example",
            "https://me:word@bell.example/log",
            "https://bell.example/log?x",
        ] {
            assert!(Site::new(bad, stop.clone(), PULLS_WITHIN).is_err(), "{bad}");
        }
        for address in ["https://bell.example", "https://bell.example/", "https://bell.example/log", "https://bell.example/log/"] {
            assert_eq!(log_prefix(address), "https://bell.example/log");
        }
    }

    #[test]
    fn a_list_of_two_million_lost_words_is_read() {
        let list: usize = (0..2_000_000_u64).map(|place| place.to_string().len() + 1).sum();
        assert!(list as u64 <= bytes_max(GAPS), "{list}");
        assert!(list > NOTE_BYTES_MAX, "it was read as a checkpoint is");
    }

    /// One site that answers each request at once.
    fn site() -> std::net::SocketAddr {
        use std::io::{Read, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for line in listener.incoming() {
                let mut line = line.unwrap();
                let _ = line.read(&mut [0; 1024]);
                let _ = line.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nit");
            }
        });
        address
    }

    #[test]
    fn a_reader_has_the_time_that_it_was_given_and_no_other() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let _inside = runtime.enter();
        let (_running, stop) = watch::channel(false);
        let prefix = format!("http://{}", site());
        let long = Site::new(&prefix, stop.clone(), REPAIRS_WITHIN).unwrap();
        assert!(long.until > Instant::now() + 100 * PULLS_WITHIN, "a repair is no pull");
        assert_eq!(long.read("content/000").unwrap().unwrap(), b"it");
        let short = Site::new(&prefix, stop, Duration::ZERO).unwrap();
        assert!(short.read("content/000").unwrap_err().problem.contains("too long"));
    }
}
