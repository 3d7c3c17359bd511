//! Showing: what must hold before a covered copy is public, and taking it back.
//!
//! PROMISE nothing-publishes-itself: the witness wished it, one member drew, another looked at every frame, and two
//! let its entry into the record. The address works only while all of that stands.

use super::custody::{Deed, Doer, unnamed};
use super::footage::{Footage, Wish};
use super::hiding::{Hiding, HidingState, PublicCopy};
use crate::change::{Change, What};
use crate::id::{ChangeId, IncidentId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::Timestamp;

/// Whether a covered copy may be handed to anybody who has its address.
pub fn may_be_served(footage: &Footage, hiding: &Hiding) -> bool {
    footage.wish == Wish::Public && !footage.is_shut() && hiding.public.is_some() && checked(hiding).is_some()
}

/// Who found that nobody can be recognised, if a second person did.
fn checked(hiding: &Hiding) -> Option<MemberId> {
    let inspection = hiding.inspection.as_ref().filter(|inspection| inspection.by != hiding.by)?;
    let burnt = matches!(hiding.state, HidingState::Burnt { .. });
    (burnt && inspection.clear_at.is_some()).then_some(inspection.by)
}

/// Where a covered copy is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The incident on whose page.
    pub incident: IncidentId,
    /// What it shows, in words.
    pub shows: String,
    /// Its name in the public address: fresh chance.
    pub address: [u8; 16],
}

/// Gives a covered copy its public address.
///
/// # Errors
/// [`Evidence::FootageNotWished`] where the witness did not wish it, [`Evidence::HidingUnchecked`] before a second
/// person looked at every frame, [`Evidence::FootageShownAlready`].
pub fn offer(id: ChangeId, footage: &Footage, hiding: &Hiding, place: Place, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    if footage.wish != Wish::Public {
        return Err(Evidence::FootageNotWished.into());
    }
    let (Some(_), Some(member)) = (checked(hiding), by.member) else { return Err(Evidence::HidingUnchecked.into()) };
    if hiding.public.is_some() {
        return Err(Evidence::FootageShownAlready.into());
    }
    let mut said = footage.said(by, Deed::Published, now);
    if let HidingState::Burnt { sha256, .. } = &hiding.state {
        said = said.about(*sha256);
    }
    let public = PublicCopy { by: member, at: now, incident: place.incident, shows: place.shows.trim().to_owned(), address: place.address };
    let hiding = Hiding { public: Some(public), ..hiding.clone() };
    Ok(Change { id, at: now, by: by.actor(), what: What::HidingMoved { hiding, said } })
}

/// The same in one change with the proposal that names the address. Nothing where these are no such two.
pub fn with_proposal(offered: Change, proposed: Change) -> Option<Change> {
    let Change { id, at, by, what } = offered;
    match (what, proposed.what) {
        (What::HidingMoved { hiding, said }, What::EntryProposed { proposal }) => {
            Some(Change { id, at, by, what: What::CopyOffered { proposal, hiding, said } })
        }
        _ => None,
    }
}

/// Takes a public copy back: one member is enough, at any time, and the copy's address is gone with the commit.
///
/// # Errors
/// [`Evidence::FootageNotShown`], [`Evidence::CustodyWordsNamed`].
pub fn take_back(id: ChangeId, footage: &Footage, hiding: &Hiding, why: &str, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    if hiding.public.is_none() {
        return Err(Evidence::FootageNotShown.into());
    }
    unnamed(why)?;
    let said = footage.said(by, Deed::Withdrawn, now).with(why);
    let hiding = Hiding { public: None, state: HidingState::TakenBack, ..hiding.clone() };
    Ok(Change { id, at: now, by: by.actor(), what: What::HidingMoved { hiding, said } })
}
