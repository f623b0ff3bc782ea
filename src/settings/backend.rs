//! Backends: what carries the broker, the store and the journal, by the scheme of an address that may hold a password.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use crate::routing::near;
use crate::routing::problem::shown;

/// What carries the broker, the store or the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// A file in the data folder.
    #[default]
    Embedded,
    /// A server, or several that are one.
    Server(Server),
}

/// Where a server is. `Debug` and `Display` leave out its user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    kind: Kind,
    url: String,
}

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `RabbitMQ`.
    Amqp,
    /// Redis.
    Redis,
    /// Redis, found by its Sentinels.
    Sentinel,
    /// `PostgreSQL`.
    Postgres,
}

/// Every scheme, with what it is and whether it is encrypted. `postgres` takes `?sslmode=`.
const SCHEMES: [(&str, Kind, bool); 8] = [
    ("amqp", Kind::Amqp, false),
    ("amqps", Kind::Amqp, true),
    ("redis", Kind::Redis, false),
    ("rediss", Kind::Redis, true),
    ("redis+sentinel", Kind::Sentinel, false),
    ("rediss+sentinel", Kind::Sentinel, true),
    ("postgres", Kind::Postgres, true),
    ("postgresql", Kind::Postgres, true),
];

/// Every kind.
const EVERY: [Kind; 4] = [Kind::Amqp, Kind::Redis, Kind::Sentinel, Kind::Postgres];

impl Backend {
    /// The server, if it is one.
    #[must_use]
    pub const fn server(&self) -> Option<&Server> {
        match self {
            Self::Embedded => None,
            Self::Server(server) => Some(server),
        }
    }
}

impl Server {
    /// The address with user and password: for connecting alone, never to be shown.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a connection to it may be encrypted.
    #[must_use]
    pub fn may_encrypt(&self) -> bool {
        let scheme = self.url.split(':').next().unwrap_or_default();
        SCHEMES.iter().any(|(name, _, encrypted)| *name == scheme && *encrypted)
    }

    /// The scheme, and hosts with path: without user, password and query.
    fn parts(url: &str) -> (&str, &str) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        (scheme, rest.rsplit_once('@').map_or(rest, |(_, hosts)| hosts))
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, hosts) = Self::parts(&self.url);
        write!(f, "{scheme}://{hosts}")
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "embedded" {
            return Ok(Self::Embedded);
        }
        // Only the scheme is repeated: the rest of an address may hold a password.
        let Some((scheme, _)) = text.split_once("://") else {
            let word = text.split([':', '@', '/']).next().unwrap_or_default();
            let word = if word.len() == text.len() && text.len() <= 16 { word } else { "this" };
            return Err(format!("\"{}\" is no backend; {}", shown(word), near::choices(word, names(&EVERY))));
        };
        let Some((_, kind, _)) = SCHEMES.into_iter().find(|(name, ..)| *name == scheme) else {
            return Err(format!("\"{}\" is no backend; {}", shown(scheme), near::choices(scheme, names(&EVERY))));
        };
        sound(text, kind)?;
        Ok(Self::Server(Server { kind, url: text.to_owned() }))
    }
}

impl<'de> Deserialize<'de> for Backend {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What can be written where these kinds of servers fit.
pub(super) fn names(kinds: &[Kind]) -> impl Iterator<Item = &'static str> + Clone {
    let fitting = SCHEMES.into_iter().filter(|(_, kind, _)| kinds.contains(kind));
    std::iter::once("embedded").chain(fitting.map(|(name, ..)| name))
}

/// Whether an address has what its kind needs; nothing of it is repeated but the scheme and a host's port.
fn sound(text: &str, kind: Kind) -> Result<(), String> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("the address holds a space; write it in one piece, signs in a password as %20".to_owned());
    }
    let (scheme, rest) = Server::parts(text);
    let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
    let example = match kind {
        Kind::Amqp => "amqp://user:password@host:5672/vhost",
        Kind::Redis => "redis://:password@host:6379/0",
        Kind::Sentinel => "redis+sentinel://:password@host:26379,host:26379/NAME",
        Kind::Postgres => "postgres://user:password@host:5432/database",
    };
    let several = matches!(kind, Kind::Sentinel | Kind::Postgres);
    if hosts.contains(',') && !several {
        return Err(format!("{scheme} takes one host; put a load balancer or a name in front, as {example}"));
    }
    for host in hosts.split(',') {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        if name.is_empty() {
            return Err(format!("the address names no host; write it as {example}"));
        }
        if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
            return Err(format!("the port of a host is no number from 1 to 65535; write it as {example}"));
        }
    }
    match kind {
        Kind::Sentinel if path.split('/').next().is_none_or(str::is_empty) => Err(format!(
            "the address names no primary; write the name that the Sentinels watch behind it, as {example}"
        )),
        Kind::Postgres if path.is_empty() => Err(format!("the address names no database; write it as {example}")),
        Kind::Postgres if ssl_modes(text).any(|mode| !SSL_MODES.contains(&mode)) => Err(format!(
            "the sslmode of the address is none that is kept to; write one of {}, where the first three check certificate \
             and name",
            SSL_MODES.join(", ")
        )),
        _ => Ok(()),
    }
}

/// What `sslmode` may be. Those that go on without TLS where it is refused protect from nobody, and are not there.
const SSL_MODES: [&str; 4] = ["verify-full", "verify-ca", "require", "disable"];

/// Each `sslmode` of an address.
fn ssl_modes(text: &str) -> impl Iterator<Item = &str> {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|parameter| parameter.strip_prefix("sslmode="))
}

#[cfg(test)]
mod tests {
    use super::{Backend, Kind};

    #[test]
    fn each_scheme_names_its_server() {
        for (url, kind) in [
            ("amqp://host", Kind::Amqp),
            ("amqps://u:p@host:5671/%2f", Kind::Amqp),
            ("redis://host", Kind::Redis),
            ("rediss://:p@[::1]:6379/0", Kind::Redis),
            ("redis+sentinel://:p@a:26379,b:26379/main", Kind::Sentinel),
            ("rediss+sentinel://a,b/main/0", Kind::Sentinel),
            ("postgres://u:p@host/db", Kind::Postgres),
            ("postgresql://a:1,b:2/db?sslmode=require", Kind::Postgres),
        ] {
            let backend: Backend = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
            let server = backend.server().unwrap();
            assert_eq!((server.kind(), server.url()), (kind, url));
        }
        assert_eq!("embedded".parse(), Ok(Backend::Embedded));
    }

    #[test]
    fn an_address_never_shows_its_password() {
        let url = "postgres://user:hunt@er2@host:5432/db?password=hunter3";
        let backend: Backend = url.parse().unwrap();
        assert_eq!(backend.server().unwrap().to_string(), "postgres://host:5432/db");
        let debug = format!("{backend:?}");
        assert!(!debug.contains("er2") && !debug.contains("hunter3") && !debug.contains("user"), "{debug}");
    }

    #[test]
    fn a_refused_address_is_explained_without_its_password() {
        for (url, told) in [
            ("amqp:/user:hunter2@host", "\"this\" is no backend"),
            ("user:hunter2@host", "\"this\" is no backend"),
            ("amqq://user:hunter2@host", "\"amqq\" is no backend; did you mean \"amqp\"?"),
            ("embeded", "did you mean \"embedded\"?"),
            ("amqp://user:hunter2@", "names no host"),
            ("amqp://user:hunter2@host:70000", "no number from 1 to 65535"),
            ("amqp://user:hunter2@a,b", "takes one host"),
            ("redis+sentinel://:hunter2@a:1,b:2", "names no primary"),
            ("postgres://u:hunter2@host", "names no database"),
            ("postgres://u:hunter 2@host/db", "holds a space"),
            ("postgres://u:hunter2@host/db?application_name=x&sslmode=prefer", "write one of verify-full, "),
        ] {
            let refusal = url.parse::<Backend>().unwrap_err();
            assert!(refusal.contains(told) && !refusal.contains("hunter"), "{url}: {refusal}");
            assert!(refusal.contains("; "), "{refusal}");
        }
    }
}
