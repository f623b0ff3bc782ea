//! Choice: which sentences of which article answer a question, or that none do.

use super::index::{Index, IndexError, Indexed, Vocabulary};
use super::query::Query;
use super::words::words;

/// The most sentences in one answer.
const MAX_SENTENCES: usize = 4;
/// The most characters in one answer; a single sentence may be longer.
const MAX_CHARACTERS: usize = 700;
/// A paragraph of at most so many characters is quoted whole.
const WHOLE_PARAGRAPH: usize = 360;
/// How much of the question sentence, title and article must have together, and the article anywhere. Measured on the
/// web shop's questions: from there on nothing is answered that the articles do not say.
const FIT: f32 = 0.55;
const ARTICLE: f32 = 0.6;
/// How much of the question a further sentence must add.
const ADDS: f32 = 0.12;

/// Words that, among the first three of a sentence, lean on the sentence before it.
const LEANING: [&str; 40] = [
    "dat",
    "die",
    "dit",
    "deze",
    "daar",
    "daarom",
    "daarna",
    "daarvoor",
    "daarmee",
    "dan",
    "zo",
    "ook",
    "anders",
    "hiervoor",
    "that",
    "this",
    "these",
    "those",
    "it",
    "they",
    "then",
    "therefore",
    "otherwise",
    "so",
    "also",
    "same",
    "afterwards",
    "das",
    "dies",
    "diese",
    "dann",
    "dort",
    "danach",
    "cela",
    "cette",
    "ceci",
    "eso",
    "esto",
    "ello",
    "entonces",
];

/// An answer: sentences of one article, in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quote {
    pub(super) article: usize,
    pub(super) places: Vec<usize>,
}

/// The sentences that answer, if any fit well enough.
pub(super) fn choose(index: &Index, vocabulary: &Vocabulary, query: &Query<'_>) -> Result<Option<Quote>, IndexError> {
    let candidates = index.candidates(vocabulary, query.intents, &query.stems())?;
    let scored = candidates.into_iter().filter_map(|(number, place)| {
        let indexed = index.articles.get(number)?;
        Some((number, indexed, place, query.score(indexed, place)))
    });
    let best = scored.reduce(|best, next| if next.3.rank > best.3.rank { next } else { best });
    let fitting = best.filter(|(_, _, _, score)| score.fit >= FIT && score.article >= ARTICLE);
    Ok(fitting.map(|(article, indexed, place, _)| Quote { article, places: complete(query, indexed, place) }))
}

/// The best sentence with those that it needs: what it leans on, and what has more of the question.
fn complete(query: &Query<'_>, indexed: &Indexed, best: usize) -> Vec<usize> {
    let mut places = vec![best];
    let mut length = characters(indexed, best);
    let mut add = |places: &mut Vec<usize>, place: usize| {
        let more = characters(indexed, place);
        let room = places.len() < MAX_SENTENCES && length + more <= MAX_CHARACTERS && !places.contains(&place);
        if room {
            length += more;
            places.push(place);
        }
        room
    };
    let same_paragraph =
        |a: usize, b: usize| indexed.passages[a].passage.paragraph == indexed.passages[b].passage.paragraph;
    let mut first = best;
    let paragraph: Vec<usize> = (0..indexed.passages.len()).filter(|place| same_paragraph(*place, best)).collect();
    if paragraph.iter().map(|place| characters(indexed, *place)).sum::<usize>() <= WHOLE_PARAGRAPH {
        for place in &paragraph {
            add(&mut places, *place);
        }
        first = *paragraph.first().unwrap_or(&best);
    }
    while first > 0 && leans(indexed, first) && same_paragraph(first - 1, first) && add(&mut places, first - 1) {
        first -= 1;
    }
    if best + 1 < indexed.passages.len() && leans(indexed, best + 1) && same_paragraph(best, best + 1) {
        add(&mut places, best + 1);
    }
    while places.len() < MAX_SENTENCES {
        let have: Vec<_> = places.iter().map(|place| &indexed.passages[*place]).collect();
        let lacking = |place: &usize| !places.contains(place) && !leans(indexed, *place);
        let gains = (0..indexed.passages.len())
            .filter(lacking)
            .map(|place| (place, query.adds(&have, &indexed.passages[place])));
        let next = gains
            .filter(|(place, gain)| *gain >= ADDS && query.is_kind(&indexed.passages[*place]))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match next {
            Some((place, _)) if add(&mut places, place) => {}
            _ => break,
        }
    }
    places.sort_unstable();
    places
}

fn characters(indexed: &Indexed, place: usize) -> usize {
    indexed.passages[place].passage.text.chars().count()
}

/// Whether a sentence cannot be understood without the one before it.
fn leans(indexed: &Indexed, place: usize) -> bool {
    let first = words(&indexed.passages[place].passage.text, 3);
    first.iter().any(|word| LEANING.contains(&word.folded.as_str()))
}
