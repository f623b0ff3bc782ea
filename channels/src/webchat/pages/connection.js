// The chat's protocol on the client's side: hello, resume, resend, reconnect. Knows nothing of the page.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const ACK_WITHIN = 15_000;

/** What the browser keeps; works, for as long as the page is open, where it may keep nothing. */
class Kept {
  #area;
  #key;
  #fallback = null;

  constructor(area, key) {
    this.#area = area;
    this.#key = key;
  }

  get() {
    try {
      return JSON.parse(globalThis[this.#area].getItem(this.#key));
    } catch {
      return this.#fallback;
    }
  }

  set(value) {
    this.#fallback = value;
    try {
      globalThis[this.#area].setItem(this.#key, JSON.stringify(value));
    } catch {
      // Private windows may forbid it.
    }
  }
}

/** A random UUID, also where the page was not loaded over TLS. */
function uuid() {
  if (globalThis.crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * A thread that survives lost connections. Tells `listener`:
 * `online(welcome)`, `offline()`, `frame(frame)` for message, resync, owner and typing,
 * `sent(id)` once the server has a message, `failed(id, code)` when it never will, `waiting(id)` when it will later.
 */
export class Connection {
  #url;
  #locale;
  #identify;
  #listener;
  #visitor;
  #outbox;
  #pending;
  #socket = null;
  #welcomed = false;
  #lastSeq = 0;
  #failures = 0;
  /** Set while the server asks for patience: then one message at a time, so that none overtakes another. */
  #patient = false;
  #timer = 0;
  #patienceTimer = 0;
  #watchdog = 0;

  /** `identify` gives (a promise of) the token by which the page says who its visitor is, or null. */
  constructor(url, locale, identify, listener) {
    this.#url = url;
    this.#locale = locale;
    this.#identify = identify;
    this.#listener = listener;
    this.#visitor = new Kept("localStorage", `wissel-visitor ${url}`);
    // A tab resends only what was written in it.
    this.#outbox = new Kept("sessionStorage", `wissel-outbox ${url}`);
    this.#pending = this.#outbox.get() ?? [];
  }

  /** Messages that the server has not confirmed: `{ id, text }`, oldest first. */
  get pending() {
    return this.#pending;
  }

  open() {
    addEventListener("online", this.#now);
    this.#connect();
  }

  close() {
    removeEventListener("online", this.#now);
    for (const timer of [this.#timer, this.#watchdog, this.#patienceTimer]) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Sends a text, now or as soon as there is a connection; returns its id. */
  send(text) {
    const message = { id: uuid(), text };
    this.#keep([...this.#pending, message]);
    this.#transmit(message);
    return message.id;
  }

  #keep(pending) {
    this.#pending = pending;
    this.#outbox.set(pending);
  }

  #now = () => {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#welcomed = false;
    const current = () => this.#socket === socket;
    socket.onopen = async () => {
      const identity = await this.#identify();
      const hello = { type: "hello", visitor: this.#visitor.get(), last_seq: this.#lastSeq, locale: this.#locale, identity };
      if (current()) socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => {
      if (current()) this.#take(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (current()) this.#lost();
    };
  }

  #lost() {
    this.#socket = null;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#patienceTimer);
    this.#listener.offline();
    // Jitter: after an outage not everybody returns in the same second.
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #take(frame) {
    switch (frame.type) {
      case "welcome":
        this.#welcomed = true;
        this.#failures = 0;
        this.#patient = false;
        this.#visitor.set(frame.visitor);
        this.#listener.online(frame);
        for (const message of this.#pending) this.#transmit(message);
        break;
      case "resync":
        this.#lastSeq = 0;
        this.#listener.frame(frame);
        break;
      case "message":
        if (frame.seq !== this.#lastSeq + 1) break;
        this.#lastSeq = frame.seq;
        this.#confirm(frame.id);
        this.#listener.frame(frame);
        break;
      case "ack":
        if (this.#confirm(frame.id)) this.#listener.sent(frame.id);
        break;
      case "error":
        this.#refused(frame);
        break;
      default:
        this.#listener.frame(frame);
    }
  }

  /** Forgets a message that the server has; whether it was pending. */
  #confirm(id) {
    const rest = this.#pending.filter((message) => message.id !== id);
    const was = rest.length < this.#pending.length;
    if (was) this.#keep(rest);
    this.#watch();
    if (was && this.#patient) {
      this.#patient = rest.length > 0;
      if (this.#patient) this.#transmit(rest[0]);
    }
    return was;
  }

  #refused({ code, id, retry_after: wait }) {
    if (code === "invalid_identity") console.warn("wissel-chat: the identity is not believed; the visitor is nobody known");
    const message = this.#pending.find((pending) => pending.id === id);
    if (!message) return;
    if (wait === null) {
      this.#confirm(id);
      this.#listener.failed(id, code);
      return;
    }
    this.#listener.waiting(id);
    this.#patient = true;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#patienceTimer);
    const again = () => this.#pending.length > 0 && this.#transmit(this.#pending[0]);
    this.#patienceTimer = setTimeout(again, wait * 1000 * (1 + Math.random() / 4));
  }

  #transmit(message) {
    if (!this.#welcomed || !this.#pending.includes(message)) return;
    if (this.#patient && message !== this.#pending[0]) return;
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: "message", id: message.id, text: message.text }));
    this.#watch();
  }

  /** A connection on which nothing is confirmed any more is a dead one. */
  #watch() {
    clearTimeout(this.#watchdog);
    if (this.#pending.length === 0) return;
    this.#watchdog = setTimeout(() => {
      const socket = this.#socket;
      if (!socket) return;
      this.#lost();
      socket.close();
    }, ACK_WITHIN);
  }
}
