//! Leaks: whether words of a conversation are in a folder or a text, plain or as base64 or hex.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Every file under `folder` that holds one of `words`, and how.
pub(crate) fn in_folder(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(in_folder(&path, words));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.extend(in_bytes(&bytes, words).into_iter().map(|how| format!("{}: {how}", path.display())));
        }
    }
    found
}

/// How `bytes` holds any of `words`.
pub(crate) fn in_bytes(bytes: &[u8], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for word in words {
        assert!(word.len() >= 6, "\"{word}\" is too short to be told from chance");
        for (how, needle) in shapes(word) {
            if bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(&needle)) {
                found.push(format!("\"{word}\" ({how})"));
            }
        }
    }
    found
}

/// The shapes that a word may be in. Base64 shows it in one of three ways, by where it begins; the first and last
/// characters depend on its neighbours and are left out.
fn shapes(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = word.as_bytes();
    let wide = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
    let hex = bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    let mut shapes = vec![("plain", bytes.to_vec()), ("16 bits a character", wide), ("hex", hex)];
    for before in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&padded).into_bytes();
            let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            shapes.push(("base64", encoded[from..to].to_vec()));
        }
    }
    shapes
}

#[test]
fn a_word_is_found_in_every_shape_and_a_sealed_one_is_not() {
    let sentence = "wanneer komt mijn pakketje aan";
    let words = ["pakketje"];
    for before in 0..3 {
        let text = format!("{}{sentence}", "x".repeat(before));
        let shapes = [text.clone(), STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text), text.to_uppercase()];
        for shape in shapes {
            assert!(!in_bytes(shape.as_bytes(), &words).is_empty(), "{shape}");
        }
        let hex = text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
        assert!(!in_bytes(hex.as_bytes(), &words).is_empty());
    }
    assert!(in_bytes(blake3::hash(sentence.as_bytes()).as_bytes(), &words).is_empty());
}
