// Wishes: a neighbour chooses when to be left in peace, finds it again, snoozes and stops, by the keyboard alone.
//
// A reader asks on an incident's page to be told how it ended, finds that again, and takes it back.
//
// No browser here has a push service, so its answer to "where can this browser be reached?" is put in its place:
// an address that a silent drill takes and sends nothing to, with a key pair of its own. All else is the real one.

import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { NARROW, audit } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Witness, eventually } from "../people.mjs";

const NOWHERE = "https://nowhere.invalid/phone/";

/** Gives the pages of a browser a push service of their own. */
async function withPushService(context, given = null) {
  const pair = createECDH("prime256v1");
  const made = { p256dh: pair.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
  const keys = given?.keys ?? made;
  await context.addInitScript(
    ({ endpoint, keys }) => {
      const told = "pretended-push-service";
      const reached = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => sessionStorage.removeItem(told) };
      Notification.requestPermission = async () => "granted";
      PushManager.prototype.subscribe = async () => {
        sessionStorage.setItem(told, "yes");
        return reached;
      };
      PushManager.prototype.getSubscription = async () => (sessionStorage.getItem(told) ? reached : null);
    },
    { endpoint: given?.endpoint ?? `${NOWHERE}${randomBytes(16).toString("hex")}`, keys },
  );
}

const chosen = (neighbour, name) => neighbour.page.locator(`[name="${name}"]`).inputValue();

export const journeys = [
  {
    name: "a_neighbour_chooses_when_to_be_left_in_peace_finds_it_again_snoozes_and_stops",
    town: { drill: "evan-cook-close-2022", extra: ["--silent"] },
    async run({ town, browse }) {
      const context = await browse({ viewport: NARROW });
      await withPushService(context);
      const neighbour = new Witness(await context.newPage(), town.address, Keyboard);
      const button = (words) => neighbour.page.locator("main").getByRole("button", { name: words });
      const says = (words) => eventually(async () => words.test(await neighbour.page.locator("[data-answer]").innerText()), `“${words}”`);
      await neighbour.opens("/subscribe");
      await button("Tell this browser").waitFor();
      await neighbour.hands.works(button("Tell this browser"));
      await says(/Tick at least one area/);

      await neighbour.hands.picks(neighbour.page.locator('input[name="area"]').first());
      await neighbour.chooses("#quiet_from", "22");
      await neighbour.chooses("#quiet_to", "7");
      await neighbour.chooses("#daily_cap", "3");
      await neighbour.picks("discreet", "yes");
      await neighbour.hands.works(button("Tell this browser"));
      await says(/will be told as you chose/);
      await audit(neighbour.page, "/subscribe, told");
      await neighbour.page.setViewportSize(NARROW);

      // The page opened anew shows what the server has, and no more.
      await neighbour.opens("/subscribe");
      await button("Save what I changed").waitFor();
      assert.deepEqual([await chosen(neighbour, "quiet_from"), await chosen(neighbour, "quiet_to"), await chosen(neighbour, "daily_cap")], ["22", "7", "3"]);
      assert.ok(await neighbour.page.locator('input[name="area"]').first().isChecked());
      assert.equal(await neighbour.page.locator('input[name="area"]:checked').count(), 1);
      assert.ok(await neighbour.page.locator("#discreet").isChecked());

      // Snoozed with one press, and woken with one; what else was chosen stays.
      await neighbour.hands.works(button(/^8 hours$/));
      await eventually(async () => /Quiet until /.test(await neighbour.page.locator("[data-snoozed]").innerText()), "the snooze is shown");
      await neighbour.hands.works(button(/^End it now$/));
      await eventually(async () => !/Quiet until /.test(await neighbour.page.locator("[data-snoozed]").innerText()), "and ended");
      assert.equal(await chosen(neighbour, "daily_cap"), "3");

      // A wish that makes no sense is refused in words, and nothing chosen is lost.
      await neighbour.chooses("#quiet_to", "22");
      await neighbour.hands.works(button("Save what I changed"));
      await says(/hours/i);
      assert.equal(await chosen(neighbour, "quiet_from"), "22");

      await neighbour.hands.works(button("Stop telling this browser"));
      await says(/will not be told any more/);
      await neighbour.opens("/subscribe");
      await button("Tell this browser").waitFor();
      assert.equal(await neighbour.page.locator('input[name="area"]:checked').count(), 0, "nothing is known of it any more");
    },
  },
  {
    name: "a_reader_asks_to_be_told_how_it_ended_finds_it_again_and_takes_it_back",
    async run({ town, browse }) {
      // The demo sends to its own phones only, so the browser says that it is reached as one of them.
      const context = await browse({ viewport: NARROW });
      const document = await (await context.request.get(`${town.address}/api/v1/openapi.json`)).json();
      const { subscription } = document.paths["/api/v1/subscriptions"].post.requestBody.content["application/json"].example;
      await withPushService(context, subscription);
      const reader = new Witness(await context.newPage(), town.address, Keyboard);
      const { items } = await (await context.request.get(`${town.address}/api/v1/incidents`)).json();
      const record = `/record/${items.find((one) => one.when.edtf[0].startsWith("2017")).incident}`;
      const button = (words) => reader.page.locator("main").getByRole("button", { name: words });
      const says = (words) => eventually(async () => words.test(await reader.page.locator("[data-answer]").innerText()), `“${words}”`);
      await reader.opens(record);
      await button("Tell me how it ended").waitFor();
      await audit(reader.page, "record, to be followed");
      await reader.page.setViewportSize(NARROW);
      await reader.hands.works(button("Tell me how it ended"));
      await says(/will be told/);
      await button("Do not tell me any more").waitFor();
      await audit(reader.page, "record, followed");
      await reader.page.setViewportSize(NARROW);
      // What it asked for elsewhere is another matter: of alerts it is told nothing.
      const mine = () => context.request.post(`${town.address}/api/v1/subscriptions/mine`, { data: { endpoint: subscription.endpoint } });
      const before = (await mine()).status();
      await reader.opens(record);
      await button("Do not tell me any more").waitFor();
      await reader.hands.works(button("Do not tell me any more"));
      await says(/not be told any more/);
      await button("Tell me how it ended").waitFor();
      assert.equal((await mine()).status(), before, "and nothing else changed");
      await reader.opens(record);
      await button("Tell me how it ended").waitFor();
      assert.equal(await button("Do not tell me any more").count(), 0);
    },
  },
];
