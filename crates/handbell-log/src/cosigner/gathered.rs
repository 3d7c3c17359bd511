//! What a log gathers: the lines that others put under its checkpoint, and what they show to have seen.
//!
//! The log's own side of cosigning. [`Shown`] reads what a cosigner publishes of one log; [`gather`] decides which lines
//! stand under the published checkpoint. Promises that a line which did not verify over the log's own text goes no
//! further, whoever brought it, and that a published checkpoint never has more than [`LINES_MAX`] lines, because readers
//! need not accept more (C2SP signed-note). Fetches nothing, keeps nothing, and is told what time it is.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::{Cosignature, CosignerKey, TIME_SECONDS_MAX};
use crate::note::{Note, NoteError, Signature, VerifierKey};

/// The most lines under a published checkpoint, the log's own among them.
pub const LINES_MAX: usize = 16;
/// How far ahead of the log's clock a cosigner's time may be, in seconds. A line from further ahead would be the newest of
/// its cosigner until then, and hide every honest one.
pub const AHEAD_SECONDS_MAX: u64 = 300;

/// A checkpoint that a cosigner shows, signed by the log, with the lines under it. The log's line verified; the others are
/// for [`gather`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What the log signed once.
    pub checkpoint: Checkpoint,
    /// All of it, to be kept where it is evidence.
    pub note: Note,
}

impl Shown {
    /// Reads what a cosigner shows of the log with this key.
    ///
    /// # Errors
    /// Where it is no checkpoint of that log, signed by it: then it says nothing about the log, since anybody can write
    /// such a thing.
    pub fn read(bytes: &[u8], log: &VerifierKey) -> Result<Shown, CheckpointError> {
        let note = Note::parse(bytes)?;
        note.verify(std::slice::from_ref(log))?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != log.name() { Err(CheckpointError::OtherOrigin) } else { Ok(Shown { checkpoint, note }) }
    }
}

/// Lines that stand under a checkpoint, and how many were thrown away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The newest line of each cosigner, in the order of the cosigners, with what it says.
    pub lines: Vec<(Signature, Cosignature)>,
    /// Lines under a known cosigner's name and key ID that do not verify, say no time, or one too far ahead.
    pub thrown_away: usize,
}

/// Keeps of all these lines what known cosigners signed over this checkpoint, once each: their newest.
///
/// Lines by strangers are passed over without a word. Of two lines with one time the first stays.
pub fn gather<'line>(
    checkpoint: &Checkpoint,
    lines: impl IntoIterator<Item = &'line Signature>,
    cosigners: &[CosignerKey],
    now_seconds: u64,
) -> Gathered {
    let text = checkpoint.encode();
    let latest_allowed = now_seconds.saturating_add(AHEAD_SECONDS_MAX).min(TIME_SECONDS_MAX);
    let mut newest: Vec<Option<(u64, &Signature)>> = vec![None; cosigners.len()];
    let mut thrown_away = 0;
    for line in lines {
        let mut known = cosigners.iter().enumerate().filter(|(_, key)| key.is_supported() && key.is_of(line)).peekable();
        if known.peek().is_none() {
            continue;
        }
        // Two keys may share name and 32-bit ID; a line that fits one of them is that one's.
        let fits = known.find_map(|(place, key)| Some((place, key.verify(&text, line)?)));
        match fits.filter(|(_, time)| (1..=latest_allowed).contains(time)) {
            None => thrown_away += 1,
            Some((place, time)) if newest[place].is_none_or(|(known, _)| known < time) => newest[place] = Some((time, line)),
            Some(_) => {}
        }
    }
    let said = cosigners.iter().zip(newest).filter_map(|(key, newest)| {
        let (time_seconds, line) = newest?;
        Some((line.clone(), Cosignature { cosigner: key.name().to_owned(), key_id: key.key_id(), time_seconds }))
    });
    Gathered { lines: said.collect(), thrown_away }
}

impl Gathered {
    /// The note to publish: the log's own lines first, then these, as many as there is room for.
    ///
    /// # Errors
    /// Where the log brings no line of its own.
    pub fn under(&self, checkpoint: &Checkpoint, own: &[Signature]) -> Result<Note, NoteError> {
        if own.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let theirs = self.lines.iter().map(|(line, _)| line);
        Note::new(&checkpoint.encode(), own.iter().chain(theirs).take(LINES_MAX).cloned().collect())
    }
}

#[cfg(test)]
mod tests;
