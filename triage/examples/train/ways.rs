//! What is heard of ways of saying it that were not learnt from: a fifth of the forms is left out, five times over.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_triage::training::{Asked, Head, Labelled, asked, gram_vector, tried};

use crate::{ASKING, asking_forms, forms, lines, reasons};

const PARTS: usize = 5;

/// A form that is so often wrong is shown.
const WORST: usize = 7;

/// As in the engine: how far the head leans towards hearing a wish for a person, where there is a word about people and where
/// there is none.
const LEAN: f32 = 2.0;
const LEAN_LIKELY: f32 = 2.75;
const LEAN_UNSIGNED: f32 = 1.5;

/// Recall and precision of a language or a class: hits, misses, false alarms.
type Counts = BTreeMap<String, (usize, usize, usize)>;

fn count(counts: &mut Counts, name: &str, is: bool, told: bool) {
    let row = counts.entry(name.to_owned()).or_default();
    match (is, told) {
        (true, true) => row.0 += 1,
        (true, false) => row.1 += 1,
        (false, true) => row.2 += 1,
        (false, false) => {}
    }
}

fn print(what: &str, counts: &Counts) {
    for (name, &(hit, missed, wrong)) in counts {
        let percent = |all: usize| 100.0 * hit as f64 / all.max(1) as f64;
        println!(
            "{what}, {name}: n {} recall {:.1} precision {:.1}",
            hit + missed,
            percent(hit + missed),
            percent(hit + wrong)
        );
    }
}

/// Who asks for a person: by the rules or the head, with the engine's leans; and over other leans.
pub(crate) fn persons(folder: &Path) {
    let mut counts = Counts::new();
    let mut wrong: BTreeMap<usize, (usize, usize, String)> = BTreeMap::new();
    let mut told_all: Vec<(bool, Asked, f32)> = Vec::new();
    for part in 0..PARTS {
        let (held, learnt): (Vec<_>, Vec<_>) =
            forms::written_out(&asking_forms(&ASKING)).into_iter().partition(|said| said.form % PARTS == part);
        let read: Vec<Asked> = held.iter().map(|said| asked(&said.text, said.language.parse().ok())).collect();
        let vectors: Vec<Labelled> = read.iter().map(|read| (0, read.vector.clone())).collect();
        let scores = tried(Head::Person, &crate::persons(folder, &learnt), &vectors);
        for ((said, scores), read) in held.iter().zip(scores).zip(read) {
            let over = scores[0] - scores[1];
            let lean = if read.likely {
                LEAN_LIKELY
            } else if read.signed {
                LEAN
            } else {
                LEAN_UNSIGNED
            };
            let told = read.ruled || over >= -lean;
            let asks = said.sign == '+';
            if told != asks {
                let form = wrong.entry(said.form).or_default();
                let line = format!("{} {} {}", said.language, said.sign, said.text);
                *form = (form.0 + 1, form.1 + usize::from(read.ruled), line);
            }
            count(&mut counts, &said.language, asks, told);
            count(&mut counts, "all", asks, told);
            count(&mut counts, "all, rules alone", asks, read.ruled);
            told_all.push((asks, read, over));
        }
    }
    for (times, ruled, text) in wrong.into_values().filter(|form| form.0 >= WORST) {
        println!("  {times} times wrong ({ruled} by rule): {text}");
    }
    print("ways of asking for a person", &counts);
    for (signed, likely) in [(true, true), (true, false), (false, false)] {
        for lean in [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0] {
            let of = |is: bool, told: bool| {
                let heard = |row: &&(bool, Asked, f32)| {
                    row.0 == is
                        && row.1.signed == signed
                        && row.1.likely == likely
                        && (row.1.ruled || row.2 >= -lean) == told
                };
                told_all.iter().filter(heard).count()
            };
            let (hit, missed, wrong) = (of(true, true), of(true, false), of(false, true));
            println!(
                "  with a sign: {signed}, likely: {likely}, lean {lean}: of {} heard {hit}, false alarms {wrong}",
                hit + missed
            );
        }
    }
}

/// Sets that are not learnt from, in which nobody gives such a reason, or next to nobody.
const PLAIN: [&str; 5] =
    ["multidogo/airline_dev", "multidogo/media_dev", "multidogo/software_dev", "bitext_cs/dev", "clinc150/val"];

/// The other reasons for people, by the head alone, for several leans: how many of the held forms of a class are heard, how
/// many of the others are taken for it, and how many plain requests.
pub(crate) fn reasons(folder: &Path) {
    let plain: Vec<String> = PLAIN
        .iter()
        .flat_map(|name| lines(folder, name, 1_500))
        .filter(|line| line.label != "complaint")
        .map(|line| line.text)
        .collect();
    let mut told: Vec<(char, Vec<f32>)> = Vec::new();
    for part in 0..PARTS {
        let held: Vec<_> = reasons::said().into_iter().filter(|said| said.form % PARTS == part).collect();
        let texts = held
            .iter()
            .map(|said| (said.sign, said.text.as_str()))
            .chain(plain.iter().map(|text| ('p', text.as_str())));
        let read: Vec<(char, Labelled)> = texts.map(|(sign, text)| (sign, (0, gram_vector(text)))).collect();
        let (signs, vectors): (Vec<char>, Vec<Labelled>) = read.into_iter().unzip();
        let learnt = reasons::reasons(folder, |form| form % PARTS != part);
        told.extend(signs.into_iter().zip(tried(Head::Reason, &learnt, &vectors)));
    }
    for (class, own) in reasons::SIGNS.iter().enumerate().take(4) {
        for lean in [1.0, 0.0, -0.5, -1.0, -1.5, -2.0, -2.5, -3.0, -4.0] {
            let share = |of: &dyn Fn(char) -> bool| {
                let all = told.iter().filter(|(sign, _)| of(*sign));
                let heard = all.clone().filter(|(_, scores)| scores[class] - scores[4] >= lean).count();
                100.0 * heard as f64 / all.count().max(1) as f64
            };
            println!(
                "ways of {own}, lean {lean:>4}: heard {:.1}, of others {:.1}, of plain requests {:.2}",
                share(&|s| s == *own),
                share(&|s| s != *own && s != 'p'),
                share(&|s| s == 'p')
            );
        }
    }
}
