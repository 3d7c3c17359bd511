// The service worker: shows what was pushed, opens the page, forgets. It caches nothing and answers
// no request. What it cannot read it shows neutrally, because a browser demands that every push is
// seen; it opens paths of this site only.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const message = read(event.data);
  event.waitUntil(
    self.registration.showNotification(text(message.title) || "Update", {
      body: text(message.body),
      tag: text(message.tag) || "handbell",
      silent: message.silent === true,
      data: { url: path(message.url) },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(path(event.notification.data?.url)));
});

/** A pushed message, or an empty one when there is none that can be read. */
function read(data) {
  try {
    const message = data.json();
    return typeof message === "object" && message !== null ? message : {};
  } catch {
    return {};
  }
}

function text(value) {
  return typeof value === "string" ? value : "";
}

/** A path of this site; anything else becomes the list of alerts. */
function path(value) {
  try {
    const url = new URL(text(value) || "/alerts", self.location.origin);
    return url.origin === self.location.origin ? url.pathname + url.search + url.hash : "/alerts";
  } catch {
    return "/alerts";
  }
}
