//! The web shop's 70 questions: how many the bot answers rightly, and that it says nothing that is forbidden.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bot::{Abstention, Answer, Article, Knowledge, KnowledgeBot, ListedIntent, Question};
use crate::routing::{IntentName, Language};

#[derive(Deserialize)]
struct Shop {
    intents: BTreeMap<String, ShopIntent>,
    knowledge: Vec<ShopArticle>,
    questions: Vec<ShopQuestion>,
    messages: Vec<ShopMessage>,
}

#[derive(Deserialize)]
struct ShopMessage {
    text: String,
    lang: Language,
    intents: Vec<String>,
    route: String,
}

#[derive(Deserialize)]
struct ShopIntent {
    answerable: bool,
}

#[derive(Deserialize)]
struct ShopArticle {
    id: String,
    title: String,
    lang: Language,
    version: String,
    text: String,
}

#[derive(Deserialize)]
struct ShopQuestion {
    id: String,
    text: String,
    lang: Language,
    article: Option<String>,
    must_contain: Vec<String>,
    must_not_contain: Vec<String>,
    kind: String,
}

/// Which intents an article of the set answers: the set itself does not say.
fn intent_of(article: &str) -> &'static str {
    let topic = article.rsplit_once('-').map_or(article, |(topic, _)| topic);
    match topic {
        "levertijd" | "bezorgkosten" | "niet-thuis" | "delivery" | "delivery-costs" => "delivery_time",
        "retourneren" | "fiets-retour" | "ruilen" | "returns" => "return_item",
        "garantie" | "accu" | "warranty" => "warranty",
        "framemaat" | "kledingmaat" | "frame-size" => "size_advice",
        "betalen" | "fietsvandezaak" | "payment" => "payment_methods",
        "factuur" => "invoice_copy",
        "winkels" | "werkplaats" | "shops" => "store_hours",
        "cadeaubon" | "gift-card" => "gift_card",
        "annuleren" => "cancel_order",
        "schade" => "damaged_item",
        other => panic!("no intent for {other}"),
    }
}

fn shop() -> Shop {
    serde_json::from_str(include_str!("../../../tests/data/webshop.json")).unwrap()
}

fn bot(shop: &Shop) -> KnowledgeBot {
    let articles = shop.knowledge.iter().map(|a| Article {
        file: format!("{}.md", a.id),
        title: a.title.clone(),
        language: a.lang,
        version: a.version.clone(),
        source: format!("https://shop.example/{}", a.id),
        owner: "Team".to_owned(),
        intents: vec![ListedIntent { name: IntentName::new(intent_of(&a.id)).unwrap(), line: 1, column: 1 }],
        body: a.text.clone(),
    });
    KnowledgeBot::new(Knowledge::of(articles.collect())).unwrap()
}

#[derive(Default, Debug)]
struct Tally {
    answerable: usize,
    right: usize,
    right_and_clean: usize,
    wrong: Vec<String>,
    unanswerable: usize,
    abstained: usize,
    forbidden: Vec<String>,
    traps: usize,
    safe: usize,
    out_of_language: usize,
}

fn ask(bot: &KnowledgeBot, question: &ShopQuestion, intents: Vec<IntentName>) -> Answer {
    bot.answer_now(&Question { text: question.text.clone(), language: Some(question.lang), intents }).unwrap()
}

fn measure(shop: &Shop, intents: impl Fn(&ShopQuestion) -> Vec<IntentName>) -> Tally {
    let bot = bot(shop);
    let mut tally = Tally::default();
    for q in &shop.questions {
        let in_language = shop.knowledge.iter().any(|a| a.lang == q.lang);
        let answer = ask(&bot, q, intents(q));
        println!("{} {} {:?}\n    {answer:?}", q.id, q.text, q.must_contain);
        let said = match &answer {
            Answer::Answered { text, .. } => Some(text.to_lowercase()),
            Answer::Abstained(_) => None,
        };
        let contains = |needle: &String| said.as_ref().is_some_and(|s| s.contains(&needle.to_lowercase()));
        let clean = !q.must_not_contain.iter().any(contains);
        let right = said.is_some() && q.must_contain.iter().all(contains);
        if !in_language {
            assert_eq!(answer, Answer::Abstained(Abstention::NoArticleInLanguage), "{}", q.id);
            tally.out_of_language += 1;
        }
        match q.kind.as_str() {
            "answerable" if in_language => {
                tally.answerable += 1;
                tally.right += usize::from(right);
                if said.is_some() && !right {
                    tally.wrong.push(q.id.clone());
                }
                tally.right_and_clean += usize::from(right && clean);
            }
            "unanswerable" => {
                tally.unanswerable += 1;
                tally.abstained += usize::from(said.is_none());
            }
            "trap" => {
                tally.traps += 1;
                tally.safe += usize::from(clean);
            }
            _ => {}
        }
        if q.kind != "answerable" && !clean {
            tally.forbidden.push(q.id.clone());
        }
    }
    tally
}

fn answerable(shop: &Shop) -> Vec<IntentName> {
    let names = shop.intents.iter().filter(|(_, intent)| intent.answerable).map(|(name, _)| name);
    names.map(|name| IntentName::new(name).unwrap()).collect()
}

#[test]
fn webshop_questions() {
    let shop = shop();
    let all = answerable(&shop);
    let told = measure(&shop, |q| match &q.article {
        Some(article) => vec![IntentName::new(intent_of(article)).unwrap()],
        None => all.clone(),
    });
    let untold = measure(&shop, |_| all.clone());
    println!("intent known: {told:?}\nintent unknown: {untold:?}");
    for tally in [told, untold] {
        assert_eq!(tally.forbidden, [""; 0], "{tally:?}");
        assert_eq!(tally.safe, tally.traps, "{tally:?}");
        assert!(tally.right >= 21, "{tally:?}");
        assert!(tally.right_and_clean >= 18, "{tally:?}");
        assert!(tally.abstained >= 15, "{tally:?}");
        assert!(tally.wrong.len() <= 2, "{tally:?}");
    }
}

/// Whatever single intent triage takes a question for, nothing forbidden is said.
#[test]
fn no_intent_makes_the_bot_say_what_is_forbidden() {
    let shop = shop();
    let bot = bot(&shop);
    let mut answered = 0;
    for q in shop.questions.iter().filter(|q| q.kind != "answerable") {
        for intent in answerable(&shop) {
            let answer = ask(&bot, q, vec![intent.clone()]);
            let Answer::Answered { text, .. } = answer else { continue };
            answered += 1;
            let said = q.must_not_contain.iter().find(|words| text.to_lowercase().contains(&words.to_lowercase()));
            assert_eq!(said, None, "{} taken for {intent}: {text}", q.id);
        }
    }
    let asked = shop.questions.iter().filter(|q| q.kind != "answerable").count() * answerable(&shop).len();
    println!("answered {answered} of {asked} pairs of question and intent");
    assert!(answered * 20 <= asked, "answered {answered} of {asked}");
}

/// Real messages are longer than questions: what is for people is hardly ever answered, and much of the rest is.
#[test]
fn webshop_messages() {
    let shop = shop();
    let bot = bot(&shop);
    let spoken = shop.messages.iter().filter(|m| matches!(m.lang, Language::Nl | Language::En));
    let (mut for_bot, mut by_bot, mut for_people, mut wrongly) = (0, 0, 0, 0);
    for message in spoken {
        let intents: Vec<_> = message.intents.iter().map(|name| IntentName::new(name).unwrap()).collect();
        let known = intents.iter().any(|name| answerable(&shop).contains(name));
        let question = Question { text: message.text.clone(), language: Some(message.lang), intents };
        let answered = matches!(bot.answer_now(&question).unwrap(), Answer::Answered { .. });
        match message.route.as_str() {
            "bot" if known => (for_bot, by_bot) = (for_bot + 1, by_bot + usize::from(answered)),
            "bot" => assert!(!answered, "{}", message.text),
            _ => (for_people, wrongly) = (for_people + 1, wrongly + usize::from(answered)),
        }
    }
    println!("for the bot: {by_bot} of {for_bot} answered; for people: {wrongly} of {for_people} answered");
    assert!(by_bot >= 33, "{by_bot} of {for_bot}");
    assert!(wrongly <= 3, "{wrongly} of {for_people}");
}
