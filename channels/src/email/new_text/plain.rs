//! From text/plain to lines: `>` in front of what is quoted, and flowed text (RFC 3676) put together again.

use super::introduction::{has_address, has_date};
use super::{Cut, Line, Region};

/// Lines of a text, at most.
const MOST_LINES: usize = 20_000;

/// The lines of a plain text. `flowed`: its lines end with a space where they go on; `delete_space`: which is no part
/// of the text.
pub(in super::super) fn lines(text: &str, flowed: bool, delete_space: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for raw in text.lines().take(MOST_LINES) {
        if let Some(head) = between_marks(raw) {
            lines.extend(open.take().map(|(depth, text)| line(depth, &text)));
            lines.push(Line { cut: Cut::Weak, ..Line::new(head, Region::Plain) });
            continue;
        }
        let (depth, content) = depth(raw);
        let goes_on = flowed && content.ends_with(' ') && content != "-- ";
        let piece = if goes_on && delete_space { &content[..content.len() - 1] } else { content };
        let (before, whole) = match open.take() {
            Some((other, before)) if other == depth && content != "-- " => (None, before + piece),
            other => (other, piece.to_owned()),
        };
        lines.extend(before.map(|(depth, text)| line(depth, &text)));
        if goes_on {
            open = Some((depth, whole));
        } else {
            lines.push(line(depth, &whole));
        }
    }
    lines.extend(open.map(|(depth, text)| line(depth, &text)));
    barred(&mut lines);
    lines
}

/// Lines one below the other with a bar before each, as some clients quote; rows of a table have more bars.
fn barred(lines: &mut [Line]) {
    let is_barred = |line: &Line| line.text.starts_with('|') && line.text.matches('|').count() == 1;
    let mut start = 0;
    while start < lines.len() {
        let length = lines[start..].iter().take_while(|line| is_barred(line)).count();
        if length >= 2 {
            for line in &mut lines[start..start + length] {
                *line = Line::new(&line.text[1..], Region::MaybeQuoted);
            }
        }
        start += length.max(1);
    }
}

fn line(depth: usize, text: &str) -> Line {
    let marks = ">".repeat(depth.saturating_sub(1));
    let text = if marks.is_empty() { text.to_owned() } else { format!("{marks} {text}") };
    let region = if depth > 0 { Region::Quoted } else { Region::Plain };
    Line { angled: depth > 0, ..Line::new(&text, region) }
}

/// What stands between `>>>` and `>>>`, if it says who wrote or when: some clients put it above what they quote, which has
/// no marks then.
fn between_marks(line: &str) -> Option<&str> {
    let inner = line.strip_prefix(">>")?.trim_end().strip_suffix(">>")?.trim_matches(['>', ' ']);
    (has_date(inner) || has_address(inner)).then_some(inner)
}

/// How many `>` stand before a line, with single spaces between them, and the line without them.
fn depth(line: &str) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('>') {
        depth += 1;
        rest = inner;
        if let Some(inner) = rest.strip_prefix(' ')
            && inner.starts_with('>')
        {
            rest = inner;
        }
    }
    if depth == 0 {
        // Space-stuffed, or moved to the right by the client together with its mark.
        let moved = line.trim_start_matches([' ', '\t']);
        return if moved.starts_with("> ") && line.len() - moved.len() <= 2 { self::depth(moved) } else { (0, line) };
    }
    (depth.min(50), rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::{Region, lines};

    #[test]
    fn flowed_text_is_one_line_again_and_quotes_keep_their_depth() {
        let text = "Een zin die \ndoorloopt.\n> quoted \n> on\n>> deeper\n-- \nJan";
        let found: Vec<_> = lines(text, true, false).into_iter().map(|line| (line.text, line.region)).collect();
        let expected = [
            ("Een zin die doorloopt.", Region::Plain),
            ("quoted on", Region::Quoted),
            ("> deeper", Region::Quoted),
            ("--", Region::Plain),
            ("Jan", Region::Plain),
        ];
        assert_eq!(found, expected.map(|(text, region)| (text.to_owned(), region)));
    }
}
