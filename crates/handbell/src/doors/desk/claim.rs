//! A claim's doors: write one down, mark one disputed, record whether two reports are independent.
//!
//! Truth is held per claim. What the form takes depends on the playbook's predicate: numbers for a range,
//! one of a list for a choice, words for the rest.

use super::incident::{pressed, view};
use super::{Part, Typed, id, language, refused, told_at, words};
use crate::acts::desk;
use crate::doors::App;
use crate::doors::answer::see_other;
use crate::doors::fields::Fields;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{ClaimId, ReportId};
use handbell_rules::playbook::{Predicate, ValueType};
use handbell_rules::street::report::Count;
use handbell_site::{Choice, ClaimForm, FieldError};

/// What the list of sources sends for an official statement.
const OFFICIAL: &str = "official";
/// What the list of bases sends: a claim is known the way its source knows it.
const AS_THE_SOURCE: &str = "as-the-source";

/// The doors of claims.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/desk/incidents/{id}/claims", Who::Member, record),
        Route::post("/desk/incidents/{id}/claims/{claim}/dispute", Who::Member, dispute),
        Route::post("/desk/incidents/{id}/independence", Who::Member, independence),
    ]
}

/// The form of a new claim, with what was typed into it.
pub fn form(app: &App, reports: &[handbell_rules::street::report::Report], typed: &Typed) -> ClaimForm {
    let playbook = &app.world.group.playbook;
    let choice = |field: &str, value: &str, label: String, first: bool| {
        let before = typed.text(field);
        Choice { chosen: if before.is_empty() { first } else { before == value }, ..Choice::new(value, label) }
    };
    let mut sources: Vec<Choice> = reports
        .iter()
        .map(|report| {
            choice(
                "source",
                &report.id.to_string(),
                format!("{}, {}", words::report_of(app, report), words::basis(report.told.basis)),
                false,
            )
        })
        .collect();
    sources.push(choice("source", OFFICIAL, "An official statement".to_owned(), false));
    let certainties = Certainty::ALL.into_iter().rev();
    ClaimForm {
        predicates: playbook
            .predicates()
            .iter()
            .map(|one| choice("predicate", &one.id, playbook.predicate_label(&one.id, language(app)), false))
            .collect(),
        sources,
        bases: vec![choice("basis", AS_THE_SOURCE, "As the source knows it".to_owned(), true)],
        certainties: certainties.map(|(one, word)| choice("certainty", word, capital(word), one == Certainty::Likely)).collect(),
        value: typed.text("value"),
        low: typed.text("low"),
        high: typed.text("high"),
        source_note: typed.text("source_note"),
    }
}

/// A word with a capital letter.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Reads the form. Each mistake is told beside its field.
fn read(app: &App, fields: &Fields) -> Result<NewClaim, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, words: String| errors.push(FieldError::new(field, words));
    let text = |field: &str| fields.one(field).unwrap_or_default().trim().to_owned();
    let predicate = app.world.group.playbook.predicate(&text("predicate"));
    if predicate.is_none() {
        wrong("predicate", "Choose one of the facts the playbook lists.".to_owned());
    }
    let number = |field: &str| match text(field) {
        empty if empty.is_empty() => Ok(None),
        digits => digits.parse::<u32>().map(Some).map_err(|_| FieldError::new(field, "Give a whole number, or leave it empty.")),
    };
    let (low, high) = (number("low"), number("high"));
    let (mut value, mut range) = (text("value"), None);
    match (predicate.map(|one| one.value_type), &low, &high) {
        (_, Err(error), _) | (_, _, Err(error)) => wrong(&error.field.clone(), error.words.clone()),
        (Some(ValueType::Range), Ok(None), Ok(None)) => {
            wrong("low", "This fact takes numbers. Give the least, the most or both.".to_owned())
        }
        (Some(ValueType::Range), Ok(_), Ok(_)) if !value.is_empty() => {
            wrong("value", "This fact takes numbers only. Leave the words empty.".to_owned())
        }
        (Some(ValueType::Range), Ok(low), Ok(high)) => match Count::new(low.unwrap_or(0), *high) {
            Ok(count) => range = Some(count),
            Err(no) => wrong("low", no.advice().to_owned()),
        },
        (Some(_), Ok(None), Ok(None)) => {}
        (Some(_), _, _) => wrong("low", "This fact takes words. Leave the numbers empty.".to_owned()),
        (None, _, _) => {}
    }
    if let Some(one) = predicate.filter(|one| one.value_type == ValueType::Choice && !value.is_empty()) {
        match chosen(app, one, &value) {
            Some(known) => value = known,
            None => {
                let offered: Vec<String> = one.choices.iter().map(|choice| words::choice_label(app, &one.id, choice)).collect();
                wrong("value", format!("Write one of these: {}.", offered.join(", ")));
            }
        }
    }
    let (source, note) = (text("source"), text("source_note"));
    let report = if source == OFFICIAL { None } else { source.parse::<ReportId>().ok() };
    match (source == OFFICIAL, report.is_some(), note.is_empty()) {
        (true, _, true) => wrong("source_note", "Name the body and the statement, for example “Home Office, 14 June”.".to_owned()),
        (false, false, _) => wrong("source", "Choose a report of this incident, or an official statement.".to_owned()),
        (false, true, false) => wrong("source_note", "This belongs to an official statement. Leave it empty for a report.".to_owned()),
        _ => {}
    }
    if !["", AS_THE_SOURCE].contains(&text("basis").as_str()) {
        wrong("basis", "A claim is known the way its source knows it.".to_owned());
    }
    let certainty = Certainty::parse(&text("certainty"));
    if certainty.is_none() {
        wrong("certainty", "Choose how certain it is.".to_owned());
    }
    match (predicate, certainty, errors.is_empty()) {
        (Some(one), Some(certainty), true) => Ok(NewClaim {
            predicate: one.id.clone(),
            value,
            range,
            report,
            official: if report.is_none() { note } else { String::new() },
            certainty,
        }),
        _ => Err(errors),
    }
}

/// The choice somebody means, by its word or by its label.
fn chosen(app: &App, predicate: &Predicate, typed: &str) -> Option<String> {
    let same = |one: &&String| one.eq_ignore_ascii_case(typed) || words::choice_label(app, &predicate.id, one).eq_ignore_ascii_case(typed);
    predicate.choices.iter().find(same).cloned()
}

async fn record(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let known = ["csrf", "version", "predicate", "value", "low", "high", "source", "source_note", "basis", "certainty"];
        let (desk, fields, incident) = pressed(&app, request, &incident, &known).await?;
        for field in known {
            fields.one(field)?;
        }
        let new = match read(&app, &fields) {
            Ok(new) => new,
            Err(errors) => return view(&app, &desk, incident, Typed { fields, errors }).await,
        };
        let official = new.report.is_none();
        match refused(desk::record_claim(&app.world, &desk.caller, incident, new).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) => {
                let field_of = |field| match field {
                    "range" | "count" => "low",
                    "source" if official => "source_note",
                    "predicate" | "value" | "source" => field,
                    _ => "",
                };
                view(&app, &desk, incident, Typed::no(fields, no, field_of)).await
            }
        }
    })
    .await
}

async fn dispute(State(app): State<App>, Part((incident, claim)): Part<(String, String)>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version", "reason"]).await?;
        let claim: ClaimId = id(&claim)?;
        match refused(desk::dispute_claim(&app.world, &desk.caller, incident, claim, true, fields.one("reason")?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => {
                let field = if no.field() == "reason" { format!("dispute-{claim}") } else { String::new() };
                view(&app, &desk, incident, Typed::at(Fields::default(), &field, no.advice())).await
            }
        }
    })
    .await
}

async fn independence(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let known = ["csrf", "version", "first", "second", "independent", "reason"];
        let (desk, fields, incident) = pressed(&app, request, &incident, &known).await?;
        let independent = match fields.one("independent")? {
            "yes" => true,
            "no" => false,
            _ => return view(&app, &desk, incident, Typed::at(fields, "reason", "Press one of the two buttons.")).await,
        };
        let pair = (fields.one("first")?.parse::<ReportId>(), fields.one("second")?.parse::<ReportId>());
        let (Ok(first), Ok(second)) = pair else {
            return view(&app, &desk, incident, Typed::at(fields, "second", "Choose two different reports.")).await;
        };
        match refused(
            desk::judge_independence(&app.world, &desk.caller, incident, (first, second), independent, fields.one("reason")?).await,
        )? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}
