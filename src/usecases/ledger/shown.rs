//! Months and lines as those read them who may see all of them: the person, and the office.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::money::Yen;
use crate::usecases::access::Opened;

use super::counter::kind_words;
use super::sheet::{Reached, Row, Sheet, month_code};

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct ShownLine {
    /// Its id.
    pub id: String,
    /// Day of care.
    pub care_on: NaiveDate,
    /// The institution.
    pub institution: String,
    /// Kind of care in words.
    pub kind: String,
    /// Total cost (10割) in yen.
    pub total: i64,
    /// What the person pays; none once the line is corrected.
    pub pays: Option<i64>,
    /// What the person has paid in the month with this line.
    pub cumulative: i64,
    /// Whether the cap had been reached before.
    pub struck: bool,
    /// What was collected.
    pub collected: i64,
    /// What was collected beyond what is due; negative where too little was.
    pub difference: i64,
    /// Whether another line corrects it.
    pub corrected: bool,
    /// Whether it corrects another.
    pub correcting: bool,
    /// Why it does.
    pub reason: String,
    /// Whether it was typed in from paper.
    pub paper: bool,
    /// Who posted it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who collected too much or too little in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The institution.
    pub institution: String,
    /// Yen beyond what is due; negative where too little was collected.
    pub yen: i64,
}

/// A month.
#[derive(Clone, Debug, Serialize)]
pub struct ShownMonth {
    /// As addresses name it.
    pub code: String,
    /// Its first day.
    pub first: NaiveDate,
    /// The cap in yen.
    pub cap: i64,
    /// What the person pays.
    pub paid: i64,
    /// What may still come.
    pub left: i64,
    /// How much of the cap is used, in percent.
    pub percent: i64,
    /// Total cost (10割).
    pub total: i64,
    /// Where the cap was reached.
    pub reached: Option<Reached>,
    /// The lines.
    pub lines: Vec<ShownLine>,
    /// Differences by institution, without those that are settled.
    pub differences: Vec<Difference>,
}

/// A month in words of a language.
pub fn month(opened: &Opened, sheet: &Sheet, lang: Lang) -> ShownMonth {
    ShownMonth {
        code: month_code(sheet.month),
        first: sheet.month,
        cap: sheet.cap.0,
        paid: sheet.paid.0,
        left: sheet.left().0,
        percent: percent(sheet.paid, sheet.cap),
        total: sheet.total.0,
        reached: sheet.reached.clone(),
        lines: sheet.rows.iter().map(|row| line(opened, row, lang)).collect(),
        differences: differences(&sheet.rows),
    }
}

/// A share of the whole in percent, rounded down; all of nothing is nothing.
fn percent(part: Yen, whole: Yen) -> i64 {
    part.0.saturating_mul(100).checked_div(whole.0).unwrap_or(0).clamp(0, 100)
}

/// A line in words of a language.
fn line(opened: &Opened, row: &Row, lang: Lang) -> ShownLine {
    let line = &row.line;
    let entry = row.entry.as_ref();
    ShownLine {
        id: line.id.clone(),
        care_on: line.care_on,
        institution: line.content.institution.clone(),
        kind: kind_words(opened, &line.kind, lang),
        total: line.total.0,
        pays: entry.map(|entry| entry.pay.0),
        cumulative: entry.map_or(0, |entry| entry.cumulative.0),
        struck: entry.is_some_and(|entry| entry.struck),
        collected: line.collected.0,
        difference: row.difference().0,
        corrected: entry.is_none(),
        correcting: line.corrects.is_some(),
        reason: line.content.reason.clone(),
        paper: line.paper,
        by: line.content.by.clone(),
        at: line.at,
    }
}

/// Who collected too much or too little, each institution once. Lines on paper go by the name alone.
fn differences(rows: &[Row]) -> Vec<Difference> {
    let mut found: Vec<(String, String, i64)> = Vec::new();
    for row in rows.iter().filter(|row| row.entry.is_some()) {
        let content = &row.line.content;
        let same =
            |it: &&mut (String, String, i64)| it.0 == content.institution_code && it.1 == content.institution;
        match found.iter_mut().find(same) {
            Some(sum) => sum.2 += row.difference().0,
            None => {
                let key = (content.institution_code.clone(), content.institution.clone());
                found.push((key.0, key.1, row.difference().0));
            }
        }
    }
    let open = found.into_iter().filter(|(_, _, yen)| *yen != 0);
    open.map(|(_, institution, yen)| Difference { institution, yen }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_full_at_the_cap_and_empty_without_one() {
        assert_eq!(percent(Yen(8_700), Yen(10_000)), 87);
        assert_eq!(percent(Yen(9_999), Yen(10_000)), 99);
        assert_eq!(percent(Yen(10_000), Yen(10_000)), 100);
        assert_eq!(percent(Yen(0), Yen(0)), 0);
    }
}
