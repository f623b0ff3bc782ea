//! Names of folders as IMAP writes them: in a seven-bit form of UTF-16 (RFC 3501, section 5.1.3). Pure.

use data_encoding::{Encoding, Specification};

/// A name for a command, as people write it in the settings. One that is in IMAP's form already stays as it is.
pub(super) fn written(name: &str) -> String {
    if name.is_ascii() && is_written(name) {
        return name.to_owned();
    }
    let (mut written, mut other) = (String::new(), Vec::new());
    for letter in name.chars() {
        if !matches!(letter, ' '..='~') {
            other.extend(letter.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        shift(&mut written, &mut other);
        written.push(letter);
        if letter == '&' {
            written.push('-');
        }
    }
    shift(&mut written, &mut other);
    written
}

/// Whether each `&` begins something that ends with `-`.
fn is_written(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b',');
    name.split('&').skip(1).all(|rest| rest.split_once('-').is_some_and(|(coded, _)| coded.bytes().all(fits)))
}

fn shift(written: &mut String, other: &mut Vec<u8>) {
    if other.is_empty() {
        return;
    }
    written.push('&');
    written.push_str(&base64().map_or_else(String::new, |base64| base64.encode(other)));
    written.push('-');
    other.clear();
}

/// Base64 with a comma in the place of the slash, and nothing at its end.
fn base64() -> Option<Encoding> {
    let mut form = Specification::new();
    form.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
    form.encoding().ok()
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn names_are_written_as_the_server_wants_them() {
        for (name, wanted) in [
            ("INBOX", "INBOX"),
            ("[Gmail]/All Mail", "[Gmail]/All Mail"),
            ("R&D", "R&-D"),
            ("R&-D", "R&-D"),
            ("Prüfung", "Pr&APw-fung"),
            ("Pr&APw-fung", "Pr&APw-fung"),
            ("mail/台北/日本語", "mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Klachten 👋", "Klachten &2D3cSw-"),
        ] {
            assert_eq!(written(name), wanted);
        }
    }
}
