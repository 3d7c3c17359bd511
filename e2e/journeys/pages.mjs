// The pages: accessible, narrow enough, with their headers, and photographed when asked to.

import assert from "node:assert/strict";
import { NARROW, WIDE, audit, picture } from "../audit.mjs";
import { tell } from "../story.mjs";
import { complaintsAboutHeaders } from "../watch.mjs";

const STILL = ["/", "/report", "/receipt", "/alerts", "/rights", "/rights/street", "/rights/work?lang=es", "/subscribe", "/record", "/record/charts", "/record/map", "/corrections", "/about", "/log", "/demo/phones", "/nowhere"];

/** Stations of the story that are photographed, and how. */
const PICTURES = new Map([
  ["receipt", {}],
  ["queue", { dark: true }],
  ["incident", {}],
  ["compose", {}],
  ["alert-live", { dark: true }],
  ["alert-over", {}],
  ["phones", {}],
  ["record", {}],
]);

/** The pages of the scenarios that stand in a demo's record, as a reader finds them. */
async function scenarios(page, town) {
  const answer = await page.request.get(`${town.address}/api/v1/incidents`);
  const entered = (await answer.json()).items.filter((item) => item.approved_by === "import");
  assert.equal(entered.length, 2, "both scenarios stand in the record");
  return entered.map((item) => ({ path: `/record/${item.incident}`, year: item.when.edtf[0].slice(0, 4), size: item.lines.at(-1).index }));
}

export const journeys = [
  {
    name: "every_still_page_is_accessible_and_fits",
    async run({ town, browse, screens }) {
      const page = await (await browse({})).newPage();
      const complaints = [];
      for (const path of STILL) {
        await page.goto(town.address + path);
        await audit(page, path).catch((error) => complaints.push(error.message));
      }
      const entered = await scenarios(page, town);
      for (const { path, size } of entered) {
        for (const at of [path, `${path}?asof=${size}`]) {
          await page.goto(town.address + at);
          await audit(page, at).catch((error) => complaints.push(error.message));
        }
      }
      await page.goto(`${town.address}/report`);
      await page.locator('button[name="go"][value="next"]').click();
      await audit(page, "/report with errors").catch((error) => complaints.push(error.message));
      assert.deepEqual(complaints, []);
      if (screens) {
        await page.goto(`${town.address}/`);
        await picture(page, "home");
        await page.goto(`${town.address}/report`);
        await picture(page, "report");
        await page.goto(`${town.address}/rights/street`);
        await picture(page, "rights");
        for (const { path, year } of entered) {
          await page.goto(town.address + path);
          await picture(page, `record-${year}`, year === "2017" ? {} : { sizes: [WIDE] });
        }
        await page.goto(`${town.address}/corrections`);
        await picture(page, "corrections", { sizes: [NARROW] });
      }
    },
  },
  {
    name: "every_page_of_the_story_is_accessible_and_fits",
    async run({ town, browse, screens }) {
      const complaints = [];
      await tell({
        town,
        browse,
        scripts: true,
        async at(name, page) {
          const size = page.viewportSize();
          await audit(page, name).catch((error) => complaints.push(error.message));
          const how = PICTURES.get(name);
          if (screens && how) {
            await picture(page, name);
            if (how.dark) await picture(page, name, { sizes: [name === "queue" ? WIDE : NARROW], dark: true });
          }
          await page.setViewportSize(size);
        },
      });
      assert.deepEqual(complaints, []);
    },
  },
  {
    name: "every_public_page_carries_its_headers_and_no_cookie",
    async run({ town, browse }) {
      const context = await browse({});
      const complaints = [];
      for (const path of [...STILL, "/assets/handbell.css", "/sw.js", "/api/v1/openapi.json"]) {
        const answer = await context.request.get(town.address + path);
        if (path !== "/nowhere" && answer.status() !== 200) complaints.push(`${path}: ${answer.status()}`);
        complaints.push(...complaintsAboutHeaders(path, answer.headers()));
      }
      assert.deepEqual(complaints, []);
      assert.deepEqual(await context.cookies(), [], "the public holds no cookie");
    },
  },
];
