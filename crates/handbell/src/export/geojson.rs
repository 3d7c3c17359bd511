//! GeoJSON: the record on a map (RFC 7946).
//!
//! A feature has a point only where the record itself may be finer than the district, and then rounded to a
//! thousandth of a degree (about 100 metres), here once more, so that nothing finer can leave by this door.
//! A home never has one. Longitude comes first. The format knows no uncertainty, so `precision` and
//! `radius_m` say how far to trust the point. What anybody says is counted here and stands on the page: a map that
//! told some voices and not others would choose among them.

use super::{counts, page_of, sides};
use handbell_rules::record::projection::IncidentRecord;
use serde_json::{Value, json};

/// Micro-degrees in the thousandth of a degree to which every point is rounded.
const THOUSANDTH: i64 = 1_000;

/// A coordinate in thousandths of a degree.
fn thousandths(micro: i32) -> i64 {
    let micro = i64::from(micro);
    (micro.abs() + THOUSANDTH / 2) / THOUSANDTH * micro.signum()
}

/// Degrees of thousandths, as JSON writes them: the shortest decimal.
fn degrees(thousandths: i64) -> Value {
    // Below 180 000, so a double holds the quotient to far more than three digits.
    json!(thousandths as f64 / 1_000.0)
}

/// The point of an incident: longitude and latitude in thousandths of a degree.
fn point(record: &IncidentRecord) -> Option<[i64; 2]> {
    let place = record.place.as_ref()?;
    Some([thousandths(place.lon?), thousandths(place.lat?)])
}

fn feature(origin: &str, record: &IncidentRecord) -> Value {
    let point = point(record);
    let geometry = point.map(|[lon, lat]| json!({"type": "Point", "coordinates": [degrees(lon), degrees(lat)]}));
    let place = record.place.as_ref().filter(|_| point.is_some());
    let [statements, replies] = counts(&sides(record));
    json!({
        "type": "Feature",
        "id": record.incident,
        "geometry": geometry,
        "properties": {
            "title": record.title,
            "status": record.status,
            "kind": record.kind,
            "kind_label": record.kind_label,
            "district": record.district,
            "place": record.place.as_ref().map_or(&record.district, |place| &place.words),
            "precision": if point.is_some() { "vicinity" } else { "area" },
            "radius_m": place.and_then(|place| place.radius_metres),
            "when": record.when,
            "state": record.state,
            "corrections": record.corrections.len(),
            "statements": statements,
            "replies": replies,
            "changed": record.changed,
            "page": page_of(origin, record),
        },
    })
}

/// The box around the points so far; members of an object have no order, so it comes last, when all are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around(Option<[i64; 4]>);

impl Around {
    fn take(&mut self, [lon, lat]: [i64; 2]) {
        let [west, south, east, north] = self.0.unwrap_or([lon, lat, lon, lat]);
        self.0 = Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
    }
}

/// How a collection begins.
pub const BEGINS: &str = "{\"type\":\"FeatureCollection\",\"features\":[";

/// One incident as it stands in a collection; `first` is whether none stands before it.
pub fn next(origin: &str, record: &IncidentRecord, first: bool, around: &mut Around) -> String {
    if let Some(point) = point(record) {
        around.take(point);
    }
    let feature = feature(origin, record);
    if first { feature.to_string() } else { format!(",\n{feature}") }
}

/// How a collection ends.
pub fn end(around: Around) -> String {
    match around.0 {
        Some(edges) => format!("],\"bbox\":{}}}\n", Value::from(edges.map(degrees).to_vec())),
        None => "]}\n".to_owned(),
    }
}

/// The feature collection of some incidents, in the order given.
pub fn collection(origin: &str, records: &[IncidentRecord]) -> String {
    let mut around = Around::default();
    let mut text = BEGINS.to_owned();
    for (place, record) in records.iter().enumerate() {
        text.push_str(&next(origin, record, place == 0, &mut around));
    }
    text + &end(around)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_rounded_to_a_thousandth_and_keep_their_sign() {
        for (micro, shown) in
            [(-69_199, "-0.069"), (-69_500, "-0.07"), (51_469_700, "51.47"), (0, "0.0"), (-499, "0.0"), (179_999_900, "180.0")]
        {
            assert_eq!(degrees(thousandths(micro)).to_string(), shown, "{micro}");
        }
    }
}
