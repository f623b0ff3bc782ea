//! Viruses: asks a `clamd` about content before it is stored, by its command INSTREAM.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// How long one look may take.
const ANSWER: Duration = Duration::from_secs(30);
/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Bytes of an answer, at most.
const MOST_ANSWER: u64 = 4096;

/// Where `clamd` listens: `127.0.0.1:3310`, or the path of its socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanner(String);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A virus of this name.
    Virus(String),
}

impl Scanner {
    /// A scanner at an address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// Looks at content.
    ///
    /// # Errors
    /// When `clamd` is away, takes no content of this size, or answers otherwise than it should; without the content.
    pub async fn look(&self, content: &[u8]) -> Result<Found, String> {
        let asked = async {
            if self.0.starts_with('/') {
                ask(UnixStream::connect(&self.0).await.map_err(|error| away(&error))?, content).await
            } else {
                ask(TcpStream::connect(&self.0).await.map_err(|error| away(&error))?, content).await
            }
        };
        tokio::time::timeout(ANSWER, asked)
            .await
            .unwrap_or_else(|_| Err(format!("the virus scanner gives no answer within {} s", ANSWER.as_secs())))
    }
}

fn away(error: &std::io::Error) -> String {
    format!("the virus scanner is away: {}", error.kind())
}

async fn ask(stream: impl AsyncRead + AsyncWrite, content: &[u8]) -> Result<Found, String> {
    let (reading, mut writing) = tokio::io::split(stream);
    // Of what it takes no more of, clamd says why and reads no further: its answer is heard then too.
    let sent = send(&mut writing, content).await;
    let mut answer = Vec::new();
    let heard = reading.take(MOST_ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent.and(heard.map(drop)).map_err(|error| away(&error))?;
    }
    read(&answer)
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), content: &[u8]) -> std::io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for piece in content.chunks(PIECE) {
        let length = u32::try_from(piece.len()).unwrap_or(0).to_be_bytes();
        stream.write_all(&length).await?;
        stream.write_all(piece).await?;
    }
    stream.write_all(&[0; 4]).await?;
    stream.flush().await
}

fn read(answer: &[u8]) -> Result<Found, String> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches('\0').trim();
    let said = text.strip_prefix("stream:").unwrap_or(text).trim();
    match said.strip_suffix("FOUND") {
        Some(name) => Ok(Found::Virus(name.trim().chars().filter(|letter| !letter.is_control()).take(100).collect())),
        None if said == "OK" => Ok(Found::Nothing),
        None if said.contains("size limit exceeded") => {
            Err("the virus scanner takes no file of this size; raise StreamMaxLength in clamd.conf".to_owned())
        }
        None => Err("the virus scanner answers something else than it should".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_util::task::TaskTracker;

    use super::*;

    const MEGABYTE: usize = 1 << 20;

    /// A `clamd` that reads as the real one does, takes a megabyte, and finds what holds `bad`.
    async fn clamd() -> Scanner {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        TaskTracker::new().spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut command = [0; 10];
                stream.read_exact(&mut command).await.unwrap();
                assert_eq!(&command, b"zINSTREAM\0");
                let mut content = Vec::new();
                loop {
                    let length = stream.read_u32().await.unwrap();
                    if length == 0 || content.len() > MEGABYTE {
                        break;
                    }
                    let mut piece = vec![0; length as usize];
                    stream.read_exact(&mut piece).await.unwrap();
                    content.extend(piece);
                }
                let bad = content.windows(3).any(|window| window == b"bad");
                let answer: &[u8] = match bad {
                    _ if content.len() > MEGABYTE => b"INSTREAM size limit exceeded. ERROR\0",
                    true => b"stream: Eicar-Test-Signature FOUND\0",
                    false => b"stream: OK\0",
                };
                stream.write_all(answer).await.unwrap();
            }
        });
        Scanner::new(&address)
    }

    #[tokio::test]
    async fn what_is_found_is_named_and_what_is_clean_passes() {
        let scanner = clamd().await;
        let large = [vec![b'a'; 3 * PIECE], b"bad".to_vec()].concat();
        assert_eq!(scanner.look(&large).await, Ok(Found::Virus("Eicar-Test-Signature".to_owned())));
        assert_eq!(scanner.look(b"a letter").await, Ok(Found::Nothing));
        assert_eq!(scanner.look(b"").await, Ok(Found::Nothing));
        let too_large = scanner.look(&vec![b'a'; 16 * MEGABYTE]).await.unwrap_err();
        assert!(too_large.contains("StreamMaxLength"), "{too_large}");
    }

    #[tokio::test]
    async fn a_scanner_that_is_away_or_strange_lets_nothing_pass() {
        assert!(Scanner::new("127.0.0.1:1").look(b"x").await.unwrap_err().contains("away"));
        assert!(Scanner::new("/nowhere/clamd.ctl").look(b"x").await.is_err());
        assert!(read(b"INSTREAM size limit exceeded. ERROR\0").unwrap_err().contains("StreamMaxLength"));
        assert!(read(b"").is_err());
    }
}
