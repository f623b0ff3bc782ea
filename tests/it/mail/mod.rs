//! E-mail, on a real Dovecot and Postfix: a customer writes, the bot answers, a person takes over, all in one thread; and
//! what is left of it when the daemon is killed meanwhile.

mod load;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use wissel_channels::AccountName;
use wissel_channels::email::Mailbox;
use wissel_servers::Mail;

use crate::harness::{Daemon, Servers, Setup};
use crate::journey::verified;
use crate::ledger::over_servers;

const SUPPORT: &str = "support@shop.test";
const JAN: &str = "jan@customer.test";

/// A daemon's settings with the mailbox of this mail system.
fn with_mail(setup: Setup, mail: &Mail) -> Setup {
    let settings = format!(
        "[email.support]\naddress = \"{SUPPORT}\"\nname = \"Shop\"\nimap = \"localhost:{}\"\nimap_security = \"starttls\"\n\
         smtp = \"localhost:{}\"\nsmtp_security = \"starttls\"\npassword = \"{}\"\nca_file = \"{}\"\npoll_seconds = 2\n\
         signature = \"Shop, Straat 1\"\n",
        mail.imap_port(),
        mail.submission_port(),
        mail.password(),
        mail.certificate().display(),
    );
    setup.file("wissel.toml", &settings)
}

/// Runs what waits for a server, where that keeps nobody from working.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// A mail as it lies in a customer's mailbox.
struct Got {
    raw: String,
    text: String,
}

impl Got {
    fn new(raw: String) -> Self {
        let reader = Mailbox::new(AccountName::from_static("customer"), &[0; 32]);
        let text = reader.read(raw.as_bytes()).messages.remove(0).text;
        Self { raw, text }
    }

    /// A header, unfolded.
    fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.replace("\r\n", "\n").replace("\n ", " ");
        let head = head.split("\n\n").next().unwrap().to_owned();
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    }

    /// What the customer's program sends when they answer this.
    fn answer(&self, id: &str, text: &str) -> (String, String) {
        let (message, to) = (self.header("Message-ID").unwrap(), self.header("Reply-To").unwrap());
        let to = to.split(['<', '>']).nth(1).unwrap().to_owned();
        let subject = self.header("Subject").unwrap();
        let raw = format!(
            "From: Jan <{JAN}>\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@customer.test>\nIn-Reply-To: {message}\n\
             References: {message}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n\
             Op do 26 nov 2026 om 10:00 schreef Shop <{SUPPORT}>:\n> iets\n"
        );
        (to, raw)
    }
}

/// The same mail with a file.
fn with_file(raw: &str) -> String {
    let (head, body) = raw.split_once("\n\n").unwrap();
    let kind = "Content-Type: text/plain; charset=utf-8";
    let head = head.replace(kind, "Content-Type: multipart/mixed; boundary=b");
    let file =
        "--b\nContent-Type: text/plain; name=foto.txt\nContent-Disposition: attachment; filename=foto.txt\n\nfoto";
    format!("{head}\n\n--b\n{kind}\n\n{body}\n{file}\n--b--\n")
}

/// The mails in Jan's mailbox, once there are so many.
fn got(mail: &Mail, count: usize) -> Vec<Got> {
    blocking(|| mail.wait_for(JAN, count)).into_iter().map(Got::new).collect()
}

/// The one mail among the last ones that says this.
fn that_says<'a>(mails: &'a [Got], words: &str) -> &'a Got {
    let texts = || mails.iter().map(|mail| mail.text.as_str()).collect::<Vec<_>>();
    mails
        .iter()
        .find(|mail| mail.text.contains(words))
        .unwrap_or_else(|| panic!("{words:?} is in none of {:#?}", texts()))
}

fn sent(mail: &Mail, to: &str, raw: &str) {
    let answer = blocking(|| mail.send(JAN, to, raw));
    assert!(answer.starts_with("250"), "{answer}");
}

async fn waiting(daemon: &Daemon, count: usize) -> Vec<Value> {
    let eva = daemon.staff("Eva").await;
    daemon.until("conversations to wait", async || eva.conversations("waiting").await.len() >= count).await;
    eva.conversations("waiting").await
}

async fn a_thread_over_mail(setup: Setup) {
    let mail = blocking(Mail::start);
    let daemon = with_mail(setup, &mail).start().await;
    let question = "From: Jan <jan@customer.test>\nTo: support@shop.test\nSubject: Pakket\nMessage-ID: <q1@customer.test>\n\
         Content-Language: nl\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nWanneer komt mijn pakket?\n\nGroet,\nJan\n";
    sent(&mail, SUPPORT, question);
    let mails = got(&mail, 1);
    let answer = &mails[0];
    let disclosed = answer.text.find("AI").unwrap_or_else(|| panic!("no disclosure: {}", answer.text));
    assert!(
        disclosed < answer.text.find("https://").unwrap_or(usize::MAX),
        "the disclosure comes first: {}",
        answer.text
    );
    let header = |name: &str| answer.header(name).unwrap_or_default();
    assert_eq!((header("Subject").as_str(), header("In-Reply-To").as_str()), ("Re: Pakket", "<q1@customer.test>"));
    assert_eq!((header("Auto-Submitted").as_str(), header("X-Wissel-Origin").as_str()), ("auto-replied", "ai"));
    assert!(answer.raw.contains("text/html") && answer.raw.contains("Shop, Straat 1"), "{}", answer.raw);

    let (to, raw) = answer.answer("q2", "Ik wil een mens spreken.");
    sent(&mail, &to, &raw);
    let conversation = waiting(&daemon, 1).await.remove(0);
    let id = conversation["id"].as_str().unwrap().to_owned();
    that_says(&got(&mail, 2), "medewerker");

    let eva = daemon.staff("Eva").await;
    eva.claim(&id).await;
    let content = "JVBERiBsYWJlbA==";
    let file = json!({ "name": "label.pdf", "type": "application/pdf", "content": content });
    eva.done(&id, "reply", &json!({ "text": "Hallo Jan, met Eva.\n.\nIk zoek het uit.", "attachments": [file] })).await;
    let mails = got(&mail, 3);
    let reply = that_says(&mails, "met Eva");
    let header = |name: &str| reply.header(name).unwrap_or_default();
    assert_eq!(header("In-Reply-To"), "<q2@customer.test>");
    assert!(header("References").contains("<q2@customer.test>"), "{}", header("References"));
    assert_eq!((reply.header("Auto-Submitted"), header("X-Wissel-Origin").as_str()), (None, "human"));
    assert!(reply.raw.contains("Ik wil een mens spreken"), "the customer's mail is quoted: {}", reply.raw);
    assert!(reply.raw.contains("label.pdf") && reply.raw.contains(content), "the file came along: {}", reply.raw);

    let (to, raw) = reply.answer("q3", "Bedankt, nog één vraag: wanneer?");
    sent(&mail, &to, &with_file(&raw));
    let third = |conversation: &Value| -> Option<Value> {
        let messages = conversation["messages"].as_array()?;
        messages
            .iter()
            .find(|message| message["text"].as_str().is_some_and(|text| text.contains("nog één vraag")))
            .cloned()
    };
    let whole = eva.until(&id, "the customer's third mail", |conversation| third(conversation).is_some()).await;
    let third = third(&whole).unwrap();
    assert_eq!(third["text"], "Bedankt, nog één vraag: wanneer?", "the quotation is not part of what is new");
    assert_eq!(third["attachments"][0]["name"], "foto.txt", "{third:#}");
    assert_eq!(eva.conversations("waiting").await.len(), 0, "no second conversation");
    from_another_address(&mail, &daemon, reply, &id).await;
    assert!(!mail.any_seen(SUPPORT), "nothing is marked as read");
    drop(eva);
    verified(&daemon).await;
}

/// An answer from an address that the mail did not go to joins nothing: staff see where it may belong, and can say so.
async fn from_another_address(mail: &Mail, daemon: &Daemon, reply: &Got, id: &str) {
    let (to, raw) = reply.answer("q4", "Nu vanaf mijn werk. Ik wil een mens spreken.");
    sent(mail, &to, &raw.replace(JAN, "work@customer.test"));
    let other = waiting(daemon, 1).await.remove(0)["id"].as_str().unwrap().to_owned();
    let eva = daemon.staff("Eva").await;
    let evidence = async || eva.get(&format!("/api/conversations/{other}/customer")).await["threads"][0].clone();
    let found = evidence().await;
    assert_eq!((&found["conversation"], &found["evidence"]["kind"]), (&json!(id), &json!("reply")));
    let link = format!("/api/conversations/{other}/customer/{id}");
    assert_eq!(eva.ask(hyper::Method::PUT, &link, &[], &Value::Null).await.status, 200);
    assert_eq!(evidence().await["evidence"]["kind"], "person");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_writes_mail_and_is_answered_in_one_thread_by_bot_and_people() {
    a_thread_over_mail(Setup::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_the_servers_of_production() {
    let servers = blocking(Servers::shared);
    let setup = blocking(|| servers.fresh(Setup::default()));
    a_thread_over_mail(setup.with("WISSEL__SECRETS__MASTER_KEY", &"5a".repeat(32))).await;
}

/// A reply that the other side's server gives back shows as failed, and nobody is told at that address.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_bounces_shows_as_failed() {
    let mail = blocking(Mail::start);
    let daemon = with_mail(Setup::default(), &mail).start().await;
    let question = "From: Gone <gone@customer.test>\nTo: support@shop.test\nSubject: Weg\nMessage-ID: <g1@customer.test>\n\n\
         Ik wil een mens spreken.\n";
    sent(&mail, SUPPORT, question);
    let id = waiting(&daemon, 1).await.remove(0)["id"].as_str().unwrap().to_owned();
    let eva = daemon.staff("Eva").await;
    eva.claim(&id).await;
    eva.reply(&id, "Hallo, met Eva.").await;
    let failed = |message: &Value| message["from"] == "staff" && message["progress"] == "failed";
    let shown = |conversation: &Value| conversation["messages"].as_array().is_some_and(|all| all.iter().any(failed));
    eva.until(&id, "the bounce", shown).await;
    assert_eq!(eva.conversations("waiting").await.len(), 0, "a bounce is no conversation");
}

/// Each mail that the server took is one conversation with one message, whatever is killed meanwhile; what leaves leaves
/// at least once, and what leaves twice has one Message-ID.
#[tokio::test(flavor = "multi_thread")]
async fn mail_survives_kills_of_the_daemon_and_of_the_mail_server() {
    const MAILS: usize = 24;
    let mail = blocking(Mail::start);
    let (_servers, setup) = blocking(|| over_servers(Setup::default()));
    let mut daemon = with_mail(setup, &mail).start().await;
    for number in 0..MAILS {
        let raw = format!(
            "From: Jan <jan+{number}@customer.test>\nTo: {SUPPORT}\nSubject: Vraag {number}\nMessage-ID: <{number}@customer.test>\n\
             Content-Language: nl\n\nIk wil een mens spreken over nummer {number}.\n"
        );
        sent(&mail, SUPPORT, &raw);
        match number % 8 {
            3 => daemon = daemon.kill_and_restart().await,
            6 => blocking(|| {
                mail.kill_imap();
                mail.start_imap();
            }),
            _ => {}
        }
    }
    // Postfix delivers once more what Dovecot took without having said so: then the mailbox holds a mail twice.
    blocking(|| mail.wait_delivered());
    let eva = daemon.staff("Eva").await;
    let held = || blocking(|| mail.inbox(SUPPORT).len());
    let counts = Cell::new((0, 0));
    let all = async || {
        let now = (eva.conversations("waiting").await.len(), held());
        if counts.replace(now) != now {
            println!("{} conversations of {} mails", now.0, now.1);
        }
        now.0 >= MAILS && now.0 == now.1
    };
    daemon.until("each mail of the mailbox to be one conversation", all).await;
    let found = eva.conversations("waiting").await;
    let mut subjects = BTreeSet::new();
    for conversation in &found {
        let whole = eva.conversation(conversation["id"].as_str().unwrap()).await;
        let lines = whole["messages"].as_array().unwrap().iter().filter(|line| line["from"] == "customer");
        let texts: Vec<&str> = lines.filter_map(|line| line["text"].as_str()).collect();
        assert_eq!(texts.len(), 1, "{whole:#}");
        subjects.insert(texts[0].to_owned());
    }
    assert_eq!(subjects.len(), MAILS);
    let came = blocking(|| {
        let distinct = |mails: &[String]| {
            let ids = mails.iter().cloned().map(|raw| Got::new(raw).header("Message-ID").unwrap());
            ids.fold(BTreeMap::<String, usize>::new(), |mut counts, id| {
                *counts.entry(id).or_default() += 1;
                counts
            })
        };
        let mut count = found.len();
        loop {
            let ids = distinct(&mail.wait_for(JAN, count));
            if ids.len() >= found.len() {
                return ids;
            }
            count += 1;
        }
    });
    assert_eq!(came.len(), found.len(), "each conversation has its one notice");
    let twice = came.values().filter(|times| **times > 1).count();
    println!("{MAILS} mails, 3 kills of the daemon, 3 of Dovecot: 0 lost, {twice} notices twice with one Message-ID");
}
