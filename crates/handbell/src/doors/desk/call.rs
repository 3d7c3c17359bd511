//! The call screen's doors: a member types while somebody talks on the phone.
//!
//! It asks what the web form asks, in spoken words and in the caller's language, and files by the same act's
//! sister: the way in is the phone, and the member stands in the report as who recorded it. Nothing is kept
//! before *Save*; there is no field for who calls.

use super::super::street::steps::{
    CONTACT_WORDS, agos, bands, chosen, exacts, found, fresh_once, observed, once_is_good, own_choices, sures, untils,
};
use super::{Typed, around, told_at};
use crate::acts::ActError;
use crate::acts::street::{Repeat, Story, take_a_call};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::intake::{self, Essentials};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::people::member::Role;
use handbell_rules::refusal::Street;
use handbell_rules::street::report::{Basis, Happening, NewReport, Route as CameBy};
use handbell_site::{AskedOwn, CallPage, Choice, FieldError, Tab, forms};
use http::{HeaderMap, Uri};

const NOTHING_SAVED: &str = "This call was saved already, and this one is different. Press Save again to save it as a new report.";

/// The doors of the call screen.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/call", Who::Member, show), Route::post("/desk/call", Who::Member, take)]
}

fn known() -> &'static [&'static str] {
    forms::FORMS.iter().find(|form| form.action == "/desk/call").map_or(&[], |form| form.fields)
}

/// The language that is asked for, if the playbook speaks it.
fn spoken(app: &App, wanted: &str) -> String {
    let languages = app.world.group.playbook.languages();
    languages.iter().find(|known| *known == wanted).unwrap_or(&languages[0]).clone()
}

async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.caller.needs(Role::Triager).map_err(Problem::refused)?;
        let query = Fields::parse(uri.query().unwrap_or_default().as_bytes())?;
        let begun = Fields::begun([("lang".to_owned(), query.one("lang")?.to_owned())]);
        view(&app, &desk, Typed { fields: begun, errors: Vec::new() }, false, Vec::new()).await
    })
    .await
}

async fn take(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/call", async {
        // Who may not do this is told so before anything of the form is read.
        gate::desk(&app, request.headers()).await?.caller.needs(Role::Triager).map_err(Problem::refused)?;
        let (desk, fields) = gate::desk_form(&app, request, known()).await?;
        for name in known().iter().filter(|name| !name.ends_with('*')) {
            fields.one(name)?;
        }
        match fields.one("go")? {
            "find" => view(&app, &desk, Typed { fields, errors: Vec::new() }, true, Vec::new()).await,
            "" | "on" => view(&app, &desk, Typed { fields, errors: Vec::new() }, false, Vec::new()).await,
            "file" => file(&app, &desk, fields).await,
            _ => Err(Problem::of(Trouble::FormBroken)),
        }
    })
    .await
}

/// Turns what was typed into a story, or says beside each field what is missing.
fn story(app: &App, fields: &Fields) -> Result<Story, Vec<FieldError>> {
    let playbook = &app.world.group.playbook;
    let text = |name: &str| fields.one(name).unwrap_or_default().trim().to_owned();
    let mut wrong = Vec::new();
    let (kind, typed_place) = (text("kind"), text("place").split_whitespace().collect::<Vec<_>>().join(" "));
    let (basis, happening) = (Basis::parse(&text("basis")), Happening::parse(&text("when")));
    let mut say = |field: &str, no: Street| wrong.push(FieldError::new(field, no.advice()));
    if playbook.kind(&kind).is_none() {
        say("kind", Street::KindUnknown);
    }
    if basis.is_none() {
        say("basis", Street::BasisMissing);
    }
    if happening.is_none() {
        say("when", Street::HappeningMissing);
    }
    let (spot, point) = (text("spot"), intake::point_in(&typed_place));
    if !spot.is_empty() && app.world.group.places.by_id(&spot).is_none() {
        say("place", Street::SpotUnknown);
    }
    if spot.is_empty() && typed_place.is_empty() {
        say("place", Street::PlaceMissing);
    }
    let mut place = if point.is_some() { String::new() } else { typed_place };
    match (text("area").as_str(), app.world.group.areas.named(&text("area"))) {
        ("", _) => {}
        (_, Some(named)) => place = format!("{place}\nArea: {}", named.name).trim_start().to_owned(),
        (_, None) => wrong.push(FieldError::new("area", "Choose an area from the list.")),
    }
    let minutes = |field: &str| match text(field).as_str() {
        "" => Ok(None),
        digits => digits.parse::<u32>().map(|minutes| Some(i64::from(minutes))).map_err(|_| FieldError::new(field, "Choose how long ago.")),
    };
    let ago = minutes("ago").map_err(|error| wrong.push(error)).ok().flatten().unwrap_or(0);
    let until = minutes("until").map_err(|error| wrong.push(error)).ok().flatten();
    let mut count = |field: &str| intake::band(field, &text(field)).map_err(|error| wrong.push(error)).ok().flatten();
    let (officers, vehicles, people) = (count("officers"), count("vehicles"), count("people"));
    let answers = intake::precisions(&text("sure"), &text("exact")).map_err(|(field, no)| vec![FieldError::new(field, no.advice())]);
    let given = intake::from_form(playbook, Essentials { kind: &kind, basis, happening }, &intake::typed_answers(fields));
    let (mut answers, given) = match (answers, given) {
        (Ok(answers), Ok(given)) => (answers, given),
        (answers, given) => {
            wrong.extend(answers.err().into_iter().chain(given.err()).flatten());
            return Err(wrong);
        }
    };
    answers.given = given;
    let (Some(basis), Some(happening), true) = (basis, happening, wrong.is_empty()) else { return Err(wrong) };
    let told = NewReport {
        kind,
        basis,
        happening,
        observed: observed(happening, ago, until.filter(|_| happening == Happening::Over), app.world.now()),
        place,
        point,
        text: text("text"),
        officers,
        vehicles,
        people,
        route: CameBy::Phone,
        language: spoken(app, &text("lang")),
    };
    Ok(Story { told, answers, spot: Some(spot), puzzle: None, crowded: false })
}

async fn file(app: &App, desk: &Desk, fields: Fields) -> Result<Response, Problem> {
    let story = match story(app, &fields) {
        Ok(story) => story,
        Err(errors) => return view(app, desk, Typed { fields, errors }, false, Vec::new()).await,
    };
    let once = fields.one("once")?;
    let body: Vec<(&str, &str)> = fields.iter().filter(|(name, _)| !["once", "csrf"].contains(name)).collect();
    let repeat = once_is_good(once)
        .then(|| Repeat { key: format!("call {once}"), body: serde_json::to_vec(&body).expect("pairs of texts can always be written") });
    match take_a_call(&app.world, &desk.caller, story, Some(fields.one("contact")?), repeat).await {
        Ok(Ok(filed)) => {
            let words = filed.receipt.words().split(' ').map(str::to_owned).collect();
            let begun = Fields::begun([("lang".to_owned(), fields.one("lang")?.to_owned())]);
            view(app, desk, Typed { fields: begun, errors: Vec::new() }, false, words).await
        }
        Ok(Err(_)) => {
            let again = Fields::begun(fields.iter().filter(|(name, _)| *name != "once").map(|(n, v)| (n.to_owned(), v.to_owned())));
            view(app, desk, Typed::at(again, "", NOTHING_SAVED), false, Vec::new()).await
        }
        Err(ActError::Refused(no)) => {
            let field_of = |field| match field {
                "observed" => "ago",
                "happening" => "when",
                "point" => "place",
                "kind" | "basis" | "place" | "text" | "contact" => field,
                _ => "",
            };
            view(app, desk, Typed::no(fields, no.0, field_of), false, Vec::new()).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn view(app: &App, desk: &Desk, typed: Typed, searched: bool, receipt: Vec<String>) -> Result<Response, Problem> {
    let playbook = &app.world.group.playbook;
    let spoken = spoken(app, &typed.text("lang"));
    let text = |name: &str| typed.text(name);
    let (kind, answers) = (text("kind"), intake::typed_answers(&typed.fields));
    let of = Essentials { kind: &kind, basis: Basis::parse(&text("basis")), happening: Happening::parse(&text("when")) };
    let questions = intake::asked(playbook, of, &answers, &spoken, true);
    // The essentials first, then what the script asks; "I do not know" is an answer too, so only these count.
    let own: Vec<(&str, bool)> = ["kind", "basis", "place", "when", "exact", "sure", "officers", "vehicles", "people"]
        .into_iter()
        .map(|field| (field, !text(field).is_empty() || field == "place" && !text("spot").is_empty()))
        .collect();
    let all = || own.iter().copied().chain(questions.iter().map(|question| (question.field.as_str(), question.answered)));
    let (asked, answered) = (all().count(), all().filter(|(_, answered)| *answered).count());
    let next = all().find(|(_, answered)| !answered).map_or("text", |(field, _)| field).to_owned();
    let said = |question: &str| playbook.say_words(question, &spoken);
    let mut areas = vec![Choice::new("", "I am not sure")];
    areas.extend(app.world.group.areas.areas().iter().map(|area| Choice::new(&area.id, &area.name)));
    let kinds = playbook.kinds().iter().map(|kind| Choice::new(&kind.id, playbook.kind_label(&kind.id, &spoken))).collect();
    let (frame, bar) = around(app, desk, Tab::Queue, "/desk/call", "Write down a call").await?;
    let once = text("once");
    let page = CallPage {
        frame,
        desk: bar,
        notice: (!receipt.is_empty()).then(|| "Saved. The desk has it.".to_owned()),
        receipt,
        once: if once_is_good(&once) { once } else { fresh_once(app) },
        languages: playbook
            .languages()
            .iter()
            .map(|known| Choice { chosen: *known == spoken, ..Choice::new(known, own_name(known)) })
            .collect(),
        asks: AskedOwn {
            kind: said("kind"),
            basis: said("basis"),
            place: said("place"),
            happening: said("happening"),
            observed: said("observed"),
            until: said("observed-until"),
            sure: said("observed-precision"),
            exact: said("place-precision"),
            officers: said("officers"),
            vehicles: said("vehicles"),
            people: said("people"),
            words: said("words"),
            contact: said("contact"),
        },
        progress: format!("{answered} of {asked} questions answered"),
        answered,
        asked,
        next,
        kinds: chosen(kinds, &kind),
        bases: chosen(own_choices(app, "basis", Basis::ALL.iter().map(|(_, word)| *word), &spoken), &text("basis")),
        place: text("place"),
        found: found(app, &text("place"), &text("spot"), searched),
        areas: chosen(areas, &text("area")),
        when: chosen(own_choices(app, "happening", Happening::ALL.iter().map(|(_, word)| *word), &spoken), &text("when")),
        ago: agos(&text("ago")),
        until: if text("when") == "over" { untils(&text("until")) } else { Vec::new() },
        sure: sures(app, &text("sure"), &spoken),
        exact: exacts(app, &text("exact"), &spoken),
        officers: bands(&text("officers")),
        vehicles: bands(&text("vehicles")),
        people: bands(&text("people")),
        questions,
        text: text("text"),
        contact: text("contact"),
        contact_words: CONTACT_WORDS.into(),
        spoken,
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}

/// What a language calls itself.
fn own_name(language: &str) -> &str {
    match language {
        "en" => "English",
        "es" => "Español",
        other => other,
    }
}
