//! Checking: what is wrong between settings that are each right by themselves.

use std::fs;
use std::net::SocketAddr;

use super::places::{Part, Places};
use super::{MasterKeyError, Settings, blobs, channels, load_master_key, port};
use crate::routing::Problem;

/// The longest text of one message, so that its event keeps within 64 KiB.
const MESSAGE_BYTES_MOST: u32 = 49_152;

/// The longest frame that the chat reads into memory.
const FRAME_BYTES_MOST: u32 = 16 * 1024 * 1024;

/// Notes every problem between settings, and reads the files that hold one.
pub(super) fn check(settings: &mut Settings, places: &Places, found: &mut Vec<Problem>) {
    let mut note = |key: &str, message: String, remedy: &str| {
        found.push(places.problem(key, Part::Value, format!("{key}: {message}"), remedy.to_owned()));
    };
    port::resolve(settings, &mut note);
    channels::resolve(settings, &mut note);
    blobs::check(settings, &mut note);
    let settings = &*settings;
    spread(settings, &mut note);
    listeners(settings, &mut note);
    sizes(settings, &mut note);
    let workers = &settings.workers;
    if workers.bot.get() > workers.bot_most.get() {
        let message = format!("{} is more than workers.bot_most ({})", workers.bot.get(), workers.bot_most.get());
        note("workers.bot", message, "raise workers.bot_most, or lower this");
    }
    data_folder(settings, &mut note);
    for problem in settings.webchat.problems() {
        let (key, rest) = problem.split_once(": ").unwrap_or(("webchat", &problem));
        let (what, cure) = rest.split_once("; ").unwrap_or((rest, "see the table of settings in the README"));
        note(key, what.to_owned(), cure);
    }
    master_key(settings, &mut note);
    settings.llm.check(&mut note);
    settings.speech.check(&mut note);
    found.extend(key_file_of_the_data_folder(settings));
}

/// Notes a problem: the setting, what is wrong, what to do.
pub(super) type Note<'a> = &'a mut dyn FnMut(&str, String, &str);

fn listeners(settings: &Settings, note: Note<'_>) {
    let listen = &settings.listen;
    let all = [("listen.public", listen.public), ("listen.staff", listen.staff), ("listen.ops", listen.ops)];
    for (at, (key, address)) in all.iter().enumerate() {
        match all[..at].iter().find(|(_, other)| meet(other.0, address.0)) {
            Some((other, at)) if at == address => {
                note(key, format!("{} is also {other}", address.0), "give each listener an address of its own");
            }
            Some((other, at)) => {
                let message = format!("{} takes the port of {other}, {}, too", address.0, at.0);
                note(key, message, "give each listener a port of its own");
            }
            None => {}
        }
    }
}

/// Whether two listeners cannot be open at once: one port, and one address or all of this machine.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let same = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    same && one.port() == other.port() && one.port() != 0
}

/// Notes what keeps a process from doing a part of the work alone.
fn spread(settings: &Settings, note: Note<'_>) {
    if settings.roles.are_all() {
        return;
    }
    let ports = [("broker", &settings.broker), ("store", &settings.store), ("journal", &settings.journal)];
    let embedded: Vec<&str> = ports.iter().filter(|(_, port)| port.is_embedded()).map(|(name, _)| *name).collect();
    if !embedded.is_empty() {
        let what = format!("{} do not run alone while embedded: {}", settings.roles, embedded.join(", "));
        let urls: Vec<String> = embedded.iter().map(|name| format!("{name}.url")).collect();
        note(
            "roles",
            what,
            &format!("set {} to a server that all processes share, or leave this out", urls.join(", ")),
        );
    }
}

fn sizes(settings: &Settings, note: Note<'_>) {
    let (message, frame) = (settings.limits.message_bytes, settings.limits.frame_bytes);
    if message.get().is_none_or(|bytes| bytes > MESSAGE_BYTES_MOST) {
        let remedy = "write a number from 1 to 49152: an event is at most 64 KiB";
        note("limits.message_bytes", format!("{} is more than an event can hold", message.0), remedy);
    } else if !frame.allows(message.0.into()) {
        let message = format!("{} is more than limits.frame_bytes ({})", message.0, frame.0);
        note("limits.message_bytes", message, "raise limits.frame_bytes, or lower this");
    }
    if frame.get().is_none_or(|bytes| bytes > FRAME_BYTES_MOST) {
        let remedy = "write a number from 1 to 16777216: a frame is read into memory";
        note("limits.frame_bytes", format!("{} is more than the chat can take", frame.0), remedy);
    }
}

fn data_folder(settings: &Settings, note: Note<'_>) {
    let folder = settings.data_dir.as_path();
    if fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
        note("data_dir", format!("{} is a file", folder.display()), "name a folder; it is made when it is not there");
    }
}

fn master_key(settings: &Settings, note: Note<'_>) {
    let secrets = &settings.secrets;
    match (&secrets.master_key, &secrets.master_key_file) {
        (Some(_), Some(_)) => {
            let message = "the key is given twice, here and in secrets.master_key".to_owned();
            note("secrets.master_key_file", message, "leave one of the two out");
        }
        (Some(secret), None) if secret.key().is_none() => {
            let remedy = "write 64 hexadecimal digits; without the key of before, what is stored cannot be read";
            note("secrets.master_key", "this is not a key".to_owned(), remedy);
        }
        (None, Some(file)) => {
            let found = match load_master_key(file.as_path()) {
                Ok(None) if !settings.is_embedded() => Err(MasterKeyError::shared(file.as_path())),
                other => other,
            };
            if let Err(error) = found {
                note("secrets.master_key_file", error.message, &error.remedy);
            }
        }
        (None, None) if !settings.is_embedded() && !settings.master_key_path().exists() => {
            let error = MasterKeyError::shared(&settings.master_key_path());
            note(shared_port(settings), error.message, &error.remedy);
        }
        (_, None) => {}
    }
}

/// The first address of a server.
fn shared_port(settings: &Settings) -> &'static str {
    match (settings.broker.is_embedded(), settings.store.is_embedded()) {
        (false, _) => "broker.url",
        (_, false) => "store.url",
        _ => "journal.url",
    }
}

/// A problem with the key file that no setting names: its place is the file itself.
fn key_file_of_the_data_folder(settings: &Settings) -> Option<Problem> {
    let secrets = &settings.secrets;
    if secrets.master_key.is_some() || secrets.master_key_file.is_some() {
        return None;
    }
    let path = settings.master_key_path();
    let error = load_master_key(&path).err()?;
    let file = path.display().to_string();
    Some(Problem { file, line: 1, column: 1, message: error.message, remedy: error.remedy })
}
