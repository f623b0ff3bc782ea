//! The heads on disk: named after what they were learnt from, checked when read, learnt again when not sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wissel_triage::{Engine, Intent, Sentences, fingerprint};

/// How many engines are kept in a folder. Each edit of the routing leaves one, of a megabyte or more.
const KEPT: usize = 8;

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
    forget(folder);
    engine
}

/// Deletes all but the newest. One that is wanted again is learnt again.
fn forget(folder: &Path) {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with("intents-") && name.ends_with(".bin"))
    };
    let found = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).filter(is_ours);
    let mut dated: Vec<_> = found.filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path))).collect();
    dated.sort();
    for (_, path) in dated.iter().rev().skip(KEPT) {
        drop(fs::remove_file(path));
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use wissel_triage::{Intent, Language};

    use super::{KEPT, engine};

    #[test]
    fn edits_of_the_routing_do_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let intent = |name: String| Intent {
            examples: BTreeMap::from([(Language::En, vec![format!("where is {name}")])]),
            name,
            max_error: 0.1,
        };
        let other = folder.path().join("routing.toml");
        std::fs::write(&other, "").unwrap();
        for edit in 0..KEPT + 3 {
            engine(&[intent(format!("parcel{edit}"))], None, folder.path());
        }
        let kept = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(kept, KEPT + 1, "the newest engines, and what is not ours");
        assert!(other.exists());
    }
}
