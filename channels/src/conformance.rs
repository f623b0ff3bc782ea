//! What a channel can do, as it declares it: a row of the table in the README.

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
