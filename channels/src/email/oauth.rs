//! How we prove to a mail server who we are: a password, or an access token, which a refresh token gets, or the
//! application's own secret where the host lets an application in by itself.
//!
//! Some hosts replace the refresh token each time, and let the old one end after a while: the newest is kept with the
//! channel's marks, under a name that the configured one gives, so that a new one in the settings begins anew.

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
use crate::Cursors;
use crate::accounts::Secret;

/// How long the token's server may take, and bytes of its answer.
const PATIENCE: Duration = Duration::from_secs(15);
const MOST_ANSWER: usize = 64 << 10;
/// A token is left this long before its end.
const EARLY: Duration = Duration::from_mins(2);
/// How long another process may be at it before this one asks too, and between two looks.
const ALONE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(250);

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
    /// The refresh token from now on.
    #[serde(default)]
    refresh_token: Option<String>,
}

/// What the server says when it refuses.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    error: String,
    error_description: String,
}

impl OAuth {
    /// A token that is good for a while.
    pub(super) async fn token(&self, cursors: &dyn Cursors) -> Result<Secret, Refused> {
        let mut known = self.known.lock().await;
        if let Some((token, until)) = known.as_ref()
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let answer = self.refreshed(cursors).await?;
        let lasts = Duration::from_secs(answer.expires_in.unwrap_or(3600)).saturating_sub(EARLY);
        let token = Secret::new(answer.access_token);
        *known = Some((token.clone(), Instant::now() + lasts));
        Ok(token)
    }

    /// The token was not accepted: the next one is new.
    pub(super) async fn forget(&self) {
        *self.known.lock().await = None;
    }

    /// Asks with the newest refresh token, and keeps the one that comes with the answer.
    async fn refreshed(&self, cursors: &dyn Cursors) -> Result<Answer, Refused> {
        let Some(configured) = self.config.refresh_token.as_ref().map(Secret::reveal) else {
            return self.asked(None).await;
        };
        let hash = crate::ids::hash_parts("wissel email refresh token", &[configured.as_bytes()]);
        let mark = format!("refresh.{}", crate::ids::Hex(&hash));
        let until = Instant::now() + ALONE;
        while !cursors.hold(&mark).await.unwrap_or(true) && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
        }
        let kept = cursors.read(&mark).await.ok().flatten().filter(|kept| kept != configured);
        let mut answer = self.asked(Some(kept.as_deref().unwrap_or(configured))).await;
        if kept.is_some() && matches!(answer, Err(Refused::Never(_))) {
            answer = self.asked(Some(configured)).await;
        }
        if let Ok(Answer { refresh_token: Some(newest), .. }) = &answer
            && kept.as_deref().unwrap_or(configured) != newest
            && let Err(error) = cursors.write(&mark, newest).await
        {
            tracing::warn!(%error, "a new refresh token for a mailbox could not be kept; the one before is used again");
        }
        cursors.let_go(&mark).await;
        answer
    }

    fn form(&self, refresh: Option<&str>) -> String {
        let grant = if refresh.is_some() { "refresh_token" } else { "client_credentials" };
        let fields = [
            ("grant_type", grant),
            ("client_id", self.config.client_id.as_str()),
            ("client_secret", self.config.client_secret.as_ref().map_or("", Secret::reveal)),
            ("refresh_token", refresh.unwrap_or_default()),
            ("scope", self.config.scope.as_str()),
        ];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }

    async fn asked(&self, refresh: Option<&str>) -> Result<Answer, Refused> {
        let asked = tokio::time::timeout(PATIENCE, self.ask(self.form(refresh))).await;
        asked.map_err(|_| later("it does not answer in time"))?
    }

    async fn ask(&self, form: String) -> Result<Answer, Refused> {
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
            .body(Full::new(Bytes::from(form)))
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
            400 | 401 => Err(refused(status.as_u16(), &body)),
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

/// What a refusal says, without what it may hold of ours.
fn refused(status: u16, body: &[u8]) -> Refused {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let word: String =
        problem.error.chars().filter(|letter| letter.is_ascii_lowercase() || *letter == '_').take(40).collect();
    if matches!(word.as_str(), "temporarily_unavailable" | "server_error" | "slow_down") {
        return later(&format!("it says {word}"));
    }
    let code = problem.error_description.split([':', ' ']).next().unwrap_or_default();
    let is_code =
        code.starts_with("AADSTS") && code.len() <= 16 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let told = if is_code { format!("{word}, {code}") } else { word.clone() };
    let what = if told.is_empty() { format!("status {status}") } else { format!("status {status}: {told}") };
    let cure = match word.as_str() {
        "invalid_client" | "unauthorized_client" => "check oauth.client_id and oauth.client_secret",
        "invalid_scope" => "check oauth.scope",
        _ => "get a new refresh token, or check oauth.client_id, oauth.client_secret and oauth.scope",
    };
    Refused::Never(format!("the server of access tokens refuses us ({what}); {cure}"))
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
    use super::{Refused, encoded, refused, xoauth2};

    #[test]
    fn a_refusal_says_what_to_check_and_nothing_else_of_the_answer() {
        let told = |body: &str| match refused(400, body.as_bytes()) {
            Refused::Never(why) | Refused::Later(why) => why,
        };
        let wrong =
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid secret for jan@shop.example"}"#;
        let said = told(wrong);
        assert!(said.contains("invalid_client, AADSTS7000215") && said.ends_with("oauth.client_secret"), "{said}");
        assert!(!said.contains("jan@"), "{said}");
        assert!(told(r#"{"error":"invalid_grant"}"#).contains("new refresh token"));
        assert!(told("<html>").contains("(status 400)"));
        assert!(matches!(refused(400, br#"{"error":"temporarily_unavailable"}"#), Refused::Later(_)));
    }

    #[test]
    fn values_stand_encoded_in_a_form() {
        assert_eq!(encoded("a b&c=1/é"), "a%20b%26c%3D1%2F%C3%A9");
        assert_eq!(xoauth2("a@b.example", "t"), "user=a@b.example\u{1}auth=Bearer t\u{1}\u{1}");
    }
}
