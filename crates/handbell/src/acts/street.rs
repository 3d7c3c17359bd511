//! Acts of the street: file a report, come back with the seven words, add, answer, correct, wish, withdraw.
//!
//! Contact details are sealed before anything is committed, and the words of a receipt are returned only
//! by an act whose commit has returned (PROMISE receipt-means-durable).

use super::{ActError, CONFLICT_TRIES, StreetCaller};
use crate::world::World;
use handbell_rules::change::Change;
use handbell_rules::chart;
use handbell_rules::desk::incident::Ending;
use handbell_rules::gazetteer::PlaceKind;
use handbell_rules::id::{IncidentId, MemberId, ReportId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::place::Precision;
use handbell_rules::playbook::Reach;
use handbell_rules::playbook::floor::precision_max;
use handbell_rules::playbook::script::SoFar;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::refusal::{Refusal, Street};
use handbell_rules::street::answers::Answers;
use handbell_rules::street::became::{Around, Recorded, Told, became};
use handbell_rules::street::flood::area_of;
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::note::{self, Note, WishAbout};
use handbell_rules::street::receipt::{RECEIPT_RANDOM_BYTES, Receipt, ReceiptMark};
use handbell_rules::street::report::{
    self, CONTACT_LETTERS_MAX, Filing, NewReport, REPEAT_KEPT, RepeatGuard, Report, ReportState, Route, check_text,
};
use handbell_rules::time::Timestamp;
use zeroize::Zeroizing;

/// Metres from the nearest of the group's areas beyond which a report belongs to another desk.
pub const FAR_AWAY_METRES: f64 = 60_000.0;
/// Bytes of a contact before sealing: all are padded to this, so that the sealed length tells nothing.
const CONTACT_PADDED_BYTES: usize = 1_024;

/// Metres within which a place at a home is told by a landmark or street instead.
const LANDMARK_METRES_MAX: f64 = 400.0;

/// What a witness told, whole: the report, the answers to the script, the place they chose from the list.
#[derive(Debug, Clone)]
pub struct Story {
    /// The report's own fields.
    pub told: NewReport,
    /// Everything else that was asked.
    pub answers: Answers,
    /// The chosen place's id, when one was chosen from the group's list.
    pub spot: Option<String>,
    /// The answer to the puzzle, when the page or the program solved one.
    pub puzzle: Option<String>,
    /// Whether more came from the sender's address prefix lately than its bucket holds; nothing of it is kept.
    pub crowded: bool,
}

impl Story {
    /// The group's area it tells of, as the budgets and the puzzle count it.
    pub fn area(&self, world: &World) -> Option<String> {
        let place = |id| world.group.places.by_id(id).map(|place| place.point);
        let spot = self.spot.as_deref().and_then(|id| chart::pointed(id).or_else(|| place(id)));
        area_of(&world.group.areas, &self.told.place, self.told.point.or(spot))
    }
}

impl From<NewReport> for Story {
    fn from(told: NewReport) -> Self {
        Self { told, answers: Answers::default(), spot: None, puzzle: None, crowded: false }
    }
}

/// A filed report's answer.
#[derive(Debug)]
pub struct Filed {
    /// The report's private id; never shown to the street.
    pub report: ReportId,
    /// The words, to be shown once.
    pub receipt: Receipt,
    /// Whether this answers a repeated request.
    pub again: bool,
}

/// A request that may come twice: the sender's key and what it stands for.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// The Idempotency-Key.
    pub key: String,
    /// The request's body, byte for byte.
    pub body: Vec<u8>,
}

/// Why a repeated request was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedWithAnotherBody;

/// Files a report.
///
/// `Ok(Err(_))` when the idempotency key was used with another body: nothing is written.
pub async fn file_report(
    world: &World,
    _caller: StreetCaller,
    story: impl Into<Story>,
    contact: Option<&str>,
    repeat: Option<Repeat>,
) -> Result<Result<Filed, RepeatedWithAnotherBody>, ActError> {
    let mut story: Story = story.into();
    story.told.route = if story.told.route == Route::Api { Route::Api } else { Route::Web };
    file(world, story, contact, repeat, By::Street).await
}

/// A trained observer, signed in, files from the scene.
pub async fn file_from_the_scene(world: &World, caller: &DeskCaller, told: NewReport) -> Result<Filed, ActError> {
    caller.needs(Role::Observer)?;
    let told = NewReport { route: Route::Observer, ..told };
    let filed = file(world, told.into(), None, None, By::Observer(caller.member)).await?;
    filed.map_err(|_| ActError::Broken("a report without an idempotency key was taken for a repeat".into()))
}

/// A member writes down a call. They stand in the report as who recorded it, so that another can be asked to
/// check it.
pub async fn file_a_call(world: &World, caller: &DeskCaller, story: impl Into<Story>) -> Result<Filed, ActError> {
    let filed = take_a_call(world, caller, story, None, None).await?;
    filed.map_err(|_| ActError::Broken("a report without an idempotency key was taken for a repeat".into()))
}

/// The same, from the call screen: with a way to call back, and pressed twice it is one report.
pub async fn take_a_call(
    world: &World,
    caller: &DeskCaller,
    story: impl Into<Story>,
    contact: Option<&str>,
    repeat: Option<Repeat>,
) -> Result<Result<Filed, RepeatedWithAnotherBody>, ActError> {
    caller.needs(Role::Triager)?;
    let mut story: Story = story.into();
    story.told.route = Route::Phone;
    file(world, story, contact, repeat, By::Recorder(caller.member)).await
}

/// Who files.
#[derive(Debug, Clone, Copy)]
enum By {
    Street,
    Observer(MemberId),
    Recorder(MemberId),
}

/// Holds a story against the script, gives it the point of the chosen place, and tells a home no finer than the
/// floor lets an observer hear of it: by the nearest landmark or street, else by a square of about 100 m.
fn held_against_the_script(world: &World, story: Story) -> Result<(NewReport, Answers), Refusal> {
    let Story { mut told, mut answers, spot, puzzle: _, crowded: _ } = story;
    let group = &world.group;
    let spot = spot.filter(|id| !id.is_empty());
    let pointed = spot.as_deref().and_then(chart::pointed);
    let chosen = match spot.as_deref().filter(|_| pointed.is_none()) {
        None => None,
        Some(id) => Some(group.places.by_id(id).ok_or(Street::SpotUnknown)?),
    };
    // An unknown kind is refused by the rule that files.
    let Some(kind) = group.playbook.kind(&told.kind) else { return Ok((told, answers)) };
    let script = group.playbook.script();
    script.check(kind, SoFar { basis: Some(told.basis), happening: Some(told.happening), given: &answers.given })?;
    let home = kind.always_home || script.says_home(&answers.given);
    let mut name = chosen.map(|place| place.words()).or(pointed.map(|point| chart::in_words(point, &group.places, &group.areas)));
    told.point = told.point.or(pointed).or(chosen.map(|place| place.point));
    if home && precision_max(Reach::Dispatch, kind.hazard.is_some(), home) < Precision::Exact {
        answers.place = answers.place.map(|told| told.min(Precision::Street));
        if let Some(point) = told.point {
            let near = group.places.nearest(point, &[PlaceKind::Landmark, PlaceKind::Street], LANDMARK_METRES_MAX);
            told.point = Some(near.map_or_else(|| point.rounded(), |place| place.point));
            // A postcode is a handful of doors and a pointed spot is one: the name goes with the point.
            name = near.map(|place| format!("near {}", place.words())).or(name.filter(|_| pointed.is_none()));
        }
    }
    // The chosen area's line stands below whatever the witness wrote, also below nothing.
    let own = told.place.lines().next().is_some_and(|line| !line.trim().is_empty() && !line.starts_with("Area: "));
    if let Some(name) = name.filter(|_| !own) {
        told.place = format!("{name}\n{}", told.place.trim()).trim_end().to_owned();
    }
    Ok((told, answers))
}

async fn file(
    world: &World,
    story: Story,
    contact: Option<&str>,
    repeat: Option<Repeat>,
    by: By,
) -> Result<Result<Filed, RepeatedWithAnotherBody>, ActError> {
    let now = world.now();
    let (area, puzzle, crowded) = (story.area(world), story.puzzle.clone(), story.crowded);
    let (told, answers) = held_against_the_script(world, story)?;
    let guard = match &repeat {
        None => None,
        Some(repeat) => {
            let key = world.mark("repeat-key", repeat.key.as_bytes());
            let body = world.mark("repeat-body", &repeat.body);
            // A repeat is found by the commit itself: its key is there already, which is a conflict. Whoever comes
            // for the first time, nearly everybody, does not pay for a look.
            Some(RepeatGuard { key, body, seed: world.bytes(), forget_at: now.plus(REPEAT_KEPT) })
        }
    };
    if let Some(point) = told.point {
        let nearest = world
            .group
            .areas
            .areas()
            .iter()
            .flat_map(|area| area.area.cells())
            .map(|cell| handbell_rules::place::distance_metres(cell.centre(), point));
        if nearest.fold(f64::INFINITY, f64::min) > FAR_AWAY_METRES {
            return Err(Refusal::from(Street::PlaceTooFar).into());
        }
    }
    let sealed = match contact.map(str::trim).filter(|contact| !contact.is_empty()) {
        None => None,
        Some(contact) => Some(seal_contact(world, contact)?),
    };
    let seed = guard.as_ref().map_or_else(|| world.bytes(), |guard| guard.seed);
    let receipt = receipt_of(world, seed);
    let (observer, recorder) = match by {
        By::Street => (None, None),
        By::Observer(member) => (Some(member), None),
        By::Recorder(member) => (None, Some(member)),
    };
    // Only what comes from the street counts against a budget.
    let lane = match by {
        By::Street => super::flood::lane(world, area.as_deref(), puzzle.as_deref(), crowded),
        By::Observer(_) | By::Recorder(_) => Lane::Fast,
    };
    let (id, receipt_mark) = (world.private_id(), mark_of(world, &receipt));
    let filing = Filing { id, receipt: receipt_mark, contact: sealed, repeat: guard, observer, recorder, answers, lane };
    let id = filing.id;
    let kinds: Vec<&str> = world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let change = report::file(world.private_id(), told, filing, &kinds, now)?;
    match world.commit(change).await {
        Ok(_) => Ok(Ok(Filed { report: id, receipt, again: false })),
        // The key stands there already, from before or from a request that was faster: its answer is the answer.
        Err(crate::store::StoreError::Conflict) => match repeat {
            Some(repeat) => {
                let first = world.store.repeat(world.mark("repeat-key", repeat.key.as_bytes())).await?;
                let (first, report) = first.ok_or(ActError::Conflict)?;
                if first.body != world.mark("repeat-body", &repeat.body) {
                    return Ok(Err(RepeatedWithAnotherBody));
                }
                Ok(Ok(Filed { report, receipt: receipt_of(world, first.seed), again: true }))
            }
            None => Err(ActError::Conflict),
        },
        Err(error) => Err(error.into()),
    }
}

fn receipt_of(world: &World, seed: [u8; RECEIPT_RANDOM_BYTES]) -> Receipt {
    let stretched = world.mark("receipt-words", &seed);
    let mut chance = [0u8; RECEIPT_RANDOM_BYTES];
    chance.copy_from_slice(&stretched[..RECEIPT_RANDOM_BYTES]);
    Receipt::from_chance(chance)
}

fn mark_of(world: &World, receipt: &Receipt) -> ReceiptMark {
    ReceiptMark(world.mark("receipt", receipt.words().as_bytes()))
}

/// Seals contact details to the custodians' key (PROMISE a-witness-is-unknown): from here on nobody at the
/// desk and nobody at the server can read them.
pub(super) fn seal_contact(world: &World, contact: &str) -> Result<Vec<u8>, ActError> {
    check_text(contact, CONTACT_LETTERS_MAX, Street::ContactTooLong)?;
    let mut padded = Zeroizing::new(contact.as_bytes().to_vec());
    padded.resize(CONTACT_PADDED_BYTES, b'\n');
    let recipient: age::x25519::Recipient =
        world.group.contact_recipient.parse().map_err(|why: &str| ActError::Broken(format!("the contact key cannot be read: {why}")))?;
    age::encrypt(&recipient, &padded).map_err(|error| ActError::Broken(format!("sealing a contact failed: {error}")))
}

/// What a witness sees with their receipt.
#[derive(Debug)]
pub struct ReceiptView {
    /// The report.
    pub report: Report,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// How and when each of its incidents ended, in the order of joining; none for one that goes on.
    pub ends: Vec<Option<(Ending, Timestamp)>>,
    /// What became of it, in order.
    pub became: Told,
}

impl ReceiptView {
    /// How and when the last of its incidents ended, once all have.
    pub fn ended(&self) -> Option<(Ending, Timestamp)> {
        let all: Option<Vec<(Ending, Timestamp)>> = self.ends.iter().copied().collect();
        all?.into_iter().max_by_key(|(_, at)| *at)
    }
}

pub(super) async fn opened(world: &World, words: &str) -> Result<Report, ActError> {
    let receipt: Receipt = words.parse().map_err(|_| ActError::NotFound)?;
    world.store.report_by_receipt(mark_of(world, &receipt)).await?.ok_or(ActError::NotFound)
}

/// Opens a report with its receipt. Unknown and wrong words get the same answer.
pub async fn read_receipt(world: &World, _caller: StreetCaller, words: &str) -> Result<ReceiptView, ActError> {
    let report = opened(world, words).await?;
    let notes = world.store.notes(report.id).await?;
    let (mut known, mut ends) = (Vec::new(), Vec::new());
    for incident in &report.incidents {
        if let Some((around, ended)) = around(world, *incident).await? {
            known.push(around);
            ends.push(ended);
        }
    }
    let became = became(&report, &known);
    Ok(ReceiptView { report, notes, ends, became })
}

/// What a witness may hear of one incident around their report, and when it ended.
async fn around(world: &World, id: IncidentId) -> Result<Option<(Around, Option<(Ending, Timestamp)>)>, ActError> {
    let Some(file) = world.store.incident_file(id).await? else { return Ok(None) };
    let rung = |reach: &[Reach]| file.alerts.iter().any(|alert| alert.rung_at.is_some() && reach.contains(&alert.reach));
    let recorded = match file.incident.public {
        false => None,
        true => {
            let entries = world.store.stream(id).await?;
            let corrections = entries.iter().filter(|entry| entry.kind == EntryKind::Correction.code()).count();
            let outcome = entries.iter().any(|entry| entry.kind == EntryKind::Outcome.code() && entry.content.is_some());
            Some(Recorded { incident: id, corrections, outcome })
        }
    };
    let around = Around {
        others: file.reports.iter().filter(|report| report.state != ReportState::Withdrawn).count() > 1,
        observers: rung(&[Reach::Dispatch]),
        neighbours: rung(&[Reach::Neighbours, Reach::Public]),
        ended: file.incident.ended.map(|(ending, _)| ending),
        recorded,
    };
    Ok(Some((around, file.incident.ended)))
}

/// Adds to a report, or answers the desk when it has asked.
pub async fn add_to_report(world: &World, _caller: StreetCaller, words: &str, text: &str) -> Result<(), ActError> {
    written(world, words, |report| note::add(world.private_id(), report, world.private_id(), text, world.now())).await
}

/// The witness says what they told wrongly.
pub async fn correct_report(world: &World, _caller: StreetCaller, words: &str, text: &str) -> Result<(), ActError> {
    written(world, words, |report| note::correct(world.private_id(), report, world.private_id(), text, world.now())).await
}

/// The witness wishes that something be taken down, covered or not used.
pub async fn wish(world: &World, _caller: StreetCaller, words: &str, about: WishAbout, text: &str) -> Result<(), ActError> {
    written(world, words, |report| note::wish(world.private_id(), report, world.private_id(), about, text, world.now())).await
}

/// Writes a note of the witness. Whoever was faster, a colleague at the desk or the witness in another
/// window, is no reason to send the witness away.
async fn written(world: &World, words: &str, note: impl Fn(&Report) -> Result<Change, Refusal>) -> Result<(), ActError> {
    let mut tries = CONFLICT_TRIES;
    loop {
        let report = opened(world, words).await?;
        match world.commit(note(&report)?).await {
            Err(crate::store::StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| ()).map_err(ActError::from),
        }
    }
}

/// Takes a report back. Doing it twice is doing it once.
pub async fn withdraw_report(world: &World, _caller: StreetCaller, words: &str) -> Result<(), ActError> {
    let mut tries = CONFLICT_TRIES;
    loop {
        let report = opened(world, words).await?;
        let Some(change) = report::withdraw(world.private_id(), &report, world.now())? else {
            return Ok(());
        };
        match world.commit(change).await {
            Err(crate::store::StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| ()).map_err(ActError::from),
        }
    }
}
