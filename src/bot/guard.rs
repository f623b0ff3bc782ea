//! Guard: the last check before an answer leaves. Nothing is sent that the quoted article does not say.

use std::collections::HashSet;

use super::knowledge::Article;
use super::passages;

/// Why an answer is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// A number, date, time or amount that the article does not have.
    Number,
    /// A link or an address that the article does not have.
    Link,
    /// Words that the article does not have in this order.
    Words,
    /// The quoted text gives orders to a bot.
    Instruction,
}

/// Phrases that give orders to a bot. Articles inform customers; one that has these was tampered with.
const INSTRUCTIONS: [&str; 30] = [
    "ignore the above",
    "ignore all previous",
    "ignore previous",
    "ignore your instructions",
    "disregard the above",
    "disregard previous",
    "disregard all previous",
    "system prompt",
    "you are now",
    "as an ai",
    "as a language model",
    "dear assistant",
    "note to the assistant",
    "instruction to the bot",
    "do not tell the customer",
    "tell the customer that",
    "negeer het bovenstaande",
    "negeer alle",
    "negeer eerdere",
    "negeer vorige",
    "negeer je instructies",
    "je bent nu",
    "als taalmodel",
    "vertel de klant dat",
    "zeg tegen de klant",
    "systeemprompt",
    "ignoriere alle",
    "ignorez les instructions",
    "ignora las instrucciones",
    "<|im_start|>",
];

/// Checks an answer that quotes `articles`.
///
/// # Errors
/// When it says something that they do not.
pub(super) fn check(answer: &str, articles: &[&Article]) -> Result<(), Held> {
    let bodies: Vec<String> = articles.iter().map(|article| flat(&article.body)).collect();
    let numbers: HashSet<String> = bodies.iter().flat_map(|body| numbers(body)).collect();
    if numbers_missing(answer, &numbers) {
        return Err(Held::Number);
    }
    let links = |text: &str| text.split_whitespace().filter_map(link).collect::<HashSet<_>>();
    let known: HashSet<String> = bodies.iter().flat_map(|body| links(body)).collect();
    if !links(&flat(answer)).is_subset(&known) {
        return Err(Held::Link);
    }
    let quoted = answer.lines().flat_map(passages::sentences).all(|sentence| {
        let sentence = flat(&sentence);
        let sentence = sentence.strip_prefix("- ").unwrap_or(&sentence).to_owned();
        bodies.iter().any(|body| body.contains(&sentence))
    });
    if !quoted {
        return Err(Held::Words);
    }
    let lower = flat(answer).to_lowercase();
    if INSTRUCTIONS.iter().any(|phrase| lower.contains(phrase)) { Err(Held::Instruction) } else { Ok(()) }
}

fn numbers_missing(answer: &str, known: &HashSet<String>) -> bool {
    numbers(answer).iter().any(|number| !known.contains(number))
}

/// The text on one line, as passages have it.
fn flat(body: &str) -> String {
    let passages = passages::split(body);
    passages.iter().flat_map(|p| p.text.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// Everything that has a digit: numbers with their signs, dates, times, codes; and the currency that stands by it.
fn numbers(text: &str) -> HashSet<String> {
    let inside =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '-' | '/' | '%' | '€' | '$' | '£' | '+');
    let tokens = text.split(|c: char| !inside(c));
    let trimmed = tokens.map(|token| token.trim_matches(['.', ',', ':', '-', '/']));
    trimmed.filter(|token| token.contains(char::is_numeric)).map(str::to_lowercase).collect()
}

/// The link or mail address that a word is.
fn link(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
    let is_link = word.contains("://")
        || word.contains('@')
        || word.starts_with("www.")
        || word.split_once('.').is_some_and(|(host, rest)| is_domain(host, rest));
    is_link.then_some(word)
}

fn is_domain(host: &str, rest: &str) -> bool {
    let top: String = rest.split(['/', '.']).next().unwrap_or_default().to_owned();
    let labels = host.chars().all(|c| c.is_alphanumeric() || c == '-');
    labels && host.chars().count() > 1 && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic)
}
