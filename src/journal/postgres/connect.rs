//! Connecting: from the settings to a pool that connects when it is asked to.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::PostgresSettings;
use crate::journal::JournalError;

/// How many connections a process has at the most.
const CONNECTIONS: usize = 8;
/// How long a connection may take to be made, and how long a call waits for a free one.
const CONNECT: Duration = Duration::from_secs(5);
/// After how long a link that says nothing is asked whether it is there, and how often.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(10), Duration::from_secs(5), 3);
/// How long what was sent may go without being received.
const UNHEARD: Duration = Duration::from_secs(10);

/// What each session is told. A transaction that is durable on more than this machine stays so.
const SESSION: &str = "SET statement_timeout = '15s'; SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";

/// A pool for these settings. Reads files, connects to nothing.
pub(super) fn pool(settings: &PostgresSettings) -> Result<Pool, JournalError> {
    let config = config(&settings.url).map_err(JournalError::Unusable)?;
    let tls = tls(settings.ca_file.as_deref()).map_err(JournalError::Unusable)?;
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(config, MakeRustlsConnect::new(tls), recycling))
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(CONNECT))
        .create_timeout(Some(CONNECT))
        .recycle_timeout(Some(CONNECT))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
        }))
        .build()
        .map_err(|error| JournalError::Unusable(error.to_string()))
}

/// Where it is, for messages.
pub(super) fn place(settings: &PostgresSettings) -> String {
    let Ok(config) = config(&settings.url) else { return String::new() };
    let ports = config.get_ports();
    let at = |(number, host): (usize, &Host)| {
        let port = ports.get(number).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(folder) => folder.display().to_string(),
        }
    };
    config.get_hosts().iter().enumerate().map(at).collect::<Vec<_>>().join(", ")
}

/// The address, with the limits of this program.
fn config(url: &str) -> Result<Config, String> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err("journal.url does not begin with postgres:// or postgresql://".to_owned());
    }
    let (url, mode) = take_ssl_mode(url);
    let mut config = Config::from_str(&url).map_err(|error| format!("journal.url: {error}"))?;
    config.ssl_mode(ssl_mode(mode.as_deref(), &config)?);
    let (idle, interval, retries) = KEEPALIVE;
    config.connect_timeout(CONNECT).keepalives_idle(idle).keepalives_interval(interval).keepalives_retries(retries);
    config.tcp_user_timeout(UNHEARD).target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("wissel");
    }
    Ok(config)
}

/// Takes `sslmode` out of the address: its values are more than the client knows.
fn take_ssl_mode(url: &str) -> (String, Option<String>) {
    let Some((address, parameters)) = url.rsplit_once('?') else { return (url.to_owned(), None) };
    let (modes, rest): (Vec<&str>, Vec<&str>) =
        parameters.split('&').filter(|p| !p.is_empty()).partition(|p| p.starts_with("sslmode="));
    let mode = modes.last().map(|mode| mode["sslmode=".len()..].to_owned());
    let joined = if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
    (joined, mode)
}

/// Whether the link is sealed. Where it is, certificate and name are always checked.
fn ssl_mode(mode: Option<&str>, config: &Config) -> Result<SslMode, String> {
    match mode {
        Some("disable") => Ok(SslMode::Disable),
        Some("require" | "verify-ca" | "verify-full") => Ok(SslMode::Require),
        Some(other) => Err(format!("journal.url: sslmode={other} is not known; say verify-full, require or disable")),
        None if config.get_hosts().iter().all(is_near) => Ok(SslMode::Disable),
        None => Ok(SslMode::Require),
    }
}

/// Whether a host is this machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        Host::Unix(_) => true,
    }
}

/// Trust in the authorities of `ca_file`, else in those of this machine.
fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(file) => {
            let failed = |error: &dyn std::fmt::Display| {
                format!("journal.ca_file {}: {error}; name a file with certificates in PEM", file.display())
            };
            let read = CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))?;
            for certificate in read {
                roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
            }
            if roots.is_empty() {
                return Err(failed(&"there is no certificate in it"));
            }
        }
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Where a journal in PostgreSQL is.
impl PostgresSettings {
    /// The settings for an address, with the authorities of this machine.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ca_file: None }
    }

    /// Trusts the authorities in a file instead.
    #[must_use]
    pub fn trusting(self, ca_file: Option<PathBuf>) -> Self {
        Self { ca_file, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_of(url: &str) -> Result<SslMode, String> {
        config(url).map(|config| config.get_ssl_mode())
    }

    #[test]
    fn a_link_to_another_machine_is_sealed_unless_the_address_says_otherwise() {
        assert_eq!(mode_of("postgres://w:p@127.0.0.1/w"), Ok(SslMode::Disable));
        assert_eq!(mode_of("postgresql://w:p@localhost:5433/w"), Ok(SslMode::Disable));
        assert_eq!(mode_of("postgres://w:p@db.example/w"), Ok(SslMode::Require));
        assert_eq!(mode_of("postgres://w:p@db.example/w?sslmode=disable"), Ok(SslMode::Disable));
        assert_eq!(mode_of("postgres://w:p@127.0.0.1/w?application_name=x&sslmode=verify-full"), Ok(SslMode::Require));
        assert_eq!(mode_of("postgres://w:p@localhost,db.example/w"), Ok(SslMode::Require));
    }

    #[test]
    fn an_address_that_cannot_be_used_is_told_without_its_password() {
        for url in ["mysql://w:hunter2@h/w", "postgres://w:hunter2@h:port/w", "postgres://w:hunter2@h/w?sslmode=prefer"]
        {
            let error = config(url).unwrap_err();
            assert!(error.contains("journal.url") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(tls(Some(file.path())).unwrap_err().contains("no certificate"));
        assert!(tls(Some(Path::new("/nowhere"))).unwrap_err().contains("/nowhere"));
    }
}
