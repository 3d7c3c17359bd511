//! Upload: a file on its way, part by part.
//!
//! Parts are sealed as they come (at most [`PART_MAX`] bytes of the file each) and an answer that names an offset is
//! given only when every byte below it is on disk (PROMISE receipt-means-durable). The upload's address is a
//! 128-bit capability of which the store keeps a keyed hash.

use super::footage::{Footage, Wish};
use super::link::FootageLink;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, FootageId, FootageLinkId, ReportId, UploadId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// Bytes of a file in one sealed part at most.
pub const PART_MAX: u64 = 1 << 20;
/// Parts of one file at most: a file of 4 GiB in whole parts and as many small ones again.
pub const PARTS_MAX: u32 = 8_192;
/// How long an upload waits for its next byte.
pub const UPLOAD_WAITS: i64 = DAY;

/// A file on its way, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The first sixteen bytes of the keyed hash of what stands in the address.
    pub id: UploadId,
    /// How often it was changed.
    pub version: u32,
    /// What it will be.
    pub footage: FootageId,
    /// The report it is given to.
    pub report: ReportId,
    /// The link it came by; none when it came with the receipt.
    pub link: Option<FootageLinkId>,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it is given up unless another byte comes.
    pub expires_at: Timestamp,
    /// Bytes of the whole file.
    pub length: u64,
    /// Bytes that are on disk, sealed.
    pub offset: u64,
    /// Sealed parts that hold them.
    pub parts: u32,
    /// SHA-256 of them so far, as the hash writes its own state down.
    #[serde(with = "hexes")]
    pub midstate: Vec<u8>,
    /// SHA-256 that the sender said the whole has.
    pub said_sha256: Option<[u8; 32]>,
    /// `Upload-Metadata` byte for byte, to be said back; never shown to anybody else.
    pub metadata: String,
    /// What the file is by its first bytes, once they came.
    pub media_type: Option<String>,
    /// What may be done with it.
    pub wish: Wish,
    /// What the witness says of when it was filmed, in their words; empty when they said nothing.
    pub claimed: String,
    /// The recipient of the file's own key, to which each part is sealed.
    pub recipient: String,
    /// The working key: secret, and gone once working copies are made.
    pub working: String,
    /// The three shares of the file's own key, each sealed to a custody key, as age files in letters.
    pub shares: [String; 3],
    /// SHA-256 of the whole, once it came whole. The row then stays for a day without its keys: a client whose last
    /// answer was lost asks how far its upload is, and would send it all again.
    pub received: Option<[u8; 32]>,
}

mod hexes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(d)?;
        let pairs = text.as_bytes().chunks(2);
        pairs
            .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

/// What uploads may take at most, as the group has set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of one report's files together.
    pub report: u64,
    /// Files of one report.
    pub files: u32,
    /// Bytes of everything that is kept.
    pub all: u64,
}

impl Bounds {
    /// What holds where nothing is set.
    pub const USUAL: Self = Self { file: 4 << 30, report: 16 << 30, files: 200, all: 200 << 30 };
}

/// What is held already: files and bytes, those on their way counted with the length they were announced with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldFootage {
    /// Files of the report.
    pub report_files: u32,
    /// Bytes of the report.
    pub report_bytes: u64,
    /// Bytes of everything.
    pub all_bytes: u64,
}

/// Begins an upload. `link` is the one it came by, already read.
///
/// # Errors
/// [`Evidence::FootageTooLarge`], [`Evidence::FootageFull`], [`Evidence::FootageRoomGone`] by the bounds,
/// [`Evidence::FootageLinkOver`] by the link.
pub fn begin(
    id: ChangeId,
    upload: Upload,
    link: Option<&FootageLink>,
    held: HeldFootage,
    bounds: &Bounds,
    now: Timestamp,
) -> Result<Change, Refusal> {
    if upload.length > bounds.file {
        return Err(Evidence::FootageTooLarge.into());
    }
    if held.report_files >= bounds.files || held.report_bytes.saturating_add(upload.length) > bounds.report {
        return Err(Evidence::FootageFull.into());
    }
    if held.all_bytes.saturating_add(upload.length) > bounds.all {
        return Err(Evidence::FootageRoomGone.into());
    }
    let link = link.map(|link| link.used(now)).transpose()?;
    Ok(Change { id, at: now, by: Actor::Street, what: What::UploadBegun { upload, link } })
}

impl Upload {
    /// The same with `bytes` more in one more part.
    ///
    /// # Errors
    /// [`Evidence::UploadOver`] past its time; [`Evidence::UploadTooManyParts`].
    pub fn advanced(&self, bytes: u64, midstate: Vec<u8>, now: Timestamp) -> Result<Self, Refusal> {
        if now >= self.expires_at {
            return Err(Evidence::UploadOver.into());
        }
        if self.parts >= PARTS_MAX {
            return Err(Evidence::UploadTooManyParts.into());
        }
        let next =
            Self { offset: self.offset + bytes, parts: self.parts + 1, midstate, expires_at: now.plus(UPLOAD_WAITS), ..self.clone() };
        debug_assert!(next.offset <= next.length, "whoever stores bytes has counted them");
        Ok(next)
    }

    /// Whether every byte came.
    pub const fn is_whole(&self) -> bool {
        self.offset == self.length
    }

    /// What stays of it once it came whole, without anything that opens a part.
    pub fn finished(&self, sha256: [u8; 32]) -> Self {
        Self { received: Some(sha256), midstate: Vec::new(), working: String::new(), shares: Default::default(), ..self.clone() }
    }

    /// What it is once it is whole, with the hash of all its bytes.
    pub fn received(&self, sha256: [u8; 32], media_type: String, inner_salt: [u8; 32], now: Timestamp) -> Footage {
        Footage::of(self, sha256, media_type, inner_salt, now)
    }
}

/// One part more is on disk.
pub fn advance(id: ChangeId, upload: Upload, now: Timestamp) -> Change {
    Change { id, at: now, by: Actor::Street, what: What::UploadAdvanced { upload } }
}

/// An upload is given up, by its sender or because its time is over. Its parts are removed before.
pub fn give_up(id: ChangeId, upload: &Upload, by: Actor, now: Timestamp) -> Change {
    Change { id, at: now, by, what: What::UploadGivenUp { upload: upload.id } }
}
