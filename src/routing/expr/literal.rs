//! Literals: the words and numbers in a condition, each checked against the field that it is compared with.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use wissel_channels::ids::check_name;

use super::check::{Checker, told};
use super::field::{Field, NumberField, WEEKDAYS, WordField};
use super::parser::{Term, What};
use crate::routing::problem::shown;
use crate::routing::{Language, near};

impl Checker<'_> {
    /// The word that a field is compared with.
    pub(super) fn word_value(&mut self, name: &str, field: &WordField, right: &Term) -> Option<Arc<str>> {
        let text = match &right.what {
            What::Text(text) => text.as_str(),
            What::Field(word) => {
                let message = format!("there is no field `{}` to compare `{name}` with", shown(word));
                return self.fault(&right.at, message, format!("a text stands in quotes: \"{}\"", shown(word)));
            }
            _ => {
                let message = format!("`{name}` is {}, compared with {}", field.kind(), told(right));
                return self.fault(&right.at, message, word_remedy(field, right));
            }
        };
        match field {
            WordField::Intent => self.intent(&right.at, text),
            WordField::PreviousQueue => self.queue(&right.at, text).map(|queue| queue.as_str().into()),
            WordField::Language => self.one_of(&right.at, text, "a language here", Language::ALL.map(Language::code)),
            WordField::Weekday => self.one_of(&right.at, text, "a weekday", WEEKDAYS),
            WordField::Date => self.date(&right.at, text),
            WordField::Channel | WordField::Account => self.name(&right.at, name, text),
            WordField::CustomerTier | WordField::Attribute(_) => Some(text.into()),
        }
    }

    pub(super) fn intent(&mut self, at: &Range<usize>, name: &str) -> Option<Arc<str>> {
        if self.scope.intent_names().any(|intent| intent == name) {
            return Some(name.into());
        }
        let remedy = near::remedy(name, self.scope.intent_names());
        self.fault(at, format!("intent \"{}\" is not declared", shown(name)), remedy)
    }

    fn one_of<const N: usize>(
        &mut self,
        at: &Range<usize>,
        text: &str,
        kind: &str,
        known: [&'static str; N],
    ) -> Option<Arc<str>> {
        if known.contains(&text) {
            return Some(text.into());
        }
        let near = near::nearest(text, known).map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
        let message = format!("\"{}\" is not {kind}", shown(text));
        self.fault(at, message, format!("{near}they are {}", known.join(", ")))
    }

    fn date(&mut self, at: &Range<usize>, text: &str) -> Option<Arc<str>> {
        if text.len() == 10 && text.parse::<Date>().is_ok() {
            return Some(text.into());
        }
        self.fault(at, format!("\"{}\" is not a date", shown(text)), "write year-month-day, such as \"2026-12-25\"")
    }

    fn name(&mut self, at: &Range<usize>, field: &str, text: &str) -> Option<Arc<str>> {
        if check_name(text).is_ok() {
            return Some(text.into());
        }
        let message = format!("no {field} can be named \"{}\"", shown(text));
        self.fault(at, message, "names are 1 to 64 of a-z, 0-9, _ and -")
    }
}

/// What to write instead of something that is not a number.
pub(super) fn number_remedy(field: NumberField, right: &Term) -> String {
    match &right.what {
        What::Text(text) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => format!("write {}", text.trim()),
        What::List(_) => "use in for a list".to_owned(),
        _ if field == NumberField::Hour => "write a number from 0 to 23".to_owned(),
        _ => "write a number".to_owned(),
    }
}

fn word_remedy(field: &WordField, right: &Term) -> String {
    match (&right.what, field) {
        (What::List(_), _) => "use in for a list".to_owned(),
        (What::Number(number), WordField::Account | WordField::CustomerTier | WordField::Attribute(_)) => {
            format!("write \"{number}\"")
        }
        (_, WordField::Date) => "write \"2026-12-25\"".to_owned(),
        (_, WordField::Weekday) => "write \"mon\" to \"sun\"".to_owned(),
        _ => "write a text in double quotes".to_owned(),
    }
}

/// What to write instead of `in` with this field.
pub(super) fn member_remedy(field: &Field) -> &'static str {
    match field {
        Field::Number(_) => "write [1, 2]",
        Field::Truth(_) => "a yes or no stands alone",
        Field::Word(WordField::Intent) => "write intent in answerable, intent in high_stakes or intent in [\"…\"]",
        Field::Word(_) => "write a list: [\"…\", \"…\"]",
        Field::Intents | Field::Answerable | Field::HighStakes => {
            "write intent in answerable, or intents contains \"…\""
        }
        Field::Body => "use contains or matches",
    }
}
