// Live: when the server says that something changed, this page is read again and its middle is
// replaced. It never decides what is shown. If it fails, the page stays and the Reload link works.
// Nothing is replaced while somebody types or chooses; the focus and what was unfolded stay
// (PROMISE the-desk-by-keyboard).

const RETRY_FIRST_MILLISECONDS = 2000;
const RETRY_MOST_MILLISECONDS = 60000;
const ANNOUNCE_AT_MOST_EVERY_MILLISECONDS = 15000;

const main = document.querySelector("main[data-events]");
if (main instanceof HTMLElement && main.dataset.events) {
  follow(main, main.dataset.events);
}

/**
 * @param {HTMLElement} main the part that is replaced
 * @param {string} events path of the event stream
 */
function follow(main, events) {
  let retry = RETRY_FIRST_MILLISECONDS;
  let reading = false;
  let again = false;
  let said = 0;
  /** @type {string | null} */
  let saying = null;

  function listen() {
    const source = new EventSource(events);
    source.onopen = () => {
      if (retry > RETRY_FIRST_MILLISECONDS) {
        read();
      }
      retry = RETRY_FIRST_MILLISECONDS;
    };
    source.onmessage = read;
    source.addEventListener("changed", read);
    source.onerror = () => {
      source.close();
      setTimeout(listen, retry);
      retry = Math.min(retry * 2, RETRY_MOST_MILLISECONDS);
    };
  }

  function busy() {
    const active = document.activeElement;
    return active !== null && main.contains(active) && active.matches("input, textarea, select");
  }

  function read() {
    if (reading || busy()) {
      again = true;
      return;
    }
    reading = true;
    again = false;
    // The document response type parses the page without running or trusting any string as HTML.
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      reading = false;
      if (busy()) {
        again = true;
        return;
      }
      if (request.status === 200 && request.responseXML) {
        show(request.responseXML);
      }
      if (again) {
        read();
      }
    };
    request.onerror = () => {
      reading = false;
    };
    request.send();
  }

  /** @param {Document} fresh */
  function show(fresh) {
    const next = fresh.querySelector("main");
    if (!next || next.isEqualNode(main)) {
      return;
    }
    const focused = document.activeElement;
    const at = main.contains(focused) ? focused : null;
    const unfolded = [...main.querySelectorAll("details[open] > summary")];
    main.replaceChildren(...next.childNodes);
    document.title = fresh.title;
    const bell = document.querySelector("[data-bell]");
    const nextBell = fresh.querySelector("[data-bell]");
    if (bell && nextBell) {
      bell.className = nextBell.className;
    }
    for (const summary of main.querySelectorAll("details > summary")) {
      if (unfolded.some((one) => same(one, summary))) summary.parentElement?.setAttribute("open", "");
    }
    if (at) {
      const next = [...main.querySelectorAll("a[href], button, summary")].find((one) => same(one, at));
      /** @type {HTMLElement} */ (next ?? main).focus({ preventScroll: true });
    }
    const heading = main.querySelector("[data-live-words]") ?? main.querySelector("h1");
    announce(heading?.textContent ?? document.title);
  }

  /** @param {Element} one @param {Element} other */
  function same(one, other) {
    const [here, there] = [one, other].map((each) => each.closest("form")?.getAttribute("action"));
    return one.isEqualNode(other) && here === there;
  }

  /**
   * Says politely what changed: at most once in a while, the newest words only, never the same twice.
   * @param {string} words
   */
  function announce(words) {
    const status = document.querySelector("[data-live-status]");
    const waiting = saying !== null;
    saying = words;
    if (!status || waiting) {
      return;
    }
    const say = () => {
      if (saying !== null && status.textContent !== saying) {
        status.textContent = saying;
        said = Date.now();
      }
      saying = null;
    };
    setTimeout(say, Math.max(0, said + ANNOUNCE_AT_MOST_EVERY_MILLISECONDS - Date.now()));
  }

  main.addEventListener("focusout", () => {
    if (again) {
      setTimeout(() => again && read(), 0);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      read();
    }
  });
  listen();
}
