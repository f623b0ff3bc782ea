//! Tests of routing as a whole, and what they share.

mod broken;
mod calendar;
mod decide;
mod language;
mod shipped;

use std::collections::BTreeMap;

use wissel_channels::{AccountName, ChannelName, UnixMillis};

use super::*;

/// A shop with people, a bot and hours; rules are added by each test.
pub(super) const SHOP: &str = r#"
[queues.care]
kind = "human"
title = { nl = "Klantenservice", en = "Customer care" }
overseer = "Team lead care"
hours = "office"
[queues.billing]
kind = "human"
overseer = "Team lead billing"
[queues.bot]
kind = "bot"
overseer = "Team lead care"
falls_back_to = "care"
[hours.office]
zone = "Europe/Amsterdam"
week = { mon = ["08:30-12:30", "13:00-17:30"], sun = ["02:30-02:45", "12:00-24:00"] }
closed = ["2026-12-28"]
[intents.delivery_time]
answerable = true
[intents.refund_status]
[intents.fraud]
high_stakes = true
"#;

/// The shop with these rules, and people as the default.
pub(super) fn shop(rules: &str) -> RoutingTable {
    let text = format!("{SHOP}\n{rules}\n[default]\nto = \"care\"\n");
    RoutingTable::parse("routing.toml", &text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A shop with one rule.
pub(super) fn rule(when: &str, to: &str) -> RoutingTable {
    shop(&format!("[[rule]]\nname = \"r\"\nwhen = '''{when}'''\nto = \"{to}\""))
}

/// The moment of an RFC 3339 text.
pub(super) fn at(text: &str) -> UnixMillis {
    UnixMillis::from(text.parse::<jiff::Timestamp>().unwrap())
}

/// What a rule may ask about, owned, to be changed by a test.
pub(super) struct Case {
    pub(super) verdict: Verdict,
    pub(super) text: String,
    pub(super) channel: ChannelName,
    pub(super) account: AccountName,
    pub(super) at: UnixMillis,
    pub(super) tier: Option<String>,
    pub(super) known: bool,
    pub(super) turns: u32,
    pub(super) backlog: u64,
    pub(super) previous: Option<QueueName>,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Case {
    /// A calm Dutch question about delivery times, on Monday 2026-11-30 at 10:00 in Amsterdam.
    pub(super) fn calm() -> Self {
        let finding = |is| Some(Finding { is, p: Decimal::ZERO });
        let verdict = Verdict {
            language: Some(Language::Nl),
            language_p: Decimal(9_800),
            intents: vec![score("delivery_time", 9_100, 8_400)],
            questions: Some(1),
            emotion: Emotion { anger: Some(Decimal(200)), ..Emotion::default() },
            wants_person: finding(false),
            complaint: finding(false),
            automatic: finding(false),
            injection: finding(false),
            engine: "embedded@test".into(),
            ..Verdict::default()
        };
        Self {
            verdict,
            text: "Wanneer komt mijn pakket?".into(),
            channel: ChannelName::new("webchat").unwrap(),
            account: AccountName::new("main").unwrap(),
            at: at("2026-11-30T09:00:00Z"),
            tier: None,
            known: false,
            turns: 0,
            backlog: 0,
            previous: None,
            attributes: BTreeMap::new(),
        }
    }

    pub(super) fn decide(&self, table: &RoutingTable) -> Decision {
        table.decide(&Facts {
            verdict: &self.verdict,
            text: &self.text,
            channel: &self.channel,
            account: &self.account,
            at: self.at,
            customer_known: self.known,
            customer_tier: self.tier.as_deref(),
            turns: self.turns,
            previous_queue: self.previous.as_ref(),
            bot_backlog: self.backlog,
            attributes: &self.attributes,
        })
    }
}

pub(super) fn score(name: &str, p: i64, threshold: i64) -> IntentScore {
    IntentScore { name: IntentName::new(name).unwrap(), p: Decimal(p), threshold: Decimal(threshold) }
}

/// A finding that holds.
pub(super) const YES: Option<Finding> = Some(Finding { is: true, p: Decimal::ONE });

pub(super) fn queue(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}
