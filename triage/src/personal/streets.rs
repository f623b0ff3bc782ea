//! Streets with the number of a house, as five languages write them.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::words::is_small_word;
use super::{Pattern, PersonalKind, Span, merged, parts};

/// A house: `12`, `12a`, `12-2`, `12 bis`.
const HOUSE: &str =
    r"\d{1,4}(?: ?[a-zA-Z]\b|[a-zA-Z]{2,3}\b|-\d{1,4}\b|-[a-zA-Z]{1,3}\b|/\d{1,3}\b| (?:bis|hs|huis|rood)\b)?";

/// Dutch and German: one word whose end says that it is a street, and names before it.
static ONE_WORD: Pattern = LazyLock::new(|| {
    let sure = "straat|straatweg|laan|gracht|singel|plantsoen|steeg|straße|strasse|allee|gasse|chaussee";
    let in_capitals = "weg|plein|kade|dijk|dreef|hof|markt|platz|damm|ufer|steig";
    let names = r"(?:\p{Lu}[\p{L}.'’-]* (?:(?:van|de|der|den|ter|ten|von) ){0,2}){0,3}";
    Regex::new(&format!(
        r"\b({names}(?:(?i:\p{{L}}[\p{{L}}-]+(?:{sure})|\p{{L}}[\p{{L}}-]+str\.)|\p{{Lu}}[\p{{L}}-]+(?:{in_capitals})|(?:Laan|Plein|Weg|Kade) van (?:\p{{L}}+ ){{0,2}}\p{{L}}+)(?:,? (?:nr\.? ?|nummer )| ?){HOUSE})\b"
    ))
    .ok()
});
/// German in two words: `Berliner Straße 5`.
static TWO_WORDS: Pattern = LazyLock::new(|| {
    let kind = r"(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Damm|Ufer|Markt)";
    Regex::new(&format!(r"\b((?:\p{{Lu}}\p{{L}}+[ -]){{1,3}}{kind} {HOUSE})\b|\b(Unter den Linden {HOUSE})\b|\b((?:Am|An de[rnm]|Auf de[rm]|Im|In de[rn]|Zum|Zur|Hinter de[rm]|Vor de[rm]) \p{{Lu}}\p{{L}}+ {HOUSE}),? \d{{5}}\b")).ok()
});
/// French: the number first.
static FRENCH: Pattern = LazyLock::new(|| {
    let of = r"(?:(?:de la|de l['’]|de|du|des|d['’]|la|le|les|l['’]|aux?) ?)?";
    let sure = r"(?i:rue|avenue|av\.|boulevard|bd\.?|bld\.?|impasse|chemin|allée|allee|quai|faubourg|ruelle)";
    let more = r"(?: (?:(?:de|du|des|la|le|et) ){0,2}(?:d['’]|l['’])?\p{Lu}[\p{L}'’-]+){0,3}";
    let house = r"\d{1,4}(?: ?(?:bis|ter|quater|[a-dA-D])\b)?,? ";
    Regex::new(&format!(
        r"\b({house}{sure} {of}\p{{L}}[\p{{L}}'’-]+{more}|{house}(?:place|route|square|passage) (?:de la |de l['’]|de |du |des |d['’]|Saint[- ]|Sainte[- ])(?:[dl]['’])?\p{{Lu}}[\p{{L}}'’-]+{more})"
    ))
    .ok()
});
/// Spanish: the number last.
static SPANISH: Pattern = LazyLock::new(|| {
    let of = r"(?:(?:de|del|la|las|los|el) ){0,3}";
    let house = r"(?:,? ?(?:n[.º°o]{0,2} ?|número )?)\d{1,4}\b(?:,? ?\d{1,2} ?[ºª°](?: ?[A-Za-z]\b)?)?";
    let sure = r"(?i:calle|c/|cl\.|avda\.?|avenida|pza\.|travesía)";
    let word = r"\p{Lu}[\p{L}'’-]+";
    Regex::new(&format!(
        r"\b({sure} ?{of}{word}(?: {of}{word}){{0,3}}{house})|\b((?i:calle|c/|avda\.?|avenida) ?{of}\p{{Ll}}+ \d{{1,4}}\b)|\b((?i:paseo|plaza|camino|carretera|ronda|cuesta|glorieta) {of}{word}(?: {of}{word}){{0,2}},? \d{{1,4}}\b)"
    ))
    .ok()
});
/// English: the number first; what may be anything else stands at the end of its line or sentence.
static ENGLISH: Pattern = LazyLock::new(|| {
    let sure = r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Crescent|Cres|Boulevard|Blvd|Terrace|Parkway|Highway|Mews";
    let at_end = r"Drive|Dr|Court|Ct|Close|Way|Place|Pl|Square|Sq|Gardens|Grove|Hill|Row|Walk|Park|Rise|Green";
    let before = r"\b\d{1,5}[A-Za-z]?,? ";
    Regex::new(&format!(
        r"({before}(?:\p{{Lu}}[\p{{L}}'’.-]* ){{1,3}}(?:{sure}))\b|({before}(?:\p{{Lu}}[\p{{L}}'’.-]* ){{1,3}}(?:{at_end}))\.?(?:[,;\n]|$)|({before}\p{{L}}[\p{{L}}'’-]* (?:\p{{L}}[\p{{L}}'’-]* )?(?:street|road|avenue|lane))\.?(?:[,;\n]|$)"
    ))
    .ok()
});
/// What follows a number that counts or measures something.
static COUNTED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[.,]\d| ?(?:x\b|%|€|£|\$|euro|eur\b|km\b|m\b|cm\b|mm\b|kg\b|min|uur\b|uhr\b|hours?\b|heures?\b|horas?\b|dagen\b|dage?\b|tagen?\b|tage\b|days?\b|jours?\b|d[ií]as?\b|we[ec]ks?\b|weken\b|wochen?\b|semaines?\b|semanas?\b|maanden\b|monate?n?\b|months?\b|mois\b|meses\b|jaar\b|jahre?n?\b|years?\b|ans\b|años\b|stuks?\b|stück\b|pieces\b|pièces\b|keer\b|mal\b|veces\b|fois\b|keren\b|personen\b))").ok()
});
/// Words that end as streets do.
const NO_STREETS: &[&str] = &[
    "onderweg",
    "unterweg",
    "halfweg",
    "terugweg",
    "heenweg",
    "hinweg",
    "rückweg",
    "heimweg",
    "snelweg",
    "radweg",
    "ausweg",
    "umweg",
    "fahrradweg",
    "supermarkt",
    "flohmarkt",
    "baumarkt",
    "elektromarkt",
    "drogeriemarkt",
    "mediamarkt",
    "biomarkt",
    "weihnachtsmarkt",
    "getränkemarkt",
    "bouwmarkt",
    "rommelmarkt",
    "kerstmarkt",
    "beursmarkt",
    "heimwerkermarkt",
    "bahnhof",
    "friedhof",
    "bauernhof",
    "kerkhof",
    "parkplatz",
    "arbeitsplatz",
    "spielplatz",
    "stellplatz",
    "sitzplatz",
    "stehplatz",
    "campingplatz",
    "schlafplatz",
    "speicherplatz",
    "marktplatz",
    "ersatz",
    "bahnsteig",
    "bürgersteig",
    "dekade",
    "cascade",
    "autostraat",
    "winkelstraat",
    "wasstraat",
    "milchstraße",
    "milchstrasse",
    "waschstraße",
    "waschstrasse",
    "sackgasse",
    "datenautobahn",
    "rolweg",
    "afweg",
    "schoolplein",
    "pretplein",
    "einweg",
    "mehrweg",
];
/// Words before `Drive` or `Road` that make a product of it.
const PRODUCTS: &[&str] =
    &["flash", "hard", "google", "thumb", "disk", "usb", "pen", "test", "sesame", "abbey", "apple", "mountain", "nas"];

/// Streets with the number of a house.
pub(super) fn streets(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for pattern in [&ONE_WORD, &TWO_WORDS, &FRENCH, &SPANISH, &ENGLISH] {
        let found = parts(pattern, text).filter(|found| is_street(text, found));
        spans = merged(spans, found.map(|found| (PersonalKind::Address, found.start(), found.end())).collect());
    }
    spans
}

fn is_street(text: &str, found: &Match<'_>) -> bool {
    let rest = &text[found.end()..text.floor_char_boundary(found.end() + 24)];
    let ends_in_figure = found.as_str().ends_with(|c: char| c.is_ascii_digit());
    if ends_in_figure && COUNTED.as_ref().is_some_and(|counted| counted.is_match(rest)) {
        return false;
    }
    let lower = found.as_str().to_lowercase();
    let mut words = lower.split([' ', ',']).filter(|word| !word.is_empty());
    let number_first = lower.starts_with(|c: char| c.is_ascii_digit());
    let no_product = |word: &str| !PRODUCTS.contains(&word);
    let no_street = |word: &str| !NO_STREETS.contains(&word);
    if number_first {
        return words.all(no_product);
    }
    let calle = ["calle", "c/", "avda", "avda.", "avenida"].iter().any(|word| lower.starts_with(word));
    let named = |word: &str| !is_small_word(word) || ["de", "del", "la", "las", "los", "el"].contains(&word);
    if calle { words.all(named) } else { words.all(no_street) }
}
