// A flood: the page does its work by itself, says so politely, and the report waits in a lane of its own.

import assert from "node:assert/strict";
import { audit } from "../audit.mjs";
import { Member, Witness, eventually } from "../people.mjs";

async function flooded(town, reports) {
  for (let number = 0; number < reports; number += 1) {
    const report = { kind: "something-else", basis: "saw", happening: "now", place: "the corner", text: `Come to the corner now, there are hundreds of vans ${number}` };
    const answer = await fetch(`${town.address}/api/v1/reports`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(report) });
    assert.equal(answer.status, 201, "no report of a flood is refused");
  }
}

export const journeys = [
  {
    name: "in_a_flood_the_page_does_its_work_and_the_report_is_sent",
    async run({ town, browse }) {
      await flooded(town, 20);
      const witness = new Witness(await (await browse()).newPage(), town.address);
      await witness.opens("/report");
      await witness.picks("kind", "something-else");
      await witness.picks("basis", "saw");
      await witness.next();
      await witness.types("#place", "by the bakery");
      await witness.picks("when", "now");
      await witness.next();
      const piece = witness.page.locator('[data-piece="puzzle"]');
      const [puzzle, bits] = [await piece.getAttribute("data-puzzle"), await piece.getAttribute("data-bits")];
      assert.ok(Number(bits) >= 12 && Number(bits) <= 17, `${bits} bits`);
      await witness.types("#text", "PRACTICE: two officers hold a man in the doorway");
      const found = async () => {
        const answer = await piece.locator("input").inputValue();
        return answer.startsWith(`${puzzle}.`) && /^\.\d+$/.test(answer.slice(puzzle.length));
      };
      await eventually(found, "the number is found while somebody writes");
      await witness.sends();
      await witness.receipt();
    },
  },
  {
    name: "in_a_flood_whoever_is_faster_than_the_puzzle_is_told_and_sent_when_it_is_done",
    async run({ town, browse }) {
      await flooded(town, 20);
      const witness = new Witness(await (await browse()).newPage(), town.address);
      // No number is found until this page is told: a slow phone.
      await witness.page.addInitScript(() => {
        const zeros = Math.clz32;
        Math.clz32 = (bits) => (globalThis.quick ? zeros(bits) : 0);
      });
      await witness.opens("/report");
      await witness.picks("kind", "something-else");
      await witness.picks("basis", "saw");
      await witness.next();
      await witness.types("#place", "by the bakery");
      await witness.picks("when", "now");
      await witness.next();
      const said = await witness.page.evaluate(() => {
        document.querySelector('button[name="go"][value="send"]').click();
        return document.querySelector('[data-piece="puzzle"] [role="status"]').textContent;
      });
      assert.match(said, /a few seconds/);
      assert.match(await witness.step(), /Step 3 of 3/, "it waits");
      await witness.page.evaluate(() => { globalThis.quick = true; });
      await witness.page.waitForSelector("ol.words", { timeout: 60_000 });
      await witness.receipt();
    },
  },
  {
    name: "a_member_mutes_a_pattern_with_the_keyboard_alone_and_its_pages_are_accessible",
    async run({ town, browse }) {
      await flooded(town, 20);
      const member = new Member(await (await browse()).newPage(), town.address);
      await member.signsIn(town.links.get("Amina"));
      await member.startsDuty();
      await member.opens("/desk");
      assert.match(await member.text(), /near-identical/);
      await audit(member.page, "the queue in a flood");
      await member.opens("/desk/mutes");
      await member.page.locator("#words").focus();
      await member.page.keyboard.type("hundreds vans");
      for (const stop of ["area", "hours", "reason"]) {
        await member.page.keyboard.press("Tab");
        assert.equal(await member.page.evaluate(() => document.activeElement?.id), stop);
      }
      await member.page.keyboard.type("PRACTICE: sent by a program");
      await member.page.keyboard.press("Enter");
      await member.page.waitForLoadState("load");
      await eventually(async () => /or more kept under this line/.test(await member.text()), "the pattern is muted and counted");
      await audit(member.page, "the mutes");
      await member.opens("/desk");
      assert.match(await member.text(), /All of the words/);
      await audit(member.page, "the queue with a mute");
      await member.page.getByRole("button", { name: /Show them again/ }).click();
      await member.opens("/desk");
      assert.match(await member.text(), /near-identical/, "and lifted it is back");
    },
  },
];
