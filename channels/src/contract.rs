//! The tests that every channel must pass, whatever it talks to. Call each from the channel's own tests.
//!
//! A channel's tests give a [`Subject`]: the channel, and a way to play its other side. What is promised:
//!
//! - *Accept before acknowledge*: the other side gets its success only after [`Intake::accept`] has said `Ok`.
//! - *The same message has the same id*: however often it comes, and its success each time.
//! - *What cannot be read harms itself alone*: no crash, and the next message gets through.
//! - *Send and settle agree*: a send says what became of it, and settling never sends.
//! - *It stops when told*: [`Channel::receive`] returns soon after `shutdown` is cancelled.
//! - *An answer goes back by the route of its question*, which is the same each time the same message comes.
//! - *A file is stored before its message is accepted*, under a name that can be shown, and leaves whole.
//! - *A new version names its message*, and *what became of ours is told to its thread*, acknowledged once it is durable.
//!
//! Of the last four a channel has what its [`Conformance`](crate::Conformance) declares, no less and no more.

mod carrying;
mod keeping;
mod odd;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::{
    AccountName, Author, Channel, CommandId, InboundMessage, Intake, IntakeError, Origin, OutboundMessage, Part,
    ReceiveContext, SendContext, Settled, StatusReport, ThreadKey,
};

pub use carrying::{
    Arrived, a_file_is_stored_before_its_message_and_leaves_whole, a_new_version_names_its_message,
    an_answer_goes_back_by_the_route_of_its_question, what_became_of_a_message_is_told_to_its_thread,
};
pub use keeping::{MemoryBlobs, MemoryCursors};
pub use odd::{is_shown_without_harm, odd_texts};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// A channel with its other side, as a test plays it.
#[async_trait]
pub trait Subject: Send {
    /// The channel under test.
    fn channel(&self) -> Arc<dyn Channel>;

    /// What the channel was given; its intake must be the one that the test passed to the factory.
    fn context(&self) -> ReceiveContext;

    /// Sends the message that is called `name` (the same name: the same message, byte for byte). Does not wait.
    async fn deliver(&mut self, name: u8);

    /// Waits until the other side has its success for the message called `name`.
    async fn acknowledged(&mut self, name: u8);

    /// Whether the other side has a success that it was not asked about. Must not wait.
    async fn acknowledged_already(&mut self) -> bool;

    /// Sends bytes that are no message of this channel.
    async fn deliver_rubbish(&mut self, rubbish: &[u8]);

    /// What reached the customer of [`Subject::deliver`] so far; `None` where they read the thread themselves.
    async fn arrived(&mut self) -> Option<Arrived>;

    /// Sends a message with a file; `false` where the channel carries none.
    async fn deliver_file(&mut self, _name: &str, _bytes: &[u8]) -> bool {
        false
    }

    /// Sends a new version of the message called `name`, the same each time; `false` where there are none.
    async fn deliver_edit(&mut self, _name: u8, _text: &str) -> bool {
        false
    }

    /// Tells that a message of ours, which the other side knows as `of`, will not arrive; `false` where nothing is told.
    async fn deliver_failure(&mut self, _of: &str) -> bool {
        false
    }
}

/// An intake that hands each message and each status to the test and answers what the test says.
pub struct AskingIntake {
    messages: mpsc::Sender<Asked>,
    statuses: mpsc::Sender<Told>,
}

/// A message at the intake, and the way to answer.
pub type Asked = (InboundMessage, oneshot::Sender<Result<(), IntakeError>>);

/// A status at the intake, and the way to answer.
pub type Told = (StatusReport, oneshot::Sender<Result<(), IntakeError>>);

/// Where the questions of an [`AskingIntake`] come out.
pub struct Asking {
    /// Messages.
    pub messages: mpsc::Receiver<Asked>,
    /// What became of ours.
    pub statuses: mpsc::Receiver<Told>,
}

impl Asking {
    /// The next message.
    pub async fn recv(&mut self) -> Option<Asked> {
        self.messages.recv().await
    }
}

impl AskingIntake {
    /// The intake, and where its questions come out.
    #[must_use]
    pub fn new() -> (Arc<Self>, Asking) {
        let ((messages, asked), (statuses, told)) = (mpsc::channel(64), mpsc::channel(64));
        (Arc::new(Self { messages, statuses }), Asking { messages: asked, statuses: told })
    }
}

async fn ask<T>(
    asking: &mpsc::Sender<(T, oneshot::Sender<Result<(), IntakeError>>)>,
    what: T,
) -> Result<(), IntakeError> {
    let busy = IntakeError::Busy { retry_after: Duration::from_secs(1) };
    let (answer, answered) = oneshot::channel();
    if asking.send((what, answer)).await.is_err() {
        return Err(busy);
    }
    answered.await.unwrap_or(Err(busy))
}

#[async_trait]
impl Intake for AskingIntake {
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        ask(&self.messages, message).await
    }

    async fn status(&self, report: StatusReport) -> Result<(), IntakeError> {
        ask(&self.statuses, report).await
    }
}

async fn patient<T>(what: &str, future: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, future).await;
    done.unwrap_or_else(|late| panic!("waited {PATIENCE:?} for {what}: {late}"))
}

async fn asked(intake: &mut Asking) -> Asked {
    match patient("the intake to be asked", intake.recv()).await {
        Some(asked) => asked,
        None => panic!("the channel dropped its intake"),
    }
}

/// Nothing is acknowledged before the intake has accepted it.
pub async fn nothing_is_acknowledged_before_it_is_accepted(mut subject: impl Subject, mut intake: Asking) {
    subject.deliver(1).await;
    let (message, answer) = asked(&mut intake).await;
    assert_eq!(&message.channel, subject.channel().name());
    assert!(message.provider_id.len() <= 128, "a provider's id is at most 128 bytes");
    assert!(!subject.acknowledged_already().await, "acknowledged before it was accepted");
    assert!(answer.send(Ok(())).is_ok(), "the channel did not wait for the intake");
    patient("the acknowledgement", subject.acknowledged(1)).await;
}

/// The same message has the same id each time it comes, and is acknowledged each time; another has another.
pub async fn the_same_message_has_the_same_id(mut subject: impl Subject, mut intake: Asking) {
    let mut ids = Vec::new();
    for name in [1, 1, 2, 1] {
        subject.deliver(name).await;
        let (message, answer) = asked(&mut intake).await;
        assert!(answer.send(Ok(())).is_ok(), "the channel did not wait for the intake");
        patient("the acknowledgement", subject.acknowledged(name)).await;
        ids.push((message.id, message.thread));
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0], ids[3]);
    assert_ne!(ids[0].0, ids[2].0, "two messages with one id");
}

/// A message that could not be stored is not acknowledged, and gets through when it comes again.
pub async fn a_refused_message_gets_through_when_it_comes_again(mut subject: impl Subject, mut intake: Asking) {
    subject.deliver(1).await;
    let (first, answer) = asked(&mut intake).await;
    assert!(answer.send(Err(IntakeError::Busy { retry_after: Duration::ZERO })).is_ok());
    subject.deliver(1).await;
    let (again, answer) = asked(&mut intake).await;
    assert_eq!(first.id, again.id);
    assert!(!subject.acknowledged_already().await, "acknowledged though it was refused");
    assert!(answer.send(Ok(())).is_ok());
    patient("the acknowledgement", subject.acknowledged(1)).await;
}

/// Bytes that are no message reach nobody, and the message after them gets through.
pub async fn rubbish_harms_nobody(mut subject: impl Subject, mut intake: Asking) {
    let deep = "[".repeat(20_000);
    for rubbish in ["", "{", "null", "{\"type\":\"message\"}", "\u{202e}\u{0}\u{feff}", deep.as_str()] {
        subject.deliver_rubbish(rubbish.as_bytes()).await;
    }
    subject.deliver(1).await;
    let (_, answer) = asked(&mut intake).await;
    assert!(answer.send(Ok(())).is_ok());
    patient("the acknowledgement", subject.acknowledged(1)).await;
}

/// What the channel is given to send with, from what it was given to receive with.
fn sending(cx: &ReceiveContext) -> SendContext {
    SendContext { blobs: Arc::clone(&cx.blobs), cursors: Arc::clone(&cx.cursors), clock: cx.clock.clone(), queue: None }
}

/// Sending the same command twice has the same outcome, and settling it says that it was sent or may be sent again.
pub async fn a_command_may_be_sent_again_after_settling(subject: impl Subject, account: AccountName) {
    let channel = subject.channel();
    let parts = vec![Part {
        from: Author::Staff,
        name: "Sanne".to_owned(),
        text: "Goedemiddag".to_owned(),
        sources: Vec::new(),
        origin: Origin::Human,
    }];
    let name = channel.name().clone();
    let mut message = OutboundMessage::new(CommandId([7; 16]), ThreadKey([1; 16]), name, account, parts);
    let cx = sending(&subject.context());
    let sent = patient("the send", channel.send(&message, &cx)).await;
    let settled = patient("the settling", channel.settle(&message, &cx)).await;
    message.attempt = 2;
    match (sent, settled) {
        (Ok(receipt), Ok(Settled::Sent(settled))) => assert_eq!(receipt, settled),
        (Ok(receipt), Ok(Settled::SendAgain)) => {
            let again = patient("the second send", channel.send(&message, &cx)).await;
            assert_eq!(again.ok(), Some(receipt), "sending again is said to do no harm");
        }
        (sent, settled) => assert!(sent.is_err(), "sent, but settled as {settled:?}"),
    }
}

/// Receiving ends soon after the shutdown is asked for, and not with an error.
pub async fn receiving_ends_with_the_shutdown(subject: impl Subject) {
    let (channel, cx) = (subject.channel(), subject.context());
    let receive = channel.receive(cx.clone());
    let stop = async {
        tokio::task::yield_now().await;
        cx.shutdown.cancel();
    };
    let (received, ()) = patient("the end", async { tokio::join!(receive, stop) }).await;
    assert!(received.is_ok(), "{received:?}");
}
