//! From what was typed, or what a record holds, to an answer of the item's type.

use chrono::{NaiveDateTime, NaiveTime};
use serde_json::Value;

use super::Env;
use super::answers::{Answer, Secret};
use super::choice::{self, Choice, Coding};
use super::decimal::Decimal;
use super::expr::{Val, date_time as date_time_of_record};
use super::model::{InputHint, Item, Kind};
use super::typed_date::{self, parse_date};
use crate::domain::calendar::EnteredDate;
use crate::domain::numbers::{InsurerNumber, MyNumber};
use crate::domain::text;

/// Most characters of a one-line text whose item sets no limit.
const LINE: usize = 1_000;
/// Most characters of any text.
pub(super) const MAX_LENGTH: usize = 10_000;
/// Combining marks and selectors a visible character may have on average.
const MARKS: usize = 10;

/// Why a typed text is not understood: a message key and its slots, never the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) key: &'static str,
    pub(super) args: Vec<(&'static str, String)>,
}

impl Fault {
    pub(super) fn new(key: &'static str) -> Fault {
        Fault { key, args: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Fault {
        self.args.push((name, value.to_string()));
        self
    }
}

/// Reads what was typed into an item; blanks were ruled out before.
pub(super) fn parse(item: &Item, typed: &str, env: &Env<'_>) -> Result<Answer, Fault> {
    if typed.chars().count() > MAX_LENGTH.saturating_mul(MARKS) {
        return Err(Fault::new("form.too-long").with("max", max_length(item)));
    }
    match item.kind {
        Kind::Boolean => typed.parse().map(Answer::Boolean).map_err(|_| Fault::new("form.choice")),
        Kind::Integer => whole(typed).map(Answer::Integer).ok_or(Fault::new("form.integer")),
        Kind::Decimal => {
            number(typed).map(|number| Answer::Decimal(number.shortened())).ok_or(Fault::new("form.number"))
        }
        Kind::Date => parse_date(item, typed).map(Answer::Date),
        Kind::DateTime => date_time(typed).map(Answer::DateTime).ok_or(Fault::new("form.date-time")),
        Kind::Time => time(typed).map(Answer::Time).ok_or(Fault::new("form.time")),
        Kind::String => line(item, typed),
        Kind::Text => several_lines(typed).and_then(|text| bounded(item, text)).map(Answer::Text),
        Kind::Url => bounded(item, url(typed).ok_or(Fault::new("form.url"))?).map(Answer::Text),
        Kind::Choice => chosen(item, typed, env).ok_or(Fault::new("form.choice")),
        Kind::OpenChoice => match chosen(item, typed, env) {
            Some(answer) => Ok(answer),
            None => one_line(typed).and_then(|text| bounded(item, text)).map(Answer::Text),
        },
        Kind::Attachment | Kind::Group | Kind::Display => Err(Fault::new("form.choice")),
    }
}

/// The most characters an item takes.
pub(super) fn max_length(item: &Item) -> usize {
    item.limits.max_length.unwrap_or(if item.kind == Kind::Text { MAX_LENGTH } else { LINE })
}

/// The text, if it is within the item's length; hyphens and blanks of numbers are gone by now.
fn bounded(item: &Item, kept: String) -> Result<String, Fault> {
    let most = max_length(item);
    let fits = text::visible_length(&kept) <= most && kept.chars().count() <= most.saturating_mul(MARKS);
    if fits { Ok(kept) } else { Err(Fault::new("form.too-long").with("max", most)) }
}

fn line(item: &Item, typed: &str) -> Result<Answer, Fault> {
    let digits = || text::fold_digits(typed).ok_or(Fault::new("form.digits"));
    let text = match item.rendering.input {
        Some(InputHint::MyNumber) => {
            let number = MyNumber::parse(typed).map_err(|_| Fault::new("form.my-number"))?;
            return Ok(Answer::Secret(Secret::new(number.expose().to_owned())));
        }
        Some(InputHint::Kana) => text::fold_kana(typed).map_err(|_| Fault::new("form.kana"))?,
        Some(InputHint::Digits | InputHint::PayerNumber | InputHint::RecipientNumber) => digits()?,
        Some(InputHint::Postcode) => sized(digits()?, 7..=7, "form.postcode")?,
        Some(InputHint::Phone) => sized(digits()?, 10..=11, "form.phone")?,
        Some(InputHint::InsurerNumber) => {
            let number = InsurerNumber::parse(typed).map_err(|_| Fault::new("form.insurer-number"))?;
            number.as_str().to_owned()
        }
        Some(InputHint::Email) => email(typed).ok_or(Fault::new("form.email"))?,
        Some(InputHint::Multiline) => several_lines(typed)?,
        _ => one_line(typed)?,
    };
    let text = bounded(item, text)?;
    if !item.secret {
        return Ok(Answer::Text(text));
    }
    // Later only the mask is at hand, so a secret meets its pattern now or never.
    let matches = item.limits.pattern.as_ref().is_none_or(|pattern| pattern.is_match(&text));
    if matches { Ok(Answer::Secret(Secret::new(text))) } else { Err(Fault::new("form.pattern")) }
}

fn one_line(typed: &str) -> Result<String, Fault> {
    text::plain_line(typed).map_err(|_| Fault::new("form.control"))
}

fn several_lines(typed: &str) -> Result<String, Fault> {
    text::plain_text(typed).map_err(|_| Fault::new("form.control"))
}

fn sized(
    digits: String,
    lengths: std::ops::RangeInclusive<usize>,
    key: &'static str,
) -> Result<String, Fault> {
    if lengths.contains(&digits.len()) { Ok(digits) } else { Err(Fault::new(key)) }
}

/// A mail address as it can be written to; `None` for what is none.
pub fn email(typed: &str) -> Option<String> {
    let folded = text::fold_latin(typed);
    let (local, domain) = folded.rsplit_once('@')?;
    let usable =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    let dotted = domain.split('.').all(|label| !label.is_empty()) && domain.contains('.');
    (usable(local) && usable(domain) && dotted && !local.contains('@')).then_some(folded)
}

fn url(typed: &str) -> Option<String> {
    let folded = text::fold_latin(typed);
    let rest = folded.strip_prefix("https://").or_else(|| folded.strip_prefix("http://"))?;
    let usable = !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control());
    usable.then_some(folded)
}

/// A number in any width, with separators, a minus look-alike or 円 at its end.
fn number(typed: &str) -> Option<Decimal> {
    let folded = text::fold_width(typed);
    let plain: String =
        folded.trim().trim_end_matches('円').chars().filter(|c| *c != ',' && !c.is_whitespace()).collect();
    match plain.strip_prefix(text::is_hyphen) {
        Some(digits) => Decimal::parse(&format!("-{digits}")),
        None => Decimal::parse(&plain),
    }
}

fn whole(typed: &str) -> Option<i64> {
    number(typed).filter(|number| number.places() == 0).and_then(Decimal::whole)
}

fn date_time(typed: &str) -> Option<NaiveDateTime> {
    let folded = text::fold_latin(typed).replace('T', " ");
    let (day, clock) = folded.split_once(char::is_whitespace)?;
    let day = EnteredDate::parse(day).ok()?.date.day()?;
    Some(day.and_time(time(clock)?))
}

fn time(typed: &str) -> Option<NaiveTime> {
    let folded = text::fold_latin(typed).replace('時', ":").replace('分', "");
    ["%H:%M:%S", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(folded.trim(), format).ok())
}

fn chosen(item: &Item, typed: &str, env: &Env<'_>) -> Option<Answer> {
    choice::find(choices(item, env), typed).map(|choice| Answer::Choice(choice.coding()))
}

/// The choices of an item: its own, or those of its catalogue.
pub(super) fn choices<'a>(item: &'a Item, env: &Env<'a>) -> &'a [Choice] {
    match catalogue(item).and_then(|name| env.catalogues.get(name)) {
        Some(choices) => choices,
        None => &item.choices,
    }
}

/// The catalogue an item's choices come from, by its value set or by its lookup hint.
pub(super) fn catalogue(item: &Item) -> Option<&str> {
    let looked_up =
        || item.rendering.lookup.as_deref().filter(|_| item.kind.is_choice() && item.choices.is_empty());
    item.catalogue.as_deref().or_else(looked_up)
}

/// An answer from a result of an expression; `None` where it does not fit the item.
pub(super) fn from_value(item: &Item, value: &Val<'_>, env: &Env<'_>) -> Option<Answer> {
    match (item.kind, value) {
        (Kind::Boolean, Val::Boolean(flag)) => Some(Answer::Boolean(*flag)),
        (Kind::Integer, Val::Number(number)) => number.whole().map(Answer::Integer),
        (Kind::Decimal, Val::Number(number)) => Some(Answer::Decimal(*number)),
        (Kind::Date, Val::Date(day)) => Some(Answer::Date(typed_date::of_record((*day).into()))),
        (Kind::Date, Val::DateTime(moment)) => {
            Some(Answer::Date(typed_date::of_record(moment.date().into())))
        }
        (Kind::Date, Val::Text(text)) => {
            text.parse().ok().map(|date| Answer::Date(typed_date::of_record(date)))
        }
        (Kind::DateTime, Val::DateTime(moment)) => Some(Answer::DateTime(*moment)),
        (Kind::Time, Val::Time(time)) => Some(Answer::Time(*time)),
        (Kind::Choice | Kind::OpenChoice, Val::Node(coding)) => from_fhir(item, "Coding", coding, env),
        (_, Val::Text(text)) if !text.trim().is_empty() => parse(item, text, env).ok(),
        (Kind::String | Kind::Text | Kind::Choice, Val::Number(number)) => {
            parse(item, &number.to_string(), env).ok()
        }
        _ => None,
    }
}

/// An answer from a FHIR `value[x]`; `None` where it does not fit the item.
pub(super) fn from_fhir(item: &Item, kind: &str, value: &Value, env: &Env<'_>) -> Option<Answer> {
    match (item.kind, kind) {
        (Kind::Choice | Kind::OpenChoice, "Coding") => {
            let code = value.get("code")?.as_str()?;
            let own = choices(item, env).iter().find(|choice| choice.code == code);
            own.map(Choice::coding).or_else(|| foreign(item, value, env)).map(Answer::Choice)
        }
        (Kind::String | Kind::Text, "String") if item.secret => {
            value.as_str().map(|text| Answer::Secret(Secret::new(text.to_owned())))
        }
        (Kind::String | Kind::Text | Kind::OpenChoice, "String") | (Kind::Url, "Uri") => {
            value.as_str().map(|text| Answer::Text(text.to_owned()))
        }
        (Kind::DateTime, "DateTime") => value.as_str().and_then(date_time_of_record).map(Answer::DateTime),
        (Kind::Boolean, "Boolean") => value.as_bool().map(Answer::Boolean),
        (Kind::Time, "Time") => value.as_str().and_then(time).map(Answer::Time),
        _ => from_value(item, Val::from_json(value).first()?, env),
    }
}

/// The date with the text it was typed as, if that text still gives the same date.
pub(super) fn with_original(item: &Item, entered: EnteredDate, original: Option<&str>) -> EnteredDate {
    let again = original.and_then(|original| parse_date(item, original).ok());
    again.filter(|again| again.date == entered.date).unwrap_or(entered)
}

/// A code of which the choices are not known here; an unknown code of known choices is refused.
fn foreign(item: &Item, value: &Value, env: &Env<'_>) -> Option<Coding> {
    let part = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let code = part("code")?;
    let display = part("display").unwrap_or_else(|| code.clone());
    choices(item, env).is_empty().then(|| Coding { system: part("system"), code, display })
}
