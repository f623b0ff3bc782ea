//! Answer: what the model said, believed only as far as its form goes.

use serde::Deserialize;

use super::prompt::{NONE, Prompt};
use crate::routing::{IntentName, Language};

/// The longest answer, in bytes.
const LONGEST: usize = 4_096;

/// What the model said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) intent: Option<IntentName>,
    pub(super) confidence: f64,
    pub(super) wants_person: bool,
    pub(super) complaint: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    intent: String,
    confidence: f64,
    language: String,
    wants_person: bool,
    complaint: bool,
}

/// Reads an answer; an error says what is wrong with it, without its words.
pub(super) fn read(text: &str, prompt: &Prompt, language: Option<Language>) -> Result<Said, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("it has {} bytes", text.len()));
    }
    let form: Form = serde_json::from_str(text).map_err(|error| {
        // serde's own words may repeat what was said.
        format!("it is not of the form that was asked for (line {}, column {})", error.line(), error.column())
    })?;
    if !(0.0..=1.0).contains(&form.confidence) {
        return Err("its confidence is not from 0 to 1".to_owned());
    }
    match form.language.parse::<Language>() {
        Err(_) => return Err("it names an unknown language".to_owned()),
        Ok(theirs) if language.is_some_and(|ours| ours != theirs) => {
            return Err(format!("it takes the message for another language ({theirs})"));
        }
        Ok(_) => {}
    }
    let intent = match form.intent.as_str() {
        NONE => None,
        label => Some(prompt.intent(label).ok_or("it names an unknown label")?.clone()),
    };
    let Form { confidence, wants_person, complaint, .. } = form;
    Ok(Said { intent, confidence, wants_person, complaint })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::routing::{Decimal, Intent, Localized};

    fn prompt() -> Prompt {
        Prompt::new(&[Intent {
            name: "delivery_time".parse().unwrap(),
            title: Localized::default(),
            answerable: true,
            high_stakes: false,
            max_error: Decimal::ZERO,
            examples: BTreeMap::new(),
        }])
    }

    fn answer(intent: &str, confidence: &str, language: &str) -> String {
        format!(
            r#"{{"intent":"{intent}","confidence":{confidence},"language":"{language}","wants_person":false,"complaint":false}}"#
        )
    }

    fn why(text: &str) -> String {
        read(text, &prompt(), Some(Language::Nl)).unwrap_err()
    }

    #[test]
    fn an_answer_of_the_form_is_read() {
        let said = read(&answer("delivery_time", "0.9", "nl"), &prompt(), Some(Language::Nl)).unwrap();
        assert_eq!(said.intent.unwrap().as_str(), "delivery_time");
        assert_eq!(read(&answer("none", "1", "nl"), &prompt(), None).unwrap().intent, None);
    }

    #[test]
    fn everything_else_is_rejected_without_repeating_it() {
        assert!(why("").contains("empty") && why("  \n").contains("empty"));
        assert!(why(&"x".repeat(10 << 20)).contains("10485760 bytes"));
        assert!(why("Het pakket is onderweg!").contains("form"));
        assert!(why(&answer("secret words", "0.9", "nl")).contains("unknown label"));
        assert!(why(&answer("delivery_time", "7", "nl")).contains("confidence"));
        assert!(why(&answer("delivery_time", "-0.1", "nl")).contains("confidence"));
        for odd in ["NaN", "null", "1e999", "\"0.9\""] {
            assert!(why(&answer("delivery_time", odd, "nl")).contains("form"), "{odd}");
        }
        assert!(why(&answer("delivery_time", "0.9", "en")).contains("another language"));
        assert!(why(&answer("delivery_time", "0.9", "tlh")).contains("unknown language"));
        assert!(why(r#"{"intent":"delivery_time"}"#).contains("form"));
        let more = answer("delivery_time", "0.9", "nl").replace('}', r#","send":"secret words"}"#);
        assert!(!why(&more).contains("secret words"));
        assert!(why(&format!("[{}", answer("delivery_time", "0.9", "nl"))).contains("form"));
    }
}
