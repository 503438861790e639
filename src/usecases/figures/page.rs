//! The page of figures: each measure in numbers, as bars and as tables.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::figures::{Bucket, Spread};
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::measure::{Comparison, Measure};
use crate::store::measures;
use crate::usecases::access::Caller;
use crate::usecases::bulk::shown::Choice;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::chart::{Chart, Limit, Value, draw};
use super::gathered::{Changes, Gathered, Monthly};
use super::paid;
pub use super::question::Asked;
use super::question::{Question, programs, question};
use super::summary::{Summary, limit};

/// Bars of the drawing by days at most.
const MOST_BARS: u32 = 40;

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    program: String,
    programs: Vec<Choice>,
    kind: String,
    kinds: Vec<Choice>,
    from: String,
    until: String,
    first_month: NaiveDate,
    last_month: NaiveDate,
    measures: Vec<Section>,
    comparisons: Vec<Rate>,
    /// Whether no case was decided in these months.
    empty: bool,
    /// Addresses of the tables to download: by month, and by days.
    by_month_table: String,
    by_days_table: String,
    /// Address of the table of what others are paid for, where the program has such work.
    paid_table: Option<String>,
}

/// A measure.
#[derive(Clone, Debug, Serialize)]
struct Section {
    code: String,
    label: String,
    all: Summary,
    by_days: Chart,
    buckets: Vec<Days>,
    by_month: Chart,
    months: Vec<Month>,
}

/// Cases that took about as long.
#[derive(Clone, Debug, Serialize)]
struct Days {
    from: u32,
    until: u32,
    cases: u64,
}

/// A month of a measure.
#[derive(Clone, Debug, Serialize)]
struct Month {
    month: NaiveDate,
    #[serde(flatten)]
    figures: Summary,
}

/// A comparison.
#[derive(Clone, Debug, Serialize)]
struct Rate {
    label: String,
    all: Share,
    months: Vec<Share>,
}

/// How often it changed, in a month or in all.
#[derive(Clone, Debug, Serialize)]
struct Share {
    month: Option<NaiveDate>,
    cases: u64,
    changed: u64,
    share: Option<String>,
}

/// The figures of the asked months.
///
/// # Errors
/// What is wrong with the months; `permission.denied` for whoever sees no decisions.
pub fn figures(house: &House, caller: &Caller, asked: &Asked) -> Result<Figures, Error> {
    let seated = house.seat(caller, Desk::Figures)?;
    let question = question(house, caller, asked)?;
    let sums = house.database.read(|conn| measures::sums(conn, &seated, &question.wanted))?;
    let gathered = Gathered::of(&sums);
    let Question { program, wanted } = &question;
    let definition = &program.definition;
    let title = |program: &Program| words::text(program, &program.definition.title);
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let kind = |code: &str| choice(code, words::text(program, &format!("kind.{code}")));
    let reached = programs(house, caller);
    let every = choice("", "すべて".to_owned());
    Ok(Figures {
        program: definition.id.clone(),
        programs: reached.iter().map(|it| choice(&it.definition.id, title(it))).collect(),
        kind: wanted.kind.clone().unwrap_or_default(),
        kinds: [every].into_iter().chain(definition.kinds.iter().map(|it| kind(it.code.code()))).collect(),
        from: wanted.from.format("%Y-%m").to_string(),
        until: wanted.until.format("%Y-%m").to_string(),
        first_month: wanted.from,
        last_month: wanted.until,
        measures: definition.measures.iter().map(|it| section(house, &question, &gathered, it)).collect(),
        comparisons: definition.comparisons.iter().map(|it| rate(program, &gathered, it)).collect(),
        empty: sums.is_empty(),
        by_month_table: address("/staff/figures/months.csv", asked),
        by_days_table: address("/staff/figures/days.csv", asked),
        paid_table: (!paid::works(program).is_empty()).then(|| address("/staff/figures/paid.csv", asked)),
    })
}

fn section(house: &House, question: &Question, gathered: &Gathered, measure: &Measure) -> Section {
    let months = gathered.days(&measure.code);
    let mut spread = Spread::default();
    months.values().for_each(|month| spread.merge(month));
    let all = Summary::of_months(&months, |month| limit(house, measure, month));
    let buckets = spread.buckets(MOST_BARS);
    let month = |(month, spread): (&NaiveDate, &Spread)| {
        let figures = Summary::of(spread, limit(house, measure, *month));
        Month { month: *month, figures }
    };
    Section {
        code: measure.code.clone(),
        label: words::text(&question.program, &measure.label),
        by_days: by_days(&buckets, all.limit),
        by_month: by_month(question, &months, all.limit),
        months: months.iter().map(month).collect(),
        buckets: buckets.iter().filter(|it| it.cases > 0).map(days).collect(),
        all,
    }
}

fn days(bucket: &Bucket) -> Days {
    Days { from: bucket.from, until: bucket.until, cases: bucket.cases }
}

/// Cases by days, with the limit between the bars.
fn by_days(buckets: &[Bucket], limit: Option<u32>) -> Chart {
    let over = |from: u32| limit.is_some_and(|limit| from > limit);
    let value = |it: &Bucket| Value { name: it.from.to_string(), height: it.cases, over: over(it.from) };
    let values: Vec<Value> = buckets.iter().map(value).collect();
    let width = buckets.first().map_or(1, |it| u64::from(it.until - it.from) + 1);
    let line = limit.map_or(Limit::None, |limit| Limit::After((u64::from(limit) + 1) * 1000 / width));
    let most = buckets.iter().map(|it| it.cases).max().unwrap_or(0);
    draw(&values, &line, format!("{most}件"))
}

/// The mean of each month, with the limit across.
fn by_month(question: &Question, months: &Monthly<Spread>, limit: Option<u32>) -> Chart {
    let mean = |month: &NaiveDate| months.get(month).and_then(Spread::mean).map_or(0, |mean| mean.0);
    let line = limit.map(|limit| u64::from(limit) * 10);
    let value = |month: NaiveDate| {
        let height = mean(&month);
        let over = line.is_some_and(|line| height > line);
        Value { name: month.format("%-y/%-m").to_string(), height, over }
    };
    let values: Vec<Value> = question.months().map(value).collect();
    let most = values.iter().map(|it| it.height).chain(line).max().unwrap_or(0);
    draw(&values, &line.map_or(Limit::None, Limit::At), format!("{}日", most.div_ceil(10)))
}

fn rate(program: &Program, gathered: &Gathered, rule: &Comparison) -> Rate {
    let months = gathered.changes(&rule.code);
    let mut all = Changes::default();
    for month in months.values() {
        all.cases += month.cases;
        all.changed += month.changed;
    }
    Rate {
        label: words::text(program, &rule.label),
        all: share(None, all),
        months: months.iter().map(|(month, changes)| share(Some(*month), *changes)).collect(),
    }
}

fn share(month: Option<NaiveDate>, changes: Changes) -> Share {
    let Changes { cases, changed } = changes;
    Share { month, cases, changed, share: changes.share().map(|it| it.to_string()) }
}

fn address(path: &str, asked: &Asked) -> String {
    let kept = asked.iter().filter(|(_, value)| !value.is_empty());
    format!("{path}?{}", serde_urlencoded::to_string(kept.collect::<Vec<_>>()).unwrap_or_default())
}
