//! Footers: what lawyers, registers and programs have companies say below their mails.

use regex::Regex;

use super::Line;
use super::divider::is_rule;
use super::wording::{DISCLAIMED, DISCLAIMER, HEADING, LEGAL, MAILED, MYSELF, PRINTING, PRIVACY, REGISTERED, SENT_FOR};

/// Lines of a footer, at most.
const MOST_LINES: usize = 25;
/// Bytes of a paragraph that lawyers wrote, at least.
const LEAST: usize = 60;

/// Where the footer begins among the lines of `run`, with its heading and the rules above it.
pub(super) fn find(lines: &[Line], run: &[usize]) -> Option<usize> {
    // Below a quotation it may stand alone.
    let first = usize::from(run.first().is_none_or(|at| *at == 0));
    let from = (run.len().saturating_sub(MOST_LINES).max(first)..run.len()).find(|index| begins(lines, run, *index))?;
    let belongs = |at: &&usize| is_rule(&lines[**at]) || HEADING.is_match(&lines[**at].text);
    Some(from - run[..from].iter().skip(1).rev().take_while(belongs).count())
}

/// Whether a paragraph is one.
fn begins(lines: &[Line], run: &[usize], index: usize) -> bool {
    let at = run[index];
    let apart = lines[at - 1].is_blank() || is_rule(&lines[at - 1]) || HEADING.is_match(&lines[at - 1].text);
    let line = lines[at].text.as_str();
    let paragraph = || lines[at..].iter().take(10).take_while(|line| !line.is_blank());
    if !apart {
        return false;
    }
    if DISCLAIMED.is_match(line) || PRINTING.is_match(line) && is_impersonal(line) {
        return true;
    }
    let text = paragraph().take(4).map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let long = paragraph().map(|line| line.text.len()).sum::<usize>() >= LEAST;
    let sent_for = || SENT_FOR.is_match(&text) && !MYSELF.is_match(&text);
    long && (is_impersonal(&text) && (is_legal(&text) || REGISTERED.is_match(&text) && index > 1) || sent_for())
}

/// Whoever asks, or speaks of themselves, is no lawyer.
fn is_impersonal(text: &str) -> bool {
    !text.contains('?') && !MYSELF.is_match(text)
}

/// Whether a text speaks of mails or data as lawyers do.
fn is_legal(text: &str) -> bool {
    let speaks = |kinds: &[Regex]| kinds.iter().filter(|kind| kind.is_match(text)).count();
    let several = || MAILED.is_match(text) && speaks(&LEGAL[..4]) >= 1 && speaks(&LEGAL[..]) >= 2;
    DISCLAIMER.is_match(text) || PRIVACY.is_match(text) || several()
}
