//! Triage: from a text to a [`Verdict`]. What is read in a text, `wissel-triage` knows; here it meets the port.

mod beside;
mod cache;
pub mod combine;
pub mod engine;
pub mod models;
mod telling;

pub use beside::beside;
pub use combine::Combined;
pub use engine::Embedded;

use crate::routing::{IntentName, Language, Verdict};

/// A message to examine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// The new text alone.
    pub text: &'a str,
    /// The language that the thread has been in so far.
    pub prior: Option<Language>,
    /// The language that the customer's program states: a weaker hint than `prior`.
    pub locale: Option<Language>,
    /// Whether the channel knows that no person wrote it, and by which sign.
    pub automatic: Option<&'a str>,
}

/// An engine that examines messages. Engines are added and combined behind this trait.
pub trait Triage: Send + Sync {
    /// What the message is about. Never fails: what an engine cannot tell is absent from the verdict.
    fn examine(&self, message: Message<'_>) -> Verdict;

    /// Where the words stand, in characters, that speak most for an intent; none where the engine cannot tell. Takes as long as
    /// examining the message once for each of its words: for people who ask why.
    fn telling(&self, _message: Message<'_>, _intent: &IntentName) -> Vec<(u32, u32)> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Embedded, Message, Triage};
    use crate::routing::RoutingTable;

    #[test]
    fn what_was_learnt_is_kept_and_a_broken_file_is_learnt_anew() {
        let folder = tempfile::tempdir().unwrap();
        let intents = RoutingTable::shipped().intents;
        let message = Message { text: "Is de accu in de garantie en zijn jullie open?", ..Message::default() };
        let fresh = Embedded::new(&intents).examine(message);
        let cached = || Embedded::cached(&intents, Some(folder.path())).examine(message);
        assert_eq!(cached(), fresh);
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert_eq!(cached(), fresh);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[4000] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert_eq!(cached(), fresh);
        assert_ne!(std::fs::read(&file).unwrap(), bytes, "the broken file was replaced");
    }
}
