//! Forms of asking for a person, and of what only sounds like it, written out: `data/person/forms.txt`.
//!
//! `LANGUAGE NAME = ONE | OTHER` names what may stand in a place; `LANGUAGE + FORM` asks for a person, `LANGUAGE - FORM` does
//! not; `{NAME}` in a form is a place. A form is written out at most so often, the same way each time.

use std::collections::{BTreeMap, BTreeSet};

/// A form is written out at most so often.
const TIMES: usize = 28;

/// A text, its language, and whether it asks for a person.
pub(crate) struct Said {
    pub(crate) language: String,
    pub(crate) text: String,
    pub(crate) asks: bool,
    /// Complains of somebody: what is said is not calm.
    pub(crate) rude: bool,
}

/// All forms of a file, written out.
pub(crate) fn written_out(file: &str) -> Vec<Said> {
    let mut places: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut forms = Vec::new();
    for line in file.lines() {
        let Some((language, rest)) = line.split_once(' ') else { continue };
        if let Some(form) = rest.strip_prefix("+ ") {
            forms.push((language, true, form));
        } else if let Some(form) = rest.strip_prefix("- ") {
            forms.push((language, false, form));
        } else if let Some((name, choices)) = rest.split_once(" =") {
            places.insert((language, name), choices.split('|').map(str::trim).collect());
        }
    }
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut all = Vec::new();
    for (language, asks, form) in forms {
        let mut texts = BTreeSet::new();
        for _ in 0..TIMES * 2 {
            texts.insert(filled(form, language, &places, &mut seed));
        }
        let rude = form.contains("{rude}") || form.contains("{stolen}");
        let said = |text| Said { language: language.to_owned(), text, asks, rude };
        all.extend(texts.into_iter().take(TIMES).map(said));
    }
    all
}

/// A form with a choice in each place; blanks that empty choices leave are taken away.
fn filled(form: &str, language: &str, places: &BTreeMap<(&str, &str), Vec<&str>>, seed: &mut u64) -> String {
    let mut text = form.to_owned();
    while let Some((before, rest)) = text.split_once('{') {
        let Some((name, after)) = rest.split_once('}') else { break };
        let choices = places.get(&(language, name)).map_or(&[][..], Vec::as_slice);
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        let choice = choices.get((*seed >> 16) as usize % choices.len().max(1)).copied().unwrap_or_default();
        text = format!("{before}{choice}{after}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
