//! Whether a sender is who they seem to be, by SPF, DKIM and DMARC: a recorded fact, never part of a thread's key.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{AuthenticatedMessage, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult};

use super::config::{EmailConfig, Senders};
use crate::reading::Understood;

/// How long all look-ups for one mail may take, and the largest mail whose signatures are checked.
const PATIENCE: Duration = Duration::from_secs(6);
const MOST_BYTES: usize = 16 << 20;
/// Signatures that are checked.
const MOST_SIGNATURES: usize = 8;

/// Checks senders.
pub(super) struct SenderCheck {
    dns: MessageAuthenticator,
    /// Our own servers: what they say about who handed a mail to them is believed.
    hosts: Vec<String>,
}

/// What is found about the sender of a mail.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    spf: &'static str,
    dkim: &'static str,
    dmarc: &'static str,
    verified: bool,
}

/// Who handed a mail to our server, as that server noted it down.
#[derive(Debug, PartialEq, Eq)]
struct Hop {
    ip: IpAddr,
    helo: String,
}

impl SenderCheck {
    /// A check as the settings want it; `None` when they want none. An error says why there is no name server.
    pub(super) fn new(config: &EmailConfig) -> Result<Option<Self>, String> {
        if config.senders != Senders::Dns {
            return Ok(None);
        }
        let dns = if config.name_server.is_empty() {
            MessageAuthenticator::new_system_conf()
        } else {
            let server: SocketAddr =
                config.name_server.parse().map_err(|_| "name_server: it is no address".to_owned())?;
            MessageAuthenticator::new(resolver(server), options())
        };
        let dns = dns.map_err(|error| format!("senders: there is no name server: {error}"))?;
        let hosts = config.authserv_ids.iter().map(|host| host.to_lowercase()).collect();
        Ok(Some(Self { dns, hosts }))
    }

    /// Notes down what is found, where our own servers have not said it.
    pub(super) async fn look(&self, message: &mut Understood, raw: &[u8]) {
        if message.attributes.contains_key("dmarc") || raw.len() > MOST_BYTES {
            return;
        }
        let Ok(found) = tokio::time::timeout(PATIENCE, self.find(raw)).await else {
            message.attributes.insert("dmarc".to_owned(), "temperror".to_owned());
            return;
        };
        let Some(found) = found else { return };
        for (name, result) in [("spf", found.spf), ("dkim", found.dkim), ("dmarc", found.dmarc)] {
            message.attributes.entry(name.to_owned()).or_insert_with(|| result.to_owned());
        }
        message.from.verified |= found.verified;
    }

    async fn find(&self, raw: &[u8]) -> Option<Found> {
        let message = AuthenticatedMessage::parse(raw)?;
        if message.dkim_headers.len() > MOST_SIGNATURES {
            return None;
        }
        let dkim = self.dns.verify_dkim(&message).await;
        let path = header(raw, "return-path").unwrap_or_default();
        let path = path.trim().trim_matches(['<', '>']).to_lowercase();
        let spf = match header(raw, "received").and_then(|received| hop(&received, &self.hosts)) {
            Some(hop) => {
                let host = self.hosts.first().map_or("localhost", String::as_str);
                self.dns.verify_spf(SpfParameters::verify_mail_from(hop.ip, &hop.helo, host, &path)).await
            }
            None => SpfOutput::default(),
        };
        let domain = path.rsplit_once('@').map_or("", |(_, domain)| domain);
        let dmarc = self.dns.verify_dmarc(DmarcParameters::new(&message, &dkim, domain, &spf)).await;
        let passes = [dmarc.dkim_result(), dmarc.spf_result()].contains(&&DmarcResult::Pass);
        let any_pass = dkim.iter().any(|output| *output.result() == DkimResult::Pass);
        let failed = dkim.iter().any(|output| {
            matches!(output.result(), DkimResult::Fail(_) | DkimResult::Neutral(_) | DkimResult::PermError(_))
        });
        let dkim_word = match (any_pass, failed, dkim.is_empty()) {
            (true, ..) => "pass",
            (_, _, true) => "none",
            (_, true, _) => "fail",
            _ => "temperror",
        };
        let dmarc_word = if passes {
            "pass"
        } else {
            match dmarc.result() {
                DmarcResult::Pass => "pass",
                DmarcResult::Fail(_) => "fail",
                DmarcResult::TempError(_) => "temperror",
                DmarcResult::PermError(_) => "permerror",
                DmarcResult::None => "none",
            }
        };
        let verified = passes && message.froms().len() == 1;
        Some(Found { spf: spf_word(spf.result()), dkim: dkim_word, dmarc: dmarc_word, verified })
    }
}

fn spf_word(result: SpfResult) -> &'static str {
    match result {
        SpfResult::Pass => "pass",
        SpfResult::Fail => "fail",
        SpfResult::SoftFail => "softfail",
        SpfResult::Neutral => "neutral",
        SpfResult::TempError => "temperror",
        SpfResult::PermError => "permerror",
        SpfResult::None => "none",
    }
}

fn resolver(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections.to_vec())])
}

fn options() -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = Duration::from_secs(2);
    options.attempts = 2;
    options
}

/// The first header of this name, in one line.
fn header(raw: &[u8], name: &str) -> Option<String> {
    let head = &raw[..raw.len().min(64 << 10)];
    let mut found: Option<String> = None;
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let goes_on = line.starts_with(b" ") || line.starts_with(b"\t");
        if let Some(value) = &mut found {
            if !goes_on {
                break;
            }
            value.push_str(&String::from_utf8_lossy(line));
        } else if line.len() > name.len()
            && line[name.len()] == b':'
            && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        {
            found = Some(String::from_utf8_lossy(&line[name.len() + 1..]).into_owned());
        }
    }
    found
}

/// Who handed the mail over, from the topmost `Received`, if one of our own servers wrote it.
fn hop(received: &str, hosts: &[String]) -> Option<Hop> {
    let lower = received.to_lowercase();
    let mut words = lower.split_whitespace();
    let by = words.clone().skip_while(|word| *word != "by").nth(1)?.trim_end_matches(';').to_owned();
    if !hosts.contains(&by) {
        return None;
    }
    let helo = words.find(|word| *word == "from").and(words.next())?.to_owned();
    let before = lower.split(" by ").next()?;
    let bracketed = before.rsplit_once('[')?.1.split_once(']')?.0;
    Some(Hop { ip: bracketed.trim_start_matches("ipv6:").parse().ok()?, helo })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mail_auth::common::crypto::Ed25519Key;
    use mail_auth::common::headers::HeaderWriter;
    use mail_auth::dkim::DkimSigner;
    use tokio::net::UdpSocket;
    use tokio_util::task::TaskTracker;

    use super::{SenderCheck, header, hop};
    use crate::AccountName;
    use crate::email::config::{EmailConfig, Senders};
    use crate::email::wire::Mailbox;
    use crate::reading::Understood;

    /// A name server that knows a few texts and denies everything else; its address.
    async fn name_server(texts: BTreeMap<String, String>) -> String {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        TaskTracker::new().spawn(async move {
            let mut bytes = [0; 1500];
            while let Ok((count, peer)) = socket.recv_from(&mut bytes).await {
                let _sent = socket.send_to(&answer(&bytes[..count], &texts), peer).await;
            }
        });
        address
    }

    fn answer(question: &[u8], texts: &BTreeMap<String, String>) -> Vec<u8> {
        let (mut at, mut labels) = (12, Vec::new());
        while question[at] != 0 {
            let length = usize::from(question[at]);
            labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).to_lowercase());
            at += length + 1;
        }
        let asked = &question[12..at + 5];
        let found = texts.get(&labels.join(".")).filter(|_| question[at + 2] == 16);
        let code = if found.is_some() { 0x80 } else { 0x83 };
        let mut answer = vec![question[0], question[1], 0x81, code, 0, 1, 0, u8::from(found.is_some()), 0, 0, 0, 0];
        answer.extend_from_slice(asked);
        if let Some(text) = found {
            let length = u8::try_from(text.len()).unwrap();
            answer.extend_from_slice(&[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, length + 1, length]);
            answer.extend_from_slice(text.as_bytes());
        }
        answer
    }

    /// The pair of keys that RFC 8463 gives as an example.
    fn key() -> (Ed25519Key, &'static str) {
        let bytes = |text: &str| data_encoding::BASE64.decode(text.as_bytes()).unwrap();
        let public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        let seed = bytes("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
        (Ed25519Key::from_seed_and_public_key(&seed, &bytes(public)).unwrap(), public)
    }

    async fn looked(check: &SenderCheck, raw: &str) -> Understood {
        let mut message = Mailbox::new(AccountName::from_static("a"), &[0; 32]).read(raw.as_bytes()).messages.remove(0);
        check.look(&mut message, raw.as_bytes()).await;
        message
    }

    #[tokio::test]
    async fn a_signed_mail_vouches_for_its_sender_and_a_forged_one_does_not() {
        let (key, public) = key();
        let texts = [
            ("s._domainkey.example.org", format!("v=DKIM1; k=ed25519; p={public}")),
            ("_dmarc.example.org", "v=DMARC1; p=reject".to_owned()),
            ("example.org", "v=spf1 ip4:192.0.2.7 -all".to_owned()),
        ];
        let server = name_server(texts.map(|(name, text)| (name.to_owned(), text)).into()).await;
        let authserv_ids = vec!["mx.shop.example".to_owned()];
        let config = EmailConfig { senders: Senders::Dns, name_server: server, authserv_ids, ..EmailConfig::default() };
        let check = SenderCheck::new(&config).unwrap().unwrap();
        let plain = "From: jan@example.org\r\nSubject: x\r\n\r\nHallo\r\n";
        let signer = DkimSigner::from_key(key).domain("example.org").selector("s").headers(["From", "Subject"]);
        let letter = format!("{}{plain}", signer.sign(plain.as_bytes()).unwrap().to_header());
        let found = looked(&check, &letter).await;
        let words = |found: &Understood| ["spf", "dkim", "dmarc"].map(|name| found.attributes[name].clone());
        assert_eq!((words(&found), found.from.verified), (["none", "pass", "pass"].map(str::to_owned), true));
        let altered = looked(&check, &letter.replace("Hallo", "Betaal")).await;
        assert_eq!((words(&altered), altered.from.verified), (["none", "fail", "fail"].map(str::to_owned), false));
        let stolen = looked(&check, &letter.replace("From: jan@example.org", "From: jan@other.example")).await;
        assert!(!stolen.from.verified);
        let hop = |ip: &str, by: &str| {
            format!("Return-Path: <jan@example.org>\r\nReceived: from m.example.org (m [{ip}])\r\n by {by}\r\n{plain}")
        };
        let allowed = looked(&check, &hop("192.0.2.7", "mx.shop.example")).await;
        assert_eq!((words(&allowed), allowed.from.verified), (["pass", "none", "pass"].map(str::to_owned), true));
        let other = looked(&check, &hop("192.0.2.8", "mx.shop.example")).await;
        assert_eq!((words(&other), other.from.verified), (["fail", "none", "fail"].map(str::to_owned), false));
        let claimed = looked(&check, &hop("192.0.2.7", "mx.evil.example")).await;
        assert!(!claimed.from.verified, "anybody can write a Received");
    }

    #[test]
    fn only_our_own_servers_tell_who_handed_a_mail_over() {
        let ours = ["mx.shop.example".to_owned()];
        let received =
            " from mail.example.org (mail.example.org [192.0.2.7])\r\n\tby mx.shop.example (Postfix) with ESMTPS id 1";
        let found = hop(received, &ours).unwrap();
        assert_eq!((found.ip.to_string().as_str(), found.helo.as_str()), ("192.0.2.7", "mail.example.org"));
        assert_eq!(hop(received, &[]), None);
        assert_eq!(hop("by mx.shop.example; x", &ours), None);
        let raw = b"Return-Path: <a@b.example>\r\nReceived: from x\r\n by y\r\nReceived: z\r\n\r\nReceived: w";
        assert_eq!(header(raw, "received").unwrap().trim(), "from x by y");
    }
}
