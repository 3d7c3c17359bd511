//! The reach page's door: figures of channels and their test messages, for the desk only.
//!
//! It shows counts of ten and more, never who, and no address.

use super::around;
use crate::acts::test_browser;
use crate::channel::carrier::Carrier;
use crate::doors::answer::{page, page_door};
use crate::doors::routes::{Route, Who};
use crate::doors::{App, gate};
use crate::work::canary::alarms;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::bell::canary::named;
use handbell_rules::bell::reach::{MonthReach, shown};
use handbell_site::{CanaryRow, ReachPage, ReachRow, Tab};
use http::HeaderMap;

/// The door.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/reach", Who::Member, show)]
}

fn row(month: &MonthReach) -> ReachRow {
    let counted = &month.counted;
    ReachRow {
        month: month.month.clone(),
        channel: named(month.by).to_owned(),
        begun: shown(counted.begun),
        accepted: shown(counted.accepted),
        gone: shown(counted.gone),
        refused: shown(counted.refused),
        ran_out: shown(counted.ran_out()),
        median: counted.median_seconds().map_or("not known".to_owned(), |seconds| format!("{seconds} s")),
        missed: shown(counted.missed),
    }
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let zone = app.world.group.playbook.zone();
        let mut months = app.world.store.reach().await.map_err(crate::acts::ActError::from)?;
        months.sort_by(|one, other| other.month.cmp(&one.month).then(one.by.cmp(&other.by)));
        let canaries = app.world.push.carrier().map_or(Vec::new(), Carrier::canaries).into_iter().map(|(by, canary)| {
            let words = match (canary.misses, canary.well_at) {
                (0, Some(at)) => format!("Arrived at {}.", at.day_and_clock(zone)),
                (0, None) => "Sent; not judged yet.".to_owned(),
                (missed, Some(at)) => format!("Missed {missed} in a row. Last arrived at {}.", at.day_and_clock(zone)),
                (missed, None) => format!("Missed {missed} in a row. None has arrived since the program started."),
            };
            CanaryRow { channel: named(by).to_owned(), words }
        });
        let browser = test_browser::read(&app.world).await?;
        let (frame, bar) = around(&app, &desk, Tab::DeskAlerts, "/desk/reach", "How well we reach people").await?;
        Ok(page(&ReachPage {
            frame,
            desk: bar,
            alarms: alarms(&app.world),
            canaries: canaries.collect(),
            test_browser: match &browser {
                Some(browser) => format!("There is one, until {}. It must stay open.", browser.until.day(zone)),
                None => "There is none, so nobody would notice if browsers were told nothing.".to_owned(),
            },
            vapid_key: app.world.group.vapid_public.clone(),
            months: months.iter().map(row).collect(),
        }))
    })
    .await
}
