//! The figures of one measure over some cases.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::figures::{Spread, percent};
use crate::domain::periods::{MonthEnd, add_months};
use crate::domain::program::measure::Measure;
use crate::usecases::house::House;

use super::gathered::Monthly;

/// Figures as they are shown; none where there were no cases, or no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Summary {
    pub(super) count: u64,
    pub(super) mean: Option<String>,
    pub(super) median: Option<String>,
    pub(super) longest: Option<u32>,
    pub(super) limit: Option<u32>,
    pub(super) over: Option<u64>,
    pub(super) share: Option<String>,
}

impl Summary {
    /// Of cases to which one limit applied.
    pub(super) fn of(spread: &Spread, limit: Option<u32>) -> Summary {
        Summary::with(spread, limit, limit.map(|limit| spread.over(limit)))
    }

    /// Of all months, each counted by its own limit; the limit shown is the last.
    pub(super) fn of_months(months: &Monthly<Spread>, limit: impl Fn(NaiveDate) -> Option<u32>) -> Summary {
        let (mut all, mut over) = (Spread::default(), None);
        for (month, spread) in months {
            all.merge(spread);
            if let Some(limit) = limit(*month) {
                over = Some(over.unwrap_or(0) + spread.over(limit));
            }
        }
        let last = months.keys().next_back().and_then(|month| limit(*month));
        Summary::with(&all, last, over)
    }

    fn with(spread: &Spread, limit: Option<u32>, over: Option<u64>) -> Summary {
        let count = spread.count();
        let share = over.and_then(|over| percent(over, count));
        Summary {
            count,
            mean: spread.mean().map(|it| it.to_string()),
            median: spread.median().map(|it| it.to_string()),
            longest: spread.longest(),
            limit,
            over,
            share: share.map(|it| it.to_string()),
        }
    }
}

/// The days above which a case decided in a month is counted apart, as they stand at its end.
pub(super) fn limit(house: &House, measure: &Measure, month: NaiveDate) -> Option<u32> {
    let following = add_months(month, 1, MonthEnd::LastDay);
    let last = following.pred_opt().unwrap_or(following);
    measure.over_days.as_ref().and_then(|setting| setting.number(last, &house.settings))
}
