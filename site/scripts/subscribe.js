// Subscribe: asks the browser for a push address and sends it with the ticked areas, or as a signed-in
// observer's duty phone with the session's token. The server learns that address, the areas, kinds,
// language and wishes, and nothing else. Nothing is kept here: the browser itself knows whether it is subscribed.
// `wishes.js` shows what it asked for.

const WORKER = "/sw.js";

// Where the browser demands trusted types, a path to a script must come from a named policy.
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("handbell", {
  createScriptURL: () => WORKER,
});

const piece = document.querySelector('[data-piece="subscribe"]');
if (piece instanceof HTMLElement && "serviceWorker" in navigator && "PushManager" in window) {
  start(piece);
} else if (piece) {
  const words = piece.querySelector("[data-without] span");
  if (words) {
    words.append(" This browser cannot receive messages.");
  }
}

/** @param {HTMLElement} piece */
async function start(piece) {
  const form = /** @type {HTMLFormElement} */ (piece.querySelector("form"));
  const stop = /** @type {HTMLButtonElement} */ (piece.querySelector("[data-stop]"));
  const answer = /** @type {HTMLElement} */ (piece.querySelector("[data-answer]"));

  /** @param {string} words */
  function say(words) {
    answer.hidden = false;
    answer.textContent = words;
  }

  /**
   * @param {string} method
   * @param {object} body
   */
  function send(method, body) {
    const { target = "", token } = piece.dataset;
    const headers = { "Content-Type": "application/json", ...(token && { "X-Handbell-Token": token }) };
    return fetch(target, { method, headers, body: JSON.stringify(body) });
  }

  /** @param {string} name */
  const ticked = (name) => /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`))?.checked ?? false;

  /** @param {string} name @returns {number | undefined} */
  function number(name) {
    const field = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`));
    return field?.value ? Number(field.value) : undefined;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const areas = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('[name="area"]:checked')]);
    const kinds = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('[name="kind"]:checked')]);
    // A duty phone's form has nothing to tick: an observer goes where they are sent.
    if (form.querySelector('[name="area"]') && (areas.length === 0 || kinds.length === 0)) {
      say(areas.length === 0 ? "Tick at least one area." : "Tick at least one kind.");
      return;
    }
    if ((await Notification.requestPermission()) !== "granted") {
      say("Your browser said no. Allow messages from this site, then try again.");
      return;
    }
    try {
      const registration = await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : WORKER);
      // The worker keeps the group's list of signing devices as it stands at this press.
      (await navigator.serviceWorker.ready).active?.postMessage("subscribed");
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(piece.dataset.key ?? ""),
      });
      const cells = new Set(areas.flatMap((area) => (area.dataset.cells ?? "").split(" ")).filter(Boolean));
      const response = await send("POST", {
        subscription: subscription.toJSON(),
        cells: [...cells],
        kinds: kinds.map((kind) => kind.value),
        language: /** @type {HTMLSelectElement | null} */ (form.querySelector('[name="language"]'))?.value ?? piece.dataset.language,
        discreet: ticked("discreet"),
        confirmed_only: ticked("confirmed_only"),
        quiet_from: number("quiet_from"),
        quiet_to: number("quiet_to"),
        daily_cap: number("daily_cap"),
        snooze_hours: number("snooze_hours"),
        ...JSON.parse(piece.dataset.more ?? "{}"),
      });
      if (!response.ok) {
        say(await words(response));
        return;
      }
      stop.hidden = false;
      say(piece.dataset.told ?? "");
      piece.dispatchEvent(new CustomEvent("told", { detail: await response.json() }));
    } catch {
      say("It did not work. Nothing was kept. Try once more, or read the alerts page.");
    }
  });

  stop.addEventListener("click", async () => {
    try {
      const subscription = await current();
      if (subscription) {
        const response = await send("DELETE", { endpoint: subscription.endpoint });
        if (!response.ok && response.status !== 404) {
          say(await words(response));
          return;
        }
        await subscription.unsubscribe();
      }
      stop.hidden = true;
      piece.dispatchEvent(new Event("stopped"));
      say("This browser will not be told any more. The server has forgotten it.");
    } catch {
      say("It did not work. Try once more.");
    }
  });

  /** @type {HTMLElement} */ (piece.querySelector("[data-without]")).hidden = true;
  form.hidden = false;
  stop.hidden = (await current()) === null;
}

/** @returns {Promise<PushSubscription | null>} */
async function current() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration ? registration.pushManager.getSubscription() : null;
}

/**
 * What a refused request says, from its problem document.
 * @param {Response} response
 */
async function words(response) {
  try {
    const problem = await response.json();
    return String(problem.detail ?? problem.title);
  } catch {
    return "It did not work. Try once more.";
  }
}

/**
 * Base64url without padding to bytes (RFC 4648 section 5).
 * @param {string} text
 */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
