// Passkey: makes one with a link, signs in with one, and locks a page of the desk that nobody touched.
// The browser and the authenticator do the proving; this file only carries their answers. A locked page
// keeps what was typed on it. It remembers nothing.

const LOCKS_AFTER_MILLISECONDS = 15 * 60 * 1000;
const SAYS_SO_EVERY_MILLISECONDS = 60 * 1000;
const LOOKS_EVERY_MILLISECONDS = 5 * 1000;
const possible = "PublicKeyCredential" in window;

/** @param {string} text base64url (RFC 4648 section 5) */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer */
function written(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0))));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} path
 * @param {object} body
 */
async function ask(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.detail ?? answer.title);
  }
  return answer;
}

/** @param {string} token of the link */
async function make(token) {
  const { challenge, options } = await ask("/desk/sign-in/new", { token });
  const { publicKey } = options;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) {
    known.id = bytes(known.id);
  }
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  const { attestationObject, clientDataJSON } = made.response;
  const response = { attestationObject: written(attestationObject), clientDataJSON: written(clientDataJSON) };
  const credential = { id: made.id, rawId: written(made.rawId), type: made.type, response };
  return ask("/desk/sign-in/new/answer", { challenge, credential });
}

async function signIn() {
  const { challenge, options } = await ask("/desk/sign-in/passkey", {});
  const { publicKey } = options;
  publicKey.challenge = bytes(publicKey.challenge);
  const found = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  const response = {
    authenticatorData: written(authenticatorData),
    clientDataJSON: written(clientDataJSON),
    signature: written(signature),
    userHandle: userHandle && written(userHandle),
  };
  return ask("/desk/sign-in/passkey/answer", { challenge, credential: { id: found.id, rawId: written(found.rawId), type: found.type, response } });
}

/**
 * A button that does `work` and then `after`; what goes wrong is said beside it.
 * @param {Element} piece
 * @param {() => Promise<any>} work
 * @param {(answer: any) => void} after
 */
function button(piece, work, after) {
  const press = /** @type {HTMLButtonElement} */ (piece.querySelector("button"));
  const words = /** @type {HTMLElement} */ (piece.querySelector("[data-answer]"));
  press.addEventListener("click", async () => {
    press.disabled = true;
    words.hidden = true;
    try {
      after(await work());
    } catch (error) {
      words.hidden = false;
      const own = error instanceof Error && error.constructor === Error;
      words.textContent = own ? error.message : "The browser stopped it, or it took too long. Press the button again.";
    }
    press.disabled = false;
  });
}

for (const piece of document.querySelectorAll('[data-piece="passkey"]')) {
  if (piece instanceof HTMLElement && possible) {
    const { token } = piece.dataset;
    piece.hidden = false;
    button(piece, () => (token ? make(token) : signIn()), () => location.assign("/desk"));
  }
}
const lock = document.querySelector('dialog[data-piece="lock"]');
if (lock instanceof HTMLDialogElement && possible) {
  watch(lock);
}

/** @param {HTMLDialogElement} lock */
function watch(lock) {
  let touched = Date.now();
  let said = Date.now();

  async function open() {
    const csrf = /** @type {HTMLInputElement} */ (document.querySelector('input[name="csrf"]')).value;
    said = Date.now();
    const response = await fetch("/desk/here", { method: "POST", body: new URLSearchParams({ csrf }) });
    return response.status !== 401;
  }

  function shut() {
    if (!lock.open) {
      lock.showModal();
    }
  }

  function look() {
    if (Date.now() - touched >= LOCKS_AFTER_MILLISECONDS) {
      shut();
    } else if (touched > said && Date.now() - said >= SAYS_SO_EVERY_MILLISECONDS) {
      open().then((yes) => yes || shut(), () => {});
    }
  }

  for (const sign of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(sign, () => {
      if (!lock.open) {
        touched = Date.now();
      }
    });
  }
  // Unlocked in another tab, or locked while this one slept: the server knows. What was typed stays here.
  document.addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    if (!(target instanceof HTMLFormElement) || Date.now() - said < SAYS_SO_EVERY_MILLISECONDS) {
      return;
    }
    event.preventDefault();
    if (await open().catch(() => true)) {
      target.requestSubmit(submitter);
    } else {
      shut();
    }
  });
  lock.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOKS_EVERY_MILLISECONDS);
  button(lock, signIn, ({ csrf }) => {
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="csrf"]'))) {
      field.value = csrf;
    }
    for (const piece of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-token]"))) {
      piece.dataset.token = csrf;
    }
    touched = said = Date.now();
    lock.close();
  });
}
