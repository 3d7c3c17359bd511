// Runs the journeys in Debian's Chromium. No test runner: a journey is a name and a function.
//
//   node run.mjs                 all journeys
//   node run.mjs WORD            those with WORD in their name
//   node run.mjs --screens       also writes docs/screens/*.png
//
// CHROMIUM and FIREFOX name other browsers, HANDBELL_BIN another handbell. Each journey gets a demo of its own. One
// that misses a program says so and is skipped by its name; with HANDBELL_REQUIRE_TEST_DATA=1 it fails instead.

import { chromium } from "playwright-core";
import { journeys as alone } from "./journeys/alone.mjs";
import { journeys as chart } from "./journeys/chart.mjs";
import { journeys as charts } from "./journeys/charts.mjs";
import { journeys as correct } from "./journeys/correct.mjs";
import { journeys as desk } from "./journeys/desk.mjs";
import { journeys as dispatch } from "./journeys/dispatch.mjs";
import { journeys as draw } from "./journeys/draw.mjs";
import { journeys as drill } from "./journeys/drill.mjs";
import { journeys as firefox } from "./journeys/firefox.mjs";
import { journeys as flood } from "./journeys/flood.mjs";
import { journeys as footage } from "./journeys/footage.mjs";
import { journeys as give } from "./journeys/give.mjs";
import { journeys as longer } from "./journeys/longer.mjs";
import { journeys as outcomes } from "./journeys/outcomes.mjs";
import { journeys as pages } from "./journeys/pages.mjs";
import { journeys as people } from "./journeys/people.mjs";
import { journeys as prove } from "./journeys/prove.mjs";
import { journeys as reading } from "./journeys/reading.mjs";
import { journeys as reply } from "./journeys/reply.mjs";
import { journeys as samples } from "./journeys/samples.mjs";
import { journeys as search } from "./journeys/search.mjs";
import { journeys as signed } from "./journeys/signed.mjs";
import { journeys as street } from "./journeys/street.mjs";
import { journeys as title } from "./journeys/title.mjs";
import { journeys as wishes } from "./journeys/wishes.mjs";
import { journeys as witness } from "./journeys/witness.mjs";
import { startTown } from "./town.mjs";
import { watch } from "./watch.mjs";

const ALONE_WITHIN_MILLISECONDS = 300_000;
const words = process.argv.slice(2);
const screens = words.includes("--screens");
const wanted = words.filter((word) => !word.startsWith("--"));
const chosen = [...street, ...give, ...longer, ...alone, ...flood, ...footage, ...witness, ...wishes, ...title, ...pages, ...samples, ...chart, ...charts, ...correct, ...search, ...prove, ...reading, ...reply, ...desk, ...dispatch, ...draw, ...drill, ...outcomes, ...people, ...signed, ...firefox].filter((journey) => wanted.every((word) => journey.name.includes(word)));

// Nothing of the browser may speak to the outside, not even to look for updates.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

let passed = 0;
let failed = 0;
for (const journey of chosen) {
  const missing = journey.missing?.();
  if (missing && process.env.HANDBELL_REQUIRE_TEST_DATA !== "1") {
    console.log(`skipped ${journey.name}: ${missing}`);
    continue;
  }
  const since = performance.now();
  let town;
  const contexts = [];
  try {
    // A journey of the worker alone brings a site of its own.
    town = journey.town === null ? null : await startTown(journey.town);
    const allWell = [];
    const browse = async (options = {}) => {
      const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options });
      contexts.push(context);
      allWell.push(await watch(context, town.address));
      return context;
    };
    let late;
    const limit = new Promise((_, fail) => {
      late = setTimeout(() => fail(new Error("the journey took too long")), ALONE_WITHIN_MILLISECONDS);
    });
    const note = await Promise.race([journey.run({ town, browse, browser, screens }), limit]).finally(() => clearTimeout(late));
    for (const well of allWell) await well();
    passed += 1;
    console.log(`ok ${journey.name} (${Math.round(performance.now() - since)} ms)${note ? `: ${note}` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${journey.name}\n${String(error.stack ?? error).replace(/^/gm, "  ")}`);
    for (const context of contexts) for (const page of context.pages()) console.log(`  open: ${page.url()} "${await page.title().catch(() => "?")}"`);
    const operator = town?.operatorReads().trim();
    if (operator) console.log(operator.replace(/^/gm, "  server: "));
  } finally {
    for (const context of contexts) await context.close().catch(() => {});
    await town?.end();
  }
}
await browser.close();
console.log(`e2e: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
