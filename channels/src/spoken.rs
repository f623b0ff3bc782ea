//! Spoken words: a voice note stays a file; where there is somebody to write its words down, they stand beside it.

use async_trait::async_trait;

use crate::reading::{Understood, seen};
use crate::{Attachment, ReceiveContext};

/// Bytes of what was written down, at most.
const MOST_WORDS: usize = 16 << 10;

/// Writes down what is said in a recording.
#[async_trait]
pub trait Scribe: Send + Sync {
    /// The words of a recording, of this name and media type. `None` when there are none, or they cannot be had, whatever
    /// the reason: the message goes on without them. Comes back soon: the other side waits.
    async fn words(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Option<String>;
}

/// Puts the words of a voice note into its message, marked as spoken; its file has been stored.
pub(crate) async fn write_down(message: &mut Understood, stored: &[Attachment], cx: &ReceiveContext) {
    let spoken = message.text.is_empty() && message.attributes.contains_key("voice_note");
    let Some(scribe) = cx.scribe.as_ref().filter(|_| spoken) else { return };
    let Some(file) = stored.iter().find(|file| file.refused.is_none()) else { return };
    let Ok(bytes) = cx.blobs.get(&file.hash).await else { return };
    if let Some(words) =
        scribe.words(&file.name, &file.media_type, bytes).await.filter(|words| !words.trim().is_empty())
    {
        message.text = format!("[voice note] {}", seen(words.trim(), MOST_WORDS));
    }
}
