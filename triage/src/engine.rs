//! The embedded engine: everything that triage finds without asking anybody.

use crate::findings::{Evidence, FindingName, Findings, Intent, Message, Why};
use crate::floor::{automatic, complaint, injection, thanks, wants_person};
use crate::intents::{Heads, StaleHeads};
use crate::language::Languages;
use crate::phrases::{Hit, Phrases, Tag, keep_language};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{emotion, questions};

/// Languages, intents, emotion, questions and the rule floor, in one process and without I/O.
pub struct Engine {
    phrases: Phrases,
    languages: Languages,
    intents: Heads,
}

impl Engine {
    /// Learns these intents. Takes some tens of milliseconds for hundreds of examples.
    #[must_use]
    pub fn new(intents: &[Intent]) -> Self {
        let phrases = Phrases::new();
        Self { languages: Languages::new(intents), intents: Heads::learn(intents, &phrases), phrases }
    }

    /// As [`new`](Self::new), with heads that were learnt from the same intents before: what [`heads`](Self::heads) gave.
    pub fn with_heads(intents: &[Intent], heads: &[u8]) -> Result<Self, StaleHeads> {
        let heads = Heads::read(heads, intents.len())?;
        Ok(Self { phrases: Phrases::new(), languages: Languages::new(intents), intents: heads })
    }

    /// What was learnt from the intents, as bytes to keep.
    #[must_use]
    pub fn heads(&self) -> Vec<u8> {
        self.intents.write()
    }

    /// Reads one message. Never fails.
    #[must_use]
    pub fn examine(&self, message: Message<'_>) -> Findings {
        let text = Text::new(message.text);
        let (language, language_p) = self.languages.tell(&text, message.prior, message.locale);
        let mut hits = self.phrases.find(&text);
        keep_language(&mut hits, language);
        let (concepts, hits): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.tag == Tag::Concept);

        let mut evidence = Gathered::default();
        let wants_person = wants_person::examine(&text, &hits, &mut evidence);
        let complaint = complaint::examine(&text, &hits, &mut evidence);
        let automatic = automatic::examine(&text, &hits, message.automatic, &mut evidence);
        let injection = injection::examine(&text, &hits, &mut evidence);
        let courtesy = thanks::examine(&text, &hits, !concepts.is_empty(), &mut evidence);
        let felt = emotion::examine(&text, &hits, courtesy.thanks.is, &mut evidence);
        let intents = if courtesy.nothing_else { Vec::new() } else { self.intents.tell(&text, &concepts) };
        let person = if wants_person.is { person_words(&hits) } else { Vec::new() };
        let asked = questions::examine(&text, &hits, &person, &mut evidence);
        let nothing_asked = courtesy.nothing_else || automatic.is || text.words.is_empty();
        let only_person = wants_person.is && intents.is_empty();
        let questions = if nothing_asked { 0 } else { asked.max(u32::from(!only_person)) };
        if nothing_asked {
            evidence.0.retain(|e: &Evidence| e.finding != FindingName::Question);
        }
        if !intents.is_empty() {
            evidence.add(&text, FindingName::Intent, text.whole(), Why::Model);
        }
        Findings {
            language,
            language_p,
            intents,
            questions,
            emotion: felt.emotion,
            wants_person,
            complaint,
            urgent: felt.urgent,
            automatic,
            injection,
            thanks: courtesy.thanks,
            evidence: evidence.0,
        }
    }
}

/// Where words of asking for a person stand, in folded bytes.
fn person_words(hits: &[Hit]) -> Vec<Stretch> {
    let asks = |hit: &&Hit| matches!(hit.tag, Tag::PersonPhrase | Tag::PersonNoun | Tag::BotQuestion);
    hits.iter().filter(asks).map(|hit| hit.stretch).collect()
}
