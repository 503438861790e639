//! The rules of one question.

use chrono::NaiveDate;

use super::Env;
use super::answers::{Answer, FileState};
use super::decimal::Decimal;
use super::model::{InputHint, Item, Kind, Limit};
use super::shown;
use super::typed::{self, Fault};
use crate::domain::calendar::PartialDate;
use crate::domain::numbers::{InsurerNumber, PayerNumber, RecipientNumber};
use crate::domain::text;

/// A broken rule; `soft` ones are warnings.
pub(super) struct Broken {
    pub(super) fault: Fault,
    pub(super) soft: bool,
}

fn hard(fault: Fault) -> Broken {
    Broken { fault, soft: false }
}

/// What is wrong with the answers of one question.
pub(super) fn broken(item: &Item, answers: &[&Answer], env: &Env<'_>) -> Vec<Broken> {
    if answers.is_empty() {
        return missing(item, env).into_iter().collect();
    }
    let mut found: Vec<Broken> = answers.iter().flat_map(|answer| one(item, answer, env)).collect();
    found.extend(count(item, answers.len()).map(hard));
    found.extend(exclusive(item, answers, env).map(hard));
    found
}

fn missing(item: &Item, env: &Env<'_>) -> Option<Broken> {
    if required_now(item, env) {
        return Some(hard(Fault::new(match item.kind {
            Kind::Boolean | Kind::Choice | Kind::OpenChoice => "form.required-choice",
            Kind::Attachment => "form.required-file",
            Kind::Date => "form.required-date",
            _ => "form.required",
        })));
    }
    item.soft_required.then(|| Broken { fault: Fault::new("form.required-later"), soft: true })
}

/// Whether the item must be answered for this kind of application. With no case at hand the
/// stricter reading holds.
pub(super) fn required_now(item: &Item, env: &Env<'_>) -> bool {
    let by_kind = item.required_for.is_some_and(|kinds| kinds.covers(env.kind()));
    !item.soft_required && (item.required || by_kind || item.limits.min_occurs > Some(0))
}

fn one(item: &Item, answer: &Answer, env: &Env<'_>) -> Vec<Broken> {
    let fault = match answer {
        Answer::Raw(typed) => typed::parse(item, typed, env).err().or(Some(Fault::new("form.pattern"))),
        Answer::Integer(number) => range(item, Decimal::from(*number)),
        Answer::Decimal(number) => places(item, *number).or_else(|| range(item, *number)),
        Answer::Date(entered) => date_range(item, entered.date, env),
        Answer::Text(typed) => length(item, typed).or_else(|| pattern(item, typed)),
        Answer::Choice(coding) => {
            let choices = typed::choices(item, env);
            let known = choices.is_empty() || choices.iter().any(|choice| choice.code == coding.code);
            (!known).then_some(Fault::new("form.choice"))
        }
        Answer::Attachment { size, mime, state, .. } => file(item, *size, mime, *state),
        Answer::Boolean(_) | Answer::DateTime(_) | Answer::Time(_) | Answer::Secret(_) => None,
    };
    fault.map(hard).or_else(|| check_digit(item, answer)).into_iter().collect()
}

/// A wrong check digit is a warning: published specimens break the rule.
fn check_digit(item: &Item, answer: &Answer) -> Option<Broken> {
    let Answer::Text(typed) = answer else { return None };
    let fits = match item.rendering.input? {
        InputHint::InsurerNumber => InsurerNumber::parse(typed).ok()?.check_digit_ok(),
        InputHint::PayerNumber => PayerNumber::parse(typed).ok()?.check_digit_ok(),
        InputHint::RecipientNumber => RecipientNumber::parse(typed).ok()?.check_digit_ok(),
        _ => return None,
    };
    (!fits).then(|| Broken { fault: Fault::new("form.check-digit"), soft: true })
}

fn length(item: &Item, typed: &str) -> Option<Fault> {
    let length = text::visible_length(typed);
    let most = typed::max_length(item);
    if length > most {
        return Some(Fault::new("form.too-long").with("max", most));
    }
    let least = item.limits.min_length.filter(|least| length < *least)?;
    Some(Fault::new("form.too-short").with("min", least))
}

fn pattern(item: &Item, typed: &str) -> Option<Fault> {
    let pattern = item.limits.pattern.as_ref()?;
    (!pattern.is_match(typed)).then(|| Fault::new("form.pattern"))
}

fn places(item: &Item, number: Decimal) -> Option<Fault> {
    let most = item.limits.max_decimal_places.filter(|most| number.places() > *most)?;
    Some(Fault::new("form.decimal-places").with("max", most))
}

fn range(item: &Item, number: Decimal) -> Option<Fault> {
    let limit = |limit| match limit {
        Some(Limit::Number(number)) => Some(number),
        _ => None,
    };
    let (min, max) = (limit(item.limits.min), limit(item.limits.max));
    let below = min.is_some_and(|min| number.compare(min).is_some_and(|order| order.is_lt()));
    let above = max.is_some_and(|max| number.compare(max).is_some_and(|order| order.is_gt()));
    let keys = ["form.range", "form.min", "form.max"];
    (below || above).then(|| out_of(keys, min.map(|min| min.to_string()), max.map(|max| max.to_string())))
}

fn date_range(item: &Item, given: PartialDate, env: &Env<'_>) -> Option<Fault> {
    let limit = |limit| match limit {
        Some(Limit::Date(day)) => Some(day),
        _ => None,
    };
    let (min, max) = (limit(item.limits.min), limit(item.limits.max));
    let written = |day: NaiveDate| shown::date(day, env.lang);
    let (below, above) =
        (min.is_some_and(|min| given.latest() < min), max.is_some_and(|max| given.earliest() > max));
    let keys = ["form.date.range", "form.date.min", "form.date.max"];
    (below || above).then(|| out_of(keys, min.map(written), max.map(written)))
}

/// The sentence names both limits where both are set, and else the one there is.
fn out_of([both, only_min, only_max]: [&'static str; 3], min: Option<String>, max: Option<String>) -> Fault {
    match (min, max) {
        (Some(min), Some(max)) => Fault::new(both).with("min", min).with("max", max),
        (Some(min), None) => Fault::new(only_min).with("min", min),
        (None, max) => Fault::new(only_max).with("max", max.unwrap_or_default()),
    }
}

fn file(item: &Item, size: u64, mime: &str, state: FileState) -> Option<Fault> {
    if state == FileState::Refused {
        return Some(Fault::new("form.file-refused"));
    }
    if !item.limits.mime.is_empty() && !item.limits.mime.iter().any(|wanted| wanted == mime) {
        return Some(Fault::new("form.file-type").with("types", item.limits.mime.join(", ")));
    }
    let most = item.limits.max_size.filter(|most| size > *most)?;
    Some(Fault::new("form.file-size").with("max", most / 1_000_000))
}

fn count(item: &Item, given: usize) -> Option<Fault> {
    if let Some(most) = item.limits.max_occurs.filter(|most| given > *most) {
        return Some(Fault::new("form.too-many").with("max", most));
    }
    let least = item.limits.min_occurs.filter(|least| given < *least)?;
    Some(Fault::new("form.too-few").with("min", least))
}

fn exclusive(item: &Item, answers: &[&Answer], env: &Env<'_>) -> Option<Fault> {
    let alone = |answer: &&&Answer| match answer {
        Answer::Choice(coding) => {
            typed::choices(item, env).iter().any(|choice| choice.exclusive && choice.code == coding.code)
        }
        _ => false,
    };
    let found = answers.iter().find(alone).filter(|_| answers.len() > 1)?;
    let Answer::Choice(coding) = found else { return None };
    Some(Fault::new("form.exclusive").with("choice", &coding.display))
}
