//! Mail addresses, and numbers: account, card, citizen's number, telephone.

use std::sync::LazyLock;

use regex::Regex;

use super::{Pattern, PersonalKind, Span, parts};

/// Written as machines read it, with blanks around the sign, or with the sign and the dots in words.
static MAIL: LazyLock<[Pattern; 3]> =
    LazyLock::new(|| [LazyLock::new(plain), LazyLock::new(bracketed), LazyLock::new(in_words)]);

fn plain() -> Option<Regex> {
    Regex::new(r"[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+|[\p{L}\d._%+-]+ ?@ ?[\p{L}\d-]+(?:\.[\p{L}\d-]+){0,3}\.\p{L}{2,}\b").ok()
}

fn bracketed() -> Option<Regex> {
    let local = r"[\p{L}\d._%+-]+";
    let dot = r"(?:\.| ?[\[({<] ?(?:dot|punt|punkt|point|punto|\.) ?[\])}>] ?| (?:dot|punt|punkt|point|punto) )";
    let at = r" ?[\[({<] ?(?:at|ät|apenstaartje|apestaartje|arobase|arroba|@) ?[\])}>] ?";
    Regex::new(&format!(r"(?i){local}{at}[\p{{L}}\d-]+(?:{dot}[\p{{L}}\d-]+){{1,3}}")).ok()
}

fn in_words() -> Option<Regex> {
    let word = r"(?:dot|punt|punkt|point|punto)";
    let local = format!(r"[\p{{L}}\d._%+-]+(?: {word} [\p{{L}}\d_+-]+){{0,3}}");
    let end = r"(?:com|nl|be|de|fr|es|at|ch|lu|eu|net|org|info|io|co|uk|ie)\b";
    let sure = r"(?:apenstaartje|apestaartje|arobase|arroba|klammeraffe)";
    Regex::new(&format!(
        r"(?i)\b{local} (?:at|ät|{sure}) [\p{{L}}\d-]+(?:(?:\.| {word} )[\p{{L}}\d-]+){{0,2}} {word} {end}|\b{local} {sure} [\p{{L}}\d-]+(?:\.[\p{{L}}\d-]+){{0,2}}\.{end}"
    ))
    .ok()
}

static IBAN: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?[a-z0-9]{1,3})?\b").ok());
static CARD: Pattern = LazyLock::new(|| Regex::new(r"\b\d(?:[ -]?\d){12,18}\b").ok());
static BSN: Pattern = LazyLock::new(|| Regex::new(r"\b\d{3}[. ]?\d{3}[. ]?\d{3}\b|\b\d{4}[. ]?\d{2}[. ]?\d{3}\b").ok());
static PHONE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?:\+|\b00)[1-9]\d{0,2}[ ()./-]{0,2}\d(?:[ ()./-]{0,2}\d){6,11}\b|\b0[1-9](?:[ ./-]{0,2}\d){7,9}\b")
        .ok()
});
/// The day of a delivery and its hour together look like a telephone number.
static DAY: Pattern =
    LazyLock::new(|| Regex::new(r"^(?:0[1-9]|[12]\d|3[01])([-./])(?:0[1-9]|1[0-2])[-./](?:20\d\d|\d\d)(?:\D|$)").ok());

/// Addresses of mail.
pub(super) fn mail(text: &str) -> Vec<Span> {
    let span = |found: regex::Match| (PersonalKind::Mail, found.start(), found.end());
    let mut spans: Vec<Span> = Vec::new();
    for pattern in MAIL.iter() {
        spans = super::merged(spans, parts(pattern, text).map(span).collect());
    }
    spans
}

/// What it finds, and how many bytes of it hold.
type Rule = (PersonalKind, &'static Pattern, fn(&str) -> Option<usize>);

/// Accounts, cards, citizens' numbers and telephones.
pub(super) fn numbers(text: &str) -> Vec<Span> {
    let rules: [Rule; 4] = [
        (PersonalKind::Iban, &IBAN, |written| head(written, 15, is_iban)),
        (PersonalKind::Card, &CARD, |written| head(written, 15, is_card)),
        (PersonalKind::Bsn, &BSN, |written| is_bsn(written).then_some(written.len())),
        (PersonalKind::Phone, &PHONE, |written| (!is_day(written)).then_some(written.len())),
    ];
    let mut spans: Vec<Span> = Vec::new();
    for (kind, pattern, holds) in rules {
        let found = parts(pattern, text);
        let found = found.filter_map(|found| Some((kind, found.start(), found.start() + holds(found.as_str())?)));
        spans = super::merged(spans, found.collect());
    }
    spans
}

/// How many bytes hold: all, else as many whole groups as do, since words or figures may follow that look like more.
fn head(written: &str, least: usize, holds: fn(&str) -> bool) -> Option<usize> {
    let ends = written.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
    let ends = ends.chain([written.len()]).filter(|&end| end >= least || end == written.len());
    ends.collect::<Vec<_>>().into_iter().rev().find(|&end| holds(&written[..end]))
}

fn is_day(written: &str) -> bool {
    DAY.as_ref().is_some_and(|day| day.is_match(written))
}

/// How long an account number is, by its country; of others only the check digits are known.
const LENGTHS: &[(&str, usize)] = &[
    ("NL", 18),
    ("BE", 16),
    ("LU", 20),
    ("DE", 22),
    ("AT", 20),
    ("CH", 21),
    ("FR", 27),
    ("ES", 24),
    ("PT", 25),
    ("IT", 27),
    ("GB", 22),
    ("IE", 22),
    ("DK", 18),
    ("SE", 24),
    ("NO", 15),
    ("FI", 18),
    ("PL", 28),
    ("CZ", 24),
];

/// The remainder by 97 of the number, letters written as 10 to 35 and the head put last, is 1.
fn is_iban(written: &str) -> bool {
    let plain: Vec<u32> = written.chars().filter_map(|c| c.to_digit(36)).collect();
    let country = written.get(..2).unwrap_or_default().to_ascii_uppercase();
    let length = LENGTHS.iter().find(|(of, _)| *of == country).map(|&(_, length)| length);
    if length.is_some_and(|length| plain.len() != length) || !(15..=34).contains(&plain.len()) {
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
