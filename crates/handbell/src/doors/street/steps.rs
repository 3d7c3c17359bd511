//! The report in three steps: what and how do you know; where and when; more if you want, then send.
//!
//! Each step posts to `/report` with every other answer hidden beside it. Only the last button files; its
//! key makes pressing it twice one report. The page is shown again, with what was typed, whenever anything
//! could not be taken, also when the disk did not answer.

use super::super::answer::{apart, page, page_door, page_with, whole};
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame, gate};
use super::duty::{self, duty};
use crate::acts::street::{Filed, Repeat, file_report};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::refusal::{Refusal, Street};
use handbell_rules::street::report::{Basis, Count, Happening, NewReport, Observed, Route as WayIn};
use handbell_rules::time::{MINUTE, Timestamp};
use handbell_site::{Carried, Choice, FieldError, Frame, ReceiptPage, ReportMorePage, ReportWhatPage, ReportWherePage, Step, Tab, forms};
use http::{Request, StatusCode};

/// Minutes ago that are offered, with their words.
const AGO: [(u32, &str); 7] = [
    (0, "Just now"),
    (5, "5 minutes ago"),
    (15, "15 minutes ago"),
    (30, "Half an hour ago"),
    (60, "An hour ago"),
    (180, "3 hours ago"),
    (1_440, "A day ago"),
];
/// Numbers that are offered: what the form sends, and the words. An open end stands for "or more".
const BANDS: [(&str, &str); 5] =
    [("", "I did not count"), ("1-2", "1 or 2"), ("3-5", "3 to 5"), ("6-10", "6 to 10"), ("11-", "More than 10")];
const CONTACT_WORDS: &str = "It is sealed at once. This server cannot open it, and after three days it is gone.";
const MADE_ALREADY: &str =
    "A report was saved from this page already, and this one is different. Press the button again to send it as a new report.";
const NOT_SAVED: &str = "We could not save it. What you wrote is still below. Try once more. In danger: 999.";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/report", Who::Street, show), Route::post("/report", Who::Street, take)]
}

/// Everything a witness has typed so far, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Typed {
    kind: String,
    basis: String,
    place: String,
    area: String,
    when: String,
    ago: String,
    text: String,
    officers: String,
    vehicles: String,
    people: String,
    contact: String,
    once: String,
}

/// The three pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    What,
    Where,
    More,
}

impl Typed {
    fn read(fields: &Fields) -> Result<Self, Problem> {
        let one = |name: &str| fields.one(name).map(str::to_owned);
        Ok(Self {
            kind: one("kind")?,
            basis: one("basis")?,
            place: one("place")?,
            area: one("area")?,
            when: one("when")?,
            ago: one("ago")?,
            text: one("text")?,
            officers: one("officers")?,
            vehicles: one("vehicles")?,
            people: one("people")?,
            contact: one("contact")?,
            once: one("once")?,
        })
    }

    fn named(&self) -> [(&'static str, &str, Shown); 12] {
        [
            ("kind", &self.kind, Shown::What),
            ("basis", &self.basis, Shown::What),
            ("place", &self.place, Shown::Where),
            ("area", &self.area, Shown::Where),
            ("when", &self.when, Shown::Where),
            ("ago", &self.ago, Shown::Where),
            ("text", &self.text, Shown::More),
            ("officers", &self.officers, Shown::More),
            ("vehicles", &self.vehicles, Shown::More),
            ("people", &self.people, Shown::More),
            ("contact", &self.contact, Shown::More),
            ("once", &self.once, Shown::More),
        ]
    }

    /// Answers of the other steps, to travel along.
    fn carried(&self, shown: Shown) -> Vec<Carried> {
        let others = self.named().into_iter().filter(|(_, value, step)| *step != shown && !value.is_empty());
        others.map(|(name, value, _)| Carried { name: name.to_owned(), value: value.to_owned() }).collect()
    }

    /// What a repeated press must repeat, without the key itself.
    fn body(&self) -> Vec<u8> {
        let pairs: Vec<(&str, &str)> =
            self.named().into_iter().filter(|(name, _, _)| *name != "once").map(|(name, value, _)| (name, value)).collect();
        serde_json::to_vec(&pairs).expect("pairs of texts can always be written")
    }
}

/// Where a field's error is shown.
fn step_of(field: &str) -> Shown {
    match field {
        "kind" | "basis" => Shown::What,
        "place" | "area" | "when" | "ago" => Shown::Where,
        _ => Shown::More,
    }
}

/// The form's own name for the field of a refusal.
fn field_of(no: Refusal) -> &'static str {
    match no.field() {
        "observed" => "ago",
        "happening" => "when",
        "point" => "place",
        "kind" | "basis" | "place" | "text" | "contact" => no.field(),
        _ => "",
    }
}

fn error(field: &str, no: impl Into<Refusal>) -> FieldError {
    FieldError::new(field, no.into().advice())
}

fn wrong_what(app: &App, typed: &Typed) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if app.world.group.playbook.kind(&typed.kind).is_none() {
        wrong.push(error("kind", Street::KindUnknown));
    }
    if Basis::parse(&typed.basis).is_none() {
        wrong.push(error("basis", Street::BasisMissing));
    }
    wrong
}

/// The place in words. A named area is no point and must not become one: its name stands on a line of its
/// own below the witness's words.
fn place_words(app: &App, typed: &Typed) -> Result<String, FieldError> {
    let place = typed.place.split_whitespace().collect::<Vec<_>>().join(" ");
    if place.is_empty() {
        return Err(error("place", Street::PlaceMissing));
    }
    let words = match typed.area.as_str() {
        "" => place,
        id => match app.world.group.areas.named(id) {
            Some(named) => format!("{place}\nArea: {}", named.name),
            None => return Err(FieldError::new("area", "Choose an area from the list.")),
        },
    };
    let most = handbell_rules::street::report::PLACE_LETTERS_MAX;
    handbell_rules::street::report::check_text(&words, most, Street::PlaceTooLong).map_err(|no| FieldError::new("place", no.advice()))?;
    Ok(words)
}

fn minutes_ago(typed: &Typed) -> Result<i64, FieldError> {
    match (typed.ago.trim(), typed.when.as_str()) {
        ("", "over") | ("", "") => Err(FieldError::new("ago", "Choose how long ago.")),
        ("", _) => Ok(0),
        (text, _) => text.parse::<u32>().map(i64::from).map_err(|_| FieldError::new("ago", "Choose how long ago.")),
    }
}

fn wrong_where(app: &App, typed: &Typed) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    wrong.extend(place_words(app, typed).err());
    if Happening::parse(&typed.when).is_none() {
        wrong.push(error("when", Street::HappeningMissing));
    }
    wrong.extend(minutes_ago(typed).err());
    wrong
}

/// Reads a band: empty, `3`, `1-2`, or `11-` for "or more".
fn band(field: &str, text: &str) -> Result<Option<Count>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<u32>().map_err(|_| FieldError::new(field, "Choose a number from the list."));
    let (low, high) = match text.split_once('-') {
        None => (number(text)?, Some(number(text)?)),
        Some((low, "")) => (number(low)?, None),
        Some((low, high)) => (number(low)?, Some(number(high)?)),
    };
    Count::new(low, high).map(Some).map_err(|no| FieldError::new(field, no.advice()))
}

fn wrong_more(typed: &Typed) -> Vec<FieldError> {
    let counted = [("officers", &typed.officers), ("vehicles", &typed.vehicles), ("people", &typed.people)];
    counted.into_iter().filter_map(|(field, text)| band(field, text).err()).collect()
}

/// The first and the last moment of what was seen. What goes on reaches until now.
fn observed(happening: Happening, minutes: i64, now: Timestamp) -> Observed {
    let from = now.plus(-minutes * MINUTE);
    Observed { from, to: if happening == Happening::Over { from } else { now } }
}

/// Turns checked answers into a report; `None` when a check was not run or not passed.
fn report_of(app: &App, typed: &Typed) -> Option<NewReport> {
    let happening = Happening::parse(&typed.when)?;
    Some(NewReport {
        kind: typed.kind.clone(),
        basis: Basis::parse(&typed.basis)?,
        happening,
        observed: observed(happening, minutes_ago(typed).ok()?, app.world.now()),
        place: place_words(app, typed).ok()?,
        point: None,
        text: typed.text.trim().to_owned(),
        officers: band("officers", &typed.officers).ok()?,
        vehicles: band("vehicles", &typed.vehicles).ok()?,
        people: band("people", &typed.people).ok()?,
        route: WayIn::Web,
        language: "en".into(),
    })
}

fn chosen(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
    for choice in &mut choices {
        choice.chosen = choice.value == value;
    }
    choices
}

fn framed(app: &App) -> Frame {
    frame::public(app, Tab::Report, "/report")
}

async fn what_page(app: &App, typed: &Typed, errors: Vec<FieldError>) -> Result<ReportWhatPage, Problem> {
    let playbook = &app.world.group.playbook;
    let kinds = playbook.kinds().iter().map(|kind| Choice::new(&kind.id, playbook.kind_label(&kind.id, "en"))).collect();
    let bases = vec![
        Choice::new("saw", "I see it or saw it"),
        Choice::new("told", "Somebody who was there told me"),
        Choice::new("online", "I saw it online"),
    ];
    Ok(ReportWhatPage {
        frame: framed(app),
        carried: typed.carried(Shown::What),
        kinds: chosen(kinds, &typed.kind),
        bases: chosen(bases, &typed.basis),
        duty: duty(app).await?,
        errors,
    })
}

fn where_page(app: &App, typed: &Typed, errors: Vec<FieldError>) -> ReportWherePage {
    let mut areas = vec![Choice::new("", "I am not sure")];
    areas.extend(app.world.group.areas.areas().iter().map(|area| Choice::new(&area.id, &area.name)));
    let when = vec![
        Choice::new("now", "It is happening now"),
        Choice::new("moving", "It is happening and moving"),
        Choice::new("over", "It is over"),
    ];
    let ago = AGO.iter().map(|(minutes, words)| Choice::new(minutes.to_string(), *words)).collect();
    ReportWherePage {
        frame: framed(app),
        carried: typed.carried(Shown::Where),
        place: typed.place.clone(),
        areas: chosen(areas, &typed.area),
        when: chosen(when, &typed.when),
        ago: chosen(ago, if typed.ago.is_empty() { "0" } else { &typed.ago }),
        errors,
    }
}

async fn more_page(app: &App, typed: &Typed, errors: Vec<FieldError>) -> ReportMorePage {
    let bands = |value: &str| {
        let mut choices: Vec<Choice> = BANDS.iter().map(|(value, words)| Choice::new(*value, *words)).collect();
        // A number from elsewhere stays what it is.
        if !BANDS.iter().any(|(known, _)| *known == value) {
            choices.push(Choice::new(value, value));
        }
        chosen(choices, value)
    };
    ReportMorePage {
        frame: framed(app),
        carried: typed.carried(Shown::More),
        once: if once_is_good(&typed.once) { typed.once.clone() } else { fresh_once(app) },
        text: typed.text.clone(),
        officers: bands(&typed.officers),
        vehicles: bands(&typed.vehicles),
        people: bands(&typed.people),
        contact: typed.contact.clone(),
        contact_words: CONTACT_WORDS.into(),
        // What was typed must come back even when the store does not answer.
        duty: duty::or_unknown(app).await,
        errors,
    }
}

fn fresh_once(app: &App) -> String {
    app.world.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn once_is_good(once: &str) -> bool {
    (16..=128).contains(&once.len()) && once.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

async fn shown(app: &App, at: Shown, typed: &Typed, status: StatusCode, errors: Vec<FieldError>) -> Result<Response, Problem> {
    Ok(match at {
        Shown::What => page_with(status, &what_page(app, typed, errors).await?),
        Shown::Where => page_with(status, &where_page(app, typed, errors)),
        Shown::More => page_with(status, &more_page(app, typed, errors).await),
    })
}

async fn show(State(app): State<App>) -> Response {
    page_door(&app, async { Ok(page(&what_page(&app, &Typed::default(), Vec::new()).await?)) }).await
}

async fn take(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, step(&app, request)).await
}

async fn step(app: &App, request: Request<Body>) -> Result<Response, Problem> {
    gate::from_this_site(app, request.headers())?;
    let (caller, body) = apart(request);
    let form = forms::FORMS.iter().find(|form| form.action == "/report").map_or(&[][..], |form| form.fields);
    let fields = Fields::read(whole(&caller, body), form).await?;
    let typed = Typed::read(&fields)?;
    let (ok, mend) = (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY);
    match (fields.one("step")?, fields.one("go")?) {
        ("what", "" | "next") => match wrong_what(app, &typed) {
            wrong if wrong.is_empty() => shown(app, Shown::Where, &typed, ok, wrong).await,
            wrong => shown(app, Shown::What, &typed, mend, wrong).await,
        },
        ("where", "back") => shown(app, Shown::What, &typed, ok, Vec::new()).await,
        ("where", "" | "next") => match wrong_where(app, &typed) {
            wrong if wrong.is_empty() => shown(app, Shown::More, &typed, ok, wrong).await,
            wrong => shown(app, Shown::Where, &typed, mend, wrong).await,
        },
        ("more", "back") => shown(app, Shown::Where, &typed, ok, Vec::new()).await,
        ("more", "" | "send") => send(app, &caller, typed).await,
        _ => Err(Problem::of(Trouble::FormBroken)),
    }
}

/// Files, and shows the words once the commit has returned.
async fn send(app: &App, caller: &Request<()>, mut typed: Typed) -> Result<Response, Problem> {
    let mend = StatusCode::UNPROCESSABLE_ENTITY;
    let mut wrong = wrong_what(app, &typed);
    wrong.extend(wrong_where(app, &typed));
    wrong.extend(wrong_more(&typed));
    let told = match report_of(app, &typed) {
        Some(told) if wrong.is_empty() => told,
        _ => {
            // The first step that needs mending; what is wrong further on is said when it is reached.
            let at = wrong.iter().map(|error| step_of(&error.field)).min().unwrap_or(Shown::What);
            wrong.retain(|error| step_of(&error.field) == at);
            return shown(app, at, &typed, mend, wrong).await;
        }
    };
    if let Err(problem) = gate::knock(app, caller, Knock::Report) {
        let words = FieldError::new("", problem.advice());
        return shown(app, Shown::More, &typed, problem.status(), vec![words]).await;
    }
    let repeat = once_is_good(&typed.once).then(|| Repeat { key: format!("form {}", typed.once), body: typed.body() });
    match file_report(&app.world, StreetCaller, told, Some(&typed.contact), repeat).await {
        Ok(Ok(filed)) => Ok(page(&receipt_page(app, &filed).await)),
        Ok(Err(_)) => {
            typed.once = fresh_once(app);
            shown(app, Shown::More, &typed, mend, vec![FieldError::new("", MADE_ALREADY)]).await
        }
        Err(ActError::Refused(no)) => {
            let words = FieldError::new(field_of(no.0), no.0.advice());
            shown(app, step_of(&words.field), &typed, mend, vec![words]).await
        }
        Err(error) => {
            let problem = Problem::from(error).noted();
            shown(app, Shown::More, &typed, problem.status(), vec![FieldError::new("", NOT_SAVED)]).await
        }
    }
}

async fn receipt_page(app: &App, filed: &Filed) -> ReceiptPage {
    let saved_at = app.world.now().clock(app.world.group.playbook.zone());
    let step = |done, current, words: &str, at: Option<String>| Step { done, current, words: words.to_owned(), at };
    // The report is kept; the words must be shown even if nobody can say who is at the desk.
    let duty = duty::or_unknown(app).await;
    ReceiptPage {
        frame: framed(app),
        words: filed.receipt.words().split(' ').map(str::to_owned).collect(),
        saved_at: saved_at.clone(),
        duty,
        steps: vec![
            step(true, false, "Saved", Some(saved_at)),
            step(false, true, "The desk reads it and compares it with other reports", None),
            step(false, false, "People nearby are told, only if people at the desk agree", None),
            step(false, false, "You read here how it ended", None),
        ],
    }
}
