//! Dividers between a message and its history: "-----Original Message-----", blocks of headers, and rules.

use std::sync::LazyLock;

use regex::Regex;

use super::super::pattern::{one_of, pattern};
use super::Line;
use super::introduction::{has_address, has_date, has_verb};

/// Lines of a block of headers, at most.
const MOST_LINES: usize = 16;

static DASHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*[-_=*#~—–>]{2,}\s*(\S.{2,120}?)\s*[-_=*#~—–<]{2,}\s*$"));
static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\boriginal|origine|oorspronkelijk|origineel|ursprüngliche|originalnachricht|reply message|réponse|alkuperäinen|oryginalna|původní|исходное|ursprungligt|oprindelig|opprinnelig|antwort\b",
    )
});
static PASSED_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)forward|doorgestuurd|doorgezonden|weitergeleitet|weiterleitung|transféré|transfere|réexpédi|reenviado|reenvi|inoltrat|encaminhad|vidarebefordra|videresend|przekazan|przesłan|пересланн",
    )
});
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:begin|anfang|début|inicio|inizio|início)\s.{0,30}(?:forward|doorgestuurd|weitergeleitet|transféré|reenviado|inoltrato|encaminhada).{0,30}:$",
    )
});
static ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^[\W_]*(?:please )?(?:",
        &[
            r"type",
            r"write",
            r"enter",
            r"reply",
            r"typ",
            r"schrijf",
            r"antwoord",
            r"reageer",
            r"bitte",
            r"schreiben",
            r"antworten",
            r"veuillez",
            r"écri",
            r"répond",
            r"escrib",
            r"respond",
        ],
        r")\w*.{0,60}(?:above this line|boven deze (?:lijn|regel)|(?:über|oberhalb) dieser (?:linie|zeile)|au-dessus de cette ligne|(?:por )?encima de esta línea)[\W_]*$",
    )
});
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\s*_|>]*([\p{L}][\p{L}.'’ -]{0,24}?)[*_]*\s?[:：][*_]*\s*(.*)$"));

/// The names that clients give to headers, lower case.
const FROM: &[&str] = &[
    "from",
    "von",
    "van",
    "de",
    "da",
    "från",
    "fra",
    "expéditeur",
    "afzender",
    "absender",
    "remitente",
    "mittente",
    "od",
    "de la part de",
    "lähettäjä",
    "feladó",
    "kimden",
    "odesílatel",
    "od koho",
    "от",
    "кого",
    "verzender",
    "nadawca",
    "desde",
    "envoyé par",
    "afz",
    "avsändare",
    "afsender",
    "avsender",
];
const SENT: &[&str] = &[
    "sent",
    "date",
    "gesendet",
    "datum",
    "verzonden",
    "envoyé",
    "envoyé le",
    "envoyée",
    "enviado",
    "enviados",
    "enviado el",
    "enviada",
    "fecha",
    "inviato",
    "data",
    "skickat",
    "sendt",
    "sent at",
    "verzonden op",
    "gesendet am",
    "data",
    "wysłano",
    "dato",
    "date d'envoi",
    "dátum",
    "enviada em",
    "enviado em",
    "enviado a las",
    "envoyée le",
    "lähetetty",
    "päivämäärä",
    "pvm",
    "elküldve",
    "gönderildi",
    "gönderme",
    "tarih",
    "odesláno",
    "odoslané",
    "trimis",
    "отправлено",
    "дата",
    "inviata",
    "inviato il",
    "verstuurd",
    "verstuurd op",
    "verzenddatum",
    "received",
    "empfangen",
    "ontvangen",
    "reçu",
    "recibido",
    "date sent",
    "fecha de envío",
    "sendedatum",
    "skickades",
    "date et heure",
    "date/time",
    "datum/tijd",
    "sent on",
];
const TO: &[&str] = &[
    "to",
    "an",
    "aan",
    "à",
    "a",
    "para",
    "till",
    "til",
    "do",
    "pour",
    "destinataire",
    "destinatario",
    "empfänger",
    "ontvanger",
    "recipient",
    "komu",
    "kime",
    "címzett",
    "către",
    "vastaanottaja",
    "кому",
    "mottagare",
    "modtager",
    "adresat",
    "destinataires",
    "destinatarios",
    "ontvangers",
    "recipients",
];
const SUBJECT: &[&str] = &[
    "subject",
    "betreff",
    "onderwerp",
    "betreft",
    "objet",
    "sujet",
    "asunto",
    "oggetto",
    "assunto",
    "ämne",
    "emne",
    "temat",
    "tárgy",
    "konu",
    "předmět",
    "predmet",
    "subiect",
    "aihe",
    "тема",
    "titel",
    "tema",
    "titre",
];
const MORE: &[&str] = &[
    "cc",
    "kopie",
    "copie",
    "copia",
    "copie à",
    "bcc",
    "reply-to",
    "antwort an",
    "priority",
    "prioriteit",
    "wichtigkeit",
    "importance",
    "urgentie",
    "kopie an",
    "attachments",
    "bijlagen",
    "anlagen",
    "répondre à",
    "responder a",
    "antwoord aan",
    "antwoordadres",
    "bijlage",
    "anlage",
    "attachment",
    "pièces jointes",
    "pièce jointe",
    "adjuntos",
    "datos adjuntos",
    "anexos",
    "allegati",
    "belang",
    "importancia",
    "importância",
    "prioridade",
    "prioridad",
    "priorité",
    "priorität",
    "kopi",
    "kopia",
    "másolat",
    "bilgi",
    "копия",
    "cco",
    "cci",
];

static GLUED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*[-_=*—–]{4,}\s*(\S.{2,60}?)\s*[-_=*—–]{4,}\s*(\p{L}[\p{L} ]{0,14}\s?:.*)$"));

/// A line that says that an older message follows, with its headers behind it, as a client writes it that lost its ends of
/// lines.
pub(super) fn glued(line: &Line) -> bool {
    let Some(found) = GLUED.captures(&line.text) else { return false };
    let of = |at: usize| found.get(at).map_or("", |part| part.as_str());
    (ORIGINAL.is_match(of(1)) || PASSED_ON.is_match(of(1))) && label(of(2)).is_some()
}

/// A line that says that an older message follows; `Some(true)` if it says that it was passed on.
pub(super) fn separator(line: &Line) -> Option<bool> {
    let text = line.text.as_str();
    if ALONE.is_match(text) {
        return Some(true);
    }
    let words = DASHED.captures(text)?.get(1)?.as_str();
    if PASSED_ON.is_match(words) {
        return Some(true);
    }
    (ORIGINAL.is_match(words) || has_verb(words) && (has_date(words) || has_address(words))).then_some(false)
}

/// Whether nothing but a name for an older message stands in a line, as above headers.
pub(super) fn names_original(line: &Line) -> bool {
    let words = line.text.trim_matches(|letter: char| !letter.is_alphabetic());
    words.split_whitespace().count() <= 3 && words.len() >= 9 && ORIGINAL.is_match(words)
}

/// A line that a helpdesk puts above its mails.
pub(super) fn asks_to_write_above(line: &Line) -> bool {
    ABOVE.is_match(&line.text)
}

/// The upper edge of the box that an old client draws around the name of whom it quotes: "|------->".
pub(super) fn is_box(line: &Line) -> bool {
    let edge = line.text.strip_prefix('|').and_then(|rest| rest.strip_suffix('>'));
    edge.is_some_and(|edge| edge.len() >= 5 && edge.chars().all(|letter| letter == '-'))
}

/// A rule: a line of nothing but dashes or underscores.
pub(super) fn is_rule(line: &Line) -> bool {
    line.text.len() >= 5 && line.text.chars().all(|letter| matches!(letter, '_' | '-' | '=' | '*' | '—' | '–' | ' '))
}

/// How many lines the block of headers takes that the lines begin with.
pub(super) fn headers(lines: &[Line]) -> Option<usize> {
    let mut seen = Seen::default();
    seen.label(&lines.first()?.text)?;
    let mut length = 1;
    let mut strays = 0;
    for (index, line) in lines.iter().enumerate().take(MOST_LINES).skip(1) {
        if line.is_blank() {
            // Some clients put an empty line between headers.
            let goes_on = lines.get(index + 1).is_some_and(|next| label(&next.text).is_some());
            if goes_on && strays == 0 && seen.count() < 4 {
                continue;
            }
            break;
        }
        if seen.label(&line.text).is_some() {
            length = index + 1;
            strays = 0;
        } else {
            // A long list of addresses goes on in the next line.
            strays += 1;
            if strays > 2 || !line.text.contains('@') && !line.text.starts_with(['<', ';']) {
                break;
            }
        }
    }
    seen.is_block().then_some(length)
}

/// What a block of lines has shown so far.
#[derive(Default)]
struct Seen {
    labels: Vec<Label>,
    address: bool,
    dated: bool,
}

impl Seen {
    fn label(&mut self, text: &str) -> Option<()> {
        let (label, value) = label(text)?;
        let empty = label == Label::From && value.is_empty();
        if !empty && label != Label::More && !self.labels.contains(&label) {
            self.labels.push(label);
        }
        if label == Label::Sent {
            self.dated |= has_date(value) || value.chars().filter(char::is_ascii_digit).count() >= 4;
        }
        self.address |= has_address(value);
        Some(())
    }

    fn count(&self) -> usize {
        self.labels.len()
    }

    fn is_block(&self) -> bool {
        let has = |label| self.labels.contains(&label);
        let sure = has(Label::Subject) && (has(Label::To) || self.dated);
        has(Label::From) && (self.address && self.dated || sure && self.count() >= 3)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Sent,
    To,
    Subject,
    More,
}

fn label(text: &str) -> Option<(Label, &str)> {
    let found = HEADER.captures(text)?;
    let name = found.get(1)?.as_str().trim().to_lowercase();
    let value = found.get(2)?.as_str().trim();
    let is = |list: &[&str]| list.contains(&name.as_str());
    let label = match () {
        () if is(FROM) => Label::From,
        () if is(SENT) => Label::Sent,
        () if is(SUBJECT) => Label::Subject,
        () if is(TO) => Label::To,
        () if is(MORE) => Label::More,
        () => return None,
    };
    Some((label, value))
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Region};
    use super::{headers, separator};

    fn lines(text: &str) -> Vec<Line> {
        text.lines().map(|line| Line::new(line, Region::Plain)).collect()
    }

    #[test]
    fn blocks_of_headers_are_known_in_five_languages() {
        for text in [
            "From: Care <care@shop.example>\nSent: Monday, March 3, 2025 10:12 AM\nTo: Jan\nSubject: Order",
            "Van: Care <care@shop.example>\nVerzonden: maandag 3 maart 2025 10:12\nAan: Jan\nOnderwerp: Bestelling",
            "*Von:* Care\n*Gesendet:* Montag, 3. März 2025 10:12\n*An:* Jan\n*Betreff:* Bestellung",
            "De : Care <care@shop.example>\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jan\nObjet : Commande",
            "De: Care\nEnviado el: lunes, 3 de marzo de 2025 10:12\nPara: Jan\nCC: Piet\nAsunto: Pedido",
        ] {
            let lines = lines(text);
            assert_eq!(headers(&lines), Some(lines.len()), "{text}");
        }
        for text in ["Van: Amsterdam\nNaar: Utrecht\nDatum: 3 mei", "Date: tomorrow\nTo: me", "A: yes\nB: no"] {
            assert_eq!(headers(&lines(text)), None, "{text}");
        }
    }

    #[test]
    fn separators_are_known() {
        for (text, found) in [
            ("-----Original Message-----", Some(false)),
            ("-------- Oorspronkelijk bericht --------", Some(false)),
            ("-------- Ursprüngliche Nachricht --------", Some(false)),
            ("-------- Message d'origine --------", Some(false)),
            ("---------- Forwarded message ---------", Some(true)),
            ("Begin doorgestuurd bericht:", Some(true)),
            ("---- On Mon, 03 Mar 2025 10:12:33 +0100 Care wrote ----", Some(false)),
            ("-- my own words --", None),
        ] {
            assert_eq!(separator(&lines(text)[0]), found, "{text}");
        }
    }
}
