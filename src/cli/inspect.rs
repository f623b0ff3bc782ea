//! `wissel inspect`: what is understood of one raw message, without storing it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::ValueEnum;
use wissel_channels::email::Mailbox;
use wissel_channels::telegram::Bot;
use wissel_channels::whatsapp::Numbers;
use wissel_channels::{AccountName, Reading, Understood};

use super::{Files, print, say};
use crate::settings::{Settings, load_master_key};
use crate::wire::Keys;

/// Bytes of a raw message, at most.
const MOST_BYTES: u64 = 256 << 20;
/// Lines of each text that the report shows.
const MOST_LINES: usize = 60;

/// Arguments of `wissel inspect`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The channel that the message came by
    channel: Channel,
    /// The raw message: an .eml, the body of a webhook, an update; `-` for standard input
    file: PathBuf,
    /// The account that it came to; part of the ids. Without it the one that the settings have, if it is just one, else `main`
    #[arg(long, value_name = "NAME")]
    account: Option<AccountName>,
    /// The name by which your own mail server signs Authentication-Results, besides those of the account's settings
    #[arg(long, value_name = "NAME")]
    authserv_id: Vec<String>,
    /// An address of your own; mail from it is an echo
    #[arg(long, value_name = "ADDRESS")]
    own_address: Vec<String>,
    /// The name of your Telegram bot, by which it is spoken to in groups
    #[arg(long, value_name = "NAME", default_value = "")]
    bot: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Channel {
    Email,
    Telegram,
    Whatsapp,
}

/// Prints what is understood.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let raw = read(&args.file)?;
    // Editors of Windows put it before what they save.
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&raw);
    if let Some(hint) = hint(raw, args.channel) {
        say(hint);
    }
    let settings = files.settings()?;
    let reading = understand(raw, args, &settings, &secret(&settings)?);
    if args.json {
        print(&serde_json::to_string(&reading)?)?;
    } else {
        print(report(&reading).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut raw = Vec::new();
    let shown = path.display();
    if path == Path::new("-") {
        io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut raw).context("standard input cannot be read")?;
    } else {
        let file = File::open(path).with_context(|| {
            format!("{shown} cannot be opened; name a file that is there and readable, or - for standard input")
        })?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut raw)
            .with_context(|| format!("{shown} cannot be read; name a file that holds one raw message"))?;
    }
    let fits = raw.len() as u64 <= MOST_BYTES;
    ensure!(fits, "{shown} is larger than {} MB; no channel takes such a message", MOST_BYTES >> 20);
    Ok(raw)
}

/// What a file is instead of a raw message, where its beginning tells.
fn hint(raw: &[u8], channel: Channel) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"\xd0\xcf\x11\xe0", "this is a file of Outlook (.msg); save the mail as .eml, or take it from the mailbox"),
        (b"%PDF", "this is a PDF; a raw mail begins with its headers, save it as .eml"),
        (b"\x1f\x8b", "this is compressed; unpack it first (gunzip)"),
        (b"PK\x03\x04", "this is a ZIP file; unpack it first"),
        (b"\xff\xfe", "this is written in UTF-16; save it as UTF-8, or take it from where it came"),
        (b"\xfe\xff", "this is written in UTF-16; save it as UTF-8, or take it from where it came"),
    ];
    let begins = KNOWN.into_iter().find(|(bytes, _)| raw.starts_with(bytes)).map(|(_, hint)| hint);
    let holds = |word: &str| raw.windows(word.len()).take(64 << 10).any(|window| window == word.as_bytes());
    let other = match channel {
        Channel::Email if raw.starts_with(b"From ") && holds("\n\nFrom ") => {
            Some("this is a mailbox file (mbox) with several mails; only the first is looked at")
        }
        Channel::Email if raw.first() == Some(&b'{') => Some("this is JSON; is it of telegram or whatsapp?"),
        Channel::Email if !has_headers(raw) => {
            Some("this does not begin with headers, as a raw mail does; save the mail as .eml, or take its source")
        }
        Channel::Telegram | Channel::Whatsapp if !raw.trim_ascii().is_empty() && has_headers(raw) => {
            Some("this looks like a mail; try: wissel inspect email")
        }
        Channel::Telegram if holds("\"entry\"") => {
            Some("this looks like a webhook of WhatsApp; try: wissel inspect whatsapp")
        }
        Channel::Whatsapp if holds("\"update_id\"") => {
            Some("this looks like an update of Telegram; try: wissel inspect telegram")
        }
        Channel::Telegram if holds("\"message_id\"") && !holds("\"update_id\"") => {
            Some("this is a message without its update; write {\"update_id\": 1, \"message\": …} around it")
        }
        Channel::Whatsapp if holds("\"messaging_product\"") && !holds("\"entry\"") => {
            Some("this is a part of a webhook; take the whole body, which begins with \"object\"")
        }
        _ => None,
    };
    begins.or(other)
}

/// Whether it begins as a mail does: a name, a colon. An empty file says nothing else either.
fn has_headers(raw: &[u8]) -> bool {
    let line = raw.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.iter().position(|byte| *byte == b':').map_or(&[][..], |colon| &line[..colon]);
    let sound = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    line.is_empty() || line.starts_with(b"From ") || (!name.is_empty() && name.iter().all(sound))
}

/// The secret of the channels of this installation, so that ids and reply tokens are its own. Never makes a key.
fn secret(settings: &Settings) -> anyhow::Result<[u8; 32]> {
    let key = match &settings.secrets.master_key {
        Some(_) => Some(settings.master_key()?),
        None => load_master_key(&settings.master_key_path())?,
    };
    if key.is_none() {
        say("there is no master key here: threads are not those of your daemon, and no reply token can be checked");
    }
    Ok(Keys::new(key.unwrap_or_default()).secret("channels"))
}

fn understand(raw: &[u8], args: &Args, settings: &Settings, secret: &[u8; 32]) -> Reading {
    match args.channel {
        Channel::Email => {
            let account = account(args, settings.email.keys());
            let mut mailbox = match settings.email.get(&account) {
                Some(config) => Mailbox::of(account, config, secret),
                None => Mailbox::new(account, secret),
            };
            mailbox.authserv_ids.extend(args.authserv_id.iter().cloned());
            mailbox.addresses.extend(args.own_address.iter().map(|own| own.to_lowercase()));
            mailbox.read(raw)
        }
        Channel::Telegram => Bot::new(account(args, settings.telegram.keys()), &args.bot, secret).read(raw),
        Channel::Whatsapp => Numbers::any(account(args, settings.whatsapp.keys()), secret).read(raw),
    }
}

/// The account that a message came to: the one that is named, else the only one of its channel.
fn account<'a>(args: &Args, mut configured: impl Iterator<Item = &'a AccountName>) -> AccountName {
    let only = configured.next().filter(|_| configured.next().is_none());
    args.account.clone().or_else(|| only.cloned()).unwrap_or_else(|| AccountName::from_static("main"))
}

/// What is understood, for people.
fn report(reading: &Reading) -> String {
    let mut report = String::new();
    let count = reading.messages.len();
    for (number, message) in (1..).zip(&reading.messages) {
        let kind = serde_json::to_value(message.kind).unwrap_or_default();
        let _written = writeln!(report, "message {number} of {count}: {}", kind.as_str().unwrap_or_default());
        for (name, value) in facts(message) {
            let _written = writeln!(report, "  {name:<10} {}", visible(&value));
        }
        text(&mut report, "new text", &message.text);
        text(&mut report, "quoted", &message.quoted);
        text(&mut report, "signature", &message.signature);
        report.push('\n');
    }
    for status in &reading.statuses {
        let word = serde_json::to_value(status.status).unwrap_or_default();
        let error = status.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        let line = format!("status: {} is {}{error}", status.of, word.as_str().unwrap_or_default());
        let _written = writeln!(report, "{}", visible(&line));
    }
    for unsupported in &reading.unsupported {
        let _written =
            writeln!(report, "not understood: {}; a person would get it as it came", visible(&unsupported.why));
    }
    if report.is_empty() {
        report.push_str("nothing: the file holds no message\n");
    }
    report
}

fn facts(message: &Understood) -> Vec<(&'static str, String)> {
    let from = &message.from;
    let verified = if from.verified { "verified" } else { "not verified" };
    let automatic = message.automatic.as_deref().map_or("no".to_owned(), |why| format!("yes: {why}"));
    let mut facts = vec![
        ("id", message.id.to_string()),
        ("thread", message.thread.to_string()),
        ("known as", message.provider_id.clone()),
        ("from", format!("{} <{}>, {verified}", from.name, from.address).trim_start().to_owned()),
        ("automatic", automatic),
    ];
    facts.extend(message.at.map(|at| ("written", at.to_string())));
    facts.extend(message.reply_to.iter().map(|id| ("answers", id.clone())));
    facts.extend(message.locale.iter().map(|locale| ("locale", locale.clone())));
    facts.extend(message.attachments.iter().map(|file| {
        let bytes = file.bytes.map_or("size unknown".to_owned(), |bytes| format!("{bytes} bytes"));
        ("file", format!("{} ({}, {bytes})", file.name, file.media_type))
    }));
    facts.extend(message.attributes.iter().map(|(name, value)| ("fact", format!("{name}: {value}"))));
    facts
}

fn text(report: &mut String, name: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let _written = writeln!(report, "  {name}:");
    for line in text.lines().take(MOST_LINES) {
        let _written = writeln!(report, "    | {}", visible(line));
    }
    let more = text.lines().count().saturating_sub(MOST_LINES);
    if more > 0 {
        let _written = writeln!(report, "    … {more} more lines; --json has them all");
    }
}

/// One line that does nothing to the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
