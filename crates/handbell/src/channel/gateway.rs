//! Gateway: one HTTP service of the operator's choice, spoken to on guard.
//!
//! The address is checked when settings are read and again at every connection. A service on the internet is
//! reached over HTTPS at public addresses only; one of the operator's own network must be named as such and is
//! reached at other addresses only. No redirect is followed, no proxy used, no cookie kept; an answer is read
//! to a bound. It does not know what is said: adapters do.

use crate::push::Outcome;
use crate::push::resolve::{MachineNames, PublicOnly, ResolveRefused, is_public};
use handbell_rules::bell::delivery::Answer;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::RETRY_AFTER;
use reqwest::{Request, Url};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// Bytes of an answer that are read at most.
pub const ANSWER_BYTES_MAX: usize = 64 * 1_024;

/// How long a service may take. Together less than a ringer's lease lasts.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For a whole answer, connecting included.
    pub answer: Duration,
}

impl Waits {
    /// In earnest.
    pub const ORDINARY: Self = Self { connect: Duration::from_secs(10), answer: Duration::from_secs(20) };
}

/// Where a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// On the internet.
    Outside,
    /// On this machine or in the operator's own network, as the operator said.
    OwnNetwork,
}

impl Stands {
    /// Whether an address may be connected to.
    pub fn admits(self, address: IpAddr) -> bool {
        is_public(address) == (self == Self::Outside)
    }
}

/// Why a service cannot be used; says what to change.
#[derive(Debug, Error)]
pub enum GatewayRefused {
    /// Not a URL.
    #[error("its address cannot be read; write it like https://gateway.example/send")]
    Unreadable,
    /// Not https, and not in the own network.
    #[error("its address must begin with https://; plain http:// is for a service of your own network, with `own_network = true`")]
    NotHttps,
    /// A name or password, or a fragment inside.
    #[error("its address must hold no name, password or #; put secrets into a file of the folder's keys")]
    Extra,
    /// A number that is not where the setting says.
    #[error("its address is a number of another network than `own_network` says")]
    OtherNetwork,
    /// The machine could not set up TLS.
    #[error("setting up TLS")]
    Tls(#[from] rustls::Error),
    /// The machine could not set up a client.
    #[error("setting up a client")]
    Client(#[from] reqwest::Error),
}

/// Lets through only addresses that are not public: what the operator called their own network is there.
struct OwnOnly;

impl Resolve for OwnOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = MachineNames.resolve(name).await?.collect();
            if found.is_empty() || !found.iter().all(|address| Stands::OwnNetwork.admits(address.ip())) {
                return Err(ResolveRefused::Nowhere.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// What was heard of one request.
#[derive(Debug)]
pub enum Heard {
    /// An answer.
    Said {
        /// Its status.
        status: u16,
        /// What the status and `Retry-After` mean.
        outcome: Outcome,
        /// Its body, if it ended within [`ANSWER_BYTES_MAX`] and in time.
        body: Option<Vec<u8>>,
    },
    /// No byte of the request left.
    NotReached,
    /// It was on its way and no answer came.
    Silence,
}

/// See the module.
pub struct Gateway {
    client: reqwest::Client,
    base: Url,
}

impl Gateway {
    /// Checks an address and makes a client for it. It trusts the public web's certificate authorities as
    /// Mozilla lists them.
    ///
    /// # Errors
    /// [`GatewayRefused`].
    pub fn new(address: &str, stands: Stands, waits: Waits) -> Result<Self, GatewayRefused> {
        let base = Url::parse(address).map_err(|_| GatewayRefused::Unreadable)?;
        let secure = base.scheme() == "https";
        if !secure && (stands == Stands::Outside || base.scheme() != "http") {
            return Err(GatewayRefused::NotHttps);
        }
        if !base.username().is_empty() || base.password().is_some() || base.fragment().is_some() {
            return Err(GatewayRefused::Extra);
        }
        // A number is never resolved, so it is checked here and stays what it is.
        let literal = base.host_str().map(|host| host.trim_matches(['[', ']'])).and_then(|host| host.parse::<IpAddr>().ok());
        if literal.is_some_and(|address| !stands.admits(address)) {
            return Err(GatewayRefused::OtherNetwork);
        }
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(secure)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(waits.connect)
            .timeout(waits.answer);
        let client = match stands {
            Stands::Outside => builder.dns_resolver(PublicOnly::guarding(MachineNames)),
            Stands::OwnNetwork => builder.dns_resolver(OwnOnly),
        }
        .build()?;
        Ok(Self { client, base })
    }

    /// The address as it was set.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The address with more parts of a path, each written so that it stays one part.
    pub fn below(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// Begins a request. The caller keeps to this gateway's own host.
    pub fn request(&self, method: reqwest::Method, url: Url) -> reqwest::RequestBuilder {
        debug_assert_eq!(url.origin(), self.base.origin());
        self.client.request(method, url)
    }

    /// Sends a request and reads its answer. `read` says whether the body matters; it is dropped unread if not.
    pub async fn ask(&self, request: reqwest::RequestBuilder, read: bool, now_ms: i64) -> Heard {
        let request: Request = match request.build() {
            Ok(request) if request.url().origin() == self.base.origin() => request,
            _ => return Heard::NotReached,
        };
        match self.client.execute(request).await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let outcome = Outcome::of(status, only_one(&answer), now_ms);
                let body = if read { bounded(answer).await } else { None };
                Heard::Said { status, outcome, body }
            }
            Err(why) if why.is_connect() || why.is_builder() => Heard::NotReached,
            Err(_) => Heard::Silence,
        }
    }
}

/// `Retry-After`, if it was said exactly once.
fn only_one(answer: &reqwest::Response) -> Option<&[u8]> {
    let mut said = answer.headers().get_all(RETRY_AFTER).iter();
    let first = said.next()?;
    said.next().is_none().then(|| first.as_bytes())
}

async fn bounded(mut answer: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(more) = answer.chunk().await.ok()? {
        body.extend_from_slice(&more);
        if body.len() > ANSWER_BYTES_MAX {
            return None;
        }
    }
    Some(body)
}

/// What a rule hears of a gateway's answer. Unlike a push service's, its 404 says nothing about the person:
/// the setting is wrong, and nobody is forgotten for that.
pub fn answer_of(outcome: Outcome, channel: &'static str) -> Answer {
    match outcome {
        Outcome::Accepted => Answer::Accepted,
        Outcome::RetryAfter { after_ms } => Answer::RetryAfter(i64::try_from(after_ms).unwrap_or(i64::MAX)),
        Outcome::Later => Answer::Later,
        Outcome::Hung => Answer::Hung,
        Outcome::Unauthorised => {
            tracing::error!(channel, "a gateway refuses our credentials; look at its secret in the folder's keys");
            Answer::Refused
        }
        Outcome::Gone | Outcome::TooLarge | Outcome::Refused { .. } => {
            tracing::warn!(channel, outcome = outcome.name(), "a gateway refused a message");
            Answer::Refused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str, stands: Stands) -> bool {
        Gateway::new(address, stands, Waits::ORDINARY).is_err()
    }

    #[test]
    fn an_address_stands_where_the_setting_says() {
        for address in ["https://gateway.example/send", "https://8.8.8.8/send"] {
            assert!(!refused(address, Stands::Outside), "{address}");
        }
        for address in ["http://127.0.0.1:1234/", "http://ntfy.lan/", "https://10.0.0.7/", "http://[::1]:9/"] {
            assert!(!refused(address, Stands::OwnNetwork), "{address}");
        }
        let outside = ["http://gateway.example/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://10.1.1.1/"];
        for address in outside.into_iter().chain([
            "",
            "gateway.example",
            "ftp://gateway.example/",
            "https://a:b@gateway.example/",
            "https://gateway.example/#x",
        ]) {
            assert!(refused(address, Stands::Outside), "{address}");
        }
        for address in ["http://8.8.8.8/", "https://1.1.1.1/", "file:///etc/passwd"] {
            assert!(refused(address, Stands::OwnNetwork), "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_our_own_network_is_checked_again_at_connect() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let gateway = Gateway::new(&format!("https://localhost:{port}/"), Stands::Outside, Waits::ORDINARY).unwrap();
        let asked = gateway.request(reqwest::Method::POST, gateway.base().clone());
        assert!(matches!(gateway.ask(asked, false, 0).await, Heard::NotReached));
        assert_eq!(listener.accept().err().map(|why| why.kind()), Some(std::io::ErrorKind::WouldBlock));
    }

    #[test]
    fn a_part_of_a_path_stays_one_part() {
        let gateway = Gateway::new("https://matrix.example/base/", Stands::Outside, Waits::ORDINARY).unwrap();
        let url = gateway.below(&["rooms", "!a/../b:x", "send"]);
        assert_eq!(url.as_str(), "https://matrix.example/base/rooms/!a%2F..%2Fb:x/send");
    }
}
