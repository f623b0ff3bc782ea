//! Sends mail by the company's server, over connections that are kept for a while.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::sync::Mutex;
use tracing::warn;

use super::Email;
use super::caps::{self, Recent};
use super::compose::{File, Letter, compose, message_id};
use super::config::{EmailConfig, Security, host_port};
use super::oauth::{Access, Refused};
use super::route::Route;
use super::storing::without_addresses;
use crate::reading::clip;
use crate::{BlobError, CursorError, OutboundMessage, Receipt, SendContext, SendError};

/// How long a connection may take, one command of SMTP, and all of them together.
const CONNECT: Duration = Duration::from_secs(15);
const ANSWER: Duration = Duration::from_secs(25);
const WHOLE: Duration = Duration::from_secs(40);
/// How long nobody tries after a refusal of a kind; after each further one of the first kind twice as long, until it is as
/// long as the other: an outage of seconds costs seconds, and a server that greylists is asked for more than an hour.
const SOON: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_mins(5);
/// Bytes of the server's own words that staff are shown.
const MOST_WORDS: usize = 200;
/// When another process will have counted its mail to an address.
const HELD: Duration = Duration::from_secs(2);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// The connections to the server, and the lock on the counts of automatic mails.
#[derive(Default)]
pub(super) struct Outgoing {
    /// With the access token that it signs in with.
    transport: Mutex<Option<(String, Transport)>>,
    counting: Mutex<()>,
}

fn retry(after: Duration, reason: impl Into<String>) -> SendError {
    SendError::Retry { after, reason: reason.into() }
}

/// Sends one message. The same command always has the same Message-ID.
pub(super) async fn send(mail: &Email, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
    attempt(mail, message, cx).await.map_err(|error| match error {
        SendError::Retry { after: SOON, reason } => retry(soon(message.attempt), reason),
        other => other,
    })
}

/// The pause after the try with this number, from 1.
fn soon(attempt: u32) -> Duration {
    SOON.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LATER)
}

async fn attempt(mail: &Email, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
    let route = message.route.as_deref().and_then(Route::from_text);
    let route = route.ok_or_else(|| SendError::Reject("no address to answer to is known".to_owned()))?;
    let files = files(message, cx).await?;
    if caps::is_automatic(message) {
        allow(mail, message, &route, cx).await?;
    }
    let (config, tokens) = (&mail.config, &mail.mailbox.tokens);
    let (queue, now) = (cx.queue.as_deref(), cx.clock.now());
    let letter = Letter { config, tokens, route: &route, message, files, queue, now };
    let receipt = Receipt { provider_id: Some(message_id(&letter)) };
    let letter = compose(&letter).map_err(SendError::Reject)?;
    let plain = route.to.is_ascii();
    let (token, transport) = transport(mail, cx).await?;
    // A connection that works now: what fails from here on fails while the mail is sent.
    let works = tokio::time::timeout(CONNECT, transport.test_connection()).await;
    let failed = match works {
        Ok(Ok(true)) => match tokio::time::timeout(WHOLE, transport.send(letter)).await {
            Ok(Ok(_)) => return Ok(receipt),
            Ok(Err(error)) => (outcome(&error, plain), refused_us(&error)),
            Err(_) => (SendError::Unknown("the mail server did not answer in time".to_owned()), false),
        },
        Ok(Err(error)) if error.status().is_some() => (outcome(&error, plain), refused_us(&error)),
        _ => (retry(SOON, "the mail server cannot be reached"), false),
    };
    if failed.1 {
        forget(mail, &token).await;
    }
    Err(failed.0)
}

/// Counts an automatic mail, or refuses it: see `caps.rs`.
async fn allow(mail: &Email, message: &OutboundMessage, route: &Route, cx: &SendContext) -> Result<(), SendError> {
    if route.automatic {
        return Err(SendError::Reject("an automatic mail gets no automatic answer".to_owned()));
    }
    let away = |error: CursorError| retry(SOON, error.to_string());
    let _alone = mail.outgoing.counting.lock().await;
    let mark = caps::mark(&route.to);
    if !cx.cursors.hold(&mark).await.map_err(away)? {
        return Err(retry(HELD, "another process sends an automatic mail to the same address"));
    }
    let counted = count(&mark, message, cx).await;
    cx.cursors.let_go(&mark).await;
    if counted.map_err(away)? {
        return Ok(());
    }
    Err(SendError::Reject("the address got three automatic mails within a day; a person has to answer".to_owned()))
}

/// Counts a mail, if it may be sent.
async fn count(mark: &str, message: &OutboundMessage, cx: &SendContext) -> Result<bool, CursorError> {
    let known = cx.cursors.read(mark).await?;
    let mut recent = known.map(|text| Recent::from_text(&text)).unwrap_or_default();
    let may = recent.take(message.command, cx.clock.now());
    if may {
        cx.cursors.write(mark, &recent.to_text()).await?;
    }
    Ok(may)
}

async fn files(message: &OutboundMessage, cx: &SendContext) -> Result<Vec<File>, SendError> {
    let mut files = Vec::new();
    for file in &message.attachments {
        match cx.blobs.get(&file.hash).await {
            Ok(bytes) => files.push((file.name.clone(), file.media_type.clone(), bytes)),
            Err(BlobError::Unavailable { retry_after, reason }) => return Err(retry(retry_after, reason)),
            Err(other) => return Err(SendError::Reject(format!("a file cannot be sent: {other}"))),
        }
    }
    Ok(files)
}

async fn transport(mail: &Email, cx: &SendContext) -> Result<(String, Transport), SendError> {
    let ready = mail.ready().map_err(|error| retry(LATER, error))?;
    let token = match &ready.access {
        Access::Password(password) => password.reveal().to_owned(),
        Access::OAuth(oauth) => match oauth.token(cx.cursors.as_ref()).await {
            Ok(token) => token.reveal().to_owned(),
            Err(Refused::Later(why)) => return Err(retry(SOON, why)),
            Err(Refused::Never(why)) => return Err(retry(LATER, why)),
        },
    };
    let mut kept = mail.outgoing.transport.lock().await;
    if let Some((known, transport)) = kept.as_ref()
        && *known == token
    {
        return Ok((token, transport.clone()));
    }
    let made = build(&mail.config, &token).map_err(|why| retry(LATER, why))?;
    *kept = Some((token.clone(), made.clone()));
    Ok((token, made))
}

/// The server does not accept what we signed in with: the next try signs in anew.
async fn forget(mail: &Email, token: &str) {
    warn!(account = %mail.account, "the mail server refused the sign-in for sending; check user and password");
    if let Ok(ready) = mail.ready()
        && let Access::OAuth(oauth) = &ready.access
    {
        oauth.forget().await;
    }
    let mut kept = mail.outgoing.transport.lock().await;
    if kept.as_ref().is_some_and(|(known, _)| known == token) {
        *kept = None;
    }
}

fn build(config: &EmailConfig, token: &str) -> Result<Transport, String> {
    let (host, port) = host_port(&config.smtp).ok_or("smtp: it names no server with a port")?;
    let tls = || -> Result<TlsParameters, String> {
        let mut builder = TlsParameters::builder(host.to_owned());
        if let Some(path) = &config.ca_file {
            let pem = std::fs::read(path).map_err(|error| format!("ca_file: {}: {error}", path.display()))?;
            let certificate = Certificate::from_pem(&pem).map_err(|error| format!("ca_file: {error}"))?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build_rustls().map_err(|error| format!("smtp: {error}"))
    };
    let tls = match config.smtp_security {
        Security::Tls => Tls::Wrapper(tls()?),
        Security::Starttls => Tls::Required(tls()?),
        Security::None => Tls::None,
    };
    let mut builder = Transport::builder_dangerous(host).port(port).tls(tls).timeout(Some(ANSWER));
    builder = builder.pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30)));
    let mechanisms =
        if config.oauth.is_some() { vec![Mechanism::Xoauth2] } else { vec![Mechanism::Plain, Mechanism::Login] };
    let credentials = Credentials::new(config.user().to_owned(), token.to_owned());
    // A server on this machine that asks for no password gets none.
    if config.smtp_security != Security::None {
        builder = builder.credentials(credentials).authentication(mechanisms);
    }
    Ok(builder.build())
}

/// Whether the server does not know who we are, which says nothing about the mail.
fn refused_us(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

/// What an error of the server means for the mail; `plain` is whether its address is of ASCII alone.
fn outcome(error: &smtp::Error, plain: bool) -> SendError {
    if let Some(code) = error.status() {
        let code = u16::from(code);
        let words =
            std::error::Error::source(error).map(|words| without_addresses(clip(&words.to_string(), MOST_WORDS)));
        let words = words.filter(|words| !words.is_empty()).map(|words| format!(": {words}")).unwrap_or_default();
        let why = format!("the mail server answered {code}{words}");
        return if refused_us(error) {
            retry(LATER, format!("the mail server answered {code}: it does not accept our sign-in"))
        } else if error.is_transient() {
            retry(SOON, why)
        } else {
            SendError::Reject(why)
        };
    }
    if error.is_tls() || error.is_transport_shutdown() {
        return retry(SOON, "the mail server cannot be reached");
    }
    if error.is_client() {
        // Each body is of ASCII: with such an address, too, what is missing is a way to sign in, which comes back.
        if plain {
            return retry(LATER, "the mail server offers no way to sign in");
        }
        return SendError::Reject("the mail server cannot take a mail of this kind".to_owned());
    }
    SendError::Unknown("the connection to the mail server was lost while the mail was sent".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_further_pause_is_longer_up_to_five_minutes() {
        let pauses = [1, 2, 3, 7, 20, u32::MAX].map(|attempt| soon(attempt).as_secs());
        assert_eq!(pauses, [5, 10, 20, 300, 300, 300]);
    }
}
