// Check this page: anybody unfolds it, saves the proof, and the real command says good of it; after words were taken from
// the public the next proof says so and still holds. No script has a part in it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NARROW } from "../audit.mjs";
import { company, onDuty } from "../company.mjs";
import { Editor, Onlooker, Witness } from "../people.mjs";
import { verify } from "../town.mjs";
import { comesToTheRecord } from "./witness.mjs";

/** Presses the link to the proof and types the command that stands on the page, in the folder where it was saved. */
async function checked(reader, folder) {
  await reader.unfolds("Check this page alone");
  const part = reader.page.locator("details", { hasText: "Check this page alone" });
  const [saved] = await Promise.all([reader.page.waitForEvent("download"), reader.follows("The proof of this page", part)]);
  await saved.saveAs(join(folder, saved.suggestedFilename()));
  const [program, ...words] = (await part.locator("pre").innerText()).trim().split(" ");
  assert.equal(program, "handbell");
  assert.deepEqual(words.slice(0, 3), ["verify", "page", saved.suggestedFilename()]);
  const answer = await verify(words.slice(1), folder);
  assert.equal(answer.code, 0, answer.said);
  assert.ok(answer.said.includes((await part.locator("dd").last().innerText()).trim()), "the digest on the page is the one that follows");
  return answer.said;
}

async function prove({ town, browse, scripts }) {
  const folder = mkdtempSync(join(tmpdir(), "handbell-proof-"));
  try {
    const { somebody, look } = company({ town, browse, scripts });
    const [amina, ben, onlooker] = [await somebody(Editor), await somebody(Editor), await somebody(Onlooker)];
    const reader = await somebody(Witness, { viewport: NARROW, acceptDownloads: true });
    await onDuty(town, { Amina: amina, Ben: ben });
    const incident = await comesToTheRecord({ amina, ben, witness: reader, onlooker, text: "PRACTICE: officers ask people for papers" });
    const page = `/record/${incident.split("/").pop()}`;
    assert.equal(await reader.opens(page), 200);
    const before = await checked(reader, folder);
    assert.doesNotMatch(before, /withdrawn at index/);
    await look("record-check", reader.page);

    await amina.adds(incident, /^What came of it/);
    await amina.unfolds("The new source");
    await amina.fillsIn({ value: "conduct/upheld", edtf: "2026-11", source: "new", kind: "official", label: "The complaints office", standing: "reviews complaints" });
    assert.ok(await amina.proposes());
    await ben.publishes();
    await amina.adds(incident, /^Take words from the public/);
    const last = amina.page.locator('main form [name="entry"] option').last();
    const reason = amina.page.locator('main form input[name="reason"]').first();
    await amina.fillsIn({ entry: await last.getAttribute("value"), reason: await reason.getAttribute("value") });
    assert.ok(await amina.proposes());
    await ben.publishes();
    await reader.opens(page);
    assert.match(await checked(reader, folder), /withdrawn at index \d+/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const journeys = [
  { name: "a_page_is_checked_from_one_file", run: (given) => prove({ ...given, scripts: true }) },
  { name: "a_page_is_checked_from_one_file_without_scripts", run: (given) => prove({ ...given, scripts: false }) },
];
