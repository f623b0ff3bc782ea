//! Names, where it is sure that they are: after "my name is" and its like, after a title, and under a closing formula.
//!
//! Patterns find what stands before a name; the name itself is read word by word.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{is_brand, may_be_name};
use super::{Pattern, PersonalKind, Span, merged};

/// Somebody says a name, however it is written.
static SAID: Pattern = LazyLock::new(|| {
    let sentences = r"mijn (?:volledige )?naam is|m['’]n naam is|mijn naam luidt|ik heet|u spreekt met|je spreekt met|op (?:de )?naam (?:van|staan van)|ten name van|t\.?n\.?v\.?|my (?:full )?name is|my name['’]s|i am called|mein name ist|mein name lautet|ich hei(?:ß|ss)e|je m['’]\s?appell?e|mon nom est|je me nomme|(?:yo )?me llamo|mi nombre es";
    let labels = r"(?:voor|achter|volledige )?naam|(?:(?:first|last|full|given|family) )?name|(?:vor|nach|familien)name|nom(?: de famille)?|prénom|nombre(?: y apellidos)?|apellidos?|rekeninghouder|account ?holder|kontoinhaber|titulaire|titular";
    Regex::new(&format!(r"(?i)\b(?:(?:{sentences}):?|(?:{labels}) ?:)\s{{1,3}}(?:(?:dhr|mevr|mw|de heer|mevrouw|mr|mrs|ms|herr|frau|m|mme|sr|sra|fam|familie)\b\.? )?")).ok()
});
/// Somebody says a name, if it is written as one.
static SAID_IN_CAPITALS: Pattern = LazyLock::new(|| {
    let said = r"in (?:the )?name of|under the name(?: of)?|auf (?:den )?namen(?: von)?|au nom de|a nombre de|hier spricht|t\.?a\.?v\.?|attn\.?:?|z\. ?hd\.(?: v\.)?|c/o";
    Regex::new(&format!(
        r"(?i)\b(?:{said})\s{{1,3}}(?:(?:dhr|mevr|mw|de heer|mevrouw|mr|mrs|ms|herrn?|frau|m|mme|sr|sra)\b\.? )?"
    ))
    .ok()
});
/// How people are called before their name.
static TITLE: Pattern = LazyLock::new(|| {
    let titles = "heer|meneer|mijnheer|dhr|hr|mevrouw|mevr|mw|mej|fam|mister|mr|mrs|ms|miss|mx|dr|prof|herrn|herr|frau|monsieur|madame|mademoiselle|mme|mlle|m|sra|srta|sr|señora|señorita|señor|don|doña|dña";
    Regex::new(&format!(r"(?i)\b({titles})\b\.?(?: (?:dr|prof|doktor|drs|ir|ing)\b\.?)? {{1,2}}")).ok()
});
/// How letters end; a name on the same line or below.
static CLOSING: Pattern = LazyLock::new(|| {
    let dutch = r"(?:met )?(?:vriendelijke|hartelijke|warme|beste|vele|lieve|zonnige) groet(?:en|jes)?|groet(?:en|jes)?|met hoogachting|hoogachtend|mvg|m\.v\.g\.|liefs";
    let english = r"(?:kind(?:est)? |best |warm(?:est)? )?regards|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|cheers|best wishes";
    let german = r"(?:mit |viele |liebe |beste |herzliche )?(?:(?:freundlichen|freundliche|besten|lieben|vielen|herzlichen) )?(?:grüßen|grüße|grüssen|grüsse|gruessen|gruesse|gruß|gruss)|mfg|hochachtungsvoll";
    let french = r"(?:bien )?cordialement|bien à vous|(?:salutations|sentiments) distingué(?:e)?s|(?:meilleures |sincères )?salutations|bises|bisous";
    let spanish = r"(?:un )?(?:cordial |cordiales )?saludos?(?: cordial(?:es)?)?|atentamente|(?:un )?abrazo";
    Regex::new(&format!(
        r"(?i)\b(?:{dutch}|{english}|{german}|{french}|{spanish})\b([ \t]*[,.!;:]?[ \t]*\r?\n\s{{0,8}}|[ \t]*[,.!] ?|[ \t]+)(?:(?:van|von|from) )?"
    ))
    .ok()
});
/// Thanks and love at the very end.
static LAST_WORDS: Pattern = LazyLock::new(|| {
    let words = r"gr|kr|lg|vg|love|best|thanks|thank you|many thanks|thanks in advance|(?:alvast )?(?:hartelijk )?bedankt|dank u(?: wel)?|dank ?je(?: ?wel)?|bij voorbaat dank|vielen dank|danke|besten dank|merci(?: d['’]avance| beaucoup)?|(?:muchas )?gracias|x{1,4}";
    Regex::new(&format!(
        r"(?i)(?:^|\n|[.!?] )[ \t]*(?:{words})\b([ \t]*[,.!;]?[ \t]*\r?\n\s{{0,8}}|[ \t]*[,.!] ?)|(?i)(?:\n|[.!?] )[ \t]*(?:gr|kr|x{{1,4}})\b\.?([ \t]+)"
    ))
    .ok()
});
/// After these, `Frau` is a wife.
static POSSESSED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[mds]eine[rn]?|ihre[rn]?|unsere[rn]?|eure[rn]?|ein|eine[rn]?|jede[rn]?|die|keine|alte|junge|liebe) $").ok()
});
/// What may stand before `M. Dupont` and `don José`, and not before a size or a gift.
static INTRODUCED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\n(]|[.!?] |\b(?:de|à|par|avec|pour|bonjour|chez|suis|cher|et|que|soy|a|con|estimado|estimada|hola|señor|señora|sr\.|sra\.) )$").ok()
});

/// Words inside a name that are no names themselves.
const PARTICLES: &[&str] = &[
    "van", "de", "der", "den", "von", "du", "la", "del", "ten", "ter", "te", "'t", "da", "di", "zu", "le", "los",
    "dos", "el",
];

/// Words that have names of their own.
const THINGS: &[&str] = &[
    "product", "file", "brand", "item", "model", "user", "company", "shop", "store", "domain", "display", "host",
    "bedrijfs", "merk", "firma", "artikel", "produkt", "marken", "du", "produit", "del", "producto", "type", "kleur",
    "color",
];

/// A name that was read.
struct Read {
    end: usize,
    /// It is written without capitals.
    small: bool,
}

/// Names.
pub(super) fn names(text: &str) -> Vec<Span> {
    let finders: [fn(&str) -> Vec<Span>; 5] = [said, said_in_capitals, titled, closing, last_words];
    finders.into_iter().fold(Vec::new(), |spans, find| merged(spans, find(text)))
}

fn said(text: &str) -> Vec<Span> {
    let found = SAID.iter().flat_map(|said| said.find_iter(text));
    let found = found.filter(|found| !is_a_things(text, found.start()));
    found.filter_map(|found| span(found.end(), read(text, found.end(), 2))).collect()
}

fn said_in_capitals(text: &str) -> Vec<Span> {
    let found = SAID_IN_CAPITALS.iter().flat_map(|said| said.find_iter(text));
    found.filter_map(|found| span(found.end(), read(text, found.end(), 0))).collect()
}

fn titled(text: &str) -> Vec<Span> {
    let found = TITLE.iter().flat_map(|title| title.captures_iter(text));
    let found = found.filter_map(|captures| {
        let (whole, title) = (captures.get(0)?, captures.get(1)?);
        let dotted = text[title.end()..].starts_with('.');
        let name = read(text, whole.end(), usize::from(dotted && title.len() > 1))?;
        let name_text = &text[whole.end()..name.end];
        let before = &text[text.floor_char_boundary(title.start().saturating_sub(24))..title.start()];
        title_holds(title.as_str(), before, name_text).then_some((PersonalKind::Name, whole.end(), name.end))
    });
    found.collect()
}

/// Whether what looks like a title is one.
fn title_holds(title: &str, before: &str, name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or_default();
    let lower = title.to_lowercase();
    let shouts = title.len() > 1 && title.chars().all(char::is_uppercase);
    let matches = |pattern: &Pattern| pattern.as_ref().is_some_and(|pattern| pattern.is_match(before));
    if is_brand(first)
        || before.trim_end().ends_with(|c: char| c.is_ascii_digit())
        || before.ends_with(['-', '/', '\'', '’'])
    {
        return false;
    }
    if shouts
        && (["ms", "sr", "mw", "dr", "hr", "mx"].contains(&lower.as_str()) || first.chars().any(char::is_lowercase))
    {
        return false;
    }
    match lower.as_str() {
        "frau" => !matches(&POSSESSED),
        "miss" => title.starts_with('M'),
        "m" => title == "M" && matches(&INTRODUCED),
        "don" | "doña" => matches(&INTRODUCED),
        _ => true,
    }
}

fn closing(text: &str) -> Vec<Span> {
    let found = CLOSING.iter().flat_map(|closing| closing.captures_iter(text));
    let found = found.filter_map(|captures| {
        let (whole, between) = (captures.get(0)?, captures.get(1)?);
        let name = read(text, whole.end(), 2)?;
        let marked = between.as_str().contains([',', '\n', '.', '!', ';', ':']);
        let holds = line_ends(&text[name.end..]) || marked && !name.small;
        holds.then_some((PersonalKind::Name, whole.end(), name.end))
    });
    found.collect()
}

fn last_words(text: &str) -> Vec<Span> {
    let found = LAST_WORDS.iter().flat_map(|last| last.find_iter(text));
    let found = found.filter_map(|found| {
        let name = read(text, found.end(), 0)?;
        let over = !text[name.end..].contains(char::is_alphanumeric);
        over.then_some((PersonalKind::Name, found.end(), name.end))
    });
    found.collect()
}

fn span(start: usize, read: Option<Read>) -> Option<Span> {
    Some((PersonalKind::Name, start, read?.end))
}

/// Whether nothing but marks follows on the line.
fn line_ends(rest: &str) -> bool {
    let until = rest.floor_char_boundary(40);
    let line = rest[..until].split('\n').next().unwrap_or_default();
    !line.contains(char::is_alphanumeric)
}

/// A name of a product, a file or a company: the word before says so.
fn is_a_things(text: &str, start: usize) -> bool {
    let before = text[text.floor_char_boundary(start.saturating_sub(24))..start].to_lowercase();
    let word = before.trim_end_matches([' ', '-']).rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    THINGS.contains(&word)
}

/// Reads a name from here: initials, names, and small words between them. `small` says how many words without capitals
/// may be names; then all of them are.
fn read(text: &str, start: usize, small: usize) -> Option<Read> {
    let (mut at, mut end, mut names, mut particles) = (start, None, 0, 0);
    let mut in_small = false;
    while names < 4 && particles < 3 {
        let word = word_at(text, at);
        let after = at + word.len();
        let next = text[after..].chars().next();
        let count = word.chars().count();
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if capital && count == 1 && (next == Some('.') || next == Some(' ') && names == 0) {
            at = after + 1 + usize::from(next == Some('.') && text[after + 1..].starts_with(' '));
            particles = 0;
            names += usize::from(end.is_some());
            continue;
        }
        let particle = PARTICLES.contains(&word.to_lowercase().as_str()) && next == Some(' ');
        if particle {
            at = after + 1;
            particles += 1;
            continue;
        }
        let allowed = if capital { !in_small } else { (in_small || names == 0) && names < small };
        if count < 2 || !allowed || !may_be_name(word) || joined(&text[after..]) {
            break;
        }
        in_small |= !capital;
        (names, particles, end) = (names + 1, 0, Some(after));
        if next != Some(' ') {
            break;
        }
        at = after + 1;
    }
    end.map(|end| Read { end, small: in_small })
}

/// The letters here, with hyphens and apostrophes between them.
fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at..text.floor_char_boundary(at + 64)];
    let inner = |c: char| c.is_alphabetic() || "'’-".contains(c);
    let word = &rest[..rest.find(|c| !inner(c)).unwrap_or(rest.len())];
    word.trim_end_matches(['-', '\'', '’'])
}

/// Whether what follows makes an address, a code or a domain of the word.
fn joined(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('.') => chars.next().is_some_and(char::is_lowercase),
        Some(c) => c.is_ascii_digit() || "@_/".contains(c),
        None => false,
    }
}
