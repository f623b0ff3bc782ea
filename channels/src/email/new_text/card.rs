//! Cards: who somebody is and how to reach them, below what they wrote, with no mark of a client before it.
//!
//! Each line at the end of a mail says something for a card or against one, by its shape and not by its words: each such
//! [`Clue`] has a weight, and the beginning with the most of them is taken if they weigh enough. What its author may be
//! writing about (an order, a question, data that were asked for) rules a card out: words are worth more than a clean text.

use super::Line;
use super::clues::{Clue, Evidence};
use super::divider::is_rule;
use super::shapes::{
    begins_with_name, is_card_line, is_dashes, is_firm, is_matter, is_name, is_numbered, is_said, is_sign_off, names,
    signed,
};
use super::wording::{ANNOUNCED, ASKED, CALLS, DAY, GIVEN, MOVED, MYSELF, PLACE, PROXY, REACH, REGISTERED};

/// Lines of a card, at most.
const MOST_LINES: usize = 20;
/// Bytes of a line of a card, at most.
const LONGEST: usize = 500;
/// What the clues of a card weigh together, at least.
const ENOUGH: i32 = 5;

/// What stands between the pieces of a line.
const PIECES: [&str; 5] = [" | ", " · ", " • ", " - ", " – "];

/// The end of a mail, without its empty lines.
pub(super) struct End<'m> {
    lines: &'m [Line],
    run: &'m [usize],
    sender: &'m str,
    /// Whether a footer stands below it.
    footed: bool,
}

impl<'m> End<'m> {
    pub(super) fn new(lines: &'m [Line], run: &'m [usize], sender: &'m str, footed: bool) -> Self {
        Self { lines, run, sender, footed }
    }

    /// A line, or the beginning of one that is too long for any card.
    fn text(&self, index: usize) -> &'m str {
        let text = &self.lines[self.run[index]].text;
        &text[..text.floor_char_boundary(LONGEST)]
    }

    fn is_long(&self, index: usize) -> bool {
        self.lines[self.run[index]].text.len() > LONGEST
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
        Some(self.named_again(from).unwrap_or_else(|| self.first_greeting(from)))
    }

    /// What speaks for a card that begins here; `None` where none can.
    fn evidence(&self, from: usize) -> Option<Evidence> {
        let mut evidence = Evidence::default();
        let head = self.text(from);
        let body = if is_sign_off(head) {
            evidence.add(Clue::Greeting);
            (from + 1..self.run.len()).find(|index| !is_sign_off(self.text(*index)))?
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
        let parted = [Clue::Greeting, Clue::Closing, Clue::Rule].iter().any(|clue| evidence.count(*clue) > 0);
        let inside = if parted { self.last_fact(body) } else { body };
        for index in body..self.run.len() {
            let said = self.line(index, body, &mut evidence);
            // What stands between a greeting and a telephone is part of the card, whatever it says.
            if said.is_none() && (index >= inside || self.is_long(index) || ASKED.is_match(self.text(index))) {
                return None;
            }
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

    /// The last line that says how to reach somebody, or whom.
    fn last_fact(&self, body: usize) -> usize {
        (body..self.run.len())
            .rev()
            .find(|index| !is_said(self.text(*index)) && facts(self.text(*index)).next().is_some())
            .unwrap_or(body)
    }

    /// What stands above it.
    fn above(&self, from: usize, body: usize, evidence: &mut Evidence) -> Option<()> {
        if body > from {
            let announced = from > 0 && evidence.count(Clue::Rule) > 0 && ANNOUNCED.is_match(self.text(from - 1));
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

    /// What a line of it says; `None` if it is no line of a card.
    fn line(&self, index: usize, body: usize, evidence: &mut Evidence) -> Option<()> {
        if self.is_long(index) {
            return None;
        }
        let text = self.text(index);
        let facts: Vec<Clue> = facts(text).collect();
        if index > body && is_sign_off(text) {
            // A second greeting says nothing more.
            return (evidence.count(Clue::Greeting) > 0).then_some(());
        }
        if ASKED.is_match(text) || is_numbered(text) && !facts.contains(&Clue::Place) {
            return None;
        }
        if is_said(text) && !facts.contains(&Clue::Firm) {
            return self.sentence(index, evidence);
        }
        for clue in &facts {
            evidence.add(*clue);
        }
        if is_said(text) {
            return Some(());
        }
        if is_matter(text) {
            evidence.add(Clue::Data);
            return (!facts.is_empty()).then_some(());
        }
        if PIECES.iter().any(|mark| text.contains(mark)) {
            evidence.add(Clue::Pieces);
        }
        if facts.is_empty() && index > body && !is_rule(&self.lines[self.run[index]]) {
            let clue = few_words(text);
            if clue == Some(Clue::Sentence) {
                return self.sentence(index, evidence);
            }
            evidence.add(clue?);
        }
        Some(())
    }

    /// A sentence is part of a card below what firms and telephones are: hours, a motto. What begins a paragraph with "I" is
    /// an afterthought, unless a footer follows.
    fn sentence(&self, index: usize, evidence: &mut Evidence) -> Option<()> {
        evidence.add(Clue::Sentence);
        let below = evidence.count(Clue::Reach) + evidence.count(Clue::Firm) > 0 || self.footed;
        let afterthought = !self.footed && self.is_apart(index) && MYSELF.is_match(self.text(index));
        (below && !afterthought).then_some(())
    }

    /// Below the first name that somebody typed: the card that gives the whole of it, or that a rule parts from it.
    fn named_again(&self, from: usize) -> Option<usize> {
        let mut near = from + 1..(from + 5).min(self.run.len());
        let first_name = is_name(self.text(from)) && !self.text(from).contains(' ') && !is_sign_off(self.text(from));
        let ruled = (first_name && near.contains(&(from + 1)) && is_dashes(self.text(from + 1))).then_some(from + 1);
        let again = ruled.or_else(|| near.find(|index| self.repeats(*index)))?;
        let again = if is_dashes(self.text(again - 1)) { again - 1 } else { again };
        (self.evidence(again)?.weight() >= ENOUGH).then_some(again)
    }

    /// Of greetings right below each other ("Mit freundlichen Grüßen", "im Auftrag") the first.
    fn first_greeting(&self, from: usize) -> usize {
        let below = |index: usize| !self.is_apart(index) || PROXY.is_match(self.text(index));
        let joined = |index: &usize| below(index + 1) && is_sign_off(self.text(*index));
        let above = (1..from).rev().take_while(joined).count();
        if is_sign_off(self.text(from)) { from - above } else { from }
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

/// What a line says of a person or a firm, wherever it stands.
fn facts(text: &str) -> impl Iterator<Item = Clue> {
    let reach = || REACH.is_match(&DAY.replace_all(text, " "));
    let found = [(Clue::Reach, reach()), (Clue::Firm, is_firm(text)), (Clue::Place, PLACE.is_match(text))];
    found.into_iter().filter(|(_, found)| *found).map(|(clue, _)| clue)
}

/// What a few words say that are none of the facts; `None` if they are no part of a card.
fn few_words(text: &str) -> Option<Clue> {
    let number = |word: &str| word.chars().filter(char::is_ascii_digit).count() >= 4 && !word.contains([':', 'h']);
    if text.split_whitespace().any(number) {
        Some(Clue::Data)
    } else if text.ends_with('!') {
        Some(Clue::Sentence)
    } else if text.ends_with([':', ',']) {
        None
    } else if text.starts_with(|letter: char| letter.is_ascii_digit()) {
        Some(Clue::Place)
    } else if text.contains(':') {
        Some(Clue::Label)
    } else {
        Some(Clue::Job)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Region};
    use super::End;

    fn card(text: &str) -> Option<String> {
        let lines: Vec<_> = text.lines().map(|line| Line::new(line, Region::Plain)).collect();
        let run: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
        let from = End::new(&lines, &run, "Anna Bos", false).card()?;
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
            ("Ja.\n\nGroet,\nPiet Kok\nKok BV\n\n2. Bedrijfsweg 8\nMet de fiets!\nT 010 123 45 67", "Groet,"),
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
            "Ja.\n\nGroet,\nAnna\n\nBel anders even naar 010 123 45 67 voor de zekerheid.",
            "Ja.\n\nGroet,\nAnna\n\nDe maten zijn trouwens anders dan gezegd, graag overleg.\n\nHoogte 12\nBreedte 14",
        ] {
            assert_eq!(card(text), None, "{text}");
        }
    }
}
