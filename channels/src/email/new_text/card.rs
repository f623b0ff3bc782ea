//! Cards: who somebody is and how to reach them, below what they wrote, with no mark of a client before it.
//!
//! Each line at the end of a mail says something for a card or against one, by its shape and not by its words: each such
//! [`Clue`] has a weight, and the beginning with the most of them is taken if they weigh enough. What its author may be
//! writing about (an order, a question, data that were asked for) rules a card out: words are worth more than a clean text.

use std::fmt;

use super::Line;
use super::divider::is_rule;
use super::wording::{
    ANNOUNCED, ASKED, CALLS, COMPANY, DAY, FIRM, GIVEN, MATTER, MOVED, MYSELF, PLACE, REACH, REGISTERED, SIGN_OFF,
};

/// Lines of a card, at most.
const MOST_LINES: usize = 20;
/// What the clues of a card weigh together, at least.
const ENOUGH: i32 = 5;

/// What stands between the pieces of a line.
const PIECES: [&str; 5] = [" | ", " · ", " • ", " - ", " – "];

/// What speaks for a card or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// A greeting above it.
    Greeting,
    /// A short line above it that ends in a comma, and can be a greeting.
    Closing,
    /// A rule above it.
    Rule,
    /// An empty line above it.
    Apart,
    /// It begins with a name.
    Name,
    /// The name is the sender's.
    Sender,
    /// The first name stands above it, apart.
    Again,
    /// A way to reach somebody: a number, an address of mail, a page.
    Reach,
    /// The name of a firm, or a number that only firms have.
    Firm,
    /// A street or a town with its code.
    Place,
    /// Pieces beside each other in one line.
    Pieces,
    /// A few words, such as what somebody does.
    Job,
    /// A word with what it stands for behind a colon.
    Label,
    /// A name, what they do or for whom, and a way to reach them.
    Whole,
    /// A sentence below ways to reach somebody: a motto, or hours.
    Sentence,
    /// Numbers of no known kind: a date of birth, a contract.
    Data,
    /// The text above speaks of an address or a number.
    Given,
    /// The line above has no end.
    Unended,
    /// The line above ends in a small word, and goes on.
    Open,
}

impl Clue {
    /// What one of them weighs, and how much all of a kind may.
    fn weight(self) -> (i32, i32) {
        match self {
            Self::Greeting => (3, 3),
            Self::Reach | Self::Firm => (2, 6),
            Self::Sender | Self::Again | Self::Closing | Self::Rule => (2, 2),
            Self::Name | Self::Apart | Self::Pieces | Self::Label | Self::Whole => (1, 1),
            Self::Job | Self::Place => (1, 2),
            Self::Sentence | Self::Unended => (-1, -3),
            Self::Data => (-2, -6),
            Self::Given | Self::Open => (-3, -3),
        }
    }
}

/// What was found of each clue.
#[derive(Debug, Default)]
pub(super) struct Evidence(Vec<(Clue, i32)>);

impl Evidence {
    fn add(&mut self, clue: Clue) {
        match self.0.iter_mut().find(|(other, _)| *other == clue) {
            Some((_, count)) => *count += 1,
            None => self.0.push((clue, 1)),
        }
    }

    fn count(&self, clue: Clue) -> i32 {
        self.0.iter().find(|(other, _)| *other == clue).map_or(0, |(_, count)| *count)
    }

    fn weight(&self) -> i32 {
        let of = |(clue, count): &(Clue, i32)| {
            let (each, most) = clue.weight();
            if most < 0 { (each * count).max(most) } else { (each * count).min(most) }
        };
        self.0.iter().map(of).sum()
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (clue, count) in &self.0 {
            write!(out, "{clue:?} {count}, ")?;
        }
        write!(out, "weight {}", self.weight())
    }
}

/// The end of a mail, without its empty lines.
pub(super) struct End<'m> {
    lines: &'m [Line],
    run: &'m [usize],
    sender: &'m str,
}

impl<'m> End<'m> {
    pub(super) fn new(lines: &'m [Line], run: &'m [usize], sender: &'m str) -> Self {
        Self { lines, run, sender }
    }

    fn text(&self, index: usize) -> &'m str {
        &self.lines[self.run[index]].text
    }

    fn is_apart(&self, index: usize) -> bool {
        self.run[index].checked_sub(1).is_none_or(|above| self.lines[above].is_blank())
    }

    /// Where the card begins.
    pub(super) fn card(&self) -> Option<usize> {
        let heavy =
            |from: &usize| self.evidence(*from).map(|evidence| evidence.weight()).filter(|weight| *weight >= ENOUGH);
        let all = self.run.len().saturating_sub(MOST_LINES)..self.run.len();
        let greeting = all.clone().rev().find(|from| is_sign_off(self.text(*from)) && heavy(from).is_some());
        let heaviest = || {
            all.filter_map(|from| Some((heavy(&from)?, from))).max_by_key(|(weight, from)| (*weight, usize::MAX - from))
        };
        let from = greeting.or_else(|| heaviest().map(|(_, from)| from))?;
        Some(self.named_again(from).unwrap_or(from))
    }

    /// What speaks for a card that begins here; `None` where none can.
    fn evidence(&self, from: usize) -> Option<Evidence> {
        let mut evidence = Evidence::default();
        let head = self.text(from);
        let body = if is_sign_off(head) {
            evidence.add(Clue::Greeting);
            from + 1
        } else if self.closes(from) {
            evidence.add(Clue::Closing);
            from + 1
        } else if is_dashes(head) && from > 0 {
            evidence.add(Clue::Rule);
            from + 1
        } else {
            from
        };
        self.above(from, body, &mut evidence)?;
        let name = self.run.get(body).map(|_| self.text(body))?;
        self.begins(body, name, &mut evidence)?;
        for index in body..self.run.len() {
            self.line(index, body, &mut evidence)?;
        }
        let any = |clues: &[Clue]| clues.iter().any(|clue| evidence.count(*clue) > 0);
        let (works, reached) = (any(&[Clue::Job, Clue::Firm]), any(&[Clue::Reach]));
        // A greeting with a name is what somebody writes.
        let place = any(&[Clue::Place]) && any(&[Clue::Greeting, Clue::Closing]);
        let more = works || reached || place || any(&[Clue::Pieces]);
        if any(&[Clue::Name]) && works && reached {
            evidence.add(Clue::Whole);
        }
        more.then_some(evidence)
    }

    /// What stands above it.
    fn above(&self, from: usize, body: usize, evidence: &mut Evidence) -> Option<()> {
        if body > from {
            let announced = !evidence.0.is_empty()
                && from > 0
                && evidence.count(Clue::Rule) > 0
                && ANNOUNCED.is_match(self.text(from - 1));
            return (!announced).then_some(());
        }
        let last = from.checked_sub(1)?;
        let above = (from.saturating_sub(3)..from).map(|index| self.text(index));
        if ANNOUNCED.is_match(self.text(last)) || !self.is_apart(from) {
            return None;
        }
        evidence.add(Clue::Apart);
        if above.clone().any(|text| MOVED.is_match(text)) {
            return None;
        }
        if above.clone().any(|text| GIVEN.is_match(text) && !CALLS.is_match(text)) {
            evidence.add(Clue::Given);
        }
        let ended = self.text(last).ends_with(['.', '?', '!', ')', '…', ',']) || is_sign_off(self.text(last));
        if !ended && !self.repeats(from) {
            let word = self.text(last).rsplit(' ').next().unwrap_or_default();
            let long = self.text(last).split_whitespace().count() >= 4;
            let small = long && word.chars().count() <= 4 && word.starts_with(char::is_lowercase);
            evidence.add(if small { Clue::Open } else { Clue::Unended });
        }
        Some(())
    }

    /// What it begins with.
    fn begins(&self, body: usize, name: &str, evidence: &mut Evidence) -> Option<()> {
        if begins_with_name(name) {
            evidence.add(Clue::Name);
        } else if evidence.count(Clue::Greeting) == 0 && !(is_card_line(name) && name.starts_with(char::is_uppercase)) {
            return None;
        }
        if names(name, self.sender) {
            evidence.add(Clue::Sender);
        }
        if self.repeats(body) {
            evidence.add(Clue::Again);
        }
        let short = || name.split_whitespace().count() < 3 || is_firm(name);
        let said =
            name.ends_with('.') && !short() && name.rsplit(' ').next().is_some_and(|word| word.chars().count() > 4);
        let told = said && !REGISTERED.is_match(name) || name.ends_with([':', '?', '!']);
        (!told && body < self.run.len()).then_some(())
    }

    /// What a line of it says.
    fn line(&self, index: usize, body: usize, evidence: &mut Evidence) -> Option<()> {
        let text = self.text(index);
        let first = index == body;
        if ASKED.is_match(text)
            || is_numbered(text)
            || !first && is_sign_off(text) && evidence.count(Clue::Greeting) == 0
        {
            return None;
        }
        let known = [
            (Clue::Reach, REACH.is_match(&DAY.replace_all(text, " "))),
            (Clue::Firm, is_firm(text)),
            (Clue::Place, PLACE.is_match(text)),
        ];
        let mut some = false;
        for (clue, _) in known.iter().filter(|(_, found)| *found) {
            evidence.add(*clue);
            some = true;
        }
        let called = text.ends_with('!') && text.split_whitespace().count() >= 4;
        if called || is_sentence(text) || !is_card_line(text) && text.chars().count() > 100 {
            if some && evidence.count(Clue::Firm) > 0 {
                return Some(());
            }
            evidence.add(Clue::Sentence);
            let told_apart = evidence.count(Clue::Reach) + evidence.count(Clue::Firm) > 0;
            return (told_apart && !(self.is_apart(index) && MYSELF.is_match(text))).then_some(());
        }
        if is_matter(text) {
            evidence.add(Clue::Data);
            return some.then_some(());
        }
        if PIECES.iter().any(|mark| text.contains(mark)) {
            evidence.add(Clue::Pieces);
        }
        if some || first || is_rule(&self.lines[self.run[index]]) {
            return Some(());
        }
        if text.chars().filter(char::is_ascii_digit).count() >= 4 {
            evidence.add(Clue::Data);
        } else if text.ends_with(['!', ':', ',']) {
            return None;
        } else if text.starts_with(|letter: char| letter.is_ascii_digit()) {
            evidence.add(Clue::Place);
        } else if text.contains(':') {
            evidence.add(Clue::Label);
        } else {
            evidence.add(Clue::Job);
        }
        Some(())
    }

    /// Below the first name that somebody typed: the card that gives the whole of it.
    fn named_again(&self, from: usize) -> Option<usize> {
        let again = (from + 1..(from + 5).min(self.run.len())).find(|index| self.repeats(*index))?;
        let again = if is_dashes(self.text(again - 1)) { again - 1 } else { again };
        (self.evidence(again)?.weight() >= ENOUGH).then_some(again)
    }

    /// Whether a line is the whole of a first name that stands above it, apart from it.
    fn repeats(&self, index: usize) -> bool {
        let Some(above) = (0..index).rev().find(|above| !is_dashes(self.text(*above))) else { return false };
        let text = self.text(above);
        let name = signed(text).filter(|name| !name.is_empty()).unwrap_or(text).trim_end_matches(['.', ',', '!']);
        let rest = self.text(index).strip_prefix(name).filter(|_| !name.contains(' ') && name.chars().count() >= 3);
        let whole = rest.is_some_and(|rest| rest.starts_with(' ') && is_name(rest.trim()));
        whole && (self.is_apart(index) || index > 0 && is_dashes(self.text(index - 1)))
    }

    /// Whether a line can be but a greeting that a name follows, in whatever words.
    fn closes(&self, index: usize) -> bool {
        let text = self.text(index);
        let short = text.chars().count() <= 40 && text.split_whitespace().count() <= 6;
        let words = text.starts_with(char::is_uppercase) && !text.contains(|letter: char| letter.is_ascii_digit());
        let named = self.run.get(index + 1).is_some_and(|_| begins_with_name(self.text(index + 1)));
        index > 0 && self.is_apart(index) && short && words && text.ends_with(',') && named
    }
}

/// A rule, however short.
pub(super) fn is_dashes(text: &str) -> bool {
    text.len() >= 2 && text.chars().all(|letter| matches!(letter, '_' | '-' | '=' | '*' | '—' | '–'))
}

/// Whether it is one of several things that somebody counts.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.len() < text.len()
        && text.len() - rest.len() <= 2
        && rest.starts_with([')', '.'])
        && rest[1..].starts_with(' ')
}

fn is_firm(text: &str) -> bool {
    FIRM.is_match(text)
        || REGISTERED.is_match(text)
        || COMPANY.is_match(text) && text.contains(|letter: char| letter.is_ascii_digit())
}

/// Whether it is what somebody writes about, and no part of a card: the number of an order.
fn is_matter(text: &str) -> bool {
    MATTER.is_match(text) && text.contains(|letter: char| letter.is_ascii_digit()) && !COMPANY.is_match(text)
}

/// A greeting, in one language or in two ("Met vriendelijke groet / Kind regards"), with a name behind it or without.
pub(super) fn is_sign_off(text: &str) -> bool {
    text.chars().count() <= 100 && text.split(['/', '|']).all(|piece| signed(piece.trim()).is_some())
}

/// The name behind a greeting; empty if there is none. "Thanks for your help" greets nobody.
pub(super) fn signed(text: &str) -> Option<&str> {
    if text.starts_with(char::is_lowercase) && text.split_whitespace().count() >= 4 {
        return None;
    }
    let name = SIGN_OFF.captures(text)?.name("name").map_or("", |name| name.as_str().trim());
    if let Some((_, greeting)) = [" und ", " and ", " en ", " et ", " y "].iter().find_map(|word| name.split_once(word))
    {
        return signed(greeting);
    }
    if let Some(greeting) = ["und ", "and ", "en ", "et ", "y "].iter().find_map(|word| name.strip_prefix(word)) {
        return signed(greeting);
    }
    let from = ["van ", "von ", "from ", "de ", "aus ", "uit ", "desde "];
    let whose = from.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    let alone = !whose.contains(' ') && whose.chars().count() <= 12;
    (alone || is_name(whose)).then_some(whose)
}

fn is_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 5 && text.ends_with(['.', '!', '?']) && !text.contains(" | ")
}

/// A line of a card: a few words, or several such pieces beside each other.
fn is_card_line(text: &str) -> bool {
    let piece = |piece: &str| piece.chars().count() <= 60 && piece.split_whitespace().count() <= 8;
    let whole = text.chars().count() <= 240
        && text.split(['|', '•', '·', '–', '/']).flat_map(|part| part.split(" - ")).all(piece);
    whole && !text.ends_with(['!', '?', ':', ',']) && !is_sentence(text) && !text.starts_with(['-', '*', '•'])
}

/// Whether a line can be a person's name: one to five words that begin with capitals, small words between them aside.
pub(super) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.trim_end_matches(',').split_whitespace().collect();
    let small = |word: &str| word.chars().count() <= 3;
    let capital = |word: &&str| word.trim_start_matches('(').starts_with(char::is_uppercase) || small(word);
    (1..=5).contains(&words.len()) && words[0].starts_with(char::is_uppercase) && words.iter().all(capital)
}

/// Whether a line begins with a name, as "i. A. Renate Vogel" and "Jan Smit | Inkoper" do.
fn begins_with_name(text: &str) -> bool {
    let bare = text.trim_start_matches(|letter: char| letter.is_lowercase() || matches!(letter, '.' | ' '));
    let for_whom = &text[..text.len() - bare.len()];
    let bare = if for_whom.contains('.') && for_whom.len() <= 6 { bare } else { text };
    let piece = bare.split(" - ").next().unwrap_or_default();
    let first = piece.split([',', '|', '(', '–', '•', '·']).next().unwrap_or_default().trim();
    is_name(bare) || is_name(first)
}

/// Whether a name has a word of the sender's.
fn names(name: &str, sender: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).filter(|word| word.chars().count() >= 3).collect()
    };
    let theirs = words(sender);
    words(name).iter().any(|word| theirs.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Region};
    use super::End;

    fn card(text: &str) -> Option<String> {
        let lines: Vec<_> = text.lines().map(|line| Line::new(line, Region::Plain)).collect();
        let run: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
        let from = End::new(&lines, &run, "Anna Bos").card()?;
        Some(lines[run[from]].text.clone())
    }

    #[test]
    fn a_card_begins_where_most_speaks_for_it() {
        for (text, first) in [
            ("Ja.\n\nGroet,\n\nPiet Kok\nInkoper\nKok BV\nTel. 010 123 45 67", "Groet,"),
            ("Ja.\n\nGroet,\nPiet\n\nPiet Kok\nKok BV\nTel. 010 123 45 67", "Piet Kok"),
            ("Ja.\n\nAnna\n\nAnna Bos\nBos Catering", "Anna Bos"),
            ("Ja.\n\nNamens ons allen,\n\nAnna Bos\nsecretaris\nPostbus 12, 1234 AB Oeverdam", "Namens ons allen,"),
            ("Ja.\n\nPiet Kok\nKok BV\nWij rijden niet op zondag in de stad.\nm 06 11 22 33 44", "Piet Kok"),
            ("Ja.\n\nGroet,\nAnna Bos\nStichting Dak\nIBAN NL00 BANK 0123 4567 89\nwww.dak.example", "Groet,"),
        ] {
            assert_eq!(card(text).as_deref(), Some(first), "{text}");
        }
    }

    #[test]
    fn what_somebody_may_be_writing_about_is_no_card() {
        for text in [
            "Ja.\n\nGroet,\nAnna Bos",
            "Ja.\n\nGroet,\nAnna Bos\ngeb. 04-05-1961",
            "Ja.\n\nGroet,\nAnna Bos\nklantnummer 220011",
            "Bezorgen bij:\n\nAnna Bos\nDorpsstraat 1\n1234 AB Oeverdam\nTel. 010 123 45 67",
            "Wij zijn verhuisd.\n\nAnna Bos\nDorpsstraat 1\n1234 AB Oeverdam\nTel. 010 123 45 67",
            "Graag.\n\nStappen\n1. Aan\n2. Uit\nTel. 010 123 45 67",
            "Ja.\n\nAnna Bos\nKunt u mij bellen?\n010 123 45 67",
        ] {
            assert_eq!(card(text), None, "{text}");
        }
    }
}
