//! Reply tokens: how an answer of a customer finds its thread again, and nobody else's answer does.
//!
//! A token is a thread's key and an HMAC over it and the address that we wrote to. It goes out in the address to answer
//! to (`support+w<token>@…`) and in the Message-ID (`<w.<command>.<token>@…>`); it counts only in a mail from that address.

use data_encoding::BASE32_DNSSEC;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{CommandId, ThreadKey};

/// Bytes of the thread's key, of the HMAC that is kept, and letters of a token.
const THREAD: usize = 16;
const MAC: usize = 10;
const LETTERS: usize = 42;

/// Makes and checks the tokens of one mailbox.
#[derive(Clone)]
pub struct ReplyTokens {
    key: [u8; 32],
}

impl ReplyTokens {
    /// Tokens under `secret`, which must stay the same for as long as answers are to find their threads.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { key: blake3::derive_key("wissel 2026-11 email reply token", secret) }
    }

    fn mac(&self, thread: ThreadKey, recipient: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(&thread.0);
        mac.update(recipient.trim().to_lowercase().as_bytes());
        Some(mac)
    }

    /// The token for a mail of `thread` to `recipient`: 42 letters and digits.
    #[must_use]
    pub fn make(&self, thread: ThreadKey, recipient: &str) -> String {
        let mut bytes = thread.0.to_vec();
        if let Some(mac) = self.mac(thread, recipient) {
            bytes.extend_from_slice(&mac.finalize().into_bytes()[..MAC]);
        }
        BASE32_DNSSEC.encode(&bytes)
    }

    /// The thread of a token that came in a mail from `sender`; `None` when we made it for somebody else, or never.
    #[must_use]
    pub fn check(&self, token: &str, sender: &str) -> Option<ThreadKey> {
        let bytes = BASE32_DNSSEC.decode(token.to_ascii_lowercase().as_bytes()).ok()?;
        let (thread, mac) = bytes.split_at_checked(THREAD)?;
        let thread = ThreadKey(thread.try_into().ok()?);
        let whole = mac.len() == MAC;
        (whole && self.mac(thread, sender)?.verify_truncated_left(mac).is_ok()).then_some(thread)
    }

    /// The address to answer to: `support@shop.example` becomes `support+w<token>@shop.example`.
    #[must_use]
    pub fn address(&self, mailbox: &str, thread: ThreadKey, recipient: &str) -> Option<String> {
        let (local, domain) = mailbox.rsplit_once('@')?;
        Some(format!("{local}+w{}@{domain}", self.make(thread, recipient)))
    }

    /// The Message-ID of a mail, without its angle brackets: the same each time the command is carried out.
    #[must_use]
    pub fn message_id(&self, command: CommandId, thread: ThreadKey, recipient: &str, domain: &str) -> String {
        format!("w.{command}.{}@{domain}", self.make(thread, recipient))
    }
}

/// The thread that a token names, whoever holds it and whether it is ours or not: nothing joins a thread by it.
#[must_use]
pub fn named(token: &str) -> Option<ThreadKey> {
    let bytes = BASE32_DNSSEC.decode(token.to_ascii_lowercase().as_bytes()).ok()?;
    Some(ThreadKey(bytes.split_at_checked(THREAD)?.0.try_into().ok()?))
}

/// The token that an address of ours may hold.
#[must_use]
pub fn in_address(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    let token = local.rsplit_once('+')?.1.strip_prefix(['w', 'W'])?;
    (token.len() == LETTERS).then_some(token)
}

/// The command and the token that a Message-ID of ours holds.
#[must_use]
pub fn in_message_id(id: &str) -> Option<(CommandId, &str)> {
    let (command, token) = id.strip_prefix("w.")?.split_once('@')?.0.split_once('.')?;
    (token.len() == LETTERS).then_some((command.parse().ok()?, token))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ReplyTokens, in_address, in_message_id};
    use crate::{CommandId, ThreadKey};

    const THREAD: ThreadKey = ThreadKey([7; 16]);

    #[test]
    fn a_token_counts_for_its_recipient_alone() {
        let tokens = ReplyTokens::new(&[1; 32]);
        let address = tokens.address("support@shop.example", THREAD, "Jan@Example.org").unwrap();
        assert!(address.split('@').next().unwrap().len() <= 64, "{address}");
        let token = in_address(&address).unwrap();
        assert_eq!(tokens.check(token, "jan@example.org"), Some(THREAD));
        assert_eq!(tokens.check(&token.to_uppercase(), "jan@example.org"), Some(THREAD));
        assert_eq!(tokens.check(token, "piet@example.org"), None);
        assert_eq!(ReplyTokens::new(&[2; 32]).check(token, "jan@example.org"), None);
        let id = tokens.message_id(CommandId([3; 16]), THREAD, "jan@example.org", "shop.example");
        assert_eq!(in_message_id(&id), Some((CommandId([3; 16]), token)));
    }

    proptest! {
        #[test]
        fn a_thousand_forged_tokens_are_nobodys(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in ".{0,60}") {
            let tokens = ReplyTokens::new(&[1; 32]);
            let forged = data_encoding::BASE32_DNSSEC.encode(&bytes);
            prop_assert_eq!(tokens.check(&forged, "jan@example.org"), None);
            prop_assert_eq!(tokens.check(&text, "jan@example.org"), None);
            prop_assert!(in_message_id(&text).is_none() && in_address(&text).is_none());
        }
    }
}
