//! The figures as tables to download, month by month.

use chrono::NaiveDate;

use crate::domain::case::measured::Counted;
use crate::domain::periods::{MonthEnd, add_months};
use crate::domain::permission::{Desk, Seated};
use crate::store::measures::{self, Alike, Wanted};
use crate::usecases::access::Caller;
use crate::usecases::clerk::words;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::gathered::Gathered;
use super::question::{Asked, Question, question};
use super::summary::{Summary, limit};

const BY_MONTH: [&str; 11] = [
    "指標",
    "決定した月",
    "件数",
    "平均（日）",
    "中央値（日）",
    "最長（日）",
    "基準（日）",
    "基準を超えた件数",
    "基準を超えた割合（％）",
    "変わった件数",
    "変わった割合（％）",
];
const BY_DAYS: [&str; 6] = ["指標", "種別", "決定した月", "日数", "変わったか", "件数"];

/// A part of a table, and the place of the next one; none after the last.
pub type Part = Result<(String, Option<usize>), Error>;

/// The figures of the month at a place among those asked for.
///
/// # Errors
/// As the page of figures.
pub fn by_month(house: &House, caller: &Caller, asked: &Asked, at: usize) -> Part {
    part(house, caller, asked, at, &BY_MONTH, |question, month, sums| {
        let gathered = Gathered::of(sums);
        let definition = &question.program.definition;
        let measures = definition.measures.iter().filter_map(|measure| {
            let spread = gathered.days(&measure.code).remove(&month)?;
            let figures = Summary::of(&spread, limit(house, measure, month));
            Some(days_line(&words::text(&question.program, &measure.label), month, &figures))
        });
        let comparisons = definition.comparisons.iter().filter_map(|rule| {
            let changes = gathered.changes(&rule.code).remove(&month)?;
            let label = words::text(&question.program, &rule.label);
            let share = changes.share().map(|it| it.to_string()).unwrap_or_default();
            let (cases, changed) = (changes.cases.to_string(), changes.changed.to_string());
            let blank = ["", "", "", "", "", ""];
            let first = [label.as_str(), &in_digits(month), &cases].map(str::to_owned);
            let cells = first.iter().map(String::as_str).chain(blank);
            Some(csv::line(cells.chain([changed.as_str(), &share])))
        });
        measures.chain(comparisons).collect()
    })
}

/// How many cases took how many days in the month at a place: nothing that tells one case from another.
///
/// # Errors
/// As the page of figures.
pub fn by_days(house: &House, caller: &Caller, asked: &Asked, at: usize) -> Part {
    part(house, caller, asked, at, &BY_DAYS, |question, month, sums| {
        sums.iter().map(|sum| alike_line(question, month, sum)).collect()
    })
}

fn part(
    house: &House,
    caller: &Caller,
    asked: &Asked,
    at: usize,
    heads: &[&str],
    lines: impl Fn(&Question, NaiveDate, &[Alike]) -> String,
) -> Part {
    monthly(house, caller, asked, (at, heads), |seated, question, wanted| {
        let sums = house.database.read(|conn| measures::sums(conn, seated, wanted))?;
        Ok(lines(question, wanted.from, &sums))
    })
}

/// The month at a place among those asked for, below the heads when it is the first.
pub(super) fn monthly(
    house: &House,
    caller: &Caller,
    asked: &Asked,
    (at, heads): (usize, &[&str]),
    lines: impl Fn(&Seated, &Question, &Wanted) -> Result<String, Error>,
) -> Part {
    let seated = house.seat(caller, Desk::Figures)?;
    let question = question(house, caller, asked)?;
    let mut months = question.months().skip(at);
    let Some(month) = months.next() else { return Ok((String::new(), None)) };
    let following = add_months(month, 1, MonthEnd::LastDay);
    let until = following.pred_opt().unwrap_or(following);
    let wanted = Wanted { from: month, until, ..question.wanted.clone() };
    let head =
        if at == 0 { format!("{}{}", csv::MARK, csv::line(heads.iter().copied())) } else { String::new() };
    let next = months.next().map(|_| at + 1);
    Ok((head + &lines(&seated, &question, &wanted)?, next))
}

fn days_line(label: &str, month: NaiveDate, figures: &Summary) -> String {
    let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        label.to_owned(),
        in_digits(month),
        figures.count.to_string(),
        text(&figures.mean),
        text(&figures.median),
        number(figures.longest.map(u64::from)),
        number(figures.limit.map(u64::from)),
        number(figures.over),
        text(&figures.share),
        String::new(),
        String::new(),
    ];
    csv::line(cells.iter().map(String::as_str))
}

fn alike_line(question: &Question, month: NaiveDate, sum: &Alike) -> String {
    let definition = &question.program.definition;
    let measure = definition.measures.iter().find(|it| it.code == sum.code).map(|it| &it.label);
    let rule = || definition.comparisons.iter().find(|it| it.code == sum.code).map(|it| &it.label);
    let label = measure.or_else(rule).map(|label| words::text(&question.program, label));
    let kind = words::text(&question.program, &format!("kind.{}", sum.kind));
    let (days, changed) = match sum.counted {
        Counted::Days(days) => (days.to_string(), ""),
        Counted::Changed(changed) => (String::new(), if changed { "はい" } else { "いいえ" }),
    };
    let label = label.unwrap_or_else(|| sum.code.clone());
    let (month, cases) = (in_digits(month), sum.cases.to_string());
    csv::line([label.as_str(), &kind, &month, &days, changed, &cases])
}

pub(super) fn in_digits(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}
