//! Dial: how RabbitMQ is reached, and the making of a connection.

use std::fmt::Display;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::tcp::{AsyncTcpStream, RustlsConnector, RustlsConnectorConfig};
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::fault;
use crate::broker::BrokerError;

/// How long it may take to connect, with TLS and login.
const CONNECT: Duration = Duration::from_secs(5);

/// Seconds between heartbeats; after two without one a link counts as lost.
const HEARTBEAT: u16 = 10;

/// How RabbitMQ is reached.
#[derive(Clone)]
pub struct AmqpSettings {
    /// `amqp://user:password@host:port/vhost`, or `amqps://…` for TLS. Without a vhost the default one, `/`.
    pub url: String,
    /// Certificates in PEM form to trust instead of those of the machine.
    pub ca_file: Option<PathBuf>,
}

/// Reaches one RabbitMQ.
#[derive(Clone)]
pub(super) struct Dial {
    uri: AMQPUri,
    ca_file: Option<PathBuf>,
}

/// A second handle on the socket of a connection: cuts it when the other end has gone silent.
#[derive(Clone, Default)]
pub(super) struct Cut(Arc<Mutex<Option<TcpStream>>>);

impl Cut {
    fn hold(&self, socket: TcpStream) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket);
    }

    /// Ends the connection here and now, without a word to the other end.
    pub(super) fn cut(&self) {
        if let Some(socket) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _gone = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Cuts a connection that is given up before it was made.
struct Attempt(Option<Cut>);

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(cut) = self.0.take() {
            cut.cut();
        }
    }
}

impl Dial {
    /// Reads the settings. Does not connect.
    pub(super) fn new(settings: AmqpSettings) -> Result<Self, BrokerError> {
        // The parser's own words may repeat the address, and with it the password.
        let mut uri: AMQPUri = settings.url.parse().map_err(|_| {
            let text = "broker.url is not an address of RabbitMQ; write amqp://user:password@host:5672/vhost";
            BrokerError::Unusable(text.to_owned())
        })?;
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost);
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Ok(Self { uri, ca_file: settings.ca_file })
    }

    /// Where it is, for messages.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.uri.authority.host, self.uri.authority.port)
    }

    /// The virtual host.
    pub(super) fn vhost(&self) -> &str {
        &self.uri.vhost
    }

    /// Trust in the authorities of `ca_file`, else in those of this machine; `None` for a link that is not sealed.
    async fn trust(&self) -> Result<Option<RustlsConnector>, BrokerError> {
        if self.uri.scheme == AMQPScheme::AMQP {
            return Ok(None);
        }
        let config = match &self.ca_file {
            Some(path) => {
                let failed = |why: &dyn Display| {
                    let told =
                        format!("broker.ca_file {}: {why}; name a file with certificates in PEM", path.display());
                    BrokerError::Unusable(told)
                };
                let pem = tokio::fs::read(path).await.map_err(|error| failed(&error))?;
                let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
                RustlsConnectorConfig::default().with_parsable_certificates(read.map_err(|error| failed(&error))?)
            }
            None => RustlsConnectorConfig::new_with_native_certs().map_err(|error| untrusting(&error))?,
        };
        config.connector_with_no_client_auth().map(Some).map_err(|error| untrusting(&error))
    }

    /// Connects; `purpose` names the connection in RabbitMQ's lists.
    pub(super) async fn connect(&self, purpose: &str) -> Result<(Connection, Cut), BrokerError> {
        let (trust, what) = (self.trust().await?, format!("connecting to {}", self.place()));
        let runtime = lapin::runtime::default_runtime().map_err(|error| fault::away(&what, &error))?;
        let cut = Cut::default();
        let mut attempt = Attempt(Some(cut.clone()));
        let held = cut.clone();
        let name = format!("wissel {purpose}");
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connecting = Connection::connector(
            self.uri.clone(),
            runtime,
            async move |uri, runtime| {
                let (host, port) = (uri.authority.host, uri.authority.port);
                // On lapin's own thread, which nobody else ends.
                let dialing = AsyncTcpStream::connect(&runtime, runtime.to_socket_addrs((host.clone(), port)));
                let dialed = tokio::time::timeout(CONNECT, dialing).await;
                let stream = dialed.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))??;
                if let AsyncTcpStream::Plain(plain) = &stream {
                    held.hold(TcpStream::from(plain.get_ref().as_fd().try_clone_to_owned()?));
                }
                match &trust {
                    None => Ok(stream),
                    Some(trust) => Ok(stream.into_rustls(trust, &host).await?),
                }
            },
            properties,
        );
        let connection = fault::answer(&what, CONNECT, connecting).await?;
        attempt.0 = None;
        Ok((connection, cut))
    }
}

/// No authority can be trusted.
fn untrusting(error: &std::io::Error) -> BrokerError {
    BrokerError::Unusable(format!("{error}; name the certificates of RabbitMQ's authority in broker.ca_file"))
}
