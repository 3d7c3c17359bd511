//! Hiding: what is covered in a working copy before anything of it is public, and who looked.
//!
//! Boxes are drawn by a person, burnt in as one colour, and looked at frame by frame by a second person. Nothing
//! publishes itself.

use crate::id::{FootageId, HidingId, MemberId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A rectangle in ten-thousandths of the picture's width and height, from the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectangle {
    /// From the left.
    pub x: u16,
    /// From above.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// Where a box is at one moment of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFrame {
    /// Milliseconds from the beginning.
    pub at: u64,
    /// Where.
    pub place: Rectangle,
}

/// One box: still in a picture (one key frame at 0), moving straight from key frame to key frame in a film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Where it is, in order of time; at least one.
    pub path: Vec<KeyFrame>,
    /// From which millisecond it covers.
    pub from: u64,
    /// Until which, that one included.
    pub until: u64,
    /// Whether a program proposed it; a person has accepted it then.
    pub suggested: bool,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum HidingState {
    /// Drawn; to be burnt in.
    Drawn,
    /// Burnt in; to be looked at.
    Burnt {
        /// The covered copy in the vault.
        name: String,
        /// Its type.
        media_type: String,
        /// Its bytes.
        length: u64,
        /// Its SHA-256.
        sha256: [u8; 32],
        /// Frames in it.
        frames: u32,
    },
    /// It cannot be burnt in.
    Failed {
        /// The short name of why.
        why: String,
    },
    /// Taken back, or another drawing takes its place.
    TakenBack,
}

/// Who looked at which frames.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Who; never whoever drew.
    pub by: MemberId,
    /// Since when.
    pub at: Timestamp,
    /// Frames looked at, as ranges from and to, both included, in order.
    pub frames: Vec<(u32, u32)>,
    /// What they found: nothing can be recognised, once every frame was looked at.
    pub clear_at: Option<Timestamp>,
}

/// A drawing over one working copy, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hiding {
    /// Private id.
    pub id: HidingId,
    /// How often it was changed.
    pub version: u32,
    /// What is covered.
    pub footage: FootageId,
    /// Who drew.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The boxes.
    pub covers: Vec<Cover>,
    /// Whether the sound stays out; it does unless two people wish otherwise.
    pub silent: bool,
    /// How far it is.
    pub state: HidingState,
    /// The second person's looking.
    pub inspection: Option<Inspection>,
    /// When it was made public, with the words that describe it.
    pub public: Option<PublicCopy>,
}

/// What makes a covered copy public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCopy {
    /// Who said so, after the inspection.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The incident on whose page it stands.
    pub incident: crate::id::IncidentId,
    /// What it shows, in words, for whoever cannot or will not look.
    pub shows: String,
    /// Name in the public address: sixteen random bytes.
    pub address: [u8; 16],
}

impl Hiding {
    /// Whether it still waits for somebody or for the server.
    pub const fn open(&self) -> bool {
        match &self.state {
            HidingState::Drawn => true,
            HidingState::Burnt { .. } => self.public.is_none(),
            HidingState::Failed { .. } | HidingState::TakenBack => false,
        }
    }
}
