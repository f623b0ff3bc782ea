//! How an answer gets back to a customer's mail: what the thread keeps of it, as one small text.

use serde::{Deserialize, Serialize};

use crate::reading::{Understood, clip};

/// References that are kept: the first of the conversation and the newest.
const MOST_REFERENCES: usize = 20;
const MOST_ID: usize = 250;

/// Where an answer goes, and what it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// The customer's address.
    pub to: String,
    /// Their name; empty when they gave none.
    pub name: String,
    /// The subject of their last mail.
    pub subject: String,
    /// The Message-ID of their last mail, without angle brackets; empty when it had none.
    pub message_id: String,
    /// The Message-IDs before it, oldest first.
    pub references: Vec<String>,
    /// Whether no person wrote that mail.
    pub automatic: bool,
}

impl Route {
    /// The route back to whoever wrote this mail.
    #[must_use]
    pub fn back(mail: &Understood, message_id: &str, references: &[String]) -> Self {
        let fits = |id: &&String| is_id(id);
        let mut kept: Vec<String> = references.iter().filter(fits).cloned().collect();
        if kept.len() > MOST_REFERENCES {
            kept.drain(1..=kept.len() - MOST_REFERENCES);
        }
        Self {
            to: mail.from.address.clone(),
            name: clip(&mail.from.name, 200).to_owned(),
            subject: clip(mail.attributes.get("subject").map_or("", String::as_str), 300).to_owned(),
            message_id: if is_id(message_id) { message_id.to_owned() } else { String::new() },
            references: kept,
            automatic: mail.automatic.is_some(),
        }
    }

    /// The route as the thread keeps it.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A route that a thread kept; `None` when it is none of ours.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|route: &Self| is_address(&route.to))
    }
}

/// Whether a text can stand between angle brackets as the id of a mail.
fn is_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    (1..=MOST_ID).contains(&id.len()) && id.bytes().all(fits)
}

/// Whether mail can be sent to a text as an address.
#[must_use]
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
        && !text.contains(|letter: char| letter.is_control() || letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Route;
    use crate::message::ROUTE_BYTES;

    fn long(count: usize, id: &str) -> Route {
        let mail = crate::email::Mailbox::new(crate::AccountName::from_static("a"), &[0; 32])
            .read(b"From: jan@example.org\r\nSubject: x\r\n\r\ny");
        let references: Vec<String> = (0..count).map(|number| format!("{number}{id}")).collect();
        Route::back(&mail.messages[0], "1@example.org", &references)
    }

    #[test]
    fn a_long_conversation_keeps_its_first_and_its_newest_references() {
        let route = long(100, "@example.org");
        assert_eq!(route.references.len(), 20);
        assert_eq!((route.references[0].as_str(), route.references[19].as_str()), ("0@example.org", "99@example.org"));
        assert_eq!(Route::from_text(&route.to_text()), Some(route));
    }

    #[test]
    fn the_longest_route_fits() {
        assert!(long(1000, &"x".repeat(240)).to_text().len() <= ROUTE_BYTES);
        assert!(long(1, "a b").references.is_empty() && long(1, "a\r\nBcc: x").references.is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_route_to_nowhere(text in ".{0,200}") {
            prop_assert!(Route::from_text(&text).is_none());
        }
    }
}
