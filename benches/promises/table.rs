//! The table of what was measured: figure, bare loop, ratio, goal, verdict.

use std::fmt;
use std::time::Duration;

/// Lines of the table, in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 6]>);

impl Table {
    /// A time that must not be longer than `goal`, beside its bare loop.
    pub(crate) fn time(&mut self, what: &str, ours: Duration, bare: Option<Duration>, goal: Duration) {
        let ratio = bare.map_or_else(String::new, |bare| format!("{:.2}", ours.as_secs_f64() / bare.as_secs_f64()));
        let bare = bare.map_or_else(String::new, |bare| format!("{bare:.1?}"));
        self.line(what, [format!("{ours:.1?}"), bare, ratio, format!("<= {goal:?}")], ours <= goal);
    }

    /// A rate whose ratio to its bare loop must not be below `goal`.
    pub(crate) fn rate(&mut self, what: &str, ours: f64, bare: f64, goal: f64) {
        let ratio = ours / bare;
        let cells =
            [format!("{ours:.0}/s"), format!("{bare:.0}/s"), format!("{ratio:.2}"), format!("ratio >= {goal:.2}")];
        self.line(what, cells, ratio >= goal);
    }

    /// A time that must not be longer than `goal` times its bare loop.
    pub(crate) fn times(&mut self, what: &str, ours: Duration, bare: Duration, goal: f64) {
        let ratio = ours.as_secs_f64() / bare.as_secs_f64();
        let cells =
            [format!("{ours:.1?}"), format!("{bare:.1?}"), format!("{ratio:.2}"), format!("ratio <= {goal:.2}")];
        self.line(what, cells, ratio <= goal);
    }

    /// A number that must not be more than `goal`.
    pub(crate) fn count(&mut self, what: &str, ours: u32, goal: u32) {
        self.line(what, [ours.to_string(), String::new(), String::new(), format!("<= {goal}")], ours <= goal);
    }

    /// Bytes that must not be more than `goal`, beside the bare loop's.
    pub(crate) fn bytes(&mut self, what: &str, ours: u32, bare: u32, goal: u32) {
        let ratio = format!("{:.2}", f64::from(ours) / f64::from(bare));
        self.line(what, [ours.to_string(), bare.to_string(), ratio, format!("<= {goal}")], ours <= goal);
    }

    fn line(&mut self, what: &str, [ours, bare, ratio, goal]: [String; 4], is_kept: bool) {
        let verdict = if is_kept { "kept" } else { "MISSED" };
        self.0.push([what.to_owned(), ours, bare, ratio, goal, verdict.to_owned()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["promise", "measured", "bare loop", "ratio", "goal", "verdict"].map(str::to_owned);
        let rows = || std::iter::once(&head).chain(&self.0);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        for row in rows() {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "{cell:width$}  ")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The time below which `share` per cent of `sorted` lie.
pub(crate) fn percentile(sorted: &[Duration], share: usize) -> Duration {
    sorted[(sorted.len() - 1) * share / 100]
}

/// The number that the command line gives behind `name`, or `default`.
pub(crate) fn number_of(name: &str, default: u32) -> u32 {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == name);
    place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(default)
}
