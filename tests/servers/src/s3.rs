//! A private server that speaks S3 and knows its key; it does not recompute signatures.

use std::net::TcpStream;
use std::path::Path;

use crate::folder::Folder;
use crate::port::Port;
use crate::running::{Running, watched};
use crate::until;

/// The bucket that is there.
const BUCKET: &str = "files";
/// The key that the server knows.
const KEY: (&str, &str) = ("S3RVER", "S3RVER");

/// A server with one bucket. Dropped, it is gone with its folder.
#[derive(Debug)]
pub struct S3 {
    running: Running,
    port: Port,
    _folder: Folder,
}

impl S3 {
    /// A new one with an empty bucket. Takes a second.
    pub fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("s3/node_modules/s3rver/bin/s3rver.js");
        assert!(program.exists(), "no server that speaks S3; run: npm ci --prefix tests/servers/s3");
        let (port, folder) = (Port::take(), Folder::new("s3"));
        let log = folder.join("log");
        let mut command = watched(folder.path(), &log);
        command.arg("node").arg(program).args(["--address", "127.0.0.1", "--port", &port.number.to_string()]);
        command.args(["--no-vhost-buckets", "--configure-bucket", BUCKET, "--directory"]).arg(folder.join("data"));
        let running = Running::start(command, &log);
        until("the S3 server to start", || {
            running.must_run();
            TcpStream::connect(("127.0.0.1", port.number)).ok()
        });
        Self { running, port, _folder: folder }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// The bucket.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// Id and secret of its key.
    pub fn key(&self) -> (&'static str, &'static str) {
        KEY
    }

    /// Stands still (SIGSTOP): connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.running.signal("STOP");
    }
}
