//! Which parts of a mail are its text, and which are files.

use super::decode;
use super::html;
use super::new_text::{self, About, Line, NewText, Region};
use super::parts::{Limits, Part};
use crate::filename;
use crate::reading::File;

/// A mail's text and files.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: NewText,
    /// Whether charset or encoding were not what they claim, or a text was too long.
    pub(super) lossy: bool,
    pub(super) files: Vec<File>,
}

/// Takes a mail's text and files out of its parts.
pub(super) fn body(parts: &[Part<'_>], about: About<'_>, limits: &Limits) -> Body {
    let texts = texts(parts);
    let Told { lines, mut unseen, lossy } = read(parts, &texts.chosen, limits, false);
    let mut text = new_text::split(&lines, about);
    if text.text.is_empty() {
        // Somebody may have written in the light letters of a dark screen.
        let told = read(parts, &texts.chosen, limits, true);
        let any_colour = new_text::split(&told.lines, about);
        if !any_colour.text.is_empty() {
            (text, unseen) = (any_colour, told.unseen);
        }
    }
    if !unseen.is_empty() {
        // Nobody's words, but looked at as what is quoted is, for orders to the bot; first, as long quotations are cut.
        let apart = if text.quoted.is_empty() { "" } else { "\n" };
        text.quoted = format!("{unseen}{apart}{}", text.quoted);
    }
    let mut files: Vec<File> = texts.files.into_iter().map(|index| file(parts, index)).collect();
    filename::number_duplicates(files.iter_mut().map(|file| &mut file.name));
    Body { text, lossy, files }
}

/// The parts that are a mail's text, read.
#[derive(Default)]
struct Told {
    lines: Vec<Line>,
    /// The words that nobody can see.
    unseen: String,
    /// Whether something of them may be wrong.
    lossy: bool,
}

/// Reads the parts that are its text.
fn read(parts: &[Part<'_>], chosen: &[usize], limits: &Limits, any_colour: bool) -> Told {
    let Told { mut lines, mut unseen, mut lossy } = Told::default();
    let mut left = limits.text_bytes;
    for index in chosen {
        let part = &parts[*index];
        let text = decode::text(part, left);
        left = left.saturating_sub(text.text.len());
        lossy |= text.lossy;
        if !lines.is_empty() {
            lines.push(Line::new("", Region::Plain));
        }
        if part.media_type == "text/html" {
            let html = html::lines(&text.text, any_colour);
            lines.extend(html.seen);
            unseen.push_str(if unseen.is_empty() { "" } else { "\n" });
            unseen.push_str(&html.unseen);
        } else {
            let says =
                |name: &str, value: &str| part.parameter(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
            lines.extend(new_text::plain_lines(&text.text, says("format", "flowed"), says("delsp", "yes")));
        }
    }
    Told { lines, unseen, lossy }
}

struct Texts {
    chosen: Vec<usize>,
    files: Vec<usize>,
}

/// Of alternatives, HTML with something in it is chosen, for the marks that it has.
fn texts(parts: &[Part<'_>]) -> Texts {
    let leaves = parts.iter().enumerate().filter(|(_, part)| !part.holds_parts);
    let (texts, files): (Vec<_>, Vec<_>) = leaves.map(|(index, _)| index).partition(|index| is_text(&parts[*index]));
    let alternative = |index: usize| {
        let mut above = parts[index].parent;
        while let Some(parent) = above {
            if parts[parent].media_type == "multipart/alternative" {
                return Some(parent);
            }
            above = parts[parent].parent;
        }
        None
    };
    let is_html = |index: usize| parts[index].media_type == "text/html" && has_words(&parts[index]);
    let mut with_html: Vec<usize> =
        texts.iter().filter(|index| is_html(**index)).filter_map(|index| alternative(*index)).collect();
    with_html.dedup();
    let chosen = texts.iter().copied().filter(|index| match alternative(*index) {
        Some(parent) if with_html.contains(&parent) => parts[*index].media_type == "text/html",
        Some(_) => parts[*index].media_type != "text/html",
        None => true,
    });
    Texts { chosen: chosen.collect(), files: files.into_iter().filter(|index| is_file(&parts[*index])).collect() }
}

fn is_text(part: &Part<'_>) -> bool {
    let text =
        matches!(part.media_type.as_str(), "text/plain" | "text/html") || part.media_type.starts_with("multipart/");
    text && !part.is_attachment() && part.file_name().is_none()
}

fn has_words(part: &Part<'_>) -> bool {
    html::lines(&decode::text(part, 256 << 10).text, true).seen.iter().any(|line| !line.is_blank())
}

/// Signatures by keys are no files for anybody to open.
fn is_file(part: &Part<'_>) -> bool {
    !matches!(
        part.media_type.as_str(),
        "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature"
    )
}

fn file(parts: &[Part<'_>], index: usize) -> File {
    let part = &parts[index];
    let extension = match part.media_type.as_str() {
        "message/rfc822" | "message/global" => "eml",
        "text/calendar" => "ics",
        "text/plain" => "txt",
        "image/jpeg" => "jpg",
        "application/octet-stream" => "bin",
        other => other.rsplit(['/', '.', '+']).next().unwrap_or("bin"),
    };
    let fallback = format!("file-{index}.{}", filename::shown(extension, "bin"));
    let plain = !matches!(part.encoding().as_str(), "base64" | "quoted-printable");
    let bytes = if plain { part.body.len() } else { decode::content(part).len() };
    File {
        name: filename::shown(part.file_name().unwrap_or_default(), &fallback),
        media_type: part.media_type.clone(),
        bytes: Some(bytes as u64),
        place: format!("part:{index}"),
    }
}

/// The content of a file of a mail, by its [`File::place`]; `None` when the mail has no such part.
#[must_use]
pub fn file_content(raw: &[u8], place: &str, limits: &Limits) -> Option<Vec<u8>> {
    let index: usize = place.strip_prefix("part:")?.parse().ok()?;
    super::parts::parts(raw, limits).list.get(index).map(decode::content)
}

/// The cleaned HTML of a mail for staff; `None` when it has none, or one that cannot be shown.
#[must_use]
pub fn shown_html(raw: &[u8], limits: &Limits) -> Option<String> {
    let parts = super::parts::parts(raw, limits).list;
    let html = texts(&parts).chosen.into_iter().find(|index| parts[*index].media_type == "text/html")?;
    html::cleaned(&decode::text(&parts[html], limits.text_bytes).text)
}
