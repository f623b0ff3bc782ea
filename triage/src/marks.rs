//! Marks beside the words: questions and exclamations, dots, pictures, faces made of marks, and how long it is.

use crate::ngrams::{spread, step};
use crate::text::{Stretch, Text};

/// At most so many different ones are looked at.
const MOST: usize = 12;

/// What begins a face made of marks, and how it may go on.
const EYES: [u8; 3] = *b":;=";
const MOUTHS: [u8; 9] = *b")(/|dpo*c";

/// The marks of some words of a text and of what stands around them, each once.
pub(crate) fn marks(text: &Text, words: &[Stretch]) -> Vec<u32> {
    let first = words.first().map_or(0, |word| word.start);
    let last = words.last().map_or(0, |word| word.end);
    let from = if text.words.first().is_none_or(|word| word.start == first) { 0 } else { first };
    let next = text.words.partition_point(|word| word.start < last.max(1));
    let to = text.words.get(next).map_or(text.folded.len(), |word| word.start);
    let mut marks = Vec::with_capacity(MOST);
    let mut seen = |kind: u32, what: u32| {
        let mark = spread(step(step(9, kind), what));
        if marks.len() < MOST && !marks.contains(&mark) {
            marks.push(mark);
        }
    };
    let around = text.folded.get(from..to.max(from)).unwrap_or_default();
    let (mut questions, mut calls, mut dots) = (0, 0, 0);
    let bytes = around.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b' ' => {}
            b'?' => questions += 1,
            b'!' => calls += 1,
            b'.' => dots += u32::from(at > 0 && bytes[at - 1] == b'.'),
            0xf0.. => {
                if let Some(picture) = around.get(at..).and_then(|rest| rest.chars().next()) {
                    seen(1, picture as u32);
                }
            }
            0xe2 => match around.get(at..).and_then(|rest| rest.chars().next()) {
                Some('\u{2026}') => dots += 1,
                Some(c @ '\u{2190}'..='\u{2bff}') => seen(1, c as u32),
                _ => {}
            },
            eyes if EYES.contains(&eyes) => {
                let mouth = bytes.get(at + 1).filter(|mouth| MOUTHS.contains(mouth));
                let ends = bytes.get(at + 2).is_none_or(|after| !after.is_ascii_alphanumeric());
                if let Some(&mouth) = mouth.filter(|_| ends) {
                    seen(2, u32::from(mouth));
                }
            }
            _ => {}
        }
    }
    seen(3, questions.min(3));
    seen(4, calls.min(3));
    seen(5, dots.min(1));
    seen(6, u32::from(questions > 0) + 2 * u32::from(calls > 0));
    seen(7, words.len().checked_ilog2().map_or(0, |log| log + 1).min(6));
    seen(8, text.shape.shouted.min(2));
    marks
}

#[cfg(test)]
mod tests {
    use super::marks;
    use crate::text::Text;

    #[test]
    fn marks_tell_a_question_a_shout_and_pictures_apart_and_letters_say_nothing() {
        let of = |text: &str| {
            let text = Text::new(text);
            marks(&text, &text.words)
        };
        assert_eq!(of("komt het nog"), of("gaat het wel"));
        for other in
            ["komt het nog?", "komt het nog!!", "komt het nog...", "komt het nog 😡", "komt het nog :(", "KOMT HET nog"]
        {
            assert_ne!(of("komt het nog"), of(other), "{other}");
        }
        assert_ne!(of("goed 😀"), of("goed 😡"));
    }

    #[test]
    fn a_sentence_has_the_marks_behind_it_and_not_those_of_the_next() {
        let text = Text::new("Komt het nog? Goed zo!");
        let alone = Text::new("Komt het nog? ");
        assert_eq!(marks(&text, &text.words[..3]), marks(&alone, &alone.words));
    }
}
