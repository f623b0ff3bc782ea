//! How far a delivery of several steps got: remembered when it has to be tried again, so that no step is made twice.

use std::time::Duration;

use crate::{OutboundMessage, Receipt, SendContext, SendError};

/// When to try again where this cannot be read.
const AGAIN: Duration = Duration::from_secs(5);

/// The steps of a delivery that were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// How many.
    pub(crate) steps: usize,
    /// The ids under which the other side knows them, with spaces between them.
    ids: String,
}

impl Progress {
    /// What earlier tries of this delivery made.
    pub(crate) async fn of(message: &OutboundMessage, cx: &SendContext) -> Result<Self, SendError> {
        if message.attempt <= 1 {
            return Ok(Self::default());
        }
        let written = cx.cursors.read(&mark(message)).await;
        let written = written.map_err(|error| SendError::Retry { after: AGAIN, reason: error.to_string() })?;
        let read = |text: &str| {
            let (steps, ids) = text.split_once(' ')?;
            Some(Self { steps: steps.parse().ok()?, ids: ids.to_owned() })
        };
        Ok(written.as_deref().and_then(read).unwrap_or_default())
    }

    /// Another step was made; its id is empty when the other side told none.
    pub(crate) fn made(&mut self, id: &str) {
        if !id.is_empty() && !self.ids.is_empty() {
            self.ids.push(' ');
        }
        self.ids.push_str(id);
        self.steps += 1;
    }

    /// The receipt of a delivery whose steps are all made.
    pub(crate) fn receipt(self) -> Receipt {
        Receipt { provider_id: Some(self.ids).filter(|ids| !ids.is_empty()) }
    }

    /// The same error, with what was made of `all` steps before it; remembered, where the delivery comes back.
    pub(crate) async fn interrupted(
        &self,
        error: SendError,
        all: usize,
        message: &OutboundMessage,
        cx: &SendContext,
    ) -> SendError {
        if self.steps == 0 {
            return error;
        }
        let told = |reason: String| format!("{} of {all} parts were sent, and then: {reason}", self.steps);
        match error {
            SendError::Retry { after, reason } => {
                match cx.cursors.write(&mark(message), &format!("{} {}", self.steps, self.ids)).await {
                    Ok(()) => SendError::Retry { after, reason },
                    // Without it the first parts would be sent twice.
                    Err(_) => SendError::Unknown(told(reason)),
                }
            }
            SendError::Reject(reason) => SendError::Reject(told(reason)),
            SendError::Unknown(reason) => SendError::Unknown(told(reason)),
        }
    }
}

fn mark(message: &OutboundMessage) -> String {
    format!("made.{}", message.command)
}
