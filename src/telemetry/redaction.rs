//! Redaction: what a log line may say of a text or an error. Ids and names of ours are logged as they are.

use std::error::Error;
use std::fmt;

/// Shows how long a text is, and nothing of it: `(12 characters)`.
#[derive(Clone, Copy)]
pub struct Measured<'a>(pub &'a str);

impl fmt::Display for Measured<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} characters)", self.0.chars().count())
    }
}

impl fmt::Debug for Measured<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Shows an error with what caused it, `outer: inner: innermost`, on one line. Errors of ours hold no text of
/// customers; what they wrap from elsewhere must not either before it is shown with this.
#[derive(Clone, Copy)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = self.0.to_string();
        f.write_str(&one_line(&last))?;
        let mut next = self.0.source();
        while let Some(error) = next {
            let text = error.to_string();
            // Many errors repeat their source in their own text.
            if !last.ends_with(&text) {
                write!(f, ": {}", one_line(&text))?;
            }
            (last, next) = (text, error.source());
        }
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Chain, Measured};

    #[derive(Debug, thiserror::Error)]
    #[error("the store is away")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_text_shows_only_its_length() {
        assert_eq!(format!("{} {:?}", Measured("geheim"), Measured("één")), "(6 characters) (3 characters)");
    }

    #[test]
    fn an_error_shows_what_caused_it_on_one_line() {
        let error = Outer(std::io::Error::other("disk\nfull"));
        assert_eq!(Chain(&error).to_string(), "the store is away: disk full");
    }
}
