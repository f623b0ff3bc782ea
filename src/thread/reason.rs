//! Reason: the thread's short words for why a conversation moved, in words of people.

use crate::routing::Language;

/// Each word that [`super::Move::reason`] may be, in Dutch and English.
const KNOWN: [(&str, &str, &str); 17] = [
    ("bot:nothing_fits", "De AI vond geen passend artikel", "The AI found no article that fits"),
    ("bot:no_article_in_language", "Er is geen artikel in deze taal", "There is no article in this language"),
    ("bot:not_answerable", "De AI mag deze vraag niet beantwoorden", "The AI may not answer this question"),
    ("bot:guarded", "Een controle hield het antwoord van de AI tegen", "A check held back the AI's answer"),
    ("bot:failed", "De AI kon niet werken", "The AI could not work"),
    ("bot:deadline", "De AI antwoordde niet op tijd", "The AI did not answer in time"),
    ("bot:turns", "De AI had al vaak genoeg geantwoord", "The AI had answered often enough"),
    ("switch:ai_off", "AI staat uit", "AI is switched off"),
    ("delivery:failed", "Het antwoord kon niet worden bezorgd", "The answer could not be delivered"),
    ("delivery:unknown", "Of het antwoord aankwam, is niet bekend", "Whether the answer arrived is not known"),
    ("parked", "Een bericht kon niet worden verwerkt", "A message could not be handled"),
    ("claim lapsed", "De vorige medewerker deed te lang niets", "The last person did nothing for too long"),
    ("queue moved", "De wachtrij bestaat niet meer", "Its queue is not there any more"),
    ("released", "Een collega gaf het terug aan de wachtrij", "A colleague gave it back to the queue"),
    ("transferred", "Een collega gaf het door", "A colleague handed it on"),
    ("wrong answer", "Een medewerker noemde het antwoord van de AI onjuist", "A person called the AI's answer wrong"),
    ("returned", "Een medewerker gaf het terug aan de AI", "A person gave it back to the AI"),
];

/// Why a conversation moved, in Dutch, else in English. What is not known is shown as it is.
#[must_use]
pub fn reason_in_words(reason: &str, language: Language) -> String {
    match KNOWN.iter().find(|(word, ..)| *word == reason) {
        Some((_, nl, en)) => (if language == Language::Nl { *nl } else { *en }).to_owned(),
        None => reason.replace(['_', ':'], " "),
    }
}
