// Conversation: one of them in full, who has it, and what can be done about it.

import { get, order } from "./api.js";
import * as composer from "./composer.js";
import { showOthers } from "./customer.js";
import { byId, confirmed, fill, make, size } from "./dom.js";
import { queueTitle, queues } from "./list.js";
import { reasonTold } from "./reasons.js";
import { marked, showWhy } from "./why.js";
import { channelName, language, languageName, moment, words } from "./words.js";

const me = document.querySelector('meta[name="person"]').content;
/// So many characters of a message are shown at once.
const LONG = 1500;
const unfolded = new Set();
let shown = null;
/// Whose answer is waited for, or shown; an answer that comes after somebody left changes nothing.
let wanted = null;
let busy = false;
let aimed = null;
/// The epoch of a problem that is shown: what happens after it makes it old.
let told = null;

/// Shows a conversation; `fresh` when it was just chosen.
export async function open(id, fresh) {
  wanted = id;
  if (fresh) {
    composer.keep();
    shown = null;
    tell(null);
  }
  const conversation = await get(`/api/conversations/${id}`);
  if (wanted === id && (!busy || fresh)) show(conversation, fresh);
}

/// The next time that this conversation is shown, one of its messages is looked for.
export function aim(id, ordinal) {
  aimed = { id, ordinal };
  if (shown?.id === id) takeAim();
}

function takeAim() {
  if (aimed?.id !== shown?.id) return;
  const message = byId("messages").querySelector(`[data-ordinal="${aimed.ordinal}"]`);
  aimed = null;
  message?.scrollIntoView({ block: "center" });
  message?.classList.add("fresh");
}

/// Shows nothing.
export function shut() {
  composer.keep();
  shown = null;
  wanted = null;
  byId("opened").hidden = true;
  byId("nothing").hidden = false;
}

/// Shows the opened conversation once more, in another language.
export function again() {
  if (shown) show(shown, false);
}

/// Tells a problem in words; `null` takes it away.
export function tell(problem) {
  told = problem ? problem.document?.epoch ?? shown?.epoch ?? null : null;
  byId("problem").hidden = !problem;
  byId("problem").textContent = problem ? problem.words ?? String(problem) : "";
}

function show(conversation, fresh) {
  const w = words();
  shown = conversation;
  byId("opened").hidden = false;
  byId("nothing").hidden = true;
  const { customer } = conversation;
  const isMine = mine(conversation);
  byId("conversation-title").textContent = customer?.name || customer?.address || w.title(channelName(conversation.channel));
  fill(byId("customer"), [customer, conversation.channel, language()], () => customer ? known(conversation) : []);
  fill(byId("facts"), [conversation.state, conversation.owner, conversation.queue, conversation.since, conversation.claim_until, conversation.language, queues, language()], () => facts(conversation));
  if (told !== null && conversation.epoch > told) tell(null);
  const acted = byId("actions").contains(document.activeElement);
  fill(byId("actions"), [conversation.state, conversation.owner, conversation.queue, busy, queues, language()], () => actions(conversation));
  byId("actions").setAttribute("aria-label", w.actions);
  if (acted && document.activeElement === document.body) byId("conversation-title").focus({ preventScroll: true });
  showMessages(conversation, fresh);
  composer.show(conversation, isMine, fresh);
  showWhy(conversation, isMine ? composer.use : null);
  if (fresh) showOthers(conversation.id, () => shown?.id === conversation.id);
  if (fresh) byId("conversation-title").focus({ preventScroll: true });
  if (fresh) takeAim();
}

const mine = (conversation) => conversation.owner.kind === "agent" && conversation.owner.name === me && conversation.state === "claimed";

function facts(conversation) {
  const w = words();
  const queue = queueTitle(conversation.queue ?? "");
  const owner = {
    bot: () => w.ownerBot, waiting: () => w.ownerQueue(queue), closed: () => w.ownerClosed,
    claimed: () => mine(conversation)
      ? w.ownerMe(conversation.claim_until && moment(conversation.claim_until, true)) : w.ownerOther(conversation.owner.name),
  }[conversation.state]();
  const tongue = conversation.language && languageName(conversation.language);
  const where = conversation.state === "waiting" ? "" : queue;
  const style = mine(conversation) ? "owner mine" : `owner ${conversation.state}`;
  const more = [w.since(moment(conversation.since)), where, tongue].filter(Boolean).join(" · ");
  return [make("strong", { class: style, text: owner }), ` · ${more}`];
}

/// Who the customer is, and whether that is certain.
function known({ customer, channel }) {
  const w = words();
  const { name, address, verified } = customer;
  const sure = make("span", { class: verified ? "sure" : "unsure", text: verified ? `✓ ${w.verified}` : `⚠ ${w.notVerified}`,
    title: verified ? w.verifiedTitle : w.notVerifiedTitle });
  const shown = name && channel !== "telegram" ? ` · ${channel === "whatsapp" && /^\d+$/.test(address) ? "+" : ""}${address}` : "";
  return [`${channelName(channel)}${shown} · `, sure];
}

function actions(conversation) {
  const w = words();
  const { state } = conversation;
  const isMine = mine(conversation);
  const free = state === "waiting" || state === "bot";
  const button = (key, text, run, style = "quiet") =>
    make("button", { type: "button", class: style, "data-key": key, disabled: busy, text, onclick: run });
  const buttons = [];
  if (free) buttons.push(button("claim", w.claim, async () => { if (await act("claim")) byId("text").focus(); }, ""));
  if (isMine) buttons.push(button("release", w.release, () => act("release")));
  if (isMine || state === "waiting") {
    buttons.push(button("return", w.return, async () => {
      if (await confirmed(w.returnTitle, w.returnText, w.return)) await act("return");
    }));
  }
  if (conversation.messages.some((message) => message.from === "bot")) {
    buttons.push(button("wrong", w.wrong, async () => {
      if (await confirmed(w.wrongTitle, w.wrongText, w.wrong)) await act("wrong");
    }));
  }
  if (isMine || free) {
    buttons.push(transfer(conversation), button("close", w.closeIt, async () => {
      if (await confirmed(w.closeTitle, w.closeText, w.closeIt, true)) await act("close");
    }));
  }
  return buttons;
}

function transfer(conversation) {
  const w = words();
  const others = queues.filter((queue) => queue.kind === "human" && queue.name !== conversation.queue);
  const select = make("select", { "aria-label": w.transferTo, "data-key": "queue" },
    make("option", { value: "", text: w.choose }),
    ...others.map((queue) => make("option", { value: queue.name, text: queueTitle(queue.name) })));
  const go = make("button", {
    type: "button", class: "quiet", "data-key": "transfer", disabled: busy, text: w.transfer,
    onclick: () => (select.value ? act("transfer", { queue: select.value }) : select.focus()),
  });
  return make("span", { class: "transfer" }, select, go);
}

/// Orders something, shows what came of it. True when it was done.
async function act(action, body = {}) {
  if (busy || !shown) return false;
  const { id, epoch } = shown;
  const key = document.activeElement?.dataset.key;
  setBusy(true);
  try {
    await order(id, action, action === "note" ? body : { ...body, epoch });
    tell(null);
    return true;
  } catch (problem) {
    tell(problem);
    return false;
  } finally {
    setBusy(false);
    // A button that was disabled has lost the focus.
    if (document.activeElement === document.body) (byId("actions").querySelector(`[data-key="${key}"]`) ?? byId("conversation-title")).focus();
    document.dispatchEvent(new CustomEvent("wissel:changed"));
  }
}

function setBusy(now) {
  busy = now;
  byId("opened").setAttribute("aria-busy", String(now));
  for (const element of byId("opened").querySelectorAll("button")) element.disabled = now;
  if (!now && shown) composer.show(shown, mine(shown), false);
  byId("hint").textContent = now ? words().working : byId("hint").textContent;
}

function showMessages(conversation, fresh) {
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const before = fresh ? Infinity : list.childElementCount;
  const changed = fill(list, [conversation.messages, conversation.decision?.at, language()], () =>
    conversation.messages.map((message, at) => bubble(conversation, message, at >= before)));
  list.setAttribute("aria-label", words().title(channelName(conversation.channel)));
  if (changed && (fresh || atEnd)) list.scrollTop = list.scrollHeight;
  // Where the page itself scrolls, the last words are what one wants to see first.
  if (fresh && list.scrollHeight <= list.clientHeight + 1) list.lastElementChild?.scrollIntoView({ block: "center" });
}

function bubble(conversation, message, isNew) {
  const w = words();
  const before = conversation.messages.slice(0, conversation.messages.indexOf(message)).findLast((other) => other.subject);
  const isDecided = message.ordinal !== null && message.ordinal === conversation.decided_on;
  const evidence = isDecided ? conversation.decision?.verdict.evidence ?? [] : [];
  const text = message.kind === "marker" ? markerText(message.text) : message.text;
  const old = message.ordinal !== null && conversation.messages.some((newer) => newer.edits === message.ordinal);
  return make("div", { "data-ordinal": message.ordinal, class: `message ${message.kind === "message" ? message.from : message.kind}${isNew ? " fresh" : ""}${old ? " old" : ""}` },
    make("p", { class: "who" }, message.from === "bot" && message.kind === "message" ? make("span", { class: "badge", text: w.ai }) : make("bdi", { text: who(message) }), old ? ` · ${w.oldVersion}` : null, " · ", make("time", { datetime: message.at, text: moment(message.at) })),
    message.subject && message.subject !== before?.subject ? make("p", { class: "subject", dir: "auto", text: message.subject }) : null,
    ...wordsOf(message, marked(text, evidence), text.length),
    beside(message),
    files(conversation, message),
    message.sources.length ? make("p", { class: "sources" }, `${w.sources}: `, ...message.sources.flatMap(source)) : null,
    state(message));
}

/// The words of a message; many of them are folded until somebody wants them.
function wordsOf(message, parts, length) {
  const text = make("div", { class: "text", dir: "auto" }, ...parts);
  if (length < LONG) return [text];
  const key = `whole ${message.id}`;
  const open = unfolded.has(key);
  text.classList.toggle("folded", !open);
  const button = make("button", { type: "button", class: "quiet", "data-key": key, "aria-expanded": String(open), text: open ? words().showLess : words().showAll,
    onclick: () => {
      const now = text.classList.toggle("folded");
      if (now) unfolded.delete(key); else unfolded.add(key);
      button.textContent = now ? words().showAll : words().showLess;
      button.setAttribute("aria-expanded", String(!now));
    } });
  return [text, button];
}

/// What a message brings beside its words, folded away.
function beside(message) {
  const w = words();
  const parts = [
    message.quoted ? make("div", { class: "text", dir: "auto", text: message.quoted }) : null,
    message.signature ? make("div", { class: "text", dir: "auto", text: message.signature }) : null,
  ].filter(Boolean);
  return parts.length ? make("details", { class: "beside" }, make("summary", { text: w.quoted }), ...parts) : null;
}

/// Its files: to be saved, never shown here.
function files(conversation, message) {
  const w = words();
  const all = [...message.attachments, ...(message.whole ? [{ ...message.whole, name: w.whole }] : [])];
  if (!all.length) return null;
  const file = (it) => {
    const name = `${it.name} (${size(it.bytes)})`;
    const href = `/api/conversations/${conversation.id}/attachments/${it.hash}`;
    const shown = it.hash ? make("a", { href, download: it.name, text: name }) : `${name}: ${w.notKept} ${reasonTold(it.refused ?? "", language())}`;
    return make("li", { class: it.hash ? "" : "bad" }, shown);
  };
  return make("ul", { class: "files", "aria-label": w.files }, ...all.map(file));
}

function who(message) {
  const w = words();
  if (message.kind === "note") return w.noteBy(message.name);
  if (message.kind === "marker") return w.marker;
  if (message.from === "customer" && message.sender) {
    const { name, address, verified } = message.sender;
    const edit = message.edits ? ` · ${w.newVersion}` : "";
    const usual = address === shown?.customer?.address && verified === shown.customer.verified;
    return usual ? `${name || w.customer}${edit}` : `${name || w.customer} <${address}> · ${verified ? w.verified : w.notVerified}${edit}`;
  }
  const roles = { customer: w.customer, bot: w.ai, staff: w.staff, system: w.system };
  if (message.from === "staff") return message.name === me ? w.you : `${roles.staff} ${message.name}`;
  return roles[message.from];
}

function source(source, at) {
  const text = `${source.title} (${source.version})`;
  const safe = /^https?:\/\//.test(source.url);
  const shown = safe ? make("a", { href: source.url, rel: "noreferrer", target: "_blank", text }) : text;
  return at ? [", ", shown] : [shown];
}

function state(message) {
  const w = words();
  if (message.kind !== "message" || message.from === "customer") return null;
  const origin = { ai_drafted_human_sent: w.drafted, rule: w.rule }[message.origin];
  const further = { delayed: w.delayed, delivered: w.delivered, read: w.read, played: w.read }[message.progress];
  const parts = [origin, message.delivery === "sent" && further ? further : w[message.delivery]].filter(Boolean);
  const bad = message.delivery === "failed" || message.delivery === "unknown";
  return parts.length ? make("p", { class: `state${bad ? " bad" : ""}`, text: parts.join(" · ") }) : null;
}

function markerText(text) {
  const known = words().markers;
  const [about, what, ...why] = text.split(":");
  const begins = known[`${about}:${what}`];
  if (begins) return why.length ? `${begins} ${reasonTold(why.join(":"), language())}` : begins;
  return known[text] ?? known[about] ?? text;
}

/// Listens to the composer.
export function listen() {
  composer.listen((action, body) => act(action, body), () => shown, () => Boolean(shown) && mine(shown));
}
