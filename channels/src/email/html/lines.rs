//! From HTML to lines of text, each with what the client's marks say of it.

use std::collections::HashMap;

use super::super::new_text::{Cut, Line, Region};
use super::marks::{Mark, mark};
use super::sheet::Sheet;
use super::sight::Sight;
use super::tokens::{Tag, Token, Tokens};

/// Lines of a text, at most.
const MOST_LINES: usize = 20_000;
/// Bytes of what cannot be seen, at most.
const MOST_UNSEEN: usize = 8 << 10;

/// An HTML text, read.
pub(in super::super) struct Lines {
    pub(in super::super) seen: Vec<Line>,
    /// The words that nobody can see.
    pub(in super::super) unseen: String,
}

/// The lines of an HTML text; `any_colour`: words in the colour of their ground are among those that can be seen.
pub(in super::super) fn lines(html: &str, any_colour: bool) -> Lines {
    let mut writer = Writer { any_colour, ..Writer::default() };
    for token in Tokens::new(html) {
        match token {
            Token::Sheet(sheet) => writer.sheet.read(sheet),
            Token::Open(tag) => writer.open(&tag),
            Token::Close(name) => writer.close(&name),
            Token::Text(text) => writer.text(&text),
        }
        if writer.done.len() > MOST_LINES {
            break;
        }
    }
    writer.break_line();
    Lines { seen: writer.done, unseen: writer.unseen }
}

struct Element {
    name: String,
    inside: Option<Region>,
    hides: bool,
    sight: Sight,
}

#[derive(Default)]
struct Writer {
    any_colour: bool,
    sheet: Sheet,
    done: Vec<Line>,
    unseen: String,
    line: String,
    /// Whether the line has words without a colour of their own.
    colourless: bool,
    /// Whether a space is due before the next word.
    space: bool,
    elements: Vec<Element>,
    /// How many elements of each name are open, so that an end tag without a start costs nothing.
    open: HashMap<String, usize>,
    quoted: usize,
    maybe: usize,
    signature: usize,
    hidden: usize,
    pre: usize,
    containers: Vec<usize>,
    container_count: usize,
    /// What the next element is, as a line break before it says.
    next: Option<Region>,
    /// A mark that the next line gets.
    cut: Option<Mark>,
}

impl Writer {
    fn open(&mut self, tag: &Tag<'_>) {
        let mark = mark(tag);
        if is_block(&tag.name) {
            self.break_line();
        }
        match tag.name.as_str() {
            "br" => {
                self.end_line();
                if tag.attribute("id").contains("beginningofsignature") {
                    self.next = Some(Region::Signature);
                }
            }
            "li" if self.is_seen() => self.line.push_str("- "),
            "td" | "th" => self.space = !self.line.is_empty(),
            "img" => self.picture(tag),
            _ => {}
        }
        if matches!(mark, Some(Mark::Cut | Mark::WeakCut)) && self.cut != Some(Mark::Cut) {
            self.break_line();
            self.cut = mark;
        }
        if tag.is_void() {
            return;
        }
        let inside = match mark {
            Some(Mark::Inside(region)) => Some(region),
            _ => None,
        };
        let inside = inside.or_else(|| self.next.take());
        if inside.is_some() {
            self.break_line();
        }
        let sight = self.sight().inside(tag, &self.sheet);
        let element = Element { name: tag.name.clone(), inside, hides: mark == Some(Mark::Hidden), sight };
        self.count(&element, true);
        *self.open.entry(element.name.clone()).or_default() += 1;
        self.elements.push(element);
        if tag.name == "p" {
            self.blank_line();
        }
    }

    fn close(&mut self, name: &str) {
        if is_block(name) {
            self.break_line();
        }
        if self.open.get(name).is_none_or(|open| *open == 0) {
            return;
        }
        while let Some(element) = self.elements.pop() {
            if element.inside.is_some() {
                self.break_line();
            }
            self.count(&element, false);
            if let Some(open) = self.open.get_mut(&element.name) {
                *open = open.saturating_sub(1);
            }
            if element.name == name {
                break;
            }
        }
        if name == "p" {
            self.blank_line();
        }
    }

    /// Notes that an element begins or ends.
    fn count(&mut self, element: &Element, begins: bool) {
        let step = |count: &mut usize| *count = if begins { *count + 1 } else { count.saturating_sub(1) };
        if element.hides {
            step(&mut self.hidden);
        }
        if element.name == "pre" {
            step(&mut self.pre);
        }
        match element.inside {
            Some(Region::Quoted) => step(&mut self.quoted),
            Some(Region::MaybeQuoted) => step(&mut self.maybe),
            Some(Region::Signature) => step(&mut self.signature),
            Some(Region::Container) if begins => {
                self.container_count += 1;
                self.containers.push(self.container_count);
            }
            Some(Region::Container) => drop(self.containers.pop()),
            Some(Region::Plain) | None => {}
        }
    }

    fn text(&mut self, text: &str) {
        if !self.is_seen() {
            for word in text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
                if self.unseen.len() + word.len() < MOST_UNSEEN {
                    self.unseen.push_str(if self.unseen.is_empty() { "" } else { " " });
                    self.unseen.push_str(word);
                }
            }
            return;
        }
        if self.pre > 0 {
            let mut lines = text.split('\n');
            self.colourless = true;
            self.line.push_str(lines.next().unwrap_or_default());
            for line in lines {
                self.end_line();
                self.line.push_str(line);
            }
            return;
        }
        for word in text.split_inclusive(|letter: char| letter.is_ascii_whitespace()) {
            let bare = word.trim_end_matches(|letter: char| letter.is_ascii_whitespace());
            if !bare.is_empty() {
                self.word(bare);
            }
            self.space |= bare.len() < word.len();
        }
    }

    fn sight(&self) -> Sight {
        self.elements.last().map_or_else(Sight::default, |element| element.sight)
    }

    fn is_seen(&self) -> bool {
        let sight = self.sight();
        self.hidden == 0 && sight.shows() && (self.any_colour || sight.stands_out())
    }

    fn word(&mut self, word: &str) {
        if self.space && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
        self.space = false;
        self.colourless |= !self.sight().is_coloured();
        self.line.push_str(word);
    }

    /// A picture counts if it stands for an emoji.
    fn picture(&mut self, tag: &Tag<'_>) {
        let alt = tag.attribute("alt");
        let emoji = alt.chars().count() <= 8 && !alt.is_empty() && !alt.chars().any(char::is_alphanumeric);
        if self.is_seen() && emoji && !alt.is_ascii() {
            self.word(&alt);
        }
    }

    fn region(&self) -> Region {
        if self.quoted > 0 {
            Region::Quoted
        } else if self.signature > 0 {
            Region::Signature
        } else if self.maybe > 0 {
            Region::MaybeQuoted
        } else if self.containers.is_empty() {
            Region::Plain
        } else {
            Region::Container
        }
    }

    /// Ends the line if there is something on it.
    fn break_line(&mut self) {
        self.space = false;
        if self.line.trim().is_empty() {
            self.colourless = false;
            self.line.clear();
        } else {
            self.end_line();
        }
    }

    /// Ends the line, empty or not.
    fn end_line(&mut self) {
        self.space = false;
        let line = std::mem::take(&mut self.line);
        let mut next = Line::new(line.trim_end(), self.region());
        next.coloured = !std::mem::take(&mut self.colourless) && !next.is_blank();
        next.container = self.containers.first().copied();
        let cut = if next.is_blank() { None } else { self.cut.take() };
        next.cut = match cut {
            Some(Mark::Cut) => Cut::Sure,
            Some(Mark::WeakCut) => Cut::Weak,
            _ => Cut::No,
        };
        self.done.push(next);
    }

    fn blank_line(&mut self) {
        if self.done.last().is_some_and(|line| !line.is_blank()) {
            self.end_line();
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "tr"
            | "table"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "hr"
            | "pre"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "address"
            | "center"
            | "form"
            | "body"
            | "html"
            | "fieldset"
            | "main"
            | "aside"
            | "figure"
    )
}
