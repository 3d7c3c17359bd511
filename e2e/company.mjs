// Company: who plays a journey, each in a browser of their own, and what a journey of the desk starts and ends with.

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "./audit.mjs";
import { Mouse } from "./hands.mjs";
import { eventually } from "./people.mjs";
import { says } from "./town.mjs";

/**
 * How somebody joins, and how a page is audited. The page's own scripts must be off to prove that all works without
 * them, and on to be audited.
 */
export function company({ town, browse, scripts }) {
  return {
    somebody: async (Kind, { Hands = Mouse, ...more } = {}) => new Kind(await (await browse({ javaScriptEnabled: scripts, ...more })).newPage(), town.address, Hands),
    look: scripts ? (name, page) => audit(page, name) : async () => {},
  };
}

/** Members sign in by the links of their names and begin their shift. */
export async function onDuty(town, members) {
  for (const [name, member] of Object.entries(members)) {
    await member.signsIn(town.links.get(name));
    await member.startsDuty();
  }
}

/** Anybody can check it: waits until `handbell verify` says good of what is published. */
export async function verifiesGood(town) {
  const verified = await eventually(async () => {
    const answer = await town.verify();
    return answer.code === 0 && answer;
  }, "handbell verify says good");
  assert.equal(verified.code, 0);
}

/** Three custodians make a key each, in a new folder, and whoever runs the server sets the public halves, without which no footage is taken in. */
export function custodians(town) {
  const folder = mkdtempSync(join(tmpdir(), "handbell-custodians-"));
  for (const place of ["one", "two", "three"]) {
    const said = says(["custody", "new", join(folder, place)]);
    says(["custody", "add", town.group, place, said.match(/^age1\S+$/m)[0]]);
  }
  return folder;
}
