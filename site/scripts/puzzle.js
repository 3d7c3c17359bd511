// Puzzle: while many reports come at once, this page does a few seconds of work by itself, so that its report
// need not wait behind those of programs. It counts until the SHA-256 (FIPS 180-4) of the puzzle and the
// number begins with enough zero bits. Without this script, or when it takes too long, the form sends as
// ever and the report waits in the slow lane. Nothing is loaded and nothing is kept.

const PAUSE_AFTER_MILLISECONDS = 30;
const WAIT_MILLISECONDS_MAX = 20_000;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square
 *  roots of the first eight: worked out, not listed. */
const { rounds, begin } = (() => {
  /** @type {number[]} */
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  // Numbers of this size are exact to 32 bits after the point in 53; the tests hold them against the standard.
  /** @param {number} root */
  const part = (root) => Math.floor((root - Math.floor(root)) * 0x1_0000_0000) | 0;
  return { rounds: Int32Array.from(primes, (prime) => part(Math.cbrt(prime))), begin: primes.slice(0, 8).map((prime) => part(Math.sqrt(prime))) };
})();

const schedule = new Int32Array(64);

/** One block of 64 bytes into the state. @param {Int32Array} state @param {DataView} block @param {number} at */
function compress(state, block, at) {
  for (let word = 0; word < 16; word += 1) schedule[word] = block.getInt32(at + word * 4);
  for (let word = 16; word < 64; word += 1) {
    const early = schedule[word - 15], late = schedule[word - 2];
    const one = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const two = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    schedule[word] = (schedule[word - 16] + one + schedule[word - 7] + two) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let round = 0; round < 64; round += 1) {
    const right = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + right + ((e & f) ^ (~e & g)) + rounds[round] + schedule[round]) | 0;
    const left = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (left + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, place) => { state[place] = (state[place] + value) | 0; });
}

/** The first 32 bits of the SHA-256 of a text in plain letters. @param {string} text */
export function start(text) {
  const bytes = new Uint8Array(Math.ceil((text.length + 9) / 64) * 64);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  bytes[text.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, text.length * 8);
  const state = Int32Array.from(begin);
  for (let at = 0; at < bytes.length; at += 64) compress(state, view, at);
  return state[0];
}

/** Counts on for a while; the number that solves it, or where to go on. @param {string} puzzle @param {number} bits @param {number} from @param {number} until */
export function count(puzzle, bits, from, until) {
  for (let number = from; number < until; number += 1) {
    if (Math.clz32(start(`${puzzle}.${number}`)) >= bits) return { found: number, next: number };
  }
  return { found: -1, next: until };
}

const piece = typeof document === "undefined" ? null : document.querySelector('[data-piece="puzzle"]');
const form = piece?.closest("form");

if (piece && form && piece instanceof HTMLElement) {
  const puzzle = piece.dataset.puzzle ?? "", bits = Number(piece.dataset.bits);
  const answer = piece.querySelector("input"), words = piece.querySelector("[role=status]");
  let done = false;
  /** @type {HTMLElement | null} */
  let pressed = null;
  const send = () => {
    done = true;
    if (words) words.textContent = "";
    if (pressed) form.requestSubmit(pressed);
  };
  /** @param {number} from */
  const work = (from) => {
    const begun = performance.now();
    let at = { found: -1, next: from };
    while (at.found < 0 && performance.now() - begun < PAUSE_AFTER_MILLISECONDS) at = count(puzzle, bits, at.next, at.next + 200);
    if (done) return;
    if (at.found >= 0 && answer) {
      answer.value = `${puzzle}.${at.found}`;
      send();
    } else setTimeout(work, 0, at.next);
  };
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (done || !(button instanceof HTMLElement) || button.getAttribute("value") !== "send") return;
    event.preventDefault();
    if (pressed) return;
    pressed = button;
    if (words) words.textContent = "Getting a place in the queue, a few seconds.";
    setTimeout(send, WAIT_MILLISECONDS_MAX);
  });
  setTimeout(work, 0, 0);
}
