//! As much of the protocol of Redis as orders need: one command, one reply.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::PATIENCE;

/// A reply: text, or the elements of an array one a line; an error of the server as `Err`.
pub(crate) type Reply = Result<String, String>;

/// Sends one command on a connection of its own.
pub(crate) fn command(port: u16, words: &[&str]) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "*{}\r\n", words.len())?;
    for word in words {
        write!(stream, "${}\r\n{word}\r\n", word.len())?;
    }
    read(&mut BufReader::new(stream))
}

fn read(stream: &mut impl BufRead) -> std::io::Result<Reply> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.trim_end();
    let (kind, rest) = line.split_at(1);
    let number = rest.parse::<i64>().unwrap_or(-1);
    match kind {
        "-" => Ok(Err(rest.to_owned())),
        "$" => {
            let Ok(length) = usize::try_from(number) else { return Ok(Ok(String::new())) };
            let mut bytes = vec![0; length + 2];
            stream.read_exact(&mut bytes)?;
            bytes.truncate(length);
            Ok(Ok(String::from_utf8_lossy(&bytes).into_owned()))
        }
        "*" => {
            let mut lines = Vec::new();
            for _ in 0..number.max(0) {
                match read(stream)? {
                    Ok(text) => lines.push(text),
                    error => return Ok(error),
                }
            }
            Ok(Ok(lines.join("\n")))
        }
        _ => Ok(Ok(rest.to_owned())),
    }
}
