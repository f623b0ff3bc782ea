//! WhatsApp (Cloud API): a number of the company, by webhook.
//!
//! - `wire.rs` the body of a webhook to a [`Reading`](crate::reading::Reading), over `message.rs` (one message)
//! - `trust.rs` the signature of a webhook, and the challenge of its set-up · `hook.rs` where Meta asks and posts
//! - `taking.rs` a webhook to the intake · `media.rs` files, fetched before their message is accepted
//! - `request.rs` bodies of what we send · `graph.rs` the calls · `error.rs` their errors, by what to do
//! - `sender.rs` a delivery in steps, and templates · `reference.rs` what became of one whose answer was lost

mod config;
pub mod error;
mod graph;
mod hook;
mod media;
mod message;
mod reference;
pub mod request;
mod sender;
mod taking;
pub mod trust;
pub mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;

pub use config::WhatsappConfig;
pub use error::ErrorClass;
pub use request::Request;
pub use wire::Numbers;

use crate::accounts::{Secret, quiet_millis};
use crate::pacing::Pacing;
use crate::typing::Typist;
use crate::{
    AccountName, Channel, ChannelError, ChannelName, Conformance, OutboundMessage, Receipt, ReceiveContext, Seldom,
    SendContext, SendError, Settled,
};
use graph::Graph;

/// What WhatsApp can do.
pub const CONFORMANCE: Conformance = Conformance {
    text: "in and out; a long one in several messages of 4 096 UTF-16 units, in order",
    attachment: "in and out up to 100 MB, fetched before the message is accepted",
    edit: "in, of numbers that the WhatsApp Business app has too: a new version of the message",
    reply_to: "in and out",
    receipt: "sent, delivered, read, failed; in any order",
    idempotent_send: "no",
    unknown: "with `reference = true` by the status that brings it back; else shown to a person",
    limits: "80 a second in all, 1 in 6 s to a customer after 10 at once; a template after 24 hours",
};

/// One number.
pub struct Whatsapp(Arc<Inner>);

/// What its parts share.
struct Inner {
    name: ChannelName,
    account: AccountName,
    config: WhatsappConfig,
    numbers: Numbers,
    graph: Graph,
    pacing: Pacing,
    /// Where it is shown that the bot is writing: the message that it answers.
    typist: Typist<String>,
    /// What was told of webhooks lately.
    seldom: Seldom,
}

impl Whatsapp {
    /// The number of `account`. `secret` must stay the same for as long as threads are to be found again.
    ///
    /// # Errors
    /// When its settings have problems.
    pub fn new(account: AccountName, config: WhatsappConfig, secret: [u8; 32]) -> Result<Self, ChannelError> {
        let name = ChannelName::from_static("whatsapp");
        let token = config.token.clone().unwrap_or_else(|| Secret::new(""));
        let Some(graph) = Graph::new(&config.api, &config.phone_number_id, token) else {
            let reason = format!("whatsapp.{account}.api: \"{}\" cannot be used; leave it out", config.api);
            return Err(ChannelError { channel: name, reason });
        };
        let numbers = BTreeMap::from([(config.phone_number_id.clone(), account.clone())]);
        let numbers = Numbers::new(numbers, &secret);
        let (pacing, typist) = (Pacing::default(), Typist::default());
        Ok(Self(Arc::new(Inner { name, account, config, numbers, graph, pacing, typist, seldom: Seldom::default() })))
    }
}

#[async_trait]
impl Channel for Whatsapp {
    fn name(&self) -> &ChannelName {
        &self.0.name
    }

    fn account(&self) -> &AccountName {
        &self.0.account
    }

    fn conformance(&self) -> Conformance {
        CONFORMANCE
    }

    fn counts(&self) -> bool {
        true
    }

    fn quiet(&self) -> Duration {
        Duration::from_millis(quiet_millis(self.0.config.quiet_seconds).into())
    }

    /// Meta comes to us: waits for the shutdown, and shows meanwhile that the bot is writing.
    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError> {
        let show = |message: String| {
            let number = Arc::clone(&self.0);
            async move {
                let _shown = number.graph.note(&Request::read(&message, true)).await;
            }
            .boxed()
        };
        self.0.typist.work(&cx, show).await;
        Ok(())
    }

    async fn send(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
        sender::send(&self.0, message, cx).await
    }

    /// The API has no key under which to send, and cannot be asked: a status with our reference tells, if one comes.
    async fn settle(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Settled, SendError> {
        // Of several pieces, a status of one says nothing of the others.
        if !self.0.config.reference || sender::pieces(message) != 1 {
            return Ok(Settled::Unknown);
        }
        Ok(reference::sent(message, cx).await.map_or(Settled::Unknown, Settled::Sent))
    }

    fn routes(&self, cx: ReceiveContext) -> Option<axum::Router> {
        Some(hook::routes(Arc::clone(&self.0), cx))
    }
}
