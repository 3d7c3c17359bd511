//! Acts of a look: the desk asks, the observer answers, the clock moves on what nobody moved.
//!
//! The clock's step is an act of the worker here, so that the simulator and a restart run the same one. A
//! conflict means that somebody pressed at the same moment; what they did stands.

use super::ActError;
use crate::store::IncidentFile;
use crate::world::World;
use handbell_rules::desk::look::{self, Around, DeskNow, Fineness, Found, Look, NewLook, ReportBack};
use handbell_rules::id::{IncidentId, LookId, MemberId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::{DeskCaller, Member, Role};
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{Basis, Filing, Happening, NewReport, Observed, Route};
use handbell_rules::time::Timestamp;

/// Who is there: the desk on duty and altogether, and the observers who can be sent.
pub struct There {
    /// Every member who was not revoked.
    pub members: Vec<Member>,
    /// The desk.
    pub desk: DeskNow,
    /// Duties of observers that run now.
    pub observers: Vec<Duty>,
    /// Every duty that has not ended.
    pub duties: Vec<Duty>,
}

impl There {
    /// Reads it.
    pub async fn read(world: &World) -> Result<Self, ActError> {
        let now = world.now();
        let members: Vec<Member> = world.store.members().await?.into_iter().filter(|member| member.revoked_at.is_none()).collect();
        let duties = world.store.duties(now).await?;
        let has = |id: MemberId, roles: &[Role]| {
            members.iter().any(|member| member.id == id && member.roles.iter().any(|role| roles.contains(role)))
        };
        let desk = [Role::Triager, Role::Approver];
        let running = || duties.iter().filter(|duty| duty.runs(now));
        let on_duty = running().filter(|duty| has(duty.member, &desk)).map(|duty| duty.member).collect();
        let all = members.iter().map(|member| member.id).filter(|id| has(*id, &desk)).collect();
        let observers = running().filter(|duty| duty.observing && has(duty.member, &[Role::Observer])).cloned().collect();
        Ok(Self { desk: DeskNow { on_duty, all }, observers, members, duties })
    }
}

async fn file_of(world: &World, incident: IncidentId) -> Result<IncidentFile, ActError> {
    world.store.incident_file(incident).await?.ok_or(ActError::NotFound)
}

fn around<'a>(file: &'a IncidentFile, there: &'a There, open: &'a [Look]) -> Around<'a> {
    Around { incident: &file.incident, reports: &file.reports, observers: &there.observers, open, desk: &there.desk }
}

/// Observers who could be asked to look at an incident now, by name.
pub async fn who_can_look(world: &World, caller: &DeskCaller, file: &IncidentFile) -> Result<Vec<(MemberId, String)>, ActError> {
    let (there, open) = (There::read(world).await?, world.store.open_looks().await?);
    let around = around(file, &there, &open);
    let able = |member: &&Member| around.may_be_asked(member.id, caller.member, world.now()).is_ok();
    Ok(there.members.iter().filter(able).map(|member| (member.id, member.name.clone())).collect())
}

/// Asks an observer to go and look.
pub async fn ask(world: &World, caller: &DeskCaller, incident: IncidentId, new: NewLook) -> Result<LookId, ActError> {
    let (there, open) = (There::read(world).await?, world.store.open_looks().await?);
    let file = file_of(world, incident).await?;
    let kind = world.group.playbook.kind(&file.incident.kind).ok_or(ActError::NotFound)?;
    let areas: Vec<&str> = world.group.areas.areas().iter().map(|area| area.name.as_str()).collect();
    let id: LookId = world.private_id();
    let fineness = Fineness { kind, areas: &areas };
    let change = look::ask(world.private_id(), caller, &around(&file, &there, &open), &fineness, id, new, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Reads a look: whoever had a turn in it, or the desk.
pub async fn read(world: &World, caller: &DeskCaller, id: LookId) -> Result<Look, ActError> {
    let look = world.store.look(id).await?.ok_or(ActError::NotFound)?;
    let mine = look.turns().any(|turn| turn.member == caller.member);
    if mine || caller.works_the_desk() { Ok(look) } else { Err(ActError::NotFound) }
}

/// The looks an observer is asked about now.
pub async fn asked_of(world: &World, caller: &DeskCaller) -> Result<Vec<Look>, ActError> {
    Ok(world.store.open_looks().await?.into_iter().filter(|look| look.turn.member == caller.member).collect())
}

/// What an observer presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Yes, on the way.
    Accept,
    /// No.
    Decline,
    /// There.
    Arrive,
}

/// The observer answers.
pub async fn answer(world: &World, caller: &DeskCaller, id: LookId, press: Press) -> Result<(), ActError> {
    let known = read(world, caller, id).await?;
    let now = world.now();
    let change = match press {
        Press::Accept => look::accept(world.private_id(), caller, &known, now)?,
        Press::Arrive => look::arrive(world.private_id(), caller, &known, now)?,
        Press::Decline => {
            let (there, open) = (There::read(world).await?, world.store.open_looks().await?);
            let file = file_of(world, known.incident).await?;
            look::decline(world.private_id(), caller, &known, &around(&file, &there, &open), now)?
        }
    };
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The observer reports back. What they saw is filed as their own report; nobody is given its receipt, because
/// they are signed in and the desk knows them.
pub async fn report_back(world: &World, caller: &DeskCaller, id: LookId, found: Found, words: &str) -> Result<(), ActError> {
    let known = read(world, caller, id).await?;
    let file = file_of(world, known.incident).await?;
    let now = world.now();
    let told = NewReport {
        kind: file.incident.kind.clone(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: now, to: now },
        place: known.place.clone(),
        point: None,
        text: words.to_owned(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Observer,
        language: world.group.playbook.languages()[0].clone(),
    };
    let receipt = ReceiptMark(world.mark("receipt-of-a-look", &world.bytes::<32>()));
    let filing = Filing {
        id: world.private_id(),
        receipt,
        contact: None,
        repeat: None,
        observer: Some(caller.member),
        recorder: None,
        answers: handbell_rules::street::answers::Answers::default(),
        lane: Lane::Fast,
    };
    let back = ReportBack { found, words: words.to_owned(), told, filing };
    let kinds: Vec<&str> = world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let change = look::report_back(world.private_id(), caller, &known, &file.incident, back, &kinds, now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The desk calls a look off.
pub async fn call_off(world: &World, caller: &DeskCaller, id: LookId) -> Result<(), ActError> {
    let change = look::call_off(world.private_id(), caller, &read(world, caller, id).await?, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Somebody found out that an overdue observer is well.
pub async fn is_well(world: &World, caller: &DeskCaller, id: LookId) -> Result<(), ActError> {
    let change = look::is_well(world.private_id(), caller, &read(world, caller, id).await?, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The clock's step over every open look: how many moved, and when something is due next.
pub async fn clock(world: &World, there: &There) -> Result<(usize, Option<Timestamp>), ActError> {
    let mut moved = 0;
    for known in world.store.open_looks().await? {
        let Some(file) = world.store.incident_file(known.incident).await? else { continue };
        // Read anew each time: the look before may have taken an observer.
        let open = world.store.open_looks().await?;
        let Some(change) = look::tick(world.private_id(), &known, &around(&file, there, &open), world.now()) else { continue };
        match world.commit(change).await {
            Ok(_) => moved += 1,
            // Somebody pressed at the same moment; the next step sees what they did.
            Err(crate::store::StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let next = world.store.open_looks().await?.iter().filter_map(look::due_at).min();
    Ok((moved, next))
}
