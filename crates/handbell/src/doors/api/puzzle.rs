//! The puzzle for programs: what a page would solve before it sends, while many reports come.
//!
//! In calm hours there is none. Solving it is never asked for: a report without an answer is kept like any
//! other and waits in the slow lane. A puzzle is for the area of a point; a report that says another place
//! brings the wrong one.

use super::json;
use crate::acts::flood;
use crate::doors::answer::{apart, json_door};
use crate::doors::fields::Fields;
use crate::doors::limits::Knock;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::doors::{App, gate};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::place::Point;
use handbell_rules::street::flood::area_of;
use http::{Request, StatusCode};
use serde::Serialize;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/puzzle", Who::Street, ask)]
}

#[derive(Serialize)]
struct Asked {
    puzzle: Option<String>,
    bits: u8,
}

/// The point asked about, when there is one.
fn point(query: Option<&str>) -> Result<Option<Point>, Problem> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
    if fields.iter().any(|(name, _)| !matches!(name, "lat" | "lon")) {
        return Err(Problem::of(Trouble::UnknownField));
    }
    match (fields.one("lat")?, fields.one("lon")?) {
        ("", "") => Ok(None),
        (latitude, longitude) => Point::parse(latitude, longitude).map(Some).map_err(|_| Problem::of(Trouble::CoordinatesOutOfRange)),
    }
}

async fn ask(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        gate::knock(&app, &request, Knock::Places)?;
        let area = area_of(&app.world.group.areas, "", point(request.uri().query())?);
        let asked = match flood::puzzle(&app.world, area.as_deref()) {
            Some((puzzle, bits)) => Asked { puzzle: Some(puzzle), bits },
            None => Asked { puzzle: None, bits: 0 },
        };
        json(StatusCode::OK, &asked)
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::acts::flood::lane;
    use crate::doors::fixture::Town;
    use handbell_rules::street::flood::budget::DESK_FULL;
    use handbell_rules::street::flood::lane::Lane;
    use handbell_rules::street::flood::puzzle::solve;
    use serde_json::Value;

    #[tokio::test]
    async fn a_program_asks_solves_and_is_let_into_the_lane_of_its_area() {
        let town = Town::new();
        let asked = |text: String| serde_json::from_str::<Value>(&text).unwrap();
        let calm = asked(town.get("/api/v1/puzzle").await.text());
        assert_eq!((calm["puzzle"].is_null(), calm["bits"].as_u64()), (true, Some(0)));
        for _ in 0..=DESK_FULL {
            lane(&town.app.world, Some("middle"), None, false);
        }
        let storm = asked(town.get("/api/v1/puzzle?lat=51.470&lon=-0.069").await.text());
        let (puzzle, bits) = (storm["puzzle"].as_str().unwrap(), storm["bits"].as_u64().unwrap());
        assert!(puzzle.starts_with("middle."), "{puzzle}");
        assert_eq!(lane(&town.app.world, Some("middle"), Some(&solve(puzzle, u8::try_from(bits).unwrap())), false), Lane::Solved);
        assert_eq!(town.get("/api/v1/puzzle?lat=north&lon=1").await.status, 422);
        assert_eq!(town.get("/api/v1/puzzle?place=here").await.status, 400);
    }
}
