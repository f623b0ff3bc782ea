//! Reads `[[rule]]` and `[default]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::DeValue;

use super::offsets::Offsets;
use super::queues::declared;
use super::section::{Placed, Section, as_section, kind_of};
use crate::routing::Priority;
use crate::routing::expr::check::{Scope, check};
use crate::routing::expr::constant::{always_holds, never_holds};
use crate::routing::expr::{Expr, parser};
use crate::routing::problem::{Source, shown};
use crate::routing::table::{Rule, Target};

/// The longest name of a rule: it is shown to staff and is a label of a metric.
const MAX_NAME: usize = 120;
/// The most rules.
const MAX_RULES: usize = 1000;

/// Reads the rules, in order.
pub(super) fn read(source: &mut Source<'_>, root: &Section<'_>, scope: Scope<'_>) -> Vec<Rule> {
    let Some(value) = root.get("rule") else { return Vec::new() };
    let DeValue::Array(members) = value.get_ref() else {
        let message = format!("rule is a list of sections, and here is {}", kind_of(value.get_ref()));
        source.problem(value.span().start, message, "begin each rule with [[rule]]");
        return Vec::new();
    };
    if members.len() > MAX_RULES {
        let message = format!("there are {} rules, more than {MAX_RULES}", members.len());
        source.problem(value.span().start, message, "join rules that lead to the same queue");
        return Vec::new();
    }
    let mut reader = Rules { scope, names: BTreeMap::new(), conditions: BTreeMap::new(), last_word: None };
    let sections: Vec<_> = members.iter().filter_map(|member| as_section(source, "rule", member)).collect();
    sections.iter().filter_map(|section| reader.rule(source, section)).collect()
}

/// What was read so far, for what may not be there twice.
struct Rules<'a> {
    scope: Scope<'a>,
    names: BTreeMap<String, u32>,
    conditions: BTreeMap<String, String>,
    /// The rule that always matches: none after it ever does.
    last_word: Option<String>,
}

impl Rules<'_> {
    fn rule(&mut self, source: &mut Source<'_>, section: &Section<'_>) -> Option<Rule> {
        let name = section.required_text(source, "name", "give it a name that staff understand: name = \"…\"");
        if let Some(name) = &name {
            self.name(source, name);
        }
        let what = name.as_ref().map_or("rule".to_owned(), |name| format!("rule \"{}\"", shown(name.value)));
        let named = section.called(what.clone());
        named.refuse_unknown(source, &["name", "when", "to", "priority", "because"]);
        let target = target(source, &named, self.scope);
        if let Some(unconditional) = &self.last_word {
            let message = format!("{what} can never match: {unconditional} before it always does");
            source.problem(section.at, message, "move it up, or give the other a condition");
        }
        let when = named.text(source, "when");
        let expr = match &when {
            Some(when) => {
                let name = name.as_ref().map_or("", |name| name.value);
                Some(self.condition(source, name, &what, when)?)
            }
            None if section.get("when").is_some() => return None,
            None => None,
        };
        if expr.as_ref().is_none_or(always_holds) && self.last_word.is_none() {
            self.last_word = Some(what);
        }
        // Whether it leads to a bot is known once all queues are.
        Some(Rule { name: name?.value.into(), when: expr, target: target?, is_strict: false })
    }

    fn name(&mut self, source: &mut Source<'_>, name: &Placed<&str>) {
        let line = source.place(name.at).0;
        let what = format!("rule \"{}\"", shown(name.value));
        if name.value == "default" || name.value.starts_with("floor:") {
            source.problem(name.at, format!("{what} has a name that Wissel itself uses"), "rename it");
        } else if name.value.chars().count() > MAX_NAME || name.value.chars().any(char::is_control) {
            let remedy = format!("use at most {MAX_NAME} characters on one line");
            source.problem(name.at, format!("{what} has too long a name, or one of several lines"), remedy);
        } else if let Some(first) = self.names.insert(name.value.to_owned(), line) {
            source.problem(name.at, format!("{what} is there twice, first on line {first}"), "rename one of the two");
        }
    }

    fn condition(&mut self, source: &mut Source<'_>, name: &str, what: &str, when: &Placed<&str>) -> Option<Expr> {
        let tree = parser::parse(when.value).map_err(|fault| vec![fault]);
        match tree.and_then(|tree| check(name, when.value, &tree, self.scope)) {
            Ok(expr) => {
                self.vain(source, what, when, &expr);
                Some(expr)
            }
            Err(faults) => {
                let offsets = Offsets::new(source.text(), when.at);
                for fault in faults {
                    let at = offsets.place(fault.at.start);
                    source.problem(at, format!("{what}: {}", fault.message), fault.remedy);
                }
                None
            }
        }
    }

    /// Complains about a condition that never holds, or that an earlier rule has too.
    fn vain(&mut self, source: &mut Source<'_>, what: &str, when: &Placed<&str>, expr: &Expr) {
        if never_holds(expr) {
            let message = format!("{what} can never match: its condition is always false");
            source.problem(when.at, message, "mend the condition, or remove the rule");
        }
        let plain: String = when.value.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(first) = self.conditions.get(&plain) {
            let message = format!("{what} can never match: {first} before it has the same condition");
            source.problem(when.at, message, "join the two, or change one");
        } else {
            self.conditions.insert(plain, what.to_owned());
        }
    }
}

/// Reads `[default]`.
pub(super) fn default(source: &mut Source<'_>, root: &Section<'_>, scope: Scope<'_>) -> Option<Target> {
    let Some(section) = root.section(source, "default", "[default]") else {
        if root.get("default").is_none() {
            let remedy = "add [default] with to = \"care\": where a message goes that no rule matches";
            source.problem(source.text().len(), "there is no default", remedy);
        }
        return None;
    };
    section.refuse_unknown(source, &["to", "priority", "because"]);
    target(source, &section, scope)
}

fn target(source: &mut Source<'_>, section: &Section<'_>, scope: Scope<'_>) -> Option<Target> {
    let priority = section.text(source, "priority").and_then(|text| match text.value {
        "low" => Some(Priority::Low),
        "normal" => Some(Priority::Normal),
        "high" => Some(Priority::High),
        other => {
            let message = format!("{}: priority is \"{}\"", section.what, shown(other));
            source.problem(text.at, message, "write \"low\", \"normal\" or \"high\"");
            None
        }
    });
    let because = section.localized(source, "because").unwrap_or_default();
    let to = section.required_text(source, "to", "name the queue that it leads to: to = \"…\"")?;
    let to = declared(source, &section.what, &to, scope.queues)?;
    Some(Target { to, priority: priority.unwrap_or_default(), because: Arc::new(because) })
}
