//! The text of a mail of ours, plain and in simple HTML: what is said, who says it, the signature, and what it answers.

use std::fmt::Write;

use super::phrases::Phrases;
use crate::reading::clip;
use crate::{Author, OutboundMessage, Source};

/// Bytes of the customer's mail that are quoted.
const MOST_QUOTED: usize = 8192;

/// What stands in a mail, in pieces.
pub(super) struct Written<'a> {
    said: Vec<(&'a str, &'a [Source])>,
    under: String,
    quoted: Option<(String, &'a str)>,
    source: &'static str,
}

impl<'a> Written<'a> {
    pub(super) fn new(message: &'a OutboundMessage, signature: &str, phrases: &Phrases) -> Self {
        let said = message.parts.iter().map(|part| (part.text.trim(), part.sources.as_slice())).collect();
        let speaker = message.parts.iter().rev().find(|part| part.from != Author::System);
        let name = speaker.map_or("", |part| part.name.trim());
        let under: Vec<&str> = [name, signature.trim()].into_iter().filter(|line| !line.is_empty()).collect();
        let quoted = message.replies_to.as_ref().filter(|replied| !replied.text.trim().is_empty()).map(|replied| {
            let at = replied.at.timestamp().strftime("%d-%m-%Y %H:%M UTC").to_string();
            let name: String = replied.name.chars().filter(|letter| !letter.is_control()).collect();
            (phrases.introduction(&at, name.trim()), clip(replied.text.trim(), MOST_QUOTED))
        });
        Self { said, under: under.join("\n"), quoted, source: phrases.source }
    }

    /// Plain, with CRLF line ends.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (words, sources) in &self.said {
            let _written = write!(text, "{words}\n\n");
            for source in *sources {
                let _written = writeln!(text, "{}: {} {}", self.source, source.title, source.url);
            }
            if !sources.is_empty() {
                text.push('\n');
            }
        }
        if !self.under.is_empty() {
            let _written = write!(text, "-- \n{}\n\n", self.under);
        }
        if let Some((introduction, quoted)) = &self.quoted {
            let _written = writeln!(text, "{introduction}");
            for line in lines(quoted) {
                let _written = writeln!(text, "> {line}");
            }
        }
        crlf(&text)
    }

    /// As HTML: paragraphs, links to sources, a quotation.
    pub(super) fn html(&self) -> String {
        let mut html = String::from("<!DOCTYPE html>\n<html><body>\n");
        for (words, sources) in &self.said {
            for paragraph in lines(words).join("\n").split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
                let _written = writeln!(html, "<p>{}</p>", broken(paragraph.trim()));
            }
            for source in *sources {
                let title = escaped(&source.title);
                let linked = source.url.starts_with("https://") || source.url.starts_with("http://");
                let shown = if linked { format!("<a href=\"{}\">{title}</a>", escaped(&source.url)) } else { title };
                let _written = writeln!(html, "<p>{}: {shown}</p>", self.source);
            }
        }
        if !self.under.is_empty() {
            let _written = writeln!(html, "<p>-- <br>\n{}</p>", broken(&self.under));
        }
        if let Some((introduction, quoted)) = &self.quoted {
            let quoted = broken(&lines(quoted).join("\n"));
            let _written =
                writeln!(html, "<p>{}</p>\n<blockquote type=\"cite\">{quoted}</blockquote>", escaped(introduction));
        }
        html.push_str("</body></html>\n");
        crlf(&html)
    }
}

/// Lines, whatever ends them.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect()
}

fn crlf(text: &str) -> String {
    lines(text).join("\r\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn broken(text: &str) -> String {
    escaped(text).replace('\n', "<br>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountName, ChannelName, CommandId, Origin, Part, ThreadKey};

    #[test]
    fn html_says_what_the_text_says_and_nothing_in_it_is_markup() {
        let source =
            Source { title: "A & B".to_owned(), url: "javascript:x".to_owned(), version: "2026-01-01".to_owned() };
        let part = Part {
            from: Author::Bot,
            name: "Assistent".to_owned(),
            text: "1 < 2\n\n<script>".to_owned(),
            sources: vec![source],
            origin: Origin::Ai,
        };
        let (channel, account) = (ChannelName::from_static("email"), AccountName::from_static("support"));
        let message = OutboundMessage::new(CommandId([0; 16]), ThreadKey([0; 16]), channel, account, vec![part]);
        let written = Written::new(&message, "Shop\nStraat 1", Phrases::of(Some("nl")));
        let html = written.html();
        assert!(html.contains("<p>1 &lt; 2</p>\r\n<p>&lt;script&gt;</p>\r\n<p>Bron: A &amp; B</p>"), "{html}");
        assert!(html.contains("Assistent<br>\r\nShop<br>\r\nStraat 1"), "{html}");
        assert_eq!(
            written.text(),
            "1 < 2\r\n\r\n<script>\r\n\r\nBron: A & B javascript:x\r\n\r\n-- \r\nAssistent\r\nShop\r\nStraat 1\r\n\r\n"
        );
    }
}
