// Socket: WebSocket (RFC 6455) between two programs on this machine, at either end.
//
// Whole text messages only: fragments are put together, pings are answered, no extension is agreed. It is spoken
// by the push service of the journeys and to Firefox, so that neither needs a library of its own.

import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";

const MARK = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [CONTINUES, TEXT, CLOSE, PING, PONG] = [0x0, 0x1, 0x8, 0x9, 0xa];

const accepted = (key) => createHash("sha1").update(key + MARK).digest("base64");

export class Socket {
  #stream;
  #masks;
  #bytes;
  #parts = [];
  /** Called with each message. */
  heard = () => {};
  /** Called once, when it has closed. */
  closed = () => {};

  /** `masks`: whether this is the end that asked for the connection. */
  constructor(stream, masks, first = Buffer.alloc(0)) {
    [this.#stream, this.#masks, this.#bytes] = [stream, masks, first];
    stream.setNoDelay(true);
    stream.on("data", (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#reads();
    });
    stream.on("error", () => stream.destroy());
    stream.once("close", () => this.closed());
    // What came with the handshake is read once whoever made this has said what to do with it.
    setImmediate(() => this.#reads());
  }

  says(text) {
    this.#writes(TEXT, Buffer.from(text));
  }

  close() {
    this.#writes(CLOSE, Buffer.from([0x03, 0xe8]));
    this.#stream.end();
  }

  #reads() {
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      if (frame.sort === PING) this.#writes(PONG, frame.content);
      else if (frame.sort === CLOSE) this.#stream.end();
      else if (frame.sort === TEXT || frame.sort === CONTINUES) {
        this.#parts.push(frame.content);
        if (frame.last) this.heard(Buffer.concat(this.#parts.splice(0)).toString());
      }
    }
  }

  /** The next whole frame (section 5.2), or null while it is still coming. */
  #frame() {
    const bytes = this.#bytes;
    if (bytes.length < 2) return null;
    const said = bytes[1] & 0x7f;
    const long = said === 126 ? 2 : said === 127 ? 8 : 0;
    if (bytes.length < 2 + long) return null;
    const length = long === 2 ? bytes.readUInt16BE(2) : long === 8 ? Number(bytes.readBigUInt64BE(2)) : said;
    const masked = (bytes[1] & 0x80) !== 0;
    const begins = 2 + long + (masked ? 4 : 0);
    if (bytes.length < begins + length) return null;
    const content = Buffer.from(bytes.subarray(begins, begins + length));
    if (masked) for (let at = 0; at < length; at += 1) content[at] ^= bytes[begins - 4 + (at & 3)];
    this.#bytes = bytes.subarray(begins + length);
    return { last: (bytes[0] & 0x80) !== 0, sort: bytes[0] & 0x0f, content };
  }

  #writes(sort, content) {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    const { length } = content;
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    head[0] = 0x80 | sort;
    head[1] = (this.#masks ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
    if (head.length === 4) head.writeUInt16BE(length, 2);
    if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
    const mask = this.#masks ? randomBytes(4) : Buffer.alloc(0);
    const body = Buffer.from(content);
    if (this.#masks) for (let at = 0; at < length; at += 1) body[at] ^= mask[at & 3];
    this.#stream.write(Buffer.concat([head, mask, body]));
  }
}

/** Takes a connection that a server's `upgrade` event brings, agreeing on the protocol that it asks for. */
export function takes(asked, stream, first) {
  const protocol = asked.headers["sec-websocket-protocol"];
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  lines.push(`Sec-WebSocket-Accept: ${accepted(asked.headers["sec-websocket-key"])}`);
  if (protocol) lines.push(`Sec-WebSocket-Protocol: ${protocol.split(",")[0].trim()}`);
  stream.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new Socket(stream, false, first);
}

/** Connects to an address that begins with ws. */
export function connects(address) {
  const key = randomBytes(16).toString("base64");
  const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key };
  return new Promise((done, failed) => {
    const asked = request(address.replace(/^ws/, "http"), { headers });
    asked.once("error", failed);
    asked.once("response", (answer) => failed(new Error(`no WebSocket at ${address}: ${answer.statusCode}`)));
    asked.once("upgrade", (answer, stream, first) => {
      if (answer.headers["sec-websocket-accept"] !== accepted(key)) return failed(new Error(`${address} answers another question`));
      done(new Socket(stream, true, first));
    });
    asked.end();
  });
}
