//! Evaluation: whether a condition holds of some facts, and the value of every comparison on the way.

use std::cell::OnceCell;
use std::sync::Arc;

use jiff::civil::DateTime;

use super::field::{NumberField, TruthField, WEEKDAYS, WordField};
use super::parser::Order;
use super::test::{Check, Expr, Number, Test, Word};
use crate::routing::calendar::Calendar;
use crate::routing::conditions::{Conditions, Noted, Written};
use crate::routing::{Decimal, Facts, Finding, Language, QueueName, Value, Verdict};

/// Facts, with what follows from them: found out once a decision, and only if a condition asks.
pub(crate) struct Context<'a> {
    facts: &'a Facts<'a>,
    calendar: &'a Calendar,
    local: OnceCell<DateTime>,
    date: OnceCell<Box<str>>,
    length: OnceCell<u32>,
}

/// The comparisons that were evaluated so far, and the values that many of them share.
pub(crate) struct Trail {
    pub(crate) conditions: Conditions,
    words: [Option<Noted>; 8],
    intents: Option<Noted>,
}

/// Unknown comes of something absent, and only in a rule to a bot queue: see the module above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown,
}

impl Expr {
    /// Whether it holds. `strict` is for a rule to a bot queue, where what is absent counts as neither true nor false.
    pub(crate) fn holds(&self, strict: bool, context: &Context<'_>, trail: &mut Trail) -> bool {
        self.truth(strict, context, trail) == Truth::Yes
    }

    fn truth(&self, strict: bool, context: &Context<'_>, trail: &mut Trail) -> Truth {
        match self {
            Self::Const(true) => Truth::Yes,
            Self::Const(false) => Truth::No,
            Self::Not(inner) => match inner.truth(strict, context, trail) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
            },
            Self::And(parts) => until(Truth::No, parts, |part| part.truth(strict, context, trail)),
            Self::Or(parts) => until(Truth::Yes, parts, |part| part.truth(strict, context, trail)),
            Self::Test(test) => {
                let (value, holds) = test.evaluate(context, trail);
                let unknown = strict && value == Noted::Absent;
                trail.conditions.push(test.number, value, holds);
                match (unknown, holds) {
                    (true, _) => Truth::Unknown,
                    (false, true) => Truth::Yes,
                    (false, false) => Truth::No,
                }
            }
        }
    }
}

/// Evaluates parts in order until one is `decisive`; unknown if none is and some part is.
fn until(decisive: Truth, parts: &[Expr], mut truth: impl FnMut(&Expr) -> Truth) -> Truth {
    let mut result = if decisive == Truth::No { Truth::Yes } else { Truth::No };
    for part in parts {
        match truth(part) {
            found if found == decisive => return decisive,
            Truth::Unknown => result = Truth::Unknown,
            _ => {}
        }
    }
    result
}

impl Test {
    /// The value of the field, and whether the comparison holds.
    fn evaluate(&self, context: &Context<'_>, trail: &mut Trail) -> (Noted, bool) {
        match &self.check {
            Check::Truth { field, is } => truth(context.truth(*field), *is),
            Check::Open { queue, is } => truth(Some(context.calendar.is_open(queue, context.facts.at)), *is),
            Check::Number { field, order, right } => {
                let right = match right {
                    Number::Const(number) => Some(*number),
                    Number::Field(field) => context.number(*field),
                };
                compared(context.number(*field).zip(right), |(left, right)| {
                    (Noted::Number(left), order.holds(left.cmp(&right)))
                })
            }
            Check::NumberIn { field, list } => {
                compared(context.number(*field), |left| (Noted::Number(left), list.contains(&left)))
            }
            Check::Word { field, order, right } => {
                let right = match right {
                    Word::Const(word) => Some(&**word),
                    Word::Field(field) => context.word(field),
                };
                compared(context.word(field).zip(right), |(left, right)| {
                    let is_same = left == right;
                    let holds = match order {
                        Order::Equal => is_same,
                        Order::NotEqual => !is_same,
                        _ => order.holds(left.cmp(right)),
                    };
                    (trail.word(field, left, is_same, holds), holds)
                })
            }
            Check::WordIn { field, list } => compared(context.word(field), |left| {
                let holds = list.iter().any(|word| **word == *left);
                (trail.word(field, left, holds, holds), holds)
            }),
            Check::HasIntent(name) => {
                let holds = context.facts.verdict.intents.iter().any(|intent| intent.name.as_str() == &**name);
                (trail.intents(context.facts.verdict), holds)
            }
            Check::Body(pattern) => {
                let value = pattern.find(context.facts.text);
                let holds = value != Value::Bool(false);
                (trail.conditions.keep(value), holds)
            }
            Check::WordPattern { field, pattern } => compared(context.word(field), |left| {
                let holds = pattern.find(left) != Value::Bool(false);
                (trail.word(field, left, false, holds), holds)
            }),
        }
    }
}

fn compared<T>(values: Option<T>, compare: impl FnOnce(T) -> (Noted, bool)) -> (Noted, bool) {
    values.map_or((Noted::Absent, false), compare)
}

fn truth(value: Option<bool>, wanted: bool) -> (Noted, bool) {
    compared(value, |value| (Noted::Bool(value), value == wanted))
}

impl<'a> Context<'a> {
    pub(crate) fn new(facts: &'a Facts<'a>, calendar: &'a Calendar) -> Self {
        Self { facts, calendar, local: OnceCell::new(), date: OnceCell::new(), length: OnceCell::new() }
    }

    fn local(&self) -> DateTime {
        *self.local.get_or_init(|| self.calendar.local(self.facts.at))
    }

    fn truth(&self, field: TruthField) -> Option<bool> {
        let verdict = self.facts.verdict;
        let is = |finding: Option<Finding>| finding.map(|finding| finding.is);
        match field {
            TruthField::WantsPerson => is(verdict.wants_person),
            TruthField::Complaint => is(verdict.complaint),
            TruthField::Urgent => is(verdict.urgent),
            TruthField::Automatic => is(verdict.automatic),
            TruthField::Injection => is(verdict.injection),
            TruthField::CustomerKnown => Some(self.facts.customer_known),
        }
    }

    fn number(&self, field: NumberField) -> Option<Decimal> {
        let verdict = self.facts.verdict;
        let whole = |number: u32| Some(Decimal::whole(i64::from(number)));
        match field {
            NumberField::Confidence => verdict.intents.first().map(|intent| intent.p),
            NumberField::Threshold => verdict.intents.first().map(|intent| intent.threshold),
            NumberField::Anger => verdict.emotion.anger,
            NumberField::Sadness => verdict.emotion.sadness,
            NumberField::Doubt => verdict.emotion.doubt,
            NumberField::Joy => verdict.emotion.joy,
            NumberField::Questions => verdict.questions.and_then(whole),
            NumberField::TextLength => {
                whole(*self.length.get_or_init(|| u32::try_from(self.facts.text.chars().count()).unwrap_or(u32::MAX)))
            }
            NumberField::Turns => whole(self.facts.turns),
            NumberField::Hour => Some(Decimal::whole(i64::from(self.local().hour()))),
            NumberField::BotBacklog => Some(Decimal::whole(i64::try_from(self.facts.bot_backlog).unwrap_or(i64::MAX))),
        }
    }

    fn word(&self, field: &WordField) -> Option<&str> {
        match field {
            WordField::Intent => self.facts.verdict.intents.first().map(|intent| intent.name.as_str()),
            WordField::Language => self.facts.verdict.language.map(Language::code),
            WordField::Channel => Some(self.facts.channel.as_str()),
            WordField::Account => Some(self.facts.account.as_str()),
            WordField::CustomerTier => self.facts.customer_tier,
            WordField::Weekday => {
                let day = self.local().weekday().to_monday_zero_offset();
                usize::try_from(day).ok().and_then(|day| WEEKDAYS.get(day)).copied()
            }
            WordField::Date => Some(self.date.get_or_init(|| self.local().date().to_string().into())),
            WordField::PreviousQueue => self.facts.previous_queue.map(QueueName::as_str),
            WordField::Attribute(name) => self.facts.attributes.get(&**name).map(String::as_str),
        }
    }
}

impl Trail {
    /// Nothing was evaluated yet of what is written in the table.
    pub(crate) fn new(written: &Arc<[Arc<Written>]>) -> Self {
        Self { conditions: Conditions::of(written), words: [None; 8], intents: None }
    }

    /// How a word is recorded: itself where it comes from a closed list of ours. What a channel gives may be a
    /// customer's words: unless it is a word that the table itself names, only whether the comparison holds is.
    fn word(&mut self, field: &WordField, word: &str, is_named: bool, holds: bool) -> Noted {
        let slot = match field {
            WordField::Intent => 0,
            WordField::Language => 1,
            WordField::Channel => 2,
            WordField::Account => 3,
            WordField::CustomerTier => 4,
            WordField::Weekday => 5,
            WordField::Date => 6,
            WordField::PreviousQueue => 7,
            WordField::Attribute(_) if is_named => return self.conditions.keep(Value::Text(word.into())),
            WordField::Attribute(_) => return Noted::Bool(holds),
        };
        *self.words[slot].get_or_insert_with(|| self.conditions.keep(Value::Text(word.into())))
    }

    fn intents(&mut self, verdict: &Verdict) -> Noted {
        *self.intents.get_or_insert_with(|| {
            let names = verdict.intents.iter().map(|intent| intent.name.as_str().to_owned());
            self.conditions.keep(Value::List(names.collect()))
        })
    }
}
