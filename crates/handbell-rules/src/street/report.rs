//! Report: what a witness saw, as they told it.
//!
//! Happening time and filing time are kept apart, numbers are ranges, and how the witness knows is
//! asked first because it decides how far the report can carry. There is no field for a name, a plate,
//! a badge or a face (PROMISE no-field-for-a-person). A report never rings a bell.
//!
//! Moves: filed → being read → joined to one incident or several → closed with the last of them; or set aside;
//! or withdrawn by the witness from any of these, which empties the text and leaves a mark.

use crate::change::{Actor, Change, What};
use crate::desk::hold::{self, Hold, InHand};
use crate::id::{ChangeId, IncidentId, MemberId, ReportId};
use crate::people::member::{DeskCaller, Role};
use crate::place::Point;
use crate::refusal::{Desk, Refusal, Street};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

use super::answers::{Answers, KeptAnswers};
use super::flood::lane::Lane;
use super::receipt::ReceiptMark;

/// Letters of free text in one report or note.
pub const REPORT_TEXT_LETTERS_MAX: usize = 4_000;
/// Letters of a place in words.
pub const PLACE_LETTERS_MAX: usize = 200;
/// Letters of contact details before they are sealed.
pub const CONTACT_LETTERS_MAX: usize = 200;
/// Largest number a witness can give for a count.
pub const COUNT_MAX: u32 = 99_999;
const OBSERVED_AGE_MAX: i64 = 366 * DAY;
const CLOCKS_DISAGREE_MAX: i64 = 10 * MINUTE;

/// How the witness knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Saw it with their own eyes.
    Saw,
    /// Was told by somebody who was there.
    Told,
    /// Read or watched it online.
    Online,
}

impl Basis {
    /// The three words, as forms and files write them.
    pub const ALL: [(Basis, &'static str); 3] = [(Basis::Saw, "saw"), (Basis::Told, "told"), (Basis::Online, "online")];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(basis, _)| *basis)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(basis, _)| *basis == self).map_or("saw", |(_, word)| word)
    }
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// It is happening now.
    Now,
    /// It is moving.
    Moving,
    /// It is over.
    Over,
}

impl Happening {
    /// The three words, as forms and files write them.
    pub const ALL: [(Happening, &'static str); 3] = [(Happening::Now, "now"), (Happening::Moving, "moving"), (Happening::Over, "over")];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(happening, _)| *happening)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(happening, _)| *happening == self).map_or("now", |(_, word)| word)
    }
}

/// A count as a range; `high` missing means "or more".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// At least this many.
    pub low: u32,
    /// At most this many; none when the witness said "or more".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<u32>,
}

impl Count {
    /// Checks order and size.
    pub fn new(low: u32, high: Option<u32>) -> Result<Self, Refusal> {
        if low > COUNT_MAX || high.is_some_and(|high| high > COUNT_MAX) {
            return Err(Street::CountTooLarge.into());
        }
        if high.is_some_and(|high| high < low) {
            return Err(Street::CountReversed.into());
        }
        Ok(Self { low, high })
    }
    /// The range in words: `6 to 8`, `8`, `100 or more`.
    pub fn words(&self) -> String {
        match self.high {
            Some(high) if high == self.low => self.low.to_string(),
            Some(high) => format!("{} to {high}", self.low),
            None => format!("{} or more", self.low),
        }
    }
}

/// When it was seen, apart from when it was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Observed {
    /// First moment it was seen.
    pub from: Timestamp,
    /// Last moment it was seen.
    pub to: Timestamp,
}

/// By which way a report came in. Only the desk's own doors can say anything but `Web` or `Api`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// The form.
    Web,
    /// A program.
    Api,
    /// Somebody at the desk wrote down a call.
    Phone,
    /// A trained observer on the scene, signed in.
    Observer,
}

/// What a witness tells, parsed and within bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewReport {
    /// A kind of the playbook.
    pub kind: String,
    /// How the witness knows.
    pub basis: Basis,
    /// Whether it goes on.
    pub happening: Happening,
    /// When it was seen.
    pub observed: Observed,
    /// Where, in words.
    pub place: String,
    /// A point, when the witness gave one.
    pub point: Option<Point>,
    /// Free text; may be empty.
    pub text: String,
    /// Officers seen.
    pub officers: Option<Count>,
    /// Vehicles seen.
    pub vehicles: Option<Count>,
    /// Other people seen.
    pub people: Option<Count>,
    /// Way in.
    pub route: Route,
    /// The language the witness reads.
    pub language: String,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportState {
    /// Kept; nobody has read it yet.
    Received,
    /// A member is reading it.
    BeingRead,
    /// Part of an incident, or of several.
    Joined,
    /// The desk decided not to follow it.
    SetAside,
    /// The witness took it back; the text is gone.
    Withdrawn,
}

impl ReportState {
    /// The stable word of the interface.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::BeingRead => "being-read",
            Self::Joined => "joined",
            Self::SetAside => "set-aside",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a report was set aside: the part that its witness is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsideWhy {
    /// Somebody else told the same.
    Duplicate,
    /// It is another place or another time than this desk's.
    Elsewhere,
    /// Nothing in it can be checked.
    CannotBeChecked,
    /// The group does not work on such things.
    NotForThisDesk,
    /// None of these.
    Other,
}

impl AsideWhy {
    /// The five reasons with their words, as forms and files write them.
    pub const ALL: [(AsideWhy, &'static str); 5] = [
        (AsideWhy::Duplicate, "duplicate"),
        (AsideWhy::Elsewhere, "elsewhere"),
        (AsideWhy::CannotBeChecked, "cannot-be-checked"),
        (AsideWhy::NotForThisDesk, "not-for-this-desk"),
        (AsideWhy::Other, "other"),
    ];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(why, _)| *why)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(why, _)| *why == self).map_or("other", |(_, word)| word)
    }
}

/// Why a report was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// What the witness is told.
    pub why: AsideWhy,
    /// What the desk wrote for itself; the witness never reads it.
    pub reason: String,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Private id.
    pub id: ReportId,
    /// How often it was changed; what a commit compares.
    pub version: u32,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Where it stands.
    pub state: ReportState,
    /// The incidents it belongs to, in the order of joining, each once; see [`crate::desk::belonging`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<IncidentId>,
    /// Who is reading it.
    pub reader: Option<MemberId>,
    /// When a member of the desk first did something with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Timestamp>,
    /// The trained observer who filed it, when one did.
    pub observer: Option<MemberId>,
    /// The member who wrote a call down: another than whoever checks it, by the design's table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorder: Option<MemberId>,
    /// Notes on it so far.
    pub notes: u32,
    /// Whether the desk's last question is open.
    pub asked: bool,
    /// Whether the witness has answered the desk through the receipt.
    pub answered: bool,
    /// When the witness last said that something they told was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_at: Option<Timestamp>,
    /// Wishes of the witness that nobody has decided.
    #[serde(default)]
    pub wishes: u32,
    /// Whether the witness wrote something since the desk last did something with the report.
    #[serde(default)]
    pub news: bool,
    /// Why it was set aside, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Aside>,
    /// The lane it waits in until somebody reads it.
    #[serde(default, skip_serializing_if = "Lane::is_fast")]
    pub lane: Lane,
    /// What was told.
    pub told: NewReport,
}

impl Report {
    /// First-hand: seen with the witness's own eyes.
    pub fn first_hand(&self) -> bool {
        self.told.basis == Basis::Saw
    }
    /// Whether somebody at the desk still has something to do with it: nobody has finished reading it, its
    /// witness wrote again since, or a wish of theirs is not decided.
    pub fn waits(&self) -> bool {
        match self.state {
            ReportState::Received | ReportState::BeingRead => true,
            ReportState::Joined | ReportState::SetAside => self.news || self.wishes > 0,
            ReportState::Withdrawn => false,
        }
    }
    /// Filed by a trained observer on the scene.
    pub fn from_observer(&self) -> bool {
        self.told.route == Route::Observer && self.observer.is_some()
    }
}

/// Contact details, sealed to the custodians' key before they reached the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedContact {
    /// The report they belong to.
    pub report: ReportId,
    /// An age file; the server holds no key that opens it.
    pub sealed: Vec<u8>,
    /// When they are forgotten.
    pub forget_at: Timestamp,
}

/// How long sealed contact details are kept.
pub const CONTACT_KEPT: i64 = 72 * HOUR;

/// Everything `file` needs beside what the witness told.
#[derive(Debug, Clone)]
pub struct Filing {
    /// The report's id.
    pub id: ReportId,
    /// Keyed hash of the receipt.
    pub receipt: ReceiptMark,
    /// Sealed contact details.
    pub contact: Option<Vec<u8>>,
    /// Keyed hash of the sender's idempotency key with the answer it stands for.
    pub repeat: Option<RepeatGuard>,
    /// The observer who files, when a signed-in one does.
    pub observer: Option<MemberId>,
    /// The member who writes a call down, when one does.
    pub recorder: Option<MemberId>,
    /// What was answered beyond the report's own fields, already held against the script.
    pub answers: Answers,
    /// The lane it waits in.
    pub lane: Lane,
}

/// What stops one report from being filed twice (the Idempotency-Key header field).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatGuard {
    /// Keyed hash of the key.
    pub key: [u8; 32],
    /// Keyed hash of the body.
    pub body: [u8; 32],
    /// Seed from which the same receipt is made again; useless without the folder's receipt key.
    pub seed: [u8; 12],
    /// When it is forgotten.
    pub forget_at: Timestamp,
}

/// How long a repeated request gets its first answer.
pub const REPEAT_KEPT: i64 = DAY;

/// Checks a text: bounded, and without control characters other than line breaks and tabs.
pub fn check_text(text: &str, letters_max: usize, too_long: Street) -> Result<(), Refusal> {
    if text.chars().count() > letters_max {
        return Err(too_long.into());
    }
    if text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == '\u{feff}') {
        return Err(Street::TextUnreadable.into());
    }
    Ok(())
}

/// Decides whether a report is taken in.
///
/// `kinds` are the playbook's. Errors name the field that needs mending.
pub fn file(change: ChangeId, told: NewReport, filing: Filing, kinds: &[&str], now: Timestamp) -> Result<Change, Refusal> {
    if !kinds.contains(&told.kind.as_str()) {
        return Err(Street::KindUnknown.into());
    }
    if told.place.trim().is_empty() && told.point.is_none() {
        return Err(Street::PlaceMissing.into());
    }
    check_text(&told.place, PLACE_LETTERS_MAX, Street::PlaceTooLong)?;
    check_text(&told.text, REPORT_TEXT_LETTERS_MAX, Street::TextTooLong)?;
    if told.observed.to < told.observed.from {
        return Err(Street::TimeReversed.into());
    }
    if told.observed.to.since(now) > CLOCKS_DISAGREE_MAX {
        return Err(Street::TimeInFuture.into());
    }
    if now.since(told.observed.from) > OBSERVED_AGE_MAX {
        return Err(Street::TimeTooOld.into());
    }
    for count in [told.officers, told.vehicles, told.people].into_iter().flatten() {
        Count::new(count.low, count.high)?;
    }
    let observer = filing.observer.filter(|_| told.route == Route::Observer);
    let recorder = filing.recorder.filter(|_| told.route == Route::Phone);
    let by = observer.or(recorder).map_or(Actor::Street, Actor::Member);
    // Whoever the desk knows never waits behind a flood.
    let lane = if by == Actor::Street { filing.lane } else { Lane::Fast };
    let report = Report {
        id: filing.id,
        version: 0,
        filed_at: now,
        state: ReportState::Received,
        incidents: Vec::new(),
        reader: None,
        looked_at: None,
        observer,
        recorder,
        notes: 0,
        asked: false,
        answered: false,
        corrected_at: None,
        wishes: 0,
        news: false,
        aside: None,
        lane,
        told,
    };
    let contact = filing.contact.map(|sealed| SealedContact { report: filing.id, sealed, forget_at: now.plus(CONTACT_KEPT) });
    let answers = (!filing.answers.is_empty()).then_some(KeptAnswers { report: filing.id, at: now, answers: filing.answers });
    let what = What::ReportFiled { report, receipt: filing.receipt, contact, repeat: filing.repeat, answers };
    Ok(Change { id: change, at: now, by, what })
}

/// The witness takes the report back. The words go at once; that there was a report stays
/// (PROMISE a-withdrawal-leaves-a-mark).
///
/// Withdrawing twice is the same as withdrawing once.
pub fn withdraw(change: ChangeId, report: &Report, now: Timestamp) -> Result<Option<Change>, Refusal> {
    if report.state == ReportState::Withdrawn {
        return Ok(None);
    }
    let mut report = report.clone();
    report.state = ReportState::Withdrawn;
    report.asked = false;
    report.news = false;
    report.wishes = 0;
    // The desk's reason may repeat what the witness wrote.
    report.aside = None;
    report.told.text = String::new();
    report.told.place = String::new();
    report.told.point = None;
    Ok(Some(Change { id: change, at: now, by: Actor::Street, what: What::ReportWithdrawn { report } }))
}

/// A member takes a report to read it, so that two people do not work on one. What its witness wrote since
/// counts as read then.
///
/// `known` is whoever had it; their name makes room for the caller's.
pub fn take(change: ChangeId, caller: &DeskCaller, report: &Report, known: Option<&Hold>, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_closed(report)?;
    let mut report = report.clone();
    report.reader = Some(caller.member);
    report.looked_at = report.looked_at.or(Some(now));
    report.news = false;
    if report.state == ReportState::Received {
        report.state = ReportState::BeingRead;
    }
    let hold = hold::taken(caller.member, InHand::Report(report.id), known, now);
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ReportTaken { report, hold } })
}

/// A member sets a report aside: `why` is told to its witness, `reason` is for the next member only.
pub fn set_aside(
    change: ChangeId,
    caller: &DeskCaller,
    report: &Report,
    why: AsideWhy,
    reason: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_closed(report)?;
    if !report.incidents.is_empty() {
        return Err(Desk::ReportAlreadyJoined.into());
    }
    let reason = crate::desk::incident::reason(reason)?;
    let mut report = report.clone();
    report.state = ReportState::SetAside;
    report.looked_at = report.looked_at.or(Some(now));
    report.news = false;
    report.aside = Some(Aside { why, reason: reason.clone() });
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ReportSetAside { report, reason } })
}

/// Refuses work on a report that its witness took back.
pub fn refuse_closed(report: &Report) -> Result<(), Refusal> {
    match report.state {
        ReportState::Withdrawn => Err(Street::ReportWithdrawn.into()),
        _ => Ok(()),
    }
}
