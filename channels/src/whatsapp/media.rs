//! Files that came: their addresses live for minutes, so they are fetched before their message is accepted.

use std::time::Duration;

use super::graph::{Fault, Graph};
use crate::reading::File;
use crate::{Attachment, BlobError, ReceiveContext, backoff};

/// The largest file that WhatsApp gives out.
const MOST_FILE: u64 = 100 << 20;
/// How often a file is asked for when something goes wrong on the way.
const TRIES: u32 = 3;
/// Between two tries.
const BETWEEN: Duration = Duration::from_secs(1);
/// All tries together; Meta waits for the answer to its webhook.
const WHOLE: Duration = Duration::from_secs(100);

/// Fetches a file and stores it. What cannot be had is an attachment that says why; an error is for when files cannot be
/// stored just now.
pub(super) async fn fetch(graph: &Graph, file: &File, cx: &ReceiveContext) -> Result<Attachment, BlobError> {
    let (name, kind) = (file.name.as_str(), file.media_type.as_str());
    let most = cx.blobs.most_bytes().min(MOST_FILE);
    match tokio::time::timeout(WHOLE, content(graph, &file.place, most)).await {
        Ok(Ok(bytes)) => cx.blobs.keep(name, kind, bytes).await,
        Ok(Err(why)) => {
            tracing::warn!(%why, "a file could not be fetched from WhatsApp");
            Ok(Attachment::refused(name, kind, 0, why))
        }
        Err(_) => Ok(Attachment::refused(name, kind, 0, "it could not be fetched in time")),
    }
}

/// Its content, or why it cannot be had.
async fn content(graph: &Graph, media: &str, most: u64) -> Result<Vec<u8>, String> {
    let (mut asked_again, mut tries) = (false, 0);
    loop {
        let fault = match once(graph, media, most).await {
            Ok(bytes) => return Ok(bytes),
            Err(fault) => fault,
        };
        match fault {
            // An address that has died meanwhile: asked for once more, it is another one.
            Fault::Gone if !asked_again => asked_again = true,
            Fault::Gone => return Err("WhatsApp does not have it any more".to_owned()),
            fault if passes(&fault) && tries + 1 < TRIES => {
                tries += 1;
                tokio::time::sleep(backoff::wait(tries, BETWEEN, BETWEEN * 4)).await;
            }
            Fault::Told { why, .. } | Fault::Refused(why) => return Err(why),
            Fault::Away | Fault::Unknown(_) => return Err("it could not be fetched from WhatsApp".to_owned()),
        }
    }
}

/// Whether it may go better the next time.
fn passes(fault: &Fault) -> bool {
    match fault {
        Fault::Told { class, .. } => class.retry_seconds(1).is_some(),
        Fault::Away | Fault::Unknown(_) => true,
        Fault::Gone | Fault::Refused(_) => false,
    }
}

async fn once(graph: &Graph, media: &str, most: u64) -> Result<Vec<u8>, Fault> {
    let place = graph.place(media).await?;
    if place.file_size > most {
        return Err(Fault::Refused(format!("it has {} bytes; at most {most} are taken", place.file_size)));
    }
    graph.download(&place, most).await
}
