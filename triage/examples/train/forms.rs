//! Forms of what customers say, and of what only sounds like it, written out: `data/person/forms.txt`, `data/reasons/forms.txt`.
//!
//! `LANGUAGE NAME = ONE | OTHER` names what may stand in a place (`any`: in every language); `LANGUAGE SIGN FORM` is a form,
//! whose sign says what it is (`+` asks for a person; `c` complains, `u` is urgent, `a` was written by a machine, `i` instructs
//! the bot; `-` is nothing of that); `{NAME}` in a form is a place, `{NAME~}` one where fingers slip. A form is written out at
//! most so often, the same way each time.

use std::collections::{BTreeMap, BTreeSet};

/// A form is written out at most so often.
const TIMES: usize = 28;

/// One of so many has a slip of the finger.
const SLIPS: usize = 6;

/// One of so many ends with a mark, and one is shouted.
const MARKED: usize = 4;
const SHOUTED: usize = 11;
const MARKS: [&str; 6] = [".", "!", "?", "!!", "...", "."];

/// A text, its language, what it is, and the number of its form.
pub(crate) struct Said {
    pub(crate) language: String,
    pub(crate) text: String,
    pub(crate) sign: char,
    pub(crate) form: usize,
    /// Complains of somebody: what is said is not calm.
    pub(crate) rude: bool,
    /// Names a title or a brand.
    pub(crate) title: bool,
}

/// All forms of a file, written out.
pub(crate) fn written_out(file: &str) -> Vec<Said> {
    let mut places: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut forms = Vec::new();
    for line in file.lines() {
        let mut parts = line.splitn(3, ' ');
        let (Some(language), Some(first), rest) = (parts.next(), parts.next(), parts.next().unwrap_or_default()) else {
            continue;
        };
        if let Some(choices) = rest.strip_prefix('=') {
            places.insert((language, first), choices.split('|').map(str::trim).collect());
        } else if let Some(sign) = first.chars().next() {
            forms.push((language, sign, rest));
        }
    }
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut all = Vec::new();
    for (number, (language, sign, form)) in forms.into_iter().enumerate() {
        let title = form.contains("{title}") || form.contains("{brand}");
        let mut texts = BTreeSet::new();
        for _ in 0..TIMES * 2 {
            texts.insert(filled(form, language, &places, &mut seed));
        }
        let rude = form.contains("{rude}") || form.contains("{stolen}");
        let texts: Vec<String> = texts
            .into_iter()
            .take(TIMES)
            .enumerate()
            .map(|(at, text)| if at % SLIPS == 1 { slipped(&text, &mut seed) } else { text })
            .collect();
        let dressed = texts.into_iter().enumerate().map(|(at, text)| match at {
            at if at % SHOUTED == 10 => text.to_uppercase(),
            at if at % MARKED == 2 => text + MARKS[(at + number) % MARKS.len()],
            _ => text,
        });
        let said = |text| Said { language: language.to_owned(), text, sign, form: number, rude, title };
        all.extend(dressed.map(said));
    }
    all
}

/// A text with two letters changed about, one doubled or one left out in one of its longer words.
fn slipped(text: &str, seed: &mut u64) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let inner = |at: &usize| (at - 1..at + 3).all(|at| letters.get(at).is_some_and(|c| c.is_alphabetic()));
    let places: Vec<usize> = (1..letters.len()).filter(inner).collect();
    if let Some(&at) = places.get(next(seed) % places.len().max(1)) {
        match next(seed) % 4 {
            0 => letters.swap(at, at + 1),
            1 => letters.insert(at, letters[at]),
            _ => drop(letters.remove(at)),
        }
    }
    letters.into_iter().collect()
}

/// The next of a row of numbers that look like chance.
fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed >> 16) as usize
}

/// A form with a choice in each place; blanks that empty choices leave are taken away.
fn filled(form: &str, language: &str, places: &BTreeMap<(&str, &str), Vec<&str>>, seed: &mut u64) -> String {
    let mut text = form.to_owned();
    while let Some((before, rest)) = text.split_once('{') {
        let Some((name, after)) = rest.split_once('}') else { break };
        let (name, slips) = name.strip_suffix('~').map_or((name, false), |name| (name, true));
        let choices = places.get(&(language, name)).or_else(|| places.get(&("any", name)));
        let choices = choices.map_or(&[][..], Vec::as_slice);
        let choice = choices.get(next(seed) % choices.len().max(1)).copied().unwrap_or_default();
        let choice = if slips { slipped(choice, seed) } else { choice.to_owned() };
        text = format!("{before}{choice}{after}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
