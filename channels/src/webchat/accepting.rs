//! The messages of one socket on their way to the broker: one after the other, in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, pending};

use crate::{InboundMessage, Intake, IntakeError};

use super::outbox::Outbox;
use super::wire::{ErrorCode, ErrorFrame, ServerFrame};

/// Messages that may wait before nothing more is read from the socket.
const WAITING: usize = 16;
/// How long the intake may take.
const ACCEPT: Duration = Duration::from_secs(30);
/// When to try again after that.
const AGAIN: Duration = Duration::from_secs(5);

/// What became of a message: the client's id for it, and the outcome.
pub(super) type Outcome = (String, Result<(), IntakeError>);

/// The messages of one socket that are not acknowledged yet.
pub(super) struct Accepting {
    intake: Arc<dyn Intake>,
    current: Option<BoxFuture<'static, Outcome>>,
    waiting: VecDeque<InboundMessage>,
}

impl Accepting {
    /// Gives messages to `intake`.
    pub(super) fn new(intake: Arc<dyn Intake>) -> Self {
        Self { intake, current: None, waiting: VecDeque::new() }
    }

    /// Whether there is room for another message.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < WAITING
    }

    /// Whether everything has its answer.
    pub(super) fn is_idle(&self) -> bool {
        self.current.is_none()
    }

    /// Adds a message behind the others.
    pub(super) fn push(&mut self, message: InboundMessage) {
        self.waiting.push_back(message);
        self.start();
    }

    fn start(&mut self) {
        if self.current.is_some() {
            return;
        }
        let Some(message) = self.waiting.pop_front() else {
            self.waiting = VecDeque::new();
            return;
        };
        let intake = Arc::clone(&self.intake);
        self.current = Some(Box::pin(async move {
            let id = message.provider_id.clone();
            let accepted = tokio::time::timeout(ACCEPT, intake.accept(message)).await;
            (id, accepted.unwrap_or(Err(IntakeError::Busy { retry_after: AGAIN })))
        }));
    }

    /// The outcome of the message under way; waits for ever when there is none. Losing the future loses nothing.
    pub(super) async fn next(&mut self) -> Outcome {
        match &mut self.current {
            Some(current) => current.await,
            None => pending().await,
        }
    }

    /// Answers for the message that [`Accepting::next`] told of, and goes on with the next one.
    /// Whatever waits behind a message that has to come again has to come again too, or it would overtake it.
    pub(super) fn answer(&mut self, (id, outcome): &Outcome, outbox: &mut Outbox) {
        self.current = None;
        match outcome {
            Ok(()) => outbox.answer(&ServerFrame::Ack { id }),
            Err(IntakeError::Busy { retry_after } | IntakeError::Crowded { retry_after }) => {
                refuse(outbox, ErrorCode::Busy, Some(*retry_after), Some(id));
                for behind in self.waiting.drain(..) {
                    refuse(outbox, ErrorCode::Busy, Some(*retry_after), Some(&behind.provider_id));
                }
            }
            Err(IntakeError::Invalid { reason }) => {
                let error = ErrorFrame { message: reason, id: Some(id), ..ErrorCode::Invalid.frame() };
                outbox.answer(&ServerFrame::Error(error));
            }
        }
        self.start();
    }
}

/// Answers that a message (`id`, if it has a good one) was not taken, and when to try again: in whole seconds, at least one.
pub(super) fn refuse(outbox: &mut Outbox, code: ErrorCode, retry_after: Option<Duration>, id: Option<&str>) {
    let retry_after = retry_after.map(|wait| (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1));
    outbox.answer(&ServerFrame::Error(ErrorFrame { retry_after, id, ..code.frame() }));
}
