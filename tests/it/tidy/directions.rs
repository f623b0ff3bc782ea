//! Directions: which room may import which, and what the pure rooms may not touch.

use super::read::SourceFile;

/// The ports: each is a trait in its `mod.rs`, with backends beside it. They never import each other.
const PORTS: &[&str] = &["broker", "store", "journal", "blob", "helpdesk", "triage", "bot", "llm"];

/// Modules of a port that are backends: only the composition root names them.
const BACKENDS: &[&str] = &["embedded", "amqp", "redis", "postgres", "folder", "objects"];

/// Rooms that do no I/O, know no clock and no runtime.
const PURE: &[&str] = &["thread", "routing", "scaling"];

/// What pure rooms may use beside the rooms below them.
const PURE_CRATES: &[&str] =
    &["std", "core", "serde", "serde_json", "toml", "regex", "jiff", "thiserror", "wissel_channels", "blake3"];

/// The crate of triage is pure as a whole, and knows nothing else of ours.
const TRIAGE_CRATE: &str = "triage/src/";

/// The one file of it that may know threads: it does on several of them what comes out the same on one.
const BESIDE: &str = "triage/src/intents/beside.rs";

/// Parts of `std` that pure rooms may not use.
const IMPURE_STD: &[&str] = &["fs", "net", "process", "env", "thread", "io"];

/// What a room may import of the others; `None` for a room that nobody has thought about.
pub(super) fn below(room: &str) -> Option<Vec<&'static str>> {
    let lower = ["telemetry", "thread", "routing"];
    let rooms: &[&str] = match room {
        "cli" => &["app", "settings", "lifecycle", "workers", "web", "triage", "bot", "wire", "failpoint"],
        "app" => &["settings", "lifecycle", "workers", "web", "scaling", "wire", "failpoint", "sqlite"],
        "settings" => return Some(vec!["telemetry", "routing"]),
        "lifecycle" => return Some(vec!["telemetry"]),
        "workers" | "web" => &["scaling", "wire", "failpoint"],
        "wire" => return Some(vec!["broker", "store", "journal", "thread", "routing"]),
        "thread" => return Some(vec!["routing"]),
        "routing" | "scaling" | "telemetry" | "failpoint" | "sqlite" => return Some(Vec::new()),
        port if PORTS.contains(&port) => return Some(lower.iter().chain(&["sqlite"]).copied().collect()),
        _ => return None,
    };
    let ports: &[&str] = if room == "cli" { &[] } else { PORTS };
    Some(rooms.iter().chain(ports).chain(&lower).copied().collect())
}

/// Every import of a file that does not run downward.
pub(super) fn violations(file: &SourceFile) -> Vec<String> {
    if file.path.starts_with(TRIAGE_CRATE) {
        return impure(file);
    }
    let Some(room) = file.room() else { return Vec::new() };
    let may = below(&room).unwrap_or_default();
    let wrong = |segments: &[String]| {
        let names: Vec<&str> = segments.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["crate", other, ..] if *other == room => None,
            ["crate", other, rest @ ..] if below(other).is_some() => {
                let backend = rest.first().is_some_and(|module| BACKENDS.contains(module));
                let concrete = backend && PORTS.contains(other) && room != "app";
                (!may.contains(other) || concrete).then(|| format!("`{}`", names.join("::")))
            }
            ["std", part, ..] if PURE.contains(&room.as_str()) && IMPURE_STD.contains(part) => {
                Some(format!("`{}` in a pure room", names.join("::")))
            }
            ["tokio" | "tokio_util" | "rusqlite" | "axum" | "tracing" | "futures_util" | "prometheus", ..]
                if PURE.contains(&room.as_str()) =>
            {
                Some(format!("`{}` in a pure room, which may use {}", names.join("::"), PURE_CRATES.join(", ")))
            }
            _ => None,
        }
    };
    let found = file.paths();
    let told = found.iter().filter_map(|(line, segments)| Some((line, wrong(segments)?)));
    told.map(|(line, what)| format!("{}:{line}: {room} may not import {what}", file.path)).collect()
}

/// What the crate of triage may not import.
fn impure(file: &SourceFile) -> Vec<String> {
    let wrong = |segments: &[String]| {
        let [first, second, ..] = segments else { return false };
        let ours = first.starts_with("wissel") && first != "wissel_triage";
        let threads = second == "thread" && file.path == BESIDE;
        ours || matches!(first.as_str(), "tokio" | "tracing")
            || (first == "std" && IMPURE_STD.contains(&second.as_str()) && !threads)
    };
    let found = file.paths();
    let told = found.iter().filter(|(_, segments)| wrong(segments));
    told.map(|(line, what)| format!("{}:{line}: triage may not import `{}`", file.path, what.join("::"))).collect()
}
