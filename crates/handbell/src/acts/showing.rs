//! Acts of showing: propose a covered copy to the record, and hand it to whoever has its address.

use super::ActError;
use crate::world::World;
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::hiding::{Hiding, HidingState};
use handbell_rules::evidence::showing;
use handbell_rules::id::{HidingId, IncidentId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::Ref;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::shown::{Address, NewShown};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;

/// What a member says of a copy they offer to the record.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Who made it, as the page names them: "Witness A".
    pub maker: String,
    /// Where it first appeared; empty where it came to us first.
    pub first_appeared: String,
}

/// Proposes a covered copy that is public as a source of an incident's page. Its address stands nowhere until another
/// member approves.
///
/// # Errors
/// [`ActError::NotFound`] for an incident the report does not belong to, or a copy that is not public; what the record's
/// rules refuse.
pub async fn propose(world: &World, caller: &DeskCaller, id: HidingId, offer: Offer) -> Result<ProposalId, ActError> {
    let hiding = world.store.evidence().hiding(id).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(hiding.footage).await?.ok_or(ActError::NotFound)?;
    let report = world.store.report(footage.report).await?.ok_or(ActError::NotFound)?;
    let (HidingState::Burnt { media_type, length, sha256, .. }, Some(public)) = (&hiding.state, &hiding.public) else {
        return Err(ActError::NotFound);
    };
    if !report.incidents.contains(&public.incident) {
        return Err(ActError::NotFound);
    }
    let none = String::new;
    let source = NewSource {
        kind: SourceKind::MediaFile,
        label: format!("Footage by {}", offer.maker.trim()),
        standing: none(),
        said: footage.claimed.clone(),
        url: none(),
        copies: None,
        via: None,
        asked: none(),
        replied: none(),
    };
    let shown = NewShown {
        source: Ref::New(0),
        footage: footage.id,
        address: Address(public.address).to_string(),
        media_type: media_type.clone(),
        length: *length,
        sha256: handbell_rules::evidence::custody::hex(sha256),
        shows: public.shows.clone(),
        first_appeared: offer.first_appeared,
    };
    let statements = vec![Statement::Source(source), Statement::Shown(shown)];
    super::record::propose(world, caller, public.incident, Proposed::Statements { statements }).await
}

/// What may be handed to whoever has an address.
///
/// # Errors
/// [`ActError::NotFound`] where nothing may be, whatever the reason.
pub async fn served(world: &World, address: &str) -> Result<(Hiding, Footage), ActError> {
    let address: IncidentId = address.parse().map_err(|_| ActError::NotFound)?;
    let hiding = world.store.evidence().hiding_at(*address.bytes()).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(hiding.footage).await?.ok_or(ActError::NotFound)?;
    if showing::may_be_served(&footage, &hiding) { Ok((hiding, footage)) } else { Err(ActError::NotFound) }
}
