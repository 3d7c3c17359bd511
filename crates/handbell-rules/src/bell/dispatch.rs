//! Dispatch: who is wanted at an alert's place, who was asked, and what each of them says.
//!
//! Moves of somebody who was asked, each by the name of whoever makes it:
//!
//! | from | who | to |
//! | --- | --- | --- |
//! | – | a ring, by a member's press or wider by the clock | asked |
//! | asked, stood by, cannot | they say that they go, while a place is free | going |
//! | asked, stood by, going | they cannot | cannot |
//! | asked, going but cannot find it | the last place of their role was taken | stood by |
//! | stood by | a place of their role is free again, and the clock tells them | asked |
//! | going | there / the desk wants fewer / the alert ends | on the scene / stood by |
//! | on the scene | they leave / cannot find it / pressed by mistake | left / going |
//! | left | pressed by mistake | on the scene |
//!
//! A place is held by whoever is going or there and can find it. Who declines, leaves or cannot find it opens it
//! again: first those who stand by are told, then the next ring asks. "Enough, stand by" is said once to each
//! who waits without a place when their role becomes full, and again only after they heard that a place was free,
//! or held one themselves.
//!
//! PROMISE a-quota-is-never-exceeded: no more are going than are wanted of a role, nobody is rung
//! twice, and observers go in pairs. Distance is counted between coarse areas that people named for one
//! duty; nothing here holds a position of anybody. None of it enters the public record.

mod answer;
pub mod called;
mod clock;
mod news;
mod pair;
mod plan;
mod ready;
pub mod reply;
mod ring;

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;

pub use answer::{ARRIVE_MINUTES, ARRIVE_MINUTES_MAX, Press, is_well, may, press};
pub use clock::{Around, OVERDUE_ALL_AFTER, OVERDUE_STEP_AFTER, due_at, tick};
pub use news::still_news;
pub use plan::{QUOTAS_MAX, plan, quotas_of};
pub use ready::{READY_CELLS_MAX, Ready, SPOKEN, say, spoken};
pub use ring::{ASKED_FOR_EACH_PLACE, Able, WIDEN_AFTER, asked_lately, begin, first, next};

use crate::id::{AlertId, IncidentId, MemberId};
use crate::playbook::FieldRole;
use crate::time::{DAY, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// How long it is kept after it is over who was asked and what they said.
pub const DISPATCH_KEPT: i64 = DAY;
/// How long it is kept when nobody ended it.
pub const OPEN_DISPATCH_KEPT: i64 = 7 * DAY;

/// How many of a role are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The role.
    pub role: FieldRole,
    /// The language an interpreter must speak, as a code of [`SPOKEN`]; none for other roles.
    pub language: Option<String>,
    /// How many.
    pub wanted: u8,
}

impl Quota {
    /// What the desk reads, for example "Somali interpreters".
    pub fn words(&self) -> String {
        let role = match self.role {
            FieldRole::Observer => "observers",
            FieldRole::Interpreter => "interpreters",
            FieldRole::FirstAider => "first aiders",
            FieldRole::LegalAdviser => "legal advisers",
        };
        let language = self.language.as_deref().and_then(spoken);
        match (language, role) {
            (Some(language), role) => format!("{language} {role}"),
            (None, role) => role[..1].to_uppercase() + &role[1..],
        }
    }
    /// Whether both ask for the same people.
    fn same(&self, other: &Self) -> bool {
        (self.role, &self.language) == (other.role, &other.language)
    }
}

/// What somebody who was asked has said, or was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Nothing yet.
    Asked,
    /// On the way.
    Going,
    /// There.
    OnScene,
    /// Gone from there, safe.
    Left,
    /// Cannot come.
    Cannot,
    /// Enough are going.
    StoodBy,
}

impl Answer {
    /// Whether they are out: on the way or there.
    pub const fn out(self) -> bool {
        matches!(self, Self::Going | Self::OnScene)
    }
    /// What the desk reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Going => "on the way",
            Self::OnScene => "on the scene",
            Self::Left => "left, safe",
            Self::Cannot => "cannot come",
            Self::StoodBy => "stands by",
        }
    }
}

/// How far it has been called out that somebody has not checked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverdueStep {
    /// Their own phone.
    Own,
    /// The other of their pair.
    Partner,
    /// Whoever rang, while on duty; else everybody on duty.
    Desk,
    /// Everybody on duty; when that is nobody, everybody who works the desk.
    All,
}

/// That somebody has not checked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Since when.
    pub since: Timestamp,
    /// The furthest step so far.
    pub step: OverdueStep,
    /// When it was taken.
    pub step_at: Timestamp,
}

impl Overdue {
    /// Whether the desk knows.
    pub fn at_the_desk(&self) -> bool {
        self.step >= OverdueStep::Desk
    }
}

/// Somebody who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who.
    pub member: MemberId,
    /// The place of their quota in [`Dispatch::quotas`].
    pub quota: usize,
    /// In which ring, from 1.
    pub ring: u32,
    /// When.
    pub at: Timestamp,
    /// What they said.
    pub answer: Answer,
    /// When they said so.
    pub answered_at: Option<Timestamp>,
    /// Their number among all acceptances; pairs are formed in this order.
    pub accepted: Option<u32>,
    /// When they mean to be there.
    pub arrive_by: Option<Timestamp>,
    /// Since when they are there.
    pub there_since: Option<Timestamp>,
    /// The other of their pair.
    pub partner: Option<MemberId>,
    /// When they were told that enough are going; none again from when a place was offered to them or theirs.
    pub enough_at: Option<Timestamp>,
    /// Whether they said that they cannot find it. They look on, and hold no place.
    pub cannot_find: bool,
    /// Until when they say that they are well; none while nobody waits for it.
    pub check_in_by: Option<Timestamp>,
    /// That they have not.
    pub overdue: Option<Overdue>,
}

impl Asked {
    fn new(member: MemberId, quota: usize, ring: u32, at: Timestamp) -> Self {
        Self {
            member,
            quota,
            ring,
            at,
            answer: Answer::Asked,
            answered_at: None,
            accepted: None,
            arrive_by: None,
            there_since: None,
            partner: None,
            enough_at: None,
            cannot_find: false,
            check_in_by: None,
            overdue: None,
        }
    }
    /// Whether this one holds a place: on the way or there, and able to find it.
    pub fn fills(&self) -> bool {
        self.answer.out() && !self.cannot_find
    }
    fn say(&mut self, answer: Answer, now: Timestamp) {
        (self.answer, self.answered_at) = (answer, Some(now));
    }
    /// Nobody waits for a word of theirs any more.
    fn rest(&mut self) {
        (self.check_in_by, self.overdue) = (None, None);
    }
}

/// A dispatch as kept: one for each dispatch alert, from the first word on how many are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The alert whose words are said.
    pub alert: AlertId,
    /// How often it was changed.
    pub version: u32,
    /// Its incident.
    pub incident: IncidentId,
    /// When it was first said how many are wanted.
    pub planned_at: Timestamp,
    /// Who is wanted, each role and language once.
    pub quotas: Vec<Quota>,
    /// Whoever is there checks in every so many minutes.
    pub check_in_minutes: u8,
    /// When it was first rung; none while the alert is a draft.
    pub rung_at: Option<Timestamp>,
    /// Who pressed.
    pub rung_by: Option<MemberId>,
    /// Rings so far.
    pub rings: u32,
    /// When the newest one was.
    pub widened_at: Option<Timestamp>,
    /// Since when the desk knows that nobody is left to ask.
    pub nobody_left: Option<Timestamp>,
    /// Acceptances so far.
    pub acceptances: u32,
    /// Everybody who was asked, oldest first.
    pub asked: Vec<Asked>,
    /// When it was over.
    pub over_at: Option<Timestamp>,
}

impl Dispatch {
    /// A dispatch that nobody was asked for yet.
    pub fn new(alert: AlertId, incident: IncidentId, quotas: Vec<Quota>, check_in_minutes: u8, now: Timestamp) -> Self {
        Self {
            alert,
            version: 0,
            incident,
            planned_at: now,
            quotas,
            check_in_minutes,
            rung_at: None,
            rung_by: None,
            rings: 0,
            widened_at: None,
            nobody_left: None,
            acceptances: 0,
            asked: Vec::new(),
            over_at: None,
        }
    }
    /// When it is forgotten: a day after its end.
    pub fn forget_at(&self) -> Timestamp {
        match (self.over_at, self.rung_at) {
            (Some(over), _) => over.plus(DISPATCH_KEPT),
            (None, Some(rung)) => rung.plus(OPEN_DISPATCH_KEPT),
            (None, None) => self.planned_at.plus(DISPATCH_KEPT),
        }
    }
    /// Whether anything is still to come.
    pub fn open(&self) -> bool {
        self.rung_at.is_some() && (self.over_at.is_none() || self.asked.iter().any(|asked| asked.check_in_by.is_some()))
    }
    /// How many places of a quota are filled.
    pub fn filled(&self, quota: usize) -> usize {
        self.asked.iter().filter(|asked| asked.quota == quota && asked.fills()).count()
    }
    /// How many places of a quota are free.
    pub fn missing(&self, quota: usize) -> usize {
        self.quotas.get(quota).map_or(0, |one| usize::from(one.wanted).saturating_sub(self.filled(quota)))
    }
    /// Whether every place is filled.
    pub fn enough(&self) -> bool {
        (0..self.quotas.len()).all(|quota| self.missing(quota) == 0)
    }
    /// What one member who was asked has said.
    pub fn of(&self, member: MemberId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.member == member)
    }
    fn place(&self, member: MemberId) -> Option<usize> {
        self.asked.iter().position(|asked| asked.member == member)
    }
    fn role_of(&self, asked: &Asked) -> FieldRole {
        self.quotas.get(asked.quota).map_or(FieldRole::Observer, |quota| quota.role)
    }
    fn check_in_every(&self) -> i64 {
        i64::from(self.check_in_minutes) * MINUTE
    }
    /// Those who wait without a place of a full role stand by: whoever has not answered, and whoever looks for it
    /// in vain. Gives back who is told.
    fn stand_by(&mut self, now: Timestamp) -> Vec<MemberId> {
        let full: Vec<bool> = (0..self.quotas.len()).map(|quota| self.missing(quota) == 0).collect();
        let mut told = Vec::new();
        for asked in self.asked.iter_mut().filter(|asked| full.get(asked.quota) == Some(&true)) {
            match asked.answer {
                Answer::Asked => asked.answer = Answer::StoodBy,
                // Nobody stops looking for somebody who has not checked in.
                Answer::Going if asked.cannot_find && asked.overdue.is_none() => {
                    asked.say(Answer::StoodBy, now);
                    asked.rest();
                }
                _ => continue,
            }
            if asked.enough_at.is_none() {
                asked.enough_at = Some(now);
                told.push(asked.member);
            }
        }
        if self.enough() {
            self.nobody_left = None;
        }
        told
    }
}
