//! Found: what triage found in a message and by what, in words that staff understand, in Dutch and English.

use std::collections::BTreeSet;

use super::{Decimal, Evidence, FindingName, Intent, IntentName, Language, Verdict, Why};

/// At most so many pieces of evidence are told.
const MOST: usize = 8;
/// Characters of a piece that are shown.
const SHOWN: usize = 60;
/// From this likeness on, of 1, an example is worth showing.
const ALIKE: f64 = 0.2;

/// A message that was decided on.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What triage had found.
    pub verdict: &'a Verdict,
    /// The customer's words.
    pub text: &'a str,
    /// Where the words stand, in characters, that speak most for the likeliest intent, as far as that is known.
    pub telling: &'a [(u32, u32)],
}

/// What was found, a line each: the likeliest intent with the words that speak for it and the declared example that is
/// nearest, then each finding with the words that it stands on and what found it. In Dutch, else in English.
#[must_use]
pub fn found<'a>(
    seen: Seen<'_>,
    intent: impl Fn(&IntentName) -> Option<&'a Intent>,
    language: Language,
) -> Vec<String> {
    let Seen { verdict, text, telling } = seen;
    let pick = |nl: &'static str, en: &'static str| if language == Language::Nl { nl } else { en };
    let mut lines = Vec::new();
    if let Some(best) = verdict.intents.first() {
        let declared = intent(&best.name);
        let enough = best.p >= best.threshold;
        let enough = if enough { pick("genoeg", "enough") } else { pick("niet genoeg", "not enough") };
        let why = lacking(verdict, &intent).map(|(nl, en)| format!("; {}", pick(nl, en))).unwrap_or_default();
        let (subject, sure) = (pick("Onderwerp", "Subject"), pick("zeker", "sure"));
        let needed = pick("nodig", "needed");
        lines.push(format!(
            "{subject}: {} ({} {sure}, {needed} {}: {enough}{why})",
            title(&best.name, declared, language),
            percent(best.p, language),
            percent(best.threshold, language)
        ));
        if !telling.is_empty() {
            let words: Vec<String> =
                telling.iter().map(|place| format!("\"{}\"", cut(&between(*place, text)))).collect();
            lines.push(format!("{}: {}", pick("Daarvoor pleit vooral", "What speaks for it most"), words.join(", ")));
        }
        if let Some(example) = declared.and_then(|intent| nearest(intent, verdict.language, text)) {
            lines.push(format!(
                "{}: \"{}\"",
                pick("Lijkt het meest op het voorbeeld", "Nearest example"),
                cut(example)
            ));
        }
    }
    if let Some((_, model)) = verdict.engine.split_once("+llm:") {
        lines.push(format!(
            "{}: {model}",
            pick("Om raad gevraagd is het taalmodel", "Asked for advice: the language model")
        ));
    }
    let telling = verdict.evidence.iter().filter(|found| {
        let inside = |other: &Evidence| other.finding == found.finding && holds(other, found);
        !matches!(found.finding, FindingName::Language | FindingName::Intent) && !verdict.evidence.iter().any(inside)
    });
    lines.extend(telling.take(MOST).map(|found| {
        let (name, by) = (name(found.finding, language), by(&found.why, language));
        format!("{name}: \"{}\" ({by})", cut(&words(found, text)))
    }));
    lines
}

/// Why nothing is sure enough, where that is so, in Dutch and English.
fn lacking<'a>(
    verdict: &Verdict,
    intent: &impl Fn(&IntentName) -> Option<&'a Intent>,
) -> Option<(&'static str, &'static str)> {
    if verdict.intents.first()?.threshold < Decimal::ONE {
        return None;
    }
    let Some(language) = verdict.language else {
        return Some(("de taal is niet herkend", "the language was not recognised"));
    };
    let engine = verdict.engine.split("+llm:").next().unwrap_or_default();
    let declared: Vec<&Intent> = verdict.intents.iter().filter_map(|likely| intent(&likely.name)).collect();
    let count = |language| declared.iter().filter_map(|intent| intent.examples.get(&language)).map(Vec::len).sum();
    let own: usize = count(language);
    let most = Language::ALL.into_iter().map(count).max().unwrap_or_default();
    // As triage has it: a few among many tell as little as none.
    let taught = own * 10 > most;
    Some(if taught || engine.contains('+') {
        (
            "te weinig voorbeelden voor zo weinig fouten: voeg voorbeelden toe, of sta met max_error meer toe",
            "too few examples for so few mistakes: add some, or allow more with max_error",
        )
    } else if own > 0 {
        (
            "te weinig voorbeelden in deze taal: voeg er toe, of installeer de encoder",
            "too few examples in this language: add some, or install the encoder",
        )
    } else {
        (
            "geen voorbeelden in deze taal: voeg ze toe, of installeer de encoder",
            "no examples in this language: add some, or install the encoder",
        )
    })
}

/// Whether one piece is a part of a longer one.
const fn holds(longer: &Evidence, piece: &Evidence) -> bool {
    longer.start <= piece.start && piece.end <= longer.end && longer.end - longer.start > piece.end - piece.start
}

/// The intent as staff call it.
fn title(name: &IntentName, intent: Option<&Intent>, language: Language) -> String {
    let title = intent.map_or("", |intent| intent.title.get(Some(language)));
    if title.is_empty() { name.as_str().replace('_', " ") } else { title.to_owned() }
}

fn percent(p: Decimal, language: Language) -> String {
    let number = format!("{:.0}", p.as_f64() * 100.0);
    if language == Language::Nl { format!("{number} %") } else { format!("{number}%") }
}

fn words(found: &Evidence, text: &str) -> String {
    between((found.start, found.end), text)
}

fn between((start, end): (u32, u32), text: &str) -> String {
    text.chars().skip(start as usize).take(end.saturating_sub(start) as usize).collect()
}

fn cut(text: &str) -> String {
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() > SHOWN { line.chars().take(SHOWN).chain(['…']).collect() } else { line }
}

/// The declared example that is nearest to a text, by the groups of three letters that they share; those in the text's own
/// language first. Nothing when none is near.
#[must_use]
pub fn nearest<'a>(intent: &'a Intent, language: Option<Language>, text: &str) -> Option<&'a str> {
    let theirs = groups(text);
    let own = language.and_then(|language| intent.examples.get(&language));
    let examples: Vec<&'a String> =
        own.map_or_else(|| intent.examples.values().flatten().collect(), |own| own.iter().collect());
    let likeness = |example: &str| {
        let ours = groups(example);
        let shared = u32::try_from(ours.intersection(&theirs).count()).unwrap_or(0);
        let all = u32::try_from(ours.len() + theirs.len()).unwrap_or(u32::MAX).max(1);
        2.0 * f64::from(shared) / f64::from(all)
    };
    let scored = examples.into_iter().map(|example| (likeness(example), example.as_str()));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness >= ALIKE);
    best.map(|(_, example)| example)
}

fn groups(text: &str) -> BTreeSet<[char; 3]> {
    let folded: Vec<char> =
        text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    folded.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

const fn by(why: &Why, language: Language) -> &'static str {
    match (why, language) {
        (Why::Floor, Language::Nl) => "vaste regel",
        (Why::Floor, _) => "a fixed rule",
        (Why::Model, Language::Nl) => "geleerd van voorbeelden",
        (Why::Model, _) => "learnt from examples",
        (Why::Shape, Language::Nl) => "vorm van de tekst",
        (Why::Shape, _) => "the form of the text",
        (Why::Channel, Language::Nl) => "gemeld door het kanaal",
        (Why::Channel, _) => "told by the channel",
    }
}

/// The finding as staff call it: in Dutch, else in English.
#[must_use]
pub const fn name(finding: FindingName, language: Language) -> &'static str {
    let (nl, en) = match finding {
        FindingName::Language => ("Taal", "Language"),
        FindingName::Intent => ("Onderwerp", "Subject"),
        FindingName::Question => ("Vraag", "Question"),
        FindingName::Anger => ("Boos", "Anger"),
        FindingName::Sadness => ("Verdriet of zorgen", "Sadness or worry"),
        FindingName::Doubt => ("Twijfel", "Doubt"),
        FindingName::Joy => ("Blij", "Joy"),
        FindingName::WantsPerson => ("Wil een mens", "Wants a person"),
        FindingName::Complaint => ("Klacht", "Complaint"),
        FindingName::Urgent => ("Haast", "Urgent"),
        FindingName::Automatic => ("Automatisch", "Automatic"),
        FindingName::Injection => ("Opdracht aan de AI", "Instruction to the AI"),
        FindingName::Thanks => ("Bedankt", "Thanks"),
    };
    if matches!(language, Language::Nl) { nl } else { en }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{IntentScore, RoutingTable};

    #[test]
    fn findings_are_told_with_their_words_their_source_and_the_nearest_example() {
        let table = RoutingTable::shipped();
        let verdict = Verdict {
            language: Some(Language::Nl),
            intents: vec![IntentScore {
                name: "delivery_time".parse().unwrap(),
                p: Decimal(9_000),
                threshold: Decimal(8_000),
            }],
            evidence: vec![
                Evidence { finding: FindingName::Complaint, start: 28, end: 32, why: Why::Floor },
                Evidence { finding: FindingName::Complaint, start: 28, end: 34, why: Why::Floor },
            ],
            ..Verdict::default()
        };
        let text = "Wanneer komt mijn pakketje? Klacht!";
        let seen = Seen { verdict: &verdict, text, telling: &[(0, 7), (18, 26)] };
        let told = |language| found(seen, |name| table.intent(name), language);
        assert_eq!(
            told(Language::Nl),
            [
                "Onderwerp: Levertijd en bezorging (90 % zeker, nodig 80 %: genoeg)",
                "Daarvoor pleit vooral: \"Wanneer\", \"pakketje\"",
                "Lijkt het meest op het voorbeeld: \"Wanneer komt mijn pakket?\"",
                "Klacht: \"Klacht\" (vaste regel)",
            ]
        );
        let english = told(Language::En);
        assert!(english[0].ends_with("(90% sure, needed 80%: enough)"), "{english:?}");
        assert_eq!(english[3], "Complaint: \"Klacht\" (a fixed rule)");
    }

    #[test]
    fn why_nothing_is_sure_enough_is_told_in_both_languages() {
        let table = RoutingTable::shipped();
        let mut dutch_alone = table.intent(&"gift_card".parse().unwrap()).unwrap().clone();
        dutch_alone.examples.retain(|language, _| *language == Language::Nl);
        let told = |language, engine: &str, shown| {
            let score = IntentScore { name: "gift_card".parse().unwrap(), p: Decimal(9_000), threshold: Decimal::ONE };
            let verdict = Verdict { language, intents: vec![score], engine: engine.to_owned(), ..Verdict::default() };
            let seen = Seen { verdict: &verdict, text: "", telling: &[] };
            found(seen, |_| Some(&dutch_alone), shown).remove(0)
        };
        let spanish = Some(Language::Es);
        let dutch = told(spanish, "embedded@1+llm:small", Language::Nl);
        assert!(
            dutch.ends_with(
                "nodig 100 %: niet genoeg; geen voorbeelden in deze taal: voeg ze toe, of installeer de encoder)"
            ),
            "{dutch}"
        );
        let english = told(spanish, "embedded@1", Language::En);
        assert!(
            english.ends_with("not enough; no examples in this language: add some, or install the encoder)"),
            "{english}"
        );
        assert!(told(None, "embedded@1", Language::En).ends_with("the language was not recognised)"));
        let few = "too few examples for so few mistakes: add some, or allow more with max_error)";
        assert!(told(spanish, "embedded@1+use-multilingual", Language::En).ends_with(few));
        assert!(told(Some(Language::Nl), "embedded@1", Language::En).ends_with(few));
    }

    #[test]
    fn what_is_like_no_example_gets_none() {
        let table = RoutingTable::shipped();
        let intent = table.intent(&"delivery_time".parse().unwrap()).unwrap();
        assert_eq!(nearest(intent, Some(Language::Nl), "zzz qqq"), None);
        assert_eq!(nearest(intent, None, ""), None);
    }
}
