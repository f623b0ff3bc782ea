//! The house rules of the code: sizes, import directions, and what no file may hold.
//!
//! Where a rule hurts, change it here with its reason; do not work around it.

mod directions;
mod read;

use std::collections::BTreeMap;

use read::{SourceFile, shipped, written};

/// Lines of a file, of a function, and of `main.rs`, at most.
const FILE_MOST: usize = 450;
const FUNCTION_MOST: usize = 70;
const MAIN_MOST: usize = 80;

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "common", "helper", "helpers", "manager", "misc"];

/// Fails with every finding at once.
#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

/// The value that this share of `sorted` does not exceed.
fn quantile(sorted: &[usize], share: f64) -> usize {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    let at = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

#[track_caller]
fn within(what: &str, mut sizes: Vec<usize>, median: usize, p90: usize) {
    sizes.sort_unstable();
    let found = (quantile(&sizes, 0.5), quantile(&sizes, 0.9));
    println!("{what}: median {}, p90 {}, largest {}", found.0, found.1, sizes.last().copied().unwrap_or_default());
    assert!(found.0 <= median && found.1 <= p90, "{what}: median {} (≤ {median}), p90 {} (≤ {p90})", found.0, found.1);
}

#[test]
fn files_are_small() {
    let files = shipped();
    let large = files.iter().filter(|file| file.lines() > FILE_MOST);
    none(&large.map(|file| format!("{}: {} lines, at most {FILE_MOST}", file.path, file.lines())).collect::<Vec<_>>());
    within("files", files.iter().map(SourceFile::lines).collect(), 120, 330);
    let main = files.iter().find(|file| file.path == "src/main.rs").expect("there is a main.rs");
    assert!(main.lines() <= MAIN_MOST, "main.rs reads like a table of contents");
}

#[test]
fn functions_are_small() {
    let functions: Vec<_> = shipped().iter().flat_map(SourceFile::functions).collect();
    let large = functions.iter().filter(|(_, lines)| *lines > FUNCTION_MOST);
    none(&large.map(|(place, lines)| format!("{place}: {lines} lines, at most {FUNCTION_MOST}")).collect::<Vec<_>>());
    within("functions", functions.into_iter().map(|(_, lines)| lines).collect(), 9, 30);
}

#[test]
fn every_file_begins_by_saying_what_it_holds() {
    let silent = written().into_iter().filter(|file| !file.text.starts_with("//! "));
    none(&silent.map(|file| format!("{}: begin with a line `//! …`", file.path)).collect::<Vec<_>>());
}

#[test]
fn files_are_named_after_what_they_hold() {
    let empty = |path: &str| path.split(['/', '.']).any(|part| EMPTY_NAMES.contains(&part));
    none(&written().into_iter().filter(|file| empty(&file.path)).map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn nothing_that_ships_unwraps() {
    none(&shipped().iter().flat_map(SourceFile::unwraps).collect::<Vec<_>>());
}

#[test]
fn imports_run_downward_only() {
    none(&shipped().iter().flat_map(directions::violations).collect::<Vec<_>>());
}

#[test]
fn every_room_has_a_direction() {
    let rooms: BTreeMap<_, _> = shipped().iter().filter_map(|file| Some((file.room()?, file.path.clone()))).collect();
    let unknown = rooms.iter().filter(|(room, _)| directions::below(room).is_none());
    none(&unknown.map(|(room, path)| format!("{path}: say in tidy what `{room}` may import")).collect::<Vec<_>>());
}
