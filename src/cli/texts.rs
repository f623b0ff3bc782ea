//! Texts: where `triage` and `route` take them from.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;
use wissel_channels::ChannelName;

/// Where texts come from.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Texts {
    /// One text
    #[arg(long, allow_hyphen_values = true)]
    text: Option<String>,
    /// A file with one JSON object a line: {"text": "…", "channel": "webchat", "locale": "nl"}; all but the text may be
    /// left out
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
}

/// A text, with what its line says about it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Line {
    pub(super) text: String,
    /// The channel that it comes by.
    #[serde(default)]
    pub(super) channel: Option<ChannelName>,
    /// The language that the customer's program states.
    #[serde(default)]
    pub(super) locale: Option<String>,
}

impl Texts {
    /// Does something with each text, one after the other: a file may be larger than the memory.
    pub(super) fn each(&self, mut work: impl FnMut(Line) -> anyhow::Result<()>) -> anyhow::Result<()> {
        if let Some(text) = &self.text {
            work(Line { text: text.clone(), ..Line::default() })?;
        }
        let Some(path) = &self.jsonl else { return Ok(()) };
        let shown = path.display();
        let file = File::open(path).with_context(|| {
            format!("{shown} cannot be opened; name a file that is there and readable with --jsonl")
        })?;
        for (number, line) in (1_usize..).zip(BufReader::new(file).lines()) {
            let place =
                || format!("{shown}:{number}: this is not a JSON object such as {{\"text\": \"…\"}}; mend the line");
            work(serde_json::from_str(&line.with_context(place)?).with_context(place)?)?;
        }
        Ok(())
    }
}
