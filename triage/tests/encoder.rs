//! The encoder on sentences in five languages. Needs the model: `wissel models install use-multilingual` in the root of the
//! repository, or its file in `WISSEL_ENCODER`. Where it is not installed, these tests are left out and say so.

use std::path::PathBuf;

use wissel_triage::Sentences;
use wissel_triage::encoder::Encoder;

/// Sixty sentences in each of nl, en, de, fr, es, with the same meanings in the same order.
const SENTENCES: &str = include_str!("data/sentences.txt");
const EACH: usize = 60;

/// Of some sentences the first numbers, as they came out when all 300 had a cosine of at least 0.999999 with the network's
/// reference in singles.
const EXPECTED: [(usize, [f32; 6]); 5] = [
    (0, [-0.1013, -0.0566, -0.0427, 0.0156, -0.1222, -0.0270]),
    (75, [-0.0331, 0.0255, -0.0037, 0.0449, -0.0961, 0.0022]),
    (130, [-0.0548, 0.0050, -0.0119, 0.0008, 0.0255, 0.0365]),
    (195, [-0.0506, 0.0112, -0.0156, 0.0538, -0.0866, -0.0176]),
    (260, [-0.0326, -0.0323, -0.0558, 0.0174, -0.0403, 0.0492]),
];

fn encoder() -> Option<Encoder> {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/models/use-multilingual.model");
    let path = std::env::var_os("WISSEL_ENCODER").map_or_else(|| PathBuf::from(installed), PathBuf::from);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("left out: the model is not installed");
        return None;
    };
    match Encoder::of_bytes("use-multilingual", &bytes) {
        Ok(encoder) => Some(encoder),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

#[test]
fn sentences_get_the_vectors_of_the_reference_and_translations_lie_nearest() {
    let Some(encoder) = encoder() else { return };
    let vectors: Vec<Vec<f32>> = SENTENCES.lines().map(|line| encoder.embed(line)).collect();
    for (sentence, expected) in EXPECTED {
        for (number, expected) in vectors[sentence].iter().zip(expected) {
            assert!((number - expected).abs() < 2e-4, "sentence {sentence}: {number} is not {expected}");
        }
    }
    let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let languages: Vec<&[Vec<f32>]> = vectors.chunks(EACH).collect();
    for other in &languages[1..] {
        let nearest =
            |own: &Vec<f32>| (0..EACH).max_by(|&a, &b| cosine(own, &other[a]).total_cmp(&cosine(own, &other[b])));
        let right = languages[0].iter().enumerate().filter(|(number, own)| nearest(own) == Some(*number)).count();
        assert!(right >= EACH * 9 / 10, "{right} of {EACH} sentences lie nearest to their translation");
    }
    assert!(encoder.embed("  \n ").iter().all(|number| *number == 0.0), "nothing said has no meaning");
}
