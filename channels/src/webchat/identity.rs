//! Signed identity: a page that knows its visitor says who it is, in a token (JWT, HS256) that only the page's server can
//! make. What such a token says is verified evidence: a customer number, a mail address, a phone number.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::filename::invisible;
use crate::message::KnownAs;
use crate::reading::clip;
use crate::{AccountName, ChannelName, Sender, UnixMillis};

/// Bytes of a token, at most.
const TOKEN_BYTES: usize = 4096;
/// How long before its end a token may be made, at most.
const LONGEST_SECONDS: f64 = 24.0 * 3600.0;
/// By how much the clocks of two machines may differ.
const LEEWAY_SECONDS: f64 = 60.0;
/// Bytes of a customer number, an address or a name.
const CLAIM_BYTES: usize = 254;
/// Characters of a key, at least.
pub(super) const KEY_LEAST: usize = 32;

/// Checks the tokens of one account.
pub struct Signed {
    key: Vec<u8>,
    account: AccountName,
}

/// Why a token is not believed. Says nothing of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disbelief {
    /// Not three parts of base64 with JSON in them, or too long.
    #[error("it is no JWT")]
    Malformed,
    /// Another way of signing than HS256: the token does not choose how it is checked.
    #[error("it is not signed with HS256")]
    Algorithm,
    /// Made with another key, or changed since.
    #[error("its signature is not made with identity_key")]
    Signature,
    /// Its `aud` is not this account.
    #[error("its aud is another account")]
    Audience,
    /// It has no `exp`, or one more than a day ahead.
    #[error("it has no exp within 24 hours")]
    Endless,
    /// Over, or not begun.
    #[error("it is expired, or not good yet")]
    Expired,
    /// Neither `sub` nor `email` nor `phone`.
    #[error("it names nobody: no sub, email or phone")]
    Nobody,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    exp: Option<f64>,
    nbf: Option<f64>,
    aud: Option<Audience>,
    sub: Option<String>,
    email: Option<String>,
    #[serde(default = "yes")]
    email_verified: bool,
    phone: Option<String>,
    name: Option<String>,
}

const fn yes() -> bool {
    true
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("account", &self.account).finish_non_exhaustive()
    }
}

impl Signed {
    /// Tokens under the page's key, for one account.
    #[must_use]
    pub fn new(key: &str, account: AccountName) -> Self {
        Self { key: key.as_bytes().to_vec(), account }
    }

    /// Who a token says that the visitor is.
    ///
    /// # Errors
    /// When it is not to be believed.
    pub fn verify(&self, token: &str, now: UnixMillis) -> Result<Sender, Disbelief> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Disbelief::Malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(Disbelief::Malformed)?;
        if token.len() > TOKEN_BYTES || claims.contains('.') {
            return Err(Disbelief::Malformed);
        }
        if part::<Head>(head)?.alg != "HS256" {
            return Err(Disbelief::Algorithm);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Disbelief::Malformed)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(|_| Disbelief::Signature)?;
        mac.update(signed.as_bytes());
        // Compared in constant time.
        mac.verify_slice(&signature).map_err(|_| Disbelief::Signature)?;
        let claims: Claims = part(claims)?;
        self.in_force(&claims, now)?;
        person(claims).ok_or(Disbelief::Nobody)
    }

    fn in_force(&self, claims: &Claims, now: UnixMillis) -> Result<(), Disbelief> {
        let ours = |name: &String| name == self.account.as_str();
        if !claims.aud.as_ref().is_some_and(|audience| match audience {
            Audience::One(name) => ours(name),
            Audience::Several(names) => names.iter().any(ours),
        }) {
            return Err(Disbelief::Audience);
        }
        #[expect(clippy::cast_precision_loss, reason = "a time of day needs no 2^53 milliseconds")]
        let now = now.0 as f64 / 1000.0;
        let end = claims.exp.filter(|end| *end <= now + LONGEST_SECONDS + LEEWAY_SECONDS).ok_or(Disbelief::Endless)?;
        let begun = claims.nbf.is_none_or(|begin| begin <= now + LEEWAY_SECONDS);
        if end + LEEWAY_SECONDS > now && begun { Ok(()) } else { Err(Disbelief::Expired) }
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Disbelief> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| Disbelief::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Disbelief::Malformed)
}

/// The person of a token; `None` when it names nobody.
fn person(claims: Claims) -> Option<Sender> {
    let claim = |text: Option<String>| {
        let clean: String = text?.trim().chars().filter(|letter| !invisible(*letter)).collect();
        Some(clip(&clean, CLAIM_BYTES).to_owned()).filter(|text| !text.is_empty())
    };
    let number = claim(claims.sub);
    let email = claim(claims.email).filter(|address| claims.email_verified && address.contains('@'));
    let phone = claim(claims.phone).map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>());
    let phone = phone.filter(|digits| digits.len() >= 6);
    let address = number.or_else(|| email.clone()).or_else(|| phone.clone())?;
    let known = |channel, address: Option<String>| {
        address.map(|address| KnownAs { channel: ChannelName::from_static(channel), address })
    };
    let known_as =
        known("email", email.map(|address| address.to_lowercase())).into_iter().chain(known("whatsapp", phone));
    Some(Sender { address, name: claim(claims.name).unwrap_or_default(), verified: true, known_as: known_as.collect() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

    fn token(head: &Value, claims: &Value, key: &str) -> String {
        let signed = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn hs256(claims: &Value) -> String {
        token(&json!({"alg": "HS256", "typ": "JWT"}), claims, KEY)
    }

    fn claims() -> Value {
        json!({"aud": "main", "exp": 1_790_003_600, "sub": "K-4711", "email": "Jan@Shop.example", "name": "Jan",
            "phone": "+31 6 0000 0001"})
    }

    fn ours() -> Signed {
        Signed::new(KEY, AccountName::from_static("main"))
    }

    fn with(key: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[key] = value;
        claims
    }

    #[test]
    fn a_token_says_who_the_visitor_is_and_what_else_they_are_known_as() {
        let person = ours().verify(&hs256(&claims()), NOW).unwrap();
        assert_eq!((person.address.as_str(), person.name.as_str(), person.verified), ("K-4711", "Jan", true));
        let known: Vec<_> = person.known_as.iter().map(|it| (it.channel.as_str(), it.address.as_str())).collect();
        assert_eq!(known, [("email", "jan@shop.example"), ("whatsapp", "31600000001")]);
        let several = hs256(&with("aud", json!(["other", "main"])));
        assert!(ours().verify(&several, NOW).is_ok());
        let unsure = ours().verify(&hs256(&with("email_verified", json!(false))), NOW).unwrap();
        assert_eq!(unsure.known_as.len(), 1, "an address that the page does not vouch for is none");
        // What another program made: header {"alg":"HS256","typ":"JWT"}, as RFC 7515 has it.
        let by_address =
            ours().verify(&hs256(&json!({"aud": "main", "exp": 1_790_000_001, "email": "a@b.example"})), NOW);
        assert_eq!(by_address.unwrap().address, "a@b.example");
    }

    #[test]
    fn a_token_that_is_forged_expired_endless_or_of_another_account_is_not_believed() {
        let forged = token(&json!({"alg": "HS256"}), &claims(), "another key of the same length ....");
        let none = token(&json!({"alg": "none"}), &claims(), KEY);
        let unsigned = format!("{}.", none.rsplit_once('.').unwrap().0);
        let mut swapped = hs256(&claims());
        let other = hs256(&with("sub", json!("K-1")));
        swapped.replace_range(..swapped.rfind('.').unwrap(), &other[..other.rfind('.').unwrap()]);
        for (token, why) in [
            (forged, Disbelief::Signature),
            (swapped, Disbelief::Signature),
            (none, Disbelief::Algorithm),
            (unsigned, Disbelief::Algorithm),
            (token(&json!({"alg": "RS256"}), &claims(), KEY), Disbelief::Algorithm),
            (hs256(&with("exp", json!(1_789_999_900))), Disbelief::Expired),
            (hs256(&with("nbf", json!(1_790_000_100))), Disbelief::Expired),
            (hs256(&with("exp", Value::Null)), Disbelief::Endless),
            (hs256(&with("exp", json!(1_790_100_000))), Disbelief::Endless),
            (hs256(&with("exp", json!(1e300))), Disbelief::Endless),
            (hs256(&with("aud", json!("other"))), Disbelief::Audience),
            (hs256(&with("aud", Value::Null)), Disbelief::Audience),
            (hs256(&json!({"aud": "main", "exp": 1_790_000_100, "sub": " \u{200b}"})), Disbelief::Nobody),
            ("a.b".to_owned(), Disbelief::Malformed),
            (format!("{}.x", hs256(&claims())), Disbelief::Malformed),
            ("x".repeat(10_000), Disbelief::Malformed),
        ] {
            assert_eq!(ours().verify(&token, NOW), Err(why), "{token:.200}");
        }
        let elsewhere = Signed::new(KEY, AccountName::from_static("other"));
        assert_eq!(elsewhere.verify(&hs256(&claims()), NOW), Err(Disbelief::Audience));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_a_crash(token in ".*") {
            prop_assert!(ours().verify(&token, NOW).is_err());
        }

        #[test]
        fn a_token_with_any_character_changed_is_refused(at in 0_usize..200, with in "[A-Za-z0-9_-]") {
            let good = hs256(&claims());
            let mut changed = good.clone();
            let at = at % good.len();
            changed.replace_range(at..=at, &with);
            prop_assume!(changed != good);
            prop_assert!(ours().verify(&changed, NOW).is_err());
        }
    }
}
