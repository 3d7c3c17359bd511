//! Acts on words that one member takes from the public alone, and on what a second one says of it afterwards.

use super::record::{Weighed, taken_lines};
use super::{ActError, showing};
use crate::store::footing::{Footing, Ground};
use crate::world::World;
use handbell_rules::bell::alert::correction_ring;
use handbell_rules::id::{IncidentId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::alone::{self, Alone};
use handbell_rules::record::entry::{self, LetIn};
use handbell_rules::record::proposal::{Follows, Proposal};
use handbell_rules::record::statement::RedactionReason;

/// Takes the words of some entries of an incident from the public: gone when this returns, and not to be brought
/// back. The second member is asked afterwards ([`second`]).
pub async fn take(
    world: &World,
    caller: &DeskCaller,
    incident: IncidentId,
    entries: &[u64],
    reason: RedactionReason,
) -> Result<ProposalId, ActError> {
    // Before anything is read: who takes words elsewhere in this instant is counted, or this is read again.
    let footing = Footing { since: *world.store.follow().borrow(), on: &[Ground::TakenAlone] };
    let file = world.store.incident_file(incident).await?.ok_or(ActError::NotFound)?;
    let taken = world.store.taken_alone().await?;
    let weighed = Weighed::read(world, &file.incident).await?;
    let written = alone::written(caller, (&weighed.ledger, weighed.ground(world)), entries, reason, &taken)?;
    let now = world.now();
    let undescribed = showing::undescribed(world, &weighed.ledger, &written.withdrawals).await?;
    let stated = |drafted| entry::stated(incident, drafted, LetIn::OneMember, world.bytes(), now);
    let mut follows = Follows {
        entries: written.entries.iter().map(stated).collect(),
        // PROMISE a-withdrawal-leaves-a-mark: the words go from the desk's copies too.
        emptied: file.proposals.iter().filter(|one| !one.is_open()).map(Proposal::without_words).collect(),
        undescribed,
        withdrawals: written.withdrawals,
        ..Follows::default()
    };
    follows.entries.extend(taken_lines(world, incident, &follows.withdrawals, true));
    // A log in doubt is not signed, and whom the words endanger cannot wait for it.
    let held_back = world.cosigned.in_doubt().is_some().then(|| alone::hold_back(&mut follows, now));
    let alone = Alone { entries: entries.to_vec(), reason, corrects: written.corrects, second: None, held_back };
    let id = world.private_id();
    let change = alone::take(world.private_id(), caller, &file.incident, id, alone, follows, now)?;
    world.commit_on(change, Some(footing)).await?;
    Ok(id)
}

/// Writes the marks of what was held back while the log could not be signed. Answers how many such deeds there were.
///
/// # Errors
/// When the store does not answer, or somebody was faster; what is left is written at the next call.
pub async fn write_held(world: &World) -> Result<usize, ActError> {
    let mut written = 0;
    for proposal in world.store.taken_alone().await? {
        if proposal.alone.as_ref().is_none_or(|alone| alone.held_back.is_none()) {
            continue;
        }
        let incident = world.store.incident(proposal.incident).await?.ok_or(ActError::NotFound)?;
        if let Some(change) = alone::write_held(world.private_id(), &incident, &proposal, world.now()) {
            world.commit(change).await?;
            written += 1;
        }
    }
    Ok(written)
}

/// A second member says whether they agree to what one took alone.
pub async fn second(world: &World, caller: &DeskCaller, id: ProposalId, agreed: bool) -> Result<(), ActError> {
    let proposal = world.store.proposal(id).await?.ok_or(ActError::NotFound)?;
    let file = world.store.incident_file(proposal.incident).await?.ok_or(ActError::NotFound)?;
    let now = world.now();
    let rings = file.alerts.iter().filter_map(|alert| correction_ring(alert, world.private_id(), now)).collect();
    let change = alone::second(world.private_id(), caller, &proposal, agreed, rings, || world.bytes(), now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// What waits for a second member, and what one did not agree to, oldest first.
pub async fn waiting(world: &World, caller: &DeskCaller) -> Result<Vec<Proposal>, ActError> {
    caller.at_the_desk()?;
    Ok(world.store.taken_alone().await?)
}
