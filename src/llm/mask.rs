//! Mask: replaces personal data before a text leaves the company.
//!
//! What triage knows how to find, and two shapes more that may be personal: rather too much than too little.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Shapes in the order in which they are looked for, each with its placeholder: an address of the web may hold a person's
/// key or name, and a long number without right check digits may still be somebody's.
static MORE: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let shapes = [
        (r"(?i)\b(?:https?://|www\.)\S+", "[link]"),
        (r"(?i)\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b", "[account]"),
        (r"\b\d(?:[ ./-]?\d){6,}\b", "[number]"),
    ];
    shapes.into_iter().filter_map(|(shape, word)| Some((Regex::new(shape).ok()?, word))).collect()
});

/// One day or more of this century, in figures, with the hours beside them.
static DAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (day, month, year) = ("(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "20[0-9]{2}");
    let one = format!("(?:{day}[-./]{month}[-./](?:{year}|[0-9]{{2}})|{year}[-./]{month}[-./]{day})");
    Regex::new(&format!("^(?:[01]?[0-9][ -])?{one}(?:[ /-]{one})*(?:[ -](?:[01]?[0-9]|2[0-4]))?$")).ok()
});

/// The text with placeholders such as `[mail]` in the place of what looks like personal data.
#[must_use]
pub(super) fn mask(text: &str) -> String {
    let mut masked = wissel_triage::masked(text);
    for (shape, word) in MORE.iter() {
        let put = |found: &Captures<'_>| if tells_no_one(&found[0]) { found[0].to_owned() } else { (*word).to_owned() };
        masked = shape.replace_all(&masked, put).into_owned();
    }
    masked
}

/// Days, hours and rows of sizes: as long as a number that may be somebody's, and the question is about them.
fn tells_no_one(written: &str) -> bool {
    if DAYS.as_ref().is_some_and(|days| days.is_match(written)) {
        return true;
    }
    let sizes: Vec<u32> = written.split([' ', '/', '-', '.']).map(|size| size.parse().unwrap_or(u32::MAX)).collect();
    let rising = sizes.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= 10);
    sizes.len() > 2 && rising && sizes.iter().all(|size| (10..200).contains(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_sound() {
        assert_eq!(MORE.len(), 3);
        assert!(DAYS.is_some());
    }

    #[test]
    fn personal_data_are_replaced() {
        let cases = [
            ("Mail mij op jan.de-vries+x@example.co.uk graag", "Mail mij op [mail] graag"),
            ("IBAN NL91 ABNA 0417 1643 00 is van mij", "IBAN [iban] is van mij"),
            ("IBAN NL91 ABNA 0417 1643 01 is van mij", "IBAN NL91 ABNA [phone] is van mij"),
            ("IBAN NL91ABNA0417164301 is van mij", "IBAN [account] is van mij"),
            ("kaart 4111 1111 1111 1111", "kaart [card]"),
            ("kaart 4111 1111 1111 1112", "kaart [number]"),
            ("bel 06-12345678 of +31 20 123 45 67", "bel [phone] of [phone]"),
            ("ik woon op 1234 AB 12", "ik woon op [postcode] 12"),
            ("bsn 123456782, of 123456789", "bsn [bsn], of [number]"),
            ("Mijn naam is Jan van der Berg en waar is het", "Mijn naam is [name] en waar is het"),
            ("geboren 12 maart 1980, 8011ab, Dorpsstraat 12a", "geboren [birth date], [postcode], [address]"),
            ("kenmerk 1203 2026 5512, of 41 38 39 40 07", "kenmerk [number], of [number]"),
            ("zie https://shop.example/track?mail=a@b.example", "zie [link]"),
        ];
        for (text, wanted) in cases {
            assert_eq!(mask(text), wanted);
        }
    }

    #[test]
    fn an_ordinary_question_stays_as_it_is() {
        for text in [
            "Ik heb 2 fietsen van 45 euro besteld, waar blijven ze? Ik ben erg benieuwd, order 10023.",
            "besteld op 12-03-2026, komt het 14/03/2026 om 10:30?",
            "am 01.03.2026 10 Uhr oder 2026-03-12",
            "in maat 38 39 40 41 42 of 36/38/40/42",
        ] {
            assert_eq!(mask(text), text);
        }
    }
}
