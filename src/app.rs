//! The composition root: the only file that names concrete backends.

use std::path::PathBuf;
use std::sync::Arc;

use wissel_channels::ConversationId;

use crate::lifecycle::Lifecycle;
use crate::settings::Settings;
use crate::telemetry::Metrics;

/// What a start is given.
pub struct Start {
    /// What operations decided.
    pub settings: Settings,
    /// The routing file; `None` for the one built in.
    pub routing: Option<PathBuf>,
    /// Where everything counts.
    pub metrics: Arc<Metrics>,
}

/// Puts the daemon together and starts its tasks on `lifecycle`; returns when it is ready.
#[expect(clippy::unused_async, reason = "nothing is put together yet")]
pub async fn run(_start: Start, _lifecycle: &Lifecycle) -> anyhow::Result<()> {
    anyhow::bail!("the daemon is not put together yet")
}

/// Why each message of a conversation went where it went, in words or as JSON.
#[expect(clippy::unused_async, reason = "nothing is put together yet")]
pub async fn explain(_settings: &Settings, _conversation: ConversationId, _json: bool) -> anyhow::Result<String> {
    anyhow::bail!("the journal is not put together yet")
}

/// A bearer token for the staff API that stands for `name`.
#[expect(clippy::unused_async, reason = "nothing is put together yet")]
pub async fn staff_token(_settings: &Settings, _name: &str) -> anyhow::Result<String> {
    anyhow::bail!("the desk is not put together yet")
}
