//! Attachments: files of customers for staff, never shown by the browser itself; and files that go with a reply.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use wissel_channels::reading::clip;
use wissel_channels::{Attachment, BlobError, ConversationId};

use super::problem::Problem;
use super::read::{self, Opened};
use super::signed_in::SignedIn;
use super::{Staff, conversations};

/// Files that go with one reply, at most.
const MOST_FILES: usize = 10;
/// Bytes of a name.
const MOST_NAME: usize = 200;
/// What a file may not do where it is opened.
const SANDBOX: &str = "sandbox; default-src 'none'";

/// A file that goes with a reply.
#[derive(Debug, Deserialize)]
pub struct Given {
    name: String,
    #[serde(rename = "type", default = "binary")]
    media_type: String,
    /// Base64.
    content: String,
}

fn binary() -> String {
    "application/octet-stream".to_owned()
}

/// `GET /api/conversations/{id}/attachments/{hash}`: a file of this conversation, to be saved and not shown.
pub async fn attachment(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    Path((path, hash)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = read::conversation(&staff.archive, conversations::id(&path)?).await?;
    let opened = found.ok_or_else(|| Problem::not_found("conversation"))?;
    let file = files(&opened).find(|file| file.hash == hash && !hash.is_empty());
    let file = file.ok_or_else(|| Problem::not_found("attachment"))?;
    let content = staff.blobs.get(&file.hash).await.map_err(|error| problem(&error))?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    let disposition = HeaderValue::from_str(&disposition(&file.name));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")));
    Ok(response)
}

/// All files of a conversation.
fn files(opened: &Opened) -> impl Iterator<Item = &Attachment> {
    let more = opened.entries.iter().filter_map(|entry| entry.more.as_ref());
    let placed = more.flat_map(|more| more.attachments.iter().chain(&more.whole));
    placed.chain(opened.pending.iter().flat_map(|outgoing| &outgoing.attachments))
}

/// The name for the browser, in plain letters and in full (RFC 6266).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || ".-_ ".contains(letter) { letter } else { '_' })
        .collect();
    let encoded: String = name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _written = write!(encoded, "%{byte:02X}");
        }
        encoded
    });
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn problem(error: &BlobError) -> Problem {
    match error {
        BlobError::Missing => Problem::not_found("attachment"),
        BlobError::Refused(why) => Problem::invalid(format!("attachments: {why}")),
        BlobError::Unavailable { .. } => Problem::unavailable(),
    }
}

/// Digest of the files of a reply; `None` without any.
#[must_use]
pub fn digest(given: &[Given]) -> Option<[u8; 16]> {
    let parts: Vec<&[u8]> =
        given.iter().flat_map(|file| [&file.name, &file.media_type, &file.content]).map(String::as_bytes).collect();
    (!given.is_empty()).then(|| wissel_channels::ids::hash_parts("files of a reply", &parts))
}

/// Stores the files of a reply, before the reply is ordered.
pub async fn store(staff: &Staff, conversation: ConversationId, given: Vec<Given>) -> Result<Vec<Attachment>, Problem> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let row = staff.archive.store.row(conversation).await?;
    if let Some(row) = row.filter(|row| staff.without_files.contains(&row.channel)) {
        return Err(Problem::invalid(format!("attachments: {} carries no files to customers", row.channel)));
    }
    if given.len() > MOST_FILES {
        return Err(Problem::invalid(format!("attachments: at most {MOST_FILES} files go with a reply")));
    }
    let mut stored = Vec::with_capacity(given.len());
    for file in given {
        let content = BASE64.decode(file.content.as_bytes());
        let content = content.map_err(|_| Problem::invalid("attachments: a content that is not base64"))?;
        let name = wissel_channels::filename::shown(clip(&file.name, MOST_NAME), "file");
        let kept = staff.blobs.put(&name, &file.media_type, content).await;
        stored.push(kept.map_err(|error| problem(&error).with_status(status(&error)))?);
    }
    Ok(stored)
}

const fn status(error: &BlobError) -> StatusCode {
    match error {
        BlobError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        BlobError::Missing => StatusCode::NOT_FOUND,
        BlobError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let told = disposition("bon\"; evil=\"\r\nX: é.pdf");
        assert!(told.is_ascii() && !told.contains(['\r', '\n']), "{told}");
        assert_eq!(told.matches('"').count(), 2, "{told}");
        assert!(told.ends_with("%C3%A9.pdf"), "{told}");
        assert!(HeaderValue::from_str(&told).is_ok());
    }
}
