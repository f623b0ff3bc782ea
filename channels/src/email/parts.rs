//! The parts of a mail: a flat walk over its MIME structure, bounded in parts, depth and length of headers.
//!
//! Boundaries are found in one pass and without recursion, so that ten thousand nested parts cost no more than their
//! bytes; what headers say is left to mail-parser, which gets one bounded block of headers at a time.

use std::ops::Range;

use mail_parser::{ContentType, HeaderName, HeaderValue, Message, MessageParser, MimeHeaders};
use memchr::memchr;
use memchr::memmem::find;

/// How much of a mail is looked at. What lies beyond is left out, with [`Parts::cut`] saying so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Parts of a mail.
    pub parts: usize,
    /// Multiparts within each other.
    pub depth: usize,
    /// Bytes of one block of headers.
    pub header_bytes: usize,
    /// Bytes of one text that are read.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parts: 1000, depth: 50, header_bytes: 256 << 10, text_bytes: 1 << 20 }
    }
}

/// The parts of a mail, in the order of their beginnings. The first is the whole mail.
pub(super) struct Parts<'x> {
    pub(super) list: Vec<Part<'x>>,
    /// Which limit was met.
    pub(super) cut: Option<&'static str>,
}

/// One part.
pub(super) struct Part<'x> {
    /// Its headers, if it has any.
    pub(super) headers: Option<Message<'x>>,
    /// What comes after them, still encoded.
    pub(super) body: &'x [u8],
    /// The multipart that it is in.
    pub(super) parent: Option<usize>,
    /// `type/subtype`, lower case.
    pub(super) media_type: String,
    /// Whether it has parts of its own.
    pub(super) holds_parts: bool,
}

impl Part<'_> {
    pub(super) fn content_type(&self) -> Option<&ContentType<'_>> {
        self.headers.as_ref()?.content_type()
    }

    /// A parameter of its type: `charset`, `method`.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type()?.attribute(name)
    }

    /// The encoding of the body, lower case.
    pub(super) fn encoding(&self) -> String {
        let encoding =
            match self.headers.as_ref().and_then(|headers| headers.header(HeaderName::ContentTransferEncoding)) {
                Some(HeaderValue::Text(encoding)) => encoding.trim(),
                _ => "",
            };
        encoding.to_ascii_lowercase()
    }

    /// Its file name, as it says.
    pub(super) fn file_name(&self) -> Option<&str> {
        self.headers.as_ref()?.attachment_name()
    }

    /// Whether it says that it is an attachment.
    pub(super) fn is_attachment(&self) -> bool {
        self.headers.as_ref().and_then(|headers| headers.content_disposition()).is_some_and(ContentType::is_attachment)
    }
}

/// Walks over a mail.
pub(super) fn parts<'x>(raw: &'x [u8], limits: &Limits) -> Parts<'x> {
    let mut walk = Walk { raw, limits, open: Vec::new(), current: None, found: Vec::new(), cut: None };
    let mut at = walk.begin(0, None);
    while let Some(delimiter) = walk.next_delimiter(at) {
        at = match walk.pass(&delimiter) {
            Some(at) => at,
            None => break,
        };
    }
    walk.finish()
}

struct Open {
    boundary: Vec<u8>,
    part: usize,
}

struct Delimiter {
    /// Where the text before it ends.
    before: usize,
    /// Where the line after it begins.
    after: usize,
    /// Which open multipart it belongs to.
    level: usize,
    closes: bool,
}

struct Found<'x> {
    part: Part<'x>,
    body: Range<usize>,
}

struct Walk<'x, 'l> {
    raw: &'x [u8],
    limits: &'l Limits,
    open: Vec<Open>,
    current: Option<usize>,
    found: Vec<Found<'x>>,
    cut: Option<&'static str>,
}

impl<'x> Walk<'x, '_> {
    /// Reads the headers of a part that begins at `start`; gives where its body begins.
    fn begin(&mut self, start: usize, parent: Option<usize>) -> usize {
        let (head, body) = self.head(start);
        let headers = MessageParser::default().parse_headers(&self.raw[head]);
        let (media_type, boundary) = match headers.as_ref().and_then(|headers| headers.content_type()) {
            Some(found) => (
                format!("{}/{}", found.ctype(), found.subtype().unwrap_or_default()).to_ascii_lowercase(),
                found.attribute("boundary").map(|boundary| boundary.trim_end().as_bytes().to_vec()),
            ),
            None => ("text/plain".to_owned(), None),
        };
        let index = self.found.len();
        let part = Part { headers, body: &[], parent, media_type, holds_parts: false };
        self.current = Some(index);
        if let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty() && part.media_type.starts_with("multi"))
        {
            if self.open.len() < self.limits.depth {
                self.open.push(Open { boundary, part: index });
            } else {
                self.cut = Some("depth");
            }
        }
        self.found.push(Found { part, body: body..self.raw.len() });
        body
    }

    /// The headers that begin at `start`, at most as long as the limit, and where the body begins.
    fn head(&mut self, start: usize) -> (Range<usize>, usize) {
        let mut line = start;
        let (end, body) = loop {
            let rest = &self.raw[line..];
            let length = memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            match rest[..length] {
                [b'\n'] | [b'\r', b'\n'] => break (line, line + length),
                [] => break (line, line),
                _ if rest.starts_with(b"--") && self.delimiter_at(line).is_some() => break (line, line),
                _ => line += length,
            }
        };
        if end - start <= self.limits.header_bytes {
            return (start..body, body);
        }
        self.cut = Some("headers");
        let most = &self.raw[start..start + self.limits.header_bytes];
        let kept = memchr::memrchr(b'\n', most).map_or(most.len(), |newline| newline + 1);
        (start..start + kept, body)
    }

    /// The delimiter that the line at `at` is.
    fn delimiter_at(&self, at: usize) -> Option<Delimiter> {
        let line = self.raw.get(at + 2..)?;
        let line = &line[..memchr(b'\n', line).map_or(line.len(), |newline| newline + 1)];
        let ours = |open: &Open| {
            let rest = line.strip_prefix(open.boundary.as_slice())?;
            let (rest, closes) = rest.strip_prefix(b"--").map_or((rest, false), |rest| (rest, true));
            rest.iter().all(u8::is_ascii_whitespace).then_some(closes)
        };
        let (level, closes) =
            self.open.iter().enumerate().rev().find_map(|(level, open)| Some((level, ours(open)?)))?;
        let before = match self.raw[..at] {
            [.., b'\r', b'\n'] => at - 2,
            [.., b'\n'] => at - 1,
            _ => at,
        };
        Some(Delimiter { before, after: at + 2 + line.len(), level, closes })
    }

    fn next_delimiter(&self, from: usize) -> Option<Delimiter> {
        if self.open.is_empty() {
            return None;
        }
        let mut at = from;
        if self.raw.get(at..)?.starts_with(b"--")
            && let Some(delimiter) = self.delimiter_at(at)
        {
            return Some(delimiter);
        }
        while let Some(found) = find(&self.raw[at..], b"\n--") {
            at += found + 1;
            if let Some(delimiter) = self.delimiter_at(at) {
                return Some(delimiter);
            }
        }
        None
    }

    /// Ends what the delimiter ends and begins what it begins; gives where to go on.
    fn pass(&mut self, delimiter: &Delimiter) -> Option<usize> {
        if let Some(current) = self.current.take() {
            self.end(current, delimiter.before);
        }
        for inner in self.open.split_off(delimiter.level + 1) {
            self.end(inner.part, delimiter.before);
        }
        if delimiter.closes {
            if let Some(closed) = self.open.pop() {
                self.end(closed.part, delimiter.after);
            }
            return Some(delimiter.after);
        }
        if self.found.len() >= self.limits.parts {
            self.cut = Some("parts");
            return None;
        }
        let parent = self.open.last().map(|open| open.part);
        if let Some(parent) = parent.and_then(|parent| self.found.get_mut(parent)) {
            parent.part.holds_parts = true;
        }
        Some(self.begin(delimiter.after, parent))
    }

    fn end(&mut self, part: usize, at: usize) {
        if let Some(found) = self.found.get_mut(part) {
            found.body.end = at.clamp(found.body.start, found.body.end.max(found.body.start));
        }
    }

    fn finish(self) -> Parts<'x> {
        let raw = self.raw;
        let bounded = self.found.into_iter().map(|found| Part { body: &raw[found.body], ..found.part });
        Parts { list: bounded.collect(), cut: self.cut }
    }
}
