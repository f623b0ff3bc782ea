//! Advising: the language model of the settings, if there is one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use wissel_channels::Scribe;

use super::Daemon;
use crate::llm::budget::Prices;
use crate::llm::proved::Proved;
use crate::llm::{Endpoint, Llm, Speech, Terms};
use crate::settings::Settings;

/// The file of confirmed outcomes, beside the other data.
pub(super) fn outcomes_file(settings: &Settings) -> PathBuf {
    settings.data_dir.as_path().join("llm-outcomes.json")
}

/// The model, when one is named.
pub(super) fn model(settings: &Settings) -> anyhow::Result<Option<Arc<Llm>>> {
    let llm = &settings.llm;
    let (Some(url), Some(model)) = (&llm.url, &llm.model) else { return Ok(None) };
    let key = llm.key().map_err(|(what, remedy)| anyhow!("llm.key_file: {what}; {remedy}"))?;
    let endpoint = Endpoint { url: url.clone(), model: model.clone(), key };
    let terms = Terms {
        prices: Prices { input: llm.price_input.0, output: llm.price_output.0 },
        tokens_per_hour: llm.tokens_per_hour.0.into(),
        money_per_hour: llm.money_per_hour.0,
    };
    let proved = Proved::read(&outcomes_file(settings)).map_err(|why| anyhow!(why))?;
    Ok(Some(Arc::new(Llm::new(endpoint, &terms, proved).map_err(|why| anyhow!("llm: {why}"))?)))
}

/// Who writes voice notes down, when a server for it is named.
pub(super) fn scribe(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Scribe>>> {
    let speech = &settings.speech;
    let Some(url) = &speech.url else { return Ok(None) };
    let key = speech.key().map_err(|(what, remedy)| anyhow!("speech.key_file: {what}; {remedy}"))?;
    let endpoint = Endpoint { url: url.clone(), model: speech.model.clone(), key };
    let deadline = Duration::from_secs_f64(speech.deadline_seconds.0);
    Ok(Some(Arc::new(Speech::new(endpoint, deadline).map_err(|why| anyhow!("speech: {why}"))?)))
}

/// How many ask: without a model one, who gives back what another process asks for.
pub(super) fn workers(daemon: &Daemon) -> u16 {
    if daemon.llm.is_some() { daemon.settings.llm.workers.get() } else { 1 }
}
