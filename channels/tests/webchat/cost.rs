//! What an idle socket costs. Run it alone, for other tests use memory too:
//! `cargo test -p wissel-channels --test webchat -- --ignored --exact cost::an_idle_socket_costs_little --nocapture`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use wissel_channels::webchat::Limits;

use super::world::{Setup, World};

const SOCKETS: usize = 2000;

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
    let world = World::with(Setup { limits, ..Setup::default() }).await;
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
