// People: what a witness, a member of the desk and somebody with a phone can do, in their own words.
//
// Every selector of the journeys stands here. Forms are found by where they go and fields by their names,
// which is what the doors agree on; buttons by what is written on them. Nothing here needs scripts, nor a mouse.

import assert from "node:assert/strict";
import { Mouse } from "./hands.mjs";

const WAIT_MILLISECONDS = 15_000;

/** Waits until `look` gives something true. For what arrives by itself, never for a fixed time. */
export async function eventually(look, what, limit = WAIT_MILLISECONDS) {
  const until = Date.now() + limit;
  let last;
  while (Date.now() < until) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error(`${what} did not happen within ${limit} ms${last ? `: ${last.message}` : ""}`);
}

class Person {
  constructor(page, address, Hands = Mouse) {
    this.page = page;
    this.address = address;
    this.hands = new Hands(page);
    page.setDefaultTimeout(WAIT_MILLISECONDS);
  }

  async opens(path) {
    const answer = await this.page.goto(path.startsWith("http") ? path : this.address + path);
    return answer.status();
  }

  /** Follows the Reload link, which is all a page without scripts needs. */
  async reloads() {
    await this.page.goto(this.page.url());
  }

  async heading() {
    return (await this.page.locator("h1").innerText()).trim();
  }

  async text() {
    return this.page.locator("main").innerText();
  }

  /** A form by where it goes. */
  form(action) {
    return this.page.locator(`form[action="${action}"]`);
  }

  /** Presses a button by what is written on it and waits for the page that follows. */
  async presses(words, within = this.page.locator("main")) {
    await this.hands.presses(within.getByRole("button", { name: words }).first());
  }

  /** Follows a link by what is written on it. */
  async follows(words, within = this.page.locator("main")) {
    await this.hands.presses(within.getByRole("link", { name: words }).first());
  }

  /** Types words into a field, in place of what stood there. */
  async types(field, words, within = this.page) {
    await this.hands.types(within.locator(field).first(), words);
  }

  /** Chooses a line of a list by its value or its words. */
  async chooses(list, option, within = this.page) {
    await this.hands.chooses(within.locator(list).first(), option);
  }

  /** Opens a part of the page that is folded away. */
  async unfolds(words) {
    const part = this.page.locator("details", { has: this.page.locator("summary", { hasText: words }) });
    if ((await part.getAttribute("open")) === null) await this.hands.opens(part);
  }

  /** Taps the row of a radio or tick box. */
  async picks(name, value, within = this.page) {
    const input = within.locator(`input[name="${name}"][value="${value}"]`);
    await this.hands.picks(input);
    assert.ok(await input.isChecked(), `${name}=${value} is chosen`);
  }

  /** What a form would send, buttons aside. */
  async fields(form) {
    return Object.fromEntries(
      await form.locator("[name]:not(button)").evaluateAll((fields) =>
        fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked).map((field) => [field.name, field.value]),
      ),
    );
  }

  async errors() {
    return {
      summary: await this.page.locator('.summary[role="alert"] li').allInnerTexts(),
      beside: await this.page.locator('[aria-invalid="true"]').evaluateAll((fields) => fields.map((field) => field.getAttribute("aria-describedby"))),
    };
  }

  /** Names of the fields that say that they are wrong, each with words beside it. */
  async wrongFields() {
    const { beside } = await this.errors();
    const names = [];
    for (const ids of beside) {
      const id = ids.split(" ").find((one) => one.endsWith("-err"));
      assert.ok((await this.page.locator(`[id="${id}"]`).innerText()).trim().length > 0, `${id} has words`);
      names.push(id.slice(0, -"-err".length));
    }
    return names.sort();
  }
}

/** Somebody on the street. */
export class Witness extends Person {
  async next() {
    await this.hands.presses(this.page.locator('button[name="go"][value="next"]'));
  }

  async back() {
    await this.hands.presses(this.page.locator('button[name="go"][value="back"]'));
  }

  async sends() {
    await this.hands.presses(this.page.locator('button[name="go"][value="send"]'));
  }

  async step() {
    return (await this.page.locator(".steps").innerText()).trim();
  }

  /** Chooses an area of the list by its name, or the first that is one. */
  async choosesArea(name) {
    const options = this.page.locator("#area option");
    const label = (await options.allInnerTexts()).find((text) => text.includes(name));
    assert.ok(label, `the area ${name} is offered`);
    await this.chooses("#area", { label });
  }

  /** Goes to the third step. */
  async reaches({ kind = "immigration-visit", basis = "saw", place, area = "Peckham and", when = "now" }) {
    await this.opens("/report");
    await this.picks("kind", kind);
    await this.picks("basis", basis);
    await this.next();
    await this.types("#place", place);
    await this.choosesArea(area);
    await this.picks("when", when);
    await this.next();
  }

  /** Reports in three steps and answers with the seven words. */
  async reports({ text, ...what }) {
    await this.reaches(what);
    await this.types("#text", text);
    await this.sends();
    return this.receipt();
  }

  async receipt() {
    const words = await this.page.locator("ol.words li").allInnerTexts();
    assert.equal(words.length, 7, `seven words are shown, not: ${await this.heading()}`);
    return words.map((word) => word.trim()).join(" ");
  }

  async looksUp(words) {
    await this.opens("/receipt");
    await this.types("#words", words);
    await this.presses("Open my report");
  }

  /** What the page says has just happened. */
  async notice() {
    return (await this.page.locator(".notice").innerText()).trim();
  }
}

/** Somebody at the desk. */
export class Member extends Person {
  /** Signs in; an observer lands on a page of their own. */
  async signsIn(link, lands = "/desk") {
    assert.equal(await this.opens(link), 200);
    await this.presses("Sign in on this browser");
    assert.equal(new URL(this.page.url()).pathname, lands, `signed in, not: ${await this.heading()}`);
  }

  async startsDuty() {
    const start = this.page.locator('button[name="duty"][value="start"]');
    if (await start.count()) await this.hands.presses(start);
    assert.equal(await this.page.locator('button[name="duty"][value="end"]').count(), 1, "duty runs");
  }

  /** The line of the queue that shows these words of the witness. */
  line(words) {
    return this.page.locator("article.item", { hasText: words });
  }

  async takes(words) {
    await this.opens("/desk");
    await this.presses(/^Take it/, this.line(words));
  }

  async opensReport(words) {
    await this.opens("/desk");
    await this.hands.presses(this.line(words).locator("h3 a"));
    assert.ok((await this.text()).includes(words));
  }

  /** Opens a new incident from the report on the page; answers with the incident's path. */
  async opensIncident() {
    await this.presses(/^Open a new incident/);
    return this.incidentPath();
  }

  async incidentPath() {
    const here = new URL(this.page.url()).pathname;
    if (here.startsWith("/desk/incidents/")) return here;
    const link = this.page.locator('section[aria-labelledby="h-incident"] a[href^="/desk/incidents/"]').first();
    return link.getAttribute("href");
  }

  async joinsSuggested(incident) {
    const form = this.page.locator(`form[action$="/join"]`).filter({ has: this.page.locator(`input[name="incident"][value="${incident.split("/").pop()}"]`) });
    await this.presses(/^It is the same incident/, form);
  }

  async level() {
    return (await this.page.locator("main .state").first().innerText()).trim();
  }

  /** Writes down a claim. `source` is a part of the words of the source to choose. */
  async claims({ predicate, value = "", low = "", high = "", source, note = "", certainty = "likely" }) {
    const form = this.page.locator('form[action$="/claims"]');
    if (!(await form.locator("#predicate").isVisible())) await this.unfolds("Write down a claim");
    await this.chooses("#predicate", predicate, form);
    await this.types("#value", value, form);
    await this.types("#low", low, form);
    await this.types("#high", high, form);
    await this.chooses("#source", source, form);
    await this.types("#source_note", note, form);
    await this.chooses("#certainty", certainty, form);
    await this.presses("Write it down", form);
    assert.deepEqual((await this.errors()).summary, [], "the claim was taken");
  }

  /** Values of the sources that are reports, oldest first. */
  async reportSources() {
    return this.page.locator("#first option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
  }

  async findsIndependent(first, second, reason) {
    const form = this.page.locator('form[action$="/independence"]');
    await this.chooses("#first", first, form);
    await this.chooses("#second", second, form);
    await this.types("#reason", reason, form);
    await this.presses("They are independent", form);
  }

  /** Makes one incident of what two witnesses see, with a claim of each, and finds them independent; ends on its page. */
  async confirmsWhatTheySee(seen, { activity = "holding-somebody" } = {}) {
    for (const [who, place] of seen) await who.reports({ place, text: `Seen from ${place}` });
    const [first, second] = seen.map(([, place]) => place);
    await this.takes(first);
    await this.opensReport(first);
    const incident = await this.opensIncident();
    await this.opensReport(second);
    await this.joinsSuggested(incident);
    await this.opens(incident);
    const [one, other] = await this.reportSources();
    for (const source of [one, other]) await this.claims({ predicate: "activity", value: activity, source });
    await this.opens(incident);
    await this.findsIndependent(one, other, "They stood on different sides of the road.");
    return incident;
  }

  /** Chooses the first real line of a list. */
  async choosesFirst(name) {
    const list = this.page.locator(`select[name="${name}"]`);
    await this.hands.chooses(list, await list.evaluate((one) => [...one.options].map((option) => option.value).find(Boolean)));
  }

  /** Fills the composer; answers with the path of the draft, or null when it came back with errors. */
  async composes({ reach, areas, expires = "60" }) {
    const form = this.page.locator('form[action$="/alerts"]');
    await this.picks("reach", reach);
    for (const chosen of await form.locator('input[name="area"]:checked').all()) await this.hands.drops(chosen);
    for (const area of areas) await this.picks("area", area);
    await this.chooses("#expires", expires, form);
    await this.presses("See it as people will", form);
    const path = new URL(this.page.url()).pathname;
    return path.startsWith("/desk/alerts/") ? path : null;
  }

  async approves() {
    await this.presses(/^Approve$/);
  }

  async rings() {
    await this.presses("Ring the bell");
  }

  async mayRing() {
    return (await this.page.getByRole("button", { name: "Ring the bell" }).count()) > 0;
  }

  /** The version in the forms of the page. */
  async version() {
    return this.page.locator('main input[name="version"]').first().inputValue();
  }

  /** Sends a form that the page does not offer, as somebody would who knows the address and the fields. */
  async forges(action, fields) {
    const hidden = { csrf: await this.page.locator('input[name="csrf"]').first().inputValue(), ...fields };
    const navigated = this.page.waitForNavigation();
    await this.page.evaluate(
      ({ action, hidden }) => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = action;
        for (const [name, value] of Object.entries(hidden)) {
          const input = document.createElement("input");
          input.name = name;
          input.value = value;
          form.append(input);
        }
        document.body.append(form);
        form.submit();
      },
      { action, hidden },
    );
    const answer = await navigated;
    return answer.status();
  }

  async renews() {
    await this.presses("Still going on: renew it");
  }

  async standsDown() {
    await this.presses("Stand down: it is over");
  }

  async counts() {
    const pairs = await this.page.locator("dl.counts > div").evaluateAll((rows) => rows.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent.trim()]));
    return Object.fromEntries(pairs);
  }
}

/** Somebody at the desk who writes the record. */
export class Editor extends Member {
  /** Opens the incident's editor and one of its forms, by the words of its link. */
  async adds(incident, words) {
    assert.equal(await this.opens(`${incident}/editor`), 200);
    await this.follows(words);
  }

  /** Fills fields by their names: lists, choices and words. */
  async fillsIn(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`main form [name="${name}"]`).first();
      const sort = await field.evaluate((one) => (one.tagName === "SELECT" ? "list" : one.type));
      if (sort === "list") await this.hands.chooses(field, value);
      else if (sort === "radio") await this.picks(name, value);
      else await this.hands.types(field, value);
    }
  }

  /** Presses the form's own button; answers whether it now waits for a second member. */
  async proposes() {
    await this.presses(/^Propose/);
    return new URL(this.page.url()).pathname === "/desk/record";
  }

  /** Approves what waits, as it is shown. */
  async publishes() {
    await this.opens("/desk/record");
    await this.presses(/^Approve and publish/);
    assert.deepEqual((await this.errors()).summary, [], "it was published");
  }
}

/** Somebody who looks at the exercise phones. */
export class Onlooker extends Person {
  /** Each phone's messages, newest first. */
  async phones() {
    await this.opens("/demo/phones");
    return this.readPhones();
  }

  async readPhones() {
    const seen = await this.page.locator("section.phone").evaluateAll((phones) =>
      phones.map((phone) => [
        phone.querySelector("h2").textContent.trim(),
        [...phone.querySelectorAll("li.lockscreen")].map((message) => ({
          title: message.querySelector("b").textContent.trim(),
          body: message.querySelectorAll("p")[1].textContent.trim(),
          href: message.querySelector("a").getAttribute("href"),
        })),
      ]),
    );
    return new Map(seen);
  }
}

/** Names of the phones that hold at least so many messages, sorted. */
export function heard(phones, atLeast = 1) {
  return [...phones].filter(([, messages]) => messages.length >= atLeast).map(([name]) => name).sort();
}
