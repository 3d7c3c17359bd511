// Firefox: a real browser subscribes for an area, and its own push client receives, decrypts and shows what two
// members sign and ring.
//
// Nothing between the desk's press and the notification is made up but the push service, which is ours
// (../push.mjs). The server is the example `led_here`: the shipped program's commands with the one difference that
// the names of push services lead to that service and its certificate is trusted; no program built without the
// feature `conformance` can be told so. Endpoints, known origins, TLS, HTTP/2, sealing, tokens, headers, retries
// and signatures are the shipped ones.
//
// PROMISE no-unsigned-alert, from the approval to the screen.

import assert from "node:assert/strict";
import { findFirefox, Phone, startFirefox } from "../firefox.mjs";
import { Member, Witness, eventually } from "../people.mjs";
import { seals, startPushService } from "../push.mjs";
import { startTown } from "../town.mjs";
import { watch } from "../watch.mjs";
import { alert, device } from "../worker.mjs";

const UNVERIFIED = "handbell-unverified";
const UPDATES = 19;
const UPDATE_WORDS = ["still-going-on", "enough-observers"];
const QUARTER_SECONDS = 15 * 60;
const PUSHED_BYTES = 3_072;
/** What Firefox answers a push service: the page's worker was given the message, or it could not be decrypted. */
const [DELIVERED, NOT_DECRYPTED] = [100, 101];

/** A press is signed first, so its page comes a moment later. */
const signs = (member, words) => Promise.all([member.page.waitForNavigation(), member.presses(words)]);
const reads = (member, words) => eventually(async () => words.test(await member.text()), `${words}`);

/** Two members sign in, add their browsers and sign the list of them. */
async function founds(town, amina, ben) {
  for (const [member, name] of [[amina, "Amina"], [ben, "Ben"]]) {
    await member.signsIn(town.links.get(name));
    await member.startsDuty();
    await member.opens("/desk/keys");
    await signs(member, "Make this browser a signing device");
  }
  await signs(ben, "Sign this list");
  await amina.opens("/desk/keys");
  await signs(amina, "Sign this list");
  await reads(amina, /List 1 stands, with 2 devices of 2 members/);
}

/** An alert to neighbours, written, approved and signed by both; answers with its page, ready to ring at Ben's desk. */
async function agrees(incident, amina, ben) {
  await amina.opens(`${incident}/compose`);
  const draft = await amina.composes({ reach: "neighbours", areas: ["peckham"] });
  assert.ok(draft, `a draft: ${(await amina.errors()).summary}`);
  await signs(amina, /^Approve$/);
  await ben.opens(draft);
  await signs(ben, /^Approve$/);
  await reads(ben, /2 of 2 agreed/);
  return draft;
}

/** What the desk shows of a locked phone. */
async function preview(member) {
  const [title, body] = await member.page.locator(".lockscreen.push bdi").allInnerTexts();
  return { title: title.trim(), body: body.trim() };
}

const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Everything that this journey starts, ended with it. */
async function staged(browser, play) {
  const ends = [];
  const own = (one) => (ends.unshift(() => one.end()), one);
  try {
    const push = own(await startPushService());
    const town = own(await startTown({ live: ["Amina", "Ben"], led: push }));
    const firefox = own(await startFirefox(push.address));
    const wells = [];
    const somebody = async (kind) => {
      const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
      ends.unshift(() => context.close());
      wells.push(await watch(context, town.address));
      return new kind(await context.newPage(), town.address);
    };
    const note = await play({ push, town, firefox, somebody }).catch((error) => {
      const beside = [`at the push service: ${JSON.stringify(push)}`, `server: ${town.operatorReads().trim()}`, `Firefox: ${firefox.operatorReads().trim()}`];
      throw new Error(`${error.stack}\n${beside.join("\n")}`);
    });
    for (const well of wells) await well();
    return note;
  } finally {
    for (const end of ends) await end().catch(() => {});
  }
}

export const journeys = [
  {
    name: "a_real_firefox_decrypts_and_shows_what_two_members_ring_its_end_in_its_place_and_no_forgery",
    town: null,
    missing: () => (findFirefox() ? null : "no Firefox is installed here"),
    run: ({ browser }) =>
      staged(browser, async ({ push, town, firefox, somebody }) => {
        const [amina, ben, witness] = [await somebody(Member), await somebody(Member), await somebody(Witness)];
        await founds(town, amina, ben);
        const incident = await amina.confirmsWhatTheySee([[witness, "Rye Lane, by the phone shop"], [witness, "Rye Lane, bus stop"]]);

        // Somebody subscribes, in the browser and at the group.
        const phone = new Phone(await firefox.tab(), town.address);
        assert.equal(await phone.subscribes({ areas: ["peckham"], kinds: ["immigration-visit"] }), "This browser will be told as you chose.");
        const subscription = await phone.subscription();
        await eventually(async () => (await phone.kept())?.list?.startsWith("handbell signing devices v1\n"), "its worker keeps the list of signing devices");
        assert.deepEqual(await phone.screen(), []);

        // Two members ring; the phone shows the words that they saw before they agreed.
        const times = [];
        /** Presses a button and waits until the phone shows something else of an alert; answers with that. */
        const heard = async (words, tag) => {
          const before = (await phone.screen()).find((one) => one.tag === tag)?.body ?? null;
          const began = Date.now();
          const [shown] = await Promise.all([phone.shows(tag, before), ben.presses(words)]);
          times.push(shown - began);
          const of = (await phone.screen()).filter((one) => one.tag === tag);
          assert.equal(of.length, 1, "one notification, in the place of what stood there");
          return of[0];
        };
        const draft = await agrees(incident, amina, ben);
        const words = await preview(ben);
        const [, , , tag] = draft.split("/");
        const told = await heard("Ring the bell", tag);
        assert.deepEqual({ title: told.title, body: told.body, lang: told.lang, dir: told.dir }, { ...words, lang: "en", dir: "ltr" });
        assert.equal(told.title, "Confirmed activity in your area");
        assert.equal(told.url, `/alerts/${tag}`);
        const page = await firefox.tab();
        await page.opens(town.address + told.url);
        assert.match(await page.asks(() => document.querySelector("main").textContent), /Live alert/);
        await phone.tab.comesForward();

        // What the push service was shown: one sealed body of the one size, for as long as the alert lives.
        assert.deepEqual(push.refused, []);
        assert.equal(push.taken.length, 1);
        const [{ ttl, topic, urgency, size }] = push.taken;
        assert.ok(ttl > 0 && ttl <= QUARTER_SECONDS, `it may wait ${ttl} s`);
        assert.deepEqual([topic.length, urgency, size], [32, "high", PUSHED_BYTES]);

        // Each update stands in the place of what came before.
        const update = async (number) => {
          await amina.opens(draft);
          await amina.chooses("#update", UPDATE_WORDS[number % UPDATE_WORDS.length]);
          await amina.presses("Prepare this update");
          await signs(amina, "Approve the update");
          await ben.opens(draft);
          await signs(ben, "Approve the update");
        };
        for (let number = 0; number < UPDATES; number += 1) {
          await update(number);
          await heard("Send the update", tag);
        }

        // In a tunnel it misses that another alert rings and ends. It hears that end alone.
        const [taken, handed] = [push.taken.length, push.handed.length];
        const other = await agrees(incident, amina, ben);
        push.sleeps();
        await ben.rings();
        await eventually(() => push.taken.length === taken + 1, "the push service has the alert");
        await ben.opens(other);
        await ben.standsDown();
        await eventually(() => push.taken.length === taken + 2, "the push service has the end");
        assert.equal((await phone.screen()).length, 1);
        push.wakes();
        const over = await eventually(async () => (await phone.screen()).find((one) => one.tag !== tag), "Firefox comes back by itself and shows the end", 60_000);
        assert.match(over.title, /over/i);
        assert.equal(push.handed.length, handed + 1, "the beginning was never handed out");

        // Switched off, it misses an update and the cancel. Switched on, it shows the cancel in the place of the alert.
        await update(UPDATES);
        await ben.opens(draft);
        await firefox.closes();
        await ben.presses("Send the update");
        await eventually(() => push.taken.length === taken + 3, "the push service has the update");
        await ben.opens(draft);
        await ben.presses("Cancel: it was wrong");
        await eventually(() => push.taken.length === taken + 4, "the push service has the cancel");
        await firefox.opens();
        phone.tab = await firefox.tab();
        await phone.tab.opens(`${town.address}/alerts`);
        const end = await eventually(async () => (await phone.screen()).find((one) => one.title === "Cancelled: our alert was wrong"), "Firefox starts and shows the cancel", 60_000);
        assert.deepEqual([end.tag, end.url], [tag, told.url]);
        assert.equal(push.handed.length, handed + 2, "of four messages that it missed it was handed two");
        const stands = await phone.screen();
        assert.equal(stands.filter((one) => one.tag === tag).length, 1);
        const topics = push.taken.map((one) => one.topic);
        assert.equal(topics.filter((one) => one === topic).length, UPDATES + 3, "one topic for all of an alert");
        assert.equal(new Set(topics).size, 2);
        await eventually(() => push.answered.length === push.handed.length, "Firefox answers for each");
        assert.deepEqual(push.answered.map(({ code }) => code), Array(push.handed.length).fill(DELIVERED), "Firefox decrypted every one");

        // Whoever stole the browser's keys and the sender's can seal for this phone. It shows one sentence instead.
        const answer = (version) => eventually(() => push.answered.find((one) => one.version === version), "Firefox answers");
        const strangers = ["a1", "b2"].map(device);
        const unsigned = { kind: "alert", status: "actual", title: "Come to the yard", body: "Now.", tag, url: told.url, conduct: [], silent: false, lang: "en", dir: "ltr" };
        const forged = alert({ origin: town.address, signers: strangers })("alert");
        const forgeries = { "no signature": unsigned, "strangers' signatures": forged, "practice": { ...unsigned, status: "exercise", title: "EXERCISE · Come to the yard" } };
        for (const [what, message] of Object.entries(forgeries)) {
          await phone.wipes(UNVERIFIED);
          const version = push.forges(subscription.endpoint, seals(subscription, JSON.stringify(message)));
          await phone.shows(UNVERIFIED);
          const screen = await phone.screen();
          const line = screen.find(({ tag }) => tag === UNVERIFIED);
          assert.deepEqual([line.title, line.body], ["Update", "An update could not be verified. Open Handbell."], what);
          assert.deepEqual(screen.filter((one) => one !== line), stands, `${what}: what stood there still does`);
          assert.equal((await answer(version)).code, DELIVERED);
        }
        // What is not sealed for this browser never comes to its worker.
        await phone.wipes(UNVERIFIED);
        const broken = seals(subscription, JSON.stringify(unsigned));
        broken[broken.length - 1] ^= 1;
        const version = push.forges(subscription.endpoint, broken);
        assert.equal((await answer(version)).code, NOT_DECRYPTED);
        assert.deepEqual(await phone.screen(), stands);

        // One tap ends it, here and at the group.
        assert.equal(await phone.leaves(), "This browser will not be told any more. The server has forgotten it.");
        assert.equal(await phone.subscription(), null);
        await eventually(() => push.left === 1, "the push service was told as well");
        assert.deepEqual(push.refused, []);

        // No policy was violated, no script failed, and no page asked another host for anything.
        assert.deepEqual(firefox.complaints, []);
        assert.ok(firefox.requests.length > 0);
        assert.deepEqual(firefox.requests.filter((url) => /^\w+:\/\//.test(url) && new URL(url).origin !== town.address), []);
        return `Firefox ${firefox.version}; from the press to the screen, median of ${times.length} messages: ${median(times)} ms (${Math.min(...times)} to ${Math.max(...times)})`;
      }),
  },
];
