//! `wissel dead`: what was set aside: events that could not be decided on, messages that could not be read.

use std::process::ExitCode;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::{Value, json};
use wissel_channels::ids::Hex;

use super::{Files, block_on, print};
use crate::app::dead::{self, OpenDeadLetters};
use crate::wire::dead::{Chosen, DeadLetter, Done};

/// Arguments of `wissel dead`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what was set aside, oldest first; works while the daemon runs, like all of these
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what is known of one of them, without what the customer wrote
    Show {
        /// Its id, as `list` shows it
        id: Id,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Also what is in it: the customer's text and names, opened with the master key
        #[arg(long)]
        reveal: bool,
    },
    /// Put them back into the queues that they came from, with all their tries before them
    Retry {
        #[command(flatten)]
        which: Which,
    },
    /// Drop them for good
    Drop {
        #[command(flatten)]
        which: Which,
        /// Yes, for good
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Their ids, as `list` shows them
    ids: Vec<Id>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// The id of a message: 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Id([u8; 16]);

impl std::str::FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || "an id is 32 hexadecimal digits, as `wissel dead list` shows it".to_owned();
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad());
        }
        u128::from_str_radix(text, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| bad())
    }
}

impl Which {
    fn chosen(&self) -> Chosen {
        if self.all { Chosen::All } else { Chosen::Ids(self.ids.iter().map(|id| id.0).collect()) }
    }
}

/// Does what is asked.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    if let Command::Drop { yes: false, .. } = &args.command {
        anyhow::bail!("what is dropped is gone for good, with what the customer wrote; say --yes");
    }
    block_on(async {
        let open = dead::dead_letters(&settings).await?;
        match &args.command {
            Command::List { json } => list(&open, *json).await,
            Command::Show { id, json, reveal } => show(&open, *id, *json, *reveal).await,
            Command::Retry { which } => tell(&open.letters.retry(&which.chosen()).await?, "back in their queues"),
            Command::Drop { which, .. } => tell(&open.letters.drop_for_good(&which.chosen()).await?, "dropped"),
        }
    })
}

async fn list(open: &OpenDeadLetters, json: bool) -> anyhow::Result<ExitCode> {
    let letters = open.letters.list().await?;
    if json {
        let all: Vec<Value> = letters.iter().map(document).collect();
        print(&json!({ "dead": all }).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    for letter in &letters {
        let words = document(letter);
        let word = |key: &str| words[key].as_str().unwrap_or("-").to_owned();
        print(&format!(
            "{}  {}  {}  {}  {}  thread {}  {} bytes",
            word("id"),
            word("at"),
            word("reason"),
            word("queue"),
            word("kind"),
            word("thread"),
            words["bytes"]
        ))?;
    }
    if letters.is_empty() {
        print("nothing is set aside")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(open: &OpenDeadLetters, id: Id, json: bool, reveal: bool) -> anyhow::Result<ExitCode> {
    let letters = open.letters.list().await?;
    let letter = letters.iter().find(|letter| letter.aside.message.id == id.0);
    let letter =
        letter.with_context(|| format!("{} is not set aside; `wissel dead list` shows what is", Hex(&id.0)))?;
    let mut words = document(letter);
    if let Some(header) = &letter.header {
        words["tenant"] = json!(header.tenant);
        words["made"] = json!(time(header.at.0));
        words["trace"] = json!(header.trace.map(|trace| trace.to_string()));
        words["cause"] = json!(header.cause.map(|cause| Hex(&cause).to_string()));
        words["version"] = json!(header.v);
    }
    if reveal {
        let event = letter.event.as_ref().context("it is no event that this master key opens: nothing to reveal")?;
        words["event"] = serde_json::to_value(event)?;
    }
    if json {
        print(&words.to_string())?;
    } else {
        for (key, value) in words.as_object().into_iter().flatten() {
            print(&format!("{key}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what became of the chosen ones; a problem when it is not all that was asked for.
fn tell(done: &Done, what: &str) -> anyhow::Result<ExitCode> {
    print(&format!("{} {what}", done.done.len()))?;
    for id in &done.homeless {
        print(&format!("{} stays: nobody knows which queue it belongs to; drop it, or keep it", Hex(id)))?;
    }
    for id in &done.missing {
        print(&format!("{} is not set aside; `wissel dead list` shows what is", Hex(id)))?;
    }
    let fine = done.homeless.is_empty() && done.missing.is_empty();
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is known of one of them, without what the customer wrote.
fn document(letter: &DeadLetter) -> Value {
    let note = letter.aside.note.as_ref();
    json!({
        "id": Hex(&letter.aside.message.id).to_string(),
        "reason": note.map_or("unknown", |note| note.reason.as_str()),
        "at": note.map(|note| time(note.at.0)),
        "queue": letter.queue.as_ref().map(ToString::to_string),
        "thread": letter.header.as_ref().map(|header| header.thread.to_string()),
        "kind": letter.kind(),
        "bytes": letter.aside.message.body.len(),
    })
}

fn time(millis: i64) -> Option<String> {
    Timestamp::from_millisecond(millis).ok().map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_is_shown() {
        let id = Id([0xab; 16]);
        assert_eq!(Hex(&id.0).to_string().parse(), Ok(id));
        assert!("abc".parse::<Id>().unwrap_err().contains("32 hexadecimal digits"));
        assert!("+bababababababababababababababab".parse::<Id>().is_err());
    }
}
