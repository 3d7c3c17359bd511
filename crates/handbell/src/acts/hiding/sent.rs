//! Frames sent: which frames of a drawing went out to whom, so that nobody marks one as looked at that they never got.
//!
//! A drawing is burnt once, so its id says which picture went out. That bytes were sent says nothing of eyes.
//!
//! In memory only, and bounded. What is forgotten, by a start of the server or because too many drawings are looked at, is
//! refused when it is marked and sent again with the page; what was marked before stands in the store and stays.

use handbell_rules::evidence::hiding::with_frames;
use handbell_rules::id::{HidingId, MemberId};
use handbell_rules::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Drawings, each with one who looks, that are kept at the same time.
const LOOKS_MAX: usize = 200;

/// Who got frames of which drawing.
pub type Look = (MemberId, HidingId);

/// See the module.
#[derive(Debug, Default)]
pub struct FramesSent(Mutex<BTreeMap<Look, Sent>>);

#[derive(Debug)]
struct Sent {
    /// From and to, both included.
    frames: Vec<(u32, u32)>,
    /// When the last one went out.
    at: Timestamp,
}

impl FramesSent {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Look, Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A frame goes out. Where there are too many looks, the one that rests longest is forgotten.
    pub fn add(&self, look: Look, frame: u32, at: Timestamp) {
        let mut all = self.all();
        let before = all.get(&look).map_or(&[][..], |sent| &sent.frames);
        // Scattered beyond counting: those before are forgotten, and asked for again when they are marked.
        let frames = with_frames(before, frame, frame).unwrap_or_else(|_| vec![(frame, frame)]);
        all.insert(look, Sent { frames, at });
        if all.len() > LOOKS_MAX {
            let longest = all.iter().filter(|(one, _)| **one != look).min_by_key(|(_, sent)| sent.at).map(|(one, _)| *one);
            longest.and_then(|one| all.remove(&one));
        }
    }

    /// What went out.
    pub fn of(&self, look: Look) -> Vec<(u32, u32)> {
        self.all().get(&look).map(|sent| sent.frames.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(member: u8, hiding: u16) -> Look {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&hiding.to_be_bytes());
        (MemberId([member; 16]), HidingId(id))
    }

    #[test]
    fn what_went_out_is_known_by_who_got_it_and_of_which_drawing() {
        let sent = FramesSent::default();
        for frame in [0, 2, 1, 7] {
            sent.add(look(1, 1), frame, Timestamp::default());
        }
        assert_eq!(sent.of(look(1, 1)), [(0, 2), (7, 7)]);
        assert!(sent.of(look(2, 1)).is_empty(), "another member");
        assert!(sent.of(look(1, 2)).is_empty(), "another drawing");
    }

    #[test]
    fn as_many_looks_are_kept_as_there_is_room_for_and_the_one_that_rests_longest_goes() {
        let sent = FramesSent::default();
        let at = |number: u16| Timestamp::from_milliseconds(i64::from(number));
        let most = u16::try_from(LOOKS_MAX).unwrap();
        for number in 0..most {
            sent.add(look(1, number), 0, at(number));
        }
        sent.add(look(1, 0), 1, at(most));
        // The clock went back: what goes out now is not what is forgotten.
        sent.add(look(1, most), 3, at(0));
        assert_eq!(sent.of(look(1, 0)), [(0, 1)]);
        assert!(sent.of(look(1, 1)).is_empty());
        assert_eq!(sent.of(look(1, most)), [(3, 3)]);
        assert_eq!(sent.all().len(), LOOKS_MAX);
    }

    #[test]
    fn frames_scattered_beyond_counting_are_begun_anew() {
        let sent = FramesSent::default();
        for frame in 0..2_001 {
            sent.add(look(1, 1), frame * 2, Timestamp::default());
        }
        assert_eq!(sent.of(look(1, 1)), [(4_000, 4_000)]);
    }
}
