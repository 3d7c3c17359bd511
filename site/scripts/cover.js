// Cover: where a box is at a moment, and its place in words. `at` answers as the rule that burns boxes in does
// (`Cover::at` in crates/handbell-rules/src/evidence/hiding.rs); one list of answers holds both to it.

export const WHOLE = 10_000;
export const FRAME_MILLISECONDS = 40;
const SMALLEST = 50;
const STEP = 100;
const FINE_STEP = 10;

/** Places are in ten-thousandths of the picture, times in milliseconds.
 * @typedef {{ x: number, y: number, width: number, height: number }} Place
 * @typedef {{ at: number, place: Place }} KeyFrame
 * @typedef {{ path: KeyFrame[], from: number, until: number }} Cover */

/** The place between two, each edge rounded outward. @param {Place} one @param {Place} other @param {number} part @param {number} of @returns {Place} */
function between(one, other, part, of) {
  /** @param {number} from @param {number} to @param {(exact: number) => number} round */
  const at = (from, to, round) => round((from * (of - part) + to * part) / of);
  const x = at(one.x, other.x, Math.floor), y = at(one.y, other.y, Math.floor);
  const right = at(one.x + one.width, other.x + other.width, Math.ceil);
  const bottom = at(one.y + one.height, other.y + other.height, Math.ceil);
  return { x, y, width: right - x, height: bottom - y };
}

/** Where a box is at a time; nowhere before it begins and after it ends. @param {Cover} cover @param {number} time @returns {Place | null} */
export function at(cover, time) {
  if (time < cover.from || time > cover.until) return null;
  const after = cover.path.findIndex((key) => key.at > time);
  if (after < 0) return cover.path.at(-1)?.place ?? null;
  if (after === 0) return cover.path[0].place;
  const before = cover.path[after - 1], next = cover.path[after];
  return between(before.place, next.place, time - before.at, next.at - before.at);
}

/** Hundredths or seconds as people write them. @param {number} value @param {number} parts */
const written = (value, parts) => String(Math.round((value / parts) * 1_000) / 1_000);

/** Milliseconds as seconds. @param {number} time */
export const seconds = (time) => written(time, 1_000);

/** @param {Place} place */
export const four = (place) => [place.x, place.y, place.width, place.height].map((value) => written(value, 100));

/** A place in words. @param {Place} place */
export function words(place) {
  const [left, top, width, height] = four(place);
  return `left ${left}, top ${top}, ${width} wide, ${height} high`;
}

/** The place after a key: arrows move, with Shift they resize, with Ctrl (or what a Mac has for it) by little; nothing for
 * other keys. @param {Place} place @param {KeyboardEvent} event @returns {Place | null} */
export function stepped(place, { key, shiftKey, ctrlKey, altKey, metaKey }) {
  const step = ctrlKey || altKey || metaKey ? FINE_STEP : STEP;
  const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key];
  if (!way) return null;
  /** @param {number} value @param {number} least @param {number} most */
  const within = (value, least, most) => Math.min(Math.max(value, least), most);
  const { x, y, width, height } = place;
  if (!shiftKey) return { ...place, x: within(x + way[0], 0, WHOLE - width), y: within(y + way[1], 0, WHOLE - height) };
  return { ...place, width: within(width + way[0], Math.min(SMALLEST, width), WHOLE - x), height: within(height + way[1], Math.min(SMALLEST, height), WHOLE - y) };
}
