//! Because: the reason for a decision in words. A rule's own words stand in the table, and are not written again with
//! every decision.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Language, Localized};

/// Why, in words.
#[derive(Clone, Debug, Default)]
pub struct Because {
    words: Arc<Localized>,
    /// Whether they are those of the decision's rule.
    of_rule: bool,
}

impl Because {
    /// The words of the rule that matched.
    pub(super) fn of_rule(words: &Arc<Localized>) -> Self {
        Self { words: Arc::clone(words), of_rule: true }
    }

    /// The text in `language`, as [`Localized::get`] chooses it.
    #[must_use]
    pub fn get(&self, language: Option<Language>) -> &str {
        self.words.get(language)
    }

    /// In all languages that there are.
    #[must_use]
    pub fn words(&self) -> &Localized {
        &self.words
    }

    /// Gives the rule's words back to what was read without them.
    pub(super) fn fill_in(&mut self, words: Option<&Arc<Localized>>) {
        if let Some(words) = words.filter(|_| self.of_rule) {
            self.words = Arc::clone(words);
        }
    }

    fn is_bare(&self) -> bool {
        self.of_rule && self.words.0.is_empty()
    }
}

impl From<Localized> for Because {
    fn from(words: Localized) -> Self {
        Self { words: Arc::new(words), of_rule: false }
    }
}

/// The rule's words are the same, filled in or not.
impl PartialEq for Because {
    fn eq(&self, other: &Self) -> bool {
        let bare = self.of_rule && other.of_rule && (self.is_bare() || other.is_bare());
        bare || self.words == other.words
    }
}

impl Eq for Because {}

impl Hash for Because {
    fn hash<H: Hasher>(&self, _: &mut H) {
        // The decision's rule and table say as much.
    }
}

impl Serialize for Because {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let left_out = self.of_rule && !serializer.is_human_readable();
        (!left_out).then_some(&*self.words).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Because {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Option::<Localized>::deserialize(deserializer)?;
        Ok(words.map_or_else(|| Self { of_rule: true, ..Self::default() }, Self::from))
    }
}
