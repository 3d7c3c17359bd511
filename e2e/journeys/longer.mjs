// Longer: two members keep a file longer and its witness reads it; a custodian makes a pack, takes it away, and two open it
// with the commands. With scripts and without.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NARROW, audit } from "../audit.mjs";
import { custodians } from "../company.mjs";
import { Member, Witness } from "../people.mjs";
import { says, verify } from "../town.mjs";

const live = [
  ["Amina", "triager", "approver"],
  ["Ben", "custodian"],
  ["Carla", "custodian"],
];

/** A film by its first box. */
function film(bytes) {
  const film = Buffer.alloc(bytes, 7);
  film.write("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\0mdat", 0, "latin1");
  return film;
}

/** A witness reports, and gives a film that may go to a lawyer. */
async function gives(town, browse, scripts, bytes) {
  const document = await (await fetch(`${town.address}/api/v1/openapi.json`)).json();
  const report = document.paths["/api/v1/reports"].post.requestBody.content["application/json"].example;
  const answer = await fetch(`${town.address}/api/v1/reports`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(report) });
  assert.equal(answer.status, 201);
  const words = (await answer.json()).receipt;
  const context = await browse({ viewport: NARROW, javaScriptEnabled: scripts });
  const witness = new Witness(await context.newPage(), town.address);
  await looksUp(witness, words);
  await witness.presses(/^Give photos/);
  await witness.picks("wish", "lawyer");
  await witness.page.setInputFiles("#file", { name: "film.mp4", mimeType: "video/mp4", buffer: bytes });
  await witness.page.getByRole("button", { name: "Give it" }).click();
  await witness.page.getByText("Video (MP4)").first().waitFor();
  return { witness, words };
}

async function looksUp(witness, words) {
  await witness.opens("/receipt");
  await witness.types("#words", words);
  await witness.presses("Open my report");
}

async function member(town, browse, scripts, name, lands) {
  const context = await browse({ viewport: NARROW, javaScriptEnabled: scripts });
  const member = new Member(await context.newPage(), town.address);
  await member.signsIn(town.links.get(name), lands);
  return member;
}

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The audit's own script needs a page that runs scripts. */
const notAudited = async () => {};

async function keepsLonger({ town, browse, scripts }) {
  const audited = scripts ? audit : notAudited;
  const folder = custodians(town);
  const { witness, words } = await gives(town, browse, scripts, film(70_000));
  const amina = await member(town, browse, scripts, "Amina", "/desk");
  await amina.startsDuty();
  await amina.opens("/desk/footage");
  await amina.follows(/^Video \(MP4\)/);
  await amina.follows("How long it is kept");
  const page = new URL(amina.page.url()).pathname;
  await amina.presses("Ask another member");
  assert.deepEqual(await amina.wrongFields(), ["reason"]);
  await amina.picks("reason", "complaint");
  await amina.types("#until", day(500));
  await amina.types("#words", "case 12");
  await amina.presses("Ask another member");
  assert.deepEqual(await amina.wrongFields(), ["until"]);
  await audited(amina.page, "keep, wrong");
  await amina.types("#until", day(200));
  await amina.presses("Ask another member");
  assert.match(await amina.text(), /Amina asked/);
  assert.equal(await amina.page.getByRole("button", { name: /^I agree/ }).count(), 0, "nobody agrees with themselves");

  const ben = await member(town, browse, scripts, "Ben", "/desk/custody");
  await ben.opens(page);
  await audited(ben.page, "keep, asked");
  await ben.presses(/^I agree/);
  assert.match(await ben.text(), /It is kept until the end of .*Ben agreed/s);
  await audited(ben.page, "keep, held");

  await looksUp(witness, words);
  assert.match(await witness.text(), /Two members keep it until the end of .*A complaint is being made.*if you withdraw the report, it goes/s);
  await audited(witness.page, "receipt, held");
  rmSync(folder, { recursive: true, force: true });
}

async function takesAPackAway({ town, browse, scripts }) {
  const audited = scripts ? audit : notAudited;
  const folder = custodians(town);
  const bytes = film(2_500_000);
  await gives(town, browse, scripts, bytes);
  const ben = await member(town, browse, scripts, "Ben", "/desk/custody");
  await audited(ben.page, "custodians");
  await ben.presses("We practised opening");
  const carla = await member(town, browse, scripts, "Carla", "/desk/custody");
  await carla.presses("Yes, we opened one together");
  assert.match(await carla.text(), /Last practised .* by Ben and Carla/);

  await ben.opens("/desk/packs");
  await ben.presses("Make the pack");
  assert.deepEqual(await ben.wrongFields(), ["for"]);
  await audited(ben.page, "packs, wrong");
  await ben.page.locator('input[name="footage"]').first().check();
  await ben.types("#for", "A law centre");
  await ben.presses("Make the pack");
  await audited(ben.page, "packs");
  const begins = ben.page.waitForEvent("download");
  await ben.page.getByRole("link", { name: /^Take it away/ }).click();
  const zip = join(folder, "pack.zip");
  await (await begins).saveAs(zip);
  execFileSync("unzip", ["-q", zip], { cwd: folder });

  // Two custodians, with the commands, on a machine of their own.
  const sealed = join(folder, "sealed/1");
  const film1 = join(folder, "film.mp4");
  const share = (place) => ["--share", join(sealed, `share-${place}.age`)];
  const identity = (place) => ["--identity", join(folder, place)];
  says(["open", ...share("one"), ...share("three"), ...identity("one"), ...identity("three"), sealed, film1]);
  assert.ok(readFileSync(film1).equals(bytes), "what was given is what is opened");
  says(["pack", join(folder, "pack"), film1, "--item", "1", "--in-the-clear"]);
  const { code, said } = await verify(join(folder, "pack"));
  assert.equal(code, 3, said);
  assert.match(said, /its mark/, "nothing but the log's mark is missing, which is written tomorrow");

  await ben.opens("/desk/packs");
  await ben.presses(/^Remove the pack/);
  assert.match(await ben.text(), /No pack waits/);
  rmSync(folder, { recursive: true, force: true });
}

export const journeys = [true, false].flatMap((scripts) => [
  {
    name: `two_members_keep_a_film_longer_and_its_witness_reads_it_${scripts ? "with" : "without"}_scripts`,
    town: { live },
    run: ({ town, browse }) => keepsLonger({ town, browse, scripts }),
  },
  {
    name: `a_custodian_takes_a_pack_away_and_two_open_it_${scripts ? "with" : "without"}_scripts`,
    town: { live },
    run: ({ town, browse }) => takesAPackAway({ town, browse, scripts }),
  },
]);
