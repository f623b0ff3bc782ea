//! Dates of birth.

use std::sync::LazyLock;

use regex::Regex;

use super::{Pattern, PersonalKind, Span, merged, parts};

/// Months in five languages, short forms too.
const MONTH: &str = "januari|january|januar|jänner|janvier|enero|februari|february|februar|février|fevrier|febrero|maart|march|märz|maerz|mars|marzo|april|avril|abril|mei|may|mai|mayo|juni|june|juin|junio|juli|july|juillet|julio|augustus|august|août|aout|agosto|septembre|september|septiembre|setiembre|oktober|october|octobre|octubre|november|novembre|noviembre|december|dezember|décembre|decembre|diciembre|jan|feb|févr|fev|mrt|mar|mär|apr|avr|abr|jun|jul|juil|aug|sept|sep|okt|oct|nov|dec|dez|déc|dic|ene|ago";
/// A day and what may stand after it.
const DAY: &str = r"(?:0?[1-9]|[12]\d|3[01])(?:ste|de|st|nd|rd|th|er|e|º|\.)?";
/// No order, delivery or invoice that somebody still asks about is older.
const LONG_AGO: &str = r"(?:19\d\d|200\d|201[0-2])";

/// Day, month in words and a year of this shape, in the orders of five languages.
fn in_words(year: &str) -> String {
    format!(
        r"{DAY} ?(?:de |of |den )?(?:{MONTH})\b\.?,? ?(?:de |del )?(?:{year})\b|\b(?:{MONTH})\b\.? {DAY},? (?:{year})\b"
    )
}

/// A date after a word that calls it a birth, or before one.
static CALLED: Pattern = LazyLock::new(|| {
    let born = r"geboren|gebore|geboortedatum|geb\. ?(?:datum|dat\.?)|geb[.:]|born|date of birth|birth ?date|d\.?o\.?b|geburtsdatum|geburtstag(?: ist)?|née?|date de naissance|naissance|nacid[oa]|nací|fecha de nacimiento|nacimiento";
    let date = format!(
        r"\d{{1,4}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}|\d{{8}}\b|{}|{DAY} ?(?:de |of |den )?(?:{MONTH})\b",
        in_words(r"['’]?\d{4}|['’]?\d{2}")
    );
    let between = r"[^\p{L}\d\n]{0,4}(?:(?:is|ist|est|es|op|am|den|on|le|el(?: día)?|the|was|war|:)\b[^\p{L}\d\n]{0,3}){0,2}(?:(?:in|te|à|a|en) \p{Lu}[\p{L}'’-]{1,30},? (?:(?:op|am|on|le|el) )?)?";
    Regex::new(&format!(r"(?i)\b(?:{born})\b{between}({date})|\b({date}),? (?:ben ik |ist er |bin ich )?geboren\b"))
        .ok()
});

/// A date that lies far back, or has a short year with an apostrophe.
static FAR_BACK: Pattern = LazyLock::new(|| {
    let figures = format!(
        r"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.]{LONG_AGO}\b|{LONG_AGO}[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])\b"
    );
    Regex::new(&format!(r"(?i)\b(?:{}|{figures})", in_words(&format!(r"{LONG_AGO}|['’][3-9]\d")))).ok()
});

/// Dates of birth, called so or not.
pub(super) fn born(text: &str) -> Vec<Span> {
    let spans = |pattern: &Pattern| -> Vec<Span> {
        parts(pattern, text).map(|found| (PersonalKind::BirthDate, found.start(), found.end())).collect()
    };
    merged(spans(&CALLED), spans(&FAR_BACK))
}
