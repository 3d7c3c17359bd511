// Town: one `handbell demo`, or one `handbell drill`, of its own for each journey, started on a free port and ended with it.
//
// The drill's reports are slowed down so far that only the first one arrives: what else happens in a
// journey, the journey does itself.

import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PROGRAM = resolve(ROOT, process.env.HANDBELL_BIN ?? "target/debug/handbell");
/** Serves a live group whose line to browsers leads to a push service of the journey. */
const LED = resolve(ROOT, process.env.HANDBELL_LED ?? join(dirname(PROGRAM), "examples/led_here"));
const STARTS_WITHIN_MILLISECONDS = 30_000;
const SLOW = "0.1";

/** The environment without HANDBELL_…: a test's settings are no settings of a group. */
function environment() {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith("HANDBELL_"));
  return { ...Object.fromEntries(kept), HANDBELL_LOG: "warn" };
}

/**
 * Starts a demo, a drill, or a live group of these members whose line may be led to a push service of the journey.
 * Answers with its address, the sign-in links by name, and how to end and verify it.
 */
export async function startTown({ speed = SLOW, extra = [], drill = null, live = null, led = null } = {}) {
  if (!existsSync(PROGRAM)) throw new Error(`no program at ${PROGRAM}; run: cargo build -p handbell`);
  if (led && !existsSync(LED)) throw new Error(`no program at ${LED}; run: cargo build -p handbell --features conformance --example led_here`);
  if (live) return startLive(live, led);
  const folder = drill && mkdtempSync(join(tmpdir(), "handbell-drill-"));
  if (drill) execFileSync(PROGRAM, ["init", join(folder, "group"), "--origin", "https://bell.example"], { env: environment() });
  const play = drill ? ["drill", join(folder, "group"), drill, "--stay"] : ["demo"];
  const words = [...play, "--listen", "127.0.0.1:0", "--speed", speed, ...extra];
  const child = spawn(PROGRAM, words, { cwd: ROOT, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const errors = [];
  child.stderr.on("data", (bytes) => errors.push(bytes.toString()));
  let stopping = false;
  const ended = new Promise((done) => child.once("exit", done));
  child.once("exit", (code, signal) => {
    if (!stopping) errors.push(`\nthe demo ended by itself: ${signal ?? `exit ${code}`}\n`);
  });
  const links = new Map();
  const said = [];
  let address = "";
  const lines = createInterface({ input: child.stdout });
  await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`the demo was not ready in time\n${errors.join("")}`)), STARTS_WITHIN_MILLISECONDS);
    ended.then(() => failed(new Error(`the demo ended before it was ready\n${errors.join("")}`)));
    lines.on("line", (line) => {
      const listening = line.match(/^listening on (http:\/\/\S+)/);
      const link = line.match(/^sign-in link for ([^:]+): (\S+)/);
      if (listening) address = listening[1];
      if (link) links.set(link[1], link[2]);
      said.push(line);
      if (line === "demo ready" || line === "drill ready") {
        clearTimeout(late);
        ready();
      }
    });
  });
  return {
    address,
    links,
    /** What the program wrote for its operator so far. */
    operatorReads: () => errors.join(""),
    verify: () => verify(address),
    async end() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        const late = setTimeout(() => child.kill("SIGKILL"), 8_000);
        await ended;
        clearTimeout(late);
      }
      if (folder) rmSync(folder, { recursive: true, force: true });
      return { code: child.exitCode, said: said.join("\n") };
    },
  };
}

/** A port that was free a moment ago; a live group's origin is permanent, so it must be known before. */
function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** What a command says; it must be good. */
export function says(words, folder = ROOT) {
  return execFileSync(PROGRAM, words, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] }).toString();
}

/**
 * Starts a live group of its own with these members (a name, or a name and roles), whose links sign in. It has no way out of this machine; with
 * `led` it has one to the push service there, which is trusted by its certificate.
 */
async function startLive(names, led) {
  const folder = mkdtempSync(join(tmpdir(), "handbell-live-"));
  const address = `http://localhost:${await freePort()}`;
  const group = join(folder, "group");
  const env = environment();
  execFileSync(PROGRAM, ["init", group, "--origin", address, "--links-sign-in"], { env });
  const links = new Map();
  for (const member of names) {
    const [name, ...own] = [member].flat();
    const roles = (own.length > 0 ? own : ["triager", "approver", "editor"]).flatMap((role) => ["--role", role]);
    const said = execFileSync(PROGRAM, ["invite", group, ...roles, "--name", name], { env }).toString();
    links.set(name, said.match(/https?:\S+/)[0]);
  }
  const listen = address.replace("http://localhost", "127.0.0.1");
  const certificate = join(folder, "push.der");
  if (led) writeFileSync(certificate, led.certificate);
  const [program, words] = led ? [LED, [group, listen, led.place, certificate]] : [PROGRAM, ["serve", group, "--listen", listen, "--without-limits"]];
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  const errors = [];
  child.stderr.on("data", (bytes) => errors.push(bytes.toString()));
  const ended = new Promise((done) => child.once("exit", done));
  await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`the group was not ready in time\n${errors.join("")}`)), STARTS_WITHIN_MILLISECONDS);
    ended.then(() => failed(new Error(`the group ended before it was ready\n${errors.join("")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("listening on ")) {
        clearTimeout(late);
        ready();
      }
    });
  });
  return {
    address,
    links,
    /** The group's folder. */
    group,
    operatorReads: () => errors.join(""),
    verify: () => verify(address),
    async end() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await ended;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `handbell verify` of an address, or with these words: its exit code and what it said. */
export function verify(words, folder = ROOT) {
  return new Promise((done) => {
    const child = spawn(PROGRAM, ["verify", ...[words].flat()], { cwd: folder, env: environment() });
    let said = "";
    child.stdout.on("data", (bytes) => (said += bytes));
    child.stderr.on("data", (bytes) => (said += bytes));
    child.once("exit", (code) => done({ code, said }));
  });
}
