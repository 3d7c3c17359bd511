// Leave quickly: replaces this page instead of adding to the history, also on Shift pressed three
// times. Without this script the link is an ordinary link to /exit. It remembers nothing.

const PRESSES_WANTED = 3;
const WITHIN_MILLISECONDS = 5000;

/** @type {number[]} */
let presses = [];

function leave() {
  document.body.replaceChildren();
  location.replace("/exit");
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target instanceof Element && target.closest('a[href="/exit"]')) {
    event.preventDefault();
    leave();
  }
});

document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  presses = presses.filter((at) => event.timeStamp - at < WITHIN_MILLISECONDS);
  presses.push(event.timeStamp);
  if (presses.length >= PRESSES_WANTED) {
    leave();
  }
});
