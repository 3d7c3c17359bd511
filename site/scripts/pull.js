// Pull: a box is drawn, moved and resized with a pointer or one finger. Two fingers stay the browser's, to look closer.

const WHOLE = 10_000;
const SMALLEST = 50;

/** The corners by which a box is pulled. */
const GRIPS = ["nw", "ne", "sw", "se"];

/** @typedef {import("./cover.js").Place} Place
 * @typedef {{ boxes: Map<HTMLElement, HTMLElement>, where: (row: HTMLElement) => Place | null, room: () => HTMLElement | null,
 *   hold: (row: HTMLElement | null, place: Place | null) => void, put: (row: HTMLElement, place: Place) => void,
 *   choose: (row: HTMLElement | null) => void, waits: () => boolean, chosen: () => HTMLElement | null }} Drawing */

/** @param {number} value @param {number} most */
const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));

/** Between two corners. @param {number[]} one @param {number[]} other @returns {Place} */
function spanned(one, other) {
  const [x, y] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  return { x, y, width: Math.max(one[0], other[0]) - x, height: Math.max(one[1], other[1]) - y };
}

/** Lays a box where its place is. @param {HTMLElement} box @param {Place} place */
export function lay(box, place) {
  const sides = { left: place.x, top: place.y, width: place.width, height: place.height };
  for (const [side, value] of Object.entries(sides)) box.style[side] = `${value / 100}%`;
}

/** @param {HTMLElement} stage @param {Drawing} drawing */
export function pull(stage, { boxes, where, room, hold, put, choose, waits, chosen }) {
  /** @type {{ row: HTMLElement, pointer: number, place: (point: number[]) => Place, now: Place | null } | null} */
  let going = null;

  const grips = GRIPS.map((grip) => {
    const made = stage.appendChild(document.createElement("span"));
    made.dataset.grip = grip;
    return made;
  });

  /** Puts the corners at the box that is worked with. */
  function paint() {
    shape();
    const row = chosen(), place = row && where(row);
    for (const grip of grips) {
      grip.hidden = !place;
      if (!place) continue;
      const down = grip.dataset.grip?.includes("s"), right = grip.dataset.grip?.includes("e");
      // Outside the corner, so that a small box can still be taken in its middle, and never beyond the picture.
      const off = (edge, far) => `clamp(0px, ${edge / 100}% - ${far ? 8 : 20}px, 100% - 28px)`;
      grip.style.left = off(place.x + (right ? place.width : 0), right);
      grip.style.top = off(place.y + (down ? place.height : 0), down);
    }
  }

  /** Tells the style the shape of the picture, which is all that the stage's width may follow. */
  function shape() {
    const { naturalWidth, naturalHeight } = stage.querySelector("img") ?? {};
    if (naturalWidth && naturalHeight) stage.style.setProperty("--shape", String(naturalWidth / naturalHeight));
  }

  /** Where on the picture, in ten-thousandths. @param {PointerEvent} event */
  function point(event) {
    const { left, top, width, height } = stage.querySelector("img").getBoundingClientRect();
    return [within(((event.clientX - left) / width) * WHOLE, WHOLE), within(((event.clientY - top) / height) * WHOLE, WHOLE)];
  }

  /** What is taken hold of: a corner, a box or the bare picture. @param {Element} target @param {number[]} from */
  function taken(target, from) {
    const row = chosen(), grip = target.closest("[data-grip]")?.getAttribute("data-grip"), held = row && where(row);
    if (row && held && grip) {
      const far = [held.x + (grip.includes("e") ? 0 : held.width), held.y + (grip.includes("s") ? 0 : held.height)];
      const near = [held.x + (grip.includes("e") ? held.width : 0), held.y + (grip.includes("s") ? held.height : 0)];
      const off = [near[0] - from[0], near[1] - from[1]];
      return { row, place: (to) => spanned(far, [within(to[0] + off[0], WHOLE), within(to[1] + off[1], WHOLE)]) };
    }
    const [over] = [...boxes].find(([, box]) => box === target.closest("[data-box]")) ?? [];
    const was = over && where(over);
    if (over && was) {
      const at = (to, side, size) => within(was[side] + to[side === "x" ? 0 : 1] - from[side === "x" ? 0 : 1], WHOLE - was[size]);
      return { row: over, place: (to) => ({ ...was, x: at(to, "x", "width"), y: at(to, "y", "height") }) };
    }
    const made = room();
    return made && { row: made, place: (to) => spanned(from, to) };
  }

  // A picture may come after the script; `load` does not rise, and is caught on its way down.
  stage.addEventListener("load", shape, true);

  const drop = () => {
    going = null;
    hold(chosen(), null);
  };

  stage.addEventListener("pointerdown", (event) => {
    // A second finger looks closer; what the first one began was not meant.
    if (going) return drop();
    if (!event.isPrimary || event.button !== 0 || !(event.target instanceof Element) || waits()) return;
    const begun = taken(event.target, point(event));
    if (!begun) return;
    event.preventDefault();
    going = { ...begun, pointer: event.pointerId, now: null };
    if (where(begun.row)) {
      choose(begun.row);
      boxes.get(begun.row)?.focus({ preventScroll: true });
    }
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (going?.pointer !== event.pointerId) return;
    const place = going.place(point(event));
    if (place.width < SMALLEST || place.height < SMALLEST) return;
    going.now = place;
    hold(going.row, place);
  });
  stage.addEventListener("pointerup", (event) => {
    if (going?.pointer !== event.pointerId) return;
    const { row, now } = going;
    drop();
    if (!now) return choose(where(row) ? row : null);
    put(row, now);
    boxes.get(row)?.focus({ preventScroll: true });
  });
  stage.addEventListener("pointercancel", drop);
  addEventListener("keydown", (event) => event.key === "Escape" && going && drop());
  return { paint };
}
