//! Look: the desk asks one named observer on duty to go and look, with a clock.
//!
//! Moves, each by the name of whoever makes it:
//!
//! | from | who | to |
//! | --- | --- | --- |
//! | – | desk asks | asked |
//! | asked | observer accepts / is there / reports | accepted / on the scene / reported |
//! | asked | observer declines, or the clock: no answer in time, off duty | asked (the next one), or unanswered |
//! | accepted | observer is there / reports | on the scene / reported |
//! | on the scene | observer reports | reported |
//! | accepted, on the scene | the clock: no report in time | the same, overdue: the desk finds out whether they are well |
//! | any open one | desk calls off | called off |
//!
//! A look never counts as a check by itself: *saw it* files the observer's own report, from which a member
//! records claims; *nothing found* and *cannot tell* stay words that a member reads. What is told is a
//! junction or landmark and no finer than the playbook lets assigned observers know, to at most as
//! many people as the kind wants. Nothing here holds a position of anybody.

mod answer;
mod clock;

pub use answer::{Report as ReportBack, accept, arrive, decline, report_back};
pub use clock::{Around, Desk as DeskNow, due_at, tick};

use crate::change::{Actor, Change, What};
use crate::guard;
use crate::id::{ChangeId, IncidentId, LookId, MemberId, ReportId};
use crate::people::member::{DeskCaller, Role};
use crate::people::nudge::{About, Nudge};
use crate::place::Precision;
use crate::playbook::{FieldRole, Kind, OBSERVERS_WANTED_DEFAULT, Reach, Spot};
use crate::refusal::{Bell, Desk, Refusal};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

use super::incident::refuse_ended;

/// How long one observer has to answer before the next is asked.
pub const ANSWER_WITHIN: i64 = 2 * MINUTE;
/// Report back within at least so many minutes.
pub const REPORT_MINUTES_MIN: u8 = 5;
/// And at most so many.
pub const REPORT_MINUTES_MAX: u8 = 60;
/// Letters of the approach, and of what to look for.
pub const LOOK_LETTERS_MAX: usize = 200;
/// Letters that come back with *nothing found* and *cannot tell*.
pub const FOUND_LETTERS_MAX: usize = 500;
/// When an overdue observer is still not heard of after so long, everybody on duty is called.
pub const WELFARE_AGAIN_AFTER: i64 = 5 * MINUTE;
/// How long a closed look is kept (R-12: 72 hours of what one worked on).
pub const LOOK_KEPT: i64 = 72 * HOUR;
/// How long one that nobody closed is kept.
pub const OPEN_LOOK_KEPT: i64 = 7 * DAY;

/// How an observer behaves there. Compiled in: no playbook, setting or form reaches it.
///
/// PROMISE conduct-travels-with-every-alert: it stands in the request's message and on its page.
pub const OBSERVE_ONLY: [&str; 6] = [
    "Observe only. You watch and write down; you do not step in.",
    "Look from a distance first. Keep a way out behind you.",
    "Stay out of people’s way, and never stop anybody from doing their work.",
    "Film officials at work if it is safe. Never the person they came for, and no faces of neighbours.",
    "You may leave at any moment, and you need not say why.",
    "In danger: leave, then 999. Then tell the desk that you are well.",
];

/// Where a look stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookState {
    /// Somebody is asked and has not answered.
    Asked,
    /// They are on their way.
    Accepted,
    /// They are there.
    OnScene,
    /// They reported back.
    Reported,
    /// Nobody who was asked answered.
    Unanswered,
    /// The desk called it off.
    CalledOff,
}

impl LookState {
    /// Whether something is still to come.
    pub const fn open(self) -> bool {
        matches!(self, Self::Asked | Self::Accepted | Self::OnScene)
    }
    /// The word the desk reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Accepted => "on the way",
            Self::OnScene => "on the scene",
            Self::Reported => "reported back",
            Self::Unanswered => "nobody answered",
            Self::CalledOff => "called off",
        }
    }
}

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// They saw it.
    SawIt,
    /// They looked and there was nothing.
    NothingFound,
    /// They could not tell.
    CannotTell,
}

impl Found {
    /// The three with their words as forms write them, and as people read them.
    pub const ALL: [(Found, &'static str, &'static str); 3] = [
        (Found::SawIt, "saw-it", "I see it"),
        (Found::NothingFound, "nothing-found", "Nothing found"),
        (Found::CannotTell, "cannot-tell", "I cannot tell"),
    ];
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(found, _, _)| *found)
    }
    /// What the desk reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SawIt => "saw it",
            Self::NothingFound => "found nothing",
            Self::CannotTell => "could not tell",
        }
    }
}

/// Why somebody who was asked is not the one who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passed {
    /// They said no.
    Declined,
    /// They did not answer in time.
    Unanswered,
    /// Their duty ended.
    OffDuty,
}

/// One observer's turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who.
    pub member: MemberId,
    /// When they were asked.
    pub asked_at: Timestamp,
    /// Why they are not the one who looks; none for whoever is asked now.
    pub passed: Option<Passed>,
}

/// That the time to report back ran out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Since when the desk knows.
    pub since: Timestamp,
    /// Whether everybody was called.
    pub all_called: bool,
    /// Who at the desk found out that they are well, and when.
    pub well: Option<(MemberId, Timestamp)>,
}

/// A look as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Private id.
    pub id: LookId,
    /// How often it was changed.
    pub version: u32,
    /// The incident it is for.
    pub incident: IncidentId,
    /// Who asks.
    pub asked_by: MemberId,
    /// When the desk asked first.
    pub at: Timestamp,
    /// A junction or landmark.
    pub place: String,
    /// How to come near, in words.
    pub approach: String,
    /// What to look for.
    pub look_for: String,
    /// Report back within so many minutes of saying yes.
    pub minutes: u8,
    /// Where it stands.
    pub state: LookState,
    /// Whoever is asked now, or was last.
    pub turn: Turn,
    /// Those who were asked before, oldest first.
    pub earlier: Vec<Turn>,
    /// When the report is due, once somebody said yes.
    pub report_by: Option<Timestamp>,
    /// That it is overdue.
    pub overdue: Option<Overdue>,
    /// What came back.
    pub found: Option<Found>,
    /// The words that came back with it; those of *saw it* stand in the report.
    pub words: String,
    /// The report that was filed with *saw it*.
    pub report: Option<ReportId>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl Look {
    /// When it is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.closed_at.map_or(self.at.plus(OPEN_LOOK_KEPT), |at| at.plus(LOOK_KEPT))
    }
    /// Until when whoever is asked now may answer before the next is asked.
    pub fn answer_by(&self) -> Timestamp {
        self.turn.asked_at.plus(ANSWER_WITHIN)
    }
    /// Everybody who has had a turn, whoever is asked now among them.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.earlier.iter().chain([&self.turn])
    }
    /// The one line that travels to the observer's phone.
    pub fn line(&self) -> String {
        format!(
            "{}. {}. Look for: {}. Observe only. Report back within {} minutes.",
            self.place, self.approach, self.look_for, self.minutes
        )
    }
}

/// What a member fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLook {
    /// Whom to ask.
    pub observer: MemberId,
    /// A junction or landmark; an area's name where the playbook allows no finer.
    pub place: String,
    /// How to come near.
    pub approach: String,
    /// What to look for.
    pub look_for: String,
    /// Minutes to report back in.
    pub minutes: u8,
}

/// How finely a look may name its place.
#[derive(Debug, Clone, Copy)]
pub struct Fineness<'a> {
    /// The kind, whose playbook bounds what assigned observers are told.
    pub kind: &'a Kind,
    /// The names of the group's areas: the finest words where that bound is no finer than an area.
    pub areas: &'a [&'a str],
}

/// Asks an observer to go and look.
pub fn ask(
    change: ChangeId,
    caller: &DeskCaller,
    around: &Around<'_>,
    fineness: &Fineness<'_>,
    id: LookId,
    new: NewLook,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    let (incident, kind) = (around.incident, fineness.kind);
    refuse_ended(incident)?;
    let reach = kind.reach(Reach::Dispatch, incident.home).ok_or(Bell::ReachNotAllowed)?;
    let wanted = usize::from(kind.roles_wanted.get(&FieldRole::Observer).copied().unwrap_or(OBSERVERS_WANTED_DEFAULT));
    if around.open.iter().filter(|look| look.incident == incident.id && look.state.open()).count() >= wanted {
        return Err(Desk::LooksEnough.into());
    }
    around.may_be_asked(new.observer, caller.member, now)?;
    let place = match reach.precision {
        Precision::Street | Precision::Exact => Spot::new(&new.place).map_err(|_| Desk::LookPlaceWrong)?.words().to_owned(),
        Precision::District | Precision::Area => {
            let area = fineness.areas.iter().find(|area| **area == new.place.trim()).ok_or(Desk::LookPlaceTooFine)?;
            (*area).to_owned()
        }
    };
    if !(REPORT_MINUTES_MIN..=REPORT_MINUTES_MAX).contains(&new.minutes) {
        return Err(Desk::LookMinutesWrong.into());
    }
    let look = Look {
        id,
        version: 0,
        incident: incident.id,
        asked_by: caller.member,
        at: now,
        place,
        approach: said(&new.approach, Desk::LookApproachWrong)?,
        look_for: said(&new.look_for, Desk::LookForWrong)?,
        minutes: new.minutes,
        state: LookState::Asked,
        turn: Turn { member: new.observer, asked_at: now, passed: None },
        earlier: Vec::new(),
        report_by: None,
        overdue: None,
        found: None,
        words: String::new(),
        report: None,
        closed_at: None,
    };
    let nudges = vec![asked(change, &look, now)];
    let by = Actor::Member(caller.member);
    Ok(Change { id: change, at: now, by, what: What::LookAsked { incident: incident.clone(), look, nudges } })
}

/// The words of a look leave the desk, so they are bounded, plain and pass the guard.
fn said(words: &str, no: Desk) -> Result<String, Refusal> {
    let words = words.trim();
    let long = words.is_empty() || words.chars().count() > LOOK_LETTERS_MAX || words.chars().any(char::is_control);
    if long || !guard::check_in_every_language(words).is_empty() {
        return Err(no.into());
    }
    Ok(words.trim_end_matches('.').to_owned())
}

fn asked(change: ChangeId, look: &Look, now: Timestamp) -> Nudge {
    Nudge::new(change, look.turn.member, About::LookAsked(look.id), &look.line(), look.answer_by(), now)
}

/// The desk calls a look off; whoever is asked or on the way hears it.
pub fn call_off(change: ChangeId, caller: &DeskCaller, look: &Look, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    if !look.state.open() {
        return Err(Desk::LookClosed.into());
    }
    Ok(called_off(change, Actor::Member(caller.member), look, now))
}

fn called_off(change: ChangeId, by: Actor, look: &Look, now: Timestamp) -> Change {
    let look = Look { state: LookState::CalledOff, closed_at: Some(now), ..look.clone() };
    let nudges = Nudge::each(change, &[look.turn.member], &About::LookNews(look.id, look.incident), now);
    Change { id: change, at: now, by, what: What::LookCalledOff { look, nudges } }
}

/// Somebody at the desk found out that an overdue observer is well.
pub fn is_well(change: ChangeId, caller: &DeskCaller, look: &Look, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    let overdue = look.overdue.clone().filter(|overdue| overdue.well.is_none() && look.state.open());
    let overdue = Overdue { well: Some((caller.member, now)), ..overdue.ok_or(Desk::LookNotOverdue)? };
    let look = Look { overdue: Some(overdue), ..look.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::LookChecked { look } })
}
