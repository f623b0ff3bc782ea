//! The built-in desk: it reads the threads themselves, so there is nothing to open elsewhere.

use async_trait::async_trait;

use super::{Helpdesk, HelpdeskError, Settled, Ticket};

/// The built-in desk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Desk;

#[async_trait]
impl Helpdesk for Desk {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "desk"
    }

    async fn open(&self, ticket: &Ticket) -> Result<String, HelpdeskError> {
        Ok(ticket.conversation.to_string())
    }

    async fn settle(&self, ticket: &Ticket) -> Result<Settled, HelpdeskError> {
        Ok(Settled::Opened(ticket.conversation.to_string()))
    }
}
