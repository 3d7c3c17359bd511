//! Acts of the record: propose an entry, approve it, read the pages that follow from the log.

use super::ActError;
use crate::store::LogRow;
use crate::world::World;
use handbell_rules::bell::alert::Alert;
use handbell_rules::id::{IncidentId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::playbook::{Reach, ReachRule};
use handbell_rules::record::entry;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use handbell_rules::record::proposal::{self, Proposal, Proposed};
use handbell_rules::refusal::{Record, Refusal};

/// Incidents a list of the record shows at most.
pub const RECORD_LIST_MAX: u32 = 200;

fn public_rule<'a>(world: &'a World, incident: &handbell_rules::desk::incident::Incident) -> Result<&'a ReachRule, ActError> {
    let kind = world.group.playbook.kind(&incident.kind);
    kind.and_then(|kind| kind.reach(Reach::Public, incident.home)).ok_or_else(|| Refusal::from(Record::TooEarly).into())
}

/// Proposes to open an incident to the public record, or an outcome.
pub async fn propose(world: &World, caller: &DeskCaller, incident: IncidentId, proposed: Proposed) -> Result<ProposalId, ActError> {
    let incident = world.store.incident(incident).await?.ok_or(ActError::NotFound)?;
    let id: ProposalId = world.private_id();
    let rule = public_rule(world, &incident)?;
    let change = proposal::propose(world.private_id(), caller, &incident, rule, id, proposed, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Approves a proposal on the caller's device and publishes it, with whatever alerts owe to the log by then.
pub async fn publish(world: &World, caller: &DeskCaller, id: ProposalId) -> Result<(), ActError> {
    let now = world.now();
    let proposal = world.store.proposal(id).await?.ok_or(ActError::NotFound)?;
    let file = world.store.incident_file(proposal.incident).await?.ok_or(ActError::NotFound)?;
    let rule = public_rule(world, &file.incident)?;
    let mut entries = Vec::new();
    let mut logged: Vec<Alert> = Vec::new();
    match &proposal.proposed {
        Proposed::Opening => {
            let label = world.group.playbook.kind_label(&file.incident.kind, &world.group.playbook.languages()[0]);
            entries.push(entry::opening(&file.incident, &label, world.group.status, world.bytes(), now));
            let opened = handbell_rules::desk::incident::Incident { public: true, ..file.incident.clone() };
            for alert in file.alerts.iter().filter(|alert| alert.follows.is_none() && !alert.logged) {
                let updates: Vec<Alert> = file.alerts.iter().filter(|update| update.follows == Some(alert.id)).cloned().collect();
                let owed = entry::owed(&opened, alert, &updates, rule, false, || world.bytes(), now);
                if !owed.is_empty() {
                    logged.push(Alert { logged: true, ..alert.clone() });
                    entries.extend(owed);
                }
            }
        }
        Proposed::Outcome { text, says } => entries.push(entry::outcome(&file.incident, text.trim(), says.trim(), world.bytes(), now)),
    }
    let change = proposal::publish(world.private_id(), caller, &file.incident, rule, &proposal, logged, entries, now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Proposals that wait for a second member.
pub async fn open_proposals(world: &World, caller: &DeskCaller) -> Result<Vec<Proposal>, ActError> {
    if !caller.works_the_desk() {
        return Err(Refusal::from(handbell_rules::refusal::Desk::NotOnDesk).into());
    }
    Ok(world.store.open_proposals().await?)
}

/// Turns log rows into what the projection reads.
pub fn logged(rows: &[LogRow]) -> Result<Vec<LoggedEntry>, ActError> {
    let broken = |index: u64| ActError::Broken(format!("the content of log entry {index} cannot be read"));
    rows.iter()
        .map(|row| {
            let payload = match &row.content {
                None => None,
                Some(bytes) => {
                    let content = handbell_log::leaf::Content::decode(bytes).map_err(|_| broken(row.index))?;
                    Some(serde_json::from_slice(&content.payload).map_err(|_| broken(row.index))?)
                }
            };
            Ok(LoggedEntry { index: row.index, kind: row.kind, payload })
        })
        .collect()
}

/// The page of one incident, or nothing when the record does not hold it.
pub async fn read_record(world: &World, incident: IncidentId) -> Result<Option<IncidentRecord>, ActError> {
    let rows = world.store.stream(incident).await?;
    Ok(project(incident, &logged(&rows)?))
}

/// The pages of the newest incidents.
pub async fn read_records(world: &World) -> Result<Vec<IncidentRecord>, ActError> {
    let mut records = Vec::new();
    for incident in world.store.public_incidents(RECORD_LIST_MAX).await? {
        records.extend(read_record(world, incident).await?);
    }
    Ok(records)
}
