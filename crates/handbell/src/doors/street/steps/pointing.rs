//! Pointing: the witness's second step on a chart, where a press, a button or the end of it leads.
//!
//! Everything typed so far travels along. The chart's middle becomes the chosen place when the witness says so;
//! until then nothing is chosen, and leaving chooses nothing. It draws no picture and keeps nothing.

use super::{Shown, Typed, framed, shown};
use crate::doors::fields::Fields;
use crate::doors::limits::Knock;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::{App, gate, places};
use axum::response::Response;
use handbell_rules::chart::{self, Chart, SIDE, Scale, Towards};
use handbell_site::ReportMapPage;
use http::{Request, StatusCode};

/// The page of the chart.
pub(super) fn map_page(app: &App, typed: &Typed) -> ReportMapPage {
    let chart = Chart::parse(&typed.chart).unwrap_or_else(|| places::chart::beginning(app, &typed.spot, &typed.area));
    ReportMapPage {
        frame: framed(app),
        carried: typed.carried(Shown::Map),
        chart: chart.to_string(),
        side: SIDE,
        middle: places::chart::says(app, chart.middle),
        near: places::chart::near(app, chart),
        across: places::chart::across(chart),
        closest: chart.scale == Scale::CLOSEST,
        widest: chart.scale == Scale::WIDEST,
    }
}

/// A press on the chart, a move of it, or the end of pointing: its middle becomes the chosen place, or nothing does.
pub(super) async fn step(app: &App, caller: &Request<()>, typed: Typed, go: &str, fields: &Fields) -> Result<Response, Problem> {
    gate::knock(app, caller, Knock::Places)?;
    let chart = Chart::parse(&typed.chart).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
    let pixel = |name| fields.one(name).map(|text| text.parse::<u32>().unwrap_or(SIDE));
    let (at, spot, chart) = match go {
        "here" => (Shown::Where, chart::spot_of(chart.middle), chart),
        "leave" => (Shown::Where, typed.spot.clone(), chart),
        "closer" => (Shown::Map, typed.spot.clone(), Chart { scale: chart.scale.closer(), ..chart }),
        "wider" => (Shown::Map, typed.spot.clone(), Chart { scale: chart.scale.wider(), ..chart }),
        // A keyboard's press on the picture says 0, 0 and means what is in the middle.
        "" => match (pixel("press.x")?, pixel("press.y")?) {
            (0, 0) => (Shown::Map, typed.spot.clone(), chart.pressed(SIDE / 2, SIDE / 2)),
            (right, below) => (Shown::Map, typed.spot.clone(), chart.pressed(right, below)),
        },
        word => {
            let towards = Towards::parse(word).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
            (Shown::Map, typed.spot.clone(), chart.moved(towards))
        }
    };
    let typed = Typed { spot, chart: chart.to_string(), ..typed };
    shown(app, at, &typed, StatusCode::OK, Vec::new()).await
}
