//! What a channel can do, as it declares it, and the table of all of them in the README.

use crate::{email, telegram, webchat, whatsapp};

/// What a channel can do, a few words each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conformance {
    /// Text, and what becomes of a long one.
    pub text: &'static str,
    /// Files, in and out.
    pub attachment: &'static str,
    /// New versions of a message.
    pub edit: &'static str,
    /// Answering one message.
    pub reply_to: &'static str,
    /// What is told of messages that were sent.
    pub receipt: &'static str,
    /// Whether sending the same command twice brings one message.
    pub idempotent_send: &'static str,
    /// How an outcome that is not known is found out.
    pub unknown: &'static str,
    /// How large and how fast.
    pub limits: &'static str,
}

/// What every channel declares, by its name. [`Channel::conformance`](crate::Channel::conformance) gives the same.
pub const ALL: &[(&str, Conformance)] = &[
    ("webchat", webchat::CONFORMANCE),
    ("email", email::CONFORMANCE),
    ("telegram", telegram::CONFORMANCE),
    ("whatsapp", whatsapp::CONFORMANCE),
];

/// The heads of the table's columns.
const HEADS: [&str; 9] = [
    "channel",
    "text",
    "attachment",
    "edit",
    "reply-to",
    "receipt",
    "idempotent send",
    "how `unknown` is settled",
    "limits",
];

/// The table of all channels, in Markdown.
#[must_use]
pub fn table() -> String {
    let row = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let mut table = row(&HEADS);
    table.push('|');
    table.push_str(&"---|".repeat(HEADS.len()));
    table.push('\n');
    for (name, can) in ALL {
        table.push_str(&row(&[
            name,
            can.text,
            can.attachment,
            can.edit,
            can.reply_to,
            can.receipt,
            can.idempotent_send,
            can.unknown,
            can.limits,
        ]));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_a_row_with_every_cell() {
        let table = table();
        assert_eq!(table.lines().count(), ALL.len() + 2);
        for line in table.lines() {
            assert_eq!(line.matches('|').count(), HEADS.len() + 1, "{line}");
            assert!(!line.contains("|  |"), "{line}");
        }
    }
}
