// Sign: makes this browser's key, keeps it where it cannot be read, and signs what a form shows when it is sent.
//
// The key is made by the browser as one that cannot be taken out of it (WebCrypto, ECDSA on P-256) and lies in
// its IndexedDB. This file sends its public half once and signatures afterwards. A form without a key here says
// so and is not sent. What a press does stands in the form; nothing is signed by itself.

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const KEPT = "own";

/** @returns {Promise<IDBObjectStore>} */
function kept(mode = /** @type {IDBTransactionMode} */ ("readonly")) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("handbell-signing", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => done(asked.result.transaction("keys", mode).objectStore("keys"));
  });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** @param {ArrayBuffer | Uint8Array} bytes base64url (RFC 4648 section 5) */
function written(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The id of a public key: sixteen bytes of its hash, in base32 (docs/formats/signed-alert.md).
 * @param {Uint8Array} point
 */
async function idOf(point) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (point))).slice(0, 16);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("").padEnd(130, "0");
  return [...Array(26).keys()].map((at) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(bits.slice(5 * at, 5 * at + 5), 2)]).join("");
}

/**
 * @param {CryptoKey} key
 * @param {string} text
 */
async function signature(key, text) {
  return written(await crypto.subtle.sign(SIGNATURE, key, new TextEncoder().encode(text)));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function fill(form, name, value) {
  /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = value;
}

/** @param {HTMLFormElement} form */
async function add(form) {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { origin, device } = form.dataset;
  fill(form, "public", written(point));
  fill(form, "proof", await signature(pair.privateKey, `handbell signing device v1\norigin ${origin}\ndevice ${device}\nkey ${hex(point)}\n`));
  await answer((await kept("readwrite")).put({ id: await idOf(point), key: pair.privateKey }, KEPT));
}

/** @param {HTMLFormElement} form */
async function sign(form) {
  const own = await answer((await kept()).get(KEPT));
  if (!own) {
    throw new Error("This browser has no signing key, or lost it. Open Signing devices and add it.");
  }
  fill(form, "key", own.id);
  fill(form, "signature", await signature(own.key, form.dataset.text ?? ""));
}

/**
 * @param {HTMLFormElement} form
 * @param {(form: HTMLFormElement) => Promise<void>} work done before it is sent
 */
function before(form, work) {
  const words = /** @type {HTMLElement} */ (form.querySelector("[data-answer]"));
  /** @type {HTMLElement} */ (form.querySelector("[data-without]")).hidden = true;
  let done = false;
  form.addEventListener("submit", async (event) => {
    if (done) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    words.hidden = true;
    try {
      await work(form);
      done = true;
      form.requestSubmit(event.submitter);
    } catch (error) {
      words.hidden = false;
      words.textContent = error instanceof Error && error.constructor === Error ? error.message : "This browser could not sign. Try once more.";
    }
  });
}

for (const form of document.querySelectorAll('form[data-piece="sign"], form[data-piece="add-key"]')) {
  if (form instanceof HTMLFormElement && window.isSecureContext && "indexedDB" in window) {
    before(form, form.dataset.piece === "sign" ? sign : add);
  }
}
