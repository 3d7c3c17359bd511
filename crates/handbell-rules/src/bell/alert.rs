//! Alert: the words and the area, with whose approval they may go out.
//!
//! Moves of an alert: draft → live → stood down or cancelled; or it expires. An update is an alert that
//! follows a live one and is told to exactly the people the first one was told to. A draft is never
//! edited: another text is another draft, so an approval always belongs to one text. Undoing a wrong
//! cancel is a new alert.

use super::ceiling::LetThrough;
use super::dispatch::Dispatch;
use super::mode::Status;
use super::signed::AlertSignature;
use super::spoken::SpokenWords;
use crate::area::Area;
use crate::change::{Actor, Change, What};
use crate::desk::check::{Because, Checked, Level};
use crate::desk::incident::{Ending, Incident};
use crate::id::{AlertId, ChangeId, DeviceId, IncidentId, MemberId, RingId, SubscriptionId};
use crate::people::member::{DeskCaller, Role};
use crate::playbook::{Reach, Slots};
use crate::record::entry::NewEntry;
use crate::refusal::{Bell, Refusal};
use crate::street::report::{Report, ReportState};
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// A draft older than this is written again before it can ring.
pub const DRAFT_LIVES: i64 = HOUR;
/// Longest lives an alert can be given, in minutes; it lives them only when it is renewed ([`super::renewal`]).
pub const ALERT_LIVES_MINUTES: [u32; 4] = [30, 60, 120, 240];
/// How long after the end the told list still serves corrections.
pub const TOLD_LIST_KEPT: i64 = DAY;
/// Longest life of a told list, counted from the ring, however late the end comes.
pub const TOLD_LIST_KEPT_MAX: i64 = 7 * DAY;
/// How long the end of an alert is tried to be delivered.
pub const ENDING_LIVES: i64 = 6 * HOUR;

/// What people read, in English and in `others`, rendered once when the draft was written and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The headline of the page.
    pub headline: String,
    /// One or two sentences below it.
    pub body: String,
    /// The title on the phone; says little on a locked screen.
    pub push_title: String,
    /// The line on the phone.
    pub push_body: String,
    /// The area in words.
    pub area: String,
    /// The conduct text, carried inside.
    pub conduct: Vec<String>,
    /// What the alert is for.
    pub purpose: String,
    /// The same in the other languages it may be told in; read with [`Words::told_in`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<SpokenWords>,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// Written, not sent.
    Draft,
    /// Sent and still true.
    Live,
    /// It was wrong.
    Cancelled,
    /// It is over.
    StoodDown,
}

impl AlertState {
    /// The states with their words.
    pub const ALL: [(AlertState, &'static str); 4] = [
        (AlertState::Draft, "draft"),
        (AlertState::Live, "live"),
        (AlertState::Cancelled, "cancelled"),
        (AlertState::StoodDown, "stood-down"),
    ];
    /// The word kept in tables.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("draft", |(_, word)| word)
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(state, _)| *state)
    }
}

/// What a ring says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RingKind {
    /// The first message.
    Alert,
    /// More about the same.
    Update,
    /// It was wrong.
    Cancel,
    /// It is over.
    StandDown,
    /// What the public record says about it was corrected.
    Correction,
}

impl RingKind {
    /// The kinds with their words.
    pub const ALL: [(RingKind, &'static str); 5] = [
        (RingKind::Alert, "alert"),
        (RingKind::Update, "update"),
        (RingKind::Cancel, "cancel"),
        (RingKind::StandDown, "stand-down"),
        (RingKind::Correction, "correction"),
    ];
    /// The word kept in tables.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("alert", |(_, word)| word)
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }
    /// Whether this says that something is going on; such messages stop when the alert ends.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Alert | Self::Update)
    }
}

/// An alert as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The capability of its page.
    pub id: AlertId,
    /// How often it was changed.
    pub version: u32,
    /// The incident.
    pub incident: IncidentId,
    /// The alert this updates.
    pub follows: Option<AlertId>,
    /// Live or exercise, as its store is.
    pub status: Status,
    /// How far it goes.
    pub reach: Reach,
    /// Who to tell; not where it is.
    pub area: Area,
    /// What fills the slots of the playbook's sentence for this kind and reach.
    pub slots: Slots,
    /// What people read.
    pub words: Words,
    /// How long it can be kept alive once rung, in minutes.
    pub lives_minutes: u32,
    /// Who wrote it.
    pub drafted_by: MemberId,
    /// When.
    pub drafted_at: Timestamp,
    /// Where it stands.
    pub state: AlertState,
    /// When it was rung.
    pub rung_at: Option<Timestamp>,
    /// When it runs out unless it is renewed.
    pub expires_at: Option<Timestamp>,
    /// When it was renewed, oldest first.
    #[serde(default)]
    pub renewed: Vec<Timestamp>,
    /// The end that the desk was last reminded of.
    #[serde(default)]
    pub reminded_of: Option<Timestamp>,
    /// When it was stood down or cancelled.
    pub ended_at: Option<Timestamp>,
    /// Whether it stands in the public log.
    pub logged: bool,
    /// Who let it through although the day's broad alerts were used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_through: Option<LetThrough>,
}

impl Alert {
    /// Live, not ended and not expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == AlertState::Live && self.expires_at.is_some_and(|at| now < at)
    }
}

/// One member's approval of one text on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The alert.
    pub alert: AlertId,
    /// Who.
    pub member: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// What the device signed; none in an exercise that is played without keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<AlertSignature>,
}

/// One sending: an alert, an update or an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Private id.
    pub id: RingId,
    /// The alert whose page it opens.
    pub alert: AlertId,
    /// The row whose words are said.
    pub words_of: AlertId,
    /// What it says.
    pub kind: RingKind,
    /// When.
    pub at: Timestamp,
    /// After this it is not tried any more, however often the alert is renewed.
    pub expires_at: Timestamp,
}

/// What a member chooses on the composer.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The alert's id.
    pub id: AlertId,
    /// The live alert this updates.
    pub follows: Option<Alert>,
    /// How far.
    pub reach: Reach,
    /// Who to tell; none when nothing was chosen.
    pub area: Option<Area>,
    /// Slot choices.
    pub slots: Slots,
    /// Rendered by the playbook from its sentence and the slots.
    pub words: Words,
    /// How long it can be kept alive.
    pub lives_minutes: u32,
}

/// Writes a draft.
///
/// PROMISE a-missing-area-is-refused: no area, no draft; nothing is widened to "everybody".
pub fn draft(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    status: Status,
    allowed: &[Reach],
    draft: Draft,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if incident.ended.is_some() {
        return Err(Bell::IncidentEnded.into());
    }
    if !allowed.contains(&draft.reach) {
        return Err(Bell::ReachNotAllowed.into());
    }
    if !ALERT_LIVES_MINUTES.contains(&draft.lives_minutes) {
        return Err(Bell::ExpiryWrong.into());
    }
    let (area, reach, follows) = match &draft.follows {
        Some(first) if first.follows.is_some() => return Err(Bell::UpdateOfUpdate.into()),
        Some(first) if first.state == AlertState::Live && !first.is_live(now) => return Err(Bell::RanOut.into()),
        Some(first) if !first.is_live(now) => return Err(Bell::AlreadyEnded.into()),
        Some(first) => (first.area.clone(), first.reach, Some(first.id)),
        None => (draft.area.ok_or(Bell::AreaMissing)?, draft.reach, None),
    };
    let alert = Alert {
        id: draft.id,
        version: 0,
        incident: incident.id,
        follows,
        status,
        reach,
        area,
        slots: draft.slots,
        words: draft.words,
        lives_minutes: draft.lives_minutes,
        drafted_by: caller.member,
        drafted_at: now,
        state: AlertState::Draft,
        rung_at: None,
        expires_at: None,
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::AlertDrafted { alert } })
}

/// Approves a draft on this member's device.
///
/// `signature` is what that device signed, verified by the act ([`super::signed`]).
pub fn approve(
    change: ChangeId,
    caller: &DeskCaller,
    alert: &Alert,
    approvals: &[Approval],
    signature: Option<AlertSignature>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Approver).map_err(|_| Bell::ApproverNeeded)?;
    if alert.state != AlertState::Draft {
        return Err(Bell::AlreadyRung.into());
    }
    if now.since(alert.drafted_at) > DRAFT_LIVES {
        return Err(Bell::DraftStale.into());
    }
    if approvals.iter().any(|approval| approval.member == caller.member || approval.device == caller.device) {
        return Err(Bell::AlreadyApproved.into());
    }
    let approval = Approval { alert: alert.id, member: caller.member, device: caller.device, at: now, signature };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::AlertApproved { alert: alert.clone(), approval } })
}

/// Decides whether the approvals suffice for the reach. `needed` is the playbook's number, which may only
/// be larger than the floor's.
///
/// PROMISE two-people-for-a-broad-bell: a broad bell carries approvals from two different members on two
/// different devices, and whoever recorded the deciding check is at most one of the two. One frightened
/// or captured person cannot wake a town.
pub fn approved(reach: Reach, needed: usize, approvals: &[Approval], checked: &Checked) -> Result<(), Refusal> {
    let recorded = |approval: &&Approval| checked.recorders.contains(&approval.member);
    let checkers = approvals.iter().filter(recorded).count();
    let others = approvals.len() - checkers;
    match reach {
        Reach::Dispatch => match (others, approvals.len()) {
            (1.., _) => Ok(()),
            (0, 0) => Err(Bell::ApproverNeeded.into()),
            (0, _) => Err(Bell::CheckerMayNotApprove.into()),
        }
        .and_then(|()| if approvals.len() < needed { Err(Bell::SecondApproverNeeded.into()) } else { Ok(()) }),
        Reach::Neighbours | Reach::Public => {
            let apart = approvals.iter().any(|one| approvals.iter().any(|two| one.member != two.member && one.device != two.device));
            if !apart || approvals.len() < needed {
                return Err(Bell::SecondApproverNeeded.into());
            }
            if others == 0 {
                return Err(Bell::CheckerMayNotApprove.into());
            }
            Ok(())
        }
    }
}

/// Decides whether the incident is known well enough for the reach.
pub(super) fn known_well_enough(reach: Reach, incident: &Incident, reports: &[Report], checked: &Checked) -> Result<(), Refusal> {
    if incident.ended.is_some() {
        return Err(Bell::IncidentEnded.into());
    }
    match (checked.level, reach) {
        (Level::Confirmed, _) => Ok(()),
        (Level::BeingChecked, Reach::Dispatch) if checked.because == Because::NotEnoughYet => {
            // What a witness took back carries nothing, and its answer neither.
            let stands = |r: &&Report| r.belongs_to(incident.id) && r.state != ReportState::Withdrawn;
            let seen: Vec<&Report> = reports.iter().filter(stands).filter(|r| r.first_hand()).collect();
            if seen.len() >= 2 && seen.iter().any(|report| report.answered) && !incident.home {
                Ok(())
            } else {
                Err(Bell::WitnessUnanswered.into())
            }
        }
        _ => Err(Bell::NotConfirmed.into()),
    }
}

/// Everything `ring` weighs.
#[derive(Debug, Clone)]
pub struct Weighed<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its reports.
    pub reports: &'a [Report],
    /// Its level.
    pub checked: &'a Checked,
    /// The draft.
    pub alert: &'a Alert,
    /// The alert it updates.
    pub first: Option<&'a Alert>,
    /// Its approvals.
    pub approvals: &'a [Approval],
    /// How many approvals the playbook asks for.
    pub approvals_needed: usize,
    /// Who would be told by a first ring; an update takes the told list of the first.
    pub audience: Vec<SubscriptionId>,
    /// Whether others asked too and are left in peace by their wishes.
    pub others_rest: bool,
    /// The store's mode.
    pub status: Status,
    /// Entries for the log that public reach allows now.
    pub entries: Vec<NewEntry>,
    /// Who of the audience is asked to go; for a dispatch's first ring.
    pub dispatch: Option<Dispatch>,
}

/// Decides whether this bell may ring. Whoever presses needs a desk role; the approvals carry the weight.
///
/// PROMISE no-alert-without-a-person: nothing but a member's press, approved as the reach asks, rings.
pub fn ring(change: ChangeId, caller: &DeskCaller, weighed: Weighed<'_>, ring: RingId, now: Timestamp) -> Result<Change, Refusal> {
    let Weighed { incident, reports, checked, alert, first, approvals, approvals_needed, audience, others_rest, status, entries, dispatch } =
        weighed;
    caller.at_the_desk()?;
    if alert.status != status {
        return Err(Bell::WrongStore.into());
    }
    if alert.state != AlertState::Draft {
        return Err(Bell::AlreadyRung.into());
    }
    if now.since(alert.drafted_at) > DRAFT_LIVES {
        return Err(Bell::DraftStale.into());
    }
    if alert.reach == Reach::Public && !incident.public {
        return Err(crate::refusal::Record::NotPublic.into());
    }
    known_well_enough(alert.reach, incident, reports, checked)?;
    approved(alert.reach, approvals_needed, approvals, checked)?;
    let kind = match first {
        Some(first) if first.state == AlertState::Live && !first.is_live(now) => return Err(Bell::RanOut.into()),
        Some(first) if !first.is_live(now) => return Err(Bell::AlreadyEnded.into()),
        Some(_) => RingKind::Update,
        None if audience.is_empty() && !others_rest => return Err(Bell::NobodyOnDuty.into()),
        // The public reach also writes the page and the file, so that sleeping subscribers hold up nobody else.
        None if audience.is_empty() && alert.reach != Reach::Public => return Err(Bell::EverybodyRests.into()),
        None => RingKind::Alert,
    };
    let mut alert = alert.clone();
    alert.state = AlertState::Live;
    alert.rung_at = Some(now);
    // An update says that it is still going on, so it renews what it follows.
    let lives = first.unwrap_or(&alert);
    let (runs_out, longest) = (lives.runs_out_after(now), lives.longest());
    let runs_out = first.and_then(|first| first.expires_at).map_or(runs_out, |until| until.max(runs_out));
    let first = first.map(|first| Alert { expires_at: Some(runs_out), ..first.clone() });
    alert.expires_at = Some(runs_out);
    alert.logged = alert.logged || (first.is_none() && !entries.is_empty());
    let mut incident = incident.clone();
    if first.is_none() {
        incident.live_alerts += 1;
        incident.rung_at = incident.rung_at.or((alert.reach != Reach::Dispatch).then_some(now));
    }
    // A message waits for its push service as long as the alert may live; just before it is handed over it is asked
    // whether the alert lives still.
    let ring = Ring {
        id: ring,
        alert: first.as_ref().map_or(alert.id, |first| first.id),
        words_of: alert.id,
        kind,
        at: now,
        expires_at: longest.unwrap_or(runs_out),
    };
    Ok(Change {
        id: change,
        at: now,
        by: Actor::Member(caller.member),
        what: What::BellRung { incident, alert, first, ring, told: audience, entries, dispatch: dispatch.map(Box::new) },
    })
}

/// Ends an alert: `Cancelled` because it was wrong, `StoodDown` because it is over.
///
/// One member is enough, the text is fixed, and nothing can hold it up: not a cap, not a second person.
/// PROMISE the-same-people-hear-the-end: the commit takes the told list of the first ring.
/// PROMISE no-alert-after-cancel: from that commit on, no message of the alert is handed to anybody.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the form or the world gives")]
pub fn end(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    alert: &Alert,
    wrong: bool,
    ring: RingId,
    entries: Vec<NewEntry>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if alert.follows.is_some() {
        return Err(Bell::UpdateOfUpdate.into());
    }
    match alert.state {
        AlertState::Draft => return Err(Bell::NotRung.into()),
        AlertState::Cancelled | AlertState::StoodDown => return Err(Bell::AlreadyEnded.into()),
        AlertState::Live => {}
    }
    let mut alert = alert.clone();
    alert.state = if wrong { AlertState::Cancelled } else { AlertState::StoodDown };
    alert.ended_at = Some(now);
    alert.logged = alert.logged || !entries.is_empty();
    let mut incident = incident.clone();
    incident.live_alerts = incident.live_alerts.saturating_sub(1);
    if incident.live_alerts == 0 {
        incident.stood_down_at = Some(now);
        if incident.ended.is_none() {
            incident.ended = Some((if wrong { Ending::Mistaken } else { Ending::Over }, now));
        }
    }
    let kind = if wrong { RingKind::Cancel } else { RingKind::StandDown };
    let ring = Ring { id: ring, alert: alert.id, words_of: alert.id, kind, at: now, expires_at: now.plus(ENDING_LIVES) };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::AlertEnded { incident, alert, ring, entries } })
}

/// The ring that tells of a correction those who heard of an alert: nothing when the alert was never rung or
/// its told list is forgotten by then (a day after its end, a week after its ring).
pub fn correction_ring(alert: &Alert, ring: RingId, now: Timestamp) -> Option<Ring> {
    let told_until = told_until(alert).filter(|until| alert.follows.is_none() && *until > now)?;
    let expires_at = told_until.min(now.plus(ENDING_LIVES));
    Some(Ring { id: ring, alert: alert.id, words_of: alert.id, kind: RingKind::Correction, at: now, expires_at })
}

/// When the told list of an alert is forgotten: a day after its end, a week after its ring at the latest.
/// None while the alert was never rung. An alert that merely ran out keeps its list, because its end is
/// still owed to the same people.
pub fn told_until(alert: &Alert) -> Option<Timestamp> {
    let latest = alert.rung_at?.plus(TOLD_LIST_KEPT_MAX);
    Some(alert.ended_at.map_or(latest, |ended| latest.min(ended.plus(TOLD_LIST_KEPT))))
}
