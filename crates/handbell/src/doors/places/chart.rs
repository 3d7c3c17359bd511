//! The chart's picture and its words: what the group's own files know of a square of its neighbourhood.
//!
//! Outlines of the group's areas, names of places from its list, a cross in the middle. No map of anybody else's
//! is asked for. Where somebody looked stands in the address of a picture that nothing here keeps; a proxy in
//! front that writes down addresses would.

use super::super::answer::{apart, page_door};
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::{App, gate};
use super::middle;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use handbell_rules::chart::{self, Chart, SIDE, Scale, metres_in_words, pointed};
use handbell_rules::gazetteer::{NamedPlace, PlaceKind};
use handbell_rules::place::{Point, distance_metres};
use handbell_site::{ChartLabel, ChartPicture};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Request};
use std::collections::HashMap;

/// Names on one chart; more would lie over each other.
const LABELS_MAX: usize = 14;
/// Places told in words beside it.
const NEAR_MAX: usize = 6;
/// Pixels of one letter, of a line, and between a dot and its words, at the picture's size of letters.
const LETTER: f64 = 6.2;
const LINE: f64 = 14.0;
const GAP: f64 = 6.0;

/// Where pointing begins: at the chosen place, else at the chosen area, else where the group is.
pub fn beginning(app: &App, spot: &str, area: &str) -> Chart {
    let group = &app.world.group;
    if let Some(point) = pointed(spot).or_else(|| group.places.by_id(spot).map(|place| place.point)) {
        return Chart { middle: point, scale: Scale::CLOSEST };
    }
    match group.areas.named(area).and_then(|named| centre(&named.area.cells().map(|cell| cell.centre()).collect::<Vec<_>>())) {
        Some(middle) => Chart { middle, scale: Scale::DISTRICT },
        None => {
            let all: Vec<Point> = group.areas.areas().iter().flat_map(|area| area.area.cells()).map(|cell| cell.centre()).collect();
            Chart { middle: centre(&all).unwrap_or_else(|| middle(app)), scale: Scale::WIDEST }
        }
    }
}

/// The middle of points of one neighbourhood.
fn centre(points: &[Point]) -> Option<Point> {
    let count = points.len() as f64;
    let sum = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
    Point::from_degrees(sum(|point| point.latitude()), sum(|point| point.longitude())).ok()
}

/// Where a point lies, in words.
pub fn says(app: &App, point: Point) -> String {
    chart::in_words(point, &app.world.group.places, &app.world.group.areas)
}

/// The places nearest to the middle, each with how far it is.
pub fn near(app: &App, chart: Chart) -> Vec<String> {
    named(app, chart)
        .into_iter()
        .take(NEAR_MAX)
        .map(|place| {
            format!("{}: {} {}", place.words(), metres_in_words(chart.middle, place.point), chart::wind(chart.middle, place.point))
        })
        .collect()
}

/// How much a chart shows, in words.
pub fn across(chart: Chart) -> String {
    match chart.scale.across_metres() {
        metres if metres < 1_000.0 => format!("{metres:.0} m"),
        metres => format!("{:.1} km", metres / 1_000.0),
    }
}

/// What is named at a scale, nearest to the middle first. Never a postcode: it is a handful of doors.
fn named(app: &App, chart: Chart) -> Vec<&NamedPlace> {
    let kinds: &[PlaceKind] = match chart.scale {
        Scale::WIDEST | Scale::DISTRICT => &[PlaceKind::District, PlaceKind::Landmark],
        _ => &[PlaceKind::Landmark, PlaceKind::Street],
    };
    let places = app.world.group.places.places().iter();
    let mut seen: Vec<&NamedPlace> = places.filter(|place| kinds.contains(&place.kind) && chart.shows(place.point)).collect();
    let rank = |place: &NamedPlace| (place.kind != PlaceKind::District, distance_metres(place.point, chart.middle));
    seen.sort_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap_or(std::cmp::Ordering::Equal));
    seen
}

pub(super) async fn picture(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    page_door(&app, async {
        gate::knock(&app, &request, Knock::Places)?;
        let fields = Fields::parse(request.uri().query().unwrap_or_default().as_bytes())?;
        if fields.iter().any(|(name, _)| name != "at") {
            return Err(Problem::of(Trouble::UnknownField));
        }
        let chart = match fields.one("at")? {
            "" => beginning(&app, "", ""),
            text => Chart::parse(text).ok_or_else(|| Problem::of(Trouble::NotFound))?,
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
            // Where somebody looked stays in no copy on the way.
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok((headers, drawn(&app, chart).svg()).into_response())
    })
    .await
}

/// Draws a chart.
fn drawn(app: &App, chart: Chart) -> ChartPicture {
    let pixel = |point: Point| {
        let (right, below) = chart.pixel(point);
        // Far outside it is far outside, and every number stays small.
        [right, below].map(|at| at.clamp(-4_000.0, 4_000.0).round() as i32)
    };
    let mut cells = Vec::new();
    let mut edges: HashMap<[[i32; 2]; 2], usize> = HashMap::new();
    for area in app.world.group.areas.areas() {
        let mut own: HashMap<[[i32; 2]; 2], usize> = HashMap::new();
        for cell in area.area.cells() {
            let corners: Vec<[i32; 2]> = cell.corners().into_iter().map(pixel).collect();
            let (left, right) = (corners.iter().map(|at| at[0]).min(), corners.iter().map(|at| at[0]).max());
            let (top, bottom) = (corners.iter().map(|at| at[1]).min(), corners.iter().map(|at| at[1]).max());
            if right < Some(0) || left > Some(SIDE as i32) || bottom < Some(0) || top > Some(SIDE as i32) {
                continue;
            }
            for (number, from) in corners.iter().enumerate() {
                let mut edge = [*from, corners[(number + 1) % corners.len()]];
                edge.sort_unstable();
                *own.entry(edge).or_default() += 1;
            }
            cells.push(corners.iter().map(|[x, y]| format!("{x},{y}")).collect::<Vec<_>>().join(" "));
        }
        // What two cells of one area share is inside it.
        for (edge, _) in own.into_iter().filter(|(_, cells)| *cells == 1) {
            *edges.entry(edge).or_default() += 1;
        }
    }
    let mut edges: Vec<[i32; 4]> = edges.into_keys().map(|[[a, b], [c, d]]| [a, b, c, d]).collect();
    edges.sort_unstable();
    let (bar_metres, bar) = chart.bar();
    let bar_words = if bar_metres < 1_000 { format!("{bar_metres} m") } else { format!("{} km", bar_metres / 1_000) };
    ChartPicture { side: SIDE, cells, edges, labels: labels(app, chart), bar: bar.round() as i32, bar_words }
}

/// A box on the picture: left, top, right, bottom.
type Frame = [f64; 4];

fn apart_from(frame: Frame, taken: &[Frame]) -> bool {
    let inside = frame[0] >= 2.0 && frame[1] >= 2.0 && frame[2] <= f64::from(SIDE) - 2.0 && frame[3] <= f64::from(SIDE) - 2.0;
    inside && taken.iter().all(|other| frame[2] < other[0] || other[2] < frame[0] || frame[3] < other[1] || other[3] < frame[1])
}

/// The names that have room: areas where much is shown, then places from the middle outwards.
fn labels(app: &App, chart: Chart) -> Vec<ChartLabel> {
    let half = f64::from(SIDE) / 2.0;
    // The cross and the bar keep their room.
    let mut taken: Vec<Frame> =
        vec![[half - 18.0, half - 18.0, half + 18.0, half + 18.0], [0.0, f64::from(SIDE) - 22.0, 160.0, f64::from(SIDE)]];
    let mut labels = Vec::new();
    if chart.scale <= Scale::DISTRICT {
        for area in app.world.group.areas.areas() {
            let cells: Vec<Point> = area.area.cells().map(|cell| cell.centre()).collect();
            let Some((x, y)) = centre(&cells).map(|middle| chart.pixel(middle)) else { continue };
            let wide = area.name.chars().count() as f64 * LETTER * 1.1 / 2.0;
            let frame = [x - wide, y - LINE / 2.0, x + wide, y + LINE / 2.0];
            if apart_from(frame, &taken) {
                taken.push(frame);
                let (x, y) = (x.round() as i32, y.round() as i32);
                labels.push(ChartLabel { x, y, words_x: x, anchor: "middle", dot: false, words: area.name.clone() });
            }
        }
    }
    for place in named(app, chart) {
        if labels.len() >= LABELS_MAX {
            break;
        }
        let (x, y) = chart.pixel(place.point);
        let wide = place.name.chars().count() as f64 * LETTER + GAP;
        let sides =
            [("start", [x - 4.0, y - LINE / 2.0, x + wide, y + LINE / 2.0]), ("end", [x - wide, y - LINE / 2.0, x + 4.0, y + LINE / 2.0])];
        let Some((anchor, frame)) = sides.into_iter().find(|(_, frame)| apart_from(*frame, &taken)) else { continue };
        taken.push(frame);
        let words_x = if anchor == "start" { x + GAP } else { x - GAP };
        labels.push(ChartLabel {
            x: x.round() as i32,
            y: y.round() as i32,
            words_x: words_x.round() as i32,
            anchor,
            dot: true,
            words: place.name.clone(),
        });
    }
    labels
}
