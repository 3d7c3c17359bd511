// A dispatch, worked by the keyboard alone and without scripts: two are wanted, two say yes, the third hears that enough are going, one
// checks in, and everybody hears the end. That a check-in comes too late is a quarter of an hour, so it is played where the clock is made up
// (crates/handbell/src/doors/desk/dispatch_story.rs).

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Member, Onlooker, eventually } from "../people.mjs";

const SEEN = "PRACTICE: two vans and six people in uniform at the ticket hall";

/** An observer on duty says which area they could go from. */
async function isReady(observer) {
  await observer.opens("/desk/duty");
  await observer.picks("area", "peckham");
  await observer.presses("Say this for my duty");
  assert.ok(await observer.page.locator('input[name="area"][value="peckham"]').isChecked(), "it is kept for this duty");
}

export const journeys = [
  {
    // PROMISE the-desk-by-keyboard, PROMISE a-quota-is-never-exceeded
    name: "two_observers_go_in_a_pair_the_third_stands_by_and_all_hear_the_end",
    town: {
      drill: "evan-cook-close-2022",
      extra: ["--member", "Amina=triager,approver", "--member", "Ben=approver", ...["Wren", "Heron", "Tit"].flatMap((name) => ["--member", `${name}=observer`])],
    },
    async run({ town, browse }) {
      const member = async (options = {}) => new Member(await (await browse({ javaScriptEnabled: false, ...options })).newPage(), town.address, Keyboard);
      const [amina, ben] = [await member(), await member()];
      const [wren, heron, tit] = [await member({ viewport: NARROW }), await member({ viewport: NARROW }), await member({ viewport: NARROW })];
      const onlooker = new Onlooker(await (await browse()).newPage(), town.address);
      for (const [who, name] of [[amina, "Amina"], [ben, "Ben"]]) {
        await who.signsIn(town.links.get(name));
        await who.startsDuty();
      }
      for (const [who, name] of [[wren, "Wren"], [heron, "Heron"], [tit, "Tit"]]) {
        await who.signsIn(town.links.get(name), "/desk/observe");
        await who.startsDuty();
        await isReady(who);
      }

      // An observer on the scene has seen it, and another member writes it down: that confirms it.
      await wren.opens("/desk/observe");
      await wren.chooses("#kind", "immigration-visit");
      await wren.types("#place", "Rye Lane, by the station");
      await wren.picks("when", "now");
      await wren.types("#text", SEEN);
      await wren.presses("Send it to the desk");
      await amina.opensReport(SEEN);
      const incident = await amina.opensIncident();
      await amina.opens(incident);
      const sources = await amina.page.locator("#source option").evaluateAll((options) => options.map((option) => option.value));
      const source = sources.find((value) => value && value !== "official");
      await amina.claims({ predicate: "activity", value: "at-a-door", source, certainty: "observed" });
      await amina.opens(incident);
      assert.match(await amina.level(), /confirmed/i);
      await amina.opens(`${incident}/compose`);
      for (const slot of ["spot", "activity", "agency", "time"]) await amina.choosesFirst(`slot-${slot}`);
      const draft = await amina.composes({ reach: "dispatch", areas: ["peckham"] });
      assert.ok(draft, `a draft: ${(await amina.errors()).summary}`);

      // The approver wants two instead of four, and never an odd number.
      await ben.opens(draft);
      assert.match(await ben.text(), /0 of 4 taken/);
      await ben.chooses("#observer", "2");
      await ben.presses("Want so many");
      assert.match(await ben.text(), /0 of 2 taken/);
      await ben.approves();
      await ben.opens(draft);
      await ben.rings();

      // Whoever said an area of the alert is asked first; conduct and rights stand above the yes.
      const page = `/desk/dispatches/${draft.split("/").pop()}`;
      for (const who of [wren, heron, tit]) {
        await who.opens("/desk/observe");
        await who.hands.presses(who.page.locator(`a[href="${page}"]`));
        assert.match(await who.text(), /Read this before you go[^]*Everybody’s rights[^]*I am going/);
      }
      await wren.presses("10 minutes");
      assert.match(await wren.text(), /wait for the second/);
      await heron.presses("15 minutes");
      assert.match(await heron.text(), /You go with\s+Wren/);
      await wren.opens(page);
      assert.match(await wren.text(), /You go with\s+Heron/);

      // The third comes too late, and hears it kindly, by page and by phone.
      await tit.presses("5 minutes");
      assert.match(await tit.text(), /Enough are going. Thank you/);
      await tit.opens(page);
      assert.equal(await tit.page.locator('button[name="minutes"]').count(), 0, "there is nothing to say yes to");
      const saysTo = async (name, words) => {
        const phones = await onlooker.phones();
        return [...phones.keys()].some((phone) => phone.startsWith(name) && phones.get(phone).some((message) => words.test(JSON.stringify(message))));
      };
      await eventually(() => saysTo("Tit", /stand by/i), "Tit's phone says stand by");

      await wren.presses("I am there");
      await heron.presses("I am there");
      await wren.presses("I am well");
      assert.match(await wren.text(), /Check in by/);
      await amina.opens(draft);
      assert.match(await amina.text(), /2 of 2 taken, 2 on the scene/);
      assert.match(await amina.text(), /Wren[^]*goes with Heron/, "the desk on duty sees who goes");

      // One press ends it; whoever is there says that they left.
      await amina.standsDown();
      for (const who of [wren, heron]) {
        await who.opens(page);
        assert.match(await who.text(), /The alert has ended. Leave/);
        await who.presses("I have left and am safe");
        assert.match(await who.text(), /You have left and are safe/);
      }
      await tit.opens(page);
      assert.match(await tit.text(), /You need do nothing more/);
      for (const name of ["Wren", "Heron", "Tit"]) await eventually(() => saysTo(name, /over/i), `${name}'s phone hears the end`);
    },
  },
];
