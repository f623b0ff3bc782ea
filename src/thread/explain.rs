//! Explain: what was decided about a thread, told in short plain strings. Pure.

use serde_json::{Value, json};
use wissel_channels::{Author, ConversationId, Progress, UnixMillis};

use super::state::{DeliveryState, EntryKind, Owner};
use super::{Body, Change, Entry, EventId, Input, Move, Person, deeds};
use crate::routing::{Decision, Language, decision_json};

/// What is said of a message whose decision waits.
pub(super) const ASKED: &str = "language model: asked";

/// One event of a thread with what followed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: UnixMillis,
    /// The event.
    pub event: EventId,
    /// What kind of event: `message`, `bot`, `staff`, …
    pub kind: &'static str,
    /// The conversation that it belongs to.
    pub conversation: Option<ConversationId>,
    /// The place of the message that it brought into the thread.
    pub seq: Option<u64>,
    /// The customer's words, when it is a message of theirs.
    pub text: Option<String>,
    /// Where the message went, and why.
    pub decision: Option<Decision>,
    /// The words that were decided on, when they came with an earlier event.
    pub about: Option<String>,
    /// What changed, in short strings such as `owner: bot -> queue care`.
    pub changes: Vec<String>,
    /// The person who ordered it; absent when the router did it by itself.
    pub by: Option<Person>,
    /// The event that caused this one: itself at the beginning of a chain.
    pub cause: EventId,
    /// What it came to, in plain words.
    pub deeds: Vec<String>,
    /// Whether the message is decided on later, together with what follows it.
    pub gathers: bool,
}

/// Tells a thread's story, one decision at a time, in their order.
#[derive(Clone, Debug, Default)]
pub struct Storyteller {
    conversation: Option<ConversationId>,
    owner: Option<String>,
    language: Option<Language>,
    /// The customer's words that wait to be decided on, and the place of the last of them.
    gathered: Vec<String>,
    last: Option<u64>,
    /// The words whose decision waits for advice.
    deferred: Option<String>,
}

impl Storyteller {
    /// The next decision.
    pub fn step(&mut self, input: &Input, changes: &[Change]) -> Step {
        let event = &input.event;
        let mut step = Step {
            at: event.at,
            event: event.id,
            kind: event.kind(),
            conversation: None,
            seq: None,
            text: None,
            decision: None,
            about: None,
            changes: Vec::new(),
            by: None,
            cause: deeds::order_decided(changes).unwrap_or(event.trace),
            deeds: deeds::deeds(input, changes),
            gathers: false,
        };
        match &event.body {
            Body::Message(message) => step.text = Some(message.text.clone()),
            Body::Staff(order) => {
                step.by = Some(order.person.clone());
                step.conversation = Some(order.conversation);
            }
            _ => {}
        }
        for change in changes {
            match change {
                Change::Placed(entry) => {
                    step.seq = step.seq.or(entry.seq);
                    step.conversation = step.conversation.or(Some(entry.conversation));
                }
                Change::Deferred(deferred) => self.deferred = Some(deferred.text.clone()),
                Change::Decided { decision, from, .. } => {
                    step.about = self.deferred.take();
                    step.decision = Some(decision.clone());
                    if from.is_some() && step.text.is_none() && step.about.is_none() {
                        step.text = Some(std::mem::take(&mut self.gathered).join("\n"));
                        step.seq = step.seq.or(self.last);
                    }
                }
                Change::Gathering(burst) => {
                    step.gathers = true;
                    if Some(burst.first) == ordinal(changes) {
                        self.gathered.clear();
                    }
                    self.gathered.extend(step.text.clone());
                    self.last = step.seq;
                }
                _ => {}
            }
            step.changes.extend(self.tell(change));
        }
        step.conversation = step.conversation.or(self.conversation);
        step
    }

    /// A change in words; `None` for what is of no interest to people.
    fn tell(&mut self, change: &Change) -> Option<String> {
        Some(match change {
            Change::Spoke { language, .. } if *language != self.language => {
                self.language = *language;
                format!("language: {}", language.map_or("unsure", Language::code))
            }
            Change::Opened { id, number, .. } => {
                self.conversation = Some(*id);
                self.owner = None;
                format!("conversation {number}: opened")
            }
            Change::Placed(entry) => placed(entry),
            Change::Queued(said) if said.from == Author::Staff => format!("reply: by {}", said.name),
            Change::Decided { decision, .. } => format!("decided: {} by rule \"{}\"", decision.queue, decision.rule),
            Change::Moved(to) => self.moved(to),
            Change::Gathering(_) => "waits for more".to_owned(),
            Change::Progressed { ordinal, progress } => {
                format!("delivery of entry {ordinal}: {}", progress_word(*progress))
            }
            Change::TurnBegan { .. } => "bot: asked".to_owned(),
            Change::TurnEnded { answered: true } => "bot: answered".to_owned(),
            Change::TurnEnded { answered: false } => "bot: no answer that will be sent".to_owned(),
            Change::Dropped { .. } => "not sent: the conversation had moved on".to_owned(),
            Change::Revoked => "delivery: revoked".to_owned(),
            Change::Delayed => "delivery: to be tried again".to_owned(),
            Change::Landed { state: Some(state), .. } if *state != DeliveryState::Sent => {
                format!("delivery: {}", delivery_word(*state))
            }
            Change::ClaimBegan(_) => "claim: waits for a delivery to end".to_owned(),
            Change::OrderDecided { outcome, .. } => format!("order: refused, {}", outcome.refused?.code()),
            Change::TicketOpened { reference } => format!("ticket: {reference}"),
            Change::Deferred(_) => ASKED.to_owned(),
            Change::Closed { .. } => "conversation: closed".to_owned(),
            _ => return None,
        })
    }

    fn moved(&mut self, to: &Move) -> String {
        let owner = match &to.owner {
            Owner::Bot => "bot".to_owned(),
            Owner::Queue => format!("queue {}", to.queue),
            Owner::Agent(person) => person.0.clone(),
        };
        let before = self.owner.replace(owner.clone()).unwrap_or_else(|| "nobody".to_owned());
        let reason = to.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!("owner: {before} -> {owner}{reason}")
    }
}

/// The number of the entry that was placed first.
fn ordinal(changes: &[Change]) -> Option<u64> {
    changes.iter().find_map(|change| match change {
        Change::Placed(entry) => Some(entry.ordinal),
        _ => None,
    })
}

fn placed(entry: &Entry) -> String {
    let from = author_word(entry);
    match (entry.kind, entry.seq) {
        (EntryKind::Note, _) => format!("note: by {}", entry.name),
        (EntryKind::Marker, _) => format!("marker: {}", entry.text),
        (EntryKind::Message, Some(seq)) => format!("message {seq}: from {from}"),
        (EntryKind::Message, None) => {
            let state = entry.delivery.map_or("not placed", delivery_word);
            format!("message from {from}: {state}")
        }
    }
}

const fn author_word(entry: &Entry) -> &'static str {
    match entry.from {
        Author::Customer => "customer",
        Author::Bot => "bot",
        Author::Staff => "staff",
        Author::System => "system",
    }
}

/// How far an outbound message got, in a word.
#[must_use]
pub const fn progress_word(progress: Progress) -> &'static str {
    match progress {
        Progress::Delayed => "delayed",
        Progress::Sent => "sent",
        Progress::Delivered => "delivered",
        Progress::Read => "read",
        Progress::Played => "played",
        Progress::Deleted => "deleted",
        Progress::Failed => "failed",
    }
}

/// What became of an outbound message, in a word.
#[must_use]
pub const fn delivery_word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "pending",
        DeliveryState::Sent => "sent",
        DeliveryState::Failed => "failed",
        DeliveryState::Unknown => "unknown",
    }
}

/// The document that the API and `wissel explain --json` give.
pub fn document(id: ConversationId, steps: &[Step]) -> Value {
    json!({ "conversation": id, "entries": steps.iter().map(entry).collect::<Vec<_>>() })
}

fn entry(step: &Step) -> Value {
    let text = step.about.as_deref().or(step.text.as_deref()).unwrap_or_default();
    json!({
        "at": step.at,
        "event": step.event,
        "kind": step.kind,
        "seq": step.seq,
        "decision": step.decision.as_ref().map(|made| decision_json(made, text)),
        "changes": step.changes,
        "by": step.by.as_ref().map_or("router", |person| &person.0),
    })
}

#[cfg(test)]
mod tests {
    use wissel_channels::{AccountName, ChannelName, InboundMessage, MessageId, ThreadKey};

    use super::super::{Circumstances, Event, Order, Person, StaffOrder};
    use super::*;
    use crate::routing::{Priority, QueueName, TableHash};

    fn input(body: Body) -> Input {
        let (id, thread, at) = (EventId([9; 16]), ThreadKey([1; 16]), UnixMillis(1_000));
        let event = Event { id, thread, at, trace: id, body };
        Input { event, verdict: None, table: TableHash::default(), circumstances: Circumstances::default() }
    }

    fn moved(owner: Owner, reason: Option<&str>) -> Change {
        Change::Moved(Move {
            owner,
            queue: QueueName::new("care").unwrap(),
            epoch: 1,
            at: UnixMillis(1_000),
            priority: Priority::Normal,
            reason: reason.map(str::to_owned),
            hop: false,
            claim_until: None,
            answered: None,
        })
    }

    fn order(order: Order) -> Body {
        let (person, conversation) = (Person("Sanne".into()), ConversationId([5; 16]));
        Body::Staff(StaffOrder { person, conversation, epoch: None, digest: [0; 16], order })
    }

    #[test]
    fn changes_of_owner_are_told_with_the_owner_before() {
        let mut teller = Storyteller::default();
        let opened = Change::Opened { id: ConversationId([5; 16]), number: 1, at: UnixMillis(1_000) };
        let (id, thread, at) = (MessageId([2; 16]), ThreadKey([1; 16]), UnixMillis(1_000));
        let (channel, account) = (ChannelName::from_static("webchat"), AccountName::from_static("main"));
        let message = InboundMessage { text: "Hallo".into(), ..InboundMessage::new(id, thread, channel, account, at) };
        let first = teller.step(&input(Body::Message(Box::new(message))), &[opened, moved(Owner::Bot, None)]);
        assert_eq!(first.changes, ["conversation 1: opened", "owner: nobody -> bot"]);
        assert_eq!((first.text.as_deref(), first.by), (Some("Hallo"), None));
        assert_eq!(first.conversation, Some(ConversationId([5; 16])));
        let second = teller.step(&input(Body::Switched), &[moved(Owner::Queue, Some("switch:ai_off"))]);
        assert_eq!(second.changes, ["owner: bot -> queue care (switch:ai_off)"]);
        let claim = [moved(Owner::Agent(Person("Sanne".into())), None)];
        let third = teller.step(&input(order(Order::Claim)), &claim);
        assert_eq!(third.changes, ["owner: queue care -> Sanne"]);
        assert_eq!(third.by, Some(Person("Sanne".into())));
    }

    #[test]
    fn what_concerns_only_machines_is_not_told() {
        let mut teller = Storyteller::default();
        let changes = [Change::Confirmed(wissel_channels::CommandId([3; 16])), Change::Trimmed { upto: 4 }];
        assert!(teller.step(&input(Body::Switched), &changes).changes.is_empty());
    }
}
