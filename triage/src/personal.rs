//! Personal data in a text: account and card numbers, the Dutch citizen's number, telephone, mail, postcode, date of
//! birth, and names where somebody says theirs. Numbers with check digits count only where these are right.

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
    /// A postcode with letters: Dutch or British.
    Postcode,
    /// A date that is called somebody's birth.
    BirthDate,
    /// A name that somebody calls theirs.
    Name,
}

impl PersonalKind {
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

/// A pattern, what it finds, and whether a find holds; the first group, if any, is what is meant.
struct Rule {
    kind: PersonalKind,
    pattern: Regex,
    holds: fn(&str) -> bool,
}

/// A rule as it is written down.
type Written = (PersonalKind, String, fn(&str) -> bool);

/// In order: what an earlier rule found is no longer there for a later one.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let date = r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,2}\.? \p{L}{3,10}\.?,? \d{2,4}";
    let born = r"geboren(?: op| am)?|geboortedatum|geb\. ?datum|born(?: on)?|date of birth|birth ?date|dob|geburtsdatum|née? le|date de naissance|nacid[oa](?: el)?|fecha de nacimiento";
    let named = r"(?i:mijn naam is|m'n naam is|ik heet|ik ben (?:de heer|mevrouw|meneer|dhr\.?|mevr\.?)|u spreekt met|je spreekt met|my name is|my name's|i am called|this is (?:mr|mrs|ms|miss)\.?|mein name ist|ich heiße|ich heisse|hier spricht|hier ist (?:herr|frau)|ich bin (?:herr|frau)|je m'appelle|je m’appelle|mon nom est|je suis (?:monsieur|madame|mme|m\.)|me llamo|mi nombre es|soy (?:el señor|la señora|don|doña)|naam:|naam :|name:|nom ?:|nombre:|(?:met )?vriendelijke groet(?:en)?,?|(?:hartelijke |warme |beste )?groet(?:en|jes)?,|met hoogachting,?|hoogachtend,?|mvg,?|gr\.,?|(?:kind |best |warm )?regards,?|yours (?:sincerely|faithfully|truly),?|sincerely,?|cheers,|best wishes,?|(?:mit freundlichen|mit besten|mit lieben|freundliche|viele|liebe|beste|herzliche) grüßen?,?|(?:mit freundlichen|freundliche|viele|liebe|beste) gruessen?,?|mfg,?|hochachtungsvoll,?|(?:bien )?cordialement,?|bien à vous,?|salutations distinguées,?|meilleures salutations,?|(?:un )?(?:cordial )?saludos?,?|saludos cordiales,?|atentamente,?|un abrazo,?)";
    let name = r"\p{Lu}[\p{L}'’-]+(?: (?:(?:van|de|der|den|von|du|la|del|ten|ter) ){0,2}\p{Lu}[\p{L}'’-]+){0,3}";
    let rules: [Written; 8] = [
        (PersonalKind::Mail, r"[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+".to_owned(), |_| true),
        (
            PersonalKind::Iban,
            r"(?i)\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?[a-z0-9]{1,3})?\b".to_owned(),
            is_iban,
        ),
        (PersonalKind::Card, r"\b\d(?:[ -]?\d){12,18}\b".to_owned(), is_card),
        (PersonalKind::Bsn, r"\b\d{3}[. ]?\d{3}[. ]?\d{3}\b|\b\d{4}[. ]?\d{2}[. ]?\d{3}\b".to_owned(), is_bsn),
        (
            PersonalKind::Phone,
            r"(?:\+|\b00)[1-9]\d{0,2}[ ()./-]{0,2}\d(?:[ ()./-]{0,2}\d){6,11}\b|\b0[1-9](?:[ ./-]{0,2}\d){7,9}\b"
                .to_owned(),
            |_| true,
        ),
        (PersonalKind::Postcode, r"\b[1-9]\d{3} ?[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b".to_owned(), |_| true),
        (PersonalKind::BirthDate, format!(r"(?i)\b(?:{born})\W{{0,4}}(?:is |ist |est |es )?({date})"), |_| true),
        (PersonalKind::Name, format!(r"\b{named}\s+({name})"), |_| true),
    ];
    let rule = |(kind, pattern, holds): Written| Some(Rule { kind, pattern: Regex::new(&pattern).ok()?, holds });
    rules.into_iter().filter_map(rule).collect()
});

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

/// Spans in bytes; none overlaps another.
fn bytes(text: &str) -> Vec<(PersonalKind, usize, usize)> {
    let mut found: Vec<(PersonalKind, usize, usize)> = Vec::new();
    for rule in RULES.iter() {
        for captures in rule.pattern.captures_iter(text) {
            let Some(part) = captures.get(1).or_else(|| captures.get(0)) else { continue };
            let free = found.iter().all(|&(_, start, end)| part.end() <= start || end <= part.start());
            if free && (rule.holds)(part.as_str()) {
                found.push((rule.kind, part.start(), part.end()));
            }
        }
    }
    found.sort_by_key(|span| span.1);
    found
}

/// The remainder by 97 of the number, letters written as 10 to 35 and the head put last, is 1.
fn is_iban(written: &str) -> bool {
    let plain: Vec<u32> = written.chars().filter_map(|c| c.to_digit(36)).collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let (head, rest) = plain.split_at(4);
    let take = |sum: u32, &digit: &u32| if digit < 10 { (sum * 10 + digit) % 97 } else { (sum * 100 + digit) % 97 };
    rest.iter().chain(head).fold(0, take) == 1
}

/// Luhn's sum.
fn is_card(written: &str) -> bool {
    let digits: Vec<u32> = written.chars().filter_map(|c| c.to_digit(10)).collect();
    let double = |(at, &digit): (usize, &u32)| match digit * 2 {
        _ if at % 2 == 0 => digit,
        twice if twice > 9 => twice - 9,
        twice => twice,
    };
    (13..=19).contains(&digits.len()) && digits.iter().rev().enumerate().map(double).sum::<u32>() % 10 == 0
}

/// The sum of the digits, weighed 9 to 2 and the last one -1, is divisible by eleven.
fn is_bsn(written: &str) -> bool {
    let digits: Vec<i32> = written.chars().filter_map(|c| c.to_digit(10)?.try_into().ok()).collect();
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    digits.len() == 9
        && digits.iter().any(|&d| d != 0)
        && digits.iter().zip(weights).map(|(d, w)| d * w).sum::<i32>() % 11 == 0
}

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
            ("Dorpsstraat 1, 8011 AB Zwolle", "Dorpsstraat 1, [postcode] Zwolle"),
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
