//! The page of people: who belongs, how far each has come, and the presses that change it.
//!
//! Members of the desk see each other by pseudonym, with roles, standing and who vouched. A button stands
//! where its press would work; the rules decide again when it is pressed. A new link is shown once, to whoever
//! made it, and nowhere else.

use crate::acts::{ActError, vouch};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::desk::{Part, Typed, around, id, refused, told_at};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::MemberId;
use handbell_rules::people::member::{Member, Role};
use handbell_rules::people::standing::{RECOVERY_WAITS, Standing, VOUCHES_NEEDED, standing};
use handbell_rules::time::Timestamp;
use handbell_site::{Choice, MemberRow, PeoplePage, Tab};
use http::{HeaderMap, StatusCode};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/people", Who::Member, show),
        Route::post("/desk/people", Who::Member, invite),
        Route::post("/desk/people/{member}/vouch", Who::Member, vouch_for),
        Route::post("/desk/people/{member}/recover", Who::Member, recover),
        Route::post("/desk/people/{member}/revoke", Who::Member, revoke),
    ]
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        drawn(&app, &desk, Typed::default(), None).await
    })
    .await
}

async fn drawn(app: &App, desk: &Desk, typed: Typed, link: Option<String>) -> Result<Response, Problem> {
    let everybody = vouch::everybody(&app.world, &desk.caller).await?;
    let now = app.world.now();
    let full = everybody.iter().any(|one| one.id == desk.caller.member && standing(one, now) == Standing::Full);
    let (frame, bar) = around(app, desk, Tab::People, "/desk/people", "People").await?;
    let status = if typed.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let chosen = typed.fields.all("roles");
    let roles = Role::ALL.map(|(_, word)| Choice {
        value: word.to_owned(),
        label: word.to_owned(),
        hint: None,
        chosen: chosen.iter().any(|one| one == word),
    });
    let view = PeoplePage {
        frame,
        desk: bar,
        members: everybody.iter().map(|one| row(app, desk, full, &everybody, one, now)).collect(),
        may_invite: full,
        name: typed.text("name"),
        roles: roles.to_vec(),
        link,
        errors: typed.errors,
    };
    Ok(page_with(status, &view))
}

fn named(everybody: &[Member], member: MemberId) -> String {
    everybody.iter().find(|one| one.id == member).map_or_else(|| "somebody".to_owned(), |one| one.name.clone())
}

fn row(app: &App, desk: &Desk, full: bool, everybody: &[Member], member: &Member, now: Timestamp) -> MemberRow {
    let zone = app.world.group.playbook.zone();
    let me = member.id == desk.caller.member;
    let stands = standing(member, now);
    let day = |at: Timestamp| at.day(zone);
    let standing_words = match stands {
        Standing::Invited { vouches } => format!("Invited: {vouches} of {VOUCHES_NEEDED} vouches"),
        Standing::Probation { until } => format!("On probation until {}", day(until)),
        Standing::Full if member.founding => "Founded the group".to_owned(),
        Standing::Full => "Full member".to_owned(),
        Standing::Revoked => "Revoked".to_owned(),
    };
    let by: Vec<String> = member.vouches.iter().map(|vouch| named(everybody, vouch.by)).collect();
    let asked = member.recovery.filter(|first| now.since(first.at) < RECOVERY_WAITS);
    let mine = |device, by| device == desk.caller.device || by == desk.caller.member;
    let open = !matches!(stands, Standing::Revoked);
    let vouched = member.vouches.iter().any(|vouch| mine(vouch.device, vouch.by));
    MemberRow {
        id: member.id.to_string(),
        name: member.name.clone(),
        me,
        roles: member.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", "),
        standing: standing_words,
        vouched_by: by.join(", "),
        recovery: asked
            .map(|first| format!("{} says that the passkey is lost. A second member must say so too.", named(everybody, first.by))),
        may_vouch: full && !me && !vouched && matches!(stands, Standing::Invited { .. }),
        may_recover: full && !me && open && !asked.is_some_and(|first| mine(first.device, first.by)),
        may_revoke: full && open,
    }
}

async fn invite(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/people", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "name", "roles"]).await?;
        let words = fields.all("roles");
        let roles: Vec<Role> = words.iter().filter_map(|word| Role::parse(word)).collect();
        let roles = if roles.len() == words.len() { roles } else { Vec::new() };
        match refused(vouch::invite(&app.world, &desk.caller, fields.one("name")?, &roles).await)? {
            Ok(secret) => drawn(&app, &desk, Typed::default(), Some(link_of(&app, secret.text()))).await,
            Err(no) => drawn(&app, &desk, Typed::no(fields, no, |field| field), None).await,
        }
    })
    .await
}

fn link_of(app: &App, secret: &str) -> String {
    format!("{}/desk/sign-in/{secret}", app.world.group.origin)
}

async fn pressed(app: &App, request: Request) -> Result<(Desk, Fields), Problem> {
    gate::desk_form(app, request, &["csrf"]).await
}

async fn told<T>(app: &App, desk: &Desk, answer: Result<T, ActError>) -> Result<Result<T, Response>, Problem> {
    match refused(answer)? {
        Ok(done) => Ok(Ok(done)),
        Err(no) => drawn(app, desk, Typed::at(Fields::default(), "", no.advice()), None).await.map(Err),
    }
}

async fn vouch_for(State(app): State<App>, Part(member): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/people", async {
        let (desk, _) = pressed(&app, request).await?;
        let done = vouch::vouch(&app.world, &desk.caller, id(&member)?).await;
        Ok(told(&app, &desk, done).await?.map_or_else(|page| page, |()| see_other("/desk/people")))
    })
    .await
}

async fn recover(State(app): State<App>, Part(member): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/people", async {
        let (desk, _) = pressed(&app, request).await?;
        match told(&app, &desk, vouch::recover(&app.world, &desk.caller, id(&member)?).await).await? {
            Ok(Some(secret)) => drawn(&app, &desk, Typed::default(), Some(link_of(&app, secret.text()))).await,
            Ok(None) => Ok(see_other("/desk/people")),
            Err(page) => Ok(page),
        }
    })
    .await
}

async fn revoke(State(app): State<App>, Part(member): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/people", async {
        let (desk, _) = pressed(&app, request).await?;
        let done = vouch::revoke(&app.world, &desk.caller, id(&member)?).await;
        Ok(told(&app, &desk, done).await?.map_or_else(|page| page, |()| see_other("/desk/people")))
    })
    .await
}
