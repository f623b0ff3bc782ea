//! The new text of mails of the common clients in five languages: beside each mail lies what is new in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::message;

/// Where the mails are: other sets can be measured by naming their folder.
fn folder() -> PathBuf {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/email");
    std::env::var_os("WISSEL_MAILS").map_or_else(own, PathBuf::from)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_new_text_is_found_in_mails_of_the_common_clients_and_five_languages() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut mails: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).collect();
    mails.sort();
    let own = std::env::var_os("WISSEL_MAILS").is_none();
    assert!(mails.len() >= 120 || !own, "only {} mails", mails.len());
    let mut wrong = Vec::new();
    for mail in &mails {
        let expected = fs::read_to_string(mail.with_extension("txt")).unwrap();
        let found = message(fs::read(mail).unwrap());
        assert_eq!(found.automatic, None, "{}: a person wrote it", mail.display());
        if words(&found.text) != words(&expected) {
            let name = mail.file_name().unwrap().to_string_lossy().into_owned();
            wrong.push(format!("{name}\n  expected: {}\n  found:    {}", words(&expected), words(&found.text)));
        }
    }
    println!("{} of {} right\n{}", mails.len() - wrong.len(), mails.len(), wrong.join("\n"));
    assert!(wrong.len() * 100 <= mails.len() * 3, "{} of {} wrong", wrong.len(), mails.len());
}
