//! Doors of the bell for everybody: the list of public alerts, one alert behind its capability, subscribing,
//! and in a drill the exercise phones.
//!
//! An alert for neighbours or observers stands in no list and no feed: whoever holds its address reads it, and
//! an unknown address, a draft and an update get the same answer. The streams say only that something changed.
//! Alert pages are in the language of whoever asks, as far as the alert may be told in it (`tongue`).

mod cap;
mod phones;

use super::answer::{json_door, named, page, page_door};
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::tongue::{Asked, Tongue, choice_hint, choices};
use super::{App, frame, rights, stream};
use crate::acts::StreetCaller;
use crate::acts::bell::{AlertPage as Read, read_page};
use crate::acts::second;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use futures::{Stream, stream as streams};
use handbell_rules::bell::address::By;
use handbell_rules::bell::alert::{Alert, AlertState};
use handbell_rules::bell::fallback::MINUTES;
use handbell_rules::bell::message;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::wishes::DAILY_CAP_MAX;
use handbell_rules::id::AlertId;
use handbell_rules::playbook::{FixedTexts, PageWords, Reach, filled};
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

fn tag_of(alert: &Alert, band: AlertBand, words: &PageWords) -> Tag {
    let (shown, words) = match (alert.status, band) {
        (_, AlertBand::Cancelled) => (Shown::Mistaken, words.mistaken),
        (_, AlertBand::Over) => (Shown::Over, words.over),
        (Status::Exercise, AlertBand::Live) => (Shown::Exercise, words.exercise),
        (Status::Actual, AlertBand::Live) => (Shown::Confirmed, words.confirmed),
    };
    Tag::with_words(shown, words)
}

/// The public alerts, newest first, each in the page's language as far as it may be told in it.
pub(super) async fn public_rows(app: &App, tongue: &Tongue) -> Result<PublicRows, Problem> {
    let world = &app.world;
    let (now, zone, words) = (world.now(), world.group.playbook.zone(), tongue.texts.page);
    let (mut live, mut ended, mut last) = (Vec::new(), Vec::new(), None);
    for alert in world.store.public_alerts(ALERTS_LISTED_MAX).await? {
        let band = band_of(&alert, now);
        let since = alert.rung_at.map_or_else(String::new, |at| tongue.day_and_clock(at, zone));
        let told = alert.words.told_in(tongue.tag(), alert.status);
        let row = AlertRow {
            href: tongue.path(&format!("/alerts/{}", alert.id)),
            headline: told.headline.to_owned(),
            lang: (told.language != tongue.tag()).then(|| told.language.to_owned()),
            times: format!("{} · {}", filled(words.since, &[("time", &since)]), told.area),
            tag: tag_of(&alert, band, words),
        };
        if band == AlertBand::Live {
            live.push(row);
        } else {
            last = last.max(ended_at(&alert, now));
            ended.push(row);
        }
    }
    let rest_words = match last {
        Some(at) => format!("{} {}", words.none_live, filled(words.last_ended, &[("time", &tongue.day_and_clock(at, zone))])),
        None => words.none_live.to_owned(),
    };
    Ok(PublicRows { live, ended, rest_words })
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let group = &app.world.group;
        // What stands on the page beside the alerts may be told in the languages that may be told now.
        let tongues = group.tongues(app.world.now());
        let spoken = || tongues.iter().map(|tongue| tongue.language.as_str());
        let tongue = Asked::read(query.as_deref(), &headers)?.choose(spoken(), group.playbook.alert_languages());
        let checked = tongues.iter().any(|one| one.checked && one.language == tongue.tag());
        let rows = public_rows(&app, &tongue).await?;
        let mut frame = frame::public(&app, Tab::Alerts, &tongue.path("/alerts")).spoken(tongue.texts);
        frame.bell_live = !rows.live.is_empty();
        let speech = tongue.speech("/alerts", spoken(), checked);
        Ok(tongue.says(page(&AlertsPage { frame, speech, live: rows.live, ended: rows.ended, rest_words: rows.rest_words })))
    })
    .await
}

/// Reads the alert an address names. Whatever is not there, is a draft or follows another gets one answer.
async fn read(app: &App, id: &str) -> Result<Read, Problem> {
    let id: AlertId = id.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
    Ok(read_page(&app.world, StreetCaller, id).await?)
}

/// The page of an alert, or, with `.cap` after its id, its file: a path has one name between slashes.
async fn show(State(app): State<App>, id: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if let Some(id) = id.as_ref().ok().and_then(|Path(name)| name.strip_suffix(cap::SUFFIX)) {
        return cap::file(&app, id, &headers).await;
    }
    page_door(&app, async {
        let read = read(&app, &named(id)?).await?;
        let asked = Asked::read(query.as_deref(), &headers)?;
        let alert = &read.alert;
        // PROMISE only-checked-words-go-live: the page speaks the languages that its alert may be told in.
        let tongue = asked.choose(alert.words.languages(alert.status), app.world.group.playbook.alert_languages());
        Ok(tongue.says(page(&alert_page(&app, &read, &tongue))))
    })
    .await
}

fn alert_page(app: &App, read: &Read, tongue: &Tongue) -> AlertPage {
    let world = &app.world;
    let (now, zone) = (world.now(), world.group.playbook.zone());
    let alert = &read.alert;
    let (texts, words) = (tongue.texts, tongue.texts.page);
    let told = alert.words.told_in(tongue.tag(), alert.status);
    let band = band_of(alert, now);
    let ended = ended_at(alert, now).filter(|_| band != AlertBand::Live);
    let moment = |at: Timestamp, words: &str| Moment::new(at.clock(zone), at.utc_minute(), words);
    let update = |update: &Alert| Some(moment(update.rung_at?, update.words.told_in(tongue.tag(), alert.status).push_body));
    let updates: Vec<Moment> = read.updates.iter().filter_map(update).collect();
    let rung_at = alert.rung_at.unwrap_or(alert.drafted_at);
    let ended_words = match alert.state {
        AlertState::Cancelled => Some(texts.cancel_body),
        AlertState::StoodDown => Some(texts.stand_down_body),
        _ => ended.map(|_| words.ended_by_itself),
    };
    let mut said = vec![moment(rung_at, told.body)];
    said.extend(updates.iter().cloned());
    if let (Some(at), Some(words)) = (ended, ended_words) {
        said.push(moment(at, words));
    }
    said.reverse();
    let hazard = world.group.playbook.kind(&read.incident.kind).and_then(|kind| kind.hazard);
    let conduct = if told.conduct.is_empty() {
        message::conduct(hazard, tongue.tag()).iter().map(|line| (*line).to_owned()).collect()
    } else {
        told.conduct.to_vec()
    };
    let cards = rights::of_alert(app, alert.status, &read.incident.kind, tongue.tag());
    let path = format!("/alerts/{}", alert.id);
    let mut frame = frame::public(app, Tab::Alerts, &tongue.path(&path)).spoken(texts);
    frame.bell_live = band == AlertBand::Live;
    AlertPage {
        frame,
        speech: tongue.speech(&path, alert.words.languages(alert.status), told.checked),
        id: alert.id.to_string(),
        band,
        headline: told.headline.to_owned(),
        ended_words: ended_words.map(str::to_owned),
        ended_at: ended.map(|at| at.clock(zone)),
        update: updates.last().cloned(),
        purpose: told.purpose.to_owned(),
        area: told.area.to_owned(),
        since: rung_at.clock(zone),
        expires: alert.expires_at.map_or_else(String::new, |at| at.clock(zone)),
        tag: tag_of(alert, band, words),
        conduct,
        said,
        how_we_know: vec![
            Fact::new(words.level, words.level_words(read.checked.level)).with_note(words.because_words(read.checked.because)),
        ],
        cards: cards.links,
        cards_lang: cards.lang,
        cards_band: cards.band,
        plain_lines: texts.without_card.iter().map(|line| (*line).to_owned()).collect(),
        log_words: alert.logged.then(|| words.in_the_log.to_owned()),
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

async fn subscribe(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let wished = Asked::read(query.as_deref(), &headers)?.wished(app.world.group.playbook.alert_languages());
        // The page itself is in English; which language it offers first depends on who asks.
        Ok(Tongue::source().says(page(&subscribe_page(&app, wished))))
    })
    .await
}

fn subscribe_page(app: &App, wished: &FixedTexts) -> SubscribePage {
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
    SubscribePage {
        frame: frame::public(app, Tab::Alerts, "/subscribe"),
        areas: areas.collect(),
        kinds: kinds.collect(),
        languages: choices(app, wished.language),
        language_hint: choice_hint(app).to_owned(),
        hours: none("No quiet hours").chain((0..24).map(|hour: u8| Choice::new(hour.to_string(), format!("{hour:02}:00")))).collect(),
        caps: none("No limit").chain((1..=DAILY_CAP_MAX).map(cap)).collect(),
        promises: PROMISES.iter().map(|line| (*line).to_owned()).collect(),
        elsewhere: !crate::acts::channels::offered(&app.world).is_empty(),
        seconds: seconds(app),
        minutes: MINUTES
            .iter()
            .map(|minutes| Choice { chosen: *minutes == MINUTES[1], ..Choice::new(minutes.to_string(), format!("{minutes} minutes")) })
            .collect(),
        vapid_key: group.vapid_public.clone(),
    }
}

/// The ways a browser can name for when it is not reached, and none.
fn seconds(app: &App) -> Vec<Choice> {
    let offered = second::offered(&app.world);
    let hint = |by: &By| match by {
        By::Mail => "One letter comes first, with a button.",
        By::Sms => "You text us a code from your telephone.",
        _ => "An app of its own; you get a secret address from us.",
    };
    let none = (!offered.is_empty()).then(|| Choice::new("none", "Nothing else"));
    let ways = offered.iter().map(|by| Choice { hint: Some(hint(by).to_owned()), ..Choice::new(by.word(), by.label()) });
    ways.chain(none).collect()
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
mod spoken_tests;
#[cfg(test)]
mod tests;
