//! Doors of other channels: ask to be told by mail, ntfy or Matrix, say so, see, change and end it, and the
//! door at which the operator's gateway hands in text messages.
//!
//! Everything works without scripts. A link from a letter shows a button and does nothing when it is only read,
//! because mail programs read. One's own link is a secret in a path: nothing here logs a path. What is answered
//! never tells whether an address was known.

use super::answer::{apart, named, page, page_door, page_with, see_other, whole};
use super::fields::{Fields, read_body};
use super::limits::Knock;
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::tongue::{self, Tongue};
use super::{App, frame, gate};
use crate::acts::bell::Wished;
use crate::acts::channels::{self, Asked, Choices};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_rules::area::Cell;
use handbell_rules::bell::address::By;
use handbell_rules::bell::fallback::MINUTES;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::DAILY_CAP_MAX;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::{Bell, Refusal, Street};
use handbell_site::{ChannelSaidPage, ChannelsPage, Choice, Fact, FieldError, OwnChannel, Tab};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};

/// What one press in a mail program sends (RFC 8058 section 3.1).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");
const CHOICES: [&str; 7] = ["area", "kind", "quiet_from", "quiet_to", "daily_cap", "language", "discreet"];

/// The doors of channels.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/channels", Who::Street, show),
        Route::post("/channels", Who::Street, ask),
        Route::get("/channels/confirm/{token}", Who::Street, confirm_page),
        Route::post("/channels/confirm/{token}", Who::Street, confirm),
        Route::get("/channels/mine/{token}", Who::Street, own_page),
        Route::post("/channels/mine/{token}", Who::Street, own),
        Route::post("/channels/canary/{token}", Who::Street, canary_came),
        Route::post("/channels/sms/{token}", Who::Street, text_came_in),
    ]
}

/// What a subscriber is told before subscribing.
const PROMISES: [&str; 4] = [
    "We know the address, the areas and kinds you tick, your language, and when you want quiet. We do not ask your name.",
    "The address stands sealed in our files. If our switched-on server were taken, it could be read.",
    "Whoever carries these messages, and whoever runs your mailbox or your server, can read them and know that they come from us.",
    "If that is too much, read the alerts page instead. Then you learn only of alerts that everybody may know of.",
];

/// What the form holds, as it is shown.
struct Shown {
    action: String,
    path: String,
    by: Option<By>,
    address: String,
    areas: Vec<String>,
    kinds: Vec<String>,
    all_kinds: bool,
    language: String,
    quiet: (String, String),
    cap: String,
    discreet: bool,
}

impl Shown {
    fn fresh(app: &App) -> Self {
        let by = channels::offered(&app.world).into_iter().find(|by| *by != By::Sms);
        let language = app.world.group.playbook.languages()[0].clone();
        let cap = DAILY_CAP_MAX.to_string();
        let (action, path) = ("/channels".to_owned(), "/channels".to_owned());
        let (address, areas, kinds, quiet) = Default::default();
        Self { action, path, by, address, areas, kinds, all_kinds: true, language, quiet, cap, discreet: false }
    }
    fn typed(app: &App, fields: &Fields) -> Result<Self, Problem> {
        Ok(Self {
            by: By::parse(fields.one("by")?),
            address: fields.one("address")?.to_owned(),
            areas: fields.all("area"),
            kinds: fields.all("kind"),
            all_kinds: false,
            language: fields.one("language")?.to_owned(),
            quiet: (fields.one("quiet_from")?.to_owned(), fields.one("quiet_to")?.to_owned()),
            cap: fields.one("daily_cap")?.to_owned(),
            discreet: !fields.one("discreet")?.is_empty(),
            ..Self::fresh(app)
        })
    }
    fn of(app: &App, own: &Subscription, path: &str) -> Self {
        let holds = |cells: Vec<Cell>| cells.iter().all(|cell| own.cells.contains(cell));
        let areas = app.world.group.areas.areas().iter().filter(|area| holds(area.area.cells().collect()));
        let quiet = own.wishes.quiet.as_ref().map_or_else(Default::default, |quiet| (quiet.from().to_string(), quiet.to().to_string()));
        Self {
            action: path.to_owned(),
            path: path.to_owned(),
            by: None,
            address: String::new(),
            areas: areas.map(|area| area.id.clone()).collect(),
            kinds: own.kinds.clone(),
            all_kinds: own.kinds.is_empty(),
            language: own.language.clone(),
            quiet,
            cap: own.wishes.daily_cap.as_ref().map(|cap| cap.alerts().to_string()).unwrap_or_default(),
            discreet: own.discreet,
        }
    }
}

fn chosen(choice: Choice, is: bool) -> Choice {
    Choice { chosen: is, ..choice }
}

fn view(app: &App, shown: &Shown, own: Option<OwnChannel>, errors: Vec<FieldError>) -> ChannelsPage {
    let group = &app.world.group;
    let offered = channels::offered(&app.world);
    let ways = offered.iter().filter(|by| own.is_none() && **by != By::Sms).map(|by| {
        let hint = match by {
            By::Mail => "Slower, and often with a delay. You get one letter first.",
            By::Ntfy => "An app of its own; you get a secret address from us.",
            _ => "You are invited to a room. It is not encrypted: whoever runs the servers can read it.",
        };
        chosen(Choice { hint: Some(hint.to_owned()), ..Choice::new(by.word(), by.label()) }, shown.by == Some(*by))
    });
    let area_names: Vec<&str> = group.areas.areas().iter().map(|area| area.name.as_str()).collect();
    let texts = channels::number(&app.world).filter(|_| own.is_none()).map(|number| {
        format!("Text JOIN and the name of an area to {number}. The areas: {}. STOP ends it at once.", area_names.join(", "))
    });
    let told = |kind: &&handbell_rules::playbook::Kind| [false, true].iter().any(|home| kind.reach(Reach::Neighbours, *home).is_some());
    let kinds = group.playbook.kinds().iter().filter(told).map(|kind| {
        chosen(Choice::new(&kind.id, group.playbook.kind_label(&kind.id, "en")), shown.all_kinds || shown.kinds.contains(&kind.id))
    });
    let areas = group.areas.areas().iter().map(|area| {
        let hint = Some(area.district.clone()).filter(|district| *district != area.name);
        chosen(Choice { hint, ..Choice::new(&area.id, &area.name) }, shown.areas.contains(&area.id))
    });
    let hours = |at: &str| -> Vec<Choice> {
        let none = std::iter::once(chosen(Choice::new("", "No quiet hours"), at.is_empty()));
        none.chain((0..24).map(|hour: u8| chosen(Choice::new(hour.to_string(), format!("{hour:02}:00")), at == hour.to_string()))).collect()
    };
    let caps = std::iter::once(chosen(Choice::new("", "No limit"), shown.cap.is_empty()));
    let caps =
        caps.chain((1..=DAILY_CAP_MAX).map(|cap| chosen(Choice::new(cap.to_string(), cap.to_string()), shown.cap == cap.to_string())));
    ChannelsPage {
        frame: frame::public(app, Tab::Alerts, &shown.path),
        action: shown.action.clone(),
        errors,
        ways: ways.collect(),
        address: shown.address.clone(),
        areas: areas.collect(),
        kinds: kinds.collect(),
        languages: tongue::choices(app, &shown.language),
        quiet_from: hours(&shown.quiet.0),
        quiet_to: hours(&shown.quiet.1),
        caps: caps.collect(),
        discreet: shown.discreet,
        texts,
        own,
        promises: PROMISES.iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// What a form chose.
fn choices(app: &App, fields: &Fields) -> Result<Choices, Problem> {
    let wrong = |no: Bell| Problem::refused(no.into());
    let mut cells: Vec<Cell> = Vec::new();
    for id in fields.all("area") {
        cells.extend(app.world.group.areas.named(&id).ok_or_else(|| wrong(Bell::AreaUnknown))?.area.cells());
    }
    let number = |name: &str, no: Bell| -> Result<Option<u8>, Problem> {
        let typed = fields.one(name)?;
        if typed.is_empty() { Ok(None) } else { typed.parse().map(Some).map_err(|_| wrong(no)) }
    };
    let quiet = match (number("quiet_from", Bell::QuietHoursWrong)?, number("quiet_to", Bell::QuietHoursWrong)?) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => return Err(wrong(Bell::QuietHoursWrong)),
    };
    let language = match fields.one("language")? {
        "" => app.world.group.playbook.languages()[0].clone(),
        tag if app.world.group.playbook.alert_languages().iter().any(|known| known == tag) => tag.to_owned(),
        _ => return Err(Problem::refused(Street::LanguageUnknown.into())),
    };
    let wished = Wished { quiet, daily_cap: number("daily_cap", Bell::DailyCapWrong)?, snooze_hours: None, confirmed_only: false };
    Ok(Choices { cells, kinds: fields.all("kind"), language, discreet: !fields.one("discreet")?.is_empty(), wished })
}

/// A refusal as words beside its field. The rule's names of fields are the interface's; the page has its own.
fn beside(problem: &Problem) -> Vec<FieldError> {
    let field = match problem.field() {
        "cells" => "area",
        "kinds" => "kind",
        other => other,
    };
    vec![FieldError::new(field, problem.advice())]
}

async fn show(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let wished = tongue::Asked::read(query.as_deref(), &headers)?.wished(app.world.group.playbook.alert_languages());
        let shown = Shown { language: wished.language.to_owned(), ..Shown::fresh(&app) };
        Ok(Tongue::source().says(page(&view(&app, &shown, None, Vec::new()))))
    })
    .await
}

fn said(app: &App, heading: &str, lines: &[&str], facts: Vec<Fact>) -> ChannelSaidPage {
    ChannelSaidPage {
        frame: frame::public(app, Tab::Alerts, "/channels"),
        heading: heading.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        facts,
        action: None,
        button: String::new(),
    }
}

const KEEP_LINK: &str = "Keep this page's address: it shows, changes and ends what you asked for. There is no other way to find it again.";

async fn ask(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let known: Vec<&str> = ["by", "address", "go"].into_iter().chain(CHOICES).collect();
        let fields = Fields::read(request, &known).await?;
        let shown = Shown::typed(&app, &fields)?;
        let asked = async {
            let by = shown.by.ok_or_else(|| Problem::refused(Bell::ChannelOff.into()))?;
            let choices = choices(&app, &fields)?;
            Ok::<Asked, Problem>(channels::ask(&app.world, StreetCaller, by, &shown.address, choices).await?)
        };
        Ok(match asked.await {
            Ok(Asked::LetterSent) => page(&said(
                &app,
                "Look into your mailbox",
                &["If it can be sent, one letter comes to this address now. Open the page it names within the hour and press the button there.", "Nothing begins before that."],
                Vec::new(),
            )),
            Ok(Asked::Invited) => page(&said(
                &app,
                "You are invited",
                &["An invitation to a room comes to this name. Accept it and you are told there; each message names the page that ends it.", "Until you accept, nothing is sent."],
                Vec::new(),
            )),
            Ok(Asked::Topic { address, link }) => page(&said(
                &app,
                "Your address for the app",
                &["Subscribe to this address in ntfy. Whoever knows it reads what you read, so show it to nobody.", KEEP_LINK],
                vec![Fact::new("Address", address), Fact::new("Your own page", link)],
            )),
            Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                page_with(problem.status(), &view(&app, &shown, None, beside(&problem)))
            }
            Err(problem) => return Err(problem),
        })
    })
    .await
}

async fn confirm_page(State(app): State<App>, token: Result<Path<String>, PathRejection>) -> Response {
    page_door(&app, async {
        let token = named(token)?;
        channels::opens(&app.world, StreetCaller, &token).await.map_err(gone)?;
        let mut view = said(
            &app,
            "Do you want our alerts?",
            &["Press the button and alerts begin at this mailbox. If you did not ask, close this page: nothing comes."],
            Vec::new(),
        );
        view.frame = frame::public(&app, Tab::Alerts, &format!("/channels/confirm/{token}"));
        (view.action, view.button) = (Some(format!("/channels/confirm/{token}")), "Yes, send me alerts".to_owned());
        Ok(page(&view))
    })
    .await
}

/// Where the group has no channels, the doors of their links lead nowhere.
fn gone(error: ActError) -> Problem {
    match error {
        ActError::Refused(no) if no.0 == Refusal::Bell(Bell::ChannelOff) => Problem::of(Trouble::NotFound),
        other => other.into(),
    }
}

async fn confirm(State(app): State<App>, token: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let token = named(token)?;
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Secret)?;
        Fields::read(request, &["go"]).await?;
        let link = channels::confirm(&app.world, StreetCaller, &token).await.map_err(gone)?;
        Ok(page(&said(
            &app,
            "Alerts begin",
            &["This mailbox is told from now on, for 180 days.", KEEP_LINK],
            vec![Fact::new("Your own page", link)],
        )))
    })
    .await
}

fn own_part(app: &App, own: &Subscription) -> OwnChannel {
    let zone = app.world.group.playbook.zone();
    let takes = own.by != By::Ntfy && own.further.is_none() && channels::offered(&app.world).contains(&By::Ntfy);
    let minutes = MINUTES.into_iter().filter(|_| takes);
    OwnChannel {
        words: format!(
            "You are told by {} until {}, unless you renew it by saving.",
            if own.by == By::Push { "a browser" } else { own.by.label() },
            own.until.day(zone)
        ),
        further: own.further.as_ref().map(|further| {
            format!("When it has not taken a message after {} minutes, {} is used too.", further.after_minutes, further.by.label())
        }),
        minutes: minutes
            .map(|minutes| chosen(Choice::new(minutes.to_string(), format!("{minutes} minutes")), minutes == MINUTES[1]))
            .collect(),
    }
}

async fn own_page(State(app): State<App>, token: Result<Path<String>, PathRejection>) -> Response {
    page_door(&app, async {
        let token = named(token)?;
        let own = channels::read_own(&app.world, StreetCaller, &token).await?;
        let shown = Shown::of(&app, &own, &format!("/channels/mine/{token}"));
        Ok(page(&view(&app, &shown, Some(own_part(&app, &own)), Vec::new())))
    })
    .await
}

/// The body of a post to one's own link: a form of the page, or what a mail program's one press sends, which
/// may be either sort of form and comes from no page at all.
async fn own_fields(request: Request<Body>) -> Result<Option<Fields>, Problem> {
    let (head, body) = apart(request);
    let kind = head.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_lowercase();
    if kind.starts_with("multipart/form-data") {
        let read = read_body(body).await?;
        let text = String::from_utf8_lossy(&read);
        let pressed = text.contains(&format!("name=\"{}\"", ONE_CLICK.0)) && text.contains(ONE_CLICK.1);
        return if pressed { Ok(None) } else { Err(Problem::of(Trouble::FormBroken)) };
    }
    let known: Vec<&str> = ["go", "minutes", ONE_CLICK.0].into_iter().chain(CHOICES).collect();
    let fields = Fields::read(whole(&head, body), &known).await?;
    Ok(if fields.one(ONE_CLICK.0)? == ONE_CLICK.1 { None } else { Some(fields) })
}

async fn own(State(app): State<App>, token: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let token = named(token)?;
        let path = format!("/channels/mine/{token}");
        let world = &app.world;
        let ended = said(&app, "It is ended", &["The address is forgotten. Nothing more comes."], Vec::new());
        // The link is the key: no other page knows it, so it does not matter which page presses.
        let Some(fields) = own_fields(request).await? else {
            channels::one_press(world, StreetCaller, &token).await?;
            return Ok(page(&ended));
        };
        match fields.one("go")? {
            "end" => {
                channels::end_own(world, StreetCaller, &token).await?;
                Ok(page(&ended))
            }
            "no-further" => {
                channels::further_own(world, StreetCaller, &token, None).await?;
                Ok(see_other(&path))
            }
            "further" => {
                let minutes = fields.one("minutes")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
                let address = channels::further_own(world, StreetCaller, &token, Some(minutes)).await?.unwrap_or_default();
                let lines = ["Subscribe to this address in ntfy. Whoever knows it reads what you read, so show it to nobody."];
                Ok(page(&said(&app, "Your second address", &lines, vec![Fact::new("Address", address)])))
            }
            _ => {
                let before = channels::read_own(world, StreetCaller, &token).await?;
                let changed = async {
                    let choices = choices(&app, &fields)?;
                    Ok::<(), Problem>(channels::change_own(world, StreetCaller, &token, choices).await?)
                };
                match changed.await {
                    Ok(()) => Ok(see_other(&path)),
                    Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                        let shown = Shown { action: path.clone(), path, ..Shown::typed(&app, &fields)? };
                        Ok(page_with(problem.status(), &view(&app, &shown, Some(own_part(&app, &before)), beside(&problem))))
                    }
                    Err(problem) => Err(problem),
                }
            }
        }
    })
    .await
}

/// Whoever watches the canary's mailbox says that a test came. A word that is on no way is not here.
async fn canary_came(State(app): State<App>, token: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    page_door(&app, async {
        gate::knock(&app, &request, Knock::Secret)?;
        if channels::canary_came(&app.world, StreetCaller, &named(token)?) {
            Ok(StatusCode::NO_CONTENT.into_response())
        } else {
            Err(Problem::of(Trouble::NotFound))
        }
    })
    .await
}

/// The operator's gateway hands in a text. Whoever does not know the secret part of the address finds nothing.
async fn text_came_in(State(app): State<App>, token: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let token = named(token)?;
        if !channels::inbound_opens(&app.world, &token) {
            return Err(Problem::of(Trouble::NotFound));
        }
        let (from_field, text_field) = channels::inbound_fields(&app.world).ok_or_else(|| Problem::of(Trouble::NotFound))?;
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_lowercase();
        let body = read_body(request.into_body()).await?;
        // A gateway sends more fields than we read, so unknown ones are let through here and nowhere else.
        let (from, text) = if kind.starts_with("application/json") {
            let read: serde_json::Value = serde_json::from_slice(&body).map_err(|_| Problem::of(Trouble::JsonBroken))?;
            let field = |name: &str| read.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            (field(&from_field), field(&text_field))
        } else {
            let fields = Fields::parse(&body)?;
            (fields.one(&from_field)?.to_owned(), fields.one(&text_field)?.to_owned())
        };
        match channels::text_came_in(&app.world, StreetCaller, &from, &text).await {
            Ok(()) => {}
            Err(ActError::Refused(no)) => tracing::debug!(channel = "sms", refused = no.0.name(), "a text that came in was refused"),
            // The gateway tries again: an end must not be lost because a disk was busy.
            Err(other) => return Err(other.into()),
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

#[cfg(test)]
mod tests;
