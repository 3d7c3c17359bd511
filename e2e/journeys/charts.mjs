// The record seen: charts with and without scripts, the map drawn by the vendored program, a page on paper.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { NARROW, WIDE, audit } from "../audit.mjs";
import { pmtiles } from "../pmtiles.mjs";
import { watch } from "../watch.mjs";

/** Where pictures go that nobody commits; a person looks at them. */
const SEEN = process.env.HANDBELL_SEEN;
/** A page of the record, plain, without its style and without the map. */
const PAGE_BYTES_MAX = 50_000;

async function seen(page, name) {
  if (!SEEN) return;
  mkdirSync(SEEN, { recursive: true });
  await page.screenshot({ path: `${SEEN}/${name}.png`, fullPage: true, animations: "disabled" });
}

/** The incidents of a demo's record. */
async function incidents(page, town) {
  return (await (await page.request.get(`${town.address}/api/v1/incidents`)).json()).items;
}

/** Draws with the processor alone, as a machine without a graphics card does. */
const drawing = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

export const journeys = [
  {
    // PROMISE whole-without-scripts
    name: "the_charts_say_the_same_as_their_tables_with_and_without_scripts",
    async run({ town, browse }) {
      const bare = await (await browse({ javaScriptEnabled: false, viewport: NARROW })).newPage();
      await bare.goto(`${town.address}/record`);
      await bare.getByRole("link", { name: "The record in numbers" }).click();
      assert.match(await bare.locator("main").innerText(), /not how often it happened/);
      const drawings = bare.locator("svg.chart");
      assert.ok((await drawings.count()) >= 3, "there is something to see");
      for (const one of await drawings.all()) {
        const { x, width } = await one.boundingBox();
        assert.ok(x >= 0 && x + width <= NARROW.width, "a drawing fits the narrowest screen");
        const title = await one.locator("title").textContent();
        assert.equal(await bare.getByRole("img", { name: title }).count(), 1, `${title} is told to whoever does not see it`);
      }
      // Every number that the drawing of districts tells stands in its table, which opens without scripts.
      const districts = bare.locator("#districts");
      await districts.locator("summary").click();
      const told = (await districts.locator("desc").textContent()).replace(/\.$/, "").split("; ");
      const rows = await districts.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim()).join(": ")));
      assert.deepEqual(rows, told);
      await seen(bare, "charts-320");

      const page = await (await browse({ viewport: WIDE })).newPage();
      await page.goto(`${town.address}/record/charts`);
      assert.equal(await page.locator("main").innerText(), await scriptless(bare, town), "scripts change nothing");
      await audit(page, "/record/charts");
      for (const summary of await page.locator("summary").all()) await summary.click();
      await audit(page, "/record/charts with its tables");
      await page.emulateMedia({ colorScheme: "dark" });
      await seen(page, "charts-dark");
    },
  },
  {
    name: "the_map_is_a_list_and_draws_itself_when_it_is_asked_to",
    async run({ town, browse }) {
      const bare = await (await browse({ javaScriptEnabled: false, viewport: NARROW })).newPage();
      await bare.goto(`${town.address}/record/map`);
      assert.equal(await bare.getByRole("button", { name: "Draw the map" }).count(), 0, "no button that does nothing");
      assert.match(await bare.locator("main").innerText(), /Peckham[^]*2 incidents|Peckham[^]*1 incident/);
      await seen(bare, "map-320-bare");

      const browser = await drawing();
      try {
        const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", viewport: WIDE });
        const well = await watch(context, town.address);
        const page = await context.newPage();
        const loaded = [];
        page.on("response", (response) => loaded.push(new URL(response.url()).pathname));
        await page.goto(`${town.address}/record/map`);
        await audit(page, "/record/map");
        assert.ok(!loaded.some((path) => path.startsWith("/assets/vendor/")), "nothing of the map is loaded before somebody wants it");
        await page.setViewportSize(WIDE);
        const draw = page.getByRole("button", { name: "Draw the map" });
        await draw.focus();
        await page.keyboard.press("Enter");
        await page.locator('[data-drawn="yes"]').waitFor({ timeout: 60_000 });
        assert.ok(loaded.includes("/assets/vendor/maplibre-gl-worker.mjs"), `the worker is ours: ${loaded}`);
        const canvas = page.locator("[data-sheet] canvas");
        assert.ok(await canvas.evaluate((one) => one === document.activeElement), "the keyboard is on the map");
        const before = await canvas.screenshot();
        assert.ok(new Set(before).size > 64, "something is drawn");
        await seen(page, "map-light");
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction((was) => document.querySelector("[data-said]")?.textContent !== was, "");
        await page.getByRole("button", { name: "Closer" }).click();
        await page.getByRole("button", { name: "Everything" }).click();
        await audit(page, "/record/map drawn");
        await page.setViewportSize(NARROW);
        await seen(page, "map-320");
        await well();

        const dark = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", viewport: WIDE, colorScheme: "dark" });
        const night = await dark.newPage();
        await night.goto(`${town.address}/record/map`);
        await night.getByRole("button", { name: "Draw the map" }).click();
        await night.locator('[data-drawn="yes"]').waitFor({ timeout: 60_000 });
        await seen(night, "map-dark");
      } finally {
        await browser.close();
      }
    },
  },
  {
    name: "the_map_draws_the_groups_own_streets_in_pieces",
    town: { live: ["Amina"] },
    async run({ town }) {
      writeFileSync(join(town.group, "map.pmtiles"), pmtiles("roads"));
      const browser = await drawing();
      try {
        const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", viewport: WIDE });
        const well = await watch(context, town.address);
        const page = await context.newPage();
        const pieces = [];
        page.on("response", (response) => {
          if (response.url().endsWith("/record/streets.pmtiles")) pieces.push(response.status());
        });
        await page.goto(`${town.address}/record/map`);
        await page.getByRole("button", { name: "Draw the map" }).click();
        await page.locator('[data-drawn="yes"]').waitFor({ timeout: 60_000 });
        assert.ok(pieces.length >= 1 && pieces.every((status) => status === 206), `in pieces: ${pieces}`);
        await seen(page, "map-streets");
        await well();
      } finally {
        await browser.close();
      }
    },
  },
  {
    name: "a_map_without_readable_streets_is_drawn_and_says_so",
    town: { live: ["Amina"] },
    async run({ town }) {
      // A file cut off in the middle, as a full disk leaves it.
      const streets = pmtiles("roads");
      writeFileSync(join(town.group, "map.pmtiles"), streets.subarray(0, streets.length - 100));
      const browser = await drawing();
      try {
        const page = await (await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", viewport: NARROW })).newPage();
        await page.goto(`${town.address}/record/map`);
        await page.getByRole("button", { name: "Draw the map" }).click();
        await page.locator('[data-drawn="yes"]').waitFor({ timeout: 60_000 });
        await page.getByText("The streets of this group could not be read and are missing.").waitFor();
      } finally {
        await browser.close();
      }
    },
  },
  {
    name: "the_record_is_light_and_stands_on_paper",
    async run({ town, browse }) {
      const page = await (await browse({ viewport: WIDE })).newPage();
      const all = (await incidents(page, town)).map((one) => `/record/${one.incident}`);
      for (const path of ["/record", "/record/charts", "/record/map", "/corrections", ...all]) {
        const body = await (await page.request.get(town.address + path)).body();
        assert.ok(body.length <= PAGE_BYTES_MAX, `${path} weighs ${body.length} bytes`);
      }
      for (const path of all) {
        await page.goto(town.address + path);
        const stands = page.getByRole("heading", { name: "Where each publisher stands" });
        assert.equal(await stands.count(), 1, "where each publisher stands");
        await seen(page, `record-${all.indexOf(path)}`);
        const more = page.getByRole("link", { name: /^All \d+ (claims|entries|changes)/ }).first();
        if (await more.count()) {
          await more.click();
          await audit(page, `a list of ${path}`);
          await page.getByRole("link", { name: "Back to the page" }).click();
          assert.equal(new URL(page.url()).pathname, path);
        }
        const paper = await page.pdf({ format: "A4" });
        assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
        if (SEEN) writeFileSync(`${SEEN}/record-${all.indexOf(path)}.pdf`, paper);
        await page.emulateMedia({ media: "print" });
        assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
        assert.equal(await page.locator(".tabs").isVisible(), false, "paper has no tabs");
        await page.emulateMedia({ media: null });
      }
      await page.goto(`${town.address}/record/charts`);
      await page.emulateMedia({ media: "print" });
      assert.ok(await page.locator("#districts table").isVisible(), "a table that is folded on the screen stands on paper");
      await page.emulateMedia({ media: null });
      const paper = await page.pdf({ format: "A4" });
      if (SEEN) writeFileSync(`${SEEN}/charts.pdf`, paper);
    },
  },
];

/** The words of the charts without scripts, with every table folded as on the other page. */
async function scriptless(bare, town) {
  await bare.setViewportSize(WIDE);
  await bare.goto(`${town.address}/record/charts`);
  return bare.locator("main").innerText();
}
