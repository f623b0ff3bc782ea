//! The language model: `[llm]`, off as long as it has no address.

use std::net::IpAddr;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use wissel_channels::outside::is_public;

use super::channels::secret_in;
use super::check::Note;
use super::secret::Secret;
use super::values::{Count, Folder, Limit};

/// The longest that a decision may wait for advice.
const LONGEST: f64 = 2.0;
/// The shortest that is of use.
const SHORTEST: f64 = 0.3;
/// So much of the deadline is for a timer to be seen.
const TIMER_MILLIS: i64 = 300;

/// A language model that may be asked where triage is not sure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LlmSettings {
    /// The base of `OpenAI`'s chat API, as `https://host/v1`; off without one.
    pub url: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The key.
    pub key: Option<Secret>,
    /// A file that holds it.
    pub key_file: Option<Folder>,
    /// How long a message may wait for it, in seconds.
    pub deadline_seconds: Amount,
    /// Tokens that each queue may spend in an hour.
    pub tokens_per_hour: Limit,
    /// Money that each queue may spend in an hour.
    pub money_per_hour: Amount,
    /// What a million tokens of questions cost.
    pub price_input: Amount,
    /// What a million tokens of answers cost.
    pub price_output: Amount,
    /// How many questions each process asks at once.
    pub workers: Count,
}

impl Default for LlmSettings {
    fn default() -> Self {
        Self {
            url: None,
            model: None,
            key: None,
            key_file: None,
            deadline_seconds: Amount(1.5),
            tokens_per_hour: Limit(500_000),
            money_per_hour: Amount(0.0),
            price_input: Amount(0.0),
            price_output: Amount(0.0),
            workers: Count::fixed(8),
        }
    }
}

/// A key as given, or from its file; what is wrong with the file, and what to do.
pub(super) fn key_of(key: Option<&Secret>, file: Option<&Folder>) -> Result<Option<String>, (String, String)> {
    match (key, file) {
        (Some(key), _) => Ok(Some(key.text().to_owned())),
        (None, Some(file)) => secret_in(file.as_path()).map(Some),
        (None, None) => Ok(None),
    }
}

/// Notes what is wrong with the key of a section.
pub(super) fn check_key(section: &str, key: Option<&Secret>, file: Option<&Folder>, note: Note<'_>) {
    let place = format!("{section}.key_file");
    if key.is_some() && file.is_some() {
        note(&place, format!("the key is given twice, here and in {section}.key"), "leave one of the two out");
    } else if let Err((what, remedy)) = key_of(key, file) {
        note(&place, what, &remedy);
    }
}

/// Whether this is the base of an API, as `https://host/v1`, without anything secret in it.
pub(super) fn is_base(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains(['@', ' '])) && !url.contains(['?', '#'])
}

/// Notes a key that would travel in the clear, to a host that is not of this machine or its own network.
pub(super) fn check_way(section: &str, url: &str, has_key: bool, note: Note<'_>) {
    let Some(host) = url.strip_prefix("http://").and_then(host) else { return };
    if has_key && !is_near(host) {
        let message = format!("the key would go to {host} without encryption");
        let remedy = "write https://, or the address of a server in your own network, as \"http://10.0.0.5:8000/v1\"";
        note(&format!("{section}.url"), message, remedy);
    }
}

/// The host of what follows the scheme, without its port.
fn host(rest: &str) -> Option<&str> {
    let place = rest.split('/').next()?;
    match place.strip_prefix('[') {
        Some(inner) => inner.split(']').next(),
        None => place.split(':').next(),
    }
}

/// Whether this is this machine, a private address, or a name that no public name server knows: one without a dot, or below a
/// domain that is kept for networks of one's own.
fn is_near(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return !is_public(address);
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end))
}

impl LlmSettings {
    /// How many milliseconds a decision waits at most; 0 when the model is off. A timer that is due is seen a little later.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "checked to be at most two seconds")]
    pub fn advice_millis(&self) -> i64 {
        if self.url.is_some() { ((self.deadline_seconds.0 * 1000.0) as i64 - TIMER_MILLIS).max(100) } else { 0 }
    }

    /// The key, as given or from its file.
    ///
    /// # Errors
    /// When the file cannot be read, with what to do.
    pub fn key(&self) -> Result<Option<String>, (String, String)> {
        key_of(self.key.as_ref(), self.key_file.as_ref())
    }

    /// Notes what is wrong between these settings.
    pub(super) fn check(&self, note: Note<'_>) {
        if let Some(url) = &self.url {
            if !is_base(url) {
                let remedy = "write the base of the API, as \"https://host/v1\"; the key goes into llm.key_file";
                note("llm.url", "this is not an address of a chat API".to_owned(), remedy);
            }
            check_way("llm", url, self.key.is_some() || self.key_file.is_some(), note);
            if self.model.as_ref().is_none_or(|model| model.trim().is_empty()) {
                note("llm.url", "no model is named".to_owned(), "write llm.model as the server calls it");
            }
        } else if self.model.is_some() || self.key.is_some() || self.key_file.is_some() {
            let remedy = "write llm.url, or leave the section out";
            note("llm", "a model without an address".to_owned(), remedy);
        }
        if !(SHORTEST..=LONGEST).contains(&self.deadline_seconds.0) {
            let message = format!("{} is not from {SHORTEST} to {LONGEST}", self.deadline_seconds.0);
            note("llm.deadline_seconds", message, "customers do not wait longer than two seconds for advice");
        }
        check_key("llm", self.key.as_ref(), self.key_file.as_ref(), note);
        let priced = self.price_input.0 > 0.0 || self.price_output.0 > 0.0;
        if self.money_per_hour.0 > 0.0 && !priced {
            let remedy = "write llm.price_input and llm.price_output, for a million tokens";
            note("llm.money_per_hour", "no price is set, so nothing would count".to_owned(), remedy);
        }
    }
}

/// An amount that may have a fraction: 0 to a million.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount(pub f64);

impl Amount {
    fn new<E: de::Error>(number: f64) -> Result<Self, E> {
        if (0.0..=1_000_000.0).contains(&number) {
            return Ok(Self(number));
        }
        Err(E::custom(format_args!("{number} is not a number from 0 to 1000000; write such a number without quotes")))
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number from 0 to 1000000")
    }
    #[expect(clippy::cast_precision_loss, reason = "what is large is refused")]
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        Amount::new(number as f64)
    }
    #[expect(clippy::cast_precision_loss, reason = "what is large is refused")]
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        Amount::new(number as f64)
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
        Amount::new(number)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        Amount::new(number.ok_or_else(|| E::custom("this is not a number; write one, as 1.5"))?)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}
