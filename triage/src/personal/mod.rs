//! Personal data in a text: mail, account and card numbers, the Dutch citizen's number, telephone, postcode, street with
//! house number, date of birth, and names where it is sure that they are. Numbers with check digits count only where these
//! are right.
//!
//! | module | finds |
//! |---|---|
//! | `numbers` | mail, account, card, citizen's number, telephone |
//! | `dates` | dates of birth |
//! | `streets`, `postcodes` | addresses |
//! | `names` | names, by what stands before them |
//! | `words` | which words are no names |

mod dates;
mod names;
mod numbers;
mod postcodes;
mod streets;
#[cfg(test)]
mod table_tests;
mod words;

use std::sync::LazyLock;

use regex::Regex;

/// What kind of personal data it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// An address of mail.
    Mail,
    /// An account number, with right check digits.
    Iban,
    /// A card number, with a right check digit.
    Card,
    /// A Dutch citizen's number, which passes its test by eleven.
    Bsn,
    /// A telephone number.
    Phone,
    /// A postcode: Dutch, British, or figures that a town or an address stands beside.
    Postcode,
    /// A street with the number of a house.
    Address,
    /// A date that is called somebody's birth, or lies too far back to be anything else's.
    BirthDate,
    /// A name: somebody calls it theirs, signs with it, or puts a title before it.
    Name,
}

impl PersonalKind {
    /// Its name in what programs read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::Bsn => "bsn",
            Self::Phone => "phone",
            Self::Postcode => "postcode",
            Self::Address => "address",
            Self::BirthDate => "birth_date",
            Self::Name => "name",
        }
    }

    /// What stands in its place in a masked text.
    #[must_use]
    pub const fn mask(self) -> &'static str {
        match self {
            Self::Mail => "[mail]",
            Self::Iban => "[iban]",
            Self::Card => "[card]",
            Self::Bsn => "[bsn]",
            Self::Phone => "[phone]",
            Self::Postcode => "[postcode]",
            Self::Address => "[address]",
            Self::BirthDate => "[birth date]",
            Self::Name => "[name]",
        }
    }
}

/// One piece of personal data. Counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Personal {
    /// What it is.
    pub kind: PersonalKind,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// What, first byte, one past the last byte.
type Span = (PersonalKind, usize, usize);

/// Text beyond this many bytes is not looked at, and is left out of a masked text.
const LOOKED_AT_BYTES: usize = 64 * 1024;

/// Finds personal data, in the order of the text.
#[must_use]
pub fn personal(text: &str) -> Vec<Personal> {
    let text = &text[..text.floor_char_boundary(LOOKED_AT_BYTES)];
    let mut chars = 0;
    let mut at = 0;
    let mut count = |byte: usize| {
        chars += text[at..byte].chars().count();
        at = byte;
        u32::try_from(chars).unwrap_or(u32::MAX)
    };
    let spans = bytes(text).into_iter();
    spans.map(|(kind, start, end)| Personal { kind, start: count(start), end: count(end) }).collect()
}

/// The text with what it stands for in the place of each piece of personal data.
#[must_use]
pub fn masked(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(LOOKED_AT_BYTES)];
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (kind, start, end) in bytes(text) {
        masked.push_str(&text[at..start]);
        masked.push_str(kind.mask());
        at = end;
    }
    masked.push_str(&text[at..]);
    masked
}

/// Spans in bytes, in order; none overlaps another. What an earlier finder found is no longer there for a later one.
fn bytes(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for spans in [numbers::mail(text), dates::born(text), numbers::numbers(text)] {
        found = merged(found, spans);
    }
    let streets = streets::streets(text);
    let postcodes = postcodes::postcodes(text, &streets);
    for spans in [streets, postcodes, names::names(text)] {
        found = merged(found, spans);
    }
    found
}

/// Both in order; of the second only what overlaps nothing that is there already.
fn merged(first: Vec<Span>, mut second: Vec<Span>) -> Vec<Span> {
    second.sort_by_key(|span| (span.1, span.2));
    let mut both: Vec<Span> = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    for span in second {
        while let Some(earlier) = first.next_if(|earlier| earlier.1 < span.2) {
            both.push(earlier);
        }
        if both.last().is_none_or(|last| last.2 <= span.1) {
            both.push(span);
        }
    }
    both.extend(first);
    both
}

/// What a pattern finds, by its first group that is there, else as a whole.
fn parts<'t>(pattern: &'t Pattern, text: &'t str) -> impl Iterator<Item = regex::Match<'t>> {
    let found = pattern.iter().flat_map(move |pattern| pattern.captures_iter(text));
    found.filter_map(|captures| captures.iter().skip(1).flatten().next().or_else(|| captures.get(0)))
}

/// A pattern that is made when it is first looked for.
type Pattern = LazyLock<Option<Regex>>;

#[cfg(test)]
mod tests {
    use super::{masked, personal};

    #[test]
    fn personal_data_with_right_check_digits_are_masked() {
        for (text, without) in [
            ("Mijn IBAN is NL91 ABNA 0417 1643 00, graag terugstorten", "Mijn IBAN is [iban], graag terugstorten"),
            ("iban de89370400440532013000!", "iban [iban]!"),
            ("kaart 4111 1111 1111 1111 graag", "kaart [card] graag"),
            ("bsn 111222333", "bsn [bsn]"),
            ("bel 06-12345678 of +31 6 1234 5678", "bel [phone] of [phone]"),
            ("jan.jansen+x@voorbeeld.nl is mijn adres", "[mail] is mijn adres"),
            ("Dorpsstraat 1, 8011 AB Zwolle", "[address], [postcode] Zwolle"),
            ("geboortedatum: 12-03-1980", "geboortedatum: [birth date]"),
            ("Ik heet Jan van der Berg en wil ruilen", "Ik heet [name] en wil ruilen"),
            ("Je m'appelle Zoé Dupont", "Je m'appelle [name]"),
            ("u spreekt met Karin Bakker, mijn fiets is stuk", "u spreekt met [name], mijn fiets is stuk"),
            ("Waar is mijn pakket?\nGroetjes,\nPiet de Vries", "Waar is mijn pakket?\nGroetjes,\n[name]"),
            ("My name's Tom O'Neill.", "My name's [name]."),
            ("Where is it?\nYours sincerely,\nAnn Lee", "Where is it?\nYours sincerely,\n[name]"),
            ("Ich bin Frau Schmidt", "Ich bin Frau [name]"),
            ("Viele Grüße\nHans Meier", "Viele Grüße\n[name]"),
            ("Merci.\nBien à vous,\nLuc Petit", "Merci.\nBien à vous,\n[name]"),
            ("Soy la señora García", "Soy la señora [name]"),
            ("Gracias.\nAtentamente,\nJosé Ruiz", "Gracias.\nAtentamente,\n[name]"),
        ] {
            assert_eq!(masked(text), without);
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "NL91ABNA0417164301",
            "bestelling 4111111111111112",
            "ordernummer 123456789",
            "levering op 12-03-2026",
            "ik heet u welkom",
            "hartelijke groeten aan iedereen",
            "ik ben mevrouw niet kwijt",
            "de naam: geen idee",
            "viele grüße aus dem urlaub",
            "in 2026 of 2027",
            "maat 42, 3 stuks",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn spans_count_characters() {
        let text = "é🙂 a@b.nl";
        let found = personal(text)[0];
        let chars: String = text.chars().skip(found.start as usize).take((found.end - found.start) as usize).collect();
        assert_eq!(chars, "a@b.nl");
    }
}
