//! The desk's doors: the queue, a report, an incident, an alert, the record, for signed-in members.
//!
//! A page here shows what the acts read and asks the rules what this member may do now, so that a button
//! is there exactly when its press would work. A press answers with 303 and the page, a refusal with the
//! same page and words beside the field. Every form carries the version its page was made from: whoever
//! acts on something that has changed since is told so and nothing is done.

pub mod alert;
pub mod article;
pub mod board;
pub mod call;
pub mod claim;
pub mod compose;
pub mod custodians;
pub mod custody;
pub mod dispatches;
pub mod drill;
pub mod duty;
pub mod editor;
pub mod follow_up;
pub mod footage;
pub mod hiding;
pub mod incident;
pub mod keys;
mod known;
pub mod letters;
pub mod longer;
pub mod looks;
mod marked;
pub mod mutes;
pub mod observe;
pub mod opening;
pub mod packs;
pub mod queue;
pub mod reach;
pub mod record;
pub mod report;
pub mod same;
pub mod sides;
pub mod statement;
pub mod telephone;
mod words;

use super::answer::{page_with, see_other};
use super::fields::Fields;
use super::gate::Desk;
use super::problem::{Problem, Trouble};
use super::routes::Route;
use super::{App, frame};
use crate::acts::ActError;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use handbell_rules::id::MemberId;
use handbell_rules::refusal::{Desk as DeskNo, Refusal};
use handbell_rules::time::{DAY, Timestamp};
use handbell_site::{DeskBar, ErrorPage, FieldError, Frame, Link, Moment, Tab};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::str::FromStr;

/// The doors of this room.
pub fn routes() -> Vec<Route> {
    let checks =
        [queue::routes(), report::routes(), same::routes(), incident::routes(), claim::routes(), observe::routes(), opening::routes()];
    let watches =
        [looks::routes(), dispatches::routes(), board::routes(), mutes::routes(), known::routes(), duty::routes(), telephone::routes()];
    let says = [
        compose::routes(),
        alert::routes(),
        keys::routes(),
        custody::routes(),
        record::routes(),
        editor::routes(),
        letters::routes(),
        sides::routes(),
        follow_up::routes(),
        article::routes(),
    ];
    let shows = [footage::routes(), hiding::routes(), longer::routes(), custodians::routes(), packs::routes()];
    checks.into_iter().chain(watches).chain(shows).chain(says).chain([call::routes(), drill::routes(), reach::routes()]).flatten().collect()
}

/// What an address names in its braces. What cannot be read is nowhere, said as a page.
pub struct Part<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Part<T> {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(part)) => Ok(Self(part)),
            Err(_) => Err(Problem::of(Trouble::NotFound).page(app, None)),
        }
    }
}

/// Reads an id of an address.
pub fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::of(Trouble::NotFound))
}

/// Answers an act. When somebody was faster, the page says so and leads back to `back`.
pub async fn told_at(app: &App, back: &str, work: impl Future<Output = Result<Response, Problem>>) -> Response {
    match work.await {
        Ok(response) => response,
        // The matter's own page says what stands between, and what to do.
        Err(problem) if opening::stands_between(&problem, back) => see_other(back),
        Err(problem) if problem.name() == Trouble::Conflict.name() => {
            let page = ErrorPage {
                frame: frame::public(app, Tab::Nowhere, back),
                status: problem.status().as_u16(),
                heading: "Somebody was faster".to_owned(),
                what_to_do: vec![problem.advice().to_owned(), "Nothing of yours was done.".to_owned()],
                code: problem.name().to_owned(),
                links: vec![
                    Link { href: back.to_owned(), words: "Load the page again".to_owned() },
                    Link { href: "/desk".to_owned(), words: "The queue".to_owned() },
                ],
                kept: None,
            };
            page_with(problem.status(), &page)
        }
        Err(problem) => problem.page(app, None),
    }
}

/// Refuses a press made on a page that is not the newest.
pub fn same_version(fields: &Fields, stored: u32) -> Result<(), Problem> {
    let read: u32 = fields.one("version")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
    if read == stored { Ok(()) } else { Err(Problem::of(Trouble::Conflict)) }
}

/// Parts a rule's no, which becomes words on the page, from everything else. A missing role stays a
/// problem of its own: there is nothing on the page to mend.
pub fn refused<T>(answer: Result<T, ActError>) -> Result<Result<T, Refusal>, Problem> {
    match answer {
        Ok(done) => Ok(Ok(done)),
        Err(ActError::Refused(no)) if no.0 != Refusal::from(DeskNo::NotOnDesk) => Ok(Err(no.0)),
        Err(error) => Err(error.into()),
    }
}

/// What a refused press leaves on its page: what was typed, and what to mend.
#[derive(Debug, Default)]
pub struct Typed {
    /// The form as it was sent; empty on a fresh page.
    pub fields: Fields,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

impl Typed {
    /// A refusal at one of the form's own fields; an empty name for no field in particular.
    pub fn at(fields: Fields, field: &str, words: impl Into<String>) -> Self {
        Self { fields, errors: vec![FieldError::new(field, words)] }
    }
    /// A rule's no; `field_of` turns the rule's field into the form's.
    pub fn no(fields: Fields, no: Refusal, field_of: impl Fn(&'static str) -> &'static str) -> Self {
        Self::at(fields, field_of(no.field()), no.advice())
    }
    /// What was typed into a field.
    pub fn text(&self, field: &str) -> String {
        self.fields.one(field).unwrap_or_default().to_owned()
    }
    /// 422 when something must be mended.
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// The strip and the frame of a desk page.
pub async fn around(app: &App, desk: &Desk, tab: Tab, path: &str, title: &str) -> Result<(Frame, DeskBar), Problem> {
    let mut frame = frame::desk(app, tab, path, title);
    let now = app.world.now();
    frame.bell_live = app.world.store.open_alerts().await?.iter().any(|alert| alert.is_live(now));
    Ok((frame, frame::bar(app, desk).await?))
}

/// Members' names, for the desk only.
pub struct Names(HashMap<MemberId, String>);

impl Names {
    /// Reads them.
    pub async fn read(app: &App) -> Result<Self, Problem> {
        Ok(Self(app.world.store.members().await?.into_iter().map(|member| (member.id, member.name)).collect()))
    }
    /// The name of one.
    pub fn of(&self, member: MemberId) -> &str {
        self.0.get(&member).map_or("somebody who has left", String::as_str)
    }
    /// The names of several, in words; empty for none.
    pub fn of_all(&self, members: &[MemberId]) -> String {
        members.iter().map(|member| self.of(*member)).collect::<Vec<_>>().join(" and ")
    }
}

/// A time as the desk reads it: the clock, with the day when it was not within the last day.
pub fn clock(app: &App, at: Timestamp) -> String {
    let zone = app.world.group.playbook.zone();
    if app.world.now().since(at).abs() < DAY { at.clock(zone) } else { at.day_and_clock(zone) }
}

/// Something that happened, with its time.
pub fn moment(app: &App, at: Timestamp, words: impl Into<String>) -> Moment {
    Moment::new(clock(app, at), at.utc_minute(), words)
}

/// The language the desk works in.
pub fn language(app: &App) -> &str {
    &app.world.group.playbook.languages()[0]
}

#[cfg(test)]
mod dispatch_story;
#[cfg(test)]
mod flood_story;
#[cfg(test)]
mod several;
#[cfg(test)]
mod story;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod together;
#[cfg(test)]
mod watch_story;
#[cfg(test)]
mod witness;
