// Audit: accessibility and fit of the page that is open now, narrow and wide, light and dark.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const NARROW = { width: 320, height: 640 };
export const WIDE = { width: 1280, height: 800 };

/** Runs axe and looks for sideways scrolling in all four shapes. */
export async function audit(page, name) {
  const complaints = [];
  for (const size of [NARROW, WIDE]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const at = `${name} ${size.width} ${colorScheme}`;
      const root = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      if (root[0] > root[1]) complaints.push(`${at}: scrolls sideways, ${root[0]} in ${root[1]}`);
      // Evaluated by the browser's own door, which a page's policy does not bind.
      await page.evaluate(`globalThis.auditing = true; ${AXE}`);
      const violations = await page.evaluate(async () => {
        const found = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
      });
      complaints.push(...violations.map((words) => `${at}: ${words}`));
      await page.evaluate(() => {
        globalThis.auditing = false;
      });
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  if (complaints.length > 0) throw new assert.AssertionError({ message: complaints.join("\n") });
}

/** Writes a picture of the whole page to docs/screens. */
export async function picture(page, name, { sizes = [NARROW, WIDE], dark = false } = {}) {
  const folder = new URL("../docs/screens/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
    // A window as high as the page, so that what is fixed to the window's edges reaches the end.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: size.width, height });
    const file = new URL(`${name}-${size.width}${dark ? "-dark" : ""}.png`, folder);
    await page.screenshot({ path: file.pathname, fullPage: true, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}
