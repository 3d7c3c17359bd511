//! The played desk of `--auto`: two members do by the acts what people would do by hand.
//!
//! It follows the journal and, whenever something changed, does the next thing a careful desk would do. It
//! uses the same acts with the same rules; nothing is allowed to it that is not allowed to a person.

use crate::acts::bell::Composed;
use crate::acts::{ActError, bell, desk, people, record};
use crate::cli::replay::wait_for;
use crate::world::World;
use handbell_rules::bell::alert::AlertState;
use handbell_rules::desk::check::Level;
use handbell_rules::desk::claim::{Certainty, NewClaim, Source};
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::DeskCaller;
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots, Spot};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::street::report::{AsideWhy, Basis, Happening, Report};

/// What the two of them have done so far.
#[derive(Default)]
struct Done {
    asked: bool,
    judged: bool,
    dispatched: bool,
    told_neighbours: bool,
    incident: Option<IncidentId>,
    ended: bool,
    recorded: bool,
}

/// Plays until everything is done.
pub async fn run(world: World, members: Vec<DeskCaller>, speed: f64) {
    let [amina, ben] = members.as_slice() else { return };
    for member in [amina, ben] {
        if let Err(error) = people::start_duty(&world, member, 4).await {
            tracing::warn!(%error, "a played member could not start a duty");
        }
    }
    let mut journal = world.store.follow();
    let mut done = Done::default();
    while !done.recorded {
        match next(&world, amina, ben, &mut done).await {
            Ok(true) => tokio::time::sleep(wait_for(1, speed)).await,
            Ok(false) => {
                if journal.changed().await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the played desk tries again");
                if journal.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

fn worth_joining(report: &Report) -> bool {
    report.told.basis != Basis::Online && report.told.place.starts_with("Practice Close")
}

/// Does one thing; false when there is nothing to do now.
async fn next(world: &World, amina: &DeskCaller, ben: &DeskCaller, done: &mut Done) -> Result<bool, ActError> {
    let queue = desk::read_queue(world, amina).await?;
    if let Some(line) = queue.waiting.first() {
        let report = &line.report;
        done.incident = read(world, amina, report, done.incident).await?;
        return Ok(true);
    }
    let Some(incident) = done.incident else { return Ok(false) };
    let (file, checked) = desk::read_incident(world, amina, incident).await?;
    let seen: Vec<&Report> = file.reports.iter().filter(|report| report.first_hand()).collect();
    if !done.asked && seen.len() >= 2 {
        done.asked = true;
        desk::ask(world, amina, seen[1].id, "PRACTICE: Can you still see them, and how many are there?").await?;
        return Ok(true);
    }
    if !done.judged && seen.len() >= 2 && seen[1].answered {
        done.judged = true;
        let why = "One stands at the entrance, the other works in the shop opposite; neither knows of the other.";
        desk::judge_independence(world, amina, incident, (seen[0].id, seen[1].id), true, why).await?;
        return Ok(true);
    }
    if let Some(report) = seen.iter().find(|report| {
        !file.claims.iter().any(|claim| matches!(&claim.source, Source::Report(id) | Source::Observer(id) if *id == report.id))
    }) {
        let claim = NewClaim {
            predicate: "activity".to_owned(),
            value: "at-a-door".to_owned(),
            range: None,
            report: Some(report.id),
            official: String::new(),
            certainty: Certainty::Likely,
        };
        desk::record_claim(world, amina, incident, claim).await?;
        return Ok(true);
    }
    let observed = file.claims.iter().any(|claim| matches!(claim.source, Source::Observer(_)));
    if !done.dispatched && checked.level == Level::Confirmed {
        done.dispatched = true;
        ring(world, amina, ben, incident, Reach::Dispatch).await?;
        return Ok(true);
    }
    if !done.told_neighbours && done.dispatched && observed {
        done.told_neighbours = true;
        ring(world, amina, ben, incident, Reach::Neighbours).await?;
        return Ok(true);
    }
    let over = file.reports.iter().any(|report| report.from_observer() && report.told.happening == Happening::Over);
    if !done.ended && done.told_neighbours && over {
        done.ended = true;
        for alert in file.alerts.iter().filter(|alert| alert.state == AlertState::Live && alert.follows.is_none()) {
            bell::end(world, amina, alert.id, false).await?;
        }
        return Ok(true);
    }
    if done.ended {
        let opening = record::propose(world, amina, incident, Proposed::Opening).await?;
        record::publish(world, ben, opening).await?;
        let outcome =
            Proposed::Outcome { text: "The practice is over. Nobody was real.".to_owned(), says: "The drill's script".to_owned() };
        let outcome = record::propose(world, amina, incident, outcome).await?;
        record::publish(world, ben, outcome).await?;
        done.recorded = true;
        return Ok(true);
    }
    Ok(false)
}

/// Reads one report. Answers with the drill's incident, which the first report worth joining opens; the
/// scenarios that stand in the record from the start are other incidents.
async fn read(world: &World, amina: &DeskCaller, report: &Report, incident: Option<IncidentId>) -> Result<Option<IncidentId>, ActError> {
    if !worth_joining(report) {
        desk::set_aside(world, amina, report.id, AsideWhy::CannotBeChecked, "PRACTICE: not first-hand, or another place.").await?;
        return Ok(incident);
    }
    match incident {
        Some(incident) => desk::join(world, amina, incident, report.id).await.map(|()| Some(incident)),
        None => desk::open_incident(world, amina, report.id, false).await.map(Some),
    }
}

/// Writes, approves twice and rings.
async fn ring(world: &World, amina: &DeskCaller, ben: &DeskCaller, incident: IncidentId, reach: Reach) -> Result<(), ActError> {
    let areas = vec!["peckham".to_owned(), "nunhead".to_owned()];
    let clock = world.now().clock(world.group.playbook.zone());
    let time: Option<ClockTime> = ClockTime::try_from(clock).ok();
    let slots = match reach {
        Reach::Dispatch => Slots {
            spot: Spot::new("Practice Close, by the entrance").ok(),
            activity: Some("at-a-door".to_owned()),
            agency: Some("immigration-enforcement".to_owned()),
            time,
            ..Slots::default()
        },
        Reach::Neighbours | Reach::Public => Slots { area: Some(AreaSlot::Named(areas.clone())), time, ..Slots::default() },
    };
    let alert = bell::draft(world, amina, incident, Composed { reach, areas, slots, lives_minutes: 240 }).await?;
    for member in [amina, ben] {
        bell::approve(world, member, alert).await?;
    }
    bell::ring(world, ben, alert).await
}
