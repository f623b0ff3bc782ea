//! A private mail system: Postfix takes mail in and sends it on, Dovecot keeps it and shows it over IMAP.
//!
//! Two domains live here: `shop.test`, the company, and `customer.test`, everybody else. Every address of
//! `customer.test` exists but those that begin with `nobody`; mail to `gone@customer.test` is taken and bounces later.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::folder::Folder;
use crate::port::Port;
use crate::running::{Running, watched};
use crate::until;

/// The password of every mailbox.
const PASSWORD: &str = "not-a-secret";
/// Who owns the mailboxes: a user that every Debian has.
const OWNER: &str = "mail";
/// Mailboxes at the start.
const USERS: [&str; 4] = ["support@shop.test", "sales@shop.test", "jan@customer.test", "robot@customer.test"];

/// Postfix and Dovecot. Dropped, they are gone with their folder.
#[derive(Debug)]
pub struct Mail {
    dovecot: Mutex<Option<Running>>,
    postfix: Mutex<Option<Running>>,
    imap: Port,
    imaps: Port,
    smtp: Port,
    submission: Port,
    written: AtomicU32,
    folder: Folder,
}

impl Mail {
    /// A mail system with the mailboxes `support@shop.test`, `sales@shop.test`, `jan@customer.test` and
    /// `robot@customer.test`. Takes 2 to 4 s. Must be called as root: Postfix starts for nobody else.
    pub fn start() -> Self {
        assert!(Path::new("/usr/lib/postfix/sbin/master").exists(), "please install postfix");
        assert!(Path::new("/usr/sbin/dovecot").exists(), "please install dovecot-imapd and dovecot-lmtpd");
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        assert!(root, "the tests that need a mail server have to be run as root: Postfix starts for nobody else");
        let folder = Folder::new("mail");
        let take = Port::take;
        let (dovecot, postfix) = (Mutex::new(None), Mutex::new(None));
        let written = AtomicU32::new(0);
        let mail =
            Self { dovecot, postfix, imap: take(), imaps: take(), smtp: take(), submission: take(), written, folder };
        mail.prepare();
        mail.start_imap();
        mail.start_smtp();
        mail
    }

    /// The port of IMAP, plain or with STARTTLS.
    pub fn imap_port(&self) -> u16 {
        self.imap.number
    }

    /// The port of IMAP over TLS.
    pub fn imaps_port(&self) -> u16 {
        self.imaps.number
    }

    /// The port of SMTP, for mail from anywhere; needs no password.
    pub fn smtp_port(&self) -> u16 {
        self.smtp.number
    }

    /// The port of submission: STARTTLS and a password.
    pub fn submission_port(&self) -> u16 {
        self.submission.number
    }

    /// The password of every mailbox.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The certificate of all ports, for `localhost` and 127.0.0.1, in PEM; it is its own authority.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// Hands a mail to Postfix as a server of the sender would; gives the last answer, `250 …` when it was taken.
    pub fn send(&self, from: &str, to: &str, mail: &str) -> String {
        self.try_send(from, to, mail).unwrap_or_else(|error| panic!("SMTP: {error}"))
    }

    fn try_send(&self, from: &str, to: &str, mail: &str) -> std::io::Result<String> {
        let stream = TcpStream::connect(("127.0.0.1", self.smtp_port()))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = &stream;
        let mut answer = answer(&mut reader)?;
        for line in [
            "EHLO customer.test".to_owned(),
            format!("MAIL FROM:<{from}>"),
            format!("RCPT TO:<{to}>"),
            "DATA".to_owned(),
        ] {
            if !answer.starts_with(['2', '3']) {
                return Ok(answer);
            }
            write!(stream, "{line}\r\n")?;
            answer = self::answer(&mut reader)?;
        }
        if !answer.starts_with('3') {
            return Ok(answer);
        }
        let lines = mail.replace("\r\n", "\n").replace("\n.", "\n..").replace('\n', "\r\n");
        write!(stream, "{lines}\r\n.\r\n")?;
        answer = self::answer(&mut reader)?;
        write!(stream, "QUIT\r\n")?;
        Ok(answer)
    }

    /// The mails in a mailbox's inbox, oldest first, as they lie on the disk.
    pub fn inbox(&self, user: &str) -> Vec<String> {
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let entries = fs::read_dir(self.box_of(user).join(part)).into_iter().flatten().flatten();
            found.extend(entries.filter_map(|entry| {
                let mail = fs::read(entry.path()).ok()?;
                Some((
                    entry.metadata().ok()?.modified().ok()?,
                    entry.file_name(),
                    String::from_utf8_lossy(&mail).into_owned(),
                ))
            }));
        }
        found.sort();
        found.into_iter().map(|(_, _, mail)| mail).collect()
    }

    /// Waits until the inbox holds at least `count` mails, and gives them.
    #[track_caller]
    pub fn wait_for(&self, user: &str, count: usize) -> Vec<String> {
        until("mail to arrive", || Some(self.inbox(user)).filter(|mails| mails.len() >= count))
    }

    /// Whether any mail of the inbox has been marked as seen.
    pub fn any_seen(&self, user: &str) -> bool {
        let entries = fs::read_dir(self.box_of(user).join("cur")).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.file_name())
            .any(|name| name.to_string_lossy().rsplit(',').next().is_some_and(|flags| flags.contains('S')))
    }

    /// Puts mails into an inbox by way of the disk, faster than any server takes them.
    pub fn fill(&self, user: &str, mails: impl IntoIterator<Item = String>) {
        let place = self.box_of(user);
        for name in ["new", "cur", "tmp"] {
            fs::create_dir_all(place.join(name)).unwrap();
        }
        for mail in mails {
            let number = self.written.fetch_add(1, Ordering::Relaxed);
            fs::write(place.join("new").join(format!("1700000000.M{number:08}P1.test")), mail).unwrap();
        }
        give(&self.folder.join("boxes"));
    }

    /// All of a mailbox's indexes are lost: its mails are numbered anew, under another UIDVALIDITY.
    pub fn forget_numbers(&self, user: &str) {
        let kept: Vec<PathBuf> = fs::read_dir(self.box_of(user)).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in kept.into_iter().filter(|path| path.is_file()) {
            fs::remove_file(path).unwrap();
        }
    }

    /// `kill -9` of Dovecot.
    pub fn kill_imap(&self) {
        self.dovecot.lock().unwrap().take().expect("Dovecot runs").kill();
    }

    /// Starts Dovecot again on what is there, and waits until it answers.
    pub fn start_imap(&self) {
        let log = self.folder.join("dovecot.out");
        let mut command = watched(self.folder.path(), &log);
        command.arg("/usr/sbin/dovecot").arg("-F").arg("-c").arg(self.folder.join("dovecot.conf"));
        let running = Running::start(command, &log);
        until("Dovecot to start", || {
            running.must_run();
            self.folder.join("run/lmtp").exists().then_some(())?;
            greets(self.imap_port(), "* OK").then_some(())
        });
        *self.dovecot.lock().unwrap() = Some(running);
    }

    /// `kill -9` of Postfix.
    pub fn kill_smtp(&self) {
        self.postfix.lock().unwrap().take().expect("Postfix runs").kill();
    }

    /// Starts Postfix again on what is there, and waits until it answers.
    pub fn start_smtp(&self) {
        let log = self.folder.join("postfix.out");
        let settings = self.folder.join("postfix");
        let _stale = fs::remove_file(self.folder.join("queue/pid/master.pid"));
        let mut command = watched(self.folder.path(), &log);
        command.args(["/usr/lib/postfix/sbin/master", "-s", "-c"]).arg(settings);
        let running = Running::start(command, &log);
        until("Postfix to start", || {
            assert!(!running.ended(), "Postfix has ended:\n{}\n{}", running.log_end(), self.log_of("postfix.log"));
            greets(self.smtp_port(), "220 ").then_some(())
        });
        *self.postfix.lock().unwrap() = Some(running);
    }

    /// Delivers at once what waits in the queue.
    pub fn flush(&self) {
        run(Command::new("postqueue").arg("-c").arg(self.folder.join("postfix")).arg("-f"));
    }

    /// Waits until Postfix has nothing left to deliver; what it waits to deliver is tried at once.
    #[track_caller]
    pub fn wait_delivered(&self) {
        until("Postfix to deliver all that it took", || {
            let waits = ["incoming", "active", "deferred", "maildrop"]
                .iter()
                .any(|part| holds_files(&self.folder.join("queue").join(part)));
            if waits {
                self.flush();
            }
            (!waits).then_some(())
        });
    }

    fn log_of(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn box_of(&self, user: &str) -> PathBuf {
        self.folder.join("boxes").join(user)
    }

    fn prepare(&self) {
        let path = self.folder.path();
        for name in ["boxes", "run", "state", "queue", "data", "postfix"] {
            fs::create_dir(path.join(name)).unwrap();
        }
        give(&path.join("boxes"));
        run(Command::new("chown").arg("postfix").arg(path.join("data")));
        let key = path.join("key.pem");
        let mut certificate = Command::new("openssl");
        certificate.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "30",
        ]);
        certificate.args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
        certificate.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        run(certificate.arg("-keyout").arg(&key).arg("-out").arg(self.certificate()));
        let users = USERS.map(|user| format!("{user}:{{PLAIN}}{PASSWORD}\n")).concat();
        self.folder.write("users", &users);
        self.folder.write("dovecot.conf", &self.dovecot_settings());
        self.prepare_postfix();
    }

    fn dovecot_settings(&self) -> String {
        include_str!("mail/dovecot.conf")
            .replace("@FOLDER@", &self.folder.path().display().to_string())
            .replace("@OWNER@", OWNER)
            .replace("@IMAP@", &self.imap_port().to_string())
            .replace("@IMAPS@", &self.imaps_port().to_string())
    }

    fn prepare_postfix(&self) {
        let place = self.folder.join("postfix");
        let source = Path::new("/etc/postfix");
        for name in ["dynamicmaps.cf", "postfix-files"] {
            let _absent = fs::copy(source.join(name), place.join(name));
        }
        for name in ["dynamicmaps.cf.d", "postfix-files.d"] {
            fs::create_dir(place.join(name)).unwrap();
        }
        let fill = |text: &str| {
            text.replace("@FOLDER@", &self.folder.path().display().to_string())
                .replace("@SMTP@", &self.smtp_port().to_string())
                .replace("@SUBMISSION@", &self.submission_port().to_string())
        };
        fs::write(place.join("main.cf"), fill(include_str!("mail/main.cf"))).unwrap();
        fs::write(place.join("master.cf"), fill(include_str!("mail/master.cf"))).unwrap();
        // Makes the folders of the queue.
        run(Command::new("postfix").arg("-c").arg(&place).arg("check"));
    }
}

/// An answer of an SMTP server: the last line of it.
fn answer(reader: &mut impl BufRead) -> std::io::Result<String> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line.trim_end().to_owned());
        }
    }
}

/// Whether a server listens there and says what it should.
fn greets(port: u16, with: &str) -> bool {
    let greeting = || {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok::<_, std::io::Error>(line)
    };
    greeting().is_ok_and(|line| line.starts_with(with))
}

/// Whether a folder holds a file, at any depth.
fn holds_files(folder: &Path) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        path.is_file() || holds_files(&path)
    })
}

fn give(folder: &Path) {
    run(Command::new("chown").arg("-R").arg(format!("{OWNER}:{OWNER}")).arg(folder));
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: jan@customer.test\nSubject: x\nMessage-ID: <1@customer.test>\n\nHallo\n.\nDag\n";

    #[test]
    fn mail_is_delivered_with_details_refused_for_strangers_and_bounced_when_nobody_is_there() {
        let mail = Mail::start();
        assert!(mail.send("jan@customer.test", "support@shop.test", MAIL).starts_with("250"));
        assert!(mail.send("jan@customer.test", "support+w42@shop.test", MAIL).starts_with("250"));
        assert!(mail.send("jan@customer.test", "unknown@shop.test", MAIL).starts_with("550"));
        let arrived = mail.wait_for("support@shop.test", 2);
        assert!(arrived.iter().all(|mail| mail.contains("Hallo\n.\nDag")));
        assert!(arrived.iter().any(|mail| mail.contains("Delivered-To: support+w42@shop.test")), "{arrived:?}");
        assert!(!mail.any_seen("support@shop.test"));
        assert!(mail.send("support@shop.test", "gone@customer.test", MAIL).starts_with("250"));
        let bounce = mail.wait_for("support@shop.test", 3).into_iter().find(|mail| mail.contains("delivery-status"));
        assert!(bounce.is_some_and(|bounce| bounce.contains("<1@customer.test>")));
        mail.kill_smtp();
        mail.kill_imap();
        mail.start_imap();
        mail.start_smtp();
        assert!(mail.send("x@customer.test", "jan@customer.test", MAIL).starts_with("250"));
        mail.wait_for("jan@customer.test", 1);
    }
}
