//! Doors of neighbouring groups' records: whose are kept here, their incidents, and one of them.
//!
//! The same projection and the same page as for this group's own, made from the copy on the disk and from nothing else.
//! Every page says first whose it is. Nothing of them enters this group's search, numbers, maps, feeds or files, and no
//! page of them is kept for the next reader: what they withdraw is gone at the pull that brings the withdrawal.

use super::super::answer::{named, page, page_door, page_with};
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble, html};
use super::super::routes::{Route, Who};
use super::super::{App, frame};
use super::incident::{moment, record_page, room};
use super::neighbours::broken;
use super::part::Asked;
use super::{meta, tag_of};
use crate::mirror::MirrorError;
use crate::mirror::neighbours::Kept;
use crate::mirror::told::Told;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_log::cosignature::CosignerKey;
use handbell_log::cosigner::origin_hash;
use handbell_log::leaf::Stream;
use handbell_rules::bell::mode::Status;
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::{IncidentRecord, project};
use handbell_rules::record::search::Sheet;
use handbell_rules::time::Timestamp;
use handbell_site::{
    Fact, NeighbourGapPage, NeighbourListPage, NeighbourRow, NeighboursPage, RecordPage, RecordRow, State as Shown, Tab, Tag, Theirs,
};
use http::StatusCode;
use std::sync::Arc;

/// Incidents one page of a neighbour's list shows. Each is read from the disk.
const LISTED_MAX: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/record/neighbours", Who::Street, groups),
        Route::get("/record/neighbours/{hash}", Who::Street, list),
        Route::get("/record/neighbours/{hash}/{incident}", Who::Street, show),
        Route::get("/record/neighbours/{hash}/{incident}/{part}", Who::Street, part),
    ]
}

/// How a copy stands, beside what it tells.
struct Standing {
    alarm: Option<String>,
    cosigned: Option<(u64, u64)>,
}

fn standing(kept: &Kept, cosigner: Option<&CosignerKey>) -> Standing {
    let cosigned = cosigner.map(|key| kept.neighbour.cosigned(key)).transpose().unwrap_or_else(|error| {
        tracing::warn!(origin = kept.neighbour.origin(), %error, "the cosigned checkpoint of a neighbour's copy cannot be read");
        None
    });
    let alarm = kept.neighbour.alarm().map(|alarm| alarm.sentence.trim_end_matches('.').to_owned());
    Standing { alarm, cosigned: cosigned.flatten() }
}

/// Reads from a copy where a thread may wait for the disk, not more than some at once.
async fn read<T: Send + 'static>(
    app: &App,
    kept: &Arc<Kept>,
    what: impl FnOnce(&Kept) -> Result<T, MirrorError> + Send + 'static,
) -> Result<(T, Standing), Problem> {
    let lost = || Problem::of(Trouble::Broken);
    let _place = app.neighbours.readers.acquire().await.map_err(|_| lost())?;
    let (kept, cosigner) = (Arc::clone(kept), app.neighbours.cosigner().map(|key| key.verifier().clone()));
    let read = tokio::task::spawn_blocking(move || Ok((what(&kept)?, standing(&kept, cosigner.as_ref())))).await;
    read.map_err(|_| lost())?.map_err(|error: MirrorError| broken(&error))
}

fn at(app: &App, seconds: u64) -> String {
    let milliseconds = i64::try_from(seconds).unwrap_or_default().saturating_mul(1_000);
    Timestamp::from_milliseconds(milliseconds).day_and_clock(app.world.group.playbook.zone())
}

fn entries_in_words(count: u64) -> String {
    if count == 1 { "one entry".to_owned() } else { format!("{count} entries") }
}

/// The path of what is kept of one group.
fn path_of(kept: &Kept) -> String {
    format!("/record/neighbours/{}", origin_hash(kept.neighbour.origin()))
}

fn mark(app: &App, kept: &Kept, size: u64, incident: Option<IncidentId>, standing: &Standing) -> Theirs {
    let copied = match kept.neighbour.pulled_at() {
        Some(seconds) => format!("last copied on {}", at(app, seconds)),
        None => "not copied again since this server was started".to_owned(),
    };
    let below = incident.map_or_else(|| "/record".to_owned(), |incident| format!("/record/{incident}"));
    Theirs {
        host: kept.host().to_owned(),
        list_href: path_of(kept),
        own_href: kept.site().map(|site| format!("{site}{below}")),
        follows: format!("It follows from {} of their log, {copied}.", entries_in_words(size)),
        alarm: standing.alarm.clone(),
    }
}

fn cosigned(app: &App, standing: &Standing) -> Option<String> {
    standing.cosigned.map(|(size, seconds)| format!("{}, {}", entries_in_words(size), at(app, seconds)))
}

fn row(app: &App, kept: &Kept, standing: Standing) -> NeighbourRow {
    let neighbour = &kept.neighbour;
    let copied = neighbour.pulled_at().map_or_else(|| "not yet since this server was started".to_owned(), |seconds| at(app, seconds));
    let cosigned = cosigned(app, &standing).unwrap_or_else(|| "nothing yet".to_owned());
    NeighbourRow {
        href: path_of(kept),
        host: kept.host().to_owned(),
        facts: vec![
            Fact::new("Log", neighbour.origin()),
            Fact::new("Incidents", neighbour.opened().to_string()),
            Fact::new("Entries", neighbour.size().to_string()),
            Fact::new("Last copied", copied),
            Fact::new("Cosigned by us", cosigned).with_note("It says that this is the only log we have seen under their name."),
        ],
        alarm: standing.alarm,
    }
}

async fn groups(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        Fields::parse(query.unwrap_or_default().as_bytes())?.only(&[])?;
        let mut groups = Vec::new();
        for kept in app.neighbours.all() {
            let ((), standing) = read(&app, kept, |_| Ok(())).await?;
            groups.push(row(&app, kept, standing));
        }
        Ok(page(&NeighboursPage { frame: frame::public(&app, Tab::Record, "/record/neighbours"), groups }))
    })
    .await
}

/// What a row of the list says of an incident that cannot be shown whole.
fn unshown(told: Option<&Told>) -> &'static str {
    match told {
        Some(Told::Waiting(_)) => "Not all of it is copied yet",
        Some(Told::TooLong) => "Too long to be shown here",
        _ => "It cannot be read from the copy",
    }
}

fn incident_row(kept: &Kept, opening: u64, stream: Stream) -> Result<RecordRow, MirrorError> {
    let incident = IncidentId(stream.0);
    let href = format!("{}/{incident}", path_of(kept));
    let told = kept.neighbour.told(stream)?;
    let record = match &told {
        Some(Told::Whole { entries, .. }) => project(incident, entries),
        _ => None,
    };
    Ok(match record {
        Some(record) => {
            let sheet = Sheet::of(&record);
            let tag = if record.status == Status::Exercise.word() { Tag::of(Shown::Exercise) } else { tag_of(&sheet.state) };
            RecordRow { href, title: sheet.title, meta: meta(&sheet.when, &sheet.district, sheet.corrections), tag }
        }
        None => RecordRow {
            href,
            title: format!("Entry {opening}"),
            meta: unshown(told.as_ref()).to_owned(),
            tag: Tag::with_words(Shown::Checking, "Not shown"),
        },
    })
}

fn kept_by<'a>(app: &'a App, hash: &str) -> Result<&'a Arc<Kept>, Problem> {
    app.neighbours.by_hash(hash).ok_or_else(|| Problem::of(Trouble::NotFound))
}

async fn list(State(app): State<App>, hash: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let kept = kept_by(&app, &named(hash)?)?;
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["before"])?;
        let before = match fields.one("before")? {
            "" => u64::MAX,
            place => place.parse().map_err(|_| Problem::of(Trouble::NotFound))?,
        };
        let rows = move |kept: &Kept| {
            let (opened, more) = kept.neighbour.opened_before(before, LISTED_MAX);
            let next = opened.last().map(|(opening, _)| *opening).filter(|_| more);
            let rows: Result<Vec<RecordRow>, _> = opened.into_iter().map(|(opening, stream)| incident_row(kept, opening, stream)).collect();
            Ok((rows?, next))
        };
        let ((incidents, next), standing) = read(&app, kept, rows).await?;
        let none = match (kept.neighbour.is_too_long(), kept.neighbour.size()) {
            (true, _) => "Their record is too long to be shown here. Read it at their own site.",
            (false, 0) => "Nothing of their record has been copied yet.",
            (false, _) if before < u64::MAX => "Nothing older is in their record.",
            (false, _) => "Nothing is in their record yet.",
        };
        Ok(page(&NeighbourListPage {
            frame: frame::public(&app, Tab::Record, &path_of(kept)),
            theirs: mark(&app, kept, kept.neighbour.size(), None, &standing),
            incidents,
            none: none.to_owned(),
            next_href: next.map(|next| format!("{}?before={next}", path_of(kept))),
        }))
    })
    .await
}

/// An incident of theirs, or the page that says why it is not shown.
enum Answer {
    Page(Box<RecordPage>),
    Gap(Response),
}

/// The page of one of this group's own incidents, turned into one of theirs: whose it is, and where its links lead.
fn turned(mut page: RecordPage, kept: &Kept, theirs: Theirs, cosigned: Option<String>) -> RecordPage {
    let (own, own_log) = (page.at.clone(), "/log/");
    page.at = format!("{}/{}", path_of(kept), page.id);
    page.frame.path.clone_from(&page.at);
    let moved = |href: &str| href.strip_prefix(&own).map(|rest| format!("{}{rest}", page.at));
    for change in &mut page.changes {
        change.href = change.href.as_deref().and_then(moved);
    }
    for slip in &mut page.slips {
        slip.href = moved(&slip.href).unwrap_or_default();
    }
    let log = format!("/log/neighbours/{}/", origin_hash(kept.neighbour.origin()));
    for entry in &mut page.entries {
        entry.content_href = entry.content_href.as_deref().and_then(|href| href.strip_prefix(own_log)).map(|path| format!("{log}{path}"));
    }
    page.entered = page.entered.map(|_| "They entered this from a file. It was not approved by two members of their desk.".to_owned());
    page.verify_command = format!("handbell verify {}", kept.prefix.trim_end_matches("/log"));
    page.cosigned =
        Some(cosigned.map_or_else(|| "not cosigned by this group yet".to_owned(), |words| format!("cosigned by this group: {words}")));
    // What this group offers beside its own pages is not theirs to offer.
    (page.moderated, page.vapid_key, page.also) = (None, None, None);
    page.theirs = Some(theirs);
    page
}

async fn incident(app: &App, hash: &str, incident: &str, as_of: Option<&AsOf>) -> Result<Answer, Problem> {
    let nowhere = || Problem::of(Trouble::NotFound);
    let kept = kept_by(app, hash)?;
    let incident: IncidentId = incident.parse().map_err(|_| nowhere())?;
    let (told, standing) = read(app, kept, move |kept| kept.neighbour.told(Stream(incident.0))).await?;
    let (status, words) = match told.ok_or_else(nowhere)? {
        Told::Whole { entries, size } => {
            let shown = as_of.map_or(entries.as_slice(), |moment| moment.of(&entries));
            let record: IncidentRecord = project(incident, shown).ok_or_else(nowhere)?;
            let theirs = mark(app, kept, size, Some(incident), &standing);
            let whole = record_page(app, &record, as_of, Default::default());
            return Ok(Answer::Page(Box::new(turned(whole, kept, theirs, cosigned(app, &standing)))));
        }
        told => gap(&told),
    };
    let theirs = mark(app, kept, kept.neighbour.size(), Some(incident), &standing);
    let frame = frame::public(app, Tab::Record, &format!("{}/{incident}", path_of(kept)));
    Ok(Answer::Gap(page_with(status, &NeighbourGapPage { frame, theirs, words })))
}

/// Why an incident is not shown, in words, and whether asking later may help.
fn gap(told: &Told) -> (StatusCode, String) {
    let later = StatusCode::SERVICE_UNAVAILABLE;
    match told {
        Told::TooLong | Told::Whole { .. } => (StatusCode::OK, "It is too long to be shown here. Read it at their own site.".to_owned()),
        Told::Waiting(1) => {
            (later, "The words of one of its entries have not been copied yet. A page with a hole would say what they do not.".to_owned())
        }
        Told::Waiting(some) => {
            (later, format!("The words of {some} of its entries have not been copied yet. A page with holes would say what they do not."))
        }
        Told::Unreadable { place } => {
            (later, format!("What stands at {place} of the copy cannot be read, or is not what their log says. Read it at their own site."))
        }
    }
}

async fn show(State(app): State<App>, path: Result<Path<(String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let Path((hash, name)) = path.map_err(|_| Problem::of(Trouble::NotFound))?;
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["asof"])?;
        let as_of = moment(&fields)?;
        Ok(match incident(&app, &hash, &name, as_of.as_ref()).await? {
            Answer::Page(whole) => html(room::within(&whole, as_of.as_ref())).into_response(),
            Answer::Gap(gap) => gap,
        })
    })
    .await
}

async fn part(State(app): State<App>, path: Result<Path<(String, String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let nowhere = || Problem::of(Trouble::NotFound);
        let Path((hash, name, part)) = path.map_err(|_| nowhere())?;
        let asked = Asked::of(&part, query.as_deref())?;
        Ok(match incident(&app, &hash, &name, asked.as_of.as_ref()).await? {
            Answer::Page(whole) => html(asked.within(&app, *whole).ok_or_else(nowhere)?).into_response(),
            Answer::Gap(gap) => gap,
        })
    })
    .await
}

#[cfg(test)]
mod tests;
