//! Prism, on Meta's own description: takes every request that we make. It refuses word that a message was read, which
//! the description has as an example and not in its schema.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wissel_channels::{Author, Blobs, Replied};
use wissel_servers::Port;

use crate::memory::NOW;
use crate::world::World;

/// Prism, which ends with this.
struct Prism {
    child: Child,
    port: Port,
}

impl Prism {
    /// Starts the program `prism`, or the one that `WISSEL_PRISM` names, on the description in `WISSEL_CONTRACTS`.
    fn start() -> Self {
        let folder = std::env::var_os("WISSEL_CONTRACTS").expect("set WISSEL_CONTRACTS to the folder of contracts");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        let program = std::env::var_os("WISSEL_PRISM").unwrap_or_else(|| "prism".into());
        let port = Port::take();
        let mut command = Command::new(program);
        command.args(["mock", "-h", "127.0.0.1", "-p", &port.number.to_string(), "--errors"]);
        command.arg(folder.join("whatsapp-cloud-api-v23.openapi.yaml"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self { child: child.expect("npm install -g @stoplight/prism-cli, or name it in WISSEL_PRISM"), port }
    }

    async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_mins(2);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port.number)).await.is_err() {
            assert!(Instant::now() < deadline, "Prism does not listen");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[tokio::test]
#[ignore = "needs Prism, and the folder of contracts in WISSEL_CONTRACTS"]
async fn every_request_is_as_meta_describes_it() {
    let prism = Prism::start();
    prism.ready().await;
    let api = format!("http://127.0.0.1:{}/v23.0", prism.port.number);
    let world = World::with(|config| {
        config.api = api;
        config.template = Some("reopen".to_owned());
        (config.messages_per_second, config.pair_seconds, config.read_receipts) = (0.0, 0.0, false);
    })
    .await;
    let mut refused = Vec::new();
    let mut note = |what: &str, said: Result<String, String>| {
        refused.extend(said.err().map(|why| format!("{what}: {why}")));
    };
    let (name, text, provider_id) = ("Sanne".to_owned(), "Waar?".to_owned(), "wamid.in.1".to_owned());
    let replied = Replied { provider_id, at: NOW, name, text };
    let mut answer = World::saying(1, "Ik zoek het uit.");
    answer.parts[0].from = Author::Staff;
    answer.replies_to = Some(replied.clone());
    note("an answer", world.say(&answer).await);
    for media_type in ["image/jpeg", "image/webp", "video/mp4", "audio/ogg", "application/pdf", "text/plain"] {
        let mut file = World::saying(2, "Zie de bijlage.");
        file.attachments.push(world.memory.put("bijlage.x", media_type, b"bytes".to_vec()).await.unwrap());
        note(media_type, world.say(&file).await);
    }
    let mut late = World::saying(3, "Uw pakket is gevonden.");
    late.replies_to = Some(Replied { at: wissel_channels::UnixMillis(0), ..replied });
    note("a template", world.say(&late).await);
    assert!(refused.is_empty(), "{refused:#?}");
}
