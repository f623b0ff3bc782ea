//! Distils the static table from the sentence encoder: `cargo run --release -p wissel-triage --example distill -- MODEL TEXTS OUT`.
//! MODEL is the encoder's installed file, TEXTS what `data/texts.py` gathered, a text a line; their vectors are kept beside it,
//! as TEXTS.vectors. First each word and each piece of a word is a row of its own, and the rows are the least-squares answer:
//! their mean over a text is its vector's first principal components. Then a word that stands in two texts or more is one row,
//! its own and its pieces' together; what the pieces of any other word tell is learnt from all words, in rows that they share.
//! The same texts and model give the same bytes.
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a command that is run by hand, on numbers that are small"
)]

mod components;
mod least_squares;
mod table;
mod words;

use std::path::Path;

use wissel_triage::Sentences;
use wissel_triage::encoder::Encoder;

use components::{FULL, components};
use least_squares::solve;
use words::Words;

/// Numbers of a row.
const DIMENSIONS: usize = 120;
/// Rows that the pieces of unknown words share.
const SHARED: usize = 1 << 15;
/// A word that stands in so many texts has a row.
const OFTEN: u32 = 2;
/// How much of itself a gram must bring before its row is believed by half: as much as some fifty short texts hold of it.
const RIDGE: f32 = 0.02;
const ROUNDS: usize = 8;
/// The same for the pieces of unknown words, in words.
const SHARED_RIDGE: f32 = 20.0;
const SHARED_ROUNDS: usize = 12;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, file, out] = &arguments[..] else {
        println!("usage: distill MODEL TEXTS OUT");
        return;
    };
    let texts = std::fs::read_to_string(file).unwrap();
    let texts: Vec<&str> = texts.lines().collect();
    let vectors = vectors(model, &texts, &format!("{file}.vectors"));
    let targets = components(&vectors, DIMENSIONS);
    drop(vectors);
    let (words, inputs) = Words::of(&texts);
    println!("{} texts, {} words, {} pieces", texts.len(), words.all.len(), words.pieces.len());
    let rows = solve(&inputs, &targets, words.grams(), (RIDGE, ROUNDS));
    let whole = words.together(&rows, DIMENSIONS);
    let shared = solve(&words.shared(SHARED), &whole, SHARED, (SHARED_RIDGE, SHARED_ROUNDS));
    let file = table::table(&words, &whole, &shared, OFTEN);
    std::fs::write(out, &file).unwrap();
    println!("{out}: {} bytes, {}", file.len(), blake3::hash(&file).to_hex());
}

/// The encoder's vectors of the texts, one after the other: as they were kept, or made now and kept.
fn vectors(model: &str, texts: &[&str], kept: &str) -> Vec<f32> {
    if let Some(bytes) = std::fs::read(Path::new(kept)).ok().filter(|bytes| bytes.len() == texts.len() * FULL * 4) {
        return bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    }
    let encoder = Encoder::of_bytes("use-multilingual", &std::fs::read(model).unwrap()).unwrap();
    let vectors: Vec<f32> = texts.iter().flat_map(|text| encoder.embed(text)).collect();
    let bytes: Vec<u8> = vectors.iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(kept, bytes).unwrap();
    vectors
}

/// The sum of the products of two rows of one length, in sixteen lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, more), (b, others)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let mut lanes = [0f32; 16];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..16 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + more.iter().zip(others).map(|(x, y)| x * y).sum::<f32>()
}
