// Rows: the fields of a form's boxes, read and written. They are the only truth of what is drawn: whoever types there and
// whoever draws say the same, and the server reads nothing else.

const { WHOLE, at, four, seconds } = await import("./cover.js");

/** @typedef {import("./cover.js").Place} Place
 * @typedef {import("./cover.js").Cover} Cover */

/** Every row, in order. @param {Element} form @returns {HTMLElement[]} */
export const rows = (form) => [...form.querySelectorAll("fieldset")];

/** @param {Element} row */
export const name = (row) => row.querySelector("legend").textContent;

/** A number as the form's reader takes it; nothing where it is none. @param {string | undefined} text @param {number} parts @param {number} most */
function number(text, parts, most) {
  const plain = (text ?? "").trim().replace(",", ".");
  const value = /^\d+\.?\d*$|^\.\d+$/.test(plain) ? Number(plain) : NaN;
  return value >= 0 && value <= most ? Math.round(value * parts) : null;
}

/** @param {(string | undefined)[]} texts @returns {Place | null} */
function place(texts) {
  const [x, y, width, height] = texts.map((text) => number(text, 100, 100));
  if (x === null || y === null || !width || !height || x + width > WHOLE || y + height > WHOLE) return null;
  return { x, y, width, height };
}

/** @param {Place} one @param {Place} other */
const same = (one, other) => ["x", "y", "width", "height"].every((side) => one[side] === other[side]);

/** A field of a row. @param {Element} row @param {string} part @returns {HTMLInputElement | HTMLTextAreaElement | null} */
const field = (row, part) => row.querySelector(`[name$="-${part}"]`);

/** Whether nothing is typed in a row; nobody types `since`. @param {Element} row */
export const empty = (row) => [...row.querySelectorAll('[name]:not([name$="-since"])')].every((one) => !one.value.trim());

/** The box of a row; nothing where it is empty or cannot be read. @param {HTMLElement} row @param {number} lasts @returns {Cover | null} */
export function read(row, lasts) {
  /** @param {string} part */
  const text = (part) => field(row, part)?.value.trim() ?? "";
  /** @param {string} part @param {number} without */
  const time = (part, without) => (text(part) ? number(text(part), 1_000, 86_400) : without);
  const from = time("from", 0), until = time("until", lasts);
  const first = place(["left", "top", "width", "height"].map(text));
  if (from === null || until === null || !first) return null;
  const path = [{ at: from, place: first }];
  for (const line of text("path").split("\n").filter((line) => line.trim())) {
    const parts = line.split(/[\s;]+/).filter(Boolean), [second, left, top, width, height] = parts;
    if (parts.length !== 3 && parts.length !== 5) return null;
    const when = number(second, 1_000, 86_400);
    const where = width === undefined ? place([left, top, text("width"), text("height")]) : place([left, top, width, height]);
    if (when === null || !where || when <= path[path.length - 1].at) return null;
    path.push({ at: when, place: where });
  }
  // Nobody said where it is before the moment it was drawn at: `write` left that. That it stands still says nothing.
  if (path.length > 1 && time("since", -1) === path[1].at && same(path[0].place, path[1].place)) path.shift();
  return { path, from, until: Math.min(until, lasts) };
}

/** Says which rows cannot be shown, now and whenever one is left. @param {Element} form @param {number} lasts @param {(text: string) => void} say */
export function doubt(form, lasts, say) {
  /** @param {HTMLElement[]} some */
  const tell = (some) => {
    const wrong = some.filter((row) => !empty(row) && !read(row, lasts));
    if (wrong.length > 0) say(`${wrong.map(name).join(", ")} cannot be shown.`);
  };
  form.addEventListener("focusout", ({ target, relatedTarget }) => tell(rows(form).filter((row) => row.contains(target) && !row.contains(relatedTarget))));
  tell(rows(form));
}

/** What is changed is not the earlier drawing's. @param {Element} row */
export const yours = (row) => row.querySelector("[data-earlier]")?.remove();

/** Writes a box into its row; nothing empties it. @param {HTMLElement} row @param {Cover | null} cover @param {number} lasts */
export function write(row, cover, lasts) {
  /** @param {string} part @param {string} value */
  const put = (part, value) => {
    const into = field(row, part);
    if (into) into.value = value;
  };
  yours(row);
  const first = cover && (at(cover, cover.from) ?? cover.path[0].place);
  const numbers = first ? four(first) : ["", "", "", ""];
  ["left", "top", "width", "height"].forEach((part, which) => put(part, numbers[which]));
  put("from", cover && cover.from > 0 ? seconds(cover.from) : "");
  put("until", cover && cover.until < lasts ? seconds(cover.until) : "");
  const later = cover ? cover.path.filter((key) => key.at > cover.from) : [];
  put("since", cover && cover.path[0].at > cover.from ? seconds(cover.path[0].at) : "");
  put("path", later.map((key) => [seconds(key.at), ...four(key.place)].join(" ")).join("\n"));
}

/** The first empty row; a new one where there is none, and nothing where there are as many as may be. @param {Element} form @param {number} most */
export function free(form, most) {
  const all = rows(form), last = all[all.length - 1], row = all.find(empty);
  if (row || all.length >= most) return row ?? null;
  const next = /** @type {HTMLElement} */ (last.cloneNode(true));
  for (const one of [next, ...next.querySelectorAll("*")]) {
    for (const key of ["id", "name", "for"]) {
      const value = one.getAttribute(key);
      if (value) one.setAttribute(key, value.replace(/^box-\d+/, `box-${all.length + 1}`));
    }
  }
  next.querySelector("legend").textContent = `Box ${all.length + 1}`;
  next.querySelector(".err")?.remove();
  next.classList.remove("wrong");
  for (const key of ["aria-invalid", "aria-describedby"]) next.removeAttribute(key);
  last.after(next);
  write(next, null, 0);
  return next;
}
