//! Mail that no person wrote: by what its headers say (RFC 3834 and custom), and by how it looks in ten languages.

use std::sync::LazyLock;

use regex::Regex;

use super::head::Head;
use super::pattern::one_of;

/// How subjects of automatic answers begin.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\s*(?:\[[^\]]{1,30}\]\s*)?(?:",
        &[
            r"auto(?:matic|matisch|mated)?[ -]?(?:reply|response|antwoord|answer)\b",
            r"auto:",
            r"out[ -]of[ -](?:the )?office",
            r"ooo\b",
            r"afwezig(?:heid|heidsbericht|heidsmelding)?\b",
            r"niet aanwezig",
            r"automatisch(?:e)? (?:antwoord|bericht|reactie)",
            r"automatische antwort",
            r"abwesenheit",
            r"abwesend",
            r"réponse automatique",
            r"absence du bureau",
            r"message d['’]absence",
            r"absent[e]? du bureau",
            r"respuesta automática",
            r"fuera de (?:la )?oficina",
            r"risposta automatica",
            r"fuori (?:ufficio|sede)",
            r"resposta automática",
            r"ausência",
            r"autosvar",
            r"automatiskt svar",
            r"automatisk svar",
            r"frånvaro",
            r"automaattinen vastaus",
            r"poissa",
            r"autoodpowiedź",
            r"odpowiedź automatyczna",
            r"automatyczna odpowiedź",
            r"nieobecność",
            r"otomatik yanıt",
            r"automatická odpověď",
            r"автоответ",
            r"自動返信",
            r"自动回复",
            r"vacation reply",
            r"i am away",
            r"on (?:leave|vacation|holiday)\b.{0,20}$",
        ],
        r")",
    )
});
/// How subjects of bounces begin.
static RETURNED: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\s*(?:",
        &[
            r"undeliver(?:ed|able)",
            r"undelivered mail",
            r"mail delivery (?:failed|failure|system|subsystem)",
            r"delivery (?:status notification|failure|delayed)",
            r"failure notice",
            r"returned mail",
            r"message (?:undeliverable|not delivered)",
            r"warning: (?:message|could not)",
            r"onbestelbaar",
            r"niet (?:bezorgd|afgeleverd)",
            r"unzustellbar",
            r"nicht zugestellt",
            r"fehler bei der zustellung",
            r"non remis",
            r"échec de (?:la )?(?:remise|livraison|distribution)",
            r"no se (?:puede|pudo) entregar",
            r"no entregado",
            r"devuelto",
            r"mancata consegna",
            r"não (?:foi )?entregue",
            r"olevererbart",
            r"niedostarczona",
        ],
        r")",
    )
});
static MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"^(?:",
        &[
            r"no[-._]?reply",
            r"do[-._]?not[-._]?reply",
            r"donotreply",
            r"mailer[-._]?daemon",
            r"postmaster",
            r"bounces?",
            r"autoreply",
            r"auto-reply",
            r"noresponse",
            r"nepasrepondre",
            r"ne-pas-repondre",
            r"nobody",
            r"no[-._]?contestar",
            r"noresponder",
            r"niet-beantwoorden",
            r"daemon",
            r"notifications?",
            r"automailer",
        ],
        r")(?:[+=-].*)?@",
    )
});
/// Says by itself that a machine wrote it.
static SELF: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)(?:",
        &[
            r"this is an auto(?:matic|mated)(?:ally generated)? (?:e-?mail|message|reply|response)",
            r"this (?:e-?mail|message) (?:was|is|has been) (?:generated )?automatically",
            r"do not (?:reply|respond) to this (?:e-?mail|message)",
            r"dit is een automatisch (?:gegenereerd |verzonden )?(?:bericht|antwoord|e-?mail)",
            r"automatisch gegenereerd",
            r"dies ist eine automatische? (?:\p{L}+ )?(?:nachricht|antwort|e-?mail)",
            r"automatisch (?:erstellt|generiert)",
            r"ceci est un(?:e)? (?:message|réponse|e-?mail) automatique",
            r"généré automatiquement",
            r"ne pas répondre à ce",
            r"este es un (?:mensaje|correo) (?:automático|generado)",
            r"generado automáticamente",
            r"no responda a este",
            r"messaggio automatico",
            r"generato automaticamente",
            r"mensagem automática",
            r"gerad[oa] automaticamente",
            r"detta är ett automatiskt",
            r"dette er en automatisk",
            r"automaattinen viesti",
            r"wiadomość (?:została )?wygenerowana automatycznie",
            r"to jest automatyczna",
        ],
        r")",
    )
});
/// How a helpdesk's program tells that it has a request, at the beginning of its mail.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?im)(?:^|[,.!]\s)\W*(?:",
        &[
            r"your (?:support )?(?:request|ticket|case|enquiry|inquiry)\b.{0,60} (?:has been|was|is being) (?:received|created|opened|registered|reviewed|logged|updated|solved|resolved|closed)",
            r"(?:uw|je) (?:verzoek|ticket|melding|aanvraag)\b.{0,60} (?:is|werd) (?:ontvangen|aangemaakt|geregistreerd|bijgewerkt|gesloten|opgelost)",
            r"(?:ihre?|deine?) (?:anfrage|ticket|meldung|anliegen)\b.{0,60} (?:wurde|ist) .{0,30}(?:erstellt|eingegangen|registriert|aktualisiert|geschlossen|gelöst)",
            r"votre (?:demande|ticket|requête)\b.{0,60} (?:a (?:bien )?été|est) (?:reçu|créé|enregistré|mise? à jour|fermé|résolu|clôturé)",
            r"(?:su|tu) (?:solicitud|ticket|consulta|caso)\b.{0,60} (?:ha sido|fue) (?:recibid|cread|registrad|actualizad|cerrad|resuelt)",
        ],
        r")",
    )
});
/// What somebody says who has something to say about a notice, and no program.
static OWN_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)\b(?:",
        &[
            r"i|my|me|but|still",
            r"ik|mijn|mij|maar|nog",
            r"ich|mir|mein\p{L}{0,2}|aber|noch",
            r"j['’]\p{L}+|mon|ma|mais|toujours",
            r"yo|mis?|pero|todavía",
        ],
        r")\b",
    )
});
/// What people write into answers for their absence, in four kinds. Two kinds without a question make an automatic answer.
static ABSENT: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        one_of(
            r"(?i)(?:",
            &[
                r"out of (?:the )?office",
                r"(?:am|be|'m) (?:currently )?(?:away|on (?:annual |parental |maternity )?(?:leave|vacation|holiday))",
                r"(?:ben|zijn) (?:ik )?(?:momenteel |tot en met .{0,20}|t/m .{0,20}|tot .{0,20})?(?:afwezig|niet (?:aanwezig|op kantoor|bereikbaar)|met (?:vakantie|verlof)|op vakantie|buiten kantoor)",
                r"(?:bin|sind) .{0,60}(?:nicht (?:im (?:büro|haus)|erreichbar)|abwesend|außer haus|im urlaub)",
                r"(?:suis|sommes|serai) .{0,40}(?:absent|en congés?|en vacances|hors du bureau)",
                r"(?:estoy|estaré|estamos|me encuentro) .{0,40}(?:fuera de (?:la )?oficina|ausente|de vacaciones)",
                r"(?:sono|sarò) .{0,40}(?:fuori ufficio|assente|in ferie)",
                r"(?:estou|estarei) .{0,40}(?:ausente|fora do escritório|de férias)",
                r"(?:är|är jag) .{0,40}(?:inte på kontoret|ledig|på semester|bortrest)",
                r"(?:er|er jeg) .{0,40}(?:ikke på kontoret|på ferie|bortreist)",
                r"(?:jestem|będę) .{0,40}(?:nieobecn|poza biurem|na urlopie)",
                r"(?:olen) .{0,40}(?:poissa|lomalla)",
            ],
            r")",
        ),
        one_of(
            r"(?i)(?:",
            &[
                r"(?:in|for) (?:urgent|case of|any urgent)",
                r"if (?:it is |your .{0,30}is |this is )?urgent",
                r"urgent matters",
                r"bij (?:spoed|dringende)",
                r"voor dringende",
                r"in dringend",
                r"bei dringenden",
                r"en cas d['’]urgence",
                r"pour toute urgence",
                r"(?:en caso de|para asuntos) urgen",
                r"in caso di urgenza",
                r"em caso de urgência",
                r"vid brådskande",
                r"ved hastesaker",
                r"w pilnych",
                r"kiireellis",
                r"contact my colleague",
                r"mijn collega",
                r"meine kollegin",
                r"meinen kollegen",
                r"ma collègue",
                r"mon collègue",
                r"mi compañer",
            ],
            r")",
        ),
        one_of(
            r"(?i)(?:",
            &[
                r"(?:on|upon|after|when i) (?:my )?(?:return|am back)",
                r"(?:reply|respond|answer|get back).{0,60}(?:return|as soon as|back)",
                r"(?:na|bij) (?:mijn )?terugkomst",
                r"terug(?:keer| op)",
                r"weer (?:aanwezig|bereikbaar)",
                r"nach meiner rückkehr",
                r"ab dem .{0,20}wieder",
                r"wieder (?:im büro|erreichbar)",
                r"à mon retour",
                r"de retour (?:le|au)",
                r"a mi (?:regreso|vuelta)",
                r"al mio (?:rientro|ritorno)",
                r"no meu regresso",
                r"tillbaka",
                r"tilbake",
                r"po powrocie",
                r"palattuani",
            ],
            r")",
        ),
        one_of(
            r"(?i)(?:",
            &[
                r"limited access",
                r"beperkt(?:e)? toegang",
                r"mails? (?:worden|wordt) niet (?:gelezen|doorgestuurd)",
                r"(?:e-?mails?|nachrichten?) (?:wird|werden) nicht (?:gelesen|weitergeleitet)",
                r"not be (?:read|forwarded)",
                r"accès limité",
                r"acceso limitado",
                r"thank(?:s| you) for your (?:e-?mail|message|mail)",
                r"(?:bedankt|dank) voor (?:je|uw) (?:e-?mail|bericht|mail)",
                r"(?:vielen )?dank für (?:ihre|deine) (?:nachricht|e-?mail|mail)",
                r"merci (?:pour|de) votre (?:message|e-?mail|mail)",
                r"gracias por (?:su|tu) (?:mensaje|correo)",
                r"grazie per",
                r"obrigad[oa] (?:pela|por)",
                r"tack för (?:ditt|din)",
                r"takk for",
                r"dziękuję za",
                r"we have received your",
                r"wij hebben uw .{0,20}ontvangen",
                r"ihre (?:nachricht|anfrage) .{0,20}(?:erhalten|eingegangen)",
                r"avons bien reçu votre",
                r"hemos recibido su",
            ],
            r")",
        ),
    ]
});

/// By which sign no person wrote it.
pub(super) fn automatic(head: &Head, text: &str) -> Option<String> {
    by_headers(head).or_else(|| by_look(head, text))
}

fn by_headers(head: &Head) -> Option<String> {
    let says = |name: &str| head.get(name).map(str::to_ascii_lowercase);
    if let Some(value) = says("auto-submitted").filter(|value| !value.starts_with("no") || value.starts_with("not")) {
        return Some(format!("Auto-Submitted: {}", first_word(&value)));
    }
    if says("return-path").is_some_and(|path| path.replace(' ', "") == "<>") {
        return Some("Return-Path: <>".to_owned());
    }
    let lists =
        ["list-id", "list-unsubscribe", "list-post", "list-help", "list-owner", "mailing-list", "x-mailing-list"];
    if let Some(list) = lists.into_iter().find(|name| head.get(name).is_some()) {
        return Some(format!("{list} header"));
    }
    let precedence = says("precedence").map(|value| first_word(&value));
    if let Some(value) =
        precedence.filter(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply" | "auto-reply"))
    {
        return Some(format!("Precedence: {value}"));
    }
    let replies = [
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-auto-reply-from",
        "x-mail-autoreply",
        "x-failed-recipients",
        "x-fc-machinegenerated",
        "x-vacation",
    ];
    if let Some(name) = replies.into_iter().find(|name| says(name).is_some_and(|value| value != "no")) {
        return Some(format!("{name} header"));
    }
    // A rule of Exchange leaves its mailbox's address on what it passes on, too: an answer comes from that address.
    if says("x-ms-exchange-inbox-rules-loop").is_some_and(|of| !of.is_empty() && of == head.from.address) {
        return Some("x-ms-exchange-inbox-rules-loop header".to_owned());
    }
    says("x-auto-response-suppress")
        .filter(|value| value.trim() == "all" || value.contains("autoreply"))
        .map(|_| "X-Auto-Response-Suppress header".to_owned())
}

fn first_word(value: &str) -> String {
    value.split([';', ' ', '(']).next().unwrap_or_default().chars().take(40).collect()
}

fn by_look(head: &Head, text: &str) -> Option<String> {
    if MACHINE.is_match(&head.from.address) {
        return Some("sent from an address that nobody reads".to_owned());
    }
    if SUBJECT.is_match(&head.subject) {
        return Some("the subject of an automatic answer".to_owned());
    }
    if RETURNED.is_match(&head.subject) {
        return Some("the subject of a returned mail".to_owned());
    }
    if SELF.is_match(text) && !text.contains('?') {
        return Some("it says that a machine wrote it".to_owned());
    }
    let beginning = &text[..text.floor_char_boundary(300)];
    if NOTICE.is_match(beginning) && !text.contains('?') && !OWN_WORDS.is_match(text) {
        return Some("it reads like a notice of a helpdesk's program".to_owned());
    }
    let kinds = ABSENT.iter().filter(|kind| kind.is_match(text)).count();
    let short = text.chars().count() <= 1500 && !text.contains(['?', '？']);
    (short && kinds >= 2 && ABSENT[0].is_match(text)).then(|| "it reads like an answer for an absence".to_owned())
}

/// Whether a subject says that a mail came back.
pub(super) fn looks_returned(subject: &str) -> bool {
    RETURNED.is_match(subject)
}

/// Whether the address is that of a mail server.
pub(super) fn is_mail_server(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    matches!(local, "mailer-daemon" | "postmaster" | "mailerdaemon") || local.starts_with("bounce")
}

#[cfg(test)]
mod tests {
    use super::super::head::Head;
    use super::automatic;

    fn found(subject: &str, text: &str, headers: &[(&str, &str)]) -> Option<String> {
        let all = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut head = Head { subject: subject.to_owned(), all, ..Head::default() };
        head.from.address = "jan@example.org".to_owned();
        automatic(&head, text)
    }

    #[test]
    fn headers_of_automatic_mail_are_obeyed() {
        for header in [
            ("auto-submitted", "auto-replied (vacation)"),
            ("auto-submitted", "auto-generated"),
            ("return-path", "<>"),
            ("list-id", "<news.example.org>"),
            ("list-unsubscribe", "<mailto:x@example.org>"),
            ("precedence", "bulk"),
            ("precedence", "auto_reply"),
            ("x-autoreply", "yes"),
            ("x-auto-response-suppress", "All"),
            ("x-ms-exchange-inbox-rules-loop", "Jan@example.org"),
        ] {
            assert!(found("Vraag", "Tekst", &[header]).is_some(), "{header:?}");
        }
        for header in [
            ("auto-submitted", "no"),
            ("return-path", "<jan@example.org>"),
            ("precedence", "first-class"),
            ("x-ms-exchange-inbox-rules-loop", "info@shop.example"),
        ] {
            assert_eq!(found("Vraag", "Tekst", &[header]), None, "{header:?}");
        }
    }

    #[test]
    fn absences_without_headers_are_known_in_ten_languages() {
        for text in [
            "Thank you for your email. I am out of the office until 5 May and will reply on my return.",
            "Bedankt voor uw bericht. Ik ben tot 5 mei afwezig. Bij spoed kunt u contact opnemen met mijn collega.",
            "Vielen Dank für Ihre Nachricht. Ich bin bis zum 5. Mai nicht im Büro. Ihre Mail wird nicht weitergeleitet.",
            "Merci pour votre message. Je suis absent jusqu'au 5 mai. En cas d'urgence, contactez ma collègue.",
            "Gracias por su mensaje. Estoy fuera de la oficina hasta el 5 de mayo. En caso de urgencia, llame.",
            "Grazie per la mail. Sono fuori ufficio fino al 5 maggio. Risponderò al mio rientro.",
            "Obrigado pelo contacto. Estou ausente até 5 de maio. Em caso de urgência ligue.",
            "Tack för ditt mejl. Jag är inte på kontoret till den 5 maj och svarar när jag är tillbaka.",
            "Takk for din epost. Jeg er ikke på kontoret før 5. mai. Ved hastesaker, ring.",
            "Dziękuję za wiadomość. Jestem nieobecna do 5 maja. Odpowiem po powrocie.",
        ] {
            assert!(found("Vraag over bestelling", text, &[]).is_some(), "{text}");
        }
        for text in [
            "Ik ben tot vrijdag niet thuis, kan het pakket bij de buren?",
            "I am on holiday until Friday. Please deliver after that.",
            "Bedankt voor uw bericht, het is opgelost.",
            "Ich bin am Montag nicht im Büro, bitte liefern Sie am Dienstag.",
        ] {
            assert_eq!(found("Bestelling 123", text, &[]), None, "{text}");
        }
    }

    #[test]
    fn subjects_of_automatic_mail_are_known() {
        for subject in [
            "Automatic reply: Your order",
            "Automatisch antwoord: Bestelling",
            "Automatische Antwort: Bestellung",
            "Réponse automatique : Commande",
            "Respuesta automática: Pedido",
            "Risposta automatica: Ordine",
            "Resposta automática: Encomenda",
            "Autosvar: Order",
            "Automaattinen vastaus: Tilaus",
            "Out of Office Re: Order",
            "Undelivered Mail Returned to Sender",
            "Onbestelbaar: Bestelling",
        ] {
            assert!(found(subject, "x", &[]).is_some(), "{subject}");
        }
        for subject in ["Re: Automatic reply: Your order", "Ooorder?", "Afwezigheidslijst", "Retour"] {
            assert_eq!(found(subject, "x", &[]), None, "{subject}");
        }
    }
}
