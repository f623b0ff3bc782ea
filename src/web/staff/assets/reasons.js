// Reasons: why something did not arrive, in Dutch. Channels say it in English, with fixed sentences; what the other side
// said itself stands behind a colon, and stays as it is.

const DUTCH = {
  // Telegram.
  "it is not known which chat to answer in": "niet bekend in welke chat geantwoord moet worden",
  "there is nothing to send": "er is niets te versturen",
  "a file is too large for Telegram": "een bestand is te groot voor Telegram",
  "unreachable on Telegram": "onbereikbaar op Telegram",
  "Forbidden: bot was blocked by the user": "de klant heeft de bot geblokkeerd",
  "Forbidden: user is deactivated": "dit account bestaat niet meer",
  "Bad Request: chat not found": "deze chat bestaat niet (meer)",
  "Telegram refuses it": "Telegram weigert het",
  "Telegram has taken it, and its answer cannot be read": "Telegram nam het aan, maar het antwoord is onleesbaar",
  "an answer that is not of the Bot API": "een antwoord dat niet van Telegram is",
  "a file cannot be read": "een bestand kan niet worden gelezen",
  // WhatsApp.
  "it is not known which number to answer": "niet bekend welk nummer antwoord moet krijgen",
  "more than 24 hours since the customer last wrote, and WhatsApp takes nothing but a template then": "de klant schreef meer dan 24 uur geleden; dan neemt WhatsApp alleen nog een sjabloon aan",
  "reach them another way, or set whatsapp.<account>.template": "neem op een andere manier contact op, of stel whatsapp.<account>.template in",
  "more than 24 hours since the customer last wrote, and a template takes at most 1 024 letters and no files": "de klant schreef meer dan 24 uur geleden; een sjabloon neemt hoogstens 1024 tekens en geen bestanden",
  "unreachable on WhatsApp": "onbereikbaar op WhatsApp",
  "the customer deleted a message": "de klant verwijderde een bericht",
  "WhatsApp does not know the number of ours": "WhatsApp kent ons nummer niet",
  "it was taken, but its id was not told": "het is aangenomen, maar zonder kenmerk",
  "the answer was cut off": "het antwoord werd afgebroken",
  "an answer that is not of the API": "een antwoord dat niet van WhatsApp is",
  // E-mail.
  "no address to answer to is known": "er is geen adres bekend om naar te antwoorden",
  "the mail server did not answer in time": "de mailserver antwoordde niet op tijd",
  "an automatic mail gets no automatic answer": "een automatische mail krijgt geen automatisch antwoord",
  "the address got three automatic mails within a day; a person has to answer": "dit adres kreeg binnen een dag al drie automatische mails; een mens moet antwoorden",
  "a file cannot be sent": "een bestand kan niet worden verstuurd",
  "the mail server answered": "de mailserver antwoordde",
  "the mail server cannot be reached": "de mailserver is niet te bereiken",
  "the mail server offers no way to sign in": "de mailserver biedt geen manier om aan te melden",
  "the mail server cannot take a mail of this kind": "de mailserver kan zo'n mail niet aannemen",
  "the connection to the mail server was lost while the mail was sent": "de verbinding met de mailserver viel weg tijdens het versturen",
  // All.
  "the file is not taken": "het bestand is niet aangenomen",
  "a virus was found": "er zit een virus in",
  "it could not be fetched from Telegram": "het kon niet bij Telegram worden opgehaald",
  "it could not be fetched from WhatsApp": "het kon niet bij WhatsApp worden opgehaald",
  "it could not be fetched in time": "het kon niet op tijd worden opgehaald",
  "WhatsApp does not have it any more": "WhatsApp heeft het niet meer",
  "there is no such file": "dit bestand is er niet (meer)",
  "no answer in time": "geen antwoord op tijd",
  "no answer within": "geen antwoord binnen",
  "the connection was lost": "de verbinding viel weg",
  "what became of an earlier try is not known": "niet bekend wat er van een eerdere poging is geworden",
  "the other side says so": "de andere kant meldt dit",
};

/// A reason as staff read it: each of its sentences that is known, in `language`.
export function reasonTold(why, language) {
  if (language !== "nl") return why;
  const whole = DUTCH[why];
  if (whole) return whole;
  const parts = /^(\d+) of (\d+) parts were sent, and then: (.*)$/s.exec(why);
  if (parts) return `${parts[1]} van ${parts[2]} delen zijn verstuurd, en toen: ${reasonTold(parts[3], language)}`;
  const gone = /^the account (\S+) is not set up any more(, and nobody can be asked)?$/.exec(why);
  if (gone) return `het account ${gone[1]} is er niet meer${gone[2] ? ", en niemand kan het navragen" : ""}`;
  const kind = /^files of the kind (\S+) are not taken$/.exec(why);
  if (kind) return `bestanden van de soort ${kind[1]} worden niet aangenomen`;
  const large = /^(?:it has )?(larger than |more than )?(\d+ (?:MB|bytes))(?:; at most (\d+) are taken)?$/.exec(why);
  if (large) return `te groot: ${large[1] ? "meer dan " : ""}${large[2]}${large[3] ? `, hoogstens ${large[3]}` : ""}`;
  const most = /^at most (.*)$/.exec(why);
  if (most) return `hoogstens ${most[1]}`;
  const numbered = /^(.*?),? (?:status )?(\d+)( s)?(: .*)?$/s.exec(why);
  if (numbered && DUTCH[numbered[1]]) return `${DUTCH[numbered[1]]} ${numbered[2]}${numbered[3] ?? ""}${numbered[4] ?? ""}`;
  const colon = why.indexOf(": ");
  if (colon < 0) return why;
  return `${DUTCH[why.slice(0, colon)] ?? why.slice(0, colon)}: ${reasonTold(why.slice(colon + 2), language)}`;
}
