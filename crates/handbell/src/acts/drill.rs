//! Acts of a drill: read what its store holds, for the score.
//!
//! Nothing is kept on the side: the journal says which reports were filed and who came back to the desk, and
//! everything else is the reports, incidents, claims and alerts that the desk left. It decides nothing.

use super::ActError;
use crate::stage::Stage;
use crate::world::World;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Tally;
use handbell_rules::desk::check::{self, Checked, Level};
use handbell_rules::id::{MemberId, ReportId};
use handbell_rules::people::member::Role;
use handbell_rules::scenario::play::{Played, PlayedAlert, PlayedIncident, PlayedReport};
use handbell_rules::scenario::score::{Score, score};
use handbell_rules::street::report::Report;
use handbell_rules::time::Timestamp;
use std::collections::{HashMap, VecDeque};

use crate::store::IncidentFile;

/// Journal lines read at once.
const LINES_AT_ONCE: u32 = 1_000;
/// Incidents of a drill that are looked at.
const INCIDENTS_MAX: u32 = 500;

/// Scores the drill on a stage as it stands now.
pub async fn read_score(world: &World, stage: &Stage) -> Result<Score, ActError> {
    Ok(score(&stage.drill, &read_played(world, stage).await?))
}

/// Reads what the store holds of the drill on a stage.
pub async fn read_played(world: &World, stage: &Stage) -> Result<Played, ActError> {
    let emptied_at = stage.progress().emptied_at;
    let desk: Vec<MemberId> = world
        .store
        .members()
        .await?
        .into_iter()
        .filter(|member| member.roles.iter().any(|role| [Role::Triager, Role::Approver].contains(role)))
        .map(|member| member.id)
        .collect();
    let mut filed: Vec<ReportId> = Vec::new();
    let mut back_at: Option<Timestamp> = None;
    let mut after = 0;
    loop {
        let lines = world.store.journal(after, LINES_AT_ONCE).await?;
        let Some(last) = lines.last() else { break };
        after = last.number;
        for line in &lines {
            match (line.what.as_str(), line.subject) {
                ("report-filed", Some(id)) => filed.push(ReportId(id)),
                ("duty-started", Some(id)) if desk.contains(&MemberId(id)) && emptied_at.is_some_and(|emptied| line.at >= emptied) => {
                    back_at = back_at.or(Some(line.at));
                }
                _ => {}
            }
        }
    }
    let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, script) in stage.drill.reports.iter().enumerate() {
        places.entry(script.text.as_str()).or_default().push_back(place);
    }
    let mut reports = Vec::with_capacity(filed.len());
    for id in filed {
        // Practice messages are known by their words; the same words twice are told apart by their order.
        if let Some(report) = world.store.report(id).await?
            && let Some(position) = places.get_mut(report.told.text.as_str()).and_then(VecDeque::pop_front)
        {
            reports.push(PlayedReport {
                position,
                filed_at: report.filed_at,
                looked_at: report.looked_at,
                state: report.state,
                incidents: report.incidents,
                aside: report.aside.map(|aside| aside.why),
            });
        }
    }
    reports.sort_by_key(|report| report.position);
    let (mut incidents, mut alerts) = (Vec::new(), Vec::new());
    for incident in world.store.incidents(Timestamp::default(), INCIDENTS_MAX).await?.into_iter().rev() {
        let Some(file) = world.store.incident_file(incident.id).await? else { continue };
        incidents.push(PlayedIncident {
            id: incident.id,
            opened_at: incident.opened_at,
            confirmed_at: confirmed_at(&file),
            ended: incident.ended,
        });
        alerts.extend(alerts_of(world, &file).await?);
    }
    alerts.sort_by_key(|alert| alert.rung_at);
    Ok(Played {
        speed: stage.speed,
        as_of: world.now(),
        until_minutes: stage.until_minutes,
        reports,
        incidents,
        alerts,
        emptied_at,
        back_at,
    })
}

/// How an incident stood at a moment, as far as what was recorded by then says.
fn stood(file: &IncidentFile, moment: Timestamp) -> Checked {
    let mut incident = file.incident.clone();
    incident.ended = incident.ended.filter(|(_, at)| *at < moment);
    let reports: Vec<Report> = file.reports.iter().filter(|report| report.filed_at <= moment).cloned().collect();
    let claims: Vec<_> = file.claims.iter().filter(|claim| claim.recorded_at <= moment).cloned().collect();
    let judgements: Vec<_> = file.judgements.iter().filter(|judged| judged.recorded_at <= moment).cloned().collect();
    check::level(&incident, &reports, &claims, &judgements)
}

/// The first moment at which what was recorded sufficed. A claim that is disputed now counts as disputed then.
fn confirmed_at(file: &IncidentFile) -> Option<Timestamp> {
    let claimed = file.claims.iter().map(|claim| claim.recorded_at);
    let mut moments: Vec<Timestamp> = claimed.chain(file.judgements.iter().map(|judged| judged.recorded_at)).collect();
    moments.sort_unstable();
    moments.into_iter().find(|moment| stood(file, *moment).level == Level::Confirmed)
}

async fn alerts_of(world: &World, file: &IncidentFile) -> Result<Vec<PlayedAlert>, ActError> {
    let mut alerts = Vec::new();
    for alert in file.alerts.iter().filter(|alert| alert.follows.is_none()) {
        let Some(rung_at) = alert.rung_at else { continue };
        let checked = stood(file, rung_at);
        let tally = world.store.tally(alert.id).await?;
        // A dispatch rings several times; its people are those of all its rings.
        let of = |wanted: &[RingKind]| {
            let rings = tally.iter().filter(|(kind, _)| wanted.contains(kind)).map(|(_, tally)| *tally);
            rings.reduce(|one, other| Tally {
                told_list: one.told_list + other.told_list,
                accepted: one.accepted + other.accepted,
                waiting: one.waiting + other.waiting,
                unreachable: one.unreachable + other.unreachable,
            })
        };
        let start = of(&[RingKind::Alert]).unwrap_or_default();
        let inside = |named: &handbell_rules::area::NamedArea| named.area.cells().all(|cell| alert.area.cells().any(|own| own == cell));
        alerts.push(PlayedAlert {
            id: alert.id,
            status: alert.status,
            incident: alert.incident,
            reach: alert.reach,
            rung_at,
            ended: alert.ended_at.map(|at| (at, alert.state == handbell_rules::bell::alert::AlertState::Cancelled)),
            areas: world.group.areas.areas().iter().filter(|named| inside(named)).map(|named| named.id.clone()).collect(),
            agency: alert.slots.agency.clone(),
            level: checked.level,
            approvers: world.store.approvals(alert.id).await?.into_iter().map(|approval| approval.member).collect(),
            recorders: checked.recorders,
            told: start.told_list,
            heard: start.accepted + start.waiting,
            end_told: of(&[RingKind::Cancel, RingKind::StandDown]).map(|tally| tally.told_list),
        });
    }
    Ok(alerts)
}
