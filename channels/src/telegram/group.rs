//! Groups: whether something is said to us. Albums: pictures that were sent as one.

use serde_json::Value;

use super::message::{Raw, covered};
use super::wire::Bot;
use crate::MessageId;
use crate::filename::number_duplicates;
use crate::reading::Understood;

/// Whether a message in a group is for the bot: it names it, commands it, or answers it.
pub(super) fn is_addressed(bot: &Bot, message: &Raw) -> bool {
    let name = bot.username.trim_start_matches('@');
    let is_ours = |other: &str| !name.is_empty() && other.eq_ignore_ascii_case(name);
    let answered = message.reply_to_message.as_ref().and_then(|replied| replied.from.as_ref());
    if answered.is_some_and(|user| user.is_bot && user.username.as_deref().is_some_and(is_ours)) {
        return true;
    }
    let (text, entities) = message.words();
    entities.iter().take(100).any(|entity| match entity.kind.as_str() {
        "mention" | "bot_command" => covered(text, entity).rsplit_once('@').is_some_and(|(_, named)| is_ours(named)),
        "text_mention" => {
            let user = entity.more.get("user").and_then(|user| user.get("username"));
            user.and_then(Value::as_str).is_some_and(is_ours)
        }
        _ => false,
    })
}

/// Puts together the pictures of an album, which come as messages of their own: the first gets the others' files, and the
/// words of whichever has them. Its id is that of all of them together: where some were taken before and come again with the
/// rest, the rest is not taken for what was known.
#[must_use]
pub fn merge_albums(messages: Vec<Understood>) -> Vec<Understood> {
    let mut merged: Vec<Understood> = Vec::new();
    for message in messages {
        let album = message.attributes.get("album").cloned();
        let same = |other: &&mut Understood| {
            album.is_some()
                && (other.thread, other.kind) == (message.thread, message.kind)
                && other.attributes.get("album") == album.as_ref()
        };
        match merged.iter_mut().rev().take(20).find(same) {
            Some(first) => {
                first.id = MessageId::of("wissel.album", &[&first.id.0, &message.id.0]);
                first.attachments.extend(message.attachments);
                number_duplicates(first.attachments.iter_mut().map(|file| &mut file.name));
                if first.text.is_empty() {
                    first.text = message.text;
                }
            }
            None => merged.push(message),
        }
    }
    merged
}
