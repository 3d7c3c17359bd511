// Correct in public: a witness's Saturday stands in the record, a ministry gives the day, and what we said is
// corrected where everybody reads it. Exactly those who heard the alert hear of it, and the log agrees.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty, verifiesGood } from "../company.mjs";
import { Keyboard, Mouse } from "../hands.mjs";
import { Editor, Onlooker, Witness, eventually, heard } from "../people.mjs";
import { asksAndIsAnswered, ringsEndsAndPublishes } from "./witness.mjs";

const TOLD = "PRACTICE: officers ask people for papers at the phone shop";
const SATURDAY = "It was believed to be a Saturday.";
const THE_DAY = "It was 14 November 2026.";
const PUB = "The Lord Nelson stayed open.";
const SIGN = "It is a pub, its sign says so.";
const NOTE = "We had said only that it was believed to be a Saturday. The Home Office has since given the date.";

/** The witness's word becomes a claim of the record and the desk's first sentence, each read by a second member. */
async function saturdayStands({ amina, ben, incident, look }) {
  await amina.adds(incident, /^When: a Saturday/);
  assert.equal(await amina.page.locator("#label").inputValue(), "Witness A", "of the witness a letter and nothing more");
  assert.equal(await amina.page.locator("#predicate").inputValue(), "when");
  assert.equal(await amina.page.locator("#words").inputValue(), "a Saturday");
  await look("editor-claim", amina.page);
  assert.ok(await amina.proposes());
  assert.equal(await amina.page.getByRole("button", { name: /^Approve and publish/ }).count(), 0, "not by the same person");
  await ben.opens("/desk/record");
  assert.match(await ben.text(), /Claim 1: When/);
  assert.match(await ben.text(), /By source 1 \(Witness A\)\./);
  await look("desk-record-claim", ben.page);
  await ben.publishes();

  await amina.adds(incident, /^Say something/);
  await amina.fillsIn({ standing: "unconfirmed", "sentence-1": SATURDAY });
  assert.equal(await amina.proposes(), false, "a sentence without a source is never saved");
  assert.deepEqual(await amina.wrongFields(), ["rests-1"]);
  assert.equal(await amina.page.locator('[name="sentence-1"]').inputValue(), SATURDAY, "nothing typed is lost");
  await look("editor-assessment-errors", amina.page);
  await amina.fillsIn({ "rests-1": "1" });
  assert.ok(await amina.proposes());
  await ben.publishes();
}

/** The guard takes a pub for a person: one member says why it is none, the other reads that before anybody else. */
async function theGuardIsWrong({ amina, ben, incident, look }) {
  await amina.adds(incident, /^Footage of another event/);
  await amina.fillsIn({ place: "Southall", year: "2013", note: PUB });
  assert.equal(await amina.proposes(), false, "marked words wait for a reason");
  assert.equal(await amina.page.locator("main mark").innerText(), "Lord Nelson");
  assert.match(await amina.text(), /It looks like the name of a person\./);
  const [because, why] = await amina.wrongFields();
  assert.ok(why.startsWith("why-") && because === "because", `${why} ${because}`);
  assert.equal(await amina.page.locator('[name="note"]').inputValue(), PUB, "nothing typed is lost");
  await look("editor-marked", amina.page);
  await amina.fillsIn({ [why]: "not-a-person", because: SIGN });
  assert.ok(await amina.proposes());
  await ben.opens("/desk/record");
  const shown = await ben.text();
  assert.ok(shown.includes(PUB) && shown.includes(SIGN) && shown.includes("Amina said why"), "the words, the reason and who gave it");
  await ben.presses(/^Approve and publish/);
  assert.deepEqual((await ben.errors()).summary, ["Read the marked words and say that they may stand, or refuse them."]);
  await look("desk-record-marked", ben.page);
  await ben.picks("marked", "yes");
  await ben.presses(/^Approve and publish/);
  assert.deepEqual((await ben.errors()).summary, [], "it was published");
  assert.match(await ben.text(), /Ben read it and agreed/);
}

/** A second source gives the day; the sentence that follows it is a correction and says so before it is sent. */
async function theDayIsGiven({ amina, ben, incident, look }) {
  await amina.adds(incident, /^Add a claim/);
  await amina.fillsIn({ source: "new", kind: "official", label: "Home Office", standing: "the ministry whose officers came", edtf: "2026-11-14" });
  assert.ok(await amina.proposes());
  await ben.publishes();

  await amina.adds(incident, /^Say something/);
  assert.match(await amina.text(), /This will be correction 1 and is told to everybody on the told list\./);
  assert.equal(await amina.page.locator('[name="sentence-1"]').inputValue(), SATURDAY, "what stands is where it starts");
  await look("editor-correction", amina.page);
  await amina.fillsIn({ standing: "settled", "sentence-1": THE_DAY, "rests-1": "2", "use-1": "superseded_by_source", correction: "correction" });
  assert.equal(await amina.proposes(), false, "a correction says what was wrong and how we know");
  assert.deepEqual(await amina.wrongFields(), ["note"]);
  await amina.fillsIn({ note: NOTE });
  assert.ok(await amina.proposes());
  await ben.opens("/desk/record");
  const shown = await ben.text();
  assert.match(shown, /This is correction 1\. People told of 1 alert will hear of it\./);
  assert.ok(shown.includes(SATURDAY) && shown.includes(THE_DAY) && shown.includes(NOTE), "before and after, word for word");
  await look("desk-record-correction", ben.page);
}

async function correct({ town, browse, scripts, Hands = Mouse }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben] = [await somebody(Editor, { Hands }), await somebody(Editor, { Hands })];
  const [witness, onlooker] = [await somebody(Witness, { viewport: NARROW }), await somebody(Onlooker)];
  await onDuty(town, { Amina: amina, Ben: ben });
  const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text: TOLD });
  await asksAndIsAnswered({ amina, witness, receipt });
  await amina.opensReport("phone shop");
  const incident = await amina.opensIncident();
  const source = await amina.page.locator("#source option", { hasText: "Report of" }).first().getAttribute("value");
  await amina.claims({ predicate: "when", value: "a Saturday", source });
  await amina.opens(`${incident}/editor`);
  assert.match(await amina.text(), /Open the incident to the public record first\./);
  assert.equal(await amina.page.locator("main form").count(), 0, "and no form");
  await look("editor-closed", amina.page);
  await ringsEndsAndPublishes({ amina, ben, onlooker, incident });
  const told = await eventually(async () => {
    const phones = await onlooker.phones();
    const ended = heard(phones, 2);
    return ended.length > 0 && ended.length === heard(phones).length && ended;
  }, "whoever heard the alert heard its end");

  await amina.opens(incident);
  await amina.follows("Write the record");
  await look("editor", amina.page);
  await saturdayStands({ amina, ben, incident, look });
  await theGuardIsWrong({ amina, ben, incident, look });
  await theDayIsGiven({ amina, ben, incident, look });
  assert.deepEqual(heard(await onlooker.phones(), 3), [], "nobody hears of it before it is approved");
  await ben.publishes();

  // Exactly those who heard the alert hear of the correction, once, and are led to the record.
  const corrected = await eventually(async () => {
    const phones = await onlooker.phones();
    return heard(phones, 3).length >= told.length && phones;
  }, "the phones hear of the correction");
  assert.deepEqual(heard(corrected, 3), told);
  assert.deepEqual(heard(corrected), told, "and nobody else hears anything");
  assert.deepEqual(heard(corrected, 4), [], "and nobody twice");
  const page = `/record/${incident.split("/").pop()}`;
  for (const name of told) assert.equal(corrected.get(name)[0].href, page);
  await look("phones-correction", onlooker.page);

  // In public: the slip on the page, both sources, and the list of corrections.
  assert.equal(await witness.opens(page), 200);
  const said = await witness.text();
  for (const words of [THE_DAY, SATURDAY, NOTE, "Witness A", "Home Office", "the ministry whose officers came"]) assert.ok(said.includes(words), words);
  assert.ok(!said.includes("phone shop") && !said.includes("Amina"), "nothing of the report’s own words, and nobody");
  assert.ok((await witness.page.locator(".slip").count()) > 0, "a correction is a slip");
  await look("record-corrected", witness.page);
  await witness.opens("/corrections");
  const listed = await witness.text();
  assert.ok(listed.includes(NOTE) && listed.includes(SATURDAY) && listed.includes(THE_DAY));
  await look("corrections", witness.page);

  // Anybody can check it.
  await verifiesGood(town);
}

export const journeys = [
  {
    // PROMISE the-desk-by-keyboard
    name: "an_editor_corrects_in_public_and_the_told_hear_of_it_by_the_keyboard_alone",
    run: ({ town, browse }) => correct({ town, browse, scripts: true, Hands: Keyboard }),
  },
  {
    // PROMISE whole-without-scripts
    name: "an_editor_corrects_in_public_and_the_told_hear_of_it_without_scripts",
    run: ({ town, browse }) => correct({ town, browse, scripts: false }),
  },
];
