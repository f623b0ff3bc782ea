//! Target: where Redis is, from a URL: one server, or those that its Sentinels know.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, TlsCertificates};

use crate::store::StoreError;

/// Where Redis is, and how it is spoken to.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://[user:password@]host[:port][/db]`, or `rediss` for TLS; or
    /// `redis+sentinel://[user:password@]host[:port],host[:port]/NAME[/db]` (`rediss+sentinel` for TLS to both).
    pub url: String,
    /// The password of the Sentinels themselves, if they have one.
    pub sentinel_password: Option<String>,
    /// Certificates in PEM that are trusted instead of the machine's.
    pub trusted: Option<Vec<u8>>,
}

/// Where Redis is.
pub(super) enum Target {
    /// One server.
    Server(ConnectionInfo),
    /// The primary that these Sentinels know by a name.
    Sentinels { sentinels: Vec<ConnectionInfo>, name: String, primary: ConnectionInfo },
}

/// Reads the settings. Errors never tell the URL: it may hold a password.
pub(super) fn read(settings: &RedisSettings) -> Result<Target, StoreError> {
    let wrong = |what: &str| StoreError::Unusable(format!("store.url: {what}"));
    let Some((scheme, rest)) = settings.url.split_once("+sentinel://") else {
        let info = info(&settings.url).map_err(|why| wrong(&why))?;
        return Ok(Target::Server(info));
    };
    let (login, rest) = rest.rsplit_once('@').map_or(("", rest), |(login, rest)| (login, rest));
    let (hosts, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let (name, database) = rest.split_once('/').unwrap_or((rest, "0"));
    if name.is_empty() {
        let remedy = "name the primary as the Sentinels know it: redis+sentinel://host:26379,host:26379/NAME";
        return Err(wrong(&format!("it names no primary; {remedy}")));
    }
    let at = if login.is_empty() { "" } else { "@" };
    let mut sentinels = Vec::new();
    for host in hosts.split(',') {
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}:26379") };
        let mut sentinel = info(&format!("{scheme}://{host}")).map_err(|why| wrong(&why))?;
        if let Some(password) = &settings.sentinel_password {
            let login = sentinel.redis_settings().clone().set_password(password);
            sentinel = sentinel.set_redis_settings(login);
        }
        sentinels.push(sentinel);
    }
    let primary = info(&format!("{scheme}://{login}{at}primary/{database}")).map_err(|why| wrong(&why))?;
    Ok(Target::Sentinels { sentinels, name: name.to_owned(), primary })
}

fn info(url: &str) -> Result<ConnectionInfo, String> {
    let info = url.into_connection_info().map_err(|error| {
        let told = error.detail().map_or_else(|| error.category().to_owned(), ToOwned::to_owned);
        format!("it cannot be read ({told}); write redis://[user:password@]host[:port][/db]")
    })?;
    let spoken = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(spoken))
}

/// The same server at another address.
pub(super) fn at(info: &ConnectionInfo, host: String, port: u16) -> ConnectionInfo {
    let address = match info.addr() {
        ConnectionAddr::TcpTls { insecure, tls_params, .. } => {
            ConnectionAddr::TcpTls { host, port, insecure: *insecure, tls_params: tls_params.clone() }
        }
        _ => ConnectionAddr::Tcp(host, port),
    };
    info.clone().set_addr(address)
}

/// A client that trusts what the settings say.
pub(super) fn client(info: ConnectionInfo, trusted: Option<&Vec<u8>>) -> redis::RedisResult<redis::Client> {
    match (info.addr(), trusted) {
        (ConnectionAddr::TcpTls { .. }, Some(pem)) => {
            let certificates = TlsCertificates { client_tls: None, root_cert: Some(pem.clone()) };
            redis::Client::build_with_tls(info, certificates)
        }
        _ => redis::Client::open(info),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> RedisSettings {
        RedisSettings { url: url.to_owned(), sentinel_password: None, trusted: None }
    }

    #[test]
    fn a_url_of_sentinels_names_hosts_primary_and_database() {
        let target = read(&settings("rediss+sentinel://bob:se%40cret@one:5000,two/shop/3")).unwrap();
        let Target::Sentinels { sentinels, name, primary } = target else { panic!("sentinels") };
        let told: Vec<_> = sentinels.iter().map(|sentinel| sentinel.addr().to_string()).collect();
        assert_eq!(told, ["one:5000", "two:26379"]);
        assert!(sentinels.iter().all(|sentinel| sentinel.redis_settings().password().is_none()));
        assert_eq!(name, "shop");
        let login = primary.redis_settings();
        assert_eq!((login.username(), login.password(), login.db()), (Some("bob"), Some("se@cret"), 3));
        let moved = at(&primary, "three".to_owned(), 7);
        assert!(
            matches!(moved.addr(), ConnectionAddr::TcpTls { host, port: 7, insecure: false, .. } if host == "three")
        );
    }

    #[test]
    fn a_url_that_cannot_be_used_is_told_without_its_password() {
        for url in ["redis+sentinel://:hunter2@one", "rediss://:hunter2@[x", "redis://:hunter2@one:port/x", "amqp://x"]
        {
            let error = read(&settings(url)).err().unwrap().to_string();
            assert!(error.contains("store.url"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
