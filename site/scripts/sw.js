// The service worker: verifies what was pushed, shows it, forgets. Of a live group it shows only what devices
// of the desk signed, by the list it kept when its person subscribed (docs/formats/signed-alert.md). A browser
// demands that every push is seen, so what it cannot verify becomes one sentence. It answers no request.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const LISTS = "/api/v1/signing";
const TOLERATED = 600_000;
/** What it says of the desk's own messages, which nobody signs: no place, and no word of theirs. @type {Record<string, string>} */
const DUTY = {
  "Can you go and look?": "",
  "News of a look": "Open the page to read it.",
  "An observer has not reported back": "Find out whether they are well.",
  "Are you well?": "Your time to report back is up. One press is enough.",
  "A report waits": "Nobody has opened it yet.",
  "Your duty ends soon": "Hand over, or stay longer.",
  "An alert runs out soon": "Renew it if it is still going on, or end it.",
  "A channel is silent": "Two test messages in a row did not arrive.",
  "Enough, stand by": "Enough are going. Thank you; please stay where you are.",
  "A place is free again": "Can you go after all? One press is enough.",
  "Your pair has changed": "Open the page before you go on. Nobody stands alone.",
  "The other of your pair is leaving": "Do not stay alone. Leave as well.",
  "Time to check in": "Are you well? One press is enough.",
  "The other of your pair has not checked in": "Look after them, and tell the desk.",
  "Please leave, and say so": "The alert has ended. One press is enough when you are safe.",
  "Somebody has not checked in": "Find out whether they are well.",
  "They are well": "Whoever had not checked in has said so now.",
  "Nobody is left to ask": "Places of a dispatch are free.",
  "Somebody cannot find it": "Open the dispatch.",
  "News of an incident": "Its page says more.",
};
const HEAD =
  /^handbell alert v1\norigin (?<origin>\S+)\nalert (?<alert>\S+)\nwords \S+\nkind (?<kind>alert|update)\nstatus (?<status>\w+)\nreach (?<reach>\w+)\narea \w{64}\nmade (?<made>\d+)\nuntil (?<until>\d+)\nends-until (?<ends>\d+)\nmessages (?<messages>\w{64})\n$/;
/** @type {Promise<unknown>} one push after the other */
let turn = Promise.resolve();

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(keep().then(() => worker.clients.claim())));
worker.addEventListener("message", (event) => event.data === "subscribed" && event.waitUntil(keep(true)));

/** What is kept: the list, and what was shown of each alert. @returns {Promise<any>} */
async function kept() {
  const found = await (await caches.open("handbell")).match("/kept");
  return found ? found.json() : { shown: {} };
}

/** @param {any} what */
async function keeps(what) {
  await (await caches.open("handbell")).put("/kept", new Response(JSON.stringify(what)));
}

/** Keeps the group's newest list: once, or anew when its person subscribes again. */
async function keep(anew = false) {
  const own = await kept();
  if (own.status && !anew) return;
  try {
    const { status, origin, items } = await (await fetch(LISTS, { cache: "no-store" })).json();
    await keeps({ ...own, status, origin, list: items.at(-1)?.text ?? "" });
  } catch {}
}

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
/** @param {Uint8Array} list */
const hex = (list) => [...list].map((byte) => byte.toString(16).padStart(2, "0")).join("");
/** @param {string} text */
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
/** @param {string} text */
const coded = (text) => new TextEncoder().encode(text);
/** @param {Uint8Array[]} parts */
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(/** @type {any} */ (parts)).arrayBuffer()));

/** How many members of a list signed a text. @param {string} list @param {string} text @param {string[][]} by */
async function members(list, text, by) {
  const held = new Set();
  for (const [, id, holder, point] of list.matchAll(/^device (\S+) (\S+) (\w+)$/gm)) {
    for (const [key, signed] of by) {
      if (key !== id) continue;
      const known = await crypto.subtle.importKey("raw", unhex(point), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      if (await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, known, bytes(signed), coded(text))) held.add(holder);
    }
  }
  return held.size;
}

/** @param {string} list @param {string} name */
const line = (list, name) => list.match(new RegExp(`^${name} (.+)$`, "m"))?.[1] ?? "";

/** Follows the group's lists as far as each is signed by two members of the one before. @param {any} own @param {number} wanted */
async function follow(own, wanted) {
  if (Number(line(own.list, "version")) >= wanted) return;
  const { items } = await (await fetch(LISTS, { cache: "no-store" })).json();
  for (const { text, signatures } of items) {
    const before = own.list ? hex(await hash(coded(own.list))) : "0".repeat(64);
    const by = signatures.map((/** @type {any} */ one) => [one.key, one.signature]);
    const next = line(text, "before") === before && line(text, "origin") === own.origin && text.startsWith("handbell signing devices v1\n");
    if (next && (await members(own.list || text, text, by)) >= 2) own.list = text;
  }
}

/** Now by this phone's clock or, where that says no, by the site's. @param {number} from @param {number} to */
async function isTime(from, to) {
  const within = (/** @type {number} */ now) => now >= from - TOLERATED && now <= to + TOLERATED;
  return within(Date.now()) || within(Date.parse((await fetch(LISTS, { cache: "no-store" })).headers.get("date") ?? ""));
}

/** What a signed message may show; throws when it may not. @param {any} message @param {any} own */
async function verified(message, own) {
  const { head, path, by, list } = message.proof;
  const said = HEAD.exec(head)?.groups ?? {};
  const live = ["alert", "update"].includes(message.kind);
  const tag = message.kind === "correction" ? `${said.alert}-correction` : said.alert;
  const kinds = said.kind === "update" ? ["update"] : ["alert", "cancel", "stand-down", "correction"];
  const same = said.origin === own.origin && said.status === "actual" && message.status === "actual" && message.tag === tag;
  if (!same || !kinds.includes(message.kind)) throw new Error("another alert");
  const fields = [message.kind, message.title, message.body, message.tag, message.url, message.silent ? "1" : "0", message.lang, message.dir, ...message.conduct];
  let node = await hash(new Uint8Array([0]), ...fields.map((field) => coded(`${coded(field).length}:${field},`)));
  const beside = bytes(path);
  for (let at = 0; at < beside.length; at += 32) {
    const two = [node, beside.slice(at, at + 32)].sort((one, other) => (hex(one) < hex(other) ? -1 : 1));
    node = await hash(new Uint8Array([1]), ...two);
  }
  await follow(own, list);
  const needed = live && said.reach !== "dispatch" ? 2 : 1;
  const good = hex(node) === said.messages && (await members(own.list, head, by)) >= needed;
  if (!good || !(await isTime(Number(said.made), Number(live ? said.until : said.ends)))) throw new Error("not signed");
  return { tag, rank: live ? Number(said.made) : Number.MAX_SAFE_INTEGER, until: Number(said.ends) };
}

/** Says by its word that a test message came. It shows nothing while a page is in sight, else words of its own. @param {string} url */
async function tested(url) {
  if (!url.startsWith("/channels/canary/")) throw new Error("no test");
  await fetch(url, { method: "POST" }).catch(() => {});
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.some((page) => page.visibilityState === "visible")) return null;
  return { title: "Test", body: "Nothing happened.", tag: "handbell-test", silent: true, lang: "en", dir: "ltr", url: "/desk/reach" };
}

/** What is shown of a push; throws when it cannot be verified. @param {any} message */
async function decided(message) {
  const own = await kept();
  const url = path(message.url);
  const show = { title: text(message.title), body: text(message.body), tag: text(message.tag), silent: message.silent === true, lang: text(message.lang) || "en", dir: message.dir === "rtl" ? "rtl" : "ltr", url };
  if (own.status !== message.status) throw new Error("practice and what is real never mix");
  if (own.status === "exercise") {
    if (!show.title.startsWith("EXERCISE")) throw new Error("it does not say so");
    return message.proof ? show : { ...show, body: `${show.body} Not signed.`.trim() };
  }
  if (message.kind === "duty") {
    const known = Object.hasOwn(DUTY, show.title);
    return { ...show, title: known ? show.title : "Update", body: known && show.body ? DUTY[show.title] : "", url: /^\/(desk|record)\//.test(url) ? url : "/desk" };
  }
  if (message.kind === "canary") return tested(url);
  const { tag, rank, until } = await verified(message, own);
  for (const [old, { until }] of Object.entries(own.shown)) if (until < Date.now()) delete own.shown[old];
  // What is older than what stands on the screen, or says that something goes on after its end, changes nothing.
  const last = own.shown[tag];
  const shown = last && last.rank > rank ? last : { rank, until, show };
  own.shown[tag] = shown;
  await keeps(own);
  return shown === last ? { ...last.show, silent: true } : show;
}

/** @param {PushMessageData | null} data */
async function told(data) {
  /** @type {any} */
  let show = { title: "Update", body: "An update could not be verified. Open Handbell.", tag: "handbell-unverified", silent: false, lang: "en", dir: "ltr", url: "/alerts" };
  try {
    show = await decided(data?.json() ?? {});
  } catch {}
  if (show) await worker.registration.showNotification(show.title, { body: show.body, tag: show.tag, silent: show.silent, lang: show.lang, dir: /** @type {NotificationDirection} */ (show.dir), data: { url: show.url } });
}

worker.addEventListener("push", (event) => {
  turn = turn.then(() => told(event.data), () => told(event.data));
  event.waitUntil(turn);
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(path(event.notification.data?.url)));
});

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/**
 * A path of this site; anything else becomes the list of alerts.
 * @param {unknown} value
 */
function path(value) {
  try {
    const url = new URL(text(value) || "/alerts", worker.location.origin);
    return url.origin === worker.location.origin ? url.pathname + url.search + url.hash : "/alerts";
  } catch {
    return "/alerts";
  }
}
