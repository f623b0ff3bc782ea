//! A number between a daemon in memory and a Graph API, with its webhook served.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use wissel_channels::accounts::Secret;
use wissel_channels::whatsapp::{Whatsapp, WhatsappConfig};
use wissel_channels::{
    AccountName, Author, Channel, ChannelName, CommandId, Intake, Origin, OutboundMessage, Part, ReceiveContext,
    Scribe, ThreadKey,
};
use wissel_fakes::GraphApi;

use crate::memory::{Hears, Memory};

/// The customer.
pub(crate) const SANNE: &str = "31600000001";

/// A number that is served.
pub(crate) struct World {
    pub(crate) api: GraphApi,
    pub(crate) memory: Memory,
    pub(crate) number: Arc<Whatsapp>,
    pub(crate) cx: ReceiveContext,
    pub(crate) url: String,
}

/// Settings that reach a Graph API.
pub(crate) fn config(api: &GraphApi) -> WhatsappConfig {
    let [number, token, secret, word] = api.settings();
    WhatsappConfig {
        phone_number_id: number.to_owned(),
        token: Some(Secret::new(token)),
        app_secret: Some(Secret::new(secret)),
        verify_token: Some(Secret::new(word)),
        api: api.url(),
        ..WhatsappConfig::default()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut WhatsappConfig)) -> Self {
        Self::around(change, None, None).await
    }

    /// With somebody who writes voice notes down.
    pub(crate) async fn hearing(scribe: Hears) -> Self {
        Self::around(|_| {}, None, Some(Arc::new(scribe))).await
    }

    /// With another intake than the one in memory, and with who writes voice notes down.
    pub(crate) async fn around(
        change: impl FnOnce(&mut WhatsappConfig),
        intake: Option<Arc<dyn Intake>>,
        scribe: Option<Arc<dyn Scribe>>,
    ) -> Self {
        let api = GraphApi::start();
        let mut config = config(&api);
        change(&mut config);
        let number = Arc::new(Whatsapp::new(AccountName::from_static("shop"), config, [5; 32]).unwrap());
        let memory = Memory::default();
        let mut cx = memory.receiving();
        cx.intake = intake.unwrap_or(cx.intake);
        cx.scribe = scribe;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/whatsapp/shop", listener.local_addr().unwrap());
        let routes = number.routes(cx.clone()).unwrap().into_make_service_with_connect_info::<SocketAddr>();
        TaskTracker::new().spawn(axum::serve(listener, routes).into_future());
        api.set_webhook(&url);
        Self { api, memory, number, cx, url }
    }

    /// The same number in another process, which knows nothing of what the first had to wait for.
    pub(crate) fn anew(&self) -> Arc<Whatsapp> {
        Arc::new(Whatsapp::new(AccountName::from_static("shop"), config(&self.api), [5; 32]).unwrap())
    }

    /// What is to be said to the customer.
    pub(crate) fn saying(number: u32, text: &str) -> OutboundMessage {
        let from = Author::Bot;
        let part = Part { from, name: String::new(), text: text.to_owned(), sources: Vec::new(), origin: Origin::Ai };
        let (command, thread) = (CommandId::of("test", &[&number.to_le_bytes()]), ThreadKey([1; 16]));
        let (channel, account) = (ChannelName::from_static("whatsapp"), AccountName::from_static("shop"));
        let mut message = OutboundMessage::new(command, thread, channel, account, vec![part]);
        message.route = Some(SANNE.to_owned());
        message
    }

    /// Says it.
    pub(crate) async fn say(&self, message: &OutboundMessage) -> Result<String, String> {
        let sent = self.number.send(message, &self.memory.sending()).await;
        sent.map(|receipt| receipt.provider_id.unwrap_or_default()).map_err(|error| format!("{error:?}"))
    }

    /// Posts bytes as a webhook; gives the status.
    pub(crate) async fn post(&self, signature: Option<&str>, body: &[u8]) -> u16 {
        let client = reqwest::Client::builder().build().unwrap();
        let mut request = client.post(&self.url).body(body.to_vec());
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        request.send().await.unwrap().status().as_u16()
    }

    /// Posts a webhook as Meta does; gives the status.
    pub(crate) async fn post_signed(&self, body: &Value) -> u16 {
        let body = body.to_string();
        self.post(Some(&GraphApi::signature(body.as_bytes())), body.as_bytes()).await
    }
}
