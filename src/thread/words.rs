//! Fixed sentences that customers read, in the five languages. Nothing here is generated.

use std::collections::BTreeMap;

use crate::routing::{Language, Localized};

/// Which of five texts: Dutch, English, German, French, Spanish. English where the language is not known.
fn pick(language: Option<Language>, texts: [&'static str; 5]) -> &'static str {
    let index = Language::ALL.iter().position(|l| Some(*l) == language).unwrap_or(1);
    texts[index]
}

/// The name under which fixed sentences stand.
pub(super) fn system_name(language: Option<Language>) -> &'static str {
    pick(
        language,
        [
            "Automatisch bericht",
            "Automatic message",
            "Automatische Nachricht",
            "Message automatique",
            "Mensaje automático",
        ],
    )
}

/// That an AI answers, and that a person can be reached.
pub(super) fn disclosure(language: Option<Language>) -> &'static str {
    pick(
        language,
        [
            "U spreekt met een digitale assistent. Dit is AI, geen mens. U kunt altijd om een medewerker vragen.",
            "You are talking to a digital assistant. This is AI, not a person. You can ask for a person at any time.",
            "Sie sprechen mit einem digitalen Assistenten. Das ist KI, kein Mensch. Sie können jederzeit nach einem Menschen fragen.",
            "Vous parlez à un assistant numérique. C'est une IA, pas une personne. Vous pouvez demander une personne à tout moment.",
            "Habla con un asistente digital. Es una IA, no una persona. Puede pedir hablar con una persona en cualquier momento.",
        ],
    )
}

/// That people take over, in which queue, and when they are there if they are not now.
pub(super) fn handed_over(language: Option<Language>, queue: &str, opens: Option<jiff::civil::DateTime>) -> String {
    let handed = pick(
        language,
        [
            "Uw vraag gaat naar een medewerker van {queue}. U krijgt hier antwoord van een mens.",
            "Your question goes to a person of {queue}. A person will answer you here.",
            "Ihre Frage geht an einen Menschen von {queue}. Sie bekommen hier Antwort von einem Menschen.",
            "Votre question est transmise à une personne de {queue}. Une personne vous répondra ici.",
            "Su pregunta pasa a una persona de {queue}. Una persona le responderá aquí.",
        ],
    );
    let mut text = handed.replace("{queue}", queue);
    if let Some(opens) = opens {
        let sentence = pick(
            language,
            [
                " Wij zijn er weer op {day} om {time}.",
                " We are back on {day} at {time}.",
                " Wir sind am {day} um {time} wieder da.",
                " Nous serons de retour le {day} à {time}.",
                " Volvemos el {day} a las {time}.",
            ],
        );
        let day = opens.date().strftime("%d-%m-%Y").to_string();
        let time = opens.time().strftime("%H:%M").to_string();
        text.push_str(&sentence.replace("{day}", &day).replace("{time}", &time));
    }
    text
}

/// Why a decision stands above the table, for staff.
pub(super) fn because(rule: &str) -> Localized {
    let (nl, en) = match rule {
        "owner:people" => {
            ("Mensen hebben dit gesprek; de assistent zwijgt", "People have this conversation; the assistant is silent")
        }
        "channel:unreadable" => ("Dit kan alleen een mens bekijken", "Only a person can look at this"),
        "switch:ai_off" => ("AI staat uit", "AI is switched off"),
        "limit:bot_backlog" => ("De assistent heeft het te druk", "Too many questions wait for the assistant"),
        "limit:bot_turns" => ("De assistent heeft vaak genoeg geantwoord", "The assistant has answered often enough"),
        _ => ("Dit gesprek is te vaak verplaatst", "This conversation has moved too often"),
    };
    Localized(BTreeMap::from([(Language::Nl, nl.to_owned()), (Language::En, en.to_owned())]))
}
