//! Kept: finished public pages in memory, each made and compressed once for one state of the store.
//!
//! A page may be kept only if its door says so ([`may_be_kept`]), which a door may do for a page that is the
//! same for everybody and made of the store and the running group alone: no clock, no caller. The whole shelf belongs
//! to one number of the journal. A commit moves that number before anybody hears that it succeeded, so what
//! was withdrawn is gone from here by then (RFC 9111 is not relied upon: browsers are told to ask again).
//! It keeps nothing about callers, nothing on disk, and nothing that was not a whole answer of the routes.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::Full;
use hyper::body::Body as _;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Mutex, watch};
use tower::ServiceExt;

/// Pages on the shelf at most; when one more comes, the shelf is cleared first.
pub const PAGES_MAX: usize = 256;
/// Bytes on the shelf at most, plain and compressed together.
pub const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longer pages are made anew for each caller.
pub const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Longer addresses are not kept.
pub const ADDRESS_BYTES_MAX: usize = 256;
/// Pages made at once; callers of one page wait for the first of them.
const MAKERS: usize = 16;
/// Where pages that may be kept lie.
const UNDER: &str = "/record/";
/// Files below it are read out bit by bit and never kept: whoever makes a page waits for none of them.
const FILES: &str = "/record/footage/";
/// Everybody may keep it and must ask whether it still stands (RFC 9111, section 5.2.2.4).
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// An answer whose whole body lies in memory.
pub type Ready = http::Response<Full<Bytes>>;

#[derive(Clone)]
struct MayBeKept;

/// Says that this page is the same for every caller until the next commit.
pub fn may_be_kept(mut page: Response) -> Response {
    page.extensions_mut().insert(MayBeKept);
    page
}

/// One page in both of its forms, with the heads that go before them.
struct Page {
    plain: Form,
    zipped: Form,
}

struct Form {
    bytes: Bytes,
    tag: HeaderValue,
    head: HeaderMap,
}

impl Form {
    /// Two forms are two representations, so each has a strong tag of its own (RFC 9110, section 8.8.3.3).
    fn new(bytes: Bytes, head: &HeaderMap, coding: Option<&'static str>) -> Self {
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::from_str(&format!("\"{digest}\"")).expect("quotes and hexadecimal digits make a header value");
        let mut head = head.clone();
        head.insert(CACHE_CONTROL, ASK_AGAIN);
        head.insert(VARY, HeaderValue::from_static("accept-encoding"));
        head.insert(ETAG, tag.clone());
        head.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if let Some(coding) = coding {
            head.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        Self { bytes, tag, head }
    }

    fn answer(&self, head_only: bool, asked: &HeaderMap) -> Ready {
        let mut response = Ready::new(Full::default());
        *response.headers_mut() = self.head.clone();
        if has(asked, &self.tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
                response.headers_mut().remove(name);
            }
        } else if !head_only {
            *response.body_mut() = Full::new(self.bytes.clone());
        }
        response
    }
}

impl Page {
    fn new(bytes: Bytes, head: &HeaderMap) -> std::io::Result<Self> {
        let mut zip = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::best());
        zip.write_all(&bytes)?;
        let zipped = Bytes::from(zip.finish()?);
        Ok(Self { plain: Form::new(bytes, head, None), zipped: Form::new(zipped, head, Some("gzip")) })
    }

    fn size(&self) -> usize {
        self.plain.bytes.len() + self.zipped.bytes.len()
    }

    fn answer(&self, head_only: bool, asked: &HeaderMap) -> Ready {
        let form = if takes_gzip(asked) { &self.zipped } else { &self.plain };
        form.answer(head_only, asked)
    }
}

/// Whether the caller has it already (RFC 9110, section 13.1.2).
fn has(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let theirs = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    theirs.map(str::trim).any(|theirs| theirs == "*" || theirs.trim_start_matches("W/").as_bytes() == tag.as_bytes())
}

/// Whether the caller takes gzip at least as gladly as plain bytes (RFC 9110, section 12.5.3). Who says nothing gets plain bytes.
pub(super) fn takes_gzip(asked: &HeaderMap) -> bool {
    let (mut gzip, mut any, mut identity) = (None, None, None);
    for value in asked.get_all(ACCEPT_ENCODING) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight_of(weight.trim());
            match coding.trim() {
                "*" => any = Some(weight),
                coding if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => gzip = Some(weight),
                coding if coding.eq_ignore_ascii_case("identity") => identity = Some(weight),
                _ => {}
            }
        }
    }
    let gzip = gzip.or(any).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// A weight in thousandths (RFC 9110, section 12.4.2). One that cannot be read wants nothing.
fn weight_of(text: &str) -> u32 {
    if text.is_empty() {
        return 1_000;
    }
    let Some((name, value)) = text.split_once('=') else { return 0 };
    let value = value.trim().parse::<f64>().unwrap_or(0.0);
    if name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&value) { (value * 1_000.0) as u32 } else { 0 }
}

#[derive(Default)]
struct Shelf {
    /// The number of the journal to which all of it belongs.
    state: u64,
    pages: HashMap<String, Arc<Page>>,
    bytes: usize,
}

/// See the module.
pub struct Kept {
    journal: watch::Receiver<u64>,
    /// Who cosigned the log, which pages say too.
    cosigned: Option<watch::Receiver<u64>>,
    shelf: RwLock<Shelf>,
    makers: [Mutex<()>; MAKERS],
}

impl Kept {
    /// An empty shelf beside a store whose journal is followed here.
    pub fn new(journal: watch::Receiver<u64>) -> Self {
        Self { journal, cosigned: None, shelf: RwLock::default(), makers: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// The same, cleared too whenever this number grows.
    #[must_use]
    pub fn and(mut self, cosigned: watch::Receiver<u64>) -> Self {
        self.cosigned = Some(cosigned);
        self
    }

    /// Both numbers only grow, so their sum is another one after either did.
    fn state(&self) -> u64 {
        *self.journal.borrow() + self.cosigned.as_ref().map_or(0, |cosigned| *cosigned.borrow())
    }

    /// The answer, if the page stands on the shelf and no commit came since it was made.
    pub fn ready<B>(&self, request: &Request<B>) -> Option<Ready> {
        let page = self.page(address(request)?)?;
        Some(page.answer(request.method() == Method::HEAD, request.headers()))
    }

    /// The answer from the shelf, or from the routes; then it is put on the shelf if its door allows it.
    pub async fn answer(&self, mut request: Request<Body>, router: Router) -> Response {
        let Some(address) = address(&request).map(str::to_owned) else { return asked(router, request).await };
        let (head_only, headers) = (request.method() == Method::HEAD, request.headers().clone());
        let digest = address.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        // A crowd at one page: the first makes it and the others wait for that.
        let _only = self.makers[digest % MAKERS].lock().await;
        if let Some(page) = self.page(&address) {
            return page.answer(head_only, &headers).map(Body::new);
        }
        // Read before the page is made: a commit in between makes the page too old for the shelf, never too new.
        let state = self.state();
        *request.method_mut() = Method::GET;
        let made = asked(router, request).await;
        let small = made.body().size_hint().exact().is_some_and(|bytes| bytes <= PAGE_BYTES_MAX as u64);
        if made.status() != StatusCode::OK || made.extensions().get::<MayBeKept>().is_none() || !small || depends_on_the_reader(&made) {
            return if head_only { without_body(made) } else { made };
        }
        let (head, body) = made.into_parts();
        let page = match axum::body::to_bytes(body, PAGE_BYTES_MAX).await {
            Ok(bytes) => Page::new(bytes, &head.headers),
            Err(error) => Err(std::io::Error::other(error)),
        };
        match page {
            Ok(page) => {
                let page = Arc::new(page);
                self.keep(state, address, page.clone());
                page.answer(head_only, &headers).map(Body::new)
            }
            Err(error) => {
                tracing::error!(%error, "a finished page could not be compressed");
                let mut failed = Response::new(Body::empty());
                *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                failed
            }
        }
    }

    fn page(&self, address: &str) -> Option<Arc<Page>> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        // The number is read after the lock is held, so that no wait lies between this and the answer.
        if shelf.state == self.state() { shelf.pages.get(address).cloned() } else { None }
    }

    fn keep(&self, state: u64, address: String, page: Arc<Page>) {
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        if shelf.state > state {
            return;
        }
        if shelf.state < state || shelf.pages.len() >= PAGES_MAX || shelf.bytes + page.size() > BYTES_MAX {
            *shelf = Shelf { state, ..Shelf::default() };
        }
        shelf.bytes += page.size();
        if let Some(before) = shelf.pages.insert(address, page) {
            shelf.bytes -= before.size();
        }
    }
}

/// Whether another reader of the same address may get another page: one that speaks the language its reader asked
/// for says so (`Vary`, RFC 9110, section 12.5.5). The shelf knows addresses only, so none of them is put there.
fn depends_on_the_reader(made: &Response) -> bool {
    let named = made.headers().get_all(VARY).iter().flat_map(|value| value.to_str().unwrap_or("*").split(','));
    named.map(str::trim).any(|name| !name.eq_ignore_ascii_case(ACCEPT_ENCODING.as_str()))
}

/// The address under which a request's page may lie on the shelf.
fn address<B>(request: &Request<B>) -> Option<&str> {
    let address = request.uri().path_and_query()?.as_str();
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let page = address.starts_with(UNDER) && !address.starts_with(FILES);
    (read && page && address.len() <= ADDRESS_BYTES_MAX).then_some(address)
}

async fn asked(router: Router, request: Request<Body>) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn without_body(mut response: Response) -> Response {
    if let Some(bytes) = response.body().size_hint().exact() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(bytes));
    }
    *response.body_mut() = Body::empty();
    response
}

#[cfg(test)]
mod tests;
