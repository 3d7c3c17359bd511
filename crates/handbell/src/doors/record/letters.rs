//! Doors of those concerned: the forms for a reply and a complaint, and what a sender is told.
//!
//! The forms ask for no name and give no cookie. What will be published is said before anything is sent, and the
//! clocks stand there, behind the seven words and at the desk in the same words. The limits are those of reports;
//! there is no puzzle, because letters wait in no lane of their own.

use super::super::answer::{apart, named, page, page_door, page_with, whole};
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::street::steps::{fresh_once, once_is_good};
use super::super::{App, frame, gate};
use crate::acts::letters::{self, Posted};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::letter::{
    Became, ComplaintReason, DECIDED_WITHIN, LETTER_CONTACT_KEPT, Letter, Sent, TAKEN_WITHIN, URGENT_DECIDED_WITHIN, URGENT_TAKEN_WITHIN,
};
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::reply::{ReplyRole, passages};
use handbell_rules::time::{DAY, HOUR, Timestamp};
use handbell_site::{Choice, Fact, FieldError, LetterFormPage, LetterReceivedPage, LetterStatusPage, Link, State as Shown, Tab, Tag};
use http::{Request, StatusCode};

const CONTACT_LETTERS_WORDS: &str = "Sealed at once to the custodians’ key and kept apart. Nobody at the desk can read it. It goes after";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/record/{incident}/reply", Who::Street, |state: State<App>, incident: Result<Path<String>, PathRejection>| {
            show(state, incident, Sort::Reply)
        }),
        Route::post("/record/{incident}/reply", Who::Street, |state: State<App>, incident, request: Request<Body>| {
            take(state, incident, request, Sort::Reply)
        }),
        Route::get("/record/{incident}/complaint", Who::Street, |state: State<App>, incident: Result<Path<String>, PathRejection>| {
            show(state, incident, Sort::Complaint)
        }),
        Route::post("/record/{incident}/complaint", Who::Street, |state: State<App>, incident, request: Request<Body>| {
            take(state, incident, request, Sort::Complaint)
        }),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Reply,
    Complaint,
}

/// Milliseconds as hours, in words.
fn hours(milliseconds: i64) -> String {
    match milliseconds / HOUR {
        1 => "1 hour".to_owned(),
        some => format!("{some} hours"),
    }
}

fn says(sort: Sort) -> Vec<String> {
    let own = match sort {
        Sort::Reply => vec![
            "Your words are published as you sent them, beside the accounts and at the same size, with the role you choose.".to_owned(),
            "No name of a person is published: not yours, not an officer’s, nobody’s. Where a passage names somebody it is taken out, and a mark says why.".to_owned(),
            "It is shortened only if you agree to the shorter words.".to_owned(),
            format!("Somebody has it within {}; it is decided within {}.", hours(TAKEN_WITHIN), hours(DECIDED_WITHIN)),
        ],
        Sort::Complaint => vec![
            "Nothing you write here is published. The public log says that there was a complaint, for which reason and how it was decided.".to_owned(),
            format!("Somebody has it within {}; it is decided within {}.", hours(TAKEN_WITHIN), hours(DECIDED_WITHIN)),
            format!(
                "Where somebody can be recognised, or it is a private matter: within {}, and {}.",
                hours(URGENT_TAKEN_WITHIN),
                hours(URGENT_DECIDED_WITHIN)
            ),
        ],
    };
    let both = "Whoever decides neither proposed nor approved what stands there. You read these times as the desk does.".to_owned();
    own.into_iter().chain([both]).collect()
}

/// What was typed.
#[derive(Default)]
struct Typed {
    choice: String,
    body: String,
    claims: Vec<String>,
    /// Numbers of claims that had no room as boxes, as they were typed.
    others: String,
    text: String,
    contact: String,
    once: String,
}

impl Typed {
    /// Every claim it is about, from boxes and from the numbers beside them; none where one is no number.
    fn every_claim(&self) -> Option<Vec<u32>> {
        let others = self.others.split([',', ';', ' ']).map(|one| one.trim().trim_start_matches('c')).filter(|one| !one.is_empty());
        let mut claims: Vec<u32> =
            self.claims.iter().map(String::as_str).chain(others).map(|one| one.parse().ok()).collect::<Option<_>>()?;
        claims.sort_unstable();
        claims.dedup();
        Some(claims)
    }
}

/// Bytes of all claims that stand as boxes on a form; the rest are named by number, so that the form comes on a bad
/// network too.
const BOXES_BYTES_MAX: usize = 20_000;
/// What a box weighs beside its words.
const BOX_BYTES: usize = 160;

fn choices(sort: Sort, chosen: &str) -> Vec<Choice> {
    let choice = |name: &str, words: &str| Choice { chosen: name == chosen, ..Choice::new(name, words) };
    match sort {
        Sort::Reply => ReplyRole::ALL.iter().map(|(_, name, words, _)| choice(name, words)).collect(),
        Sort::Complaint => ComplaintReason::ALL.iter().map(|(_, name, words, _)| choice(name, words)).collect(),
    }
}

fn form(app: &App, sort: Sort, record: &IncidentRecord, typed: &Typed, errors: Vec<FieldError>) -> LetterFormPage {
    let claim = |(label, number, says): (&str, u32, &str)| {
        let value = number.to_string();
        Choice { chosen: typed.claims.contains(&value), ..Choice::new(&value, format!("{number}: {label}: {says}")) }
    };
    let mut claims: Vec<(&str, u32, &str)> = record
        .facts
        .iter()
        .flat_map(|fact| fact.claims.iter().map(|claim| (fact.label.as_str(), claim.number, claim.says.as_str())))
        .collect();
    claims.sort_by_key(|(_, number, _)| *number);
    let all = claims.len();
    let mut room = BOXES_BYTES_MAX;
    let fits = |(label, _, says): &(&str, u32, &str)| {
        let weight = BOX_BYTES + label.len() + says.len();
        let fits = weight <= room;
        room = room.saturating_sub(weight);
        fits
    };
    let claims: Vec<(&str, u32, &str)> = claims.into_iter().take_while(fits).collect();
    let boxed = |number: &str| claims.iter().any(|(_, one, _)| one.to_string() == number);
    let others = || {
        let ticked = typed.claims.iter().filter(|number| !boxed(number)).cloned();
        ticked.chain((!typed.others.is_empty()).then(|| typed.others.clone())).collect::<Vec<_>>().join(", ")
    };
    let more_claims = (claims.len() < all).then(|| {
        let href = format!("/record/{}/claims?from=1", record.incident);
        (Link { href, words: format!("the list of all {all} claims") }, others())
    });
    let name = if sort == Sort::Reply { "reply" } else { "complaint" };
    LetterFormPage {
        frame: frame::public(app, Tab::Record, &format!("/record/{}/{name}", record.incident)),
        id: record.incident.to_string(),
        title: record.title.clone(),
        is_reply: sort == Sort::Reply,
        says: says(sort),
        choices: choices(sort, &typed.choice),
        body: typed.body.clone(),
        claims: claims.into_iter().map(claim).collect(),
        more_claims,
        text: typed.text.clone(),
        contact: typed.contact.clone(),
        contact_words: format!("{CONTACT_LETTERS_WORDS} {} days.", LETTER_CONTACT_KEPT / DAY),
        once: if once_is_good(&typed.once) { typed.once.clone() } else { fresh_once(app) },
        errors,
    }
}

async fn concerned(app: &App, incident: Result<Path<String>, PathRejection>) -> Result<(IncidentId, IncidentRecord), Problem> {
    let incident: IncidentId = named(incident)?.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
    Ok((incident, letters::concerned(&app.world, incident).await?))
}

async fn show(State(app): State<App>, incident: Result<Path<String>, PathRejection>, sort: Sort) -> Response {
    page_door(&app, async {
        let (_, record) = concerned(&app, incident).await?;
        Ok(page(&form(&app, sort, &record, &Typed::default(), Vec::new())))
    })
    .await
}

async fn take(State(app): State<App>, incident: Result<Path<String>, PathRejection>, request: Request<Body>, sort: Sort) -> Response {
    page_door(&app, async {
        gate::from_this_site(&app, request.headers())?;
        let (incident, record) = concerned(&app, incident).await?;
        let (caller, body) = apart(request);
        let choice = if sort == Sort::Reply { "role" } else { "reason" };
        let known: &[&str] = match sort {
            Sort::Reply => &["role", "body", "claim", "claims", "text", "contact", "once"],
            Sort::Complaint => &["reason", "claim", "claims", "text", "contact", "once"],
        };
        let fields = Fields::read(whole(&caller, body), known).await?;
        let typed = Typed {
            choice: fields.one(choice)?.to_owned(),
            body: fields.one("body")?.to_owned(),
            claims: fields.all("claim"),
            others: fields.one("claims")?.trim().to_owned(),
            text: fields.one("text")?.to_owned(),
            contact: fields.one("contact")?.to_owned(),
            once: fields.one("once")?.to_owned(),
        };
        let again = |status: StatusCode, field: &str, words: &str| {
            Ok(page_with(status, &form(&app, sort, &record, &typed, vec![FieldError::new(field, words)])))
        };
        let mend = StatusCode::UNPROCESSABLE_ENTITY;
        let Some(claims) = typed.every_claim() else {
            return again(mend, "claims", "Write the numbers of claims only, like this: 112, 140.");
        };
        let text = typed.text.trim().to_owned();
        let sent = match sort {
            Sort::Reply => match ReplyRole::parse(&typed.choice) {
                Some(role) => Sent::Reply { role, body: typed.body.trim().to_owned(), claims, text },
                None => return again(mend, "role", "Choose who answers."),
            },
            Sort::Complaint => match ComplaintReason::parse(&typed.choice) {
                Some(reason) => Sent::Complaint { reason, claims, text },
                None => return again(mend, "reason", "Choose what is wrong."),
            },
        };
        if gate::knock(&app, &caller, Knock::Report).is_err()
            && let Err(problem) = gate::knock(&app, &caller, Knock::Crowd)
        {
            return again(problem.status(), "", problem.advice());
        }
        let once = if once_is_good(&typed.once) { typed.once.clone() } else { fresh_once(&app) };
        let posted = Posted { sent, contact: typed.contact.clone(), once };
        match letters::send(&app.world, StreetCaller, incident, posted).await {
            Ok(received) => Ok(page(&LetterReceivedPage {
                frame: frame::public(&app, Tab::Record, &format!("/record/{incident}")),
                is_reply: sort == Sort::Reply,
                words: received.receipt.words().split(' ').map(str::to_owned).collect(),
                clocks: clocks(&app, &received.letter),
                href: format!("/record/{incident}"),
            })),
            Err(ActError::Refused(no)) => {
                let field = if no.0.field() == "claims" { "claim" } else { no.0.field() };
                let field = if field == "claim" && record.facts.is_empty() { "" } else { field };
                again(mend, field, no.0.advice())
            }
            Err(error) => {
                let problem = Problem::from(error).noted();
                again(problem.status(), "", "We could not save it. What you wrote is still here. Try once more.")
            }
        }
    })
    .await
}

fn moment(app: &App, at: Timestamp) -> String {
    at.day_and_clock(app.world.group.playbook.zone())
}

/// The clocks of a letter, in the words that both sides read.
pub(in crate::doors) fn clocks(app: &App, letter: &Letter) -> Vec<Fact> {
    let clocks = letter.clocks();
    let has = match letter.taken {
        Some(taken) => Fact::new("Somebody has it since", moment(app, taken.at)).with_note(format!("due {}", moment(app, clocks.take_by))),
        None => Fact::new("Somebody has it by", moment(app, clocks.take_by)),
    };
    let decided = match letter.closed {
        Some(closed) => Fact::new("Decided", moment(app, closed.at)).with_note(format!("due {}", moment(app, clocks.decide_by))),
        None => Fact::new("Decided by", moment(app, clocks.decide_by)),
    };
    vec![Fact::new("Received", moment(app, letter.received_at)), has, decided]
}

/// Where a letter stands, in a tag.
pub(in crate::doors) fn tag(app: &App, letter: &Letter) -> Tag {
    let late = letter.next_due().is_some_and(|due| due < app.world.now());
    match (letter.closed.map(|closed| closed.became), letter.proposal, letter.taken) {
        (Some(Became::Published), ..) => Tag::with_words(Shown::Confirmed, "Published"),
        (Some(Became::Declined(_)), ..) => Tag::with_words(Shown::NothingFound, "Declined"),
        (Some(Became::Decided(_)), ..) => Tag::with_words(Shown::Over, "Decided"),
        (Some(Became::Withdrawn), ..) => Tag::with_words(Shown::NothingFound, "Taken back"),
        _ if late => Tag::with_words(Shown::Disputed, "Late"),
        (None, Some(_), _) => Tag::with_words(Shown::Checking, "Waits for a second member"),
        (None, None, Some(_)) => Tag::with_words(Shown::Checking, "Somebody has it"),
        (None, None, None) => Tag::with_words(Shown::Checking, "Received"),
    }
}

/// What became of a letter so far, one sentence for each step.
pub(in crate::doors) fn became(letter: &Letter) -> Vec<String> {
    let mut said = vec!["It was received and is kept safely.".to_owned()];
    if letter.taken.is_some() {
        said.push("Somebody at the desk has it, who neither proposed nor approved what stands there.".to_owned());
    }
    match letter.shorter.as_ref().map(|shorter| shorter.agreed_at.is_some()) {
        Some(true) => said.push("You agreed to shorter words.".to_owned()),
        Some(false) => said.push("The desk asks whether you agree to shorter words.".to_owned()),
        None => {}
    }
    match letter.closed.map(|closed| closed.became) {
        None if letter.proposal.is_some() => said.push("It was proposed for publication and waits for a second member.".to_owned()),
        None => {}
        Some(Became::Published) => said.push("It stands in the record, beside the accounts.".to_owned()),
        Some(Became::Declined(why)) => said.push(format!("It leads to nothing here, because {}. The public log says so.", why.words())),
        Some(Became::Decided(remedy)) => said.push(format!("It was decided: {}. The public log says so.", remedy.words())),
        Some(Became::Withdrawn) => said.push("You took it back. What it said is gone.".to_owned()),
    }
    said
}

/// The page behind a letter's words.
pub(in crate::doors) async fn status(app: &App, words: &str, letter: &Letter, notice: Option<&str>) -> Result<Response, Problem> {
    let record = crate::acts::record::read_record(&app.world, letter.incident, None).await?;
    let title = record.map_or_else(|| "the record".to_owned(), |record| record.title);
    let open = letter.closed.is_none();
    let offered = letter.shorter.as_ref().filter(|shorter| open && shorter.agreed_at.is_none());
    Ok(page(&LetterStatusPage {
        frame: frame::public(app, Tab::Record, "/receipt"),
        words: words.to_owned(),
        is_reply: letter.sent.is_reply(),
        state: tag(app, letter),
        became: became(letter),
        clocks: clocks(app, letter),
        sent: passages(letter.sent.text()),
        shorter: offered.map(|shorter| passages(&shorter.text)).unwrap_or_default(),
        record: Link { href: format!("/record/{}", letter.incident), words: title },
        can_withdraw: open,
        notice: notice.map(str::to_owned),
    }))
}
