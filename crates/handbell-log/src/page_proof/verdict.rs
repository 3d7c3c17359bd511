//! What a page proof proves: entry by entry, and whether there are more.

use std::fmt;

use super::{PageEntry, PageProof, PlacedLeaf, PlacedRow, Remainder};
use crate::checkpoint::Checkpoint;
use crate::leaf::{Body, Kind, Leaf, Reason, Stream};
use crate::payload::{self, Header, PayloadError};
use crate::policy::{Judgement, Policy, PolicyRefusal};
use crate::proof::{ProofError, verify_inclusion};
use crate::snapshot::{Row, SnapshotHead, row_hash};
use crate::tree::Frontier;

/// Why an entry, or what is said to come after the last one, does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The leaf is not at its index of the tree.
    #[error("the leaf is not in the log at this place: {0}")]
    Leaf(ProofError),
    /// The entry belongs to another stream than the page.
    #[error("the entry belongs to another page")]
    Stream,
    /// The entry has public fields: withdrawals, keys and notes are no entries of a page.
    #[error("an entry of this kind has no content and no number on a page")]
    Kind,
    /// Entries are out of order, or one stands there twice.
    #[error("the entries are not in the order of the log")]
    Order,
    /// Neither content nor withdrawal.
    #[error("there is no content and no withdrawal that says why")]
    Missing,
    /// The content is not the one committed to. A withdrawal does not excuse it.
    #[error("the content is not the one the log committed to")]
    Content,
    /// The payload is not canonical or lacks a field.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// An entry of the stream before this one is missing from the page, or there is one too many.
    #[error("the entry says it is number {said}, and it is number {found} of this page")]
    Number {
        /// What its `seq` says.
        said: u64,
        /// Where it stands.
        found: u64,
    },
    /// The entry names another one as the one before it.
    #[error("the entry names another entry as the one before it")]
    Previous,
    /// The withdrawal is not in the log, or withdraws something else.
    #[error("the withdrawal does not withdraw this entry")]
    Withdrawal,
    /// An entry that the proof shows was withdrawn meanwhile, and the proof does not say so.
    #[error("an entry of this page was withdrawn at index {by}, and the proof does not say so")]
    Untold {
        /// Index of the withdrawal.
        by: u64,
    },
    /// The snapshot is not one, or its row or the leaves after it do not lead to what was signed.
    #[error("the snapshot or what follows it is not what the log signed")]
    Snapshot,
    /// Snapshot and leaves give another number of entries, or another last one, than the page has.
    #[error("the log holds {wanted} entries of this page, and the proof {found}")]
    Count {
        /// How many the log holds.
        wanted: u64,
        /// How many the proof brings.
        found: u64,
    },
}

/// What holds of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// It is in the log and says this.
    Verified {
        /// Canonical JSON, as committed.
        payload: Vec<u8>,
    },
    /// It is in the log and its content was withdrawn.
    Withdrawn {
        /// Why.
        reason: Reason,
        /// Index of the withdrawal.
        by: u64,
        /// The proof brings the content all the same. It is not handed on.
        still_offered: bool,
    },
    /// It does not hold.
    Failed(Fault),
}

impl fmt::Display for EntryState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryState::Verified { .. } => formatter.write_str("verified"),
            EntryState::Withdrawn { reason, by, still_offered } => {
                let reason = match reason {
                    Reason::Safety => "safety",
                    Reason::PersonalData => "personal data",
                    Reason::LegalOrder => "legal order",
                    Reason::Error => "error",
                    Reason::Unspecified => "no reason given",
                };
                write!(formatter, "withdrawn at index {by}, {reason}")?;
                if *still_offered { formatter.write_str(" (its content is still given out)") } else { Ok(()) }
            }
            EntryState::Failed(fault) => write!(formatter, "FAILED: {fault}"),
        }
    }
}

/// One entry's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVerdict {
    /// Its index in the log.
    pub index: u64,
    /// The leaf's kind, known or not.
    pub kind_code: u8,
    /// What holds of it.
    pub state: EntryState,
}

/// Whether the page may have later entries than the proof tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// Nothing is said about entries after the last one. Only the whole log could.
    ToTheLast,
    /// There are no more up to the checkpoint's size.
    Whole,
    /// It was claimed and does not hold.
    Failed(Fault),
}

/// What a page proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageVerdict {
    /// The checkpoint, and who has cosigned it.
    pub judgement: Judgement,
    /// Every entry, in the page's order.
    pub entries: Vec<EntryVerdict>,
    /// Whether there may be more.
    pub completeness: Completeness,
    /// Where in the log the proof begins to show every withdrawal of its entries: at its snapshot, which counts entries and
    /// not withdrawals, or at the checkpoint's size where it brings none.
    pub withdrawals_shown_from: u64,
}

impl PageVerdict {
    /// Whether a withdrawal of an entry that is shown as verified could stand in the log where the proof does not look.
    ///
    /// Whoever made the proof may have left it out. Only the whole log shows that there is none.
    pub fn may_hide_a_withdrawal(&self) -> bool {
        let shown = |entry: &&EntryVerdict| matches!(entry.state, EntryState::Verified { .. });
        // A withdrawal stands behind what it withdraws.
        self.entries.iter().filter(shown).any(|entry| entry.index.saturating_add(1) < self.withdrawals_shown_from)
    }

    /// Whether everything that the proof brings holds. A page without entries proves nothing.
    ///
    /// Says nothing about cosigners: see [`Judgement::quorum`].
    pub fn holds(&self) -> bool {
        let failed = |entry: &EntryVerdict| matches!(entry.state, EntryState::Failed(_));
        !self.entries.is_empty() && !self.entries.iter().any(failed) && !matches!(self.completeness, Completeness::Failed(_))
    }
}

impl PageProof {
    /// Verifies the page against the logs and cosigners one believes.
    ///
    /// # Errors
    /// Where the checkpoint is not one of a believed log: then nothing below it means anything. What
    /// is wrong with entries is in the answer, at the entry.
    pub fn verify(&self, policy: &Policy) -> Result<PageVerdict, PolicyRefusal> {
        let judgement = policy.judge(&self.checkpoint)?;
        let checkpoint = &judgement.checkpoint;
        let mut entries = Vec::with_capacity(self.entries.len());
        let mut before: Option<u64> = None;
        for (number, entry) in (0u64..).zip(&self.entries) {
            let state = entry_state(checkpoint, self.stream, entry, number, before).unwrap_or_else(EntryState::Failed);
            entries.push(EntryVerdict { index: entry.leaf.index, kind_code: entry.leaf.leaf.kind_code(), state });
            before = Some(entry.leaf.index);
        }
        let completeness = match &self.remainder {
            None => Completeness::ToTheLast,
            Some(remainder) => match self.check_remainder(checkpoint, remainder, &entries) {
                Ok(()) => Completeness::Whole,
                Err(fault) => Completeness::Failed(fault),
            },
        };
        let withdrawals_shown_from = self.remainder.as_ref().map_or(judgement.checkpoint.size, |remainder| remainder.snapshot.index);
        Ok(PageVerdict { judgement, entries, completeness, withdrawals_shown_from })
    }

    /// Checks that snapshot and leaves are what the log signed, and that they hold as many entries of
    /// this stream as the page has.
    fn check_remainder(&self, checkpoint: &Checkpoint, remainder: &Remainder, entries: &[EntryVerdict]) -> Result<(), Fault> {
        let covered = remainder.snapshot.index;
        let head = snapshot_head(checkpoint, remainder)?;
        let row = remainder.row.as_ref().map(|placed| check_row(placed, &head, self.stream)).transpose()?;

        let size = checkpoint.size;
        if covered.checked_add(1).and_then(|start| size.checked_sub(start)) != Some(remainder.after.len() as u64) {
            return Err(Fault::Snapshot);
        }
        let mut tree = Frontier::before(covered, size, &remainder.snapshot.path).ok_or(Fault::Snapshot)?;
        tree.append(remainder.snapshot.leaf.hash());
        tree.extend(remainder.after.iter().map(Leaf::hash));
        if tree.root() != checkpoint.root {
            return Err(Fault::Snapshot);
        }

        let before: Vec<u64> = entries.iter().map(|entry| entry.index).filter(|index| *index < covered).collect();
        let (count, last) = (before.len() as u64, before.last().copied());
        match row {
            Some(row) if row.count != count || Some(row.last) != last => {
                return Err(Fault::Count { wanted: row.count, found: count });
            }
            Some(_) => {}
            // Without a row the stream must be seen to begin after the snapshot: number 0, opened.
            None if count == 0 && matches!(entries.first().map(|first| &first.state), Some(EntryState::Verified { .. })) => {}
            None => return Err(Fault::Snapshot),
        }
        let later = (covered..).zip([&remainder.snapshot.leaf].into_iter().chain(&remainder.after));
        let own: Vec<(u64, &Leaf)> = later.filter(|(_, leaf)| leaf.stream() == self.stream).collect();
        is_every_withdrawal_told(&own, entries)?;
        let wanted: Vec<u64> = own.iter().filter(|(_, leaf)| leaf.is_committed()).map(|(index, _)| *index).collect();
        let found: Vec<u64> = entries.iter().map(|entry| entry.index).filter(|index| *index >= covered).collect();
        match wanted == found {
            true => Ok(()),
            false => Err(Fault::Count { wanted: count + wanted.len() as u64, found: count + found.len() as u64 }),
        }
    }
}

/// A page that shows a content as good while the leaves after the snapshot withdraw it is out of date.
fn is_every_withdrawal_told(later: &[(u64, &Leaf)], entries: &[EntryVerdict]) -> Result<(), Fault> {
    for (by, leaf) in later {
        if let Body::Withdrawal { target, .. } = *leaf.body() {
            let shown = |entry: &&EntryVerdict| entry.index == target && matches!(entry.state, EntryState::Verified { .. });
            if entries.iter().any(|entry| shown(&entry)) {
                return Err(Fault::Untold { by: *by });
            }
        }
    }
    Ok(())
}

fn is_in(checkpoint: &Checkpoint, placed: &PlacedLeaf) -> Result<(), ProofError> {
    verify_inclusion(&placed.leaf.hash(), placed.index, checkpoint.size, &placed.path, &checkpoint.root)
}

fn entry_state(checkpoint: &Checkpoint, stream: Stream, entry: &PageEntry, number: u64, before: Option<u64>) -> Result<EntryState, Fault> {
    let leaf = &entry.leaf.leaf;
    is_in(checkpoint, &entry.leaf).map_err(Fault::Leaf)?;
    if leaf.stream() != stream {
        return Err(Fault::Stream);
    }
    if !leaf.is_committed() {
        return Err(Fault::Kind);
    }
    if before.is_some_and(|before| before >= entry.leaf.index) {
        return Err(Fault::Order);
    }
    // First the commitment, whether or not the entry is withdrawn: a slot that is withdrawn takes no
    // other content.
    if let Some(content) = &entry.content {
        if !content.opens(leaf) {
            return Err(Fault::Content);
        }
        let header = Header::of(&payload::check(&content.payload)?)?;
        if header.seq != number {
            return Err(Fault::Number { said: header.seq, found: number });
        }
        if header.prev != before {
            return Err(Fault::Previous);
        }
    }
    match (&entry.withdrawal, &entry.content) {
        (Some(withdrawal), content) => {
            is_in(checkpoint, withdrawal).map_err(|_| Fault::Withdrawal)?;
            match *withdrawal.leaf.body() {
                Body::Withdrawal { target, reason }
                    if target == entry.leaf.index && withdrawal.index > target && withdrawal.leaf.stream() == stream =>
                {
                    Ok(EntryState::Withdrawn { reason, by: withdrawal.index, still_offered: content.is_some() })
                }
                _ => Err(Fault::Withdrawal),
            }
        }
        (None, Some(content)) => Ok(EntryState::Verified { payload: content.payload.clone() }),
        (None, None) => Err(Fault::Missing),
    }
}

fn snapshot_head(checkpoint: &Checkpoint, remainder: &Remainder) -> Result<SnapshotHead, Fault> {
    let leaf = &remainder.snapshot.leaf;
    is_in(checkpoint, &remainder.snapshot).map_err(Fault::Leaf)?;
    let opens = leaf.kind() == Some(Kind::Snapshot) && leaf.stream() == Stream::OPERATOR && remainder.content.opens(leaf);
    if !opens {
        return Err(Fault::Snapshot);
    }
    let payload = payload::check(&remainder.content.payload)?;
    // A snapshot tells of every entry before itself and of none after.
    SnapshotHead::of(&payload).filter(|head| head.size == remainder.snapshot.index).ok_or(Fault::Snapshot)
}

fn check_row(placed: &PlacedRow, head: &SnapshotHead, stream: Stream) -> Result<Row, Fault> {
    let holds = verify_inclusion(&row_hash(&placed.row), placed.position, head.streams, &placed.path, &head.root).is_ok();
    if holds && placed.row.stream == stream { Ok(placed.row.clone()) } else { Err(Fault::Snapshot) }
}
