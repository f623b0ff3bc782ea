//! Dial: how RabbitMQ is reached, and the making of a connection.

use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::tcp::{AsyncTcpStream, OwnedTLSConfig};
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};

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
    /// Certificates in PEM form to trust beside those of the machine.
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

    async fn tls(&self) -> Result<OwnedTLSConfig, BrokerError> {
        let Some(path) = &self.ca_file else { return Ok(OwnedTLSConfig::default()) };
        let read = tokio::fs::read_to_string(path).await;
        let pem = read.map_err(|e| BrokerError::Unusable(format!("broker.ca_file {}: {e}", path.display())))?;
        Ok(OwnedTLSConfig { identity: None, cert_chain: Some(pem) })
    }

    /// Connects; `purpose` names the connection in RabbitMQ's lists.
    pub(super) async fn connect(&self, purpose: &str) -> Result<(Connection, Cut), BrokerError> {
        let (tls, what) = (self.tls().await?, format!("connecting to {}", self.place()));
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
                match uri.scheme {
                    AMQPScheme::AMQP => Ok(stream),
                    AMQPScheme::AMQPS => Ok(stream.into_tls(&host, tls.as_ref()).await?),
                }
            },
            properties,
        );
        let connection = fault::answer(&what, CONNECT, connecting).await?;
        attempt.0 = None;
        Ok((connection, cut))
    }
}
