//! Signatures: what a program appends below what somebody wrote.
//!
//! A greeting with a name that somebody types ("Groetjes, Anna") is part of what they say; it becomes part of a signature
//! when an address, a telephone number or a job follows it.

use regex::Regex;

use super::wording::{
    ANNOUNCED, APP, ASKED, BANNER, BANNER_TOO, COMPANY, CONTACT, DEVICE, DISCLAIMED, DISCLAIMER, GIVEN, LEGAL, LINK,
    LIST, MAILED, MATTER, MOVED, MYSELF, PRINTING, PRIVACY, REGISTERED, SCANNED, SCANNER, SIGN_OFF, STAMP,
};
use super::{Line, Role};

/// Lines of a signature, at most.
const MOST_LINES: usize = 25;
/// Lines of a card, at most.
const MOST_CARD: usize = 8;

/// Marks the signatures among what is new.
pub(super) fn find(lines: &[Line], roles: &mut [Role], sender: &str) {
    let before = roles.to_vec();
    let mut start = 0;
    while start < lines.len() {
        let length = roles[start..].iter().take_while(|role| **role != Role::Quoted).count();
        let run: Vec<usize> = (start..start + length).filter(|at| !lines[*at].is_blank()).collect();
        certain(lines, roles, &run);
        start += length.max(1);
    }
    let certain = roles.to_vec();
    let mut start = 0;
    while start < lines.len() {
        let length = roles[start..].iter().take_while(|role| **role != Role::Quoted).count();
        let run: Vec<usize> = (start..start + length).filter(|at| !lines[*at].is_blank()).collect();
        likely(lines, roles, &run, sender);
        greets(lines, roles, &run);
        start += length.max(1);
    }
    let some_left = |roles: &[Role]| lines.iter().zip(roles).any(|(line, role)| *role == Role::New && !line.is_blank());
    if !some_left(roles) && some_left(&certain) {
        roles.copy_from_slice(&certain);
    } else if !some_left(roles) && before.iter().all(|role| *role == Role::New) && !lines.iter().all(is_appended) {
        // A mail of nothing but a "signature" says it.
        roles.copy_from_slice(&before);
    }
}

fn is_appended(line: &Line) -> bool {
    line.is_blank() || is_device(line) || is_delimiter(line)
}

/// What a mark, a delimiter or a fixed sentence of a program says.
fn certain(lines: &[Line], roles: &mut [Role], run: &[usize]) {
    let from = run
        .iter()
        .enumerate()
        .find(|(index, at)| roles[**at] == Role::New && is_delimiter(&lines[**at]) && run.len() - index <= MOST_LINES);
    if let Some((index, _)) = from {
        run[index..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    let list = run.iter().enumerate().find(|(index, at)| {
        let below = run[index + 1..].iter().map(|at| lines[*at].text.as_str());
        let named = below.clone().take(2).any(|text| LIST.is_match(text));
        let told = below.take(4).any(|text| text.contains('@') || text.contains("://"));
        let list = *index > 0 && named && told && super::divider::is_rule(&lines[**at]);
        let scanner =
            is_dashes(&lines[**at]) && run.get(index + 1).is_some_and(|at| SCANNER.is_match(&lines[*at].text));
        let marked = *index > 0 && SCANNED.is_match(&lines[**at].text);
        run.len() - index <= MOST_LINES && (list || scanner || marked)
    });
    if let Some((index, _)) = list {
        run[index..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    if let Some(from) = boxed(lines, run) {
        run[from..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    for at in run.first().into_iter().chain(run.last()).filter(|at| STAMP.is_match(&lines[**at].text)) {
        roles[*at] = Role::Signature;
    }
    let (mut banner, mut appended) = (false, false);
    for (index, at) in run.iter().enumerate() {
        let goes_on = |text: &str| banner && index < 6 && BANNER_TOO.is_match(text);
        let ends = index + 1 == run.len() && APP.is_match(&without_links(&lines[*at].text));
        banner = index < 3 && BANNER.is_match(&lines[*at].text) || goes_on(&lines[*at].text);
        // The program's page, below what it says of itself.
        let page = appended && is_page(&lines[*at].text);
        appended = page || ends && index > 0 || is_device(&lines[*at]);
        if banner || appended {
            roles[*at] = Role::Signature;
        }
    }
}

/// What stands between two long lines at the end, as calendars append it.
fn boxed(lines: &[Line], run: &[usize]) -> Option<usize> {
    let is_line = |at: &usize| lines[*at].text.len() >= 20 && lines[*at].text.chars().all(|letter| letter == '_');
    run.last().filter(|last| is_line(last))?;
    let from = run[..run.len() - 1].iter().rposition(is_line)?;
    (from > 0 && run.len() - from <= MOST_LINES).then_some(from)
}

/// A greeting without a name right above a signature that a client marks, and that begins with the name.
fn greets(lines: &[Line], roles: &mut [Role], run: &[usize]) {
    let Some(first) = run.iter().position(|at| roles[*at] == Role::Signature).filter(|first| *first > 1) else {
        return;
    };
    let (greeting, name) = (run[first - 1], run[first]);
    let bare = SIGN_OFF
        .captures(&lines[greeting].text)
        .is_some_and(|found| found.name("name").is_none_or(|name| name.is_empty()));
    let named = is_name(&lines[name].text) && !is_sign_off(&lines[name].text);
    if bare && named && run[first..].iter().any(|at| CONTACT.is_match(&lines[*at].text)) {
        roles[greeting] = Role::Signature;
    }
}

/// Whether a line can be but a greeting that a name follows, in whatever words.
fn closes(lines: &[Line], at: usize) -> bool {
    let text = lines[at].text.as_str();
    let short = text.chars().count() <= 40 && text.split_whitespace().count() <= 5;
    let words = text.starts_with(char::is_uppercase) && !text.contains(|letter: char| letter.is_ascii_digit());
    at > 0 && lines[at - 1].is_blank() && short && words && text.ends_with(',')
}

/// What looks like one: a disclaimer, a greeting with an address below, an address alone, the sender's own card.
fn likely(lines: &[Line], roles: &mut [Role], run: &[usize], sender: &str) {
    if let Some(from) = disclaimer(lines, run) {
        let above = run[..from].iter().skip(1).rev().take_while(|at| super::divider::is_rule(&lines[**at])).count();
        run[from - above..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    let open: Vec<usize> = run.iter().copied().filter(|at| roles[*at] == Role::New).collect();
    let unsigned = || {
        let found = [
            address(lines, &open),
            ruled(lines, &open),
            card(lines, &open, sender),
            in_a_line(lines, &open, sender),
            suffix(lines, &open, sender),
        ];
        found.into_iter().flatten().min().map(|from| from - usize::from(from > 1 && closes(lines, open[from - 1])))
    };
    let from = signed_off(lines, &open).or_else(unsigned);
    if let Some(from) = from {
        open[from..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
}

fn is_delimiter(line: &Line) -> bool {
    matches!(line.text.as_str(), "--" | "—" | "––" | "-- --" | "_._,_._,_")
}

/// A rule, however short.
fn is_dashes(line: &Line) -> bool {
    line.text.len() >= 2 && line.text.chars().all(|letter| matches!(letter, '_' | '-' | '=' | '*' | '—' | '–'))
}

fn is_device(line: &Line) -> bool {
    let text = without_links(&line.text);
    text.len() <= 160 && DEVICE.is_match(&text)
}

fn is_page(text: &str) -> bool {
    let text = text.trim_matches(['<', '>', '(', ')', '[', ']']);
    !text.contains(' ') && (text.starts_with("http") || text.starts_with("www."))
}

fn without_links(text: &str) -> String {
    LINK.replace_all(text, " ").trim().to_owned()
}

fn disclaimer(lines: &[Line], run: &[usize]) -> Option<usize> {
    let paragraph = |at: usize| lines[at..].iter().take(10).take_while(|line| !line.is_blank());
    let long = |at: usize| paragraph(at).map(|line| line.text.len()).sum::<usize>() >= 60;
    // Whoever asks, or speaks of themselves, is no lawyer.
    let said = |text: &str| !text.contains('?') && !MYSELF.is_match(text);
    // Below a quotation it may stand alone.
    let first = usize::from(run.first().is_none_or(|at| *at == 0));
    (run.len().saturating_sub(MOST_LINES).max(first)..run.len()).find(|index| {
        let at = run[*index];
        let begins = lines[at - 1].is_blank() || super::divider::is_rule(&lines[at - 1]);
        let text = || paragraph(at).take(4).map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        let named = || DISCLAIMED.is_match(&lines[at].text);
        let legal = |text: &str| {
            let speaks = |kinds: &[Regex]| kinds.iter().filter(|kind| kind.is_match(text)).count();
            MAILED.is_match(text) && speaks(&LEGAL[..4]) >= 1 && speaks(&LEGAL[..]) >= 2
        };
        let printing = || PRINTING.is_match(&lines[at].text) && said(&lines[at].text);
        let known = |text: &str| {
            DISCLAIMER.is_match(text)
                || REGISTERED.is_match(text) && *index > 1
                || legal(text)
                || PRIVACY.is_match(text)
        };
        begins && (named() || printing() || long(at) && said(&text()) && known(&text()))
    })
}

/// Whether it is what somebody writes about, and no part of a card: a question, an afterthought, the number of an order.
fn is_matter(text: &str) -> bool {
    let numbered = || text.chars().any(|letter| letter.is_ascii_digit()) && !COMPANY.is_match(text);
    ASKED.is_match(text) || MATTER.is_match(text) && numbered()
}

/// A greeting, in one language or in two ("Met vriendelijke groet / Kind regards").
fn is_sign_off(text: &str) -> bool {
    text.chars().count() <= 100 && text.split(['/', '|']).all(|piece| SIGN_OFF.is_match(piece.trim()))
}

/// A greeting at the end, with more than a name below it.
fn signed_off(lines: &[Line], run: &[usize]) -> Option<usize> {
    let first = run.len().saturating_sub(16);
    let at = (first..run.len()).rev().find(|index| is_sign_off(&lines[run[*index]].text))?;
    let below: Vec<&str> = run[at + 1..].iter().map(|at| lines[*at].text.as_str()).collect();
    let short = below.iter().all(|text| (text.chars().count() <= 100 || is_card_line(text)) && !is_matter(text));
    let contact = below.iter().any(|text| CONTACT.is_match(text));
    // "Anna Bos, head of sales" above the name of a firm is no list of names.
    let named = |text: &str| {
        is_name(text)
            || text.split_once(", ").is_some_and(|(name, job)| {
                is_name(name) && job.starts_with(char::is_lowercase) && below[1].starts_with(char::is_uppercase)
            })
    };
    let job = below.len() >= 2 && named(below[0]) && !below[1].ends_with(['.', '!', ',']) && !below[1].contains(':');
    let told = below.first().is_some_and(|text| is_sentence(text));
    (short && !told && (contact || job || below.len() >= 3) && !below.is_empty()).then_some(at)
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
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.trim_end_matches(',').split_whitespace().collect();
    let small = |word: &str| word.chars().count() <= 3;
    let capital = |word: &&str| word.starts_with(char::is_uppercase) || small(word);
    (1..=5).contains(&words.len()) && words[0].starts_with(char::is_uppercase) && words.iter().all(capital)
}

/// A last paragraph that is an address: a short first line, and at least two ways to reach somebody below it.
fn address(lines: &[Line], run: &[usize]) -> Option<usize> {
    let start = (1..run.len()).rev().find(|index| lines[run[*index] - 1].is_blank())?;
    let block: Vec<&str> = run[start..].iter().map(|at| lines[*at].text.as_str()).collect();
    let contacts = block.iter().filter(|text| CONTACT.is_match(text)).count();
    let short = block.iter().all(|text| text.chars().count() <= 80 && !is_matter(text));
    let above = run[start.saturating_sub(2)..start].iter().map(|at| lines[*at].text.as_str());
    let signed = above.clone().any(is_sign_off);
    let announced =
        ANNOUNCED.is_match(&lines[run[start - 1]].text) || !signed && above.clone().any(|text| MOVED.is_match(text));
    let named = block.first().is_some_and(|text| !CONTACT.is_match(text) || text.contains('|'));
    (short && named && !announced && contacts >= 2 && block.len() >= 3).then_some(start)
}

/// A name below a rule at the end, with a way to reach somebody.
fn ruled(lines: &[Line], run: &[usize]) -> Option<usize> {
    let first = run.len().saturating_sub(MOST_CARD + 2).max(1);
    let start = (first..run.len()).rev().find(|index| is_dashes(&lines[run[*index]]))?;
    let below: Vec<&str> = run[start + 1..].iter().map(|at| lines[*at].text.as_str()).collect();
    let short = below.iter().all(|text| text.chars().count() <= 80 && !is_matter(text));
    let announced = ANNOUNCED.is_match(&lines[run[start - 1]].text);
    let named = !announced && below.first().is_some_and(|text| is_name(text) || CONTACT.is_match(text));
    (short && named && below.iter().any(|text| CONTACT.is_match(text))).then_some(start)
}

/// A card without a greeting, over any number of paragraphs: a name, and nothing but lines of a card to the end.
fn suffix(lines: &[Line], run: &[usize], sender: &str) -> Option<usize> {
    let text = |index: usize| lines[run[index]].text.as_str();
    let fits = |index: usize| is_card_line(text(index)) && !is_matter(text(index)) && !is_sign_off(text(index));
    let first = (1..run.len()).rev().take(MOST_CARD + 6).take_while(|index| fits(*index)).last()?;
    let reached = |from: usize| (from + 1..run.len()).filter(|index| CONTACT.is_match(text(*index))).count();
    (first..run.len().saturating_sub(1)).find(|index| {
        let above = index.saturating_sub(3)..*index;
        let given = above.clone().any(|above| GIVEN.is_match(text(above)) || ANNOUNCED.is_match(text(above)));
        let ended = text(index - 1).ends_with(['.', '?', '!', ')', '…', ',']) || is_sign_off(text(index - 1));
        let name = text(*index).trim_start_matches(|letter: char| letter.is_lowercase() || matches!(letter, '.' | ' '));
        let whose = if names(name, sender) { 1 } else { 2 };
        let long = run.len() - index >= 3;
        lines[run[*index] - 1].is_blank() && ended && !given && is_name(name) && long && reached(*index) >= whose
    })
}

/// Whether a name has a word of the sender's.
fn names(name: &str, sender: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).filter(|word| word.chars().count() >= 3).collect()
    };
    let theirs = words(sender);
    words(name).iter().any(|word| theirs.contains(word))
}

/// The sender's name and a way to reach them in a last line of their own.
fn in_a_line(lines: &[Line], run: &[usize], sender: &str) -> Option<usize> {
    let last = run.len().checked_sub(1).filter(|last| *last > 0)?;
    let (at, text) = (run[last], lines[run[last]].text.as_str());
    let (name, rest) =
        [" - ", " – ", " | ", " • ", " · ", " / ", ", "].iter().find_map(|mark| text.split_once(mark))?;
    let theirs = is_name(name) && names(name, sender) && CONTACT.is_match(rest);
    (lines[at - 1].is_blank() && theirs && text.chars().count() <= 120 && !is_matter(text)).then_some(last)
}

/// The sender's name with what they are below it, at the end: a last paragraph, or, with a way to reach them, several.
fn card(lines: &[Line], run: &[usize], sender: &str) -> Option<usize> {
    // A house number or an amount is what somebody writes about.
    let told = |text: &&str| {
        let matter = is_matter(text) || is_sign_off(text) || text.ends_with(['!', '?', ':', ',']);
        let sentence = text.chars().count() > 60 || !text.starts_with(char::is_uppercase);
        let number = text.contains(|letter: char| letter.is_ascii_digit());
        matter || (sentence || number) && !(CONTACT.is_match(text) && text.chars().count() <= 100)
    };
    let begins = |index: &usize| {
        let at = run[*index];
        let name = lines[at].text.as_str();
        let announced = ANNOUNCED.is_match(&lines[run[index - 1]].text);
        lines[at - 1].is_blank() && !announced && is_name(name) && names(name, sender)
    };
    (run.len().saturating_sub(MOST_CARD).max(1)..run.len()).filter(begins).find(|index| {
        let below: Vec<&str> = run[index + 1..].iter().map(|at| lines[*at].text.as_str()).collect();
        let parted = lines[run[*index]..=run[run.len() - 1]].iter().any(Line::is_blank);
        let most = if parted { MOST_CARD } else { 5 };
        let reached = below.iter().any(|text| CONTACT.is_match(text));
        (1..=most).contains(&below.len()) && !below.iter().any(told) && (!parted || reached && below.len() >= 2)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{About, Line, Region, split};
    use super::is_device;

    #[test]
    fn sentences_of_devices_are_known() {
        for text in [
            "Verstuurd vanaf mijn iPhone",
            "Verzonden vanaf mijn Galaxy",
            "Sent from my iPad",
            "Sent from Yahoo Mail on Android",
            "Sent with Proton Mail secure email.",
            "Sent from Mail for Windows",
            "Von meinem iPhone gesendet",
            "Gesendet von Outlook für Android",
            "Envoyé de mon iPhone",
            "Envoyé depuis mon téléphone Orange",
            "Enviado desde mi iPhone",
            "Obtener Outlook para iOS",
            "Outlook voor iOS downloaden",
            "Get Outlook for Android<https://aka.ms/x>",
            "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
            "Virusvrij.www.avast.com",
            "Mit Proton Mail sicher verschickt.",
        ] {
            assert!(is_device(&Line::new(text, Region::Plain)), "{text}");
        }
        for text in [
            "Verzonden met PostNL op maandag",
            "Sent from the wrong warehouse",
            "Is het verzonden?",
            "Mijn mail",
            "Via de app heb ik het al verzonden",
        ] {
            assert!(!is_device(&Line::new(text, Region::Plain)), "{text}");
        }
    }

    #[test]
    fn a_typed_greeting_stays_and_a_business_card_goes() {
        let split = |text: &str| {
            let lines: Vec<_> = text.lines().map(|line| Line::new(line, Region::Plain)).collect();
            split(&lines, About { sender: "Anna Bos", ..About::default() })
        };
        let typed = "Waar is mijn pakket?\n\nGroetjes,\nAnna";
        assert_eq!(split(typed).text, typed);
        let card = split("Waar is het?\n\nMet vriendelijke groet,\n\nAnna Bos\nInkoop | Bos B.V.\nTel. 010 123 45 67");
        assert_eq!(card.text, "Waar is het?");
        assert!(card.signature.starts_with("Met vriendelijke groet,") && card.signature.ends_with("67"));
        let data = "Mijn gegevens:\n\nAnna Bos\nTel. 010 123 45 67\nanna@example.org";
        assert_eq!(split(data).text, data);
        assert_eq!(split("Thanks!").text, "Thanks!");
        for below in ["Hoofd inkoop, Bos", "Bos\n06 11 22 33 44 - anna@example.org"] {
            assert_eq!(split(&format!("Twee graag.\n\nAnna Bos\n{below}")).text, "Twee graag.");
        }
        for said in [
            "Het adres is\n\nAnna Bos\nDorpsstraat 1",
            "Dit zijn wij:\n\nAnna Bos\nPiet Bos",
            "Kom langs.\n\nPiet Jansen\nWerkplaats",
            "Kan dat?\n\nAnna\nBedankt alvast",
        ] {
            assert_eq!(split(said).text, said);
        }
        let rule = "-".repeat(30);
        let footer = "This message is confidential and intended only for the person it is addressed to. Tell us if it is not you.";
        assert_eq!(split(&format!("Hoi, klopt dit?\n\n{rule}\n{footer}")).text, "Hoi, klopt dit?");
    }
}
