//! Aside: why messages and events are set aside.

/// Why something was set aside. The word is a label of metrics, and stands beside the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// A decision on it failed three times on its own.
    Panic,
    /// Its bytes are not what they should be.
    Unreadable,
    /// It is no work for the queue that it was in.
    Misplaced,
    /// A batch of decisions that came too late, and cannot be opened to decide again.
    Late,
}

impl Aside {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Panic, Self::Unreadable, Self::Misplaced, Self::Late];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Unreadable => "unreadable",
            Self::Misplaced => "misplaced",
            Self::Late => "late",
        }
    }
}
