//! What was typed on the drafting page, as the content of a decision.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::case::decision::{Content, Reason};
use crate::domain::numbers::RecipientNumber;
use crate::domain::program::Program;
use crate::domain::program::outcome::{DecisionField, DecisionShape, OutcomeRule};
use crate::domain::program::vocabulary::{CaseKind, Effect, FieldSource, FieldType, Outcome};
use crate::domain::proposal::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::{Conn, decisions};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::previous;

use super::proposal;
use super::typed::{bounded, day};

/// A reason as typed.
#[derive(Clone, Debug, Default)]
pub struct TypedReason {
    /// What the reason is about, in words.
    pub criterion: String,
    /// What the standard asks.
    pub required: String,
    /// What was found.
    pub observed: String,
    /// Where it was read.
    pub source: String,
}

/// The drafting page as posted.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Code of the outcome.
    pub outcome: String,
    /// Values by field.
    pub fields: BTreeMap<String, String>,
    /// Why a value is not the proposed one, by field.
    pub whys: BTreeMap<String, String>,
    /// Reasons by code.
    pub reasons: BTreeMap<String, TypedReason>,
}

/// Where the number that the installation issues comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// The next one of its series, used up with the transaction.
    Issue,
    /// Words in its place, for looking only.
    Promise,
}

/// Builds the content of a decision.
///
/// # Errors
/// `draft.outcome`, and everything that was typed wrong or changed without a reason.
pub fn content(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    typed: &Typed,
    numbers: Numbers,
) -> Result<Content, Error> {
    let proposed = proposal::of(house, conn, opened)?.unwrap_or_default();
    content_beside(house, conn, opened, typed, &proposed, numbers)
}

/// What somebody types who takes over whatever is proposed.
pub fn as_proposed(program: &Program, proposed: &Proposal, outcome: Outcome) -> Typed {
    let shape = program.definition.decision.fields.iter();
    let known = shape.filter_map(|field| Some((field.key.clone(), boxed(proposed.value(&field.key)?))));
    Typed { outcome: outcome.code().to_owned(), fields: known.collect(), ..Typed::default() }
}

/// Builds the content of a decision beside a proposal that is at hand.
///
/// # Errors
/// As [`content`].
pub fn content_beside(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    typed: &Typed,
    proposed: &Proposal,
    numbers: Numbers,
) -> Result<Content, Error> {
    let (definition, kind) = (&opened.program.definition, &opened.stored.case.kind);
    let rule = Outcome::from_code(&typed.outcome).and_then(|code| definition.outcome(kind, code));
    let rule = rule.ok_or_else(|| Refusal::new("draft.outcome").at("outcome"))?;
    let mut made = Made { opened, typed, proposed, refusals: Vec::new(), origins: BTreeMap::new() };
    let mut fields = BTreeMap::new();
    for field in definition.decision.fields.iter().filter(|field| asked(field, kind, rule.code)) {
        let value = match field.from {
            FieldSource::Office => office_value(house, &field.key),
            FieldSource::System => number(house, conn, opened, field, &fields, numbers)?,
            FieldSource::Rules | FieldSource::Clerk => made.value(field),
        };
        fields.insert(field.key.clone(), value);
    }
    let reasons = if rule.adverse { made.reasons() } else { Vec::new() };
    if !made.refusals.is_empty() {
        return Err(Error::Refused(made.refusals));
    }
    let origins = made.origins;
    let (effective_from, valid_to) = period(&definition.decision, opened.effect(), &fields);
    Ok(Content {
        outcome: rule.code,
        effective_from,
        valid_to,
        answers: answers_digest(opened),
        appeal: appeal_code(house, &opened.program, rule),
        fields,
        origins,
        reasons,
    })
}

/// First and last day of effect. What ends a certificate takes effect on the day after its last day.
fn period(
    shape: &DecisionShape,
    effect: Effect,
    fields: &BTreeMap<String, Value>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let date = |key: &String| fields.get(key)?.as_str()?.parse::<NaiveDate>().ok();
    if effect == Effect::Ends {
        let last = shape.stops.as_ref().and_then(date);
        return (last.and_then(|day| day.succ_opt()), None);
    }
    (date(&shape.starts), date(&shape.ends))
}

/// Whether an outcome has a field: what it needs, and what any grant may have.
pub fn asked(field: &DecisionField, kind: &CaseKind, outcome: Outcome) -> bool {
    let needed = field.required.contains(&outcome) || (field.required.is_empty() && outcome.grants());
    needed && field.belongs_to(kind)
}

fn answers_digest(opened: &Opened) -> String {
    let form = &opened.program.definition.forms.application;
    opened.stored.case.revision(form).map(|revision| revision.digest.clone()).unwrap_or_default()
}

/// The code of the 教示, as long as its text is whole; without it an adverse draft is refused.
fn appeal_code(house: &House, program: &Program, rule: &OutcomeRule) -> String {
    let code = rule.appeal.clone().unwrap_or_default();
    if appeal_text(house, program, rule).is_some() { code } else { String::new() }
}

/// The 教示 in full; none while one of its slots is open or its review is overdue.
pub fn appeal_text(house: &House, program: &Program, rule: &OutcomeRule) -> Option<String> {
    let phrase = rule.appeal.as_deref().and_then(|code| program.phrases.appeal(code))?;
    phrase.render(crate::domain::lang::Lang::Ja, &house.office, house.today()).ok()
}

/// A value of the deciding body.
pub fn office_value(house: &House, key: &str) -> Value {
    let own = house.office.get(key).cloned();
    own.or_else(|| proposal::settings(house).remove(key)).map_or(Value::Null, Value::from)
}

/// The number that the installation issues: one series an authority, and a case keeps the one it has.
fn number(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    field: &DecisionField,
    fields: &BTreeMap<String, Value>,
    numbers: Numbers,
) -> Result<Value, Error> {
    let held = match held(opened, &field.key) {
        None => before(house, conn, opened, &field.key)?,
        held => held,
    };
    if let Some(held) = held {
        return Ok(held);
    }
    if numbers == Numbers::Promise {
        return Ok(Value::from(PROMISED));
    }
    let offices =
        opened.program.definition.decision.fields.iter().filter(|it| it.from == FieldSource::Office);
    let authority = offices.filter_map(|it| fields.get(&it.key)).map(boxed).collect::<Vec<_>>().join("/");
    let next = decisions::next_number(conn, &format!("{}/{authority}", field.key))?;
    let issued =
        RecipientNumber::issue(&format!("{next:06}")).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(Value::from(issued.to_string()))
}

/// The number of the grant that the case renews or changes: a person keeps it.
fn before(house: &House, conn: &mut Conn, opened: &Opened, key: &str) -> Result<Option<Value>, Error> {
    let value = previous::fields_before(house, conn, opened)?.remove(key);
    Ok(value.filter(|value| !value.is_null()))
}

/// What stands for a number that is not issued yet.
const PROMISED: &str = "（起案のときに付きます）";

/// The number that an earlier draft or decision of the case has.
pub fn held(opened: &Opened, key: &str) -> Option<Value> {
    let case = &opened.stored.case;
    let drafted = case.draft.as_ref().and_then(|draft| draft.content.fields.get(key));
    let decided = case.decision().and_then(|decision| decision.draft.content.fields.get(key));
    drafted.or(decided).filter(|value| !value.is_null()).cloned()
}

struct Made<'a> {
    opened: &'a Opened,
    typed: &'a Typed,
    proposed: &'a Proposal,
    refusals: Vec<Refusal>,
    origins: BTreeMap<String, String>,
}

impl Made<'_> {
    fn value(&mut self, field: &DecisionField) -> Value {
        let text = self.typed.fields.get(&field.key).map_or("", String::as_str);
        let value = match parse(field, text) {
            Ok(value) => value,
            Err(refusal) => {
                self.refusals.push(refusal.at(&format!("field:{}", field.key)));
                return Value::Null;
            }
        };
        let found = self.proposed.fields.get(&field.key);
        let same = found.map_or(value.is_null(), |proposed| proposed.value == value);
        let origin = if same { found.and_then(proposal::source) } else { self.why(field) };
        self.origins.extend(origin.map(|origin| (field.key.clone(), origin)));
        value
    }

    /// A value of one's own needs a reason; the decision carries it.
    fn why(&mut self, field: &DecisionField) -> Option<String> {
        let why = self.typed.whys.get(&field.key).map_or("", |why| why.trim());
        if why.is_empty() {
            let refusal = Refusal::new("clerk.draft-why").with("field", &field.label);
            self.refusals.push(refusal.at(&format!("why:{}", field.key)));
            return None;
        }
        match bounded(why, &format!("why:{}", field.key)) {
            Ok(why) => Some(format!("担当者の判断：{why}")),
            Err(refusal) => {
                self.refusals.push(refusal);
                None
            }
        }
    }

    fn reasons(&mut self) -> Vec<Reason> {
        let mut found = Vec::new();
        for (code, typed) in &self.typed.reasons {
            let texts = [&typed.criterion, &typed.required, &typed.observed, &typed.source];
            let bounded: Result<Vec<String>, Refusal> =
                texts.into_iter().map(|text| bounded(text, &format!("reason:{code}"))).collect();
            match bounded.map(<[String; 4]>::try_from) {
                Ok(Ok([criterion, required, observed, source])) => {
                    let code = code.clone();
                    found.push(Reason { code, criterion, required, observed, source });
                }
                Ok(Err(_)) => {}
                Err(refusal) => self.refusals.push(refusal),
            }
        }
        let incomplete = found.iter().find(|reason| !reason.is_complete());
        if let Some(reason) = incomplete {
            let label = self.opened.program.phrases.refusal(&reason.code).map(|it| it.label.clone());
            let refusal = Refusal::new("draft.facts").with("reason", label.unwrap_or_default());
            self.refusals.push(refusal.at(&format!("reason:{}", reason.code)));
        }
        found
    }
}

fn parse(field: &DecisionField, text: &str) -> Result<Value, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let wrong = || Refusal::new("clerk.value").with("field", &field.label);
    match field.kind {
        FieldType::Text | FieldType::Parts => Ok(Value::from(bounded(text, &field.key)?)),
        FieldType::Enum if field.options.iter().any(|code| code == text) => Ok(Value::from(text)),
        FieldType::Enum => Err(wrong()),
        FieldType::Bool => text.parse::<bool>().map(Value::from).map_err(|_| wrong()),
        FieldType::Date => Ok(Value::from(day(text, &field.key)?.to_string())),
        FieldType::Yen | FieldType::Integer => whole(text).map(Value::from).ok_or_else(wrong),
    }
}

/// A whole number in any width, with separators and a unit.
fn whole(text: &str) -> Option<i64> {
    let folded = fold_width(text);
    let digits: String = folded.chars().filter(|c| !matches!(c, ',' | '、' | '円' | '%' | ' ')).collect();
    digits.parse().ok()
}

/// A value as the box of its field holds it.
pub fn boxed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(whole("１０，０００円"), Some(10_000));
        assert_eq!(whole("10,000"), Some(10_000));
        assert_eq!(whole("20 %"), Some(20));
        assert_eq!(whole("一万円"), None);
    }
}
