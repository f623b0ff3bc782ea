//! Serves the chat's demo page with scripted answers, to look at the page without the daemon:
//! `cargo run -p wissel-channels --example chat_page -- 127.0.0.1:8090`.

#[path = "../tests/webchat/memory.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the tests, which use all of it")]
mod memory;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use memory::Memory;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::contract::{MemoryBlobs, MemoryCursors};
use wissel_channels::{
    Author, ChannelsConfig, Clock, InboundMessage, Intake, IntakeError, Line, OwnerKind, ReceiveContext, SignOfLife,
    Source, StatusReport, ThreadKey, build,
};

/// Answers each message by a small script.
struct Scripted {
    memory: Memory,
    answers: TaskTracker,
}

#[async_trait]
impl Intake for Scripted {
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        let (thread, text) = (message.thread, message.text.to_lowercase());
        self.memory.accept(message).await?;
        let memory = self.memory.clone();
        let person = ["medewerker", "mens", "person", "human"].iter().any(|word| text.contains(word));
        self.answers
            .spawn(async move { if person { people(&memory, thread).await } else { bot(&memory, thread).await } });
        Ok(())
    }

    async fn status(&self, _report: StatusReport) -> Result<(), IntakeError> {
        Ok(())
    }
}

async fn bot(memory: &Memory, thread: ThreadKey) {
    memory.own(thread, OwnerKind::Bot, true);
    memory.tell(thread);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let disclosure = "U spreekt met een digitale assistent (AI). U kunt altijd om een medewerker vragen.";
    memory.place(thread, Author::System, "", disclosure);
    let source = Source {
        title: "Bezorgen: dagen en tijden".to_owned(),
        url: "https://shop.example/bezorgen".to_owned(),
        version: "2026-11-02".to_owned(),
    };
    let text = "Pakketten die u voor 22.00 uur bestelt, komen de volgende werkdag tussen 9.00 en 18.00 uur.";
    let line = Line {
        seq: 0,
        id: String::new(),
        from: Author::Bot,
        name: String::new(),
        at: Clock::system().now(),
        text: text.to_owned(),
        sources: vec![source],
    };
    memory.place_line(thread, line);
    memory.own(thread, OwnerKind::Bot, false);
    memory.tell(thread);
}

async fn people(memory: &Memory, thread: ThreadKey) {
    memory.place(
        thread,
        Author::System,
        "",
        "We halen er een medewerker bij. Dat duurt meestal minder dan vijf minuten.",
    );
    memory.own(thread, OwnerKind::Queue, false);
    memory.tell(thread);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let line = Line {
        seq: 0,
        id: String::new(),
        from: Author::Staff,
        name: "Sanne".to_owned(),
        at: Clock::system().now(),
        text: "Goedemiddag, ik heb uw vraag gelezen. Ik kijk even met u mee.".to_owned(),
        sources: Vec::new(),
    };
    memory.place_line(thread, line);
    memory.own(thread, OwnerKind::Agent, false);
    memory.tell(thread);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let memory = Memory::new(100);
    let cx = ReceiveContext {
        scribe: None,
        intake: Arc::new(Scripted { memory: memory.clone(), answers: TaskTracker::new() }),
        transcript: Arc::new(memory),
        blobs: Arc::new(MemoryBlobs::default()),
        cursors: Arc::new(MemoryCursors::default()),
        progress: SignOfLife::default(),
        clock: Clock::system(),
        shutdown: CancellationToken::new(),
    };
    let channels = build(&ChannelsConfig::default(), [1; 32]).map_err(std::io::Error::other)?;
    let routes =
        channels.iter().filter_map(|channel| channel.routes(cx.clone())).fold(axum::Router::new(), axum::Router::merge);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
