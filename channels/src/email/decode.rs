//! From the bytes of a part to content and text: transfer encodings and charsets, forgiving and flagged.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::parts::Part;

/// A text, and whether something of it may be wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) lossy: bool,
}

/// The content of a part.
pub(super) fn content(part: &Part<'_>) -> Vec<u8> {
    bytes(part.body, &part.encoding())
}

/// The text of a part, of at most `most` bytes as they came.
pub(super) fn text(part: &Part<'_>, most: usize) -> Text {
    let encoding = part.encoding();
    let body = &part.body[..part.body.len().min(most)];
    let bytes = bytes(body, &encoding);
    let charset = part.parameter("charset").unwrap_or_default();
    let mut text = read(&bytes, charset);
    text.lossy |= body.len() < part.body.len();
    text
}

fn bytes(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable_decode(body).unwrap_or_else(|| {
            let lines = body.split_inclusive(|byte| *byte == b'\n');
            lines.flat_map(|line| quoted_printable_decode(line).unwrap_or_else(|| line.to_vec())).collect()
        }),
        _ => body.to_vec(),
    }
}

/// Reads base64 among whatever else stands there, up to a broken end.
fn base64(body: &[u8]) -> Vec<u8> {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&STANDARD, config);
    let mut letters = Vec::with_capacity(body.len());
    letters.extend(body.iter().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    engine.decode(letters).unwrap_or_default()
}

/// Reads bytes in the charset that they claim. UTF-8 in disguise is taken for what it is.
fn read(bytes: &[u8], charset: &str) -> Text {
    let charset = charset.trim().to_ascii_lowercase();
    let unicode = matches!(charset.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii");
    let single = charset.starts_with("iso-8859") || charset.starts_with("windows-125");
    match std::str::from_utf8(bytes) {
        Ok(text) if unicode || bytes.is_ascii() && !charset.starts_with("iso-2022") && charset != "utf-7" => {
            return Text { text: text.to_owned(), lossy: charset.ends_with("ascii") && !bytes.is_ascii() };
        }
        Ok(text) if single => return Text { text: text.to_owned(), lossy: true },
        _ => {}
    }
    let named = if unicode { None } else { charset_decoder(charset.as_bytes()) };
    let known = named.is_some();
    let decoder = named.or_else(|| charset_decoder(b"windows-1252"));
    let text = decoder.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes));
    Text { lossy: !known || text.contains('\u{fffd}'), text }
}

#[cfg(test)]
mod tests {
    use super::{bytes, read};

    #[test]
    fn charsets_are_read_and_doubt_is_flagged() {
        for (raw, charset, text, lossy) in [
            (&b"caf\xe9"[..], "iso-8859-1", "café", false),
            (b"caf\xe9", "", "café", true),
            (b"caf\xe9", "utf-8", "café", true),
            ("café".as_bytes(), "utf-8", "café", false),
            ("café".as_bytes(), "iso-8859-1", "café", true),
            ("café".as_bytes(), "us-ascii", "café", true),
            (b"\x80 5", "windows-1252", "€ 5", false),
            (b"caf\xe9", "x-unknown", "café", true),
            (b"\xa4\xb3\xa4\xf3", "euc-jp", "こん", false),
        ] {
            let found = read(raw, charset);
            assert_eq!((found.text.as_str(), found.lossy), (text, lossy), "{charset}");
        }
    }

    #[test]
    fn broken_encodings_keep_what_can_be_read() {
        assert_eq!(bytes(b"SGFs\r\nbG8=!!", "base64"), b"Hallo");
        assert_eq!(bytes(b"SGFsb", "base64"), b"Hal");
        assert_eq!(bytes(b"=C3=A9=\nn\n=ZZ x\n", "quoted-printable"), "én\n=ZZ x\n".as_bytes());
    }
}
