//! Signatures: what a program appends below what somebody wrote.
//!
//! A greeting with a name that somebody types ("Groetjes, Anna") is part of what they say; it becomes part of a signature
//! when an address, a telephone number or a job follows it.

use super::card::End;
use super::footer;
use super::shapes::{is_dashes, is_name, is_sign_off, signed};
use super::wording::{APP, BANNER, BANNER_TOO, DEVICE, LINK, LIST, REACH, SCANNED, SCANNER, STAMP};
use super::{Line, Role};

/// Lines of a signature, at most.
const MOST_LINES: usize = 25;

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
    armour(lines, roles, run);
    let list = run.iter().enumerate().find(|(index, at)| {
        let below = run[index + 1..].iter().map(|at| lines[*at].text.as_str());
        let named = below.clone().take(2).any(|text| LIST.is_match(text));
        let told = below.take(4).any(|text| text.contains('@') || text.contains("://"));
        let list = *index > 0 && named && told && super::divider::is_rule(&lines[**at]);
        let scanner =
            is_dashes(&lines[**at].text) && run.get(index + 1).is_some_and(|at| SCANNER.is_match(&lines[*at].text));
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

/// What a program puts around a text that it signs.
fn armour(lines: &[Line], roles: &mut [Role], run: &[usize]) {
    let text = |index: usize| lines[run[index]].text.as_str();
    let mut inside = false;
    for index in 0..run.len() {
        let head = text(index) == "-----BEGIN PGP SIGNED MESSAGE-----";
        let hash =
            index > 0 && text(index - 1).starts_with("-----BEGIN PGP SIGNED") && text(index).starts_with("Hash: ");
        inside |= text(index) == "-----BEGIN PGP SIGNATURE-----";
        if head || hash || inside {
            roles[run[index]] = Role::Signature;
        }
        inside &= text(index) != "-----END PGP SIGNATURE-----";
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
    let bare = signed(&lines[greeting].text).is_some_and(str::is_empty);
    let named = is_name(&lines[name].text) && !is_sign_off(&lines[name].text);
    if bare && named && run[first..].iter().any(|at| REACH.is_match(&lines[*at].text)) {
        roles[greeting] = Role::Signature;
    }
}

/// What looks like one: a disclaimer, a greeting with an address below, an address alone, the sender's own card.
fn likely(lines: &[Line], roles: &mut [Role], run: &[usize], sender: &str) {
    let footer = footer::find(lines, run);
    if let Some(from) = footer {
        run[from..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    let open: Vec<usize> = run.iter().copied().filter(|at| roles[*at] == Role::New).collect();
    let from = End::new(lines, &open, sender, footer.is_some()).card();
    if let Some(from) = from {
        open[from..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
}

fn is_delimiter(line: &Line) -> bool {
    matches!(line.text.as_str(), "--" | "—" | "––" | "-- --" | "_._,_._,_")
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
