//! How an answer is shown to a reader.

use super::Env;
use super::answers::Answer;
use super::model::Item;
use super::typed;
use crate::domain::lang::Lang;

pub(super) use crate::domain::calendar::show_in as date;

/// The text of an answer: both calendars for dates, separators in whole numbers, the label of a
/// choice in the reader's language, a mask for a secret.
pub(super) fn shown(item: &Item, answer: &Answer, env: &Env<'_>) -> String {
    match answer {
        Answer::Boolean(flag) => yes_or_no(*flag, env.lang).to_owned(),
        Answer::Integer(number) => with_unit(item, grouped(*number), env.lang),
        Answer::Decimal(number) => with_unit(item, number.to_string(), env.lang),
        Answer::Date(entered) => date(entered.date, env.lang),
        Answer::DateTime(moment) => {
            format!("{} {}", date(moment.date(), env.lang), moment.format("%H:%M"))
        }
        Answer::Time(time) => time.format("%H:%M").to_string(),
        Answer::Text(text) | Answer::Raw(text) => text.clone(),
        Answer::Choice(coding) => {
            let choice = typed::choices(item, env).iter().find(|choice| choice.code == coding.code);
            choice.map_or(coding.display.as_str(), |choice| choice.label.get(env.lang)).to_owned()
        }
        Answer::Secret(secret) => secret.mask(),
        Answer::Attachment { name, .. } => name.clone(),
    }
}

/// All answers of a question in one text; empty where there are none.
pub(super) fn shown_all(item: &Item, answers: &[&Answer], env: &Env<'_>) -> String {
    let texts: Vec<String> = answers.iter().map(|answer| shown(item, answer, env)).collect();
    texts.join(if env.lang == Lang::En { ", " } else { "、" })
}

/// The words for a truth value.
pub(super) fn yes_or_no(flag: bool, lang: Lang) -> &'static str {
    match (flag, lang) {
        (true, Lang::En) => "Yes",
        (false, Lang::En) => "No",
        (true, _) => "はい",
        (false, _) => "いいえ",
    }
}

fn with_unit(item: &Item, number: String, lang: Lang) -> String {
    match &item.rendering.unit {
        Some(unit) if lang == Lang::En => format!("{number} {}", unit.get(lang)),
        Some(unit) => format!("{number}{}", unit.get(lang)),
        None => number,
    }
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
