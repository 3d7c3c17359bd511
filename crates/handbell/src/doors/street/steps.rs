//! The report in three steps: what and how do you know; where and when; more if you want, then send. Whoever
//! can is asked the rest of the playbook's script on a fourth page, as often as answers open more questions.
//!
//! Each step posts to `/report` with every other answer hidden beside it. Only the last button files; its
//! key makes pressing it twice one report. The page is shown again, with what was typed, whenever anything
//! could not be taken, also when the disk did not answer.

mod pointing;

use super::super::answer::{apart, page, page_door, page_with, whole};
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame, gate, intake, places};
use super::duty::{self, duty};
use crate::acts::flood;
use crate::acts::street::{Filed, Repeat, Story, file_report};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::chart;
use handbell_rules::refusal::{Refusal, Street};
use handbell_rules::street::answers::{Answers, PLACE_PRECISIONS, TimePrecision};
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route as WayIn};
use handbell_rules::time::{MINUTE, Timestamp};
use handbell_site::{
    Carried, Choice, FieldError, Frame, PlacesFound, Puzzle, ReceiptPage, ReportAskPage, ReportMorePage, ReportWhatPage, ReportWherePage,
    Step, Tab, forms,
};
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
/// The choice of nothing; in words, because a reader of pages says nothing of a dash.
const NOT_SAID: &str = "I cannot say";
/// What happens with a way to reach a witness.
pub const CONTACT_WORDS: &str = "It is sealed at once. This server cannot open it, and after three days it is gone.";
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
    /// The puzzle's answer, when the page solved one.
    puzzle: String,
    spot: String,
    until: String,
    sure: String,
    exact: String,
    /// The chart that is pointed on, while it is.
    chart: String,
    /// Answers to the script by their fields, in the order they came.
    answers: Vec<(String, String)>,
}

/// The pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    What,
    Where,
    Map,
    More,
    Ask,
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
            puzzle: one("puzzle")?,
            spot: one("spot")?,
            until: one("until")?,
            sure: one("sure")?,
            exact: one("exact")?,
            chart: one("chart")?,
            answers: intake::typed_answers(fields),
        })
    }

    fn named(&self) -> Vec<(&str, &str, Shown)> {
        let mut named: Vec<(&str, &str, Shown)> = vec![
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
            ("spot", &self.spot, Shown::Where),
            ("until", &self.until, Shown::Ask),
            ("sure", &self.sure, Shown::Ask),
            ("exact", &self.exact, Shown::Ask),
        ];
        named.extend(self.answers.iter().map(|(name, value)| (name.as_str(), value.as_str(), Shown::Ask)));
        named
    }

    /// Answers of the other steps, to travel along.
    fn carried(&self, shown: Shown) -> Vec<Carried> {
        let others = self.named().into_iter().filter(|(name, value, step)| {
            // The key is on both of the pages that can send.
            *step != shown && !value.is_empty() && !(shown == Shown::Ask && *name == "once")
        });
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
        "place" | "spot" | "area" | "when" | "ago" => Shown::Where,
        "until" | "sure" | "exact" => Shown::Ask,
        field if field.starts_with(intake::FIELD) => Shown::Ask,
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
    let mut place = typed.place.split_whitespace().collect::<Vec<_>>().join(" ");
    let chosen = chart::pointed(&typed.spot).is_some() || app.world.group.places.by_id(&typed.spot).is_some();
    if !chosen && !typed.spot.is_empty() {
        return Err(error("place", Street::SpotUnknown));
    }
    // A point alone is a place; what is left empty takes the chosen place's name when it is filed.
    if intake::point_in(&place).is_some() {
        place.clear();
    } else if place.is_empty() && !chosen {
        return Err(error("place", Street::PlaceMissing));
    }
    let words = match typed.area.as_str() {
        "" => place,
        id => match app.world.group.areas.named(id) {
            Some(named) => format!("{place}\nArea: {}", named.name).trim_start().to_owned(),
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

fn wrong_more(typed: &Typed) -> Vec<FieldError> {
    let counted = [("officers", &typed.officers), ("vehicles", &typed.vehicles), ("people", &typed.people)];
    counted.into_iter().filter_map(|(field, text)| intake::band(field, text).err()).collect()
}

impl Typed {
    fn essentials(&self) -> intake::Essentials<'_> {
        intake::Essentials { kind: &self.kind, basis: Basis::parse(&self.basis), happening: Happening::parse(&self.when) }
    }
}

/// What the script was answered with.
fn answers(app: &App, typed: &Typed) -> Result<Answers, Vec<FieldError>> {
    let mut answers = intake::precisions(&typed.sure, &typed.exact).map_err(|(field, no)| vec![error(field, no)])?;
    answers.given = intake::from_form(&app.world.group.playbook, typed.essentials(), &typed.answers)?;
    Ok(answers)
}

fn wrong_ask(app: &App, typed: &Typed) -> Vec<FieldError> {
    let mut wrong = answers(app, typed).err().unwrap_or_default();
    wrong.extend(minutes_until(typed).err());
    wrong
}

/// How many minutes ago it was last seen, where the witness said so and it is over.
fn minutes_until(typed: &Typed) -> Result<Option<i64>, FieldError> {
    match (typed.until.trim(), typed.when.as_str()) {
        ("", _) => Ok(None),
        (text, "over") => {
            text.parse::<u32>().map(|minutes| Some(i64::from(minutes))).map_err(|_| FieldError::new("until", "Choose how long ago."))
        }
        _ => Ok(None),
    }
}

/// The first and the last moment of what was seen. What goes on reaches until now; what is over, until it was
/// last seen, or no further than it was seen at all.
pub fn observed(happening: Happening, minutes: i64, until: Option<i64>, now: Timestamp) -> Observed {
    let from = now.plus(-minutes * MINUTE);
    let over = until.map_or(from, |minutes| now.plus(-minutes * MINUTE));
    Observed { from, to: if happening == Happening::Over { over } else { now } }
}

/// Turns checked answers into a report; `None` when a check was not run or not passed.
fn report_of(app: &App, typed: &Typed) -> Option<Story> {
    let happening = Happening::parse(&typed.when)?;
    let told = NewReport {
        kind: typed.kind.clone(),
        basis: Basis::parse(&typed.basis)?,
        happening,
        observed: observed(happening, minutes_ago(typed).ok()?, minutes_until(typed).ok()?, app.world.now()),
        place: place_words(app, typed).ok()?,
        point: intake::point_in(&typed.place),
        text: typed.text.trim().to_owned(),
        officers: intake::band("officers", &typed.officers).ok()?,
        vehicles: intake::band("vehicles", &typed.vehicles).ok()?,
        people: intake::band("people", &typed.people).ok()?,
        route: WayIn::Web,
        language: "en".into(),
    };
    Some(Story {
        told,
        answers: answers(app, typed).ok()?,
        spot: Some(typed.spot.clone()),
        puzzle: Some(typed.puzzle.clone()),
        crowded: false,
    })
}

/// The same choices with one chosen.
pub fn chosen(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
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
    let bases = own_choices(app, "basis", Basis::ALL.iter().map(|(_, word)| *word), "en");
    Ok(ReportWhatPage {
        frame: framed(app),
        carried: typed.carried(Shown::What),
        asks: ["kind", "basis"].map(|question| playbook.ask_words(question, "en")),
        kinds: chosen(kinds, &typed.kind),
        bases: chosen(bases, &typed.basis),
        duty: duty(app).await?,
        errors,
    })
}

fn where_page(app: &App, typed: &Typed, searched: bool, errors: Vec<FieldError>) -> ReportWherePage {
    let mut areas = vec![Choice::new("", "I am not sure")];
    areas.extend(app.world.group.areas.areas().iter().map(|area| Choice::new(&area.id, &area.name)));
    let when = own_choices(app, "happening", Happening::ALL.iter().map(|(_, word)| *word), "en");
    ReportWherePage {
        frame: framed(app),
        carried: typed.carried(Shown::Where),
        place: typed.place.clone(),
        found: found(app, &typed.place, &typed.spot, searched),
        asks: ["place", "happening", "observed"].map(|question| app.world.group.playbook.ask_words(question, "en")),
        areas: chosen(areas, &typed.area),
        when: chosen(when, &typed.when),
        ago: agos(&typed.ago),
        errors,
    }
}

/// Work for the page, while more reports come from this area, or altogether, than a budget holds.
fn puzzle(app: &App, typed: &Typed) -> Option<Puzzle> {
    let area = report_of(app, typed).and_then(|story| story.area(&app.world));
    flood::puzzle(&app.world, area.as_deref()).map(|(text, bits)| Puzzle { text, bits })
}

async fn more_page(app: &App, typed: &Typed, errors: Vec<FieldError>) -> ReportMorePage {
    ReportMorePage {
        frame: framed(app),
        carried: typed.carried(Shown::More),
        once: if once_is_good(&typed.once) { typed.once.clone() } else { fresh_once(app) },
        puzzle: puzzle(app, typed),
        asks: ["words", "officers", "vehicles", "people", "contact"].map(|question| app.world.group.playbook.ask_words(question, "en")),
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

fn ask_page(app: &App, typed: &Typed, errors: Vec<FieldError>) -> ReportAskPage {
    let playbook = &app.world.group.playbook;
    let asks = ["observed-until", "observed-precision", "place-precision"].map(|question| playbook.ask_words(question, "en"));
    ReportAskPage {
        frame: framed(app),
        carried: typed.carried(Shown::Ask),
        once: if once_is_good(&typed.once) { typed.once.clone() } else { fresh_once(app) },
        puzzle: puzzle(app, typed),
        asks,
        until: if typed.when == "over" { untils(&typed.until) } else { Vec::new() },
        sure: sures(app, &typed.sure, "en"),
        exact: exacts(app, &typed.exact, "en"),
        questions: intake::asked(playbook, typed.essentials(), &typed.answers, "en", false),
        errors,
    }
}

/// Choices of one of the report's own questions, in the playbook's words.
pub fn own_choices<'a>(app: &App, question: &str, words: impl Iterator<Item = &'a str>, language: &str) -> Vec<Choice> {
    let playbook = &app.world.group.playbook;
    let Some(question) = playbook.script().question(question) else { return Vec::new() };
    words.map(|word| Choice::new(word, playbook.choice_words(question, word, language))).collect()
}

/// How long ago, with what was chosen.
pub fn agos(value: &str) -> Vec<Choice> {
    let ago = AGO.iter().map(|(minutes, words)| Choice::new(minutes.to_string(), *words)).collect();
    chosen(ago, if value.is_empty() { "0" } else { value })
}

/// The same, but that nothing may be chosen.
pub fn untils(value: &str) -> Vec<Choice> {
    let ago = AGO.iter().map(|(minutes, words)| Choice::new(minutes.to_string(), *words));
    chosen(std::iter::once(Choice::new("", "I do not know")).chain(ago).collect(), value)
}

/// How sure a time is.
pub fn sures(app: &App, value: &str, language: &str) -> Vec<Choice> {
    let words = own_choices(app, "observed-precision", TimePrecision::ALL.iter().map(|(_, word)| *word), language);
    chosen(std::iter::once(Choice::new("", NOT_SAID)).chain(words).collect(), value)
}

/// How exactly a place is known.
pub fn exacts(app: &App, value: &str, language: &str) -> Vec<Choice> {
    let words = own_choices(app, "place-precision", PLACE_PRECISIONS.iter().map(|(_, word)| *word), language);
    chosen(std::iter::once(Choice::new("", NOT_SAID)).chain(words).collect(), value)
}

/// Numbers of officers, vehicles, people.
pub fn bands(value: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> = BANDS.iter().map(|(value, words)| Choice::new(*value, *words)).collect();
    // A number from elsewhere stays what it is.
    if !BANDS.iter().any(|(known, _)| *known == value) {
        choices.push(Choice::new(value, value));
    }
    chosen(choices, value)
}

/// What the search for a place found, when somebody searched or has chosen.
pub fn found(app: &App, text: &str, spot: &str, searched: bool) -> Option<PlacesFound> {
    if !searched && spot.is_empty() {
        return None;
    }
    let mut choices: Vec<Choice> = places::found(app, text)
        .into_iter()
        .map(|found| {
            let hint = [found.place.near.as_str(), &places::away(found.metres)]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(" · ");
            Choice { hint: Some(hint), ..Choice::new(found.place.id(), &found.place.name) }
        })
        .collect();
    if let Some(place) = app.world.group.places.by_id(spot).filter(|_| !choices.iter().any(|choice| choice.value == spot)) {
        choices.insert(0, Choice::new(spot, place.words()));
    }
    if let Some(point) = chart::pointed(spot) {
        let hint = Some("Pointed to on the map".to_owned());
        choices.insert(0, Choice { hint, ..Choice::new(spot, places::chart::says(app, point)) });
    }
    let none =
        if choices.is_empty() { "Nothing in the list is called so. Your own words are enough." } else { "None of these: use my own words" };
    choices.push(Choice::new("", none));
    Some(PlacesFound { choices: chosen(choices, spot) })
}

/// A key for one sending.
pub fn fresh_once(app: &App) -> String {
    app.world.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a key came from a page of ours, as far as one can see.
pub fn once_is_good(once: &str) -> bool {
    (16..=128).contains(&once.len()) && once.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

async fn shown(app: &App, at: Shown, typed: &Typed, status: StatusCode, errors: Vec<FieldError>) -> Result<Response, Problem> {
    Ok(match at {
        Shown::What => page_with(status, &what_page(app, typed, errors).await?),
        Shown::Where => page_with(status, &where_page(app, typed, false, errors)),
        Shown::Map => page_with(status, &pointing::map_page(app, typed)),
        Shown::Ask => page_with(status, &ask_page(app, typed, errors)),
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
        ("where", "find") => {
            gate::knock(app, &caller, Knock::Places)?;
            Ok(page_with(ok, &where_page(app, &typed, true, Vec::new())))
        }
        ("where", "point") => {
            gate::knock(app, &caller, Knock::Places)?;
            let typed = Typed { chart: places::chart::beginning(app, &typed.spot, &typed.area).to_string(), ..typed };
            shown(app, Shown::Map, &typed, ok, Vec::new()).await
        }
        ("map", go) => pointing::step(app, &caller, typed, go, &fields).await,
        ("where", "" | "next") => match wrong_where(app, &typed) {
            wrong if wrong.is_empty() => shown(app, Shown::More, &typed, ok, wrong).await,
            wrong => shown(app, Shown::Where, &typed, mend, wrong).await,
        },
        ("more", "back") => shown(app, Shown::Where, &typed, ok, Vec::new()).await,
        ("more", "ask") => match wrong_more(&typed) {
            wrong if wrong.is_empty() => shown(app, Shown::Ask, &typed, ok, wrong).await,
            wrong => shown(app, Shown::More, &typed, mend, wrong).await,
        },
        ("ask", "back") => shown(app, Shown::More, &typed, ok, Vec::new()).await,
        ("ask", "ask") => match wrong_ask(app, &typed) {
            wrong if wrong.is_empty() => shown(app, Shown::Ask, &typed, ok, wrong).await,
            wrong => shown(app, Shown::Ask, &typed, mend, wrong).await,
        },
        ("ask", "send") => send(app, &caller, typed).await,
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
    wrong.extend(wrong_ask(app, &typed));
    let told = match report_of(app, &typed) {
        Some(told) if wrong.is_empty() => told,
        _ => {
            // The first step that needs mending; what is wrong further on is said when it is reached.
            let at = wrong.iter().map(|error| step_of(&error.field)).min().unwrap_or(Shown::What);
            wrong.retain(|error| step_of(&error.field) == at);
            return shown(app, at, &typed, mend, wrong).await;
        }
    };
    let crowded = gate::knock(app, caller, Knock::Report).is_err();
    if crowded && let Err(problem) = gate::knock(app, caller, Knock::Crowd) {
        let words = FieldError::new("", problem.advice());
        return shown(app, Shown::More, &typed, problem.status(), vec![words]).await;
    }
    let repeat = once_is_good(&typed.once).then(|| Repeat { key: format!("form {}", typed.once), body: typed.body() });
    let told = Story { crowded, ..told };
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
