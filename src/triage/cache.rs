//! The heads on disk: named after what they were learnt from, checked when read, learnt again when not sound.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use wissel_triage::{Engine, Intent, Sentences, fingerprint};

/// The engine for these intents, from `folder` when the same examples were learnt before, over the same encoder.
pub(super) fn engine(intents: &[Intent], encoder: Option<Arc<dyn Sentences>>, folder: &Path) -> Engine {
    let name = encoder.as_ref().map(|encoder| encoder.name());
    let file = folder.join(format!("intents-{}.bin", fingerprint(intents, name)));
    let learnt = fs::read(&file).ok();
    if let Some(engine) = learnt.and_then(|heads| Engine::with_heads(intents, &heads, encoder.clone()).ok()) {
        return engine;
    }
    let engine = Engine::over(intents, encoder);
    write(&file, &engine.heads());
    engine
}

/// Writes the file, whole or not at all. That it cannot is no error: the next start learns again.
fn write(file: &Path, bytes: &[u8]) {
    let draft = file.with_extension(format!("{}.part", std::process::id()));
    let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&draft, bytes));
    if let Err(error) = written.and_then(|()| fs::rename(&draft, file)) {
        drop(fs::remove_file(&draft));
        let file = file.display();
        tracing::warn!(%file, %error, "the learnt intents could not be kept; they are learnt again at the next start");
    }
}
