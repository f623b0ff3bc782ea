//! Visitors: anonymous people known again by a signed token, without anything stored on our side.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::{AccountName, ThreadKey, UnixMillis};

/// How long a token is good after its last use.
const VALID_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;
const ID: usize = 16;
const SIGNED: usize = ID + 8;
const TOKEN: usize = SIGNED + 32;

/// A visitor: random, and never shown outside the token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitorId([u8; ID]);

impl VisitorId {
    /// A visitor that nobody was before.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut id = [0; ID];
        getrandom::fill(&mut id)?;
        Ok(Self(id))
    }
}

/// Makes and checks the tokens of one account. A token is the visitor's id, the time of its last use, and a keyed
/// hash over both, in base64.
pub struct Visitors {
    token_key: [u8; 32],
    thread_key: [u8; 32],
    account: AccountName,
}

impl Visitors {
    /// Tokens and thread keys under `secret`, which must stay the same for as long as visitors are to be known again.
    #[must_use]
    pub fn new(secret: &[u8; 32], account: AccountName) -> Self {
        Self {
            token_key: blake3::derive_key("wissel 2026-11 webchat visitor token", secret),
            thread_key: blake3::derive_key("wissel 2026-11 webchat thread key", secret),
            account,
        }
    }

    /// A token for `visitor`, used now.
    #[must_use]
    pub fn token(&self, visitor: VisitorId, now: UnixMillis) -> String {
        let mut token = [0; TOKEN];
        token[..ID].copy_from_slice(&visitor.0);
        token[ID..SIGNED].copy_from_slice(&now.0.to_le_bytes());
        let signature = self.sign(&token[..SIGNED]);
        token[SIGNED..].copy_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Who the token is of: `None` when we did not make it or it was not used for 30 days.
    #[must_use]
    pub fn verify(&self, token: &str, now: UnixMillis) -> Option<VisitorId> {
        let mut bytes = [0; TOKEN + 2];
        let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
        if length != TOKEN {
            return None;
        }
        let (signed, signature) = bytes[..TOKEN].split_at(SIGNED);
        if !bool::from(self.sign(signed).ct_eq(signature)) {
            return None;
        }
        let used = UnixMillis(i64::from_le_bytes(signed[ID..].try_into().ok()?));
        let id = signed[..ID].try_into().ok()?;
        (now.since(used) <= VALID_MILLIS).then_some(VisitorId(id))
    }

    /// The visitor's thread: a pure function of visitor, account and our secret.
    #[must_use]
    pub fn thread(&self, visitor: VisitorId) -> ThreadKey {
        self.thread_of(visitor, None)
    }

    /// The thread of a visitor who is known to be `person`: another one than the visitor's before, and than anybody
    /// else's at the same program, so that nobody reads what was said under another name.
    #[must_use]
    pub fn thread_of(&self, visitor: VisitorId, person: Option<&str>) -> ThreadKey {
        let mut hasher = blake3::Hasher::new_keyed(&self.thread_key);
        hasher.update(&visitor.0);
        hasher.update(self.account.as_str().as_bytes());
        if let Some(person) = person {
            hasher.update(b"\0person\0").update(person.as_bytes());
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ThreadKey(key)
    }

    fn sign(&self, signed: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.token_key);
        hasher.update(signed);
        hasher.update(self.account.as_str().as_bytes());
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{VALID_MILLIS, VisitorId, Visitors};
    use crate::{AccountName, UnixMillis};

    fn visitors(secret: u8, account: &'static str) -> Visitors {
        Visitors::new(&[secret; 32], AccountName::from_static(account))
    }

    #[test]
    fn a_token_is_good_for_thirty_days_after_its_last_use() {
        let ours = visitors(1, "main");
        let visitor = VisitorId([7; 16]);
        let token = ours.token(visitor, UnixMillis(1000));
        assert!(ours.verify(&token, UnixMillis(1000 + VALID_MILLIS)) == Some(visitor));
        assert!(ours.verify(&token, UnixMillis(1001 + VALID_MILLIS)).is_none());
        assert!(ours.verify(&token, UnixMillis(0)) == Some(visitor), "a clock that was set back harms nobody");
    }

    #[test]
    fn a_token_of_another_secret_or_account_is_refused() {
        let token = visitors(2, "main").token(VisitorId([7; 16]), UnixMillis(0));
        assert!(visitors(1, "main").verify(&token, UnixMillis(0)).is_none());
        assert!(visitors(2, "other").verify(&token, UnixMillis(0)).is_none());
        assert!(visitors(2, "main").verify(&token, UnixMillis(0)).is_some());
    }

    #[test]
    fn a_thread_depends_on_visitor_secret_and_account_alone() {
        let thread = visitors(1, "main").thread(VisitorId([7; 16]));
        assert_eq!(thread, visitors(1, "main").thread(VisitorId([7; 16])));
        assert_ne!(thread, visitors(1, "main").thread(VisitorId([8; 16])));
        assert_ne!(thread, visitors(2, "main").thread(VisitorId([7; 16])));
        assert_ne!(thread, visitors(1, "other").thread(VisitorId([7; 16])));
        let of = |person| visitors(1, "main").thread_of(VisitorId([7; 16]), Some(person));
        assert_eq!(of("K-1"), of("K-1"));
        assert!(of("K-1") != thread && of("K-1") != of("K-2"));
    }

    proptest! {
        #[test]
        fn a_token_with_any_character_changed_is_refused(at in 0_usize..75, with in "[A-Za-z0-9_-]") {
            let ours = visitors(1, "main");
            let token = ours.token(VisitorId([7; 16]), UnixMillis(0));
            let mut forged = token.clone();
            forged.replace_range(at..=at, &with);
            prop_assume!(forged != token);
            prop_assert!(ours.verify(&forged, UnixMillis(0)).is_none());
        }

        #[test]
        fn any_text_is_refused_without_a_crash(token in ".*") {
            prop_assert!(visitors(1, "main").verify(&token, UnixMillis(0)).is_none());
        }
    }
}
