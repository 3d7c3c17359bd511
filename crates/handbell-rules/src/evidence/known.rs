//! Known: pictures the group has seen before, with date, place and where from; and leads, which say that footage
//! resembles one of them. A lead is shown beside its date and place and is never a verdict: a person says what it is.

use super::custody::{Deed, Doer};
use super::footage::Footage;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, FootageId, KnownId, LeadId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::span::Span;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One picture or film that is known, as kept: hashes only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Private id.
    pub id: KnownId,
    /// How often it was changed.
    pub version: u32,
    /// What it shows and where it is from, in the member's words.
    pub words: String,
    /// When it was filmed or first seen, as EDTF; empty when nobody knows.
    pub date: String,
    /// Where, coarse, in words; empty when nobody knows.
    pub place: String,
    /// Who put it in; none when a neighbouring group told us.
    pub by: Option<MemberId>,
    /// Whose it is: empty for ours, else the neighbour's origin.
    pub from: String,
    /// When it came.
    pub at: Timestamp,
    /// PDQ hashes with quality, 64 hexadecimal digits each.
    pub hashes: Vec<(String, u8)>,
    /// Of a film: of which still each of the hashes is, in their order. Empty for pictures, and for what was remembered
    /// before stills were told apart.
    #[serde(default)]
    pub stills: Vec<u16>,
    /// The file whose hashes they are, so that they go when whoever gave it takes it back; none for a neighbour's, and for
    /// what was remembered before that was kept.
    #[serde(default)]
    pub footage: Option<FootageId>,
}

/// What a person says of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It is the known one: not here, not now.
    NotHereNotNow,
    /// It is the same event, filmed by the same or copied.
    SameEvent,
    /// They only look alike.
    Unrelated,
    /// Nobody can tell.
    CannotTell,
}

/// That footage resembles something known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Private id.
    pub id: LeadId,
    /// How often it was changed.
    pub version: u32,
    /// The footage.
    pub footage: FootageId,
    /// What it resembles.
    pub known: KnownId,
    /// Bits between the nearest pair of hashes: up to 20 the same, up to 40 worth a look.
    pub distance: u32,
    /// Share of the known film's stills that were found again, in a hundred; none for pictures, and where nobody knows
    /// which hash is of which still.
    pub share: Option<u8>,
    /// When it was found.
    pub at: Timestamp,
    /// What a person said.
    pub finding: Option<(Finding, MemberId, Timestamp)>,
}

/// Letters of what a picture shows, and of where it is from.
pub const KNOWN_WORDS_MAX: usize = 400;
/// Hashes of one picture or film at most: sixty stills with every repair.
pub const KNOWN_HASHES_MAX: usize = 3_000;
/// Pictures a bank holds at most.
pub const KNOWN_MAX: usize = 100_000;

/// Puts a picture or film into the bank, in which there are so many before.
///
/// # Errors
/// [`Evidence::KnownWordsMissing`] without words, [`Evidence::KnownWordsTooLong`], [`Evidence::KnownDate`] for a date
/// that is not EDTF, [`Evidence::KnownHashesMissing`] where nothing in it can be told apart, [`Evidence::KnownFull`].
pub fn know(id: ChangeId, before: usize, known: Known, by: Actor, now: Timestamp) -> Result<Change, Refusal> {
    if before >= KNOWN_MAX {
        return Err(Evidence::KnownFull.into());
    }
    if known.words.trim().is_empty() {
        return Err(Evidence::KnownWordsMissing.into());
    }
    if [&known.words, &known.place].iter().any(|text| text.chars().count() > KNOWN_WORDS_MAX || text.chars().any(char::is_control)) {
        return Err(Evidence::KnownWordsTooLong.into());
    }
    if !known.date.is_empty() && Span::parse(&known.date).is_err() {
        return Err(Evidence::KnownDate.into());
    }
    let each_of_a_still = known.stills.is_empty() || known.stills.len() == known.hashes.len();
    if known.hashes.is_empty() || known.hashes.len() > KNOWN_HASHES_MAX || !each_of_a_still {
        return Err(Evidence::KnownHashesMissing.into());
    }
    Ok(Change { id, at: now, by, what: What::PictureKnown { known } })
}

/// Writes down that footage resembles what is known. Nothing for no leads.
pub fn found(id: ChangeId, footage: &Footage, leads: Vec<Lead>, salt: [u8; 16], now: Timestamp) -> Option<Change> {
    let nearest = leads.iter().map(|lead| lead.distance).min()?;
    let by = Doer::handbell(salt);
    let said = footage.said(&by, Deed::Resembled, now).with(format!("{} known, the nearest {nearest} bits away", leads.len()));
    Some(Change { id, at: now, by: by.actor(), what: What::LeadsFound { leads, said } })
}

impl Finding {
    /// Every finding with its stable name and the words people read.
    pub const ALL: [(Finding, &'static str, &'static str); 4] = [
        (Self::NotHereNotNow, "not-here-not-now", "It is the older one: not here, not now"),
        (Self::SameEvent, "same-event", "The same event, filmed by the same or copied"),
        (Self::Unrelated, "unrelated", "They only look alike"),
        (Self::CannotTell, "cannot-tell", "Nobody can tell"),
    ];
    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(finding, ..)| *finding == self).map_or("", |(_, name, _)| name)
    }
    /// The words people read.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(finding, ..)| *finding == self).map_or("", |(.., words)| words)
    }
    /// Reads a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(finding, ..)| *finding)
    }
}

/// A member says what a lead is. It can be said anew: the custody chain keeps what was said before.
pub fn answer(id: ChangeId, footage: &Footage, lead: &Lead, finding: Finding, by: &Doer, now: Timestamp) -> Option<Change> {
    let member = by.member?;
    let lead = Lead { finding: Some((finding, member, now)), ..lead.clone() };
    let said = footage.said(by, Deed::Found, now).with(finding.name());
    Some(Change { id, at: now, by: by.actor(), what: What::LeadAnswered { lead, said } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            id: KnownId([1; 16]),
            version: 0,
            words: "A market street".into(),
            date: "2016-06".into(),
            place: "Southall".into(),
            by: Some(MemberId([2; 16])),
            from: String::new(),
            at: Timestamp::default(),
            hashes: vec![("0".repeat(64), 90)],
            stills: vec![],
            footage: None,
        }
    }

    #[test]
    fn what_is_known_has_words_a_date_that_can_be_read_and_something_to_tell_it_by() {
        let why = |known: Known| know(ChangeId([1; 16]), 0, known, Actor::Keeper, Timestamp::default()).map(|_| ()).unwrap_err();
        assert!(know(ChangeId([1; 16]), 0, known(), Actor::Keeper, Timestamp::default()).is_ok());
        assert!(know(ChangeId([1; 16]), 0, Known { date: String::new(), ..known() }, Actor::Keeper, Timestamp::default()).is_ok());
        assert_eq!(why(Known { words: " ".into(), ..known() }), Evidence::KnownWordsMissing.into());
        assert_eq!(why(Known { place: "a\nb".into(), ..known() }), Evidence::KnownWordsTooLong.into());
        assert_eq!(why(Known { date: "last year".into(), ..known() }), Evidence::KnownDate.into());
        assert_eq!(why(Known { hashes: vec![], ..known() }), Evidence::KnownHashesMissing.into());
        assert_eq!(why(Known { stills: vec![0, 1], ..known() }), Evidence::KnownHashesMissing.into(), "one hash, and two stills");
        let full = know(ChangeId([1; 16]), KNOWN_MAX, known(), Actor::Keeper, Timestamp::default());
        assert_eq!(full.unwrap_err(), Evidence::KnownFull.into());
    }

    #[test]
    fn every_finding_is_read_back_from_its_name() {
        for (finding, name, words) in Finding::ALL {
            assert_eq!((Finding::parse(name), finding.name(), finding.words()), (Some(finding), name, words));
        }
    }
}
