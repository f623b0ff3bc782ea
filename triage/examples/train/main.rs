//! Trains the heads that ship: `cargo run -p wissel-triage --example train -- DATA OUT`. DATA is a folder with one folder a
//! data set; `MODEL.md` names them and what is held out. `ways` for OUT: what is heard of forms that were not learnt from.
//! With an encoder's file behind OUT: the heads over its vectors.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a command that is run by hand, on small numbers")]

use std::path::Path;

use serde::Deserialize;
use wissel_triage::training::{Asked, Labelled, asked, gram_vector, heads, language_vector};

mod forms;
mod reasons;
mod sentences;
mod ways;

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    triage: Option<String>,
    #[serde(default)]
    label: String,
    #[serde(default)]
    lang: String,
}

const LANGUAGES: [&str; 6] = ["nl", "en", "de", "fr", "es", "other"];
const EMOTIONS: [&str; 5] = ["angry", "sad_anxious", "doubting", "happy", "neutral"];

/// Sets with emotion, and how many of them at most.
const FELT: [(&str, usize); 9] = [
    ("goemotions/train", 50_000),
    ("xed/en", 14_000),
    ("xed/nl", 9_000),
    ("xed/de", 9_000),
    ("xed/fr", 9_000),
    ("xed/es", 9_000),
    ("brighter/de_train", 3_000),
    ("brighter/en_train", 3_000),
    ("brighter/es_train", 3_000),
];

/// Sets of plain requests: they feel nothing.
const PLAIN: [(&str, usize); 6] = [
    ("multidogo/airline_train", 3_000),
    ("multidogo/media_train", 3_000),
    ("multidogo/software_train", 3_000),
    ("bitext_cs/train", 3_000),
    ("homeassistant_intents/de", 3_000),
    ("clinc150/train", 4_000),
];

/// Orders to a voice assistant, of each language at most so many.
const ASSISTANT: usize = 12_000;

/// How often forms are written out with other titles.
const TITLED: usize = 6;

/// How often each of our own lines is learnt from.
const OWN_OFTEN: usize = 10;

/// Sets in which nobody asks for a person, but where the rules hear it.
const OTHER: [(&str, usize); 20] = [
    ("xed/nl", 5_000),
    ("xed/en", 5_000),
    ("xed/de", 5_000),
    ("xed/fr", 5_000),
    ("xed/es", 5_000),
    ("goemotions/train", 12_000),
    ("brighter/de_train", 2_000),
    ("brighter/en_train", 2_000),
    ("brighter/es_train", 2_000),
    ("clinc150/train", 8_000),
    ("homeassistant_intents/de", 1_500),
    ("multidogo/airline_train", 4_000),
    ("multidogo/media_train", 4_000),
    ("multidogo/software_train", 4_000),
    ("multidogo/fastfood_train", 4_000),
    ("assistant/nl", 3_000),
    ("assistant/en", 3_000),
    ("assistant/de", 3_000),
    ("assistant/fr", 3_000),
    ("assistant/es", 3_000),
];

/// The files of forms of who asks for a person.
const ASKING: [&str; 4] = ["person/forms.txt", "person/more.txt", "person/further.txt", "person/plain.txt"];

/// Of what customers report without feeling one in so many is learnt from.
const CALM_EVERY: usize = 5;

/// Of what is reported or complained of, one in so many is learnt from as asking for nobody.
const TOLD_EVERY: usize = 4;

/// How often each of the demo shop's texts is learnt from.
const SHOP_OFTEN: usize = 12;

fn lines(folder: &Path, name: &str, most: usize) -> Vec<Line> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    let every = all.len().div_ceil(most).max(1);
    let kept = all.iter().enumerate().filter(|(n, _)| name != "xed/nl" || n % 5 != 0).step_by(every);
    kept.filter_map(|(_, line)| serde_json::from_str(line).ok()).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out, ..] = &arguments[..] else {
        println!(
            "usage: train DATA OUT [ENCODER], or train DATA ways: what is heard of forms that were not learnt from"
        );
        return;
    };
    let folder = Path::new(folder);
    if out == "ways" {
        if arguments.get(2).is_none() {
            ways::reasons(folder);
        }
        ways::persons(folder);
        return;
    }
    if let Some(model) = arguments.get(2) {
        sentences::learn(folder, Path::new(model), Path::new(out));
        return;
    }
    let said = forms::written_out(&asking_forms(&ASKING));
    let texts = [languages(folder), emotions(folder), persons(folder, &said), reasons::reasons(folder, |_| true)];
    let file = heads(&texts);
    std::fs::write(out, &file).unwrap();
    println!("{out}: {} bytes, {}", file.len(), blake3::hash(&file).to_hex());
}

/// What the heads of emotion learn from, and how often; `forms` are those of who asks for a person, and of who does not.
fn felt(folder: &Path, forms: &str) -> Vec<(usize, String, usize)> {
    let mut all = Vec::new();
    for (name, most) in FELT {
        for line in lines(folder, name, most) {
            if let Some(class) = line.triage.and_then(|felt| EMOTIONS.iter().position(|e| *e == felt)) {
                all.push((class, line.text, 1));
            }
        }
    }
    for (name, most) in PLAIN {
        all.extend(lines(folder, name, most).into_iter().map(|line| (4, line.text, 1)));
    }
    all.extend(shop().into_iter().map(|text| (4, text, SHOP_OFTEN)));
    let calm = |said: &forms::Said| said.sign == '-' && !said.rude;
    for (forms, every) in [(forms, 6), (&own("emotion/calm.txt"), CALM_EVERY)] {
        let said = forms::written_out(forms).into_iter().filter(calm);
        all.extend(said.step_by(every).map(|said| (4, said.text, 1)));
    }
    all
}

fn emotions(folder: &Path) -> Vec<Labelled> {
    let mut all = Vec::new();
    for (class, text, often) in felt(folder, &talking()) {
        let vector = gram_vector(&text);
        all.extend((0..often).map(|_| (class, vector.clone())));
    }
    all
}

/// The forms of several files as one.
fn asking_forms(files: &[&str]) -> String {
    files.iter().map(|file| own(file)).collect()
}

/// Those that show the other heads how people talk: with all of them language and emotion were told less well.
fn talking() -> String {
    asking_forms(&ASKING[..2])
}

/// A file of our own lines.
fn own(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    std::fs::read_to_string(file).unwrap()
}

/// The demo shop's examples and articles: how customers and companies write, in five languages, without feeling.
fn shop() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/webshop.json");
    let shop: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let calm = |(name, _): &(&String, &serde_json::Value)| {
        !["complaint", "bereavement", "account_fraud"].contains(&name.as_str())
    };
    let intents = shop["intents"].as_object().into_iter().flatten().filter(calm);
    let languages = intents.flat_map(|(_, intent)| intent["examples"].as_object().into_iter().flatten());
    let examples = languages.flat_map(|(_, texts)| texts.as_array().into_iter().flatten());
    let articles = shop["knowledge"].as_array().into_iter().flatten();
    let sentences = articles.flat_map(|article| article["text"].as_str().unwrap_or_default().split(". "));
    examples.filter_map(|text| text.as_str()).chain(sentences).map(str::to_owned).collect()
}

fn persons(folder: &Path, forms: &[forms::Said]) -> Vec<Labelled> {
    let mut all = Vec::new();
    for (class, text, often, read) in asking(folder, forms) {
        drop(text);
        all.extend((0..often).map(|_| (class, read.vector.clone())));
    }
    all
}

/// Who asks for a person, and how often each is learnt from: our own lines, and forms written out; a set that knows the
/// intent; and all that is about something else, unless the rules hear a wish for a person in it.
fn asking(folder: &Path, forms: &[forms::Said]) -> Vec<(usize, String, usize, Asked)> {
    let mut all = Vec::new();
    for line in own("person/train.txt").lines() {
        let read = asked(&line[5..], line[..2].parse().ok());
        all.push((usize::from(!line[3..].starts_with('+')), line[5..].to_owned(), OWN_OFTEN, read));
    }
    for said in forms {
        let read = asked(&said.text, said.language.parse().ok());
        all.push((usize::from(said.sign != '+'), said.text.clone(), 1, read));
    }
    let others = OTHER.iter().flat_map(|(name, most)| lines(folder, name, *most)).map(|line| (line.text, 1));
    let told = ["emotion/calm.txt", "reasons/forms.txt"].into_iter().flat_map(|file| forms::written_out(&own(file)));
    let told = told.step_by(TOLD_EVERY).map(|said| (said.text, 1));
    for (text, often) in shop().into_iter().map(|text| (text, SHOP_OFTEN)).chain(others).chain(told) {
        let read = asked(&text, None);
        if !read.ruled && !read.likely {
            all.push((1, text, often, read));
        }
    }
    for line in lines(folder, "bitext_cs/train", 3_000) {
        let read = asked(&line.text, None);
        all.push((usize::from(line.label != "contact_human_agent"), line.text, 1, read));
    }
    all
}

fn languages(folder: &Path) -> Vec<Labelled> {
    let mut all = Vec::new();
    let sets = FELT.iter().map(|(name, _)| (*name, 6_000)).chain(PLAIN.iter().map(|(name, _)| (*name, 1_500)));
    for (name, most) in sets.chain([("homeassistant_intents/en", 1_000)]) {
        for line in lines(folder, name, most) {
            let Some(class) = LANGUAGES.iter().position(|l| *l == line.lang) else { continue };
            cut(class, &line.text, 2, &mut all);
        }
    }
    for (class, language) in LANGUAGES.iter().enumerate() {
        for line in lines(folder, &format!("assistant/{language}"), ASSISTANT) {
            all.push((class, language_vector(&line.text)));
        }
        for line in lines(folder, &format!("around/{language}"), usize::MAX) {
            cut(class, &line.text, 2, &mut all);
        }
    }
    // Who asks for a person does so in dialects too, and with one word that is in several languages.
    let plain = forms::written_out(&talking()).into_iter().filter(|said| said.sign == '-');
    let forms = [
        forms::written_out(&own("language/forms.txt")),
        forms::written_out(&own("language/shop.txt")),
        forms::written_out(&own("language/around.txt")),
        plain.step_by(3).collect(),
        forms::written_out(&own("reasons/forms.txt")).into_iter().step_by(2).collect(),
    ];
    let titled = (0..TITLED).flat_map(|turn| forms::written_out(&titled(folder, turn)));
    let titled: Vec<forms::Said> = titled.filter(|said| said.title).collect();
    for said in forms.iter().flatten().chain(&titled) {
        let Some(class) = LANGUAGES.iter().position(|l| *l == said.language) else { continue };
        cut(class, &said.text, 3, &mut all);
    }
    for (class, name) in LANGUAGES.iter().enumerate() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/language/{name}.txt"));
        for line in std::fs::read_to_string(own).unwrap_or_default().lines() {
            (1..=4).for_each(|length| cut(class, line, length, &mut all));
        }
    }
    all
}

/// The forms of everyday talk with pieces of what is said in other languages for titles and brands: what a thing is called
/// does not tell in which language it is talked about.
fn titled(folder: &Path, turn: usize) -> String {
    let mut forms = vec![own("language/forms.txt"), own("language/shop.txt")];
    for language in &LANGUAGES[..5] {
        let sets = LANGUAGES.iter().filter(|other| *other != language).map(|other| format!("assistant/{other}"));
        let sets = sets.chain(["goemotions/train".to_owned()]);
        let texts = sets.flat_map(|set| lines(folder, &set, 4_000).into_iter().skip(turn * 7 + 3).step_by(97));
        let title = |(at, line): (usize, Line)| {
            let words: Vec<&str> =
                line.text.split_whitespace().filter(|word| !word.contains(['|', '{', '='])).collect();
            words.get(at % 3..).unwrap_or_default().iter().take(1 + at % 4).copied().collect::<Vec<_>>().join(" ")
        };
        let titles: Vec<String> = texts.enumerate().map(title).filter(|title| !title.is_empty()).collect();
        forms.push(format!("{language} title = {}\n", titles.join(" | ")));
        let short = titles.into_iter().filter(|title| title.split(' ').count() <= 2);
        forms.push(format!("{language} brand = {}\n", short.collect::<Vec<_>>().join(" | ")));
    }
    forms.concat()
}

/// The whole text, if it is short, and pieces of `length` and of five words: customers write shortly.
fn cut(class: usize, text: &str, length: usize, all: &mut Vec<Labelled>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= 20 {
        all.push((class, language_vector(text)));
    }
    let step = if words.len() > 20 { length } else { 2 * length + 1 };
    for piece in words.chunks(step.max(1)) {
        let few = &piece[..piece.len().min(length)];
        all.push((class, language_vector(&few.join(" "))));
    }
}
