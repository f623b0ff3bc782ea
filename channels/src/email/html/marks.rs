//! The marks by which mail clients tell their own HTML apart: what begins a quotation, and what is a signature.

use super::super::new_text::Region;
use super::tokens::Tag;

/// What an element says about what is in it, or about what comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Its content is of this kind.
    Inside(Region),
    /// From here on, everything is quoted.
    Cut,
    /// From here on, everything is quoted, unless nothing came before.
    WeakCut,
    /// Its content cannot be seen.
    Hidden,
}

/// Whole names, or parts of names, in `class` or `id`, of boxes with a line of introduction and a quotation.
const CONTAINERS: [&str; 11] = [
    "gmail_quote",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "hs_reply",
    "freshdesk_quote",
    "front-blockquote",
    "mailspring-quote",
    "nylas-quote",
    "quoted_text",
    "missive_quote",
];

/// Boxes in which all is quoted.
const QUOTED: [&str; 10] = [
    "yahoo_quoted",
    "moz-cite-prefix",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "reply-intro",
    "messagereplysection",
    "moz-forward-container",
    "moz-email-headers-table",
    "isreplycontent",
];

/// What begins the history, to the end of the mail.
const CUTS: [&str; 6] =
    ["divrplyfwdmsg", "stopspelling", "zwchr", "outlookmessageheader", "isforwardcontent", "replyseparator"];

/// What an element means.
pub(super) fn mark(tag: &Tag<'_>) -> Option<Mark> {
    if tag.attributes.is_empty() && tag.name != "blockquote" {
        return hidden(tag).then_some(Mark::Hidden);
    }
    let style: String = tag.attribute("style").chars().filter(|letter| !letter.is_whitespace()).collect();
    if hidden(tag) {
        return Some(Mark::Hidden);
    }
    let names = ["id", "class", "name", "data-marker", "data-smartmail"].map(|name| tag.attribute(name)).join(" ");
    let marked = |list: &[&str]| list.iter().any(|name| names.contains(name));
    if marked(&CUTS) || names.contains("__divider__") {
        return Some(Mark::Cut);
    }
    if names.contains("appendonsend") {
        return Some(Mark::WeakCut);
    }
    if is_signature(&names) {
        return Some(Mark::Inside(Region::Signature));
    }
    if tag.name == "blockquote" {
        return Some(Mark::Inside(blockquote(tag, &names, &style)));
    }
    if marked(&QUOTED) || names.contains("__quoted_text__") {
        return Some(Mark::Inside(Region::Quoted));
    }
    if tag.name == "div" && marked(&CONTAINERS) {
        return Some(Mark::Inside(Region::Container));
    }
    if tag.name == "div" && outlook_line(&style) {
        return Some(Mark::Cut);
    }
    let quoted_box = tag.name == "div" && (names.contains("quote") || has_left_border(&style));
    quoted_box.then_some(Mark::Inside(Region::MaybeQuoted))
}

/// Whether a box is named after the signature in it, and not after where one begins.
fn is_signature(names: &str) -> bool {
    names.split(' ').any(|name| name.contains("signature") && !name.contains("beginning") || name.contains("sh-sig"))
}

/// A quotation if the client says so or draws the line at its left; else perhaps only moved to the right.
fn blockquote(tag: &Tag<'_>, names: &str, style: &str) -> Region {
    let cited = tag.attribute("type") == "cite" || !tag.attribute("cite").is_empty();
    if cited || names.contains("quote") || names.contains("cite") || names.contains("_bq") || has_left_border(style) {
        Region::Quoted
    } else {
        Region::MaybeQuoted
    }
}

fn has_left_border(style: &str) -> bool {
    let border = style.split(';').find_map(|rule| rule.strip_prefix("border-left:"));
    border.is_some_and(|border| !border.starts_with("none") && !border.starts_with('0') && !border.contains("medium"))
}

/// The thin line above the headers of the message that Outlook for the desktop quotes.
fn outlook_line(style: &str) -> bool {
    let colours = ["#e1e1e1", "#b5c4df", "rgb(225,225,225)", "rgb(181,196,223)"];
    style.contains("border-top:") && style.contains("solid") && colours.iter().any(|colour| style.contains(colour))
}

/// Text for machines only; what nobody can see for its style, `sight.rs` tells.
fn hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.name.as_str(), "style" | "script" | "title" | "head" | "template" | "noscript" | "textarea")
        || tag.attributes.iter().any(|(name, _)| name.eq_ignore_ascii_case("hidden"))
}
