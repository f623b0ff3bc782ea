//! Handoff worker: opens tickets in one helpdesk tool. What had begun before is settled, never opened blindly.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::start::{Together, may_start, read_all};
use super::{WorkerError, Workplace, persist};
use crate::broker::Queue;
use crate::failpoint::Point;
use crate::helpdesk::{Helpdesk, HelpdeskError, Settled, Ticket};
use crate::store::Started;
use crate::thread::{Body, Command, Event, HandoffOutcome, Task};

/// How long a call of a tool may take before its outcome is unknown.
const CALL: Duration = Duration::from_mins(1);

/// Hands off to one tool until told to stop.
pub async fn run(place: Workplace, tool: Arc<dyn Helpdesk>, stop: CancellationToken) -> Result<(), WorkerError> {
    let queue = Queue::Handoff(tool.name().to_owned());
    let mut consumer = place.consume(&queue).await?;
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            taken = consumer.take(1) => taken?,
        };
        for delivery in taken {
            place.failpoints.pass(Point::HandoffTook);
            let Some(taken) = read_all(&place, consumer.as_mut(), &queue, delivery).await? else { continue };
            taken.carry_out(|command| one(&place, tool.as_ref(), &taken, command)).await?;
            taken.done(consumer.as_mut()).await?;
        }
    }
}

async fn one(place: &Workplace, tool: &dyn Helpdesk, taken: &Together, command: &Command) -> Result<(), WorkerError> {
    let Some((ticket, queue)) = ticket(command) else {
        return taken.misplaced(place, &Queue::Handoff(tool.name().to_owned()), command).await;
    };
    let outcome = match may_start(place, command, taken.incarnation).await? {
        Started::Go => open(place, tool, &ticket).await,
        Started::Settle => settle(place, tool, command, &ticket).await?,
        Started::Refused => refused(),
    };
    place.failpoints.pass(Point::HandoffOpened);
    place.metrics.handed_off(&queue, tool.name(), outcome.class());
    let event = report(place, command, outcome);
    persist("report", || place.post.event(&event)).await?;
    place.failpoints.pass(Point::HandoffReported);
    Ok(())
}

fn ticket(command: &Command) -> Option<(Ticket, String)> {
    let Task::Handoff { queue, priority, .. } = &command.body else { return None };
    let (conversation, name) = (command.conversation, queue.to_string());
    Some((Ticket { command: command.id, conversation, queue: queue.clone(), priority: *priority }, name))
}

async fn open(place: &Workplace, tool: &dyn Helpdesk, ticket: &Ticket) -> HandoffOutcome {
    place.failpoints.pass(Point::HandoffStarted);
    match tokio::time::timeout(CALL, tool.open(ticket)).await {
        Ok(Ok(reference)) => HandoffOutcome::Opened { reference },
        Ok(Err(error)) => outcome(error),
        Err(_) => HandoffOutcome::Unknown(format!("no answer within {} s", CALL.as_secs())),
    }
}

async fn settle(
    place: &Workplace,
    tool: &dyn Helpdesk,
    command: &Command,
    ticket: &Ticket,
) -> Result<HandoffOutcome, WorkerError> {
    let settled = match tokio::time::timeout(CALL, tool.settle(ticket)).await {
        Ok(Ok(settled)) => settled,
        Ok(Err(error)) => return Ok(outcome(error)),
        Err(_) => Settled::Unknown,
    };
    Ok(match settled {
        Settled::Opened(reference) => HandoffOutcome::Opened { reference },
        Settled::Unknown => HandoffOutcome::Unknown("what became of an earlier try is not known".to_owned()),
        Settled::OpenAgain => match may_start(place, command, None).await? {
            Started::Go | Started::Settle => open(place, tool, ticket).await,
            Started::Refused => refused(),
        },
    })
}

fn refused() -> HandoffOutcome {
    HandoffOutcome::Failed("it was not allowed to begin".to_owned())
}

fn outcome(error: HelpdeskError) -> HandoffOutcome {
    match error {
        HelpdeskError::Retry { after_millis, reason } => HandoffOutcome::Retry { after_millis, reason },
        HelpdeskError::Reject(reason) => HandoffOutcome::Failed(reason),
        HelpdeskError::Unknown(reason) => HandoffOutcome::Unknown(reason),
    }
}

fn report(place: &Workplace, command: &Command, outcome: HandoffOutcome) -> Event {
    Event {
        id: Event::outcome_id(command.id, command.attempt, outcome.class()),
        thread: command.thread,
        at: place.clock.now(),
        trace: command.trace,
        body: Body::Handoff { command: command.id, attempt: command.attempt, outcome },
    }
}
