//! Acts of a dispatch: who is wanted, whom the next ring asks, what those who were asked press, and the clock.
//!
//! The clock's step is an act of the worker here, so that the simulator and a restart run the same one. Many
//! press at the same moment, all on one row, so a press that somebody overtook is asked of the rule again.

use super::look::There;
use super::{ActError, CONFLICT_TRIES};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::{Alert, AlertState};
use handbell_rules::bell::dispatch::{self, Able, Around, Dispatch, Press, Quota};
use handbell_rules::bell::wishes::LevelWanted;
use handbell_rules::change::Change;
use handbell_rules::desk::check::{self, Level};
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::LookState;
use handbell_rules::id::{AlertId, MemberId, SubscriptionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{FieldRole, Reach};
use handbell_rules::refusal::{Bell, People, Refusal};
use handbell_rules::time::Timestamp;

/// Changes that one step commits for one dispatch at most; what is left is due again at once.
const STEPS_MAX: usize = 8;

/// Who could be asked to go now, in an order of chance: on duty in some role, with a duty phone that wants such
/// an alert, and neither on the way to something else nor there.
pub async fn able(world: &World, there: &There, kind: &str, confirmed: bool, but: AlertId) -> Result<Vec<Able>, ActError> {
    let now = world.now();
    let ready = world.store.ready(now).await?;
    let kept = world.store.dispatches().await?;
    let lately = dispatch::asked_lately(&kept);
    let mut busy: Vec<MemberId> = kept
        .iter()
        .filter(|other| other.alert != but && other.open())
        .flat_map(|other| other.asked.iter().filter(|asked| asked.answer.out()).map(|asked| asked.member))
        .collect();
    let looks = world.store.open_looks().await?;
    let looking = looks.iter().filter(|look| matches!(look.state, LookState::Accepted | LookState::OnScene));
    busy.extend(looking.map(|look| look.turn.member));
    let mut found = Vec::new();
    for duty in there.duties.iter().filter(|duty| duty.observing && duty.runs(now) && !busy.contains(&duty.member)) {
        let Some(member) = there.members.iter().find(|member| member.id == duty.member) else { continue };
        let roles: Vec<FieldRole> = member.roles.iter().filter_map(|role: &Role| role.field()).collect();
        if roles.is_empty() {
            continue;
        }
        let phones = world.store.duty_phones(member.id, now).await?;
        let wants = |phone: &&handbell_rules::bell::subscription::Subscription| {
            (phone.kinds.is_empty() || phone.kinds.iter().any(|wanted| wanted == kind))
                && (confirmed || phone.wishes.level == LevelWanted::AlsoPossible)
        };
        let phones: Vec<SubscriptionId> = phones.iter().filter(wants).map(|phone| phone.id).collect();
        let chance: [u8; 8] = world.bytes();
        let ready = ready.iter().find(|said| said.member == member.id).cloned();
        found.push((chance, Able { member: member.id, roles, ready, phones, asked_last: lately.get(&member.id).copied() }));
    }
    found.sort_by_key(|(chance, _)| *chance);
    Ok(found.into_iter().map(|(_, able)| able).collect())
}

/// How a dispatch stands before anybody said anything about it: what the playbook wants.
fn usual(world: &World, alert: &Alert, incident: &Incident) -> Result<Dispatch, ActError> {
    let kind = world.group.playbook.kind(&incident.kind);
    let kind = kind.ok_or_else(|| ActError::Broken(format!("the playbook lost the kind {}", incident.kind)))?;
    Ok(Dispatch::new(alert.id, incident.id, dispatch::quotas_of(kind), kind.check_in_minutes, world.now()))
}

/// The dispatch of an alert of that reach, as it is kept or as the playbook has it.
pub async fn of_alert(world: &World, alert: &Alert, incident: &Incident) -> Result<Dispatch, ActError> {
    match world.store.dispatch(alert.id).await? {
        Some(kept) => Ok(kept),
        None => usual(world, alert, incident),
    }
}

/// The first ring: the dispatch as it will be kept, and whose phones hear it.
pub async fn first_ring(
    world: &World,
    caller: &DeskCaller,
    alert: &Alert,
    incident: &Incident,
    confirmed: bool,
) -> Result<(Dispatch, Vec<SubscriptionId>), ActError> {
    let there = There::read(world).await?;
    let able = able(world, &there, &incident.kind, confirmed, alert.id).await?;
    let planned = of_alert(world, alert, incident).await?;
    Ok(dispatch::begin(planned, caller.member, &able, &alert.area, world.now()))
}

/// How many phones a first ring would reach now.
pub async fn first_reaches(world: &World, alert: &Alert, incident: &Incident, confirmed: bool) -> Result<u64, ActError> {
    let there = There::read(world).await?;
    let able = able(world, &there, &incident.kind, confirmed, alert.id).await?;
    Ok(dispatch::first(&of_alert(world, alert, incident).await?, &able, &alert.area) as u64)
}

/// An approver says how many are wanted.
pub async fn plan(world: &World, caller: &DeskCaller, id: AlertId, wanted: Vec<Quota>) -> Result<(), ActError> {
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let incident = world.store.incident(alert.incident).await?.ok_or(ActError::NotFound)?;
    let usual = usual(world, &alert, &incident)?;
    for _ in 0..=CONFLICT_TRIES {
        let known = world.store.dispatch(id).await?;
        let change = dispatch::plan(world.private_id(), caller, &alert, known.as_ref(), &usual, wanted.clone(), world.now())?;
        if written(world, change).await? {
            return Ok(());
        }
    }
    Err(ActError::Conflict)
}

/// Commits; `false` when somebody was faster, so that the rule is asked again.
async fn written(world: &World, change: Change) -> Result<bool, ActError> {
    match world.commit(change).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Reads a dispatch for somebody who was asked; for everybody else it is not there.
pub async fn read(world: &World, caller: &DeskCaller, id: AlertId) -> Result<(Dispatch, Alert), ActError> {
    let dispatch = world.store.dispatch(id).await?.filter(|dispatch| dispatch.of(caller.member).is_some());
    let dispatch = dispatch.ok_or(ActError::NotFound)?;
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    Ok((dispatch, alert))
}

/// The open dispatches to which somebody was asked.
pub async fn asked_of(world: &World, caller: &DeskCaller) -> Result<Vec<(Dispatch, Alert)>, ActError> {
    let mut mine = Vec::new();
    for dispatch in world.store.open_dispatches().await? {
        if dispatch.of(caller.member).is_some()
            && let Some(alert) = world.store.alert(dispatch.alert).await?
        {
            mine.push((dispatch, alert));
        }
    }
    Ok(mine)
}

/// Somebody who was asked answers.
pub async fn answer(world: &World, caller: &DeskCaller, id: AlertId, press: Press) -> Result<(), ActError> {
    let desk = There::read(world).await?.desk;
    for _ in 0..=CONFLICT_TRIES {
        let (known, alert) = read(world, caller, id).await?;
        let change = dispatch::press(world.private_id(), caller, &known, &alert, &desk, press, world.now())?;
        if written(world, change).await? {
            return Ok(());
        }
    }
    Err(ActError::Conflict)
}

/// Somebody at the desk found out that whoever has not checked in is well.
pub async fn is_well(world: &World, caller: &DeskCaller, id: AlertId, member: MemberId) -> Result<(), ActError> {
    caller.at_the_desk()?;
    for _ in 0..=CONFLICT_TRIES {
        let known = world.store.dispatch(id).await?.ok_or(ActError::NotFound)?;
        let change = dispatch::is_well(world.private_id(), caller, &known, member, world.now())?;
        if written(world, change).await? {
            return Ok(());
        }
    }
    Err(ActError::Conflict)
}

/// A member on duty says which areas of the list they could go from, and what they speak.
pub async fn say_ready(world: &World, caller: &DeskCaller, areas: &[String], languages: Vec<String>) -> Result<(), ActError> {
    let mut cells: Vec<Cell> = Vec::new();
    for area in areas {
        let named = world.group.areas.named(area).ok_or(Refusal::from(People::ReadyWrong))?;
        cells.extend(named.area.cells());
    }
    let known: Vec<Cell> = world.group.areas.areas().iter().flat_map(|area| area.area.cells()).collect();
    let duty = world.store.duty(caller.member).await?;
    let change = dispatch::say(world.private_id(), caller, duty.as_ref(), cells, languages, &known, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Refuses what is no dispatch.
pub fn is_dispatch(alert: &Alert) -> Result<(), Refusal> {
    if alert.reach == Reach::Dispatch && alert.follows.is_none() { Ok(()) } else { Err(Bell::ReachNotAllowed.into()) }
}

/// The clock's step over every open dispatch: how many moved, and when something is due next.
pub async fn clock(world: &World, there: &There) -> Result<(usize, Option<Timestamp>), ActError> {
    let (mut moved, mut next) = (0, None);
    for open in world.store.open_dispatches().await? {
        let mut known = open;
        for _ in 0..STEPS_MAX {
            let Some(alert) = world.store.alert(known.alert).await?.filter(|alert| alert.state != AlertState::Draft) else { break };
            let mut able = Vec::new();
            // One moment for the question and for the rule: nobody is left only where somebody has looked.
            let now = world.now();
            if known.looks_for_more(&alert, now) {
                let Some(file) = world.store.incident_file(known.incident).await? else { break };
                let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
                able = self::able(world, there, &file.incident.kind, checked.level == Level::Confirmed, alert.id).await?;
            }
            let around = Around { alert: &alert, able: &able, desk: &there.desk, ring: world.private_id() };
            let Some(change) = dispatch::tick(world.private_id(), &known, &around, now) else {
                next = [next, dispatch::due_at(&known, &alert)].into_iter().flatten().min();
                break;
            };
            // Somebody may have pressed, or ended it, at the same moment; the next look sees what they did.
            moved += usize::from(written(world, change).await?);
            match world.store.dispatch(known.alert).await? {
                Some(after) if after.open() => known = after,
                _ => break,
            }
        }
    }
    Ok((moved, next))
}
