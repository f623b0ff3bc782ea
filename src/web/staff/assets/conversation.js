// Conversation: one of them in full, who has it, and what can be done about it.

import { ask, get, order } from "./api.js";
import { byId, confirmed, fill, make } from "./dom.js";
import { queueTitle, queues } from "./list.js";
import { marked, showWhy } from "./why.js";
import { language, moment, words } from "./words.js";

const me = document.querySelector('meta[name="person"]').content;
const drafts = new Map();
let shown = null;
let busy = false;

/// Shows a conversation; `fresh` when it was just chosen.
export async function open(id, fresh) {
  if (fresh) {
    keepDraft();
    shown = null;
    tell(null);
  }
  const conversation = await get(`/api/conversations/${id}`);
  if (!busy || fresh) show(conversation, fresh);
}

/// Shows nothing.
export function shut() {
  keepDraft();
  shown = null;
  byId("opened").hidden = true;
  byId("nothing").hidden = false;
}

/// Shows the opened conversation once more, in another language.
export function again() {
  if (shown) show(shown, false);
}

/// Tells a problem in words; `null` takes it away.
export function tell(problem) {
  byId("problem").hidden = !problem;
  byId("problem").textContent = problem ? problem.words ?? String(problem) : "";
}

function keepDraft() {
  if (shown) drafts.set(shown.id, byId("text").value);
}

function show(conversation, fresh) {
  const w = words();
  shown = conversation;
  byId("opened").hidden = false;
  byId("nothing").hidden = true;
  byId("conversation-title").textContent = w.title(conversation.channel ?? "?");
  byId("facts").textContent = facts(conversation);
  fill(byId("actions"), [conversation.state, conversation.owner, conversation.queue, busy, queues, language()], () => actions(conversation));
  byId("actions").setAttribute("aria-label", w.actions);
  showMessages(conversation, fresh);
  showComposer(conversation, fresh);
  showWhy(conversation, mine(conversation) ? use : null);
  if (fresh) showCustomer(conversation.id);
  if (fresh) byId("conversation-title").focus({ preventScroll: true });
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
  const tongue = conversation.language?.toUpperCase();
  const where = conversation.state === "waiting" ? "" : queue;
  return [owner, w.since(moment(conversation.since)), where, tongue].filter(Boolean).join(" · ");
}

function actions(conversation) {
  const w = words();
  const { state } = conversation;
  const isMine = mine(conversation);
  const free = state === "waiting" || state === "bot";
  const button = (key, text, run, style = "quiet") =>
    make("button", { type: "button", class: style, "data-key": key, disabled: busy, text, onclick: run });
  const buttons = [];
  if (free) buttons.push(button("claim", w.claim, () => act("claim"), ""));
  if (isMine) buttons.push(button("release", w.release, () => act("release")));
  if (isMine || state === "waiting") {
    buttons.push(button("return", w.return, async () => {
      if (await confirmed(w.returnTitle, w.returnText, w.return)) await act("return");
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
    document.dispatchEvent(new CustomEvent("wissel:changed"));
  }
}

function setBusy(now) {
  busy = now;
  byId("opened").setAttribute("aria-busy", String(now));
  for (const element of byId("opened").querySelectorAll("button")) element.disabled = now;
  if (!now && shown) showComposer(shown, false);
  byId("hint").textContent = now ? words().working : byId("hint").textContent;
}

function showMessages(conversation, fresh) {
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const before = fresh ? Infinity : list.childElementCount;
  const changed = fill(list, [conversation.messages, conversation.decision?.at, language()], () =>
    conversation.messages.map((message, at) => bubble(conversation, message, at >= before)));
  list.setAttribute("aria-label", words().title(conversation.channel ?? "?"));
  if (changed && (fresh || atEnd)) list.scrollTop = list.scrollHeight;
}

function bubble(conversation, message, isNew) {
  const w = words();
  const isDecided = message.ordinal !== null && message.ordinal === conversation.decided_on;
  const evidence = isDecided ? conversation.decision?.verdict.evidence ?? [] : [];
  const text = message.kind === "marker" ? markerText(message.text) : message.text;
  return make("div", { class: `message ${message.kind === "message" ? message.from : message.kind}${isNew ? " fresh" : ""}` },
    make("p", { class: "who" }, `${who(message)} · `, make("time", { datetime: message.at, text: moment(message.at) })),
    make("div", { class: "text", dir: "auto" }, ...marked(text, evidence)),
    beside(message),
    files(conversation, message),
    message.sources.length ? make("p", { class: "sources" }, `${w.sources}: `, ...message.sources.flatMap(source)) : null,
    state(message));
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
    const shown = it.hash ? make("a", { href, download: it.name, text: name }) : `${name}: ${w.notKept} ${it.refused ?? ""}`;
    return make("li", { class: it.hash ? "" : "bad" }, shown);
  };
  return make("ul", { class: "files", "aria-label": w.files }, ...all.map(file));
}

/// The other threads of the customer, with the evidence, and a way to say that it is wrong.
async function showCustomer(id) {
  const w = words();
  const { threads } = await get(`/api/conversations/${id}/customer`).catch(() => ({ threads: [] }));
  if (shown?.id !== id) return;
  const item = (it) => {
    const { kind, address, by } = it.evidence;
    const why = kind === "person" ? w.linkedBy(by) : w.sameAddress(address);
    const not = make("button", { type: "button", class: "quiet", text: w.notTheSame });
    not.addEventListener("click", async () => {
      await ask(`/api/conversations/${id}/customer/${it.conversation}`, { method: "DELETE" }).catch(() => null);
      showCustomer(id);
    });
    return make("li", {}, make("a", { href: `#conversation=${it.conversation}`, text: `${it.channel}: ${it.preview}` }),
      make("span", { class: "soft", text: ` ${w[it.state] ?? it.state} · ${why} ` }), not);
  };
  byId("others").hidden = !threads.length;
  byId("others").replaceChildren(make("summary", { text: w.others(threads.length) }),
    make("ul", {}, ...threads.map(item)));
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function who(message) {
  const w = words();
  if (message.kind === "note") return w.noteBy(message.name);
  if (message.kind === "marker") return w.marker;
  if (message.from === "customer" && message.sender) {
    const { name, address, verified } = message.sender;
    const edit = message.edits ? ` · ${w.newVersion}` : "";
    return `${name || w.customer} <${address}> ${verified ? w.verified : w.notVerified}${edit}`;
  }
  const roles = { customer: w.customer, bot: w.ai, staff: w.staff, system: w.system };
  return message.from === "staff" ? `${roles.staff} ${message.name}` : roles[message.from];
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
  const told = known[`${about}:${what}`];
  if (told) return why.length ? `${told} ${why.join(":")}` : told;
  return known[text] ?? known[about] ?? text;
}

function showComposer(conversation, fresh) {
  const w = words();
  const isMine = mine(conversation);
  byId("text-label").textContent = isMine ? w.textReply : w.textNote;
  byId("reply").hidden = !isMine;
  byId("files").hidden = !isMine || !conversation.takes_files;
  byId("files").setAttribute("aria-label", w.addFiles);
  if (fresh) byId("files").value = "";
  byId("reply").disabled = busy;
  byId("note").disabled = busy;
  const hint = conversation.state === "closed" ? w.hintClosed : w.hintClaim;
  byId("hint").textContent = isMine ? w.hintReply : hint;
  if (fresh) byId("text").value = drafts.get(conversation.id) ?? "";
}

function use(text) {
  byId("text").value = text;
  byId("text").focus();
}

async function send(action) {
  const text = byId("text").value;
  const chosen = action === "reply" ? [...byId("files").files] : [];
  if (!text.trim() && !chosen.length) return byId("text").focus();
  const { id } = shown;
  const attachments = await Promise.all(chosen.map(encoded));
  if (await act(action, attachments.length ? { text, attachments } : { text })) {
    drafts.delete(id);
    if (action === "reply") byId("files").value = "";
    if (shown?.id === id && byId("text").value === text) byId("text").value = "";
  }
  return byId("text").focus();
}

/// A chosen file as the API takes it.
async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = "";
  for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return { name: file.name, type: file.type || "application/octet-stream", content: btoa(letters) };
}

/// Listens to the composer.
export function listen() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown && mine(shown)) send("reply");
  });
  byId("note").addEventListener("click", () => send("note"));
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && shown && mine(shown)) {
      event.preventDefault();
      send("reply");
    }
  });
}
