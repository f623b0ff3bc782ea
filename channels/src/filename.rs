//! Names of files as strangers write them, made fit for showing. Files are never stored under these names.

use std::collections::HashSet;

/// Bytes of a shown name, at most.
const MOST: usize = 120;

/// Names that some systems take for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name without folders, control characters, invisible and direction-changing characters, at most 120 bytes, with
/// its extension kept. `fallback` stands where nothing is left.
#[must_use]
pub fn shown(raw: &str, fallback: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|letter| !invisible(*letter)).map(safe).take(65_536).collect();
    let name = visible.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let name = if name.is_empty() { fallback } else { name };
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let name = if DEVICES.contains(&stem.as_str()) { format!("_{name}") } else { name.to_owned() };
    shorten(&name)
}

/// Cuts the middle out of a long name, so that its extension stays.
fn shorten(name: &str) -> String {
    if name.len() <= MOST {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let kept = stem.floor_char_boundary(MOST - extension.len() - '…'.len_utf8());
    format!("{}…{extension}", &stem[..kept])
}

/// Characters that cannot be seen, or that change how the others are seen.
pub(crate) fn invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn safe(letter: char) -> char {
    if matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { letter }
}

/// Tells names apart that are the same: `a.pdf`, `a (2).pdf`.
pub fn number_duplicates<'a>(names: impl Iterator<Item = &'a mut String>) {
    let mut seen = HashSet::new();
    for name in names {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem.to_owned(), format!(".{extension}")),
            _ => (name.clone(), String::new()),
        };
        let mut count = 1;
        while !seen.insert(name.to_lowercase()) {
            count += 1;
            *name = format!("{stem} ({count}){extension}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{number_duplicates, shown};

    #[test]
    fn names_are_cleaned() {
        for (raw, clean) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\evil.exe", "evil.exe"),
            ("\u{200b}.htaccess", "htaccess"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("a\0b.pdf", "ab.pdf"),
            ("", "file"),
            ("...", "file"),
            ("bon <1>.pdf", "bon _1_.pdf"),
            ("factuur maart.pdf", "factuur maart.pdf"),
        ] {
            assert_eq!(shown(raw, "file"), clean, "{raw:?}");
        }
        let long = shown(&format!("{}.pdf", "é".repeat(4096)), "file");
        assert!(long.len() <= 120 && long.ends_with("….pdf"), "{long}");
    }

    #[test]
    fn the_same_name_twice_is_told_apart() {
        let mut names = ["a.pdf", "A.pdf", "a.pdf", "b"].map(str::to_owned);
        number_duplicates(names.iter_mut());
        assert_eq!(names, ["a.pdf", "A (2).pdf", "a (3).pdf", "b"]);
    }

    proptest! {
        #[test]
        fn a_shown_name_is_short_and_never_a_path(raw in ".{0,300}") {
            let name = shown(&raw, "file");
            let bad = ['/', '\\', '\0', '\u{202e}'];
            prop_assert!(!name.is_empty() && name.len() <= 124 && !name.contains(bad));
        }
    }
}
