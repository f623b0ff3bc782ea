//! Channels: the tables `[<channel>.<account>]`: secrets are read from their files, and what is wrong is noted at its key.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_channels::email::EmailConfig;
use wissel_channels::telegram::TelegramConfig;
use wissel_channels::{AccountConfig, AccountName, Secret, SecretSlot};

use super::Settings;
use super::check::Note;
use super::port::text_of;

/// The accounts of a channel.
pub type Accounts<C> = BTreeMap<AccountName, C>;

/// The channels with accounts.
pub(super) const CHANNELS: [&str; 3] = ["email", "telegram", "whatsapp"];

/// The longest file that holds a secret, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Reads the secrets of all accounts, and notes what is wrong with their settings.
pub(super) fn resolve(settings: &mut Settings, note: Note<'_>) {
    each("email", &mut settings.email, note);
    each("telegram", &mut settings.telegram, note);
    each("whatsapp", &mut settings.whatsapp, note);
    read_all("webchat", settings.webchat.secrets(), note);
    let mailbox = |config: &EmailConfig| {
        let (server, user) = (config.imap.to_lowercase(), config.user().to_owned());
        config.folders.iter().map(|folder| format!("{server} {user} {folder}")).collect()
    };
    twins("email", "folders", &settings.email, mailbox, note);
    let bot = |config: &TelegramConfig| config.token.iter().filter_map(|token| bot_of(token.reveal())).collect();
    twins("telegram", "token", &settings.telegram, bot, note);
    twins("whatsapp", "phone_number_id", &settings.whatsapp, |config| vec![config.phone_number_id.clone()], note);
}

/// The bot of a token: its number, which a new token leaves as it is.
fn bot_of(token: &str) -> Option<String> {
    token.split_once(':').map(|(bot, _)| bot.to_owned())
}

/// Notes accounts that take from where another one does: what comes would be taken twice, or by either.
fn twins<C>(channel: &str, key: &str, accounts: &Accounts<C>, sources: impl Fn(&C) -> Vec<String>, note: Note<'_>) {
    let mut takers: BTreeMap<String, &AccountName> = BTreeMap::new();
    for (account, config) in accounts {
        let earlier = sources(config).into_iter().filter(|source| !source.is_empty());
        let earlier: Vec<_> = earlier.filter_map(|source| takers.insert(source, account)).collect();
        if let Some(other) = earlier.iter().find(|other| **other != account) {
            let message = format!("{channel}.{other} takes the same messages");
            note(&format!("{channel}.{account}.{key}"), message, "give each account one of its own, or leave one out");
        }
    }
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
