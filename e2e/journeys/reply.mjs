// The other side: somebody concerned replies and reads by when, a member who had no hand in it puts the reply before
// a second one, and it stands beside the accounts. A complaint has faster clocks, and nobody with a hand in the page
// decides about it.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty, verifiesGood } from "../company.mjs";
import { Keyboard, Mouse } from "../hands.mjs";
import { Editor, Witness } from "../people.mjs";

const OPEN = "We were open all day and nobody asked us.";
const NAMES = "The van was AB12 CDE.";
const WRONG = "My coat is in the picture.";

const at = (person) => new URL(person.page.url()).pathname;
const words = async (person) => (await person.page.locator("ol.words bdi").allInnerTexts()).join(" ");
/** Days and clocks of the list of facts, behind what they are called. */
const clocks = (person) =>
  person.page.locator("dl.facts > div").evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd bdi").textContent])));

async function looksUp(reader, receipt) {
  await reader.opens("/receipt");
  await reader.types("#words", receipt);
  await reader.presses(/^Open/);
}

async function replies({ town, browse, scripts, Hands = Mouse }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben] = [await somebody(Editor, { Hands }), await somebody(Editor, { Hands })];
  const reader = await somebody(Witness, { Hands, viewport: NARROW });
  await onDuty(town, { Amina: amina, Ben: ben });

  // Somebody concerned reads the page and replies; what cannot be taken is said beside its field.
  const { items } = await (await reader.page.request.get(`${town.address}/api/v1/incidents`)).json();
  const record = `/record/${items.find((one) => one.when.edtf[0].startsWith("2017")).incident}`;
  await reader.opens(record);
  const before = await reader.page.locator("article.voice").count();
  assert.ok(before > 0, "there are accounts to stand beside");
  await reader.follows("Reply to this");
  assert.equal(at(reader), `${record}/reply`);
  await look("reply-form", reader.page);
  await reader.types("#text", `${OPEN}\n${NAMES}`);
  await reader.presses("Send the reply");
  assert.deepEqual(await reader.wrongFields(), ["role"]);
  assert.ok((await reader.page.locator("#text").inputValue()).startsWith(OPEN), "nothing typed is lost");
  await reader.picks("role", "shop");
  await reader.presses("Send the reply");
  assert.equal(await reader.heading(), "We have your reply.");
  await look("reply-received", reader.page);
  const receipt = await words(reader);
  assert.equal(receipt.split(" ").length, 7);
  const told = await clocks(reader);
  await reader.opens(record);
  assert.ok(!(await reader.text()).includes(OPEN), "nothing is published by being sent");

  // The desk reads the same clocks. Nobody had a hand in what a file brought in, so Amina may handle it.
  await amina.opens("/desk/record");
  await amina.follows(/^Replies and complaints: one waits/);
  await look("desk-replies", amina.page);
  await amina.follows(/^Reply: a shop or business/);
  const letter = at(amina);
  const read = await clocks(amina);
  for (const name of ["Received", "Somebody has it by", "Decided by"]) assert.equal(read[name], told[name], name);
  assert.equal(await amina.page.getByRole("button", { name: /^Propose/ }).count(), 0, "not before she has it");
  await amina.presses("I take it");
  await looksUp(reader, receipt);
  assert.match(await reader.text(), /Somebody at the desk has it/);
  await look("reply-status", reader.page);

  // The guard finds the plate; the passage goes and leaves its mark. One member publishes nothing.
  await amina.presses("Propose this reply");
  assert.equal(await amina.page.locator("main mark").innerText(), "AB12 CDE");
  await look("desk-reply-marked", amina.page);
  await amina.fillsIn({ "out-2": "names-somebody" });
  await amina.presses("Propose this reply");
  assert.equal(at(amina), letter);
  await ben.opens("/desk/record");
  assert.ok((await ben.text()).includes(OPEN), "word for word, before anybody else reads it");
  await reader.opens(record);
  assert.ok(!(await reader.text()).includes(OPEN));
  await ben.publishes();

  // It stands beside the accounts, at their size, with its mark and without the plate.
  await reader.opens(record);
  const voices = reader.page.locator("article.voice");
  assert.equal(await voices.count(), before + 1);
  const [first, reply] = [voices.first(), voices.filter({ hasText: OPEN })];
  const shape = (one) => one.evaluate((box) => [box.className, ...[...box.children].map((part) => `${part.tagName} ${part.className} ${getComputedStyle(part).fontSize}`)].join("; "));
  assert.equal(await shape(reply), await shape(first));
  const said = await reply.innerText();
  assert.ok(said.includes("[Taken out, because it says who somebody is.]") && said.includes("has not checked who sent it"), said);
  assert.doesNotMatch(await reader.text(), /AB12|Amina|Ben\b/);
  await look("record-replied", reader.page);
  await looksUp(reader, receipt);
  assert.match(await reader.text(), /It stands in the record, beside the accounts\./);

  // Now Amina and Ben have a hand in this page, so neither decides about a complaint.
  const editor = `/desk/incidents/${record.split("/").pop()}`;
  await amina.adds(editor, /^A similar event elsewhere/);
  await amina.fillsIn({ place: "Glasgow", edtf: "2021-05-13" });
  assert.ok(await amina.proposes());
  await ben.publishes();
  await reader.opens(record);
  await reader.follows("Complain about this");
  await look("complaint-form", reader.page);
  await reader.picks("reason", "recognised");
  await reader.types("#text", WRONG);
  await reader.presses("Send the complaint");
  const complaint = await words(reader);
  assert.notEqual((await clocks(reader))["Decided by"], told["Decided by"], "what may hurt somebody is faster");
  for (const member of [amina, ben]) {
    await member.opens("/desk/replies");
    await member.follows(/^Complaint: somebody can be recognised/);
    assert.match(await member.text(), /Somebody who did not handles this\./);
    assert.equal(await member.page.locator('main form').count(), 0, "and no button");
  }
  await looksUp(reader, complaint);
  await reader.presses("Take it back");
  const gone = await reader.text();
  assert.ok(gone.includes("Taken back") && !gone.includes(WRONG));

  // Nor about another reply; its sender reads that nobody has it yet, and the public log holds no decision.
  await reader.opens(`${record}/reply`);
  await reader.picks("role", "person");
  await reader.types("#text", WRONG);
  await reader.presses("Send the reply");
  const second = await words(reader);
  await amina.opens("/desk/replies");
  await amina.follows(/^Reply: somebody concerned/);
  assert.match(await amina.text(), /Somebody who did not handles this\./, "nor about this");
  await looksUp(reader, second);
  assert.equal(await reader.page.getByRole("button", { name: "Take it back" }).count(), 1);
  await reader.opens("/record/moderation");
  await look("moderation", reader.page);
  assert.equal(await reader.heading(), "Decisions about what is shown");
  await verifiesGood(town);
}

export const journeys = [
  {
    // PROMISE both-sides-the-same-size, PROMISE handled-by-somebody-else, PROMISE the-desk-by-keyboard
    name: "somebody_concerned_replies_and_it_stands_beside_the_accounts_by_the_keyboard_alone",
    run: ({ town, browse }) => replies({ town, browse, scripts: true, Hands: Keyboard }),
  },
  {
    // PROMISE whole-without-scripts
    name: "somebody_concerned_replies_and_it_stands_beside_the_accounts_without_scripts",
    run: ({ town, browse }) => replies({ town, browse, scripts: false }),
  },
];
