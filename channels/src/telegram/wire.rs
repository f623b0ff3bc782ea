//! An update of the Bot API, understood. Pure; no bytes make it panic.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::group::{is_addressed, merge_albums};
use super::message::{Raw, User, covered};
use crate::reading::{Kind, Reading, Sender, Understood, Unsupported, clip, seen};
use crate::{AccountName, MessageId, ThreadKey, UnixMillis};

/// Bytes of a text, at most.
const MOST_TEXT: usize = 64 << 10;

/// What must be known of a bot to understand its updates.
#[derive(Clone, Debug)]
pub struct Bot {
    /// The account, part of ids and thread keys.
    pub account: AccountName,
    /// Its name, by which it is spoken to in groups, with or without `@`.
    pub username: String,
    thread_key: [u8; 32],
    /// A group under its new id, and the one under which its thread began.
    moved: Option<(i64, i64)>,
}

/// An update, as far as we use it.
#[derive(Deserialize)]
struct Update {
    #[serde(rename = "update_id")]
    id: i64,
    #[serde(default, alias = "business_message", alias = "guest_message")]
    message: Option<Value>,
    #[serde(default, alias = "edited_business_message")]
    edited_message: Option<Value>,
    #[serde(default)]
    callback_query: Option<Callback>,
    #[serde(default)]
    my_chat_member: Option<Member>,
    #[serde(default)]
    message_reaction: Option<Reaction>,
}

#[derive(Deserialize)]
struct Callback {
    id: String,
    from: User,
    #[serde(default)]
    data: Option<String>,
    #[serde(default)]
    message: Option<Raw>,
}

#[derive(Deserialize)]
struct Member {
    chat: super::message::Chat,
    from: User,
    #[serde(default)]
    date: i64,
    #[serde(rename = "new_chat_member")]
    now: Status,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

#[derive(Deserialize)]
struct Reaction {
    chat: super::message::Chat,
    message_id: i64,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    date: i64,
    #[serde(default, rename = "new_reaction")]
    now: Vec<Emoji>,
}

#[derive(Deserialize)]
struct Emoji {
    #[serde(default)]
    emoji: String,
}

impl Bot {
    /// A bot of `account`. `secret` must stay the same for as long as threads are to be found again.
    #[must_use]
    pub fn new(account: AccountName, username: &str, secret: &[u8; 32]) -> Self {
        let thread_key = blake3::derive_key("wissel 2026-11 telegram thread key", secret);
        Self { account, username: username.to_owned(), thread_key, moved: None }
    }

    /// The same bot for updates of the group `now`, whose thread began when it was `before`.
    #[must_use]
    pub fn following(&self, now: i64, before: i64) -> Self {
        Self { moved: Some((now, before)), ..self.clone() }
    }

    /// Understands an update, a list of updates, or the answer to `getUpdates`. Pictures of one album that come together
    /// are put together.
    #[must_use]
    pub fn read(&self, body: &[u8]) -> Reading {
        let mut reading = Reading::default();
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            let raw = String::from_utf8_lossy(body);
            reading.unsupported.push(Unsupported::new("the update is no JSON", clip(&raw, MOST_TEXT)));
            return reading;
        };
        let list = body.as_array().or_else(|| body.get("result").and_then(Value::as_array));
        match list {
            Some(updates) => updates.iter().for_each(|update| self.update(update, &mut reading)),
            None => self.update(&body, &mut reading),
        }
        reading.messages = merge_albums(reading.messages);
        reading
    }

    fn update(&self, raw: &Value, reading: &mut Reading) {
        let mut park = |why: &str, thread| {
            let raw = clip(&raw.to_string(), MOST_TEXT).to_owned();
            reading.unsupported.push(Unsupported { why: why.to_owned(), thread, raw });
        };
        let Ok(update) = Update::deserialize(raw) else {
            park("an update that is not as described", None);
            return;
        };
        let edited = update.edited_message.is_some();
        let read = match (update.message.or(update.edited_message), update.callback_query) {
            (Some(message), _) => match Raw::deserialize(&message) {
                Ok(message) => self.message(&message, edited),
                Err(_) => Err(("a message that is not as described", None)),
            },
            (None, Some(callback)) => self.callback(&callback, update.id),
            (None, None) => match (update.my_chat_member, update.message_reaction) {
                (Some(member), _) => Ok(self.member(&member, update.id)),
                (None, Some(reaction)) => Ok(self.reaction(&reaction, update.id)),
                (None, None) => Err(("an update of a kind that is not known here", None)),
            },
        };
        match read {
            Ok(message) => reading.messages.push(message),
            Err((why, thread)) => park(why, thread),
        }
    }

    fn message(&self, raw: &Raw, edited: bool) -> Result<Understood, (&'static str, Option<ThreadKey>)> {
        let private = raw.chat.kind == "private";
        let topic = raw.message_thread_id.filter(|_| raw.is_topic_message);
        let thread = self.thread(raw.chat.id, topic);
        let mut facts = facts(raw);
        let (provider, date) = if edited {
            let version = raw.edit_date.unwrap_or(raw.date);
            (format!("{}:{}:edit:{version}", raw.chat.id, raw.message_id), version)
        } else {
            (format!("{}:{}", raw.chat.id, raw.message_id), raw.date)
        };
        let moved = raw.migrate_to_chat_id.or(raw.migrate_from_chat_id);
        let Some(mut text) = raw.text().or_else(|| moved.map(|_| String::new())) else {
            return Err(("a message of a kind that is not known here", Some(thread)));
        };
        if let Some((parameter, rest)) = start(raw) {
            facts.insert("start".to_owned(), parameter);
            text = rest;
        }
        let mut message = self.understood(thread, &provider, date, raw.from.as_ref());
        message.kind = match () {
            () if moved.is_some() => Kind::Service,
            () if !private && !is_addressed(self, raw) => Kind::Overheard,
            () if edited => Kind::Edit,
            () => Kind::Message,
        };
        let replied = raw.reply_to_message.as_deref();
        message.reply_to = if edited {
            Some(format!("{}:{}", raw.chat.id, raw.message_id))
        } else {
            replied.map(|replied| format!("{}:{}", raw.chat.id, replied.message_id))
        };
        let quoted = raw.quote.as_ref().map(|quote| quote.text.as_str());
        let whole = || replied.and_then(|replied| replied.text.as_deref().or(replied.caption.as_deref()));
        message.quoted = seen(quoted.or_else(whole).unwrap_or_default(), MOST_TEXT);
        text = without_name(&text, &self.username);
        message.text = seen(&text, MOST_TEXT);
        message.attachments = raw.files();
        message.attributes.extend(facts);
        let bot = raw.via_bot.as_ref().or(raw.from.as_ref().filter(|from| from.is_bot));
        message.automatic = bot.map(|_| "written by a bot".to_owned());
        Ok(message)
    }

    fn callback(&self, callback: &Callback, update: i64) -> Result<Understood, (&'static str, Option<ThreadKey>)> {
        let Some(message) = &callback.message else { return Err(("a button of a message that is gone", None)) };
        let topic = message.message_thread_id.filter(|_| message.is_topic_message);
        let thread = self.thread(message.chat.id, topic);
        let provider = format!("callback:{}", callback.id);
        let mut found = self.understood(thread, &provider, message.date, Some(&callback.from));
        found.at = None;
        found.text = seen(callback.data.as_deref().unwrap_or_default(), MOST_TEXT);
        found.reply_to = Some(format!("{}:{}", message.chat.id, message.message_id));
        found.attributes.insert("button".to_owned(), "true".to_owned());
        found.attributes.insert("update".to_owned(), update.to_string());
        Ok(found)
    }

    /// The customer has blocked the bot, or let it in again; the bot was put into a group.
    fn member(&self, member: &Member, update: i64) -> Understood {
        let thread = self.thread(member.chat.id, None);
        let mut found = self.understood(thread, &format!("member:{update}"), member.date, Some(&member.from));
        found.kind = Kind::Service;
        let status: String = member.now.status.chars().filter(char::is_ascii_lowercase).take(20).collect();
        found.attributes.insert("membership".to_owned(), status);
        found
    }

    fn reaction(&self, reaction: &Reaction, update: i64) -> Understood {
        let thread = self.thread(reaction.chat.id, None);
        let mut found = self.understood(thread, &format!("reaction:{update}"), reaction.date, reaction.user.as_ref());
        found.kind = Kind::Reaction;
        found.text = reaction.now.iter().take(20).map(|one| clip(&one.emoji, 64)).collect();
        found.reply_to = Some(format!("{}:{}", reaction.chat.id, reaction.message_id));
        found
    }

    fn understood(&self, thread: ThreadKey, provider: &str, date: i64, from: Option<&User>) -> Understood {
        let account = self.account.as_str().as_bytes();
        let id: [&[u8]; 4] = [b"main", b"telegram", account, provider.as_bytes()];
        let sender = |user: &User| Sender {
            address: user.id.to_string(),
            name: user.name(),
            verified: true,
            ..Sender::default()
        };
        let username = from.and_then(|user| user.username.clone());
        Understood {
            id: MessageId::of("wissel.message", &id),
            thread,
            account: self.account.clone(),
            provider_id: clip(provider, 128).to_owned(),
            at: Some(UnixMillis(date.saturating_mul(1000))),
            from: from.map(sender).unwrap_or_default(),
            text: String::new(),
            quoted: String::new(),
            signature: String::new(),
            attachments: Vec::new(),
            reply_to: None,
            automatic: None,
            kind: Kind::Message,
            locale: from.and_then(|user| user.language_code.clone()).filter(|locale| locale.len() <= 16),
            attributes: username.map(|name| ("username".to_owned(), clip(&name, 64).to_owned())).into_iter().collect(),
        }
    }

    /// A chat is a thread; in a group with topics each topic is one.
    fn thread(&self, chat: i64, topic: Option<i64>) -> ThreadKey {
        let chat = self.moved.filter(|(now, _)| *now == chat).map_or(chat, |(_, before)| before);
        let mut hasher = blake3::Hasher::new_keyed(&self.thread_key);
        hasher.update(self.account.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(&chat.to_le_bytes());
        hasher.update(&topic.unwrap_or_default().to_le_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ThreadKey(key)
    }
}

fn facts(raw: &Raw) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut note = |name: &str, value: &str| facts.insert(name.to_owned(), clip(value, 500).to_owned());
    note("chat", &raw.chat.kind);
    if let Some(title) = &raw.chat.title {
        note("group", title);
    }
    if let Some(album) = &raw.media_group_id {
        note("album", album);
    }
    if raw.forward_origin.is_some() {
        note("forwarded", "true");
    }
    if raw.is_voice() {
        note("voice_note", "true");
    }
    if let Some(chat) = raw.migrate_to_chat_id {
        note("moved_to", &chat.to_string());
    }
    if let Some(chat) = raw.migrate_from_chat_id {
        note("moved_from", &chat.to_string());
    }
    facts
}

/// The parameter of `/start`, and what is said after it.
fn start(raw: &Raw) -> Option<(String, String)> {
    let (text, entities) = raw.words();
    let command = entities.first().filter(|entity| entity.kind == "bot_command" && entity.offset == 0)?;
    let words = covered(text, command);
    let name = words.split('@').next().unwrap_or_default();
    if name != "/start" {
        return None;
    }
    let rest = text.get(words.len()..).unwrap_or_default().trim();
    let (parameter, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let parameter: String = parameter.chars().filter(|letter| fits(*letter)).take(64).collect();
    Some((parameter, rest.trim().to_owned()))
}

/// The text without the bot's own name at its beginning or end.
fn without_name(text: &str, username: &str) -> String {
    let name = format!("@{}", username.trim_start_matches('@'));
    if name.len() < 2 {
        return text.to_owned();
    }
    let is_name = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(&name));
    let trimmed = text.trim();
    if is_name(trimmed.get(..name.len()))
        && trimmed[name.len()..].starts_with(|next: char| !next.is_alphanumeric() && next != '_')
    {
        return trimmed[name.len()..].trim_start_matches([' ', ',', ':', '\n']).to_owned();
    }
    let end = trimmed.len().saturating_sub(name.len());
    if end > 0 && is_name(trimmed.get(end..)) && trimmed[..end].ends_with(char::is_whitespace) {
        return trimmed[..end].trim_end().to_owned();
    }
    text.to_owned()
}
