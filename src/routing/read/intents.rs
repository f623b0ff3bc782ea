//! Reads `[intents.<name>]`.

use std::collections::BTreeMap;

use super::section::{Section, language, texts};
use crate::routing::problem::Source;
use crate::routing::{Decimal, Intent, IntentName, Language};

/// The longest example.
const MAX_EXAMPLE: usize = 500;

/// Of what is sorted among people, so much may be wrong: a colleague passes it on.
const AMONG_PEOPLE: Decimal = Decimal(2_000);

/// Reads all intents; `max_error` is what the strictest queue of a bot allows.
pub(super) fn read(source: &mut Source<'_>, root: &Section<'_>, max_error: Decimal) -> Vec<Intent> {
    let mut intents = Vec::new();
    for (name, section) in root.named(source, "intents", "intent") {
        section.refuse_unknown(source, &["title", "answerable", "high_stakes", "examples"]);
        let answerable = section.flag(source, "answerable");
        let high_stakes = section.flag(source, "high_stakes");
        if answerable && high_stakes {
            let message = format!("{} is answerable and high_stakes", section.what);
            source.problem(section.at, message, "remove one: what is high_stakes never goes to a bot");
        }
        let title = section.localized(source, "title").unwrap_or_default();
        let examples = examples(source, &section);
        if let Ok(name) = IntentName::new(name.value) {
            intents.push(Intent { name, title, answerable, high_stakes, examples, max_error });
        }
    }
    if intents.iter().any(|intent| intent.answerable) {
        let others = intents.iter_mut().filter(|intent| !intent.answerable);
        others.for_each(|intent| intent.max_error = max_error.max(AMONG_PEOPLE));
    }
    intents
}

fn examples(source: &mut Source<'_>, section: &Section<'_>) -> BTreeMap<Language, Vec<String>> {
    let mut all = BTreeMap::new();
    let Some(languages) = section.section(source, "examples", &format!("{}: examples", section.what)) else {
        return all;
    };
    for (name, value) in languages.entries() {
        let Some(language) = language(source, &languages.what, &name) else { continue };
        let what = format!("{} in {language}", languages.what);
        let mut examples = Vec::new();
        for text in texts(source, &what, value) {
            if text.value.chars().count() > MAX_EXAMPLE {
                let message = format!("{what} holds one of more than {MAX_EXAMPLE} characters");
                source.problem(text.at, message, "give what a customer would write, in a sentence or two");
            }
            examples.push(text.value.to_owned());
        }
        all.insert(language, examples);
    }
    all
}
