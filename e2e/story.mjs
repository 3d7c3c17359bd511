// Story: the main job from the first report to the verified record, as people live it.
//
// One telling for every journey that needs it: with scripts, without, audited, photographed. `at` is called
// at each station with its name and the page that is open, and may look but not act.

import assert from "node:assert/strict";
import { Mouse } from "./hands.mjs";
import { Member, Onlooker, Witness, eventually, heard } from "./people.mjs";

const FIRST = "PRACTICE: two officers hold somebody by the phone shop";
const SECOND = "PRACTICE: I wait at the bus stop opposite, one van, two officers";

/**
 * @param {{town: object, browse: (options?: object) => Promise<import("playwright-core").BrowserContext>, scripts: boolean, Hands?: new (page: object) => object, at?: (name: string, page: object) => Promise<void>}} stage
 */
export async function tell({ town, browse, scripts, Hands = Mouse, at = async () => {} }) {
  const options = { javaScriptEnabled: scripts };
  const somebody = async (kind, more = {}) => new kind(await (await browse({ ...options, ...more })).newPage(), town.address, Hands);
  const [amina, ben] = [await somebody(Member), await somebody(Member)];
  const [witness, neighbour, onlooker] = [await somebody(Witness), await somebody(Witness), await somebody(Onlooker)];

  // Two members sign in, each in a browser of their own, and start their duty.
  await at("sign-in", await opened(amina, town.links.get("Amina")));
  await amina.signsIn(town.links.get("Amina"));
  await ben.signsIn(town.links.get("Ben"));
  await amina.startsDuty();
  await ben.startsDuty();
  await neighbour.opens(town.links.get("Amina"));
  assert.match(await neighbour.heading(), /cannot be used/, "a link works once");
  await at("sign-in-spent", neighbour.page);

  // The scenarios stand in a demo's record from the start; this story adds one.
  const shipped = await recorded(witness);

  // A witness reports; the queue shows it, by itself where scripts run.
  await amina.opens("/desk");
  await at("queue-first", amina.page);
  const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text: FIRST });
  await at("receipt", witness.page);
  await eventually(async () => {
    if (!scripts) await amina.reloads();
    return (await amina.line("phone shop").count()) === 1;
  }, "the report in the queue");
  await at("queue", amina.page);

  // The desk takes it, opens an incident, and asks one question through the receipt.
  await amina.takes("phone shop");
  await amina.opensReport("phone shop");
  await at("desk-report", amina.page);
  await amina.types("#question", "Can you still see the van from where you are?");
  await amina.presses(/^Ask$/);
  await amina.opensReport("phone shop");
  const incident = await amina.opensIncident();
  assert.match(incident, /^\/desk\/incidents\/[^/]+$/);
  await witness.looksUp(receipt);
  assert.ok((await witness.text()).includes("Can you still see the van"), "the question arrives");
  await at("receipt-question", witness.page);
  await witness.types("#answer", "Yes, it stands by the shop.");
  await witness.presses("Send the answer");

  // A second person saw it too. The desk joins the two by the suggestion.
  await neighbour.reports({ place: "Rye Lane, bus stop", text: SECOND });
  await amina.opensReport("bus stop opposite");
  await at("desk-report-suggested", amina.page);
  await amina.joinsSuggested(incident);

  // Claims and a recorded independence confirm it; nothing less does.
  await amina.opens(incident);
  assert.match(await amina.level(), /being checked/i);
  assert.equal(await amina.page.locator('a[href$="/compose"]').count() > 0 && (await amina.page.locator(".refused").count()) === 0, false, "neighbours cannot be told yet");
  const [one, other] = await amina.reportSources();
  for (const source of [one, other]) await amina.claims({ predicate: "activity", value: "holding-somebody", source });
  await amina.claims({ predicate: "count.officers", low: "2", high: "2", source: one });
  await amina.opens(incident);
  assert.match(await amina.level(), /being checked/i, "two reports alone confirm nothing");
  await at("incident-checking", amina.page);
  await amina.findsIndependent(one, other, "They stood on different sides of the road and came in by different ways.");
  await amina.opens(incident);
  assert.match(await amina.level(), /confirmed/i);
  assert.ok((await amina.text()).includes("different sides of the road"), "the reason stands beside the level");
  await at("incident", amina.page);

  // Composing: without an area it is refused (a-missing-area-is-refused); with one it is previewed.
  await amina.follows("Write an alert");
  await at("compose", amina.page);
  assert.equal(await amina.composes({ reach: "neighbours", areas: [] }), null, "no area, no draft");
  assert.ok((await amina.wrongFields()).includes("area"));
  await at("compose-errors", amina.page);
  const draft = await amina.composes({ reach: "neighbours", areas: ["peckham"] });
  assert.ok(draft, "a draft is made");
  assert.match(await amina.text(), /fewer than 10|10 to 49|50 to 99|hundreds/i, "a banded count");
  assert.match(await amina.text(), /do not touch, block/i, "conduct travels with it");

  // One approval is not enough (two-people-for-a-broad-bell), not even for who knows the address.
  await amina.approves();
  await amina.opens(draft);
  assert.equal(await amina.mayRing(), false, "one approval does not ring");
  await at("draft", amina.page);
  if (scripts) {
    await ben.opens(draft);
    const status = await amina.forges(`${draft}/ring`, { version: await ben.version() });
    assert.equal(status, 422, "a forged ring is refused by the rule");
    assert.match(await amina.text(), /second member|another member/i);
    await amina.opens(draft);
  }
  const before = await onlooker.phones();
  assert.deepEqual(heard(before), [], "nobody was told yet");

  // The second member approves on another device, and the bell rings.
  await ben.opens("/desk");
  assert.ok((await ben.text()).includes("Waiting for a second person"));
  await at("queue-second", ben.page);
  await ben.opens(draft);
  await ben.approves();
  await ben.opens(draft);
  await ben.rings();
  const rung = await eventually(async () => {
    const phones = await onlooker.phones();
    return heard(phones).length >= 3 && phones;
  }, "the phones ring");
  const told = heard(rung);
  for (const name of told) {
    assert.match(name, /peckham/i, "only phones of the area");
    assert.equal(rung.get(name).length, 1);
  }
  await at("phones", onlooker.page);
  await eventually(async () => {
    await ben.opens(draft);
    return (await ben.counts()).waiting === "nobody";
  }, "every outcome is written down");
  await at("desk-alert-live", ben.page);

  // The page behind the capability is live; the list of alerts does not know it.
  const page = rung.get(told[0])[0].href;
  assert.match(page, /^\/alerts\/[^/]+$/);
  assert.equal(await neighbour.opens(page), 200);
  assert.match(await neighbour.text(), /live alert/i);
  assert.match(await neighbour.text(), /do not touch, block/i);
  await at("alert-live", neighbour.page);
  await witness.opens("/alerts");
  assert.equal(await witness.page.locator(`a[href="${page}"]`).count(), 0, "a neighbours' alert stands in no list");
  await at("alerts", witness.page);
  assert.equal(await recorded(witness), shipped, "nothing is public early");

  // One press says that it is still going on; nobody is told of that.
  await ben.opens(draft);
  await ben.renews();
  await ben.opens(draft);
  assert.match(await ben.text(), /renewed at \d\d:\d\d/i);
  assert.deepEqual(heard(await onlooker.phones()), told, "a renewal tells nobody new");
  for (const name of told) assert.equal((await onlooker.phones()).get(name).length, 1, "and nobody twice");

  // Stand-down: exactly the same people hear the end (the-same-people-hear-the-end).
  await neighbour.opens(page);
  await ben.opens(draft);
  await ben.standsDown();
  const ended = await eventually(async () => {
    const phones = await onlooker.phones();
    return heard(phones, 2).length >= told.length && phones;
  }, "the phones hear the end");
  assert.deepEqual(heard(ended, 2), told, "exactly those who were told hear the end");
  assert.deepEqual(heard(ended), told, "and nobody else hears anything");
  await eventually(async () => {
    if (!scripts) await neighbour.reloads();
    return /this alert is over/i.test(await neighbour.heading());
  }, "the alert page changes");
  await at("alert-over", neighbour.page);
  await at("phones-over", await opened(onlooker, "/demo/phones"));
  await at("desk-alerts", await opened(ben, "/desk/alerts"));

  // The record: one proposes, the other approves (nothing-publishes-itself).
  await amina.opens(incident);
  await at("incident-over", amina.page);
  await amina.presses("Propose to open it to the record");
  await amina.opens("/desk/record");
  assert.equal(await amina.page.getByRole("button", { name: /^Approve and publish/ }).count(), 0, "not by the same person");
  assert.equal(await recorded(witness), shipped, "not by one person");
  await ben.opens("/desk/record");
  await at("desk-record", ben.page);
  await ben.presses(/^Approve and publish/);
  await amina.opens(incident);
  await amina.choosesFirst("outcome");
  await amina.presses("Propose this outcome");
  await ben.opens("/desk/record");
  await ben.presses(/^Approve and publish/);
  await at("desk-record-published", await opened(ben, "/desk/record"));

  const entry = await eventually(async () => {
    if ((await recorded(witness)) === shipped) return null;
    return witness.page.locator('main ul.found a[href^="/record/"]').first().getAttribute("href");
  }, "the record shows it");
  await at("record-list", witness.page);
  assert.equal(await witness.opens(entry), 200);
  const said = await witness.text();
  assert.ok(!said.includes("phone shop") && !said.includes("bus stop"), "nothing of the reports' words or spots");
  assert.ok((await witness.page.locator("ol.entries > li").count()) >= 3, "opening, alert and stand-down, outcome");
  await at("record", witness.page);
  await witness.opens("/log");
  await at("log", witness.page);

  // Anybody can check it.
  const verified = await eventually(async () => {
    const answer = await town.verify();
    return answer.code === 0 && answer;
  }, "handbell verify says good").catch(async (error) => {
    const answer = await town.verify();
    throw new Error(`${error.message}; exit ${answer.code}: ${answer.said}`);
  });
  assert.equal(verified.code, 0);

  // What happened with the report is told to the one who sent it, and it can still be withdrawn.
  await witness.looksUp(receipt);
  await at("receipt-status", witness.page);

  // Locking ends the session at once.
  await amina.opens("/desk");
  await amina.presses("Lock", amina.page.locator("header"));
  assert.notEqual(await amina.opens("/desk"), 200, "locked");
  await at("signed-out", amina.page);
}

/** How many incidents the record shows. */
async function recorded(person) {
  await person.opens("/record");
  return person.page.locator('main ul.found a[href^="/record/"]').count();
}

async function opened(person, path) {
  await person.opens(path);
  return person.page;
}
