//! S7: what the whole daemon's memory grows by with each idle chat socket whose visitor has said hello. The bare loop is a
//! WebSocket of axum in a process of its own, with default buffers, that has read one frame and answered it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};

use crate::daemon::{Daemon, is_ready, memory};
use crate::table::{Table, number_of};

/// How many sockets there are, unless `--sockets N` says so; and how many before the first look: they take up what the
/// process had and does not use any more.
const SOCKETS: u32 = 10_000;
const WARM: u32 = 5_000;
/// A bare server shows with fewer what one takes.
const BARE_SHARE: u32 = 10;
const BYTES: u32 = 4_096;
const PATIENCE: Duration = Duration::from_secs(20);
/// What this program is called with to be the bare server.
pub(crate) const BARE: &str = "--bare-sockets";

/// Measures both.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let sockets = number_of("--sockets", SOCKETS);
    let bare = bare(sockets / BARE_SHARE)?;
    let folder = tempfile::tempdir()?;
    let none = |name: &'static str| (name, "0".to_owned());
    let settings = [none("WISSEL__LIMITS__CONNECTIONS_PER_ADDRESS")];
    let daemon = Daemon::start(folder.path(), &settings)?.wait_for("/readyz", is_ready)?;
    let hello = r#"{"type":"hello","visitor":null,"last_seq":0,"locale":"nl"}"#;
    let ours = growth(daemon.public, "/chat/ws", hello, (WARM, sockets), || daemon.memory())?;
    println!("S7: {sockets} idle chat sockets: {ours} bytes each in the daemon, {bare} in a bare server");
    table.bytes("S7 memory of an idle chat socket, the whole daemon", ours, bare, BYTES);
    Ok(())
}

/// What each of many sockets makes a process grow by.
fn growth(
    address: SocketAddr,
    path: &str,
    hello: &str,
    (warm, sockets): (u32, u32),
    memory: impl Fn() -> anyhow::Result<u64>,
) -> anyhow::Result<u32> {
    let open = |count: u32| (0..count).map(|_| socket(address, path, hello)).collect::<anyhow::Result<Vec<_>>>();
    let _warm = open(warm)?;
    let before = memory()?;
    let _many = open(sockets)?;
    let grown = memory()?.saturating_sub(before);
    Ok(u32::try_from(grown / u64::from(sockets))?)
}

/// An open socket whose first frame was answered.
fn socket(address: SocketAddr, path: &str, hello: &str) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    anyhow::ensure!(head.starts_with(b"HTTP/1.1 101"), "no socket: {}", String::from_utf8_lossy(&head));
    // One frame of text, masked with zeros.
    let length = u8::try_from(hello.len()).ok().filter(|length| *length < 126).context("a short hello")?;
    stream.write_all(&[&[0x81, 0x80 | length, 0, 0, 0, 0], hello.as_bytes()].concat())?;
    stream.read_exact(&mut [0; 2])?;
    Ok(stream)
}

/// The same of a bare server: this program once more.
fn bare(sockets: u32) -> anyhow::Result<u32> {
    let mut child =
        Command::new(std::env::current_exe()?).arg(BARE).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let measured = (|| {
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        growth(line.trim().parse()?, "/", "hello", (WARM / BARE_SHARE, sockets), || memory(child.id()))
    })();
    child.kill()?;
    child.wait()?;
    measured
}

/// Serves bare sockets until it is killed.
pub(crate) fn serve() -> anyhow::Result<()> {
    let echo = |mut socket: WebSocket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            if let Message::Text(text) = message
                && socket.send(Message::Text(text)).await.is_err()
            {
                return;
            }
        }
    };
    let app = axum::Router::new()
        .route("/", axum::routing::get(move |up: WebSocketUpgrade| async move { up.on_upgrade(echo) }));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        Ok(axum::serve(listener, app).await?)
    })
}
