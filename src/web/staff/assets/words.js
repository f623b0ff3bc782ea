// Words: everything that the page says, in Dutch and English.

const WORDS = {
  nl: {
    skip: "Naar het gesprek", queues: "Wachtrijen", all: "Alle", signOut: "Afmelden", more: "Meer tonen",
    chooseOne: "Kies links een gesprek.", back: "← Terug naar de lijst", reply: "Verstuur", note: "Alleen notitie",
    cancel: "Annuleren", save: "Doorvoeren", close: "Sluiten", otherLanguage: "English",
    waiting: "Wacht", claimed: "Bezig", bot: "Bij de AI", closed: "Klaar",
    you: "U", unanswered: "nieuw",
    waitingCount: (n) => `${n} ${n === 1 ? "wacht" : "wachten"}`, openCount: (n) => `${n} open`,
    oldest: (age) => `langste ${age}`, nobodyWaits: "niemand wacht",
    listTitle: (queue, state) => `${state}: ${queue}`,
    listEmpty: "Hier is niets. Zodra iemand schrijft, verschijnt het hier vanzelf.",
    priorityHigh: "voorrang", priorityLow: "kan wachten", states: "Toestand",
    customer: "Klant", ai: "AI", staff: "Collega", system: "Systeem", noteBy: (name) => `Notitie van ${name}, alleen intern`,
    marker: "Melding, alleen intern", since: (when) => `sinds ${when}`,
    ownerBot: "De AI heeft dit gesprek", ownerQueue: (queue) => `Wacht op ${queue}`,
    ownerMe: (until) => until ? `U heeft dit gesprek, tot ${until} als u niets doet` : "U heeft dit gesprek",
    ownerOther: (name) => `${name} heeft dit gesprek`, ownerClosed: "Afgesloten",
    title: (channel) => `Gesprek via ${channel}`, withCustomer: (name) => `Gesprek met ${name}`,
    claim: "Overnemen", release: "Terug in de wachtrij", return: "Terug naar de AI", wrong: "Antwoord van de AI is onjuist", closeIt: "Afsluiten",
    transfer: "Doorgeven", transferTo: "Doorgeven aan", choose: "Kies een wachtrij", actions: "Acties",
    closeTitle: "Gesprek afsluiten?", closeText: "Schrijft de klant opnieuw, dan begint een nieuw gesprek.",
    wrongTitle: "Is het antwoord van de AI onjuist?", wrongText: "Dit wordt vastgelegd. Heeft de AI het gesprek nog, dan gaat het naar mensen.",
    returnTitle: "Terug naar de AI?", returnText: "De AI zegt eerst opnieuw dat het een AI is.", yes: "Ja",
    textReply: "Uw antwoord aan de klant, of een notitie", textNote: "Notitie voor collega's",
    hintReply: "Ctrl+Enter verstuurt", hintClaim: "Neem het gesprek over om te antwoorden.",
    hintClosed: "Dit gesprek is afgesloten.",
    hintOther: (name, until) => `U kunt een notitie achterlaten.${until ? ` Doet ${name} niets, dan wacht het gesprek vanaf ${until} weer.` : ""}`,
    pending: "wordt verzonden…", sent: "verzonden", failed: "niet bezorgd", unknown: "onbekend of het is aangekomen",
    drafted: "voorstel van de AI, door een mens verstuurd", rule: "vaste zin",
    whyTitle: "Waarom hier", rule_: "Regel", ruleDefault: "geen regel paste", ruleFloor: "vaste bodem",
    found: "Gevonden in de tekst", foundBy: "Waaraan dit is gezien", conditions: "Alle vergelijkingen", holds: "klopt", holdsNot: "klopt niet",
    condition: "Vergelijking", value: "Waarde", absent: "onbekend", result: "Uitkomst",
    briefTitle: "In het kort", wants: "De klant wil", questions: "Vragen", suggestion: "Voorstel van de AI",
    useIt: "Gebruik dit", unknownTitle: "Niet bekend", noDecision: "Hierover is nog niets besloten.",
    decidedAt: (when) => `Besloten op ${when}`, nowWith: (queue) => `Het gesprek is nu bij ${queue}.`, sources: "Bron",
    aiOn: "AI: aan", aiOff: "AI: uit", aiPart: "AI: deels uit", switchesTitle: "AI uitzetten",
    switchesText: "Waar AI uit staat, gaat alles naar mensen. Dit werkt binnen 5 seconden, ook voor wat onderweg is.",
    offAll: "Overal uit", offQueues: "Uit voor", offChannels: "Uit op kanaal", offLanguages: "Uit in taal",
    confirmOff: "AI uitzetten?", confirmOn: "AI weer aanzetten?",
    confirmOffText: "Gesprekken die de AI nu heeft, gaan naar mensen.",
    confirmOnText: "Nieuwe berichten kunnen dan weer door de AI worden beantwoord.",
    offline: "Geen verbinding met Wissel. Wij blijven het proberen.", lessThanAMinute: "< 1 min",
    minutes: (n) => `${n} min`, hours: (n) => `${n} uur`, days: (n) => `${n} d`, working: "Even geduld…",
    problem: {
      not_owner: (who) => who ? `${who} heeft dit gesprek nu.` : "Neem het gesprek eerst over.",
      stale_epoch: (who) => `Het gesprek is intussen in andere handen${who ? `: ${who}` : ""}. Kijk opnieuw.`,
      closed: () => "Het gesprek is afgesloten.", claiming: () => "Iemand neemt dit gesprek op dit moment over.",
      unknown_queue: () => "Deze wachtrij bestaat niet (meer).", invalid: (_, detail) => `Dit kan niet: ${detail}`,
      not_found: () => "Dit gesprek bestaat niet (meer).", too_many: () => "Te vaak geprobeerd. Wacht even.",
      unauthorized: () => "U bent niet (meer) aangemeld. Bewaar uw tekst, laad deze pagina opnieuw en meld u aan.",
      unavailable: () => "Dit lukt nu even niet. Er is niets verloren; probeer het zo opnieuw.",
      late: () => "Dit duurt langer dan gewoonlijk. Kijk zo of het gelukt is.",
      network: () => "Geen verbinding. Uw tekst staat er nog; probeer het opnieuw.",
    },
    findings: {
      language: "taal", intent: "onderwerp", question: "vraag", anger: "boos", sadness: "verdriet of zorgen", doubt: "twijfel",
      joy: "blij", wants_person: "wil een mens", complaint: "klacht", urgent: "haast", automatic: "automatisch",
      injection: "opdracht aan de AI", thanks: "bedankt",
    },
    others: (n) => `Deze klant heeft nog ${n} ${n === 1 ? "ander gesprek" : "andere gesprekken"}`,
    linkedBy: (name) => `gekoppeld door ${name}`, sameAddress: (address) => `zelfde bevestigde adres: ${address}`,
    related: "Hoort misschien bij een ander gesprek", answersIt: "antwoordt op een mail uit dit gesprek, vanaf een ander adres: geef geen gegevens prijs",
    theSame: "Dit is dezelfde klant", linked: "Gekoppeld.",
    notTheSame: "Dit is iemand anders", unlinked: "Niet meer gekoppeld.", undo: "Ongedaan maken",
    quoted: "Aanhaling en ondertekening", files: "Bestanden", whole: "hele tekst", notKept: "niet bewaard,",
    addFiles: "Bestand toevoegen", takeOff: (name) => `${name} niet meesturen`,
    verified: "bevestigd", verifiedTitle: "Het kanaal bevestigt dat dit adres echt van de afzender is.",
    notVerified: "afzender niet bevestigd", notVerifiedTitle: "Niemand bevestigt dat dit bericht van dit adres komt: geef geen gegevens prijs.",
    newVersion: "nieuwe versie", oldVersion: "vervangen door een nieuwe versie", showAll: "Hele bericht", showLess: "Inklappen", delayed: "nog onderweg", delivered: "bezorgd", read: "gelezen",
    markers: { "delivery:failed": "Niet bezorgd:", "delivery:unknown": "Onbekend of het is aangekomen:",
      "delivery:delayed": "Nog niet bezorgd:", "came:calendar_reply": "De klant antwoordde op een uitnodiging.",
      "came:reaction": "De klant reageerde met een emoji.", "came:service": "Er veranderde iets aan de chat zelf.",
      "handoff:failed": "Het ticket kon niet worden gemaakt.", "handoff:unknown": "Onbekend of het ticket is gemaakt.",
      parked: "Een bericht kon niet worden verwerkt en is apart gezet." },
    notices: (n) => n === 1 ? "1 antwoord niet aangekomen" : `${n} antwoorden niet aangekomen`,
    noticesTitle: "Uw antwoorden die niet zijn aangekomen",
    noticesText: "Ze blijven hier staan tot u zegt dat u ze gezien hebt. De klant weet hier niet van.",
    seenIt: "Gezien", seenItOf: (text) => `Gezien: ${text}`, openIt: "Open het gesprek", reason: (why) => `Reden: ${why}`,
    filesAlone: "(alleen bestanden)",
  },
  en: {
    skip: "To the conversation", queues: "Queues", all: "All", signOut: "Sign out", more: "Show more",
    chooseOne: "Choose a conversation on the left.", back: "← Back to the list", reply: "Send", note: "Note only",
    cancel: "Cancel", save: "Apply", close: "Close", otherLanguage: "Nederlands",
    waiting: "Waiting", claimed: "In hand", bot: "With AI", closed: "Closed",
    you: "You", unanswered: "new",
    waitingCount: (n) => `${n} waiting`, openCount: (n) => `${n} open`,
    oldest: (age) => `longest ${age}`, nobodyWaits: "nobody waits",
    listTitle: (queue, state) => `${state}: ${queue}`,
    listEmpty: "Nothing here. As soon as somebody writes, it appears by itself.",
    priorityHigh: "priority", priorityLow: "can wait", states: "State",
    customer: "Customer", ai: "AI", staff: "Colleague", system: "System", noteBy: (name) => `Note by ${name}, internal`,
    marker: "Notice, internal", since: (when) => `since ${when}`,
    ownerBot: "The AI has this conversation", ownerQueue: (queue) => `Waits for ${queue}`,
    ownerMe: (until) => until ? `You have this conversation, until ${until} if you do nothing` : "You have this conversation",
    ownerOther: (name) => `${name} has this conversation`, ownerClosed: "Closed",
    title: (channel) => `Conversation by ${channel}`, withCustomer: (name) => `Conversation with ${name}`,
    claim: "Take it", release: "Back to the queue", return: "Back to the AI", wrong: "The AI's answer is wrong", closeIt: "Close it",
    transfer: "Hand on", transferTo: "Hand on to", choose: "Choose a queue", actions: "Actions",
    closeTitle: "Close this conversation?", closeText: "If the customer writes again, a new conversation begins.",
    wrongTitle: "Is the AI's answer wrong?", wrongText: "This is recorded. If the AI still has the conversation, it goes to people.",
    returnTitle: "Back to the AI?", returnText: "The AI first says again that it is an AI.", yes: "Yes",
    textReply: "Your answer to the customer, or a note", textNote: "Note for colleagues",
    hintReply: "Ctrl+Enter sends", hintClaim: "Take the conversation to answer.",
    hintClosed: "This conversation is closed.",
    hintOther: (name, until) => `You can leave a note.${until ? ` If ${name} does nothing, the conversation waits again from ${until} on.` : ""}`,
    pending: "being sent…", sent: "sent", failed: "not delivered", unknown: "not known whether it arrived",
    drafted: "drafted by AI, sent by a person", rule: "fixed sentence",
    whyTitle: "Why it came here", rule_: "Rule", ruleDefault: "no rule matched", ruleFloor: "fixed floor",
    found: "Found in the text", foundBy: "What it was seen by", conditions: "All comparisons", holds: "holds", holdsNot: "does not hold",
    condition: "Comparison", value: "Value", absent: "not known", result: "Result",
    briefTitle: "In short", wants: "The customer wants", questions: "Questions", suggestion: "The AI suggests",
    useIt: "Use this", unknownTitle: "Not known", noDecision: "Nothing has been decided on this yet.",
    decidedAt: (when) => `Decided on ${when}`, nowWith: (queue) => `The conversation is now with ${queue}.`, sources: "Source",
    aiOn: "AI: on", aiOff: "AI: off", aiPart: "AI: partly off", switchesTitle: "Switch AI off",
    switchesText: "Where AI is off, everything goes to people. Takes effect within 5 seconds, for what is under way too.",
    offAll: "Off everywhere", offQueues: "Off for", offChannels: "Off on channel", offLanguages: "Off in language",
    confirmOff: "Switch AI off?", confirmOn: "Switch AI on again?",
    confirmOffText: "Conversations that the AI has now go to people.",
    confirmOnText: "New messages can then be answered by the AI again.",
    offline: "No connection to Wissel. We keep trying.", lessThanAMinute: "< 1 min",
    minutes: (n) => `${n} min`, hours: (n) => `${n} h`, days: (n) => `${n} d`, working: "One moment…",
    problem: {
      not_owner: (who) => who ? `${who} has this conversation now.` : "Take the conversation first.",
      stale_epoch: (who) => `The conversation has changed hands meanwhile${who ? `: ${who}` : ""}. Look again.`,
      closed: () => "The conversation is closed.", claiming: () => "Somebody is taking this conversation right now.",
      unknown_queue: () => "There is no such queue (any more).", invalid: (_, detail) => `This cannot be done: ${detail}`,
      not_found: () => "There is no such conversation (any more).", too_many: () => "Tried too often. Wait a moment.",
      unauthorized: () => "You are not signed in (any more). Keep your text, reload this page and sign in.",
      unavailable: () => "This cannot be done just now. Nothing was lost; try again in a moment.",
      late: () => "This takes longer than usual. Look again in a moment.",
      network: () => "No connection. Your text is still there; try again.",
    },
    findings: {
      language: "language", intent: "subject", question: "question", anger: "anger", sadness: "sadness or worry", doubt: "doubt",
      joy: "joy", wants_person: "wants a person", complaint: "complaint", urgent: "urgent", automatic: "automatic",
      injection: "instruction to the AI", thanks: "thanks",
    },
    others: (n) => `This customer has ${n} other ${n === 1 ? "conversation" : "conversations"}`,
    linkedBy: (name) => `linked by ${name}`, sameAddress: (address) => `same confirmed address: ${address}`,
    related: "May belong to another conversation", answersIt: "answers a mail of this conversation, from another address: give no data away",
    theSame: "This is the same customer", linked: "Linked.",
    notTheSame: "This is somebody else", unlinked: "Not linked any more.", undo: "Undo",
    quoted: "Quotation and signature", files: "Files", whole: "whole text", notKept: "not kept,",
    addFiles: "Add a file", takeOff: (name) => `Do not send ${name}`,
    verified: "confirmed", verifiedTitle: "The channel confirms that this address is really the sender's.",
    notVerified: "sender not confirmed", notVerifiedTitle: "Nobody confirms that this message is from this address: give nothing away.",
    newVersion: "new version", oldVersion: "replaced by a new version", showAll: "Whole message", showLess: "Fold", delayed: "still on its way", delivered: "delivered", read: "read",
    markers: { "delivery:failed": "Not delivered:", "delivery:unknown": "Not known whether it arrived:",
      "delivery:delayed": "Not delivered yet:", "came:calendar_reply": "The customer answered an invitation.",
      "came:reaction": "The customer reacted with an emoji.", "came:service": "Something about the chat itself changed.",
      "handoff:failed": "The ticket could not be made.", "handoff:unknown": "Not known whether the ticket was made.",
      parked: "A message could not be handled and was set aside." },
    notices: (n) => n === 1 ? "1 reply did not arrive" : `${n} replies did not arrive`,
    noticesTitle: "Your replies that did not arrive",
    noticesText: "They stay here until you say that you have seen them. The customer does not know of them.",
    seenIt: "Seen", seenItOf: (text) => `Seen: ${text}`, openIt: "Open the conversation", reason: (why) => `Reason: ${why}`,
    filesAlone: "(files alone)",
  },
};

const KEY = "wissel.language";
let chosen = remembered() ?? (document.documentElement.lang === "nl" ? "nl" : "en");

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept in WORDS ? kept : null;
  } catch {
    return null;
  }
}

export const language = () => chosen;
export const words = () => WORDS[chosen];

export function switchLanguage() {
  chosen = chosen === "nl" ? "en" : "nl";
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Not kept, then.
  }
}

export function fillIn() {
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words()[element.dataset.word];
}

const CHANNELS = { webchat: { nl: "webchat", en: "web chat" }, email: { nl: "e-mail", en: "e-mail" }, telegram: { nl: "Telegram", en: "Telegram" }, whatsapp: { nl: "WhatsApp", en: "WhatsApp" } };

/// What people call a channel.
export const channelName = (name) => CHANNELS[name]?.[chosen] ?? name ?? "?";

export const localized = (text) => text?.[chosen] ?? text?.en ?? text?.nl ?? Object.values(text ?? {})[0] ?? "";

export function age(seconds) {
  const w = words();
  if (seconds < 60) return w.lessThanAMinute;
  if (seconds < 90 * 60) return w.minutes(Math.floor(seconds / 60));
  if (seconds < 48 * 3600) return w.hours(Math.round(seconds / 3600));
  return w.days(Math.round(seconds / 86400));
}

export function moment(text, short = false) {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  const style = short || today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(locale(), style).format(at);
}

/// The browser's own form of the chosen language, so that times look as its user is used to.
const locale = () => navigator.languages.find((tag) => tag.split("-")[0] === chosen) ?? { nl: "nl-NL", en: "en-GB" }[chosen];

/// What people call a language.
export const languageName = (code) => new Intl.DisplayNames([locale()], { type: "language" }).of(code);

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
