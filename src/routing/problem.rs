//! Problem: one thing wrong in a file that people write, with its place and its remedy.

use std::fmt;
use std::ops::Range;

/// One thing wrong in a file. Shown as `file:line:column: message; remedy`, on one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as the person named it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, remedy } = self;
        write!(f, "{file}:{line}:{column}: {}; {}", one_line(message), one_line(remedy))
    }
}

/// At most this many characters of something that a file says are repeated in a message.
const SHOWN: usize = 80;

/// Text of a file as it is repeated in a message: on one line, cut where it is long.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut shown = one_line(&text.chars().take(SHOWN).collect::<String>());
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A file being read: turns byte offsets into places, and gathers problems.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    file: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
    problems: Vec<Problem>,
}

impl<'a> Source<'a> {
    /// The file named `file` that holds `text`.
    #[must_use]
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { file, text, line_starts, problems: Vec::new() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Line and column of a byte offset, both from 1; the end of the text for one beyond it.
    #[must_use]
    pub fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let before = self.text.as_bytes().get(self.line_starts[line]..offset).unwrap_or_default();
        let characters = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let from_one = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        (from_one(line), from_one(characters))
    }

    /// Notes a problem at a byte offset.
    pub fn problem(&mut self, offset: usize, message: impl Into<String>, remedy: impl Into<String>) {
        let (line, column) = self.place(offset);
        let (message, remedy) = (message.into(), remedy.into());
        self.problems.push(Problem { file: self.file.to_owned(), line, column, message, remedy });
    }

    /// Notes what the TOML parser says about the text.
    pub fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = format!("not valid TOML: {}", error.message().trim());
        let remedy = syntax_remedy(error.message(), self.text, &span);
        self.problem(span.start, message, remedy);
    }

    /// Whether a problem was noted.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The problems in the order of their places, each once.
    #[must_use]
    pub fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        self.problems.dedup();
        self.problems
    }
}

/// The content of a file as text.
///
/// # Errors
/// When it is not UTF-8, begins with a byte order mark, or holds a NUL.
pub fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let (valid, broken) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), true),
    };
    let mut source = Source::new(file, valid);
    refuse_marks(&mut source);
    if broken {
        source.problem(valid.len(), "the file is not UTF-8 from here on", "save it as UTF-8");
    }
    source.into_problems().into_iter().next().map_or(Ok(valid), Err)
}

/// Notes a byte order mark and NULs, which an editor does not show.
pub fn refuse_marks(source: &mut Source<'_>) {
    if source.text.starts_with('\u{feff}') {
        source.problem(0, "the file begins with a byte order mark", "save it as UTF-8 without BOM");
    }
    if let Some(at) = source.text.find('\0') {
        source.problem(at, "the file holds a NUL character", "remove it, or save the file as UTF-8");
    }
}

/// What to do about a complaint of the TOML parser.
fn syntax_remedy(message: &str, text: &str, span: &Range<usize>) -> String {
    let says = |word: &str| message.contains(word);
    let line = text.get(..span.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    let remedy = if says("duplicate key") {
        let key = text.get(span.clone()).unwrap_or_default();
        return format!("\"{}\" is there already: rename or remove one of the two", shown(key));
    } else if says("recurs") {
        "nest less deeply"
    } else if says("unclosed") || says("invalid") && says("string, expected") {
        "close what was opened: a text needs its second quote, a list its ], a table its }"
    } else if says("missing comma") {
        "put a comma between the members, or close the list with ]"
    } else if says("string values must be quoted") || says("expected") && says("literal") {
        "put text in quotes: \"…\""
    } else if says("escape") {
        "write \\\\ for a backslash, or put the text in single quotes"
    } else if says("assignment") || says("key with no value") || !line.contains('=') && says("expected `=`") {
        "write each setting as name = value, and each section as [name]"
    } else {
        "mend the TOML at this place; lines before it were understood"
    };
    remedy.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Problem, Source, text_of};

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let source = Source::new("f", "één = 1\ntwee = 2\n");
        assert_eq!(source.place(0), (1, 1));
        assert_eq!(source.place("één".len()), (1, 4));
        assert_eq!(source.place("één = 1\n".len()), (2, 1));
        assert_eq!(source.place(999), (3, 1));
    }

    #[test]
    fn a_problem_is_one_line_whatever_it_holds() {
        let (message, remedy) = ("bad\nname".to_owned(), "rename".to_owned());
        let problem = Problem { file: "routing.toml".into(), line: 3, column: 7, message, remedy };
        assert_eq!(problem.to_string(), "routing.toml:3:7: bad name; rename");
    }

    #[test]
    fn problems_come_in_the_order_of_their_places_and_once() {
        let mut source = Source::new("f", "a\nb\n");
        source.problem(2, "second", "x");
        source.problem(0, "first", "x");
        source.problem(2, "second", "x");
        let messages: Vec<_> = source.into_problems().into_iter().map(|p| p.message).collect();
        assert_eq!(messages, ["first", "second"]);
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_with_their_place() {
        assert_eq!(text_of("f", b"a = 1").unwrap(), "a = 1");
        let problem = text_of("f", b"a = 1\nb = \"\xff\"").unwrap_err();
        assert_eq!((problem.line, problem.column), (2, 6));
        assert!(text_of("f", "\u{feff}a = 1".as_bytes()).unwrap_err().message.contains("byte order mark"));
        assert!(text_of("f", b"a = 1\0").unwrap_err().message.contains("NUL"));
    }
}
