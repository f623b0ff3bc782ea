//! Tests of hours: several blocks a day, holidays, zones, clock changes.

use proptest::prelude::*;
use wissel_channels::UnixMillis;

use super::{at, queue, shop};
use crate::routing::RoutingTable;

fn open(table: &RoutingTable, time: &str) -> bool {
    table.is_open(&queue("care"), at(time))
}

fn next(table: &RoutingTable, time: &str) -> String {
    table.next_opening(&queue("care"), at(time)).map_or("never".to_owned(), |at| at.to_string())
}

#[test]
fn blocks_of_a_day_include_their_beginning_and_not_their_end() {
    let table = shop("");
    for (time, wanted) in [
        ("2026-11-30T07:29:59Z", false),
        ("2026-11-30T07:30:00Z", true),
        ("2026-11-30T11:29:59Z", true),
        ("2026-11-30T11:30:00Z", false),
        ("2026-11-30T12:00:00Z", true),
        ("2026-11-30T16:30:00Z", false),
        ("2026-12-01T10:00:00Z", false),
        ("2026-11-29T22:59:59Z", true),
        ("2026-11-29T23:00:00Z", false),
    ] {
        assert_eq!(open(&table, time), wanted, "{time}");
    }
    assert!(table.is_open(&queue("billing"), at("2026-11-30T02:00:00Z")));
}

#[test]
fn summer_and_winter_time_move_the_hours_in_utc() {
    let table = shop("");
    assert!(open(&table, "2026-06-01T06:30:00Z"));
    assert!(!open(&table, "2026-12-07T06:30:00Z"));
}

#[test]
fn a_closed_day_is_closed_and_the_next_opening_skips_it() {
    let table = shop("");
    assert!(!open(&table, "2026-12-28T10:00:00Z"));
    assert_eq!(next(&table, "2026-12-27T23:00:00Z"), "2027-01-03T01:30:00.000Z");
    assert_eq!(next(&table, "2026-11-30T11:30:00Z"), "2026-11-30T12:00:00.000Z");
    assert_eq!(next(&table, "2026-11-30T12:34:56Z"), "2026-11-30T12:34:56.000Z");
}

#[test]
fn a_block_that_the_clock_skips_does_not_open_and_one_that_it_repeats_opens_twice() {
    let table = shop("");
    // 2026-03-29: 02:00 to 03:00 does not exist in Amsterdam.
    assert_eq!(next(&table, "2026-03-28T23:00:00Z"), "2026-03-29T10:00:00.000Z");
    // 2026-10-25: 02:00 to 03:00 comes twice.
    assert_eq!(next(&table, "2026-10-24T22:00:00Z"), "2026-10-25T00:30:00.000Z");
    assert_eq!(next(&table, "2026-10-25T00:45:00Z"), "2026-10-25T01:30:00.000Z");
    assert_eq!(next(&table, "2026-10-25T01:45:00Z"), "2026-10-25T11:00:00.000Z");
}

#[test]
fn hours_that_never_open_have_no_next_opening() {
    let text = super::SHOP.replace("week = { mon", "week = { } #");
    let text = format!("{text}\n[default]\nto = \"care\"\n");
    let table = RoutingTable::parse("routing.toml", &text).unwrap();
    assert_eq!(next(&table, "2026-11-30T11:30:00Z"), "never");
    assert_eq!(table.next_opening(&queue("care"), UnixMillis(i64::MAX)), None);
    assert_eq!(table.next_opening(&queue("care"), UnixMillis(i64::MIN)), None);
    assert_eq!(shop("").next_opening(&queue("care"), UnixMillis(i64::MAX)), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Around both clock changes of 2026 the next opening is what a search minute by minute finds.
    #[test]
    fn the_next_opening_is_the_first_open_minute(minutes in 0_i64..3_000, autumn: bool) {
        let table = shop("");
        let start = at(if autumn { "2026-10-24T00:00:00Z" } else { "2026-03-28T00:00:00Z" });
        let start = start.plus(minutes * 60_000);
        let found = table.next_opening(&queue("care"), start);
        let minutes = (0..20_160).map(|minute| start.plus(minute * 60_000));
        let searched = minutes.into_iter().find(|at| table.is_open(&queue("care"), *at));
        prop_assert_eq!(found, searched);
    }
}
