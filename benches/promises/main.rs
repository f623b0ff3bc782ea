//! The promises of speed that one machine can show, each beside its bare loop of the same run: machines differ, ratios
//! hold.
//!
//! `cargo bench --bench promises` measures all of them and prints a table; `-- S6 S8` measures these alone.
//!
//! On private RabbitMQ, Redis and PostgreSQL:
//! - P10: the store is flushed under load with 100 000 conversations (`--conversations N`): at most 30 s until all
//!   partitions are whole again, and nothing lost or doubled.
//! - S1: messages routed, to the bare loop of RabbitMQ and Redis: at least 0.60, then 0.75. S1b: how often a message that
//!   the bot answers passes through a router: at most 3 times.
//! - S2: webhooks of WhatsApp, to a bare durable endpoint: at least 0.80.
//! - S3: from received to in the target queue at half load, p99, to a bare confirmation's p99: at most 3.
//! - S7: a thread in Redis with 5 short messages, its ids counted apart: at most 2 KiB.
//! - S8: many messages pending (`--pending N`): from the daemon's start to the first one routed.
//! - S10: the rate with many open conversations (up to `--threads N`), to the rate with a thousand: within 10 %.
//! - S11: the rate with two and four routers, to the rate with one: linear within 20 %, as far as the cores allow.
//!
//! On the embedded backends:
//! - S4: messages routed on the embedded backends, to a bare cycle of SQLite: at least 0.50.
//! - S5: embedded triage of one message on one core: p50 at most 25 µs, p99 at most 200 µs.
//! - S6: 200 rules on one message: p99 at most 20 µs.
//! - S7: memory that an idle chat socket takes in the whole daemon (`--sockets N`): at most 4 KiB.
//! - S8: the daemon from its start to ready: at most 0.5 s; after a kill with 10^6 messages pending, at most 1 s to the
//!   first one routed.

mod bare;
mod bare_servers;
mod capacity;
mod daemon;
mod flushed;
mod ingress;
mod latency;
mod nothing;
mod open_threads;
mod pending;
mod routed;
mod routers;
mod rules;
mod servers;
mod sizes;
mod sockets;
mod spread;
mod start;
mod table;
mod triage;
mod visitors;

use table::Table;

/// The daemon's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    if std::env::args().any(|argument| argument == sockets::BARE) {
        return sockets::serve();
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| argument.starts_with(['S', 'P'])).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load average at the start: {}", load().trim());
    let mut table = Table::default();
    if is_wanted("S6") {
        rules::measure(&mut table)?;
    }
    if is_wanted("S5") {
        triage::measure(&mut table)?;
    }
    if is_wanted("S4") {
        routed::measure(&mut table)?;
    }
    if is_wanted("S7") {
        sockets::measure(&mut table)?;
    }
    if is_wanted("S8") {
        start::measure(&mut table)?;
    }
    if ["P10", "S1", "S2", "S3", "S7", "S8", "S10", "S11"].into_iter().any(is_wanted) {
        servers::measure(&mut table, is_wanted)?;
    }
    print!("\n{table}");
    println!("load average at the end: {}", load().trim());
    Ok(())
}
