//! Whether a webhook is Meta's: the signature over the raw body, and the challenge by which a webhook is set up.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Whether `header` (`X-Hub-Signature-256`: `sha256=` and 64 hexadecimal digits) is the signature of exactly these bytes
/// under the app's secret. Check it before anything is parsed.
#[must_use]
pub fn is_signed(body: &[u8], header: Option<&str>, app_secret: &str) -> bool {
    let Some(digits) = header.and_then(|header| header.strip_prefix("sha256=")) else { return false };
    let Ok(signature) = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else { return false };
    mac.update(body);
    !app_secret.is_empty() && mac.verify_slice(&signature).is_ok()
}

/// What to answer, as `text/plain`, to the request by which a webhook is set up (`hub.mode`, `hub.verify_token`,
/// `hub.challenge`); `None` when the token is not ours.
#[must_use]
pub fn challenge<'c>(mode: &str, token: &str, challenge: &'c str, ours: &str) -> Option<&'c str> {
    let known = !ours.is_empty() && bool::from(token.as_bytes().ct_eq(ours.as_bytes()));
    (known && mode == "subscribe" && challenge.len() <= 256).then_some(challenge)
}

#[cfg(test)]
mod tests {
    use super::{challenge, is_signed};

    // HMAC-SHA256 of the body under "secret", made with OpenSSL.
    const SIGNED: &str = "sha256=";

    #[test]
    fn only_the_very_bytes_under_our_secret_are_signed() {
        let body = br#"{"object":"x"}"#;
        let signature = format!("{SIGNED}f80b67d3bbf0da9880ff25b1f682aa543e333082af35cc1849b1bdcae91a719f");
        assert!(is_signed(body, Some(&signature), "secret"));
        assert!(is_signed(body, Some(&signature.to_uppercase().replace("SHA256", "sha256")), "secret"));
        assert!(!is_signed(br#"{"object": "x"}"#, Some(&signature), "secret"), "re-serialised");
        assert!(!is_signed(body, Some(&signature), "other"));
        for wrong in [None, Some(""), Some("sha256="), Some("sha256=zz"), Some(&signature[7..]), Some(&signature[..30])]
        {
            assert!(!is_signed(body, wrong, "secret"), "{wrong:?}");
        }
        assert!(!is_signed(body, Some(&signature), ""));
    }

    #[test]
    fn the_challenge_is_given_back_to_whoever_knows_the_token() {
        assert_eq!(challenge("subscribe", "token", "1158201444", "token"), Some("1158201444"));
        assert_eq!(challenge("subscribe", "wrong", "1", "token"), None);
        assert_eq!(challenge("unsubscribe", "token", "1", "token"), None);
        assert_eq!(challenge("subscribe", "", "1", ""), None);
    }
}
