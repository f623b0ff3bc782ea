//! `wissel topology`: the queues in RabbitMQ.

use std::process::ExitCode;

use super::{Files, block_on, print};
use crate::app::topology;

/// Arguments of `wissel topology`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print every queue with its arguments, as the daemon declares it
    Print {
        /// Print definitions for `rabbitmqctl import_definitions`
        #[arg(long)]
        json: bool,
    },
    /// Declare the queues in RabbitMQ; those that are there with other arguments are listed and left alone
    Apply,
    /// List every difference between RabbitMQ and the queues that the daemon declares; changes nothing
    Check,
}

/// Prints, declares or compares; fails when something differs.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    let findings = match args.command {
        Command::Print { json: true } => {
            print(&serde_json::to_string_pretty(&topology::definitions(&settings)?)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Print { json: false } => {
            for queue in topology::queues(&settings) {
                let arguments = queue.arguments.iter().map(|(name, value)| format!(" {name}={value}"));
                print(&format!("{}{}", queue.name, arguments.collect::<String>()))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        Command::Apply => block_on(topology::apply(&settings))?,
        Command::Check => block_on(topology::check(&settings))?,
    };
    for finding in &findings {
        print(finding)?;
    }
    if findings.is_empty() {
        print(&format!("{} queues are as they should be", topology::queues(&settings).len()))?;
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
