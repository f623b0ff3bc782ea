//! Answers that stand within what they answer, and pieces of it that only look like answers.

use std::borrow::Cow;

use super::introduction;
use super::wording;
use super::{Line, Region, Role};

/// Where the text above says that answers stand in the quotation, and none stands on a line of its own: those that stand
/// behind a question, on its line. Each gets a line of its own.
pub(super) fn behind_questions(lines: &[Line]) -> Cow<'_, [Line]> {
    let is_new = |line: &&Line| line.region == Region::Plain && !line.is_blank();
    let quoted = |line: &Line| line.region == Region::Quoted && line.angled;
    let told = || lines.iter().filter(is_new).any(|line| wording::SEE_BELOW.is_match(&line.text));
    let (Some(first), Some(last)) = (lines.iter().position(quoted), lines.iter().rposition(quoted)) else {
        return Cow::Borrowed(lines);
    };
    let between = || lines[first..last].iter().any(|line| is_new(&line));
    if !lines[first..=last].iter().any(|line| answered(line).is_some()) || !told() || between() {
        return Cow::Borrowed(lines);
    }
    let split = lines.iter().enumerate().flat_map(|(at, line)| match answered(line) {
        Some((question, answer)) if at >= first => {
            let asked = Line { text: question.to_owned(), ..line.clone() };
            vec![asked, Line::new(answer, Region::Plain)]
        }
        _ => vec![line.clone()],
    });
    Cow::Owned(split.collect())
}

/// A quoted question with an answer behind it: in small letters or in capitals, as the text of a company does not go on.
fn answered(line: &Line) -> Option<(&str, &str)> {
    let at = line.text.rfind("? ").filter(|_| line.region == Region::Quoted && line.angled)?;
    let (question, answer) = (&line.text[..=at], line.text[at + 1..].trim());
    let letters = || answer.chars().filter(|letter| letter.is_alphabetic());
    let capitals = letters().count() >= 2 && letters().all(char::is_uppercase);
    let written = capitals || answer.starts_with(char::is_lowercase);
    written.then_some((question, answer))
}

/// The ends of long quoted lines that a program on the way has broken off.
pub(super) fn wrapped_quotes(lines: &[Line], roles: &mut [Role]) {
    for at in 1..lines.len().saturating_sub(1) {
        let (before, line) = (&lines[at - 1], &lines[at]);
        let between = roles[at - 1] == Role::Quoted && roles[at] == Role::New && roles[at + 1] == Role::Quoted;
        let broken = before.text.chars().count() >= 60 && !before.text.ends_with(['.', '?', '!', ':', ';', '>']);
        let rest = line.text.chars().count() <= 30 && line.text.chars().next().is_some_and(char::is_lowercase);
        if between && broken && rest && before.region == Region::Quoted && lines[at + 1].region == Region::Quoted {
            roles[at] = Role::Quoted;
        }
    }
}

/// Answers between quoted lines that carry no marks, each behind the tag that the text above names: "[Jan] yes", "JB: yes".
pub(super) fn tagged(lines: &[Line], roles: &mut [Role], sender: &str) {
    let bracketed = |text: &str| {
        let from = text.find('[')?;
        let length = text[from..].find(']')? + 1;
        let letters = text[from + 1..from + length - 1].chars().all(char::is_alphabetic);
        (letters && (4..=24).contains(&length)).then(|| text[from..from + length].to_owned())
    };
    let theirs: String = sender.split_whitespace().filter_map(|word| word.chars().next()).chain([':']).collect();
    let initials =
        |text: &str| (theirs.len() >= 3 && text.split(' ').any(|word| word == theirs)).then(|| theirs.clone());
    let new = lines.iter().zip(roles.iter()).filter(|(line, role)| **role == Role::New && !line.text.starts_with('['));
    let tags: Vec<String> =
        new.flat_map(|(line, _)| [bracketed(&line.text), initials(&line.text)]).flatten().take(5).collect();
    for (line, role) in lines.iter().zip(roles).filter(|(line, _)| line.region != Region::Quoted) {
        if tags.iter().any(|tag| line.text.len() > tag.len() && line.text.starts_with(tag.as_str())) {
            *role = Role::New;
        }
    }
}

/// Answers in a colour between quoted lines that carry no marks, where the text above says that there are any.
pub(super) fn in_colour(lines: &[Line], roles: &mut [Role]) {
    let quotation = roles.iter().position(|role| *role == Role::Quoted).unwrap_or(lines.len());
    let told = lines[..quotation].iter().any(|line| wording::SEE_BELOW.is_match(&line.text));
    let address = |text: &str| introduction::has_address(text) || text.contains("www.") || text.contains("://");
    let answer = |line: &Line| told && line.coloured && line.region != Region::Quoted && !address(&line.text);
    let below = lines.iter().zip(roles).skip(quotation);
    below.filter(|(line, _)| answer(line)).for_each(|(_, role)| *role = Role::New);
}
