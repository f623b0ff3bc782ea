//! Private real servers for tests, each with faults to order: kill, stop, flush, set back, freeze, cut.
//!
//! Blocking, without dependencies. A server has a folder and ports of its own, listens on 127.0.0.1 alone, and ends with
//! the process that started it, even when that one is killed. Whatever cannot be done panics and says why: a test is never
//! passed over because a server is missing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails here")]

mod deployed;
mod folder;
mod llmock;
mod mail;
mod port;
mod postgres;
mod proxy;
mod rabbitmq;
mod redis;
mod resp;
mod running;
mod s3;
mod sentinels;

pub use deployed::{Deployed, Secrets};
pub use llmock::Llmock;
pub use mail::Mail;
pub use port::Port;
pub use postgres::Postgres;
pub use proxy::Proxy;
pub use rabbitmq::RabbitMq;
pub use redis::{Fsync, Redis};
pub use s3::S3;
pub use sentinels::Sentinels;

use std::time::{Duration, Instant};

/// How long a server may take to start or to do what it was told, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two looks at something that tells nobody when it changes.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until `check` gives something.
#[track_caller]
fn until<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} for {what}");
        std::thread::sleep(LOOK);
    }
}
