// <wissel-chat>: the chat as an element for any page. Text is only ever set as text.
// Attributes: `lang` (nl or en; else the page's or the browser's), `server` (else where this file came from),
// `identity` (a token that says who the visitor is) or `identity-url` (where the page's own site gives a fresh one as text).

import { Connection } from "./connection.js";
import { TEXTS, languageOf } from "./texts.js";

const TYPING_FOR = 45_000;
/** Lines that come together are not read aloud one by one: that is history. */
const SETTLED_AFTER = 400;

/** Makes an element with attributes and content. */
function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** A link, if it leads to the web; else its text. */
function link(url, text) {
  try {
    const { protocol, href } = new URL(url);
    if (protocol === "https:" || protocol === "http:") {
      return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
    }
  } catch {
    // Not an address.
  }
  return text;
}

class WisselChat extends HTMLElement {
  #texts;
  #lang;
  #connection = null;
  #parts = null;
  #company = "";
  #owner = "none";
  #online = null;
  #typing = null;
  #typingTimer = 0;
  #settleTimer = 0;
  /** Bubbles of messages that have no place in the thread yet, by id. */
  #unplaced = new Map();

  connectedCallback() {
    if (!this.#parts) this.#build();
    const server = new URL(this.getAttribute("server") ?? import.meta.url, location.href);
    const url = new URL("/chat/ws", server);
    url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
    this.#connection = new Connection(url.href, this.#lang, () => this.#identity(), {
      online: (welcome) => this.#isOnline(welcome),
      offline: () => this.#setOnline(false),
      frame: (frame) => this.#frame(frame),
      sent: (id) => this.#note(id, this.#texts.sent),
      waiting: (id) => this.#note(id, this.#texts.waiting),
      failed: (id, code) => this.#failed(id, code),
    });
    for (const { id, text } of this.#connection.pending) this.#showUnplaced(id, text);
    this.#connection.open();
  }

  async #identity() {
    const from = this.getAttribute("identity-url");
    if (from === null) return this.getAttribute("identity");
    try {
      const answer = await fetch(new URL(from, location.href), { credentials: "same-origin", cache: "no-store" });
      return answer.ok ? (await answer.text()).trim() || null : null;
    } catch {
      return null;
    }
  }

  disconnectedCallback() {
    this.#connection?.close();
    this.#clear();
  }

  #build() {
    this.#lang = languageOf(this.lang || document.documentElement.lang || navigator.language);
    this.#texts = TEXTS[this.#lang];
    const t = this.#texts;
    const style = make("link", { rel: "stylesheet", href: new URL("./widget.css", import.meta.url).href });
    const empty = make("p", { class: "empty" }, t.empty);
    const log = make("div", { id: "log", role: "log", "aria-label": t.log, "aria-live": "off", tabindex: "0" }, empty);
    const state = make("p", { id: "state", role: "status" }, t.connecting);
    const person = make("button", { type: "button", id: "person" }, t.person);
    const text = make("textarea", { id: "text", rows: "2", "aria-describedby": "hint", autocomplete: "off" });
    const send = make("button", { type: "submit", id: "send" }, t.send);
    const label = make("label", { for: "text" }, t.label);
    const hint = make("p", { id: "hint" }, t.hint);
    const form = make("form", {}, label, make("div", { class: "row" }, text, send), hint);
    const bar = make("div", { class: "bar" }, state, person);
    const frame = make("section", { "aria-label": t.title, lang: this.#lang, hidden: "" }, bar, log, form);
    style.onload = style.onerror = () => {
      frame.hidden = false;
      log.scrollTop = log.scrollHeight;
    };
    this.attachShadow({ mode: "open" }).append(style, frame);
    this.#parts = { log, state, person, text, form, empty };

    form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    text.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    };
    person.onclick = () => {
      this.#say(t.personText);
      text.focus();
    };
  }

  #submit() {
    const { text } = this.#parts;
    if (text.value.trim() === "") return;
    this.#say(text.value);
    text.value = "";
    text.focus();
  }

  #say(text) {
    this.#settled();
    this.#showUnplaced(this.#connection.send(text), text);
    this.#scrollDown();
  }

  #isOnline({ company }) {
    this.#company = company ?? "";
    this.#setOnline(true);
    this.#settleSoon();
  }

  #setOnline(online) {
    this.#online = online;
    this.#showState();
  }

  #frame(frame) {
    switch (frame.type) {
      case "message":
        this.#place(frame);
        break;
      case "resync":
        this.#clear();
        for (const { id, text } of this.#connection.pending) this.#showUnplaced(id, text);
        break;
      case "owner":
        this.#owner = frame.owner;
        this.#setTyping(null);
        break;
      case "typing":
        this.#setTyping(frame.from);
        break;
    }
  }

  #clear() {
    const { log, empty } = this.#parts;
    this.#unplaced.clear();
    log.setAttribute("aria-live", "off");
    log.replaceChildren(empty);
    empty.hidden = false;
    this.#settleSoon();
  }

  /** Until the history is there the log is not read aloud; after it, each new line is. */
  #settleSoon() {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#settled(), SETTLED_AFTER);
  }

  #settled() {
    clearTimeout(this.#settleTimer);
    this.#parts?.log.setAttribute("aria-live", "polite");
  }

  #place(frame) {
    const { log, empty } = this.#parts;
    const follow = this.#atBottom();
    empty.hidden = true;
    const known = this.#unplaced.get(frame.id);
    this.#unplaced.delete(frame.id);
    known?.remove();
    const line = this.#line(frame);
    // What has no place yet comes after what has.
    const [firstUnplaced] = this.#unplaced.values();
    log.insertBefore(line, firstUnplaced ?? null);
    if (frame.from !== "customer") this.#setTyping(null);
    if (log.getAttribute("aria-live") === "off") this.#settleSoon();
    if (follow || known) this.#scrollDown();
  }

  #line({ from, name, at, text, sources }) {
    const t = this.#texts;
    const who = make("p", { class: "who" });
    if (from === "customer") who.append(t.you);
    if (from === "bot") who.append(name || t.bot, " ", make("span", { class: "badge" }, t.ai));
    if (from === "staff") {
      who.append(name || t.staff);
      if (name && name !== t.staff) who.append(" ", make("span", { class: "badge" }, t.staffRole));
    }
    if (from === "system") who.append(name || this.#company || t.title);
    if (at) who.append(" · ", this.#time(at));
    const line = make("div", { class: `line ${from}`, "data-from": from }, who, make("p", { class: "text", dir: "auto" }, text));
    if (sources?.length) line.append(this.#sources(sources));
    return line;
  }

  /** When it was said: the hour, and the day where that is not today. */
  #time(at) {
    const moment = new Date(at);
    const today = moment.toDateString() === new Date().toDateString();
    const style = today ? { timeStyle: "short" } : { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
    return make("time", { datetime: at }, moment.toLocaleString(this.#locale(), style));
  }

  /** The browser's own form of the chat's language, so that times look as its user is used to. */
  #locale() {
    return navigator.languages.find((tag) => tag.split("-")[0] === this.#lang) ?? this.#texts.dates;
  }

  #sources(sources) {
    const t = this.#texts;
    const items = sources.map(({ title, url, version }) => {
      const date = new Date(`${version}T12:00:00`);
      const shown = Number.isNaN(date.getTime()) ? version : date.toLocaleDateString(this.#locale(), { dateStyle: "long" });
      return make("li", {}, `${t.source}: `, link(url, title), ` (${t.version(shown)})`);
    });
    return make("ul", { class: "sources" }, ...items);
  }

  #showUnplaced(id, text) {
    const { log, empty } = this.#parts;
    empty.hidden = true;
    const line = this.#line({ from: "customer", text });
    line.append(make("p", { class: "note" }, this.#texts.sending));
    this.#unplaced.set(id, line);
    log.append(line);
  }

  #note(id, text) {
    const note = this.#unplaced.get(id)?.querySelector(".note");
    if (note) note.textContent = text;
  }

  #failed(id, code) {
    const { failed } = this.#texts;
    this.#note(id, failed[code] ?? failed.other);
    const line = this.#unplaced.get(id);
    if (!line) return;
    line.classList.add("failed");
    this.#unplaced.delete(id);
    // Its words go back to where they can be changed.
    const { text } = this.#parts;
    if (text.value === "") text.value = line.querySelector(".text").textContent;
  }

  #setTyping(from) {
    clearTimeout(this.#typingTimer);
    this.#typing = from;
    if (from) this.#typingTimer = setTimeout(() => this.#setTyping(null), TYPING_FOR);
    this.#showState();
  }

  #showState() {
    const { state, person } = this.#parts;
    const t = this.#texts;
    const calm = this.#typing ? t.typing[this.#typing] : t.owner[this.#owner];
    const shown = this.#online === null ? t.connecting : this.#online ? calm : t.offline;
    if (state.textContent !== shown) state.textContent = shown;
    state.dataset.state = this.#online === false ? "offline" : this.#owner;
    person.hidden = this.#owner === "queue" || this.#owner === "agent";
  }

  #atBottom() {
    const { log } = this.#parts;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }

  #scrollDown() {
    const { log } = this.#parts;
    log.scrollTop = log.scrollHeight;
  }
}

customElements.define("wissel-chat", WisselChat);
