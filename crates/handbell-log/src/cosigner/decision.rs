//! The table: a request and what is known of its log in, the answer out.
//!
//! The standard fixes no order of the checks. This one goes from what anyone may know to what only
//! this cosigner knows, so that nobody learns a size without the log's signature.

use crate::checkpoint::Checkpoint;
use crate::cosignature::{CosignatureError, CosignerKey, CosigningKey, verified_lines};
use crate::hash::{Hash, empty_root};
use crate::note::{Note, Signature, VerifierKey};
use crate::proof::verify_consistency;

use super::request::Request;

/// What a cosigner last signed for a log. For a log never cosigned there is none, which counts as
/// size 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCosigned {
    /// The tree's size.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
}

/// What a cosigner knows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The keys believed for its origin. Only those whose name is the origin count.
    pub keys: Vec<VerifierKey>,
    /// Its second keys, ML-DSA-44. Verified where they have signed, never enough alone.
    pub second_keys: Vec<CosignerKey>,
    /// What was last cosigned.
    pub last: Option<LastCosigned>,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The log is not known here.
    UnknownOrigin,
    /// No believed key has signed, or a line by one does not verify.
    NotSigned,
    /// The proof starts from another size than the one last cosigned.
    OtherSize {
        /// The size last cosigned, 0 if none was.
        last_size: u64,
    },
    /// The checkpoint does not extend what was cosigned. Worth keeping: it may be proof of a split.
    NotConsistent,
    /// It does. Store first, then sign.
    Accepted(Accepted),
}

impl Decision {
    /// The HTTP status of the answer. A body that is no request at all is 400.
    pub fn status(&self) -> u16 {
        match self {
            Decision::UnknownOrigin => 404,
            Decision::NotSigned => 403,
            Decision::OtherSize { .. } => 409,
            Decision::NotConsistent => 422,
            Decision::Accepted(_) => 200,
        }
    }

    /// The body of the answer 409, to be sent as [`super::SIZE_MEDIA_TYPE`].
    pub fn size_body(&self) -> Option<String> {
        match self {
            Decision::OtherSize { last_size } => Some(format!("{last_size}\n")),
            _ => None,
        }
    }
}

/// A checkpoint that may be cosigned once it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What must still be the last cosigned when `checkpoint` is stored in its place: the other half
    /// of the compare-and-swap.
    pub replaces: Option<LastCosigned>,
    /// What to store and then to sign.
    pub checkpoint: Checkpoint,
    log_lines: Vec<Signature>,
}

impl Accepted {
    /// What the store holds from now on.
    pub fn last(&self) -> LastCosigned {
        LastCosigned { size: self.checkpoint.size, root: self.checkpoint.root }
    }

    /// Cosigns, after storing: the line that is the answer, and the note to publish at the monitoring
    /// path. The note holds the log's verified lines and this one, and nothing else that came.
    pub fn cosign(&self, key: &CosigningKey, time_seconds: u64) -> Result<(Signature, Note), CosignatureError> {
        if time_seconds == 0 {
            return Err(CosignatureError::Time);
        }
        let line = key.cosign(&self.checkpoint, time_seconds)?;
        let lines = self.log_lines.iter().chain([&line]).cloned().collect();
        let note = Note::new(&self.checkpoint.encode(), lines).expect("one line per key known here, and one more");
        Ok((line, note))
    }
}

impl Request {
    /// Decides what a request is answered with.
    pub fn decide(&self, known: Option<&KnownLog>) -> Decision {
        let Some(known) = known else {
            return Decision::UnknownOrigin;
        };
        let Some(log_lines) = self.log_lines(known) else {
            return Decision::NotSigned;
        };
        let last_size = known.last.map_or(0, |last| last.size);
        if self.old_size != last_size {
            return Decision::OtherSize { last_size };
        }
        let last_root = known.last.map_or_else(empty_root, |last| last.root);
        let Checkpoint { size, root, .. } = &self.checkpoint;
        match verify_consistency(last_size, &last_root, *size, root, &self.proof) {
            Err(_) => Decision::NotConsistent,
            Ok(()) => Decision::Accepted(Accepted { replaces: known.last, checkpoint: self.checkpoint.clone(), log_lines }),
        }
    }

    /// The log's own lines, one per key, if a believed key has signed and none of its lines fails.
    fn log_lines(&self, known: &KnownLog) -> Option<Vec<Signature>> {
        let keys: Vec<VerifierKey> = known.keys.iter().filter(|key| key.name() == self.origin()).cloned().collect();
        let second: Vec<&CosignerKey> = known.second_keys.iter().filter(|key| key.name() == self.origin()).collect();
        let mut lines: Vec<Signature> = Vec::new();
        let first = self.note.verify(&keys).ok()?.into_iter();
        let second = verified_lines(&self.note, &second).ok()?.into_iter().map(|line| &self.note.signatures()[line.line]);
        for line in first.chain(second) {
            // One line per key, so that nobody's signing twice fills the note.
            if !lines.iter().any(|other| other.name() == line.name() && other.key_id() == line.key_id()) {
                lines.push(line.clone());
            }
        }
        Some(lines)
    }
}
