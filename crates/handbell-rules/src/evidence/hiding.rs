//! Hiding: what a person covers in a picture or a film before anybody else may see it.
//!
//! Somebody draws boxes, and in a film paths that they follow; the boxes are burnt in; **another** person looks at every
//! frame of what came out, and only then can it be made public. Which frames they looked at is kept, because "checked"
//! means no more than that. Suggestions of a program are boxes like others once a person has taken them, and nothing
//! before.
//!
//! Places are in ten-thousandths of the picture, so that they mean the same at every size; times are frames, counted from
//! 0, because a box that is a frame late shows a face. Nothing here decodes or burns anything.
//!
//! ```text
//! drawn --burnt--> burnt --seen whole, by another--> checked --made public--> public
//!   \________________\______________________________\__________________________\--withdrawn--> withdrawn
//! ```
//!
//! PROMISE hidden-by-one-checked-by-another: no public copy without a second person who looked at each frame.

use crate::id::MemberId;
use serde::{Deserialize, Serialize};

/// Parts of a picture's width or height.
pub const WHOLE: u16 = 10_000;
/// Most boxes and paths over one picture or film.
pub const PATHS_MAX: usize = 64;
/// Most turning points of one path.
pub const KEYS_MAX: usize = 600;
/// Most frames of a film that boxes can be drawn over: ten minutes at 25 a second.
pub const FRAMES_MAX: u32 = 15_000;
/// Most stretches of frames that one person's look is kept as.
const STRETCHES_MAX: usize = 2_000;

/// A box: from its upper left corner, in ten-thousandths of the picture's width and height.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// From the left.
    pub x: u16,
    /// From above.
    pub y: u16,
    /// How wide.
    pub w: u16,
    /// How high.
    pub h: u16,
}

/// Where a box is at a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The frame, from 0.
    pub frame: u32,
    /// The box.
    pub spot: Spot,
}

/// A box that stands or moves: where it is at some frames, straight between them, until a last frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The first covered frame is the first key's.
    pub keys: Vec<Key>,
    /// The last covered frame.
    pub until: u32,
}

/// Why what was drawn does not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdrawn {
    /// Nothing was drawn.
    Nothing,
    /// More boxes or turning points than are taken.
    TooMany,
    /// A box without size, or beyond the picture's edge.
    Outside,
    /// Frames that go backwards, or that the film does not have.
    Frames,
}

impl Spot {
    /// A box within the picture and with a size.
    ///
    /// # Errors
    ///
    /// [`Misdrawn::Outside`].
    pub fn new(x: u16, y: u16, w: u16, h: u16) -> Result<Self, Misdrawn> {
        let fits = |from: u16, size: u16| size > 0 && from.checked_add(size).is_some_and(|end| end <= WHOLE);
        if fits(x, w) && fits(y, h) { Ok(Self { x, y, w, h }) } else { Err(Misdrawn::Outside) }
    }

    /// Its edges in pixels of a picture of this size: left, top, right and bottom (the last two outside), never less than
    /// was drawn.
    pub fn pixels(&self, width: u32, height: u32) -> [u32; 4] {
        let down = |part: u16, of: u32| u64::from(part) * u64::from(of) / u64::from(WHOLE);
        let up = |part: u16, of: u32| (u64::from(part) * u64::from(of)).div_ceil(u64::from(WHOLE)).min(u64::from(of));
        [down(self.x, width), down(self.y, height), up(self.x + self.w, width), up(self.y + self.h, height)]
            .map(|edge| u32::try_from(edge).unwrap_or(u32::MAX))
    }

    /// The box between two, at `part` of `of` frames from one to the other; each edge is rounded outward.
    fn between(&self, other: &Self, part: u32, of: u32) -> Self {
        let at = |from: u16, to: u16, up: bool| {
            let sum = u64::from(from) * u64::from(of - part) + u64::from(to) * u64::from(part);
            let of = u64::from(of);
            u16::try_from(if up { sum.div_ceil(of) } else { sum / of }).unwrap_or(WHOLE)
        };
        let (x, y) = (at(self.x, other.x, false), at(self.y, other.y, false));
        let (right, bottom) = (at(self.x + self.w, other.x + other.w, true), at(self.y + self.h, other.y + other.h, true));
        Self { x, y, w: right - x, h: bottom - y }
    }
}

impl Path {
    /// A box that stands still over these frames.
    pub fn still(spot: Spot, from: u32, until: u32) -> Self {
        Self { keys: vec![Key { frame: from, spot }], until }
    }

    /// Where it is at a frame; nowhere before its first and after its last.
    pub fn at(&self, frame: u32) -> Option<Spot> {
        if frame > self.until {
            return None;
        }
        let after = self.keys.partition_point(|key| key.frame <= frame);
        let before = self.keys.get(after.checked_sub(1)?)?;
        Some(match self.keys.get(after) {
            Some(next) => before.spot.between(&next.spot, frame - before.frame, next.frame - before.frame),
            None => before.spot.clone(),
        })
    }

    fn judged(&self, frames: u32) -> Result<(), Misdrawn> {
        if self.keys.len() > KEYS_MAX {
            return Err(Misdrawn::TooMany);
        }
        for key in &self.keys {
            Spot::new(key.spot.x, key.spot.y, key.spot.w, key.spot.h)?;
        }
        let last = self.keys.last().ok_or(Misdrawn::Nothing)?;
        let onward = self.keys.windows(2).all(|pair| pair[0].frame < pair[1].frame);
        if onward && last.frame <= self.until && self.until < frames { Ok(()) } else { Err(Misdrawn::Frames) }
    }
}

/// Whether this may be drawn over a film of so many frames; a picture has one.
///
/// # Errors
///
/// What is wrong with it.
pub fn drawn(paths: &[Path], frames: u32) -> Result<(), Misdrawn> {
    if paths.is_empty() {
        return Err(Misdrawn::Nothing);
    }
    if paths.len() > PATHS_MAX || frames > FRAMES_MAX {
        return Err(Misdrawn::TooMany);
    }
    paths.iter().try_for_each(|path| path.judged(frames))
}

/// The boxes at a frame.
pub fn spots(paths: &[Path], frame: u32) -> Vec<Spot> {
    paths.iter().filter_map(|path| path.at(frame)).collect()
}

/// Which frames somebody looked at: stretches in order that do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen(Vec<(u32, u32)>);

impl Seen {
    /// With these frames too, both ends among them.
    ///
    /// # Errors
    ///
    /// [`Misdrawn::Frames`] where they go backwards; [`Misdrawn::TooMany`] where they are scattered beyond counting.
    pub fn with(&self, from: u32, until: u32) -> Result<Self, Misdrawn> {
        if from > until || until >= FRAMES_MAX {
            return Err(Misdrawn::Frames);
        }
        let mut all = self.0.clone();
        all.push((from, until));
        all.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (from, until) in all {
            match joined.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(until),
                _ => joined.push((from, until)),
            }
        }
        if joined.len() > STRETCHES_MAX { Err(Misdrawn::TooMany) } else { Ok(Self(joined)) }
    }

    /// The first of so many frames that nobody looked at; none where all were.
    pub fn missing(&self, frames: u32) -> Option<u32> {
        let first = match self.0.first() {
            Some((0, until)) => until + 1,
            _ => 0,
        };
        (first < frames).then_some(first)
    }

    /// How many frames.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|(from, until)| until - from + 1).sum()
    }

    /// The stretches, both ends among them.
    pub fn stretches(&self) -> &[(u32, u32)] {
        &self.0
    }
}

/// How far a hiding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Boxes were drawn; nothing is burnt yet.
    Drawn,
    /// The boxes are burnt into a public copy that only the desk sees.
    Burnt,
    /// A second person looked at every frame of it.
    Checked,
    /// It can be fetched by everybody.
    Public,
    /// It is not given out any more, and cannot be again.
    Withdrawn,
}

/// What can become of a hiding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    /// The worker burnt it.
    Burn,
    /// A second person says that every frame is as it should be.
    Check,
    /// It is made public.
    Publish,
    /// It is taken back.
    Withdraw,
}

impl State {
    /// Every move there is; others are none.
    pub fn after(self, step: Move) -> Option<Self> {
        match (self, step) {
            (Self::Drawn, Move::Burn) => Some(Self::Burnt),
            (Self::Burnt, Move::Check) => Some(Self::Checked),
            (Self::Checked, Move::Publish) => Some(Self::Public),
            (Self::Drawn | Self::Burnt | Self::Checked | Self::Public, Move::Withdraw) => Some(Self::Withdrawn),
            _ => None,
        }
    }

    /// The word in tables and at the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::Burnt => "burnt",
            Self::Checked => "checked",
            Self::Public => "public",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Drawn, Self::Burnt, Self::Checked, Self::Public, Self::Withdrawn].into_iter().find(|state| state.word() == word)
    }
}

/// Why somebody's check does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchecked {
    /// They drew the boxes themselves.
    SameMember,
    /// They have not looked at this frame, the first of those.
    NotSeen(u32),
    /// The public copy is not burnt, or was checked already.
    NotNow,
}

/// Whether this member's check counts.
///
/// PROMISE hidden-by-one-checked-by-another: not of whoever drew, and not before every frame was looked at.
///
/// # Errors
///
/// Why it does not.
pub fn checked(state: State, drawn_by: MemberId, checker: MemberId, seen: &Seen, frames: u32) -> Result<State, Unchecked> {
    if drawn_by == checker {
        return Err(Unchecked::SameMember);
    }
    let next = state.after(Move::Check).ok_or(Unchecked::NotNow)?;
    seen.missing(frames).map_or(Ok(next), |frame| Err(Unchecked::NotSeen(frame)))
}

#[cfg(test)]
mod tests;
