//! Claims: a name with a time limit, signed so that only we can have written it. Base of tokens and sessions.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use wissel_channels::UnixMillis;

/// The longest signed text that is looked at.
const MOST_BYTES: usize = 1024;

/// Who somebody is, from when until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The name that colleagues and customers see.
    #[serde(rename = "n")]
    pub name: String,
    /// When it was issued, in milliseconds.
    #[serde(rename = "i")]
    pub issued: i64,
    /// When it expires, in milliseconds.
    #[serde(rename = "x")]
    pub expires: i64,
    /// Made by chance, so that no two are equal.
    #[serde(rename = "r", default, skip_serializing_if = "String::is_empty")]
    pub random: String,
}

/// Keyed hash of `text`, in text.
pub fn mac(secret: &[u8; 32], text: &str) -> String {
    BASE64.encode(blake3::keyed_hash(secret, text.as_bytes()).as_bytes())
}

/// Whether two texts are equal, in a time that depends on their lengths alone.
pub fn same(a: &str, b: &str) -> bool {
    bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

/// The claims, readable, with their signature.
pub fn sign(secret: &[u8; 32], claims: &Claims) -> String {
    let body = BASE64.encode(serde_json::to_vec(claims).unwrap_or_default());
    let mac = mac(secret, &body);
    format!("{body}.{mac}")
}

/// The claims, if we signed them and they hold at `now`.
pub fn verify(secret: &[u8; 32], text: &str, now: UnixMillis) -> Option<Claims> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let (body, given) = text.split_once('.')?;
    if !same(&mac(secret, body), given) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&BASE64.decode(body).ok()?).ok()?;
    (now.0 < claims.expires && !claims.name.is_empty()).then_some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims { name: "Sanne".into(), issued: 10, expires: 100, random: String::new() }
    }

    #[test]
    fn what_we_signed_is_believed_until_it_expires() {
        let text = sign(&[1; 32], &claims());
        assert_eq!(verify(&[1; 32], &text, UnixMillis(99)), Some(claims()));
        assert_eq!(verify(&[1; 32], &text, UnixMillis(100)), None);
        assert_eq!(verify(&[2; 32], &text, UnixMillis(99)), None);
    }

    #[test]
    fn a_changed_name_is_not_believed() {
        let text = sign(&[1; 32], &claims());
        let (_, mac) = text.split_once('.').unwrap();
        let other = sign(&[9; 32], &Claims { name: "Owner".into(), ..claims() });
        let (body, _) = other.split_once('.').unwrap();
        assert_eq!(verify(&[1; 32], &format!("{body}.{mac}"), UnixMillis(50)), None);
        for rubbish in ["", ".", "a.b", "💥.💥", &"x".repeat(5000)] {
            assert_eq!(verify(&[1; 32], rubbish, UnixMillis(50)), None);
        }
    }
}
