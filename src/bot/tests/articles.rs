//! Reading articles: every mistake is told with its place and remedy, and no file can crash the reader.

use proptest::prelude::*;

use crate::bot::Knowledge;
use crate::bot::front_matter::{MAX_FILE_BYTES, read_article};
use crate::routing::{IntentName, Language};

const GOOD: &str = "+++\ntitle = \"Levertijd\"\nlang = \"nl\"\nversion = \"2026-03-01\"\nsource = \"https://shop.example/levertijd\"\nowner = \"Team\"\nintents = [\"delivery_time\"]\n+++\nEen pakket komt in 2 dagen.\n";

fn problems(text: &str) -> Vec<String> {
    read_article("a.md", text.as_bytes())
        .map_or_else(|found| found.iter().map(ToString::to_string).collect(), |_| Vec::new())
}

/// The good article with one piece of it replaced.
fn with(piece: &str, other: &str) -> Vec<String> {
    assert!(GOOD.contains(piece), "{piece}");
    problems(&GOOD.replace(piece, other))
}

#[test]
fn a_good_article_is_read_also_with_byte_order_mark_windows_line_ends_or_a_bare_date() {
    for text in [
        GOOD.to_owned(),
        format!("\u{feff}{GOOD}"),
        GOOD.replace('\n', "\r\n"),
        GOOD.replace("\"2026-03-01\"", "2026-03-01"),
    ] {
        let article = read_article("a.md", text.as_bytes()).unwrap();
        assert_eq!(
            (article.title.as_str(), article.language, article.version.as_str()),
            ("Levertijd", Language::Nl, "2026-03-01")
        );
        assert_eq!(article.body.trim(), "Een pakket komt in 2 dagen.");
        assert_eq!(article.intents[0].name.as_str(), "delivery_time");
        assert_eq!((article.intents[0].line, article.intents[0].column), (7, 12));
    }
}

#[test]
fn each_mistake_is_told_with_its_place_and_remedy() {
    let cases = [
        with("title =", "titel ="),
        with("owner = \"Team\"\n", ""),
        with("\"nl\"", "\"nl-NL\""),
        with("\"nl\"", "\"it\""),
        with("\"2026-03-01\"", "\"1 maart 2026\""),
        with("\"2026-03-01\"", "2026-13-01"),
        with("\"2026-03-01\"", "2026-03-01T10:00:00"),
        with("https://shop.example/levertijd", "javascript:alert(1)"),
        with("https://shop.example/levertijd", "/levertijd"),
        with("\"Levertijd\"", "\"  \""),
        with("\"Levertijd\"", "3"),
        with("[\"delivery_time\"]", "\"delivery_time\""),
        with("[\"delivery_time\"]", "[]"),
        with("[\"delivery_time\"]", "[\"Delivery time\", \"a\", \"a\"]"),
        with("\"Team\"", "\"Team"),
        with("lang = \"nl\"", "lang = \"nl\"\nlang = \"en\""),
        with("Een pakket komt in 2 dagen.", "<!-- later -->"),
        with("+++\nEen", "Een"),
        with("+++\ntitle", "---\ntitle"),
        with("+++\ntitle", "title"),
        problems(""),
        problems("Een\0pakket"),
    ];
    insta::assert_snapshot!(cases.iter().map(|found| found.join("\n")).collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let broken = GOOD.replace("lang = \"nl\"", "lang = \"xx\"").replace("2026-03-01", "soon");
    let files = [("a.md", GOOD), ("b.md", broken.as_str()), ("c.md", GOOD)];
    let found = Knowledge::read_files(files.map(|(name, text)| (name.to_owned(), text.into()))).unwrap_err();
    let places: Vec<_> = found.iter().map(|p| (p.file.as_str(), p.line, p.column)).collect();
    assert_eq!(places, [("b.md", 3, 8), ("b.md", 4, 11), ("c.md", 1, 1)]);
    assert!(found[2].message.contains("a.md has the same title"), "{}", found[2]);
}

#[test]
fn text_that_is_not_utf_8_or_too_large_is_refused() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.push(0xff);
    assert!(read_article("a.md", &bytes).unwrap_err()[0].message.contains("not UTF-8"));
    let large = GOOD.replace("dagen", &"dagen ".repeat(MAX_FILE_BYTES / 6));
    assert!(read_article("a.md", large.as_bytes()).unwrap_err()[0].message.contains("KiB"));
}

#[test]
fn a_folder_is_read_by_name_and_its_faults_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Knowledge::read_folder(&folder.path().join("none")).unwrap_err();
    assert!(missing[0].to_string().contains("cannot be read"), "{}", missing[0]);
    assert!(Knowledge::read_folder(folder.path()).unwrap_err()[0].message.contains("no *.md"));
    std::fs::write(folder.path().join("b.md"), GOOD.replace("Levertijd", "Twee")).unwrap();
    std::fs::write(folder.path().join("a.md"), GOOD).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not an article").unwrap();
    std::fs::create_dir(folder.path().join("drafts.md")).unwrap();
    let knowledge = Knowledge::read_folder(folder.path()).unwrap();
    let titles: Vec<_> = knowledge.articles().iter().map(|a| a.title.as_str()).collect();
    assert_eq!(titles, ["Levertijd", "Twee"]);
}

#[test]
fn an_intent_that_the_routing_does_not_declare_is_told_with_the_near_match() {
    let knowledge = Knowledge::read_files([("a.md".to_owned(), GOOD.into())]).unwrap();
    let declared = [IntentName::new("delivery_times").unwrap()];
    let found = knowledge.undeclared_intents(&declared);
    assert_eq!(
        found[0].to_string(),
        "a.md:7:12: intent \"delivery_time\" is not declared in the routing; did you mean \"delivery_times\"? declared: delivery_times"
    );
    assert_eq!(knowledge.undeclared_intents(&[IntentName::new("delivery_time").unwrap()]), []);
}

proptest! {
    #[test]
    fn no_bytes_crash_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_article("a.md", &bytes);
        let _ = read_article("a.md", &[b"+++\n", bytes.as_slice()].concat());
    }

    #[test]
    fn no_text_crashes_the_reader(header in "([a-z]{1,7} ?= ?(\"\\PC{0,9}\"|\\[\\PC{0,9}\\]|[0-9T:-]{1,12}|\\PC{0,9})\r?\n){0,6}", body in "(\\PC|\n|[#*.!?<>\\[\\]() -]){0,200}") {
        let _ = read_article("a.md", format!("+++\n{header}+++\n{body}").as_bytes());
        let start = GOOD.split("Een").next().unwrap();
        if let Ok(article) = read_article("a.md", format!("{start}{body}").as_bytes()) {
            let passages = crate::bot::passages::split(&article.body);
            prop_assert!(!passages.is_empty());
            prop_assert!(passages.iter().all(|p| !p.text.trim().is_empty()));
        }
    }
}
