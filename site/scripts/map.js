// The map of the record, drawn when somebody asks for it. The list below it says the same, and this adds nothing to it.
//
// Everything comes from this site: the drawing program, the outlines, the group's areas, the incidents. What the
// group has of streets (map.pmtiles) is read in pieces from this site too.

const PROGRAM = "/assets/vendor/maplibre-gl.mjs";
const WORKER = "/assets/vendor/maplibre-gl-worker.mjs";
const LOOK = "/assets/map-style.js";

const part = document.querySelector('[data-piece="map"]');
if (part instanceof HTMLElement) {
  part.hidden = false;
  const button = part.querySelector("[data-draw]");
  button?.addEventListener("click", () => start(part, /** @type {HTMLButtonElement} */ (button)), { once: true });
}

/** @param {HTMLElement} part @param {HTMLButtonElement} button */
async function start(part, button) {
  const said = /** @type {HTMLElement} */ (part.querySelector("[data-said]"));
  button.disabled = true;
  said.textContent = "The map is being drawn.";
  try {
    const found = await (await fetch(part.dataset.points ?? "")).json();
    const map = await draw(part, said, found);
    button.hidden = true;
    const sheet = /** @type {HTMLElement} */ (part.querySelector("[data-sheet]"));
    const pressed = { in: () => map.zoomIn(), out: () => map.zoomOut(), all: () => map.fitBounds(everything(found), { padding: 60, maxZoom: 12 }) };
    for (const [name, does] of Object.entries(pressed)) part.querySelector(`[data-${name}]`)?.addEventListener("click", does);
    /** @type {HTMLElement} */ (part.querySelector("[data-controls]")).hidden = false;
    const streetless = part.dataset.streetless ? " The streets of this group could not be read and are missing." : "";
    said.textContent = `The map is drawn. Arrow keys move it, plus and minus bring it closer and farther.${streetless}`;
    sheet.querySelector("canvas")?.focus();
  } catch (error) {
    console.warn(error);
    button.disabled = false;
    /** @type {HTMLElement} */ (part.querySelector("[data-sheet]")).hidden = true;
    said.textContent = "This browser could not draw the map. The list below says the same.";
  }
}

/** Districts of the list that the group's own places know. */
function districts() {
  return [...document.querySelectorAll("[data-lat]")].map((row) => {
    const { lat, lon, count, name } = /** @type {HTMLElement} */ (row).dataset;
    return { type: "Feature", properties: { name, count: Number(count) }, geometry: { type: "Point", coordinates: [Number(lon), Number(lat)] } };
  });
}

/**
 * From the south-west to the north-east of what the list and the file know; the whole earth where they know nothing.
 * @param {any} found
 */
function everything(found) {
  const points = districts().map((one) => one.geometry.coordinates);
  if (found.bbox) points.push(found.bbox.slice(0, 2), found.bbox.slice(2));
  if (points.length === 0) return [[-170, -55], [170, 75]];
  const [east, north] = [points.map((point) => point[0]), points.map((point) => point[1])];
  return [[Math.min(...east), Math.min(...north)], [Math.max(...east), Math.max(...north)]];
}

/** @param {HTMLElement} part @param {HTMLElement} said @param {any} found */
async function draw(part, said, found) {
  const here = (/** @type {string} */ path) => new URL(path, location.href).href;
  onlyTheWorker(here(WORKER));
  const [gl, { style }] = await Promise.all([import(PROGRAM), import(LOOK)]);
  gl.setWorkerUrl(here(WORKER));
  const streets = part.dataset.streets;
  if (streets) {
    const { Protocol } = /** @type {any} */ (globalThis).pmtiles;
    gl.addProtocol("pmtiles", new Protocol().tile);
  }
  const sheet = /** @type {HTMLElement} */ (part.querySelector("[data-sheet]"));
  sheet.hidden = false;
  const map = new gl.Map({
    container: sheet,
    style: style(part, here, districts(), found),
    bounds: everything(found),
    fitBoundsOptions: { padding: 60, maxZoom: 12 },
    attributionControl: false,
    maplibreLogo: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: { "Map.Title": "Map of the record" },
  });
  map.on("click", "incidents", (/** @type {any} */ event) => tell(said, event.features[0].properties));
  map.on("click", "districts", (/** @type {any} */ event) => {
    const { name, count } = event.features[0].properties;
    said.textContent = `${name}: ${count === 1 ? "1 incident" : `${count} incidents`}.`;
  });
  await new Promise((drawn, failed) => {
    map.once("idle", drawn);
    map.on("error", (/** @type {any} */ event) => {
      if (event.sourceId === "streets") part.dataset.streetless = "yes";
      else failed(event.error);
    });
  });
  part.dataset.drawn = "yes";
  return map;
}

/** Where the browser demands trusted types, a worker's address must come from our policy, and it names one file. */
function onlyTheWorker(/** @type {string} */ worker) {
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("handbell", { createScriptURL: () => worker });
  if (!policy) return;
  const Plain = globalThis.Worker;
  /** @type {any} */ (globalThis).Worker = class {
    constructor(/** @type {any} */ _, /** @type {any} */ options) {
      return new Plain(policy.createScriptURL(""), options);
    }
  };
}

/** An incident that was pressed: its title, leading to its page. */
function tell(/** @type {HTMLElement} */ said, /** @type {any} */ properties) {
  const link = document.createElement("a");
  link.href = new URL(properties.page, location.href).pathname;
  link.textContent = properties.title;
  said.replaceChildren(link, ` · ${properties.district}`);
}
