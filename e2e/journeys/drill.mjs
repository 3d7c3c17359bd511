// The drill, played by three members of the desk: one checks, one approves, one approves second.
//
// The script runs in its own time and the desk asks for the next message when it has done all it can, so the
// minutes of the scenario's `expected` block are asked for as they stand there. All three work by the keyboard
// alone and without scripts.

import assert from "node:assert/strict";
import { audit } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Member, Onlooker, eventually, heard } from "../people.mjs";

export const journeys = [
  {
    // PROMISE a-drill-cannot-ring-live, PROMISE the-desk-by-keyboard
    name: "three_members_play_the_drill_and_it_ends_as_its_scenario_expects",
    town: { drill: "evan-cook-close-2022", speed: "1" },
    async run({ town, browse }) {
      const member = async () => new Member(await (await browse({ javaScriptEnabled: false })).newPage(), town.address, Keyboard);
      const [amina, ben, cleo] = [await member(), await member(), await member()];
      for (const [who, name] of [[amina, "Amina"], [ben, "Ben"], [cleo, "Cleo"]]) {
        await who.signsIn(town.links.get(name));
        await who.startsDuty();
        assert.match(await who.page.title(), /^EXERCISE · /);
        assert.match(await who.page.locator(".hatched").innerText(), /Nobody outside this drill was told anything/);
      }
      const onlooker = new Onlooker(await (await browse()).newPage(), town.address);

      const arrives = (words) =>
        eventually(async () => {
          await amina.opens("/desk");
          return (await amina.line(words).count()) > 0;
        }, `“${words}” in the queue`);
      const next = async (words) => {
        await cleo.opens("/desk/drill");
        assert.equal(await cleo.page.locator("#h-score").count(), 0, "no score while it runs: it would say what each message is");
        await cleo.presses("Send the next message now");
        await arrives(words);
      };
      const setsAside = async (words, reason) => {
        await amina.opensReport(words);
        await amina.chooses("#reason", reason);
        await amina.types("#more", "PRACTICE: for the score.");
        await amina.presses("Set it aside");
      };
      const joins = async (words, incident) => {
        await amina.opensReport(words);
        await amina.joinsSuggested(incident);
      };
      const tells = async (drafter, reach, fill = async () => {}) => {
        await drafter.opens(`${incident}/compose`);
        await fill();
        const draft = await drafter.composes({ reach, areas: ["peckham"], expires: "240" });
        assert.ok(draft, `a draft: ${(await drafter.errors()).summary}`);
        for (const who of [ben, cleo]) {
          await who.opens(draft);
          await who.approves();
        }
        await cleo.opens(draft);
        await cleo.rings();
        return draft;
      };

      // The first account opens an incident; hearsay joins it; rumour and old footage go no further.
      await arrives("White van");
      await amina.opensReport("White van");
      const incident = await amina.opensIncident();
      await next("A neighbour says");
      await joins("A neighbour says", incident);
      await next("share this");
      await setsAside("share this", "cannot-be-checked");
      await next("Southall");
      await setsAside("Southall", "elsewhere");

      // The second first-hand account answers the desk. Amina checks; two who did not check approve.
      await next("shop opposite");
      await amina.opensReport("shop opposite");
      await amina.types("#question", "PRACTICE: Can you still see them, and how many are there?");
      await amina.presses(/^Ask$/);
      await joins("shop opposite", incident);
      await amina.opens(incident);
      const sources = await amina.reportSources();
      const first = sources[0];
      const second = sources.at(-1);
      for (const source of [first, second]) await amina.claims({ predicate: "activity", value: "at-a-door", source });
      await amina.claims({ predicate: "place", value: "Practice Close, by the entrance", source: second });
      await amina.findsIndependent(first, second, "One stands at the entrance, the other works in the shop; neither knows of the other.");
      await amina.opens(incident);
      assert.match(await amina.level(), /confirmed/i);
      const dispatch = await tells(ben, "dispatch", async () => {
        for (const slot of ["spot", "activity", "agency", "time"]) await ben.choosesFirst(`slot-${slot}`);
      });
      await eventually(async () => heard(await onlooker.phones()).length === 2, "both observers are sent");

      // Another matter is another incident, and nobody hears of it.
      await next("Old Kent Road");
      await amina.opensReport("Old Kent Road");
      const other = await amina.opensIncident();
      assert.notEqual(other, incident);
      await amina.opens(other);
      await amina.picks("end", "mistaken");
      await amina.presses("End the incident");

      // A trained observer confirms; neighbours hear of it; the crowd grows; it ends.
      await next("Trained observer");
      await joins("Trained observer", incident);
      const wide = await tells(cleo, "neighbours", async () => cleo.choosesFirst("slot-time"));
      await eventually(async () => heard(await onlooker.phones()).length === 5, "the neighbours of the area hear it");
      for (const words of ["About ten people", "Two police vans", "Several hundred", "The van is gone"]) {
        await next(words);
        await joins(words, incident);
      }
      for (const draft of [wide, dispatch]) {
        await cleo.opens(draft);
        await cleo.standsDown();
      }

      // It is over by itself. The page says how the desk did, as its expected block asks.
      await eventually(async () => {
        await cleo.opens("/desk/drill");
        return (await cleo.page.locator("#h-score").count()) === 1;
      }, "the score");
      const text = await cleo.text();
      assert.match(text, /You did as the scenario expects/, text);
      assert.match(text, /None\. Nobody was told wrongly/);
      const kept = await cleo.page.locator(".found .state", { hasText: /^Met$/ }).count();
      assert.equal(kept, 5, "every expectation of the block is met");
      assert.match(text, /Two members on two devices/);
      assert.match(text, /Ben and Cleo approved/);
      const looker = await (await browse({ storageState: await cleo.page.context().storageState() })).newPage();
      await looker.goto(`${town.address}/desk/drill`);
      await audit(looker, "/desk/drill");
      const { code, said } = await town.end();
      assert.equal(code, 0, `the command says that the desk did as expected:\n${said}`);
      assert.match(said, /false alarms: 0/);
    },
  },
];
