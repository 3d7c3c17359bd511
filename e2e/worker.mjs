// Worker: a made-up group for the real service worker, with keys of Node's own cryptography.
//
// Its site serves one empty page, the worker as it stands in the repository, and lists of signing devices that a
// journey writes. Canonical texts are built here anew, from docs/formats/signed-alert.md and not from the
// program, so that what the worker believes is compared with a second reading of the format.

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("../site/scripts/sw.js", import.meta.url));
const MINUTE = 60_000;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** Sixteen bytes as 26 signs. */
export function id(bytes) {
  const bits = [...bytes.subarray(0, 16)].map((byte) => byte.toString(2).padStart(8, "0")).join("").padEnd(130, "0");
  return bits.match(/.{5}/g).map((five) => BASE32[parseInt(five, 2)]).join("");
}

/** A device of a member. */
export function device(holder) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const signs = (text) => sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
  return { holder, point, key: id(sha256(point)), signs };
}

/** A list of signing devices. */
export function list(origin, version, before, devices) {
  const lines = devices.map(({ key, holder, point }) => `device ${key} ${holder} ${point.toString("hex")}\n`);
  const hash = before ? sha256(before).toString("hex") : "0".repeat(64);
  const needs = "needs dispatch 1\nneeds neighbours 2\nneeds public 2\n";
  return `handbell signing devices v1\norigin ${origin}\nname A made-up group\nversion ${version}\nbefore ${hash}\n${needs}${lines.join("")}`;
}

/** A list as the site gives it out. */
export const given = (version, text, signers) => ({ version, text, signatures: signers.map((one) => ({ key: one.key, signature: one.signs(text) })) });

function leaf(message) {
  const fields = [message.kind, message.title, message.body, message.tag, message.url, message.silent ? "1" : "0", message.lang, message.dir, ...message.conduct];
  return sha256(Buffer.from([0]), ...fields.map((field) => `${Buffer.byteLength(field)}:${field},`));
}

const node = (one, other) => sha256(Buffer.from([1]), ...[one, other].sort(Buffer.compare));

/** Every message of an alert signed under one text; answers with what makes a pushed message of a kind. */
export function alert({ origin, signers, version = 1, reach = "neighbours", status = "actual", made = Date.now(), until = made + 60 * MINUTE, number = 1, kind = "alert", of = number, words = "Something is happening near you." }) {
  const [own, told] = [id(sha256(`alert ${number}`)), id(sha256(`alert ${of}`))];
  const url = `/alerts/${told}`;
  const plain = (kind, title, body, conduct = []) => ({ kind, status, title, body, tag: told, url, conduct, silent: false, lang: "en", dir: "ltr" });
  const conduct = ["Go only as a witness.", "Keep two metres back."];
  const kinds =
    kind === "update"
      ? [plain("update", "Handbell", words, conduct)]
      : [
          plain("alert", "Handbell", words, conduct),
          plain("cancel", "Cancelled: our alert was wrong", "Nothing is asked of you."),
          plain("stand-down", "It is over", "Thank you."),
          { ...plain("correction", "Corrected", "The record was corrected."), tag: `${told}-correction`, url: "/record/x" },
        ];
  const all = kinds.flatMap((one) => [one, { ...one, title: "Update", body: "", silent: true }]);
  const leaves = all.map(leaf).sort(Buffer.compare);
  const rows = [leaves];
  while (rows.at(-1).length > 1) {
    const row = rows.at(-1);
    rows.push(row.flatMap((one, at) => (at % 2 ? [] : [row[at + 1] ? node(one, row[at + 1]) : one])));
  }
  const lines = {
    origin, alert: told, words: own, kind, status, reach, area: sha256("a cell\n").toString("hex"),
    made, until, "ends-until": until + 7 * 24 * 60 * MINUTE, messages: rows.at(-1)[0].toString("hex"),
  };
  const head = `handbell alert v1\n${Object.entries(lines).map(([name, value]) => `${name} ${value}\n`).join("")}`;
  const by = signers.map((one) => [one.key, one.signs(head)]);
  return (kind, { discreet = false } = {}) => {
    const message = all.find((one) => one.kind === kind && one.silent === discreet);
    let at = leaves.findIndex((one) => one.equals(leaf(message)));
    const path = [];
    for (const row of rows) {
      if (row[at ^ 1]) path.push(row[at ^ 1]);
      at >>= 1;
    }
    return { ...message, proof: { head, path: Buffer.concat(path).toString("base64url"), by, list: version } };
  };
}

/** The group's site on this machine. `signing` is what it gives out as lists; `null` answers 503. */
export async function startSite(signing) {
  const site = { signing, asked: 0, posted: [] };
  const server = createServer((request, response) => {
    const path = request.url;
    if (request.method === "POST") return site.posted.push(path), response.writeHead(204).end();
    if (path === "/sw.js") return response.setHeader("content-type", "text/javascript").end(readFileSync(WORKER));
    if (path !== "/api/v1/signing") return response.setHeader("content-type", "text/html").end("<!doctype html><title>A site</title>");
    site.asked += 1;
    if (site.signing === null) return response.writeHead(503).end();
    return response.setHeader("content-type", "application/json").end(JSON.stringify(site.signing));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  site.address = `http://127.0.0.1:${server.address().port}`;
  site.end = () => new Promise((done) => (server.closeAllConnections(), server.close(done)));
  return site;
}

/** A phone that subscribed at the site: its worker runs, and pushes are handed to it by the browser's own tools. */
export async function startPhone(browser, site) {
  const context = await browser.newContext({ locale: "en-GB" });
  await context.grantPermissions(["notifications"], { origin: site.address });
  const page = await context.newPage();
  await page.goto(site.address);
  const tools = await context.newCDPSession(page);
  const registered = new Promise((known) => {
    tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && known(registrations[0].registrationId));
  });
  await tools.send("ServiceWorker.enable");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    await new Promise((done) => {
      const look = () => active.state === "activated" && done();
      active.addEventListener("statechange", look);
      look();
    });
  });
  const registrationId = await registered;
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(() => {
    globalThis.heard = 0;
    addEventListener("push", () => (globalThis.heard += 1));
  });
  /** What the screen shows and since when, in a stable order. */
  const stands = () =>
    page.evaluate(async () => {
      const all = await (await navigator.serviceWorker.ready).getNotifications();
      const one = ({ title, body, tag, silent, data, timestamp }) => ({ since: timestamp, said: { title, body, tag, silent, url: data.url } });
      return all.map(one).sort((one, other) => (one.said.tag < other.said.tag ? -1 : 1));
    });
  const shown = async () => (await stands()).map(({ said }) => said);
  return {
    page,
    shown,
    /** Waits until the worker keeps a list, as it does once somebody subscribed. */
    kept: () => page.evaluate(async () => (await (await caches.open("handbell")).match("/kept"))?.json()),
    /**
     * Hands a push over and answers with the screen once the worker is done with it. The screen is read then and not
     * before: Chromium forgets a notification that is asked for between its writing down and its showing.
     */
    async hears(data) {
      const text = typeof data === "string" ? data : JSON.stringify(data);
      const [before, heard] = [await stands(), await worker.evaluate(() => globalThis.heard)];
      await tools.send("ServiceWorker.deliverPushMessage", { origin: site.address, registrationId, data: text });
      const until = Date.now() + 15_000;
      while ((await worker.evaluate(() => globalThis.heard)) === heard) {
        if (Date.now() > until) throw new Error("the push did not come to the worker");
        await new Promise((again) => setTimeout(again, 25));
      }
      await worker.evaluate(() => turn);
      const screen = await stands();
      const newer = screen.some((one) => !before.some((old) => JSON.stringify(old) === JSON.stringify(one)));
      if (!newer) throw new Error(`nothing was shown of a push; on the screen: ${JSON.stringify(screen)}`);
      return screen.map(({ said }) => said);
    },
    /** Hands a push over and waits for nothing. */
    gets: (data) => tools.send("ServiceWorker.deliverPushMessage", { origin: site.address, registrationId, data: JSON.stringify(data) }),
    /** Presses "Tell this browser" again. */
    subscribesAgain: () => page.evaluate(async () => (await navigator.serviceWorker.ready).active.postMessage("subscribed")),
    end: () => context.close(),
  };
}
