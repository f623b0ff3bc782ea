//! What an idle socket costs in the channel; what a transcript keeps for it is not counted. Run it alone, for other tests use memory too:
//! `cargo test -p wissel-channels --test webchat -- --ignored --exact cost::an_idle_socket_costs_little --nocapture`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use wissel_channels::webchat::Limits;
use wissel_channels::{ThreadKey, Transcript, TranscriptError, View, Watch};

use super::world::{Setup, World};

const SOCKETS: usize = 2000;

/// A transcript that keeps nothing for a thread.
struct Quiet(watch::Sender<u64>);

#[async_trait]
impl Transcript for Quiet {
    async fn read(&self, _thread: ThreadKey, _after: u64) -> Result<View, TranscriptError> {
        Ok(View::default())
    }

    fn watch(&self, _thread: ThreadKey) -> Watch {
        self.0.subscribe()
    }
}

/// Opens a socket without any buffer of ours, says hello and reads the welcome.
fn idle(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = "GET /chat/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(b"\x81\x90\0\0\0\0{\"type\":\"hello\"}").unwrap();
    let (mut seen, mut buffer) = (Vec::new(), [0; 512]);
    while !seen.windows(8).any(|window| window == b"company\"") {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend(&buffer[..count]);
    }
    stream
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures the whole process"]
async fn an_idle_socket_costs_little() {
    let limits = Limits { connections_per_address: 0, ..Limits::default() };
    let transcript: Option<Arc<dyn Transcript>> = Some(Arc::new(Quiet(watch::Sender::new(0))));
    let world = World::with(Setup { limits, transcript, ..Setup::default() }).await;
    let address = world.address;
    let open = |count| tokio::task::spawn_blocking(move || (0..count).map(|_| idle(address)).collect::<Vec<_>>());
    let _warm = open(300).await.unwrap();
    let before = resident_bytes();
    let _sockets = open(SOCKETS).await.unwrap();
    assert_eq!(world.channel.open_sockets(), SOCKETS + 300);
    let each = (resident_bytes() - before) / SOCKETS;
    println!("an idle socket: {each} bytes resident");
    assert!(each <= 4096, "{each} bytes");
}
