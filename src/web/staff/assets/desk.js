// Desk: reads the place from the address, keeps everything up to date.

import { ask } from "./api.js";
import * as conversation from "./conversation.js";
import { byId } from "./dom.js";
import { STATES, link, refresh } from "./list.js";
import * as notices from "./notices.js";
import * as switches from "./switches.js";
import { fillIn, switchLanguage, words } from "./words.js";

const OFTEN = 2000;
const SELDOM = 15000;
let place = { queue: "", state: "waiting", conversation: "" };
let pages = 1;
let timer = 0;
let running = null;

function readPlace() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const state = asked.get("state");
  return {
    queue: asked.get("queue") ?? "",
    state: STATES.includes(state) ? state : "waiting",
    conversation: asked.get("conversation") ?? "",
  };
}

async function update(fresh) {
  clearTimeout(timer);
  try {
    const open = place.conversation ? conversation.open(place.conversation, fresh) : null;
    await Promise.all([refresh(place, pages), switches.refresh(), notices.refresh(place), open]);
    byId("offline").hidden = true;
  } catch (problem) {
    const lost = problem.code === "network";
    byId("offline").textContent = lost ? words().offline : problem.words ?? String(problem);
    byId("offline").hidden = false;
  }
  timer = setTimeout(turn, document.hidden ? SELDOM : OFTEN);
}

/// One update at a time; what asks meanwhile gets one afterwards.
function turn(fresh = false) {
  running = (running ?? Promise.resolve()).then(() => update(fresh));
  return running;
}

function moved() {
  if (location.hash === "#switches") {
    history.replaceState(null, "", link(place, {}));
    switches.openDialog();
    return;
  }
  if (location.hash === "#conversation") return;
  const before = place;
  place = readPlace();
  if (before.queue !== place.queue || before.state !== place.state) pages = 1;
  byId("desk").classList.toggle("has-conversation", place.conversation !== "");
  byId("back").href = link(place, { conversation: "" });
  const fresh = place.conversation !== before.conversation;
  if (!place.conversation) conversation.shut();
  turn(fresh);
}

function speak() {
  fillIn();
  byId("language").textContent = words().otherLanguage;
  byId("language").lang = document.documentElement.lang === "nl" ? "en" : "nl";
  switches.showButton();
  notices.show(place);
  conversation.again();
  turn();
}

byId("person").textContent = document.querySelector('meta[name="person"]').content;
byId("ai").addEventListener("click", switches.openDialog);
byId("notices").addEventListener("click", notices.openDialog);
byId("language").addEventListener("click", () => { switchLanguage(); speak(); });
byId("more").addEventListener("click", () => { pages += 1; turn(); });
byId("sign-out").addEventListener("click", async () => {
  await ask("/sign-out", { method: "POST" }).catch(() => null);
  location.assign("/desk");
});
document.querySelector("[data-skip]").addEventListener("click", (event) => {
  event.preventDefault();
  byId("conversation").focus();
});
document.addEventListener("wissel:changed", () => turn());
document.addEventListener("visibilitychange", () => { if (!document.hidden) turn(); });
addEventListener("hashchange", moved);
conversation.listen();
speak();
moved();
