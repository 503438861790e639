//! Walking the tree over a scope, with a budget.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::ast::{Expr, TypeTest};
use super::value::{DurationUnit, children, single};
use super::{ExprError, Val, functions, operators};

/// Steps one evaluation may take; a form with a hundred rows needs some thousands.
const BUDGET: u32 = 100_000;
/// Longest text an evaluation may build, in bytes.
pub(super) const MAX_TEXT: usize = 10_000;

/// What an expression can see.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The date `today()` gives.
    pub today: NaiveDate,
    /// The node a bare path starts at: `%context`.
    pub context: Vec<Val<'a>>,
    /// `%name` to its value.
    pub variables: BTreeMap<String, Vec<Val<'a>>>,
}

/// Evaluates a tree.
pub(super) fn evaluate<'a>(root: &'a Expr, scope: &Scope<'a>) -> Result<Vec<Val<'a>>, ExprError> {
    Eval { scope, spent: Cell::new(0) }.run(root, &scope.context)
}

/// One evaluation under way.
pub(super) struct Eval<'s, 'a> {
    pub(super) scope: &'s Scope<'a>,
    spent: Cell<u32>,
}

impl<'a> Eval<'_, 'a> {
    /// Counts `steps` against the budget.
    pub(super) fn spend(&self, steps: usize) -> Result<(), ExprError> {
        let spent = self.spent.get().saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        self.spent.set(spent);
        if spent > BUDGET { Err(ExprError::Budget) } else { Ok(()) }
    }

    /// Evaluates `node` with `focus` as `$this`.
    pub(super) fn run(&self, node: &'a Expr, focus: &[Val<'a>]) -> Result<Vec<Val<'a>>, ExprError> {
        self.spend(1)?;
        match node {
            Expr::Boolean(flag) => Ok(vec![Val::Boolean(*flag)]),
            Expr::Number(number) => Ok(vec![Val::Number(*number)]),
            Expr::Text(text) => Ok(vec![Val::Text(Cow::Borrowed(text))]),
            Expr::Date(day) => Ok(vec![Val::Date(*day)]),
            Expr::Duration(count, unit) => Ok(vec![Val::Duration(*count, DurationUnit(*unit))]),
            Expr::Nothing => Ok(Vec::new()),
            Expr::Variable(name) => self.variable(name),
            Expr::This => Ok(focus.to_vec()),
            Expr::Member(None, name) => self.member(focus, name),
            Expr::Member(Some(target), name) => self.member(&self.run(target, focus)?, name),
            Expr::Call(target, function, arguments) => {
                let input = self.target(target.as_deref(), focus)?;
                functions::call(self, *function, &input, arguments, focus)
            }
            Expr::Negative(inner) => operators::negative(&self.run(inner, focus)?),
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.run(left, focus)?, self.run(right, focus)?);
                self.spend(left.len().saturating_mul(right.len().max(1)))?;
                operators::binary(*operator, &left, &right)
            }
            Expr::Typed(inner, test, wanted) => {
                let values = self.run(inner, focus)?;
                match test {
                    TypeTest::Is => Ok(single(&values)?
                        .map(|value| Val::Boolean(value.is_of(*wanted)))
                        .into_iter()
                        .collect()),
                    TypeTest::Keep => Ok(values.into_iter().filter(|value| value.is_of(*wanted)).collect()),
                }
            }
        }
    }

    fn target(&self, target: Option<&'a Expr>, focus: &[Val<'a>]) -> Result<Vec<Val<'a>>, ExprError> {
        target.map_or_else(|| Ok(focus.to_vec()), |target| self.run(target, focus))
    }

    fn variable(&self, name: &str) -> Result<Vec<Val<'a>>, ExprError> {
        if name == "context" {
            return Ok(self.scope.context.clone());
        }
        Ok(self.scope.variables.get(name).cloned().unwrap_or_default())
    }

    fn member(&self, parents: &[Val<'a>], name: &str) -> Result<Vec<Val<'a>>, ExprError> {
        self.spend(parents.len())?;
        let found = children(parents, name);
        self.spend(found.len())?;
        Ok(found)
    }
}
