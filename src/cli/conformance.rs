//! `wissel conformance`: what each channel can do, as the table in the README.

use std::process::ExitCode;

use super::print;

/// Prints the table.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    print(wissel_channels::conformance::table().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
