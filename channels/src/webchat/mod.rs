//! Web chat: a WebSocket that carries a thread, and the page and widget that speak it.
//!
//! - `wire.rs` the frames, pure · `visitor.rs` tokens and thread keys · `origin.rs` who may open a socket
//! - `upgrade.rs` from a request to a socket · `admission.rs` how many and how fast
//! - `session.rs` one client's loop, over `socket.rs` (bytes), `accepting.rs` (messages in), `feed.rs` (the thread
//!   out) and `outbox.rs` (what waits to be sent)
//! - `pages.rs` the demo page and the widget
//!
//! A message is acknowledged to the client once the intake has it, and counts as delivered to the client once it is in
//! the thread: what a client misses it asks for again by its place in the thread.

mod accepting;
mod admission;
mod config;
mod feed;
mod identity;
mod origin;
mod outbox;
mod pages;
mod session;
mod socket;
mod upgrade;
pub mod visitor;
pub mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::task::TaskTracker;

use crate::{
    AccountName, Channel, ChannelError, ChannelName, Conformance, OutboundMessage, Receipt, ReceiveContext,
    SendContext, SendError, Settled, accounts,
};

pub use config::{Limits, Names, Timing, WebchatConfig};
pub use identity::{Disbelief, Signed};

use admission::{Buckets, Gate};
use visitor::{VisitorId, Visitors};

/// What the web chat can do.
pub const CONFORMANCE: Conformance = Conformance {
    text: "yes, to 16 KiB",
    attachment: "none",
    edit: "none",
    reply_to: "none",
    receipt: "none: sent once it is in the thread",
    idempotent_send: "yes: it is in the thread once",
    unknown: "cannot be: sending again does nothing",
    limits: "60 messages a minute a visitor, 50 sockets an address",
};

/// The web chat.
pub struct Webchat {
    chat: Arc<Chat>,
}

/// What all sockets share.
struct Chat {
    name: ChannelName,
    config: WebchatConfig,
    limits: Limits,
    timing: Timing,
    visitors: Visitors,
    signed: Option<Signed>,
    gate: Arc<Gate>,
    messages: Buckets<VisitorId>,
    sockets: TaskTracker,
}

impl Webchat {
    /// A web chat whose visitors and threads are known by `secret`: another secret forgets them all.
    #[must_use]
    pub fn new(config: WebchatConfig, limits: Limits, secret: [u8; 32]) -> Self {
        Self::with_timing(config, limits, secret, Timing::default())
    }

    /// The same with other times.
    #[must_use]
    pub fn with_timing(config: WebchatConfig, limits: Limits, secret: [u8; 32], timing: Timing) -> Self {
        let chat = Chat {
            name: ChannelName::from_static("webchat"),
            visitors: Visitors::new(&secret, config.account.clone()),
            signed: config.identity_key.as_ref().map(|key| Signed::new(key.reveal(), config.account.clone())),
            gate: Arc::new(Gate::new(limits.connections_per_address)),
            messages: Buckets::new(limits.messages_per_minute),
            sockets: TaskTracker::new(),
            config,
            limits,
            timing,
        };
        Self { chat: Arc::new(chat) }
    }

    /// How many sockets are open.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.chat.sockets.len()
    }
}

impl Chat {
    /// The address that counts for a connection.
    fn address(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        origin::counted(origin::client_address(peer, forwarded, self.config.trust_forwarded))
    }
}

#[async_trait]
impl Channel for Webchat {
    fn name(&self) -> &ChannelName {
        &self.chat.name
    }

    fn account(&self) -> &AccountName {
        &self.chat.config.account
    }

    fn conformance(&self) -> Conformance {
        CONFORMANCE
    }

    fn takes_files(&self) -> bool {
        false
    }

    fn quiet(&self) -> Duration {
        Duration::from_millis(accounts::quiet_millis(self.chat.config.quiet_seconds).into())
    }

    /// Clients come to us: waits for the shutdown, then until every socket has said farewell.
    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError> {
        cx.shutdown.cancelled().await;
        self.chat.sockets.close();
        let timing = &self.chat.timing;
        let within = timing.drain + timing.drain + timing.close + Duration::from_secs(1);
        if tokio::time::timeout(within, self.chat.sockets.wait()).await.is_err() {
            tracing::warn!(left = self.chat.sockets.len(), "chat sockets did not close in time");
        }
        Ok(())
    }

    /// A message is delivered once it is in the thread, and it is: whoever has the thread open sees it there.
    async fn send(&self, message: &OutboundMessage, _cx: &SendContext) -> Result<Receipt, SendError> {
        Ok(Receipt { provider_id: Some(message.command.to_string()) })
    }

    /// Sending again does nothing, so it does no harm.
    async fn settle(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Settled, SendError> {
        Ok(Settled::SendAgain)
    }

    fn routes(&self, cx: ReceiveContext) -> Option<axum::Router> {
        Some(pages::routes().merge(upgrade::routes(Arc::clone(&self.chat), cx)))
    }
}
