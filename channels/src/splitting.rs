//! Long texts in pieces that a provider takes: at paragraphs, lines, sentences or words, and never within what a reader
//! sees as one character.

use unicode_segmentation::UnicodeSegmentation;

/// A piece of a text: bytes of the whole. Spaces and line ends between pieces belong to none.
pub type Piece = std::ops::Range<usize>;

/// Cuts `text` into pieces of at most `most` UTF-16 units, in order. A character that is longer than that by itself is
/// cut between its parts. `most` is at least 2.
#[must_use]
pub fn pieces(text: &str, most: usize) -> Vec<Piece> {
    let most = most.max(2);
    let mut pieces = Vec::new();
    let mut start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    while start < end {
        let fits = fitting(&text[start..end], most);
        let cut = if start + fits == end { fits } else { place_to_cut(&text[start..start + fits]) };
        let piece = text[start..start + cut].trim_end();
        if !piece.is_empty() {
            pieces.push(start..start + piece.len());
        }
        start += cut;
        start += text[start..end].len() - text[start..end].trim_start().len();
    }
    pieces
}

/// UTF-16 units of a text.
#[must_use]
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// How many bytes fit into `most` units, whole graphemes where that is possible.
fn fitting(text: &str, most: usize) -> usize {
    let mut left = most;
    let mut bytes = 0;
    for grapheme in text.graphemes(true) {
        let length = units(grapheme);
        if length > left {
            break;
        }
        left -= length;
        bytes += grapheme.len();
    }
    if bytes > 0 {
        return bytes;
    }
    for letter in text.chars() {
        if letter.len_utf16() > left {
            break;
        }
        left -= letter.len_utf16();
        bytes += letter.len_utf8();
    }
    bytes
}

/// Where to cut what fits: as late as possible, but rather at a paragraph's end than at a line's, and so on.
fn place_to_cut(text: &str) -> usize {
    let late = text.floor_char_boundary(text.len() / 2);
    let paragraph = text.rfind("\n\n").map(|at| at + 2);
    let line = text.rfind('\n').map(|at| at + 1);
    let sentence = [". ", "! ", "? ", "。"].iter().filter_map(|end| Some(text.rfind(end)? + end.len())).max();
    let word = text.rfind(char::is_whitespace).map(|at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let good = [paragraph, line, sentence, word].into_iter().flatten().find(|at| *at > late);
    good.or(word.filter(|at| *at > 0)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{pieces, units};

    #[test]
    fn texts_are_cut_where_readers_pause() {
        let cut = |text: &'static str, most| pieces(text, most).into_iter().map(|at| &text[at]).collect::<Vec<_>>();
        assert_eq!(cut("short", 10), ["short"]);
        assert_eq!(cut("One two. Three four", 12), ["One two.", "Three four"]);
        assert_eq!(cut("a line\nanother line", 14), ["a line", "another line"]);
        assert_eq!(cut("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(cut("👩\u{200d}💻👩\u{200d}💻", 7), ["👩\u{200d}💻", "👩\u{200d}💻"]);
        assert!(cut("  \n ", 4).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_but_space_is_lost_and_every_piece_fits(text in "(\\PC|\\s|👩‍💻|é){0,120}", most in 2_usize..40) {
            let pieces = pieces(&text, most);
            let joined: String = pieces.iter().map(|at| &text[at.clone()]).collect();
            let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&joined), bare(&text));
            for piece in pieces {
                prop_assert!(units(&text[piece]) <= most);
            }
        }
    }
}
