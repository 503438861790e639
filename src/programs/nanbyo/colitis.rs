//! The severity of 潰瘍性大腸炎 from its six items (告示393号 and the criteria text).

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::show;
use crate::domain::forms::Decimal;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// The worst findings of the last six months, as the certificate states them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// ① 排便回数 a day.
    pub stools: Option<Decimal>,
    /// ② 顕血便: 0 (－) to 3 (+++).
    pub blood: Option<Decimal>,
    /// ③ 発熱, and the highest temperature in ℃.
    pub fever: Sign,
    /// ④ 頻脈, and beats a minute.
    pub tachycardia: Sign,
    /// ⑤ 貧血, and Hb in g/dL.
    pub anaemia: Sign,
    /// ⑥ 赤沈 or CRP outside the normal range, and 赤沈 in mm an hour.
    pub inflammation: Sign,
    /// ⑥ CRP in mg/dL.
    pub crp: Option<Decimal>,
    /// Bloody stools a day, for 劇症.
    pub bloody_stools: Option<Decimal>,
    /// White blood cells per mm³, for 劇症.
    pub leukocytes: Option<Decimal>,
    /// 強い腹痛, for 劇症.
    pub strong_pain: Option<bool>,
}

/// A sign that is there or not, with its measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sign {
    /// Whether the physician finds it present.
    pub present: Option<bool>,
    /// The measured value.
    pub value: Option<Decimal>,
}

/// How one item is rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rating {
    Mild,
    Between,
    Severe,
}

/// Works out the grade, a key of the table `colitis_grades`; `None` while too little is known.
///
/// # Errors
/// When a table has no row for the day.
pub fn grade(found: &Findings, tables: &Tables, on: NaiveDate) -> Result<Worked<Option<String>>, TableError> {
    let rated = Rated::new(found, tables, on)?;
    let rules = Rules { tables, on };
    let code = match rated.grade(&rules)? {
        Some("severe") if fulminant(found, &rules)? => Some("fulminant"),
        other => other,
    };
    let step = rated.step(found, tables.row("colitis_rules", "severe-items", on)?);
    let name = code.map(|code| tables.row("colitis_grades", code, on)?.text("name")).transpose()?;
    let worked = Worked::by(code.map(str::to_owned), step.gives(show::or_dash(name)));
    Ok(contradictions(found, &rated).into_iter().fold(worked, Worked::noting))
}

/// The six ratings in the order ① to ⑥.
struct Rated([Option<Rating>; 6]);

/// Names of the six items, which are also the end of their linkIds.
const ITEMS: [&str; 6] = ["stools", "blood", "temperature", "pulse", "haemoglobin", "esr"];

impl Rated {
    fn new(found: &Findings, tables: &Tables, on: NaiveDate) -> Result<Rated, TableError> {
        let row = |item: &str| tables.row("colitis_items", item, on);
        let crp = match tables.row("colitis_items", "crp", on) {
            Ok(row) => is_severe(row, found.crp)?,
            Err(_) => false,
        };
        let sixth = if crp { Some(Rating::Severe) } else { sign(row("esr")?, &found.inflammation)? };
        Ok(Rated([
            counted(row("stools")?, found.stools)?,
            counted(row("blood")?, found.blood)?,
            sign(row("temperature")?, &found.fever)?,
            sign(row("pulse")?, &found.tachycardia)?,
            sign(row("haemoglobin")?, &found.anaemia)?,
            sixth,
        ]))
    }

    /// 重症: ① and ②, ③ or ④, and at least four of six. 軽症: all six mild. 中等症: between.
    fn grade(&self, rules: &Rules) -> Result<Option<&'static str>, TableError> {
        let [stools, blood, fever, pulse, ..] = self.0.map(|rating| rating == Some(Rating::Severe));
        let severe = Decimal::from(i64::try_from(self.count(Rating::Severe)).unwrap_or(0));
        if stools && blood && (fever || pulse) && rules.reached("severe-items", Some(severe))? {
            return Ok(Some("severe"));
        }
        let mild = self.count(Rating::Mild);
        let known = self.0.iter().flatten().count();
        Ok(if mild == self.0.len() { Some("mild") } else { (known > mild).then_some("moderate") })
    }

    fn count(&self, wanted: Rating) -> usize {
        self.0.iter().flatten().filter(|rating| **rating == wanted).count()
    }

    fn step(&self, found: &Findings, row: &Row) -> WorkingStep {
        let values = found.values();
        let rated = ITEMS.iter().zip(values).zip(self.0);
        rated.fold(WorkingStep::new("working.colitis").by(row), |step, ((item, value), rating)| {
            step.input(&path(item), format!("{} ({})", show::or_dash(value), shown(rating)))
        })
    }
}

impl Findings {
    fn values(&self) -> [Option<Decimal>; 6] {
        let signs =
            [&self.fever, &self.tachycardia, &self.anaemia, &self.inflammation].map(|sign| sign.value);
        let [fever, pulse, anaemia, esr] = signs;
        [self.stools, self.blood, fever, pulse, anaemia, esr.or(self.crp)]
    }
}

fn path(item: &str) -> String {
    format!("certificate.colitis.{item}")
}

fn shown(rating: Option<Rating>) -> &'static str {
    match rating {
        Some(Rating::Severe) => "重症",
        Some(Rating::Between) => "中間",
        Some(Rating::Mild) => "軽症",
        None => "不明",
    }
}

/// The limits that belong to no single item.
struct Rules<'a> {
    tables: &'a Tables,
    on: NaiveDate,
}

impl Rules<'_> {
    fn reached(&self, rule: &str, value: Option<Decimal>) -> Result<bool, TableError> {
        let limit = self.tables.row("colitis_rules", rule, self.on)?.decimal("value")?;
        Ok(value.is_some_and(|value| value.compare(limit).is_some_and(Ordering::is_ge)))
    }
}

fn is_severe(row: &Row, value: Option<Decimal>) -> Result<bool, TableError> {
    let (limit, upward) = (row.decimal("severe")?, row.text("direction")? == "at-least");
    let order = value.and_then(|value| value.compare(limit));
    Ok(order.is_some_and(|order| if upward { order.is_ge() } else { order.is_le() }))
}

/// An item rated by its number alone.
fn counted(row: &Row, value: Option<Decimal>) -> Result<Option<Rating>, TableError> {
    if is_severe(row, value)? {
        return Ok(Some(Rating::Severe));
    }
    let order = match value {
        Some(value) => value.compare(row.decimal("mild")?),
        None => None,
    };
    Ok(order.map(|order| if order.is_le() { Rating::Mild } else { Rating::Between }))
}

/// An item rated by its number where that is severe, else by presence.
fn sign(row: &Row, sign: &Sign) -> Result<Option<Rating>, TableError> {
    if is_severe(row, sign.value)? {
        return Ok(Some(Rating::Severe));
    }
    Ok(sign.present.map(|present| if present { Rating::Between } else { Rating::Mild }))
}

/// 劇症: 重症 with every further sign.
fn fulminant(found: &Findings, rules: &Rules) -> Result<bool, TableError> {
    Ok(rules.reached("fulminant-stools", found.bloody_stools)?
        && rules.reached("fulminant-temperature", found.fever.value)?
        && rules.reached("fulminant-leukocytes", found.leukocytes)?
        && found.strong_pain == Some(true))
}

/// Signs called absent although their measure is severe.
fn contradictions(found: &Findings, rated: &Rated) -> Vec<Finding> {
    let present = [
        None,
        None,
        found.fever.present,
        found.tachycardia.present,
        found.anaemia.present,
        found.inflammation.present,
    ];
    let items = ITEMS.iter().zip(rated.0).zip(present);
    let contradicting =
        items.filter(|((_, rating), present)| *rating == Some(Rating::Severe) && *present == Some(false));
    contradicting
        .map(|((item, _), _)| Finding::new(Severity::Ask, "finding.sign-contradicts-value").at(&path(item)))
        .collect()
}
