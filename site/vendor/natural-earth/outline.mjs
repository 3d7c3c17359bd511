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
const whole = (is, type, coordinates) => ({ type: "Feature", properties: { is }, geometry: { type, coordinates } });

const [land, countries] = [read("land-50m.json"), read("countries-50m.json")];
const polygons = feature(land, land.objects.land).features.flatMap(({ geometry }) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates,
);
const borders = mesh(countries, countries.objects.countries, (one, other) => one !== other).coordinates;
const features = [
  whole("land", "MultiPolygon", polygons.map(rings).filter((polygon) => polygon.length > 0)),
  whole("border", "MultiLineString", borders.map(line).filter((points) => points.length >= 2)),
];
writeFileSync(new URL("./outline.geojson", import.meta.url), `${JSON.stringify({ type: "FeatureCollection", features })}\n`);
