//! The heads over an encoder's vectors: which feeling, and who asks for a person.

use std::path::Path;

use wissel_triage::Sentences;
use wissel_triage::encoder::Encoder;
use wissel_triage::training::{LayeredHead, Plan, over_sentences};

use crate::forms::written_out;
use crate::{ASKING, EMOTIONS, asking, asking_forms, felt, talking};

/// How the head of emotion is learnt: chosen on the even lines of the dev set of `GoEmotions`.
const EMOTION: Plan = Plan { inner: 192, rounds: 6, decay: 1e-4, rare: 0.5, smooth: 0.1, dropped: 0.3 };

/// How the head of who asks for a person is learnt.
const PERSON: Plan = Plan { inner: 96, rounds: 5, decay: 1e-4, rare: 0.3, smooth: 0.05, dropped: 0.3 };

/// Learns both heads over the vectors of the encoder in `model` and writes them to `out`.
pub(crate) fn learn(folder: &Path, model: &Path, out: &Path) {
    let forms = talking();
    let said = written_out(&asking_forms(&[ASKING[0], ASKING[1], ASKING[3]]));
    let encoder = Encoder::of_bytes("use-multilingual", &std::fs::read(model).unwrap()).unwrap();
    let seen = |class: usize, text: &str, often: usize| (class, often as f32, encoder.embed(text));
    let felt: Vec<_> = felt(folder, &forms).into_iter().map(|(class, text, often)| seen(class, &text, often)).collect();
    let emotion = LayeredHead::learn(&felt, EMOTIONS.len(), EMOTION);
    let asking: Vec<_> =
        asking(folder, &said).into_iter().map(|(class, text, often, _)| seen(class, &text, often)).collect();
    let person = LayeredHead::learn(&asking, 2, PERSON);
    let file = over_sentences(encoder.name(), [&emotion, &person]);
    std::fs::write(out, &file).unwrap();
    println!("{}: {} bytes, {}", out.display(), file.len(), blake3::hash(&file).to_hex());
}
