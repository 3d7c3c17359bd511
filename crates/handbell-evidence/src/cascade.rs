//! Cascade: where in a picture something looks like what a cascade was taught, for example a face from the front.
//!
//! A cascade is a list of stages (Viola and Jones 2001; Lienhart and Maydt 2002), each a few sums over rectangles; a
//! place that fails one stage is not looked at further. This reads the files of OpenCV that hold such lists
//! (`opencv-cascade-classifier`, features of the sort HAAR, none tilted) and looks through a picture as OpenCV's
//! `detectMultiScale` does: smaller and smaller pictures, places two points apart in the large ones, and what is found
//! there several times is one find.
//!
//! What it finds is a suggestion and nothing more. It knows nobody, says of nobody who they are, and misses many: whoever
//! looks aside, wears a mask, or is small. No cascade is part of this crate.

mod alike;
mod file;
mod light;

pub use file::FILE_BYTES_MAX;
pub use light::{Light, SIDE_MAX};

/// How much smaller each picture is than the one before it.
const STEP: f64 = 1.1;
/// Finds at one place, beside the first, below which it is chance.
const ALIKE_MIN: usize = 3;
/// Most places of all sizes, the largest first, so that it is small ones that are left out; a picture in which there are
/// more is one large pattern.
const PLACES_MAX: usize = 4_000;
/// Most finds in a picture, those that were found most often.
pub const FINDS_MAX: usize = 64;
/// What a stage must reach is this much less than what is written, as OpenCV has it.
const STAGE_EASE: f32 = 1e-5;

/// A rectangle over which light is summed, and what the sum counts for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Patch {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    weight: f32,
}

/// A question to a place, and where to go on: above nothing, a later question of the same tree; else, turned round, one
/// of its answers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    feature: usize,
    threshold: f32,
    less: i32,
    else_: i32,
}

/// Questions and answers: each tree gives one answer.
#[derive(Clone, Debug, PartialEq)]
struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<f32>,
}

/// Trees whose answers together must reach a threshold.
#[derive(Clone, Debug, PartialEq)]
struct Stage {
    threshold: f32,
    trees: Vec<Tree>,
}

/// What a cascade file holds, checked: every question is there, every patch within the window, and no tree goes in circles.
#[derive(Clone, Debug, PartialEq)]
pub struct Cascade {
    width: usize,
    height: usize,
    features: Vec<Vec<Patch>>,
    stages: Vec<Stage>,
}

/// Something was found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// Pixels from the left.
    pub x: u32,
    /// Pixels from above.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many places beside each other agree.
    pub places: u32,
}

/// How a place ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It passed every stage.
    Found,
    /// It failed the first one: the place beside it need not be looked at.
    FarFrom,
    /// It failed a later one, or is too plain.
    Not,
}

/// A patch at one size of the picture: the four corners in the sums, counted from the place's own.
#[derive(Clone, Copy, Debug)]
struct Corners {
    offsets: [usize; 4],
    weight: f32,
}

impl Corners {
    fn of(patch: &Patch, across: usize) -> Self {
        let at = |x: usize, y: usize| y * across + x;
        let (right, bottom) = (patch.x + patch.width, patch.y + patch.height);
        Self { offsets: [at(patch.x, patch.y), at(right, patch.y), at(patch.x, bottom), at(right, bottom)], weight: patch.weight }
    }

    /// The sum over it. Sums run over the end of 32 bits in a large picture; differences of them do not.
    fn sum(&self, sums: &[u32]) -> u32 {
        let at = |corner: usize| sums.get(self.offsets[corner]).copied().unwrap_or_default();
        at(3).wrapping_sub(at(2)).wrapping_sub(at(1)).wrapping_add(at(0))
    }
}

impl Cascade {
    /// Reads a cascade file.
    ///
    /// # Errors
    ///
    /// Where it is none, is larger than any honest one, or is of a sort that is not read here.
    pub fn read(text: &str) -> Result<Self, crate::Refusal> {
        file::read(text)
    }

    /// Everything that is found in a picture, those found most often first; at most [`FINDS_MAX`].
    pub fn finds(&self, light: &Light) -> Vec<Find> {
        let size = |factor: f64| (shrunk(light.width(), factor), shrunk(light.height(), factor));
        let window = |factor: f64| (scaled(self.width, factor), scaled(self.height, factor));
        let fits = |factor: &f64| {
            let ((across, down), (width, height)) = (window(*factor), size(*factor));
            across <= light.width() && down <= light.height() && width >= self.width && height >= self.height
        };
        let factors: Vec<f64> = std::iter::successors(Some(1.0_f64), |factor| Some(factor * STEP)).take_while(fits).collect();
        let mut places = Vec::new();
        for factor in factors.into_iter().rev() {
            let (window, (width, height)) = (window(factor), size(factor));
            let apart = if factor >= 2.0 { 1 } else { 2 };
            self.at_size(&light.sized(width, height), apart, |x, y| {
                let (x, y) = (scaled(x, factor) as u32, scaled(y, factor) as u32);
                places.push(Find { x, y, width: window.0 as u32, height: window.1 as u32, places: 1 });
                places.len() < PLACES_MAX
            });
            if places.len() >= PLACES_MAX {
                break;
            }
        }
        let mut finds = alike::together(&places, ALIKE_MIN);
        finds.sort_by_key(|find| (std::cmp::Reverse(find.places), find.y, find.x, find.width));
        finds.truncate(FINDS_MAX);
        finds.iter().filter_map(|find| within(find, light)).collect()
    }

    /// Looks at the places of a picture of one size, so many points apart, until it is told to stop.
    fn at_size(&self, light: &Light, apart: usize, mut found: impl FnMut(usize, usize) -> bool) {
        let (sums, squares) = light.sums();
        let across = light.width() + 1;
        let corners: Vec<Vec<Corners>> =
            self.features.iter().map(|patches| patches.iter().map(|patch| Corners::of(patch, across)).collect()).collect();
        let inner = Patch { x: 1, y: 1, width: self.width - 2, height: self.height - 2, weight: 1.0 };
        let inner = Corners::of(&inner, across);
        for y in (0..=light.height() - self.height).step_by(apart) {
            let mut x = 0;
            while x + self.width <= light.width() {
                let at = y * across + x;
                match self.judged(&corners, &inner, &sums[at..], &squares[at..]) {
                    Place::Found if !found(x, y) => return,
                    Place::Found | Place::Not => {}
                    Place::FarFrom => x += apart,
                }
                x += apart;
            }
        }
    }

    fn judged(&self, corners: &[Vec<Corners>], inner: &Corners, sums: &[u32], squares: &[u32]) -> Place {
        let area = ((self.width - 2) * (self.height - 2)) as f64;
        let (sum, square) = (f64::from(inner.sum(sums)), f64::from(inner.sum(squares)));
        let spread = area * square - sum * sum;
        // How much light differs there, over the whole place: below ten levels there is nothing to see.
        if spread <= 0.0 || area / spread.sqrt() >= 0.1 {
            return Place::Not;
        }
        let norm = (1.0 / spread.sqrt()) as f32;
        for (number, stage) in self.stages.iter().enumerate() {
            let reached: f64 = stage.trees.iter().map(|tree| f64::from(tree.answer(corners, sums, norm))).sum();
            if reached < f64::from(stage.threshold) {
                return if number == 0 { Place::FarFrom } else { Place::Not };
            }
        }
        Place::Found
    }
}

impl Tree {
    /// The answer at a place. It ends, for every question leads to a later one or to an answer.
    fn answer(&self, corners: &[Vec<Corners>], sums: &[u32], norm: f32) -> f32 {
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let patches = corners.get(node.feature).map(Vec::as_slice).unwrap_or_default();
            let level: f32 = patches.iter().map(|patch| patch.weight * patch.sum(sums) as f32).sum::<f32>() * norm;
            let next = if level < node.threshold { node.less } else { node.else_ };
            match usize::try_from(next) {
                Ok(later) if later > 0 => at = later,
                _ => return self.leaves.get(next.unsigned_abs() as usize).copied().unwrap_or_default(),
            }
        }
        0.0
    }
}

fn scaled(length: usize, factor: f64) -> usize {
    (length as f64 * factor).round_ties_even() as usize
}

fn shrunk(length: usize, factor: f64) -> usize {
    (length as f64 / factor).round_ties_even() as usize
}

/// The part of a find that lies in the picture; none where nothing does.
fn within(find: &Find, light: &Light) -> Option<Find> {
    let (across, down) = (light.width() as u32, light.height() as u32);
    let (width, height) = (find.width.min(across.checked_sub(find.x)?), find.height.min(down.checked_sub(find.y)?));
    (width > 0 && height > 0).then_some(Find { width, height, ..*find })
}

#[cfg(test)]
mod tests;
