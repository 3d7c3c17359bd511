//! The closed lists of letters: why somebody complains, why a letter leads to nothing, what is done about one.
//!
//! Their names stand in public entries for ever, so new ones are added and old ones kept.

use serde::{Deserialize, Serialize};

/// Why somebody complains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComplaintReason {
    /// A fact is wrong.
    FactWrong,
    /// Somebody can be recognised.
    Recognised,
    /// It is nobody else's business.
    PrivateMatter,
    /// One side is not treated as the other.
    NotFair,
    /// Footage or words are used without a right to them.
    RightsInFootage,
    /// Something else.
    Other,
}

impl ComplaintReason {
    /// Every reason: its stable name, what the form says, and how a sentence names it.
    pub const ALL: [(ComplaintReason, &'static str, &'static str, &'static str); 6] = [
        (Self::FactWrong, "fact-wrong", "A fact is wrong", "a fact is wrong"),
        (Self::Recognised, "recognised", "Somebody can be recognised", "somebody can be recognised"),
        (Self::PrivateMatter, "private-matter", "It is a private matter", "it is a private matter"),
        (Self::NotFair, "not-fair", "One side is not treated as the other", "one side is not treated as the other"),
        (
            Self::RightsInFootage,
            "rights-in-footage",
            "Footage or words are used without a right to them",
            "footage or words are used without a right to them",
        ),
        (Self::Other, "other", "Something else", "something else is wrong"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, ..)| *name == text).map(|(reason, ..)| *reason)
    }
    /// How a sentence names it, behind "that".
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(.., words)| words)
    }
    /// Whether somebody may be hurt while it waits.
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Recognised | Self::PrivateMatter)
    }
}

/// Why a letter leads to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decline {
    /// It is about something else.
    NotAboutThis,
    /// Nobody could find out whether it comes from whom it says.
    NotWhoTheySay,
    /// Nothing of it could stand without saying who somebody is.
    NothingLeft,
    /// It threatens somebody or asks for harm.
    Threat,
    /// The same was sent before.
    SentBefore,
    /// It was looked into, and what stands is right.
    StandsAsItIs,
}

impl Decline {
    /// Every reason with its stable name and how a sentence says it.
    pub const ALL: [(Decline, &'static str, &'static str); 6] = [
        (Self::NotAboutThis, "not-about-this", "it is about something else"),
        (Self::NotWhoTheySay, "not-who-they-say", "nobody could find out whether it comes from whom it says"),
        (Self::NothingLeft, "nothing-left", "nothing of it could stand without saying who somebody is"),
        (Self::Threat, "threat", "it threatens somebody or asks for harm"),
        (Self::SentBefore, "sent-before", "the same was sent before"),
        (Self::StandsAsItIs, "stands-as-it-is", "it was looked into, and what stands is right"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(why, ..)| *why)
    }
    /// How a sentence says it.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(.., words)| words)
    }
    /// Whether this can be said of a reply: an answer is not declined for being wrong.
    pub const fn fits_a_reply(self) -> bool {
        !matches!(self, Self::StandsAsItIs)
    }
}

/// What the desk does about a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// A correction is proposed.
    Correction,
    /// It is proposed to take words from the public.
    Removal,
    /// The other side is asked for comment, or its words are put beside.
    OtherSide,
}

impl Remedy {
    /// Every remedy with its stable name and how a sentence says it.
    pub const ALL: [(Remedy, &'static str, &'static str); 3] = [
        (Self::Correction, "correction", "a correction is proposed"),
        (Self::Removal, "removal", "it is proposed to take words from the public"),
        (Self::OtherSide, "other-side", "the other side’s words are put beside"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(remedy, ..)| *remedy)
    }
    /// How a sentence says it.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(remedy, ..)| *remedy == self).map_or("", |(.., words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_and_remedy_has_one_name_wherever_it_is_written() {
        for (reason, name, ..) in ComplaintReason::ALL {
            assert_eq!((serde_json::to_value(reason).unwrap(), ComplaintReason::parse(name)), (name.into(), Some(reason)));
        }
        for (why, name, _) in Decline::ALL {
            assert_eq!((serde_json::to_value(why).unwrap(), Decline::parse(name)), (name.into(), Some(why)));
        }
        for (remedy, name, _) in Remedy::ALL {
            assert_eq!((serde_json::to_value(remedy).unwrap(), Remedy::parse(name)), (name.into(), Some(remedy)));
        }
    }
}
