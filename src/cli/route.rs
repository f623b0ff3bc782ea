//! `wissel route`: what would be decided for texts, each as the first message of an unknown customer.

use std::collections::BTreeMap;
use std::process::ExitCode;

use jiff::Timestamp;
use wissel_channels::{AccountName, ChannelName, Clock, UnixMillis};

use super::check::{never_sure, read_table};
use super::texts::Texts;
use super::{Files, Problems, print, say};
use crate::app::learning::intents_in_force;
use crate::routing::found::{Seen, found};
use crate::routing::{Decision, Facts, Language, RoutingTable, Verdict, decision_json};
use crate::triage::{Embedded, Message, Triage};

/// Arguments of `wissel route`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    texts: Texts,
    /// The channel that they come by, where a line does not say
    #[arg(long, value_name = "CHANNEL", default_value = "webchat")]
    channel: ChannelName,
    /// When they come, such as 2026-12-25T20:00:00Z; now, if left out
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// Print one JSON object a text
    #[arg(long)]
    json: bool,
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write a date, a time and a zone, such as 2026-12-25T20:00:00Z".to_owned())
}

/// Prints the decision about each text.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let table = read_table(files.routing().as_deref()).map_err(Problems)?;
    let intents = intents_in_force(&files.settings()?, &table)?;
    let engine = Embedded::over(&intents, files.encoder(false)?, files.learnt().as_deref());
    let never = engine.never_sure(&intents);
    if !never.is_empty() {
        say(&never_sure(&never));
    }
    let at = args.at.map_or_else(|| Clock::system().now(), UnixMillis::from);
    let account = AccountName::from_static("main");
    let tell = |text: &str, channel: &ChannelName, locale: Option<Language>| {
        let verdict = engine.examine(Message { text, locale, ..Message::default() });
        let decided = decide(&table, &verdict, text, (channel, &account), at);
        if args.json {
            print(&decision_json(&decided, text).to_string())
        } else {
            print(&in_words(&table, &engine, &decided, text))
        }
    };
    args.texts.each(|line| {
        let locale = line.locale.as_deref().and_then(Language::of_locale);
        Ok(tell(&line.text, line.channel.as_ref().unwrap_or(&args.channel), locale)?)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What is decided for a text that came with this verdict, as the first message of an unknown customer.
pub(super) fn decide(
    table: &RoutingTable,
    verdict: &Verdict,
    text: &str,
    (channel, account): (&ChannelName, &AccountName),
    at: UnixMillis,
) -> Decision {
    table.decide(&Facts {
        verdict,
        text,
        channel,
        account,
        at,
        customer_known: false,
        customer_tier: None,
        turns: 0,
        previous_queue: None,
        bot_backlog: 0,
        attributes: &BTreeMap::new(),
    })
}

/// The decision as a team lead reads it: where, why, and each condition with its value.
fn in_words(table: &RoutingTable, engine: &dyn Triage, decided: &Decision, text: &str) -> String {
    let language = decided.verdict.language;
    let title = table.queue(&decided.queue).map_or("", |queue| queue.title.get(language));
    let mut lines = vec![
        format!("{} ({title}): {}", decided.queue, text.lines().next().unwrap_or_default()),
        format!("  rule: {}", decided.rule),
    ];
    let because = decided.because.get(language);
    if !because.is_empty() {
        lines.push(format!("  because: {because}"));
    }
    let told = told(table, engine, decided, text);
    lines.extend(told.into_iter().map(|line| format!("  found: {line}")));
    for condition in decided.conditions.iter() {
        let value = serde_json::to_string(&condition.value).unwrap_or_default();
        let holds = if condition.holds { "yes" } else { "no" };
        lines.push(format!("  {holds:3}  {}   [{value}]  {}", condition.written.text, condition.written.rule));
    }
    lines.join("\n")
}

/// What was found, and by what.
pub(super) fn told(table: &RoutingTable, engine: &dyn Triage, decided: &Decision, text: &str) -> Vec<String> {
    let verdict = decided.verdict.as_ref();
    let message = Message { text, ..Message::default() };
    let telling = verdict.intents.first().map_or_else(Vec::new, |best| engine.telling(message, &best.name));
    let seen = Seen { verdict, text, telling: &telling };
    found(seen, |name| table.intent(name), verdict.language.unwrap_or(Language::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(text: &str) -> Decision {
        let table = RoutingTable::shipped();
        let engine = Embedded::new(&table.intents);
        let (channel, account) = (ChannelName::new("webchat").unwrap(), AccountName::new("main").unwrap());
        let verdict = engine.examine(Message { text, ..Message::default() });
        decide(&table, &verdict, text, (&channel, &account), UnixMillis(1_790_000_000_000))
    }

    #[test]
    fn the_bot_gets_a_question_about_delivery_and_people_get_who_is_angry_or_asks_for_them() {
        assert_eq!(decided("Wanneer komt mijn pakket?").queue.as_str(), "bot");
        assert_eq!(decided("Hoi").queue.as_str(), "bot");
        assert_eq!(decided("Ik wil nu een mens spreken, dit is de derde keer!").queue.as_str(), "care");
        assert_eq!(decided("Wat een waardeloze rotwinkel, ik ben woedend!!").queue.as_str(), "care");
        let mixed = "Wanneer komt mijn pakket? Hoe betaal ik? En waar is mijn factuur?";
        assert_eq!(decided(mixed).queue.as_str(), "care");
    }

    #[test]
    fn a_decision_in_words_names_queue_rule_and_values() {
        let decided = decided("Ik wil nu een mens spreken!");
        let table = RoutingTable::shipped();
        let words = in_words(&table, &Embedded::new(&table.intents), &decided, "Ik wil nu een mens spreken!");
        assert!(words.starts_with("care (Klantenservice): Ik wil nu"), "{words}");
        assert!(words.contains("rule: whoever asks for a person gets one"), "{words}");
        assert!(words.contains("yes  wants_person   [true]"), "{words}");
        assert!(words.contains("found: Wil een mens: \"een mens spreken\" (vaste regel)"), "{words}");
    }
}
