//! The language of conditions in `routing.toml`: small, typed, and checked when the file is read.
//!
//! ```text
//! intent in answerable and confidence >= threshold and not (urgent or hour < 8)
//! ```
//!
//! - A condition is made of comparisons with `and`, `or`, `not` and parentheses. `and` binds closer than `or`, `not`
//!   closest. What is decided already is not evaluated any more.
//! - Comparisons: `== != < <= > >=`, `in` (also `not in`), `contains`, `matches`. A field that is a yes or no stands
//!   alone: `wants_person`.
//! - `contains` looks for a text and ignores case; `matches` is a regular expression that takes linear time.
//! - Values: `0.5`, `"text"` or `'text'`, `true`, `false`, `["a", "b"]`, and the lists `answerable` and `high_stakes`.
//!
//! **What is absent** (the engine has no such finding, the customer no such attribute) makes its comparison false,
//! `!=` too, and is recorded as absent. What `not` makes of it depends on where the rule leads, so that
//! ignorance always errs towards people: in a rule to people, `not` of a false comparison is true; in a rule to a bot
//! queue, `not` of a comparison on something absent is false as well. So `not complaint` never brings a message to
//! the bot because nobody looked for complaints, and `language not in ["nl", "en"]` brings a message in an unknown
//! language to people.

pub(crate) mod check;
pub(crate) mod constant;
pub(crate) mod eval;
pub(crate) mod field;
pub(crate) mod lexer;
mod literal;
pub(crate) mod parser;
pub(crate) mod pattern;
pub(crate) mod test;

pub(crate) use eval::{Context, Trail};
pub(crate) use test::Expr;

/// The longest expression.
pub(crate) const MAX_BYTES: usize = 4096;
/// The deepest nesting of parentheses and `not`.
pub(crate) const MAX_DEPTH: usize = 32;
