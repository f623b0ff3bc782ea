//! Signatures: what a program appends below what somebody wrote.
//!
//! A greeting with a name that somebody types ("Groetjes, Anna") is part of what they say; it becomes part of a signature
//! when an address, a telephone number or a job follows it.

use std::sync::LazyLock;

use regex::Regex;

use super::super::pattern::{one_of, pattern};
use super::{Line, Role};

/// Lines of a signature, at most.
const MOST_LINES: usize = 25;

/// What people write on, and with what.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "iphone", "ipad", "ios", "android", "galaxy", "samsung", "huawei", "xiaomi", "redmi", "oneplus", "pixel", "nokia", "sony",
    "htc", "motorola", "oppo", "honor", "fairphone", "blackberry", "windows", r"e-?mail\b", r"mail\b", "mailapp", "outlook",
    "gmail", "proton", "yahoo", "aol", "spark", "thunderbird", "k-9", "tuta", "superhuman", "telefoon", "phone", "handy",
    "smartphone", "mobile", "mobiel", "mobil", "móvil", "movil", "téléphone", "teléfono", "tablet", "apparaat", "device",
    "gerät", "appareil", "dispositivo", r"\bapp\b", "gmx", r"web\.de", "fairemail", "icloud", "hotmail", "bluemail",
    r"\bmac\b", "laptop", "zoho", "fastmail", "hey",
];

/// Sentences that devices and programs append.
static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let thing = format!("(?:{})", THINGS.join("|"));
    let sent =
        "sent|verzonden|verstuurd|gesendet|versendet|envoyé|enviado|inviato|skickat|sendt|wysłano|wysłane|expédié";
    let by = "from|via|with|using|by|vanaf|vanuit|van|met|von|mit|aus|über|vom|depuis|de|à partir d|avec|desde|con|\
              mediante|da|dal|från|fra|z";
    let mail = "nachricht|e-?mail|message|mail|bericht|mensaje|courriel";
    let was = "wurde|was|is|a été|fue|ha sido";
    one_of(
        r"(?i)^\W*(?:",
        &[
            &format!(r"(?:{sent})\s+(?:securely\s+|sicher\s+)?(?:{by})\S*\s.{{0,60}}{thing}.{{0,60}}"),
            &format!(
                r"(?:von|vom|aus) (?:mein\p{{L}}* .{{1,60}}|.{{0,40}}{thing}.{{0,40}})(?:gesendet|versendet|geschickt)\W*"
            ),
            &format!(r".{{0,30}}(?:{mail}) (?:{was}) .{{0,50}}{thing}.{{0,40}}(?:{sent}|geschreven|verfasst)?\W*"),
            r"(?:\p{L}+\s){0,3}outlook (?:for|voor|für|pour|para|per|auf) (?:ios|android|mac)(?:\s\p{L}+){0,2}\W*",
            r"(?:get|download|obtener|descargar|descarga|télécharger|téléchargez|obtenir|herunterladen|holen sie sich)\s.{1,40}\s(?:for|voor|für|pour|para)\s(?:ios|android|mac\w*|iphone|ipad|windows)(?:\s\p{L}+){0,2}\W*",
            r"(?:virus-?free|virenfrei|virusvrij|sans virus|libre de virus|garanti sans virus).{0,60}",
            r"yahoo mail: .{1,60}",
            r"(?:mobiel|unterwegs|mobil) (?:verzonden|verstuurd|gesendet)",
            &format!(r"(?:{by})\s(?:\S+\s){{0,2}}\S*{thing}\S*\s(?:\S+\s){{0,2}}(?:{sent}|verschickt|geschickt)\W*"),
        ],
        r")$",
    )
});
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*[<(\[]\s*https?://[^>)\]]*[>)\]]?\s*"));
static SIGN_OFF: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\W*(?:",
        &[
            r"(?:met |mit |with |most )?(?:vriendelijke|vriendelijk|hartelijke|beste|zonnige|warme|freundlichen|freundliche|freundlichem|besten|liebe|lieben|herzliche|herzlichen|viele|vielen|schöne|schönen|kind|kindest|best|warm|warmest)?\s?(?:groet(?:en|jes)?|grü(?:ß|ss)en?|gruß|gruss|regards|wishes)",
            r"mvg",
            r"m\.?v\.?g\.?",
            r"hoogachtend",
            r"alvast (?:hartelijk |heel erg )?(?:bedankt|dank)",
            r"bij voorbaat dank",
            r"met dank",
            r"bedankt",
            r"groet",
            r"best",
            r"cheers",
            r"(?:yours )?(?:sincerely|faithfully|truly)",
            r"(?:many )?thanks(?: in advance| a lot| and regards)?",
            r"thank you",
            r"all the best",
            r"mfg",
            r"lg",
            r"vg",
            r"hochachtungsvoll",
            r"(?:vielen )?danke?(?: im voraus)?",
            r"(?:bien |très )?cordialement",
            r"(?:meilleures|sincères|cordiales) salutations",
            r"bien à (?:vous|toi)",
            r"salutations(?: distinguées)?",
            r"cdlt",
            r"respectueusement",
            r"merci(?: d'avance| beaucoup)?",
            r"amicalement",
            r"(?:un )?(?:cordial |atento )?saludos?(?: cordiales| atentos)?",
            r"atentamente",
            r"un abrazo",
            r"(?:muchas )?gracias(?: de antemano)?",
            r"cordialmente",
            r"cordiali saluti",
            r"distinti saluti",
            r"atenciosamente",
        ],
        r")(?:[,.!\s]+[\p{L} .'-]{0,40})?\W*$",
    )
});
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)\b(?:",
        &[
            r"tel",
            r"telefoon",
            r"telefon",
            r"tél",
            r"teléfono",
            r"phone",
            r"mobile",
            r"mobiel",
            r"mobil",
            r"móvil",
            r"mob",
            r"gsm",
            r"fax",
            r"portable",
        ],
        // A single letter alone before a full stop may be that of a first name.
        r")\s?[.:]{1,2}\s*\S|\b[tmf]\s?[.:]{1,2}\s*[+(]?\d|\b[tmfew]\s?:\s*\S|\+?\(?\d[\d\s()./-]{7,}\d|www\.|https?://|[^\s<>@]+@[^\s<>@]+\.\w+|\b(?:b\.?v\.|bv|gmbh|n\.?v\.|ltd|inc|s\.?a\.?r\.?l|s\.?l\.|kvk|btw|vat|siret|ust)\b|\s[|•·]\s",
    )
});
static MATTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)order|bestel|klantn|nummer|number|rechnung|kunden|auftrag|commande|client|pedido|factu|invoice|tracking|track|iban|\bps\b|p\.s\.|\?$",
    )
});
static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:(?:this|the|dit|de|deze|diese|der|die|ce|cet|cette|le|les|este|esta|el|la)\s.{0,160}(?:confidential|privileged|intended (?:only|solely|exclusively)|vertrouwelijk|uitsluitend bestemd|vertraulich|ausschließlich für|confidentiel|exclusivement|destinataire|confidencial|exclusivamente|dirigid[oa]|(?:not|niet|nicht|pas|no) .{0,30}(?:recipient|voor u is bestemd|voor u bestemd|geadresseerde|empfänger|adressat|destinatari[oa])|abusievelijk|per abuis|in error|by mistake|irrtümlich|par erreur|por error)|(?:disclaimer|proclaimer|confidentiality|vertraulichkeit|avis de confidentialité|aviso legal|haftungsausschluss)|.{0,20}(?:consider the environment|denk aan het milieu|an die umwelt|à l['’]environnement|antes de imprimir)|you (?:are receiving|received) this (?:message|email|mail) because)",
    )
});
static BANNER: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\W*(?:",
        &[
            r"caution",
            r"warning",
            r"external",
            r"extern\w*",
            r"let op",
            r"achtung",
            r"vorsicht",
            r"attention",
            r"atención",
            r"precaución",
        ],
        r")\b.{0,80}(?:outside|external|extern|außerhalb|buiten de organisatie|l['’]extérieur|fuera de)",
    )
});

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
    for (index, at) in run.iter().enumerate() {
        if is_device(&lines[*at]) || index < 3 && BANNER.is_match(&lines[*at].text) {
            roles[*at] = Role::Signature;
        }
    }
}

/// What looks like one: a disclaimer, a greeting with an address below, an address alone, the sender's own card.
fn likely(lines: &[Line], roles: &mut [Role], run: &[usize], sender: &str) {
    if let Some(from) = disclaimer(lines, run) {
        let above = run[1..from].iter().rev().take_while(|at| super::divider::is_rule(&lines[**at])).count();
        run[from - above..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
    let open: Vec<usize> = run.iter().copied().filter(|at| roles[*at] == Role::New).collect();
    let from = signed_off(lines, &open).or_else(|| address(lines, &open)).or_else(|| card(lines, &open, sender));
    if let Some(from) = from {
        open[from..].iter().for_each(|at| roles[*at] = Role::Signature);
    }
}

fn is_delimiter(line: &Line) -> bool {
    matches!(line.text.as_str(), "--" | "—" | "––" | "-- --")
}

fn is_device(line: &Line) -> bool {
    let text = LINK.replace_all(&line.text, " ");
    let text = text.trim();
    text.len() <= 160 && DEVICE.is_match(text)
}

fn disclaimer(lines: &[Line], run: &[usize]) -> Option<usize> {
    let paragraph = |at: usize| lines[at..].iter().take(10).take_while(|line| !line.is_blank());
    let long = |at: usize| paragraph(at).map(|line| line.text.len()).sum::<usize>() >= 60;
    (run.len().saturating_sub(MOST_LINES).max(1)..run.len()).find(|index| {
        let at = run[*index];
        let begins = lines[at - 1].is_blank() || super::divider::is_rule(&lines[at - 1]);
        let text = || paragraph(at).take(4).map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        begins && long(at) && DISCLAIMER.is_match(&text())
    })
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
    let short = below.iter().all(|text| text.chars().count() <= 100 && !MATTER.is_match(text));
    let contact = below.iter().any(|text| CONTACT.is_match(text));
    let job = below.len() >= 2 && is_name(below[0]) && !below[1].ends_with(['.', '!', ':', ',']);
    (short && (contact || job || below.len() >= 3) && !below.is_empty()).then_some(at)
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
    let short = block.iter().all(|text| text.chars().count() <= 80 && !MATTER.is_match(text));
    let announced = lines[run[start - 1]].text.ends_with(':');
    let named = block.first().is_some_and(|text| !CONTACT.is_match(text) || text.contains('|'));
    (short && named && !announced && contacts >= 2 && block.len() >= 3).then_some(start)
}

/// A last paragraph that is the sender's name with what they are below it.
fn card(lines: &[Line], run: &[usize], sender: &str) -> Option<usize> {
    let start = (1..run.len()).rev().find(|index| lines[run[*index] - 1].is_blank())?;
    let block: Vec<&str> = run[start..].iter().map(|at| lines[*at].text.as_str()).collect();
    let (name, below) = block.split_first()?;
    let announced = lines[run[start - 1]].text.ends_with(':');
    // A house number or an amount is what somebody writes about.
    let told = |text: &&str| {
        let matter = MATTER.is_match(text) || is_sign_off(text) || text.ends_with(['!', '?', ':', ',']);
        let sentence = text.chars().count() > 60 || !text.starts_with(char::is_uppercase);
        let number = text.contains(|letter: char| letter.is_ascii_digit());
        matter || (sentence || number) && !(CONTACT.is_match(text) && text.chars().count() <= 100)
    };
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).filter(|word| word.chars().count() >= 3).collect()
    };
    let theirs = words(sender);
    let named = is_name(name) && words(name).iter().any(|word| theirs.contains(word));
    (named && !announced && (1..=5).contains(&below.len()) && !below.iter().any(told)).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Region, split};
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
            split(&lines, "", "Anna Bos")
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
