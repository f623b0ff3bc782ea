//! Postcodes: with letters (Dutch, British), and of figures alone where a town, a word or an address says that they are.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{ends_in_unit, is_small_word};
use super::{Pattern, PersonalKind, Span, merged, parts};

static DUTCH: Pattern = LazyLock::new(|| Regex::new(r"\b[1-9]\d{3} ?\p{L}{2}\b").ok());
static BRITISH: Pattern = LazyLock::new(|| {
    let inward = "[abd-hjlnp-uw-zABD-HJLNP-UW-Z]{2}";
    Regex::new(&format!(r"\b[A-Z]{{1,2}}\d[A-Z\d]? ?\d{inward}\b|\b[a-z]{{1,2}}\d[a-z\d]? ?\d{inward}\b")).ok()
});
/// Figures and a town: the larger ones, and those whose name ends as names of towns do.
static WITH_TOWN: Pattern = LazyLock::new(|| {
    let large = "berlin|hamburg|münchen|muenchen|köln|koeln|frankfurt|stuttgart|düsseldorf|duesseldorf|leipzig|dortmund|essen|bremen|dresden|hannover|nürnberg|duisburg|bochum|bielefeld|bonn|münster|karlsruhe|mannheim|augsburg|kiel|aachen|halle|lübeck|erfurt|mainz|rostock|kassel|potsdam|saarbrücken|ulm|trier|jena|wien|graz|linz|salzburg|innsbruck|zürich|zuerich|genf|basel|bern|luzern|winterthur|gent|antwerpen|brussel|brüssel|bruxelles|brugge|leuven|hasselt|mechelen|liège|namur|charleroi|luxembourg|paris|marseille|lyon|toulouse|nice|nantes|strasbourg|montpellier|bordeaux|lille|rennes|reims|toulon|grenoble|dijon|angers|nîmes|clermont-ferrand|brest|tours|amiens|limoges|annecy|perpignan|metz|besançon|orléans|mulhouse|rouen|caen|nancy|avignon|cannes|versailles|le havre|le mans|la rochelle|genève|lausanne|madrid|barcelona|valencia|sevilla|zaragoza|málaga|malaga|murcia|palma|bilbao|alicante|córdoba|cordoba|valladolid|vigo|gijón|granada|elche|oviedo|badalona|cartagena|pamplona|almería|san sebastián|donostia|santander|burgos|salamanca|huelva|cádiz|cadiz|toledo|tarragona|girona|lleida|logroño|badajoz|las palmas";
    let before = r"(?:bad|am|sankt|st\.|saint|sainte|san|santa|la|le|les|los|las|el) ";
    let ends = "burg|dorf|stadt|stedt|heim|hausen|ingen|kirchen|furt|hafen|walde|felde|brück|münde|lingen|ville|villiers|court|bourg|mont";
    let ended = format!(
        r"\p{{Lu}}\p{{Ll}}{{2,20}}(?:{ends})|(?:Saint|Sainte|San|Santa|Sankt|St\.)[- ]\p{{Lu}}\p{{Ll}}+|Bad \p{{Lu}}\p{{Ll}}+"
    );
    Regex::new(&format!(
        r"\b((?:(?:DE|AT|CH|BE|FR|ES|[DABFELI])-)?(?:\d{{5}}|[1-9]\d{{3}}))(?:,? |\n)(?:(?i:(?:{before})?(?:{large}))|{ended})\b"
    ))
    .ok()
});
/// Figures after a word that calls them a postcode, or after an American state.
static CALLED: Pattern = LazyLock::new(|| {
    let word = r"(?i:postcode|postleitzahl|plz|zip(?: ?code)?|post ?code|postal code|code postal|código postal|codigo postal|c\.?p\.)|CP";
    let states = "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY";
    Regex::new(&format!(
        r"\b(?:{word}) ?[:.]? ?(?i:is |ist |est |es |van |of |von )?(\d{{4,5}}(?: ?\p{{L}}{{2}})?)\b|\p{{L}}, (?:{states}),? (\d{{5}}(?:-\d{{4}})?)\b|\b([D]-\d{{5}})\b"
    ))
    .ok()
});
/// Figures at the beginning, after a comma or a new line.
static AFTER: Pattern = LazyLock::new(|| Regex::new(r"^[,;.]?[ \n\r]{1,3}((?:[A-Z]{1,2}-)?\d{4,5})\b").ok());
/// A comma, a new line or the word for it before; a town behind.
static PLACED: Pattern = LazyLock::new(|| Regex::new(r"(?:^|[,;\n]|(?i:postcode|woon op|adres)[: ]*) ?$").ok());
static TOWN: Pattern = LazyLock::new(|| Regex::new(r"^,? \p{Lu}\p{Ll}{2,}").ok());

/// Postcodes, with what is known of streets.
pub(super) fn postcodes(text: &str, streets: &[Span]) -> Vec<Span> {
    let span = |start: usize, end: usize| (PersonalKind::Postcode, start, end);
    let whole = |found: regex::Match<'_>| span(found.start(), found.end());
    let dutch = parts(&DUTCH, text).filter(|found| alone(text, found) && is_dutch(text, found));
    let british = parts(&BRITISH, text).filter(|found| alone(text, found) && !ends_in_unit(found.as_str()));
    let after = streets.iter().filter_map(|&(_, _, end)| {
        let figures = AFTER.as_ref()?.captures(&text[end..text.floor_char_boundary(end + 16)])?.get(1)?;
        Some(span(end + figures.start(), end + figures.end()))
    });
    let mut spans = merged(parts(&CALLED, text).map(whole).collect(), dutch.map(whole).collect());
    spans = merged(spans, british.map(whole).collect());
    spans = merged(spans, parts(&WITH_TOWN, text).map(whole).collect());
    merged(spans, after.collect())
}

/// Whether it is no part of a longer number of an article, a link or a price.
fn alone(text: &str, found: &regex::Match<'_>) -> bool {
    let joins = |c: char| "-/_.#€$£+@'’".contains(c);
    let before = text[..found.start()].chars().next_back();
    let mut after = text[found.end()..].chars();
    before.is_none_or(|c| !joins(c))
        && after.next().is_none_or(|c| !joins(c) || after.next().is_none_or(|c| !c.is_alphanumeric()))
}

/// Four figures and two letters that are neither a word (`2026 is`) nor a measure (`1500 ml`), unless an address is around.
fn is_dutch(text: &str, found: &regex::Match<'_>) -> bool {
    let written = found.as_str();
    let letters = written.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    if !letters.is_ascii() || ["sa", "sd", "ss"].contains(&letters.to_ascii_lowercase().as_str()) {
        return false;
    }
    let capital = letters.chars().all(|c| c.is_ascii_uppercase());
    let spaced = written.len() > 6;
    let doubtful = ends_in_unit(written) || spaced && !capital && is_small_word(letters);
    if !doubtful {
        return capital || !spaced || letters.chars().all(|c| c.is_ascii_lowercase());
    }
    let before = &text[text.floor_char_boundary(found.start().saturating_sub(16))..found.start()];
    let placed = PLACED.as_ref().is_some_and(|placed| placed.is_match(before)) && found.start() > 0;
    let rest = &text[found.end()..text.floor_char_boundary(found.end() + 12)];
    let town = TOWN.as_ref().is_some_and(|town| town.is_match(rest));
    capital && town && (placed || !ends_in_unit(written))
}
