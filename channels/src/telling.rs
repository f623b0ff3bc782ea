//! The parts of a delivery as one text, for channels that have nothing but text: who speaks, what, and where it is from.

use std::ops::Range;

use crate::{Author, Part};

/// A text, and where in it names of speakers stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The text.
    pub text: String,
    /// Bytes of the names.
    pub names: Vec<Range<usize>>,
}

/// Puts parts together. The name of a speaker who is no rule stands on a line of its own, between two `mark`s; the
/// sources of an answer stand below it.
#[must_use]
pub fn told(parts: &[Part], mark: &str) -> Told {
    let mut told = Told::default();
    let mut last = None;
    // A part without words comes with files alone.
    for part in parts.iter().filter(|part| !part.text.trim().is_empty()) {
        if !told.text.is_empty() {
            told.text.push_str("\n\n");
        }
        let name = part.name.split_whitespace().collect::<Vec<_>>().join(" ").replace(['*', '_', '~', '`'], "");
        let speaks = !name.is_empty() && matches!(part.from, Author::Bot | Author::Staff);
        if speaks && last.as_ref() != Some(&name) {
            told.text.push_str(mark);
            let start = told.text.len();
            told.text.push_str(&name);
            told.names.push(start..told.text.len());
            told.text.push_str(mark);
            told.text.push('\n');
        }
        last = speaks.then_some(name);
        told.text.push_str(part.text.trim());
        for source in &part.sources {
            let shown = [source.title.as_str(), source.version.as_str(), source.url.as_str()];
            let shown: Vec<&str> = shown.into_iter().filter(|word| !word.is_empty()).collect();
            told.text.push_str("\n– ");
            told.text.push_str(&shown.join(", "));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::{Author, Origin, Part, Source};

    fn part(from: Author, name: &str, text: &str) -> Part {
        Part { from, name: name.to_owned(), text: text.to_owned(), sources: Vec::new(), origin: Origin::Rule }
    }

    #[test]
    fn a_disclosure_stands_before_the_answer_and_a_source_below_it() {
        let mut answer = part(Author::Bot, "Digitale assistent", "Morgen.");
        let source =
            Source { title: "Levertijd".into(), url: "https://a.example".into(), version: "2026-01-02".into() };
        answer.sources.push(source);
        let told = told(&[part(Author::System, "", "U praat met AI."), answer], "*");
        let text = "U praat met AI.\n\n*Digitale assistent*\nMorgen.\n– Levertijd, 2026-01-02, https://a.example";
        assert_eq!(told.text, text);
        assert_eq!(&told.text[told.names[0].clone()], "Digitale assistent");
    }

    #[test]
    fn a_name_cannot_break_the_marks() {
        assert_eq!(told(&[part(Author::Staff, "E*v\na", "Hoi")], "*").text, "*Ev a*\nHoi");
    }
}
