//! What a policy says about one checkpoint: whose log it is, and who has cosigned it.

use std::fmt;

use super::{LogKey, Named, Policy, Threshold};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::{CosignerKey, verified_lines};
use crate::note::{Note, NoteError, VerifierKey};

/// Why a checkpoint is not one of a log the policy believes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// It is no checkpoint, nobody known has signed it, or a known key's line does not verify.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// It is signed by logs one believes, but by none whose name is its origin.
    #[error("the log of this origin has not signed the checkpoint with a key the policy believes")]
    OtherLog,
}

impl From<NoteError> for PolicyRefusal {
    fn from(error: NoteError) -> PolicyRefusal {
        PolicyRefusal::Checkpoint(error.into())
    }
}

/// One cosigner whose line verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignedBy {
    /// The cosigner's name in the policy.
    pub name: Vec<u8>,
    /// The latest time they said so, in seconds since 1970.
    pub time_seconds: u64,
}

/// Whether those who had to have cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// The policy asks for nobody. Never to be shown as *verified by others*.
    NotAsked,
    /// Enough have.
    Met,
    /// Not enough have.
    Missed,
}

/// A checkpoint of a believed log, and how it stands with its cosigners.
///
/// Shown as people should read it: `cosigned by 2 of 3`, or `not cosigned`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What the log signed.
    pub checkpoint: Checkpoint,
    /// Whose cosignatures verified: each once, in the policy's order.
    pub cosigned_by: Vec<CosignedBy>,
    /// How many cosigners the policy knows.
    pub cosigners: usize,
    /// How many of them have a key of a kind that this build cannot verify.
    pub unsupported: usize,
    /// Whether those who had to have cosigned.
    pub quorum: Quorum,
}

impl fmt::Display for Judgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cosigned_by.len() {
            0 if self.cosigners == 0 => formatter.write_str("not cosigned: nobody else is known to sign this log")?,
            0 => write!(formatter, "not cosigned: none of {} has signed", self.cosigners)?,
            count => write!(formatter, "cosigned by {count} of {}", self.cosigners)?,
        }
        if self.quorum == Quorum::Missed && !self.cosigned_by.is_empty() {
            formatter.write_str(", which is not enough")?;
        }
        match self.unsupported {
            0 => Ok(()),
            count => write!(formatter, " ({count} sign in a way this program cannot check)"),
        }
    }
}

impl Policy {
    /// Judges a checkpoint: the log's signature first, then who cosigned.
    ///
    /// Lines by keys the policy does not know are ignored. A cosigner counts once, however many lines
    /// are theirs. Reads no clock: whether a time is too old or in the future is for the caller.
    ///
    /// # Errors
    /// Where the log's own signature is missing, or a known line fails. A missed quorum is no error
    /// but an answer: [`Judgement::quorum`].
    pub fn judge(&self, note: &Note) -> Result<Judgement, PolicyRefusal> {
        let checkpoint = self.opened(note)?;
        let cosigners: Vec<&CosignerKey> = self.cosigners().map(|cosigner| &cosigner.key).collect();
        let mut latest: Vec<Option<u64>> = vec![None; cosigners.len()];
        for line in verified_lines(note, &cosigners)? {
            latest[line.key] = latest[line.key].max(Some(line.time_seconds));
        }
        let said = self.cosigners().zip(&latest);
        let cosigned_by =
            said.filter_map(|(cosigner, time)| Some(CosignedBy { name: cosigner.name.clone(), time_seconds: (*time)? })).collect();
        let unsupported = cosigners.iter().filter(|key| !key.is_supported()).count();
        let quorum = match self.quorum {
            None => Quorum::NotAsked,
            Some(wanted) if self.has_cosigned(&latest)[wanted] => Quorum::Met,
            Some(_) => Quorum::Missed,
        };
        Ok(Judgement { checkpoint, cosigned_by, cosigners: cosigners.len(), unsupported, quorum })
    }

    /// The checkpoint of a note that the log of its origin has signed with Ed25519.
    fn opened(&self, note: &Note) -> Result<Checkpoint, PolicyRefusal> {
        let (mut first, mut second): (Vec<VerifierKey>, Vec<&CosignerKey>) = Default::default();
        for log in &self.logs {
            match &log.key {
                LogKey::Ed25519(key) => first.push(key.clone()),
                LogKey::MlDsa44(key) => second.push(key),
            }
        }
        let signed = note.verify(&first)?;
        // A failing second signature spoils the note; a good one adds nothing that is asked for.
        verified_lines(note, &second)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        match signed.iter().any(|line| line.name() == checkpoint.origin) {
            true => Ok(checkpoint),
            false => Err(PolicyRefusal::OtherLog),
        }
    }

    /// For each named line, whether it counts as having cosigned. A group's members stand before it.
    fn has_cosigned(&self, latest: &[Option<u64>]) -> Vec<bool> {
        let mut latest = latest.iter();
        let mut signed: Vec<bool> = Vec::with_capacity(self.named.len());
        for named in &self.named {
            let has = match named {
                Named::Cosigner(_) => latest.next().is_some_and(Option::is_some),
                Named::Group(group) => {
                    let count = group.members.iter().filter(|member| signed[**member]).count();
                    let wanted = match group.threshold {
                        Threshold::All => group.members.len(),
                        Threshold::Any => 1,
                        Threshold::Number(number) => number,
                    };
                    count >= wanted
                }
            };
            signed.push(has);
        }
        signed
    }
}
