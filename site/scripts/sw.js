// The service worker: shows what was pushed, opens the page, forgets. It caches nothing and answers
// no request. What it cannot read it shows neutrally, because a browser demands that every push is
// seen; it opens paths of this site only.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  const message = read(event.data);
  event.waitUntil(
    worker.registration.showNotification(text(message.title) || "Update", {
      body: text(message.body),
      tag: text(message.tag) || "handbell",
      silent: message.silent === true,
      data: { url: path(message.url) },
    }),
  );
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(path(event.notification.data?.url)));
});

/**
 * A pushed message, or an empty one when there is none that can be read.
 * @param {PushMessageData | null} data
 * @returns {Record<string, unknown>}
 */
function read(data) {
  try {
    const message = data?.json();
    return typeof message === "object" && message !== null ? message : {};
  } catch {
    return {};
  }
}

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
