//! One message of a webhook: its shape, and what it says.

use std::fmt::Write;

use serde::Deserialize;

use crate::filename;
use crate::reading::{File, Kind};

/// A message as the Cloud API sends it, as far as we use it.
#[derive(Debug, Deserialize)]
pub(super) struct Raw {
    /// The number of whoever wrote it; absent where they go by a name of their own and WhatsApp keeps it to itself.
    #[serde(default)]
    from: Option<String>,
    /// What this company knows them by besides (`NL.13491208655302741918`).
    #[serde(default)]
    pub(super) from_user_id: Option<String>,
    #[serde(default)]
    pub(super) id: String,
    /// Seconds since 1970, as a text.
    #[serde(default)]
    pub(super) timestamp: serde_json::Value,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) context: Option<Context>,
    #[serde(default)]
    pub(super) referral: Option<Referral>,
    #[serde(default)]
    pub(super) errors: Vec<Error>,
    #[serde(default)]
    pub(super) group_id: Option<String>,
    #[serde(default)]
    text: Option<Text>,
    #[serde(default, alias = "video", alias = "audio", alias = "voice", alias = "document", alias = "sticker")]
    image: Option<Media>,
    #[serde(default)]
    location: Option<Location>,
    #[serde(default)]
    contacts: Vec<Contact>,
    #[serde(default)]
    reaction: Option<Reaction>,
    #[serde(default)]
    button: Option<Button>,
    #[serde(default)]
    interactive: Option<Interactive>,
    #[serde(default)]
    order: Option<Order>,
    #[serde(default)]
    system: Option<System>,
    #[serde(default)]
    edit: Option<Edited>,
    #[serde(default)]
    revoke: Option<Revoked>,
}

/// A new version of a message.
#[derive(Debug, Deserialize)]
struct Edited {
    original_message_id: String,
    message: Box<Raw>,
}

/// A message that was taken back.
#[derive(Debug, Deserialize)]
struct Revoked {
    original_message_id: String,
}

/// What a message answers.
#[derive(Debug, Deserialize)]
pub(super) struct Context {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) forwarded: bool,
    #[serde(default)]
    pub(super) frequently_forwarded: bool,
    #[serde(default)]
    pub(super) referred_product: Option<Product>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Product {
    #[serde(default)]
    pub(super) product_retailer_id: String,
    #[serde(default)]
    quantity: u64,
}

/// The advertisement by which the customer came.
#[derive(Debug, Deserialize)]
pub(super) struct Referral {
    #[serde(default)]
    pub(super) source_url: String,
    #[serde(default)]
    pub(super) headline: String,
}

/// An error as the Cloud API tells it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Error {
    #[serde(default)]
    pub(super) code: i64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    message: String,
    #[serde(default, rename = "error_data")]
    data: Option<Details>,
}

#[derive(Debug, Deserialize)]
struct Details {
    #[serde(default)]
    details: String,
}

impl Error {
    /// `131047: Re-engagement message (…)`
    pub(super) fn told(&self) -> String {
        let title = if self.title.is_empty() { &self.message } else { &self.title };
        let mut told = format!("{}: {title}", self.code);
        if let Some(details) = self.data.as_ref().filter(|data| !data.details.is_empty()) {
            let _written = write!(told, " ({})", details.details);
        }
        told
    }
}

#[derive(Debug, Deserialize)]
struct Text {
    body: String,
}

#[derive(Debug, Deserialize)]
struct Media {
    id: String,
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    filename: String,
    #[serde(default)]
    voice: bool,
}

#[derive(Debug, Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    address: String,
}

#[derive(Debug, Deserialize)]
struct Contact {
    name: Name,
    #[serde(default)]
    phones: Vec<Phone>,
    #[serde(default)]
    emails: Vec<Email>,
}

#[derive(Debug, Deserialize)]
struct Name {
    #[serde(default)]
    formatted_name: String,
}

#[derive(Debug, Deserialize)]
struct Phone {
    #[serde(default)]
    phone: String,
}

#[derive(Debug, Deserialize)]
struct Email {
    #[serde(default)]
    email: String,
}

#[derive(Debug, Deserialize)]
struct Reaction {
    message_id: String,
    #[serde(default)]
    emoji: String,
}

#[derive(Debug, Deserialize)]
struct Button {
    text: String,
}

#[derive(Debug, Deserialize)]
struct Interactive {
    #[serde(default, alias = "list_reply")]
    button_reply: Option<Reply>,
    #[serde(default)]
    nfm_reply: Option<Form>,
}

#[derive(Debug, Deserialize)]
struct Reply {
    title: String,
}

#[derive(Debug, Deserialize)]
struct Form {
    #[serde(default)]
    body: String,
    #[serde(default)]
    response_json: String,
}

#[derive(Debug, Deserialize)]
struct Order {
    #[serde(default)]
    text: String,
    #[serde(default)]
    product_items: Vec<Product>,
}

#[derive(Debug, Deserialize)]
struct System {
    #[serde(default)]
    body: String,
    #[serde(default, alias = "new_wa_id")]
    wa_id: Option<String>,
}

/// What a message says.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) files: Vec<File>,
    /// The message that it is about, where that is not its context.
    pub(super) about: Option<String>,
    /// Facts to note.
    pub(super) facts: Vec<(&'static str, String)>,
}

impl Raw {
    /// Who wrote it: their number, else the id that the company knows them by.
    pub(super) fn customer(&self) -> Option<&str> {
        let told = |id: &'_ Option<String>| id.as_deref().is_some_and(|id| !id.is_empty());
        [&self.from, &self.from_user_id].into_iter().find(|id| told(id))?.as_deref()
    }

    /// What it says; `Err` with the reason for what is not understood.
    pub(super) fn content(&self) -> Result<Content, String> {
        let lacks = |what: &str| format!("a message of type {} without {what}", short(&self.kind));
        match self.kind.as_str() {
            "text" => Ok(said(self.text.as_ref().ok_or_else(|| lacks("text"))?.body.clone())),
            "image" | "video" | "audio" | "voice" | "document" | "sticker" => {
                self.image.as_ref().map(|media| file(&self.kind, media)).ok_or_else(|| lacks("a file"))
            }
            "location" => self.location.as_ref().map(place).ok_or_else(|| lacks("a place")),
            "contacts" => Ok(said(self.contacts.iter().map(person).collect::<Vec<_>>().join("\n"))),
            "reaction" => {
                let reaction = self.reaction.as_ref().ok_or_else(|| lacks("a reaction"))?;
                let (kind, about) = (Kind::Reaction, Some(reaction.message_id.clone()));
                Ok(Content { kind, text: reaction.emoji.clone(), about, ..Content::default() })
            }
            "button" => Ok(said(self.button.as_ref().ok_or_else(|| lacks("a button"))?.text.clone())),
            "interactive" => self.chosen().ok_or_else(|| lacks("a choice that we know")),
            "order" => self.order.as_ref().map(ordered).ok_or_else(|| lacks("an order")),
            "system" => {
                let system = self.system.as_ref().ok_or_else(|| lacks("content"))?;
                let facts = system.wa_id.clone().map(|number| ("new_number", number)).into_iter().collect();
                Ok(Content { kind: Kind::Service, text: system.body.clone(), facts, ..Content::default() })
            }
            "edit" => {
                let edit = self.edit.as_ref().ok_or_else(|| lacks("a new version"))?;
                let content = edit.message.content()?;
                let (kind, about) = (Kind::Edit, Some(edit.original_message_id.clone()));
                let known = content.kind == Kind::Message;
                known.then_some(Content { kind, about, ..content }).ok_or_else(|| lacks("a version that we know"))
            }
            "revoke" => {
                let revoke = self.revoke.as_ref().ok_or_else(|| lacks("a message"))?;
                let (kind, about) = (Kind::Service, Some(revoke.original_message_id.clone()));
                let facts = vec![("revoked", revoke.original_message_id.clone())];
                Ok(Content {
                    kind,
                    about,
                    facts,
                    text: "the customer deleted a message".to_owned(),
                    ..Content::default()
                })
            }
            "unsupported" | "unknown" => {
                let told = self.errors.first().map(Error::told);
                Err(format!("the customer sent what WhatsApp does not pass on: {}", told.unwrap_or_default()))
            }
            other => Err(format!("a message of type {}, which is not known here", short(other))),
        }
    }

    fn chosen(&self) -> Option<Content> {
        let chosen = self.interactive.as_ref()?;
        if let Some(reply) = &chosen.button_reply {
            return Some(said(reply.title.clone()));
        }
        let form = chosen.nfm_reply.as_ref()?;
        let text = if form.response_json.is_empty() { &form.body } else { &form.response_json };
        Some(said(format!("[form] {text}")))
    }
}

/// A word of theirs for a reason of ours.
fn short(word: &str) -> String {
    word.chars().filter(char::is_ascii_graphic).take(40).collect()
}

fn said(text: String) -> Content {
    Content { text, ..Content::default() }
}

fn file(kind: &str, media: &Media) -> Content {
    let extension = media.mime_type.split(';').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let fallback = format!("{kind}.{}", filename::shown(extension, "bin"));
    let file = File {
        name: filename::shown(&media.filename, &fallback),
        media_type: media.mime_type.clone(),
        bytes: None,
        place: media.id.clone(),
    };
    let facts = if media.voice || kind == "voice" { vec![("voice_note", "true".to_owned())] } else { Vec::new() };
    let text = if kind == "sticker" { "[sticker]".to_owned() } else { media.caption.clone() };
    Content { text, files: vec![file], facts, ..Content::default() }
}

fn place(location: &Location) -> Content {
    let named = [location.name.as_str(), location.address.as_str()];
    let mut words: Vec<String> = named.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.push(format!("{:.6}, {:.6}", location.latitude, location.longitude));
    said(format!("[location] {}", words.join(", ")))
}

fn person(contact: &Contact) -> String {
    let reached =
        contact.phones.iter().map(|phone| &phone.phone).chain(contact.emails.iter().map(|email| &email.email));
    let words: Vec<&str> =
        std::iter::once(contact.name.formatted_name.as_str()).chain(reached.map(String::as_str)).collect();
    format!("[contact] {}", words.join(", "))
}

fn ordered(order: &Order) -> Content {
    let items: Vec<String> =
        order.product_items.iter().map(|item| format!("{} × {}", item.quantity, item.product_retailer_id)).collect();
    let text = format!("[order] {}", items.join(", "));
    said(if order.text.is_empty() { text } else { format!("{}\n{text}", order.text) })
}
