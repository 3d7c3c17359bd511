//! Hiding's doors: the second person looks at every frame of what was burnt, and says so; then it can be public.

use super::footage::{closed, hiding_words, looks, permitted, sent};
use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::hiding as acts;
use crate::acts::showing::{self, Offer};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Query, Request, State};
use axum::response::Response;
use handbell_rules::evidence::hiding::{Hiding, HidingState, unseen, with_frames};
use handbell_rules::id::{HidingId, IncidentId};
use handbell_rules::refusal::{Evidence, Record, Refusal};
use handbell_site::{Choice, HidingPage, Link, Shown, Tab};
use http::{HeaderMap, Method};
use serde::Deserialize;

/// Frames on one page: half a second, few enough to look at each.
const SHOWN: u32 = 12;

/// The doors of hiding.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/hidings/{id}", Who::Member, show),
        Route::get("/desk/hidings/{id}/frames/{number}", Who::Member, frame),
        Route::post("/desk/hidings/{id}/look", Who::Member, look),
        Route::post("/desk/hidings/{id}/offer", Who::Member, offer),
        Route::post("/desk/hidings/{id}/take-back", Who::Member, take_back),
    ]
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    from: Option<u32>,
}

async fn show(State(app): State<App>, Part(hiding): Part<String>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let (hiding, footage) = acts::read(&app.world, id(&hiding)?).await?;
        if let Some(page) = closed(&app, &desk, &footage).await? {
            return Ok(page);
        }
        acts::open(&app.world, &footage).await?;
        view(&app, &desk, hiding.id, asked.from, Typed::default()).await
    })
    .await
}

async fn frame(State(app): State<App>, Part((hiding, number)): Part<(String, String)>, method: Method, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        // Whoever asks for no bytes gets none, and can mark none.
        if method == Method::HEAD {
            return Err(Problem::of(Trouble::MethodWrong));
        }
        looks(&method)?;
        let number: u32 = id(&number)?;
        let (hiding, footage) = acts::read(&app.world, id(&hiding)?).await?;
        permitted(&app, &desk, &footage).await?;
        let bytes = acts::frame(&app.world, &desk.caller, hiding.id, number).await?;
        Ok(sent("image/jpeg", &format!("frame-{number}.jpg"), bytes))
    })
    .await
}

async fn look(State(app): State<App>, Part(hiding): Part<String>, request: Request) -> Response {
    let back = format!("/desk/hidings/{hiding}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "first", "last", "go"]).await?;
        desk.at_the_desk()?;
        let hiding: HidingId = id(&hiding)?;
        let number =
            |name: &str| fields.one(name).ok().and_then(|text| text.parse::<u32>().ok()).ok_or_else(|| Problem::of(Trouble::FormBroken));
        let (first, last) = (number("first")?, number("last")?);
        let clear = match fields.one("go")? {
            "seen" => false,
            "clear" => true,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        permitted(&app, &desk, &acts::read(&app.world, hiding).await?.1).await?;
        match refused(acts::inspect(&app.world, &desk.caller, hiding, (first, last), clear).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, hiding, Some(first), Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn offer(State(app): State<App>, Part(hiding): Part<String>, request: Request) -> Response {
    let back = format!("/desk/hidings/{hiding}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "incident", "maker", "shows", "first_appeared"]).await?;
        desk.at_the_desk()?;
        let (hiding, incident): (HidingId, IncidentId) = (id(&hiding)?, id(fields.one("incident")?)?);
        permitted(&app, &desk, &acts::read(&app.world, hiding).await?.1).await?;
        let text = |name: &str| fields.one(name).map(str::to_owned);
        let offer = Offer { maker: text("maker")?, shows: text("shows")?, first_appeared: text("first_appeared")? };
        let typed = if offer.maker.trim().is_empty() {
            Typed::at(fields, "maker", "Say who made it as the page is to name them, for example Witness A.")
        } else {
            match refused(showing::offer(&app.world, &desk.caller, hiding, incident, offer).await)? {
                Ok(_) => return Ok(see_other("/desk/record")),
                Err(no) => unoffered(fields, no),
            }
        };
        view(&app, &desk, hiding, None, typed).await
    })
    .await
}

/// Why an offer was not taken, beside the field of this form where it can be mended.
fn unoffered(fields: Fields, no: Refusal) -> Typed {
    match no {
        // This form asks for no reasons: what the guard marks is said otherwise, or a claim of the editor says it.
        Refusal::Record(Record::MarksUnexplained) => {
            Typed::at(fields, "shows", "The guard marked words here. Say it without names, numbers and calls.")
        }
        no => Typed::no(fields, no, |field| if field == "words" { "shows" } else { field }),
    }
}

async fn take_back(State(app): State<App>, Part(hiding): Part<String>, request: Request) -> Response {
    let back = format!("/desk/hidings/{hiding}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "why"]).await?;
        desk.at_the_desk()?;
        let (kept, _) = acts::read(&app.world, id(&hiding)?).await?;
        let done = match kept.public {
            Some(_) => showing::take_back(&app.world, &desk.caller, kept.id, fields.one("why")?.trim()).await,
            None => acts::give_up(&app.world, &desk.caller, kept.id).await,
        };
        match refused(done)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, kept.id, None, Typed::no(fields, no, |field| if field == "words" { "why" } else { field })).await,
        }
    })
    .await
}

/// Who looked at what so far.
fn seen_words(names: &Names, hiding: &Hiding, frames: u32) -> String {
    let Some(inspection) = &hiding.inspection else { return format!("Nobody has looked yet. It has {frames} frames.") };
    let count: u32 = inspection.frames.iter().map(|(from, until)| until - from + 1).sum();
    format!("{} looked at {count} of {frames} frames.", names.of(inspection.by))
}

/// What the form that offers a copy begins with.
#[derive(Default)]
struct Offering {
    words: Offer,
    /// Whose words they are, in a sentence; empty where they are typed.
    before: String,
}

/// What was typed; on a fresh page what the record says of an earlier copy of the same footage.
async fn begun(app: &App, names: &Names, hiding: &Hiding, typed: &Typed) -> Result<Offering, Problem> {
    if typed.fields.iter().next().is_some() {
        let text = |name: &str| typed.text(name);
        let words = Offer { maker: text("maker"), shows: text("shows"), first_appeared: text("first_appeared") };
        return Ok(Offering { words, before: String::new() });
    }
    let Some((drawn, words)) = showing::said_before(&app.world, hiding.footage, hiding.id).await? else {
        return Ok(Offering::default());
    };
    let before = format!(
        "The words below stand in the record for the copy that {} drew {}. Change what is not so of this one.",
        names.of(drawn.by),
        clock(app, drawn.at)
    );
    Ok(Offering { words, before })
}

async fn view(app: &App, desk: &Desk, hiding: HidingId, from: Option<u32>, typed: Typed) -> Result<Response, Problem> {
    let (hiding, footage) = acts::read(&app.world, hiding).await?;
    let names = Names::read(app).await?;
    let path = format!("/desk/hidings/{}", hiding.id);
    let frames = if let HidingState::Burnt { frames, .. } = hiding.state { frames } else { 0 };
    let mine = hiding.inspection.as_ref().filter(|inspection| inspection.by == desk.caller.member);
    let looked = mine.map_or(&[][..], |inspection| &inspection.frames[..]);
    // Where this member goes on: at the first frame that they have not looked at.
    let first = from.or_else(|| unseen(looked, frames)).unwrap_or_default().min(frames.saturating_sub(1));
    let last = first.saturating_add(SHOWN).min(frames).saturating_sub(1);
    let open = frames > 0 && hiding.public.is_none() && hiding.inspection.as_ref().is_none_or(|inspection| inspection.clear_at.is_none());
    let may = open && desk.caller.member != hiding.by;
    let range = |first: u32| Link { href: format!("{path}?from={first}"), words: format!("From frame {first}") };
    let before = (first > 0).then(|| range(first.saturating_sub(SHOWN)));
    let after = (last + 1 < frames).then(|| range(last + 1));
    let clear = hiding.inspection.as_ref().is_some_and(|inspection| inspection.clear_at.is_some()) && hiding.public.is_none() && frames > 0;
    let mut incidents = Vec::new();
    if clear {
        for incident in app.world.store.report(footage.report).await?.map(|report| report.incidents).unwrap_or_default() {
            let words = app.world.store.incident(incident).await?.map_or_else(String::new, |incident| incident.district);
            incidents.push(Choice::new(incident.to_string(), words));
        }
    }
    let offered = if clear { begun(app, &names, &hiding, &typed).await? } else { Offering::default() };
    let state = match (desk.caller.member == hiding.by && open, &hiding.state) {
        (_, HidingState::Failed { why }) => format!("It could not be burnt in ({why})."),
        (true, _) => Refusal::from(Evidence::HidingOwn).advice().to_owned(),
        _ => format!("{}.", hiding_words(app, &hiding, footage.wish)),
    };
    let (frame, bar) = around(app, desk, Tab::Queue, &path, "Covered copy").await?;
    let page = HidingPage {
        frame,
        desk: bar,
        id: hiding.id.to_string(),
        footage: Link { href: format!("/desk/footage/{}", footage.id), words: "The footage".to_owned() },
        drawn: format!("{} drew {} boxes {}.", names.of(hiding.by), hiding.covers.len(), clock(app, hiding.at)),
        state,
        seen: seen_words(&names, &hiding, frames),
        shown: if frames == 0 {
            Vec::new()
        } else {
            (first..=last).map(|number| Shown { src: format!("{path}/frames/{number}"), words: format!("Frame {number}") }).collect()
        },
        steps: before.into_iter().chain(after).collect(),
        look: may.then(|| (first.to_string(), last.to_string())),
        can_clear: may && with_frames(looked, first, last).is_ok_and(|seen| unseen(&seen, frames).is_none()),
        incidents,
        before: offered.before,
        maker: offered.words.maker,
        shows: offered.words.shows,
        first_appeared: offered.words.first_appeared,
        why: typed.text("why"),
        can_take_back: hiding.state != HidingState::TakenBack,
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}

#[cfg(test)]
pub mod tests;
