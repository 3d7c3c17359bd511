//! Evidence in the store: what is written about footage, and what is read.
//!
//! The files themselves are in the vault. A part is in the vault before the row that counts it is committed, and
//! leaves it before the row that names it is erased, so that no row speaks of bytes that are not there.

use super::StoreError;
use super::effects::{Row, Write};
use async_trait::async_trait;
use handbell_rules::change::What;
use handbell_rules::evidence::custody::{Head, Line, Statement};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::evidence::keys::CustodyKeys;
use handbell_rules::evidence::known::{Known, Lead};
use handbell_rules::evidence::link::FootageLink;
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::evidence::upload::{HeldFootage, Upload};
use handbell_rules::id::{FootageId, FootageLinkId, HidingId, KnownId, LeadId, ReportId, UploadId};
use handbell_rules::time::Timestamp;

/// A row of the evidence room.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceRow {
    /// The three custody keys; one row.
    Keys(CustodyKeys),
    /// A link for giving files.
    Link(FootageLink),
    /// A file on its way.
    Upload(Box<Upload>),
    /// A file that came whole.
    Footage(Box<Footage>),
    /// A drawing of what is covered.
    Hiding(Box<Hiding>),
    /// A known picture.
    Known(Box<Known>),
    /// A likeness.
    Lead(Lead),
    /// A day's stamp.
    Stamp(Stamp),
}

/// What is erased whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// A file on its way.
    Upload(UploadId),
    /// A file with its drawings and leads. Custody lines stay.
    Footage(FootageId),
    /// A known picture. Leads to it stay.
    Known(KnownId),
}

/// What is read about footage.
#[async_trait]
pub trait EvidenceReads: Send + Sync {
    /// The three custody keys; empty ones when none was ever set.
    async fn custody_keys(&self) -> Result<CustodyKeys, StoreError>;
    /// A link.
    async fn footage_link(&self, id: FootageLinkId) -> Result<Option<FootageLink>, StoreError>;
    /// A file on its way.
    async fn upload(&self, id: UploadId) -> Result<Option<Upload>, StoreError>;
    /// Files on their way to a report, oldest first, and those of the last day that came whole.
    async fn uploads_of(&self, report: ReportId) -> Result<Vec<Upload>, StoreError>;
    /// Files on their way whose time is over, in turns by report, within a turn longest over first; none that came whole.
    async fn uploads_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Upload>, StoreError>;
    /// How much is held for a report, files on their way counted whole, and how much came in all.
    async fn held_footage(&self, report: ReportId, now: Timestamp) -> Result<HeldFootage, StoreError>;
    /// A file.
    async fn footage(&self, id: FootageId) -> Result<Option<Footage>, StoreError>;
    /// Files of a report, oldest first.
    async fn footage_of(&self, report: ReportId) -> Result<Vec<Footage>, StoreError>;
    /// Files received since, newest first.
    async fn footage_since(&self, since: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError>;
    /// Files of which working copies are to be made, oldest first.
    async fn footage_waiting(&self, at_most: u32) -> Result<Vec<Footage>, StoreError>;
    /// Files of withdrawn reports whose time is not over, in the order of their ids, after one; those that are kept by
    /// order are among them.
    async fn footage_of_withdrawn(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError>;
    /// Files of all other reports that go at another time than what became of their reports says ([`Footage::goes_at`]), in
    /// the order of their ids, after one; those that are held longer may be among them. A report set aside that waits
    /// again is one that somebody reads.
    async fn footage_to_follow(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError>;
    /// Reports that were withdrawn and have files on their way, or rows of files that came whole, in the order of their
    /// ids, after one.
    async fn withdrawn_with_uploads(&self, after: ReportId, at_most: u32) -> Result<Vec<ReportId>, StoreError>;
    /// Which files wait for working copies, in turns by report: the first of each report, then the second of each. Within
    /// a turn the oldest first. Behind all of them, in turns of their own, those that took too long once
    /// ([`Footage::is_slow`]).
    async fn footage_in_turn(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError>;
    /// Which files are still to be held against the bank of known pictures, oldest first.
    async fn footage_unasked(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError>;
    /// Files received before a time whose mark is not in the log, oldest first.
    async fn footage_unnoted(&self, before: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError>;
    /// Files whose time is over, in turns by report, within a turn longest over first.
    async fn footage_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError>;
    /// Lines of the custody chain from a number on.
    async fn custody(&self, from: u64, at_most: u32) -> Result<Vec<Line>, StoreError>;
    /// Lines about one file, oldest first.
    async fn custody_of(&self, footage: FootageId) -> Result<Vec<Line>, StoreError>;
    /// The file of which this one is, byte by byte, a copy that was made here before: a working copy, a covered copy, or one
    /// that was public once.
    async fn own_copy(&self, of: &Footage) -> Result<Option<FootageId>, StoreError>;
    /// The head of the chain as it was before a time.
    async fn custody_head(&self, before: Timestamp) -> Result<Head, StoreError>;
    /// A drawing.
    async fn hiding(&self, id: HidingId) -> Result<Option<Hiding>, StoreError>;
    /// Drawings over a file, oldest first.
    async fn hidings_of(&self, footage: FootageId) -> Result<Vec<Hiding>, StoreError>;
    /// Drawings that wait for somebody or for the server, oldest first.
    async fn open_hidings(&self) -> Result<Vec<Hiding>, StoreError>;
    /// Drawings whose covered copy has a public address, oldest first.
    async fn public_hidings(&self) -> Result<Vec<Hiding>, StoreError>;
    /// The drawing whose public copy has this address.
    async fn hiding_at(&self, address: [u8; 16]) -> Result<Option<Hiding>, StoreError>;
    /// Known pictures in the order of their ids, after one.
    async fn known_after(&self, after: KnownId, at_most: u32) -> Result<Vec<Known>, StoreError>;
    /// How many known pictures there are.
    async fn known_count(&self) -> Result<u64, StoreError>;
    /// A known picture.
    async fn known(&self, id: KnownId) -> Result<Option<Known>, StoreError>;
    /// A lead.
    async fn lead(&self, id: LeadId) -> Result<Option<Lead>, StoreError>;
    /// Leads of a file, oldest first.
    async fn leads_of(&self, footage: FootageId) -> Result<Vec<Lead>, StoreError>;
    /// Every day's stamp, oldest first.
    async fn stamps(&self) -> Result<Vec<Stamp>, StoreError>;
    /// Days for which an answer is waited for, oldest first.
    async fn open_stamps(&self) -> Result<Vec<Stamp>, StoreError>;
}

fn put(row: EvidenceRow) -> Write {
    Write::Put(Row::Evidence(row))
}

fn line(said: &Statement) -> Write {
    Write::Custody(said.clone())
}

/// What a change of the evidence room writes, in order; nothing for every other.
pub fn writes(what: &What) -> Vec<Write> {
    use EvidenceRow as R;
    let footage = |footage: &Footage| put(R::Footage(Box::new(footage.clone())));
    match what {
        What::CustodyKeySet { keys, said: l } => vec![put(R::Keys(keys.clone())), line(l)],
        What::FootageLinkMade { link } => vec![put(R::Link(link.clone()))],
        What::UploadBegun { upload, link } => {
            let link = link.clone().map(|link| put(R::Link(link)));
            [put(R::Upload(Box::new(upload.clone())))].into_iter().chain(link).collect()
        }
        What::UploadAdvanced { upload } => vec![put(R::Upload(Box::new(upload.clone())))],
        What::UploadGivenUp { upload } => vec![Write::EraseEvidence(Erased::Upload(*upload))],
        What::FootageReceived { upload, footage: f, said: l } => {
            vec![put(R::Upload(Box::new(upload.clone()))), footage(f), line(l)]
        }
        What::FootageChanged { footage: f, said: l } | What::FootageCopied { footage: f, said: l } => {
            [footage(f)].into_iter().chain(l.as_ref().map(line)).collect()
        }
        What::FootageHandled { said: l } => vec![line(l)],
        What::FootageGone { footage, said: l } => vec![Write::EraseEvidence(Erased::Footage(*footage)), line(l)],
        What::FootageNoted { footage: list, entries, said: l } => {
            let mut writes: Vec<Write> = list.iter().map(footage).collect();
            writes.extend([Write::Append(entries.clone()), line(l)]);
            writes
        }
        What::HidingMoved { hiding, said: l } => vec![put(R::Hiding(Box::new(hiding.clone()))), line(l)],
        What::CopyOffered { proposal, hiding, said: l } => {
            vec![Write::Put(Row::Proposal(Box::new(proposal.clone()))), put(R::Hiding(Box::new(hiding.clone()))), line(l)]
        }
        What::PictureKnown { known } => vec![put(R::Known(Box::new(known.clone())))],
        What::PictureForgotten { known } => vec![Write::EraseEvidence(Erased::Known(*known))],
        What::LeadsFound { leads, said: l } => leads.iter().map(|lead| put(R::Lead(lead.clone()))).chain([line(l)]).collect(),
        What::LeadAnswered { lead, said: l } => vec![put(R::Lead(lead.clone())), line(l)],
        What::StampMoved { stamp, said: l } => [put(R::Stamp(stamp.clone()))].into_iter().chain(l.as_ref().map(line)).collect(),
        _ => Vec::new(),
    }
}

/// The footage that a change is about; links and uploads have none that may stay in the journal.
pub fn subject(what: &What) -> Option<[u8; 16]> {
    match what {
        What::FootageReceived { footage, .. } | What::FootageChanged { footage, .. } | What::FootageCopied { footage, .. } => {
            Some(*footage.id.bytes())
        }
        What::FootageHandled { said } => said.footage.map(|footage| *footage.bytes()),
        What::FootageGone { footage, .. } => Some(*footage.bytes()),
        What::HidingMoved { hiding, .. } | What::CopyOffered { hiding, .. } => Some(*hiding.footage.bytes()),
        What::LeadAnswered { lead, .. } => Some(*lead.footage.bytes()),
        _ => None,
    }
}
