//! Check: from a tree to a typed condition, with everything that is wrong with it.

use std::ops::Range;
use std::sync::Arc;

use super::field::{self, Field, NumberField, WordField};
use super::lexer::Fault;
use super::literal;
use super::parser::{Comparison, Operator, Order, Term, Tree, What};
use super::pattern::Pattern;
use super::test::{Check, Expr, Number, Test, Word};
use crate::routing::problem::shown;
use crate::routing::{Decimal, Intent, QueueName, Written, near};

/// What a condition may name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) queues: &'a [QueueName],
    pub(crate) intents: &'a [Intent],
}

impl<'a> Scope<'a> {
    pub(crate) fn queue_names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.queues.iter().map(QueueName::as_str)
    }

    pub(crate) fn intent_names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.intents.iter().map(|intent| intent.name.as_str())
    }

    fn intents_that(&self, hold: impl Fn(&Intent) -> bool) -> Vec<Arc<str>> {
        self.intents.iter().filter(|intent| hold(intent)).map(|intent| intent.name.as_str().into()).collect()
    }
}

/// Checks the condition of `rule`: every fault in it, or the condition ready for use.
pub(crate) fn check(rule: &str, text: &str, tree: &Tree, scope: Scope<'_>) -> Result<Expr, Vec<Fault>> {
    let mut checker = Checker { rule, text, scope, faults: Vec::new() };
    let expr = checker.tree(tree);
    match expr {
        Some(expr) if checker.faults.is_empty() => Ok(expr),
        _ => Err(checker.faults),
    }
}

pub(super) struct Checker<'a> {
    rule: &'a str,
    text: &'a str,
    pub(super) scope: Scope<'a>,
    pub(super) faults: Vec<Fault>,
}

impl Checker<'_> {
    pub(super) fn fault<T>(
        &mut self,
        at: &Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Option<T> {
        self.faults.push(Fault::new(at.clone(), message, remedy));
        None
    }

    fn tree(&mut self, tree: &Tree) -> Option<Expr> {
        match tree {
            Tree::And(parts) => self.trees(parts).map(Expr::And),
            Tree::Or(parts) => self.trees(parts).map(Expr::Or),
            Tree::Not(inner) => self.tree(inner).map(|inner| Expr::Not(Box::new(inner))),
            Tree::Is(term) => self.standing_alone(term),
            Tree::Compare(comparison) => self.comparison(comparison),
        }
    }

    /// Checks all parts, so that every fault is told.
    fn trees(&mut self, parts: &[Tree]) -> Option<Vec<Expr>> {
        let checked: Vec<Option<Expr>> = parts.iter().map(|part| self.tree(part)).collect();
        checked.into_iter().collect()
    }

    fn test(&self, at: Range<usize>, check: Check) -> Expr {
        self.written(self.text.get(at).unwrap_or_default().to_owned(), check)
    }

    fn written(&self, text: String, check: Check) -> Expr {
        let written = Arc::new(Written { rule: self.rule.to_owned(), text });
        Expr::Test(Test { written, number: 0, check })
    }

    fn standing_alone(&mut self, term: &Term) -> Option<Expr> {
        let at = term.at.clone();
        match &term.what {
            What::Bool(value) => Some(Expr::Const(*value)),
            What::Call(name, queue) => {
                let queue = self.call(&at, name, queue)?;
                Some(self.test(at, Check::Open { queue, is: true }))
            }
            What::Field(name) => match self.field(&at, name)? {
                Field::Truth(field) => Some(self.test(at, Check::Truth { field, is: true })),
                other => {
                    let message = format!("`{name}` is {}, and stands where a yes or no is wanted", other.kind());
                    self.fault(&at, message, format!("compare it: {}", example(name, &other)))
                }
            },
            _ => self.fault(&at, "this is a value, not a condition", "compare a field with it, such as hour >= 18"),
        }
    }

    /// `open(queue)`: the only call that there is.
    fn call(&mut self, at: &Range<usize>, name: &str, argument: &Term) -> Option<QueueName> {
        if name != "open" {
            return self.fault(at, format!("there is no `{}(…)`", shown(name)), "the only one is open(queue)");
        }
        let What::Text(queue) = &argument.what else { return None };
        self.queue(&argument.at, queue)
    }

    pub(super) fn queue(&mut self, at: &Range<usize>, name: &str) -> Option<QueueName> {
        let found = self.scope.queues.iter().find(|queue| queue.as_str() == name).cloned();
        if found.is_none() {
            let remedy = near::remedy(name, self.scope.queue_names());
            return self.fault(at, format!("queue \"{}\" is not declared", shown(name)), remedy);
        }
        found
    }

    fn field(&mut self, at: &Range<usize>, name: &str) -> Option<Field> {
        if let Some(found) = field::find(name) {
            return Some(found);
        }
        if name == "open" {
            return self.fault(at, "`open` names no queue", "write open(queue)");
        }
        if name == "attribute" || name == "attribute." {
            return self.fault(
                at,
                "`attribute` names none",
                "write attribute.name, with a name that the channel gives",
            );
        }
        let message = format!("there is no field `{}`", shown(name));
        let scope = self.scope;
        let is_name = scope.intent_names().chain(scope.queue_names()).any(|known| known == name);
        let remedy = if is_name {
            format!("a name stands in quotes: \"{name}\"")
        } else {
            match near::nearest(name, field::names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the fields are {}", field::names().collect::<Vec<_>>().join(", ")),
            }
        };
        self.fault(at, message, remedy)
    }

    fn comparison(&mut self, comparison: &Comparison) -> Option<Expr> {
        let Comparison { left, operator, right } = comparison;
        let at = left.at.start..right.at.end;
        let check = match operator {
            Operator::Order(order) => match (is_field(left), is_field(right)) {
                (true, _) => self.ordered(left, *order, right)?,
                (false, true) => self.ordered(right, order.mirrored(), left)?,
                (false, false) => return self.constant(&at, left, *order, right),
            },
            Operator::In => self.member(left, right)?,
            Operator::Contains => self.contains(left, right)?,
            Operator::Matches => self.matches(left, right)?,
        };
        // Of `not in` the comparison is `in`: recorded is what was compared, as with every other `not`.
        let between = self.text.get(left.at.end..right.at.start).unwrap_or_default().trim();
        let Some(positive) = between.strip_prefix("not") else { return Some(self.test(at, check)) };
        let side = |term: &Term| self.text.get(term.at.clone()).unwrap_or_default();
        Some(self.written(format!("{} {} {}", side(left), positive.trim(), side(right)), check))
    }

    fn constant(&mut self, at: &Range<usize>, left: &Term, order: Order, right: &Term) -> Option<Expr> {
        let ordering = match (&left.what, &right.what) {
            (What::Number(left), What::Number(right)) => left.cmp(right),
            (What::Text(left), What::Text(right)) => left.cmp(right),
            (What::Bool(left), What::Bool(right)) => left.cmp(right),
            _ => return self.fault(at, "two values are compared, and no field", "put a field on one side"),
        };
        Some(Expr::Const(order.holds(ordering)))
    }

    /// A comparison of a field with a value or another field.
    fn ordered(&mut self, left: &Term, order: Order, right: &Term) -> Option<Check> {
        if let What::Call(name, queue) = &left.what {
            let queue = self.call(&left.at, name, queue)?;
            let is = self.truth_value("open(…)", order, right)?;
            return Some(Check::Open { queue, is });
        }
        let What::Field(name) = &left.what else { return None };
        match self.field(&left.at, name)? {
            Field::Number(field) => self.number(name, field, right).map(|right| Check::Number { field, order, right }),
            Field::Truth(field) => self.truth_value(name, order, right).map(|is| Check::Truth { field, is }),
            Field::Word(field) => {
                if order.is_ordered() && field != WordField::Date {
                    let message = format!("`{name}` is {}, which is neither less nor greater", field.kind());
                    return self.fault(&left.at, message, "compare it with ==, != or in");
                }
                self.word(name, &field, right).map(|right| Check::Word { field, order, right })
            }
            Field::Body => self.fault(&left.at, "`text.body` is compared as a whole", "use contains or matches"),
            list @ (Field::Intents | Field::Answerable | Field::HighStakes) => {
                let message = format!("`{name}` is {}, and is compared with one value", list.kind());
                self.fault(
                    &left.at,
                    message,
                    format!("write intent in {}", if name == "intents" { "answerable" } else { name }),
                )
            }
        }
    }

    fn truth_value(&mut self, name: &str, order: Order, right: &Term) -> Option<bool> {
        match (&right.what, order) {
            (What::Bool(value), Order::Equal) => Some(*value),
            (What::Bool(value), Order::NotEqual) => Some(!value),
            _ => {
                let message = format!("`{name}` is a yes or no, compared with {}", told(right));
                self.fault(&right.at, message, format!("write {name} or not {name} alone"))
            }
        }
    }

    fn number(&mut self, name: &str, field: NumberField, right: &Term) -> Option<Number> {
        if let What::Field(other) = &right.what {
            return match self.field(&right.at, other)? {
                Field::Number(other) => Some(Number::Field(other)),
                wrong => {
                    let message = format!("`{name}` is a number, compared with `{other}`, which is {}", wrong.kind());
                    self.fault(&right.at, message, "compare numbers with numbers")
                }
            };
        }
        self.number_value(name, field, right).map(Number::Const)
    }

    fn number_value(&mut self, name: &str, field: NumberField, right: &Term) -> Option<Decimal> {
        if let What::Number(number) = &right.what {
            return Some(*number);
        }
        let message = format!("`{name}` is a number, compared with {}", told(right));
        self.fault(&right.at, message, literal::number_remedy(field, right))
    }

    fn word(&mut self, name: &str, field: &WordField, right: &Term) -> Option<Word> {
        if let What::Field(other) = &right.what
            && let Some(found) = field::find(other)
        {
            return match found {
                Field::Word(word) if word.kind() == field.kind() => Some(Word::Field(word)),
                wrong => {
                    let kinds = (field.kind(), wrong.kind());
                    let message = format!("`{name}` is {}, compared with `{other}`, which is {}", kinds.0, kinds.1);
                    self.fault(&right.at, message, "compare what is of one kind; a text stands in quotes")
                }
            };
        }
        self.word_value(name, field, right).map(Word::Const)
    }

    fn member(&mut self, left: &Term, right: &Term) -> Option<Check> {
        if let (What::Text(name), What::Field(list)) = (&left.what, &right.what)
            && list == "intents"
        {
            return self.intent(&left.at, name).map(Check::HasIntent);
        }
        let What::Field(name) = &left.what else {
            return self.fault(&left.at, "`in` wants a field on its left", "write field in [\"…\", \"…\"]");
        };
        let named = match &right.what {
            What::Field(list) if list == "answerable" => Some(self.scope.intents_that(|intent| intent.answerable)),
            What::Field(list) if list == "high_stakes" => Some(self.scope.intents_that(|intent| intent.high_stakes)),
            _ => None,
        };
        match (self.field(&left.at, name)?, named, &right.what) {
            (Field::Word(WordField::Intent), Some(list), _) => Some(Check::WordIn { field: WordField::Intent, list }),
            (Field::Word(field), None, What::List(members)) => {
                let list: Vec<_> = members.iter().map(|member| self.word_value(name, &field, member)).collect();
                Some(Check::WordIn { field, list: list.into_iter().collect::<Option<_>>()? })
            }
            (Field::Number(field), None, What::List(members)) => {
                let list: Vec<_> = members.iter().map(|member| self.number_value(name, field, member)).collect();
                Some(Check::NumberIn { field, list: list.into_iter().collect::<Option<_>>()? })
            }
            (wrong, _, What::List(_) | What::Field(_)) => {
                let message = format!("`{name}` is {}, which cannot be in {}", wrong.kind(), told(right));
                self.fault(&left.at, message, literal::member_remedy(&wrong))
            }
            _ => {
                self.fault(&right.at, format!("`in` wants a list, and here is {}", told(right)), "write [\"…\", \"…\"]")
            }
        }
    }

    fn contains(&mut self, left: &Term, right: &Term) -> Option<Check> {
        let What::Text(text) = &right.what else {
            return self.fault(
                &right.at,
                format!("`contains` wants a text, and here is {}", told(right)),
                "write \"…\"",
            );
        };
        if let What::Field(name) = &left.what
            && name == "intents"
        {
            return self.intent(&right.at, text).map(Check::HasIntent);
        }
        if text.is_empty() {
            return self.fault(&right.at, "every text contains the empty text", "write what to look for");
        }
        let pattern = Pattern::containing(text);
        self.pattern(left, &right.at, pattern)
    }

    fn matches(&mut self, left: &Term, right: &Term) -> Option<Check> {
        let What::Text(text) = &right.what else {
            let message = format!("`matches` wants a pattern in quotes, and here is {}", told(right));
            return self.fault(&right.at, message, "write \"…\"");
        };
        let pattern = Pattern::matching(text);
        self.pattern(left, &right.at, pattern)
    }

    fn pattern(&mut self, left: &Term, at: &Range<usize>, pattern: Result<Pattern, String>) -> Option<Check> {
        let pattern = match pattern {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                let remedy = "write a regular expression without look-around or back-references, and not too long";
                self.fault(at, format!("the pattern cannot be used: {why}"), remedy)
            }
        };
        let What::Field(name) = &left.what else {
            return self.fault(&left.at, "a text is looked for in no field", "write text.body on the left");
        };
        match self.field(&left.at, name)? {
            Field::Body => pattern.map(Check::Body),
            Field::Word(field) => pattern.map(|pattern| Check::WordPattern { field, pattern }),
            wrong => {
                let message = format!("`{name}` is {}, and is searched as a text", wrong.kind());
                self.fault(&left.at, message, format!("write {}", example(name, &wrong)))
            }
        }
    }
}

fn is_field(term: &Term) -> bool {
    matches!(term.what, What::Field(_) | What::Call(..))
}

/// A term, for messages.
pub(super) fn told(term: &Term) -> String {
    match &term.what {
        What::Field(name) => format!("`{}`", shown(name)),
        What::Call(name, _) => format!("`{}(…)`", shown(name)),
        What::Number(number) => format!("the number {number}"),
        What::Text(text) => format!("the text \"{}\"", shown(text)),
        What::Bool(value) => value.to_string(),
        What::List(_) => "a list".to_owned(),
    }
}

/// How a field may be used, for remedies.
fn example(name: &str, field: &Field) -> String {
    match field {
        Field::Number(field) if field.range().1 == 10_000 => format!("{name} >= 0.5"),
        Field::Number(_) => format!("{name} >= 1"),
        Field::Truth(_) => name.to_owned(),
        Field::Word(WordField::Intent) | Field::Answerable | Field::HighStakes => "intent in answerable".to_owned(),
        Field::Word(_) => format!("{name} == \"…\""),
        Field::Intents => "intents contains \"…\"".to_owned(),
        Field::Body => "text.body contains \"…\"".to_owned(),
    }
}
