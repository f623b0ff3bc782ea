//! One message of an update: its shape, and what it says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::filename;
use crate::reading::File;

/// A message of the Bot API, as far as we use it.
#[derive(Debug, Deserialize)]
pub(super) struct Raw {
    pub(super) message_id: i64,
    #[serde(default)]
    pub(super) date: i64,
    #[serde(default)]
    pub(super) edit_date: Option<i64>,
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) from: Option<User>,
    #[serde(default)]
    pub(super) message_thread_id: Option<i64>,
    #[serde(default)]
    pub(super) is_topic_message: bool,
    #[serde(default)]
    pub(super) media_group_id: Option<String>,
    #[serde(default)]
    pub(super) reply_to_message: Option<Box<Replied>>,
    #[serde(default)]
    pub(super) quote: Option<Quote>,
    #[serde(default)]
    pub(super) forward_origin: Option<Value>,
    #[serde(default)]
    pub(super) via_bot: Option<User>,
    #[serde(default)]
    pub(super) migrate_to_chat_id: Option<i64>,
    #[serde(default)]
    pub(super) migrate_from_chat_id: Option<i64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    caption: Option<String>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    caption_entities: Vec<Entity>,
    #[serde(default)]
    photo: Vec<Sent>,
    #[serde(default)]
    document: Option<Sent>,
    #[serde(default)]
    animation: Option<Sent>,
    #[serde(default)]
    audio: Option<Sent>,
    #[serde(default)]
    voice: Option<Sent>,
    #[serde(default)]
    video: Option<Sent>,
    #[serde(default)]
    video_note: Option<Sent>,
    #[serde(default)]
    sticker: Option<Sent>,
    #[serde(default)]
    location: Option<Location>,
    #[serde(default)]
    venue: Option<Venue>,
    #[serde(default)]
    contact: Option<Contact>,
    #[serde(default)]
    dice: Option<Dice>,
    #[serde(default)]
    poll: Option<Poll>,
}

/// A chat.
#[derive(Debug, Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) title: Option<String>,
}

/// A person or a bot.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) is_bot: bool,
    #[serde(default)]
    pub(super) first_name: String,
    #[serde(default)]
    pub(super) last_name: Option<String>,
    #[serde(default)]
    pub(super) username: Option<String>,
    #[serde(default)]
    pub(super) language_code: Option<String>,
}

/// The message that one answers.
#[derive(Debug, Deserialize)]
pub(super) struct Replied {
    pub(super) message_id: i64,
    #[serde(default)]
    pub(super) from: Option<User>,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) caption: Option<String>,
}

/// The part of it that was chosen.
#[derive(Debug, Deserialize)]
pub(super) struct Quote {
    #[serde(default)]
    pub(super) text: String,
}

/// A stretch of a text with a meaning, in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// `bold`, `text_link`, `mention`, `bot_command`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it starts.
    pub offset: u32,
    /// How long it is.
    pub length: u32,
    /// Where a `text_link` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language of a `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What else the API says of it.
    #[serde(flatten)]
    pub more: serde_json::Map<String, Value>,
}

impl Entity {
    /// A stretch in bold.
    #[must_use]
    pub fn bold(offset: u32, length: u32) -> Self {
        let kind = "bold".to_owned();
        Self { kind, offset, length, url: None, language: None, more: serde_json::Map::new() }
    }
}

#[derive(Debug, Deserialize)]
struct Sent {
    file_id: String,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    file_size: Option<u64>,
    #[serde(default)]
    emoji: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Deserialize)]
struct Venue {
    #[serde(default)]
    title: String,
    #[serde(default)]
    address: String,
}

#[derive(Debug, Deserialize)]
struct Contact {
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Dice {
    #[serde(default)]
    emoji: String,
}

#[derive(Debug, Deserialize)]
struct Poll {
    #[serde(default)]
    question: String,
}

impl User {
    /// The name that they give themselves.
    pub(super) fn name(&self) -> String {
        let whole = format!("{} {}", self.first_name, self.last_name.as_deref().unwrap_or_default());
        whole.chars().filter(|letter| !filename::invisible(*letter)).take(200).collect::<String>().trim().to_owned()
    }
}

impl Raw {
    /// The words, of the message or below its picture, with their entities.
    pub(super) fn words(&self) -> (&str, &[Entity]) {
        match (&self.text, &self.caption) {
            (Some(text), _) => (text, &self.entities),
            (None, Some(caption)) => (caption, &self.caption_entities),
            (None, None) => ("", &[]),
        }
    }

    /// What it says, with placeholders for what is no text; `None` for kinds that we do not know.
    pub(super) fn text(&self) -> Option<String> {
        let (words, entities) = self.words();
        if !words.is_empty() {
            return Some(with_links(words, entities));
        }
        if let Some(sticker) = &self.sticker {
            return Some(format!("[sticker] {}", sticker.emoji.as_deref().unwrap_or_default()).trim_end().to_owned());
        }
        if let Some(location) = &self.location {
            let venue = self.venue.as_ref().map(|venue| format!("{}, {}, ", venue.title, venue.address));
            let at = format!("{:.6}, {:.6}", location.latitude, location.longitude);
            return Some(format!("[location] {}{at}", venue.unwrap_or_default()));
        }
        if let Some(contact) = &self.contact {
            let last = contact.last_name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            return Some(format!("[contact] {}{last}, {}", contact.first_name, contact.phone_number));
        }
        if let Some(dice) = &self.dice {
            return Some(dice.emoji.clone());
        }
        if let Some(poll) = &self.poll {
            return Some(format!("[poll] {}", poll.question));
        }
        (!self.files().is_empty()).then(String::new)
    }

    /// The files, without their content: of a picture the largest size.
    pub(super) fn files(&self) -> Vec<File> {
        let largest = self.photo.iter().max_by_key(|size| size.file_size.unwrap_or_default());
        let photo = largest.map(|sent| file(sent, "photo.jpg", "image/jpeg"));
        // An animation comes as a document too.
        let document = if self.animation.is_some() { None } else { self.document.as_ref() };
        let others = [
            (document, "document.bin", "application/octet-stream"),
            (self.animation.as_ref(), "animation.mp4", "video/mp4"),
            (self.audio.as_ref(), "audio.mp3", "audio/mpeg"),
            (self.voice.as_ref(), "voice.ogg", "audio/ogg"),
            (self.video.as_ref(), "video.mp4", "video/mp4"),
            (self.video_note.as_ref(), "video.mp4", "video/mp4"),
            (self.sticker.as_ref(), "sticker.webp", "image/webp"),
        ];
        let others = others.into_iter().filter_map(|(sent, name, kind)| Some(file(sent?, name, kind)));
        photo.into_iter().chain(others).collect()
    }

    pub(super) fn is_voice(&self) -> bool {
        self.voice.is_some()
    }
}

fn file(sent: &Sent, fallback: &str, media_type: &str) -> File {
    File {
        name: filename::shown(sent.file_name.as_deref().unwrap_or_default(), fallback),
        media_type: sent.mime_type.clone().unwrap_or_else(|| media_type.to_owned()),
        bytes: sent.file_size,
        place: sent.file_id.clone(),
    }
}

/// Where in a text a place in UTF-16 units is, in bytes; never within a character.
pub(super) fn byte_at(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (at, letter) in text.char_indices() {
        if units >= unit {
            return at;
        }
        units += letter.len_utf16();
    }
    text.len()
}

/// The words that an entity covers.
pub(super) fn covered<'t>(text: &'t str, entity: &Entity) -> &'t str {
    let (start, length) = (entity.offset as usize, entity.length as usize);
    &text[byte_at(text, start)..byte_at(text, start + length)]
}

/// The text with the address behind each link that does not show it.
fn with_links(text: &str, entities: &[Entity]) -> String {
    let mut links: Vec<(usize, &str)> = entities
        .iter()
        .filter(|entity| entity.kind == "text_link")
        .take(100)
        .filter_map(|entity| {
            Some((byte_at(text, entity.offset as usize + entity.length as usize), entity.url.as_deref()?))
        })
        .collect();
    links.sort_unstable_by_key(|(at, _)| *at);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for (at, url) in links {
        result.push_str(&text[done..at]);
        result.push_str(" (");
        result.push_str(url);
        result.push(')');
        done = at;
    }
    result + &text[done..]
}
