//! Bundle: commands of one queue that travel in one message, which costs the broker as much as one command does.
//!
//! Only what is done within Wissel's own store travels so: it is settled at no cost. When its worker dies halfway, the
//! whole bundle comes again, and what had begun of it is settled; with another side that would be a storm of questions.

use crate::thread::{Command, Task};

/// The channel and the tool of which that is true.
const OWN_CHANNEL: &str = "webchat";
const OWN_TOOL: &str = "desk";
/// How many commands a bundle has at the most.
const MOST: usize = 64;

/// Commands on their way into one message.
pub(super) struct Bundle<'a>(Vec<&'a Command>);

/// Arranges commands in bundles; those of a queue keep their order. What travels alone is a bundle of one.
pub(super) fn arrange(commands: &[Command]) -> Vec<Bundle<'_>> {
    let mut bundles: Vec<Bundle<'_>> = Vec::new();
    for command in commands {
        match bundles.iter_mut().rev().find(|bundle| bundle.is_beside(command)) {
            Some(bundle) if bundle.has_room(command) => bundle.0.push(command),
            _ => bundles.push(Bundle(vec![command])),
        }
    }
    bundles
}

impl<'a> Bundle<'a> {
    pub(super) fn first(&self) -> &'a Command {
        self.0[0]
    }

    pub(super) fn commands(&self) -> &[&'a Command] {
        &self.0
    }

    /// Whether a command could travel with these.
    fn is_beside(&self, command: &Command) -> bool {
        match (&self.first().body, &command.body) {
            (Task::Deliver { channel, .. }, Task::Deliver { channel: other, .. }) => {
                channel == other && channel.as_str() == OWN_CHANNEL
            }
            (Task::Handoff { tool, .. }, Task::Handoff { tool: other, .. }) => tool == other && tool == OWN_TOOL,
            _ => false,
        }
    }

    /// Whether it may have this one too. Two of one thread never travel together: they are carried out side by side.
    fn has_room(&self, command: &Command) -> bool {
        self.0.len() < MOST && self.0.iter().all(|other| other.thread != command.thread)
    }
}

#[cfg(test)]
mod tests {
    use wissel_channels::{CommandId, ConversationId, ThreadKey, UnixMillis};

    use super::{MOST, arrange};
    use crate::routing::Priority;
    use crate::thread::{Command, EventId, Task};

    fn command(number: u8, thread: u8, body: Task) -> Command {
        Command {
            id: CommandId([number; 16]),
            attempt: 1,
            cause: EventId([number; 16]),
            trace: EventId([number; 16]),
            thread: ThreadKey([thread; 16]),
            conversation: ConversationId([thread; 16]),
            epoch: None,
            at: UnixMillis(0),
            body,
        }
    }

    fn handoff(number: u8, thread: u8, tool: &str) -> Command {
        let body = Task::Handoff { tool: tool.to_owned(), queue: "care".parse().unwrap(), priority: Priority::Normal };
        command(number, thread, body)
    }

    fn ask(number: u8) -> Command {
        let (text, intents) = (String::new(), Vec::new());
        command(number, number, Task::Ask { queue: "bot".parse().unwrap(), text, language: None, intents })
    }

    fn arranged(commands: &[Command]) -> Vec<Vec<u8>> {
        arrange(commands).iter().map(|bundle| bundle.commands().iter().map(|c| c.id.0[0]).collect()).collect()
    }

    #[test]
    fn what_the_own_desk_is_asked_travels_together_and_all_else_alone() {
        let all = [handoff(1, 1, "desk"), ask(2), handoff(3, 3, "zammad"), handoff(4, 4, "desk"), ask(5)];
        let others = [handoff(6, 6, "zammad"), handoff(7, 7, "desk")];
        let all: Vec<Command> = all.into_iter().chain(others).collect();
        assert_eq!(arranged(&all), [vec![1, 4, 7], vec![2], vec![3], vec![5], vec![6]]);
    }

    #[test]
    fn two_of_one_thread_travel_apart_in_their_order() {
        let all = [handoff(1, 1, "desk"), handoff(2, 2, "desk"), handoff(3, 1, "desk"), handoff(4, 3, "desk")];
        assert_eq!(arranged(&all), [vec![1, 2], vec![3, 4]]);
    }

    #[test]
    fn a_bundle_has_an_end() {
        let all: Vec<Command> = (0..=100).map(|number| handoff(number, number, "desk")).collect();
        assert_eq!(arranged(&all).iter().map(Vec::len).collect::<Vec<_>>(), [MOST, 101 - MOST]);
    }
}
