// Watch: what holds in every journey, whatever else it is about.
//
// PROMISE no-third-party-requests: no request leaves for another host. Every page carries its security
// headers, no policy is violated, no script fails, and the public gets no cookie (no-address-is-kept is
// the server's half of the same manners).

import assert from "node:assert/strict";

const OURS = /^(data|blob|about|chrome):/;

/** What R-61 asks of every page. */
const HEADERS = {
  "content-security-policy": (value) => value.includes("default-src 'none'") && value.includes("frame-ancestors 'none'") && !value.includes("unsafe-"),
  "referrer-policy": (value) => value === "no-referrer",
  "x-content-type-options": (value) => value === "nosniff",
  "cross-origin-opener-policy": (value) => value === "same-origin",
  "cross-origin-resource-policy": (value) => value === "same-origin",
  "permissions-policy": (value) => value.includes("microphone=()") && value.includes("camera=("),
  "strict-transport-security": (value) => value.includes("max-age="),
};

/** The policy of what is given out as a file. */
const SHUT = "default-src 'none'; sandbox";

/** Pages that nobody may keep. */
const NOT_KEPT = /^\/(report|receipt|footage|desk)(\/|$)/;

/** Files that anybody may check from their own page: the log is there to be read by others. */
const FOR_ANY_SITE = /^\/log\/(checkpoint|tile|content|vkey)/;

/** Complaints about one page's headers; empty when all is well. */
export function complaintsAboutHeaders(path, headers) {
  const complaints = [];
  for (const [name, holds] of Object.entries(HEADERS)) {
    if (!(name in headers)) complaints.push(`${path}: no ${name}`);
    else if (name === "cross-origin-resource-policy" && FOR_ANY_SITE.test(path)) continue;
    // What is given out as a file may do nothing at all, which is less than a page may.
    else if (name === "content-security-policy" && headers[name] === SHUT && /^attachment\b/.test(headers["content-disposition"] ?? "")) continue;
    else if (!holds(headers[name])) complaints.push(`${path}: ${name}: ${headers[name]}`);
  }
  if (NOT_KEPT.test(path) && !/no-store/.test(headers["cache-control"] ?? "")) complaints.push(`${path}: may be kept: ${headers["cache-control"]}`);
  if ("set-cookie" in headers && !path.startsWith("/desk")) complaints.push(`${path}: sets a cookie`);
  return complaints;
}

/** Watches a browser context. Call the answer at the end: it throws when anything went wrong. */
export async function watch(context, address) {
  const complaints = [];
  const waiting = [];
  const host = new URL(address).host;
  context.on("request", (request) => {
    const url = request.url();
    if (!OURS.test(url) && new URL(url).host !== host) complaints.push(`a request to ${url}`);
  });
  context.on("response", (response) => {
    if (response.request().resourceType() !== "document" || OURS.test(response.url())) return;
    const path = new URL(response.url()).pathname;
    // The way out leads to another site, which a journey that presses it stands in for.
    if (path === "/exit") return;
    // A redirect shows nothing; its target is looked at.
    if (response.status() >= 300 && response.status() < 400) return;
    if (response.status() >= 500) complaints.push(`${path}: answered ${response.status()}`);
    waiting.push(response.allHeaders().then((headers) => complaints.push(...complaintsAboutHeaders(path, headers)), () => {}));
  });
  context.on("console", (message) => {
    // A page that answers 422 is a form with errors, which the browser counts as a failed load.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`script: ${error.error().message}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // The audit brings its own script; a page's own violations happen before it is told to.
      if (!globalThis.auditing) console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return async () => {
    await Promise.all(waiting);
    assert.deepEqual([...new Set(complaints)], []);
  };
}
