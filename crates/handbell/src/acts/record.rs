//! Acts of the record: propose an entry, approve it, read the pages that follow from the log.

use super::{ActError, letters, showing};
use crate::store::{IncidentFile, LogRow};
use crate::world::World;
use handbell_log::leaf::{Body, Leaf};
use handbell_rules::bell::alert::{Alert, correction_ring};
use handbell_rules::change::Change;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::{IncidentId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::place::Precision;
use handbell_rules::playbook::{Reach, ReachRule};
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::entry::{self, LetIn, NewEntry};
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::marks::{self, Finding};
use handbell_rules::record::moderation::Moderation;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, SlotLine, project};
use handbell_rules::record::proposal::{self, Around, Follows, NewProposal, Proposal, Proposed};
use handbell_rules::record::statement::{Ground, RedactionReason, Statement, Written};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::scenario::Scenario;

/// Incidents a list of the record shows at most.
pub const RECORD_LIST_MAX: u32 = 200;

fn public_rule<'a>(world: &'a World, incident: &Incident) -> Option<&'a ReachRule> {
    world.group.playbook.kind(&incident.kind)?.reach(Reach::Public, incident.home)
}

/// An incident's entries as the rules weigh them.
pub(super) struct Weighed {
    pub(super) ledger: Ledger,
    entries: Vec<(u64, u8)>,
    home: bool,
    kind: String,
}

impl Weighed {
    pub(super) async fn read(world: &World, incident: &Incident) -> Result<Self, ActError> {
        let rows = world.store.stream(incident.id).await?;
        Ok(Self::of(&rows, &logged(&rows)?, incident))
    }

    fn of(rows: &[LogRow], logged: &[LoggedEntry], incident: &Incident) -> Self {
        let entries = rows.iter().filter(|row| row.content.is_some()).map(|row| (row.index, row.kind)).collect();
        Self { ledger: Ledger::read(logged), entries, home: incident.home, kind: incident.kind.clone() }
    }

    pub(super) fn ground<'a>(&'a self, world: &'a World) -> Ground<'a> {
        let playbook = &world.group.playbook;
        // Without a public reach nothing is published, and nothing may be finer than the district.
        let rule = playbook.kind(&self.kind).and_then(|kind| kind.reach(Reach::Public, self.home));
        let finest = rule.map_or(Precision::District, |rule| rule.precision);
        Ground { playbook, home: self.home, finest, entries: &self.entries }
    }
}

/// Proposes to open an incident to the public record, an outcome, or statements; with the reasons why words that
/// the guard marks may stand, where it marks any.
pub async fn propose(
    world: &World,
    caller: &DeskCaller,
    incident: IncidentId,
    new: impl Into<NewProposal>,
) -> Result<ProposalId, ActError> {
    let (id, change) = proposed(world, caller, incident, new).await?;
    world.commit(change).await?;
    Ok(id)
}

/// What [`propose`] commits, for whoever writes more in the same commit.
pub(super) async fn proposed(
    world: &World,
    caller: &DeskCaller,
    incident: IncidentId,
    new: impl Into<NewProposal>,
) -> Result<(ProposalId, Change), ActError> {
    let incident = world.store.incident(incident).await?.ok_or(ActError::NotFound)?;
    let id: ProposalId = world.private_id();
    let rule = public_rule(world, &incident);
    let weighed = Weighed::read(world, &incident).await?;
    let against = (&weighed.ledger, weighed.ground(world));
    let change = proposal::propose(world.private_id(), caller, &incident, rule, against, id, new.into(), world.now())?;
    Ok((id, change))
}

/// Approves a proposal on the caller's device and publishes it, with whatever alerts owe to the log by then.
/// When something public is corrected, everybody who heard of an alert of the incident hears of that too, in
/// the same commit, while the told list lives. Words that a strict rule of the guard marked need
/// [`publish_marked`].
pub async fn publish(world: &World, caller: &DeskCaller, id: ProposalId) -> Result<(), ActError> {
    publish_marked(world, caller, id, false).await
}

/// Like [`publish`]; `ticked` is whether the caller said that they read the marked words and that these may stand.
pub async fn publish_marked(world: &World, caller: &DeskCaller, id: ProposalId, ticked: bool) -> Result<(), ActError> {
    let now = world.now();
    let proposal = world.store.proposal(id).await?.ok_or(ActError::NotFound)?;
    let file = world.store.incident_file(proposal.incident).await?.ok_or(ActError::NotFound)?;
    let rule = public_rule(world, &file.incident);
    let weighed = Weighed::read(world, &file.incident).await?;
    let mut follows = Follows::default();
    match &proposal.proposed {
        Proposed::Opening => {
            let rule = rule.ok_or_else(|| Refusal::from(Record::TooEarly))?;
            let label = world.group.playbook.kind_label(&file.incident.kind, &world.group.playbook.languages()[0]);
            let followed = world.group.playbook.kind(&file.incident.kind).map(|kind| kind.outcomes.as_slice()).unwrap_or_default();
            let opening = entry::opening(&file.incident, &label, world.group.status, world.bytes(), now);
            follows.entries.push(opening.in_zone(world.group.playbook.zone()).following(followed));
            let opened = Incident { public: true, ..file.incident.clone() };
            for alert in file.alerts.iter().filter(|alert| alert.follows.is_none() && !alert.logged) {
                let updates: Vec<Alert> = file.alerts.iter().filter(|update| update.follows == Some(alert.id)).cloned().collect();
                let owed = entry::owed(&opened, alert, &updates, rule, false, || world.bytes(), now);
                if !owed.is_empty() {
                    follows.alerts.push(Alert { logged: true, ..alert.clone() });
                    follows.entries.extend(owed);
                }
            }
        }
        Proposed::Outcome { text, says } => {
            follows.entries.push(entry::outcome(&file.incident, text.trim(), says.trim(), world.bytes(), now));
        }
        Proposed::Statements { .. } => {
            let written = proposal::written(&weighed.ledger, weighed.ground(world), &proposal)?;
            let stated = |drafted| entry::stated(file.incident.id, drafted, LetIn::TwoMembers, world.bytes(), now);
            follows.entries.extend(written.entries.iter().map(stated));
            if !written.withdrawals.is_empty() {
                // PROMISE a-withdrawal-leaves-a-mark: the words go from the desk's copies too.
                let decided = file.proposals.iter().filter(|one| !one.is_open());
                follows.emptied = decided.map(Proposal::without_words).collect();
                follows.undescribed = showing::undescribed(world, &weighed.ledger, &written.withdrawals).await?;
            }
            follows.withdrawals = written.withdrawals;
            if written.corrects {
                follows.rings.extend(file.alerts.iter().filter_map(|alert| correction_ring(alert, world.private_id(), now)));
            }
        }
    }
    if let Some(letter) = proposal.letter {
        follows.letter = world.store.letter(letter).await?;
    }
    follows.entries.extend(decisions(world, &proposal, &follows.withdrawals));
    let against = (&weighed.ledger, weighed.ground(world));
    let change = proposal::publish(world.private_id(), caller, &file.incident, rule, against, &proposal, ticked, follows, now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// What publishing a proposal decides about what may be shown, as lines of the moderation log (PROMISE
/// no-decision-in-silence).
fn decisions(world: &World, proposal: &Proposal, withdrawals: &[(u64, u8)]) -> Vec<NewEntry> {
    let overruled = Moderation::of_marks(proposal.explained.as_ref());
    let overruled = overruled.map(|one| entry::moderated(proposal.incident, &one, world.bytes(), world.now()));
    overruled.into_iter().chain(taken_lines(world, proposal.incident, withdrawals, false)).collect()
}

/// A line of the moderation log for each entry whose words are taken, by two members or by one alone.
pub(super) fn taken_lines(world: &World, incident: IncidentId, withdrawals: &[(u64, u8)], alone: bool) -> Vec<NewEntry> {
    let line = |(entry, code): &(u64, u8)| {
        let (entry, reason) = (*entry, RedactionReason::ALL.iter().map(|(reason, ..)| *reason).find(|one| one.code() == *code)?);
        Some(if alone { Moderation::WordsTakenAlone { entry, reason } } else { Moderation::WordsTaken { entry, reason } })
    };
    { withdrawals }.iter().filter_map(line).map(|one| entry::moderated(incident, &one, world.bytes(), world.now())).collect()
}

/// Enters a scenario into the public record, by hand of whoever runs the server; every page of it says so.
///
/// # Errors
/// [`ActError::Conflict`] when an import of the same title and place stands there already; a refusal where the
/// record may not hold what it says.
pub async fn import_scenario(world: &World, scenario: &Scenario) -> Result<IncidentId, ActError> {
    let (told, ..) = scenario.told_place(&world.group.playbook)?;
    for known in world.store.public_incidents(u32::MAX).await? {
        let Some(record) = read_record(world, known, None).await? else { continue };
        let place = record.place.as_ref().map(|place| place.words.as_str());
        if record.approved_by == LetIn::Import.words() && record.title == scenario.incident.title && place == Some(told.words.as_str()) {
            return Err(ActError::Conflict);
        }
    }
    enter_scenario(world, scenario).await
}

/// Enters a scenario, whether or not it stands in the record already.
pub(crate) async fn enter_scenario(world: &World, scenario: &Scenario) -> Result<IncidentId, ActError> {
    let id: IncidentId = world.public_id();
    let salt = || world.bytes();
    let change = scenario.entered(world.private_id(), &world.group.playbook, world.group.status, id, salt, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Proposals that wait for a second member.
pub async fn open_proposals(world: &World, caller: &DeskCaller) -> Result<Vec<Proposal>, ActError> {
    caller.at_the_desk()?;
    Ok(world.store.open_proposals().await?)
}

/// Whether words of an incident were taken from the public, also where their marks still wait.
async fn is_bereft(world: &World, incident: IncidentId) -> Result<bool, ActError> {
    let rows = world.store.stream(incident).await?;
    let marked = rows.iter().any(|row| Leaf::decode(&row.leaf).is_ok_and(|leaf| matches!(leaf.body(), Body::Withdrawal { .. })));
    Ok(marked || world.store.taken_alone().await?.iter().any(|taken| taken.incident == incident))
}

/// Refuses a proposal with a reason, or takes one's own back.
pub async fn refuse(world: &World, caller: &DeskCaller, id: ProposalId, reason: &str) -> Result<(), ActError> {
    let proposal = world.store.proposal(id).await?.ok_or(ActError::NotFound)?;
    let incident = world.store.incident(proposal.incident).await?.ok_or(ActError::NotFound)?;
    let handled = match proposal.letter {
        Some(letter) => match letters::open(world, caller, letter).await {
            Err(ActError::NotFound) => None,
            file => Some(file?),
        },
        None => None,
    };
    let letter = handled.as_ref().map(|file| (&file.letter, file.hands()));
    let bereft = is_bereft(world, incident.id).await?;
    let around = Around { incident: &incident, bereft, letter, salt: world.bytes() };
    let change = proposal::refuse(world.private_id(), caller, &proposal, around, reason, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// An incident with what the record says of it, as an editor reads it.
pub struct RecordFile {
    /// The incident with everything the desk has.
    pub file: IncidentFile,
    /// Its page; nothing while it is not in the record.
    pub record: Option<IncidentRecord>,
    weighed: Weighed,
}

impl RecordFile {
    /// What the record says, as the rules read it.
    pub fn ledger(&self) -> &Ledger {
        &self.weighed.ledger
    }

    /// What a proposal would write if it were approved now.
    ///
    /// # Errors
    /// The refusal its approval would meet.
    pub fn would_write(&self, world: &World, proposal: &Proposal) -> Result<Written, Refusal> {
        proposal::written(&self.weighed.ledger, self.weighed.ground(world), proposal)
    }

    /// What proposing something would change; nothing is written.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn propose(&self, world: &World, caller: &DeskCaller, id: ProposalId, new: NewProposal) -> Result<Change, ActError> {
        let rule = public_rule(world, &self.file.incident);
        let against = (&self.weighed.ledger, self.weighed.ground(world));
        Ok(proposal::propose(world.private_id(), caller, &self.file.incident, rule, against, id, new, world.now())?)
    }

    /// What the guard marks in something that is proposed now.
    ///
    /// # Errors
    /// What the statements are refused for.
    pub fn marks(&self, world: &World, proposed: &Proposed) -> Result<Vec<Finding>, Refusal> {
        Ok(marks::find(&proposal::texts((&self.weighed.ledger, self.weighed.ground(world)), proposed)?))
    }

    /// Alerts of this incident whose told lists still live, so that a correction is told to them.
    pub fn alerts_told(&self, world: &World) -> usize {
        let now = world.now();
        self.file.alerts.iter().filter(|alert| correction_ring(alert, world.private_id(), now).is_some()).count()
    }
}

/// Reads an incident and its record.
pub async fn read_record_file(world: &World, caller: &DeskCaller, incident: IncidentId) -> Result<RecordFile, ActError> {
    caller.at_the_desk()?;
    let file = world.store.incident_file(incident).await?.ok_or(ActError::NotFound)?;
    let rows = world.store.stream(incident).await?;
    let logged = logged(&rows)?;
    let record = project(incident, &logged);
    let weighed = Weighed::of(&rows, &logged, &file.incident);
    Ok(RecordFile { file, record, weighed })
}

/// Turns log rows into what the projection reads.
pub fn logged(rows: &[LogRow]) -> Result<Vec<LoggedEntry>, ActError> {
    Ok(crate::store::found::logged(rows)?)
}

/// The page of one incident, now or as of an earlier moment; nothing when the record does not hold it then.
pub async fn read_record(world: &World, incident: IncidentId, as_of: Option<&AsOf>) -> Result<Option<IncidentRecord>, ActError> {
    let rows = world.store.stream(incident).await?;
    // What was opened later is most of the record for whoever walks it as of long ago, and is not read to its end.
    if let Some(moment) = as_of
        && moment.of(&logged(rows.get(..1).unwrap_or_default())?).is_empty()
    {
        return Ok(None);
    }
    let entries = logged(&rows)?;
    Ok(project(incident, as_of.map_or(entries.as_slice(), |moment| moment.of(&entries))))
}

/// Incidents that members of this desk published something about, as far as the follow-up looks.
pub const FOLLOWED_MAX: u32 = 2_000;

/// One slot of one incident about which somebody should be asked again.
pub struct Due {
    /// The incident.
    pub incident: Incident,
    /// Its heading.
    pub title: String,
    /// The slot as its page has it.
    pub slot: SlotLine,
    /// Since which day, `2026-11-21`.
    pub since: String,
    /// Whether an outcome of it waits for a second member.
    pub waiting: bool,
}

/// What the desk should ask again today, the longest first. The days follow from the log alone; looked at are the
/// incidents that members here published something about, and the newest of the record.
pub async fn follow_up(world: &World, caller: &DeskCaller) -> Result<Vec<Due>, ActError> {
    caller.at_the_desk()?;
    let today = world.now().utc_minute().get(..10).unwrap_or_default().to_owned();
    let mut incidents = world.store.published_about(FOLLOWED_MAX).await?;
    incidents.extend(world.store.public_incidents(RECORD_LIST_MAX).await?);
    incidents.sort_unstable();
    incidents.dedup();
    let waiting = world.store.open_proposals().await?;
    let waits = |incident: IncidentId, slot: &SlotLine| {
        let of = waiting.iter().filter(|one| one.incident == incident);
        let statements = of.filter_map(|one| if let Proposed::Statements { statements } = &one.proposed { Some(statements) } else { None });
        let about = slot.about.as_deref().unwrap_or_default();
        { statements }
            .flatten()
            .any(|one| matches!(one, Statement::Outcome(new) if new.slot.name() == slot.slot && new.about.trim() == about))
    };
    let mut due = Vec::new();
    for id in incidents {
        // A stream of a neighbouring group's log has a page and no incident of ours.
        let Some(incident) = world.store.incident(id).await? else { continue };
        let Some(record) = read_record(world, id, None).await?.filter(|_| incident.ended.is_some()) else { continue };
        for slot in record.outcomes {
            let Some(since) = slot.asks_again.clone().filter(|since| *since <= today) else { continue };
            let waiting = waits(id, &slot);
            due.push(Due { incident: incident.clone(), title: record.title.clone(), slot, since, waiting });
        }
    }
    due.sort_by(|one, other| (&one.since, &one.title).cmp(&(&other.since, &other.title)));
    Ok(due)
}
