//! S6: a table of 200 rules on one message, the last of which matches. The bare loop makes the same comparisons by hand,
//! on fields that it knows, and notes each with its value.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use wissel::routing::{Decimal, Emotion, Facts, Finding, IntentScore, Language, RoutingTable, Verdict};
use wissel_channels::{AccountName, ChannelName, UnixMillis};

use crate::table::{Table, percentile};

const RULES: usize = 200;
const CALLS: usize = 20_000;
const GOAL: Duration = Duration::from_micros(20);

const HEAD: &str = r#"
[queues.care]
kind = "human"
overseer = "Team lead care"
[queues.billing]
kind = "human"
overseer = "Team lead billing"
[queues.bot]
kind = "bot"
overseer = "Team lead care"
falls_back_to = "care"
[intents.delivery_time]
answerable = true
[intents.refund_status]
[intents.fraud]
high_stakes = true
"#;

/// What a comparison asks; none of them holds of the message.
#[derive(Clone, Copy)]
enum Asks {
    Anger(i64),
    Tier(usize),
    Length(usize),
    Attribute(usize),
    Intent,
    Person,
    Language,
    Questions,
    Channel,
    Backlog,
}

impl Asks {
    /// A comparison that no other rule makes.
    fn first(rule: usize) -> Self {
        match rule % 4 {
            0 => Self::Anger(i64::try_from(rule).unwrap_or(0) + 6_000),
            1 => Self::Tier(rule),
            2 => Self::Length(rule + 1_000),
            _ => Self::Attribute(rule),
        }
    }

    /// One that many make.
    fn further(number: usize) -> Self {
        let all = [Self::Intent, Self::Person, Self::Language, Self::Questions, Self::Channel, Self::Backlog];
        all[number % all.len()]
    }

    fn text(self) -> String {
        match self {
            Self::Anger(least) => format!("emotion.anger >= 0.{least}"),
            Self::Tier(number) => format!("customer.tier == \"tier{number}\""),
            Self::Length(most) => format!("text.length > {most}"),
            Self::Attribute(number) => format!("attribute.campaign == \"c{number}\""),
            Self::Intent => "intent == \"refund_status\"".to_owned(),
            Self::Person => "wants_person".to_owned(),
            Self::Language => "language in [\"de\", \"fr\"]".to_owned(),
            Self::Questions => "questions > 2".to_owned(),
            Self::Channel => "channel in [\"email\", \"voice\"]".to_owned(),
            Self::Backlog => "bot.backlog >= 150".to_owned(),
        }
    }
}

/// A comparison as the bare loop makes and notes it: its number, its value, whether it holds.
type Noted = (u32, i64, bool);

/// The bare loop.
fn by_hand(facts: &Facts<'_>, rules: &[Vec<Asks>], names: &[String]) -> Vec<Noted> {
    let mut noted = Vec::with_capacity(RULES * 3);
    let length = facts.text.chars().count();
    for rule in rules {
        for asks in rule {
            let (value, holds) = made_by_hand(*asks, facts, length, names);
            noted.push((u32::try_from(noted.len()).unwrap_or(0), value, holds));
        }
    }
    noted
}

fn made_by_hand(asks: Asks, facts: &Facts<'_>, length: usize, names: &[String]) -> (i64, bool) {
    let verdict = facts.verdict;
    let yes = |holds: bool| (i64::from(holds), holds);
    match asks {
        Asks::Anger(least) => verdict.emotion.anger.map_or((0, false), |anger| (anger.0, anger.0 >= least)),
        Asks::Tier(number) => yes(facts.customer_tier == Some(names[number].as_str())),
        Asks::Length(most) => (i64::try_from(length).unwrap_or(0), length > most),
        Asks::Attribute(number) => yes(facts.attributes.get("campaign").is_some_and(|found| *found == names[number])),
        Asks::Intent => yes(verdict.intents.first().is_some_and(|intent| intent.name.as_str() == "refund_status")),
        Asks::Person => yes(verdict.wants_person.is_some_and(|finding| finding.is)),
        Asks::Language => yes(matches!(verdict.language, Some(Language::De | Language::Fr))),
        Asks::Questions => (verdict.questions.unwrap_or(0).into(), verdict.questions > Some(2)),
        Asks::Channel => yes(["email", "voice"].contains(&facts.channel.as_str())),
        Asks::Backlog => (i64::try_from(facts.bot_backlog).unwrap_or(0), facts.bot_backlog >= 150),
    }
}

/// Measures rules of one to three comparisons, and rules of three.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    one(table, "1 to 3 comparisons", |rule| rule % 3 + 1)?;
    one(table, "3 comparisons", |_| 3)
}

fn one(table: &mut Table, name: &str, comparisons: impl Fn(usize) -> usize) -> anyhow::Result<()> {
    let asks = |rule: usize| {
        let further = (1..comparisons(rule)).map(|part| Asks::further(rule + part));
        std::iter::once(Asks::first(rule)).chain(further).collect()
    };
    let rules: Vec<Vec<Asks>> = (1..RULES).map(asks).collect();
    let names: Vec<String> = (0..RULES).map(|number| format!("tier{number}")).collect();
    let routing = read(&rules)?;
    let verdict = verdict()?;
    let attributes = BTreeMap::from([("campaign".to_owned(), "none".to_owned())]);
    let (channel, account) = (ChannelName::from_static("webchat"), AccountName::from_static("main"));
    let facts = Facts {
        verdict: &verdict,
        text: "Wanneer komt mijn pakket? Ik heb het vorige week besteld.",
        channel: &channel,
        account: &account,
        at: UnixMillis(1_795_600_000_000),
        customer_known: true,
        customer_tier: Some("silver"),
        turns: 1,
        previous_queue: None,
        bot_backlog: 3,
        attributes: &attributes,
    };
    let decision = routing.decide(&facts);
    anyhow::ensure!(decision.rule == "last", "the last rule decides");
    let bare = times(|| drop(black_box(by_hand(black_box(&facts), &rules, &names))));
    let ours = times(|| drop(black_box(routing.decide(black_box(&facts)))));
    for share in [50, 99] {
        let what = format!("S6 {RULES} rules of {name} ({} made) p{share}", decision.conditions.len());
        table.time(&what, percentile(&ours, share), Some(percentile(&bare, share)), GOAL);
    }
    Ok(())
}

fn times(work: impl Fn()) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times
}

fn verdict() -> anyhow::Result<Verdict> {
    let no = Some(Finding { is: false, p: Decimal(120) });
    Ok(Verdict {
        language: Some(Language::Nl),
        language_p: Decimal(9_800),
        intents: vec![IntentScore { name: "delivery_time".parse()?, p: Decimal(9_100), threshold: Decimal(8_400) }],
        questions: Some(1),
        emotion: Emotion { anger: Some(Decimal(200)), ..Emotion::default() },
        wants_person: no,
        complaint: no,
        automatic: no,
        injection: no,
        engine: "embedded@bench".to_owned(),
        ..Verdict::default()
    })
}

/// The table of these rules, and the last one, which matches.
fn read(rules: &[Vec<Asks>]) -> anyhow::Result<RoutingTable> {
    let mut text = HEAD.to_owned();
    for (number, rule) in rules.iter().enumerate() {
        let when: Vec<String> = rule.iter().map(|asks| asks.text()).collect();
        let to = if number % 2 == 0 { "care" } else { "billing" };
        let when = when.join(" or ");
        writeln!(text, "[[rule]]\nname = \"rule number {number}\"\nwhen = '{when}'\nto = \"{to}\"")?;
    }
    text += "[[rule]]\nname = \"last\"\nwhen = 'intent in answerable and confidence >= threshold'\nto = \"bot\"\n";
    text += "[default]\nto = \"care\"\n";
    RoutingTable::parse("routing.toml", &text).map_err(|problems| anyhow::anyhow!("{problems:?}"))
}
