//! The closed lists a leaf chooses from: what an entry is, and why a content was withdrawn.
//!
//! Promises that a code never changes its meaning: codes stand in signed leaves for ever, so new
//! ones are added and old ones kept. The numbers are in `docs/formats/leaf.md`.
//! What belongs into an entry of a kind is not known here.

use super::FIXED_KINDS_FROM;

/// What an entry is. The list is closed; readers show codes they do not know as unknown entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// An incident enters the public record.
    IncidentOpened = 1,
    /// One checkable statement.
    Claim = 2,
    /// A statement that mends an earlier entry, which stays readable.
    Correction = 3,
    /// A promise that an original file is held, without saying which.
    EvidenceCommitted = 4,
    /// An alert was issued.
    Alert = 5,
    /// An alert was updated.
    Update = 6,
    /// An alert was wrong.
    Cancel = 7,
    /// An alert is over.
    StandDown = 8,
    /// How an incident ended.
    Outcome = 9,
    /// A summary of all streams, so that readers need not start from the beginning.
    Snapshot = 10,
    /// Where claims come from.
    Source = 11,
    /// What the desk thinks of a claim, and why.
    Assessment = 12,
    /// A link between claims: repeats, contradicts, supersedes.
    ClaimEvent = 13,
    /// What somebody concerned answers.
    Reply = 14,
    /// An official statement.
    Statement = 15,
    /// Footage or a report that is not of here and now.
    LookAlike = 16,
    /// A decision about what may be shown.
    Moderation = 17,
    /// The hash of a playbook or a rights card in force.
    PlaybookOrCard = 18,
    /// The content of an earlier entry is no longer offered. Public fields.
    Withdrawal = 32,
    /// A statement about the log's keys. Public fields.
    Key = 33,
    /// A statement by the log's operator. Public fields.
    Note = 34,
}

impl Kind {
    /// Every kind, in the order of the codes.
    pub const ALL: [Kind; 21] = [
        Kind::IncidentOpened,
        Kind::Claim,
        Kind::Correction,
        Kind::EvidenceCommitted,
        Kind::Alert,
        Kind::Update,
        Kind::Cancel,
        Kind::StandDown,
        Kind::Outcome,
        Kind::Snapshot,
        Kind::Source,
        Kind::Assessment,
        Kind::ClaimEvent,
        Kind::Reply,
        Kind::Statement,
        Kind::LookAlike,
        Kind::Moderation,
        Kind::PlaybookOrCard,
        Kind::Withdrawal,
        Kind::Key,
        Kind::Note,
    ];

    /// The kind's byte in a leaf.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The kind with this code, if this version knows it.
    pub fn from_code(code: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the leaf holds a commitment and a content lies beside it.
    pub fn is_committed(self) -> bool {
        self.code() < FIXED_KINDS_FROM
    }
}

impl From<Kind> for u8 {
    fn from(kind: Kind) -> u8 {
        kind.code()
    }
}

/// Why the content of an entry was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Somebody could be hurt.
    Safety = 1,
    /// It told something about a person.
    PersonalData = 2,
    /// A court or an authority ordered it.
    LegalOrder = 3,
    /// It should never have been published.
    Error = 4,
    /// No reason is given.
    Unspecified = 5,
}

impl Reason {
    /// Every reason, in the order of the codes.
    pub const ALL: [Reason; 5] = [Reason::Safety, Reason::PersonalData, Reason::LegalOrder, Reason::Error, Reason::Unspecified];

    /// The reason's byte in a withdrawal.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The reason with this code, if there is one.
    pub fn from_code(code: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_published_ones() {
        let codes: Vec<u8> = Kind::ALL.into_iter().map(Kind::code).collect();
        assert_eq!(codes, (1..=18).chain(32..=34).collect::<Vec<u8>>());
        for code in 0..=255 {
            assert_eq!(Kind::from_code(code).map(Kind::code), codes.contains(&code).then_some(code));
        }
        assert_eq!(Reason::ALL.map(Reason::code), [1, 2, 3, 4, 5]);
    }
}
