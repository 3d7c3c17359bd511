// Give: a witness gives a film from a phone, with scripts over a broken line and without scripts by the plain form; and
// two clients of others, tus-js-client and tuspy, give one through a line that is cut again and again.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { NARROW, audit } from "../audit.mjs";
import { Witness, eventually } from "../people.mjs";

const MIB = 1024 * 1024;
const PYTHON = process.env.HANDBELL_TEST_TUSPY ?? "python3";

/** A film by its first box; no two bytes beside each other are alike. */
function film(bytes) {
  const film = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) film[at] = (Math.imul(at, 0x9e3779b1) >>> 24) & 0xff;
  film.write("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\0mdat", 0, "latin1");
  return film;
}

const digest = (bytes) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;

/** Files a report as a program does; gives its seven words. */
async function reports(town) {
  const kinds = await (await fetch(`${town.address}/api/v1/openapi.json`)).json();
  const report = { ...kinds.paths["/api/v1/reports"].post.requestBody.content["application/json"].example };
  const answer = await fetch(`${town.address}/api/v1/reports`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(report) });
  assert.equal(answer.status, 201);
  return (await answer.json()).receipt;
}

/** A line to the town that hangs up after so many bytes, again and again, and then no more. */
async function brokenLine(town, { cuts, after }) {
  const { port, hostname } = new URL(town.address);
  let made = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let passed = 0;
    const hangUp = () => (near.destroy(), far.destroy());
    near.on("data", (bytes) => {
      passed += bytes.length;
      far.write(bytes);
      if (passed > after && made < cuts) {
        made += 1;
        hangUp();
      }
    });
    far.on("data", (bytes) => near.write(bytes));
    for (const socket of [near, far]) socket.on("error", hangUp).on("close", hangUp);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, made: () => made, end: () => server.close() };
}

/** What the town itself says of an upload. */
async function standing(town, url) {
  const answer = await fetch(town.address + new URL(url).pathname, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  assert.equal(answer.status, 200);
  return answer.headers;
}

async function opensTheLink({ town, browse, scripts }) {
  const context = await browse({ viewport: NARROW, javaScriptEnabled: scripts });
  const witness = new Witness(await context.newPage(), town.address);
  const words = await reports(town);
  await witness.looksUp(words);
  await witness.presses(/^Give photos/);
  await witness.page.waitForURL("**/footage/*");
  return { context, witness, words };
}

export const journeys = [
  {
    name: "a_witness_gives_a_film_over_a_broken_line",
    async run({ town, browse }) {
      const { context, witness } = await opensTheLink({ town, browse, scripts: true });
      await audit(witness.page, "give");
      await witness.page.setViewportSize(NARROW);
      let broken = 0;
      await context.route("**/footage/uploads/*", (route) => {
        if (route.request().method() === "PATCH" && broken < 2) {
          broken += 1;
          return route.abort("connectionreset");
        }
        return route.continue();
      });
      await witness.picks("wish", "lawyer");
      await witness.types("#claimed", "today, about nine");
      await witness.page.setInputFiles("#file", { name: "film.mp4", mimeType: "video/mp4", buffer: film(5 * MIB + 7) });
      await witness.page.getByRole("button", { name: "Give it" }).click();
      await eventually(async () => /Video \(MP4\)/.test(await witness.text()), "the film is kept", 60_000);
      assert.equal(broken, 2);
      await audit(witness.page, "give, given");
      const given = witness.page.locator("li", { hasText: "Video (MP4)" });
      assert.equal(await given.locator("input[name=wish]:checked").inputValue(), "lawyer");
      // Nothing of the choice is cut off on a small screen: each stands whole in its row.
      await witness.page.setViewportSize(NARROW);
      const rows = await given.locator(".pick label").evaluateAll((all) => all.map((row) => [row.scrollWidth, row.clientWidth, row.getBoundingClientRect().right]));
      assert.equal(rows.length, 2, "the one that was chosen, and less");
      for (const [whole, seen, right] of rows) assert.ok(whole <= seen && right <= NARROW.width, `${whole} in ${seen}, up to ${right}`);
      const stored = await witness.page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length);
      assert.equal(stored, 0, "nothing of it stays in this browser");

      await witness.page.setInputFiles("#file", { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.from("<!doctype html><script>alert(1)</script>") });
      await witness.page.getByRole("button", { name: "Give it" }).click();
      await eventually(async () => /made of markup/.test(await witness.text()), "a page is refused in words");
    },
  },
  {
    name: "a_witness_gives_a_film_without_scripts_changes_the_wish_and_takes_it_away",
    async run({ town, browse }) {
      const { witness, words } = await opensTheLink({ town, browse, scripts: false });
      await witness.page.setInputFiles("#file", { name: "film.mp4", mimeType: "video/mp4", buffer: film(2 * MIB) });
      await witness.picks("wish", "public");
      await witness.presses("Give it");
      assert.match(await witness.text(), /Video \(MP4\)/);
      const given = witness.page.locator("li", { hasText: "Video (MP4)" });
      await witness.picks("wish", "lawyer", given);
      await witness.presses("Change it", given);
      assert.equal(await given.locator("input[name=wish]:checked").inputValue(), "lawyer");
      assert.equal(await given.locator("input[value=public]").count(), 0, "by the link less, and not more");
      await witness.presses("Give it");
      assert.deepEqual(await witness.wrongFields(), ["file"]);

      await witness.looksUp(words);
      await witness.presses(/^Take it away/);
      assert.match(await witness.text(), /Take this file away\?/);
      await witness.presses("Keep the file");
      assert.match(await witness.text(), /Kept\. Nothing was changed\.[^]*Video \(MP4\)/);
      await witness.presses(/^Take it away/);
      await witness.presses("Yes, take it away");
      assert.match(await witness.text(), /Taken away, with every copy of it\./);
      assert.doesNotMatch(await witness.text(), /Video \(MP4\)/);
    },
  },
  {
    name: "tus_js_client_gives_a_film_through_a_line_that_is_cut",
    async run({ town }) {
      const { Upload } = await import("tus-js-client");
      const bytes = film(8 * MIB + 3);
      const line = await brokenLine(town, { cuts: 20, after: 600_000 });
      const receipt = (await reports(town)).replaceAll(" ", ".");
      const url = await new Promise((done, failed) => {
        const upload = new Upload(bytes, {
          endpoint: `${line.address}/api/v1/footage`,
          headers: { Authorization: `Receipt ${receipt}`, "Repr-Digest": digest(bytes) },
          metadata: { filename: "film.mp4", wish: "public" },
          retryDelays: Array(60).fill(50),
          onError: failed,
          onSuccess: () => done(upload.url),
        });
        upload.start();
      });
      line.end();
      const headers = await standing(town, url);
      assert.equal(headers.get("repr-digest"), digest(bytes));
      return `${line.made()} cuts`;
    },
  },
  {
    name: "tuspy_gives_a_film_through_a_line_that_is_cut",
    missing() {
      try {
        execFileSync(PYTHON, ["-c", "import tusclient"], { stdio: "ignore" });
        return null;
      } catch {
        return "no Python with tuspy; HANDBELL_TEST_TUSPY names one";
      }
    },
    async run({ town }) {
      const folder = mkdtempSync(join(tmpdir(), "handbell-give-"));
      const [path, bytes] = [join(folder, "film.mp4"), film(4 * MIB + 3)];
      writeFileSync(path, bytes);
      const line = await brokenLine(town, { cuts: 8, after: 300_000 });
      const receipt = (await reports(town)).replaceAll(" ", ".");
      const program = fileURLToPath(new URL("../foreign/give.py", import.meta.url));
      const { stdout } = await promisify(execFile)(PYTHON, ["-B", program, `${line.address}/api/v1/footage`, receipt, path]);
      line.end();
      rmSync(folder, { recursive: true, force: true });
      const headers = await standing(town, stdout.trim());
      assert.equal(headers.get("repr-digest"), digest(bytes));
      return `${line.made()} cuts`;
    },
  },
];
