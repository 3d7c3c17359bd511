// Places: asks this site's own list while somebody types, and fills the rows that the button "Find it"
// would have filled. Without this script that button does the same. Nothing typed is kept here.

const PAUSE_MILLISECONDS = 250;
const LETTERS_MIN = 3;

const field = document.querySelector("#place");
const rows = document.querySelector('[data-piece="places"]');
/** @type {number | undefined} */
let pause;

/** @param {string} value @param {string} label @param {string} small @param {number} number */
function row(value, label, small, number) {
  const pick = document.createElement("div");
  pick.className = "pick";
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "spot";
  input.value = value;
  input.id = number === 0 ? "spot" : `spot-${number + 1}`;
  input.checked = value === "";
  const words = document.createElement("label");
  words.htmlFor = input.id;
  words.append(label);
  if (small) {
    const more = document.createElement("small");
    more.append(small);
    words.append(more);
  }
  pick.append(input, words);
  return pick;
}

async function ask() {
  if (!(field instanceof HTMLInputElement) || !(rows instanceof HTMLElement)) return;
  const text = field.value.trim();
  const list = rows.querySelector(".picks");
  if (!list) return;
  if (text.length < LETTERS_MIN) {
    rows.hidden = true;
    list.replaceChildren();
    return;
  }
  const answer = await fetch(`/places?q=${encodeURIComponent(text)}`, { credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => null);
  if (!answer || !answer.ok || field.value.trim() !== text) return;
  /** @type {{items: {id: string, name: string, near: string, says: string}[]}} */
  const found = await answer.json();
  const picks = found.items.map((item, number) => row(item.id, item.name, [item.near, item.says].filter(Boolean).join(" · "), number));
  if (picks.length > 0) picks.push(row("", "None of these: use my own words", "", picks.length));
  list.replaceChildren(...picks);
  rows.hidden = picks.length === 0;
}

field?.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(ask, PAUSE_MILLISECONDS);
});
