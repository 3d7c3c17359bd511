// Push: a push service of our own, between Handbell and one real Firefox.
//
// Towards senders it is RFC 8030 and 8292 over TLS and HTTP/2, and stricter than a real one: whatever is not exactly
// right is refused and written down. Towards the browser it speaks what Firefox's push client speaks over its
// WebSocket: hello, register, unregister, notification, ack and ping. It keeps a message while its browser is away,
// no longer than the sender allows, and a newer one of the same topic takes its place. It cannot open a message.

import { createCipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { certificateFor } from "./certificate.mjs";
import { takes } from "./socket.mjs";

/** The name of Mozilla's push service, which stands on the list that ships with Handbell. */
const HOST = "updates.push.services.mozilla.com";
const BODY_BYTES_MAX = 4_096;
const TOKEN_SECONDS_MAX = 24 * 3_600;

const hex = (count) => randomBytes(count).toString("hex");
const bytes = (text) => Buffer.from(text, "base64url");

/** Whether the sender shows a token for this service (RFC 8292), signed with the key that the browser registered. */
function isSigned(authorization, registered) {
  const [, token, key] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (!token || key !== registered) return false;
  const [head, claims, signature] = token.split(".");
  const [{ alg }, { aud, exp, sub }] = [head, claims].map((part) => JSON.parse(bytes(part)));
  const left = exp - Date.now() / 1_000;
  const point = bytes(key);
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const known = createPublicKey({ key: jwk, format: "jwk" });
  const good = verify("sha256", Buffer.from(`${head}.${claims}`), { key: known, dsaEncoding: "ieee-p1363" }, bytes(signature));
  return good && alg === "ES256" && aud === `https://${HOST}` && left > 0 && left <= TOKEN_SECONDS_MAX && /^(https|mailto):/.test(sub);
}

/** Why a request is refused, with the status of it; null when it is as it must be. */
function complaint({ method, headers }, body, channel) {
  if (method !== "POST") return [405, "another method"];
  if (!channel) return [404, "nobody of that name"];
  if (channel.left) return [410, "unsubscribed"];
  if (!/^\d{1,9}$/.test(headers.ttl ?? "")) return [400, "no time to live"];
  if (headers["content-encoding"] !== "aes128gcm") return [415, "another encoding"];
  if (body.length === 0 || body.length > BODY_BYTES_MAX) return [413, `${body.length} bytes`];
  if (!/^[\w-]{1,32}$/.test(headers.topic ?? "none")) return [400, "a topic of other signs"];
  if (!["very-low", "low", "normal", "high"].includes(headers.urgency ?? "normal")) return [400, "another urgency"];
  if (!isSigned(headers.authorization ?? "", channel.key)) return [401, "not authorised"];
  return null;
}

/** Starts it on two free ports of this machine. */
export async function startPushService() {
  const { key, pem, der } = certificateFor(HOST);
  /** Browsers by the name they were given, and their subscriptions by the last part of the endpoint. */
  const phones = new Map();
  const channels = new Map();
  const service = { taken: [], refused: [], answered: [], handed: [], hellos: 0, registered: 0, left: 0 };
  let awake = true;

  function hand(phone, message) {
    service.handed.push(message.version);
    const { channel, version, body } = message;
    const data = { data: body.toString("base64url"), headers: { encoding: "aes128gcm" } };
    phone.socket.says(JSON.stringify({ messageType: "notification", channelID: channel.id, version, ...data }));
  }

  /** Puts a message by for its browser and hands it over if that is there. */
  function carries(channel, body, ttl = 60, topic = null) {
    const message = { channel, body, topic, version: hex(8), until: Date.now() + 1_000 * ttl };
    const { phone } = channel;
    phone.waiting = phone.waiting.filter((one) => one.channel !== channel || topic === null || one.topic !== topic);
    phone.waiting.push(message);
    if (phone.socket) hand(phone, message);
    return message.version;
  }

  const says = {
    hello(phone, { uaid }, socket) {
      service.hellos += 1;
      const known = phones.has(uaid) ? uaid : hex(16);
      if (!phones.has(known)) phones.set(known, { waiting: [] });
      const own = phones.get(known);
      own.socket = socket;
      socket.says(JSON.stringify({ messageType: "hello", uaid: known, status: 200, use_webpush: true, broadcasts: {} }));
      own.waiting = own.waiting.filter(({ until }) => until > Date.now());
      for (const message of own.waiting) hand(own, message);
      return own;
    },
    register(phone, { channelID, key: registered }, socket) {
      const token = hex(32);
      channels.set(token, { id: channelID, phone, key: (registered ?? "").replace(/=+$/, ""), left: false });
      service.registered += 1;
      const pushEndpoint = `https://${HOST}/wpush/v2/${token}`;
      socket.says(JSON.stringify({ messageType: "register", channelID, status: 200, pushEndpoint }));
    },
    unregister(phone, { channelID }, socket) {
      for (const channel of channels.values()) if (channel.id === channelID) channel.left = true;
      service.left += 1;
      socket.says(JSON.stringify({ messageType: "unregister", channelID, status: 200 }));
    },
    ack(phone, { updates }) {
      for (const { version, code } of updates) {
        service.answered.push({ version, code });
        phone.waiting = phone.waiting.filter((one) => one.version !== version);
      }
    },
  };

  const browsers = createServer((_, response) => response.writeHead(426).end());
  const streams = new Set();
  browsers.on("upgrade", (asked, stream, first) => {
    if (!awake) return stream.destroy();
    streams.add(stream);
    const socket = takes(asked, stream, first);
    let phone = null;
    socket.heard = (text) => {
      const message = JSON.parse(text);
      // A ping is an empty object, and so is its answer.
      if (Object.keys(message).length === 0 || message.messageType === "ping") return socket.says("{}");
      phone = says[message.messageType]?.(phone, message, socket) ?? phone;
    };
    socket.closed = () => {
      streams.delete(stream);
      if (phone?.socket === socket) phone.socket = null;
    };
  });

  const senders = createSecureServer({ key, cert: pem }, (asked, response) => {
    const parts = [];
    asked.on("data", (part) => parts.push(part));
    asked.on("end", () => {
      const body = Buffer.concat(parts);
      const [, token] = /^\/wpush\/v2\/(\w+)$/.exec(asked.url) ?? [];
      const channel = channels.get(token);
      const refusal = complaint(asked, body, channel);
      if (refusal) {
        service.refused.push(refusal.join(" "));
        return response.writeHead(refusal[0]).end();
      }
      const { ttl, topic, urgency } = asked.headers;
      service.taken.push({ ttl: Number(ttl), topic, urgency, size: body.length });
      const version = carries(channel, body, Number(ttl), topic ?? null);
      response.writeHead(201, { location: `https://${HOST}/m/${version}`, ttl }).end();
    });
  });

  const listens = (server) => new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server.address().port)));
  const [browsersAt, sendersAt] = [await listens(browsers), await listens(senders)];
  const sessions = new Set();
  senders.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });

  return Object.assign(service, {
    /** What the failure of a journey shows of it. */
    toJSON: () => ({ ...service, certificate: undefined }),
    /** Where a browser connects. */
    address: `ws://127.0.0.1:${browsersAt}/`,
    /** Where a sender is led, and whom it is told to trust. */
    place: `127.0.0.1:${sendersAt}`,
    certificate: der,
    /** Hands a body to whoever owns an endpoint, as somebody would who broke into this service. */
    forges: (endpoint, body) => carries(channels.get(endpoint.split("/").pop()), body),
    /** The browser loses its way here, as a telephone does in a tunnel. */
    sleeps() {
      awake = false;
      for (const stream of streams) stream.destroy();
    },
    wakes() {
      awake = true;
    },
    async end() {
      for (const stream of streams) stream.destroy();
      for (const session of sessions) session.destroy();
      await Promise.all([browsers, senders].map((server) => new Promise((done) => server.close(done))));
    },
  });
}

/** Seals for a browser (RFC 8291), as somebody would who stole its keys from the group's store. */
export function seals({ keys: { p256dh, auth } }, content) {
  const own = createECDH("prime256v1");
  const [theirs, ours] = [bytes(p256dh), own.generateKeys()];
  const derived = (secret, salt, words, length) => Buffer.from(hkdfSync("sha256", secret, salt, words, length));
  const secret = derived(own.computeSecret(theirs), bytes(auth), Buffer.concat([Buffer.from("WebPush: info\0"), theirs, ours]), 32);
  const salt = randomBytes(16);
  const key = derived(secret, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = derived(secret, salt, "Content-Encoding: nonce\0", 12);
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(content), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(BODY_BYTES_MAX);
  return Buffer.concat([salt, size, Buffer.from([ours.length]), ours, sealed]);
}
