//! The functions of the subset.

use regex_lite::Regex;

use super::super::Decimal;
use super::ast::{Expr, Function};
use super::eval::Eval;
use super::operators::{bounded, same};
use super::value::{children, date, single, truth, written};
use super::{ExprError, Val};

type Values<'a> = Result<Vec<Val<'a>>, ExprError>;

/// Calls `function` on `input`.
pub(super) fn call<'a>(
    eval: &Eval<'_, 'a>,
    function: Function,
    input: &[Val<'a>],
    arguments: &'a [Expr],
    focus: &[Val<'a>],
) -> Values<'a> {
    eval.spend(input.len())?;
    match function {
        Function::Where => filtered(eval, input, arguments),
        Function::Select => selected(eval, input, arguments),
        Function::All => all(eval, input, arguments),
        Function::Exists => Ok(boolean(!filtered(eval, input, arguments)?.is_empty())),
        Function::Empty => Ok(boolean(input.is_empty())),
        Function::First => Ok(input.first().cloned().into_iter().collect()),
        Function::Last => Ok(input.last().cloned().into_iter().collect()),
        Function::Tail => Ok(input.iter().skip(1).cloned().collect()),
        Function::Count => {
            Ok(vec![Val::Number(Decimal::from(i64::try_from(input.len()).unwrap_or(i64::MAX)))])
        }
        Function::Sum => sum(input),
        Function::Distinct => distinct(eval, input),
        Function::Iif => iif(eval, arguments, focus),
        Function::Not => Ok(truth(input)?.map(|flag| Val::Boolean(!flag)).into_iter().collect()),
        Function::Today => Ok(vec![Val::Date(eval.scope.today)]),
        Function::Now => Ok(eval.scope.today.and_hms_opt(0, 0, 0).map(Val::DateTime).into_iter().collect()),
        Function::Extension => extension(input, argument_text(eval, arguments, 0, focus)?),
        _ => on_text(eval, function, input, arguments, focus),
    }
}

fn boolean<'a>(flag: bool) -> Vec<Val<'a>> {
    vec![Val::Boolean(flag)]
}

fn filtered<'a>(eval: &Eval<'_, 'a>, input: &[Val<'a>], arguments: &'a [Expr]) -> Values<'a> {
    let Some(criteria) = arguments.first() else { return Ok(input.to_vec()) };
    let mut kept = Vec::new();
    for value in input {
        if truth(&eval.run(criteria, std::slice::from_ref(value))?)? == Some(true) {
            kept.push(value.clone());
        }
    }
    Ok(kept)
}

fn selected<'a>(eval: &Eval<'_, 'a>, input: &[Val<'a>], arguments: &'a [Expr]) -> Values<'a> {
    let Some(projection) = arguments.first() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for value in input {
        found.extend(eval.run(projection, std::slice::from_ref(value))?);
    }
    Ok(found)
}

fn all<'a>(eval: &Eval<'_, 'a>, input: &[Val<'a>], arguments: &'a [Expr]) -> Values<'a> {
    Ok(boolean(filtered(eval, input, arguments)?.len() == input.len()))
}

fn sum<'a>(input: &[Val<'a>]) -> Values<'a> {
    let mut total: Option<Decimal> = None;
    for value in input {
        let Val::Number(number) = value else { return Err(ExprError::Operands("sum()")) };
        total = Some(total.unwrap_or(Decimal::from(0)).plus(*number).ok_or(ExprError::OutOfRange)?);
    }
    Ok(total.map(Val::Number).into_iter().collect())
}

fn distinct<'a>(eval: &Eval<'_, 'a>, input: &[Val<'a>]) -> Values<'a> {
    let mut kept: Vec<Val<'a>> = Vec::new();
    for value in input {
        eval.spend(kept.len())?;
        if !kept.iter().any(|other| same(other, value)) {
            kept.push(value.clone());
        }
    }
    Ok(kept)
}

fn iif<'a>(eval: &Eval<'_, 'a>, arguments: &'a [Expr], focus: &[Val<'a>]) -> Values<'a> {
    let mut parts = arguments.iter();
    let met = match parts.next() {
        Some(criterion) => truth(&eval.run(criterion, focus)?)? == Some(true),
        None => false,
    };
    let chosen = if met { parts.next() } else { parts.nth(1) };
    chosen.map_or_else(|| Ok(Vec::new()), |branch| eval.run(branch, focus))
}

fn extension<'a>(input: &[Val<'a>], url: Option<String>) -> Values<'a> {
    let matches = |found: &Val<'a>| {
        let urls = children(std::slice::from_ref(found), "url");
        urls.first().and_then(Val::text).is_some_and(|text| Some(text) == url.as_deref())
    };
    Ok(children(input, "extension").into_iter().filter(matches).collect())
}

fn argument_text<'a>(
    eval: &Eval<'_, 'a>,
    arguments: &'a [Expr],
    index: usize,
    focus: &[Val<'a>],
) -> Result<Option<String>, ExprError> {
    let Some(argument) = arguments.get(index) else { return Ok(None) };
    Ok(single(&eval.run(argument, focus)?)?.and_then(written))
}

fn on_text<'a>(
    eval: &Eval<'_, 'a>,
    function: Function,
    input: &[Val<'a>],
    arguments: &'a [Expr],
    focus: &[Val<'a>],
) -> Values<'a> {
    let Some(text) = single(input)?.and_then(written) else { return Ok(Vec::new()) };
    let argument = |index| argument_text(eval, arguments, index, focus);
    match function {
        Function::ToText => bounded(text),
        Function::Upper => bounded(text.to_uppercase()),
        Function::Lower => bounded(text.to_lowercase()),
        Function::Length => Ok(vec![Val::Number(length(&text))]),
        Function::ToInteger => {
            let whole = Decimal::parse(&text).filter(|number| number.places() == 0);
            Ok(whole.map(Val::Number).into_iter().collect())
        }
        Function::ToDecimal => Ok(Decimal::parse(&text).map(Val::Number).into_iter().collect()),
        Function::ToDate => Ok(date(&text).map(Val::Date).into_iter().collect()),
        Function::Substring => substring(&text, argument(0)?, argument(1)?),
        Function::Replace => match (argument(0)?, argument(1)?) {
            (Some(pattern), Some(by)) => replace(&text, &pattern, &by),
            _ => Ok(Vec::new()),
        },
        _ => Ok(argument(0)?.and_then(|argument| tested(function, &text, &argument)).into_iter().collect()),
    }
}

fn length(text: &str) -> Decimal {
    Decimal::from(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}

/// Replaces every occurrence; refuses first what could outgrow the bound for texts.
fn replace<'a>(text: &str, pattern: &str, by: &str) -> Values<'a> {
    let grown = text.matches(pattern).count().saturating_mul(by.len());
    if grown > super::eval::MAX_TEXT {
        Err(ExprError::OutOfRange)
    } else {
        bounded(text.replace(pattern, by))
    }
}

fn tested<'a>(function: Function, text: &str, argument: &str) -> Option<Val<'a>> {
    match function {
        Function::StartsWith => Some(Val::Boolean(text.starts_with(argument))),
        Function::EndsWith => Some(Val::Boolean(text.ends_with(argument))),
        Function::Contains => Some(Val::Boolean(text.contains(argument))),
        Function::Matches => Regex::new(argument).ok().map(|pattern| Val::Boolean(pattern.is_match(text))),
        _ => None,
    }
}

fn substring<'a>(text: &str, start: Option<String>, count: Option<String>) -> Values<'a> {
    let number = |text: Option<String>| text.and_then(|text| text.parse::<usize>().ok());
    match number(start) {
        Some(start) if start < text.chars().count() => {
            let rest = text.chars().skip(start);
            bounded(rest.take(number(count).unwrap_or(usize::MAX)).collect())
        }
        _ => Ok(Vec::new()),
    }
}
