//! Stamps: an authority's word, by RFC 3161, that a hash was there at a time.
//!
//! [`request`] is what is asked, [`read`] takes from an answer what Handbell shows: whether it was granted, for which
//! hash, and when. Only DER is read, strictly, and no more of it than that. Who signed a stamp and whether to believe
//! them is not judged here: the answer is kept whole, and `openssl ts -verify` says it.

use std::fmt;

/// The most bytes of an answer that are read. Honest ones with their certificates have some 2 to 8 thousand.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// What a request is sent as (RFC 3161, section 3.4).
pub const REQUEST_TYPE: &str = "application/timestamp-query";
/// What an answer is given as.
pub const ANSWER_TYPE: &str = "application/timestamp-reply";

/// SEQUENCE { version 1, messageImprint { SHA-256, NULL, OCTET STRING of 32 bytes …
const BEFORE: [u8; 24] = [
    0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];
/// … }, certReq TRUE }
const AFTER: [u8; 3] = [0x01, 0x01, 0xff];

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_1: u8 = 0xa1;

const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// The request for a stamp of this SHA-256: with the authority's certificate, without a nonce. The hash is fresh each
/// time, so an old answer cannot stand for a new one.
pub fn request(hash: &[u8; 32]) -> [u8; 59] {
    let mut bytes = [0; 59];
    bytes[..24].copy_from_slice(&BEFORE);
    bytes[24..56].copy_from_slice(hash);
    bytes[56..].copy_from_slice(&AFTER);
    bytes
}

/// What an answer that was granted says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The SHA-256 that was stamped.
    pub imprint: [u8; 32],
    /// When, by the authority's clock: UTC to the second, `2026-01-02T03:04:05Z`.
    pub at: String,
    /// Under which policy of the authority, as numbers with dots.
    pub policy: String,
    /// The stamp's number at the authority, in hexadecimal.
    pub serial: String,
}

/// Why there is no stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoStamp {
    /// The bytes are not the answer that RFC 3161 describes, in DER.
    Unreadable,
    /// The authority said no.
    Rejected(Rejection),
    /// The authority will answer later, which nobody here waits for.
    Waiting,
    /// It is a stamp of another hash.
    OtherHash,
}

/// The authority's no, in its own reasons (RFC 3161, section 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The status: 2, or the notices of revocation 4 and 5.
    pub status: u8,
    /// The reasons as bits, the first at place 0.
    pub reasons: Vec<u8>,
    /// Its words, without control characters, at most 200 letters.
    pub words: String,
}

const REASONS: [(u8, &str); 8] = [
    (0, "it does not know SHA-256"),
    (2, "it does not allow this request"),
    (5, "it could not read the request"),
    (14, "its clock is not available"),
    (15, "it does not know the policy"),
    (16, "it does not know an extension"),
    (17, "it cannot give what was asked for beside"),
    (25, "it is out of order"),
];

impl fmt::Display for NoStamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => formatter.write_str("the answer is not a stamp as RFC 3161 describes it"),
            Self::Waiting => formatter.write_str("the authority wants to answer later, which is not waited for"),
            Self::OtherHash => formatter.write_str("the stamp is for another hash than the one that was sent"),
            Self::Rejected(no) => {
                write!(formatter, "the authority said no (status {})", no.status)?;
                for reason in &no.reasons {
                    match REASONS.iter().find(|(bit, _)| bit == reason) {
                        Some((_, words)) => write!(formatter, ": {words}")?,
                        None => write!(formatter, ": reason {reason}")?,
                    }
                }
                if no.words.is_empty() { Ok(()) } else { write!(formatter, "; in its words: {}", no.words) }
            }
        }
    }
}

impl std::error::Error for NoStamp {}

/// Reads an answer: a stamp of any hash, or why there is none.
///
/// # Errors
/// Every reason but [`NoStamp::OtherHash`].
pub fn read(answer: &[u8]) -> Result<Stamp, NoStamp> {
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(NoStamp::Unreadable);
    }
    let whole = Der(answer).only(SEQUENCE).ok_or(NoStamp::Unreadable)?;
    let mut parts = Der(whole);
    let info = parts.take(SEQUENCE).ok_or(NoStamp::Unreadable)?;
    match status(info).ok_or(NoStamp::Unreadable)? {
        // 0 granted, 1 granted with changes; the imprint says whether the changes matter.
        Rejection { status: 0 | 1, .. } => {}
        Rejection { status: 3, .. } => return Err(NoStamp::Waiting),
        no => return Err(NoStamp::Rejected(no)),
    }
    let token = parts.take(SEQUENCE).filter(|_| parts.0.is_empty()).ok_or(NoStamp::Unreadable)?;
    token_info(token).and_then(stamp).ok_or(NoStamp::Unreadable)
}

/// Reads an answer that must be a stamp of this hash.
///
/// # Errors
/// Every reason of [`NoStamp`].
pub fn read_for(hash: &[u8; 32], answer: &[u8]) -> Result<Stamp, NoStamp> {
    let stamp = read(answer)?;
    if stamp.imprint == *hash { Ok(stamp) } else { Err(NoStamp::OtherHash) }
}

/// PKIStatusInfo { status INTEGER, statusString SEQUENCE OF UTF8String OPTIONAL, failInfo BIT STRING OPTIONAL }
fn status(info: &[u8]) -> Option<Rejection> {
    let mut info = Der(info);
    let &[status] = info.take(INTEGER)? else { return None };
    let mut words = String::new();
    if let Some(texts) = info.maybe(SEQUENCE) {
        let mut texts = Der(texts);
        while !texts.0.is_empty() {
            words.push_str(std::str::from_utf8(texts.take(UTF8)?).ok()?);
            words.push(' ');
        }
    }
    let reasons = match info.maybe(BIT_STRING) {
        None => Vec::new(),
        Some(bits) => reasons(bits)?,
    };
    let words: String = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(200).collect();
    info.0.is_empty().then(|| Rejection { status, reasons, words: words.trim().to_owned() })
}

/// The places of the bits that are set; the first byte says how many at the end do not count.
fn reasons(bits: &[u8]) -> Option<Vec<u8>> {
    let (&unused, bytes) = bits.split_first()?;
    if unused > 7 || bytes.len() > 4 || (bytes.is_empty() && unused > 0) {
        return None;
    }
    let count = u8::try_from(bytes.len() * 8).ok()?.checked_sub(unused)?;
    Some((0..count).filter(|bit| bytes[usize::from(bit / 8)] & (0x80 >> (bit % 8)) != 0).collect())
}

/// `ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, EncapsulatedContentInfo { id-ct-TSTInfo, [0] OCTET STRING … } … } }`
fn token_info(token: &[u8]) -> Option<&[u8]> {
    let mut token = Der(token);
    (token.take(OID)? == SIGNED_DATA).then_some(())?;
    let data = Der(token.take(CONTEXT_0)?).only(SEQUENCE)?;
    token.0.is_empty().then_some(())?;
    let mut data = Der(data);
    data.take(INTEGER)?;
    data.take(SET)?;
    let mut content = Der(data.take(SEQUENCE)?);
    (content.take(OID)? == TST_INFO).then_some(())?;
    let info = Der(content.take(CONTEXT_0)?).only(OCTET_STRING)?;
    content.0.is_empty().then_some(())?;
    // Certificates and signatures follow: openssl's business.
    Der(info).only(SEQUENCE)
}

/// TSTInfo { version 1, policy, messageImprint, serialNumber, genTime, … }
fn stamp(info: &[u8]) -> Option<Stamp> {
    let mut info = Der(info);
    (info.take(INTEGER)? == [1]).then_some(())?;
    let policy = dotted(info.take(OID)?)?;
    let mut imprint = Der(info.take(SEQUENCE)?);
    let mut algorithm = Der(imprint.take(SEQUENCE)?);
    (algorithm.take(OID)? == SHA256).then_some(())?;
    // RFC 5754 lets the parameters be left out or NULL.
    (algorithm.maybe(NULL).is_none_or(<[u8]>::is_empty) && algorithm.0.is_empty()).then_some(())?;
    let hash: [u8; 32] = imprint.take(OCTET_STRING)?.try_into().ok()?;
    imprint.0.is_empty().then_some(())?;
    let serial: String = info.take(INTEGER)?.iter().map(|byte| format!("{byte:02x}")).collect();
    let at = time(info.take(TIME)?)?;
    // What else there may be, each at most once and in this order: accuracy, ordering, nonce, tsa, extensions.
    for tag in [SEQUENCE, BOOLEAN, INTEGER, CONTEXT_0, CONTEXT_1] {
        let _ = info.maybe(tag);
    }
    info.0.is_empty().then_some(Stamp { imprint: hash, at, policy, serial })
}

/// GeneralizedTime as RFC 3161 narrows it: `YYYYMMDDhhmmss[.f…]Z`. A fraction is left out.
fn time(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let (text, fraction) = text.split_once('.').unwrap_or((text, "1"));
    let digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    if text.len() != 14 || !digits(text) || fraction.is_empty() || fraction.len() > 9 || !digits(fraction) || fraction.ends_with('0') {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    let (month, day) = (number(4, 6)?, number(6, 8)?);
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && number(8, 10)? < 24 && number(10, 12)? < 60 && number(12, 14)? <= 60;
    fits.then(|| format!("{}-{}-{}T{}:{}:{}Z", &text[..4], &text[4..6], &text[6..8], &text[8..10], &text[10..12], &text[12..]))
}

/// An object identifier as numbers with dots (X.690, section 8.19).
fn dotted(bytes: &[u8]) -> Option<String> {
    let (mut arcs, mut value, mut open) = (Vec::new(), 0u64, false);
    for byte in bytes {
        if !open && *byte == 0x80 {
            return None;
        }
        value = value.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        open = byte & 0x80 != 0;
        if !open {
            arcs.push(value);
            value = 0;
        }
    }
    let first = *arcs.first().filter(|_| !open)?;
    let top = (first / 40).min(2);
    let rest: String = arcs.iter().skip(1).map(|arc| format!(".{arc}")).collect();
    Some(format!("{top}.{}{rest}", first - 40 * top))
}

/// Values of DER one after the other: definite lengths in their shortest form, nothing else.
struct Der<'bytes>(&'bytes [u8]);

impl<'bytes> Der<'bytes> {
    /// What the next value holds, if it has this tag and is whole.
    fn take(&mut self, tag: u8) -> Option<&'bytes [u8]> {
        let (&found, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81 => (Some(usize::from(*rest.first()?)).filter(|length| *length > 0x7f)?, &rest[1..]),
            0x82 => {
                let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
                (Some(length).filter(|length| *length > 0xff)?, &rest[2..])
            }
            // 65,536 bytes and more: an answer is shorter.
            _ => return None,
        };
        let held = rest.get(..length).filter(|_| found == tag)?;
        self.0 = &rest[length..];
        Some(held)
    }

    /// The same for a value that may be left out.
    fn maybe(&mut self, tag: u8) -> Option<&'bytes [u8]> {
        (self.0.first() == Some(&tag)).then(|| self.take(tag))?
    }

    /// What the one value holds, when nothing stands after it.
    fn only(mut self, tag: u8) -> Option<&'bytes [u8]> {
        let held = self.take(tag)?;
        self.0.is_empty().then_some(held)
    }
}

#[cfg(test)]
mod tests;
