// Reading an article: an editor pastes it, accepts two findings and refuses one, another member publishes what
// was accepted, and the article itself is nowhere.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { company, onDuty } from "../company.mjs";
import { Keyboard, Mouse } from "../hands.mjs";
import { Editor, Onlooker, Witness } from "../people.mjs";
import { comesToTheRecord } from "./witness.mjs";

const TOLD = "PRACTICE: officers ask people for papers at the phone shop";
const TEXT = [
  "About 40 people met at the library last Saturday. Three men were arrested.",
  "“We were not told of it,” said a spokesperson for the council.",
  "Nobody else wrote down the words lantern herring anywhere.",
].join("\n\n");

/** Answers what was read from these words. */
async function answers(editor, words, answer) {
  const finding = editor.page.locator("main fieldset", { has: editor.page.locator("legend", { hasText: `“${words}` }) });
  await editor.picks(await finding.locator("input").first().getAttribute("name"), answer);
}

async function reading({ town, browse, scripts, Hands = Mouse }) {
  const { somebody, look } = company({ town, browse, scripts });
  const [amina, ben] = [await somebody(Editor, { Hands }), await somebody(Editor, { Hands })];
  const [witness, onlooker] = [await somebody(Witness, { viewport: NARROW }), await somebody(Onlooker)];
  await onDuty(town, { Amina: amina, Ben: ben });
  const incident = await comesToTheRecord({ amina, ben, witness, onlooker, text: TOLD });

  await amina.adds(incident, /^What an article or a statement says/);
  await look("article", amina.page);
  await amina.presses("Read it");
  assert.deepEqual(await amina.wrongFields(), ["text"]);
  await amina.fillsIn({ text: TEXT, published: "16 May 2017", label: "The Lantern", standing: "a local paper" });
  await amina.presses("Read it");
  const found = await amina.text();
  for (const words of ["13 May 2017", "the last such weekday before the day of publication", "said by a spokesperson for the council"]) {
    assert.ok(found.includes(words), words);
  }
  assert.equal(await amina.page.locator("main input:checked").count(), 0, "nothing is accepted beforehand");
  await look("article-read", amina.page);
  await answers(amina, "last Saturday", "accept");
  await answers(amina, "Three men", "refuse");
  await answers(amina, "We were not told", "accept");
  assert.equal(await amina.proposes(), false, "it must be said where the council stands");
  const [standing] = await amina.wrongFields();
  assert.ok(standing.startsWith("standing-"), standing);
  await look("article-errors", amina.page);
  await amina.fillsIn({ [standing]: "the council itself" });
  assert.ok(await amina.proposes());
  assert.equal(await amina.page.getByRole("button", { name: /^Approve and publish/ }).count(), 0, "not by the same person");
  await ben.publishes();

  assert.equal(await witness.opens(`/record/${incident.split("/").pop()}`), 200);
  const said = await witness.text();
  for (const words of ["13 May 2017", "We were not told of it", "The Lantern", "a spokesperson for the council", "the council itself"]) {
    assert.ok(said.includes(words), words);
  }
  assert.ok(!said.includes("Three men") && !said.includes("lantern herring"), "neither what was refused nor the rest of the article");
  await look("record-read", witness.page);
}

export const journeys = [
  {
    // PROMISE the-desk-by-keyboard
    name: "an_article_is_read_accepted_piece_by_piece_and_published_by_the_keyboard_alone",
    run: ({ town, browse }) => reading({ town, browse, scripts: true, Hands: Keyboard }),
  },
  {
    // PROMISE whole-without-scripts
    name: "an_article_is_read_accepted_piece_by_piece_and_published_without_scripts",
    run: ({ town, browse }) => reading({ town, browse, scripts: false }),
  },
];
