// Footage, from a telephone to the record: a witness gives a picture and a film, one member covers what tells who
// somebody is, another looks at every frame, two let it into the record, and a stranger without scripts takes the
// covered copies, of which every frame is counted. Then the witness changes their mind.

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { NARROW, WIDE, picture as photograph } from "../audit.mjs";
import { company, custodians, onDuty, verifiesGood } from "../company.mjs";
import { filesBelow, film, holdNothingOf, isCovered, isTelling, missing, picture, recording, tellsNothing } from "../given.mjs";
import { Editor, Member, Witness, eventually } from "../people.mjs";

const DEVELOPED_WITHIN_MILLISECONDS = 150_000;
/** A page of a film's frames: each is made when it is asked for. */
const FRAMES_WITHIN_MILLISECONDS = 60_000;
const FRAMES = { picture: 1, film: 25 };
const TOLD = "PRACTICE: officers ask people for papers at the phone shop";
/** What a file that is given to anybody may do: nothing. */
const SHUT = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** Both members write the record, and a third reads what was done with footage. Nobody is told anything: there is no way out. */
const DESK = { live: [["Amina", "triager", "approver", "editor"], ["Ben", "triager", "approver", "editor"], ["Cleo", "auditor"]] };
/** What is drawn: two boxes on the picture, and one on the film that goes down. In hundredths. */
const PICTURE = [[20, 15, 30, 20], [60, 60, 25, 15]];
const FILM = { first: [10, 10, 40, 20], second: [40, 60, 40, 20] };
const SHOWS = { picture: "PRACTICE: a pattern stands for a street corner. Two parts of it are covered.", film: "PRACTICE: the pattern moves. What is covered moves down with it." };

/** The witness gives files by the page that the receipt leads to. */
async function gives(witness, receipt, files, wish, names) {
  await witness.looksUp(receipt);
  await witness.presses(/^Give photos/);
  await witness.page.waitForURL("**/footage/*");
  if (wish) await witness.picks("wish", wish);
  await witness.types("#claimed", "today, about nine");
  await witness.page.setInputFiles("#file", files);
  await witness.page.getByRole("button", { name: "Give it" }).click();
  for (const name of names) await eventually(async () => (await witness.text()).includes(name), `${name} is kept`, 60_000);
}

/** The desk's page of one file, by what it is, once there is something to look at. */
async function looksAt(member, sort) {
  await eventually(async () => {
    await member.opens("/desk/footage");
    const line = member.page.locator("ul.rows li", { hasText: `${sort} (` });
    return (await line.count()) > 0 && /Working copies are made/.test(await line.first().innerText());
  }, `working copies of the ${sort} are made`, DEVELOPED_WITHIN_MILLISECONDS);
  await member.follows(new RegExp(`^${sort} \\(`));
  return new URL(member.page.url()).pathname;
}

/** The box of a row as the rule reads it, from the fields that are sent. */
async function cover(page, number, lasts) {
  const { read } = await import("../../site/scripts/rows.js");
  const names = ["left", "top", "width", "height", "from", "until", "path"];
  const said = Object.fromEntries(await Promise.all(names.map(async (name) => {
    const field = page.locator(`[name="box-${number}-${name}"]`);
    return [name, { value: (await field.count()) ? await field.inputValue() : "" }];
  })));
  const found = read({ dataset: {}, querySelector: (words) => said[/-(\w+)"\]$/.exec(words)[1]] }, lasts);
  assert.ok(found, `box ${number} can be read`);
  return found;
}

/** Draws a box with a pointer, from one corner to the other. */
async function pulls(page, [left, top, width, height]) {
  await page.locator(".stage").scrollIntoViewIfNeeded();
  const image = await page.locator(".stage img").boundingBox();
  const at = (across, down) => [image.x + (image.width * across) / 100, image.y + (image.height * down) / 100];
  await page.mouse.move(...at(left, top));
  await page.mouse.down();
  await page.mouse.move(...at(left + width / 2, top + height / 2));
  await page.mouse.move(...at(left + width, top + height));
  await page.mouse.up();
}

/** Pulls a box that is there from where it is to another place, by its middle. */
async function moves(page, [left, top, width, height], [across, down]) {
  await page.locator(".stage").scrollIntoViewIfNeeded();
  const image = await page.locator(".stage img").boundingBox();
  const middle = (x, y) => [image.x + (image.width * (x + width / 2)) / 100, image.y + (image.height * (y + height / 2)) / 100];
  await page.mouse.move(...middle(left, top));
  await page.mouse.down();
  await page.mouse.move(...middle((left + across) / 2, (top + down) / 2));
  await page.mouse.move(...middle(across, down));
  await page.mouse.up();
}

/** Draws on the picture, with a pointer or in numbers; answers the covers that are sent. */
async function drawsOnPicture(member, scripts) {
  const { page } = member;
  for (const [at, place] of PICTURE.entries()) {
    if (scripts) await pulls(page, place);
    else for (const [which, part] of ["left", "top", "width", "height"].entries()) await member.types(`[name="box-${at + 1}-${part}"]`, String(place[which]));
  }
  return Promise.all(PICTURE.map((_, at) => cover(page, at + 1, 0)));
}

/** Draws on the film: one box, which stands elsewhere at the last frame. */
async function drawsOnFilm(member, scripts) {
  const { page } = member;
  const { first, second } = FILM;
  if (scripts) {
    const shows = (words) => eventually(async () => (await page.locator(".stage").getAttribute("aria-busy")) === "false" && (await page.locator("output").innerText()) === words, `${words} is shown`, 30_000);
    await shows("second 0");
    await pulls(page, first);
    await page.getByRole("button", { name: "A second on" }).click();
    await shows("second 0.96");
    await moves(page, first, second);
  } else {
    for (const [which, part] of ["left", "top", "width", "height"].entries()) await member.types('[name="box-1-' + part + '"]', String(first[which]));
    await member.types('[name="box-1-path"]', `0.96 ${second.join(" ")}`);
  }
  const drawn = await cover(page, 1, 1_000);
  assert.ok(drawn.path.length > 1, "it moves");
  return [drawn];
}

/** What is drawn is burnt in. Whoever drew cannot say that it is clear, not by a form that the page does not offer either; the other looks at every frame. */
async function coversAndChecks({ amina, ben, look, name }) {
  const frames = FRAMES[name];
  await amina.presses("Cover these");
  const hiding = new URL(amina.page.url()).pathname;
  assert.match(hiding, /^\/desk\/hidings\//, `it is drawn, not: ${await amina.text()}`);
  await eventually(async () => (await ben.opens(hiding)) === 200 && /It has \d+ frames?/.test(await ben.text()), "it is burnt in", DEVELOPED_WITHIN_MILLISECONDS);
  assert.match(await ben.text(), new RegExp(`It has ${frames} frames?`));
  await look(`footage-check-${name}`, ben.page);

  await amina.opens(hiding);
  assert.match(await amina.text(), /You drew this yourself/);
  const check = `${hiding}/look`;
  assert.equal(await amina.form(check).count(), 0, "whoever drew has no button");
  if (amina.scripts) {
    const status = await amina.forges(check, { first: "0", last: String(frames - 1), go: "clear" });
    assert.equal(status, 422);
    assert.match((await amina.errors()).summary.join(), /You drew this yourself/);
    await look(`footage-own-${name}`, amina.page);
  }

  await ben.opens(hiding);
  for (let looks = 0; looks < frames && !/Nobody can be recognised/.test(await ben.text()); looks += 1) {
    const shown = ben.page.locator("ul.stills img");
    await eventually(() => shown.evaluateAll((all) => all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0)), "the frames are there to be looked at");
    await ben.presses("I looked at each of these");
  }
  await ben.presses("Nobody can be recognised in any frame");
  assert.match(await ben.text(), new RegExp(`looked at ${frames} of ${frames} frames?`));
  assert.match(await ben.text(), /found clear/);
  return hiding;
}

/** One offers the covered copy to the incident's page, in words; it stands there once the other approves. */
async function showsInPublic({ amina, ben, stranger, record, hiding, shows, look, name }) {
  await amina.opens(hiding);
  await amina.presses("Propose it");
  assert.deepEqual(await amina.wrongFields(), ["maker"], "who made it is said, and not who they are");
  await amina.fillsIn({ maker: "Witness A" });
  await amina.presses("Propose it");
  assert.deepEqual(await amina.wrongFields(), ["shows"], "what it shows is said in words");
  await amina.fillsIn({ shows });
  await look(`footage-offer-${name}`, amina.page);
  await amina.presses("Propose it");
  assert.equal(new URL(amina.page.url()).pathname, "/desk/record", `proposed, not: ${(await amina.errors()).summary}`);
  assert.equal(await amina.page.getByRole("button", { name: /^Approve and publish/ }).count(), 0, "not by the same person");
  await stranger.opens(record);
  assert.ok(!(await stranger.text()).includes(shows), "one person shows nothing");
  await ben.opens("/desk/record");
  assert.ok((await ben.text()).includes(shows), "the other reads it first");
  await look(`footage-record-${name}`, ben.page);
  await ben.publishes();
}

/** From what two people saw happen to a page of the record, without an alert: it happened and is over. */
async function opensToTheRecord({ amina, ben, incident }) {
  await amina.opens(incident);
  await amina.picks("end", "over");
  await amina.presses("End the incident");
  await amina.opens(incident);
  await amina.presses("Propose to open it to the record");
  await ben.publishes();
  return `/record/${incident.split("/").pop()}`;
}

/** The stranger's file: taken by the link on the page, with the head that it came with. */
async function takes(stranger, link) {
  const href = await link.getAttribute("href");
  const [answer, download] = await Promise.all([
    stranger.page.context().waitForEvent("response", (one) => new URL(one.url()).pathname === href),
    stranger.page.waitForEvent("download"),
    link.click(),
  ]);
  const headers = await answer.allHeaders();
  assert.match(headers["content-disposition"], /^attachment; filename="covered-[0-9a-f]{12}\.(jpg|png|mp4)"$/);
  assert.equal(headers["content-security-policy"], SHUT);
  assert.equal(headers["x-content-type-options"], "nosniff");
  return { href, path: await download.path() };
}

/** Boxes at a frame, in hundredths. */
async function placed(covers) {
  const { at, FRAME_MILLISECONDS } = await import("../../site/scripts/cover.js");
  return (frame) => covers.map((cover) => at(cover, frame * FRAME_MILLISECONDS)).filter(Boolean).map((place) => Object.values(place).map((part) => part / 100));
}

/** What a stranger without scripts gets: words, and files that show nothing under a box and tell nothing, with nothing of the originals. */
async function strangerTakes({ stranger, record, given, drawn, folder }) {
  await stranger.opens(record);
  const text = await stranger.text();
  for (const words of [SHOWS.picture, SHOWS.film, "Footage by Witness A"]) assert.ok(text.includes(words), words);
  assert.equal(await stranger.page.locator("img, video, audio, object, embed, iframe, picture, source").count(), 0, "nothing shows or plays by itself");
  const taken = {};
  for (const [name, sort] of [["picture", "photo \\(JPEG"], ["film", "video \\(MP4"]]) {
    const { href, path } = await takes(stranger, stranger.page.getByRole("link", { name: new RegExp(`^Take the covered ${sort}`) }));
    assert.equal(isCovered(path, await placed(drawn[name])), FRAMES[name]);
    tellsNothing(path);
    for (const original of Object.values(given)) holdNothingOf(original, [path]);
    // What a program does that goes on with a file it has begun.
    const whole = readFileSync(path);
    const part = await stranger.page.request.get(`${stranger.address}${href}`, { headers: { Range: "bytes=100-299" } });
    assert.deepEqual([part.status(), part.headers()["content-range"]], [206, `bytes 100-299/${whole.length}`]);
    assert.ok((await part.body()).equals(whole.subarray(100, 300)));
    assert.equal(part.headers()["content-security-policy"], SHUT);
    // Of the head alone a stretch means nothing: it says what the whole is.
    const head = await stranger.page.request.head(`${stranger.address}${href}`, { headers: { Range: "bytes=100-299" } });
    assert.deepEqual([head.status(), head.headers()["content-length"], head.headers()["content-range"]], [200, String(whole.length), undefined]);
    taken[name] = href;
  }
  // Nor does what lies on the server's disk hold any of them: they are sealed.
  const files = filesBelow(folder);
  for (const original of Object.values(given)) assert.ok(holdNothingOf(original, files) > original.length, "what is sealed lies there");
  return taken;
}

/** The wish is taken back on the receipt: the copy is gone at once, the desk sees that and takes the words too, and a mark stays. */
async function changesTheirMind({ town, amina, ben, witness, receipt, stranger, record, incident, hiding, taken, look }) {
  const asks = async (href) => (await stranger.page.request.get(`${town.address}${href}`)).status();
  await witness.looksUp(receipt);
  const photo = witness.page.locator("li", { hasText: "Photo (JPEG)" });
  await witness.picks("wish", "desk-only", photo);
  await witness.presses("Change it", photo);
  assert.match(await witness.notice(), /Changed/);
  await look("receipt-wish-changed", witness.page);
  assert.deepEqual([await asks(taken.picture), await asks(taken.film)], [404, 200], "the one is gone, the other was not asked about");
  await stranger.opens(record);
  assert.equal(await stranger.page.getByRole("link", { name: /^Take the covered photo/ }).count(), 0, "no link leads nowhere");
  assert.match(await stranger.text(), /The covered photo \(JPEG, [^)]+\) was taken back/);
  assert.equal(await stranger.opens(taken.picture), 404);
  assert.match(await stranger.text(), /took it back/, "whoever follows an older link reads why");

  await amina.opens(hiding);
  assert.match(await amina.text(), /does not wish that any more/);
  await look("footage-wish-over", amina.page);
  await amina.types("#why", "Whoever gave it does not wish it any more.");
  await amina.presses("Take it back");
  assert.match(await amina.text(), /was taken back/);
  await amina.adds(incident, /^Take words/);
  const entries = await amina.page.locator("#entry option").evaluateAll((all) => all.map((one) => [one.value, one.textContent]));
  const entry = entries.find(([, words]) => words.includes(SHOWS.picture.slice(0, 30)));
  assert.ok(entry, `the entry can be chosen: ${entries.map(([, words]) => words).join(" | ")}`);
  await amina.chooses("#entry", entry[0]);
  await amina.fillsIn({ reason: "personal-details" });
  await amina.proposes();
  await ben.publishes();
  await stranger.opens(record);
  assert.ok(!(await stranger.text()).includes(SHOWS.picture), "its words are gone");
  assert.ok((await stranger.text()).includes(SHOWS.film));

  // The whole report is taken back: so is the film, at once.
  await witness.looksUp(receipt);
  await witness.presses("Withdraw the report");
  await witness.presses("Yes, withdraw it");
  assert.deepEqual([await asks(taken.picture), await asks(taken.film)], [404, 404]);
}

async function journey({ town, browse, scripts, screens }) {
  const folk = company({ town, browse, scripts });
  const look = async (name, page) => {
    await folk.look(name, page);
    if (screens && scripts) for (const dark of [false, true]) await photograph(page, name, { dark });
    if (page) await page.setViewportSize(page === witness.page ? NARROW : WIDE);
  };
  const [amina, ben, cleo] = [await folk.somebody(Editor, { viewport: WIDE }), await folk.somebody(Editor, { viewport: WIDE }), await folk.somebody(Member)];
  amina.scripts = scripts;
  const witness = await folk.somebody(Witness, { viewport: NARROW, hasTouch: true });
  const stranger = new Witness(await (await browse({ viewport: NARROW, javaScriptEnabled: false })).newPage(), town.address);
  const given = { picture: picture(), film: film() };
  Object.values(given).forEach(isTelling);
  for (const member of [amina, ben]) member.page.setDefaultTimeout(FRAMES_WITHIN_MILLISECONDS);
  rmSync(custodians(town), { recursive: true, force: true });
  await onDuty(town, { Amina: amina, Ben: ben });
  await cleo.signsIn(town.links.get("Cleo"), "/desk/trail");

  const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text: TOLD });
  const files = [{ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: given.picture }, { name: "VID_0001.mp4", mimeType: "video/mp4", buffer: given.film }];
  await gives(witness, receipt, files, "public", ["Photo (JPEG)", "Video (MP4)"]);
  await look("give-given", witness.page);
  await witness.looksUp(receipt);
  await look("receipt-with-footage", witness.page);

  await amina.takes("phone shop");
  await amina.opensReport("phone shop");
  const incident = await amina.opensIncident();
  const record = await opensToTheRecord({ amina, ben, incident });

  // The same pages for both files are looked at once.
  const onFilm = (name) => (name === "film" ? look : async () => {});
  const drawn = {};
  const hidings = {};
  for (const [name, sort, draws] of [["picture", "Photo", drawsOnPicture], ["film", "Video", drawsOnFilm]]) {
    const path = await looksAt(amina, sort);
    assert.match(await amina.text(), /today, about nine/);
    await cleo.opens(`${path}/custody`);
    const lines = cleo.page.locator("tbody tr", { hasText: "Amina" });
    assert.ok((await lines.count()) > 0, `what Amina looked at stands there: ${await cleo.text()}`);
    drawn[name] = await draws(amina, scripts);
    await look(`footage-draw-${name}`, amina.page);
    hidings[name] = await coversAndChecks({ amina, ben, look: onFilm(name), name });
    await showsInPublic({ amina, ben, stranger, record, hiding: hidings[name], shows: SHOWS[name], look: onFilm(name), name });
  }
  await cleo.reloads();
  await look("footage-custody", cleo.page);
  await ben.opens(record);
  await look("record-with-footage", ben.page);
  const taken = await strangerTakes({ stranger, record, given, drawn, folder: town.group });
  await changesTheirMind({ town, amina, ben, witness, receipt, stranger, record, incident, hiding: hidings.picture, taken, look });
  await ben.opens(record);
  await look("record-footage-gone", ben.page);
  await verifiesGood(town);
}

export const journeys = [
  {
    // PROMISE hidden-by-one-checked-by-another, PROMISE nothing-is-under-the-box, PROMISE nothing-publishes-itself
    name: "footage_goes_from_a_telephone_to_a_covered_public_copy_by_two_people_and_back",
    town: DESK,
    missing,
    run: (stage) => journey({ ...stage, scripts: true }),
  },
  {
    // PROMISE whole-without-scripts
    name: "footage_goes_from_a_telephone_to_a_covered_public_copy_by_two_people_and_back_without_scripts",
    town: DESK,
    missing,
    run: (stage) => journey({ ...stage, scripts: false }),
  },
  {
    name: "a_recording_is_given_made_anew_and_heard_at_the_desk_after_a_press_only",
    missing,
    async run({ town, browse }) {
      const witness = new Witness(await (await browse({ viewport: NARROW })).newPage(), town.address);
      const amina = new Member(await (await browse({ viewport: WIDE })).newPage(), town.address);
      await amina.signsIn(town.links.get("Amina"));
      await amina.startsDuty();
      const receipt = await witness.reports({ place: "Rye Lane, by the phone shop", text: TOLD });
      const bytes = recording();
      isTelling(bytes);
      await gives(witness, receipt, [{ name: "REC_0001.m4a", mimeType: "audio/mp4", buffer: bytes }], null, ["Recording (MP4)"]);
      const asked = [];
      amina.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      const path = await looksAt(amina, "Recording");
      const player = amina.page.locator("audio");
      const state = () => player.evaluate((one) => ({ at: one.currentTime, paused: one.paused, lasts: one.duration, error: one.error?.message ?? null }));
      const before = await state();
      assert.deepEqual([before.at, before.paused], [0, true]);
      const copy = `${path}/copies/preview`;
      assert.equal(asked.filter((one) => one === copy).length, 0, "nothing of it is asked for before a press");
      await player.focus();
      await amina.page.keyboard.press("Space");
      await eventually(async () => (await state()).at > 0.5, "it is heard");
      const heard = await state();
      assert.ok(heard.error === null && Math.abs(heard.lasts - 8) < 0.5, JSON.stringify(heard));
      assert.ok(asked.includes(copy));
      await amina.page.keyboard.press("Space");
      await eventually(async () => (await state()).paused, "a second press is quiet");
      const [download] = await Promise.all([amina.page.waitForEvent("download"), amina.page.getByRole("link", { name: /^Take the recording away/ }).click()]);
      const kept = await download.path();
      tellsNothing(kept);
      holdNothingOf(bytes, [kept]);
      return `${heard.lasts.toFixed(1)} s`;
    },
  },
];
