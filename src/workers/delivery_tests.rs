//! Tries whose outcome nobody knows: made again where that does no harm, and only so often.

use std::sync::Arc;

use async_trait::async_trait;
use wissel_channels::contract::MemoryCursors;
use wissel_channels::{
    AccountName, Channel, ChannelError, ChannelName, Clock, CommandId, Conformance, OutboundMessage, Receipt,
    ReceiveContext, SendContext, SendError, Settled, ThreadKey, UnixMillis,
};

use super::{UNCLEAR_TRIES, unclear};
use crate::thread::DeliveryOutcome;
use crate::workers::router::tests::{Allergic, workplace};

/// An account that settles in one way.
struct Settles {
    name: ChannelName,
    account: AccountName,
    with: Option<Settled>,
}

#[async_trait]
impl Channel for Settles {
    fn name(&self) -> &ChannelName {
        &self.name
    }

    fn account(&self) -> &AccountName {
        &self.account
    }

    fn conformance(&self) -> Conformance {
        wissel_channels::email::CONFORMANCE
    }

    async fn receive(&self, _cx: ReceiveContext) -> Result<(), ChannelError> {
        Ok(())
    }

    async fn send(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Receipt, SendError> {
        Err(SendError::Unknown("the connection was lost".to_owned()))
    }

    async fn settle(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Settled, SendError> {
        self.with.clone().ok_or_else(|| SendError::Reject("nobody answers".to_owned()))
    }

    fn routes(&self, _cx: ReceiveContext) -> Option<axum::Router> {
        None
    }
}

#[tokio::test]
async fn a_try_that_leaves_nobody_the_wiser_is_made_again_where_that_does_no_harm_a_few_times() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let (name, account) = (ChannelName::from_static("email"), AccountName::from_static("support"));
    let cursors = Arc::new(MemoryCursors::default());
    let clock = Clock::from_fn(|| UnixMillis(0));
    let cx = SendContext { blobs: Arc::clone(&place.blobs), cursors, clock, queue: None };
    let (command, thread) = (CommandId::of("test", &[b"1"]), ThreadKey::of("test", &[b"1"]));
    let message = OutboundMessage::new(command, thread, name.clone(), account.clone(), Vec::new());
    let sent = Receipt { provider_id: Some("a1".to_owned()) };
    for (with, attempt, wanted) in [
        (Some(Settled::SendAgain), 1, "retry"),
        (Some(Settled::SendAgain), UNCLEAR_TRIES - 1, "retry"),
        (Some(Settled::SendAgain), UNCLEAR_TRIES, "unknown"),
        (Some(Settled::Sent(sent)), UNCLEAR_TRIES, "sent"),
        (Some(Settled::Unknown), 1, "unknown"),
        (None, 1, "unknown"),
    ] {
        let channel = Settles { name: name.clone(), account: account.clone(), with };
        let became = unclear(&channel, &cx, &message, attempt, "the connection was lost".to_owned()).await;
        assert_eq!(became.class(), wanted, "try {attempt} of {:?}", channel.with);
        if let DeliveryOutcome::Retry { reason, .. } | DeliveryOutcome::Unknown(reason) = became {
            assert_eq!(reason, "the connection was lost");
        }
    }
}
