//! The decision: the first rule that matches, else the default, and under both the floor.

use std::sync::Arc;

use super::expr::{Context, Trail};
use super::floor::Floor;
use super::table::{DEFAULT, Rule, Target};
use super::{Because, Decision, Facts, QueueKind, QueueName, RoutingTable, Value};

impl RoutingTable {
    /// Picks the queue. The same table and the same facts always give the same decision.
    #[must_use]
    pub fn decide(&self, facts: &Facts<'_>) -> Decision {
        let context = Context::new(facts, &self.calendar);
        let mut trail = Trail::new(&self.written);
        let rule = self.rules.iter().find(|rule| matches(rule, &context, &mut trail));
        let (name, target) = rule.map_or((DEFAULT, &self.default), |rule| (&*rule.name, &rule.target));
        let mut decision = self.decision(name, target, facts, trail);
        if decision.kind == QueueKind::Bot
            && let Some(floor) = Floor::under(self, facts.verdict)
        {
            self.lower(&mut decision, floor, facts);
        }
        decision
    }

    fn kind_of(&self, queue: &QueueName) -> QueueKind {
        self.queue(queue).map_or(QueueKind::Human, |queue| queue.kind)
    }

    fn decision(&self, rule: &str, target: &Target, facts: &Facts<'_>, trail: Trail) -> Decision {
        Decision {
            queue: target.to.clone(),
            kind: self.kind_of(&target.to),
            rule: rule.to_owned(),
            priority: target.priority,
            because: Because::of_rule(&target.because),
            table: self.hash,
            at: facts.at,
            conditions: trail.conditions,
            verdict: Arc::new(facts.verdict.clone()),
        }
    }

    /// Takes the bot's place: people, and the reason why.
    fn lower(&self, decision: &mut Decision, floor: Floor, facts: &Facts<'_>) {
        decision.queue = self.fallback_of(&decision.queue);
        decision.kind = self.kind_of(&decision.queue);
        decision.rule = floor.rule();
        decision.because = floor.because().into();
        let value = match floor {
            Floor::HighStakes => {
                Value::List(facts.verdict.intents.iter().map(|intent| intent.name.to_string()).collect())
            }
            _ => Value::Bool(true),
        };
        let value = decision.conditions.keep(value);
        decision.conditions.push(self.number_of(floor), value, true);
    }
}

fn matches(rule: &Rule, context: &Context<'_>, trail: &mut Trail) -> bool {
    rule.when.as_ref().is_none_or(|when| when.holds(rule.is_strict, context, trail))
}
