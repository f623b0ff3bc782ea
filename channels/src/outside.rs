//! An HTTP client for addresses that others gave: it connects to public addresses only, also behind names and redirects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, redirect};

/// Redirects that are followed, at most.
const REDIRECTS: usize = 3;
/// How long a name may take to be resolved.
const RESOLVED: Duration = Duration::from_secs(5);

/// A client that reaches nothing but public addresses, over HTTPS. `time` is what one request may take, with its answer.
///
/// # Errors
/// When no client can be made: the machine has no certificates to trust.
pub fn client(time: Duration) -> Result<Client, reqwest::Error> {
    let follow = redirect::Policy::custom(|attempt| {
        if attempt.previous().len() > REDIRECTS || !is_outside(attempt.url()) {
            attempt.error("a redirect to where it may not go")
        } else {
            attempt.follow()
        }
    });
    let client = Client::builder().timeout(time).connect_timeout(Duration::from_secs(5)).redirect(follow);
    client.https_only(true).dns_resolver(Public).no_proxy().build()
}

/// Whether an address may be asked for: HTTPS, and a name (whose addresses are looked at when it is resolved) or a public
/// address.
#[must_use]
pub fn is_outside(url: &Url) -> bool {
    let address = url.host_str().map(|host| host.trim_matches(['[', ']']).parse::<IpAddr>());
    url.scheme() == "https"
        && url.username().is_empty()
        && match address {
            Some(Ok(address)) => is_public(address),
            Some(Err(_)) => true,
            None => false,
        }
}

/// Resolves names to public addresses alone.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::time::timeout(RESOLVED, tokio::net::lookup_host((name.as_str(), 0))).await??;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let within = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Addresses of version 4 in other clothes: mapped, translated, tunnelled.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            within(high, low)
        }
        [0x2001, 0..=0x1ff | 0xdb8, ..] => false,
        // What is given out for the public is in 2000::/3.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_reserved_and_disguised_addresses_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "172.32.0.1", "157.240.1.1", "100.128.0.1", "2a03:2880:f12d::1", "::ffff:8.8.8.8"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_https_to_public_places_is_asked_for() {
        for (url, good) in [
            ("https://lookaside.fbsbx.com/x", true),
            ("http://lookaside.fbsbx.com/x", false),
            ("https://127.0.0.1/x", false),
            ("https://[::1]/x", false),
            ("https://2130706433/x", false),
            ("https://0x7f.1/x", false),
            ("https://user@lookaside.fbsbx.com/x", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_outside(&url.parse().unwrap()), good, "{url}");
        }
    }
}
