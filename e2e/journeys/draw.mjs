// Draw: boxes are drawn on a picture with a finger on a phone, on a film with the keyboard alone, and typed where there
// are no scripts. Each ends in the copy that was burnt, whose pixels under the boxes a second member's browser counts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { deflateSync, crc32 } from "node:zlib";
import { NARROW, WIDE, audit } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Member, eventually } from "../people.mjs";

const DEVELOPED_WITHIN_MILLISECONDS = 120_000;
/** Lightness of a pixel of fill, after JPEG and film. */
const FILL_MOST = 24;
/** Lightness of every pixel of what the witness gave. */
const LIGHT_LEAST = 90;

/** A picture in which every part is light and no two are alike. */
function picture(width, height) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width * 3; x += 1) rows[y * (width * 3 + 1) + 1 + x] = 130 + (((x >> 4) * 37 + (y >> 4) * 101) % 110);
  }
  const part = (kind, body) => {
    const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), part("IHDR", head), part("IDAT", deflateSync(rows)), part("IEND", Buffer.alloc(0))]);
}

/** A light film of so many seconds. */
function film(seconds) {
  const light = `testsrc2=size=320x180:rate=25:duration=${seconds},format=gray,lutyuv=y=150+val/4`;
  const out = ["-movflags", "frag_keyframe+empty_moov", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-f", "mp4", "pipe:1"];
  return execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", light, ...out], { maxBuffer: 1 << 26 });
}

/** A witness gives a file that may be shown in public, as a program does. */
async function gives(town, bytes) {
  const kinds = await (await fetch(`${town.address}/api/v1/openapi.json`)).json();
  const report = kinds.paths["/api/v1/reports"].post.requestBody.content["application/json"].example;
  const told = await fetch(`${town.address}/api/v1/reports`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(report) });
  const { receipt } = await told.json();
  const headers = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": String(bytes.length),
    "Upload-Metadata": `wish ${btoa("public")}`,
    Authorization: `Receipt ${receipt.replaceAll(" ", ".")}`,
    "Content-Type": "application/offset+octet-stream",
  };
  const given = await fetch(`${town.address}/api/v1/footage`, { method: "POST", headers, body: bytes });
  assert.equal(given.status, 201);
}

/** Amina opens the page of what was given, as soon as it can be looked at. */
async function opens({ town, browse }, bytes, { hands, ...options } = {}) {
  await gives(town, bytes);
  const context = await browse(options);
  const amina = new Member(await context.newPage(), town.address, hands);
  await amina.signsIn(town.links.get("Amina"));
  await amina.startsDuty();
  await eventually(async () => {
    await amina.opens("/desk/footage");
    return /Working copies are made/.test(await amina.text());
  }, "working copies are made", DEVELOPED_WITHIN_MILLISECONDS);
  await amina.follows(/^(Photo|Video) \(/);
  return amina;
}

/** The numbers of a row, as the form sends them. */
async function row(page, number) {
  const value = (part) => page.locator(`[name="box-${number}-${part}"]`).inputValue();
  return Promise.all(["left", "top", "width", "height"].map(async (part) => Number(await value(part))));
}

const near = (seen, wanted, off, what) => seen.forEach((value, which) => assert.ok(Math.abs(value - wanted[which]) <= off, `${what}: ${seen} is about ${wanted}`));

/** Lightest pixel within a place and darkest well outside it and all others, in hundredths, of the picture on the page at `src`. */
async function lightness(page, src, place, others) {
  return page.evaluate(async ({ src, place, others }) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const off = 13;
    const within = ([left, top, width, height], across, down, around) =>
      across > left - around && across < left + width + around && down > top - around && down < top + height + around;
    const seen = { under: 0, beside: 255, pixels: 0 };
    for (let y = 0; y < canvas.height; y += 1) {
      for (let x = 0; x < canvas.width; x += 1) {
        const [across, down] = [((x + 0.5) / canvas.width) * 100, ((y + 0.5) / canvas.height) * 100];
        const light = Math.max(...data.subarray((y * canvas.width + x) * 4, (y * canvas.width + x) * 4 + 3));
        if (within(place, across, down, 0)) {
          seen.pixels += 1;
          seen.under = Math.max(seen.under, light);
        } else if (![place, ...others].some((one) => within(one, across, down, off))) seen.beside = Math.min(seen.beside, light);
      }
    }
    return seen;
  }, { src, place, others });
}

/** Every frame on the page is there to be looked at. */
function framesAreThere(page) {
  const there = () => page.locator(".stills img").evaluateAll((all) => all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0));
  return eventually(there, "every frame is shown", 60_000);
}

/** On the page of a copy of which no frame came, none is marked as looked at. */
async function marksNothingUnseen(ben) {
  await ben.presses("I looked at each of these");
  const { summary } = await ben.errors();
  assert.match(summary.join(" "), /^Not every one of these frames was sent to you/);
  assert.match(await ben.text(), /Nobody has looked yet/);
  await audit(ben.page, "frames that were not sent");
  await ben.page.setViewportSize(WIDE);
}

/** Ben looks at every frame of what Amina drew, counts pixels where boxes are, and says that it is clear. */
async function isBurnt({ town, browse }, amina, places) {
  const path = new URL(amina.page.url()).pathname;
  assert.match(path, /^\/desk\/hidings\//, `it is drawn, not: ${await amina.text()}`);
  const ben = new Member(await (await browse()).newPage(), town.address);
  await ben.signsIn(town.links.get("Ben"));
  await ben.startsDuty();
  await ben.page.route("**/frames/*", (route) => route.abort());
  await eventually(async () => (await ben.opens(path)) === 200 && /It has \d+ frames/.test(await ben.text()), "it is burnt in", DEVELOPED_WITHIN_MILLISECONDS);
  await marksNothingUnseen(ben);
  await ben.page.unroute("**/frames/*");
  await ben.opens(path);
  for (const [frame, place, ...others] of places) {
    const seen = await lightness(ben.page, `${path}/frames/${frame}`, place, others);
    assert.ok(seen.pixels > 100 && seen.under <= FILL_MOST && seen.beside >= LIGHT_LEAST, `frame ${frame} under ${place}: ${JSON.stringify(seen)}`);
  }
  for (let looks = 0; looks < 40 && !/Nobody can be recognised/.test(await ben.text()); looks += 1) {
    await framesAreThere(ben.page);
    await ben.presses("I looked at each of these");
  }
  await framesAreThere(ben.page);
  await ben.presses("Nobody can be recognised in any frame");
  assert.match(await ben.text(), /found clear/);
}

/** One finger, through the browser's own door for touch, by points and, between them, looks. */
async function drags(page, from, ...to) {
  const line = await page.context().newCDPSession(page);
  const touch = (type, points) => line.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y, id: 1 })) });
  await touch("touchStart", [from]);
  for (const point of to) await (typeof point === "function" ? point() : touch("touchMove", [point]));
  await touch("touchEnd", []);
  await line.detach();
}

/** A point of the picture in hundredths, as the window counts. */
async function points(page) {
  await page.locator(".stage").scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator(".stage img").boundingBox();
  return (left, top) => [x + (width * left) / 100, y + (height * top) / 100];
}

export const journeys = [
  {
    name: "a_member_draws_on_a_picture_with_a_finger_and_what_is_under_it_is_gone",
    async run({ town, browse }) {
      const amina = await opens({ town, browse }, picture(640, 480), { viewport: NARROW, hasTouch: true });
      const { page } = amina;
      await page.locator(".stage").waitFor();
      assert.equal(await page.locator("details[data-piece=numbers]").getAttribute("open"), null, "the numbers are folded away");
      const fill = () => page.locator("[data-box]").first().evaluate((box) => getComputedStyle(box).backgroundColor);
      let at = await points(page);
      const pulled = () => eventually(async () => (await fill()) === "rgba(0, 0, 0, 0)", "a box that is being pulled is an outline");
      await drags(page, at(20, 30), at(30, 40), at(50, 70), pulled);
      near(await row(page, 1), [20, 30, 30, 40], 1.5, "drawn");
      await drags(page, at(35, 50), at(40, 45), at(55, 40));
      near(await row(page, 1), [40, 20, 30, 40], 2, "moved");
      const grip = await page.locator('[data-grip="se"]').boundingBox();
      const corner = [grip.x + grip.width / 2, grip.y + grip.height / 2];
      const [tenth] = [at(10, 0)[0] - at(0, 0)[0]];
      await drags(page, corner, [corner[0] - tenth, corner[1]]);
      near(await row(page, 1), [40, 20, 20, 40], 2, "made narrower");
      await drags(page, at(5, 5), at(10, 12), at(20, 15));
      near(await row(page, 2), [5, 5, 15, 10], 2, "a second box");
      await eventually(async () => /^Box 2: left/.test(await page.locator(".spoken").innerText()), "it is said in words");
      await audit(page, "draw, a picture");
      await page.setViewportSize(NARROW);
      const look = page.getByRole("button", { name: "Look under the boxes" });
      assert.equal(await fill(), "rgb(0, 0, 0)", "as it will be");
      await look.click();
      assert.equal(await fill(), "rgba(0, 0, 0, 0)", "an outline");
      await page.getByRole("button", { name: "Take the box away" }).click();
      assert.deepEqual(await row(page, 2), [0, 0, 0, 0]);
      at = await points(page);
      await drags(page, at(1, 90), at(5, 95), [at(20, 0)[0], at(0, 100)[1] + 40]);
      const last = await row(page, 2);
      near(last, [0, 90, 20, 10], 2, "a box at the edge ends there");
      const first = await row(page, 1), footage = new URL(page.url()).pathname;
      await amina.presses("Cover these");
      await isBurnt({ town, browse }, amina, [[0, first, last], [0, last, first]]);
      // Whoever draws it again begins with these boxes, on the picture and in the form.
      await amina.opens(footage);
      await page.locator("[data-box]").nth(1).waitFor();
      assert.deepEqual([await row(page, 1), await row(page, 2)], [first, last]);
      assert.match(await amina.text(), /Amina drew 2 boxes .* 2 of them stand in the form below as they were/);
      await audit(page, "draw, an earlier drawing");
      await page.setViewportSize(NARROW);
      assert.equal(await page.locator("[data-earlier]").count(), 2);
      at = await points(page);
      await drags(page, at(10, 95), at(15, 90), at(30, 80));
      await eventually(async () => (await page.locator("[data-earlier]").count()) === 1, "what is moved is hers");
    },
  },
  {
    name: "a_member_draws_on_a_film_by_keyboard_alone_and_the_box_moves_with_the_film",
    async run({ town, browse }) {
      const { at } = await import("../../site/scripts/cover.js");
      const amina = await opens({ town, browse }, film(2), { viewport: WIDE, hands: Keyboard });
      const { page, hands } = amina;
      const [box, moment] = [page.locator("[data-box]").first(), page.locator("#moment")];
      const shows = (words) => eventually(async () => {
        const [busy, said] = [await page.locator(".stage").getAttribute("aria-busy"), await page.locator("output").innerText()];
        return busy === "false" && said === words;
      }, `the frame at ${words} is shown`, 30_000);
      const keys = async (times, key) => {
        for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
      };
      await shows("second 0");
      await hands.works(page.getByRole("button", { name: "Add a box" }));
      await keys(20, "ArrowLeft");
      await keys(5, "Control+ArrowLeft");
      await keys(10, "Shift+ArrowRight");
      await keys(5, "Shift+ArrowUp");
      assert.deepEqual(await row(page, 1), [9.5, 30, 30, 15]);
      await eventually(async () => (await page.locator(".spoken").innerText()) === "Box 1: left 9.5, top 30, 30 wide, 15 high.", "place and size are said");
      await hands.reaches(moment);
      assert.equal(await box.getAttribute("aria-label"), "Box 1, left 9.5, top 30, 30 wide, 15 high", "its name is where it was left");
      await keys(25, "ArrowRight");
      await shows("second 1");
      await hands.reaches(box);
      await keys(40, "ArrowRight");
      await hands.reaches(moment);
      await keys(1, "End");
      await shows("second 1.96");
      await hands.reaches(box);
      await keys(30, "ArrowDown");
      const path = "1 49.5 30 30 15\n1.96 49.5 60 30 15";
      assert.equal(await page.locator('[name="box-1-path"]').inputValue(), path);
      await hands.reaches(moment);
      await keys(37, "ArrowLeft");
      await shows("second 0.48");
      const cover = { from: 0, until: 2_000, path: [[0, 950, 3_000], [1_000, 4_950, 3_000], [1_960, 4_950, 6_000]].map(([at, x, y]) => ({ at, place: { x, y, width: 3_000, height: 1_500 } })) };
      const between = at(cover, 480);
      assert.equal(await box.evaluate((one) => one.style.left), `${between.x / 100}%`, "between moments it is where the rule says");
      const said = await page.locator(".keys li").allInnerTexts();
      assert.ok(said.length === 4 && said[1].startsWith("Second 1: left 49.5, top 30, 30 wide, 15 high"), said.join("\n"));
      // Another moment is on its way: nothing begins or ends at the one that is still shown.
      const spoken = (words) => eventually(async () => (await page.locator(".spoken").innerText()) === words, `it is said: ${words}`);
      const [begins, ends] = ["It begins at this moment", "It ends at this moment"].map((name) => page.getByRole("button", { name }));
      const until = () => page.locator('[name="box-1-until"]').inputValue();
      let open;
      const opened = new Promise((go) => (open = go));
      await page.route("**/frames/*", async (route) => {
        await opened;
        await route.continue();
      });
      await hands.reaches(moment);
      await keys(1, "ArrowLeft");
      await hands.works(ends);
      await spoken("Wait until the moment is shown.");
      assert.equal(await until(), "");
      await hands.works(page.getByRole("button", { name: "Add a box" }));
      assert.deepEqual(await row(page, 2), [0, 0, 0, 0]);
      open();
      await shows("second 0.44");
      await page.unroute("**/frames/*");
      await hands.works(ends);
      await spoken("Box 1 ends at second 0.44.");
      assert.equal(await until(), "0.44");
      await hands.reaches(moment);
      await keys(1, "End");
      await shows("second 1.96");
      await hands.works(ends);
      await spoken("Box 1 ends at second 1.96.");
      assert.equal(await until(), "1.96");
      await hands.reaches(moment);
      await keys(1, "Home");
      await shows("second 0");
      await hands.works(begins);
      await spoken("Box 1 begins at second 0.");
      assert.equal(await page.locator('[name="box-1-path"]').inputValue(), path);
      await hands.works(page.getByRole("button", { name: "Add a box" }));
      await keys(1, "Delete");
      assert.deepEqual(await row(page, 2), [0, 0, 0, 0]);
      assert.ok(await box.evaluate((one) => one === document.activeElement), "the focus goes to the box that is left");
      await audit(page, "draw, a film");
      await page.setViewportSize(WIDE);
      await amina.presses("Cover these");
      const place = (time) => Object.values(at(cover, time)).map((part) => part / 100);
      await isBurnt({ town, browse }, amina, [0, 12, 25, 37, 49].map((frame) => [frame, place(frame * 40)]));
    },
  },
  {
    name: "a_member_draws_by_numbers_without_scripts_and_what_was_typed_stays",
    async run({ town, browse }) {
      const amina = await opens({ town, browse }, film(1), { viewport: NARROW, javaScriptEnabled: false });
      const { page } = amina;
      assert.equal(await page.locator(".stage").isVisible(), false, "nothing that needs a script is shown");
      const types = (part, words) => amina.types(`[name="box-1-${part}"]`, words);
      for (const [part, words] of [["left", "20"], ["top", "20"], ["width", "20"], ["height", "20"], ["path", "0.4 50 20\n0.2 50 50"]]) await types(part, words);
      await amina.presses("Cover these");
      const { summary } = await amina.errors();
      assert.equal(summary.length, 1);
      assert.match(summary[0], /^Box 1: The times of a box go backwards/);
      assert.equal(await page.locator('[name="box-1-path"]').inputValue(), "0.4 50 20\n0.2 50 50");
      await types("path", "0.2 50 20\n0.4 50 50\n0.8 20 50 30 30");
      await amina.presses("More boxes");
      assert.equal(await page.locator("fieldset.cover").count(), 12);
      await amina.presses("Cover these");
      const footage = await page.locator('a[href^="/desk/footage/"]').first().getAttribute("href");
      await isBurnt({ town, browse }, amina, [[5, [50, 20, 20, 20]], [10, [50, 50, 20, 20]], [20, [20, 50, 30, 30]]]);
      await amina.opens(footage);
      assert.deepEqual([await row(page, 1), await page.locator('[name="box-1-path"]').inputValue()], [[20, 20, 20, 20], "0.2 50 20 20 20\n0.4 50 50 20 20\n0.8 20 50 30 30"]);
      assert.equal(await page.locator("[data-earlier]").count(), 1);
      await amina.presses("Begin with empty boxes");
      assert.deepEqual([await row(page, 1), await page.locator("[data-earlier]").count()], [[0, 0, 0, 0], 0]);
    },
  },
  {
    name: "where_no_frame_comes_nothing_is_drawn_and_another_moment_is_tried",
    async run({ town, browse }) {
      const { page } = await opens({ town, browse }, film(1), { viewport: WIDE });
      await page.route("**/frames/*", (route) => route.abort());
      await page.reload();
      await eventually(async () => /cannot be shown now/.test(await page.locator(".spoken").innerText()), "it is said that no frame comes", 30_000);
      assert.equal(await page.locator(".stage").getAttribute("aria-busy"), "true");
      await page.getByRole("button", { name: "Add a box" }).click();
      await page.locator(".stage").dispatchEvent("pointerdown", { isPrimary: true, button: 0, pointerId: 1 });
      assert.deepEqual(await row(page, 1), [0, 0, 0, 0]);
      await page.unroute("**/frames/*");
      await page.getByRole("button", { name: "A frame on" }).click();
      await eventually(async () => (await page.locator(".stage").getAttribute("aria-busy")) === "false", "another frame is shown", 30_000);
      assert.equal(await page.locator("output").innerText(), "second 0.04");
    },
  },
  {
    name: "a_tall_picture_is_as_wide_as_what_boxes_are_laid_on",
    async run({ town, browse }) {
      const { page } = await opens({ town, browse }, picture(1_200, 1_600), { viewport: { width: 1_280, height: 800 } });
      await page.locator(".stage").waitFor();
      const sizes = () => page.locator(".stage").evaluate((stage) => {
        const image = stage.querySelector("img");
        return { stage: [stage.clientWidth, stage.clientHeight], image: [image.width, image.height], loaded: image.naturalWidth > 0 };
      });
      await eventually(async () => (await sizes()).loaded, "the picture is there");
      const { stage, image } = await sizes();
      assert.deepEqual(stage, image);
      assert.ok(image[0] > 300 && image[1] <= 800 * 0.7 + 1, `it is seen whole: ${image}`);
      const numbers = page.locator("details[data-piece=numbers]");
      await numbers.locator("summary").click();
      await page.locator('[name="box-1-left"]').fill("5");
      await page.getByRole("button", { name: "Cover these" }).focus();
      await eventually(async () => (await page.locator(".spoken").innerText()) === "Box 1 cannot be shown.", "half a box is said to be none");
      await page.getByRole("button", { name: "More boxes" }).click();
      await page.waitForURL(/\/hide$/);
      await page.locator(".stage").waitFor();
      assert.notEqual(await numbers.getAttribute("open"), null, "whoever asked for more rows sees them");
      assert.deepEqual([await page.locator("fieldset.cover").count(), await page.locator('[name="box-1-left"]').inputValue()], [12, "5"]);
    },
  },
  {
    name: "a_box_stays_at_its_first_moment_while_a_later_one_is_drawn",
    town: null,
    async run() {
      const { read, write } = await import("../../site/scripts/rows.js");
      const lasts = 5_000;
      const begun = () => {
        const fields = Object.fromEntries(["left", "top", "width", "height", "from", "until", "path", "since"].map((part) => [part, { value: "" }]));
        const row = { querySelector: (words) => fields[/-(\w+)"\]$/.exec(words)?.[1]] };
        const put = (time, x, y) => {
          const { path, from, until } = read(row, lasts) ?? { path: [], from: 0, until: lasts };
          const keys = [...path.filter((key) => key.at !== time), { at: time, place: { x, y, width: 2_000, height: 2_000 } }];
          write(row, { path: keys.sort((one, other) => one.at - other.at), from, until }, lasts);
        };
        return { fields, row, put };
      };
      const drawn = begun();
      // At second 2 it goes aside and comes back, and so stands for one step where it began; then it goes down.
      for (const [time, x, y] of [[0, 1_000, 3_000], [2_000, 1_100, 3_000], [2_000, 1_000, 3_000]]) drawn.put(time, x, y);
      for (let y = 3_100; y <= 6_000; y += 100) drawn.put(2_000, 1_000, y);
      assert.deepEqual([drawn.fields.top.value, drawn.fields.path.value], ["30", "2 10 60 20 20"]);
      // One that is first drawn at second 2 covers from the beginning, wherever it is moved then.
      const late = begun();
      for (const y of [3_000, 6_000]) late.put(2_000, 1_000, y);
      assert.deepEqual([late.fields.top.value, late.fields.path.value], ["60", "2 10 60 20 20"]);
      // The server refused another box and shows the form again: all that is left of this one is its fields.
      const again = begun();
      for (const [part, field] of Object.entries(late.fields)) again.fields[part].value = field.value;
      again.put(2_000, 4_000, 1_000);
      assert.deepEqual([again.fields.left.value, again.fields.top.value, again.fields.path.value], ["40", "10", "2 40 10 20 20"]);
      late.fields.path.value = "2 30 20;\n";
      assert.equal(read(late.row, lasts).path[1].place.width, 2_000, "a mark at the end of a line is none");
      late.fields.path.value = "2 30 20 5";
      assert.equal(read(late.row, lasts), null, "four numbers are no moment, here as at the server");
    },
  },
  {
    name: "a_box_drawn_on_the_page_is_where_the_rule_burns_it_in",
    town: null,
    async run() {
      const { at } = await import("../../site/scripts/cover.js");
      const list = JSON.parse(readFileSync(new URL("../../crates/handbell-rules/src/evidence/hiding/places.json", import.meta.url), "utf8"));
      let count = 0;
      for (const { cover, places } of list) {
        for (const [time, place] of places) {
          const found = at(cover, time);
          assert.deepEqual(found && [found.x, found.y, found.width, found.height], place, `at ${time} of ${JSON.stringify(cover)}`);
          count += 1;
        }
      }
      assert.ok(count > 100);
      return `${count} places`;
    },
  },
];
