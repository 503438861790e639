//! The primary judgement of one survey.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde_json::Value;

use super::day;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answer, Answering, AskError, Fields, Question};
use crate::programs::kaigo::editions::Editions;
use crate::programs::kaigo::explain::Judged;
use crate::programs::kaigo::model::Model;
use crate::programs::kaigo::sheet::Sheet;
use crate::programs::kaigo::survey::Item;

pub const QUESTION: Question = Question {
    name: "judge",
    about: "一次判定: group scores, minutes by tree and possible levels from the answers of the survey; not official",
    example: r#"{"on":"2026-11-01","answers":{"1-1":[4,5],"1-2":[4],"1-3":2,"1-4":2,"1-5":1,"1-6":2,"1-7":2,"1-8":2,"1-9":2,"1-10":2,"1-11":1,"1-12":1,"1-13":1,"2-1":1,"2-2":1,"2-3":1,"2-4":1,"2-5":1,"2-6":1,"2-7":1,"2-8":1,"2-9":1,"2-10":1,"2-11":2,"2-12":1,"3-1":1,"3-2":1,"3-3":1,"3-4":1,"3-5":1,"3-6":1,"3-7":1,"3-8":1,"3-9":1,"4-1":1,"4-2":1,"4-3":1,"4-4":1,"4-5":1,"4-6":1,"4-7":1,"4-8":1,"4-9":1,"4-10":1,"4-11":1,"4-12":1,"4-13":1,"4-14":1,"4-15":1,"5-1":1,"5-2":2,"5-3":1,"5-4":1,"5-5":2,"5-6":2},"special_medical":[5],"scale_7_1":"A1","scale_7_2":"Ⅰ"}"#,
    answer: Answering::Prepared(prepare),
};

const KEYS: [&str; 5] = ["on", "answers", "special_medical", "scale_7_1", "scale_7_2"];
/// The keys of the two independence scales with the scale's number in the table `scales`.
const SCALES: [(&str, &str); 2] = [("scale_7_1", "7-1"), ("scale_7_2", "7-2")];
/// The option of a question with several answers that excludes all others: "none".
const NONE: usize = 1;

fn prepare(tables: &Tables) -> Answer<'_> {
    let editions = Editions::of(tables);
    Box::new(move |input, on| answer(input, tables, &editions, on))
}

fn answer(
    input: &Value,
    tables: &Tables,
    editions: &Editions,
    on: Option<NaiveDate>,
) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(input, &KEYS)?;
    let model = editions.on(day(&fields, "on", on)?)?;
    let sheet = sheet(&fields, model)?;
    let found = model.judge(&sheet);
    Ok(Judged { model, tables, sheet: &sheet, found: &found }.told())
}

fn sheet(fields: &Fields, model: &Model) -> Result<Sheet, AskError> {
    let mut sheet = Sheet::default();
    answers(fields, model, &mut sheet)?;
    for number in numbers(fields, "special_medical", 1..=model.treatments.len())? {
        sheet.treatments |= 1 << (number - 1);
    }
    for (told, (key, scale)) in sheet.addition.iter_mut().zip(SCALES) {
        let grades = model.grades.iter().filter(|grade| grade.scale == scale);
        let grades: Vec<(&str, bool)> = grades.map(|grade| (grade.grade.as_str(), grade.addition)).collect();
        *told = fields.choice(key, &grades)?;
    }
    Ok(sheet)
}

fn answers(fields: &Fields, model: &Model, sheet: &mut Sheet) -> Result<(), AskError> {
    let known: Vec<&str> = model.survey.items.iter().map(|item| item.id.as_str()).collect();
    let given = fields.need("answers", |fields, key| fields.object(key, &known))?;
    let missing: Vec<String> =
        known.iter().filter(|id| given.value(id).is_none()).map(|id| given.path(id)).collect();
    if !missing.is_empty() {
        return Err(AskError::missing(missing));
    }
    let places = model.survey.items.iter().enumerate();
    places.into_iter().try_for_each(|(place, item)| {
        let options = if item.multi { several(&given, item)? } else { vec![one(&given, item)?] };
        options.into_iter().for_each(|option| sheet.choose(place, option));
        Ok(())
    })
}

fn one(given: &Fields, item: &Item) -> Result<usize, AskError> {
    let options = i64::try_from(item.options.len()).unwrap_or(i64::MAX);
    let option = given.need(&item.id, |fields, key| fields.integer(key, 1..=options))?;
    usize::try_from(option).map_err(|_| given.invalid(&item.id, "an option"))
}

fn several(given: &Fields, item: &Item) -> Result<Vec<usize>, AskError> {
    let options = numbers(given, &item.id, 1..=item.options.len())?;
    if options.is_empty() {
        return Err(given.invalid(&item.id, "a list of at least one option"));
    }
    if options.contains(&NONE) && options.len() > 1 {
        let reason = format!("option {NONE} says that there is none, and others are chosen beside it");
        return Err(given.contradiction(&item.id, reason));
    }
    Ok(options)
}

/// A list of different numbers in a range; none there is an empty one.
fn numbers(fields: &Fields, key: &str, range: RangeInclusive<usize>) -> Result<Vec<usize>, AskError> {
    let Some(value) = fields.value(key) else { return Ok(Vec::new()) };
    let expected =
        || fields.invalid(key, format!("a list of numbers from {} to {}", range.start(), range.end()));
    let list = value.as_array().filter(|list| list.len() <= *range.end()).ok_or_else(expected)?;
    let mut seen = BTreeSet::new();
    for number in list {
        let number = number.as_u64().and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| range.contains(number)).ok_or_else(expected)?;
        if !seen.insert(number) {
            return Err(fields.contradiction(key, format!("{number} stands in it twice")));
        }
    }
    Ok(seen.into_iter().collect())
}
