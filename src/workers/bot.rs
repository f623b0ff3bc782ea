//! Bot worker: asks the bot, and reports what it says. It never begins under an older epoch or where AI is off.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;

use super::pool::Pool;
use super::start::{Taken, may_start, read};
use super::{WorkerError, Workplace, persist};
use crate::bot::{Abstention, Answer, Bot, Question};
use crate::broker::{Consumer, Delivery, Queue};
use crate::failpoint::Point;
use crate::store::Started;
use crate::thread::{Body, BotResult, Command, Event, Task};

/// How long the bot may think; the thread's own deadline is the customer's.
const THINKING: Duration = Duration::from_secs(30);

/// The bot in force: replaced whole when its knowledge changes.
pub type BotInForce = Arc<ArcSwap<Arc<dyn Bot>>>;

/// Answers questions until told to stop.
pub async fn run(place: Workplace, bot: BotInForce, pool: Pool, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut consumer = place.consume(&Queue::Bot).await?;
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            taken = consumer.take(1) => taken?,
        };
        for delivery in taken {
            place.failpoints.pass(Point::BotTook);
            let _answering = pool.tally().begin();
            one(&place, &bot, consumer.as_mut(), delivery).await?;
        }
    }
}

async fn one(
    place: &Workplace,
    bot: &BotInForce,
    consumer: &mut dyn Consumer,
    delivery: Delivery,
) -> Result<(), WorkerError> {
    let Some(taken) = read(place, consumer, &Queue::Bot, delivery).await? else { return Ok(()) };
    let Taken { command, incarnation, delivery } = taken;
    let mut started = may_start(place, &command, incarnation).await?;
    if started == Started::Settle {
        // Asking the bot twice does no harm: it has no effect but its answer.
        started = may_start(place, &command, None).await?;
    }
    let allowed = started == Started::Go && !switched_off(place, &command).await?;
    let result = if allowed {
        place.failpoints.pass(Point::BotStarted);
        ask(bot, &command).await
    } else {
        BotResult::Refused
    };
    place.failpoints.pass(Point::BotAnswered);
    place.metrics.bot_answered(result.class());
    let event = report(place, &command, result);
    persist("report", || place.post.event(&event)).await?;
    place.failpoints.pass(Point::BotReported);
    Ok(consumer.ack(vec![delivery]).await?)
}

async fn switched_off(place: &Workplace, command: &Command) -> Result<bool, WorkerError> {
    let Task::Ask { queue, language, .. } = &command.body else { return Ok(false) };
    let switches = persist("switches", || place.store.switches()).await?;
    let off = &switches.ai_off;
    Ok(off.all || off.queues.contains(queue) || language.is_some_and(|l| off.languages.contains(&l)))
}

async fn ask(bot: &BotInForce, command: &Command) -> BotResult {
    let Task::Ask { text, language, intents, .. } = &command.body else {
        return BotResult::Failed("not a question".to_owned());
    };
    let question = Question { text: text.clone(), language: *language, intents: intents.clone() };
    let bot = bot.load_full();
    match tokio::time::timeout(THINKING, bot.answer(&question)).await {
        Ok(Ok(Answer::Answered { text, sources })) => BotResult::Answered { text, sources },
        Ok(Ok(Answer::Abstained(why))) => BotResult::Abstained(word(why).to_owned()),
        Ok(Err(error)) => BotResult::Failed(error.to_string()),
        Err(_) => BotResult::Failed("no answer in time".to_owned()),
    }
}

const fn word(why: Abstention) -> &'static str {
    match why {
        Abstention::NothingFits => "nothing_fits",
        Abstention::NoArticleInLanguage => "no_article_in_language",
        Abstention::NotAnswerable => "not_answerable",
        Abstention::Guarded => "guarded",
    }
}

fn report(place: &Workplace, command: &Command, result: BotResult) -> Event {
    Event {
        id: Event::outcome_id(command.id, command.attempt, result.class()),
        thread: command.thread,
        at: place.clock.now(),
        trace: command.trace,
        body: Body::Bot { command: command.id, attempt: command.attempt, result },
    }
}
