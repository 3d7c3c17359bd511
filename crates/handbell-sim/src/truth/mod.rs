//! Truth: what must hold in a made-up town, worked out apart from Handbell's own rules and tables.
//!
//! It learns from three things only: what people asked for and what they were answered, at which moment a
//! commit of theirs was written, and what push services were handed and took. It never looks into the
//! store's tables and never calls the rule it judges. The first thing that does not hold is kept as
//! [`Broken`] and ends the run.

mod bell;
mod corrected;
mod desk;
mod forgetting;
mod record;
mod rest;
mod street;
mod tongue;

pub use bell::{AlertTruth, Ear, PhoneTruth, SECRET_WORD, Sent};
pub use desk::{Behind, ClaimTruth, IncidentTruth, JudgementTruth};
pub use forgetting::Kept;
pub use record::{LogTruth, ProposalTruth, Proposes};
pub use rest::RestTruth;
pub use street::ReportTruth;

use crate::coverage::Coverage;
use crate::deed::{Answer, Deed, Made, Outcome};
use crate::stage::TaskId;
use handbell::world::Group;
use handbell_rules::bell::mode::Status;
use handbell_rules::id::MemberId;
use handbell_rules::people::member::Role;
use handbell_rules::time::{HOUR, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A phone's number.
pub type PhoneId = usize;

/// What did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The promise or invariant, by its name.
    pub rule: &'static str,
    /// What was seen.
    pub seen: String,
}

/// The clocks somebody saw while doing something: the clock may have gone either way meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The earliest.
    pub low: Timestamp,
    /// The latest.
    pub high: Timestamp,
}

impl Span {
    /// One moment.
    pub fn at(now: Timestamp) -> Self {
        Self { low: now, high: now }
    }
    /// Takes in another moment.
    pub fn widen(&mut self, now: Timestamp) {
        self.low = self.low.min(now);
        self.high = self.high.max(now);
    }
    /// Whether a UTC minute as the log writes it lies in here.
    pub fn holds_minute(&self, minute: &str) -> bool {
        self.low.utc_minute().as_str() <= minute && minute <= self.high.utc_minute().as_str()
    }
}

/// One act or worker at work.
#[derive(Debug, Clone)]
pub struct Running {
    /// What it does.
    pub deed: Deed,
    /// The number of the newest written commit when it began.
    pub since: u64,
    /// The clocks it saw.
    pub span: Span,
    /// Commits of its own that were written.
    pub written: u32,
}

/// A member's browser: its cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The device's secret.
    pub device: String,
    /// The newest session's secret.
    pub session: String,
    /// When that session began.
    pub since: Timestamp,
}

/// A member as the town knows them.
#[derive(Debug, Clone)]
pub struct MemberTruth {
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
    /// Their id, once they have signed in.
    pub id: Option<MemberId>,
    /// Browsers.
    pub devices: Vec<Browser>,
    /// An unused link.
    pub link: Option<String>,
    /// The commit that revoked them.
    pub revoked: Option<u64>,
    /// Duties started: the clocks seen, hours, and the clocks seen when each was ended early.
    pub duties: Vec<(Span, u32, Option<Span>)>,
}

/// See the module.
pub struct Truth {
    /// What the group is: its playbook's and areas' plain values are read, never a rule.
    pub group: Arc<Group>,
    /// The mode of this town.
    pub status: Status,
    /// The clock.
    pub now: Timestamp,
    /// The latest the clock ever showed.
    pub latest: Timestamp,
    /// Commits written so far.
    pub seq: u64,
    /// Steps so far.
    pub step: u64,
    /// What is under way.
    pub running: BTreeMap<TaskId, Running>,
    /// Reports, by number.
    pub reports: Vec<ReportTruth>,
    /// Incidents, by number.
    pub incidents: Vec<IncidentTruth>,
    /// Alerts and updates, by number.
    pub alerts: Vec<AlertTruth>,
    /// Languages that somebody has checked by now.
    pub checked: BTreeSet<String>,
    /// Phones, by number.
    pub phones: Vec<PhoneTruth>,
    /// Members, by number.
    pub members: Vec<MemberTruth>,
    /// Proposals, by number.
    pub proposals: Vec<ProposalTruth>,
    /// Who heard what, or perhaps did.
    pub ears: BTreeMap<(usize, handbell_rules::id::SubscriptionId), Ear>,
    pub(crate) leases: BTreeMap<handbell_rules::id::DeliveryId, (usize, handbell_rules::id::SubscriptionId, bool, Timestamp)>,
    /// The log as it was seen.
    pub log: LogTruth,
    /// What happened how often.
    pub counts: Coverage,
    /// The newest answers, for the script.
    pub newest: Option<(Deed, Outcome)>,
    trace: Sha256,
    told: bool,
    broken: Option<Broken>,
}

impl Truth {
    /// Nothing has happened yet. `told` prints every line of the trace to standard error.
    pub fn new(group: Arc<Group>, status: Status, now: Timestamp, told: bool) -> Self {
        let log = LogTruth::new(&group);
        Self {
            group,
            status,
            now,
            latest: now,
            seq: 0,
            step: 0,
            running: BTreeMap::new(),
            reports: Vec::new(),
            incidents: Vec::new(),
            alerts: Vec::new(),
            checked: BTreeSet::new(),
            phones: Vec::new(),
            members: Vec::new(),
            proposals: Vec::new(),
            ears: BTreeMap::new(),
            leases: BTreeMap::new(),
            log,
            counts: Coverage::default(),
            newest: None,
            trace: Sha256::new(),
            told,
            broken: None,
        }
    }

    /// Keeps the first thing that does not hold.
    pub fn break_with(&mut self, rule: &'static str, seen: impl Into<String>) {
        let seen = seen.into();
        self.note(|| format!("BROKEN {rule}: {seen}"));
        if self.broken.is_none() {
            self.broken = Some(Broken { rule, seen });
        }
    }

    /// The first thing that did not hold.
    pub fn broken(&self) -> Option<Broken> {
        self.broken.clone()
    }

    /// Writes a line of the trace; two runs of one seed have the same lines.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        let line = line();
        self.trace.update(line.as_bytes());
        self.trace.update(b"\n");
        if self.told {
            eprintln!("{:6} {} {line}", self.step, self.now.utc_second());
        }
    }

    /// The hash of the trace so far.
    pub fn trace(&self) -> String {
        self.trace.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The clock was moved.
    pub fn clock_moved(&mut self, now: Timestamp) {
        self.now = now;
        self.latest = self.latest.max(now);
        self.running.values_mut().for_each(|running| running.span.widen(now));
    }

    /// Somebody begins something.
    pub fn begin(&mut self, task: TaskId, deed: Deed) {
        self.note(|| format!("begin {task} {deed:?}"));
        let running = Running { deed, since: self.seq, span: Span::at(self.now), written: 0 };
        self.running.insert(task, running);
    }

    /// A commit of a task was written at this very moment.
    pub fn written(&mut self, task: TaskId, what: &'static str) {
        self.seq += 1;
        self.note(|| format!("written {task} {what}"));
        self.counts.add(what);
        let Some(running) = self.running.get_mut(&task) else {
            self.break_with("nothing-publishes-itself", format!("{what} was written by nobody"));
            return;
        };
        running.written += 1;
        let running = running.clone();
        if running.written > 1 && !matches!(running.deed, Deed::Ringer) {
            self.break_with("the-same-change-once", format!("{:?} was written {} times", running.deed, running.written));
        }
        self.apply(&running);
    }

    /// What a written deed makes true.
    fn apply(&mut self, running: &Running) {
        let (seq, span) = (self.seq, running.span);
        match &running.deed {
            Deed::File { report } | Deed::FileFromTheScene { report, .. } | Deed::FileACall { report, .. } => {
                self.report_written(*report, span)
            }
            Deed::Add { report, text } => {
                let from = if self.reports[*report].asked { "answer" } else { "witness" };
                self.note_written(*report, text, from);
            }
            Deed::Correct { report, text } => self.note_written(*report, text, "correction"),
            Deed::Wish { report, text } => self.note_written(*report, text, "wish"),
            Deed::Ask { report, text, .. } => self.note_written(*report, text, "desk"),
            Deed::Decide { report, text, .. } => self.note_written(*report, text, "decision"),
            Deed::Withdraw { report } => self.reports[*report].withdrawn = Some(seq),
            Deed::SetAside { report, .. } => self.reports[*report].set_aside = true,
            Deed::Open { report, incident, .. } => {
                self.joined_written(*report, *incident, span);
                self.incidents[*incident].written = Some(seq);
                self.incidents[*incident].opened = Some(span);
            }
            Deed::Join { report, incident, .. } => self.joined_written(*report, *incident, span),
            Deed::TakeOut { report, incident, .. } => self.taken_out_written(*report, *incident),
            Deed::SayDifferent { report, incident, .. } => self.different_written(*report, *incident, span),
            Deed::TakeBack { report, incident, .. } => self.reports[*report].different.retain(|said| said.0 != *incident),
            Deed::Claim { incident, claim, .. } => self.incidents[*incident].claims[*claim].written = true,
            Deed::Dispute { incident, claim, disputed, .. } => self.incidents[*incident].claims[*claim].disputed = *disputed,
            Deed::Judge { incident, pair, independent, by } => {
                self.incidents[*incident].judgements.push(JudgementTruth { pair: *pair, independent: *independent, by: by.member });
            }
            Deed::EndIncident { incident, .. } => self.incidents[*incident].ended = Some(span),
            Deed::Draft { alert, .. } | Deed::Update { alert, .. } => self.alerts[*alert].drafted = Some(span),
            Deed::Approve { alert, by } => self.alerts[*alert].approvals.push(*by),
            Deed::Ring { alert, by } => self.rang(*alert, *by, running),
            Deed::Renew { alert, .. } => self.renewed(*alert, running),
            Deed::End { alert, wrong, .. } => self.ended(*alert, *wrong, running),
            Deed::Subscribe { phone, .. } => {
                self.phones[*phone].since = Some(seq);
                self.phones[*phone].since_span = span;
            }
            Deed::Unsubscribe { phone } => self.phones[*phone].left = Some(seq),
            Deed::StartDuty { by, hours } => self.members[by.member].duties.push((span, *hours, None)),
            Deed::EndDuty { by } => {
                self.members[by.member].duties.iter_mut().filter(|duty| duty.2.is_none()).for_each(|duty| duty.2 = Some(span));
            }
            Deed::Revoke { member } => self.members[*member].revoked = Some(seq),
            Deed::Propose { proposal, .. } => self.proposed(*proposal, seq),
            Deed::Publish { proposal, by, ticked } => self.published(*proposal, *by, *ticked, running),
            Deed::Forgetter => self.forgot(span),
            Deed::Take { .. } | Deed::Invite { .. } | Deed::SignIn { .. } | Deed::Ringer => {}
            Deed::ReadReceipt { .. } | Deed::ReadReport { .. } => {}
        }
    }

    /// A task got its answer.
    pub fn answered(&mut self, task: TaskId, answer: &Answer) {
        self.note(|| format!("answer {task} {:?} {}", answer.outcome, answer.made.line()));
        let Some(running) = self.running.remove(&task) else { return };
        self.counts.answered(&answer.outcome, running.written > 0, answer.made.again());
        let deed = &running.deed;
        self.newest = Some((deed.clone(), answer.outcome.clone()));
        let revoked = deed.by().is_some_and(|by| self.members[by.member].revoked.is_some_and(|at| at <= running.since));
        if revoked && answer.outcome == Outcome::Refused("session-over") {
            self.counts.add("a revoked member was turned away");
        }
        match &answer.outcome {
            Outcome::Done if revoked => self.break_with("a-revoked-member-opens-nothing", format!("{deed:?} was done")),
            Outcome::Broken(why) => self.break_with("nothing-is-broken", format!("{deed:?} answered: {why}")),
            Outcome::Refused(_) | Outcome::Conflict | Outcome::NotFound | Outcome::OtherBody if running.written > 0 => {
                self.break_with("no-means-nothing-written", format!("{deed:?} was answered {:?} and was written", answer.outcome));
            }
            Outcome::Done if running.written == 0 && deed.must_write() && !answer.made.again() => {
                self.break_with("receipt-means-durable", format!("{deed:?} was acknowledged and nothing was written"));
            }
            _ => {}
        }
        if answer.outcome == Outcome::Done {
            self.learn(&running, &answer.made);
        }
    }

    /// Somebody went away before they were answered: the browser was closed, or the machine stopped.
    pub fn went_away(&mut self, task: TaskId) {
        self.note(|| format!("went away {task}"));
        let Some(running) = self.running.remove(&task) else { return };
        self.counts.add(if running.deed == Deed::Ringer { "a ringer crashed" } else { "somebody went away unanswered" });
    }

    /// Ids and secrets that an answer brings.
    fn learn(&mut self, running: &Running, made: &Made) {
        match (&running.deed, made) {
            (
                Deed::File { report } | Deed::FileFromTheScene { report, .. } | Deed::FileACall { report, .. },
                Made::Report { id, words, again },
            ) => {
                self.receipt_given(*report, *id, words, *again);
            }
            (Deed::ReadReceipt { report }, Made::View(view)) => self.receipt_opened(*report, Some(view), running.since),
            (Deed::ReadReport { report, .. }, Made::Suggested(incidents)) => {
                self.suggestions_read(*report, incidents, running.span, running.since);
            }
            (Deed::Open { incident, .. }, Made::Incident(id)) => self.incidents[*incident].id = Some(*id),
            (Deed::Claim { incident, claim, .. }, Made::Claim(id)) => self.incidents[*incident].claims[*claim].id = Some(*id),
            (Deed::Draft { alert, .. } | Deed::Update { alert, .. }, Made::Alert(id)) => self.alerts[*alert].id = Some(*id),
            (Deed::Subscribe { phone, .. }, Made::Subscription(id)) => self.phones[*phone].id = Some(*id),
            (Deed::Propose { proposal, .. }, Made::Proposal(id)) => self.proposals[*proposal].id = Some(*id),
            // An invitation that came after the member was revoked is that of somebody new with the same name.
            (Deed::Invite { member }, Made::Link(_)) if self.members[*member].revoked.is_some() => {}
            (Deed::Invite { member }, Made::Link(link)) => self.members[*member].link = Some(link.clone()),
            (Deed::SignIn { member, device }, Made::SignedIn { session, device: fresh, id }) => {
                let since = running.span.low;
                let member = &mut self.members[*member];
                if member.id.is_some_and(|known| known != *id) {
                    self.break_with("one-member-per-browser", "a link signed somebody else in");
                    return;
                }
                member.id = Some(*id);
                member.link = None;
                match (device, fresh) {
                    (Some(place), _) => {
                        member.devices[*place].session.clone_from(session);
                        member.devices[*place].since = since;
                    }
                    (None, Some(fresh)) => member.devices.push(Browser { device: fresh.clone(), session: session.clone(), since }),
                    (None, None) => self.break_with("one-member-per-browser", "a new browser was bound without a device"),
                }
            }
            _ => {}
        }
    }

    /// Whether a member's duty may have run at some moment of a span.
    pub(crate) fn may_be_on_duty(&self, member: usize, since: u64, span: Span) -> bool {
        let known = &self.members[member];
        let there = known.revoked.is_none_or(|revoked| revoked >= since);
        // A duty ends by the clock: while a clock that was set back shows an earlier time, it still runs.
        let on = |(from, hours, ended): &(Span, u32, Option<Span>)| {
            ended.is_none_or(|ended| span.low <= ended.high) && span.low < from.high.plus(i64::from(*hours) * HOUR) && from.low <= span.high
        };
        there && known.roles.contains(&Role::Observer) && known.duties.iter().any(on)
    }
}
