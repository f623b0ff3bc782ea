//! Lines that introduce a quotation: "On Monday, X wrote:" in the languages and forms of the common clients.

use std::sync::LazyLock;

use regex::Regex;

use super::super::pattern::{one_of, pattern};
use super::Line;

/// Characters and lines of an introduction, at most: clients break it at odd places.
const MOST_CHARACTERS: usize = 400;
pub(super) const MOST_LINES: usize = 5;

/// An introduction.
#[derive(Debug)]
pub(super) struct Introduction {
    /// How many lines it takes.
    pub(super) length: usize,
    /// Whether it can be nothing else, even before a text that is not marked as quoted.
    pub(super) strong: bool,
    /// Whether what it introduces begins in its last line, where nothing marks it.
    pub(super) goes_on: bool,
}

const MONTHS: &str = "jan|feb|fév|fev|mar|mär|maa|mrt|apr|avr|abr|mei|may|mai|maj|maggio|mag|jun|juin|giu|jul|juil|lug|\
    aug|août|aout|ago|sep|set|okt|oct|ott|out|nov|dec|dez|déc|dic|ene|gen|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru";

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?,?\s+(?:de\s+|of\s+)?(?:{MONTHS})\p{{L}}*|\b(?:{MONTHS})\p{{L}}*\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{4}}年\s?\d{{1,2}}月"
    ))
});
static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b\d{1,2}\s?[:.h]\s?\d{2}\b|\b\d{1,2}\s?(?:am|pm|uhr)\b"));
static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>@:]+@[^\s<>@]+\.\w+"));
/// An address in brackets, as nobody types it.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\S.*<[^\s<>@:]+@[^\s<>@]+\.\w+>"));
/// A day of the week in short before a day of the month, and a year, as nobody types them.
static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom)[.,]+ \d{1,2}\b.{1,12}\b20\d\d\b",
    )
});
/// What some clients put above the headers of what they quote.
static MESSAGE_OF: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^[>\s]*message du \d{1,2}/\d{1,2}/\d{2}"));
/// What some clients say instead of a verb.
static QUOTING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:quoting|zitat von|citeren|citaat van|selon|citando a|mensaje citado por)\s.{1,80}<[^\s<>@]+@[^\s<>@]+>:$",
    )
});
/// An address in brackets with the colon of an introduction behind it, and more behind that.
static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>@:]+@[^\s<>@]+\.\w+>\s?:\s"));
/// Sentences: a full stop behind a word, and a new one that goes on in small letters; or a first person who does something.
static STORY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\p{Ll}{4,}[.!?] \p{Lu}\p{Ll}+,? \p{Ll}{2,}|\b[Ii]k \p{Ll}|\b[Ii]ch \p{Ll}|\bI \p{Ll}|\b[Jj]['’]ai |\b(?:heb|had|habe|hatte) (?:ik|ich)\b",
    )
});
/// Verbs that end an introduction in their languages.
static LAST_VERB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:wrote|writes|(?:a|ha) (?:écrit|ecrit|scritto|escrito)|écrivait|escribi[óo]|escreveu)(?:\(a\))?\b",
    )
});
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)\b(?:",
        &[
            r"wrote",
            r"writes",
            r"schreef",
            r"schrijft",
            r"geschreven",
            r"schrieb",
            r"schreibt",
            r"geschrieben",
            r"écrit",
            r"ecrit",
            r"écrivait",
            r"escribió",
            r"escribio",
            r"escribe",
            r"escrito",
            r"scritto",
            r"scrisse",
            r"scrive",
            r"escreveu",
            r"skrev",
            r"skrifaði",
            r"kirjoitti",
            r"napisał",
            r"napisała",
            r"napisal",
            r"napsal",
            r"napsala",
            r"yazdı",
            r"írta",
            r"написал",
            r"написала",
            r"пишет",
        ],
        r")\b|写道|寫道|書きました",
    )
});
static FORWARDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^\s*(?:\[[^\]]*\]\s*)?(?:fwd?|fw|wg|tr|rv|doorst|doorgest|i|enc|vs|vb|pd|reenv|weitergeleitet)\s*:")
});

static ANSWERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:\[[^\]]*\]\s*)?(?:re|aw|antw|antwort|antwoord|rép|rep|réf|ref|sv|res|rif|odp|r|vs|ynt|vá|отв)\s?(?:\[\d+\])?\.?\s*:",
    )
});

/// Whether a subject says that the mail answers another.
pub(super) fn subject_answers(subject: &str) -> bool {
    ANSWERS.is_match(subject)
}

/// Whether a subject says that the mail passes on another.
pub(super) fn subject_forwards(subject: &str) -> bool {
    FORWARDS.is_match(subject)
}

/// Whether somebody "wrote" in it.
pub(super) fn has_verb(text: &str) -> bool {
    VERB.is_match(text)
}

/// Whether a text holds a date, with digits.
pub(super) fn has_date(text: &str) -> bool {
    DATE.is_match(text)
}

/// Whether a text holds a mail address.
pub(super) fn has_address(text: &str) -> bool {
    EMAIL.is_match(text)
}

/// The introduction that the lines begin with.
pub(super) fn find(lines: &[Line]) -> Option<Introduction> {
    let first = lines.first()?;
    if !may_begin(&first.text) {
        return None;
    }
    let mut whole = String::new();
    let mut without_colon = None;
    for (index, line) in lines.iter().take(MOST_LINES).enumerate() {
        if line.is_blank() || whole.len() + line.text.len() > MOST_CHARACTERS {
            break;
        }
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(&line.text);
        let length = index + 1;
        match judge(&whole) {
            Judged::Ends { strong } => return Some(Introduction { length, strong, goes_on: false }),
            Judged::MayEnd { strong } => {
                without_colon = without_colon.or(Some(Introduction { length, strong, goes_on: false }));
            }
            Judged::No if goes_on(&whole) => return Some(Introduction { length, strong: true, goes_on: true }),
            Judged::No => {}
        }
    }
    without_colon
}

/// What a text may be.
enum Judged {
    /// An introduction, to its colon.
    Ends {
        strong: bool,
    },
    /// An introduction of a client that leaves the colon out, unless it goes on.
    MayEnd {
        strong: bool,
    },
    No,
}

/// Whether an introduction may begin with this line: it holds a date, an address or a verb of writing.
fn may_begin(text: &str) -> bool {
    let length = text.chars().count();
    length <= MOST_CHARACTERS && (DATE.is_match(text) || EMAIL.is_match(text) || VERB.is_match(text))
}

/// Whether a text begins with an introduction, with all that belongs to one, and goes on behind its colon.
fn goes_on(text: &str) -> bool {
    if ADDRESSED.find(text).is_some_and(|found| {
        let before = &text[..found.end()];
        DATE.is_match(before) && TIME.is_match(before) && VERB.is_match(before) && !told(before)
    }) {
        return true;
    }
    let Some(verb) = VERB.find(text) else { return false };
    let (before, after) = text.split_at(verb.end());
    after.trim_start().starts_with(':') && DATE.is_match(before) && TIME.is_match(before) && EMAIL.is_match(before)
}

/// Whether it tells a story: in sentences, by whoever speaks, or with more about what was written than when and by whom.
fn told(text: &str) -> bool {
    let more = |rest: &str| {
        let rest = rest.trim_end_matches([':', '：']);
        rest.contains(char::is_alphabetic) && !rest.contains(|letter: char| letter == '@' || letter.is_ascii_digit())
    };
    STORY.is_match(text) || LAST_VERB.find(text).is_some_and(|verb| more(&text[verb.end()..]))
}

/// Whether a line says who wrote when, with no colon, as some clients do above the headers of what they quote.
pub(super) fn may_stand_above_headers(line: &Line) -> bool {
    let text = line.text.as_str();
    MESSAGE_OF.is_match(text)
        || text.len() <= MOST_CHARACTERS
            && VERB.is_match(text)
            && DATE.is_match(text)
            && TIME.is_match(text)
            && !told(text)
}

fn judge(text: &str) -> Judged {
    let bare = text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '*' | '_' | '-' | '~'));
    let (verb, date) = (VERB.is_match(bare), DATE.is_match(bare));
    let (time, address) = (TIME.is_match(bare), EMAIL.is_match(bare));
    if told(bare) {
        return Judged::No;
    }
    if !bare.ends_with([':', '：']) {
        let last = bare.rsplit(' ').next().unwrap_or_default();
        let strong = verb && date && (time || address) && VERB.is_match(last);
        let may = strong || verb && date && time && EMAIL.is_match(last) && bare.ends_with('>');
        return if may { Judged::MayEnd { strong } } else { Judged::No };
    }
    let client = verb && BRACKETED.is_match(bare) || QUOTING.is_match(bare) || verb && date && WEEKDAY.is_match(bare);
    if client || verb && date && (time || address) || date && time && address || verb && address && time {
        return Judged::Ends { strong: true };
    }
    let short = bare.chars().count() <= 120;
    let weak = verb && (time || short) || date || address;
    if weak { Judged::Ends { strong: false } } else { Judged::No }
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Region};
    use super::find;

    #[test]
    fn introductions_of_the_common_clients_are_known() {
        for text in [
            "On Mon, Mar 3, 2025 at 10:12 AM Care <care@shop.example> wrote:",
            "Op ma 3 mrt 2025 om 10:12 schreef Klantenservice <care@shop.example>:",
            "Op 3 mrt 2025 om 10:12 heeft Care <care@shop.example> het volgende geschreven:",
            "Am 03.03.25 um 10:12 schrieb Kundendienst:",
            "Le lun. 3 mars 2025 à 10:12, Service <care@shop.example> a écrit :",
            "El lun, 3 mar 2025 a las 10:12, Atención (<care@shop.example>) escribió:",
            "2025-03-03 10:12 GMT+01:00 Care <care@shop.example>:",
            "Care <care@shop.example> schrieb am Mo., 3. März 2025, 10:12:",
            "On Monday, March 3rd, 2025 at 10:12, Care <care@shop.example> wrote:",
            "El 3 de marzo de 2025 10:12:33 CET, Tienda escribió:",
        ] {
            let lines = [Line::new(text, Region::Plain)];
            assert!(find(&lines).is_some_and(|found| found.strong && found.length == 1), "{text}");
            let (start, rest) = text.split_at(text.floor_char_boundary(text.len() / 2));
            let lines = [start, rest].map(|half| Line::new(half, Region::Plain));
            assert!(find(&lines).is_some_and(|found| found.length == 2), "broken in two: {text}");
        }
    }

    #[test]
    fn what_is_quoted_may_begin_in_the_line_that_introduces_it() {
        let text = "On Tue, 3 Mar 2025 at 10:12, Care<care@shop.example> wrote:   Hi Jan,";
        assert!(find(&[Line::new(text, Region::Plain)]).is_some_and(|found| found.strong && found.goes_on));
        let told = "On Tue at 10:12 your colleague wrote: it has been sent.";
        assert!(find(&[Line::new(told, Region::Plain)]).is_none_or(|found| !found.goes_on));
    }

    #[test]
    fn sentences_of_customers_are_no_introductions() {
        for text in [
            "I wrote to you on 3 March about this:",
            "My order of 3 March 2025 has not come.",
            "Call me at 10:30 or mail jan@example.org:",
            "Ik schreef gisteren al:",
            "On 3 March 2025 at 10:12 your colleague wrote on the form:",
            "Op 3 maart 2025 om 10:12 belde ik met jullie collega. Zij schreef daarna:",
        ] {
            let found = find(&[Line::new(text, Region::Plain)]);
            assert!(found.is_none_or(|found| !found.strong), "{text}");
        }
    }
}
