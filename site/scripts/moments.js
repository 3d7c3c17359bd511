// Moments: a film is drawn on one frame at a time. Whoever moves a box at another moment says where it is then. Its moments
// stand below in words. Picture and boxes change together: a box over another moment's face hides nothing.

const FRAME_MILLISECONDS = 40;
const LOADS_AFTER_MILLISECONDS = 200;
const AGAIN_AFTER_MILLISECONDS = 1_000;

/** @param {HTMLElement} piece @param {any} drawing */
export function moments(piece, { rows, read, write, name, words, seconds, choose, say, waits, go, lasts }) {
  const stage = piece.querySelector(".stage"), range = piece.querySelector("#moment"), output = piece.querySelector("output");
  const which = piece.querySelector("#which"), list = piece.querySelector(".keys");
  const last = Math.max(Math.ceil(lasts / FRAME_MILLISECONDS) - 1, 0);
  let shown = 0, timer = 0, listed = "";
  /** @type {HTMLElement | null} */
  let chosen = null;
  /** @type {HTMLImageElement | null} the frame that is on its way */
  let coming = null;
  range.max = String(last);

  /** @param {boolean} now */
  const busy = (now) => stage.setAttribute("aria-busy", String(now));
  const time = () => shown * FRAME_MILLISECONDS;
  /** @param {number} frame */
  const second = (frame) => `second ${seconds(frame * FRAME_MILLISECONDS)}`;

  /** Lets go of the frame on its way. */
  function cancel() {
    if (coming) coming.onload = coming.onerror = null, (coming.src = "");
    coming = null;
  }

  /** Shows a frame and says so. @param {number} frame @param {number} tries */
  function load(frame, tries = 3) {
    cancel();
    const next = (coming = new Image());
    busy(true);
    next.alt = "";
    next.onload = () => {
      coming = null;
      stage.querySelector("img")?.remove();
      stage.prepend(next);
      busy(false);
      shown = frame;
      go(time());
      say(`At ${second(frame)}.`);
    };
    next.onerror = () => {
      coming = null;
      // The frame before may be in the making.
      if (tries > 1) return (timer = setTimeout(load, AGAIN_AFTER_MILLISECONDS, frame, tries - 1));
      // No frame, nothing to draw on.
      busy(!stage.querySelector("img"));
      range.value = String(shown);
      tell();
      say(`The moment at ${second(frame)} cannot be shown now. Try once more.`);
    };
    next.src = piece.dataset.frames + frame;
  }

  /** Says which moment is chosen. */
  function tell() {
    output.textContent = second(Number(range.value));
    range.setAttribute("aria-valuetext", second(Number(range.value)));
  }

  /** Chooses a moment; its frame follows soon. @param {number} frame */
  function turn(frame) {
    range.value = String(Math.min(Math.max(frame, 0), last));
    tell();
    busy(true);
    cancel();
    clearTimeout(timer);
    timer = setTimeout(() => load(Number(range.value)), LOADS_AFTER_MILLISECONDS);
  }

  /** @param {string} words @param {string} about @param {() => void} act */
  function button(words, about, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain btn-s", textContent: words });
    made.setAttribute("aria-label", `${words}: ${about}`);
    made.addEventListener("click", act);
    return made;
  }

  /** One moment of the chosen box, in words. */
  function line(row, cover, key) {
    const made = document.createElement("li"), text = document.createElement("span");
    const about = `${name(row)}, second ${seconds(key.at)}`;
    text.textContent = `Second ${seconds(key.at)}: ${words(key.place)}`;
    made.append(text, button("Go there", about, () => turn(Math.round(key.at / FRAME_MILLISECONDS))));
    if (cover.path.length > 1) {
      const without = () => {
        write(row, { ...cover, path: cover.path.filter((one) => one !== key) }, lasts);
        choose(row);
        which.focus();
        say(`${about} is forgotten.`);
      };
      made.append(button("Forget", about, without));
    }
    return made;
  }

  /** Shows the boxes, and the moments of the chosen one. @param {HTMLElement | null} row */
  function paint(row) {
    chosen = row;
    const drawn = rows().filter((one) => read(one, lasts)), cover = row && read(row, lasts);
    const now = JSON.stringify([drawn.map(name), row && name(row), cover]);
    if (now === listed) return;
    listed = now;
    which.replaceChildren(new Option("None", ""), ...drawn.map((one) => new Option(name(one), name(one), false, one === row)));
    list.replaceChildren(...(cover ? cover.path.map((key) => line(row, cover, key)) : []));
    if (cover) {
      const ends = cover.until < lasts ? `until second ${seconds(cover.until)}` : "until the end";
      const all = document.createElement("li");
      all.textContent = `Covers from second ${seconds(cover.from)} ${ends}.`;
      list.append(all);
    }
    for (const one of piece.querySelectorAll('[data-do="begin"], [data-do="end"]')) one.disabled = !cover;
  }

  /** Lets the chosen box begin or end now. @param {(cover: any) => any} change @param {string} words */
  function bound(change, words) {
    if (waits()) return;
    const cover = chosen && read(chosen, lasts), next = cover && change(cover);
    if (!next) return;
    if (next.from > next.until) return say("It would end before it begins. Nothing is changed.");
    write(chosen, next, lasts);
    choose(chosen);
    say(`${name(chosen)} ${words} at ${second(shown)}.`);
  }

  range.addEventListener("input", () => turn(Number(range.value)));
  for (const one of piece.querySelectorAll("[data-step]")) {
    one.addEventListener("click", () => turn(Number(range.value) + Number(one.dataset.step)));
  }
  which.addEventListener("change", () => choose(rows().find((row) => name(row) === which.value) ?? null));
  piece.querySelector('[data-do="begin"]').addEventListener("click", () => bound((cover) => ({ ...cover, from: time() }), "begins"));
  piece.querySelector('[data-do="end"]').addEventListener("click", () => bound((cover) => ({ ...cover, until: time() }), "ends"));
  turn(0);
  return { paint };
}
