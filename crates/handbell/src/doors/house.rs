//! Doors of the house itself: what is held, the files of the pages, the problems.
//!
//! `/about` is made from the schema's own list and from counts taken now, so it cannot drift from what is so.
//! Counts of private things are bands: a number that grows by one would tell a watcher that somebody has
//! just reported.

use super::App;
use super::answer::{page, page_door};
use super::frame;
use super::problem::{Problem, Trouble, html};
use super::record::kept_file;
use super::routes::{Route, Who};
use crate::push::Envelopes;
use crate::push::armed::Readiness;
use crate::shut_in::Can;
use crate::store::inventory::{BESIDE, HOLDINGS};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use handbell_rules::bell::delivery::band;
use handbell_rules::evidence::footage::WAITS_FOR_A_MACHINE;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{DAY, Timestamp};
use handbell_site::{AboutPage, Asset, HeldClass, Tab, assets};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};

/// Asked for again each time, answered with 304 while nothing changed: a page and its style never differ.
const ASK_AGAIN: &str = "no-cache";
const ICON: &str = "/assets/icon.svg";

/// What envelopes would tell whoever copies the memory.
const ENVELOPES_SEIZED: &str = "Envelopes made ahead: nothing on the disk; a copy of the running memory opens the next message to each phone that has one, and not those sent before.";

/// What nobody here can promise.
const LIMITS: [&str; 5] = [
    "Whoever controls the running machine can read reports and what the desk writes, as they arrive and later. At rest they are as safe as the disk's own encryption. Contact details are the exception: they are sealed before they are written, and this server cannot open them.",
    "Until members sign in with passkeys, whoever runs this server can make a sign-in link for any member and act as them.",
    "Real alerts are signed by browsers of two members, and your browser checks before it shows one. That stops a thief of this server's sending key or its database. It does not stop somebody who changes the files this site gives browsers, nor a false end of an alert that is live.",
    "Push services know that a device gets messages from here, and when. They cannot read them.",
    "Nobody else signs the log yet. Whoever keeps a checkpoint can prove that it only grew since.",
];

/// How long the running server can open a file, by what this machine can make copies of.
fn until_copied(can: &Can) -> String {
    let days = WAITS_FOR_A_MACHINE / DAY;
    let usual = format!(
        "usually within minutes, after hours when many come at once, up to {days} days later where this machine is short of memory or of a program, and later still while the place where files are kept does not answer"
    );
    let broken_off = "What came of a file whose sending broke off it can open for a day after the last piece";
    let not: Vec<&str> = [(&can.not_films, "films and recordings"), (&can.not_heic, "HEIC pictures")]
        .iter()
        .filter(|(why, _)| why.is_some())
        .map(|(_, what)| *what)
        .collect();
    let whole = match (&can.not_pictures, not.join(" and ")) {
        (Some(_), _) => format!("This machine can make no working copies, so the running server can open each file for {days} days"),
        (None, not) if not.is_empty() => format!("Until working copies are made, {usual}, the running server can open it too"),
        (None, not) => format!(
            "Until working copies are made, {usual}, the running server can open it too; of {not}, of which this machine can make none, for {days} days"
        ),
    };
    format!("{whole}. {broken_off}")
}

/// What is so of footage.
fn footage_limit(can: &Can) -> String {
    format!(
        "Photos, films and sound are sealed as they arrive, and the original opens for two of three custodians, who are elsewhere. {}. It holds the last piece that arrived, and working copies for as long as they live. Whoever copied its disk in that time can open what came then. A program here suggests boxes for what looks like a face; it knows nobody, and people cover and check.",
        until_copied(can)
    )
}

/// What nobody here can promise, footage second: what cannot be promised of it follows from this machine.
fn limits(can: &Can) -> Vec<String> {
    let mut limits: Vec<String> = LIMITS.iter().map(|line| (*line).to_owned()).collect();
    limits.insert(1, footage_limit(can));
    limits
}

/// The house's routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/about", Who::Street, about),
        Route::get("/problems", Who::Street, problems),
        Route::get("/robots.txt", Who::Street, robots),
        Route::get("/favicon.ico", Who::Street, asset),
    ];
    routes.extend(assets().iter().map(|asset| Route::get(asset.path, Who::Street, self::asset)));
    routes
}

fn age(oldest: Timestamp, now: Timestamp) -> String {
    match now.since(oldest) / DAY {
        i64::MIN..=0 => "today".into(),
        1 => "1 day".into(),
        days => format!("{days} days"),
    }
}

/// Envelopes lie in memory and in no table, so their row is made here.
fn envelopes(ready: Readiness) -> HeldClass {
    let banded = |count: usize| if count == 0 { "none" } else { band(count as u64) };
    let rest = match ready.unarmed {
        None => "Not everybody was looked at since the start.".to_owned(),
        Some(0) => "At the last look everybody had one.".to_owned(),
        Some(left) => {
            format!("At the last look {} had none, most for want of locked memory; theirs are sealed when the bell rings.", banded(left))
        }
    };
    HeldClass {
        class: "Envelopes made ahead".to_owned(),
        holds: format!("For the next message to a phone, a key pair of ours and what was agreed with that browser. {rest}"),
        who_reads: "the running program; in locked memory, never on the disk".to_owned(),
        rows_now: banded(ready.armed).to_owned(),
        oldest: "no time is kept".to_owned(),
        goes: "with its one message, or when the subscription ends or changes its keys; all of them at a restart".to_owned(),
    }
}

async fn about(State(app): State<App>) -> Response {
    page_door(&app, async {
        let world = &app.world;
        let now = world.now();
        let held = world.store.held().await?;
        let classes = HOLDINGS.iter().chain(BESIDE).map(|holding| {
            let counted = held.iter().find(|held| held.table == holding.table);
            HeldClass {
                class: holding.class.to_owned(),
                holds: holding.holds.to_owned(),
                who_reads: holding.readable_by.to_owned(),
                rows_now: counted.map_or("not counted", |held| if held.rows == 0 { "none" } else { band(held.rows) }).to_owned(),
                oldest: match counted.and_then(|held| held.oldest) {
                    Some(oldest) => age(oldest, now),
                    None => "no time is kept".to_owned(),
                },
                goes: holding.life.to_owned(),
            }
        });
        Ok(page(&AboutPage {
            frame: frame::public(&app, Tab::Nowhere, "/about"),
            as_of: now.day_and_clock(world.group.playbook.zone()),
            classes: classes.chain([envelopes(world.push.envelopes().map(Envelopes::readiness).unwrap_or_default())]).collect(),
            seizure: HOLDINGS
                .iter()
                .chain(BESIDE)
                .filter(|holding| !holding.seizure.is_empty())
                .map(|holding| format!("{}: {}", holding.class, holding.seizure))
                .chain([ENVELOPES_SEIZED.to_owned()])
                .collect(),
            limits: limits(world.shut_in.can()),
        }))
    })
    .await
}

/// Serves a file of the pages.
async fn asset(State(app): State<App>, request: Request<Body>) -> Response {
    let path = request.uri().path();
    let path = if path == "/favicon.ico" { ICON } else { path };
    match assets().iter().find(|asset| asset.path == path) {
        Some(Asset { content_type, bytes, .. }) => kept_file(request.headers(), content_type, ASK_AGAIN, *bytes),
        None => Problem::of(Trouble::NotFound).page(&app, None),
    }
}

async fn robots() -> Response {
    let text = "User-agent: *\nDisallow: /alerts/\nDisallow: /desk\nDisallow: /receipt\nDisallow: /demo/\n";
    ([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text).into_response()
}

/// Every type of problem: its name, which stands in `type`, its status, and what to do.
async fn problems() -> Response {
    let row = |name: &str, status: u16, heading: &str, advice: &str| {
        format!("<dt id=\"{name}\"><code>{name}</code> · {status}</dt><dd>{heading}. {advice}</dd>\n")
    };
    let mut rows: String =
        Trouble::ALL.iter().map(|trouble| row(trouble.name(), trouble.status(), trouble.heading(), trouble.advice())).collect();
    rows.extend(Refusal::all().into_iter().map(|no| row(no.name(), Problem::refused(no).status().as_u16(), "A rule said no", no.advice())));
    let text = format!(
        "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Problems</title>\n\
         <link rel=\"stylesheet\" href=\"/assets/handbell.css\">\n</head>\n<body>\n<main class=\"wrap stack\">\n<h1>Problems</h1>\n\
         <p>Every problem document of this site (RFC 9457) names one of these in <code>type</code>.</p>\n<dl>\n{rows}</dl>\n\
         <p><a href=\"/\">First page</a></p>\n</main>\n</body>\n</html>\n"
    );
    html(text).into_response()
}

#[cfg(test)]
mod tests;
