//! The encoder on sentences in five languages. Needs the model: `wissel models install use-multilingual` in the root of the
//! repository, or its file in `WISSEL_ENCODER`. Where it is not installed, these tests are left out and say so.

use std::path::PathBuf;

use wissel_triage::Sentences;
use wissel_triage::encoder::Encoder;

/// Sixty sentences in each of nl, en, de, fr, es, with the same meanings in the same order.
const SENTENCES: &str = include_str!("data/sentences.txt");
const EACH: usize = 60;

/// What the network's reference gives for each of them: the wheel's own forward pass in singles, here with the largest number
/// of each vector as 127 and the others beside it, which alone takes a ten-thousandth from a cosine.
const REFERENCE: &[u8] = include_bytes!("data/reference.bin");

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
    let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let reference: Vec<Vec<f32>> = REFERENCE
        .chunks_exact(encoder.dimensions())
        .map(|row| row.iter().map(|number| f32::from(number.cast_signed())).collect())
        .collect();
    assert_eq!((vectors.len(), reference.len()), (5 * EACH, 5 * EACH));
    for (number, (own, other)) in vectors.iter().zip(&reference).enumerate() {
        let equal = cosine(own, other) / cosine(other, other).sqrt();
        assert!(equal >= 0.999, "sentence {number}: {equal}");
    }
    let languages: Vec<&[Vec<f32>]> = vectors.chunks(EACH).collect();
    for other in &languages[1..] {
        let nearest =
            |own: &Vec<f32>| (0..EACH).max_by(|&a, &b| cosine(own, &other[a]).total_cmp(&cosine(own, &other[b])));
        let right = languages[0].iter().enumerate().filter(|(number, own)| nearest(own) == Some(*number)).count();
        assert!(right >= EACH * 9 / 10, "{right} of {EACH} sentences lie nearest to their translation");
    }
    assert!(encoder.embed("  \n ").iter().all(|number| *number == 0.0), "nothing said has no meaning");
}
