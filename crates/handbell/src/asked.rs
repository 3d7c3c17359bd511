//! Asked: other people's servers, and how their answers are read.
//!
//! Every answer has a bound in bytes and a limit in time. No redirect is followed, no proxy asked, no cookie kept, and no
//! server is told which page led to it. An address of a setting is `https`, or `http` on this very machine.

use reqwest::redirect::Policy;
use std::time::Duration;

/// Why an answer was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The line or the server gave up, or it took too long.
    #[error("the answer broke off: {0}")]
    BrokeOff(reqwest::Error),
    /// It has more bytes than anything that stands there.
    #[error("the answer does not end: it has more than {0} bytes")]
    TooLong(u64),
}

/// Whether an address of a setting may be asked: `https`, or `http` on this very machine, without a name and a password.
#[must_use]
pub fn may_be(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
    let here = url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "[::1]" | "localhost"));
    (url.scheme() == "https" || (url.scheme() == "http" && here)) && url.username().is_empty() && url.password().is_none()
}

/// Who asks, and waits so long for a whole answer.
///
/// # Errors
/// When there is no client to be had.
pub fn client(within: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().timeout(within).redirect(Policy::none()).no_proxy().referer(false).build()
}

/// An answer whole, if it has no more than so many bytes.
///
/// # Errors
/// [`Unread`].
pub async fn whole(mut answer: reqwest::Response, bytes_max: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| Unread::BrokeOff(error.without_url()))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > bytes_max {
            return Err(Unread::TooLong(bytes_max));
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn an_address_of_a_setting_is_https_or_this_machine() {
        for good in
            ["https://hub.example/", "https://hub.example:8443/publish", "http://127.0.0.1:9000/", "http://[::1]:1", "http://localhost"]
        {
            assert!(may_be(good), "{good}");
        }
        for bad in
            ["http://hub.example/", "ftp://hub.example/", "hub.example", "https://user:word@hub.example/", "https://user@hub.example", ""]
        {
            assert!(!may_be(bad), "{bad}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_answer_is_read_whole_or_not_at_all() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            // Whole, whole, and one that hangs up in the middle.
            for (line, length) in listener.incoming().zip([4, 4, 9]) {
                let mut line = line.unwrap();
                let _ = line.read(&mut [0; 1024]);
                let _ = line.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\nfour").as_bytes());
            }
        });
        let client = client(Duration::from_secs(20)).unwrap();
        let read = |bytes_max| {
            let asked = client.get(&address).send();
            async move { whole(asked.await.unwrap(), bytes_max).await }
        };
        assert_eq!(read(4).await.unwrap(), b"four");
        assert!(matches!(read(3).await, Err(Unread::TooLong(3))));
        assert!(matches!(read(100).await, Err(Unread::BrokeOff(_))));
    }
}
