// Certificate: one for a name, signed by itself, made in memory and thrown away with the journey.
//
// X.509 version 3 (RFC 5280) in as few fields as a strict reader takes: Node can read certificates and make none.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const DAY = 86_400_000;
const [INTEGER, BITS, OCTETS, OBJECT, UTF8, TIME, SEQUENCE, SET] = [0x02, 0x03, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31];
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const ALTERNATIVE_NAMES = "551d11";

function der(tag, ...parts) {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  const long = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...long]), content]);
}

const object = (hex) => der(OBJECT, Buffer.from(hex, "hex"));
const time = (at) => der(TIME, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

/** A key and a certificate for `host`, good for a day on either side of now; `der` is what a client is told to trust. */
export function certificateFor(host) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, object(ECDSA_WITH_SHA256));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, object(COMMON_NAME), der(UTF8, Buffer.from("A journey of Handbell")))));
  const serial = randomBytes(8);
  serial[0] = (serial[0] & 0x3f) | 0x40;
  const names = der(SEQUENCE, der(0x82, Buffer.from(host)));
  const extensions = der(0xa3, der(SEQUENCE, der(SEQUENCE, object(ALTERNATIVE_NAMES), der(OCTETS, names))));
  const signed = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, [2])),
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, time(Date.now() - DAY), time(Date.now() + DAY)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    extensions,
  );
  const certificate = der(SEQUENCE, signed, algorithm, der(BITS, [0], sign("sha256", signed, privateKey)));
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }), pem, der: certificate };
}
