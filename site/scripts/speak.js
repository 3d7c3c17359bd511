// Speak: what happens on the picture is said in words, and what must wait is refused in words.

const SPEAKS_AFTER_MILLISECONDS = 300;

/** @param {HTMLElement} stage @param {Element} status */
export function speaker(stage, status) {
  let timer = 0;

  /** Told a moment late, so that a held key is told once. @param {string} text */
  function say(text) {
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), SPEAKS_AFTER_MILLISECONDS);
  }

  /** Whether another moment is shown than the one that is chosen: whatever draws or bounds a box asks this first. */
  function waits() {
    const busy = stage.getAttribute("aria-busy") === "true";
    if (busy) say("Wait until the moment is shown.");
    return busy;
  }

  return { say, waits };
}
