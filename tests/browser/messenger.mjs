// Telegram's side of a bot, as much of it as one customer needs, who may block the bot.

import { createServer } from "node:http";

const CUSTOMER = 31_000_007;
const BOT = { id: 4711, is_bot: true, first_name: "Shop", username: "shop_bot" };
const ABILITIES = { can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false, can_connect_to_business: false, has_main_web_app: false };

export class Messenger {
  #server;
  #updates = [];
  #waiting = [];
  #number = 1;
  blocked = false;

  static async start() {
    const messenger = new Messenger();
    messenger.#server = createServer((request, response) => messenger.#answer(request, response));
    await new Promise((listening) => messenger.#server.listen(0, "127.0.0.1", listening));
    return messenger;
  }

  /** What a daemon is told of it. */
  settings() {
    const api = `http://127.0.0.1:${this.#server.address().port}`;
    return `[telegram.shop]\ntoken = "4711:AAtest-token"\napi = "${api}"\nquiet_seconds = 0\n`;
  }

  /** The customer writes. */
  say(text) {
    const from = { id: CUSTOMER, is_bot: false, first_name: "Sanne", language_code: "nl" };
    const message = { ...this.#message(text), from };
    this.#updates.push({ update_id: this.#number++, message });
    for (const go of this.#waiting.splice(0)) go();
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #message(text) {
    const chat = { id: CUSTOMER, type: "private", first_name: "Sanne" };
    return { message_id: this.#number++, date: Math.floor(Date.now() / 1000), chat, text };
  }

  async #answer(request, response) {
    let body = "";
    for await (const part of request) body += part;
    const method = request.url.split("/").pop().toLowerCase();
    const [status, answer] = await this.#call(method, JSON.parse(body || "{}"));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  async #call(method, { offset = 0, timeout = 0, text = "" }) {
    const done = (result) => [200, { ok: true, result }];
    if (method === "getme") return done({ ...BOT, ...ABILITIES });
    if (method === "getwebhookinfo") return done({ url: "", has_custom_certificate: false, pending_update_count: 0 });
    if (method === "getupdates") return done(await this.#poll(offset, timeout));
    if (method !== "sendmessage") return done(true);
    const blocked = { ok: false, error_code: 403, description: "Forbidden: bot was blocked by the user" };
    return this.blocked ? [403, blocked] : done({ ...this.#message(text), from: BOT });
  }

  async #poll(offset, timeout) {
    this.#updates = this.#updates.filter((update) => update.update_id >= offset);
    if (this.#updates.length === 0) {
      await new Promise((go) => {
        this.#waiting.push(go);
        setTimeout(go, timeout * 1000).unref();
      });
    }
    return this.#updates;
  }
}
