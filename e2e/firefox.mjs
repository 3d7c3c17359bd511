// Firefox: Debian's Firefox with a profile of its own, driven over WebDriver BiDi.
//
// Its push client is pointed at the service of the journey, and whatever it would ask the outside runs into a
// proxy that is not there. Everything else is as it is installed: its push client, its cryptography, its service
// worker, its store of notifications. FIREFOX names another one.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./people.mjs";
import { connects } from "./socket.mjs";

const STARTS_WITHIN_MILLISECONDS = 60_000;
const ANSWERS_WITHIN_MILLISECONDS = 60_000;
const SHOWS_WITHIN_MILLISECONDS = 15_000;
const ENDS_WITHIN_MILLISECONDS = 10_000;

/** Where Firefox is, or null. */
export function findFirefox() {
  const path = process.env.FIREFOX || "/usr/bin/firefox-esr";
  return existsSync(path) ? path : null;
}

const preferences = (pushService) => ({
  "dom.push.serverURL": pushService,
  // A service on this machine has no certificate that Firefox would trust.
  "dom.push.testing.allowInsecureServerURL": true,
  "dom.push.connection.enabled": true,
  // After losing its way it tries again in milliseconds, not minutes.
  "dom.push.retryBaseInterval": 200,
  // Its person says yes when a site asks whether it may show notifications.
  "permissions.default.desktop-notification": 1,
  // There is no desktop that could show a notification: Firefox draws it, and leaves it until somebody closes it.
  "alerts.useSystemBackend": false,
  "alerts.durationImmediate": 3_600_000,
  // Nothing may speak to the outside. Port 1 answers nobody; this machine is reached without a proxy.
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 1,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 1,
  "network.manage-offline-status": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "intl.accept_languages": "en-GB, en",
});

/** One page in it. */
class Tab {
  #bidi;
  #context;

  constructor(bidi, context) {
    [this.#bidi, this.#context] = [bidi, context];
  }

  async opens(url) {
    await this.#bidi("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** Puts it before the others: in a page that nobody sees, clocks tick once a second. */
  async comesForward() {
    await this.#bidi("browsingContext.activate", { context: this.#context });
  }

  /** Runs a function in the page and answers with what it gives, which must be JSON. */
  async asks(play, ...words) {
    const functionDeclaration = `async (words) => JSON.stringify((await (${play})(...JSON.parse(words))) ?? null)`;
    const given = [{ type: "string", value: JSON.stringify(words) }];
    const target = { context: this.#context };
    const { type, result, exceptionDetails } = await this.#bidi("script.callFunction", { functionDeclaration, arguments: given, target, awaitPromise: true });
    if (type !== "success") throw new Error(`in the page: ${exceptionDetails.text}`);
    return JSON.parse(result.value);
  }

  /** Presses what a selector finds, in its middle, as a hand does. */
  async presses(selector) {
    await this.asks((selector) => document.querySelector(selector).scrollIntoView({ block: "center" }), selector);
    const { nodes } = await this.#bidi("browsingContext.locateNodes", { context: this.#context, locator: { type: "css", value: selector } });
    if (nodes.length !== 1) throw new Error(`${nodes.length} of ${selector}`);
    const origin = { type: "element", element: { sharedId: nodes[0].sharedId } };
    const actions = [{ type: "pointerMove", x: 0, y: 0, origin }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.#bidi("input.performActions", { context: this.#context, actions: [{ type: "pointer", id: "hand", actions }] });
  }

  /** Ticks a box by its row, unless it is ticked. */
  async ticks(name, value) {
    const id = await this.asks((name, value) => document.querySelector(`input[name="${name}"][value="${value}"]`).id, name, value);
    const ticked = () => this.asks((id) => document.getElementById(id).checked, id);
    if (await ticked()) return;
    await this.presses(`label[for="${id}"]`);
    if (!(await ticked())) throw new Error(`${name}=${value} is not ticked`);
  }
}

/** A conversation with it: answers with a function that asks one thing. `happened` hears of events by their names. */
async function converses(address, happened) {
  const socket = await connects(`${address}/session`);
  const waiting = new Map();
  let number = 0;
  socket.heard = (text) => {
    const { id, type, result, error, message, method, params } = JSON.parse(text);
    if (type === "event") return happened[method]?.(params);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (type === "error") asked?.failed(new Error(`${asked.method}: ${error}: ${message}`));
    else asked?.done(result);
  };
  socket.closed = () => {
    for (const { failed, method } of waiting.values()) failed(new Error(`${method}: Firefox hung up`));
  };
  return (method, params) =>
    new Promise((done, failed) => {
      const id = (number += 1);
      const late = setTimeout(() => failed(new Error(`${method}: no answer`)), ANSWERS_WITHIN_MILLISECONDS);
      const once = (then) => (what) => (clearTimeout(late), then(what));
      waiting.set(id, { method, done: once(done), failed: once(failed) });
      socket.says(JSON.stringify({ id, method, params }));
    });
}

/** One Firefox with one profile, which it keeps when it is closed and opened again. */
class Firefox {
  /** Errors in pages, and every address that a page asked for. */
  complaints = [];
  requests = [];
  #said = [];
  #profile = mkdtempSync(join(tmpdir(), "handbell-firefox-"));
  #child = null;
  #ended = null;
  #bidi = null;

  constructor(pushService) {
    const lines = Object.entries(preferences(pushService)).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
    writeFileSync(join(this.#profile, "user.js"), lines.join(""));
  }

  async opens() {
    const program = findFirefox();
    if (!program) throw new Error("no Firefox: install firefox-esr, or say where it is in FIREFOX");
    const words = ["--headless", "--no-remote", "--profile", this.#profile, "--remote-debugging-port", "0", "about:blank"];
    const env = { ...process.env, HOME: this.#profile, MOZ_CRASHREPORTER_DISABLE: "1" };
    const child = spawn(program, words, { env, stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    this.#ended = new Promise((done) => child.once("exit", done));
    const address = await new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`Firefox was not ready in time\n${this.operatorReads()}`)), STARTS_WITHIN_MILLISECONDS);
      this.#ended.then((code) => failed(new Error(`Firefox ended before it was ready: ${code}\n${this.operatorReads()}`)));
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.#said.push(line);
        const listening = line.match(/WebDriver BiDi listening on (ws:\S+)/);
        if (listening) {
          clearTimeout(late);
          ready(listening[1]);
        }
      });
    });
    const happened = {
      "log.entryAdded": ({ level, text }) => level === "error" && this.complaints.push(text),
      "network.beforeRequestSent": ({ request }) => this.requests.push(request.url),
    };
    this.#bidi = await converses(address, happened);
    const { capabilities } = await this.#bidi("session.new", { capabilities: {} });
    this.version = capabilities.browserVersion;
    await this.#bidi("session.subscribe", { events: Object.keys(happened) });
  }

  async tab() {
    const { context } = await this.#bidi("browsingContext.create", { type: "tab" });
    return new Tab(this.#bidi, context);
  }

  /** What it wrote for whoever started it. */
  operatorReads() {
    return this.#said.join("\n");
  }

  /** Closes it as its person does, and waits until it is gone. */
  async closes() {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    await (this.#bidi?.("browser.close", {}) ?? Promise.reject()).catch(() => child.kill("SIGTERM"));
    const late = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MILLISECONDS);
    await this.#ended;
    clearTimeout(late);
    this.#bidi = null;
  }

  async end() {
    await this.closes();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts it. `pushService` is where its push client connects. */
export async function startFirefox(pushService) {
  const firefox = new Firefox(pushService);
  try {
    await firefox.opens();
    return firefox;
  } catch (error) {
    await firefox.end();
    throw error;
  }
}

/** A phone: a page of a site in it, and what the screen shows of that site. */
export class Phone {
  constructor(tab, address) {
    [this.tab, this.address] = [tab, address];
  }

  /** What stands on the screen, in a stable order. */
  screen() {
    return this.tab.asks(async () => {
      const all = await (await navigator.serviceWorker.ready).getNotifications();
      return all.map(({ title, body, tag, lang, dir, data }) => ({ title, body, tag, lang, dir, url: data.url })).sort((one, other) => (one.tag < other.tag ? -1 : 1));
    });
  }

  /** Wipes everything, or what has one tag, off the screen, and waits until it is gone. */
  async wipes(tag = null) {
    const gone = async (tag) => {
      const all = await (await navigator.serviceWorker.ready).getNotifications(tag ? { tag } : {});
      for (const one of all) one.close();
      return all.length === 0;
    };
    await eventually(() => this.tab.asks(gone, tag), "the screen is wiped");
  }

  /** Waits until the screen shows something of a tag, other than words that stood there before; answers with the moment. */
  shows(tag, before = null) {
    return this.tab.asks(
      async (tag, before, limit) => {
        const registration = await navigator.serviceWorker.ready;
        const until = Date.now() + limit;
        while (!(await registration.getNotifications({ tag })).some(({ body }) => body !== before)) {
          if (Date.now() > until) throw new Error(`nothing of ${tag} is shown`);
          await new Promise((again) => setTimeout(again, 4));
        }
        return Date.now();
      },
      tag,
      before,
      SHOWS_WITHIN_MILLISECONDS,
    );
  }

  /** Ticks areas and kinds and presses the button; answers with the words that the page then says. */
  async subscribes({ areas, kinds }) {
    await this.tab.opens(`${this.address}/subscribe`);
    for (const area of areas) await this.tab.ticks("area", area);
    for (const kind of kinds) await this.tab.ticks("kind", kind);
    await this.tab.presses("[data-go]");
    return this.answer();
  }

  async leaves() {
    await this.tab.opens(`${this.address}/subscribe`);
    await eventually(() => this.tab.asks(() => !document.querySelector("[data-stop]").hidden), "the page offers to stop");
    await this.tab.presses("[data-stop]");
    return this.answer();
  }

  answer() {
    const said = () => {
      const answer = document.querySelector("[data-answer]");
      return answer.hidden ? "" : answer.textContent;
    };
    return eventually(() => this.tab.asks(said), "the page says something");
  }

  /** The browser's own push subscription. */
  subscription() {
    return this.tab.asks(async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription())?.toJSON());
  }

  /** What its worker keeps: the group's list, and what it showed. */
  kept() {
    return this.tab.asks(async () => (await (await caches.open("handbell")).match("/kept"))?.json());
  }
}
