//! A second wish or question that hides behind the first: "and whether …", "and receive a new invoice", "I also want …".

use crate::phrases::Tag::{Indirect, Requesting};
use crate::phrases::{Hit, Tag};
use crate::text::{Stretch, Text};

/// What joins two of a kind.
const AND: [&str; 7] = ["en", "and", "und", "et", "y", "e", "sowie"];

/// How an indirect question begins that may be answered with yes or no.
const WHETHER: [&str; 6] = ["of", "if", "whether", "ob", "si", "als"];

/// "And if possible", "and if so": no question.
const CONDITION: [&str; 16] = [
    "possible",
    "so",
    "not",
    "mogelijk",
    "nodig",
    "necessary",
    "needed",
    "need",
    "moglich",
    "notig",
    "ja",
    "oui",
    "posible",
    "necesario",
    "necessaire",
    "niet",
];

/// Words that ask and never refer back to a noun, as "which I ordered" does.
const ASKS: [&str; 26] = [
    "hoe", "hoeveel", "hoelang", "wanneer", "waarom", "how", "when", "why", "whether", "wie", "wann", "warum",
    "wieviel", "ob", "comment", "combien", "quand", "pourquoi", "quel", "quelle", "quels", "quelles", "como", "cuanto",
    "cuando", "cuanta",
];

/// As [`ASKS`], and those that refer back as well.
const MAY_ASK: [&str; 18] = [
    "wat", "waar", "welke", "welk", "what", "where", "which", "who", "was", "wo", "welche", "welcher", "welches", "ou",
    "que", "donde", "cual", "of",
];

/// What customers want done, as infinitives.
const DOINGS: [&str; 104] = [
    "retourneren",
    "terugsturen",
    "ruilen",
    "omruilen",
    "annuleren",
    "wijzigen",
    "aanpassen",
    "veranderen",
    "ontvangen",
    "krijgen",
    "bestellen",
    "kopen",
    "toevoegen",
    "aanvragen",
    "maken",
    "inplannen",
    "plannen",
    "afspreken",
    "opzeggen",
    "verwijderen",
    "reserveren",
    "verzetten",
    "bijbestellen",
    "hebben",
    "terugbrengen",
    "return",
    "exchange",
    "cancel",
    "change",
    "update",
    "receive",
    "get",
    "order",
    "buy",
    "add",
    "request",
    "make",
    "book",
    "schedule",
    "delete",
    "reserve",
    "close",
    "reschedule",
    "have",
    "zuruckgeben",
    "zuruckschicken",
    "umtauschen",
    "tauschen",
    "stornieren",
    "andern",
    "erhalten",
    "bekommen",
    "kaufen",
    "hinzufugen",
    "anfordern",
    "vereinbaren",
    "buchen",
    "kundigen",
    "loschen",
    "reservieren",
    "verschieben",
    "haben",
    "retourner",
    "renvoyer",
    "echanger",
    "annuler",
    "modifier",
    "changer",
    "recevoir",
    "obtenir",
    "avoir",
    "commander",
    "acheter",
    "ajouter",
    "demander",
    "prendre",
    "resilier",
    "supprimer",
    "reserver",
    "rendre",
    "fermer",
    "devolver",
    "cambiar",
    "cancelar",
    "anular",
    "modificar",
    "recibir",
    "obtener",
    "tener",
    "pedir",
    "comprar",
    "anadir",
    "solicitar",
    "concertar",
    "borrar",
    "eliminar",
    "reservar",
    "aplazar",
    "cerrar",
    "upgraden",
    "doorgeven",
    "afzeggen",
    "rebook",
    "actualizar",
];

/// What a second wish is about, if it is another one. Money, sizes and labels come with the first.
const OBJECTS: [&str; 46] = [
    "factuur",
    "rekening",
    "adres",
    "afleveradres",
    "bezorgadres",
    "afspraak",
    "account",
    "abonnement",
    "wachtwoord",
    "nieuwsbrief",
    "helm",
    "slot",
    "proefrit",
    "catalogus",
    "garantiebewijs",
    "offerte",
    "invoice",
    "address",
    "appointment",
    "subscription",
    "password",
    "newsletter",
    "helmet",
    "lock",
    "catalogue",
    "quote",
    "rechnung",
    "adresse",
    "lieferadresse",
    "termin",
    "konto",
    "abo",
    "passwort",
    "newsletter",
    "schloss",
    "angebot",
    "probefahrt",
    "facture",
    "rendez",
    "compte",
    "casque",
    "devis",
    "factura",
    "direccion",
    "cita",
    "casco",
];

/// With these a wish in a sentence of its own is another one.
const ALSO: [&str; 19] = [
    "ook",
    "daarnaast",
    "bovendien",
    "tevens",
    "verder",
    "also",
    "additionally",
    "besides",
    "auch",
    "ausserdem",
    "zudem",
    "zusatzlich",
    "aussi",
    "egalement",
    "plus",
    "tambien",
    "ademas",
    "furthermore",
    "asimismo",
];

/// What is given back for a return: to want it, too, is no other wish.
const MONEY: [&str; 16] = [
    "geld",
    "money",
    "refund",
    "refunded",
    "terugbetaling",
    "terugbetaald",
    "bedrag",
    "ruckerstattung",
    "erstattung",
    "erstattet",
    "remboursement",
    "rembourse",
    "argent",
    "dinero",
    "reembolso",
    "importe",
];

/// Whether a question word stands at this word of a sentence behind "I'd like to know …", as a further one of a list: "…, and
/// whether", "…, how", and "…, what" where "and" follows with one more.
pub(crate) fn is_listed(text: &Text, within: &[&Hit], words: &[Stretch], at: usize) -> bool {
    let word = |at: usize| words.get(at).map_or("", |&word| text.word(word));
    let asks = |at: usize| ASKS.contains(&word(at)) || MAY_ASK.contains(&word(at)) || WHETHER.contains(&word(at));
    if at < 3 || !asks(at) || (WHETHER.contains(&word(at)) && CONDITION.contains(&word(at + 1))) {
        return false;
    }
    let comma = |at: usize| text.folded[..words[at].start].trim_end().ends_with([',', ';']);
    let and = |at: usize| at > 0 && AND.contains(&word(at - 1));
    let wants_to_know = |hit: &&&Hit| {
        let know = ["weten", "know", "wissen", "savoir", "saber", "tell", "vertel", "zeg", "sag", "dis", "dig", "dite"];
        let says = &text.folded[hit.stretch.start..hit.stretch.end];
        hit.tag == Indirect || (hit.tag == Requesting && know.iter().any(|know| says.contains(know)))
    };
    let Some(told) = within.iter().filter(wants_to_know).map(|hit| hit.stretch.start).min() else { return false };
    let first = (0..at).find(|&first| words[first].start > told && asks(first));
    if first.is_none() && !and(at) || words[at].start <= told {
        return false;
    }
    and(at) || (comma(at) && (ASKS.contains(&word(at)) || (at + 1..words.len()).any(|later| and(later) && asks(later))))
}

/// Whether "and" at this word of a sentence joins another wish to the one that began at `from`: something else is to be done with
/// something else.
pub(crate) fn is_another(text: &Text, words: &[Stretch], from: usize, at: usize) -> bool {
    let word = |at: usize| text.word(words[at]);
    let told = words.partition_point(|word| word.start < from);
    if !AND.contains(&word(at)) || told >= at {
        return false;
    }
    let apart = |from: usize, to: usize| text.folded[words[from].end..words[to].start].contains([',', '.', ';', ':']);
    let end = (at + 1..words.len().min(at + 8)).find(|&next| next > at + 1 && apart(next - 1, next));
    let end = end.unwrap_or(words.len().min(at + 8));
    let does = |range: std::ops::Range<usize>| range.clone().find(|&at| DOINGS.contains(&word(at)));
    let object = |range: std::ops::Range<usize>| range.clone().find(|&at| OBJECTS.contains(&word(at)));
    let (Some(doing), Some(what)) = (does(at + 1..end), object(at + 1..end)) else { return false };
    let before = does(told..at);
    before.is_some_and(|before| word(before) != word(doing)) && (told..at).all(|other| word(other) != word(what))
}

/// Whether a wish that begins here says that it is another one: "I also want …".
pub(crate) fn is_also(text: &Text, hits: &[&Hit], words: &[Stretch], at: usize) -> bool {
    let wish = |hit: &&&Hit| hit.tag == Tag::Requesting && hit.stretch.start == words[at].start;
    let end = hits.iter().filter(wish).map(|hit| hit.stretch.end).max().unwrap_or(words[at].end);
    let said = words.partition_point(|word| word.start < end);
    let also = |&word: &Stretch| ALSO.contains(&text.word(word));
    words[at..words.len().min(said + 2)].iter().any(also)
        && !words[at..].iter().any(|&word| MONEY.contains(&text.word(word)))
}
