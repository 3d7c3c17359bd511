// A shift at the desk, worked by the keyboard alone: a call, two happenings in one report, the board, an observer who looks, a report that is
// opened with a reason, the note for whoever comes next, and the auditor who reads the trail.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Member, Witness, eventually } from "../people.mjs";

const CALLED = "PRACTICE: a caller sees two vans by the library";
const OTHER = "PRACTICE: a grey car by the library";
const AT_HOME = "PRACTICE: somebody shouts at a family at their door";

/** The call's screen, from the first question to the receipt that is read out. */
async function writesDownACall(amina) {
  await amina.opens("/desk");
  await amina.follows("Write down a call");
  await amina.picks("kind", "immigration-visit");
  await amina.picks("basis", "saw");
  await amina.presses("Ask on");
  await amina.presses("Save the report");
  assert.ok((await amina.wrongFields()).includes("place"), "a place is asked for");
  await amina.types("#place", "Rye Lane, by the library");
  await amina.picks("when", "now");
  await amina.types("#text", CALLED);
  await amina.presses("Save the report");
  assert.match(await amina.text(), /Read these seven words to the caller/);
}

/** What is known to go on stands beside the queue, and is taken down again. */
async function keepsTheBoard(amina) {
  await amina.opens("/desk");
  await amina.follows("The board");
  const kinds = await amina.page.locator("#known option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
  await amina.chooses("#known", kinds[0]);
  await amina.types("#words", "PRACTICE: a crew with two cars of its own");
  await amina.presses("Put it up");
  await amina.opens("/desk");
  assert.match(await amina.text(), /a crew with two cars of its own/);
  await amina.opens("/desk/board");
  await amina.presses(/^It is over/);
  assert.doesNotMatch(await amina.text(), /a crew with two cars of its own/);
}

/** One report tells of two happenings, and another one is not the same; each press has its way back. */
async function tellsThingsApart({ amina, witness, incident }) {
  const holding = (name, value) => amina.page.locator("form").filter({ has: amina.page.locator(`input[name="${name}"][value="${value}"]`) });
  const opensItsReport = () => amina.hands.presses(amina.page.locator('section[aria-labelledby="h-reports"] a[href^="/desk/reports/"]').first());
  await amina.opens(incident);
  await opensItsReport();
  await amina.unfolds("It also belongs to another");
  await amina.presses("Open another incident from it");
  const second = await amina.incidentPath();
  assert.notEqual(second, incident);
  assert.match(await amina.text(), /Also belongs to/);
  await opensItsReport();
  const report = new URL(amina.page.url()).pathname;
  await amina.presses(/^Take it out of/, holding("incident", second.split("/").pop()));
  assert.equal(new URL(amina.page.url()).pathname, report, "back to the report");
  assert.equal(await amina.page.locator(`a[href="${second}"]`).count(), 0);
  assert.equal(await amina.page.locator(`a[href="${incident}"]`).count(), 1, "the other incident keeps it");

  await witness.reports({ place: "Rye Lane, by the library", text: OTHER });
  await amina.opensReport(OTHER);
  const suggested = holding("incident", incident.split("/").pop());
  await amina.presses(/^Not the same/, suggested);
  assert.match(await amina.text(), /Said to be different/);
  assert.equal(await amina.page.getByRole("button", { name: /^It is the same incident/ }).count(), 0, "it is suggested no more");
  await amina.opens("/desk");
  assert.equal(await amina.line(OTHER).count(), 1, "and hidden from nobody");
  await amina.opens(incident);
  await amina.presses(/^Take it back/);
  assert.doesNotMatch(await amina.text(), /Said to be different/);
}

/** The desk asks, the observer goes and sees, and their report stands in the incident. */
async function asksAnObserver({ amina, wren, incident }) {
  await amina.opens(incident);
  await amina.follows("Observers");
  await amina.presses(/^Ask$/);
  assert.ok((await amina.wrongFields()).length > 0, "whom and where are asked for");
  await amina.chooses("#observer", { label: "Wren" });
  await amina.types("#place", "Rye Lane and Elm Grove");
  await amina.types("#approach", "Come from the station side");
  await amina.types("#look_for", "Two vans");
  await amina.presses(/^Ask$/);
  assert.match(await amina.text(), /Wren is asked/);

  assert.deepEqual(await wren.page.locator(".tabs a").allInnerTexts(), ["Scene", "Drill"], "an observer sees the tabs that open for them");
  await wren.opens("/desk/duty");
  await wren.hands.presses(wren.page.getByRole("link", { name: "Scene" }));
  await wren.follows(/Rye Lane and Elm Grove/);
  assert.match(await wren.text(), /Observe only/);
  await wren.presses("Yes, I am going");
  await wren.presses("I am there");
  await wren.types("#text", "PRACTICE: two vans with doors open");
  await wren.presses("I see it");
  await amina.opens(incident);
  assert.match(await amina.text(), /A trained observer on site saw it/, "what came back is a report of the incident");
  assert.match(await amina.text(), /Wren reported back/);
}

export const journeys = [
  {
    // PROMISE the-desk-by-keyboard
    name: "the_queue_changes_politely_and_leaves_the_focus_where_it_is",
    async run({ town, browse }) {
      const amina = new Member(await (await browse()).newPage(), town.address, Keyboard);
      const witness = new Witness(await (await browse({ viewport: NARROW })).newPage(), town.address);
      await amina.signsIn(town.links.get("Amina"));
      await amina.startsDuty();
      await witness.reports({ place: "Rye Lane, by the station", text: "PRACTICE: two officers at the ticket hall" });
      await eventually(async () => (await amina.line("ticket hall").count()) === 1, "the first report comes by itself");
      const status = amina.page.locator("[data-live-status]");
      assert.equal(await status.getAttribute("role"), "status", "said politely, and not as an alarm");
      await eventually(async () => /waiting/.test(await status.innerText()), "the queue says so");
      const take = amina.line("ticket hall").getByRole("button", { name: /^Take it/ });
      await amina.hands.reaches(take);
      const where = () => amina.page.evaluate(() => [document.activeElement?.tagName, document.activeElement?.closest("form")?.getAttribute("action")].join(" "));
      const before = await where();
      assert.match(before, /^BUTTON \/desk\/reports\//);
      await witness.reports({ place: "Rye Lane, by the library", text: "PRACTICE: two officers at the library" });
      await eventually(async () => (await amina.line("at the library").count()) === 1, "the second report comes by itself");
      assert.equal(await where(), before, "the focus stays on the same button");
      await amina.hands.presses(take);
      assert.match(await amina.text(), /ticket hall/, "and it still takes its own report");
    },
  },
  {
    // PROMISE the-desk-by-keyboard
    name: "a_shift_is_worked_by_the_keyboard_alone_from_the_call_to_the_trail",
    town: { drill: "evan-cook-close-2022", extra: ["--member", "Amina=triager,approver", "--member", "Ben=approver,auditor", "--member", "Wren=observer"] },
    async run({ town, browse }) {
      const member = async (options = {}) => new Member(await (await browse(options)).newPage(), town.address, Keyboard);
      const [amina, ben, wren] = [await member(), await member(), await member({ viewport: NARROW })];
      for (const [who, name, lands] of [[amina, "Amina"], [ben, "Ben"], [wren, "Wren", "/desk/observe"]]) {
        await who.signsIn(town.links.get(name), lands);
        await who.startsDuty();
      }
      await amina.opens("/desk/duty");
      await amina.picks("hours", "2");
      await amina.presses("Stay on duty");

      await writesDownACall(amina);
      await amina.opensReport("two vans by the library");
      const incident = await amina.opensIncident();
      const witness = new Witness(await (await browse({ viewport: NARROW })).newPage(), town.address, Keyboard);
      await tellsThingsApart({ amina, witness, incident });
      await keepsTheBoard(amina);
      await asksAnObserver({ amina, wren, incident });

      // A kind that needs somebody's word opens with a reason, and the auditor reads it.
      await witness.reports({ kind: "hate-incident", place: "Rye Lane, by the flats", text: AT_HOME });
      await amina.opens("/desk");
      await amina.hands.presses(amina.line("by the flats").locator("h3 a"));
      await amina.presses("Write it down and open");
      assert.deepEqual(await amina.wrongFields(), ["reason"]);
      await amina.types("#reason", "PRACTICE: to call the witness's worker back.");
      await amina.presses("Write it down and open");
      assert.ok(!(await amina.text()).includes(AT_HOME), "what is hard to read is folded away");
      await amina.unfolds("Open the words");
      assert.ok((await amina.text()).includes(AT_HOME));

      await ben.opens("/desk/trail");
      assert.match(await ben.text(), /to call the witness.s worker back/);
      const sign = (await ben.text()).match(/\b[0-9a-f]{4}(?:-[0-9a-f]{4}){3}\b/)[0];
      await ben.types("#sign", sign);
      await ben.presses("Look for it");
      assert.match(await ben.text(), /bears it/);

      // The note for whoever comes next.
      await amina.opens("/desk/duty");
      await amina.types("#note", "PRACTICE: one look came back.");
      await amina.presses("End my duty");
      await eventually(async () => {
        await ben.opens("/desk/duty");
        return (await ben.text()).includes("one look came back");
      }, "the note reaches the next shift");
    },
  },
];
