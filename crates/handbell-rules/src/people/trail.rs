//! Trail: who opened what at the desk, when and why, in a chain that its subjects cannot edit.
//!
//! Each line carries the hash of the one before it, so a line that is changed, taken out or put in between
//! is found by whoever reads the chain. No act edits a line, and members with the auditor role read all of
//! them. It holds no word of what was opened. It does not stop a photograph of the screen, and
//! whoever controls the disk can write a whole new chain: an auditor who keeps its sign finds that too.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, IncidentId, MemberId, NotAnId, OpeningAskId, ReportId};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// How long a line is kept.
pub const OPENINGS_KEPT: i64 = 400 * DAY;
/// What stands before the first line.
pub const NOTHING_BEFORE: [u8; 32] = [0; 32];

/// What can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// What a witness told.
    Report(ReportId),
    /// An incident with its reports and claims.
    Incident(IncidentId),
}

impl Subject {
    /// A number for its sort and its sixteen bytes: what is kept and hashed.
    pub fn bytes(&self) -> [u8; 17] {
        let (sort, id) = match self {
            Self::Report(id) => (1, id.bytes()),
            Self::Incident(id) => (2, id.bytes()),
        };
        let mut bytes = [sort; 17];
        bytes[1..].copy_from_slice(id);
        bytes
    }

    /// Reads [`Subject::bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sort, id) = bytes.split_first()?;
        let id: [u8; 16] = id.try_into().ok()?;
        match sort {
            1 => Some(Self::Report(id.into())),
            2 => Some(Self::Incident(id.into())),
            _ => None,
        }
    }
}

/// As it stands in addresses below `/desk/`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Report(id) => write!(f, "reports/{id}"),
            Self::Incident(id) => write!(f, "incidents/{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.split_once('/') {
            Some(("reports", id)) => id.parse().map(Self::Report),
            Some(("incidents", id)) => id.parse().map(Self::Incident),
            _ => Err(NotAnId),
        }
    }
}

/// By what right something was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is being worked on, and the member was on duty.
    OpenMatter,
    /// It is being worked on, is somebody's home or needs their word, and the member gave a reason.
    Sensitive,
    /// The member worked on it, and it ended within the last 72 hours.
    OwnWork,
    /// It is over; another member agreed.
    SecondMember,
}

impl Why {
    /// Every right with its number in the chain and its word.
    pub const ALL: [(Why, u8, &'static str); 4] = [
        (Self::OpenMatter, 1, "open-matter"),
        (Self::Sensitive, 2, "sensitive"),
        (Self::OwnWork, 3, "own-work"),
        (Self::SecondMember, 4, "second-member"),
    ];
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(.., word)| word)
    }
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(.., word)| *word == text).map(|(why, ..)| *why)
    }
    fn number(self) -> u8 {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or(0, |(_, number, _)| *number)
    }
}

/// A line before it has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpening {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub member: MemberId,
    /// What.
    pub subject: Subject,
    /// By what right.
    pub why: Why,
    /// The reason in the member's words; empty where none is asked for.
    pub reason: String,
    /// Who agreed, where a second member must.
    pub second: Option<MemberId>,
}

/// A line in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its place, from 1.
    pub number: u64,
    /// The hash of the line before; [`NOTHING_BEFORE`] for the first.
    pub previous: [u8; 32],
    /// What it says.
    pub line: NewOpening,
    /// See [`chained`].
    pub hash: [u8; 32],
}

/// The hash of a line in its place: SHA-256 over `handbell/opening` and a zero byte, the hash before, then
/// big-endian: number (8), milliseconds (8), member (16), subject (17), right (1), whether somebody agreed
/// (1) and who (16, zeros for nobody), and the reason in UTF-8 to the end.
pub fn chained(previous: &[u8; 32], number: u64, line: &NewOpening) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"handbell/opening\0")
        .chain_update(previous)
        .chain_update(number.to_be_bytes())
        .chain_update(line.at.milliseconds().to_be_bytes())
        .chain_update(line.member.bytes())
        .chain_update(line.subject.bytes())
        .chain_update([line.why.number(), u8::from(line.second.is_some())])
        .chain_update(line.second.unwrap_or(MemberId([0; 16])).bytes())
        .chain_update(line.reason.as_bytes())
        .finalize()
        .into()
}

impl Opening {
    /// Puts a line behind the newest one.
    pub fn after(newest: Option<(u64, [u8; 32])>, line: NewOpening) -> Self {
        let (before, previous) = newest.unwrap_or((0, NOTHING_BEFORE));
        let number = before + 1;
        let hash = chained(&previous, number, &line);
        Self { number, previous, line, hash }
    }

    /// Sixteen signs of its hash, in groups, to write on paper: who compares them later sees whether the
    /// chain up to here is still the same.
    pub fn sign(&self) -> String {
        let signs: String = self.hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        [&signs[..4], &signs[4..8], &signs[8..12], &signs[12..]].join("-")
    }
}

/// Why a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenTrail {
    /// A line is missing before this one.
    #[error("line {0} does not follow the one before it")]
    Gap(u64),
    /// A line does not say what it said.
    #[error("line {0} was changed")]
    Changed(u64),
    /// The lines before this one are gone before anything could be forgotten.
    #[error("the lines before line {0} are gone before their time")]
    Beheaded(u64),
}

/// Checks where a chain begins. `since` is when the group wrote its first line of any kind: no line of the
/// trail is older, so none is forgotten before that is [`OPENINGS_KEPT`] ago.
pub fn check_begin(first: &Opening, since: Option<Timestamp>, now: Timestamp) -> Result<(), BrokenTrail> {
    let young = since.is_none_or(|since| now.since(since) < OPENINGS_KEPT);
    if first.number > 1 && young { Err(BrokenTrail::Beheaded(first.number)) } else { Ok(()) }
}

/// Checks lines that follow each other. The first may stand anywhere: older ones are forgotten in time.
pub fn check<'lines>(lines: impl IntoIterator<Item = &'lines Opening>) -> Result<(), BrokenTrail> {
    let mut before: Option<(u64, [u8; 32])> = None;
    for opening in lines {
        let follows = before.map_or(opening.number > 1 || opening.previous == NOTHING_BEFORE, |(number, hash)| {
            opening.number == number + 1 && opening.previous == hash
        });
        if !follows {
            return Err(BrokenTrail::Gap(opening.number));
        }
        if chained(&opening.previous, opening.number, &opening.line) != opening.hash {
            return Err(BrokenTrail::Changed(opening.number));
        }
        before = Some((opening.number, opening.hash));
    }
    Ok(())
}

/// One member's wish to open something that is over, for another member to agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningAsk {
    /// Private id.
    pub id: OpeningAskId,
    /// How often it was changed.
    pub version: u32,
    /// Who asks.
    pub member: MemberId,
    /// For what.
    #[serde(with = "in_an_address")]
    pub subject: Subject,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Who agreed, and when.
    pub agreed: Option<(MemberId, Timestamp)>,
}

mod in_an_address {
    use super::Subject;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(subject: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(subject)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Subject, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Writes a line: what [`super::access::may_open`] permits is written before it is shown.
pub fn open(change: ChangeId, line: NewOpening) -> Change {
    Change { id: change, at: line.at, by: Actor::Member(line.member), what: What::Opened { line } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(at: i64, member: u8, subject: Subject, reason: &str, second: Option<u8>) -> NewOpening {
        NewOpening {
            at: Timestamp::from_milliseconds(at),
            member: MemberId([member; 16]),
            subject,
            why: Why::OwnWork,
            reason: reason.to_owned(),
            second: second.map(|number| MemberId([number; 16])),
        }
    }

    fn chain(count: usize) -> Vec<Opening> {
        let mut chain: Vec<Opening> = Vec::new();
        for number in 0..count {
            let subject = if number % 2 == 0 { Subject::Report(ReportId([7; 16])) } else { Subject::Incident(IncidentId([8; 16])) };
            let newest = chain.last().map(|line| (line.number, line.hash));
            chain.push(Opening::after(newest, line(number as i64, 1 + (number % 3) as u8, subject, "a second look", None)));
        }
        chain
    }

    #[test]
    fn a_chain_that_grew_line_by_line_holds_from_any_line_on() {
        let chain = chain(9);
        for from in 0..chain.len() {
            assert_eq!(check(&chain[from..]), Ok(()));
        }
    }

    #[test]
    fn a_line_taken_out_or_put_in_between_is_found() {
        for gone in 1..8 {
            let mut chain = chain(9);
            chain.remove(gone);
            assert_eq!(check(&chain), Err(BrokenTrail::Gap(gone as u64 + 2)));
        }
        let mut two = chain(4);
        two.insert(2, two[1].clone());
        assert_eq!(check(&two), Err(BrokenTrail::Gap(2)));
        let mut beheaded = chain(3);
        beheaded[0].previous = [9; 32];
        assert_eq!(check(&beheaded), Err(BrokenTrail::Gap(1)));
    }

    #[test]
    fn a_chain_without_its_head_is_found_while_nothing_can_be_forgotten_yet() {
        let (chain, began) = (chain(3), Timestamp::from_milliseconds(0));
        let late = began.plus(OPENINGS_KEPT);
        assert_eq!(check_begin(&chain[0], Some(began), began), Ok(()));
        assert_eq!(check_begin(&chain[2], Some(began), late.plus(-1)), Err(BrokenTrail::Beheaded(3)));
        assert_eq!(check_begin(&chain[2], None, late), Err(BrokenTrail::Beheaded(3)));
        assert_eq!(check_begin(&chain[2], Some(began), late), Ok(()));
    }

    proptest! {
        #[test]
        fn any_change_of_any_line_is_found(at in 0usize..6, what in 0u8..8) {
            let mut chain = chain(6);
            let changed = &mut chain[at];
            match what {
                0 => changed.line.at = changed.line.at.plus(1),
                1 => changed.line.member = MemberId([99; 16]),
                2 => changed.line.subject = Subject::Report(ReportId([99; 16])),
                3 => changed.line.why = Why::OpenMatter,
                4 => changed.line.reason.push('.'),
                5 => changed.line.second = Some(MemberId([0; 16])),
                6 => changed.hash[0] ^= 1,
                _ => changed.number += 1,
            }
            prop_assert!(check(&chain).is_err());
        }

        #[test]
        fn a_subject_has_one_way_to_be_written(id: [u8; 16], report: bool) {
            let subject = if report { Subject::Report(id.into()) } else { Subject::Incident(id.into()) };
            prop_assert_eq!(Subject::from_bytes(&subject.bytes()), Some(subject));
            prop_assert_eq!(subject.to_string().parse::<Subject>(), Ok(subject));
        }
    }

    #[test]
    fn two_different_lines_never_share_what_is_hashed() {
        let subject = Subject::Report(ReportId([1; 16]));
        let nobody = line(1, 1, subject, "a", None);
        let zeros = line(1, 1, subject, "a", Some(0));
        assert_ne!(chained(&NOTHING_BEFORE, 1, &nobody), chained(&NOTHING_BEFORE, 1, &zeros));
    }
}
