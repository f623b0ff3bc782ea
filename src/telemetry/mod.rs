//! Telemetry: logs and metrics. Neither ever holds what customers wrote, where they live, or a secret.

pub mod aside;
pub mod logging;
pub mod metrics;
pub mod pulse;
pub mod redaction;
pub(crate) mod trust;

pub use aside::Aside;
pub use metrics::Metrics;
pub use redaction::{Chain, Measured};
