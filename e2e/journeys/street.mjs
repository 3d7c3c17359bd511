// The street: reporting, coming back, leaving. On the narrowest screen, with scripts off.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { Witness, eventually } from "../people.mjs";

const fits = async (witness) => {
  const [whole, seen] = await witness.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(whole <= seen, `${witness.page.url()} scrolls sideways: ${whole} in ${seen}`);
};

export const journeys = [
  {
    // PROMISE whole-without-scripts
    name: "a_witness_reports_in_three_steps_without_scripts_and_comes_back",
    async run({ town, browse }) {
      const witness = new Witness(await (await browse({ javaScriptEnabled: false, viewport: NARROW })).newPage(), town.address);
      await witness.opens("/");
      await fits(witness);
      await witness.page.getByRole("link", { name: "Report what you see" }).click();
      assert.match(await witness.step(), /Step 1 of 3/);
      assert.match(await witness.text(), /keep your distance/i, "safety first");

      // Nothing chosen: both questions say so, in words, and the summary leads to them.
      await witness.next();
      assert.deepEqual(await witness.wrongFields(), ["basis", "kind"]);
      assert.equal((await witness.errors()).summary.length, 2);
      assert.match(await witness.page.title(), /^(EXERCISE · )?Error: /);
      await fits(witness);
      await witness.picks("kind", "flood");
      await witness.next();
      assert.deepEqual(await witness.wrongFields(), ["basis"], "what was answered is kept");
      assert.ok(await witness.page.locator('input[name="kind"][value="flood"]').isChecked());
      await witness.picks("basis", "saw");
      await witness.next();

      assert.match(await witness.step(), /Step 2 of 3/);
      await witness.next();
      const wrong = await witness.wrongFields();
      assert.ok(wrong.includes("place") && wrong.includes("when"), `place and when are asked for, not ${wrong}`);
      await witness.types("#place", "x".repeat(201));
      await witness.picks("when", "now");
      await witness.next();
      assert.deepEqual(await witness.wrongFields(), ["place"]);
      assert.equal((await witness.page.locator("#place").inputValue()).length, 201, "what was typed is given back");
      await witness.types("#place", "Rye Lane, by the station");
      await witness.choosesArea("Peckham and");
      await fits(witness);
      await witness.back();
      assert.match(await witness.step(), /Step 1 of 3/);
      assert.ok(await witness.page.locator('input[name="kind"][value="flood"]').isChecked(), "going back keeps answers");
      await witness.next();
      assert.equal(await witness.page.locator("#place").inputValue(), "Rye Lane, by the station");
      await witness.next();

      assert.match(await witness.step(), /Step 3 of 3/);
      await witness.types("#text", "y".repeat(4001));
      await witness.sends();
      assert.deepEqual(await witness.wrongFields(), ["text"]);
      assert.equal((await witness.page.locator("#text").inputValue()).length, 4001, "nothing typed is lost");
      await witness.types("#text", "PRACTICE: water on the road");
      await witness.types("#contact", "z".repeat(201));
      await witness.sends();
      assert.deepEqual(await witness.wrongFields(), ["contact"]);
      assert.equal(await witness.page.locator("#text").inputValue(), "PRACTICE: water on the road");
      await witness.types("#contact", "");
      await fits(witness);
      await witness.sends();
      const receipt = await witness.receipt();
      assert.match(await witness.heading(), /we have your report/i);
      await fits(witness);

      // Unknown words and half the words get the same answer.
      await witness.looksUp("these are not seven words of ours");
      const unknown = await witness.errors();
      assert.equal(unknown.summary.length, 1);
      await witness.looksUp(receipt.split(" ").reverse().join(" "));
      assert.deepEqual((await witness.errors()).summary, unknown.summary);

      await witness.looksUp(`  ${receipt.toUpperCase()} `);
      assert.match(await witness.heading(), /your report/i);
      await fits(witness);
      await witness.types("#text", "");
      await witness.presses("Add it");
      assert.deepEqual(await witness.wrongFields(), ["text"]);
      await witness.types("#text", "It rises.");
      await witness.presses("Add it");
      assert.ok((await witness.page.locator(".notice").innerText()).length > 0, "adding is acknowledged");

      // PROMISE a-withdrawal-leaves-a-mark: asked twice, kept when the answer is no, gone when it is yes.
      await witness.presses("Withdraw the report");
      await witness.presses("Keep the report");
      assert.ok((await witness.page.getByRole("button", { name: "Withdraw the report" }).count()) > 0, "it was kept");
      await witness.presses("Withdraw the report");
      await fits(witness);
      await witness.presses("Yes, withdraw it");
      assert.match(await witness.text(), /withdrawn/i);
      assert.equal(await witness.page.locator('form[action="/receipt/add"]').count(), 0);
      await witness.looksUp(receipt);
      assert.match(await witness.text(), /withdrawn/i);
    },
  },
  {
    name: "pressing_send_twice_is_one_report",
    async run({ town, browse }) {
      const witness = new Witness(await (await browse({ javaScriptEnabled: false })).newPage(), town.address);
      await witness.reaches({ place: "Rye Lane, by the station", kind: "flood" });
      await witness.types("#text", "PRACTICE: sent twice");
      // What the browser would send, sent twice: a double click, or a second try on a bad network.
      const fields = await witness.fields(witness.form("/report"));
      const answers = [];
      for (const _ of [1, 2]) answers.push(await witness.page.request.post(`${town.address}/report`, { form: { ...fields, go: "send" } }));
      const words = await Promise.all(answers.map(async (answer) => [...(await answer.text()).matchAll(/<li><bdi>([a-z-]+)<\/bdi><\/li>/g)].map((found) => found[1]).join(" ")));
      assert.equal(words[0].split(" ").length, 7);
      assert.equal(words[1], words[0], "the same report, the same words");
    },
  },
  {
    name: "leave_quickly_comes_first_and_leaves_no_way_back",
    async run({ town, browse }) {
      for (const javaScriptEnabled of [true, false]) {
        const context = await browse({ javaScriptEnabled });
        const page = await context.newPage();
        // The page behind /exit is another site; only the leaving is looked at.
        await page.route("**/exit", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<title>Weather</title><h1>Weather</h1>" }));
        for (const path of ["/", "/report", "/receipt", "/rights"]) {
          await page.goto(town.address + path);
          await page.keyboard.press("Tab");
          const focused = await page.evaluate(() => document.activeElement?.getAttribute("href"));
          assert.equal(focused, "/exit", `first in ${path}`);
        }
        await page.keyboard.press("Enter");
        await eventually(async () => (await page.title()) === "Weather", "leaving");
        if (javaScriptEnabled) {
          await page.goto(`${town.address}/report`);
          const before = await page.evaluate(() => history.length);
          for (let press = 0; press < 3; press += 1) await page.keyboard.press("Shift");
          await eventually(async () => (await page.title()) === "Weather", "Shift three times leaves");
          assert.equal(await page.evaluate(() => history.length), before, "the report page is replaced in the history");
        }
      }
    },
  },
];
