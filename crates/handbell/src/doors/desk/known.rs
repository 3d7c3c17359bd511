//! The doors of known pictures: the bank, what one file resembles, and what a member says of it.

use super::footage::{closed, permitted};
use super::{Names, Part, Typed, around, id, refused, told_at};
use crate::acts::hiding::open;
use crate::acts::known::{self, Telling, everything};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Query, Request, State};
use axum::response::Response;
use handbell_evidence::pdq::{MATCH, SAME};
use handbell_rules::evidence::footage::{Copies, Footage};
use handbell_rules::evidence::known::{Finding, Known, Lead};
use handbell_rules::id::{FootageId, LeadId};
use handbell_rules::people::member::Role;
use handbell_rules::span::Span;
use handbell_site::{BesideBank, Choice, KnownPage, KnownRow, LeadRow, Tab};
use http::HeaderMap;
use serde::Deserialize;

/// Known pictures that the list shows.
const SHOWN: usize = 200;

/// The doors of known pictures.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/known", Who::Member, show),
        Route::post("/desk/known", Who::Member, remember),
        Route::post("/desk/known/{id}/forget", Who::Member, forget),
        Route::post("/desk/leads/{id}/answer", Who::Member, answer),
    ]
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    footage: String,
}

async fn footage_of(app: &App, footage: FootageId) -> Result<Footage, Problem> {
    app.world.store.evidence().footage(footage).await?.ok_or_else(|| Problem::of(Trouble::NotFound))
}

fn at(footage: FootageId) -> String {
    format!("/desk/known?footage={footage}")
}

async fn show(State(app): State<App>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        if !asked.footage.is_empty()
            && let Some(page) = closed(&app, &desk, &footage_of(&app, id(&asked.footage)?).await?).await?
        {
            return Ok(page);
        }
        view(&app, &desk, &asked.footage, Typed::default()).await
    })
    .await
}

async fn remember(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/known", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "footage", "words", "date", "place"]).await?;
        desk.at_the_desk()?;
        desk.caller.needs(Role::Triager).map_err(Problem::refused)?;
        let footage: FootageId = id(fields.one("footage")?)?;
        permitted(&app, &desk, &footage_of(&app, footage).await?).await?;
        let text = |field: &str| fields.one(field).map(str::to_owned);
        let telling = Telling { words: text("words")?, date: text("date")?, place: text("place")? };
        match refused(known::remember(&app.world, &desk.caller, footage, telling).await)? {
            Ok(_) => Ok(see_other(&at(footage))),
            Err(no) => view(&app, &desk, &footage.to_string(), Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn forget(State(app): State<App>, Part(one): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/known", async {
        let (desk, _) = gate::desk_form(&app, request, &["csrf"]).await?;
        desk.at_the_desk()?;
        desk.caller.needs(Role::Triager).map_err(Problem::refused)?;
        known::forget(&app.world, &desk.caller, id(&one)?).await?;
        Ok(see_other("/desk/known"))
    })
    .await
}

async fn answer(State(app): State<App>, Part(lead): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/known", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "finding"]).await?;
        desk.at_the_desk()?;
        desk.caller.needs(Role::Triager).map_err(Problem::refused)?;
        let lead: LeadId = id(&lead)?;
        let finding = Finding::parse(fields.one("finding")?).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
        let of = app.world.store.evidence().lead(lead).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        permitted(&app, &desk, &footage_of(&app, of.footage).await?).await?;
        known::answer(&app.world, &desk.caller, lead, finding).await?;
        Ok(see_other(&at(of.footage)))
    })
    .await
}

fn where_when(known: &Known) -> String {
    let date = match known.date.as_str() {
        "" => "when is not known".to_owned(),
        date => Span::parse(date).map_or_else(|_| date.to_owned(), |span| span.words()),
    };
    let place = if known.place.is_empty() { "Where is not known" } else { &known.place };
    format!("{place}, {date}")
}

fn near(lead: &Lead) -> String {
    let words = match lead.distance {
        distance if distance <= SAME => "Very near",
        distance if distance <= MATCH => "Near",
        _ => "Worth a look",
    };
    let share = lead.share.map(|share| format!("; {share} in 100 stills of the known film were found again")).unwrap_or_default();
    format!("{words}: {} of 256 bits differ{share}.", lead.distance)
}

fn times(app: &App, footage: &Footage) -> Vec<String> {
    let claimed = match footage.claimed.as_str() {
        "" => "The witness did not say when it was filmed.".to_owned(),
        claimed => format!("The witness says it was filmed: {claimed}"),
    };
    let in_file = match &footage.copies {
        Copies::Made { in_file: Some(at), .. } => {
            format!("The file says it was filmed: {}. Nobody has checked that.", super::footage::by_its_clock(at))
        }
        _ => "The file says no time.".to_owned(),
    };
    vec![claimed, in_file, format!("It had come here whole at {}, by this server’s clock.", super::clock(app, footage.received_at))]
}

async fn beside(app: &App, names: &Names, bank: &[Known], footage: &str) -> Result<BesideBank, Problem> {
    let footage = footage_of(app, id(footage)?).await?;
    open(&app.world, &footage).await?;
    let mut leads = app.world.store.evidence().leads_of(footage.id).await?;
    leads.sort_by_key(|lead| (lead.distance, lead.id));
    let row = |lead: &Lead| {
        let known = bank.iter().find(|known| known.id == lead.known);
        let chosen = lead.finding.map(|(finding, ..)| finding);
        LeadRow {
            id: lead.id.to_string(),
            words: known.map_or_else(|| "It was taken out of the bank since.".to_owned(), |known| known.words.clone()),
            where_when: known.map_or_else(|| "Not known any more".to_owned(), where_when),
            near: near(lead),
            said: lead.finding.map(|(finding, by, _)| format!("{} said: {}.", names.of(by), finding.words())),
            findings: Finding::ALL
                .iter()
                .map(|(finding, name, words)| Choice { chosen: chosen == Some(*finding), ..Choice::new(*name, *words) })
                .collect(),
        }
    };
    let cannot = match &footage.copies {
        Copies::Made { .. } => String::new(),
        Copies::Waiting { .. } => "Its working copy is being made. Load this page again in a minute.".to_owned(),
        Copies::Failed { .. } => "No working copy could be made of it, so there is nothing to know it by.".to_owned(),
    };
    Ok(BesideBank { footage: footage.id.to_string(), times: times(app, &footage), leads: leads.iter().map(row).collect(), cannot })
}

async fn view(app: &App, desk: &Desk, footage: &str, typed: Typed) -> Result<Response, Problem> {
    let names = Names::read(app).await?;
    let mut bank = everything(&app.world).await?;
    let beside = if footage.is_empty() { None } else { Some(beside(app, &names, &bank, footage).await?) };
    bank.sort_by_key(|known| std::cmp::Reverse((known.at, known.id)));
    let row = |known: &Known| {
        let who = match (&known.by, known.from.as_str()) {
            (Some(by), _) => names.of(*by).to_string(),
            (None, from) => from.to_owned(),
        };
        KnownRow {
            id: known.id.to_string(),
            words: known.words.clone(),
            where_when: where_when(known),
            meta: format!("{who}; found by {} hashes", known.hashes.len()),
        }
    };
    let left = bank.len().saturating_sub(SHOWN);
    let (frame, bar) = around(app, desk, Tab::Queue, "/desk/known", "Known pictures").await?;
    let view = KnownPage {
        frame,
        desk: bar,
        beside,
        known: bank.iter().take(SHOWN).map(row).collect(),
        more: if left == 0 { String::new() } else { format!("The newest {SHOWN} stand here; {left} more are searched as well.") },
        can_say: desk.caller.needs(Role::Triager).is_ok(),
        words: typed.text("words"),
        date: typed.text("date"),
        place: typed.text("place"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}

#[cfg(test)]
mod tests;
