//! Showing: what must still hold whenever a covered copy is handed to whoever has its address.
//!
//! That it is public is not enough: the witness may have changed their mind since, and the moment they do, the address
//! gives nothing.

use super::footage::{Footage, Wish};
use super::hiding::{Hiding, HidingState};

/// Whether a covered copy may be handed out.
pub fn may_be_served(footage: &Footage, hiding: &Hiding) -> bool {
    let burnt = matches!(hiding.state, HidingState::Burnt { .. });
    let checked = hiding.inspection.as_ref().is_some_and(|inspection| inspection.by != hiding.by && inspection.clear_at.is_some());
    footage.wish == Wish::Public && burnt && checked && hiding.public.is_some()
}
