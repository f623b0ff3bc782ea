//! Metrics as Prometheus' own checker sees them.

use std::io::Write;
use std::process::{Command, Stdio};

/// Fails with what `promtool check metrics` says about an exposition.
#[track_caller]
pub(crate) fn promtool_is_content_with(exposition: &str) {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = promtool.spawn().expect("promtool is installed (tests/run does it)");
    child.stdin.take().unwrap().write_all(exposition.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

#[test]
fn metrics_of_a_fresh_start_are_clean() {
    promtool_is_content_with(&wissel::telemetry::Metrics::new().unwrap().render());
}
