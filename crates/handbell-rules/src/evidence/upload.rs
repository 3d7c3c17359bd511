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
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// Bytes of a file in one sealed part at most.
pub const PART_MAX: u64 = 1 << 20;
/// Parts of one file at most: a file of 4 GiB in whole parts and as many small ones again.
pub const PARTS_MAX: u32 = 8_192;
/// Parts of any length that are taken of one file: a bad line breaks often.
pub const SMALL_PARTS_MAX: u32 = 64;
/// Bytes of a part beyond those: parts of a file are this long on average, or the next one is, or it is the last.
pub const SMALL_PART: u64 = 16 << 10;
/// How long an upload waits for its first byte.
pub const FIRST_WAITS: i64 = HOUR;
/// How long an upload waits for its next byte, once one came.
pub const UPLOAD_WAITS: i64 = DAY;
/// What counts as today for [`Bounds::day`]: any 24 hours, so that no midnight doubles it.
pub const IN_A_DAY: i64 = DAY;

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
    /// Whether a member made that link, and so knew its address.
    #[serde(default)]
    pub members_link: bool,
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
    /// Bytes of the files begun by one link.
    pub link: u64,
    /// Bytes that come in within [`IN_A_DAY`]: whoever floods the group fills no disk in a night.
    pub day: u64,
    /// Bytes of everything that is kept.
    pub all: u64,
}

impl Bounds {
    /// What holds where nothing is set.
    pub const USUAL: Self = Self { file: 4 << 30, report: 16 << 30, files: 200, link: 8 << 30, day: 40 << 30, all: 200 << 30 };
}

/// What is held already: files and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldFootage {
    /// Files of the report.
    pub report_files: u32,
    /// Bytes of the report, files on their way counted with the length they were announced with.
    pub report_bytes: u64,
    /// Bytes of everything that came: announcing takes no room from others.
    pub all_bytes: u64,
    /// Bytes of them that came within [`IN_A_DAY`], and all that is on its way still.
    pub day_bytes: u64,
}

impl HeldFootage {
    /// Whether so many bytes more have room beside everything that came.
    ///
    /// # Errors
    /// [`Evidence::FootageRoomGone`]; [`Evidence::FootageDayFull`] where it is only today that has none.
    pub fn has_room(&self, bytes: u64, bounds: &Bounds) -> Result<(), Refusal> {
        if self.all_bytes.saturating_add(bytes) > bounds.all {
            return Err(Evidence::FootageRoomGone.into());
        }
        if self.day_bytes.saturating_add(bytes) > bounds.day { Err(Evidence::FootageDayFull.into()) } else { Ok(()) }
    }
}

/// Begins an upload. `link` is the one it came by, already read, with the bytes of the files that were begun by it.
///
/// # Errors
/// [`Evidence::FootageTooLarge`], [`Evidence::FootageFull`], [`Evidence::FootageRoomGone`], [`Evidence::FootageDayFull`] by
/// the bounds, [`Evidence::FootageLinkOver`] by the link and its bound.
pub fn begin(
    id: ChangeId,
    upload: Upload,
    link: Option<(&FootageLink, u64)>,
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
    held.has_room(upload.length, bounds)?;
    if link.is_some_and(|(_, begun)| begun.saturating_add(upload.length) > bounds.link) {
        return Err(Evidence::FootageLinkOver.into());
    }
    let link = link.map(|(link, _)| link.used(now)).transpose()?;
    Ok(Change { id, at: now, by: Actor::Street, what: What::UploadBegun { upload, link } })
}

impl Upload {
    /// The same with `bytes` more in one more part.
    ///
    /// # Errors
    /// [`Evidence::UploadOver`] past its time; [`Evidence::UploadTooManyParts`] when there are too many, or too many that
    /// are tiny: each part is opened again.
    pub fn advanced(&self, bytes: u64, midstate: Vec<u8>, now: Timestamp) -> Result<Self, Refusal> {
        if now >= self.expires_at {
            return Err(Evidence::UploadOver.into());
        }
        let last = self.offset.saturating_add(bytes) >= self.length;
        let tiny = bytes < SMALL_PART && self.offset < u64::from(self.parts) * SMALL_PART;
        if self.parts >= PARTS_MAX || (self.parts > SMALL_PARTS_MAX && tiny && !last) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::footage::receive;

    fn upload(length: u64) -> Upload {
        Upload {
            id: UploadId([1; 16]),
            version: 1,
            footage: FootageId([2; 16]),
            report: ReportId([3; 16]),
            link: None,
            members_link: false,
            begun_at: Timestamp::default(),
            expires_at: Timestamp::default().plus(UPLOAD_WAITS),
            length,
            offset: 0,
            parts: 0,
            midstate: vec![7; 3],
            said_sha256: None,
            metadata: "filename d29ybGQ=".into(),
            media_type: None,
            wish: Wish::Lawyer,
            claimed: "about nine".into(),
            recipient: "age1".into(),
            working: "AGE-SECRET-KEY-1".into(),
            shares: ["a".into(), "b".into(), "c".into()],
            received: None,
        }
    }

    #[test]
    fn an_upload_waits_a_day_for_each_byte_and_takes_so_many_parts() {
        let at = |hours: i64| Timestamp::default().plus(hours * HOUR);
        let first = upload(30).advanced(10, vec![1], at(23)).unwrap();
        assert_eq!((first.offset, first.parts, first.expires_at, first.is_whole()), (10, 1, at(47), false));
        assert_eq!(first.advanced(10, vec![1], at(47)).unwrap_err(), Evidence::UploadOver.into());
        assert!(first.advanced(20, vec![1], at(46)).unwrap().is_whole());
        let full = Upload { parts: PARTS_MAX, ..first };
        assert_eq!(full.advanced(1, vec![1], at(24)).unwrap_err(), Evidence::UploadTooManyParts.into());
    }

    #[test]
    fn tiny_parts_are_taken_for_a_while_and_then_no_more() {
        let now = Timestamp::default();
        let tiny = Upload { parts: SMALL_PARTS_MAX, offset: 64, ..upload(40 << 20) }.advanced(1, vec![1], now).unwrap();
        assert_eq!(tiny.advanced(SMALL_PART - 1, vec![1], now).unwrap_err(), Evidence::UploadTooManyParts.into());
        assert!(tiny.advanced(SMALL_PART, vec![1], now).is_ok(), "a part of some length is taken");
        let last = Upload { length: tiny.offset + 5, ..tiny.clone() };
        assert!(last.advanced(5, vec![1], now).unwrap().is_whole(), "the last one is as long as it is");
        let long = Upload { offset: 65 * SMALL_PART, ..tiny };
        assert!(long.advanced(1, vec![1], now).is_ok(), "long parts came before");
    }

    #[test]
    fn what_stays_of_a_whole_upload_opens_nothing() {
        let whole = upload(10).advanced(10, vec![1], Timestamp::default()).unwrap();
        let footage = whole.received([9; 32], "image/jpeg".into(), [8; 32], Timestamp::default());
        let change = receive(ChangeId([4; 16]), &whole, footage, [5; 16], Timestamp::default()).unwrap();
        let What::FootageReceived { upload: left, footage, .. } = change.what else { panic!("another change") };
        assert_eq!((left.received, left.offset, left.length), (Some([9; 32]), 10, 10));
        assert!(left.working.is_empty() && left.midstate.is_empty() && left.shares.iter().all(String::is_empty));
        assert_eq!(footage.working.as_deref(), Some("AGE-SECRET-KEY-1"), "the maker of working copies needs it still");
    }

    #[test]
    fn a_file_that_is_not_what_was_said_is_refused() {
        let said = Upload { said_sha256: Some([1; 32]), ..upload(10) };
        let footage = said.received([9; 32], "image/jpeg".into(), [8; 32], Timestamp::default());
        let no = receive(ChangeId([4; 16]), &said, footage, [5; 16], Timestamp::default()).unwrap_err();
        assert_eq!(no, Evidence::FootageChanged.into());
    }

    #[test]
    fn each_bound_is_a_refusal_of_its_own() {
        let bounds = Bounds { file: 100, report: 150, files: 3, link: 120, day: 500, all: 1_000 };
        let held = |report_files, report_bytes, all_bytes| HeldFootage { report_files, report_bytes, all_bytes, day_bytes: 0 };
        let begin = |length, held| begin(ChangeId([4; 16]), upload(length), None, held, &bounds, Timestamp::default()).map(|_| ());
        assert_eq!(begin(100, held(2, 50, 900)), Ok(()));
        for (length, held, no) in [
            (101, held(0, 0, 0), Evidence::FootageTooLarge),
            (100, held(2, 51, 51), Evidence::FootageFull),
            (1, held(3, 3, 3), Evidence::FootageFull),
            (100, held(0, 0, 901), Evidence::FootageRoomGone),
            (100, held(0, u64::MAX, 0), Evidence::FootageFull),
        ] {
            assert_eq!(begin(length, held), Err(no.into()));
        }
        // What came today has a bound of its own; where both are met, it is room that is missing.
        let today = |day_bytes, all_bytes| HeldFootage { day_bytes, ..held(0, 0, all_bytes) };
        assert_eq!(begin(100, today(400, 400)), Ok(()));
        assert_eq!(begin(100, today(401, 401)), Err(Evidence::FootageDayFull.into()));
        assert_eq!(begin(100, today(950, 950)), Err(Evidence::FootageRoomGone.into()));
    }

    #[test]
    fn one_link_takes_so_many_bytes_and_another_one_takes_more() {
        let bounds = Bounds { link: 120, ..Bounds::USUAL };
        let (report, day) = ((ReportId([3; 16]), false), Timestamp::default());
        let made = crate::evidence::link::make(ChangeId([4; 16]), FootageLinkId([6; 16]), report, None, day).unwrap();
        let What::FootageLinkMade { link } = made.what else { panic!("another change") };
        let begin = |length, begun| {
            begin(ChangeId([4; 16]), upload(length), Some((&link, begun)), HeldFootage::default(), &bounds, day).map(|_| ())
        };
        assert_eq!((begin(120, 0), begin(20, 100)), (Ok(()), Ok(())));
        assert_eq!(begin(21, 100), Err(Evidence::FootageLinkOver.into()));
        assert_eq!(begin(1, u64::MAX), Err(Evidence::FootageLinkOver.into()));
    }
}
