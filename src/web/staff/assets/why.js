// Why: why a conversation came here, with the words that were found, and what to know before answering.

import { byId, fill, make } from "./dom.js";
import { queueTitle } from "./list.js";
import { language, localized, moment, words } from "./words.js";

/// What is worth marking: not the language, and not what the text as a whole is about.
const isMark = ({ finding, start, end }, length) => finding !== "language" && (finding !== "intent" || 2 * (end - start) < length);

/// A text with the words marked that findings stand on. Places count whole characters, as the API does.
export function marked(text, evidence) {
  if (!evidence.length) return [text];
  const characters = Array.from(text);
  const names = characters.map(() => new Set());
  for (const { finding, start, end } of evidence) {
    if (!isMark({ finding, start, end }, characters.length)) continue;
    for (let at = start; at < Math.min(end, names.length); at += 1) names[at].add(finding);
  }
  const parts = [];
  let from = 0;
  const key = (at) => [...names[at]].join(" ");
  for (let at = 1; at <= characters.length; at += 1) {
    if (at < characters.length && key(at) === key(from)) continue;
    const piece = characters.slice(from, at).join("");
    const title = [...names[from] ?? []].map((name) => words().findings[name] ?? name).join(", ");
    parts.push(title ? make("mark", { title, text: piece }) : piece);
    from = at;
  }
  return parts;
}

/// Shows the panel; `use` puts a suggestion into the answer, if this person may answer.
export function showWhy(conversation, use) {
  const { decision, brief } = conversation;
  fill(byId("why"), [decision, brief, Boolean(use), language(), conversation.id, conversation.queue], () => {
    const w = words();
    const parts = [make("h2", { id: "why-title", text: w.whyTitle })];
    if (!decision) return [...parts, make("p", { class: "small", text: w.noDecision })];
    parts.push(bullets(brief.why), ruleLine(decision, conversation.queue), ...foundWords(decision, decidedLength(conversation)), ...briefParts(brief, use), comparisons(decision));
    return parts;
  });
}

/// How long the message is that was decided on, in whole characters.
function decidedLength({ messages, decided_on: ordinal }) {
  const message = messages.find((message) => message.ordinal === ordinal);
  return message ? Array.from(message.text).length : Infinity;
}

const bullets = (texts) => make("ul", {}, ...texts.map((text) => make("li", { text })));

/// The last decision may be about a later message, which moved nothing: then it is said where the conversation is.
function ruleLine(decision, queue) {
  const w = words();
  const floor = decision.rule.startsWith("floor:");
  const finding = decision.rule.slice(6);
  const rule = floor ? `${w.ruleFloor}: ${w.findings[finding] ?? finding}` : decision.rule;
  const text = decision.rule === "default" ? w.ruleDefault : rule;
  const where = `${w.rule_}: ${text} → ${queueTitle(decision.queue)}.`;
  const elsewhere = queue && queue !== decision.queue ? ` ${w.nowWith(queueTitle(queue))}` : "";
  return make("p", { class: "small", text: `${where} ${w.decidedAt(moment(decision.at))}.${elsewhere}` });
}

function foundWords(decision, length) {
  const w = words();
  const shown = decision.verdict.evidence.filter((found) => isMark(found, length) && found.text.trim());
  if (!shown.length) return [];
  const items = shown.slice(0, 12).map(({ finding, text }) =>
    make("li", {}, `${w.findings[finding] ?? finding}: `, make("mark", { dir: "auto", text: shorten(text) })));
  return [make("h3", { text: w.found }), make("ul", {}, ...items)];
}

const shorten = (text) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);

function briefParts(brief, use) {
  const w = words();
  const parts = [];
  if (brief.wants) parts.push(make("h3", { text: w.wants }), make("p", { text: brief.wants }));
  if (brief.found.length) {
    parts.push(make("details", { "data-key": "found" }, make("summary", { text: w.foundBy }), bullets(brief.found)));
  }
  if (brief.questions.length) parts.push(make("h3", { text: w.questions }), bullets(brief.questions));
  if (brief.suggestion) {
    const { text, sources } = brief.suggestion;
    parts.push(make("h3", { text: w.suggestion }), make("blockquote", { dir: "auto", text }),
      make("p", { class: "small", text: `${w.sources}: ${sources.map(({ title, version }) => `${title} (${version})`).join(", ")}` }));
    if (use) parts.push(make("button", { type: "button", class: "quiet", "data-key": "use", text: w.useIt, onclick: () => use(text) }));
  }
  if (brief.unknown.length) parts.push(make("h3", { text: w.unknownTitle }), bullets(brief.unknown));
  return parts;
}

function comparisons(decision) {
  const w = words();
  const head = make("tr", {}, ...[w.condition, w.value, w.result].map((text) => make("th", { scope: "col", text })));
  const rows = decision.conditions.map((condition) => make("tr", {},
    make("td", {}, make("code", { text: condition.text })),
    make("td", { text: value(condition.value) }),
    make("td", { text: condition.holds ? w.holds : w.holdsNot })));
  return make("details", { "data-key": "comparisons" }, make("summary", { text: `${w.conditions} (${rows.length})` }),
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

function value(found) {
  if (found === null) return words().absent;
  if (typeof found === "object" && !Array.isArray(found)) return found.text ?? `${found.start}–${found.end}`;
  return Array.isArray(found) ? found.join(", ") : String(found);
}
