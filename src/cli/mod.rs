//! The command line: one file a subcommand.
//!
//! Exit codes: 0 fine, 1 a problem that the message explains, 2 wrong usage. `--json` prints only JSON to standard
//! output; logs and messages go to standard error.

mod check;
mod conformance;
mod dead;
mod eval;
mod explain;
mod inspect;
mod journal;
mod key;
mod label;
mod models;
mod repartition;
mod retrain;
mod route;
mod run;
mod staff;
mod texts;
mod topology;
mod triage;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use wissel_triage::Sentences;

use crate::routing::Problem;
use crate::settings::{self, EncoderUse, Flag, Settings, Sources};

/// Routes every customer message to a bot, people or specialists, loses nothing, and can say why.
#[derive(Debug, Parser)]
#[command(name = "wissel", version, about, max_term_width = 100, after_help = FIRST_STEPS)]
struct Cli {
    #[command(flatten)]
    files: Files,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Heading of the flags that every command has.
const FILES: &str = "Files";

const FIRST_STEPS: &str = "First steps:
  wissel                                     start; the chat is at http://127.0.0.1:8080, the desk at the link that is printed
  wissel route --text \"Where is my parcel?\"  say where a text would go, and why; needs no daemon
  wissel staff token Anna                    let Anna sign in to the desk
  wissel check                               look for mistakes in wissel.toml, routing.toml and the articles";

/// Which files the daemon works with.
#[derive(Debug, clap::Args)]
struct Files {
    /// Settings; without it `wissel.toml`, if there is one
    #[arg(long, global = true, value_name = "FILE", help_heading = FILES)]
    config: Option<PathBuf>,
    /// Routing; without it `routing.toml`, if there is one, else the one built in
    #[arg(long, global = true, value_name = "FILE", help_heading = FILES)]
    routing: Option<PathBuf>,
    /// Folder for data; without it the setting `data_dir`, else `data`
    #[arg(long, global = true, value_name = "DIR", help_heading = FILES)]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon (also without any command)
    Run(run::Args),
    /// Read settings, routing and articles, and print every problem with its place
    Check(check::Args),
    /// Say what would be decided for texts, with every condition's value
    Route(route::Args),
    /// Say what is found in texts: language, intents, emotion, who asks for a person, and where personal data stand
    Triage(triage::Args),
    /// Measure triage on labelled texts of your own
    Eval(eval::Args),
    /// Say why each message of a conversation went where it went
    Explain(explain::Args),
    /// Say what is understood of one raw message: a mail, a webhook, an update
    Inspect(inspect::Args),
    /// Look after the record of all decisions
    Journal(journal::Args),
    /// Look after what was set aside
    Dead(dead::Args),
    /// Take out what staff's deeds say about decisions, and take confirmed examples in
    Label(label::Args),
    /// Show what confirmed examples would change, and put them in force
    Retrain(retrain::Args),
    /// Manage the people of the desk
    Staff(staff::Args),
    /// Look after the queues in RabbitMQ
    Topology(topology::Args),
    /// Install, list and remove models that make triage better
    Models(models::Args),
    /// Change the number of partitions, while nothing runs and no queue holds anything
    Repartition(repartition::Args),
    /// Print what each channel can do, as the table in the README
    Conformance,
    /// Make the master key that all processes share
    Key(key::Args),
}

/// Reads the command line of this process and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { files, command } = Cli::parse();
    let outcome = match command.unwrap_or(Command::Run(run::Args::default())) {
        Command::Run(args) => run::run(&files, &args),
        Command::Check(args) => check::run(&files, &args),
        Command::Route(args) => route::run(&files, &args),
        Command::Triage(args) => triage::run(&files, &args),
        Command::Eval(args) => eval::run(&files, &args),
        Command::Explain(args) => explain::run(&files, &args),
        Command::Inspect(args) => inspect::run(&files, &args),
        Command::Journal(args) => journal::run(&files, &args),
        Command::Dead(args) => dead::run(&files, &args),
        Command::Label(args) => label::run(&files, &args),
        Command::Retrain(args) => retrain::run(&files, &args),
        Command::Staff(args) => staff::run(&files, &args),
        Command::Topology(args) => topology::run(&files, &args),
        Command::Models(args) => models::run(&files, &args),
        Command::Repartition(args) => repartition::run(&files, &args),
        Command::Conformance => conformance::run(),
        Command::Key(args) => key::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        say(&format!("wissel: {error:#}"));
        ExitCode::FAILURE
    })
}

/// Several problems, one a line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
struct Problems(Vec<Problem>);

impl Files {
    /// The settings of this start, or every problem with them.
    fn settings(&self) -> Result<Settings, Problems> {
        self.settings_with(None)
    }

    /// The same with another flag.
    fn settings_with(&self, more: Option<Flag>) -> Result<Settings, Problems> {
        let flag = |dir: &PathBuf| Flag { name: "--data", key: "data_dir", value: dir.to_string_lossy().into_owned() };
        let flags = self.data.iter().map(flag).chain(more).collect();
        settings::load(&Sources { file: self.config.clone(), environment: settings::environment(), flags })
            .map_err(Problems)
    }

    /// Where what triage has learnt may be kept: the folder for data, where there is one.
    fn learnt(&self) -> Option<PathBuf> {
        let folder = self.settings().ok()?.data_dir.as_path().to_owned();
        folder.is_dir().then_some(folder)
    }

    /// The sentence encoder of this start's data folder, if it is installed and the settings do not say `off`. `asked`
    /// overrules the settings.
    fn encoder(&self, asked: bool) -> anyhow::Result<Option<Arc<dyn Sentences>>> {
        let settings = self.settings()?;
        if settings.triage.encoder == EncoderUse::Off && !asked {
            return Ok(None);
        }
        let found = crate::triage::models::encoder(settings.data_dir.as_path())?;
        Ok(found.map(|encoder| Arc::new(encoder) as Arc<dyn Sentences>))
    }

    /// The file with the settings of this start, if there is one.
    fn config_in_use(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| Some(PathBuf::from("wissel.toml")).filter(|path| path.exists()))
    }

    /// The routing file of this start; `None` for the one built in.
    fn routing(&self) -> Option<PathBuf> {
        self.routing.clone().or_else(|| Some(PathBuf::from("routing.toml")).filter(|path| path.exists()))
    }
}

/// Prints a line to standard output. A reader that has gone away (`| head`) is no problem.
fn print(line: &str) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Says a line on standard error, if somebody listens there.
fn say(line: &str) {
    let _heard = writeln!(io::stderr().lock(), "{line}");
}

/// Runs what a command looks up beside a running daemon.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
