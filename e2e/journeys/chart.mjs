// The chart: a witness points to the place, with a finger and with the keyboard alone, without scripts.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { Keyboard, Mouse } from "../hands.mjs";
import { Member, Witness } from "../people.mjs";

async function toTheChart(witness) {
  await witness.opens("/report");
  await witness.picks("kind", "something-else");
  await witness.picks("basis", "saw");
  await witness.next();
  await witness.choosesArea("Peckham and");
  await witness.presses("Point to it on a map");
  assert.match(await witness.heading(), /Point to the place/);
}

/** The chart as the form carries it: latitude, longitude, scale. */
const chart = async (witness) => (await witness.page.locator('input[name="chart"]').inputValue()).split(",").map(Number);

async function sendsWithThePoint({ witness, town, browse }) {
  const said = (await witness.page.locator("#middle bdi").innerText()).trim();
  await witness.presses("This is the place");
  assert.ok((await witness.text()).includes(said), "the place that was pointed to stands among the rows");
  assert.ok(await witness.page.locator('input[name="spot"][value^="@"]').isChecked());
  await witness.picks("when", "now");
  await witness.next();
  await witness.types("#text", "PRACTICE: pointed to");
  await witness.sends();
  await witness.receipt();
  const amina = new Member(await (await browse()).newPage(), town.address);
  await amina.signsIn(town.links.get("Amina"));
  await amina.startsDuty();
  await amina.opensReport("pointed to");
  assert.ok((await amina.text()).includes(said), "and the desk reads where");
}

export const journeys = [
  {
    // PROMISE whole-without-scripts
    name: "a_witness_points_to_the_place_with_a_finger_and_without_scripts",
    async run({ town, browse }) {
      const witness = new Witness(await (await browse({ javaScriptEnabled: false, viewport: NARROW })).newPage(), town.address, Mouse);
      await toTheChart(witness);
      const picture = witness.page.locator('input[type="image"]');
      const { width, height } = await picture.boundingBox();
      assert.deepEqual([width, height], [288, 288], "unscaled on the narrowest screen");
      assert.ok(await picture.evaluate((one) => one.complete !== false), "the picture is drawn");
      const [north, east, scale] = await chart(witness);
      await picture.click({ position: { x: 216, y: 72 } });
      await witness.page.waitForLoadState("load");
      const [pressedNorth, pressedEast, closer] = await chart(witness);
      assert.equal(closer, scale + 1, "a press comes closer");
      // A quarter of 4 km to the north and to the east of the middle.
      assert.ok(Math.abs((pressedNorth - north) * 111_195 - 1_000) < 20, "as far north as the press was above the cross");
      assert.ok(Math.abs((pressedEast - east) * 111_195 * Math.cos((north * Math.PI) / 180) - 1_000) < 20, "and as far east");
      await sendsWithThePoint({ witness, town, browse });
    },
  },
  {
    name: "a_witness_points_to_the_place_with_the_keyboard_alone",
    async run({ town, browse }) {
      const witness = new Witness(await (await browse({ javaScriptEnabled: false, viewport: NARROW })).newPage(), town.address, Keyboard);
      await toTheChart(witness);
      const [north, east, scale] = await chart(witness);
      await witness.hands.presses(witness.page.locator('input[type="image"]'));
      const [still, also, closer] = await chart(witness);
      assert.deepEqual([closer, Math.abs(still - north) < 0.0002, Math.abs(also - east) < 0.0002], [scale + 1, true, true], "Enter on the picture comes closer to the cross");
      await witness.presses(/^North$/);
      await witness.presses(/^West$/);
      const [moved, west] = await chart(witness);
      assert.ok(moved > still && west < also);
      await witness.presses(/^Closer$/);
      assert.equal(await witness.page.getByRole("button", { name: /^Closer$/ }).count(), 0, "nothing is closer");
      await sendsWithThePoint({ witness, town, browse });
    },
  },
];
