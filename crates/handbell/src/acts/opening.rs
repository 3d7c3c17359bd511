//! Acts of opening: look at a report or an incident, ask a second member, agree, read the trail.
//!
//! Whatever a page of the desk shows of one matter is permitted here first, and the line about it is on
//! disk before the page is made. Nothing of the matter itself passes through this file.

use super::{ActError, CONFLICT_TRIES};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::bell::alert::Alert;
use handbell_rules::id::OpeningAskId;
use handbell_rules::people::access::{self, ASK_WAITS, Matter, Permit};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::trail::{self, BrokenTrail, Opening, OpeningAsk, Subject};
use handbell_rules::playbook::Reach;
use handbell_rules::street::report::ReportState;

/// Lines read at once while the chain is checked.
const LINES_AT_ONCE: u32 = 1_000;
/// Lines a page of the trail shows.
pub const LINES_SHOWN: usize = 200;

/// Permits a look and writes its line. `said` is the reason, if one was just given.
pub async fn look(world: &World, caller: &DeskCaller, subject: Subject, said: Option<&str>) -> Result<(), ActError> {
    caller.at_the_desk()?;
    for _ in 0..CONFLICT_TRIES {
        let matter = matter(world, caller, subject).await?;
        let now = world.now();
        let duty = world.store.duty(caller.member).await?;
        let last = world.store.last_opening(caller.member, subject).await?;
        let asks = world.store.opening_asks(now.plus(-ASK_WAITS)).await?;
        let ask = asks.into_iter().rev().find(|ask| ask.member == caller.member && ask.subject == subject);
        let line = match access::may_open(caller, duty.as_ref(), &matter, said, last.as_ref(), ask.as_ref(), now)? {
            Permit::Again => return Ok(()),
            Permit::Write(line) => line,
        };
        match world.commit(trail::open(world.private_id(), line)).await {
            Err(StoreError::Conflict) => {}
            done => return Ok(done.map(drop)?),
        }
    }
    Err(ActError::Conflict)
}

/// What access asks about a matter, from the store.
async fn matter(world: &World, caller: &DeskCaller, subject: Subject) -> Result<Matter, ActError> {
    let delicate = |kind: &str, home: bool| {
        let kind = world.group.playbook.kind(kind);
        home || kind.is_none_or(|kind| kind.always_home || kind.reach(Reach::Public, home).is_some_and(|rule| rule.consent))
    };
    // The journal says who took, asked, joined, claimed and ended; an observer's own report came from the scene.
    let mut own = world.store.worked_on(caller.member, subject).await?;
    let (incidents, wrote_again) = match subject {
        Subject::Incident(id) => (vec![id], false),
        Subject::Report(id) => {
            let report = world.store.report(id).await?.ok_or(ActError::NotFound)?;
            if report.incidents.is_empty() {
                let waits = report.waits() || matches!(report.state, ReportState::Received | ReportState::BeingRead);
                let ended_at = (!waits).then_some(report.filed_at);
                own |= report.observer == Some(caller.member);
                return Ok(Matter { subject, ended_at, own, sensitive: delicate(&report.told.kind, false) });
            }
            // A report whose witness wrote again is a matter of today, for that report alone.
            let wrote_again = report.waits();
            (report.incidents, wrote_again)
        }
    };
    // A report is over when the last of its incidents is, and as delicate as the most delicate of them; an incident's
    // page shows its reports, so it asks for a reason when one of them would.
    let (mut ended_at, mut sensitive, mut open) = (None, false, wrote_again);
    for incident in incidents {
        let file = world.store.incident_file(incident).await?.ok_or(ActError::NotFound)?;
        own = own
            || world.store.worked_on(caller.member, Subject::Incident(incident)).await?
            || file.alerts.iter().any(|alert| alert.drafted_by == caller.member)
            || approved_one(world, caller, &file.alerts).await?;
        sensitive |= delicate(&file.incident.kind, file.incident.home);
        for other in file.reports.iter().flat_map(|report| &report.incidents).filter(|other| **other != incident) {
            let other = world.store.incident(*other).await?;
            sensitive |= other.is_some_and(|other| delicate(&other.kind, other.home));
        }
        open |= file.incident.ended.is_none();
        ended_at = ended_at.max(file.incident.ended.map(|(_, at)| at));
    }
    Ok(Matter { subject, ended_at: ended_at.filter(|_| !open), own, sensitive })
}

async fn approved_one(world: &World, caller: &DeskCaller, alerts: &[Alert]) -> Result<bool, ActError> {
    for alert in alerts {
        if world.store.approvals(alert.id).await?.iter().any(|approval| approval.member == caller.member) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Asks another member to agree to a look.
pub async fn ask(world: &World, caller: &DeskCaller, subject: Subject, reason: &str) -> Result<(), ActError> {
    caller.at_the_desk()?;
    matter(world, caller, subject).await?;
    let duty = world.store.duty(caller.member).await?;
    let id: OpeningAskId = world.private_id();
    let change = access::ask(world.private_id(), caller, duty.as_ref(), id, subject, reason, world.now())?;
    Ok(world.commit(change).await.map(drop)?)
}

/// Agrees to another member's look.
pub async fn agree(world: &World, caller: &DeskCaller, id: OpeningAskId) -> Result<(), ActError> {
    caller.at_the_desk()?;
    let ask = world.store.opening_ask(id).await?.ok_or(ActError::NotFound)?;
    let duty = world.store.duty(caller.member).await?;
    let change = access::agree(world.private_id(), caller, duty.as_ref(), &ask, world.now())?;
    Ok(world.commit(change).await.map(drop)?)
}

/// Wishes of the last day, oldest first.
pub async fn asks(world: &World, caller: &DeskCaller) -> Result<Vec<OpeningAsk>, ActError> {
    caller.at_the_desk()?;
    Ok(world.store.opening_asks(world.now().plus(-ASK_WAITS)).await?)
}

/// The trail as an auditor reads it.
#[derive(Debug)]
pub struct Trail {
    /// The newest lines, newest first, at most [`LINES_SHOWN`].
    pub newest: Vec<Opening>,
    /// How many lines stand.
    pub lines: u64,
    /// Whether all of them hold together.
    pub holds: Result<(), BrokenTrail>,
    /// For a sign the auditor wrote down earlier: the line that bears it, if one does.
    pub signed: Option<Option<u64>>,
}

/// Reads and checks the whole trail. `sign` is one that was written down earlier.
pub async fn read_trail(world: &World, caller: &DeskCaller, sign: Option<&str>) -> Result<Trail, ActError> {
    caller.needs(Role::Auditor)?;
    let mut read = Trail { newest: Vec::new(), lines: 0, holds: Ok(()), signed: sign.map(|_| None) };
    let mut before: Option<Opening> = None;
    loop {
        let after = before.as_ref().map_or(0, |line| line.number);
        let lines = world.store.openings(after, LINES_AT_ONCE).await?;
        let Some(last) = lines.last().cloned() else { break };
        if before.is_none()
            && let Some(first) = lines.first()
        {
            let since = world.store.journal(0, 1).await?.first().map(|line| line.at);
            read.holds = trail::check_begin(first, since, world.now());
        }
        read.holds = read.holds.and_then(|()| trail::check(before.iter().chain(&lines)));
        if let Some(wanted) = sign
            && let Some(line) = lines.iter().find(|line| line.sign() == wanted.trim().to_lowercase())
        {
            read.signed = Some(Some(line.number));
        }
        read.lines += lines.len() as u64;
        read.newest.extend(lines);
        let over = read.newest.len().saturating_sub(LINES_SHOWN);
        read.newest.drain(..over);
        before = Some(last);
    }
    read.newest.reverse();
    Ok(read)
}
