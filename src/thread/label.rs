//! Labels: what staff's deeds say about earlier decisions, read from the record of both. Pure, and nothing learns from it by
//! itself: an operator takes labels out, looks at them, and takes confirmed examples in.

use std::collections::BTreeMap;

use wissel_channels::{CommandId, ConversationId, UnixMillis};

use super::state::EntryKind;
use super::{Body, Change, ClassifyOutcome, EventId, Input, Order};
use crate::routing::{Advice, Decision, IntentName, QueueName};

/// What a deed of staff says about the decision on a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// When it was done.
    pub at: UnixMillis,
    /// The conversation.
    pub conversation: Option<ConversationId>,
    /// The message that had been decided on; the last, when several came in a row.
    pub message: EventId,
    /// The customer's words that were decided on.
    pub text: String,
    /// The decision.
    pub decision: Decision,
    /// What a language model had said, if it was asked.
    pub advice: Option<Advice>,
    /// What the deed says.
    pub outcome: Outcome,
}

/// What a deed says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// People of another queue should have had it.
    Transferred(QueueName),
    /// The bot's answer was wrong; what the customer wanted, where the person said so.
    WrongAnswer(Option<IntentName>),
    /// The suggestion was sent as it stood.
    SuggestionSent,
    /// Another answer was sent than the one suggested.
    SuggestionEdited,
}

impl Outcome {
    /// A word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Transferred(_) => "transferred",
            Self::WrongAnswer(_) => "wrong_answer",
            Self::SuggestionSent => "suggestion_sent",
            Self::SuggestionEdited => "suggestion_edited",
        }
    }
}

/// Reads a thread's records in order.
#[derive(Clone, Debug, Default)]
pub struct Labeller {
    conversation: Option<ConversationId>,
    /// The customer's messages by their entries.
    said: BTreeMap<u64, (EventId, String)>,
    decided: Option<Decided>,
    /// The queue that it is in.
    queue: Option<QueueName>,
    suggestion: Option<String>,
    /// The last message of each question to a language model.
    asked: BTreeMap<CommandId, EventId>,
    advice: BTreeMap<EventId, Advice>,
}

/// A decision with what it was made on.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// The message; the last, when several came in a row.
    pub message: EventId,
    /// The customer's words, all of them.
    pub text: String,
}

impl Labeller {
    /// The next record; what it says about an earlier decision, if anything.
    pub fn read(&mut self, input: &Input, changes: &[Change]) -> Option<Label> {
        let event = &input.event;
        let label = match &event.body {
            Body::Staff(order) if obeyed(event.id, changes) => {
                self.says(&order.order).map(|outcome| (event.at, outcome))
            }
            _ => None,
        };
        let label = label.and_then(|(at, outcome)| self.label(at, outcome));
        if let Body::Classified { command, outcome: ClassifyOutcome::Advised(advice), .. } = &event.body
            && let Some(message) = self.asked.get(command)
        {
            self.advice.insert(*message, advice.clone());
        }
        for change in changes {
            self.note(input, change);
        }
        label
    }

    /// The newest conversation.
    #[must_use]
    pub const fn conversation(&self) -> Option<ConversationId> {
        self.conversation
    }

    /// Its newest decision.
    #[must_use]
    pub const fn decided(&self) -> Option<&Decided> {
        self.decided.as_ref()
    }

    /// What a language model said about each message, by the message's event.
    #[must_use]
    pub const fn advice(&self) -> &BTreeMap<EventId, Advice> {
        &self.advice
    }

    fn says(&mut self, order: &Order) -> Option<Outcome> {
        Some(match order {
            // Who leaves it where it is, or brings it back to where it had been sent, says nothing against the decision.
            Order::Transfer { queue } if Some(queue) == self.queue.as_ref() || self.was_sent_to(queue) => return None,
            Order::Transfer { queue } => Outcome::Transferred(queue.clone()),
            Order::Wrong { intent } => Outcome::WrongAnswer(intent.clone()),
            // The first answer is what became of a suggestion.
            Order::Reply { text, .. } if self.suggestion.take()? == *text => Outcome::SuggestionSent,
            Order::Reply { .. } => Outcome::SuggestionEdited,
            _ => return None,
        })
    }

    fn was_sent_to(&self, queue: &QueueName) -> bool {
        self.decided.as_ref().is_some_and(|decided| decided.decision.queue == *queue)
    }

    fn label(&self, at: UnixMillis, outcome: Outcome) -> Option<Label> {
        let Decided { decision, message, text } = self.decided.clone()?;
        let (conversation, advice) = (self.conversation, self.advice.get(&message).cloned());
        Some(Label { at, conversation, message, text, decision, advice, outcome })
    }

    fn note(&mut self, input: &Input, change: &Change) {
        match change {
            Change::Opened { id, .. } => {
                *self = Self { conversation: Some(*id), advice: std::mem::take(&mut self.advice), ..Self::default() };
            }
            Change::Placed(entry)
                if entry.kind == EntryKind::Message && matches!(input.event.body, Body::Message(_)) =>
            {
                self.said.insert(entry.ordinal, (input.event.id, entry.text.clone()));
            }
            Change::Decided { decision, ordinal, from } => {
                self.decided = self.on(decision, from.unwrap_or(*ordinal), *ordinal);
            }
            Change::Moved(to) => self.queue = Some(to.queue.clone()),
            Change::Deferred(deferred) => {
                if let Some((message, _)) = self.said.get(&deferred.upto) {
                    self.asked.insert(deferred.command, *message);
                }
            }
            Change::Dropped { suggestion: Some(suggestion) } => self.suggestion = Some(suggestion.text.clone()),
            _ => {}
        }
    }
}

impl Labeller {
    /// A decision on what was said from one entry to another.
    fn on(&self, decision: &Decision, from: u64, upto: u64) -> Option<Decided> {
        let texts: Vec<&str> = self.said.range(from..=upto).map(|(_, (_, text))| text.as_str()).collect();
        let (message, _) = self.said.get(&upto)?;
        Some(Decided { decision: decision.clone(), message: *message, text: texts.join("\n") })
    }
}

/// Whether the order was not refused.
fn obeyed(id: EventId, changes: &[Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::OrderDecided { order, outcome, .. } => *order == id && outcome.refused.is_none(),
        _ => false,
    })
}
