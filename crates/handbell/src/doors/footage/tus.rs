//! Tus: what a resumable upload asks, read from the head of its request (tus 1.0.0: core, creation,
//! creation-with-upload, checksum, termination, expiration).
//!
//! Nothing here reads a body, a clock or a store: a head goes in, a typed question or a refusal comes out.
//! Stricter than the protocol where a guess could mix two files: a header that stands twice, a number that is
//! no plain number and an extension that is not offered are refused. Digests of whole files (RFC 9530) stand
//! beside the protocol, because tus cannot see that a file changed between two sessions (tus issue 139).

use super::super::problem::Trouble;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING};
use http::{HeaderMap, Method};
use sha1::Digest as _;

pub mod answer;

/// The one version that is spoken.
pub const VERSION: &str = "1.0.0";
/// The extensions that are offered.
pub const EXTENSIONS: &str = "creation,creation-with-upload,checksum,termination,expiration";
/// The checksums that are offered; sha1 is mandatory where any is.
pub const CHECKSUMS: &str = "sha1,sha256";
/// The media type of bytes on their way.
pub const BYTES_TYPE: &str = "application/offset+octet-stream";
/// Bytes of a chunk that carries a checksum: it is held in memory and judged whole, because the protocol does
/// not say what becomes of one that breaks off (tus issues 143 and 172).
pub const CHECKED_BYTES_MAX: u64 = 1024 * 1024;
/// Letters of what a client tells about its file.
pub const METADATA_LETTERS_MAX: usize = 4_096;
/// Things that a client tells about its file.
const METADATA_KEYS_MAX: usize = 16;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const DEFERRED: HeaderName = HeaderName::from_static("upload-defer-length");
const CONCAT: HeaderName = HeaderName::from_static("upload-concat");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Which of the two addresses was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where uploads are begun.
    Uploads,
    /// One upload.
    Upload,
}

/// What a request asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// What this server speaks; a browser's preflight too.
    Options,
    /// A new upload.
    Create(Creation),
    /// How far an upload is.
    Head,
    /// More bytes for an upload.
    Append(Append),
    /// That an upload is thrown away.
    End,
}

/// A new upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// Bytes of the whole file.
    pub length: u64,
    /// What the client told about its file, byte for byte; empty when nothing.
    pub metadata: String,
    /// What the whole file must hash to, where the client said so.
    pub sha256: Option<[u8; 32]>,
    /// The first bytes, where they come with it.
    pub first: Option<Body>,
}

/// More bytes for an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Where they begin.
    pub offset: u64,
    /// The bytes that come.
    pub body: Body,
}

/// The bytes that come with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// How many; none when the request does not say.
    pub bytes: Option<u64>,
    /// What they must hash to.
    pub checksum: Option<Checksum>,
}

/// What a chunk must hash to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which the protocol demands; good against a bad line, not against somebody.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

impl Checksum {
    /// Whether a chunk is what was said.
    pub fn fits(&self, chunk: &[u8]) -> bool {
        match self {
            Self::Sha1(said) => sha1::Sha1::digest(chunk).as_slice() == said,
            Self::Sha256(said) => sha2::Sha256::digest(chunk).as_slice() == said,
        }
    }
}

/// Reads the head of a request. `bytes_max` is the largest file that is taken.
///
/// # Errors
///
/// The trouble to answer with; its status is the protocol's.
pub fn asked(place: Place, method: &Method, headers: &HeaderMap, bytes_max: u64) -> Result<Asked, Trouble> {
    let method = meant(method, headers)?;
    // Asking what is spoken needs no version (section "OPTIONS" of the protocol).
    if method == Method::OPTIONS {
        return Ok(Asked::Options);
    }
    if one(headers, &RESUMABLE, Trouble::UploadVersionWrong)? != Some(VERSION) {
        return Err(Trouble::UploadVersionWrong);
    }
    match place {
        Place::Uploads if method == Method::POST => creation(headers, bytes_max).map(Asked::Create),
        Place::Upload if method == Method::HEAD => Ok(Asked::Head),
        Place::Upload if method == Method::PATCH => append(headers).map(Asked::Append),
        Place::Upload if method == Method::DELETE => Ok(Asked::End),
        _ => Err(Trouble::MethodWrong),
    }
}

/// The method that is meant: behind some proxies only GET and POST pass, and a header names the real one.
fn meant(method: &Method, headers: &HeaderMap) -> Result<Method, Trouble> {
    match one(headers, &OVERRIDE, Trouble::MethodWrong)? {
        Some(name) => Method::from_bytes(name.as_bytes()).map_err(|_| Trouble::MethodWrong),
        None => Ok(method.clone()),
    }
}

/// The one value of a header; none when it does not stand there.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName, wrong: Trouble) -> Result<Option<&'a str>, Trouble> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(|text| Some(text.trim())).map_err(|_| wrong),
        (Some(_), Some(_)) => Err(wrong),
    }
}

/// A number in plain digits that a store can hold.
fn number(text: &str, wrong: Trouble) -> Result<u64, Trouble> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = plain.then(|| text.parse::<i64>().ok()).flatten();
    read.and_then(|number| u64::try_from(number).ok()).ok_or(wrong)
}

fn creation(headers: &HeaderMap, bytes_max: u64) -> Result<Creation, Trouble> {
    let wrong = Trouble::UploadLengthWrong;
    // Neither is offered. Taken silently, a part of a file would be kept as a file.
    if headers.contains_key(DEFERRED) || headers.contains_key(CONCAT) {
        return Err(Trouble::UploadWayUnknown);
    }
    let length = number(one(headers, &LENGTH, wrong)?.ok_or(wrong)?, wrong)?;
    if length > bytes_max {
        return Err(Trouble::UploadTooLarge);
    }
    let metadata = one(headers, &METADATA, Trouble::UploadMetadataWrong)?.unwrap_or_default();
    let told = metadata_of(metadata)?;
    let sha256 = digest_of(headers, &told)?;
    let first = comes_with(headers)?.then(|| body(headers)).transpose()?;
    if first.as_ref().and_then(|body| body.bytes).is_some_and(|bytes| bytes > length) {
        return Err(Trouble::UploadTooLarge);
    }
    Ok(Creation { length, metadata: metadata.to_owned(), sha256, first })
}

fn append(headers: &HeaderMap) -> Result<Append, Trouble> {
    let body = body(headers)?;
    let wrong = Trouble::UploadOffsetWrong;
    let offset = number(one(headers, &OFFSET, wrong)?.ok_or(wrong)?, wrong)?;
    Ok(Append { offset, body })
}

/// Whether bytes come with the request that begins an upload.
fn comes_with(headers: &HeaderMap) -> Result<bool, Trouble> {
    Ok(declared(headers)?.map_or_else(|| headers.contains_key(TRANSFER_ENCODING), |bytes| bytes > 0) || is_bytes(headers))
}

fn declared(headers: &HeaderMap) -> Result<Option<u64>, Trouble> {
    one(headers, &CONTENT_LENGTH, Trouble::BodyBroken)?.map(|text| number(text, Trouble::BodyBroken)).transpose()
}

fn is_bytes(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(BYTES_TYPE)
}

fn body(headers: &HeaderMap) -> Result<Body, Trouble> {
    if !is_bytes(headers) {
        return Err(Trouble::UploadTypeWrong);
    }
    let (bytes, checksum) = (declared(headers)?, checksum(headers)?);
    if checksum.is_some() && bytes.is_some_and(|bytes| bytes > CHECKED_BYTES_MAX) {
        return Err(Trouble::UploadChunkTooLarge);
    }
    Ok(Body { bytes, checksum })
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Trouble> {
    let Some(text) = one(headers, &CHECKSUM, Trouble::UploadChecksumWrong)? else { return Ok(None) };
    let (name, digest) = text.split_once(' ').ok_or(Trouble::UploadChecksumWrong)?;
    let digest = STANDARD.decode(digest).map_err(|_| Trouble::UploadChecksumWrong);
    let short = |_| Trouble::UploadChecksumWrong;
    match name {
        "sha1" => digest?.try_into().map(|digest| Some(Checksum::Sha1(digest))).map_err(short),
        "sha256" => digest?.try_into().map(|digest| Some(Checksum::Sha256(digest))).map_err(short),
        _ => Err(Trouble::UploadChecksumUnknown),
    }
}

/// One thing a client told about its file: a name, with a value or without.
type Told<'a> = (&'a str, Option<Vec<u8>>);

/// What a client told about its file.
fn metadata_of(text: &str) -> Result<Vec<Told<'_>>, Trouble> {
    let wrong = Trouble::UploadMetadataWrong;
    if text.len() > METADATA_LETTERS_MAX {
        return Err(wrong);
    }
    let mut told: Vec<Told<'_>> = Vec::new();
    // An empty header is what some clients send who have nothing to tell.
    for pair in text.split(',').filter(|_| !text.is_empty()) {
        let pair = pair.trim();
        let (key, value) = match pair.split_once(' ') {
            Some((key, value)) => (key, Some(STANDARD.decode(value).map_err(|_| wrong)?)),
            None => (pair, None),
        };
        let fits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()) && told.iter().all(|(other, _)| *other != key);
        if !fits || told.len() == METADATA_KEYS_MAX {
            return Err(wrong);
        }
        told.push((key, value));
    }
    Ok(told)
}

/// One thing that a client told about its file, as text; none when it is not there or no text.
pub fn told(metadata: &str, key: &str) -> Option<String> {
    let told = metadata_of(metadata).ok()?;
    told.into_iter().find(|(name, _)| *name == key).and_then(|(_, value)| String::from_utf8(value?).ok())
}

/// What the whole file must hash to: `Repr-Digest`, or `sha256` beside the file's name; both may stand if they agree.
fn digest_of(headers: &HeaderMap, told: &[(&str, Option<Vec<u8>>)]) -> Result<Option<[u8; 32]>, Trouble> {
    let wrong = Trouble::UploadDigestWrong;
    let header = repr_digest(headers)?;
    let beside = match told.iter().find(|(key, _)| *key == "sha256") {
        Some((_, Some(value))) => Some(digest_in(value).ok_or(wrong)?),
        Some((_, None)) => return Err(wrong),
        None => None,
    };
    match (header, beside) {
        (Some(one), Some(other)) if one != other => Err(wrong),
        (one, other) => Ok(one.or(other)),
    }
}

/// A digest as its bytes, or as the 64 hexadecimal letters that people copy.
fn digest_in(value: &[u8]) -> Option<[u8; 32]> {
    if let Ok(digest) = value.try_into() {
        return Some(digest);
    }
    let digits: Option<Vec<u8>> = value.iter().map(|letter| char::from(*letter).to_digit(16).map(|digit| digit as u8)).collect();
    let bytes: Vec<u8> = digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    (value.len() == 64).then(|| bytes.try_into().ok()).flatten()
}

/// `sha-256` of a `Repr-Digest` (RFC 9530 section 3, a dictionary of RFC 9651). Other algorithms are passed over,
/// as that section says; the last one of a name counts.
fn repr_digest(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Trouble> {
    let wrong = Trouble::UploadDigestWrong;
    let mut found = None;
    for line in headers.get_all(REPR_DIGEST) {
        for member in line.to_str().map_err(|_| wrong)?.split(',') {
            let Some((name, value)) = member.trim().split_once('=') else { return Err(wrong) };
            if name != "sha-256" {
                continue;
            }
            // Parameters say nothing that is defined.
            let value = value.split(';').next().unwrap_or_default();
            let digest = value.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or(wrong)?;
            let digest = STANDARD.decode(digest).map_err(|_| wrong)?;
            found = Some(digest.try_into().map_err(|_| wrong)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
