// The samples: every page of the site with every state it has, audited without a server behind it.
//
// The stories open the pages they pass; the rest (errors, empty lists, a broken trail, a card that ran out)
// are drawn by the site's own samples and answered here from a folder.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { NARROW, WIDE, audit } from "../audit.mjs";
import { stroll } from "../hands.mjs";

const SAMPLES = process.env.HANDBELL_SAMPLES ?? new URL("../../target/debug/examples/samples", import.meta.url).pathname;
const OF_THE_BODY = new Set(["content-type", "content-length", "content-encoding", "etag", "link"]);
const TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".webmanifest", "application/manifest+json"],
]);
/** The two halves of the site; fewer pages than these would mean that some went missing. */
const HALVES = [
  { half: "public", pagesMin: 75, holds: (name) => !name.startsWith("desk-") },
  { half: "desk", pagesMin: 85, holds: (name) => name.startsWith("desk-") },
];

/** Draws the samples and answers them as the server would send them; opens each of one half and looks at it. */
async function eachSample({ town, browse }, { pagesMin, holds }, look) {
  const folder = mkdtempSync(join(tmpdir(), "handbell-samples-"));
  try {
    execFileSync(SAMPLES, [folder]);
    const page = await (await browse()).newPage();
    // The policy binds the samples too.
    const sent = (await page.request.get(`${town.address}/`)).headers();
    const headers = Object.fromEntries(Object.entries(sent).filter(([name]) => !OF_THE_BODY.has(name)));
    await page.route(`${town.address}/**`, (route) => {
      const path = join(folder, new URL(route.request().url()).pathname);
      // A stream of news answers that there is none.
      return existsSync(path) ? route.fulfill({ path, headers: { ...headers, "content-type": TYPES.get(extname(path)) } }) : route.fulfill({ status: 204 });
    });
    const names = readdirSync(folder).filter((name) => name.endsWith(".html") && holds(name));
    assert.ok(names.length >= pagesMin, `${names.length} samples`);
    const complaints = [];
    for (const name of names) {
      await page.goto(`${town.address}/${name}`);
      // What draws on a film asks for one script more before it stands there.
      await page.waitForFunction(() => !document.querySelector("[data-piece=draw][hidden]"));
      complaints.push(...(await look(page, name)));
    }
    assert.deepEqual(complaints, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const audited = (page, name) => audit(page, name).then(() => [], (error) => [error.message]);

async function walked(page, name) {
  const wrong = [];
  for (const size of [NARROW, WIDE]) {
    await page.setViewportSize(size);
    wrong.push(...(await stroll(page)).map((words) => `${name} ${size.width}: ${words}`));
  }
  return wrong;
}

export const journeys = HALVES.flatMap((of) => [
  { name: `every_sample_of_every_${of.half}_page_is_accessible_and_fits`, run: (stage) => eachSample(stage, of, audited) },
  {
    // PROMISE the-desk-by-keyboard
    name: `tab_walks_every_sample_of_every_${of.half}_page_in_order_with_a_ring_that_is_seen`,
    run: (stage) => eachSample(stage, of, walked),
  },
]);
