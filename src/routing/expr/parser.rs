//! Parser: from tokens to a tree. Bounded in depth, so that no text can exhaust the stack.

use std::ops::Range;

use super::lexer::{Fault, Placed, Token, tokens};
use super::{MAX_BYTES, MAX_DEPTH};
use crate::routing::Decimal;
use crate::routing::problem::shown;

/// A condition as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    /// A term that stands alone: a yes or no.
    Is(Term),
    Compare(Box<Comparison>),
}

/// `left operator right`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) left: Term,
    pub(crate) operator: Operator,
    pub(crate) right: Term,
}

/// How two terms are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Order(Order),
    In,
    Contains,
    Matches,
}

/// The six comparisons of values that have an order, or at least are equal or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is compared, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) at: Range<usize>,
    pub(crate) what: What,
}

/// The kinds of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Field(String),
    Call(String, Box<Term>),
    Number(Decimal),
    Text(String),
    Bool(bool),
    List(Vec<Term>),
}

/// Reads an expression.
pub(crate) fn parse(text: &str) -> Result<Tree, Fault> {
    if text.len() > MAX_BYTES {
        let message = format!("the expression has {} bytes, more than {MAX_BYTES}", text.len());
        return Err(Fault::new(0..0, message, "split the rule into several"));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(Fault::new(0..0, "the condition is empty", "write one, or leave `when` out: it then always holds"));
    }
    let mut parser = Parser { tokens: &tokens, next: 0, end: text.len() };
    let tree = parser.any_of(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(parser.unexpected("and, or, or the end of the condition")),
    }
}

struct Parser<'t> {
    tokens: &'t [Placed],
    next: usize,
    end: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.end..self.end, |(_, at)| at.clone())
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let there = self.peek() == Some(wanted);
        self.next += usize::from(there);
        there
    }

    fn keyword(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(found)) if found == word);
        self.next += usize::from(there);
        there
    }

    fn any_of(&mut self, depth: usize) -> Result<Tree, Fault> {
        let mut parts = vec![self.all_of(depth)?];
        while self.keyword("or") {
            parts.push(self.all_of(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Tree::Or(parts) })
    }

    fn all_of(&mut self, depth: usize) -> Result<Tree, Fault> {
        let mut parts = vec![self.negation(depth)?];
        while self.keyword("and") {
            parts.push(self.negation(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Tree::And(parts) })
    }

    fn negation(&mut self, depth: usize) -> Result<Tree, Fault> {
        if depth > MAX_DEPTH {
            let message = format!("parentheses and `not` go deeper than {MAX_DEPTH}");
            return Err(Fault::new(self.here(), message, "split the rule into several"));
        }
        if self.keyword("not") {
            return Ok(Tree::Not(Box::new(self.negation(depth + 1)?)));
        }
        let opened = self.here();
        if !self.take(&Token::Open) {
            return self.comparison();
        }
        let tree = self.any_of(depth + 1)?;
        if !self.take(&Token::Close) {
            return Err(if self.peek().is_none() {
                Fault::new(opened, "a parenthesis that opens here is not closed", "add ) where it ends")
            } else {
                self.unexpected("and, or, or )")
            });
        }
        Ok(tree)
    }

    fn comparison(&mut self) -> Result<Tree, Fault> {
        let left = self.term()?;
        let at = self.next;
        let inverted = self.keyword("not");
        let Some(operator) = self.operator() else {
            self.next = at;
            return Ok(Tree::Is(left));
        };
        let right = self.term()?;
        let here = self.here();
        if self.operator().is_some() {
            return Err(Fault::new(here, "comparisons cannot be chained", "write a < b and b < c"));
        }
        let tree = Tree::Compare(Box::new(Comparison { left, operator, right }));
        Ok(if inverted { Tree::Not(Box::new(tree)) } else { tree })
    }

    fn operator(&mut self) -> Option<Operator> {
        let operator = match self.peek()? {
            Token::Operator("==") => Operator::Order(Order::Equal),
            Token::Operator("!=") => Operator::Order(Order::NotEqual),
            Token::Operator("<") => Operator::Order(Order::Less),
            Token::Operator("<=") => Operator::Order(Order::LessOrEqual),
            Token::Operator(">") => Operator::Order(Order::Greater),
            Token::Operator(">=") => Operator::Order(Order::GreaterOrEqual),
            Token::Word(word) if word == "in" => Operator::In,
            Token::Word(word) if word == "contains" => Operator::Contains,
            Token::Word(word) if word == "matches" => Operator::Matches,
            _ => return None,
        };
        self.next += 1;
        Some(operator)
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let at = self.here();
        let what = match self.peek() {
            Some(Token::OpenList) => return self.list(at),
            Some(Token::Word(word)) if !is_keyword(word) => word_term(word),
            Some(Token::Number(number)) => What::Number(*number),
            Some(Token::Text(text)) => What::Text(text.clone()),
            _ => return Err(self.unexpected("a field, a number, a text or a list")),
        };
        self.next += 1;
        if let What::Field(name) = &what
            && self.take(&Token::Open)
        {
            return self.call(name.clone(), at);
        }
        Ok(Term { at, what })
    }

    fn call(&mut self, name: String, at: Range<usize>) -> Result<Term, Fault> {
        let here = self.here();
        let what = match self.peek() {
            Some(Token::Word(word) | Token::Text(word)) => What::Text(word.clone()),
            _ => return Err(self.unexpected("the name of a queue")),
        };
        self.next += 1;
        let end = self.here().end;
        if !self.take(&Token::Close) {
            return Err(self.unexpected(")"));
        }
        Ok(Term { at: at.start..end, what: What::Call(name, Box::new(Term { at: here, what })) })
    }

    fn list(&mut self, opened: Range<usize>) -> Result<Term, Fault> {
        self.next += 1;
        let mut members = Vec::new();
        loop {
            let end = self.here().end;
            if self.take(&Token::CloseList) {
                return Ok(Term { at: opened.start..end, what: What::List(members) });
            }
            if self.peek().is_none() {
                return Err(unclosed_list(opened));
            }
            if self.peek() == Some(&Token::OpenList) {
                return Err(Fault::new(self.here(), "a list stands in a list", "write one flat list"));
            }
            members.push(self.term()?);
            if self.peek().is_none() {
                return Err(unclosed_list(opened));
            }
            if !self.take(&Token::Comma) && self.peek() != Some(&Token::CloseList) {
                return Err(self.unexpected("a comma or ]"));
            }
        }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            None => return Fault::new(self.end..self.end, "the condition ends too early", format!("add {wanted}")),
            Some(Token::Word(word)) => word.clone(),
            Some(Token::Text(text)) => format!("\"{text}\""),
            Some(Token::Number(number)) => number.to_string(),
            Some(Token::Operator(operator)) => (*operator).to_owned(),
            Some(Token::Open) => "(".to_owned(),
            Some(Token::Close) => ")".to_owned(),
            Some(Token::OpenList) => "[".to_owned(),
            Some(Token::CloseList) => "]".to_owned(),
            Some(Token::Comma) => ",".to_owned(),
        };
        let lower = found.to_ascii_lowercase();
        let remedy = if self.peek() == Some(&Token::Close) {
            "remove it, or add the ( that it closes".to_owned()
        } else if lower != found && is_keyword(&lower) {
            format!("write {lower} in small letters")
        } else {
            format!("expected here: {wanted}")
        };
        Fault::new(self.here(), format!("{} is not expected here", shown(&found)), remedy)
    }
}

fn unclosed_list(opened: Range<usize>) -> Fault {
    Fault::new(opened, "a list that opens here is not closed", "add ] where it ends")
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "contains" | "matches")
}

fn word_term(word: &str) -> What {
    match word {
        "true" => What::Bool(true),
        "false" => What::Bool(false),
        _ => What::Field(word.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Tree, parse};

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closer_than_both() {
        let Tree::Or(parts) = parse("urgent or automatic and injection").unwrap() else { panic!("or is outermost") };
        assert!(matches!(&parts[1], Tree::And(both) if both.len() == 2));
        assert!(matches!(parse("(urgent or automatic) and injection").unwrap(), Tree::And(_)));
        assert!(matches!(parse("not urgent and injection").unwrap(), Tree::And(_)));
    }

    #[test]
    fn not_in_is_the_opposite_of_in() {
        assert_eq!(parse("language not in [\"nl\"]").unwrap(), {
            let Tree::Not(inner) = parse("not language in [\"nl\"]").unwrap() else { panic!("not") };
            let shifted = parse("language     in [\"nl\"]").unwrap();
            assert_eq!(std::mem::discriminant(&*inner), std::mem::discriminant(&shifted));
            Tree::Not(Box::new(shifted))
        });
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = |n: usize| format!("{}urgent{}", "(".repeat(n), ")".repeat(n));
        assert!(parse(&deep(super::MAX_DEPTH)).is_ok());
        assert!(parse(&deep(super::MAX_DEPTH + 1)).unwrap_err().message.contains("deeper"));
        assert!(parse(&deep(2_000)).unwrap_err().message.contains("deeper"));
        assert!(parse(&"not ".repeat(1_000)).unwrap_err().message.contains("deeper"));
        assert!(parse(&"urgent or ".repeat(1_000)).unwrap_err().message.contains("bytes"));
    }

    #[test]
    fn a_wrong_shape_is_told_with_its_place() {
        let fault = |text: &str| parse(text).map(|_| ()).unwrap_err();
        assert_eq!(fault("(urgent").at, 0..1);
        assert_eq!(fault("urgent AND automatic").remedy, "write and in small letters");
        assert_eq!(fault("1 < hour < 5").at, 9..10);
        assert_eq!(fault("urgent and").message, "the condition ends too early");
        assert_eq!(fault("language in [\"nl\", ").at, 12..13);
        assert_eq!(fault("urgent)").at, 6..7);
    }
}
