//! An SMTP server that plays tricks, and believes that a bare line feed ends a line.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

/// What the server answers to a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Answer {
    #[default]
    Taken,
    /// 451 after RCPT.
    NotNow,
    /// 550 after RCPT.
    Never,
    /// 554 after DATA.
    NeverThat,
    /// Takes the mail and closes the connection without a word.
    LostAfterData,
    /// Closes the connection instead of a greeting.
    Closed,
}

/// The server.
#[derive(Clone)]
pub(crate) struct FakeSmtp {
    pub(crate) port: u16,
    state: Arc<Mutex<(Answer, Vec<String>)>>,
}

impl FakeSmtp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, state: Arc::default() };
        let (tasks, serving) = (TaskTracker::new(), server.clone());
        let inner = tasks.clone();
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                inner.spawn(async move {
                    let _ended = serving.talk(stream).await;
                });
            }
        });
        server
    }

    fn state(&self) -> MutexGuard<'_, (Answer, Vec<String>)> {
        self.state.lock().unwrap()
    }

    pub(crate) fn answers(&self, answer: Answer) {
        self.state().0 = answer;
    }

    /// The mails that came, as they came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.state().1.clone()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if self.state().0 == Answer::Closed {
            return Ok(());
        }
        stream.write_all(b"220 here\r\n").await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer = self.state().0;
            let said = match line.trim_end().split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => "250 8BITMIME",
                "RCPT" if answer == Answer::NotNow => "451 later",
                "RCPT" if answer == Answer::Never => "550 5.1.1 nobody",
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let mail = self.data(&mut stream).await?;
                    self.state().1.push(mail);
                    match answer {
                        Answer::LostAfterData => return Ok(()),
                        Answer::NeverThat => "554 no",
                        _ => "250 taken",
                    }
                }
                _ => "250 ok",
            };
            stream.write_all(format!("{said}\r\n").as_bytes()).await?;
        }
    }

    /// A mail ends at a line with a dot alone, whatever ends the lines: what is smuggled in shows as a second mail.
    async fn data(&self, stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
        let mut mail = String::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 || line.trim_end_matches(['\r', '\n']) == "." {
                return Ok(mail);
            }
            mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
}
