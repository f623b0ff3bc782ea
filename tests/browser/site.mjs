// A web shop's own site, which has the chat on its page and knows who is signed in.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const KEY = "a key of the site alone, long enough";

/** A token that says who a visitor is, made with `key`. */
function token(name, email, key) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const said = `${part({ alg: "HS256", typ: "JWT" })}.${part({ aud: "main", exp: Math.floor(Date.now() / 1000) + 600, name, email })}`;
  return `${said}.${createHmac("sha256", key).update(said).digest("base64url")}`;
}

export class Site {
  #server;
  #daemon = "";

  static async start() {
    const site = new Site();
    site.#server = createServer((request, response) => site.#answer(request, response));
    await new Promise((listening) => site.#server.listen(0, "127.0.0.1", listening));
    site.address = `http://127.0.0.1:${site.#server.address().port}`;
    return site;
  }

  /** What a daemon is told of it. */
  settings() {
    return `[webchat]\nidentity_key = "${KEY}"\norigins = ["${this.address}"]\n`;
  }

  /** Shows the chat of this daemon from now on. */
  shows(daemon) {
    this.#daemon = daemon;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request, response) {
    if (request.url === "/chat-token") {
      response.writeHead(200, { "content-type": "text/plain" }).end(`${token("Jan Bos", "jan@example.org", KEY)}\n`);
      return;
    }
    const forged = token("Jan Bos", "jan@example.org", "a key of somebody else altogether.");
    const attribute = { "/": 'identity-url="/chat-token"', "/forged": `identity="${forged}"` }[request.url];
    response.writeHead(attribute ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="nl"><title>Winkel</title>
      <script type="module" src="${this.#daemon}/chat/widget.js"></script><wissel-chat ${attribute}></wissel-chat>`);
  }
}
