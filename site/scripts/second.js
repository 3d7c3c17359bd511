// Second: lets a browser name another way for when it is not reached, and shows what its owner still has to do.
// `subscribe.js` sends what is chosen here with the rest; nothing is kept here, and no address is shown again.

const piece = document.querySelector('[data-piece="subscribe"][data-mine]');
const part = piece?.querySelector("[data-second]");
/** @type {Record<string, string>} */
const NAMES = { mail: "E-mail", sms: "A text message", ntfy: "ntfy" };
if (piece instanceof HTMLElement && part instanceof HTMLElement) {
  start(piece, part);
}

/**
 * @param {HTMLElement} piece
 * @param {HTMLElement} part
 */
function start(piece, part) {
  const keep = /** @type {HTMLInputElement} */ (part.querySelector('[name="second_by"][value=""]'));
  const mail = /** @type {HTMLElement} */ (part.querySelector("[data-second-mail]"));
  const minutes = /** @type {HTMLElement} */ (part.querySelector("[data-second-minutes]"));
  const now = /** @type {HTMLElement} */ (part.querySelector("[data-second-now]"));
  const answer = /** @type {HTMLElement} */ (piece.querySelector("[data-second-answer]"));
  const unasked = now.textContent;

  /** @param {string} name */
  const chosen = (name) => /** @type {HTMLInputElement | null} */ (part.querySelector(`[name="${name}"]:checked`))?.value ?? "";

  function choose() {
    const by = chosen("second_by");
    mail.hidden = by !== "mail";
    minutes.hidden = by === "" || by === "none";
    const address = /** @type {HTMLInputElement} */ (mail.querySelector("input"));
    address.required = by === "mail";
    const second = { by, after_minutes: Number(chosen("second_minutes")), ...(by === "mail" && { address: address.value }) };
    // Nothing chosen sends nothing, and what stands stays.
    piece.dataset.more = by === "" ? "{}" : JSON.stringify({ second });
  }

  part.addEventListener("input", choose);
  piece.addEventListener("told", (event) => {
    const { second } = /** @type {CustomEvent} */ (event).detail ?? {};
    answer.hidden = !second;
    answer.textContent = second ? toDo(second) : "";
    // A later press sends no second letter.
    keep.checked = true;
    choose();
  });
  piece.addEventListener("own", (event) => {
    const { second } = /** @type {CustomEvent} */ (event).detail ?? {};
    now.textContent = second ? `${NAMES[second.by] ?? "Another way"} is used after ${second.after_minutes} minutes.` : unasked;
  });
  piece.addEventListener("stopped", () => {
    now.textContent = unasked;
    answer.hidden = true;
  });
  choose();
}

/**
 * What its owner still has to do.
 * @param {Record<string, string>} second
 */
function toDo(second) {
  switch (second.state) {
    case "begun":
      return `Subscribe to ${second.address} in ntfy. Whoever knows it reads what you read. It is shown once.`;
    case "letter-sent":
      return "If it can be sent, one letter comes now. Press its button within the hour.";
    case "to-text":
      return `Text ${second.text} to ${second.number} from your telephone within the hour. It is shown once.`;
    default:
      return "Nothing else is used any more.";
  }
}
