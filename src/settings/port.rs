//! Ports: the backend that carries each of broker, store and journal, as an address or the file that holds it.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::Deserialize;

use super::backend::{Backend, Kind, Server, names};
use super::check::Note;
use super::explain::Fault;
use super::{Folder, Secret, Settings};
use crate::routing::near;

/// The longest file that holds an address, in bytes.
const LONGEST: u64 = 8192;

/// Which backend carries a port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Port {
    /// The backend, by the scheme of its address: embedded, unless one is given here or in the file.
    pub url: Option<Backend>,
    /// A file that holds the address, since it may hold a password.
    pub url_file: Option<Folder>,
    /// The password of the Sentinels themselves, where they have one; for the store alone.
    pub sentinel_password: Option<Secret>,
    /// A file that holds it.
    pub sentinel_password_file: Option<Folder>,
    /// A file with the certificates to trust, PEM; those of the machine when there is none.
    pub ca_file: Option<Folder>,
}

impl Port {
    /// The server that carries it; `None` when it is embedded.
    #[must_use]
    pub fn server(&self) -> Option<&Server> {
        self.url.as_ref().and_then(Backend::server)
    }

    /// Whether a file in the data folder carries it.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!((&self.url, &self.url_file), (Some(Backend::Embedded), _) | (None, None))
    }
}

/// The three ports: section, the servers that can carry it, and the schemes of those.
const PORTS: [(&str, &[Kind], &str); 3] = [
    ("broker", &[Kind::Amqp], "embedded, amqp://… or amqps://…"),
    (
        "store",
        &[Kind::Redis, Kind::Sentinel],
        "embedded, redis://…, rediss://…, redis+sentinel://… or rediss+sentinel://…",
    ),
    ("journal", &[Kind::Postgres], "embedded or postgres://…"),
];

/// Reads the files that hold addresses, and notes what is wrong with each port.
pub(super) fn resolve(settings: &mut Settings, note: Note<'_>) {
    let ports = [&mut settings.broker, &mut settings.store, &mut settings.journal];
    for (port, (section, kinds, schemes)) in ports.into_iter().zip(PORTS) {
        let mut place = "url";
        if let Some(file) = &port.url_file {
            place = "url_file";
            let key = format!("{section}.url_file");
            if port.url.is_some() {
                note(
                    &key,
                    format!("the address is given twice, here and in {section}.url"),
                    "leave one of the two out",
                );
                continue;
            }
            match read(file.as_path()) {
                Ok(backend) => port.url = Some(backend),
                Err((what, remedy)) => {
                    note(&key, what.clone(), &schemes_of(section, &what).unwrap_or(remedy));
                    continue;
                }
            }
        }
        // What is written out is what holds without it.
        if port.url_file.is_none() && port.url == Some(Backend::Embedded) {
            port.url = None;
        }
        let key = format!("{section}.{place}");
        if let Some(server) = port.server().filter(|server| !kinds.contains(&server.kind())) {
            let kind = server.to_string();
            let scheme = kind.split(':').next().unwrap_or_default();
            note(&key, format!("\"{scheme}\" cannot carry the {section}"), &format!("write {schemes}"));
        }
        sentinel_password(section, port, note);
        certificates(section, port, note);
    }
}

/// The remedy for an address that is none, in the words of its port: what cannot carry it is no help.
pub(super) fn in_its_words(fault: Fault) -> Fault {
    let section = fault.key.strip_suffix(".url");
    let remedy = section.and_then(|section| schemes_of(section, &fault.message));
    Fault { remedy: remedy.unwrap_or_else(|| fault.remedy.clone()), ..fault }
}

/// What can be written for a port, where `what` says that something is no backend.
fn schemes_of(section: &str, what: &str) -> Option<String> {
    let (_, kinds, _) = PORTS.into_iter().find(|(name, ..)| *name == section)?;
    let (before, _) = what.split_once("\" is no backend")?;
    let (_, word) = before.rsplit_once('"')?;
    Some(near::choices(word, names(kinds)))
}

/// Reads the file with the password of the Sentinels, and notes what is wrong with it.
fn sentinel_password(section: &str, port: &mut Port, note: Note<'_>) {
    let place = if port.sentinel_password_file.is_some() { "sentinel_password_file" } else { "sentinel_password" };
    let key = format!("{section}.{place}");
    if port.sentinel_password.is_none() && port.sentinel_password_file.is_none() {
        return;
    }
    if port.server().is_none_or(|server| server.kind() != Kind::Sentinel) {
        let remedy = "write redis+sentinel:// or rediss+sentinel:// as store.url, or leave this out";
        note(&key, "this is of use for a store behind Sentinels alone".to_owned(), remedy);
        return;
    }
    let Some(file) = &port.sentinel_password_file else { return };
    if port.sentinel_password.is_some() {
        let what = format!("the password is given twice, here and in {section}.sentinel_password");
        note(&key, what, "leave one of the two out");
        return;
    }
    match text_of(file.as_path(), LONGEST) {
        Ok(text) => port.sentinel_password = Some(Secret::new(text.trim_end())),
        Err((what, remedy)) => note(&key, what, &remedy),
    }
}

/// The backend that a file names.
fn read(path: &Path) -> Result<Backend, (String, String)> {
    text_of(path, LONGEST)?.parse().map_err(|refusal: String| {
        let (what, remedy) = refusal.split_once("; ").unwrap_or((&refusal, "write an address on one line"));
        (format!("in the file {}: {what}", path.display()), remedy.to_owned())
    })
}

/// The first `longest` bytes of a file with a secret, or what is wrong with it and what to do.
pub(super) fn text_of(path: &Path, longest: u64) -> Result<String, (String, String)> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        let remedy = "name a file that is there and that the daemon's user may read".to_owned();
        (format!("the file {shown} cannot be read: {}", error.kind()), remedy)
    };
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.permissions().mode() & 0o007 != 0 {
        return Err((
            format!("the file {shown} is open to every user of this machine"),
            format!("run: chmod 600 {shown}"),
        ));
    }
    let mut text = String::new();
    file.take(longest).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Notes what is wrong with the certificates to trust.
fn certificates(section: &str, port: &Port, note: Note<'_>) {
    let Some(file) = &port.ca_file else { return };
    let key = format!("{section}.ca_file");
    if !port.server().is_some_and(Server::may_encrypt) {
        let remedy = "write an address that is encrypted (amqps, rediss, postgres), or leave this out";
        note(&key, "certificates are of no use for this address".to_owned(), remedy);
        return;
    }
    holds_certificates(&key, file.as_path(), note);
}

/// Notes when a file is none of certificates.
pub(super) fn holds_certificates(key: &str, path: &Path, note: Note<'_>) {
    match std::fs::read(path) {
        Err(error) => {
            let remedy = "name a file that is there and that the daemon's user may read";
            note(key, format!("the file {} cannot be read: {}", path.display(), error.kind()), remedy);
        }
        Ok(bytes) if !bytes.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") => {
            let remedy = "give the certificates of the authority as PEM";
            note(key, format!("the file {} holds no certificate", path.display()), remedy);
        }
        Ok(_) => {}
    }
}

/// Reads a secret `key` from its file, if it has one, and notes what is wrong.
pub(super) fn secret(key: &str, secret: &mut Option<Secret>, file: Option<&Folder>, note: Note<'_>) {
    let Some(file) = file else { return };
    let of_file = format!("{key}_file");
    if secret.is_some() {
        note(&of_file, format!("this is given twice, here and in {key}"), "leave one of the two out");
        return;
    }
    match text_of(file.as_path(), LONGEST) {
        Ok(text) => *secret = Some(Secret::new(text.trim())),
        Err((what, remedy)) => note(&of_file, what, &remedy),
    }
}
