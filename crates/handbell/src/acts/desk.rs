//! Acts of the desk: read the queue, take a report, ask, open and join incidents, record claims, end.
//!
//! Every act here takes a signed-in member. A conflict is told to the person, who then sees who was faster.

use super::ActError;
use super::flood::{self, Line, Muted};
use crate::store::IncidentFile;
use crate::world::World;
use handbell_rules::desk::check::{self, Checked};
use handbell_rules::desk::claim::{self, NewClaim};
use handbell_rules::desk::difference::{self, Difference};
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::incident::{self, Ending, Incident};
use handbell_rules::desk::likeness::{self, Likeness, Suggestion};
use handbell_rules::id::{ClaimId, IncidentId, NoteId, ReportId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::street::answers::Answers;
use handbell_rules::street::note::{self, Decided, Note};
use handbell_rules::street::report::{self, AsideWhy, Report, ReportState};
use handbell_rules::time::Timestamp;

/// Reports a desk page shows at most; the rest wait behind them, oldest first.
pub const QUEUE_LENGTH_MAX: u32 = 200;
/// How far back the queue looks for incidents that have not ended.
const OPEN_INCIDENTS_SHOWN: i64 = 90 * handbell_rules::time::DAY;
/// Joined reports looked through for suggestions.
const NEARBY_REPORTS_MAX: u32 = 500;

/// The queue as the desk sees it.
#[derive(Debug)]
pub struct Queue {
    /// Reports nobody has finished with, in the order in which people see them; near-copies are one line.
    pub waiting: Vec<Line>,
    /// What standing mutes fold away, newest mute first.
    pub muted: Vec<Muted>,
    /// Whether some that wait have not been read from the store yet, after a start.
    pub sorting: bool,
    /// How many reports nobody has begun to read, whatever line they stand in.
    pub unread: usize,
    /// Reports that were finished with and whose witness wrote again or wishes something, oldest first, with
    /// their notes.
    pub again: Vec<(Report, Vec<Note>)>,
    /// Incidents that are open, or ended within the last day, with their levels, newest first.
    pub incidents: Vec<(Incident, Checked)>,
}

/// One report as the desk sees it.
#[derive(Debug)]
pub struct ReportFile {
    /// The report.
    pub report: Report,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// Incidents it may belong to, beside those it belongs to.
    pub suggestions: Vec<Suggestion>,
    /// Incidents that a member said it is different from.
    pub differences: Vec<Difference>,
    /// Whether sealed contact details are kept with it.
    pub contact: bool,
    /// What was answered to the questions of the script.
    pub answers: Option<Answers>,
}

/// Reads the queue.
pub async fn read_queue(world: &World, caller: &DeskCaller) -> Result<Queue, ActError> {
    caller.at_the_desk()?;
    let begun = world.store.begun_reports(QUEUE_LENGTH_MAX).await?;
    let (read, finished): (Vec<Report>, Vec<Report>) = begun.into_iter().partition(|report| report.state == ReportState::BeingRead);
    let waiting = flood::waiting(world).await?;
    let mut again = Vec::with_capacity(finished.len());
    for report in finished {
        let notes = world.store.notes(report.id).await?;
        again.push((report, notes));
    }
    let now = world.now();
    let mut incidents = Vec::new();
    for incident in world.store.incidents(now.plus(-OPEN_INCIDENTS_SHOWN), QUEUE_LENGTH_MAX).await? {
        if incident.ended.is_some_and(|(_, at)| now.since(at) > handbell_rules::time::DAY) {
            continue;
        }
        if let Some(file) = world.store.incident_file(incident.id).await? {
            let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
            incidents.push((file.incident, checked));
        }
    }
    let unread = waiting.reports;
    Ok(Queue { waiting: beside(waiting.lines, read), muted: waiting.muted, sorting: waiting.sorting, unread, again, incidents })
}

/// Puts what is being read where it stood by its age; the turns of the others stay as they are.
fn beside(lines: Vec<Line>, read: Vec<Report>) -> Vec<Line> {
    let mut read = read.into_iter().peekable();
    let mut both = Vec::with_capacity(lines.len() + read.len());
    let alone = |report| Line { report, samples: Vec::new(), reports: 1, odd: false };
    for line in lines {
        while let Some(older) = read.next_if(|report| (report.filed_at, report.id) < (line.report.filed_at, line.report.id)) {
            both.push(alone(older));
        }
        both.push(line);
    }
    both.extend(read.map(alone));
    both.truncate(QUEUE_LENGTH_MAX as usize);
    both
}

fn languages(world: &World) -> Vec<&str> {
    world.group.playbook.languages().iter().map(String::as_str).collect()
}

/// Waiting reports that may belong to an incident, likeliest first, each with its reasons.
pub async fn offered(world: &World, caller: &DeskCaller, file: &IncidentFile) -> Result<Vec<(Report, Likeness)>, ActError> {
    caller.at_the_desk()?;
    if file.incident.ended.is_some() {
        return Ok(Vec::new());
    }
    let waiting = world.store.waiting_reports(NEARBY_REPORTS_MAX).await?;
    let differences = world.store.differences_from(file.incident.id).await?;
    let found = likeness::offered(file.incident.id, &file.reports, &waiting, &differences, &languages(world));
    Ok(found.into_iter().map(|(report, likeness)| (report.clone(), likeness)).collect())
}

/// Reads one report.
pub async fn read_report(world: &World, caller: &DeskCaller, id: ReportId) -> Result<ReportFile, ActError> {
    caller.at_the_desk()?;
    let report = world.store.report(id).await?.ok_or(ActError::NotFound)?;
    let notes = world.store.notes(id).await?;
    let since = world.now().plus(-likeness::SAME_TIME);
    let joined = world.store.joined_reports(since, NEARBY_REPORTS_MAX).await?;
    let differences = world.store.differences_of(id).await?;
    let suggestions = likeness::suggest(&report, &joined, &differences, &languages(world));
    let contact = world.store.contact(id).await?.is_some();
    let answers = world.store.answers(id).await?;
    Ok(ReportFile { report, notes, suggestions, differences: standing(differences), contact, answers })
}

async fn report_of(world: &World, id: ReportId) -> Result<Report, ActError> {
    world.store.report(id).await?.ok_or(ActError::NotFound)
}

async fn file_of(world: &World, id: IncidentId) -> Result<IncidentFile, ActError> {
    world.store.incident_file(id).await?.ok_or(ActError::NotFound)
}

/// Reads an incident with its computed level.
pub async fn read_incident(world: &World, caller: &DeskCaller, id: IncidentId) -> Result<(IncidentFile, Checked), ActError> {
    caller.at_the_desk()?;
    let file = file_of(world, id).await?;
    let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
    Ok((file, checked))
}

/// Takes a report to read it.
pub async fn take(world: &World, caller: &DeskCaller, id: ReportId) -> Result<(), ActError> {
    let known = super::watch::hold_on(world, InHand::Report(id)).await?;
    let change = report::take(world.private_id(), caller, &report_of(world, id).await?, known.as_ref(), world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Asks the witness one question.
pub async fn ask(world: &World, caller: &DeskCaller, id: ReportId, text: &str) -> Result<(), ActError> {
    let change = note::ask(world.private_id(), caller, &report_of(world, id).await?, world.private_id(), text, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Decides a wish of the witness, who reads the reason.
pub async fn decide_wish(
    world: &World,
    caller: &DeskCaller,
    id: ReportId,
    wish: NoteId,
    done: bool,
    because: &str,
) -> Result<(), ActError> {
    // The report first: a note that comes between the two makes its version old, and nothing is written.
    let report = report_of(world, id).await?;
    let notes = world.store.notes(id).await?;
    let decided = Decided { wish, done, because };
    let change = note::decide(world.private_id(), caller, &report, &notes, world.private_id(), decided, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Sets a report aside: `why` is told to its witness, `reason` stays at the desk.
pub async fn set_aside(world: &World, caller: &DeskCaller, id: ReportId, why: AsideWhy, reason: &str) -> Result<(), ActError> {
    let change = report::set_aside(world.private_id(), caller, &report_of(world, id).await?, why, reason, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Opens an incident from a report; `home` when it happens at somebody's home.
pub async fn open_incident(world: &World, caller: &DeskCaller, id: ReportId, home: bool) -> Result<IncidentId, ActError> {
    let report = report_of(world, id).await?;
    let areas = &world.group.areas;
    let district = match report.told.point {
        Some(point) => areas.nearest(point).district.clone(),
        None => areas.areas().first().map(|area| area.district.clone()).unwrap_or_default(),
    };
    let home = home || world.group.playbook.kind(&report.told.kind).is_some_and(|kind| kind.always_home);
    let incident: IncidentId = world.public_id();
    let change = incident::open(world.private_id(), caller, &report, incident, &district, home, world.now())?;
    world.commit(change).await?;
    Ok(incident)
}

/// Joins a report to an incident.
pub async fn join(world: &World, caller: &DeskCaller, incident: IncidentId, report: ReportId) -> Result<(), ActError> {
    let (file, report) = (file_of(world, incident).await?, report_of(world, report).await?);
    // After the report: whoever says meanwhile that they are different makes its version old.
    let differences = world.store.differences_of(report.id).await?;
    let change = incident::join(world.private_id(), caller, &file.incident, &report, &differences, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Takes a report out of an incident again.
pub async fn take_out(world: &World, caller: &DeskCaller, incident: IncidentId, report: ReportId) -> Result<(), ActError> {
    let (file, report) = (file_of(world, incident).await?, report_of(world, report).await?);
    let change = incident::take_out(world.private_id(), caller, &file.incident, &report, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Says that a report and an incident are not the same happening; `why` may be empty.
pub async fn say_different(world: &World, caller: &DeskCaller, incident: IncidentId, report: ReportId, why: &str) -> Result<(), ActError> {
    let (file, report) = (file_of(world, incident).await?, report_of(world, report).await?);
    let known = said_of(world, incident, report.id).await?;
    let change = difference::say(world.private_id(), caller, &file.incident, &report, known.as_ref(), why, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Takes that back.
pub async fn take_difference_back(world: &World, caller: &DeskCaller, incident: IncidentId, report: ReportId) -> Result<(), ActError> {
    let known = said_of(world, incident, report).await?;
    let change = difference::take_back(world.private_id(), caller, known.as_ref(), world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

async fn said_of(world: &World, incident: IncidentId, report: ReportId) -> Result<Option<Difference>, ActError> {
    Ok(world.store.differences_of(report).await?.into_iter().find(|said| said.incident == incident))
}

fn standing(differences: Vec<Difference>) -> Vec<Difference> {
    differences.into_iter().filter(Difference::stands).collect()
}

/// What is said to be different from an incident: the reports, as they are now, each with who said so.
pub async fn different(world: &World, caller: &DeskCaller, incident: IncidentId) -> Result<Vec<(Report, Difference)>, ActError> {
    caller.at_the_desk()?;
    let mut list = Vec::new();
    for said in standing(world.store.differences_from(incident).await?) {
        if let Some(report) = world.store.report(said.report).await? {
            list.push((report, said));
        }
    }
    Ok(list)
}

/// Records a claim.
pub async fn record_claim(world: &World, caller: &DeskCaller, incident: IncidentId, new: NewClaim) -> Result<ClaimId, ActError> {
    let file = file_of(world, incident).await?;
    let id: ClaimId = world.private_id();
    let change = claim::record(world.private_id(), caller, &file.incident, &file.reports, &world.group.playbook, id, new, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Marks a claim disputed or undisputed.
pub async fn dispute_claim(
    world: &World,
    caller: &DeskCaller,
    incident: IncidentId,
    id: ClaimId,
    disputed: bool,
    why: &str,
) -> Result<(), ActError> {
    let file = file_of(world, incident).await?;
    let claim = file.claims.iter().find(|claim| claim.id == id).ok_or(ActError::NotFound)?;
    let change = claim::dispute(world.private_id(), caller, &file.incident, claim, disputed, why, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Records whether two reports are independent, and why.
pub async fn judge_independence(
    world: &World,
    caller: &DeskCaller,
    incident: IncidentId,
    pair: (ReportId, ReportId),
    independent: bool,
    why: &str,
) -> Result<(), ActError> {
    let file = file_of(world, incident).await?;
    let find = |id| file.reports.iter().find(|report| report.id == id).ok_or(ActError::NotFound);
    let (first, second) = (find(pair.0)?, find(pair.1)?);
    // The newest judgement on a pair counts, so a later one must bear a later time even when the clock was
    // set back or has not moved since.
    let now = file.judgements.iter().map(|known| known.recorded_at.plus(1)).fold(world.now(), Timestamp::max);
    let change =
        claim::judge_independence(world.private_id(), caller, &file.incident, first, second, world.private_id(), independent, why, now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Ends an incident that has no live alert.
pub async fn end_incident(world: &World, caller: &DeskCaller, incident: IncidentId, ending: Ending) -> Result<(), ActError> {
    let file = file_of(world, incident).await?;
    let change = incident::end(world.private_id(), caller, &file.incident, ending, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}
