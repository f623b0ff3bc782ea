//! The shipped articles: they read without a problem and answer what customers of the demo shop ask.

use crate::bot::{Abstention, Answer, Knowledge, KnowledgeBot, Question};
use crate::routing::{IntentName, Language};

fn ask(bot: &KnowledgeBot, language: Language, intent: &str, text: &str) -> Answer {
    let intents = vec![IntentName::new(intent).unwrap()];
    bot.answer_now(&Question { text: text.to_owned(), language: Some(language), intents }).unwrap()
}

/// Language, intent, question, and what the answer must say.
const ANSWERED: [(Language, &str, &str, &str); 45] = [
    (Language::Nl, "delivery_time", "Wanneer komt mijn pakket?", "volgende werkdag"),
    (Language::Nl, "delivery_time", "wanneer komt mijn pakketje aan", "volgende werkdag"),
    (Language::Nl, "delivery_time", "Hoe lang duurt de levering naar België?", "2 tot 3 werkdagen"),
    (Language::Nl, "delivery_time", "Wat is de levertijd van een nieuwe fiets?", "6 tot 9 werkdagen"),
    (Language::Nl, "delivery_time", "Hoi! Ik heb gisteren iets besteld, wanneer wordt het bezorgd?", "werkdag"),
    (Language::Nl, "delivery_time", "Wat zijn de verzendkosten?", "4,95"),
    (Language::Nl, "delivery_time", "Vanaf welk bedrag is verzenden gratis?", "50 euro"),
    (Language::Nl, "return_item", "Hoe kan ik iets retourneren?", "retour"),
    (Language::Nl, "return_item", "Hoe stuur ik iets terug?", "retourlabel"),
    (Language::Nl, "return_item", "Binnen hoeveel dagen mag ik een artikel terugsturen?", "30 dagen"),
    (Language::Nl, "return_item", "Wat kost een retour?", "3,95"),
    (Language::Nl, "return_item", "Wanneer krijg ik mijn geld terug na een retour?", "5 werkdagen"),
    (Language::Nl, "warranty", "Hoeveel jaar garantie zit er op het frame?", "5 jaar"),
    (Language::Nl, "warranty", "Valt een ketting onder de garantie?", "slijtdelen"),
    (Language::Nl, "size_advice", "Welke framemaat heb ik nodig als ik 175 cm lang ben?", "maat 53"),
    (Language::Nl, "size_advice", "welke maat helm past bij mij", "Helmmaat"),
    (Language::Nl, "payment_methods", "Kan ik achteraf betalen?", "Klarna"),
    (Language::Nl, "payment_methods", "Welke betaalmethoden hebben jullie?", "iDEAL"),
    (Language::Nl, "payment_methods", "Kan ik met iDEAL betalen?", "iDEAL"),
    (Language::Nl, "invoice_copy", "Waar vind ik mijn factuur?", "Factuur downloaden"),
    (Language::Nl, "invoice_copy", "Ik ben mijn factuur kwijt, kan ik een kopie krijgen?", "actuur"),
    (Language::Nl, "store_hours", "Hoe laat gaat de winkel open op zaterdag?", "09:30 tot 17:00"),
    (Language::Nl, "store_hours", "Zijn jullie zondag open?", "Op zondag en maandag zijn we gesloten"),
    (Language::Nl, "store_hours", "Wat zijn de openingstijden?", "09:30"),
    (Language::Nl, "gift_card", "Hoe lang is een cadeaubon geldig?", "2 jaar"),
    (Language::Nl, "gift_card", "Hoe check ik het saldo van mijn cadeaubon?", "saldo"),
    (Language::Nl, "cancel_order", "Hoe kan ik mijn bestelling annuleren?", "Annuleren"),
    (Language::Nl, "cancel_order", "Kan ik het bezorgadres nog wijzigen?", "Adres wijzigen"),
    (Language::En, "delivery_time", "When will my parcel arrive?", "next working day"),
    (Language::En, "delivery_time", "How long does delivery to Belgium take?", "2 to 3 working days"),
    (Language::En, "delivery_time", "How much is shipping?", "4.95"),
    (Language::En, "delivery_time", "When is my new bike delivered?", "6 to 9 working days"),
    (Language::En, "return_item", "How do I return something?", "eturn"),
    (Language::En, "return_item", "How many days do I have to return an item?", "30 days"),
    (Language::En, "return_item", "When do I get my refund?", "5 working days"),
    (Language::En, "warranty", "How long is the warranty on the frame?", "5-year"),
    (Language::En, "size_advice", "I am 175 cm tall, which frame size do I need?", "size 53"),
    (Language::En, "payment_methods", "Can I pay with PayPal?", "PayPal"),
    (Language::En, "payment_methods", "Which payment methods do you accept?", "iDEAL"),
    (Language::En, "invoice_copy", "I lost my invoice, where can I find it?", "Download invoice"),
    (Language::En, "store_hours", "What are your opening hours on Saturday?", "09:30 to 17:00"),
    (Language::En, "store_hours", "Are you open on Sunday?", "On Sunday and Monday we are closed"),
    (Language::En, "gift_card", "How long is a gift card valid?", "2 years"),
    (Language::En, "cancel_order", "How can I cancel my order?", "Cancel"),
    (Language::En, "cancel_order", "Can I still change the delivery address?", "Change address"),
];

/// What the articles say nothing about.
const NOTHING: [(Language, &str, &str); 10] = [
    (Language::Nl, "delivery_time", "Leveren jullie ook in Noorwegen?"),
    (Language::Nl, "payment_methods", "Geven jullie studentenkorting?"),
    (Language::Nl, "store_hours", "Mag mijn hond mee naar binnen?"),
    (Language::Nl, "warranty", "Kan ik een diefstalverzekering afsluiten?"),
    (Language::Nl, "gift_card", "Krijg ik spaarpunten bij mijn aankoop?"),
    (Language::Nl, "size_advice", "Hoe zwaar is de fietskar van Thule?"),
    (Language::En, "delivery_time", "Do you ship to Norway?"),
    (Language::En, "payment_methods", "Do students get a discount?"),
    (Language::En, "store_hours", "Is there a coffee bar?"),
    (Language::En, "warranty", "Can I buy theft insurance?"),
];

#[test]
fn the_shipped_articles_answer_what_customers_ask() {
    let bot = KnowledgeBot::new(Knowledge::shipped().unwrap()).unwrap();
    let mut missed = Vec::new();
    for (language, intent, question, fact) in ANSWERED {
        let answer = ask(&bot, language, intent, question);
        let right = matches!(&answer, Answer::Answered { text, .. } if text.contains(fact));
        println!("{} {question}\n    {answer:?}", if right { "ok   " } else { "MISS " });
        if !right {
            missed.push(question);
        }
    }
    assert!(missed.len() <= 3, "{missed:#?}");
    assert!(!missed.contains(&"Wanneer komt mijn pakket?"));
}

#[test]
fn the_shipped_articles_answer_nothing_that_they_do_not_say() {
    let bot = KnowledgeBot::new(Knowledge::shipped().unwrap()).unwrap();
    for (language, intent, question) in NOTHING {
        let answer = ask(&bot, language, intent, question);
        assert_eq!(answer, Answer::Abstained(Abstention::NothingFits), "{question}");
    }
}

#[test]
fn every_shipped_article_is_there_in_dutch_and_in_english_with_the_same_intents() {
    let knowledge = Knowledge::shipped().unwrap();
    let listed = |language: Language| {
        let articles = knowledge.articles().iter().filter(move |a| a.language == language);
        let mut intents: Vec<_> = articles.flat_map(|a| a.intents.iter().map(|i| i.name.to_string())).collect();
        intents.sort();
        intents
    };
    assert_eq!(listed(Language::Nl), listed(Language::En));
    assert_eq!(listed(Language::Nl).len(), knowledge.articles().len() / 2);
}

#[test]
fn an_answer_carries_title_link_and_version_of_its_article() {
    let bot = KnowledgeBot::new(Knowledge::shipped().unwrap()).unwrap();
    let answer = ask(&bot, Language::Nl, "delivery_time", "Wanneer komt mijn pakket?");
    let Answer::Answered { sources, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].url, "https://fietsenmakerijdewissel.example/levertijd");
    assert_eq!(sources[0].version, "2026-09-14");
    assert_eq!(sources[0].title, "Levertijd en bezorging van je bestelling");
}
