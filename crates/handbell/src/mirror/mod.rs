//! Mirror: neighbouring groups keep each other's log (docs/formats/neighbour.md).
//!
//! A [`neighbour::Neighbour`] is one other group's log as it is kept here: tiles, bundles and contents on a disk, what
//! was cosigned of it, and an alarm if it showed two histories. [`pull`] takes what is new, believes nothing that it did
//! not compute itself, stores it, and only then cosigns. A source is any published log: a site, a folder, or a made-up
//! one, and the time is an argument, so that a simulation can run all of it.
//! What it tells of an incident is read from the copy by [`told`], each word held against its leaf; what its log showed
//! to others is held against it by [`elsewhere`].
//! Nothing here reads the store of this group: a neighbour's log never becomes ours.

pub mod alarm;
pub mod elsewhere;
pub mod key;
pub mod neighbour;
pub mod neighbours;
pub mod pull;
pub mod requested;
pub mod shelf;
pub mod site;
mod streams;
pub mod told;

#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

use handbell_log::checkpoint::CheckpointError;
use handbell_log::source::SourceError;

/// Why a pull came to nothing. Whatever it is, the copy on the disk is whole.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The neighbour's log could not be read; nothing is known.
    #[error("the neighbour cannot be read: {0}")]
    Unreachable(#[from] SourceError),
    /// What is published there is not signed by the key that is known.
    #[error("the checkpoint is not by the key that is known here: {0}")]
    NotTheLog(#[from] CheckpointError),
    /// The entries are not what the checkpoint signs; whoever runs the source is at fault, not yet the log.
    #[error("{place}: {sentence}")]
    NotWhatIsSigned {
        /// Path of what is wrong.
        place: String,
        /// What is wrong there.
        sentence: String,
    },
    /// A file of this copy is not what was written there. That is the fault of the disk here and of nobody else.
    #[error("{place}: the file of this copy is damaged: {sentence}")]
    Damaged {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        sentence: String,
    },
    /// The log went back, or showed two histories. Nothing of it is cosigned until a person clears the alarm.
    #[error("{0}")]
    Alarm(alarm::Alarm),
    /// Another key is known for this log.
    #[error("another key is kept for {0}; a log's key never changes quietly")]
    OtherKey(String),
    /// The log asked for more to be cosigned than its site shows yet. Not a rollback while it does not last: that much was
    /// perhaps never published.
    #[error("the site shows {shown} entries, and its log asked for {asked} to be cosigned, which it has not published yet")]
    Behind {
        /// Entries at the site.
        shown: u64,
        /// Entries that were cosigned.
        asked: u64,
    },
    /// The entries alone are more than is kept of one neighbour. Nothing further is taken or cosigned.
    #[error("the log has {0} entries, which is more than is kept of one neighbour")]
    TooLarge(u64),
    /// Something else was cosigned meanwhile; pull again.
    #[error("something newer was cosigned meanwhile; pull again")]
    Overtaken,
    /// The disk did not do as asked. It may have done it nevertheless; the next pull does it again.
    #[error("{what}: {cause}")]
    Disk {
        /// What was to be done.
        what: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Another program works in this folder.
    #[error("{0} is in use by another handbell; stop it first")]
    InUse(String),
    /// The cosigner's key cannot be used.
    #[error("the cosigner's key: {0}")]
    Key(String),
}

pub(crate) fn not_signed(place: impl Into<String>, sentence: impl Into<String>) -> MirrorError {
    MirrorError::NotWhatIsSigned { place: place.into(), sentence: sentence.into() }
}
