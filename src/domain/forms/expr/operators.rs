//! Operators over collections, with FHIRPath's rule that an empty operand gives an empty result.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{Days, Months, NaiveDate};

use super::super::Decimal;
use super::ast::{Operator, Unit};
use super::eval::MAX_TEXT;
use super::value::{DurationUnit, date, single, truth, written};
use super::{ExprError, Val};

type Values<'a> = Result<Vec<Val<'a>>, ExprError>;

/// `-x`
pub(super) fn negative<'a>(values: &[Val<'a>]) -> Values<'a> {
    match single(values)? {
        None => Ok(Vec::new()),
        Some(Val::Number(number)) => Ok(vec![Val::Number(number.negated())]),
        Some(Val::Duration(count, unit)) => Ok(vec![Val::Duration(count.saturating_neg(), *unit)]),
        Some(_) => Err(ExprError::Operands("-")),
    }
}

/// `left operator right`
pub(super) fn binary<'a>(operator: Operator, left: &[Val<'a>], right: &[Val<'a>]) -> Values<'a> {
    match operator {
        Operator::And | Operator::Or | Operator::Xor | Operator::Implies => {
            Ok(logic(operator, truth(left)?, truth(right)?).map(Val::Boolean).into_iter().collect())
        }
        Operator::Equal => Ok(equal(left, right).map(Val::Boolean).into_iter().collect()),
        Operator::NotEqual => Ok(equal(left, right).map(|same| Val::Boolean(!same)).into_iter().collect()),
        Operator::Equivalent => Ok(vec![Val::Boolean(equivalent(left, right))]),
        Operator::In => member(left, right),
        Operator::Contains => member(right, left),
        Operator::Join => join(left, right),
        _ => match (single(left)?, single(right)?) {
            (Some(left), Some(right)) => scalar(operator, left, right),
            _ => Ok(Vec::new()),
        },
    }
}

fn logic(operator: Operator, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (operator, left, right) {
        (Operator::And, Some(false), _) | (Operator::And, _, Some(false)) => Some(false),
        (Operator::And, Some(true), Some(true)) => Some(true),
        (Operator::Or, Some(true), _) | (Operator::Or, _, Some(true)) => Some(true),
        (Operator::Or, Some(false), Some(false)) => Some(false),
        (Operator::Xor, Some(left), Some(right)) => Some(left != right),
        (Operator::Implies, Some(false), _) | (Operator::Implies, _, Some(true)) => Some(true),
        (Operator::Implies, Some(true), right) => right,
        _ => None,
    }
}

fn equal(left: &[Val<'_>], right: &[Val<'_>]) -> Option<bool> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    Some(left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right)))
}

/// Whether two values are equal; a day written as text equals that day.
pub(super) fn same(left: &Val<'_>, right: &Val<'_>) -> bool {
    match (left, right) {
        (Val::Node(_), Val::Node(_)) | (Val::Boolean(_), Val::Boolean(_)) => left == right,
        _ => order(left, right) == Some(Ordering::Equal),
    }
}

fn equivalent(left: &[Val<'_>], right: &[Val<'_>]) -> bool {
    let folded = |value: &Val<'_>| {
        written(value).map(|text| text.to_lowercase().split_whitespace().collect::<String>())
    };
    let alike = |left: &Val<'_>, right: &Val<'_>| match (left, right) {
        (Val::Text(_), Val::Text(_)) => folded(left) == folded(right),
        _ => same(left, right),
    };
    left.len() == right.len() && left.iter().all(|value| right.iter().any(|other| alike(value, other)))
}

fn member<'a>(one: &[Val<'a>], many: &[Val<'a>]) -> Values<'a> {
    Ok(single(one)?.map(|one| Val::Boolean(many.iter().any(|other| same(one, other)))).into_iter().collect())
}

fn join<'a>(left: &[Val<'a>], right: &[Val<'a>]) -> Values<'a> {
    let text = |values: &[Val<'a>]| Ok(single(values)?.and_then(written).unwrap_or_default());
    bounded(text(left)? + &text(right)?)
}

/// A text value, unless it outgrew the bound.
pub(super) fn bounded<'a>(text: String) -> Values<'a> {
    if text.len() > MAX_TEXT { Err(ExprError::OutOfRange) } else { Ok(vec![Val::Text(Cow::Owned(text))]) }
}

fn scalar<'a>(operator: Operator, left: &Val<'a>, right: &Val<'a>) -> Values<'a> {
    match operator {
        Operator::Greater => compare(left, right, Ordering::is_gt, ">"),
        Operator::Less => compare(left, right, Ordering::is_lt, "<"),
        Operator::GreaterOrEqual => compare(left, right, Ordering::is_ge, ">="),
        Operator::LessOrEqual => compare(left, right, Ordering::is_le, "<="),
        _ => arithmetic(operator, left, right),
    }
}

fn compare<'a>(
    left: &Val<'_>,
    right: &Val<'_>,
    wanted: fn(Ordering) -> bool,
    name: &'static str,
) -> Values<'a> {
    match order(left, right) {
        Some(found) => Ok(vec![Val::Boolean(wanted(found))]),
        None if is_partial_date(left, right) => Ok(Vec::new()),
        None => Err(ExprError::Operands(name)),
    }
}

/// A text beside a day: a year or a month alone, which has no order with a day.
fn is_partial_date(left: &Val<'_>, right: &Val<'_>) -> bool {
    matches!((left, right), (Val::Text(_), Val::Date(_)) | (Val::Date(_), Val::Text(_)))
}

fn order(left: &Val<'_>, right: &Val<'_>) -> Option<Ordering> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => left.compare(*right),
        (Val::Text(left), Val::Text(right)) => Some(left.cmp(right)),
        (Val::DateTime(left), Val::DateTime(right)) => Some(left.cmp(right)),
        (Val::Time(left), Val::Time(right)) => Some(left.cmp(right)),
        (Val::Date(_) | Val::DateTime(_), _) | (_, Val::Date(_) | Val::DateTime(_)) => {
            Some(day(left)?.cmp(&day(right)?))
        }
        _ => None,
    }
}

fn day(value: &Val<'_>) -> Option<NaiveDate> {
    match value {
        Val::Date(day) => Some(*day),
        Val::DateTime(moment) => Some(moment.date()),
        Val::Text(text) => date(text),
        _ => None,
    }
}

fn arithmetic<'a>(operator: Operator, left: &Val<'a>, right: &Val<'a>) -> Values<'a> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => numbers(operator, *left, *right),
        (Val::Text(_), Val::Text(_)) if operator == Operator::Add => {
            join(std::slice::from_ref(left), std::slice::from_ref(right))
        }
        (_, Val::Duration(count, DurationUnit(unit))) if day(left).is_some() => {
            let count = match operator {
                Operator::Add => *count,
                Operator::Subtract => count.saturating_neg(),
                _ => return Err(ExprError::Operands("date arithmetic")),
            };
            let moved = day(left).and_then(|day| moved(day, count, *unit)).ok_or(ExprError::OutOfRange)?;
            Ok(vec![Val::Date(moved)])
        }
        _ => Err(ExprError::Operands("arithmetic")),
    }
}

/// A day moved by calendar units; where the month is too short, its last day.
fn moved(from: NaiveDate, count: i64, unit: Unit) -> Option<NaiveDate> {
    let size = count.unsigned_abs();
    let months = |each: u64| u32::try_from(size.checked_mul(each)?).ok().map(Months::new);
    let days = |each: u64| size.checked_mul(each).map(Days::new);
    match (unit, count < 0) {
        (Unit::Years, false) => from.checked_add_months(months(12)?),
        (Unit::Years, true) => from.checked_sub_months(months(12)?),
        (Unit::Months, false) => from.checked_add_months(months(1)?),
        (Unit::Months, true) => from.checked_sub_months(months(1)?),
        (Unit::Weeks, false) => from.checked_add_days(days(7)?),
        (Unit::Weeks, true) => from.checked_sub_days(days(7)?),
        (Unit::Days, false) => from.checked_add_days(days(1)?),
        (Unit::Days, true) => from.checked_sub_days(days(1)?),
    }
}

fn numbers<'a>(operator: Operator, left: Decimal, right: Decimal) -> Values<'a> {
    let zero = right == Decimal::from(0);
    let result = match operator {
        Operator::Add => left.plus(right),
        Operator::Subtract => left.plus(right.negated()),
        Operator::Multiply => left.times(right),
        Operator::Divide | Operator::WholeDivide | Operator::Modulo if zero => return Ok(Vec::new()),
        Operator::Divide => left.divided_by(right),
        Operator::WholeDivide => whole(left, right, i64::checked_div),
        Operator::Modulo => whole(left, right, i64::checked_rem),
        _ => return Err(ExprError::Operands("numbers")),
    };
    result.map(|number| vec![Val::Number(number)]).ok_or(ExprError::OutOfRange)
}

fn whole(left: Decimal, right: Decimal, divide: fn(i64, i64) -> Option<i64>) -> Option<Decimal> {
    divide(left.whole()?, right.whole()?).map(Decimal::from)
}
