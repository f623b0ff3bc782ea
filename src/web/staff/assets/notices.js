// Notices: own replies that did not arrive, or may not have. Counted in the bar, listed with their conversations.

import { get, order } from "./api.js";
import * as conversation from "./conversation.js";
import { byId, fill, make } from "./dom.js";
import { link } from "./list.js";
import { reasonTold } from "./reasons.js";
import { capital, channelName, language, moment, words } from "./words.js";

const EVERY = 10000;
let notices = [];
let asked = 0;
let hurry = 0;
document.addEventListener("wissel:changed", () => { hurry = Date.now() + EVERY; });

/// Asks for them: every ten seconds, and each time for a while after something was done.
export async function refresh(place) {
  const now = Date.now();
  if (now - asked < EVERY && now > hurry) return;
  asked = now;
  notices = (await get("/api/notices")).notices;
  show(place);
}

/// Shows how many there are, and the list if it is open.
export function show(place) {
  const w = words();
  const count = notices.length;
  byId("notices").hidden = count === 0;
  const text = count ? w.notices(count) : "";
  fill(byId("notices"), [text], () => [make("span", { class: "wide", text }), make("span", { class: "narrow", "aria-hidden": "true", text: `⚠ ${count}` })]);
  byId("notices").setAttribute("aria-label", text);
  if (byId("notices-said").textContent !== text) byId("notices-said").textContent = text;
  document.title = count ? `(${count}) Wissel` : "Wissel";
  fill(byId("notices-list"), [notices, place, w.notices(count)], () => notices.map((notice) => item(place, notice)));
  if (!count && byId("notices-dialog").open) byId("notices-dialog").close();
}

function item(place, notice) {
  const w = words();
  const { conversation: id, ordinal } = notice;
  const put = make("button", { type: "button", class: "quiet", text: w.seenIt, "data-key": `seen ${id} ${ordinal}`,
    "aria-label": w.seenItOf(notice.preview), onclick: (event) => seen(event.target, place, notice) });
  const open = make("a", { href: link(place, { conversation: id }), text: w.openIt, "data-key": `open ${id} ${ordinal}`,
    onclick: () => { conversation.aim(id, ordinal); byId("notices-dialog").close(); } });
  return make("li", {},
    make("p", { class: "state bad", text: `${capital(w[notice.delivery])} · ${channelName(notice.channel)} · ${moment(notice.at)}` }),
    make("p", { class: "preview", dir: "auto", text: notice.preview || w.filesAlone }),
    notice.why ? make("p", { class: "small", text: w.reason(reasonTold(notice.why, language())) }) : null,
    make("div", { class: "send" }, open, put));
}

async function seen(button, place, { conversation: id, ordinal }) {
  button.disabled = true;
  byId("notices-problem").hidden = true;
  try {
    await order(id, "seen", { ordinal });
  } catch (problem) {
    byId("notices-problem").textContent = problem.words ?? String(problem);
    byId("notices-problem").hidden = false;
    button.disabled = false;
    return;
  }
  const at = notices.findIndex((notice) => notice.conversation === id && notice.ordinal === ordinal);
  notices.splice(at, 1);
  show(place);
  const next = byId("notices-list").querySelectorAll("button")[Math.min(at, notices.length - 1)];
  next?.focus();
}

export function openDialog() {
  byId("notices-problem").hidden = true;
  byId("notices-dialog").showModal();
}
