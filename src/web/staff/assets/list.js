// List: the queues with their counts, and the conversations of one of them.

import { get } from "./api.js";
import { byId, fill, make } from "./dom.js";
import { age, capital, channelName, language, languageName, localized, moment, words } from "./words.js";

const me = document.querySelector('meta[name="person"]').content;

export const STATES = ["waiting", "claimed", "bot", "closed"];

/// The queues as they were last seen.
export let queues = [];

export const queueTitle = (name) => localized(queues.find((queue) => queue.name === name)?.title) || name;

/// Reads queues and conversations and shows them. `place` is { queue, state, conversation }.
export async function refresh(place, pages) {
  queues = (await get("/api/queues")).queues;
  showQueues(place);
  const rows = [];
  let next = null;
  for (let page = 0; page < pages; page += 1) {
    const query = new URLSearchParams({ queue: place.queue, state: place.state, after: next ?? "" });
    const answer = await get(`/api/conversations?${query}`);
    rows.push(...answer.conversations);
    next = answer.next;
    if (next === null) break;
  }
  showList(place, rows, next !== null);
}

export function link(place, change) {
  const next = { ...place, ...change };
  const kept = Object.entries(next).filter(([, value]) => value);
  return `#${new URLSearchParams(kept)}`;
}

function showQueues(place) {
  const w = words();
  const minute = (queue) => ({ ...queue, oldest_seconds: queue.oldest_seconds && age(queue.oldest_seconds) });
  fill(byId("queues"), [queues.map(minute), place.queue, place.state, w.queues], () => {
    const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
    const all = row(place, "", w.all, "", waiting);
    return [all, ...queues.map((queue) => {
      const wait = queue.waiting && queue.oldest_seconds !== null ? w.oldest(age(queue.oldest_seconds)) : "";
      const detail = queue.kind === "bot" ? w.openCount(queue.open) : wait;
      return row(place, queue.name, localized(queue.title) || queue.name, detail, queue.kind === "bot" ? null : queue.waiting);
    })];
  });
}

function row(place, name, title, detail, count) {
  const state = name && queues.find((queue) => queue.name === name)?.kind === "bot" ? "bot" : "waiting";
  return make("li", {}, make("a",
    { href: link(place, { queue: name, state, conversation: "" }), "aria-current": place.queue === name && "true", "data-key": `queue ${name}` },
    make("span", { class: "name", text: title }), make("span", { class: "small", text: detail }),
    count === null ? null : make("span", { class: `count${count ? "" : " none"}`, text: count, title: words().waitingCount(count) })));
}

function showList(place, rows, more) {
  const w = words();
  byId("list-title").textContent = w.listTitle(place.queue ? queueTitle(place.queue) : w.all, w[place.state]);
  byId("states").setAttribute("aria-label", w.states);
  fill(byId("states"), [place.state, place.queue, w.states], () => STATES.map((state) => make("button", {
    type: "button", class: "quiet", "aria-pressed": String(place.state === state), "data-key": state, text: w[state],
    onclick: () => { location.hash = link(place, { state, conversation: "" }); },
  })));
  byId("list-empty").hidden = rows.length > 0;
  byId("list-empty").textContent = w.listEmpty;
  byId("more").hidden = !more;
  const ages = rows.map((conversation) => age((Date.now() - Date.parse(conversation.since)) / 1000));
  fill(byId("list"), [rows, ages, place, w.queues], () => rows.map((conversation, at) => item(place, conversation, ages[at])));
}

function item(place, conversation, waits) {
  const w = words();
  const { state, owner, customer, channel, language: tongue, priority, unanswered } = conversation;
  const mine = state === "claimed" && owner.name === me;
  const who = state === "claimed" ? (mine ? w.you : owner.name) : queueTitle(conversation.queue ?? "");
  const fresh = unanswered && state === "claimed";
  const tag = (text, kind = "") => make("span", { class: `tag ${kind}`, text });
  const tags = [
    fresh ? tag(w.unanswered, "new") : null,
    tongue && tongue !== language() ? make("span", { class: "tag", text: tongue.toUpperCase(), title: languageName(tongue) }) : null,
    priority === "high" ? tag(w.priorityHigh, "high") : null,
    priority === "low" ? tag(w.priorityLow) : null,
  ];
  return make("li", {}, make("a", {
    href: link(place, { conversation: conversation.id }), "data-key": conversation.id,
    "aria-current": place.conversation === conversation.id && "true",
  },
  make("span", { class: "row" },
    make("span", { class: `name${fresh ? " new" : ""}`, dir: "auto", text: customer?.name || customer?.address || capital(channelName(channel)) }),
    make("time", { datetime: conversation.since, title: moment(conversation.since), text: waits })),
  make("span", { class: "preview", dir: "auto", text: conversation.preview || "…" }),
  make("span", { class: "row small" },
    make("span", { class: "who", text: customer ? `${who} · ${channelName(channel)}` : who }), make("span", { class: "tags" }, ...tags))));
}
