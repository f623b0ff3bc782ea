//! The embedded engine: everything that triage finds without asking anybody.

use std::sync::Arc;

use crate::findings::{Evidence, Finding, FindingName, Findings, Intent, Message, Why};
use crate::floor::{automatic, complaint, injection, thanks, wants_person};
use crate::intents::{Heads, StaleHeads};
use crate::language::Languages;
use crate::phrases::{Hit, Tag, keep_language};
use crate::reader::Reader;
use crate::shipped::gram_vector;
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Sentences, emotion, person, questions};

/// An intent less probable than this is no subject beside a wish for a person.
const SUBJECT: f64 = 0.3;

/// Not to hear a wish for a person does more harm than to hear one where there is none: what the trained head holds for
/// likelier than one in sixteen is heard. In log odds.
const LEAN_TO_PERSON: f64 = 2.75;

/// Languages, intents, emotion, questions and the rule floor, in one process and without I/O.
pub struct Engine {
    reader: Reader,
    languages: Languages,
    intents: Heads,
}

impl Engine {
    /// Learns these intents. Takes some tens of milliseconds for hundreds of examples.
    #[must_use]
    pub fn new(intents: &[Intent]) -> Self {
        Self::over(intents, None)
    }

    /// As [`new`](Self::new), with an encoder whose vectors the heads learn from as well.
    #[must_use]
    pub fn over(intents: &[Intent], encoder: Option<Arc<dyn Sentences>>) -> Self {
        let reader = Reader::new(encoder);
        Self {
            languages: Languages::new(intents, &reader.shipped.language),
            intents: Heads::learn(intents, &reader),
            reader,
        }
    }

    /// As [`new`](Self::new), with heads that were learnt from the same intents before: what [`heads`](Self::heads) gave.
    pub fn with_heads(
        intents: &[Intent],
        heads: &[u8],
        encoder: Option<Arc<dyn Sentences>>,
    ) -> Result<Self, StaleHeads> {
        let reader = Reader::new(encoder);
        let heads = Heads::read(heads, intents, &reader)?;
        Ok(Self { languages: Languages::new(intents, &reader.shipped.language), reader, intents: heads })
    }

    /// What was learnt from the intents, as bytes to keep.
    #[must_use]
    pub fn heads(&self) -> Vec<u8> {
        self.intents.write()
    }

    /// What the rules say of asking for a person, and what the trained head adds, sentence by sentence.
    fn person(&self, ruled: Finding, text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
        let head = &self.reader.shipped.person;
        if head.classes != 2 || text.words.is_empty() {
            return ruled;
        }
        let mut most = 0.0;
        for words in person::sentences(text, hits) {
            let vector = person::vector(text, words, hits, &self.reader.vectors);
            let scores = head.scores(&vector);
            let p = 1.0 / (1.0 + (f64::from(scores[1] - scores[0]) - LEAN_TO_PERSON).exp());
            if p >= 0.5 && !ruled.is {
                let (start, end) = (words[0].start, words[words.len() - 1].end);
                evidence.add(text, FindingName::WantsPerson, Stretch { start, end }, Why::Model);
            }
            most = p.max(most);
        }
        Finding { is: ruled.is || most >= 0.5, p: ruled.p.max(most) }
    }

    /// Reads one message. Never fails.
    #[must_use]
    pub fn examine(&self, message: Message<'_>) -> Findings {
        let text = Text::new(message.text);
        let (language, language_p) =
            self.languages.tell(&self.reader.shipped.language, &text, message.prior, message.locale);
        let mut hits = self.reader.phrases.find(&text);
        keep_language(&mut hits, language);
        let (concepts, hits): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.tag == Tag::Concept);

        let mut evidence = Gathered::default();
        let mut wants_person = wants_person::examine(&text, &hits, &mut evidence);
        let complaint = complaint::examine(&text, &hits, &mut evidence);
        let automatic = automatic::examine(&text, &hits, message.automatic, &mut evidence);
        let injection = injection::examine(&text, &hits, &mut evidence);
        let courtesy = thanks::examine(&text, &hits, !concepts.is_empty(), &mut evidence);
        let read = self.reader.of(message.text, &text, &concepts);
        let mut felt = emotion::examine(&text, &hits, courtesy.thanks.is, &mut evidence);
        if !courtesy.nothing_else && !read.grams.words.is_empty() {
            let vector = gram_vector(&read.grams, &read.meaning);
            if !automatic.is {
                wants_person = self.person(wants_person, &text, &hits, &mut evidence);
            }
            felt.add(&self.reader.shipped.emotion, &vector, text.whole(), &text, &mut evidence);
        }
        let intents = if courtesy.nothing_else { Vec::new() } else { self.intents.tell(read, language) };
        let person = if wants_person.is { person_words(&hits) } else { Vec::new() };
        let asked = questions::examine(&text, &hits, &person, &mut evidence);
        let nothing_asked = courtesy.nothing_else || automatic.is || text.words.is_empty();
        let only_person = wants_person.is && intents.first().is_none_or(|best| best.p < SUBJECT);
        let questions = if nothing_asked { 0 } else { asked.max(u32::from(!only_person)) };
        if nothing_asked {
            evidence.0.retain(|e: &Evidence| e.finding != FindingName::Question);
        }
        if intents.first().is_some_and(|best| best.p >= SUBJECT) {
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
