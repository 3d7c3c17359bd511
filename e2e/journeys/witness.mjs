// The witness answered: ask, answer, correct, wish and its decision, and what became of it, all through the
// seven words. `hear` is told once and run with and without scripts; whoever adds to it adds a part below.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty } from "../company.mjs";
import { Member, Onlooker, Witness, eventually, heard } from "../people.mjs";

const TOLD = "PRACTICE: officers ask people for papers at the phone shop";

/** The desk asks and the witness answers; a reload of the answer is no second answer. */
export async function asksAndIsAnswered({ amina, witness, receipt }) {
  await amina.takes("phone shop");
  await amina.opensReport("phone shop");
  await amina.types("#question", "How many of them do you see?");
  await amina.presses(/^Ask$/);
  await witness.looksUp(receipt);
  assert.match(await witness.text(), /How many of them do you see\?/);
  assert.match(await witness.text(), /Somebody at the desk has read it\./);
  await witness.types("#answer", "n".repeat(4001));
  await witness.presses("Send the answer");
  assert.deepEqual(await witness.wrongFields(), ["answer"]);
  assert.equal((await witness.page.locator("#answer").inputValue()).length, 4001, "nothing typed is lost");
  await witness.types("#answer", "Four, all in uniform.");
  await witness.presses("Send the answer");
  assert.match(await witness.notice(), /will read your answer/);
  await witness.page.reload();
  assert.match(await witness.notice(), /will read your answer/, "a reload is no error");
  assert.equal((await witness.text()).match(/Four, all in uniform\./g).length, 1, "and no second answer");
}

/** The witness corrects; the desk sees it in the queue, on the report and beside the claim that rests on it. */
async function corrects({ amina, witness, receipt, incident, look }) {
  await amina.opens(incident);
  const source = await amina.page.locator("#source option", { hasText: "Report of" }).first().getAttribute("value");
  await amina.claims({ predicate: "activity", value: "questioning", source });
  await amina.opens(incident);
  assert.doesNotMatch(await amina.text(), /was wrong/);
  await witness.looksUp(receipt);
  await witness.unfolds("Something I told was wrong");
  await witness.presses("Correct it");
  assert.deepEqual(await witness.wrongFields(), ["correction"]);
  await witness.types("#correction", "They were three, not four.");
  await witness.presses("Correct it");
  assert.match(await witness.notice(), /something you told was wrong/);
  await witness.page.reload();
  assert.equal((await witness.text()).match(/They were three, not four\./g).length, 1, "a reload corrects once");

  await amina.opens("/desk");
  assert.match(await amina.text(), /Witnesses wrote again/);
  await amina.opensReport("They were three, not four.");
  await amina.presses("I have read it");
  await amina.opens("/desk");
  assert.doesNotMatch(await amina.text(), /Witnesses wrote again/);
  await amina.opens(incident);
  const marks = (await amina.text()).match(/Its witness has since said that something in it was wrong/g) ?? [];
  assert.equal(marks.length, 2, "beside the report and beside the claim that rests on it");
  await look("incident-corrected", amina.page);
}

/** The witness wishes; nothing is lost on a refusal; the desk decides with a reason; the witness reads it. */
async function wishesAndIsToldWhy({ amina, witness, receipt, look }) {
  await witness.looksUp(receipt);
  await witness.unfolds("Take something down");
  await witness.types("#wish", "I was the only one at that window.");
  await witness.presses("Ask the desk");
  assert.deepEqual(await witness.wrongFields(), ["about"]);
  await look("receipt-wish", witness.page);
  assert.equal(await witness.page.locator("#wish").inputValue(), "I was the only one at that window.", "nothing typed is lost");
  await witness.picks("about", "about-me");
  await witness.presses("Ask the desk");
  assert.match(await witness.notice(), /Somebody at the desk decides/);
  assert.match(await witness.text(), /Nobody has decided yet\./);
  await witness.page.reload();
  assert.equal((await witness.text()).match(/Nobody has decided yet\./g).length, 1, "a reload wishes once");

  await amina.opens("/desk");
  assert.match(await amina.line("I was the only one at that window.").innerText(), /Decide/i);
  await look("queue-wish", amina.page);
  await amina.opensReport("I was the only one at that window.");
  await amina.presses("We cannot");
  assert.equal((await amina.wrongFields()).length, 1, "no decision without a reason");
  await look("desk-report-wish", amina.page);
  await amina.types('textarea[name="because"]', "No window stands anywhere in what is public.");
  await amina.presses("We cannot");
  await amina.opens("/desk");
  assert.doesNotMatch(await amina.text(), /Witnesses wrote again/);
  await witness.looksUp(receipt);
  assert.match(await witness.text(), /The desk cannot do it, because: No window stands anywhere in what is public\./);
}

/** The bell, its end and the record, as short as they can be told. Answers with the record's page. */
export async function ringsEndsAndPublishes({ amina, ben, onlooker, incident }) {
  await amina.opens(incident);
  await amina.claims({ predicate: "agency", value: "immigration-enforcement", source: "official", note: "The council’s duty line", certainty: "observed" });
  await amina.opens(incident);
  assert.match(await amina.level(), /confirmed/i);
  await amina.follows("Write an alert");
  const draft = await amina.composes({ reach: "neighbours", areas: ["peckham"] });
  await amina.approves();
  await ben.opens(draft);
  await ben.approves();
  await ben.opens(draft);
  await ben.rings();
  await eventually(async () => heard(await onlooker.phones()).length >= 3, "the phones ring");
  await ben.opens(draft);
  await ben.standsDown();
  await amina.opens(incident);
  await amina.presses("Propose to open it to the record");
  await ben.opens("/desk/record");
  await ben.presses(/^Approve and publish/);
}

/** From a witness's report to its incident in the public record; answers with the incident's path at the desk. */
export async function comesToTheRecord({ amina, ben, witness, onlooker, text }) {
  const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text });
  await asksAndIsAnswered({ amina, witness, receipt });
  await amina.opensReport("phone shop");
  const incident = await amina.opensIncident();
  await ringsEndsAndPublishes({ amina, ben, onlooker, incident });
  return incident;
}

async function hear({ town, browse, scripts }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben] = [await somebody(Member), await somebody(Member)];
  const [witness, other, onlooker] = [await somebody(Witness, { viewport: NARROW }), await somebody(Witness), await somebody(Onlooker)];
  await onDuty(town, { Amina: amina, Ben: ben });

  const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text: TOLD });
  const staffed = (await witness.text()).match(/\d+ people are at the desk, the last of them until \d\d:\d\d\.|One person is at the desk until \d\d:\d\d\./)?.[0];
  assert.ok(staffed, "somebody is at the desk, and the receipt says so");
  await witness.looksUp(receipt);
  assert.ok((await witness.text()).includes(staffed), "in the same words wherever it is said");
  await witness.opens("/");
  assert.ok((await witness.text()).includes(staffed));

  await asksAndIsAnswered({ amina, witness, receipt });
  await amina.opensReport("phone shop");
  const incident = await amina.opensIncident();
  await corrects({ amina, witness, receipt, incident, look });
  await wishesAndIsToldWhy({ amina, witness, receipt, look });

  // A second report is set aside: its witness is told the sort of reason, and never what the desk wrote.
  const second = await other.reports({ place: "Rye Lane, bus stop", text: "PRACTICE: the same as everybody says", basis: "online" });
  await amina.opensReport("the same as everybody says");
  await amina.chooses("#reason", "duplicate");
  await amina.types("#more", "Copied from the neighbours’ list, word by word.");
  await amina.presses("Set it aside");
  await other.looksUp(second);
  assert.match(await other.text(), /Somebody else had told the same/);
  assert.doesNotMatch(await other.text(), /word by word/);

  await ringsEndsAndPublishes({ amina, ben, onlooker, incident });
  const page = await eventually(async () => {
    await witness.looksUp(receipt);
    return witness.page.locator('main a[href^="/record/"]').first().getAttribute("href", { timeout: 1_000 });
  }, "the receipt leads to the record");
  const said = await witness.text();
  for (const sentence of [/has read it\./, /The desk took it up\./, /Neighbours nearby were told\./, /It happened and it is over\./, /It is in the public record\. Nothing there was corrected/]) {
    assert.match(said, sentence);
  }
  assert.doesNotMatch(said, /Amina|Ben\b|peckham/i, "never who, and nothing finer than anybody may know");
  await look("receipt-status-told", witness.page);
  assert.equal(await witness.opens(page), 200);

  // Withdrawing still takes everything along.
  await witness.looksUp(receipt);
  await witness.presses("Withdraw the report");
  await witness.presses("Yes, withdraw it");
  const gone = await witness.text();
  assert.doesNotMatch(gone, /three, not four|window|uniform/);
  assert.match(gone, /You took this report back\./);
}

export const journeys = [
  {
    name: "a_witness_answers_corrects_wishes_and_hears_what_became_of_it_with_scripts",
    run: ({ town, browse }) => hear({ town, browse, scripts: true }),
  },
  {
    // PROMISE whole-without-scripts
    name: "a_witness_answers_corrects_wishes_and_hears_what_became_of_it_without_scripts",
    run: ({ town, browse }) => hear({ town, browse, scripts: false }),
  },
];
