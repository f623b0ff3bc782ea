//! Passages: the sentences of an article, as a customer is shown them.

/// A sentence, or a list with the line that introduces it: what the bot quotes, whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// The words.
    pub(super) text: String,
    /// The headings that it stands under.
    pub(super) heading: String,
    /// Which paragraph of the article, from 0.
    pub(super) paragraph: usize,
}

impl Passage {
    /// Whether `next` goes on in the same paragraph, on the same line.
    pub(super) fn runs_on_to(&self, next: &Self) -> bool {
        self.paragraph == next.paragraph && !self.text.contains('\n') && !next.text.contains('\n')
    }
}

/// Lists longer than this many characters are quoted by the entry.
const LIST_CHARACTERS: usize = 500;

/// Abbreviations whose full stop does not end a sentence.
const ABBREVIATIONS: [&str; 32] = [
    "bijv", "o.a", "nr", "ca", "incl", "excl", "max", "min", "tel", "art", "mr", "mrs", "ms", "dr", "st", "e.g", "i.e",
    "no", "vs", "approx", "z.b", "bzw", "inkl", "zzgl", "str", "p.ex", "env", "m", "mme", "sr", "sra", "p.ej",
];

/// Text without what cannot be seen: control characters, zero-width characters and changes of direction.
#[must_use]
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    let format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    format || c.is_control() && c != '\n' && c != '\t'
}

/// An article's text with line ends as `\n`, and without comments, tags and invisible characters.
#[must_use]
fn clean(body: &str) -> String {
    let text = visible(&body.replace("\r\n", "\n").replace('\r', "\n"));
    without_tags(&without(&text, "<!--", "-->"))
}

/// Removes everything from `open` to the next `close`, to the end where there is none.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Removes HTML tags; a lone `<` stays.
fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        let is_tag = after[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if let Some(end) = after.find('>').filter(|end| is_tag && !after[..*end].contains('\n')) {
            rest = &after[end + 1..];
        } else {
            kept.push('<');
            rest = &after[1..];
        }
    }
    kept + rest
}

/// The passages of a text in Markdown, in order, without what readers of the page would not see.
#[must_use]
pub(super) fn split(body: &str) -> Vec<Passage> {
    let mut reader = Reader::default();
    for line in clean(body).lines() {
        reader.line(line);
    }
    reader.end_paragraph();
    reader.end_list();
    reader.passages
}

#[derive(Default)]
struct Reader {
    passages: Vec<Passage>,
    heading: String,
    paragraph: usize,
    lines: String,
    intro: Option<String>,
    entries: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let line = line.trim();
        let heading = line.trim_start_matches('#');
        if line.is_empty() {
            self.end_paragraph();
        } else if heading.len() < line.len() && heading.starts_with(' ') {
            self.end_paragraph();
            self.end_list();
            self.heading = plain(heading);
        } else if let Some(entry) = list_entry(line) {
            self.end_paragraph();
            self.entries.push(plain(entry));
        } else if !self.entries.is_empty() && self.lines.is_empty() && !self.after_blank() {
            if let Some(last) = self.entries.last_mut() {
                last.push(' ');
                last.push_str(&plain(line));
            }
        } else {
            self.end_list();
            if !self.lines.is_empty() {
                self.lines.push(' ');
            }
            self.lines.push_str(line);
        }
    }

    /// A line after a list and a blank line begins a new paragraph.
    fn after_blank(&self) -> bool {
        self.entries.last().is_some_and(String::is_empty)
    }

    fn end_paragraph(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let text = plain(&lines);
        if text.is_empty() {
            if self.entries.last().is_some_and(|entry| !entry.is_empty()) {
                self.entries.push(String::new());
            }
            return;
        }
        let mut sentences = sentences(&text);
        self.intro = if text.ends_with(':') { sentences.pop() } else { None };
        for sentence in sentences {
            self.push(sentence);
        }
        self.paragraph += usize::from(self.intro.is_none());
    }

    fn end_list(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.retain(|entry| !entry.is_empty());
        let intro = self.intro.take();
        if entries.is_empty() && intro.is_none() {
            return;
        }
        let length: usize = entries.iter().map(|entry| entry.chars().count()).sum();
        match intro {
            Some(intro) if length <= LIST_CHARACTERS => {
                let text = entries.iter().fold(intro, |text, entry| text + "\n- " + entry);
                self.push(text);
            }
            intro => intro.into_iter().chain(entries).for_each(|entry| self.push(entry)),
        }
        self.paragraph += 1;
    }

    fn push(&mut self, text: String) {
        let (heading, paragraph) = (self.heading.clone(), self.paragraph);
        self.passages.push(Passage { text, heading, paragraph });
    }
}

/// The words of a list entry, if the line is one.
fn list_entry(line: &str) -> Option<&str> {
    let bullet = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
    bullet.or_else(|| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let rest = line.get(digits..)?;
        if (1..=3).contains(&digits) { rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")) } else { None }
    })
}

/// Words without the marks of Markdown. A link becomes its words and its address.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?)));
        if let Some((words, (address, after))) = link.filter(|(words, _)| !words.contains(['[', ']'])) {
            let before = before.strip_suffix('!').unwrap_or(before);
            plain = plain + before + words + " (" + address + ")";
            rest = after;
        } else {
            plain = plain + before + "[";
            rest = after;
        }
    }
    plain.push_str(rest);
    let unmarked = plain.replace("**", "").replace("__", "").replace('`', "");
    unmarked.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a paragraph.
#[must_use]
pub(super) fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, closing)) =
            characters.next_if(|(_, c)| matches!(c, '.' | '!' | '?' | '"' | '\'' | '”' | '’' | '»' | ')'))
        {
            end = next + closing.len_utf8();
        }
        if ends_sentence(&text[start..at], c, &text[end..]) {
            found.push(text[start..end].trim().to_owned());
            start = end;
        }
    }
    found.push(text[start..].trim().to_owned());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// The condition of a sentence that says what holds in a certain case: "If …, …", or "Koop je …, dan …".
pub(super) fn condition(sentence: &str) -> Option<&str> {
    let (clause, rest) = sentence.split_once(',')?;
    let mut words = clause.split_whitespace().map(str::to_lowercase);
    let (first, second) = (words.next()?, words.next()?);
    let named = ["if", "als", "indien", "wanneer", "wenn", "falls", "si"].contains(&first.as_str());
    let inverted = ["je", "u", "jij", "het", "de", "er", "we", "wij", "uw"].contains(&second.as_str());
    (named || inverted && rest.trim_start().starts_with("dan ")).then_some(clause)
}

fn ends_sentence(before: &str, mark: char, after: &str) -> bool {
    if !after.is_empty() && !after.starts_with(char::is_whitespace) {
        return false;
    }
    let next = after.trim_start().chars().next();
    let opens = next.is_none_or(|c| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    let abbreviated = mark == '.'
        && (ABBREVIATIONS.contains(&word.as_str())
            || word.chars().count() == 1 && !word.starts_with(|c: char| c.is_ascii_digit()));
    opens && !abbreviated
}
