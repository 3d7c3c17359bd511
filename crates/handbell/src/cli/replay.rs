//! Replay: a drill's reports arrive as witnesses would send them, in the drill's order.
//!
//! It plays witnesses and observers only. Nobody at the desk is played here: people check, approve and ring.

use crate::acts::{ActError, StreetCaller, street};
use crate::world::World;
use handbell_rules::people::member::DeskCaller;
use handbell_rules::place::Point;
use handbell_rules::scenario::{Drill, DrillBasis, DrillRange, DrillReport, DrillRoute, DrillStatus};
use handbell_rules::street::report::{Basis, Count, Happening, NewReport, Observed, Route};
use handbell_rules::time::MINUTE;
use std::time::Duration;

/// Metres in a degree of latitude, near enough for a pin that is some metres off.
const METRES_IN_A_DEGREE: f64 = 111_000.0;

/// How long the drill's minutes take at a speed.
pub fn wait_for(minutes: u32, speed: f64) -> Duration {
    Duration::from_secs_f64(f64::from(minutes) * 60.0 / speed)
}

/// Sends the reports, each at its time. `kind` is what they are about.
pub async fn run(world: World, drill: Drill, kind: String, observers: Vec<DeskCaller>, speed: f64) {
    let started = tokio::time::Instant::now();
    for (place, report) in drill.reports.iter().enumerate() {
        tokio::time::sleep_until(started + wait_for(report.at_minutes, speed)).await;
        if let Err(error) = send(&world, &drill, &kind, report, observers.get(place % observers.len().max(1))).await {
            tracing::error!(%error, place, "a report of the drill was not taken in");
        }
    }
}

fn count(range: Option<DrillRange>) -> Option<Count> {
    range.map(|range| Count { low: range.low, high: Some(range.high) })
}

/// Sends one report as its writer would. One that answers the desk does so by itself when it is asked.
///
/// # Errors
/// What a witness would be refused too.
pub async fn send(world: &World, drill: &Drill, kind: &str, report: &DrillReport, observer: Option<&DeskCaller>) -> Result<(), ActError> {
    let now = world.now();
    let point = match (report.place_offset_metres, drill.place.point) {
        (Some(metres), Some(centre)) => {
            Point::from_degrees(centre.latitude() + f64::from(metres) / METRES_IN_A_DEGREE, centre.longitude()).ok()
        }
        _ => None,
    };
    let told = NewReport {
        kind: kind.to_owned(),
        basis: match report.basis {
            DrillBasis::Saw => Basis::Saw,
            DrillBasis::Told => Basis::Told,
            DrillBasis::Online => Basis::Online,
        },
        happening: match report.status {
            DrillStatus::Now => Happening::Now,
            DrillStatus::Moving => Happening::Moving,
            DrillStatus::Over => Happening::Over,
        },
        observed: Observed { from: now.plus(-MINUTE), to: now },
        place: report.place.clone().unwrap_or_else(|| drill.place.text.clone()),
        point,
        text: report.text.clone(),
        officers: count(report.officers),
        vehicles: count(report.vehicles),
        people: count(report.people),
        route: Route::Web,
        language: "en".to_owned(),
    };
    match (report.route, observer) {
        (DrillRoute::Observer, Some(observer)) => street::file_from_the_scene(world, observer, told).await.map(|_| ()),
        _ => {
            let filed = street::file_report(world, StreetCaller, told, None, None).await?;
            if let (true, Ok(filed)) = (report.answers_the_desk, filed) {
                crate::work::spawn(answer(world.clone(), filed.receipt.words().to_owned()));
            }
            Ok(())
        }
    }
}

/// This witness answers when the desk asks.
async fn answer(world: World, words: String) {
    let mut journal = world.store.follow();
    loop {
        match street::read_receipt(&world, StreetCaller, &words).await {
            Ok(view) if view.report.asked => {
                if let Err(error) = street::add_to_report(
                    &world,
                    StreetCaller,
                    &words,
                    "PRACTICE: Yes, I can see it from the shop. Two vans, eight of them.",
                )
                .await
                {
                    tracing::error!(%error, "the practice witness could not answer");
                }
                return;
            }
            Ok(_) => {}
            Err(_) => return,
        }
        if journal.changed().await.is_err() {
            return;
        }
    }
}
