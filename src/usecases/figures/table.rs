//! The figures as tables to download, month by month.

use chrono::NaiveDate;

use crate::domain::case::measured::Counted;
use crate::domain::periods::{MonthEnd, add_months};
use crate::domain::permission::{Desk, Seated};
use crate::store::measures::{self, Alike, Wanted};
use crate::usecases::access::Caller;
use crate::usecases::clerk::words;
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

/// A line of a table, cell by cell; the first one holds the heads.
pub type Row = Vec<String>;

/// A part of a table, and the place of the next one; none after the last.
pub type Part = Result<(Vec<Row>, Option<usize>), Error>;

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
            Some(days_row(&words::text(&question.program, &measure.label), month, &figures))
        });
        let comparisons = definition.comparisons.iter().filter_map(|rule| {
            let changes = gathered.changes(&rule.code).remove(&month)?;
            let label = words::text(&question.program, &rule.label);
            let share = changes.share().map(|it| it.to_string()).unwrap_or_default();
            let (cases, changed) = (changes.cases.to_string(), changes.changed.to_string());
            let blank = std::iter::repeat_n(String::new(), 6);
            Some([label, in_digits(month), cases].into_iter().chain(blank).chain([changed, share]).collect())
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
        sums.iter().map(|sum| alike_row(question, month, sum)).collect()
    })
}

fn part(
    house: &House,
    caller: &Caller,
    asked: &Asked,
    at: usize,
    heads: &[&str],
    rows: impl Fn(&Question, NaiveDate, &[Alike]) -> Vec<Row>,
) -> Part {
    monthly(house, caller, asked, (at, heads), |seated, question, wanted| {
        let sums = house.database.read(|conn| measures::sums(conn, seated, wanted))?;
        Ok(rows(question, wanted.from, &sums))
    })
}

/// The month at a place among those asked for, below the heads when it is the first.
pub(super) fn monthly(
    house: &House,
    caller: &Caller,
    asked: &Asked,
    (at, heads): (usize, &[&str]),
    rows: impl Fn(&Seated, &Question, &Wanted) -> Result<Vec<Row>, Error>,
) -> Part {
    let seated = house.seat(caller, Desk::Figures)?;
    let question = question(house, caller, asked)?;
    let mut months = question.months().skip(at);
    let Some(month) = months.next() else { return Ok((Vec::new(), None)) };
    let following = add_months(month, 1, MonthEnd::LastDay);
    let until = following.pred_opt().unwrap_or(following);
    let wanted = Wanted { from: month, until, ..question.wanted.clone() };
    let head = (at == 0).then(|| heads.iter().map(|&head| head.to_owned()).collect());
    let next = months.next().map(|_| at + 1);
    Ok((head.into_iter().chain(rows(&seated, &question, &wanted)?).collect(), next))
}

fn days_row(label: &str, month: NaiveDate, figures: &Summary) -> Row {
    let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
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
    ]
}

fn alike_row(question: &Question, month: NaiveDate, sum: &Alike) -> Row {
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
    vec![label, kind, month, days, changed.to_owned(), cases]
}

pub(super) fn in_digits(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}
