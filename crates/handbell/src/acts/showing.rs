//! Acts of showing: offer a covered copy to the record, take it back, hand it to whoever has its address.

use super::ActError;
use super::hiding::{doer, open, taken_back};
use crate::world::World;
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::hiding::{Hiding, HidingState};
use handbell_rules::evidence::showing::{self, Place};
use handbell_rules::id::{FootageId, HidingId, IncidentId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::Ref;
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::shown::{Address, NewShown};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::{Evidence, Refusal};

/// What a member says of a copy they offer to the record.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Who made it, as the page names them: "Witness A".
    pub maker: String,
    /// What it shows, for whoever cannot or will not look.
    pub shows: String,
    /// Where it first appeared; empty where it came to us first.
    pub first_appeared: String,
}

async fn read(world: &World, id: HidingId) -> Result<(Hiding, Footage), ActError> {
    let hiding = world.store.evidence().hiding(id).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(hiding.footage).await?.ok_or(ActError::NotFound)?;
    Ok((hiding, footage))
}

/// Proposes a checked copy as a source of an incident's page. It gets its address now, which stands nowhere until
/// another member approves the proposal.
///
/// # Errors
/// [`ActError::NotFound`] for an incident the report does not belong to; what the rules refuse.
pub async fn offer(world: &World, caller: &DeskCaller, id: HidingId, incident: IncidentId, offer: Offer) -> Result<ProposalId, ActError> {
    let (hiding, footage) = read(world, id).await?;
    open(world, &footage).await?;
    let report = world.store.report(footage.report).await?.ok_or(ActError::NotFound)?;
    if !report.incidents.contains(&incident) {
        return Err(ActError::NotFound);
    }
    let HidingState::Burnt { media_type, length, sha256, .. } = &hiding.state else {
        return Err(Refusal::from(Evidence::HidingUnchecked).into());
    };
    let address: [u8; 16] = world.bytes();
    let none = String::new;
    let source = NewSource {
        kind: SourceKind::MediaFile,
        label: format!("{FOOTAGE_BY}{}", offer.maker.trim()),
        standing: none(),
        // What a witness wrote of when it was filmed is for the desk; what is public an editor writes as claims.
        said: none(),
        url: none(),
        copies: None,
        via: None,
        asked: none(),
        replied: none(),
    };
    let shown = NewShown {
        source: Ref::New(0),
        footage: footage.id,
        address: Address(address).to_string(),
        media_type: media_type.clone(),
        length: *length,
        sha256: handbell_rules::evidence::custody::hex(sha256),
        shows: offer.shows.clone(),
        first_appeared: offer.first_appeared,
    };
    let by = doer(world, caller);
    let offered = showing::offer(world.private_id(), &footage, &hiding, Place { incident, shows: offer.shows, address }, &by, world.now())?;
    let statements = vec![Statement::Source(source), Statement::Shown(shown)];
    let (proposal, proposed) = super::record::proposed(world, caller, incident, Proposed::Statements { statements }).await?;
    // In one commit: of two, the second could fail, and somebody would approve an address that leads nowhere.
    let change = showing::with_proposal(offered, proposed);
    world.commit(change.ok_or_else(|| ActError::Broken("an offer's rules gave other changes".to_owned()))?).await?;
    Ok(proposal)
}

/// The drawings whose public copy an entry names that is about to lose its words, without theirs (PROMISE
/// a-withdrawal-leaves-a-mark).
pub(super) async fn undescribed(world: &World, ledger: &Ledger, withdrawals: &[(u64, u8)]) -> Result<Vec<Hiding>, ActError> {
    let mut all = Vec::new();
    for placed in ledger.shown.iter().filter(|placed| withdrawals.iter().any(|(index, _)| *index == placed.index)) {
        let Some(address) = placed.body.as_ref().and_then(|shown| shown.address.parse::<IncidentId>().ok()) else { continue };
        let hiding = world.store.evidence().hiding_at(*address.bytes()).await?;
        all.extend(hiding.and_then(|hiding| hiding.without_words()));
    }
    Ok(all)
}

/// How the source of a covered copy is called on its page, before who made it.
const FOOTAGE_BY: &str = "Footage by ";

/// What the record says of another copy of the same footage, for whoever offers this one: the words of the one that was
/// drawn last and stands there. Words that were withdrawn stand nowhere and are never offered again.
///
/// # Errors
/// When the store does not answer.
pub async fn said_before(world: &World, footage: FootageId, except: HidingId) -> Result<Option<(Hiding, Offer)>, ActError> {
    let mut others = world.store.evidence().hidings_of(footage).await?;
    others.retain(|hiding| hiding.id != except);
    others.sort_by_key(|hiding| std::cmp::Reverse((hiding.at, hiding.id)));
    for other in others {
        let Some(public) = &other.public else { continue };
        let Some(record) = super::record::read_record(world, public.incident, None).await? else { continue };
        let address = Address(public.address).to_string();
        let Some(shown) = record.shown.into_iter().find(|shown| shown.address == address) else { continue };
        let source = record.sources.into_iter().find(|line| line.number == shown.source).and_then(|line| line.source);
        let maker = source.as_ref().and_then(|source| source.label.strip_prefix(FOOTAGE_BY)).unwrap_or_default().to_owned();
        return Ok(Some((other, Offer { maker, shows: shown.shows, first_appeared: shown.first_appeared.unwrap_or_default() })));
    }
    Ok(None)
}

/// Takes a public copy back, and removes its file. The record keeps that it was shown until its words are taken too.
///
/// # Errors
/// [`ActError::NotFound`]; what the rule refuses.
pub async fn take_back(world: &World, caller: &DeskCaller, id: HidingId, why: &str) -> Result<(), ActError> {
    let (hiding, footage) = read(world, id).await?;
    let by = doer(world, caller);
    let change = showing::take_back(world.private_id(), &footage, &hiding, why, &by, world.now())?;
    world.commit(change).await?;
    if let HidingState::Burnt { name, .. } = &hiding.state
        && let Ok(name) = name.parse()
    {
        // The address is gone with the commit; a file that cannot be removed now goes with its footage.
        drop(world.vault.remove(&name).await);
    }
    Ok(())
}

/// Public copies of which whoever gave them says now that they are not to be public. Nobody gets one from the moment of
/// that wish on; its words stand in the record until somebody takes them away too, so the desk is told.
///
/// # Errors
/// When the store does not answer.
pub async fn unwished(world: &World) -> Result<Vec<Hiding>, ActError> {
    let mut all = Vec::new();
    for hiding in world.store.evidence().public_hidings().await? {
        let footage = world.store.evidence().footage(hiding.footage).await?;
        if footage.is_some_and(|footage| footage.wish != Wish::Public && !footage.is_shut()) {
            all.push(hiding);
        }
    }
    Ok(all)
}

/// What may be handed to whoever has an address, once two members let its entry into the record ([`served`] asks that
/// too).
///
/// # Errors
/// [`ActError::NotFound`] where nothing may be, whatever the reason.
pub async fn standing(world: &World, address: &str) -> Result<(Hiding, Footage), ActError> {
    let address: IncidentId = address.parse().map_err(|_| ActError::NotFound)?;
    let hiding = world.store.evidence().hiding_at(*address.bytes()).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(hiding.footage).await?.ok_or(ActError::NotFound)?;
    // From the moment its report was taken back or a member shut it, and not only when the clearer has come by.
    if footage.is_shut() || taken_back(world, &footage).await? {
        return Err(ActError::NotFound);
    }
    if showing::may_be_served(&footage, &hiding) { Ok((hiding, footage)) } else { Err(ActError::NotFound) }
}

/// What may be handed to whoever has an address.
///
/// # Errors
/// [`ActError::NotFound`] where nothing may be, whatever the reason.
pub async fn served(world: &World, address: &str) -> Result<(Hiding, Footage), ActError> {
    let (hiding, footage) = standing(world, address).await?;
    let Some(public) = &hiding.public else { return Err(ActError::NotFound) };
    // Two members let its entry into the record, and it stands there.
    let record = super::record::read_record(world, public.incident, None).await?.ok_or(ActError::NotFound)?;
    let name = Address(public.address).to_string();
    if record.shown.iter().any(|shown| shown.address == name) { Ok((hiding, footage)) } else { Err(ActError::NotFound) }
}

#[cfg(test)]
pub(crate) mod tests;
