// Customer: their other threads, by which evidence, and a way to say that it is wrong, and to take that back.

import { ask, get } from "./api.js";
import { byId, make } from "./dom.js";
import { capital, channelName, words } from "./words.js";

/// Shows the other threads of a conversation's customer, if `wanted` still holds when they are known.
export async function showOthers(id, wanted) {
  const w = words();
  const box = byId("others");
  box.hidden = true;
  box.open = false;
  const { threads } = await get(`/api/conversations/${id}/customer`).catch(() => ({ threads: [] }));
  if (!wanted()) return;
  box.hidden = !threads.length;
  const sure = threads.filter(({ evidence }) => evidence.kind !== "reply").length;
  box.replaceChildren(make("summary", { text: sure ? w.others(threads.length) : w.related }), make("ul", {}, ...threads.map((thread) => item(id, thread))));
}

function item(id, thread) {
  const w = words();
  const { kind, address, by } = thread.evidence;
  const why = { person: () => w.linkedBy(by), reply: () => w.answersIt, address: () => w.sameAddress(address) }[kind]();
  const open = make("a", { href: `#state=${thread.state}&conversation=${thread.conversation}`, dir: "auto", text: thread.preview || "…" });
  const facts = make("span", { class: "small", text: `${capital(channelName(thread.channel))} · ${w[thread.state] ?? thread.state} · ${why}` });
  const line = make("li");
  const say = async (method, then) => {
    try {
      await ask(`/api/conversations/${id}/customer/${thread.conversation}`, { method });
      then();
    } catch (problem) {
      facts.textContent = problem.words ?? String(problem);
    }
  };
  const whole = () => line.replaceChildren(open, facts, make("button", { type: "button", class: "quiet", text: w.notTheSame, onclick: () => say("DELETE", gone) }));
  const maybe = () => {
    const same = make("button", { type: "button", class: "quiet", text: w.theSame, onclick: () => say("PUT", linked) });
    line.replaceChildren(open, facts, same);
  };
  const linked = () => {
    line.replaceChildren(open, make("span", { class: "small", text: w.linked }));
    open.focus();
  };
  const gone = () => {
    const undo = make("button", { type: "button", class: "quiet", text: w.undo, onclick: () => say("PUT", whole) });
    line.replaceChildren(make("span", { class: "small", text: w.unlinked }), undo);
    undo.focus();
  };
  if (kind === "reply") maybe(); else whole();
  return line;
}
