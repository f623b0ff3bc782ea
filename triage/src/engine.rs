//! The embedded engine: everything that triage finds without asking anybody.

use std::sync::Arc;

use crate::findings::{Evidence, FindingName, Findings, Intent, Message, Why};
use crate::floor::wants_person::Ruled;
use crate::floor::{automatic, complaint, injection, thanks, wants_person};
use crate::heard::{Heard, Said, sentences};
use crate::intents::{Heads, StaleHeads};
use crate::language::Languages;
use crate::phrases::{Hit, Tag, keep_language};
use crate::reader::Reader;
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::weighed::Weighed;
use crate::{Sentences, emotion, questions};

/// An intent less probable than this is no subject beside a wish for a person.
const SUBJECT: f64 = 0.3;

/// Who thanks and feels less anger and sadness than this asks for nothing.
const CALM: f64 = 0.5;

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

    /// For each intent the probability from which on it may be acted upon; 1 where no message is ever sure enough.
    #[must_use]
    pub fn thresholds(&self) -> &[f64] {
        self.intents.thresholds()
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
        let (language, language_p) =
            self.languages.tell(&self.reader.shipped.language, &text, message.prior, message.locale);
        let mut hits = self.reader.phrases.find(&text);
        keep_language(&mut hits, language);
        let (concepts, mut hits): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.tag == Tag::Concept);
        wants_person::forget_who_is_greeted(&text, &mut hits);

        let mut evidence = Gathered::default();
        let Ruled { sure: person, likely } = wants_person::examine(&text, &hits, &mut evidence);
        let complaint = complaint::examine(&text, &hits, &mut evidence);
        let automatic = automatic::examine(&text, &hits, message.automatic, &mut evidence);
        let injection = injection::examine(&text, &hits, &mut evidence);
        let greets = |at: usize| hits.iter().any(|hit| hit.tag == Tag::Greeting && hit.stretch.holds(at));
        let subject = concepts.iter().any(|concept| !greets(concept.stretch.start));
        let courtesy = thanks::examine(&text, &hits, subject, &mut evidence);
        let sentences = sentences(&text);
        let read = self.reader.of(message.text, &text, &concepts, &sentences);
        let mut felt = emotion::examine(&text, &hits, courtesy.thanks.is, &mut evidence);
        let reported = automatic::reported(&text, &hits);
        let mut heard = Heard { person, likely, reported, reasons: [complaint, felt.urgent, automatic, injection] };
        let read_on = !courtesy.nothing_else && !read.grams.words.is_empty();
        let over = self.reader.over.told(read.sentence.as_deref().filter(|_| read_on));
        let shipped = &self.reader.shipped;
        let weighed = if read_on { Weighed::of(&self.reader, &text, &read, &sentences) } else { Weighed::default() };
        if read_on {
            let said = Said { reader: &self.reader, text: &text, hits: &hits };
            heard.listen(said, (&sentences, &weighed), over.person, &mut evidence);
        }
        let heard = heard.settle(&text, &mut evidence);
        let (wants_person, [complaint, urgent, automatic, injection]) = (heard.person, heard.reasons);
        let (intents, none) = if courtesy.nothing_else { (Vec::new(), 1.0) } else { self.intents.tell(read, language) };
        if read_on {
            let known = intents.first().map_or(0.0, |best| best.p);
            let scores = emotion::scores(shipped, &weighed.whole, over.emotion.as_deref());
            felt.add(scores, (known, wants_person.is), &text, &mut evidence);
        }
        let person = if wants_person.is { person_words(&hits) } else { Vec::new() };
        let asked = questions::examine(&text, &hits, &person, &mut evidence);
        let nothing_asked = courtesy.nothing_else || automatic.is || text.words.is_empty();
        let asks_what_it_is = hits.iter().any(|hit| hit.tag == Tag::BotQuestion);
        let only_person = wants_person.is && !asks_what_it_is && intents.first().is_none_or(|best| best.p < SUBJECT);
        let settled = courtesy.settled && felt.emotion.anger < CALM && felt.emotion.sadness < CALM && !complaint.is;
        let questions = if nothing_asked { 0 } else { asked.max(u32::from(!only_person && !settled)) };
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
            none,
            questions,
            emotion: felt.emotion,
            wants_person,
            complaint,
            urgent,
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
