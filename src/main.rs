//! The daemon and its commands; see the library for the code map.

use std::process::ExitCode;

/// Routing makes and drops many small values on several threads, which this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wissel::cli::main()
}
