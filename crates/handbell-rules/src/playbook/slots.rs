//! Slots: the typed values that fill a template, none of them free text.
//!
//! An alert says only what a playbook's template says, with areas from the operator's file, choices from
//! the playbook, clock times and bands of numbers. The one value a member types, the junction or landmark of
//! a dispatch, is a [`Spot`]: few words, no digits, and looked at by the guard.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::guard;

/// The most characters a spot may have.
pub const SPOT_CHARACTERS_MAX: usize = 60;
/// The most words a spot may have.
pub const SPOT_WORDS_MAX: usize = 8;
/// The most areas one sentence names; more would not fit a phone's screen.
pub const AREAS_NAMED_MAX: usize = 4;

/// The filled slots of one alert. What the template does not ask for must be `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// Which areas are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaSlot>,
    /// The junction or landmark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<Spot>,
    /// The id of one of the kind's agencies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// The id of one of the kind's activities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// The clock time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<ClockTime>,
    /// The band of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<CountBand>,
}

/// Which names from the area file stand in the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaSlot {
    /// Named areas, by id, in this order.
    Named(Vec<String>),
    /// "near" one named area, by id, for ground nobody has named.
    Near(String),
    /// The district of one named area, by id.
    District(String),
}

/// A clock time of a day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime {
    hour: u8,
    minute: u8,
}

/// A text that is no clock time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a clock time is written 00:00 to 23:59")]
pub struct NotAClockTime;

impl ClockTime {
    /// A clock time; `None` outside 00:00 to 23:59.
    #[must_use]
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for ClockTime {
    type Error = NotAClockTime;
    fn try_from(text: String) -> Result<Self, NotAClockTime> {
        let two_digits =
            |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u8>().ok()).flatten();
        let (hour, minute) = text.split_once(':').ok_or(NotAClockTime)?;
        let (hour, minute) = (two_digits(hour).ok_or(NotAClockTime)?, two_digits(minute).ok_or(NotAClockTime)?);
        Self::new(hour, minute).ok_or(NotAClockTime)
    }
}

/// A band of numbers: what is shown instead of a count, so that nobody is singled out by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountBand {
    /// 0 to 9.
    FewerThan10,
    /// 10 to 49.
    From10To49,
    /// 50 to 99.
    From50To99,
    /// 100 to 999.
    Hundreds,
    /// 1,000 to 9,999.
    Thousands,
    /// 10,000 and more.
    TensOfThousands,
}

impl CountBand {
    /// Every band, from the smallest.
    pub const ALL: [Self; 6] =
        [Self::FewerThan10, Self::From10To49, Self::From50To99, Self::Hundreds, Self::Thousands, Self::TensOfThousands];

    /// The band a number lies in.
    #[must_use]
    pub const fn of(count: u64) -> Self {
        match count {
            0..=9 => Self::FewerThan10,
            10..=49 => Self::From10To49,
            50..=99 => Self::From50To99,
            100..=999 => Self::Hundreds,
            1_000..=9_999 => Self::Thousands,
            _ => Self::TensOfThousands,
        }
    }
}

/// A junction or public landmark as a dispatch names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Spot(String);

/// Why a spot was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpotRefusal {
    /// Nothing was written.
    #[error("name a junction or a public landmark")]
    Missing,
    /// More than [`SPOT_CHARACTERS_MAX`] characters or [`SPOT_WORDS_MAX`] words.
    #[error("a junction or landmark has at most {SPOT_WORDS_MAX} words and {SPOT_CHARACTERS_MAX} characters")]
    TooLong,
    /// A digit or a sign that no junction's name has. House numbers, plates and telephone numbers all have one.
    #[error("a junction or landmark is letters, spaces and & / ' - , only")]
    NotLetters,
    /// The guard found something.
    #[error("this may not stand in an alert: {0}")]
    Guarded(&'static str),
}

impl SpotRefusal {
    /// The stable short name doors and documents use.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Missing => "spot-missing",
            Self::TooLong => "spot-too-long",
            Self::NotLetters => "spot-not-letters",
            Self::Guarded(_) => "spot-guarded",
        }
    }
}

impl Spot {
    /// A spot from a member's words.
    ///
    /// # Errors
    /// When it is empty, long, holds anything but letters and plain signs, or the guard flags it.
    pub fn new(words: &str) -> Result<Self, SpotRefusal> {
        let words = words.trim();
        if words.is_empty() {
            return Err(SpotRefusal::Missing);
        }
        if words.chars().count() > SPOT_CHARACTERS_MAX || words.split_whitespace().count() > SPOT_WORDS_MAX {
            return Err(SpotRefusal::TooLong);
        }
        if !words.chars().all(|sign| sign.is_alphabetic() || matches!(sign, ' ' | '&' | '/' | '\'' | '’' | '-' | ',')) {
            return Err(SpotRefusal::NotLetters);
        }
        if let Some(flag) = guard::check_in_every_language(words).first() {
            return Err(SpotRefusal::Guarded(flag.rule.name()));
        }
        Ok(Self(words.to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Spot {
    type Error = SpotRefusal;
    fn try_from(words: String) -> Result<Self, SpotRefusal> {
        Self::new(&words)
    }
}

impl From<Spot> for String {
    fn from(spot: Spot) -> Self {
        spot.0
    }
}
