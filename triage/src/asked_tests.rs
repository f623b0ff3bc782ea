//! Tests of who asks for a person, by the whole engine.

use crate::engine_tests::{all, wants_person};

#[test]
fn whoever_asks_for_a_person_is_heard_in_each_language_by_a_word_a_digit_or_a_picture() {
    let asks = [
        "0",
        " 0. ",
        "mens",
        "Medewerker graag",
        "Ik wil nu een mens spreken, dit is de derde keer!",
        "human",
        "AGENT!!",
        "Can I talk to someone please",
        "Mitarbeiter",
        "Ich möchte mit einem Menschen sprechen",
        "conseiller svp",
        "Je voudrais parler à quelqu'un",
        "persona",
        "Quiero hablar con una persona",
        "🙋",
        "☎️",
        "🙋🏽‍♀️🙋🏽‍♀️",
        "geen bot maar een mens",
        "bel me terug",
        "verbind mij door met iemand",
        "are you a bot?",
        "Ben je een robot?",
    ];
    all(&asks, wants_person);
}

#[test]
fn whoever_asks_for_a_person_within_a_long_sentence_is_heard() {
    let wishes = [
        ("bel me", "want anders komt het niet meer op tijd voor de verjaardag van mijn dochter"),
        ("graag een medewerker", "want ik kan de factuur van vorige maand nergens vinden in mijn account"),
        ("call me", "because otherwise it will be too late for the birthday of my daughter"),
        ("i would like someone to help me", "because i cannot find the invoice of last month in my account"),
    ];
    let told = "de bestelling die ik drie weken geleden heb gedaan is nog steeds niet binnen dus";
    let said = "the order that i placed three weeks ago has still not arrived so";
    let texts = wishes.map(|(wish, why)| format!("{} {wish} {why}", if why.starts_with("want") { told } else { said }));
    all(&texts.each_ref().map(String::as_str), wants_person);
}

#[test]
fn declining_a_person_or_speaking_of_one_is_no_request() {
    let none = [
        "geen mens nodig hoor",
        "U hoeft mij niet te bellen, mail volstaat",
        "No need to call me",
        "Sie müssen mich nicht anrufen",
        "Een medewerker in de winkel zei dat het 30 dagen was",
        "Voor hoeveel mensen is deze tent?",
        "👍",
        "00 graden buiten",
        "Do I need to speak to an agent to cancel my order?",
        "un casque pour une personne",
        "Dear staff, may I use both vouchers for one order?",
        "Geachte medewerkers,\n\nIs het toegestaan twee bonnen voor dezelfde bestelling te gebruiken?",
    ];
    all(&none, |verdict| !wants_person(verdict));
}
