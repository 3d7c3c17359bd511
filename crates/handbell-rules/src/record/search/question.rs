//! Question: which incidents somebody wants to see.
//!
//! Every part narrows, and an empty part asks nothing. What may have been in the days and what was are told apart and never
//! mixed: the answer says which.

use super::sheet::Sheet;
use super::words::{Words, words};
use crate::record::source::SourceKind;
use crate::span::{Falls, Window, falls};
use std::str::FromStr;

/// A box on the map, its edges in it; in micro-degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Corners {
    /// Its western edge.
    pub west: i32,
    /// Its southern edge.
    pub south: i32,
    /// Its eastern edge.
    pub east: i32,
    /// Its northern edge.
    pub north: i32,
}

/// The text is no box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the box as west,south,east,north in degrees, for example -0.1,51.4,0,51.5")]
pub struct NotCorners;

impl FromStr for Corners {
    type Err = NotCorners;
    /// West, south, east and north in degrees, as RFC 7946 section 5 orders them.
    fn from_str(text: &str) -> Result<Self, NotCorners> {
        let read = |part: &str| {
            let degrees = part.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= 180.0).ok_or(NotCorners)?;
            Ok((degrees * 1e6).round() as i32)
        };
        let sides = text.split(',').map(read).collect::<Result<Vec<i32>, NotCorners>>()?;
        let [west, south, east, north] = <[i32; 4]>::try_from(sides).map_err(|_| NotCorners)?;
        if west <= east && south <= north { Ok(Self { west, south, east, north }) } else { Err(NotCorners) }
    }
}

impl std::fmt::Display for Corners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let degrees = |micro: i32| f64::from(micro) / 1e6;
        write!(f, "{},{},{},{}", degrees(self.west), degrees(self.south), degrees(self.east), degrees(self.north))
    }
}

impl Corners {
    fn holds(self, [lat, lon]: [i32; 2]) -> bool {
        (self.south..=self.north).contains(&lat) && (self.west..=self.east).contains(&lon)
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Words that the page must say.
    pub words: Words,
    /// Days it happened, or may have happened, between.
    pub window: Window,
    /// A kind's id.
    pub kind: String,
    /// A district's name, whatever its case and accents.
    pub district: String,
    /// A box in which it must have a point.
    pub corners: Option<Corners>,
    /// A sort of source ([`SourceKind::ALL`]), or words of a source's name.
    pub source: String,
    /// The page's state: `live`, `over`, `mistaken` or `recorded`.
    pub level: String,
}

impl Question {
    /// Whether nothing narrows it.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The sort of source asked for, when it is one.
    pub fn source_kind(&self) -> Option<SourceKind> {
        SourceKind::parse(self.source.trim())
    }

    /// The words of the source's name asked for, when it is no sort.
    pub fn source_name(&self) -> Words {
        if self.source_kind().is_some() { Words::default() } else { Words::read(&self.source) }
    }

    /// Whether an incident is asked for, by everything but the words, and how surely it was in the days.
    pub fn falls(&self, sheet: &Sheet) -> Falls {
        let source = || match self.source_kind() {
            Some(kind) => sheet.sources.iter().any(|(known, _)| *known == kind),
            None => {
                let name = self.source_name();
                let any_name = name.phrases().is_empty() && !name.has_no_word();
                any_name || sheet.sources.iter().any(|(_, label)| name.stand_in([label.as_str()]))
            }
        };
        let fits = (self.kind.is_empty() || sheet.kind == self.kind)
            && (self.level.is_empty() || sheet.state == self.level)
            && (self.district.is_empty() || plain(&sheet.district) == plain(&self.district))
            && self.corners.is_none_or(|corners| sheet.points.iter().any(|point| corners.holds(*point)))
            && source();
        if fits { falls(&sheet.spans(), self.window) } else { Falls::Outside }
    }
}

/// A name as names are compared.
pub(super) fn plain(name: &str) -> String {
    words(name).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}
