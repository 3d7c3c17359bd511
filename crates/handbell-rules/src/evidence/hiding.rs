//! Hiding: what is covered in a working copy before anything of it is public, and who looked.
//!
//! Boxes are drawn by a person, burnt in as one colour, and looked at frame by frame by a second person. Nothing
//! publishes itself. Which frames they looked at is kept, because "checked" means no more than that. What a
//! program suggests is a box only when a person takes it ([`super::suggestion`]).
//!
//! Places are in ten-thousandths of the picture, so that they mean the same at every size. Whatever is made of a film has
//! 25 frames a second, so that a frame's number is its time ([`FRAME_MILLISECONDS`]); a box that is a frame late shows a
//! face. Nothing here decodes or burns anything.
//!
//! PROMISE hidden-by-one-checked-by-another: no public copy without a second person who looked at each frame.

use super::custody::{Deed, Doer};
use super::footage::{Copies, Footage, Wish};
use crate::change::{Change, What};
use crate::id::{ChangeId, FootageId, HidingId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Parts of a picture's width or height.
pub const WHOLE: u16 = 10_000;
/// Most covers over one picture or film.
pub const COVERS_MAX: usize = 64;
/// Most key frames of all covers together: as many as fit into one order to the shut-in child.
pub const KEY_FRAMES_MAX: usize = 1_000;
/// How long a frame of whatever is made of a film stands.
pub const FRAME_MILLISECONDS: u64 = 40;
/// Most frames of a film that is worked with: ten minutes.
pub const FRAMES_MAX: u32 = 15_000;
/// Most stretches of frames that one person's look is kept as.
const STRETCHES_MAX: usize = 2_000;

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
    /// Whether a file is, byte by byte, the covered copy that was made of another before.
    pub fn made_before(&self, other: &Footage) -> bool {
        let same = matches!(&self.state, HidingState::Burnt { sha256, .. } if *sha256 == other.sha256);
        same && self.footage != other.id && self.at <= other.received_at
    }
}

impl Rectangle {
    /// Within the picture and with a size.
    ///
    /// # Errors
    /// [`Evidence::CoverOutside`].
    pub fn new(x: u16, y: u16, width: u16, height: u16) -> Result<Self, Refusal> {
        let fits = |from: u16, size: u16| size > 0 && from.checked_add(size).is_some_and(|end| end <= WHOLE);
        if fits(x, width) && fits(y, height) { Ok(Self { x, y, width, height }) } else { Err(Evidence::CoverOutside.into()) }
    }

    /// Its edges in pixels of a picture of this size: left, top, right and bottom (the last two outside), never less than
    /// was drawn.
    pub fn pixels(&self, width: u32, height: u32) -> [u32; 4] {
        let down = |part: u16, of: u32| u64::from(part) * u64::from(of) / u64::from(WHOLE);
        let up = |part: u16, of: u32| (u64::from(part) * u64::from(of)).div_ceil(u64::from(WHOLE)).min(u64::from(of));
        [down(self.x, width), down(self.y, height), up(self.x + self.width, width), up(self.y + self.height, height)]
            .map(|edge| u32::try_from(edge).unwrap_or(u32::MAX))
    }

    /// The one between two, `part` of `of` on the way to the other; each edge is rounded outward.
    fn between(&self, other: &Self, part: u64, of: u64) -> Self {
        let at = |from: u16, to: u16, up: bool| {
            let sum = u128::from(from) * u128::from(of - part) + u128::from(to) * u128::from(part);
            u16::try_from(if up { sum.div_ceil(u128::from(of)) } else { sum / u128::from(of) }).unwrap_or(WHOLE)
        };
        let (x, y) = (at(self.x, other.x, false), at(self.y, other.y, false));
        let (right, bottom) =
            (at(self.x + self.width, other.x + other.width, true), at(self.y + self.height, other.y + other.height, true));
        Self { x, y, width: right - x, height: bottom - y }
    }
}

impl Cover {
    /// Where it is at a time; nowhere before it begins and after it ends. Before its first key frame and after its last
    /// one it stands still.
    pub fn at(&self, time: u64) -> Option<Rectangle> {
        if time < self.from || time > self.until {
            return None;
        }
        let after = self.path.partition_point(|key| key.at <= time);
        match (after.checked_sub(1).and_then(|before| self.path.get(before)), self.path.get(after)) {
            (Some(before), Some(next)) => Some(before.place.between(&next.place, time - before.at, next.at - before.at)),
            (Some(key), None) | (None, Some(key)) => Some(key.place),
            (None, None) => None,
        }
    }

    fn judged(&self, lasts: u64) -> Result<(), Refusal> {
        for key in &self.path {
            Rectangle::new(key.place.x, key.place.y, key.place.width, key.place.height)?;
        }
        let onward = self.path.windows(2).all(|pair| pair[0].at < pair[1].at);
        let within = self.path.iter().all(|key| key.at <= lasts) && self.from <= self.until && self.from <= lasts;
        match self.path.is_empty() {
            true => Err(Evidence::CoversMissing.into()),
            false if onward && within => Ok(()),
            false => Err(Evidence::CoverTimes.into()),
        }
    }
}

/// The boxes at a frame.
pub fn places(covers: &[Cover], frame: u32) -> Vec<Rectangle> {
    covers.iter().filter_map(|cover| cover.at(u64::from(frame) * FRAME_MILLISECONDS)).collect()
}

/// Whether this may be drawn over something that lasts so many milliseconds; a picture lasts 0.
///
/// # Errors
/// What is wrong with it.
pub fn drawn(covers: &[Cover], lasts: u64) -> Result<(), Refusal> {
    let key_frames: usize = covers.iter().map(|cover| cover.path.len()).sum();
    match covers.len() {
        0 => Err(Evidence::CoversMissing.into()),
        1..=COVERS_MAX if key_frames <= KEY_FRAMES_MAX => covers.iter().try_for_each(|cover| cover.judged(lasts)),
        _ => Err(Evidence::CoversTooMany.into()),
    }
}

/// Frames with these among them, in order, those that touch joined.
///
/// # Errors
/// [`Evidence::FramesWrong`] where they go backwards or are scattered beyond counting.
pub fn with_frames(seen: &[(u32, u32)], from: u32, until: u32) -> Result<Vec<(u32, u32)>, Refusal> {
    if from > until || until >= FRAMES_MAX {
        return Err(Evidence::FramesWrong.into());
    }
    let mut all = seen.to_vec();
    all.push((from, until));
    all.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (from, until) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    if joined.len() > STRETCHES_MAX { Err(Evidence::FramesWrong.into()) } else { Ok(joined) }
}

/// The first of so many frames that is in no stretch; none where all are.
pub fn unseen(seen: &[(u32, u32)], frames: u32) -> Option<u32> {
    let first = match seen.first() {
        Some((0, until)) => until + 1,
        _ => 0,
    };
    (first < frames).then_some(first)
}

/// Whether each of these frames is in a stretch of one list or another.
fn each_within(frames: (u32, u32), lists: [&[(u32, u32)]; 2]) -> bool {
    let mut next = frames.0;
    while next <= frames.1 {
        match lists.into_iter().flatten().find(|(from, until)| *from <= next && next <= *until) {
            Some((_, until)) => next = until + 1,
            None => return false,
        }
    }
    true
}

/// Boxes are drawn over a working copy. Only a picture or film whose witness wished it, because nothing else is ever to
/// be public.
///
/// # Errors
/// Where there is no working copy, it is a recording, which no box covers, the wish is another, or the boxes are none.
pub fn draw(id: ChangeId, footage: &Footage, hiding: HidingId, covers: Vec<Cover>, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    let Copies::Made { preview: Some(preview), lasts, .. } = &footage.copies else { return Err(Evidence::WorkingCopyMissing.into()) };
    let member = by.member.ok_or(Evidence::WorkingCopyMissing)?;
    if preview.is_sound() {
        return Err(Evidence::SoundNotShown.into());
    }
    if footage.wish != Wish::Public {
        return Err(Evidence::FootageNotWished.into());
    }
    drawn(&covers, lasts.unwrap_or_default())?;
    let said = footage.said(by, Deed::Hidden, now).with(format!("{} boxes", covers.len()));
    let hiding = Hiding {
        id: hiding,
        version: 0,
        footage: footage.id,
        by: member,
        at: now,
        covers,
        state: HidingState::Drawn,
        inspection: None,
        public: None,
    };
    Ok(Change { id, at: now, by: by.actor(), what: What::HidingMoved { hiding, said } })
}

/// The boxes were burnt in, or cannot be.
///
/// # Errors
/// [`Evidence::HidingOver`] where nobody waits for that.
pub fn burn(id: ChangeId, hiding: &Hiding, state: HidingState, salt: [u8; 16], now: Timestamp) -> Result<Change, Refusal> {
    if hiding.state != HidingState::Drawn {
        return Err(Evidence::HidingOver.into());
    }
    let by = Doer::handbell(salt);
    let said = by.says(Deed::Burnt, Some(hiding.footage), now);
    let said = match &state {
        HidingState::Burnt { sha256, frames, .. } => said.about(*sha256).with(format!("{frames} frames")),
        HidingState::Failed { why } => said.with(format!("none: {why}")),
        HidingState::Drawn | HidingState::TakenBack => return Err(Evidence::HidingOver.into()),
    };
    Ok(Change { id, at: now, by: by.actor(), what: What::HidingMoved { hiding: Hiding { state, ..hiding.clone() }, said } })
}

/// Somebody else looked at these frames; with `clear`, nothing can be recognised in any.
///
/// Whoever drew checks nothing, one person looks at all of it, and it is clear only when every frame was looked at. Nobody
/// looked at what never went out to them: `sent` are frames of this drawing that did, in any order. Whether they looked at
/// what was sent, no program knows.
///
/// # Errors
/// Where they drew it themselves, a frame is missing or was not sent to them, or there is nothing to look at.
pub fn inspect(
    id: ChangeId,
    hiding: &Hiding,
    frames: (u32, u32),
    clear: bool,
    sent: &[(u32, u32)],
    by: &Doer,
    now: Timestamp,
) -> Result<Change, Refusal> {
    let HidingState::Burnt { sha256, frames: all, .. } = &hiding.state else { return Err(Evidence::HidingOver.into()) };
    let member = by.member.ok_or(Evidence::HidingOver)?;
    if member == hiding.by {
        return Err(Evidence::HidingOwn.into());
    }
    let before = match &hiding.inspection {
        Some(inspection) if inspection.clear_at.is_some() || hiding.public.is_some() => return Err(Evidence::HidingOver.into()),
        // Halves of two people are nobody's whole.
        Some(inspection) if inspection.by == member => inspection.clone(),
        _ => Inspection { by: member, at: now, frames: Vec::new(), clear_at: None },
    };
    if frames.1 >= *all {
        return Err(Evidence::FramesWrong.into());
    }
    let seen = with_frames(&before.frames, frames.0, frames.1)?;
    if !each_within(frames, [&before.frames, sent]) {
        return Err(Evidence::FramesUnsent.into());
    }
    if clear && unseen(&seen, *all).is_some() {
        return Err(Evidence::FramesUnseen.into());
    }
    let words = if clear { format!("all {all} frames, clear") } else { format!("frames {} to {}", frames.0, frames.1) };
    let said = by.says(Deed::Checked, Some(hiding.footage), now).about(*sha256).with(words);
    let inspection = Inspection { frames: seen, clear_at: clear.then_some(now), ..before };
    Ok(Change {
        id,
        at: now,
        by: by.actor(),
        what: What::HidingMoved { hiding: Hiding { inspection: Some(inspection), ..hiding.clone() }, said },
    })
}

/// A drawing that is not public is given up, or a better one takes its place.
///
/// # Errors
/// [`Evidence::HidingOver`] where it was already, or where it is public: taking that back is
/// [`super::showing::take_back`].
pub fn give_up(id: ChangeId, hiding: &Hiding, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    if hiding.state == HidingState::TakenBack || hiding.public.is_some() {
        return Err(Evidence::HidingOver.into());
    }
    let said = by.says(Deed::Withdrawn, Some(hiding.footage), now);
    let hiding = Hiding { state: HidingState::TakenBack, ..hiding.clone() };
    Ok(Change { id, at: now, by: by.actor(), what: What::HidingMoved { hiding, said } })
}

impl Hiding {
    /// The same without the words that describe its public copy; nothing where it holds none. They stand in the record
    /// until they are withdrawn there, and then nowhere.
    #[must_use]
    pub fn without_words(&self) -> Option<Self> {
        let public = self.public.as_ref().filter(|public| !public.shows.is_empty())?;
        Some(Self { public: Some(PublicCopy { shows: String::new(), ..public.clone() }), ..self.clone() })
    }

    /// Whether it still waits for somebody or for the server.
    pub const fn open(&self) -> bool {
        match &self.state {
            HidingState::Drawn => true,
            HidingState::Burnt { .. } => self.public.is_none(),
            HidingState::Failed { .. } | HidingState::TakenBack => false,
        }
    }
}

#[cfg(test)]
mod tests;
