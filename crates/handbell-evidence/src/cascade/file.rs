//! File: a cascade as OpenCV writes it down, in the few parts of XML that it uses.
//!
//! No entity, no declaration of types, no attribute has any meaning; depth, count and every number are bounded before they
//! are used. The file is the machine's own, and still nothing in it makes this panic or run for ever.

use super::{Cascade, Node, Patch, STAGE_EASE, Stage, Tree};
use crate::Refusal;

/// Most bytes of a file; the largest that is known has 2.7 million.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// Most elements, and how deep they lie.
const ELEMENTS_MAX: usize = 200_000;
const DEPTH_MAX: usize = 12;
/// Points of a window's side.
const WINDOW: std::ops::RangeInclusive<usize> = 8..=64;
/// Most stages; most sums, and most questions of all trees.
const STAGES_MAX: usize = 100;
const NODES_MAX: usize = 40_000;
/// Rectangles of a sum.
const PATCHES: std::ops::RangeInclusive<usize> = 1..=4;

/// An element: its name, what stands in it first, and what is in it.
#[derive(Debug, Default)]
struct Element<'a> {
    name: &'a str,
    text: &'a str,
    inside: Vec<Element<'a>>,
}

const NO_CASCADE: Refusal = Refusal::Damaged("cascade");

impl<'a> Element<'a> {
    /// The one element of a document.
    fn of(text: &'a str) -> Result<Self, Refusal> {
        let mut open: Vec<Self> = Vec::new();
        let (mut rest, mut count) = (text, 0);
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            if let Some(last) = open.last_mut().filter(|last| last.text.is_empty() && last.inside.is_empty()) {
                last.text = before.trim();
            }
            let skipped = [("<!--", "-->"), ("<?", "?>")].iter().find(|(begin, _)| tag.starts_with(begin));
            if let Some((begin, end)) = skipped {
                let behind = tag[begin.len()..].find(end).ok_or(Refusal::CutOff)?;
                rest = &tag[begin.len() + behind + end.len()..];
                continue;
            }
            let end = tag.find('>').ok_or(Refusal::CutOff)?;
            let inside = &tag[1..end];
            rest = &tag[end + 1..];
            let closed = match inside.strip_prefix('/') {
                Some(name) => Some(open.pop().filter(|last| last.name == name.trim()).ok_or(NO_CASCADE)?),
                None => {
                    count += 1;
                    if count > ELEMENTS_MAX || open.len() >= DEPTH_MAX {
                        return Err(Refusal::TooMany("elements"));
                    }
                    let name = inside.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
                    let element = Self { name, ..Self::default() };
                    if inside.ends_with('/') {
                        Some(element)
                    } else {
                        open.push(element);
                        None
                    }
                }
            };
            match (closed, open.last_mut()) {
                (Some(closed), Some(within)) => within.inside.push(closed),
                (Some(closed), None) => return if rest.trim().is_empty() { Ok(closed) } else { Err(NO_CASCADE) },
                (None, _) => {}
            }
        }
        Err(Refusal::CutOff)
    }

    fn get(&self, name: &str) -> Result<&Self, Refusal> {
        self.inside.iter().find(|element| element.name == name).ok_or(NO_CASCADE)
    }

    fn numbers(&self) -> Result<Vec<f32>, Refusal> {
        let number = |word: &str| word.parse::<f32>().ok().filter(|number| number.is_finite()).ok_or(NO_CASCADE);
        self.text.split_whitespace().map(number).collect()
    }

    fn number(&self, name: &str) -> Result<f32, Refusal> {
        match self.get(name)?.numbers()?[..] {
            [number] => Ok(number),
            _ => Err(NO_CASCADE),
        }
    }
}

/// A whole number up to so many.
fn whole(number: f32, most: usize) -> Result<usize, Refusal> {
    let fits = number >= 0.0 && number <= most as f32 && number.fract() == 0.0;
    if fits { Ok(number as usize) } else { Err(NO_CASCADE) }
}

pub fn read(text: &str) -> Result<Cascade, Refusal> {
    if text.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let document = Element::of(text)?;
    let cascade = document.get("cascade")?;
    if (cascade.get("stageType")?.text, cascade.get("featureType")?.text) != ("BOOST", "HAAR") {
        return Err(Refusal::Damaged("cascade of another sort"));
    }
    let side =
        |name| whole(cascade.number(name)?, *WINDOW.end()).and_then(|side| if WINDOW.contains(&side) { Ok(side) } else { Err(NO_CASCADE) });
    let (width, height) = (side("width")?, side("height")?);
    let features = &cascade.get("features")?.inside;
    if features.len() > NODES_MAX {
        return Err(Refusal::TooMany("features"));
    }
    let features: Vec<Vec<Patch>> = features.iter().map(|feature| patches(feature, width, height)).collect::<Result<_, _>>()?;
    let stages = &cascade.get("stages")?.inside;
    if stages.is_empty() || stages.len() > STAGES_MAX {
        return Err(Refusal::TooMany("stages"));
    }
    let stages: Vec<Stage> = stages.iter().map(|stage| self::stage(stage, features.len())).collect::<Result<_, _>>()?;
    if stages.iter().flat_map(|stage| &stage.trees).map(|tree| tree.nodes.len()).sum::<usize>() > NODES_MAX {
        return Err(Refusal::TooMany("questions"));
    }
    Ok(Cascade { width, height, features, stages })
}

fn patches(feature: &Element, width: usize, height: usize) -> Result<Vec<Patch>, Refusal> {
    if feature.inside.iter().any(|element| element.name == "tilted" && element.text != "0") {
        return Err(Refusal::Damaged("tilted features"));
    }
    let rects = &feature.get("rects")?.inside;
    if !PATCHES.contains(&rects.len()) {
        return Err(NO_CASCADE);
    }
    let patch = |rect: &Element| match rect.numbers()?[..] {
        [x, y, across, down, weight] => {
            let (x, y, across, down) = (whole(x, width)?, whole(y, height)?, whole(across, width)?, whole(down, height)?);
            let fits = x + across <= width && y + down <= height;
            if fits { Ok(Patch { x, y, width: across, height: down, weight }) } else { Err(NO_CASCADE) }
        }
        _ => Err(NO_CASCADE),
    };
    rects.iter().map(patch).collect()
}

fn stage(stage: &Element, features: usize) -> Result<Stage, Refusal> {
    let trees = &stage.get("weakClassifiers")?.inside;
    let trees = trees.iter().map(|tree| self::tree(tree, features)).collect::<Result<_, _>>()?;
    Ok(Stage { threshold: stage.number("stageThreshold")? - STAGE_EASE, trees })
}

fn tree(tree: &Element, features: usize) -> Result<Tree, Refusal> {
    let (numbers, leaves) = (tree.get("internalNodes")?.numbers()?, tree.get("leafValues")?.numbers()?);
    let count = numbers.len() / 4;
    if count == 0 || !numbers.len().is_multiple_of(4) || leaves.len() != count + 1 {
        return Err(NO_CASCADE);
    }
    // A later question of this tree, or one of its answers, turned round.
    let leads = |from: usize, to: f32| {
        let on = to > 0.0;
        let place = whole(to.abs(), count)?;
        let there = if on { place > from && place < count } else { place < leaves.len() };
        let place = i32::try_from(place).map_err(|_| NO_CASCADE)?;
        if there { Ok(if on { place } else { -place }) } else { Err(NO_CASCADE) }
    };
    let node = |(number, node): (usize, &[f32])| {
        let feature = whole(node[2], features.saturating_sub(1))?;
        if feature >= features {
            return Err(NO_CASCADE);
        }
        Ok(Node { feature, threshold: node[3], less: leads(number, node[0])?, else_: leads(number, node[1])? })
    };
    let nodes = numbers.chunks_exact(4).enumerate().map(node).collect::<Result<_, _>>()?;
    Ok(Tree { nodes, leaves })
}
