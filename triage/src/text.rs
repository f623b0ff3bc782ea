//! A message made ready for reading: folded, cut into words, every byte traceable to a character of the original.

/// A text as triage reads it: lower case, without accents, white space and hyphens as one blank. What is folded alike is the
/// same text to it.
#[must_use]
pub fn folded(text: &str) -> String {
    Text::new(text).folded.trim().to_owned()
}

/// Text beyond this many bytes is not analysed.
pub(crate) const ANALYSED_BYTES: usize = 16 * 1024;

/// Characters that language is told by; more would not make it surer.
const LANGUAGE_CHARS: usize = 600;

/// A stretch of folded text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Stretch {
    pub(crate) const fn holds(self, at: usize) -> bool {
        self.start <= at && at < self.end
    }
}

/// What the eye sees before it reads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) letters: u32,
    pub(crate) capitals: u32,
    /// Words of four capitals or more.
    pub(crate) shouted: u32,
    /// Capitals in a row until here.
    row: u32,
    /// Whether a digit stands in the word until here: then it is a number of something.
    numbered: bool,
    /// Letters of other scripts than Latin.
    pub(crate) foreign: u32,
    pub(crate) exclamations: u32,
    /// Characters that a reader cannot see and a writer does not type.
    pub(crate) hidden: u32,
    /// Where the first hidden character stands.
    pub(crate) first_hidden: u32,
    /// Pictures: emoji and symbols.
    pub(crate) pictures: u32,
    /// Characters that were analysed.
    pub(crate) chars: u32,
}

impl Shape {
    /// Counts words of four capitals or more, where a bank account and an order number are no words.
    fn shout(&mut self, c: char) {
        if c.is_uppercase() {
            self.row += 1;
            self.shouted += u32::from(self.row == 4 && !self.numbered);
        } else {
            let number = c.is_ascii_digit();
            self.shouted -= u32::from(number && self.row >= 4 && !self.numbered);
            self.numbered = number || (self.numbered && c.is_alphanumeric());
            self.row = 0;
        }
    }
}

/// A message made ready for reading.
pub(crate) struct Text {
    /// Lower case, without accents; hyphens and white space as one blank, line ends as `\n`.
    pub(crate) folded: String,
    /// Lower case with accents, punctuation as blanks: what language is told by.
    pub(crate) lower: Vec<char>,
    /// For each byte of `folded` the character that it comes from.
    at: Vec<u32>,
    pub(crate) words: Vec<Stretch>,
    pub(crate) shape: Shape,
}

impl Text {
    pub(crate) fn new(original: &str) -> Self {
        let cut = floor_char_boundary(original, ANALYSED_BYTES);
        let original = &original[..cut];
        let mut text = Self {
            folded: String::with_capacity(cut + 8),
            lower: Vec::with_capacity(cut.min(LANGUAGE_CHARS) + 2),
            at: Vec::with_capacity(cut + 8),
            words: Vec::with_capacity(cut / 5 + 1),
            shape: Shape::default(),
        };
        text.lower.push(' ');
        let mut chars = original.chars();
        let mut index = 0;
        while let Some(c) = chars.next() {
            if c.is_ascii_lowercase() {
                text.small(c, index);
            } else {
                text.take(c, chars.as_str(), index);
            }
            index += 1;
        }
        text.lower.push(' ');
        text.shape.chars = index;
        text.cut_words();
        text
    }

    /// The span of a stretch in characters of the original, end exclusive.
    pub(crate) fn span(&self, stretch: Stretch) -> (u32, u32) {
        let start = self.at.get(stretch.start).copied().unwrap_or(self.shape.chars);
        let last = stretch.end.checked_sub(1).and_then(|byte| self.at.get(byte)).copied();
        (start, last.map_or(start, |last| (last + 1).max(start)))
    }

    /// From the first word to the last.
    pub(crate) fn whole(&self) -> Stretch {
        let start = self.words.first().map_or(0, |word| word.start);
        Stretch { start, end: self.words.last().map_or(start, |word| word.end) }
    }

    /// The words that begin within a stretch.
    pub(crate) fn words_in(&self, stretch: Stretch) -> &[Stretch] {
        let from = self.words.partition_point(|word| word.start < stretch.start);
        let to = self.words.partition_point(|word| word.start < stretch.end);
        &self.words[from..to.max(from)]
    }

    pub(crate) fn word(&self, word: Stretch) -> &str {
        &self.folded[word.start..word.end]
    }

    /// Takes what most characters are, a small letter without an accent, as [`take`](Self::take) would.
    fn small(&mut self, c: char, index: u32) {
        self.shape.row = 0;
        self.shape.letters += 1;
        if self.lower.len() < LANGUAGE_CHARS {
            self.lower.push(c);
        }
        self.folded.push(c);
        self.at.push(index);
    }

    fn take(&mut self, c: char, behind: &str, index: u32) {
        if is_hidden(c) {
            if self.shape.hidden == 0 {
                self.shape.first_hidden = index;
            }
            self.shape.hidden += 1;
            return;
        }
        if matches!(c, '\u{300}'..='\u{36f}' | '\u{fe0e}' | '\u{fe0f}' | '\u{200c}'..='\u{200f}' | '\u{ad}') {
            return;
        }
        self.look(c);
        match c {
            '\n' | '\r' => self.blank(if behind.starts_with(char::is_lowercase) { ' ' } else { '\n' }, index),
            '-' | '_' | '\u{2010}' | '\u{2011}' => self.blank(' ', index),
            '\u{2013}' | '\u{2014}' => self.push(',', index),
            '\u{2018}' | '\u{2019}' | '`' | '\u{b4}' => self.push('\'', index),
            _ if c.is_whitespace() || c.is_control() => self.blank(' ', index),
            _ if c.is_ascii() => self.push(c.to_ascii_lowercase(), index),
            _ => self.fold(c, index),
        }
    }

    fn look(&mut self, c: char) {
        self.shape.shout(c);
        if c.is_alphabetic() {
            self.shape.letters += 1;
            self.shape.capitals += u32::from(c.is_uppercase());
            self.shape.foreign += u32::from(c > '\u{24f}');
        } else if c == '!' {
            self.shape.exclamations += 1;
        } else if is_picture(c) {
            self.shape.pictures += 1;
        }
        if self.lower.len() < LANGUAGE_CHARS {
            let seen = if c.is_alphabetic() { c.to_lowercase().next().unwrap_or(c) } else { told(c) };
            if seen != ' ' || self.lower.last() != Some(&' ') {
                self.lower.push(seen);
            }
        }
    }

    fn fold(&mut self, c: char, index: u32) {
        let lower = c.to_lowercase().next().unwrap_or(c);
        match lower {
            'à'..='å' | 'ā' | 'ă' | 'ą' => self.push('a', index),
            'ç' | 'ć' | 'č' => self.push('c', index),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => self.push('e', index),
            'ì'..='ï' | 'ī' | 'ı' => self.push('i', index),
            'ñ' | 'ń' | 'ň' => self.push('n', index),
            'ò'..='ö' | 'ø' | 'ő' => self.push('o', index),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => self.push('u', index),
            'ý' | 'ÿ' => self.push('y', index),
            'š' | 'ś' | 'ş' => self.push('s', index),
            'ž' | 'ź' | 'ż' => self.push('z', index),
            'ß' => self.push_all("ss", index),
            'œ' => self.push_all("oe", index),
            'æ' => self.push_all("ae", index),
            'ĳ' => self.push_all("ij", index),
            _ => self.push(lower, index),
        }
    }

    fn push_all(&mut self, letters: &str, index: u32) {
        letters.chars().for_each(|letter| self.push(letter, index));
    }

    fn push(&mut self, c: char, index: u32) {
        self.folded.push(c);
        self.at.resize(self.folded.len(), index);
    }

    /// White space: one blank, and a line end wins over blanks beside it.
    fn blank(&mut self, c: char, index: u32) {
        match self.folded.as_bytes().last() {
            None | Some(b'\n') => {}
            Some(b' ') if c == ' ' => {}
            Some(b' ') => {
                self.folded.pop();
                self.at.pop();
                self.push(c, index);
            }
            Some(_) => self.push(c, index),
        }
    }

    fn cut_words(&mut self) {
        let mut start = None;
        for (at, c) in self.folded.char_indices() {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    self.words.push(Stretch { start: from, end: at });
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(from) = start {
            self.words.push(Stretch { start: from, end: self.folded.len() });
        }
    }
}

/// What language may be told by beside letters: the turned marks of Spanish and the apostrophe.
const fn told(c: char) -> char {
    match c {
        '¿' | '¡' => c,
        '\'' | '\u{2019}' => '\'',
        _ => ' ',
    }
}

/// Zero width, direction overrides, tags: text that only a machine reads.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' | '\u{feff}')
}

/// Emoji and symbols.
pub(crate) const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{3030}' | '\u{1f000}'..='\u{1faff}' | '\u{a9}' | '\u{ae}')
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    if text.len() <= at {
        return text.len();
    }
    (0..=at).rev().find(|&cut| text.is_char_boundary(cut)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{ANALYSED_BYTES, Stretch, Text};

    #[test]
    fn accents_hyphens_and_hidden_characters_fold_away_and_spans_point_into_the_original() {
        let text = Text::new("Größe  e-bike?\u{200b} Ça");
        assert_eq!(text.folded, "grosse e bike? ca");
        let last = *text.words.last().unwrap();
        assert_eq!(text.word(last), "ca");
        assert_eq!(text.span(last), (16, 18));
        assert_eq!(text.span(Stretch { start: 0, end: 6 }), (0, 5));
        assert_eq!(text.shape.hidden, 1);
    }

    #[test]
    fn a_line_that_goes_on_in_lower_case_is_one_sentence() {
        assert_eq!(Text::new("een\nmens \n\n Graag").folded, "een mens\ngraag");
    }

    #[test]
    fn text_beyond_the_limit_is_cut_at_a_character() {
        let text = Text::new(&"é".repeat(ANALYSED_BYTES));
        assert_eq!(text.shape.chars as usize, ANALYSED_BYTES / 2);
    }
}
