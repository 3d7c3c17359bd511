//! Value: what a claim says, as one of five types, and how a reader sees it.
//!
//! Written into the log as it stands here (docs/formats/record.md), so that a field is only ever added and an
//! older entry reads as it always did. What a source leaves open stays open: an end without a number, a word
//! without one, a place without a point. Nothing here judges which of two values is right.

use super::claim::NewPublicClaim;
use super::count;
use crate::place::{Point, Precision};
use crate::playbook::{Playbook, Predicate, ValueType};
use crate::refusal::{Record, Refusal};
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// The least radius of a claimed point, in metres: what rounding to a thousandth of a degree leaves open.
pub const RADIUS_METRES_MIN: u32 = 100;
/// The largest radius, in metres. Wider than that, the district's name says it better.
pub const RADIUS_METRES_MAX: u32 = 50_000;
/// From this radius on a point is an area and no street, and rounded to a hundredth of a degree.
pub const AREA_METRES_MIN: u32 = 1_000;

/// What is said. The payload's `value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Value {
    /// A time: a span, the source's words, or both.
    Span {
        /// EDTF as [`Span`] reads it, if the words resolve to days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edtf: Option<String>,
        /// The words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A number, low and high; an end that is missing is open. Without either it is only words, such as "dozens".
    Range {
        /// At least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<u32>,
        /// At most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<u32>,
        /// The words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A place: its words and, where the record may be that fine, a point with its radius.
    Place {
        /// The words.
        words: String,
        /// Latitude in micro-degrees, rounded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lat: Option<i32>,
        /// Longitude in micro-degrees, rounded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lon: Option<i32>,
        /// How far from there it may have been, in metres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        radius_metres: Option<u32>,
        /// How finely the point is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precision: Option<Precision>,
    },
    /// One of a closed list.
    Choice {
        /// The playbook's id.
        choice: String,
        /// Its label.
        words: String,
    },
    /// Words that no rule compares.
    Text {
        /// The words.
        text: String,
    },
}

impl Value {
    /// What somebody wants to claim, as a value of its fact. `finest` is what the public reach has here; at a
    /// home that is the district.
    ///
    /// # Errors
    /// When the fact takes another sort of value, or this one cannot be read or may not be so fine.
    pub fn of(new: &NewPublicClaim, predicate: &Predicate, playbook: &Playbook, finest: Precision) -> Result<Self, Refusal> {
        let language = playbook.languages()[0].as_str();
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (words, edtf) = (given(&new.words), given(&new.edtf));
        let (dated, numbered) = (edtf.is_some(), new.low.is_some() || new.high.is_some());
        let placed = new.point.is_some() || new.radius_metres.is_some();
        // Kept as it prints, so that one span is one text.
        let edtf = match edtf.as_deref().map(Span::parse).transpose() {
            Ok(Some(span)) if span.has_a_clock() || span.says_nothing() => return Err(Record::DateUnreadable.into()),
            Ok(span) => span.map(|span| span.to_string()),
            Err(_) => return Err(Record::DateUnreadable.into()),
        };
        if new.low.zip(new.high).is_some_and(|(low, high)| low > high) {
            return Err(Record::NumbersReversed.into());
        }
        let others = |own: ValueType| {
            (dated && own != ValueType::Span) || (numbered && own != ValueType::Range) || (placed && own != ValueType::Place)
        };
        if others(predicate.value_type) {
            return Err(Record::ValueWrong.into());
        }
        match predicate.value_type {
            ValueType::Span if edtf.is_some() || words.is_some() => Ok(Self::Span { edtf, words }),
            ValueType::Range if numbered || words.is_some() => Ok(Self::Range { low: new.low, high: new.high, words }),
            ValueType::Span | ValueType::Range => Err(Record::ValueWrong.into()),
            ValueType::Choice => {
                let choice = words.unwrap_or_default().to_lowercase().replace(' ', "-");
                if !predicate.choices.contains(&choice) {
                    return Err(Record::ValueWrong.into());
                }
                let words = match predicate.id.as_str() {
                    "agency" => playbook.agency_label(&choice, language),
                    "activity" => playbook.activity_label(&choice, language),
                    _ => choice.replace('-', " "),
                };
                Ok(Self::Choice { choice, words })
            }
            ValueType::Place => place(words.ok_or(Record::WordsMissing)?, new.point, new.radius_metres, finest),
            ValueType::Text => Ok(Self::Text { text: words.ok_or(Record::WordsMissing)? }),
        }
    }

    /// The value as a reader sees it. A time that resolves to no day says so.
    pub fn says(&self) -> String {
        match self {
            Self::Span { edtf, words } => {
                let date = edtf.as_deref().and_then(|edtf| Span::parse(edtf).ok()).map(|span| span.words());
                match (date, words) {
                    (Some(date), Some(words)) if date.contains(words.as_str()) => date,
                    (Some(date), Some(words)) => format!("{date}, {words}"),
                    (Some(date), None) => date,
                    (None, Some(words)) => format!("{words} (date not given)"),
                    (None, None) => String::new(),
                }
            }
            Self::Range { low, high, words } => match (low.zip(*high).filter(|(low, high)| low != high), words) {
                (Some((low, high)), Some(words)) if !count::repeats(words, low, high) => format!("{words} ({low} to {high})"),
                (_, Some(words)) => words.clone(),
                (_, None) => count::says(*low, *high),
            },
            Self::Place { words, radius_metres, .. } => match (self.point(), radius_metres) {
                (Some(_), Some(metres)) => format!("{words}, to within about {metres} metres"),
                _ => words.clone(),
            },
            Self::Choice { words, .. } => words.clone(),
            Self::Text { text } => text.clone(),
        }
    }

    /// The point of a place, if it has one.
    pub fn point(&self) -> Option<Point> {
        match self {
            Self::Place { lat: Some(lat), lon: Some(lon), .. } => Point::new(*lat, *lon).ok(),
            _ => None,
        }
    }

    /// Every text in it, for whoever looks for something that may not be said.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Span { words, .. } | Self::Range { words, .. } => words.as_deref().into_iter().collect(),
            Self::Choice { words, .. } | Self::Place { words, .. } => vec![words],
            Self::Text { text } => vec![text],
        }
    }
}

/// A place as the record may hold it: rounded to what its radius means, and never finer than the reach.
fn place(words: String, point: Option<Point>, radius: Option<u32>, finest: Precision) -> Result<Value, Refusal> {
    let Some(point) = point else {
        // A radius around nothing.
        let none = || Value::Place { words, lat: None, lon: None, radius_metres: None, precision: None };
        return if radius.is_none() { Ok(none()) } else { Err(Record::PlaceUnreadable.into()) };
    };
    let metres = radius.unwrap_or(RADIUS_METRES_MIN);
    if !(RADIUS_METRES_MIN..=RADIUS_METRES_MAX).contains(&metres) {
        return Err(Record::PlaceUnreadable.into());
    }
    let precision = if metres < AREA_METRES_MIN { Precision::Street } else { Precision::Area };
    if precision > finest {
        return Err(Record::PlaceTooFine.into());
    }
    let point = if precision == Precision::Street { point.rounded() } else { point.rounded_to_an_area() };
    let (lat, lon) = (Some(point.lat_microdegrees()), Some(point.lon_microdegrees()));
    Ok(Value::Place { words, lat, lon, radius_metres: Some(metres), precision: Some(precision) })
}
