//! E-mail: a mailbox that is watched over IMAP, and answers that leave by SMTP.
//!
//! - `wire.rs` a raw mail to a [`Reading`](crate::reading::Reading), over `parts.rs` (MIME, bounded), `decode.rs`
//!   (charsets), `head.rs` (headers) and `body.rs` (which parts are text, which are files)
//! - `new_text/` what is new, told from quotation and signature; `html/` the clients' marks in HTML
//! - `automatic.rs` mail that no person wrote · `report.rs` bounces and receipts · `trust.rs` what our server says
//!   about the sender · `token.rs` how answers find their thread · `route.rs` how ours find the customer
//! - `receiver.rs` watches folders, over `imap/` (a session), `fetching.rs` (what is new) and `storing.rs` (a mail made
//!   durable) · `sender_check.rs` SPF, DKIM, DMARC
//! - `sender.rs` sends, over `compose.rs` and `written.rs` (the mail) and `caps.rs` (how many automatic ones)
//!
//! A mail counts as received once it is durable; then our own mark moves past it. Nothing is marked as read.

mod automatic;
mod body;
mod caps;
mod compose;
mod config;
mod decode;
mod fetching;
mod head;
mod html;
mod imap;
mod new_text;
mod oauth;
mod parts;
mod pattern;
mod phrases;
mod receiver;
mod report;
mod route;
mod sender;
mod sender_check;
mod storing;
mod tls;
pub mod token;
mod trust;
pub mod wire;
mod written;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio_rustls::rustls::ClientConfig;

pub use body::{file_content, shown_html};
pub use config::{EmailConfig, OAuthConfig, Security, Senders, Stored};
pub use parts::Limits;
pub use route::Route;
pub use token::ReplyTokens;
pub use wire::Mailbox;

use crate::{
    AccountName, Channel, ChannelError, ChannelName, Conformance, OutboundMessage, Receipt, ReceiveContext,
    SendContext, SendError, Settled, accounts,
};
use oauth::Access;
use sender::Outgoing;

/// What e-mail can do.
pub const CONFORMANCE: Conformance = Conformance {
    text: "yes, plain and HTML; new text told from quotation and signature",
    attachment: "in and out",
    edit: "none",
    reply_to: "In-Reply-To and References; the customer's mail is quoted",
    receipt: "bounces and read receipts, where the other side sends them",
    idempotent_send: "no: a mail may come twice, with the same Message-ID",
    unknown: "sent again with the same Message-ID",
    limits: "64 MiB a mail in; 3 automatic mails an address in 24 h",
};

/// A mailbox.
pub struct Email {
    name: ChannelName,
    account: AccountName,
    config: EmailConfig,
    mailbox: Mailbox,
    timing: Timing,
    ready: OnceLock<Result<Ready, String>>,
    outgoing: Outgoing,
    /// Whether the server refused us too often.
    refused: AtomicBool,
}

/// How long things may take. The default is for the world; tests shorten it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// For one answer of the mail server to begin, or to go on.
    pub answer: Duration,
    /// Before the first new connection after one was lost.
    pub first_pause: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { answer: Duration::from_secs(20), first_pause: Duration::from_secs(1) }
    }
}

/// What connections need, made when the first one is.
struct Ready {
    tls: Arc<ClientConfig>,
    access: Access,
}

impl Email {
    /// The mailbox of `account`. `secret` must stay the same for as long as answers are to find their threads.
    #[must_use]
    pub fn new(account: AccountName, config: EmailConfig, secret: &[u8; 32]) -> Self {
        Self::with_timing(account, config, secret, Timing::default())
    }

    /// The same with other times.
    #[must_use]
    pub fn with_timing(account: AccountName, config: EmailConfig, secret: &[u8; 32], timing: Timing) -> Self {
        let mailbox = Mailbox::of(account.clone(), &config, secret);
        let (name, ready, outgoing) = (ChannelName::from_static("email"), OnceLock::new(), Outgoing::default());
        Self { name, account, config, mailbox, timing, ready, outgoing, refused: AtomicBool::new(false) }
    }

    /// What connections need, or why there will be none.
    fn ready(&self) -> Result<&Ready, &str> {
        let made = self.ready.get_or_init(|| {
            let tls = tls::client(self.config.ca_file.as_deref())?;
            Ok(Ready { access: Access::new(&self.config, Arc::clone(&tls)), tls })
        });
        made.as_ref().map_err(String::as_str)
    }
}

#[async_trait]
impl Channel for Email {
    fn name(&self) -> &ChannelName {
        &self.name
    }

    fn account(&self) -> &AccountName {
        &self.account
    }

    fn conformance(&self) -> Conformance {
        CONFORMANCE
    }

    fn polls(&self) -> bool {
        true
    }

    fn differs_by_queue(&self) -> bool {
        !self.config.signatures.is_empty()
    }

    fn quiet(&self) -> Duration {
        Duration::from_millis(accounts::quiet_millis(self.config.quiet_seconds).into())
    }

    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError> {
        receiver::watch(self, &cx).await
    }

    async fn send(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
        sender::send(self, message, cx).await
    }

    /// No server can be asked whether it took a mail. The same Message-ID tells programs that a second one is the first.
    async fn settle(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Settled, SendError> {
        Ok(Settled::SendAgain)
    }

    fn routes(&self, _cx: ReceiveContext) -> Option<axum::Router> {
        None
    }
}
