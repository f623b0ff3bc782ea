//! Classify worker: asks a language model for advice, and reports what it says. It never asks later than the thread waits.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::Seldom;

use super::start::{Taken, may_start, read};
use super::{WorkerError, Workplace, bury, persist};
use crate::broker::{Consumer, Delivery, Queue};
use crate::llm::{Llm, Question};
use crate::store::Started;
use crate::telemetry::Aside;
use crate::thread::{Body, ClassifyOutcome, Command, Event, Task};

/// What is left of the thread's time for the answer's way back.
const WAY_BACK_MILLIS: i64 = 100;

/// Asks until told to stop. Without a model, what was asked for by another process is given back at once.
pub async fn run(place: Workplace, llm: Option<Arc<Llm>>, stop: CancellationToken) -> Result<(), WorkerError> {
    let (mut consumer, seldom) = (place.consume(&Queue::Classify).await?, Seldom::default());
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            taken = consumer.take(1) => taken?,
        };
        for delivery in taken {
            one(&place, llm.as_deref(), &seldom, consumer.as_mut(), delivery).await?;
        }
    }
}

async fn one(
    place: &Workplace,
    llm: Option<&Llm>,
    seldom: &Seldom,
    consumer: &mut dyn Consumer,
    delivery: Delivery,
) -> Result<(), WorkerError> {
    let Some(taken) = read(place, consumer, &Queue::Classify, delivery).await? else { return Ok(()) };
    let Taken { command, incarnation, delivery } = taken;
    if !matches!(command.body, Task::Classify { .. }) {
        return bury(place, consumer, &Queue::Classify, delivery, Aside::Misplaced).await;
    }
    let mut started = may_start(place, &command, incarnation).await?;
    if started == Started::Settle {
        // Asking twice does no harm but its price.
        started = may_start(place, &command, None).await?;
    }
    let allowed = started == Started::Go && !switched_off(place, &command).await?;
    let outcome = match llm.filter(|_| allowed) {
        Some(llm) => ask(place, llm, &command).await,
        None if allowed => ClassifyOutcome::Failed("this process knows no language model".to_owned(), None),
        None => ClassifyOutcome::Refused,
    };
    observe(place, seldom, &outcome);
    let event = report(place, &command, outcome);
    persist("report", || place.post.event(&event)).await?;
    Ok(consumer.ack(vec![delivery]).await?)
}

async fn switched_off(place: &Workplace, command: &Command) -> Result<bool, WorkerError> {
    let Task::Classify { queue, channel, language, .. } = &command.body else { return Ok(false) };
    let switches = persist("switches", || place.store.switches()).await?;
    Ok(switches.ai_off.covers(queue, channel, *language))
}

async fn ask(place: &Workplace, llm: &Llm, command: &Command) -> ClassifyOutcome {
    let Task::Classify { queue, text, language, until, .. } = &command.body else { return ClassifyOutcome::Refused };
    let now = place.clock.now();
    let time = Duration::from_millis(u64::try_from(until.since(now) - WAY_BACK_MILLIS).unwrap_or_default());
    let rules = place.rules.load_full();
    let question = Question { text, language: *language, intents: &rules.table.intents, queue };
    llm.ask(question, now, time).await
}

fn observe(place: &Workplace, seldom: &Seldom, outcome: &ClassifyOutcome) {
    let tokens = match outcome {
        ClassifyOutcome::Advised(advice) => advice.asked.tokens_in.saturating_add(advice.asked.tokens_out),
        ClassifyOutcome::Rejected(_, asked) => asked.tokens_in.saturating_add(asked.tokens_out),
        ClassifyOutcome::Failed(why, _) => {
            if let Some(more) = seldom.tell(why) {
                tracing::warn!(why, more, "the language model gave no advice; what triage found stands");
            }
            0
        }
        ClassifyOutcome::Refused => 0,
    };
    place.metrics.advised(outcome.class(), tokens);
}

fn report(place: &Workplace, command: &Command, outcome: ClassifyOutcome) -> Event {
    Event {
        id: Event::outcome_id(command.id, command.attempt, outcome.class()),
        thread: command.thread,
        at: place.clock.now(),
        trace: command.trace,
        body: Body::Classified { command: command.id, attempt: command.attempt, outcome },
    }
}
