//! What is heard of ways of saying it that were not learnt from: a fifth of the forms is left out, five times over.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_triage::training::{Head, Labelled, gram_vector, person_vector, tried};

use crate::{forms, lines, own, reasons};

const PARTS: usize = 5;

/// As in the engine: how far the head leans towards hearing a wish for a person.
const LEAN_TO_PERSON: f32 = 2.75;

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

/// Who asks for a person.
pub(crate) fn persons(folder: &Path) {
    let mut counts = Counts::new();
    for part in 0..PARTS {
        let (held, learnt): (Vec<_>, Vec<_>) =
            forms::written_out(&own("person/forms.txt")).into_iter().partition(|said| said.form % PARTS == part);
        let asked: Vec<(Labelled, bool)> = held
            .iter()
            .map(|said| {
                let (vector, ruled) = person_vector(&said.text, said.language.parse().ok());
                ((0, vector), ruled)
            })
            .collect();
        let (vectors, ruled): (Vec<Labelled>, Vec<bool>) = asked.into_iter().unzip();
        let scores = tried(Head::Person, &crate::persons(folder, &learnt), &vectors);
        for ((said, scores), ruled) in held.iter().zip(scores).zip(ruled) {
            let told = ruled || scores[0] - scores[1] >= -LEAN_TO_PERSON;
            count(&mut counts, &said.language, said.sign == '+', told);
            count(&mut counts, "all", said.sign == '+', told);
            count(&mut counts, "all, rules alone", said.sign == '+', ruled);
        }
    }
    print("ways of asking for a person", &counts);
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
        let asked: Vec<(char, Labelled)> = texts.map(|(sign, text)| (sign, (0, gram_vector(text)))).collect();
        let (signs, vectors): (Vec<char>, Vec<Labelled>) = asked.into_iter().unzip();
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
