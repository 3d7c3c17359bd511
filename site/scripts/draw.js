// Draw: boxes are drawn on the picture and stand in the fields of the form, which is all that is sent. By pointer, touch
// (pull.js) and keyboard alone; in a film moment by moment (moments.js). When a script fails, the numbers are typed.

const piece = document.querySelector('[data-piece="draw"]');
const numbers = document.querySelector('[data-piece="numbers"]');
if (piece instanceof HTMLElement && numbers instanceof HTMLDetailsElement) {
  const film = piece.dataset.frames ? import("./moments.js") : null;
  const all = ["cover", "rows", "pull", "speak"].map((name) => import(`./${name}.js`));
  Promise.all([...all, film]).then((parts) => draw(piece, numbers, parts));
}

/** @typedef {import("./cover.js").Place} Place */
/** @param {HTMLElement} piece @param {HTMLDetailsElement} numbers @param {any[]} parts */
function draw(piece, numbers, [{ at, seconds, stepped, words }, { doubt, empty, free, name, read, rows, write, yours }, { lay, pull }, { speaker }, film]) {
  const stage = /** @type {HTMLElement} */ (piece.querySelector(".stage"));
  const { say, waits } = speaker(stage, piece.querySelector("[role=status]"));
  const lasts = Number(piece.dataset.lasts), most = Number(piece.dataset.most);
  let time = 0;
  /** @type {HTMLElement | null} the row of the box that is worked with */
  let chosen = null;
  /** @type {{ row: HTMLElement, place: Place } | null} what a finger holds and no field says yet */
  let held = null;
  /** @type {Map<HTMLElement, HTMLButtonElement>} */
  const boxes = new Map();
  const button = (what) => piece.querySelector(`[data-do="${what}"]`);

  /** @param {HTMLElement} row @returns {Place | null} */
  function where(row) {
    if (held?.row === row) return held.place;
    const cover = read(row, lasts);
    return cover && at(cover, time);
  }

  /** @param {HTMLElement} row */
  function box(row) {
    let made = boxes.get(row);
    if (made) return made;
    made = Object.assign(document.createElement("button"), { type: "button", textContent: name(row).replace(/\D/g, "") });
    made.dataset.box = "";
    made.addEventListener("focus", () => choose(row));
    made.addEventListener("keydown", (event) => press(event, row));
    made.addEventListener("blur", paint);
    boxes.set(row, made);
    const all = rows(numbers), after = all.slice(all.indexOf(row) + 1).map((next) => boxes.get(next)).find(Boolean);
    return stage.insertBefore(made, after ?? stage.querySelector("[data-grip]"));
  }

  /** Shows the fields. */
  function paint() {
    for (const row of rows(numbers)) {
      const place = where(row);
      if (!place && !boxes.has(row)) continue;
      const made = box(row);
      made.hidden = !place;
      made.toggleAttribute("data-pulled", held?.row === row);
      made.setAttribute("aria-current", String(row === chosen));
      if (!place) continue;
      lay(made, place);
      // A name that changes under the focus would be read beside what the status says.
      if (made !== document.activeElement) made.setAttribute("aria-label", `${name(row)}, ${words(place)}`);
    }
    hands.paint();
    button("remove").disabled = !chosen || empty(chosen);
    film?.paint(chosen);
  }

  /** @param {HTMLElement | null} row */
  function choose(row) {
    chosen = row;
    paint();
    const place = row && where(row);
    if (place) say(`${name(row)}: ${words(place)}.`);
  }

  /** @param {HTMLElement} row @param {Place} place */
  function put(row, place) {
    if (waits()) return;
    const { path, from, until } = read(row, lasts) ?? { path: [], from: 0, until: lasts };
    const keys = [...path.filter((key) => key.at !== time), { at: time, place }].sort((one, other) => one.at - other.at);
    write(row, { path: keys, from, until }, lasts);
    choose(row);
  }

  /** An empty row, or why there is none. */
  function room() {
    if (waits()) return null;
    const row = free(numbers, most);
    if (!row) say(`There are ${most} boxes, and no more. Cover a larger part with one.`);
    return row;
  }

  function add() {
    const row = room();
    if (!row) return;
    const off = (rows(numbers).indexOf(row) % 5) * 400;
    put(row, { x: 3_000 + off, y: 3_000 + off, width: 2_000, height: 2_000 });
    box(row).focus({ preventScroll: true });
  }

  /** @param {HTMLElement} row */
  function remove(row) {
    write(row, null, lasts);
    chosen = null;
    paint();
    const left = [...boxes.values()].find((one) => !one.hidden);
    (left ?? button("add")).focus({ preventScroll: true });
    say(`${name(row)} is taken away.`);
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} row */
  function press(event, row) {
    const place = where(row), next = place && stepped(place, event);
    if (next) put(row, next);
    else if (event.key === "Delete" || event.key === "Backspace") remove(row);
    else return;
    event.preventDefault();
  }

  button("add").addEventListener("click", add);
  button("remove").addEventListener("click", () => chosen && remove(chosen));
  button("under").addEventListener("click", ({ target }) => {
    target.setAttribute("aria-pressed", String(stage.toggleAttribute("data-under")));
  });
  numbers.addEventListener("input", ({ target }) => (yours(target.closest("fieldset")), paint()));
  // Going back fills fields silently.
  addEventListener("pageshow", paint);
  const hold = (row, place) => (held = place && { row, place }, chosen = row, paint());
  const hands = pull(stage, { boxes, where, room, hold, put, choose, waits, chosen: () => chosen });
  const go = (to) => (time = to, paint());
  film = film?.moments(piece, { rows: () => rows(numbers), read, write, name, words, seconds, choose, say, waits, go, lasts });
  // Whoever sent something, or was told what is wrong, sees the numbers.
  numbers.open = location.pathname.endsWith("/hide") || Boolean(document.querySelector(".summary"));
  piece.hidden = false;
  paint();
  doubt(numbers, lasts, say);
}
