// Give: sends files in pieces (tus 1.0.0), so that a broken line costs seconds. Without this script the form sends
// small files whole. Nothing is stored here: whoever closes the page begins again.

const PIECE_BYTES = 1024 * 1024;
const WAITS_MILLISECONDS = [1000, 3000, 10000, 30000];
const SPOKEN = { "Tus-Resumable": "1.0.0" };

/** A no that waiting does not mend. */
class No extends Error {}

let paused = false;
let going = 0;
let busy = false;
/** @type {AbortController | undefined} */
let asking;
/** @type {(() => void)[]} */
let waiting = [];

/** @param {string} text */
function coded(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((go) => {
    const timer = setTimeout(go, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), go(undefined)), { once: true });
  });
}

/** @returns {Promise<void>} */
function unpaused() {
  return paused ? new Promise((go) => waiting.push(go)) : Promise.resolve();
}

/** @param {string} method @param {string} path @param {Record<string, string>} headers @param {Blob} [body] */
async function ask(method, path, headers, body) {
  asking = new AbortController();
  busy = false;
  const answer = await fetch(path, {
    method,
    headers: { ...SPOKEN, ...headers },
    body,
    signal: asking.signal,
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  const { ok, status } = answer;
  if (ok) return answer;
  busy = [409, 429, 503].includes(status);
  if (busy || status === 408 || (status >= 500 && status !== 507)) throw new Error();
  const told = await answer.json().catch(() => ({}));
  throw new No(told.detail || told.title || "This was not taken.");
}

/** Tries until it is done or cannot be. @template T @param {() => Promise<T>} act @param {(words: string) => void} say @returns {Promise<T>} */
async function stubbornly(act, say) {
  for (let tries = 0; ; tries += 1) {
    await unpaused();
    try {
      return await act();
    } catch (error) {
      if (error instanceof No) throw error;
      if (!paused) {
        say(`${busy ? "Busy, it" : "The line is broken. It"} goes on by itself.`);
        await pause(WAITS_MILLISECONDS[Math.min(tries, WAITS_MILLISECONDS.length - 1)] ?? 30000);
      }
    }
  }
}

/** @param {File} file @param {string} uploads @param {string} told @param {(words: string, share: number) => void} show */
async function give(file, uploads, told, show) {
  let offset = 0;
  const say = (/** @type {string} */ words) => show(words, offset / file.size);
  const begun = await stubbornly(() => ask("POST", uploads, { "Upload-Length": String(file.size), "Upload-Metadata": told }), say);
  const path = begun.headers.get("Location") ?? "";
  let unsure = false;
  while (offset < file.size) {
    await stubbornly(async () => {
      // After a broken line only the server knows how far it is.
      if (unsure) offset = Number((await ask("HEAD", path, {})).headers.get("Upload-Offset"));
      unsure = true;
      if (offset === file.size) return;
      const piece = file.slice(offset, offset + PIECE_BYTES);
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
      offset = Number((await ask("PATCH", path, headers, piece)).headers.get("Upload-Offset"));
      unsure = false;
    }, say);
    show(`${Math.floor((100 * offset) / file.size)} % is kept`, offset / file.size);
  }
}

/** @param {HTMLElement} place @param {File} file @param {number} number */
function row(place, file, number) {
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `File ${number}`);
  place.append(words, bar);
  return (/** @type {string} */ said, /** @type {number} */ share) => {
    words.textContent = `File ${number}: ${said}`;
    bar.value = share;
  };
}

/** @param {HTMLFormElement} form @param {HTMLElement} place */
async function start(form, place) {
  const uploads = form.dataset["uploads"] ?? "";
  const fields = new FormData(form);
  const files = fields.getAll("file").filter((file) => file instanceof File && file.size > 0);
  const told = `wish ${coded(String(fields.get("wish") ?? ""))},claimed ${coded(String(fields.get("claimed") ?? ""))}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = "Pause";
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
    if (paused) asking?.abort();
    else for (const go of waiting.splice(0)) go();
  });
  place.replaceChildren(button);
  const submit = form.querySelector("button:not([type])");
  submit?.setAttribute("disabled", "");
  let refused = false;
  for (const [at, file] of files.entries()) {
    if (!(file instanceof File)) continue;
    const show = row(place, file, at + 1);
    going += 1;
    try {
      await give(file, uploads, told, show);
      show("Kept.", 1);
    } catch (error) {
      refused = true;
      show(error instanceof Error ? error.message : "This was not taken.", 0);
    }
    going -= 1;
  }
  button.remove();
  submit?.removeAttribute("disabled");
  if (!refused) location.reload();
}

const form = document.querySelector('[data-piece="give"]');
const place = form?.querySelector("[data-going]");
if (form instanceof HTMLFormElement && place instanceof HTMLElement) {
  form.addEventListener("submit", (event) => {
    const input = form.querySelector("#file");
    if (!(input instanceof HTMLInputElement) || !input.files?.length) return;
    event.preventDefault();
    if (going === 0) void start(form, place);
  });
  addEventListener("beforeunload", (event) => {
    if (going > 0) event.preventDefault();
  });
}
