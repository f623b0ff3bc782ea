//! People: who may use the staff listener. Bearer tokens, one-time links, sessions with their CSRF tokens.

use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use wissel_channels::UnixMillis;

use super::claims::{self, Claims};
use super::failures::Failures;
use crate::thread::Person;
use crate::wire::{Keys, SealError};

/// How long a bearer token holds: a year.
pub const TOKEN_MILLIS: i64 = 365 * 24 * 3600 * 1000;
/// How long a one-time link holds: 15 minutes.
pub const LINK_MILLIS: i64 = 15 * 60 * 1000;
/// How long a session holds: 12 hours.
pub const SESSION_MILLIS: i64 = 12 * 3600 * 1000;
/// Begins every bearer token, so that it can be recognised where it should not be.
const TOKEN_PREFIX: &str = "wissel_";
/// The longest name of a person, in characters.
const MOST_NAME: usize = 80;
/// At most so many links are open at a time.
const MOST_LINKS: usize = 64;

/// Why a name cannot be a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name of a person has 1 to {MOST_NAME} characters, none of them a control character")]
pub struct NameError;

/// A person's name, cleaned at its ends and checked.
///
/// # Errors
/// When it is empty, too long or holds control characters.
pub fn person(name: &str) -> Result<Person, NameError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > MOST_NAME || name.chars().any(char::is_control) {
        return Err(NameError);
    }
    Ok(Person(name.to_owned()))
}

/// A bearer token for the staff API. Nothing is stored: it holds because it is signed.
///
/// # Errors
/// When `name` cannot be a person's.
pub fn issue_token(keys: &Keys, name: &str, now: UnixMillis) -> Result<String, NameError> {
    let name = person(name)?.0;
    let claims = Claims { name, issued: now.0, expires: now.plus(TOKEN_MILLIS).0, random: String::new() };
    Ok(format!("{TOKEN_PREFIX}{}", claims::sign(&keys.secret("staff tokens"), &claims)))
}

/// Who may use the staff listener.
pub struct People {
    tokens: [u8; 32],
    sessions: [u8; 32],
    csrf: [u8; 32],
    operations: [u8; 32],
    owner: Person,
    links: Mutex<Vec<(blake3::Hash, UnixMillis)>>,
    /// Failed sign-ins by address.
    pub(super) failures: Failures,
}

impl People {
    /// `owner` is the name of whoever signs in by the one-time link.
    #[must_use]
    pub fn new(keys: &Keys, owner: Person) -> Self {
        Self {
            tokens: keys.secret("staff tokens"),
            sessions: keys.secret("staff sessions"),
            csrf: keys.secret("staff csrf"),
            operations: keys.secret("staff operations"),
            owner,
            links: Mutex::default(),
            failures: Failures::default(),
        }
    }

    /// Who a bearer token belongs to.
    #[must_use]
    pub fn of_token(&self, token: &str, now: UnixMillis) -> Option<Person> {
        let signed = token.strip_prefix(TOKEN_PREFIX)?;
        claims::verify(&self.tokens, signed, now).map(|claims| Person(claims.name))
    }

    /// A new one-time token for `/sign-in?token=…`.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn issue_link(&self, now: UnixMillis) -> Result<String, SealError> {
        let token = random::<32>()?;
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|(_, expires)| now < *expires);
        if links.len() >= MOST_LINKS {
            links.remove(0);
        }
        links.push((blake3::hash(token.as_bytes()), now.plus(LINK_MILLIS)));
        Ok(token)
    }

    /// Uses up a one-time token: a new session of the owner, or `None` when it is unknown, used or too old.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn redeem(&self, token: &str, now: UnixMillis) -> Result<Option<String>, SealError> {
        let hash = blake3::hash(token.as_bytes());
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = links.iter().position(|(known, _)| *known == hash) else { return Ok(None) };
        let (_, expires) = links.remove(at);
        drop(links);
        if now >= expires {
            return Ok(None);
        }
        self.session(&self.owner, now.plus(SESSION_MILLIS), now).map(Some)
    }

    /// A new session of whoever a bearer token belongs to, no longer than the token holds; `None` when it does not.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn enter(&self, token: &str, now: UnixMillis) -> Result<Option<String>, SealError> {
        let claims = token.trim().strip_prefix(TOKEN_PREFIX).and_then(|it| claims::verify(&self.tokens, it, now));
        let Some(claims) = claims else { return Ok(None) };
        let until = UnixMillis(claims.expires.min(now.plus(SESSION_MILLIS).0));
        self.session(&Person(claims.name), until, now).map(Some)
    }

    fn session(&self, person: &Person, until: UnixMillis, now: UnixMillis) -> Result<String, SealError> {
        let (name, random) = (person.0.clone(), random::<12>()?);
        Ok(claims::sign(&self.sessions, &Claims { name, issued: now.0, expires: until.0, random }))
    }

    /// Who a session belongs to.
    #[must_use]
    pub fn of_session(&self, session: &str, now: UnixMillis) -> Option<Person> {
        claims::verify(&self.sessions, session, now).map(|claims| Person(claims.name))
    }

    /// The CSRF token that goes with a session.
    #[must_use]
    pub fn csrf(&self, session: &str) -> String {
        claims::mac(&self.csrf, session)
    }

    /// The signature of an operation's id, so that ids that we never gave are told apart from those that wait.
    pub(super) fn operation_mac(&self, id: &str) -> String {
        claims::mac(&self.operations, id)
    }
}

/// Random bytes as text that can stand in a URL.
fn random<const N: usize>() -> Result<String, SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandom)?;
    Ok(BASE64.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    fn people() -> People {
        People::new(&Keys::new([7; 32]), Person("Owner".into()))
    }

    #[test]
    fn a_token_names_its_person_for_a_year_under_its_master_key() {
        let token = issue_token(&Keys::new([7; 32]), " Sanne de Vries ", NOW).unwrap();
        let last = NOW.plus(TOKEN_MILLIS - 1);
        assert_eq!(people().of_token(&token, last), Some(Person("Sanne de Vries".into())));
        assert_eq!(people().of_token(&token, last.plus(1)), None);
        assert_eq!(People::new(&Keys::new([8; 32]), Person("Owner".into())).of_token(&token, NOW), None);
        assert_eq!(people().of_session(token.strip_prefix(TOKEN_PREFIX).unwrap(), NOW), None);
    }

    #[test]
    fn a_token_signs_its_person_in_for_no_longer_than_it_holds() {
        let token = issue_token(&Keys::new([7; 32]), "Sanne", NOW).unwrap();
        let session = people().enter(&format!(" {token}\n"), NOW).unwrap().unwrap();
        assert_eq!(people().of_session(&session, NOW.plus(SESSION_MILLIS - 1)), Some(Person("Sanne".into())));
        assert_eq!(people().of_session(&session, NOW.plus(SESSION_MILLIS)), None);
        let last = NOW.plus(TOKEN_MILLIS - 1);
        let short = people().enter(&token, last).unwrap().unwrap();
        assert_eq!(people().of_session(&short, last.plus(1)), None);
        for bad in ["", "guess", &token[1..], &session] {
            assert_eq!(people().enter(bad, NOW).unwrap(), None, "{bad}");
        }
    }

    #[test]
    fn a_name_must_be_a_name() {
        for bad in ["", "  ", "a\nb", &"x".repeat(81)] {
            assert_eq!(issue_token(&Keys::new([7; 32]), bad, NOW), Err(NameError));
        }
    }

    #[test]
    fn a_link_signs_in_once_and_within_15_minutes() {
        let people = people();
        let token = people.issue_link(NOW).unwrap();
        let session = people.redeem(&token, NOW.plus(LINK_MILLIS - 1)).unwrap().unwrap();
        assert_eq!(people.of_session(&session, NOW), Some(Person("Owner".into())));
        assert_eq!(people.of_session(&session, NOW.plus(LINK_MILLIS + SESSION_MILLIS)), None);
        assert_eq!(people.redeem(&token, NOW).unwrap(), None);
        let late = people.issue_link(NOW).unwrap();
        assert_eq!(people.redeem(&late, NOW.plus(LINK_MILLIS)).unwrap(), None);
        assert_eq!(people.redeem("guess", NOW).unwrap(), None);
    }

    #[test]
    fn each_session_has_its_own_csrf_token() {
        let people = people();
        let session = || people.redeem(&people.issue_link(NOW).unwrap(), NOW).unwrap().unwrap();
        let (one, two) = (session(), session());
        assert_ne!(one, two);
        assert_ne!(people.csrf(&one), people.csrf(&two));
        assert_eq!(people.csrf(&one), people.csrf(&one));
    }
}
