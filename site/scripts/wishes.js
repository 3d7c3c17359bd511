// Wishes: shows a browser what it asked for, fills the subscribe form with it, and snoozes with one press. The
// browser's own push address is what it shows the server; nothing is kept here. `subscribe.js` sends the form.

const piece = document.querySelector('[data-piece="subscribe"][data-mine]');
if (piece instanceof HTMLElement && "serviceWorker" in navigator && "PushManager" in window) {
  start(piece);
}

/** @param {HTMLElement} piece */
function start(piece) {
  const form = /** @type {HTMLFormElement} */ (piece.querySelector("form"));
  const go = /** @type {HTMLElement} */ (form.querySelector("[data-go]"));
  const snoozes = /** @type {HTMLElement} */ (form.querySelector("[data-snoozes]"));
  const hours = /** @type {HTMLInputElement} */ (form.querySelector('[name="snooze_hours"]'));
  const unasked = go.textContent;

  async function show() {
    // Only the press that chose a snooze sends one; whatever is sent later keeps the one that runs.
    hours.value = "";
    const own = await asked(piece.dataset.mine ?? "").catch(() => null);
    if (!own) {
      return;
    }
    piece.dispatchEvent(new CustomEvent("own", { detail: own }));
    for (const field of form.querySelectorAll("input, select")) {
      if (field instanceof HTMLSelectElement) {
        field.value = String(own[field.name] ?? "");
      } else if (field instanceof HTMLInputElement && field.type === "checkbox") {
        field.checked = ticked(field, own);
      }
    }
    const until = own.snoozed_until_here;
    go.textContent = go.dataset.again ?? "";
    snoozes.hidden = false;
    /** @type {HTMLElement} */ (snoozes.querySelector('[data-snooze="0"]')).hidden = !until;
    /** @type {HTMLElement} */ (snoozes.querySelector("[data-snoozed]")).textContent = until
      ? `Quiet until ${until}. It ends by itself.`
      : "It ends by itself.";
  }

  for (const button of /** @type {NodeListOf<HTMLElement>} */ (snoozes.querySelectorAll("[data-snooze]"))) {
    button.addEventListener("click", () => {
      hours.value = button.dataset.snooze ?? "";
      form.requestSubmit();
    });
  }
  go.addEventListener("click", () => {
    hours.value = "";
  });
  piece.addEventListener("told", show);
  piece.addEventListener("stopped", () => {
    go.textContent = unasked;
    snoozes.hidden = true;
  });
  show();
}

/**
 * @param {HTMLInputElement} field
 * @param {Record<string, any>} own
 */
function ticked(field, own) {
  if (field.name === "area") {
    return (field.dataset.cells ?? "").split(" ").every((cell) => own.cells.includes(cell));
  }
  if (field.name === "kind") {
    return own.kinds.length === 0 || own.kinds.includes(field.value);
  }
  return own[field.name] === true;
}

/**
 * What this browser asked for; nothing when it asked for nothing.
 * @param {string} target
 */
async function asked(target) {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) {
    return null;
  }
  const body = JSON.stringify({ endpoint: subscription.endpoint });
  const response = await fetch(target, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  return response.ok ? response.json() : null;
}
