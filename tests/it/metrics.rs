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

/// The names that others build their boards and alerts on.
const NAMES: [&str; 19] = [
    "wissel_messages_received_total",
    "wissel_messages_acknowledged_total",
    "wissel_decisions_total",
    "wissel_route_seconds",
    "wissel_triage_seconds",
    "wissel_bot_answers_total",
    "wissel_handoffs_total",
    "wissel_deliveries_total",
    "wissel_queue_depth",
    "wissel_queue_oldest_seconds",
    "wissel_bot_workers",
    "wissel_bot_workers_desired",
    "wissel_conversations",
    "wissel_parked_total",
    "wissel_source_last_progress_timestamp_seconds",
    "wissel_ai_disclosures_total",
    "wissel_dropped_stale_answers_total",
    "wissel_routing_table_info",
    "wissel_build_info",
];

/// Fails when a name is missing from what a daemon that has worked shows, or promtool is not content with it.
#[track_caller]
pub(crate) fn are_complete(exposition: &str) {
    promtool_is_content_with(exposition);
    let shown = |name: &&str| exposition.lines().any(|line| line.starts_with(&format!("# HELP {name} ")));
    let missing: Vec<&str> = NAMES.into_iter().filter(|name| !shown(name)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn metrics_of_a_fresh_start_are_clean() {
    promtool_is_content_with(&wissel::telemetry::Metrics::new().unwrap().render());
}

/// The folder with what is shipped for Prometheus.
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/prometheus");

#[test]
fn alerts_tell_each_trouble_and_are_silent_without_one() {
    for arguments in [["check", "rules", "wissel.rules.yml"], ["test", "rules", "wissel.rules.test.yml"]] {
        let output = Command::new("promtool").args(arguments).current_dir(RULES).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn alerts_ask_for_metrics_that_there_are() {
    let rules = std::fs::read_to_string(format!("{RULES}/wissel.rules.yml")).unwrap();
    let metrics = wissel::telemetry::Metrics::new().unwrap();
    // Nothing is shown of it before one fails.
    metrics.task_restarted("bot");
    let shown = metrics.render();
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let asked = rules.split(|c: char| !is_name(c)).filter(|word| word.starts_with("wissel_"));
    let names: std::collections::BTreeSet<&str> = asked.map(|word| word.trim_end_matches("_bucket")).collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        assert!(NAMES.contains(&name) || shown.contains(&format!("# HELP {name} ")), "{name}");
    }
}
