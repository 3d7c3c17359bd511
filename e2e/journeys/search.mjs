// Searching the record: words with and without accents, side by side, days, kind, and what to do when nothing answers.

import assert from "node:assert/strict";
import { NARROW, audit } from "../audit.mjs";
import { Onlooker } from "../people.mjs";

/** Titles of what was found, in order. */
const found = (reader) => reader.page.locator("ul.found > li > a > span > bdi").allInnerTexts();

async function searching({ town, browse, scripts }) {
  const reader = new Onlooker(await (await browse({ javaScriptEnabled: scripts, viewport: NARROW })).newPage(), town.address);
  const look = scripts ? (name) => audit(reader.page, name) : async () => {};
  const asks = async (fields) => {
    await reader.opens("/record");
    const narrowed = Object.keys(fields).some((name) => name !== "q");
    if (narrowed) await reader.page.locator("form.search summary").click();
    for (const [name, value] of Object.entries(fields)) {
      const field = reader.page.locator(`form.search [name="${name}"]`);
      if (name === "kind" || name === "level") await field.selectOption(value);
      else await field.fill(value);
    }
    await reader.page.getByRole("button", { name: "Search the record" }).click();
    await reader.page.waitForURL(/\/record\?/);
    return found(reader);
  };

  // Both scenarios stand in a demo's record.
  await reader.opens("/record");
  const everything = await found(reader);
  assert.equal(everything.length, 2);
  await look("record-search");

  // A word of one page, as somebody types it, is shown where it stands.
  const trampled = await asks({ q: "TRÀMPLED" });
  assert.equal(trampled.length, 1);
  assert.equal(await reader.page.locator("ul.found mark").first().innerText(), "trampled");
  await look("record-search-found");

  // Words side by side, and the same two words apart.
  assert.equal((await asks({ q: '"linked arms"' })).length, 1);
  assert.equal((await asks({ q: '"arms linked"' })).length, 0);
  assert.match(await reader.text(), /Nothing in the record answers that/);
  await look("record-search-empty");

  // Days: one of the two lies in May 2017. Both are of one kind.
  const may = await asks({ from: "2017-05-01", to: "2017-05-31" });
  assert.equal(may.length, 1);
  assert.notDeepEqual(may, trampled);
  assert.equal((await asks({ kind: "immigration-visit" })).length, 2);
  assert.equal((await asks({ kind: "flood" })).length, 0);

  // The map shows what the search found, its numbers follow, and it leads back with every field.
  await asks({ from: "2017-05-01", to: "2017-05-31", kind: "immigration-visit" });
  const asked = new URL(reader.page.url()).search;
  await reader.page.getByRole("link", { name: "Show these on the map" }).click();
  assert.match(await reader.text(), /1 incident found/);
  assert.equal(await reader.page.locator('form.search [name="from"]').inputValue(), "2017-05-01");
  await look("record-map-found");
  const district = reader.page.locator("#h-list ~ ul a").first();
  assert.match(await district.innerText(), /Peckham[^]*1 incident/);
  await reader.page.getByRole("link", { name: "Show these as a list" }).click();
  for (const field of ["from=2017-05-01", "to=2017-05-31", "kind=immigration-visit"]) {
    assert.ok(asked.includes(field) && new URL(reader.page.url()).search.includes(field), field);
  }
  assert.deepEqual(await found(reader), may);

  // What cannot be read stands beside its field as it was typed, and nothing is said to be found.
  for (const path of ["/record", "/record/map"]) {
    assert.equal(await reader.opens(`${path}?from=yesterday&bbox=1,2,3&q=officers`), 422);
    assert.deepEqual(await reader.wrongFields(), ["bbox", "from"]);
    assert.equal(await reader.page.locator('form.search [name="from"]').inputValue(), "yesterday");
    assert.equal(await reader.page.locator('form.search [name="q"]').inputValue(), "officers");
    assert.ok(!/Nothing in the record|incidents? found|\d incident/.test(await reader.text()));
    await look("record-search-errors");
  }

  // Whatever is typed is words and never syntax.
  for (const odd of ['"', "a AND OR NEAR(", "*", "'; drop table found; --"]) {
    await asks({ q: odd });
    assert.ok(await reader.page.locator("form.search").count(), odd);
  }
}

export const journeys = [
  {
    name: "the_record_is_searched_by_words_days_and_kind",
    run: ({ town, browse }) => searching({ town, browse, scripts: true }),
  },
  {
    // PROMISE whole-without-scripts
    name: "the_record_is_searched_without_scripts",
    run: ({ town, browse }) => searching({ town, browse, scripts: false }),
  },
];
