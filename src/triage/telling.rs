//! Telling: the words of a message that speak most for an intent, for people who ask why.
//!
//! Found by leaving out one word after the other, so that it is true of whatever an engine sees in a text. It takes as long
//! as reading the message once for each word, and is done when somebody asks, never when a message is decided on.

/// How much of a message is explained, in bytes.
const READ: usize = 4_000;
/// At most so many words are left out; of a longer message the beginning is explained.
const TRIED: usize = 60;
/// At most so many places are told.
const MOST: usize = 3;
/// A word tells when without it at least this share of what the heaviest word carries is lost.
const SHARE: f64 = 0.3;
/// What the heaviest word must carry, of a probability of 1.
const LEAST: f64 = 0.01;

/// Places of words in characters, in the order of the text; words side by side are one place. `p` is how probable the
/// intent is in a text.
pub(super) fn telling(text: &str, p: impl Fn(&str) -> f64) -> Vec<(u32, u32)> {
    let text = &text[..text.floor_char_boundary(READ)];
    let words = words(text);
    let whole = p(text);
    let carries: Vec<f64> =
        words.iter().take(TRIED).map(|(start, end)| whole - p(&without(text, *start, *end))).collect();
    let heaviest = carries.iter().copied().fold(0.0, f64::max);
    if heaviest < LEAST {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..carries.len()).filter(|&at| carries[at] >= SHARE * heaviest).collect();
    order.sort_by(|&a, &b| carries[b].total_cmp(&carries[a]));
    order.truncate(MOST);
    order.sort_unstable();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for at in order {
        match places.last_mut() {
            Some((_, last)) if *last + 1 == at => *last = at,
            _ => places.push((at, at)),
        }
    }
    let place = |byte: usize| u32::try_from(text[..byte].chars().count()).unwrap_or(u32::MAX);
    places.into_iter().map(|(first, last)| (place(words[first].0), place(words[last].1))).collect()
}

/// Words with letters or digits, in bytes.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut began = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), began) {
            (true, None) => began = Some(at),
            (false, Some(start)) => {
                words.push((start, at));
                began = None;
            }
            _ => {}
        }
    }
    words
}

fn without(text: &str, start: usize, end: usize) -> String {
    format!("{} {}", &text[..start], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, p: impl Fn(&str) -> f64) -> Vec<String> {
        let cut = |(start, end): (u32, u32)| {
            text.chars().skip(start as usize).take((end - start) as usize).collect::<String>()
        };
        telling(text, p).into_iter().map(cut).collect()
    }

    #[test]
    fn words_without_which_it_is_less_probable_are_told_and_neighbours_are_one_place() {
        let p = |text: &str| {
            let weight = |word: &str, weight: f64| if text.contains(word) { weight } else { 0.0 };
            0.1 + weight("pakket", 0.4) + weight("mijn", 0.2) + weight("wanneer", 0.3) + weight("beste", 0.02)
        };
        assert_eq!(told("Hé beste, wanneer komt mijn pakket?", p), ["wanneer", "mijn pakket"]);
        assert_eq!(told("Hé beste", p), ["beste"]);
    }

    #[test]
    fn of_a_long_message_the_beginning_is_read_and_no_more() {
        let (text, times) = ("één pakket ".repeat(10_000), std::cell::Cell::new(0));
        let p = |text: &str| {
            times.set(times.get() + 1);
            assert!(text.len() <= READ + 1, "{}", text.len());
            f64::from(u8::from(text.starts_with("één")))
        };
        assert_eq!(told(&text, p), ["één"]);
        assert_eq!(times.get(), TRIED + 1);
    }

    #[test]
    fn where_no_word_carries_it_none_is_told() {
        assert!(told("Hallo daar", |_| 0.9).is_empty());
        assert!(told("", |_| 0.0).is_empty());
    }
}
