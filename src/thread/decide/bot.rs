//! The bot: asking it, and what comes back.

use wissel_channels::{Author, CommandId, ConversationId, Origin, Source};

use super::draft::Draft;
use super::travel;
use crate::routing::{IntentName, QueueName};
use crate::thread::state::{Owner, TimerKind};
use crate::thread::{BotResult, Change, Task};

/// How much text a question may have, in bytes: the newest of it.
const QUESTION_BYTES: usize = 16 * 1024;

/// Whether AI is off for this thread in `queue`.
pub(super) fn switched_off(draft: &Draft<'_>, queue: &QueueName) -> bool {
    let off = &draft.circumstances().switches.ai_off;
    draft.channel().is_some_and(|channel| off.covers(queue, channel, draft.language()))
}

/// Asks the bot, if it has the conversation, is not at work, and the customer has said something new.
pub(super) fn ask(draft: &mut Draft<'_>) {
    let Some(conversation) = draft.open() else { return };
    // What is not decided on yet may be for people.
    let decided = draft.thread().burst.is_none() && conversation.deferred.is_none();
    let idle = conversation.turn.is_none() && conversation.claiming.is_none() && decided;
    let Some(queue) = conversation.queue.clone().filter(|_| idle && conversation.owner == Some(Owner::Bot)) else {
        return;
    };
    let answered = conversation.answered;
    let verdict = conversation.decision.as_ref().map(|decision| &decision.verdict);
    let intents: Vec<IntentName> =
        verdict.map(|v| v.intents.iter().map(|i| i.name.clone()).collect()).unwrap_or_default();
    let lines: Vec<&str> = draft.thread().said_since(answered + 1).map(|entry| entry.text.as_str()).collect();
    if lines.is_empty() {
        // What has left the state before the bot could be asked is for people.
        if conversation.decided_on > answered {
            give_up(draft, "bot:failed");
        }
        return;
    }
    let limit = draft.circumstances().limits.bot_turns;
    if limit > 0 && conversation.bot_turns >= limit {
        return give_up(draft, "bot:turns");
    }
    let text = newest(&lines.join("\n"), QUESTION_BYTES).to_owned();
    let (language, upto, epoch) = (draft.language(), draft.thread().ordinal, draft.thread().epoch);
    let command = draft.issue(Some(epoch), |_| Task::Ask { queue, text, language, intents });
    if let Some(command) = command {
        draft.push(Change::TurnBegan { command, upto });
        draft.set_timer(draft.circumstances().limits.bot_millis, TimerKind::BotDeadline(command));
    }
}

/// The last `bytes` of a text, cut at a character.
fn newest(text: &str, bytes: usize) -> &str {
    let start = text.len().saturating_sub(bytes);
    let start = (start..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    &text[start..]
}

/// A bot worker is done.
pub(super) fn on_bot(draft: &mut Draft<'_>, command: CommandId, result: &BotResult) {
    let Some(conversation) = draft.pending(command).map(|pending| pending.conversation) else { return };
    draft.confirm(command);
    let current = draft.open().is_some_and(|c| {
        c.claiming.is_none() && c.owner == Some(Owner::Bot) && c.turn.as_ref().is_some_and(|t| t.command == command)
    });
    if !current {
        return too_late(draft, command, conversation, result);
    }
    draft.clear_timers(|kind| kind == TimerKind::BotDeadline(command));
    let queue = draft.open().and_then(|c| c.queue.clone());
    if queue.is_some_and(|queue| switched_off(draft, &queue)) {
        too_late(draft, command, conversation, result);
        return give_up(draft, "switch:ai_off");
    }
    match result {
        BotResult::Answered { text, sources } if text.trim().is_empty() || sources.is_empty() => {
            give_up(draft, "bot:guarded");
        }
        BotResult::Answered { text, sources } => answer(draft, text, sources),
        BotResult::Abstained(why) => give_up(draft, &format!("bot:{why}")),
        BotResult::Failed(_) => give_up(draft, "bot:failed"),
        BotResult::Refused => give_up(draft, "switch:ai_off"),
    }
}

/// Gives up the question that the bot works on, because the customer has changed it: its answer will come too late.
pub(super) fn ask_anew(draft: &mut Draft<'_>) {
    let Some(turn) = draft.open().and_then(|c| c.turn.clone()) else { return };
    draft.clear_timers(|kind| kind == TimerKind::BotDeadline(turn.command));
    draft.push(Change::TurnEnded { answered: false });
}

fn answer(draft: &mut Draft<'_>, text: &str, sources: &[Source]) {
    draft.push(Change::TurnEnded { answered: true });
    let queue = draft.open().and_then(|c| c.queue.clone());
    let name = queue.and_then(|q| draft.table.queue(&q)).map_or("", |q| q.title.get(draft.language())).to_owned();
    draft.say(Author::Bot, name, text.to_owned(), sources.to_vec(), Origin::Ai);
    ask(draft);
}

/// An answer that comes too late is kept for staff and never sent.
fn too_late(draft: &mut Draft<'_>, command: CommandId, conversation: ConversationId, result: &BotResult) {
    draft.clear_timers(|kind| kind == TimerKind::BotDeadline(command));
    if draft.open().is_some_and(|c| c.turn.as_ref().is_some_and(|turn| turn.command == command)) {
        draft.push(Change::TurnEnded { answered: false });
    }
    if let BotResult::Answered { text, sources } = result {
        draft.drop_answer(conversation, text, sources);
    }
}

/// People take over from the bot.
pub(super) fn give_up(draft: &mut Draft<'_>, reason: &str) {
    let Some(conversation) = draft.open() else { return };
    if conversation.owner != Some(Owner::Bot) || conversation.claiming.is_some() {
        return;
    }
    let Some(queue) = conversation.queue.as_ref() else { return };
    let (people, priority) = (draft.table.fallback_of(queue), conversation.priority);
    travel::to_people(draft, &people, priority, Some(reason), true);
}

/// The switches or the queues changed: what the bot has and may not have goes to people, and what is in a queue that is
/// not declared any more goes where the table says.
pub(super) fn on_switched(draft: &mut Draft<'_>) {
    let Some(conversation) = draft.open() else { return };
    let (Some(queue), priority) = (conversation.queue.clone(), conversation.priority) else { return };
    let gone = draft.table.queue(&queue).is_none();
    match conversation.owner {
        Some(Owner::Bot) if switched_off(draft, &queue) => give_up(draft, "switch:ai_off"),
        Some(Owner::Bot) if gone => give_up(draft, "queue moved"),
        Some(Owner::Queue) if gone => travel::to_people(draft, &queue, priority, Some("queue moved"), false),
        _ => {}
    }
}
