//! A TCP link with faults: cut, or half-open.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::port::Port;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Open,
    /// New connections are closed at once.
    Cut,
    /// New connections are taken, and whatever is written to them is swallowed.
    Frozen,
}

/// One connection through the proxy.
#[derive(Debug)]
struct Link {
    /// The client, and the server unless the link was frozen from its start.
    ends: Vec<TcpStream>,
    /// Nothing passes any more, and no end hears of the other's close.
    frozen: AtomicBool,
}

impl Link {
    fn close(&self) {
        for end in &self.ends {
            let _closed = end.shutdown(Shutdown::Both);
        }
    }
}

#[derive(Debug)]
struct State {
    mode: Mode,
    links: Vec<Arc<Link>>,
}

/// A port that leads to another one on this machine, until it is told otherwise.
#[derive(Debug)]
pub struct Proxy {
    port: Port,
    target: u16,
    state: Arc<Mutex<State>>,
    closed: Arc<AtomicBool>,
}

impl Proxy {
    /// A link to `target` on 127.0.0.1.
    pub fn to(target: u16) -> Self {
        let port = Port::take();
        let listener = TcpListener::bind(("127.0.0.1", port.number)).unwrap();
        let state = Arc::new(Mutex::new(State { mode: Mode::Open, links: Vec::new() }));
        let closed = Arc::new(AtomicBool::new(false));
        let (links, done) = (Arc::clone(&state), Arc::clone(&closed));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if done.load(Ordering::SeqCst) {
                    return;
                }
                connect(client, target, &links);
            }
        });
        Self { port, target, state, closed }
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port.number
    }

    /// A URL of the target, by way of this link.
    #[track_caller]
    pub fn url(&self, url: &str) -> String {
        let (direct, ours) = (format!("127.0.0.1:{}", self.target), format!("127.0.0.1:{}", self.port()));
        assert!(url.contains(&direct), "the URL does not name {direct}");
        url.replacen(&direct, &ours, 1)
    }

    /// Closes every connection; new ones are taken at once.
    pub fn drop_connections(&self) {
        let links = std::mem::take(&mut self.state.lock().unwrap().links);
        for link in &links {
            link.close();
        }
    }

    /// Closes every connection, and each new one, until it is healed.
    pub fn cut(&self) {
        self.state.lock().unwrap().mode = Mode::Cut;
        self.drop_connections();
    }

    /// Half-open: every connection stays open and nothing passes; new ones are taken and swallow what is written.
    pub fn freeze(&self) {
        let mut state = self.state.lock().unwrap();
        state.mode = Mode::Frozen;
        for link in &state.links {
            link.frozen.store(true, Ordering::SeqCst);
        }
    }

    /// The connections of now are frozen for good, new ones work: as behind a gateway that has forgotten them.
    pub fn freeze_connections(&self) {
        self.freeze();
        self.heal();
    }

    /// New connections work again. Those that were frozen stay silent for good.
    pub fn heal(&self) {
        self.state.lock().unwrap().mode = Mode::Open;
    }

    /// How many connections are open, frozen ones too.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().links.len()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        self.cut();
        // Wakes the thread that listens.
        let _woken = TcpStream::connect(("127.0.0.1", self.port()));
    }
}

fn connect(client: TcpStream, target: u16, state: &Arc<Mutex<State>>) {
    let mut known = state.lock().unwrap();
    let mut ends = vec![client];
    match known.mode {
        Mode::Cut => return,
        Mode::Frozen => {}
        Mode::Open => match TcpStream::connect(("127.0.0.1", target)) {
            Ok(server) => ends.push(server),
            Err(_) => return,
        },
    }
    for end in &ends {
        end.set_nodelay(true).unwrap();
    }
    let frozen = AtomicBool::new(ends.len() == 1);
    let link = Arc::new(Link { ends, frozen });
    known.links.push(Arc::clone(&link));
    for from in 0..link.ends.len() {
        let (link, state) = (Arc::clone(&link), Arc::clone(state));
        std::thread::spawn(move || {
            pass(&link, from);
            if !link.frozen.load(Ordering::SeqCst) {
                link.close();
            }
            state.lock().unwrap().links.retain(|other| !Arc::ptr_eq(other, &link));
        });
    }
}

/// Carries bytes from one end to the other, until one of them closes.
fn pass(link: &Link, from: usize) {
    let mut from_end = &link.ends[from];
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let Ok(count @ 1..) = from_end.read(&mut bytes) else { return };
        if link.frozen.load(Ordering::SeqCst) {
            continue;
        }
        let Some(mut to_end) = link.ends.get(1 - from) else { continue };
        if to_end.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Answers each byte with the same.
    fn echo() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    std::io::copy(&mut stream.try_clone().unwrap(), &mut stream).unwrap();
                });
            }
        });
        port
    }

    fn open(proxy: &Proxy) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream
    }

    /// What comes back: the byte, nothing (`WouldBlock`), or the end.
    fn says(mut stream: &TcpStream) -> std::io::Result<usize> {
        let mut byte = [0];
        stream.write_all(b"x")?;
        stream.read(&mut byte)
    }

    #[test]
    fn a_link_carries_is_cut_freezes_and_heals() {
        let proxy = Proxy::to(echo());
        let first = open(&proxy);
        assert_eq!(says(&first).unwrap(), 1);
        proxy.freeze();
        let (during, silent) = (open(&proxy), std::io::ErrorKind::WouldBlock);
        assert_eq!(says(&first).unwrap_err().kind(), silent);
        assert_eq!(says(&during).unwrap_err().kind(), silent);
        proxy.heal();
        assert_eq!(says(&first).unwrap_err().kind(), silent, "what was frozen stays silent");
        let second = open(&proxy);
        assert_eq!(says(&second).unwrap(), 1);
        proxy.cut();
        assert!(!matches!(says(&second), Ok(1)));
        assert!(!matches!(says(&open(&proxy)), Ok(1)));
        proxy.heal();
        assert_eq!(says(&open(&proxy)).unwrap(), 1);
    }
}
