// Hands: how a person works a page, with a mouse or with the keyboard alone.
//
// PROMISE the-desk-by-keyboard: whoever has no mouse does the same deeds. The keyboard's hands press Tab until
// they stand where they want to be, so a control that Tab does not reach, a ring that nobody sees and a control
// that hides under another each end the journey. They never move the focus by script.

import assert from "node:assert/strict";

const WAIT_MILLISECONDS = 15_000;
const SEEN_WITHIN_MILLISECONDS = 2_000;
/** More than the stops of any page, so that a lost focus ends. */
const STOPS_MAX = 400;
/** Stops inside one field for a day or a time. */
const DATE_STOPS_MAX = 6;

/** What a page can be asked about the element that holds the focus. Runs in the page. */
export function standing(wanted) {
  const at = document.activeElement;
  if (!at || at === document.body) return { there: false, nowhere: true };
  const label = at.labels?.[0];
  const ringed = [at, label].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  // In the middle of its first line of boxes, so that a link over two lines is asked where it is.
  const boxes = [at, label].filter(Boolean).flatMap((one) => [...one.getClientRects()]).filter((box) => box.width > 1 && box.height > 1);
  const open = boxes.some((box) => {
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return top !== null && (at.contains(top) || Boolean(label?.contains(top)));
  });
  const sameGroup = wanted && at.type === "radio" && wanted.type === "radio" && at.name === wanted.name && at.form === wanted.form;
  return { there: at === wanted, group: Boolean(sameGroup), ringed, open, html: at.outerHTML.slice(0, 160) };
}

/**
 * What stands under the focus now. A browser scrolls to a new focus with its next frame, so that what is not
 * seen is looked at again until it is, for a moment.
 */
async function seen(page, wanted) {
  const until = Date.now() + SEEN_WITHIN_MILLISECONDS;
  for (;;) {
    const found = await page.evaluate(standing, wanted);
    if (!(found.there || found.group) || (found.ringed && found.open) || Date.now() > until) return found;
    await new Promise((again) => setTimeout(again, 10));
  }
}

/** Whoever has a mouse. */
export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async presses(control) {
    await control.click();
    await this.page.waitForLoadState("load");
  }

  async works(control) {
    await control.click();
  }

  async opens(part) {
    await this.works(part.locator("summary").first());
  }

  async types(field, words) {
    await field.fill(words);
  }

  async chooses(list, option) {
    await list.selectOption(option);
  }

  async picks(input) {
    if (!(await input.isChecked())) await this.page.locator(`label[for="${await input.getAttribute("id")}"]`).click();
  }

  async drops(box) {
    await box.uncheck({ force: true });
  }
}

/** Whoever has a keyboard and nothing else. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Presses Tab until the focus is on `control`, or on the radio group that it belongs to. */
  async reaches(control) {
    const wanted = await control.elementHandle();
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      const found = await seen(this.page, wanted);
      if (found.there || found.group) {
        assert.ok(found.ringed, `${this.page.url()}: the focus is seen on ${found.html}`);
        assert.ok(found.open, `${this.page.url()}: nothing lies over ${found.html}`);
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${this.page.url()}: Tab does not reach ${await wanted.evaluate((one) => one.outerHTML.slice(0, 160))}`);
  }

  /** Enter on a link or a button that leads to another page. */
  async presses(control) {
    await this.reaches(control);
    // A page that is left takes its marks with it.
    await this.page.evaluate(() => (globalThis.stoodHere = true));
    await this.page.keyboard.press("Enter");
    const until = Date.now() + WAIT_MILLISECONDS;
    const stays = () => this.page.evaluate(() => Boolean(globalThis.stoodHere)).catch(() => true);
    while (await stays()) assert.ok(Date.now() < until, `${this.page.url()}: Enter leads nowhere`);
    await this.page.waitForLoadState("load");
  }

  /** Enter on a control that works on the page it stands on. */
  async works(control) {
    await this.reaches(control);
    await this.page.keyboard.press("Enter");
  }

  async opens(part) {
    await this.works(part.locator("summary").first());
  }

  async types(field, words) {
    await this.reaches(field);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(words);
  }

  /** The arrows, from the first line of the list on. */
  async chooses(list, option) {
    await this.reaches(list);
    const lines = await list.locator("option").evaluateAll((options) => options.map(({ value, label }) => ({ value, label })));
    const wanted = typeof option === "object" ? option.label : option;
    const exact = lines.filter(({ value, label }) => value === wanted || label === wanted);
    assert.equal(exact.length > 0, true, `${this.page.url()}: ${wanted} is in the list`);
    await this.page.keyboard.press("Home");
    for (let line = 0; line < lines.length; line += 1) {
      if ((await list.inputValue()) === exact[0].value) return;
      await this.page.keyboard.press("ArrowDown");
    }
    assert.equal(await list.inputValue(), exact[0].value, `${this.page.url()}: the arrows reach ${wanted}`);
  }

  async picks(input) {
    await this.reaches(input);
    if (await input.isChecked()) return;
    if ((await input.getAttribute("type")) === "checkbox") return this.page.keyboard.press("Space");
    if (await this.page.evaluate((one) => document.activeElement === one, await input.elementHandle())) await this.page.keyboard.press("Space");
    for (let arrow = 0; arrow < STOPS_MAX && !(await input.isChecked()); arrow += 1) await this.page.keyboard.press("ArrowDown");
  }

  async drops(box) {
    await this.reaches(box);
    if (await box.isChecked()) await this.page.keyboard.press("Space");
  }
}

/**
 * Walks a page, all that is folded away opened, from its first stop to its last by Tab, and answers with what was wrong: a control that is seen
 * and not reached, one out of its order, a ring that is not seen, something that lies over the focus, a trap.
 */
export async function stroll(page) {
  await page.evaluate(() => {
    // A walk before this one may have come round to the first stop: begin at the very top again.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    const seen = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && one.getClientRects().length > 0;
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], [tabindex='0']")];
    const stops = all.filter((one) => !one.disabled && one.tabIndex >= 0 && seen(one));
    // Of a group of radios one is a stop: the chosen one, else the first.
    globalThis.stops = stops.filter((one) => {
      if (one.type !== "radio") return true;
      const group = stops.filter((other) => other.type === "radio" && other.name === one.name && other.form === one.form);
      return one === (group.find((other) => other.checked) ?? group[0]);
    });
    globalThis.scrollTo(0, 0);
  });
  const wanted = await page.evaluate(() => globalThis.stops.length);
  const wrong = [];
  // A field for a day has stops of its own inside: day, month, year and the calendar; so has what plays a recording.
  const within = (last) => page.evaluate((number) => {
    const one = globalThis.stops[number];
    const holds = ["date", "time", "datetime-local"].includes(one?.type) || one?.localName === "audio";
    return holds && document.activeElement === one;
  }, last);
  const tab = async (last) => {
    await page.keyboard.press("Tab");
    for (let inside = 0; inside < DATE_STOPS_MAX && (await within(last)); inside += 1) await page.keyboard.press("Tab");
  };
  for (let stop = 0; stop < wanted; stop += 1) {
    await tab(stop - 1);
    const handle = await page.evaluateHandle((number) => globalThis.stops[number], stop);
    const found = await seen(page, handle);
    if (!found.there) {
      wrong.push(`stop ${stop + 1} of ${wanted} is ${await handle.evaluate((one) => one.outerHTML.slice(0, 160))}, Tab stands on ${found.html ?? "nothing"}`);
      return wrong;
    }
    if (!found.ringed) wrong.push(`no ring is seen on ${found.html}`);
    if (!found.open) wrong.push(`something lies over ${found.html}`);
  }
  await tab(wanted - 1);
  const first = await page.evaluate(() => document.activeElement === document.body || document.activeElement === globalThis.stops[0]);
  if (wanted > 0 && !first) wrong.push("after the last stop the focus does not leave the page");
  return wrong;
}
