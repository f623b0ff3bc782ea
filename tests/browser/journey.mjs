// One conversation, end to end, in a browser: asked in Dutch, answered by the bot with its source, handed to people,
// claimed and answered at the desk, killed and started again in between, and given back to the bot. Then two colleagues,
// and a reply that does not arrive; and a site of somebody else's, which says who its visitor is.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { chromium } from "playwright-core";

import { Daemon, leaksIn } from "./daemon.mjs";
import { Messenger } from "./messenger.mjs";
import { Customer, Desk, isAccessible } from "./pages.mjs";
import { Site } from "./site.mjs";

const QUESTION = "Wanneer komt mijn pakket eigenlijk aan?";
const ANGER = "Belachelijk, ik wil nu meteen een medewerker spreken!";
const MEANWHILE = "Ik wacht hier werkelijk al anderhalf uur.";
const REPLY = "Goedemiddag, uw zending ligt morgenochtend in de brievenbus.";
const AGAIN = "Hoe kan ik mijn bestelling retourneren?";
const WORDS = ["eigenlijk", "belachelijk", "anderhalf", "brievenbus", "morgenochtend", "bestelling retourneren"];

/** The browser that the machine has. */
function browserPath() {
  for (const name of ["chromium", "google-chrome"]) {
    const { status, stdout } = spawnSync("which", [name]);
    if (status === 0) return stdout.toString().trim();
  }
  throw new Error("no chromium is installed (tests/run does it)");
}

function step(text) {
  console.log(`- ${text}`);
}

async function journey(daemon, browser) {
  const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  const customer = new Customer(await browser.newPage({ locale: "nl-NL" }));
  await customer.open(daemon.public);

  step("the customer asks, is told that an AI answers, and gets the answer with its source");
  await customer.say(QUESTION);
  const answer = await customer.line("bot", 1);
  assert.match(answer, /Bron: .+versie van/s, "the answer has its source");
  const before = (await customer.speakers()).slice(0, (await customer.speakers()).indexOf("bot"));
  assert.ok(before.includes("system"), "the disclosure stands before the first word of the bot");
  assert.match(await customer.line("system", 1), /AI, geen mens/);
  await isAccessible(customer.page, axe, "the chat");

  step("the customer asks for a person, is told so, and the bot is silent from then on");
  await customer.say(ANGER);
  await customer.owner("queue");
  const answers = await customer.lines("bot").count();
  await customer.say(MEANWHILE);

  step("kill -9, and start again: nothing is lost");
  await customer.line("customer", 3);
  await daemon.killAndRestart();

  step("a member of staff signs in by the one-time link and sees who waits and why");
  const link = await daemon.deskLink();
  const desk = new Desk(await browser.newPage({ locale: "nl-NL" }));
  await desk.signIn(link);
  const id = await desk.openFirstWaiting();
  assert.match(await desk.why(), /\S/, "the desk says why it came here");
  await isAccessible(desk.page, axe, "the desk");

  step("the link works once");
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(link);
  assert.ok(!page.url().includes("/desk"), "a used link signs nobody in");
  await stranger.close();

  step("they claim and answer; the customer reads it");
  await desk.claim();
  await customer.owner("agent");
  await desk.reply(REPLY);
  assert.match(await customer.line("staff", 1), /brievenbus/);
  assert.equal(await customer.lines("bot").count(), answers, "the bot was silent");

  step("they give it back; the bot says again that it is an AI before it answers");
  await desk.giveBack();
  await customer.owner("bot");
  await customer.say(AGAIN);
  await customer.line("bot", answers + 1);
  const speakers = await customer.speakers();
  const since = speakers.slice(speakers.lastIndexOf("staff"), speakers.lastIndexOf("bot"));
  assert.ok(since.includes("system"), "the disclosure stands before the first word after a person");

  step("explain says why, and no word of the conversation is stored, logged or counted in the clear");
  const explained = daemon.run("explain", id);
  assert.equal(explained.status, 0, explained.side);
  assert.deepEqual(leaksIn(Buffer.from(daemon.logged + (await daemon.metrics())), WORDS), []);
  assert.deepEqual(daemon.leaks(WORDS), []);
  assert.equal(await daemon.stop(), 0, "it stops in order");
  assert.deepEqual(daemon.leaks(WORDS), []);
}

/** Two colleagues, and a customer whom no reply reaches any more. */
async function colleagues(daemon, messenger, browser) {
  const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  const desk = async (name) => {
    const context = await browser.newContext({ locale: "nl-NL" });
    const desk = new Desk(await context.newPage());
    await desk.enter(daemon.staff, daemon.run("staff", "token", name).output.trim());
    return desk;
  };

  step("colleagues sign in by their tokens; one claims, and the other sees who has it");
  messenger.say("Ik wil een mens spreken, nu.");
  const [eva, piet] = [await desk("Eva"), await desk("Piet")];
  const id = await eva.openFirstWaiting();
  await eva.claim();
  await piet.open(daemon.staff, id);
  assert.match(await piet.owner(), /^Eva heeft dit gesprek/);
  assert.match(await eva.owner(), /^U heeft dit gesprek/);

  step("a reply does not arrive: its author is told wherever they are, nobody else is, until they have seen it");
  messenger.blocked = true;
  await eva.write("Hallo, met Eva.");
  await eva.leave(daemon.staff);
  const told = await eva.notices();
  assert.ok(/Niet bezorgd · Telegram/.test(told) && told.includes("Hallo, met Eva."), told);
  assert.match(told, /Reden: onbereikbaar op Telegram: de klant heeft de bot geblokkeerd/);
  await isAccessible(eva.page, axe, "the notices");
  assert.ok(await piet.page.locator("#notices").isHidden());
  await eva.seen();
  await eva.page.reload();
  await eva.page.locator("#queues a").first().waitFor();
  assert.ok(await eva.page.locator("#notices").isHidden(), "what was seen stays away");
}

/** A site that shows the chat, and says who its visitor is. */
async function visitors(daemon, site, browser) {
  site.shows(daemon.public);
  const desk = new Desk(await browser.newPage({ locale: "nl-NL" }));
  const seen = async (path, words) => {
    const customer = new Customer(await (await browser.newContext({ locale: "nl-NL" })).newPage());
    await customer.openAt(`${site.address}${path}`);
    await customer.say(words);
    await customer.owner("queue");
    await desk.page.goto(`${daemon.staff}/desk`);
    await desk.openWaiting(words);
    return desk.customer();
  };

  step("who is signed in at the site is known at the desk, as confirmed");
  await desk.signIn(await daemon.deskLink());
  const known = await seen("/", "Ik wil een medewerker spreken over mijn pakket.");
  assert.ok(known.includes("Jan Bos") && known.includes("✓ bevestigd"), known);

  step("a token that the site did not make makes nobody known");
  const forged = await seen("/forged", "Ik wil graag een mens spreken.");
  assert.ok(!forged.includes("Jan Bos") && !forged.includes("✓"), forged);
}

/** Runs a part with a daemon and a browser of its own. */
async function part(settings, browser, run) {
  const daemon = await Daemon.start(settings);
  try {
    await run(daemon, browser);
  } catch (error) {
    console.error(`the daemon logged:\n${daemon.logged}`);
    throw error;
  } finally {
    daemon.remove();
  }
}


const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath: browserPath(), args: sandbox });
const [messenger, site] = [await Messenger.start(), await Site.start()];
try {
  await part(undefined, browser, journey);
  await part(messenger.settings(), browser, (daemon) => colleagues(daemon, messenger, browser));
  await part(site.settings(), browser, (daemon) => visitors(daemon, site, browser));
  console.log("the journey is through");
} finally {
  await browser.close();
  messenger.stop();
  site.stop();
}
