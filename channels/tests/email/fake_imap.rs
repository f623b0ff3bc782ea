//! An IMAP server that plays tricks: it keeps one folder, and does wrong what a test tells it to do wrong.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Announces a mail of 9 999 999 999 bytes.
    HugeLiteral,
    /// Closes the connection in the middle of each mail, once.
    CutInFetch,
    /// Gives no mail and says that all is well, once: what a broken connection can look like.
    EmptyFetch,
    /// Ends a fetch with NO, once.
    RefusedFetch,
    /// Accepts no password.
    RefuseLogin,
    /// Says that nobody can be signed in just now.
    BusyLogin,
    /// Says nothing any more after IDLE, though the connection stays.
    SilentIdle,
    /// Never gives the mail with UID 2.
    NeverSecond,
    /// Knows neither IDLE nor MOVE.
    Old,
}

/// What it holds and what was seen.
pub(crate) struct State {
    pub(crate) validity: u32,
    pub(crate) next: u32,
    pub(crate) mails: Vec<(u32, Vec<u8>)>,
    pub(crate) fault: Option<Fault>,
    pub(crate) commands: Vec<String>,
    pub(crate) connections: usize,
    /// The token that XOAUTH2 takes; with one, passwords are refused.
    pub(crate) token: Option<String>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct FakeImap {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
}

impl FakeImap {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = State {
            validity: 5,
            next: 1,
            mails: Vec::new(),
            fault: None,
            commands: Vec::new(),
            connections: 0,
            token: None,
        };
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, state: Arc::new(Mutex::new(state)), news: Arc::new(Notify::new()) };
        let (tasks, serving) = (TaskTracker::new(), server.clone());
        let inner = tasks.clone();
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                serving.state().connections += 1;
                inner.spawn(async move {
                    let _ended = serving.talk(stream).await;
                });
            }
        });
        server
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A mail arrives.
    pub(crate) fn deliver(&self, mail: &str) {
        let mut state = self.state();
        let uid = state.next;
        state.next += 1;
        state.mails.push((uid, mail.replace('\n', "\r\n").into_bytes()));
        drop(state);
        self.news.notify_waiters();
    }

    pub(crate) fn has_seen(&self, command: &str) -> bool {
        self.state().commands.iter().any(|seen| seen.contains(command))
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK here\r\n").await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_owned();
            self.state().commands.push(line.clone());
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let answer = if command.starts_with("IDLE") {
                self.idle(&mut stream, tag).await?
            } else if command.starts_with("AUTHENTICATE XOAUTH2") {
                self.xoauth2(&mut stream, tag).await?
            } else {
                self.answer(tag, command)
            };
            let cut = answer.len() > 40 && command.contains("BODY.PEEK") && self.once(Fault::CutInFetch);
            let sent = if cut { &answer[..answer.len() / 2] } else { &answer[..] };
            stream.write_all(sent).await?;
            if cut {
                return Ok(());
            }
        }
    }

    /// Whether this is the fault to play, which is played but once.
    fn once(&self, fault: Fault) -> bool {
        let mut state = self.state();
        let now = state.fault == Some(fault);
        if now {
            state.fault = None;
        }
        now
    }

    async fn idle(&self, stream: &mut BufReader<TcpStream>, tag: &str) -> std::io::Result<Vec<u8>> {
        stream.write_all(b"+ idling\r\n").await?;
        let mut line = String::new();
        loop {
            let known = self.state().mails.len();
            let news = self.news.notified();
            let silent = self.state().fault == Some(Fault::SilentIdle);
            tokio::select! {
                read = stream.read_line(&mut line) => {
                    if read? == 0 {
                        return Ok(Vec::new());
                    }
                    if silent {
                        let mut rest = Vec::new();
                        stream.read_to_end(&mut rest).await?;
                        return Ok(Vec::new());
                    }
                    return Ok(format!("{tag} OK idled\r\n").into_bytes());
                }
                () = news, if !silent => {
                    let count = self.state().mails.len();
                    if count != known {
                        stream.write_all(format!("* {count} EXISTS\r\n").as_bytes()).await?;
                    }
                }
            }
        }
    }

    async fn xoauth2(&self, stream: &mut BufReader<TcpStream>, tag: &str) -> std::io::Result<Vec<u8>> {
        stream.write_all(b"+ \r\n").await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let said = data_encoding::BASE64.decode(line.trim().as_bytes()).unwrap_or_default();
        let token = self.state().token.clone().unwrap_or_default();
        let right = said == format!("user=support@shop.test\x01auth=Bearer {token}\x01\x01").into_bytes();
        if right {
            return Ok(format!("{tag} OK in\r\n").into_bytes());
        }
        let why = data_encoding::BASE64.encode(b"{\"status\":\"401\"}");
        stream.write_all(format!("+ {why}\r\n").as_bytes()).await?;
        line.clear();
        stream.read_line(&mut line).await?;
        Ok(format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n").into_bytes())
    }

    fn answer(&self, tag: &str, command: &str) -> Vec<u8> {
        let state = self.state();
        let ok = format!("{tag} OK done\r\n");
        let words: Vec<&str> = command.split(' ').collect();
        match words.as_slice() {
            ["LOGIN", ..] if state.fault == Some(Fault::BusyLogin) => {
                format!("{tag} NO [UNAVAILABLE] Temporary authentication failure.\r\n").into_bytes()
            }
            ["LOGIN", ..] if state.fault == Some(Fault::RefuseLogin) || state.token.is_some() => {
                format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n").into_bytes()
            }
            ["CAPABILITY"] if state.fault == Some(Fault::Old) => format!("* CAPABILITY IMAP4rev1\r\n{ok}").into_bytes(),
            ["CAPABILITY"] => format!("* CAPABILITY IMAP4rev1 IDLE MOVE\r\n{ok}").into_bytes(),
            ["SELECT", ..] => {
                let (count, validity, next) = (state.mails.len(), state.validity, state.next);
                let mut answer = format!("* {count} EXISTS\r\n* FLAGS (\\Seen)\r\n");
                if validity != 0 {
                    let _written = write!(answer, "* OK [UIDVALIDITY {validity}] x\r\n");
                }
                let _written = write!(answer, "* OK [UIDNEXT {next}] x\r\n{tag} OK [READ-WRITE] x\r\n");
                answer.into_bytes()
            }
            ["UID", "SEARCH", "UID", range] => {
                let first: u32 = range.split(':').next().unwrap().parse().unwrap();
                let last = state.mails.last().map_or(0, |(uid, _)| *uid);
                let found = state.mails.iter().map(|(uid, _)| *uid).filter(|uid| *uid >= first || *uid == last);
                listed(found, &ok)
            }
            ["UID", "SEARCH", ..] => listed(state.mails.iter().map(|(uid, _)| *uid), &ok),
            ["UID", "FETCH", set, ..] => {
                drop(state);
                self.fetch(tag, set, command)
            }
            _ => ok.into_bytes(),
        }
    }

    fn fetch(&self, tag: &str, set: &str, command: &str) -> Vec<u8> {
        let body = command.contains("BODY.PEEK");
        if body && self.once(Fault::EmptyFetch) {
            return format!("{tag} OK done\r\n").into_bytes();
        }
        if body && self.once(Fault::RefusedFetch) {
            return format!("{tag} NO not now\r\n").into_bytes();
        }
        let state = self.state();
        let mut answer = Vec::new();
        for (number, (uid, mail)) in state.mails.iter().enumerate().filter(|(_, (uid, _))| holds(set, *uid)) {
            let number = number + 1;
            let size = mail.len();
            if !body {
                answer.extend(format!("* {number} FETCH (UID {uid} RFC822.SIZE {size})\r\n").into_bytes());
                continue;
            }
            if state.fault == Some(Fault::NeverSecond) && *uid == 2 {
                continue;
            }
            if state.fault == Some(Fault::HugeLiteral) {
                answer.extend(format!("* {number} FETCH (UID {uid} BODY[] {{9999999999}}\r\n").into_bytes());
                continue;
            }
            let (piece, section) = match command.split_once("[]<") {
                Some((_, range)) => {
                    let (start, count) = range.split_once('>').unwrap().0.split_once('.').unwrap();
                    let (start, count): (usize, usize) = (start.parse().unwrap(), count.parse().unwrap());
                    (&mail[start.min(size)..(start + count).min(size)], format!("BODY[]<{start}>"))
                }
                None => (&mail[..], "BODY[]".to_owned()),
            };
            answer.extend(format!("* {number} FETCH (UID {uid} {section} {{{}}}\r\n", piece.len()).into_bytes());
            answer.extend_from_slice(piece);
            answer.extend_from_slice(b")\r\n");
        }
        answer.extend(format!("{tag} OK done\r\n").into_bytes());
        answer
    }
}

fn listed(uids: impl Iterator<Item = u32>, ok: &str) -> Vec<u8> {
    let found: Vec<String> = uids.map(|uid| format!(" {uid}")).collect();
    format!("* SEARCH{}\r\n{ok}", found.concat()).into_bytes()
}

fn holds(set: &str, uid: u32) -> bool {
    set.split(',').any(|range| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        (first.parse().unwrap()..=last.parse().unwrap()).contains(&uid)
    })
}
