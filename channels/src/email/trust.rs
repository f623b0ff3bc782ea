//! What our own mail server says about the sender: SPF, DKIM and DMARC from `Authentication-Results` (RFC 8601).
//!
//! Anybody can write such a header. Only those of a configured server count, and of them only the topmost ones: the
//! server that took the mail in has put its own above all that came with it.

use std::collections::BTreeMap;

/// The results, by method (`spf`, `dkim`, `dmarc`), and whether they vouch for the address in From.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trust {
    pub(super) results: BTreeMap<String, String>,
    pub(super) verified: bool,
}

/// Reads the headers of a mail, in their order, names in lower case.
pub(super) fn trust(headers: &[(String, String)], servers: &[String], from: &str) -> Trust {
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    let mut trust = Trust::default();
    let mut begun = false;
    for (name, value) in headers {
        let results = (name == "authentication-results").then(|| of_server(value, servers)).flatten();
        match results {
            Some(results) => {
                begun = true;
                for result in &results {
                    trust.add(result, &domain);
                }
            }
            None if begun && name == "received" => break,
            None => {}
        }
    }
    trust
}

/// One result: `dkim=pass header.d=example.org`.
struct Outcome {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Trust {
    fn add(&mut self, outcome: &Outcome, domain: &str) {
        if !matches!(outcome.method.as_str(), "spf" | "dkim" | "dmarc") {
            return;
        }
        let known = self.results.entry(outcome.method.clone()).or_default();
        if known.is_empty() || outcome.result == "pass" {
            known.clone_from(&outcome.result);
        }
        let property = |names: &[&str]| {
            let found = outcome.properties.iter().find(|(name, _)| names.contains(&name.as_str()));
            found.map(|(_, value)| value.rsplit_once('@').map_or(value.as_str(), |(_, domain)| domain))
        };
        let vouches = match outcome.method.as_str() {
            "dmarc" => property(&["header.from"]).is_none_or(|from| from == domain),
            "dkim" => property(&["header.d", "header.i"]).is_some_and(|by| aligned(by, domain)),
            _ => property(&["smtp.mailfrom", "smtp.helo"]).is_some_and(|by| aligned(by, domain)),
        };
        self.verified |= outcome.result == "pass" && vouches && !domain.is_empty();
        if outcome.method == "dmarc" && outcome.result == "fail" {
            self.results.insert("dmarc".to_owned(), "fail".to_owned());
            self.verified = false;
        }
    }
}

/// Whether one domain is the other or lies within it.
fn aligned(by: &str, domain: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
    by.contains('.') && (by == domain || within(domain, by) || within(by, domain))
}

fn of_server(value: &str, servers: &[String]) -> Option<Vec<Outcome>> {
    let value = without_comments(value).to_lowercase();
    let (first, _) = value.split_once(';').unwrap_or((&value, ""));
    let server = first.split_whitespace().next()?;
    // Microsoft's servers write no name of theirs, but begin with a result.
    let server = if server.contains('=') { "" } else { server };
    if !servers.iter().any(|known| known.eq_ignore_ascii_case(server)) {
        return None;
    }
    Some(value.split(';').filter_map(outcome).collect())
}

fn outcome(piece: &str) -> Option<Outcome> {
    let mut words = piece.split_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let method = method.split('/').next().unwrap_or_default();
    let property = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), value.trim_matches(['"', '<', '>']).to_owned()))
    };
    Some(Outcome {
        method: method.to_owned(),
        result: result.to_owned(),
        properties: words.filter_map(property).collect(),
    })
}

fn without_comments(value: &str) -> String {
    let mut depth = 0_usize;
    let mut rest = String::new();
    for letter in value.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => rest.push(letter),
            _ => {}
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::trust;

    fn verified(headers: &[&str]) -> bool {
        let split = |header: &&str| {
            let (name, value) = header.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        };
        let headers: Vec<_> = headers.iter().map(split).collect();
        trust(&headers, &["mx.shop.example".to_owned()], "jan@mail.example.org").verified
    }

    #[test]
    fn only_the_topmost_results_of_our_server_count() {
        let pass = "Authentication-Results: mx.shop.example; dmarc=pass (p=none) header.from=mail.example.org";
        let fail = "Authentication-Results: mx.shop.example 1; dmarc=fail header.from=mail.example.org; spf=pass";
        let other = "Authentication-Results: mx.evil.example; dmarc=pass header.from=mail.example.org";
        let received = "Received: from x by mx.shop.example";
        assert!(verified(&[pass, received]));
        assert!(verified(&[received, pass, received]));
        assert!(!verified(&[fail, received, pass]), "one that came with the mail");
        assert!(!verified(&[other]));
        assert!(!verified(&[]));
    }

    #[test]
    fn results_without_a_name_count_only_where_that_is_said() {
        let pass = "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=mail.example.org; dkim=pass (signature was verified) \
                    header.d=mail.example.org;dmarc=pass action=none header.from=mail.example.org;compauth=pass reason=100";
        let header = [("authentication-results".to_owned(), pass.to_owned())];
        let read = |servers: &[&str]| {
            let servers: Vec<String> = servers.iter().map(|server| (*server).to_owned()).collect();
            trust(&header, &servers, "jan@mail.example.org")
        };
        let found = read(&["mx.shop.example", ""]);
        assert!(found.verified && !read(&["mx.shop.example"]).verified && !read(&[]).verified);
        assert_eq!((found.results["spf"].as_str(), found.results["dmarc"].as_str()), ("pass", "pass"));
        assert!(!trust(&header, &[String::new()], "jan@other.example").verified);
    }

    #[test]
    fn a_pass_must_be_of_the_senders_own_domain() {
        let dkim = |domain: &str| {
            verified(&[&format!("Authentication-Results: mx.shop.example; dkim=pass header.d={domain}; spf=fail")])
        };
        assert!(dkim("example.org") && dkim("mail.example.org"));
        assert!(!dkim("evil.example") && !dkim("org") && !dkim("le.org"));
        let spf = "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=bounce@mail.example.org";
        assert!(verified(&[spf]));
        assert!(!verified(&[&format!("{spf}; dmarc=fail header.from=mail.example.org")]));
    }
}
