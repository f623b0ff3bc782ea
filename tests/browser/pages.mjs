// What a customer and a member of staff can do on their pages. Selectors are here and nowhere else.

import assert from "node:assert/strict";

/** The demo page with the chat. */
export class Customer {
  constructor(page) {
    this.page = page;
  }

  async open(address) {
    await this.openAt(`${address}/`);
  }

  /** Opens a page that has the chat. */
  async openAt(page) {
    await this.page.goto(page);
    await this.page.locator("wissel-chat textarea").waitFor();
  }

  async say(text) {
    await this.page.locator("wissel-chat textarea").fill(text);
    await this.page.locator("wissel-chat #send").click();
  }

  lines(from) {
    return this.page.locator(`wissel-chat .line[data-from=${from}]`);
  }

  /** Waits for line `count` of `from`, and gives its text. */
  async line(from, count) {
    const line = this.lines(from).nth(count - 1);
    await line.waitFor();
    return line.innerText();
  }

  /** Waits until the chat says that `bot`, `queue` or `agent` has the conversation. */
  async owner(owner) {
    await this.page.locator(`wissel-chat #state[data-state=${owner}]`).waitFor();
  }

  /** Who spoke, in order. */
  async speakers() {
    return this.page.locator("wissel-chat .line").evaluateAll((lines) => lines.map((line) => line.dataset.from));
  }
}

/** The desk. */
export class Desk {
  constructor(page) {
    this.page = page;
  }

  async signIn(link) {
    await this.page.goto(link);
    await this.page.waitForURL("**/desk*");
  }

  /** Signs in by a token, as colleagues do. */
  async enter(address, token) {
    await this.page.goto(`${address}/desk`);
    await this.page.locator("#token").fill(token);
    await this.page.keyboard.press("Enter");
    await this.page.locator("#queues a").first().waitFor();
  }

  /** Opens one conversation by its address. */
  async open(address, id) {
    await this.page.goto(`${address}/desk#state=claimed&conversation=${id}`);
    await this.page.locator("#facts strong").waitFor();
  }

  /** Who has the conversation that is open. */
  owner() {
    return this.page.locator("#facts strong").innerText();
  }

  /** Writes and sends, whatever becomes of it. */
  async write(text) {
    await this.page.locator("#text").fill(text);
    await this.page.keyboard.press("Control+Enter");
    await this.page.waitForFunction(() => document.querySelector("#text").value === "");
  }

  /** Back to the list, away from every conversation, while the answer about one is still on its way: it changes nothing. */
  async leave(address) {
    const gate = {};
    const asked = new Promise((resolve) => { gate.asked = resolve; });
    const left = new Promise((resolve) => { gate.left = resolve; });
    await this.page.route("**/api/conversations/*", async (route) => {
      gate.asked();
      await left;
      await route.continue();
    }, { times: 1 });
    await asked;
    await this.page.goto(`${address}/desk#state=waiting`);
    await this.page.locator("#nothing").waitFor();
    const late = this.page.waitForResponse(/\/api\/conversations\/[^/?]+$/);
    gate.left();
    await (await late).finished();
    await this.page.evaluate(() => new Promise((resolve) => { setTimeout(resolve); }));
    await this.page.locator("#nothing").waitFor({ timeout: 1000 });
  }

  /** Opens what is told of replies that did not arrive, by keyboard; gives its text. */
  async notices() {
    await this.page.locator("#notices").waitFor();
    await this.page.locator("#notices").press("Enter");
    return this.page.locator("#notices-list li").first().innerText();
  }

  /** Puts the first of them aside, and waits until none is left. */
  async seen() {
    await this.page.locator("#notices-list button").first().click();
    await this.page.locator("#notices").waitFor({ state: "hidden" });
  }

  /** Opens the conversation that has waited longest; gives its id. */
  async openFirstWaiting() {
    const first = this.page.locator("#list a").first();
    await first.waitFor();
    const id = await first.getAttribute("data-key");
    await first.click();
    await this.page.locator("#why-title").waitFor();
    return id;
  }

  /** Opens the conversation in the list that holds `words`. */
  async openWaiting(words) {
    await this.page.locator("#list a", { hasText: words }).first().click();
    await this.page.locator("#why-title").waitFor();
  }

  /** Who the customer is, as far as it is known, and whether that is confirmed. */
  async customer() {
    const texts = [this.page.locator("#conversation-title"), this.page.locator("#customer")];
    return (await Promise.all(texts.map((shown) => shown.innerText()))).join(" · ");
  }

  /** Why the conversation came here. */
  why() {
    return this.page.locator("#why li").first().innerText();
  }

  /** Claims it, and waits until the desk shows that it may be released. */
  async claim() {
    await this.page.locator("#actions [data-key=claim]").click();
    await this.page.locator("#actions [data-key=release]").waitFor();
  }

  /** Gives it back to the bot, and waits until the desk shows that it may be claimed again. */
  async giveBack() {
    await this.page.locator("#actions [data-key=return]").click();
    await this.page.locator("#confirm-yes").click();
    await this.page.locator("#actions [data-key=claim]").waitFor();
  }

  async reply(text) {
    await this.page.locator("#text").fill(text);
    await this.page.locator("#reply").click();
    await this.page.locator("#messages .message.staff", { hasText: text }).waitFor();
  }
}

/** Fails when axe finds something serious on the page. */
export async function isAccessible(page, axe, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${name} is accessible`);
}
