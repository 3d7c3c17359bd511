// The title: report → desk → two approvals → phones → stand-down → logged entry → verify.

import assert from "node:assert/strict";
import { verifiesGood } from "../company.mjs";
import { Keyboard } from "../hands.mjs";
import { Onlooker, eventually, heard } from "../people.mjs";
import { tell } from "../story.mjs";

/** Both scenarios stand in a demo's record from the start. */
const SCENARIOS = 2;

export const journeys = [
  {
    name: "a_report_becomes_a_bell_an_end_and_a_verified_entry_with_scripts",
    run: ({ town, browse }) => tell({ town, browse, scripts: true }),
  },
  {
    // PROMISE whole-without-scripts
    name: "a_report_becomes_a_bell_an_end_and_a_verified_entry_without_scripts",
    run: ({ town, browse }) => tell({ town, browse, scripts: false }),
  },
  {
    // PROMISE the-desk-by-keyboard
    name: "a_report_becomes_a_bell_an_end_and_a_verified_entry_by_the_keyboard_alone",
    run: ({ town, browse }) => tell({ town, browse, scripts: true, Hands: Keyboard }),
  },
  {
    name: "a_played_demo_says_so_on_every_page_and_ends_in_a_verified_record",
    town: { speed: "3000", extra: ["--auto"] },
    async run({ town, browse }) {
      const onlooker = new Onlooker(await (await browse({})).newPage(), town.address);
      for (const path of ["/", "/report", "/alerts", "/record", "/about", "/demo/phones", "/nowhere"]) {
        await onlooker.opens(path);
        const bands = await onlooker.page.locator("body").innerText();
        assert.match(bands, /EXERCISE/, path);
        assert.match(bands, /People in this demo are played by the program/, path);
      }
      await eventually(
        async () => {
          await onlooker.opens("/record");
          return (await onlooker.page.locator('main ul.found a[href^="/record/"]').count()) > SCENARIOS;
        },
        "the played desk publishes",
        90_000,
      );
      const phones = await onlooker.phones();
      const neighbours = new Map([...phones].filter(([name]) => !/observer/i.test(name)));
      assert.ok(heard(neighbours).length > 0, "neighbours were told");
      assert.deepEqual(heard(neighbours, 2), heard(neighbours), "the same neighbours heard the end");
      await verifiesGood(town);
    },
  },
];
