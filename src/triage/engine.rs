//! The embedded engine: everything that triage finds without asking anybody.

use std::path::Path;

use super::floor::{automatic, complaint, injection, thanks, wants_person};
use super::intents::Intents;
use super::language::Languages;
use super::phrases::{Hit, Phrases, Tag, keep_language};
use super::spans::Gathered;
use super::text::{Stretch, Text};
use super::{Message, Triage, emotion, questions};
use crate::routing::{Evidence, FindingName, Intent, Verdict, Why};

/// The engine's name in verdicts.
const NAME: &str = concat!("embedded@", env!("CARGO_PKG_VERSION"));

/// Languages, intents, emotion, questions and the rule floor, in one process and without I/O.
pub struct Embedded {
    phrases: Phrases,
    languages: Languages,
    intents: Intents,
}

impl Embedded {
    /// Learns these intents. Takes some tens of milliseconds for hundreds of examples; the same intents always give the same engine.
    #[must_use]
    pub fn new(intents: &[Intent]) -> Self {
        Self::cached(intents, None)
    }

    /// As [`new`](Self::new), keeping what was learnt in `folder` and finding it there again when nothing has changed.
    /// A file that is not sound is learnt anew; a folder that cannot be written changes nothing.
    #[must_use]
    pub fn cached(intents: &[Intent], folder: Option<&Path>) -> Self {
        let phrases = Phrases::new();
        let learnt = match folder {
            Some(folder) => Intents::cached(intents, &phrases, folder),
            None => Intents::learn(intents, &phrases),
        };
        Self { languages: Languages::new(intents), intents: learnt, phrases }
    }
}

impl Triage for Embedded {
    fn examine(&self, message: Message<'_>) -> Verdict {
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
        Verdict {
            language,
            language_p,
            intents,
            questions: Some(questions),
            emotion: felt.emotion,
            wants_person: Some(wants_person),
            complaint: Some(complaint),
            urgent: Some(felt.urgent),
            automatic: Some(automatic),
            injection: Some(injection),
            thanks: Some(courtesy.thanks),
            evidence: evidence.0,
            engine: NAME.to_owned(),
        }
    }
}

/// Where words of asking for a person stand, in folded bytes.
fn person_words(hits: &[Hit]) -> Vec<Stretch> {
    let asks = |hit: &&Hit| matches!(hit.tag, Tag::PersonPhrase | Tag::PersonNoun | Tag::BotQuestion);
    hits.iter().filter(asks).map(|hit| hit.stretch).collect()
}
