//! Ports that no other server of any test process has, below those that the system gives to clients.

use std::fs::{self, File, OpenOptions};
use std::net::TcpListener;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where they are taken from.
const PORTS: Range<u16> = 18_000..32_000;

/// A port of 127.0.0.1. A locked file keeps it for its owner also while nothing listens on it.
#[derive(Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    _lock: File,
}

impl Port {
    /// Takes one that nothing listens on.
    pub fn take() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let folder = std::env::temp_dir().join("wissel-ports");
        fs::create_dir_all(&folder).unwrap();
        let count = u32::from(PORTS.end - PORTS.start);
        // Processes begin at different places, so that they seldom meet.
        let first = std::process::id().wrapping_mul(97) % count;
        for _ in 0..count {
            let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
            let offset = u16::try_from((first + step) % count).unwrap();
            let number = PORTS.start + offset;
            let file = OpenOptions::new().create(true).append(true).open(folder.join(number.to_string()));
            let Ok(lock) = file else { continue };
            if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Self { number, _lock: lock };
            }
        }
        panic!("no port of {PORTS:?} is free");
    }
}
