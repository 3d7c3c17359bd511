//! A dispatch's doors: whoever was asked answers with one press, the desk says how many are wanted and sees who
//! goes, and a member on duty says where they could go from.
//!
//! Conduct and rights stand above every yes. Names stand here for the desk on duty and within a pair;
//! whoever was not asked finds nothing, and nothing of this is on a public page.

use super::{Names, Part, Typed, alert as alerts, around, clock, duty, id, language, refused, told_at};
use crate::acts::dispatch as acts;
use crate::acts::look::There;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::bell::alert::{Alert, AlertState};
use handbell_rules::bell::delivery::band;
use handbell_rules::bell::dispatch::{self, ARRIVE_MINUTES, Answer, Asked, Dispatch, Press, Quota, SPOKEN, WIDEN_AFTER};
use handbell_rules::bell::message;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::AlertId;
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{FieldRole, ROLE_WANTED_MAX, Reach};
use handbell_rules::time::MINUTE;
use handbell_site::{
    Choice, DispatchDesk, DispatchPage, DispatchPerson, DispatchRow, DispatchWanted, Fact, Link, ReadyForm, State as Shown, Tab, Tag,
};
use http::HeaderMap;

/// What can be pressed beside the minutes, with the form's word and the button's.
const PRESSES: [(Press, &str, &str); 7] = [
    (Press::OnScene, "there", "I am there"),
    (Press::Well, "well", "I am well"),
    (Press::Left, "left", "I have left and am safe"),
    (Press::StillThere, "still-there", "I am still there"),
    (Press::CannotFind, "cannot-find", "I cannot find it"),
    (Press::NotThere, "not-there", "I am not there yet"),
    (Press::Cannot, "cannot", "I cannot come"),
];

/// The doors of dispatches.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/dispatches/{id}", Who::Member, show),
        Route::post("/desk/dispatches/{id}", Who::Member, answer),
        Route::post("/desk/ready", Who::Member, say_ready),
        Route::post("/desk/alerts/{id}/wanted", Who::Member, want),
        Route::post("/desk/alerts/{id}/well", Who::Member, well),
    ]
}

async fn show(State(app): State<App>, Part(alert): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        view(&app, &desk, id(&alert)?, Typed::default()).await
    })
    .await
}

async fn answer(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/dispatches/{alert}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "say", "minutes"]).await?;
        let alert: AlertId = id(&alert)?;
        let press = match fields.one("say")? {
            "going" => Press::Going { minutes: fields.one("minutes")?.parse().unwrap_or(0) },
            word => {
                let known = PRESSES.iter().find(|(_, known, _)| *known == word).map(|(press, ..)| *press);
                known.ok_or_else(|| Problem::of(Trouble::FormBroken))?
            }
        };
        match refused(acts::answer(&app.world, &desk.caller, alert, press).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

fn tag(answer: Answer) -> Tag {
    let state = if matches!(answer, Answer::Asked) || answer.out() { Shown::Checking } else { Shown::Over };
    Tag::with_words(state, super::claim::capital(answer.words()))
}

/// Where somebody stands, in one sentence.
fn sentence(app: &App, dispatch: &Dispatch, alert: &Alert, mine: &Asked, full: bool) -> String {
    let over = dispatch.over_at.is_some() || !alert.is_live(app.world.now());
    let alone = dispatch.waits_for_second(mine.member);
    match mine.answer {
        Answer::OnScene if over => "The alert has ended. Leave, and say so here when you are safe.".to_owned(),
        Answer::Left => "You have left and are safe. Thank you.".to_owned(),
        _ if over => "The alert has ended. You need do nothing more. Thank you.".to_owned(),
        Answer::Asked if full => "Enough are going. Please stand by.".to_owned(),
        Answer::Asked => "You are asked. One press is enough, also for no.".to_owned(),
        Answer::StoodBy if full => "Enough are going. Thank you; please stand by.".to_owned(),
        Answer::StoodBy | Answer::Cannot => "A place is free, if you can come after all.".to_owned(),
        Answer::Going if mine.cannot_find => {
            "You are looking for it, and the desk knows. Say when you are there; your place is open to others meanwhile.".to_owned()
        }
        Answer::Going if alone => "You are the first of your pair. Come near, and wait for the second; nobody stands alone.".to_owned(),
        Answer::Going => "You are on your way.".to_owned(),
        Answer::OnScene if alone => "You are there, and nobody is with you yet. Stay at a distance until somebody is.".to_owned(),
        Answer::OnScene => "You are on the scene. Check in before your time is up.".to_owned(),
    }
}

async fn view(app: &App, desk: &Desk, of: AlertId, typed: Typed) -> Result<Response, Problem> {
    let (dispatch, alert) = acts::read(&app.world, &desk.caller, of).await?;
    let mine = dispatch.of(desk.caller.member).ok_or_else(|| Problem::of(Trouble::NotFound))?;
    let names = Names::read(app).await?;
    let now = app.world.now();
    let quota = &dispatch.quotas[mine.quota];
    let full = dispatch.missing(mine.quota) == 0 && !mine.fills();
    let may = |press| dispatch::may(&dispatch, &alert, mine.member, press, now).is_ok();
    let taken = format!("{} of {} places are taken.", dispatch.filled(mine.quota), quota.wanted);
    let mut facts = vec![Fact::new("Asked for", quota.words()).with_note(taken)];
    facts.push(match (quota.role, mine.partner) {
        (FieldRole::Observer, Some(partner)) => Fact::new("You go with", names.of(partner)),
        (FieldRole::Observer, None) => Fact::new("You go with", "nobody yet").with_note("Observers go in pairs."),
        _ => Fact::new("You go with", "the observers").with_note("Go in only together with a pair of them."),
    });
    if let Some(by) = mine.check_in_by.filter(|_| mine.answer.out()) {
        facts.push(Fact::new("Check in by", clock(app, by)));
    }
    let (frame, bar) = around(app, desk, Tab::Nowhere, &format!("/desk/dispatches/{of}"), "Can you go?").await?;
    let minutes = ARRIVE_MINUTES.iter().filter(|minutes| may(Press::Going { minutes: **minutes }));
    let presses = PRESSES.iter().filter(|(press, ..)| may(*press));
    let view = DispatchPage {
        frame,
        desk: bar,
        id: of.to_string(),
        tag: tag(mine.answer),
        headline: alert.words.headline.clone(),
        body: alert.words.body.clone(),
        words: sentence(app, &dispatch, &alert, mine, full),
        facts,
        conduct: alert.words.conduct.clone(),
        rights: message::texts(language(app)).without_card.iter().map(|line| (*line).to_owned()).collect(),
        going: minutes.map(|minutes| Choice::new(minutes.to_string(), format!("{minutes} minutes"))).collect(),
        presses: presses
            .map(|(press, word, words)| Choice {
                chosen: matches!(press, Press::OnScene | Press::Well | Press::Left),
                ..Choice::new(*word, *words)
            })
            .collect(),
        alert_href: format!("/alerts/{of}"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}

/// The dispatches somebody was asked to, as links.
pub async fn asked_of(app: &App, desk: &Desk) -> Result<Vec<Link>, Problem> {
    let asked = acts::asked_of(&app.world, &desk.caller).await?;
    Ok(asked
        .iter()
        .filter_map(|(dispatch, alert)| {
            let mine = dispatch.of(desk.caller.member)?;
            Some(Link {
                href: format!("/desk/dispatches/{}", dispatch.alert),
                words: format!("{}: {}", alert.words.area, mine.answer.words()),
            })
        })
        .collect())
}

/// What the desk should know of dispatches, for its queue: whoever has not checked in, then free places that
/// nobody is left for. Names only for the desk on duty.
pub async fn to_know(app: &App, names: &Names) -> Result<Vec<Link>, Problem> {
    let mut links = Vec::new();
    for dispatch in app.world.store.open_dispatches().await? {
        let href = format!("/desk/alerts/{}", dispatch.alert);
        for asked in &dispatch.asked {
            if let Some(overdue) = asked.overdue.filter(|overdue| overdue.at_the_desk()) {
                let words =
                    format!("No word from {} since {}. Find out whether they are well.", names.of(asked.member), clock(app, overdue.since));
                links.insert(0, Link { href: href.clone(), words });
            }
        }
        if dispatch.nobody_left.is_some() && dispatch.over_at.is_none() {
            links.push(Link { href, words: "Places of a dispatch are free, and nobody is left to ask.".to_owned() });
        }
    }
    Ok(links)
}

/// What the desk sees of a dispatch on its alert's page; none for other reaches.
pub async fn beside(app: &App, desk: &Desk, alert: &Alert, incident: &Incident, names: &Names) -> Result<Option<DispatchDesk>, Problem> {
    if acts::is_dispatch(alert).is_err() {
        return Ok(None);
    }
    let now = app.world.now();
    if alert.state != AlertState::Draft && app.world.store.dispatch(alert.id).await?.is_none() {
        let words = "Forgotten, a day after the end.".to_owned();
        return Ok(Some(DispatchDesk { words, rows: vec![], people: vec![], people_words: None, wanted: vec![] }));
    }
    let dispatch = acts::of_alert(&app.world, alert, incident).await?;
    let on_duty = There::read(&app.world).await?.desk.on_duty.contains(&desk.caller.member);
    let rung = dispatch.rung_at.is_some();
    let row = |(place, quota): (usize, &Quota)| {
        let there: Vec<&Asked> = dispatch.asked.iter().filter(|asked| asked.quota == place && asked.answer == Answer::OnScene).collect();
        let longest = there.iter().filter_map(|asked| asked.there_since).min().map(|since| now.since(since) / MINUTE);
        let mut words = format!("{} of {} taken", dispatch.filled(place), quota.wanted);
        if let Some(minutes) = longest {
            words.push_str(&format!(", {} on the scene, for {minutes} minutes at most", there.len()));
        }
        if quota.role == FieldRole::Observer {
            words.push_str("; they go in pairs");
        }
        let filled = u8::try_from(dispatch.filled(place)).unwrap_or(u8::MAX);
        DispatchRow { role: quota.words(), wanted: quota.wanted, filled, words }
    };
    let may_plan = desk.caller.needs(Role::Approver).is_ok() && (!rung || alert.is_live(now));
    let out = dispatch.asked.iter().filter(|asked| asked.answer.out()).count() as u64;
    let shown = on_duty || !rung;
    Ok(Some(DispatchDesk {
        words: if shown { words(app, &dispatch, alert) } else { format!("{} going or there.", super::claim::capital(band(out))) },
        rows: if shown { dispatch.quotas.iter().enumerate().filter(|(_, quota)| quota.wanted > 0).map(row).collect() } else { vec![] },
        people: if on_duty { dispatch.asked.iter().map(|asked| person(app, asked, names)).collect() } else { vec![] },
        people_words: (!on_duty && rung).then(|| "Who goes is shown to the desk on duty. Start your duty to see it.".to_owned()),
        wanted: if may_plan { wanted(&dispatch) } else { vec![] },
    }))
}

/// How a dispatch stands, in one sentence.
fn words(app: &App, dispatch: &Dispatch, alert: &Alert) -> String {
    let rings = match dispatch.rings {
        0 => return "Nobody was asked yet. An approver can change how many are wanted.".to_owned(),
        1 => "One ring so far.".to_owned(),
        more => format!("{more} rings so far."),
    };
    if dispatch.over_at.is_some() || !alert.is_live(app.world.now()) {
        return format!("{rings} The alert has ended or run out; whoever is there is asked to say that they left.");
    }
    match (dispatch.enough(), dispatch.nobody_left, dispatch.widened_at) {
        (true, ..) => format!("{rings} Enough are going; the others stand by."),
        (false, Some(since), _) => format!("{rings} Places are free, and since {} nobody is left to ask.", clock(app, since)),
        (false, None, Some(at)) => format!("{rings} Places are free; the next ring asks at {}.", clock(app, at.plus(WIDEN_AFTER))),
        (false, None, None) => rings,
    }
}

fn person(app: &App, asked: &Asked, names: &Names) -> DispatchPerson {
    let said = asked
        .answered_at
        .map_or_else(|| format!("asked at {}", clock(app, asked.at)), |at| format!("{} since {}", asked.answer.words(), clock(app, at)));
    let by = asked.arrive_by.filter(|_| asked.answer == Answer::Going).map(|by| format!(", there by {}", clock(app, by)));
    let with = asked.partner.filter(|_| asked.answer.out()).map(|partner| format!(", goes with {}", names.of(partner)));
    let find = asked.cannot_find.then_some(", cannot find it");
    DispatchPerson {
        member: asked.member.to_string(),
        who: names.of(asked.member).to_owned(),
        words: [said, by.unwrap_or_default(), with.unwrap_or_default(), find.unwrap_or_default().to_owned()].concat(),
        overdue: asked.overdue.map(|overdue| match overdue.at_the_desk() {
            true => format!("No word since {}. Find out whether they are well.", clock(app, overdue.since)),
            false => format!("Due since {}; their own phone, or the other of their pair, is asked first.", clock(app, overdue.since)),
        }),
        can_be_well: asked.overdue.is_some(),
    }
}

/// The selects of the form, as the numbers stand.
fn wanted(dispatch: &Dispatch) -> Vec<DispatchWanted> {
    let of = |role: FieldRole| dispatch.quotas.iter().find(|quota| quota.role == role && quota.wanted > 0);
    let numbers = |role: FieldRole, step: u8| -> Vec<Choice> {
        let now = of(role).map_or(0, |quota| quota.wanted);
        let first = if role == FieldRole::Observer { 2 } else { 0 };
        let numbers = (first..=ROLE_WANTED_MAX).step_by(usize::from(step));
        numbers.map(|number| Choice { chosen: number == now, ..Choice::new(number.to_string(), number.to_string()) }).collect()
    };
    let spoken = of(FieldRole::Interpreter).and_then(|quota| quota.language.clone()).unwrap_or_default();
    let any = Choice { chosen: spoken.is_empty(), ..Choice::new("", "any") };
    let languages = SPOKEN.iter().map(|(code, name)| Choice { chosen: spoken == *code, ..Choice::new(*code, *name) });
    vec![
        DispatchWanted { name: "observer", label: "Observers, in pairs", options: numbers(FieldRole::Observer, 2) },
        DispatchWanted { name: "interpreter", label: "Interpreters", options: numbers(FieldRole::Interpreter, 1) },
        DispatchWanted { name: "language", label: "Their language", options: [any].into_iter().chain(languages).collect() },
        DispatchWanted { name: "first-aider", label: "First aiders", options: numbers(FieldRole::FirstAider, 1) },
        DispatchWanted { name: "legal-adviser", label: "Legal advisers", options: numbers(FieldRole::LegalAdviser, 1) },
    ]
}

async fn want(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let known = ["csrf", "observer", "interpreter", "language", "first-aider", "legal-adviser"];
        let (desk, fields) = gate::desk_form(&app, request, &known).await?;
        desk.at_the_desk()?;
        let alert: AlertId = id(&alert)?;
        let mut wanted = Vec::new();
        for role in FieldRole::ALL {
            let number: u8 = match fields.one(role.name())? {
                "" => 0,
                number => number.parse().map_err(|_| Problem::of(Trouble::FormBroken))?,
            };
            let language = Some(fields.one("language")?.to_owned()).filter(|code| role == FieldRole::Interpreter && !code.is_empty());
            wanted.push(Quota { role, language, wanted: number });
        }
        match refused(acts::plan(&app.world, &desk.caller, alert, wanted).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => {
                let field = |field| if field == "wanted" { "observer" } else { "" };
                alerts::view(&app, &desk, alert, Typed::no(fields, no, field)).await
            }
        }
    })
    .await
}

async fn well(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "member"]).await?;
        desk.at_the_desk()?;
        let alert: AlertId = id(&alert)?;
        match refused(acts::is_well(&app.world, &desk.caller, alert, id(fields.one("member")?)?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => alerts::view(&app, &desk, alert, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// The form of a member on duty who can be sent; none for others.
pub async fn ready(app: &App, desk: &Desk, mine: Option<&Duty>, typed: &Typed) -> Result<Option<ReadyForm>, Problem> {
    let Some(duty) = mine.filter(|_| desk.caller.goes_out()) else { return Ok(None) };
    let said = app.world.store.ready(app.world.now()).await?.into_iter().find(|said| said.member == desk.caller.member);
    let typed_areas = typed.fields.all("area");
    let near = |area: &handbell_rules::area::NamedArea| match typed.errors.is_empty() {
        false => typed_areas.contains(&area.id),
        true => said.as_ref().is_some_and(|said| area.area.cells().all(|cell| said.cells.contains(&cell))),
    };
    let speaks = |code: &str| said.as_ref().is_some_and(|said| said.languages.iter().any(|one| one == code));
    Ok(Some(ReadyForm {
        areas: app
            .world
            .group
            .areas
            .areas()
            .iter()
            .map(|area| Choice { chosen: near(area), ..Choice::new(&area.id, &area.name) })
            .collect(),
        languages: SPOKEN.iter().map(|(code, name)| Choice { chosen: speaks(code), ..Choice::new(*code, *name) }).collect(),
        words: format!(
            "A dispatch asks the nearest first. Nothing follows you: it is what you choose here, and it is forgotten when your duty ends, at {} at the latest.",
            clock(app, duty.until)
        ),
        asked: asked_of(app, desk).await?,
    }))
}

async fn say_ready(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/duty", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "area", "language"]).await?;
        match refused(acts::say_ready(&app.world, &desk.caller, &fields.all("area"), fields.all("language")).await)? {
            Ok(()) => Ok(see_other("/desk/duty")),
            Err(no) => duty::view(&app, &desk, Typed::no(fields, no, |field| field), false).await,
        }
    })
    .await
}

/// Whether an alert's page leads to where whoever was asked answers.
pub fn answer_href(alert: &Alert) -> Option<String> {
    (alert.reach == Reach::Dispatch && alert.follows.is_none()).then(|| format!("/desk/dispatches/{}", alert.id))
}
