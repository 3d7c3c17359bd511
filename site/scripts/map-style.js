// What the map of the record is drawn of and how, in the colours of the page. It names no file but this site's.

/** @param {HTMLElement} part @param {(path: string) => string} here @param {any[]} districts @param {any} found */
export function style(part, here, districts, found) {
  const colours = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => colours.getPropertyValue(`--${name}`).trim();
  const [paper, sheet, tint, ink, soft, rule, act] = ["paper", "sheet", "tint", "ink", "ink-2", "rule", "act"].map(colour);
  const geojson = (/** @type {any} */ data) => ({ type: "geojson", data });
  const words = { "text-color": ink, "text-halo-color": sheet, "text-halo-width": 2 };
  /** @type {any} */
  const sources = {
    outline: geojson(here("/assets/vendor/outline.geojson")),
    areas: geojson(here("/record/areas.geojson")),
    incidents: geojson(found),
    districts: geojson({ type: "FeatureCollection", features: districts }),
  };
  const streets = part.dataset.streets;
  if (streets) sources.streets = { type: "vector", url: `pmtiles://${here(streets)}` };
  const of = (/** @type {string} */ layer) => ({ source: "streets", "source-layer": layer });
  const fromStreets = [
    { id: "earth", type: "fill", ...of("earth"), paint: { "fill-color": sheet } },
    { id: "water", type: "fill", ...of("water"), paint: { "fill-color": tint } },
    { id: "roads", type: "line", ...of("roads"), paint: { "line-color": rule, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 16, 5] } },
  ];
  return {
    version: 8,
    sources,
    layers: [
      { id: "sea", type: "background", paint: { "background-color": tint } },
      { id: "land", type: "fill", source: "outline", filter: ["==", ["get", "is"], "land"], paint: { "fill-color": paper, "fill-outline-color": soft } },
      { id: "borders", type: "line", source: "outline", filter: ["==", ["get", "is"], "border"], paint: { "line-color": rule } },
      ...(streets ? fromStreets : []),
      { id: "areas", type: "line", source: "areas", paint: { "line-color": soft, "line-dasharray": [3, 2], "line-opacity": 0.6 } },
      { id: "districts", type: "circle", source: "districts", paint: { "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 10, 5, 34], "circle-color": act, "circle-opacity": 0.25, "circle-stroke-color": act, "circle-stroke-width": 2 } },
      { id: "incidents", type: "circle", source: "incidents", paint: { "circle-radius": 6, "circle-color": ink, "circle-stroke-color": sheet, "circle-stroke-width": 2 } },
      { id: "names", type: "symbol", source: "districts", layout: { "text-field": ["concat", ["get", "name"], "\n", ["get", "count"]], "text-size": 14, "text-offset": [0, 1.6], "text-anchor": "top" }, paint: words },
    ],
  };
}
