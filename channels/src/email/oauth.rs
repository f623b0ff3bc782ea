//! How we prove to a mail server who we are: a password, or an access token that a refresh token gets.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::config::{EmailConfig, OAuthConfig};
use crate::accounts::Secret;

/// How long the token's server may take, and bytes of its answer.
const PATIENCE: Duration = Duration::from_secs(15);
const MOST_ANSWER: usize = 64 << 10;
/// A token is left this long before its end.
const EARLY: Duration = Duration::from_mins(2);

/// What proves who we are.
pub(super) enum Access {
    /// A password.
    Password(Secret),
    /// Access tokens.
    OAuth(Box<OAuth>),
}

impl Access {
    pub(super) fn new(config: &EmailConfig, tls: Arc<ClientConfig>) -> Self {
        match &config.oauth {
            Some(oauth) => Self::OAuth(Box::new(OAuth { config: oauth.clone(), tls, known: Mutex::new(None) })),
            None => Self::Password(config.password.clone().unwrap_or_else(|| Secret::new(""))),
        }
    }
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Try again.
    Later(String),
    /// The refresh token does not count, or not any more.
    Never(String),
}

/// Gets access tokens, and keeps the newest until shortly before its end.
pub(super) struct OAuth {
    config: OAuthConfig,
    tls: Arc<ClientConfig>,
    known: Mutex<Option<(Secret, Instant)>>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl OAuth {
    /// A token that is good for a while.
    pub(super) async fn token(&self) -> Result<Secret, Refused> {
        let mut known = self.known.lock().await;
        if let Some((token, until)) = known.as_ref()
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let asked = tokio::time::timeout(PATIENCE, self.ask()).await;
        let answer = asked.map_err(|_| later("it does not answer in time"))??;
        let lasts = Duration::from_secs(answer.expires_in.unwrap_or(3600)).saturating_sub(EARLY);
        let token = Secret::new(answer.access_token);
        *known = Some((token.clone(), Instant::now() + lasts));
        Ok(token)
    }

    /// The token was not accepted: the next one is new.
    pub(super) async fn forget(&self) {
        *self.known.lock().await = None;
    }

    fn form(&self) -> String {
        let reveal =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned()).unwrap_or_default();
        let fields = [
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", self.config.client_id.clone()),
            ("client_secret", reveal(&self.config.client_secret)),
            ("refresh_token", reveal(&self.config.refresh_token)),
            ("scope", self.config.scope.clone()),
        ];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }

    async fn ask(&self) -> Result<Answer, Refused> {
        let url: hyper::Uri = self.config.token_url.parse().map_err(|_| later("its address is none"))?;
        let host = url.host().unwrap_or_default().to_owned();
        let sealed = url.scheme_str() == Some("https");
        let port = url.port_u16().unwrap_or(if sealed { 443 } else { 80 });
        let stream = TcpStream::connect((host.as_str(), port)).await.map_err(|_| later("it cannot be reached"))?;
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header(header::HOST, url.authority().map_or(host.as_str(), |authority| authority.as_str()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(Bytes::from(self.form())))
            .map_err(|_| later("its address is none"))?;
        if !sealed {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host).map_err(|_| later("its name is no host name"))?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        exchange(stream.map_err(|_| later("TLS with it failed"))?, request).await
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Refused>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let lost = |_| later("the connection to it was lost");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
    let mut talk = std::pin::pin!(async {
        let response = sender.send_request(request).await.map_err(lost)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MOST_ANSWER).collect().await;
        let body = body.map_err(|_| later("its answer broke off, or is too long"))?.to_bytes();
        match status.as_u16() {
            200 => serde_json::from_slice(&body).map_err(|_| later("its answer holds no access token")),
            400 | 401 => Err(Refused::Never(format!(
                "the server of access tokens refuses the refresh token (status {status}); give a new one"
            ))),
            _ => Err(later(&format!("it answers with status {status}"))),
        }
    });
    tokio::select! {
        biased;
        answer = &mut talk => answer,
        // What had come before the end is there still.
        _ended = connection => talk.await,
    }
}

fn later(what: &str) -> Refused {
    Refused::Later(format!("no access token from the server of access tokens: {what}"))
}

/// The answer to a request for a token, by the mechanism XOAUTH2.
pub(super) fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

/// A value as it stands in a form.
fn encoded(value: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let shown = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{encoded, xoauth2};

    #[test]
    fn values_stand_encoded_in_a_form() {
        assert_eq!(encoded("a b&c=1/é"), "a%20b%26c%3D1%2F%C3%A9");
        assert_eq!(xoauth2("a@b.example", "t"), "user=a@b.example\u{1}auth=Bearer t\u{1}\u{1}");
    }
}
