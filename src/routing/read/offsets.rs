//! Offsets: from a place in the value of a TOML text to its place in the file.

/// The raw form of a TOML text, from its first quote on.
pub(super) struct Offsets<'a> {
    raw: &'a str,
    /// Where the raw form begins in the file.
    start: usize,
    /// Whether backslashes have a meaning.
    escapes: bool,
    /// How many bytes of quotes, and a line break right after them, come before the value.
    lead: usize,
}

impl<'a> Offsets<'a> {
    /// The text that begins with its quote at `start` of `file`.
    pub(super) fn new(file: &'a str, start: usize) -> Self {
        let raw = file.get(start..).unwrap_or_default();
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let after = raw.get(quotes..).unwrap_or_default();
        let line_break = match after {
            _ if quotes == 1 => 0,
            after if after.starts_with("\r\n") => 2,
            after => usize::from(after.starts_with('\n')),
        };
        Self { raw, start, escapes: raw.starts_with('"'), lead: quotes + line_break }
    }

    /// The place in the file of byte `offset` of the value.
    pub(super) fn place(&self, offset: usize) -> usize {
        let body = self.raw.get(self.lead..).unwrap_or_default();
        if !self.escapes {
            return self.start + self.lead + offset.min(body.len());
        }
        let (mut raw, mut value) = (0, 0);
        while value < offset {
            let Some(character) = body[raw..].chars().next() else { break };
            let (raw_bytes, value_bytes) =
                if character == '\\' { escape(&body[raw..]) } else { (character.len_utf8(), character.len_utf8()) };
            raw += raw_bytes;
            value += value_bytes;
        }
        self.start + self.lead + raw.min(body.len())
    }
}

/// How many bytes an escape takes in the file, and in the value.
fn escape(raw: &str) -> (usize, usize) {
    let code = |digits: usize| {
        let value = raw.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        (2 + digits, value.map_or(1, char::len_utf8))
    };
    match raw[1..].chars().next() {
        Some('x') => code(2),
        Some('u') => code(4),
        Some('U') => code(8),
        Some(space) if space.is_whitespace() => (raw.len() - raw[1..].trim_start().len(), 0),
        Some(other) => (1 + other.len_utf8(), 1),
        None => (1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    /// The rest of the file from the place of `needle` in the value on.
    fn found<'a>(file: &'a str, needle: &str) -> &'a str {
        let value = toml::de::DeTable::parse(file).unwrap();
        let value = value.get_ref().values().next().unwrap();
        let text = value.get_ref().as_str().unwrap();
        &file[Offsets::new(file, value.span().start).place(text.find(needle).unwrap())..]
    }

    #[test]
    fn every_kind_of_toml_text_gives_the_place_in_the_file() {
        assert_eq!(found("w = 'a < hour'", "hour"), "hour'");
        assert_eq!(found("w = '''\na\n< hour'''", "hour"), "hour'''");
        assert_eq!(found(r#"w = "\"é\" \u00e9 < hour""#, "hour"), "hour\"");
        assert_eq!(found("w = \"\"\"\n  a \\\n   < hour\"\"\"", "hour"), "hour\"\"\"");
    }
}
