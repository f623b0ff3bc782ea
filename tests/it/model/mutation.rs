//! Mutations: the same model with one safeguard taken away. Each must break a promise, or the model proves nothing.

use wissel::routing::RoutingTable;
use wissel::thread::state::{EntryKind, Flight, Outgoing, TimerKind};
use wissel::thread::{
    Body, Change, Command, DeliveryOutcome, Input, Move, OrderOutcome, Owner, StateName, Task, Thread, apply,
    step as real_step,
};
use wissel_channels::{Author, CommandId, Origin, OutboundMessage, Part};

use super::world::Faults;

pub(super) const OWNER: &str = "one owner: who was granted a claim has the conversation";
pub(super) const GRANTED: &str = "nothing of the bot starts after a claim was granted";
pub(super) const CLAIMED: &str = "no delivery of the bot starts after a claim began";
pub(super) const DISCLOSED: &str = "no AI output without a disclosure before it";
pub(super) const ORDER: &str = "what is said arrives in its order";
pub(super) const TWICE: &str = "nothing arrives twice";
pub(super) const ONE_PLACE: &str = "everything said has one place";
pub(super) const CURRENT: &str = "nothing of the bot waits under an older epoch";
pub(super) const ENDS: &str = "every message ends: answered, or with people";
pub(super) const SHOWN: &str = "what reached the customer is shown to staff";
pub(super) const JOURNAL: &str = "the journal gives the state back";

/// A safeguard that is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mutation {
    /// The gate does not compare epochs.
    NoEpochCheck,
    /// The gate does not compare the store's incarnation.
    NoIncarnationCheck,
    /// The gate does not look whether a try was started before.
    StartsForgotten,
    /// The gate refuses what is stale before it looks whether it was started.
    RefusedBeforeSettled,
    /// The bot does not say that it is an AI.
    NoDisclosure,
    /// A claim does not revoke the delivery in flight.
    ClaimWithoutRevoke,
    /// A claim is granted under the old epoch.
    GrantWithoutEpoch,
    /// A claim is granted at once under the old epoch, whatever is in flight.
    GrantWithoutWaiting,
    /// The ids of customers' messages are not kept.
    IdsForgotten,
    /// A second outcome of a delivery counts as the first did.
    OutcomesCountTwice,
    /// An event that comes again does not publish its commands again.
    NothingPublishedAgain,
    /// What waits to be sent stays when the conversation moves.
    OutboxKept,
    /// A delivery leaves while another is in flight.
    SecondFlight,
    /// The bot has all the time of the world.
    NoDeadline,
    /// An answer of the bot that comes too late is sent.
    LateAnswersSent,
    /// A message moves a conversation that a person has.
    MovesClaimed,
    /// The journal is not told of the newest entry in the thread.
    JournalForgets,
}

impl Mutation {
    /// Each with the promise that it must break.
    pub(super) const ALL: [(Self, &str); 17] = [
        (Self::NoEpochCheck, GRANTED),
        (Self::NoIncarnationCheck, TWICE),
        (Self::StartsForgotten, TWICE),
        (Self::RefusedBeforeSettled, SHOWN),
        (Self::NoDisclosure, DISCLOSED),
        (Self::ClaimWithoutRevoke, CLAIMED),
        (Self::GrantWithoutEpoch, GRANTED),
        (Self::GrantWithoutWaiting, GRANTED),
        (Self::IdsForgotten, ONE_PLACE),
        (Self::OutcomesCountTwice, ONE_PLACE),
        (Self::NothingPublishedAgain, ENDS),
        (Self::OutboxKept, CURRENT),
        (Self::SecondFlight, ORDER),
        (Self::NoDeadline, ENDS),
        (Self::LateAnswersSent, GRANTED),
        (Self::MovesClaimed, OWNER),
        (Self::JournalForgets, JOURNAL),
    ];

    /// The fault that it takes to see it.
    pub(super) fn faults(self) -> Faults {
        let none = Faults::default();
        match self {
            Self::StartsForgotten | Self::RefusedBeforeSettled | Self::IdsForgotten | Self::OutcomesCountTwice => {
                Faults { doubles: 1, ..none }
            }
            Self::NoIncarnationCheck => Faults { doubles: 1, set_backs: 1, ..none },
            Self::NothingPublishedAgain => Faults { crashes: 1, ..none },
            Self::JournalForgets => Faults { set_backs: 1, ..none },
            Self::NoDeadline => Faults { troubles: 1, ..none },
            _ => none,
        }
    }
}

/// The real step, or what would come of it without a safeguard: its changes altered, and applied.
pub(super) fn step(
    before: &Thread,
    input: &Input,
    table: &RoutingTable,
    mutation: Option<Mutation>,
) -> (Thread, Vec<Change>) {
    let (thread, changes) = real_step(before.clone(), input, table);
    let Some(mutation) = mutation else { return (thread, changes) };
    let mut altered: Vec<Change> = changes.into_iter().flat_map(|change| alter(change, before, mutation)).collect();
    add(&mut altered, before, input, mutation);
    (fold(before, &altered), altered)
}

fn fold(before: &Thread, changes: &[Change]) -> Thread {
    let mut thread = before.clone();
    for change in changes {
        apply(&mut thread, change);
    }
    thread
}

/// A change without the safeguard.
fn alter(change: Change, before: &Thread, mutation: Mutation) -> Vec<Change> {
    match (mutation, change) {
        (Mutation::NoDisclosure, Change::Departed(flight)) => {
            vec![Change::Departed(Flight { discloses: None, ..flight })]
        }
        (Mutation::NoDisclosure, Change::Issued(command)) => vec![Change::Issued(without_disclosure(command))],
        (Mutation::ClaimWithoutRevoke | Mutation::GrantWithoutWaiting, Change::Revoked) => vec![],
        (Mutation::GrantWithoutEpoch | Mutation::GrantWithoutWaiting, Change::Moved(to))
            if matches!(to.owner, Owner::Agent(_)) =>
        {
            vec![Change::Moved(Move { epoch: before.epoch, ..to })]
        }
        (Mutation::GrantWithoutWaiting, Change::ClaimBegan(claiming)) => {
            let Some(conversation) = &before.conversation else { return vec![] };
            let (owner, queue) = (Owner::Agent(claiming.person), conversation.queue.clone());
            let outcome = OrderOutcome {
                refused: None,
                state: StateName::Claimed,
                owner: owner.clone(),
                queue: queue.clone(),
                epoch: before.epoch,
            };
            let moved = queue.map(|queue| {
                Change::Moved(Move {
                    owner,
                    queue,
                    epoch: before.epoch,
                    at: conversation.since,
                    priority: conversation.priority,
                    reason: None,
                    hop: false,
                    claim_until: None,
                    answered: Some(before.ordinal),
                })
            });
            let decided = Change::OrderDecided { order: claiming.order, digest: claiming.digest, outcome };
            moved.into_iter().chain([decided]).collect()
        }
        (Mutation::GrantWithoutWaiting, Change::TimerSet(timer)) if timer.kind == TimerKind::ClaimGrant => vec![],
        (Mutation::NoDeadline, Change::TimerSet(timer)) if matches!(timer.kind, TimerKind::BotDeadline(_)) => vec![],
        (Mutation::OutboxKept, moved @ Change::Moved(_)) => {
            let kept = before.outbox.iter().filter(|o| o.epoch.is_some()).cloned().map(Change::Queued);
            std::iter::once(moved).chain(kept).collect()
        }
        (_, change) => vec![change],
    }
}

fn without_disclosure(mut command: Command) -> Command {
    if let Task::Deliver { message, .. } = &mut command.body
        && message.parts.len() > 1
    {
        message.parts.remove(0);
    }
    command
}

/// What would happen besides, without the safeguard.
fn add(changes: &mut Vec<Change>, before: &Thread, input: &Input, mutation: Mutation) {
    let after = fold(before, changes);
    match (mutation, &input.event.body) {
        (Mutation::SecondFlight, _) => changes.extend(second_flight(&after, input)),
        (Mutation::OutcomesCountTwice, Body::Delivery { outcome: DeliveryOutcome::Sent { .. }, .. })
            if before.flight.is_none() =>
        {
            let said = after.tail.iter().rev().find(|entry| entry.origin.is_some());
            changes.extend(said.cloned().map(|mut entry| {
                (entry.ordinal, entry.seq) = (after.ordinal + 1, Some(after.seq + 1));
                Change::Placed(entry)
            }));
        }
        (Mutation::LateAnswersSent, Body::Bot { .. }) => {
            let late = changes.iter().find_map(|change| match change {
                Change::Dropped { suggestion } => suggestion.clone(),
                _ => None,
            });
            let conversation = after.conversation.as_ref().map(|c| c.id).unwrap_or_default();
            changes.extend(late.map(|answer| {
                Change::Queued(Outgoing {
                    id: format!("late {}", input.event.id),
                    conversation,
                    from: Author::Bot,
                    name: String::new(),
                    at: input.event.at,
                    text: answer.text,
                    sources: answer.sources,
                    origin: Origin::Ai,
                    epoch: Some(after.epoch),
                    attachments: Vec::new(),
                })
            }));
        }
        (Mutation::MovesClaimed, Body::Message(_)) => changes.extend(moves_claimed(&after, input)),
        _ => {}
    }
}

fn moves_claimed(thread: &Thread, input: &Input) -> Option<Change> {
    let conversation = thread.conversation.as_ref().filter(|c| matches!(c.owner, Some(Owner::Agent(_))))?;
    Some(Change::Moved(Move {
        owner: Owner::Queue,
        queue: conversation.queue.clone()?,
        epoch: thread.epoch + 1,
        at: input.event.at,
        priority: conversation.priority,
        reason: None,
        hop: true,
        claim_until: None,
        answered: None,
    }))
}

fn second_flight(thread: &Thread, input: &Input) -> Vec<Change> {
    let (Some(outgoing), Some(address)) = (thread.outbox.front().cloned(), thread.address.clone()) else {
        return Vec::new();
    };
    let id = CommandId::of("second flight", &[outgoing.id.as_bytes()]);
    let part = Part {
        from: outgoing.from,
        name: outgoing.name.clone(),
        text: outgoing.text.clone(),
        sources: outgoing.sources.clone(),
        origin: outgoing.origin,
    };
    let (channel, account) = (address.channel, address.account);
    let message = OutboundMessage::new(id, thread.key, channel.clone(), account, vec![part]);
    let command = Command {
        id,
        attempt: 1,
        cause: input.event.id,
        trace: input.event.trace,
        thread: thread.key,
        conversation: outgoing.conversation,
        epoch: outgoing.epoch,
        at: input.event.at,
        body: Task::Deliver { channel, message: Box::new(message), ai: None },
    };
    let flight = Flight { command: id, attempt: 1, discloses: None, outgoing, revoked: false };
    vec![Change::Issued(command), Change::Departed(flight)]
}

/// What a journal keeps of a decision.
pub(super) fn journaled(changes: Vec<Change>, mutation: Option<Mutation>) -> Vec<Change> {
    let forgets = mutation == Some(Mutation::JournalForgets);
    let kept =
        |change: &Change| !(forgets && matches!(change, Change::Placed(entry) if entry.kind == EntryKind::Message));
    changes.into_iter().filter(kept).collect()
}
