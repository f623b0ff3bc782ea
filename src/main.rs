//! The daemon and its commands; see the library for the code map.

use std::process::ExitCode;

fn main() -> ExitCode {
    wissel::cli::main()
}
