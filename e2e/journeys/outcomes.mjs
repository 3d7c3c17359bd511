// What came of it: an editor tells it in a slot, another approves, everybody reads it with what was told before. That
// nobody could tell is told in the same row. What is due by the calendar is shown with a made-up clock elsewhere.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty } from "../company.mjs";
import { Editor, Onlooker, Witness } from "../people.mjs";
import { comesToTheRecord } from "./witness.mjs";

async function outcomes({ town, browse, scripts }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben, onlooker] = [await somebody(Editor), await somebody(Editor), await somebody(Onlooker)];
  const witness = await somebody(Witness, { viewport: NARROW });
  await onDuty(town, { Amina: amina, Ben: ben });
  const incident = await comesToTheRecord({ amina, ben, witness, onlooker, text: "PRACTICE: officers ask people for papers" });
  const page = `/record/${incident.split("/").pop()}`;

  // Every slot that is followed stands on the page before anything is known.
  assert.equal(await witness.opens(page), 200);
  assert.ok((await witness.page.locator("li.came").count()) >= 4);
  assert.match(await witness.text(), /Not known yet\. Nobody was asked\./);
  await look("record-nothing-came", witness.page);

  await amina.adds(incident, /^What came of it/);
  await look("editor-outcome", amina.page);
  await amina.fillsIn({ value: "conduct/unknown" });
  assert.equal(await amina.proposes(), false, "an unknown says whom we asked");
  assert.deepEqual(await amina.wrongFields(), ["whom"]);
  await look("editor-outcome-errors", amina.page);
  await amina.fillsIn({ whom: "The police press office", asked_on: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) });
  assert.ok(await amina.proposes());
  await ben.opens("/desk/record");
  assert.match(await ben.text(), /Nobody could tell us/);
  await look("desk-record-outcome", ben.page);
  await witness.opens(page);
  assert.doesNotMatch(await witness.text(), /Nobody could tell us/, "nothing publishes itself");
  await ben.publishes();

  await amina.adds(incident, /^What came of it/);
  await amina.unfolds("The new source");
  await amina.fillsIn({ value: "conduct/upheld", edtf: "2026-11", source: "new", kind: "official", label: "The police complaints office", standing: "reviews complaints" });
  assert.ok(await amina.proposes());
  await ben.publishes();
  await witness.opens(page);
  const said = await witness.text();
  assert.match(said, /Upheld, November 2026\./);
  assert.match(said, /Told before:\s*Nobody could tell us\./);
  assert.match(said, /Last asked on .*The police press office\./);
  assert.equal(await witness.page.locator("li.came s, li.came del").count(), 0, "what was told before is not struck");
  await look("record-came", witness.page);

  // A day after the end nothing is due.
  assert.equal(await amina.opens("/desk/follow-up"), 200);
  assert.match(await amina.text(), /Nothing is due\./);
  await look("desk-follow-up", amina.page);
}

export const journeys = [
  { name: "what_came_of_it_is_told_approved_and_read", run: (given) => outcomes({ ...given, scripts: true }) },
  { name: "what_came_of_it_is_told_approved_and_read_without_scripts", run: (given) => outcomes({ ...given, scripts: false }) },
];
