//! Learning: what is taken in, what it replaces, and what is told of lines that are not right.

use std::os::unix::fs::PermissionsExt;

use super::*;

const LINE: &str =
    r#"{"text":"Is mijn doos er al?","intent":"delivery_time","language":"nl","outcome":"wrong_answer"}"#;

/// Settings with a folder and a master key of their own.
fn settings() -> (tempfile::TempDir, Settings) {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("master.key");
    fs::write(&key, "07".repeat(32)).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let data_dir = folder.path().to_str().unwrap().parse().unwrap();
    (folder, Settings { data_dir, ..Settings::default() })
}

fn lines(text: &str) -> Result<lines::Lines, taken_in::Bad> {
    lines::read("new.jsonl", text, &RoutingTable::shipped())
}

fn taken(line: &str) -> Taken {
    lines(line).unwrap().taken.remove(0).1
}

/// The labels of examples after lines were taken in one after another, with what each came to.
fn after(given: &[&str]) -> (Vec<(String, &'static str)>, Vec<Effect>) {
    let mut examples = Examples::default();
    let effects = given.iter().map(|line| examples.take(&taken(line))).collect();
    let labels = examples.with(&[]);
    (labels.iter().map(|example| (example.intent.to_string(), example.language.code())).collect(), effects)
}

fn line(text: &str, intent: &str, language: &str) -> String {
    serde_json::json!({ "text": text, "intent": intent, "language": language }).to_string()
}

#[test]
fn a_later_label_of_the_same_text_stands_in_place_of_the_earlier_one() {
    let (first, second) = (line("Hoe laat?", "store_hours", "nl"), line("hoe  LAAT?", "delivery_time", "nl"));
    let (labels, effects) = after(&[&first, &first, &second]);
    assert_eq!(labels, [("delivery_time".to_owned(), "nl")]);
    assert_eq!(effects, [Effect::New, Effect::Known, Effect::Corrected]);
    // The same letters may be a text of another language; not of the same message.
    assert_eq!(after(&[&first, &line("Hoe laat?", "delivery_time", "de")]).0.len(), 2);
    let of_message = |line: &str| line.replace('{', &format!("{{\"message\":\"{}\",", EventId([3; 16])));
    let (german, dutch) =
        (of_message(&line("Retour", "return_item", "de")), of_message(&line("Retour", "return_item", "nl")));
    assert_eq!(after(&[&german, &dutch]).0, [("return_item".to_owned(), "nl")]);
}

#[test]
fn an_example_can_be_taken_out_again() {
    let (dutch, french) = (line("Retour", "return_item", "nl"), line("Retour", "return_item", "fr"));
    let out = r#"{"text":"retour","remove":true}"#;
    let (labels, effects) = after(&[&dutch, &french, out, out]);
    assert_eq!((labels.len(), &effects[2..]), (0, [Effect::Out, Effect::NotThere].as_slice()));
    let one = r#"{"text":"retour","remove":true,"language":"fr"}"#;
    assert_eq!(after(&[&dutch, &french, one]).0, [("return_item".to_owned(), "nl")]);
}

#[test]
fn every_line_that_is_not_right_is_told_with_its_place_and_remedy() {
    let wrong = [
        (r#"{"text":" ","intent":"return_item","language":"nl"}"#, "text: it is empty"),
        (r#"{"text":"Hoe laat?","language":"nl"}"#, "there is no intent; name one"),
        (r#"{"text":"Hoe laat?","intnt":"return_item","language":"nl"}"#, "\"intnt\"; did you mean \"intent\"?"),
        (
            r#"{"text":"Hoe laat?","intent":"retrun_item","language":"nl"}"#,
            "no \"retrun_item\"; did you mean \"return_item\"?",
        ),
        (r#"{"text":"Hoe laat?","intent":"return_item","language":"xx"}"#, "language: \"xx\""),
        (r#"{"text":"Hoe laat?","intent":"return_item"}"#, "there is no language; write one of nl"),
        (r#"{"text":"Hoe laat?","intent":["return_item"],"language":"nl"}"#, "intent: [\"return_item\"] is no name"),
        (r#"{"text":"Hoe laat?","remove":"yes"}"#, "remove: \"yes\""),
        (r#"{"intent":"return_item","language":"nl"}"#, "there is no text"),
        (r#"{"text":"a","intent":"return_item","language":"nl","message":"x"}"#, "message: \"x\""),
        ("{", "no JSON object"),
    ];
    let text: Vec<&str> = wrong.iter().map(|(line, _)| *line).chain([LINE]).collect();
    let told = lines(&text.join("\n\n")).unwrap_err().to_string();
    let told: Vec<&str> = told.lines().collect();
    for (n, (line, why)) in wrong.iter().enumerate() {
        assert!(
            told[n].starts_with(&format!("new.jsonl:{}: ", 2 * n + 1)) && told[n].contains(why),
            "{line}: {}",
            told[n]
        );
    }
    assert_eq!(told[11..], ["nothing was taken in: 11 of 12 lines are not right"]);
}

#[test]
fn lines_of_an_export_are_taken_in_once_an_intent_is_named() {
    let lines = lines(&format!("{LINE}\n\n{}\n", LINE.replace("\"delivery_time\"", "null"))).unwrap();
    let [(1, one)] = lines.taken.as_slice() else { panic!("{lines:?}") };
    assert_eq!((one.intent.as_ref().unwrap().as_str(), lines.unfilled, lines.count), ("delivery_time", vec![3], 2));
}

#[test]
fn what_is_taken_in_is_counted_beside_what_is_in_force_and_nothing_by_halves() {
    let ((_folder, settings), table) = (settings(), RoutingTable::shipped());
    let take = |text: &str| take_in(&settings, &table, "new.jsonl", text);
    let told = take(LINE).unwrap();
    assert_eq!(told, TakenIn { new: 1, ..TakenIn::default() });
    let keys = backends::known_keys(&settings).unwrap();
    let pending = || -> Vec<Taken> { read(&place(&settings, TAKEN_IN), &keys).unwrap() };
    write(&place(&settings, IN_FORCE), &keys, &Examples::default().with(&pending())).unwrap();
    write::<Taken>(&place(&settings, TAKEN_IN), &keys, &[]).unwrap();
    let other = LINE.replace("delivery_time", "return_item");
    let told = take(&format!("{other}\n{other}")).unwrap();
    assert_eq!(told, TakenIn { corrected: 1, known: 1, ..TakenIn::default() });
    assert_eq!(Examples::of(in_force(&settings, &keys).unwrap()).with(&pending()).len(), 1);
    let before = pending();
    let told = take(&format!("{LINE}\n{{\"text\":\"Nooit gezegd\",\"remove\":true}}")).unwrap_err().to_string();
    assert!(told.starts_with("new.jsonl:2: no example with this text") && told.ends_with("1 of 2 lines are not right"));
    assert_eq!(pending(), before);
    let out = take("{\"text\":\"is mijn doos er al?\",\"remove\":true}").unwrap();
    assert_eq!(out, TakenIn { out: 1, ..TakenIn::default() });
    assert!(Examples::of(in_force(&settings, &keys).unwrap()).with(&pending()).is_empty());
}

#[test]
fn what_is_confirmed_is_sealed_and_stands_beside_what_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let (file, keys) = (folder.path().join("examples.sealed"), Keys::new([7; 32]));
    let examples = Examples::default().with(&[taken(LINE)]);
    write(&file, &keys, &examples).unwrap();
    assert!(!String::from_utf8_lossy(&fs::read(&file).unwrap()).contains("doos"));
    assert_eq!(read::<Confirmed>(&file, &keys).unwrap(), examples);
    // What an earlier release took in is read, too.
    assert_eq!(read::<Taken>(&file, &keys).unwrap(), [taken(LINE)]);
    assert!(read::<Confirmed>(&file, &Keys::new([8; 32])).is_err());
    let table = RoutingTable::shipped();
    let texts =
        |intents: &[Intent]| intents.iter().map(|i| i.examples.values().map(Vec::len).sum::<usize>()).sum::<usize>();
    assert_eq!(texts(&with_confirmed(&table.intents, &examples)), texts(&table.intents) + 1);
}

#[test]
fn a_text_that_is_declared_for_one_intent_and_confirmed_for_another_belongs_to_the_latter() {
    let table = RoutingTable::shipped();
    let hours = table.intents.iter().find(|intent| intent.name.as_str() == "store_hours").unwrap();
    let (language, texts) = hours.examples.iter().next().unwrap();
    let confirmed =
        Examples::default().with(&[taken(&line(&texts[0].to_uppercase(), "delivery_time", language.code()))]);
    let intents = with_confirmed(&table.intents, &confirmed);
    let holders: Vec<&str> = intents
        .iter()
        .filter(|intent| intent.examples.values().flatten().any(|text| text.eq_ignore_ascii_case(&texts[0])))
        .map(|intent| intent.name.as_str())
        .collect();
    assert_eq!(holders, ["delivery_time"]);
}
