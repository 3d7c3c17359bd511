//! Doors of the bell for everybody: the list of public alerts, one alert behind its capability, subscribing,
//! and in a drill the exercise phones.
//!
//! An alert for neighbours or observers stands in no list and no feed: whoever holds its address reads it, and
//! an unknown address, a draft and an update get the same answer. The streams say only that something changed.

mod cap;
mod phones;

use super::answer::{json_door, named, page, page_door};
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::{App, frame, rights, stream};
use crate::acts::StreetCaller;
use crate::acts::bell::{AlertPage as Read, read_page};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use futures::{Stream, stream as streams};
use handbell_rules::bell::alert::{Alert, AlertState, RingKind};
use handbell_rules::bell::message;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::wishes::DAILY_CAP_MAX;
use handbell_rules::id::AlertId;
use handbell_rules::playbook::Reach;
use handbell_rules::time::Timestamp;
use handbell_site::{
    AlertBand, AlertPage, AlertRow, AlertsPage, AreaChoice, Choice, Fact, Moment, State as Shown, SubscribePage, Tab, Tag,
};
use http::HeaderMap;
use std::time::Duration;

/// Public alerts a list shows at most.
const ALERTS_LISTED_MAX: u32 = 100;
/// A stream looks again at most this often, however many commits there are.
const LOOKS_APART: Duration = Duration::from_millis(500);

/// The bell's public routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/alerts", Who::Street, list),
        Route::get("/alerts/{id}", Who::Street, show),
        Route::get("/alerts/{id}/events", Who::Street, events),
        Route::get("/subscribe", Who::Street, subscribe),
    ];
    routes.extend(phones::routes());
    routes
}

/// Alerts that everybody may know of.
pub(super) struct PublicRows {
    /// Live ones.
    pub live: Vec<AlertRow>,
    /// The others.
    pub ended: Vec<AlertRow>,
    /// What the resting bell says.
    pub rest_words: String,
}

/// Where an alert stands for a reader at `now`. An alert that nobody ended ends by itself
/// (PROMISE nothing-goes-stale).
fn band_of(alert: &Alert, now: Timestamp) -> AlertBand {
    match alert.state {
        AlertState::Cancelled => AlertBand::Cancelled,
        AlertState::StoodDown => AlertBand::Over,
        _ if alert.is_live(now) => AlertBand::Live,
        _ => AlertBand::Over,
    }
}

fn ended_at(alert: &Alert, now: Timestamp) -> Option<Timestamp> {
    alert.ended_at.or(alert.expires_at.filter(|at| *at <= now))
}

fn tag_of(alert: &Alert, band: AlertBand) -> Tag {
    match (alert.status, band) {
        (_, AlertBand::Cancelled) => Tag::of(Shown::Mistaken),
        (_, AlertBand::Over) => Tag::of(Shown::Over),
        (Status::Exercise, AlertBand::Live) => Tag::of(Shown::Exercise),
        (Status::Actual, AlertBand::Live) => Tag::of(Shown::Confirmed),
    }
}

/// The public alerts, newest first.
pub(super) async fn public_rows(app: &App) -> Result<PublicRows, Problem> {
    let world = &app.world;
    let (now, zone) = (world.now(), world.group.playbook.zone());
    let (mut live, mut ended, mut last) = (Vec::new(), Vec::new(), None);
    for alert in world.store.public_alerts(ALERTS_LISTED_MAX).await? {
        let band = band_of(&alert, now);
        let since = alert.rung_at.map_or_else(String::new, |at| at.day_and_clock(zone));
        let row = AlertRow {
            href: format!("/alerts/{}", alert.id),
            headline: alert.words.headline.clone(),
            times: format!("Since {since} · {}", alert.words.area),
            tag: tag_of(&alert, band),
        };
        if band == AlertBand::Live {
            live.push(row);
        } else {
            last = last.max(ended_at(&alert, now));
            ended.push(row);
        }
    }
    let rest_words = match last {
        Some(at) => format!("No alert that everybody may know of is live. The last one ended on {}.", at.day_and_clock(zone)),
        None => "No alert that everybody may know of is live.".to_owned(),
    };
    Ok(PublicRows { live, ended, rest_words })
}

async fn list(State(app): State<App>) -> Response {
    page_door(&app, async {
        let rows = public_rows(&app).await?;
        let mut frame = frame::public(&app, Tab::Alerts, "/alerts");
        frame.bell_live = !rows.live.is_empty();
        Ok(page(&AlertsPage { frame, live: rows.live, ended: rows.ended, rest_words: rows.rest_words }))
    })
    .await
}

/// Reads the alert an address names. Whatever is not there, is a draft or follows another gets one answer.
async fn read(app: &App, id: &str) -> Result<Read, Problem> {
    let id: AlertId = id.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
    Ok(read_page(&app.world, StreetCaller, id).await?)
}

/// The page of an alert, or, with `.cap` after its id, its file: a path has one name between slashes.
async fn show(State(app): State<App>, id: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    if let Some(id) = id.as_ref().ok().and_then(|Path(name)| name.strip_suffix(cap::SUFFIX)) {
        return cap::file(&app, id, &headers).await;
    }
    page_door(&app, async { Ok(page(&alert_page(&app, &read(&app, &named(id)?).await?))) }).await
}

fn alert_page(app: &App, read: &Read) -> AlertPage {
    let world = &app.world;
    let (now, zone) = (world.now(), world.group.playbook.zone());
    let alert = &read.alert;
    let texts = message::texts("en");
    let band = band_of(alert, now);
    let ended = ended_at(alert, now).filter(|_| band != AlertBand::Live);
    let moment = |at: Timestamp, words: &str| Moment::new(at.clock(zone), at.utc_minute(), words);
    let updates: Vec<Moment> = read.updates.iter().filter_map(|update| Some(moment(update.rung_at?, &update.words.push_body))).collect();
    let rung_at = alert.rung_at.unwrap_or(alert.drafted_at);
    let ended_words = match alert.state {
        AlertState::Cancelled => message::ending(RingKind::Cancel, "en").map(|(_, body)| body.to_owned()),
        AlertState::StoodDown => message::ending(RingKind::StandDown, "en").map(|(_, body)| body.to_owned()),
        _ => ended.map(|_| "It ended by itself, at the time that was announced with it.".to_owned()),
    };
    let mut said = vec![moment(rung_at, &alert.words.body)];
    said.extend(updates.iter().cloned());
    if let (Some(at), Some(words)) = (ended, &ended_words) {
        said.push(moment(at, words));
    }
    said.reverse();
    let hazard = world.group.playbook.kind(&read.incident.kind).and_then(|kind| kind.hazard);
    let conduct = if alert.words.conduct.is_empty() {
        message::conduct(hazard, "en").iter().map(|line| (*line).to_owned()).collect()
    } else {
        alert.words.conduct.clone()
    };
    let cards = rights::of_alert(app, alert.status, &read.incident.kind);
    let mut frame = frame::public(app, Tab::Alerts, &format!("/alerts/{}", alert.id));
    frame.bell_live = band == AlertBand::Live;
    AlertPage {
        frame,
        id: alert.id.to_string(),
        band,
        headline: alert.words.headline.clone(),
        ended_words,
        ended_at: ended.map(|at| at.clock(zone)),
        update: updates.last().cloned(),
        purpose: alert.words.purpose.clone(),
        area: alert.words.area.clone(),
        since: rung_at.clock(zone),
        expires: alert.expires_at.map_or_else(String::new, |at| at.clock(zone)),
        tag: tag_of(alert, band),
        conduct,
        said,
        how_we_know: vec![Fact::new("Level", read.checked.level.words()).with_note(read.checked.because.sentence())],
        cards: cards.links,
        cards_band: cards.band,
        plain_lines: texts.without_card.iter().map(|line| (*line).to_owned()).collect(),
        log_words: alert.logged.then(|| "This alert stands in the public log.".to_owned()),
        cap_href: cap::href(alert, &read.incident),
        answer_href: super::desk::dispatches::answer_href(alert),
    }
}

/// What a stream compares: the alert's version and those of its updates, and whether it has ended by itself.
type Fingerprint = (u32, Vec<(AlertId, u32)>, bool);

async fn fingerprint(app: &App, id: &str) -> Option<Fingerprint> {
    let read = read(app, id).await.ok()?;
    let updates = read.updates.iter().map(|update| (update.id, update.version)).collect();
    Some((read.alert.version, updates, read.alert.is_live(app.world.now())))
}

async fn events(State(app): State<App>, id: Result<Path<String>, PathRejection>) -> Response {
    json_door(async {
        let id = named(id)?;
        read(&app, &id).await?;
        let address = format!("/alerts/{id}/events");
        let look = move |app: App| {
            let id = id.clone();
            async move { fingerprint(&app, &id).await }
        };
        Ok(stream::shared(&app.crowds, &address, changes(app.clone(), look), app.world.now()).await)
    })
    .await
}

/// Yields whenever `look` sees something else than before, woken by the journal and looking at most every
/// [`LOOKS_APART`].
pub(super) async fn changes<T, F, L>(app: App, look: L) -> impl Stream<Item = ()> + Send + 'static
where
    T: PartialEq + Send + 'static,
    F: Future<Output = T> + Send + 'static,
    L: Fn(App) -> F + Send + Sync + 'static,
{
    // The journal is followed from before the first look, so that no commit falls between the two.
    let journal = app.world.store.follow();
    let seen = look(app.clone()).await;
    streams::unfold((app, journal, seen, look), |(app, mut journal, mut seen, look)| async move {
        loop {
            journal.changed().await.ok()?;
            let now = look(app.clone()).await;
            let changed = now != seen;
            seen = now;
            if changed {
                return Some(((), (app, journal, seen, look)));
            }
            tokio::time::sleep(LOOKS_APART).await;
        }
    })
}

async fn subscribe(State(app): State<App>) -> Response {
    let group = &app.world.group;
    let areas = group.areas.areas().iter().map(|named| AreaChoice {
        id: named.id.clone(),
        cells: named.area.cells().map(|cell| cell.to_string()).collect(),
        label: named.name.clone(),
        hint: Some(named.district.clone()).filter(|district| *district != named.name),
    });
    // Kinds that no playbook rule ever tells to neighbours are not offered.
    let told = |kind: &&handbell_rules::playbook::Kind| [false, true].iter().any(|home| kind.reach(Reach::Neighbours, *home).is_some());
    let kinds = group
        .playbook
        .kinds()
        .iter()
        .filter(told)
        .map(|kind| Choice { chosen: true, ..Choice::new(&kind.id, group.playbook.kind_label(&kind.id, "en")) });
    let none = |words: &str| std::iter::once(Choice::new("", words));
    // The largest cap is chosen unless somebody chooses another: enough for nearly every day, and an end to any.
    let cap = |alerts: u8| Choice { chosen: alerts == DAILY_CAP_MAX, ..Choice::new(alerts.to_string(), alerts.to_string()) };
    page(&SubscribePage {
        frame: frame::public(&app, Tab::Alerts, "/subscribe"),
        areas: areas.collect(),
        kinds: kinds.collect(),
        hours: none("No quiet hours").chain((0..24).map(|hour: u8| Choice::new(hour.to_string(), format!("{hour:02}:00")))).collect(),
        caps: none("No limit").chain((1..=DAILY_CAP_MAX).map(cap)).collect(),
        promises: PROMISES.iter().map(|line| (*line).to_owned()).collect(),
        elsewhere: !crate::acts::channels::offered(&app.world).is_empty(),
        vapid_key: group.vapid_public.clone(),
    })
}

/// What a subscriber is told before subscribing.
const PROMISES: [&str; 5] = [
    "We know an address that reaches this browser, the areas and kinds you tick, your language, and when you want quiet.",
    "We do not know your name, your number or where you live.",
    "The maker of your browser can know that this device gets messages from us, and could be made to say so.",
    "If our switched-on server were taken, these addresses could be read.",
    "If that is too much, read the alerts page instead. Then you learn only of alerts that everybody may know of.",
];

#[cfg(test)]
mod tests;
