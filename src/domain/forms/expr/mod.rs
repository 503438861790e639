//! A small, closed part of FHIRPath: the functions forms need and no others.
//!
//! What it offers is listed in [`ast::Function`]; everything else is refused while a form is
//! loaded. An evaluation has a budget of steps, so that no form can hang the server.

mod ast;
mod eval;
mod functions;
mod lexer;
mod operators;
mod parser;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use thiserror::Error;

pub use eval::Scope;
pub use value::Val;
pub(super) use value::date_time;

/// Longest expression that is read, in characters.
const MAX_SOURCE: usize = 2_000;

/// Why an expression was refused when it was read, or gave no result when it was evaluated.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExprError {
    /// The text is longer than the limit.
    #[error("the expression is longer than {MAX_SOURCE} characters or 400 words and signs")]
    TooLong,
    /// The text cannot be read at this character, counted from 1.
    #[error("cannot read character {at}: {found}")]
    Syntax {
        /// Position of the offending character, counted from 1.
        at: usize,
        /// What stands there.
        found: String,
    },
    /// Brackets nested deeper than the parser follows.
    #[error("the expression is nested too deeply")]
    TooDeep,
    /// A function outside the subset.
    #[error("the function {0}() is outside the subset")]
    UnknownFunction(String),
    /// A type outside the subset.
    #[error("the type {0} is outside the subset")]
    UnknownType(String),
    /// A function called with the wrong number of arguments.
    #[error("the function {0}() has the wrong number of arguments")]
    Arguments(String),
    /// A variable nobody declared.
    #[error("the variable %{0} is not declared")]
    UnknownVariable(String),
    /// A single value was needed where there are several.
    #[error("one value was needed, but there are several")]
    NotSingle,
    /// Operands that do not go together.
    #[error("the operands of {0} do not go together")]
    Operands(&'static str),
    /// A number or text grew out of range.
    #[error("a value is out of range")]
    OutOfRange,
    /// The evaluation took more steps than a form may use.
    #[error("the expression takes too many steps")]
    Budget,
}

/// A read and checked expression.
#[derive(Clone, Debug)]
pub struct Expression {
    root: ast::Expr,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Any [`ExprError`] that names what stands outside the subset.
    pub fn parse(source: &str) -> Result<Expression, ExprError> {
        if source.chars().count() > MAX_SOURCE {
            return Err(ExprError::TooLong);
        }
        parser::parse(source).map(|root| Expression { root })
    }

    /// Names of the `%variables` used.
    pub fn variables(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.root.visit(&mut |node| {
            if let ast::Expr::Variable(name) = node {
                found.insert(name.clone());
            }
        });
        found
    }

    /// Text literals used; those that are linkIds tell which items the expression reads.
    pub fn literals(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.root.visit(&mut |node| {
            if let ast::Expr::Text(text) = node {
                found.insert(text.clone());
            }
        });
        found
    }

    /// Evaluates over `scope`; the result is a collection, empty where there is nothing to say.
    ///
    /// # Errors
    /// [`ExprError`] for operands that do not fit, or when the budget is used up.
    pub fn evaluate<'a>(&'a self, scope: &Scope<'a>) -> Result<Vec<Val<'a>>, ExprError> {
        eval::evaluate(&self.root, scope)
    }

    /// Evaluates to a truth value: `None` when the result is empty.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn truth(&self, scope: &Scope<'_>) -> Result<Option<bool>, ExprError> {
        value::truth(&self.evaluate(scope)?)
    }
}
