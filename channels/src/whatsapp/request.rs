//! Bodies of the requests to `/{number}/messages`: text, files, answers, templates, read receipts.

use serde::Serialize;

use crate::splitting::pieces;

/// UTF-16 units of a text, and of a caption, at most.
pub const TEXT_MOST: usize = 4096;
/// See [`TEXT_MOST`].
pub const CAPTION_MOST: usize = 1024;

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile<'a> {
    /// Media type: decides whether it goes as picture, video, sound or document.
    pub media_type: &'a str,
    /// The id that the upload gave.
    pub id: &'a str,
    /// The name to show, for documents.
    pub name: &'a str,
    /// What is written below; empty for nothing.
    pub caption: &'a str,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request(serde_json::Value);

impl Request {
    fn to(to: &str, kind: &str, content: &serde_json::Value, reply_to: Option<&str>) -> Self {
        let mut body = serde_json::json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "type": kind, (kind): content,
        });
        // Whose number is not told is reached by the id that the company knows them by.
        let number = to.bytes().all(|byte| byte.is_ascii_digit());
        body[if number { "to" } else { "recipient" }] = to.into();
        if let Some(id) = reply_to {
            body["context"] = serde_json::json!({ "message_id": id });
        }
        Self(body)
    }

    /// A text to a customer, in as many requests as its length needs; the first answers `reply_to`.
    #[must_use]
    pub fn texts(to: &str, text: &str, reply_to: Option<&str>) -> Vec<Self> {
        let content = |piece: &str| serde_json::json!({ "body": piece, "preview_url": false });
        let each = pieces(text, TEXT_MOST).into_iter().enumerate();
        each.map(|(index, at)| Self::to(to, "text", &content(&text[at]), reply_to.filter(|_| index == 0))).collect()
    }

    /// A file that was uploaded.
    #[must_use]
    pub fn media(to: &str, file: &MediaFile<'_>, reply_to: Option<&str>) -> Self {
        let kind = match file.media_type {
            "image/jpeg" | "image/png" => "image",
            "image/webp" => "sticker",
            "video/mp4" | "video/3gpp" => "video",
            "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => "audio",
            _ => "document",
        };
        let mut content = serde_json::json!({ "id": file.id });
        if !file.caption.is_empty() && !matches!(kind, "audio" | "sticker") {
            let caption = pieces(file.caption, CAPTION_MOST).into_iter().next().unwrap_or_default();
            content["caption"] = file.caption[caption].into();
        }
        if kind == "document" {
            content["filename"] = file.name.into();
        }
        Self::to(to, kind, &content, reply_to)
    }

    /// A template, for when more than 24 hours have passed since the customer wrote: the parameters of its body in order.
    #[must_use]
    pub fn template(to: &str, name: &str, language: &str, parameters: &[&str]) -> Self {
        let language = serde_json::json!({ "code": language, "policy": "deterministic" });
        let mut content = serde_json::json!({ "name": name, "language": language });
        if !parameters.is_empty() {
            // A parameter may hold neither line ends nor more than four spaces in a row.
            let one_line = |text: &&str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let texts: Vec<_> =
                parameters.iter().map(|text| serde_json::json!({ "type": "text", "text": one_line(text) })).collect();
            content["components"] = serde_json::json!([{ "type": "body", "parameters": texts }]);
        }
        Self::to(to, "template", &content, None)
    }

    /// Says that a customer's message was read; with `typing`, also that somebody is answering.
    #[must_use]
    pub fn read(message: &str, typing: bool) -> Self {
        let mut body = serde_json::json!({ "messaging_product": "whatsapp", "status": "read", "message_id": message });
        if typing {
            body["typing_indicator"] = serde_json::json!({ "type": "text" });
        }
        Self(body)
    }

    /// The same under a reference of ours, which its statuses bring back.
    #[must_use]
    pub fn referring(mut self, reference: &str) -> Self {
        self.0["biz_opaque_callback_data"] = reference.into();
        self
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> &serde_json::Value {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{MediaFile, Request};

    #[test]
    fn a_text_is_as_the_api_takes_it_and_only_the_first_piece_answers() {
        let requests = Request::texts("31600000001", &"woord ".repeat(1000), Some("wamid.1"));
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].json()["context"]["message_id"], "wamid.1");
        assert!(requests[1].json().get("context").is_none());
        assert_eq!(requests[1].json()["type"], "text");
        assert!(Request::texts("1", " ", None).is_empty());
    }

    #[test]
    fn files_go_as_what_they_are() {
        let send = |media_type| {
            let file = MediaFile { media_type, id: "9", name: "a.pdf", caption: "bon" };
            Request::media("1", &file, None).json().clone()
        };
        assert_eq!(send("image/png")["image"], serde_json::json!({"id": "9", "caption": "bon"}));
        assert_eq!(send("audio/ogg")["audio"], serde_json::json!({"id": "9"}));
        assert_eq!(send("application/pdf")["document"]["filename"], "a.pdf");
        assert_eq!(send("image/svg+xml")["type"], "document");
    }

    #[test]
    fn a_templates_parameters_are_one_line() {
        let template = Request::template("1", "reopen", "nl", &["a\n\n  b"]);
        assert_eq!(template.json()["template"]["components"][0]["parameters"][0]["text"], "a b");
        assert_eq!(Request::read("wamid.1", true).json()["typing_indicator"]["type"], "text");
    }
}
