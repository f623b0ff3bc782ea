//! Near matches: what somebody may have meant who wrote a name that does not exist.

/// The candidate that is nearest to `word`, if one is near: at most a third of its letters differ, or
/// one begins with the other.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.to_lowercase().chars().take(65).collect();
    if letters.is_empty() || letters.len() > 64 {
        return None;
    }
    let scored = candidates.into_iter().filter_map(|candidate| {
        let other: Vec<char> = candidate.chars().collect();
        let distance = distance(&letters, &other);
        let starts = letters.len() >= 3 && (other.starts_with(&letters) || letters.starts_with(&other));
        let near = distance <= (letters.len().max(other.len()) / 3).max(1) && distance < letters.len();
        (near || starts && other.len() >= 3).then_some((distance, candidate))
    });
    scored.min().map(|(_, candidate)| candidate)
}

/// The remedy for a name that is not declared: the near match and what there is.
#[must_use]
pub fn remedy<'a>(word: &str, declared: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let mut names: Vec<&str> = declared.clone().into_iter().collect();
    names.sort_unstable();
    let more = if names.len() > 20 { ", …" } else { "" };
    names.truncate(20);
    let list = if names.is_empty() { "none is declared".to_owned() } else { format!("declared: {}", names.join(", ")) };
    match nearest(word, declared) {
        Some(near) => format!("did you mean \"{near}\"? {list}{more}"),
        None => format!("{list}{more}"),
    }
}

/// The same for a word that this program knows, and nobody declares.
#[must_use]
pub fn choices<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    remedy(word, known).replace("declared:", "there are:")
}

/// How many letters to add, drop, change or swap with their neighbour to make one of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{nearest, remedy};

    #[test]
    fn a_slip_of_the_pen_finds_what_was_meant() {
        let queues = ["billing", "care", "legal"];
        assert_eq!(nearest("biling", queues), Some("billing"));
        assert_eq!(nearest("caer", queues), Some("care"));
        assert_eq!(nearest("Legal", queues), Some("legal"));
        assert_eq!(nearest("bill", queues), Some("billing"));
        assert_eq!(nearest("workshop", queues), None);
        assert_eq!(nearest("", queues), None);
    }

    #[test]
    fn the_remedy_names_the_near_match_and_what_there_is() {
        let queues = ["legal", "care", "billing"];
        assert_eq!(remedy("biling", queues), "did you mean \"billing\"? declared: billing, care, legal");
        assert_eq!(remedy("zzz", queues), "declared: billing, care, legal");
        assert_eq!(remedy("zzz", []), "none is declared");
    }
}
