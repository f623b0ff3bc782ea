//! Tests of metrics: the names, the labels and their bounds.

use std::time::Duration;

use super::{Metrics, RULES_MOST};
use crate::telemetry::Aside;

/// Uses every metric once.
fn used() -> Metrics {
    let metrics = Metrics::new().unwrap();
    metrics.message_received("webchat");
    metrics.message_acknowledged("webchat");
    metrics.decided("care", "angry people go to people", "human", Duration::from_millis(3));
    metrics.examined("embedded@1", Duration::from_micros(20));
    metrics.bot_answered("answered");
    metrics.handed_off("care", "desk", "opened");
    metrics.delivered("webchat", "sent");
    metrics.queue("care", 3, Duration::from_mins(1));
    metrics.bot_workers(1, 3, 4);
    metrics.conversations("queue", 3);
    metrics.parked(Aside::Panic);
    metrics.source_progress("webchat", "main", 1_700_000_000);
    metrics.disclosed("webchat");
    metrics.stale_answer_dropped();
    metrics.table_in_use("abc");
    metrics.people("care", 2, Duration::from_mins(5));
    metrics.table_refused();
    metrics.task_restarted("reload");
    metrics.file_collected();
    metrics.threads_mended(7);
    metrics.turned_away("email", "echo");
    metrics.ready(false, [("broker", true), ("store", false)]);
    metrics
}

#[test]
fn every_name_of_the_surface_is_there_with_help() {
    let text = used().render();
    for name in [
        "wissel_messages_received_total{channel=\"webchat\"} 1",
        "wissel_messages_acknowledged_total{channel=\"webchat\"} 1",
        "wissel_decisions_total{kind=\"human\",queue=\"care\",rule=\"angry people go to people\"} 1",
        "wissel_route_seconds_count 1",
        "wissel_triage_seconds_count{engine=\"embedded@1\"} 1",
        "wissel_bot_answers_total{outcome=\"answered\"} 1",
        "wissel_handoffs_total{outcome=\"opened\",queue=\"care\",tool=\"desk\"} 1",
        "wissel_deliveries_total{channel=\"webchat\",outcome=\"sent\"} 1",
        "wissel_queue_depth{queue=\"care\"} 3",
        "wissel_queue_oldest_seconds{queue=\"care\"} 60",
        "wissel_people_waiting{queue=\"care\"} 2",
        "wissel_people_oldest_seconds{queue=\"care\"} 300",
        "wissel_bot_workers{state=\"idle\"} 3",
        "wissel_bot_workers_desired 4",
        "wissel_conversations{owner=\"queue\"} 3",
        "wissel_parked_total{reason=\"panic\"} 1",
        "wissel_source_last_progress_timestamp_seconds{account=\"main\",channel=\"webchat\"} 1700000000",
        "wissel_ai_disclosures_total{channel=\"webchat\"} 1",
        "wissel_dropped_stale_answers_total 1",
        "wissel_routing_table_info{hash=\"abc\"} 1",
        "wissel_routing_edit_refused 1",
        "wissel_routing_edits_refused_total 1",
        "wissel_threads_mended_total 7",
        "wissel_task_restarts_total{task=\"reload\"} 1",
        "wissel_files_collected_total 1",
        "wissel_turned_away_total{channel=\"email\",reason=\"echo\"} 1",
        "wissel_ready 0",
        "wissel_check_ok{check=\"broker\"} 1",
        "wissel_check_ok{check=\"store\"} 0",
        "wissel_build_info{version=\"",
        "process_resident_memory_bytes",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    let typed = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    for name in typed {
        assert!(text.contains(&format!("# HELP {name} ")), "{name} has no help");
    }
}

#[test]
fn a_new_table_takes_the_place_of_the_one_before() {
    let metrics = used();
    metrics.table_in_use("def");
    let text = metrics.render();
    assert!(text.contains("{hash=\"def\"} 1") && !text.contains("hash=\"abc\""));
    assert!(!text.contains("wissel_people_waiting{"), "its queues may be others");
    assert!(text.contains("wissel_routing_edit_refused 0"));
}

#[test]
fn rules_without_end_do_not_grow_the_metrics() {
    let metrics = Metrics::new().unwrap();
    for n in 0..RULES_MOST + 500 {
        metrics.decided("care", &format!("rule {n}"), "human", Duration::ZERO);
    }
    let text = metrics.render();
    let labels = text.lines().filter(|line| line.starts_with("wissel_decisions_total{")).count();
    assert_eq!(labels, RULES_MOST + 1);
    assert!(text.contains("rule=\"other\"} 500"));
}
