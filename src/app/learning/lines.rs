//! Lines: what an operator gives to be taken in, one JSON object a line. All of a file is read, and every line that is not right
//! is told with its place. Pure.

use serde_json::{Map, Value};

use super::examples::Taken;
use super::taken_in::Bad;
use crate::routing::{IntentName, Language, RoutingTable, near};

/// What a line needs.
const FORM: &str = r#"write {"text": "…", "intent": "…", "language": "nl"}"#;
/// What is read, and what an export has beside it.
const KEYS: [&str; 14] = [
    "text",
    "intent",
    "language",
    "remove",
    "message",
    "conversation",
    "at",
    "intents",
    "engine",
    "queue",
    "rule",
    "outcome",
    "to",
    "advice",
];

/// What the lines of a file come to.
#[derive(Debug)]
pub(super) struct Lines {
    /// What is to be taken in, with the number of its line.
    pub(super) taken: Vec<(usize, Taken)>,
    /// Lines of an export in which nobody has filled in an intent yet.
    pub(super) unfilled: Vec<usize>,
    /// Lines that are not empty.
    pub(super) count: usize,
}

/// Reads the lines of a file that is called `name`.
pub(super) fn read(name: &str, text: &str, table: &RoutingTable) -> Result<Lines, Bad> {
    let (mut lines, mut bad) = (Lines { taken: Vec::new(), unfilled: Vec::new(), count: 0 }, Vec::new());
    for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        lines.count += 1;
        match taken(line, table) {
            Ok(Some(taken)) => lines.taken.push((number, taken)),
            Ok(None) => lines.unfilled.push(number),
            Err(why) => bad.push(format!("{name}:{number}: {why}")),
        }
    }
    if bad.is_empty() { Ok(lines) } else { Err(Bad::new(bad, lines.count)) }
}

/// What one line says; `None` where its intent is null, as in an export. An error tells the value and the remedy.
fn taken(line: &str, table: &RoutingTable) -> Result<Option<Taken>, String> {
    let object: Map<String, Value> = serde_json::from_str(line.trim_start_matches('\u{feff}'))
        .map_err(|_| format!("this is no JSON object; {FORM}"))?;
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("no key is called \"{key}\"; {}", near::choices(key, KEYS)));
    }
    let remove = match object.get("remove") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(other) => {
            return Err(format!("remove: {other} is neither true nor false; write true to take the text out"));
        }
    };
    let intent = match object.get("intent") {
        _ if remove => None,
        Some(Value::Null) => return Ok(None),
        given => Some(intent(given, table)?),
    };
    let text = match object.get("text") {
        Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
        Some(Value::String(_)) => {
            return Err("text: it is empty; write what the customer wrote, or leave the line out".into());
        }
        Some(other) => return Err(format!("text: {other} is no text; {FORM}")),
        None => return Err(format!("there is no text; {FORM}")),
    };
    let language = match object.get("language") {
        None | Some(Value::Null) if remove => None,
        given => Some(language(given)?),
    };
    let message = match object.get("message") {
        None | Some(Value::Null) => None,
        Some(id) => Some(
            serde_json::from_value(id.clone())
                .map_err(|_| format!("message: {id} is no id of a message; leave it as the export wrote it, or out"))?,
        ),
    };
    Ok(Some(Taken { text, intent, language, message }))
}

fn intent(given: Option<&Value>, table: &RoutingTable) -> Result<IntentName, String> {
    let declared = table.intents.iter().map(|intent| intent.name.as_str());
    let Some(given) = given else {
        let remedy = near::remedy("", declared);
        return Err(format!("there is no intent; name one, or write \"remove\": true to take the text out; {remedy}"));
    };
    let Value::String(name) = given else {
        return Err(format!("intent: {given} is no name; {}", near::remedy("", declared)));
    };
    let known = table.intents.iter().find(|intent| intent.name.as_str() == name);
    known
        .map(|intent| intent.name.clone())
        .ok_or_else(|| format!("intent: the routing declares no \"{name}\"; {}", near::remedy(name, declared)))
}

fn language(given: Option<&Value>) -> Result<Language, String> {
    let codes = Language::ALL.map(Language::code);
    match given {
        None | Some(Value::Null) => Err(format!("there is no language; write one of {}", codes.join(", "))),
        Some(Value::String(code)) => {
            code.parse().map_err(|_| format!("language: \"{code}\" is none; {}", near::choices(code, codes)))
        }
        Some(other) => Err(format!("language: {other} is none; {}", near::choices("", codes))),
    }
}
