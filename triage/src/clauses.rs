//! Parts of a sentence: the clause in which something stands, and the words next to it.

use std::ops::Range;

use crate::text::{Stretch, Text};

/// Words before and behind what is about here that are heard with it alone.
const BESIDE: usize = 4;

/// Words that begin another clause.
const JOINS: [&str; 24] = [
    "want",
    "dus",
    "maar",
    "omdat",
    "anders",
    "because",
    "so",
    "but",
    "otherwise",
    "since",
    "weil",
    "denn",
    "aber",
    "sonst",
    "deshalb",
    "parce",
    "donc",
    "mais",
    "car",
    "sinon",
    "porque",
    "pero",
    "así",
    "asi",
];

/// The parts of a sentence around what is about here: its clause, and the words next to it. In a long sentence what else is
/// said outweighs it. A part that is the whole sentence is left out.
pub(crate) fn around(text: &Text, sentence: Range<usize>, about: Stretch) -> Vec<Range<usize>> {
    let word = |at: usize| &text.folded[text.words[at].start..text.words[at].end];
    let breaks = |at: usize| {
        text.folded[text.words[at - 1].end..text.words[at].start].contains([',', ':', '(']) || JOINS.contains(&word(at))
    };
    let before = |end: usize| sentence.clone().rfind(|&at| text.words[at].start < end);
    let (Some(first), Some(last)) = (before(about.start + 1), before(about.end)) else { return Vec::new() };
    let from = (sentence.start + 1..=first).rfind(|&at| breaks(at)).unwrap_or(sentence.start);
    let to = (last + 1..sentence.end).find(|&at| breaks(at)).unwrap_or(sentence.end);
    let beside = from.max(first.saturating_sub(BESIDE))..to.min(last + 1 + BESIDE);
    let mut parts = vec![from..to, beside];
    parts.dedup();
    parts.retain(|part| part.len() < sentence.len());
    parts
}
