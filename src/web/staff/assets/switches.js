// Switches: where AI is off, and switching it, never without a question in between.

import { Problem, ask } from "./api.js";
import { byId, confirmed, make } from "./dom.js";
import { queueTitle, queues } from "./list.js";
import { capital, channelName, languageName, words } from "./words.js";

const LANGUAGES = ["nl", "en", "de", "fr", "es"];
const channels = new Set(["webchat", "email", "telegram", "whatsapp"]);
let last = null;

/// Shows in the bar whether AI is on.
export async function refresh() {
  last = (await ask("/api/switches")).answer;
  showButton();
}

export function showButton() {
  const w = words();
  if (!last) return;
  const { all, ...parts } = last.ai_off;
  const part = Object.values(parts).some((list) => list.length);
  const button = byId("ai");
  button.textContent = all ? w.aiOff : part ? w.aiPart : w.aiOn;
  button.classList.toggle("off", all || part);
}

/// Opens the dialog, with what holds now.
export async function openDialog() {
  const w = words();
  const dialog = byId("switches");
  try {
    await refresh();
  } catch (problem) {
    dialog.replaceChildren(heading(), alertOf(problem), closer(dialog));
    dialog.showModal();
    return;
  }
  last.ai_off.channels.forEach((channel) => channels.add(channel));
  const { version, ai_off: off } = last;
  const all = box("all", "", w.offAll, off.all);
  const bots = queues.filter((queue) => queue.kind === "bot").map((queue) => box("queues", queue.name, queueTitle(queue.name), off.queues.includes(queue.name)));
  const ways = [...channels].map((channel) => box("channels", channel, capital(channelName(channel)), off.channels.includes(channel)));
  const tongues = LANGUAGES.map((code) => box("languages", code, capital(languageName(code)), off.languages.includes(code)));
  const alert = make("p", { class: "problem", role: "alert", hidden: true });
  const form = make("form", { onsubmit: (event) => { event.preventDefault(); apply(form, version, alert); } },
    make("p", { text: w.switchesText }), all, group(w.offQueues, bots), group(w.offChannels, ways), group(w.offLanguages, tongues),
    alert, make("div", { class: "send" }, make("button", { type: "submit", class: "danger", text: w.save }), closer(dialog)));
  dialog.replaceChildren(heading(), form);
  if (!dialog.open) dialog.showModal();
}

const heading = () => make("h2", { id: "switches-title", text: words().switchesTitle });
const closer = (dialog) => make("button", { type: "button", class: "quiet", text: words().cancel, onclick: () => dialog.close() });
const group = (title, boxes) => make("fieldset", {}, make("legend", { text: title }), ...boxes);
const alertOf = (problem) => make("p", { class: "problem", role: "alert", text: problem.words ?? String(problem) });
const box = (name, value, text, checked) => make("label", {}, make("input", { type: "checkbox", name, value, checked }), make("span", { text }));

async function apply(form, version, alert) {
  const w = words();
  const chosen = (name) => [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value);
  const off = { all: chosen("all").length > 0, queues: chosen("queues"), channels: chosen("channels"), languages: chosen("languages") };
  const any = off.all || off.queues.length + off.channels.length + off.languages.length > 0;
  const sure = any ? await confirmed(w.confirmOff, w.confirmOffText, w.yes, true) : await confirmed(w.confirmOn, w.confirmOnText, w.yes);
  if (!sure) return;
  try {
    last = (await ask("/api/switches", { method: "PUT", body: { ai_off: off }, headers: { "If-Match": `"${version}"` } })).answer;
    showButton();
    byId("switches").close();
    document.dispatchEvent(new CustomEvent("wissel:changed"));
  } catch (problem) {
    if (problem instanceof Problem && problem.document.status === 412) await openDialog();
    alert.textContent = problem.words ?? String(problem);
    alert.hidden = false;
  }
}
