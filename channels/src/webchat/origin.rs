//! Where a connection comes from: the `Origin` rule and the client's address. Pure.

use std::net::{IpAddr, Ipv6Addr};

/// Whether text is an origin: a scheme and a host, perhaps a port, nothing more. The text `null` is one too.
#[must_use]
pub(super) fn is_origin(text: &str) -> bool {
    text == "null" || split(text).is_some()
}

/// Whether a page of `origin` may open the chat that is served at `host`. A missing origin is another program, not a
/// page, and may.
#[must_use]
pub(super) fn allowed(origin: Option<&str>, host: Option<&str>, listed: &[String]) -> bool {
    let Some(origin) = origin else { return true };
    if listed.iter().any(|listed| same_origin(listed, origin)) {
        return true;
    }
    match (split(origin), host) {
        (Some((scheme, from)), Some(host)) => from == authority(scheme, host),
        _ => false,
    }
}

fn same_origin(a: &str, b: &str) -> bool {
    a == b || matches!((split(a), split(b)), (Some(a), Some(b)) if a == b)
}

/// Scheme and normal authority of an origin.
fn split(origin: &str) -> Option<(&'static str, String)> {
    let (scheme, rest) = origin.split_once("://")?;
    let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    (!rest.is_empty() && rest.bytes().all(plain)).then(|| (scheme, authority(scheme, rest)))
}

/// Host and port in lower case, without the port that the scheme has anyway.
fn authority(scheme: &str, text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let usual = if scheme == "https" { ":443" } else { ":80" };
    lower.strip_suffix(usual).map_or_else(|| lower.clone(), str::to_owned)
}

/// The client's address: the socket's, or the last one that a trusted proxy wrote down.
#[must_use]
pub(super) fn client_address(peer: IpAddr, forwarded: Option<&str>, trusted: bool) -> IpAddr {
    let told = forwarded.filter(|_| trusted).and_then(|list| list.rsplit(',').next());
    told.and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}

/// What counts as one address: an IPv4 address, or the /64 of an IPv6 address, which is what one customer is given.
#[must_use]
pub(super) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::{allowed, client_address, counted};

    #[test]
    fn own_site_and_listed_sites_and_programs_may_and_nobody_else() {
        let listed = ["https://Shop.example/".to_owned()];
        let host = Some("chat.example:8080");
        let may = |origin| allowed(origin, host, &listed);
        assert!(may(None));
        assert!(may(Some("http://chat.example:8080")));
        assert!(may(Some("HTTP://CHAT.example:8080")));
        assert!(may(Some("https://shop.example")));
        assert!(may(Some("https://shop.example:443")));
        for foreign in [
            "null",
            "",
            "http://chat.example",
            "http://chat.example:8081",
            "http://shop.example",
            "https://shop.example.evil.example",
            "https://evil.example/https://shop.example",
            "file://",
            "chat.example:8080",
        ] {
            assert!(!may(Some(foreign)), "{foreign}");
        }
        assert!(allowed(Some("https://chat.example"), Some("chat.example"), &[]));
        assert!(!allowed(Some("https://chat.example"), None, &[]));
        assert!(allowed(Some("null"), host, &["null".to_owned()]));
    }

    #[test]
    fn a_forwarded_address_is_believed_only_where_it_is_trusted() {
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(client_address(peer, Some("1.1.1.1, 2.2.2.2"), false), peer);
        assert_eq!(client_address(peer, Some("1.1.1.1, 2.2.2.2"), true).to_string(), "2.2.2.2");
        assert_eq!(client_address(peer, Some("rubbish"), true), peer);
        assert_eq!(client_address(peer, None, true), peer);
    }

    #[test]
    fn an_ipv6_customer_is_one_address() {
        let of = |text: &str| counted(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:1.2.3.4"), of("1.2.3.4"));
        assert_ne!(of("1.2.3.4"), of("1.2.3.5"));
    }
}
