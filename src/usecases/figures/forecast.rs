//! When a case is likely to be decided, as the body's own newest decisions let expect.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::day_in_japan;
use crate::domain::figures::{Spread, expected_on};
use crate::domain::program::measure::Moment;
use crate::domain::program::vocabulary::State;
use crate::store::{Conn, measures};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;

/// Days back from today whose decisions count.
const WINDOW: u64 = 180;
/// Cases below which nothing is said.
const FEWEST: u64 = 10;

/// What to expect of a case, and on what that rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// The day by which half of such cases are decided.
    expected_on: NaiveDate,
    /// Whether that day is behind.
    passed: bool,
    /// The median in days.
    median: String,
    /// The number of cases it rests on.
    cases: u64,
    /// Days back that were looked at.
    window: u64,
}

impl Forecast {
    /// The day by which half of such cases are decided.
    pub fn expected_on(&self) -> NaiveDate {
        self.expected_on
    }
}

/// What to expect of an open case; none where the program does not measure from receipt to decision, or too
/// few cases of its kind were decided of late.
///
/// # Errors
/// When the database fails.
pub fn of(conn: &mut Conn, opened: &Opened, today: NaiveDate) -> Result<Option<Forecast>, Error> {
    let case = &opened.stored.case;
    let open = !matches!(case.state, State::Draft | State::Decided | State::Ended);
    let whole = |from: &Moment, to: &Moment| (from, to) == (&Moment::Received, &Moment::Decided);
    let measure = opened.program.definition.measures.iter().find(|it| whole(&it.from, &it.to));
    let (Some(received_at), Some(measure)) = (case.received_at.filter(|_| open), measure) else {
        return Ok(None);
    };
    let since = today.checked_sub_days(Days::new(WINDOW)).unwrap_or(today);
    let mut spread = Spread::default();
    let counted = measures::days_since(conn, &opened.granted, case, &measure.code, since)?;
    counted.into_iter().for_each(|(days, cases)| spread.add(days, cases));
    Ok(forecast(&spread, day_in_japan(received_at), today))
}

fn forecast(spread: &Spread, received_on: NaiveDate, today: NaiveDate) -> Option<Forecast> {
    let cases = Some(spread.count()).filter(|cases| *cases >= FEWEST)?;
    let median = spread.median()?;
    let expected_on = expected_on(median, received_on)?;
    let passed = expected_on < today;
    Some(Forecast { expected_on, passed, median: median.to_string(), cases, window: WINDOW })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_rests_on_ten_cases_at_least() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut spread = Spread::default();
        spread.add(30, 9);
        assert_eq!(forecast(&spread, day("2026-11-01"), day("2026-11-10")), None);
        spread.add(30, 1);
        let found = forecast(&spread, day("2026-11-01"), day("2026-12-02")).unwrap();
        assert_eq!((found.expected_on, found.passed, found.cases), (day("2026-12-01"), true, 10));
    }
}
