//! A bot between a daemon in memory and a Bot API.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use wissel_channels::accounts::Secret;
use wissel_channels::telegram::{Telegram, TelegramConfig};
use wissel_channels::{
    AccountName, Author, Channel, ChannelError, ChannelName, CommandId, Origin, OutboundMessage, Part, ReceiveContext,
    ThreadKey,
};
use wissel_fakes::BotApi;

use crate::memory::Memory;

/// A bot that runs.
pub(crate) struct World {
    pub(crate) api: BotApi,
    pub(crate) memory: Memory,
    pub(crate) bot: Arc<Telegram>,
    pub(crate) cx: ReceiveContext,
    receiving: Option<JoinHandle<Result<(), ChannelError>>>,
}

/// Settings that reach a Bot API.
pub(crate) fn config(api: &BotApi) -> TelegramConfig {
    TelegramConfig { token: Some(Secret::new(api.token())), api: api.url(), ..TelegramConfig::default() }
}

impl World {
    /// A bot that does not receive yet.
    pub(crate) fn idle(change: impl FnOnce(&mut TelegramConfig)) -> Self {
        let api = BotApi::start();
        let mut config = config(&api);
        change(&mut config);
        let bot = Arc::new(Telegram::new(AccountName::from_static("shop"), config, [5; 32]).unwrap());
        let memory = Memory::default();
        let cx = memory.receiving();
        Self { api, memory, bot, cx, receiving: None }
    }

    /// A bot that polls.
    pub(crate) fn polling() -> Self {
        Self::idle(|_| {}).receive()
    }

    pub(crate) fn receive(mut self) -> Self {
        let (bot, cx) = (Arc::clone(&self.bot), self.cx.clone());
        self.receiving = Some(TaskTracker::new().spawn(async move { bot.receive(cx).await }));
        self
    }

    /// Stops receiving, as a shutdown does; then it receives again.
    pub(crate) async fn again(mut self) -> Self {
        self.stop().await;
        self.cx = self.memory.receiving();
        self.receive()
    }

    pub(crate) async fn stop(&mut self) {
        self.cx.shutdown.cancel();
        self.receiving.take().unwrap().await.unwrap().unwrap();
    }

    /// Serves the routes of the bot; gives their address.
    pub(crate) async fn serve(&self) -> SocketAddr {
        let routes = self.bot.routes(self.cx.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        TaskTracker::new().spawn(axum::serve(listener, routes).into_future());
        address
    }

    /// What the bot is asked to say, to a chat.
    pub(crate) fn saying(chat: i64, number: u32, text: &str) -> OutboundMessage {
        let from = Author::Bot;
        let part = Part { from, name: String::new(), text: text.to_owned(), sources: Vec::new(), origin: Origin::Ai };
        let (command, thread) = (CommandId::of("test", &[&number.to_le_bytes()]), ThreadKey([1; 16]));
        let (channel, account) = (ChannelName::from_static("telegram"), AccountName::from_static("shop"));
        let mut message = OutboundMessage::new(command, thread, channel, account, vec![part]);
        message.route = Some(format!("{{\"chat\":{chat}}}"));
        message
    }

    /// Says it.
    pub(crate) async fn say(&self, message: &OutboundMessage) -> Result<String, String> {
        let sent = self.bot.send(message, &self.memory.sending()).await;
        sent.map(|receipt| receipt.provider_id.unwrap_or_default()).map_err(|error| format!("{error:?}"))
    }
}

/// An album's picture.
pub(crate) fn picture(file: &str, album: &str) -> Value {
    serde_json::json!({"media_group_id": album, "photo": [{"file_id": file, "file_unique_id": file, "width": 1, "height": 1, "file_size": 3}]})
}
