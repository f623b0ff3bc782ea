// Composer: what is written to the customer or noted for colleagues, with its files. Drafts stay with their conversation.

import { byId, fill, make, size } from "./dom.js";
import { language, moment, words } from "./words.js";

const drafts = new Map();
let current = null;
let chosen = [];

/// Keeps what is written for the conversation that is shown.
export function keep() {
  if (current) drafts.set(current, { text: byId("text").value, files: chosen });
}

/// Shows what may be written in a conversation.
export function show(conversation, isMine, fresh) {
  const w = words();
  if (fresh) {
    current = conversation.id;
    const draft = drafts.get(current);
    byId("text").value = draft?.text ?? "";
    chosen = draft?.files ?? [];
  }
  byId("text-label").textContent = isMine ? w.textReply : w.textNote;
  byId("reply").hidden = !isMine;
  byId("note").classList.toggle("quiet", isMine);
  byId("add").hidden = byId("files").hidden = !isMine || !conversation.takes_files;
  const { state, owner, claim_until: until } = conversation;
  const hint = { closed: () => w.hintClosed, claimed: () => w.hintOther(owner.name, until && moment(until, true)) }[state]?.() ?? w.hintClaim;
  byId("hint").textContent = isMine ? w.hintReply : hint;
  showChosen(isMine);
}

/// Puts a suggestion into the answer.
export function use(text) {
  byId("text").value = text;
  byId("text").focus();
}

function showChosen(isMine) {
  const w = words();
  const files = isMine ? chosen : [];
  fill(byId("chosen"), [files.map((file) => [file.name, file.size]), language()], () => files.map((file, at) => make("li", {},
    make("span", { text: `${file.name} (${size(file.size)})` }),
    make("button", { type: "button", class: "quiet", "aria-label": w.takeOff(file.name), text: "×", onclick: () => take(at) }))));
}

function take(at) {
  chosen = chosen.filter((_, other) => other !== at);
  showChosen(true);
  byId("files").focus();
}

async function send(action, act, shown) {
  const text = byId("text").value;
  const files = action === "reply" ? chosen : [];
  if (!text.trim() && !files.length) return byId("text").focus();
  const { id } = shown;
  const attachments = await Promise.all(files.map(encoded));
  if (await act(action, attachments.length ? { text, attachments } : { text })) {
    drafts.delete(id);
    if (current === id) {
      if (byId("text").value === text) byId("text").value = "";
      if (action === "reply") {
        chosen = [];
        showChosen(true);
      }
    }
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

/// Listens. `act` carries an order out, `shown` gives the conversation, `mine` whether it may be answered.
export function listen(act, shown, mine) {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (mine()) send("reply", act, shown());
  });
  byId("note").addEventListener("click", () => shown() && send("note", act, shown()));
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && mine()) {
      event.preventDefault();
      send("reply", act, shown());
    }
  });
  byId("files").addEventListener("change", (event) => {
    chosen = [...chosen, ...event.target.files];
    event.target.value = "";
    showChosen(mine());
  });
}
