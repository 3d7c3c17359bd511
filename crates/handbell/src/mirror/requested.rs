//! Requested: a log asks for a cosignature itself (C2SP tlog-witness, `add-checkpoint`).
//!
//! The table of answers is the log crate's ([`handbell_log::cosigner`]); here is the one lock around it, the disk, and
//! what a split view leads to. A tree that was accepted so is ahead of the entries that are held until the next pull.

use super::MirrorError;
use super::alarm::Alarm;
use super::neighbour::{Neighbour, Signed, held_by};
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::{Decision, KnownLog, LastCosigned, Request};

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// Cosigned, and stored before: the signature line with its end.
    Cosigned(String),
    /// The proof starts from another size than the one last cosigned, which is this.
    OtherSize(String),
    /// Refused, with the status that the standard gives it.
    Refused(u16),
    /// It continues what was cosigned, and is larger than what is kept of one log: no pull could ever look at it.
    TooLarge,
}

impl Neighbour {
    /// Answers a request whose checkpoint names this log.
    ///
    /// # Errors
    /// [`MirrorError::Disk`]; then nothing was cosigned, though it may be remembered as if it had been.
    pub fn requested(&self, request: &Request, cosigner: &CosigningKey, now_seconds: u64) -> Result<Requested, MirrorError> {
        let mut seen = held_by(&self.seen);
        if self.alarm().is_some() {
            // As long as nobody has looked, this log has no key that is believed here.
            return Ok(Requested::Refused(403));
        }
        let last = self.seen_now(&mut seen)?;
        let known = KnownLog {
            keys: vec![self.key.clone()],
            second_keys: Vec::new(),
            last: last.as_ref().map(|last| LastCosigned { size: last.checkpoint.size, root: last.checkpoint.root }),
        };
        let decision = request.decide(Some(&known));
        if let Some(body) = decision.size_body() {
            return Ok(Requested::OtherSize(body));
        }
        match &decision {
            // A proof of consistency needs no entries, so any size can be asked for.
            Decision::Accepted(accepted) if !self.has_room_for(accepted.checkpoint.size) => Ok(Requested::TooLarge),
            Decision::Accepted(_) => {
                let line = self.store_and_sign(&mut seen, &signed(request, self)?, cosigner, now_seconds)?;
                Ok(Requested::Cosigned(format!("{line}\n")))
            }
            Decision::NotConsistent => {
                let shown = signed(request, self)?;
                if let Some(last) = last.filter(|last| last.checkpoint.size == shown.checkpoint.size) {
                    // Two roots of one size, both signed by the log: that proves itself.
                    Alarm::raise(&self.shelf, &self.key, &last.note, &shown.note, None)?;
                }
                Ok(Requested::Refused(decision.status()))
            }
            _ => Ok(Requested::Refused(decision.status())),
        }
    }
}

/// The request's checkpoint with the log's line alone.
fn signed(request: &Request, neighbour: &Neighbour) -> Result<Signed, MirrorError> {
    let body = request.encode();
    let note = body.split_once("\n\n").map_or("", |(_, note)| note);
    Signed::open(note.as_bytes(), &neighbour.key)
}

#[cfg(test)]
mod tests;
