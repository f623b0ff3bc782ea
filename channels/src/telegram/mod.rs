//! Telegram: a bot of the company, by long polling or by webhook.
//!
//! - `wire.rs` an update to a [`Reading`](crate::reading::Reading), over `message.rs` (one message) and `group.rs`
//!   (whether it is said to us, and albums) · `outbound.rs` texts and their entities, in pieces that a message takes
//! - `api.rs` the calls, by teloxide's types · `fault.rs` their errors, by what to do
//! - `polling.rs` one poller, whose offset moves when what came is durable · `hook.rs` the webhook
//! - `albums.rs` pictures that come by a request each · `taking.rs` an update to the intake, its files first
//! - `sender.rs` a delivery in steps · `route.rs` the way back · `moved.rs` groups that became supergroups
//!
//! Updates are read leniently by types of our own and kept raw where they are not known: the Bot API grows each month.

mod albums;
mod api;
mod config;
mod fault;
mod group;
mod hook;
mod message;
mod moved;
pub mod outbound;
mod polling;
mod route;
mod sender;
mod taking;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::OnceCell;

pub use config::TelegramConfig;
pub use group::merge_albums;
pub use wire::Bot;

use crate::accounts::{Secret, quiet_millis};
use crate::pacing::Pacing;
use crate::typing::Typist;
use crate::{
    AccountName, Channel, ChannelError, ChannelName, Conformance, OutboundMessage, Receipt, ReceiveContext, Seldom,
    SendContext, SendError, Settled,
};
use api::Api;
use fault::Fault;
use route::Route;

/// What Telegram can do.
pub const CONFORMANCE: Conformance = Conformance {
    text: "in and out; a long one in several messages of 4 096 UTF-16 units, in order",
    attachment: "in up to 20 MB, an album as one message; out up to 50 MB",
    edit: "in: a new version of the message",
    reply_to: "in and out",
    receipt: "none: Telegram tells none",
    idempotent_send: "no",
    unknown: "it cannot be asked: shown to a person",
    limits: "30 a second in all, 1 a second to a chat, 20 a minute to a group; what Telegram says on top",
};

/// One bot.
pub struct Telegram(Arc<Inner>);

/// What its parts share.
struct Inner {
    name: ChannelName,
    account: AccountName,
    config: TelegramConfig,
    api: Api,
    secret: [u8; 32],
    /// The bot with its name, once Telegram has told it.
    bot: OnceCell<Bot>,
    pacing: Pacing,
    typist: Typist<Route>,
    /// What was told of webhooks lately.
    seldom: Seldom,
}

impl Telegram {
    /// The bot of `account`. `secret` must stay the same for as long as threads are to be found again.
    ///
    /// # Errors
    /// When its settings have problems.
    pub fn new(account: AccountName, config: TelegramConfig, secret: [u8; 32]) -> Result<Self, ChannelError> {
        let name = ChannelName::from_static("telegram");
        let token = config.token.as_ref().map_or("", Secret::reveal);
        let Some(api) = Api::new(&config.api, token) else {
            let reason = format!("telegram.{account}.api: \"{}\" cannot be used; leave it out", config.api);
            return Err(ChannelError { channel: name, reason });
        };
        let (bot, pacing, typist) = (OnceCell::new(), Pacing::default(), Typist::default());
        Ok(Self(Arc::new(Inner { name, account, config, api, secret, bot, pacing, typist, seldom: Seldom::default() })))
    }
}

impl Inner {
    /// The bot, whose name Telegram is asked for once.
    async fn bot(&self) -> Result<&Bot, Fault> {
        let asked = async || {
            let username = self.api.username().await?;
            Ok(Bot::new(self.account.clone(), &username, &self.secret))
        };
        self.bot.get_or_try_init(asked).await
    }
}

async fn receiving(bot: &Inner, cx: &ReceiveContext) {
    match &bot.config.webhook {
        Some(base) => hook::keep(bot, base, cx).await,
        None => polling::poll(bot, cx).await,
    }
}

#[async_trait]
impl Channel for Telegram {
    fn name(&self) -> &ChannelName {
        &self.0.name
    }

    fn account(&self) -> &AccountName {
        &self.0.account
    }

    fn conformance(&self) -> Conformance {
        CONFORMANCE
    }

    fn polls(&self) -> bool {
        self.0.config.webhook.is_none()
    }

    fn counts(&self) -> bool {
        true
    }

    fn quiet(&self) -> Duration {
        Duration::from_millis(quiet_millis(self.0.config.quiet_seconds).into())
    }

    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError> {
        let show = |route| {
            let bot = Arc::clone(&self.0);
            async move { bot.api.typing(route).await }.boxed()
        };
        let typing = self.0.typist.work(&cx, show).boxed();
        let receiving = receiving(&self.0, &cx).boxed();
        // Both end with the shutdown.
        tokio::join!(receiving, typing);
        Ok(())
    }

    async fn send(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
        sender::send(&self.0, message, cx).await
    }

    /// Telegram has no key under which to send, and nothing to ask.
    async fn settle(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Settled, SendError> {
        Ok(Settled::Unknown)
    }

    fn routes(&self, cx: ReceiveContext) -> Option<axum::Router> {
        self.0.config.webhook.is_some().then(|| hook::routes(Arc::clone(&self.0), cx))
    }
}
