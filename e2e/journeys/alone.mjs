// One member takes words from the public because it cannot wait; everybody reads that one person did it, until a second
// member says what they think. Once with a mouse and scripts, once with neither: the keyboard alone.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty } from "../company.mjs";
import { Editor, Onlooker, Witness } from "../people.mjs";
import { comesToTheRecord } from "./witness.mjs";

async function alone({ town, browse, scripts }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben, onlooker] = [await somebody(Editor), await somebody(Editor, { viewport: NARROW }), await somebody(Onlooker)];
  const witness = await somebody(Witness, { viewport: NARROW });
  await onDuty(town, { Amina: amina, Ben: ben });
  const incident = await comesToTheRecord({ amina, ben, witness, onlooker, text: "PRACTICE: officers ask people for papers" });
  const page = `/record/${incident.split("/").pop()}`;
  await amina.adds(incident, /^A source alone/);
  await amina.fillsIn({ kind: "witness", label: "The family at the blue door" });
  assert.ok(await amina.proposes());
  await ben.publishes();
  await witness.opens(page);
  assert.match(await witness.text(), /blue door/);

  await amina.adds(incident, /^Take words from the public/);
  const entry = await amina.page.locator("#entry option", { hasText: "blue door" }).getAttribute("value");
  await amina.fillsIn({ entry, reason: "safety" });
  await amina.unfolds("It cannot wait for a second person");
  await look("editor-alone", amina.page);
  await amina.presses("Take them now");
  assert.deepEqual(await amina.wrongFields(), ["alone"], "nothing goes without the tick");
  await look("editor-alone-errors", amina.page);
  await amina.page.locator("#alone").focus();
  await amina.page.keyboard.press("Space");
  await amina.page.keyboard.press("Tab");
  await amina.page.keyboard.press("Enter");
  await amina.page.waitForURL("**/desk/record*");
  assert.match(await amina.text(), /By one person, urgent, not confirmed/);
  await look("desk-record-alone", amina.page);

  await witness.opens(page);
  assert.doesNotMatch(await witness.text(), /blue door/, "they are gone before anybody else was asked");
  await witness.opens("/record/moderation");
  assert.match(await witness.text(), /One person, urgent, not confirmed since/);
  await look("moderation-alone", witness.page);

  await ben.opens("/desk/record");
  await look("desk-record-second", ben.page);
  await ben.presses(/^They had to go/);
  assert.doesNotMatch(await ben.text(), /Taken by one person/);
  await witness.opens("/record/moderation");
  assert.match(await witness.text(), /One person, urgent, confirmed by a second on/);
  await witness.opens(page);
  assert.doesNotMatch(await witness.text(), /blue door/, "nobody brings them back");
}

export const journeys = [
  { name: "one_member_takes_words_at_once_and_a_second_says_what_they_think", run: (given) => alone({ ...given, scripts: true }) },
  { name: "one_member_takes_words_at_once_and_a_second_says_what_they_think_without_scripts", run: (given) => alone({ ...given, scripts: false }) },
];
