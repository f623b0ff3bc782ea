//! The few words of ours in a mail, in five languages.

/// Words of one language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrases {
    pub(super) no_subject: &'static str,
    pub(super) source: &'static str,
    /// Stands before the quoted mail, with `{at}` and `{name}`.
    wrote: &'static str,
    customer: &'static str,
}

const NL: Phrases =
    Phrases { no_subject: "uw bericht", source: "Bron", wrote: "Op {at} schreef {name}:", customer: "u" };
const EN: Phrases =
    Phrases { no_subject: "your message", source: "Source", wrote: "On {at}, {name} wrote:", customer: "you" };
const DE: Phrases =
    Phrases { no_subject: "Ihre Nachricht", source: "Quelle", wrote: "Am {at} schrieb {name}:", customer: "Sie" };
const FR: Phrases =
    Phrases { no_subject: "votre message", source: "Source", wrote: "Le {at}, {name} a écrit :", customer: "vous" };
const ES: Phrases =
    Phrases { no_subject: "su mensaje", source: "Fuente", wrote: "El {at}, {name} escribió:", customer: "usted" };

impl Phrases {
    /// The words for a customer of this language; Dutch where none is known.
    pub(super) fn of(locale: Option<&str>) -> &'static Self {
        match locale.map(|locale| locale.split(['-', '_']).next().unwrap_or_default()) {
            Some("en") => &EN,
            Some("de") => &DE,
            Some("fr") => &FR,
            Some("es") => &ES,
            _ => &NL,
        }
    }

    /// The line before a quotation.
    pub(super) fn introduction(&self, at: &str, name: &str) -> String {
        let name = if name.is_empty() { self.customer } else { name };
        self.wrote.replace("{at}", at).replace("{name}", name)
    }
}
