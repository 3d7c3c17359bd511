// People: a new member from the invitation to the revocation, with a passkey that the browser itself makes.

import assert from "node:assert/strict";
import { NARROW } from "../audit.mjs";
import { Keyboard } from "../hands.mjs";
import { Member, Witness, eventually } from "../people.mjs";

const QUARTER_OF_AN_HOUR = "15:01";

/** Gives the browser of a page an authenticator that makes sure of its person by itself (CDP, WebAuthn). */
async function withAuthenticator(page) {
  const line = await page.context().newCDPSession(page);
  await line.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await line.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    keys: async () => (await line.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    verifies: (isUserVerified) => line.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

const at = (page) => new URL(page.url()).pathname;
const fits = async (page) => {
  const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(whole <= seen, `${page.url()} scrolls sideways: ${whole} in ${seen}`);
};

export const journeys = [
  {
    // PROMISE nobody-joins-alone, PROMISE revoked-means-out, PROMISE the-desk-by-keyboard
    name: "a_new_member_is_invited_makes_a_passkey_is_vouched_for_locks_unlocks_and_is_revoked",
    async run({ town, browse }) {
      const somebody = async (kind, options = {}) => new kind(await (await browse(options)).newPage(), town.address, Keyboard);
      const [amina, ben, wren] = [await somebody(Member), await somebody(Member, { javaScriptEnabled: false }), await somebody(Member, { viewport: NARROW })];
      const witness = await somebody(Witness);
      await amina.signsIn(town.links.get("Amina"));
      await ben.signsIn(town.links.get("Ben"));

      // Invited at the desk, by somebody whose form is first refused in words.
      await amina.opens("/desk/people");
      await amina.presses("Make a link");
      assert.deepEqual(await amina.wrongFields(), ["name"]);
      await amina.types("#name", "Wren");
      await amina.picks("roles", "triager");
      await amina.picks("roles", "approver");
      await amina.presses("Make a link");
      const link = await amina.page.locator("#link").inputValue();

      // A passkey, by the keyboard alone, on the narrowest screen.
      const authenticator = await withAuthenticator(wren.page);
      await wren.page.clock.install();
      assert.equal(await wren.opens(link), 200);
      await fits(wren.page);
      await wren.hands.reaches(wren.page.getByRole("button", { name: "Make a passkey and sign in" }));
      await wren.page.keyboard.press("Enter");
      await eventually(async () => /vouch/.test(await wren.text()), "the desk waits for two vouches");
      const [key] = await authenticator.keys();
      assert.equal(key.isResidentCredential, true);
      assert.equal(key.rpId, "localhost");

      // Two members vouch, one of them without scripts.
      for (const member of [amina, ben]) {
        await member.opens("/desk/people");
        const row = member.page.locator("article.item", { hasText: "Wren" });
        await member.hands.opens(row);
        await member.presses("Vouch for Wren", row);
      }
      assert.match(await ben.text(), /Wren\s+On probation until/);
      await wren.opens("/desk/sign-in");
      await wren.hands.works(wren.page.getByRole("button", { name: "Sign in with my passkey" }));
      await eventually(async () => at(wren.page) === "/desk", "signed in with the passkey");
      assert.match(await wren.page.locator(".deskbar").innerText(), /Wren, triager/);
      assert.doesNotMatch(await wren.page.locator(".deskbar").innerText(), /approver/, "on probation nobody approves");
      await wren.opens("/desk/people");
      await fits(wren.page);
      assert.equal(await wren.page.getByRole("button", { name: /Vouch|Revoke|Make a link/ }).count(), 0);

      // A page that nobody touched locks, keeps what was typed, and opens again only for its person.
      await witness.reports({ place: "Rye Lane, by the phone shop", text: "PRACTICE: two officers by the phone shop" });
      await wren.startsDuty();
      await wren.takes("phone shop");
      await wren.opensReport("phone shop");
      await wren.types("#question", "Is the van still there?");
      await wren.page.clock.fastForward(QUARTER_OF_AN_HOUR);
      const lock = wren.page.getByRole("dialog", { name: "The desk is locked" });
      await lock.waitFor();
      await fits(wren.page);
      await wren.page.keyboard.press("Escape");
      assert.ok(await lock.isVisible(), "Escape opens nothing");
      await authenticator.verifies(false);
      await wren.hands.works(lock.getByRole("button", { name: "Unlock with my passkey" }));
      await lock.getByRole("alert").waitFor();
      assert.ok(await lock.isVisible(), "nobody was verified");
      await authenticator.verifies(true);
      await wren.hands.works(lock.getByRole("button", { name: "Unlock with my passkey" }));
      await lock.waitFor({ state: "hidden" });
      assert.equal(await wren.page.locator("#question").inputValue(), "Is the van still there?");
      await wren.presses(/^Ask$/);
      assert.match(await wren.text(), /Is the van still there\?/, "what was typed was sent");

      // Revoked: out at the next request, and the passkey opens nothing any more.
      await amina.opens("/desk/people");
      const row = amina.page.locator("article.item", { hasText: "Wren" });
      await amina.hands.opens(row);
      await amina.presses("Revoke Wren", row);
      assert.match(await amina.page.locator("article.item", { hasText: "Wren" }).innerText(), /Revoked/);
      assert.equal(await wren.opens("/desk"), 401);
      await wren.opens("/desk/sign-in");
      await wren.hands.works(wren.page.getByRole("button", { name: "Sign in with my passkey" }));
      await eventually(async () => /opens nothing here/.test(await wren.text()), "the passkey is refused in words");
      assert.equal(at(wren.page), "/desk/sign-in");
    },
  },
];
