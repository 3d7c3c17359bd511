// Signed alerts: what the service worker shows, replaces and refuses, with pushed bytes delivered by DevTools.
//
// PROMISE no-unsigned-alert, on the phone's side.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { audit } from "../audit.mjs";
import { Member, Witness, eventually } from "../people.mjs";
import { alert, device, given, id, list, startPhone, startSite } from "../worker.mjs";

const ORIGIN = "https://bell.example";
const HOUR = 3_600_000;
const UNVERIFIED = { title: "Update", body: "An update could not be verified. Open Handbell.", tag: "handbell-unverified", silent: false, url: "/alerts" };

/** A live group of three members, one of whom has two devices. */
function group() {
  const [amina, ben, chidi] = ["a1", "b2", "c3"].map(device);
  const second = device("a1");
  const first = list(ORIGIN, 1, null, [amina, second, ben, chidi]);
  return { amina, second, ben, chidi, first, signing: { status: "actual", origin: ORIGIN, items: [given(1, first, [amina, ben])] } };
}

async function at(browser, signing, play) {
  const site = await startSite(signing);
  const phone = await startPhone(browser, site);
  try {
    await eventually(async () => signing === null || (await phone.kept())?.status, "the worker keeps a list");
    await play(phone, site);
  } finally {
    await phone.end();
    await site.end();
  }
}

/** Whatever is pushed shows the one sentence, beside what stood there before. */
async function refuses(phone, what, message) {
  const before = await phone.shown();
  const after = await phone.hears(message);
  assert.deepEqual(after, [...before.filter((one) => one.tag !== UNVERIFIED.tag), UNVERIFIED].sort((one, other) => (one.tag < other.tag ? -1 : 1)), what);
}

/** Checks every list that the site gives out with Node's cryptography, from the format alone. */
function checksLists({ origin, items }) {
  let before = null;
  for (const { version, text, signatures } of items) {
    assert.ok(text.startsWith(`handbell signing devices v1\norigin ${origin}\n`), text);
    const hash = before ? createHash("sha256").update(before).digest("hex") : "0".repeat(64);
    assert.ok(text.includes(`\nversion ${version}\nbefore ${hash}\n`), text);
    const devices = new Map([...(before ?? text).matchAll(/^device (\S+) (\S+) (\w+)$/gm)].map(([, key, holder, point]) => [key, { holder, point }]));
    const holders = new Set();
    for (const { key, signature } of signatures) {
      const point = Buffer.from(devices.get(key).point, "hex");
      assert.equal(id(createHash("sha256").update(point).digest()), key, "a key's id follows from it");
      const known = createPublicKey({ key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") }, format: "jwk" });
      assert.ok(verify("sha256", Buffer.from(text), { key: known, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")), `list ${version}`);
      holders.add(devices.get(key).holder);
    }
    assert.ok(holders.size >= 2, "two members signed it");
    before = text;
  }
}

export const journeys = [
  {
    name: "two_members_make_their_browsers_sign_and_sign_what_they_approve_in_a_live_group",
    town: { live: ["Amina", "Ben"] },
    async run({ town, browse }) {
      // A press is signed first, so its page comes a moment later.
      const reads = (member, words) => eventually(async () => words.test(await member.text()), `${words}`);
      const signs = (member, words) => Promise.all([member.page.waitForNavigation(), member.presses(words)]);
      const somebody = async (kind) => new kind(await (await browse()).newPage(), town.address);
      const [amina, ben] = [await somebody(Member), await somebody(Member)];
      const [witness, neighbour] = [await somebody(Witness), await somebody(Witness)];
      for (const [member, name] of [[amina, "Amina"], [ben, "Ben"]]) {
        await member.signsIn(town.links.get(name));
        await member.startsDuty();
        await member.opens("/desk/keys");
        await reads(member, /no live alert can ring/);
        await signs(member, "Make this browser a signing device");
        await reads(member, new RegExp(`${name} \\(this browser\\)`));
      }
      await audit(ben.page, "/desk/keys");
      await signs(ben, "Sign this list");
      await reads(ben, /You have signed it/);
      await amina.opens("/desk/keys");
      await signs(amina, "Sign this list");
      await reads(amina, /List 1 stands, with 2 devices of 2 members/);
      const given = await (await amina.page.request.get(`${town.address}/api/v1/signing`)).json();
      assert.equal(given.items.length, 1);
      checksLists(given);
      assert.equal(given.worker, createHash("sha256").update(await (await amina.page.request.get(`${town.address}/sw.js`)).body()).digest("hex"));

      // An incident that two people saw, and a draft.
      const incident = await amina.confirmsWhatTheySee([[witness, "Rye Lane, by the phone shop"], [neighbour, "Rye Lane, bus stop"]]);
      await amina.opens(incident);
      await amina.follows("Write an alert");
      const draft = await amina.composes({ reach: "neighbours", areas: ["peckham"] });

      // Each approval is signed in its browser; a browser that lost its key says so and sends nothing.
      await signs(amina, /^Approve$/);
      await reads(amina, /1 of 2 agreed/);
      await ben.opens(draft);
      const lost = await ben.page.evaluate(
        () =>
          new Promise((done) => {
            const asked = indexedDB.open("handbell-signing", 1);
            asked.onsuccess = () => {
              const keys = asked.result.transaction("keys", "readwrite").objectStore("keys");
              const own = keys.get("own");
              own.onsuccess = () => {
                globalThis.own = own.result;
                keys.delete("own").onsuccess = () => (asked.result.close(), done(own.result.key.extractable));
              };
            };
          }),
      );
      assert.equal(lost, false, "no script can read the key out");
      await ben.page.getByRole("button", { name: /^Approve$/ }).click();
      await eventually(async () => /has no signing key/.test(await ben.text()), "it says that the key is gone");
      assert.doesNotMatch(await ben.text(), /2 of 2 agreed/);
      // A new key is not on the list, and the page says what to do.
      await ben.opens("/desk/keys");
      await signs(ben, "Make a new key");
      await ben.opens(draft);
      await signs(ben, /^Approve$/);
      await reads(ben, /not on the group.s list of signing devices/);
      await ben.opens("/desk/keys");
      await reads(ben, /begins anew/);
      await signs(ben, "Sign this list");
      await amina.opens("/desk/keys");
      await signs(amina, "Sign this list");
      await ben.opens(draft);
      await signs(ben, /^Approve$/);
      await reads(ben, /2 of 2 agreed/);
      await reads(ben, /Nobody would be told/);
      const { items } = await (await amina.page.request.get(`${town.address}/api/v1/signing`)).json();
      assert.deepEqual(items.map(({ version }) => version), [1, 2]);
      assert.equal((await town.verify()).code, 0, "the lists stand in a log that verifies");
    },
  },
  {
    name: "a_phone_shows_what_two_devices_signed_and_replaces_it_by_its_update_and_its_end",
    town: null,
    async run({ browser }) {
      const { amina, ben, signing } = group();
      await at(browser, signing, async (phone) => {
        const made = Date.now();
        const bell = alert({ origin: ORIGIN, signers: [amina, ben], made });
        const tag = bell("alert").tag;
        const shows = async (message) => {
          const screen = await phone.hears(message);
          assert.deepEqual(screen, [{ title: message.title, body: message.body, tag, silent: message.silent, url: message.url }]);
        };
        await shows(bell("alert", { discreet: true }));
        await shows(bell("alert"));
        const update = alert({ origin: ORIGIN, signers: [ben, amina], made: made + 1, number: 2, of: 1, kind: "update", words: "Enough observers are there." });
        await shows(update("update"));
        await shows(bell("stand-down"));
        assert.equal((await phone.shown())[0].title, "It is over");
        // Whoever sends the start again, or the update, gets the end shown again and nothing else.
        for (const old of [bell("alert"), update("update")]) {
          const screen = await phone.hears(old);
          assert.deepEqual(screen.map((one) => [one.title, one.silent]), [["It is over", true]]);
        }
        // A correction stands beside it.
        assert.deepEqual((await phone.hears(bell("correction"))).map((one) => one.title).sort(), ["Corrected", "It is over"]);
      });
    },
  },
  {
    name: "a_phone_refuses_forgeries_single_signatures_strangers_other_groups_and_what_is_too_old",
    town: null,
    async run({ browser }) {
      const { amina, second, ben, signing } = group();
      await at(browser, signing, async (phone) => {
        const signed = (more = {}) => alert({ origin: ORIGIN, signers: [amina, ben], ...more });
        const good = signed()("alert");
        const proof = (more) => ({ ...good, proof: { ...good.proof, ...more } });
        await refuses(phone, "no words", "");
        await refuses(phone, "no proof", { ...good, proof: undefined });
        for (const field of ["title", "body", "url", "tag", "lang", "dir"]) await refuses(phone, field, { ...good, [field]: `${good[field]}!` });
        await refuses(phone, "conduct", { ...good, conduct: good.conduct.slice(1) });
        await refuses(phone, "kind", { ...good, kind: "cancel" });
        await refuses(phone, "one signature", signed({ signers: [amina] })("alert"));
        await refuses(phone, "two devices of one member", signed({ signers: [amina, second] })("alert"));
        await refuses(phone, "one signature twice", proof({ by: [good.proof.by[0], good.proof.by[0]] }));
        await refuses(phone, "a stranger", signed({ signers: [amina, device("b2")] })("alert"));
        await refuses(phone, "a borrowed name", proof({ by: [good.proof.by[0], [ben.key, good.proof.by[0][1]]] }));
        await refuses(phone, "another text", proof({ head: good.proof.head.replace("neighbours", "dispatch") }));
        await refuses(phone, "another path", proof({ path: "" }));
        await refuses(phone, "another group", signed({ origin: "https://other.example" })("alert"));
        await refuses(phone, "practice, well signed", signed({ status: "exercise" })("alert"));
        await refuses(phone, "yesterday's", signed({ made: Date.now() - 24 * HOUR })("alert"));
        await refuses(phone, "tomorrow's", signed({ made: Date.now() + 24 * HOUR })("alert"));
        await refuses(phone, "a list that nobody gives out", signed({ version: 9, signers: [device("x"), device("y")] })("alert"));
        // One signature sends observers, and one is enough for an end.
        const dispatch = alert({ origin: ORIGIN, signers: [ben], reach: "dispatch", number: 5 });
        assert.equal((await phone.hears(dispatch("alert"))).filter((one) => one.title === "Handbell").length, 1);
        assert.ok((await phone.hears(signed({ signers: [ben] })("cancel"))).some((one) => one.title.startsWith("Cancelled")));
        // A duty phone's call carries no signature: a title that the worker knows, no place, no path elsewhere.
        const duty = { kind: "duty", status: "actual", title: "Can you go and look?", body: "Lantern Corner", tag: "look", url: "https://elsewhere.example/x", conduct: [], silent: false };
        assert.deepEqual((await phone.hears(duty)).find((one) => one.tag === "look"), { title: "Can you go and look?", body: "", tag: "look", silent: false, url: "/desk" });
        assert.deepEqual((await phone.hears({ ...duty, tag: "lure", title: "Come to the yard" })).find((one) => one.tag === "lure").title, "Update");
        // Nor does news for a follower of an incident: one sentence, and a path of the record.
        const news = { ...duty, title: "News of an incident", body: "Come to the yard", tag: "record", url: "/record/abc" };
        assert.deepEqual((await phone.hears(news)).find((one) => one.tag === "record"), { title: "News of an incident", body: "Its page says more.", tag: "record", silent: false, url: "/record/abc" });
        assert.equal((await phone.hears({ ...news, tag: "astray", url: "/recordings" })).find((one) => one.tag === "astray").url, "/desk");
      });
    },
  },
  {
    name: "a_test_message_is_acknowledged_by_its_word_and_never_shown_as_an_alert",
    town: null,
    async run({ browser }) {
      await at(browser, group().signing, async (phone, site) => {
        const test = (word, more = {}) => ({
          kind: "canary", status: "actual", title: "Come to the yard", body: "Officers at Rye Lane", tag: "lure",
          url: `/channels/canary/${word}`, conduct: [], silent: false, ...more,
        });
        await phone.gets(test("seen"));
        await eventually(() => site.posted.includes("/channels/canary/seen"), "the worker says that it came");
        // What comes next is judged after it, one push after the other.
        await refuses(phone, "a test that leads elsewhere", test("x", { url: "https://elsewhere.example/channels/canary/x" }));
        await refuses(phone, "a test that leads to another page", test("x", { url: "/alerts" }));
        await refuses(phone, "a test of a drill", test("x", { status: "exercise" }));
        assert.deepEqual(site.posted, ["/channels/canary/seen"], "nothing else was posted");
        assert.ok((await phone.shown()).every((one) => one.tag === "handbell-unverified"), "while a page is in sight nothing is shown");
        await phone.page.goto("about:blank");
        await phone.gets(test("unseen"));
        await eventually(() => site.posted.includes("/channels/canary/unseen"), "the worker says that it came");
        await phone.page.goto(site.address);
        await eventually(async () => (await phone.shown()).some((one) => one.tag === "handbell-test"), "a browser demands that something is seen");
        const shown = (await phone.shown()).filter((one) => one.tag !== "handbell-unverified");
        assert.deepEqual(shown, [{ title: "Test", body: "Nothing happened.", tag: "handbell-test", silent: true, url: "/desk/reach" }]);
      });
    },
  },
  {
    name: "a_phone_follows_lists_signed_by_two_of_the_one_before_and_no_others",
    town: null,
    async run({ browser }) {
      const { amina, ben, chidi, first, signing } = group();
      const dora = device("d4");
      const next = list(ORIGIN, 2, first, [ben, chidi, dora]);
      const by = (signers, version = 2) => alert({ origin: ORIGIN, signers, version, number: version });
      const lists = (...items) => ({ ...signing, items: [...signing.items, ...items] });
      await at(browser, signing, async (phone, site) => {
        site.signing = null;
        await refuses(phone, "the lists cannot be reached", by([ben, dora])("alert"));
        site.signing = lists(given(2, next, [ben]));
        await refuses(phone, "one signature under the list", by([ben, dora])("alert"));
        site.signing = lists(given(2, next, [chidi, dora]));
        await refuses(phone, "whoever is new does not sign it", by([ben, dora])("alert"));
        site.signing = lists(given(2, list(ORIGIN, 2, "another", [ben, dora]), [amina, ben]));
        await refuses(phone, "it follows another list", by([ben, dora])("alert"));
        site.signing = lists(given(2, list("https://other.example", 2, first, [ben, dora]), [amina, ben]));
        await refuses(phone, "it is another group's", by([ben, dora])("alert"));
        const asked = site.asked;
        assert.ok((await phone.hears(by([amina, ben], 1)("alert"))).some((one) => one.title === "Handbell"), "the list it keeps still stands");
        assert.equal(site.asked, asked, "and a message of that list asks the site for nothing");
        const third = list(ORIGIN, 3, next, [chidi, dora]);
        site.signing = lists(given(2, next, [amina, ben]), given(3, third, [ben, dora]));
        const screen = await phone.hears(by([chidi, dora], 3)("alert"));
        assert.equal(screen.filter((one) => one.title === "Handbell").length, 2, "two good steps at once");
        await refuses(phone, "whoever was taken out signs no more", alert({ origin: ORIGIN, signers: [amina, ben], version: 1, number: 8 })("alert"));
        // A beginning is believed once its person subscribes again.
        const anew = list(ORIGIN, 4, null, [amina, dora]);
        site.signing = lists(given(2, next, [amina, ben]), given(3, third, [ben, dora]), given(4, anew, [amina, dora]));
        await refuses(phone, "a beginning is no step", by([amina, dora], 4)("alert"));
        await phone.subscribesAgain();
        await eventually(async () => (await phone.kept()).list === anew, "the new list is kept");
        assert.equal((await phone.hears(by([amina, dora], 4)("alert"))).filter((one) => one.title === "Handbell").length, 3);
      });
    },
  },
  {
    name: "a_phone_of_an_exercise_shows_practice_that_says_so_and_one_without_a_list_shows_nothing",
    town: null,
    async run({ browser }) {
      const { amina, ben, signing } = group();
      const practice = { kind: "alert", status: "exercise", title: "EXERCISE · Handbell", body: "Near you.", tag: "t", url: "/alerts/t", conduct: [], silent: false };
      await at(browser, { ...signing, status: "exercise", items: [] }, async (phone) => {
        assert.deepEqual(await phone.hears(practice), [{ title: "EXERCISE · Handbell", body: "Near you. Not signed.", tag: "t", silent: false, url: "/alerts/t" }]);
        await refuses(phone, "it does not say that it is practice", { ...practice, title: "Handbell" });
        await refuses(phone, "a live alert, well signed", alert({ origin: ORIGIN, signers: [amina, ben] })("alert"));
      });
      // The site could not be reached when its person subscribed, or the group has no list yet.
      await at(browser, null, async (phone) => refuses(phone, "no list was kept", alert({ origin: ORIGIN, signers: [amina, ben] })("alert")));
      await at(browser, { ...signing, items: [] }, async (phone, site) => {
        await refuses(phone, "the group has no list", alert({ origin: ORIGIN, signers: [amina, ben] })("alert"));
        site.signing = signing;
        const screen = await phone.hears(alert({ origin: ORIGIN, signers: [amina, ben] })("alert"));
        assert.ok(screen.some((one) => one.title === "Handbell"), "its first list is the one it begins with");
      });
    },
  },
];
