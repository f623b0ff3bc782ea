//! A stand-in for the server of a language model that others wrote: the `llmock` of the package `@copilotkit/aimock`.

use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use crate::folder::Folder;
use crate::port::Port;
use crate::running::{Running, watched};
use crate::until;

/// It answers `OpenAI`'s chat API from a file of fixtures, keeps what it was asked (`/__aimock/journal`), and misbehaves as it is
/// told (`/__aimock/chaos`). Dropped, it is gone.
#[derive(Debug)]
pub struct Llmock {
    running: Running,
    port: Port,
    _folder: Folder,
}

impl Llmock {
    /// Starts it with fixtures as JSON; takes about a second.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn start(fixtures: &str) -> Self {
        let installed = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../llm/node_modules/.bin/llmock"));
        assert!(installed.exists(), "llmock is not there; run: npm ci --prefix tests/llm");
        let (port, folder) = (Port::take(), Folder::new("llmock"));
        let (log, fixtures) = (folder.join("log"), folder.write("fixtures.json", fixtures));
        let mut command = watched(folder.path(), &log);
        command.arg("node").arg(installed).args(["-p", &port.number.to_string(), "-f"]).arg(fixtures);
        let running = Running::start(command, &log);
        let llmock = Self { running, port, _folder: folder };
        until("llmock to start", || {
            llmock.running.must_run();
            TcpStream::connect(llmock.address()).is_ok().then_some(())
        });
        llmock
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port.number))
    }
}
