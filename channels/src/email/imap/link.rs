//! From settings to a session that is signed in.

use std::sync::Arc;
use std::time::Duration;

use async_imap::Client;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::guard::{Guarded, Wire};
use super::{Session, Trouble, in_time, lost};
use crate::Cursors;
use crate::email::config::{EmailConfig, Security, host_port};
use crate::email::oauth::{Access, xoauth2};

/// Bytes that an answer may announce beyond what we ask for.
const SLACK: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(15);

/// Answers the server's request for a token.
struct Token(String);

impl async_imap::Authenticator for Token {
    type Response = String;

    fn process(&mut self, challenge: &[u8]) -> String {
        // A second challenge tells what is wrong, and wants an empty answer before it refuses.
        if challenge.is_empty() { std::mem::take(&mut self.0) } else { String::new() }
    }
}

/// Connects and signs in; `access` comes with where it keeps what it is given. `most_bytes`: how much is ever asked for at once.
pub(in crate::email) async fn connect(
    config: &EmailConfig,
    tls: &Arc<ClientConfig>,
    access: (&Access, &dyn Cursors),
    most_bytes: usize,
    patience: Duration,
) -> Result<Session, Trouble> {
    let (host, port) = host_port(&config.imap).ok_or_else(|| Trouble::link("the server has no port"))?;
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect((host, port))).await;
    let stream = stream
        .map_err(|_| Trouble::link("the server cannot be reached in time"))?
        .map_err(|error| Trouble::link(format!("the server cannot be reached: {}", error.kind())))?;
    let _small_matter = stream.set_nodelay(true);
    let most = most_bytes + SLACK;
    let wire = match config.imap_security {
        Security::Tls => seal(stream, host, tls, patience).await?,
        Security::Starttls => starttls(stream, host, tls, most, patience).await?,
        Security::None => Wire::Plain(stream),
    };
    let mut client = Client::new(Guarded::new(wire, most));
    if config.imap_security != Security::Starttls {
        greeting(&mut client, patience).await?;
    }
    sign_in(client, config, access, patience).await
}

async fn greeting(client: &mut Client<Guarded>, patience: Duration) -> Result<(), Trouble> {
    match in_time(patience, "its greeting", client.read_response()).await? {
        Ok(Some(_)) => Ok(()),
        Ok(None) | Err(_) => Err(lost("its greeting")),
    }
}

async fn seal(stream: TcpStream, host: &str, tls: &Arc<ClientConfig>, patience: Duration) -> Result<Wire, Trouble> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Trouble::link("the server's name is no host name"))?;
    let sealed =
        in_time(patience, "the TLS handshake", TlsConnector::from(Arc::clone(tls)).connect(name, stream)).await?;
    let sealed = sealed.map_err(|error| Trouble::link(unsealed(&error)))?;
    Ok(Wire::Tls(Box::new(sealed)))
}

/// What is said before the handshake is believed by nobody: a server that does not begin it is left.
async fn starttls(
    stream: TcpStream,
    host: &str,
    tls: &Arc<ClientConfig>,
    most: usize,
    patience: Duration,
) -> Result<Wire, Trouble> {
    let mut client = Client::new(Guarded::new(Wire::Plain(stream), most));
    greeting(&mut client, patience).await?;
    in_time(patience, "STARTTLS", client.run_command_and_check_ok("STARTTLS", None))
        .await?
        .map_err(|_| Trouble::link("the server does not begin TLS; use imap_security = \"tls\" and its other port"))?;
    let stream = client.into_inner().into_plain().ok_or_else(|| lost("STARTTLS"))?;
    seal(stream, host, tls, patience).await
}

async fn sign_in(
    client: Client<Guarded>,
    config: &EmailConfig,
    (access, cursors): (&Access, &dyn Cursors),
    patience: Duration,
) -> Result<Session, Trouble> {
    let user = config.user();
    let signed = match access {
        Access::Password(password) => in_time(patience, "LOGIN", client.login(user, password.reveal())).await?,
        Access::OAuth(oauth) => {
            let token = oauth.token(cursors).await.map_err(|refused| match refused {
                crate::email::oauth::Refused::Later(why) => Trouble::Link(why),
                crate::email::oauth::Refused::Never(why) => Trouble::Refused(why),
            })?;
            let answer = Token(xoauth2(user, token.reveal()));
            let signed = in_time(patience, "AUTHENTICATE", client.authenticate("XOAUTH2", answer)).await?;
            if signed.is_err() {
                oauth.forget().await;
            }
            signed
        }
    };
    match signed {
        Ok(mut session) => {
            let can = in_time(patience, "CAPABILITY", session.capabilities()).await?.map_err(|_| lost("CAPABILITY"))?;
            let (idles, moves) = (can.has_str("IDLE"), can.has_str("MOVE"));
            Ok(Session { inner: Some(session), patience, idles, moves })
        }
        Err((async_imap::error::Error::No(words) | async_imap::error::Error::Bad(words), _)) => Err(refusal(&words)),
        Err(_) => Err(lost("the sign-in")),
    }
}

/// What a refusal to sign in means. Only one that is about us ends the tries: the server's own troubles pass.
fn refusal(words: &str) -> Trouble {
    let words = words.to_uppercase();
    let passing =
        ["UNAVAILABLE", "INUSE", "LIMIT]", "SERVERBUG", "TEMPORAR", "TOO MANY", "TRY AGAIN", "THROTTLE", "TIMED OUT"];
    if passing.iter().any(|word| words.contains(word)) {
        return Trouble::link("the server can sign nobody in just now");
    }
    Trouble::Refused("the server does not accept the user or the password".to_owned())
}

/// Why the connection was not sealed, and what to do.
fn unsealed(error: &std::io::Error) -> String {
    let words = error.to_string();
    let cure = [
        ("UnknownIssuer", "nobody who is trusted has signed its certificate; name its authority in ca_file"),
        ("NotValidForName", "its certificate is for another name; write the server in imap as it is named there"),
        ("Expired", "its certificate has ended"),
        ("CaUsedAsEndEntity", "its certificate is that of an authority; give the server one of its own, with CA:FALSE"),
        ("InvalidContentType", "it does not speak TLS on this port; try imap_security = \"starttls\", or port 993"),
    ];
    let known = cure.into_iter().find(|(word, _)| words.contains(word)).map(|(_, cure)| cure);
    format!("TLS with the server failed: {}", known.unwrap_or(&words))
}
