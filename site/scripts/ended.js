// Ended: one press on an incident's page, and this browser is told when the page says what came of it; another takes
// it back. The server learns the browser's push address and which incident. Nothing is kept here: the browser knows
// whether it is subscribed, and the server whether it follows. What else this browser is told of stays as it is.

const WORKER = "/sw.js";

// Where the browser demands trusted types, a path to a script must come from a named policy.
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("handbell", {
  createScriptURL: () => WORKER,
});

const piece = document.querySelector('[data-piece="ended"]');
if (piece instanceof HTMLElement && "serviceWorker" in navigator && "PushManager" in window) {
  start(piece);
}

/** @param {HTMLElement} piece */
function start(piece) {
  const go = /** @type {HTMLButtonElement} */ (piece.querySelector("[data-go]"));
  const stop = /** @type {HTMLButtonElement} */ (piece.querySelector("[data-stop]"));
  const answer = /** @type {HTMLElement} */ (piece.querySelector("[data-answer]"));
  const { target = "", key = "" } = piece.dataset;

  /** @param {string} said */
  function say(said) {
    answer.hidden = false;
    answer.textContent = said;
  }

  /** @param {boolean} follows */
  function show(follows) {
    const held = [go, stop].includes(/** @type {any} */ (document.activeElement));
    go.hidden = follows;
    stop.hidden = !follows;
    // Whoever pressed by the keyboard stays where they pressed.
    if (held) (follows ? stop : go).focus();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} body
   */
  function send(method, path, body) {
    return fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }

  /** @param {() => Promise<Response | null>} deed @param {boolean} follows @param {string} done */
  async function does(deed, follows, done) {
    try {
      const response = await deed();
      if (response && !response.ok) {
        say(await words(response));
      } else if (response) {
        show(follows);
        say(done);
      }
    } catch {
      say("It did not work. Try once more.");
    }
  }

  go.addEventListener("click", () =>
    does(
      async () => {
        if ((await Notification.requestPermission()) !== "granted") {
          say("Your browser said no. Allow messages from this site, then try again.");
          return null;
        }
        const registration = await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : WORKER);
        const { active } = await navigator.serviceWorker.ready;
        const own = await registration.pushManager.getSubscription();
        // The worker keeps the group's list of signing devices as it stands at the first press.
        if (!own) active?.postMessage("subscribed");
        const subscription = own ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
        return send("POST", target, { subscription: subscription.toJSON() });
      },
      true,
      "This browser will be told.",
    ),
  );

  stop.addEventListener("click", () =>
    does(async () => send("DELETE", target, { endpoint: (await current())?.endpoint ?? "" }), false, "It will not be told any more."),
  );

  go.parentElement?.removeAttribute("hidden");
  current()
    .then(async (own) => own && (await send("POST", `${target}/mine`, { endpoint: own.endpoint })).json())
    .then((own) => show(own?.state === "followed"))
    .catch(() => {});
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
