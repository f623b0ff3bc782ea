// What the chat says to people, in Dutch and English.

export const TEXTS = {
  nl: {
    dates: "nl-NL",
    title: "Chat",
    log: "Gesprek",
    label: "Uw bericht",
    hint: "Enter verstuurt, Shift+Enter begint een nieuwe regel.",
    send: "Verstuur",
    person: "Ik wil een medewerker",
    personText: "Ik wil graag een medewerker spreken",
    you: "U",
    bot: "Digitale assistent",
    ai: "AI",
    staff: "Medewerker",
    staffRole: "medewerker",
    source: "Bron",
    version: (date) => `versie van ${date}`,
    empty: "Stel hieronder uw vraag.",
    owner: {
      none: "Waar het kan, antwoordt een digitale assistent (AI).",
      bot: "U spreekt met een digitale assistent (AI).",
      queue: "U wacht op een medewerker. U kunt intussen verder schrijven.",
      agent: "Een medewerker heeft uw gesprek.",
    },
    typing: { bot: "De digitale assistent zoekt een antwoord…", staff: "De medewerker schrijft…" },
    connecting: "Verbinding maken…",
    offline: "Geen verbinding; we proberen het steeds opnieuw. Wat u schrijft, wordt daarna verstuurd.",
    sending: "wordt verstuurd…",
    sent: "verstuurd",
    waiting: "het is druk; wordt zo opnieuw verstuurd…",
    failed: {
      too_long: "Niet verstuurd: dit bericht is te lang. Maak het korter.",
      other: "Niet verstuurd: dit bericht kon niet worden aangenomen.",
    },
  },
  en: {
    dates: "en-GB",
    title: "Chat",
    log: "Conversation",
    label: "Your message",
    hint: "Enter sends, Shift+Enter starts a new line.",
    send: "Send",
    person: "I want a person",
    personText: "I would like to speak to a person",
    you: "You",
    bot: "Digital assistant",
    ai: "AI",
    staff: "Member of staff",
    staffRole: "staff",
    source: "Source",
    version: (date) => `version of ${date}`,
    empty: "Ask your question below.",
    owner: {
      none: "Where it can, a digital assistant (AI) answers.",
      bot: "You are talking to a digital assistant (AI).",
      queue: "You are waiting for a person. You can go on writing meanwhile.",
      agent: "A person has your conversation.",
    },
    typing: { bot: "The digital assistant is looking for an answer…", staff: "The member of staff is writing…" },
    connecting: "Connecting…",
    offline: "No connection; we keep trying. What you write is sent afterwards.",
    sending: "sending…",
    sent: "sent",
    waiting: "it is busy; sending again in a moment…",
    failed: {
      too_long: "Not sent: this message is too long. Make it shorter.",
      other: "Not sent: this message could not be accepted.",
    },
  },
};

/** The language of these that fits a language tag best. */
export function languageOf(tag) {
  return (tag ?? "").toLowerCase().startsWith("nl") ? "nl" : "en";
}
