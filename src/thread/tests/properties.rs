//! Properties: any events in any order keep the invariants, end well, and never panic.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::thread::state::TimerKind;

/// Something that happens.
#[derive(Clone, Debug)]
enum Happening {
    Says(&'static str),
    Bot(Index, BotResult),
    Delivery(Index, u32, DeliveryOutcome),
    Handoff(Index, u32, HandoffOutcome),
    Order(&'static str, Option<bool>, Order),
    Fire(Index),
    Wait(i64),
    Switch(bool),
    Parked,
    Journaled,
    Backlog(u64),
    Advice(bool),
    Classified(Index, ClassifyOutcome),
}

fn text() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("my parcel?"),
        1 => Just("a person"),
        1 => Just("a complaint about my parcel"),
        1 => Just("thanks"),
        1 => Just("out of office"),
        2 => Just("something else entirely"),
        2 => Just("a guess about delivery"),
    ]
}

fn result() -> impl Strategy<Value = BotResult> {
    prop_oneof![
        5 => Just(answered("Tomorrow.")),
        1 => Just(BotResult::Abstained("nothing_fits".to_owned())),
        1 => Just(BotResult::Failed("crashed".to_owned())),
        1 => Just(BotResult::Refused),
    ]
}

fn delivery() -> impl Strategy<Value = DeliveryOutcome> {
    prop_oneof![
        5 => Just(DeliveryOutcome::Sent { provider_id: None }),
        1 => Just(DeliveryOutcome::Failed("gone".to_owned())),
        1 => Just(DeliveryOutcome::Unknown("cut off".to_owned())),
        1 => Just(DeliveryOutcome::Refused),
        2 => any::<u64>().prop_map(|after_millis| DeliveryOutcome::Retry { after_millis, reason: "busy".to_owned() }),
    ]
}

fn handoff() -> impl Strategy<Value = HandoffOutcome> {
    prop_oneof![
        2 => Just(HandoffOutcome::Opened { reference: "T1".to_owned() }),
        1 => Just(HandoffOutcome::Failed("gone".to_owned())),
        1 => Just(HandoffOutcome::Unknown("cut off".to_owned())),
        1 => Just(HandoffOutcome::Retry { after_millis: 5, reason: "busy".to_owned() }),
    ]
}

fn classified() -> impl Strategy<Value = ClassifyOutcome> {
    prop_oneof![
        3 => (any::<bool>(), any::<bool>()).prop_map(|(proved, person)| {
            let advice = super::advice::advice(Some("delivery_time"), if proved { 40 } else { 0 });
            ClassifyOutcome::Advised(crate::routing::Advice { wants_person: person, ..advice })
        }),
        1 => Just(ClassifyOutcome::Advised(super::advice::advice(Some("not_declared"), 40))),
        1 => Just(ClassifyOutcome::Failed("no answer".to_owned(), None)),
        1 => Just(ClassifyOutcome::Refused),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        4 => Just(Order::Claim),
        3 => Just(reply("Hello")),
        2 => Just(Order::Return),
        1 => Just(Order::Wrong { intent: None }),
        1 => Just(Order::Release),
        1 => Just(Order::Note { text: "note".to_owned() }),
        1 => Just(Order::Close),
        1 => prop_oneof![Just("care"), Just("legal"), Just("bot"), Just("nowhere")]
            .prop_map(|name| Order::Transfer { queue: queue(name) }),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let person = prop_oneof![Just("Anna"), Just("Bert")];
    prop_oneof![
        5 => text().prop_map(Happening::Says),
        5 => (any::<Index>(), result()).prop_map(|(at, result)| Happening::Bot(at, result)),
        7 => (any::<Index>(), 1..3_u32, delivery()).prop_map(|(at, n, outcome)| Happening::Delivery(at, n, outcome)),
        2 => (any::<Index>(), 1..3_u32, handoff()).prop_map(|(at, n, outcome)| Happening::Handoff(at, n, outcome)),
        6 => (person, prop::option::weighted(0.2, any::<bool>()), order()).prop_map(|(who, epoch, o)| Happening::Order(who, epoch, o)),
        2 => any::<Index>().prop_map(Happening::Fire),
        1 => (0..1_000_000_i64).prop_map(Happening::Wait),
        1 => any::<bool>().prop_map(Happening::Switch),
        1 => Just(Happening::Parked),
        2 => Just(Happening::Journaled),
        1 => prop_oneof![3 => Just(0), 1 => Just(1_000_u64)].prop_map(Happening::Backlog),
        2 => any::<bool>().prop_map(Happening::Advice),
        4 => (any::<Index>(), classified()).prop_map(|(at, outcome)| Happening::Classified(at, outcome)),
    ]
}

/// A case with every command that it ever asked for, so that outcomes may come late and twice.
struct Run {
    case: Case,
    commands: Vec<Command>,
    conversations: Vec<ConversationId>,
}

impl Run {
    fn new() -> Self {
        let mut case = Case::new();
        case.circumstances.limits.tail_messages = 5;
        case.circumstances.limits.tail_bytes = 60;
        case.circumstances.limits.bot_turns = 4;
        Self { case, commands: Vec::new(), conversations: vec![ConversationId::default()] }
    }

    /// A command of this kind, rather one whose outcome is not known.
    fn command(&self, at: Index, kind: &str) -> CommandId {
        let of_kind = |commands: &[Command]| -> Vec<CommandId> {
            commands.iter().filter(|c| c.body.kind() == kind).map(|c| c.id).collect()
        };
        let (open, all) = (of_kind(&self.case.thread.pending), of_kind(&self.commands));
        let weighted: Vec<CommandId> = open.iter().chain(&open).chain(&open).chain(&all).copied().collect();
        if weighted.is_empty() { CommandId::default() } else { *at.get(&weighted) }
    }

    fn happen(&mut self, happening: &Happening) {
        self.case.circumstances.head += 1;
        match happening.clone() {
            Happening::Says(text) => drop(self.case.says(text)),
            Happening::Bot(at, result) => {
                let command = self.command(at, "ask");
                self.case.bot(command, result);
            }
            Happening::Delivery(at, attempt, outcome) => {
                let command = self.command(at, "deliver");
                self.case.feed(Body::Delivery { command, attempt, outcome }, None);
            }
            Happening::Handoff(at, attempt, outcome) => {
                let command = self.command(at, "handoff");
                self.case.feed(Body::Handoff { command, attempt, outcome }, None);
            }
            Happening::Order(who, epoch, order) => self.order(who, epoch, order),
            Happening::Fire(at) => {
                if !self.case.thread.timers.is_empty() {
                    let timer = at.get(&self.case.thread.timers).id;
                    self.case.feed(Body::Timer { timer }, None);
                }
            }
            Happening::Wait(millis) => drop(self.case.wait(millis)),
            Happening::Switch(off) => drop(self.case.switch(off)),
            Happening::Parked => {
                let timer = self.case.thread.timers.first().map(|timer| Event::timer_id(timer.id));
                let event = timer.unwrap_or(EventId([1; 16]));
                self.case.feed(Body::Parked { event, reason: "panic".to_owned() }, None);
            }
            Happening::Journaled => self.case.circumstances.journaled = self.case.circumstances.head - 1,
            Happening::Backlog(backlog) => self.case.circumstances.bot_backlog = backlog,
            Happening::Advice(on) => self.case.circumstances.limits.advice_millis = if on { 1_200 } else { 0 },
            Happening::Classified(at, outcome) => {
                let command = self.command(at, "classify");
                self.case.feed(Body::Classified { command, attempt: 1, outcome }, None);
            }
        }
        self.commands.extend(self.case.issued().into_iter().cloned());
        let id = self.case.thread.conversation.as_ref().map(|c| c.id);
        self.conversations.extend(id.filter(|id| self.conversations.last() != Some(id)));
    }

    fn order(&mut self, who: &str, epoch: Option<bool>, order: Order) {
        let newest = self.conversations.len() - 1;
        let conversation = self.conversations[if epoch == Some(false) { newest / 2 } else { newest }];
        let epoch = epoch.map(|current| if current { self.case.thread.epoch } else { 0 });
        self.case.order_about(conversation, who, epoch, order);
    }

    /// Everything that is under way ends well.
    fn settle(&mut self) {
        while let Some(command) = self.case.thread.pending.first().cloned() {
            let (command, attempt, kind) = (command.id, command.attempt, command.body.kind());
            match kind {
                "ask" => self.case.bot(command, answered("Tomorrow.")),
                "classify" => {
                    let outcome = ClassifyOutcome::Failed("late".to_owned(), None);
                    self.case.feed(Body::Classified { command, attempt: 1, outcome }, None)
                }
                "deliver" => self.case.feed(
                    Body::Delivery { command, attempt, outcome: DeliveryOutcome::Sent { provider_id: None } },
                    None,
                ),
                _ => {
                    let outcome = HandoffOutcome::Opened { reference: "T".to_owned() };
                    self.case.feed(Body::Handoff { command, attempt, outcome }, None)
                }
            };
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_events_in_any_order_keep_the_invariants_and_end(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut run = Run::new();
        for happening in &happenings {
            run.happen(happening);
        }
        run.settle();
        let thread = &run.case.thread;
        prop_assert!(thread.flight.is_none() && thread.outbox.is_empty() && thread.pending.is_empty());
        prop_assert!(thread.timers.iter().all(|timer| timer.kind == TimerKind::ClaimLapse));
        if let Some(conversation) = &thread.conversation {
            prop_assert!(conversation.turn.is_none() && conversation.claiming.is_none());
            let with_bot = conversation.is_open() && conversation.owner == Some(Owner::Bot);
            prop_assert!(!with_bot || conversation.decided_on <= conversation.answered);
        }
    }

    #[test]
    fn any_change_applies_to_any_state_and_any_state_can_be_decided_on(
        happenings in prop::collection::vec(happening(), 1..40),
        order in prop::collection::vec(any::<Index>(), 1..80),
    ) {
        let mut run = Run::new();
        let mut changes = vec![
            Change::Trimmed { upto: u64::MAX },
            Change::Landed { command: CommandId::default(), state: None },
            Change::Confirmed(CommandId::default()),
            Change::TurnEnded { answered: true },
            Change::Delayed,
            Change::Revoked,
        ];
        for happening in &happenings {
            run.happen(happening);
            changes.extend(run.case.changes.iter().cloned());
        }
        let mut thread = Thread::new(run.case.thread.key);
        for at in order {
            apply(&mut thread, at.get(&changes));
            for body in [
                Body::Message(Box::new(run.case.message("my parcel?"))),
                Body::Switched,
                Body::Timer { timer: thread.timers.first().map(|timer| timer.id).unwrap_or_default() },
                Body::Bot {
                    command: thread.pending.first().map(|c| c.id).unwrap_or_default(),
                    attempt: 1,
                    result: answered("Tomorrow."),
                },
                Body::Delivery {
                    command: thread.flight.as_ref().map(|flight| flight.command).unwrap_or_default(),
                    attempt: 1,
                    outcome: DeliveryOutcome::Sent { provider_id: None },
                },
            ] {
                let id = EventId::default();
                let event = Event { id, thread: thread.key, at: UnixMillis(0), trace: id, body };
                let circumstances = run.case.circumstances.clone();
                let input =
                    Input { event, verdict: Some(verdict("my parcel?")), table: run.case.table.hash, circumstances };
                let (after, changes) = step(thread.clone(), &input, &run.case.table);
                let mut folded = thread.clone();
                for change in &changes {
                    apply(&mut folded, change);
                }
                prop_assert_eq!(after, folded);
            }
        }
    }
}
