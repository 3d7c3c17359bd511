// Makes outline.geojson of the npm packages world-atlas 2.0.2 and topojson-client 3.1.0 (see README.md):
// land and the borders between countries of Natural Earth 1:50m, to a hundredth of a degree.
//
//   npm ci && node outline.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { feature, mesh } from "topojson-client";

const read = (name) => JSON.parse(readFileSync(new URL(`./node_modules/world-atlas/${name}`, import.meta.url)));
const hundredth = ([east, north]) => [Math.round(east * 100) / 100, Math.round(north * 100) / 100];
const apart = (point, place, all) => place === 0 || point[0] !== all[place - 1][0] || point[1] !== all[place - 1][1];
const line = (points) => points.map(hundredth).filter(apart);
// A ring of fewer than four points encloses nothing at this scale.
const rings = (polygon) => polygon.map(line).filter((ring) => ring.length >= 4);

/**
 * A ring that steps over the 180th meridian, as rings that end there: drawn as it is, each step would be a line round the earth.
 * One that steps over it an odd number of times goes round the South Pole.
 */
function cut(ring) {
  const steps = (one, other) => Math.abs(one[0] - other[0]) > 180 && (one[1] > -90 || other[1] > -90);
  const open = ring.slice(0, -1);
  const before = (place) => open[(place + open.length - 1) % open.length];
  const first = open.findIndex((point, place) => steps(before(place), point));
  if (first < 0) return [ring];
  const runs = [];
  for (const point of [...open.slice(first), ...open.slice(0, first)]) {
    const last = runs.at(-1)?.at(-1);
    if (last && !steps(last, point)) runs.at(-1).push(point);
    else runs.push([point]);
  }
  return runs.map((run, place) => {
    const from = runs.at(place - 1).at(-1)[1];
    const to = runs[(place + 1) % runs.length][0][1];
    const [begins, ends] = [Math.sign(run[0][0]) * 180, Math.sign(run.at(-1)[0]) * 180];
    const pole = begins === ends ? [] : [[ends, -90], [begins, -90]];
    return line([[begins, from], ...run, [ends, to], ...pole, [begins, from]]);
  });
}
/** A polygon as polygons; its holes stay with the largest. */
function parted([outer, ...holes]) {
  const parts = cut(outer).sort((one, other) => other.length - one.length);
  return parts.map((part, place) => (place === 0 ? [part, ...holes] : [part]));
}
const whole = (is, type, coordinates) => ({ type: "Feature", properties: { is }, geometry: { type, coordinates } });

const [land, countries] = [read("land-50m.json"), read("countries-50m.json")];
const polygons = feature(land, land.objects.land).features.flatMap(({ geometry }) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates,
);
const borders = mesh(countries, countries.objects.countries, (one, other) => one !== other).coordinates;
const features = [
  whole("land", "MultiPolygon", polygons.map(rings).filter((polygon) => polygon.length > 0).flatMap(parted)),
  whole("border", "MultiLineString", borders.map(line).filter((points) => points.length >= 2)),
];
writeFileSync(new URL("./outline.geojson", import.meta.url), `${JSON.stringify({ type: "FeatureCollection", features })}\n`);
