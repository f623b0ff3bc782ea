//! Channels: the tables `[<channel>.<account>]`: secrets are read from their files, and what is wrong is noted at its key.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_channels::{AccountConfig, AccountName, Secret, SecretSlot};

use super::Settings;
use super::check::Note;
use super::port::text_of;

/// The accounts of a channel.
pub type Accounts<C> = BTreeMap<AccountName, C>;

/// The longest file that holds a secret, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Reads the secrets of all accounts, and notes what is wrong with their settings.
pub(super) fn resolve(settings: &mut Settings, note: Note<'_>) {
    each("email", &mut settings.email, note);
    each("telegram", &mut settings.telegram, note);
    each("whatsapp", &mut settings.whatsapp, note);
    read_all("webchat", settings.webchat.secrets(), note);
}

fn each<C: AccountConfig>(channel: &str, accounts: &mut Accounts<C>, note: Note<'_>) {
    for (account, config) in accounts {
        let table = format!("{channel}.{account}");
        let unread = read_all(&table, config.secrets(), note);
        for problem in config.problems() {
            let (key, rest) = problem.split_once(": ").unwrap_or(("", &problem));
            let (what, cure) = rest.split_once("; ").unwrap_or((rest, "see the table of settings in the README"));
            if !unread.contains(&key) {
                note(&format!("{table}.{key}"), what.to_owned(), cure);
            }
        }
    }
}

/// Reads the secrets of a table; gives those that could not be read, which are not missing too.
fn read_all(table: &str, slots: Vec<SecretSlot<'_>>, note: Note<'_>) -> Vec<&'static str> {
    let mut unread = Vec::new();
    for slot in slots {
        let Some(file) = slot.file else { continue };
        let key = format!("{table}.{}_file", slot.key);
        if slot.value.is_some() {
            note(&key, format!("it is given twice, here and in {table}.{}", slot.key), "leave one of the two out");
            continue;
        }
        match secret_in(file) {
            Ok(secret) => *slot.value = Some(Secret::new(&secret)),
            Err((what, remedy)) => {
                unread.push(slot.key);
                note(&key, what, &remedy);
            }
        }
    }
    unread
}

/// The secret in a file, without the line's end; else what is wrong, and what to do.
pub(super) fn secret_in(path: &Path) -> Result<String, (String, String)> {
    let text = text_of(path, LONGEST)?;
    let text = text.trim();
    if text.is_empty() {
        return Err((
            format!("the file {} is empty", path.display()),
            "write the secret into it, on one line".to_owned(),
        ));
    }
    Ok(text.to_owned())
}
