//! A mailbox to read with, and mails to read.

use wissel_channels::email::Mailbox;
use wissel_channels::{AccountName, Understood};

pub(crate) const SECRET: [u8; 32] = [5; 32];

pub(crate) fn mailbox() -> Mailbox {
    let mut mailbox = Mailbox::new(AccountName::from_static("support"), &SECRET);
    mailbox.addresses = vec!["support@shop.example".to_owned()];
    mailbox.authserv_ids = vec!["mx.shop.example".to_owned()];
    mailbox
}

/// The one message of a mail.
pub(crate) fn message(raw: impl AsRef<[u8]>) -> Understood {
    let mut reading = mailbox().read(raw.as_ref());
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (1, 0));
    reading.messages.remove(0)
}

/// A text with its line ends as mail has them.
pub(crate) fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}
