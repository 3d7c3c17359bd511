//! Truth: what really happens in a drill, which its desk does not know and its score does.
//!
//! A drill's file lists its happenings and says of each message what it is. An older file says neither;
//! what is supposed of it then is written here, so that its score rests on a rule and not on a guess.

use super::{Drill, DrillBasis, DrillReport};
use crate::desk::incident::Ending;
use serde::{Deserialize, Serialize};

/// What a practice message really is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Really {
    /// First-hand and true.
    Real,
    /// True, from somebody who was told.
    SecondHand,
    /// The same witness, or the same account, once more.
    Duplicate,
    /// True in what was seen, wrong in who they are.
    WrongAgency,
    /// One of many near-copies of one post: it says nothing that anybody saw.
    Copy,
    /// Hearsay without a place or a time.
    Rumour,
    /// A recording of another place or another year.
    OldFootage,
    /// Made up.
    False,
}

impl Really {
    /// Whether such a message is of one of the drill's happenings.
    pub const fn is_of_a_happening(self) -> bool {
        matches!(self, Self::Real | Self::SecondHand | Self::Duplicate | Self::WrongAgency)
    }
    /// The words of the score's page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Real => "seen, and true",
            Self::SecondHand => "true, from hearsay",
            Self::Duplicate => "a duplicate",
            Self::WrongAgency => "seen, with the wrong agency",
            Self::Copy => "a near-copy in a flood",
            Self::Rumour => "a rumour",
            Self::OldFootage => "old footage",
            Self::False => "made up",
        }
    }
}

/// Who should hear of a happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tell {
    /// Nobody: it is not what the group alerts about.
    Nobody,
    /// Observers, and no neighbour.
    Observers,
    /// Observers and neighbours.
    Neighbours,
}

/// One thing that really happens in the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happens {
    /// Its name inside the file.
    pub id: String,
    /// What the score's page calls it.
    pub called: String,
    /// Who should hear of it.
    pub tell: Tell,
    /// How a good desk ends it; any way when left out.
    #[serde(default)]
    pub ends: Option<Ending>,
    /// The agency an alert may name; any when left out.
    #[serde(default)]
    pub agency: Option<String>,
    /// The areas an alert may go to, the one it happens in first; any when left out.
    #[serde(default)]
    pub areas: Vec<String>,
}

/// What is supposed of a drill that lists no happenings: a first-hand or told message without a place of its
/// own is of the main happening, of which neighbours should hear; a first-hand one that names another place
/// is of a happening there, of which nobody should; what was seen online is a rumour or old footage.
pub fn supposed(drill: &mut Drill) {
    let happens = |id: &str, called: &str, tell, ends: Option<Ending>| Happens {
        id: id.to_owned(),
        called: called.to_owned(),
        tell,
        ends,
        agency: None,
        areas: Vec::new(),
    };
    let mut all = vec![happens("main", &drill.place.text, Tell::Neighbours, Some(Ending::Over))];
    let mut judge = |report: &DrillReport| match (&report.lookalike, report.basis, &report.place) {
        (Some(_), _, _) => (Really::OldFootage, None),
        (None, DrillBasis::Online, _) => (Really::Rumour, None),
        (None, basis, None) => (if basis == DrillBasis::Saw { Really::Real } else { Really::SecondHand }, Some(0)),
        (None, _, Some(place)) => {
            let known = all.iter().position(|other| other.called == *place);
            let of = known.unwrap_or_else(|| {
                all.push(happens(&format!("other-{}", all.len()), place, Tell::Nobody, None));
                all.len() - 1
            });
            (Really::Real, Some(of))
        }
    };
    for report in &mut drill.reports {
        (report.really, report.of) = judge(report);
    }
    drill.happenings = all;
}
