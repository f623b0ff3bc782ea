//! HTML of mails: read to lines with what the clients' own marks say about them, and cleaned for showing to staff.

mod lines;
mod marks;
mod sheet;
mod sight;
mod tokens;

pub(super) use lines::lines;

use tokens::{Token, Tokens};

/// Bytes of HTML that are cleaned for showing, at most; beyond, staff see the text.
const CLEANED_BYTES: usize = 1 << 20;
/// Tags within each other, and attributes of a tag, in what is cleaned.
const CLEANED_DEPTH: usize = 200;
const CLEANED_ATTRIBUTES: usize = 100;

/// A copy that is safe to show: no scripts, styles, forms, frames or pictures from elsewhere. `None` for HTML that is too
/// large or too strange; its text is shown then.
#[must_use]
pub(super) fn cleaned(html: &str) -> Option<String> {
    if html.len() > CLEANED_BYTES || strange(html) {
        return None;
    }
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .rm_tags(["img"])
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .link_rel(Some("noopener noreferrer"));
    Some(cleaner.clean(html).to_string())
}

/// Whether building a tree of it could take much longer than reading it.
fn strange(html: &str) -> bool {
    let mut depth = 0_usize;
    Tokens::new(html).any(|token| {
        match token {
            Token::Open(tag) if tag.attributes.len() > CLEANED_ATTRIBUTES => return true,
            Token::Open(tag) if !tag.is_void() => depth += 1,
            Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > CLEANED_DEPTH
    })
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn what_staff_see_runs_nothing_and_fetches_nothing() {
        let html = "<p onclick=x()>Hi <b>you</b><script>alert(1)</script><img src=http://spy/1.gif>\
                    <a href='javascript:x()'>a</a><a href='https://shop.example/'>b</a></p><iframe src=x></iframe>";
        let clean = cleaned(html).unwrap();
        for bad in ["onclick", "script", "spy", "iframe", "img"] {
            assert!(!clean.contains(bad), "{bad}: {clean}");
        }
        assert!(clean.contains("<b>you</b>") && clean.contains("https://shop.example/"), "{clean}");
        assert_eq!(cleaned(&"<div>".repeat(1000)), None);
    }
}
