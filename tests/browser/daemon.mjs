// The daemon as a process, on ports and a folder of its own, and what it leaves behind.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PATIENCE = 30_000;

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

/** Looks until `check` gives something, and gives that. */
export async function until(what, check) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE / 1000} s for ${what}`);
    await new Promise((again) => setTimeout(again, 20));
  }
}

export class Daemon {
  #program = resolve(process.env.WISSEL_PROGRAM ?? "target/debug/wissel");
  #child;
  printed = "";
  logged = "";

  /** Starts in an empty folder, with default settings unless some are given, and waits until it is ready. */
  static async start(settings) {
    const daemon = new Daemon();
    daemon.folder = mkdtempSync(join(tmpdir(), "wissel-"));
    const [publicPort, staffPort, opsPort] = [await freePort(), await freePort(), await freePort()];
    daemon.public = `http://127.0.0.1:${publicPort}`;
    daemon.staff = `http://127.0.0.1:${staffPort}`;
    daemon.ops = `http://127.0.0.1:${opsPort}`;
    const outer = Object.entries(process.env).filter(([name]) => !name.startsWith("WISSEL"));
    daemon.environment = {
      ...Object.fromEntries(outer),
      WISSEL__LISTEN__PUBLIC: `127.0.0.1:${publicPort}`,
      WISSEL__LISTEN__STAFF: `127.0.0.1:${staffPort}`,
      WISSEL__LISTEN__OPS: `127.0.0.1:${opsPort}`,
    };
    if (settings) writeFileSync(join(daemon.folder, "wissel.toml"), settings, { mode: 0o600 });
    daemon.#launch();
    await daemon.#ready();
    return daemon;
  }

  #launch() {
    const options = { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] };
    this.#child = spawn(this.#program, ["run"], options);
    this.#child.stdout.on("data", (text) => (this.printed += text));
    this.#child.stderr.on("data", (text) => (this.logged += text));
  }

  #ready() {
    return until("the daemon to be ready", () => {
      if (this.#child.exitCode !== null) throw new Error(`the daemon ended with ${this.#child.exitCode}:\n${this.logged}`);
      return fetch(`${this.ops}/readyz`).then((response) => response.ok, () => false);
    });
  }

  /** `kill -9`, and the same again on the same folder. */
  async killAndRestart() {
    this.printed = "";
    await this.#end("SIGKILL");
    this.#launch();
    await this.#ready();
  }

  #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    return new Promise((ended) => {
      this.#child.once("exit", ended);
      this.#child.kill(signal);
    });
  }

  async stop() {
    await this.#end("SIGTERM");
    return this.#child.exitCode;
  }

  remove() {
    this.#child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The one-time link that this start printed. */
  deskLink() {
    return until("the link to the desk", () => /^desk: (\S+)$/m.exec(this.printed)?.[1]);
  }

  metrics() {
    return fetch(`${this.ops}/metrics`).then((response) => response.text());
  }

  /** Runs another command beside it. */
  run(...command) {
    const { status, stdout, stderr } = spawnSync(this.#program, command, { cwd: this.folder, env: this.environment });
    return { status, output: stdout.toString(), side: stderr.toString() };
  }

  /** Where `words` show in the data folder, plain or as hex or base64. */
  leaks(words) {
    const files = readdirSync(join(this.folder, "data"), { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath ?? file.path, file.name));
    return paths.flatMap((path) => leaksIn(readFileSync(path), words).map((how) => `${path}: ${how}`));
  }
}

/** How `bytes` show any of `words`. */
export function leaksIn(bytes, words) {
  // Latin-1 keeps each byte a character, so that places do not shift.
  const text = bytes.toString("latin1").toLowerCase();
  const shows = (needle) => text.includes(needle.toLowerCase());
  return words.filter((word) => shapes(word).some(shows));
}

/** Base64 shows a word in one of three ways, by where it begins; the characters shared with neighbours are left out. */
function shapes(word) {
  const bytes = Buffer.from(word);
  const shapes = [bytes.toString("latin1"), bytes.toString("hex")];
  for (let before = 0; before < 3; before++) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6)];
    shapes.push(padded.toString("base64").slice(from, to), padded.toString("base64url").slice(from, to));
  }
  return shapes;
}
